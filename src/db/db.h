/*
 * db.h: one face of two databases, SQLite and PostgreSQL.
 *
 * A statement is a named constant with its parameters and columns declared; a test prepares every one on both
 * databases. The same SQL text serves both: parameters are ?1, ?2, ... and the PostgreSQL driver rewrites them.
 * A connection belongs to one thread at a time. Handlers never begin, commit or roll back: readers get a snapshot,
 * writes run in the writer (writer.h) and are given a struct tx *.
 *
 * Not for: building SQL from text. Only the engine builds (entity tables in, statements out), never from a request.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/base.h"

enum db_kind {
    DB_SQLITE,
    DB_POSTGRESQL,
    DB_KIND_COUNT,
};

enum db_access {
    DB_READ,  /* pages: read-only snapshots, no write possible */
    DB_WRITE, /* the writer and command-line tools; on PostgreSQL the server's role, which has no DDL */
    DB_OWNER, /* migrations and `ledger rebuild`; TERANG_DB_OWNER on PostgreSQL */
};

struct db; /* one connection */

/*
 * A statement. `in` and `out` say the types of parameters and columns, a letter each: i 64-bit integer, t text,
 * b bytes. Every one may be NULL; the *_NONE values of base.h stand for it. `sql_pg` only where one text cannot serve
 * both; then a test shows that both answer alike.
 */
struct query {
    const char *name; /* unique, module first: "licence.queue" */
    const char *sql;
    const char *sql_pg;
    const char *in;
    const char *out; /* "" for a statement without rows */
};

enum val_type {
    VAL_INT,
    VAL_TEXT,
    VAL_BYTES,
};

/* One parameter. Text and bytes are borrowed until the call returns. */
struct val {
    enum val_type type;
    bool null;
    int64_t i;
    const char *t;
    struct bytes b;
};

struct val val_int(int64_t v);        /* INT_NONE is NULL */
struct val val_text(const char *s);   /* NULL is NULL */
struct val val_bytes(struct bytes b); /* p == NULL is NULL */
struct val val_bool(bool v);
struct val val_money(money v);
struct val val_date(date v);
struct val val_instant(instant v);
struct val val_ref(ref v);
struct val val_state(state v);

/* clang-format off */
#define V(x) _Generic((x), \
    bool: val_bool, int: val_int, int64_t: val_int, long long: val_int, \
    char *: val_text, const char *: val_text, struct bytes: val_bytes, \
    money: val_money, date: val_date, instant: val_instant, ref: val_ref, state: val_state)(x)
/* clang-format on */

/*
 * Opens a connection. `address` is sqlite:PATH or postgresql://...
 * SQLite: busy_timeout first, WAL, synchronous FULL, foreign keys on, secure_delete, defensive, trusted_schema off,
 * lowered limits, no extensions, mmap off; DB_READ opens read-only and only DB_OWNER creates a missing file, so that a
 * mistyped path is not an empty city. PostgreSQL: 15 or newer, UTF-8, DB_READ is read-only by session default.
 * E_INPUT for an address of neither kind, E_STORAGE when it cannot be opened.
 */
MUST_USE int db_open(const char *address, enum db_access access, struct db **ret_db);

/* The same, and on failure says why in words for the log (never a password). */
#define DB_WHY 256
MUST_USE int db_open_why(const char *address, enum db_access access, char ret_why[DB_WHY], struct db **ret_db);

void db_close(struct db *db); /* NULL does nothing; an open transaction is rolled back */
#define AUTO_DB __attribute__((cleanup(db_auto_close)))
void db_auto_close(struct db **db);

enum db_kind db_kind(const struct db *db);

/*
 * Empties what the database still keeps beside its tables of what was overwritten: SQLite's log is copied and cut to nothing
 * (its pages are overwritten as they are freed). Waits a little for readers, then E_BUSY: again later. PostgreSQL: nothing,
 * that is VACUUM's business, by the owner (docs/decisions/0008-erasure.md). Not from inside a transaction.
 */
MUST_USE int db_forget(const char *address);

/* What the database last said, for the log; never shown to a user. "" when nothing went wrong. */
const char *db_fault(const struct db *db);

/*
 * Runs a statement without rows. Positive or 0: how many rows it changed. E_CONFLICT for a unique or foreign key,
 * E_FULL without room on the disk, E_BUSY when the database is away or another transaction is in the way, E_STORAGE for
 * the rest, E_LIMIT for a value over 8 MiB. Parameters must have the declared types (BUG_IF).
 *
 *     e = db_run(db, &licence_pay, V(now), V(licence->id));
 *
 * A failure inside a transaction dooms it, on both databases alike: every further statement answers with the first
 * failure until db_rollback_to(), db_rollback() or db_snapshot_end(). Who wants to try and go on takes a savepoint.
 */
