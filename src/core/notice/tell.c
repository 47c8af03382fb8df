/*
 * tell.c: from causes to notices: whom does it concern, who of them may see it, and what did they choose.
 *
 * A record's turn: whoever has a role that a step from its state asks for, at its agency, or stands in for such a person, or
 * owns it; then each is asked as the page of the record would ask (flow_choices()), so four eyes, scope and units count. Those
 * who only worked on it hear of steps and comments. Nobody is told what they did themselves.
 */
#include "base/date.h"
#include "base/log.h"
#include "base/text.h"
#include "core/mail/mail.h"
#include "core/notice/notice.h"
#include "core/notice/query.h"
#include "engine/flow.h"
#include "engine/row.h"
#include "os/os.h"

#define ROUND_MAX    100
#define PEOPLE_MAX   200 /* more hear of it from their tasks */
#define WORKED_MAX   50
#define ROLES_MAX    ((size_t)4 * KB)
#define KNOWN_MAX    500
#define MADE_AT_ONCE 5
#define ROUND_BYTES  ((size_t)64 * MB)
#define CAUSE_BYTES  ((size_t)64 * MB)
#define READER_WAIT  1000 /* ms */

/* clang-format off */
#define AT "g.status = 'active' AND g.voided_at IS NULL AND (g.in_gov IS NULL OR g.in_gov = ?1) " \
    "AND (?2 = 0 OR g.in_agency IS NULL OR g.in_agency = ?2 " \
    "OR g.in_agency IN (SELECT agency FROM agency_origin WHERE gov = ?1 AND origin = ?2)) "
#define HOLDERS(has) "SELECT g.holder FROM role_grant g WHERE " has AT \
    "UNION SELECT d.delegate FROM delegation d JOIN role_grant g ON g.holder = d.delegator " \
    "WHERE d.status = 'active' AND d.voided_at IS NULL AND " has AT "ORDER BY 1 LIMIT ?4"
const struct query q_tell_holders = {
    .name = "tell.holders",
    .sql = HOLDERS("instr(?3, ' ' || g.role || ' ') > 0 AND "),
    .sql_pg = HOLDERS("strpos(?3, ' ' || g.role || ' ') > 0 AND "),
    .in = "iiti", .out = "i",
};
/* clang-format on */

/* ---- what a round decides ---- */

struct told {
    int64_t person;
    enum notice_kind kind;
    struct notice_choice how;
    const char *path; /* of the record */
};

struct telling {
    const struct cause *cause;
    struct told *v;
    size_t n;
    bool overtakes;
};

struct known {
    int64_t user;
    const struct actor *actor; /* NULL: nobody any more */
};

struct round {
    struct app *app;
    struct db *db;
    struct arena *a;  /* what is kept until it is written */
    struct arena tmp; /* of one cause */
    struct known *known;
    size_t n_known;
    struct cause *causes;
    struct telling *v;
    size_t n;
};

static int add(struct round *d, struct telling *t, int64_t person, enum notice_kind kind, const char *path)
{
    struct notice_choice v[NOTICE_KIND_COUNT];
    size_t i;
    int e;

    for (i = 0; i < t->n; i++)
        if (t->v[i].person == person)
            return 0;
    e = notice_choices(d->db, &d->tmp, person, v);
    if (e < 0)
        return e;
    if (v[kind].in_app || v[kind].mail != NOTICE_MAIL_NONE)
        t->v[t->n++] = (struct told){person, kind, v[kind], arena_text(d->a, path)};
    return 0;
}

/* ---- candidates ---- */

/* Roles that have a permission for one of the steps that the state waits for, as " a b ". */
static const char *roles_of(struct round *d, const struct flow *f, const char *now)
{
    struct buf b;
    size_t i, s;

    buf_init(&b, &d->tmp, ROLES_MAX);
    buf_add(&b, " ");
    for (i = 0; i < roles_n; i++)
        for (s = 0; s < f->n_steps; s++)
            if (flow_awaits(&f->steps[s], now) && permit_has(d->app, f->steps[s].permission, roles[i].code)) {
                buf_printf(&b, "%s ", roles[i].code);
                break;
            }
    return b.s;
}

