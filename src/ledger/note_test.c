/*
 * note_test.c: notes, keys, checkpoints and policies against the specification's vectors and strict on both sides.
 */
#include "base/unit.h"

#include "ledger/policy.h"
#include "ledger/test_log.h"

#define TEXT "terang.tangerangkota.example/ledger/1\n7\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=\n"
#define LOG_LINE                                                                                                               \
    "— terang.tangerangkota.example/ledger/1 yzn8rWkCAZR5LQkDxQfalAT02jiNV2Qope43Un90CVMh/xvlDMSnTzfJyZ7jRBoicTn1eE4w21V8"   \
    "f+LFh1W60ty7owA=\n"
#define WITNESS_LINE                                                                                                           \
    "— witness.kpk.example/w1 ox3R1QAAAABpVbk877Kwd0r+O8T67pUVP3dVTCaLfG3vi1BMllrTv5vyd0YNVrsoG01cwy2enjM6X76kpAVxEcAyTyMu"  \
    "4pwf2oYoCA==\n"
#define NOTE   TEXT "\n" LOG_LINE WITNESS_LINE
#define POLICY "log " TEST_LOG_VKEY "\nwitness kpk " TEST_WITNESS_VKEY "\nquorum kpk\n"

/* clang-format off */
static const char *const bad_notes[] = {
    "", "\n", "a\n", "a\n\n", "a\n\n\n", TEXT LOG_LINE, TEXT "\n", TEXT "\n" "x\n", TEXT "\n" LOG_LINE "\n",
    TEXT "\n— a AAAA\n" /* no signature behind the id */, TEXT "\n- a AAAAAAA=\n", TEXT "\n— a  AAAAAAA=\n", TEXT "\n—  a AAAAAAA=\n",
    TEXT "\n— a AAAAAAA=", TEXT "\n— a+b AAAAAAA=\n", TEXT "\n— a\xc2\xa0" "b AAAAAAA=\n", TEXT "\n— a AAAAAAB=\n", TEXT "\n— a AAAAAAA\n",
    TEXT "\n— a AAAA AAA=\n", "a\r\n\n— a AAAAAAA=\n", "a\x0b\n\n— a AAAAAAA=\n", "a\t\n\n— a AAAAAAA=\n", "\xff\n\n— a AAAAAAA=\n",
};

static const char *const bad_checkpoints[] = {
    "", "a\n", "a\n1\n", "a\n7\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=", "a\n7\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=\nx\n",
    "\n7\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=\n", "a b\n7\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=\n",
    "a\n07\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=\n", "a\n+7\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=\n",
    "a\n-7\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=\n", "a\n9223372036854775808\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=\n",
    "a\n7\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg15=\n" /* trailing bits */, "a\n7\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14\n",
    "a\n7\n4rjV\n", "a\n0\n4rjVgBJoIPjrO1t5buXOLFku1rW0fYGwzjtQrlATg14=\n",
};

static const char *const bad_vkeys[] = {
    "", "a", "a+b", TEST_ORIGIN, TEST_ORIGIN "+cb39fcae+AWNaafRDpMceNxB6UkVJgsirGZYUNaVYHRn7ew2UaVJG",
    TEST_ORIGIN "+CB39FCAD+AWNaafRDpMceNxB6UkVJgsirGZYUNaVYHRn7ew2UaVJG", TEST_ORIGIN "+cb39fcad+AWNaafRDpMceNxB6UkVJgsirGZYUNaVYHRn7ew2UaVJH",
    TEST_ORIGIN "+cb39fcad+AWNaafRDpMceNxB6UkVJgsirGZYUNaVYHRn7ew2UaVJG=", TEST_ORIGIN "+cb39fcad+AWNaafRDpMceNxB6UkVJgsirGZYUNaVYHRn7ew2UaV",
    "+cb39fcad+AWNaafRDpMceNxB6UkVJgsirGZYUNaVYHRn7ew2UaVJG", "a b+cb39fcad+AWNaafRDpMceNxB6UkVJgsirGZYUNaVYHRn7ew2UaVJG",
};

