/*
 * charts_page.c: /kerja/-/mesin/grafik: the last day of this process in small charts, with their numbers in a table.
 *
 * The minutes of the last two hours come in tens of minutes, a longer life in hours. A stretch without minutes is a gap.
 */
#include <inttypes.h>

#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "core/machine/pages.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define SPANS_MAX ((size_t)24)

/* A stretch of time and what its minutes add up to. */
struct span {
    instant from;
    int64_t minutes, requests, errors;
    int64_t page_us, step_us, group_us, waiting; /* the worst minute */
    int64_t memory, database;                    /* of the last one */
};

struct spans {
    struct span v[SPANS_MAX];
    size_t n;
    int64_t length_ms;
};

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void add_minute(struct span *s, const struct machine_point *p)
{
    s->minutes++;
    s->requests += p->requests;
    s->errors += p->errors;
    s->page_us = larger(s->page_us, p->page_us);
    s->step_us = larger(s->step_us, p->step_us);
    s->group_us = larger(s->group_us, p->group_us);
    s->waiting = larger(s->waiting, p->waiting);
    s->memory = p->memory;
    s->database = p->database;
}

static void spans_of(const struct req *r, const struct machine_point *v, size_t n, struct spans *ret)
{
    int64_t zone_ms = (int64_t)r->zone_minutes * MINUTE_MS, first;
    size_t i;

    *ret = (struct spans){.length_ms = 10 * MINUTE_MS};
    if (n == 0)
        return;
    if (v[n - 1].at.v - v[0].at.v > 2 * HOUR_MS)
        ret->length_ms = HOUR_MS;
    first = (v[n - 1].at.v + zone_ms) / ret->length_ms - (int64_t)SPANS_MAX + 1;
    first = larger(first, (v[0].at.v + zone_ms) / ret->length_ms);
    for (i = 0; i < n; i++) {
        int64_t at = (v[i].at.v + zone_ms) / ret->length_ms - first;

        if (at < 0 || at >= (int64_t)SPANS_MAX)
            continue; /* longer ago, or from before the clock was set back */
        ret->n = (size_t)larger((int64_t)ret->n, at + 1);
        add_minute(&ret->v[at], &v[i]);
    }
    for (i = 0; i < ret->n; i++)
        ret->v[i].from = (instant){(first + (int64_t)i) * ret->length_ms - zone_ms};
}

/* ---- what is shown ---- */

enum unit {
    UNIT_COUNT,
    UNIT_MS,
    UNIT_BYTES,
};

static int64_t requests_a_minute(const struct span *s)
{
    return s->requests / s->minutes;
}

static int64_t errors_of(const struct span *s)
{
    return s->errors;
}

static int64_t page_us(const struct span *s)
{
    return s->page_us;
}

static int64_t step_us(const struct span *s)
{
    return s->step_us;
}

static int64_t group_us(const struct span *s)
{
    return s->group_us;
}

static int64_t waiting(const struct span *s)
{
    return s->waiting;
}

static int64_t memory(const struct span *s)
{
    return s->memory;
}

static int64_t database(const struct span *s)
{
    return s->database;
}

static const struct shown {
    const char *id, *word;
    enum unit unit;
    int64_t (*value)(const struct span *s);
} shown[] = {
    {"permintaan", "machine.requests", UNIT_COUNT, requests_a_minute},
    {"galat", "machine.errors", UNIT_COUNT, errors_of},
    {"halaman", "machine.page-time", UNIT_MS, page_us},
    {"langkah", "machine.step-time", UNIT_MS, step_us},
    {"penulis", "machine.group-time", UNIT_MS, group_us},
    {"antrean", "machine.waiting", UNIT_COUNT, waiting},
    {"memori", "machine.memory", UNIT_BYTES, memory},
    {"basis-data", "machine.database-size", UNIT_BYTES, database},
};

static const char *said(struct req *r, enum unit unit, int64_t v)
{
    if (unit == UNIT_BYTES)
        return say_size(r, v);
    if (unit == UNIT_MS)
        return T1(r, "machine.ms", say_count(r, (v + 999) / 1000));
    return say_count(r, v);
}

