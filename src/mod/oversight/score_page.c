/*
 * score_page.c: the scorecard of one government: where it stands, what adds most, how the year went. The same page for staff,
 * for supervisors and for everybody; only who may read records gets links to them. No person is named.
 *
 * Not for: several governments (score_compare.c).
 */
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "core/gov/gov.h"
#include "engine/app.h"
#include "engine/history.h"
#include "engine/record.h"
#include "engine/row.h"
#include "engine/web.h"
#include "mod/oversight/score_page.h"

#define STEPS_SHOWN 5
#define MONTHS      12

enum place { FOR_STAFF, FOR_SUPERVISOR, FOR_EVERYBODY };

/* All that the page shows. */
struct card {
    enum place place;
    const char *slug;
    struct score_year_item years[SCORE_YEARS_MAX], *year;
    size_t n_years;
    struct score_bands bands;
    struct score_point *points, *last, *before; /* before: at the end of the quarter before; NULL */
    size_t n_points;
    struct score_area_point *areas;
    size_t n_areas;
    struct score_input *inputs;
    size_t n_inputs;
    struct score_book book;
    struct score_values self, verified;
    struct score_gain *gains;
    size_t n_gains;
    instant recorded;
};

/* ---- reading ---- */

static date quarter_before(date d)
{
    struct civil c = date_civil(d);

    return date_add_days(date_of(c.year, (c.month - 1) / 3 * 3 + 1, 1), -1);
}

static void find_points(struct card *c)
{
    size_t i;

    c->last = &c->points[c->n_points - 1];
    for (i = 0; i + 1 < c->n_points; i++)
        if (c->points[i].as_of.v <= quarter_before(c->last->as_of).v)
            c->before = &c->points[i];
}

/* The leaves by the inputs that the newest snapshot was computed of, so the figures agree with it to the last digit. */
static int read_basis(struct req *r, struct card *c, int64_t gov)
{
    struct score_snapshot last;
    struct history *history;
    size_t n;
    int e = score_book_read(r->db, r->arena, c->year->template, &c->book);

    if (e > 0)
        e = row_get(r->db, r->arena, &score_snapshot_entity, gov, c->last->id, &last);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    e = score_book_refill(r->arena, &c->book, last.inputs);
    if (e == 0)
        e = score_compute(r->arena, &c->book.tree, SCORE_SELF, FRACTION_ZERO, &c->self);
    if (e == 0)
        e = score_compute(r->arena, &c->book.tree, SCORE_VERIFIED, FRACTION_ZERO, &c->verified);
    if (e == 0)
        e = score_gains(r->arena, &c->book.tree, fraction_of(last.penalty, 100), false, &c->gains, &c->n_gains);
    if (e == 0)
        e = history_read(r->db, r->arena, &score_snapshot_entity, gov, last.head.id, 0, &history, &n);
    if (e == 0 && n > 0)
        c->recorded = history[n - 1].at;
    return e;
}

/* The year that is asked for, else the newest, and its snapshots. 1, 0 when there is none yet, negative. */
static int read_points(struct req *r, int64_t gov, struct card *c)
{
    const char *asked = http_query(r->http, "tahun");
    int64_t id = 0;
    size_t i;
    int e = score_years_read(r->db, r->arena, gov, c->years, &c->n_years);

    if (e < 0 || c->n_years == 0)
        return e;
    c->year = &c->years[0];
    if (asked != NULL && text_int(asked, 1, INT64_MAX, &id) == 0)
        for (i = 0; i < c->n_years; i++)
            if (c->years[i].id == id)
                c->year = &c->years[i];
    e = score_points_read(r->db, r->arena, gov, c->year->id, &c->points, &c->n_points);
    if (e < 0 || c->n_points == 0)
        return e;
    find_points(c);
    return 1;
}

/* As read_points(), with all that the page shows. */
static int read_card(struct req *r, int64_t gov, struct card *c)
{
    int e = read_points(r, gov, c);

    if (e <= 0)
        return e;
    if (score_bands_parse(r->arena, c->year->bands, c->bands.v, &c->bands.n) < 0)
        c->bands.n = 0;
    e = score_areas_read(r->db, r->arena, gov, c->year->id, &c->areas, &c->n_areas);
    if (e == 0)
        e = score_inputs_read(r->db, r->arena, gov, c->year->id, &c->inputs, &c->n_inputs);
    if (e == 0)
        e = read_basis(r, c, gov);
    if (e == E_FORMAT || e == E_INPUT || e == E_STORAGE) { /* then the page shows what was computed, and nothing anew */
        c->book.n = c->n_gains = 0;
        e = 0;
    }
    return e < 0 ? e : 1;
}

