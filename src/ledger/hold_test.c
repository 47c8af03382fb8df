/*
 * hold_test.c: what makes the log hold, and the ways out: resume, renew, rebuild. On both databases.
 */
#include "base/date.h"
#include "ledger/sql.h"
#include "ledger/test_instance.h"

static void try_to_write(struct test_instance *t, int want)
{
    struct test_write w;

    test_write_begin(t, &w, 99);
    w.rev = 1;
    w.op = LEAF_INSERT;
    assert_int_equal(writer_do(t->writer, test_write_run, &w), want);
}

static void state_write(struct test_instance *t, uint64_t size, const struct tree_hash *root)
{
    struct checkpoint c = {.origin = TEST_PREFIX "/1", .size = size, .root = *root};
    struct buf b;

    buf_init(&b, &t->arena, 1 * KB);
    checkpoint_write(&b, &c);
    assert_int_equal(os_replace_file(t->dir.fd, LEDGER_STATE_FILE, b.s, b.n, 0600), 0);
}

static void a_database_older_than_the_state_holds(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct tree_hash root = tree_empty();
    struct ledger_page page;

    test_integrate(&t);
    try_to_write(&t, 0);
    test_stop(&t);
    state_write(&t, 50, &root);
    test_start(&t);
    assert_int_equal(test_status(&t).mode, LEDGER_HOLD);
    assert_int_equal(t.alarms, 1);
    try_to_write(&t, E_HOLD);
    assert_int_equal(ledger_integrate(t.ledger, t.writer), 0);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/checkpoint", &page), 0);
    assert_non_null(page.type); /* reads go on */
    test_instance_finish(&t);
}

static void another_root_of_the_same_size_holds(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct tree_hash root = tree_empty();

    test_integrate(&t);
    test_stop(&t);
    state_write(&t, 1, &root);
    test_start(&t);
    assert_int_equal(test_status(&t).mode, LEDGER_HOLD);
    test_instance_finish(&t);
}

static void a_lost_state_file_holds(void **env)
{
    TEST_INSTANCE(t, env, false);

    test_integrate(&t);
    test_stop(&t);
    assert_int_equal(os_remove(t.dir.fd, LEDGER_STATE_FILE), 0);
    test_start(&t);
    assert_int_equal(test_status(&t).mode, LEDGER_HOLD);
    try_to_write(&t, E_HOLD);
    test_instance_finish(&t);
}

static void what_was_signed_but_not_stored_is_signed_again(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct tree_range r = {0};
    struct signer_answer answer;
    struct signer_ask ask = {.word = SIGNER_SIGN};
    struct arena *a = &t.arena;
    struct rows rows;

    test_integrate(&t);
    try_to_write(&t, 0);
    assert_int_equal(db_select(&rows, t.reader, &q_entries, V(INT64_C(0)), V(INT64_C(99)), V(INT64_C(99))), 0);
    while (rows_next(&rows) > 0) {
        struct tree_hash h = leaf_hash(rows_bytes(&rows, a, 1));

        tree_range_add(&r, &h);
    }
    rows_close(&rows);
    ask.size = r.size;
    ask.root = tree_range_root(&r);
    assert_int_equal(signer_call(t.signer[0], &ask, &answer), 0); /* and now the server dies before it stores it */
    test_stop(&t);
    test_start(&t);
    assert_int_equal(test_status(&t).mode, LEDGER_RUNS);
    assert_int_equal(test_status(&t).signed_size, 1);
    test_integrate(&t);
    assert_int_equal(test_status(&t).signed_size, r.size);
    test_instance_finish(&t);
}

/* ---- resume ---- */

