/*
 * target_test.c: paths, pairs, cookies, addresses and lists in fields, without a server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/address.h"
#include "http/answer.h"
#include "http/cookie.h"
#include "http/squeeze.h"
#include "http/target.h"

static struct arena a;

static int start(void **cm)
{
    (void)cm;
    arena_init(&a, MB);
    return 0;
}

static int stop(void **cm)
{
    (void)cm;
    arena_finish(&a);
    return 0;
}

static void paths_are_decoded_once(void **cm)
{
    static const struct {
        const char *raw, *path, *whole;
    } rows[] = {
        {"/", "/", "/"},
        {"/izin/12", "/izin/12", "/izin/12"},
        {"/izin/", "/izin/", "/izin/"},
        {"/a%20b+c", "/a b+c", "/a%20b+c"},
        {"/%252e%252e/x", "/%2e%2e/x", "/%252e%252e/x"},
        {"/caf%C3%A9", "/caf\xc3\xa9", "/caf%C3%A9"},
        {"/a#b=c", "/a", "/a?b=c"},
        {"/.well-known/x", "/.well-known/x", "/.well-known/x"},
        {"/a..b/...", "/a..b/...", "/a..b/..."},
        {"http://host/a#b", "/a", "/a?b"},
        {"http://host", "/", ""},
        {"http://host#q", "/", "?q"},
        {"*", "*", "*"},
    };
    struct target t;

    (void)cm;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(target_parse(&a, rows[i].raw, &t), 0);
        assert_string_equal(t.path, rows[i].path);
        assert_string_equal(t.whole, rows[i].whole);
    }
}

/* The traversal list of security.md W8. */
static void what_could_mean_two_things_is_refused(void **cm)
{
    static const char *const bad[] = {
        "/..",        "/../",        "/../etc/passwd",
        "/a/..",      "/a/../b",     "/a/../../b",
        "/.",         "/./a",        "/a/.",
        "/a/./b",     "//",          "//a",
        "/a//b",      "/a///",       "/%2e%2e",
        "/%2e%2e/",   "/%2e./a",     "/.%2e/a",
        "/%2E%2E/a",  "/a/%2e%2e/b", "/%2e",
        "/%2e/a",     "/a%2fb",      "/a%2Fb",
        "/..%2fa",    "/%2f",        "/%2f%2e%2e",
        "/a%5cb",     "/a%5Cb",      "/..%5c..",
        "/%5c",       "/a%00",       "/%00",
        "/a%00.html", "/a%0ab",      "/a%0d%0ab",
        "/%7f",       "/a%1b",       "/a%09b",
        "/%",         "/%a",         "/%zz",
        "/%c0%ae/",   "/%c0%af",     "/%e0%80%af",
        "/%ff",       "/%ed%a0%80",  "/%fe",
        "/%c3",       "/%25%zz",     "/a%",
        "/%u002e",    "/a\\b",       "/%f8%80%80%80%af",
    };
    struct target t;

    (void)cm;
    assert_true(ARRAY_LEN(bad) >= 50);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (target_parse(&a, bad[i], &t) != E_INPUT)
            fail_msg("%s was taken as %s", bad[i], t.path);
    }
}

static void pairs_keep_their_order(void **cm)
{
    struct http_pairs p;

    (void)cm;
    assert_int_equal(target_pairs(&a, "", 0, &p), 0);
    assert_int_equal(p.n, 0);
    assert_int_equal(target_pairs(&a, "a=1&a=%26+2&b&c==", 17, &p), 0);
    assert_int_equal(p.n, 4);
    assert_string_equal(p.v[1].value, "& 2");
    assert_string_equal(p.v[2].name, "b");
    assert_string_equal(p.v[2].value, "");
    assert_string_equal(p.v[3].value, "=");
    assert_int_equal(target_pairs(&a, "=1", 2, &p), E_INPUT);
    assert_int_equal(target_pairs(&a, "a=1&&b=2", 8, &p), E_INPUT);
    assert_int_equal(target_pairs(&a, "a=%00", 5, &p), E_INPUT);
    assert_int_equal(target_pairs(&a, "a=%f", 4, &p), E_INPUT);
    assert_int_equal(target_pairs(&a, "a=%C3%28", 8, &p), E_INPUT);
}

static void values_are_normalised(void **cm)
{
    struct http_pairs p;

    (void)cm;
    assert_int_equal(target_pairs(&a, "a=e%CC%81", 9, &p), 0);
    assert_string_equal(p.v[0].value, "\xc3\xa9");
}

