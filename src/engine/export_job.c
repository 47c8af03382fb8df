/*
 * export_job.c: files of more rows than one request takes: written in slices behind the person's back, fetched by that person.
 *
 * A slice reads on by key, so the file holds each row at most once whatever is written meanwhile. After a crash the file is
 * begun anew: the half of a book is no book. Not for: what stands in it (export_file.c), the reason (export.c).
 */
#include <sys/stat.h>

#include "base/date.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/export.h"
#include "engine/seat.h"
#include "os/os.h"

#define KIND         "export"
#define SWEEP_KIND   "export-sweep"
#define SWEEP_MINUTE (2 * 60 + 55)
#define SLICE_ROWS   5000
#define ARGS_MAX     ((size_t)16 * KB)
#define READER_WAIT  2000 /* ms */
#define HOUR_MS      INT64_C(3600000)

/* How long a file lies there, by the day it was finished; what was promised to earlier ones stays with them. */
const struct param export_params[EXPORT_PARAMS] = {
    {.code = "export-keep-hours", .unit = PARAM_HOURS, .least = 1, .most = 72, .initial = 24},
};

/* ---- what is asked, as args ---- */

int export_work_start(struct tx *tx, const struct export_work *w, int64_t *ret_job)
{
    struct json_out j;
    struct buf b;

    buf_init(&b, tx->arena, ARGS_MAX);
    json_out_init(&j, &b);
    json_out_object(&j);
    json_put_text(&j, "screen", w->screen->slug);
    json_put_text(&j, "format", export_format_name(w->format));
    json_put_text(&j, "query", w->query);
    json_put_bool(&j, "personal", w->personal);
    json_put_bool(&j, "second_factor", w->second_factor);
    json_put_text(&j, "lang", lang_code(w->lang));
    json_put_text(&j, "gov", w->gov.slug);
    json_put_text(&j, "code", w->gov.code);
    json_put_text(&j, "zone", w->gov.zone);
    json_put_int(&j, "zone_minutes", w->gov.zone_minutes);
    json_out_end(&j);
    return json_out_done(&j) < 0 ? E_LIMIT : job_start(tx, KIND, w->gov.id, b.s, ret_job);
}

static bool has_text(const struct json_in *in, const char *key, const char **ret)
{
    return json_get_text(in, key, ret) == 1;
}

/* 1; 0 when the screen is gone or the text none of ours. */
static int read_work(const struct app *app, struct arena *a, const struct job *job, struct export_work *ret)
{
    const char *slug, *format, *lang;
    const struct json_in *in;
    int64_t zone;

    *ret = (struct export_work){.gov.id = job->gov};
    if (json_read(a, job->args, strlen(job->args), ARGS_MAX, &in, NULL) < 0 || !has_text(in, "screen", &slug) ||
        !has_text(in, "format", &format) || !has_text(in, "query", &ret->query) || !has_text(in, "lang", &lang) ||
        json_get_bool(in, "personal", &ret->personal) != 1 || json_get_bool(in, "second_factor", &ret->second_factor) != 1 ||
        json_get_int(in, "zone_minutes", -24 * 60, 24 * 60, &zone) != 1)
        return 0;
    if (!has_text(in, "gov", &ret->gov.slug))
        ret->gov.slug = "-";
    (void)has_text(in, "code", &ret->gov.code); /* the installation has none */
    (void)has_text(in, "zone", &ret->gov.zone);
    ret->gov.zone_minutes = (int)zone;
    ret->screen = screen_by_slug(app, slug);
    ret->format = export_format(format);
    ret->lang = text_eq(lang, lang_code(LANG_EN)) ? LANG_EN : LANG_ID;
    return ret->screen != NULL;
}

/* ---- files ---- */

static int open_folder(const struct app *app)
{
    int e = os_make_dir(app->data_dir, "upload", 0700);

    return e < 0 ? e : os_open_dir_in(app->data_dir, "upload");
}

static const char *file_name(struct arena *a, int64_t job)
{
    return text_printf(a, "ekspor-%lld", (long long)job);
}

/* ---- writing ---- */

struct writing {
    struct req *r;
    struct export_work work;
    struct list_query q;
    struct export_out *out; /* NULL once the file is whole */
    const char *name, *next;
    int dir, fd;
    int64_t rows, bytes;
};

static void let_go(void *prepared)
{
    struct writing *w = prepared;

    if (w->out != NULL) {
        export_drop(w->out);
        if (w->fd >= 0 && os_remove(w->dir, w->name) < 0)
            log_record(LEVEL_WARN, "export.left", LOG_TEXT("what", "half a file waits for the sweep"));
    }
    w->out = NULL;
    os_close(&w->fd);
    os_close(&w->dir);
}

