/*
 * workday_pages.c: the calendar of a year, for staff and for everybody, with a count of working days.
 *
 * A day off is told by a sign, a word and a colour: the sign stands in the cell, the word in the legend, in the list below and,
 * for screen readers, in the cell. Not for: entering days off (the screen of holidays).
 */
#include "base/date.h"
#include "base/text.h"
#include "core/workday/query.h"
#include "core/workday/workday.h"
#include "engine/screen.h"
#include "ui/lang.h"

#define YEAR_LEAST  2000
#define YEAR_MOST   2200
#define DAYS_MOST   1000 /* of a count */
#define SPAN(days)  (2 * (days) + 400)
#define HOLIDAY_URL "hari-libur"

/* ---- what is asked ---- */

struct asked {
    int year;
    const char *from, *days; /* as typed; "" for none */
    bool joint_counts, counts;
    date day;
    int64_t n;
    struct ui_error wrong[2];
    size_t n_wrong;
};

static const char *typed(struct req *r, const char *name)
{
    const char *value = http_query(r->http, name);

    return value != NULL && strlen(value) <= 40 ? text_trim(r->arena, value) : "";
}

static void take_asked(struct req *r, struct asked *a)
{
    date today = instant_date(r->now, r->zone_minutes);
    int64_t year;

    *a = (struct asked){.year = date_civil(today).year, .from = typed(r, "dari"), .days = typed(r, "hari")};
    if (text_int(typed(r, "tahun"), YEAR_LEAST, YEAR_MOST, &year) == 0)
        a->year = (int)year;
    a->joint_counts = text_eq(typed(r, "cuti"), "kerja");
    if (*a->from == '\0' && *a->days == '\0')
        return;
    if (date_parse(a->from, &a->day) < 0 || date_civil(a->day).year < YEAR_LEAST || date_civil(a->day).year > YEAR_MOST)
        a->wrong[a->n_wrong++] = (struct ui_error){"dari", T(r, "workday.from-bad")};
    if (text_int(a->days, 1, DAYS_MOST, &a->n) < 0)
        a->wrong[a->n_wrong++] = (struct ui_error){"hari", T1(r, "workday.days-bad", say_count(r, DAYS_MOST))};
    a->counts = a->n_wrong == 0;
}

/* ---- kinds in words, signs, colours ---- */

static const struct {
    const char *word, *class;
    enum tone tone;
} kinds[] = {
    [DAY_NATIONAL] = {"holiday.kind-national", "nasional", TONE_BAD},
    [DAY_JOINT_LEAVE] = {"holiday.kind-joint-leave", "cuti", TONE_WARN},
    [DAY_LOCAL] = {"holiday.kind-local", "setempat", TONE_INFO},
};
_Static_assert(ARRAY_LEN(kinds) == DAY_KIND_COUNT, "a row a kind of day");

/* ---- the count ---- */

static void count_form(struct req *r, const struct asked *a, const char *path)
{
    const struct ui_choice choices[] = {{.value = "libur", .label = T(r, "workday.joint-off")},
                                        {.value = "kerja", .label = T(r, "workday.joint-counts")}};
    const struct ui_field fields[] = {
        {.type = CONTROL_DATE, .name = "dari", .label = T(r, "workday.from"), .value = a->from, .placeholder = "2-1-2026"},
        {.type = CONTROL_NUMBER, .name = "hari", .label = T(r, "workday.days"), .value = a->days},
        {.type = CONTROL_SELECT,
         .name = "cuti",
         .label = T(r, "holiday.kind-joint-leave"),
         .options = choices,
         .n_options = ARRAY_LEN(choices),
         .value = a->joint_counts ? "kerja" : "libur"},
    };
    size_t i;

    ui_errors(r, a->wrong, a->n_wrong);
    html(r, "<form class=\"filter\" action=\"%s\" aria-label=\"%s\">", link_to(path), T(r, "workday.count"));
    ui_hidden(r, "tahun", text_printf(r->arena, "%d", a->year));
    for (i = 0; i < ARRAY_LEN(fields); i++)
        ui_filter_field(r, &fields[i]);
    html(r, "<button class=\"btn\">%s</button></form>\n", T(r, "workday.do-count"));
}

static const char *off_words(struct req *r, const struct off_day *d)
{
    return text_printf(r->arena, "%s: %s (%s)", say_weekday(r, d->day), d->name, T(r, kinds[d->kind].word));
}

static void count_result(struct req *r, const struct work_count *c)
{
    size_t i;

    ui_note_begin(r, c->whole ? TONE_INFO : TONE_WARN);
    if (date_is_none(c->due)) {
        html(r, "<p>%s</p>", T(r, "workday.beyond"));
        ui_note_end(r);
        return;
    }
    html(r, "<p><b>%s</b></p>\n<p>%s</p>\n",
         T2(r, "workday.result", T1(r, "workday.n-days", say_count(r, c->days)), say_weekday(r, c->due)),
         T2(r, "workday.result-why", say_weekday(r, c->from), say_count(r, c->weekend)));
    if (c->n_off > 0) {
        html(r, "<p>%s</p>\n<ul>\n", T1(r, "workday.result-off", say_count(r, (int64_t)c->n_off)));
        for (i = 0; i < c->n_off; i++)
            html(r, "<li>%s</li>\n", off_words(r, c->off[i]));
        html(r, "</ul>\n");
    }
    if (!c->whole)
        html(r, "<p>%s</p>\n", T1(r, "workday.not-whole", text_printf(r->arena, "%d", date_civil(c->due).year)));
    ui_note_end(r);
}

