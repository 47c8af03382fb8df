/*
 * json_test.c: what is written is JSON in one spelling; what is read is strict.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "json.h"
#include "text.h"

static void written_bytes_have_one_spelling(void **world)
{
    struct json_out j;
    struct buf out;

    buf_init(&out, unit_arena(world), 1 * KB);
    json_out_init(&j, &out);
    json_out_object(&j);
    json_put_text(&j, "nama", "Siti \"A\" \\ Jos\xC3\xA9");
    json_put_int(&j, "pagu", -1250000);
    json_put_bool(&j, "sah", true);
    json_put_text(&j, "alasan", NULL);
    json_put_int(&j, "sisa", INT_NONE);
    json_put_array(&j, "langkah");
    json_out_int(&j, INT64_MAX);
    json_out_array(&j);
    json_out_end(&j);
    json_out_object(&j);
    json_out_end(&j);
    json_out_bool(&j, false);
    json_out_end(&j);
    json_put_object(&j, "x");
    json_put_text(&j, "", "");
    json_out_end(&j);
    json_out_end(&j);
    assert_int_equal(json_out_done(&j), 0);
    assert_string_equal(out.s, "{\"nama\":\"Siti \\\"A\\\" \\\\ Jos\xC3\xA9\",\"pagu\":-1250000,\"sah\":true,\"alasan\":null,"
                               "\"sisa\":null,\"langkah\":[9223372036854775807,[],{},false],\"x\":{\"\":\"\"}}");
}

/* RFC 8785 section 3.2.2.2 */
static void controls_are_escaped_as_jcs_does(void **world)
{
    struct buf out;

    buf_init(&out, unit_arena(world), 1 * KB);
    json_quote(&out, "\b\t\n\f\r\x01\x1F\x7F/<\xE2\x80\xA8");
    assert_string_equal(out.s, "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7F/<\xE2\x80\xA8\"");
}

static void a_full_buffer_is_reported_at_the_end(void **world)
{
    struct json_out j;
    struct buf out;

    buf_init(&out, unit_arena(world), 10);
    json_out_init(&j, &out);
    json_out_array(&j);
    json_out_text(&j, "0123456789");
    json_out_end(&j);
    assert_int_equal(json_out_done(&j), E_LIMIT);
}

static void no_key(struct json_out *j)
{
    json_out_object(j);
    json_out_int(j, 1);
}

static void no_value(struct json_out *j)
{
    json_out_object(j);
    json_out_key(j, "a");
    json_out_end(j);
}

static void key_in_array(struct json_out *j)
{
    json_out_array(j);
    json_out_key(j, "a");
}

static void two_values(struct json_out *j)
{
    json_out_int(j, 1);
    json_out_int(j, 2);
}

static void not_closed(struct json_out *j)
{
    json_out_array(j);
    assert_int_equal(json_out_done(j), 0);
}

static void closed_twice(struct json_out *j)
{
    json_out_array(j);
    json_out_end(j);
    json_out_end(j);
}

static void too_deep(struct json_out *j)
{
    for (int i = 0; i <= JSON_DEPTH_MAX; i++)
        json_out_array(j);
}

/* In a process of its own: does it end by BUG_IF? */
static bool is_a_bug(struct arena *a, void (*fn)(struct json_out *))
{
    struct json_out j;
    struct buf out;
    int status;
    pid_t pid;

    buf_init(&out, a, 1 * KB);
    json_out_init(&j, &out);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)signal(SIGABRT, SIG_DFL);
        (void)close(STDERR_FILENO);
        fn(&j);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void broken_grammar_is_a_bug(void **world)
{
    static void (*const wrong[])(struct json_out *) = {
        no_key, no_value, key_in_array, two_values, not_closed, closed_twice, too_deep,
    };

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_true(is_a_bug(unit_arena(world), wrong[i]));
}

/* ---- in ---- */

static const struct json_in *parsed(void **world, const char *s)
{
    const struct json_in *root = NULL;

    assert_int_equal(json_read(unit_arena(world), s, strlen(s), 1 * MB, &root, NULL), 0);
    return root;
}

static void values_are_found_by_kind(void **world)
{
    const struct json_in *o =
        parsed(world, " {\"t\":\"a\\u00e9\\n\",\"i\":-5,\"b\":true,\"n\":null,\"a\":[1,\"x\",[]],\"o\":{\"k\":1}} ");
    const struct json_in *m;
    const char *t = NULL;
    int64_t i;
    bool b;

    assert_int_equal(json_get_text(o, "t", &t), 1);
    assert_string_equal(t, "a\xC3\xA9\n");
    assert_int_equal(json_get_int(o, "i", -5, 5, &i), 1);
    assert_int_equal(i, -5);
    assert_int_equal(json_get_bool(o, "b", &b), 1);
    assert_true(b);
    assert_int_equal(json_get_array(o, "a", &m), 1);
    assert_int_equal(m->n, 3);
    assert_string_equal(m->items[1].text, "x");
    assert_int_equal(m->items[2].kind, JSON_IS_ARRAY);
    assert_int_equal(json_get_object(o, "o", &m), 1);
    assert_string_equal(m->items[0].key, "k");
    assert_int_equal(json_member(o, "n")->kind, JSON_IS_NULL);
}

