/*
 * job.c: the rows of jobs, and the moves that a row makes.
 *
 * Each move names the state or slice that it follows, so that a work that runs twice, or a commit whose end nobody saw, does
 * nothing twice. Not for: when a slice runs (runner.c), pages.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/job_parts.h"
#include "os/os.h"

#define COLUMNS                                                                                                                \
    "id, gov, kind, args, state, place, done, total, result, error, slices, attempts, made_at, started_at, heartbeat_at, "     \
    "ended_at, cancel_at, by_user, by_key, by_role, by_name, by_unit, for_user, for_key, for_name"
#define COLUMN_TYPES "iittttiittiiiiiiiiitttiit"

static const char *const codes[] = {"waiting", "running", "done", "failed", "cancelled"};
_Static_assert(ARRAY_LEN(codes) == JOB_STATE_COUNT, "a code for each state");

static const struct actor_mark machine = {.role = "system"};

/* clang-format off */
static const struct query q_job_insert = {
    .name = "job.insert",
    .sql = "INSERT INTO job (id, kind, gov, args, state, place, done, total, slices, attempts, made_at, "
           "by_user, by_key, by_role, by_name, by_unit, for_user, for_key, for_name) "
           "VALUES (?1, ?2, ?3, ?4, 'waiting', '', 0, 0, 0, 0, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    .in = "ititiiitttiit", .out = "",
};
static const struct query q_job = {
    .name = "job.read", .sql = "SELECT " COLUMNS " FROM job WHERE id = ?1", .in = "i", .out = COLUMN_TYPES,
};
static const struct query q_job_open = {
    .name = "job.open",
    .sql = "SELECT id FROM job WHERE state IN ('waiting', 'running') ORDER BY id LIMIT ?1",
    .in = "i", .out = "i",
};
static const struct query q_job_waits = {
    .name = "job.waits",
    .sql = "SELECT id FROM job WHERE state = 'waiting' AND kind = ?1 AND gov = ?2 ORDER BY id LIMIT 1",
    .in = "ti", .out = "i",
};
static const struct query q_job_of_gov = {
    .name = "job.of_gov",
    .sql = "SELECT " COLUMNS " FROM job WHERE gov = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
    .in = "iii", .out = COLUMN_TYPES,
};
static const struct query q_job_of_user = {
    .name = "job.of_user",
    .sql = "SELECT " COLUMNS " FROM job WHERE by_user = ?1 AND gov = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4",
    .in = "iiii", .out = COLUMN_TYPES,
};
static const struct query q_job_begin = {
    .name = "job.begin",
    .sql = "UPDATE job SET state = 'running', attempts = ?2, started_at = COALESCE(started_at, ?3), heartbeat_at = ?3 "
           "WHERE id = ?1 AND state IN ('waiting', 'running')",
    .in = "iii", .out = "",
};
static const struct query q_job_progress = {
    .name = "job.progress",
    .sql = "UPDATE job SET state = ?3, place = ?4, done = ?5, total = ?6, result = ?7, error = NULL, slices = slices + 1, "
           "attempts = 0, heartbeat_at = ?8, ended_at = ?9 WHERE id = ?1 AND slices = ?2 AND state = 'running'",
    .in = "iittiitii", .out = "",
};
static const struct query q_job_end = {
    .name = "job.end",
    .sql = "UPDATE job SET state = ?2, error = ?3, ended_at = ?4 WHERE id = ?1 AND state IN ('waiting', 'running')",
    .in = "itti", .out = "",
};
static const struct query q_job_failing = {
    .name = "job.failing",
    .sql = "UPDATE job SET attempts = ?2, error = ?3 WHERE id = ?1 AND state = 'running'",
    .in = "iit", .out = "",
};
static const struct query q_job_cancel = {
    .name = "job.cancel",
    .sql = "UPDATE job SET cancel_at = COALESCE(cancel_at, ?2) WHERE id = ?1 AND state = 'running'",
    .in = "ii", .out = "",
};
static const struct query q_job_cancel_waiting = {
    .name = "job.cancel_waiting",
    .sql = "UPDATE job SET state = 'cancelled', cancel_at = ?2, ended_at = ?2 WHERE id = ?1 AND state = 'waiting'",
    .in = "ii", .out = "",
};
static const struct query q_job_last = {
    .name = "job.last",
    .sql = "SELECT ended_at FROM job WHERE state = 'done' AND kind = ?1 ORDER BY id DESC LIMIT 1",
    .in = "t", .out = "i",
};
static const struct query q_job_day = {
    .name = "job.day", .sql = "SELECT job FROM job_day WHERE kind = ?1 AND day = ?2", .in = "ti", .out = "i",
};
static const struct query q_job_day_take = {
    .name = "job.day_take",
    .sql = "INSERT INTO job_day (kind, day, job) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    .in = "tii", .out = "",
};
/* clang-format on */

