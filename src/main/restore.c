/*
 * restore.c: `terang restore`: an archive becomes an instance again, or is proven with --check.
 *
 * It writes into an empty TERANG_DATA and an empty database only (restore_place.h). A check unpacks the database into a
 * temporary folder (TMPDIR), which goes with it. The signing key is in no backup: it is taken from the old signer folder, or a
 * new one is made without a state, so that the log is on hold until people decide (ledger.md section 7).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "core/user/admin.h"
#include "db/backup.h"
#include "engine/migrations.h"
#include "ledger/ledger.h"
#include "ledger/signer.h"
#include "main/restore_place.h"
#include "os/os.h"

#define PATH_LENGTH_MAX 4000
#define SIGNER_FILE_MAX ((size_t)64 * KB)

enum { KEY, KEYS, SIGNER };
enum { CHECK, WITHOUT_KEYS, AGAIN };

/* One restoring. Descriptors are opened before a command of root ceases to be root; 0 stands for none. */
struct restoring {
    const struct command_line *line;
    struct arena *a;
    struct archive_keys *keys; /* in locked memory */
    int archive, key, key_archive, signer_key, signer_state;
    struct restore_place place;
    int top; /* TERANG_DATA, or the temporary folder */
    const char *temporary;
    struct unpack u;
    struct archive_sum sum;
    const char *address; /* of the database that was unpacked */
    const char *made_at, *log;
    int64_t migrations;
    int64_t leaves, wrong; /* of the ledger; INT_NONE: not compared */
    int64_t tokens;        /* that were ended */
};

/* What was found is wrong; the words say what. */
static int wrong(const struct restoring *r, const char *key, const char *arg)
{
    (void)cannot("%s", command_said(r->line, key, arg)); /* the code is another */
    return EXIT_WRONG;
}

/* ---- what is given ---- */

/* Any path the person names. 0 or an exit code with the reason said. */
static int open_named(const char *path, bool optional, int *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 && !(optional && errno == ENOENT))
        return cannot("%s: cannot be read: %s", path, strerror(errno));
    *ret = fd < 0 ? 0 : fd;
    return 0;
}

static int open_given(struct restoring *r)
{
    const struct command_line *line = r->line;
    const char *signer = line->values[SIGNER];
    int code;

    if (line->values[KEY] == NULL)
        return command_usage(line->command, "--key names the file with the secret key, from `terang backup keygen`");
    if (!line->flags[CHECK] && (line->values[KEYS] == NULL) != line->flags[WITHOUT_KEYS])
        return command_usage(line->command, "give --keys with the file of `terang backup keys`, or --without-keys");
    code = open_named(line->args[0], false, &r->archive);
    if (code == 0)
        code = open_named(line->values[KEY], false, &r->key);
    if (code == 0 && line->values[KEYS] != NULL)
        code = open_named(line->values[KEYS], false, &r->key_archive);
    if (code == 0 && signer != NULL)
        code = open_named(text_printf(r->a, "%s/" LEDGER_KEY_FILE, signer), false, &r->signer_key);
    if (code == 0 && signer != NULL)
        code = open_named(text_printf(r->a, "%s/" LEDGER_STATE_FILE, signer), true, &r->signer_state);
    return code;
}

static int read_key(struct restoring *r)
{
    struct bytes text;

    if (os_read_all(r->key, r->a, BACKUP_TEXT_MAX, &text) < 0 ||
        backup_secret_parse(r->a, arena_text_n(r->a, (const char *)text.p, text.n), r->keys) < 0)
        return cannot("%s: not a secret key of backups", r->line->values[KEY]);
    return 0;
}

static void close_given(struct restoring *r)
{
    int *fds[] = {&r->archive, &r->key, &r->key_archive, &r->signer_key, &r->signer_state};
    size_t i;

    for (i = 0; i < ARRAY_LEN(fds); i++)
        if (*fds[i] > 0)
            os_close(fds[i]);
    os_secret_free(r->keys);
}

/* ---- reading it ---- */

static int read_about(struct restoring *r)
{
    const struct json_in *top;
    int64_t format = 0;

    if (json_read(r->a, r->u.about.s, r->u.about.n, BACKUP_TEXT_MAX, &top, NULL) < 0 ||
        json_get_int(top, "format", 1, INT32_MAX, &format) != 1)
        return wrong(r, "restore.damaged", r->line->args[0]);
    if (format != BACKUP_FORMAT)
        return cannot("%s", command_said(r->line, "restore.newer", NULL));
    if (json_get_text(top, "made_at", &r->made_at) != 1 || json_get_text(top, "log", &r->log) != 1 ||
        json_get_int(top, "migrations", 1, INT32_MAX, &r->migrations) != 1)
        return wrong(r, "restore.damaged", r->line->args[0]);
    return 0;
}

