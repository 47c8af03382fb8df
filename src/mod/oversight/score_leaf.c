/*
 * score_leaf.c: one leaf: the methods, what each needs of the template, its score, its next step.
 *
 * Not for: trees (score_tree.c), roll-up (score_calc.c).
 */
#include "base/text.h"
#include "mod/oversight/score_leaf.h"

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

bool score_params_good(enum score_method m, const struct score_params *p)
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

int64_t score_points_of(const struct score_params *p)
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
    *ret = fraction_of(sum * 100, score_points_of(p));
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
    return e < 0 ? e : fraction_mul(sum, fraction_of(100, score_points_of(p)), ret);
}

int score_leaf(const struct score_node *node, const struct score_answer *x, struct fraction *ret)
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
    e = fraction_mul(best, fraction_of(100, score_points_of(p)), &best);
    return e < 0 ? e : fraction_add(now, best, ret);
}

int score_leaf_next(const struct score_node *node, struct fraction now, struct fraction *ret)
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
        return score_leaf(node, &x, ret);
    case SCORE_BINARY:
    case SCORE_THRESHOLD:
    case SCORE_NO_METHOD:
        break;
    }
    *ret = HUNDRED;
    return 0;
}
