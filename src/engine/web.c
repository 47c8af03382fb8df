/*
 * web.c: the life of a request: who asks, may they, the page, and where the answer comes from.
 *
 * Not for: the table of routes (route.c), the writer (write.c), what refusals look like (refuse.c).
 */
#include "base/text.h"
#include "engine/screen.h"
#include "engine/visit.h"
#include "os/os.h"

#define SNAPSHOT_WAIT_MS 2000
#define PATH_TEXT_MAX    ((size_t)2 * KB)
#define CSRF_HEADER      "x-csrf-token"

enum lang request_lang(const struct http_req *h)
{
    const char *asked = http_query(h, "bahasa");

    if (asked == NULL)
        asked = http_cookie(h, "__Host-bahasa");
    if (asked == NULL)
        asked = http_header(h, "accept-language");
    return lang_of(asked);
}

struct visit *visit_of(const struct web *w, struct http_req *h)
{
    struct visit *v = h->user;

    if (v != NULL)
        return v;
    v = arena_new(&h->arena, struct visit);
    v->web = w;
    v->req = (struct req){
        .arena = &h->arena,
        .out = &h->out,
        .lang = request_lang(h),
        .zone_minutes = w->conf.zone_minutes,
        .zone = w->conf.zone,
        .now = h->received,
        .app = w->conf.app,
        .http = h,
    };
    h->user = v;
    return v;
}

/* ---- parts of the address ---- */

static void take_parts(struct visit *v, const char *path)
{
    v->n_parts = 0;
    while (*path != '\0' && v->n_parts < PARTS_MAX) {
        size_t n;
        const char *part = route_next_part(path, &n);

        v->part[v->n_parts++] = arena_text_n(v->req.arena, part, n);
        path = part + n;
    }
}

static const char *param(const struct req *r, const char *name)
{
    const struct visit *v = visit(r);
    const char *at = r->route->path;
    size_t i, n;

    for (i = 0; *at != '\0' && i < v->n_parts; i++) {
        const char *part = route_next_part(at, &n);

        if (route_is_param(part, n) && strlen(name) == n - 2 && memcmp(part + 1, name, n - 2) == 0)
            return v->part[i];
        at = part + n;
    }
    return NULL;
}

const char *route_param(const struct req *r, const char *name)
{
    const char *value = param(r, name);

    if (value == NULL)
        bug_at(__FILE__, __LINE__, name);
    return value;
}

int64_t route_id(const struct req *r, const char *name)
{
    const char *s = route_param(r, name);
    int64_t id = 0;
    size_t i;

    for (i = 0; s[i] >= '0' && s[i] <= '9' && i < 19; i++)
        if (__builtin_mul_overflow(id, 10, &id) || __builtin_add_overflow(id, s[i] - '0', &id))
            return 0;
    return s[i] == '\0' && s[0] != '0' ? id : 0;
}

const char *route_of_gov(struct req *r, const struct route *route, const char *slug)
{
    const char *at = strstr(route->path, "{gov}");

    if (at == NULL)
        return route->path;
    return text_printf(r->arena, "%.*s%s%s", (int)(at - route->path), route->path, slug, at + strlen("{gov}"));
}

const struct gov *req_gov(const struct req *r)
{
    return &visit(r)->gov;
}

static const char *const kind_names[] = {"other", "asset", "public", "workspace", "step", "api"};
_Static_assert(ARRAY_LEN(kind_names) == WEB_KIND_COUNT && WEB_KIND_COUNT <= HTTP_KINDS, "a name for each kind");

const char *web_kind_name(enum web_kind kind)
{
    return kind_names[kind];
}

enum web_kind web_kind_of(const struct route *route)
{
    if (route == NULL)
        return WEB_OTHER;
    if (text_starts(route->path, API_PATH))
        return WEB_API;
    if (route->method != HTTP_GET)
        return WEB_STEP;
    if (route->no_snapshot)
        return WEB_ASSET;
    return text_eq(route->permission, PERMIT_ANYBODY) ? WEB_PUBLIC : WEB_WORKSPACE;
}