static int unpacked(struct restoring *r, int e, const char *path)
{
    switch (e) {
    case 0:
        return 0;
    case E_PERMIT:
        return wrong(r, "restore.other-key", path);
    case E_FORMAT:
    case E_LIMIT:
        return wrong(r, "restore.damaged", path);
    case E_CONFLICT:
        return cannot("%s", command_said(r->line, "restore.not-empty", r->u.database.name));
    default:
        return cannot("%s: %s", path, reason_of(e));
    }
}

static int read_archives(struct restoring *r)
{
    struct unpack keys = {.what = UNPACK_KEYS, .top = r->u.top, .a = r->a};
    struct archive_sum ignored;
    int code;

    code = unpacked(r, unpack(&r->u, r->archive, r->keys, &r->sum), r->line->args[0]);
    if (code == 0 && r->key_archive > 0)
        code = unpacked(r, unpack(&keys, r->key_archive, r->keys, &ignored), r->line->values[KEYS]);
    return code != 0 ? code : read_about(r);
}

/* ---- the database ---- */

/* Up to date by the migrations, which says too whether it is newer than this program. */
static int upgrade(struct restoring *r, const struct instance *in)
{
    char why[DB_WHY];
    int done, e;

    e = instance_upgrade(in, why, &done);
    if (e == E_STATE)
        return cannot("%s", command_said(r->line, "restore.newer", NULL));
    return e < 0 ? cannot("%s: %s", command_said(r->line, "restore.database", NULL), why) : 0;
}

static int check_structure(struct restoring *r)
{
    AUTO_DB struct db *db = NULL;
    const char *why;
    char reason[DB_WHY];

    if (db_open_why(r->address, DB_READ, reason, &db) < 0) {
        (void)cannot("%s", reason); /* more of the same */
        return wrong(r, "restore.database", NULL);
    }
    if (db_whole(db, r->a, &why) != 0)
        return 0;
    (void)cannot("%s", why); /* as above */
    return wrong(r, "restore.database", NULL);
}

static int compare_ledger(struct restoring *r, const char *address)
{
    AUTO_CLOSE int keys = -1;
    int64_t n;

    if (os_make_dir(r->top, "upload", 0700) == 0)
        keys = os_open_dir_in(r->top, "upload");
    n = keys < 0 ? keys : backup_ledger_check(address, r->log, keys, &r->leaves);
    if (keys >= 0 && os_remove(keys, LEDGER_KEK_FILE) < 0)
        n = E_STORAGE;
    if (n < 0)
        return cannot("the ledger cannot be read: %s", reason_of((int)n));
    r->wrong = n;
    return n > 0 ? wrong(r, "restore.ledger-wrong", text_printf(r->a, "%" PRId64, n)) : 0;
}

/* ---- terang restore --check ---- */

static int make_temporary(struct restoring *r)
{
    const char *base = getenv("TMPDIR");
    char *path = text_printf(r->a, "%s/terang-check-XXXXXX", text_empty(base) ? "/tmp" : base);

    if (strlen(path) > PATH_LENGTH_MAX || mkdtemp(path) == NULL)
        return cannot("no temporary folder can be made: %s", strerror(errno));
    r->temporary = path;
    r->top = os_open_dir(path);
    r->u.top = -1;
    r->u.database = (struct named_place){.dir = os_open_dir(path), .name = BACKUP_COPY};
    return r->top < 0 || r->u.database.dir < 0 ? cannot("%s: cannot be opened", path) : 0;
}

static int check_sqlite(struct restoring *r)
{
    struct instance in;
    int code;

    r->address = text_printf(r->a, "sqlite:%s/" BACKUP_COPY, r->temporary);
    in = (struct instance){.address = r->address, .owner = r->address};
    code = check_structure(r);
    if (code == 0)
        code = upgrade(r, &in);
    return code != 0 ? code : compare_ledger(r, r->address);
}

/* The dump is read whole, and its ledger is put into a database that needs no server. */
static int check_postgresql(struct restoring *r)
{
    const char *program = db_program(r->a, "pg_restore"), *path = text_printf(r->a, "%s/" BACKUP_COPY, r->temporary), *why;
    const char *address = text_printf(r->a, "sqlite:%s/ledger", r->temporary);
    AUTO_CLOSE int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), script = os_create(r->top, "script", 0600);
    char reason[DB_WHY];
    int e;

    if (program == NULL)
        return cannot("pg_restore is missing: install the client of PostgreSQL");
    if (nowhere < 0 || script < 0)
        return cannot("%s: cannot be written", r->temporary);
    e = db_dump_script(program, path, NULL, nowhere, BACKUP_TIMEOUT_MS, r->a, &why);
    if (e == 0)
        e = db_dump_script(program, path, dumped_tables, script, BACKUP_TIMEOUT_MS, r->a, &why);
    if (e < 0) {
        (void)cannot("%s", why); /* more of the same */
        return wrong(r, "restore.database", NULL);
    }
    AUTO_CLOSE int written = os_open_read(r->top, "script");

    if (written < 0 || dumped_ledger(written, address, reason) < 0)
        return wrong(r, "restore.database", NULL);
    return compare_ledger(r, address);
}

