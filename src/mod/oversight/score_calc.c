/*
 * score_calc.c: roll-up by exact fractions, and what a further step would gain.
 *
 * Not for: reading templates or answers.
 */
#include "mod/oversight/score_leaf.h"

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
            e = score_leaf(&t->nodes[k], &t->nodes[k].answer[view], &x->value[k]);
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
    int e = full ? 0 : score_leaf_next(&x->tree->nodes[k], now, &then);

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
