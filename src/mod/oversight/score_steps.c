/*
 * score_steps.c: the scorecard's list of what adds most.
 */
#include "base/text.h"
#include "mod/oversight/score_card.h"

#define STEPS_SHOWN 5

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

static const char *first_owner(struct req *r, const char *owners)
{
    return owners == NULL ? "–" : text_trim(r->arena, arena_text_n(r->arena, owners, strcspn(owners, ";")));
}

static void put_step(struct req *r, const struct card *c, const struct ui_table *t, const struct score_gain *g)
{
    const struct score_node_row *row = &c->book.rows[g->node];
    const struct score_input *x = card_input(c, g->node);
    const char *href = x != NULL ? card_record(r, c, "penilaian", x->head.id) : NULL;
    int64_t gain;

    if (score_rounded(g->gain, &gain) < 0)
        return;
    if (href == NULL)
        href = card_area(r, c, c->book.rows[score_book_area(&c->book, g->node)].code);
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

void card_steps(struct req *r, const struct card *c)
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
