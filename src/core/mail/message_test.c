/*
 * message_test.c: what a mail looks like, and what never becomes one.
 */
#include "base/text.h"
#include "base/unit.h"
#include "core/mail/message.h"

static const struct mail_text plain = {.from = "terang@kota.example",
                                       .from_name = "Terang Kota Contoh",
                                       .to = "rina@kota.example",
                                       .to_name = "Rina Kartika",
                                       .subject = "Terang: kata sandi baru",
                                       .body = "Baris satu\nBaris dua\n",
                                       .id = "00ff",
                                       .language = "id",
                                       .at = {INT64_C(1790000000000)}};

static const char *compose(struct arena *a, const struct mail_text *m)
{
    struct bytes out;

    assert_int_equal(mail_compose(a, m, &out), 0);
    return arena_text_n(a, (const char *)out.p, out.n);
}

static void a_mail_is_plain_text_with_the_headers_it_needs(void **world)
{
    struct arena *a = unit_arena(world);
    const char *s = compose(a, &plain);

    assert_non_null(strstr(s, "Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n"));
    assert_non_null(strstr(s, "\r\nFrom: \"Terang Kota Contoh\" <terang@kota.example>\r\n"));
    assert_non_null(strstr(s, "\r\nTo: \"Rina Kartika\" <rina@kota.example>\r\n"));
    assert_non_null(strstr(s, "\r\nMessage-ID: <00ff@kota.example>\r\n"));
    assert_non_null(strstr(s, "\r\nSubject: Terang: kata sandi baru\r\n"));
    assert_non_null(strstr(s, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
    assert_non_null(strstr(s, base64_text(a, "Baris satu\r\nBaris dua\r\n", 23)));
    assert_non_null(strstr(s, "\r\n\r\n"));
}

static void what_is_not_ascii_is_encoded_between_signs(void **world)
{
    struct arena *a = unit_arena(world);
    struct mail_text m = plain;
    const char *s, *line;

    m.subject = "Surat – é é é é é é é é é é é é é é é é é é é é é é é é é é é é é é é é é é é é é é";
    m.to_name = "Renée \"Boss\" <x>";
    s = compose(a, &m);
    assert_non_null(strstr(
        s, text_printf(a, "\r\nTo: =?UTF-8?B?%s?= <rina@kota.example>\r\n", base64_text(a, m.to_name, strlen(m.to_name)))));
    for (line = s; *line != '\0'; line += strcspn(line, "\r") + 2) {
        assert_true(strcspn(line, "\r") <= 78);
        assert_true((unsigned char)*line < 0x80);
    }
    line = strstr(s, "Subject: =?UTF-8?B?") + strlen("Subject: =?UTF-8?B?");
    {
        struct bytes first;

        assert_int_equal(base64_bytes(a, arena_text_n(a, line, strcspn(line, "?")), &first), 0);
        assert_true(text_is_utf8(first.p, first.n));
    }
}

/* security.md W13 */
static void no_header_holds_a_line_end_or_a_control_character(void **world)
{
    static const char *const bad[] = {"a\r\nBcc: x@y.example",
                                      "a\nb",
                                      "a\rb",
                                      "a\tb",
                                      "a\x1b[1mb",
                                      "a\x7f",
                                      "a\xc2\x85"
                                      "b"};
    struct arena *a = unit_arena(world);
    struct bytes out;
    size_t i;

    for (i = 0; i < ARRAY_LEN(bad); i++) {
        struct mail_text m = plain;

        m.subject = bad[i];
        assert_int_equal(mail_compose(a, &m, &out), E_INPUT);
        m = plain;
        m.to_name = bad[i];
        assert_int_equal(mail_compose(a, &m, &out), E_INPUT);
        m = plain;
        m.from_name = bad[i];
        assert_int_equal(mail_compose(a, &m, &out), E_INPUT);
        m = plain;
        m.language = bad[i];
        assert_int_equal(mail_compose(a, &m, &out), E_INPUT);
        m = plain;
        m.to = text_printf(a, "%s@kota.example", bad[i]);
        assert_int_equal(mail_compose(a, &m, &out), E_INPUT);
        m = plain;
        m.id = bad[i];
        assert_int_equal(mail_compose(a, &m, &out), E_INPUT);
    }
}

static void only_plain_addresses_are_written_to(void **world)
{
    static const char *const good[] = {"a@b.id", "rina.kartika+x@dinas.kota.go.id", "o'neil_1@a-b.example"};
    static const char *const bad[] = {"",          "rina",     "@b.id",       "a@",      "a@b",          "a b@c.id",
                                      "a@b.id ",   "a@@b.id",  "a@b@c.id",    ".a@b.id", "a.@b.id",      "a..b@c.id",
                                      "a@.b.id",   "a@b..id",  "a@-b.id",     "a@b.id-", "\"a\"@b.id",   "a@[127.0.0.1]",
                                      "a<x>@b.id", "a,b@c.id", "a@b.id\r\nX", "a@b.id>", "\xc3\xa9@b.id"};
    size_t i;

    (void)world;
    for (i = 0; i < ARRAY_LEN(good); i++)
        assert_true(mail_address_good(good[i]));
    for (i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(mail_address_good(bad[i]));
    assert_false(mail_address_good(NULL));
}

static void a_mail_has_a_size(void **world)
{
    struct arena *a = unit_arena(world);
    char *body = arena_array(a, MAIL_BODY_MAX + 2, char);
    struct mail_text m = plain;
    struct bytes out;

    memset(body, 'a', MAIL_BODY_MAX);
    m.body = body;
    assert_int_equal(mail_compose(a, &m, &out), 0);
    body[MAIL_BODY_MAX] = 'a';
    assert_int_equal(mail_compose(a, &m, &out), E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_mail_is_plain_text_with_the_headers_it_needs),
        UNIT(what_is_not_ascii_is_encoded_between_signs),
        UNIT(no_header_holds_a_line_end_or_a_control_character),
        UNIT(only_plain_addresses_are_written_to),
        UNIT(a_mail_has_a_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
