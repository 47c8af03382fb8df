/*
 * api.c: reading and writing rows by programs.
 *
 * Not for: which values mean what (api_json.c), the description of it all (openapi.c).
 */
#include "base/text.h"
#include "engine/api.h"
#include "engine/flow.h"
#include "engine/acting.h"
#include "engine/history.h"
#include "engine/list_query.h"
#include "engine/refusal.h"
#include "engine/row.h"
#include "engine/save.h"
#include "engine/web.h"
#include "os/os.h"

static int64_t gov_of(const struct req *r, const struct screen *s)
{
    return s->entity->kind == ENTITY_DATA ? req_gov(r)->id : 0;
}

static void answer_json(struct req *r, struct json_out *j)
{
    r->http->type = "application/json";
    if (json_out_done(j) < 0)
        web_refuse(r, E_LIMIT);
}

static const char *etag(struct req *r, int64_t rev)
{
    return text_printf(r->arena, "\"%lld\"", (long long)rev);
}

static const char *path_of(struct req *r, const struct screen *s, int64_t id)
{
    return url(r, "/api/v1/%s/%s/%lld", route_param(r, "gov"), s->slug, (long long)id);
}

/* The row of the address, as far as the route's permission reaches it; NULL when the answer is given. */
static void *find(struct req *r)
{
    const struct screen *s = screen_of(r);
    int64_t gov = gov_of(r, s), id = route_id(r, "id");
    void *row = arena_alloc(r->arena, s->entity->size);
    struct scope scope;
    int found = id > 0 ? row_get(r->db, r->arena, s->entity, gov, id, row) : 0;

    scope_of(r, r->route->permission, gov, &scope);
    if (found > 0)
        found = row_reach(r->db, r->arena, &scope, s->entity, row);
    if (found > 0)
        return row;
    if (found < 0)
        web_refuse(r, found);
    else
        r->http->status = 404;
    return NULL;
}

/* ---- reading ---- */

static void put_row(struct req *r, const void *row, int status)
{
    const struct record *head = row;
    struct json_out j;

    r->http->status = status;
    http_answer_header(r->http, "ETag", etag(r, head->rev));
    json_out_init(&j, r->out);
    api_put_row(r, screen_of(r), row, &j);
    answer_json(r, &j);
}

void api_get(struct req *r)
{
    const void *row = find(r);

    if (row != NULL)
        put_row(r, row, 200);
}

static void refuse_query(struct req *r, const struct list_query *q)
{
    struct faults faults = {.n = 0};
    size_t i;

    for (i = 0; i < q->n_parts; i++)
        if (q->part[i].error != NULL)
            faults_add(&faults, q->part[i].name, "api.filter", q->part[i].error);
    api_refuse_faults(r, &faults);
}

void api_list(struct req *r)
{
    const struct screen *s = screen_of(r);
    struct list_query q;
    struct list_rows rows;
    struct json_out j;
    size_t i;
    int e;

    e = query_take(r, s, "read", gov_of(r, s), &r->http->query, &q);
    if (e == 0 && q.n_wrong > 0) {
        refuse_query(r, &q);
        return;
    }
    q.ask.limit = LIST_PAGE_MAX;
    if (e == 0)
        e = list_read(r->db, r->arena, &q.ask, &rows);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    json_out_init(&j, r->out);
    json_out_object(&j);
    json_put_array(&j, "items");
    for (i = 0; i < rows.n; i++)
        api_put_row(r, s, rows.v[i], &j);
    json_out_end(&j);
    json_put_text(&j, "next", rows.next);
    json_put_text(&j, "previous", rows.previous);
    json_out_end(&j);
    answer_json(r, &j);
}

static void put_change(const struct history_change *c, bool hides, struct json_out *j)
{
    if (hides && (c->field == NULL || (c->field->flags & F_PERSONAL) != 0))
        return;
    json_put_array(j, c->name);
    json_out_text(j, c->before);
    json_out_text(j, c->after);
    json_out_end(j);
}

static void put_line(struct req *r, const struct history *h, bool hides, struct json_out *j)
{
    size_t i;

    json_out_object(j);
    json_put_int(j, "rev", h->rev);
    json_put_text(j, "at", text_printf(r->arena, "%lld", (long long)h->at.v));
    json_put_text(j, "role", h->role);
    json_put_text(j, "step", h->step);
    json_put_text(j, "reason", h->reason);
    json_put_text(j, "remark", hides ? NULL : h->remark);
    json_put_int(j, "ledger", h->leaf_idx);
    json_put_object(j, "changes");
    for (i = 0; i < h->n; i++)
        put_change(&h->changes[i], hides, j);
    json_out_end(j);
    json_out_end(j);
}

