/*
 * score_tree.c: what could make a template wrong, found before anything is computed with it.
 */
#include "base/text.h"
#include "mod/oversight/score_leaf.h"

/* Two values below this many bits of denominator can be added, weighted and rounded in 127 bits. */
#define DENOMINATOR_BITS 110

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
        else if (!c->group[i] && !score_params_good(m, &node->params))
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
        d = p->n_points > 0 ? score_points_of(p) : p->total;
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
        d *= score_points_of(p);
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
