/*
 * calendar.h: working days. Monday to Friday, less the days off that are given as rows.
 *
 * Counting rests on one function, the number of working days up to a date; with w(d) for it:
 *   used between start s and stop e   w(e) - w(s): the day of acceptance is day 0, the last day counts
 *   due date after n working days     the smallest d with w(d) >= w(s) + n
 * Each costs one binary search in the days off that fall on Monday to Friday (about 25 a year); there is no span of
 * years to run out of. Years without rows have only weekends off: ask calendar_last() before promising anything there.
 *
 * Not for: which kinds of days a service counts (its rule says), hours, stops of a clock (licensing).
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "arena.h"
#include "base.h"

enum day_kind {
    DAY_NATIONAL,    /* national holiday */
    DAY_JOINT_LEAVE, /* cuti bersama */
    DAY_LOCAL,       /* closure by a local decree */
    DAY_KIND_COUNT,
};

/* "national", "joint-leave", "local", as in files; the parser says E_FORMAT for another word. */
const char *day_kind_code(enum day_kind kind);
MUST_USE int day_kind_parse(const char *code, enum day_kind *ret);

struct day_off {
    date day;
    enum day_kind kind;
    date decreed; /* known from this day on; DATE_NONE = always known */
};

struct calendar_rule {
    bool joint_leave_counts; /* joint leave is a working day */
    date known_by;           /* rows decreed later do not count; DATE_NONE = all count */
};

struct calendar {
    const int32_t *off; /* days off from Monday to Friday, ascending, each once */
    size_t n;
    date last; /* the last row's day, weekends too; DATE_NONE without rows */
};

/* Rows in any order; a day may have several. The calendar lives in the arena. Cost: a sort. */
void calendar_build(struct calendar *ret, struct arena *a, const struct day_off *rows, size_t n,
                    const struct calendar_rule *rule);

/* The last day that the rows know of, in steps of years: its 31 December. DATE_NONE without rows. */
date calendar_last(const struct calendar *c);

bool calendar_is_working(const struct calendar *c, date d);

/* Working days from a fixed Monday long ago up to and with d. Only differences mean something. */
int64_t calendar_upto(const struct calendar *c, date d);

/* calendar_upto(to) - calendar_upto(from): `from` does not count, `to` does; below 0 when to < from. */
int64_t calendar_between(const struct calendar *c, date from, date to);

/*
 * The n-th working day after `from`; before it when n is negative; `from` itself, working or not, when n is 0. DATE_NONE
 * past the year 9999 or before the year 1.
 */
date calendar_add(const struct calendar *c, date from, int64_t n);

#endif
