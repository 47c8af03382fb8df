/*
 * proof.h: the .tlog-proof file (C2SP tlog-proof) and what Terang puts into its `extra` line.
 *
 * Nothing in `extra` is authenticated by the file: verify.h recomputes all of it.
 */
#ifndef LEDGER_PROOF_H
#define LEDGER_PROOF_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "ledger/note.h"
#include "ledger/tree.h"

#define PROOF_MAX (256 * KB) /* of a file: a whole note, a path, a leaf and its opened fields */

struct proof {
    bool has_extra;
    struct bytes extra;
    uint64_t index;
    size_t n;
    struct tree_hash path[TREE_PATH];
    struct bytes note; /* the whole checkpoint with its signatures */
};

MUST_USE int proof_parse(struct arena *a, struct bytes file, struct proof *ret);
MUST_USE int proof_write(const struct proof *p, struct buf *out);

/* A field shown with the key that opens it. */
struct proof_open {
    const char *column;
    struct tree_hash key;
    const char *value; /* as leaf_value() makes it */
};

/* {"body":LEAF,"open":{COL:{"k":HEX,"v":VALUE}}}. The fields may come in any order. E_LIMIT over PROOF_MAX / 2. */
MUST_USE int proof_extra_write(struct arena *a, struct bytes body, const struct proof_open *open, size_t n, struct buf *out);

/* E_FORMAT for anything else than these members. The order is that of the file. */
MUST_USE int proof_extra_parse(struct arena *a, struct bytes extra, struct bytes *ret_body, struct proof_open **ret_open,
                               size_t *ret_n);

#endif
