/*
 * html_test.c: nothing that is printed can leave its place: not a text, not an attribute, not an address.
 */
#include "ui/test.h"

#include <inttypes.h>
#include <limits.h>

/* Out of sight of the compiler, which rightly refuses a NULL that it can see. */
static const char *volatile nothing;

#define HOSTILE "\"><script>x</script>'&{{7*7}}"

static void text_is_escaped(void **world)
{
    struct page_test *t = *world;

    html(&t->r, "<p title=\"%s\">%s</p>", HOSTILE, HOSTILE);
    assert_string_equal(page_taken(t), "<p title=\"&quot;&gt;&lt;script&gt;x&lt;/script&gt;&#39;&amp;{{7*7}}\">"
                                       "&quot;&gt;&lt;script&gt;x&lt;/script&gt;&#39;&amp;{{7*7}}</p>");
}

static void null_prints_nothing(void **world)
{
    struct page_test *t = *world;

    html(&t->r, "<p>%s</p>", nothing);
    assert_string_equal(page_taken(t), "<p></p>");
}

static void a_character_is_escaped_as_text_is(void **world)
{
    struct page_test *t = *world;

    html(&t->r, "<b>%c%c</b>", '<', 'a');
    assert_string_equal(page_taken(t), "<b>&lt;a</b>");
}

static void integers_print_at_their_limits(void **world)
{
    struct page_test *t = *world;

    html(&t->r, "%d %ld %lld %" PRId64 " %zu %u %jd", INT32_MIN, -1L, LLONG_MAX, INT64_MIN, SIZE_MAX, 0u, (intmax_t)7);
    assert_string_equal(page_taken(t), "-2147483648 -1 9223372036854775807 -9223372036854775808 18446744073709551615 0 7");
}

static void widths_pad_with_zeros_or_spaces(void **world)
{
    struct page_test *t = *world;

    html(&t->r, "%02d|%02d|%04d|%3d|100%%", 5, 123, -7, 9);
    assert_string_equal(page_taken(t), "05|123|-007|  9|100%");
}

static void text_is_not_read_as_a_format(void **world)
{
    struct page_test *t = *world;

    html(&t->r, "<i>%s</i>", "%s%n%d");
    assert_string_equal(page_taken(t), "<i>%s%n%d</i>");
}

static void a_full_buffer_is_noticed_and_stays_whole(void **world)
{
    struct page_test *t = *world;

    buf_init(&t->out, &t->arena, 4);
    html(&t->r, "abc");
    html(&t->r, "<p>%s</p>", "too long");
    assert_int_equal(buf_failed(&t->out), E_LIMIT);
    assert_string_equal(t->out.s, "abc");
}

static void addresses_are_percent_encoded(void **world)
{
    struct page_test *t = *world;

    assert_string_equal(url(&t->r, "/kerja/izin/%s?q=%s&n=%d", "a b/ü", "x&y=1#%", -3),
                        "/kerja/izin/a%20b%2F%C3%BC?q=x%26y%3D1%23%25&n=-3");
}

static void a_value_cannot_change_the_page_or_the_host(void **world)
{
    struct page_test *t = *world;

    assert_string_equal(url(&t->r, "/%s/x", ""), "/-/x"); /* //x would be a host */
    assert_string_equal(url(&t->r, "/%s/x", "/evil.example"), "/%2Fevil.example/x");
    assert_string_equal(url(&t->r, "/izin/%s/cabut", ".."), "/izin/-/cabut");
    assert_string_equal(url(&t->r, "/izin/%s", nothing), "/izin/-");
    assert_string_equal(url(&t->r, "/izin?q=%s", nothing), "/izin?q=");
    assert_string_equal(url(&t->r, "?q=%s", ".."), "?q=..");
    assert_string_equal(url(&t->r, "#%s", "a\"b"), "#a%22b");
}

static void only_own_paths_and_web_links_are_linked(void **world)
{
    static const char *const good[] = {"/", "/kerja?x=1", "?q=a", "#isi", "https://jdih.example/x", "HTTP://a.example"};
    static const char *const bad[] = {
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        "https:evil",
        "https://",
        "http:///x",
        "data:text/html,x",
        "/a\tb",
        " /a",
        "izin",
        "",
        "https://a.example/\nb",
        "vbscript:x",
        "https://\\evil",
        "http://@a",
        "java\tscript:x",
    };
    (void)world;

    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_string_equal(link_to(good[i]), good[i]);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_string_equal(link_to(bad[i]), "#");
    assert_string_equal(link_to(NULL), "#");
}

static void redirects_go_to_own_paths_only(void **world)
{
    (void)world;

    assert_true(own_path("/kerja/tugas?x=1"));
    assert_false(own_path("//evil"));
    assert_false(own_path("/\\evil"));
    assert_false(own_path("https:evil"));
    assert_false(own_path(""));
    assert_false(own_path(NULL));
    assert_false(own_path("/a\r\nSet-Cookie: x"));
}

static void a_long_address_becomes_no_address(void **world)
{
    struct page_test *t = *world;
    char *s = arena_alloc(&t->arena, 9001);

    memset(s, 'a', 9000);
    assert_string_equal(url(&t->r, "/x?q=%s", s), "#");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        page_test(text_is_escaped),
        page_test(null_prints_nothing),
        page_test(a_character_is_escaped_as_text_is),
        page_test(integers_print_at_their_limits),
        page_test(widths_pad_with_zeros_or_spaces),
        page_test(text_is_not_read_as_a_format),
        page_test(a_full_buffer_is_noticed_and_stays_whole),
        page_test(addresses_are_percent_encoded),
        page_test(a_value_cannot_change_the_page_or_the_host),
        page_test(only_own_paths_and_web_links_are_linked),
        page_test(redirects_go_to_own_paths_only),
        page_test(a_long_address_becomes_no_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
