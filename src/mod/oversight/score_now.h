/*
 * score_now.h: what a government's year scores with the rows as they are, and its penalties.
 */
#ifndef MOD_OVERSIGHT_SCORE_NOW_H
#define MOD_OVERSIGHT_SCORE_NOW_H

#include "mod/oversight/score_book.h"

#define SCORE_PENALTIES_MAX 50

/* Penalties of a year in any state, the oldest first. */
MUST_USE int score_penalties_read(struct db *db, struct arena *a, int64_t gov, int64_t year, struct score_penalty **ret,
                                  size_t *ret_n);

/* The sum of those that count, in 1/100 point. */
int64_t score_penalty_sum(const struct score_penalty *v, size_t n);

/* Template, reports, verdicts and penalties of the year, computed. 1, 0 when its template has no nodes, negative. */
MUST_USE int score_now(struct db *db, struct arena *a, const struct score_year *year, date as_of, struct score_result *ret);

/* How many verdicts came after the year was frozen. */
MUST_USE int score_late_verdicts(struct db *db, int64_t gov, int64_t year, int64_t *ret);

extern const struct query score_q_penalties, score_q_late;

#endif
