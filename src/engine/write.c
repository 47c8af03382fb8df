/*
 * write.c: from a page function to the writer and back (design D4), and any other wait.
 *
 * The page is judged on a reader's snapshot; then the connection is parked, the writer runs `apply` among others in one
 * transaction, and `after` answers with a fresh snapshot on a thread of the server.
 */
#include "base/text.h"
#include "engine/visit.h"
#include "os/os.h"

#define ONCE_MAX         128
#define SNAPSHOT_WAIT_MS 2000

/* clang-format off */
static const struct query q_once_add = {
    .name = "web.once-add",
    .sql = "INSERT INTO once_key (once, answer, at) VALUES (?1, ?2, ?3)",
    .in = "tti", .out = "",
};
static const struct query q_once = {
    .name = "web.once",
    .sql = "SELECT answer FROM once_key WHERE once = ?1",
    .in = "t", .out = "t",
};
static const struct query q_once_old = {
    .name = "web.once-old",
    .sql = "DELETE FROM once_key WHERE at < ?1",
    .in = "i", .out = "",
};
/* clang-format on */

const struct query *const web_queries[] = {&q_once_add, &q_once, &q_once_old};
const size_t web_queries_n = ARRAY_LEN(web_queries);

/* ---- who writes ---- */

struct actor_mark *web_mark(struct req *r)
{
    struct actor_mark *m = &visit(r)->mark;
    const struct grant *g;

    if (m->role != NULL)
        return m;
    g = giving_grant(r, r->route->permission, req_gov(r)->id);
    if (g != NULL) {
        m->role = g->role;
        m->behalf = g->behalf != NULL ? *g->behalf : (struct absent){0};
    } else {
        m->role = r->actor != NULL ? PERMIT_LOGIN : PERMIT_ANYBODY;
    }
    if (r->actor != NULL) {
        m->user = r->actor->user;
        m->subject_key = r->actor->subject_key;
        m->name = r->actor->name;
    }
    m->unit = req_gov(r)->code;
    return m;
}

/* ---- once ---- */

void web_once(struct req *r)
{
    uint8_t random[16];

    os_random(random, sizeof random);
    ui_hidden(r, ONCE_FIELD, hex_text(r->arena, random, sizeof random));
}

/* Keys belong to a person, a method and a path: nobody can use up another's. */
static const char *once_key(struct req *r)
{
    const char *key = http_form(r->http, ONCE_FIELD);

    if (key == NULL && text_starts(r->http->path, API_PATH))
        key = http_header(r->http, "idempotency-key");
    if (text_empty(key) || strlen(key) > ONCE_MAX)
        return NULL;
    return text_printf(r->arena, "%lld %d %s %s", (long long)(r->actor != NULL ? r->actor->user : 0), (int)r->http->method, key,
                       r->http->path);
}

/* 1 when the request of this key was carried out before, with the path it was sent on to ("" for none). */
static int done_before(struct req *r, const char *once, const char **ret_path)
{
    int found;

    AUTO_ROWS struct rows rows;

    if (once == NULL)
        return 0;
    found = db_select(&rows, r->db, &q_once, V(once));
    if (found == 0)
        found = rows_next(&rows);
    if (found > 0)
        *ret_path = rows_text(&rows, r->arena, 0);
    return found;
}

bool visit_repeated(struct req *r)
{
    const char *path;

    if (r->db == NULL || done_before(r, once_key(r), &path) <= 0 || text_empty(path))
        return false;
    web_redirect(r, path);
    return true;
}

int web_once_forget(struct tx *tx, instant before)
{
    int64_t n = db_run(tx->db, &q_once_old, V(before));

    return n < 0 ? (int)n : 0;
}

/* ---- the writer ---- */

static int run(struct tx *tx, void *arg)
{
    struct visit *v = arg;
    struct wait *w = v->wait;
    int result;

    tx->actor = &v->mark;
    result = w->apply(tx, w->plan);
    if (result >= 0 && w->once != NULL)
        result = db_send(tx->db, &q_once_add, V(w->once), V(w->done_path != NULL ? w->done_path : ""), V(tx->now));
    return result;
}

static void written(void *arg, int result)
{
    struct visit *v = arg;

    v->wait->result = result;
    http_resume(v->req.http);
}

void web_write(struct req *r, int (*apply)(struct tx *tx, void *plan), void *plan,
               void (*after)(struct req *r, void *plan, int result), const char *done_path)
{
    struct visit *v = visit(r);
    struct wait *w = arena_new(r->arena, struct wait);

    BUG_IF(v->wait != NULL || r->route->reads_only || r->route->method == HTTP_GET);
    *w = (struct wait){.apply = apply, .plan = plan, .after = after, .done_path = done_path, .once = once_key(r)};
    w->work = (struct work){.run = run, .done = written, .arg = v};
    (void)web_mark(r); /* filled now, while the snapshot is there */
    v->wait = w;
}

void visit_submit(struct visit *v)
{
    struct req *r = &v->req;
    struct wait *w = v->wait;
    int e;

    if (w->parked != NULL)
        return; /* it is on its way since web_park() */
    r->http->status = 0;
    http_suspend(r->http);
    e = r->app->writer != NULL ? writer_submit(r->app->writer, &w->work) : E_BUSY;
    if (e == 0)
        return; /* nothing here is ours any more: written() may have run */
    w->result = e;
    http_resume(r->http);
}

/* ---- afterwards ---- */

static void answer(struct req *r, struct wait *w)
{
    int result = w->result;
    const char *path;

    if (result == E_CONFLICT && visit_repeated(r))
        return;
    if (result == E_CONFLICT && done_before(r, w->once, &path) > 0)
        result = E_AGAIN;
    if (w->after != NULL)
        w->after(r, w->plan, result);
    else if (result >= 0 && w->done_path != NULL)
        web_redirect(r, w->done_path);
    else
        web_refuse(r, result < 0 && result != E_AGAIN ? result : E_STATE);
}

/* Nobody may believe that nothing was saved. */
static void refuse_unknown(struct req *r)
{
    web_refuse(r, fail(r, E_BUSY, "web.unknown"));
}

void visit_after(struct visit *v)
{
    struct req *r = &v->req;
    struct wait *w = v->wait;

    v->wait = NULL;
    r->http->status = 200;
    if (w->work.unknown) {
        refuse_unknown(r);
        return;
    }
    if (pool_take(r->app->pool, SNAPSHOT_WAIT_MS, &r->db) < 0) {
        if (w->parked == NULL && w->result >= 0)
            refuse_unknown(r); /* it is stored, but `after` cannot say so */
        else
            web_refuse(r, w->parked == NULL ? w->result : E_BUSY);
        return;
    }
    if (w->parked != NULL)
        w->parked(r, w->plan);
    else
        answer(r, w);
}

/* ---- other waits ---- */

struct parked *web_park(struct req *r, void (*after)(struct req *r, void *arg), void *arg)
{
    struct visit *v = visit(r);
    struct wait *w = arena_new(r->arena, struct wait);

    BUG_IF(v->wait != NULL);
    *w = (struct wait){.parked = after, .plan = arg};
    v->wait = w;
    r->http->status = 0;
    http_suspend(r->http);
    return (struct parked *)r->http;
}

void web_wake(struct parked *p)
{
    http_resume((struct http_req *)p);
}
