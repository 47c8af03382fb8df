/*
 * moved.h: running deadlines that a change of the calendar has moved, with the day that was promised at first.
 *
 * The promise is kept beside the clock (flow_clock.h) and never changed; this is where people see both.
 */
#ifndef ENGINE_MOVED_H
#define ENGINE_MOVED_H

#include "engine/flow.h"

struct moved {
    const struct screen *screen;
    int64_t record;
    const char *title;
    date promised, due; /* "semula", "menjadi" */
};

/*
 * Those of a government that the one who asks may see, the nearest first, at most n_max. *ret_more: there are more. Cost: one
 * walk over what waits in the government, and a row for each that moved.
 */
MUST_USE int moved_list(struct req *r, int64_t gov, size_t n_max, struct moved **ret, size_t *ret_n, bool *ret_more);

/* GET /kerja/{gov}/tenggat-bergeser */
void moved_page(struct req *r);

/* On the page of a day off: what the last computation of deadlines found. */
void moved_by_day_off(struct req *r, const void *row);

extern const struct query *const moved_queries[];
extern const size_t moved_queries_n;

#endif
