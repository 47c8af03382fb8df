/*
 * score_leaf.h: what the computation of scores shares about one leaf. For score_calc.c and score_tree.c alone.
 */
#ifndef MOD_OVERSIGHT_SCORE_LEAF_H
#define MOD_OVERSIGHT_SCORE_LEAF_H

#include "mod/oversight/score_calc.h"

#define HUNDRED ((struct fraction){100, 1})

bool score_params_good(enum score_method m, const struct score_params *p); /* all that the method needs, in its bounds */
int64_t score_points_of(const struct score_params *p);                     /* the sum of them */

/* 0 to 100. E_INPUT for an answer that is none of its method, or a fraction that does not fit. */
MUST_USE int score_leaf(const struct score_node *node, const struct score_answer *x, struct fraction *ret);

/* Its verified score, now `now`, after the next document, unit or value. */
MUST_USE int score_leaf_next(const struct score_node *node, struct fraction now, struct fraction *ret);

#endif
