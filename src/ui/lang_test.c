/*
 * lang_test.c: the reader of .po files, and that both languages say the same.
 */
#include "ui/test.h"

#include "base/text.h"
#include "ui/assets.h"

static int read_po(struct page_test *t, const char *text, struct po *ret, int *line)
{
    return po_read(&t->arena, (struct bytes){(const uint8_t *)text, strlen(text)}, ret, line);
}

static void entries_are_read_and_found(void **world)
{
    struct page_test *t = *world;
    struct po po;
    int line = 0;

    assert_int_equal(
        read_po(
            t,
            "# c\nmsgid \"\"\nmsgstr \"\"\n\"Language: id\\n\"\n\nmsgid \"m.b\"\nmsgstr \"dua \"\n  \"\\\"kata\\\"\\n\\\\\"\n\n"
            "#: x.c\nmsgid \"m.a\"\n# between\nmsgstr \"satu\"",
            &po, &line),
        0);
    assert_int_equal(po.n, 2);
    assert_string_equal(po_find(&po, "m.a"), "satu");
    assert_string_equal(po_find(&po, "m.b"), "dua \"kata\"\n\\");
    assert_null(po_find(&po, "m.c"));
    assert_null(po_find(&po, ""));
}

static void an_empty_file_has_no_words(void **world)
{
    struct page_test *t = *world;
    struct po po;
    int line = 0;

    assert_int_equal(read_po(t, "", &po, &line), 0);
    assert_null(po_find(&po, "x"));
}

static void what_msgfmt_would_read_otherwise_is_refused(void **world)
{
    static const struct {
        const char *text;
        int line;
    } bad[] = {
        {"msgid \"a.b\"\nmsgstr \"\"\n", 3},                               /* not translated */
        {"msgid \"a.b\"\nmsgstr \"x\"\nmsgid \"a.b\"\nmsgstr \"y\"\n", 5}, /* twice */
        {"#, fuzzy\nmsgid \"a.b\"\nmsgstr \"x\"\n", 1},                    /* not finished */
        {"msgctxt \"c\"\nmsgid \"a.b\"\nmsgstr \"x\"\n", 1},               /* context */
        {"msgid \"a.b\"\nmsgid_plural \"c\"\nmsgstr[0] \"x\"\n", 2},       /* plural */
        {"msgid \"a.b\"\nmsgstr \"x\\q\"\n", 2},                           /* unknown escape */
        {"msgid \"a.b\"\nmsgstr \"x\n", 2},                                /* quote left open */
        {"msgid \"a.b\"\nmsgstr \"x\" y\n", 2},                            /* rubbish */
        {"msgid \"a.b\"\n", 2},                                            /* half an entry */
        {"msgid \"a.b\"\nmsgstr \"\xff\"\n", 3},                           /* not UTF-8 */
        {"msgid \"a.b\"\nmsgstr \"x\\", 2},
    };
    struct page_test *t = *world;
    struct po po;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int line = 0;

        assert_int_equal(read_po(t, bad[i].text, &po, &line), E_FORMAT);
        assert_int_equal(line, bad[i].line);
    }
}

static void a_missing_key_shows_itself(void **world)
{
    struct page_test *t = *world;

    assert_string_equal(T(&t->r, "ui.no-such-word"), "[ui.no-such-word]");
    assert_null(lang_text(LANG_EN, "ui.no-such-word"));
}

static void each_request_has_its_language(void **world)
{
    struct page_test *t = *world;

    assert_string_equal(T(&t->r, "ui.login"), "Masuk");
    t->r.lang = LANG_EN;
    assert_string_equal(T(&t->r, "ui.login"), "Log in");
}

static void places_are_filled_in_order(void **world)
{
    struct page_test *t = *world;

    assert_string_equal(T3(&t->r, "ui.pager-of", "1", "10", "%s"), "1–10 dari %s");
    assert_string_equal(T1(&t->r, "ui.pager-of", "1"), "1– dari ");
    assert_string_equal(T1(&t->r, "ui.login", "unused"), "Masuk");
    assert_string_equal(T1(&t->r, "ui.filter-drop", NULL), "Hapus ");
}

static void the_first_fault_counts(void **world)
{
    struct page_test *t = *world;

    assert_string_equal(fault_text(&t->r), "");
    assert_int_equal(fail_arg(&t->r, E_STATE, "ui.filter-drop", "x"), E_STATE);
    assert_int_equal(fail(&t->r, E_INPUT, "ui.login"), E_INPUT);
    assert_int_equal(t->r.fault, E_STATE);
    assert_string_equal(fault_text(&t->r), "Hapus x");
}

static void codes_name_languages(void **world)
{
    (void)world;

    assert_int_equal(lang_of("en"), LANG_EN);
    assert_int_equal(lang_of("en-GB"), LANG_EN);
    assert_int_equal(lang_of("english"), LANG_ID);
    assert_int_equal(lang_of(NULL), LANG_ID);
    assert_string_equal(lang_code(LANG_ID), "id");
}

/* ---- the files of the product ---- */

static void product_po(struct page_test *t, const char *name, struct po *ret)
{
    int line = 0;
    int e = po_read(&t->arena, asset_named(name)->content, ret, &line);

    if (e < 0)
        print_error("%s:%d\n", name, line);
    assert_int_equal(e, 0);
}

static size_t places(const char *s, char *ret, size_t room)
{
    size_t n = 0;

    for (; *s != '\0'; s++) {
        bool numbered = s[0] == '%' && s[1] != '\0' && s[2] == '$';

        if (s[0] != '%' || (s[1] != 's' && !numbered))
            continue;
        assert_true(n + 1 < room);
        ret[n] = numbered ? s[1] : (char)('1' + (char)n);
        n++;
    }
    ret[n] = '\0';
    return n;
}

static int by_char(const void *a, const void *b)
{
    return *(const char *)a - *(const char *)b;
}

static void both_languages_have_the_same_keys_and_places(void **world)
{
    struct page_test *t = *world;
    struct po id, en;

    product_po(t, "lang/id.po", &id);
    product_po(t, "lang/en.po", &en);
    for (size_t i = 0; i < id.n && i < en.n; i++) {
        char a[10], b[10];

        assert_string_equal(id.v[i].key, en.v[i].key);
        qsort(a, places(id.v[i].text, a, sizeof a), 1, by_char);
        qsort(b, places(en.v[i].text, b, sizeof b), 1, by_char);
        assert_string_equal(a, b);
    }
    assert_int_equal(id.n, en.n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        page_test(entries_are_read_and_found),
        page_test(an_empty_file_has_no_words),
        page_test(what_msgfmt_would_read_otherwise_is_refused),
        page_test(a_missing_key_shows_itself),
        page_test(each_request_has_its_language),
        page_test(places_are_filled_in_order),
        page_test(the_first_fault_counts),
        page_test(codes_name_languages),
        page_test(both_languages_have_the_same_keys_and_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