#define db_run(db, query, ...)                                                                                                 \
    db_run_((db), (query), (const struct val[]){V_NOTHING, ##__VA_ARGS__} + 1,                                                 \
            ARRAY_LEN(((const struct val[]){V_NOTHING, ##__VA_ARGS__})) - 1)
#define V_NOTHING ((struct val){.null = true})
MUST_USE int64_t db_run_(struct db *db, const struct query *q, const struct val *in, size_t n);

/*
 * As db_run(), but need not wait for the answer: inside a transaction on PostgreSQL the statement travels with the next
 * one that waits. A failure is then the result of a later call, at the latest of db_commit(); a work of the writer that
 * sent it gets it as its own result (writer.h). db_send_one() also demands that exactly one row changes, else E_CONFLICT:
 * for "UPDATE ... WHERE id = ?1 AND version = ?2". On SQLite both are done when they return. 0, or negative.
 */
#define db_send(db, query, ...)                                                                                                \
    db_send_((db), (query), false, (const struct val[]){V_NOTHING, ##__VA_ARGS__} + 1,                                         \
             ARRAY_LEN(((const struct val[]){V_NOTHING, ##__VA_ARGS__})) - 1)
#define db_send_one(db, query, ...)                                                                                            \
    db_send_((db), (query), true, (const struct val[]){V_NOTHING, ##__VA_ARGS__} + 1,                                          \
             ARRAY_LEN(((const struct val[]){V_NOTHING, ##__VA_ARGS__})) - 1)
MUST_USE int db_send_(struct db *db, const struct query *q, bool one, const struct val *in, size_t n);

/*
 * Rows of a statement, one after the other. Always closed by rows_close(), also after an error. Rows of several
 * statements may be open at once. On PostgreSQL all rows are in memory before the first is seen: lists have a LIMIT and
 * exports read by key, a page of rows at a time. A column that holds another type than declared is E_STORAGE.
 *
 *     AUTO_ROWS struct rows rows;
 *     e = db_select(&rows, db, &licence_queue, V(gov));
 *     while ((e = rows_next(&rows)) > 0)
 *         ... rows_int(&rows, 0), rows_text(&rows, a, 1) ...
 */
struct rows {
    struct db *db;
    const struct query *query;
    int n_cols;
    void *stmt; /* the driver's own */
    int64_t at; /* row number, from 1 after the first rows_next() */
    int result; /* the first failure, 0 while there is none */
    bool ended; /* the last row has been seen */
};

#define AUTO_ROWS __attribute__((cleanup(rows_close)))

#define db_select(ret_rows, db, query, ...)                                                                                    \
    db_select_((ret_rows), (db), (query), (const struct val[]){V_NOTHING, ##__VA_ARGS__} + 1,                                  \
               ARRAY_LEN(((const struct val[]){V_NOTHING, ##__VA_ARGS__})) - 1)

/* *ret_rows is always set, so that rows_close() is right on every way out. `q` must live until then. */
int db_select_(struct rows *ret_rows, struct db *db, const struct query *q, const struct val *in, size_t n);

int rows_next(struct rows *rows); /* 1 a row, 0 the end, negative a failure */
void rows_close(struct rows *rows);

bool rows_null(const struct rows *rows, int col);
int64_t rows_int(const struct rows *rows, int col);                         /* INT_NONE for NULL */
char *rows_text(const struct rows *rows, struct arena *a, int col);         /* copy; NULL for NULL */
struct bytes rows_bytes(const struct rows *rows, struct arena *a, int col); /* copy; p NULL for NULL */

/*
 * Readers only: a snapshot that all statements until db_snapshot_end() see. SQLite BEGIN; PostgreSQL BEGIN
 * ISOLATION LEVEL REPEATABLE READ READ ONLY.
 */
MUST_USE int db_snapshot_begin(struct db *db);
void db_snapshot_end(struct db *db);

/*
 * For the writer, migrations and commands: begin (SQLite IMMEDIATE), commit, roll back. db_commit() is durable when it
 * returns 0; otherwise the transaction is over too and nothing of it is stored, with one exception that cannot be
 * known: db_unknown() after E_BUSY says that the connection broke while the database was committing.
 */
MUST_USE int db_begin(struct db *db);
MUST_USE int db_commit(struct db *db);
void db_rollback(struct db *db); /* without a transaction does nothing */
bool db_unknown(const struct db *db);

/*
 * Savepoints inside a transaction, nested at most 2 deep. db_rollback_to() returns to the last savepoint and forgets it;
 * so does a db_release() that fails: either way the savepoint is gone. A negative db_rollback_to() means that the whole
 * transaction is lost and only db_rollback() is left.
 */
MUST_USE int db_savepoint(struct db *db);
MUST_USE int db_release(struct db *db);
MUST_USE int db_rollback_to(struct db *db);

/* A script of several statements without parameters or rows: migrations, pragmas and upkeep only. */
MUST_USE int db_script(struct db *db, const char *sql);

/*
 * Prepares q without running it and compares with its declaration: number and types of parameters, number of
 * columns, and the columns' types as far as the database knows them. E_FORMAT with a reason in db_fault().
 */
MUST_USE int db_check(struct db *db, const struct query *q);

#endif
