/*
 * money_test.c: amounts are exact, checked, rounded as told, and read as people write them.
 */
#include "unit.h"

#include "money.h"

static void sums_are_checked(void **world)
{
    money m = {5};

    (void)world;
    assert_int_equal(money_add(rupiah(1), (money){50}, &m), 0);
    assert_int_equal(m.v, 150);
    assert_int_equal(money_sub(rupiah(1), rupiah(3), &m), 0);
    assert_int_equal(m.v, -200);
    assert_int_equal(money_add((money){INT64_MAX}, (money){1}, &m), E_INPUT);
    assert_int_equal(money_sub((money){-INT64_MAX}, (money){1}, &m), E_INPUT);
    assert_int_equal(money_sub((money){-INT64_MAX}, (money){-1}, &m), 0);
    assert_true(m.v == -INT64_MAX + 1);
}

static void a_sum_may_pass_the_limit_on_its_way(void **world)
{
    const money v[] = {{INT64_MAX}, {INT64_MAX}, {-INT64_MAX}, {-1}};
    money m = {5};

    (void)world;
    assert_int_equal(money_sum(v, 4, &m), 0);
    assert_true(m.v == INT64_MAX - 1);
    assert_int_equal(money_sum(v, 2, &m), E_INPUT);
    assert_int_equal(money_sum(v, 0, &m), 0);
    assert_int_equal(m.v, 0);
}

static void order_is_that_of_amounts(void **world)
{
    (void)world;
    assert_true(money_compare(rupiah(-1), rupiah(0)) < 0);
    assert_true(money_compare(rupiah(2), rupiah(1)) > 0);
    assert_int_equal(money_compare(rupiah(2), (money){200}), 0);
    assert_true(money_is_none(MONEY_NONE));
    assert_false(money_is_none(rupiah(0)));
}

static void products_are_rounded_once(void **world)
{
    money m;

    (void)world;
    assert_int_equal(money_times(rupiah(850000), 48, &m), 0);
    assert_int_equal(m.v, 4080000000);
    /* 4,5 m at Rp1.333 = Rp5.998,50 */
    assert_int_equal(money_scale(rupiah(1333), 45, 10, UNIT_SEN, ROUND_HALF_UP, &m), 0);
    assert_int_equal(m.v, 599850);
    assert_int_equal(money_scale(rupiah(1333), 45, 10, UNIT_RUPIAH, ROUND_HALF_UP, &m), 0);
    assert_int_equal(m.v, 599900);
    assert_int_equal(money_scale(rupiah(1333), 45, 10, UNIT_RUPIAH, ROUND_DOWN, &m), 0);
    assert_int_equal(m.v, 599800);
    assert_int_equal(money_scale(rupiah(-1333), 45, 10, UNIT_RUPIAH, ROUND_HALF_UP, &m), 0);
    assert_int_equal(m.v, -599900);
    assert_int_equal(money_scale((money){INT64_MAX}, INT64_MAX, INT64_MAX, UNIT_SEN, ROUND_HALF_UP, &m), 0);
    assert_true(m.v == INT64_MAX);
    assert_int_equal(money_scale((money){INT64_MAX}, 2, 1, UNIT_SEN, ROUND_HALF_UP, &m), E_INPUT);
    assert_int_equal(money_times((money){INT64_MAX}, -2, &m), E_INPUT);
}

static void percentages_of_money_name_their_unit(void **world)
{
    money m;

    (void)world;
    assert_int_equal(money_basis_points(rupiah(1005), 250, UNIT_SEN, ROUND_HALF_UP, &m), 0); /* 2,5 % */
    assert_int_equal(m.v, 2513);
    assert_int_equal(money_basis_points(rupiah(1005), 250, UNIT_SEN, ROUND_DOWN, &m), 0);
    assert_int_equal(m.v, 2512);
    assert_int_equal(money_basis_points(rupiah(1005), 250, UNIT_RUPIAH, ROUND_UP, &m), 0);
    assert_int_equal(m.v, 2600);
    assert_int_equal(money_basis_points(rupiah(-1005), 250, UNIT_RUPIAH, ROUND_UP, &m), 0);
    assert_int_equal(m.v, -2600);
}

