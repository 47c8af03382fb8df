/*
 * serve.c: `terang serve`: the server's role, and the routes of the instance itself.
 *
 * Not for: pages of governments and modules, which bring their own tables of routes.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "engine/web.h"
#include "main/command.h"
#include "os/os.h"
#include "os/process.h"
#include "os/socket.h"
#include "os/supervise.h"
#include "ui/assets.h"
#include "ui/layout.h"
#include "ui/styleguide.h"

#define LISTEN_DEFAULT "127.0.0.1:8080"
#define WIB_MINUTES    420
#define GRACE_MS       15000 /* http_stop() takes at most 10 s */
#define LIST_MAX       ((size_t)1 * MB)

enum { LISTEN };

/* What lives as long as the server. */
struct app {
    _Atomic(struct http_server *) server; /* set once the port is open */
};

/* ---- pages ---- */

static const char *in_other_lang(const struct req *r)
{
    return r->lang == LANG_ID ? "?bahasa=en" : "?bahasa=id";
}

static void page_home(struct req *r)
{
    struct page p = {.shell = SHELL_BARE, .title = T(r, "web.home"), .other_lang = in_other_lang(r)};
    struct ui_button parts = {.label = T(r, "web.home-parts"), .href = "/styleguide"};

    page_begin(r, &p);
    ui_head(r, p.title, NULL, NULL, 0);
    html(r, "<p>%s</p>\n", T(r, "web.home-text"));
    ui_buttons(r, &parts, 1);
    page_end(r, &p);
    r->http->cache = HTTP_CACHE_PUBLIC;
}

