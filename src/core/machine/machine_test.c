/*
 * machine_test.c: who sees the operator's pages, what they say, and that they name nobody.
 */
#include <stdatomic.h>

#include "core/machine/pages.h"
#include "engine/job.h"
#include "engine/test_web.h"
#include "ui/lang.h"

#define LOOK(lines)                                                                                                            \
    "{\"lines\":[" lines "],\"findings\":1,\"complete\":true,\"backup\":{\"key\":true,\"archive_at\":\"2026-09-18T03:42:"      \
    "00Z\"}}"
#define NOTE     "{\"weight\":\"note\",\"word\":\"no-policy\",\"a\":null,\"b\":null,\"text\":\"x\"}"
#define MAIL     "{\"weight\":\"finding\",\"word\":\"outbox-late\",\"a\":\"3\",\"b\":null,\"text\":\"x\"}"
#define DATABASE "{\"weight\":\"finding\",\"word\":\"database\",\"a\":\"page 7\",\"b\":null,\"text\":\"x\"}"

static const struct module *const modules[] = {&job_module, &outbox_module, &machine_module};
static const struct test_person people[] = {{"operator", 15, {{.role = "operator", .gov = GOV_ANY}}, 1},
                                            {"admin", 16, {{.role = "admin", .gov = GOV_ANY}}, 1},
                                            {"siti", 11, {{.role = "planner", .gov = CITY_GOV}}, 1}};

#define SITE(c, s, world)                                                                                                      \
    CITY(c, world);                                                                                                            \
    struct test_site s;                                                                                                        \
    const struct machine_conf conf = {                                                                                         \
        .program = "1.2.3", .memory = os_memory_open(), .since = os_now(), .restarted = INSTANT_NONE};                         \
    (c).app.modules = modules;                                                                                                 \
    (c).app.n_modules = ARRAY_LEN(modules);                                                                                    \
    assert_int_equal(machine_open(&(c).app, &conf), 0);                                                                        \
    site_open(&(s), &(c), NULL, 0, people, ARRAY_LEN(people));                                                                 \
    atomic_store(&(c).app.server, (s).http)

#define SITE_END(c, s)                                                                                                         \
    atomic_store(&(c).app.server, NULL);                                                                                       \
    site_close(&(s));                                                                                                          \
    machine_close(&(c).app);                                                                                                   \
    city_close(&(c))

static const char *page(struct test_site *s, const char *path)
{
    const char *answer = site_get(s, "operator", path);

    assert_int_equal(site_status(answer), 200);
    return site_body(answer);
}

static void only_the_operator_sees_the_machine(void **world)
{
    SITE(c, s, world);
    static const char *const paths[] = {"/kerja/-/mesin", "/kerja/-/mesin/grafik"};
    size_t i;

    for (i = 0; i < ARRAY_LEN(paths); i++) {
        assert_int_equal(site_status(site_get(&s, "operator", paths[i])), 200);
        assert_int_not_equal(site_status(site_get(&s, "admin", paths[i])), 200);
        assert_int_not_equal(site_status(site_get(&s, "siti", paths[i])), 200);
    }
    assert_int_not_equal(site_status(site_post(&s, "siti", "/kerja/-/mesin/periksa", "")), 303);
    SITE_END(c, s);
}

static void without_a_parent_the_page_says_that_it_cannot_look(void **world)
{
    SITE(c, s, world);
    const char *text = page(&s, "/kerja/-/mesin");

    assert_non_null(strstr(text, lang_text(LANG_ID, "machine.cannot")));
    assert_non_null(strstr(text, "1.2.3"));
    assert_null(strstr(text, "id=\"periksa\" class=\"btn"));
    SITE_END(c, s);
}

static void the_worst_finding_stands_first_and_notes_last(void **world)
{
    SITE(c, s, world);
    const char *text, *database, *mail, *note;

    machine_learn(&c.app, LOOK(NOTE "," MAIL "," DATABASE));
    text = page(&s, "/kerja/-/mesin");
    database = strstr(text, "page 7");
    mail = strstr(text, "3 pesan terlambat");
    note = strstr(text, "Tidak ada saksi yang diminta");
    assert_non_null(strstr(text, "<h1>2 hal perlu Anda"));
    assert_true(database != NULL && mail != NULL && note != NULL);
    assert_true(database < mail && mail < note);
    SITE_END(c, s);
}

