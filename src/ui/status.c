/*
 * status.c: how things stand: tags, bands, bars, clocks, figures, facts, trails, proofs.
 *
 * Each sign has a shape and a word before it has a colour; a picture is hidden from screen readers and its text stands
 * beside it. Scores are in 1/100 point. Not for: deciding a state, a level or a due date.
 */
#include "base/date.h"
#include "base/money.h"
#include "base/text.h"
#include "ui/component.h"

/* ---- values in the reader's form ---- */

const char *say_count(struct req *r, int64_t n)
{
    return number_text(r->arena, n, (int)r->lang);
}

const char *say_rupiah(struct req *r, money m)
{
    return money_text(r->arena, m, MONEY_SCREEN, (int)r->lang);
}

const char *say_amount(struct req *r, money m)
{
    return money_text(r->arena, m, MONEY_TABLE, (int)r->lang);
}

const char *say_day(struct req *r, date d)
{
    return date_text(r->arena, d, DATE_LONG, (int)r->lang);
}

const char *say_day_brief(struct req *r, date d)
{
    return date_text(r->arena, d, DATE_SHORT, (int)r->lang);
}

const char *say_weekday(struct req *r, date d)
{
    return date_text(r->arena, d, DATE_FULL, (int)r->lang);
}

const char *say_moment(struct req *r, instant t)
{
    return instant_text(r->arena, t, r->zone_minutes, DATE_LONG, (int)r->lang);
}

const char *say_percent(struct req *r, int64_t bp)
{
    return percent_text(r->arena, bp, (int)r->lang);
}

const char *say_score(struct req *r, int64_t score)
{
    if (score == INT_NONE)
        return number_text(r->arena, INT_NONE, (int)r->lang);
    return decimal_text(r->arena, (int64_t)wide_divide(score, 10, ROUND_HALF_UP), 1, (int)r->lang);
}

const char *say_size(struct req *r, int64_t bytes)
{
    static const struct {
        int64_t size;
        const char *unit;
    } units[] = {{INT64_C(1) << 30, "GB"}, {INT64_C(1) << 20, "MB"}, {INT64_C(1) << 10, "KB"}};

    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (bytes >= units[i].size) {
            int64_t tenths = (int64_t)wide_divide((wide)bytes * 10, units[i].size, ROUND_HALF_UP);

            return text_printf(r->arena, "%s %s", decimal_short(r->arena, tenths, 1, (int)r->lang), units[i].unit);
        }
    }
    return text_printf(r->arena, "%s B", say_count(r, bytes));
}

void ui_money(struct req *r, money m)
{
    if (!money_is_none(m) && m.v < 0)
        html(r, "<span class=\"neg\">%s</span>", say_amount(r, m));
    else
        html(r, "%s", say_amount(r, m));
}

/* ---- tags, counts, bands ---- */

static const enum icon tone_icons[] = {
    [TONE_NONE] = ICON_NONE,  [TONE_BAD] = ICON_WARN,   [TONE_WARN] = ICON_WARN,
    [TONE_INFO] = ICON_CLOCK, [TONE_GOOD] = ICON_CHECK,
};
_Static_assert(ARRAY_LEN(tone_icons) == TONE_COUNT, "an icon a tone");

static const char *with_space(enum tone tone)
{
    static const char *const classes[] = {
        [TONE_NONE] = "", [TONE_BAD] = " bad", [TONE_WARN] = " warn", [TONE_INFO] = " info", [TONE_GOOD] = " good",
    };

    return classes[tone];
}

void ui_tag(struct req *r, enum tone tone, enum icon icon, const char *text)
{
    html(r, "<span class=\"tag%s\">", with_space(tone));
    ui_icon(r, icon == ICON_OF_TONE ? tone_icons[tone] : icon);
    html(r, "%s</span>", text);
}

void ui_count(struct req *r, enum tone tone, int64_t n, const char *what)
{
    html(r, "<span class=\"count%s\">%s", with_space(tone), say_count(r, n));
    if (what != NULL)
        html(r, "<span class=\"sr\"> %s</span>", what);
    html(r, "</span>");
}

static const struct {
    enum tone tone;
    const char *word;
} bands[] = {
    {TONE_BAD, "ui.band-1"},
    {TONE_WARN, "ui.band-2"},
    {TONE_INFO, "ui.band-3"},
    {TONE_GOOD, "ui.band-4"},
};

enum tone band_tone(int level)
{
    BUG_IF(level < 1 || (size_t)level > ARRAY_LEN(bands));
    return bands[level - 1].tone;
}

