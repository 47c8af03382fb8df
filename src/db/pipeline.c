/*
 * pipeline.c: one queue of statements that are on their way to PostgreSQL, and what their answers mean.
 *
 * pipeline_queue() sends without waiting, pipeline_collect() waits for the answers of all that is queued and judges each
 * by what was asked of it. A statement that waits is therefore one trip, together with everything that was queued before
 * it: BEGIN, SAVEPOINT, its own PREPARE, rows that were sent.
 */
#include <endian.h>

#include "db/pipeline.h"

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

/* After this nobody knows which answers are still to come, so the connection is of no use even if it stands. */
int pipeline_lost(struct pg *pg)
{
    bool broken = PQstatus(pg->conn) == CONNECTION_BAD;

    pg->db.gone = pg->db.torn = true;
    return db_say(&pg->db, broken ? E_BUSY : E_STORAGE, PQerrorMessage(pg->conn));
}

int pipeline_refused(struct pg *pg, const PGresult *r)
{
    const char *sqlstate = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY); /* the detail would quote the row */
    int e;

    if (sqlstate == NULL || text == NULL)
        return pipeline_lost(pg);
    if (PQstatus(pg->conn) == CONNECTION_BAD)
        pg->db.gone = pg->db.torn = true;
    e = result_of(sqlstate);
    pg->db.passing = strncmp(sqlstate, "40", 2) == 0 || strcmp(sqlstate, "55P03") == 0;
    return db_say(&pg->db, e, text);
}

/* ---- collecting ---- */

int64_t pipeline_changed(PGresult *r)
{
    return strtoll(PQcmdTuples(r), NULL, 10); /* "" for a statement that changes nothing: 0 */
}

static int judge_run(struct pg *pg, enum run_mode mode, PGresult *r)
{
    switch (mode) {
    case RUN_SEND_ONE:
        return pipeline_changed(r) == 1 ? 0 : db_say(&pg->db, E_CONFLICT, "not exactly one row was changed");
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
        return pipeline_refused(pg, r);
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
    e = r == NULL ? pipeline_lost(pg) : judge(pg, op, r);
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

int pipeline_collect(struct pg *pg, PGresult **ret_last)
{
    const char *doing = pg->db.doing;
    PGresult *last = NULL;
    bool commits = false, told = false;
    int first = 0, e;
    size_t i;

    if (pg->n_ops > 0 && pg->ops[pg->n_ops - 1].kind != OP_SYNC) {
        if (!PQpipelineSync(pg->conn))
            first = pipeline_lost(pg);
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
        return pipeline_lost(pg);
    if (s != NULL)
        s->users++;
    pg->ops[pg->n_ops++] = (struct op){.kind = kind, .mode = mode, .stmt = s, .mark = pg->db.mark};
    return 0;
}

/* Room for n statements and the sync; collects when there is none, whose failure is the caller's. */
static int queue_room(struct pg *pg, size_t n)
{
    return pg->n_ops + n + 1 > OPS_MAX ? pipeline_collect(pg, NULL) : 0;
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

/* Room for a statement and, the first time, for its preparation before it. */
static int queue_ready(struct pg *pg, struct stmt *s)
{
    int e = queue_room(pg, 2);

    return e == 0 && !s->prepared ? queue_prepare(pg, s) : e;
}

int pipeline_queue(struct pg *pg, enum op_kind kind, enum run_mode mode, struct stmt *s, const struct val *in, size_t n)
{
    struct binding b;
    char name[16];
    int e;

    e = queue_ready(pg, s);
    if (e < 0)
        return e;

    stmt_name(s, name);
    bind_all(&b, in, n);
    return queue_add(pg, kind, mode, s, PQsendQueryPrepared(pg->conn, name, (int)n, b.values, b.lengths, b.formats, 1));
}

int pipeline_sync(struct pg *pg)
{
    return queue_add(pg, OP_SYNC, RUN_OFF, NULL, PQpipelineSync(pg->conn));
}

int pipeline_describe(struct pg *pg, struct stmt *s)
{
    char name[16];
    int e;

    e = queue_ready(pg, s);
    if (e < 0)
        return e;
    stmt_name(s, name);
    return queue_add(pg, OP_SELECT, RUN_WAIT, s, PQsendDescribePrepared(pg->conn, name));
}

void pipeline_discard(struct pg *pg, const struct stmt *s)
{
    char name[16], sql[32];

    if (!s->prepared || pg->db.gone || queue_room(pg, 1) < 0)
        return; /* the server forgets it with the session */
    stmt_name(s, name);
    (void)snprintf(sql, sizeof sql, "DEALLOCATE %s", name); /* fits */
    (void)queue_add(pg, OP_DISCARD, RUN_SEND, NULL, PQsendQueryParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL, 0));
}
