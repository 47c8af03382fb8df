/*
 * flow.c: the life of an action: the agency works and claims, the inspectorate checks, the supervisor accepts or returns.
 *
 * Not for: how far it is (progress), which the agency reports in the form.
 */
#include "base/date.h"
#include "engine/app.h"
#include "engine/attachment.h"
#include "mod/oversight/oversight.h"

int evidence_needed(struct req *r, const void *row)
{
    const struct record *head = row;
    struct attachment *v;
    size_t n, i;
    int e = attachments_read(r->db, r->arena, head->gov, head->id, &v, &n);

    if (e < 0)
        return e;
    for (i = 0; i < n; i++)
        if (v[i].head.voided_at.v == INSTANT_NONE.v)
            return 0;
    return fail(r, E_STATE, "action.no-evidence");
}

date day_of(const struct tx *tx, int64_t gov)
{
    int zone = tx->app->zone_of != NULL ? tx->app->zone_of(tx->db, gov) : tx->app->zone_minutes;

    return instant_date(tx->now, zone);
}

/* The day of the claim stays, however late the verdict comes. */
static int note_claim(struct tx *tx, void *row)
{
    struct action_item *x = row;

    x->claimed_on = day_of(tx, x->head.gov);
    return 0;
}

static int note_return(struct tx *tx, void *row)
{
    (void)tx;
    ((struct action_item *)row)->claimed_on = DATE_NONE;
    return 0;
}

static int note_acceptance(struct tx *tx, void *row)
{
    struct action_item *x = row;

    x->accepted_on = day_of(tx, x->head.gov);
    return 0;
}

#define OPEN           "planned in_progress returned"
#define RETURN_REASONS "wrong-period unsigned wrong-document incomplete unreadable not-substantive duplicate"

/* clang-format off */
static const struct flow_state states[] = {
    {.code = "planned",        .tone = TONE_NONE, .clock = FLOW_RUNS, .by_deadline = true},
    {.code = "in_progress",    .tone = TONE_INFO, .clock = FLOW_RUNS, .by_deadline = true},
    {.code = "claimed_done",   .tone = TONE_INFO, .clock = FLOW_RUNS},
    {.code = "checked",        .tone = TONE_INFO, .clock = FLOW_RUNS},
    {.code = "returned",       .tone = TONE_WARN, .clock = FLOW_RUNS, .by_deadline = true},
    {.code = "blocked",        .tone = TONE_WARN, .clock = FLOW_STOPS},
    {.code = "accepted",       .tone = TONE_GOOD, .clock = FLOW_ENDS},
    {.code = "cancelled",      .tone = TONE_NONE, .clock = FLOW_ENDS},
    {.code = "not_applicable", .tone = TONE_NONE, .clock = FLOW_ENDS},
};

/* "check" and "send-back" are the inspectorate's; "accept" and what follows the supervisor's (security.md Z6). */
static const struct flow_step steps[] = {
    {.verb = "start",     .from = "planned",              .to = "in_progress",    .permission = "action_item.work", .look = BUTTON_FIRST},
    {.verb = "claim",     .from = "in_progress returned", .to = "claimed_done",   .permission = "action_item.work", .look = BUTTON_FIRST,
     .guard = evidence_needed, .effect = note_claim},
    {.verb = "block",     .from = OPEN,                   .to = "blocked",        .permission = "action_item.work",
     .reasons = "third-party budget regulation technical other", .remark = true, .aside = true},
    {.verb = "resume",    .from = "blocked",              .to = "in_progress",    .permission = "action_item.work", .look = BUTTON_FIRST},
    {.verb = "check",     .from = "claimed_done",         .to = "checked",        .permission = "action_item.check", .look = BUTTON_FIRST,
     .not_after = "create edit start claim", .guard = evidence_needed},
    {.verb = "send-back", .from = "claimed_done",         .to = "returned",       .permission = "action_item.check",
     .not_after = "create edit start claim", .reasons = RETURN_REASONS, .remark = true, .effect = note_return},
    {.verb = "accept",    .from = "checked",              .to = "accepted",       .permission = "action_item.accept", .look = BUTTON_FIRST,
     .not_after = "create edit start claim check", .effect = note_acceptance},
    {.verb = "return",    .from = "checked",              .to = "returned",       .permission = "action_item.accept",
     .not_after = "create edit start claim check", .reasons = RETURN_REASONS, .remark = true, .effect = note_return},
    {.verb = "cancel",    .from = OPEN " blocked",        .to = "cancelled",      .permission = "action_item.accept",
     .not_after = "create edit start claim", .reasons = "merged superseded out-of-scope", .remark = true, .aside = true, .look = BUTTON_BAD},
    {.verb = "exempt",    .from = OPEN " blocked",        .to = "not_applicable", .permission = "action_item.accept",
     .not_after = "create edit start claim", .remark = true, .aside = true, .look = BUTTON_BAD},
};
/* clang-format on */

const struct flow action_flow = {
    .name = "action",
    .version = 1,
    .entity = &action_item_entity,
    .state_field = "status",
    .deadline_field = "deadline",
    .raised_to = "agency_head secretary head",
    .title = "action",
    .about = "area",
    .states = states,
    .n_states = ARRAY_LEN(states),
    .steps = steps,
    .n_steps = ARRAY_LEN(steps),
};
