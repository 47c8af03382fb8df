/*
 * date_test.c: every day of four hundred years, and what people type.
 */
#include "unit.h"

#include "date.h"

#define WIB 420

static void days_are_counted_from_1970(void **world)
{
    (void)world;
    assert_int_equal(date_of(1970, 1, 1).v, 0);
    assert_int_equal(date_of(1969, 12, 31).v, -1);
    assert_int_equal(date_of(2000, 3, 1).v, 11017);
    assert_int_equal(date_of(2026, 9, 18).v, 20714);
    assert_int_equal(date_of(1, 1, 1).v, -719162);
    assert_int_equal(date_of(9999, 12, 31).v, 2932896);
}

/* Walks from the first day to the last by the calendar's own rules, and compares each step. */
static void every_day_goes_there_and_back(void **world)
{
    int32_t v = date_of(1799, 12, 31).v;
    int weekday = date_weekday((date){v});

    (void)world;
    for (int y = 1800; y <= 2200; y++) {
        for (int m = 1; m <= 12; m++) {
            for (int d = 1; d <= days_in_month(y, m); d++) {
                struct civil c = date_civil((date){++v});

                weekday = weekday % 7 + 1;
                assert_int_equal(date_of(y, m, d).v, v);
                assert_true(c.year == y && c.month == m && c.day == d);
                assert_int_equal(date_weekday((date){v}), weekday);
            }
        }
    }
}

static void the_ends_of_the_count_are_civil_dates(void **world)
{
    struct civil first = date_civil(date_of(1, 1, 1)), last = date_civil(date_of(9999, 12, 31));

    (void)world;
    assert_true(first.year == 1 && first.month == 1 && first.day == 1);
    assert_true(last.year == 9999 && last.month == 12 && last.day == 31);
    assert_int_equal(date_weekday(date_of(1, 1, 1)), 1);
}

static void impossible_days_are_none(void **world)
{
    (void)world;
    assert_true(date_is_none(date_of(2025, 2, 29)));
    assert_false(date_is_none(date_of(2024, 2, 29)));
    assert_true(date_is_none(date_of(1900, 2, 29)));
    assert_false(date_is_none(date_of(2000, 2, 29)));
    assert_true(date_is_none(date_of(2026, 4, 31)));
    assert_true(date_is_none(date_of(2026, 13, 1)));
    assert_true(date_is_none(date_of(2026, 0, 1)));
    assert_true(date_is_none(date_of(2026, 1, 0)));
    assert_true(date_is_none(date_of(0, 1, 1)));
    assert_true(date_is_none(date_of(10000, 1, 1)));
}

static void weekdays_are_those_of_the_wall_calendar(void **world)
{
    (void)world;
    assert_int_equal(date_weekday(date_of(1970, 1, 1)), 4);
    assert_int_equal(date_weekday(date_of(2026, 9, 18)), 5);
    assert_int_equal(date_weekday(date_of(1945, 8, 17)), 5);
    assert_int_equal(date_weekday(date_of(2024, 2, 29)), 4);
}

static void assert_date(date d, int year, int month, int day)
{
    assert_int_equal(d.v, date_of(year, month, day).v);
}

static void months_are_added_to_the_same_day_or_the_last(void **world)
{
    (void)world;
    assert_date(date_add_months(date_of(2026, 1, 31), 1), 2026, 2, 28);
    assert_date(date_add_months(date_of(2024, 1, 31), 1), 2024, 2, 29);
    assert_date(date_add_months(date_of(2026, 1, 30), 12), 2027, 1, 30);
    assert_date(date_add_months(date_of(2026, 3, 31), -1), 2026, 2, 28);
    assert_date(date_add_months(date_of(2026, 1, 15), -1), 2025, 12, 15);
    assert_date(date_add_months(date_of(2024, 2, 29), 48), 2028, 2, 29);
    assert_date(date_add_months(date_of(1, 2, 1), -1), 1, 1, 1);
    assert_true(date_is_none(date_add_months(date_of(1, 1, 1), -1)));
    assert_date(date_add_months(date_of(9999, 11, 30), 1), 9999, 12, 30);
    assert_true(date_is_none(date_add_months(date_of(9999, 12, 1), 1)));
    assert_true(date_is_none(date_add_months(date_of(2026, 1, 1), INT64_MAX)));
    assert_true(date_is_none(date_add_months(date_of(2026, 1, 1), INT64_MIN)));
}

