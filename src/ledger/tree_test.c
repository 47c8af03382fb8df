/*
 * tree_test.c: hashing, proofs and tiles against the specification's vectors, and every proof of small trees.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/test_log.h"

/* clang-format off */
static const char *const leaf_hashes[] = {
    "eeacdf6647c1bd358d082e534deca69612d3c1d80e2b434f8f8e269dc60e2553",
    "fd3bbc6fbb6416c944aec3ee877f4d1eaf54557db5c62dd82dc9236d1cd9f5b7",
    "333bcc357866bf35d5bbbbb4c6c3731991b95af160ade669ceab0e989a5597ac",
    "fedd8ebe20b56d6cb72323f1b2ec55878f1c78ee5cfa8126504b58ad14471dd5",
    "000ca0823becbbed3b9c575e0d5e722bc9164ca478f8fe29bb7698b61cca4bf8",
    "5769bd7b70b85ddf31f9193aa08f0572defa258eb0b971ddc55f865cf2df6062",
    "1fa900752468e5be8b5ad2c56a3f6c8cf7393c8f10d6ad3df4672c8c79ac6f99",
    "adf479e84a7f0563f592d7c09b6db95fa7414d63c50828bb3b63aea00d473c8d",
};

static const struct {
    uint64_t size;
    const char *root;
} roots[] = {
    {0,     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {1,     "eeacdf6647c1bd358d082e534deca69612d3c1d80e2b434f8f8e269dc60e2553"},
    {2,     "dc1bfc18f022c810ccfa8b9196edce45666814ced898f73045712100881800d5"},
    {3,     "f1aa6279919749948efc6a22471fb0f792fb211d2740e7559eed8b7fe15fc312"},
    {4,     "9a576a3a607e79298917d0d28ed18af3e21b9288b26182a41462588c4204b8b0"},
    {5,     "88084a08d5de47e9c5076cda6767de26025e0bedcaf3b80310470b1b6e7140ee"},
    {6,     "93e670bbcfe1deea4f28e6d251b18e3553dc4dcdcb8fdbe6d79de4b997bae01b"},
    {7,     "e2b8d580126820f8eb3b5b796ee5ce2c592ed6b5b47d81b0ce3b50ae5013835e"},
    {8,     "d4e1b0d8320efcea6dea821cb2de44a87cf69aa34a36c93bee4b448aea71a0c2"},
    {255,   "dba6c57274eca6edd023a4f5eeb66aca3b41102cf064911349baa352a0ac6a5f"},
    {256,   "87ef81ad71bf62ca286ba3d70ef800d24e75159c28a28b461678cd0bad4341e1"},
    {257,   "ee82f4ae5189552c3de5f7a62ce74e36adb051be7ce19b0ad8aae6e93b4d03dd"},
    {65536, "f387f5b2477086675ce346ea1c97052588ada3a1f37ec49ae346ca0ad978498b"},
    {69000, "bfd25726e0ab80acde8425424d730dc3a35541271def16956d6c92fcbed81d10"},
    {70000, "0f6e33f3ad20e2dd6f43ff37b4f8246ba20cc6080324e573e4037fa8b1769f1e"},
};

/* old = UINT64_MAX: an inclusion of `index`. */
static const struct {
    uint64_t index, old, size;
    const char *hash[5];
} proofs[] = {
    {3, UINT64_MAX, 7, {"333bcc357866bf35d5bbbbb4c6c3731991b95af160ade669ceab0e989a5597ac",
                        "dc1bfc18f022c810ccfa8b9196edce45666814ced898f73045712100881800d5",
                        "4cb055a8af42141e5d5dfc640de3a28ec6a358abb735c8d6b0633dd976f3dd4c"}},
    {6, UINT64_MAX, 7, {"9f48e7932a28e5e445d56aee58f640d8a3396727690777c3a1eb93908e27f7e8",
                        "9a576a3a607e79298917d0d28ed18af3e21b9288b26182a41462588c4204b8b0"}},
    {0, 3, 7,          {"333bcc357866bf35d5bbbbb4c6c3731991b95af160ade669ceab0e989a5597ac",
                        "fedd8ebe20b56d6cb72323f1b2ec55878f1c78ee5cfa8126504b58ad14471dd5",
                        "dc1bfc18f022c810ccfa8b9196edce45666814ced898f73045712100881800d5",
                        "4cb055a8af42141e5d5dfc640de3a28ec6a358abb735c8d6b0633dd976f3dd4c"}},
    {0, 4, 7,          {"4cb055a8af42141e5d5dfc640de3a28ec6a358abb735c8d6b0633dd976f3dd4c"}},
    {0, 6, 7,          {"9f48e7932a28e5e445d56aee58f640d8a3396727690777c3a1eb93908e27f7e8",
                        "1fa900752468e5be8b5ad2c56a3f6c8cf7393c8f10d6ad3df4672c8c79ac6f99",
                        "9a576a3a607e79298917d0d28ed18af3e21b9288b26182a41462588c4204b8b0"}},
};

static const struct {
    int level;
    uint64_t n;
    size_t width;
    const char *name;
} names[] = {
    {0,            0,       256, "tile/0/000"},
    {0,            999,     256, "tile/0/999"},
    {0,            1000,    256, "tile/0/x001/000"},
    {1,            1234067, 8,   "tile/1/x001/x234/067.p/8"},
    {TREE_ENTRIES, 273,     112, "tile/entries/273.p/112"},
    {63,           1,       1,   "tile/63/001.p/1"},
    {2,            999999999999999999, 255, "tile/2/x999/x999/x999/x999/x999/999.p/255"},
};

static const char *const no_names[] = {
    "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/-1/000",
    "tile/0/x000/000", "tile/0/x001/00", "tile/0/001/000", "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256",
    "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p/1x", "tile/0/000/", "/tile/0/000", "tile/entries/0", "tile/0/000.p/1/2",
    "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/entry/000", "tile/ 0/000", "tile/0/+00",
};
/* clang-format on */

static int set_up(void **env)
{
    static struct test_log log;

    test_log_init(&log, 70000);
    for (size_t i = 0; i < ARRAY_LEN(roots); i++)
        test_log_grow(&log, roots[i].size);
    *env = &log;
    return 0;
}

static int tear_down(void **env)
{
    test_log_finish(*env);
    return 0;
}

static void leaf_hashes_are_those_of_the_vectors(void **env)
{
    struct arena a;

    (void)env;
    arena_init(&a, 1 * MB);
    for (size_t i = 0; i < ARRAY_LEN(leaf_hashes); i++) {
        struct tree_hash h = leaf_hash(test_leaf(&a, i)), want = test_hash(leaf_hashes[i]);

        assert_true(tree_hash_eq(&h, &want));
    }
    arena_finish(&a);
}

static void roots_are_those_of_the_vectors_from_tiles(void **env)
{
    struct test_log *log = *env;

    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        struct tree_hash root, want = test_hash(roots[i].root);

        assert_int_equal(tree_root(&log->source, roots[i].size, &root), 0);
        assert_true(tree_hash_eq(&root, &want));
    }
}

