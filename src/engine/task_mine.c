/*
 * task_mine.c: the tasks of one person: a range for each place that the person's roles reach, merged, most urgent first.
 *
 * Which kinds of tasks a role can act on follows from the tables of workflows and permissions; only those are read. Four eyes
 * are judged by what the task says of who took which step, so nothing else is read.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/task.h"

#define BATCH     200
#define KINDS_MAX ((size_t)32 * KB)

/* clang-format off */
#define COLUMNS "agency, due, record, kind, title, about, unit, place, owner, wide, since, days, stopped, took"
#define TYPES   "iiitttiiiiiiit"
#define BEHIND  " AND (due, record) > (?4, ?5) "
#define ORDERED "ORDER BY due, record LIMIT ?8"
#define KIND    "instr(?6, ' ' || kind || ' ') > 0 AND (?7 = '' OR instr(took, ?7) > 0) "
#define KIND_PG "strpos(?6, ' ' || kind || ' ') > 0 AND (?7 = '' OR strpos(took, ?7) > 0) "
#define STREAM(name_, where_) { \
    .name = (name_), \
    .sql = "SELECT " COLUMNS " FROM task WHERE gov = ?1 AND " where_ BEHIND "AND " KIND ORDERED, \
    .sql_pg = "SELECT " COLUMNS " FROM task WHERE gov = ?1 AND " where_ BEHIND "AND " KIND_PG ORDERED, \
    .in = "iiiiitti", .out = TYPES}

static const struct query q_agency = STREAM("task.agency", "agency = ?2 AND (?3 = 0 OR unit = ?3)");
static const struct query q_wide   = STREAM("task.wide",   "wide = 1 AND ?2 = 0 AND (?3 = 0 OR place = ?3)");
static const struct query q_gov    = STREAM("task.gov",    "?2 = 0 AND (?3 = 0 OR unit = ?3 OR place = ?3)");
static const struct query q_owner  = STREAM("task.owner",  "owner = ?2 AND ?3 = 0");
/* clang-format on */

const struct query *const task_mine_queries[] = {&q_agency, &q_wide, &q_gov, &q_owner};
const size_t task_mine_queries_n = ARRAY_LEN(task_mine_queries);

/* ---- what a role can act on ---- */

/* A grant that counts here, and the permissions it gives, parted by spaces. */
struct held {
    const struct grant *grant;
    const struct role *role;
    const char *permissions;
};

struct mine {
    struct req *r;
    int64_t gov;
    bool waiting;
    struct held *held;
    size_t n_held;
};

static const char *permissions_of(const struct req *r, const char *role)
{
    struct buf b;
    size_t m, i;

    buf_init(&b, r->arena, KINDS_MAX);
    for (m = 0; m < r->app->n_modules; m++)
        for (i = 0; i < r->app->modules[m]->n_permits; i++) {
            const struct permit *p = &r->app->modules[m]->permits[i];

            if (text_has_word(p->roles, role) && (r->actor->scope == NULL || text_has_word(r->actor->scope, p->permission)))
                buf_printf(&b, "%s ", p->permission);
        }
    buf_add(&b, PERMIT_LOGIN);
    return b.s;
}

static void hold(struct mine *m)
{
    const struct actor *actor = m->r->actor;
    size_t i;

    m->held = arena_array(m->r->arena, actor->n_grants, struct held);
    for (i = 0; i < actor->n_grants; i++) {
        const struct grant *g = &actor->grants[i];
        const struct role *role = role_find(g->role);

        if (role != NULL && (g->gov == GOV_ANY || g->gov == m->gov))
            m->held[m->n_held++] = (struct held){g, role, permissions_of(m->r, g->role)};
    }
}

/* Calls for each state of each workflow, older definitions too, from which a step leads. */
static void each_kind(const struct app *app, void (*take)(void *arg, const struct screen *s, const struct flow *f, size_t i),
                      void *arg)
{
    size_t m, k, i;

    for (m = 0; m < app->n_modules; m++)
        for (k = 0; k < app->modules[m]->n_screens; k++) {
            const struct screen *s = app->modules[m]->screens[k];
            const struct flow *f;

            for (f = s->flow; f != NULL; f = f->older)
                for (i = 0; i < f->n_states; i++)
                    if (f->states[i].clock != FLOW_ENDS)
                        take(arg, s, f, i);
        }
}

struct kinds {
    const struct mine *m;
    const struct held *h;
    bool common_only; /* of entities whose rows belong to the whole government: narrow roles reach all of them */
    struct buf words;
};

