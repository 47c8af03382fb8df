/*
 * keyring.h: the keys of the application, in one file outside the database, and their rotation (security.md O3).
 *
 * The file holds a line for each key, newest first: "terang-key-1 ID BASE64". The newest seals, all open. Its mode is
 * 0600; a file that others may read is refused, because then it is no secret any more. Backups leave it out: it goes with
 * the key-encryption keys into the second file of `terang backup keys`.
 *
 * From one key follow as many as there are purposes, so that a key is never used for two things.
 *
 * Not for: the ledger's signing key (the signer's alone) and the key-encryption keys of data subjects (ledger).
 */
#ifndef CORE_AUTH_KEYRING_H
#define CORE_AUTH_KEYRING_H

#include "base/arena.h"
#include "base/base.h"

#define KEYRING_KEY_BYTES 32
#define KEYRING_MAX       16 /* keys in the file; older ones must be retired first */

enum key_purpose {
    KEY_SECRETBOX,   /* small values at rest, secretbox.h */
    KEY_RECOVERY,    /* hashes of recovery codes */
    KEY_BLIND_INDEX, /* search by NIK */
    KEY_PURPOSE_COUNT,
};

struct keyring; /* keys in locked memory */

/* Makes the file with a first key. E_CONFLICT when there is one. */
MUST_USE int keyring_create(int dir, const char *name);

/* E_PERMIT when the mode lets others in or another user owns it, E_FORMAT when it is not such a file, E_STORAGE. */
MUST_USE int keyring_open(int dir, const char *name, struct keyring **ret_ring);
void keyring_close(struct keyring *ring); /* wipes; NULL does nothing */

/*
 * Puts a new key in front and writes the file anew. What was sealed before still opens; secretbox_reseal() moves it.
 * Blind indexes and recovery hashes name the key they were made with. E_LIMIT at KEYRING_MAX keys.
 */
MUST_USE int keyring_rotate(int dir, const char *name);

/* Drops a key that nothing uses any more. E_STATE for the newest one, E_INPUT when there is no such key. */
MUST_USE int keyring_retire(int dir, const char *name, uint32_t id);

/* Id of the newest key. */
uint32_t keyring_newest(const struct keyring *ring);

/* Ids, newest first; how many there are. */
size_t keyring_ids(const struct keyring *ring, uint32_t ret[KEYRING_MAX]);

/* The key for one purpose that follows from key `id`. E_STATE when that key is gone. The caller wipes ret. */
MUST_USE int keyring_key(const struct keyring *ring, uint32_t id, enum key_purpose purpose, uint8_t ret[KEYRING_KEY_BYTES]);

#endif
