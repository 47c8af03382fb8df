/*
 * refusal.c: one leaf, then the answer.
 */
#include "base/log.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/leaf.h"
#include "engine/refusal.h"

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
    const struct ledger_column columns[] = {{.name = "refused", .value = x->what, .is_public = true},
                                            {.name = "because", .value = x->why, .is_public = true}};
    struct ledger_leaf leaf = leaf_by(tx, tx->actor, x->entity, x->id, LEAF_READ);
    struct ledger_receipt receipt;

    leaf.columns = columns;
    leaf.n = ARRAY_LEN(columns);
    return ledger_append(tx, &leaf, &receipt);
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
