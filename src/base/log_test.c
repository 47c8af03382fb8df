/*
 * log_test.c: a record is one line whatever a value holds, and secrets stay out.
 */
#include <fcntl.h>
#include <unistd.h>

#include "unit.h"

#include "date.h"
#include "log.h"
#include "text.h"

static const char *line(struct arena *a, const struct log_pair *pairs, size_t n)
{
    char out[LOG_LINE_MAX];
    size_t length = log_format(out, INSTANT_NONE, LEVEL_INFO, "test", pairs, n);

    assert_int_equal(out[length - 1], '\n');
    assert_null(memchr(out, '\n', length - 1));
    return arena_text_n(a, out, length - 1);
}

static const char *value(void **world, const char *s)
{
    const char *got = line(unit_arena(world), &LOG_TEXT("what", s), 1);

    assert_true(text_starts(got, "info test what="));
    return got + strlen("info test what=");
}

static void a_record_has_time_level_event_and_pairs(void **world)
{
    const struct log_pair pairs[] = {LOG_TEXT("path", "/izin"), LOG_INT("ms", 1240), LOG_INT("low", INT64_MIN)};
    char out[LOG_LINE_MAX];
    instant t = instant_at(date_of(2026, 9, 18), 3 * 60 + 42, 0);
    size_t n;

    t.v += 123;
    n = log_format(out, t, LEVEL_WARN, "http.slow", pairs, ARRAY_LEN(pairs));
    assert_string_equal(arena_text_n(unit_arena(world), out, n),
                        "2026-09-18T03:42:00.123Z warn http.slow path=/izin ms=1240 low=-9223372036854775808\n");
}

static void plain_values_stand_bare(void **world)
{
    assert_string_equal(value(world, "/izin/503-0001.pdf"), "/izin/503-0001.pdf");
    assert_string_equal(value(world, "a b"), "\"a b\"");
    assert_string_equal(value(world, "a=b"), "\"a=b\"");
    assert_string_equal(value(world, ""), "\"\"");
    assert_string_equal(value(world, NULL), "-");
    assert_string_equal(value(world, "Jos\xC3\xA9"), "\"Jos\xC3\xA9\"");
}

static void no_value_begins_a_line_or_moves_the_cursor(void **world)
{
    assert_string_equal(value(world, "a\nerror x\r\t\x1B[31m\x7F"), "\"a\\nerror x\\r\\t\\x1b[31m\\x7f\"");
    assert_string_equal(value(world, "a\" b=\"c\\"), "\"a\\\" b=\\\"c\\\\\"");
    assert_string_equal(value(world, "\xC2\x9B"
                                     "2J \xE2\x80\xA8 \xE2\x80\xAE \xEF\xBB\xBF"),
                        "\"\\u{9b}2J \\u{2028} \\u{202e} \\u{feff}\"");
    assert_string_equal(value(world, "\xFFx\xC3"), "\"\\xffx\\xc3\"");
}

static void secrets_are_left_out(void **world)
{
    struct arena *a = unit_arena(world);
    static const char *const keys[] = {"password", "nik", "api_token", "cookie.old", "user-secret", "totp"};
    static const char *const numbers[] = {"teknik", "sessions", "pinned", "tokens_used"};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        assert_true(text_ends(line(a, &LOG_TEXT(keys[i], "hunter2"), 1), "=***"));
    assert_true(text_ends(line(a, &LOG_INT("nik", 3671000000000001), 1), "=***"));
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        assert_true(text_ends(line(a, &LOG_INT(numbers[i], 42), 1), "=42"));
}

static void a_text_under_a_key_that_nobody_declared_is_not_shown(void **world)
{
    static const char *const keys[] = {"name", "login", "email", "v", "title", "phone"};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        assert_true(text_ends(line(unit_arena(world), &LOG_TEXT(keys[i], "Budi"), 1), "=***"));
}

static const char *under(void **world, const char *key, const char *s)
{
    const char *got = line(unit_arena(world), &LOG_TEXT(key, s), 1);

    return strchr(got, '=') + 1;
}

static void a_path_shows_words_and_numbers_of_addresses_alone(void **world)
{
    static const char *const pairs[][2] = {
        {"/kerja/kota-contoh/aksi/456614127958300097", "/kerja/kota-contoh/aksi/456614127958300097"},
        {"/a/terang-5d51f083e3.css", "/a/terang-5d51f083e3.css"},
        {"/cari/Budi Santoso", "/cari/*"},
        {"/kalender/qYt7Zp-0aBcD_eFgH.ics", "/kalender/*"},
        {"/x/0123456789abcdef0123456789abcdef0123456789abcdef", "/x/*"},
        {"/warga/budi@kota.example/", "/warga/*/"},
        {"/", "/"},
    };

    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        assert_string_equal(under(world, "path", pairs[i][0]), pairs[i][1]);
}

