/*
 * import_job.c: writing what was planned, and taking it back.
 *
 * Up to IMPORT_SLICE rows are one slice and so one transaction. More are several; when one of them fails for good, or somebody
 * cancels, what was written is taken back by a second job, so that nothing of a file counts or all of it. Not for: judging.
 */
#include "base/json.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/history.h"
#include "engine/import_parts.h"
#include "engine/job.h"
#include "engine/row.h"
#include "engine/save.h"
#include "os/os.h"

#define READER_WAIT  2000 /* ms */
#define ARGS_MAX     ((size_t)8 * KB)
#define SWEEP_MINUTE 190

/* ---- one row ---- */

/* The government of the rows themselves: 0 but for data. */
static int64_t gov_of(const struct screen *s, const struct import_run *run)
{
    return s->entity->kind == ENTITY_DATA ? run->gov : 0;
}

static int read_args(struct arena *a, const struct job *job, int64_t *ret_run, const char **ret_remark)
{
    const struct json_in *in;

    *ret_remark = NULL;
    if (json_read(a, job->args, strlen(job->args), ARGS_MAX, &in, NULL) < 0 ||
        json_get_int(in, "run", 1, INT64_MAX, ret_run) != 1 || json_get_text(in, "remark", ret_remark) < 0)
        return E_STORAGE;
    return 0;
}

/* ---- writing ---- */

struct prepared {
    struct import_run run;
    const struct screen *s;
    const char *remark;
    struct import_plan plan;
};

static int read_run(struct app *app, struct arena *a, int64_t gov, int64_t id, struct import_run *ret)
{
    struct db *db;
    int e = pool_take(app->pool, READER_WAIT, &db);

    if (e < 0)
        return e;
    e = import_run_read(db, a, gov, id, ret);
    pool_give(app->pool, db);
    return e < 0 ? e : e == 0 ? E_STORAGE : 0;
}

static int import_prepare(struct app *app, struct job *job, struct arena *a)
{
    struct prepared *p = arena_new(a, struct prepared);
    int64_t id = 0;
    int e;

    if (job->prepared != NULL)
        return 0;
    e = read_args(a, job, &id, &p->remark);
    if (e == 0)
        e = read_run(app, a, job->gov, id, &p->run);
    if (e < 0)
        return e;
    p->s = screen_by_slug(app, p->run.screen);
    if (p->s == NULL)
        return E_STORAGE;
    {
        AUTO_CLOSE int dir = import_dir(app);

        e = dir < 0 ? dir : import_plan_read(dir, import_plan_name(a, id), p->run.plan, a, &p->plan);
    }
    if (e < 0) {
        job->error = "import.plan-gone";
        return e;
    }
    job->total = (int64_t)p->plan.n;
    job->prepared = p;
    return 0;
}

static int write_line(struct tx *tx, struct job *job, const struct prepared *p, size_t i)
{
    const struct entity *e = p->s->entity;
    struct record *before = NULL, *row = row_new(tx->arena, e, job->gov), head;
    struct import_planned line;
    int result = import_plan_line(&p->plan, i, tx->arena, &line);

    if (result < 0)
        return result;
    if (line.rev > 0) {
        before = arena_alloc(tx->arena, e->size);
        result = row_get(tx->db, tx->arena, e, gov_of(p->s, &p->run), line.id, before);
        if (result < 0)
            return result;
        if (result == 0 || before->rev != line.rev) {
            job->error = "import.changed-since";
            return E_CONFLICT;
        }
        memcpy(row, before, e->size);
    }
    result = import_plan_row(&line, e, tx->arena, row);
    if (result == 0)
        result = save_row(tx, p->s, before, row, &head);
    if (result == 0)
        result = import_row_add(tx, &p->run, (int64_t)i + 1, &head);
    if (result == E_CONFLICT)
        job->error = "import.conflict";
    return result;
}

static const char *result_text(struct tx *tx, const struct import_run *run)
{
    struct json_out j;
    struct buf b;

    buf_init(&b, tx->arena, KB);
    json_out_init(&j, &b);
    json_out_object(&j);
    json_put_text(&j, "file", run->file);
    json_put_int(&j, "new", run->count[IMPORT_NEW]);
    json_put_int(&j, "changed", run->count[IMPORT_CHANGED]);
    json_put_int(&j, "same", run->count[IMPORT_SAME]);
    json_out_end(&j);
    return json_out_done(&j) == 0 ? b.s : NULL;
}

