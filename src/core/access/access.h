/*
 * access.h: who can do what in a government on a day, and by whose decision.
 *
 * Read from the grants of roles, from the delegations that lend them, and from the history of both: a role that was ended in
 * March could do something in February. The past is told to the day: what counted at any time of that day is there. What the
 * roles allow is that of the running program; tables of earlier versions are not kept.
 *
 * Roles that reach nothing but one's own (ACCESS_OWN) give nobody a say over others: they are counted, never named
 * (docs/decisions/0011-names.md). Not for: sessions, which ask for themselves (core/user/session.c).
 */
#ifndef CORE_ACCESS_ACCESS_H
#define CORE_ACCESS_ACCESS_H

#include "core/user/user.h"
#include "engine/permit.h"

#define ACCESS_OWN  "citizen proxy employee"
#define ACCESS_MAX  2000 /* grants and delegations that are read */
#define ACCESS_SOON 14   /* days before its end that a role is said to end soon */

struct access_ask {
    int64_t gov;            /* 0: what counts everywhere in the installation */
    date day;               /* in its zone */
    const char *role;       /* NULL: any */
    const char *permission; /* NULL: any */
    const char *name;       /* part of the name of the person, or of who is away; NULL: anybody */
    int64_t agency;         /* 0: any; else what reaches it: its own, what came from it, and the whole government */
};

/* A role that somebody has on that day, as one's own or lent. */
struct access_line {
    int64_t grant;
    const char *role; /* code */
    int64_t person;
    const char *name;
    bool off; /* the account was disabled on that day: it does not count */
    int64_t gov, agency, unit, place;
    const char *agency_name, *unit_name;
    date from, to;
    const char *basis;
    const char *given, *approved; /* who proposed and who approved; NULL for nobody */
    instant since;                /* when it was decided; INSTANT_NONE when that is not known */
    int64_t delegation;           /* 0: one's own */
    const char *behalf;           /* who is away */
};

struct access_list {
    struct access_line *v;
    size_t n;
    bool cut;    /* there are more than ACCESS_MAX */
    int64_t own; /* people with roles of ACCESS_OWN alone; counted for today only, else -1 */
};

/* By role in the order of the table, what ends first before the rest. Texts live in `a`. */
MUST_USE int access_read(const struct app *app, struct db *db, struct arena *a, const struct access_ask *ask, instant now,
                         struct access_list *ret);

/* Different people whose roles count among the lines, those of one role (NULL: all) that give a permission (NULL: any). */
size_t access_people(const struct app *app, struct arena *a, const struct access_list *list, const char *role,
                     const char *permission);

extern const struct query access_q_grants, access_q_steps, access_q_steps_of, access_q_lent, access_q_origins, access_q_own;
extern const struct module access_module;

#endif