const struct query *const job_queries[JOB_QUERIES] = {
    &q_job_insert,   &q_job,     &q_job_open,     &q_job_of_gov, &q_job_of_user,
    &q_job_begin,    &q_job_end, &q_job_failing,  &q_job_cancel, &q_job_cancel_waiting,
    &q_job_progress, &q_job_day, &q_job_day_take, &q_job_waits,  &q_job_last};

/* ---- kinds and states ---- */

const struct job_kind *job_kind_find(const struct app *app, const char *name)
{
    size_t m, i;

    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_jobs; i++)
            if (text_eq(app->modules[m]->jobs[i].name, name))
                return &app->modules[m]->jobs[i];
    return NULL;
}

bool job_is_open(enum job_state s)
{
    return s == JOB_WAITING || s == JOB_RUNNING;
}

const char *job_state_code(enum job_state s)
{
    return codes[s];
}

/* ---- reading ---- */

static int take_state(const char *code, enum job_state *ret)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(codes); i++) {
        if (!text_eq(code, codes[i]))
            continue;
        *ret = (enum job_state)i;
        return 0;
    }
    return E_STORAGE;
}

static int take_row(const struct rows *rows, struct arena *a, struct job_row *ret)
{
    *ret = (struct job_row){.job = {.id = rows_int(rows, 0),
                                    .gov = rows_int(rows, 1),
                                    .kind = rows_text(rows, a, 2),
                                    .args = rows_text(rows, a, 3),
                                    .place = rows_text(rows, a, 5),
                                    .done = rows_int(rows, 6),
                                    .total = rows_int(rows, 7),
                                    .result = rows_text(rows, a, 8),
                                    .error = rows_text(rows, a, 9),
                                    .made_at = {rows_int(rows, 12)},
                                    .started_at = {rows_int(rows, 13)},
                                    .heartbeat_at = {rows_int(rows, 14)},
                                    .ended_at = {rows_int(rows, 15)},
                                    .cancel_at = {rows_int(rows, 16)},
                                    .user = rows_int(rows, 17),
                                    .by = rows_text(rows, a, 20)},
                            .slices = rows_int(rows, 10),
                            .attempts = rows_int(rows, 11),
                            .by = {.user = rows_int(rows, 17),
                                   .subject_key = rows_int(rows, 18),
                                   .role = rows_text(rows, a, 19),
                                   .unit = rows_text(rows, a, 21),
                                   .behalf = {.user = rows_null(rows, 22) ? 0 : rows_int(rows, 22),
                                              .subject_key = rows_null(rows, 23) ? 0 : rows_int(rows, 23),
                                              .name = rows_text(rows, a, 24),
                                              .until = DATE_NONE}}};
    ret->by.name = ret->job.by;
    return take_state(rows_text(rows, a, 4), &ret->state);
}

int job_row_read(struct db *db, struct arena *a, int64_t id, struct job_row *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_job, V(id));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e;
    e = take_row(&rows, a, ret);
    return e < 0 ? e : 1;
}

int job_last_done(struct db *db, const char *kind, instant *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_job_last, V(kind));
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    ret->v = e > 0 ? rows_int(&rows, 0) : INSTANT_NONE.v;
    return 0;
}

int job_read(struct db *db, struct arena *a, int64_t id, struct job *ret, enum job_state *ret_state)
{
    struct job_row row;
    int e = job_row_read(db, a, id, &row);

    if (e <= 0)
        return e;
    *ret = row.job;
    *ret_state = row.state;
    return 1;
}

int jobs_open_ids(struct db *db, size_t max, int64_t ret[], size_t *ret_n)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_job_open, V((int64_t)max));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        ret[n++] = rows_int(&rows, 0);
        e = 0;
    }
    if (e < 0)
        return e;
    *ret_n = n;
    return 0;
}

int jobs_list(struct db *db, struct arena *a, int64_t gov, int64_t user, int64_t below, size_t max, struct job_row **ret,
              size_t *ret_n)
{
    struct job_row *v = arena_array(a, max, struct job_row);
    int64_t top = below > 0 ? below : INT64_MAX;
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    if (user == 0)
        e = db_select(&rows, db, &q_job_of_gov, V(gov), V(top), V((int64_t)max));
    else
        e = db_select(&rows, db, &q_job_of_user, V(user), V(gov), V(top), V((int64_t)max));
    while (e == 0 && (e = rows_next(&rows)) > 0)
        e = take_row(&rows, a, &v[n++]);
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

/* ---- starting and cancelling ---- */

static int insert(struct tx *tx, int64_t id, const char *kind, int64_t gov, const char *args)
{
    const struct actor_mark *by = tx->actor != NULL ? tx->actor : &machine;

    return db_send(tx->db, &q_job_insert, V(id), V(kind), V(gov), V(args != NULL ? args : "{}"), V(tx->now), V(by->user),
                   V(by->subject_key), V(by->role), V(by->name), V(by->unit), V((ref){by->behalf.user}),
                   V((ref){by->behalf.subject_key}), V(by->behalf.name));
}

int job_start(struct tx *tx, const char *kind, int64_t gov, const char *args, int64_t *ret_id)
{
    int64_t id = os_new_id();
    int e = insert(tx, id, kind, gov, args);

    if (e < 0)
        return e;
    *ret_id = id;
    return 0;
}

int job_start_once(struct tx *tx, const char *kind, int64_t gov)
{
    int64_t id;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &q_job_waits, V(kind), V(gov));
    if (e == 0)
        e = rows_next(&rows);
    return e != 0 ? (e < 0 ? e : 0) : job_start(tx, kind, gov, NULL, &id);
}