/* The first n entries of one database into another, as a backup restored would have them. */
static void copy_entries(struct db *from, struct db *to, int64_t n, struct arena *a)
{
    struct rows rows;
    int e;

    assert_int_equal(db_begin(to), 0);
    e = db_select(&rows, from, &q_entries, V(INT64_C(0)), V(n), V(n));
    while (e >= 0 && (e = rows_next(&rows)) > 0)
        assert_int_equal(db_run(to, &q_append, V(rows_int(&rows, 0)), V(rows_bytes(&rows, a, 1)), V(rows_bytes(&rows, a, 2))),
                         1);
    rows_close(&rows);
    assert_int_equal(e, 0);
    assert_int_equal(db_commit(to), 0);
}

/* Replaces the database by a new one that has only the first n entries. The processes are stopped. */
static void restore_backup(struct test_instance *t, int64_t n)
{
    struct test_db old = t->db;
    struct db *reader;

    assert_true(test_db_open_made(&t->db, old.kind, test_ledger_make));
    assert_int_equal(db_open(old.address, DB_READ, &reader), 0);
    copy_entries(reader, t->db.owner, n, &t->arena);
    db_close(reader);
    test_db_close(&old);
}

static int resume(struct test_instance *t, int mirror, int64_t *ret)
{
    struct db *db;
    int e;

    writer_stop(t->writer); /* a command runs without a server */
    t->writer = NULL;
    assert_int_equal(db_open(t->db.address, DB_WRITE, &db), 0);
    e = ledger_resume(t->ledger, db, mirror, ret);
    db_close(db);
    return e;
}

/* A log of 301 leaves, exported, of which the database keeps 120. */
static void make_lost(struct test_instance *t, struct test_dir *mirror)
{
    struct test_write w;

    test_dir_make(mirror);
    test_integrate(t);
    test_write_begin(t, &w, 1);
    for (int i = 0; i < 300; i++)
        test_write(&w);
    test_integrate(t);
    assert_int_equal(ledger_export(t->ledger, t->reader, mirror->fd), 301);
    test_stop(t);
    restore_backup(t, 120);
    test_start(t);
    assert_int_equal(test_status(t).mode, LEDGER_HOLD);
}

static void lost_entries_come_back_from_a_mirror(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_dir mirror;
    int64_t fetched;

    make_lost(&t, &mirror);
    assert_int_equal(resume(&t, mirror.fd, &fetched), 0);
    assert_int_equal(fetched, 181);
    test_stop(&t);
    test_start(&t);
    assert_int_equal(test_status(&t).mode, LEDGER_RUNS);
    assert_int_equal(test_status(&t).size, 301);
    try_to_write(&t, 0);
    test_integrate(&t);
    assert_int_equal(test_status(&t).signed_size, test_status(&t).size);
    test_dir_finish(&mirror);
    test_instance_finish(&t);
}

static void a_mirror_that_lies_changes_nothing(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_dir mirror;
    struct bytes b;
    uint8_t *copy;
    int64_t fetched;

    make_lost(&t, &mirror);
    assert_int_equal(os_read_file(mirror.fd, "1/tile/entries/000", &t.arena, 8 * MB, &b), 0);
    copy = arena_alloc(&t.arena, b.n);
    memcpy(copy, b.p, b.n);
    copy[b.n - 20] ^= 1;
    assert_int_equal(os_replace_file(mirror.fd, "1/tile/entries/000", copy, b.n, 0644), 0);
    assert_int_equal(resume(&t, mirror.fd, &fetched), E_STATE);
    assert_int_equal(test_status(&t).size, 120);
    assert_int_equal(test_status(&t).mode, LEDGER_HOLD);
    test_dir_finish(&mirror);
    test_instance_finish(&t);
}

static void a_mirror_that_has_too_little_changes_nothing(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_dir mirror;
    int64_t fetched;

    make_lost(&t, &mirror);
    assert_int_equal(os_remove(mirror.fd, "1/tile/entries/001.p/45"), 0);
    assert_int_equal(resume(&t, mirror.fd, &fetched), E_STATE);
    assert_int_equal(test_status(&t).size, 120);
    test_dir_finish(&mirror);
    test_instance_finish(&t);
}

