/*
 * access.c: grants, delegations and their history put together for a day.
 */
#include "core/access/access.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/text.h"
#include "core/user/delegation.h"
#include "engine/app.h"
#include "os/os.h"

#define STEPS_MAX   (4 * ACCESS_MAX)
#define ORIGINS_MAX 100

/* clang-format off */
#define NAMED "'citizen', 'proxy', 'employee'" /* the roles of ACCESS_OWN */

/* Grants that may count on ?3 in a government (0: of the installation): whether they do is told by their history. */
const struct query access_q_grants = {
    .name = "access.grants",
    .sql = "SELECT g.id, g.role, g.holder, COALESCE(u.name, u.login), u.disabled, g.in_gov, g.in_agency, g.in_unit, g.in_place, "
           "g.valid_from, g.valid_to, g.status, g.basis, COALESCE(p.name, p.login), COALESCE(s.name, s.login), a.name, t.name "
           "FROM role_grant g JOIN app_user u ON u.id = g.holder "
           "LEFT JOIN app_user p ON p.id = g.given_by LEFT JOIN app_user s ON s.id = g.approved_by "
           "LEFT JOIN agency a ON a.gov = g.in_gov AND a.id = g.in_agency "
           "LEFT JOIN unit t ON t.gov = g.in_gov AND t.id = g.in_unit "
           "WHERE g.status IN ('active', 'ended') AND g.voided_at IS NULL AND (g.in_gov = ?1 OR g.in_gov IS NULL) "
           "AND g.role NOT IN (" NAMED ") AND (?2 = '' OR g.role = ?2) "
           "AND (g.valid_from IS NULL OR g.valid_from <= ?3) AND (g.valid_to IS NULL OR g.valid_to >= ?3) ORDER BY g.id LIMIT ?4",
    .in = "itii", .out = "ititiiiiiiitttttt",
};
/* When each of them was proposed, approved, ended: oldest first. */
const struct query access_q_steps = {
    .name = "access.steps",
    .sql = "SELECT h.record, h.rev, h.step, h.at FROM role_grant g JOIN history h ON h.gov = 0 AND h.record = g.id "
           "WHERE g.status IN ('active', 'ended') AND g.voided_at IS NULL AND (g.in_gov = ?1 OR g.in_gov IS NULL) "
           "AND g.role NOT IN (" NAMED ") AND (?2 = '' OR g.role = ?2) "
           "AND (g.valid_from IS NULL OR g.valid_from <= ?3) AND (g.valid_to IS NULL OR g.valid_to >= ?3) "
           "ORDER BY h.record, h.rev LIMIT ?4",
    .in = "itii", .out = "iiti",
};
const struct query access_q_steps_of = {
    .name = "access.steps-of",
    .sql = "SELECT rev, step, at FROM history WHERE gov = 0 AND record = ?1 ORDER BY rev LIMIT 200",
    .in = "i", .out = "iti",
};
const struct query access_q_lent = {
    .name = "access.lent",
    .sql = "SELECT d.id, d.delegator, d.delegate, COALESCE(u.name, u.login), COALESCE(s.name, s.login), s.disabled, d.of_grant, "
           "d.in_gov, d.valid_from, d.valid_to, d.status, d.basis, COALESCE(p.name, p.login), COALESCE(q.name, q.login) "
           "FROM delegation d JOIN app_user u ON u.id = d.delegator JOIN app_user s ON s.id = d.delegate "
           "LEFT JOIN app_user p ON p.id = d.given_by LEFT JOIN app_user q ON q.id = d.approved_by "
           "WHERE d.status IN ('active', 'ended') AND d.voided_at IS NULL AND (d.in_gov = ?1 OR d.in_gov IS NULL) "
           "AND d.valid_from <= ?2 AND d.valid_to >= ?2 ORDER BY d.id LIMIT ?3",
    .in = "iii", .out = "iiittiiiiitttt",
};
/* Agencies that stand for ?2 since a reorganisation. */
const struct query access_q_origins = {
    .name = "access.origins",
    .sql = "SELECT agency FROM agency_origin WHERE gov = ?1 AND origin = ?2 AND day <= ?3 AND voided_at IS NULL "
           "ORDER BY id LIMIT ?4",
    .in = "iiii", .out = "i",
};
const struct query access_q_own = {
    .name = "access.own",
    .sql = "SELECT COUNT(DISTINCT holder) FROM role_grant WHERE role IN (" NAMED ") AND status = 'active' AND voided_at IS NULL "
           "AND (in_gov = ?1 OR in_gov IS NULL) AND (valid_from IS NULL OR valid_from <= ?2) AND (valid_to IS NULL OR valid_to >= ?2)",
    .in = "ii", .out = "i",
};
/* clang-format on */

