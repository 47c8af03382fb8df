/*
 * password.h: hashing passwords with Argon2id, and which passwords are let in (security.md A1, A3, A5).
 *
 * Every function takes the password as typed, UTF-8; it is brought to NFC before hashing, so that the same word typed
 * on two keyboards is the same password. Nothing here keeps a copy. Hashing costs tens of milliseconds and megabytes
 * of memory: on a server it goes through hashpool.h.
 *
 * Not for: counting wrong tries (ratelimit.h), second factors (totp.h), sessions (token.h).
 */
#ifndef CORE_AUTH_PASSWORD_H
#define CORE_AUTH_PASSWORD_H

#include "base/base.h"

#define PASSWORD_MIN_ALONE       15  /* characters, when nothing else guards the account */
#define PASSWORD_MIN_WITH_SECOND 8   /* characters, with a second factor */
#define PASSWORD_MAX             128 /* characters */
#define PASSWORD_BYTES_MAX       (PASSWORD_MAX * 4)
#define PASSWORD_PHC_SIZE        128 /* room for a PHC string with its NUL */

/* How dear one hash is. Lanes are always 1: that is what libsodium offers. */
struct password_cost {
    uint32_t memory_kib;
    uint32_t passes;
};

/* The least that is allowed; an installation may ask for more. About 80 ms on the machines we measured. */
extern const struct password_cost password_cost_least;

/*
 * Writes "$argon2id$v=19$m=...,t=...,p=1$SALT$HASH" with a fresh 16-byte salt. A cost below password_cost_least is
 * raised to it. E_INPUT when the password is empty, too long or not UTF-8; E_BUSY when there is no memory for it now.
 */
MUST_USE int password_hash(const char *password, struct password_cost cost, char ret_phc[PASSWORD_PHC_SIZE]);

/* 1 when it is the password, 0 when not, E_FORMAT when `phc` is not a string of ours, E_BUSY without memory. */
MUST_USE int password_verify(const char *phc, const char *password);

/*
 * The work of password_verify() for a login that does not exist: same time, always 0 (or E_BUSY). It spends the
 * present cost, so an account that still has an older hash answers as fast as it did before the cost rose.
 */
MUST_USE int password_verify_nobody(const char *password, struct password_cost cost);

/* Was it made with less than `cost`, or by something we do not know? Then hash again while the password is at hand. */
bool password_needs_rehash(const char *phc, struct password_cost cost);

/* Whose password it is going to be; any member may be NULL. */
struct password_person {
    const char *name;
    const char *login;
    const char *civil_id; /* NIP or NIK */
    const char *agency;   /* "Dinas Pendidikan" */
};

enum password_rule {
    PASSWORD_GOOD,
    PASSWORD_SHORT,
    PASSWORD_LONG,
    PASSWORD_NOT_TEXT, /* not UTF-8, or control characters in it */
    PASSWORD_COMMON,   /* on the list of common passwords, or one of them with digits around or letters swapped */
    PASSWORD_SIMPLE,   /* one piece repeated, or a run along the alphabet or the keyboard */
    PASSWORD_PERSONAL, /* holds the person's name, login, number or agency */
    PASSWORD_RULE_COUNT,
};

/* The first rule the password breaks. There is no rule on kinds of characters, and no expiry. */
enum password_rule password_check(const char *password, bool second_factor, const struct password_person *who);

/* Key into lang/ for what to tell the person: "password.short". */
const char *password_rule_key(enum password_rule rule) __attribute__((returns_nonnull));

/*
 * NFC of `password` with its NUL into ret, which holds `size` bytes. The length, or E_INPUT when it is empty, too
 * long or not UTF-8. The caller wipes ret.
 */
MUST_USE int password_nfc(const char *password, char *ret, size_t size);

/*
 * Is `word` (lower case) on the list of common passwords? For the rules above and for the test of the list; the list
 * is data/common-passwords.txt, built into the program.
 */
bool password_listed(const char *word, size_t n);

#endif
