/*
 * policy.h: which logs are believed, and whose cosignatures are enough (C2SP tlog-policy).
 *
 * Pure. A policy comes from a file that the verifier chose, never from what is verified.
 */
#ifndef LEDGER_POLICY_H
#define LEDGER_POLICY_H

#include "base/arena.h"
#include "base/base.h"
#include "ledger/note.h"

#define POLICY_MAX       (64 * KB)
#define POLICY_LOGS      32u
#define POLICY_WITNESSES 32u
#define POLICY_GROUPS    32u
#define POLICY_NODES     (POLICY_WITNESSES + POLICY_GROUPS)

/* A name that can be required: a witness, or k of its members. */
struct policy_node {
    const char *name;
    int witness; /* index into witnesses, -1 for a group */
    size_t k;
    size_t n;
    const uint8_t *members; /* indexes of earlier nodes */
    bool is_member;
};

struct policy {
    struct note_vkey *logs;
    const char **log_urls; /* NULL where none is given */
    size_t n_logs;
    struct note_vkey *witnesses;
    const char **witness_urls;
    size_t n_witnesses;
    struct policy_node *nodes;
    size_t n_nodes;
    int quorum; /* index into nodes, -1 for none */
};

/* E_FORMAT, and the line number (from 1, 0 when the whole file is at fault) in *ret_line. */
MUST_USE int policy_parse(struct arena *a, struct bytes file, struct policy *ret, int *ret_line);

/* A policy of one log and no witness: `terang verify --vkey`. */
MUST_USE int policy_of_vkey(struct arena *a, const char *vkey, struct policy *ret);

/* Is the quorum reached, when seen[i] tells of witnesses[i]? True for quorum none. */
bool policy_quorum(const struct policy *p, const struct note_seen *seen);

/* What a policy says of a checkpoint. */
struct policy_verdict {
    struct checkpoint checkpoint;
    const struct note_vkey *log;             /* the one that signed */
    struct note_seen seen[POLICY_WITNESSES]; /* in the order of the policy's witnesses */
    size_t cosigned;                         /* how many of them are good */
    bool quorum;
};

/*
 * Judges a checkpoint note: E_FORMAT when it is malformed, when its log is unknown or has not signed, when a known key
 * has a bad line. Whether the quorum was reached stands in the verdict.
 */
MUST_USE int policy_judge(struct arena *a, const struct policy *p, struct bytes note, struct policy_verdict *ret);

#endif
