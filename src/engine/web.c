/*
 * web.c: matching, languages, error pages.
 */
#include "base/text.h"
#include "engine/web.h"
#include "os/os.h"
#include "ui/layout.h"

#define PARTS_MAX 16
#define ALLOW_MAX ((size_t)128)

struct web {
    struct web_conf conf;
};

/* What a request carries while it lives: http_req.user points here. */
struct visit {
    struct req req;
    const char *part[PARTS_MAX]; /* of the path */
    size_t n_parts;
};

/* clang-format off */
static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
};
/* clang-format on */

const char *route_method(const struct route *route)
{
    return method_names[route->method];
}

/* ---- matching ---- */

static const char *next_part(const char *at, size_t *ret_n)
{
    if (*at == '/')
        at++;
    *ret_n = strcspn(at, "/");
    return at;
}

static bool is_param(const char *part, size_t n)
{
    return n > 2 && part[0] == '{' && part[n - 1] == '}';
}

/* How many fixed parts match, from 1; 0 when the path is another. The root counts as one. */
static int match(const char *pattern, const char *path)
{
    int fixed = 1;

    while (*pattern != '\0' && *path != '\0') {
        size_t np, nq;
        const char *p = next_part(pattern, &np), *q = next_part(path, &nq);

        if (is_param(p, np) ? nq == 0 : np != nq || memcmp(p, q, np) != 0)
            return 0;
        fixed += !is_param(p, np);
        pattern = p + np;
        path = q + nq;
    }
    return *pattern == '\0' && *path == '\0' ? fixed : 0;
}

static enum http_method as_routed(enum http_method m)
{
    return m == HTTP_HEAD ? HTTP_GET : m;
}

static void allow_add(struct buf *allow, enum http_method m)
{
    if (strstr(allow->s, method_names[m]) != NULL)
        return;
    buf_printf(allow, "%s%s%s", allow->n > 0 ? ", " : "", method_names[m], m == HTTP_GET ? ", HEAD" : "");
}

const struct route *route_find(const struct web *w, enum http_method method, const char *path, struct arena *a,
                               const char **ret_allow)
{
    const struct route *best = NULL;
    struct buf allow;
    int most = 0;
    size_t i;

    buf_init(&allow, a, ALLOW_MAX);
    for (i = 0; i < w->conf.n; i++) {
        const struct route *route = &w->conf.routes[i];
        int fixed = match(route->path, path);

        if (fixed == 0)
            continue;
        allow_add(&allow, route->method);
        if (route->method == as_routed(method) && fixed > most) {
            best = route;
            most = fixed;
        }
    }
    *ret_allow = allow.n > 0 ? allow.s : NULL;
    return best;
}

/* Would some path match both, with the same number of fixed parts? */
static bool alike(const char *a, const char *b)
{
    int fixed_a = 0, fixed_b = 0;

    while (*a != '\0' && *b != '\0') {
        size_t na, nb;
        const char *p = next_part(a, &na), *q = next_part(b, &nb);
        bool pp = is_param(p, na), qp = is_param(q, nb);

        if (!pp && !qp && (na != nb || memcmp(p, q, na) != 0))
            return false;
        fixed_a += !pp;
        fixed_b += !qp;
        a = p + na;
        b = q + nb;
    }
    return *a == '\0' && *b == '\0' && fixed_a == fixed_b;
}

int web_open(const struct web_conf *conf, struct arena *a, struct web **ret, const char **ret_why)
{
    struct web *w = arena_new(a, struct web);
    size_t i, k;

    for (i = 0; i < conf->n; i++) {
        const struct route *x = &conf->routes[i];

        *ret_why = x->path;
        if (x->path == NULL || x->path[0] != '/' || x->permission == NULL || x->page == NULL)
            return E_INPUT;
        for (k = 0; k < i; k++)
            if (x->method == conf->routes[k].method && alike(x->path, conf->routes[k].path))
                return E_INPUT;
    }
    w->conf = *conf;
    *ret = w;
    return 0;
}

/* ---- requests ---- */

enum lang request_lang(const struct http_req *h)
{
    const char *asked = http_query(h, "bahasa");

    if (asked == NULL)
        asked = http_cookie(h, "bahasa");
    if (asked == NULL)
        asked = http_header(h, "accept-language");
    return lang_of(asked);
}

static struct visit *visit_of(const struct web *w, struct http_req *h)
{
    struct visit *v = h->user;

    if (v != NULL)
        return v;
    v = arena_new(&h->arena, struct visit);
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

static void take_parts(struct visit *v, const char *path)
{
    v->n_parts = 0;
    while (*path != '\0' && v->n_parts < PARTS_MAX) {
        size_t n;
        const char *part = next_part(path, &n);

        v->part[v->n_parts++] = arena_text_n(v->req.arena, part, n);
        path = part + n;
    }
}

const char *route_param(const struct req *r, const char *name)
{
    const struct visit *v = r->http->user;
    const char *at = r->route->path;
    size_t i, n;

    for (i = 0; *at != '\0' && i < v->n_parts; i++) {
        const char *part = next_part(at, &n);

        if (is_param(part, n) && strlen(name) == n - 2 && memcmp(part + 1, name, n - 2) == 0)
            return v->part[i];
        at = part + n;
    }
    bug_at(__FILE__, __LINE__, name);
}

static int admit(void *ctx, struct http_req *h, struct http_limits *ret)
{
    const struct web *w = ctx;
    struct visit *v = visit_of(w, h);
    const char *allow;

    v->req.route = route_find(w, h->method, h->path, &h->arena, &allow);
    if (v->req.route == NULL) {
        if (allow != NULL)
            http_answer_header(h, "Allow", allow);
        return allow != NULL ? 405 : 404;
    }
    *ret = v->req.route->limits;
    take_parts(v, h->path);
    return 0;
}

/* ---- error pages ---- */

static void error_content(struct req *r, int status)
{
    const char *number = text_printf(r->arena, "%lld", (long long)r->http->number);

    switch (status) {
    case 404:
    case 405:
        state_not_found(r, "/", NULL);
        break;
    case 429:
    case 503:
        state_later(r, T(r, "web.later"), T(r, "web.later-text"), 30);
        break;
    case 507:
        state_later(r, T(r, "web.later"), T(r, "web.full-text"), 0);
        break;
    default:
        if (status >= 500)
            state_our_fault(r, number, NULL, NULL);
        else
            state_empty(r, T(r, "web.bad-request"), T1(r, "web.bad-request-text", number), NULL);
    }
}

static void error_page(void *ctx, struct http_req *h, int status)
{
    struct req *r = &visit_of(ctx, h)->req;
    const char *other = h->method == HTTP_GET ? (r->lang == LANG_ID ? "?bahasa=en" : "?bahasa=id") : NULL;
    struct page p = {.shell = SHELL_BARE,
                     .other_lang = other,
                     .title = T(r, status == 404 || status == 405 ? "ui.not-found" : "web.not-shown")};

    buf_clear(&h->out);
    page_begin(r, &p);
    error_content(r, status);
    page_end(r, &p);
}

/* A page that only sets a status of 400 or more gets the error page of that status. */
static void handle(void *ctx, struct http_req *h)
{
    struct visit *v = visit_of(ctx, h);

    h->status = 200;
    v->req.route->page(&v->req);
    if (arena_over(&h->arena)) {
        h->status = 503;
        buf_clear(&h->out);
    }
    if (h->status >= 400 && h->out.n == 0)
        error_page(ctx, h, h->status);
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
