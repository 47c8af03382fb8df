/*
 * task_page.c: "Tugas saya": late, today, this week, later; and what waits for others.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/holiday.h"
#include "engine/remind.h"
#include "engine/task.h"
#include "engine/web.h"
#include "ui/lang.h"
#include "ui/layout.h"

#define PAGE    25
#define COUNTED 500 /* more are "500+": nobody works through more in a week */

static const char *const group_words[] = {
    [TASK_LATE] = "task.late",   [TASK_TODAY] = "task.today", [TASK_WEEK] = "task.week",
    [TASK_LATER] = "task.later", [TASK_OPEN] = "task.open",
};
_Static_assert(ARRAY_LEN(group_words) == TASK_GROUP_COUNT, "a word a group");

struct task_view {
    struct req *r;
    date today;
    bool waiting;
    struct calendar calendar; /* from the oldest limit shown on */
};

static const char *title_of(const struct task_view *v, const struct task_mine *x)
{
    const char *verb = x->step != NULL ? flow_word(v->r, x->flow, x->step->verb, "") : NULL;

    if (verb != NULL)
        return verb;
    return x->step != NULL ? x->step->verb : x->task.title;
}

/* How the limit stands: the one that ends with the due date, counted back from it. */
static void show_clock(const struct task_view *v, const struct task *t)
{
    struct ui_clock c = {.total = (int)t->days, .due = t->due, .since = t->stopped, .brief = true, .state = CLOCK_RUNNING};

    if (!date_is_none(t->stopped)) {
        c.state = CLOCK_STOPPED;
    } else if (t->due.v != TASK_NEVER.v) {
        c.used = (int)(t->days - calendar_between(&v->calendar, v->today, t->due));
        c.state = t->due.v < v->today.v ? CLOCK_LATE : CLOCK_RUNNING;
    } else {
        return;
    }
    ui_clock(v->r, &c);
}

/* A limit that a day off has moved: what was promised before. Only lines with a limit are looked up. */
static void show_promise(const struct task_view *v, const struct task *t)
{
    struct req *r = v->r;
    struct flow_kept kept;

    if (t->days == 0 || flow_kept(r->db, r->arena, t->gov, t->record, &kept) <= 0 || date_is_none(kept.time.promised) ||
        kept.time.promised.v == t->due.v || t->due.v != (kept.time.days != 0 ? kept.time.due : kept.time.stage_due).v)
        return;
    html(r, "<span class=\"mute small\">%s</span>", T1(r, "task.promised", say_day_brief(r, kept.time.promised)));
}

static void show_task(const struct task_view *v, const struct task_mine *x)
{
    struct req *r = v->r;
    const char *facts[] = {x->task.title, x->task.about};
    const struct ui_row_item item = {
        .title = title_of(v, x),
        .href = url(r, "/kerja/%s/%s/%lld", route_param(r, "gov"), x->screen->slug, (long long)x->task.record),
        .facts = facts,
        .n_facts = x->task.about != NULL ? 2 : 1};

    ui_row_item_begin(r, &item);
    html(r, "<span>%s</span>", label_many(r, x->screen->entity));
    show_clock(v, &x->task);
    if (x->task.due.v < v->today.v)
        reminder_tag(r, x->task.gov, x->task.record);
    show_promise(v, &x->task);
    ui_row_item_end(r);
}

static void show_groups(const struct task_view *v, const struct task_mine *x, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        enum task_group group = task_group(&x[i].task, v->today);

        if (i == 0 || group != task_group(&x[i - 1].task, v->today)) {
            ui_section_begin(v->r, NULL, T(v->r, group_words[group]));
            ui_rows_begin(v->r);
        }
        show_task(v, &x[i]);
        if (i + 1 == n || group != task_group(&x[i + 1].task, v->today)) {
            ui_rows_end(v->r);
            ui_section_end(v->r);
        }
    }
}