static void a_growing_range_has_the_root_of_the_tiles(void **env)
{
    struct test_log *log = *env;
    struct tree_hash root = tree_range_root(&log->range), want = test_hash(roots[ARRAY_LEN(roots) - 1].root);
    struct tree_range loaded;

    assert_true(tree_hash_eq(&root, &want));
    assert_int_equal(tree_range_load(&log->source, 70000, &loaded), 0);
    assert_int_equal(loaded.n, log->range.n);
    assert_memory_equal(loaded.hash, log->range.hash, loaded.n * TREE_HASH);
}

static void proofs_are_those_of_the_vectors(void **env)
{
    struct test_log *log = *env;

    for (size_t i = 0; i < ARRAY_LEN(proofs); i++) {
        struct tree_proof p;
        size_t n = 0;
        int e;

        e = proofs[i].old == UINT64_MAX ? tree_inclusion(&log->source, proofs[i].index, proofs[i].size, &p)
                                        : tree_consistency(&log->source, proofs[i].old, proofs[i].size, &p);
        assert_int_equal(e, 0);
        for (; n < 5 && proofs[i].hash[n] != NULL; n++) {
            struct tree_hash want = test_hash(proofs[i].hash[n]);

            assert_true(n < p.n && tree_hash_eq(&p.hash[n], &want));
        }
        assert_int_equal(p.n, n);
    }
}

