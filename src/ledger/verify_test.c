/*
 * verify_test.c: a true proof is valid, and each of the specification's adversarial inputs is not.
 */
#include "base/unit.h"

#include "ledger/test_log.h"
#include "ledger/verify.h"

#define POLICY      "log " TEST_LOG_VKEY "\nwitness kpk " TEST_WITNESS_VKEY "\nquorum kpk\n"
#define POLICY_NONE "log " TEST_LOG_VKEY "\nwitness kpk " TEST_WITNESS_VKEY "\nquorum none\n"
#define HEAD        600

struct world {
    struct arena arena;
    struct test_log log;
    struct policy policy;
};

static int set_up(void **env)
{
    static struct world w;
    int line;

    arena_init(&w.arena, 64 * MB);
    test_log_init(&w.log, 70000);
    test_log_grow(&w.log, 70000);
    assert_int_equal(policy_parse(&w.arena, test_bytes(POLICY), &w.policy, &line), 0);
    *env = &w;
    return 0;
}

static int tear_down(void **env)
{
    struct world *w = *env;

    test_log_finish(&w->log);
    arena_finish(&w->arena);
    return 0;
}

/* What may be spoiled before a proof is written. */
struct draft {
    struct proof proof;
    struct bytes body;
    struct proof_open open[4];
    size_t n_open;
    const char *extra; /* instead of body and open */
};

static struct draft draft(struct world *w, uint64_t index, uint64_t size)
{
    struct draft d = {.proof = {.has_extra = true, .index = index}};
    struct tree_proof p;

    d.body = test_leaf(&w->arena, index);
    assert_int_equal(tree_inclusion(&w->log.source, index, size, &p), 0);
    d.proof.n = p.n;
    memcpy(d.proof.path, p.hash, p.n * sizeof *p.hash);
    d.proof.note = test_log_note(&w->log, &w->arena, size, TEST_AT);
    return d;
}

static void open_name(struct draft *d, const char *value)
{
    struct tree_hash subject;

    hash_sha256("terang test subject key v1", 26, subject.v);
    d->open[d->n_open++] = (struct proof_open){
        .column = "nama",
        .key = leaf_field_key(&subject, "beea4522dc84e4970ba62c23fb8eb73c", "izin", "nama"),
        .value = value,
    };
}

static struct bytes written(struct world *w, struct draft *d)
{
    struct buf extra, out;

    buf_init(&extra, &w->arena, PROOF_MAX / 2);
    if (d->extra != NULL)
        buf_add(&extra, d->extra);
    else
        assert_int_equal(proof_extra_write(&w->arena, d->body, d->open, d->n_open, &extra), 0);
    d->proof.extra = buf_bytes(&extra);
    buf_init(&out, &w->arena, PROOF_MAX);
    assert_int_equal(proof_write(&d->proof, &out), 0);
    return buf_bytes(&out);
}

static enum verify_result verdict(struct world *w, struct draft *d)
{
    struct verify v;

    verify_proof(&w->arena, written(w, d), &w->policy, &v);
    return v.result;
}

static void a_true_proof_is_valid(void **env)
{
    struct world *w = *env;
    struct draft d = draft(w, 0, 70000);
    struct verify v;

    open_name(&d, "Siti Aminah");
    verify_proof(&w->arena, written(w, &d), &w->policy, &v);
    assert_int_equal(v.result, VERIFY_VALID);
    assert_int_equal(v.step, VERIFY_DONE);
    assert_true(v.has_leaf && v.has_time && v.recorded_by == TEST_AT);
    assert_string_equal(v.leaf.rec, "izin/1");
    assert_true(written(w, &d).n < 4 * KB);
}

static void every_leaf_of_a_small_log_is_proven(void **env)
{
    struct world *w = *env;

    for (uint64_t i = 0; i < 20; i++) {
        struct draft d = draft(w, i, 20);

        assert_int_equal(verdict(w, &d), VERIFY_VALID);
    }
}

/* ---- adversaries ---- */

static void no_bit_may_flip(void **env)
{
    struct world *w = *env;
    struct draft d = draft(w, 0, 7);
    struct bytes good;
    uint8_t *file;

    open_name(&d, "Siti Aminah");
    good = written(w, &d);
    file = malloc(good.n);
    assert_non_null(file);
    memcpy(file, good.p, good.n);
    for (size_t bit = 0; bit < good.n * 8; bit++) {
        struct arena a;
        struct verify v;

        arena_init(&a, 16 * MB);
        file[bit / 8] ^= (uint8_t)(1u << bit % 8);
        verify_proof(&a, (struct bytes){.p = file, .n = good.n}, &w->policy, &v);
        if (v.result == VERIFY_VALID)
            fail_msg("bit %zu", bit);
        file[bit / 8] ^= (uint8_t)(1u << bit % 8);
        arena_finish(&a);
    }
    free(file);
}

