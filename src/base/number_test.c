/*
 * number_test.c: rounding on both sides of the half, and numbers in both readers' forms.
 */
#include "unit.h"

#include "number.h"

static void rounding_is_symmetrical_about_zero(void **world)
{
    static const struct {
        int num, den, half_up, down, up;
    } rows[] = {
        {0, 3, 0, 0, 0}, {1, 3, 0, 0, 1},    {2, 3, 1, 0, 1},    {3, 3, 1, 1, 1},  {1, 2, 1, 0, 1},
        {3, 2, 2, 1, 2}, {49, 100, 0, 0, 1}, {50, 100, 1, 0, 1}, {5, 11, 0, 0, 1}, {6, 11, 1, 0, 1},
    };

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal((int)wide_divide(rows[i].num, rows[i].den, ROUND_HALF_UP), rows[i].half_up);
        assert_int_equal((int)wide_divide(rows[i].num, rows[i].den, ROUND_DOWN), rows[i].down);
        assert_int_equal((int)wide_divide(rows[i].num, rows[i].den, ROUND_UP), rows[i].up);
        assert_int_equal((int)wide_divide(-rows[i].num, rows[i].den, ROUND_HALF_UP), -rows[i].half_up);
        assert_int_equal((int)wide_divide(-rows[i].num, rows[i].den, ROUND_DOWN), -rows[i].down);
        assert_int_equal((int)wide_divide(-rows[i].num, rows[i].den, ROUND_UP), -rows[i].up);
    }
}

static void narrowing_keeps_the_lowest_for_null(void **world)
{
    int64_t v = 1;

    (void)world;
    assert_int_equal(wide_narrow(INT64_MAX, &v), 0);
    assert_int_equal(wide_narrow(-(wide)INT64_MAX, &v), 0);
    assert_int_equal(wide_narrow(INT64_MIN, &v), E_INPUT);
    assert_int_equal(wide_narrow((wide)INT64_MAX + 1, &v), E_INPUT);
    assert_true(v == -INT64_MAX);
}

static void basis_points_round_half_up(void **world)
{
    int64_t bp;

    (void)world;
    assert_int_equal(bp_of(8, 12, &bp), 0);
    assert_int_equal(bp, 6667);
    assert_int_equal(bp_of(1, 20000, &bp), 0);
    assert_int_equal(bp, 1);
    assert_int_equal(bp_of(1, 20001, &bp), 0);
    assert_int_equal(bp, 0);
    assert_int_equal(bp_of(INT64_MAX, 1, &bp), E_INPUT);
}

static void shares_add_up(void **world)
{
    static const int64_t thirds[] = {1, 1, 1}, laksa[] = {3824, 27, 175}, one[] = {0, 5, 0};
    int64_t got[3];
    struct arena *a = unit_arena(world);

    share_out(a, thirds, 3, 10000, got);
    assert_int_equal(got[0], 3334);
    assert_int_equal(got[1], 3333);
    assert_int_equal(got[2], 3333);
    share_out(a, laksa, 3, 10000, got);
    assert_int_equal(got[0] + got[1] + got[2], 10000);
    assert_int_equal(got[0], 9498);
    share_out(a, one, 3, 7, got);
    assert_int_equal(got[0], 0);
    assert_int_equal(got[1], 7);
    assert_int_equal(got[2], 0);
}

static void numbers_are_grouped_for_their_reader(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(number_text(a, 0, READER_ID), "0");
    assert_string_equal(number_text(a, 999, READER_ID), "999");
    assert_string_equal(number_text(a, 1000, READER_ID), "1.000");
    assert_string_equal(number_text(a, 1234567, READER_ID), "1.234.567");
    assert_string_equal(number_text(a, 1234567, READER_EN), "1,234,567");
    assert_string_equal(number_text(a, -1234, READER_ID), "−1.234");
    assert_string_equal(number_text(a, INT64_MAX, READER_ID), "9.223.372.036.854.775.807");
    assert_string_equal(number_text(a, -INT64_MAX, READER_EN), "−9,223,372,036,854,775,807");
    assert_string_equal(number_text(a, INT_NONE, READER_ID), "–");
}

static void decimals_show_what_the_scale_says(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(score_text(a, 7233, READER_ID), "72,33");
    assert_string_equal(score_text(a, 7233, READER_EN), "72.33");
    assert_string_equal(score_text(a, 7200, READER_ID), "72,00");
    assert_string_equal(score_text(a, 5, READER_ID), "0,05");
    assert_string_equal(decimal_text(a, -5, 2, READER_ID), "−0,05");
    assert_string_equal(decimal_text(a, 123456789, 3, READER_ID), "123.456,789");
    assert_string_equal(decimal_short(a, 4500, 3, READER_ID), "4,5");
    assert_string_equal(decimal_short(a, 4000, 3, READER_ID), "4");
    assert_string_equal(decimal_short(a, 0, 3, READER_ID), "0");
    assert_string_equal(decimal_short(a, 1, 18, READER_EN), "0.000000000000000001");
    assert_string_equal(decimal_short(a, INT_NONE, 3, READER_ID), "–");
}