static void days_are_added_within_four_digits(void **world)
{
    (void)world;
    assert_date(date_add_days(date_of(2026, 2, 28), 1), 2026, 3, 1);
    assert_date(date_add_days(date_of(2026, 1, 1), -1), 2025, 12, 31);
    assert_true(date_is_none(date_add_days(date_of(9999, 12, 31), 1)));
    assert_true(date_is_none(date_add_days(date_of(1, 1, 1), -1)));
    assert_true(date_is_none(date_add_days(date_of(2026, 1, 1), INT64_MAX)));
}

static void dates_read_as_people_write(void **world)
{
    struct arena *a = unit_arena(world);
    date d = date_of(2026, 9, 18);

    assert_string_equal(date_text(a, d, DATE_SHORT, READER_ID), "18 Sep 2026");
    assert_string_equal(date_text(a, d, DATE_LONG, READER_ID), "18 September 2026");
    assert_string_equal(date_text(a, d, DATE_FULL, READER_ID), "Jumat, 18 September 2026");
    assert_string_equal(date_text(a, d, DATE_LONG, READER_EN), "18 September 2026");
    assert_string_equal(date_text(a, d, DATE_FULL, READER_EN), "Friday, 18 September 2026");
    assert_string_equal(date_text(a, d, DATE_MONTH, READER_ID), "September 2026");
    assert_string_equal(date_text(a, date_of(2026, 8, 1), DATE_SHORT, READER_ID), "1 Agt 2026");
    assert_string_equal(date_text(a, date_of(2026, 8, 1), DATE_SHORT, READER_EN), "1 Aug 2026");
    assert_string_equal(date_text(a, date_of(2026, 8, 2), DATE_FULL, READER_ID), "Minggu, 2 Agustus 2026");
    assert_string_equal(date_text(a, DATE_NONE, DATE_SHORT, READER_ID), "–");
    assert_string_equal(date_iso(a, d), "2026-09-18");
    assert_string_equal(date_iso(a, date_of(7, 1, 2)), "0007-01-02");
    assert_null(date_iso(a, DATE_NONE));
}

static void iso_dates_have_one_shape(void **world)
{
    static const char *const bad[] = {"",         "2026-9-30",  "2026-09-30 ", " 2026-09-30", "2026-09-3",
                                      "20260930", "2026/09/30", "26-09-30",    "2026-09-30T"};
    date d = {7};

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(date_iso_parse(bad[i], &d), E_FORMAT);
    assert_int_equal(date_iso_parse("2026-02-29", &d), E_INPUT);
    assert_int_equal(date_iso_parse("0000-01-01", &d), E_INPUT);
    assert_int_equal(d.v, 7);
    assert_int_equal(date_iso_parse("2024-02-29", &d), 0);
    assert_date(d, 2024, 2, 29);
}

static void typed_dates_are_read(void **world)
{
    static const char *const good[] = {
        "30-9-2026",   "30/9/2026",    "30.9.2026",   "30-09-2026", "30 September 2026", "30 september 2026",
        "30 Sep 2026", "30 SEP. 2026", "30-Sep-2026", "2026-09-30", " 30-9-2026 ",       "30  Sept  2026",
    };
    date d;

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        d = DATE_NONE;
        assert_int_equal(date_parse(good[i], &d), 0);
        assert_date(d, 2026, 9, 30);
    }
    assert_int_equal(date_parse("1 Agustus 2026", &d), 0);
    assert_date(d, 2026, 8, 1);
    assert_int_equal(date_parse("1 August 2026", &d), 0);
    assert_date(d, 2026, 8, 1);
    assert_int_equal(date_parse("2 Mei 2026", &d), 0);
    assert_date(d, 2026, 5, 2);
    assert_int_equal(date_parse("2 Nopember 2026", &d), 0);
    assert_date(d, 2026, 11, 2);
    assert_int_equal(date_parse("9/1/2026", &d), 0); /* 9 January: the day comes first */
    assert_date(d, 2026, 1, 9);
}

static void other_dates_are_refused(void **world)
{
    static const char *const bad[] = {
        "",
        " ",
        "30",
        "30-9",
        "30-9-26",
        "30-9-02026",
        "30/9-2026",
        "30 9 2026",
        "9/30/20260",
        "Sep 30 2026",
        "30 Foo 2026",
        "300-9-2026",
        "30-9-2026x",
        "30--2026",
        "30 S 2026",
        "-9-2026",
        "2026-9-30",
        "30 Septembersep 2026",
        "30/Sep-2026",
    };
    static const char *const no_such_day[] = {"31-9-2026", "0-9-2026", "30-13-2026", "29 Feb 2025", "2026-02-30", "9/30/2026"};
    date d = {7};

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(date_parse(bad[i], &d), E_FORMAT);
    for (size_t i = 0; i < ARRAY_LEN(no_such_day); i++)
        assert_int_equal(date_parse(no_such_day[i], &d), E_INPUT);
    assert_int_equal(d.v, 7);
}

