/*
 * oversight.h: the action plan against corruption of one government, and its actions (README.md: law, words, decisions).
 *
 * A plan and its actions are rows of the government; agencies work on them and bring evidence, the inspectorate checks, the
 * supervisor accepts or returns. What a source says about the past carries that source, what a demo invents says "contoh"
 * (origin): no invented date or progress may look like history.
 *
 * Not for: scores of templates (score.h), reviews and their minutes (review.h).
 */
#ifndef MOD_OVERSIGHT_OVERSIGHT_H
#define MOD_OVERSIGHT_OVERSIGHT_H

#include "engine/flow.h"
#include "engine/job.h"
#include "engine/screen.h"

struct action_plan {
    struct record head;
    const char *code; /* "renaksi-2016" */
    const char *title;
    int64_t year;
    state status; /* draft, submitted, decreed, closed */
    const char *decree_no;
    date decree_date;
    const char *note;
    const char *source; /* where the facts of this row were read */
    state origin;       /* entered, source, example */
};

struct action_item {
    struct record head;
    ref plan;
    int64_t number; /* in the plan; INT_NONE */
    const char *area;
    const char *action;
    const char *output;
    ref agency;         /* the one that leads */
    const char *owners; /* everybody as the plan names them, parted by ';' */
    ref pic;            /* person answering for it, with */
    const char *pic_name;
    date deadline;
    const char *deadline_text; /* as written, where it is no day: "bulanan" */
    int64_t target;            /* percent */
    int64_t progress;          /* percent, as the agency reports; INT_NONE unknown */
    state status;
    date claimed_on, accepted_on;
    const char *note;
    const char *source;
    state origin;
};

/* One of the owners of an action, made of `owners`. */
struct action_owner {
    struct record head;
    ref item;
    ref agency;       /* none for a name that is no agency's */
    const char *name; /* as written */
};

extern const struct entity action_plan_entity, action_item_entity, action_owner_entity;
extern const struct screen action_plan_screen, action_item_screen, action_owner_screen;
extern const struct flow action_flow;
extern const struct module oversight_module;

/* For everybody: GET /{gov}/renaksi. */
void action_public_page(struct req *r);
int action_public_home(struct req *r); /* how the newest plan stands */

/* Is it later than its deadline and neither accepted nor dropped? */
bool action_late(const struct action_item *x, date today);

/* A guard of steps: 0 when a file stands beside the row, else fail(). Nobody judges what nothing shows. */
int evidence_needed(struct req *r, const void *row);

/* The government's day on which the transaction runs. */
date day_of(const struct tx *tx, int64_t gov);

/* "40 %", or that it is not known. */
const char *action_percent(struct req *r, int64_t v);

/* Inside a cell: the state, or that it is late; the deadline as a day or as written. */
void action_status_cell(struct req *r, const void *row);
void action_deadline_cell(struct req *r, const void *row);

/* ---- owners as the plan names them (owner.c) ---- */

struct owner_agency {
    int64_t id;
    const char *name, *short_name; /* the last may be NULL */
};

#define OWNERS_MAX 12
struct owner {
    const char *name; /* trimmed */
    int64_t agency;   /* 0: no agency is called so */
};

/*
 * Parts a text at ';' and matches each name with an agency of a government called `gov_name`: by name or short name, whatever
 * the case, with or without "Dinas" before it, "Daerah" and the name of the government behind it. Empty parts and those over
 * OWNERS_MAX are left out.
 */
size_t owners_match(struct arena *a, const char *text, const char *gov_name, const struct owner_agency *agencies, size_t n,
                    struct owner ret[static OWNERS_MAX]);

/* The site of a government by the custom of their addresses: "tangerangkota.go.id" for the city with slug "kota-tangerang". */
const char *gov_site(struct arena *a, const char *slug);

/* ---- hooks of the screen of actions (action.c) ---- */

extern const char *const action_import_more[];
const char *action_import_row(struct req *r, struct import_line *line);
void action_check(const struct req *r, const void *before, void *row, struct faults *f);
int action_saved(struct tx *tx, const void *before, const void *row, const struct record *head);

#define ACTION_MEASURES 2
extern const struct measure action_measures[ACTION_MEASURES];
#define ACTION_QUERIES 3
extern const struct query *const action_queries[ACTION_QUERIES];

#endif
