/*
 * server.c: the server's role from its first to its last breath.
 *
 * Order: locks, ledger, writer, readers, integrator, accounts, jobs, pages, port; and the way back in the reverse order, so
 * that a request that was taken can finish while everything it leans on is there.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "core/ledger/forms.h"
#include "core/machine/machine.h"
#include "core/notice/watch.h"
#include "core/user/core.h"
#include "engine/job.h"
#include "engine/parser.h"
#include "engine/preview.h"
#include "ledger/ledger.h"
#include "main/command.h"
#include "main/modules.h"
#include "main/server.h"
#include "os/log_file.h"
#include "os/sandbox.h"

#define ARENA_MAX   ((size_t)16 * MB)
#define READERS_MAX 64
#define WRITER_WAIT 5    /* seconds in which a predecessor that was killed gives the lock back */
#define SWEEP_AGE_S (-1) /* all: once the writer is ours, what lies there is of a server that is gone */
#define CONN_TOTAL  4096

enum { LISTEN, SIGNER, PARSER, FDS };

struct server {
    const struct serving *conf;
    struct app app;
    struct arena arena;
    int upload; /* directory */
    int memory; /* of os_memory_open() */
    int log;    /* directory; 0: none */
    struct http_server *http;
    struct watch *watch; /* of notices */
};

static int cannot_start(const char *what, int e)
{
    log_record(LEVEL_ERROR, "serve.cannot", LOG_TEXT("what", what), LOG_TEXT("why", result_name(e)));
    return e;
}

/* ---- locks ---- */

/* The directory that a path lies in, "." for a bare name. */
static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? "." : arena_text_n(a, path, slash == path ? 1 : (size_t)(slash - path));
}

static unsigned lock_up(struct server *s)
{
    const struct instance *in = &s->conf->in;
    struct arena *a = &s->arena;
    struct sandbox_path paths[] = {
        {text_printf(a, "%s/" INSTANCE_FILE, in->path), SANDBOX_READ},
        {text_printf(a, "%s/keys", in->path), SANDBOX_WRITE},
        {text_printf(a, "%s/files", in->path), SANDBOX_WRITE},
        {text_printf(a, "%s/upload", in->path), SANDBOX_WRITE},
        {text_printf(a, "%s/db", in->path), SANDBOX_WRITE},
        {text_printf(a, "%s/" INSTANCE_LOG, in->path), SANDBOX_WRITE},
    };

    if (text_starts(in->address, "sqlite:"))
        paths[4].path = folder_of(a, in->address + strlen("sqlite:"));
    return sandbox_enter(&(struct sandbox_conf){.role = SANDBOX_SERVER, .paths = paths, .n_paths = ARRAY_LEN(paths)});
}

/* Before the first thread. */
static int enter_sandbox(struct server *s)
{
    unsigned wanted = sandbox_wanted(SANDBOX_SERVER), on = lock_up(s);

    log_record(LEVEL_INFO, "serve.sandbox", LOG_TEXT("role", "server"), LOG_TEXT("on", sandbox_text(on, wanted, &s->arena)));
    return s->conf->require_sandbox && (on & wanted) != wanted ? cannot_start("not all locks are on", E_PERMIT) : 0;
}

/* ---- parts ---- */

static void alarm_rings(void *arg, const char *what)
{
    (void)arg;
    log_record(LEVEL_ERROR, "ledger.alarm", LOG_TEXT("what", what));
}

/* The log goes on without its files. */
static void open_log(struct server *s, int top)
{
    int e = os_make_dir(top, INSTANCE_LOG, 0700);

    s->log = e < 0 ? e : os_open_dir_in(top, INSTANCE_LOG);
    if (s->log > 0) {
        log_file_begin(s->log);
        return;
    }
    log_record(LEVEL_WARN, "log.no-files", LOG_TEXT("why", result_name(s->log)));
    s->log = 0;
}

