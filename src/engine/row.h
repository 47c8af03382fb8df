/*
 * row.h: the only code that writes rows of entities: row, ledger leaf and record key in one transaction (design D15).
 *
 * Rows are the entity's own struct, which begins with struct record. They are only read here, never changed, because a work
 * may run twice (writer.h); the new head comes back on success, its leaf hash in the tx's arena. Not for: permission and scope
 * (checked before), forms, history pages.
 */
#ifndef ENGINE_ROW_H
#define ENGINE_ROW_H

#include "db/writer.h"
#include "engine/entity.h"

/* Who writes: in tx->actor, set by whoever submits the work. */
struct actor_mark {
    const char *role;    /* role code, shown in the leaf */
    int64_t user;        /* "user/7" in com.by; 0: the machine itself */
    int64_t subject_key; /* of that user, for com.by */
    const char *unit;    /* "36.71/5.03"; NULL for the installation */
};

/*
 * A new row: id, revision 1 and keys are made here, and gov is the caller's. E_CONFLICT for a unique field, E_INPUT when a
 * personal field's person does not exist; else as ledger_append() and db_run().
 */
MUST_USE int row_insert(struct tx *tx, const struct entity *e, const void *row, struct record *ret_head);

/*
 * The row with its fields changed, as revision head.rev + 1. E_CONFLICT when the stored row is of another revision than
 * head.rev says: somebody was quicker, and nothing is written.
 */
MUST_USE int row_update(struct tx *tx, const struct entity *e, const void *row, struct record *ret_head);

/* Voids the row: it stays, and counts no more. Its reason is the caller's, in a field of its own. */
MUST_USE int row_void(struct tx *tx, const struct entity *e, const void *row, struct record *ret_head);

/* Reads one row into `ret` (e->size bytes). 1 there, 0 not. `gov` is ignored but for data. */
MUST_USE int row_get(struct db *db, struct arena *a, const struct entity *e, int64_t gov, int64_t id, void *ret);

#endif
