/*
 * tile.h: growing the tiles of a tree, and reading bundles of entries.
 *
 * Pure. Used wherever tiles are written: the integrator, the rebuilding, the export, a mirror.
 */
#ifndef LEDGER_TILE_H
#define LEDGER_TILE_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "ledger/tree.h"

/* A tile that grew: its new content, which begins with the old. */
struct tile_grown {
    int level;
    uint64_t n;
    size_t old_width; /* 0: there was none */
    size_t width;
    struct tree_hash *hash;
};

/*
 * The tiles that change when n leaves are appended to a tree of old->size leaves, lowest level first. Reads only partial
 * tiles of the right edge from `old`. In the arena.
 */
MUST_USE int tile_grow(struct arena *a, const struct tree_source *old, const struct tree_hash *leaves, size_t n,
                       struct tile_grown **ret, size_t *ret_n);

#define TILE_ENTRY_MAX  65535u
#define TILE_BUNDLE_MAX (TREE_TILE * (TILE_ENTRY_MAX + 2u))

/* Appends one entry to a bundle: its length in two bytes, then itself. */
void tile_bundle_add(struct buf *out, struct bytes body);

/*
 * Calls `each` for the `width` entries of a bundle, from `skip` on. E_FORMAT when there are fewer, or anything behind
 * them; a negative result of `each` ends it and is passed on.
 */
MUST_USE int tile_bundle_read(struct bytes bundle, size_t width, size_t skip, int (*each)(void *arg, struct bytes body),
                              void *arg);

#endif
