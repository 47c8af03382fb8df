/*
 * driver.h: what the facade (db.c) asks of a database driver (sqlite.c, postgresql.c), and the statement cache between.
 *
 * The facade keeps the rules that both share: declared types, transactions, the doomed state after a failure. A driver
 * only speaks to its library. Not for: anybody outside this folder.
 */
#ifndef DB_DRIVER_H
#define DB_DRIVER_H

#include "db/db.h"

#define STMT_MAX     ((size_t)256) /* statements a connection keeps prepared */
#define STMT_BUCKETS ((size_t)512)
#define PARAMS_MAX   ((size_t)250)
#define VALUE_MAX    ((size_t)8 * MB) /* a parameter; larger things are files */
#define DEPTH_MAX    2
#define FAULT_MAX    ((size_t)DB_WHY)

/* A prepared statement. Found by its text and parameter types, so that a text built in an arena is found again too. */
struct stmt {
    struct stmt *chain;         /* same bucket */
    struct stmt *newer, *older; /* by last use */
    uint64_t hash;
    char *key;      /* parameter types, NUL, SQL, NUL; owned */
    size_t key_n;   /* without the last NUL */
    char *name;     /* of the query that brought it, for the fault's text; owned */
    unsigned users; /* open rows or queued executions: not to be discarded */
    bool loose;     /* not in the cache: discarded with its last user */

    void *handle;    /* SQLite: sqlite3_stmt */
    uint32_t number; /* PostgreSQL: its name there */
    bool prepared;   /* PostgreSQL: sent, and not known to have failed */
};

struct stmt_cache {
    struct stmt *bucket[STMT_BUCKETS];
    struct stmt *newest, *oldest;
    size_t n;
};

enum db_phase {
    PHASE_IDLE,
    PHASE_SNAPSHOT,
    PHASE_WRITE,
};

/* How an execution without rows is waited for and judged. */
enum run_mode {
    RUN_WAIT,      /* the number of changed rows */
    RUN_SEND,      /* may be queued; any number of rows is right */
    RUN_SEND_ONE,  /* may be queued; other than one changed row is E_CONFLICT */
    RUN_OFF,       /* sent off at once, looked at when the next statement waits */
    RUN_COMMIT,    /* waits; the transaction must really have been committed */
    RUN_NEED_TRUE, /* may be queued; one row with a true in it, else E_BUSY */
};

struct driver {
    int (*prepare)(struct db *db, struct stmt *s, const struct query *q);
    void (*discard)(struct db *db, struct stmt *s); /* the driver's part only */
    int64_t (*run)(struct db *db, struct stmt *s, enum run_mode mode, const struct val *in, size_t n);
    int (*select)(struct rows *rows, struct stmt *s, const struct val *in, size_t n);
    int (*next)(struct rows *rows); /* as rows_next(); the facade judges types */
    void (*finish)(struct rows *rows);
    bool (*fits)(const struct rows *rows, int col, char type); /* of the present row */
    bool (*is_null)(const struct rows *rows, int col);
    int64_t (*get_int)(const struct rows *rows, int col);
    struct bytes (*get_bytes)(const struct rows *rows, int col); /* text too; borrowed until the next row */
    int (*script)(struct db *db, const char *sql);
    int (*check)(struct db *db, struct stmt *s, const struct query *q);
    void (*rollback)(struct db *db);
    int (*settle)(struct db *db); /* waits for everything queued; the first failure of it */
    int (*claim)(struct db *db);  /* the right to be the writer: 0, or E_BUSY when somebody else is */
    void (*unclaim)(struct db *db);
    int (*reclaim)(struct db *db); /* inside a transaction: is the claim still ours? may be queued */
    bool (*alive)(struct db *db);
    void (*close)(struct db *db); /* frees db as well; statements are discarded before */

    bool shared_stmts; /* one prepared statement may have several rows open */
    bool type_a_row;   /* types may change from row to row: judge each, not only the first */
};

/* The common head of every connection; a driver's own struct begins with it. */
struct db {
    const struct driver *driver;
    enum db_kind kind;
    enum db_access access;
    enum db_phase phase;
    int depth;         /* of savepoints */
    int failed;        /* what dooms the open transaction; 0 while it is well */
    bool torn;         /* no savepoint heals it: the database has rolled back by itself, or late, or gone */
    uint64_t mark;     /* numbers the outermost savepoints, so that a late failure finds its owner */
    bool careful;      /* settle at the end of each savepoint; else a failure may show after it */
    bool late;         /* a queued statement failed whose savepoint had ended: its owner must be found, carefully */
    bool gone;         /* the connection is lost for good */
    bool passing;      /* the last failure may not happen again: serialization, deadlock, lock */
    bool unknown;      /* see db_unknown() */
    const char *doing; /* name of the statement that runs, for the fault's text */
    struct stmt_cache cache;
    char fault[FAULT_MAX];
};

extern const struct driver sqlite_driver;
extern const struct driver postgresql_driver;

/* Each returns an open connection or sets why. `path` is what follows "sqlite:", `address` is whole. */
int sqlite_open(const char *path, enum db_access access, char *why, struct db **ret_db);
int postgresql_open(const char *address, enum db_access access, char *why, struct db **ret_db);

/* Records what happened, after the statement's name when there is one, and returns `code`. The first line counts. */
int db_say(struct db *db, int code, const char *what);

/*
 * A prepared statement for q with one more user, from the cache or made now. The driver's discard() is called for the
 * one that has not been used for longest when there are too many.
 */
int stmt_take(struct db *db, const struct query *q, struct stmt **ret_stmt);
void stmt_give(struct db *db, struct stmt *s);   /* one user less */
void stmt_forget(struct db *db, struct stmt *s); /* out of the cache: it cannot be used again */
void stmt_finish(struct db *db);                 /* discards all; nothing may be in use */

/* The text of ?N rewritten to $N outside quotes and comments. NULL when the text is not well formed. malloc'd. */
char *postgresql_text(const char *sql);

/* SQLite: the library's handle, for checkpoint.c and backup.c; NULL on PostgreSQL. */
void *sqlite_handle(struct db *db);

#endif