/* Negative when the days off cannot be read. */
static int show_count(struct req *r, const struct asked *a, const char *path)
{
    struct work_count c;
    struct off_day *v;
    size_t n;
    int e;

    if (!a->counts) /* an empty form is nothing for paper */
        html(r, "<div class=\"screen\">\n");
    ui_section_begin(r, "hitung", T(r, "workday.count"));
    count_form(r, a, path);
    if (a->counts) {
        date first = date_of(date_civil(a->day).year, 1, 1), last = date_add_days(a->day, SPAN(a->n));

        e = off_days(r->db, r->arena, req_gov(r)->id, first, last, &v, &n);
        if (e < 0)
            return e;
        work_count(&c, r->arena, a->day, a->n, a->joint_counts, v, n);
        count_result(r, &c);
    }
    ui_section_end(r);
    if (!a->counts)
        html(r, "</div>\n");
    return 0;
}

/* ---- the months ---- */

struct shown_year {
    const struct off_day *v;
    size_t n;
    struct work_year in;
    date today;
};

static void day_cell(struct req *r, const struct shown_year *y, date d)
{
    const struct off_day *off = off_day_on(y->v, y->n, d);
    int day = date_civil(d).day;

    html(r, "<td");
    if (off != NULL)
        html(r, " class=\"off %s\" title=\"%s\"", kinds[off->kind].class, off->name);
    else if (date_weekday(d) > 5)
        html(r, " class=\"akhir\"");
    if (d.v == y->today.v)
        html(r, " aria-current=\"date\"");
    html(r, ">%d", day);
    if (off != NULL)
        html(r, "<span class=\"sr\"> %s, %s</span>", T(r, kinds[off->kind].word), off->name);
    html(r, "</td>");
}

static void month_table(struct req *r, const struct shown_year *y, int month)
{
    int first = date_weekday(date_of(y->in.year, month, 1)), last = days_in_month(y->in.year, month), day, i;

    html(r, "<table class=\"month\"><caption>%s <small>%s</small></caption>\n<thead><tr>", month_name(month, (int)r->lang),
         T1(r, "workday.n-days", say_count(r, y->in.working[month])));
    for (i = 1; i <= 7; i++)
        html(r, "<th scope=\"col\" abbr=\"%s\">%s</th>", weekday_name(i, (int)r->lang),
             arena_text_n(r->arena, weekday_name(i, (int)r->lang), 3));
    html(r, "</tr></thead>\n<tbody><tr>");
    for (i = 1; i < first; i++)
        html(r, "<td></td>");
    for (day = 1; day <= last; day++) {
        date d = date_of(y->in.year, month, day);

        if (day > 1 && date_weekday(d) == 1)
            html(r, "</tr>\n<tr>");
        day_cell(r, y, d);
    }
    html(r, "</tr></tbody></table>\n");
}

static void legend(struct req *r)
{
    size_t i;

    html(r, "<ul class=\"row month-signs\" role=\"list\"><li><span class=\"akhir\">6</span> %s</li>", T(r, "workday.weekend"));
    for (i = 0; i < DAY_KIND_COUNT; i++)
        html(r, "<li><span class=\"off %s\">1</span> %s</li>", kinds[i].class, T(r, kinds[i].word));
    html(r, "</ul>\n");
}

static void months(struct req *r, const struct shown_year *y, const char *path)
{
    int month;

    ui_section_begin(r, "bulan", T1(r, "workday.year", text_printf(r->arena, "%d", y->in.year)));
    html(r,
         "<nav class=\"row screen\" aria-label=\"%s\"><a class=\"btn plain\" href=\"%s\">%d</a> <b "
         "aria-current=\"page\">%d</b> <a "
         "class=\"btn plain\" href=\"%s\">%d</a></nav>\n",
         T(r, "workday.years"), link_to(text_printf(r->arena, "%s?tahun=%d", path, y->in.year - 1)), y->in.year - 1, y->in.year,
         link_to(text_printf(r->arena, "%s?tahun=%d", path, y->in.year + 1)), y->in.year + 1);
    legend(r);
    html(r, "<div class=\"months gap\">\n");
    for (month = 1; month <= 12; month++)
        month_table(r, y, month);
    html(r, "</div>\n");
    ui_section_end(r);
}

/* ---- the list ---- */

enum { COL_DAY, COL_NAME, COL_KIND, COL_BASIS, COL_KNOWN, COLUMNS };

