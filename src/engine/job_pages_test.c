/*
 * job_pages_test.c: who sees which job, who cancels it, what the operator does with the outbox, what measures show.
 */
#include <inttypes.h>

#include "base/date.h"
#include "engine/job_parts.h"
#include "engine/test_web.h"

/* clang-format off */
static const struct query q_left = {.name = "test.left", .sql = "SELECT (SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM once_key)", .in = "", .out = "i"};
static const struct query q_waiting = {.name = "test.waiting", .sql = "SELECT COUNT(*) FROM outbox WHERE due_at IS NOT NULL", .in = "", .out = "i"};
/* clang-format on */

static int tidy_up(struct tx *tx, struct job *job)
{
    (void)tx;
    job->done = job->total = 3;
    job->result = "{\"rows\":3,\"file\":\"kas <2026>.csv\"}";
    return 0;
}

static int give_up(struct app *app, const char *key, const char *args, struct arena *a)
{
    (void)app;
    (void)key;
    (void)args;
    (void)a;
    return E_INPUT;
}

static int count(struct db *db, struct arena *a, int64_t gov, date from, date to, int64_t *ret, const char **ret_basis)
{
    (void)db;
    *ret = gov == CITY_GOV ? 9410 : INT_NONE;
    *ret_basis = text_printf(a, "%s sampai %s", date_iso(a, from), date_iso(a, to));
    return 0;
}

static int nothing(struct db *db, struct arena *a, int64_t gov, date from, date to, int64_t *ret, const char **ret_basis)
{
    (void)db;
    (void)a;
    (void)gov;
    (void)from;
    (void)to;
    *ret = INT_NONE;
    *ret_basis = NULL;
    return 0;
}

/* The words of other modules stand in for those of the test's own. */
static const struct job_kind kinds[] = {{.name = "shared", .permission = "shared.run", .daily_minute = -1, .slice = tidy_up},
                                        {.name = "alone", .permission = "alone.run", .daily_minute = -1, .slice = tidy_up}};
static const struct effect_kind effects[] = {{.name = "mail", .run = give_up}};
static const struct measure measures[] = {{"job.progress", "percent", count}, {"job.rows", "days", nothing}};
static const struct permit permits[] = {{"shared.run", "planner"}, {"alone.run", "nobody"}};
static const struct module test_module = {.name = "test",
                                          .permits = permits,
                                          .n_permits = ARRAY_LEN(permits),
                                          .jobs = kinds,
                                          .n_jobs = ARRAY_LEN(kinds),
                                          .effects = effects,
                                          .n_effects = ARRAY_LEN(effects),
                                          .measures = measures,
                                          .n_measures = ARRAY_LEN(measures)};
static const struct module *const modules[] = {&job_module, &outbox_module, &test_module};

static const struct test_person people[] = {
    {"siti", 11, {{.role = "planner", .gov = CITY_GOV}}, 1},     {"budi", 12, {{.role = "planner", .gov = CITY_GOV}}, 1},
    {"ani", 13, {{.role = "hr_officer", .gov = CITY_GOV}}, 1},   {"sekda", 14, {{.role = "secretary", .gov = CITY_GOV}}, 1},
    {"operator", 15, {{.role = "operator", .gov = GOV_ANY}}, 1}, {"asing", 16, {{.role = "planner", .gov = CITY_FOREIGN}}, 1},
};

#define SITE(c, s, world)                                                                                                      \
    CITY(c, world);                                                                                                            \
    struct test_site s;                                                                                                        \
    (c).app.modules = modules;                                                                                                 \
    (c).app.n_modules = ARRAY_LEN(modules);                                                                                    \
    (c).app.zone_minutes = 420;                                                                                                \
    site_open(&(s), &(c), NULL, 0, people, ARRAY_LEN(people))

#define SITE_END(c, s)                                                                                                         \
    site_close(&(s));                                                                                                          \
    city_close(&(c))

