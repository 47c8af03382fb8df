/*
 * score_penalty.c: points that are taken off the verified index: proposed with a reason and a document, counted once a second
 * supervisor has confirmed them (oversight.md section 5). No source says what they are for, so nothing computes them.
 */
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/row.h"
#include "engine/web.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/score_now.h"

/* clang-format off */
static const struct field penalty_fields[] = {
    FIELD(struct score_penalty, year, .of = &score_year_entity, .flags = F_REQUIRED | F_PUBLIC | F_FIXED | F_INDEXED),
    FIELD(struct score_penalty, title, .flags = F_REQUIRED | F_PUBLIC, .max = 160),
    FIELD(struct score_penalty, points, .flags = F_REQUIRED | F_PUBLIC, .max = 6),
    FIELD(struct score_penalty, value, .flags = F_PUBLIC | F_COMPUTED | F_CENTI),
    FIELD(struct score_penalty, reason, .flags = F_REQUIRED | F_PUBLIC | F_LONG, .max = 1000),
    FIELD(struct score_penalty, document, .flags = F_REQUIRED | F_PUBLIC, .max = 200),
    FIELD(struct score_penalty, status, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .codes = "proposed confirmed refused lifted", .max = 20),
    FIELD(struct score_penalty, decided_on, .flags = F_PUBLIC | F_COMPUTED),
    FIELD(struct score_penalty, origin, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .codes = "entered source example", .max = 20),
};
const struct entity score_penalty_entity = ENTITY(struct score_penalty, score_penalty, penalty_fields);
/* clang-format on */

/* ---- what may be written ---- */

static bool year_is_open(struct db *db, struct arena *a, const struct score_penalty *x)
{
    struct score_year y;

    return row_get(db, a, &score_year_entity, x->head.gov, x->year.v, &y) > 0 && text_eq(y.status.v, "open");
}

void score_penalty_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    const struct score_penalty *old = before;
    struct score_penalty *x = row;

    if (x->origin.v == NULL)
        x->origin.v = "entered";
    if (old != NULL && !text_eq(old->status.v, "proposed"))
        faults_add(f, NULL, "score_penalty.is-fixed", NULL);
    if (!year_is_open(r->db, r->arena, x))
        faults_add(f, "year", "score_penalty.year-closed", NULL);
    if (decimal_parse(x->points, 2, (int)r->lang, &x->value) < 0 || x->value < 1 || x->value > 10000)
        faults_add(f, "points", "score_penalty.points-bad", NULL);
}

/* ---- its life ---- */

static int counts_still(struct req *r, const void *row)
{
    return year_is_open(r->db, r->arena, row) ? 0 : fail(r, E_STATE, "score_penalty.year-closed");
}

static int may_count(struct req *r, const void *row)
{
    int e = counts_still(r, row);

    return e < 0 ? e : evidence_needed(r, row);
}

static int note_decision(struct tx *tx, void *row)
{
    struct score_penalty *x = row;

    x->decided_on = day_of(tx, x->head.gov);
    return 0;
}

/* clang-format off */
static const struct flow_state states[] = {
    {.code = "proposed",  .tone = TONE_WARN, .clock = FLOW_RUNS, .days = 10},
    {.code = "confirmed", .tone = TONE_BAD,  .clock = FLOW_STOPS},
    {.code = "refused",   .tone = TONE_NONE, .clock = FLOW_ENDS},
    {.code = "lifted",    .tone = TONE_NONE, .clock = FLOW_ENDS},
};
static const struct flow_step steps[] = {
    {.verb = "confirm", .from = "proposed",  .to = "confirmed", .permission = "score_penalty.confirm", .look = BUTTON_FIRST,
     .not_after = "create edit", .guard = may_count, .effect = note_decision},
    {.verb = "refuse",  .from = "proposed",  .to = "refused",   .permission = "score_penalty.confirm", .remark = true,
     .not_after = "create edit", .effect = note_decision},
    {.verb = "lift",    .from = "confirmed", .to = "lifted",    .permission = "score_penalty.confirm", .remark = true, .aside = true,
     .look = BUTTON_BAD, .guard = counts_still, .effect = note_decision},
};
const struct flow score_penalty_flow = {
    .name = "score_penalty", .version = 1, .entity = &score_penalty_entity, .state_field = "status", .title = "title",
    .states = states, .n_states = ARRAY_LEN(states), .steps = steps, .n_steps = ARRAY_LEN(steps),
};

/* ---- its pages ---- */

static void status_cell(struct req *r, const void *row)
{
    const struct score_penalty *x = row;

    score_penalty_tag(r, x);
    if (text_eq(x->origin.v, "example"))
        ui_sub(r, T(r, "action.example"));
}

static const struct screen_column penalty_columns[] = {
    {.field = "title"}, {.field = "value", .num = true}, {.field = "document"}, {.field = "status", .cell = status_cell},
    {.field = "decided_on"}, {.field = "year", .hidden = true}, {.field = "points", .hidden = true}, {.field = "reason", .hidden = true},
    {.field = "origin", .hidden = true},
};
static const struct screen_filter penalty_filters[] = {{"year"}, {"status"}};
static const struct screen_form_field penalty_form[] = {
    {.field = "year"}, {.field = "title"}, {.field = "points", .size = UI_SIZE_S}, {.field = "value"}, {.field = "document"},
    {.field = "reason"}, {.field = "status"}, {.field = "decided_on"}, {.field = "origin"},
};
static const struct screen_section penalty_sections[] = {{NULL, penalty_form, ARRAY_LEN(penalty_form)}};
const struct screen score_penalty_screen = {
    .entity = &score_penalty_entity, .slug = "penalti", .permission = "score_penalty", .name = "title",
    .columns = penalty_columns, .n_columns = ARRAY_LEN(penalty_columns),
    .filters = penalty_filters, .n_filters = ARRAY_LEN(penalty_filters), .order = "title",
    .sections = penalty_sections, .n_sections = ARRAY_LEN(penalty_sections),
    .flow = &score_penalty_flow, .attachments = true, .comments = true, .check = score_penalty_check,
};
/* clang-format on */

void score_penalty_tag(struct req *r, const struct score_penalty *x)
{
    const struct flow_state *now = flow_state(&score_penalty_flow, x->status.v);
    const struct field *f = entity_field(&score_penalty_entity, "status");

    ui_tag(r, now != NULL ? now->tone : TONE_NONE, ICON_OF_TONE, label_code(r, &score_penalty_entity, f, x->status.v));
}
