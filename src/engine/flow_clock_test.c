/*
 * flow_clock_test.c: the worked examples of the licensing rules (7.1), computed there with the joint decrees of 2017, 2024,
 * 2025 and 2026, and what they do not show: stages, the end, a holiday that is decreed later.
 */
#include "base/date.h"
#include "base/unit.h"
#include "engine/flow_clock.h"

#define N DAY_NATIONAL
#define J DAY_JOINT_LEAVE

/* clang-format off */
static const struct {
    int year, month, day;
    enum day_kind kind;
} decreed[] = {
    {2017, 6, 23, J}, {2017, 6, 25, N}, {2017, 6, 26, N}, {2017, 6, 27, J}, {2017, 6, 28, J}, {2017, 6, 29, J}, {2017, 6, 30, J},
    {2024, 4, 8, J}, {2024, 4, 9, J}, {2024, 4, 10, N}, {2024, 4, 11, N}, {2024, 4, 12, J}, {2024, 4, 15, J}, {2024, 5, 1, N},
    {2025, 5, 12, N}, {2025, 5, 13, J}, {2025, 5, 29, N}, {2025, 5, 30, J}, {2025, 6, 1, N}, {2025, 6, 6, N}, {2025, 6, 9, J},
    {2025, 8, 17, N}, {2025, 9, 5, N},
    {2026, 1, 1, N}, {2026, 1, 16, N}, {2026, 2, 16, J}, {2026, 2, 17, N}, {2026, 3, 18, J}, {2026, 3, 19, N},
    {2026, 3, 20, J}, {2026, 3, 21, N}, {2026, 3, 22, N}, {2026, 3, 23, J}, {2026, 3, 24, J}, {2026, 8, 17, N}, {2026, 8, 25, N},
};
/* clang-format on */

static struct calendar calendar_with(struct arena *a, const struct day_off *more, bool joint_leave_counts)
{
    struct day_off *v = arena_array(a, ARRAY_LEN(decreed) + 1, struct day_off);
    struct calendar c;
    size_t i;

    for (i = 0; i < ARRAY_LEN(decreed); i++)
        v[i] = (struct day_off){date_of(decreed[i].year, decreed[i].month, decreed[i].day), decreed[i].kind, DATE_NONE};
    if (more != NULL)
        v[i++] = *more;
    calendar_build(&c, a, v, i, &(struct calendar_rule){joint_leave_counts, DATE_NONE});
    return c;
}

static date accepted(struct arena *a, bool joint_leave_counts, int64_t days, date on)
{
    struct calendar c = calendar_with(a, NULL, joint_leave_counts);
    struct flow_time t = flow_time_new(days);

    flow_time_enter(&t, &c, FLOW_RUNS, 0, on);
    return t.due;
}

#define DUE(d, year, month, day) assert_int_equal((d).v, date_of(year, month, day).v)

static void the_limit_ends_as_in_the_worked_examples(void **world)
{
    struct arena *a = unit_arena(world);

    DUE(accepted(a, false, 7, date_of(2017, 6, 16)), 2017, 7, 5);
    DUE(accepted(a, true, 7, date_of(2017, 6, 16)), 2017, 6, 28);
    DUE(accepted(a, false, 5, date_of(2026, 3, 13)), 2026, 3, 27);
    DUE(accepted(a, false, 3, date_of(2026, 8, 15)), 2026, 8, 20);
    DUE(accepted(a, false, 5, date_of(2025, 9, 4)), 2025, 9, 12);
    DUE(accepted(a, false, 10, date_of(2026, 1, 5)), 2026, 1, 20);
    DUE(accepted(a, false, 28, date_of(2026, 1, 5)), 2026, 2, 13);
}

static void a_file_that_was_returned_keeps_the_days_it_had(void **world)
{
    struct calendar c = calendar_with(unit_arena(world), NULL, false);
    struct flow_time t = flow_time_new(14);

    flow_time_enter(&t, &c, FLOW_RUNS, 0, date_of(2025, 5, 5));
    DUE(t.due, 2025, 5, 27);
    flow_time_enter(&t, &c, FLOW_STOPS, 0, date_of(2025, 5, 14));
    assert_int_equal(t.used, 5);
    DUE(t.stopped, 2025, 5, 14);
    assert_true(date_is_none(t.due));
    assert_int_equal(flow_time_used(&t, &c, date_of(2025, 5, 20)), 5);
    flow_time_enter(&t, &c, FLOW_RUNS, 0, date_of(2025, 5, 21));
    DUE(t.due, 2025, 6, 5);
    assert_true(date_is_none(t.stopped));
}