/* Who asked, with the rights of now. E_PERMIT when they do not reach so far any more. */
static int seat_asker(struct app *app, struct db *db, struct arena *a, const struct job *job, struct writing *w)
{
    struct actor *actor = arena_new(a, struct actor);
    struct seat_conf conf = {.screen = w->work.screen,
                             .act = w->work.personal ? "export" : "read",
                             .gov = w->work.gov,
                             .actor = actor,
                             .lang = w->work.lang};
    int found = app->actor_of != NULL ? app->actor_of(db, a, job->user, os_now(), w->work.second_factor, actor) : 0;

    if (found <= 0)
        return found < 0 ? found : E_PERMIT;
    w->r = seat_take(app, a, &conf);
    w->r->db = db;
    if (!may(w->r, w->r->route->permission, job->gov) || (w->work.personal && personal_hidden(w->r, job->gov)))
        return E_PERMIT;
    return 0;
}

static int begin_file(struct app *app, struct arena *a, const struct job *job, struct writing *w)
{
    struct export_conf conf = {w->work.format, w->work.personal, EXPORT_ROWS_JOB, -1, NULL};
    int e;

    w->name = file_name(a, job->id);
    w->dir = open_folder(app);
    if (w->dir < 0)
        return w->dir;
    e = os_remove(w->dir, w->name); /* of an attempt that a crash ended */
    w->fd = e < 0 ? e : os_create(w->dir, w->name, 0600);
    if (w->fd < 0)
        return w->fd;
    conf.fd = w->fd;
    conf.temporary = text_printf(a, "/proc/self/fd/%d", w->dir);
    return export_open(w->r, &w->q, &conf, &w->out);
}

static int begin(struct app *app, struct db *db, struct job *job, struct arena *a, struct writing *w)
{
    struct http_pairs pairs;
    int e = read_work(app, a, job, &w->work) == 1 ? 0 : E_FORMAT;

    if (e == 0)
        e = seat_asker(app, db, a, job, w);
    if (e < 0)
        return e;
    pairs = query_pairs(a, w->work.query);
    e = query_take(w->r, w->work.screen, w->work.personal ? "export" : "read", job->gov, &pairs, &w->q);
    w->q.ask.cursor = NULL;
    return e < 0 ? e : w->q.n_wrong > 0 ? E_INPUT : begin_file(app, a, job, w);
}

/* One slice; after the last one the file is whole and on the disk. */
static int go_on(struct writing *w, struct db *db)
{
    struct stat st;
    int64_t n;

    w->r->db = db;
    n = export_put(w->out, SLICE_ROWS, w->next, &w->next);
    if (n < 0)
        return (int)n;
    w->rows += n;
    if (w->next != NULL)
        return 0;
    n = export_close(w->out);
    if (n >= 0 && (os_sync(w->fd) < 0 || os_sync(w->dir) < 0 || fstat(w->fd, &st) < 0))
        n = E_STORAGE;
    if (n < 0)
        return (int)n;
    w->out = NULL;
    w->bytes = st.st_size;
    return 0;
}

static const char *error_of(int e)
{
    return e == E_PERMIT ? "job.export-no-right" : e == E_LIMIT ? "job.export-too-many" : NULL;
}

static int prepare(struct app *app, struct job *job, struct arena *a)
{
    struct writing *w = job->prepared;
    struct db *db;
    int e = pool_take(app->pool, READER_WAIT, &db);

    if (e < 0)
        return e;
    if (w == NULL) {
        w = arena_new(a, struct writing);
        *w = (struct writing){.dir = -1, .fd = -1};
        e = begin(app, db, job, a, w);
    }
    if (e == 0 && w->out != NULL)
        e = go_on(w, db);
    pool_give(app->pool, db);
    job->prepared = w;
    if (e < 0) {
        job->error = error_of(e);
        let_go(w);
        job->prepared = NULL; /* from the beginning again */
        return e;
    }
    job->done = w->rows;
    return 0;
}

