/*
 * grant.c: the rules of giving and taking roles (security.md Z3, Z4).
 */
#include "base/date.h"
#include "base/text.h"
#include "core/mail/mail.h"
#include "core/user/admin.h"
#include "core/user/delegation.h"
#include "core/user/query.h"
#include "engine/cause.h"
#include "engine/row.h"

#define OTHERS_MAX 200

struct role_grant grant_of(int64_t holder, const char *role, int64_t gov, date from)
{
    return (struct role_grant){.holder = {holder},
                               .role = {role},
                               .in_gov = {gov},
                               .in_agency = INT_NONE,
                               .in_unit = INT_NONE,
                               .in_place = INT_NONE,
                               .valid_from = from,
                               .valid_to = DATE_NONE,
                               .status = {"pending"}};
}

static int refuse(const char *key, const char **ret_key)
{
    *ret_key = key;
    return E_STATE;
}

/* ---- is it possible? ---- */

/* What the reach of a role asks for. */
static const char *scope_fault(const struct role *role, const struct role_grant *g)
{
    bool everywhere = role->reach == REACH_HOST || role->reach == REACH_GOVS || role->reach == REACH_OWN ||
                      text_eq(role->code, "admin") || text_eq(role->code, "data_protection_officer");

    if (g->in_gov.v == 0 && !everywhere)
        return "user.grant-needs-gov";
    if (g->in_gov.v != 0 && role->reach == REACH_HOST)
        return "user.grant-no-gov";
    if ((role->reach == REACH_AGENCY || role->reach == REACH_UNIT) && g->in_agency == INT_NONE)
        return "user.grant-needs-agency";
    if (role->reach == REACH_PLACE && g->in_place == INT_NONE)
        return "user.grant-needs-place";
    if (role->reach >= REACH_GOV && (g->in_agency != INT_NONE || g->in_unit != INT_NONE || g->in_place != INT_NONE))
        return "user.grant-too-narrow";
    return NULL;
}

static bool meet(date from, date to, date other_from, date other_to)
{
    bool ends_first = !date_is_none(to) && !date_is_none(other_from) && to.v < other_from.v;
    bool begins_after = !date_is_none(from) && !date_is_none(other_to) && from.v > other_to.v;

    return !ends_first && !begins_after;
}

static int64_t or_none(int64_t id)
{
    return id == INT_NONE ? 0 : id;
}

int grant_check(struct db *db, struct arena *a, const struct role_grant *g, const char **ret_key)
{
    const struct role *role = role_find(g->role.v);
    const char *fault;
    int e;

    AUTO_ROWS struct rows rows;

    if (role == NULL)
        return refuse("user.grant-role", ret_key);
    fault = scope_fault(role, g);
    if (fault == NULL && !date_is_none(g->valid_from) && !date_is_none(g->valid_to) && g->valid_to.v < g->valid_from.v)
        fault = "government.ends-before";
    if (fault != NULL)
        return refuse(fault, ret_key);

    e = db_select(&rows, db, &q_grants_of, V(g->holder), V((int64_t)OTHERS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        const struct role *other = role_find(rows_text(&rows, a, 1));
        date from = rows_null(&rows, 2) ? DATE_NONE : (date){(int32_t)rows_int(&rows, 2)};
        date to = rows_null(&rows, 3) ? DATE_NONE : (date){(int32_t)rows_int(&rows, 3)};

        e = 0;
        if (rows_int(&rows, 0) == g->head.id || other == NULL || !meet(g->valid_from, g->valid_to, from, to))
            continue;
        if (roles_exclude(role->code, other->code))
            return refuse("user.excluded", ret_key);
        if (other == role && or_none(rows_int(&rows, 4)) == g->in_gov.v && rows_int(&rows, 5) == g->in_agency &&
            rows_int(&rows, 6) == g->in_unit && rows_int(&rows, 7) == g->in_place)
            return refuse("user.grant-double", ret_key);
    }
    if (e == 0)
        e = delegation_bars_role(db, a, g->holder.v, role->code, g->valid_from, g->valid_to);
    return e > 0 ? refuse("user.excluded", ret_key) : e;
}

/* ---- may this person? ---- */

/* Administrators of the installation besides `user`. */
static int other_admins(struct db *db, int64_t user, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_admins, V(user), V(user));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    *ret = rows_int(&rows, 0);
    return 0;
}

