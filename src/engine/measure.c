/*
 * measure.c: finding measures, and the page that shows a government all of them with what each was made of.
 */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/job_parts.h"

const struct measure *measure_find(const struct app *app, const char *name)
{
    size_t m, i;

    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_measures; i++)
            if (text_eq(app->modules[m]->measures[i].name, name))
                return &app->modules[m]->measures[i];
    return NULL;
}

/* ---- values in the reader's form ---- */

static const char *say_days(struct req *r, int64_t v)
{
    return v == INT_NONE ? say_count(r, v) : T1(r, "job.days", say_count(r, v));
}

static const char *say_sen(struct req *r, int64_t v)
{
    return say_rupiah(r, (money){v});
}

static const struct {
    const char *unit;
    const char *(*say)(struct req *r, int64_t v);
} units[] = {{"percent", say_percent}, {"count", say_count}, {"money", say_sen}, {"days", say_days}};

const char *measure_said(struct req *r, const struct measure *m, int64_t v)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(units); i++)
        if (text_eq(units[i].unit, m->unit))
            return units[i].say(r, v);
    bug_at(__FILE__, __LINE__, m->name);
}

/* ---- the page ---- */

struct quarter {
    date from, to;
    const char *name; /* "Triwulan III 2026" */
};

#define QUARTERS 2 /* the present one and the one before */

static struct quarter quarter_of(struct req *r, date day)
{
    static const char *const roman[] = {"I", "II", "III", "IV"};
    struct civil c = date_civil(day);
    int n = (c.month - 1) / 3;
    date from = date_of(c.year, n * 3 + 1, 1);

    return (struct quarter){from, date_add_days(date_add_months(from, 3), -1),
                            T2(r, "job.quarter", roman[n], text_printf(r->arena, "%d", c.year))};
}

struct shown {
    int64_t value[QUARTERS];
    const char *basis[QUARTERS];
};

static int look(struct req *r, const struct measure *m, const struct quarter q[static QUARTERS], struct shown *ret)
{
    size_t i;
    int e;

    for (i = 0; i < QUARTERS; i++) {
        ret->basis[i] = NULL;
        e = m->value(r->db, r->arena, req_gov(r)->id, q[i].from, q[i].to, &ret->value[i], &ret->basis[i]);
        if (e < 0)
            return e;
    }
    return 0;
}

static void measure_row(struct req *r, const struct ui_table *t, const struct measure *m,
                        const struct quarter q[static QUARTERS], const struct shown *s)
{
    size_t i;

    ui_row_begin(r, false);
    ui_cell_begin(r, t, 0);
    html(r, "%s", T(r, m->name));
    ui_more_begin(r, T(r, "job.basis"));
    for (i = 0; i < QUARTERS; i++)
        html(r, "<p>%s: %s</p>\n", q[i].name, s->basis[i] != NULL ? s->basis[i] : T(r, "job.basis-none"));
    ui_more_end(r);
    ui_cell_end(r, t, 0);
    for (i = 0; i < QUARTERS; i++)
        ui_cell(r, t, i + 1, measure_said(r, m, s->value[i]));
    ui_row_end(r);
}

/* Every measure is computed before the page begins, so that a failure still has a page of its own. */
static int look_at_all(struct req *r, const struct quarter q[static QUARTERS], struct shown **ret, size_t *ret_n)
{
    const struct app *app = r->app;
    size_t m, i, n = 0;
    int e;

    for (m = 0; m < app->n_modules; m++)
        n += app->modules[m]->n_measures;
    *ret = arena_array(r->arena, n, struct shown);
    *ret_n = n;
    n = 0;
    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_measures; i++) {
            e = look(r, &app->modules[m]->measures[i], q, &(*ret)[n++]);
            if (e < 0)
                return e;
        }
    return 0;
}

void measure_page(struct req *r)
{
    const struct app *app = r->app;
    date today = instant_date(r->now, req_gov(r)->zone_minutes);
    struct quarter q[QUARTERS];
    struct ui_column columns[] = {{.label = T(r, "job.measure"), .head = true}, {.num = true}, {.num = true}};
    struct ui_table table = {.caption = T(r, "job.measures"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "job.measures")};
    struct shown *shown;
    size_t n, m, i;
    int e;

    q[0] = quarter_of(r, today);
    q[1] = quarter_of(r, date_add_days(q[0].from, -1));
    columns[1].label = q[0].name;
    columns[2].label = q[1].name;
    e = look_at_all(r, q, &shown, &n);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }

    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "job.measures-text"), NULL, 0);
    if (n == 0) {
        state_empty(r, T(r, "job.measures-none"), T(r, "job.measures-none-text"), NULL);
    } else {
        ui_table_begin(r, &table);
        for (m = 0, n = 0; m < app->n_modules; m++)
            for (i = 0; i < app->modules[m]->n_measures; i++)
                measure_row(r, &table, &app->modules[m]->measures[i], q, &shown[n++]);
        ui_table_end(r, &table);
    }
    page_end(r, &p);
}
