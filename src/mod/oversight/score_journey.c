/*
 * score_journey.c: how the scorecard's year went, as a whole and by area.
 */
#include "base/date.h"
#include "base/text.h"
#include "mod/oversight/score_card.h"

#define MONTHS 12

/* The newest number of each month; months without one are a gap. */
struct months {
    int64_t self[MONTHS], verified[MONTHS];
};

static void months_empty(struct months *m)
{
    size_t i;

    for (i = 0; i < MONTHS; i++)
        m->self[i] = m->verified[i] = INT_NONE;
}

static void months_put(struct months *m, const struct card *c, date d, int64_t self, int64_t verified)
{
    size_t i = score_month(d, c->year->year);

    m->self[i] = self;
    m->verified[i] = verified;
}

static struct ui_chart chart_of(struct req *r, const struct card *c, const struct months *m, const char *id, const char *title)
{
    struct ui_series *series = arena_array(r->arena, 2, struct ui_series);

    series[0] = (struct ui_series){T(r, "score.line-verified"), m->verified, MONTHS, false};
    series[1] = (struct ui_series){T(r, "score.line-self"), m->self, MONTHS, true};
    return (struct ui_chart){.id = id,
                             .title = title,
                             .ticks = score_months(r),
                             .n_ticks = MONTHS,
                             .goal = c->year->target,
                             .series = series,
                             .n_series = 2};
}

void card_year(struct req *r, const struct card *c)
{
    struct months *m = arena_new(r->arena, struct months);
    struct ui_chart chart;
    size_t i, k;

    months_empty(m);
    for (i = 0; i < c->n_points; i++)
        months_put(m, c, c->points[i].as_of, c->points[i].self, c->points[i].verified);
    ui_section_begin(r, "perjalanan", T1(r, "score.journey", text_printf(r->arena, "%lld", (long long)c->year->year)));
    chart = chart_of(r, c, m, "tahun", T1(r, "score.journey", text_printf(r->arena, "%lld", (long long)c->year->year)));
    ui_chart(r, &chart);
    ui_multi_begin(r);
    for (i = 0; i < c->n_areas; i++) {
        const struct score_area_point *x = &c->areas[i];

        if (x->snapshot != c->last->id)
            continue;
        m = arena_new(r->arena, struct months);
        months_empty(m);
        for (k = 0; k < c->n_areas; k++)
            if (text_eq(c->areas[k].code, x->code))
                months_put(m, c, c->areas[k].as_of, c->areas[k].self, c->areas[k].verified);
        chart = chart_of(r, c, m, "kecil", score_area_name(r->arena, x->code, x->title));
        ui_chart_small(r, &chart, card_area(r, c, x->code), say_score(r, x->verified));
    }
    ui_multi_end(r);
    ui_section_end(r);
}

size_t score_month(date d, int64_t year)
{
    struct civil day = date_civil(d);

    return day.year > year ? MONTHS - 1 : day.year < year ? 0 : (size_t)day.month - 1;
}

const char *const *score_months(struct req *r)
{
    const char **v = arena_array(r->arena, MONTHS, const char *);
    size_t i;

    for (i = 0; i < MONTHS; i++)
        v[i] = month_short((int)i + 1, (int)r->lang);
    return v;
}
