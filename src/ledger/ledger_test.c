/*
 * ledger_test.c: the log in a database: appending, integrating, signing, proving, erasing. On both databases.
 */
#include "base/date.h"
#include "ledger/proof.h"
#include "ledger/sql.h"
#include "ledger/test_instance.h"

static void every_statement_prepares(void **env)
{
    TEST_DB(t, env);
    int done;

    assert_int_equal(migrate(t.owner, &ledger_migration, 1, &done), 0);
    for (size_t i = 0; i < ledger_queries_n; i++) {
        if (db_check(t.owner, ledger_queries[i]) < 0)
            fail_msg("%s: %s", ledger_queries[i]->name, db_fault(t.owner));
    }
    test_db_close(&t);
}

static void a_new_log_begins_with_its_own_key(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct ledger_page page;
    struct bytes bundle;
    struct leaf leaf;

    test_integrate(&t);
    assert_int_equal(test_status(&t).size, 1);
    assert_int_equal(test_status(&t).signed_size, 1);
    assert_int_equal(test_status(&t).mode, LEDGER_RUNS);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/tile/entries/000.p/1", &page), 0);
    bundle = page.body;
    assert_int_equal(leaf_decode(&t.arena, (struct bytes){.p = bundle.p + 2, .n = bundle.n - 2}, &leaf), 0);
    assert_int_equal(leaf.op, LEAF_KEY);
    assert_string_equal(leaf_pub(&leaf, "vkey")->value, t.vkey);
    test_instance_finish(&t);
}

static void a_change_is_proven_with_one_opened_field(void **env)
{
    TEST_INSTANCE(t, env, true);
    struct ledger_open_field open = {.column = "nama", .value = "Siti Aminah"};
    struct test_write w;
    struct policy policy;
    struct verify v;
    struct bytes proof;
    int line;

    test_write_begin(&t, &w, 1);
    test_write(&w);
    test_integrate(&t);
    test_cosign(&t, TEST_AT);
    open.key = w.subject;
    assert_int_equal(ledger_proof(t.ledger, t.reader, &t.arena, &w.receipt.leaf_hash, &open, 1, &proof), 0);
    assert_true(proof.n > 0 && proof.n < 4 * KB);

    assert_int_equal(policy_parse(&t.arena, test_bytes(t.policy), &policy, &line), 0);
    verify_proof(&t.arena, proof, &policy, &v);
    assert_int_equal(v.result, VERIFY_VALID);
    assert_int_equal(v.recorded_by, TEST_AT);
    assert_string_equal(v.leaf.rec, "izin/1");
    assert_string_equal(v.open[0].value, "Siti Aminah");
    assert_null(memmem(proof.p, proof.n, "Siti", 4)); /* base64 hides it, but the body must not hold it either */
    assert_null(memmem(v.body.p, v.body.n, "Siti", 4));
    test_instance_finish(&t);
}

static void a_field_opens_only_with_its_own_value(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct ledger_open_field open = {.column = "nama", .value = "Siti Aminan"};
    struct test_write w;
    struct bytes proof;

    test_write_begin(&t, &w, 1);
    test_write(&w);
    test_integrate(&t);
    open.key = w.subject;
    assert_int_equal(ledger_proof(t.ledger, t.reader, &t.arena, &w.receipt.leaf_hash, &open, 1, &proof), E_INPUT);
    open = (struct ledger_open_field){.column = "status", .value = "terbit", .key = w.record};
    assert_int_equal(ledger_proof(t.ledger, t.reader, &t.arena, &w.receipt.leaf_hash, &open, 1, &proof), E_INPUT);
    open = (struct ledger_open_field){.column = "catatan", .key = w.record};
    assert_int_equal(ledger_proof(t.ledger, t.reader, &t.arena, &w.receipt.leaf_hash, &open, 1, &proof), 0);
    test_instance_finish(&t);
}

static void a_leaf_under_no_checkpoint_has_no_proof_yet(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_write w;
    struct bytes proof;

    test_write_begin(&t, &w, 1);
    test_write(&w);
    assert_int_equal(ledger_proof(t.ledger, t.reader, &t.arena, &w.receipt.leaf_hash, NULL, 0, &proof), 0);
    assert_int_equal(proof.n, 0);
    test_instance_finish(&t);
}

