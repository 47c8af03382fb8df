/*
 * sql_import.c: which rows of an import were changed since, asked of the table that they lie in.
 */
#include "engine/import.h"
#include "engine/sql_part.h"

int import_in_the_way(struct db *db, const struct entity *entity, const struct import_run *run, size_t max, int64_t ret[],
                      size_t *ret_n)
{
    struct query q;
    struct arena a;
    struct sql s;
    size_t n = 0;
    int e;

    arena_init(&a, 64 * KB);
    sql_init(&s, &a);
    buf_printf(&s.text, "SELECT i.record FROM import_row i JOIN %s x ON x.id = i.record%s WHERE i.gov = ", entity->name,
               entity->kind == ENTITY_DATA ? " AND x.gov = i.gov" : "");
    sql_put(&s, V(run->gov));
    buf_add(&s.text, " AND i.run = ");
    sql_put(&s, V(run->id));
    buf_add(&s.text, " AND x.rev <> i.rev ORDER BY i.n LIMIT ");
    sql_put(&s, V((int64_t)max));
    {
        AUTO_ROWS struct rows rows;

        e = sql_select(&s, db, "import.in-the-way", "i", &q, &rows);
        while (e == 0 && (e = rows_next(&rows)) > 0) {
            ret[n++] = rows_int(&rows, 0);
            e = 0;
        }
    }
    arena_finish(&a);
    if (e < 0)
        return e;
    *ret_n = n;
    return 0;
}
