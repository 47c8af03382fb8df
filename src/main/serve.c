/*
 * serve.c: `terang serve`: the parent. It binds the port, becomes the user terang, brings the schema up to date in a child,
 * and starts the signer and the server round after round.
 *
 * Not for: what these do (signer_role.c, server.c), pages (pages.c).
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/parser.h"
#include "main/command.h"
#include "main/look.h"
#include "main/server.h"
#include "os/pipe.h"
#include "os/sandbox.h"
#include "os/smtp.h"
#include "os/socket.h"
#include "os/supervise.h"

#define LISTEN_DEFAULT   "127.0.0.1:8080"
#define CONN_PER_ADDRESS 100
#define GRACE_MS         15000 /* http_stop() takes at most 10 s */

enum { LISTEN };
enum { REQUIRE_SANDBOX };

/* ---- schema ---- */

/*
 * As the owner, in a child of its own: the parent stays small, and the server never learns the owner's address. On SQLite, and
 * where TERANG_DB_OWNER is set, a newer program thus needs no further step; elsewhere the log says what to do.
 */
static int schema_role(const int *fds, size_t n_fds, void *arg)
{
    const struct serving *serving = arg;
    char why[DB_WHY];
    int done, e;

    (void)fds;
    (void)n_fds;
    e = instance_current(&serving->in, why);
    if (e == 1)
        return EXIT_GOOD;
    if (e < 0)
        return cannot("the database cannot be read: %s", why);
    e = instance_upgrade(&serving->in, why, &done);
    if (e < 0)
        return cannot("the schema is not that of this program, and cannot be brought up to date: %s; "
                      "see `terang migrate` and TERANG_DB_OWNER",
                      why);
    log_record(LEVEL_INFO, "serve.migrated", LOG_INT("steps", done));
    return EXIT_GOOD;
}

static int bring_schema_up(struct serving *serving)
{
    struct process child;
    struct process_end end;

    if (process_start(&(struct process_conf){.name = "schema", .run = schema_role, .arg = serving}, &child) < 0)
        return cannot("no process can be started");
    return process_wait(&child, PROCESS_FOREVER, &end) == 1 && end.code == EXIT_GOOD ? 0 : EXIT_UNKNOWN;
}

/* What only the migrations need is forgotten before the roles begin. */
static void forget_owner(struct serving *serving)
{
    char *value = getenv("TERANG_DB_OWNER");

    if (value != NULL)
        explicit_bzero(value, strlen(value));
    (void)unsetenv("TERANG_DB_OWNER"); /* the name is a good one */
    if (serving->in.owner != serving->in.address)
        explicit_bzero((char *)(uintptr_t)serving->in.owner, strlen(serving->in.owner));
    serving->in.owner = "";
}

/* ---- rounds ---- */

static int add_signer(struct serving *serving, struct supervisor *s)
{
    const struct process_conf conf = {.name = "signer",
                                      .run = signer_role,
                                      .arg = &serving->require_sandbox,
                                      .fds = serving->signer->fds,
                                      .n_fds = 3,
                                      .clear_env = true};

    return supervise_add(s, &conf);
}

static int add_server(struct serving *serving, struct supervisor *s)
{
    const int fds[] = {serving->socket, serving->signer->server, serving->parser};
    const struct process_conf conf = {
        .name = "server", .run = server_role, .arg = serving, .fds = fds, .n_fds = ARRAY_LEN(fds)};

    return supervise_add(s, &conf);
}

static int start_round(void *ctx, struct supervisor *s)
{
    struct serving *serving = ctx;
    struct signer_child signer;
    int parser[2] = {-1, -1}, e;

    e = signer_child_open(&serving->in, &signer);
    if (e < 0)
        return e;
    e = pipe_make(parser);
    if (e == 0) {
        supervise_watch(s, parser[0]);
        serving->signer = &signer;
        serving->parser = parser[1];
        e = add_signer(serving, s);
    }
    if (e == 0)
        e = add_server(serving, s);
    os_close(&parser[1]);
    signer_child_close(&signer); /* the children hold theirs; each must see the other's end */
    serving->signer = NULL;
    return e;
}

/* The server asks for a child that looks at a file, hands over a mail, or does a chore. */
static int parser_wanted(void *ctx, struct supervisor *s, int fd)
{
    const struct serving *serving = ctx;
    struct chores chores;

    look_chores(&chores, ctx);
    return parser_asked(s, fd, serving->mail, &chores);
}