static void a_rolled_back_change_leaves_no_gap(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_write w, failing;
    int64_t idx;

    test_write_begin(&t, &w, 1);
    test_write(&w);
    idx = w.receipt.idx;
    failing = w;
    failing.rev++;
    failing.op = LEAF_UPDATE;
    failing.fail = true;
    assert_int_equal(writer_do(t.writer, test_write_run, &failing), E_STATE);
    test_write(&w);
    assert_int_equal(w.receipt.idx, idx + 1);
    assert_int_equal(test_status(&t).size, idx + 2);
    test_instance_finish(&t);
}

static void many_leaves_are_integrated_over_tiles_and_a_restart(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct tree_hash before, after;
    struct policy policy;
    struct test_write w;
    struct bytes proof;
    struct verify v;

    test_write_begin(&t, &w, 1);
    for (int i = 0; i < 300; i++)
        test_write(&w);
    test_integrate(&t);
    before = w.receipt.leaf_hash;
    test_stop(&t);
    test_start(&t);
    assert_int_equal(test_status(&t).mode, LEDGER_RUNS);
    for (int i = 0; i < 300; i++)
        test_write(&w);
    test_integrate(&t);
    after = w.receipt.leaf_hash;

    assert_int_equal(test_status(&t).signed_size, 601);
    assert_int_equal(policy_of_vkey(&t.arena, t.vkey, &policy), 0);
    assert_int_equal(ledger_proof(t.ledger, t.reader, &t.arena, &before, NULL, 0, &proof), 0);
    verify_proof(&t.arena, proof, &policy, &v);
    assert_int_equal(v.result, VERIFY_VALID);
    assert_int_equal(ledger_proof(t.ledger, t.reader, &t.arena, &after, NULL, 0, &proof), 0);
    verify_proof(&t.arena, proof, &policy, &v);
    assert_int_equal(v.result, VERIFY_VALID);
    assert_false(v.has_time);
    test_instance_finish(&t);
}

static void the_thread_signs_what_is_committed_before_it_stops(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_write w;

    assert_int_equal(ledger_start(t.ledger, t.writer), 0);
    test_write_begin(&t, &w, 1);
    for (int i = 0; i < 20; i++)
        test_write(&w);
    ledger_stop(t.ledger);
    assert_int_equal(test_status(&t).signed_size, test_status(&t).size);
    assert_true(test_status(&t).size >= 21);
    assert_int_equal(t.alarms, 0);
    test_instance_finish(&t);
}

static void the_thread_signs_within_two_seconds(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_write w;
    int64_t from;

    assert_int_equal(ledger_start(t.ledger, t.writer), 0);
    test_write_begin(&t, &w, 1);
    test_write(&w);
    from = os_monotonic_us();
    while (test_status(&t).signed_size <= w.receipt.idx && os_monotonic_us() - from < 5000000)
        (void)usleep(20000); /* woken early, it looks again */
    assert_true(os_monotonic_us() - from < 2000000);
    test_instance_finish(&t);
}

/* ---- time ---- */

static void ts_never_goes_back(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_write w;
    char first[LEAF_TS + 1];
    instant now = os_now();

    os_clock_allow_test();
    assert_int_equal(os_clock_test_set((instant){now.v + 60000}), 0);
    test_write_begin(&t, &w, 1);
    test_write(&w);
    memcpy(first, w.receipt.ts, sizeof first);
    test_stop(&t);
    assert_int_equal(os_clock_test_set(now), 0);
    test_start(&t);
    test_write(&w);
    assert_string_equal(w.receipt.ts, first);
    assert_int_equal(t.alarms, 1);
    assert_true(test_status(&t).clock_behind_ms > 50000);
    test_instance_finish(&t);
}

/* ---- keys and erasure ---- */

static int erase(struct tx *tx, void *arg)
{
    return ledger_key_erase(tx, ((struct test_write *)arg)->subject);
}

static int erase_and_fail(struct tx *tx, void *arg)
{
    int e = erase(tx, arg);

    return e < 0 ? e : E_STATE;
}

static int erase_record_key(struct tx *tx, void *arg)
{
    return ledger_key_erase(tx, ((struct test_write *)arg)->record);
}

