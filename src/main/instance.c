/*
 * instance.c: reading an installation's description, bringing its schema up to date, opening it for a command.
 */
#include <stdarg.h>

#include "base/json.h"
#include "base/text.h"
#include "core/mail/message.h"
#include "engine/grant.h"
#include "engine/migrations.h"
#include "ledger/ledger.h"
#include "main/command.h"
#include "main/instance.h"
#include "main/modules.h"
#include "os/os.h"
#include "os/smtp.h"
#include "os/socket.h"

#define FILE_MAX  ((size_t)64 * KB)
#define HOSTS_MAX 32

/* clang-format off */
static const struct {
    const char *name;
    int minutes;
} zones[] = {
    {"WIB",  420},
    {"WITA", 480},
    {"WIT",  540},
};
/* clang-format on */

int cannot(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)fputs("terang: ", stderr); /* nobody left to tell, here and below */
    (void)vfprintf(stderr, fmt, ap);
    (void)fputc('\n', stderr);
    va_end(ap);
    return EXIT_UNKNOWN;
}

/* ---- description ---- */

int instance_zone(const char *name)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(zones); i++)
        if (text_eq(zones[i].name, name))
            return zones[i].minutes;
    return 0;
}

static const char *from_environment(struct arena *a, const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return arena_text(a, text_empty(value) ? otherwise : value);
}

void instance_environment(struct arena *a, struct instance *ret)
{
    *ret = (struct instance){.path = from_environment(a, "TERANG_DATA", DATA_DEFAULT)};
    ret->address = from_environment(a, "TERANG_DB", text_printf(a, "sqlite:%s/db/terang.db", ret->path));
    ret->owner = from_environment(a, "TERANG_DB_OWNER", ret->address);
}

int instance_mail(struct arena *a, struct mailer_conf *ret, const char **ret_why)
{
    struct smtp_place place;

    *ret = (struct mailer_conf){.url = from_environment(a, "TERANG_MAIL", NULL),
                                .from = from_environment(a, "TERANG_MAIL_FROM", NULL),
                                .login = from_environment(a, "TERANG_MAIL_LOGIN", NULL)};
    if (ret->url == NULL)
        return 0;
    *ret_why = "TERANG_MAIL";
    if (smtp_place_parse(a, ret->url, &place) < 0)
        return E_INPUT;
    *ret_why = "TERANG_MAIL_FROM";
    if (!mail_address_good(ret->from))
        return E_INPUT;
    *ret_why = "TERANG_MAIL_LOGIN";
    return ret->login != NULL && ret->login[0] != '/' ? E_INPUT : 1;
}

int instance_scan(struct arena *a, struct scan_conf *ret, const char **ret_why)
{
    const char *away = from_environment(a, "TERANG_SCAN_AWAY", "refuse");
    struct socket_address address;

    *ret = (struct scan_conf){.address = from_environment(a, "TERANG_SCAN", NULL), .quarantine = text_eq(away, "quarantine")};
    if (ret->address == NULL)
        return 0;
    *ret_why = "TERANG_SCAN";
    if (!text_starts(ret->address, "unix:/") || socket_address_parse(ret->address, &address) < 0)
        return E_INPUT;
    *ret_why = "TERANG_SCAN_AWAY";
    return !ret->quarantine && !text_eq(away, "refuse") ? E_INPUT : 1;
}

int instance_make_folders(int top)
{
    static const char *const folders[] = {"db", "files", "keys", "signer", "upload"};
    size_t i;
    int e = 0;

    for (i = 0; i < ARRAY_LEN(folders) && e == 0; i++)
        e = os_make_dir(top, folders[i], 0700);
    return e;
}

static const char *kind_word(const struct instance *in)
{
    return text_starts(in->address, "sqlite:") ? "sqlite" : "postgresql";
}

void instance_json(const struct instance *in, struct buf *out)
{
    struct json_out j;
    size_t i;

    json_out_init(&j, out);
    json_out_object(&j);
    json_put_text(&j, "name", in->name);
    json_put_text(&j, "origin", in->origin);
    json_put_text(&j, "log", in->log);
    json_put_text(&j, "zone", in->zone);
    json_put_text(&j, "database", kind_word(in));
    json_put_bool(&j, "demo", in->demo);
    if (in->hosts != NULL) {
        json_put_array(&j, "hosts");
        for (i = 0; in->hosts[i] != NULL; i++)
            json_out_text(&j, in->hosts[i]);
        json_out_end(&j);
    }
    json_out_end(&j);
    buf_byte(out, '\n');
}

