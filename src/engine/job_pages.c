/*
 * job_pages.c: what people see of jobs: their list, one with its progress, result or reason, and the button that cancels.
 *
 * A job is shown to who started it, to who may start its kind in that government, and to who may read all; to others it is not
 * there.
 */
#include <inttypes.h>

#include "base/json.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/job_parts.h"
#include "http/http.h"

#define PAGE_ROWS   25
#define REFRESH_S   3
#define RESULT_MAX  ((size_t)256 * KB)
#define PERMIT_SEE  "job.read"
#define PERMIT_STOP "job.cancel"

static const struct {
    enum tone tone;
    enum icon icon;
} looks[] = {
    [JOB_WAITING] = {TONE_NONE, ICON_CLOCK}, [JOB_RUNNING] = {TONE_INFO, ICON_OF_TONE}, [JOB_DONE] = {TONE_GOOD, ICON_OF_TONE},
    [JOB_FAILED] = {TONE_BAD, ICON_OF_TONE}, [JOB_CANCELLED] = {TONE_NONE, ICON_CROSS},
};
_Static_assert(ARRAY_LEN(looks) == JOB_STATE_COUNT, "a look for each state");

/* ---- words ---- */

/* The text of a key that is put together, or `otherwise`. */
static const char *word_or(struct req *r, const char *key, const char *otherwise)
{
    const char *word = lang_text(r->lang, key);

    return word != NULL ? word : otherwise;
}

/* A kind that is gone has no words any more. */
static const char *kind_word(struct req *r, const char *kind)
{
    return word_or(r, text_printf(r->arena, "job.%s", kind), kind);
}

static const char *state_word(struct req *r, enum job_state s)
{
    return T(r, text_printf(r->arena, "job.state-%s", job_state_code(s)));
}

const char *job_error_word(struct req *r, const char *key)
{
    return word_or(r, key, T(r, "job.error-unknown"));
}

static const char *progress_text(struct req *r, const struct job *job)
{
    if (job->total > 0)
        return T2(r, "job.rows-of", say_count(r, job->done), say_count(r, job->total));
    return job->done > 0 ? T1(r, "job.rows", say_count(r, job->done)) : NULL;
}

/* ---- who may ---- */

static bool is_own(const struct req *r, const struct job *job)
{
    return r->actor != NULL && job->user == r->actor->user;
}

static bool may_with(const struct req *r, const struct job *job, const char *permission)
{
    const struct job_kind *kind = job_kind_find(r->app, job->kind);

    return is_own(r, job) || may(r, permission, job->gov) || (kind != NULL && may(r, kind->permission, job->gov));
}

static bool is_lasting(const struct req *r, const struct job *job)
{
    const struct job_kind *kind = job_kind_find(r->app, job->kind);

    return kind != NULL && kind->lasting;
}

/* The job of the address. False when there is none for the one who asks: the answer is written. */
static bool find(struct req *r, struct job_row *ret)
{
    int e = job_row_read(r->db, r->arena, route_id(r, "id"), ret);

    if (e < 0) {
        web_refuse(r, e);
        return false;
    }
    if (e == 0 || ret->job.gov != req_gov(r)->id || !may_with(r, &ret->job, PERMIT_SEE)) {
        r->http->status = 404;
        return false;
    }
    return true;
}

/* ---- the list ---- */

static void list_row(struct req *r, const struct ui_table *t, const struct job_row *row)
{
    const struct job *job = &row->job;
    const char *gov = route_param(r, "gov");

    ui_row_begin(r, false);
    ui_cell_link(r, t, 0, kind_word(r, job->kind), url(r, "/kerja/%s/pekerjaan/%" PRId64, gov, job->id));
    ui_cell_begin(r, t, 1);
    ui_tag(r, looks[row->state].tone, looks[row->state].icon, state_word(r, row->state));
    ui_cell_end(r, t, 1);
    ui_cell(r, t, 2, progress_text(r, job));
    ui_cell(r, t, 3, say_moment(r, job->made_at));
    ui_cell(r, t, 4, job->user == 0 ? T(r, "job.machine") : job->by);
    ui_row_end(r);
}

