/*
 * tree.c: everything is built from two facts: a node is the hash of its two children, and a tile holds every eighth level.
 *
 * A node is named (level, index): the root of the leaves index * 2^level .. (index + 1) * 2^level - 1. Roots of ranges
 * that are no power of two exist only at the right edge; they are folded from perfect ones.
 */
#include "base/hash.h"
#include "base/text.h"
#include "ledger/tree.h"

#define TILE_BITS 8

bool tree_hash_eq(const struct tree_hash *a, const struct tree_hash *b)
{
    return memcmp(a->v, b->v, sizeof a->v) == 0;
}

struct tree_hash tree_leaf(const void *data, size_t n)
{
    static const uint8_t mark = 0;
    const struct bytes parts[] = {{.p = &mark, .n = 1}, {.p = data, .n = n}};
    struct tree_hash h;

    hash_sha256_parts(parts, ARRAY_LEN(parts), h.v);
    return h;
}

struct tree_hash tree_node(const struct tree_hash *left, const struct tree_hash *right)
{
    uint8_t data[1 + 2 * TREE_HASH] = {1};
    struct tree_hash h;

    memcpy(data + 1, left->v, TREE_HASH);
    memcpy(data + 1 + TREE_HASH, right->v, TREE_HASH);
    hash_sha256(data, sizeof data, h.v);
    return h;
}

struct tree_hash tree_empty(void)
{
    struct tree_hash h;

    hash_sha256("", 0, h.v);
    return h;
}

