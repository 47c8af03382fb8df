/*
 * permit.h: roles, permissions, and which rows a permission reaches.
 *
 * Deny by default. A permission is a word ("item.edit"); tables of the modules say which roles have it. A role counts in the
 * places of its grant. What follows from it for rows is a struct scope, which the query layer puts into every statement
 * (security.md Z2): pages never filter by hand.
 *
 * Not for: who has which role (core), guards of single steps (flow.h).
 */
#ifndef ENGINE_PERMIT_H
#define ENGINE_PERMIT_H

#include "engine/actor.h"
#include "engine/entity.h"
#include "ui/req.h"

#define PERMIT_ANYBODY "public" /* no login needed */
#define PERMIT_LOGIN   "login"  /* any person who is logged in */

/* How far a role reaches at most; the grant narrows it. */
enum reach {
    REACH_OWN, /* rows whose owner is the person */
    REACH_UNIT,
    REACH_PLACE,
    REACH_AGENCY,
    REACH_GOV,  /* one government */
    REACH_GOVS, /* a set of governments: supervisors */
    REACH_HOST, /* the installation */
    REACH_COUNT,
};

/* Design section 8. */
struct role {
    const char *code;
    enum reach reach;
    bool supervisor;      /* looks in from outside: /pengawas, and security.md Z6 */
    bool second_factor;   /* compulsory (A4) */
    const char *not_with; /* codes, parted by spaces, that one person may not hold too; NULL for none */
};

extern const struct role roles[];
extern const size_t roles_n;
const struct role *role_find(const char *code); /* NULL for none */

/* Would one person hold two roles that exclude each other? Reads both rows. */
bool roles_exclude(const char *a, const char *b);

/* A line of a module's table. */
struct permit {
    const char *permission;
    const char *roles; /* codes, parted by spaces */
};

/* Does the table of all modules give `permission` to `role`? PERMIT_ANYBODY and PERMIT_LOGIN to every role. */
bool permit_has(const struct app *app, const char *permission, const char *role);

/*
 * May the one who asks do this in a government (GOV_ANY: of the installation itself, data without government)? A role of
 * another government does not count, but for reading what belongs to no government ("region.read" with GOV_ANY), which is open
 * to whoever has the permission anywhere. For a single row ask scope_holds() as well.
 */
bool may(const struct req *r, const char *permission, int64_t gov);

/* Has any role in that government, also one that reaches all. */
bool actor_in(const struct actor *actor, int64_t gov);

/* May in some government at all: for the navigation. */
bool may_anywhere(const struct req *r, const char *permission);

/*
 * The rows of one government that a permission reaches: all of them, or those of these agencies, units and places, or one's
 * own. Several grants add up. Nothing at all when `none`.
 */
struct scope {
    int64_t gov;
    bool none, all;
    const int64_t *agencies, *units, *places;
    size_t n_agencies, n_units, n_places;
    int64_t owner; /* user whose own rows count; 0: no such grant */
};
void scope_of(const struct req *r, const char *permission, int64_t gov, struct scope *ret);

/* The same of one of the grants of who asks. */
void scope_of_grant(const struct req *r, const struct grant *g, const char *permission, int64_t gov, struct scope *ret);

/* Everything of a government, for jobs and commands. */
struct scope scope_all(int64_t gov);

/*
 * Do its rows belong to the government as a whole, or to the installation: no column says whose one is? Then whoever has the
 * permission there reaches all of them, however narrow the role: an agency's staff reads the plan of the city.
 */
bool scope_common(const struct entity *e);

/* Is this row within? Reads the columns that the entity names in .agency, .unit, .place and .owner; a row of another government
 * never is. */
bool scope_holds(const struct scope *s, const struct entity *e, const void *row);

/* The first grant that lets the one who asks do it, and its role, for the leaf; NULL when none does. For a row see acting.h. */
const struct grant *giving_grant(const struct req *r, const char *permission, int64_t gov);
const char *acting_role(const struct req *r, const char *permission, int64_t gov);

#endif
