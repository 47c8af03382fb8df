/*
 * score_final.c: how a programme year ends: its figures are fixed in a snapshot, and a second supervisor freezes them. From
 * then on nothing changes them: no report, no penalty, and no verdict, which is kept and marked as having come later.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/score_now.h"

/* Has its template anything to score? */
static int is_scored(struct req *r, const void *row)
{
    const struct score_year *y = row;
    struct score_fault faults[SCORE_FAULTS_MAX];
    struct score_node_row *v;
    struct score_book book;
    size_t n, n_faults;
    int e = score_nodes_read(r->db, r->arena, y->template.v, &v, &n);

    if (e == 0 && (n == 0 || score_book_make(r->arena, v, n, &book, faults, &n_faults) < 0))
        e = fail(r, E_STATE, "score_template.no-nodes");
    return e;
}

/* The figures of this moment are those that shall count. */
static int keep_figures(struct tx *tx, void *row)
{
    struct score_year *y = row;
    struct score_result result;
    struct record head;
    int e = score_now(tx->db, tx->arena, y, day_of(tx, y->head.gov), &result);

    if (e <= 0)
        return e < 0 ? e : E_STATE;
    e = score_result_store(tx, &result, &head);
    if (e == 0)
        y->snapshot.v = head.id;
    return e;
}

static int let_figures_go(struct tx *tx, void *row)
{
    (void)tx;
    ((struct score_year *)row)->snapshot = REF_NONE;
    return 0;
}

static int note_freezing(struct tx *tx, void *row)
{
    struct score_year *y = row;

    y->frozen_on = day_of(tx, y->head.gov);
    return 0;
}

/* clang-format off */
static const struct flow_state states[] = {
    {.code = "open",   .tone = TONE_INFO, .clock = FLOW_RUNS},
    {.code = "final",  .tone = TONE_WARN, .clock = FLOW_RUNS, .days = 10},
    {.code = "frozen", .tone = TONE_GOOD, .clock = FLOW_ENDS},
};
static const struct flow_step steps[] = {
    {.verb = "finalise", .from = "open",  .to = "final",  .permission = "score_year.finalise", .aside = true, .guard = is_scored,
     .effect = keep_figures},
    {.verb = "freeze",   .from = "final", .to = "frozen", .permission = "score_year.freeze", .not_after = "finalise",
     .look = BUTTON_FIRST, .effect = note_freezing},
    {.verb = "reopen",   .from = "final", .to = "open",   .permission = "score_year.finalise", .remark = true, .aside = true,
     .effect = let_figures_go},
};
const struct flow score_year_flow = {
    .name = "score_year", .version = 1, .entity = &score_year_entity, .state_field = "status", .title = "title",
    .states = states, .n_states = ARRAY_LEN(states), .steps = steps, .n_steps = ARRAY_LEN(steps),
};
/* clang-format on */
