/*
 * review_note.c: what is written in the meeting room: one topic with a commitment and a recommendation, in one transaction; and
 * the agenda that is made of the action plan.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/acting.h"
#include "engine/list.h"
#include "engine/row.h"
#include "engine/save.h"
#include "mod/oversight/review_room.h"

const char *const room_fields[ROOM_FIELDS] = {"found", "conclusion", "text", "advice", "agency", "deadline"};

/* ---- one topic ---- */

struct note {
    int64_t session;
    const char *topic; /* its number, as sent */
    const char *typed[ROOM_FIELDS];
    struct review_topic before, after;
    struct commitment promise;
    struct recommendation advice;
    bool has_promise, has_advice;
    struct faults faults;
    const char *done;
};

static void take_typed(struct req *r, struct note *n)
{
    size_t i;

    for (i = 0; i < ROOM_FIELDS; i++) {
        const char *sent = http_form(r->http, room_fields[i]);

        n->typed[i] = text_trim(r->arena, text_nfc(r->arena, sent != NULL ? sent : ""));
    }
}

/* A value as people type it, into the row; a fault under the name that the room's form has. */
static void take(struct req *r, struct note *n, const struct entity *e, const char *field, void *row, enum room_field from)
{
    const char *arg = NULL, *wrong = input_take(r, e, entity_field(e, field), row, n->typed[from], &arg);

    if (wrong != NULL)
        faults_add(&n->faults, room_fields[from], wrong, arg);
}

static void take_topic(struct req *r, struct note *n)
{
    n->after = n->before;
    take(r, n, &review_topic_entity, "found", &n->after, ROOM_FOUND);
    if (http_form(r->http, "defer") != NULL)
        n->after.conclusion.v = "deferred";
    else
        take(r, n, &review_topic_entity, "conclusion", &n->after, ROOM_CONCLUSION);
    review_topic_check(r, &n->before, &n->after, &n->faults);
}

static void take_promise(struct req *r, struct note *n)
{
    struct commitment *c = row_new(r->arena, &commitment_entity, n->before.head.gov);

    c->session.v = n->session;
    c->topic.v = n->before.head.id;
    c->status.v = "promised";
    take(r, n, &commitment_entity, "text", c, ROOM_TEXT);
    take(r, n, &commitment_entity, "agency", c, ROOM_AGENCY);
    take(r, n, &commitment_entity, "deadline", c, ROOM_DEADLINE);
    if (n->faults.n == 0)
        commitment_check(r, NULL, c, &n->faults);
    n->promise = *c;
}

static const char *issuer_of(const struct req *r)
{
    return issuer_is(r, "kpk") ? "kpk" : "province";
}

/* Its number follows the review's: "reviu-2026-3/R2". */
static void take_advice(struct req *r, struct note *n, const struct review *v)
{
    struct recommendation *x = row_new(r->arena, &recommendation_entity, n->before.head.gov);

    x->number = text_printf(r->arena, "%s/R%zu", v->s.code, v->n_recommendations + 1);
    x->issuer.v = issuer_of(r);
    x->session.v = n->session;
    x->action = n->before.action;
    x->basis = v->s.title;
    x->issued_on = v->s.held_on;
    x->status.v = "issued";
    take(r, n, &recommendation_entity, "text", x, ROOM_ADVICE);
    take(r, n, &recommendation_entity, "agency", x, ROOM_AGENCY);
    take(r, n, &recommendation_entity, "deadline", x, ROOM_DEADLINE);
    if (n->faults.n == 0)
        recommendation_check(r, NULL, x, &n->faults);
    n->advice = *x;
}

static int store(struct tx *tx, void *arg)
{
    const struct note *n = arg;
    struct record head;
    int e = save_row(tx, &review_topic_screen, &n->before, &n->after, &head);

    if (e == 0 && n->has_promise)
        e = save_row(tx, &commitment_screen, NULL, &n->promise, &head);
    if (e == 0 && n->has_advice)
        e = save_row(tx, &recommendation_screen, NULL, &n->advice, &head);
    return e;
}

/* ---- answers ---- */

static void show_again(struct req *r, struct note *n, int status)
{
    struct room m;
    int e = room_read(r, n->session, n->topic, &m);
    size_t i;

    if (e <= 0) {
        web_refuse(r, e < 0 ? e : E_STATE);
        return;
    }
    m.typed = n->typed;
    m.conflict = status == 409;
    m.errors = arena_array(r->arena, n->faults.n + 1, struct ui_error);
    for (i = 0; i < n->faults.n; i++)
        m.errors[m.n_errors++] = (struct ui_error){.field = n->faults.v[i].field, .text = fault_words(r, &n->faults.v[i])};
    room_show(r, &m);
    r->http->status = status;
}

static void after_store(struct req *r, void *arg, int result)
{
    struct note *n = arg;

    if (result == 0)
        web_redirect(r, n->done);
    else if (result == E_CONFLICT)
        show_again(r, n, 409);
    else
        web_refuse(r, result);
}

/* The next one that was not talked about; the review's end when there is none. */
static const char *done_path(struct req *r, const struct review *v, size_t at)
{
    const char *slug = req_gov(r)->slug;
    long long id = (long long)v->s.head.id;
    size_t i;

    for (i = 1; i < v->n_topics; i++) {
        const struct review_topic *t = &v->topics[(at + i) % v->n_topics];

        if (text_eq(t->conclusion.v, "open"))
            return url(r, "/kerja/%s/rapat/%lld?pokok=%lld", slug, id, (long long)t->number);
    }
    return url(r, "/kerja/%s/rapat/%lld#penutup", slug, id);
}

