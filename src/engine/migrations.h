/*
 * migrations.h: the one list of steps from an empty database to today's schema.
 *
 * The ledger's own step comes first, then the files of migrations/ in the order of the list in migrations.c; a step's number is
 * its place. Once a release has gone out, steps are only added at the end.
 */
#ifndef ENGINE_MIGRATIONS_H
#define ENGINE_MIGRATIONS_H

#include "db/migrate.h"

/* Constant; made at the first call. */
const struct migration *migrations(size_t *ret_n);

#endif
