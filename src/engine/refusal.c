/*
 * refusal.c: one leaf, then the answer.
 */
#include "base/log.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/refusal.h"
#include "ledger/ledger.h"

const char *refusal_of_step(const struct flow *f, const struct flow_step *step, const void *row,
                            const struct flow_choice *choice)
{
    if (((const struct record *)row)->voided_at.v != INSTANT_NONE.v)
        return NULL;
    if (choice != NULL)
        return choice->four_eyes ? "four-eyes" : NULL;
    return text_has_word(step->from, flow_now(f, row)) ? "no-right" : NULL;
}

static int append(struct tx *tx, void *plan)
{
    const struct refusal *x = plan;
    const struct actor_mark *who = tx->actor;
    struct ledger_receipt receipt;

    return ledger_append(tx,
                         &(struct ledger_leaf){
                             .t = x->entity,
                             .rec = text_printf(tx->arena, "%s/%lld", x->entity, (long long)x->id),
                             .op = LEAF_READ,
                             .columns = (const struct ledger_column[]){{.name = "refused", .value = x->what, .is_public = true},
                                                                       {.name = "because", .value = x->why, .is_public = true}},
                             .n = 2,
                             .unit = who->unit,
                             .who = who->role,
                             .by = text_printf(tx->arena, "user/%lld", (long long)who->user),
                             .by_key = who->subject_key,
                             .tx = tx->number,
                         },
                         &receipt);
}

static void appended(struct req *r, void *plan, int result)
{
    const struct refusal *x = plan;

    if (result < 0 && result != E_AGAIN)
        log_record(LEVEL_WARN, "refusal.no-leaf", LOG_TEXT("of", x->entity), LOG_INT("record", x->id),
                   LOG_TEXT("result", result_name(result)));
    x->answer(r, x->arg);
}

void refusal_note(struct req *r, const struct refusal *x)
{
    struct refusal *kept = arena_new(r->arena, struct refusal);

    *kept = *x;
    web_write(r, append, kept, appended, NULL);
}
