/*
 * job_parts.h: what the files of jobs and outbox share with each other and with their tests. Nobody else includes it.
 */
#ifndef ENGINE_JOB_PARTS_H
#define ENGINE_JOB_PARTS_H

#include "engine/job.h"

/* ---- job.c ---- */

/* A row of the table. */
struct job_row {
    struct job job;
    enum job_state state;
    int64_t slices;   /* committed so far: which slice comes next */
    int64_t attempts; /* without progress, this one included */
    struct actor_mark by;
};

#define JOB_ATTEMPTS 3

bool job_is_open(enum job_state state);
const char *job_state_code(enum job_state state);

/* 1, 0 none. All in `a`. */
MUST_USE int job_row_read(struct db *db, struct arena *a, int64_t id, struct job_row *ret);

/* Jobs that wait or run, oldest first. */
MUST_USE int jobs_open_ids(struct db *db, size_t max, int64_t ret[], size_t *ret_n);

/* Newest first, those below id `below` (0: from the newest). user 0: everybody's. */
MUST_USE int jobs_list(struct db *db, struct arena *a, int64_t gov, int64_t user, int64_t below, size_t max,
                       struct job_row **ret, size_t *ret_n);

/*
 * Moves of one job, inside the writer. Before the first slice: counts the attempt, or ends what was cancelled, is of no known
 * kind, or has used up its attempts.
 */
MUST_USE int job_begin(struct tx *tx, const struct job_row *row, bool known, enum job_state *ret_state);
MUST_USE int job_progress(struct tx *tx, const struct job_row *row, const struct job *after, bool more);
MUST_USE int job_end(struct tx *tx, const struct job_row *row, enum job_state state, const char *error);
MUST_USE int job_failing(struct tx *tx, int64_t id, int64_t attempts, const char *error);

#define JOB_QUERIES 15
extern const struct query *const job_queries[JOB_QUERIES];

/* ---- outbox.c ---- */

struct outbox_row {
    int64_t id;
    const char *kind, *key, *args, *error;
    instant made_at, since_at, due_at, done_at, given_up_at;
    int64_t attempts;
};

/* One round: carries out what is due. 1 something was, 0 nothing, negative: the database is away. */
MUST_USE int outbox_round(struct app *app);

/* For the operator: what was given up, then what waits; newest first. */
MUST_USE int outbox_list(struct db *db, struct arena *a, bool given_up, int64_t below, size_t max, struct outbox_row **ret,
                         size_t *ret_n);
MUST_USE int outbox_count(struct db *db, bool given_up, int64_t *ret);
MUST_USE int outbox_retry(struct tx *tx, int64_t id);   /* due at once, with a fresh five days; E_STATE when it is done */
MUST_USE int outbox_give_up(struct tx *tx, int64_t id); /* E_STATE when it no longer waits */

/* Forgets some that were done before; how many. 0: none is left. */
MUST_USE int64_t outbox_forget(struct tx *tx, instant before);
/* The same with those that were given up before: their args name people. */
MUST_USE int64_t outbox_forget_given_up(struct tx *tx, instant before);

#define OUTBOX_QUERIES 15
extern const struct query *const outbox_queries[OUTBOX_QUERIES];

/* ---- runner.c: for tests that stop between slices ---- */

struct jobs;
struct jobs *jobs_open(struct app *app, bool patient); /* patient: waits after a failure before it tries again */
void jobs_close(struct jobs *j);                       /* as a crash would: nothing is written */

/* At most one slice of each open job. 1 something moved, 0 nothing to do, negative: nothing can move now. */
MUST_USE int jobs_round(struct jobs *j);

/* ---- pages ---- */

/* The text of a stored error key in the reader's language; a general one for a key that is gone. */
const char *job_error_word(struct req *r, const char *key);

/* A measure's value with its unit. */
const char *measure_said(struct req *r, const struct measure *m, int64_t v);
void measure_page(struct req *r);

#endif
