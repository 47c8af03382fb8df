/*
 * admin.c: accounts from inside: made, disabled, reset. Roles are in grant.c, the first administrators in seat.c.
 */
#include <sodium.h>

#include "base/text.h"
#include "core/mail/message.h"
#include "core/notice/query.h"
#include "core/user/admin.h"
#include "core/user/query.h"
#include "core/user/secret.h"
#include "engine/row.h"
#include "os/os.h"

#define DAY_MS    (INT64_C(24) * 3600 * 1000)
#define LOGIN_MAX 254

const struct actor_mark host_mark = {.role = "operator", .name = "terang user"};

const char *login_fault(const char *login)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789._-@+";
    size_t n = strlen(login);

    if (n < 3 || n > LOGIN_MAX || strspn(login, good) != n)
        return "user.login-bad";
    return NULL;
}

const char *user_address(const struct app_user *user)
{
    return user->email_at.v > 0 && mail_address_good(user->email) ? user->email : NULL; /* neither none nor never set */
}

void user_plan(struct user_new *n, struct arena *a, const char *login, const char *name, const char *email, const char *nip,
               int64_t home, const char *first_password, const char *phc, instant now)
{
    int64_t id = os_new_id();

    n->row = (struct app_user){.head = {.id = id},
                               .login = text_fold(a, text_trim(a, login)),
                               .name = text_collapse(a, name),
                               .email = text_empty(email) ? NULL : text_trim(a, email),
                               .nip = text_empty(nip) ? NULL : text_trim(a, nip),
                               .home = {home},
                               .email_at = INSTANT_NONE,
                               .secret_at = now};
    n->secret = (struct user_secret){.head = {.id = id},
                                     .password = arena_text(a, phc),
                                     .totp_step = INT_NONE,
                                     .must_change = first_password != NULL,
                                     .first_until = INSTANT_NONE};
    if (first_password != NULL)
        n->secret.first_until.v = now.v + FIRST_PASSWORD_DAYS * DAY_MS;
    n->first_password = first_password;
}

int user_store(struct tx *tx, const struct user_new *n)
{
    struct record head;
    int e = row_insert(tx, &app_user_entity, &n->row, &head);

    return e < 0 ? e : row_insert(tx, &user_secret_entity, &n->secret, &head);
}

int user_by_login(struct db *db, struct arena *a, const char *login, struct app_user *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_user_login, V(text_fold(a, text_trim(a, login))));
    if (e == 0)
        e = rows_next(&rows);
    return e <= 0 ? e : row_get(db, a, &app_user_entity, 0, rows_int(&rows, 0), ret);
}

int user_lines(struct db *db, struct arena *a, const char *after, size_t max, struct user_line **ret, size_t *ret_n)
{
    struct user_line *v = arena_array(a, max, struct user_line);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_users, V((ref){0}), V(after), V("%"), V((int64_t)max));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] =
            (struct user_line){rows_int(&rows, 0), rows_text(&rows, a, 1), rows_text(&rows, a, 2), rows_int(&rows, 3) == 1};
        e = 0;
    }
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

/* ---- on and off ---- */

/* E_STATE when nobody but this user administers the installation. */
static int not_the_last(struct tx *tx, int64_t user)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &q_admins, V(user), V(user));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    return rows_int(&rows, 1) > 0 && rows_int(&rows, 0) == 0 ? E_STATE : 0;
}

int user_switch_store(struct tx *tx, const struct user_switch *s)
{
    struct app_user after = s->user;
    struct record head;
    int e = s->user.login == NULL ? E_STATE : s->disabled ? not_the_last(tx, s->user.head.id) : 0; /* erased: stays off */

    if (e < 0)
        return e;
    after.disabled = s->disabled;
    e = row_update(tx, &app_user_entity, &s->user, &after, &head);
    return e < 0 ? e : sessions_end(tx, s->user.head.id, 0);
}

/* ---- anew ---- */

int user_reset_asked(struct db *db, const struct app_user *user, instant now, int64_t *ret_by)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_reset_open, V(user->head.id));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e;
    *ret_by = rows_int(&rows, 1);
    return now.v - user->secret_at.v < RESET_ASKED_MS; /* the request was the last to move secret_at */
}

void user_reset_ask_plan(struct user_reset_ask *x, struct arena *a, const struct app_user *user, int64_t by)
{
    struct token unused;

    token_new(TOKEN_RESET, &unused); /* the column is unique and the text is shown to nobody */
    x->user = *user;
    x->order = (struct credential){.head = {.id = os_new_id()},
                                   .holder = {user->head.id},
                                   .kind = {"reset"},
                                   .hash = hex_text(a, unused.hash.h, TOKEN_HASH_BYTES),
                                   .key_id = INT_NONE,
                                   .stands_for = by,
                                   .used_at = INSTANT_NONE};
}

