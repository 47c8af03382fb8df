/*
 * score_compare.c: all governments of a template side by side: what needs attention in sentences, verified scores by area, gap
 * and age of the queue, how the year went. For supervisors those in their scope; for everybody all, without links to records.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/web.h"
#include "mod/oversight/score_board.h"

#define MONTHS 12
#define JUMP   1500 /* points in a month that want a look, 1/100 */
#define OLD    30   /* days in the queue */

/* ---- addresses ---- */

static const char *card_href(struct req *r, const struct board *b, const struct board_row *x)
{
    return b->everybody ? url(r, "/%s/rapor", x->gov->slug) : url(r, "/pengawas/rapor/%s", x->gov->slug);
}

static const char *area_href(struct req *r, const struct board *b, const struct board_row *x, size_t k)
{
    return text_printf(r->arena, "%s?area=%s#area", card_href(r, b, x), url_encode(r->arena, b->heads[k]->code));
}

static const char *record_href(struct req *r, const struct board *b, const struct board_row *x)
{
    return b->everybody ? NULL : url(r, "/kerja/%s/nilai/%lld", x->gov->slug, (long long)x->last->id);
}

static const char *sort_href(struct req *r, const struct board *b, const char *by)
{
    return b->asked != NULL ? url(r, "?urut=%s&pada=%s", by, b->asked) : url(r, "?urut=%s", by);
}

static const char *points_of(struct req *r, int64_t score)
{
    return say_score(r, score);
}

/* ---- what needs attention ---- */

static void put_attention(struct req *r, const char *title, const char *href, const char *text, enum tone tone, const char *tag)
{
    const struct ui_row_item item = {.title = title, .href = href, .text = text};

    ui_row_item_begin(r, &item);
    ui_tag(r, tone, ICON_OF_TONE, tag);
    ui_row_item_end(r);
}

static void put_jump(struct req *r, const struct board *b)
{
    const struct board_row *best = NULL;
    int64_t most = JUMP;
    size_t i;

    for (i = 0; i < b->n; i++) {
        const struct board_row *x = &b->rows[i];
        int64_t now = x->last->verified, before = x->n_points > 1 ? x->points[x->n_points - 2].verified : INT_NONE;

        if (now == INT_NONE || before == INT_NONE || now - before < most)
            continue;
        most = now - before;
        best = x;
    }
    if (best == NULL)
        return;
    put_attention(r, T2(r, "score.jump", best->gov->name, points_of(r, most)), card_href(r, b, best),
                  T3(r, "score.jump-text", points_of(r, best->points[best->n_points - 2].verified),
                     points_of(r, best->last->verified), points_of(r, board_gap(best))),
                  TONE_BAD, T(r, "score.jump-tag"));
}

static void put_weak(struct req *r, const struct board *b)
{
    int64_t lowest = INT_NONE, m, below = 0;
    size_t k, i, weak = 0;

    for (k = 0; k < b->n_heads; k++) {
        m = board_median(r, b, b->heads[k]->code);
        if (m != INT_NONE && (lowest == INT_NONE || m < lowest)) {
            lowest = m;
            weak = k;
        }
    }
    if (lowest == INT_NONE || b->template.target == INT_NONE || lowest >= b->template.target)
        return;
    for (i = 0; i < b->n; i++)
        below += b->rows[i].area[weak] != NULL && b->rows[i].area[weak]->verified < b->template.target;
    put_attention(r,
                  text_printf(r->arena, "%s: %s", b->heads[weak]->title,
                              T2(r, "score.weak", say_count(r, below), say_count(r, (int64_t)b->n))),
                  sort_href(r, b, b->heads[weak]->code),
                  T2(r, "score.weak-text", points_of(r, lowest), say_count(r, (int64_t)b->n_heads)), TONE_WARN,
                  T(r, "score.weak-tag"));
}

static void put_queue(struct req *r, const struct board *b)
{
    const struct board_row *oldest = NULL;
    int64_t waiting = 0;
    size_t i;

    for (i = 0; i < b->n; i++) {
        if (board_age(b, &b->rows[i]) <= OLD)
            continue;
        waiting += b->rows[i].last->waiting;
        if (oldest == NULL || board_age(b, &b->rows[i]) > board_age(b, oldest))
            oldest = &b->rows[i];
    }
    if (oldest == NULL)
        return;
    put_attention(r, T1(r, "score.queue", say_count(r, waiting)),
                  b->everybody ? card_href(r, b, oldest) : url(r, "/kerja/%s/penilaian?status=waiting", oldest->gov->slug),
                  T2(r, "score.queue-text", oldest->gov->name, say_count(r, board_age(b, oldest))), TONE_INFO,
                  T(r, b->everybody ? "score.queue-tag" : "score.queue-yours"));
}

/* ---- the table ---- */

static void put_legend(struct req *r)
{
    static const char *const words[] = {"score.legend-1", "score.legend-2", "score.legend-3", "score.legend-4"};
    size_t i;

    html(r, "<p class=\"legend\">");
    for (i = 0; i < ARRAY_LEN(words); i++) {
        ui_tag(r, band_tone((int)i + 1), ICON_NONE, T(r, words[i]));
        html(r, " ");
    }
    html(r, "</p>\n");
}

