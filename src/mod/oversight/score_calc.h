/*
 * score_calc.h: scores of a programme template: from what is fulfilled at the leaves to one index (README.md: law, words).
 *
 * Pure: no database, no request, no clock. Exact fractions up to the one rounding half up at the end, so a supervisor who
 * computes again gets the same last digit. Templates are data: nodes, weights, methods, steps and bands come in as rows.
 *
 * Not for: what rows hold (score.h), text and JSON forms (score_text.h, score_case.h), pages.
 */
#ifndef MOD_OVERSIGHT_SCORE_CALC_H
#define MOD_OVERSIGHT_SCORE_CALC_H

#include "base/arena.h"
#include "base/fraction.h"

#define SCORE_NODES_MAX  2000
#define SCORE_POINTS_MAX 64
#define SCORE_COUNT_MAX  9999 /* of documents, units, periods, stages */

/* Self-reported; accepted; accepted and submitted; a dry run of the inspectorate. All roll up alike. */
enum score_view {
    SCORE_SELF,
    SCORE_VERIFIED,
    SCORE_PENDING,
    SCORE_REHEARSAL,
    SCORE_VIEWS,
};

/* How a leaf is scored. Of a family the words behind the prefix change nothing. */
enum score_method {
    SCORE_NO_METHOD,
    SCORE_BINARY,        /* BINER_*, INTEROPERABILITAS_*: met or not */
    SCORE_STEPS,         /* BERTINGKAT_*: the value of the step */
    SCORE_DOCUMENTS,     /* BOBOT_DOKUMEN: accepted of required, or points of the accepted ones */
    SCORE_DOCUMENTS_PRO, /* BOBOT_DOKUMEN_PROPORSIONAL: each earns its points times min(1, actual / target) */
    SCORE_PART,          /* PROPORSIONAL, BOBOT_TAHUN, BOBOT_TAHUN_TRIWULAN, BOBOT_TAHAPAN: done of total */
    SCORE_THRESHOLD,     /* AMBANG_*: actual of target */
};
enum score_method score_method_of(const char *name);

struct score_step {
    const char *word;
    int64_t score; /* 1/100 point, 0 to 10000 */
};

/* What the template says of a leaf; which members count follows from the method. */
struct score_params {
    int64_t total; /* INT_NONE: each government has its own, see score_answers */
    const int64_t *points;
    const struct fraction *targets; /* of each, SCORE_DOCUMENTS_PRO */
    size_t n_points;
    const struct score_step *steps;
    size_t n_steps;
    struct fraction target; /* num 0: none */
};

/* How far a leaf is, in one view. */
struct score_answer {
    bool met;
    const char *step; /* NULL: the lowest */
    int64_t done;
    uint64_t docs; /* with points: a bit each, from the lowest */
    struct fraction actual;
    const struct fraction *actuals; /* n_points of them; NULL: none */
};

struct score_node {
    const char *code;
    const char *parent; /* code; NULL: right below the index */
    int64_t weight;     /* among siblings; INT_NONE */
    const char *method; /* NULL: a group */
    struct score_params params;
    bool na;       /* does not apply, nor does anything below it */
    int64_t total; /* of this government, where the template leaves it open; INT_NONE */
    struct score_answer answer[SCORE_VIEWS];
};

struct score_tree {
    const struct score_node *nodes;
    size_t n;
    const int *parent;   /* place of each, -1 at the top */
    const size_t *order; /* every parent before its children, else as given */
    const bool *group;
    const int64_t *weight; /* 1 where siblings have none */
};

/* A rule that the template breaks: `key` into lang/. */
struct score_fault {
    size_t node; /* its place; n of the whole */
    const char *key;
};
#define SCORE_FAULTS_MAX 20

/*
 * Looks at everything that could make a template wrong: a code twice, a parent that is not there, a cycle, an unknown method,
 * parameters that the method needs, a group with some weights, weights without sum, and denominators that would not fit. The
 * nodes must outlive the tree. 0, or E_INPUT with at least one fault.
 */
MUST_USE int score_tree_make(struct arena *a, const struct score_node *nodes, size_t n, struct score_tree *ret,
                             struct score_fault faults[SCORE_FAULTS_MAX], size_t *ret_faults);

/* The scores of one view, 0 to 100. Where `applies` is false there is none. */
struct score_values {
    bool applies; /* anything at all */
    struct fraction index;
    const struct fraction *node;
    const bool *node_applies;
};

/* `penalty` is taken off the verified index only, which never goes below 0. E_INPUT when a fraction does not fit. */
MUST_USE int score_compute(struct arena *a, const struct score_tree *tree, enum score_view view, struct fraction penalty,
                           struct score_values *ret);

/* In 1/100 point, half up; the only rounding. */
MUST_USE int score_rounded(struct fraction score, int64_t *ret);

/* A leaf whose verified score is under 100, and what the verified index gains when it alone goes on. */
struct score_gain {
    size_t node;
    struct fraction gain;
};

/*
 * The best gains, best first, equal ones as in the tree: by the leaf's next step (a document, a unit, the next value), or
 * `full` by its going to 100 at once. What gains nothing is left out. *ret has room for tree->n.
 */
MUST_USE int score_gains(struct arena *a, const struct score_tree *tree, struct fraction penalty, bool full,
                         struct score_gain **ret, size_t *ret_n);

struct score_band {
    int64_t from; /* 1/100 point; a limit belongs to the band above it */
    const char *word;
};
/* Place of the band of the exact score; -1 without bands. */
int score_band_of(const struct score_band *bands, size_t n, struct fraction score);

/* ---- an action plan ---- */

struct score_plan_item {
    bool counts; /* not: not_applicable, cancelled */
    bool accepted;
    int64_t progress, weight;
};
struct score_plan {
    int64_t done, total;
    int64_t done_bp;  /* INT_NONE of nothing */
    int64_t progress; /* weighted, 1/100 */
};
MUST_USE int score_plan_of(const struct score_plan_item *items, size_t n, struct score_plan *ret);

#endif
