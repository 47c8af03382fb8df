/*
 * rekey_test.c: a new key of the keyring: nobody is locked out at any moment, and an old key leaves when nothing needs it.
 */
#define DOOR_MODULES &core_module, &job_module

#include "core/auth/secretbox.h"
#include "core/user/rekey.h"
/* The modules of the instance are named before. */
#include "core/user/test_door.h"

/* clang-format off */
static const struct query q_left = {
    .name = "test.keys", .sql = "SELECT count(*), count(retired_at) FROM keyring_key", .in = "", .out = "ii"};
static const struct query q_spend = {
    .name = "test.spend", .sql = "UPDATE credential SET used_at = 1 WHERE kind = 'recovery'", .in = "", .out = ""};
/* clang-format on */

static int note_run(struct tx *tx, void *arg)
{
    uint32_t ids[KEYRING_MAX];
    struct keyring *ring = arg;

    (void)actor_act(tx, &host_mark);
    return rekey_note(tx, ids, keyring_ids(ring, ids));
}

/* What the command does while the server is stopped, and the next server's start. */
static void rotate(struct door_test *d)
{
    struct core *core = core_of(&d->c.app);

    assert_int_equal(keyring_rotate(d->c.app.data_dir, CORE_KEYRING), 0);
    keyring_close(core->keyring);
    assert_int_equal(keyring_open(d->c.app.data_dir, CORE_KEYRING, &core->keyring), 0);
    assert_int_equal(writer_do(d->c.writer, note_run, core->keyring), 0);
}

static uint32_t key_of(struct door_test *d, const struct door_person *p)
{
    struct user_secret s;
    struct bytes sealed;

    assert_int_equal(secret_get(d->c.t.owner, &d->c.a, p->user.head.id, &s), 0);
    assert_int_equal(base64_bytes(&d->c.a, s.totp, &sealed), 0);
    return secretbox_key_id(sealed);
}

static size_t keys_in_file(struct door_test *d)
{
    uint32_t ids[KEYRING_MAX];
    struct keyring *ring;
    size_t n;

    assert_int_equal(keyring_open(d->c.app.data_dir, CORE_KEYRING, &ring), 0);
    n = keyring_ids(ring, ids);
    keyring_close(ring);
    return n;
}

static void rows_are(struct door_test *d, int64_t all, int64_t retired)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, d->c.t.owner, &q_left), 0);
    assert_int_equal(rows_next(&rows), 1);
    assert_int_equal(rows_int(&rows, 0), all);
    assert_int_equal(rows_int(&rows, 1), retired);
}

static void start_again(struct door_test *d)
{
    assert_int_equal(writer_do(d->c.writer, note_run, core_of(&d->c.app)->keyring), 0);
    assert_int_equal(runner_drain(&d->c.app), 0);
}

static void store_codes(struct door_test *d, const struct door_person *p)
{
    struct recovery_new codes;
    size_t i;

    assert_int_equal(recovery_plan(core_of(&d->c.app)->keyring, &d->c.a, p->user.head.id, &codes), 0);
    for (i = 0; i < RECOVERY_CODES; i++)
        door_insert(d, &credential_entity, &codes.row[i]);
}

static void second_factors_move_to_the_new_key_and_the_old_one_goes(void **world)
{
    struct door_person ani;
    struct browser b;

    DOOR(d, world);
    door_make(&d, &ani, "ani", NULL);
    rotate(&d);
    assert_int_equal(key_of(&d, &ani), 1);
    b = (struct browser){.d = &d};
    browser_login(&b, &ani); /* between the two, the old key opens */
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(key_of(&d, &ani), 2);
    assert_int_equal(keys_in_file(&d), 1);
    rows_are(&d, 2, 1);
    door_wait(&d, 60000);
    b = (struct browser){.d = &d};
    browser_login(&b, &ani);
    door_close(&d);
}

static void recovery_codes_keep_their_key_until_they_are_used(void **world)
{
    struct door_person ani;
    struct rekey_use uses[KEYRING_MAX];
    size_t n;

    DOOR(d, world);
    door_make(&d, &ani, "ani", NULL);
    store_codes(&d, &ani);
    rotate(&d);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(keys_in_file(&d), 2);
    assert_int_equal(rekey_uses(d.c.t.owner, &d.c.a, core_of(&d.c.app)->keyring, os_now(), uses, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(uses[0].secrets, 1);
    assert_int_equal(uses[1].secrets, 0);
    assert_int_equal(uses[1].recovery, RECOVERY_CODES);
    assert_true(db_run(d.c.t.owner, &q_spend) > 0);
    start_again(&d);
    assert_int_equal(keys_in_file(&d), 1);
    rows_are(&d, 2, 1);
    door_close(&d);
}

/* A kill anywhere leaves one of these moments behind; the next job goes on from each. */
static void whatever_was_left_undone_is_done_the_next_time(void **world)
{
    struct door_person ani, budi;

    DOOR(d, world);
    door_make(&d, &ani, "ani", NULL);
    assert_int_equal(keyring_rotate(d.c.app.data_dir, CORE_KEYRING), 0); /* the key is in the file, no row says so */
    assert_int_equal(keyring_rotate(d.c.app.data_dir, CORE_KEYRING), 0);
    keyring_close(core_of(&d.c.app)->keyring);
    assert_int_equal(keyring_open(d.c.app.data_dir, CORE_KEYRING, &core_of(&d.c.app)->keyring), 0);
    door_make(&d, &budi, "budi", NULL);
    assert_int_equal(key_of(&d, &ani), 1);
    assert_int_equal(key_of(&d, &budi), 3);
    start_again(&d);
    assert_int_equal(key_of(&d, &ani), 3);
    assert_int_equal(keys_in_file(&d), 1);
    rows_are(&d, 3, 2);
    start_again(&d); /* and once more changes nothing */
    rows_are(&d, 3, 2);
    door_close(&d);
}

static void a_key_that_left_the_file_is_marked_though_nobody_saw_it_go(void **world)
{
    struct door_person ani;

    DOOR(d, world);
    door_make(&d, &ani, "ani", NULL);
    rotate(&d);
    rows_are(&d, 2, 0);
    assert_int_equal(keyring_rotate(d.c.app.data_dir, CORE_KEYRING), 0);
    assert_int_equal(keyring_retire(d.c.app.data_dir, CORE_KEYRING, 2), 0); /* killed before the row said so */
    keyring_close(core_of(&d.c.app)->keyring);
    assert_int_equal(keyring_open(d.c.app.data_dir, CORE_KEYRING, &core_of(&d.c.app)->keyring), 0);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(keys_in_file(&d), 1);
    rows_are(&d, 3, 2);
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(second_factors_move_to_the_new_key_and_the_old_one_goes),
        TEST_ON_BOTH(recovery_codes_keep_their_key_until_they_are_used),
        TEST_ON_BOTH(whatever_was_left_undone_is_done_the_next_time),
        TEST_ON_BOTH(a_key_that_left_the_file_is_marked_though_nobody_saw_it_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
