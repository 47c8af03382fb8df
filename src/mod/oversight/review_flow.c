/*
 * review_flow.c: the life of a review (agenda, meeting, locked minutes, two signatures, publication), of a commitment and of a
 * recommendation.
 */
#include "base/date.h"
#include "base/hash.h"
#include "base/text.h"
#include "engine/actor.h"
#include "engine/app.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/review.h"

/* ---- a review ---- */

bool review_is_open(const struct review_session *s)
{
    return text_has_word("scheduled open", s->status.v);
}

/* Everything on the agenda was talked about, and the minutes have their number. */
static int is_talked_through(struct req *r, const void *row)
{
    const struct review_session *s = row;
    struct review v;
    size_t i;
    int e = review_read(r->db, r->arena, s->head.gov, s->head.id, &v);

    if (e <= 0)
        return e < 0 ? e : E_STATE;
    if (v.n_topics == 0)
        return fail(r, E_STATE, "review.no-topic");
    for (i = 0; i < v.n_topics; i++)
        if (text_eq(v.topics[i].conclusion.v, "open"))
            return fail(r, E_STATE, "review.topic-open");
    return text_empty(s->minutes_no) ? fail(r, E_STATE, "review.no-number") : 0;
}

static int lock_minutes(struct tx *tx, void *row)
{
    struct review_session *s = row;
    uint8_t hash[HASH_SIZE];
    struct review v;
    int e = review_read(tx->db, tx->arena, s->head.gov, s->head.id, &v);

    if (e == 0)
        e = E_STATE;
    if (e > 0)
        e = review_text(tx->db, tx->arena, &v, &s->minutes);
    if (e < 0)
        return e;
    hash_sha256(s->minutes, strlen(s->minutes), hash);
    s->minutes_hash = hex_text(tx->arena, hash, sizeof hash);
    s->locked_on = day_of(tx, s->head.gov);
    return 0;
}

static int unlock_minutes(struct tx *tx, void *row)
{
    struct review_session *s = row;

    (void)tx;
    s->minutes = s->minutes_hash = s->gov_hash = NULL;
    s->locked_on = DATE_NONE;
    return 0;
}

static int sign_for_gov(struct tx *tx, void *row)
{
    struct review_session *s = row;

    (void)tx;
    s->gov_hash = s->minutes_hash;
    return 0;
}

static int sign_for_team(struct tx *tx, void *row)
{
    struct review_session *s = row;

    s->team_hash = s->minutes_hash;
    s->signed_on = day_of(tx, s->head.gov);
    return 0;
}

/* clang-format off */
static const struct flow_state review_states[] = {
    {.code = "scheduled",   .tone = TONE_NONE, .clock = FLOW_RUNS, .by_deadline = true},
    {.code = "open",        .tone = TONE_INFO, .clock = FLOW_RUNS, .by_deadline = true},
    {.code = "locked",      .tone = TONE_WARN, .clock = FLOW_RUNS, .days = 5},
    {.code = "half_signed", .tone = TONE_WARN, .clock = FLOW_RUNS, .days = 5},
    {.code = "signed",      .tone = TONE_GOOD, .clock = FLOW_RUNS, .days = 5},
    {.code = "published",   .tone = TONE_GOOD, .clock = FLOW_ENDS},
    {.code = "cancelled",   .tone = TONE_NONE, .clock = FLOW_ENDS},
};
static const struct flow_step review_steps[] = {
    {.verb = "open",      .from = "scheduled",          .to = "open",        .permission = "review_session.lead", .look = BUTTON_FIRST},
    {.verb = "lock",      .from = "open",               .to = "locked",      .permission = "review_session.lead", .look = BUTTON_FIRST,
     .guard = is_talked_through, .effect = lock_minutes},
    {.verb = "sign-gov",  .from = "locked",             .to = "half_signed", .permission = "review_session.sign", .look = BUTTON_FIRST,
     .not_after = "lock", .effect = sign_for_gov},
    {.verb = "sign-team", .from = "half_signed",        .to = "signed",      .permission = "review_session.lead", .look = BUTTON_FIRST,
     .not_after = "sign-gov", .effect = sign_for_team},
    {.verb = "unlock",    .from = "locked half_signed", .to = "open",        .permission = "review_session.lead", .remark = true, .aside = true,
     .effect = unlock_minutes},
    {.verb = "publish",   .from = "signed",             .to = "published",   .permission = "review_session.lead", .look = BUTTON_FIRST},
    {.verb = "cancel",    .from = "scheduled open",     .to = "cancelled",   .permission = "review_session.lead", .remark = true, .aside = true,
     .look = BUTTON_BAD},
};
const struct flow review_flow = {
    .name = "review", .version = 1, .entity = &review_session_entity, .state_field = "status", .deadline_field = "held_on",
    .title = "title", .about = "place", .states = review_states, .n_states = ARRAY_LEN(review_states), .steps = review_steps,
    .n_steps = ARRAY_LEN(review_steps),
};
/* clang-format on */

/* ---- a commitment ---- */

static int note_promise_claimed(struct tx *tx, void *row)
{
    struct commitment *x = row;

    x->claimed_on = day_of(tx, x->head.gov);
    return 0;
}

static int note_promise_judged(struct tx *tx, void *row)
{
    struct commitment *x = row;

    x->judged_on = day_of(tx, x->head.gov);
    return 0;
}

static int note_promise_returned(struct tx *tx, void *row)
{
    (void)tx;
    ((struct commitment *)row)->claimed_on = DATE_NONE;
    return 0;
}

static bool late(const struct flow *f, const char *now, date deadline, date today)
{
    const struct flow_state *s = flow_state(f, now);

    return s != NULL && s->by_deadline && deadline.v < today.v;
}