static void an_erased_subject_is_closed_for_good(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct ledger_open_field open = {.column = "nama", .value = "Siti Aminah"};
    struct tree_hash h;
    struct test_write w;
    struct bytes proof, body;
    struct leaf leaf;

    test_write_begin(&t, &w, 1);
    test_write(&w);
    h = w.receipt.leaf_hash;
    assert_int_equal(writer_do(t.writer, erase, &w), 0);
    assert_int_equal(writer_do(t.writer, erase, &w), 0);
    assert_int_equal(ledger_key_alive(t.ledger, t.reader, w.subject), 0);

    w.op = LEAF_ERASE;
    w.rev++;
    assert_int_equal(writer_do(t.writer, test_write_run, &w), E_STATE); /* a name, but no key for it */
    w.name = NULL;
    assert_int_equal(writer_do(t.writer, test_write_run, &w), 0);
    test_integrate(&t);
    open.key = w.subject;
    assert_int_equal(ledger_proof(t.ledger, t.reader, &t.arena, &h, &open, 1, &proof), E_STATE);
    assert_int_equal(ledger_proof(t.ledger, t.reader, &t.arena, &h, NULL, 0, &proof), 0);
    assert_int_equal(ledger_body(t.ledger, t.reader, &t.arena, &w.receipt.leaf_hash, &body), 0);
    assert_int_equal(leaf_decode(&t.arena, body, &leaf), 0);
    assert_null(leaf_com(&leaf, "nama"));
    assert_non_null(leaf_com(&leaf, "catatan"));
    assert_non_null(leaf_com(&leaf, "by"));
    test_instance_finish(&t);
}

static void an_erasure_that_is_rolled_back_did_not_happen(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_write w;

    test_write_begin(&t, &w, 1);
    assert_int_equal(writer_do(t.writer, erase_and_fail, &w), E_STATE);
    assert_int_equal(ledger_key_alive(t.ledger, t.reader, w.subject), 1);
    test_write(&w);
    test_instance_finish(&t);
}

static void record_keys_are_not_erased(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_write w;

    test_write_begin(&t, &w, 1);
    assert_int_equal(writer_do(t.writer, erase_record_key, &w), E_INPUT);
    assert_int_equal(ledger_key_alive(t.ledger, t.reader, w.record), 1);
    test_instance_finish(&t);
}

static int rewrap(struct tx *tx, void *arg)
{
    *(int64_t *)arg = ledger_kek_rewrap(tx);
    return *(int64_t *)arg < 0 ? (int)*(int64_t *)arg : 0;
}

static void keys_move_to_a_new_encryption_key_and_the_old_one_goes(void **env)
{
    const int64_t day = INT64_C(86400000);
    TEST_INSTANCE(t, env, false);
    struct test_write w;
    instant now = os_now();
    struct tree_hash k;
    int64_t n;

    test_write_begin(&t, &w, 1);
    assert_int_equal(ledger_kek_rotate(t.ledger, (instant){now.v + 29 * day}), 0);
    assert_int_equal(writer_do(t.writer, rewrap, &n), 0);
    assert_int_equal(n, 0); /* not yet 30 days old */

    assert_int_equal(ledger_kek_rotate(t.ledger, (instant){now.v + 31 * day}), 0);
    assert_int_equal(ledger_kek_destroy(t.ledger, t.reader, (instant){now.v + 90 * day}), 0); /* keys hang on it */
    assert_int_equal(writer_do(t.writer, rewrap, &n), 0);
    assert_int_equal(n, 3);
    assert_int_equal(writer_do(t.writer, rewrap, &n), 0);
    assert_int_equal(n, 0);
    assert_int_equal(ledger_kek_destroy(t.ledger, t.reader, (instant){now.v + 65 * day}), 0); /* backups still need it */
    assert_int_equal(ledger_kek_destroy(t.ledger, t.reader, (instant){now.v + 67 * day}), 1);

    test_stop(&t); /* so that nothing is cached */
    test_start(&t);
    assert_int_equal(ledger_field_key(t.ledger, t.reader, w.subject, "00", "izin", "nama", &k), 0);
    test_instance_finish(&t);
}

static int swap_keys(struct tx *tx, void *arg)
{
    static const struct query q = {.name = "test.swap",
                                   .sql = "UPDATE ledger_key SET wrapped = (SELECT wrapped FROM ledger_key WHERE id = ?2)\n"
                                          "WHERE id = ?1",
                                   .in = "ii",
                                   .out = ""};
    struct test_write *w = arg;

    return (int)db_run(tx->db, &q, V(w->subject), V(w->record));
}