/* ---- small words ---- */

static const char *base_of(struct req *r, const struct card *c)
{
    switch (c->place) {
    case FOR_STAFF:
        return url(r, "/kerja/%s/rapor", c->slug);
    case FOR_SUPERVISOR:
        return url(r, "/pengawas/rapor/%s", c->slug);
    case FOR_EVERYBODY:
        break;
    }
    return url(r, "/%s/rapor", c->slug);
}

static const char *area_href(struct req *r, const struct card *c, const char *code)
{
    return text_printf(r->arena, "%s?tahun=%lld&area=%s#area", base_of(r, c), (long long)c->year->id,
                       url_encode(r->arena, code));
}

/* NULL for who reads no records. */
static const char *record_href(struct req *r, const struct card *c, const char *slug, int64_t id)
{
    return c->place == FOR_EVERYBODY ? NULL : url(r, "/kerja/%s/%s/%lld", c->slug, slug, (long long)id);
}

static const char *signed_score(struct req *r, int64_t v)
{
    if (v == INT_NONE)
        return say_score(r, v);
    return v > 0 ? text_printf(r->arena, "+%s", say_score(r, v)) : say_score(r, v);
}

static int64_t minus(int64_t a, int64_t b)
{
    return a == INT_NONE || b == INT_NONE ? INT_NONE : a - b;
}

static const char *days_since(struct req *r, date since)
{
    return say_count(r, instant_date(r->now, r->zone_minutes).v - since.v);
}

static int64_t leaf_score(const struct score_values *v, size_t i)
{
    int64_t score;

    return v->node_applies[i] && score_rounded(v->node[i], &score) == 0 ? score : INT_NONE;
}

static void put_band(struct req *r, const struct card *c, int64_t score)
{
    if (score == INT_NONE)
        html(r, "%s", T(r, "score.na"));
    else
        ui_band(r, score_level(&c->bands, score), score, true);
}

static enum tone tone_of(const struct card *c, int64_t score)
{
    return score == INT_NONE ? TONE_NONE : band_tone(score_level(&c->bands, score));
}

/* ---- figures ---- */

static const char *closing(struct req *r, const struct card *c, const char **ret_number)
{
    int64_t left = date_is_none(c->year->closes) ? INT_NONE : c->year->closes.v - instant_date(r->now, r->zone_minutes).v;

    *ret_number = left == INT_NONE ? say_count(r, INT_NONE)
                  : left < 0       ? T(r, "score.closed")
                                   : T1(r, "score.days-left", say_count(r, left));
    return left == INT_NONE ? NULL : say_day(r, c->year->closes);
}

static void put_figures(struct req *r, const struct card *c)
{
    const struct score_point *p = c->last;
    const char *left, *closes = closing(r, c, &left), *score = record_href(r, c, "nilai", p->id);
    bool records = c->place != FOR_EVERYBODY;
    char word[] = "score.band-0";
    struct ui_figure v[5];

    word[sizeof word - 2] = (char)('0' + (p->verified == INT_NONE ? 1 : score_level(&c->bands, p->verified)));
    v[0] = (struct ui_figure){.label = T(r, "score.verified"),
                              .number = say_score(r, p->verified),
                              .context = T(r, word),
                              .href = score,
                              .tone = tone_of(c, p->verified)};
    v[1] = (struct ui_figure){.label = T(r, "score.self"),
                              .number = say_score(r, p->self),
                              .context = T1(r, "score.gap-of", say_score(r, minus(p->self, p->verified))),
                              .href = score};
    v[2] = (struct ui_figure){
        .label = T(r, "score.waiting"),
        .number = T1(r, "score.documents", say_count(r, p->waiting)),
        .context = date_is_none(p->waiting_since) ? NULL : T1(r, "score.oldest", days_since(r, p->waiting_since)),
        .href = records ? url(r, "/kerja/%s/penilaian?year=%lld&status=waiting", c->slug, (long long)c->year->id) : NULL};
    v[3] = (struct ui_figure){.label = T(r, "score.target"),
                              .number = say_score(r, c->year->target),
                              .context = minus(c->year->target, p->verified) > 0
                                             ? T1(r, "score.short-of", say_score(r, minus(c->year->target, p->verified)))
                                             : T(r, "score.reached"),
                              .href = records ? url(r, "/kerja/-/templat-nilai/%lld", (long long)c->year->template) : NULL};
    v[4] = (struct ui_figure){.label = T(r, "score.closes"),
                              .number = left,
                              .context = closes,
                              .href = record_href(r, c, "tahun-program", c->year->id)};
    ui_figures(r, v, ARRAY_LEN(v));
}