static void no_other_line_end_counts(void **env)
{
    static const char ends[] = {'\x0b', '\r', '\0', ' ', '\x0c'};
    struct world *w = *env;
    struct draft d = draft(w, 3, 7);
    struct bytes good = written(w, &d);
    uint8_t *file = arena_alloc(&w->arena, good.n);

    memcpy(file, good.p, good.n);
    for (size_t i = 0; i < good.n; i++) {
        if (good.p[i] != '\n')
            continue;
        for (size_t k = 0; k < sizeof ends; k++) {
            struct verify v;

            file[i] = (uint8_t)ends[k];
            verify_proof(&w->arena, (struct bytes){.p = file, .n = good.n}, &w->policy, &v);
            assert_int_equal(v.result, VERIFY_INVALID);
        }
        file[i] = '\n';
    }
}

static void nothing_may_be_cut_or_added(void **env)
{
    struct world *w = *env;
    struct draft d = draft(w, 3, 7);
    struct bytes good = written(w, &d);
    uint8_t *longer = arena_alloc(&w->arena, good.n + 1);
    struct verify v;

    for (size_t n = 0; n < good.n; n++) {
        verify_proof(&w->arena, (struct bytes){.p = good.p, .n = n}, &w->policy, &v);
        assert_int_not_equal(v.result, VERIFY_VALID);
    }
    memcpy(longer, good.p, good.n);
    longer[good.n] = '\n';
    verify_proof(&w->arena, (struct bytes){.p = longer, .n = good.n + 1}, &w->policy, &v);
    assert_int_equal(v.result, VERIFY_INVALID);
}

static void the_index_counts(void **env)
{
    struct world *w = *env;

    for (uint64_t other = 0; other < 12; other++) {
        struct draft d = draft(w, 3, 7);

        d.proof.index = other;
        assert_int_equal(verdict(w, &d), other == 3 ? VERIFY_VALID : VERIFY_INVALID);
    }
}

static void the_path_is_as_long_as_index_and_size_dictate(void **env)
{
    struct world *w = *env;
    struct draft d = draft(w, 6, 7);

    d.proof.n++;
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
    d.proof.n -= 2;
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
    d.proof.n = 0;
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
}

static void a_proof_is_of_its_own_leaf_only(void **env)
{
    struct world *w = *env;
    struct draft d = draft(w, 3, 7);

    d.body = test_leaf(&w->arena, 4);
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
    d = draft(w, 3, 7);
    d.proof.has_extra = false;
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
}

static void unknown_members_of_extra_are_refused(void **env)
{
    static const char *const extras[] = {
        "{\"body\":" TEST_LEAF_2 ",\"more\":\"\",\"open\":{}}",
        "{\"body\":" TEST_LEAF_2 "}",
        "{\"open\":{}}",
        "{\"body\":\"x\",\"open\":{}}",
        "{\"body\":" TEST_LEAF_2 ",\"open\":\"\"}",
        "{\"body\":" TEST_LEAF_2 ",\"open\":{\"c\":\"\"}}",
        "{\"body\":" TEST_LEAF_2 ",\"open\":{\"c\":{\"k\":\"00\",\"v\":\"\"}}}",
        "{\"body\":" TEST_LEAF_2 ",\"open\":{\"nama\":{\"k\":"
        "\"9cfc24a8dcb3862b63a1849a9bd6dbcce1ec60a52afff685c5bf6ab0481dbcb2\",\"v\":\"\",\"w\":\"\"}}}",
        "",
        "{}",
    };
    struct world *w = *env;
    struct draft d = draft(w, 2, 7);

    assert_int_equal(verdict(w, &d), VERIFY_VALID);
    for (size_t i = 0; i < ARRAY_LEN(extras); i++) {
        d.extra = extras[i];
        if (verdict(w, &d) != VERIFY_INVALID)
            fail_msg("%s", extras[i]);
    }
}

