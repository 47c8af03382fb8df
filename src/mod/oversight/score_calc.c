/*
 * score_calc.c: roll-up by exact fractions, and what a further step would gain.
 *
 * Not for: reading templates or answers.
 */
#include <string.h>

#include "base/text.h"
#include "mod/oversight/score_calc.h"

#define HUNDRED ((struct fraction){100, 1})

/* Two values below this many bits of denominator can be added, weighted and rounded in 127 bits. */
#define DENOMINATOR_BITS 110

/* ---- methods ---- */

enum score_method score_method_of(const char *name)
{
    /* clang-format off */
    static const struct {
        const char *name;
        bool family;
        enum score_method method;
    } methods[] = {
        {"BINER_",                     true,  SCORE_BINARY},
        {"INTEROPERABILITAS_",         true,  SCORE_BINARY},
        {"BERTINGKAT_",                true,  SCORE_STEPS},
        {"AMBANG_",                    true,  SCORE_THRESHOLD},
        {"BOBOT_DOKUMEN",              false, SCORE_DOCUMENTS},
        {"BOBOT_DOKUMEN_PROPORSIONAL", false, SCORE_DOCUMENTS_PRO},
        {"PROPORSIONAL",               false, SCORE_PART},
        {"BOBOT_TAHUN",                false, SCORE_PART},
        {"BOBOT_TAHUN_TRIWULAN",       false, SCORE_PART},
        {"BOBOT_TAHAPAN",              false, SCORE_PART},
    };
    /* clang-format on */
    size_t i;

    for (i = 0; name != NULL && i < ARRAY_LEN(methods); i++)
        if (methods[i].family ? text_starts(name, methods[i].name) : text_eq(name, methods[i].name))
            return methods[i].method;
    return SCORE_NO_METHOD;
}

static bool has_points(const struct score_params *p)
{
    int64_t sum = 0;
    size_t i;

    if (p->n_points == 0 || p->n_points > SCORE_POINTS_MAX)
        return false;
    for (i = 0; i < p->n_points; i++) {
        if (p->points[i] < 0 || p->points[i] > SCORE_COUNT_MAX)
            return false;
        sum += p->points[i];
    }
    return sum > 0;
}

static bool has_targets(const struct score_params *p)
{
    size_t i;

    if (p->targets == NULL || !has_points(p))
        return false;
    for (i = 0; i < p->n_points; i++)
        if (p->targets[i].num <= 0)
            return false;
    return true;
}

static bool has_steps(const struct score_params *p)
{
    size_t i;

    for (i = 0; i < p->n_steps; i++)
        if (p->steps[i].score < 0 || p->steps[i].score > 10000)
            return false;
    return p->n_steps > 0;
}

static bool good_total(int64_t total)
{
    return total >= 1 && total <= SCORE_COUNT_MAX;
}

static bool good_params(enum score_method m, const struct score_params *p)
{
    switch (m) {
    case SCORE_BINARY:
        return true;
    case SCORE_STEPS:
        return has_steps(p);
    case SCORE_DOCUMENTS:
        return p->n_points > 0 ? has_points(p) : good_total(p->total);
    case SCORE_DOCUMENTS_PRO:
        return has_targets(p);
    case SCORE_PART:
        return p->total == INT_NONE || good_total(p->total);
    case SCORE_THRESHOLD:
        return p->target.num > 0;
    case SCORE_NO_METHOD:
        break;
    }
    return false;
}

/* ---- a leaf ---- */

static int part_of(int64_t done, int64_t total, struct fraction *ret)
{
    if (done < 0 || !good_total(total))
        return E_INPUT;
    *ret = done >= total ? HUNDRED : fraction_of(done * 100, total);
    return 0;
}

static int ratio(struct fraction actual, struct fraction target, int64_t points, struct fraction *ret)
{
    int e = fraction_div(actual, target, ret);

    if (e == 0 && actual.num < 0)
        e = E_INPUT;
    if (e == 0) {
        *ret = fraction_min(*ret, (struct fraction){1, 1});
        e = fraction_mul(*ret, fraction_of(points, 1), ret);
    }
    return e;
}

