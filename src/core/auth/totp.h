/*
 * totp.h: codes of an authenticator app, RFC 6238 over RFC 4226: HMAC-SHA-1, 6 digits, 30 seconds (security.md A4).
 *
 * A code counts one step early and one step late, and once: the caller keeps the step that was used last with the
 * account, in the transaction that makes the session, and passes it in.
 *
 * Not for: storing secrets (secretbox.h), counting wrong tries (ratelimit.h), recovery codes (recovery.h).
 */
#ifndef CORE_AUTH_TOTP_H
#define CORE_AUTH_TOTP_H

#include "base/arena.h"
#include "base/base.h"

#define TOTP_SECRET_BYTES 20 /* as long as SHA-1's output, as RFC 4226 recommends */
#define TOTP_DIGITS       6
#define TOTP_STEP_SECONDS 30
#define TOTP_WINDOW       1         /* steps each side */
#define TOTP_NEVER        INT64_MIN /* no code used yet */

struct totp_secret {
    uint8_t key[TOTP_SECRET_BYTES];
};

void totp_secret_new(struct totp_secret *ret);

/* The number of the 30-second step an instant lies in. */
int64_t totp_step(instant at);

/* RFC 4226: the code for a counter, 6 to 8 digits. Any key length. */
uint32_t hotp(const uint8_t *key, size_t n, uint64_t counter, int digits);

/* The six digits of a step, with NUL: for `terang user code` in a demo instance and for tests. */
void totp_code(const struct totp_secret *secret, int64_t step, char ret[TOTP_DIGITS + 1]);

/*
 * 1 when `code` belongs to a step of the window that is later than `last_used`; that step goes to *ret_step and is to
 * be stored. 0 when it is wrong. E_STATE when it is right but was used, or an older one than that: tell the person to
 * wait for the next. Spaces in the code are passed over; every step of the window is compared in constant time.
 */
MUST_USE int totp_verify(const struct totp_secret *secret, const char *code, instant now, int64_t last_used, int64_t *ret_step);

/* The secret as people type it: base32 in groups of four, "JBSW Y3DP ...". */
char *totp_secret_text(struct arena *a, const struct totp_secret *secret);

/* Reads base32 in either case, spaces and hyphens passed over. E_FORMAT unless exactly a secret of ours. */
MUST_USE int totp_secret_parse(const char *text, struct totp_secret *ret);

/* otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=...: what the QR code holds. Everything is percent-encoded. */
char *totp_uri(struct arena *a, const struct totp_secret *secret, const char *issuer, const char *account);

#endif