/* A task of this state can be the role's: it may see the record, and take a step or wait for others. */
static void take_kind(void *arg, const struct screen *s, const struct flow *f, size_t i)
{
    struct kinds *k = arg;
    bool good = k->m->waiting;
    size_t n;

    if (k->common_only && !scope_common(f->entity))
        return;
    for (n = 0; !good && n < f->n_steps; n++)
        good = flow_awaits(&f->steps[n], f->states[i].code) && text_has_word(k->h->permissions, f->steps[n].permission);
    if (good && text_has_word(k->h->permissions, screen_permission(k->m->r->arena, s, "read")))
        buf_printf(&k->words, "%s ", task_kind(k->m->r->arena, f, f->states[i].code));
}

static const char *kinds_of(const struct mine *m, const struct held *h, bool common_only)
{
    struct kinds k = {.m = m, .h = h, .common_only = common_only};

    buf_init(&k.words, m->r->arena, KINDS_MAX);
    buf_add(&k.words, " ");
    each_kind(m->r->app, take_kind, &k);
    return k.words.s;
}

/* ---- is it mine? ---- */

static bool covers(const struct held *h, int64_t user, const struct flow *f, const struct task *t)
{
    const struct grant *g = h->grant;

    if (scope_common(f->entity))
        return true;
    if (h->role->reach == REACH_OWN)
        return t->owner.v == user;
    if (g->unit != 0)
        return t->unit.v == g->unit;
    if (g->place != 0)
        return t->place.v == g->place;
    if (g->agency != 0)
        return t->agency == g->agency;
    return h->role->reach >= REACH_GOV;
}

/* Has whom one stands in for taken a step on it that bars this one, or is it that person's own or one's own? As flow_choices()
 * says. */
static bool bars(const struct held *h, int64_t user, const struct flow_step *s, const struct task *t)
{
    const struct absent *b = h->grant->behalf;

    return b != NULL && s->not_after != NULL &&
           (task_took(t->took, s->not_after, b->user) || t->owner.v == b->user || t->owner.v == user);
}

struct sought {
    struct arena *a;
    struct task_mine *x;
    size_t i_state;
};

static void find_kind(void *arg, const struct screen *s, const struct flow *f, size_t i)
{
    struct sought *k = arg;

    if (k->x->flow == NULL && text_starts(k->x->task.kind, f->name) &&
        text_eq(k->x->task.kind, task_kind(k->a, f, f->states[i].code))) {
        k->x->screen = s;
        k->x->flow = f;
        k->i_state = i;
    }
}

/* Fills screen, flow and step; false for what is not to be shown. */
static bool judge(const struct mine *m, struct task_mine *x)
{
    struct sought k = {.a = m->r->arena, .x = x};
    int64_t user = m->r->actor->user;
    size_t i, h;

    each_kind(m->r->app, find_kind, &k);
    if (x->flow == NULL)
        return false;
    for (i = 0; i < x->flow->n_steps; i++) {
        const struct flow_step *s = &x->flow->steps[i];

        if (!flow_awaits(s, x->flow->states[k.i_state].code) ||
            (s->not_after != NULL && task_took(x->task.took, s->not_after, user)))
            continue;
        for (h = 0; h < m->n_held; h++)
            if (!bars(&m->held[h], user, s, &x->task) && covers(&m->held[h], user, x->flow, &x->task) &&
                text_has_word(m->held[h].permissions, s->permission)) {
                x->step = s;
                return !m->waiting;
            }
    }
    return m->waiting && task_took(x->task.took, NULL, user);
}

/* ---- reading ---- */

struct stream {
    const struct query *query;
    int64_t id, within;
    const char *kinds;
    struct rows rows;
    int64_t seen;
    int state; /* 1: head holds a task */
    struct task head;
};

static void plan_stream(const struct mine *m, const struct held *h, struct stream *s)
{
    const struct grant *g = h->grant;

    *s = (struct stream){.query = m->waiting ? &q_gov : &q_wide, .kinds = kinds_of(m, h, false), .within = g->place};
    if (h->role->reach == REACH_OWN) {
        s->query = &q_owner;
        s->id = m->r->actor->user;
    } else if (g->agency != 0) {
        s->query = &q_agency;
        s->id = g->agency;
        s->within = g->unit;
    } else if (g->unit != 0) {
        s->query = &q_gov;
        s->within = g->unit;
    }
}

/* Beside its own range, what belongs to the whole government. */
static void plan_common(const struct mine *m, const struct held *h, struct stream *s)
{
    *s = (struct stream){.query = m->waiting ? &q_gov : &q_wide, .kinds = kinds_of(m, h, true)};
}

static ref ref_at(const struct rows *rows, int col)
{
    return (ref){rows_null(rows, col) ? 0 : rows_int(rows, col)};
}

