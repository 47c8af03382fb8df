/*
 * leaf.c: see leaf.h.
 */
#include "engine/leaf.h"

#include "base/json.h"
#include "base/text.h"
#include "ledger/leaf.h"

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
        .behalf = who->behalf.user != 0 ? text_printf(tx->arena, "user/%lld", (long long)who->behalf.user) : NULL,
        .behalf_key = who->behalf.subject_key,
        .tx = tx->number,
    };
}

int leaf_openable(struct ledger *l, struct db *db, struct arena *a, const struct tree_hash *leaf, struct ledger_open_field *v,
                  size_t *n)
{
    const struct json_in *in, *com = NULL;
    struct bytes body;
    size_t i, kept = 0;
    int e = ledger_body(l, db, a, leaf, &body);

    if (e < 0 || body.n == 0)
        return e < 0 ? e : 0;
    if (json_read(a, body.p, body.n, LEAF_MAX, &in, NULL) < 0 || json_get_object(in, "com", &com) < 0)
        return E_STORAGE;
    for (i = 0; i < *n; i++)
        if (v[i].value != NULL || (com != NULL && json_member(com, v[i].column) != NULL))
            v[kept++] = v[i];
    *n = kept;
    return 0;
}