static int open_folders(struct server *s)
{
    AUTO_CLOSE int top = os_open_dir(s->conf->in.path);

    if (top < 0)
        return cannot_start("the data directory", top);
    open_log(s, top);
    s->app.data_dir = os_open_dir_in(top, "keys");
    s->app.files_dir = os_open_dir_in(top, "files");
    s->upload = os_open_dir_in(top, "upload");
    return s->app.data_dir < 0 || s->app.files_dir < 0 || s->upload < 0 ? cannot_start("keys, files or upload", E_STORAGE) : 0;
}

static int open_ledger(struct server *s, int signer)
{
    const struct ledger_conf conf = {.address = s->app.address,
                                     .origin = s->conf->in.log,
                                     .policy = s->conf->in.policy,
                                     .key_dir = s->app.data_dir,
                                     .signer = signer,
                                     .alarm = alarm_rings};
    int e = ledger_open(&conf, &s->app.ledger);

    return e < 0 ? cannot_start("the ledger", e) : 0;
}

/* PostgreSQL notices after a moment that a server was killed, and holds its lock until then. */
static int start_writer(struct server *s)
{
    struct writer_conf conf = {.address = s->app.address, .app = &s->app, .ledger = s->app.ledger};
    const struct timespec moment = {.tv_nsec = 100000000};
    int tries, e = E_BUSY;

    conf.hooks = ledger_hooks(s->app.ledger);
    for (tries = 0; e == E_BUSY && tries < WRITER_WAIT * 10; tries++) {
        if (tries > 0)
            (void)nanosleep(&moment, NULL); /* a signal only makes it shorter */
        e = writer_start(&conf, &s->app.writer);
    }
    return e == E_BUSY ? cannot_start("another server or command is writing to this database", e)
           : e < 0     ? cannot_start("the writer", e)
                       : 0;
}

/* A log on hold or a full disk keeps nobody from reading: `ledger check` says that it is missing. */
static void log_forms(struct server *s)
{
    int e = forms_log(&s->app);

    if (e < 0)
        log_record(LEVEL_WARN, "ledger.forms", LOG_TEXT("result", result_name(e)));
}

static int open_machine(struct server *s)
{
    const struct machine_conf conf = {.program = TERANG_VERSION,
                                      .memory = s->memory,
                                      .log_dir = s->log,
                                      .since = s->conf->since,
                                      .restarts = s->conf->restarts,
                                      .restarted = s->conf->restarted};
    int e = machine_open(&s->app, &conf);

    return e < 0 ? cannot_start("the watch", e) : 0;
}

static int open_parts(struct server *s, int signer)
{
    int e;

    e = open_ledger(s, signer);
    if (e == 0)
        e = start_writer(s);
    if (e < 0)
        return e;
    e = pool_open(s->app.address, READERS_MAX, &s->app.pool);
    if (e < 0)
        return cannot_start("the readers", e);
    e = ledger_start(s->app.ledger, s->app.writer);
    if (e < 0)
        return cannot_start("the integrator", e);
    e = core_open(&s->app, NULL);
    if (e < 0)
        return cannot_start("accounts", e);
    log_forms(s);
    e = runner_start(&s->app, &s->app.runner);
    if (e < 0)
        return cannot_start("jobs", e);
    e = watch_start(&s->app, &s->watch);
    if (e < 0)
        return cannot_start("notices", e);
    e = preview_start(&s->app, &s->app.preview);
    return e < 0 ? cannot_start("previews", e) : open_machine(s);
}

/* What was opened; the rest is NULL or -1. */
static void close_parts(struct server *s)
{
    preview_stop(s->app.preview);
    s->app.preview = NULL;
    watch_stop(s->watch);
    machine_close(&s->app);
    runner_stop(s->app.runner);
    s->app.runner = NULL;
    core_close(&s->app);
    if (s->app.ledger != NULL)
        ledger_stop(s->app.ledger);
    writer_stop(s->app.writer);
    pool_close(s->app.pool);
    ledger_close(s->app.ledger);
    log_file_end();
    os_close(&s->log);
    os_close(&s->upload);
    os_close(&s->app.files_dir);
    os_close(&s->app.data_dir);
}

/* ---- the port ---- */

