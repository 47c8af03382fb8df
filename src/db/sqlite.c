/*
 * sqlite.c: the driver of the database inside.
 *
 * Settings are two tables below; each row says why. A connection belongs to one thread at a time, so the library runs
 * without its own mutexes. A failure after which SQLite has rolled the whole transaction back by itself (no room, input
 * or output error) tears the transaction: otherwise the next statement of the group would commit alone.
 */
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>

#include "db/driver.h"

#define BUSY_MS 10000

struct sqlite {
    struct db db;
    sqlite3 *handle;
    sqlite3 *claim; /* a second file whose lock says who the writer is; NULL without claim */
    char *path;
};

/* clang-format off */
static const struct {
    int option, value;
} switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE,              1}, /* SQL cannot spoil the file's structure */
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA,         0}, /* views and triggers call harmless functions only */
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,  0},
    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER,  0},
    {SQLITE_DBCONFIG_ENABLE_FKEY,            1},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER,         1}, /* the ledger's refusal of UPDATE and DELETE is a trigger */
    {SQLITE_DBCONFIG_DQS_DML,                0}, /* "x" is a name, never a text, as on PostgreSQL */
    {SQLITE_DBCONFIG_DQS_DDL,                0},
};

static const struct {
    int id, value;
} limits[] = {
    {SQLITE_LIMIT_LENGTH,              2 * (int)VALUE_MAX},
    {SQLITE_LIMIT_SQL_LENGTH,          256 * 1024},
    {SQLITE_LIMIT_COLUMN,              200},
    {SQLITE_LIMIT_EXPR_DEPTH,          100},
    {SQLITE_LIMIT_COMPOUND_SELECT,     64}, /* "my tasks" is a union over the workflows */
    {SQLITE_LIMIT_VDBE_OP,             250000},
    {SQLITE_LIMIT_FUNCTION_ARG,        32},
    {SQLITE_LIMIT_ATTACHED,            0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256},
    {SQLITE_LIMIT_VARIABLE_NUMBER,     (int)PARAMS_MAX},
    {SQLITE_LIMIT_TRIGGER_DEPTH,       10},
    {SQLITE_LIMIT_WORKER_THREADS,      0},
};

static const struct {
    unsigned access; /* bits 1 << enum db_access */
    const char *sql;
} pragmas[] = {
    {7, "PRAGMA mmap_size=0"},                  /* mapped pages made a step 2.7 times dearer */
    {7, "PRAGMA temp_store=MEMORY"},            /* statement journals too */
    {6, "PRAGMA journal_mode=WAL"},
    {6, "PRAGMA synchronous=FULL"},             /* an answered write is on the disk */
    {6, "PRAGMA secure_delete=ON"},             /* an erased person leaves no bytes in free pages */
    {6, "PRAGMA journal_size_limit=67108864"},  /* 64 MiB: the log shrinks again after a long reader */
    {6, "PRAGMA cache_size=-32768"},
    {1, "PRAGMA cache_size=-8192"},
    {1, "PRAGMA query_only=ON"},
};
/* clang-format on */

static struct sqlite *of(struct db *db)
{
    BUG_IF(db->kind != DB_SQLITE);
    return (struct sqlite *)db;
}

void *sqlite_handle(struct db *db)
{
    return db->kind == DB_SQLITE ? of(db)->handle : NULL;
}

/* ---- failures ---- */

static int result_of(sqlite3 *handle, int code)
{
    int errnum = sqlite3_system_errno(handle);

    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID ||
                       code == SQLITE_CONSTRAINT_FOREIGNKEY
                   ? E_CONFLICT
                   : E_STORAGE;
    case SQLITE_FULL:
        return E_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return E_BUSY;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return errnum == ENOSPC || errnum == EDQUOT ? E_FULL : E_STORAGE;
    case SQLITE_TOOBIG:
        return E_LIMIT;
    case SQLITE_NOMEM:
        memory_gone(0);
    default:
        return E_STORAGE;
    }
}