void api_history(struct req *r)
{
    const struct record *row = find(r);
    struct history *lines;
    struct json_out j;
    size_t n, i;
    int e;

    if (row == NULL)
        return;
    e = history_read(r->db, r->arena, screen_of(r)->entity, row->gov, row->id, 0, &lines, &n);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    json_out_init(&j, r->out);
    json_out_object(&j);
    json_put_array(&j, "items");
    for (i = 0; i < n; i++)
        put_line(r, &lines[i], personal_hidden(r, row->gov), &j);
    json_out_end(&j);
    json_out_end(&j);
    answer_json(r, &j);
}

/* ---- writing ---- */

enum api_act {
    API_SAVE,
    API_VOID,
    API_STEP,
};

struct api_plan {
    enum api_act act;
    const struct screen *s;
    const void *before; /* NULL: a new row */
    void *row;
    struct flow_plan flow;
    int64_t id;
};

static int apply(struct tx *tx, void *arg)
{
    const struct api_plan *p = arg;
    struct record head;

    switch (p->act) {
    case API_SAVE:
        return save_row(tx, p->s, p->before, p->row, &head);
    case API_VOID:
        return save_void(tx, p->s, p->before, &head);
    case API_STEP:
        break;
    }
    return workflow_apply(tx, &p->flow, &head);
}

/* The row as it is stored now. */
static void after(struct req *r, void *arg, int result)
{
    const struct api_plan *p = arg;
    int64_t gov = gov_of(r, p->s);
    void *row = arena_alloc(r->arena, p->s->entity->size);
    int found;

    found = result >= 0 ? row_get(r->db, r->arena, p->s->entity, gov, p->id, row) : result;
    if (found <= 0) {
        web_refuse(r, found < 0 ? found : E_CONFLICT);
        return;
    }
    if (p->before == NULL)
        http_answer_header(r->http, "Location", path_of(r, p->s, p->id));
    put_row(r, row, p->before == NULL ? 201 : 200);
}

static void submit(struct req *r, struct api_plan *p)
{
    if (p->act != API_STEP)
        acting_mark(r, r->route->permission, p->s->entity, p->act == API_SAVE ? p->row : p->before);
    web_write(r, apply, p, after, path_of(r, p->s, p->id));
}

/* Is the revision named that the row has? Else the answer is given. */
static bool match_good(struct req *r, const struct record *head)
{
    const char *sent = http_header(r->http, "if-match");

    if (text_eq(sent, etag(r, head->rev)))
        return true;
    (void)fail(r, E_CONFLICT, sent == NULL ? "api.no-match" : "web.conflict"); /* the status is said below */
    r->http->status = sent == NULL ? 428 : 412;
    return false;
}

static bool take(struct req *r, struct api_plan *p)
{
    struct faults faults = {.n = 0};
    int e = api_take_row(r, p->s, p->row, &faults);

    if (e < 0) {
        web_refuse(r, e);
        return false;
    }
    if (faults.n == 0)
        entity_check(r, p->s, p->before, p->row, &faults);
    if (faults.n > 0)
        api_refuse_faults(r, &faults);
    return faults.n == 0;
}

void api_create(struct req *r)
{
    struct api_plan *p = arena_new(r->arena, struct api_plan);
    struct record *head;
    struct scope scope;
    int reach;

    p->s = screen_of(r);
    p->row = head = row_new(r->arena, p->s->entity, gov_of(r, p->s));
    if (!take(r, p))
        return;
    scope_of(r, r->route->permission, gov_of(r, p->s), &scope);
    reach = row_reach(r->db, r->arena, &scope, p->s->entity, p->row);
    if (reach <= 0) {
        web_refuse(r, reach < 0 ? reach : E_PERMIT);
        return;
    }
    p->id = head->id = os_new_id();
    submit(r, p);
}

/* A plan for the row of the address, whose revision was named; NULL when the answer is given. */
static struct api_plan *plan_for_row(struct req *r, enum api_act act)
{
    struct api_plan *p = arena_new(r->arena, struct api_plan);
    struct record *head = find(r);