struct start {
    const char *kind;
    int64_t user, id;
};

static int start_run(struct tx *tx, void *arg)
{
    struct start *s = arg;
    struct actor_mark mark = {.role = "planner", .user = s->user, .name = "Siti <Aminah>", .unit = "36.71/5.03"};

    tx->actor = &mark;
    return job_start(tx, s->kind, CITY_GOV, NULL, &s->id);
}

static int64_t start(struct city *c, const char *kind, int64_t user)
{
    struct start s = {.kind = kind, .user = user};

    assert_int_equal(writer_do(c->writer, start_run, &s), 0);
    return s.id;
}

static int send_run(struct tx *tx, void *arg)
{
    return outbox_add(tx, "mail", arg, "{\"to\":\"rahasia\"}");
}

static int64_t counted(struct city *c, const struct query *q)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static const char *job_path(struct test_site *s, int64_t id, const char *rest)
{
    return text_printf(&s->a, "/kerja/kota-contoh/pekerjaan/%" PRId64 "%s", id, rest);
}

static enum job_state state_of(struct city *c, int64_t id)
{
    struct job_row row;

    assert_int_equal(job_row_read(c->t.owner, &c->a, id, &row), 1);
    return row.state;
}

static bool shows(const char *answer, const char *text)
{
    return strstr(site_body(answer), text) != NULL;
}

static void a_job_is_shown_to_who_started_it_and_to_who_may(void **world)
{
    int64_t id, alone;
    const char *answer;

    SITE(c, s, world);
    id = start(&c, "shared", 11);
    alone = start(&c, "alone", 11);
    answer = site_get(&s, "siti", job_path(&s, id, ""));
    assert_int_equal(site_status(answer), 200);
    assert_true(shows(answer, "Siti &lt;Aminah&gt;"));
    assert_true(shows(answer, "http-equiv=\"refresh\""));
    assert_int_equal(site_status(site_get(&s, "siti", job_path(&s, alone, ""))), 200);
    assert_int_equal(site_status(site_get(&s, "budi", job_path(&s, id, ""))), 200);    /* may start this kind */
    assert_int_equal(site_status(site_get(&s, "budi", job_path(&s, alone, ""))), 404); /* but not that one */
    assert_int_equal(site_status(site_get(&s, "ani", job_path(&s, id, ""))), 404);
    assert_int_equal(site_status(site_get(&s, "asing", job_path(&s, id, ""))), 404);
    assert_int_equal(site_status(site_get(&s, "sekda", job_path(&s, alone, ""))), 200);
    SITE_END(c, s);
}

static void a_job_of_one_government_is_not_there_in_another(void **world)
{
    int64_t id;

    SITE(c, s, world);
    id = start(&c, "shared", 11);
    assert_int_equal(site_status(site_get(&s, "siti", text_printf(&s.a, "/kerja/kota-lain/pekerjaan/%" PRId64, id))), 404);
    assert_int_equal(site_status(site_get(&s, "siti", "/kerja/kota-contoh/pekerjaan/1")), 404);
    assert_int_equal(site_status(site_get(&s, "siti", "/kerja/kota-contoh/pekerjaan/x")), 404);
    SITE_END(c, s);
}

static void the_list_holds_ones_own_and_all_only_for_who_may(void **world)
{
    const char *answer;
    int64_t mine, other;

    SITE(c, s, world);
    mine = start(&c, "shared", 11);
    other = start(&c, "shared", 12);
    answer = site_get(&s, "siti", "/kerja/kota-contoh/pekerjaan?semua=1");
    assert_int_equal(site_status(answer), 200);
    assert_true(shows(answer, job_path(&s, mine, "")));
    assert_false(shows(answer, job_path(&s, other, "")));
    answer = site_get(&s, "sekda", "/kerja/kota-contoh/pekerjaan?semua=1");
    assert_true(shows(answer, job_path(&s, mine, "")));
    assert_true(shows(answer, job_path(&s, other, "")));
    answer = site_get(&s, "sekda", "/kerja/kota-contoh/pekerjaan");
    assert_false(shows(answer, job_path(&s, mine, "")));
    SITE_END(c, s);
}

