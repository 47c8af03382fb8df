/*
 * flow.h: workflows as constant tables: states, steps, who may, clocks in working days, four eyes.
 *
 * The same table gives the buttons, the check that a step is allowed, the tasks of each person, the deadlines, the drawing in
 * the documentation, and is itself checked: every state can be reached, every state has a way out or is final, every step has
 * a permission. Running cases stay on the definition they began with: see `older`.
 *
 * A step is planned on a reader's snapshot (may it be? which clock?), then applied in the writer: the row with its new state,
 * its history row with verb, reason and remark, its leaf, its clock, its task and its event in one transaction. Everything that
 * was judged belongs to the revision that was read, so the writer only has to demand that revision.
 *
 * Words, in both languages, for a flow "licence" with a step "check" and a reason "incomplete":
 *   licence.check               the button, and the task: verb and object, "Periksa berkas"
 *   licence.check-done          in the history: "Berkas diperiksa"
 *   licence.check-text          what happens then, a sentence; may be missing
 *   licence.check-you           for verbs in some .not_after: "Anda memeriksa berkas ini"
 *   licence.reason-incomplete   of the steps that ask for a reason
 * States have the words of the entity's field (screen.h). "create" and "edit" have words here.
 */
#ifndef ENGINE_FLOW_H
#define ENGINE_FLOW_H

#include "base/calendar.h"
#include "db/writer.h"
#include "engine/flow_clock.h"
#include "engine/permit.h"
#include "engine/screen.h"

struct flow_state {
    const char *code;
    enum tone tone;
    enum flow_clock clock;
    int days;         /* limit of this stage in working days; 0 none */
    bool by_deadline; /* whoever has the turn must be done by the day in the record's deadline_field */
};

struct flow_step {
    const char *verb;
    const char *from; /* codes of states, parted by spaces */
    const char *to;
    const char *permission;
    const char *not_after; /* four eyes: verbs, parted by spaces, that the same person may not have taken on this record;
                              "create" and "edit" count too */
    const char *reasons;   /* reason codes to choose from, parted by spaces; NULL: none asked */
    bool remark;           /* words are demanded */
    bool aside;            /* an exception that is open at all times: the record does not wait for it, so it is nobody's task */
    enum button_look look;
    int (*guard)(struct req *r, const void *row); /* 0, or fail() with what is missing */
    int (*effect)(struct tx *tx, void *row); /* further writes, in the writer; may change columns of row before it is stored */
    const char *event;                       /* "licence.issued"; NULL: none */
};

struct flow {
    const char *name; /* [a-z][a-z0-9_]*, first part of its words */
    int version;
    const struct flow *older; /* the definition before this one, for rows that began with it; the entity then has an int field
                                 "flow_version" */
    const struct entity *entity;
    const char *state_field;         /* a FIELD_STATE of the entity, whose codes are those of `states` */
    const char *due_field;           /* FIELD_DATE the engine fills with the end of the total limit; NULL for none */
    const char *deadline_field;      /* FIELD_DATE that people set: the day somebody promised; NULL for none */
    int days;                        /* total limit in working days; 0 none */
    const char *days_field;          /* FIELD_INT with the limit of the single record, when it has one; NULL */
    const char *raised_to;           /* roles above, nearest first, to which it is raised when it is late; NULL: to none */
    bool joint_leave_counts;         /* joint leave is a working day for this service */
    const char *title, *about;       /* text fields shown with the task, the second may be NULL; not personal ones */
    const struct flow_state *states; /* the first is where rows begin */
    size_t n_states;
    const struct flow_step *steps;
    size_t n_steps;
};

/* NULL, or what is wrong with the table; older definitions are looked at too. The text lives in `a`. */
const char *flow_fault(const struct flow *f, struct arena *a);

/* NULL, or the first word of the flow that has no text in some language. */
const char *flow_word_missing(const struct flow *f, struct arena *a);

const struct flow_state *flow_state(const struct flow *f, const char *code); /* NULL for none */
const struct flow_step *flow_step(const struct flow *f, const char *verb);   /* NULL for none */

/* Does a record in that state wait for the step? */
bool flow_awaits(const struct flow_step *s, const char *code);

/* The definition that this row lives under: f itself, or an older one. NULL when the row names one that is gone. */
const struct flow *flow_for(const struct flow *f, const void *row);

/* Code of the row's state. */
const char *flow_now(const struct flow *f, const void *row);

/* ---- choosing (flow_choice.c) ---- */

