/*
 * verify.h: is this proof true, and what does it prove? The verifier of section 8, for `terang verify`, KPK and auditors.
 *
 * Pure and paranoid: everything in the file is the enemy's until a signature of a key in the policy stands behind it.
 * Files and the network belong to the caller.
 */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "ledger/leaf.h"
#include "ledger/policy.h"
#include "ledger/proof.h"
#include "ledger/tree.h"

/* The steps, in the order they are taken. The first that fails ends the verification. */
enum verify_step {
    VERIFY_FORM,   /* the file is a proof, spelled in the one allowed way */
    VERIFY_LOG,    /* a log of the policy signed the checkpoint, and no known key has a bad signature */
    VERIFY_QUORUM, /* enough witnesses cosigned it */
    VERIFY_LEAF,   /* the leaf itself is there to be hashed */
    VERIFY_PATH,   /* it is in the tree under the checkpoint */
    VERIFY_FIELDS, /* each opened field is the one committed to */
    VERIFY_HEAD,   /* only with another checkpoint: one history, and the head holds the same leaf */
    VERIFY_DONE,
};

enum verify_result {
    VERIFY_VALID = 0,
    VERIFY_INVALID = 1,
    VERIFY_UNKNOWN = 2, /* quorum not reached, no policy, network: nothing is proven, nothing is refuted */
};

/* What came of it. Texts live in the arena. */
struct verify {
    enum verify_result result;
    enum verify_step step; /* the failed one, or VERIFY_DONE */

    struct policy_verdict verdict;
    const struct policy *policy;
    uint64_t index;
    struct bytes body;
    struct tree_hash leaf_hash;
    bool has_leaf; /* false: the body is in the log, but is no leaf of section 5; only its bytes are proven */
    struct leaf leaf;
    const struct proof_open *open;
    size_t n_open;
    bool has_inner; /* a sealed leaf that was opened: `inner` is what it holds */
    struct leaf inner;

    bool has_time;       /* a witness vouches for a time */
    int64_t recorded_by; /* UTC seconds: earliest good cosignature over a checkpoint with size > index */
    bool has_not_before;
    int64_t not_before; /* UTC seconds: latest cosignature over a checkpoint with size <= index */

    bool to_head; /* later entries were looked at */
    uint64_t head_size;
    uint64_t later;        /* entries after the leaf */
    uint64_t unread;       /* of these, not readable as leaves of section 5: sealed ones not counted */
    const char *newer_rev; /* newest later revision of the same record, NULL when this one is the newest */
    uint64_t newer_index;
};

/* Entries of the log for --to-head, besides its tiles: calls `each` for the leaves first..size-1, in order. */
struct verify_entries {
    struct tree_source tiles;
    int (*read)(void *arg, uint64_t first, uint64_t size, int (*each)(void *each_arg, struct bytes body), void *each_arg);
    void *arg;
};

/* Steps FORM to FIELDS. Always fills *ret; `policy` must live as long. */
void verify_proof(struct arena *a, struct bytes file, const struct policy *policy, struct verify *ret);

/*
 * Step HEAD, after a valid verify_proof(): `head` is a newer checkpoint note. Checks its signatures, that it extends the
 * proof's checkpoint, and reads every entry from the leaf on, so that no later revision can be kept back.
 */
void verify_to_head(struct arena *a, struct bytes head, const struct verify_entries *log, struct verify *v);

/*
 * Takes another cosigned checkpoint of the same log into account for the bracket of time, when the tiles prove that both
 * belong to one history: size > index can only make `recorded_by` earlier, size <= index only `not_before` later. A
 * checkpoint that contradicts the proof's makes the result VERIFY_INVALID; one without any good cosignature says nothing.
 */
void verify_checkpoint(struct arena *a, struct bytes note, const struct tree_source *tiles, struct verify *v);

enum verify_lang {
    VERIFY_ID,
    VERIFY_EN,
};

/*
 * For people, a line a fact, and for programs, one JSON object with the same. In the first, control characters of logged
 * values are shown as U+FFFD: a terminal obeys nobody's leaf.
 */
void verify_print(const struct verify *v, enum verify_lang lang, struct buf *out);
MUST_USE int verify_json(const struct verify *v, struct buf *out);

#endif
