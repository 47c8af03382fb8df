/*
 * secretbox_test.c: the key file, rotation, and values that open only in their place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/auth/keyring.h"
#include "core/auth/secretbox.h"
#include "os/os.h"

struct world {
    char path[64];
    int dir;
    struct arena a;
};

static const struct bytes value = {.p = (const uint8_t *)"rahasia", .n = 7};

static int make_world(void **world)
{
    struct world *w = calloc(1, sizeof *w);

    if (w == NULL)
        return -1;
    (void)snprintf(w->path, sizeof w->path, "/tmp/terang-keyring-XXXXXX");
    if (mkdtemp(w->path) == NULL)
        return -1;
    w->dir = os_open_dir(w->path);
    arena_init(&w->a, 256 * KB);
    *world = w;
    return w->dir < 0 ? -1 : 0;
}

static int end_world(void **world)
{
    struct world *w = *world;

    (void)unlinkat(w->dir, "keys", 0);
    os_close(&w->dir);
    (void)rmdir(w->path);
    arena_finish(&w->a);
    free(w);
    return 0;
}

static void put_file(const struct world *w, const char *text)
{
    assert_int_equal(os_replace_file(w->dir, "keys", text, strlen(text), 0600), 0);
}

static void value_opens_only_in_its_place(void **world)
{
    struct world *w = *world;
    struct keyring *ring;
    struct bytes sealed, opened;

    assert_int_equal(keyring_create(w->dir, "keys"), 0);
    assert_int_equal(keyring_open(w->dir, "keys", &ring), 0);
    assert_int_equal(secretbox_seal(ring, "user/42/totp", value, &w->a, &sealed), 0);
    assert_int_equal(sealed.n, value.n + SECRETBOX_OVERHEAD);
    assert_int_equal(secretbox_open(ring, "user/42/totp", sealed, &w->a, &opened), 0);
    assert_int_equal(opened.n, value.n);
    assert_memory_equal(opened.p, value.p, value.n);
    assert_int_equal(secretbox_open(ring, "user/43/totp", sealed, &w->a, &opened), E_FORMAT);
    keyring_close(ring);
}

static void any_flipped_bit_or_cut_is_noticed(void **world)
{
    struct world *w = *world;
    struct keyring *ring;
    struct bytes sealed, opened;
    uint8_t copy[64];
    size_t i;

    assert_int_equal(keyring_create(w->dir, "keys"), 0);
    assert_int_equal(keyring_open(w->dir, "keys", &ring), 0);
    assert_int_equal(secretbox_seal(ring, "x", value, &w->a, &sealed), 0);
    for (i = 0; i < sealed.n * 8; i++) {
        memcpy(copy, sealed.p, sealed.n);
        copy[i / 8] ^= (uint8_t)(1u << i % 8);
        assert_true(secretbox_open(ring, "x", (struct bytes){copy, sealed.n}, &w->a, &opened) < 0);
    }
    for (i = 0; i < sealed.n; i++)
        assert_true(secretbox_open(ring, "x", (struct bytes){sealed.p, i}, &w->a, &opened) < 0);
    keyring_close(ring);
}

static void rotation_keeps_old_values_and_moves_them(void **world)
{
    struct world *w = *world;
    struct keyring *ring;
    struct bytes sealed, moved, opened;

    assert_int_equal(keyring_create(w->dir, "keys"), 0);
    assert_int_equal(keyring_open(w->dir, "keys", &ring), 0);
    assert_int_equal(secretbox_seal(ring, "x", value, &w->a, &sealed), 0);
    assert_false(secretbox_is_old(ring, sealed));
    keyring_close(ring);

    assert_int_equal(keyring_rotate(w->dir, "keys"), 0);
    assert_int_equal(keyring_open(w->dir, "keys", &ring), 0);
    assert_int_equal(keyring_newest(ring), 2);
    assert_true(secretbox_is_old(ring, sealed));
    assert_int_equal(secretbox_reseal(ring, "x", sealed, &w->a, &moved), 0);
    assert_false(secretbox_is_old(ring, moved));
    keyring_close(ring);

    assert_int_equal(keyring_retire(w->dir, "keys", 1), 0);
    assert_int_equal(keyring_open(w->dir, "keys", &ring), 0);
    assert_int_equal(secretbox_open(ring, "x", sealed, &w->a, &opened), E_STATE);
    assert_int_equal(secretbox_open(ring, "x", moved, &w->a, &opened), 0);
    assert_memory_equal(opened.p, value.p, value.n);
    keyring_close(ring);
}

static void newest_and_unknown_keys_are_not_retired(void **world)
{
    struct world *w = *world;

    assert_int_equal(keyring_create(w->dir, "keys"), 0);
    assert_int_equal(keyring_retire(w->dir, "keys", 1), E_STATE);
    assert_int_equal(keyring_retire(w->dir, "keys", 7), E_INPUT);
}

static void file_has_room_for_sixteen_keys(void **world)
{
    struct world *w = *world;
    struct keyring *ring;
    uint32_t ids[KEYRING_MAX];
    int i;

    assert_int_equal(keyring_create(w->dir, "keys"), 0);
    for (i = 1; i < KEYRING_MAX; i++)
        assert_int_equal(keyring_rotate(w->dir, "keys"), 0);
    assert_int_equal(keyring_rotate(w->dir, "keys"), E_LIMIT);
    assert_int_equal(keyring_open(w->dir, "keys", &ring), 0);
    assert_int_equal(keyring_ids(ring, ids), KEYRING_MAX);
    assert_int_equal(ids[0], KEYRING_MAX);
    assert_int_equal(ids[KEYRING_MAX - 1], 1);
    keyring_close(ring);
}

static void file_that_others_may_read_is_refused(void **world)
{
    struct world *w = *world;
    struct keyring *ring;
    struct stat st;

    assert_int_equal(keyring_create(w->dir, "keys"), 0);
    assert_int_equal(fstatat(w->dir, "keys", &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(fchmodat(w->dir, "keys", 0640, 0), 0);
    assert_int_equal(keyring_open(w->dir, "keys", &ring), E_PERMIT);
    assert_int_equal(keyring_create(w->dir, "keys"), E_CONFLICT);
}

static void malformed_files_are_refused(void **world)
{
    static const char *const bad[] = {
        "",
        "terang-key-1 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", /* no newline */
        "terang-key-1 0 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "terang-key-2 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "terang-key-1 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n",
        "terang-key-1 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= x\n",
        "terang-key-1 1\n",
        "terang-key-1 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
        "terang-key-1 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nterang-key-1 1 "
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    };
    struct world *w = *world;
    struct keyring *ring;
    size_t i;

    for (i = 0; i < ARRAY_LEN(bad); i++) {
        put_file(w, bad[i]);
        assert_int_equal(keyring_open(w->dir, "keys", &ring), E_FORMAT);
    }
}

