/*
 * job_test.c: no slice twice and none left out, whatever stops the runner; failures end; daily kinds start once a day.
 */
#include <inttypes.h>

#include "base/date.h"
#include "base/text.h"
#include "engine/job_parts.h"
#include "engine/row.h"
#include "engine/test_city.h"
#include "os/os.h"

#define SLICES 5

/* clang-format off */
static const struct query q_note = {.name = "test.note", .sql = "INSERT INTO slice_log (job, n) VALUES (?1, ?2)", .in = "ii", .out = ""};
static const struct query q_notes = {.name = "test.notes", .sql = "SELECT COUNT(*), COUNT(DISTINCT n) FROM slice_log", .in = "", .out = "ii"};
static const struct query q_jobs = {.name = "test.jobs", .sql = "SELECT COUNT(*) FROM job", .in = "", .out = "i"};
static const struct query q_forget = {.name = "test.forget", .sql = "UPDATE job SET kind = 'gone'", .in = "", .out = ""};
static const struct query q_by = {.name = "test.by", .sql = "SELECT role FROM history ORDER BY record", .in = "", .out = "t"};
/* clang-format on */

static int n_fails;    /* slices of "shaky" that fail before one goes well */
static int n_prepared; /* calls of prepare */

static int note_slice(struct tx *tx, struct job *job)
{
    int64_t at = job->done;
    int e = db_send(tx->db, &q_note, V(job->id), V(at));

    if (e < 0)
        return e;
    job->total = SLICES;
    job->done = at + 1;
    job->place = text_printf(tx->arena, "line-%" PRId64, job->done);
    if (job->done < SLICES)
        return 1;
    job->result = "{\"rows\":5}";
    return 0;
}

static int broken_slice(struct tx *tx, struct job *job)
{
    int e = note_slice(tx, job);

    job->error = "job.error-input";
    return e < 0 ? e : E_INPUT;
}

static int shaky_slice(struct tx *tx, struct job *job)
{
    int e = note_slice(tx, job);

    if (n_fails > 0 && e >= 0) {
        n_fails--;
        return E_STORAGE;
    }
    return e;
}

static int held_slice(struct tx *tx, struct job *job)
{
    (void)tx;
    (void)job;
    return E_HOLD;
}

static int prepared_slice(struct tx *tx, struct job *job)
{
    const char *words = job->prepared;

    BUG_IF(!text_eq(words, "built once"));
    return note_slice(tx, job);
}

static int build(struct app *app, struct job *job, struct arena *a)
{
    (void)app;
    n_prepared++;
    if (job->prepared == NULL)
        job->prepared = arena_text(a, "built once");
    return 0;
}

static int refuse_to_build(struct app *app, struct job *job, struct arena *a)
{
    (void)app;
    (void)job;
    (void)a;
    n_prepared++;
    return E_FORMAT;
}

static int person_slice(struct tx *tx, struct job *job)
{
    struct sample_person person = {.head = {.gov = job->gov}, .name = "Siti Aminah"};
    struct record head;

    return row_insert(tx, &sample_person_entity, &person, &head);
}

/* clang-format off */
static const struct job_kind kinds[] = {
    {.name = "note",     .permission = "note.run", .daily_minute = -1,  .slice = note_slice},
    {.name = "broken",   .permission = "note.run", .daily_minute = -1,  .slice = broken_slice},
    {.name = "shaky",    .permission = "note.run", .daily_minute = -1,  .slice = shaky_slice},
    {.name = "held",     .permission = "note.run", .daily_minute = -1,  .slice = held_slice},
    {.name = "prepared", .permission = "note.run", .daily_minute = -1,  .slice = prepared_slice, .prepare = build},
    {.name = "refusing", .permission = "note.run", .daily_minute = -1,  .slice = note_slice, .prepare = refuse_to_build},
    {.name = "person",   .permission = "note.run", .daily_minute = -1,  .slice = person_slice},
    {.name = "nightly",  .permission = "note.run", .daily_minute = 120, .slice = note_slice},
};
/* clang-format on */
static const struct module test_module = {.name = "test", .jobs = kinds, .n_jobs = ARRAY_LEN(kinds)};
static const struct module *const modules[] = {&test_module};

static void open_jobs(struct city *c)
{
    c->app.modules = modules;
    c->app.n_modules = ARRAY_LEN(modules);
    c->app.zone_minutes = 420;
    n_fails = 0;
    n_prepared = 0;
    test_db_script(&c->t, "CREATE TABLE slice_log (job BIGINT NOT NULL, n BIGINT NOT NULL)");
}

