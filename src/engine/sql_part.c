/*
 * sql_part.c: columns and their values, parameters and their numbers.
 */
#include "base/text.h"
#include "engine/sql_part.h"

/* ---- values of columns ---- */

struct val sql_head_value(const struct record *h, const char *column)
{
    if (text_eq(column, "gov"))
        return V(h->gov);
    if (text_eq(column, "id"))
        return V(h->id);
    if (text_eq(column, "rev"))
        return V(h->rev);
    if (text_eq(column, "leaf_hash"))
        return V(h->leaf_hash);
    if (text_eq(column, "leaf_idx"))
        return V(h->leaf_idx);
    if (text_eq(column, "record_key"))
        return V((ref){h->record_key});
    BUG_IF(!text_eq(column, "voided_at"));
    return V(h->voided_at);
}

struct val sql_field_value(const struct field *f, const void *row)
{
    const void *at = (const char *)row + f->offset;

    switch (f->type) {
    case FIELD_INT:
        return V(*(const int64_t *)at);
    case FIELD_BOOL:
        return V(*(const bool *)at);
    case FIELD_MONEY:
        return V(*(const money *)at);
    case FIELD_DATE:
        return V(*(const date *)at);
    case FIELD_INSTANT:
        return V(*(const instant *)at);
    case FIELD_REF:
        return V(*(const ref *)at);
    case FIELD_STATE:
        return V(*(const state *)at);
    case FIELD_TEXT:
        return V(*(const char *const *)at);
    case FIELD_TYPE_COUNT:
        break;
    }
    bug_at(__FILE__, __LINE__, f->name);
}

static void take_head(struct record *h, const char *column, const struct rows *rows, int at, struct arena *a)
{
    int64_t v = text_eq(column, "leaf_hash") ? 0 : rows_int(rows, at);

    if (text_eq(column, "leaf_hash"))
        h->leaf_hash = rows_bytes(rows, a, at);
    else if (text_eq(column, "gov"))
        h->gov = v;
    else if (text_eq(column, "id"))
        h->id = v;
    else if (text_eq(column, "rev"))
        h->rev = v;
    else if (text_eq(column, "leaf_idx"))
        h->leaf_idx = v;
    else if (text_eq(column, "record_key"))
        h->record_key = v == INT_NONE ? 0 : v;
    else
        h->voided_at = (instant){v};
}

static void take_field(const struct field *f, void *row, const struct rows *rows, int at, struct arena *a)
{
    void *to = (char *)row + f->offset;

    switch (f->type) {
    case FIELD_TEXT:
        *(const char **)to = rows_text(rows, a, at);
        return;
    case FIELD_STATE:
        ((state *)to)->v = rows_text(rows, a, at);
        return;
    case FIELD_BOOL:
        *(bool *)to = rows_int(rows, at) == 1;
        return;
    case FIELD_DATE:
        *(date *)to = rows_null(rows, at) ? DATE_NONE : (date){(int32_t)rows_int(rows, at)};
        return;
    case FIELD_REF:
        ((ref *)to)->v = rows_null(rows, at) ? 0 : rows_int(rows, at);
        return;
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_INSTANT:
        *(int64_t *)to = rows_int(rows, at);
        return;
    case FIELD_TYPE_COUNT:
        break;
    }
    bug_at(__FILE__, __LINE__, f->name);
}

void sql_take_row(const struct entity *e, const struct schema_want *w, size_t n, const struct rows *rows, struct arena *a,
                  void *ret)
{
    size_t own = n - e->n_fields, i;

    memset(ret, 0, e->size);
    *(struct record *)ret = (struct record){.leaf_idx = INT_NONE, .voided_at = INSTANT_NONE};
    for (i = 0; i < own; i++)
        take_head(ret, w[i].name, rows, (int)i, a);
    for (; i < n; i++)
        take_field(&e->fields[i - own], ret, rows, (int)i, a);
}

/* ---- text ---- */

const char *sql_types(const struct schema_want *w, size_t n, const char *more, struct arena *a)
{
    struct buf b;
    size_t i;

    buf_init(&b, a, SQL_MAX);
    for (i = 0; i < n; i++)
        buf_byte(&b, w[i].type);
    buf_add(&b, more);
    return b.s;
}

const char *sql_columns(const struct schema_want *w, size_t n, struct arena *a)
{
    struct buf b;
    size_t i;

    buf_init(&b, a, SQL_MAX);
    for (i = 0; i < n; i++) {
        if (i > 0)
            buf_add(&b, ", ");
        buf_add(&b, w[i].name);
    }
    return b.s;
}

void sql_init(struct sql *s, struct arena *a)
{
    s->arena = a;
    s->n = 0;
    buf_init(&s->text, a, SQL_MAX);
    buf_init(&s->types, a, SQL_PARAMS);
}

void sql_put(struct sql *s, struct val v)
{
    static const char letters[] = {[VAL_INT] = 'i', [VAL_TEXT] = 't', [VAL_BYTES] = 'b'};

    BUG_IF(s->n == SQL_PARAMS);
    s->in[s->n++] = v;
    buf_byte(&s->types, letters[v.type]);
    buf_printf(&s->text, "?%zu", s->n);
}

void sql_put_ids(struct sql *s, const int64_t *ids, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        buf_add(&s->text, i > 0 ? ", " : "");
        sql_put(s, V(ids[i]));
    }
}

int sql_select(struct sql *s, struct db *db, const char *name, const char *out, struct query *ret_query, struct rows *ret_rows)
{
    BUG_IF(buf_failed(&s->text) < 0);
    *ret_query = (struct query){.name = name, .sql = s->text.s, .in = s->types.s, .out = out};
    return db_select_(ret_rows, db, ret_query, s->in, s->n);
}
