/*
 * route.c: the table of all routes, and which one a request finds.
 */
#include "base/text.h"
#include "engine/pages.h"
#include "engine/screen.h"
#include "engine/visit.h"

#define ALLOW_MAX ((size_t)128)

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

const char *route_next_part(const char *at, size_t *ret_n)
{
    if (*at == '/')
        at++;
    *ret_n = strcspn(at, "/");
    return at;
}

bool route_is_param(const char *part, size_t n)
{
    return n > 2 && part[0] == '{' && part[n - 1] == '}';
}

/* How many fixed parts match, from 1; 0 when the path is another. The root counts as one. */
static int match(const char *pattern, const char *path)
{
    int fixed = 1;

    while (*pattern != '\0' && *path != '\0') {
        size_t np, nq;
        const char *p = route_next_part(pattern, &np), *q = route_next_part(path, &nq);

        if (route_is_param(p, np) ? nq == 0 : np != nq || memcmp(p, q, np) != 0)
            return 0;
        fixed += !route_is_param(p, np);
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

    for (i = 0; i < w->n; i++) {
        const struct route *route = &w->routes[i];
        int fixed = route->method == as_routed(method) ? match(route->path, path) : 0;

        if (fixed > most) {
            best = route;
            most = fixed;
        }
    }
    *ret_allow = NULL;
    if (best != NULL)
        return best;
    buf_init(&allow, a, ALLOW_MAX);
    for (i = 0; i < w->n; i++)
        if (match(w->routes[i].path, path) > 0)
            allow_add(&allow, w->routes[i].method);
    if (allow.n > 0)
        *ret_allow = allow.s;
    return NULL;
}

/* ---- the table ---- */

/* Would some path match both, with the same number of fixed parts? */
static bool alike(const char *a, const char *b)
{
    int fixed_a = 0, fixed_b = 0;

    while (*a != '\0' && *b != '\0') {
        size_t na, nb;
        const char *p = route_next_part(a, &na), *q = route_next_part(b, &nb);
        bool pp = route_is_param(p, na), qp = route_is_param(q, nb);

        if (!pp && !qp && (na != nb || memcmp(p, q, na) != 0))
            return false;
        fixed_a += !pp;
        fixed_b += !qp;
        a = p + na;
        b = q + nb;
    }
    return *a == '\0' && *b == '\0' && fixed_a == fixed_b;
}

struct table {
    struct route *v;
    size_t n;
};

static void add_all(struct table *t, const struct route *v, size_t n)
{
    if (n > 0)
        memcpy(&t->v[t->n], v, n * sizeof *v);
    t->n += n;
}

/* The routes that a screen gives: those of the table with its slug and its permissions. */
static void add_screen(struct table *t, const struct screen *s, struct arena *a)
{
    size_t i;

    for (i = 0; i < screen_routes_n; i++) {
        const struct screen_route *from = &screen_routes[i];

        if (from->has != NULL && !from->has(s))
            continue;
        t->v[t->n++] = (struct route){
            .method = from->method,
            .path = text_printf(a, "%s/%s%s", from->api ? "/api/v1/{gov}" : "/kerja/{gov}", s->slug, from->path),
            .permission = text_printf(a, "%s.%s", s->permission, from->act),
            .page = from->page,
            .limits = from->limits,
            .screen = s,
            .reads_only = from->reads_only,
        };
    }
}

static void gather(const struct web_conf *conf, struct arena *a, struct table *t)
{
    size_t n_modules = conf->app != NULL ? conf->app->n_modules : 0, n = conf->n, m, i;

    for (m = 0; m < n_modules; m++)
        n += conf->app->modules[m]->n_routes + conf->app->modules[m]->n_screens * screen_routes_n;
    t->v = arena_array(a, n + 1, struct route);
    t->n = 0;
    add_all(t, conf->routes, conf->n);
    for (m = 0; m < n_modules; m++) {
        const struct module *module = conf->app->modules[m];

        add_all(t, module->routes, module->n_routes);
        for (i = 0; i < module->n_screens; i++)
            add_screen(t, module->screens[i], a);
    }
}

int web_open(const struct web_conf *conf, struct arena *a, struct web **ret, const char **ret_why)
{
    struct web *w = arena_new(a, struct web);
    struct table t;
    size_t i, k;

    gather(conf, a, &t);
    for (i = 0; i < t.n; i++) {
        const struct route *x = &t.v[i];

        *ret_why = x->path;
        if (x->path == NULL || x->path[0] != '/' || x->permission == NULL || x->page == NULL)
            return E_INPUT;
        for (k = 0; k < i; k++)
            if (x->method == t.v[k].method && alike(x->path, t.v[k].path))
                return E_INPUT;
    }
    *w = (struct web){.conf = *conf, .routes = t.v, .n = t.n};
    *ret = w;
    return 0;
}

const struct route *web_routes(const struct web *w, size_t *ret_n)
{
    *ret_n = w->n;
    return w->routes;
}
