/*
 * secretbox.h: small values that the database must keep but whoever copies the database must not read: TOTP secrets,
 * passwords of mail servers, tokens of foreign services.
 *
 * XChaCha20-Poly1305 under a key of the application (keyring.h). `place` says whose value it is ("user/42/totp") and is
 * authenticated: a value copied into another row or column does not open.
 *
 * Not for: personal data that must be erasable (the ledger's subject keys do that), and not for large values.
 */
#ifndef CORE_AUTH_SECRETBOX_H
#define CORE_AUTH_SECRETBOX_H

#include "base/arena.h"
#include "core/auth/keyring.h"

#define SECRETBOX_MAX      ((size_t)4 * KB) /* bytes of a value */
#define SECRETBOX_OVERHEAD 45               /* version 1, key id 4, nonce 24, tag 16 */

/* Sealed bytes for the database. E_LIMIT over SECRETBOX_MAX. */
MUST_USE int secretbox_seal(const struct keyring *ring, const char *place, struct bytes value, struct arena *a,
                            struct bytes *ret);

/* E_FORMAT when it was changed, cut, or belongs to another place; E_STATE when its key was retired. */
MUST_USE int secretbox_open(const struct keyring *ring, const char *place, struct bytes sealed, struct arena *a,
                            struct bytes *ret);

/* The id of the key that sealed it, 0 when it is no sealed value. */
uint32_t secretbox_key_id(struct bytes sealed);

/* Was it sealed with an older key? Then the job after a rotation seals it again. */
bool secretbox_is_old(const struct keyring *ring, struct bytes sealed);

/* Opens and seals with the newest key; the value itself never leaves the function. */
MUST_USE int secretbox_reseal(const struct keyring *ring, const char *place, struct bytes sealed, struct arena *a,
                              struct bytes *ret);

#endif
