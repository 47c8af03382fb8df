/*
 * schema.h: the database that the entity tables describe, and what a present one lacks: `terang schema diff`.
 *
 * It proposes; a person reads, names and freezes the migration. What is in the database and in no table is said, never
 * dropped: a proposal takes nothing away.
 */
#ifndef ENGINE_SCHEMA_H
#define ENGINE_SCHEMA_H

#include "base/buf.h"
#include "db/migrate.h"
#include "engine/entity.h"

/* The columns of an entity's table in their order: the engine's own, then the fields. */
struct schema_want {
    const char *name;
    char type; /* as in struct query */
    bool not_null;
    int key; /* place in the primary key from 1, 0 none */
};
#define SCHEMA_COLUMNS_MAX 128

/* Fills `ret` and returns how many. BUG for an entity with too many. */
size_t schema_columns(const struct entity *e, struct schema_want ret[static SCHEMA_COLUMNS_MAX]);

/* Text of a migration that makes the table and its indexes, in the words of db/migrate.h. */
void schema_create(const struct entity *e, struct buf *out);

/*
 * Compares and writes the text of a migration that adds what is missing, a comment line "-- ! ..." for each difference
 * that needs a person. Tables in `known` (made by hand-written migrations) are left alone. Returns the number of
 * differences, 0 when both agree.
 */
int schema_diff(const struct entity *const *entities, size_t n, const char *const *known, const struct schema *have,
                struct buf *out);

#endif