static void an_opened_field_must_be_the_committed_one(void **env)
{
    struct world *w = *env;
    struct draft d = draft(w, 0, 7);

    open_name(&d, "Siti Aminan");
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
    d = draft(w, 0, 7);
    open_name(&d, "Siti Aminah");
    d.open[0].column = "nik";
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
    d.open[0].column = "alamat";
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
    d.open[0].column = "status"; /* public, so not to be opened */
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
    d = draft(w, 3, 7); /* not a leaf of section 5: proven, but nothing in it can be opened */
    assert_int_equal(verdict(w, &d), VERIFY_VALID);
    open_name(&d, "Siti Aminah");
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
}

static void a_second_bad_line_under_a_known_name_is_refused(void **env)
{
    struct world *w = *env;
    struct draft d = draft(w, 0, 7);
    struct note_key log = test_log_key(), witness = test_witness_key();
    struct note_key *keys[] = {&log, &witness};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct buf b;

        buf_init(&b, &w->arena, NOTE_MAX);
        d = draft(w, 0, 7);
        buf_add_n(&b, d.proof.note.p, d.proof.note.n);
        note_sign(keys[i], test_bytes("something else\n"), TEST_AT, &b);
        d.proof.note = buf_bytes(&b);
        assert_int_equal(verdict(w, &d), VERIFY_INVALID);
    }
}

static void without_a_quorum_nothing_can_be_told(void **env)
{
    struct world *w = *env;
    struct draft d = draft(w, 0, 7);
    struct verify v;

    d.proof.note = test_log_note(&w->log, &w->arena, 7, 0);
    verify_proof(&w->arena, written(w, &d), &w->policy, &v);
    assert_int_equal(v.result, VERIFY_UNKNOWN);
    assert_int_equal(v.step, VERIFY_QUORUM);
}

static void quorum_none_names_no_time(void **env)
{
    struct world *w = *env;
    struct draft d = draft(w, 0, 7);
    struct policy none;
    struct verify v;
    struct buf out;
    int line;

    assert_int_equal(policy_parse(&w->arena, test_bytes(POLICY_NONE), &none, &line), 0);
    verify_proof(&w->arena, written(w, &d), &none, &v);
    assert_int_equal(v.result, VERIFY_VALID);
    assert_false(v.has_time);
    buf_init(&out, &w->arena, 64 * KB);
    verify_print(&v, VERIFY_EN, &out);
    assert_non_null(strstr(out.s, "no witness: proves only against the operator's own key"));
    buf_clear(&out);
    verify_print(&v, VERIFY_ID, &out);
    assert_non_null(strstr(out.s, "belum disaksikan"));
}

static void an_unknown_log_is_refused(void **env)
{
    struct note_key other = test_key(TEST_ORIGIN, NOTE_ED25519, "another seed");
    struct world *w = *env;
    struct draft d = draft(w, 0, 7);
    char vkey[NOTE_VKEY];
    struct policy p;
    struct verify v;

    note_vkey_text(&other.v, vkey);
    assert_int_equal(policy_of_vkey(&w->arena, vkey, &p), 0);
    verify_proof(&w->arena, written(w, &d), &p, &v);
    assert_int_equal(v.result, VERIFY_INVALID);
    assert_int_equal(v.step, VERIFY_LOG);
}

static void a_sealed_leaf_is_opened_whole(void **env)
{
    struct world *w = *env;
    struct tree_hash record, key, c, leaf;
    struct tree_range r = {0};
    struct checkpoint cp = {.origin = TEST_ORIGIN, .size = 1};
    struct note_key log = test_log_key(), witness = test_witness_key();
    struct draft d = {.proof = {.has_extra = true}};
    struct bytes text;
    struct buf note;

    hash_sha256("record", 6, record.v);
    key = leaf_seal_key(&record, "a98a8218b773199c3568cfa2ff8596f2");
    c = leaf_seal(&w->arena, &key, test_bytes(TEST_LEAF_1));
    d.body = test_bytes(text_printf(&w->arena, "{\"c\":\"%s\",\"t\":\"x\",\"v\":\"1\"}", hex_text(&w->arena, c.v, TREE_HASH)));
    leaf = leaf_hash(d.body);
    tree_range_add(&r, &leaf);
    cp.root = tree_range_root(&r);
    buf_init(&note, &w->arena, NOTE_MAX);
    checkpoint_write(&note, &cp);
    text = arena_bytes(&w->arena, note.s, note.n);
    buf_byte(&note, '\n');
    note_sign(&log, text, 0, &note);
    note_sign(&witness, text, TEST_AT, &note);
    d.proof.note = buf_bytes(&note);

    assert_int_equal(verdict(w, &d), VERIFY_VALID);
    d.open[d.n_open++] = (struct proof_open){.column = "c", .key = key, .value = TEST_LEAF_1};
    assert_int_equal(verdict(w, &d), VERIFY_VALID);
    d.open[0].value = TEST_LEAF_0;
    assert_int_equal(verdict(w, &d), VERIFY_INVALID);
}