static int failure(struct db *db)
{
    sqlite3 *handle = of(db)->handle;
    int e = result_of(handle, sqlite3_extended_errcode(handle));

    if (db->phase != PHASE_IDLE && sqlite3_get_autocommit(handle))
        db->torn = true;
    return db_say(db, e, sqlite3_errmsg(handle));
}

/* ---- statements ---- */

static int compare_numbers(struct db *db, sqlite3_stmt *handle, const struct query *q)
{
    if (sqlite3_bind_parameter_count(handle) != (int)strlen(q->in))
        return db_say(db, E_STORAGE, "another number of parameters than declared");
    if (sqlite3_column_count(handle) != (int)strlen(q->out))
        return db_say(db, E_STORAGE, "another number of columns than declared");
    return 0;
}

static int lite_prepare(struct db *db, struct stmt *s, const struct query *q)
{
    sqlite3_stmt *handle = NULL;
    const char *tail = NULL;
    size_t in_n = strlen(q->in);

    if (sqlite3_prepare_v3(of(db)->handle, s->key + in_n + 1, (int)(s->key_n - in_n), SQLITE_PREPARE_PERSISTENT, &handle,
                           &tail) != SQLITE_OK)
        return failure(db);

    s->handle = handle;
    if (handle == NULL || *tail != '\0')
        return db_say(db, E_STORAGE, "not exactly one statement");
    return compare_numbers(db, handle, q);
}

static void lite_discard(struct db *db, struct stmt *s)
{
    (void)db;
    (void)sqlite3_finalize(s->handle); /* repeats the failure of the last step, which was reported then */
}

static void bind(sqlite3_stmt *s, int at, const struct val *v, sqlite3_destructor_type keep)
{
    int code;

    if (v->null)
        code = sqlite3_bind_null(s, at);
    else if (v->type == VAL_INT)
        code = sqlite3_bind_int64(s, at, v->i);
    else if (v->type == VAL_TEXT)
        code = sqlite3_bind_text64(s, at, v->t, strlen(v->t), keep, SQLITE_UTF8);
    else if (v->b.n == 0)
        code = sqlite3_bind_zeroblob(s, at, 0);
    else
        code = sqlite3_bind_blob64(s, at, v->b.p, v->b.n, keep);
    if (code == SQLITE_NOMEM)
        memory_gone(0);
    BUG_IF(code != SQLITE_OK);
}

static void bind_all(sqlite3_stmt *s, const struct val *in, size_t n, sqlite3_destructor_type keep)
{
    size_t i;

    for (i = 0; i < n; i++)
        bind(s, (int)i + 1, &in[i], keep);
}

static int64_t lite_run(struct db *db, struct stmt *s, enum run_mode mode, const struct val *in, size_t n)
{
    int64_t changed;
    int code, e;

    bind_all(s->handle, in, n, SQLITE_STATIC);
    code = sqlite3_step(s->handle);
    e = code == SQLITE_DONE ? 0 : failure(db);
    (void)sqlite3_reset(s->handle); /* repeats the failure of the step */
    if (e < 0)
        return e;

    changed = sqlite3_stmt_readonly(s->handle) ? 0 : sqlite3_changes64(of(db)->handle);
    if (mode == RUN_SEND_ONE && changed != 1)
        return db_say(db, E_CONFLICT, "not exactly one row was changed");
    return changed;
}

static int lite_select(struct rows *rows, struct stmt *s, const struct val *in, size_t n)
{
    if (sqlite3_column_count(s->handle) != rows->n_cols) {
        stmt_give(rows->db, s);
        return db_say(rows->db, E_STORAGE, "another number of columns than declared");
    }
    bind_all(s->handle, in, n, SQLITE_TRANSIENT); /* the caller's memory ends before the rows do */
    rows->stmt = s;
    return 0;
}

static sqlite3_stmt *cursor(const struct rows *rows)
{
    return ((struct stmt *)rows->stmt)->handle;
}

