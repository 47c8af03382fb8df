/*
 * sql_list.c: the statements of lists.
 *
 * A list is read in two zones: rows with a value in the field it is ordered by, then those without; so both databases place
 * them alike and both can use the index (gov, field, id). A cursor names the way (on or back), the zone, the order and the
 * row at the edge.
 */
#include "base/text.h"
#include "engine/list.h"
#include "engine/row.h"
#include "engine/sql_part.h"

#define WITHIN_DEPTH 4
#define EACH_ROWS    500
#define EACH_MEMORY  (32 * MB)
#define CURSOR_MAX   ((size_t)4 * KB)
#define LIKE_MAX     ((size_t)240) /* bytes of a pattern; SQLite refuses longer ones */
#define CURSOR_VALUE ((size_t)200)
#define SCOPE_IDS    ((size_t)30) /* of each kind of place: more grants than a person has */

enum zone {
    ZONE_VALUES,
    ZONE_NONE,
};

/* Where a page begins; `back` reads against the order. */
struct edge {
    bool there, back;
    enum zone zone;
    int64_t id;
    struct val value; /* of the field the list is ordered by */
};

/* ---- cursors ---- */

static const char *order_name(const struct list_ask *ask)
{
    return ask->order != NULL ? ask->order->name : "id";
}

static enum zone zone_of(const struct list_ask *ask, const void *row)
{
    return ask->order != NULL && sql_field_value(ask->order, row).null ? ZONE_NONE : ZONE_VALUES;
}

/* The value at the edge, for the cursor. NULL: a personal or long one stays out of addresses and is read again from the row. */
static const char *edge_value(const struct list_ask *ask, const void *row, struct arena *a)
{
    struct val v = ask->order != NULL ? sql_field_value(ask->order, row) : V_NOTHING;

    if (v.null)
        return "";
    if ((ask->order->flags & F_PERSONAL) != 0 || (v.type == VAL_TEXT && strlen(v.t) > CURSOR_VALUE))
        return NULL;
    return v.type == VAL_TEXT ? v.t : text_printf(a, "%lld", (long long)v.i);
}

/* "on.values.ID.ORDER.VALUE", with "row" for a value that stands in the row. */
static const char *cursor_of(const struct list_ask *ask, const void *row, bool back, struct arena *a)
{
    const char *value = edge_value(ask, row, a);
    const char *zone = value == NULL ? "row" : zone_of(ask, row) == ZONE_NONE ? "none" : "values";
    const char *text = text_printf(a, "%s.%s.%lld.%s.%s", back ? "back" : "on", zone,
                                   (long long)((const struct record *)row)->id, order_name(ask), value != NULL ? value : "");

    return base64url_text(a, text, strlen(text));
}

/* The part up to the next '.', which is left out; NULL when there is none. */
static const char *cursor_part(struct arena *a, const char **at)
{
    const char *dot = strchr(*at, '.');
    const char *part;

    if (dot == NULL)
        return NULL;
    part = arena_text_n(a, *at, (size_t)(dot - *at));
    *at = dot + 1;
    return part;
}

/* Only of a row that the scope reaches: its place in the order says something about its value. */
static int value_of_row(struct db *db, struct arena *a, const struct list_ask *ask, struct edge *edge)
{
    void *row = arena_alloc(a, ask->entity->size);
    int found;

    if (ask->order == NULL)
        return E_INPUT;
    found = row_get(db, a, ask->entity, ask->scope.gov, edge->id, row);
    if (found > 0)
        found = row_reach(db, a, &ask->scope, ask->entity, row);
    if (found <= 0)
        return found < 0 ? found : E_INPUT;
    edge->value = sql_field_value(ask->order, row);
    if (edge->value.null)
        edge->zone = ZONE_NONE;
    return 0;
}

static int value_in_cursor(const struct list_ask *ask, const char *text, struct edge *edge)
{
    int64_t number;

    if (ask->order == NULL || edge->zone == ZONE_NONE)
        return text[0] == '\0' ? 0 : E_INPUT;
    if (ask->order->type == FIELD_TEXT || ask->order->type == FIELD_STATE) {
        edge->value = V(text);
        return 0;
    }
    if (text_int(text, INT64_MIN + 1, INT64_MAX, &number) < 0)
        return E_INPUT;
    edge->value = V(number);
    return 0;
}

