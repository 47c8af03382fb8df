/*
 * sql_ledger.c: the rows of covered entities for `ledger check` and for proofs, with the key of each committed column.
 *
 * A personal column hangs on the key of the person that it is about, which is looked up in the same statement. The same rule
 * as when the leaf was written (sql_row.c): without a person it is the record's own key.
 */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "engine/ledger_table.h"
#include "engine/sql_part.h"

#define SLICE      500
#define SLICE_TEXT "500"
#define KEYS_MAX   3
#define BEFORE_ALL (INT64_MIN + 1) /* INT64_MIN is NULL */
#define ROW_ARENA  ((size_t)16 * MB)

/* ---- which columns ---- */

static bool hangs_on_person(const struct field *f)
{
    return (f->flags & F_PUBLIC) == 0 && (f->flags & F_PERSONAL) != 0 && !text_eq(f->subject, "id");
}

static size_t count_persons(const struct entity *e)
{
    size_t n = 0, i;

    for (i = 0; i < e->n_fields; i++)
        n += hangs_on_person(&e->fields[i]);
    return n;
}

/* ", (SELECT record_key FROM person ...)" for each column that hangs on a person. */
static void put_persons(const struct entity *e, struct buf *out)
{
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const struct field *f = &e->fields[i];
        const struct field *subject;

        if (!hangs_on_person(f))
            continue;
        subject = entity_field(e, f->subject);
        BUG_IF(subject == NULL || subject->of == NULL); /* entity_fault() says so in a test */
        buf_printf(out, ", (SELECT p.record_key FROM %s p WHERE p.id = t.%s%s)", subject->of->name, subject->name,
                   subject->of->kind == ENTITY_DATA && e->kind == ENTITY_DATA ? " AND p.gov = t.gov" : "");
    }
}

/* Places of the key's columns, in the order of the key; how many. */
static size_t key_places(const struct schema_want *w, size_t n, size_t ret[static KEYS_MAX])
{
    size_t keys = 0, i;

    for (i = 0; i < n; i++) {
        if (w[i].key == 0)
            continue;
        BUG_IF(w[i].key > KEYS_MAX);
        ret[w[i].key - 1] = i;
        keys++;
    }
    return keys;
}

static const char *select_text(const struct entity *e, const struct schema_want *w, size_t n, struct arena *a, struct buf *out)
{
    buf_init(out, a, SQL_MAX);
    buf_printf(out, "SELECT %s", sql_columns(w, n, a));
    put_persons(e, out);
    buf_printf(out, " FROM %s t", e->name);
    return out->s;
}

static const char *out_types(const struct entity *e, const struct schema_want *w, size_t n, struct arena *a)
{
    size_t persons = count_persons(e), i;
    struct buf more;

    buf_init(&more, a, SQL_MAX);
    for (i = 0; i < persons; i++)
        buf_byte(&more, 'i');
    return sql_types(w, n, more.s, a);
}

/* ---- rows as leaves have them ---- */

/* Columns of the row under the cursor, made in `a`. */
static void take_columns(const struct entity *e, size_t n, const struct rows *rows, const struct record *row, struct arena *a,
                         struct ledger_row *ret)
{
    struct ledger_column *columns = arena_array(a, e->n_fields + 1, struct ledger_column);
    int at = (int)n;
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const struct field *f = &e->fields[i];
        bool is_public = (f->flags & F_PUBLIC) != 0;
        int64_t key = is_public ? 0 : row->record_key;

        if (hangs_on_person(f)) {
            const struct field *subject = entity_field(e, f->subject);
            const ref *person = (const ref *)((const char *)row + subject->offset);

            if (person->v != 0)
                key = rows_null(rows, at) ? 0 : rows_int(rows, at);
            at++;
        }
        columns[i] =
            (struct ledger_column){.name = f->name, .value = field_stored(f, row, a), .is_public = is_public, .key = key};
    }
    columns[i] = (struct ledger_column){.name = "voided_at", .is_public = true};
    if (row->voided_at.v != INSTANT_NONE.v)
        columns[i].value = text_printf(a, "%lld", (long long)row->voided_at.v);
    *ret = (struct ledger_row){.rec = text_printf(a, "%s/%lld", e->name, (long long)row->id),
                               .rev = row->rev,
                               .leaf_hash = row->leaf_hash,
                               .leaf_idx = row->leaf_idx,
                               .columns = columns,
                               .n = e->n_fields + 1};
}

/* ---- all of them ---- */

struct reading {
    const struct entity *e;
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n;
    size_t place[KEYS_MAX];
    size_t keys;
    struct query query;
    int64_t after[KEYS_MAX];
    struct arena row; /* of one row */
};

static void prepare(struct reading *r, struct arena *a, bool since)
{
    static const char *const names[] = {"?1", "?1, ?2", "?1, ?2, ?3"};
    struct buf sql, key, in;
    size_t i;

    r->n = schema_columns(r->e, r->w);
    r->keys = key_places(r->w, r->n, r->place);
    BUG_IF(r->keys == 0);
    buf_init(&key, a, 1 * KB);
    buf_init(&in, a, 1 * KB);
    for (i = 0; i < r->keys; i++) {
        buf_printf(&key, "%s%s", i > 0 ? ", " : "", r->w[r->place[i]].name);
        buf_byte(&in, 'i');
        r->after[i] = BEFORE_ALL;
    }
    (void)select_text(r->e, r->w, r->n, a, &sql);
    buf_printf(&sql, " WHERE (%s) > (%s)", key.s, names[r->keys - 1]);
    if (since) {
        buf_printf(&sql, " AND leaf_idx >= ?%zu", r->keys + 1);
        buf_byte(&in, 'i');
    }
    buf_printf(&sql, " ORDER BY %s LIMIT " SLICE_TEXT, key.s);
    r->query = (struct query){.name = r->e->name, .sql = sql.s, .in = in.s, .out = out_types(r->e, r->w, r->n, a)};
}

