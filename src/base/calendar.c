/*
 * calendar.c: weekdays by arithmetic, days off by binary search.
 */
#include "calendar.h"
#include "date.h"
#include "text.h"

#define MONDAY       (-719162) /* 0001-01-01, a Monday: day 0 of the count */
#define WORKING_WEEK 5
#define COUNT_MAX    INT64_C(4000000) /* more working days than the years 1 to 9999 have */

static const char *const kind_codes[] = {
    [DAY_NATIONAL] = "national",
    [DAY_JOINT_LEAVE] = "joint-leave",
    [DAY_LOCAL] = "local",
};
_Static_assert(ARRAY_LEN(kind_codes) == DAY_KIND_COUNT, "a code for each kind");

const char *day_kind_code(enum day_kind kind)
{
    BUG_IF((size_t)kind >= DAY_KIND_COUNT);
    return kind_codes[kind];
}

int day_kind_parse(const char *code, enum day_kind *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(kind_codes); i++) {
        if (text_eq(code, kind_codes[i])) {
            *ret = (enum day_kind)i;
            return 0;
        }
    }
    return E_FORMAT;
}

/* ---- building ---- */

static bool is_weekday(date d)
{
    return date_weekday(d) <= WORKING_WEEK;
}

static bool counts_as_off(const struct day_off *row, const struct calendar_rule *rule)
{
    if (row->kind == DAY_JOINT_LEAVE && rule->joint_leave_counts)
        return false;
    if (!date_is_none(row->decreed) && !date_is_none(rule->known_by) && row->decreed.v > rule->known_by.v)
        return false;
    return is_weekday(row->day);
}

static int by_day(const void *p, const void *q)
{
    int32_t x = *(const int32_t *)p, y = *(const int32_t *)q;

    return (x > y) - (x < y);
}

static size_t without_doubles(int32_t *v, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || v[kept - 1] != v[i])
            v[kept++] = v[i];
    }
    return kept;
}

void calendar_build(struct calendar *ret, struct arena *a, const struct day_off *rows, size_t n,
                    const struct calendar_rule *rule)
{
    int32_t *off = arena_array(a, n, int32_t);
    date last = DATE_NONE;
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        BUG_IF(date_is_none(rows[i].day));
        if (rows[i].day.v > last.v)
            last = rows[i].day;
        if (counts_as_off(&rows[i], rule))
            off[count++] = rows[i].day.v;
    }
    qsort(off, count, sizeof *off, by_day);
    *ret = (struct calendar){.off = off, .n = without_doubles(off, count), .last = last};
}

date calendar_last(const struct calendar *c)
{
    return date_is_none(c->last) ? c->last : date_of(date_civil(c->last).year, 12, 31);
}

/* ---- counting ---- */

/* How many days off are before d. */
static size_t off_before(const struct calendar *c, int64_t d)
{
    size_t from = 0, to = c->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (c->off[middle] < d)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Mondays to Fridays from the first Monday up to and with d. */
static int64_t weekdays_upto(int64_t d)
{
    int64_t days = d - MONDAY, rest = days % 7 + 1;

    return days / 7 * WORKING_WEEK + (rest < WORKING_WEEK ? rest : WORKING_WEEK);
}

/* The day with weekdays_upto() == count, count from 1. */
static int64_t nth_weekday(int64_t count)
{
    return MONDAY + (count - 1) / WORKING_WEEK * 7 + (count - 1) % WORKING_WEEK;
}

bool calendar_is_working(const struct calendar *c, date d)
{
    size_t i = off_before(c, d.v);

    return is_weekday(d) && (i == c->n || c->off[i] != d.v);
}

int64_t calendar_upto(const struct calendar *c, date d)
{
    BUG_IF(date_is_none(d));
    return weekdays_upto(d.v) - (int64_t)off_before(c, (int64_t)d.v + 1);
}

int64_t calendar_between(const struct calendar *c, date from, date to)
{
    return calendar_upto(c, to) - calendar_upto(c, from);
}

/* The day off at i has so many working days before it. It lies before the working day number w if they are fewer. */
static int64_t working_before_off(const struct calendar *c, size_t i)
{
    return weekdays_upto(c->off[i]) - 1 - (int64_t)i;
}

/* The working day with number w as calendar_upto() counts. */
static date working_day(const struct calendar *c, int64_t w)
{
    size_t from = 0, to = c->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (working_before_off(c, middle) < w)
            from = middle + 1;
        else
            to = middle;
    }
    if (w < 1)
        return DATE_NONE;
    return date_add_days((date){MONDAY}, nth_weekday(w + (int64_t)from) - MONDAY);
}

date calendar_add(const struct calendar *c, date from, int64_t n)
{
    BUG_IF(date_is_none(from));
    if (n == 0)
        return from;
    if (n > COUNT_MAX || n < -COUNT_MAX)
        return DATE_NONE;
    if (n > 0)
        return working_day(c, calendar_upto(c, from) + n);
    return working_day(c, calendar_upto(c, from) - calendar_is_working(c, from) + n + 1);
}