static void a_long_list_goes_on_behind_its_last_row(void **world)
{
    const char *answer;
    int64_t first = 0, last = 0;
    int i;

    SITE(c, s, world);
    for (i = 0; i < 26; i++) {
        last = start(&c, "shared", 11);
        first = i == 0 ? last : first;
    }
    answer = site_get(&s, "siti", "/kerja/kota-contoh/pekerjaan");
    assert_true(shows(answer, job_path(&s, last, "")));
    assert_false(shows(answer, job_path(&s, first, "")));
    answer = strstr(answer, "?sebelum=");
    assert_non_null(answer);
    answer = site_get(&s, "siti",
                      text_printf(&s.a, "/kerja/kota-contoh/pekerjaan%s", arena_text_n(&s.a, answer, strcspn(answer, "\""))));
    assert_true(shows(answer, job_path(&s, first, "")));
    assert_false(shows(answer, job_path(&s, last, "")));
    SITE_END(c, s);
}

static void a_job_that_is_done_shows_its_result_and_stays_still(void **world)
{
    const char *answer;
    int64_t id;

    SITE(c, s, world);
    id = start(&c, "shared", 11);
    assert_int_equal(runner_drain(&c.app), 0);
    answer = site_get(&s, "siti", job_path(&s, id, ""));
    assert_true(shows(answer, "kas &lt;2026&gt;.csv"));
    assert_false(shows(answer, "http-equiv=\"refresh\""));
    assert_false(shows(answer, "/batal"));
    SITE_END(c, s);
}

static void who_started_a_job_cancels_it_and_nobody_else_without_the_right(void **world)
{
    int64_t id;

    SITE(c, s, world);
    id = start(&c, "alone", 11);
    assert_int_equal(site_status(site_post(&s, "budi", job_path(&s, id, "/batal"), "")), 404);
    assert_int_equal(site_status(site_post(&s, "sekda", job_path(&s, id, "/batal"), "")), 403);
    assert_int_equal(state_of(&c, id), JOB_WAITING);
    assert_int_equal(site_status(site_post(&s, "siti", job_path(&s, id, "/batal"), "")), 303);
    assert_int_equal(state_of(&c, id), JOB_CANCELLED);
    assert_int_equal(site_status(site_post(&s, "siti", job_path(&s, id, "/batal"), "")), 409);
    SITE_END(c, s);
}

static void the_outbox_is_the_operators_and_hides_what_it_was_told(void **world)
{
    const char *answer;

    SITE(c, s, world);
    assert_int_equal(writer_do(c.writer, send_run, (char *)"letter-1"), 0);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(site_status(site_get(&s, "sekda", "/kerja/-/kotak-keluar")), 403);
    answer = site_get(&s, "operator", "/kerja/-/kotak-keluar");
    assert_int_equal(site_status(answer), 200);
    assert_true(shows(answer, "letter-1"));
    assert_false(shows(answer, "rahasia"));
    SITE_END(c, s);
}

static void the_operator_sends_again_and_stops(void **world)
{
    struct outbox_row *v;
    const char *path;
    size_t n;

    SITE(c, s, world);
    assert_int_equal(writer_do(c.writer, send_run, (char *)"letter-1"), 0);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(outbox_list(c.t.owner, &c.a, true, 0, 5, &v, &n), 0);
    assert_int_equal(n, 1);
    path = text_printf(&s.a, "/kerja/-/kotak-keluar/%" PRId64, v[0].id);
    assert_int_equal(site_status(site_post(&s, "sekda", text_printf(&s.a, "%s/ulangi", path), "")), 403);
    assert_int_equal(counted(&c, &q_waiting), 0);
    assert_int_equal(site_status(site_post(&s, "operator", text_printf(&s.a, "%s/ulangi", path), "")), 303);
    assert_int_equal(counted(&c, &q_waiting), 1);
    assert_int_equal(site_status(site_post(&s, "operator", text_printf(&s.a, "%s/hentikan", path), "")), 303);
    assert_int_equal(counted(&c, &q_waiting), 0);
    assert_int_equal(site_status(site_post(&s, "operator", text_printf(&s.a, "%s/hentikan", path), "")), 409);
    SITE_END(c, s);
}

