/*
 * tree.h: the Merkle tree of RFC 6962 over SHA-256, its proofs, and the tiles it is stored in (C2SP tlog-tiles).
 *
 * Pure: no database, no network, no clock. Whoever has tiles (a database, a directory, a mirror's answers) gives them as
 * a struct tree_source. Sizes and indexes are below 2^63, so that they fit a database column.
 *
 * Not for: what a leaf says (leaf.h), who vouches for a root (note.h).
 */
#ifndef LEDGER_TREE_H
#define LEDGER_TREE_H

#include "base/base.h"

#define TREE_HASH   32u
#define TREE_TILE   256u /* hashes in a full tile */
#define TREE_LEVELS 8    /* tile levels that sizes below 2^63 can use */
#define TREE_PATH   63u  /* hashes a proof can have at most; RFC 6962 2.1.2 adds one at its beginning */
#define TREE_PROOF  (TREE_PATH + 1u)
#define TREE_SIZE   ((uint64_t)INT64_MAX)

struct tree_hash {
    uint8_t v[TREE_HASH];
};

bool tree_hash_eq(const struct tree_hash *a, const struct tree_hash *b);

struct tree_hash tree_leaf(const void *data, size_t n);
struct tree_hash tree_node(const struct tree_hash *left, const struct tree_hash *right);
struct tree_hash tree_empty(void); /* root of no leaves */

/*
 * A compact range: the roots of the perfect subtrees that the leaves 0..size-1 fall into, largest first. All that is
 * needed to append and to know the root.
 */
struct tree_range {
    uint64_t size;
    size_t n;
    struct tree_hash hash[TREE_PROOF];
};

void tree_range_add(struct tree_range *r, const struct tree_hash *leaf);
struct tree_hash tree_range_root(const struct tree_range *r);

/*
 * Where tiles come from. `width` is how many hashes are needed, 1..256: the source may answer with a wider tile, the
 * first `width` hashes count. The memory stays the source's and must live until its next call. E_STORAGE or another
 * code when it cannot; the code is passed on.
 */
struct tree_source {
    int (*tile)(void *arg, int level, uint64_t n, size_t width, const struct tree_hash **ret);
    void *arg;
    uint64_t size; /* leaves the source knows; nothing beyond is asked for */
};

/* Of the leaves 0..size-1: the root, and the compact range. O(log n) tiles. E_INPUT when size is over the source's. */
MUST_USE int tree_root(const struct tree_source *s, uint64_t size, struct tree_hash *ret);
MUST_USE int tree_range_load(const struct tree_source *s, uint64_t size, struct tree_range *ret);

/* A proof as it travels: of an inclusion the leaf's sibling first, of a consistency in the order of RFC 6962 2.1.2. */
struct tree_proof {
    size_t n;
    struct tree_hash hash[TREE_PROOF];
};

/* Makes proofs. E_INPUT for index >= size, old > size, size over the source's. */
MUST_USE int tree_inclusion(const struct tree_source *s, uint64_t index, uint64_t size, struct tree_proof *ret);
MUST_USE int tree_consistency(const struct tree_source *s, uint64_t old, uint64_t size, struct tree_proof *ret);

/* Checks proofs: 0, or E_FORMAT when anything, the number of hashes included, is not as (index, size) dictates. */
MUST_USE int tree_inclusion_check(const struct tree_hash *leaf, uint64_t index, uint64_t size, const struct tree_hash *path,
                                  size_t n, const struct tree_hash *root);
MUST_USE int tree_consistency_check(uint64_t old, const struct tree_hash *old_root, uint64_t size, const struct tree_hash *root,
                                    const struct tree_hash *proof, size_t n);

/* Hashes in tile (level, n) of a tree of `size` leaves: 0 for none, 256 for full. */
size_t tree_tile_width(uint64_t size, int level, uint64_t n);

/* A tile's address below the prefix: level -1 is "entries". */
struct tree_tile {
    int level;
    uint64_t n;
    size_t width; /* 1..255 partial, 256 full */
};
#define TREE_ENTRIES   (-1)
#define TREE_TILE_NAME 64u

/* "tile/1/x001/x234/067.p/8"; E_FORMAT for every other spelling. */
void tree_tile_name(const struct tree_tile *t, char ret[TREE_TILE_NAME]);
MUST_USE int tree_tile_parse(const char *name, struct tree_tile *ret);

#endif
