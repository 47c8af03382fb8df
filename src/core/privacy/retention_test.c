/*
 * retention_test.c: every night old sessions go and what is past its time is listed, nothing of it removed; who looks after one
 * government sees that one; over HTTP, on both databases.
 */
#define DOOR_MODULES &core_module, &privacy_module, &erasure_module, &job_module

#include "base/date.h"
#include "core/erase/order.h"
#include "core/gov/gov.h"
#include "core/privacy/register.h"
#include "core/privacy/retention.h"
#include "engine/job_parts.h"
/* The modules of the instance are named before. */
#include "core/user/test_door.h"

#define DAY_MS  INT64_C(86400000)
#define YEAR_MS (366 * DAY_MS)
#define OTHER   INT64_C(3603)

/* clang-format off */
static const struct query q_sessions = {
    .name = "test.sessions", .sql = "SELECT COUNT(*) FROM session WHERE holder = ?1", .in = "i", .out = "i"};
static const struct query q_last_job = {
    .name = "test.job", .sql = "SELECT id FROM job WHERE kind = 'retention' ORDER BY id DESC LIMIT 1", .in = "", .out = "i"};
/* clang-format on */

static int64_t number(struct door_test *d, const struct query *q, int64_t arg)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(*q->in != '\0' ? db_select(&rows, d->c.t.owner, q, V(arg)) : db_select(&rows, d->c.t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static void make_gov(struct door_test *d, int64_t id, const char *slug, const char *code)
{
    struct government gov = {.head = {.id = id},
                             .kind = {"city"},
                             .code = code,
                             .slug = slug,
                             .name = slug,
                             .zone = 420,
                             .valid_from = DATE_NONE,
                             .valid_to = DATE_NONE};

    door_insert(d, &government_entity, &gov);
}

static struct person make_person(struct door_test *d, int64_t gov, const char *name)
{
    struct person p = {.head = {.gov = gov, .id = os_new_id()}, .name = name};

    door_insert(d, &person_entity, &p);
    return p;
}

/* One night: everything that starts by itself runs to its end. */
static void run_night(struct door_test *d)
{
    assert_int_equal(jobs_start_daily(&d->c.app, instant_at(instant_date(os_now(), 0), 1439, 0)), 0);
    assert_int_equal(runner_drain(&d->c.app), 0);
}

static const char *result(struct door_test *d)
{
    struct job job;
    enum job_state how;

    assert_int_equal(job_read(d->c.t.owner, &d->c.a, number(d, &q_last_job, 0), &job, &how), 1);
    assert_int_equal(how, JOB_DONE);
    return job.result;
}

static void sessions_go_when_their_time_has_passed(void **world)
{
    struct door_person ani, budi;
    struct browser a, b;

    DOOR(d, world);
    door_make(&d, &ani, "ani", "admin");
    door_make(&d, &budi, "budi", "admin");
    a = b = (struct browser){.d = &d};
    browser_login(&a, &ani);
    assert_true(number(&d, &q_sessions, ani.user.head.id) > 0);
    door_wait(&d, 80 * DAY_MS);
    browser_login(&b, &budi);
    door_wait(&d, 9 * DAY_MS);
    run_night(&d);
    assert_true(number(&d, &q_sessions, ani.user.head.id) > 0);
    door_wait(&d, 2 * DAY_MS);
    run_night(&d);
    assert_int_equal(number(&d, &q_sessions, ani.user.head.id), 0);
    assert_true(number(&d, &q_sessions, budi.user.head.id) > 0);
    assert_non_null(strstr(result(&d), "\"sessions\":"));
    assert_null(strstr(result(&d), "\"sessions\":0"));
    door_close(&d);
}

struct update {
    struct person before, after;
};

static int update_run(struct tx *tx, void *arg)
{
    const struct update *u = arg;
    struct record head;

    return row_update(tx, &person_entity, &u->before, &u->after, &head);
}

#define LIST "/kerja/kota-contoh/data-pribadi/lewat?tabel=person&keterangan=staff"

static void what_is_past_its_time_is_listed_and_stays(void **world)
{
    struct door_person ani;
    struct update u;
    struct browser a;
    struct person old;

    DOOR(d, world);
    make_gov(&d, CITY_GOV, "kota-contoh", "36.71");
    make_gov(&d, OTHER, "kab-contoh", "36.03");
    door_make(&d, &ani, "ani", "data_protection_officer");
    old = make_person(&d, CITY_GOV, "Wirawangsa Lama");
    (void)make_person(&d, OTHER, "Wirawangsa Lain");
    door_wait(&d, 3 * YEAR_MS);
    (void)make_person(&d, CITY_GOV, "Wirawangsa Baru");
    run_night(&d);
    assert_null(strstr(result(&d), "\"staff\""));
    door_wait(&d, 3 * YEAR_MS);
    run_night(&d);
    assert_non_null(strstr(result(&d), "\"staff\":2"));
    a = (struct browser){.d = &d};
    browser_login(&a, &ani);
    assert_int_equal(browser_get(&a, "/kerja/kota-contoh/data-pribadi"), 200);
    assert_non_null(strstr(a.body, "lewat?tabel=person&amp;keterangan=staff\">1</a>"));
    assert_int_equal(browser_get(&a, LIST), 200);
    assert_non_null(strstr(a.body, text_printf(&d.c.a, "%lld", (long long)old.head.id)));
    assert_int_equal(row_get(d.c.t.owner, &d.c.a, &person_entity, CITY_GOV, old.head.id, &u.before), 1);
    assert_string_equal(u.before.name, "Wirawangsa Lama");

    u.after = u.before;
    u.after.phone = "081234567890";
    assert_int_equal(writer_do(d.c.writer, update_run, &u), 0);
    door_wait(&d, DAY_MS);
    run_night(&d);
    assert_non_null(strstr(result(&d), "\"staff\":1"));
    browser_login(&a, &ani);
    assert_int_equal(browser_get(&a, LIST), 200);
    assert_null(strstr(a.body, text_printf(&d.c.a, "%lld", (long long)old.head.id)));
    assert_int_equal(browser_get(&a, "/kerja/kota-contoh/data-pribadi/lewat?tabel=person&keterangan=pic"), 404);
    assert_int_equal(browser_get(&a, "/kerja/kota-contoh/data-pribadi/lewat"), 404);
    door_close(&d);
}

static int disable_run(struct tx *tx, void *arg)
{
    const struct app_user *before = arg;
    struct app_user after = *before;
    struct record head;

    after.disabled = true;
    return row_update(tx, &app_user_entity, before, &after, &head);
}

static void the_time_of_an_account_begins_when_it_ends(void **world)
{
    struct door_person ani, rina;
    struct app_user user;

    DOOR(d, world);
    door_make(&d, &ani, "ani", "admin");
    door_make(&d, &rina, "rina", NULL);
    door_wait(&d, 3 * YEAR_MS);
    run_night(&d);
    assert_null(strstr(result(&d), "\"account\""));
    assert_int_equal(row_get(d.c.t.owner, &d.c.a, &app_user_entity, 0, rina.user.head.id, &user), 1);
    assert_int_equal(writer_do(d.c.writer, disable_run, &user), 0);
    door_wait(&d, YEAR_MS);
    run_night(&d);
    assert_null(strstr(result(&d), "\"account\""));
    door_wait(&d, 2 * YEAR_MS);
    run_night(&d);
    assert_non_null(strstr(result(&d), "\"account\":1"));
    door_close(&d);
}

/* An officer of that government alone. */
static void make_officer(struct door_test *d, struct door_person *p, const char *login, int64_t gov)
{
    struct role_grant grant = {.role = {"data_protection_officer"},
                               .in_gov = {gov},
                               .in_agency = INT_NONE,
                               .in_unit = INT_NONE,
                               .in_place = INT_NONE,
                               .valid_from = DATE_NONE,
                               .valid_to = DATE_NONE,
                               .status = {"active"}};

    door_make(d, p, login, NULL);
    grant.holder.v = p->user.head.id;
    door_insert(d, &role_grant_entity, &grant);
}

static void who_looks_after_another_government_sees_nothing(void **world)
{
    struct door_person officer;
    struct browser b;

    DOOR(d, world);
    make_gov(&d, CITY_GOV, "kota-contoh", "36.71");
    make_gov(&d, OTHER, "kab-contoh", "36.03");
    make_officer(&d, &officer, "budi", OTHER);
    (void)make_person(&d, CITY_GOV, "Wirawangsa Lama");
    (void)make_person(&d, OTHER, "Wirawangsa Lain");
    door_wait(&d, 6 * YEAR_MS);
    run_night(&d);
    b = (struct browser){.d = &d};
    browser_login(&b, &officer);
    assert_int_equal(browser_get(&b, LIST), 404);
    assert_int_equal(browser_get(&b, "/kerja/-/data-pribadi/lewat?tabel=app_user&keterangan=account"), 403);
    assert_int_equal(browser_get(&b, "/kerja/kab-contoh/data-pribadi"), 200);
    assert_non_null(strstr(b.body, "keterangan=staff\">1</a>"));
    assert_int_equal(browser_get(&b, "/kerja/-/data-pribadi"), 200);
    assert_null(strstr(b.body, "/data-pribadi/lewat?"));
    door_close(&d);
}

static void a_run_that_is_cut_off_goes_on_where_it_was(void **world)
{
    struct jobs *jobs;
    int i;

    DOOR(d, world);
    make_gov(&d, CITY_GOV, "kota-contoh", "36.71");
    for (i = 0; i < 130; i++)
        (void)make_person(&d, CITY_GOV, "Wirawangsa Lama");
    door_wait(&d, 6 * YEAR_MS);
    assert_int_equal(jobs_start_daily(&d.c.app, instant_at(instant_date(os_now(), 0), 1439, 0)), 0);
    for (i = 0; i < 40; i++) {
        jobs = jobs_open(&d.c.app, false);
        assert_true(jobs_round(jobs) >= 0);
        jobs_close(jobs);
    }
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_non_null(strstr(result(&d), "\"staff\":130"));
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(sessions_go_when_their_time_has_passed),     TEST_ON_BOTH(what_is_past_its_time_is_listed_and_stays),
        TEST_ON_BOTH(the_time_of_an_account_begins_when_it_ends), TEST_ON_BOTH(who_looks_after_another_government_sees_nothing),
        TEST_ON_BOTH(a_run_that_is_cut_off_goes_on_where_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
