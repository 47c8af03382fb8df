/*
 * flow_clock.h: the limits of a record in working days: they run, stop, go on and end (licensing rules 6.2 and 7.1).
 *
 * Pure: the calendar and today come in. The day on which a stretch begins does not count, the day on which it ends does. A
 * stage has a limit of its own, counted from the day the stage began.
 */
#ifndef ENGINE_FLOW_CLOCK_H
#define ENGINE_FLOW_CLOCK_H

#include "base/base.h"
#include "base/calendar.h"

enum flow_clock {
    FLOW_RUNS,  /* counts working days */
    FLOW_STOPS, /* waits for the applicant; days do not count */
    FLOW_ENDS,  /* final */
};

struct flow_time {
    enum flow_clock how;
    int64_t days; /* total limit; 0 none */
    int64_t used; /* working days of the stretches that have ended */
    date from;    /* day 0 of the stretch that runs; DATE_NONE while none does */
    date stopped; /* since when it stands still after it ran; DATE_NONE */
    date due;     /* the last day in time; DATE_NONE while nothing runs or there is no limit */
    int64_t stage_days;
    date stage_from; /* the same of the present stage */
    date stage_due;
    date promised; /* the first due date (without a total limit that of the stage) before the calendar changed; DATE_NONE */
    date ended;
};

/* Nothing has run yet. */
struct flow_time flow_time_new(int64_t days);

/* The record enters a state. */
void flow_time_enter(struct flow_time *t, const struct calendar *c, enum flow_clock how, int64_t stage_days, date today);

/* The calendar has changed: due dates of what runs are computed anew. Did one of them change? */
bool flow_time_again(struct flow_time *t, const struct calendar *c);

/* Working days used by the end of today. */
int64_t flow_time_used(const struct flow_time *t, const struct calendar *c, date today);

/* The day from which the calendar must be known to go on; DATE_NONE when nothing runs. */
date flow_time_since(const struct flow_time *t);

/* The nearer one of the two due dates; DATE_NONE without. */
date flow_time_next(const struct flow_time *t);

#endif
