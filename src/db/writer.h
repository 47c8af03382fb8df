/*
 * writer.h: the one thread that writes.
 *
 * Works arrive from any thread and wait in a queue; the writer takes all that wait (at most 256) into one
 * transaction, each in a savepoint of its own, commits once, then tells each how it ended. So an acknowledged write is
 * durable, business rules need no locks, and a failing work undoes only itself. If the commit itself fails, all of the
 * group fail with its code.
 *
 * Quick works come before slices of jobs: a group takes at most one slice, after the quick ones.
 *
 * SQLite: no second process may be the writer; a checkpoint thread keeps the write-ahead log short.
 *
 * PostgreSQL: the writer holds a session advisory lock, re-checked at the beginning of each group; without it works
 * end with E_BUSY. db_send() travels with the next statement that waits, at the latest with COMMIT. A work whose sent
 * statement fails after its end spoils the group: it is then run again with an answer awaited after each work, so that
 * the failure finds its owner and the others are stored. While the server is away works end with E_BUSY; the writer
 * reconnects by itself, at most every 5 seconds.
 *
 * Each read of a work costs a trip to the server: works with two reads were half as many a second as works without
 * (writer_bench). So plan reads, and apply names the version that plan saw in db_send_one().
 */
#ifndef DB_WRITER_H
#define DB_WRITER_H

#include "db/db.h"

struct app;    /* above us: only carried, */
struct ledger; /* both */
struct writer;

/* What a write is given. Lives for one work. */
struct tx {
    struct db *db;
    struct arena *arena;   /* released when the work has ended */
    instant now;           /* one clock reading a group; never goes back */
    int64_t number;        /* numbers the works of this process, for the leaf's tx member */
    struct ledger *ledger; /* from writer_conf */
    struct app *app;       /* from writer_conf */
    void *actor;           /* who acts: set by the layer above, see engine/actor.h */
};

/*
 * A work. The memory belongs to the submitter and must live until `done` was called. `run` may run more than once (a
 * group that failed for a reason that passes, or whose failing work had to be found) and has no effect outside the
 * database; a negative result rolls its savepoint back. `done` is called from the writer's thread after the commit,
 * exactly once, with run's last result or the group's failure; it must be quick and must not submit and wait.
 */
struct work {
    int (*run)(struct tx *tx, void *arg);
    void (*done)(void *arg, int result);
    void *arg;
    bool slice;        /* part of a job: waits behind quick works */
    bool unknown;      /* set with E_BUSY when the connection broke while committing: it may be stored or not, so the
                          answer must say so and nobody may simply repeat it */
    struct work *next; /* the queue's */
    int result;        /* the writer's */
};

/* What the layer above does around a group, all optional. */
struct writer_hooks {
    int (*began)(struct tx *tx, void *arg);   /* after BEGIN; negative: the group fails with it */
    int (*commits)(struct tx *tx, void *arg); /* before COMMIT, after the last work */
    void (*ended)(void *arg, bool committed); /* after COMMIT or ROLLBACK */
    void (*undone)(void *arg);                /* a savepoint was rolled back: numbers given in it are free again */
    void *arg;
};

struct writer_conf {
    const char *address;   /* of the database */
    struct ledger *ledger; /* put into each tx */
    struct app *app;       /* the same */
    struct writer_hooks hooks;
    size_t queue_max; /* works that may wait; over it writer_submit() says E_BUSY. 0 = 4096 */
};

/* Starts the thread. E_STORAGE when the database cannot be opened, E_BUSY when another process is the writer. */
MUST_USE int writer_start(const struct writer_conf *conf, struct writer **ret_writer);

/* Finishes what waits, stops the thread, closes the connection. NULL does nothing. */
void writer_stop(struct writer *w);

/* From any thread. 0, or E_BUSY when the queue is full or the writer stops (then `done` is not called). */
MUST_USE int writer_submit(struct writer *w, struct work *work);

/* Submits and waits: for commands and tests, never from an HTTP thread. */
MUST_USE int writer_do(struct writer *w, int (*run)(struct tx *tx, void *arg), void *arg);

struct writer_figures {
    uint64_t groups, works, failed, slices;
    uint64_t repeated;     /* groups that had to run again */
    uint64_t lost;         /* connections that broke */
    uint64_t group_us_max; /* longest group since the last call, BEGIN to COMMIT */
    size_t waiting;
    char fault[DB_WHY]; /* why the last failing group failed, for the log; "" when none has */
};
void writer_figures(struct writer *w, struct writer_figures *ret);

#endif
