/*
 * score_board.h: the governments of a template side by side, as read and sorted. For score_compare.c.
 */
#ifndef MOD_OVERSIGHT_SCORE_BOARD_H
#define MOD_OVERSIGHT_SCORE_BOARD_H

#include "mod/oversight/score_page.h"

#define AREAS_MAX 16

struct board_row {
    const struct score_gov *gov;
    const struct score_point *points; /* its snapshots, the oldest first */
    size_t n_points;
    const struct score_point *last;
    const struct score_area_point *area[AREAS_MAX]; /* in the order of the heads; NULL */
};

struct board {
    bool everybody;
    struct score_year_item template;
    struct score_bands bands;
    struct score_compare read;
    struct board_row *rows; /* those with a snapshot */
    size_t n;
    const struct score_area_point *heads[AREAS_MAX];
    size_t n_heads;
    const char *by, *asked; /* of the address; NULL */
    bool asked_bad;
    date today, until;
};

/* `everybody` is set. In the order that is asked for. 1, 0 when there is no template, negative. */
MUST_USE int board_gather(struct req *r, struct board *b);

int64_t board_gap(const struct board_row *x);                        /* reported above verified */
int64_t board_age(const struct board *b, const struct board_row *x); /* days of the oldest that waits; 0: none waits */

/*
 * Of a column ("nilai", "selisih", "antrean", "kurang", code of an area) the middle one, of an even count the mean of the two,
 * rounded half up; those without a number do not count.
 */
int64_t board_median(const struct req *r, const struct board *b, const char *by);

#endif
