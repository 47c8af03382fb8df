/*
 * calendar_test.c: working days of 2017, 2025 and 2026, whose days off are typed in from the joint decrees, against worked
 * cases and against counting one day after the other.
 */
#include "unit.h"

#include "calendar.h"
#include "date.h"

#define N DAY_NATIONAL
#define J DAY_JOINT_LEAVE

/* clang-format off */
static const struct {
    int year, month, day;
    enum day_kind kind;
} decreed[] = {
    {2017, 1, 1, N}, {2017, 1, 2, J}, {2017, 1, 28, N}, {2017, 2, 15, N}, {2017, 3, 28, N}, {2017, 4, 14, N},
    {2017, 4, 24, N}, {2017, 5, 1, N}, {2017, 5, 11, N}, {2017, 5, 25, N}, {2017, 6, 1, N}, {2017, 6, 23, J},
    {2017, 6, 25, N}, {2017, 6, 26, N}, {2017, 6, 27, J}, {2017, 6, 28, J}, {2017, 6, 29, J}, {2017, 6, 30, J},
    {2017, 8, 17, N}, {2017, 9, 1, N}, {2017, 9, 21, N}, {2017, 12, 1, N}, {2017, 12, 25, N}, {2017, 12, 26, J},
    {2025, 1, 1, N}, {2025, 1, 27, N}, {2025, 1, 28, J}, {2025, 1, 29, N}, {2025, 3, 28, J}, {2025, 3, 29, N},
    {2025, 3, 31, N}, {2025, 4, 1, N}, {2025, 4, 2, J}, {2025, 4, 3, J}, {2025, 4, 4, J}, {2025, 4, 7, J}, {2025, 4, 18, N},
    {2025, 4, 20, N}, {2025, 5, 1, N}, {2025, 5, 12, N}, {2025, 5, 13, J}, {2025, 5, 29, N}, {2025, 5, 30, J},
    {2025, 6, 1, N}, {2025, 6, 6, N}, {2025, 6, 9, J}, {2025, 6, 27, N}, {2025, 8, 17, N}, {2025, 8, 18, J},
    {2025, 9, 5, N}, {2025, 12, 25, N}, {2025, 12, 26, J},
    {2026, 1, 1, N}, {2026, 1, 16, N}, {2026, 2, 16, J}, {2026, 2, 17, N}, {2026, 3, 18, J}, {2026, 3, 19, N},
    {2026, 3, 20, J}, {2026, 3, 21, N}, {2026, 3, 22, N}, {2026, 3, 23, J}, {2026, 3, 24, J}, {2026, 4, 3, N},
    {2026, 4, 5, N}, {2026, 5, 1, N}, {2026, 5, 14, N}, {2026, 5, 15, J}, {2026, 5, 27, N}, {2026, 5, 28, J},
    {2026, 5, 31, N}, {2026, 6, 1, N}, {2026, 6, 16, N}, {2026, 8, 17, N}, {2026, 8, 25, N}, {2026, 12, 24, J},
    {2026, 12, 25, N},
};
/* clang-format on */

#undef N
#undef J

static const struct day_off *rows(struct arena *a)
{
    struct day_off *v = arena_array(a, ARRAY_LEN(decreed), struct day_off);

    for (size_t i = 0; i < ARRAY_LEN(decreed); i++) {
        v[i] = (struct day_off){
            .day = date_of(decreed[i].year, decreed[i].month, decreed[i].day),
            .kind = decreed[i].kind,
            .decreed = DATE_NONE,
        };
    }
    return v;
}

static struct calendar calendar(void **world, bool joint_leave_counts)
{
    const struct calendar_rule rule = {.joint_leave_counts = joint_leave_counts, .known_by = DATE_NONE};
    struct calendar c;

    calendar_build(&c, unit_arena(world), rows(unit_arena(world)), ARRAY_LEN(decreed), &rule);
    return c;
}

static date day(int year, int month, int d)
{
    return date_of(year, month, d);
}

/* licensing-service.md 7.1: working days a year */
static void a_year_has_its_working_days(void **world)
{
    static const struct {
        int year, off, counted;
    } years[] = {{2017, 239, 246}, {2025, 237, 248}, {2026, 240, 248}};
    struct calendar off = calendar(world, false), counted = calendar(world, true);

    for (size_t i = 0; i < ARRAY_LEN(years); i++) {
        date before = day(years[i].year - 1, 12, 31), last = day(years[i].year, 12, 31);

        assert_int_equal(calendar_between(&off, before, last), years[i].off);
        assert_int_equal(calendar_between(&counted, before, last), years[i].counted);
    }
}

