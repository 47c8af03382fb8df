/*
 * delegation.h: who stands in for somebody that is away (cuti, dinas luar, sakit), with which roles and until when.
 *
 * The person who goes away offers it, or an administrator proposes it and a second one approves; the substitute accepts. While
 * it runs, the roles are among the substitute's grants with the absent person's name (engine/actor.h, behalf): who decides is
 * seen everywhere, and what both have done is barred to both (four eyes). It never counts longer than the role itself, and a
 * role that was lent is not lent on.
 *
 * A plan is made on a snapshot and stored by delegation_store() inside the writer. Not for: pages (delegation_page.c), putting
 * the roles among the grants (session.c).
 */
#ifndef CORE_USER_DELEGATION_H
#define CORE_USER_DELEGATION_H

#include "core/user/admin.h"

struct delegation {
    struct record head;
    ref delegator; /* who is away */
    ref delegate;  /* who stands in */
    ref in_gov;    /* roles in this government; none: those of the whole installation */
    ref of_grant;  /* one role; none: all of them there that can be lent */
    date valid_from, valid_to;
    state kind;        /* plh, plt, other */
    state reason;      /* leave, duty_travel, sick, training, vacancy, other: health may show in it, so it is personal */
    const char *basis; /* letter or decree */
    state status;      /* pending (a second administrator), offered (the substitute), active, refused, ended */
    ref given_by, approved_by, ended_by;
};

extern const struct entity delegation_entity;

/* Can this role be lent at all? Not what is a person's own, nor what looks after accounts, host or personal data. */
bool delegation_lends(const char *role);

enum delegation_step {
    DELEGATION_OFFER,   /* by the person who goes away */
    DELEGATION_PROPOSE, /* by an administrator */
    DELEGATION_APPROVE, /* by another one */
    DELEGATION_ACCEPT,  /* by the substitute */
    DELEGATION_REFUSE,  /* by the substitute, or the second administrator */
    DELEGATION_END,     /* by the absent, the substitute or an administrator: at once */
    DELEGATION_STEPS,
};

struct delegation_plan {
    struct delegation before, after; /* of a new one only `after` */
    enum delegation_step step;
    int64_t by;
};

/*
 * May `by` take the step, today? 0, or E_PERMIT (not this person) or E_STATE with the key of why not; negative for other
 * reasons. That administrators are such is the route's to know.
 */
MUST_USE int delegation_may(struct db *db, struct arena *a, const struct delegation *d, enum delegation_step step, int64_t by,
                            date today, const char **ret_key);

/* Checks again what may have changed and stores it. */
MUST_USE int delegation_store(struct tx *tx, const struct delegation_plan *p);

/* Fills plan->after from plan->before, or completes a new one, for the step. */
void delegation_step_plan(struct delegation_plan *p, enum delegation_step step, int64_t by);

/* Does the role exclude another that was lent to the person for some of this time? 1, 0. For grant_check(). */
MUST_USE int delegation_bars_role(struct db *db, struct arena *a, int64_t person, const char *role, date from, date to);

/* Its roles in words: "Semua peran di Kota Tangerang". */
const char *delegation_roles(struct req *r, const struct delegation *d);

/* After a change: nothing remembered of the sessions of those who stand in for `delegator` counts any more. */
void delegation_forget(struct req *r, int64_t delegator);

#endif