static void put_plain(struct req *r, const char *text, const char *href, bool alarm)
{
    html(r, "<td class=\"%s\">", alarm ? "neg" : "");
    if (href != NULL)
        html(r, "<a href=\"%s\">%s</a></td>", link_to(href), text);
    else
        html(r, "%s</td>", text);
}

static void put_index(struct req *r, const struct board *b, const struct board_row *x)
{
    const char *href = record_href(r, b, x);

    if (x->last->verified == INT_NONE)
        return;
    if (href == NULL) {
        ui_band(r, score_level(&b->bands, x->last->verified), x->last->verified, true);
        return;
    }
    html(r, "<a href=\"%s\">", link_to(href));
    ui_band(r, score_level(&b->bands, x->last->verified), x->last->verified, true);
    html(r, "</a>");
}

static void put_row(struct req *r, const struct board *b, const struct board_row *x)
{
    size_t k;

    ui_row_begin(r, false);
    html(r, "<th scope=\"row\"><a class=\"key\" href=\"%s\">%s</a> <span class=\"mute small\">%s</span></th><td>",
         link_to(card_href(r, b, x)), x->gov->name, x->gov->code);
    put_index(r, b, x);
    html(r, "</td>");
    for (k = 0; k < b->n_heads; k++) {
        int64_t score = x->area[k] != NULL ? x->area[k]->verified : INT_NONE;

        ui_heat_cell(r, score == INT_NONE ? TONE_NONE : band_tone(score_level(&b->bands, score)),
                     score == INT_NONE ? T(r, "score.na") : say_count(r, (score + 50) / 100), area_href(r, b, x, k));
    }
    put_plain(r, points_of(r, board_gap(x)), record_href(r, b, x), board_gap(x) > 2 * board_median(r, b, "selisih"));
    put_plain(r, say_count(r, board_age(b, x)),
              b->everybody ? NULL : url(r, "/kerja/%s/penilaian?status=waiting", x->gov->slug), board_age(b, x) > OLD);
    put_plain(r, say_count(r, x->last->missing),
              b->everybody ? NULL : url(r, "/kerja/%s/penilaian?status=missing", x->gov->slug), false);
    ui_row_end(r);
}

static void put_medians(struct req *r, const struct board *b)
{
    size_t k;

    ui_row_begin(r, false);
    html(r, "<th scope=\"row\">%s</th>", T(r, "score.median"));
    put_plain(r, points_of(r, board_median(r, b, "nilai")), NULL, false);
    for (k = 0; k < b->n_heads; k++)
        put_plain(r, say_count(r, (board_median(r, b, b->heads[k]->code) + 50) / 100), NULL, false);
    put_plain(r, points_of(r, board_median(r, b, "selisih")), NULL, false);
    put_plain(r, say_count(r, board_median(r, b, "antrean")), NULL, false);
    put_plain(r, say_count(r, board_median(r, b, "kurang")), NULL, false);
    ui_row_end(r);
}

static struct ui_column column_of(struct req *r, const struct board *b, const char *label, const char *by, const char *now)
{
    return (struct ui_column){
        .label = label, .sort_href = sort_href(r, b, by), .sort = text_eq(by, now) ? UI_SORT_DOWN : UI_SORT_NONE};
}

static void put_table(struct req *r, const struct board *b)
{
    struct ui_column columns[AREAS_MAX + 5] = {{.label = T(r, "score.government"), .head = true}};
    struct ui_table t = {.caption = T(r, "score.by-area"), .columns = columns, .heat = true, .pin = true};
    const char *by = http_query(r->http, "urut"), *now = by != NULL ? by : "nilai";
    size_t n = 1, i;

    columns[n++] = column_of(r, b, T(r, "score.index"), "nilai", now);
    for (i = 0; i < b->n_heads; i++)
        columns[n++] = column_of(r, b, b->heads[i]->title, b->heads[i]->code, now);
    columns[n++] = column_of(r, b, T(r, "score.gap"), "selisih", now);
    columns[n++] = column_of(r, b, T(r, "score.oldest-queue"), "antrean", now);
    columns[n++] = column_of(r, b, T(r, "score_line.missing"), "kurang", now);
    t.n = n;
    ui_section_begin(r, "nilai", T(r, "score.by-area"));
    put_legend(r);
    ui_table_begin(r, &t);
    for (i = 0; i < b->n; i++)
        put_row(r, b, &b->rows[i]);
    ui_table_foot(r);
    put_medians(r, b);
    ui_table_foot_end(r, &t);
    html(r, "<p class=\"mute small\">%s</p>\n", T(r, "score.by-area-text"));
    ui_section_end(r);
}

/* ---- the year ---- */

