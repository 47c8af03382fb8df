/*
 * pipeline.h: the queue in front of PostgreSQL, between postgresql.c and libpq. For these two files only.
 */
#ifndef DB_PIPELINE_H
#define DB_PIPELINE_H

#include <libpq-fe.h>

#include "db/driver.h"

#define OPS_MAX ((size_t)512) /* queued statements before the driver waits by itself */

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

/* Records why libpq gave no answer; the connection is given up. Returns the result for it. */
int pipeline_lost(struct pg *pg);

/* The same for an answer that is an error. */
int pipeline_refused(struct pg *pg, const PGresult *r);

/* Sends a statement, and before it its own preparation, without waiting. */
int pipeline_queue(struct pg *pg, enum op_kind kind, enum run_mode mode, struct stmt *s, const struct val *in, size_t n);

/* Asks what a statement's parameters and columns are; the answer is the last result. */
int pipeline_describe(struct pg *pg, struct stmt *s);

/* Lets the server forget a prepared statement. */
void pipeline_discard(struct pg *pg, const struct stmt *s);

/* How many rows the statement of this result changed. */
int64_t pipeline_changed(PGresult *r);

/* Sends all that is queued on its way. */
int pipeline_sync(struct pg *pg);

/*
 * Waits for all that is queued. Returns the first failure; *ret_last is the result of the last statement when there is
 * none. NULL when nobody wants it.
 */
int pipeline_collect(struct pg *pg, PGresult **ret_last);

#endif
