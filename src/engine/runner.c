/*
 * runner.c: the threads that carry jobs and effects on.
 *
 * Jobs that are open take turns, a slice each, so that a long import does not hold back a short export; at most LIVE_MAX take
 * part at once, the oldest first. Only a commit moves a job: what this file keeps in memory may be lost at any moment.
 */
#include <pthread.h>
#include <time.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/job_parts.h"
#include "os/os.h"

#define LIVE_MAX    8
#define PREPARE_MAX ((size_t)128 * MB)
#define ROW_MAX     ((size_t)16 * MB)
#define READER_WAIT 1000 /* ms */
#define TICK_S      2
#define PATIENCE_US INT64_C(5000000)

/* A job that takes turns. */
struct live {
    int64_t id;         /* 0: the place is free */
    struct arena row;   /* of the present turn */
    struct arena built; /* of prepare(), until the job ends */
    void *prepared;
    const struct job_kind *kind; /* that made it */
    bool begun;                  /* its attempt is counted */
    int64_t tries;               /* without progress */
    int64_t not_before;          /* us, monotonic */
};

struct jobs {
    struct app *app;
    bool patient;
    struct live live[LIVE_MAX];
};

/* ---- one work, waited for ---- */

struct turn {
    const struct job_kind *kind;
    const struct job_row *row; /* as prepare() left it */
    enum job_state state;
    const char *error;
    bool stale; /* the stored row is further than ours */

    pthread_mutex_t lock;
    pthread_cond_t over;
    bool is_over;
    int result;
};

static void turn_is_over(void *arg, int result)
{
    struct turn *t = arg;

    (void)pthread_mutex_lock(&t->lock);
    t->result = result;
    t->is_over = true;
    (void)pthread_cond_signal(&t->over);
    (void)pthread_mutex_unlock(&t->lock);
}

/* As writer_do(), but behind the quick works. */
static int do_slice(struct writer *w, int (*run)(struct tx *tx, void *arg), struct turn *t)
{
    struct work work = {.run = run, .done = turn_is_over, .arg = t, .slice = true};
    int e;

    (void)pthread_mutex_init(&t->lock, NULL); /* neither can fail on Linux */
    (void)pthread_cond_init(&t->over, NULL);
    t->is_over = false;
    e = writer_submit(w, &work);
    if (e == 0) {
        (void)pthread_mutex_lock(&t->lock);
        while (!t->is_over)
            (void)pthread_cond_wait(&t->over, &t->lock);
        (void)pthread_mutex_unlock(&t->lock);
        e = t->result;
    }
    (void)pthread_cond_destroy(&t->over); /* nobody waits any more */
    (void)pthread_mutex_destroy(&t->lock);
    return e;
}

/* ---- moves, inside the writer ---- */

static int begin_run(struct tx *tx, void *arg)
{
    struct turn *t = arg;
    struct job_row now;
    int e = job_row_read(tx->db, tx->arena, t->row->job.id, &now);

    if (e < 0)
        return e;
    t->state = e == 0 ? JOB_CANCELLED : now.state;
    return job_is_open(t->state) ? job_begin(tx, &now, t->kind != NULL, &t->state) : 0;
}

static int slice_run(struct tx *tx, void *arg)
{
    struct turn *t = arg;
    struct job job = t->row->job;
    struct job_row now;
    int e = job_row_read(tx->db, tx->arena, job.id, &now);

    if (e < 0)
        return e;
    t->stale = e == 0 || now.state != JOB_RUNNING || now.slices != t->row->slices;
    t->error = NULL;
    if (t->stale)
        return 0;
    if (now.job.cancel_at.v != INSTANT_NONE.v) {
        t->state = JOB_CANCELLED;
        return job_end(tx, &now, JOB_CANCELLED, NULL);
    }

    (void)actor_act(tx, &t->row->by);
    job.error = NULL;
    e = t->kind->slice(tx, &job);
    tx->actor = NULL;
    t->error = job.error;
    if (e < 0)
        return e;
    t->state = e > 0 ? JOB_RUNNING : JOB_DONE;
    return job_progress(tx, &now, &job, e > 0);
}

struct failing {
    const struct job_row *row;
    int64_t tries;
    const char *error;
};

static int failing_run(struct tx *tx, void *arg)
{
    const struct failing *f = arg;
    int e = job_failing(tx, f->row->job.id, f->tries, f->error);

    if (e == 0 && f->tries >= JOB_ATTEMPTS)
        e = job_end(tx, f->row, JOB_FAILED, f->error);
    return e;
}

/* ---- a turn of one job ---- */

static void release(struct live *l)
{
    if (l->prepared != NULL && l->kind->release != NULL)
        l->kind->release(l->prepared);
    arena_finish(&l->row);
    arena_finish(&l->built);
    *l = (struct live){.id = 0};
}

static bool passes(int result)
{
    return result == E_BUSY || result == E_HOLD || result == E_FULL;
}

