/*
 * outbox_pages.c: the operator's view of what has not gone out, and the daily job that forgets what has long
 * gone, there and among the keys of requests.
 *
 * Shows kind, key and reason, never what the effect was told: that can be an address or a link with a token.
 */
#include <inttypes.h>

#include "base/text.h"
#include "engine/app.h"
#include "engine/job_parts.h"
#include "http/http.h"

#define PATH        "/kerja/-/kotak-keluar"
#define PERMIT      "operator.outbox"
#define SHOWN       100
#define KEPT        (INT64_C(90) * 24 * 3600 * 1000)
#define WEEK        (INT64_C(7) * 24 * 3600 * 1000)
#define TIDY_MINUTE 190 /* 03.10 */

/* ---- the page ---- */

static const char *error_of(struct req *r, const struct outbox_row *row)
{
    return row->error != NULL ? job_error_word(r, text_printf(r->arena, "job.error-%s", row->error)) : NULL;
}

static void button(struct req *r, const struct outbox_row *row, const char *act, const char *label, enum button_look look)
{
    ui_form_begin(r, NULL, url(r, PATH "/%" PRId64 "/%s", row->id, act), FORM_POST);
    web_once(r);
    ui_button(r, &(struct ui_button){.label = label, .look = look, .sr = row->key});
    ui_form_end(r);
}

static void outbox_row_shown(struct req *r, const struct ui_table *t, const struct outbox_row *row, bool given_up)
{
    ui_row_begin(r, given_up);
    ui_cell_begin(r, t, 0);
    html(r, "%s", row->kind);
    ui_sub(r, row->key);
    ui_cell_end(r, t, 0);
    ui_cell(r, t, 1, say_moment(r, row->made_at));
    ui_cell(r, t, 2, say_count(r, row->attempts));
    ui_cell(r, t, 3, error_of(r, row));
    ui_cell(r, t, 4, say_moment(r, given_up ? row->given_up_at : row->due_at));
    ui_cell_begin(r, t, 5);
    button(r, row, "ulangi", T(r, "job.outbox-retry"), BUTTON_SECOND);
    if (!given_up)
        button(r, row, "hentikan", T(r, "job.outbox-give-up"), BUTTON_PLAIN);
    ui_cell_end(r, t, 5);
    ui_row_end(r);
}

static void section(struct req *r, bool given_up, const struct outbox_row *v, size_t n, int64_t count)
{
    const char *title = T(r, given_up ? "job.outbox-given-up" : "job.outbox-waiting");
    const struct ui_column columns[] = {{.label = T(r, "job.outbox-kind"), .head = true},
                                        {.label = T(r, "job.made")},
                                        {.label = T(r, "job.outbox-attempts"), .num = true},
                                        {.label = T(r, "job.outbox-error")},
                                        {.label = T(r, given_up ? "job.outbox-given-up-at" : "job.outbox-due")},
                                        {.label = T(r, "job.outbox-acts"), .hidden = true}};
    struct ui_table t = {.caption = title, .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    size_t i;

    ui_section_begin(r, given_up ? "dihentikan" : "menunggu", title);
    html(r, "<p class=\"mute\">%s</p>\n", T2(r, "job.outbox-count", say_count(r, (int64_t)n), say_count(r, count)));
    if (n > 0) {
        ui_table_begin(r, &t);
        for (i = 0; i < n; i++)
            outbox_row_shown(r, &t, &v[i], given_up);
        ui_table_end(r, &t);
    }
    ui_section_end(r);
}

static void outbox_page(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "job.outbox")};
    struct outbox_row *rows[2];
    int64_t count[2];
    size_t n[2], i;
    int e = 0;

    for (i = 0; i < 2 && e == 0; i++) {
        e = outbox_list(r->db, r->arena, i == 0, 0, SHOWN, &rows[i], &n[i]);
        if (e == 0)
            e = outbox_count(r->db, i == 0, &count[i]);
    }
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "job.outbox-text"), NULL, 0);
    for (i = 0; i < 2; i++)
        section(r, i == 0, rows[i], n[i], count[i]);
    page_end(r, &p);
}

/* ---- retry and give up ---- */

static int retry_apply(struct tx *tx, void *plan)
{
    return outbox_retry(tx, *(const int64_t *)plan);
}

static int give_up_apply(struct tx *tx, void *plan)
{
    return outbox_give_up(tx, *(const int64_t *)plan);
}

static void after_act(struct req *r, void *plan, int result)
{
    (void)plan;
    if (result == 0)
        runner_wake(r->app->runner);
    if (result == 0 || result == E_AGAIN)
        web_redirect(r, PATH);
    else
        web_refuse(r, result == E_STATE ? fail(r, result, "job.outbox-gone") : result);
}

static void act(struct req *r, int (*apply)(struct tx *tx, void *plan))
{
    int64_t *id = arena_new(r->arena, int64_t);

    *id = route_id(r, "id");
    if (*id == 0) {
        r->http->status = 404;
        return;
    }
    web_write(r, apply, id, after_act, PATH);
}

static void retry_page(struct req *r)
{
    act(r, retry_apply);
}

static void give_up_page(struct req *r)
{
    act(r, give_up_apply);
}

/* ---- tidying up ---- */

static int tidy_slice(struct tx *tx, struct job *job)
{
    int64_t n = outbox_forget(tx, (instant){tx->now.v - KEPT});

    if (n == 0)
        n = outbox_forget_given_up(tx, (instant){tx->now.v - KEPT});
    if (n < 0)
        return (int)n;
    job->done += n;
    job->result = text_printf(tx->arena, "{\"rows\":%" PRId64 "}", job->done);
    return n > 0 ? 1 : web_once_forget(tx, (instant){tx->now.v - WEEK});
}

/* clang-format off */
static const struct job_kind jobs[] = {
    {.name = "tidy", .permission = PERMIT, .daily_minute = TIDY_MINUTE, .slice = tidy_slice},
};
static const struct route routes[] = {
    ROUTE(GET,  PATH,                    PERMIT, outbox_page, .word = "job.outbox"),
    ROUTE(POST, PATH "/{id}/ulangi",     PERMIT, retry_page,   .limits = LIMIT_FORM),
    ROUTE(POST, PATH "/{id}/hentikan",   PERMIT, give_up_page, .limits = LIMIT_FORM),
};
static const struct permit permits[] = {{PERMIT, "operator"}};
/* clang-format on */

const struct module outbox_module = {
    .name = "outbox",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .permits = permits,
    .n_permits = ARRAY_LEN(permits),
    .jobs = jobs,
    .n_jobs = ARRAY_LEN(jobs),
    .queries = outbox_queries,
    .n_queries = OUTBOX_QUERIES,
};