bool commitment_late(const struct commitment *x, date today)
{
    return late(&commitment_flow, x->status.v, x->deadline, today);
}

#define RETURNS "wrong-period unsigned wrong-document incomplete unreadable not-substantive duplicate"

/* clang-format off */
static const struct flow_state commitment_states[] = {
    {.code = "promised",  .tone = TONE_NONE, .clock = FLOW_RUNS, .by_deadline = true},
    {.code = "claimed",   .tone = TONE_INFO, .clock = FLOW_RUNS},
    {.code = "kept",      .tone = TONE_GOOD, .clock = FLOW_ENDS},
    {.code = "broken",    .tone = TONE_BAD,  .clock = FLOW_ENDS},
    {.code = "withdrawn", .tone = TONE_NONE, .clock = FLOW_ENDS},
};
static const struct flow_step commitment_steps[] = {
    {.verb = "claim",    .from = "promised",         .to = "claimed",   .permission = "commitment.work", .look = BUTTON_FIRST,
     .guard = evidence_needed, .effect = note_promise_claimed},
    {.verb = "keep",     .from = "claimed",          .to = "kept",      .permission = "commitment.judge", .look = BUTTON_FIRST,
     .not_after = "claim", .effect = note_promise_judged},
    {.verb = "return",   .from = "claimed",          .to = "promised",  .permission = "commitment.judge", .reasons = RETURNS, .remark = true,
     .not_after = "claim", .effect = note_promise_returned},
    {.verb = "break",    .from = "promised claimed", .to = "broken",    .permission = "commitment.judge", .remark = true, .aside = true,
     .not_after = "claim", .look = BUTTON_BAD, .effect = note_promise_judged},
    {.verb = "withdraw", .from = "promised",         .to = "withdrawn", .permission = "commitment.judge", .remark = true, .aside = true,
     .look = BUTTON_BAD},
};
const struct flow commitment_flow = {
    .name = "commitment", .version = 1, .entity = &commitment_entity, .state_field = "status", .deadline_field = "deadline",
    .raised_to = "agency_head secretary head",
    .title = "text", .about = "code", .states = commitment_states, .n_states = ARRAY_LEN(commitment_states),
    .steps = commitment_steps, .n_steps = ARRAY_LEN(commitment_steps),
};
/* clang-format on */

/* ---- a recommendation ---- */

/* Who gave it judges what was done: the supervisors their own, the inspectorate its own. */
static int is_the_issuer(struct req *r, const void *row)
{
    const struct recommendation *x = row;

    return issuer_is(r, x->issuer.v) ? 0 : fail(r, E_STATE, "recommendation.not-yours");
}

static int note_answer(struct tx *tx, void *row)
{
    const struct actor_mark *mark = tx->actor;
    struct recommendation *x = row;

    x->answer = mark->remark;
    x->claimed_on = day_of(tx, x->head.gov);
    return 0;
}

static int note_reopening(struct tx *tx, void *row)
{
    (void)tx;
    ((struct recommendation *)row)->claimed_on = DATE_NONE;
    return 0;
}

static int note_closing(struct tx *tx, void *row)
{
    struct recommendation *x = row;

    x->closed_on = day_of(tx, x->head.gov);
    return 0;
}

bool recommendation_late(const struct recommendation *x, date today)
{
    return late(&recommendation_flow, x->status.v, x->deadline, today);
}

/* clang-format off */
static const struct flow_state recommendation_states[] = {
    {.code = "issued",       .tone = TONE_NONE, .clock = FLOW_RUNS, .by_deadline = true},
    {.code = "acknowledged", .tone = TONE_NONE, .clock = FLOW_RUNS, .by_deadline = true},
    {.code = "in_follow_up", .tone = TONE_INFO, .clock = FLOW_RUNS, .by_deadline = true},
    {.code = "claimed",      .tone = TONE_INFO, .clock = FLOW_RUNS},
    {.code = "reopened",     .tone = TONE_WARN, .clock = FLOW_RUNS, .by_deadline = true},
    {.code = "closed",       .tone = TONE_GOOD, .clock = FLOW_ENDS},
};
static const struct flow_step recommendation_steps[] = {
    {.verb = "acknowledge", .from = "issued",                             .to = "acknowledged", .permission = "recommendation.work", .look = BUTTON_FIRST},
    {.verb = "follow",      .from = "acknowledged",                       .to = "in_follow_up", .permission = "recommendation.work", .look = BUTTON_FIRST},
    {.verb = "claim",       .from = "acknowledged in_follow_up reopened", .to = "claimed",      .permission = "recommendation.work", .look = BUTTON_FIRST,
     .remark = true, .guard = evidence_needed, .effect = note_answer},
    {.verb = "close",       .from = "claimed",                            .to = "closed",       .permission = "recommendation.judge", .look = BUTTON_FIRST,
     .not_after = "claim", .guard = is_the_issuer, .effect = note_closing},
    {.verb = "reopen",      .from = "claimed",                            .to = "reopened",     .permission = "recommendation.judge", .reasons = RETURNS,
     .remark = true, .not_after = "claim", .guard = is_the_issuer, .effect = note_reopening},
};
const struct flow recommendation_flow = {
    .name = "recommendation", .version = 1, .entity = &recommendation_entity, .state_field = "status", .deadline_field = "deadline",
    .raised_to = "agency_head secretary head",
    .title = "text", .about = "number", .states = recommendation_states, .n_states = ARRAY_LEN(recommendation_states),
    .steps = recommendation_steps, .n_steps = ARRAY_LEN(recommendation_steps),
};
/* clang-format on */
