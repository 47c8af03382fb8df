/*
 * score_text.h: parameters, answers and bands as they stand in columns and files: short, readable, exact. Pure.
 *
 *   parameters  "total=4; target=78.5; points=5,55,35; targets=10,20,30; steps=none:0,partly:75,complete:100"
 *   answers     "1" or "0" met; "partly" a step; "3" done; "0,2" documents by place, with points; "66.20" actual;
 *               "0.5,12" actuals; "" or NULL nothing yet
 *   bands       "0:buruk 25:hati-hati 50:sedang 75:baik"
 */
#ifndef MOD_OVERSIGHT_SCORE_TEXT_H
#define MOD_OVERSIGHT_SCORE_TEXT_H

#include "mod/oversight/score_calc.h"

/* E_FORMAT for what is none. NULL is no parameters. */
MUST_USE int score_params_parse(struct arena *a, const char *text, struct score_params *ret);

MUST_USE int score_answer_parse(struct arena *a, const char *method, const struct score_params *params, const char *text,
                                struct score_answer *ret);

#define SCORE_BANDS_MAX 8
MUST_USE int score_bands_parse(struct arena *a, const char *text, struct score_band ret[SCORE_BANDS_MAX], size_t *ret_n);

#endif
