/*
 * job.h: long work in slices, the outbox of effects, events between modules, measures.
 *
 * A job is a row; its kind a table line. The runner hands the writer one slice after the other (writer.h puts slices behind
 * quick works), so a job survives a crash: the next start goes on behind the last slice that was committed. Kinds with a time
 * of day start by themselves once a day, in the zone of the installation.
 *
 * An effect outside the database (mail, webhook, file) is a row of the outbox, written in the transaction of the change and
 * carried out afterwards at least once, with retries that wait longer each time; its key lets the receiver see doubles.
 *
 * An event is a name with a record ("licence.issued"); modules that react declare a sink, which runs in the same transaction.
 */
#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H

#include "db/writer.h"
#include "engine/actor.h"
#include "engine/entity.h"
#include "ui/req.h"

struct app;

enum job_state {
    JOB_WAITING,
    JOB_RUNNING,
    JOB_DONE,
    JOB_FAILED,
    JOB_CANCELLED,
    JOB_STATE_COUNT,
};

/* What a slice is told, and tells. Stored between slices. */
struct job {
    int64_t id, gov, user; /* user 0: the machine */
    const char *kind;
    const char *args;    /* JSON text, from job_start() */
    int64_t done, total; /* progress; total 0 while unknown */
    const char *place;   /* where to go on: the kind's own words, "" at the beginning */
    const char *result;  /* for the result page: JSON text, NULL while there is none */
    const char *error;   /* key into lang/, a constant, set before a negative answer; NULL: "job.error-RESULT" */
    void *prepared;      /* what prepare() made; a slice only reads it. Not stored */

    /* The engine's; kinds only read them. */
    const char *by;                                                 /* who started it, as shown */
    instant made_at, started_at, heartbeat_at, ended_at, cancel_at; /* INSTANT_NONE for what has not been */
};

struct job_kind {
    const char *name;       /* "import"; words "job.NAME" */
    const char *permission; /* to start, see and cancel it */
    int daily_minute;       /* minute of the day at which it starts by itself, with args {"day":"2026-09-18"}; -1: never */
    /*
     * One slice in the writer: reads and writes at most some 500 rows, moves job->place and ->done. 1 there is more, 0 it is
     * done, negative it failed. May run twice; job's texts are copied after it. tx->actor is who started the job. E_BUSY,
     * E_HOLD and E_FULL are tried again until they pass; after the third other failure in a row the job has failed.
     */
    int (*slice)(struct tx *tx, struct job *job);
    /*
     * Before each slice, outside the writer, for reading and heavy work (parse, render); may be NULL. Not in a transaction: it
     * takes a reader from app->pool. `a` lives until the job ends in this process, and so does job->prepared: NULL the first
     * time, also after a crash. What it sets in job is stored with the slice. 0, or negative as a slice.
     */
    int (*prepare)(struct app *app, struct job *job, struct arena *a);
    /*
     * In the transaction in which the job fails or is cancelled, as who started it; may be NULL. For what must not stay half
     * done: mostly starts another job. Negative: the end is tried again.
     */
    int (*ended)(struct tx *tx, const struct job *job, enum job_state state, const char *error);
    /* What prepare() made is given up: the job ended here, or will be prepared anew. For descriptors; may be NULL. */
    void (*release)(void *prepared);
    bool lasting; /* nobody can cancel it: it puts something in order */
    /* Writes the result onto the page of a job that is done; NULL: the members of the JSON object job->result, words
     * "job.NAME-MEMBER". */
    void (*show)(struct req *r, const struct job *job);
};

const struct job_kind *job_kind_find(const struct app *app, const char *name); /* NULL for none */

/* Inserts the row, in the name of tx->actor; the runner sees it after the commit. `args` NULL is {}. */
MUST_USE int job_start(struct tx *tx, const char *kind, int64_t gov, const char *args, int64_t *ret_id);

/* As job_start() without args, unless one of that kind and government waits already: that one will see what is written now. */
MUST_USE int job_start_once(struct tx *tx, const char *kind, int64_t gov);

/* Asks it to end: at once while it waits, else before its next slice. E_STATE when it has ended or is a lasting one. */
MUST_USE int job_cancel(struct tx *tx, int64_t id);

MUST_USE int job_read(struct db *db, struct arena *a, int64_t id, struct job *ret, enum job_state *ret_state); /* 1, 0 none */

/* When a job of that kind was last done; INSTANT_NONE: never. */
MUST_USE int job_last_done(struct db *db, const char *kind, instant *ret);

/*
 * Two threads, one for jobs and one for effects, each with readers of app->pool. The writer must run; nobody may call
 * runner_drain() beside it.
 */
struct runner;
MUST_USE int runner_start(struct app *app, struct runner **ret);
void runner_wake(struct runner *runner); /* after a commit that started a job or filled the outbox; NULL does nothing */
void runner_stop(struct runner *runner); /* before the writer stops; NULL does nothing */

/*
 * Runs everything that waits until nothing does; for commands and tests without a thread. E_BUSY, E_HOLD or E_FULL when a job
 * cannot go on now and stays. Effects that are due later stay, and daily kinds do not start here.
 */
MUST_USE int runner_drain(struct app *app);

/*
 * Runs one job until it ends, and nothing else: for commands. *ret_state says how it ended; negative as runner_drain(), then it
 * stays for the next server.
 */
MUST_USE int runner_finish(struct app *app, int64_t job, enum job_state *ret_state);

/* Starts the daily kinds whose minute has come on the present day and that have not started on it. Not inside the writer. */
MUST_USE int jobs_start_daily(struct app *app, instant now);

/* ---- outbox ---- */

struct effect_kind {
    const char *name; /* "mail" */
    /* Carries it out, outside any transaction. 0 done; E_BUSY: later again, after a minute and then twice as long each time up
     * to 6 hours, for 5 days; other negative: given up and shown to the operator. */
    int (*run)(struct app *app, const char *key, const char *args, struct arena *a);
    /* How long nothing of this kind can be tried, in ms, 0 to go on: what is due waits without counting an attempt, and is
     * given up after the same 5 days. NULL: never. */
    int64_t (*waits)(const struct app *app);
};

/* The same kind and key again adds nothing. `key` NULL: one of its own. The operator sees the key, never the args. */
MUST_USE int outbox_add(struct tx *tx, const char *kind, const char *key, const char *args);

/* ---- events ---- */

struct event_sink {
    const char *event; /* "licence.issued" */
    int (*react)(struct tx *tx, int64_t gov, const struct entity *e, const void *row);
};

/* All sinks of all modules, in the order of the list; the first that fails is the result and fails the step. */
MUST_USE int event_emit(struct tx *tx, const char *event, const struct entity *e, const void *row);

/* ---- measures: named numbers that others may show or bind to ---- */

struct measure {
    const char *name; /* "licence.in_time_share"; words the same */
    const char *unit; /* "percent" (basis points), "count", "money" (sen), "days" */
    /* The value for a government in a period, both days included; INT_NONE when there is nothing to count. *ret_basis, in `a`,
     * says what it was made of. */
    int (*value)(struct db *db, struct arena *a, int64_t gov, date from, date to, int64_t *ret, const char **ret_basis);
};
const struct measure *measure_find(const struct app *app, const char *name); /* NULL for none */

/* Pages of jobs and measures; the operator's page of the outbox. Both with their statements. */
extern const struct module job_module;
extern const struct module outbox_module;

#endif
