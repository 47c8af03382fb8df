/*
 * ledger_command.c: `terang ledger ...`: what an operator and an auditor do with the log.
 *
 * check, status and export run beside a server; rebuild, keygen, resume and renew while none runs.
 */
#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "core/ledger/daily.h"
#include "ledger/ledger.h"
#include "main/command.h"
#include "main/instance.h"
#include "os/os.h"

#define OUT_MAX ((size_t)16 * MB)

enum { SINCE };              /* of check */
enum { FROM };               /* of resume */
enum { REASON, BY, SECOND }; /* of renew */
enum { ROTATE, SETTLE };     /* flags of keygen */

/* ---- check ---- */

struct telling {
    struct json_out *json; /* NULL: lines for people */
    struct buf *out;
};

static void found(void *arg, const struct ledger_finding *f)
{
    struct telling *c = arg;

    if (c->json == NULL) {
        buf_printf(c->out, "%-13s %-32s %s", ledger_fault_name(f->fault), f->rec, f->detail);
        if (f->idx != INT_NONE)
            buf_printf(c->out, " (leaf #%lld)", (long long)f->idx);
        buf_byte(c->out, '\n');
        return;
    }
    json_out_object(c->json);
    json_put_text(c->json, "fault", ledger_fault_name(f->fault));
    json_put_text(c->json, "rec", f->rec);
    json_put_int(c->json, "idx", f->idx);
    json_put_text(c->json, "detail", f->detail);
    json_out_end(c->json);
}

static int64_t run_check(struct opened *o, int64_t since, struct telling *c)
{
    struct db *db;
    int64_t n;
    int e;

    e = pool_take(o->app.pool, 1000, &db);
    if (e < 0)
        return e;
    n = ledger_check_app(&o->app, db, since, found, c);
    pool_give(o->app.pool, db);
    return n;
}

static int check_opened(const struct command_line *line, struct opened *o, int64_t since)
{
    struct json_out j;
    struct buf out;
    struct telling c = {.out = &out};
    int64_t n;

    buf_init(&out, line->arena, OUT_MAX);
    if (line->json) {
        json_out_init(&j, &out);
        json_out_object(&j);
        json_put_array(&j, "findings");
        c.json = &j;
    }
    n = run_check(o, since, &c);
    if (n < 0)
        return cannot("the check could not be finished: %s", reason_of((int)n));
    if (line->json) {
        json_out_end(&j);
        json_put_int(&j, "found", n);
        json_out_end(&j);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "%lld findings\n", (long long)n);
    }
    /* Too many to print are still findings. */
    return command_print(&out) != EXIT_GOOD && n == 0 ? EXIT_UNKNOWN : n > 0 ? EXIT_WRONG : EXIT_GOOD;
}

int command_ledger_check(const struct command_line *line)
{
    struct opened o;
    int64_t since = 0;
    int code;

    if (line->values[SINCE] != NULL && text_int(line->values[SINCE], 0, INT64_MAX, &since) < 0)
        return command_usage(line->command, "--since is the index of a leaf");
    code = instance_open(line->arena, USE_READ, &o);
    if (code != 0)
        return code;
    code = check_opened(line, &o, since);
    instance_close(&o);
    return code;
}

/* ---- status ---- */

/* clang-format off */
static const char *const mode_names[] = {
    [LEDGER_RUNS] = "runs", [LEDGER_HOLD] = "hold", [LEDGER_UNSIGNED] = "unsigned",
};
/* clang-format on */
_Static_assert(ARRAY_LEN(mode_names) == LEDGER_MODE_COUNT, "a name a mode");

static void status_json(const struct ledger_status *s, struct arena *a, struct buf *out)
{
    struct json_out j;

    json_out_init(&j, out);
    json_out_object(&j);
    json_put_text(&j, "mode", mode_names[s->mode]);
    json_put_text(&j, "reason", s->reason);
    json_put_text(&j, "origin", s->origin);
    json_put_int(&j, "size", s->size);
    json_put_int(&j, "signed_size", s->signed_size);
    json_put_text(&j, "signed_at", instant_iso(a, s->signed_at));
    json_put_int(&j, "cosigned_size", s->cosigned_size < 0 ? INT_NONE : s->cosigned_size);
    json_put_text(&j, "cosigned_at", instant_iso(a, s->cosigned_at));
    json_put_int(&j, "sealed_waiting", s->sealed_waiting);
    json_out_end(&j);
    buf_byte(out, '\n');
}

static const char *or_never(struct arena *a, instant t)
{
    const char *s = instant_iso(a, t);

    return s != NULL ? s : "never";
}

