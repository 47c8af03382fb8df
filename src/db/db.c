/*
 * db.c: the face of both databases: addresses, declared types, transactions, and what a failure means.
 *
 * The rule that makes both alike stands in doom(): a failure inside a transaction stays until its savepoint or the
 * transaction is rolled back. PostgreSQL insists on that; SQLite would let a work go on and so hide the difference.
 */
#include "db/driver.h"

#define COMMAND(id, text) static const struct query id = {.name = #id, .sql = (text), .in = "", .out = ""}
#define COMMAND_PG(id, text, pg)                                                                                               \
    static const struct query id = {.name = #id, .sql = (text), .sql_pg = (pg), .in = "", .out = ""}

COMMAND_PG(begin_write, "BEGIN IMMEDIATE", "BEGIN");
COMMAND_PG(begin_snapshot, "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
COMMAND(commit, "COMMIT");

/* clang-format off */
static const struct {
    struct query set, release, back;
} savepoints[DEPTH_MAX] = {
    {{.name = "savepoint.1",   .sql = "SAVEPOINT s1",             .in = "", .out = ""},
     {.name = "release.1",     .sql = "RELEASE SAVEPOINT s1",     .in = "", .out = ""},
     {.name = "rollback_to.1", .sql = "ROLLBACK TO SAVEPOINT s1", .in = "", .out = ""}},
    {{.name = "savepoint.2",   .sql = "SAVEPOINT s2",             .in = "", .out = ""},
     {.name = "release.2",     .sql = "RELEASE SAVEPOINT s2",     .in = "", .out = ""},
     {.name = "rollback_to.2", .sql = "ROLLBACK TO SAVEPOINT s2", .in = "", .out = ""}},
};
/* clang-format on */

int db_say(struct db *db, int code, const char *what)
{
    const char *name = db->doing != NULL ? db->doing : "";
    size_t n = strcspn(what, "\r\n");

    (void)snprintf(db->fault, sizeof db->fault, "%s%s%.*s", name, *name != '\0' ? ": " : "", (int)n, what); /* cut is fine */
    return code;
}

static int doom(struct db *db, int code)
{
    if (db->phase != PHASE_IDLE && db->failed == 0)
        db->failed = code;
    return code;
}

/* ---- opening and closing ---- */

int db_open_why(const char *address, enum db_access access, char ret_why[DB_WHY], struct db **ret_db)
{
    static const char lite[] = "sqlite:";

    *ret_why = '\0';
    if (strncmp(address, lite, sizeof lite - 1) == 0 && address[sizeof lite - 1] != '\0')
        return sqlite_open(address + sizeof lite - 1, access, ret_why, ret_db);
    if (strncmp(address, "postgresql://", 13) == 0 || strncmp(address, "postgres://", 11) == 0)
        return postgresql_open(address, access, ret_why, ret_db);

    (void)snprintf(ret_why, DB_WHY, "the address is neither sqlite:PATH nor postgresql://..."); /* fits */
    return E_INPUT;
}

int db_open(const char *address, enum db_access access, struct db **ret_db)
{
    char why[DB_WHY];

    return db_open_why(address, access, why, ret_db);
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    if (db->phase != PHASE_IDLE)
        db->driver->rollback(db);
    (void)db->driver->settle(db); /* nobody is left to be told */
    stmt_finish(db);
    db->driver->close(db);
}

void db_auto_close(struct db **db)
{
    db_close(*db);
    *db = NULL;
}

enum db_kind db_kind(const struct db *db)
{
    return db->kind;
}

const char *db_fault(const struct db *db)
{
    return db->fault;
}

bool db_unknown(const struct db *db)
{
    return db->unknown;
}

/* ---- statements ---- */

static void check_types(const struct query *q, const struct val *in, size_t n)
{
    static const char letters[] = {[VAL_INT] = 'i', [VAL_TEXT] = 't', [VAL_BYTES] = 'b'};
    size_t i;

    BUG_IF(n > PARAMS_MAX);
    for (i = 0; i < n; i++)
        BUG_IF(q->in[i] != letters[in[i].type]); /* also when q->in ends here */
    BUG_IF(q->in[n] != '\0');
}

static int check_sizes(const struct val *in, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        if (in[i].null)
            continue;
        if (in[i].type == VAL_TEXT && strnlen(in[i].t, VALUE_MAX + 1) > VALUE_MAX)
            return E_LIMIT;
        if (in[i].type == VAL_BYTES && in[i].b.n > VALUE_MAX)
            return E_LIMIT;
    }
    return 0;
}

/* What every statement goes through: is the connection fit, are the values, and is there a prepared statement? */
static int ready(struct db *db, const struct query *q, const struct val *in, size_t n, struct stmt **ret_stmt)
{
    int e;

    if (db->failed < 0)
        return db->failed;
    if (db->gone)
        return E_BUSY;

    db->doing = q->name;
    e = check_sizes(in, n);
    if (e < 0)
        return db_say(db, e, "a value is larger than 8 MiB");
    return stmt_take(db, q, ret_stmt);
}

static int64_t execute(struct db *db, const struct query *q, enum run_mode mode, const struct val *in, size_t n)
{
    struct stmt *s;
    int64_t changed;

    changed = ready(db, q, in, n, &s);
    if (changed == 0) {
        changed = db->driver->run(db, s, mode, in, n);
        stmt_give(db, s);
    }
    db->doing = NULL;
    return changed < 0 ? doom(db, (int)changed) : changed;
}

static int command(struct db *db, const struct query *q, enum run_mode mode)
{
    int64_t changed = execute(db, q, mode, NULL, 0);

    return changed < 0 ? (int)changed : 0;
}

int64_t db_run_(struct db *db, const struct query *q, const struct val *in, size_t n)
{
    check_types(q, in, n);
    BUG_IF(*q->out != '\0');
    return execute(db, q, RUN_WAIT, in, n);
}

int db_send_(struct db *db, const struct query *q, bool one, const struct val *in, size_t n)
{
    int64_t changed;

    check_types(q, in, n);
    BUG_IF(*q->out != '\0');
    changed = execute(db, q, one ? RUN_SEND_ONE : RUN_SEND, in, n);
    return changed < 0 ? (int)changed : 0;
}

int db_select_(struct rows *ret_rows, struct db *db, const struct query *q, const struct val *in, size_t n)
{
    struct stmt *s;
    int e;

    *ret_rows = (struct rows){.db = db, .query = q, .n_cols = (int)strlen(q->out)};
    check_types(q, in, n);
    BUG_IF(ret_rows->n_cols == 0);
    e = ready(db, q, in, n, &s);
    if (e == 0)
        e = db->driver->select(ret_rows, s, in, n);
    db->doing = NULL;
    if (e < 0)
        ret_rows->result = doom(db, e);
    return ret_rows->result;
}

static int judge_row(struct rows *rows)
{
    char what[64];
    int col;

    for (col = 0; col < rows->n_cols; col++) {
        if (rows->db->driver->fits(rows, col, rows->query->out[col]))
            continue;
        (void)snprintf(what, sizeof what, "column %d is not of the declared type %c", col + 1,
                       rows->query->out[col]); /* fits */
        rows->db->doing = rows->query->name;
        (void)db_say(rows->db, E_STORAGE, what);
        rows->db->doing = NULL;
        return E_STORAGE;
    }
    return 1;
}

int rows_next(struct rows *rows)
{
    int e;

    if (rows->result < 0)
        return rows->result;
    if (rows->ended)
        return 0;

    rows->db->doing = rows->query->name;
    e = rows->db->driver->next(rows);
    rows->db->doing = NULL;
    if (e > 0) {
        rows->at++;
        if (rows->at == 1 || rows->db->driver->type_a_row)
            e = judge_row(rows);
    }
    if (e < 0)
        rows->result = doom(rows->db, e);
    rows->ended = e == 0;
    return e;
}

void rows_close(struct rows *rows)
{
    if (rows->stmt != NULL)
        rows->db->driver->finish(rows);
    rows->stmt = NULL;
    rows->ended = true;
}

static void check_col(const struct rows *rows, int col, char type)
{
    BUG_IF(rows->at == 0 || rows->ended || rows->result < 0);
    BUG_IF(col < 0 || col >= rows->n_cols);
    BUG_IF(type != '\0' && rows->query->out[col] != type);
}

bool rows_null(const struct rows *rows, int col)
{
    check_col(rows, col, '\0');
    return rows->db->driver->is_null(rows, col);
}

int64_t rows_int(const struct rows *rows, int col)
{
    check_col(rows, col, 'i');
    return rows->db->driver->is_null(rows, col) ? INT_NONE : rows->db->driver->get_int(rows, col);
}

char *rows_text(const struct rows *rows, struct arena *a, int col)
{
    struct bytes b;

    check_col(rows, col, 't');
    if (rows->db->driver->is_null(rows, col))
        return NULL;
    b = rows->db->driver->get_bytes(rows, col);
    return arena_text_n(a, (const char *)b.p, b.n);
}

struct bytes rows_bytes(const struct rows *rows, struct arena *a, int col)
{
    struct bytes b;

    check_col(rows, col, 'b');
    if (rows->db->driver->is_null(rows, col))
        return (struct bytes){0};
    b = rows->db->driver->get_bytes(rows, col);
    return arena_bytes(a, b.p, b.n);
}

/* ---- transactions ---- */

static int open_phase(struct db *db, enum db_phase phase, const struct query *q)
{
    int e;

    BUG_IF(db->phase != PHASE_IDLE);
    db->failed = 0;
    db->torn = db->late = db->passing = db->unknown = false;
    if (db->gone)
        return E_BUSY;

    db->phase = phase;
    e = command(db, q, RUN_SEND);
    if (e < 0) {
        db->phase = PHASE_IDLE;
        db->failed = 0;
    }
    return e;
}

static void close_phase(struct db *db)
{
    db->phase = PHASE_IDLE;
    db->depth = 0;
    db->failed = 0;
    db->mark++;
}

int db_snapshot_begin(struct db *db)
{
    return open_phase(db, PHASE_SNAPSHOT, &begin_snapshot);
}

void db_snapshot_end(struct db *db)
{
    if (db->phase != PHASE_SNAPSHOT)
        return;
    if (db->failed < 0 || command(db, &commit, RUN_OFF) < 0)
        db->driver->rollback(db);
    close_phase(db);
}

int db_begin(struct db *db)
{
    BUG_IF(db->access == DB_READ);
    return open_phase(db, PHASE_WRITE, &begin_write);
}

int db_commit(struct db *db)
{
    int e;

    BUG_IF(db->phase != PHASE_WRITE || db->depth > 0);
    e = db->failed < 0 ? db->failed : command(db, &commit, RUN_COMMIT);
    if (e < 0)
        db->driver->rollback(db);
    close_phase(db);
    return e;
}

void db_rollback(struct db *db)
{
    if (db->phase != PHASE_WRITE)
        return;
    db->driver->rollback(db);
    close_phase(db);
}

static int settle(struct db *db)
{
    int e;

    if (db->failed < 0)
        return db->failed;
    e = db->driver->settle(db);
    return e < 0 ? doom(db, e) : 0;
}

int db_savepoint(struct db *db)
{
    int e = db->failed;

    BUG_IF(db->phase != PHASE_WRITE || db->depth >= DEPTH_MAX);
    if (e == 0 && (db->careful || db->depth > 0))
        e = settle(db);
    if (e == 0) {
        db->mark += db->depth == 0;
        e = command(db, &savepoints[db->depth].set, RUN_SEND);
    }
    if (e < 0)
        return e;

    db->depth++;
    return 0;
}

static int undo(struct db *db)
{
    int e;

    e = db->driver->settle(db); /* a failure of what is undone here does not matter, unless it tears all */
    if (e < 0 && db->torn)
        (void)doom(db, e);
    db->depth--;
    if (!db->torn) {
        db->failed = 0;
        e = command(db, &savepoints[db->depth].back, RUN_SEND);
        if (e == 0)
            e = command(db, &savepoints[db->depth].release, RUN_SEND);
        if (e < 0)
            db->torn = true;
    }
    db->mark += db->depth == 0;
    return db->failed;
}

int db_rollback_to(struct db *db)
{
    BUG_IF(db->phase != PHASE_WRITE || db->depth == 0);
    return undo(db);
}

int db_release(struct db *db)
{
    int e = db->failed;

    BUG_IF(db->phase != PHASE_WRITE || db->depth == 0);
    if (e == 0 && (db->careful || db->depth > 1))
        e = settle(db);
    if (e == 0)
        e = command(db, &savepoints[db->depth - 1].release, RUN_SEND);
    if (e < 0) {
        (void)undo(db); /* if that fails the transaction is torn and every call says so */
        return e;
    }

    db->depth--;
    db->mark += db->depth == 0;
    return 0;
}

int db_script(struct db *db, const char *sql)
{
    int e;

    if (db->failed < 0)
        return db->failed;
    if (db->gone)
        return E_BUSY;
    e = db->driver->script(db, sql);
    return e < 0 ? doom(db, e) : 0;
}

int db_check(struct db *db, const struct query *q)
{
    struct stmt *s;
    int e;

    db->doing = q->name;
    e = stmt_take(db, q, &s);
    if (e == 0) {
        e = db->driver->check(db, s, q);
        stmt_give(db, s);
    }
    db->doing = NULL;
    return e < 0 && !db->gone ? E_FORMAT : e;
}
