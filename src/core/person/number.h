/*
 * number.h: finding a person by NIK through a keyed blind index (security.md D7).
 *
 * Beside the rows of person lies person_number: HMAC of the number, the id of the key it was made with, the person. A search
 * computes the HMAC under each key of the keyring and looks for exactly that: no part of a number finds anything, and neither
 * statement, index nor log holds one. Kept by the screen's hooks, so form, import and API alike do it.
 *
 * Not for: the number itself, which stands in its row and is masked (user.h), sealing it.
 */
#ifndef CORE_PERSON_NUMBER_H
#define CORE_PERSON_NUMBER_H

#include "core/user/user.h"
#include "engine/app.h"

/* 1 with the person of that government who has the NIK, 0 none. Spaces and points in `nik` do not count. */
MUST_USE int person_find(const struct app *app, struct db *db, int64_t gov, const char *nik, int64_t *ret_person);

/* The NIK of the row is found from now on, and no other of this person; without a NIK none is. */
MUST_USE int person_index(struct tx *tx, const struct person *p);
MUST_USE int person_forget(struct tx *tx, int64_t gov, int64_t person);

/* How many numbers hang on a key of the keyring: it cannot go before the daily job has made them anew. */
MUST_USE int person_numbers_of_key(struct db *db, int64_t key_id, int64_t *ret);

/* Screen, permissions, page of the search, daily job. */
extern const struct module person_module;
extern const struct screen person_screen;

#endif