/* licensing-service.md 7.1 (1, 2, 4, 6, 7) and 12 (15, 16) */
static void due_dates_of_worked_cases(void **world)
{
    static const struct {
        int from[3], n, due[3];
    } cases[] = {
        {{2017, 6, 16}, 7, {2017, 7, 5}},  {{2026, 3, 13}, 5, {2026, 3, 27}}, {{2026, 8, 15}, 3, {2026, 8, 20}},
        {{2025, 9, 4}, 5, {2025, 9, 12}},  {{2026, 1, 5}, 10, {2026, 1, 20}}, {{2026, 1, 5}, 28, {2026, 2, 13}},
        {{2026, 3, 2}, 10, {2026, 3, 16}}, {{2026, 3, 2}, 30, {2026, 4, 21}}, {{2026, 6, 12}, 3, {2026, 6, 18}},
        {{2026, 6, 12}, 5, {2026, 6, 22}}, {{2026, 6, 12}, 14, {2026, 7, 3}}, {{2026, 6, 12}, 60, {2026, 9, 9}},
        {{2025, 5, 5}, 14, {2025, 5, 27}},
    };
    struct calendar c = calendar(world, false);

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        date from = day(cases[i].from[0], cases[i].from[1], cases[i].from[2]);
        date due = day(cases[i].due[0], cases[i].due[1], cases[i].due[2]);

        assert_int_equal(calendar_add(&c, from, cases[i].n).v, due.v);
        assert_int_equal(calendar_between(&c, from, due), cases[i].n);
    }
}

static void joint_leave_may_count_as_work(void **world)
{
    struct calendar off = calendar(world, false), counted = calendar(world, true);

    assert_int_equal(calendar_add(&counted, day(2017, 6, 16), 7).v, day(2017, 6, 28).v);
    assert_false(calendar_is_working(&off, day(2017, 6, 23)));
    assert_true(calendar_is_working(&counted, day(2017, 6, 23)));
    assert_false(calendar_is_working(&counted, day(2017, 6, 26))); /* Idul Fitri itself */
    assert_false(calendar_is_working(&counted, day(2017, 6, 24))); /* a Saturday */
}

/* licensing-service.md 7.1 (3): returned on 14 May, resubmitted on 21 May */
static void a_stopped_clock_moves_the_due_date(void **world)
{
    struct calendar c = calendar(world, false);
    int64_t used = calendar_between(&c, day(2025, 5, 5), day(2025, 5, 14));

    assert_int_equal(used, 5);
    assert_int_equal(calendar_add(&c, day(2025, 5, 21), 14 - used).v, day(2025, 6, 5).v);
}

/* The slow way, one day after the other, over a span that begins and ends where the rows know nothing. */
static void jumping_agrees_with_walking(void **world)
{
    struct calendar c = calendar(world, false);
    date from = day(2024, 12, 20);
    int64_t n = 0;

    for (date d = date_add_days(from, 1); d.v <= day(2027, 2, 1).v; d.v++) {
        bool working = date_weekday(d) <= 5;

        for (size_t i = 0; i < ARRAY_LEN(decreed); i++) {
            if (day(decreed[i].year, decreed[i].month, decreed[i].day).v == d.v)
                working = false;
        }
        n += working;
        assert_int_equal(calendar_is_working(&c, d), working);
        assert_int_equal(calendar_between(&c, from, d), n);
        assert_int_equal(calendar_between(&c, d, from), -n);
        if (working)
            assert_int_equal(calendar_add(&c, from, n).v, d.v);
    }
    assert_int_equal(n, 7 + 237 + 240 + 22);
}

static void counting_back_is_the_mirror(void **world)
{
    struct calendar c = calendar(world, false);

    assert_int_equal(calendar_add(&c, day(2026, 3, 27), -1).v, day(2026, 3, 26).v);
    assert_int_equal(calendar_add(&c, day(2026, 3, 25), -1).v, day(2026, 3, 17).v);
    assert_int_equal(calendar_add(&c, day(2026, 3, 22), -1).v, day(2026, 3, 17).v); /* from a Sunday */
    for (int n = 1; n < 300; n++) {
        date d = calendar_add(&c, day(2025, 1, 2), n);

        assert_int_equal(calendar_add(&c, d, -n).v, day(2025, 1, 2).v);
    }
}