static void waiting_for_the_payment_does_not_count(void **world)
{
    struct calendar c = calendar_with(unit_arena(world), NULL, false);
    struct flow_time t = flow_time_new(10);

    flow_time_enter(&t, &c, FLOW_RUNS, 0, date_of(2024, 4, 1));
    flow_time_enter(&t, &c, FLOW_STOPS, 0, date_of(2024, 4, 5));
    assert_int_equal(t.used, 4);
    flow_time_enter(&t, &c, FLOW_RUNS, 0, date_of(2024, 4, 17));
    DUE(t.due, 2024, 4, 25);
}

static void a_stage_has_its_own_limit_and_the_total_goes_on(void **world)
{
    struct calendar c = calendar_with(unit_arena(world), NULL, false);
    struct flow_time t = flow_time_new(10);

    flow_time_enter(&t, &c, FLOW_RUNS, 2, date_of(2026, 1, 5));
    DUE(t.stage_due, 2026, 1, 7);
    DUE(flow_time_next(&t), 2026, 1, 7);
    flow_time_enter(&t, &c, FLOW_RUNS, 3, date_of(2026, 1, 6));
    DUE(t.stage_due, 2026, 1, 9);
    DUE(t.due, 2026, 1, 20);
    flow_time_enter(&t, &c, FLOW_RUNS, 0, date_of(2026, 1, 9));
    assert_true(date_is_none(t.stage_due));
    DUE(flow_time_next(&t), 2026, 1, 20);
}

static void the_end_stops_counting(void **world)
{
    struct calendar c = calendar_with(unit_arena(world), NULL, false);
    struct flow_time t = flow_time_new(10);

    flow_time_enter(&t, &c, FLOW_RUNS, 0, date_of(2026, 1, 5));
    flow_time_enter(&t, &c, FLOW_ENDS, 0, date_of(2026, 1, 19));
    assert_int_equal(t.used, 9);
    DUE(t.ended, 2026, 1, 19);
    assert_true(date_is_none(t.due));
    assert_int_equal(flow_time_used(&t, &c, date_of(2026, 3, 1)), 9);
    assert_false(flow_time_again(&t, &c));
}

static void a_day_off_decreed_later_moves_the_date_and_keeps_the_promise(void **world)
{
    struct arena *a = unit_arena(world);
    const struct day_off added = {date_of(2025, 8, 18), J, date_of(2025, 8, 7)}, second = {date_of(2025, 8, 20), N, DATE_NONE};
    struct calendar before = calendar_with(a, NULL, false), after = calendar_with(a, &added, false),
                    last = calendar_with(a, &second, false);
    struct flow_time t = flow_time_new(14);

    flow_time_enter(&t, &before, FLOW_RUNS, 0, date_of(2025, 8, 1));
    DUE(t.due, 2025, 8, 21);
    assert_true(flow_time_again(&t, &after));
    DUE(t.due, 2025, 8, 22);
    DUE(t.promised, 2025, 8, 21);
    assert_false(flow_time_again(&t, &after));
    assert_false(flow_time_again(&t, &last)); /* one day off in place of another */
    DUE(t.promised, 2025, 8, 21);
}

static void what_never_ran_is_not_stopped(void **world)
{
    struct calendar c = calendar_with(unit_arena(world), NULL, false);
    struct flow_time t = flow_time_new(5);

    flow_time_enter(&t, &c, FLOW_STOPS, 0, date_of(2026, 1, 5));
    assert_true(date_is_none(t.stopped));
    assert_true(date_is_none(flow_time_next(&t)));
    assert_int_equal(flow_time_used(&t, &c, date_of(2026, 1, 9)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_limit_ends_as_in_the_worked_examples),
        UNIT(a_file_that_was_returned_keeps_the_days_it_had),
        UNIT(waiting_for_the_payment_does_not_count),
        UNIT(a_stage_has_its_own_limit_and_the_total_goes_on),
        UNIT(the_end_stops_counting),
        UNIT(a_day_off_decreed_later_moves_the_date_and_keeps_the_promise),
        UNIT(what_never_ran_is_not_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