static int read_row(struct app *app, struct live *l, struct job_row *ret)
{
    struct db *db;
    int e = pool_take(app->pool, READER_WAIT, &db);

    if (e < 0)
        return e;
    arena_reset(&l->row);
    e = job_row_read(db, &l->row, l->id, ret);
    pool_give(app->pool, db);
    return e;
}

/* After a failure: 1 the job moved (the attempt is counted), or negative: it can only be tried later. */
static int failed(struct jobs *j, struct live *l, const struct job_row *row, int result, const char *error)
{
    struct failing f = {row, l->tries > 0 ? l->tries : 1, error};
    int e;

    if (passes(result))
        return result;
    if (error == NULL)
        f.error = text_printf(&l->row, "job.error-%s", result_name(result));
    log_record(LEVEL_WARN, "job.attempt_failed", LOG_TEXT("kind", row->job.kind), LOG_INT("job", row->job.id),
               LOG_TEXT("why", f.error), LOG_INT("attempt", f.tries));
    e = writer_do(j->app->writer, failing_run, &f);
    if (e < 0)
        return e;
    if (f.tries >= JOB_ATTEMPTS) {
        release(l);
        return 1;
    }
    l->begun = false;
    if (j->patient)
        l->not_before = os_monotonic_us() + f.tries * PATIENCE_US;
    return 1;
}

static int begin(struct jobs *j, struct live *l, const struct job_kind *kind, const struct job_row *row)
{
    struct turn t = {.kind = kind, .row = row};
    int e = writer_do(j->app->writer, begin_run, &t);

    if (e < 0)
        return e;
    if (t.state != JOB_RUNNING) {
        release(l);
        return 0;
    }
    l->begun = true;
    l->tries = row->attempts + 1;
    return 1;
}

static int prepare(struct jobs *j, struct live *l, const struct job_kind *kind, struct job_row *row)
{
    int e;

    row->job.prepared = l->prepared;
    row->job.error = NULL;
    if (kind->prepare == NULL)
        return 0;
    e = kind->prepare(j->app, &row->job, &l->built);
    l->prepared = row->job.prepared;
    l->kind = kind;
    return e >= 0 && arena_over(&l->built) ? E_LIMIT : e;
}

/* 1 something moved, 0 not, negative: not now. */
static int take_turn(struct jobs *j, struct live *l)
{
    const struct job_kind *kind;
    struct job_row row;
    struct turn t;
    int e;

    if (l->not_before > os_monotonic_us())
        return 0;
    e = read_row(j->app, l, &row);
    if (e < 0)
        return e;
    if (e == 0 || !job_is_open(row.state)) {
        release(l);
        return 1;
    }

    kind = job_kind_find(j->app, row.job.kind);
    if (!l->begun || kind == NULL || row.state == JOB_WAITING || row.job.cancel_at.v != INSTANT_NONE.v) {
        e = begin(j, l, kind, &row);
        if (e <= 0)
            return e < 0 ? e : 1;
    }
    e = prepare(j, l, kind, &row);
    if (e < 0)
        return failed(j, l, &row, e, row.job.error);

    t = (struct turn){.kind = kind, .row = &row};
    e = do_slice(j->app->writer, slice_run, &t);
    if (e < 0)
        return failed(j, l, &row, e, t.error);
    if (!t.stale)
        l->tries = 0;
    if (!t.stale && t.state != JOB_RUNNING)
        release(l);
    return 1;
}

/* ---- all that take turns ---- */

struct jobs *jobs_open(struct app *app, bool patient)
{
    struct jobs *j = calloc(1, sizeof *j);

    if (j == NULL)
        memory_gone(sizeof *j);
    j->app = app;
    j->patient = patient;
    return j;
}

void jobs_close(struct jobs *j)
{
    size_t i;

    if (j == NULL)
        return;
    for (i = 0; i < LIVE_MAX; i++)
        if (j->live[i].id != 0)
            release(&j->live[i]);
    free(j);
}

static void join(struct jobs *j, int64_t id)
{
    struct live *room = NULL;
    size_t i;

    for (i = 0; i < LIVE_MAX; i++) {
        if (j->live[i].id == id)
            return;
        if (room == NULL && j->live[i].id == 0)
            room = &j->live[i];
    }
    if (room == NULL)
        return;
    *room = (struct live){.id = id};
    arena_init(&room->row, ROW_MAX);
    arena_init(&room->built, PREPARE_MAX);
}

static int join_all(struct jobs *j)
{
    int64_t ids[LIVE_MAX];
    struct db *db;
    size_t n = 0, i;
    int e = pool_take(j->app->pool, READER_WAIT, &db);

    if (e < 0)
        return e;
    e = jobs_open_ids(db, LIVE_MAX, ids, &n);
    pool_give(j->app->pool, db);
    for (i = 0; i < n; i++)
        join(j, ids[i]);
    return e;
}

int jobs_round(struct jobs *j)
{
    bool moved = false;
    int later = 0, e;
    size_t i;

    e = join_all(j);
    if (e < 0)
        return e;
    for (i = 0; i < LIVE_MAX; i++) {
        if (j->live[i].id == 0)
            continue;
        e = take_turn(j, &j->live[i]);
        moved = moved || e > 0;
        if (e < 0)
            later = e;
    }
    return moved ? 1 : later;
}