static int check(struct restoring *r)
{
    size_t newest;
    int code;

    if (process_drop(INSTANCE_USER) < 0)
        return cannot("as root it needs the system user " INSTANCE_USER ", and to become that user");
    code = make_temporary(r);
    if (code == 0)
        code = read_archives(r);
    if (code == 0)
        (void)migrations(&newest);
    if (code == 0 && r->migrations > (int64_t)newest)
        code = cannot("%s", command_said(r->line, "restore.newer", NULL));
    if (code == 0)
        code = r->u.is_postgresql ? check_postgresql(r) : check_sqlite(r);
    if (r->temporary != NULL && (r->top < 0 || remove_below(r->top, NULL) < 0 || rmdir(r->temporary) < 0))
        code = cannot("%s: cannot be removed", r->temporary);
    os_close(&r->u.database.dir);
    os_close(&r->top);
    return code;
}

/* ---- terang restore ---- */

static int fill_database(struct restoring *r)
{
    bool postgresql = restore_place_postgresql(&r->place);
    const char *program, *why = "";
    int e;

    r->address = r->place.in.address;
    if (r->u.is_postgresql != postgresql)
        return cannot("%s", command_said(r->line, "restore.other-database", r->u.is_postgresql ? "postgresql://" : "sqlite:"));
    if (!postgresql)
        return check_structure(r);
    program = db_program(r->a, "pg_restore");
    if (program == NULL)
        return cannot("pg_restore is missing: install the client of PostgreSQL");
    r->place.filled = true;
    e = db_restore_postgresql(program, r->place.in.owner, text_printf(r->a, "%s/db/" BACKUP_COPY, r->place.in.path),
                              BACKUP_TIMEOUT_MS, r->a, &why);
    if (e == 0)
        e = os_remove(r->place.database.dir, r->place.database.name);
    return e < 0 ? cannot("%s: %s", command_said(r->line, "restore.database", NULL), why) : 0;
}

/* What was ended since the backup does not live again. */
static int end_logins(struct restoring *r)
{
    AUTO_DB struct db *owner = NULL;
    char why[DB_WHY];

    if (db_open_why(r->place.in.owner, DB_OWNER, why, &owner) < 0)
        return cannot("%s", why);
    return core_end_restored(owner, os_now(), &r->tokens) < 0 ? cannot("sessions cannot be ended: %s", db_fault(owner)) : 0;
}

static int copy_in(struct restoring *r, int dir, int fd, const char *name)
{
    struct bytes text;
    int e = os_read_all(fd, r->a, SIGNER_FILE_MAX, &text);

    return e < 0 ? e : os_replace_file(dir, name, text.p, text.n, 0600);
}

/* Of the old signer, or a new key that has signed nothing: without a state the log is on hold. */
static int fill_signer(struct restoring *r)
{
    AUTO_CLOSE int dir = os_open_dir_in(r->top, "signer");
    const char *vkey;
    int e = dir;

    if (e >= 0 && r->signer_key > 0)
        e = copy_in(r, dir, r->signer_key, LEDGER_KEY_FILE);
    if (e >= 0 && r->signer_state > 0)
        e = copy_in(r, dir, r->signer_state, LEDGER_STATE_FILE);
    if (e >= 0 && r->signer_key == 0) {
        e = ledger_keygen(text_printf(r->a, "%s/1", r->log), dir, r->a, &vkey);
        if (e >= 0)
            e = os_remove(dir, LEDGER_STATE_FILE);
    }
    return e < 0 ? cannot("%s/signer: %s", r->place.in.path, reason_of(e)) : 0;
}

/* A ledger that disagrees is brought back all the same, and said: EXIT_WRONG in *ret_compared. */
static int fill(struct restoring *r, int *ret_compared)
{
    int code = read_archives(r);

    if (code == 0)
        code = fill_database(r);
    if (code == 0)
        code = upgrade(r, &r->place.in);
    if (code == 0)
        code = end_logins(r);
    if (code != 0)
        return code;
    *ret_compared = compare_ledger(r, r->address);
    if (*ret_compared == EXIT_UNKNOWN)
        return EXIT_UNKNOWN;
    code = fill_signer(r);
    return code != 0 ? code : restore_place_finish(&r->place, &r->u);
}

