/*
 * score_save.c: what follows from a template, a year, a report or a verdict being written.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/row.h"
#include "engine/web.h"
#include "mod/oversight/score_book.h"

static void origin_default(state *origin, const char *source)
{
    if (origin->v == NULL)
        origin->v = text_empty(source) ? "entered" : "source";
}

/* ---- templates ---- */

/* Has anything but state and note changed? */
static bool changed(struct arena *a, const void *before, const void *row)
{
    const struct entity *e = &score_template_entity;
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const struct field *f = &e->fields[i];

        if (text_has_word("status note", f->name))
            continue;
        if (!text_eq(field_stored(f, before, a), field_stored(f, row, a)))
            return true;
    }
    return false;
}

static bool is_whole(const struct req *r, int64_t template)
{
    struct score_book book;

    return template != 0 && score_book_read(r->db, r->arena, template, &book) > 0;
}

void score_template_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    const struct score_template *old = before;
    struct score_template *t = row;
    struct score_band bands[SCORE_BANDS_MAX];
    size_t n;

    origin_default(&t->origin, t->source);
    if (score_bands_parse(r->arena, t->bands, bands, &n) < 0)
        faults_add(f, "bands", "score_template.bands-bad", NULL);
    if (old != NULL && !text_eq(old->status.v, "draft")) {
        if (changed(r->arena, before, row))
            faults_add(f, NULL, "score_template.is-fixed", NULL);
        if (text_eq(t->status.v, "draft"))
            faults_add(f, "status", "score_template.not-back", NULL);
    } else if (!text_eq(t->status.v, "draft") && !is_whole(r, old != NULL ? t->head.id : 0)) {
        faults_add(f, "status", "score_template.no-nodes", NULL);
    }
}

/* ---- a year of a government ---- */

void score_year_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    const struct score_year *old = before;
    struct score_year *y = row;
    struct score_template t;

    if (old != NULL) {
        if (text_eq(old->status.v, "frozen"))
            faults_add(f, NULL, "score_year.is-frozen", NULL);
        return;
    }
    origin_default(&y->origin, NULL);
    if (row_get(r->db, r->arena, &score_template_entity, 0, y->template.v, &t) <= 0 || !text_eq(t.status.v, "open")) {
        faults_add(f, "template", "score_year.not-open", NULL);
        return;
    }
    y->title = t.name;
    if (date_is_none(y->closes))
        y->closes = t.closes;
}

static const struct score_node_row *node_above(const struct score_node_row *v, size_t n, const struct score_node_row *x)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (x->parent.v != 0 && v[i].head.id == x->parent.v)
            return &v[i];
    return NULL;
}

static bool has_children(const struct score_node_row *v, size_t n, int64_t id)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (v[i].parent.v == id)
            return true;
    return false;
}

/* A line for each leaf that a government has to report on. */
int score_year_saved(struct tx *tx, const void *before, const void *row, const struct record *head)
{
    const struct score_year *y = row;
    const struct score_node_row *area, *up;
    struct score_node_row *nodes;
    size_t n, i, depth;
    int e;

    if (before != NULL)
        return 0;
    e = score_nodes_read(tx->db, tx->arena, y->template.v, &nodes, &n);
    for (i = 0; e == 0 && i < n; i++) {
        struct score_input *x = row_new(tx->arena, &score_input_entity, head->gov);
        struct record made;

        if (has_children(nodes, n, nodes[i].head.id))
            continue;
        for (area = &nodes[i], depth = 0; depth < n && (up = node_above(nodes, n, area)) != NULL; depth++)
            area = up;
        x->year.v = head->id;
        x->node.v = nodes[i].head.id;
        x->code = nodes[i].code;
        x->title = nodes[i].name;
        x->area = score_area_name(tx->arena, area->code, area->name);
        x->due = y->closes;
        x->status.v = "missing";
        x->origin = y->origin;
        e = row_insert(tx, &score_input_entity, x, &made);
    }
    return e;
}

/* ---- what is reported ---- */

const char *score_input_status(const struct score_input *x)
{
    if (x->na)
        return "na";
    if (x->waiting != INT_NONE && x->waiting > 0)
        return "waiting";
    return text_empty(x->self) || (x->missing != INT_NONE && x->missing > 0) ? "missing" : "complete";
}