/* Where the filled bars begin and end, and the empty ones behind them; bar by bar 4.5 units to the right and 3 up. */
static const struct {
    const char *on, *off;
} band_paths[] = {
    {"M1 10h2.5v3h-2.5z", "M5.5 7h2.5v6h-2.5zm4.5-3h2.5v9h-2.5zm4.5-3h2.5v12h-2.5z"},
    {"M1 10h2.5v3h-2.5zm4.5-3h2.5v6h-2.5z", "M10 4h2.5v9h-2.5zm4.5-3h2.5v12h-2.5z"},
    {"M1 10h2.5v3h-2.5zm4.5-3h2.5v6h-2.5zm4.5-3h2.5v9h-2.5z", "M14.5 1h2.5v12h-2.5z"},
    {"M1 10h2.5v3h-2.5zm4.5-3h2.5v6h-2.5zm4.5-3h2.5v9h-2.5zm4.5-3h2.5v12h-2.5z", NULL},
};
_Static_assert(ARRAY_LEN(band_paths) == ARRAY_LEN(bands), "a picture a band");

static void band_bars(struct req *r, int level)
{
    html(r, "<svg viewBox=\"0 0 18 14\" aria-hidden=\"true\"><path class=\"on\" d=\"%s\"/>", band_paths[level - 1].on);
    if (band_paths[level - 1].off != NULL)
        html(r, "<path class=\"off\" d=\"%s\"/>", band_paths[level - 1].off);
    html(r, "</svg>");
}

void ui_band(struct req *r, int level, int64_t score, bool quiet)
{
    html(r, "<span class=\"band %s\">", tone_class(band_tone(level)));
    band_bars(r, level);
    if (score != INT_NONE)
        html(r, "<span class=\"num\">%s</span>", say_score(r, score));
    if (quiet)
        html(r, "<span class=\"sr\"> %s</span></span>", T(r, bands[level - 1].word));
    else
        html(r, " %s</span>", T(r, bands[level - 1].word));
}

/* ---- twin ---- */

static int64_t within_100(int64_t score)
{
    return score == INT_NONE || score < 0 ? 0 : score > 10000 ? 10000 : score;
}

static const char *width_text(struct req *r, int64_t score)
{
    return decimal_exact(r->arena, within_100(score), 2);
}

void ui_twin(struct req *r, enum tone tone, int64_t self, int64_t verified, int64_t goal)
{
    html(r, "<svg class=\"twin%s\" viewBox=\"0 0 100 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
         with_space(tone));
    html(r, "<rect class=\"self\" y=\"1\" width=\"%s\" height=\"12\"/>", width_text(r, self));
    html(r, "<rect class=\"ver\" y=\"4\" width=\"%s\" height=\"6\"/>", width_text(r, verified));
    if (goal != INT_NONE)
        html(r, "<path class=\"goal\" d=\"M%s 0v14\"/>", width_text(r, goal));
    html(r, "</svg>");
}

/* ---- clock ---- */

#define CELLS_MAX  14
#define CELL_WIDTH 9

struct cells {
    int n;     /* drawn */
    int used;  /* filled */
    int today; /* the ringed one, -1 none */
};

static struct cells clock_cells(const struct ui_clock *c)
{
    int days = c->used > c->total ? c->used : c->total;
    struct cells cells = {.n = days < CELLS_MAX ? days : CELLS_MAX, .today = -1};

    cells.used = days == 0 ? 0 : (c->used * cells.n + days - 1) / days;
    if (c->state == CLOCK_WAITING)
        cells.used = 0;
    if (c->state == CLOCK_RUNNING && cells.used > 0)
        cells.today = --cells.used;
    return cells;
}

/* A cell is drawn, then the pen stands where it began; the next one is 9 units to the right. */
enum cell {
    CELL_FILLED, /* 6 x 12; the other two lie half a stroke further in */
    CELL_RING,
    CELL_OUTLINE,
};

#define TIMES_13(s) s s s s s s s s s s s s s

/* The first cell's path behind its x, then 13 more, of which the end is used; `step` is the length of one. */
static const struct {
    int inset;
    const char *first, *more;
    size_t step;
} cell_paths[] = {
    /* clang-format off */
    [CELL_FILLED]  = {1, ".5 1h6v12h-6z",  TIMES_13("m9 0h6v12h-6z"), sizeof "m9 0h6v12h-6z" - 1},
    [CELL_RING]    = {2, " 2h5v10h-5z",    TIMES_13("m9 0h5v10h-5z"), sizeof "m9 0h5v10h-5z" - 1},
    [CELL_OUTLINE] = {2, " 1.5h5v11h-5z",  TIMES_13("m9 0h5v11h-5z"), sizeof "m9 0h5v11h-5z" - 1},
    /* clang-format on */
};
_Static_assert(CELLS_MAX == 14, "one and 13 more");

