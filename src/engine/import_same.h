/*
 * import_same.h: rows of a file that say nothing new: equal to a row that is there, or to an earlier line. For import_check.c,
 * and only for screens without a code, whose own export would else come in a second time as new rows.
 *
 * Two rows are equal when all fields that the file gives are. The rows that are there are read once, a hash each.
 */
#ifndef ENGINE_IMPORT_SAME_H
#define ENGINE_IMPORT_SAME_H

#include "db/db.h"
#include "engine/entity.h"

struct import_same; /* lives in the arena */

#define IMPORT_SAME_MAX ((size_t)1000000) /* rows that are compared with; beyond, the oldest are */

/*
 * Reads the rows of the government that count. `given` is a flag a field of the entity: what the file gives. Room for `more`
 * lines of the file is made too. Negative when the database cannot be asked; E_LIMIT when `a` is too small.
 */
MUST_USE int import_same_open(struct db *db, struct arena *a, const struct entity *e, int64_t gov, const bool *given,
                              size_t more, struct import_same **ret);

enum import_same_as { IMPORT_SAME_NONE, IMPORT_SAME_AS_ROW, IMPORT_SAME_AS_LINE };

/* Equal to what? The row is remembered as a line of the file. `lot` is for what is gone afterwards. */
enum import_same_as import_same_add(struct import_same *s, struct arena *lot, const void *row);

#endif
