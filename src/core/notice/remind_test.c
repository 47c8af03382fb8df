/*
 * remind_test.c: what is reminded of on which night, to whom it is raised, once; on both databases.
 */
#include "core/notice/remind_job.h"
#include "core/notice/test_notice.h"
#include "engine/remind.h"

/* Monday the seventh: the stage that begins has two working days, so it is due on Wednesday the ninth. */
static void at(int day, int hour)
{
    os_clock_allow_test();
    assert_int_equal(os_clock_test_set(instant_at(date_of(2026, 9, day), hour * 60, 420)), 0);
}

static int job_run(struct tx *tx, void *arg)
{
    (void)arg;
    return job_start_once(tx, REMIND_JOB, 0);
}

static void night(struct door_test *d, int day)
{
    at(day, 3);
    assert_int_equal(writer_do(d->c.writer, job_run, NULL), 0);
    assert_int_equal(runner_drain(&d->c.app), 0);
    assert_int_equal(counted(&d->c, "SELECT COUNT(*) FROM job WHERE state = 'failed'"), 0);
    round_of(d);
}

static int64_t id_told(struct door_test *d, const struct door_person *p, enum notice_kind kind, const char *what)
{
    struct notice *v;
    int64_t count = 0;
    size_t n, i;

    assert_int_equal(notices_read(d->c.t.owner, &d->c.a, id_of(p), 0, 100, &v, &n), 0);
    for (i = 0; i < n; i++)
        count += v[i].kind == kind && text_eq(v[i].cause.what, what);
    return count;
}

static struct sample_case filed(struct world *w)
{
    struct sample_case row = begin(w, "503/0001");

    assert_int_equal(step(&w->d->c, &row, "file", id_of(&w->front)), 0);
    round_of(w->d);
    return row;
}

/* "soon today late raised-head" */
static const char *stages(struct door_test *d, const struct sample_case *row)
{
    struct reminder *v;
    const char *s = "";
    size_t n, i;

    assert_int_equal(reminders_read(d->c.t.owner, &d->c.a, CITY_GOV, row->head.id, &v, &n), 0);
    for (i = 0; i < n; i++)
        s = text_printf(&d->c.a, "%s%s%s%s%s", s, i > 0 ? " " : "", v[i].stage, *v[i].role != '\0' ? "-" : "", v[i].role);
    return s;
}

static void it_is_reminded_before_on_and_after_the_day_once(void **world)
{
    struct sample_case row;
    struct world w;

    at(7, 9);
    DOOR(d, world);
    d.c.app.zone_minutes = 420;
    people(&d, &w);
    row = filed(&w);
    night(&d, 8);
    night(&d, 8);
    assert_string_equal(stages(&d, &row), "soon");
    assert_int_equal(id_told(&d, &w.other, NOTICE_SOON, CAUSE_SOON), 1);
    assert_int_equal(id_told(&d, &w.front, NOTICE_SOON, CAUSE_SOON), 1); /* may return it */
    night(&d, 9);
    assert_string_equal(stages(&d, &row), "soon today");
    assert_int_equal(id_told(&d, &w.other, NOTICE_SOON, CAUSE_TODAY), 1);
    night(&d, 10);
    night(&d, 10);
    assert_string_equal(stages(&d, &row), "soon today late");
    assert_int_equal(id_told(&d, &w.other, NOTICE_LATE, CAUSE_LATE), 1);
    door_close(&d);
}

static void it_is_raised_to_the_next_role_above_that_somebody_holds(void **world)
{
    struct door_person head;
    struct sample_case row;
    struct world w;

    at(7, 9);
    DOOR(d, world);
    d.c.app.zone_minutes = 420;
    people(&d, &w);
    door_make(&d, &head, "walikota", "head");
    row = filed(&w);
    night(&d, 10); /* one working day late */
    assert_string_equal(stages(&d, &row), "late");
    night(&d, 11); /* two: nobody is a signer, so it is the head's */
    night(&d, 11);
    assert_string_equal(stages(&d, &row), "late raised-head");
    assert_int_equal(id_told(&d, &head, NOTICE_LATE, CAUSE_RAISED), 1);
    assert_int_equal(id_told(&d, &w.other, NOTICE_LATE, CAUSE_RAISED), 0);
    night(&d, 14);
    night(&d, 21);
    assert_string_equal(stages(&d, &row), "late raised-head");
    door_close(&d);
}

static void each_role_has_its_days_before_the_next(void **world)
{
    struct door_person head, signer;
    struct sample_case row;
    struct world w;

    at(7, 9);
    DOOR(d, world);
    d.c.app.zone_minutes = 420;
    people(&d, &w);
    door_make(&d, &head, "walikota", "head");
    person(&d, &signer, "kadis", "licence_signer");
    row = filed(&w);
    night(&d, 14); /* Monday, three working days late */
    assert_string_equal(stages(&d, &row), "late raised-licence_signer");
    night(&d, 15);
    assert_string_equal(stages(&d, &row), "late raised-licence_signer");
    night(&d, 16);
    assert_string_equal(stages(&d, &row), "late raised-licence_signer raised-head");
    door_close(&d);
}

static void what_waits_for_the_applicant_is_not_reminded_of(void **world)
{
    struct sample_case row;
    struct world w;

    at(7, 9);
    DOOR(d, world);
    d.c.app.zone_minutes = 420;
    people(&d, &w);
    row = filed(&w);
    assert_int_equal(step(&d.c, &row, "return", id_of(&w.other)), 0);
    night(&d, 9);
    night(&d, 16);
    assert_string_equal(stages(&d, &row), "");
    door_close(&d);
}

static void the_page_of_the_record_shows_it(void **world)
{
    struct door_person head;
    struct sample_case row;
    struct browser b;
    struct world w;

    at(7, 9);
    DOOR(d, world);
    d.c.app.zone_minutes = 420;
    people(&d, &w);
    door_make(&d, &head, "walikota", "head");
    row = filed(&w);
    night(&d, 9);
    night(&d, 14);
    b = (struct browser){.d = &d};
    at(14, 9);
    browser_login(&b, &w.other);
    assert_int_equal(browser_get(&b, text_printf(&d.c.a, "/kerja/kota-contoh/kasus/%lld", (long long)row.head.id)), 200);
    assert_non_null(strstr(b.body, "diingatkan 9 Sep"));
    assert_non_null(strstr(b.body, "dinaikkan kepada Kepala daerah 14 Sep"));
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(it_is_reminded_before_on_and_after_the_day_once),
        TEST_ON_BOTH(it_is_raised_to_the_next_role_above_that_somebody_holds),
        TEST_ON_BOTH(each_role_has_its_days_before_the_next),
        TEST_ON_BOTH(what_waits_for_the_applicant_is_not_reminded_of),
        TEST_ON_BOTH(the_page_of_the_record_shows_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