/* ---- the day ---- */

/* The day, its first moment and that of the next. `past`: history says what counted; else the rows do. */
struct span {
    date day;
    instant begin, end;
    bool past, today;
};

static struct span span_of(struct db *db, const struct access_ask *ask, instant now)
{
    const int zone = gov_zone(db, ask->gov);
    const date today = instant_date(now, zone);

    return (struct span){.day = ask->day,
                         .begin = instant_at(ask->day, 0, zone),
                         .end = instant_at(date_add_days(ask->day, 1), 0, zone),
                         .past = ask->day.v < today.v,
                         .today = ask->day.v == today.v};
}

/* From when to when something counted: INSTANT_NONE for not known, and for not ended. */
struct counted {
    instant from, to;
};

/* A row that was `made` by its first step counts from then when that needs no other (`needs`). */
static void take_step(struct counted *c, int64_t rev, const char *step, instant at, const char *needs)
{
    if (text_eq(step, needs) || (rev == 1 && !text_eq(step, "propose") && !text_eq(step, "offer")))
        c->from = at;
    else if (text_eq(step, "end"))
        c->to = at;
}

/* Did it count at some time of the day? What is known of it stands in the row, where history says nothing. */
static bool counts(const struct span *s, const struct counted *c, const char *status)
{
    if (!s->past)
        return text_eq(status, "active");
    if (c->from.v != INSTANT_NONE.v && c->from.v >= s->end.v)
        return false;
    return text_eq(status, "active") || (c->to.v != INSTANT_NONE.v && c->to.v >= s->begin.v);
}

/* ---- steps ---- */

static int steps_of(struct db *db, struct arena *a, int64_t record, const char *needs, struct counted *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    *ret = (struct counted){INSTANT_NONE, INSTANT_NONE};
    e = db_select(&rows, db, &access_q_steps_of, V(record));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        take_step(ret, rows_int(&rows, 0), rows_text(&rows, a, 1), (instant){rows_int(&rows, 2)}, needs);
        e = 0;
    }
    return e;
}

/* Was the account disabled the whole day? */
static int account_off(struct db *db, struct arena *a, const struct span *s, int64_t user, bool now_off, bool *ret)
{
    bool off = false, was_on = false;
    int e;

    AUTO_ROWS struct rows rows;

    *ret = now_off;
    if (!s->past)
        return 0;
    e = db_select(&rows, db, &access_q_steps_of, V(user));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        const char *step = rows_text(&rows, a, 1);
        const int64_t at = rows_int(&rows, 2);

        e = 0;
        if (at >= s->end.v)
            break;
        if (at >= s->begin.v)
            was_on = was_on || !off;
        off = text_eq(step, "disable") || (off && !text_eq(step, "enable"));
    }
    if (e == 0)
        *ret = off && !was_on;
    return e;
}

/* ---- grants ---- */

static int64_t or_zero(const struct rows *rows, int col)
{
    return rows_null(rows, col) ? 0 : rows_int(rows, col);
}

static date date_at(const struct rows *rows, int col)
{
    return rows_null(rows, col) ? DATE_NONE : (date){(int32_t)rows_int(rows, col)};
}

struct reading {
    const struct app *app;
    struct db *db;
    struct arena *a;
    const struct access_ask *ask;
    struct span span;
    struct access_line *v; /* as they came, by id */
    const char **status;
    size_t n, own; /* the first `own` are no one else's */
    bool cut;
};

static void take_grant(struct reading *x, const struct rows *rows)
{
    const struct role *role = role_find(rows_text(rows, x->a, 1));

    if (role == NULL)
        return;
    x->status[x->n] = rows_text(rows, x->a, 11);
    x->v[x->n++] = (struct access_line){.grant = rows_int(rows, 0),
                                        .role = role->code,
                                        .person = rows_int(rows, 2),
                                        .name = rows_text(rows, x->a, 3),
                                        .off = rows_int(rows, 4) == 1,
                                        .gov = or_zero(rows, 5),
                                        .agency = or_zero(rows, 6),
                                        .unit = or_zero(rows, 7),
                                        .place = or_zero(rows, 8),
                                        .from = date_at(rows, 9),
                                        .to = date_at(rows, 10),
                                        .basis = rows_text(rows, x->a, 12),
                                        .given = rows_text(rows, x->a, 13),
                                        .approved = rows_text(rows, x->a, 14),
                                        .agency_name = rows_text(rows, x->a, 15),
                                        .unit_name = rows_text(rows, x->a, 16),
                                        .since = INSTANT_NONE};
}