/* One path for n cells of a kind from cell `from` on: a list of 25 clocks would weigh too much with a shape a cell. */
static void cells_put(struct req *r, const char *class, enum cell kind, int from, int n)
{
    if (n <= 0)
        return;
    html(r, "<path class=\"%s\" d=\"M%d%s%s\"/>", class, from * CELL_WIDTH + cell_paths[kind].inset, cell_paths[kind].first,
         cell_paths[kind].more + (size_t)(CELLS_MAX - n) * cell_paths[kind].step);
}

static void cells_draw(struct req *r, const struct cells *cells, enum ui_clock_state how)
{
    int after = cells->used + (cells->today >= 0 ? 1 : 0);

    cells_put(r, "used", CELL_FILLED, 0, cells->used);
    if (cells->today >= 0)
        cells_put(r, "today", CELL_RING, cells->today, 1);
    cells_put(r, how == CLOCK_STOPPED ? "stop" : "left", CELL_OUTLINE, after, cells->n - after);
}

static enum tone clock_tone(const struct ui_clock *c)
{
    if (c->state == CLOCK_LATE)
        return TONE_BAD;
    if (c->state == CLOCK_RUNNING && (c->soon || c->total - c->used <= 1))
        return TONE_WARN;
    return TONE_NONE;
}

static void clock_brief(struct req *r, const struct ui_clock *c)
{
    switch (c->state) {
    case CLOCK_WAITING:
        html(r, "%s", T(r, "ui.clock-waiting"));
        break;
    case CLOCK_RUNNING:
        html(r, "%s", say_day_brief(r, c->due));
        break;
    case CLOCK_STOPPED:
        html(r, "%s", T1(r, "ui.clock-stopped-brief", say_day_brief(r, c->since)));
        break;
    case CLOCK_LATE:
        html(r, "<b>%s</b>", T1(r, "ui.clock-late-brief", say_count(r, c->used - c->total)));
        break;
    case CLOCK_DONE:
        html(r, "%s", T1(r, "ui.clock-done", say_count(r, c->used)));
        break;
    }
}

static void clock_full(struct req *r, const struct ui_clock *c)
{
    const char *left = say_count(r, c->total - c->used);

    switch (c->state) {
    case CLOCK_WAITING:
        html(r, "<b>%s</b>", T(r, "ui.clock-waiting"));
        break;
    case CLOCK_RUNNING:
        html(r, "<b>%s</b>", T2(r, "ui.clock-day", say_count(r, c->used), say_count(r, c->total)));
        if (!date_is_none(c->due))
            html(r, " · %s", T1(r, "ui.clock-due", say_weekday(r, c->due)));
        break;
    case CLOCK_STOPPED:
        html(r, "<b>%s</b> %s", T(r, "ui.clock-stopped"), T2(r, "ui.clock-stopped-since", say_day(r, c->since), left));
        break;
    case CLOCK_LATE:
        html(r, "<b>%s</b>", T1(r, "ui.clock-late", say_count(r, c->used - c->total)));
        if (!date_is_none(c->due))
            html(r, ", %s", T1(r, "ui.clock-due", say_day(r, c->due)));
        break;
    case CLOCK_DONE:
        html(r, "<b>%s</b>", T1(r, "ui.clock-done", say_count(r, c->used)));
        break;
    }
}

static void clock_svg(struct req *r, const struct ui_clock *c)
{
    struct cells cells = clock_cells(c);
    int width = cells.n * CELL_WIDTH;

    html(r, "<svg viewBox=\"0 0 %d 14\" width=\"%d\" height=\"14\" aria-hidden=\"true\">", width, width);
    cells_draw(r, &cells, c->state);
    html(r, "</svg>");
}

void ui_clock(struct req *r, const struct ui_clock *c)
{
    html(r, "<span class=\"clock%s\">", with_space(clock_tone(c)));
    if (c->total > 0)
        clock_svg(r, c);
    html(r, "<span>");
    if (c->brief)
        clock_brief(r, c);
    else
        clock_full(r, c);
    html(r, "</span></span>");
}

/* ---- figures and facts ---- */

