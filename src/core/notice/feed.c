/*
 * feed.c: due dates as a calendar under a secret address (security.md A9): made, renewed and withdrawn on the account's page,
 * read by programs without a login.
 *
 * The address is shown once; its hash is stored. What it gives follows the roles of the person at that moment: none, or an
 * account that is closed, is 410 as one that was withdrawn. Only wrong secrets are counted against an address.
 */
#include <inttypes.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/text.h"
#include "core/auth/token.h"
#include "core/notice/ical.h"
#include "core/notice/notice.h"
#include "core/notice/query.h"
#include "core/user/admin.h"
#include "core/user/core.h"
#include "core/user/door.h"
#include "core/user/user.h"
#include "engine/flow.h"
#include "engine/row.h"
#include "engine/seat.h"
#include "engine/task.h"
#include "os/os.h"
#include "ui/lang.h"

#define HERE      "/akun/kalender"
#define SUFFIX    ".ics"
#define GOVS_MAX  12
#define TASKS_MAX 300 /* of one government */
#define OUT_MAX   ((size_t)1 * MB)

/* clang-format off */
const struct query q_feed_of = {
    .name = "feed.of", .sql = "SELECT made_at FROM calendar_feed WHERE person = ?1", .in = "i", .out = "i",
};
const struct query q_feed_find = {
    .name = "feed.find", .sql = "SELECT person FROM calendar_feed WHERE hash = ?1", .in = "t", .out = "i",
};
const struct query q_feed_put = {
    .name = "feed.put",
    .sql = "INSERT INTO calendar_feed (person, hash, made_at) VALUES (?1, ?2, ?3) "
           "ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at",
    .in = "iti", .out = "",
};
const struct query q_feed_drop = {
    .name = "feed.drop", .sql = "DELETE FROM calendar_feed WHERE person = ?1", .in = "i", .out = "",
};
/* clang-format on */

/* After a restore: what was withdrawn since does not come back. */
const struct query q_feed_end_every = {.name = "feed.end-every", .sql = "DELETE FROM calendar_feed", .in = "", .out = ""};

/* One number of one row: 1, 0 none. */
static int one(struct db *db, const struct query *q, struct val key, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, q, key);
    if (e == 0)
        e = rows_next(&rows);
    if (e == 1)
        *ret = rows_int(&rows, 0);
    return e;
}

/* ---- the calendar ---- */

static void write_task(struct buf *out, struct req *r, const struct task_mine *x)
{
    const char *verb = x->step != NULL ? flow_word(r, x->flow, x->step->verb, "") : NULL;
    const char *host = strstr(r->app->origin, "://");
    const struct ical_event e = {
        .uid = text_printf(r->arena, "%" PRId64 "-%" PRId64 "@%s", x->task.gov, x->task.record,
                           host != NULL ? host + 3 : "terang"),
        .day = x->task.due,
        .stamp = x->task.since,
        .title = verb != NULL ? text_printf(r->arena, "%s: %s", verb, x->task.title) : x->task.title,
        .text = label_one(r, x->screen->entity),
        .url =
            text_printf(r->arena, "%s/kerja/%s/%s/%" PRId64, r->app->origin, req_gov(r)->slug, x->screen->slug, x->task.record),
    };

    ical_event(out, &e);
}

static const struct screen *some_screen(const struct app *app)
{
    size_t m, i;

    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_screens; i++)
            if (app->modules[m]->screens[i]->flow != NULL)
                return app->modules[m]->screens[i];
    return NULL;
}

static int write_gov(struct buf *out, struct req *asked, const struct actor *actor, int64_t gov, enum lang lang)
{
    const struct screen *s = some_screen(asked->app);
    struct req *r = NULL;
    struct task_mine *v;
    size_t n, i;
    bool more;
    int e = s != NULL ? sight_take(asked->app, asked->db, asked->arena, actor, s, gov, &r) : 0;

    if (e < 0 || r == NULL)
        return e;
    r->lang = lang;
    e = task_mine(r, gov, false, DATE_NONE, 0, TASKS_MAX, &v, &n, &more);
    for (i = 0; e == 0 && i < n; i++)
        if (v[i].task.due.v != TASK_NEVER.v)
            write_task(out, r, &v[i]);
    return e;
}

static int write_calendar(struct buf *out, struct req *r, const struct actor *actor, enum lang lang)
{
    int64_t seen[GOVS_MAX];
    size_t n = 0, i, k;
    int e = 0;

    ical_begin(out, r->app->name);
    for (i = 0; i < actor->n_grants && n < GOVS_MAX && e == 0; i++) {
        for (k = 0; k < n && seen[k] != actor->grants[i].gov; k++)
            ;
        if (k < n || actor->grants[i].gov == GOV_ANY)
            continue;
        seen[n++] = actor->grants[i].gov;
        e = write_gov(out, r, actor, seen[n - 1], lang);
    }
    ical_end(out);
    return e < 0 ? e : buf_failed(out);
}

static void answer(struct req *r, const struct actor *actor, int64_t user)
{
    struct http_req *h = r->http;
    uint8_t hash[HASH_SIZE];
    struct app_user u;
    struct buf out;
    int e = row_get(r->db, r->arena, &app_user_entity, 0, user, &u);

    buf_init(&out, r->arena, OUT_MAX);
    if (e >= 0)
        e = write_calendar(&out, r, actor, e == 1 && u.language.v != NULL ? lang_of(u.language.v) : LANG_ID);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    hash_sha256(out.s, out.n, hash);
    http_answer_header(h, "ETag", text_printf(r->arena, "\"%s\"", hex_text(r->arena, hash, 16)));
    h->type = "text/calendar; charset=utf-8";
    h->status = 200;
    buf_clear(r->out);
    buf_add_n(r->out, out.s, out.n);
}

