/*
 * postgresql.c: the driver for a PostgreSQL server, always in libpq's pipeline mode.
 *
 * Everything goes through one queue: queue_*() send a statement without waiting, collect() waits for the answers of all
 * that is queued and judges each by what was asked of it. A statement that waits is therefore one trip, together with
 * everything that was queued before it: BEGIN, SAVEPOINT, its own PREPARE, rows that were sent.
 *
 * Parameters and results travel in binary form. Not for: rows as a stream; a result is in memory as a whole.
 */
#include <endian.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>

#include "db/driver.h"

#define OPS_MAX     ((size_t)512) /* queued statements before the driver waits by itself */
#define VERSION_MIN 150000

/* Object ids of built-in types, fixed in PostgreSQL's pg_type.dat. */
enum oid {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_BPCHAR = 1042,
    OID_VARCHAR = 1043,
};

enum op_kind {
    OP_PREPARE,
    OP_RUN,
    OP_SELECT, /* its result is handed out */
    OP_DISCARD,
    OP_SYNC,
};

struct op {
    enum op_kind kind;
    enum run_mode mode; /* of OP_RUN */
    struct stmt *stmt;  /* held by a user count until collected; NULL for discard and sync */
    uint64_t mark;
};

struct pg {
    struct db db;
    PGconn *conn;
    struct op ops[OPS_MAX];
    size_t n_ops;
    uint32_t last_number;
    int64_t claim_pid; /* of the session that holds the writer's lock; 0 without claim */
};

static struct pg *of(struct db *db)
{
    BUG_IF(db->kind != DB_POSTGRESQL);
    return (struct pg *)db;
}

/* ---- failures ---- */

static int result_of(const char *sqlstate)
{
    /* clang-format off */
    static const struct {
        const char *prefix; /* of SQLSTATE */
        int result;
    } known[] = {
        {"23505", E_CONFLICT}, /* unique */
        {"23503", E_CONFLICT}, /* foreign key */
        {"53100", E_FULL},     /* disk full */
        {"53",    E_BUSY},     /* other resources: connections, memory */
        {"40",    E_BUSY},     /* serialization, deadlock */
        {"55P03", E_BUSY},     /* lock not available */
        {"57",    E_BUSY},     /* cancelled, shut down, starting */
        {"08",    E_BUSY},     /* connection */
        {"54000", E_LIMIT},    /* program limit */
    };
    /* clang-format on */
    size_t i;

    for (i = 0; i < ARRAY_LEN(known); i++)
        if (strncmp(sqlstate, known[i].prefix, strlen(known[i].prefix)) == 0)
            return known[i].result;
    return E_STORAGE;
}

/* The library's last word when there is no result: the connection broke. */
static int lost(struct pg *pg)
{
    if (PQstatus(pg->conn) != CONNECTION_BAD)
        return db_say(&pg->db, E_STORAGE, PQerrorMessage(pg->conn));
    pg->db.gone = pg->db.torn = true;
    return db_say(&pg->db, E_BUSY, PQerrorMessage(pg->conn));
}

static int refused(struct pg *pg, const PGresult *r)
{
    const char *sqlstate = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY); /* the detail would quote the row */
    int e;

    if (sqlstate == NULL || text == NULL)
        return lost(pg);
    if (PQstatus(pg->conn) == CONNECTION_BAD)
        pg->db.gone = pg->db.torn = true;
    e = result_of(sqlstate);
    pg->db.passing = strncmp(sqlstate, "40", 2) == 0 || strcmp(sqlstate, "55P03") == 0;
    return db_say(&pg->db, e, text);
}

/* ---- collecting ---- */

static int64_t rows_changed(PGresult *r)
{
    return strtoll(PQcmdTuples(r), NULL, 10); /* "" for a statement that changes nothing: 0 */
}

static int judge_run(struct pg *pg, enum run_mode mode, PGresult *r)
{
    switch (mode) {
    case RUN_SEND_ONE:
        return rows_changed(r) == 1 ? 0 : db_say(&pg->db, E_CONFLICT, "not exactly one row was changed");
    case RUN_COMMIT:
        return strcmp(PQcmdStatus(r), "COMMIT") == 0 ? 0 : db_say(&pg->db, E_STORAGE, "the commit became a rollback");
    case RUN_NEED_TRUE:
        if (PQntuples(r) == 1 && !PQgetisnull(r, 0, 0) && *PQgetvalue(r, 0, 0) != 0)
            return 0;
        pg->db.gone = pg->db.torn = true; /* the session is not what we took it for */
        return db_say(&pg->db, E_BUSY, "the writer's lock is not ours any more");
    case RUN_WAIT:
    case RUN_SEND:
    case RUN_OFF:
        break;
    }
    return 0;
}

