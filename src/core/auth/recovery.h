/*
 * recovery.h: ten one-time codes for the day the telephone is lost (security.md A4).
 *
 * A code is 16 signs of Crockford's base32 in groups of four, "7K3M-9QTX-...": 80 random bits. So the stored form is
 * HMAC-SHA-256 under a key of the application (keyring.h) and not Argon2id: against 80 bits nobody searches, with
 * or without the key; ten slow hashes for each try would only give a stranger a way to keep the hashing pool busy.
 * The user's id goes into the hash, so one person's row is worth nothing in another's.
 */
#ifndef CORE_AUTH_RECOVERY_H
#define CORE_AUTH_RECOVERY_H

#include "base/base.h"

#define RECOVERY_CODES      10
#define RECOVERY_TEXT_SIZE  20 /* four groups, three hyphens, NUL */
#define RECOVERY_HASH_BYTES 32
#define RECOVERY_KEY_BYTES  32

struct recovery_hash {
    uint8_t h[RECOVERY_HASH_BYTES];
};

struct recovery_codes {
    char text[RECOVERY_CODES][RECOVERY_TEXT_SIZE]; /* shown once, then wiped by the caller */
    struct recovery_hash hash[RECOVERY_CODES];     /* stored */
};

void recovery_codes_new(const uint8_t key[RECOVERY_KEY_BYTES], ref user, struct recovery_codes *ret);

/*
 * Brings what was typed into the stored form. Either case, hyphens and spaces passed over, O read as 0, I and L as 1.
 * E_FORMAT when it cannot be a code.
 */
MUST_USE int recovery_hash(const uint8_t key[RECOVERY_KEY_BYTES], ref user, const char *typed, struct recovery_hash *ret);

/*
 * Which of `n` stored codes it is, from 0, or -1 for none. Compares with all of them in constant time. The caller
 * deletes the one that was found in the transaction that lets the person in.
 */
int recovery_find(const struct recovery_hash *typed, const struct recovery_hash *stored, size_t n);

#endif
