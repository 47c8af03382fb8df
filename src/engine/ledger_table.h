/*
 * ledger_table.h: `ledger check` over every covered entity: rows as they stand in the database, in the words of their leaves.
 *
 * Not for: what a check finds and how (ledger.h).
 */
#ifndef ENGINE_LEDGER_TABLE_H
#define ENGINE_LEDGER_TABLE_H

#include "engine/entity.h"
#include "ledger/ledger.h"

/*
 * For struct ledger_check: a table for each covered one of the entities, in `a`. Rows are read by key, some hundred at a time,
 * so that PostgreSQL never has a whole table in memory.
 */
void ledger_tables(struct arena *a, const struct entity *const *entities, size_t n, struct ledger_table **ret, size_t *ret_n);

/* For its member `subject`; arg begins with a struct ledger_entities. Looks among the persons for the one with this key. */
struct ledger_entities {
    const struct entity *const *v;
    size_t n;
};
int ledger_subject(void *arg, struct db *db, int64_t key, int64_t *ret_leaf_idx);

/* A row as its newest leaf has it, with the keys of the columns that a proof may open: 1, 0 there is no such row. */
MUST_USE int ledger_row_columns(struct db *db, struct arena *a, const struct entity *e, int64_t id, struct ledger_row *ret);

#endif
