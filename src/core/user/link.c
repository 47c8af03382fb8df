/*
 * link.c: see link.h.
 */
#include "base/text.h"
#include "core/user/link.h"
#include "core/user/query.h"
#include "engine/row.h"
#include "os/os.h"

#define MINUTE_MS INT64_C(60000)

const struct link_kind link_reset = {"link", TOKEN_RESET, 30, "/masuk/baru?kunci="};
const struct link_kind link_confirm = {"confirm", TOKEN_CONFIRM, 24 * 60, "/akun/surel/sah?kunci="};

void link_plan(struct link_new *n, struct arena *a, const struct link_kind *kind, int64_t user)
{
    n->kind = kind;
    token_new(kind->token, &n->token);
    n->row = (struct credential){.head = {.id = os_new_id()},
                                 .holder = {user},
                                 .kind = {kind->kind},
                                 .hash = hex_text(a, n->token.hash.h, TOKEN_HASH_BYTES),
                                 .key_id = INT_NONE,
                                 .stands_for = INT_NONE,
                                 .used_at = INSTANT_NONE};
}

int link_store(struct tx *tx, const struct link_new *n, instant *ret_until)
{
    struct credential row = n->row;
    struct record head;
    int e = db_send(tx->db, &q_link_retire, V(tx->now), V(row.holder.v), V(n->kind->kind));

    row.until.v = tx->now.v + n->kind->minutes * MINUTE_MS;
    if (e == 0)
        e = row_insert(tx, &credential_entity, &row, &head);
    if (e == 0)
        *ret_until = row.until;
    return e;
}

int link_use(struct tx *tx, const struct link_found *l)
{
    struct credential used = l->row;
    struct record head;

    used.used_at = tx->now;
    return row_update(tx, &credential_entity, &l->row, &used, &head);
}

/* ---- coming in ---- */

void page_link_gone(struct req *r)
{
    const struct ui_button again = {.label = T(r, "forgotten.to-login"), .href = "/masuk"};

    r->http->status = 410;
    r->http->no_referrer = true;
    door_done(r, T(r, "forgotten.gone"), T(r, "forgotten.gone-text"), &again);
}

/* 1, 0 for one that nobody was sent, E_STATE for one that is used or too old. */
static int find(struct req *r, const struct link_kind *kind, const char *text, struct link_found *ret)
{
    struct token_hash hash;
    int64_t id = 0;
    int e;

    if (token_hash(kind->token, text, &hash) < 0)
        return 0;
    {
        AUTO_ROWS struct rows rows;

        e = db_select(&rows, r->db, &q_credential, V(kind->kind), V(hex_text(r->arena, hash.h, sizeof hash.h)));
        if (e == 0)
            e = rows_next(&rows);
        if (e == 1)
            id = rows_int(&rows, 0);
    }
    if (e == 1)
        e = row_get(r->db, r->arena, &credential_entity, 0, id, &ret->row);
    if (e <= 0)
        return e;
    if (ret->row.used_at.v != INSTANT_NONE.v || r->now.v >= ret->row.until.v)
        return E_STATE;
    e = row_get(r->db, r->arena, &app_user_entity, 0, ret->row.holder.v, &ret->user);
    return e == 1 && (ret->user.disabled || ret->user.login == NULL) ? E_STATE : e;
}

bool link_get(struct req *r, const struct link_kind *kind, const char *text, struct link_found *ret)
{
    struct ratelimit *limits = core_of(r->app)->limits;
    int64_t now = os_monotonic_us() / 1000, wait_ms;
    int e;

    r->http->no_referrer = true;
    if (ratelimit_peek(limits, RATE_TRACK, r->http->address, now, &wait_ms) < 0) {
        door_later(r, 429, "login.later", wait_ms);
        return false;
    }
    e = find(r, kind, text != NULL ? text : "", ret);
    if (e == 1)
        return true;
    if (e == 0 && ratelimit_take(limits, RATE_TRACK, r->http->address, now, &wait_ms) < 0)
        door_later(r, 429, "login.later", wait_ms);
    else if (e == 0 || e == E_STATE)
        page_link_gone(r);
    else
        web_refuse(r, e);
    return false;
}