static void a_wrapped_key_is_good_only_in_its_own_row(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct test_write w;
    struct tree_hash k;

    test_write_begin(&t, &w, 1);
    assert_int_equal(writer_do(t.writer, swap_keys, &w), 1);
    test_stop(&t);
    test_start(&t);
    assert_int_equal(ledger_field_key(t.ledger, t.reader, w.subject, "00", "izin", "nama", &k), E_STORAGE);
    test_instance_finish(&t);
}

/* ---- sealed leaves ---- */

static int seal(struct tx *tx, void *arg)
{
    *(int64_t *)arg = ledger_seal_batch(tx);
    return *(int64_t *)arg < 0 ? (int)*(int64_t *)arg : 0;
}

static void sealed_leaves_wait_and_are_padded(void **env)
{
    TEST_INSTANCE(t, env, false);
    struct ledger_open_field open = {.column = "c"};
    struct test_write w[3];
    struct policy policy;
    struct bytes body, proof;
    struct verify v;
    int64_t left, before;

    test_integrate(&t);
    before = test_status(&t).size;
    for (size_t i = 0; i < ARRAY_LEN(w); i++) {
        test_write_begin(&t, &w[i], (int64_t)i + 1);
        w[i].sealed = true;
        test_write(&w[i]);
        assert_true(w[i].receipt.idx == INT_NONE);
    }
    assert_int_equal(test_status(&t).size, before);
    assert_int_equal(test_status(&t).sealed_waiting, 3);
    assert_int_equal(ledger_body(t.ledger, t.reader, &t.arena, &w[1].receipt.leaf_hash, &body), 0);
    assert_non_null(memmem(body.p, body.n, "izin/2", 6));

    assert_int_equal(writer_do(t.writer, seal, &left), 0);
    assert_int_equal(left, 0);
    assert_int_equal(test_status(&t).size, before + 16);
    test_integrate(&t);
    assert_int_equal(ledger_proof(t.ledger, t.reader, &t.arena, &w[1].receipt.leaf_hash, &open, 1, &proof), 0);
    assert_int_equal(policy_of_vkey(&t.arena, t.vkey, &policy), 0);
    verify_proof(&t.arena, proof, &policy, &v);
    assert_int_equal(v.result, VERIFY_VALID);
    assert_true(v.has_inner);
    assert_string_equal(v.inner.rec, "izin/2");

    assert_int_equal(writer_do(t.writer, seal, &left), 0);
    assert_int_equal(test_status(&t).size, before + 32); /* a day without reports looks like any other */
    test_instance_finish(&t);
}

/* ---- what the database refuses ---- */

static void entries_and_checkpoints_cannot_be_changed(void **env)
{
    static const char *const tries[] = {
        "UPDATE ledger_entry SET body = body",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_checkpoint SET note = 'x'",
        "DELETE FROM ledger_checkpoint",
    };

    if (*(enum db_kind *)*env != DB_SQLITE)
        skip(); /* PostgreSQL refuses by grants, which the installation gives */
    TEST_INSTANCE(t, env, false);
    test_integrate(&t);
    for (size_t i = 0; i < ARRAY_LEN(tries); i++)
        assert_true(db_script(t.db.owner, tries[i]) < 0);
    test_instance_finish(&t);
}

static int spoil_tile(struct tx *tx, void *arg)
{
    uint8_t hashes[3 * TREE_HASH] = {0};

    (void)arg;
    return db_send_one(tx->db, &q_tile_grow, V(INT64_C(0)), V(INT64_C(0)),
                       V(((struct bytes){.p = hashes, .n = sizeof hashes})));
}

static void a_tile_is_replaced_only_by_one_that_begins_with_it(void **env)
{
    TEST_INSTANCE(t, env, false);

    test_integrate(&t);
    assert_int_equal(writer_do(t.writer, spoil_tile, NULL), E_CONFLICT);
    test_instance_finish(&t);
}

/* ---- pages ---- */

