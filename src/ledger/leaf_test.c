/*
 * leaf_test.c: canonical JSON, leaves and commitments, against the specification's vectors and on both sides of each rule.
 */
#include "base/unit.h"

#include "ledger/jcs.h"
#include "ledger/test_log.h"

/* clang-format off */
static const char *const canonical[] = {
    "{}", "{\"a\":\"\"}", "{\"a\":\"x\",\"a_1\":\"y\",\"b\":{}}", "{\"a\":{\"b\":{\"c\":\"d\"}}}",
    "{\"a\":\"\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001f\"}", "{\"a\":\"/\x7f\"}", "{\"a\":\"\xc3\xa9 — “\xe2\x80\xa8” 😀\"}",
};

static const char *const not_canonical[] = {
    "", "x", "\"a\"", "[]", "null", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1}", "{\"a\":true}", "{\"a\":null}", "{\"a\":[]}",
    "{\"a\":\"x\"", "{\"a\":\"x}", "{\"a\":\"x\"}}", "{\"a\":\"x\"} ", " {\"a\":\"x\"}", "{ \"a\":\"x\"}", "{\"a\": \"x\"}",
    "{\"a\":\"x\",}", "{,\"a\":\"x\"}", "{\"a\":\"x\"\"b\":\"y\"}", "{\"a\":\"x\",\"a\":\"x\"}", "{\"b\":\"x\",\"a\":\"x\"}",
    "{\"A\":\"x\"}", "{\"1\":\"x\"}", "{\"\":\"x\"}", "{\"_a\":\"x\"}", "{\"a-b\":\"x\"}", "{\"\\u0061\":\"x\"}",
    "{\"a\":\"\\/\"}", "{\"a\":\"\\u0061\"}", "{\"a\":\"\\u000a\"}", "{\"a\":\"\\u0008\"}", "{\"a\":\"\\u001F\"}", "{\"a\":\"\\u0000\"}",
    "{\"a\":\"\\x\"}", "{\"a\":\"\\\"}", "{\"a\":\"\\u00\"}", "{\"a\":\"\n\"}", "{\"a\":\"\x01\"}",
    "{\"a\":\"e\xcc\x81\"}" /* not NFC */, "{\"a\":\"\xc0\xaf\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xff\"}",
    "{\"a\":{\"b\":{\"c\":{\"d\":\"\"}}}}" /* deeper than 3 */,
};

static const struct {
    const char *body;
    int want;
} bodies[] = {
    {TEST_LEAF_0, 0},
    {TEST_LEAF_1, 0},
    {TEST_LEAF_2, 0},
    {"{\"i\":\"3\",\"t\":\"t\",\"v\":\"1\"}", E_INPUT},
    {"{\"c\":\"58b7\",\"t\":\"x\",\"v\":\"1\"}", E_INPUT},
    {"{\"c\":\"58b77c172c103f1f4141e4f71c3ff633a236cfc6f08438cef02ae5fa51f9ab87\",\"t\":\"y\",\"v\":\"1\"}", E_INPUT},
    {"{\"c\":\"58b77c172c103f1f4141e4f71c3ff633a236cfc6f08438cef02ae5fa51f9ab87\",\"t\":\"x\",\"v\":\"2\"}", E_INPUT},
    {"{\"c\":\"58b77c172c103f1f4141e4f71c3ff633a236cfc6f08438cef02ae5fa51f9ab87\",\"t\":\"x\",\"v\":\"1\",\"w\":\"\"}", E_INPUT},
    {"{\"v\":\"1\"", E_FORMAT},
    {"{}", E_INPUT},
};

/* One member of a good leaf replaced. */
static const struct {
    const char *from, *to;
} spoilings[] = {
    {"\"op\":\"insert\"", "\"op\":\"change\""},
    {"\"rev\":\"1\"",     "\"rev\":\"0\""},
    {"\"rev\":\"1\"",     "\"rev\":\"01\""},
    {"\"rev\":\"1\"",     "\"rev\":\"-1\""},
    {"\"rev\":\"1\",",    ""},
    {"\"prev\":\"\"",     "\"prev\":\"00\""},
    {"\"prev\":\"\",",    ""},
    {"\"v\":\"1\"",       "\"v\":\"2\""},
    {"\"ts\":\"2026-01-01T00:00:01Z\"", "\"ts\":\"2026-01-01T00:00:01\""},
    {"\"ts\":\"2026-01-01T00:00:01Z\"", "\"ts\":\"2026-02-30T00:00:01Z\""},
    {"a98a8218b773199c3568cfa2ff8596f2", "A98a8218b773199c3568cfa2ff8596f2"},
    {"a98a8218b773199c3568cfa2ff8596f2", "a98a8218b773199c3568cfa2ff8596"},
    {"\"op\":\"insert\"", "\"op\":\"read\""},
    {"\"who\":\"r/perencana\"", "\"who\":\"r/perencana\",\"x\":\"\""},
    {"\"t\":\"rka\"", "\"t\":\"RKA\""},
};
/* clang-format on */

static void canonical_json_is_read_and_written_as_the_same_bytes(void **world)
{
    struct arena *a = unit_arena(world);

    for (size_t i = 0; i < ARRAY_LEN(canonical); i++) {
        struct jcs v;
        struct buf out;

        assert_int_equal(jcs_parse(a, test_bytes(canonical[i]), 3, &v), 0);
        buf_init(&out, a, 1 * KB);
        assert_int_equal(jcs_write(&v, &out), 0);
        assert_string_equal(out.s, canonical[i]);
    }
}

static void other_json_is_refused(void **world)
{
    struct arena *a = unit_arena(world);

    for (size_t i = 0; i < ARRAY_LEN(not_canonical); i++) {
        struct jcs v;

        if (jcs_parse(a, test_bytes(not_canonical[i]), 3, &v) != E_FORMAT)
            fail_msg("%s", not_canonical[i]);
    }
}