/* The part of the address without ".ics", NULL for another one. */
static const char *secret_of(struct req *r)
{
    const char *part = route_param(r, "secret");
    size_t n = strlen(part), tail = strlen(SUFFIX);

    return n > tail && text_eq(part + n - tail, SUFFIX) ? arena_text_n(r->arena, part, n - tail) : NULL;
}

/* 1 with the user and its rights, 0 for one that nobody has. */
static int find(struct req *r, int64_t *ret_user, const struct actor **ret)
{
    const char *secret = secret_of(r);
    struct token_hash hash;
    int e;

    if (secret == NULL || token_hash(TOKEN_ICAL, secret, &hash) < 0)
        return 0;
    e = one(r->db, &q_feed_find, V(hex_text(r->arena, hash.h, sizeof hash.h)), ret_user);
    if (e <= 0)
        return e;
    e = sight_actor(r->app, r->db, r->arena, *ret_user, ret);
    return e < 0 ? e : 1;
}

void page_feed(struct req *r)
{
    struct ratelimit *limits = core_of(r->app)->limits;
    int64_t now = os_monotonic_us() / 1000, wait_ms, user;
    const struct actor *actor = NULL;
    int e;

    r->http->no_referrer = true;
    if (ratelimit_peek(limits, RATE_TRACK, r->http->address, now, &wait_ms) < 0) {
        door_later(r, 429, "login.later", wait_ms);
        return;
    }
    e = find(r, &user, &actor);
    if (e < 0)
        web_refuse(r, e);
    else if (e == 0 && ratelimit_take(limits, RATE_TRACK, r->http->address, now, &wait_ms) < 0)
        door_later(r, 429, "login.later", wait_ms);
    else if (actor == NULL)
        r->http->status = 410;
    else
        answer(r, actor, user);
}

/* ---- on the account's page ---- */

void page_feed_own(struct req *r)
{
    const struct crumb crumbs[] = {{T(r, "account.title"), "/akun"}, {T(r, "feed.title"), NULL}};
    struct page p = {.shell = SHELL_WORKSPACE,
                     .title = T(r, "feed.title"),
                     .crumbs = crumbs,
                     .n_crumbs = ARRAY_LEN(crumbs),
                     .here = "/akun"};
    int64_t made;
    int e = one(r->db, &q_feed_of, V(r->actor->user), &made);
    const struct ui_button make = {.label = T(r, e == 1 ? "feed.renew" : "feed.make"), .look = BUTTON_FIRST};
    const struct ui_button drop = {.label = T(r, "feed.drop"), .look = BUTTON_BAD};

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "feed.line"), NULL, 0);
    html(r, "<p>%s</p>\n", e == 1 ? T1(r, "feed.since", say_moment(r, (instant){made})) : T(r, "feed.none"));
    html(r, "<p class=\"mute\">%s</p>\n", T(r, "feed.text"));
    ui_form_begin(r, NULL, HERE, FORM_POST);
    web_once(r);
    ui_buttons(r, &make, 1);
    ui_form_end(r);
    if (e == 1) {
        ui_form_begin(r, NULL, HERE "/cabut", FORM_POST);
        ui_buttons(r, &drop, 1);
        ui_form_end(r);
    }
    page_end(r, &p);
}

struct making {
    int64_t user;
    struct token token;
};

static int make_run(struct tx *tx, void *plan)
{
    const struct making *m = plan;

    return db_send(tx->db, &q_feed_put, V(m->user), V(hex_text(tx->arena, m->token.hash.h, sizeof m->token.hash.h)),
                   V(tx->now));
}

static void made(struct req *r, void *plan, int result)
{
    const struct making *m = plan;
    const struct door_page d = {.title = T(r, "feed.made"), .text = T(r, "feed.once")};
    const struct ui_button on = {.label = T(r, "account.back"), .href = "/akun", .look = BUTTON_FIRST};
    struct page p;

    if (result == E_AGAIN) {
        web_redirect(r, HERE);
        return;
    }
    if (result < 0) {
        web_refuse(r, result);
        return;
    }
    r->http->no_referrer = true;
    door_begin(r, &p, &d);
    html(r, "<p><code>%s</code></p>\n", text_printf(r->arena, "%s/kal/%s" SUFFIX, r->app->origin, m->token.text));
    ui_buttons(r, &on, 1);
    page_end(r, &p);
}

void page_feed_make(struct req *r)
{
    struct making *m = arena_new(r->arena, struct making);

    if (!form_knows(r, ""))
        return;
    if (r->actor->session == 0) {
        web_refuse(r, E_PERMIT);
        return;
    }
    if (r->actor->second_factor && !core_stepped_up(r))
        return;
    m->user = r->actor->user;
    token_new(TOKEN_ICAL, &m->token);
    web_write(r, make_run, m, made, NULL);
}

static int drop_run(struct tx *tx, void *plan)
{
    return db_send(tx->db, &q_feed_drop, V(*(int64_t *)plan));
}

void page_feed_drop(struct req *r)
{
    int64_t *user = arena_new(r->arena, int64_t);

    if (!form_knows(r, ""))
        return;
    *user = r->actor->user;
    web_write(r, drop_run, user, NULL, HERE);
}
