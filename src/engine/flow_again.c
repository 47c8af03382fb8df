/*
 * flow_again.c: the job that computes running deadlines anew after the calendar has changed.
 *
 * It walks the tasks by their key. One that gets a later date moves on in the key and is met again, which changes nothing.
 */
#include "base/json.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/job.h"
#include "engine/task.h"

#define SLICE      100
#define RESULT_MAX ((size_t)1 * KB)

/* clang-format off */
static const struct query q_running = {
    .name = "flow.running",
    .sql = "SELECT gov, agency, due, record, kind FROM task WHERE (gov, agency, due, record) > (?1, ?2, ?3, ?4) "
           "AND (?5 = 0 OR gov = ?5) AND stopped IS NULL ORDER BY gov, agency, due, record LIMIT ?6",
    .in = "iiiiii", .out = "iiiit",
};
/* clang-format on */

const struct query *const flow_again_queries[] = {&q_running};
const size_t flow_again_queries_n = ARRAY_LEN(flow_again_queries);

static const struct flow *flow_of_kind(const struct app *app, struct arena *a, const char *kind)
{
    size_t m, i;

    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_screens; i++) {
            const struct flow *f;

            for (f = app->modules[m]->screens[i]->flow; f != NULL; f = f->older)
                if (text_starts(kind, task_kind(a, f, "")))
                    return f;
        }
    return NULL;
}

static int read_slice(struct tx *tx, const struct task_line *from, int64_t gov, struct task_line *ret, size_t *ret_n)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &q_running, V(from->gov), V(from->agency), V(from->due), V(from->record), V(gov),
                  V((int64_t)SLICE));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        ret[n++] = (struct task_line){rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2), rows_int(&rows, 3),
                                      rows_text(&rows, tx->arena, 4)};
        e = 0;
    }
    *ret_n = n;
    return e;
}

/* What the slices before this one moved. */
static int64_t moved_before(struct arena *a, const struct job *job)
{
    const struct json_in *in;
    int64_t n = 0;

    if (job->result == NULL || json_read(a, job->result, strlen(job->result), RESULT_MAX, &in, NULL) < 0 ||
        json_get_int(in, "moved", 0, INT64_MAX, &n) < 0)
        return 0;
    return n;
}

static int slice(struct tx *tx, struct job *job)
{
    int64_t moved = moved_before(tx->arena, job);
    struct task_line *v = arena_array(tx->arena, SLICE, struct task_line), from;
    size_t n, i;
    int e = task_line_parse(tx->arena, job->place, &from);

    if (e == 0)
        e = read_slice(tx, &from, job->gov, v, &n);
    if (e < 0)
        return e;
    for (i = 0; i < n; i++) {
        const struct flow *f = flow_of_kind(tx->app, tx->arena, v[i].kind);

        e = f != NULL ? workflow_again(tx, f, v[i].gov, v[i].record) : 0;
        if (e < 0)
            return e;
        moved += e;
    }
    job->result = text_printf(tx->arena, "{\"moved\":%lld}", (long long)moved);
    job->done += (int64_t)n;
    if (n > 0)
        job->place = text_printf(tx->arena, "%lld %lld %lld %lld", (long long)v[n - 1].gov, (long long)v[n - 1].agency,
                                 (long long)v[n - 1].due, (long long)v[n - 1].record);
    return n == SLICE;
}

const struct job_kind flow_deadlines_job = {
    .name = "deadlines", .permission = "holiday.edit", .daily_minute = 15, .slice = slice};