static int64_t ref_in(const struct entity *e, const char *name, const void *row)
{
    const struct field *f = name != NULL ? entity_field(e, name) : NULL;

    return f != NULL && f->type == FIELD_REF ? ((const ref *)((const char *)row + f->offset))->v : 0;
}

static int holders(struct round *d, const char *codes, int64_t gov, int64_t agency, int64_t *v, size_t *n)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, d->db, &q_tell_holders, V(gov), V(agency), V(codes), V((int64_t)PEOPLE_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[(*n)++] = rows_int(&rows, 0);
        e = 0;
    }
    return e;
}

/* ---- one cause ---- */

/* The record of a cause, as the program knows it; a person may see less. */
struct about {
    const struct screen *s;
    const void *row;
};

static bool can_act(const struct flow_choice *v, size_t n, const char *now)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (flow_awaits(v[i].step, now) && !v[i].four_eyes)
            return true;
    return false;
}

/* The person's rights, read once a round. */
static int know(struct round *d, int64_t person, const struct actor **ret)
{
    size_t i;
    int e;

    for (i = 0; i < d->n_known; i++)
        if (d->known[i].user == person) {
            *ret = d->known[i].actor;
            return 0;
        }
    e = sight_actor(d->app, d->db, d->n_known < KNOWN_MAX ? d->a : &d->tmp, person, ret);
    if (e == 0 && d->n_known < KNOWN_MAX)
        d->known[d->n_known++] = (struct known){person, *ret};
    return e;
}

/* 1 may see it, *ret_turn: and act on it; 0 may not. */
static int ask(struct round *d, const struct cause *c, const struct about *x, int64_t person, bool *ret_turn,
               const char **ret_path)
{
    const struct flow_choice *choices;
    const struct flow *f;
    const struct actor *actor;
    struct req *r = NULL;
    void *row;
    size_t n;
    int e = know(d, person, &actor);

    *ret_turn = false;
    if (e == 0 && actor != NULL)
        e = sight_take(d->app, d->db, &d->tmp, actor, x->s, c->gov, &r);
    if (e < 0 || r == NULL)
        return e;
    e = sight_row(r, x->s, c->gov, c->record, &row);
    if (e <= 0)
        return e;
    *ret_path = sight_path(r, x->s, c->gov, c->record);
    f = x->s->flow != NULL ? flow_for(x->s->flow, row) : NULL;
    if (f == NULL)
        return 1;
    e = flow_choices(r, f, row, &choices, &n);
    *ret_turn = e == 0 && can_act(choices, n, flow_now(f, row));
    return e < 0 ? e : 1;
}

static enum notice_kind turn_kind(const char *what)
{
    if (text_eq(what, CAUSE_LATE))
        return NOTICE_LATE;
    return text_eq(what, CAUSE_SOON) || text_eq(what, CAUSE_TODAY) ? NOTICE_SOON : NOTICE_TURN;
}

/* Those whose turn it is. */
static int tell_turn(struct round *d, struct telling *t, const struct about *x)
{
    const struct cause *c = t->cause;
    const struct flow *f = flow_for(x->s->flow, x->row);
    const struct entity *of = x->s->entity;
    int64_t *v = arena_array(&d->tmp, PEOPLE_MAX + 1, int64_t), owner = ref_in(of, of->owner, x->row);
    const char *path = NULL;
    size_t n = 0, i;
    bool turn;
    int e;

    if (f == NULL || flow_state(f, flow_now(f, x->row))->clock == FLOW_ENDS)
        return 0;
    e = holders(d, roles_of(d, f, flow_now(f, x->row)), c->gov, ref_in(of, of->agency, x->row), v, &n);
    if (owner != 0)
        v[n++] = owner;
    for (i = 0; i < n && e >= 0; i++) {
        if (v[i] == c->by)
            continue;
        e = ask(d, c, x, v[i], &turn, &path);
        if (e > 0 && turn)
            e = add(d, t, v[i], turn_kind(c->what), path);
    }
    return e < 0 ? e : 0;
}