/* A step that the one who asks may take on the row now, or why not (four eyes, guard): the button with its reason. */
struct flow_choice {
    const struct flow_step *step;
    const char *blocked;       /* NULL: may be taken; else words in the reader's language */
    bool four_eyes;            /* blocked because the person took another step, or stands in for somebody who did */
    const struct grant *grant; /* in whose right; NULL when no role is asked for */
};

/*
 * Steps from the row's state for which the person has the permission and scope; in table order, with the request's snapshot.
 * None for a voided row. Cost: a read of the history for each verb of a step's .not_after.
 */
MUST_USE int flow_choices(struct req *r, const struct flow *f, const void *row, const struct flow_choice **ret, size_t *ret_n);

/* "licence.check" in the reader's language; `suffix` "", "-done", "-text", "-you". NULL when there is no such text. */
const char *flow_word(const struct req *r, const struct flow *f, const char *verb, const char *suffix);

/* ---- moving (flow_move.c) ---- */

/* What is kept beside a record: its clock, and who took which step. */
struct flow_kept {
    bool there;      /* false: the record has none yet */
    instant entered; /* the present state */
    struct flow_time time;
    const char *took; /* " file:17 check:21 " */
    int64_t seq;
    int64_t task_agency; /* key of its line in the tasks; */
    date task_due;       /* DATE_NONE: it has none */
};
MUST_USE int flow_kept(struct db *db, struct arena *a, int64_t gov, int64_t record, struct flow_kept *ret); /* 1, 0 none */

/* A step with everything that it needs to know, read before. Lives in the arena it was made in, as long as the row. */
struct flow_plan {
    const struct flow *flow;
    const struct flow_step *step;
    const void *row; /* as judged */
    struct flow_kept kept;
    struct calendar calendar;
    int zone_minutes;
};

/* `row` must live as long as the plan. E_STATE when the step does not begin in the row's state or the row is void. */
MUST_USE int flow_plan(struct db *db, struct arena *a, int zone_minutes, const struct flow *f, const void *row,
                       const char *verb, struct flow_plan *ret);

/*
 * The step is taken, inside the writer and without a read. E_CONFLICT when the row is no longer at the revision that was
 * judged: nothing is written. tx->actor carries reason and remark. The new head comes back.
 */
MUST_USE int workflow_apply(struct tx *tx, const struct flow_plan *plan, struct record *ret_head);

/* Plans and applies inside the writer, for effects, events and jobs. Nobody's permission is asked. */
MUST_USE int workflow_move(struct tx *tx, const struct flow *f, const void *row, const char *verb, struct record *ret_head);

/*
 * In place of row_insert(), row_update() and row_void() for entities with a flow: the row begins in the first state, with
 * clock and task; a change of title, agency or owner reaches the task; a voided row has no task and no clock.
 */
MUST_USE int workflow_begin(struct tx *tx, const struct flow *f, const void *row, struct record *ret_head);
MUST_USE int workflow_edit(struct tx *tx, const struct flow *f, const void *before, const void *row, struct record *ret_head);
MUST_USE int workflow_void(struct tx *tx, const struct flow *f, const void *row, struct record *ret_head);

/* The due dates of one record by today's calendar, and of its task: 1 they changed, 0 not. For the job below. */
MUST_USE int workflow_again(struct tx *tx, const struct flow *f, int64_t gov, int64_t record);

/* ---- deadlines after a change of the calendar (flow_again.c) ---- */

struct job_kind;

/*
 * Computes the due dates of everything that runs anew, some records a slice; decided records stay as they are. A changed date
 * leaves its leaf and history line (step "recompute") where the entity has a due field; the first promise is kept. Starts by
 * itself every night and with every change of a day off that goes through its screen; other code that writes days off starts it
 * with job_start_once(tx, "deadlines", gov or 0 for all).
 */
extern const struct job_kind flow_deadlines_job;
extern const struct query *const flow_again_queries[];
extern const size_t flow_again_queries_n;

/* ---- pages (flow_pages.c) ---- */

/* GET and POST /kerja/{gov}/SLUG/{id}/langkah/{verb}; the route names its screen. Permission of the route: item.read. */
void flow_step_page(struct req *r);
void flow_step_post(struct req *r);

/*
 * For the page of a record; nothing for screens without a flow. Failures are shown as no buttons and no clock. flow_buttons
 * gives the steps of the one who asks, the expected one first, and returns their number; *ret is set when there is one.
 */
size_t flow_buttons(struct req *r, const struct screen *s, const void *row, struct ui_button **ret);
void flow_clock_panel(struct req *r, const struct screen *s, const void *row);

/* A text/vnd.graphviz drawing of the states, for the documentation. */
void flow_draw(const struct flow *f, struct buf *out);

extern const struct query *const flow_move_queries[];
extern const size_t flow_move_queries_n;

#endif