static void every_inclusion_of_small_trees_is_accepted_and_no_other(void **env)
{
    struct test_log *log = *env;

    for (uint64_t size = 1; size <= 40; size++) {
        struct tree_hash root;

        assert_int_equal(tree_root(&log->source, size, &root), 0);
        for (uint64_t i = 0; i < size; i++) {
            const struct tree_hash *leaf = &log->level[0][i];
            struct tree_proof p;

            assert_int_equal(tree_inclusion(&log->source, i, size, &p), 0);
            assert_int_equal(tree_inclusion_check(leaf, i, size, p.hash, p.n, &root), 0);
            for (uint64_t other = 0; other <= size; other++)
                if (other != i)
                    assert_int_equal(tree_inclusion_check(leaf, other, size, p.hash, p.n, &root), E_FORMAT);
            assert_int_equal(tree_inclusion_check(leaf, i, size, p.hash, p.n + 1, &root), E_FORMAT);
            if (p.n > 0)
                assert_int_equal(tree_inclusion_check(leaf, i, size, p.hash, p.n - 1, &root), E_FORMAT);
        }
    }
}

static void check_consistency(struct test_log *log, uint64_t old, uint64_t size)
{
    struct tree_hash a, b, wrong;
    struct tree_proof p;

    assert_int_equal(tree_root(&log->source, old, &a), 0);
    assert_int_equal(tree_root(&log->source, size, &b), 0);
    assert_int_equal(tree_consistency(&log->source, old, size, &p), 0);
    assert_int_equal(tree_consistency_check(old, &a, size, &b, p.hash, p.n), 0);
    assert_int_equal(tree_consistency_check(old, &a, size, &b, p.hash, p.n + 1), E_FORMAT);

    wrong = a;
    wrong.v[31] ^= 1;
    assert_int_equal(tree_consistency_check(old, &wrong, size, &b, p.hash, p.n), E_FORMAT);
    wrong = b;
    wrong.v[0] ^= 0x80;
    if (old > 0)
        assert_int_equal(tree_consistency_check(old, &a, size, &wrong, p.hash, p.n), E_FORMAT);
    for (size_t i = 0; i < p.n; i++) {
        p.hash[i].v[7] ^= 4;
        assert_int_equal(tree_consistency_check(old, &a, size, &b, p.hash, p.n), E_FORMAT);
        p.hash[i].v[7] ^= 4;
    }
}

static void every_consistency_of_small_trees_is_accepted_and_no_other(void **env)
{
    for (uint64_t size = 0; size <= 36; size++)
        for (uint64_t old = 0; old <= size; old++)
            check_consistency(*env, old, size);
}

static void proofs_reach_over_tiles(void **env)
{
    static const uint64_t sizes[] = {255, 256, 257, 511, 65535, 65536, 65537, 69000, 70000};
    struct test_log *log = *env;

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct tree_hash root;

        assert_int_equal(tree_root(&log->source, sizes[i], &root), 0);
        for (size_t k = 0; k <= i; k++) {
            uint64_t index = sizes[k] - 1;
            struct tree_proof p;

            check_consistency(log, sizes[k], sizes[i]);
            assert_int_equal(tree_inclusion(&log->source, index, sizes[i], &p), 0);
            assert_int_equal(tree_inclusion_check(&log->level[0][index], index, sizes[i], p.hash, p.n, &root), 0);
        }
    }
}

static void nothing_beyond_the_tree_is_proven(void **env)
{
    struct test_log *log = *env;
    struct tree_hash h = {0};
    struct tree_proof p;

    assert_int_equal(tree_inclusion(&log->source, 7, 7, &p), E_INPUT);
    assert_int_equal(tree_inclusion(&log->source, 0, 70001, &p), E_INPUT);
    assert_int_equal(tree_consistency(&log->source, 8, 7, &p), E_INPUT);
    assert_int_equal(tree_inclusion_check(&h, 0, UINT64_MAX, &h, 1, &h), E_FORMAT);
    assert_int_equal(tree_consistency_check(1, &h, UINT64_MAX, &h, &h, 1), E_FORMAT);
}

