/*
 * workday_test.c: a year in numbers, a count that says what it left out, and the pages with both; on both databases.
 *
 * The days off of 2026 are those of the joint decree of three ministers; the counts were done by hand on a printed calendar.
 */
#define DOOR_MODULES &core_module, &flow_module, &workday_module

#include "base/date.h"
#include "core/workday/query.h"
#include "core/workday/workday.h"
#include "engine/holiday.h"
#include "engine/task.h"
/* The modules of the instance are named before. */
#include "core/user/test_door.h"

#define OFF(month_, day_, kind_, name_)                                                                                        \
    {                                                                                                                          \
        .day = date_of(2026, month_, day_), .kind = DAY_##kind_, .name = (name_), .decreed = DATE_NONE                         \
    }

/* March 2026 and what stands around it. */
static size_t march(struct off_day v[static 10])
{
    const struct off_day some[] = {
        OFF(1, 1, NATIONAL, "Tahun Baru Masehi"),     OFF(3, 18, JOINT_LEAVE, "Cuti Bersama Hari Suci Nyepi"),
        OFF(3, 19, NATIONAL, "Hari Suci Nyepi"),      OFF(3, 20, JOINT_LEAVE, "Cuti Bersama Idul Fitri"),
        OFF(3, 21, NATIONAL, "Hari Raya Idul Fitri"), OFF(3, 22, NATIONAL, "Hari Raya Idul Fitri (hari kedua)"),
        OFF(3, 23, JOINT_LEAVE, "Cuti Bersama"),      OFF(3, 24, JOINT_LEAVE, "Cuti Bersama"),
        OFF(3, 24, LOCAL, "Libur daerah contoh"),
    };

    memcpy(v, some, sizeof some);
    return ARRAY_LEN(some);
}

static void a_year_counts_each_day_off_once_and_only_from_monday_to_friday(void **world)
{
    struct off_day v[10];
    size_t n = march(v);
    struct work_year y;

    (void)world;
    work_year(&y, 2026, v, n);
    assert_int_equal(y.working[1], 21);  /* 22 less New Year */
    assert_int_equal(y.working[3], 17);  /* 22 less 18, 19, 20, 23, 24 */
    assert_int_equal(y.working[0], 255); /* 261 less six */
    assert_int_equal(y.off[DAY_NATIONAL], 2);
    assert_int_equal(y.off[DAY_JOINT_LEAVE], 4);
    assert_int_equal(y.off[DAY_LOCAL], 0); /* the day is off as joint leave already */
    assert_true(y.national);
    work_year(&y, 2027, v, n);
    assert_false(y.national);
    assert_int_equal(y.working[0], 261);
}

static void a_count_says_what_it_left_out(void **world)
{
    struct off_day v[10];
    size_t n = march(v);
    struct work_count c;

    work_count(&c, unit_arena(world), date_of(2026, 3, 17), 3, false, v, n);
    assert_int_equal(c.due.v, date_of(2026, 3, 27).v); /* 25, 26, 27 */
    assert_int_equal(c.weekend, 2);
    assert_int_equal(c.n_off, 5);
    assert_string_equal(c.off[0]->name, "Cuti Bersama Hari Suci Nyepi");
    assert_int_equal(c.off[4]->kind, DAY_JOINT_LEAVE);
    assert_true(c.whole);
}

static void joint_leave_may_count_and_a_closure_on_it_still_does_not(void **world)
{
    struct off_day v[10];
    size_t n = march(v);
    struct work_count c;

    work_count(&c, unit_arena(world), date_of(2026, 3, 17), 3, true, v, n);
    assert_int_equal(c.due.v, date_of(2026, 3, 23).v); /* 18, 20, 23 */
    assert_int_equal(c.n_off, 1);
    work_count(&c, unit_arena(world), date_of(2026, 3, 17), 4, true, v, n);
    assert_int_equal(c.due.v, date_of(2026, 3, 25).v); /* and 25: 24 is closed */
    assert_int_equal(c.n_off, 2);
    assert_int_equal(c.off[1]->kind, DAY_LOCAL);
}

static void a_count_into_a_year_without_a_list_is_not_whole(void **world)
{
    struct off_day v[10];
    size_t n = march(v);
    struct work_count c;

    work_count(&c, unit_arena(world), date_of(2026, 12, 30), 2, false, v, n);
    assert_int_equal(c.due.v, date_of(2027, 1, 1).v);
    assert_false(c.whole);
    work_count(&c, unit_arena(world), date_of(2026, 12, 29), 2, false, v, n);
    assert_true(c.whole);
}

/* ---- pages ---- */

static void put_day(struct door_test *d, int64_t gov, date day, const char *kind, const char *name)
{
    const struct holiday h = {
        .head = {.gov = gov}, .day = day, .kind = {kind}, .name = name, .basis = "Contoh 1/2026", .decreed = DATE_NONE};

    door_insert(d, &holiday_entity, &h);
}