static int read_grants(struct reading *x)
{
    const char *role = x->ask->role != NULL ? x->ask->role : "";
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, x->db, &access_q_grants, V(x->ask->gov), V(role), V(x->ask->day), V((int64_t)ACCESS_MAX + 1));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        x->cut = x->n == ACCESS_MAX;
        if (!x->cut)
            take_grant(x, &rows);
        e = 0;
    }
    return e;
}

/* Both come by id: one walk. */
static int read_steps(struct reading *x, struct counted *of)
{
    const char *role = x->ask->role != NULL ? x->ask->role : "";
    size_t at = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, x->db, &access_q_steps, V(x->ask->gov), V(role), V(x->ask->day), V((int64_t)STEPS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        const int64_t id = rows_int(&rows, 0);

        while (at < x->n && x->v[at].grant < id)
            at++;
        if (at < x->n && x->v[at].grant == id)
            take_step(&of[at], rows_int(&rows, 1), rows_text(&rows, x->a, 2), (instant){rows_int(&rows, 3)}, "approve");
        e = 0;
    }
    return e;
}

/* Leaves those that count on the day. */
static int keep_counting(struct reading *x, const struct counted *of)
{
    size_t i, kept = 0;
    int e = 0;

    for (i = 0; i < x->n && e == 0; i++) {
        if (!counts(&x->span, &of[i], x->status[i]))
            continue;
        x->v[kept] = x->v[i];
        x->v[kept].since = of[i].from;
        e = account_off(x->db, x->a, &x->span, x->v[kept].person, x->v[kept].off, &x->v[kept].off);
        kept++;
    }
    x->n = kept;
    x->own = kept;
    return e;
}

/* ---- lent roles ---- */

static date later(date a, date b)
{
    return date_is_none(a) || (!date_is_none(b) && b.v > a.v) ? b : a;
}

static date earlier(date a, date b)
{
    return date_is_none(a) || (!date_is_none(b) && b.v < a.v) ? b : a;
}

/* The roles that a delegation lends: `d` has what is the delegation's own. */
static void lend(struct reading *x, const struct access_line *d, int64_t delegator, int64_t of_grant)
{
    size_t i;

    for (i = 0; i < x->own; i++) {
        const struct access_line *g = &x->v[i];
        struct access_line *to = &x->v[x->n];

        if (g->person != delegator || g->off || g->gov != d->gov || (of_grant != 0 && of_grant != g->grant) ||
            !delegation_lends(g->role))
            continue;
        if (x->n == (size_t)2 * ACCESS_MAX) {
            x->cut = true;
            return;
        }
        *to = *d;
        to->grant = g->grant;
        to->role = g->role;
        to->agency = g->agency;
        to->unit = g->unit;
        to->place = g->place;
        to->agency_name = g->agency_name;
        to->unit_name = g->unit_name;
        to->from = later(d->from, g->from);
        to->to = earlier(d->to, g->to);
        x->n++;
    }
}

static int take_lent(struct reading *x, const struct rows *rows)
{
    struct access_line d = {.delegation = rows_int(rows, 0),
                            .person = rows_int(rows, 2),
                            .behalf = rows_text(rows, x->a, 3),
                            .name = rows_text(rows, x->a, 4),
                            .off = rows_int(rows, 5) == 1,
                            .gov = or_zero(rows, 7),
                            .from = date_at(rows, 8),
                            .to = date_at(rows, 9),
                            .basis = rows_text(rows, x->a, 11),
                            .given = rows_text(rows, x->a, 12),
                            .approved = rows_text(rows, x->a, 13)};
    struct counted c;
    int e = steps_of(x->db, x->a, d.delegation, "accept", &c);

    if (e < 0 || c.from.v == INSTANT_NONE.v || !counts(&x->span, &c, rows_text(rows, x->a, 10)))
        return e;
    d.since = c.from;
    e = account_off(x->db, x->a, &x->span, d.person, d.off, &d.off);
    if (e == 0)
        lend(x, &d, rows_int(rows, 1), or_zero(rows, 6));
    return e;
}

static int read_lent(struct reading *x)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, x->db, &access_q_lent, V(x->ask->gov), V(x->ask->day), V((int64_t)ACCESS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0)
        e = take_lent(x, &rows);
    return e;
}

/* ---- what was asked ---- */

static bool has_name(struct arena *a, const char *name, const char *part)
{
    return name != NULL && strstr(text_fold(a, name), part) != NULL;
}

/* Agencies whose roles reach the one that was asked for: itself first. */
static int read_reaching(struct reading *x, int64_t *ids, size_t *n)
{
    int e;

    AUTO_ROWS struct rows rows;

    ids[0] = x->ask->agency;
    *n = 1;
    e = db_select(&rows, x->db, &access_q_origins, V(x->ask->gov), V(x->ask->agency), V(x->ask->day),
                  V((int64_t)ORIGINS_MAX - 1));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        ids[(*n)++] = rows_int(&rows, 0);
        e = 0;
    }
    return e;
}

