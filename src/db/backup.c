/*
 * backup.c: SQLite's online backup on a pinned snapshot; pg_dump and pg_restore for PostgreSQL; is the structure whole.
 */
#include <libpq-fe.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/text.h"
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

/* A program's words before the address, those behind it, and the file. */
struct call {
    const char *program;
    const char *options[8]; /* ends with NULL */
    const char *file;       /* the option that names the file; NULL: it is the argument */
};

static int run(const struct call *call, const char *path, const char *address, int out, int timeout_ms, struct arena *a,
               const char **ret_why)
{
    struct program_result result;
    char *argv[16] = {arena_text(a, call->program)};
    struct program p = {.path = call->program, .argv = argv, .out = out, .out_max = 16 * KB, .timeout_ms = timeout_ms};
    size_t n = 1, i;
    int e;

    for (i = 0; i < ARRAY_LEN(call->options) && call->options[i] != NULL; i++)
        argv[n++] = arena_text(a, call->options[i]);
    if (address != NULL) {
        argv[n++] = arena_text(a, "--dbname");
        argv[n++] = arena_text(a, address);
    }
    if (call->file != NULL)
        argv[n++] = arena_text(a, call->file);
    argv[n++] = arena_text(a, path);
    e = program_run(&p, a, &result);
    if (e < 0)
        return e;
    if (result.end.code == 0)
        return 0;
    *ret_why = arena_text_n(a, (const char *)result.err.p, result.err.n);
    return E_STORAGE;
}

/* With the password in a file beside `path`. */
static int run_on(const struct place *at, const struct call *call, const char *address, const char *path, int timeout_ms,
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
        e = buf_failed(&conninfo) < 0 ? E_LIMIT : run(call, path, conninfo.s, 0, timeout_ms, a, ret_why);
    removed = secret_name != NULL ? os_remove(at->dir, secret_name) : 0;
    return e < 0 ? e : removed;
}

int db_backup_postgresql(const char *program, const char *address, const char *path, int timeout_ms, struct arena *a,
                         const char **ret_why)
{
    const struct call call = {.program = program, .options = {"--format=custom", "--no-password"}, .file = "--file"};
    struct place at;
    int e;

    *ret_why = "";
    e = place_open(path, a, &at);
    if (e < 0)
        return e;
    e = make_empty(&at);
    if (e == 0) {
        e = run_on(&at, &call, address, path, timeout_ms, a, ret_why);
        if (e < 0 && os_remove(at.dir, at.name) < 0)
            *ret_why = "a failed copy could not be removed";
    }
    os_close(&at.dir);
    return e;
}

int db_restore_postgresql(const char *program, const char *address, const char *path, int timeout_ms, struct arena *a,
                          const char **ret_why)
{
    const struct call call = {.program = program,
                              .options = {"--no-password", "--no-owner", "--no-privileges", "--exit-on-error",
                                          "--single-transaction", "--schema=public"}};
    struct place at;
    int e;

    *ret_why = "";
    e = place_open(path, a, &at);
    if (e < 0)
        return e;
    e = run_on(&at, &call, address, path, timeout_ms, a, ret_why);
    os_close(&at.dir);
    return e;
}

int db_empty_postgresql(struct db *owner)
{
    static const char drop[] =
        "SET lock_timeout = '60s';\n"
        "DO $$ DECLARE t text; BEGIN\n"
        "FOR t IN SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN "
        "('r', 'p')\n"
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid\n"
        "AND d.deptype = 'e') LOOP\n"
        "EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', t);\n"
        "END LOOP; END $$;\n"
        "RESET lock_timeout";

    BUG_IF(owner->kind != DB_POSTGRESQL);
    return db_script(owner, drop);
}

