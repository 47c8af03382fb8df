/*
 * score_calc_test.c: the worked example of the rules, what was published, what a template may not be, and the worked cases of a
 * folder beside the checkout or named by TERANG_SHARED (skipped without).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/unit.h"

#include "base/text.h"
#include "mod/oversight/score_calc.h"
#include "mod/oversight/score_case.h"

#define GROUP(code_, parent_, weight_)                                                                                         \
    {                                                                                                                          \
        .code = (code_), .parent = (parent_), .weight = (weight_), .total = INT_NONE                                           \
    }
#define DONE(code_, parent_, weight_, method_, total_, done_)                                                                  \
    {                                                                                                                          \
        .code = (code_), .parent = (parent_), .weight = (weight_), .method = (method_), .total = INT_NONE,                     \
        .params = {.total = (total_)}, .answer = {                                                                             \
            [SCORE_VERIFIED] = {.done = (done_), .met = (done_) > 0}                                                           \
        }                                                                                                                      \
    }

static const char *fault_of(struct arena *a, const struct score_node *nodes, size_t n)
{
    struct score_fault faults[SCORE_FAULTS_MAX];
    struct score_tree tree;
    size_t n_faults;

    return score_tree_make(a, nodes, n, &tree, faults, &n_faults) < 0 ? faults[0].key : NULL;
}

static int64_t index_of(struct arena *a, const struct score_node *nodes, size_t n, struct fraction penalty)
{
    struct score_fault faults[SCORE_FAULTS_MAX];
    struct score_tree tree;
    struct score_values v;
    size_t n_faults;
    int64_t index;

    assert_int_equal(score_tree_make(a, nodes, n, &tree, faults, &n_faults), 0);
    assert_int_equal(score_compute(a, &tree, SCORE_VERIFIED, penalty, &v), 0);
    assert_int_equal(score_rounded(v.index, &index), 0);
    return index;
}

/* oversight.md, section 5 */
static void the_worked_example_of_the_rules(void **world)
{
    struct score_node nodes[] = {
        GROUP("A", NULL, 40),
        DONE("A1", "A", 60, "BOBOT_DOKUMEN", 10, 5),
        DONE("A2", "A", 40, "BINER_0_100", INT_NONE, 1),
        DONE("B", NULL, 35, "PROPORSIONAL", 24, 18),
        DONE("C", NULL, 25, "BINER_0_100", INT_NONE, 0),
    };
    struct arena *a = unit_arena(world);

    assert_int_equal(index_of(a, nodes, 5, FRACTION_ZERO), 5425); /* C wrongly counted as 0 */
    nodes[4].na = true;
    assert_int_equal(index_of(a, nodes, 5, FRACTION_ZERO), 7233);
    assert_int_equal(index_of(a, nodes, 5, fraction_of(2, 1)), 7033);
    assert_int_equal(index_of(a, nodes, 5, fraction_of(80, 1)), 0);
}