static bool reaches(const struct access_line *g, const int64_t *ids, size_t n)
{
    size_t i;

    if (g->agency == 0 && g->unit == 0 && g->place == 0)
        return true;
    for (i = 0; i < n; i++) /* what was merged away is reached by roles of the whole of its successor alone */
        if (g->agency == ids[i] && (i == 0 || (g->unit == 0 && g->place == 0)))
            return true;
    return false;
}

static int keep_asked(struct reading *x)
{
    const struct access_ask *ask = x->ask;
    const char *part = ask->name != NULL ? text_fold(x->a, ask->name) : NULL;
    int64_t ids[ORIGINS_MAX];
    size_t n_ids = 0, i, kept = 0;
    int e = ask->agency != 0 ? read_reaching(x, ids, &n_ids) : 0;

    if (e < 0)
        return e;
    for (i = 0; i < x->n; i++) {
        const struct access_line *g = &x->v[i];

        if ((ask->agency != 0 && !reaches(g, ids, n_ids)) ||
            (ask->permission != NULL && !permit_has(x->app, ask->permission, g->role)) ||
            (part != NULL && !has_name(x->a, g->name, part) && !has_name(x->a, g->behalf, part)))
            continue;
        x->v[kept++] = *g;
    }
    x->n = kept;
    return 0;
}

static int64_t end_of(const struct access_line *g)
{
    return date_is_none(g->to) ? INT64_MAX : g->to.v;
}

static int by_role_and_end(const void *pa, const void *pb)
{
    const struct access_line *a = pa, *b = pb;
    const struct role *ra = role_find(a->role), *rb = role_find(b->role);
    int c;

    if (ra != rb)
        return ra < rb ? -1 : 1;
    if (end_of(a) != end_of(b))
        return end_of(a) < end_of(b) ? -1 : 1;
    c = strcmp(a->name != NULL ? a->name : "", b->name != NULL ? b->name : "");
    if (c != 0)
        return c;
    return a->grant != b->grant ? (a->grant < b->grant ? -1 : 1)
                                : (a->delegation > b->delegation) - (a->delegation < b->delegation);
}

static int count_own(struct reading *x, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    *ret = -1;
    if (!x->span.today)
        return 0;
    e = db_select(&rows, x->db, &access_q_own, V(x->ask->gov), V(x->ask->day));
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    *ret = rows_int(&rows, 0);
    return 0;
}

int access_read(const struct app *app, struct db *db, struct arena *a, const struct access_ask *ask, instant now,
                struct access_list *ret)
{
    struct reading x = {.app = app,
                        .db = db,
                        .a = a,
                        .ask = ask,
                        .span = span_of(db, ask, now),
                        .v = arena_array(a, (size_t)2 * ACCESS_MAX, struct access_line),
                        .status = arena_array(a, (size_t)ACCESS_MAX, const char *)};
    struct counted *of = arena_array(a, (size_t)ACCESS_MAX, struct counted);
    size_t i;
    int e = read_grants(&x);

    for (i = 0; i < x.n; i++)
        of[i] = (struct counted){INSTANT_NONE, INSTANT_NONE};
    if (e == 0)
        e = read_steps(&x, of);
    if (e == 0)
        e = keep_counting(&x, of);
    if (e == 0)
        e = read_lent(&x);
    if (e == 0)
        e = keep_asked(&x);
    if (e == 0)
        e = count_own(&x, &ret->own);
    if (e < 0)
        return e;
    qsort(x.v, x.n, sizeof *x.v, by_role_and_end);
    ret->v = x.v;
    ret->n = x.n;
    ret->cut = x.cut;
    return 0;
}

static int by_id(const void *pa, const void *pb)
{
    const int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

    return (a > b) - (a < b);
}

size_t access_people(const struct app *app, struct arena *a, const struct access_list *list, const char *role,
                     const char *permission)
{
    int64_t *ids = arena_array(a, list->n + 1, int64_t);
    size_t n = 0, different = 0, i;

    for (i = 0; i < list->n; i++) {
        const struct access_line *g = &list->v[i];

        if (!g->off && (role == NULL || text_eq(g->role, role)) && (permission == NULL || permit_has(app, permission, g->role)))
            ids[n++] = g->person;
    }
    qsort(ids, n, sizeof *ids, by_id);
    for (i = 0; i < n; i++)
        different += i == 0 || ids[i] != ids[i - 1];
    return different;
}