static void zero_days_is_the_day_itself(void **world)
{
    struct calendar c = calendar(world, false);

    assert_int_equal(calendar_add(&c, day(2026, 3, 22), 0).v, day(2026, 3, 22).v);
    assert_int_equal(calendar_between(&c, day(2026, 3, 22), day(2026, 3, 22)), 0);
}

static void a_row_counts_from_its_decree_on(void **world)
{
    const struct day_off late = {.day = day(2025, 8, 18), .kind = DAY_LOCAL, .decreed = day(2025, 8, 7)};
    struct calendar c;

    calendar_build(&c, unit_arena(world), &late, 1, &(struct calendar_rule){.known_by = day(2025, 8, 6)});
    assert_int_equal(calendar_add(&c, day(2025, 8, 15), 1).v, day(2025, 8, 18).v);
    calendar_build(&c, unit_arena(world), &late, 1, &(struct calendar_rule){.known_by = day(2025, 8, 7)});
    assert_int_equal(calendar_add(&c, day(2025, 8, 15), 1).v, day(2025, 8, 19).v);
    calendar_build(&c, unit_arena(world), &late, 1, &(struct calendar_rule){.known_by = DATE_NONE});
    assert_false(calendar_is_working(&c, late.day));
}

static void a_day_may_be_off_for_two_reasons(void **world)
{
    const struct day_off twice[] = {
        {.day = day(2026, 3, 18), .kind = DAY_JOINT_LEAVE, .decreed = DATE_NONE},
        {.day = day(2026, 3, 18), .kind = DAY_LOCAL, .decreed = DATE_NONE},
    };
    struct calendar c;

    calendar_build(&c, unit_arena(world), twice, 2, &(struct calendar_rule){.joint_leave_counts = true, .known_by = DATE_NONE});
    assert_false(calendar_is_working(&c, day(2026, 3, 18)));
    calendar_build(&c, unit_arena(world), twice, 2, &(struct calendar_rule){.known_by = DATE_NONE});
    assert_int_equal(c.n, 1);
    assert_int_equal(calendar_add(&c, day(2026, 3, 17), 1).v, day(2026, 3, 19).v);
}

static void without_rows_only_weekends_are_off(void **world)
{
    struct calendar c;

    calendar_build(&c, unit_arena(world), NULL, 0, &(struct calendar_rule){.known_by = DATE_NONE});
    assert_int_equal(calendar_add(&c, day(2026, 1, 2), 5).v, day(2026, 1, 9).v);
    assert_true(date_is_none(calendar_last(&c)));
    assert_true(date_is_none(calendar_add(&c, day(9999, 12, 30), 3)));
    assert_true(date_is_none(calendar_add(&c, day(1, 1, 1), -1)));
    assert_true(date_is_none(calendar_add(&c, day(2026, 1, 1), INT64_MAX)));
    assert_true(date_is_none(calendar_add(&c, day(2026, 1, 1), INT64_MIN)));
    c = calendar(world, false);
    assert_int_equal(calendar_last(&c).v, day(2026, 12, 31).v);
}

static void kinds_have_codes(void **world)
{
    enum day_kind kind;

    (void)world;
    for (int i = 0; i < DAY_KIND_COUNT; i++) {
        assert_int_equal(day_kind_parse(day_kind_code((enum day_kind)i), &kind), 0);
        assert_int_equal(kind, i);
    }
    assert_int_equal(day_kind_parse("holiday", &kind), E_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_year_has_its_working_days),
        UNIT(due_dates_of_worked_cases),
        UNIT(joint_leave_may_count_as_work),
        UNIT(a_stopped_clock_moves_the_due_date),
        UNIT(jumping_agrees_with_walking),
        UNIT(counting_back_is_the_mirror),
        UNIT(zero_days_is_the_day_itself),
        UNIT(a_row_counts_from_its_decree_on),
        UNIT(a_day_may_be_off_for_two_reasons),
        UNIT(without_rows_only_weekends_are_off),
        UNIT(kinds_have_codes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
