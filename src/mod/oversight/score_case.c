/*
 * score_case.c: reads a case, computes, writes the answer.
 */
#include "base/text.h"
#include "mod/oversight/score_case.h"
#include "mod/oversight/score_calc.h"

#define NEXT_STEPS 10
#define BANDS_MAX  20
#define PENALTIES  100
#define ITEMS_MAX  10000
#define DEPTH_MAX  12

static const char *const views[SCORE_VIEWS] = {"self", "verified", "pending", "rehearsal"};

struct reading {
    struct arena *a;
    struct score_node *nodes;
    size_t n;
    struct score_band bands[BANDS_MAX];
    size_t n_bands;
    struct fraction penalty;
};

/* ---- parameters ---- */

static int take_decimal(const struct json_in *v, struct fraction *ret)
{
    if (v->kind == JSON_IS_INT)
        *ret = fraction_of(v->number, 1);
    else if (v->kind == JSON_IS_TEXT)
        return fraction_parse(v->text, ret);
    else
        return E_FORMAT;
    return 0;
}

/* A list of decimals; none when it is absent. */
static int take_decimals(struct arena *a, const struct json_in *object, const char *key, const struct fraction **ret,
                         size_t *ret_n)
{
    const struct json_in *list = NULL;
    int e = json_get_array(object, key, &list);
    struct fraction *v;
    size_t i;

    *ret = NULL;
    *ret_n = 0;
    if (e <= 0)
        return e;
    v = arena_array(a, list->n + 1, struct fraction);
    for (i = 0, e = 0; e == 0 && i < list->n; i++)
        e = take_decimal(&list->items[i], &v[i]);
    *ret = v;
    *ret_n = list->n;
    return e;
}

static int take_points(struct arena *a, const struct json_in *object, struct score_params *p)
{
    const struct json_in *list = NULL;
    int e = json_get_array(object, "points", &list);
    int64_t *v;
    size_t i;

    if (e <= 0)
        return e;
    v = arena_array(a, list->n + 1, int64_t);
    for (i = 0; i < list->n; i++) {
        if (list->items[i].kind != JSON_IS_INT)
            return E_FORMAT;
        v[i] = list->items[i].number;
    }
    p->points = v;
    p->n_points = list->n;
    return 0;
}

static int take_steps(struct arena *a, const struct json_in *object, struct score_params *p)
{
    const struct json_in *list = NULL;
    int e = json_get_object(object, "steps", &list);
    struct score_step *v;
    size_t i;

    if (e <= 0)
        return e;
    v = arena_array(a, list->n + 1, struct score_step);
    for (i = 0; i < list->n; i++) {
        if (list->items[i].kind != JSON_IS_INT)
            return E_FORMAT;
        v[i] = (struct score_step){list->items[i].key, list->items[i].number};
    }
    p->steps = v;
    p->n_steps = list->n;
    return 0;
}

static int take_params(struct arena *a, const struct json_in *node, struct score_params *p)
{
    const struct json_in *in = NULL, *target;
    size_t n_targets;
    int e = json_get_object(node, "params", &in);

    *p = (struct score_params){.total = INT_NONE};
    if (e <= 0)
        return e;
    e = json_get_int(in, "total", 0, INT64_MAX, &p->total);
    if (e == 0)
        e = json_get_int(in, "required", 0, INT64_MAX, &p->total);
    if (e >= 0)
        e = take_points(a, in, p);
    if (e == 0)
        e = take_steps(a, in, p);
    if (e == 0)
        e = take_decimals(a, in, "targets", &p->targets, &n_targets);
    if (e == 0 && p->targets != NULL && n_targets != p->n_points)
        e = E_INPUT;
    target = json_member(in, "target");
    return e == 0 && target != NULL ? take_decimal(target, &p->target) : e;
}

/* ---- states ---- */

static int take_docs(const struct json_in *object, size_t n_points, uint64_t *ret)
{
    const struct json_in *list = NULL;
    int e = json_get_array(object, "docs", &list);
    size_t i;

    if (e <= 0)
        return e;
    for (i = 0; i < list->n; i++) {
        const struct json_in *v = &list->items[i];

        if (v->kind != JSON_IS_INT || v->number < 0 || (size_t)v->number >= n_points || v->number >= SCORE_POINTS_MAX)
            return E_INPUT;
        *ret |= (uint64_t)1 << v->number;
    }
    return 0;
}

