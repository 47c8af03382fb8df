/*
 * permit.c: roles, tables of permissions, scopes.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/permit.h"

#define EXECUTIVE                                                                                                              \
    "head secretary agency_head agency_staff planner budget_team finance_officer treasurer budget_holder activity_officer "    \
    "finance_verifier paying_officer front_office back_office technical_team fee_assessor licensing_supervisor "               \
    "licence_signer hr_officer hr_head complaint_officer village_officer district_officer"
#define BUSINESS                                                                                                               \
    EXECUTIVE " council_member council_secretary inspector auditor follow_up_officer integrity_handler gratification_officer "
#define SUPERVISOR "supervisor_kpk supervisor_province"

/* clang-format off */
const struct role roles[] = {
    /* code                  reach           outside second  not with */
    {"citizen",              REACH_OWN,      false,  false,  NULL},
    {"proxy",                REACH_OWN,      false,  false,  NULL},
    {"employee",             REACH_OWN,      false,  false,  NULL},
    {"head",                 REACH_GOV,      false,  true,   "admin"},
    {"secretary",            REACH_GOV,      false,  true,   "admin"},
    {"agency_head",          REACH_AGENCY,   false,  true,   "inspector auditor"},
    {"agency_staff",         REACH_AGENCY,   false,  true,   "inspector auditor"},
    {"planner",              REACH_GOV,      false,  true,   "auditor"},
    {"budget_team",          REACH_GOV,      false,  true,   "auditor"},
    {"finance_officer",      REACH_GOV,      false,  true,   "budget_holder paying_officer auditor"},
    {"treasurer",            REACH_GOV,      false,  true,   "budget_holder paying_officer auditor"},
    {"budget_holder",        REACH_AGENCY,   false,  true,   "activity_officer finance_verifier paying_officer auditor"},
    {"activity_officer",     REACH_AGENCY,   false,  true,   "finance_verifier paying_officer auditor"},
    {"finance_verifier",     REACH_AGENCY,   false,  true,   "paying_officer auditor"},
    {"paying_officer",       REACH_AGENCY,   false,  true,   "auditor"},
    {"council_member",       REACH_OWN,      false,  true,   EXECUTIVE},
    {"council_secretary",    REACH_GOV,      false,  true,   EXECUTIVE},
    {"village_officer",      REACH_PLACE,    false,  true,   NULL},
    {"district_officer",     REACH_PLACE,    false,  true,   NULL},
    {"front_office",         REACH_AGENCY,   false,  true,   "auditor"},
    {"back_office",          REACH_AGENCY,   false,  true,   "auditor"},
    {"technical_team",       REACH_AGENCY,   false,  true,   "auditor"},
    {"fee_assessor",         REACH_AGENCY,   false,  true,   "auditor"},
    {"licensing_supervisor", REACH_AGENCY,   false,  true,   "auditor"},
    {"licence_signer",       REACH_AGENCY,   false,  true,   "auditor"},
    {"inspector",            REACH_GOV,      false,  true,   EXECUTIVE},
    {"auditor",              REACH_GOV,      false,  true,   EXECUTIVE},
    {"follow_up_officer",    REACH_GOV,      false,  true,   EXECUTIVE},
    {"hr_officer",           REACH_GOV,      false,  true,   "auditor"},
    {"hr_head",              REACH_GOV,      false,  true,   "auditor"},
    {"complaint_officer",    REACH_GOV,      false,  true,   "admin"},
    {"integrity_handler",    REACH_GOV,      false,  true,   "admin"},
    {"gratification_officer", REACH_GOV,     false,  true,   "admin"},
    {"supervisor_kpk",       REACH_GOVS,     true,   true,   BUSINESS},
    {"supervisor_province",  REACH_GOVS,     true,   true,   BUSINESS},
    {"admin",                REACH_GOV,      false,  true,   BUSINESS SUPERVISOR},
    {"operator",             REACH_HOST,     false,  true,   BUSINESS SUPERVISOR},
    {"data_protection_officer", REACH_GOV,   false,  true,   BUSINESS SUPERVISOR},
};
/* clang-format on */

const size_t roles_n = ARRAY_LEN(roles);

const struct role *role_find(const char *code)
{
    size_t i;

    for (i = 0; i < roles_n; i++)
        if (text_eq(roles[i].code, code))
            return &roles[i];
    return NULL;
}

bool roles_exclude(const char *a, const char *b)
{
    const struct role *x = role_find(a), *y = role_find(b);

    BUG_IF(x == NULL || y == NULL);
    return text_has_word(x->not_with, b) || text_has_word(y->not_with, a);
}

/* ---- permissions ---- */

bool permit_has(const struct app *app, const char *permission, const char *role)
{
    size_t m, i;

    if (text_eq(permission, PERMIT_ANYBODY) || text_eq(permission, PERMIT_LOGIN))
        return true;
    for (m = 0; m < app->n_modules; m++) {
        const struct module *module = app->modules[m];

        for (i = 0; i < module->n_permits; i++)
            if (text_eq(module->permits[i].permission, permission) && text_has_word(module->permits[i].roles, role))
                return true;
    }
    return false;
}