static void page_styleguide(struct req *r)
{
    ui_styleguide(r, in_other_lang(r));
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

static void page_healthz(struct req *r)
{
    r->http->type = "text/plain; charset=utf-8";
    r->http->no_log = true;
    buf_add(r->out, "ok\n");
}

static void page_metrics(struct req *r)
{
    struct http_server *server = atomic_load(&r->app->server);
    struct http_figures f;
    int i;

    r->http->type = "text/plain; version=0.0.4; charset=utf-8";
    if (server == NULL) {
        r->http->status = 503;
        return;
    }
    http_figures(server, &f);
    buf_printf(r->out, "terang_http_requests_total %llu\n", (unsigned long long)f.requests);
    buf_printf(r->out, "terang_http_refused_total{by=\"gate\"} %llu\n", (unsigned long long)f.refused_by_gate);
    buf_printf(r->out, "terang_http_refused_total{by=\"limit\"} %llu\n", (unsigned long long)f.refused_by_limit);
    for (i = 2; i < 6; i++)
        buf_printf(r->out, "terang_http_answers_total{class=\"%dxx\"} %llu\n", i, (unsigned long long)f.by_class[i]);
    buf_printf(r->out, "terang_http_connections %d\n", f.connections);
}

/* clang-format off */
static const struct route routes[] = {
    ROUTE(GET, "/",           PERMIT_ANYBODY, page_home),
    ROUTE(GET, "/a/{file}",   PERMIT_ANYBODY, page_asset),
    ROUTE(GET, "/healthz",    PERMIT_ANYBODY, page_healthz),
    ROUTE(GET, "/metrics",    PERMIT_ANYBODY, page_metrics),
    ROUTE(GET, "/readyz",     PERMIT_ANYBODY, page_healthz),
    ROUTE(GET, "/styleguide", PERMIT_ANYBODY, page_styleguide),
};
/* clang-format on */

/* ---- the server's role ---- */

struct serving {
    const char *address; /* as asked for, for the log */
    int socket;          /* bound by the parent before it dropped its privileges */
};

static void wait_for_the_end(void)
{
    sigset_t ends;
    int signal;

    (void)sigemptyset(&ends); /* these three cannot fail with signals that exist */
    (void)sigaddset(&ends, SIGTERM);
    (void)sigwait(&ends, &signal);
}

/* Blocked before the first thread, so that wait_for_the_end() gets it. */
static void hold_back_the_end(void)
{
    sigset_t ends;

    (void)sigemptyset(&ends); /* as above */
    (void)sigaddset(&ends, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
}

static int server_run(const int *fds, size_t n_fds, void *arg)
{
    const struct serving *serving = arg;
    struct app app = {NULL};
    struct web_conf web_conf = {
        .routes = routes, .n = ARRAY_LEN(routes), .app = &app, .zone_minutes = WIB_MINUTES, .zone = "WIB"};
    struct http_conf conf = {.listen_fd = fds[0], .upload_dir = -1, .conn_per_address = 100, .conn_total = 4096};
    struct http_server *server;
    struct web *web;
    const char *why;
    struct arena a;
    int e;

    BUG_IF(n_fds != 1);
    hold_back_the_end();
    log_set_up(LEVEL_INFO, os_now);
    arena_init(&a, LIST_MAX);
    e = web_open(&web_conf, &a, &web, &why);
    BUG_IF(e < 0); /* the table is ours, and a test opens it too */
    web_serve(web, &conf);
    e = http_start(&conf, &server);
    if (e == 0) {
        atomic_store(&app.server, server);
        log_record(LEVEL_INFO, "serve.ready", LOG_TEXT("address", serving->address));
        wait_for_the_end();
        atomic_store(&app.server, NULL);
        http_stop(server);
    }
    arena_finish(&a);
    return e < 0 ? EXIT_UNKNOWN : EXIT_GOOD;
}

/* ---- the parent ---- */

static int start_round(void *ctx, struct supervisor *s)
{
    struct serving *serving = ctx;

    return supervise_add(
        s, &(struct process_conf){.name = "server", .run = server_run, .arg = serving, .fds = &serving->socket, .n_fds = 1});
}

static void child_ended(void *ctx, const char *name, const struct process_end *end, int again_ms)
{
    struct arena a;

    (void)ctx;
    arena_init(&a, 4 * KB);
    log_record(LEVEL_WARN, "serve.ended", LOG_TEXT("role", name), LOG_TEXT("how", process_end_text(end, &a)),
               LOG_INT("again_ms", again_ms));
    arena_finish(&a);
}

static int cannot_serve(const char *what, const char *address)
{
    (void)fprintf(stderr, "terang: cannot serve on %s: %s\n", address, what); /* nobody left to tell */
    return EXIT_UNKNOWN;
}

int command_serve(const struct command_line *line)
{
    const char *from_environment = getenv("TERANG_LISTEN");
    struct serving serving = {.address = line->values[LISTEN]};
    struct supervise_conf conf = {.start = start_round, .ended = child_ended, .ctx = &serving, .grace_ms = GRACE_MS};
    int code;

    if (serving.address == NULL)
        serving.address = from_environment != NULL ? from_environment : LISTEN_DEFAULT;
    log_set_up(LEVEL_INFO, os_now);
    process_harden();
    serving.socket = socket_listen(serving.address);
    if (serving.socket < 0)
        return cannot_serve(result_name(serving.socket), serving.address);
    if (process_drop("terang") < 0)
        return cannot_serve("as root it needs the system user terang, and to become that user", serving.address);

    code = supervise_run(&conf);
    os_close(&serving.socket);
    return code < 0 ? EXIT_UNKNOWN : code;
}

/* ---- terang routes ---- */

static int routes_json(struct buf *out)
{
    struct json_out j;
    size_t i;

    json_out_init(&j, out);
    json_out_array(&j);
    for (i = 0; i < ARRAY_LEN(routes); i++) {
        json_out_object(&j);
        json_put_text(&j, "method", route_method(&routes[i]));
        json_put_text(&j, "path", routes[i].path);
        json_put_text(&j, "permission", routes[i].permission);
        json_put_int(&j, "body_max", routes[i].limits.body_max);
        json_out_end(&j);
    }
    json_out_end(&j);
    buf_byte(out, '\n');
    return json_out_done(&j);
}

int command_routes(const struct command_line *line)
{
    struct buf out;
    size_t i;
    int e = 0;

    buf_init(&out, line->arena, LIST_MAX);
    if (line->json)
        e = routes_json(&out);
    for (i = 0; i < ARRAY_LEN(routes) && !line->json; i++)
        buf_printf(&out, "%-7s %-32s %s\n", route_method(&routes[i]), routes[i].path, routes[i].permission);
    if (e == 0)
        e = os_write_all(STDOUT_FILENO, out.s, out.n);
    return e < 0 ? EXIT_UNKNOWN : EXIT_GOOD;
}
