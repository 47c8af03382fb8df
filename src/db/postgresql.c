/*
 * postgresql.c: the driver for a PostgreSQL server, always in libpq's pipeline mode (pipeline.h).
 *
 * Parameters and results travel in binary form: a page of 25 rows costs a tenth to a third less CPU here than in text
 * form, and bytes need no escaping. Not for: rows as a stream; a result is in memory as a whole.
 */
#include <endian.h>
#include <poll.h>

#include "db/pipeline.h"

#define VERSION_MIN 150000

static struct pg *of(struct db *db)
{
    BUG_IF(db->kind != DB_POSTGRESQL);
    return (struct pg *)db;
}

/* ---- statements ---- */

static int pg_prepare(struct db *db, struct stmt *s, const struct query *q)
{
    (void)q; /* the text is the key's; it travels with the first execution */
    s->number = ++of(db)->last_number;
    return 0;
}

static void pg_discard(struct db *db, struct stmt *s)
{
    pipeline_discard(of(db), s);
}

static bool may_wait(const struct pg *pg, enum run_mode mode)
{
    return pg->db.phase != PHASE_IDLE && (mode == RUN_SEND || mode == RUN_SEND_ONE || mode == RUN_NEED_TRUE);
}

/* Is something queued that only we judge? The server would commit over it: to it, no row changed is no error. */
static bool awaits_judgement(const struct pg *pg)
{
    size_t i;

    for (i = 0; i < pg->n_ops; i++)
        if (pg->ops[i].kind == OP_RUN && (pg->ops[i].mode == RUN_SEND_ONE || pg->ops[i].mode == RUN_NEED_TRUE))
            return true;
    return false;
}

static int64_t pg_run(struct db *db, struct stmt *s, enum run_mode mode, const struct val *in, size_t n)
{
    struct pg *pg = of(db);
    PGresult *r = NULL;
    int64_t changed;
    int e;

    e = mode == RUN_COMMIT && awaits_judgement(pg) ? pipeline_collect(pg, NULL) : 0;
    if (e < 0)
        return e;
    e = pipeline_queue(pg, OP_RUN, mode, s, in, n);
    if (e < 0 || may_wait(pg, mode))
        return e;
    if (mode == RUN_OFF)
        return pipeline_sync(pg);

    e = pipeline_collect(pg, &r);
    changed = e < 0 ? e : pipeline_changed(r);
    PQclear(r);
    return changed;
}

static bool type_fits(Oid oid, char type)
{
    switch (type) {
    case 'i':
        return oid == OID_INT8 || oid == OID_INT4 || oid == OID_INT2 || oid == OID_BOOL;
    case 't':
        return oid == OID_TEXT || oid == OID_VARCHAR || oid == OID_BPCHAR || oid == OID_NAME;
    case 'b':
        return oid == OID_BYTEA;
    default:
        return false;
    }
}

static int pg_select(struct rows *rows, struct stmt *s, const struct val *in, size_t n)
{
    struct pg *pg = of(rows->db);
    PGresult *r = NULL;
    int e;

    e = pipeline_queue(pg, OP_SELECT, RUN_WAIT, s, in, n);
    if (e == 0)
        e = pipeline_collect(pg, &r);
    if (e == 0 && PQnfields(r) != rows->n_cols)
        e = db_say(rows->db, E_STORAGE, "another number of columns than declared");
    stmt_give(rows->db, s);
    if (e < 0) {
        PQclear(r);
        return e;
    }
    rows->stmt = r;
    return 0;
}

static int pg_next(struct rows *rows)
{
    return rows->at < PQntuples(rows->stmt) ? 1 : 0;
}

static void pg_finish(struct rows *rows)
{
    PQclear(rows->stmt);
}

static bool pg_fits(const struct rows *rows, int col, char type)
{
    return type_fits(PQftype(rows->stmt, col), type);
}

static bool pg_is_null(const struct rows *rows, int col)
{
    return PQgetisnull(rows->stmt, (int)rows->at - 1, col) != 0;
}

static int64_t pg_get_int(const struct rows *rows, int col)
{
    const char *p = PQgetvalue(rows->stmt, (int)rows->at - 1, col);
    uint64_t eight;
    uint32_t four;
    uint16_t two;

    switch (PQgetlength(rows->stmt, (int)rows->at - 1, col)) {
    case sizeof eight:
        memcpy(&eight, p, sizeof eight);
        return (int64_t)be64toh(eight);
    case sizeof four:
        memcpy(&four, p, sizeof four);
        return (int32_t)be32toh(four);
    case sizeof two:
        memcpy(&two, p, sizeof two);
        return (int16_t)be16toh(two);
    default:
        return *p; /* a truth value */
    }
}

