/*
 * change.h: reorganisations: agencies that end, those that come after them, and what follows for names and roles
 * (docs/decisions/0012).
 *
 * An agency keeps its row, its code and its records for ever; what comes after it is another row, linked by agency_origin. A
 * role at the successor reaches the records of all that it came from. Not for: the table of agencies (core/gov/gov.h).
 */
#ifndef CORE_AGENCY_CHANGE_H
#define CORE_AGENCY_CHANGE_H

#include "core/user/user.h"

/* One act: so many agencies end, so many come after them, on one day by one decree. */
struct reorganisation {
    struct record head;
    date day;          /* the first one of what is new */
    state kind;        /* rename, merge, split, end: follows from the parts */
    const char *basis; /* the decree */
    state status;      /* pending, done, refused */
    int64_t roles;     /* how many roles it touched when it was proposed */
    ref made_by, decided_by;
};

/* One of the agencies of an act. A new one has no row before the act is carried out. */
struct reorganisation_part {
    struct record head;
    ref reorganisation;
    state side; /* old, new */
    ref agency; /* none: is to be made of what follows */
    const char *code, *name, *short_name;
    state kind;
};

/* `agency` came from `origin`: at once (steps 1) or over others. Written by the act alone. */
struct agency_origin {
    struct record head;
    ref agency, origin, reorganisation;
    int64_t steps;
    date day; /* from then on a role at `agency` reaches `origin` */
};

extern const struct entity reorganisation_entity, reorganisation_part_entity, agency_origin_entity;
extern const struct module agency_module;

#define PARTS_MAX 16

struct change {
    struct reorganisation row;
    struct reorganisation_part parts[PARTS_MAX];
    size_t n;
};

/*
 * Can it be done? 0 with row.kind and row.roles filled in, or E_STATE with the key of why not in *ret_key and what it names
 * in *ret_arg. An agency that stands on both sides goes on beside what came out of it.
 */
MUST_USE int change_check(struct db *db, struct arena *a, struct change *c, const char **ret_key, const char **ret_arg);

/* Reads the act with its parts. 1, 0. */
MUST_USE int change_get(struct db *db, struct arena *a, int64_t gov, int64_t id, struct change *ret);

/*
 * Stores it, in the writer; checks again. Touches it no role it is carried out at once, else it waits for a second
 * administrator (security.md Z4). *ret is the act as stored, with the agencies that were made.
 */
MUST_USE int change_propose(struct tx *tx, const struct change *plan, struct change *ret);

/* The second one's answer. E_PERMIT for who proposed it, E_STATE when it waits no more or can no longer be done. */
struct change_decision {
    int64_t gov, id, by;
    bool yes;
};
MUST_USE int change_decide(struct tx *tx, const struct change_decision *d);

/* ---- names of a day ---- */

struct agency_then {
    int64_t id;
    const char *code, *name, *short_name, *kind; /* short_name may be NULL */
    date valid_from, valid_to;
};

/* The agencies of a day, by code. */
MUST_USE int agencies_on(struct db *db, struct arena *a, int64_t gov, date day, struct agency_then **ret, size_t *ret_n);

/*
 * The same, and behind them other names of theirs: of what came before or after, where that is one agency of this day alone.
 * So a file that names an office as it was called earlier or later finds the one of the day. code and kind of these are NULL.
 */
MUST_USE int agency_names_on(struct db *db, struct arena *a, int64_t gov, date day, struct agency_then **ret, size_t *ret_n);

/* ---- on pages ---- */

/* Behind a link to an agency that is no more: since when which ones stand for it. */
void agency_note(struct req *r, int64_t gov, int64_t id);

/* Section of an agency's page: where it came from, what came after it. */
void agency_more(struct req *r, const void *row);

extern const struct query q_reorganisations, q_agency_links;

/* change_pages.c */
void page_structure(struct req *r);
void page_change_new(struct req *r);
void page_change_make(struct req *r);
void page_change(struct req *r);
void page_change_approve(struct req *r);
void page_change_refuse(struct req *r);

#endif
