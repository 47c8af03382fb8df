/*
 * sql.h: every statement of the ledger, by name. The texts and the tables stand in sql.c.
 *
 * Not for: anybody outside this folder.
 */
#ifndef LEDGER_SQL_H
#define LEDGER_SQL_H

#include "db/db.h"

/* clang-format off */
#define LEDGER_QUERIES(Q) \
    Q(q_append) Q(q_last_idx) Q(q_entry) Q(q_entries) Q(q_hashes) Q(q_bodies_back) \
    Q(q_find) Q(q_find_add) Q(q_find_clear) \
    Q(q_tile) Q(q_tile_add) Q(q_tile_grow) Q(q_tile_clear) Q(q_tiles) \
    Q(q_checkpoint) Q(q_checkpoint_newest) Q(q_checkpoints_back) Q(q_checkpoints) Q(q_checkpoint_add) \
    Q(q_cosigs) Q(q_cosig_sizes) Q(q_cosig_newest) Q(q_cosig_add) \
    Q(q_key) Q(q_key_add) Q(q_key_erase) Q(q_key_rewrap) Q(q_keys_under_other) Q(q_key_under) \
    Q(q_queue) Q(q_queue_get) Q(q_queue_add) Q(q_queue_remove) Q(q_queue_count) Q(q_queue_after) \
    Q(q_sealed_get) Q(q_sealed_add) Q(q_sealed_after) \
    Q(q_ended) Q(q_ended_add) Q(q_vkeys) Q(q_vkey_add) Q(q_vkey_end)
/* clang-format on */

#define LEDGER_DECLARE(name) extern const struct query name;
LEDGER_QUERIES(LEDGER_DECLARE)
#undef LEDGER_DECLARE

#endif
