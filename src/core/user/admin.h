/*
 * admin.h: accounts and roles from inside: what pages, commands, demo and setup do with them, and the rules that none of them
 * can pass by.
 *
 * A plan is made on a snapshot and is stored by the apply beside it, inside the writer. Texts of plans live in the caller's
 * arena. Not for: pages (manage.c), second factors of people themselves (door.h).
 */
#ifndef CORE_USER_ADMIN_H
#define CORE_USER_ADMIN_H

#include "core/user/core.h"

/* ---- accounts ---- */

struct user_new {
    struct app_user row;
    struct user_secret secret;
    const char *first_password; /* shown once; NULL when the person chose it */
};

#define FIRST_PASSWORD_DAYS 7

/*
 * An account without any role. `phc` is the hash of `first_password`, or of what the person chose (first_password NULL). The
 * login is folded. home 0: looked after by the administrators of the installation.
 */
void user_plan(struct user_new *n, struct arena *a, const char *login, const char *name, const char *email, const char *nip,
               int64_t home, const char *first_password, const char *phc, instant now);

/* E_CONFLICT when the login is taken. */
MUST_USE int user_store(struct tx *tx, const struct user_new *n);

/* By login, in any case of letters. 1, 0. */
MUST_USE int user_by_login(struct db *db, struct arena *a, const char *login, struct app_user *ret);

/* Accounts by login, those behind `after`. At most `max`. */
struct user_line {
    int64_t id;
    const char *login, *name;
    bool disabled;
};
MUST_USE int user_lines(struct db *db, struct arena *a, const char *after, size_t max, struct user_line **ret, size_t *ret_n);

/* Where mail to an account goes: its address once that was confirmed, NULL before. */
const char *user_address(const struct app_user *user);

/* What is wrong with a login name, folded: a key, or NULL. */
const char *login_fault(const char *login);

/* Disables an account or allows it again, and ends its sessions. The last administrator stays: E_STATE. */
struct user_switch {
    struct app_user user;
    bool disabled;
};
MUST_USE int user_switch_store(struct tx *tx, const struct user_switch *s);

/*
 * A fresh first password for somebody who has lost everything: the second factor and the recovery codes go too. Whoever
 * makes it could log in as that person, so it takes two administrators (security.md Z4): one asks, another carries it out
 * within RESET_ASKED_MS. Whatever else changes what opens the account ends the request.
 */
#define RESET_ASKED_MS (INT64_C(3) * 24 * 3600 * 1000)

/* Who has asked for a reset of this account: 1 with *ret_by, 0 nobody or too long ago. */
MUST_USE int user_reset_asked(struct db *db, const struct app_user *user, instant now, int64_t *ret_by);

struct user_reset_ask {
    struct app_user user;
    struct credential order;
};
void user_reset_ask_plan(struct user_reset_ask *x, struct arena *a, const struct app_user *user, int64_t by);
MUST_USE int user_reset_ask_store(struct tx *tx, const struct user_reset_ask *x);

struct user_reset {
    struct app_user user;
    struct user_secret before, after;
};
void user_reset_plan(struct user_reset *u, const char *phc, instant now);
MUST_USE int user_reset_store(struct tx *tx, const struct user_reset *u);

/* ---- roles ---- */

/*
 * Is a grant possible? 0, or the key of why not in *ret_key with E_STATE: roles that exclude each other, also when the other is
 * still pending; a scope that the role does not take. Negative for other reasons.
 */
MUST_USE int grant_check(struct db *db, struct arena *a, const struct role_grant *g, const char **ret_key);

/*
 * May `by` take the step on the grant? The same. Nobody proposes, approves or refuses for himself, and nobody approves what he
 * proposed (security.md Z3, Z4). While a setup place is open nothing is granted at all.
 */
enum grant_step {
    GRANT_PROPOSE,
    GRANT_APPROVE,
    GRANT_REFUSE,
    GRANT_END,
};
MUST_USE int grant_may(struct db *db, struct arena *a, const struct role_grant *g, enum grant_step step, int64_t by,
                       const char **ret_key);

/* Stores a step that was checked; checks again what may have changed. `g` is the grant as read, or as it will be for PROPOSE.
 */
struct grant_plan {
    struct role_grant before, after;
    enum grant_step step;
    int64_t by;
};
MUST_USE int grant_store(struct tx *tx, const struct grant_plan *p);

/* An active grant without a second administrator: for setup and demo instances only. */
MUST_USE int grant_store_active(struct tx *tx, const struct role_grant *g);

/* All none but holder and role, which starts on `from`. */
struct role_grant grant_of(int64_t holder, const char *role, int64_t gov, date from);

/* ---- setup (security.md A10, Z4) ---- */

#define SETUP_SECRETS 2
struct setup_secrets {
    char text[SETUP_SECRETS][TOKEN_TEXT_SIZE]; /* printed once */
};

/*
 * Two places for administrators, with a secret each, for `terang init` (`step` "init") and `terang user recover` ("recover").
 * Older secrets that were not used are void. The secrets are made by the caller's plan: setup_secrets_new().
 */
struct setup_plan {
    struct token token[SETUP_SECRETS];
    struct setup_seat seat[SETUP_SECRETS];
    struct credential credential[SETUP_SECRETS];
    const char *step;
};
MUST_USE int setup_plan(struct setup_plan *p, struct db *db, struct arena *a, const char *step);
MUST_USE int setup_store(struct tx *tx, const struct setup_plan *p);

/* Places of the newest round that nobody has taken; 0 when setup is over or was never begun. */
MUST_USE int setup_open(struct db *db, int64_t *ret_n);

/* ---- commands ---- */

/*
 * After a restore: ends every session, every API token and every unused setup secret of the database, in one transaction on its
 * owner. What was ended since the backup was made would live again otherwise. Rows that the ledger covers stay as they are,
 * since the ledger may be on hold: a token is its credential. *ret_tokens is how many tokens that were.
 */
MUST_USE int core_end_restored(struct db *owner, instant now, int64_t *ret_tokens);

/* Who does it, when a command does: the operator of the host. */
extern const struct actor_mark host_mark;

/* For `terang init`: makes the two secrets and stores them. The texts are the caller's to print, once, and to wipe. */
MUST_USE int core_setup_secrets(struct app *app, struct arena *a, const char *step, struct setup_secrets *ret);

/* The present TOTP code of a login; E_PERMIT unless the instance is a demo, E_INPUT for an unknown login, E_STATE without a
 * second factor. Needs core_open(). */
MUST_USE int core_totp_code(struct app *app, struct db *db, struct arena *a, const char *login, instant now,
                            char ret_code[static 7]);

/*
 * An account for a demo instance, ready to use: password chosen by the caller, second factor set, active grants. E_PERMIT
 * unless the instance is a demo. Hashing takes about 100 ms. *ret_id is the user's id.
 */
struct demo_account {
    const char *login, *name, *email, *password;
    int64_t home;
    const struct role_grant *grants; /* holder is filled in */
    size_t n_grants;
};
struct demo_plan; /* opaque: made outside the writer, stored inside */
MUST_USE int core_demo_plan(struct app *app, struct arena *a, const struct demo_account *d, instant now,
                            struct demo_plan **ret);
MUST_USE int core_demo_store(struct tx *tx, const struct demo_plan *p, int64_t *ret_id);

#endif