static void no_finding_is_said_as_the_answer(void **world)
{
    SITE(c, s, world);

    machine_learn(&c.app, LOOK(NOTE));
    assert_non_null(strstr(page(&s, "/kerja/-/mesin"), "<h1>Semua berjalan baik"));
    SITE_END(c, s);
}

static void a_report_of_another_shape_is_not_believed(void **world)
{
    static const char *const texts[] = {"",
                                        "[]",
                                        "{}",
                                        "{\"lines\":[],\"complete\":true}",
                                        LOOK("{\"weight\":\"finding\",\"word\":\"nothing-like-it\"}"),
                                        LOOK("{\"word\":\"hold\"}")};
    struct machine_report report;
    struct arena a;
    size_t i;

    (void)world;
    arena_init(&a, 1 * MB);
    for (i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_equal(machine_report_read(&a, texts[i], &report), E_FORMAT);
    assert_int_equal(machine_report_read(&a, LOOK(NOTE), &report), 0);
    assert_int_equal(report.wrong, 0);
    arena_finish(&a);
}

static void a_minute_becomes_a_point_with_what_happened_in_it(void **world)
{
    SITE(c, s, world);
    struct machine_point *v;
    size_t n, i;

    machine_sample(&c.app);
    for (i = 0; i < 3; i++)
        (void)page(&s, "/kerja/-/mesin");
    machine_sample(&c.app);
    machine_points(&c.app, &s.a, &v, &n);
    assert_int_equal(n, 2);
    assert_int_equal(v[1].requests, 3);
    assert_true(v[1].page_us > 0 && v[1].memory > 0 && v[1].database > 0);
    assert_int_equal(v[1].step_us, 0);
    assert_non_null(strstr(page(&s, "/kerja/-/mesin/grafik"), "<figcaption>"));
    SITE_END(c, s);
}

static void a_day_of_minutes_is_kept_and_no_more(void **world)
{
    SITE(c, s, world);
    struct machine_point *v;
    size_t n, i;

    for (i = 0; i < MACHINE_POINTS + 5; i++)
        machine_sample(&c.app);
    machine_points(&c.app, &s.a, &v, &n);
    assert_int_equal(n, MACHINE_POINTS);
    assert_true(v[0].at.v <= v[n - 1].at.v);
    SITE_END(c, s);
}

static void the_longest_write_is_told_to_each_reader_once(void **world)
{
    SITE(c, s, world);
    struct machine_figures f;

    machine_figures(&c.app, MACHINE_SCRAPE, &f);
    assert_true(f.writer.group_us_max > 0);
    machine_figures(&c.app, MACHINE_SCRAPE, &f);
    assert_int_equal(f.writer.group_us_max, 0);
    machine_figures(&c.app, MACHINE_MINUTE, &f);
    assert_true(f.writer.group_us_max > 0);
    SITE_END(c, s);
}

static void the_share_is_the_bucket_that_most_fit_in(void **world)
{
    uint64_t counts[HTTP_BUCKETS] = {0};

    (void)world;
    assert_int_equal(machine_share_us(counts, 95), 0);
    counts[0] = 95;
    counts[4] = 5;
    assert_int_equal(machine_share_us(counts, 95), 1000);
    counts[4] = 6;
    assert_int_equal(machine_share_us(counts, 95), 20000);
    counts[HTTP_BUCKETS - 1] = 1000;
    assert_int_equal(machine_share_us(counts, 95), 10000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(only_the_operator_sees_the_machine),
        TEST_ON_BOTH(without_a_parent_the_page_says_that_it_cannot_look),
        TEST_ON_BOTH(the_worst_finding_stands_first_and_notes_last),
        TEST_ON_BOTH(no_finding_is_said_as_the_answer),
        cmocka_unit_test(a_report_of_another_shape_is_not_believed),
        TEST_ON_BOTH(a_minute_becomes_a_point_with_what_happened_in_it),
        TEST_ON_SQLITE(a_day_of_minutes_is_kept_and_no_more),
        TEST_ON_BOTH(the_longest_write_is_told_to_each_reader_once),
        cmocka_unit_test(the_share_is_the_bucket_that_most_fit_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
