/*
 * secret.c: reading, sealing and changing what opens an account.
 */
#include <sodium.h>

#include "base/text.h"
#include "core/auth/secretbox.h"
#include "core/mail/mail.h"
#include "core/user/admin.h"
#include "core/user/query.h"
#include "core/user/secret.h"
#include "engine/cause.h"
#include "engine/row.h"
#include "os/os.h"

#define UNUSED_MAX 64

int secret_get(struct db *db, struct arena *a, int64_t user, struct user_secret *ret)
{
    int found = row_get(db, a, &user_secret_entity, 0, user, ret);

    if (found == 0)
        *ret = (struct user_secret){.totp_step = INT_NONE, .first_until = INSTANT_NONE};
    return found < 0 ? found : 0;
}

/* ---- TOTP ---- */

static const char *totp_place(struct arena *a, int64_t user)
{
    return text_printf(a, "user/%lld/totp", (long long)user);
}

int totp_seal(const struct keyring *ring, struct arena *a, int64_t user, const struct totp_secret *secret, const char **ret)
{
    struct bytes sealed;
    int e = secretbox_seal(ring, totp_place(a, user), (struct bytes){secret->key, sizeof secret->key}, a, &sealed);

    if (e < 0)
        return e;
    *ret = base64_text(a, sealed.p, sealed.n);
    return 0;
}

int totp_unseal(const struct keyring *ring, struct arena *a, int64_t user, const char *sealed, struct totp_secret *ret)
{
    struct bytes bytes, value;
    int e = base64_bytes(a, sealed, &bytes);

    if (e == 0)
        e = secretbox_open(ring, totp_place(a, user), bytes, a, &value);
    if (e < 0)
        return e;
    if (value.n != sizeof ret->key)
        return E_FORMAT;
    memcpy(ret->key, value.p, sizeof ret->key);
    return 0;
}

int totp_reseal(const struct keyring *ring, struct arena *a, int64_t user, const char *sealed, const char **ret)
{
    struct bytes bytes, fresh;
    int e = base64_bytes(a, sealed, &bytes);

    if (e == 0 && !secretbox_is_old(ring, bytes))
        return 0;
    if (e == 0)
        e = secretbox_reseal(ring, totp_place(a, user), bytes, a, &fresh);
    if (e < 0)
        return e;
    *ret = base64_text(a, fresh.p, fresh.n);
    return 1;
}

/* ---- recovery codes ---- */

int recovery_plan(const struct keyring *ring, struct arena *a, int64_t user, struct recovery_new *ret)
{
    uint8_t key[KEYRING_KEY_BYTES];
    uint32_t id = keyring_newest(ring);
    size_t i;
    int e = keyring_key(ring, id, KEY_RECOVERY, key);

    if (e < 0)
        return e;
    recovery_codes_new(key, (ref){user}, &ret->codes);
    sodium_memzero(key, sizeof key);
    for (i = 0; i < RECOVERY_CODES; i++)
        ret->row[i] = (struct credential){.head = {.id = os_new_id()},
                                          .holder = {user},
                                          .kind = {"recovery"},
                                          .hash = hex_text(a, ret->codes.hash[i].h, RECOVERY_HASH_BYTES),
                                          .key_id = id,
                                          .stands_for = INT_NONE,
                                          .used_at = INSTANT_NONE};
    return 0;
}

static int typed_hash(const struct keyring *ring, int64_t key_id, int64_t user, const char *typed, struct recovery_hash *ret)
{
    uint8_t key[KEYRING_KEY_BYTES];
    int e = keyring_key(ring, (uint32_t)key_id, KEY_RECOVERY, key);

    if (e == 0)
        e = recovery_hash(key, (ref){user}, typed, ret);
    sodium_memzero(key, sizeof key);
    return e;
}