static void pages_exist_as_far_as_the_checkpoint_goes(void **env)
{
    static const struct {
        const char *path;
        bool there;
    } paths[] = {
        {"1/checkpoint", true},
        {"1/log.vkey", true},
        {"1/policy", true},
        {"1/keys", true},
        {"1/tile/0/000.p/6", true},
        {"1/tile/0/000.p/3", true},
        {"1/tile/0/000.p/7", false},
        {"1/tile/0/000", false},
        {"1/tile/1/000.p/1", false},
        {"1/tile/entries/000.p/6", true},
        {"1/tile/entries/000", false},
        {"1/tile/9/000.p/1", false},
        {"2/checkpoint", false},
        {"checkpoint", false},
        {"01/checkpoint", false},
        {"1/proof/00", false},
        {"1/", false},
        {"1/tile/63/000.p/1", false},
    };
    TEST_INSTANCE(t, env, false);
    struct ledger_page page;
    struct test_write w;

    test_write_begin(&t, &w, 1);
    test_integrate(&t);
    for (int i = 0; i < 5; i++)
        test_write(&w);
    test_integrate(&t);
    test_write(&w); /* not under a checkpoint */
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, paths[i].path, &page), 0);
        if ((page.type != NULL) != paths[i].there)
            fail_msg("%s", paths[i].path);
    }
    test_instance_finish(&t);
}

static void only_known_witnesses_cosign_and_only_our_checkpoints(void **env)
{
    struct note_key stranger = test_key("witness.other.example/w1", NOTE_COSIGNATURE, "stranger");
    struct note_key witness = test_witness_key();
    TEST_INSTANCE(t, env, true);
    struct ledger_cosign_plan plan;
    struct ledger_page page;
    struct note note;
    struct buf line;

    buf_init(&line, &t.arena, 4 * KB);
    note_sign(&witness, test_bytes("x\n"), TEST_AT, &line);
    assert_int_equal(ledger_cosign_plan(t.ledger, t.reader, &t.arena, buf_bytes(&line), &plan), E_INPUT);
    test_integrate(&t);
    assert_int_equal(ledger_cosign_plan(t.ledger, t.reader, &t.arena, buf_bytes(&line), &plan), E_PERMIT);
    assert_int_equal(ledger_cosign_plan(t.ledger, t.reader, &t.arena, test_bytes("nonsense\n"), &plan), E_FORMAT);
    buf_clear(&line);
    assert_int_equal(ledger_read(t.ledger, t.reader, &t.arena, "1/checkpoint", &page), 0);
    assert_int_equal(note_parse(&t.arena, page.body, &note), 0);
    note_sign(&stranger, note.text, TEST_AT, &line);
    assert_int_equal(ledger_cosign_plan(t.ledger, t.reader, &t.arena, buf_bytes(&line), &plan), E_PERMIT);

    assert_int_equal(test_status(&t).cosigned_size, -1);
    test_cosign(&t, TEST_AT);
    test_cosign(&t, TEST_AT + 60);
    assert_int_equal(test_status(&t).cosigned_size, 1);
    assert_int_equal(test_status(&t).cosigned_at.v, (TEST_AT + 60) * INT64_C(1000));
    test_instance_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(every_statement_prepares),
        TEST_ON_BOTH(a_new_log_begins_with_its_own_key),
        TEST_ON_BOTH(a_change_is_proven_with_one_opened_field),
        TEST_ON_BOTH(a_field_opens_only_with_its_own_value),
        TEST_ON_BOTH(a_leaf_under_no_checkpoint_has_no_proof_yet),
        TEST_ON_BOTH(a_rolled_back_change_leaves_no_gap),
        TEST_ON_BOTH(many_leaves_are_integrated_over_tiles_and_a_restart),
        TEST_ON_BOTH(the_thread_signs_what_is_committed_before_it_stops),
        TEST_ON_BOTH(the_thread_signs_within_two_seconds),
        TEST_ON_BOTH(ts_never_goes_back),
        TEST_ON_BOTH(an_erased_subject_is_closed_for_good),
        TEST_ON_BOTH(an_erasure_that_is_rolled_back_did_not_happen),
        TEST_ON_BOTH(record_keys_are_not_erased),
        TEST_ON_BOTH(keys_move_to_a_new_encryption_key_and_the_old_one_goes),
        TEST_ON_BOTH(a_wrapped_key_is_good_only_in_its_own_row),
        TEST_ON_BOTH(sealed_leaves_wait_and_are_padded),
        TEST_ON_BOTH(entries_and_checkpoints_cannot_be_changed),
        TEST_ON_BOTH(a_tile_is_replaced_only_by_one_that_begins_with_it),
        TEST_ON_BOTH(pages_exist_as_far_as_the_checkpoint_goes),
        TEST_ON_BOTH(only_known_witnesses_cosign_and_only_our_checkpoints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