static void tiles_of_70000_leaves_are_as_wide_as_the_specification_says(void **env)
{
    (void)env;
    assert_int_equal(tree_tile_width(70000, 0, 272), 256);
    assert_int_equal(tree_tile_width(70000, 0, 273), 112);
    assert_int_equal(tree_tile_width(70000, 0, 274), 0);
    assert_int_equal(tree_tile_width(70000, 1, 0), 256);
    assert_int_equal(tree_tile_width(70000, 1, 1), 17);
    assert_int_equal(tree_tile_width(70000, 2, 0), 1);
    assert_int_equal(tree_tile_width(70000, 3, 0), 0);
    assert_int_equal(tree_tile_width(256, 0, 0), 256);
    assert_int_equal(tree_tile_width(256, 0, 1), 0);
    assert_int_equal(tree_tile_width(256, 1, 0), 1);
    assert_int_equal(tree_tile_width(256, 63, 0), 0);
}

static void tile_names_go_both_ways(void **env)
{
    (void)env;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct tree_tile t = {.level = names[i].level, .n = names[i].n, .width = names[i].width}, back;
        char name[TREE_TILE_NAME];

        tree_tile_name(&t, name);
        assert_string_equal(name, names[i].name);
        assert_int_equal(tree_tile_parse(name, &back), 0);
        assert_true(back.level == t.level && back.n == t.n && back.width == t.width);
    }
}

static void other_spellings_of_tiles_are_refused(void **env)
{
    struct tree_tile t;

    (void)env;
    for (size_t i = 0; i < ARRAY_LEN(no_names); i++)
        assert_int_equal(tree_tile_parse(no_names[i], &t), E_FORMAT);
}

static int count(void *arg, struct bytes body)
{
    size_t *n = arg;

    (*n)++;
    return body.n == 0 ? E_STATE : 0;
}

static void bundles_are_read_to_the_last_byte(void **env)
{
    struct arena a;
    struct buf b;
    size_t n = 0;

    (void)env;
    arena_init(&a, 1 * MB);
    buf_init(&b, &a, 1 * KB);
    tile_bundle_add(&b, test_bytes(TEST_LEAF_2));
    tile_bundle_add(&b, test_bytes("x"));
    assert_int_equal(tile_bundle_read(buf_bytes(&b), 2, 0, count, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(tile_bundle_read(buf_bytes(&b), 2, 1, count, &n), 0);
    assert_int_equal(n, 3);
    assert_int_equal(tile_bundle_read(buf_bytes(&b), 1, 0, count, &n), E_FORMAT);
    assert_int_equal(tile_bundle_read(buf_bytes(&b), 3, 0, count, &n), E_FORMAT);
    assert_int_equal(tile_bundle_read((struct bytes){.p = (const uint8_t *)b.s, .n = b.n - 1}, 2, 0, count, &n), E_FORMAT);
    tile_bundle_add(&b, test_bytes(""));
    assert_int_equal(tile_bundle_read(buf_bytes(&b), 3, 0, count, &n), E_STATE);
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaf_hashes_are_those_of_the_vectors),
        cmocka_unit_test(roots_are_those_of_the_vectors_from_tiles),
        cmocka_unit_test(a_growing_range_has_the_root_of_the_tiles),
        cmocka_unit_test(proofs_are_those_of_the_vectors),
        cmocka_unit_test(every_inclusion_of_small_trees_is_accepted_and_no_other),
        cmocka_unit_test(every_consistency_of_small_trees_is_accepted_and_no_other),
        cmocka_unit_test(proofs_reach_over_tiles),
        cmocka_unit_test(nothing_beyond_the_tree_is_proven),
        cmocka_unit_test(tiles_of_70000_leaves_are_as_wide_as_the_specification_says),
        cmocka_unit_test(tile_names_go_both_ways),
        cmocka_unit_test(other_spellings_of_tiles_are_refused),
        cmocka_unit_test(bundles_are_read_to_the_last_byte),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
