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

static enum http_method as_routed(enum http_method m)
{
    return m == HTTP_HEAD ? HTTP_GET : m;
}

/*
 * A shape says how many parts a path has and which of them are fixed: bit i for part i, and one bit above the last. There are
 * a dozen shapes among a thousand routes, so a request hashes its fixed parts once a shape instead of being compared with
 * every route.
 */
static uint32_t shape_of(const char *pattern)
{
    uint32_t shape = 0;
    int i = 0;

    while (*pattern != '\0') {
        size_t n;
        const char *part = route_next_part(pattern, &n);

        if (!route_is_param(part, n))
            shape |= 1u << i;
        i++;
        pattern = part + n;
    }
    return shape | 1u << i;
}

static uint32_t parts_in(const char *path)
{
    uint32_t n = 0;

    for (; *path != '\0'; path++)
        n += *path == '/';
    return n;
}

static uint64_t shape_hash(const char *path, uint32_t shape)
{
    uint64_t h = UINT64_C(14695981039346656037) ^ shape; /* FNV-1a */
    int i = 0;

    while (*path != '\0') {
        size_t n, k;
        const char *part = route_next_part(path, &n);

        for (k = 0; (shape >> i & 1) != 0 && k <= n; k++)
            h = (h ^ (k < n ? (unsigned char)part[k] : '/')) * UINT64_C(1099511628211);
        i++;
        path = part + n;
    }
    return h;
}

/* Do the fixed parts agree, and is nothing empty where a name stands? Both have as many parts. */
static bool match(const char *pattern, const char *path)
{
    while (*pattern != '\0' && *path != '\0') {
        size_t np, nq;
        const char *p = route_next_part(pattern, &np), *q = route_next_part(path, &nq);

        if (route_is_param(p, np) ? nq == 0 : np != nq || memcmp(p, q, np) != 0)
            return false;
        pattern = p + np;
        path = q + nq;
    }
    return *pattern == '\0' && *path == '\0';
}

static void allow_add(struct buf *allow, enum http_method m)
{
    if (strstr(allow->s, method_names[m]) != NULL)
        return;
    buf_printf(allow, "%s%s%s", allow->n > 0 ? ", " : "", method_names[m], m == HTTP_GET ? ", HEAD" : "");
}

/* The route of this shape for the method; those for other methods go into `allow`. */
static const struct route *find_in(const struct web *w, uint32_t shape, enum http_method method, const char *path,
                                   struct buf *allow)
{
    uint64_t hash = shape_hash(path, shape);
    size_t i;

    for (i = hash & w->mask; w->slots[i] != NULL; i = (i + 1) & w->mask) {
        const struct route *route = w->slots[i];

        if (shape_of(route->path) != shape || !match(route->path, path))
            continue;
        if (route->method == method)
            return route;
        allow_add(allow, route->method);
    }
    return NULL;
}

const struct route *route_find(const struct web *w, enum http_method method, const char *path, struct arena *a,
                               const char **ret_allow)
{
    uint32_t parts = parts_in(path);
    struct buf allow;
    size_t i;

    *ret_allow = NULL;
    if (parts >= PARTS_MAX)
        return NULL;
    buf_init(&allow, a, ALLOW_MAX);
    for (i = 0; i < w->n_shapes; i++) {
        const struct route *route;

        if (w->shapes[i] >> parts != 1)
            continue;
        route = find_in(w, w->shapes[i], as_routed(method), path, &allow);
        if (route != NULL)
            return route;
    }
    if (allow.n > 0)
        *ret_allow = allow.s;
    return NULL;
}

/* ---- the table ---- */

/* Would some path match both, with the same number of fixed parts, and the first of them alike? */
static bool alike(const char *a, const char *b)
{
    int fixed_a = 0, fixed_b = 0;

    if ((shape_of(a) & 1) != (shape_of(b) & 1))
        return false;
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

/* Rows that only follow from others are written by no route. */
static bool writes_rows(const struct screen_route *x)
{
    return text_has_word("create edit void import", x->act);
}

/* The routes that a screen gives: those of the table with its slug and its permissions. */
static void add_screen(struct table *t, const struct screen *s, struct arena *a)
{
    size_t i;

    for (i = 0; i < screen_routes_n; i++) {
        const struct screen_route *from = &screen_routes[i];

        if ((from->has != NULL && !from->has(s)) || (s->derived && writes_rows(from)))
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

/* More fixed parts are better; of equally many a fixed first one: no slug of a government is one of them. */
static int rank_of(uint32_t shape)
{
    return 2 * __builtin_popcount(shape) + (int)(shape & 1);
}

/* The best come first, so that the first match is the best. */
static void add_shape(struct web *w, uint32_t shape)
{
    size_t i, k;

    for (i = 0; i < w->n_shapes; i++)
        if (w->shapes[i] == shape)
            return;
    BUG_IF(w->n_shapes == ARRAY_LEN(w->shapes));
    for (i = 0; i < w->n_shapes && rank_of(w->shapes[i]) >= rank_of(shape); i++)
        ;
    for (k = w->n_shapes++; k > i; k--)
        w->shapes[k] = w->shapes[k - 1];
    w->shapes[i] = shape;
}

static void build_index(struct web *w, struct arena *a)
{
    size_t size = 16, i, k;

    while (size < w->n * 2)
        size *= 2;
    w->mask = size - 1;
    w->slots = arena_array(a, size, const struct route *);
    for (i = 0; i < w->n; i++) {
        uint32_t shape = shape_of(w->routes[i].path);

        add_shape(w, shape);
        for (k = shape_hash(w->routes[i].path, shape) & w->mask; w->slots[k] != NULL; k = (k + 1) & w->mask)
            ;
        w->slots[k] = &w->routes[i];
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
    build_index(w, a);
    *ret = w;
    return 0;
}

const struct route *web_routes(const struct web *w, size_t *ret_n)
{
    *ret_n = w->n;
    return w->routes;
}
