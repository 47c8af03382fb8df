/*
 * leaf.h: one logged event as the bytes that are hashed: RFC 8785 (JCS) in a subset of strings and objects of strings.
 *
 * Pure: whoever holds a body can read it, and whoever holds a field key can check one commitment, without the program
 * that wrote it. Every encoding is unique: leaf_decode() accepts exactly the bytes that leaf_encode() makes.
 *
 * Not for: where keys come from (ledger.h), indexes and proofs (tree.h, proof.h).
 */
#ifndef LEDGER_LEAF_H
#define LEDGER_LEAF_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "ledger/tree.h"

#define LEAF_MAX  16384u /* bytes of a body */
#define LEAF_UID  32u    /* hex digits */
#define LEAF_TS   20u    /* YYYY-MM-DDThh:mm:ssZ */
#define LEAF_NAME 63u    /* letters of a member's name at most */

enum leaf_op {
    LEAF_INSERT,
    LEAF_UPDATE,
    LEAF_DELETE,
    LEAF_DECIDE,
    LEAF_READ,
    LEAF_ERASE,
    LEAF_REPAIR,
    LEAF_KEY,
    LEAF_TICK,
    LEAF_EXPORT,
    LEAF_LOAD,
    LEAF_OP_COUNT,
};

const char *leaf_op_name(enum leaf_op op);
MUST_USE int leaf_op_parse(const char *name, enum leaf_op *ret);
bool leaf_op_has_rev(enum leaf_op op); /* a revision of a record, with rev and prev; else an event beside it */

/* A member of pub or com. Values of com are commitments in hex. */
struct leaf_pair {
    const char *name;
    const char *value;
};

/* The members of a body, as they stand there. A sealed one has only `c`. Absent members are NULL. */
struct leaf {
    const char *c;
    const char *t, *rec, *rev, *prev, *unit, *who, *tx, *ts, *uid;
    enum leaf_op op;
    const struct leaf_pair *pub;
    size_t n_pub;
    const struct leaf_pair *com;
    size_t n_com;
};

/* The pair of that name, or NULL. */
const struct leaf_pair *leaf_pub(const struct leaf *l, const char *name);
const struct leaf_pair *leaf_com(const struct leaf *l, const char *name);

/* Appends the body to `out`. pub and com may come in any order. E_LIMIT over LEAF_MAX; E_INPUT for broken members. */
MUST_USE int leaf_encode(const struct leaf *l, struct arena *a, struct buf *out);

/*
 * E_FORMAT when the bytes are not in the subset (not canonical, not NFC, too long); E_INPUT when they are, but are no
 * leaf with the members that are needed: such a leaf can be proven all the same, only not read.
 */
MUST_USE int leaf_decode(struct arena *a, struct bytes body, struct leaf *ret);

struct tree_hash leaf_hash(struct bytes body);

/* ---- commitments. Keys are always 32 bytes; uid is the leaf's 32 hex digits. ---- */

/* The form of a value inside a commitment, a pub member and an opened field: NULL is "\N", a leading backslash is doubled. */
const char *leaf_value(struct arena *a, const char *value);
bool leaf_value_is_null(const char *form);

struct tree_hash leaf_field_key(const struct tree_hash *key, const char *uid, const char *table, const char *column);

/* `form` as leaf_value() makes it. */
struct tree_hash leaf_commit(const struct tree_hash *field_key, const char *table, const char *column, const char *form);

/*
 * Of a sealed leaf: the field key and `c`. It is treated as a leaf of table "x" whose one column "c" holds the whole inner
 * body, so opening it works as for any field: (key, inner body).
 */
struct tree_hash leaf_seal_key(const struct tree_hash *key, const char *uid);
struct tree_hash leaf_seal(struct arena *a, const struct tree_hash *field_key, struct bytes body);

#endif