/* 0, negative, or 1 when the statement was skipped because an earlier one of the queue failed. */
static int judge(struct pg *pg, const struct op *op, PGresult *r)
{
    switch (PQresultStatus(r)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        return op->kind == OP_RUN ? judge_run(pg, op->mode, r) : 0;
    case PGRES_PIPELINE_SYNC:
        return 0;
    case PGRES_PIPELINE_ABORTED:
        return 1;
    default:
        return refused(pg, r);
    }
}

/* One result; what may follow it up to the NULL that ends a statement is thrown away. */
static PGresult *next_result(struct pg *pg, enum op_kind kind)
{
    PGresult *r = PQgetResult(pg->conn), *more;

    if (r == NULL || kind == OP_SYNC)
        return r;
    while (PQstatus(pg->conn) != CONNECTION_BAD && (more = PQgetResult(pg->conn)) != NULL)
        PQclear(more);
    return r;
}

static int collect_one(struct pg *pg, const struct op *op, PGresult **ret_last)
{
    PGresult *r = next_result(pg, op->kind);
    int e;

    pg->db.doing = op->stmt != NULL ? op->stmt->name : NULL;
    e = r == NULL ? lost(pg) : judge(pg, op, r);
    if (op->kind == OP_PREPARE && e != 0)
        op->stmt->prepared = false;
    if (op->kind == OP_SYNC) {
        PQclear(r);
        return e;
    }
    if (e < 0 && !pg->db.gone && pg->db.phase == PHASE_WRITE && op->mark != pg->db.mark)
        pg->db.late = pg->db.torn = true;
    PQclear(*ret_last);
    *ret_last = r;
    return e;
}

/* Did the connection break when a COMMIT was on its way and nothing said that the server had stopped before it? */
static bool is_unknown(const struct pg *pg, bool commits, bool told)
{
    return commits && pg->db.gone && !told;
}

/*
 * Waits for all that is queued. Returns the first failure; *ret_last is the result of the last statement when there is
 * none.
 */
static int collect(struct pg *pg, PGresult **ret_last)
{
    const char *doing = pg->db.doing;
    PGresult *last = NULL;
    bool commits = false, told = false;
    int first = 0, e;
    size_t i;

    if (pg->n_ops > 0 && pg->ops[pg->n_ops - 1].kind != OP_SYNC) {
        if (!PQpipelineSync(pg->conn))
            first = lost(pg);
        pg->ops[pg->n_ops++] = (struct op){.kind = OP_SYNC, .mark = pg->db.mark};
    }
    for (i = 0; i < pg->n_ops; i++) {
        commits |= pg->ops[i].kind == OP_RUN && pg->ops[i].mode == RUN_COMMIT;
        e = first < 0 && pg->db.gone ? 1 : collect_one(pg, &pg->ops[i], &last);
        if (e < 0 && first == 0) {
            first = e;
            told = last != NULL && PQresultErrorField(last, PG_DIAG_SQLSTATE) != NULL && !commits;
        }
        if (pg->ops[i].kind == OP_RUN || pg->ops[i].kind == OP_SELECT || pg->ops[i].kind == OP_PREPARE)
            stmt_give(&pg->db, pg->ops[i].stmt);
    }
    pg->n_ops = 0;
    pg->db.doing = doing;
    if (is_unknown(pg, commits, told))
        pg->db.unknown = true;

    if (first < 0 || ret_last == NULL) {
        PQclear(last);
        return first;
    }
    *ret_last = last;
    return 0;
}

/* ---- queueing ---- */

struct binding {
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX];
    int formats[PARAMS_MAX];
    uint64_t ints[PARAMS_MAX];
};

static void bind_all(struct binding *b, const struct val *in, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        b->formats[i] = 1;
        b->values[i] = NULL;
        b->lengths[i] = 0;
        if (in[i].null)
            continue;
        if (in[i].type == VAL_INT) {
            b->ints[i] = htobe64((uint64_t)in[i].i);
            b->values[i] = (const char *)&b->ints[i];
            b->lengths[i] = (int)sizeof b->ints[i];
        } else if (in[i].type == VAL_TEXT) {
            b->values[i] = in[i].t;
            b->lengths[i] = (int)strlen(in[i].t);
        } else {
            b->values[i] = (const char *)in[i].b.p;
            b->lengths[i] = (int)in[i].b.n;
        }
    }
}

static int queue_add(struct pg *pg, enum op_kind kind, enum run_mode mode, struct stmt *s, int sent)
{
    if (!sent)
        return lost(pg);
    if (s != NULL)
        s->users++;
    pg->ops[pg->n_ops++] = (struct op){.kind = kind, .mode = mode, .stmt = s, .mark = pg->db.mark};
    return 0;
}