static void status_text(const struct ledger_status *s, struct arena *a, struct buf *out)
{
    buf_printf(out, "log        %s\n", s->origin);
    buf_printf(out, "mode       %s%s%s\n", mode_names[s->mode], s->reason[0] != '\0' ? ": " : "", s->reason);
    buf_printf(out, "leaves     %lld\n", (long long)s->size);
    buf_printf(out, "signed     %lld  %s\n", (long long)s->signed_size, or_never(a, s->signed_at));
    if (s->cosigned_size < 0)
        buf_add(out, "witnessed  never\n");
    else
        buf_printf(out, "witnessed  %lld  %s\n", (long long)s->cosigned_size, or_never(a, s->cosigned_at));
    buf_printf(out, "sealed     %lld wait\n", (long long)s->sealed_waiting);
}

static int status_opened(const struct command_line *line, struct opened *o)
{
    struct ledger_status s;
    struct buf out;
    struct db *db;
    int e;

    e = pool_take(o->app.pool, 1000, &db);
    if (e < 0)
        return cannot("the database cannot be read: %s", reason_of(e));
    e = ledger_status(o->app.ledger, db, &s);
    pool_give(o->app.pool, db);
    if (e < 0)
        return cannot("the ledger cannot be read: %s", reason_of(e));
    buf_init(&out, line->arena, 64 * KB);
    if (line->json)
        status_json(&s, line->arena, &out);
    else
        status_text(&s, line->arena, &out);
    return command_print(&out) != EXIT_GOOD ? EXIT_UNKNOWN : s.mode == LEDGER_HOLD ? EXIT_WRONG : EXIT_GOOD;
}

int command_ledger_status(const struct command_line *line)
{
    struct opened o;
    int code = instance_open(line->arena, USE_READ, &o);

    if (code != 0)
        return code;
    code = status_opened(line, &o);
    instance_close(&o);
    return code;
}

/* ---- export ---- */

/* {"NAME": n} or "NAME n". */
static int tell(const struct command_line *line, const char *name, int64_t n)
{
    struct json_out j;
    struct buf out;

    buf_init(&out, line->arena, 4 * KB);
    if (line->json) {
        json_out_init(&j, &out);
        json_out_object(&j);
        json_put_int(&j, name, n);
        json_out_end(&j);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "%s %lld\n", name, (long long)n);
    }
    return command_print(&out);
}

static int export_opened(const struct command_line *line, struct opened *o, int dir)
{
    struct db *db;
    int64_t size;
    int e;

    e = pool_take(o->app.pool, 1000, &db);
    if (e < 0)
        return cannot("the database cannot be read: %s", reason_of(e));
    size = ledger_export(o->app.ledger, db, dir);
    pool_give(o->app.pool, db);
    return size < 0 ? cannot("%s: %s", line->args[0], reason_of((int)size)) : tell(line, "size", size);
}

int command_ledger_export(const struct command_line *line)
{
    struct opened o;
    int code = instance_open(line->arena, USE_READ, &o);
    AUTO_CLOSE int dir = -1;

    if (code != 0)
        return code;
    dir = os_open_dir(line->args[0]);
    code = dir < 0 ? cannot("%s: no directory that can be opened", line->args[0]) : export_opened(line, &o, dir);
    instance_close(&o);
    return code;
}

/* ---- while no server runs ---- */

static int wrong(const char *what)
{
    (void)cannot("%s", what); /* the code is another */
    return EXIT_WRONG;
}

/* A connection of its own beside the writer, which holds the lock and rests. */
typedef int with_db_fn(const struct command_line *line, struct opened *o, struct db *db);

static int without_server(const struct command_line *line, enum db_access access, with_db_fn *what)
{
    struct opened o;
    struct db *db = NULL;
    char why[DB_WHY];
    int code, e;

    code = instance_open(line->arena, USE_WRITE, &o);
    if (code != 0)
        return code;
    e = db_open_why(access == DB_OWNER ? o.in.owner : o.in.address, access, why, &db);
    code = e < 0 ? cannot("the database cannot be opened: %s", why) : what(line, &o, db);
    db_close(db);
    instance_close(&o);
    return code;
}

static int rebuild(const struct command_line *line, struct opened *o, struct db *db)
{
    int e = ledger_rebuild(o->app.ledger, db);

    if (e == E_STATE)
        return wrong("the entries do not give the root that was signed; nothing was changed: see `terang ledger check`");
    return e < 0 ? cannot("not rebuilt: %s", db_fault(db)) : tell(line, "rebuilt", 1);
}

int command_ledger_rebuild(const struct command_line *line)
{
    return without_server(line, DB_OWNER, rebuild);
}

static int resume(const struct command_line *line, struct opened *o, struct db *db)
{
    AUTO_CLOSE int mirror = os_open_dir(line->values[FROM]);
    int64_t fetched = 0;
    int e;

    if (mirror < 0)
        return cannot("%s: no directory that can be opened", line->values[FROM]);
    e = ledger_resume(o->app.ledger, db, mirror, &fetched);
    if (e == E_STATE)
        return wrong("the mirror does not lead to what was signed last; nothing was changed");
    return e < 0 ? cannot("not resumed: %s", reason_of(e)) : tell(line, "fetched", fetched);
}