/* What the kind itself does at an end that is none of its own. */
static int tell_kind(struct tx *tx, const struct job_row *row, enum job_state s, const char *error)
{
    const struct job_kind *kind = tx->app != NULL ? job_kind_find(tx->app, row->job.kind) : NULL;
    void *before = tx->actor;
    int e;

    if (kind == NULL || kind->ended == NULL)
        return 0;
    (void)actor_act(tx, &row->by);
    e = kind->ended(tx, &row->job, s, error);
    tx->actor = before;
    return e;
}

int job_cancel(struct tx *tx, int64_t id)
{
    const struct job_kind *kind;
    struct job_row row;
    int64_t n = job_row_read(tx->db, tx->arena, id, &row);

    if (n <= 0)
        return n < 0 ? (int)n : E_STATE;
    kind = tx->app != NULL ? job_kind_find(tx->app, row.job.kind) : NULL;
    if (kind != NULL && kind->lasting)
        return E_STATE;
    n = db_run(tx->db, &q_job_cancel_waiting, V(id), V(tx->now));
    if (n > 0)
        return tell_kind(tx, &row, JOB_CANCELLED, NULL);
    if (n == 0)
        n = db_run(tx->db, &q_job_cancel, V(id), V(tx->now));
    if (n < 0)
        return (int)n;
    return n == 0 ? E_STATE : 0;
}

/* ---- moves ---- */

int job_end(struct tx *tx, const struct job_row *row, enum job_state s, const char *error)
{
    int e = db_send(tx->db, &q_job_end, V(row->job.id), V(codes[s]), V(error), V(tx->now));

    return e < 0 ? e : tell_kind(tx, row, s, error);
}

int job_begin(struct tx *tx, const struct job_row *row, bool known, enum job_state *ret_state)
{
    if (row->job.cancel_at.v != INSTANT_NONE.v) {
        *ret_state = JOB_CANCELLED;
        return job_end(tx, row, JOB_CANCELLED, NULL);
    }
    if (!known || row->attempts >= JOB_ATTEMPTS) {
        const char *why = !known ? "job.error-unknown-kind" : row->job.error != NULL ? row->job.error : "job.error-crashed";

        *ret_state = JOB_FAILED;
        return job_end(tx, row, JOB_FAILED, why);
    }
    *ret_state = JOB_RUNNING;
    return db_send(tx->db, &q_job_begin, V(row->job.id), V(row->attempts + 1), V(tx->now));
}

int job_progress(struct tx *tx, const struct job_row *row, const struct job *after, bool more)
{
    return db_send_one(tx->db, &q_job_progress, V(row->job.id), V(row->slices), V(codes[more ? JOB_RUNNING : JOB_DONE]),
                       V(after->place != NULL ? after->place : ""), V(after->done), V(after->total), V(after->result),
                       V(tx->now), V(more ? INSTANT_NONE : tx->now));
}

int job_failing(struct tx *tx, int64_t id, int64_t attempts, const char *error)
{
    return db_send(tx->db, &q_job_failing, V(id), V(attempts), V(error));
}

/* ---- daily kinds ---- */

struct daily {
    const struct job_kind *kind;
    date day;
};

static int start_daily(struct tx *tx, void *arg)
{
    const struct daily *d = arg;
    int64_t id = os_new_id();
    int64_t n = db_run(tx->db, &q_job_day_take, V(d->kind->name), V(d->day), V(id));

    if (n <= 0)
        return (int)n;
    return insert(tx, id, d->kind->name, 0, text_printf(tx->arena, "{\"day\":\"%s\"}", date_iso(tx->arena, d->day)));
}

static int has_started(struct app *app, const struct daily *d)
{
    struct db *db;
    int e = pool_take(app->pool, 1000, &db);

    if (e < 0)
        return e;
    {
        AUTO_ROWS struct rows rows;

        e = db_select(&rows, db, &q_job_day, V(d->kind->name), V(d->day));
        if (e == 0)
            e = rows_next(&rows);
    }
    pool_give(app->pool, db);
    return e;
}

int jobs_start_daily(struct app *app, instant now)
{
    struct time_of_day time = instant_time(now, app->zone_minutes);
    size_t m, i;
    int e;

    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_jobs; i++) {
            struct daily d = {&app->modules[m]->jobs[i], instant_date(now, app->zone_minutes)};

            if (d.kind->daily_minute < 0 || time.hour * 60 + time.minute < d.kind->daily_minute)
                continue;
            e = has_started(app, &d);
            if (e == 0)
                e = writer_do(app->writer, start_daily, &d);
            if (e < 0)
                return e;
        }
    return 0;
}
