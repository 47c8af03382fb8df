/*
 * moved_test.c: a closure that is decreed while something runs: the deadline moves, the promise stays, people see both.
 */
#include "engine/moved.h"
#include "engine/test_flow.h"
#include "engine/test_web.h"

#include "engine/job.h"

#define MOVED "/kerja/kota-contoh/tenggat-bergeser"
#define DAYS  "/kerja/kota-contoh/hari-libur"

/* clang-format off */
static const struct test_person site_people[] = {
    {"loket",   11, {{.role = "front_office", .gov = CITY_GOV, .agency = AGENCY}}, 1},
    {"lain",    22, {{.role = "back_office",  .gov = CITY_GOV, .agency = AGENCY + 1}}, 1},
    {"kepala",  41, {{.role = "head",         .gov = CITY_GOV}}, 1},
    {"tamu",    71, {{.role = "head",         .gov = CITY_FOREIGN}}, 1},
    {"sekda",   81, {{.role = "secretary",    .gov = CITY_GOV}}, 1},
    {"operator", 91, {{.role = "operator",    .gov = GOV_ANY}}, 1},
};
static const struct module *const with_days[] = {&flow_test_module, &flow_module};
/* clang-format on */

#define SITE(s, c, world)                                                                                                      \
    struct test_site s;                                                                                                        \
    CITY(c, world);                                                                                                            \
    (c).app.modules = with_days;                                                                                               \
    (c).app.n_modules = ARRAY_LEN(with_days);                                                                                  \
    (c).app.zone_minutes = 420;                                                                                                \
    site_open(&(s), &(c), NULL, 0, site_people, ARRAY_LEN(site_people))

static void site_end(struct test_site *s)
{
    struct city *c = s->city;

    site_close(s);
    city_close(c);
}

/* Five working days from Monday, 7 September 2026. */
static struct sample_case running_case(struct city *c)
{
    struct sample_case row = begin_case(c, "503/0002", 11);

    assert_int_equal(step(c, &row, "file", 11), 0);
    assert_int_equal(row.due.v, date_of(2026, 9, 14).v);
    return row;
}

/* The secretary closes 9 September; the path of the new row. */
static const char *close_a_day(struct test_site *s)
{
    const char *answer = site_post(s, "sekda", DAYS "/baru", "day=9-9-2026&kind=local&name=Libur+contoh&basis=Perwal+1/2026");

    assert_int_equal(site_status(answer), 303);
    return site_field(s, answer, "Location");
}

static void a_closure_moves_what_runs_and_both_days_are_shown(void **world)
{
    struct sample_case row;
    const char *answer, *day;

    at_noon(2026, 9, 7);
    SITE(s, c, world);
    row = running_case(&c);
    assert_non_null(strstr(site_get(&s, "loket", MOVED), "Tidak ada tenggat yang bergeser"));
    day = close_a_day(&s);
    assert_non_null(strstr(site_get(&s, "sekda", day), "Tenggat sedang dihitung ulang."));
    assert_int_equal(runner_drain(&c.app), 0);
    assert_non_null(strstr(site_get(&s, "sekda", day), ": 1 tenggat berubah."));
    answer = site_get(&s, "loket", MOVED);
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "Senin, 14 September 2026"));
    assert_non_null(strstr(answer, "Selasa, 15 September 2026"));
    assert_non_null(strstr(answer, text_printf(&s.a, "/kerja/kota-contoh/kasus/%lld\"", (long long)row.head.id)));
    answer = site_get(&s, "loket", text_printf(&s.a, "/kerja/kota-contoh/kasus/%lld", (long long)row.head.id));
    assert_non_null(strstr(answer, "Semula 14 September 2026, menjadi 15 September 2026: hari libur berubah sesudahnya."));
    site_end(&s);
}