static int cursor_take(struct db *db, struct arena *a, const struct list_ask *ask, struct edge *ret)
{
    const char *way, *zone, *id, *order, *at;
    struct bytes raw;
    char *text;

    *ret = (struct edge){0};
    if (ask->cursor == NULL)
        return 0;
    if (strlen(ask->cursor) > 2 * CURSOR_MAX || base64url_bytes(a, ask->cursor, &raw) < 0 ||
        text_take(a, raw.p, raw.n, CURSOR_MAX, &text) < 0)
        return E_INPUT;
    at = text;
    way = cursor_part(a, &at);
    zone = way != NULL ? cursor_part(a, &at) : NULL;
    id = zone != NULL ? cursor_part(a, &at) : NULL;
    order = id != NULL ? cursor_part(a, &at) : NULL;
    if (order == NULL || !text_eq(order, order_name(ask)) || text_int(id, 1, INT64_MAX, &ret->id) < 0)
        return E_INPUT;
    if (!text_has_word("on back", way) || !text_has_word("values none row", zone))
        return E_INPUT;
    ret->there = true;
    ret->back = text_eq(way, "back");
    ret->zone = text_eq(zone, "none") ? ZONE_NONE : ZONE_VALUES;
    return text_eq(zone, "row") ? value_of_row(db, a, ask, ret) : value_in_cursor(ask, at, ret);
}

/* ---- the scope ---- */

/* A scope as it goes into one statement: each of its ids is one parameter, however often it is needed. */
struct narrow {
    const struct scope *scope;
    size_t gov, agencies, units, places, owner; /* number of the first parameter; 0: not put yet */
};

/* "?7, ?8, ?9": put now, or named again. */
static void put_or_name(struct sql *s, const int64_t *ids, size_t n, size_t *first)
{
    size_t i;

    if (*first == 0) {
        *first = s->n + 1;
        sql_put_ids(s, ids, n);
        return;
    }
    for (i = 0; i < n; i++)
        buf_printf(&s->text, "%s?%zu", i > 0 ? ", " : "", *first + i);
}

static void put_places(struct sql *s, const char *table, const char *column, const int64_t *ids, size_t n, size_t *first,
                       size_t *alternatives)
{
    if (column == NULL || n == 0)
        return;
    buf_printf(&s->text, "%s%s.%s IN (", (*alternatives)++ > 0 ? " OR " : "", table, column);
    put_or_name(s, ids, n < SCOPE_IDS ? n : SCOPE_IDS, first);
    buf_add(&s->text, ")");
}

/* One of the places of the scope, here or in the row that .within leads to; "1 = 0" when nothing says whose a row is. */
static void put_narrow(struct sql *s, const struct entity *e, struct narrow *w, int depth)
{
    const struct scope *scope = w->scope;
    size_t n = 0;

    BUG_IF(depth > WITHIN_DEPTH);
    buf_add(&s->text, "(");
    put_places(s, e->name, e->agency, scope->agencies, scope->n_agencies, &w->agencies, &n);
    put_places(s, e->name, e->unit, scope->units, scope->n_units, &w->units, &n);
    put_places(s, e->name, e->place, scope->places, scope->n_places, &w->places, &n);
    put_places(s, e->name, e->owner, &scope->owner, scope->owner != 0 ? 1 : 0, &w->owner, &n);
    if (e->within != NULL) {
        const struct entity *above = entity_field(e, e->within)->of;

        BUG_IF(above == e); /* two rows of one table would need two names */
        /* A search for the one row above: a list of all that the scope reaches would grow with the table. */
        buf_printf(&s->text, "%sEXISTS (SELECT 1 FROM %s WHERE %s.id = %s.%s AND ", n++ > 0 ? " OR " : "", above->name,
                   above->name, e->name, e->within);
        if (above->kind == ENTITY_DATA) {
            buf_printf(&s->text, "%s.gov = ", above->name);
            put_or_name(s, &scope->gov, 1, &w->gov);
            buf_add(&s->text, " AND ");
        }
        put_narrow(s, above, w, depth + 1);
        buf_add(&s->text, ")");
    }
    buf_add(&s->text, n > 0 ? ")" : "1 = 0)");
}

/* ---- conditions ---- */

static void put_filter(struct sql *s, const struct list_filter *f)
{
    static const char *const signs[] = {[LIST_IS] = "=", [LIST_FROM] = ">=", [LIST_UNTIL] = "<="};

    if (f->value.null) {
        buf_printf(&s->text, " AND %s IS NULL", f->field->name);
        return;
    }
    buf_printf(&s->text, " AND %s %s ", f->field->name, signs[f->test]);
    sql_put(s, f->value);
}

