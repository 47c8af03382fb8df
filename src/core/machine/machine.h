/*
 * machine.h: what a running server knows of itself, for its operator: a look around that the parent's child takes hourly and
 * when asked, figures of the last day a minute each, and the pages that show them (docs/decisions/0019-operating-pages.md).
 *
 * All is in memory and about this process; a restart begins anew. Nothing here names a person or shows a secret.
 */
#ifndef CORE_MACHINE_MACHINE_H
#define CORE_MACHINE_MACHINE_H

#include "core/machine/measure.h"
#include "engine/app.h"

struct machine_conf {
    const char *program; /* version */
    int memory;          /* of os_memory_open(); machine_close() closes it */
    int log_dir;         /* of log_file_begin(), the caller's; 0: none */
    instant since;       /* when the parent began */
    int64_t restarts;    /* rounds that ended by themselves since then */
    instant restarted;   /* when the last one began */
};

/* Sets app->machine and starts its thread. app must be filled but for the port. */
MUST_USE int machine_open(struct app *app, const struct machine_conf *conf);
void machine_close(struct app *app); /* NULL does nothing */

/* Figures of now; longest group since the last call of the same kind. */
enum machine_reader {
    MACHINE_SCRAPE, /* /metrics */
    MACHINE_PAGE,   /* who looks */
    MACHINE_MINUTE, /* the charts */
    MACHINE_READERS,
};
void machine_figures(const struct app *app, enum machine_reader reader, struct machine_figures *ret);
const struct machine_conf *machine_conf(const struct app *app); /* NULL without a machine */

/* ---- the look ---- */

/* What the last one said. All in the arena. */
struct machine_told {
    const char *text; /* JSON of main/look.c; NULL: none yet */
    instant at;
    int64_t took_ms;
    bool looking; /* one is on its way */
    bool failed;  /* the last attempt brought nothing */
    bool cannot;  /* there is no parent: never will be one */
};
void machine_told(const struct app *app, struct arena *a, struct machine_told *ret);

/* Asks for a look; one begins at most once a minute. False when that has to wait. */
bool machine_look(const struct app *app);

/* ---- the last day ---- */

/* A minute: what happened in it, and how things stood at its end. */
struct machine_point {
    instant at;
    int64_t requests, errors; /* errors: answers of 500 and above */
    int64_t page_us, step_us; /* 95 of 100 took at most this long; 0: there were none */
    int64_t group_us;         /* longest group of the writer */
    int64_t waiting;          /* jobs and effects that wait */
    int64_t memory, database; /* bytes */
    int64_t leaves;           /* of the ledger */
};
#define MACHINE_POINTS ((size_t)1440)

/* Oldest first, in `a`. */
void machine_points(const struct app *app, struct arena *a, struct machine_point **ret, size_t *ret_n);

/* For tests: takes a minute's figures now; as if a look had brought this text. */
void machine_sample(const struct app *app);
void machine_learn(const struct app *app, const char *text);

extern const struct module machine_module;

#endif