int runner_drain(struct app *app)
{
    struct jobs *j = jobs_open(app, false);
    int jobs, effects;

    do {
        jobs = jobs_round(j);
        effects = outbox_round(app);
    } while (jobs > 0 || effects > 0);
    jobs_close(j);
    return jobs < 0 ? jobs : effects;
}

int runner_finish(struct app *app, int64_t job, enum job_state *ret_state)
{
    struct jobs *j = jobs_open(app, false);
    struct arena a;
    struct job_row row;
    struct db *db;
    int e = 1;

    join(j, job);
    while (e > 0 && j->live[0].id != 0)
        e = take_turn(j, &j->live[0]);
    jobs_close(j);
    if (e >= 0)
        e = pool_take(app->pool, READER_WAIT, &db);
    if (e < 0)
        return e;
    arena_init(&a, ROW_MAX);
    e = job_row_read(db, &a, job, &row);
    pool_give(app->pool, db);
    if (e > 0)
        *ret_state = row.state;
    arena_finish(&a);
    return e > 0 ? 0 : e < 0 ? e : E_STATE;
}

/* ---- threads ---- */

struct lane {
    struct runner *runner;
    int (*round)(struct runner *runner);
    pthread_t thread;
    bool woken; /* under the runner's lock */
};

enum {
    LANE_JOBS,
    LANE_EFFECTS,
    LANE_COUNT,
};

struct runner {
    struct app *app;
    struct jobs *jobs; /* the first lane's own */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    struct lane lanes[LANE_COUNT];
};

static int round_of_jobs(struct runner *runner)
{
    int e = jobs_start_daily(runner->app, os_now());

    return e < 0 ? e : jobs_round(runner->jobs);
}

static int round_of_effects(struct runner *runner)
{
    return outbox_round(runner->app);
}

/* Waits for a wake, a while, or the end; false at the end. */
static bool rest(struct lane *lane, bool busy)
{
    struct runner *r = lane->runner;
    struct timespec until;
    bool goes_on;
    int e = 0;

    (void)clock_gettime(CLOCK_MONOTONIC, &until); /* cannot fail */
    until.tv_sec += TICK_S;
    (void)pthread_mutex_lock(&r->lock);
    while (!busy && !lane->woken && !r->stopping && e == 0)
        e = pthread_cond_timedwait(&r->wake, &r->lock, &until);
    lane->woken = false;
    goes_on = !r->stopping;
    (void)pthread_mutex_unlock(&r->lock);
    return goes_on;
}

static void *lane_main(void *arg)
{
    struct lane *lane = arg;
    bool busy = true;

    while (rest(lane, busy))
        busy = lane->round(lane->runner) > 0;
    return NULL;
}

static void set_up(struct runner *r, struct app *app)
{
    pthread_condattr_t attr;

    r->app = app;
    r->jobs = jobs_open(app, true);
    (void)pthread_mutex_init(&r->lock, NULL); /* none of these can fail on Linux */
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&r->wake, &attr);
    (void)pthread_condattr_destroy(&attr);
    r->lanes[LANE_JOBS] = (struct lane){.runner = r, .round = round_of_jobs};
    r->lanes[LANE_EFFECTS] = (struct lane){.runner = r, .round = round_of_effects};
}

static void stop_lanes(struct runner *r, size_t n)
{
    size_t i;

    (void)pthread_mutex_lock(&r->lock);
    r->stopping = true;
    (void)pthread_cond_broadcast(&r->wake);
    (void)pthread_mutex_unlock(&r->lock);
    for (i = 0; i < n; i++)
        (void)pthread_join(r->lanes[i].thread, NULL); /* each ends after its round */
    (void)pthread_cond_destroy(&r->wake);
    (void)pthread_mutex_destroy(&r->lock);
    jobs_close(r->jobs);
    free(r);
}

int runner_start(struct app *app, struct runner **ret)
{
    struct runner *r = calloc(1, sizeof *r);
    size_t i;

    BUG_IF(app->writer == NULL);
    if (r == NULL)
        memory_gone(sizeof *r);
    set_up(r, app);
    for (i = 0; i < LANE_COUNT; i++)
        if (pthread_create(&r->lanes[i].thread, NULL, lane_main, &r->lanes[i]) != 0) {
            stop_lanes(r, i);
            return E_SYSTEM;
        }
    *ret = r;
    return 0;
}

void runner_wake(struct runner *r)
{
    size_t i;

    if (r == NULL)
        return;
    (void)pthread_mutex_lock(&r->lock);
    for (i = 0; i < LANE_COUNT; i++)
        r->lanes[i].woken = true;
    (void)pthread_cond_broadcast(&r->wake);
    (void)pthread_mutex_unlock(&r->lock);
}

void runner_stop(struct runner *r)
{
    if (r != NULL)
        stop_lanes(r, LANE_COUNT);
}