/* Late, today and this week as figures; nothing beyond COUNTED is read. */
static int show_figures(const struct task_view *v)
{
    struct req *r = v->r;
    struct task_mine *x;
    int64_t count[TASK_GROUP_COUNT] = {0};
    struct ui_figure figures[TASK_WEEK + 1];
    size_t n, i;
    bool more;
    int e = task_mine(r, req_gov(r)->id, false, DATE_NONE, 0, COUNTED, &x, &n, &more);

    if (e < 0)
        return e;
    for (i = 0; i < n; i++)
        count[task_group(&x[i].task, v->today)]++;
    for (i = 0; i <= TASK_WEEK; i++)
        figures[i] =
            (struct ui_figure){.label = T(r, group_words[i]),
                               .number = text_printf(r->arena, "%s%s", say_count(r, count[i]),
                                                     more && i == (size_t)task_group(&x[n - 1].task, v->today) ? "+" : ""),
                               .tone = i == TASK_LATE && count[i] > 0 ? TONE_BAD : TONE_NONE};
    ui_figures(r, figures, ARRAY_LEN(figures));
    return 0;
}

/* ?setelah=DUE.RECORD, the last task of the page before. */
static void take_place(const struct req *r, date *ret_due, int64_t *ret_record)
{
    const char *place = http_query(r->http, "setelah");
    char **parts;
    int64_t due, record;
    size_t n;

    *ret_due = DATE_NONE;
    *ret_record = 0;
    if (place == NULL)
        return;
    parts = text_split(r->arena, place, '.', &n);
    if (n == 2 && text_int(parts[0], 0, TASK_NEVER.v, &due) == 0 && text_int(parts[1], 0, INT64_MAX, &record) == 0) {
        ret_due->v = (int32_t)due;
        *ret_record = record;
    }
}

static void show_pager(const struct task_view *v, const struct task *last, bool more, bool first)
{
    struct req *r = v->r;
    const char *gov = route_param(r, "gov");
    struct ui_pager p = {.total = -1};
    const char *view = v->waiting ? "menunggu" : "saya";

    if (more)
        p.next = url(r, "/kerja/%s/tugas?lihat=%s&setelah=%d.%lld", gov, view, (int)last->due.v, (long long)last->record);
    if (!first)
        p.previous = url(r, "/kerja/%s/tugas?lihat=%s", gov, view);
    if (more || !first)
        ui_pager(r, &p);
}

static void show_tabs(const struct task_view *v)
{
    struct req *r = v->r;
    const char *gov = route_param(r, "gov");
    const struct ui_tab tabs[] = {
        {T(r, "task.mine"), url(r, "/kerja/%s/tugas", gov), -1, TONE_NONE, !v->waiting},
        {T(r, "task.waiting"), url(r, "/kerja/%s/tugas?lihat=menunggu", gov), -1, TONE_NONE, v->waiting},
    };

    ui_tabs(r, T(r, "task.tabs"), tabs, ARRAY_LEN(tabs));
}

static int read_calendar(struct task_view *v, const struct task_mine *x, size_t n)
{
    const struct calendar_rule rule = {.known_by = DATE_NONE};
    date from = n > 0 && x[0].task.due.v < v->today.v ? x[0].task.due : v->today;

    return calendar_of(v->r->db, v->r->arena, req_gov(v->r)->id, from, &rule, &v->calendar);
}

void task_page(struct req *r)
{
    struct task_view v = {.r = r, .today = instant_date(r->now, r->zone_minutes)};
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "task.title")};
    struct task_mine *x;
    int64_t record;
    date due;
    size_t n;
    bool more;
    int e;

    v.waiting = text_eq(http_query(r->http, "lihat"), "menunggu");
    take_place(r, &due, &record);
    e = task_mine(r, req_gov(r)->id, v.waiting, due, record, PAGE, &x, &n, &more);
    if (e == 0)
        e = read_calendar(&v, x, n);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    p.here = url(r, "/kerja/%s/tugas", route_param(r, "gov"));
    web_page_begin(r, &p);
    ui_head(r, p.title, say_weekday(r, v.today), NULL, 0);
    show_tabs(&v);
    if (!v.waiting && date_is_none(due) && n > 0)
        e = show_figures(&v);
    html(r, "<div class=\"stack tasks\">");
    show_groups(&v, x, n);
    html(r, "</div>");
    if (n == 0)
        state_empty(r, T(r, v.waiting ? "task.none-waiting" : "task.none"), T(r, "task.none-text"), NULL);
    else
        show_pager(&v, &x[n - 1].task, more, date_is_none(due));
    html(r, "<p class=\"mute small gap\">%s</p>", T(r, "task.computed"));
    if (r->app->recent != NULL && date_is_none(due))
        r->app->recent(r);
    page_end(r, &p);
    if (e < 0)
        web_refuse(r, e);
}
