/*
 * leaf.h: what every leaf says of the one who made it. Not for: columns, which the event has; appending (ledger.h).
 */
#ifndef ENGINE_LEAF_H
#define ENGINE_LEAF_H

#include "db/writer.h"
#include "engine/actor.h"
#include "ledger/ledger.h"

/*
 * A leaf of `table`/`id` without columns: unit, role, person and number of the work are filled, and for whom that
 * person stands in; the machine (user 0) is no person. Texts live in the tx's arena.
 */
struct ledger_leaf leaf_by(const struct tx *tx, const struct actor_mark *who, const char *table, int64_t id, enum leaf_op op);

/*
 * Leaves out of the fields that a proof shall open those that have no value and no commitment in the leaf: they were erased,
 * and there is nothing to open. A value without commitment stays, so that ledger_proof() finds it.
 */
MUST_USE int leaf_openable(struct ledger *l, struct db *db, struct arena *a, const struct tree_hash *leaf,
                           struct ledger_open_field *v, size_t *n);

#endif
