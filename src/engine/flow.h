/*
 * flow.h: workflows as constant tables: states, steps, who may, clocks in working days, four eyes.
 *
 * The same table gives the buttons, the check that a step is allowed, the tasks of each person, the deadlines, the drawing in
 * the documentation, and is itself checked: every state can be reached, every state has a way out or is final, every step has
 * a permission. Running cases stay on the definition they began with: the row's column `flow_version`, when the entity has it.
 *
 * A step is taken on a reader's snapshot first (may it be?), then in the writer: the row with its new state, its history row
 * with verb, reason and remark, its leaf, its clock, its task and its event in one transaction.
 */
#ifndef ENGINE_FLOW_H
#define ENGINE_FLOW_H

#include "base/calendar.h"
#include "db/writer.h"
#include "engine/permit.h"
#include "engine/screen.h"

enum flow_clock {
    FLOW_RUNS,  /* counts working days */
    FLOW_STOPS, /* waits for the applicant; days do not count */
    FLOW_ENDS,  /* final */
};

struct flow_state {
    const char *code;
    enum tone tone;
    enum flow_clock clock;
    int days; /* limit of this stage in working days; 0 none */
};

struct flow_step {
    const char *verb; /* word "FLOW.VERB" is the button: verb and object */
    const char *from; /* codes of states, parted by spaces */
    const char *to;
    const char *permission;
    const char *not_after; /* four eyes: verbs, parted by spaces, that the same person may not have taken on this record;
                              "create" and "edit" count too */
    const char *reasons;   /* reason codes to choose from, parted by spaces ("FLOW.reason-CODE"); NULL: none asked */
    bool remark;           /* words are demanded */
    enum button_look look;
    int (*guard)(struct req *r, const void *row); /* 0, or fail() with what is missing */
    int (*effect)(struct tx *tx, void *row); /* further writes, in the writer; may change columns of row before it is stored */
    const char *event;                       /* "licence.issued"; NULL: none */
};

struct flow {
    const char *name; /* first part of its words */
    int version;
    const struct entity *entity;
    const char *state_field;         /* a FIELD_STATE of the entity */
    const char *due_field;           /* FIELD_DATE the engine fills with the end of the total limit; NULL for none */
    int days;                        /* total limit in working days; 0 none */
    const struct flow_state *states; /* the first is where rows begin */
    size_t n_states;
    const struct flow_step *steps;
    size_t n_steps;
};

/* NULL, or what is wrong with the table. */
const char *flow_fault(const struct flow *f, struct arena *a);

const struct flow_state *flow_state(const struct flow *f, const char *code);
const struct flow_step *flow_step(const struct flow *f, const char *verb);

/* A step that the one who asks may take on the row now, or why not (four eyes, guard): the button with its reason. */
struct flow_choice {
    const struct flow_step *step;
    const char *blocked; /* NULL: may be taken; else words in the reader's language */
};

/* Steps from the row's state for which the person has the permission and scope; in table order. */
MUST_USE int flow_choices(struct req *r, const struct flow *f, const void *row, struct flow_choice **ret, size_t *ret_n);

/*
 * The step is taken, inside the writer. `row` is the revision that was judged on the snapshot (E_CONFLICT when it is no longer
 * the stored one); tx->actor carries reason and remark. The new head comes back.
 */
MUST_USE int workflow_move(struct tx *tx, const struct flow *f, const void *row, const char *verb, struct record *ret_head);

/* A text/vnd.graphviz drawing of the states, for the documentation. */
void flow_draw(const struct flow *f, struct buf *out);

#endif