static void each_purpose_has_its_own_key(void **world)
{
    struct world *w = *world;
    uint8_t keys[KEY_PURPOSE_COUNT][KEYRING_KEY_BYTES];
    struct keyring *ring;
    int i;

    assert_int_equal(keyring_create(w->dir, "keys"), 0);
    assert_int_equal(keyring_open(w->dir, "keys", &ring), 0);
    for (i = 0; i < KEY_PURPOSE_COUNT; i++) {
        assert_int_equal(keyring_key(ring, 1, (enum key_purpose)i, keys[i]), 0);
        assert_true(i == 0 || memcmp(keys[i], keys[i - 1], KEYRING_KEY_BYTES) != 0);
    }
    assert_int_equal(keyring_key(ring, 2, KEY_RECOVERY, keys[0]), E_STATE);
    keyring_close(ring);
    keyring_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(value_opens_only_in_its_place, make_world, end_world),
        cmocka_unit_test_setup_teardown(any_flipped_bit_or_cut_is_noticed, make_world, end_world),
        cmocka_unit_test_setup_teardown(rotation_keeps_old_values_and_moves_them, make_world, end_world),
        cmocka_unit_test_setup_teardown(newest_and_unknown_keys_are_not_retired, make_world, end_world),
        cmocka_unit_test_setup_teardown(file_has_room_for_sixteen_keys, make_world, end_world),
        cmocka_unit_test_setup_teardown(file_that_others_may_read_is_refused, make_world, end_world),
        cmocka_unit_test_setup_teardown(malformed_files_are_refused, make_world, end_world),
        cmocka_unit_test_setup_teardown(each_purpose_has_its_own_key, make_world, end_world),
    };

    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