static int import_slice(struct tx *tx, struct job *job)
{
    const struct prepared *p = job->prepared;
    struct actor_mark *mark = actor_act(tx, tx->actor);
    size_t step = p->plan.n <= IMPORT_SLICE ? IMPORT_SLICE : IMPORT_SLICE / 2, i, end;
    int e = 0;

    mark->remark = p->remark;
    end = (size_t)job->done + step < p->plan.n ? (size_t)job->done + step : p->plan.n;
    for (i = (size_t)job->done; e == 0 && i < end; i++)
        e = write_line(tx, job, p, i);
    if (e == 0 && end == p->plan.n)
        e = import_run_done(tx, &p->run);
    if (e < 0)
        return e;
    job->done = (int64_t)end;
    if (end < p->plan.n)
        return 1;
    job->result = result_text(tx, &p->run);
    return 0;
}

static int import_ended(struct tx *tx, const struct job *job, enum job_state end, const char *error)
{
    struct import_run run;
    const char *remark;
    int64_t id = 0;
    int e = read_args(tx->arena, job, &id, &remark);

    if (e == 0)
        e = import_run_read(tx->db, tx->arena, job->gov, id, &run);
    if (e <= 0)
        return e;
    if (run.state != IMPORT_RUNS)
        return 0;
    return import_run_back(tx, &run, end == JOB_CANCELLED ? "import.cancelled" : error);
}

/* ---- taking back ---- */

/* Fields as they were before the revision that the import made; 0 when its line of the history is not there. */
static int former(struct tx *tx, const struct entity *e, const struct import_written *w, int64_t gov, void *row)
{
    struct history *lines;
    size_t n = 0, i;
    int result = history_read(tx->db, tx->arena, e, gov, w->record, w->rev + 1, &lines, &n);

    if (result < 0 || n == 0 || lines[0].rev != w->rev)
        return result;
    for (i = 0; i < lines[0].n; i++)
        if (lines[0].changes[i].field != NULL) {
            result = field_take(lines[0].changes[i].field, row, lines[0].changes[i].before, tx->arena);
            if (result < 0)
                return result;
        }
    return 1;
}

/* 1 it is as it was, 0 somebody has changed it since and it stays. */
static int take_back(struct tx *tx, const struct screen *s, const struct import_run *run, const struct import_written *w)
{
    const struct entity *e = s->entity;
    struct record *row = arena_alloc(tx->arena, e->size), *old, head;
    int result = row_get(tx->db, tx->arena, e, gov_of(s, run), w->record, row);

    if (result < 0)
        return result;
    if (result == 0 || row->voided_at.v != INSTANT_NONE.v)
        return 0;
    if (w->rev == 1 && (row->rev == 1 || run->state == IMPORT_BACK)) {
        result = save_void(tx, s, row, &head);
        return result < 0 ? result : 1;
    }
    if (row->rev != w->rev)
        return 0;
    old = memcpy(arena_alloc(tx->arena, e->size), row, e->size);
    result = former(tx, e, w, gov_of(s, run), old);
    if (result <= 0)
        return result;
    result = save_row(tx, s, row, old, &head);
    return result < 0 ? result : 1;
}

/* "below kept" of the slice before. */
static void read_place(struct arena *a, const struct job *job, int64_t *ret_below, int64_t *ret_kept)
{
    size_t n;
    char **parts = text_split(a, job->place, ' ', &n);

    *ret_below = INT64_MAX;
    *ret_kept = 0;
    if (n == 2 && (text_int(parts[0], 1, INT64_MAX, ret_below) < 0 || text_int(parts[1], 0, INT64_MAX, ret_kept) < 0))
        *ret_below = INT64_MAX;
}