static int restore(struct restoring *r)
{
    int compared = 0, code;

    r->place.line = r->line;
    r->place.a = r->a;
    code = restore_place_make(&r->place, r->line->flags[AGAIN]);
    if (code == 0) {
        r->top = r->u.top = r->place.top;
        r->u.database = r->place.database;
        code = fill(r, &compared);
        if (code != 0)
            restore_place_undo(&r->place);
    }
    restore_place_close(&r->place);
    return code != 0 ? code : compared;
}

/* ---- telling ---- */

static int read_mode(struct restoring *r, struct ledger_status *ret)
{
    struct opened o;
    struct db *db;
    int code, e;

    code = instance_open(r->a, USE_READ, &o);
    if (code != 0)
        return code;
    e = pool_take(o.app.pool, 1000, &db);
    if (e == 0) {
        e = ledger_status(o.app.ledger, db, ret);
        ret->reason = arena_text(r->a, ret->reason);
        pool_give(o.app.pool, db);
    }
    instance_close(&o);
    return e < 0 ? cannot("the ledger cannot be read: %s", reason_of(e)) : 0;
}

static void tell_json(const struct restoring *r, const struct ledger_status *s, int code, struct buf *out)
{
    struct json_out j;

    json_out_init(&j, out);
    json_out_object(&j);
    json_put_text(&j, "result", code == EXIT_GOOD ? "good" : "wrong");
    json_put_text(&j, "made_at", r->made_at);
    json_put_int(&j, "members", r->sum.members);
    json_put_int(&j, "bytes", r->sum.bytes);
    json_put_int(&j, "files", r->u.files);
    json_put_int(&j, "leaves", r->leaves);
    json_put_int(&j, "ledger_findings", r->wrong);
    json_put_bool(&j, "restored", s != NULL);
    if (s != NULL) {
        json_put_int(&j, "tokens_ended", r->tokens);
        json_put_text(&j, "ledger", s->mode == LEDGER_RUNS ? "runs" : s->mode == LEDGER_HOLD ? "hold" : "unsigned");
        json_put_text(&j, "reason", s->reason);
    }
    json_out_end(&j);
    buf_byte(out, '\n');
}

static void tell_text(const struct restoring *r, const struct ledger_status *s, struct buf *out)
{
    const struct req q = {.arena = r->a, .lang = r->line->lang};

    buf_printf(out, "%s\n", T2(&q, "restore.whole", r->made_at, text_printf(r->a, "%" PRId64, r->u.files)));
    if (r->wrong == 0)
        buf_printf(out, "%s\n", command_said(r->line, "restore.ledger-good", text_printf(r->a, "%" PRId64, r->leaves)));
    if (s == NULL)
        return;
    buf_printf(out, "%s\n", command_said(r->line, "restore.done", r->place.in.path));
    buf_printf(out, "%s\n", command_said(r->line, "restore.ended", text_printf(r->a, "%" PRId64, r->tokens)));
    if (s->mode == LEDGER_HOLD)
        buf_printf(out, "%s\n%s\n", command_said(r->line, "restore.hold", s->reason),
                   command_said(r->line, "restore.hold-todo", NULL));
    if (r->key_archive == 0)
        buf_printf(out, "%s\n", command_said(r->line, "restore.no-keys", NULL));
    buf_printf(out, "%s\n", command_said(r->line, "restore.next", NULL));
}

static int tell(struct restoring *r, int code)
{
    struct ledger_status status, *s = NULL;
    struct buf out;

    if (code != EXIT_GOOD && r->wrong <= 0)
        return code;
    if (!r->line->flags[CHECK]) {
        int opened = read_mode(r, &status);

        if (opened != 0)
            return opened;
        s = &status;
    }
    buf_init(&out, r->a, BACKUP_TEXT_MAX);
    if (r->line->json)
        tell_json(r, s, code, &out);
    else
        tell_text(r, s, &out);
    return command_print(&out) != EXIT_GOOD ? EXIT_UNKNOWN : code;
}

int command_restore(const struct command_line *line)
{
    struct restoring r = {.line = line,
                          .a = line->arena,
                          .wrong = INT_NONE,
                          .leaves = INT_NONE,
                          .top = -1,
                          .u.a = line->arena,
                          .u.database.dir = -1};
    int code;

    r.keys = os_secret_alloc(sizeof *r.keys);
    code = open_given(&r);
    if (code == 0)
        code = read_key(&r);
    if (code == 0)
        code = line->flags[CHECK] ? check(&r) : restore(&r);
    if (code == EXIT_GOOD || code == EXIT_WRONG)
        code = tell(&r, code);
    close_given(&r);
    return code;
}
