/*
 * hash.h: SHA-256 and HMAC-SHA256, by OpenSSL.
 *
 * The digest is fetched once a process and a context reused in each thread, because a ledger asks for a hash or more a
 * written row. Nothing here fails: when the library refuses its own SHA-256, the process ends (BUG_IF).
 *
 * Not for: passwords (Argon2id), signatures, random numbers.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base.h"

#define HASH_SIZE ((size_t)32)

void hash_sha256(const void *p, size_t n, uint8_t ret[static 32]);

/* Of n parts as if they stood behind each other: H(0x01 || left || right). */
void hash_sha256_parts(const struct bytes *parts, size_t n, uint8_t ret[static 32]);

/* The key may have any length; note that HMAC treats K and K || 00 alike, so fix the lengths of keys. */
void hash_hmac(struct bytes key, const void *p, size_t n, uint8_t ret[static 32]);
void hash_hmac_parts(struct bytes key, const struct bytes *parts, size_t n, uint8_t ret[static 32]);

/*
 * Running, for what comes in pieces. hash_end() writes the result and may be called once; hash_drop() releases, also
 * after hash_end():
 *
 *     AUTO_HASH struct hash h;
 *     hash_begin(&h);
 */
struct hash {
    void *ctx; /* OpenSSL's */
};
#define AUTO_HASH __attribute__((cleanup(hash_drop)))

void hash_begin(struct hash *h);
void hash_add(struct hash *h, const void *p, size_t n);
void hash_end(struct hash *h, uint8_t ret[static 32]);
void hash_drop(struct hash *h); /* of a struct that was begun or is zero */

#endif