static int admit(void *ctx, struct http_req *h, struct http_limits *ret)
{
    const struct web *w = ctx;
    struct visit *v = visit_of(w, h);
    const char *allow;

    v->req.route = route_find(w, h->method, h->path, &h->arena, &allow);
    h->kind = (int)web_kind_of(v->req.route);
    if (v->req.route == NULL) {
        if (allow != NULL)
            http_answer_header(h, "Allow", allow);
        return allow != NULL ? 405 : 404;
    }
    *ret = v->req.route->limits;
    take_parts(v, h->path);
    return 0;
}

/* ---- may they? ---- */

static bool is_safe(const struct http_req *h)
{
    return h->method == HTTP_GET || h->method == HTTP_HEAD;
}

/* Did the request come from a page of ours, or from no page at all (security.md W1)? */
static bool origin_good(const struct req *r)
{
    const char *site = http_header(r->http, "sec-fetch-site"), *origin = http_header(r->http, "origin");

    if (site != NULL && !text_eq(site, "same-origin") && !text_eq(site, "none"))
        return false;
    if (origin == NULL)
        return true;
    return text_eq(origin, text_printf(r->arena, "http%s://%s", r->http->tls ? "s" : "", r->http->host));
}

/* 0, or the status to refuse with. */
static int forgery(const struct req *r)
{
    const struct web_hooks *hooks = visit(r)->web->conf.hooks;
    const char *token = http_form(r->http, CSRF_FIELD);

    if (is_safe(r->http) || r->route->foreign)
        return 0;
    if (!origin_good(r))
        return 403;
    if (r->actor == NULL || r->actor->by_token)
        return 0;
    if (token == NULL)
        token = http_header(r->http, CSRF_HEADER);
    return hooks->csrf_good(r, token) ? 0 : 403;
}

/* 0, or 404 for a {gov} that is none. */
static int find_gov(struct visit *v)
{
    const struct web_hooks *hooks = v->web->conf.hooks;
    const char *slug = param(&v->req, "gov");

    v->gov = (struct gov){.zone_minutes = v->req.zone_minutes, .zone = v->req.zone};
    if (slug == NULL || text_eq(slug, "-"))
        return 0;
    if (hooks == NULL || hooks->gov(&v->req, slug, &v->gov) <= 0)
        return 404;
    v->req.zone_minutes = v->gov.zone_minutes;
    v->req.zone = v->gov.zone;
    return 0;
}

/* A row of the installation under a government's address, or the other way round, is no page at all. */
static bool gov_fits(const struct visit *v)
{
    const struct screen *s = v->req.route->screen;

    return s == NULL || (s->entity->kind == ENTITY_DATA) == (v->gov.id != 0) || (s->nation && v->gov.id == 0);
}

/* The pages of a government in which the person has no role at all are not there, those that ask for a login only neither. */
static int permission(const struct visit *v)
{
    const struct req *r = &v->req;
    bool stranger = r->actor != NULL && v->gov.id != 0 && !actor_in(r->actor, v->gov.id);

    if (stranger && !text_eq(r->route->permission, PERMIT_ANYBODY))
        return 404;
    if (may(r, r->route->permission, v->gov.id))
        return 0;
    return r->actor == NULL ? 401 : 403;
}

static int hook_who(struct visit *v)
{
    const struct web_hooks *hooks = v->web->conf.hooks;
    int result = hooks != NULL ? hooks->who(&v->req) : 0;

    v->session_over = result == E_AUTH;
    return result < 0 && result != E_AUTH ? web_status(result) : 0;
}

