/*
 * sql_child.c: rows of an entity that lies clustered beside its parents, read by the parent: one place on the disk.
 */
#include "base/text.h"
#include "engine/row.h"
#include "engine/sql_part.h"

/* Newest first, those below an id. */
static struct query children_query(const struct entity *e, const struct schema_want *w, size_t n, struct arena *a)
{
    bool data = e->kind == ENTITY_DATA;

    BUG_IF(e->parent == NULL);
    return (struct query){
        .name = e->name,
        .sql = text_printf(a, "SELECT %s FROM %s WHERE %s = ?1 AND id < ?2%s ORDER BY id DESC LIMIT ?3", sql_columns(w, n, a),
                           e->name, e->parent, data ? " AND gov = ?4" : ""),
        .in = data ? "iiii" : "iii",
        .out = sql_types(w, n, "", a),
    };
}

int row_children(struct db *db, struct arena *a, const struct entity *e, int64_t gov, int64_t parent, int64_t below,
                 size_t limit, void **ret, size_t *ret_n)
{
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t columns = schema_columns(e, w), n = 0;
    const struct query q = children_query(e, w, columns, a);
    const struct val in[] = {V(parent), V(below != 0 ? below : INT64_MAX), V((int64_t)limit), V(gov)};
    char *rows_read = arena_array_(a, limit + 1, e->size);
    int result;

    AUTO_ROWS struct rows rows;

    result = db_select_(&rows, db, &q, in, strlen(q.in));
    while (result == 0 && n < limit && (result = rows_next(&rows)) > 0) {
        sql_take_row(e, w, columns, &rows, a, rows_read + n++ * e->size);
        result = 0;
    }
    if (result < 0)
        return result;
    *ret = rows_read;
    *ret_n = n;
    return 0;
}

int row_child(struct db *db, struct arena *a, const struct entity *e, int64_t gov, int64_t parent, int64_t id, void *ret)
{
    struct record *found;
    size_t n;
    int result;

    if (id <= 0 || id == INT64_MAX)
        return 0;
    result = row_children(db, a, e, gov, parent, id + 1, 1, (void **)&found, &n);
    if (result < 0 || n == 0 || found->id != id)
        return result;
    memcpy(ret, found, e->size);
    return 1;
}