static void a_word_is_a_word_and_a_mail_address_has_no_name(void **world)
{
    assert_string_equal(under(world, "result", "E_BUSY"), "E_BUSY");
    assert_string_equal(under(world, "step", "Budi Santoso"), "***");
    assert_string_equal(under(world, "word", "budi@kota.example"), "***");
    assert_string_equal(under(world, "why", "550 budi.s@kota.example is unknown"), "\"550 ***@kota.example is unknown\"");
}

static void the_kept_line_knows_the_network_only(void **world)
{
    static const char *const pairs[][2] = {{"10.1.2.33", "10.1.2.0/24"},
                                           {"2001:db8:7:9::/64", "2001:db8:7::/48"},
                                           {"::/64", "::/48"},
                                           {"127.0.0.1", "127.0.0.0/24"}};
    char out[LOG_LINE_MAX];

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        size_t n = log_format_kept(out, INSTANT_NONE, LEVEL_INFO, "t", &LOG_TEXT("address", pairs[i][0]), 1);

        out[n - 1] = '\0';
        assert_string_equal(strchr(out, '=') + 1, pairs[i][1]);
    }
}

static void a_run_of_sixteen_digits_is_masked(void **world)
{
    assert_string_equal(value(world, "/warga/3671000000000001/ktp"), "/warga/****************/ktp");
    assert_string_equal(value(world, "3671000000000001"), "****************");
    assert_string_equal(value(world, "367100000000000"), "367100000000000");
    assert_string_equal(value(world, "36710000000000011"), "36710000000000011");
}

static void long_values_are_cut_and_say_so(void **world)
{
    char s[LOG_VALUE_MAX + 2];

    memset(s, 'x', sizeof s - 1);
    s[LOG_VALUE_MAX + 1] = '\0';
    assert_true(text_ends(value(world, s), "x..."));
    assert_int_equal(strlen(value(world, s)), LOG_VALUE_MAX + 3);
    s[LOG_VALUE_MAX] = '\0';
    assert_string_equal(value(world, s), s);
    memset(s, '7', LOG_VALUE_MAX + 1);
    assert_int_equal(strlen(value(world, s)), LOG_VALUE_MAX + 3);
}

static void long_records_still_end_in_one_newline(void **world)
{
    char s[LOG_VALUE_MAX];
    struct log_pair pairs[40];

    memset(s, 0x1B, sizeof s - 1);
    s[sizeof s - 1] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        pairs[i] = LOG_TEXT("what", s);
    assert_true(strlen(line(unit_arena(world), pairs, ARRAY_LEN(pairs))) < LOG_LINE_MAX);
}

static void only_wanted_levels_are_written(void **world)
{
    char got[256] = "";
    int pipes[2], kept;

    (void)world;
    assert_int_equal(pipe(pipes), 0);
    kept = dup(STDERR_FILENO);
    assert_int_equal(dup2(pipes[1], STDERR_FILENO), STDERR_FILENO);
    log_set_up(LEVEL_WARN, NULL);
    log_record(LEVEL_INFO, "test.no");
    log_record(LEVEL_WARN, "test.yes", LOG_INT("n", 1));
    log_record(LEVEL_ERROR, "test.bare");
    assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);

    assert_true(read(pipes[0], got, sizeof got - 1) > 0);
    assert_string_equal(got, "warn test.yes n=1\nerror test.bare\n");
    assert_false(log_wants(LEVEL_INFO));
    assert_true(log_wants(LEVEL_WARN));
    (void)close(kept);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_record_has_time_level_event_and_pairs),
        UNIT(plain_values_stand_bare),
        UNIT(no_value_begins_a_line_or_moves_the_cursor),
        UNIT(secrets_are_left_out),
        UNIT(a_text_under_a_key_that_nobody_declared_is_not_shown),
        UNIT(a_path_shows_words_and_numbers_of_addresses_alone),
        UNIT(a_word_is_a_word_and_a_mail_address_has_no_name),
        UNIT(the_kept_line_knows_the_network_only),
        UNIT(a_run_of_sixteen_digits_is_masked),
        UNIT(long_values_are_cut_and_say_so),
        UNIT(long_records_still_end_in_one_newline),
        UNIT(only_wanted_levels_are_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
