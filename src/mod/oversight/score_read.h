/*
 * score_read.h: what the pages of scores show, read with one statement a part.
 */
#ifndef MOD_OVERSIGHT_SCORE_READ_H
#define MOD_OVERSIGHT_SCORE_READ_H

#include "mod/oversight/score_book.h"
#include "ui/req.h"

#define SCORE_YEARS_MAX 8

/* A programme year of a government with what the template says. */
struct score_year_item {
    int64_t id, template;
    const char *title, *template_name;
    int64_t year;
    int64_t target; /* 1/100 point; INT_NONE */
    date closes;
    const char *bands;
    bool example;
    const char *status;
    int64_t snapshot; /* the figures that count, from final on; 0 */
    date frozen_on;
};

/* How things stood on a day. */
struct score_point {
    int64_t gov, id;
    date as_of;
    int64_t self, verified, pending, penalty, missing, waiting;
    date waiting_since;
    int64_t leaf_idx;
};

struct score_area_point {
    int64_t gov, id, snapshot;
    date as_of;
    const char *code, *title;
    int64_t self, verified, missing;
    date due;
};

struct score_bands {
    struct score_band v[SCORE_BANDS_MAX];
    size_t n;
};

/* KPK's level 1 to 4 of a score in 1/100 point, by the template's bands; 1 without. */
int score_level(const struct score_bands *b, int64_t score);

/* The years of a government, the newest first; none are drafts. */
MUST_USE int score_years_read(struct db *db, struct arena *a, int64_t gov, struct score_year_item ret[SCORE_YEARS_MAX],
                              size_t *ret_n);

/* Snapshots of a year, the oldest first; and the areas of at most SCORE_MONTHS_MAX snapshots, likewise. */
MUST_USE int score_points_read(struct db *db, struct arena *a, int64_t gov, int64_t year, struct score_point **ret,
                               size_t *ret_n);
#define SCORE_MONTHS_MAX 14 /* the newest of each month, the newest of all, and the one it is compared with */
MUST_USE int score_areas_read(struct db *db, struct arena *a, int64_t gov, const int64_t *snapshots, size_t n_snapshots,
                              struct score_area_point **ret, size_t *ret_n);

/* ---- several governments ---- */

struct score_gov {
    int64_t id;
    const char *code, *slug, *name;
};

/* The newest template that is no draft: 1, 0 none. */
MUST_USE int score_newest_template(struct db *db, struct arena *a, struct score_year_item *ret);

/*
 * All governments that a template of that year holds for, by code, with the newest snapshot of each month (by government, the
 * oldest first) and the areas of the newest of each; nothing younger than `until`. `keep` says which of them; NULL all.
 */
struct score_compare {
    struct score_gov *govs;
    size_t n_govs;
    struct score_point *points;
    size_t n_points;
    struct score_area_point *areas;
    size_t n_areas;
};
MUST_USE int score_compare_read(struct req *r, const struct score_year_item *template, date until,
                                bool (*keep)(const struct req *r, int64_t gov), struct score_compare *ret);

#endif