int command_ledger_resume(const struct command_line *line)
{
    if (line->values[FROM] == NULL)
        return command_usage(line->command, "--from is missing");
    return without_server(line, DB_WRITE, resume);
}

/* The signer gets a new key for the new log, once the old one is put aside. */
static int renew_key(const struct command_line *line, const struct opened *o, int number, const char **ret_vkey)
{
    AUTO_CLOSE int top = os_open_dir(o->in.path), dir = top < 0 ? top : os_open_dir_in(top, "signer");
    int e = dir;

    if (e >= 0)
        e = ledger_key_retire(dir, number);
    if (e >= 0)
        e = ledger_keygen(text_printf(line->arena, "%s/%d", o->in.log, number + 1), dir, line->arena, ret_vkey);
    return e < 0 ? e : 0;
}

static int tell_key(const struct command_line *line, const char *vkey)
{
    struct json_out j;
    struct buf out;

    buf_init(&out, line->arena, 4 * KB);
    if (line->json) {
        json_out_init(&j, &out);
        json_out_object(&j);
        json_put_text(&j, "vkey", vkey);
        json_out_end(&j);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out, "%s\n", vkey != NULL ? vkey : "the newer key signs alone; restart the server");
    }
    return command_print(&out);
}

struct key_making {
    int64_t id;
};

static int make_record_key(struct tx *tx, void *arg)
{
    return ledger_key_new(tx, LEDGER_KEY_RECORD, &((struct key_making *)arg)->id);
}

static int renew(const struct command_line *line, struct opened *o, struct db *db)
{
    struct key_making key = {0};
    struct ledger_column columns[] = {
        {.name = "reason", .value = line->values[REASON]},
        {.name = "second", .value = line->values[SECOND]},
    };
    struct ledger_leaf why = {.columns = columns, .n = ARRAY_LEN(columns), .by = line->values[BY], .who = "operator"};
    struct ledger_status s;
    const char *vkey = NULL;
    int e;

    e = ledger_status(o->app.ledger, db, &s);
    if (e == 0)
        e = writer_do(o->app.writer, make_record_key, &key);
    if (e < 0)
        return cannot("not renewed: %s", reason_of(e));
    why.by_key = columns[0].key = columns[1].key = key.id;
    e = ledger_renew(o->app.ledger, db, &why);
    if (e < 0)
        return cannot("not renewed: %s", reason_of(e));
    e = renew_key(line, o, s.log, &vkey);
    if (e < 0)
        return cannot("the log was renewed, but its key could not be made: %s; see `terang ledger keygen`", reason_of(e));
    return tell_key(line, vkey);
}

int command_ledger_renew(const struct command_line *line)
{
    int i;

    for (i = REASON; i <= SECOND; i++)
        if (text_empty(line->values[i]))
            return command_usage(line->command, "two people decide: --reason, --by and --second are all needed");
    if (text_eq(line->values[BY], line->values[SECOND]))
        return command_usage(line->command, "--by and --second are two people");
    return without_server(line, DB_WRITE, renew);
}

/* ---- keygen ---- */

static int change_key(const struct command_line *line, const struct instance *in, int dir, const char **ret_vkey)
{
    *ret_vkey = NULL;
    if (line->flags[ROTATE])
        return ledger_key_rotate(dir, line->arena, ret_vkey);
    if (line->flags[SETTLE])
        return ledger_key_settle(dir);
    return ledger_keygen(line->n_args > 0 ? line->args[0] : text_printf(line->arena, "%s/1", in->log), dir, line->arena,
                         ret_vkey);
}

int command_ledger_keygen(const struct command_line *line)
{
    struct instance in;
    const char *vkey;
    int code, e;

    if (line->flags[ROTATE] && line->flags[SETTLE])
        return command_usage(line->command, "--rotate and --settle are two steps, 90 days apart");
    code = instance_read(line->arena, &in);
    if (code == 0) {
        AUTO_CLOSE int top = os_open_dir(in.path), dir = top < 0 ? top : os_open_dir_in(top, "signer");

        e = dir < 0 ? dir : change_key(line, &in, dir, &vkey);
        if (e == E_CONFLICT)
            return cannot("there is a key already; --rotate makes the next one");
        if (e == E_STATE)
            return cannot("%s",
                          line->flags[ROTATE] ? "two keys sign already; --settle leaves the newer" : "only one key signs");
        if (e < 0)
            return cannot("no key was made: %s", reason_of(e));
        code = tell_key(line, vkey);
    }
    return code;
}