static int take_answer(struct arena *a, const struct json_in *in, size_t n_points, struct score_answer *x)
{
    const struct json_in *actual = json_member(in, "actual");
    size_t n_actuals;
    int e = json_get_bool(in, "met", &x->met);

    if (e >= 0)
        e = json_get_text(in, "step", &x->step);
    if (e >= 0)
        e = json_get_int(in, "done", 0, INT64_MAX / 100, &x->done);
    if (e >= 0)
        e = take_docs(in, n_points, &x->docs);
    if (e < 0 || actual == NULL)
        return e < 0 ? e : 0;
    if (actual->kind != JSON_IS_ARRAY)
        return take_decimal(actual, &x->actual);
    e = take_decimals(a, in, "actual", &x->actuals, &n_actuals);
    return e == 0 && n_actuals != n_points ? E_INPUT : e;
}

static int take_state(struct arena *a, const struct json_in *in, struct score_node *node)
{
    const struct json_in *found = NULL, *one;
    size_t i;
    int e = json_get_object(in, "state", &found);

    for (i = 0; i < SCORE_VIEWS; i++)
        node->answer[i].actual = FRACTION_ZERO;
    for (i = 0; e > 0 && i < SCORE_VIEWS; i++) {
        one = NULL;
        e = json_get_object(found, views[i], &one);
        if (e > 0)
            e = take_answer(a, one, node->params.n_points, &node->answer[i]);
        if (e == 0)
            e = 1;
    }
    return e < 0 ? e : 0;
}

/* ---- nodes ---- */

static int take_node(struct reading *x, const struct json_in *in, const char *parent, int depth);

static int take_children(struct reading *x, const struct json_in *in, const char *parent, int depth)
{
    const struct json_in *list = NULL;
    size_t i;
    int e = json_get_array(in, "children", &list);

    for (i = 0; e > 0 && i < list->n; i++)
        if (take_node(x, &list->items[i], parent, depth + 1) < 0)
            e = E_INPUT;
    return e < 0 ? e : 0;
}

static int take_node(struct reading *x, const struct json_in *in, const char *parent, int depth)
{
    struct score_node *node = &x->nodes[x->n];
    int e;

    if (x->n >= SCORE_NODES_MAX || depth > DEPTH_MAX)
        return E_LIMIT;
    x->n++;
    *node = (struct score_node){.parent = parent, .weight = INT_NONE, .total = INT_NONE};
    e = json_get_text(in, "code", &node->code);
    if (e > 0)
        e = json_get_int(in, "weight", 0, INT64_MAX, &node->weight);
    else if (e == 0)
        e = E_INPUT;
    if (e >= 0)
        e = json_get_bool(in, "na", &node->na);
    if (e >= 0)
        e = json_get_text(in, "method", &node->method);
    if (e >= 0)
        e = take_params(x->a, in, &node->params);
    if (e >= 0)
        e = take_state(x->a, in, node);
    return e < 0 ? e : take_children(x, in, node->code, depth);
}

/* ---- bands, penalties ---- */

static int take_bands(struct reading *x, const struct json_in *in)
{
    const struct json_in *list = NULL;
    size_t i;
    int e = json_get_array(in, "bands", &list);

    if (e <= 0)
        return e;
    if (list->n > BANDS_MAX)
        return E_LIMIT;
    for (i = 0; i < list->n; i++) {
        const struct json_in *one = &list->items[i];

        if (one->kind != JSON_IS_ARRAY || one->n != 2 || one->items[0].kind != JSON_IS_INT ||
            one->items[1].kind != JSON_IS_TEXT)
            return E_FORMAT;
        x->bands[i] = (struct score_band){one->items[0].number, one->items[1].text};
    }
    x->n_bands = list->n;
    return 0;
}

static int take_penalties(struct reading *x, const struct json_in *in)
{
    const struct json_in *list = NULL, *points;
    struct fraction one;
    size_t i;
    int e = json_get_array(in, "penalties", &list);

    x->penalty = FRACTION_ZERO;
    if (e <= 0)
        return e;
    if (list->n > PENALTIES)
        return E_LIMIT;
    for (i = 0, e = 0; e == 0 && i < list->n; i++) {
        points = json_member(&list->items[i], "points");
        e = points == NULL ? E_INPUT : take_decimal(points, &one);
        if (e == 0)
            e = one.num < 0 ? E_INPUT : fraction_add(x->penalty, one, &x->penalty);
    }
    return e;
}

static int take_case(struct reading *x, const struct json_in *in)
{
    const struct json_in *template = NULL;
    int e = json_get_object(in, "template", &template);

    if (e <= 0)
        return e < 0 ? e : E_INPUT;
    e = take_children(x, template, NULL, 0);
    if (e == 0)
        e = take_bands(x, in);
    return e < 0 ? e : take_penalties(x, in);
}

/* ---- the answer ---- */

struct answer {
    struct score_tree tree;
    struct score_values view[SCORE_VIEWS];
    struct score_gain *next, *full;
    size_t n_next, n_full;
};