static void put_line(struct req *r, const struct board *b, const struct board_row *x)
{
    int64_t *self = arena_array(r->arena, MONTHS, int64_t), *verified = arena_array(r->arena, MONTHS, int64_t);
    struct ui_series series[2] = {{T(r, "score.line-verified"), verified, MONTHS, false},
                                  {T(r, "score.line-self"), self, MONTHS, true}};
    const struct ui_chart chart = {.id = "kecil",
                                   .title = x->gov->name,
                                   .ticks = score_months(r),
                                   .n_ticks = MONTHS,
                                   .goal = b->template.target,
                                   .series = series,
                                   .n_series = 2};
    size_t i;

    for (i = 0; i < MONTHS; i++)
        self[i] = verified[i] = INT_NONE;
    for (i = 0; i < x->n_points; i++) {
        size_t month = score_month(x->points[i].as_of, b->template.year);

        self[month] = x->points[i].self;
        verified[month] = x->points[i].verified;
    }
    ui_chart_small(r, &chart, card_href(r, b, x), say_score(r, x->last->verified));
}

static void put_year(struct req *r, const struct board *b)
{
    size_t i;

    ui_section_begin(r, "perjalanan", T1(r, "score.journey", text_printf(r->arena, "%lld", (long long)b->template.year)));
    html(r, "<p class=\"mute small\">%s</p>\n", T1(r, "score.journey-text", say_score(r, b->template.target)));
    ui_multi_begin(r);
    for (i = 0; i < b->n; i++)
        put_line(r, b, &b->rows[i]);
    ui_multi_end(r);
    ui_section_end(r);
}

/* ---- the page ---- */

static date newest(const struct board *b)
{
    date d = DATE_NONE;
    size_t i;

    for (i = 0; i < b->n; i++)
        if (date_is_none(d) || b->rows[i].last->as_of.v > d.v)
            d = b->rows[i].last->as_of;
    return d;
}

static void put_scope(struct req *r, const struct board *b, struct page *p)
{
    struct scope_fact *facts = arena_array(r->arena, 3, struct scope_fact);

    if (!b->everybody)
        score_nav(p);
    if (b->everybody || b->n == 0)
        return;
    facts[0] = (struct scope_fact){T(r, "front.scope-gov"), T1(r, "score.governments", say_count(r, (int64_t)b->n))};
    facts[1] = (struct scope_fact){T(r, "score_year.template"), b->template.template_name};
    facts[2] = (struct scope_fact){NULL, T1(r, "score.as-of", say_day(r, newest(b)))};
    p->scope = facts;
    p->n_scope = 3;
    p->scope_change = "/pengawas";
}

static void put_until(struct req *r, const struct board *b)
{
    const struct ui_field field = {.type = CONTROL_DATE,
                                   .name = "pada",
                                   .label = T(r, "score.until"),
                                   .value = b->asked != NULL ? b->asked : "",
                                   .placeholder = "30-6-2026"};
    const struct ui_error wrong = {"pada", T(r, "score.until-bad")};

    ui_errors(r, &wrong, b->asked_bad);
    html(r, "<form class=\"filter\" action=\"%s\" aria-label=\"%s\">",
         link_to(b->everybody ? url(r, "/banding") : url(r, "/pengawas/banding")), T(r, "score.until"));
    if (b->by != NULL)
        ui_hidden(r, "urut", b->by);
    ui_filter_field(r, &field);
    html(r, "<button class=\"btn\">%s</button></form>\n", T(r, "score.until-show"));
}

static void put_board(struct req *r, const struct board *b, const char *title)
{
    ui_head(r, title, T2(r, "score.compare-line", b->template.template_name, say_day(r, newest(b))), NULL, 0);
    if (r->app->demo)
        ui_note(r, TONE_WARN, T(r, "score.example"), T(r, "score.example-text"));
    put_until(r, b);
    ui_section_begin(r, "perhatian", T(r, "score.attention"));
    ui_rows_begin(r);
    put_jump(r, b);
    put_weak(r, b);
    put_queue(r, b);
    ui_rows_end(r);
    ui_section_end(r);
    put_table(r, b);
    put_year(r, b);
}

static void show(struct req *r, bool everybody, enum shell shell)
{
    struct board b = {.everybody = everybody};
    struct page p = {.shell = shell, .landscape = true};
    int e = board_gather(r, &b);

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    p.title = T1(r, "score.compare-of", say_count(r, (int64_t)b.n));
    if (b.n == 0)
        p.title = T(r, "score.compare");
    put_scope(r, &b, &p);
    web_page_begin(r, &p);
    if (b.n == 0) {
        ui_head(r, p.title, NULL, NULL, 0);
        if (b.asked != NULL)
            put_until(r, &b);
        state_empty(r, T(r, "score.none"), T(r, b.asked != NULL ? "score.none-then" : "score.none-text"), NULL);
    } else {
        put_board(r, &b, p.title);
    }
    page_end(r, &p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

void score_compare_page(struct req *r)
{
    show(r, false, SHELL_SUPERVISOR);
}

void score_compare_public(struct req *r)
{
    show(r, true, SHELL_PUBLIC);
}
