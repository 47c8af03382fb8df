/*
 * score_book.h: a template with its tree and one government's answers in it: read, computed, and made a snapshot of.
 *
 * The inputs of a snapshot are text, a line a leaf in the template's order: "code|self|verified|pending|rehearsal|total|na",
 * empty where there is nothing, na 1 or 0. With the template it is all that the scores follow from.
 */
#ifndef MOD_OVERSIGHT_SCORE_BOOK_H
#define MOD_OVERSIGHT_SCORE_BOOK_H

#include "db/writer.h"
#include "mod/oversight/score.h"
#include "mod/oversight/score_text.h"

struct score_book {
    const struct score_node_row *rows; /* in the template's order, parents before children */
    struct score_node *nodes;          /* the same for the computation */
    size_t n;
    struct score_tree tree;
};

/*
 * Of rows that are in memory: parsed and checked. E_INPUT with the faults of score_tree_make() and "score.params-bad"; `rows`
 * must outlive the book. `parent` of a row is looked up by id.
 */
MUST_USE int score_book_make(struct arena *a, const struct score_node_row *rows, size_t n, struct score_book *ret,
                             struct score_fault faults[SCORE_FAULTS_MAX], size_t *ret_faults);

/* The nodes of a template as stored, in its order. */
MUST_USE int score_nodes_read(struct db *db, struct arena *a, int64_t template, struct score_node_row **ret, size_t *ret_n);

/* As stored. 1, 0 when the template has no nodes, E_STORAGE when what is stored is no template. */
MUST_USE int score_book_read(struct db *db, struct arena *a, int64_t template, struct score_book *ret);

bool score_book_leaf(const struct score_book *b, size_t i);
size_t score_book_area(const struct score_book *b, size_t i);      /* the node at the top above i, or i itself */
size_t score_book_place(const struct score_book *b, int64_t node); /* b->n when there is none of that id */

/* All inputs of a government's year, in the template's order. */
MUST_USE int score_inputs_read(struct db *db, struct arena *a, int64_t gov, int64_t year, struct score_input **ret,
                               size_t *ret_n);

/* The answers into the book's nodes. E_FORMAT when one is none of its method; *ret_wrong is its code. */
MUST_USE int score_book_fill(struct arena *a, struct score_book *b, const struct score_input *v, size_t n,
                             const char **ret_wrong);

/* The same from the inputs of a snapshot. */
MUST_USE int score_book_refill(struct arena *a, struct score_book *b, const char *inputs);

/* A snapshot and its areas, not yet stored; `penalty` in 1/100 point. */
struct score_result {
    struct score_snapshot snapshot;
    struct score_line *lines;
    size_t n_lines;
};
MUST_USE int score_book_compute(struct arena *a, struct score_book *b, const struct score_year *year,
                                const struct score_input *v, size_t n, int64_t penalty, date as_of, struct score_result *ret);

/* Rows and leaves. `ids` are made here; may run twice. */
MUST_USE int score_result_store(struct tx *tx, const struct score_result *x, struct record *ret_head);

/* "1 Perencanaan dan Penganggaran APBD", at most 120 bytes. */
const char *score_area_name(struct arena *a, const char *code, const char *name);

extern const struct query score_q_nodes, score_q_inputs;

#endif
