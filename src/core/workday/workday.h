/*
 * workday.h: the calendar of working days as people read it: a year of months, each day off with its reason, and a count.
 *
 * What counts is base/calendar.h; which days are off are rows of engine/holiday.h. Here both become something to look at, and
 * a count says which days it left out and why.
 *
 * Not for: deadlines of records (engine/flow.h).
 */
#ifndef CORE_WORKDAY_WORKDAY_H
#define CORE_WORKDAY_WORKDAY_H

#include "base/calendar.h"
#include "engine/app.h"

extern const struct module workday_module;

/* A day off with its reason. */
struct off_day {
    date day;
    enum day_kind kind;
    const char *name, *basis; /* basis: the decree, NULL when it is not known */
    date decreed;             /* known from this day on; DATE_NONE: not said */
    int64_t gov, id;          /* gov 0: counts everywhere */
};

/* Of a government and of the nation, by day; both ends included. At most OFF_DAYS_MAX, E_LIMIT above. Texts live in `a`. */
#define OFF_DAYS_MAX 2000
MUST_USE int off_days(struct db *db, struct arena *a, int64_t gov, date from, date to, struct off_day **ret, size_t *ret_n);

/* ---- pure from here on ---- */

/* The reason that is shown for a day that has several: national before joint leave before a closure; NULL for none. */
const struct off_day *off_day_on(const struct off_day *v, size_t n, date d);

/* A year in numbers; days off are those from Monday to Friday, each counted once under the reason that is shown. */
struct work_year {
    int year;
    int64_t working[13]; /* of each month from 1; [0] of the year */
    int64_t off[DAY_KIND_COUNT];
    bool national; /* some row of it is national: without one, the list of that year has not come */
};
void work_year(struct work_year *ret, int year, const struct off_day *v, size_t n);

/*
 * `days` working days after `from`, and what was left out on the way: Saturdays and Sundays as a number, days off from Monday
 * to Friday one by one. `v` holds the years of both ends whole; where one of these years has no national day its list has not
 * come yet, and `whole` is false.
 */
struct work_count {
    date from, due; /* due DATE_NONE: past the year 9999 */
    int64_t days;
    int64_t weekend;
    const struct off_day **off;
    size_t n_off;
    bool whole;
};
void work_count(struct work_count *ret, struct arena *a, date from, int64_t days, bool joint_leave_counts,
                const struct off_day *v, size_t n);

#endif
