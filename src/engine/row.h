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
#include "engine/actor.h"
#include "engine/entity.h"
#include "engine/history.h"

/*
 * A new row: revision 1 and keys are made here, gov is the caller's, and so is a head.id that is not 0 (os_new_id(), so that
 * a plan knows it before). E_CONFLICT for a unique field, E_INPUT when a
 * personal field's person does not exist; else as ledger_append() and db_run().
 */
MUST_USE int row_insert(struct tx *tx, const struct entity *e, const void *row, struct record *ret_head);

/*
 * The row with its fields changed, as revision head.rev + 1. E_CONFLICT when the stored row is of another revision than
 * head.rev says: somebody was quicker, and nothing is written. `before` is the row as it was read: the history keeps what
 * differs.
 */
MUST_USE int row_update(struct tx *tx, const struct entity *e, const void *before, const void *row, struct record *ret_head);

/* Voids the row: it stays, and counts no more. Its reason is the caller's, in a field of its own. */
MUST_USE int row_void(struct tx *tx, const struct entity *e, const void *row, struct record *ret_head);

/*
 * The row with the fields marked in `gone` (a flag a field) emptied, for erasing a person (erase.h): none, or ERASED_TEXT in a
 * text that may not be NULL. Its leaf `erase` lacks the fields that became none and names `basis`; the history of the row
 * loses what it held about `person` (NULL: every value of these fields), and what is written here adds none.
 */
#define ERASED_TEXT "[dihapus]"
MUST_USE int row_erase(struct tx *tx, const struct entity *e, const void *row, const bool *gone,
                       const struct history_person *person, const char *basis, struct record *ret_head);

/* Reads one row into `ret` (e->size bytes). 1 there, 0 not. `gov` is ignored but for data. */
MUST_USE int row_get(struct db *db, struct arena *a, const struct entity *e, int64_t gov, int64_t id, void *ret);

/*
 * Of an entity with .parent: the rows beside one parent, newest first, with ids below `below` (0: all), void ones too. *ret is
 * an array of structs in `a`. What costs a search through the table by row_get() is one step here.
 */
MUST_USE int row_children(struct db *db, struct arena *a, const struct entity *e, int64_t gov, int64_t parent, int64_t below,
                          size_t limit, void **ret, size_t *ret_n);
MUST_USE int row_child(struct db *db, struct arena *a, const struct entity *e, int64_t gov, int64_t parent, int64_t id,
                       void *ret); /* 1 there, 0 not */

#endif