static void the_writer_sorts_and_refuses_what_cannot_be_read(void **world)
{
    struct arena *a = unit_arena(world);
    struct jcs members[] = {{.name = "b", .text = "2"}, {.name = "a", .text = "1"}};
    struct jcs v = {.members = members, .n = 2};
    struct buf out;

    buf_init(&out, a, 1 * KB);
    assert_int_equal(jcs_write(&v, &out), 0);
    assert_string_equal(out.s, "{\"a\":\"1\",\"b\":\"2\"}");
    members[0].name = "b";
    members[1].name = "b";
    assert_int_equal(jcs_write(&v, &out), E_INPUT);
    members[1].name = "B";
    assert_int_equal(jcs_write(&v, &out), E_INPUT);
    members[1] = (struct jcs){.name = "c", .text = "e\xcc\x81"};
    assert_int_equal(jcs_write(&v, &out), E_INPUT);
}

static void leaves_are_told_from_other_json(void **world)
{
    struct arena *a = unit_arena(world);

    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct leaf l;

        if (leaf_decode(a, test_bytes(bodies[i].body), &l) != bodies[i].want)
            fail_msg("%s", bodies[i].body);
    }
}

static char *replaced(struct arena *a, const char *s, const char *from, const char *to)
{
    const char *at = strstr(s, from);

    assert_non_null(at);
    return text_printf(a, "%.*s%s%s", (int)(at - s), s, to, at + strlen(from));
}

static void a_leaf_with_one_wrong_member_is_refused(void **world)
{
    struct arena *a = unit_arena(world);

    for (size_t i = 0; i < ARRAY_LEN(spoilings); i++) {
        const char *body = replaced(a, TEST_LEAF_1, spoilings[i].from, spoilings[i].to);
        struct leaf l;

        if (leaf_decode(a, test_bytes(body), &l) != E_INPUT)
            fail_msg("%s", body);
    }
}

static void a_leaf_is_encoded_as_it_was_decoded(void **world)
{
    static const char *const leaves[] = {TEST_LEAF_0, TEST_LEAF_1, TEST_LEAF_2};
    struct arena *a = unit_arena(world);

    for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
        struct leaf l;
        struct buf out;

        assert_int_equal(leaf_decode(a, test_bytes(leaves[i]), &l), 0);
        buf_init(&out, a, LEAF_MAX);
        assert_int_equal(leaf_encode(&l, a, &out), 0);
        assert_string_equal(out.s, leaves[i]);
    }
}

static void a_leaf_over_the_ceiling_is_refused(void **world)
{
    struct arena *a = unit_arena(world);
    char *big = arena_alloc(a, LEAF_MAX + 1);
    struct leaf_pair pair = {.name = "x", .value = memset(big, 'x', LEAF_MAX)};
    struct buf out;
    struct leaf l;

    assert_int_equal(leaf_decode(a, test_bytes(TEST_LEAF_1), &l), 0);
    l.pub = &pair;
    l.n_pub = 1;
    buf_init(&out, a, 1 * MB);
    assert_int_equal(leaf_encode(&l, a, &out), E_LIMIT);
    assert_int_equal(leaf_decode(a, buf_bytes(&out), &l), E_FORMAT);
}

static void commitments_are_those_of_the_vectors(void **world)
{
    static const char uid[] = "beea4522dc84e4970ba62c23fb8eb73c";
    static const struct {
        const char *column, *value, *commitment;
    } rows[] = {
        {"nama", "Siti Aminah", "f10b323952428375fba4eb3eb400623bd5e3c7f2ef388beffe52a2d5267a14b7"},
        {"nik", "3671000000000001", "0c1bae8c632280fa4726874c8d59bb4864eb811e8c1bf61a1f92a46ca109142c"},
        {"by", "user/7", "c77740ac4191b3532ec3017aba52a6811eca94d03d9b9ce585ce1a7ff00cfc48"},
    };
    struct tree_hash subject, want_key = test_hash("9cfc24a8dcb3862b63a1849a9bd6dbcce1ec60a52afff685c5bf6ab0481dbcb2");

    (void)world;
    hash_sha256("terang test subject key v1", 26, subject.v);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tree_hash key = leaf_field_key(&subject, uid, "izin", rows[i].column);
        struct tree_hash c = leaf_commit(&key, "izin", rows[i].column, rows[i].value), want = test_hash(rows[i].commitment);

        assert_true(tree_hash_eq(&c, &want));
        assert_true(i > 0 || tree_hash_eq(&key, &want_key));
    }
}

static void null_and_its_spelling_are_different_values(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(leaf_value(a, NULL), "\\N");
    assert_string_equal(leaf_value(a, "\\N"), "\\\\N");
    assert_string_equal(leaf_value(a, "\\"), "\\\\");
    assert_string_equal(leaf_value(a, ""), "");
    assert_string_equal(leaf_value(a, "a\\"), "a\\");
    assert_true(leaf_value_is_null(leaf_value(a, NULL)));
    assert_false(leaf_value_is_null(leaf_value(a, "\\N")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(canonical_json_is_read_and_written_as_the_same_bytes),
        UNIT(other_json_is_refused),
        UNIT(the_writer_sorts_and_refuses_what_cannot_be_read),
        UNIT(leaves_are_told_from_other_json),
        UNIT(a_leaf_with_one_wrong_member_is_refused),
        UNIT(a_leaf_is_encoded_as_it_was_decoded),
        UNIT(a_leaf_over_the_ceiling_is_refused),
        UNIT(commitments_are_those_of_the_vectors),
        UNIT(null_and_its_spelling_are_different_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