static int64_t step_score(const struct score_params *p, const char *step)
{
    size_t i;

    for (i = 0; i < p->n_steps; i++)
        if (text_eq(p->steps[i].word, step))
            return p->steps[i].score;
    return step == NULL ? 0 : INT_NONE;
}

static int64_t all_points(const struct score_params *p)
{
    int64_t sum = 0;
    size_t i;

    for (i = 0; i < p->n_points; i++)
        sum += p->points[i];
    return sum;
}

static int document_points(const struct score_params *p, const struct score_answer *x, struct fraction *ret)
{
    int64_t sum = 0;
    size_t i;

    for (i = 0; i < p->n_points; i++)
        if (x->docs >> i & 1)
            sum += p->points[i];
    *ret = fraction_of(sum * 100, all_points(p));
    return 0;
}

static int proportional_points(const struct score_params *p, const struct score_answer *x, struct fraction *ret)
{
    struct fraction sum = FRACTION_ZERO, one;
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && x->actuals != NULL && i < p->n_points; i++) {
        e = ratio(x->actuals[i], p->targets[i], p->points[i], &one);
        if (e == 0)
            e = fraction_add(sum, one, &sum);
    }
    return e < 0 ? e : fraction_mul(sum, fraction_of(100, all_points(p)), ret);
}

static int leaf_score(const struct score_node *node, const struct score_answer *x, struct fraction *ret)
{
    const struct score_params *p = &node->params;
    int64_t v;

    switch (score_method_of(node->method)) {
    case SCORE_BINARY:
        *ret = x->met ? HUNDRED : FRACTION_ZERO;
        return 0;
    case SCORE_STEPS:
        v = step_score(p, x->step);
        if (v == INT_NONE)
            return E_INPUT;
        *ret = fraction_of(v, 100);
        return 0;
    case SCORE_DOCUMENTS:
        return p->n_points > 0 ? document_points(p, x, ret) : part_of(x->done, p->total, ret);
    case SCORE_DOCUMENTS_PRO:
        return proportional_points(p, x, ret);
    case SCORE_PART:
        return part_of(x->done, p->total != INT_NONE ? p->total : node->total, ret);
    case SCORE_THRESHOLD:
        return ratio(x->actual, p->target, 100, ret);
    case SCORE_NO_METHOD:
        break;
    }
    return E_INPUT;
}

/* ---- the next step of a leaf ---- */

static int64_t next_step(const struct score_params *p, int64_t now)
{
    int64_t best = INT_NONE;
    size_t i;

    for (i = 0; i < p->n_steps; i++)
        if (p->steps[i].score > now && (best == INT_NONE || p->steps[i].score < best))
            best = p->steps[i].score;
    return best == INT_NONE ? now : best;
}

static uint64_t with_best_document(const struct score_params *p, uint64_t docs)
{
    size_t i, best = p->n_points;

    for (i = 0; i < p->n_points; i++)
        if ((docs >> i & 1) == 0 && (best == p->n_points || p->points[i] > p->points[best]))
            best = i;
    return best == p->n_points ? docs : docs | (uint64_t)1 << best;
}

/* The document that adds most when it reaches its target. */
static int next_proportional(const struct score_params *p, const struct score_answer *x, struct fraction now,
                             struct fraction *ret)
{
    struct fraction best = FRACTION_ZERO, has, missing;
    size_t i;
    int e = 0;

    for (i = 0; i < p->n_points; i++) {
        e = ratio(x->actuals != NULL ? x->actuals[i] : FRACTION_ZERO, p->targets[i], p->points[i], &has);
        if (e == 0)
            e = fraction_sub(fraction_of(p->points[i], 1), has, &missing);
        if (e < 0)
            return e;
        best = fraction_max(best, missing);
    }
    e = fraction_mul(best, fraction_of(100, all_points(p)), &best);
    return e < 0 ? e : fraction_add(now, best, ret);
}

