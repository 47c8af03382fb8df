/*
 * score_case.h: worked cases of scores as JSON, answered by the same computation as the pages: for `terang calc`, by which an
 * outsider has any score computed again.
 *
 * A case is {"id", "kind", "in": {...}}; its answer {"id", "got": {...}} has the scores of each node and view, index and band
 * of each view, and the codes of the cheapest next steps; for kind "plan" done, total, percent_bp and weighted_progress.
 */
#ifndef MOD_OVERSIGHT_SCORE_CASE_H
#define MOD_OVERSIGHT_SCORE_CASE_H

#include "base/json.h"

/* tree, small, limit, plan */
bool score_case_knows(const char *kind);

/*
 * Writes the value of "got": the answer to a case whose "in" is given. E_FORMAT or E_INPUT when the case is none of this form;
 * then *ret_why is a word for what is wrong, and nothing was written.
 */
MUST_USE int score_case_answer(struct arena *a, const char *kind, const struct json_in *in, struct json_out *out,
                               const char **ret_why);

#endif
