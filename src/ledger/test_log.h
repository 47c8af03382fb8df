/*
 * test_log.h: the vector log of the specification in memory, with tiles, keys and entries. For tests of this folder.
 */
#ifndef LEDGER_TEST_LOG_H
#define LEDGER_TEST_LOG_H

#include "base/hash.h"
#include "base/text.h"
#include "ledger/leaf.h"
#include "ledger/note.h"
#include "ledger/tile.h"
#include "ledger/tree.h"

#define TEST_ORIGIN       "terang.tangerangkota.example/ledger/1"
#define TEST_WITNESS      "witness.kpk.example/w1"
#define TEST_LOG_VKEY     TEST_ORIGIN "+cb39fcad+AWNaafRDpMceNxB6UkVJgsirGZYUNaVYHRn7ew2UaVJG"
#define TEST_WITNESS_VKEY TEST_WITNESS "+a31dd1d5+BMp36TvPAwgHKRbXncE87Wc/Aa1k5B1BUm5/+DzxWp91"
#define TEST_AT           1767225660 /* 2026-01-01T00:01:00Z */

#define TEST_LEAF_0                                                                                                            \
    "{\"com\":{\"by\":\"c77740ac4191b3532ec3017aba52a6811eca94d03d9b9ce585ce1a7ff00cfc48\",\"nama\":"                          \
    "\"f10b323952428375fba4eb3eb400623bd5e3c7f2ef388beffe52a2d5267a14b7\",\"nik\":"                                            \
    "\"0c1bae8c632280fa4726874c8d59bb4864eb811e8c1bf61a1f92a46ca109142c\"},\"op\":\"update\",\"prev\":"                        \
    "\"84fd9bac333ad79154348296204fa7f8c537a96e08983e5f73b3f5aca8e8edf7\",\"pub\":{\"nomor\":"                                 \
    "\"503/0001/DPMPTSP/2026\",\"status\":\"terbit\"},\"rec\":\"izin/1\",\"rev\":\"2\",\"t\":\"izin\",\"ts\":"                 \
    "\"2026-01-01T00:00:00Z\",\"tx\":\"1\",\"uid\":\"beea4522dc84e4970ba62c23fb8eb73c\",\"unit\":\"3671.2.18.01\","            \
    "\"v\":\"1\",\"who\":\"r/verifikator\"}"
#define TEST_LEAF_1                                                                                                            \
    "{\"op\":\"insert\",\"prev\":\"\",\"pub\":{\"kode\":\"5.1.02.01.01.0024\",\"pagu\":\"1250000000\",\"uraian\":"             \
    "\"Belanja alat tulis kantor — “TA 2026”\"},\"rec\":\"rka/42\",\"rev\":\"1\",\"t\":\"rka\",\"ts\":"                  \
    "\"2026-01-01T00:00:01Z\",\"tx\":\"2\",\"uid\":\"a98a8218b773199c3568cfa2ff8596f2\",\"unit\":\"3671.4.02.01\","            \
    "\"v\":\"1\",\"who\":\"r/perencana\"}"
#define TEST_LEAF_2 "{\"c\":\"58b77c172c103f1f4141e4f71c3ff633a236cfc6f08438cef02ae5fa51f9ab87\",\"t\":\"x\",\"v\":\"1\"}"

static inline struct bytes test_bytes(const char *s)
{
    return (struct bytes){.p = (const uint8_t *)s, .n = strlen(s)};
}

static inline struct bytes test_leaf(struct arena *a, uint64_t i)
{
    static const char *const first[] = {TEST_LEAF_0, TEST_LEAF_1, TEST_LEAF_2};

    if (i < ARRAY_LEN(first))
        return test_bytes(first[i]);
    return test_bytes(text_printf(a, "{\"i\":\"%llu\",\"t\":\"t\",\"v\":\"1\"}", (unsigned long long)i));
}

static inline struct tree_hash test_hash(const char *hex)
{
    struct tree_hash h;

    BUG_IF(hex_bytes(hex, h.v, sizeof h.v) < 0);
    return h;
}