static const struct {
    const char *text;
    int want;
} policies[] = {
    {"quorum none\n", 0},
    {POLICY, 0},
    {"# c\n\n \t# d\n \tquorum \t none \t\n", 0},
    {"log " TEST_LOG_VKEY " https://a/\nwitness a " TEST_WITNESS_VKEY " https://b/\ngroup g any a\ngroup h all g\nquorum h\n", 0},
    {"", E_FORMAT},
    {"quorum none", E_FORMAT},
    {"quorum none\nquorum none\n", E_FORMAT},
    {"quorum a\n", E_FORMAT},
    {"quorum kpk\nwitness kpk " TEST_WITNESS_VKEY "\n", E_FORMAT},
    {"witness none " TEST_WITNESS_VKEY "\nquorum none\n", E_FORMAT},
    {"witness a " TEST_LOG_VKEY "\nquorum a\n", E_FORMAT},
    {"log " TEST_WITNESS_VKEY "\nquorum none\n", E_FORMAT},
    {"log " TEST_LOG_VKEY "\nlog " TEST_LOG_VKEY "\nquorum none\n", E_FORMAT},
    {"witness a " TEST_WITNESS_VKEY "\nwitness b " TEST_WITNESS_VKEY "\nquorum a\n", E_FORMAT},
    {"witness a " TEST_WITNESS_VKEY "\ngroup g 2 a\nquorum g\n", E_FORMAT},
    {"witness a " TEST_WITNESS_VKEY "\ngroup g 0 a\nquorum g\n", E_FORMAT},
    {"witness a " TEST_WITNESS_VKEY "\ngroup g 01 a\nquorum g\n", E_FORMAT},
    {"witness a " TEST_WITNESS_VKEY "\ngroup g any a a\nquorum g\n", E_FORMAT},
    {"witness a " TEST_WITNESS_VKEY "\ngroup g any a\ngroup h any a\nquorum g\n", E_FORMAT},
    {"witness a " TEST_WITNESS_VKEY "\ngroup g any g\nquorum g\n", E_FORMAT},
    {"witness a " TEST_WITNESS_VKEY "\ngroup g any\nquorum a\n", E_FORMAT},
    {"witness a " TEST_WITNESS_VKEY "\ngroup g any none\nquorum a\n", E_FORMAT},
    {"quorum none extra\n", E_FORMAT},
    {"Quorum none\n", E_FORMAT},
    {"quorum\x0bnone\n", E_FORMAT},
    {"quorum none\r\n", E_FORMAT},
    {"quorum none #\n", E_FORMAT},
};
/* clang-format on */

static void keys_are_those_of_the_vectors(void **world)
{
    struct note_key log = test_log_key(), witness = test_witness_key();
    char text[NOTE_VKEY];

    (void)world;
    note_vkey_text(&log.v, text);
    assert_string_equal(text, TEST_LOG_VKEY);
    note_vkey_text(&witness.v, text);
    assert_string_equal(text, TEST_WITNESS_VKEY);
}

static void private_keys_are_read_as_they_were_written(void **world)
{
    struct note_key key = test_log_key(), back;
    char text[NOTE_VKEY];

    (void)world;
    note_key_text(&key, text);
    assert_int_equal(strncmp(text, "PRIVATE+KEY+" TEST_ORIGIN "+cb39fcad+", strlen(TEST_ORIGIN) + 22), 0);
    assert_int_equal(note_key_parse(text, &back), 0);
    assert_memory_equal(back.secret, key.secret, sizeof key.secret);
    text[strlen(text) - 2] ^= 1;
    assert_int_equal(note_key_parse(text, &back), E_FORMAT);
    assert_int_equal(note_key_parse(TEST_LOG_VKEY, &back), E_FORMAT);
}

static void other_keys_are_refused(void **world)
{
    struct note_vkey v;

    (void)world;
    assert_int_equal(note_vkey_parse(TEST_LOG_VKEY, &v), 0);
    for (size_t i = 0; i < ARRAY_LEN(bad_vkeys); i++)
        if (note_vkey_parse(bad_vkeys[i], &v) != E_FORMAT)
            fail_msg("%s", bad_vkeys[i]);
}

