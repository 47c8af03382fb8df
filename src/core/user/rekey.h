/*
 * rekey.h: after the keyring got a new key: what older keys sealed is sealed anew, and keys that nothing uses any more go.
 *
 *     keyring_rotate(), while no server runs        the next server seals with the new key and opens with all
 *     rekey_note()                                  each key of the file is a row with its leaf; the job is started
 *     job "rekey", at once, and daily at 02:45      TOTP secrets are sealed anew; unused keys leave the file
 *
 * A key in use by anything stays: recovery codes are hashes of a text that nobody knows, so they keep theirs until they are
 * used or replaced, and an enrolment that was begun keeps it for a day. Killed anywhere, everything still opens: the file is
 * replaced whole, it has every key that a row names, and the job looks again each day.
 *
 * Nothing new can be made with an old key meanwhile: whoever writes to the database is one process, and it opened the file when
 * it began. Whoever stores another thing made with the keyring (a blind index) counts it in rekey_uses().
 */
#ifndef CORE_USER_REKEY_H
#define CORE_USER_REKEY_H

#include "core/user/core.h"
#include "engine/job.h"

/* A key of the file's time: when it came, when it left. Its bytes are in the file alone. */
struct keyring_key {
    struct record head;
    int64_t number; /* the id in the file */
    instant made_at, retired_at;
};
extern const struct entity keyring_key_entity;

struct rekey_use {
    uint32_t id;
    int64_t secrets, recovery, begun; /* second factors, unused recovery codes, enrolments of the last day */
    int64_t numbers;                  /* NIK in the blind index, which moves by a job of its own (core/person) */
};

/* How much hangs on each key of the ring, newest first. Reads every second factor: milliseconds a thousand. */
MUST_USE int rekey_uses(struct db *db, struct arena *a, const struct keyring *ring, instant now,
                        struct rekey_use ret[KEYRING_MAX], size_t *ret_n);

/* Inserts the row of each key that has none, marks those that have left, starts the job. In a writer, as tx->actor. */
MUST_USE int rekey_note(struct tx *tx, const uint32_t *ids, size_t n);

#define REKEY_JOB "rekey"
extern const struct job_kind rekey_jobs[1];

#endif