/* A short child that did its work is nothing to write down. */
static void child_ended(void *ctx, const char *name, const struct process_end *end, int again_ms)
{
    struct serving *serving = ctx;
    struct arena a;

    if (again_ms >= 0) {
        serving->restarts++;
        serving->restarted = os_now();
    } else if (end->signal == 0 && end->code == 0) {
        return;
    }
    arena_init(&a, 4 * KB);
    log_record(LEVEL_WARN, "serve.ended", LOG_TEXT("role", name), LOG_TEXT("how", process_end_text(end, &a)),
               LOG_INT("again_ms", again_ms));
    arena_finish(&a);
}

/* ---- mail ---- */

/* As the user that serves, since it is who reads the login. Mail that cannot go out waits; nothing else depends on it. */
static int set_up_mail(struct arena *a, struct serving *ret)
{
    struct mailer_conf *conf = arena_new(a, struct mailer_conf);
    struct smtp_login login = {0};
    const char *why;
    int e = instance_mail(a, conf, &why);

    if (e < 0)
        return cannot("%s is not what it should be; see docs/operating.md", why);
    if (e == 0) {
        log_record(LEVEL_INFO, "serve.mail", LOG_TEXT("on", "no: TERANG_MAIL is not set, mail waits"));
        return 0;
    }
    ret->mail = conf;
    e = conf->login == NULL ? 0 : smtp_login_read(conf->login, &login);
    explicit_bzero(&login, sizeof login);
    if (e < 0)
        log_record(LEVEL_ERROR, "serve.mail", LOG_TEXT("file", conf->login), LOG_TEXT("why", result_name(e)));
    else
        log_record(LEVEL_INFO, "serve.mail", LOG_TEXT("on", conf->url), LOG_TEXT("from", conf->from));
    return 0;
}

/* ---- the scanner ---- */

static int set_up_scan(struct arena *a, struct serving *ret)
{
    struct scan_conf *conf = arena_new(a, struct scan_conf);
    const char *why;
    int e = instance_scan(a, conf, &why);

    if (e < 0)
        return cannot("%s is not what it should be; see docs/operating.md", why);
    if (e == 0)
        return 0;
    ret->scan = conf;
    log_record(LEVEL_INFO, "serve.scan", LOG_TEXT("on", conf->address),
               LOG_TEXT("outcome", conf->quarantine ? "quarantine" : "refuse"));
    return 0;
}

/* ---- the command ---- */

static int read_environment(const struct command_line *line, struct serving *ret)
{
    const char *listen = getenv("TERANG_LISTEN"), *proxies = getenv("TERANG_PROXY"), *conn = getenv("TERANG_CONN_PER_ADDRESS");
    int64_t n = CONN_PER_ADDRESS;
    size_t ignored;

    ret->listen = line->values[LISTEN] != NULL ? line->values[LISTEN] : !text_empty(listen) ? listen : LISTEN_DEFAULT;
    ret->require_sandbox = line->flags[REQUIRE_SANDBOX];
    if (!text_empty(proxies))
        ret->proxies = (const char *const *)text_split(line->arena, proxies, ' ', &ignored);
    if (!text_empty(conn) && text_int(conn, 1, 1000000, &n) < 0)
        return cannot("TERANG_CONN_PER_ADDRESS is not a number");
    ret->conn_per_address = (int)n;
    return 0;
}

int command_serve(const struct command_line *line)
{
    struct serving serving = {.socket = -1, .since = os_now(), .restarted = INSTANT_NONE};
    struct supervise_conf conf = {
        .start = start_round, .asked = parser_wanted, .ended = child_ended, .ctx = &serving, .grace_ms = GRACE_MS};
    int code;

    log_set_up(LEVEL_INFO, os_now);
    process_harden();
    code = read_environment(line, &serving);
    if (code != 0)
        return code;
    serving.socket = socket_listen(serving.listen);
    if (serving.socket < 0)
        return cannot("cannot serve on %s: %s", serving.listen, reason_of(serving.socket));
    code = instance_read(line->arena, &serving.in);
    if (code == 0)
        code = set_up_mail(line->arena, &serving);
    if (code == 0)
        code = set_up_scan(line->arena, &serving);
    if (code == 0)
        code = bring_schema_up(&serving);
    forget_owner(&serving);
    if (code == 0) {
        code = supervise_run(&conf);
        if (code < 0)
            code = cannot("the signer cannot be started: %s/signer: %s", serving.in.path, reason_of(code));
    }
    os_close(&serving.socket);
    return code;
}