struct start {
    const char *kind;
    int64_t user; /* one without a subject's key cannot sign leaves */
    int64_t id;
};

static int start_run(struct tx *tx, void *arg)
{
    struct start *s = arg;
    struct actor_mark mark = {.role = "front_office", .user = s->user, .name = "Budi", .unit = "36.71/5.03"};

    tx->actor = &mark;
    return job_start(tx, s->kind, CITY_GOV, NULL, &s->id);
}

static int64_t start(struct city *c, const char *kind)
{
    struct start s = {.kind = kind, .user = text_eq(kind, "person") ? 0 : 7};

    assert_int_equal(writer_do(c->writer, start_run, &s), 0);
    return s.id;
}

static int cancel_run(struct tx *tx, void *arg)
{
    return job_cancel(tx, *(int64_t *)arg);
}

static struct job_row read_job(struct city *c, int64_t id)
{
    struct job_row row;

    assert_int_equal(job_row_read(c->t.owner, &c->a, id, &row), 1);
    return row;
}

static int64_t number(struct city *c, const struct query *q, int col)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, col);
}

static void assert_each_slice_once(struct city *c)
{
    assert_int_equal(number(c, &q_notes, 0), SLICES);
    assert_int_equal(number(c, &q_notes, 1), SLICES);
}

static void a_job_runs_to_its_end_and_keeps_its_result(void **world)
{
    struct job_row row;
    int64_t id;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "note");
    assert_int_equal(read_job(&c, id).state, JOB_WAITING);
    assert_int_equal(runner_drain(&c.app), 0);
    row = read_job(&c, id);
    assert_int_equal(row.state, JOB_DONE);
    assert_int_equal(row.job.done, SLICES);
    assert_int_equal(row.job.total, SLICES);
    assert_string_equal(row.job.place, "line-5");
    assert_string_equal(row.job.result, "{\"rows\":5}");
    assert_int_equal(row.job.user, 7);
    assert_string_equal(row.job.by, "Budi");
    assert_int_not_equal(row.job.ended_at.v, INSTANT_NONE.v);
    assert_each_slice_once(&c);
    city_close(&c);
}

static void a_job_that_was_killed_goes_on_behind_its_last_slice(void **world)
{
    struct jobs *before;
    int64_t id;
    int i;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "note");
    for (i = 1; i < SLICES; i++) {
        before = jobs_open(&c.app, false);
        assert_int_equal(jobs_round(before), 1);
        jobs_close(before);
        assert_int_equal(read_job(&c, id).state, JOB_RUNNING);
        assert_int_equal(read_job(&c, id).job.done, i);
    }
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(read_job(&c, id).state, JOB_DONE);
    assert_each_slice_once(&c);
    city_close(&c);
}

static void a_slice_that_fails_leaves_nothing_and_is_tried_again(void **world)
{
    int64_t id;

    CITY(c, world);
    open_jobs(&c);
    n_fails = 2;
    id = start(&c, "shaky");
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(read_job(&c, id).state, JOB_DONE);
    assert_null(read_job(&c, id).job.error);
    assert_each_slice_once(&c);
    city_close(&c);
}

static void a_kind_that_fails_three_times_in_a_row_has_failed(void **world)
{
    struct jobs *j;
    int64_t id;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "broken");
    j = jobs_open(&c.app, false);
    assert_int_equal(jobs_round(j), 1);
    assert_int_equal(jobs_round(j), 1);
    assert_int_equal(read_job(&c, id).state, JOB_RUNNING);
    assert_int_equal(read_job(&c, id).attempts, 2);
    assert_int_equal(jobs_round(j), 1);
    assert_int_equal(jobs_round(j), 0);
    jobs_close(j);
    assert_int_equal(read_job(&c, id).state, JOB_FAILED);
    assert_string_equal(read_job(&c, id).job.error, "job.error-input");
    assert_int_equal(number(&c, &q_notes, 0), 0);
    city_close(&c);
}

static void failures_between_slices_that_went_well_are_forgotten(void **world)
{
    struct jobs *j;
    int64_t id;
    int i;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "shaky");
    j = jobs_open(&c.app, false);
    for (i = 0; i < SLICES; i++) {
        n_fails = 2;
        assert_int_equal(jobs_round(j), 1);
        assert_int_equal(jobs_round(j), 1);
        assert_int_equal(jobs_round(j), 1);
    }
    jobs_close(j);
    assert_int_equal(read_job(&c, id).state, JOB_DONE);
    assert_each_slice_once(&c);
    city_close(&c);
}

