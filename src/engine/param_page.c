/*
 * param_page.c: which parameters count on a day, and on what basis.
 *
 * Not for: proposing and deciding values (the screen in param.c).
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/param.h"
#include "engine/param_page.h"
#include "engine/screen.h"
#include "engine/web.h"

enum { COL_NAME, COL_VALUE, COL_SINCE, COL_BASIS, COL_VERIFIED, COLUMNS };

/* Without a day, or with one that is none: today. */
static date asked_day(struct req *r)
{
    const char *typed = http_query(r->http, "hari");
    date d;

    if (text_empty(typed) || date_parse(typed, &d) < 0)
        return instant_date(r->now, r->zone_minutes);
    return d;
}

static void put_basis(struct req *r, const struct ui_table *t, const struct param *p, const struct param_value *v)
{
    const char *gov = v->gov != 0 ? req_gov(r)->slug : "-";

    ui_cell_begin(r, t, COL_BASIS);
    if (v->row == 0)
        html(r, "%s", T(r, "param.initial"));
    else
        html(r, "<a href=\"%s\">%s</a>", url(r, "/kerja/%s/parameter/%lld", gov, (long long)v->row), v->basis);
    if (v->national)
        ui_sub(r, T(r, "param.national"));
    html(r, "<br><a href=\"%s\">%s</a>",
         url(r, "/kerja/%s/parameter?code=%s", req_gov(r)->id != 0 ? req_gov(r)->slug : "-", p->code), T(r, "param.values"));
    ui_cell_end(r, t, COL_BASIS);
}

static int put_row(struct req *r, const struct ui_table *t, const struct param *p, date day)
{
    struct param_value v;
    int e = param_on(r->db, r->arena, req_gov(r)->id, p, day, &v);

    if (e < 0)
        return e;
    ui_row_begin(r, false);
    ui_cell_begin(r, t, COL_NAME);
    html(r, "%s", T(r, text_printf(r->arena, "parameter.code-%s", p->code)));
    ui_sub(r, T(r, text_printf(r->arena, "param.%s-text", p->code)));
    ui_cell_end(r, t, COL_NAME);
    ui_cell(r, t, COL_VALUE, param_say(r, p, v.value));
    ui_cell(r, t, COL_SINCE, say_day_brief(r, v.since));
    put_basis(r, t, p, &v);
    ui_cell_begin(r, t, COL_VERIFIED);
    ui_tag(r, v.verified ? TONE_GOOD : TONE_WARN, ICON_OF_TONE, T(r, v.verified ? "param.verified" : "param.unverified"));
    ui_cell_end(r, t, COL_VERIFIED);
    ui_row_end(r);
    return 0;
}

static int put_table(struct req *r, date day)
{
    const struct ui_column columns[COLUMNS] = {
        [COL_NAME] = {.label = T(r, "parameter.code"), .head = true},
        [COL_VALUE] = {.label = T(r, "parameter.value"), .num = true, .nowrap = true},
        [COL_SINCE] = {.label = T(r, "parameter.valid_from"), .nowrap = true},
        [COL_BASIS] = {.label = T(r, "parameter.basis")},
        [COL_VERIFIED] = {.label = T(r, "parameter.verified")},
    };
    const struct ui_table table = {
        .caption = T1(r, "param.on", say_day(r, day)), .columns = columns, .n = COLUMNS, .fold = true};
    size_t m, i;
    int e = 0;

    ui_table_begin(r, &table);
    for (m = 0; m < r->app->n_modules; m++)
        for (i = 0; e == 0 && i < r->app->modules[m]->n_params; i++)
            e = put_row(r, &table, &r->app->modules[m]->params[i], day);
    ui_table_end(r, &table);
    return e;
}

void param_page(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "param.title")};
    date day = asked_day(r);
    const struct ui_field field = {
        .name = "hari", .id = "f-hari", .label = T(r, "param.day"), .value = input_date(r->arena, day), .size = UI_SIZE_M};
    const char *gov = req_gov(r)->id != 0 ? req_gov(r)->slug : "-";
    int e;

    web_page_begin(r, &p);
    ui_head(r, p.title, T1(r, "param.on", say_day(r, day)), NULL, 0);
    ui_filter_begin(r, url(r, "/kerja/%s/parameter-berlaku", gov), T(r, "param.filter"));
    ui_filter_field(r, &field);
    ui_filter_end(r);
    e = put_table(r, day);
    page_end(r, &p);
    if (e < 0)
        web_refuse(r, e);
}