static bool take_form(struct req *r, struct note *n, const struct room *m)
{
    const char *rev = http_form(r->http, "rev");
    int64_t seen;

    if (rev == NULL || n->topic == NULL || m->v.n_topics == 0 || text_int(rev, 1, INT64_MAX, &seen) < 0)
        return false;
    take_typed(r, n);
    n->before = m->v.topics[m->at];
    n->before.head.rev = seen;
    take_topic(r, n);
    n->has_promise = !text_empty(n->typed[ROOM_TEXT]);
    n->has_advice = !text_empty(n->typed[ROOM_ADVICE]);
    if (n->has_promise)
        take_promise(r, n);
    if (n->has_advice)
        take_advice(r, n, &m->v);
    return true;
}

void review_topic_post(struct req *r)
{
    struct note *n = arena_new(r->arena, struct note);
    struct room m;
    int e;

    *n = (struct note){.session = route_id(r, "id"), .topic = http_form(r->http, "topic")};
    e = room_read(r, n->session, n->topic, &m);
    if (e < 0) {
        web_refuse(r, e);
    } else if (e == 0) {
        r->http->status = 404;
    } else if (!take_form(r, n, &m)) {
        web_refuse(r, fail(r, E_INPUT, "web.bad-request"));
    } else if (n->faults.n > 0) {
        show_again(r, n, 422);
    } else {
        n->done = done_path(r, &m.v, m.at);
        acting_mark(r, r->route->permission, &review_session_entity, &m.v.s);
        web_write(r, store, n, after_store, n->done);
    }
}

/* ---- the agenda ---- */

#define AGENDA_MAX 40 /* one request writes about 50 rows at most (design D6) */

struct agenda {
    struct review_topic v[AGENDA_MAX];
    size_t n;
};

static int store_agenda(struct tx *tx, void *arg)
{
    const struct agenda *g = arg;
    struct record head;
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < g->n; i++)
        e = save_row(tx, &review_topic_screen, NULL, &g->v[i], &head);
    return e;
}

/* The newest plan that was handed in; 0 without one. */
static int64_t newest_plan(struct req *r, int *ret_e)
{
    const struct list_ask ask = {.entity = &action_plan_entity,
                                 .scope = scope_all(req_gov(r)->id),
                                 .order = entity_field(&action_plan_entity, "year"),
                                 .descending = true,
                                 .limit = LIST_PAGE};
    struct list_rows rows;
    size_t i;

    *ret_e = list_read(r->db, r->arena, &ask, &rows);
    for (i = 0; *ret_e == 0 && i < rows.n; i++) {
        const struct action_plan *p = rows.v[i];

        if (text_has_word("submitted decreed", p->status.v))
            return p->head.id;
    }
    return 0;
}

/* How the government says an action stands, in the language of the record. */
static const char *reported(const struct req *r, const struct action_item *x)
{
    struct req plain = *r;
    const struct field *f = entity_field(&action_item_entity, "status");

    plain.lang = LANG_ID;
    return text_printf(r->arena, "%s, %s", action_percent(&plain, x->progress),
                       label_code(&plain, &action_item_entity, f, x->status.v));
}

static bool is_on(const struct review *v, int64_t action)
{
    size_t i;

    for (i = 0; i < v->n_topics; i++)
        if (v->topics[i].action.v == action)
            return true;
    return false;
}

static void add_topic(const struct req *r, const struct review *v, const struct action_item *x, struct agenda *g)
{
    const struct flow_state *now = flow_state(&action_flow, x->status.v);

    if (now == NULL || now->clock == FLOW_ENDS || is_on(v, x->head.id) || g->n == AGENDA_MAX)
        return;
    g->n++;
    g->v[g->n - 1] = (struct review_topic){
        .head = {.gov = v->s.head.gov, .voided_at = INSTANT_NONE, .leaf_idx = INT_NONE, .record_key = INT_NONE},
        .session = {v->s.head.id},
        .number = (int64_t)(v->n_topics + g->n),
        .title = x->action,
        .area = x->area,
        .action = {x->head.id},
        .reported = reported(r, x),
        .conclusion = {"open"}};
}

static struct list_ask actions_of(int64_t gov, int64_t plan)
{
    return (struct list_ask){.entity = &action_item_entity,
                             .scope = scope_all(gov),
                             .filters = {{entity_field(&action_item_entity, "plan"), LIST_IS, V(plan)}},
                             .n_filters = 1,
                             .order = entity_field(&action_item_entity, "deadline"),
                             .limit = LIST_PAGE_MAX};
}

static int make_agenda(struct req *r, const struct review *v, struct agenda *g)
{
    int e;
    const struct list_ask ask = actions_of(v->s.head.gov, newest_plan(r, &e));
    struct list_rows rows;
    size_t i;

    if (e == 0)
        e = list_read(r->db, r->arena, &ask, &rows);
    for (i = 0; e == 0 && i < rows.n; i++)
        add_topic(r, v, rows.v[i], g);
    return e;
}

void review_agenda_post(struct req *r)
{
    struct agenda *g = arena_new(r->arena, struct agenda);
    struct room m;
    int e = room_read(r, route_id(r, "id"), NULL, &m);

    g->n = 0;
    if (e == 0) {
        r->http->status = 404;
        return;
    }
    if (e > 0)
        e = m.open ? make_agenda(r, &m.v, g) : fail(r, E_STATE, "review.is-locked");
    if (e == 0 && g->n == 0)
        e = fail(r, E_STATE, "review.nothing-open");
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    acting_mark(r, r->route->permission, &review_session_entity, &m.v.s);
    web_write(r, store_agenda, g, NULL, url(r, "/kerja/%s/rapat/%lld", req_gov(r)->slug, (long long)m.v.s.head.id));
}
