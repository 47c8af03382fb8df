/*
 * hashpool.h: two threads that hash passwords, so that logins never hold up other pages (security.md A2).
 *
 * A server thread parks its connection, asks here, and is called back when the hash is done; over 32 waiting asks the
 * answer is E_BUSY at once and the person sees a 503 with Retry-After. Passwords wait in memory that is never swapped
 * or dumped and are wiped as soon as they were used.
 *
 * Not for: anything but passwords; commands hash in place with password.h.
 */
#ifndef CORE_AUTH_HASHPOOL_H
#define CORE_AUTH_HASHPOOL_H

#include "core/auth/password.h"

#define HASHPOOL_THREADS 2
#define HASHPOOL_QUEUE   32

struct hashpool;

enum hash_task {
    HASH_MAKE,   /* a hash for a new password */
    HASH_VERIFY, /* compare with `phc` */
    HASH_NOBODY, /* the login does not exist: the same work, never a match */
    HASH_TASK_COUNT,
};

/*
 * What comes back. `result`: HASH_MAKE 0; the others 1 for a match and 0 for none; or a negative code. `phc` is what to
 * store: the new hash, or after a match a fresh one when the stored one was made with less than today's cost; ""
 * when there is nothing to store. Lives until the callback returns.
 */
struct hash_answer {
    int result;
    const char *phc;
};

/* Called from a thread of the pool, exactly once an accepted ask; must be quick. */
typedef void hash_done(void *arg, const struct hash_answer *answer);

/* E_SYSTEM when no thread can be started. A cost below password_cost_least is raised. */
MUST_USE int hashpool_start(struct password_cost cost, struct hashpool **ret_pool);

/*
 * From any thread; everything is copied. `phc` only for HASH_VERIFY. E_BUSY when HASHPOOL_QUEUE asks wait or the pool
 * is stopping, E_INPUT when the password is longer than any can be; then `done` is not called.
 */
MUST_USE int hashpool_ask(struct hashpool *pool, enum hash_task task, const char *password, const char *phc, hash_done *done,
                          void *arg);

/* Asks that wait; for figures. */
size_t hashpool_waiting(struct hashpool *pool);

/* Asks that wait are answered with E_BUSY, running ones finish, then the threads end. NULL does nothing. */
void hashpool_stop(struct hashpool *pool);

#endif