static struct bytes pg_get_bytes(const struct rows *rows, int col)
{
    int row = (int)rows->at - 1;

    return (struct bytes){.p = (const uint8_t *)PQgetvalue(rows->stmt, row, col),
                          .n = (size_t)PQgetlength(rows->stmt, row, col)};
}

/* ---- checking a declaration ---- */

static int compare_types(struct db *db, const PGresult *r, const struct query *q)
{
    char what[96];
    int i;

    if (PQnparams(r) != (int)strlen(q->in))
        return db_say(db, E_FORMAT, "another number of parameters than declared");
    if (PQnfields(r) != (int)strlen(q->out))
        return db_say(db, E_FORMAT, "another number of columns than declared");
    for (i = 0; i < PQnfields(r); i++) {
        if (type_fits(PQftype(r, i), q->out[i]))
            continue;
        (void)snprintf(what, sizeof what, "column %d has type oid %u, declared %c", i + 1, PQftype(r, i), q->out[i]); /* fits */
        return db_say(db, E_FORMAT, what);
    }
    return 0;
}

static int pg_check(struct db *db, struct stmt *s, const struct query *q)
{
    struct pg *pg = of(db);
    PGresult *r = NULL;
    int e;

    e = pipeline_describe(pg, s);
    if (e == 0)
        e = pipeline_collect(pg, &r);
    db->doing = q->name;
    if (e == 0)
        e = compare_types(db, r, q);
    PQclear(r);
    return e;
}

/* ---- the connection ---- */

static int pg_settle(struct db *db)
{
    return pipeline_collect(of(db), NULL);
}

/* Simple query protocol, which the pipeline does not speak. */
static int pg_script(struct db *db, const char *sql)
{
    struct pg *pg = of(db);
    PGresult *r;
    int e;

    e = pipeline_collect(pg, NULL);
    if (e < 0)
        return e;
    if (!PQexitPipelineMode(pg->conn))
        return pipeline_lost(pg);
    r = PQexec(pg->conn, sql);
    e = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK || PQresultStatus(r) == PGRES_EMPTY_QUERY
            ? 0
            : pipeline_refused(pg, r);
    PQclear(r);
    if (!PQenterPipelineMode(pg->conn) && e == 0)
        e = pipeline_lost(pg);
    return e;
}

static void pg_rollback(struct db *db)
{
    char fault[FAULT_MAX];

    (void)pipeline_collect(of(db), NULL); /* what is undone may fail */
    if (db->gone)
        return;
    memcpy(fault, db->fault, sizeof fault); /* the reason, not what follows from it */
    if (pg_script(db, "ROLLBACK") < 0)
        db->gone = true;
    memcpy(db->fault, fault, sizeof fault);
}

/*
 * The writer's lock: a session advisory lock, one for each schema of a database. The server lets go of it when the
 * session ends. claim_lock and reclaim_lock name the same lock; the second is held to the transaction's end only, and
 * succeeds at once while the session holds the first.
 */
#define WRITER_LOCK "1413829970, hashtext(CAST(current_schema() AS text))"

static const struct query claim_lock = {
    .name = "db.claim",
    .sql = "SELECT pg_try_advisory_lock(" WRITER_LOCK "), pg_backend_pid()",
    .in = "",
    .out = "ii",
};

static const struct query reclaim_lock = {
    .name = "db.reclaim",
    .sql = "SELECT pg_backend_pid() = ?1 AND pg_try_advisory_xact_lock(" WRITER_LOCK ")",
    .in = "i",
    .out = "i",
};

static const struct query unclaim_lock = {
    .name = "db.unclaim",
    .sql = "SELECT pg_advisory_unlock(" WRITER_LOCK ")",
    .in = "",
    .out = "i",
};

static int pg_claim(struct db *db)
{
    AUTO_ROWS struct rows rows;
    int e;

    if (of(db)->claim_pid != 0)
        return 0;
    (void)db_select(&rows, db, &claim_lock); /* rows_next() repeats a failure */
    e = rows_next(&rows);
    if (e < 0)
        return e;
    if (e == 0 || rows_int(&rows, 0) != 1)
        return db_say(db, E_BUSY, "another process is the writer");

    of(db)->claim_pid = rows_int(&rows, 1);
    return 0;
}