/* The node with its parameters; false when it cannot be read. */
static bool node_of(const struct req *r, int64_t id, struct score_node_row *node, struct score_params *params)
{
    return row_get(r->db, r->arena, &score_node_entity, 0, id, node) > 0 &&
           score_params_parse(r->arena, node->params, params) == 0;
}

static bool year_is_open(const struct req *r, int64_t gov, int64_t year)
{
    struct score_year y;

    return row_get(r->db, r->arena, &score_year_entity, gov, year, &y) > 0 && text_eq(y.status.v, "open");
}

/* What is missing follows from the report where documents are counted. */
static void count_missing(const struct score_node_row *node, const struct score_params *p, const struct score_answer *self,
                          struct score_input *x)
{
    enum score_method m = score_method_of(node->method);

    if (m == SCORE_DOCUMENTS && p->n_points == 0)
        x->missing = p->total > self->done ? p->total - self->done : 0;
    else if (m == SCORE_BINARY)
        x->missing = self->met ? 0 : 1;
}

void score_input_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    static const char *const fields[] = {"self", "pending", "rehearsal"};
    struct score_input *x = row;
    const char *const text[] = {x->self, x->pending, x->rehearsal};
    struct score_answer answer, self = {.actual = FRACTION_ZERO};
    struct score_params params;
    struct score_node_row node;
    size_t i;

    (void)before;
    if (!year_is_open(r, x->head.gov, x->year.v)) {
        faults_add(f, NULL, "score_input.year-closed", NULL);
        return;
    }
    if (!node_of(r, x->node.v, &node, &params)) {
        faults_add(f, NULL, "form.unread", NULL);
        return;
    }
    for (i = 0; i < ARRAY_LEN(fields); i++) {
        if (score_answer_parse(r->arena, node.method, &params, text[i], &answer) < 0)
            faults_add(f, fields[i], "score_input.answer-bad", node.method);
        else if (i == 0)
            self = answer;
    }
    count_missing(&node, &params, &self, x);
    x->status.v = score_input_status(x);
}

/* ---- what was found ---- */

/* A frozen year takes what was found later, marked; one that is about to be frozen takes nothing. */
static void take_lateness(const struct req *r, int64_t year, struct score_verdict *v, struct faults *f)
{
    struct score_year y;

    v->late_on = DATE_NONE;
    if (row_get(r->db, r->arena, &score_year_entity, v->head.gov, year, &y) <= 0 || text_eq(y.status.v, "final"))
        faults_add(f, NULL, "score_input.year-closed", NULL);
    else if (text_eq(y.status.v, "frozen"))
        v->late_on = instant_date(r->now, r->zone_minutes);
}

void score_verdict_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct score_verdict *v = row;
    struct score_input x;
    struct score_params params;
    struct score_node_row node;
    struct score_answer answer;

    if (before != NULL) { /* nobody has the permission; nor may a program */
        faults_add(f, NULL, "score_verdict.is-fixed", NULL);
        return;
    }
    origin_default(&v->origin, NULL);
    if (row_get(r->db, r->arena, &score_input_entity, v->head.gov, v->input.v, &x) <= 0 ||
        !node_of(r, x.node.v, &node, &params)) {
        faults_add(f, "input", "form.unread", NULL);
        return;
    }
    v->title = x.title;
    take_lateness(r, x.year.v, v, f);
    if (score_answer_parse(r->arena, node.method, &params, v->verified, &answer) < 0)
        faults_add(f, "verified", "score_input.answer-bad", node.method);
    if (v->na && text_empty(v->reason))
        faults_add(f, "reason", "score_verdict.reason-needed", NULL);
}

int score_verdict_saved(struct tx *tx, const void *before, const void *row, const struct record *head)
{
    const struct score_verdict *v = row;
    struct score_input old, x;
    struct record made;
    int e;

    (void)before;
    if (!date_is_none(v->late_on))
        return 0;
    e = row_get(tx->db, tx->arena, &score_input_entity, head->gov, v->input.v, &old);
    if (e <= 0)
        return e < 0 ? e : E_STATE;
    x = old;
    x.verified = v->verified;
    x.na = v->na;
    x.na_reason = v->na ? v->reason : NULL;
    x.waiting = 0; /* it was judged */
    x.waiting_since = DATE_NONE;
    x.pending = v->verified;
    x.status.v = score_input_status(&x);
    return row_update(tx, &score_input_entity, &old, &x, &made);
}