/* ---- areas ---- */

static const struct score_area_point *area_at(const struct card *c, const struct score_point *p, const char *code)
{
    size_t i;

    for (i = 0; p != NULL && i < c->n_areas; i++)
        if (c->areas[i].snapshot == p->id && text_eq(c->areas[i].code, code))
            return &c->areas[i];
    return NULL;
}

static const char *owners_of(const struct card *c, const char *code)
{
    size_t i;

    for (i = 0; i < c->book.n; i++)
        if (text_eq(c->book.rows[i].code, code))
            return c->book.rows[i].owners;
    return NULL;
}

enum { AREA, BAR, VERIFIED, SELF, GAP, CHANGE, MISSING, DUE, COLUMNS };

static void put_number(struct req *r, const struct ui_table *t, size_t column, const char *text, const char *href)
{
    if (href != NULL)
        ui_cell_link(r, t, column, text, href);
    else
        ui_cell(r, t, column, text);
}

static void put_scores(struct req *r, const struct card *c, const struct ui_table *t, int64_t self, int64_t verified)
{
    ui_cell_begin(r, t, BAR);
    if (self != INT_NONE && verified != INT_NONE)
        ui_twin(r, tone_of(c, verified), self, verified, c->year->target);
    ui_cell_end(r, t, BAR);
    ui_cell_begin(r, t, VERIFIED);
    put_band(r, c, verified);
    ui_cell_end(r, t, VERIFIED);
}

static void put_area(struct req *r, const struct card *c, const struct ui_table *t, const struct score_area_point *x)
{
    const struct score_area_point *old = area_at(c, c->before, x->code);
    const char *record = record_href(r, c, "nilai-area", x->id), *area = score_area_name(r->arena, x->code, x->title);

    ui_row_begin(r, false);
    ui_cell_begin(r, t, AREA);
    html(r, "<a class=\"key\" href=\"%s\">%s</a>", link_to(area_href(r, c, x->code)), area);
    if (owners_of(c, x->code) != NULL)
        ui_sub(r, owners_of(c, x->code));
    ui_cell_end(r, t, AREA);
    put_scores(r, c, t, x->self, x->verified);
    put_number(r, t, SELF, say_score(r, x->self), record);
    ui_cell(r, t, GAP, say_score(r, minus(x->self, x->verified)));
    ui_cell(r, t, CHANGE, signed_score(r, old != NULL ? minus(x->verified, old->verified) : INT_NONE));
    put_number(r, t, MISSING, say_count(r, x->missing),
               c->place == FOR_EVERYBODY || x->missing == 0
                   ? NULL
                   : url(r, "/kerja/%s/penilaian?year=%lld&area=%s", c->slug, (long long)c->year->id, area));
    ui_cell(r, t, DUE, date_is_none(x->due) ? "–" : say_day_brief(r, x->due));
    ui_row_end(r);
}

static void put_total(struct req *r, const struct card *c, const struct ui_table *t)
{
    const struct score_point *p = c->last;

    ui_table_foot(r);
    ui_row_begin(r, false);
    ui_cell(r, t, AREA, T(r, "score.whole"));
    put_scores(r, c, t, p->self, p->verified);
    put_number(r, t, SELF, say_score(r, p->self), record_href(r, c, "nilai", p->id));
    ui_cell(r, t, GAP, say_score(r, minus(p->self, p->verified)));
    ui_cell(r, t, CHANGE, signed_score(r, c->before != NULL ? minus(p->verified, c->before->verified) : INT_NONE));
    put_number(r, t, MISSING, say_count(r, p->missing),
               c->place == FOR_EVERYBODY ? NULL : url(r, "/kerja/%s/penilaian?year=%lld", c->slug, (long long)c->year->id));
    ui_cell(r, t, DUE, "");
    ui_row_end(r);
    ui_table_foot_end(r, t);
}