static int compute(struct reading *x, struct answer *ret, const char **ret_why)
{
    struct score_fault faults[SCORE_FAULTS_MAX];
    size_t n_faults, i;
    int e = score_tree_make(x->a, x->nodes, x->n, &ret->tree, faults, &n_faults);

    if (e < 0) {
        *ret_why = faults[0].key;
        return e;
    }
    for (i = 0; e == 0 && i < SCORE_VIEWS; i++)
        e = score_compute(x->a, &ret->tree, (enum score_view)i, x->penalty, &ret->view[i]);
    if (e == 0)
        e = score_gains(x->a, &ret->tree, x->penalty, false, &ret->next, &ret->n_next);
    return e < 0 ? e : score_gains(x->a, &ret->tree, x->penalty, true, &ret->full, &ret->n_full);
}

/* Every score was looked at by look_at_size(): it has room to be rounded. */
static void put_score(struct json_out *out, const char *key, bool applies, struct fraction score)
{
    int64_t v = INT_NONE;

    if (applies && score_rounded(score, &v) < 0)
        v = INT_NONE;
    json_put_int(out, key, v);
}

static void put_nodes(const struct reading *x, const struct answer *got, struct json_out *out)
{
    size_t i, k;

    json_put_object(out, "nodes");
    for (i = 0; i < x->n; i++) {
        json_put_object(out, x->nodes[i].code);
        for (k = 0; k < SCORE_VIEWS; k++)
            put_score(out, views[k], got->view[k].node_applies[i], got->view[k].node[i]);
        json_out_end(out);
    }
    json_out_end(out);
}

static void put_gains(const struct reading *x, const char *key, const struct score_gain *v, size_t n, struct json_out *out)
{
    size_t i;

    json_put_array(out, key);
    for (i = 0; i < n && i < NEXT_STEPS; i++)
        json_out_text(out, x->nodes[v[i].node].code);
    json_out_end(out);
}

static void put_answer(const struct reading *x, const struct answer *got, struct json_out *out)
{
    size_t i;

    json_out_object(out);
    put_nodes(x, got, out);
    for (i = 0; i < SCORE_VIEWS; i++) {
        const struct score_values *v = &got->view[i];
        int band = v->applies ? score_band_of(x->bands, x->n_bands, v->index) : -1;

        json_put_object(out, views[i]);
        put_score(out, "index", v->applies, v->index);
        json_put_text(out, "band", band < 0 ? NULL : x->bands[band].word);
        json_out_end(out);
    }
    put_gains(x, "next_steps", got->next, got->n_next, out);
    put_gains(x, "full_steps", got->full, got->n_full, out);
    json_out_end(out);
}

/* ---- plans ---- */

static int take_item(const struct json_in *in, struct score_plan_item *ret)
{
    const char *found = NULL;
    int e = json_get_text(in, "state", &found);

    *ret = (struct score_plan_item){.weight = 1};
    if (e > 0)
        e = json_get_int(in, "progress", 0, 100, &ret->progress);
    if (e > 0)
        e = json_get_int(in, "weight", 0, 1000000, &ret->weight);
    ret->counts = !text_eq(found, "not_applicable") && !text_eq(found, "cancelled");
    ret->accepted = text_eq(found, "accepted");
    return e < 0 ? e : 0;
}

static int answer_plan(struct arena *a, const struct json_in *in, struct json_out *out)
{
    const struct json_in *list = NULL;
    struct score_plan_item *items;
    struct score_plan plan;
    size_t i;
    int e = json_get_array(in, "items", &list);

    if (e <= 0)
        return e < 0 ? e : E_INPUT;
    if (list->n > ITEMS_MAX)
        return E_LIMIT;
    items = arena_array(a, list->n + 1, struct score_plan_item);
    for (i = 0, e = 0; e == 0 && i < list->n; i++)
        e = take_item(&list->items[i], &items[i]);
    if (e == 0)
        e = score_plan_of(items, list->n, &plan);
    if (e < 0)
        return e;

    json_out_object(out);
    json_put_int(out, "done", plan.done);
    json_put_int(out, "total", plan.total);
    json_put_int(out, "percent_bp", plan.done_bp);
    json_put_int(out, "weighted_progress", plan.progress);
    json_out_end(out);
    return 0;
}

bool score_case_knows(const char *kind)
{
    return text_has_word("tree small limit plan", kind);
}

int score_case_answer(struct arena *a, const char *kind, const struct json_in *in, struct json_out *out, const char **ret_why)
{
    struct reading x = {.a = a, .nodes = arena_array(a, SCORE_NODES_MAX, struct score_node)};
    struct answer got;
    int e;

    *ret_why = "case.form";
    if (text_eq(kind, "plan"))
        return answer_plan(a, in, out);
    e = take_case(&x, in);
    if (e == 0)
        e = compute(&x, &got, ret_why);
    if (e == 0)
        put_answer(&x, &got, out);
    return e;
}