static void list_table(struct req *r, const struct job_row *v, size_t n)
{
    const struct ui_column columns[] = {{.label = T(r, "job.one"), .head = true},
                                        {.label = T(r, "job.state")},
                                        {.label = T(r, "job.progress")},
                                        {.label = T(r, "job.made")},
                                        {.label = T(r, "job.by")}};
    struct ui_table t = {.caption = T(r, "job.many"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    size_t i;

    ui_table_begin(r, &t);
    for (i = 0; i < n; i++)
        list_row(r, &t, &v[i]);
    ui_table_end(r, &t);
}

static void list_tabs(struct req *r, bool all)
{
    const char *path = url(r, "/kerja/%s/pekerjaan", route_param(r, "gov"));
    const struct ui_tab tabs[] = {
        {.label = T(r, "job.mine"), .href = path, .count = -1, .here = !all},
        {.label = T(r, "job.all"), .href = text_printf(r->arena, "%s?semua=1", path), .count = -1, .here = all},
    };

    if (may(r, PERMIT_SEE, req_gov(r)->id))
        ui_tabs(r, T(r, "job.many"), tabs, ARRAY_LEN(tabs));
}

static void list_page(struct req *r)
{
    bool all = http_query(r->http, "semua") != NULL && may(r, PERMIT_SEE, req_gov(r)->id);
    const char *from = http_query(r->http, "sebelum");
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "job.many")};
    int64_t below = 0;
    struct job_row *v;
    size_t n;
    int e;

    if (from != NULL && text_int(from, 1, INT64_MAX, &below) < 0) {
        r->http->status = 404;
        return;
    }
    e = jobs_list(r->db, r->arena, req_gov(r)->id, all ? 0 : r->actor->user, below, PAGE_ROWS + 1, &v, &n);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "job.many-text"), NULL, 0);
    list_tabs(r, all);
    if (n == 0)
        state_empty(r, T(r, "job.none"), T(r, "job.none-text"), NULL);
    else
        list_table(r, v, n <= PAGE_ROWS ? n : PAGE_ROWS);
    if (n > PAGE_ROWS) {
        int64_t last = v[PAGE_ROWS - 1].job.id;
        const char *next = all ? url(r, "?semua=1&sebelum=%" PRId64, last) : url(r, "?sebelum=%" PRId64, last);

        ui_button(r, &(struct ui_button){.label = T(r, "job.older"), .href = next});
    }
    page_end(r, &p);
}

/* ---- one job ---- */

static const char *shown_value(struct req *r, const struct json_in *v)
{
    switch (v->kind) {
    case JSON_IS_INT:
        return say_count(r, v->number);
    case JSON_IS_BOOL:
        return T(r, v->number != 0 ? "ui.yes" : "ui.no");
    case JSON_IS_TEXT:
        return v->text;
    default:
        return NULL; /* a list is for a kind's own show() */
    }
}

static void result_facts(struct req *r, const struct job *job)
{
    const struct json_in *in;
    size_t i;

    if (job->result == NULL || json_read(r->arena, job->result, strlen(job->result), RESULT_MAX, &in, NULL) < 0)
        return;
    ui_facts_begin(r, true);
    for (i = 0; in->kind == JSON_IS_OBJECT && i < in->n; i++) {
        const char *key = text_printf(r->arena, "job.%s-%s", job->kind, in->items[i].key);
        const char *value = shown_value(r, &in->items[i]);

        if (value != NULL)
            ui_fact(r, word_or(r, key, in->items[i].key), value);
    }
    ui_facts_end(r);
}

static void show_open(struct req *r, const struct job_row *row)
{
    const struct job *job = &row->job;

    if (job->total > 0)
        state_preparing(r, T(r, "job.runs"), job->done, job->total, NULL);
    else
        ui_note(r, TONE_INFO, state_word(r, row->state), job->done > 0 ? progress_text(r, job) : T(r, "job.runs-text"));
    if (job->error != NULL)
        ui_note(r, TONE_WARN, T(r, "job.retried"), job_error_word(r, job->error));
}

static void show_end(struct req *r, const struct job_row *row)
{
    const struct job_kind *kind = job_kind_find(r->app, row->job.kind);

    if (row->state == JOB_FAILED)
        ui_note(r, TONE_BAD, state_word(r, JOB_FAILED), job_error_word(r, row->job.error));
    if (row->state == JOB_CANCELLED)
        ui_note(r, TONE_WARN, state_word(r, JOB_CANCELLED), T(r, "job.cancelled-text"));
    if (row->state != JOB_DONE)
        return;
    ui_section_begin(r, "hasil", T(r, "job.result"));
    if (kind != NULL && kind->show != NULL)
        kind->show(r, &row->job);
    else if (row->job.result != NULL)
        result_facts(r, &row->job);
    else
        html(r, "<p>%s</p>\n", T(r, "job.result-none"));
    ui_section_end(r);
}

static void show_cancel(struct req *r, const struct job *job)
{
    const char *action = url(r, "/kerja/%s/pekerjaan/%" PRId64 "/batal", route_param(r, "gov"), job->id);

    if (job->cancel_at.v != INSTANT_NONE.v) {
        html(r, "<p>%s</p>\n", T(r, "job.cancel-asked"));
        return;
    }
    if (!may_with(r, job, PERMIT_STOP) || is_lasting(r, job))
        return;
    ui_form_begin(r, NULL, action, FORM_POST);
    web_once(r);
    ui_button(r, &(struct ui_button){.label = T(r, "job.cancel"), .look = BUTTON_BAD});
    ui_form_end(r);
}