static size_t areas_now(const struct card *c)
{
    size_t i, n = 0;

    for (i = 0; i < c->n_areas; i++)
        n += c->areas[i].snapshot == c->last->id;
    return n;
}

static void put_areas(struct req *r, const struct card *c)
{
    const char *since = c->before != NULL ? T1(r, "score.since", say_day_brief(r, c->before->as_of)) : T(r, "score.change");
    const struct ui_column columns[COLUMNS] = {
        [AREA] = {.label = T(r, "score.area-owner"), .head = true},
        [BAR] = {.label = "0 – 100", .bar = true},
        [VERIFIED] = {.label = T(r, "score_line.verified"), .num = true},
        [SELF] = {.label = T(r, "score_line.self"), .num = true},
        [GAP] = {.label = T(r, "score.gap"), .num = true},
        [CHANGE] = {.label = since, .num = true},
        [MISSING] = {.label = T(r, "score_line.missing"), .num = true},
        [DUE] = {.label = T(r, "score_line.due")},
    };
    const struct ui_table t = {.caption = T(r, "score.areas"), .columns = columns, .n = COLUMNS, .fold = true, .scroll = true};
    size_t i;

    ui_section_begin(r, "daftar-area", T1(r, "score.areas-of", say_count(r, (int64_t)areas_now(c))));
    ui_table_begin(r, &t);
    for (i = 0; i < c->n_areas; i++)
        if (c->areas[i].snapshot == c->last->id)
            put_area(r, c, &t, &c->areas[i]);
    put_total(r, c, &t);
    ui_section_end(r);
}

/* ---- what adds most ---- */

static const char *step_words(struct req *r, const struct score_node *node)
{
    switch (score_method_of(node->method)) {
    case SCORE_BINARY:
        return T(r, "score.step-meet");
    case SCORE_STEPS:
        return T(r, "score.step-up");
    case SCORE_DOCUMENTS:
        return T(r, "score.step-document");
    case SCORE_DOCUMENTS_PRO:
        return T(r, "score.step-complete");
    case SCORE_PART:
        return T(r, "score.step-unit");
    case SCORE_THRESHOLD:
        return T(r, "score.step-target");
    case SCORE_NO_METHOD:
        break;
    }
    return "";
}

static const struct score_input *input_of(const struct card *c, size_t place)
{
    size_t i;

    for (i = 0; i < c->n_inputs; i++)
        if (c->inputs[i].node.v == c->book.rows[place].head.id)
            return &c->inputs[i];
    return NULL;
}

static const char *first_owner(struct req *r, const char *owners)
{
    return owners == NULL ? "–" : text_trim(r->arena, arena_text_n(r->arena, owners, strcspn(owners, ";")));
}

static void put_step(struct req *r, const struct card *c, const struct ui_table *t, const struct score_gain *g)
{
    const struct score_node_row *row = &c->book.rows[g->node];
    const struct score_input *x = input_of(c, g->node);
    const char *href = x != NULL ? record_href(r, c, "penilaian", x->head.id) : NULL;
    int64_t gain;

    if (score_rounded(g->gain, &gain) < 0)
        return;
    if (href == NULL)
        href = area_href(r, c, c->book.rows[score_book_area(&c->book, g->node)].code);
    ui_row_begin(r, false);
    ui_cell_begin(r, t, 0);
    html(r, "<a href=\"%s\">%s</a>", link_to(href), step_words(r, &c->book.nodes[g->node]));
    ui_sub(r, text_printf(r->arena, "%s %s", row->code, row->name));
    ui_cell_end(r, t, 0);
    ui_cell(r, t, 1, first_owner(r, row->owners));
    ui_cell_begin(r, t, 2);
    html(r, "<b>+%s</b>", score_text(r->arena, gain, (int)r->lang));
    ui_cell_end(r, t, 2);
    ui_cell(r, t, 3,
            x != NULL && x->waiting != INT_NONE && x->waiting > 0 ? T1(r, "score.already", say_count(r, x->waiting)) : "–");
    ui_row_end(r);
}

