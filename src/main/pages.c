/*
 * pages.c: what belongs to the installation itself: assets, health, figures, the description of the interface.
 *
 * Not for: pages of governments and modules, which bring their own tables of routes.
 */
#include <stdatomic.h>
#include <string.h>

#include "base/text.h"
#include "engine/app.h"
#include "engine/ledger_pages.h"
#include "engine/migrations.h"
#include "engine/openapi.h"
#include "ledger/ledger.h"
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

/* ---- figures ---- */

static void figure(struct req *r, const char *name, uint64_t v)
{
    buf_printf(r->out, "terang_%s %llu\n", name, (unsigned long long)v);
}

static void http_part(struct req *r, struct http_server *server)
{
    struct http_figures f;
    int i;

    http_figures(server, &f);
    figure(r, "http_requests_total", f.requests);
    figure(r, "http_refused_total{by=\"gate\"}", f.refused_by_gate);
    figure(r, "http_refused_total{by=\"limit\"}", f.refused_by_limit);
    for (i = 2; i < 6; i++)
        buf_printf(r->out, "terang_http_answers_total{class=\"%dxx\"} %llu\n", i, (unsigned long long)f.by_class[i]);
    buf_printf(r->out, "terang_http_connections %d\n", f.connections);
}

static void database_part(struct req *r)
{
    struct writer_figures w;
    struct pool_figures p;

    if (r->app->writer != NULL) {
        writer_figures(r->app->writer, &w);
        figure(r, "writer_groups_total", w.groups);
        figure(r, "writer_works_total", w.works);
        figure(r, "writer_failed_total", w.failed);
        figure(r, "writer_slices_total", w.slices);
        figure(r, "writer_repeated_total", w.repeated);
        figure(r, "writer_lost_total", w.lost);
        figure(r, "writer_group_us_max", w.group_us_max);
        figure(r, "writer_waiting", w.waiting);
    }
    if (r->app->pool != NULL) {
        pool_figures(r->app->pool, &p);
        figure(r, "readers_open", p.open);
        figure(r, "readers_out", p.out);
        figure(r, "readers_taken_total", p.taken);
        figure(r, "readers_waited_total", p.waited);
        figure(r, "readers_lost_total", p.lost);
    }
}

/* In seconds since 1970; 0 for never. */
static uint64_t seconds(instant t)
{
    return t.v == INSTANT_NONE.v ? 0 : (uint64_t)(t.v / 1000);
}

static void ledger_part(struct req *r)
{
    struct ledger_status s;
    struct db *db;
    int e;

    if (r->app->ledger == NULL || r->app->pool == NULL || pool_take(r->app->pool, PROBE_WAIT_MS, &db) < 0)
        return;
    e = ledger_status(r->app->ledger, db, &s);
    pool_give(r->app->pool, db);
    if (e < 0)
        return;
    figure(r, "ledger_hold", s.mode == LEDGER_HOLD);
    figure(r, "ledger_size", (uint64_t)s.size);
    figure(r, "ledger_signed_size", (uint64_t)s.signed_size);
    figure(r, "ledger_signed_seconds", seconds(s.signed_at));
    buf_printf(r->out, "terang_ledger_cosigned_size %lld\n", (long long)s.cosigned_size);
    figure(r, "ledger_cosigned_seconds", seconds(s.cosigned_at));
    figure(r, "ledger_clock_behind_ms", (uint64_t)s.clock_behind_ms);
    figure(r, "ledger_sealed_waiting", (uint64_t)s.sealed_waiting);
}

/* For a collector on this host; others learn nothing, not even that there is such a page. */
static void page_metrics(struct req *r)
{
    struct http_server *server = atomic_load(&r->app->server);

    if (!text_eq(r->http->address, "127.0.0.1") && !text_eq(r->http->address, "::/64")) {
        r->http->status = 404;
        return;
    }
    r->http->type = "text/plain; version=0.0.4; charset=utf-8";
    if (server == NULL) {
        r->http->status = 503;
        return;
    }
    http_part(r, server);
    database_part(r);
    ledger_part(r);
}

/* clang-format off */
static const struct route routes[] = {
    ROUTE(GET, "/a/{file}",   PERMIT_ANYBODY, page_asset,      .no_snapshot = true),
    ROUTE(GET, "/healthz",    PERMIT_ANYBODY, page_healthz,    .no_snapshot = true),
    ROUTE(GET, "/metrics",    PERMIT_ANYBODY, page_metrics,    .no_snapshot = true),
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