/* Permission and origin; who is logged in and refused leaves a line in the log. */
static int let_in(struct visit *v)
{
    struct req *r = &v->req;
    const char *why = "permission";
    int status = permission(v);

    if (status == 0) {
        why = "forgery";
        status = forgery(r);
    }
    if (status != 0 && status != 401) {
        r->http->status = status;
        refusal_log(r, why);
    }
    return status;
}

/* Is a row asked for by its id, which could be guessed (security.md Z8)? */
static bool by_id(const struct req *r)
{
    return r->app != NULL && r->app->may_guess != NULL && r->route != NULL && strstr(r->route->path, "{id}") != NULL;
}

/* Everything before the page. 0, or the status of the refusal. */
static int enter(struct visit *v)
{
    struct req *r = &v->req;
    int status;

    if (r->route->no_snapshot || r->app == NULL || r->app->pool == NULL)
        return text_eq(r->route->permission, PERMIT_ANYBODY) ? 0 : 503;
    if (pool_take(r->app->pool, SNAPSHOT_WAIT_MS, &r->db) < 0)
        return 503;
    status = hook_who(v);
    if (status == 0 && by_id(r) && r->app->may_guess(r, false) < 0) {
        web_refuse(r, E_RATE);
        return r->http->status;
    }
    if (status == 0)
        status = find_gov(v);
    if (status == 0 && !gov_fits(v))
        status = 404;
    return status != 0 ? status : let_in(v);
}

static void leave(struct req *r)
{
    if (r->db != NULL)
        pool_give(r->app->pool, r->db);
    r->db = NULL;
}

/* ---- the page ---- */

/* A GET with ?bahasa= is a choice that stays. */
static void keep_language(struct req *r)
{
    const char *asked = http_query(r->http, "bahasa");

    if (asked != NULL && is_safe(r->http) && r->http->status == 200 && text_eq(asked, lang_code(r->lang)))
        http_answer_cookie(r->http, "bahasa", asked, INT64_C(365) * 86400);
}

/* To the login page, and back afterwards. */
static bool to_login(struct req *r)
{
    const struct web_hooks *hooks = visit(r)->web->conf.hooks;

    if (hooks == NULL || !is_safe(r->http) || text_starts(r->http->path, API_PATH))
        return false;
    web_redirect(r, text_printf(r->arena, "%s?ke=%s", hooks->login_path, url_encode(r->arena, r->http->target)));
    return true;
}

/* A page that only sets a status of 400 or more gets the error page of that status. */
static void finish(struct req *r)
{
    struct http_req *h = r->http;

    if (arena_over(&h->arena)) {
        h->status = 503;
        buf_clear(&h->out);
    }
    if (h->status == 404 && by_id(r))
        (void)r->app->may_guess(r, true); /* counted; the next one is asked before */
    if (h->status >= 400 && h->out.n == 0)
        refuse_with(r, h->status);
    keep_language(r);
}

static void handle(void *ctx, struct http_req *h)
{
    struct visit *v = visit_of(ctx, h);
    struct req *r = &v->req;
    int status;

    if (v->wait != NULL) {
        visit_after(v);
    } else {
        h->status = 200;
        status = enter(v);
        if (status != 0)
            h->status = status;
        if (status == 0 && (is_safe(h) || !visit_repeated(r)))
            r->route->page(r);
        else if (status == 401)
            (void)to_login(r); /* what cannot be sent there gets the page of the status */
    }
    if (v->wait == NULL)
        finish(r);
    leave(r);
    if (v->wait != NULL)
        visit_submit(v);
}

static void error_page(void *ctx, struct http_req *h, int status)
{
    refuse_with(&visit_of(ctx, h)->req, status);
}

static void done(void *ctx, struct http_req *h)
{
    (void)ctx;
    h->user = NULL; /* its memory goes with the request */
}

void web_serve(struct web *w, struct http_conf *conf)
{
    conf->admit = admit;
    conf->handle = handle;
    conf->done = done;
    conf->error_page = error_page;
    conf->ctx = w;
}