void ui_figures(struct req *r, const struct ui_figure *v, size_t n)
{
    html(r, "<dl class=\"figs\">");
    for (size_t i = 0; i < n; i++) {
        html(r, "<div class=\"fig%s\"><dt>%s</dt><dd class=\"n%s\">", with_space(v[i].tone), v[i].label,
             v[i].big ? " big" : "");
        if (v[i].href != NULL)
            html(r, "<a href=\"%s\">%s</a></dd>", link_to(v[i].href), v[i].number);
        else
            html(r, "%s</dd>", v[i].number);
        if (v[i].context != NULL)
            html(r, "<dd>%s</dd>", v[i].context);
        html(r, "</div>\n");
    }
    html(r, "</dl>\n");
}

void ui_facts_begin(struct req *r, bool roomy)
{
    html(r, "<dl class=\"facts-l%s\">", roomy ? " wide" : "");
}

void ui_fact_begin(struct req *r, const char *label)
{
    html(r, "<dt>%s</dt><dd>", label);
}

void ui_fact_end(struct req *r)
{
    html(r, "</dd>\n");
}

void ui_fact(struct req *r, const char *label, const char *value)
{
    html(r, "<dt>%s</dt><dd>%s</dd>\n", label, value != NULL ? value : "–");
}

void ui_fact_num(struct req *r, const char *label, const char *value)
{
    html(r, "<dt>%s</dt><dd class=\"num\">%s</dd>\n", label, value != NULL ? value : "–");
}

void ui_facts_end(struct req *r)
{
    html(r, "</dl>\n");
}

/* ---- trail, chain, verdicts, proof ---- */

static void item_open(struct req *r, enum trail_state how)
{
    if (how == TRAIL_DONE)
        html(r, "<li>");
    else
        html(r, "<li class=\"%s\">", how == TRAIL_NOW ? "now" : "todo");
}

void ui_trail(struct req *r, const struct ui_trail_item *v, size_t n)
{
    html(r, "<ol class=\"trail\">\n");
    for (size_t i = 0; i < n; i++) {
        item_open(r, v[i].state);
        html(r, "<b>%s</b>", v[i].what);
        if (v[i].when != NULL)
            html(r, "<span class=\"when\">%s</span>", v[i].when);
        if (v[i].text != NULL)
            html(r, "<p class=\"small\">%s</p>", v[i].text);
        html(r, "</li>\n");
    }
    html(r, "</ol>\n");
}

void ui_chain(struct req *r, const struct ui_chain_item *v, size_t n)
{
    html(r, "<ol class=\"chain\">");
    for (size_t i = 0; i < n; i++) {
        item_open(r, v[i].state);
        if (v[i].href != NULL)
            html(r, "<a href=\"%s\"><span class=\"mute\">%s</span>%s</a></li>", link_to(v[i].href), v[i].label, v[i].text);
        else if (v[i].state == TRAIL_NOW)
            html(r, "<span><span class=\"mute\">%s</span><b>%s</b></span></li>", v[i].label, v[i].text);
        else
            html(r, "<span><span class=\"mute\">%s</span>%s</span></li>", v[i].label, v[i].text);
    }
    html(r, "</ol>\n");
}

void ui_verdicts(struct req *r, const struct ui_verdict *v, size_t n)
{
    html(r, "<ol class=\"ticks\" role=\"list\">\n");
    for (size_t i = 0; i < n; i++) {
        html(r, "<li class=\"%s\">", tone_class(v[i].tone));
        ui_icon(r, v[i].tone == TONE_INFO ? ICON_INFO : tone_icons[v[i].tone]);
        html(r, "<div><b>%s</b>", v[i].strong);
        if (v[i].text != NULL)
            html(r, "<p class=\"mute\">%s</p>", v[i].text);
        html(r, "</div></li>\n");
    }
    html(r, "</ol>\n");
}

void ui_proof(struct req *r, const struct ui_proof *p)
{
    const char *entry = say_count(r, p->entry), *at = say_moment(r, p->at);

    html(r, "<p class=\"proof\">");
    ui_icon(r, ICON_SEAL);
    if (p->witnesses == NULL)
        html(r, "<span>%s", T2(r, "ui.proof-alone", entry, at));
    else
        html(r, "<span>%s", T3(r, "ui.proof-witnessed", entry, at, p->witnesses));
    if (p->href != NULL)
        html(r, " <a href=\"%s\">%s</a>", link_to(p->href), T(r, "ui.proof-check"));
    html(r, "</span></p>\n");
}
