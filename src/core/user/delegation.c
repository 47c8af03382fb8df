/*
 * delegation.c: the table of delegations and its rules (security.md Z3, Z4).
 */
#include "core/user/delegation.h"

#include "base/date.h"
#include "base/text.h"
#include "core/user/query.h"
#include "engine/row.h"

#define OTHERS_MAX 200

static const struct privacy absence = {
    .name = "absence", .kind = PRIVACY_SPECIFIC, .ground = GROUND_TASK, .basis = "UU 20/2023 (ASN)", .years = 5};

/* clang-format off */
static const struct field delegation_fields[] = {
    FIELD(struct delegation, delegator, .of = &app_user_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct delegation, delegate, .of = &app_user_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct delegation, in_gov, .of = &government_entity, .flags = F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct delegation, of_grant, .of = &role_grant_entity, .flags = F_PUBLIC | F_FIXED),
    FIELD(struct delegation, valid_from, .flags = F_REQUIRED | F_PUBLIC),
    FIELD(struct delegation, valid_to, .flags = F_REQUIRED | F_PUBLIC),
    FIELD(struct delegation, kind, .flags = F_REQUIRED | F_PUBLIC, .codes = "plh plt other", .max = 20),
    FIELD(struct delegation, reason, .flags = F_REQUIRED | F_PERSONAL, .subject = "delegator", .privacy = &absence, .codes = "leave duty_travel sick training vacancy other", .max = 20),
    FIELD(struct delegation, basis, .flags = F_REQUIRED | F_PUBLIC, .max = 200),
    FIELD(struct delegation, status, .flags = F_REQUIRED | F_PUBLIC, .codes = "pending offered active refused ended", .max = 20),
    FIELD(struct delegation, given_by, .of = &app_user_entity, .flags = F_PUBLIC),
    FIELD(struct delegation, approved_by, .of = &app_user_entity, .flags = F_PUBLIC),
    FIELD(struct delegation, ended_by, .of = &app_user_entity, .flags = F_PUBLIC),
};
const struct entity delegation_entity = ENTITY(struct delegation, delegation, delegation_fields, .kind = ENTITY_CONTROL);
/* clang-format on */

static int refuse(int result, const char *key, const char **ret_key)
{
    *ret_key = key;
    return result;
}

bool delegation_lends(const char *code)
{
    const struct role *role = role_find(code);

    return role != NULL && role->reach != REACH_OWN && role->reach != REACH_HOST && !text_eq(code, "admin") &&
           !text_eq(code, "data_protection_officer");
}

static bool meet(date from, date to, date other_from, date other_to)
{
    bool ends_first = !date_is_none(to) && !date_is_none(other_from) && to.v < other_from.v;
    bool begins_after = !date_is_none(from) && !date_is_none(other_to) && from.v > other_to.v;

    return !ends_first && !begins_after;
}

/* ---- the roles of the two ---- */

/* A role somebody holds, or has been lent. */
struct held {
    int64_t id;
    const char *role;
    date from, to;
    int64_t gov;
    bool active;
};

struct held_list {
    struct held *v;
    size_t n;
};

static date date_at(const struct rows *rows, int col)
{
    return rows_null(rows, col) ? DATE_NONE : (date){(int32_t)rows_int(rows, col)};
}