int db_dump_script(const char *program, const char *path, const char *const *tables, int out, int timeout_ms, struct arena *a,
                   const char **ret_why)
{
    struct call call = {.program = program, .options = {"--file=-"}};
    struct buf option;
    size_t n = 1;

    *ret_why = "";
    if (tables != NULL)
        call.options[n++] = "--data-only";
    for (; tables != NULL && *tables != NULL; tables++) {
        BUG_IF(n == ARRAY_LEN(call.options));
        buf_init(&option, a, KB);
        buf_printf(&option, "--table=%s", *tables);
        call.options[n++] = option.s;
    }
    return run(&call, path, NULL, out, timeout_ms, a, ret_why);
}

#define PROGRAMS     "/usr/lib/postgresql" /* Debian: a folder a version */
#define VERSIONS_MAX 64

const char *db_program(struct arena *a, const char *name)
{
    AUTO_CLOSE int versions = os_open_dir(PROGRAMS), common = os_open_dir("/usr/bin");
    struct os_entry *v;
    struct buf path, best;
    int64_t version, newest = 0;
    size_t n = 0, i;

    buf_init(&best, a, 4 * KB);
    if (versions < 0 || os_list(versions, a, VERSIONS_MAX, &v, &n) < 0)
        n = 0;
    for (i = 0; i < n; i++) {
        buf_init(&path, a, 4 * KB);
        buf_printf(&path, "%s/bin/%s", v[i].name, name);
        AUTO_CLOSE int fd = os_open_read(versions, path.s);

        if (fd < 0 || text_int(v[i].name, newest + 1, 1000, &version) < 0)
            continue;
        newest = version;
        buf_clear(&best);
        buf_printf(&best, PROGRAMS "/%s", path.s);
    }
    if (newest == 0 && common >= 0) {
        AUTO_CLOSE int fd = os_open_read(common, name);

        if (fd >= 0)
            buf_printf(&best, "/usr/bin/%s", name);
    }
    return best.n > 0 ? best.s : NULL;
}

/* ---- structure ---- */

static const struct query quick_check = {.name = "db.quick_check", .sql = "PRAGMA quick_check(1)", .in = "", .out = "t"};
static const struct query may_amcheck = {
    .name = "db.may_amcheck",
    .sql = "SELECT count(*) FROM pg_proc WHERE proname = 'bt_index_check' AND pronargs = 1 AND "
           "has_function_privilege(oid, 'EXECUTE')",
    .in = "",
    .out = "i"};
static const struct query amcheck = {
    .name = "db.amcheck",
    .sql =
        "SELECT count(bt_index_check(c.oid)) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_am m ON m.oid = c.relam WHERE m.amname = 'btree' AND i.indisvalid AND c.relnamespace = 'public'::regnamespace",
    .in = "",
    .out = "i"};

/* Of PostgreSQL. A broken index is an error of the statement. */
static int indexes_whole(struct db *db, struct arena *a, const char **ret_why)
{
    int e;

    {
        AUTO_ROWS struct rows rows;

        (void)db_select(&rows, db, &may_amcheck); /* rows_next() repeats a failure */
        e = rows_next(&rows);
        if (e <= 0 || rows_int(&rows, 0) == 0)
            return e < 0 ? e : 2;
    }
    AUTO_ROWS struct rows rows;

    (void)db_select(&rows, db, &amcheck); /* as above */
    if (rows_next(&rows) == 1)
        return 1;
    *ret_why = arena_text(a, db_fault(db));
    return rows.result == E_BUSY ? E_BUSY : 0;
}

int db_whole(struct db *db, struct arena *a, const char **ret_why)
{
    const char *said;
    int e;

    *ret_why = "";
    if (db->kind == DB_POSTGRESQL)
        return indexes_whole(db, a, ret_why);
    AUTO_ROWS struct rows rows;

    (void)db_select(&rows, db, &quick_check); /* rows_next() repeats a failure */
    e = rows_next(&rows);
    if (e <= 0) {
        *ret_why = arena_text(a, db_fault(db));
        return e == E_BUSY ? e : 0; /* so broken that it cannot be read */
    }
    said = rows_text(&rows, a, 0);
    *ret_why = said != NULL ? said : "";
    return strcmp(*ret_why, "ok") == 0;
}