/* ---- to the head ---- */

static struct verify head_of(struct world *w, uint64_t index, uint64_t size, struct bytes head,
                             int (*read)(void *, uint64_t, uint64_t, int (*)(void *, struct bytes), void *))
{
    const struct verify_entries log = {.tiles = w->log.source, .read = read};
    struct draft d = draft(w, index, size);
    struct verify v;

    verify_proof(&w->arena, written(w, &d), &w->policy, &v);
    assert_int_equal(v.result, VERIFY_VALID);
    verify_to_head(&w->arena, head, &log, &v);
    return v;
}

static void the_newest_revision_is_known_by_reading_to_the_head(void **env)
{
    struct world *w = *env;
    struct verify v = head_of(w, 0, 7, test_log_note(&w->log, &w->arena, 70000, TEST_AT + 60), test_log_read);
    struct buf out;

    assert_int_equal(v.result, VERIFY_VALID);
    assert_true(v.to_head && v.later == 69999 && v.newer_rev == NULL);
    buf_init(&out, &w->arena, 64 * KB);
    verify_print(&v, VERIFY_EN, &out);
    assert_non_null(strstr(out.s, "none among 69999 later entries: this is the newest revision"));
}

static void a_head_of_another_history_is_refused(void **env)
{
    struct world *w = *env;
    struct note_key log = test_log_key(), witness = test_witness_key();
    struct checkpoint c = {.origin = TEST_ORIGIN, .size = HEAD, .root = tree_empty()};
    struct bytes text;
    struct buf b;

    buf_init(&b, &w->arena, NOTE_MAX);
    checkpoint_write(&b, &c);
    text = arena_bytes(&w->arena, b.s, b.n);
    buf_byte(&b, '\n');
    note_sign(&log, text, 0, &b);
    note_sign(&witness, text, TEST_AT, &b);
    assert_int_equal(head_of(w, 0, 7, buf_bytes(&b), test_log_read).result, VERIFY_INVALID);
    assert_int_equal(head_of(w, 0, 7, test_log_note(&w->log, &w->arena, 5, TEST_AT), test_log_read).result, VERIFY_INVALID);
    assert_int_equal(head_of(w, 0, 7, test_log_note(&w->log, &w->arena, HEAD, 0), test_log_read).result, VERIFY_UNKNOWN);
}

/* Keeps back one entry, or changes it. */
static int lying_read(void *arg, uint64_t first, uint64_t size, int (*each)(void *each_arg, struct bytes body), void *each_arg)
{
    int e;

    (void)arg;
    e = test_log_read(NULL, first, size / 2, each, each_arg);
    return e < 0 ? e : test_log_read(NULL, size / 2 + 1, size + 1, each, each_arg);
}

static int failing_read(void *arg, uint64_t first, uint64_t size, int (*each)(void *each_arg, struct bytes body),
                        void *each_arg)
{
    int e;

    (void)arg;
    e = test_log_read(NULL, first, size / 2, each, each_arg); /* as far as the network goes */
    return e < 0 ? e : E_STORAGE;
}

static void no_entry_can_be_kept_back(void **env)
{
    struct world *w = *env;
    struct bytes head = test_log_note(&w->log, &w->arena, HEAD, TEST_AT);

    assert_int_equal(head_of(w, 0, 7, head, test_log_read).result, VERIFY_VALID);
    assert_int_equal(head_of(w, 0, 7, head, lying_read).result, VERIFY_INVALID);
    assert_int_equal(head_of(w, 0, 7, head, failing_read).result, VERIFY_UNKNOWN);
    assert_int_equal(head_of(w, 299, 300, head, test_log_read).result, VERIFY_VALID);
}

static void other_checkpoints_narrow_the_bracket_of_time(void **env)
{
    struct world *w = *env;
    struct draft d = draft(w, 10, 100);
    struct verify v;

    verify_proof(&w->arena, written(w, &d), &w->policy, &v);
    assert_int_equal(v.recorded_by, TEST_AT);
    verify_checkpoint(&w->arena, test_log_note(&w->log, &w->arena, 50, TEST_AT - 30), &w->log.source, &v);
    assert_int_equal(v.recorded_by, TEST_AT - 30);
    verify_checkpoint(&w->arena, test_log_note(&w->log, &w->arena, 200, TEST_AT + 30), &w->log.source, &v);
    assert_int_equal(v.recorded_by, TEST_AT - 30);
    assert_false(v.has_not_before);
    verify_checkpoint(&w->arena, test_log_note(&w->log, &w->arena, 10, TEST_AT - 90), &w->log.source, &v);
    assert_true(v.has_not_before && v.not_before == TEST_AT - 90);
    assert_int_equal(v.result, VERIFY_VALID);
}