/* Those who worked on it, but for who did it now. */
static int tell_workers(struct round *d, struct telling *t, const struct about *x, enum notice_kind kind)
{
    const struct cause *c = t->cause;
    const struct entity *of = x->s->entity;
    int64_t *v = arena_array(&d->tmp, WORKED_MAX + 1, int64_t), owner = ref_in(of, of->owner, x->row);
    const char *path = NULL;
    size_t n, i;
    bool turn;
    int e = record_people(d->db, c->gov, c->record, WORKED_MAX, v, &n);

    if (e == 0 && owner != 0)
        v[n++] = owner;
    for (i = 0; e >= 0 && i < n; i++) {
        if (v[i] == c->by)
            continue;
        e = ask(d, c, x, v[i], &turn, &path);
        if (e > 0)
            e = add(d, t, v[i], kind, path);
    }
    return e < 0 ? e : 0;
}

/* Those it was raised to: holders of the role in its word that may see the record. */
static int tell_raised(struct round *d, struct telling *t, const struct about *x)
{
    const struct cause *c = t->cause;
    const struct entity *of = x->s->entity;
    int64_t *v = arena_array(&d->tmp, PEOPLE_MAX, int64_t);
    const char *path = NULL;
    size_t n = 0, i;
    bool turn;
    int e = holders(d, text_printf(&d->tmp, " %s ", c->word), c->gov, ref_in(of, of->agency, x->row), v, &n);

    for (i = 0; i < n && e >= 0; i++) {
        e = ask(d, c, x, v[i], &turn, &path);
        if (e > 0)
            e = add(d, t, v[i], NOTICE_LATE, path);
    }
    return e < 0 ? e : 0;
}

static int tell_record(struct round *d, struct telling *t)
{
    const struct cause *c = t->cause;
    struct about x = {.s = sight_screen(d->app, c->entity)};
    const struct record *head;
    void *row;
    int e;

    if (x.s == NULL)
        return 0;
    row = arena_alloc(&d->tmp, x.s->entity->size);
    e = row_get(d->db, &d->tmp, x.s->entity, c->gov, c->record, row);
    if (e <= 0)
        return e;
    x.row = head = row;
    if (head->voided_at.v != INSTANT_NONE.v)
        return 0;
    if (text_eq(c->what, CAUSE_COMMENT))
        return tell_workers(d, t, &x, NOTICE_COMMENT);
    if (text_eq(c->what, CAUSE_RAISED))
        return tell_raised(d, t, &x);
    e = x.s->flow != NULL ? tell_turn(d, t, &x) : 0;
    return e == 0 && text_eq(c->what, CAUSE_STEP) ? tell_workers(d, t, &x, NOTICE_DECISION) : e;
}

/* A later step on the same record in this round: the turn is that one's. */
static bool is_overtaken(const struct round *d, size_t i)
{
    size_t k;

    if (!text_eq(d->causes[i].what, CAUSE_STEP) && !text_eq(d->causes[i].what, CAUSE_CREATE))
        return false;
    for (k = i + 1; k < d->n; k++)
        if (d->causes[k].record == d->causes[i].record && text_eq(d->causes[k].what, CAUSE_STEP))
            return true;
    return false;
}

/* One of many that somebody made at once, as an import does: the tasks list them all. */
static bool is_one_of_many(const struct round *d, size_t i)
{
    const struct cause *c = &d->causes[i];
    size_t k, n = 0;

    if (!text_eq(c->what, CAUSE_CREATE))
        return false;
    for (k = 0; k < i; k++)
        n += d->causes[k].gov == c->gov && d->causes[k].by == c->by && text_eq(d->causes[k].what, CAUSE_CREATE) &&
             text_eq(d->causes[k].entity, c->entity);
    return n >= MADE_AT_ONCE;
}