static void cookies_are_read_strictly(void **cm)
{
    static const struct {
        const char *field, *all;
    } rows[] = {
        {"a=1; b=2", "a=1 b=2 "},
        {"a=1;b=2", "a=1 b=2 "},
        {"a=1;  b=2", "a=1 "},
        {"a=1; a=2; b=3", "b=3 "},
        {"a", ""},
        {"=1", ""},
        {"a b=1", ""},
        {"a=\"1\"", ""},
        {"a=1,2", ""},
        {"a=b=c", "a=b=c "},
        {"", ""},
        {"; ;a=1;", "a=1 "},
        {"a=\xc3\xa9; b=1", "b=1 "},
        {"__Host-s=x", "__Host-s=x "},
    };

    (void)cm;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_pairs p = cookie_parse(&a, rows[i].field);
        struct buf b;

        buf_init(&b, &a, KB);
        for (size_t k = 0; k < p.n; k++)
            buf_printf(&b, "%s=%s ", p.v[k].name, p.v[k].value);
        assert_string_equal(b.s, rows[i].all);
    }
}

static void limits_count_an_ipv6_by_its_network(void **cm)
{
    static const struct {
        const char *text, *unit;
    } rows[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"::1", "::/64"},
    };
    struct address x;

    (void)cm;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_true(address_parse(rows[i].text, &x));
        assert_string_equal(address_text(&a, &x), rows[i].unit);
    }
    assert_false(address_parse("192.0.2", &x));
    assert_false(address_parse("192.0.2.7:80", &x));
    assert_false(address_parse("", &x));
}

static void forwarded_addresses_are_read_from_the_end(void **cm)
{
    static const char *const proxies[] = {"10.0.0.1", "10.0.0.2", NULL};
    static const struct {
        const char *forwarded, *client;
    } rows[] = {
        {"1.1.1.1", "1.1.1.1"},
        {"6.6.6.6, 1.1.1.1", "1.1.1.1"},
        {"1.1.1.1 , 10.0.0.2", "1.1.1.1"},
        {"10.0.0.2", "10.0.0.2"},
        {"junk", "10.0.0.1"},
        {"1.1.1.1,", "10.0.0.1"},
        {"", "10.0.0.1"},
        {"junk, 10.0.0.2", "10.0.0.2"},
        {"1.1.1.1, 3.3.3.3, 10.0.0.2", "3.3.3.3"},
    };
    struct address peer, got;

    (void)cm;
    assert_true(address_parse("10.0.0.1", &peer));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        got = address_forwarded(&peer, rows[i].forwarded, proxies);
        assert_string_equal(address_text(&a, &got), rows[i].client);
    }
}

static void lists_of_tags_are_compared_weakly(void **cm)
{
    (void)cm;
    assert_true(answer_etag_listed("\"a\"", "\"a\""));
    assert_true(answer_etag_listed("\"x\", W/\"a\"", "\"a\""));
    assert_true(answer_etag_listed("\"a-z\"", "\"a\""));
    assert_true(answer_etag_listed("\"a\"", "W/\"a\""));
    assert_true(answer_etag_listed("*", "\"a\""));
    assert_false(answer_etag_listed("\"ab\"", "\"a\""));
    assert_false(answer_etag_listed("\"\"", "\"a\""));
    assert_false(answer_etag_listed("a", "\"a\""));
    assert_false(answer_etag_listed("\"a", "\"a\""));
    assert_false(answer_etag_listed("", "\"a\""));
}

static void gzip_is_wanted_when_named(void **cm)
{
    (void)cm;
    assert_true(squeeze_wanted("gzip"));
    assert_true(squeeze_wanted("br , gzip;q=0.5"));
    assert_true(squeeze_wanted("GZIP;q=1"));
    assert_false(squeeze_wanted("gzip;q=0"));
    assert_false(squeeze_wanted("gzip; q=0.000, br"));
    assert_false(squeeze_wanted("x-gzip"));
    assert_false(squeeze_wanted("*"));
    assert_false(squeeze_wanted(""));
    assert_false(squeeze_wanted(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_decoded_once),
        cmocka_unit_test(what_could_mean_two_things_is_refused),
        cmocka_unit_test(pairs_keep_their_order),
        cmocka_unit_test(values_are_normalised),
        cmocka_unit_test(cookies_are_read_strictly),
        cmocka_unit_test(limits_count_an_ipv6_by_its_network),
        cmocka_unit_test(forwarded_addresses_are_read_from_the_end),
        cmocka_unit_test(lists_of_tags_are_compared_weakly),
        cmocka_unit_test(gzip_is_wanted_when_named),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
