/*
 * flow_clock.c: stretches of working days.
 */
#include "base/date.h"
#include "engine/flow_clock.h"

struct flow_time flow_time_new(int64_t days)
{
    return (struct flow_time){.how = FLOW_STOPS,
                              .days = days,
                              .from = DATE_NONE,
                              .stopped = DATE_NONE,
                              .due = DATE_NONE,
                              .stage_from = DATE_NONE,
                              .stage_due = DATE_NONE,
                              .promised = DATE_NONE,
                              .ended = DATE_NONE};
}

static date due_of(const struct flow_time *t, const struct calendar *c)
{
    return t->days == 0 || date_is_none(t->from) ? DATE_NONE : calendar_add(c, t->from, t->days - t->used);
}

static date stage_due_of(const struct flow_time *t, const struct calendar *c)
{
    return t->stage_days == 0 || date_is_none(t->stage_from) ? DATE_NONE : calendar_add(c, t->stage_from, t->stage_days);
}

void flow_time_enter(struct flow_time *t, const struct calendar *c, enum flow_clock how, int64_t stage_days, date today)
{
    bool ran = !date_is_none(t->from);

    if (how != FLOW_RUNS && ran) {
        t->used += calendar_between(c, t->from, today);
        t->from = DATE_NONE;
        t->stopped = today;
    }
    if (ran && (how != FLOW_RUNS || t->days == 0))
        t->promised = DATE_NONE; /* a later due date is another promise */
    if (how == FLOW_RUNS && !ran) {
        t->from = today;
        t->stopped = DATE_NONE;
    }
    if (how == FLOW_ENDS) {
        t->stopped = DATE_NONE;
        t->ended = today;
    }
    t->how = how;
    t->stage_days = stage_days;
    t->stage_from = how == FLOW_RUNS ? today : DATE_NONE;
    t->due = due_of(t, c);
    t->stage_due = stage_due_of(t, c);
}

bool flow_time_again(struct flow_time *t, const struct calendar *c)
{
    date due = due_of(t, c), stage_due = stage_due_of(t, c), before = t->days != 0 ? t->due : t->stage_due;
    bool moved = before.v != (t->days != 0 ? due.v : stage_due.v), changed = due.v != t->due.v || stage_due.v != t->stage_due.v;

    if (moved && date_is_none(t->promised))
        t->promised = before;
    t->due = due;
    t->stage_due = stage_due;
    return changed;
}

int64_t flow_time_used(const struct flow_time *t, const struct calendar *c, date today)
{
    return t->used + (date_is_none(t->from) ? 0 : calendar_between(c, t->from, today));
}

date flow_time_since(const struct flow_time *t)
{
    return t->from; /* a stage never begins before the stretch it is in */
}

date flow_time_next(const struct flow_time *t)
{
    if (date_is_none(t->due) || (!date_is_none(t->stage_due) && t->stage_due.v < t->due.v))
        return t->stage_due;
    return t->due;
}
