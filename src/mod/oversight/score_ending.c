/*
 * score_ending.c: what the scorecard says of how the year ends: whether its figures are fixed, and what was taken off them.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/web.h"
#include "mod/oversight/score_card.h"

static void put_state(struct req *r, const struct card *c)
{
    if (text_eq(c->year->status, "final"))
        ui_note(r, TONE_INFO, T(r, "score.final"), T1(r, "score.final-text", say_day(r, c->last->as_of)));
    if (text_eq(c->year->status, "frozen"))
        ui_note(r, TONE_INFO, T1(r, "score.frozen", say_day(r, c->year->frozen_on)),
                c->late > 0 ? T1(r, "score.frozen-late", say_count(r, c->late)) : T(r, "score.frozen-text"));
}

/* Everybody sees those that were decided to count. */
static bool is_shown(const struct card *c, const struct score_penalty *x)
{
    return c->place != FOR_EVERYBODY || text_has_word("confirmed lifted", x->status.v);
}

static void put_penalty(struct req *r, const struct card *c, const struct ui_table *t, const struct score_penalty *x)
{
    const char *href = card_record(r, c, "penalti", x->head.id);

    ui_row_begin(r, false);
    ui_cell_begin(r, t, 0);
    if (href != NULL)
        html(r, "<a href=\"%s\">%s</a>", link_to(href), x->title);
    else
        html(r, "%s", x->title);
    if (text_eq(x->origin.v, "example"))
        ui_sub(r, T(r, "action.example"));
    ui_cell_end(r, t, 0);
    ui_cell(r, t, 1, say_score(r, x->value));
    ui_cell_begin(r, t, 2);
    score_penalty_tag(r, x);
    ui_cell_end(r, t, 2);
    ui_cell(r, t, 3, date_is_none(x->decided_on) ? "–" : say_day_brief(r, x->decided_on));
    ui_row_end(r);
}

static void put_penalties(struct req *r, const struct card *c)
{
    const struct ui_column columns[] = {
        {.label = T(r, "score_penalty.title"), .head = true},
        {.label = T(r, "score_penalty.value"), .num = true},
        {.label = T(r, "score_penalty.status")},
        {.label = T(r, "score_penalty.decided_on")},
    };
    const struct ui_table t = {
        .caption = T(r, "score_penalty.many"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    size_t i, n = 0;

    for (i = 0; i < c->n_penalties; i++)
        n += is_shown(c, &c->penalties[i]);
    if (n == 0)
        return;
    ui_section_begin(r, "penalti", T(r, "score_penalty.many"));
    html(r, "<p class=\"mute read\">%s</p>\n", T1(r, "score.penalty-text", say_score(r, c->last->penalty)));
    ui_table_begin(r, &t);
    for (i = 0; i < c->n_penalties; i++)
        if (is_shown(c, &c->penalties[i]))
            put_penalty(r, c, &t, &c->penalties[i]);
    ui_table_end(r, &t);
    ui_section_end(r);
}

void card_ending(struct req *r, const struct card *c)
{
    put_state(r, c);
    put_penalties(r, c);
}