/* Largest power of two below n, n > 1. */
static uint64_t split(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* ---- compact range ---- */

void tree_range_add(struct tree_range *r, const struct tree_hash *leaf)
{
    struct tree_hash h = *leaf;

    BUG_IF(r->size >= TREE_SIZE);
    for (uint64_t s = r->size; s & 1; s >>= 1)
        h = tree_node(&r->hash[--r->n], &h);
    r->hash[r->n++] = h;
    r->size++;
}

struct tree_hash tree_range_root(const struct tree_range *r)
{
    struct tree_hash h;

    if (r->n == 0)
        return tree_empty();
    h = r->hash[r->n - 1];
    for (size_t i = r->n - 1; i > 0; i--)
        h = tree_node(&r->hash[i - 1], &h);
    return h;
}

/* ---- nodes out of tiles ---- */

/* Folds 2^n neighbours into their root. */
static struct tree_hash fold(const struct tree_hash *h, int n)
{
    struct tree_hash left, right;

    if (n == 0)
        return *h;
    left = fold(h, n - 1);
    right = fold(h + (1 << (n - 1)), n - 1);
    return tree_node(&left, &right);
}

static int read_node(const struct tree_source *s, int level, uint64_t index, struct tree_hash *ret)
{
    int above = level % TILE_BITS;
    uint64_t first = index << above; /* of the hashes in the tile's level */
    size_t from = (size_t)(first % TREE_TILE);
    const struct tree_hash *h;
    int e;

    e = s->tile(s->arg, level / TILE_BITS, first / TREE_TILE, from + ((size_t)1 << above), &h);
    if (e < 0)
        return e;
    *ret = fold(h + from, above);
    return 0;
}

int tree_range_load(const struct tree_source *s, uint64_t size, struct tree_range *ret)
{
    struct tree_range r = {.size = size};
    uint64_t begin = 0;
    int e;

    if (size > s->size)
        return E_INPUT;
    for (int level = 62; level >= 0; level--) {
        if (!(size >> level & 1))
            continue;
        e = read_node(s, level, begin >> level, &r.hash[r.n]);
        if (e < 0)
            return e;
        r.n++;
        begin += UINT64_C(1) << level;
    }
    *ret = r;
    return 0;
}

int tree_root(const struct tree_source *s, uint64_t size, struct tree_hash *ret)
{
    struct tree_range r;
    int e;

    e = tree_range_load(s, size, &r);
    if (e < 0)
        return e;
    *ret = tree_range_root(&r);
    return 0;
}

/* Root of the leaves begin..end-1, where begin is a multiple of the largest power of two that fits. */
static int range_root(const struct tree_source *s, uint64_t begin, uint64_t end, struct tree_hash *ret)
{
    struct tree_hash part[TREE_PROOF];
    size_t n = 0;
    int e;

    while (begin < end) {
        int level = 63 - __builtin_clzll(end - begin);

        e = read_node(s, level, begin >> level, &part[n]);
        if (e < 0)
            return e;
        n++;
        begin += UINT64_C(1) << level;
    }
    BUG_IF(n == 0);
    *ret = part[n - 1];
    for (size_t i = n - 1; i > 0; i--)
        *ret = tree_node(&part[i - 1], ret);
    return 0;
}

/* ---- making proofs ---- */

static void reverse(struct tree_proof *p)
{
    for (size_t i = 0; i < p->n / 2; i++) {
        struct tree_hash h = p->hash[i];

        p->hash[i] = p->hash[p->n - 1 - i];
        p->hash[p->n - 1 - i] = h;
    }
}

/* PATH(m, D[n]) from the top down: the sibling of the half that holds the leaf, then that half. */
int tree_inclusion(const struct tree_source *s, uint64_t index, uint64_t size, struct tree_proof *ret)
{
    struct tree_proof p = {0};
    uint64_t begin = 0, end = size;
    int e;

    if (size > s->size || index >= size)
        return E_INPUT;
    while (end - begin > 1) {
        uint64_t middle = begin + split(end - begin);
        bool left = index < middle;

        e = range_root(s, left ? middle : begin, left ? end : middle, &p.hash[p.n]);
        if (e < 0)
            return e;
        p.n++;
        if (left)
            end = middle;
        else
            begin = middle;
    }
    reverse(&p);
    *ret = p;
    return 0;
}

/* SUBPROOF(m, D[n], b) of RFC 6962 2.1.2, from the top down; the old tree's own root is left out while it is a whole half. */
int tree_consistency(const struct tree_source *s, uint64_t old, uint64_t size, struct tree_proof *ret)
{
    struct tree_proof p = {0};
    uint64_t begin = 0, end = size;
    int e;

    if (size > s->size || old > size)
        return E_INPUT;
    while (old > 0 && old != end) {
        uint64_t middle = begin + split(end - begin);
        bool left = old <= middle;

        e = range_root(s, left ? middle : begin, left ? end : middle, &p.hash[p.n]);
        if (e < 0)
            return e;
        p.n++;
        if (left)
            end = middle;
        else
            begin = middle;
    }
    if (begin > 0) {
        e = range_root(s, begin, end, &p.hash[p.n]);
        if (e < 0)
            return e;
        p.n++;
    }
    reverse(&p);
    *ret = p;
    return 0;
}

/* ---- checking proofs ---- */

/*
 * Both checks walk up from a leaf's level. `inner` levels lie below the point where the paths to the leaf and to the last
 * leaf part: there the bits of the index say left or right. Above it every sibling is on the left.
 */
static int inner_levels(uint64_t index, uint64_t size)
{
    uint64_t differ = index ^ (size - 1);

    return differ == 0 ? 0 : 64 - __builtin_clzll(differ);
}

static int border_levels(uint64_t index, int inner)
{
    return inner > 63 ? 0 : __builtin_popcountll(index >> inner);
}

int tree_inclusion_check(const struct tree_hash *leaf, uint64_t index, uint64_t size, const struct tree_hash *path, size_t n,
                         const struct tree_hash *root)
{
    struct tree_hash h = *leaf;
    int inner;

    if (size > TREE_SIZE || index >= size)
        return E_FORMAT;
    inner = inner_levels(index, size);
    if (n != (size_t)inner + (size_t)border_levels(index, inner))
        return E_FORMAT;

    for (size_t i = 0; i < n; i++) {
        bool is_left = i < (size_t)inner && !(index >> i & 1);

        h = is_left ? tree_node(&h, &path[i]) : tree_node(&path[i], &h);
    }
    return tree_hash_eq(&h, root) ? 0 : E_FORMAT;
}

static int consistency_trivial(uint64_t old, const struct tree_hash *old_root, uint64_t size, const struct tree_hash *root,
                               size_t n)
{
    struct tree_hash empty = tree_empty();

    if (n != 0)
        return E_FORMAT;
    if (old == size)
        return tree_hash_eq(old_root, root) ? 0 : E_FORMAT;
    return tree_hash_eq(old_root, &empty) ? 0 : E_FORMAT;
}

int tree_consistency_check(uint64_t old, const struct tree_hash *old_root, uint64_t size, const struct tree_hash *root,
                           const struct tree_hash *proof, size_t n)
{
    int inner, shift, whole;
    struct tree_hash a, b;
    size_t start;

    if (size > TREE_SIZE || old > size)
        return E_FORMAT;
    if (old == 0 || old == size)
        return consistency_trivial(old, old_root, size, root, n);

    /* The proof starts at the largest perfect subtree that ends at `old`; it is the old root itself when old is 2^k. */
    shift = __builtin_ctzll(old);
    inner = inner_levels(old - 1, size) - shift;
    whole = (old & (old - 1)) == 0 ? 1 : 0;
    start = whole ? 0 : 1;
    if (n != start + (size_t)(inner + border_levels((old - 1) >> shift, inner)))
        return E_FORMAT;

    a = b = whole ? *old_root : proof[0];
    for (size_t i = start; i < n; i++) {
        size_t level = i - start;
        bool is_left = level < (size_t)inner && !((old - 1) >> shift >> level & 1);

        if (!is_left)
            a = tree_node(&proof[i], &a);
        b = is_left ? tree_node(&b, &proof[i]) : tree_node(&proof[i], &b);
    }
    return tree_hash_eq(&a, old_root) && tree_hash_eq(&b, root) ? 0 : E_FORMAT;
}

/* ---- tiles ---- */

size_t tree_tile_width(uint64_t size, int level, uint64_t n)
{
    uint64_t hashes = level * TILE_BITS > 63 ? 0 : size >> (level * TILE_BITS);
    uint64_t full = hashes / TREE_TILE;

    if (n < full)
        return TREE_TILE;
    return n == full ? (size_t)(hashes % TREE_TILE) : 0;
}

/* N in groups of three digits, all but the last as "x123/". */
static size_t write_groups(uint64_t n, bool last, char *to, size_t room)
{
    size_t used = n >= 1000 ? write_groups(n / 1000, false, to, room) : 0;
    unsigned group = (unsigned)(n % 1000);

    if (last)
        return used + (size_t)snprintf(to + used, room - used, "%03u", group);
    return used + (size_t)snprintf(to + used, room - used, "x%03u/", group);
}

void tree_tile_name(const struct tree_tile *t, char ret[TREE_TILE_NAME])
{
    size_t used;

    if (t->level == TREE_ENTRIES)
        used = (size_t)snprintf(ret, TREE_TILE_NAME, "tile/entries/");
    else
        used = (size_t)snprintf(ret, TREE_TILE_NAME, "tile/%d/", t->level);
    used += write_groups(t->n, true, ret + used, TREE_TILE_NAME - used);
    if (t->width < TREE_TILE)
        (void)snprintf(ret + used, TREE_TILE_NAME - used, ".p/%u", (unsigned)t->width); /* 63 bytes hold any */
}

/* Digits at *at, at most `max` of them: their value; *at moves on. */
static uint64_t take_digits(const char **at, int max, int *ret_n)
{
    uint64_t v = 0;

    for (*ret_n = 0; *ret_n < max && **at >= '0' && **at <= '9'; (*ret_n)++)
        v = v * 10 + (uint64_t)(*(*at)++ - '0');
    return v;
}

/* "1/", "63/" or "entries/" */
static int take_level(const char **at, int *ret)
{
    const char *from = *at;
    int n;

    if (text_starts(*at, "entries/")) {
        *at += 8;
        *ret = TREE_ENTRIES;
        return 0;
    }
    *ret = (int)take_digits(at, 2, &n);
    if (n == 0 || (n > 1 && *from == '0') || *ret > 63 || *(*at)++ != '/')
        return E_FORMAT;
    return 0;
}

/* The groups; that they are spelled in the one right way is seen afterwards, by writing them again. */
static int take_groups(const char **at, uint64_t *ret)
{
    uint64_t v = 0;
    bool more = true;
    int n;

    for (int groups = 0; more; groups++) {
        if (groups == 6)
            return E_FORMAT;
        more = **at == 'x';
        if (more)
            (*at)++;
        v = v * 1000 + take_digits(at, 3, &n);
        if (n != 3 || (more && *(*at)++ != '/'))
            return E_FORMAT;
    }
    *ret = v;
    return 0;
}

int tree_tile_parse(const char *name, struct tree_tile *ret)
{
    struct tree_tile t = {.width = TREE_TILE};
    const char *at = name;
    char again[TREE_TILE_NAME];
    int n;

    if (!text_starts(at, "tile/"))
        return E_FORMAT;
    at += 5;
    if (take_level(&at, &t.level) < 0 || take_groups(&at, &t.n) < 0)
        return E_FORMAT;
    if (text_starts(at, ".p/")) {
        at += 3;
        t.width = (size_t)take_digits(&at, 3, &n);
        if (n == 0 || t.width == 0 || t.width >= TREE_TILE)
            return E_FORMAT;
    }
    tree_tile_name(&t, again);
    if (!text_eq(again, name))
        return E_FORMAT;
    *ret = t;
    return 0;
}