int user_reset_ask_store(struct tx *tx, const struct user_reset_ask *x)
{
    const struct secret_change change = {.user = &x->user, .step = "reset-ask", .order = &x->order};

    return secret_apply(tx, &change);
}

void user_reset_plan(struct user_reset *u, const char *phc, instant now)
{
    u->after = u->before;
    u->after.head.id = u->user.head.id;
    u->after.password = phc;
    u->after.must_change = true;
    u->after.first_until.v = now.v + FIRST_PASSWORD_DAYS * DAY_MS;
    u->after.totp = NULL;
    u->after.totp_step = INT_NONE;
}

int user_reset_store(struct tx *tx, const struct user_reset *u)
{
    const struct secret_change change = {.user = &u->user, .step = "reset", .before = &u->before, .after = &u->after};
    int e = u->user.login == NULL ? E_STATE : secret_apply(tx, &change); /* erased: nothing to open */

    if (e == 0)
        e = db_send(tx->db, &q_recovery_retire, V(tx->now), V(u->user.head.id));
    return e < 0 ? e : sessions_end(tx, u->user.head.id, 0);
}

/* ---- commands ---- */

int core_totp_code(struct app *app, struct db *db, struct arena *a, const char *login, instant now, char ret_code[static 7])
{
    struct app_user user;
    struct user_secret secret;
    struct totp_secret totp;
    int e;

    if (!app->demo)
        return E_PERMIT;
    e = user_by_login(db, a, login, &user);
    if (e <= 0)
        return e < 0 ? e : E_INPUT;
    e = secret_get(db, a, user.head.id, &secret);
    if (e < 0)
        return e;
    if (secret.totp == NULL)
        return E_STATE;
    e = totp_unseal(core_of(app)->keyring, a, user.head.id, secret.totp, &totp);
    if (e < 0)
        return e;
    totp_code(&totp, totp_step(now), ret_code);
    sodium_memzero(&totp, sizeof totp);
    return 0;
}

/* ---- after a restore ---- */

int core_end_restored(struct db *owner, instant now, int64_t *ret_tokens)
{
    int64_t tokens, e;

    e = db_begin(owner);
    if (e < 0)
        return (int)e;
    tokens = e = db_run(owner, &q_token_end_every, V(now));
    if (e >= 0)
        e = db_run(owner, &q_session_end_every, V(now));
    if (e >= 0)
        e = db_run(owner, &q_setup_void, V(now));
    if (e >= 0)
        e = db_run(owner, &q_feed_end_every);
    if (e < 0) {
        db_rollback(owner);
        return (int)e;
    }
    e = db_commit(owner);
    if (e == 0)
        *ret_tokens = tokens;
    return (int)e;
}

/* ---- demo ---- */

struct demo_plan {
    struct user_new user;
    struct role_grant *grants;
    size_t n_grants;
};

int core_demo_plan(struct app *app, struct arena *a, const struct demo_account *d, instant now, struct demo_plan **ret)
{
    struct demo_plan *p = arena_new(a, struct demo_plan);
    char phc[PASSWORD_PHC_SIZE];
    struct totp_secret totp;
    size_t i;
    int e;

    if (!app->demo)
        return E_PERMIT;
    e = password_hash(d->password, password_cost_least, phc);
    if (e < 0)
        return e;
    user_plan(&p->user, a, d->login, d->name, d->email, NULL, d->home, NULL, phc, now);
    totp_secret_new(&totp);
    e = totp_seal(core_of(app)->keyring, a, p->user.row.head.id, &totp, &p->user.secret.totp);
    sodium_memzero(&totp, sizeof totp);
    if (e < 0)
        return e;
    p->grants = arena_array(a, d->n_grants + 1, struct role_grant);
    p->n_grants = d->n_grants;
    for (i = 0; i < d->n_grants; i++) {
        p->grants[i] = d->grants[i];
        p->grants[i].holder.v = p->user.row.head.id;
    }
    *ret = p;
    return 0;
}

int core_demo_store(struct tx *tx, const struct demo_plan *p, int64_t *ret_id)
{
    size_t i;
    int e = user_store(tx, &p->user);

    for (i = 0; e == 0 && i < p->n_grants; i++)
        e = grant_store_active(tx, &p->grants[i]);
    if (e == 0)
        *ret_id = p->user.row.head.id;
    return e;
}
