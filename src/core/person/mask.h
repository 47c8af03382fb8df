/*
 * mask.h: how numbers that belong to a person are shown to those who need not see them whole, and how they are
 * searched without being stored in clear (security.md D7).
 *
 * A mask leaves what tells two people in one list apart and no more; what is too short to leave anything is hidden whole.
 * Full view is a right of its own and leaves a trace; that is the engine's business.
 *
 * Not for: checking whether a number is plausible (civil_id.h), and not for logs, which hold no such number at all.
 */
#ifndef CORE_PERSON_MASK_H
#define CORE_PERSON_MASK_H

#include "base/arena.h"

enum mask_kind {
    MASK_NIK,     /* ••••••••••••0001: the serial; region and birth date stay hidden */
    MASK_NIP,     /* ••••••••••••••1001 */
    MASK_PHONE,   /* 0812•••••789, +62 8••-••••-789 */
    MASK_ACCOUNT, /* ••••••4567: bank account, tax number */
    MASK_EMAIL,   /* b•••@contoh.go.id: always three dots, so the length is not told */
    MASK_ALL,     /* •••••••• */
    MASK_KIND_COUNT,
};

/* The masked text in the arena; NULL and "" stay as they are. Spaces, dots and hyphens in numbers are left where they are. */
const char *mask_text(struct arena *a, enum mask_kind kind, const char *value);

#define BLIND_INDEX_BYTES 32

/*
 * The search key of a number: HMAC-SHA-256 of its digits under the key of purpose KEY_BLIND_INDEX (keyring.h). `column`
 * ("person.nik") goes in, so that the same number in two tables cannot be matched by who has only the database. Store
 * the key's id beside it; after a rotation search under each id that is still in use. E_INPUT when `value` has no digit.
 */
MUST_USE int blind_index(const uint8_t key[32], const char *column, const char *value, uint8_t ret[BLIND_INDEX_BYTES]);

#endif