static int result_of(struct tx *tx, const struct writing *w, const char **ret)
{
    date today = instant_date(tx->now, w->work.gov.zone_minutes);
    struct param_value keep;
    struct json_out j;
    struct buf b;
    int e;

    e = param_on(tx->db, tx->arena, w->work.gov.id, &export_params[0], today, &keep);
    if (e < 0)
        return e;
    buf_init(&b, tx->arena, ARGS_MAX);
    json_out_init(&j, &b);
    json_out_object(&j);
    json_put_int(&j, "rows", w->rows);
    json_put_int(&j, "bytes", w->bytes);
    json_put_int(&j, "until", tx->now.v + keep.value * HOUR_MS);
    json_out_end(&j);
    BUG_IF(json_out_done(&j) < 0);
    *ret = b.s;
    return 0;
}

static int slice(struct tx *tx, struct job *job)
{
    const struct writing *w = job->prepared;

    if (w->out != NULL)
        return 1;
    return result_of(tx, w, &job->result);
}

/* ---- fetching ---- */

static int64_t number_in(struct arena *a, const struct job *job, const char *key)
{
    const struct json_in *in;
    int64_t v;

    if (job->result == NULL || json_read(a, job->result, strlen(job->result), ARGS_MAX, &in, NULL) < 0)
        return 0;
    return json_get_int(in, key, 0, INT64_MAX, &v) == 1 ? v : 0;
}

/* Its own, still there, and the rights still reach so far. */
static bool may_fetch(struct req *r, const struct job *job, const struct export_work *work)
{
    const char *act = screen_permission(r->arena, work->screen, work->personal ? "export" : "read");

    return r->actor->session != 0 && job->user == r->actor->user && r->now.v < number_in(r->arena, job, "until") &&
           may(r, act, job->gov) && !(work->personal && personal_hidden(r, job->gov));
}

void export_work_file_page(struct req *r)
{
    struct job job;
    enum job_state state_now;
    struct export_work work;
    struct stat st;
    int e = job_read(r->db, r->arena, route_id(r, "id"), &job, &state_now);

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    if (e == 0 || !text_eq(job.kind, KIND) || state_now != JOB_DONE || job.gov != req_gov(r)->id ||
        read_work(r->app, r->arena, &job, &work) == 0 || !may_fetch(r, &job, &work)) {
        r->http->status = 404;
        return;
    }
    AUTO_CLOSE int dir = open_folder(r->app);
    AUTO_CLOSE int fd = dir < 0 ? dir : os_open_read(dir, file_name(r->arena, job.id));

    if (fd < 0 || fstat(fd, &st) < 0) {
        r->http->status = 404;
        return;
    }
    if (r->app->may_export != NULL && r->app->may_export(r) < 0) {
        web_refuse(r, E_RATE);
        return;
    }
    export_name_file(r, work.screen->slug, work.format);
    r->http->file_size = st.st_size;
    r->http->file_fd = fd;
    fd = -1;
}

static void show(struct req *r, const struct job *job)
{
    struct export_work work;
    instant until = {number_in(r->arena, job, "until")};

    ui_facts_begin(r, true);
    ui_fact_num(r, T(r, "job.export-rows"), say_count(r, number_in(r->arena, job, "rows")));
    ui_fact(r, T(r, "job.export-until"), say_moment(r, until));
    ui_facts_end(r);
    if (read_work(r->app, r->arena, job, &work) == 1 && may_fetch(r, job, &work))
        ui_button(
            r, &(struct ui_button){.label = T(r, "job.export-fetch"),
                                   .href = url(r, "/kerja/%s/pekerjaan/%lld/berkas", route_param(r, "gov"), (long long)job->id),
                                   .look = BUTTON_FIRST,
                                   .icon = ICON_DOWNLOAD});
    else
        html(r, "<p>%s</p>\n", T(r, r->now.v < until.v ? "job.export-others" : "job.export-gone"));
}

/* ---- removing ---- */

/* Older than any file may lie there; what is past its own hours is not handed out before that either. */
static int sweep_prepare(struct app *app, struct job *job, struct arena *a)
{
    AUTO_CLOSE int dir = open_folder(app);

    (void)job;
    (void)a;
    if (dir < 0)
        return dir;
    return os_sweep(dir, "ekspor-", export_params[0].most * 3600) < 0 ? E_STORAGE : 0;
}

static int nothing_left(struct tx *tx, struct job *job)
{
    (void)tx;
    (void)job;
    return 0;
}

/* clang-format off */
const struct job_kind export_jobs[2] = {
    {.name = KIND,       .permission = "export.see", .daily_minute = -1, .slice = slice, .prepare = prepare, .release = let_go,
     .show = show},
    {.name = SWEEP_KIND, .permission = "export.see", .daily_minute = SWEEP_MINUTE, .slice = nothing_left,
     .prepare = sweep_prepare},
};
/* clang-format on */