int recovery_match(struct db *db, const struct keyring *ring, struct arena *a, int64_t user, const char *typed,
                   struct credential *ret)
{
    int64_t found = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_recovery, V(user), V((int64_t)UNUSED_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        struct recovery_hash stored, hash;

        e = hex_bytes(rows_text(&rows, a, 1), stored.h, sizeof stored.h);
        if (e < 0)
            return E_STORAGE;
        e = typed_hash(ring, rows_int(&rows, 2), user, typed, &hash);
        if (e == E_FORMAT)
            return 0;
        if (e == 0 && recovery_find(&hash, &stored, 1) == 0)
            found = rows_int(&rows, 0);
        e = 0; /* a code of a key that is gone matches nothing */
    }
    if (e < 0 || found == 0)
        return e;
    return row_get(db, a, &credential_entity, 0, found, ret);
}

int recovery_left(struct db *db, int64_t user, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_recovery_left, V(user));
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    *ret = e == 1 ? rows_int(&rows, 0) : 0;
    return 0;
}

/* ---- changing ---- */

static int replace_codes(struct tx *tx, int64_t user, const struct recovery_new *recovery)
{
    struct record head;
    size_t i;
    int e = db_send(tx->db, &q_recovery_retire, V(tx->now), V(user));

    for (i = 0; e == 0 && i < RECOVERY_CODES; i++)
        e = row_insert(tx, &credential_entity, &recovery->row[i], &head);
    return e;
}

static int spend(struct tx *tx, const struct credential *code)
{
    struct credential used = *code;
    struct record head;

    used.used_at = tx->now;
    return row_update(tx, &credential_entity, code, &used, &head);
}

/* To where mail went before this change: somebody else's change is noticed. */
static int warn(struct tx *tx, const struct app_user *user, const char *step)
{
    static const char *const told[] = {"password", "second-factor", "recovery-codes", "reset-ask", "reset"};
    struct mail mail = {.user = user->head.id, .to = user_address(user), .path = "/akun", .until = MAIL_UNTIL(tx->now)};
    const struct cause cause = {.record = user->head.id,
                                .entity = "app_user",
                                .what = CAUSE_ACCOUNT,
                                .word = step,
                                .person = user->head.id,
                                .due = DATE_NONE};
    size_t i;
    int e;

    for (i = 0; i < ARRAY_LEN(told); i++)
        if (text_eq(told[i], step)) {
            mail.word = step;
            e = mail.to != NULL ? mail_queue(tx, &mail) : 0;
            return e < 0 ? e : cause_add(tx, &cause);
        }
    return 0;
}

/* The public fact; its step stands in leaf and history. */
static int tell(struct tx *tx, const struct app_user *user, const char *step)
{
    struct app_user changed = *user;
    struct actor_mark *mark = tx->actor;
    struct record head;

    changed.secret_at = tx->now;
    if (mark != NULL)
        mark->step = step;
    return row_update(tx, &app_user_entity, user, &changed, &head);
}

int secret_apply(struct tx *tx, const struct secret_change *c)
{
    struct record head;
    int e = 0;

    if (c->spent != NULL)
        e = spend(tx, c->spent);
    if (e == 0 && c->after != NULL && c->after->head.rev == 0)
        e = row_insert(tx, &user_secret_entity, c->after, &head);
    else if (e == 0 && c->after != NULL)
        e = row_update(tx, &user_secret_entity, c->before, c->after, &head);
    if (e == 0 && c->recovery != NULL)
        e = replace_codes(tx, c->user->head.id, c->recovery);
    if (e == 0 && c->step != NULL)
        e = db_send(tx->db, &q_reset_retire, V(tx->now), V(c->user->head.id));
    if (e == 0 && c->order != NULL)
        e = row_insert(tx, &credential_entity, c->order, &head);
    if (e == 0 && c->step != NULL)
        e = tell(tx, c->user, c->step);
    if (e == 0 && c->step != NULL)
        e = warn(tx, c->user, c->step);
    return e;
}