static const char *clock_text(const struct req *r, instant t)
{
    struct time_of_day at = instant_time(t, r->zone_minutes);

    return text_printf(r->arena, "%02d.%02d", at.hour, at.minute);
}

/* In 1/100 of what the axis shows: a count, milliseconds, megabytes. */
static int64_t on_axis(enum unit unit, int64_t v)
{
    if (unit == UNIT_BYTES)
        return v / (int64_t)(MB / 100);
    return unit == UNIT_MS ? v / 10 : v * 100;
}

/* The next 1, 2 or 5 with zeros behind it: a round end of the axis. */
static int64_t round_up(int64_t v)
{
    int64_t step = 100;

    for (;;) {
        if (v <= step)
            return step;
        if (v <= 2 * step)
            return 2 * step;
        if (v <= 5 * step)
            return 5 * step;
        step *= 10;
    }
}

static void chart(struct req *r, const struct spans *s, const struct shown *x, const char *const *ticks)
{
    int64_t *v = arena_array(r->arena, SPANS_MAX, int64_t);
    struct ui_series series = {.label = T(r, x->word), .v = v, .n = s->n};
    struct ui_chart c = {.id = x->id,
                         .title = T(r, x->word),
                         .ticks = ticks,
                         .n_ticks = s->n,
                         .max = 1,
                         .goal = INT_NONE,
                         .series = &series,
                         .n_series = 1};
    int64_t last = INT_NONE;
    size_t i;

    for (i = 0; i < s->n; i++) {
        v[i] = INT_NONE;
        if (s->v[i].minutes == 0)
            continue;
        last = x->value(&s->v[i]);
        v[i] = on_axis(x->unit, last);
        c.max = larger(c.max, v[i]);
    }
    c.max = round_up(c.max);
    ui_chart_small(r, &c, url(r, "#angka"), last == INT_NONE ? "–" : said(r, x->unit, last));
}

static void charts(struct req *r, const struct spans *s)
{
    const char **ticks = arena_array(r->arena, SPANS_MAX, const char *);
    size_t i;

    for (i = 0; i < s->n; i++)
        ticks[i] = clock_text(r, s->v[i].from);
    ui_multi_begin(r);
    for (i = 0; i < ARRAY_LEN(shown); i++)
        chart(r, s, &shown[i], ticks);
    ui_multi_end(r);
}

static void numbers(struct req *r, const struct spans *s)
{
    struct ui_column columns[ARRAY_LEN(shown) + 1] = {{.label = T(r, "machine.from"), .head = true, .nowrap = true}};
    struct ui_table t = {.caption = T(r, "machine.numbers"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    size_t i, k;

    for (k = 0; k < ARRAY_LEN(shown); k++)
        columns[k + 1] = (struct ui_column){.label = T(r, shown[k].word), .num = true};
    ui_section_begin(r, "angka", T(r, "machine.numbers"));
    ui_table_begin(r, &t);
    for (i = s->n; i-- > 0;) {
        if (s->v[i].minutes == 0)
            continue;
        ui_row_begin(r, s->v[i].errors > 0);
        ui_cell(r, &t, 0, clock_text(r, s->v[i].from));
        for (k = 0; k < ARRAY_LEN(shown); k++)
            ui_cell(r, &t, k + 1, said(r, shown[k].unit, shown[k].value(&s->v[i])));
        ui_row_end(r);
    }
    ui_table_end(r, &t);
    ui_section_end(r);
}

void page_charts(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "machine.charts-title")};
    struct machine_point *v;
    struct spans s;
    size_t n;

    machine_points(r->app, r->arena, &v, &n);
    spans_of(r, v, n, &s);
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, s.length_ms == HOUR_MS ? "machine.charts-hours" : "machine.charts-minutes"), NULL, 0);
    machine_tabs(r, MACHINE_PATH "/grafik");
    if (s.n == 0) {
        state_empty(r, T(r, "machine.no-minutes"), T(r, "machine.no-minutes-text"), NULL);
    } else {
        charts(r, &s);
        numbers(r, &s);
    }
    page_end(r, &p);
}
