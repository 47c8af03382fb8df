/*
 * hash_test.c: published vectors, and the same answer in pieces and from several threads.
 */
#include <pthread.h>

#include "unit.h"

#include "hash.h"
#include "text.h"

static const char *sha256(struct arena *a, const char *s)
{
    uint8_t h[HASH_SIZE];

    hash_sha256(s, strlen(s), h);
    return hex_text(a, h, sizeof h);
}

/* FIPS 180-4 examples */
static void sha256_passes_the_published_vectors(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(sha256(a, ""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(sha256(a, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(sha256(a, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void parts_are_hashed_as_one(void **world)
{
    struct arena *a = unit_arena(world);
    const struct bytes parts[] = {{(const uint8_t *)"a", 1}, {NULL, 0}, {(const uint8_t *)"bc", 2}};
    uint8_t h[HASH_SIZE];

    hash_sha256_parts(parts, ARRAY_LEN(parts), h);
    assert_string_equal(hex_text(a, h, sizeof h), sha256(a, "abc"));
    hash_sha256_parts(NULL, 0, h);
    assert_string_equal(hex_text(a, h, sizeof h), sha256(a, ""));
}

static void a_running_hash_takes_pieces(void **world)
{
    struct arena *a = unit_arena(world);
    AUTO_HASH struct hash h;
    uint8_t got[HASH_SIZE], other[HASH_SIZE];

    hash_begin(&h);
    hash_add(&h, "a", 1);
    hash_sha256("in between", 10, other);
    hash_add(&h, "", 0);
    hash_add(&h, "bc", 2);
    hash_end(&h, got);
    assert_string_equal(hex_text(a, got, sizeof got), sha256(a, "abc"));
    assert_null(h.ctx);
}

static void a_hash_that_is_dropped_leaks_nothing(void **world)
{
    AUTO_HASH struct hash h;

    (void)world;
    hash_begin(&h);
    hash_add(&h, "a", 1);
}

static const char *hmac(struct arena *a, struct bytes key, const char *s)
{
    uint8_t h[HASH_SIZE];

    hash_hmac(key, s, strlen(s), h);
    return hex_text(a, h, sizeof h);
}

static struct bytes repeated(struct arena *a, char c, size_t n)
{
    char *p = arena_alloc(a, n);

    memset(p, c, n);
    return (struct bytes){(const uint8_t *)p, n};
}

/* RFC 4231, test cases 1, 2, 6 and 7 */
static void hmac_passes_the_vectors_of_its_rfc(void **world)
{
    struct arena *a = unit_arena(world);
    const struct bytes jefe = {(const uint8_t *)"Jefe", 4};

    assert_string_equal(hmac(a, repeated(a, 0x0b, 20), "Hi There"),
                        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_string_equal(hmac(a, jefe, "what do ya want for nothing?"),
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_string_equal(hmac(a, repeated(a, (char)0xaa, 131), "Test Using Larger Than Block-Size Key - Hash Key First"),
                        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    assert_string_equal(hmac(a, repeated(a, (char)0xaa, 131),
                             "This is a test using a larger than block-size key and a larger than block-size data. The key "
                             "needs to be hashed before being used by the HMAC algorithm."),
                        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

/* A key longer than a block of 64 bytes stands for its hash, a key of one block for itself. */
static void only_keys_over_a_block_are_hashed(void **world)
{
    struct arena *a = unit_arena(world);

    for (size_t n = 64; n <= 65; n++) {
        struct bytes key = repeated(a, 'k', n);
        uint8_t hashed[HASH_SIZE];
        bool same;

        hash_sha256(key.p, key.n, hashed);
        same = text_eq(hmac(a, key, "x"), hmac(a, (struct bytes){hashed, HASH_SIZE}, "x"));
        assert_int_equal(same, n == 65);
    }
}

/* The field key and commitment of "Siti Aminah" in the ledger's vectors (ledger.md sections 5 and 13). */
static void commitments_are_those_of_the_ledger(void **world)
{
    struct arena *a = unit_arena(world);
    uint8_t subject[HASH_SIZE], key[HASH_SIZE], got[HASH_SIZE];
#define PART(s)                                                                                                                \
    {                                                                                                                          \
        (const uint8_t *)(s), sizeof(s) - 1                                                                                    \
    }
    const struct bytes for_key[] = {PART("terang/k/v1\0"), PART("beea4522dc84e4970ba62c23fb8eb73c\0"), PART("izin\0"),
                                    PART("nama")};
    const struct bytes for_value[] = {PART("terang/c/v1\0"), PART("izin\0"), PART("nama\0"), PART("Siti Aminah")};
#undef PART

    hash_sha256("terang test subject key v1", 26, subject);
    assert_string_equal(hex_text(a, subject, HASH_SIZE), "56eb1413f2e76572df64c0491270ca5b4bb6b3e4663b56a94570846b3d68d4e2");
    hash_hmac_parts((struct bytes){subject, HASH_SIZE}, for_key, ARRAY_LEN(for_key), key);
    assert_string_equal(hex_text(a, key, HASH_SIZE), "9cfc24a8dcb3862b63a1849a9bd6dbcce1ec60a52afff685c5bf6ab0481dbcb2");
    hash_hmac_parts((struct bytes){key, HASH_SIZE}, for_value, ARRAY_LEN(for_value), got);
    assert_string_equal(hex_text(a, got, HASH_SIZE), "f10b323952428375fba4eb3eb400623bd5e3c7f2ef388beffe52a2d5267a14b7");
}

static void *hash_often(void *arg)
{
    uint8_t *h = arg;

    for (int i = 0; i < 1000; i++)
        hash_sha256(h, HASH_SIZE, h);
    return NULL;
}

static void threads_do_not_share_a_context(void **world)
{
    uint8_t h[4][HASH_SIZE] = {{0}}, want[HASH_SIZE] = {0};
    pthread_t threads[4];

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_often, h[i]), 0);
    (void)hash_often(want);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_memory_equal(h[i], want, HASH_SIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(sha256_passes_the_published_vectors), UNIT(parts_are_hashed_as_one),
        UNIT(a_running_hash_takes_pieces),         UNIT(a_hash_that_is_dropped_leaks_nothing),
        UNIT(hmac_passes_the_vectors_of_its_rfc),  UNIT(only_keys_over_a_block_are_hashed),
        UNIT(commitments_are_those_of_the_ledger), UNIT(threads_do_not_share_a_context),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
