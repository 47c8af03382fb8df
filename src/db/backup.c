/*
 * backup.c: SQLite's online backup on a pinned snapshot; pg_dump for PostgreSQL.
 */
#include <libpq-fe.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "db/backup.h"
#include "db/driver.h"
#include "os/os.h"
#include "os/process.h"

#define ADDRESS_MAX ((size_t)8 * KB)

/* A file's folder and its name in it. */
struct place {
    int dir;
    const char *name;
};

static int place_open(const char *path, struct arena *a, struct place *ret)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL ? "." : slash == path ? "/" : arena_text_n(a, path, (size_t)(slash - path));

    ret->name = slash == NULL ? path : slash + 1;
    ret->dir = os_open_dir(folder);
    return ret->dir < 0 ? ret->dir : 0;
}

static int make_empty(const struct place *at)
{
    AUTO_CLOSE int fd = os_create(at->dir, at->name, 0600);

    return fd < 0 ? fd : 0;
}

/* ---- SQLite ---- */

static const struct query pin = {.name = "backup.pin", .sql = "SELECT count(*) FROM sqlite_schema", .in = "", .out = "i"};

static int check_copy(struct db *db, sqlite3 *copy)
{
    sqlite3_stmt *s = NULL;
    int e = E_STORAGE;

    if (sqlite3_prepare_v2(copy, "PRAGMA quick_check(1)", -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW &&
        strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0)
        e = 0;
    (void)sqlite3_finalize(s); /* repeats the failure of the step */
    return e < 0 ? db_say(db, e, "the copy is damaged, and so may be the database") : 0;
}

static int copy_to(struct db *reader, sqlite3 *copy)
{
    sqlite3_backup *b = sqlite3_backup_init(copy, "main", sqlite_handle(reader), "main");
    int code;

    if (b == NULL)
        return db_say(reader, E_STORAGE, sqlite3_errmsg(copy));
    (void)sqlite3_backup_step(b, -1); /* its failure is what finish() returns */
    code = sqlite3_backup_finish(b);
    if (code == SQLITE_OK)
        return check_copy(reader, copy);
    return db_say(reader, (code & 0xff) == SQLITE_FULL ? E_FULL : E_STORAGE, sqlite3_errstr(code));
}

static int copy_snapshot(struct db *reader, const char *path)
{
    sqlite3 *copy = NULL;
    int e;

    e = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK
            ? 0
            : db_say(reader, E_STORAGE, "the copy cannot be opened");
    if (e == 0)
        e = db_snapshot_begin(reader);
    if (e == 0) {
        AUTO_ROWS struct rows rows;

        (void)db_select(&rows, reader, &pin); /* rows_next() repeats a failure */
        e = rows_next(&rows) < 0 ? rows.result : 0;
    }
    if (e == 0)
        e = copy_to(reader, copy);
    db_snapshot_end(reader);
    if (sqlite3_close_v2(copy) != SQLITE_OK && e == 0)
        e = E_STORAGE;
    return e;
}

int db_backup_sqlite(struct db *reader, const char *path)
{
    struct place at;
    struct arena a;
    int e, removed;

    BUG_IF(reader->kind != DB_SQLITE);
    arena_init(&a, MB);
    e = place_open(path, &a, &at);
    if (e == 0) {
        e = make_empty(&at);
        if (e == 0) {
            e = copy_snapshot(reader, path);
            removed = e < 0 ? os_remove(at.dir, at.name) : 0;
            if (removed < 0)
                (void)db_say(reader, e, "a failed copy could not be removed");
        }
        os_close(&at.dir);
    }
    arena_finish(&a);
    return e;
}

/* ---- PostgreSQL ---- */

static void add_quoted(struct buf *b, const char *s, const char *special)
{
    for (; *s != '\0'; s++) {
        if (strchr(special, *s) != NULL)
            buf_byte(b, '\\');
        buf_byte(b, *s);
    }
}

/* The address as "host='...' user='...'", its password apart; NULL when there is none. */
static int split_address(const char *address, struct buf *out, struct arena *a, const char **ret_password)
{
    PQconninfoOption *all = PQconninfoParse(address, NULL), *o;

    *ret_password = NULL;
    if (all == NULL)
        return E_INPUT;
    for (o = all; o->keyword != NULL; o++) {
        if (o->val == NULL)
            continue;
        if (strcmp(o->keyword, "password") == 0) {
            *ret_password = arena_text(a, o->val);
            continue;
        }
        buf_printf(out, "%s='", o->keyword);
        add_quoted(out, o->val, "'\\");
        buf_add(out, "' ");
    }
    PQconninfoFree(all);
    return buf_failed(out);
}

static int write_password(const struct place *at, const char *name, const char *password, struct arena *a)
{
    AUTO_CLOSE int fd = os_create(at->dir, name, 0600);
    struct buf line;

    if (fd < 0)
        return fd;
    buf_init(&line, a, ADDRESS_MAX);
    buf_add(&line, "*:*:*:*:");
    add_quoted(&line, password, ":\\");
    buf_byte(&line, '\n');
    return buf_failed(&line) < 0 ? E_LIMIT : os_write_all(fd, line.s, line.n);
}

static int run_dump(const char *program, const char *path, const char *address, int timeout_ms, struct arena *a,
                    const char **ret_why)
{
    struct program_result result;
    char *argv[] = {
        arena_text(a, program), arena_text(a, "--format=custom"), arena_text(a, "--no-password"), arena_text(a, "--file"),
        arena_text(a, path),    arena_text(a, "--dbname"),        arena_text(a, address),         NULL};
    const struct program p = {.path = program, .argv = argv, .out_max = 16 * KB, .timeout_ms = timeout_ms};
    int e;

    e = program_run(&p, a, &result);
    if (e < 0)
        return e;
    if (result.end.code == 0)
        return 0;
    *ret_why = arena_text_n(a, (const char *)result.err.p, result.err.n);
    return E_STORAGE;
}

static int dump_to(const struct place *at, const char *program, const char *address, const char *path, int timeout_ms,
                   struct arena *a, const char **ret_why)
{
    const char *password, *secret_name = NULL;
    struct buf conninfo, secret;
    int e, removed;

    buf_init(&conninfo, a, ADDRESS_MAX);
    e = split_address(address, &conninfo, a, &password);
    if (e < 0)
        return e;
    if (password != NULL) {
        buf_init(&secret, a, ADDRESS_MAX);
        buf_printf(&secret, "%s.pass", at->name);
        secret_name = secret.s;
        e = write_password(at, secret_name, password, a);
        buf_add(&conninfo, "passfile='");
        add_quoted(&conninfo, path, "'\\");
        buf_add(&conninfo, ".pass'");
    }
    if (e == 0)
        e = buf_failed(&conninfo) < 0 ? E_LIMIT : run_dump(program, path, conninfo.s, timeout_ms, a, ret_why);
    removed = secret_name != NULL ? os_remove(at->dir, secret_name) : 0;
    return e < 0 ? e : removed;
}

int db_backup_postgresql(const char *program, const char *address, const char *path, int timeout_ms, struct arena *a,
                         const char **ret_why)
{
    struct place at;
    int e;

    *ret_why = "";
    e = place_open(path, a, &at);
    if (e < 0)
        return e;
    e = make_empty(&at);
    if (e == 0) {
        e = dump_to(&at, program, address, path, timeout_ms, a, ret_why);
        if (e < 0 && os_remove(at.dir, at.name) < 0)
            *ret_why = "a failed copy could not be removed";
    }
    os_close(&at.dir);
    return e;
}