static int may_end(struct db *db, const struct role_grant *g, const char **ret_key)
{
    int64_t others;
    int e;

    if (!text_eq(g->status.v, "active"))
        return refuse("user.grant-not-active", ret_key);
    if (!text_eq(g->role.v, "admin") || g->in_gov.v != 0)
        return 0;
    e = other_admins(db, g->holder.v, &others);
    if (e < 0)
        return e;
    return others == 0 ? refuse("user.last-admin", ret_key) : 0;
}

int grant_may(struct db *db, struct arena *a, const struct role_grant *g, enum grant_step step, int64_t by,
              const char **ret_key)
{
    int64_t open;
    int e;

    if (step == GRANT_END)
        return may_end(db, g, ret_key);
    e = setup_open(db, &open);
    if (e < 0)
        return e;
    if (open > 0)
        return refuse("setup.not-finished", ret_key);
    if (by == g->holder.v)
        return refuse("user.not-yourself", ret_key);
    if (step != GRANT_PROPOSE && !text_eq(g->status.v, "pending"))
        return refuse("user.grant-not-pending", ret_key);
    if (step == GRANT_APPROVE && by == g->given_by.v)
        return refuse("user.second-admin", ret_key);
    return step == GRANT_REFUSE ? 0 : grant_check(db, a, g, ret_key);
}

/* ---- storing ---- */

static const char *const verbs[] = {
    [GRANT_PROPOSE] = "propose", [GRANT_APPROVE] = "approve", [GRANT_REFUSE] = "refuse", [GRANT_END] = "end"};

/* The holder is told what others did; who it is for knows what is meant by role and step. */
static int tell_holder(struct tx *tx, const struct grant_plan *p)
{
    const struct role_grant *g = &p->after;
    const struct mail mail = {.user = g->holder.v,
                              .word = text_printf(tx->arena, "role-%s", verbs[p->step]),
                              .args = {text_printf(tx->arena, "@role.%s", g->role.v)},
                              .path = "/akun",
                              .until = MAIL_UNTIL(tx->now)};

    struct app_user holder;
    int e = p->by == g->holder.v ? 0 : row_get(tx->db, tx->arena, &app_user_entity, 0, g->holder.v, &holder);

    const struct cause cause = {.record = g->holder.v,
                                .entity = "app_user",
                                .what = CAUSE_ACCOUNT,
                                .word = mail.word,
                                .person = g->holder.v,
                                .due = DATE_NONE};

    if (e <= 0)
        return e;
    e = user_address(&holder) != NULL ? mail_queue(tx, &mail) : 0;
    return e < 0 ? e : cause_add(tx, &cause);
}

static int store_step(struct tx *tx, const struct grant_plan *p)
{
    struct record head;
    int e;

    if (p->step == GRANT_PROPOSE)
        return row_insert(tx, &role_grant_entity, &p->after, &head);
    e = row_update(tx, &role_grant_entity, &p->before, &p->after, &head);
    if (e < 0 || p->step == GRANT_REFUSE)
        return e;
    return sessions_end(tx, p->before.holder.v, 0); /* a role changed: old sessions are dead (A6) */
}

int grant_store(struct tx *tx, const struct grant_plan *p)
{
    struct actor_mark *mark = tx->actor;
    const char *key;
    int e;

    e = grant_may(tx->db, tx->arena, p->step == GRANT_PROPOSE ? &p->after : &p->before, p->step, p->by, &key);
    if (e < 0)
        return e;
    if (mark != NULL)
        mark->step = verbs[p->step];
    e = store_step(tx, p);
    return e < 0 ? e : tell_holder(tx, p);
}

int grant_store_active(struct tx *tx, const struct role_grant *g)
{
    struct role_grant active = *g;
    struct record head;
    const char *key;
    int e = grant_check(tx->db, tx->arena, g, &key);

    if (e < 0)
        return e;
    active.status.v = "active";
    return row_insert(tx, &role_grant_entity, &active, &head);
}