    if (head == NULL || !match_good(r, head))
        return NULL;
    if (head->voided_at.v != INSTANT_NONE.v) {
        web_refuse(r, fail(r, E_STATE, "web.state"));
        return NULL;
    }
    *p = (struct api_plan){.act = act, .s = screen_of(r), .before = head, .id = head->id};
    return p;
}

void api_change(struct req *r)
{
    struct api_plan *p = plan_for_row(r, API_SAVE);

    if (p == NULL)
        return;
    p->row = arena_alloc(r->arena, p->s->entity->size);
    memcpy(p->row, p->before, p->s->entity->size);
    if (take(r, p))
        submit(r, p);
}

/* {"reason": ..., "remark": ...} into the mark; false when the answer is given. */
static bool take_words(struct req *r, const char *step)
{
    static const char *const known[] = {"reason", "remark", NULL};
    struct actor_mark *mark = web_mark(r);
    const struct json_in *in = NULL;

    if (r->http->body.n > 0 && json_read(r->arena, r->http->body.p, r->http->body.n, r->http->body.n, &in, NULL) < 0) {
        web_refuse(r, fail(r, E_FORMAT, "api.no-json"));
        return false;
    }
    if (in != NULL && (json_unknown(in, known) != NULL || json_get_text(in, "reason", &mark->reason) < 0 ||
                       json_get_text(in, "remark", &mark->remark) < 0)) {
        web_refuse(r, fail(r, E_FORMAT, "api.no-words"));
        return false;
    }
    mark->step = step;
    mark->reason = text_empty(mark->reason) ? NULL : mark->reason;
    mark->remark = text_empty(mark->remark) ? NULL : text_nfc(r->arena, mark->remark);
    return true;
}

void api_void(struct req *r)
{
    struct api_plan *p = plan_for_row(r, API_VOID);

    if (p == NULL || !take_words(r, "void"))
        return;
    if (web_mark(r)->remark == NULL)
        web_refuse(r, fail(r, E_INPUT, "api.needs-remark"));
    else
        submit(r, p);
}

static void say_blocked(struct req *r, void *words)
{
    if (words == NULL)
        r->http->status = 404;
    else
        web_refuse(r, fail_arg(r, E_PERMIT, "api.blocked", words));
}

static void refuse_step(struct req *r, const struct api_plan *p, const struct flow_step *step, const struct flow_choice *choice)
{
    const char *why = step != NULL ? refusal_of_step(p->s->flow, step, p->before, choice) : NULL;
    char *words = choice != NULL ? arena_text(r->arena, choice->blocked) : NULL;

    if (why == NULL)
        say_blocked(r, words);
    else
        refusal_note(r, &(struct refusal){.entity = p->s->entity->name,
                                          .id = p->id,
                                          .what = step->verb,
                                          .why = why,
                                          .answer = say_blocked,
                                          .arg = words});
}

/* The step as it may be taken now; NULL when the answer is given. */
static const struct flow_step *step_of(struct req *r, const struct api_plan *p)
{
    const struct flow_step *step = flow_step(p->s->flow, route_param(r, "verb"));
    const struct flow_choice *v, *choice = NULL;
    size_t n, i;
    int e = flow_choices(r, p->s->flow, p->before, &v, &n);

    if (e < 0) {
        web_refuse(r, e);
        return NULL;
    }
    for (i = 0; i < n && choice == NULL; i++)
        choice = v[i].step == step ? &v[i] : NULL;
    if (choice != NULL)
        acting_as(r, choice->grant);
    if (choice != NULL && choice->blocked == NULL)
        return step;
    refuse_step(r, p, step, choice);
    return NULL;
}

void api_step(struct req *r)
{
    struct api_plan *p = plan_for_row(r, API_STEP);
    const struct flow_step *step = p != NULL ? step_of(r, p) : NULL;
    const struct actor_mark *mark = web_mark(r);
    int e;

    if (step == NULL || !take_words(r, step->verb))
        return;
    if (step->reasons != NULL && (mark->reason == NULL || !text_has_word(step->reasons, mark->reason))) {
        web_refuse(r, fail_arg(r, E_INPUT, "api.needs-reason", step->reasons));
        return;
    }
    if (step->remark && mark->remark == NULL) {
        web_refuse(r, fail(r, E_INPUT, "api.needs-remark"));
        return;
    }
    e = flow_plan(r->db, r->arena, r->zone_minutes, p->s->flow, p->before, step->verb, &p->flow);
    if (e < 0)
        web_refuse(r, e);
    else
        submit(r, p);
}