static int decide(struct round *d, size_t i)
{
    struct telling *t = &d->v[i];
    const struct cause *c = &d->causes[i];
    int e;

    *t = (struct telling){.cause = c, .v = arena_array(d->a, PEOPLE_MAX + WORKED_MAX + 2, struct told)};
    t->overtakes = text_eq(c->what, CAUSE_STEP);
    arena_init(&d->tmp, CAUSE_BYTES);
    if (text_eq(c->what, CAUSE_ACCOUNT))
        e = add(d, t, c->person, NOTICE_SECURITY, "/akun");
    else
        e = is_overtaken(d, i) || is_one_of_many(d, i) ? 0 : tell_record(d, t);
    arena_finish(&d->tmp);
    return e;
}

/* ---- writing ---- */

static int mail_once(struct tx *tx, const struct cause *c, const struct told *x)
{
    const struct mail m = {.user = x->person,
                           .word = text_printf(tx->arena, "notice-%s", notice_kind_code(x->kind)),
                           .args = {text_printf(tx->arena, "@%s.one", c->entity)},
                           .path = x->path,
                           .until = MAIL_UNTIL(tx->now),
                           .key = text_printf(tx->arena, "notice/%lld/%lld", (long long)c->id, (long long)x->person)};

    return mail_queue(tx, &m);
}

static int write_one(struct tx *tx, const struct telling *t)
{
    size_t i;
    int e = cause_done(tx, t->cause->id);

    if (e <= 0)
        return e; /* told by somebody else */
    e = t->overtakes ? notices_overtaken(tx, t->cause->gov, t->cause->record) : 0;
    for (i = 0; i < t->n && e == 0; i++) {
        const struct told *x = &t->v[i];

        if (x->how.in_app || x->how.mail == NOTICE_MAIL_DIGEST)
            e = notice_put(tx, x->person, x->kind, t->cause, x->how.in_app);
        if (e == 0 && x->how.mail == NOTICE_MAIL_ONCE)
            e = mail_once(tx, t->cause, x);
    }
    return e;
}

static int write_all(struct tx *tx, void *arg)
{
    const struct round *d = arg;
    size_t i;
    int e = 0;

    for (i = 0; i < d->n && e == 0; i++)
        e = write_one(tx, &d->v[i]);
    return e;
}

/* ---- the round ---- */

/* What cannot be decided for a reason that stays is not tried for ever. */
static bool passes(int e)
{
    return e == E_BUSY || e == E_STORAGE || e == E_SYSTEM;
}

static int decide_all(struct round *d)
{
    size_t i;
    int e = pool_take(d->app->pool, READER_WAIT, &d->db);

    if (e < 0)
        return e;
    e = causes_read(d->db, d->a, ROUND_MAX, &d->causes, &d->n);
    d->v = arena_array(d->a, ROUND_MAX, struct telling);
    d->known = arena_array(d->a, KNOWN_MAX, struct known);
    for (i = 0; e == 0 && i < d->n; i++) {
        e = decide(d, i);
        if (e < 0 && !passes(e)) {
            log_record(LEVEL_WARN, "notice.untold", LOG_TEXT("what", d->causes[i].what), LOG_INT("record", d->causes[i].record),
                       LOG_TEXT("why", result_name(e)));
            e = 0;
        }
    }
    pool_give(d->app->pool, d->db);
    return e;
}

int notice_round(struct app *app)
{
    struct round d = {.app = app};
    struct arena a;
    int e;

    arena_init(&a, ROUND_BYTES);
    d.a = &a;
    e = decide_all(&d);
    if (e == 0 && d.n > 0)
        e = writer_do(app->writer, write_all, &d);
    if (e == 0)
        e = d.n == ROUND_MAX;
    arena_finish(&a);
    return e;
}
