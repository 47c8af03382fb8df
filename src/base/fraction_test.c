/*
 * fraction_test.c: exact sums, late overflow, one rounding.
 */
#include "unit.h"

#include "fraction.h"

static void assert_fraction(struct fraction x, int64_t num, int64_t den)
{
    assert_true(x.num == num);
    assert_true(x.den == den);
}

static struct fraction parsed(const char *s)
{
    struct fraction x = FRACTION_ZERO;

    assert_int_equal(fraction_parse(s, &x), 0);
    return x;
}

static void fractions_are_in_lowest_terms(void **world)
{
    (void)world;
    assert_fraction(fraction_of(6, 8), 3, 4);
    assert_fraction(fraction_of(6, -8), -3, 4);
    assert_fraction(fraction_of(0, -5), 0, 1);
    assert_true(fraction_of(INT64_MIN, INT64_MIN).num == 1);
    assert_true(fraction_of(1, INT64_MIN).den == -(wide)INT64_MIN);
}

static void decimals_are_exact(void **world)
{
    static const char *const bad[] = {"", "-", ".5", "5.", "05", "1.2.3", "1e3", "+1", "1,5", " 1", "--1", "1.-5"};
    struct fraction x;

    (void)world;
    assert_fraction(parsed("78.5"), 157, 2);
    assert_fraction(parsed("-0.0375"), -3, 80);
    assert_fraction(parsed("100.00"), 100, 1);
    assert_fraction(parsed("0"), 0, 1);
    assert_fraction(parsed("-0"), 0, 1);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(fraction_parse(bad[i], &x), E_FORMAT);
    assert_int_equal(fraction_parse("1234567890123456789012345678901234567890", &x), E_INPUT);
    assert_int_equal(fraction_parse("0.0000000000000000000000000000000000000001", &x), E_INPUT);
}

static void a_third_three_times_is_one(void **world)
{
    struct fraction third = fraction_of(1, 3), sum = FRACTION_ZERO;

    (void)world;
    for (int i = 0; i < 3; i++)
        assert_int_equal(fraction_add(sum, third, &sum), 0);
    assert_fraction(sum, 1, 1);
    assert_int_equal(fraction_sub(sum, fraction_of(7, 6), &sum), 0);
    assert_fraction(sum, -1, 6);
}

static void products_and_quotients_cancel(void **world)
{
    struct fraction x;

    (void)world;
    assert_int_equal(fraction_mul(fraction_of(-2, 3), fraction_of(9, 4), &x), 0);
    assert_fraction(x, -3, 2);
    assert_int_equal(fraction_div(fraction_of(1, 2), fraction_of(-1, 4), &x), 0);
    assert_fraction(x, -2, 1);
    assert_int_equal(fraction_mul(fraction_of(INT64_MAX, 3), fraction_of(3, INT64_MAX), &x), 0);
    assert_fraction(x, 1, 1);
}

static void what_does_not_fit_is_refused(void **world)
{
    struct fraction big = fraction_of(INT64_MAX, 1), tiny = fraction_of(1, INT64_MAX), x = FRACTION_ZERO;

    (void)world;
    assert_int_equal(fraction_mul(big, big, &big), 0);
    assert_int_equal(fraction_mul(big, fraction_of(5, 1), &x), E_INPUT);
    assert_int_equal(fraction_mul(tiny, tiny, &tiny), 0);
    assert_int_equal(fraction_mul(tiny, tiny, &x), E_INPUT);
    assert_int_equal(fraction_add(tiny, fraction_of(1, 7919), &x), E_INPUT);
    assert_int_equal(fraction_add(big, big, &x), 0);
    assert_int_equal(fraction_add(x, big, &x), E_INPUT);
    assert_int_equal(fraction_round(fraction_of(INT64_MAX, 1), 2, ROUND_DOWN, &(int64_t){0}), E_INPUT);
}

static void comparing_never_overflows(void **world)
{
    struct fraction big = fraction_of(INT64_MAX, INT64_MAX - 1), x, y;

    (void)world;
    assert_int_equal(fraction_compare(fraction_of(1, 3), fraction_of(2, 6)), 0);
    assert_true(fraction_compare(fraction_of(1, 3), fraction_of(1, 2)) < 0);
    assert_true(fraction_compare(fraction_of(-1, 3), fraction_of(-1, 2)) > 0);
    assert_true(fraction_compare(fraction_of(-1, 3), fraction_of(0, 1)) < 0);
    assert_true(fraction_compare(fraction_of(5, 1), fraction_of(9, 2)) > 0);

    assert_int_equal(fraction_mul(big, big, &x), 0);
    assert_int_equal(fraction_mul(x, fraction_of(INT64_MAX - 1, INT64_MAX), &y), 0);
    assert_true(fraction_compare(x, y) > 0);
    assert_true(fraction_compare(y, x) < 0);
    assert_int_equal(fraction_compare(y, big), 0);
    assert_true(fraction_min(x, y).num == y.num);
    assert_true(fraction_max(x, y).num == x.num);
}

/* Every pair of small fractions, against whole numbers. */
static void comparing_agrees_with_multiplying(void **world)
{
    (void)world;
    for (int a = -6; a <= 6; a++) {
        for (int b = 1; b <= 6; b++) {
            for (int c = -6; c <= 6; c++) {
                for (int d = 1; d <= 6; d++) {
                    int want = (a * d > c * b) - (a * d < c * b);

                    assert_int_equal(fraction_compare(fraction_of(a, b), fraction_of(c, d)), want);
                }
            }
        }
    }
}

static void rounding_happens_once(void **world)
{
    struct fraction x = fraction_of(2, 3);
    int64_t v;

    (void)world;
    assert_int_equal(fraction_round(x, 100, ROUND_HALF_UP, &v), 0);
    assert_int_equal(v, 67);
    assert_int_equal(fraction_round(x, 10000, ROUND_DOWN, &v), 0);
    assert_int_equal(v, 6666);
    /* 88.305 and 88.304: the border of a grade (licensing-service.md 12) */
    assert_int_equal(fraction_round(fraction_of(88305, 1000), 100, ROUND_HALF_UP, &v), 0);
    assert_int_equal(v, 8831);
    assert_int_equal(fraction_round(fraction_of(88304, 1000), 100, ROUND_HALF_UP, &v), 0);
    assert_int_equal(v, 8830);
    assert_int_equal(fraction_round(fraction_of(-1, 2), 1, ROUND_HALF_UP, &v), 0);
    assert_int_equal(v, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(fractions_are_in_lowest_terms),     UNIT(decimals_are_exact),           UNIT(a_third_three_times_is_one),
        UNIT(products_and_quotients_cancel),     UNIT(what_does_not_fit_is_refused), UNIT(comparing_never_overflows),
        UNIT(comparing_agrees_with_multiplying), UNIT(rounding_happens_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
