/*
 * pages.c: what belongs to the installation itself: assets, health, the description of the interface.
 *
 * Not for: pages of governments and modules, which bring their own tables of routes.
 */
#include <string.h>

#include "base/text.h"
#include "engine/app.h"
#include "engine/ledger_pages.h"
#include "engine/migrations.h"
#include "engine/openapi.h"
#include "main/server.h"
#include "ui/assets.h"
#include "ui/styleguide.h"

#define PROBE_WAIT_MS 2000
#define TEXT_PLAIN    "text/plain; charset=utf-8"

static void page_styleguide(struct req *r)
{
    ui_styleguide(r, r->lang == LANG_ID ? "?bahasa=en" : "?bahasa=id");
    r->http->cache = HTTP_CACHE_PUBLIC;
}

static void page_asset(struct req *r)
{
    const struct asset *file = asset_find(r->http->path);

    if (file == NULL) {
        r->http->status = 404;
        return;
    }
    r->http->type = file->type;
    r->http->cache = HTTP_CACHE_IMMUTABLE;
    buf_add_n(r->out, file->content.p, file->content.n);
}

/* ---- health ---- */

static void page_healthz(struct req *r)
{
    r->http->type = TEXT_PLAIN;
    r->http->no_log = true;
    buf_add(r->out, "ok\n");
}

/* NULL, or what keeps this server from its work. */
static const char *unready(const struct app *app)
{
    const struct migration *steps;
    struct db *db;
    size_t n;
    int e;

    if (app->pool == NULL || app->writer == NULL)
        return "starting";
    if (pool_take(app->pool, PROBE_WAIT_MS, &db) < 0)
        return "the database does not answer";
    steps = migrations(&n);
    e = migrate_current(db, steps, n);
    pool_give(app->pool, db);
    return e < 0 ? "the database does not answer" : e == 0 ? "the schema is not that of this program" : NULL;
}

static void page_readyz(struct req *r)
{
    const char *why = unready(r->app);

    r->http->type = TEXT_PLAIN;
    r->http->no_log = true;
    r->http->status = why == NULL ? 200 : 503;
    buf_printf(r->out, "%s\n", why == NULL ? "ok" : why);
}

/* clang-format off */
static const struct route routes[] = {
    ROUTE(GET, "/a/{file}",   PERMIT_ANYBODY, page_asset,      .no_snapshot = true),
    ROUTE(GET, "/healthz",    PERMIT_ANYBODY, page_healthz,    .no_snapshot = true),
    ROUTE(GET, "/openapi.json", PERMIT_ANYBODY, openapi_page,  .no_snapshot = true),
    ROUTE(GET, "/readyz",     PERMIT_ANYBODY, page_readyz,     .no_snapshot = true),
    ROUTE(GET, "/styleguide", PERMIT_ANYBODY, page_styleguide, .no_snapshot = true),
};
/* clang-format on */

const struct route *instance_routes(struct arena *a, size_t *ret_n)
{
    size_t n = ARRAY_LEN(routes);
    struct route *all = arena_array(a, n + ledger_routes_n, struct route);

    memcpy(all, routes, sizeof routes);
    memcpy(all + n, ledger_routes, ledger_routes_n * sizeof *all);
    *ret_n = n + ledger_routes_n;
    return all;
}