static int lite_next(struct rows *rows)
{
    int code = sqlite3_step(cursor(rows));
    int e;

    if (code == SQLITE_ROW)
        return 1;
    e = code == SQLITE_DONE ? 0 : failure(rows->db);
    (void)sqlite3_reset(cursor(rows)); /* gives the read lock back now; repeats the failure of the step */
    return e;
}

static void lite_finish(struct rows *rows)
{
    (void)sqlite3_reset(cursor(rows)); /* repeats the failure of the step */
    stmt_give(rows->db, rows->stmt);
}

static bool lite_fits(const struct rows *rows, int col, char type)
{
    int is = sqlite3_column_type(cursor(rows), col);

    return is == SQLITE_NULL || is == (type == 'i' ? SQLITE_INTEGER : type == 't' ? SQLITE_TEXT : SQLITE_BLOB);
}

static bool lite_is_null(const struct rows *rows, int col)
{
    return sqlite3_column_type(cursor(rows), col) == SQLITE_NULL;
}

static int64_t lite_get_int(const struct rows *rows, int col)
{
    return sqlite3_column_int64(cursor(rows), col);
}

static struct bytes lite_get_bytes(const struct rows *rows, int col)
{
    const void *p = sqlite3_column_blob(cursor(rows), col); /* of a text: its UTF-8 bytes */

    return (struct bytes){.p = p, .n = (size_t)sqlite3_column_bytes(cursor(rows), col)};
}

static char letter_of(const char *decl)
{
    static const struct {
        const char *word;
        char letter;
    } known[] = {{"INTEGER", 'i'}, {"BIGINT", 'i'}, {"INT", 'i'}, {"TEXT", 't'}, {"BLOB", 'b'}};
    size_t i;

    for (i = 0; i < ARRAY_LEN(known); i++)
        if (sqlite3_stricmp(decl, known[i].word) == 0)
            return known[i].letter;
    return '?';
}

static int lite_check(struct db *db, struct stmt *s, const struct query *q)
{
    char what[128];
    const char *decl;
    int col, e;

    e = compare_numbers(db, s->handle, q);
    if (e < 0)
        return e;
    for (col = 0; q->out[col] != '\0'; col++) {
        if (strchr("itb", q->out[col]) == NULL)
            return db_say(db, E_FORMAT, "a declared type is none of i, t, b");
        decl = sqlite3_column_decltype(s->handle, col);
        if (decl == NULL || letter_of(decl) == q->out[col])
            continue;
        (void)snprintf(what, sizeof what, "column %d is %.40s, declared %c", col + 1, decl, q->out[col]); /* fits */
        return db_say(db, E_FORMAT, what);
    }
    return 0;
}

/* ---- the connection ---- */