static int attempt_run(struct tx *tx, void *arg)
{
    enum job_state now;
    struct job_row row;
    int e = job_row_read(tx->db, tx->arena, *(int64_t *)arg, &row);

    return e < 0 ? e : job_begin(tx, &row, true, &now);
}

static void a_job_that_kills_the_process_each_time_is_given_up(void **world)
{
    int64_t id;
    int i;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "note");
    for (i = 0; i < JOB_ATTEMPTS; i++) /* each start counts its attempt, then the slice takes the process along */
        assert_int_equal(writer_do(c.writer, attempt_run, &id), 0);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(read_job(&c, id).state, JOB_FAILED);
    assert_string_equal(read_job(&c, id).job.error, "job.error-crashed");
    assert_int_equal(number(&c, &q_notes, 0), 0);
    city_close(&c);
}

static void a_hold_of_the_ledger_delays_a_job_and_does_not_fail_it(void **world)
{
    int64_t id, other;
    int i;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "held");
    other = start(&c, "note");
    for (i = 0; i < JOB_ATTEMPTS - 1; i++)
        assert_int_equal(runner_drain(&c.app), E_HOLD);
    assert_int_equal(read_job(&c, id).state, JOB_RUNNING);
    assert_int_equal(read_job(&c, other).state, JOB_DONE);
    city_close(&c);
}

static void a_job_is_cancelled_between_two_slices(void **world)
{
    struct jobs *j;
    int64_t id;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "note");
    j = jobs_open(&c.app, false);
    assert_int_equal(jobs_round(j), 1);
    assert_int_equal(writer_do(c.writer, cancel_run, &id), 0);
    assert_int_equal(read_job(&c, id).state, JOB_RUNNING);
    assert_int_equal(jobs_round(j), 1);
    assert_int_equal(read_job(&c, id).state, JOB_CANCELLED);
    assert_int_equal(jobs_round(j), 0);
    jobs_close(j);
    assert_int_equal(number(&c, &q_notes, 0), 1);
    assert_int_equal(writer_do(c.writer, cancel_run, &id), E_STATE);
    city_close(&c);
}

static void a_job_that_waits_is_cancelled_at_once(void **world)
{
    int64_t id;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "note");
    assert_int_equal(writer_do(c.writer, cancel_run, &id), 0);
    assert_int_equal(read_job(&c, id).state, JOB_CANCELLED);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(number(&c, &q_notes, 0), 0);
    city_close(&c);
}

static void a_job_of_a_kind_that_is_gone_fails_and_is_not_lost(void **world)
{
    int64_t id;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "note");
    assert_int_equal(db_run(c.t.owner, &q_forget), 1);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(read_job(&c, id).state, JOB_FAILED);
    assert_string_equal(read_job(&c, id).job.error, "job.error-unknown-kind");
    city_close(&c);
}

static void what_was_prepared_serves_every_slice(void **world)
{
    int64_t id;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "prepared");
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(read_job(&c, id).state, JOB_DONE);
    assert_int_equal(n_prepared, SLICES);
    city_close(&c);
}

static void what_cannot_be_prepared_fails_after_three_attempts(void **world)
{
    int64_t id;

    CITY(c, world);
    open_jobs(&c);
    id = start(&c, "refusing");
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(read_job(&c, id).state, JOB_FAILED);
    assert_string_equal(read_job(&c, id).job.error, "job.error-format");
    assert_int_equal(n_prepared, JOB_ATTEMPTS);
    city_close(&c);
}

static void a_slice_writes_in_the_name_of_who_started_the_job(void **world)
{
    CITY(c, world);
    open_jobs(&c);
    (void)start(&c, "person"); /* read by its history */
    assert_int_equal(runner_drain(&c.app), 0);
    {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, c.t.owner, &q_by), 0);
        assert_int_equal(rows_next(&rows), 1);
        assert_string_equal(rows_text(&rows, &c.a, 0), "front_office");
    }
    city_close(&c);
}