/* Room for n statements and the sync; collects when there is none, whose failure is the caller's. */
static int queue_room(struct pg *pg, size_t n)
{
    return pg->n_ops + n + 1 > OPS_MAX ? collect(pg, NULL) : 0;
}

static void stmt_name(const struct stmt *s, char ret_name[16])
{
    (void)snprintf(ret_name, 16, "s%u", s->number); /* fits */
}

static int queue_prepare(struct pg *pg, struct stmt *s)
{
    char name[16];
    Oid types[PARAMS_MAX];
    char *text;
    size_t i;
    int sent;

    for (i = 0; s->key[i] != '\0'; i++)
        types[i] = s->key[i] == 'i' ? OID_INT8 : s->key[i] == 't' ? OID_TEXT : OID_BYTEA;
    text = postgresql_text(s->key + i + 1);
    if (text == NULL)
        return db_say(&pg->db, E_STORAGE, "a quoted piece does not end, or a ? has no number");
    stmt_name(s, name);
    sent = PQsendPrepare(pg->conn, name, text, (int)i, types);
    free(text);
    s->prepared = sent != 0;
    return queue_add(pg, OP_PREPARE, RUN_SEND, s, sent);
}

static int queue(struct pg *pg, enum op_kind kind, enum run_mode mode, struct stmt *s, const struct val *in, size_t n)
{
    struct binding b;
    char name[16];
    int e;

    e = queue_room(pg, 2);
    if (e == 0 && !s->prepared)
        e = queue_prepare(pg, s);
    if (e < 0)
        return e;

    stmt_name(s, name);
    bind_all(&b, in, n);
    return queue_add(pg, kind, mode, s, PQsendQueryPrepared(pg->conn, name, (int)n, b.values, b.lengths, b.formats, 1));
}

static int queue_sync(struct pg *pg)
{
    return queue_add(pg, OP_SYNC, RUN_OFF, NULL, PQpipelineSync(pg->conn));
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
    struct pg *pg = of(db);
    char name[16], sql[32];

    if (!s->prepared || db->gone || queue_room(pg, 1) < 0)
        return; /* the server forgets it with the session */
    stmt_name(s, name);
    (void)snprintf(sql, sizeof sql, "DEALLOCATE %s", name); /* fits */
    (void)queue_add(pg, OP_DISCARD, RUN_SEND, NULL, PQsendQueryParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL, 0));
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

    e = mode == RUN_COMMIT && awaits_judgement(pg) ? collect(pg, NULL) : 0;
    if (e < 0)
        return e;
    e = queue(pg, OP_RUN, mode, s, in, n);
    if (e < 0 || may_wait(pg, mode))
        return e;
    if (mode == RUN_OFF)
        return queue_sync(pg);

    e = collect(pg, &r);
    changed = e < 0 ? e : rows_changed(r);
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

    e = queue(pg, OP_SELECT, RUN_WAIT, s, in, n);
    if (e == 0)
        e = collect(pg, &r);
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
    char name[16];
    int e;

    e = queue_room(pg, 2);
    if (e == 0 && !s->prepared)
        e = queue_prepare(pg, s);
    if (e == 0) {
        stmt_name(s, name);
        e = queue_add(pg, OP_SELECT, RUN_WAIT, s, PQsendDescribePrepared(pg->conn, name));
    }
    if (e == 0)
        e = collect(pg, &r);
    db->doing = q->name;
    if (e == 0)
        e = compare_types(db, r, q);
    PQclear(r);
    return e;
}

/* ---- the connection ---- */

static int pg_settle(struct db *db)
{
    return collect(of(db), NULL);
}

/* Simple query protocol, which the pipeline does not speak. */
static int pg_script(struct db *db, const char *sql)
{
    struct pg *pg = of(db);
    PGresult *r;
    int e;

    e = collect(pg, NULL);
    if (e < 0)
        return e;
    if (!PQexitPipelineMode(pg->conn))
        return lost(pg);
    r = PQexec(pg->conn, sql);
    e = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK || PQresultStatus(r) == PGRES_EMPTY_QUERY
            ? 0
            : refused(pg, r);
    PQclear(r);
    if (!PQenterPipelineMode(pg->conn) && e == 0)
        e = lost(pg);
    return e;
}

static void pg_rollback(struct db *db)
{
    char fault[FAULT_MAX];

    (void)collect(of(db), NULL); /* what is undone may fail */
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
        return lost(pg);
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
    e = PQstatus(pg->conn) == CONNECTION_OK ? configure(pg) : lost(pg);
    if (e < 0) {
        memcpy(why, pg->db.fault, DB_WHY);
        stmt_finish(&pg->db);
        pg_close(&pg->db);
        return E_STORAGE;
    }

    *ret_db = &pg->db;
    return 0;
}