static int read_hosts(struct arena *a, const struct json_in *top, struct instance *ret)
{
    const struct json_in *list;
    const char **hosts;
    size_t i;
    int found;

    found = json_get_array(top, "hosts", &list);
    if (found <= 0)
        return found;
    if (list->n > HOSTS_MAX)
        return E_LIMIT;
    hosts = arena_array(a, list->n + 1, const char *);
    for (i = 0; i < list->n; i++) {
        if (list->items[i].kind != JSON_IS_TEXT)
            return E_FORMAT;
        hosts[i] = list->items[i].text;
    }
    ret->hosts = hosts;
    return 0;
}

/* 0, or NULL or the member that is wrong. */
static const char *take_description(struct arena *a, const struct json_in *top, struct instance *ret)
{
    static const char *const known[] = {"name", "origin", "log", "zone", "database", "demo", "hosts", NULL};
    const char *database = NULL, *unknown = json_unknown(top, known);

    if (unknown != NULL)
        return unknown;
    if (json_get_text(top, "name", &ret->name) != 1)
        return "name";
    if (json_get_text(top, "origin", &ret->origin) != 1)
        return "origin";
    if (json_get_text(top, "log", &ret->log) != 1)
        return "log";
    if (json_get_text(top, "zone", &ret->zone) != 1 || (ret->zone_minutes = instance_zone(ret->zone)) == 0)
        return "zone";
    if (json_get_bool(top, "demo", &ret->demo) != 1)
        return "demo";
    if (read_hosts(a, top, ret) < 0)
        return "hosts";
    if (json_get_text(top, "database", &database) != 1 || !text_eq(database, kind_word(ret)))
        return text_eq(database, "postgresql") ? "database (set TERANG_DB to its address)" : "database";
    return NULL;
}

static int read_policy(struct arena *a, int dir, struct instance *ret)
{
    AUTO_CLOSE int fd = os_open_if_there(dir, INSTANCE_POLICY);
    struct bytes text;
    int e;

    if (fd <= 0)
        return fd;
    e = os_read_all(fd, a, FILE_MAX, &text);
    if (e == 0)
        ret->policy = arena_text_n(a, (const char *)text.p, text.n);
    return e;
}

static int read_description(struct arena *a, struct instance *ret)
{
    AUTO_CLOSE int dir = os_open_dir(ret->path);
    const struct json_in *top;
    const char *why;
    struct bytes text;

    if (dir < 0)
        return cannot("%s: cannot be opened; TERANG_DATA says where the instance is, `terang init` makes one", ret->path);
    if (os_read_file(dir, INSTANCE_FILE, a, FILE_MAX, &text) < 0)
        return cannot("%s/" INSTANCE_FILE ": cannot be read; is it an instance?", ret->path);
    if (json_read(a, text.p, text.n, FILE_MAX, &top, &why) < 0)
        return cannot("%s/" INSTANCE_FILE ": %s", ret->path, why);
    why = take_description(a, top, ret);
    if (why != NULL)
        return cannot("%s/" INSTANCE_FILE ": wrong: %s", ret->path, why);
    if (read_policy(a, dir, ret) < 0)
        return cannot("%s/" INSTANCE_POLICY ": cannot be read", ret->path);
    return 0;
}

int instance_read(struct arena *a, struct instance *ret)
{
    if (process_drop(INSTANCE_USER) < 0)
        return cannot("as root it needs the system user " INSTANCE_USER ", and to become that user");
    instance_environment(a, ret);
    return read_description(a, ret);
}

/* ---- schema ---- */

int instance_current(const struct instance *in, char ret_why[DB_WHY])
{
    AUTO_DB struct db *db = NULL;
    const struct migration *steps;
    size_t n;
    int e;

    e = db_open_why(in->address, DB_READ, ret_why, &db);
    if (e < 0)
        return e;
    steps = migrations(&n);
    e = migrate_current(db, steps, n);
    if (e < 0)
        (void)snprintf(ret_why, DB_WHY, "%s", db_fault(db)); /* cut is fine */
    return e;
}

/* PostgreSQL: what the server's role may do is said anew after each change of the schema. */
static int give_rights(const struct instance *in, struct db *owner, char ret_why[DB_WHY])
{
    AUTO_DB struct db *server = NULL;
    int e;

    if (db_kind(owner) == DB_SQLITE)
        return 0;
    e = db_open_why(in->address, DB_WRITE, ret_why, &server);
    if (e < 0)
        return e;
    e = grants_give(owner, server, modules, modules_n());
    if (e < 0)
        (void)snprintf(ret_why, DB_WHY, "the rights of the server's role: %s", db_fault(owner)); /* cut is fine */
    return e;
}

/* An owner would make a SQLite file that is missing, and an instance that has lost its own would go on as an empty one. */
static int is_there(const struct instance *in, char ret_why[DB_WHY])
{
    AUTO_DB struct db *db = NULL;

    return db_open_why(in->owner, DB_WRITE, ret_why, &db);
}

