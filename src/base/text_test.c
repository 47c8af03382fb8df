/*
 * text_test.c: the boundary refuses what it must, and words are taken apart as the header says.
 */
#include "unit.h"

#include "text.h"

static bool utf8(const char *s)
{
    return text_is_utf8(s, strlen(s));
}

static void utf8_ends_at_the_last_code_point(void **world)
{
    (void)world;
    assert_true(utf8("a \xC2\x80 \xDF\xBF \xE0\xA0\x80 \xEF\xBF\xBF \xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
    assert_false(utf8("\xF4\x90\x80\x80"));
    assert_false(utf8("\xF5\x80\x80\x80"));
    assert_false(utf8("\xFF"));
}

static void utf8_has_one_form_a_character(void **world)
{
    (void)world;
    assert_false(utf8("\xC0\xAF"));
    assert_false(utf8("\xC1\xBF"));
    assert_false(utf8("\xE0\x9F\xBF"));
    assert_false(utf8("\xF0\x8F\xBF\xBF"));
}

static void utf8_knows_no_surrogate(void **world)
{
    (void)world;
    assert_true(utf8("\xED\x9F\xBF"));
    assert_false(utf8("\xED\xA0\x80"));
    assert_false(utf8("\xED\xBF\xBF"));
    assert_true(utf8("\xEE\x80\x80"));
}

static void utf8_is_whole_and_without_nul(void **world)
{
    (void)world;
    assert_true(text_is_utf8("", 0));
    assert_false(text_is_utf8("a\0b", 3));
    assert_false(utf8("\x80"));
    assert_false(utf8("\xE2\x82"));
    assert_false(utf8("\xE2\x82 "));
    assert_false(utf8("\xF0\x9F\x98"));
    assert_false(text_is_utf8("\xE2\x82\xAC", 2));
}

static void the_boundary_normalises(void **world)
{
    struct arena *a = unit_arena(world);
    char *s;

    assert_int_equal(text_take(a, "Jose\xCC\x81", 6, 6, &s), 0);
    assert_string_equal(s, "Jos\xC3\xA9");
    assert_int_equal(text_take(a, "abc", 2, 2, &s), 0);
    assert_string_equal(s, "ab");
    assert_int_equal(text_take(a, "", 0, 0, &s), 0);
    assert_string_equal(s, "");
}

static void the_boundary_refuses(void **world)
{
    struct arena *a = unit_arena(world);
    char *s = NULL;

    assert_int_equal(text_take(a, "abc", 3, 2, &s), E_LIMIT);
    assert_int_equal(text_take(a, "a\0c", 3, 9, &s), E_FORMAT);
    assert_int_equal(text_take(a, "\xC3", 1, 9, &s), E_FORMAT);
    /* U+1D160 grows from 4 bytes to 12 when normalised */
    assert_int_equal(text_take(a, "\xF0\x9D\x85\xA0", 4, 11, &s), E_LIMIT);
    assert_null(s);
    assert_int_equal(text_take(a, "\xF0\x9D\x85\xA0", 4, 12, &s), 0);
    assert_int_equal(strlen(s), 12);
}

static void normal_text_is_not_copied(void **world)
{
    struct arena *a = unit_arena(world);
    const char *plain = "Jalan Imam Bonjol \xC3\xA9", *euro = "Rp \xE2\x82\xAC";

    assert_ptr_equal(text_nfc(a, plain), plain);
    assert_ptr_equal(text_nfc(a, euro), euro);
    assert_true(text_is_nfc(plain));
    assert_true(text_is_nfc(euro));
    assert_false(text_is_nfc("e\xCC\x81"));
}

static void printing_has_no_ceiling(void **world)
{
    struct arena *a = unit_arena(world);
    char *s = text_printf(a, "%05d %3000s|", 42, "x");

    assert_int_equal(strlen(s), 5 + 1 + 3000 + 1);
    assert_true(text_starts(s, "00042  "));
    assert_true(text_ends(s, " x|"));
    assert_string_equal(text_printf(a, "%s", ""), "");
}

static void trimming_takes_every_white_space(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(text_trim(a, " \t\r\n\xC2\xA0\xE3\x80\x80\xEF\xBB\xBF"
                                     "a  b\xC2\xA0"
                                     "c\xE2\x80\x8B "),
                        "a  b\xC2\xA0"
                        "c");
    assert_string_equal(text_trim(a, " \xE2\x80\x83 "), "");
    assert_string_equal(text_trim(a, ""), "");
    assert_string_equal(text_trim(a, "a"), "a");
}

static void collapsing_leaves_single_spaces(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(text_collapse(a, "  Siti \t\n  Aminah\xC2\xA0\xC2\xA0Putri "), "Siti Aminah Putri");
    assert_string_equal(text_collapse(a, "\xC3\xA9 \xE2\x82\xAC"), "\xC3\xA9 \xE2\x82\xAC");
    assert_string_equal(text_collapse(a, " \n "), "");
}

static void splitting_keeps_empty_parts(void **world)
{
    struct arena *a = unit_arena(world);
    size_t n;
    char **p = text_split(a, "5.1..02.", '.', &n);

    assert_int_equal(n, 5);
    assert_string_equal(p[0], "5");
    assert_string_equal(p[1], "1");
    assert_string_equal(p[2], "");
    assert_string_equal(p[3], "02");
    assert_string_equal(p[4], "");
    assert_null(p[5]);
}

static void the_empty_text_has_no_parts(void **world)
{
    size_t n = 9;
    char **p = text_split(unit_arena(world), "", '.', &n);

    assert_int_equal(n, 0);
    assert_null(p[0]);
    p = text_split(unit_arena(world), "x", '.', &n);
    assert_int_equal(n, 1);
    assert_string_equal(p[0], "x");
}

static void integers_have_one_spelling(void **world)
{
    static const char *const bad[] = {"",    "-",  "+1",  " 1",  "1 ",  "01",  "-0",
                                      "-01", "00", "1.0", "0x1", "1e3", "--1", "\xD9\xA1"};
    int64_t v = 7;

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(text_int(bad[i], INT64_MIN, INT64_MAX, &v), E_FORMAT);
    assert_int_equal(v, 7);
    assert_int_equal(text_int("0", 0, 0, &v), 0);
    assert_int_equal(v, 0);
}

static void integers_keep_their_range(void **world)
{
    int64_t v = 7;

    (void)world;
    assert_int_equal(text_int("9223372036854775807", INT64_MIN, INT64_MAX, &v), 0);
    assert_true(v == INT64_MAX);
    assert_int_equal(text_int("-9223372036854775808", INT64_MIN, INT64_MAX, &v), 0);
    assert_true(v == INT64_MIN);
    assert_int_equal(text_int("9223372036854775808", INT64_MIN, INT64_MAX, &v), E_INPUT);
    assert_int_equal(text_int("-9223372036854775809", INT64_MIN, INT64_MAX, &v), E_INPUT);
    assert_int_equal(text_int("99999999999999999999999", INT64_MIN, INT64_MAX, &v), E_INPUT);
    assert_int_equal(text_int("4", 1, 4, &v), 0);
    assert_int_equal(text_int("1", 1, 4, &v), 0);
    assert_int_equal(text_int("5", 1, 4, &v), E_INPUT);
    assert_int_equal(text_int("0", 1, 4, &v), E_INPUT);
    assert_int_equal(v, 1);
}

static void nothing_equals_only_nothing(void **world)
{
    (void)world;
    assert_true(text_eq(NULL, NULL));
    assert_false(text_eq(NULL, ""));
    assert_false(text_eq("", NULL));
    assert_true(text_eq("a", "a"));
    assert_false(text_eq("a", "A"));
    assert_true(text_empty(NULL));
    assert_true(text_empty(""));
    assert_false(text_empty(" "));
    assert_false(text_eq_fold(NULL, ""));
    assert_true(text_eq_fold(NULL, NULL));
}

static void folding_knows_latin_letters(void **world)
{
    struct arena *a = unit_arena(world);

    assert_true(text_eq_fold("Dinas PERIZINAN", "dinas perizinan"));
    assert_true(text_eq_fold("JOS\xC3\x89", "jos\xC3\xA9"));
    assert_false(text_eq_fold("jose", "jos\xC3\xA9"));
    assert_false(text_eq_fold("abc", "abcd"));
    assert_false(text_eq_fold("abcd", "abc"));
    assert_false(text_eq_fold("[", "{"));
    assert_string_equal(text_fold(a, "Kota TANGERANG \xC3\x89\xC5\x81"), "kota tangerang \xC3\xA9\xC5\x82");
    assert_string_equal(text_fold(a, ""), "");
}

static void beginnings_and_ends_are_compared_in_bytes(void **world)
{
    (void)world;
    assert_true(text_starts("izin/1", "izin/"));
    assert_true(text_starts("a", ""));
    assert_false(text_starts("izi", "izin"));
    assert_true(text_ends("a.csv", ".csv"));
    assert_false(text_ends("csv", ".csv"));
    assert_true(text_ends("a", ""));
}

static void secrets_are_compared_whole(void **world)
{
    (void)world;
    assert_true(text_eq_secret("abc", "abc"));
    assert_true(text_eq_secret("", ""));
    assert_false(text_eq_secret("abc", "abd"));
    assert_false(text_eq_secret("xbc", "abc"));
    assert_false(text_eq_secret("abc", "abcd"));
    assert_false(text_eq_secret("abc", ""));
}

static void a_word_is_found_whole_or_not_at_all(void **world)
{
    (void)world;
    assert_true(text_has_word("draft filed", "filed"));
    assert_true(text_has_word("draft", "draft"));
    assert_false(text_has_word("drafted filed", "draft"));
    assert_false(text_has_word("draft", ""));
    assert_false(text_has_word(NULL, "draft"));
}

static void words_are_what_people_search_for(void **world)
{
    struct arena *a = unit_arena(world);
    char *longest;

    assert_string_equal(text_words(a, "Jum'at, Caf\xC3\xA9 503/0001"), "jumat cafe 503 0001");
    assert_string_equal(text_words(a, "  anak-anak \xE2\x80\x93 PNS_2 "), "anak anak pns 2");
    assert_string_equal(text_words(a, "\xEF\xBC\xA1\xEF\xBC\x91 \xEF\xAC\x81le"), "a1 file");
    assert_string_equal(text_words(a, "\" OR * ( ) : ^ \\ & | ! ' -- ;"), "or");
    assert_string_equal(text_words(a, ""), "");
    longest = text_words(a, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b");
    assert_int_equal(strlen(longest), TEXT_WORD_MAX + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_word_is_found_whole_or_not_at_all),
        UNIT(utf8_ends_at_the_last_code_point),
        UNIT(utf8_has_one_form_a_character),
        UNIT(utf8_knows_no_surrogate),
        UNIT(utf8_is_whole_and_without_nul),
        UNIT(the_boundary_normalises),
        UNIT(the_boundary_refuses),
        UNIT(normal_text_is_not_copied),
        UNIT(printing_has_no_ceiling),
        UNIT(trimming_takes_every_white_space),
        UNIT(collapsing_leaves_single_spaces),
        UNIT(splitting_keeps_empty_parts),
        UNIT(the_empty_text_has_no_parts),
        UNIT(integers_have_one_spelling),
        UNIT(integers_keep_their_range),
        UNIT(nothing_equals_only_nothing),
        UNIT(folding_knows_latin_letters),
        UNIT(words_are_what_people_search_for),
        UNIT(beginnings_and_ends_are_compared_in_bytes),
        UNIT(secrets_are_compared_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