static void units_round_on_both_sides_of_the_half(void **world)
{
    money m;

    (void)world;
    assert_int_equal(money_round(rupiah(1499), UNIT_THOUSAND, ROUND_HALF_UP, &m), 0);
    assert_int_equal(m.v, rupiah(1000).v);
    assert_int_equal(money_round(rupiah(1500), UNIT_THOUSAND, ROUND_HALF_UP, &m), 0);
    assert_int_equal(m.v, rupiah(2000).v);
    assert_int_equal(money_round((money){149999}, UNIT_THOUSAND, ROUND_HALF_UP, &m), 0);
    assert_int_equal(m.v, rupiah(1000).v);
    assert_int_equal(money_round(rupiah(101), UNIT_HUNDRED, ROUND_UP, &m), 0);
    assert_int_equal(m.v, rupiah(200).v);
    assert_int_equal(money_round((money){INT64_MAX}, UNIT_RUPIAH, ROUND_UP, &m), E_INPUT);
}

/* 491.52 x 3.6362 x 0.45 x 10000 = 8042692.6..., a row of an old building fee */
static void exact_factors_are_applied_at_the_end(void **world)
{
    static const char *const factors[] = {"491.52", "3.6362", "0.45"};
    struct fraction x = fraction_of(1, 1), f;
    money m;

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(factors); i++) {
        assert_int_equal(fraction_parse(factors[i], &f), 0);
        assert_int_equal(fraction_mul(x, f, &x), 0);
    }
    assert_int_equal(money_fraction(rupiah(10000), x, UNIT_RUPIAH, ROUND_HALF_UP, &m), 0);
    assert_int_equal(m.v, rupiah(8042693).v);
    assert_int_equal(money_fraction(rupiah(10000), x, UNIT_RUPIAH, ROUND_DOWN, &m), 0);
    assert_int_equal(m.v, rupiah(8042692).v);
    assert_int_equal(money_fraction((money){INT64_MAX}, fraction_of(3, 2), UNIT_SEN, ROUND_DOWN, &m), E_INPUT);
}