/* ---- renew ---- */

static int renew(struct test_instance *t, bool with_second, int64_t by_key)
{
    const struct ledger_column columns[] = {
        {.name = "reason", .value = "kunci hilang", .is_public = true},
        {.name = "second", .value = "user/9", .key = by_key},
    };
    const struct ledger_leaf why = {
        .columns = columns, .n = with_second ? 2 : 1, .who = "auditor", .by = "user/7", .by_key = by_key};
    struct db *db;
    int e;

    writer_stop(t->writer);
    t->writer = NULL;
    assert_int_equal(db_open(t->db.address, DB_WRITE, &db), 0);
    e = ledger_renew(t->ledger, db, &why);
    db_close(db);
    return e;
}

static void check_valid(struct test_instance *t, const struct tree_hash *leaf, const char *vkey, const char *origin)
{
    struct policy policy;
    struct bytes proof;
    struct verify v;

    assert_int_equal(policy_of_vkey(&t->arena, vkey, &policy), 0);
    assert_int_equal(ledger_proof(t->ledger, t->reader, &t->arena, leaf, NULL, 0, &proof), 0);
    verify_proof(&t->arena, proof, &policy, &v);
    assert_int_equal(v.result, VERIFY_VALID);
    assert_string_equal(v.verdict.checkpoint.origin, origin);
}

static void a_renewed_log_begins_with_the_last_cosigned_note(void **env)
{
    TEST_INSTANCE(t, env, true);
    struct tree_hash covered, carried;
    struct ledger_page page;
    const char *vkey;
    struct test_write w;
    struct leaf leaf;

    test_write_begin(&t, &w, 1);
    test_write(&w);
    test_integrate(&t);
    covered = w.receipt.leaf_hash;
    test_cosign(&t, TEST_AT);
    test_write(&w);
    test_integrate(&t); /* signed, but no witness has seen it */
    test_write(&w);     /* not even signed */
    carried = w.receipt.leaf_hash;
    test_stop(&t);

    assert_int_equal(ledger_key_retire(t.dir.fd, 1), 0);
    assert_int_equal(ledger_keygen(TEST_PREFIX "/2", t.dir.fd, &t.arena, &vkey), 0);
    test_start(&t);
    assert_int_equal(test_status(&t).mode, LEDGER_HOLD);
    assert_int_equal(renew(&t, false, w.clerk), E_INPUT);
    assert_int_equal(renew(&t, true, w.clerk), 0);
    test_stop(&t);

    test_start(&t);
    assert_int_equal(test_status(&t).mode, LEDGER_RUNS);
    assert_int_equal(test_status(&t).log, 2);
    test_integrate(&t);
    check_valid(&t, &covered, t.vkey, TEST_PREFIX "/1");
    check_valid(&t, &carried, vkey, TEST_PREFIX "/2");

    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/checkpoint", &page), 0);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "2/tile/entries/000.p/1", &page), 0);
    assert_non_null(page.type);
    assert_int_equal(leaf_decode(&t.arena, (struct bytes){.p = page.body.p + 2, .n = page.body.n - 2}, &leaf), 0);
    assert_non_null(strstr(leaf_pub(&leaf, "note")->value, "witness.kpk.example/w1"));
    assert_non_null(leaf_com(&leaf, "second"));
    test_instance_finish(&t);
}

static void a_renewed_log_shares_no_checkpoint_with_the_old_one(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct ledger_page page;
    const char *vkey;
    struct test_write w;

    test_write_begin(&t, &w, 1);
    test_write(&w);
    test_integrate(&t); /* the last checkpoint covers everything: the new log begins where it ends */
    test_stop(&t);
    assert_int_equal(ledger_key_retire(t.dir.fd, 1), 0);
    assert_int_equal(ledger_keygen(TEST_PREFIX "/2", t.dir.fd, &t.arena, &vkey), 0);
    test_start(&t);
    assert_int_equal(renew(&t, true, w.clerk), 0);
    assert_int_equal(test_status(&t).signed_size, 0);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "2/checkpoint", &page), 0);
    assert_null(page.type);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/checkpoint", &page), 0);
    assert_non_null(page.type);
    check_valid(&t, &w.receipt.leaf_hash, t.vkey, TEST_PREFIX "/1");
    test_instance_finish(&t);
}