static void off_row(struct req *r, const struct ui_table *t, const struct off_day *d, bool linked)
{
    const char *slug = d->gov != 0 ? req_gov(r)->slug : "-";

    ui_row_begin(r, false);
    if (linked)
        ui_cell_link(r, t, COL_DAY, say_weekday(r, d->day), url(r, "/kerja/%s/" HOLIDAY_URL "/%lld", slug, (long long)d->id));
    else
        ui_cell(r, t, COL_DAY, say_weekday(r, d->day));
    ui_cell(r, t, COL_NAME, d->name);
    ui_cell_begin(r, t, COL_KIND);
    ui_tag(r, kinds[d->kind].tone, ICON_NONE, T(r, kinds[d->kind].word));
    ui_cell_end(r, t, COL_KIND);
    ui_cell(r, t, COL_BASIS, d->basis != NULL ? d->basis : T(r, "workday.no-basis"));
    ui_cell(r, t, COL_KNOWN, date_is_none(d->decreed) ? NULL : say_day_brief(r, d->decreed));
    ui_row_end(r);
}

static void off_table(struct req *r, const struct shown_year *y, bool linked)
{
    const struct ui_column columns[COLUMNS] = {
        [COL_DAY] = {.label = T(r, "holiday.day"), .head = true},         [COL_NAME] = {.label = T(r, "holiday.name")},
        [COL_KIND] = {.label = T(r, "holiday.kind"), .nowrap = true},     [COL_BASIS] = {.label = T(r, "holiday.basis")},
        [COL_KNOWN] = {.label = T(r, "holiday.decreed"), .nowrap = true},
    };
    const struct ui_table t = {.caption = T(r, "workday.list"), .columns = columns, .n = COLUMNS, .fold = true};
    size_t i;

    ui_section_begin(r, "daftar", T(r, "workday.list"));
    if (y->n == 0) {
        html(r, "<p>%s</p>\n", T(r, "workday.list-none"));
    } else {
        ui_table_begin(r, &t);
        for (i = 0; i < y->n; i++)
            off_row(r, &t, &y->v[i], linked);
        ui_table_end(r, &t);
    }
    ui_section_end(r);
}

/* ---- the page ---- */

static void year_figures(struct req *r, const struct work_year *y)
{
    struct ui_figure v[1 + DAY_KIND_COUNT] = {
        {.label = T(r, "workday.working"), .number = say_count(r, y->working[0]), .context = T(r, "workday.working-text")}};
    size_t i;

    for (i = 0; i < DAY_KIND_COUNT; i++)
        v[1 + i] = (struct ui_figure){
            .label = T(r, kinds[i].word), .number = say_count(r, y->off[i]), .context = T(r, "workday.off-text")};
    ui_figures(r, v, ARRAY_LEN(v));
}

static void show(struct req *r, struct page *p, const char *path, const struct ui_button *buttons, size_t n_buttons)
{
    const struct gov *gov = req_gov(r);
    struct shown_year y = {.today = instant_date(r->now, r->zone_minutes)};
    struct off_day *v;
    struct asked a;
    int e;

    take_asked(r, &a);
    e = off_days(r->db, r->arena, gov->id, date_of(a.year, 1, 1), date_of(a.year, 12, 31), &v, &y.n);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    y.v = v;
    work_year(&y.in, a.year, v, y.n);
    p->title = T1(r, "workday.title-year", text_printf(r->arena, "%d", a.year));
    p->wrong = a.n_wrong > 0;
    web_page_begin(r, p);
    ui_head(r, p->title, gov->id != 0 ? T1(r, "workday.of", gov->name) : T(r, "workday.of-nation"), buttons, n_buttons);
    if (!y.in.national)
        ui_note(r, TONE_WARN, NULL, T1(r, "workday.no-list", text_printf(r->arena, "%d", a.year)));
    year_figures(r, &y.in);
    e = show_count(r, &a, path);
    months(r, &y, path);
    off_table(r, &y, r->actor != NULL && p->shell == SHELL_WORKSPACE && may(r, "holiday.read", gov->id));
    page_end(r, p);
    if (e < 0)
        web_refuse(r, e);
}

static void page_work(struct req *r)
{
    const struct gov *gov = req_gov(r);
    const char *slug = route_param(r, "gov");
    struct page p = {.shell = SHELL_WORKSPACE};
    const struct ui_button add = {.label = T(r, gov->id != 0 ? "workday.add" : "workday.add-national"),
                                  .href = url(r, "/kerja/%s/" HOLIDAY_URL "/baru", slug),
                                  .icon = ICON_PLUS};

    show(r, &p, url(r, "/kerja/%s/kalender", slug), &add, may(r, "holiday.create", gov->id) ? 1 : 0);
}

static void page_public(struct req *r)
{
    struct page p = {.shell = SHELL_PUBLIC};

    if (req_gov(r)->id == 0) {
        r->http->status = 404;
        return;
    }
    show(r, &p, url(r, "/%s/kalender", req_gov(r)->slug), NULL, 0);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/kalender", PERMIT_LOGIN, page_work, .word = "workday.title", .reference = true),
    ROUTE(GET, "/{gov}/kalender", PERMIT_ANYBODY, page_public, .word = "workday.public"),
};

static const struct query *const queries[] = {&workday_q_off};

const struct module workday_module = {
    .name = "workday",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .queries = queries,
    .n_queries = ARRAY_LEN(queries),
};
