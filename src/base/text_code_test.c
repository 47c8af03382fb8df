/*
 * text_code_test.c: each encoding goes there and back, and takes one spelling only.
 */
#include "unit.h"

#include "text.h"

static void hex_goes_there_and_back(void **world)
{
    struct arena *a = unit_arena(world);
    uint8_t all[256], back[256];
    char *s;

    for (int i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    s = hex_text(a, all, sizeof all);
    assert_true(text_starts(s, "000102"));
    assert_true(text_ends(s, "fdfeff"));
    assert_int_equal(hex_bytes(s, back, sizeof back), 0);
    assert_memory_equal(all, back, sizeof all);
    assert_string_equal(hex_text(a, "", 0), "");
}

static void hex_is_lower_case_and_of_exact_length(void **world)
{
    uint8_t out[2] = {9, 9};

    (void)world;
    assert_int_equal(hex_bytes("00f", out, 2), E_FORMAT);
    assert_int_equal(hex_bytes("00ff0", out, 2), E_FORMAT);
    assert_int_equal(hex_bytes("00ff00", out, 2), E_FORMAT);
    assert_int_equal(hex_bytes("00FF", out, 2), E_FORMAT);
    assert_int_equal(hex_bytes("00 f", out, 2), E_FORMAT);
    assert_int_equal(hex_bytes("00fg", out, 2), E_FORMAT);
    assert_int_equal(out[0], 9);
    assert_int_equal(hex_bytes("00ff", out, 2), 0);
    assert_int_equal(out[1], 255);
}

/* RFC 4648 section 10 */
static void base64_passes_the_vectors_of_its_rfc(void **world)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    struct arena *a = unit_arena(world);
    struct bytes b;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_string_equal(base64_text(a, rows[i][0], strlen(rows[i][0])), rows[i][1]);
        assert_int_equal(base64_bytes(a, rows[i][1], &b), 0);
        assert_int_equal(b.n, strlen(rows[i][0]));
        assert_memory_equal(b.p, rows[i][0], b.n);
    }
}

static void base64_refuses_every_other_spelling(void **world)
{
    static const char *const bad[] = {
        "Zg",     "Zg=",   "Zg===", "Zm8",      "Z===",     "====", "=",    "A===",        "Zh==",  "Zm9=",
        "Zm9v\n", " Zm9v", "Zm 9v", "Zg==Zg==", "Zm8=Zg==", "Zm9_", "Zm9-", "Z\xC3\xA9==", "Zm9v=", "Zm9v====",
    };
    struct bytes b = {NULL, 7};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(base64_bytes(unit_arena(world), bad[i], &b), E_FORMAT);
    assert_int_equal(b.n, 7);
}

static void keys_are_read_at_their_length_only(void **world)
{
    uint8_t key[3] = {0};

    (void)world;
    assert_int_equal(base64_exact("Zm9v", key, 3), 0);
    assert_memory_equal(key, "foo", 3);
    assert_int_equal(base64_exact("Zm8=", key, 2), 0);
    assert_int_equal(base64_exact("Zm8=", key, 3), E_FORMAT);
    assert_int_equal(base64_exact("Zm9vZg==", key, 3), E_FORMAT);
    assert_int_equal(base64_exact("Zm9\xd3", key, 3), E_FORMAT);
    assert_int_equal(base64url_exact("-_8", key, 2), 0);
    assert_memory_equal(key, "\xFB\xFF", 2);
    assert_int_equal(base64url_exact("-_8=", key, 2), E_FORMAT);
}

static void base64url_has_no_padding(void **world)
{
    struct arena *a = unit_arena(world);
    struct bytes b;

    assert_string_equal(base64url_text(a, "\xFB\xFF", 2), "-_8");
    assert_string_equal(base64_text(a, "\xFB\xFF", 2), "+/8=");
    assert_int_equal(base64url_bytes(a, "-_8", &b), 0);
    assert_memory_equal(b.p, "\xFB\xFF", 2);
    assert_int_equal(base64url_bytes(a, "-_8=", &b), E_FORMAT);
    assert_int_equal(base64url_bytes(a, "+/8", &b), E_FORMAT);
    assert_int_equal(base64url_bytes(a, "-_9", &b), E_FORMAT);
    assert_int_equal(base64url_bytes(a, "-_8-_", &b), E_FORMAT);
}

static void addresses_escape_all_but_unreserved(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(url_encode(a, "Az09-._~"), "Az09-._~");
    assert_string_equal(url_encode(a, "a b/c?d=e&f%"), "a%20b%2Fc%3Fd%3De%26f%25");
    assert_string_equal(url_encode(a, "\xC3\xA9"), "%C3%A9");
}

static int decode(void **world, const char *s, bool form, char **ret)
{
    return url_decode(unit_arena(world), s, strlen(s), form, ret);
}

static void addresses_are_decoded_once(void **world)
{
    char *s;

    assert_int_equal(decode(world, "a%2541%2b+", false, &s), 0);
    assert_string_equal(s, "a%41++");
    assert_int_equal(decode(world, "a+b%2Bc", true, &s), 0);
    assert_string_equal(s, "a b+c");
    assert_int_equal(decode(world, "", true, &s), 0);
    assert_string_equal(s, "");
}

static void broken_escapes_are_refused(void **world)
{
    static const char *const bad[] = {"%", "%4", "a%", "%4g", "%g4", "%%41", "%00", "%C3", "%ED%A0%80", "%C0%AF"};
    char *s = NULL;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(decode(world, bad[i], true, &s), E_FORMAT);
    assert_null(s);
}

static void slugs_are_plain(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(text_slug(a, "Kota Tangerang \xE2\x80\x93 2026"), "kota-tangerang-2026");
    assert_string_equal(text_slug(a, "  Jum'at, Caf\xC3\xA9 & Warung (RW 03) "), "jumat-cafe-warung-rw-03");
    assert_string_equal(text_slug(a, "Kab. Toba--Samosir"), "kab-toba-samosir");
    assert_string_equal(text_slug(a, "\xE2\x82\xAC !"), "");
    assert_string_equal(text_slug(a, ""), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(hex_goes_there_and_back),
        UNIT(hex_is_lower_case_and_of_exact_length),
        UNIT(base64_passes_the_vectors_of_its_rfc),
        UNIT(base64_refuses_every_other_spelling),
        UNIT(base64url_has_no_padding),
        UNIT(keys_are_read_at_their_length_only),
        UNIT(addresses_escape_all_but_unreserved),
        UNIT(addresses_are_decoded_once),
        UNIT(broken_escapes_are_refused),
        UNIT(slugs_are_plain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