static int back_slice(struct tx *tx, struct job *job)
{
    struct actor_mark *mark = actor_act(tx, tx->actor);
    int64_t id = 0, below, kept, in_the_way;
    struct import_written *v;
    const struct screen *s;
    struct import_run run;
    size_t n = 0, max, i;
    int e = read_args(tx->arena, job, &id, &mark->remark);

    if (e == 0)
        e = import_run_read(tx->db, tx->arena, job->gov, id, &run);
    s = e > 0 ? screen_by_slug(tx->app, run.screen) : NULL;
    if (s == NULL)
        return e < 0 ? e : E_STORAGE;
    mark->reason = run.state == IMPORT_UNDOING ? IMPORT_UNDONE_BY : IMPORT_FAILED_BY;
    read_place(tx->arena, job, &below, &kept);
    if (run.state == IMPORT_UNDOING && job->done == 0) {
        e = import_in_the_way(tx->db, s->entity, &run, 1, &in_the_way, &n);
        if (e < 0 || n > 0)
            return e < 0 ? e : import_run_stays(tx, &run, "import.in-the-way");
    }
    job->total = run.count[IMPORT_NEW] + run.count[IMPORT_CHANGED];
    max = job->total <= IMPORT_SLICE ? IMPORT_SLICE : IMPORT_SLICE / 2;
    e = import_rows_below(tx->db, tx->arena, job->gov, id, below, max, &v, &n);
    for (i = 0; e >= 0 && i < n; i++) {
        e = take_back(tx, s, &run, &v[i]);
        kept += e == 0;
    }
    if (e < 0)
        return e;
    job->done += (int64_t)n;
    if (n < max)
        return import_run_is_back(tx, &run, kept);
    job->place = text_printf(tx->arena, "%lld %lld", (long long)v[n - 1].n, (long long)kept);
    return 1;
}

/* It cannot be cancelled, so it has failed: what is left of the file is for the operator. */
static int back_ended(struct tx *tx, const struct job *job, enum job_state end, const char *error)
{
    struct import_run run;
    const char *remark;
    int64_t id = 0;
    int e = read_args(tx->arena, job, &id, &remark);

    (void)end;
    if (e == 0)
        e = import_run_read(tx->db, tx->arena, job->gov, id, &run);
    if (e <= 0)
        return e;
    if (run.state != IMPORT_BACK && run.state != IMPORT_UNDOING)
        return 0;
    return import_run_stuck(tx, &run, error);
}

/* ---- forgetting ---- */

static int remove_plan(struct app *app, const char *key, const char *args, struct arena *a)
{
    AUTO_CLOSE int dir = import_dir(app);

    (void)args;
    (void)a;
    if (dir < 0)
        return E_BUSY;
    return os_remove(dir, key) < 0 ? E_BUSY : 0;
}

static int sweep_prepare(struct app *app, struct job *job, struct arena *a)
{
    AUTO_CLOSE int dir = import_dir(app);

    (void)job;
    (void)a;
    if (dir < 0)
        return dir;
    return os_sweep(dir, "rencana-", IMPORT_FILE_MS / 1000) < 0 ? E_STORAGE : 0;
}

static int sweep_slice(struct tx *tx, struct job *job)
{
    (void)job;
    return import_runs_forget(tx, (instant){tx->now.v - IMPORT_FILE_MS});
}

/* ---- the module ---- */

/* clang-format off */
static const struct job_kind jobs[] = {
    {.name = IMPORT_JOB,       .permission = "import.see", .daily_minute = -1, .slice = import_slice, .prepare = import_prepare,
     .ended = import_ended},
    {.name = IMPORT_BACK_JOB,  .permission = "import.see", .daily_minute = -1, .slice = back_slice, .ended = back_ended,
     .lasting = true},
    {.name = IMPORT_SWEEP_JOB, .permission = "import.see", .daily_minute = SWEEP_MINUTE, .slice = sweep_slice,
     .prepare = sweep_prepare},
};
static const struct effect_kind effects[] = {{.name = IMPORT_EFFECT, .run = remove_plan}};
static const struct permit permits[] = {{"import.see", "admin operator"}};
/* clang-format on */

const struct module import_module = {
    .name = "import",
    .jobs = jobs,
    .n_jobs = ARRAY_LEN(jobs),
    .effects = effects,
    .n_effects = ARRAY_LEN(effects),
    .permits = permits,
    .n_permits = ARRAY_LEN(permits),
    .queries = import_queries,
    .n_queries = IMPORT_QUERIES,
};