static int leaf_next(const struct score_node *node, struct fraction now, struct fraction *ret)
{
    struct score_answer x = node->answer[SCORE_VERIFIED];

    switch (score_method_of(node->method)) {
    case SCORE_STEPS:
        *ret = fraction_of(next_step(&node->params, step_score(&node->params, x.step)), 100);
        return 0;
    case SCORE_DOCUMENTS_PRO:
        return next_proportional(&node->params, &x, now, ret);
    case SCORE_DOCUMENTS:
    case SCORE_PART:
        x.done++;
        x.docs = with_best_document(&node->params, x.docs);
        return leaf_score(node, &x, ret);
    case SCORE_BINARY:
    case SCORE_THRESHOLD:
    case SCORE_NO_METHOD:
        break;
    }
    *ret = HUNDRED;
    return 0;
}

/* ---- the template ---- */

struct checking {
    struct score_tree *tree;
    int *parent;
    size_t *order;
    bool *group;
    int64_t *weight;
    struct score_fault *faults;
    size_t n_faults;
};

static void fault(struct checking *c, size_t node, const char *key)
{
    if (c->n_faults < SCORE_FAULTS_MAX)
        c->faults[c->n_faults++] = (struct score_fault){node, key};
}

static int place_of(const struct score_tree *t, const char *code)
{
    size_t i;

    for (i = 0; i < t->n; i++)
        if (text_eq(t->nodes[i].code, code))
            return (int)i;
    return -1;
}

static void find_parents(struct checking *c)
{
    const struct score_tree *t = c->tree;
    size_t i;

    for (i = 0; i < t->n; i++) {
        const struct score_node *node = &t->nodes[i];

        if (place_of(t, node->code) != (int)i)
            fault(c, i, "score.code-twice");
        c->parent[i] = node->parent == NULL ? -1 : place_of(t, node->parent);
        if (node->parent != NULL && c->parent[i] < 0)
            fault(c, i, "score.parent-unknown");
        else if (c->parent[i] >= 0)
            c->group[c->parent[i]] = true;
    }
}

/* Everything that hangs on the top, level after level; what is left over goes round in circles. */
static void put_in_order(struct checking *c, struct arena *a)
{
    const struct score_tree *t = c->tree;
    bool *placed = arena_array(a, t->n, bool);
    size_t i, n = 0, before;

    do {
        before = n;
        for (i = 0; i < t->n; i++)
            if (!placed[i] && (c->parent[i] < 0 || placed[c->parent[i]])) {
                placed[i] = true;
                c->order[n++] = i;
            }
    } while (n > before && n < t->n);
    for (i = 0; i < t->n; i++)
        if (!placed[i])
            fault(c, i, "score.cycle");
}

static void look_at_methods(struct checking *c)
{
    const struct score_tree *t = c->tree;
    size_t i;

    for (i = 0; i < t->n; i++) {
        const struct score_node *node = &t->nodes[i];
        enum score_method m = score_method_of(node->method);

        if (c->group[i] && node->method != NULL)
            fault(c, i, "score.group-method");
        else if (!c->group[i] && m == SCORE_NO_METHOD)
            fault(c, i, node->method == NULL ? "score.no-method" : "score.method-unknown");
        else if (!c->group[i] && !good_params(m, &node->params))
            fault(c, i, "score.params-bad");
    }
}