static void put_days(struct door_test *d)
{
    door_make_city(d);
    put_day(d, HOLIDAY_NATIONAL, date_of(2026, 3, 19), "national", "Hari Suci Nyepi");
    put_day(d, CITY_GOV, date_of(2026, 3, 26), "local", "Libur Kota Contoh");
    put_day(d, CITY_FOREIGN, date_of(2026, 3, 27), "local", "Libur Kota Lain");
}

static void everybody_sees_the_year_of_one_government(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    put_days(&d);
    assert_int_equal(browser_get(&b, "/kota-contoh/kalender?tahun=2026"), 200);
    assert_non_null(strstr(b.body, "<h1>Kalender kerja 2026</h1>"));
    assert_non_null(strstr(b.body, "<td class=\"off nasional\" title=\"Hari Suci Nyepi\">19<span class=\"sr\"> Libur nasional, "
                                   "Hari Suci Nyepi</span></td>"));
    assert_non_null(strstr(b.body, "Maret <small>20 hari kerja</small>"));
    assert_non_null(strstr(b.body, "Libur Kota Contoh"));
    assert_null(strstr(b.body, "Libur Kota Lain"));
    assert_null(strstr(b.body, "/kerja/"));
    assert_int_equal(browser_get(&b, "/kota-contoh/kalender?tahun=2026&bahasa=en"), 200);
    assert_non_null(strstr(b.body, "<h1>Working-day calendar 2026</h1>"));
    assert_int_equal(browser_get(&b, "/tidak-ada/kalender"), 404);
    assert_int_equal(browser_get(&b, "/kerja/kota-contoh/kalender"), 303); /* to the login */
    door_close(&d);
}

static void a_count_on_the_page_names_the_days_it_left_out(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    put_days(&d);
    assert_int_equal(browser_get(&b, "/kota-contoh/kalender?dari=18-3-2026&hari=5"), 200);
    assert_non_null(strstr(b.body, "5 hari kerja berakhir pada Jumat, 27 Maret 2026."));
    assert_non_null(strstr(b.body, "<li>Kamis, 19 Maret 2026: Hari Suci Nyepi (Libur nasional)</li>"));
    assert_non_null(strstr(b.body, "<li>Kamis, 26 Maret 2026: Libur Kota Contoh (Libur daerah)</li>"));
    assert_int_equal(browser_get(&b, "/kota-contoh/kalender?dari=31-2-2026&hari=0"), 200);
    assert_non_null(strstr(b.body, "<title>Kesalahan:"));
    assert_non_null(strstr(b.body, lang_text(LANG_ID, "workday.from-bad")));
    assert_non_null(strstr(b.body, "1 sampai 1.000"));
    door_close(&d);
}

static void staff_get_to_the_rows_and_the_secretary_adds_one(void **world)
{
    struct door_person sinta, pram;

    DOOR(d, world);
    struct browser s = {.d = &d}, p = {.d = &d};

    put_days(&d);
    door_make(&d, &sinta, "sinta", "secretary");
    door_make(&d, &pram, "pram", "planner");
    browser_login(&s, &sinta);
    browser_login(&p, &pram);
    assert_int_equal(browser_get(&s, "/kerja/kota-contoh/kalender?tahun=2026"), 200);
    assert_non_null(strstr(s.body, "<a class=\"btn\" href=\"/kerja/kota-contoh/hari-libur/baru\">"));
    assert_non_null(strstr(s.body, "href=\"/kerja/-/hari-libur/"));
    assert_int_equal(browser_get(&p, "/kerja/kota-contoh/kalender?tahun=2026"), 200);
    assert_null(strstr(p.body, "hari-libur/baru"));
    assert_int_equal(browser_get(&p, "/kerja/-/kalender?tahun=2026"), 200);
    assert_null(strstr(p.body, "Libur Kota Contoh"));
    door_close(&d);
}

static void a_year_without_a_list_says_so(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    put_days(&d);
    assert_int_equal(browser_get(&b, "/kota-contoh/kalender?tahun=2027"), 200);
    assert_non_null(strstr(b.body, "Daftar libur nasional tahun 2027 belum dimuat."));
    assert_non_null(strstr(b.body, lang_text(LANG_ID, "workday.list-none")));
    assert_int_equal(browser_get(&b, "/kota-contoh/kalender?tahun=2026"), 200);
    assert_null(strstr(b.body, "belum dimuat"));
    door_close(&d);
}

static void the_statement_prepares(void **world)
{
    CITY(c, world);
    assert_int_equal(db_check(c.t.owner, &workday_q_off), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_year_counts_each_day_off_once_and_only_from_monday_to_friday),
        UNIT(a_count_says_what_it_left_out),
        UNIT(joint_leave_may_count_and_a_closure_on_it_still_does_not),
        UNIT(a_count_into_a_year_without_a_list_is_not_whole),
        TEST_ON_BOTH(everybody_sees_the_year_of_one_government),
        TEST_ON_BOTH(a_count_on_the_page_names_the_days_it_left_out),
        TEST_ON_BOTH(staff_get_to_the_rows_and_the_secretary_adds_one),
        TEST_ON_BOTH(a_year_without_a_list_says_so),
        TEST_ON_BOTH(the_statement_prepares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