int instance_upgrade(const struct instance *in, char ret_why[DB_WHY], int *ret_done)
{
    AUTO_DB struct db *owner = NULL;
    const struct migration *steps;
    size_t n;
    int e;

    *ret_done = 0;
    e = is_there(in, ret_why);
    if (e == 0)
        e = db_open_why(in->owner, DB_OWNER, ret_why, &owner);
    if (e < 0)
        return e;
    steps = migrations(&n);
    e = migrate(owner, steps, n, ret_done);
    if (e < 0)
        (void)snprintf(ret_why, DB_WHY, "%s", db_fault(owner)); /* cut is fine */
    return e < 0 ? e : give_rights(in, owner, ret_why);
}

int instance_refuse_used(struct arena *a, const struct instance *in)
{
    AUTO_DB struct db *db = NULL;
    struct schema there;
    char why[DB_WHY];

    if (db_open_why(in->owner, DB_OWNER, why, &db) < 0)
        return cannot("the database cannot be opened: %s", why);
    if (schema_read(db, a, &there) < 0)
        return cannot("the database cannot be read: %s", db_fault(db));
    return there.n_columns > 0 ? cannot("the database is not empty: it is left alone") : 0;
}

/* ---- for commands ---- */

static int start_signer(struct opened *o)
{
    struct process_conf conf = {.name = "signer", .run = signer_role, .n_fds = ARRAY_LEN(o->child.fds), .clear_env = true};
    int e;

    e = signer_child_open(&o->in, &o->child);
    if (e < 0)
        return e;
    conf.fds = o->child.fds;
    e = process_start(&conf, &o->signer);
    os_close(&o->child.fds[0]); /* so that the child's end is closed when it ends */
    return e;
}

static int open_ledger(struct opened *o)
{
    struct ledger_conf conf = {
        .address = o->in.address, .origin = o->in.log, .policy = o->in.policy, .signer = o->child.server};

    conf.key_dir = o->app.data_dir;
    return ledger_open(&conf, &o->app.ledger);
}

static int open_writer(struct opened *o)
{
    struct writer_conf conf = {.address = o->in.address, .app = &o->app, .ledger = o->app.ledger};
    int e;

    conf.hooks = ledger_hooks(o->app.ledger);
    e = writer_start(&conf, &o->app.writer);
    if (e == E_BUSY)
        return cannot("a server or another command is writing to this database; stop it first");
    return e < 0 ? cannot("the database cannot be written: %s", reason_of(e)) : 0;
}

static int open_parts(struct opened *o, enum instance_use use)
{
    char why[DB_WHY];
    int e;

    e = instance_current(&o->in, why);
    if (e < 0)
        return cannot("the database cannot be read: %s", why);
    if (e == 0)
        return cannot("the schema is not that of this program: run `terang migrate`");
    e = start_signer(o);
    if (e < 0)
        return cannot("the signer cannot be started: %s", reason_of(e));
    e = open_ledger(o);
    if (e < 0)
        return cannot("the ledger cannot be opened: %s", reason_of(e));
    e = pool_open(o->in.address, 4, &o->app.pool);
    if (e < 0)
        return cannot("the database cannot be read: %s", reason_of(e));
    return use == USE_WRITE ? open_writer(o) : 0;
}

static int open_folders(const struct instance *in, struct app *app)
{
    AUTO_CLOSE int top = os_open_dir(in->path);

    if (top < 0)
        return top;
    app->data_dir = os_open_dir_in(top, "keys");
    app->files_dir = os_open_dir_in(top, "files");
    return app->data_dir < 0 || app->files_dir < 0 ? E_STORAGE : 0;
}

int instance_open(struct arena *a, enum instance_use use, struct opened *ret)
{
    int code;

    *ret = (struct opened){.signer = PROCESS_NONE, .child = {.fds = {-1, -1, -1}, .server = -1}};
    ret->app.data_dir = ret->app.files_dir = -1;
    code = instance_read(a, &ret->in);
    if (code != 0)
        return code;
    ret->app.modules = modules;
    ret->app.n_modules = modules_n();
    ret->app.address = ret->in.address;
    ret->app.demo = ret->in.demo;
    ret->app.name = ret->in.name;
    ret->app.origin = ret->in.origin;
    ret->app.zone_minutes = ret->in.zone_minutes;
    if (open_folders(&ret->in, &ret->app) < 0)
        code = cannot("%s: keys or files cannot be opened", ret->in.path);
    else
        code = open_parts(ret, use);
    if (code != 0)
        instance_close(ret);
    return code;
}

void instance_close(struct opened *o)
{
    writer_stop(o->app.writer);
    pool_close(o->app.pool);
    ledger_close(o->app.ledger);
    signer_child_close(&o->child);
    (void)process_stop(&o->signer, 1000); /* it only answered questions */
    os_close(&o->app.files_dir);
    os_close(&o->app.data_dir);
}