static void signatures_are_those_of_the_vectors(void **world)
{
    struct arena *a = unit_arena(world);
    struct note_key log = test_log_key(), witness = test_witness_key();
    struct buf out;

    buf_init(&out, a, 4 * KB);
    buf_add(&out, TEXT "\n");
    note_sign(&log, test_bytes(TEXT), 0, &out);
    note_sign(&witness, test_bytes(TEXT), TEST_AT, &out);
    assert_string_equal(out.s, NOTE);
}

static void a_note_is_taken_apart_at_its_last_empty_line(void **world)
{
    struct arena *a = unit_arena(world);
    struct note n;

    assert_int_equal(note_parse(a, test_bytes("a\n\nb\n\n" LOG_LINE), &n), 0);
    assert_int_equal(n.text.n, 5);
    assert_int_equal(n.n, 1);
    assert_string_equal(n.sigs[0].name, TEST_ORIGIN);
    assert_int_equal(n.sigs[0].sig.n, 64);
}

static void other_notes_are_refused(void **world)
{
    struct arena *a = unit_arena(world);
    struct note n;

    for (size_t i = 0; i < ARRAY_LEN(bad_notes); i++)
        if (note_parse(a, test_bytes(bad_notes[i]), &n) != E_FORMAT)
            fail_msg("%zu: %s", i, bad_notes[i]);
}

static struct bytes note_of(struct arena *a, size_t signatures, size_t text)
{
    struct buf b;

    buf_init(&b, a, 1 * MB);
    for (size_t i = 0; i < text; i++)
        buf_byte(&b, 'x');
    buf_add(&b, "\n\n");
    for (size_t i = 0; i < signatures; i++)
        buf_add(&b, LOG_LINE);
    return buf_bytes(&b);
}

static void notes_have_their_limits(void **world)
{
    struct arena *a = unit_arena(world);
    struct note n;

    assert_int_equal(note_parse(a, note_of(a, 16, 1), &n), 0);
    assert_int_equal(note_parse(a, note_of(a, 32, 1), &n), 0);
    assert_int_equal(note_parse(a, note_of(a, 33, 1), &n), E_FORMAT);
    assert_int_equal(note_parse(a, note_of(a, 1, NOTE_MAX - 2 - strlen(LOG_LINE)), &n), 0);
    assert_int_equal(note_parse(a, note_of(a, 1, NOTE_MAX - 1 - strlen(LOG_LINE)), &n), E_FORMAT);
}

static int judge(struct arena *a, const char *note, struct policy_verdict *ret)
{
    struct policy p;
    int line;

    assert_int_equal(policy_parse(a, test_bytes(POLICY), &p, &line), 0);
    return policy_judge(a, &p, test_bytes(note), ret);
}

static void one_bad_signature_of_a_known_key_spoils_the_note(void **world)
{
    static const char bad_log[] =
        "— terang.tangerangkota.example/ledger/1 yzn8rWkCAZR5LQkDxQfalAT02jiNV2Qope43Un90CVMh/xvlDMSnTzfJyZ7"
        "jRBoicTn1eE4w21V8f+LFh1W60ty7owE=\n";
    struct arena *a = unit_arena(world);
    struct policy_verdict v;
    char unknown[] = "— stranger.example/w yzn8rWkCAZR5\n";

    assert_int_equal(judge(a, NOTE, &v), 0);
    assert_true(v.quorum && v.cosigned == 1 && v.seen[0].at == TEST_AT && v.checkpoint.size == 7);
    assert_int_equal(judge(a, text_printf(a, "%s%s", NOTE, bad_log), &v), E_FORMAT);
    assert_int_equal(judge(a, text_printf(a, "%s%s", NOTE, unknown), &v), 0);
    assert_int_equal(judge(a, TEXT "\n" WITNESS_LINE, &v), E_FORMAT);
    assert_int_equal(judge(a, TEXT "\n" LOG_LINE, &v), 0);
    assert_false(v.quorum);
}

