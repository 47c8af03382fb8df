/*
 * secret.h: what opens an account, changed in one transaction with the public fact that it changed.
 *
 * Hashes and sealed secrets are made by the plan, because apply may run twice. Not for: pages, hashing in the pool.
 */
#ifndef CORE_USER_SECRET_H
#define CORE_USER_SECRET_H

#include "core/auth/recovery.h"
#include "core/auth/totp.h"
#include "core/user/core.h"

/* Of a user; a user without a row has *ret empty. 0, or negative. */
MUST_USE int secret_get(struct db *db, struct arena *a, int64_t user, struct user_secret *ret);

/* The sealed text of a TOTP secret, for user_secret.totp of this user alone, and back. As secretbox_seal() and _open(). */
MUST_USE int totp_seal(const struct keyring *ring, struct arena *a, int64_t user, const struct totp_secret *secret,
                       const char **ret);
MUST_USE int totp_unseal(const struct keyring *ring, struct arena *a, int64_t user, const char *sealed,
                         struct totp_secret *ret);

/* The text under the newest key: 1 with *ret, 0 it is already. As secretbox_reseal(). */
MUST_USE int totp_reseal(const struct keyring *ring, struct arena *a, int64_t user, const char *sealed, const char **ret);

/* Ten fresh recovery codes of a user: the texts to show, the rows to store. */
struct recovery_new {
    struct recovery_codes codes;
    struct credential row[RECOVERY_CODES];
};
MUST_USE int recovery_plan(const struct keyring *ring, struct arena *a, int64_t user, struct recovery_new *ret);

/* The unused recovery code that was typed: 1 with its row, 0 when it is none. */
MUST_USE int recovery_match(struct db *db, const struct keyring *ring, struct arena *a, int64_t user, const char *typed,
                            struct credential *ret);

/* Recovery codes that are left. */
MUST_USE int recovery_left(struct db *db, int64_t user, int64_t *ret);

/* What one step changes. Members that are NULL change nothing. */
struct secret_change {
    const struct app_user *user;         /* as read; its secret_at moves when `step` is given */
    const char *step;                    /* "password", "second-factor", "recovery-codes" for the leaf; NULL: nothing public */
    const struct user_secret *before;    /* as read */
    const struct user_secret *after;     /* as it will be */
    const struct credential *spent;      /* recovery code that was used */
    const struct recovery_new *recovery; /* replaces all codes */
    const struct credential *order;      /* a reset that a second administrator may carry out; any other step ends it */
};

/* E_CONFLICT when the secret or the code was used in the meantime: the same code does not open twice. */
MUST_USE int secret_apply(struct tx *tx, const struct secret_change *c);

#endif
