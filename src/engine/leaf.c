/*
 * leaf.c: see leaf.h.
 */
#include "engine/leaf.h"

#include "base/text.h"

struct ledger_leaf leaf_by(const struct tx *tx, const struct actor_mark *who, const char *table, int64_t id, enum leaf_op op)
{
    return (struct ledger_leaf){
        .t = table,
        .rec = text_printf(tx->arena, "%s/%lld", table, (long long)id),
        .op = op,
        .unit = who->unit,
        .who = who->role,
        .by = who->user != 0 ? text_printf(tx->arena, "user/%lld", (long long)who->user) : NULL,
        .by_key = who->subject_key,
        .tx = tx->number,
    };
}