static int read_held(struct db *db, struct arena *a, const struct query *q, int64_t person, struct held_list *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    *ret = (struct held_list){.v = arena_array(a, OTHERS_MAX, struct held)};
    e = db_select(&rows, db, q, V(person), V((int64_t)OTHERS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        const struct role *role = role_find(rows_text(&rows, a, 1));

        if (role != NULL)
            ret->v[ret->n++] = (struct held){.id = rows_int(&rows, 0),
                                             .role = role->code,
                                             .from = date_at(&rows, 2),
                                             .to = date_at(&rows, 3),
                                             .gov = rows_null(&rows, 4) ? 0 : rows_int(&rows, 4),
                                             .active = rows_int(&rows, 5) == 1};
        e = 0;
    }
    return e;
}

/* Is it one of the roles that this delegation lends? */
static bool is_lent(const struct delegation *d, const struct held *h)
{
    return h->active && delegation_lends(h->role) && h->gov == d->in_gov.v && (d->of_grant.v == 0 || d->of_grant.v == h->id) &&
           meet(d->valid_from, d->valid_to, h->from, h->to);
}

static bool supervises(const char *role)
{
    return role_find(role)->supervisor;
}

/* NULL, or why one of the roles cannot be lent to somebody who has these. */
static const char *bars(const struct delegation *d, const struct held *lent, const struct held_list *others)
{
    size_t i;

    for (i = 0; i < others->n; i++)
        if (meet(d->valid_from, d->valid_to, others->v[i].from, others->v[i].to) &&
            roles_exclude(lent->role, others->v[i].role))
            return "delegation.excluded";
    return NULL;
}

/* ---- is it possible? ---- */

static const char *dates_fault(const struct delegation *d, date today)
{
    if (date_is_none(d->valid_from) || date_is_none(d->valid_to))
        return "user.date-bad";
    if (d->valid_to.v < d->valid_from.v)
        return "government.ends-before";
    return d->valid_to.v < today.v ? "delegation.past" : NULL;
}

/* What is lent ends with the role: it is asked for so, and not cut short in silence. */
static const char *role_fault(const struct delegation *d, const struct held *h)
{
    if (!date_is_none(h->to) && h->to.v < d->valid_to.v)
        return "delegation.longer";
    return !date_is_none(h->from) && h->from.v > d->valid_from.v ? "delegation.earlier" : NULL;
}

static int check_roles(struct db *db, struct arena *a, const struct delegation *d, const struct app_user *delegator,
                       const struct app_user *delegate, const char **ret_key)
{
    struct held_list own, theirs, lent;
    bool any = false, here = delegate->home.v == d->in_gov.v && d->in_gov.v != 0;
    size_t i;
    int e = read_held(db, a, &q_held, d->delegator.v, &own);

    if (e == 0)
        e = read_held(db, a, &q_held, d->delegate.v, &theirs);
    if (e == 0)
        e = read_held(db, a, &q_lent, d->delegate.v, &lent);
    if (e < 0)
        return e;
    for (i = 0; i < theirs.n; i++)
        here = here || theirs.v[i].gov == d->in_gov.v;
    for (i = 0; i < own.n; i++) {
        const char *key;

        if (!is_lent(d, &own.v[i]))
            continue;
        any = true;
        key = role_fault(d, &own.v[i]);
        if (key == NULL && supervises(own.v[i].role) && (delegator->home.v == 0 || delegator->home.v != delegate->home.v))
            key = "delegation.other-supervisor";
        if (key == NULL)
            key = bars(d, &own.v[i], &theirs);
        if (key == NULL)
            key = bars(d, &own.v[i], &lent);
        if (key != NULL)
            return refuse(E_STATE, key, ret_key);
    }
    if (!any)
        return refuse(E_STATE, "delegation.no-role", ret_key);
    return here ? 0 : refuse(E_STATE, "delegation.not-here", ret_key);
}

/* Two people do not stand in for the same role at the same time. */
static int check_others(struct db *db, const struct delegation *d, const char **ret_key)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_delegations_open, V(d->delegator), V(d->valid_from), V(d->valid_to), V((int64_t)OTHERS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        int64_t of_grant = rows_null(&rows, 1) ? 0 : rows_int(&rows, 1), gov = rows_null(&rows, 2) ? 0 : rows_int(&rows, 2);

        if (rows_int(&rows, 0) != d->head.id && gov == d->in_gov.v &&
            (of_grant == 0 || d->of_grant.v == 0 || of_grant == d->of_grant.v))
            return refuse(E_STATE, "delegation.double", ret_key);
        e = 0;
    }
    return e;
}

static bool is_gone(const struct app_user *u)
{
    return u->disabled || u->head.voided_at.v != INSTANT_NONE.v;
}

static int check(struct db *db, struct arena *a, const struct delegation *d, date today, const char **ret_key)
{
    struct app_user delegator, delegate;
    const char *key = dates_fault(d, today);
    int e;

    if (key == NULL && d->delegate.v == d->delegator.v)
        key = "delegation.oneself";
    if (key == NULL && text_empty(d->basis))
        key = "delegation.needs-basis";
    if (key != NULL)
        return refuse(E_STATE, key, ret_key);
    e = row_get(db, a, &app_user_entity, 0, d->delegator.v, &delegator);
    if (e > 0)
        e = row_get(db, a, &app_user_entity, 0, d->delegate.v, &delegate);
    if (e < 0)
        return e;
    if (e == 0 || is_gone(&delegator) || is_gone(&delegate))
        return refuse(E_STATE, "delegation.not-here", ret_key);
    e = check_roles(db, a, d, &delegator, &delegate, ret_key);
    return e < 0 ? e : check_others(db, d, ret_key);
}