/* All weights or none; none is equal. A group whose weights are all 0 has no mean. */
static void look_at_weights(struct checking *c, int group)
{
    const struct score_tree *t = c->tree;
    size_t i, some = 0, none = 0, first = t->n;
    int64_t sum = 0;

    for (i = 0; i < t->n; i++) {
        if (c->parent[i] != group)
            continue;
        if (first == t->n)
            first = i;
        if (t->nodes[i].weight == INT_NONE)
            none++;
        else
            some++;
        c->weight[i] = t->nodes[i].weight == INT_NONE ? 1 : t->nodes[i].weight;
        if (c->weight[i] < 0 || c->weight[i] > 1000000)
            fault(c, i, "score.weight-bad");
        else
            sum += c->weight[i];
    }
    if (first == t->n)
        return;
    if (some > 0 && none > 0)
        fault(c, first, "score.weights-some");
    else if (sum == 0)
        fault(c, first, "score.weights-zero");
}

/* ---- will it fit? ---- */

/* x and y above 0. */
static int common_multiple(wide x, wide y, wide *ret)
{
    wide p = x, q = y;

    while (q != 0) {
        wide rest = p % q;

        p = q;
        q = rest;
    }
    return __builtin_mul_overflow(x / p, y, ret) || *ret >> DENOMINATOR_BITS != 0 ? E_INPUT : 0;
}

/* A number that every score of the leaf, in points, is a multiple of one part of. */
static int leaf_denominator(const struct score_node *node, wide *ret)
{
    const struct score_params *p = &node->params;
    wide d = 1;
    size_t i;
    int e = 0;

    switch (score_method_of(node->method)) {
    case SCORE_STEPS:
        d = 100;
        break;
    case SCORE_DOCUMENTS:
        d = p->n_points > 0 ? all_points(p) : p->total;
        break;
    case SCORE_PART:
        d = p->total != INT_NONE ? p->total : node->total != INT_NONE ? node->total : SCORE_COUNT_MAX;
        break;
    case SCORE_THRESHOLD: /* actuals have at most two decimals */
        d = p->target.num * 100;
        break;
    case SCORE_DOCUMENTS_PRO:
        for (i = 0; e == 0 && i < p->n_points; i++)
            e = common_multiple(d, p->targets[i].num * 100, &d);
        d *= all_points(p);
        break;
    case SCORE_BINARY:
    case SCORE_NO_METHOD:
        break;
    }
    *ret = d;
    return e;
}

static void look_at_size(struct checking *c, struct arena *a)
{
    const struct score_tree *t = c->tree;
    wide *den = arena_array(a, t->n + 1, wide), *sum = arena_array(a, t->n + 1, wide);
    size_t i, k;
    int e = 0;

    for (i = 0; i <= t->n; i++)
        den[i] = 1;
    for (i = t->n; e == 0 && i-- > 0;) { /* children before their parents; place n is the index */
        size_t up;

        k = c->order[i];
        up = c->parent[k] < 0 ? t->n : (size_t)c->parent[k];
        if (!c->group[k])
            e = leaf_denominator(&t->nodes[k], &den[k]);
        else if (__builtin_mul_overflow(den[k], sum[k], &den[k]) || den[k] >> DENOMINATOR_BITS != 0)
            e = E_INPUT;
        if (e == 0)
            e = common_multiple(den[up], den[k], &den[up]);
        sum[up] += c->weight[k];
        if (e < 0)
            fault(c, k, "score.too-fine");
    }
    if (e == 0 && (__builtin_mul_overflow(den[t->n], sum[t->n], &den[t->n]) || den[t->n] >> DENOMINATOR_BITS != 0))
        fault(c, t->n, "score.too-fine");
}

int score_tree_make(struct arena *a, const struct score_node *nodes, size_t n, struct score_tree *ret,
                    struct score_fault faults[SCORE_FAULTS_MAX], size_t *ret_faults)
{
    struct score_tree t = {.nodes = nodes, .n = n};
    struct checking c = {
        .tree = &t,
        .parent = arena_array(a, n + 1, int),
        .order = arena_array(a, n + 1, size_t),
        .group = arena_array(a, n + 1, bool),
        .weight = arena_array(a, n + 1, int64_t),
        .faults = faults,
    };
    size_t i;