int server_web(struct app *app, const struct instance *in, struct arena *a, struct web **ret, const char **ret_why)
{
    struct web_conf conf = {.app = app, .hooks = &core_hooks, .zone_minutes = in->zone_minutes, .zone = in->zone};

    conf.routes = instance_routes(a, &conf.n);
    return web_open(&conf, a, ret, ret_why);
}

static int open_port(struct server *s, int socket)
{
    struct http_conf conf = {.listen_fd = socket,
                             .upload_dir = s->upload,
                             .conn_per_address = s->conf->conn_per_address,
                             .conn_total = CONN_TOTAL,
                             .proxies = s->conf->proxies,
                             .hosts = s->conf->in.hosts};
    const char *why;
    int e;

    e = server_web(&s->app, &s->conf->in, &s->arena, &s->app.web, &why);
    if (e < 0) {
        log_record(LEVEL_ERROR, "serve.route", LOG_TEXT("what", why));
        return e;
    }
    if (http_sweep(s->upload, SWEEP_AGE_S) < 0)
        log_record(LEVEL_WARN, "serve.sweep", LOG_TEXT("what", "old uploads could not be removed"));
    web_serve(s->app.web, &conf);
    e = http_start(&conf, &s->http);
    if (e < 0)
        return cannot_start("the port", e);
    atomic_store(&s->app.server, s->http);
    return 0;
}

static void close_port(struct server *s)
{
    atomic_store(&s->app.server, NULL);
    http_stop(s->http);
}

/* ---- life ---- */

/* Blocked before the first thread, so that wait_for_the_end() gets it. */
static void hold_back_the_end(void)
{
    sigset_t ends;

    (void)sigemptyset(&ends); /* these cannot fail with signals that exist */
    (void)sigaddset(&ends, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
}

static void wait_for_the_end(void)
{
    sigset_t ends;
    int signal;

    (void)sigemptyset(&ends); /* as above */
    (void)sigaddset(&ends, SIGTERM);
    (void)sigwait(&ends, &signal);
}

static void fill_app(struct server *s)
{
    const struct instance *in = &s->conf->in;

    s->app.modules = modules;
    s->app.n_modules = modules_n();
    s->app.address = in->address;
    s->app.demo = in->demo;
    s->app.name = in->name;
    s->app.origin = in->origin;
    s->app.zone_minutes = in->zone_minutes;
    s->app.mail = s->conf->mail;
    s->app.scan = s->conf->scan;
    s->app.data_dir = s->app.files_dir = -1;
    if (in->demo)
        os_clock_allow_test();
}

static int say_ready(const struct server *s, int64_t began_us)
{
    int e = parser_tell_ready(&s->app);

    if (e < 0)
        return cannot_start("the parent does not hear", e);
    if (s->conf->restarts > 0)
        log_record(LEVEL_WARN, "serve.again",
                   LOG_INT("n", s->conf->restarts)); /* the parent's own word stands on stderr alone */
    log_record(LEVEL_INFO, "serve.ready", LOG_TEXT("listen", s->conf->listen),
               LOG_INT("ms", (os_monotonic_us() - began_us) / 1000));
    return 0;
}

int server_role(const int *fds, size_t n_fds, void *arg)
{
    struct server s = {.conf = arg, .upload = -1};
    int64_t began = os_monotonic_us();
    int e;

    BUG_IF(n_fds != FDS);
    hold_back_the_end();
    log_set_up(LEVEL_INFO, os_now);
    arena_init(&s.arena, ARENA_MAX);
    fill_app(&s);
    s.app.parser = fds[PARSER];
    s.memory = os_memory_open();
    e = open_folders(&s); /* the top is no place for the server once the locks are on */
    if (e == 0)
        e = enter_sandbox(&s);
    if (e == 0)
        e = open_parts(&s, fds[SIGNER]);
    if (e == 0)
        e = open_port(&s, fds[LISTEN]);
    if (e == 0)
        e = say_ready(&s, began);
    if (e == 0)
        wait_for_the_end();
    if (s.http != NULL)
        close_port(&s);
    close_parts(&s);
    arena_finish(&s.arena);
    return e < 0 ? EXIT_UNKNOWN : EXIT_GOOD;
}
