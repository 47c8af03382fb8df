/*
 * score_areas.c: areas of the scorecard, and the leaves of one.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/web.h"
#include "mod/oversight/score_card.h"

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
        ui_twin(r, card_tone(c, verified), self, verified, c->year->target);
    ui_cell_end(r, t, BAR);
    ui_cell_begin(r, t, VERIFIED);
    card_band(r, c, verified);
    ui_cell_end(r, t, VERIFIED);
}

static void put_area(struct req *r, const struct card *c, const struct ui_table *t, const struct score_area_point *x)
{
    const struct score_area_point *old = area_at(c, c->before, x->code);
    const char *record = card_record(r, c, "nilai-area", x->id), *area = score_area_name(r->arena, x->code, x->title);

    ui_row_begin(r, false);
    ui_cell_begin(r, t, AREA);
    html(r, "<a class=\"key\" href=\"%s\">%s</a>", link_to(card_area(r, c, x->code)), area);
    if (owners_of(c, x->code) != NULL)
        ui_sub(r, owners_of(c, x->code));
    ui_cell_end(r, t, AREA);
    put_scores(r, c, t, x->self, x->verified);
    put_number(r, t, SELF, say_score(r, x->self), record);
    ui_cell(r, t, GAP, say_score(r, card_minus(x->self, x->verified)));
    ui_cell(r, t, CHANGE, card_signed(r, old != NULL ? card_minus(x->verified, old->verified) : INT_NONE));
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
    put_number(r, t, SELF, say_score(r, p->self), card_record(r, c, "nilai", p->id));
    ui_cell(r, t, GAP, say_score(r, card_minus(p->self, p->verified)));
    ui_cell(r, t, CHANGE, card_signed(r, c->before != NULL ? card_minus(p->verified, c->before->verified) : INT_NONE));
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

void card_areas(struct req *r, const struct card *c)
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
    const struct score_input *x = card_input(c, i);
    int64_t self = card_leaf(&c->self, i), verified = card_leaf(&c->verified, i);
    const char *name = text_printf(r->arena, "%s %s", row->code, row->name);

    ui_row_begin(r, false);
    put_number(r, t, 0, name, x != NULL ? card_record(r, c, "penilaian", x->head.id) : NULL);
    put_scores(r, c, t, self, verified);
    ui_cell(r, t, 3, say_score(r, self));
    ui_cell(r, t, 4, x != NULL ? documents_of(r, &c->book.nodes[i], x) : "–");
    ui_cell_begin(r, t, 5);
    if (x != NULL)
        score_status_cell(r, x);
    ui_cell_end(r, t, 5);
    ui_row_end(r);
}

void card_area_detail(struct req *r, const struct card *c)
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