/* A witness must not pass as a log, nor a log as a witness, whatever name stands in the text. */
static void the_checkpoint_bears_the_name_of_the_log_that_signed(void **world)
{
    struct arena *a = unit_arena(world);
    struct note_key log = test_log_key();
    struct policy_verdict v;
    struct buf out;

    buf_init(&out, a, 4 * KB);
    buf_add(&out, "other.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n");
    note_sign(&log, (struct bytes){.p = (const uint8_t *)out.s, .n = out.n - 1}, 0, &out);
    assert_int_equal(judge(a, out.s, &v), E_FORMAT);
}

static void checkpoints_are_exactly_three_lines(void **world)
{
    struct arena *a = unit_arena(world);
    struct checkpoint c;
    struct buf out;

    assert_int_equal(checkpoint_parse(a, test_bytes(TEXT), &c), 0);
    buf_init(&out, a, 1 * KB);
    checkpoint_write(&out, &c);
    assert_string_equal(out.s, TEXT);
    for (size_t i = 0; i < ARRAY_LEN(bad_checkpoints); i++)
        if (checkpoint_parse(a, test_bytes(bad_checkpoints[i]), &c) != E_FORMAT)
            fail_msg("%s", bad_checkpoints[i]);
}

static void policies_are_read_as_c2sp_writes_them(void **world)
{
    struct arena *a = unit_arena(world);

    for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
        struct policy p;
        int line;

        if (policy_parse(a, test_bytes(policies[i].text), &p, &line) != policies[i].want)
            fail_msg("%s", policies[i].text);
    }
}

/* A policy of n witnesses w0.. with keys of their own, and the lines that follow. */
static struct policy witnesses(struct arena *a, int n, const char *groups)
{
    struct policy p;
    struct buf b;
    int line;

    buf_init(&b, a, 64 * KB);
    for (int i = 0; i < n; i++) {
        struct note_key k = test_key("w.example/w", NOTE_COSIGNATURE, text_printf(a, "seed %d", i));
        char vkey[NOTE_VKEY];

        note_vkey_text(&k.v, vkey);
        buf_printf(&b, "witness w%d %s\n", i, vkey);
    }
    buf_add(&b, groups);
    assert_int_equal(policy_parse(a, buf_bytes(&b), &p, &line), 0);
    return p;
}

static void quorums_count_members_and_groups(void **world)
{
    struct arena *a = unit_arena(world);
    struct policy p = witnesses(a, 5, "group x 2 w0 w1 w2\ngroup y any w3 w4\ngroup z all x y\nquorum z\n");
    struct note_seen seen[5] = {{0}};

    assert_false(policy_quorum(&p, seen));
    seen[0].good = seen[2].good = true;
    assert_false(policy_quorum(&p, seen));
    seen[4].good = true;
    assert_true(policy_quorum(&p, seen));
    seen[0].good = false;
    assert_false(policy_quorum(&p, seen));
}

static void a_policy_has_room_for_32_of_each(void **world)
{
    struct arena *a = unit_arena(world);
    struct policy p = witnesses(a, 32,
                                "group g 32 w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 w19 w20 w21 "
                                "w22 w23 w24 w25 w26 w27 w28 w29 w30 w31\nquorum g\n");
    struct note_seen seen[32];

    for (size_t i = 0; i < 32; i++)
        seen[i].good = true;
    assert_true(policy_quorum(&p, seen));
    seen[31].good = false;
    assert_false(policy_quorum(&p, seen));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(keys_are_those_of_the_vectors),
        UNIT(private_keys_are_read_as_they_were_written),
        UNIT(other_keys_are_refused),
        UNIT(signatures_are_those_of_the_vectors),
        UNIT(a_note_is_taken_apart_at_its_last_empty_line),
        UNIT(other_notes_are_refused),
        UNIT(notes_have_their_limits),
        UNIT(one_bad_signature_of_a_known_key_spoils_the_note),
        UNIT(the_checkpoint_bears_the_name_of_the_log_that_signed),
        UNIT(checkpoints_are_exactly_three_lines),
        UNIT(policies_are_read_as_c2sp_writes_them),
        UNIT(quorums_count_members_and_groups),
        UNIT(a_policy_has_room_for_32_of_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
