/*
 * token.h: long random texts that stand for a right: sessions, API tokens, secret addresses, and the csrf token.
 *
 * A token is shown once; only its SHA-256 is stored, so a stolen database opens nothing (security.md A6, A8, A9, A10).
 * The kind goes into the hash: a tracking address never works as a reset link, even if both stood in one table.
 * 24 random bytes and more need no slow hash and no constant-time look-up: who finds a row by its hash has the token.
 *
 * Not for: expiry, scope, revocation: these are columns of the row. Not for passwords or codes that people type.
 */
#ifndef CORE_AUTH_TOKEN_H
#define CORE_AUTH_TOKEN_H

#include "base/arena.h"
#include "base/base.h"

enum token_kind {
    TOKEN_SESSION, /* cookie; 32 random bytes */
    TOKEN_API,     /* "trg_" in front and a checksum behind, so that scanners find leaked ones; Authorization header only */
    TOKEN_TRACK,   /* secret addresses, each for one purpose: follow an application, */
    TOKEN_ICAL,    /* calendar feed, */
    TOKEN_RESET,   /* new password, */
    TOKEN_SETUP,   /* first administrators, */
    TOKEN_CONFIRM, /* prove an e-mail address */
    TOKEN_KIND_COUNT,
};

#define TOKEN_TEXT_SIZE  64 /* room for any kind's text with NUL */
#define TOKEN_HASH_BYTES 32

struct token_hash {
    uint8_t h[TOKEN_HASH_BYTES];
};

struct token {
    char text[TOKEN_TEXT_SIZE]; /* for its owner, once */
    struct token_hash hash;     /* for the database */
};

void token_new(enum token_kind kind, struct token *ret);

/*
 * The stored form of a token that came in. E_FORMAT when it cannot be one of this kind (length, alphabet, prefix,
 * checksum): then the database need not be asked.
 */
MUST_USE int token_hash(enum token_kind kind, const char *text, struct token_hash *ret);

/* ---- csrf ---- */

#define CSRF_KEY_BYTES 32

/* The session's own secret; follows from the session token, so it is stored nowhere and ends with the session. */
struct csrf_key {
    uint8_t k[CSRF_KEY_BYTES];
};

/* From the text in the cookie, which token_hash() has accepted. */
void csrf_key_of(const char *session_text, struct csrf_key *ret);

/*
 * What goes into the forms of one answer: the key xored with a fresh pad, and the pad. Since it differs in every answer,
 * compression tells nothing about it (BREACH). base64url, 86 signs.
 */
char *csrf_token(struct arena *a, const struct csrf_key *key);

/* Is it any masked form of this session's key? Constant time. NULL and rubbish are false. */
bool csrf_good(const struct csrf_key *key, const char *token);

#endif