static void a_measure_shows_its_value_and_what_it_was_made_of(void **world)
{
    const char *answer;

    SITE(c, s, world);
    answer = site_get(&s, "siti", "/kerja/kota-contoh/ukuran");
    assert_int_equal(site_status(answer), 200);
    assert_true(shows(answer, "94,1 %"));
    assert_true(shows(answer, "-01 sampai 20"));
    assert_int_equal(site_status(site_get(&s, "ani", "/kerja/kota-contoh/ukuran")), 403);
    assert_ptr_equal(measure_find(&c.app, "job.progress"), &measures[0]);
    assert_null(measure_find(&c.app, "job.none"));
    SITE_END(c, s);
}

static void the_daily_job_forgets_what_was_done_long_ago(void **world)
{
    CITY(c, world);
    c.app.modules = modules;
    c.app.n_modules = ARRAY_LEN(modules);
    test_db_script(&c.t, "INSERT INTO outbox (id, kind, effect_key, args, made_at, since_at, attempts, done_at) VALUES "
                         "(1, 'mail', 'old', '', 0, 0, 1, 1000); "
                         "INSERT INTO once_key (once, answer, at) VALUES ('old', '', 1000)");
    assert_int_equal(jobs_start_daily(&c.app, instant_at(date_of(2026, 9, 18), 1439, 0)), 0);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(counted(&c, &q_left), 0);
    city_close(&c);
}

static void every_state_and_every_result_has_words(void **world)
{
    char key[64];
    int i, lang;

    (void)world;
    for (lang = 0; lang < LANG_COUNT; lang++) {
        for (i = 0; i < JOB_STATE_COUNT; i++) {
            (void)snprintf(key, sizeof key, "job.state-%s", job_state_code((enum job_state)i)); /* fits */
            assert_non_null(lang_text((enum lang)lang, key));
        }
        for (i = E_INPUT; i >= E_SYSTEM; i--) {
            (void)snprintf(key, sizeof key, "job.error-%s", result_name(i)); /* fits */
            assert_non_null(lang_text((enum lang)lang, key));
        }
        assert_non_null(lang_text((enum lang)lang, "job.error-unknown"));
        assert_non_null(lang_text((enum lang)lang, "job.error-crashed"));
        assert_non_null(lang_text((enum lang)lang, "job.error-unknown-kind"));
        assert_non_null(lang_text((enum lang)lang, "job.tidy"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_job_is_shown_to_who_started_it_and_to_who_may),
        TEST_ON_BOTH(a_job_of_one_government_is_not_there_in_another),
        TEST_ON_BOTH(the_list_holds_ones_own_and_all_only_for_who_may),
        TEST_ON_BOTH(a_long_list_goes_on_behind_its_last_row),
        TEST_ON_BOTH(a_job_that_is_done_shows_its_result_and_stays_still),
        TEST_ON_BOTH(who_started_a_job_cancels_it_and_nobody_else_without_the_right),
        TEST_ON_BOTH(the_outbox_is_the_operators_and_hides_what_it_was_told),
        TEST_ON_BOTH(the_operator_sends_again_and_stops),
        TEST_ON_BOTH(a_measure_shows_its_value_and_what_it_was_made_of),
        TEST_ON_BOTH(the_daily_job_forgets_what_was_done_long_ago),
        cmocka_unit_test(every_state_and_every_result_has_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
