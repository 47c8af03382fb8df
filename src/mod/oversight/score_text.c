/*
 * score_text.c: reads parameters, answers and bands.
 */
#include <string.h>

#include "base/text.h"
#include "mod/oversight/score_text.h"

/* ---- lists ---- */

static int take_numbers(struct arena *a, const char *text, const int64_t **ret, size_t *ret_n)
{
    size_t n, i;
    char **parts = text_split(a, text, ',', &n);
    int64_t *v = arena_array(a, n + 1, int64_t);
    int e = 0;

    for (i = 0; e == 0 && i < n; i++)
        e = text_int(text_trim(a, parts[i]), 0, SCORE_COUNT_MAX, &v[i]);
    *ret = v;
    *ret_n = n;
    return e < 0 ? E_FORMAT : 0;
}

static int take_decimals(struct arena *a, const char *text, const struct fraction **ret, size_t *ret_n)
{
    size_t n, i;
    char **parts = text_split(a, text, ',', &n);
    struct fraction *v = arena_array(a, n + 1, struct fraction);
    int e = 0;

    for (i = 0; e == 0 && i < n; i++)
        e = fraction_parse(text_trim(a, parts[i]), &v[i]);
    *ret = v;
    *ret_n = n;
    return e < 0 ? E_FORMAT : 0;
}

/* "word:75" into word and 1/100 points. */
static int take_pair(struct arena *a, const char *text, const char **ret_word, int64_t *ret_score, bool score_first)
{
    const char *colon = strchr(text, ':');
    const char *left, *right;

    if (colon == NULL)
        return E_FORMAT;
    left = text_trim(a, arena_text_n(a, text, (size_t)(colon - text)));
    right = text_trim(a, colon + 1);
    *ret_word = score_first ? right : left;
    if (text_empty(left) || text_empty(right))
        return E_FORMAT;
    return decimal_exact_parse(score_first ? left : right, 2, ret_score) < 0 || *ret_score < 0 || *ret_score > 10000 ? E_FORMAT
                                                                                                                     : 0;
}

static int take_steps(struct arena *a, const char *text, struct score_params *p)
{
    size_t n, i;
    char **parts = text_split(a, text, ',', &n);
    struct score_step *v = arena_array(a, n + 1, struct score_step);
    int e = 0;

    for (i = 0; e == 0 && i < n; i++)
        e = take_pair(a, parts[i], &v[i].word, &v[i].score, false);
    p->steps = v;
    p->n_steps = n;
    return e;
}

/* ---- parameters ---- */

static int take_param(struct arena *a, const char *name, const char *value, struct score_params *p, size_t *n_targets)
{
    if (text_eq(name, "total"))
        return text_int(value, 1, SCORE_COUNT_MAX, &p->total) < 0 ? E_FORMAT : 0;
    if (text_eq(name, "target"))
        return fraction_parse(value, &p->target);
    if (text_eq(name, "points"))
        return take_numbers(a, value, &p->points, &p->n_points);
    if (text_eq(name, "targets"))
        return take_decimals(a, value, &p->targets, n_targets);
    if (text_eq(name, "steps"))
        return take_steps(a, value, p);
    return E_FORMAT;
}

int score_params_parse(struct arena *a, const char *text, struct score_params *ret)
{
    struct score_params p = {.total = INT_NONE};
    size_t n, i, n_targets = 0;
    char **parts = text_split(a, text != NULL ? text : "", ';', &n);
    int e = 0;

    for (i = 0; e == 0 && i < n; i++) {
        const char *part = text_trim(a, parts[i]), *equals = strchr(part, '=');

        if (*part == '\0')
            continue;
        if (equals == NULL)
            return E_FORMAT;
        e = take_param(a, text_trim(a, arena_text_n(a, part, (size_t)(equals - part))), text_trim(a, equals + 1), &p,
                       &n_targets);
    }
    if (e < 0 || (p.targets != NULL && n_targets != p.n_points))
        return E_FORMAT;
    *ret = p;
    return 0;
}

/* ---- answers ---- */

static int take_docs(struct arena *a, const char *text, size_t n_points, uint64_t *ret)
{
    const int64_t *places;
    size_t n, i;
    int e = take_numbers(a, text, &places, &n);

    for (i = 0; e == 0 && i < n; i++) {
        if (places[i] >= SCORE_POINTS_MAX || (size_t)places[i] >= n_points)
            return E_FORMAT;
        *ret |= (uint64_t)1 << places[i];
    }
    return e;
}

static int take_step(const struct score_params *p, const char *text, const char **ret)
{
    size_t i;

    for (i = 0; i < p->n_steps; i++)
        if (text_eq(p->steps[i].word, text)) {
            *ret = p->steps[i].word;
            return 0;
        }
    return E_FORMAT;
}

static int take_actuals(struct arena *a, const char *text, size_t n_points, struct score_answer *x)
{
    size_t n, i;
    int e = take_decimals(a, text, &x->actuals, &n);

    for (i = 0; e == 0 && i < n; i++)
        if (x->actuals[i].num < 0)
            e = E_FORMAT;
    return e == 0 && n != n_points ? E_FORMAT : e;
}

int score_answer_parse(struct arena *a, const char *method, const struct score_params *params, const char *text,
                       struct score_answer *ret)
{
    struct score_answer x = {.actual = FRACTION_ZERO};
    int64_t hundredths;
    int e = 0;

    if (text_empty(text)) {
        *ret = x;
        return 0;
    }
    switch (score_method_of(method)) {
    case SCORE_BINARY:
        x.met = text_eq(text, "1");
        e = x.met || text_eq(text, "0") ? 0 : E_FORMAT;
        break;
    case SCORE_STEPS:
        e = take_step(params, text, &x.step);
        break;
    case SCORE_DOCUMENTS:
        e = params->n_points > 0 ? take_docs(a, text, params->n_points, &x.docs) : text_int(text, 0, SCORE_COUNT_MAX, &x.done);
        break;
    case SCORE_PART:
        e = text_int(text, 0, SCORE_COUNT_MAX, &x.done);
        break;
    case SCORE_THRESHOLD: /* two decimals at most: what score_tree_make() reckoned with */
        e = decimal_exact_parse(text, 2, &hundredths);
        if (e == 0)
            x.actual = fraction_of(hundredths, 100);
        if (e == 0 && hundredths < 0)
            e = E_FORMAT;
        break;
    case SCORE_DOCUMENTS_PRO:
        e = take_actuals(a, text, params->n_points, &x);
        break;
    case SCORE_NO_METHOD:
        e = E_FORMAT;
        break;
    }
    if (e < 0)
        return E_FORMAT;
    *ret = x;
    return 0;
}

/* ---- bands ---- */

int score_bands_parse(struct arena *a, const char *text, struct score_band ret[SCORE_BANDS_MAX], size_t *ret_n)
{
    size_t n, i;
    char **parts = text_split(a, text_collapse(a, text != NULL ? text : ""), ' ', &n);
    int e = 0;

    if (n == 0 || n > SCORE_BANDS_MAX)
        return E_FORMAT;
    for (i = 0; e == 0 && i < n; i++) {
        e = take_pair(a, parts[i], &ret[i].word, &ret[i].from, true);
        if (e == 0 && (i == 0 ? ret[i].from != 0 : ret[i].from <= ret[i - 1].from))
            e = E_FORMAT;
    }
    *ret_n = n;
    return e;
}