/* ---- words ---- */

static void a_terminal_obeys_no_leaf(void **env)
{
    struct world *w = *env;
    struct leaf_pair evil = {.name = "uraian",
                             .value = "\x1b[2J\x7f\xc2\x9b"
                                      "x\xe2\x80\xae"};
    struct verify v = {.policy = &w->policy, .step = VERIFY_DONE, .has_leaf = true};
    struct buf out;

    assert_int_equal(leaf_decode(&w->arena, test_bytes(TEST_LEAF_1), &v.leaf), 0);
    v.leaf.pub = &evil;
    v.leaf.n_pub = 1;
    buf_init(&out, &w->arena, 64 * KB);
    verify_print(&v, VERIFY_EN, &out);
    for (size_t i = 0; i < out.n; i++)
        assert_true((unsigned char)out.s[i] >= 0x20 || out.s[i] == '\n');
    assert_null(strchr(out.s, '\x7f'));
    assert_null(strstr(out.s, "\xc2\x9b"));
    assert_null(strstr(out.s, "\xe2\x80\xae"));
}

static void the_example_of_the_specification_is_printed(void **env)
{
    static const char *const lines[] = {
        "log         terang.tangerangkota.example/ledger/1  size 70000",
        "signature OK\n",
        "witnesses   witness.kpk.example/w1 2026-01-01 00:01:00 UTC",
        "quorum OK (1 of 1)\n",
        "leaf        #0 izin/1 rev 2 update status=terbit",
        "included OK\n",
        "field       nama = Siti Aminah",
        "commitment OK\n",
        "recorded    by 2026-01-01 00:01:00 UTC (witness), claimed 2026-01-01 00:00:00 UTC\n",
        "RESULT      VALID\n",
    };
    struct world *w = *env;
    struct draft d = draft(w, 0, 70000);
    struct verify v;
    struct buf out;

    open_name(&d, "Siti Aminah");
    verify_proof(&w->arena, written(w, &d), &w->policy, &v);
    buf_init(&out, &w->arena, 64 * KB);
    verify_print(&v, VERIFY_EN, &out);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        if (strstr(out.s, lines[i]) == NULL)
            fail_msg("%s\nis not in\n%s", lines[i], out.s);
    buf_clear(&out);
    assert_int_equal(verify_json(&v, &out), 0);
    assert_non_null(strstr(out.s, "\"result\":\"valid\",\"exit\":0"));
    assert_non_null(strstr(out.s, "\"recorded_by\":\"2026-01-01T00:01:00Z\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_true_proof_is_valid),
        cmocka_unit_test(every_leaf_of_a_small_log_is_proven),
        cmocka_unit_test(no_bit_may_flip),
        cmocka_unit_test(no_other_line_end_counts),
        cmocka_unit_test(nothing_may_be_cut_or_added),
        cmocka_unit_test(the_index_counts),
        cmocka_unit_test(the_path_is_as_long_as_index_and_size_dictate),
        cmocka_unit_test(a_proof_is_of_its_own_leaf_only),
        cmocka_unit_test(unknown_members_of_extra_are_refused),
        cmocka_unit_test(an_opened_field_must_be_the_committed_one),
        cmocka_unit_test(a_second_bad_line_under_a_known_name_is_refused),
        cmocka_unit_test(without_a_quorum_nothing_can_be_told),
        cmocka_unit_test(quorum_none_names_no_time),
        cmocka_unit_test(an_unknown_log_is_refused),
        cmocka_unit_test(a_sealed_leaf_is_opened_whole),
        cmocka_unit_test(the_newest_revision_is_known_by_reading_to_the_head),
        cmocka_unit_test(a_head_of_another_history_is_refused),
        cmocka_unit_test(no_entry_can_be_kept_back),
        cmocka_unit_test(other_checkpoints_narrow_the_bracket_of_time),
        cmocka_unit_test(a_terminal_obeys_no_leaf),
        cmocka_unit_test(the_example_of_the_specification_is_printed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