/* Areas as published, each rounded; the index lies within that rounding. */
static void the_mean_of_published_areas(void **world)
{
    static const struct {
        int64_t areas[8];
        size_t n;
        int64_t mean;
    } published[] = {
        {{10000, 9700, 10000, 9200, 9000, 9600, 10000, 10000}, 8, 9688}, /* Jepara 2024, published 96.83 */
        {{9050, 7810, 9010, 9130, 9130, 5750, 8050, 8620}, 8, 8319},     /* Banten 2020, published 83 */
        {{8800, 7500, 6800, 7800, 7200, 8100, 7000, 7400}, 8, 7575},     /* national 2024, published 76 */
        {{10000, 7229, 5895, 8133, 8415, 8172, 8494, 7848}, 8, 8023},    /* Bengkulu 2024; published 76.15, so less by 4.08 */
    };
    static const char *const codes[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
    struct score_step steps[8];
    size_t i, k;

    for (i = 0; i < ARRAY_LEN(published); i++) {
        struct score_node nodes[8];

        for (k = 0; k < published[i].n; k++) {
            steps[k] = (struct score_step){"published", published[i].areas[k]};
            nodes[k] = (struct score_node){.code = codes[k],
                                           .weight = INT_NONE,
                                           .total = INT_NONE,
                                           .method = "BERTINGKAT_",
                                           .params = {.total = INT_NONE, .steps = &steps[k], .n_steps = 1},
                                           .answer = {[SCORE_VERIFIED] = {.step = "published"}}};
        }
        assert_int_equal(index_of(unit_arena(world), nodes, published[i].n, FRACTION_ZERO), published[i].mean);
        if (i == 3)
            assert_int_equal(index_of(unit_arena(world), nodes, 8, fraction_of(408, 100)), 7615);
    }
}

static void a_group_that_does_not_apply_leaves_the_denominator(void **world)
{
    struct score_node nodes[] = {
        GROUP("1", NULL, INT_NONE),
        DONE("1.1", "1", INT_NONE, "BINER_", INT_NONE, 0),
        GROUP("2", NULL, INT_NONE),
        DONE("2.1", "2", INT_NONE, "BINER_", INT_NONE, 1),
    };
    struct score_fault faults[SCORE_FAULTS_MAX];
    struct score_tree tree;
    struct score_values v;
    size_t n;

    nodes[1].na = true; /* the only child: so neither does the group */
    assert_int_equal(index_of(unit_arena(world), nodes, 4, FRACTION_ZERO), 10000);
    nodes[2].na = true;
    assert_int_equal(score_tree_make(unit_arena(world), nodes, 4, &tree, faults, &n), 0);
    assert_int_equal(score_compute(unit_arena(world), &tree, SCORE_SELF, FRACTION_ZERO, &v), 0);
    assert_false(v.applies);
}

static void a_template_that_breaks_a_rule_is_refused(void **world)
{
    struct arena *a = unit_arena(world);
    const struct score_node twice[] = {DONE("1", NULL, INT_NONE, "BINER_", INT_NONE, 0),
                                       DONE("1", NULL, INT_NONE, "BINER_", INT_NONE, 0)};
    const struct score_node orphan[] = {DONE("1.1", "1", INT_NONE, "BINER_", INT_NONE, 0)};
    const struct score_node circle[] = {GROUP("1", "2", INT_NONE), GROUP("2", "1", INT_NONE)};
    const struct score_node unknown[] = {DONE("1", NULL, INT_NONE, "BOBOT_DOKUMEN_X", 3, 0)};
    const struct score_node bare[] = {DONE("1", NULL, INT_NONE, "BOBOT_DOKUMEN", INT_NONE, 0)};
    const struct score_node some[] = {DONE("1", NULL, 3, "BINER_", INT_NONE, 0),
                                      DONE("2", NULL, INT_NONE, "BINER_", INT_NONE, 0)};
    const struct score_node zero[] = {DONE("1", NULL, 0, "BINER_", INT_NONE, 0)};
    const struct score_node group[] = {DONE("1", NULL, 1, "BINER_", INT_NONE, 0), DONE("1.1", "1", 1, "BINER_", INT_NONE, 0)};

    assert_string_equal(fault_of(a, twice, 2), "score.code-twice");
    assert_string_equal(fault_of(a, orphan, 1), "score.parent-unknown");
    assert_string_equal(fault_of(a, circle, 2), "score.cycle");
    assert_string_equal(fault_of(a, unknown, 1), "score.method-unknown");
    assert_string_equal(fault_of(a, bare, 1), "score.params-bad");
    assert_string_equal(fault_of(a, some, 2), "score.weights-some");
    assert_string_equal(fault_of(a, zero, 1), "score.weights-zero");
    assert_string_equal(fault_of(a, group, 2), "score.group-method");
    assert_string_equal(fault_of(a, twice, 0), "score.nodes");
}

/* Ten primes of four digits as totals: their product has 130 bits. */
static void a_template_too_fine_for_128_bits_is_refused(void **world)
{
    static const int64_t primes[] = {9973, 9967, 9949, 9941, 9931, 9929, 9923, 9907, 9901, 9887};
    static const char *const codes[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    struct score_node nodes[10];
    size_t i;

    for (i = 0; i < 10; i++)
        nodes[i] = (struct score_node)DONE(codes[i], NULL, INT_NONE, "PROPORSIONAL", primes[i], 1);
    assert_null(fault_of(unit_arena(world), nodes, 7));
    assert_string_equal(fault_of(unit_arena(world), nodes, 10), "score.too-fine");
}

static void a_limit_belongs_to_the_band_above(void **world)
{
    static const struct score_band bands[] = {{0, "merah"}, {2500, "kuning"}, {5000, "biru"}, {7500, "hijau"}};

    (void)world;
    assert_int_equal(score_band_of(bands, 4, fraction_of(7500, 100)), 3);
    assert_int_equal(score_band_of(bands, 4, fraction_of(749999, 10000)), 2); /* shown as 75,00 */
    assert_int_equal(score_band_of(bands, 4, FRACTION_ZERO), 0);
    assert_int_equal(score_band_of(bands, 0, FRACTION_ZERO), -1);
}

/* ---- the worked cases ---- */

static bool same(const struct json_in *got, const struct json_in *want)
{
    size_t i;

    if (want->kind == JSON_IS_OBJECT && json_member(want, "any") != NULL) {
        const struct json_in *any = json_member(want, "any");

        for (i = 0; i < any->n; i++)
            if (same(got, &any->items[i]))
                return true;
        return false;
    }
    if (got == NULL || got->kind != want->kind)
        return false;
    switch (want->kind) {
    case JSON_IS_NULL:
        return true;
    case JSON_IS_BOOL:
    case JSON_IS_INT:
        return got->number == want->number;
    case JSON_IS_TEXT:
        return text_eq(got->text, want->text);
    case JSON_IS_ARRAY:
        for (i = 0; i < want->n; i++)
            if (i >= got->n || !same(&got->items[i], &want->items[i]))
                return false;
        return got->n == want->n;
    case JSON_IS_OBJECT:
        for (i = 0; i < want->n; i++)
            if (*want->items[i].key != '_' && !same(json_member(got, want->items[i].key), &want->items[i]))
                return false;
        return true;
    }
    return false;
}

/* Codes best first: each gains no less than those left out, and they do not rise. */
static bool in_order(const struct json_in *got, const struct json_in *want)
{
    const struct json_in *gains = json_member(want, "order_by");
    int64_t top = json_member(want, "top")->number, before = INT64_MAX;
    size_t i, better, k;

    if (got == NULL || (int64_t)got->n != ((int64_t)gains->n < top ? (int64_t)gains->n : top))
        return false;
    for (i = 0; i < got->n; i++) {
        const struct json_in *gain = json_member(gains, got->items[i].text);

        if (gain == NULL || gain->number > before)
            return false;
        before = gain->number;
        for (k = 0, better = 0; k < gains->n; k++)
            better += gains->items[k].number > gain->number;
        if (better > i)
            return false;
    }
    return true;
}

static void check_case(struct arena *a, const char *line, size_t n)
{
    const struct json_in *one, *want, *got;
    const char *kind = NULL, *id = NULL, *why = NULL;
    struct json_out out;
    struct buf text;
    size_t i;

    assert_int_equal(json_read(a, line, n, MB, &one, NULL), 0);
    assert_int_equal(json_get_text(one, "kind", &kind), 1);
    assert_int_equal(json_get_text(one, "id", &id), 1);
    buf_init(&text, a, MB);
    json_out_init(&out, &text);
    if (score_case_answer(a, kind, json_member(one, "in"), &out, &why) < 0)
        fail_msg("%s: %s", id, why);
    assert_int_equal(json_out_done(&out), 0);
    assert_int_equal(json_read(a, text.s, text.n, MB, &got, NULL), 0);
    want = json_member(one, "want");
    if (json_member(want, "any") != NULL && !same(got, want))
        fail_msg("%s differs: %s", id, text.s);
    for (i = 0; i < want->n; i++) {
        const char *key = want->items[i].key;
        bool steps = text_ends(key, "_steps"), good;

        if (*key == '_' || text_eq(key, "any"))
            continue;
        good = steps ? in_order(json_member(got, key), &want->items[i]) : same(json_member(got, key), &want->items[i]);
        if (!good)
            fail_msg("%s: %s differs: %s", id, key, text.s);
    }
}

static void all_worked_cases(void **world)
{
    const char *named = getenv("TERANG_SHARED"), *root = getenv("TERANG_ROOT");
    static char line[MB];
    struct arena a;
    size_t n = 0;
    FILE *f = NULL;

    if (named != NULL)
        f = fopen(text_printf(unit_arena(world), "%s/data/calc/score.jsonl", named), "r");
    else if (root != NULL)
        f = fopen(text_printf(unit_arena(world), "%s/../shared/data/calc/score.jsonl", root), "r");
    if (f == NULL)
        skip();
    arena_init(&a, 64 * MB);
    while (fgets(line, sizeof line, f) != NULL) {
        check_case(&a, line, strlen(line));
        arena_reset(&a);
        n++;
    }
    arena_finish(&a);
    (void)fclose(f); /* only read */
    assert_true(n > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_worked_example_of_the_rules),
        UNIT(the_mean_of_published_areas),
        UNIT(a_group_that_does_not_apply_leaves_the_denominator),
        UNIT(a_template_that_breaks_a_rule_is_refused),
        UNIT(a_template_too_fine_for_128_bits_is_refused),
        UNIT(a_limit_belongs_to_the_band_above),
        UNIT(all_worked_cases),
    };

    return cmocka_run_group_tests_name("score_calc", tests, NULL, NULL);
}