static int read_one(struct reading *r, const struct rows *rows, int (*each)(void *each_arg, const struct ledger_row *row),
                    void *each_arg)
{
    struct record *row = arena_alloc(&r->row, r->e->size);
    struct ledger_row found;
    size_t i;
    int e;

    sql_take_row(r->e, r->w, r->n, rows, &r->row, row);
    take_columns(r->e, r->n, rows, row, &r->row, &found);
    for (i = 0; i < r->keys; i++)
        r->after[i] = rows_int(rows, (int)r->place[i]);
    e = each(each_arg, &found);
    arena_reset(&r->row);
    return e;
}

/* How many rows came, or negative. */
static int read_slice(struct reading *r, struct db *db, int64_t since,
                      int (*each)(void *each_arg, const struct ledger_row *row), void *each_arg)
{
    struct val in[KEYS_MAX + 1];
    AUTO_ROWS struct rows rows;
    size_t i;
    int e, n = 0;

    for (i = 0; i < r->keys; i++)
        in[i] = V(r->after[i]);
    in[i] = V(since);
    e = db_select_(&rows, db, &r->query, in, strlen(r->query.in));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        e = read_one(r, &rows, each, each_arg);
        n++;
    }
    return e < 0 ? e : n;
}

static int rows_of(void *arg, struct db *db, int64_t since, int (*each)(void *each_arg, const struct ledger_row *row),
                   void *each_arg)
{
    const struct entity *e = arg;
    struct reading r = {.e = e};
    struct arena a;
    int n;

    arena_init(&a, 1 * MB);
    arena_init(&r.row, ROW_ARENA);
    prepare(&r, &a, since > 0 && e->ledger == LEDGER_PUBLIC);
    do {
        n = read_slice(&r, db, since, each, each_arg);
    } while (n == SLICE);
    arena_finish(&r.row);
    arena_finish(&a);
    return n < 0 ? n : 0;
}

void ledger_tables(struct arena *a, const struct entity *const *entities, size_t n, struct ledger_table **ret, size_t *ret_n)
{
    struct ledger_table *tables = arena_array(a, n + 1, struct ledger_table);
    size_t covered = 0, i;

    for (i = 0; i < n; i++) {
        const struct entity *e = entities[i];

        if (e->ledger != LEDGER_NONE)
            tables[covered++] = (struct ledger_table){
                .name = e->name, .sealed = e->ledger == LEDGER_SEALED, .rows = rows_of, .arg = (void *)(uintptr_t)e};
    }
    *ret = tables;
    *ret_n = covered;
}

/* ---- persons ---- */

static int find_person(struct db *db, const struct entity *e, struct arena *a, int64_t key, int64_t *ret_leaf_idx)
{
    const struct query q = {
        .name = e->name,
        .sql = text_printf(a, "SELECT leaf_idx FROM %s WHERE record_key = ?1 ORDER BY id LIMIT 1", e->name),
        .in = "i",
        .out = "i",
    };
    AUTO_ROWS struct rows rows;
    int found;

    found = db_select(&rows, db, &q, V(key));
    if (found == 0)
        found = rows_next(&rows);
    if (found > 0)
        *ret_leaf_idx = rows_int(&rows, 0);
    return found;
}

int ledger_subject(void *arg, struct db *db, int64_t key, int64_t *ret_leaf_idx)
{
    const struct ledger_entities *t = arg;
    struct arena a;
    size_t i;
    int found = 0;

    arena_init(&a, 64 * KB);
    for (i = 0; i < t->n && found == 0; i++)
        if (t->v[i]->is_subject && t->v[i]->ledger == LEDGER_PUBLIC)
            found = find_person(db, t->v[i], &a, key, ret_leaf_idx);
    arena_finish(&a);
    return found;
}

/* ---- one row ---- */

int ledger_row_columns(struct db *db, struct arena *a, const struct entity *e, int64_t id, struct ledger_row *ret)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n = schema_columns(e, w);
    struct query *q = arena_new(a, struct query);
    AUTO_ROWS struct rows rows;
    struct record *row;
    struct buf sql;
    int found;

    (void)select_text(e, w, n, a, &sql);
    buf_add(&sql, " WHERE t.id = ?1 ORDER BY id LIMIT 1");
    *q = (struct query){.name = e->name, .sql = sql.s, .in = "i", .out = out_types(e, w, n, a)};
    found = db_select(&rows, db, q, V(id));
    if (found == 0)
        found = rows_next(&rows);
    if (found <= 0)
        return found;
    row = arena_alloc(a, e->size);
    sql_take_row(e, w, n, &rows, a, row);
    take_columns(e, n, &rows, row, a, ret);
    return 1;
}