static void put_steps(struct req *r, const struct card *c)
{
    const struct ui_column columns[] = {
        {.label = T(r, "score.step"), .head = true},
        {.label = T(r, "score.owner")},
        {.label = T(r, "score.adds"), .num = true},
        {.label = T(r, "score.state")},
    };
    const struct ui_table t = {.caption = T(r, "score.steps"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    struct fraction sum = FRACTION_ZERO;
    size_t i, n = c->n_gains < STEPS_SHOWN ? c->n_gains : STEPS_SHOWN;
    int64_t all = 0;

    if (n == 0)
        return;
    for (i = 0; i < n; i++)
        if (fraction_add(sum, c->gains[i].gain, &sum) < 0)
            return;
    if (score_rounded(sum, &all) < 0)
        return;
    ui_section_begin(r, "langkah", T(r, "score.steps"));
    html(r, "<p class=\"mute read\">%s</p>\n",
         T2(r, "score.steps-text", say_count(r, (int64_t)n), score_text(r->arena, all, (int)r->lang)));
    ui_table_begin(r, &t);
    for (i = 0; i < n; i++)
        put_step(r, c, &t, &c->gains[i]);
    ui_table_end(r, &t);
    ui_section_end(r);
}

/* ---- one area ---- */

/* The one that was asked for, else the weakest. */
static const struct score_area_point *chosen_area(struct req *r, const struct card *c)
{
    const struct score_area_point *asked = area_at(c, c->last, http_query(r->http, "area")), *worst = NULL;
    size_t i;

    for (i = 0; i < c->n_areas; i++)
        if (c->areas[i].snapshot == c->last->id && c->areas[i].verified != INT_NONE &&
            (worst == NULL || c->areas[i].verified < worst->verified))
            worst = &c->areas[i];
    return asked != NULL ? asked : worst;
}

static const char *documents_of(struct req *r, const struct score_node *node, const struct score_input *x)
{
    enum score_method m = score_method_of(node->method);

    if (m == SCORE_DOCUMENTS && node->params.n_points == 0)
        return T2(r, "score.accepted-of", text_empty(x->verified) ? "0" : x->verified, say_count(r, node->params.total));
    if (m == SCORE_PART)
        return T2(r, "score.done-of", text_empty(x->verified) ? "0" : x->verified,
                  say_count(r, node->params.total != INT_NONE ? node->params.total : node->total));
    if (x->missing != INT_NONE && x->missing > 0)
        return T1(r, "score.lacks", say_count(r, x->missing));
    return "–";
}

static void put_leaf(struct req *r, const struct card *c, const struct ui_table *t, size_t i)
{
    const struct score_node_row *row = &c->book.rows[i];
    const struct score_input *x = input_of(c, i);
    int64_t self = leaf_score(&c->self, i), verified = leaf_score(&c->verified, i);
    const char *name = text_printf(r->arena, "%s %s", row->code, row->name);

    ui_row_begin(r, false);
    put_number(r, t, 0, name, x != NULL ? record_href(r, c, "penilaian", x->head.id) : NULL);
    put_scores(r, c, t, self, verified);
    ui_cell(r, t, 3, say_score(r, self));
    ui_cell(r, t, 4, x != NULL ? documents_of(r, &c->book.nodes[i], x) : "–");
    ui_cell_begin(r, t, 5);
    if (x != NULL)
        score_status_cell(r, x);
    ui_cell_end(r, t, 5);
    ui_row_end(r);
}

static void put_area_detail(struct req *r, const struct card *c)
{
    const struct score_area_point *area = chosen_area(r, c);
    const struct ui_column columns[] = {
        {.label = T(r, "score_input.title"), .head = true},
        {.label = "0 – 100", .bar = true},
        {.label = T(r, "score_line.verified"), .num = true},
        {.label = T(r, "score_line.self"), .num = true},
        {.label = T(r, "score.document")},
        {.label = T(r, "score.state")},
    };
    const struct ui_table t = {
        .caption = area != NULL ? area->title : "", .columns = columns, .n = ARRAY_LEN(columns), .fold = true, .scroll = true};
    size_t i;

    if (area == NULL)
        return;
    ui_section_begin(r, "area", text_printf(r->arena, "%s %s: %s", area->code, area->title, say_score(r, area->verified)));
    ui_table_begin(r, &t);
    for (i = 0; i < c->book.n; i++)
        if (score_book_leaf(&c->book, i) && text_eq(c->book.rows[score_book_area(&c->book, i)].code, area->code))
            put_leaf(r, c, &t, i);
    ui_table_end(r, &t);
    ui_section_end(r);
}

/* ---- the year ---- */

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

static void months_put(struct months *m, date d, int64_t self, int64_t verified)
{
    size_t i = (size_t)date_civil(d).month - 1;

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

static void put_year(struct req *r, const struct card *c)
{
    struct months *m = arena_new(r->arena, struct months);
    struct ui_chart chart;
    size_t i, k;

    months_empty(m);
    for (i = 0; i < c->n_points; i++)
        months_put(m, c->points[i].as_of, c->points[i].self, c->points[i].verified);
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
                months_put(m, c->areas[k].as_of, c->areas[k].self, c->areas[k].verified);
        chart = chart_of(r, c, m, "kecil", score_area_name(r->arena, x->code, x->title));
        ui_chart_small(r, &chart, area_href(r, c, x->code), say_score(r, x->verified));
    }
    ui_multi_end(r);
    ui_section_end(r);
}

const char *const *score_months(struct req *r)
{
    const char **v = arena_array(r->arena, MONTHS, const char *);
    size_t i;

    for (i = 0; i < MONTHS; i++)
        v[i] = month_short((int)i + 1, (int)r->lang);
    return v;
}

/* ---- the page ---- */

static void put_years(struct req *r, const struct card *c)
{
    struct ui_tab tabs[SCORE_YEARS_MAX];
    size_t i;

    if (c->n_years < 2)
        return;
    for (i = 0; i < c->n_years; i++)
        tabs[i] = (struct ui_tab){.label = c->years[i].title,
                                  .href = text_printf(r->arena, "%s?tahun=%lld", base_of(r, c), (long long)c->years[i].id),
                                  .count = -1,
                                  .here = &c->years[i] == c->year};
    ui_tabs(r, T(r, "score_year.many"), tabs, c->n_years);
}

static void put_proof(struct req *r, const struct card *c)
{
    const char *href = c->place == FOR_EVERYBODY ? url(r, "/%s/rapor/bukti?tahun=%lld", c->slug, (long long)c->year->id)
                                                 : url(r, "/kerja/%s/nilai/%lld/bukti", c->slug, (long long)c->last->id);

    if (c->last->leaf_idx != INT_NONE && c->recorded.v != INSTANT_NONE.v)
        ui_proof(r, &(struct ui_proof){.entry = c->last->leaf_idx + 1, .at = c->recorded, .href = href});
}

static void put_make(struct req *r, const struct card *c)
{
    if (c->place != FOR_STAFF || !may(r, "score.make", req_gov(r)->id))
        return;
    ui_form_begin(r, "hitung", url(r, "/kerja/%s/rapor/hitung", c->slug), FORM_POST);
    ui_hidden(r, "tahun", text_printf(r->arena, "%lld", (long long)c->year->id));
    web_once(r);
    ui_buttons(r, &(struct ui_button){.label = T(r, "score.make")}, 1);
    ui_form_end(r);
}

static void put_head(struct req *r, const struct card *c)
{
    const struct gov *gov = req_gov(r);
    const struct ui_button records[] = {
        {.label = T(r, "score_input.many"), .href = url(r, "/kerja/%s/penilaian?year=%lld", c->slug, (long long)c->year->id)}};

    ui_head(r, T1(r, "score.card-of", text_printf(r->arena, "%lld", (long long)c->year->year)),
            T3(r, "score.card-line", gov->name, c->year->template_name, say_day(r, c->last->as_of)), records,
            c->place == FOR_EVERYBODY ? 0 : ARRAY_LEN(records));
    if (c->year->example)
        ui_note(r, TONE_WARN, T(r, "score.example"), T(r, "score.example-text"));
    put_years(r, c);
}

void score_nav(struct page *p)
{
    static const struct nav_item nav[] = {{"score.compare", "/pengawas/banding"}, {"front.supervised", "/pengawas"}};

    p->nav = nav;
    p->n_nav = ARRAY_LEN(nav);
    p->here = "/pengawas/banding";
}

static void put_scope(struct req *r, const struct card *c, struct page *p)
{
    struct scope_fact *facts = arena_array(r->arena, 3, struct scope_fact);

    if (c->place != FOR_SUPERVISOR)
        return;
    facts[0] = (struct scope_fact){T(r, "front.scope-gov"), req_gov(r)->name};
    facts[1] = (struct scope_fact){T(r, "score_year.template"), c->year != NULL ? c->year->template_name : "–"};
    facts[2] =
        (struct scope_fact){NULL, c->last != NULL ? T1(r, "score.as-of", say_day(r, c->last->as_of)) : T(r, "score.none")};
    p->scope = facts;
    p->n_scope = 3;
    p->scope_change = "/pengawas/banding";
    score_nav(p);
}

static void show(struct req *r, enum place place, enum shell shell)
{
    const struct gov *gov = req_gov(r);
    struct page p = {.shell = shell, .title = T(r, "score.card")};
    struct card c = {.place = place, .slug = gov->slug, .recorded = INSTANT_NONE};
    int e;

    if (gov->id == 0) {
        r->http->status = 404;
        return;
    }
    e = read_card(r, gov->id, &c);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    put_scope(r, &c, &p);
    web_page_begin(r, &p);
    if (e == 0) {
        ui_head(r, p.title, gov->name, NULL, 0);
        if (c.n_years > 0)
            put_make(r, &c);
        state_empty(r, T(r, "score.none"), T(r, "score.none-text"), NULL);
    } else {
        put_head(r, &c);
        put_figures(r, &c);
        put_make(r, &c);
        put_areas(r, &c);
        put_steps(r, &c);
        put_area_detail(r, &c);
        put_year(r, &c);
        put_proof(r, &c);
    }
    page_end(r, &p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

void score_work_page(struct req *r)
{
    show(r, FOR_STAFF, SHELL_WORKSPACE);
}

void score_supervisor_page(struct req *r)
{
    show(r, FOR_SUPERVISOR, SHELL_SUPERVISOR);
}

void score_public_page(struct req *r)
{
    show(r, FOR_EVERYBODY, SHELL_PUBLIC);
}

/* ---- its proof, for everybody: every column of a snapshot is public ---- */

void score_public_proof(struct req *r)
{
    struct card c = {.place = FOR_EVERYBODY, .slug = req_gov(r)->slug};
    struct score_snapshot last;
    int e = req_gov(r)->id == 0 ? 0 : read_points(r, req_gov(r)->id, &c);

    if (e > 0)
        e = row_get(r->db, r->arena, &score_snapshot_entity, req_gov(r)->id, c.last->id, &last);
    if (e < 0)
        web_refuse(r, e);
    else if (e == 0)
        r->http->status = 404;
    else
        proof_answer(r, &last.head, NULL, 0, text_printf(r->arena, "rapor-%s-%s", c.slug, date_iso(r->arena, c.last->as_of)));
}

/* ---- a snapshot of today ---- */

struct make_plan {
    struct score_result result;
    const char *done;
};

static int make_apply(struct tx *tx, void *arg)
{
    const struct make_plan *plan = arg;
    struct record head;

    return score_result_store(tx, &plan->result, &head);
}

void score_make_post(struct req *r)
{
    const struct gov *gov = req_gov(r);
    struct make_plan *plan = arena_new(r->arena, struct make_plan);
    const char *asked = http_form(r->http, "tahun");
    struct score_book book;
    struct score_input *inputs;
    struct score_year year;
    int64_t id = 0;
    size_t n;
    int e = 0;

    if (gov->id != 0 && asked != NULL && text_int(asked, 1, INT64_MAX, &id) == 0)
        e = row_get(r->db, r->arena, &score_year_entity, gov->id, id, &year);
    if (e == 0) {
        r->http->status = 404;
        return;
    }
    if (e > 0 && !text_eq(year.status.v, "open"))
        e = fail(r, E_STATE, "score_input.year-closed");
    if (e > 0)
        e = score_book_read(r->db, r->arena, year.template.v, &book);
    if (e == 0)
        e = E_STATE;
    if (e > 0)
        e = score_inputs_read(r->db, r->arena, gov->id, id, &inputs, &n);
    if (e == 0)
        e = score_book_compute(r->arena, &book, &year, inputs, n, instant_date(r->now, r->zone_minutes), &plan->result);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    plan->done = url(r, "/kerja/%s/rapor?tahun=%lld", gov->slug, (long long)id);
    web_write(r, make_apply, plan, NULL, plan->done);
}