static void an_instant_has_its_date_in_a_zone(void **world)
{
    instant t = instant_at(date_of(2026, 9, 18), 30, WIB); /* 00.30 WIB is the day before in UTC */

    (void)world;
    assert_date(instant_date(t, WIB), 2026, 9, 18);
    assert_date(instant_date(t, 0), 2026, 9, 17);
    assert_date(instant_date((instant){-1}, 0), 1969, 12, 31);
    assert_int_equal(instant_time((instant){-1}, 0).second, 59);
    assert_int_equal(instant_time(t, WIB).minute, 30);
    assert_true(instant_at(date_of(2026, 9, 18), 1440, WIB).v == instant_at(date_of(2026, 9, 19), 0, WIB).v);
    assert_true(date_is_none(instant_date(INSTANT_NONE, WIB)));
    assert_true(date_is_none(instant_date((instant){INT64_MAX}, WIB)));
    assert_true(instant_at(DATE_NONE, 0, WIB).v == INSTANT_NONE.v);
}

static void iso_instants_go_there_and_back(void **world)
{
    static const char *const good[] = {"1970-01-01T00:00:00Z", "2026-01-01T00:01:00Z", "2038-01-19T03:14:08Z",
                                       "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"};
    static const char *const bad[] = {"",
                                      "2026-01-01",
                                      "2026-01-01T00:01:00",
                                      "2026-01-01T00:01:00+07:00",
                                      "2026-01-01 00:01:00Z",
                                      "2026-01-01T00:01:00z",
                                      "2026-01-01T00:01:00ZZ",
                                      "2026-01-01T0:01:00Z"};
    static const char *const no_such_time[] = {"2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
                                               "2026-02-29T00:00:00Z"};
    instant t = {7};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(instant_iso_parse(bad[i], &t), E_FORMAT);
    for (size_t i = 0; i < ARRAY_LEN(no_such_time); i++)
        assert_int_equal(instant_iso_parse(no_such_time[i], &t), E_INPUT);
    assert_int_equal(t.v, 7);
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_int_equal(instant_iso_parse(good[i], &t), 0);
        assert_string_equal(instant_iso(unit_arena(world), t), good[i]);
    }
    assert_int_equal(instant_iso_parse("2026-01-01T00:01:00Z", &t), 0);
    assert_true(t.v == INT64_C(1767225660000));
    assert_string_equal(instant_iso(unit_arena(world), (instant){-1}), "1969-12-31T23:59:59Z");
    assert_null(instant_iso(unit_arena(world), INSTANT_NONE));
}

static void times_name_their_zone(void **world)
{
    struct arena *a = unit_arena(world);
    instant t = instant_at(date_of(2026, 9, 18), 10 * 60 + 42, WIB);

    assert_string_equal(instant_time_text(a, t, WIB, READER_ID), "pukul 10.42 WIB");
    assert_string_equal(instant_time_text(a, t, WIB, READER_EN), "10:42 WIB");
    assert_string_equal(instant_time_text(a, t, 480, READER_ID), "pukul 11.42 WITA");
    assert_string_equal(instant_time_text(a, t, 540, READER_ID), "pukul 12.42 WIT");
    assert_string_equal(instant_time_text(a, t, -210, READER_EN), "00:12 UTC-3.30");
    assert_string_equal(instant_text(a, t, WIB, DATE_LONG, READER_ID), "18 September 2026 pukul 10.42 WIB");
    assert_string_equal(instant_text(a, t, WIB, DATE_LONG, READER_EN), "18 September 2026, 10:42 WIB");
    assert_string_equal(instant_text(a, INSTANT_NONE, WIB, DATE_LONG, READER_EN), "–");
    assert_string_equal(instant_time_text(a, INSTANT_NONE, WIB, READER_EN), "–");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(days_are_counted_from_1970),
        UNIT(every_day_goes_there_and_back),
        UNIT(the_ends_of_the_count_are_civil_dates),
        UNIT(impossible_days_are_none),
        UNIT(weekdays_are_those_of_the_wall_calendar),
        UNIT(months_are_added_to_the_same_day_or_the_last),
        UNIT(days_are_added_within_four_digits),
        UNIT(dates_read_as_people_write),
        UNIT(iso_dates_have_one_shape),
        UNIT(typed_dates_are_read),
        UNIT(other_dates_are_refused),
        UNIT(an_instant_has_its_date_in_a_zone),
        UNIT(iso_instants_go_there_and_back),
        UNIT(times_name_their_zone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
