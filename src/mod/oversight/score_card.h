/*
 * score_card.h: one government's scorecard as read, and the parts of its page. For score_page.c and the files beside it.
 */
#ifndef MOD_OVERSIGHT_SCORE_CARD_H
#define MOD_OVERSIGHT_SCORE_CARD_H

#include "mod/oversight/score_now.h"
#include "mod/oversight/score_page.h"

enum place { FOR_STAFF, FOR_SUPERVISOR, FOR_EVERYBODY };

/* All that the page shows. */
struct card {
    enum place place;
    const char *slug;
    struct score_year_item years[SCORE_YEARS_MAX], *year;
    size_t n_years;
    struct score_bands bands;
    const char *asked; /* "30-6-2026", as typed; NULL: today */
    bool asked_bad;
    date until;                                 /* nothing younger is shown */
    struct score_point *points, *last, *before; /* before: at the end of the quarter before; NULL */
    size_t n_points;
    struct score_area_point *areas;
    size_t n_areas;
    struct score_input *inputs;
    size_t n_inputs;
    struct score_book book;
    struct score_values self, verified;
    struct score_gain *gains;
    size_t n_gains;
    struct score_penalty *penalties;
    size_t n_penalties;
    int64_t late; /* verdicts that came after the year was frozen */
    instant recorded;
};

/* The year that is asked for, else the newest, and its snapshots. 1, 0 when there is none yet, negative. */
MUST_USE int card_points(struct req *r, int64_t gov, struct card *c);

/* As card_points(), with all that the page shows. */
MUST_USE int card_read(struct req *r, int64_t gov, struct card *c);

/* ---- addresses and words ---- */

const char *card_href(struct req *r, const struct card *c);
const char *card_area(struct req *r, const struct card *c, const char *code);
const char *card_record(struct req *r, const struct card *c, const char *slug, int64_t id); /* NULL for who reads no records */
const char *card_signed(struct req *r, int64_t v);                                          /* "+2,5" */
int64_t card_minus(int64_t a, int64_t b);                                                   /* INT_NONE when either is none */
const char *card_days_since(struct req *r, date since);
int64_t card_leaf(const struct score_values *v, size_t i); /* 1/100 point; INT_NONE: does not apply */
void card_band(struct req *r, const struct card *c, int64_t score);
enum tone card_tone(const struct card *c, int64_t score);
const struct score_input *card_input(const struct card *c, size_t place); /* of a leaf of the book; NULL */

/* ---- parts of the page ---- */

void card_areas(struct req *r, const struct card *c);       /* all areas and the whole */
void card_area_detail(struct req *r, const struct card *c); /* the leaves of one */
void card_steps(struct req *r, const struct card *c);       /* what adds most */
void card_ending(struct req *r, const struct card *c);      /* frozen or final, and penalties */
void card_year(struct req *r, const struct card *c);        /* how the year went */

#endif