static inline struct note_key test_key(const char *name, enum note_alg alg, const char *seed_text)
{
    struct note_key k;
    uint8_t seed[32];

    hash_sha256(seed_text, strlen(seed_text), seed);
    BUG_IF(note_key_make(name, alg, seed, &k) < 0);
    return k;
}

static inline struct note_key test_log_key(void)
{
    return test_key(TEST_ORIGIN, NOTE_ED25519, "terang test log seed v1");
}

static inline struct note_key test_witness_key(void)
{
    return test_key(TEST_WITNESS, NOTE_COSIGNATURE, "terang test witness seed v1");
}

/* ---- a log in memory ---- */

struct test_log {
    struct arena arena;
    struct tree_source source;
    struct tree_range range;
    struct tree_hash *level[TREE_LEVELS]; /* all hashes of a tile level behind each other */
    uint64_t max;
};

static inline int test_log_tile(void *arg, int level, uint64_t n, size_t width, const struct tree_hash **ret)
{
    struct test_log *log = arg;

    if (n * TREE_TILE + width > log->source.size >> (8 * level))
        return E_STORAGE;
    *ret = log->level[level] + n * TREE_TILE;
    return 0;
}

static inline void test_log_init(struct test_log *log, uint64_t max)
{
    *log = (struct test_log){.max = max};
    arena_init(&log->arena, 64 * MB);
    for (int l = 0; l < TREE_LEVELS; l++)
        log->level[l] = arena_array(&log->arena, (size_t)(max >> (8 * l)) + 1, struct tree_hash);
    log->source = (struct tree_source){.tile = test_log_tile, .arg = log};
}

static inline void test_log_finish(struct test_log *log)
{
    arena_finish(&log->arena);
}

/* Appends the vector log's leaves up to `size`, in one growth. */
static inline void test_log_grow(struct test_log *log, uint64_t size)
{
    size_t n = (size_t)(size - log->source.size), n_tiles;
    struct arena a;
    struct tree_hash *leaves;
    struct tile_grown *tiles;

    BUG_IF(size > log->max);
    arena_init(&a, 64 * MB);
    leaves = arena_array(&a, n, struct tree_hash);
    for (size_t i = 0; i < n; i++) {
        leaves[i] = leaf_hash(test_leaf(&a, log->source.size + i));
        tree_range_add(&log->range, &leaves[i]);
    }
    BUG_IF(tile_grow(&a, &log->source, leaves, n, &tiles, &n_tiles) < 0);
    for (size_t i = 0; i < n_tiles; i++)
        memcpy(log->level[tiles[i].level] + tiles[i].n * TREE_TILE, tiles[i].hash, tiles[i].width * TREE_HASH);
    log->source.size = size;
    arena_finish(&a);
}

/* The checkpoint note at a size, signed, and cosigned when `at` is not 0. */
static inline struct bytes test_log_note(struct test_log *log, struct arena *a, uint64_t size, int64_t at)
{
    struct checkpoint c = {.origin = TEST_ORIGIN, .size = size};
    struct note_key key = test_log_key(), witness = test_witness_key();
    struct bytes text;
    struct buf b;

    BUG_IF(tree_root(&log->source, size, &c.root) < 0);
    buf_init(&b, a, 4 * KB);
    checkpoint_write(&b, &c);
    text = arena_bytes(a, b.s, b.n);
    buf_byte(&b, '\n');
    note_sign(&key, text, 0, &b);
    if (at != 0)
        note_sign(&witness, text, at, &b);
    return buf_bytes(&b);
}

/* As verify_entries.read. */
static inline int test_log_read(void *arg, uint64_t first, uint64_t size, int (*each)(void *each_arg, struct bytes body),
                                void *each_arg)
{
    struct arena a;
    int e = 0;

    (void)arg; /* the leaves are computed */
    arena_init(&a, 1 * MB);
    for (uint64_t i = first; i < size && e == 0; i++) {
        arena_reset(&a);
        e = each(each_arg, test_leaf(&a, i));
    }
    arena_finish(&a);
    return e;
}

#endif