static void facts(struct req *r, const struct job_row *row)
{
    const struct job *job = &row->job;

    ui_facts_begin(r, false);
    ui_fact_begin(r, T(r, "job.state"));
    ui_tag(r, looks[row->state].tone, looks[row->state].icon, state_word(r, row->state));
    ui_fact_end(r);
    ui_fact(r, T(r, "job.by"), job->user == 0 ? T(r, "job.machine") : job->by);
    ui_fact(r, T(r, "job.made"), say_moment(r, job->made_at));
    if (job->started_at.v != INSTANT_NONE.v)
        ui_fact(r, T(r, "job.started"), say_moment(r, job->started_at));
    if (job_is_open(row->state) && job->heartbeat_at.v != INSTANT_NONE.v)
        ui_fact(r, T(r, "job.heartbeat"), say_moment(r, job->heartbeat_at));
    if (job->ended_at.v != INSTANT_NONE.v)
        ui_fact(r, T(r, "job.ended"), say_moment(r, job->ended_at));
    if (progress_text(r, job) != NULL)
        ui_fact(r, T(r, "job.progress"), progress_text(r, job));
    ui_facts_end(r);
}

static void detail_page(struct req *r)
{
    struct crumb crumbs[2];
    struct page p = {.shell = SHELL_WORKSPACE, .crumbs = crumbs, .n_crumbs = ARRAY_LEN(crumbs)};
    struct job_row row;

    if (!find(r, &row))
        return;
    p.title = kind_word(r, row.job.kind);
    if (job_is_open(row.state))
        p.refresh = REFRESH_S;
    crumbs[0] = (struct crumb){T(r, "job.many"), url(r, "/kerja/%s/pekerjaan", route_param(r, "gov"))};
    crumbs[1] = (struct crumb){p.title, NULL};

    web_page_begin(r, &p);
    ui_head(r, p.title, NULL, NULL, 0);
    ui_split_begin(r);
    if (job_is_open(row.state)) {
        show_open(r, &row);
        show_cancel(r, &row.job);
    } else {
        show_end(r, &row);
    }
    ui_split_aside(r);
    ui_panel_begin(r, T(r, "job.one"));
    facts(r, &row);
    ui_panel_end(r);
    ui_split_end(r);
    page_end(r, &p);
}

static int cancel_apply(struct tx *tx, void *plan)
{
    return job_cancel(tx, *(const int64_t *)plan);
}

static void cancel_page(struct req *r)
{
    int64_t *id = arena_new(r->arena, int64_t);
    struct job_row row;

    if (!find(r, &row))
        return;
    if (!may_with(r, &row.job, PERMIT_STOP)) {
        web_refuse(r, E_PERMIT);
        return;
    }
    if (is_lasting(r, &row.job)) {
        web_refuse(r, fail(r, E_STATE, "job.lasting"));
        return;
    }
    if (!job_is_open(row.state)) {
        web_refuse(r, fail(r, E_STATE, "job.has-ended"));
        return;
    }
    *id = row.job.id;
    web_write(r, cancel_apply, id, NULL, url(r, "/kerja/%s/pekerjaan/%" PRId64, route_param(r, "gov"), *id));
}

/* ---- the module ---- */

#define READS_MEASURES                                                                                                         \
    "head secretary agency_head planner budget_team finance_officer inspector auditor supervisor_kpk supervisor_province"

/* clang-format off */
static const struct route routes[] = {
    ROUTE(GET,  "/kerja/{gov}/pekerjaan",            PERMIT_LOGIN,   list_page),
    ROUTE(GET,  "/kerja/{gov}/pekerjaan/{id}",       PERMIT_LOGIN,   detail_page),
    ROUTE(POST, "/kerja/{gov}/pekerjaan/{id}/batal", PERMIT_LOGIN,   cancel_page, .limits = LIMIT_FORM),
    ROUTE(GET,  "/kerja/{gov}/ukuran",               "measure.read", measure_page),
};
static const struct permit permits[] = {
    {PERMIT_SEE,     "admin operator secretary"},
    {PERMIT_STOP,    "admin operator"},
    {"measure.read", READS_MEASURES},
};
/* clang-format on */

const struct module job_module = {
    .name = "job",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .permits = permits,
    .n_permits = ARRAY_LEN(permits),
    .queries = job_queries,
    .n_queries = JOB_QUERIES,
};