/* ---- may this person? ---- */

enum party { DELEGATOR = 1, DELEGATE = 2, GIVER = 4, OTHERS = 8 };

/* clang-format off */
static const struct {
    const char *verb, *from, *to;
    unsigned by;  /* who may take it */
    bool checks;  /* the whole must be possible */
} steps[DELEGATION_STEPS] = {
    [DELEGATION_OFFER]   = {"offer",   "",                       "offered", DELEGATOR,                      true},
    [DELEGATION_PROPOSE] = {"propose", "",                       "pending", OTHERS,                         true},
    [DELEGATION_APPROVE] = {"approve", "pending",                "offered", OTHERS,                         true},
    [DELEGATION_ACCEPT]  = {"accept",  "offered",                "active",  DELEGATE,                       true},
    [DELEGATION_REFUSE]  = {"refuse",  "pending offered",        "refused", DELEGATE | OTHERS,              false},
    [DELEGATION_END]     = {"end",     "pending offered active", "ended",   DELEGATOR | DELEGATE | GIVER | OTHERS, false},
};
/* clang-format on */

static unsigned party_of(const struct delegation *d, enum delegation_step step, int64_t by)
{
    if (by == d->delegator.v)
        return DELEGATOR;
    if (by == d->delegate.v)
        return DELEGATE;
    return step != DELEGATION_PROPOSE && by == d->given_by.v ? GIVER : OTHERS;
}

static const char *person_key(enum delegation_step step, unsigned party)
{
    if (step == DELEGATION_ACCEPT)
        return "delegation.not-yours";
    return party == GIVER ? "user.second-admin" : "user.not-yourself";
}

int delegation_may(struct db *db, struct arena *a, const struct delegation *d, enum delegation_step step, int64_t by,
                   date today, const char **ret_key)
{
    const unsigned party = party_of(d, step, by);
    const bool is_new = steps[step].from[0] == '\0';
    int64_t open;
    int e = setup_open(db, &open);

    if (e < 0)
        return e;
    if (open > 0 && step != DELEGATION_END)
        return refuse(E_PERMIT, "setup.not-finished", ret_key);
    if ((steps[step].by & party) == 0)
        return refuse(E_PERMIT, person_key(step, party), ret_key);
    if (!is_new && !text_has_word(steps[step].from, d->status.v))
        return refuse(E_STATE, "delegation.not-now", ret_key);
    return steps[step].checks ? check(db, a, d, today, ret_key) : 0;
}

/* ---- storing ---- */

void delegation_step_plan(struct delegation_plan *p, enum delegation_step step, int64_t by)
{
    const bool is_new = steps[step].from[0] == '\0';

    p->step = step;
    p->by = by;
    if (!is_new)
        p->after = p->before;
    p->after.status.v = steps[step].to;
    if (is_new)
        p->after.given_by.v = by;
    else if (step == DELEGATION_APPROVE || (step == DELEGATION_REFUSE && by != p->before.delegate.v))
        p->after.approved_by.v = by;
    else if (step == DELEGATION_END)
        p->after.ended_by.v = by;
}

int delegation_store(struct tx *tx, const struct delegation_plan *p)
{
    const bool is_new = steps[p->step].from[0] == '\0';
    const struct delegation *d = is_new ? &p->after : &p->before;
    struct actor_mark *mark = tx->actor;
    struct record head;
    const char *key;
    int e = delegation_may(tx->db, tx->arena, d, p->step, p->by, instant_date(tx->now, gov_zone(tx->db, d->in_gov.v)), &key);

    if (e < 0)
        return e;
    if (mark != NULL)
        mark->step = steps[p->step].verb;
    return is_new ? row_insert(tx, &delegation_entity, &p->after, &head)
                  : row_update(tx, &delegation_entity, &p->before, &p->after, &head);
}

int delegation_bars_role(struct db *db, struct arena *a, int64_t person, const char *role, date from, date to)
{
    const struct delegation span = {.valid_from = from, .valid_to = to};
    const struct held h = {.role = role};
    struct held_list lent;
    int e = read_held(db, a, &q_lent, person, &lent);

    return e < 0 ? e : bars(&span, &h, &lent) != NULL;
}

void delegation_forget(struct req *r, int64_t delegator)
{
    struct sessions *s = core_of(r->app)->sessions;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_delegates_of, V(delegator), V((int64_t)OTHERS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        sessions_forget_user(s, rows_int(&rows, 0));
        e = 0;
    }
}