    if (n == 0 || n > SCORE_NODES_MAX)
        fault(&c, n, "score.nodes");
    find_parents(&c);
    put_in_order(&c, a);
    look_at_methods(&c);
    look_at_weights(&c, -1);
    for (i = 0; i < n; i++)
        if (c.group[i])
            look_at_weights(&c, (int)i);
    if (c.n_faults == 0)
        look_at_size(&c, a);
    *ret_faults = c.n_faults;
    if (c.n_faults > 0)
        return E_INPUT;

    t.parent = c.parent;
    t.order = c.order;
    t.group = c.group;
    t.weight = c.weight;
    *ret = t;
    return 0;
}

/* ---- rolling up ---- */

struct rolling {
    const struct score_tree *tree;
    struct fraction *value; /* place n: the index */
    bool *applies;
    int64_t *weight; /* sum of the children that apply */
};

/* Which nodes count: not those marked, nor what hangs below one, nor a group that has nothing left. */
static void find_applying(struct rolling *x)
{
    const struct score_tree *t = x->tree;
    bool *cut = x->applies; /* from above first: reused */
    size_t i;

    for (i = 0; i < t->n; i++) {
        size_t k = t->order[i];

        cut[k] = t->nodes[k].na || (t->parent[k] >= 0 && cut[t->parent[k]]);
    }
    cut[t->n] = true;
    for (i = t->n; i-- > 0;) {
        size_t k = t->order[i], up = t->parent[k] < 0 ? t->n : (size_t)t->parent[k];

        x->applies[k] = t->group[k] ? x->weight[k] > 0 : !cut[k];
        if (x->applies[k])
            x->weight[up] += t->weight[k];
    }
    x->applies[t->n] = x->weight[t->n] > 0;
}

static int add_to(struct rolling *x, size_t k)
{
    const struct score_tree *t = x->tree;
    size_t up = t->parent[k] < 0 ? t->n : (size_t)t->parent[k];
    struct fraction part;
    int e = fraction_mul(x->value[k], fraction_of(t->weight[k], 1), &part);

    return e < 0 ? e : fraction_add(x->value[up], part, &x->value[up]);
}

static int roll_up(struct rolling *x, enum score_view view)
{
    const struct score_tree *t = x->tree;
    size_t i;
    int e = 0;

    for (i = 0; i <= t->n; i++)
        x->value[i] = FRACTION_ZERO;
    for (i = t->n; e == 0 && i-- > 0;) {
        size_t k = t->order[i];

        if (!x->applies[k])
            continue;
        if (!t->group[k])
            e = leaf_score(&t->nodes[k], &t->nodes[k].answer[view], &x->value[k]);
        else
            e = fraction_div(x->value[k], fraction_of(x->weight[k], 1), &x->value[k]);
        if (e == 0)
            e = add_to(x, k);
    }
    if (e == 0 && x->applies[t->n])
        e = fraction_div(x->value[t->n], fraction_of(x->weight[t->n], 1), &x->value[t->n]);
    return e;
}

static void roll_begin(struct arena *a, const struct score_tree *t, struct rolling *ret)
{
    *ret = (struct rolling){
        .tree = t,
        .value = arena_array(a, t->n + 1, struct fraction),
        .applies = arena_array(a, t->n + 1, bool),
        .weight = arena_array(a, t->n + 1, int64_t),
    };
    find_applying(ret);
}

static int without_penalty(struct fraction index, struct fraction penalty, struct fraction *ret)
{
    int e = fraction_sub(index, penalty, ret);

    if (e == 0)
        *ret = fraction_max(*ret, FRACTION_ZERO);
    return e;
}

int score_compute(struct arena *a, const struct score_tree *tree, enum score_view view, struct fraction penalty,
                  struct score_values *ret)
{
    struct rolling x;
    int e;

    roll_begin(a, tree, &x);
    e = roll_up(&x, view);
    if (e == 0 && view == SCORE_VERIFIED)
        e = without_penalty(x.value[tree->n], penalty, &x.value[tree->n]);
    if (e < 0)
        return e;
    *ret = (struct score_values){x.applies[tree->n], x.value[tree->n], x.value, x.applies};
    return 0;
}

