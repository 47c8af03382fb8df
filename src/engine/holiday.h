/*
 * holiday.h: days off as rows, and the calendar made of them.
 *
 * Rows of government 0 are national (joint decree of the ministers) and count everywhere, a government's own are closures by
 * its decree. They are written like every row, with a leaf, because deadlines hang on them; afterwards the job "deadlines"
 * (flow.h) reaches what runs.
 */
#ifndef ENGINE_HOLIDAY_H
#define ENGINE_HOLIDAY_H

#include "base/calendar.h"
#include "db/db.h"
#include "engine/entity.h"

#define HOLIDAY_NATIONAL 0 /* in head.gov */

struct holiday {
    struct record head;
    date day;
    state kind; /* "national", "joint-leave", "local" */
    const char *name;
    const char *basis; /* the decree */
    date decreed;      /* known from this day on; DATE_NONE always */
};
extern const struct entity holiday_entity;

/*
 * The calendar of a government from the day `from` on: earlier days have weekends off only, so nothing may be counted there.
 * Cost: one range of an index, about 25 rows a year.
 */
MUST_USE int calendar_of(struct db *db, struct arena *a, int64_t gov, date from, const struct calendar_rule *rule,
                         struct calendar *ret);

extern const struct query *const holiday_queries[];
extern const size_t holiday_queries_n;

#endif
