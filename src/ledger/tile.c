/*
 * tile.c: level by level, what became full below is appended above.
 */
#include "ledger/tile.h"

#define TILE_BITS 8

/* Room for every tile that n leaves can touch: on each level at most n / 256 + 2, and levels shrink. */
static size_t tiles_max(size_t n)
{
    size_t max = 0;

    for (int level = 0; level < TREE_LEVELS; level++)
        max += (n >> (level * TILE_BITS) >> TILE_BITS) + 2;
    return max;
}

struct growth {
    struct arena *arena;
    const struct tree_source *old;
    struct tile_grown *tiles;
    size_t n;
};

static struct tree_hash tile_root(const struct tree_hash *hash)
{
    struct tree_range r = {0};

    for (size_t i = 0; i < TREE_TILE; i++)
        tree_range_add(&r, &hash[i]);
    return tree_range_root(&r);
}

/* The tile that hash `at` of this level falls into, with what stood in it. */
static int open_tile(struct growth *g, int level, uint64_t at, struct tile_grown **ret)
{
    struct tile_grown *t = &g->tiles[g->n];
    const struct tree_hash *before;
    int e;

    *t = (struct tile_grown){.level = level, .n = at / TREE_TILE, .old_width = (size_t)(at % TREE_TILE)};
    t->hash = arena_array(g->arena, TREE_TILE, struct tree_hash);
    t->width = t->old_width;
    if (t->old_width > 0) {
        e = g->old->tile(g->old->arg, level, t->n, t->old_width, &before);
        if (e < 0)
            return e;
        memcpy(t->hash, before, t->old_width * sizeof *before);
    }
    g->n++;
    *ret = t;
    return 0;
}

/* Appends `n` hashes to a level; returns how many tiles became full, their roots in `ret_full`. */
static int grow_level(struct growth *g, int level, const struct tree_hash *add, size_t n, struct tree_hash *ret_full)
{
    uint64_t at = g->old->size >> (level * TILE_BITS);
    struct tile_grown *t = NULL;
    int full = 0, e;

    for (size_t i = 0; i < n; i++) {
        if (t == NULL) {
            e = open_tile(g, level, at + i, &t);
            if (e < 0)
                return e;
        }
        t->hash[t->width++] = add[i];
        if (t->width == TREE_TILE) {
            ret_full[full++] = tile_root(t->hash);
            t = NULL;
        }
    }
    return full;
}

int tile_grow(struct arena *a, const struct tree_source *old, const struct tree_hash *leaves, size_t n, struct tile_grown **ret,
              size_t *ret_n)
{
    struct growth g = {.arena = a, .old = old, .tiles = arena_array(a, tiles_max(n), struct tile_grown)};
    const struct tree_hash *add = leaves;

    for (int level = 0; level < TREE_LEVELS && n > 0; level++) {
        struct tree_hash *full = arena_array(a, n / TREE_TILE + 1, struct tree_hash);
        int e;

        e = grow_level(&g, level, add, n, full);
        if (e < 0)
            return e;
        n = (size_t)e;
        add = full;
    }
    *ret = g.tiles;
    *ret_n = g.n;
    return 0;
}

/* ---- bundles ---- */

void tile_bundle_add(struct buf *out, struct bytes body)
{
    BUG_IF(body.n > TILE_ENTRY_MAX);
    buf_byte(out, (char)(body.n >> 8));
    buf_byte(out, (char)(body.n & 0xff));
    buf_add_n(out, body.p, body.n);
}

int tile_bundle_read(struct bytes bundle, size_t width, size_t skip, int (*each)(void *arg, struct bytes body), void *arg)
{
    size_t at = 0;
    int e;

    for (size_t i = 0; i < width; i++) {
        struct bytes body;

        if (bundle.n - at < 2)
            return E_FORMAT;
        body.n = (size_t)bundle.p[at] << 8 | bundle.p[at + 1];
        body.p = bundle.p + at + 2;
        if (bundle.n - at - 2 < body.n)
            return E_FORMAT;
        at += 2 + body.n;
        e = i < skip ? 0 : each(arg, body);
        if (e < 0)
            return e;
    }
    return at == bundle.n ? 0 : E_FORMAT;
}