static void absent_and_wrong_members_differ(void **world)
{
    const struct json_in *o = parsed(world, "{\"t\":\"a\",\"i\":7,\"n\":null}");
    const char *t = "kept";
    int64_t i = 3;

    assert_int_equal(json_get_text(o, "x", &t), 0);
    assert_int_equal(json_get_text(o, "n", &t), 0);
    assert_int_equal(json_get_text(NULL, "t", &t), 0);
    assert_int_equal(json_get_text(o, "i", &t), E_FORMAT);
    assert_int_equal(json_get_int(o, "t", 0, 9, &i), E_FORMAT);
    assert_int_equal(json_get_int(o, "i", 0, 6, &i), E_INPUT);
    assert_int_equal(json_get_int(o, "i", 8, 9, &i), E_INPUT);
    assert_string_equal(t, "kept");
    assert_int_equal(i, 3);
    assert_null(json_member(parsed(world, "[1]"), "x"));
}

static void members_keep_their_order(void **world)
{
    const struct json_in *o = parsed(world, "{\"z\":1,\"a\":2,\"m\":3}");

    assert_int_equal(o->n, 3);
    assert_string_equal(o->items[0].key, "z");
    assert_string_equal(o->items[1].key, "a");
    assert_string_equal(o->items[2].key, "m");
}

static void unknown_members_are_named(void **world)
{
    static const char *const keys[] = {"body", "open", NULL};

    assert_null(json_unknown(parsed(world, "{\"open\":1,\"body\":2}"), keys));
    assert_null(json_unknown(parsed(world, "{}"), keys));
    assert_string_equal(json_unknown(parsed(world, "{\"open\":1,\"role\":2}"), keys), "role");
}

static void hostile_json_is_refused(void **world)
{
    static const char *const bad[] = {
        "",
        " ",
        "1",
        "\"a\"",
        "null",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "[1] [2]",
        "[1]x",
        "{'a':1}",
        "{a:1}",
        "[01]",
        "[+1]",
        "[1.5]",
        "[1e3]",
        "[-]",
        "[NaN]",
        "[Infinity]",
        "[9223372036854775808]",
        "[-9223372036854775809]",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "[\"\\u0000\"]",
        "{\"\\u0000\":1}",
        "[\"\\ud800\"]",
        "[\"\\udc00\\ud800\"]",
        "[\"\x01\"]",
        "[\"\xC3\"]",
        "[\"\xED\xA0\x80\"]",
        "[\"\xC0\xAF\"]",
        "[\"a\nb\"]",
        "[\"\\x41\"]",
        "/**/[]",
        "[1]//",
        "\xEF\xBB\xBF[]",
        "[tru]",
        "[TRUE]",
        "]",
        "[}",
        "[\"\\",
    };
    const struct json_in *root = NULL;
    const char *why = NULL;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(json_read(unit_arena(world), bad[i], strlen(bad[i]), 1 * MB, &root, &why), E_FORMAT);
        assert_false(text_empty(why));
    }
    assert_int_equal(json_read(unit_arena(world), "[1]\0", 4, 1 * MB, &root, &why), E_FORMAT);
    assert_null(root);
}

static void whole_numbers_keep_their_64_bits(void **world)
{
    const struct json_in *o = parsed(world, "[9223372036854775807,-9223372036854775808,0]");

    assert_true(o->items[0].number == INT64_MAX);
    assert_true(o->items[1].number == INT64_MIN);
}

static int read_depth(void **world, size_t depth)
{
    char *s = arena_alloc(unit_arena(world), 2 * depth + 1);
    const struct json_in *root;

    memset(s, '[', depth);
    memset(s + depth, ']', depth);
    return json_read(unit_arena(world), s, 2 * depth, 1 * MB, &root, NULL);
}

static void ceilings_hold_on_both_sides(void **world)
{
    const struct json_in *root;

    assert_int_equal(read_depth(world, JSON_DEPTH_MAX), 0);
    assert_int_equal(read_depth(world, JSON_DEPTH_MAX + 1), E_LIMIT);
    assert_int_equal(read_depth(world, 100000), E_LIMIT);
    assert_int_equal(json_read(unit_arena(world), "[1]", 3, 3, &root, NULL), 0);
    assert_int_equal(json_read(unit_arena(world), "[1]", 3, 2, &root, NULL), E_LIMIT);
    /* brackets in strings are no depth */
    (void)parsed(world,
                 "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]");
}

static void written_text_is_read_back(void **world)
{
    struct json_out j;
    struct buf out;
    char all[0x80];

    for (int i = 1; i < 0x80; i++)
        all[i - 1] = (char)i;
    all[0x7F] = '\0';
    buf_init(&out, unit_arena(world), 4 * KB);
    json_out_init(&j, &out);
    json_out_array(&j);
    json_out_text(&j, all);
    json_out_end(&j);
    assert_int_equal(json_out_done(&j), 0);
    assert_string_equal(parsed(world, out.s)->items[0].text, all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(written_bytes_have_one_spelling),
        UNIT(controls_are_escaped_as_jcs_does),
        UNIT(a_full_buffer_is_reported_at_the_end),
        UNIT(broken_grammar_is_a_bug),
        UNIT(values_are_found_by_kind),
        UNIT(absent_and_wrong_members_differ),
        UNIT(members_keep_their_order),
        UNIT(unknown_members_are_named),
        UNIT(hostile_json_is_refused),
        UNIT(whole_numbers_keep_their_64_bits),
        UNIT(ceilings_hold_on_both_sides),
        UNIT(written_text_is_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