static void each_form_fits_its_place(void **world)
{
    static const struct {
        int64_t sen;
        enum money_form form;
        int reader;
        const char *want;
    } rows[] = {
        {123456700, MONEY_SCREEN, READER_ID, "Rp1.234.567"},
        {123456700, MONEY_SCREEN, READER_EN, "Rp1,234,567"},
        {123456750, MONEY_SCREEN, READER_ID, "Rp1.234.567,50"},
        {-240000000, MONEY_SCREEN, READER_ID, "−Rp2.400.000"},
        {-5, MONEY_SCREEN, READER_ID, "−Rp0,05"},
        {0, MONEY_SCREEN, READER_ID, "Rp0"},
        {4850000000, MONEY_DOCUMENT, READER_ID, "Rp48.500.000,00"},
        {4850000000, MONEY_DOCUMENT, READER_EN, "Rp48,500,000.00"},
        {-16598900, MONEY_TABLE, READER_ID, "−165.989"},
        {16598905, MONEY_TABLE, READER_ID, "165.989,05"},
        {16598900, MONEY_TABLE_SEN, READER_EN, "165,989.00"},
        {INT64_MIN, MONEY_SCREEN, READER_ID, "–"},
        {INT64_MIN, MONEY_HEADLINE, READER_ID, "–"},
        {INT64_MAX, MONEY_TABLE_SEN, READER_ID, "92.233.720.368.547.758,07"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(money_text(unit_arena(world), (money){rows[i].sen}, rows[i].form, rows[i].reader), rows[i].want);
}

static void headlines_are_short(void **world)
{
    static const struct {
        int64_t rupiah;
        int reader;
        const char *want;
    } rows[] = {
        {5449000000000, READER_ID, "Rp5,4 triliun"},
        {5450000000000, READER_ID, "Rp5,5 triliun"},
        {5400000000000, READER_EN, "Rp5.4 trillion"},
        {12000000000, READER_ID, "Rp12 miliar"},
        {999960000000, READER_ID, "Rp1 triliun"},
        {949000000000, READER_ID, "Rp949 miliar"},
        {-1250000, READER_ID, "−Rp1,3 juta"},
        {940000, READER_ID, "Rp940.000"},
        {0, READER_ID, "Rp0"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(money_text(unit_arena(world), rupiah(rows[i].rupiah), MONEY_HEADLINE, rows[i].reader),
                            rows[i].want);
}

static void typed_amounts_are_read(void **world)
{
    static const struct {
        const char *s;
        int reader;
        int64_t sen;
    } rows[] = {
        {"48.500.000", READER_ID, 4850000000},
        {"48.500.000,50", READER_ID, 4850000050},
        {"48.500.000,5", READER_ID, 4850000050},
        {"Rp48.500.000", READER_ID, 4850000000},
        {"rp. 48.500.000,-", READER_ID, 4850000000},
        {"  Rp\xC2\xA0"
         "48500000\xC2\xA0 ",
         READER_ID, 4850000000},
        {"−Rp2.400.000", READER_ID, -240000000},
        {"-Rp 2.400.000", READER_ID, -240000000},
        {"Rp-5", READER_ID, -500},
        {"48,500,000.50", READER_EN, 4850000050},
        {"Rp48,500,000", READER_EN, 4850000000},
        {"0", READER_ID, 0},
        {"92233720368547758,07", READER_ID, INT64_MAX},
    };

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        money m = {1};

        assert_int_equal(money_parse(rows[i].s, rows[i].reader, &m), 0);
        assert_true(m.v == rows[i].sen);
    }
}

static void doubtful_amounts_are_refused(void **world)
{
    static const char *const bad[] = {
        "",
        " ",
        "Rp",
        "Rp ",
        "-",
        "48.50.000",
        "48.5",
        "48,500,000",
        "48.500.000,505",
        "5 juta",
        "$5",
        "5Rp",
        "--5",
        "-Rp-5",
        "RpRp5",
        "5,-5",
        ",-",
        "5 000",
        "5-",
        "\xC2\xA0",
        "5,50,-",
        "Rp.,5",
        "1e6",
        "5\xE2\x80",
        "0x10",
        "111111111111111111111111111111111111111111111111111111111111111111111111111111",
    };
    money m = {1};

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(money_parse(bad[i], READER_ID, &m), E_FORMAT);
    assert_int_equal(money_parse("92233720368547758,08", READER_ID, &m), E_INPUT);
    assert_int_equal(m.v, 1);
}

/* What is shown can be typed. */
static void shown_amounts_are_read_back(void **world)
{
    static const int64_t sen[] = {0, 1, 99, 100, 12345, -12345, 99999999, -100000000, 123456789012345, INT64_MAX, -INT64_MAX};
    static const enum money_form forms[] = {MONEY_SCREEN, MONEY_DOCUMENT, MONEY_TABLE, MONEY_TABLE_SEN};

    for (size_t i = 0; i < ARRAY_LEN(sen) * ARRAY_LEN(forms) * READER_COUNT; i++) {
        int reader = (int)(i % READER_COUNT);
        money in = {sen[i / READER_COUNT / ARRAY_LEN(forms)]}, out = {1};
        const char *s = money_text(unit_arena(world), in, forms[i / READER_COUNT % ARRAY_LEN(forms)], reader);

        assert_int_equal(money_parse(s, reader, &out), 0);
        assert_true(in.v == out.v);
    }
}

static void the_stored_form_is_sen(void **world)
{
    struct arena *a = unit_arena(world);
    money m = {1};

    assert_string_equal(money_stored(a, rupiah(12500)), "1250000");
    assert_string_equal(money_stored(a, (money){-5}), "-5");
    assert_null(money_stored(a, MONEY_NONE));
    assert_int_equal(money_stored_parse("1250000", &m), 0);
    assert_int_equal(m.v, 1250000);
    assert_int_equal(money_stored_parse("1250000.0", &m), E_FORMAT);
    assert_int_equal(money_stored_parse("-9223372036854775808", &m), E_INPUT);
    assert_int_equal(m.v, 1250000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(sums_are_checked),
        UNIT(a_sum_may_pass_the_limit_on_its_way),
        UNIT(order_is_that_of_amounts),
        UNIT(products_are_rounded_once),
        UNIT(percentages_of_money_name_their_unit),
        UNIT(units_round_on_both_sides_of_the_half),
        UNIT(exact_factors_are_applied_at_the_end),
        UNIT(each_form_fits_its_place),
        UNIT(headlines_are_short),
        UNIT(typed_amounts_are_read),
        UNIT(doubtful_amounts_are_refused),
        UNIT(shown_amounts_are_read_back),
        UNIT(the_stored_form_is_sen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