/* %text% with what LIKE would read as a pattern escaped; a longer text is looked for by its beginning. */
static const char *like_of(struct arena *a, const char *text)
{
    struct buf b;
    const char *p;

    buf_init(&b, a, 2 * LIKE_MAX);
    buf_add(&b, "%");
    for (p = text_fold(a, text); *p != '\0'; p++) {
        if (b.n >= LIKE_MAX && ((unsigned char)*p & 0xc0) != 0x80)
            break;
        if (*p == '%' || *p == '_' || *p == '\\')
            buf_byte(&b, '\\');
        buf_byte(&b, *p);
    }
    buf_add(&b, "%");
    return b.s;
}

static void put_text(struct sql *s, const struct list_ask *ask)
{
    const char *like = like_of(s->arena, ask->text);
    size_t i, first = 0;

    buf_add(&s->text, " AND (1 = 0");
    for (i = 0; ask->in != NULL && ask->in[i] != NULL; i++) {
        buf_printf(&s->text, " OR lower(%s) LIKE ", ask->in[i]);
        if (first == 0)
            sql_put(s, V(like));
        else
            buf_printf(&s->text, "?%zu", first);
        first = s->n;
        buf_add(&s->text, " ESCAPE '\\'");
    }
    buf_add(&s->text, ")");
}

static void put_found(struct sql *s, const struct list_ask *ask)
{
    if (ask->n_found == 0) {
        buf_add(&s->text, " AND 1 = 0");
        return;
    }
    buf_add(&s->text, " AND id IN (");
    sql_put_ids(s, ask->found, ask->n_found);
    buf_add(&s->text, ")");
}

/* "FROM ... WHERE ...", all but the place in the order. */
static void put_from(struct sql *s, const struct list_ask *ask)
{
    const struct entity *e = ask->entity;
    struct narrow narrow = {.scope = &ask->scope};
    size_t i;

    buf_printf(&s->text, " FROM %s WHERE ", e->name);
    if (e->kind == ENTITY_DATA) {
        buf_add(&s->text, "gov = ");
        sql_put(s, V(ask->scope.gov));
    } else {
        buf_add(&s->text, "1 = 1");
    }
    if (!ask->voided)
        buf_add(&s->text, " AND voided_at IS NULL");
    if (!ask->scope.all && !scope_common(e)) {
        buf_add(&s->text, " AND ");
        put_narrow(s, e, &narrow, 0);
    }
    for (i = 0; i < ask->n_filters; i++)
        put_filter(s, &ask->filters[i]);
    if (ask->only_found)
        put_found(s, ask);
    else if (!text_empty(ask->text))
        put_text(s, ask);
}

static void put_edge(struct sql *s, const struct list_ask *ask, const struct edge *edge, enum zone zone, bool down)
{
    if (zone == ZONE_NONE)
        buf_printf(&s->text, " AND %s IS NULL", order_name(ask));
    else if (ask->order != NULL)
        buf_printf(&s->text, " AND %s IS NOT NULL", order_name(ask));
    if (!edge->there || edge->zone != zone)
        return;
    if (zone == ZONE_NONE || ask->order == NULL) {
        buf_printf(&s->text, " AND id %s ", down ? "<" : ">");
        sql_put(s, V(edge->id));
    } else {
        buf_printf(&s->text, " AND (%s, id) %s (", order_name(ask), down ? "<" : ">");
        sql_put(s, edge->value);
        buf_add(&s->text, ", ");
        sql_put(s, V(edge->id));
        buf_add(&s->text, ")");
    }
}

static void put_order(struct sql *s, const struct list_ask *ask, enum zone zone, bool down, size_t limit)
{
    const char *way = down ? " DESC" : "";

    buf_add(&s->text, " ORDER BY ");
    if (ask->order != NULL && zone == ZONE_VALUES)
        buf_printf(&s->text, "%s%s, ", ask->order->name, way);
    buf_printf(&s->text, "id%s LIMIT ", way);
    sql_put(s, V((int64_t)limit));
}

/* ---- reading ---- */

struct lot {
    const void **v;
    size_t n, max;
};

