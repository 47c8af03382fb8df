/*
 * import_parts.h: what the files of import share with each other and with their tests. Nobody else includes it.
 */
#ifndef ENGINE_IMPORT_PARTS_H
#define ENGINE_IMPORT_PARTS_H

#include "engine/import.h"

#define IMPORT_JOB       "import"
#define IMPORT_BACK_JOB  "import_back"
#define IMPORT_SWEEP_JOB "import_sweep"
#define IMPORT_EFFECT    "import_plan" /* removes the plan's file; the key is its name */
#define IMPORT_UNDONE_BY "import-undone"
#define IMPORT_FAILED_BY "import-failed"

/* Places of a job's row in its file. */
struct import_written {
    int64_t n, record, rev;
};

/* The last ones below n = `below`, from the last. */
MUST_USE int import_rows_below(struct db *db, struct arena *a, int64_t gov, int64_t run, int64_t below, size_t max,
                               struct import_written **ret, size_t *ret_n);

/* Moves that only jobs make. */
MUST_USE int import_row_add(struct tx *tx, const struct import_run *run, int64_t n, const struct record *head);
MUST_USE int import_run_done(struct tx *tx, const struct import_run *run);
MUST_USE int import_run_back(struct tx *tx, const struct import_run *run, const char *error); /* starts to take it back */
MUST_USE int import_run_is_back(struct tx *tx, const struct import_run *run, int64_t kept);
MUST_USE int import_run_stuck(struct tx *tx, const struct import_run *run, const char *error);
MUST_USE int import_run_stays(struct tx *tx, const struct import_run *run,
                              const char *error); /* it is not taken back after all */
MUST_USE int import_runs_forget(struct tx *tx, instant before);

/* The first lines of a plan, for a look at what will be written. */
struct import_plan_head {
    struct import_planned *v;
    size_t n;
};
MUST_USE int import_plan_head(const struct app *app, struct arena *a, const struct import_run *run, size_t max,
                              struct import_plan_head *ret);

#define IMPORT_QUERIES 15
extern const struct query *const import_queries[IMPORT_QUERIES];

#endif
