/*
 * sql_import_same.c: a hash of every row that is there, and of every line of the file.
 */
#include "base/hash.h"
#include "base/text.h"
#include "engine/import_same.h"
#include "engine/sql_part.h"

#define ROW_ARENA ((size_t)16 * MB)

struct seen {
    uint8_t key[15];
    uint8_t as; /* enum import_same_as; 0: free */
};

struct import_same {
    const struct entity *e;
    const bool *given;
    struct seen *v;
    size_t n; /* a power of two */
};

/* Files keep instants to the second. */
static const char *compared(const struct field *f, const void *row, struct arena *a)
{
    const instant *at = (const void *)((const char *)row + f->offset);

    if (f->type == FIELD_INSTANT && at->v != INSTANT_NONE.v)
        return text_printf(a, "%lld", (long long)(at->v / 1000));
    return field_stored(f, row, a);
}

static void hash_of(const struct import_same *s, struct arena *a, const void *row, uint8_t ret[static HASH_SIZE])
{
    AUTO_HASH struct hash h;
    size_t i;

    hash_begin(&h);
    for (i = 0; i < s->e->n_fields; i++) {
        const char *v = s->given[i] ? compared(&s->e->fields[i], row, a) : NULL;

        hash_add(&h, v != NULL ? "1" : "0", 1);
        if (v != NULL)
            hash_add(&h, v, strlen(v) + 1);
    }
    hash_end(&h, ret);
}

/* What an equal one was; else this one stands there now. */
static enum import_same_as put(struct import_same *s, struct arena *a, const void *row, enum import_same_as as)
{
    uint8_t hash[HASH_SIZE];
    struct seen *at;
    size_t i;

    hash_of(s, a, row, hash);
    memcpy(&i, hash + 16, sizeof i);
    for (at = &s->v[i &= s->n - 1]; at->as != IMPORT_SAME_NONE; at = &s->v[i = (i + 1) & (s->n - 1)])
        if (memcmp(at->key, hash, sizeof at->key) == 0)
            return at->as;
    memcpy(at->key, hash, sizeof at->key);
    at->as = (uint8_t)as;
    return IMPORT_SAME_NONE;
}

enum import_same_as import_same_add(struct import_same *s, struct arena *lot, const void *row)
{
    return put(s, lot, row, IMPORT_SAME_AS_LINE);
}

static int count_rows(struct db *db, struct arena *a, const struct entity *e, int64_t gov, size_t *ret)
{
    struct query q;
    struct sql s;
    int result;

    AUTO_ROWS struct rows rows;

    sql_init(&s, a);
    buf_printf(&s.text, "SELECT count(*) FROM %s WHERE voided_at IS NULL", e->name);
    if (e->kind == ENTITY_DATA) {
        buf_add(&s.text, " AND gov = ");
        sql_put(&s, V(gov));
    }
    result = sql_select(&s, db, "import.same-count", "i", &q, &rows);
    if (result == 0)
        result = rows_next(&rows);
    if (result <= 0)
        return result < 0 ? result : E_STORAGE;
    *ret = (size_t)rows_int(&rows, 0);
    return 0;
}

static int put_rows(struct import_same *same, struct db *db, struct arena *a, int64_t gov)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n = schema_columns(same->e, w);
    struct arena one;
    struct query q;
    struct sql s;
    void *row;
    int result;

    AUTO_ROWS struct rows rows;

    sql_init(&s, a);
    buf_printf(&s.text, "SELECT %s FROM %s WHERE voided_at IS NULL", sql_columns(w, n, a), same->e->name);
    if (same->e->kind == ENTITY_DATA) {
        buf_add(&s.text, " AND gov = ");
        sql_put(&s, V(gov));
    }
    buf_add(&s.text, " ORDER BY id DESC LIMIT ");
    sql_put(&s, V((int64_t)IMPORT_SAME_MAX));
    arena_init(&one, ROW_ARENA);
    result = sql_select(&s, db, "import.same", sql_types(w, n, "", a), &q, &rows);
    while (result == 0 && (result = rows_next(&rows)) > 0) {
        row = arena_alloc(&one, same->e->size);
        sql_take_row(same->e, w, n, &rows, &one, row);
        (void)put(same, &one, row, IMPORT_SAME_AS_ROW); /* rows that are equal already are one */
        arena_reset(&one);
        result = 0;
    }
    arena_finish(&one);
    return result;
}

int import_same_open(struct db *db, struct arena *a, const struct entity *e, int64_t gov, const bool *given, size_t more,
                     struct import_same **ret)
{
    struct import_same *s = arena_new(a, struct import_same);
    size_t rows = 0;
    int result = count_rows(db, a, e, gov, &rows);

    if (result < 0)
        return result;
    rows = (rows < IMPORT_SAME_MAX ? rows : IMPORT_SAME_MAX) + more;
    *s = (struct import_same){.e = e, .given = given, .n = 1024};
    while (s->n < rows * 2)
        s->n *= 2;
    s->v = arena_array(a, s->n, struct seen);
    if (arena_over(a))
        return E_LIMIT;
    result = put_rows(s, db, a, gov);
    if (result == 0)
        *ret = s;
    return result;
}
