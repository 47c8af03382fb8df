/*
 * sql_part.h: what all statements over entity tables are put together from (sql*.c), and how their rows come back.
 *
 * Text comes from entity tables alone, values go in as parameters. Not for anybody outside of the sql*.c files.
 */
#ifndef ENGINE_SQL_PART_H
#define ENGINE_SQL_PART_H

#include "db/db.h"
#include "engine/schema.h"

#define SQL_MAX    ((size_t)16 * KB)
#define SQL_PARAMS 240 /* of one statement */

/* ---- values of columns ---- */

struct val sql_head_value(const struct record *h, const char *column);
struct val sql_field_value(const struct field *f, const void *row);

/* The columns of a selected row, in the order of schema_columns(), into `ret` (e->size bytes). Texts live in `a`. */
void sql_take_row(const struct entity *e, const struct schema_want *w, size_t n, const struct rows *rows, struct arena *a,
                  void *ret);

/* ---- text ---- */

/* The types of n columns as struct query wants them, and `more` behind. */
const char *sql_types(const struct schema_want *w, size_t n, const char *more, struct arena *a);

/* "gov, id, rev, ..." */
const char *sql_columns(const struct schema_want *w, size_t n, struct arena *a);

/* A statement being written: each value that is put gets the next ?N. Over SQL_PARAMS is a BUG, so lists are cut before. */
struct sql {
    struct arena *arena;
    struct buf text, types;
    struct val in[SQL_PARAMS];
    size_t n;
};
void sql_init(struct sql *s, struct arena *a);
void sql_put(struct sql *s, struct val v);
void sql_put_ids(struct sql *s, const int64_t *ids, size_t n); /* "?4, ?5, ?6" */

/* Runs what was written; `ret_query` must live as long as the rows. */
MUST_USE int sql_select(struct sql *s, struct db *db, const char *name, const char *out, struct query *ret_query,
                        struct rows *ret_rows);

#endif
