/*
 * read_pass.c: looking at personal values in full (security.md D6): asked for with a reason, written into the ledger, open to
 * this session for ten minutes.
 */
#include "base/text.h"
#include "engine/acting.h"
#include "engine/form.h"
#include "engine/leaf.h"
#include "engine/list.h"
#include "engine/record.h"
#include "engine/row.h"
#include "os/os.h"

#define REASON_FIELD "alasan"
#define REASON_MAX   500
#define PASS_MS      (INT64_C(60000) * PASS_MINUTES)

/* clang-format off */
const struct query pass_read = {
    .name = "pass.good",
    .sql = "SELECT at FROM read_pass WHERE gov = ?1 AND record = ?2 AND session = ?3 AND at > ?4 ORDER BY at LIMIT 1",
    .in = "iiii", .out = "i",
};
const struct query pass_add = {
    .name = "pass.add",
    .sql = "INSERT INTO read_pass (gov, record, id, entity, session, by_user, reason, at, leaf_idx, leaf_hash) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    .in = "iiitiitiib", .out = "",
};
/* clang-format on */

bool has_masked(const struct entity *e)
{
    size_t i;

    for (i = 0; i < e->n_fields; i++)
        if (e->fields[i].mask != NULL)
            return true;
    return false;
}

bool pass_good(const struct req *r, int64_t gov, int64_t record)
{
    AUTO_ROWS struct rows rows;

    if (db_select(&rows, r->db, &pass_read, V(gov), V(record), V(r->actor != NULL ? r->actor->session : 0),
                  V(r->now.v - PASS_MS)) < 0)
        return false;
    return r->actor != NULL && r->actor->session != 0 && rows_next(&rows) > 0;
}

struct pass_plan {
    const struct entity *entity;
    const struct record *row;
    int64_t id, session;
    const char *reason;
};

static int apply_pass(struct tx *tx, void *arg)
{
    const struct pass_plan *plan = arg;
    const struct actor_mark *mark = tx->actor;
    const struct ledger_column reason = {.name = "reason", .value = plan->reason, .key = plan->row->record_key};
    struct ledger_leaf leaf = leaf_by(tx, mark, plan->entity->name, plan->row->id, LEAF_READ);
    struct ledger_receipt receipt;
    int result;

    leaf.columns = &reason;
    leaf.n = 1;
    result = ledger_append(tx, &leaf, &receipt);
    if (result < 0)
        return result;
    return db_send(tx->db, &pass_add, V(plan->row->gov), V(plan->row->id), V(plan->id), V(plan->entity->name), V(plan->session),
                   V(mark->user), V(plan->reason), V(tx->now), V(receipt.idx),
                   V(((struct bytes){receipt.leaf_hash.v, sizeof receipt.leaf_hash.v})));
}

/* The reason as it was typed, or NULL after the fault was recorded. */
static const char *reason_of(struct req *r)
{
    const char *typed = http_form(r->http, REASON_FIELD);
    const char *reason = text_trim(r->arena, text_nfc(r->arena, typed != NULL ? typed : ""));

    if (*reason != '\0' && strlen(reason) <= REASON_MAX)
        return reason;
    (void)fail(r, E_INPUT, "detail.reason-missing"); /* shown by web_refuse() */
    return NULL;
}

void reveal_post(struct req *r)
{
    const struct screen *s = screen_of(r);
    struct pass_plan *plan = arena_new(r->arena, struct pass_plan);
    struct record *row;

    if (!row_seen(r, (void **)&row)) {
        r->http->status = 404;
        return;
    }
    *plan = (struct pass_plan){.entity = s->entity, .row = row, .id = os_new_id()};
    plan->session = r->actor != NULL ? r->actor->session : 0;
    if (!has_masked(s->entity) || plan->session == 0) {
        r->http->status = 404; /* nothing to show, or a program, which gets no pass */
        return;
    }
    plan->reason = reason_of(r);
    if (plan->reason == NULL) {
        detail_show(r, row, 422);
        return;
    }
    acting_mark(r, r->route->permission, s->entity, row);
    web_write(r, apply_pass, plan, NULL, row_path(r, s, row->id));
}