static int lite_script(struct db *db, const char *sql)
{
    return sqlite3_exec(of(db)->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : failure(db);
}

static void lite_rollback(struct db *db)
{
    if (!sqlite3_get_autocommit(of(db)->handle))
        (void)sqlite3_exec(of(db)->handle, "ROLLBACK", NULL, NULL, NULL); /* fails only when there is nothing to undo */
}

static int lite_settle(struct db *db)
{
    (void)db;
    return 0;
}

/*
 * The writer's lock is the exclusive lock on an empty database file beside: SQLite knows how to hold it on every system,
 * and the kernel lets go of it when the process ends, however it ends.
 */
static int lite_claim(struct db *db)
{
    struct sqlite *lite = of(db);
    char *path;
    int code;

    if (lite->claim != NULL)
        return 0;
    path = sqlite3_mprintf("%s-writer", lite->path);
    if (path == NULL)
        memory_gone(strlen(lite->path));
    code = sqlite3_open_v2(path, &lite->claim, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_free(path);
    if (code == SQLITE_OK)
        code = sqlite3_exec(lite->claim, "BEGIN EXCLUSIVE", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return 0;

    (void)sqlite3_close_v2(lite->claim); /* also closes what was opened by halves */
    lite->claim = NULL;
    return code == SQLITE_BUSY ? db_say(db, E_BUSY, "another process is the writer")
                               : db_say(db, E_STORAGE, "the writer's lock file cannot be used");
}

static void lite_unclaim(struct db *db)
{
    (void)sqlite3_close_v2(of(db)->claim); /* NULL does nothing; nothing is written there */
    of(db)->claim = NULL;
}

static int lite_reclaim(struct db *db)
{
    (void)db; /* a file lock is ours until we give it back */
    return 0;
}

static bool lite_alive(struct db *db)
{
    (void)db;
    return true;
}

static void lite_close(struct db *db)
{
    struct sqlite *lite = of(db);

    lite_unclaim(db);
    (void)sqlite3_close_v2(lite->handle); /* every statement has been finalized */
    free(lite->path);
    free(lite);
}

const struct driver sqlite_driver = {
    .prepare = lite_prepare,
    .discard = lite_discard,
    .run = lite_run,
    .select = lite_select,
    .next = lite_next,
    .finish = lite_finish,
    .fits = lite_fits,
    .is_null = lite_is_null,
    .get_int = lite_get_int,
    .get_bytes = lite_get_bytes,
    .script = lite_script,
    .check = lite_check,
    .rollback = lite_rollback,
    .settle = lite_settle,
    .claim = lite_claim,
    .unclaim = lite_unclaim,
    .reclaim = lite_reclaim,
    .alive = lite_alive,
    .close = lite_close,
    .type_a_row = true,
};

/* ---- opening ---- */

static void before_first(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* refused when SQLite runs already; then only slower */
}

static int configure(struct sqlite *lite)
{
    size_t i;
    int code;

    code = sqlite3_busy_timeout(lite->handle, BUSY_MS);
    for (i = 0; i < ARRAY_LEN(switches) && code == SQLITE_OK; i++)
        code = sqlite3_db_config(lite->handle, switches[i].option, switches[i].value, NULL);
    for (i = 0; i < ARRAY_LEN(limits); i++)
        (void)sqlite3_limit(lite->handle, limits[i].id, limits[i].value); /* returns the former limit */
    for (i = 0; i < ARRAY_LEN(pragmas) && code == SQLITE_OK; i++)
        if (pragmas[i].access & (1u << lite->db.access))
            code = sqlite3_exec(lite->handle, pragmas[i].sql, NULL, NULL, NULL);
    return code;
}

/* The first statement that looks into the file: tells a damaged or foreign one from ours, and WAL from anything else. */
static int look_inside(struct sqlite *lite)
{
    sqlite3_stmt *s = NULL;
    int code;

    code = sqlite3_prepare_v2(lite->handle, "SELECT count(*) FROM sqlite_schema", -1, &s, NULL);
    if (code == SQLITE_OK && sqlite3_step(s) != SQLITE_ROW)
        code = SQLITE_ERROR;
    (void)sqlite3_finalize(s); /* repeats the failure of the step */
    return code;
}

int sqlite_open(const char *path, enum db_access access, char *why, struct db **ret_db)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct sqlite *lite;
    int flags = access == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int code;

    (void)pthread_once(&once, before_first); /* cannot fail with a static once */
    lite = calloc(1, sizeof *lite);
    if (lite == NULL)
        memory_gone(sizeof *lite);
    lite->db = (struct db){.driver = &sqlite_driver, .kind = DB_SQLITE, .access = access};
    lite->path = strdup(path);
    if (lite->path == NULL)
        memory_gone(strlen(path));

    if (access == DB_OWNER)
        flags |= SQLITE_OPEN_CREATE;
    code = sqlite3_open_v2(path, &lite->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code == SQLITE_OK)
        code = configure(lite);
    if (code == SQLITE_OK)
        code = look_inside(lite);
    if (code != SQLITE_OK) {
        (void)snprintf(why, DB_WHY, "%s", sqlite3_errmsg(lite->handle)); /* cut is fine */
        lite_close(&lite->db);
        return E_STORAGE;
    }

    *ret_db = &lite->db;
    return 0;
}