/* ---- rebuild and rotation ---- */

static void tiles_are_rebuilt_from_entries(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct ledger_page before, after;
    struct test_write w;

    test_write_begin(&t, &w, 1);
    for (int i = 0; i < 299; i++)
        test_write(&w);
    test_integrate(&t);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/tile/0/000", &before), 0);
    assert_int_equal(db_script(t.db.owner, "DELETE FROM ledger_find"), 0);
    assert_int_equal(db_script(t.db.owner, "DELETE FROM ledger_tile WHERE level = 1"), 0);
    writer_stop(t.writer);
    t.writer = NULL;
    assert_int_equal(ledger_rebuild(t.ledger, t.db.owner), 0);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/tile/0/000", &after), 0);
    assert_memory_equal(before.body.p, after.body.p, before.body.n);
    check_valid(&t, &w.receipt.leaf_hash, t.vkey, TEST_PREFIX "/1");
    test_instance_finish(&t);
}

static void two_keys_sign_during_a_rotation(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct policy old, new;
    struct policy_verdict verdict;
    struct ledger_page page;
    const char *vkey, *again;

    test_integrate(&t);
    test_stop(&t);
    assert_int_equal(ledger_key_settle(t.dir.fd), E_STATE);
    assert_int_equal(ledger_key_rotate(t.dir.fd, &t.arena, &vkey), 0);
    assert_int_equal(ledger_key_rotate(t.dir.fd, &t.arena, &again), E_STATE);
    test_start(&t);
    test_integrate(&t);
    assert_int_equal(policy_of_vkey(&t.arena, t.vkey, &old), 0);
    assert_int_equal(policy_of_vkey(&t.arena, vkey, &new), 0);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/checkpoint", &page), 0);
    assert_int_equal(policy_judge(&t.arena, &old, page.body, &verdict), 0);
    assert_int_equal(policy_judge(&t.arena, &new, page.body, &verdict), 0);
    test_stop(&t);

    assert_int_equal(ledger_key_settle(t.dir.fd), 0);
    test_start(&t);
    test_integrate(&t);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/checkpoint", &page), 0);
    assert_int_equal(policy_judge(&t.arena, &old, page.body, &verdict), E_FORMAT);
    assert_int_equal(policy_judge(&t.arena, &new, page.body, &verdict), 0);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/log.vkey", &page), 0);
    assert_memory_equal(page.body.p, vkey, strlen(vkey));
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/keys", &page), 0);
    assert_non_null(memmem(page.body.p, page.body.n, t.vkey, strlen(t.vkey)));
    test_instance_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_database_older_than_the_state_holds),
        TEST_ON_BOTH(another_root_of_the_same_size_holds),
        TEST_ON_BOTH(a_lost_state_file_holds),
        TEST_ON_BOTH(what_was_signed_but_not_stored_is_signed_again),
        TEST_ON_BOTH(lost_entries_come_back_from_a_mirror),
        TEST_ON_BOTH(a_mirror_that_lies_changes_nothing),
        TEST_ON_BOTH(a_mirror_that_has_too_little_changes_nothing),
        TEST_ON_BOTH(a_renewed_log_begins_with_the_last_cosigned_note),
        TEST_ON_BOTH(a_renewed_log_shares_no_checkpoint_with_the_old_one),
        TEST_ON_BOTH(tiles_are_rebuilt_from_entries),
        TEST_ON_BOTH(two_keys_sign_during_a_rotation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