static int next(const struct mine *m, struct stream *s)
{
    struct arena *a = m->r->arena;

    s->state = rows_next(&s->rows);
    if (s->state <= 0)
        return s->state;
    s->seen++;
    s->head = (struct task){.gov = m->gov,
                            .agency = rows_int(&s->rows, 0),
                            .due = {(int32_t)rows_int(&s->rows, 1)},
                            .record = rows_int(&s->rows, 2),
                            .kind = rows_text(&s->rows, a, 3),
                            .title = rows_text(&s->rows, a, 4),
                            .about = rows_text(&s->rows, a, 5),
                            .unit = ref_at(&s->rows, 6),
                            .place = ref_at(&s->rows, 7),
                            .owner = ref_at(&s->rows, 8),
                            .wide = rows_int(&s->rows, 9) == 1,
                            .since = {rows_int(&s->rows, 10)},
                            .days = rows_int(&s->rows, 11),
                            .stopped = rows_null(&s->rows, 12) ? DATE_NONE : (date){(int32_t)rows_int(&s->rows, 12)},
                            .took = rows_text(&s->rows, a, 13)};
    return 0;
}

static bool before(const struct task *x, const struct task *y)
{
    return x->due.v != y->due.v ? x->due.v < y->due.v : x->record < y->record;
}

/* What has been found, and where to go on. */
struct found {
    struct task_mine *v;
    size_t n, max;
    date due;
    int64_t record;
    bool more;
};

static int open_all(const struct mine *m, struct stream *v, size_t n, const struct found *f)
{
    const char *took = m->waiting ? text_printf(m->r->arena, ":%lld ", (long long)m->r->actor->user) : "";
    int e = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        v[i].seen = 0;
        e = db_select(&v[i].rows, m->r->db, v[i].query, V(m->gov), V(v[i].id), V(v[i].within), V(f->due), V(f->record),
                      V(v[i].kinds), V(took), V((int64_t)BATCH));
        if (e == 0)
            e = next(m, &v[i]);
        if (e < 0)
            return e;
    }
    return 0;
}

/* Takes one after the other until there are enough (0), a full stream ends (1: read on behind f), or all have ended (0). */
static int merge(const struct mine *m, struct stream *v, size_t n, struct found *f)
{
    for (;;) {
        struct stream *first = NULL;
        struct task_mine x;
        size_t i;
        int e;

        for (i = 0; i < n; i++) {
            if (v[i].state == 0 && v[i].seen == BATCH)
                return 1;
            if (v[i].state > 0 && (first == NULL || before(&v[i].head, &first->head)))
                first = &v[i];
        }
        if (first == NULL)
            return 0;
        x = (struct task_mine){.task = first->head};
        if ((x.task.due.v != f->due.v || x.task.record != f->record) && judge(m, &x)) {
            f->more = f->n == f->max;
            if (f->more)
                return 0;
            f->v[f->n++] = x;
        }
        f->due = x.task.due;
        f->record = x.task.record;
        e = next(m, first);
        if (e < 0)
            return e;
    }
}

int task_mine(struct req *r, int64_t gov, bool waiting, date due, int64_t record, size_t n_max, struct task_mine **ret,
              size_t *ret_n, bool *ret_more)
{
    struct mine m = {.r = r, .gov = gov, .waiting = waiting};
    struct found f = {.v = arena_array(r->arena, n_max + 1, struct task_mine), .max = n_max, .due = due, .record = record};
    struct stream *v;
    size_t n = 0, i;
    int e = 0, again = 1;

    if (date_is_none(due))
        f.due = date_of(1, 1, 1);
    if (r->actor != NULL)
        hold(&m);
    v = arena_array(r->arena, 2 * m.n_held + 1, struct stream);
    for (i = 0; i < m.n_held; i++) {
        plan_common(&m, &m.held[i], &v[n]);
        n += v[n].kinds[1] != '\0';
        if (waiting && m.held[i].role->reach == REACH_OWN) /* the portal shows people their own cases */
            continue;
        plan_stream(&m, &m.held[i], &v[n]);
        n += v[n].kinds[1] != '\0';
    }
    while (e >= 0 && again > 0) {
        e = open_all(&m, v, n, &f);
        if (e == 0)
            e = again = merge(&m, v, n, &f);
        for (i = 0; i < n; i++)
            if (v[i].rows.query != NULL)
                rows_close(&v[i].rows);
    }
    if (e < 0)
        return e;
    *ret = f.v;
    *ret_n = f.n;
    *ret_more = f.more;
    return 0;
}

enum task_group task_group(const struct task *t, date today)
{
    if (t->due.v == TASK_NEVER.v)
        return TASK_OPEN;
    if (t->due.v < today.v)
        return TASK_LATE;
    if (t->due.v == today.v)
        return TASK_TODAY;
    return t->due.v <= today.v + 7 - date_weekday(today) ? TASK_WEEK : TASK_LATER;
}
