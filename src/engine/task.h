/*
 * task.h: what waits for somebody: a line for each record of a workflow that is not final, and the page "Tugas saya".
 *
 * Written by flow_move.c in the transaction of the step; it can be made anew from record and clock, so it leaves no leaf
 * (design D15). The lines of an agency lie side by side, the most urgent first: its tasks are one range. Lines that roles of a
 * whole government or a place, or the owner, can act on are found by a partial index each, which other lines do not pay for.
 *
 * A task is yours when a step that it waits for (flow_awaits()) has a permission that one of your roles has in its place, or as
 * its owner, and four eyes do not forbid each such step. Guards are not asked: a task does not vanish because something is
 * missing in it.
 */
#ifndef ENGINE_TASK_H
#define ENGINE_TASK_H

#include "engine/flow.h"

struct task {
    int64_t gov, agency; /* 0 without an agency */
    date due;            /* the nearest of the limits and the deadline; TASK_NEVER without any */
    int64_t record;
    const char *kind; /* task_kind() */
    const char *title, *about;
    ref unit, place;
    ref owner; /* only where the owner can take a step */
    bool wide; /* roles of a whole government, or of a place, can take one */
    instant since;
    int64_t days; /* the limit that ends with due; 0 none, or a deadline */
    date stopped; /* waits for the applicant since; DATE_NONE */
    const char *took;
};
#define TASK_NEVER ((date){2932896}) /* 9999-12-31 */

/* "licence.2.filed": flow, version and state. */
const char *task_kind(struct arena *a, const struct flow *f, const char *code);

MUST_USE int task_put(struct tx *tx, const struct task *t);
MUST_USE int task_drop(struct tx *tx, int64_t gov, int64_t agency, date due, int64_t record);

/* A line as jobs meet it that walk over all of them by their key. */
struct task_line {
    int64_t gov, agency, due, record;
    const char *kind;
};

/* How far such a job has come: "GOV AGENCY DUE RECORD", empty for the beginning (gov -1). E_FORMAT for what is none. */
MUST_USE int task_line_parse(struct arena *a, const char *text, struct task_line *ret);

/* Who took which step, as text: " file:17 check:21 ". The machine (0) is not kept. */
const char *task_took_add(struct arena *a, const char *took, const char *verb, int64_t user);
bool task_took(const char *took, const char *verbs, int64_t user); /* one of the verbs, parted by spaces; NULL: any */

/* Can somebody with these roles' reach take a step from the state? Reads the permits of all modules. */
void task_audience(const struct app *app, const struct flow *f, const char *code, bool *ret_wide, bool *ret_owner);

extern const struct query *const task_queries[], *const task_mine_queries[];
extern const size_t task_queries_n, task_mine_queries_n;

/* ---- mine (task_mine.c) ---- */

enum task_group {
    TASK_LATE,
    TASK_TODAY,
    TASK_WEEK,  /* until Sunday */
    TASK_LATER, /* a limit after this week */
    TASK_OPEN,  /* without a limit */
    TASK_GROUP_COUNT,
};
enum task_group task_group(const struct task *t, date today);

/* A task and the first step from its state that the person may take. */
struct task_mine {
    struct task task;
    const struct screen *screen;
    const struct flow *flow;
    const struct flow_step *step; /* NULL among those that wait for others */
};

/*
 * Tasks of the one who asks, most urgent first, at most n_max behind the place (due, record); due DATE_NONE: from the first.
 * `waiting`: instead those on which the person took a step and that are somebody else's turn. *ret_more: there are more.
 */
MUST_USE int task_mine(struct req *r, int64_t gov, bool waiting, date due, int64_t record, size_t n_max, struct task_mine **ret,
                       size_t *ret_n, bool *ret_more);

/* GET /kerja/{gov}/tugas, for everybody who is logged in. */
void task_page(struct req *r);

/* Days off, the page of tasks, the job of deadlines: for the list of modules. */
extern const struct module flow_module;

#endif