static int read_zone(struct db *db, struct arena *a, const struct list_ask *ask, const struct edge *edge, enum zone zone,
                     struct lot *lot)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n = schema_columns(ask->entity, w);
    struct sql *s = arena_new(a, struct sql);
    bool down = ask->descending != edge->back;
    struct query q;
    int e;

    AUTO_ROWS struct rows rows;

    sql_init(s, a);
    buf_printf(&s->text, "SELECT %s", sql_columns(w, n, a));
    put_from(s, ask);
    put_edge(s, ask, edge, zone, down);
    put_order(s, ask, zone, down, lot->max - lot->n);
    e = sql_select(s, db, ask->entity->name, sql_types(w, n, "", a), &q, &rows);
    if (e < 0)
        return e;
    while ((e = rows_next(&rows)) > 0 && lot->n < lot->max) {
        void *row = arena_alloc(a, ask->entity->size);

        sql_take_row(ask->entity, w, n, &rows, a, row);
        lot->v[lot->n++] = row;
    }
    return e < 0 ? e : 0;
}

static bool has_zone_none(const struct list_ask *ask)
{
    const bool required = ask->order != NULL && (ask->order->flags & (F_REQUIRED | F_PERSONAL)) == F_REQUIRED; /* not erased */

    return ask->order != NULL && !required && ask->order->type != FIELD_BOOL;
}

/* From the edge on, up to lot->max rows, in the order in which they are read. */
static int read_lot(struct db *db, struct arena *a, const struct list_ask *ask, const struct edge *edge, struct lot *lot)
{
    const enum zone zones[2] = {edge->back ? ZONE_NONE : ZONE_VALUES, edge->back ? ZONE_VALUES : ZONE_NONE};
    size_t i, from = edge->there && edge->zone != zones[0] ? 1 : 0;
    int e = 0;

    for (i = from; e == 0 && i < ARRAY_LEN(zones) && lot->n < lot->max; i++)
        if (zones[i] == ZONE_VALUES || has_zone_none(ask))
            e = read_zone(db, a, ask, edge, zones[i], lot);
    return e;
}

static void turn(struct lot *lot)
{
    size_t i;

    for (i = 0; i < lot->n / 2; i++) {
        const void *other = lot->v[lot->n - 1 - i];

        lot->v[lot->n - 1 - i] = lot->v[i];
        lot->v[i] = other;
    }
}

/* A page and one row more, which tells whether there are others. */
static int read_page(struct db *db, struct arena *a, const struct list_ask *ask, size_t limit, struct list_rows *ret)
{
    struct lot lot = {arena_array(a, limit + 1, const void *), 0, limit + 1};
    struct edge edge;
    bool more;
    int e;

    *ret = (struct list_rows){0};
    e = cursor_take(db, a, ask, &edge);
    if (e == 0 && !ask->scope.none)
        e = read_lot(db, a, ask, &edge, &lot);
    if (e < 0)
        return e;
    more = lot.n > limit;
    if (more)
        lot.n = limit;
    if (edge.back)
        turn(&lot);
    ret->v = lot.v;
    ret->n = lot.n;
    if (lot.n > 0 && (edge.back || more))
        ret->next = cursor_of(ask, lot.v[lot.n - 1], false, a);
    if (lot.n > 0 && (edge.back ? more : edge.there))
        ret->previous = cursor_of(ask, lot.v[0], true, a);
    return 0;
}

int list_read(struct db *db, struct arena *a, const struct list_ask *ask, struct list_rows *ret)
{
    int limit = ask->limit > 0 ? ask->limit : LIST_PAGE;

    BUG_IF(ask->n_filters > LIST_FILTERS || ask->n_found > LIST_FOUND);
    return read_page(db, a, ask, (size_t)(limit < LIST_PAGE_MAX ? limit : LIST_PAGE_MAX), ret);
}

int64_t list_count(struct db *db, struct arena *a, const struct list_ask *ask)
{
    struct sql *s = arena_new(a, struct sql);
    struct query q;
    int e;

    AUTO_ROWS struct rows rows = {0};

    if (ask->scope.none)
        return 0;
    sql_init(s, a);
    buf_add(&s->text, "SELECT COUNT(*) FROM (SELECT 1");
    put_from(s, ask);
    buf_add(&s->text, " LIMIT ");
    sql_put(s, V((int64_t)LIST_COUNT + 1));
    buf_add(&s->text, ") AS matches");
    e = sql_select(s, db, ask->entity->name, "i", &q, &rows);
    if (e == 0)
        e = rows_next(&rows);
    return e < 0 ? e : rows_int(&rows, 0);
}