static void a_task_says_what_was_promised(void **world)
{
    struct sample_case row;

    at_noon(2026, 9, 7);
    SITE(s, c, world);
    row = begin_case(&c, "503/0001", 11);
    assert_int_equal(step(&c, &row, "file", 11), 0);
    assert_int_equal(step(&c, &row, "check", 21), 0); /* the clerk's limit is over, that of the whole runs */
    assert_null(strstr(site_get(&s, "kepala", "/kerja/kota-contoh/tugas"), "semula"));
    (void)site_post(&s, "operator", "/kerja/-/hari-libur/baru", "day=8-9-2026&kind=national&name=Libur&basis=SKB+1/2026");
    assert_int_equal(runner_drain(&c.app), 0);
    assert_non_null(strstr(site_get(&s, "kepala", "/kerja/kota-contoh/tugas"), "semula 14 Sep 2026"));
    site_end(&s);
}

static void nobody_sees_the_deadlines_of_others(void **world)
{
    at_noon(2026, 9, 7);
    SITE(s, c, world);
    (void)running_case(&c);
    (void)close_a_day(&s);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_non_null(strstr(site_get(&s, "kepala", MOVED), "503/0002"));
    assert_null(strstr(site_get(&s, "lain", MOVED), "503/0002"));
    assert_null(strstr(site_get(&s, "sekda", MOVED), "503/0002"));
    assert_null(strstr(site_get(&s, "tamu", "/kerja/kota-lain/tenggat-bergeser"), "503/0002"));
    assert_int_equal(site_status(site_get(&s, "kepala", "/kerja/-/tenggat-bergeser")), 404);
    site_end(&s);
}

static void a_closure_that_is_taken_back_leaves_nothing_moved(void **world)
{
    const char *day;

    at_noon(2026, 9, 7);
    SITE(s, c, world);
    (void)running_case(&c);
    day = close_a_day(&s);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(site_status(site_post(&s, "sekda", text_printf(&s.a, "%s/batal", day), "rev=1&alasan=Keliru")), 303);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_non_null(strstr(site_get(&s, "kepala", MOVED), "Tidak ada tenggat yang bergeser"));
    site_end(&s);
}

static void a_government_closes_its_own_days_and_by_a_decree(void **world)
{
    const char *answer;

    at_noon(2026, 9, 7);
    SITE(s, c, world);
    answer = site_post(&s, "sekda", DAYS "/baru", "day=9-9-2026&kind=national&name=Libur");
    assert_int_equal(site_status(answer), 422);
    assert_non_null(strstr(answer, lang_text(LANG_ID, "holiday.only-local")));
    assert_non_null(strstr(answer, lang_text(LANG_ID, "holiday.basis-missing")));
    answer = site_post(&s, "operator", "/kerja/-/hari-libur/baru", "day=9-9-2026&kind=local&name=Libur&basis=X");
    assert_int_equal(site_status(answer), 422);
    assert_non_null(strstr(answer, lang_text(LANG_ID, "holiday.not-local")));
    assert_int_equal(site_status(site_post(&s, "kepala", DAYS "/baru", "day=9-9-2026&kind=local&name=Libur&basis=X")), 403);
    assert_int_equal(
        site_status(site_post(&s, "sekda", "/kerja/-/hari-libur/baru", "day=9-9-2026&kind=national&name=L&basis=X")), 403);
    site_end(&s);
}

static void every_statement_prepares(void **world)
{
    size_t i;

    CITY(c, world);
    for (i = 0; i < moved_queries_n; i++)
        assert_int_equal(db_check(c.t.owner, moved_queries[i]), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_closure_moves_what_runs_and_both_days_are_shown),
        TEST_ON_BOTH(a_task_says_what_was_promised),
        TEST_ON_BOTH(nobody_sees_the_deadlines_of_others),
        TEST_ON_BOTH(a_closure_that_is_taken_back_leaves_nothing_moved),
        TEST_ON_BOTH(a_government_closes_its_own_days_and_by_a_decree),
        TEST_ON_BOTH(every_statement_prepares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