static void percentages_have_a_space_in_indonesian(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(percent_text(a, 9410, READER_ID), "94,1 %");
    assert_string_equal(percent_text(a, 9410, READER_EN), "94.1%");
    assert_string_equal(percent_text(a, 10000, READER_ID), "100 %");
    assert_string_equal(percent_text(a, 294, READER_ID), "2,94 %");
    assert_string_equal(percent_text(a, -789, READER_ID), "−7,89 %");
    assert_string_equal(percent_text(a, 0, READER_ID), "0 %");
    assert_string_equal(percent_text(a, INT_NONE, READER_EN), "–");
}

static void typed_decimals_are_read(void **world)
{
    static const struct {
        const char *s;
        int scale, reader;
        int64_t v;
    } rows[] = {
        {"4,5", 2, READER_ID, 450},
        {"4.5", 2, READER_EN, 450},
        {"48.500.000", 0, READER_ID, 48500000},
        {"48,500,000", 0, READER_EN, 48500000},
        {"48500000", 2, READER_ID, 4850000000},
        {"1.250,75", 2, READER_ID, 125075},
        {"-1.250,75", 2, READER_ID, -125075},
        {"−0,05", 2, READER_ID, -5},
        {"1.000", 0, READER_ID, 1000},
        {"007", 0, READER_ID, 7},
        {"0", 2, READER_ID, 0},
        {"92.233.720.368.547.758,07", 2, READER_ID, INT64_MAX},
    };

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t v;

        assert_int_equal(decimal_parse(rows[i].s, rows[i].scale, rows[i].reader, &v), 0);
        assert_true(v == rows[i].v);
    }
}

static void doubtful_decimals_are_refused(void **world)
{
    static const char *const bad[] = {
        "",       "-",     ",5",  "4,",  "4,555", "4.5", "48.50.000", "4850.000", ".500", "48.", "1.000.",
        "1,00.0", "1 000", "Rp5", "1e3", "+5",    "--5", "1..000",    "1.0000",   "١",    "5 ",  "1,000.000",
    };
    int64_t v = 3;

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(decimal_parse(bad[i], 2, READER_ID, &v), E_FORMAT);
    assert_int_equal(decimal_parse("4,5", 0, READER_ID, &v), E_FORMAT);
    assert_int_equal(decimal_parse("92233720368547758,08", 2, READER_ID, &v), E_INPUT);
    assert_int_equal(decimal_parse("99999999999999999999999999", 2, READER_ID, &v), E_INPUT);
    assert_int_equal(decimal_parse("99999999999999999999999999x", 2, READER_ID, &v), E_FORMAT);
    assert_int_equal(v, 3);
}

static void machines_write_one_form(void **world)
{
    struct arena *a = unit_arena(world);
    static const char *const bad[] = {"",   "-",  "01",    "1,5",   "1.000.000", "+1", "1.",
                                      ".5", "-0", "-0.00", "1.234", "−1",        " 1", "00"};
    int64_t v = 3;

    assert_string_equal(decimal_exact(a, 7233, 2), "72.33");
    assert_string_equal(decimal_exact(a, -50, 2), "-0.50");
    assert_string_equal(decimal_exact(a, 1234567, 0), "1234567");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(decimal_exact_parse(bad[i], 2, &v), E_FORMAT);
    assert_int_equal(v, 3);
    assert_int_equal(decimal_exact_parse("-0.5", 2, &v), 0);
    assert_int_equal(v, -50);
    assert_int_equal(decimal_exact_parse("72.33", 2, &v), 0);
    assert_int_equal(v, 7233);
    assert_int_equal(decimal_exact_parse("9223372036854775808", 0, &v), E_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(rounding_is_symmetrical_about_zero),
        UNIT(narrowing_keeps_the_lowest_for_null),
        UNIT(basis_points_round_half_up),
        UNIT(shares_add_up),
        UNIT(numbers_are_grouped_for_their_reader),
        UNIT(decimals_show_what_the_scale_says),
        UNIT(percentages_have_a_space_in_indonesian),
        UNIT(typed_decimals_are_read),
        UNIT(doubtful_decimals_are_refused),
        UNIT(machines_write_one_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