static void pg_unclaim(struct db *db)
{
    AUTO_ROWS struct rows rows;

    if (of(db)->claim_pid == 0)
        return;
    (void)db_select(&rows, db, &unclaim_lock); /* a failure ends the session, and with it the lock */
    of(db)->claim_pid = 0;
}

static int pg_reclaim(struct db *db)
{
    struct val pid = val_int(of(db)->claim_pid);
    struct stmt *s;
    int e;

    e = stmt_take(db, &reclaim_lock, &s);
    if (e < 0)
        return e;
    e = (int)pg_run(db, s, RUN_NEED_TRUE, &pid, 1);
    stmt_give(db, s);
    return e;
}

/* Has the server hung up? Asked without reading, so that answers still on their way are left alone. */
static bool pg_alive(struct db *db)
{
    struct pollfd p = {.fd = PQsocket(of(db)->conn), .events = POLLRDHUP};

    if (db->gone || p.fd < 0)
        return false;
    return poll(&p, 1, 0) <= 0 || (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) == 0;
}

static void pg_close(struct db *db)
{
    PQfinish(of(db)->conn);
    free(of(db));
}

const struct driver postgresql_driver = {
    .prepare = pg_prepare,
    .discard = pg_discard,
    .run = pg_run,
    .select = pg_select,
    .next = pg_next,
    .finish = pg_finish,
    .fits = pg_fits,
    .is_null = pg_is_null,
    .get_int = pg_get_int,
    .get_bytes = pg_get_bytes,
    .script = pg_script,
    .check = pg_check,
    .rollback = pg_rollback,
    .settle = pg_settle,
    .claim = pg_claim,
    .unclaim = pg_unclaim,
    .reclaim = pg_reclaim,
    .alive = pg_alive,
    .close = pg_close,
    .shared_stmts = true,
};

/* ---- opening ---- */

static void no_notice(void *arg, const PGresult *r)
{
    (void)arg;
    (void)r; /* a library does not print */
}

/* clang-format off */
static const struct {
    unsigned access; /* bits 1 << enum db_access */
    const char *sql;
} settings[] = {
    {7, "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') IN ('off', 'local')"}, /* an answered write is durable */
    {7, "SET lock_timeout = '10s'"},
    {1, "SET default_transaction_read_only = on"},
    {1, "SET statement_timeout = '60s'"},
    {1, "SET idle_in_transaction_session_timeout = '5min'"}, /* a lost page must not hold back vacuum */
};
/* clang-format on */

static int configure(struct pg *pg)
{
    size_t i;
    int e = 0;

    PQsetErrorVerbosity(pg->conn, PQERRORS_TERSE); /* details would quote rows, which are no business of a log */
    PQsetNoticeReceiver(pg->conn, no_notice, NULL);
    if (PQserverVersion(pg->conn) < VERSION_MIN)
        return db_say(&pg->db, E_STORAGE, "the server is older than PostgreSQL 15");
    if (strcmp(PQparameterStatus(pg->conn, "server_encoding"), "UTF8") != 0)
        return db_say(&pg->db, E_STORAGE, "the database is not in UTF-8");
    if (!PQenterPipelineMode(pg->conn))
        return pipeline_lost(pg);
    for (i = 0; i < ARRAY_LEN(settings) && e == 0; i++)
        if (settings[i].access & (1u << pg->db.access))
            e = pg_script(&pg->db, settings[i].sql);
    return e;
}

int postgresql_open(const char *address, enum db_access access, char *why, struct db **ret_db)
{
    static const char *const words[] = {"connect_timeout", "application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {"5", "terang", address, "UTF8", NULL}; /* the address overrules what is before it */
    struct pg *pg = calloc(1, sizeof *pg);
    int e;

    if (pg == NULL)
        memory_gone(sizeof *pg);
    pg->db = (struct db){.driver = &postgresql_driver, .kind = DB_POSTGRESQL, .access = access};
    pg->conn = PQconnectdbParams(words, values, 1);
    if (pg->conn == NULL)
        memory_gone(sizeof *pg);
    e = PQstatus(pg->conn) == CONNECTION_OK ? configure(pg) : pipeline_lost(pg);
    if (e < 0) {
        memcpy(why, pg->db.fault, DB_WHY);
        stmt_finish(&pg->db);
        pg_close(&pg->db);
        return E_STORAGE;
    }

    *ret_db = &pg->db;
    return 0;
}