int score_rounded(struct fraction score, int64_t *ret)
{
    return fraction_round(score, 100, ROUND_HALF_UP, ret);
}

/* ---- gains ---- */

/* The index is linear in a leaf: its share is the product of weight / sum of weights up the tree. */
static int share_of(const struct rolling *x, size_t k, struct fraction *ret)
{
    const struct score_tree *t = x->tree;
    struct fraction share = {1, 1};
    int up, e = 0;

    for (up = (int)k; e == 0 && up >= 0; up = t->parent[up]) {
        size_t above = t->parent[up] < 0 ? t->n : (size_t)t->parent[up];

        e = fraction_mul(share, fraction_of(t->weight[up], x->weight[above]), &share);
    }
    *ret = share;
    return e;
}

static int gain_of(const struct rolling *x, size_t k, struct fraction penalty, bool full, struct fraction *ret)
{
    struct fraction now = x->value[k], then = HUNDRED, share, before, after;
    int e = full ? 0 : leaf_next(&x->tree->nodes[k], now, &then);

    if (e == 0)
        e = fraction_sub(then, now, &then);
    if (e == 0)
        e = share_of(x, k, &share);
    if (e == 0)
        e = fraction_mul(then, share, &then);
    if (e == 0)
        e = fraction_add(x->value[x->tree->n], then, &after);
    if (e == 0)
        e = without_penalty(after, penalty, &after);
    if (e == 0)
        e = without_penalty(x->value[x->tree->n], penalty, &before);
    return e < 0 ? e : fraction_sub(after, before, ret);
}

static void insert_gain(struct score_gain *v, size_t n, struct score_gain g)
{
    while (n > 0 && fraction_compare(v[n - 1].gain, g.gain) < 0) {
        v[n] = v[n - 1];
        n--;
    }
    v[n] = g;
}

int score_gains(struct arena *a, const struct score_tree *tree, struct fraction penalty, bool full, struct score_gain **ret,
                size_t *ret_n)
{
    struct score_gain *v = arena_array(a, tree->n, struct score_gain);
    struct rolling x;
    size_t i, n = 0;
    int e;

    roll_begin(a, tree, &x);
    e = roll_up(&x, SCORE_VERIFIED);
    for (i = 0; e == 0 && i < tree->n; i++) {
        struct score_gain g = {.node = i};

        if (tree->group[i] || !x.applies[i])
            continue;
        e = gain_of(&x, i, penalty, full, &g.gain);
        if (e == 0 && g.gain.num > 0)
            insert_gain(v, n++, g);
    }
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

/* ---- bands, plans ---- */

int score_band_of(const struct score_band *bands, size_t n, struct fraction score)
{
    size_t i;

    for (i = n; i-- > 0;)
        if (i == 0 || fraction_compare(score, fraction_of(bands[i].from, 100)) >= 0)
            return (int)i;
    return -1;
}

int score_plan_of(const struct score_plan_item *items, size_t n, struct score_plan *ret)
{
    struct score_plan plan = {.done_bp = INT_NONE, .progress = INT_NONE};
    struct fraction sum = FRACTION_ZERO;
    int64_t weights = 0;
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < n; i++) {
        if (!items[i].counts)
            continue;
        plan.total++;
        plan.done += items[i].accepted;
        weights += items[i].weight;
        e = fraction_add(sum, fraction_of(items[i].weight * items[i].progress, 1), &sum);
    }
    if (e == 0 && plan.total > 0)
        e = bp_of(plan.done, plan.total, &plan.done_bp);
    if (e == 0 && weights > 0) {
        e = fraction_div(sum, fraction_of(weights, 1), &sum);
        if (e == 0)
            e = fraction_round(sum, 100, ROUND_HALF_UP, &plan.progress);
    }
    if (e == 0)
        *ret = plan;
    return e;
}
