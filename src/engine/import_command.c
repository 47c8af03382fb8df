/*
 * import_command.c: an import without a browser: the same judging and the same job, in this process.
 */
#include <unistd.h>

#include "base/hash.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/form.h"
#include "engine/import_parts.h"
#include "engine/job.h"
#include "engine/seat.h"
#include "os/os.h"

#define READER_WAIT 2000 /* ms */

static struct seat_conf seat_of(const struct import_order *order)
{
    return (struct seat_conf){.screen = order->screen,
                              .act = "import",
                              .gov = order->gov,
                              .actor = order->actor,
                              .command = "terang import",
                              .lang = order->lang};
}

static int judge(struct req *r, const struct import_order *order, int dir, struct import_run *run, struct import_report *ret)
{
    int e = pool_take(r->app->pool, READER_WAIT, &r->db);

    if (e < 0)
        return e;
    if (!may(r, r->route->permission, order->gov.id))
        e = E_PERMIT;
    if (e == 0)
        e = import_check(r, order->fd, dir, import_plan_name(r->arena, run->id), order->twice, ret, run->plan);
    pool_give(r->app->pool, r->db);
    r->db = NULL;
    return e;
}

struct beginning {
    struct import_run *run;
    struct actor_mark mark;
    const char *remark;
    int64_t job;
};

static int begin(struct tx *tx, void *arg)
{
    struct beginning *b = arg;
    int e;

    tx->actor = &b->mark;
    e = import_run_add(tx, b->run);
    return e < 0 ? e : import_run_start(tx, b->run, b->remark, &b->job);
}

static int read_again(struct app *app, struct arena *a, struct import_run *run)
{
    struct db *db;
    int e = pool_take(app->pool, READER_WAIT, &db);

    if (e < 0)
        return e;
    e = import_run_read(db, a, run->gov, run->id, run);
    pool_give(app->pool, db);
    return e < 0 ? e : e == 0 ? E_STORAGE : 0;
}

/* To its end, also when that means to take it back. */
static int finish(struct app *app, struct arena *a, struct import_run *run, int64_t job)
{
    enum job_state ended;
    int e = runner_finish(app, job, &ended);

    if (e == 0)
        e = read_again(app, a, run);
    if (e < 0 || run->state != IMPORT_BACK)
        return e;
    e = runner_finish(app, run->job, &ended);
    return e < 0 ? e : read_again(app, a, run);
}

static void describe(struct req *r, const struct import_order *order, const struct import_report *report,
                     struct import_run *run)
{
    AUTO_HASH struct hash h;
    uint8_t *piece = arena_alloc(r->arena, 64 * KB);
    ssize_t n;
    int i;

    run->screen = order->screen->slug;
    run->user = r->actor->user;
    run->by = r->actor->name;
    run->file = order->file;
    run->rows = report->rows;
    for (i = 0; i < IMPORT_END_COUNT; i++)
        run->count[i] = report->count[i];
    hash_begin(&h);
    while ((n = pread(order->fd, piece, 64 * KB, run->size)) > 0) {
        hash_add(&h, piece, (size_t)n);
        run->size += n;
    }
    hash_end(&h, run->sha256);
}

static int write_plan(struct req *r, const struct import_order *order, struct import_run *run)
{
    const struct seat_conf conf = seat_of(order);
    struct beginning b = {.run = run, .remark = T1(r, "import.remark", order->file), .mark = seat_mark(r, &conf)};
    int e;

    e = writer_do(r->app->writer, begin, &b);
    return e < 0 ? e : finish(r->app, r->arena, run, b.job);
}

int import_carry_out(struct app *app, struct arena *a, const struct import_order *order, struct import_report *ret,
                     struct import_run *ret_run)
{
    AUTO_CLOSE int dir = import_dir(app);
    const struct seat_conf conf = seat_of(order);
    struct req *r = seat_take(app, a, &conf);
    const char *name;
    int e;

    *ret_run = (struct import_run){.gov = order->gov.id, .id = os_new_id()};
    *ret = (struct import_report){0};
    if (dir < 0)
        return dir;
    name = import_plan_name(a, ret_run->id);
    e = judge(r, order, dir, ret_run, ret);
    if (e < 0 || ret->refused != NULL) {
        ret_run->id = 0;
        return e;
    }
    describe(r, order, ret, ret_run);
    if (order->dry_run || (ret->count[IMPORT_WRONG] > 0 && !order->leave_wrong) ||
        ret->count[IMPORT_NEW] + ret->count[IMPORT_CHANGED] == 0)
        ret_run->id = 0;
    else
        e = write_plan(r, order, ret_run);
    return e < 0 ? e : os_remove(dir, name);
}

/* ---- words ---- */

static const char *count_text(const struct req *r, int64_t n)
{
    return number_text(r->arena, n, (int)r->lang);
}

static const char *said(const struct req *r, const char *key, const char *arg)
{
    return fault_words(r, &(struct fault){NULL, key, arg});
}

void import_report_words(const struct req *r, const char *file, const struct import_report *report, struct buf *out)
{
    static const char *const keys[] = {
        [IMPORT_NEW] = "import.n-new",   [IMPORT_CHANGED] = "import.n-changed", [IMPORT_SAME] = "import.n-same",
        [IMPORT_LEFT] = "import.n-left", [IMPORT_WRONG] = "import.n-wrong",
    };
    size_t i;

    if (report->refused != NULL) {
        buf_printf(out, "%s", file);
        if (report->refused_line > 0)
            buf_printf(out, ":%lld", (long long)report->refused_line);
        buf_printf(out, ": %s\n", said(r, report->refused, report->refused_arg));
        return;
    }
    for (i = 0; i < report->n_faults; i++) {
        const struct import_fault *f = &report->faults[i];

        buf_printf(out, "%s:%lld: ", file, (long long)f->line);
        if (f->column != NULL)
            buf_printf(out, "%s: ", f->column);
        buf_printf(out, "%s\n", said(r, f->key, f->arg));
    }
    buf_printf(out, "%s: %s\n", T(r, "import.n-rows"), count_text(r, report->rows));
    for (i = 0; i < IMPORT_END_COUNT; i++)
        buf_printf(out, "%s: %s\n", T(r, keys[i]), count_text(r, report->count[i]));
    for (i = 0; i < report->n_left; i++)
        buf_printf(out, "  %s: %s\n", said(r, report->left[i].key, NULL), count_text(r, report->left[i].n));
    for (i = 0; i < report->n_ignored; i++)
        buf_printf(out, "%s: %s\n", T(r, "import.ignored"), report->ignored[i]);
}