/* Is it within what an API token was made for? */
static bool in_token(const struct actor *actor, const char *permission)
{
    return actor->scope == NULL || text_has_word(actor->scope, permission);
}

/* Does this grant give the permission in that government? */
static bool grant_gives(const struct req *r, const struct grant *g, const char *permission, int64_t gov)
{
    bool reads_common = gov == GOV_ANY && text_ends(permission, ".read");

    if (g->gov != GOV_ANY && g->gov != gov && !reads_common)
        return false;
    return in_token(r->actor, permission) && permit_has(r->app, permission, g->role);
}

bool may(const struct req *r, const char *permission, int64_t gov)
{
    if (text_eq(permission, PERMIT_ANYBODY))
        return true;
    if (r->actor != NULL && text_eq(permission, PERMIT_LOGIN))
        return true;
    return acting_role(r, permission, gov) != NULL;
}

bool actor_in(const struct actor *actor, int64_t gov)
{
    size_t i;

    for (i = 0; i < actor->n_grants; i++)
        if (actor->grants[i].gov == gov || actor->grants[i].gov == GOV_ANY)
            return true;
    return false;
}

bool may_anywhere(const struct req *r, const char *permission)
{
    size_t i;

    for (i = 0; r->actor != NULL && i < r->actor->n_grants; i++)
        if (in_token(r->actor, permission) && permit_has(r->app, permission, r->actor->grants[i].role))
            return true;
    return false;
}

const struct grant *giving_grant(const struct req *r, const char *permission, int64_t gov)
{
    size_t i;

    for (i = 0; r->actor != NULL && i < r->actor->n_grants; i++)
        if (grant_gives(r, &r->actor->grants[i], permission, gov))
            return &r->actor->grants[i];
    return NULL;
}

const char *acting_role(const struct req *r, const char *permission, int64_t gov)
{
    const struct grant *g = giving_grant(r, permission, gov);

    return g != NULL ? g->role : NULL;
}

/* ---- scopes ---- */

struct scope scope_all(int64_t gov)
{
    return (struct scope){.gov = gov, .all = true};
}

static void put(int64_t *list, size_t *n, int64_t id)
{
    size_t i;

    for (i = 0; i < *n; i++)
        if (list[i] == id)
            return;
    list[(*n)++] = id;
}

/* What these grants of the one who asks reach together. */
static void scope_of_some(const struct req *r, const struct grant *v, size_t n, const char *permission, int64_t gov,
                          struct scope *ret)
{
    int64_t *agencies = arena_array(r->arena, n + 1, int64_t), *units = arena_array(r->arena, n + 1, int64_t),
            *places = arena_array(r->arena, n + 1, int64_t);
    size_t i;

    *ret = (struct scope){.gov = gov, .none = true, .agencies = agencies, .units = units, .places = places};
    if (text_eq(permission, PERMIT_ANYBODY))
        ret->all = true;
    for (i = 0; i < n; i++) {
        const struct grant *g = &v[i];
        const struct role *role = role_find(g->role);

        if (role == NULL || !grant_gives(r, g, permission, gov))
            continue;
        ret->none = false;
        if (role->reach == REACH_OWN)
            ret->owner = r->actor->user;
        else if (g->unit != 0)
            put(units, &ret->n_units, g->unit);
        else if (g->place != 0)
            put(places, &ret->n_places, g->place);
        else if (g->agency != 0)
            put(agencies, &ret->n_agencies, g->agency);
        else if (role->reach >= REACH_GOV)
            ret->all = true;
    }
    ret->none = ret->none && !ret->all;
}

void scope_of(const struct req *r, const char *permission, int64_t gov, struct scope *ret)
{
    scope_of_some(r, r->actor != NULL ? r->actor->grants : NULL, r->actor != NULL ? r->actor->n_grants : 0, permission, gov,
                  ret);
}

void scope_of_grant(const struct req *r, const struct grant *g, const char *permission, int64_t gov, struct scope *ret)
{
    scope_of_some(r, g, 1, permission, gov, ret);
}

bool scope_common(const struct entity *e)
{
    return e->agency == NULL && e->unit == NULL && e->place == NULL && e->owner == NULL && e->within == NULL;
}

static int64_t ref_value(const struct entity *e, const char *name, const void *row)
{
    const struct field *f = name != NULL ? entity_field(e, name) : NULL;

    return f != NULL ? ((const ref *)((const char *)row + f->offset))->v : 0;
}

static bool holds(const int64_t *list, size_t n, int64_t id)
{
    size_t i;

    for (i = 0; id != 0 && i < n; i++)
        if (list[i] == id)
            return true;
    return false;
}

bool scope_holds(const struct scope *s, const struct entity *e, const void *row)
{
    const struct record *head = row;

    if (s->none || (e->kind == ENTITY_DATA && head->gov != s->gov))
        return false;
    return s->all || scope_common(e) || holds(s->agencies, s->n_agencies, ref_value(e, e->agency, row)) ||
           holds(s->units, s->n_units, ref_value(e, e->unit, row)) ||
           holds(s->places, s->n_places, ref_value(e, e->place, row)) ||
           (s->owner != 0 && ref_value(e, e->owner, row) == s->owner);
}