static void a_daily_kind_starts_once_a_day_whatever_the_clock_does(void **world)
{
    date day = date_of(2026, 9, 18);

    CITY(c, world);
    open_jobs(&c);
    assert_int_equal(jobs_start_daily(&c.app, instant_at(day, 119, 420)), 0);
    assert_int_equal(number(&c, &q_jobs, 0), 0);
    assert_int_equal(jobs_start_daily(&c.app, instant_at(day, 120, 420)), 0);
    assert_int_equal(jobs_start_daily(&c.app, instant_at(day, 121, 420)), 0);
    assert_int_equal(number(&c, &q_jobs, 0), 1);
    assert_int_equal(jobs_start_daily(&c.app, instant_at(date_add_days(day, 400), 600, 420)), 0); /* the clock leaps ahead */
    assert_int_equal(number(&c, &q_jobs, 0), 2);
    assert_int_equal(jobs_start_daily(&c.app, instant_at(day, 600, 420)), 0); /* and back: this day has had its job */
    assert_int_equal(number(&c, &q_jobs, 0), 2);
    assert_int_equal(jobs_start_daily(&c.app, instant_at(date_add_days(day, 1), 120, 420)), 0);
    assert_int_equal(number(&c, &q_jobs, 0), 3);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(number(&c, &q_notes, 0), 3 * SLICES);
    city_close(&c);
}

static void the_minute_of_a_daily_kind_is_that_of_the_installations_zone(void **world)
{
    CITY(c, world);
    open_jobs(&c);
    c.app.zone_minutes = 540;
    assert_int_equal(jobs_start_daily(&c.app, instant_at(date_of(2026, 9, 18), 119, 540)), 0);
    assert_int_equal(number(&c, &q_jobs, 0), 0);
    assert_int_equal(jobs_start_daily(&c.app, instant_at(date_of(2026, 9, 18), 120, 540)), 0);
    assert_int_equal(number(&c, &q_jobs, 0), 1);
    city_close(&c);
}

/* Until the thread has brought the job to its end, at most ten seconds. */
static enum job_state await(struct city *c, int64_t id)
{
    int64_t until = os_monotonic_us() + INT64_C(10000000);

    while (job_is_open(read_job(c, id).state) && os_monotonic_us() < until)
        (void)usleep(5000);
    return read_job(c, id).state;
}

static void the_threads_of_the_runner_do_the_same(void **world)
{
    struct runner *runner;
    int64_t ids[3];
    size_t i;

    CITY(c, world);
    open_jobs(&c);
    assert_int_equal(runner_start(&c.app, &runner), 0);
    for (i = 0; i < ARRAY_LEN(ids); i++) {
        ids[i] = start(&c, i == 2 ? "person" : "note");
        runner_wake(runner);
    }
    for (i = 0; i < ARRAY_LEN(ids); i++)
        assert_int_equal(await(&c, ids[i]), JOB_DONE);
    runner_stop(runner);
    runner_stop(NULL);
    city_close(&c);
}

static void every_statement_prepares(void **world)
{
    size_t i;

    CITY(c, world);
    for (i = 0; i < JOB_QUERIES; i++)
        assert_int_equal(db_check(c.t.owner, job_queries[i]), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_job_runs_to_its_end_and_keeps_its_result),
        TEST_ON_BOTH(a_job_that_was_killed_goes_on_behind_its_last_slice),
        TEST_ON_BOTH(a_slice_that_fails_leaves_nothing_and_is_tried_again),
        TEST_ON_BOTH(a_kind_that_fails_three_times_in_a_row_has_failed),
        TEST_ON_BOTH(failures_between_slices_that_went_well_are_forgotten),
        TEST_ON_BOTH(a_job_that_kills_the_process_each_time_is_given_up),
        TEST_ON_BOTH(a_hold_of_the_ledger_delays_a_job_and_does_not_fail_it),
        TEST_ON_BOTH(a_job_is_cancelled_between_two_slices),
        TEST_ON_BOTH(a_job_that_waits_is_cancelled_at_once),
        TEST_ON_BOTH(a_job_of_a_kind_that_is_gone_fails_and_is_not_lost),
        TEST_ON_BOTH(what_was_prepared_serves_every_slice),
        TEST_ON_BOTH(what_cannot_be_prepared_fails_after_three_attempts),
        TEST_ON_BOTH(a_slice_writes_in_the_name_of_who_started_the_job),
        TEST_ON_BOTH(a_daily_kind_starts_once_a_day_whatever_the_clock_does),
        TEST_ON_BOTH(the_minute_of_a_daily_kind_is_that_of_the_installations_zone),
        TEST_ON_BOTH(the_threads_of_the_runner_do_the_same),
        TEST_ON_BOTH(every_statement_prepares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