/* The least value beyond: one step through the index (gov, field, id), however many rows have the value before it. */
static void put_next_value(struct sql *s, const struct list_ask *all, const struct field *f, const char *beyond)
{
    buf_printf(&s->text, "(SELECT %s", f->name);
    put_from(s, all);
    buf_printf(&s->text, " AND %s %s ORDER BY %s LIMIT 1)", f->name, beyond, f->name);
}

int list_values(struct db *db, struct arena *a, const struct list_ask *ask, const struct field *f,
                const char *ret[static LIST_VALUES + 1], size_t *ret_n)
{
    const struct list_ask all = {.entity = ask->entity, .scope = ask->scope};
    struct sql *s = arena_new(a, struct sql);
    struct query q;
    int e;

    AUTO_ROWS struct rows rows = {0};

    BUG_IF(f->type != FIELD_TEXT);
    *ret_n = 0;
    if (all.scope.none)
        return 0;
    sql_init(s, a);
    buf_add(&s->text, "WITH RECURSIVE v(x) AS (SELECT ");
    put_next_value(s, &all, f, "IS NOT NULL");
    buf_add(&s->text, " UNION ALL SELECT ");
    put_next_value(s, &all, f, "> v.x");
    buf_add(&s->text, " FROM v WHERE v.x IS NOT NULL) SELECT x FROM v WHERE x IS NOT NULL LIMIT ");
    sql_put(s, V((int64_t)LIST_VALUES + 1));
    e = sql_select(s, db, ask->entity->name, "t", &q, &rows);
    while (e == 0 && *ret_n <= LIST_VALUES && (e = rows_next(&rows)) > 0) {
        ret[(*ret_n)++] = rows_text(&rows, a, 0);
        e = 0;
    }
    return e;
}

int64_t list_each_next(struct db *db, const struct list_ask *ask, int64_t most, list_page_fn *page, void *arg,
                       struct arena *keep, const char **ret_next)
{
    struct list_ask each = *ask;
    char cursor[2 * CURSOR_MAX + 1];
    struct list_rows rows = {0};
    int64_t done = 0;
    struct arena a;
    int e;

    arena_init(&a, EACH_MEMORY);
    do {
        size_t limit = most > 0 && most - done < EACH_ROWS ? (size_t)(most - done) : EACH_ROWS;

        arena_reset(&a);
        e = read_page(db, &a, &each, limit, &rows);
        if (e == 0 && rows.n > 0)
            e = page(arg, &a, rows.v, rows.n);
        done += (int64_t)rows.n;
        if (e == 0 && rows.next != NULL) {
            BUG_IF(strlen(rows.next) >= sizeof cursor);
            memcpy(cursor, rows.next, strlen(rows.next) + 1);
            each.cursor = cursor;
        }
    } while (e == 0 && rows.next != NULL && (most == 0 || done < most));
    if (e == 0 && ret_next != NULL)
        *ret_next = rows.next != NULL ? arena_text(keep, cursor) : NULL;
    arena_finish(&a);
    return e < 0 ? e : done;
}

int64_t list_each(struct db *db, const struct list_ask *ask, int64_t most, list_page_fn *page, void *arg)
{
    struct list_ask all = *ask;

    all.cursor = NULL;
    return list_each_next(db, &all, most, page, arg, NULL, NULL);
}

/* ---- one row ---- */

static int reach(struct db *db, struct arena *a, const struct scope *scope, const struct entity *e, const void *row, int depth)
{
    const struct field *within = e->within != NULL ? entity_field(e, e->within) : NULL;
    int64_t id;
    void *above;
    int found;

    BUG_IF(depth > WITHIN_DEPTH);
    if (scope_holds(scope, e, row))
        return 1;
    if (scope->none || within == NULL || (e->kind == ENTITY_DATA && ((const struct record *)row)->gov != scope->gov))
        return 0;
    id = ((const ref *)((const char *)row + within->offset))->v;
    if (id == 0)
        return 0;
    above = arena_alloc(a, within->of->size);
    found = row_get(db, a, within->of, scope->gov, id, above);
    return found <= 0 ? found : reach(db, a, scope, within->of, above, depth + 1);
}

int row_reach(struct db *db, struct arena *a, const struct scope *scope, const struct entity *e, const void *row)
{
    return reach(db, a, scope, e, row, 0);
}
