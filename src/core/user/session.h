/*
 * session.h: sessions and tokens as requests meet them: found by the hash of what the browser or program sent, kept in memory
 * for a minute, and when they were last seen.
 *
 * The memory is a help and never the truth: what it holds was read from the database at most a minute ago, and is dropped at
 * logout, at a change of role or password, and when an account is disabled (design D5). A second server process on the same
 * database sees such a change after that minute. Last-seen lives here and is stored at most every five minutes, never by a
 * request (security.md A6). Safe for any number of threads.
 */
#ifndef CORE_USER_SESSION_H
#define CORE_USER_SESSION_H

#include "core/auth/token.h"
#include "core/user/user.h"
#include "db/writer.h"

#define SESSION_COOKIE      "sesi" /* sent as __Host-sesi */
#define SESSION_IDLE_MS     (INT64_C(30) * 60 * 1000)
#define SESSION_ABSOLUTE_MS (INT64_C(12) * 3600 * 1000)
#define SESSION_HALF_MS     (INT64_C(10) * 60 * 1000) /* a login that was begun */
#define SESSION_STORE_MS    (INT64_C(5) * 60 * 1000)
#define SESSION_FRESH_MS    (INT64_C(60) * 1000)
#define STEP_UP_MS          (INT64_C(5) * 60 * 1000)
#define GRANTS_MAX          200

struct sessions;

struct sessions *sessions_create(void);
void sessions_destroy(struct sessions *s); /* NULL does nothing */

/*
 * The actor behind an open session, with the grants that count at that moment; texts and grants in `a`. 1 found and touched, 0
 * none: unknown, ended, idle too long, too old, or its account is disabled.
 */
MUST_USE int session_actor(struct sessions *s, struct db *db, struct arena *a, const struct token_hash *hash, instant now,
                           struct actor *ret);

/* The same for an API token: 1, or 0 for one that is unknown, revoked, or past its day. A program stands in for nobody. */
MUST_USE int token_actor(struct db *db, struct arena *a, const struct token_hash *hash, instant now, date today,
                         struct actor *ret);

/* Drops what is known of a user or session, after the commit that changed it. For a moment nothing of them is kept, because
 * requests that began before the commit still read the old state. */
void sessions_forget_user(struct sessions *s, int64_t user);
void sessions_forget(struct sessions *s, int64_t session);

/* A session or half session as it is stored, ended ones too. 1, 0. */
MUST_USE int session_find(struct db *db, struct arena *a, const struct token_hash *hash, struct session *ret);

/* Stores last-seen times that are due; `all` at the end of the server. How many, or negative. Submits to the writer and waits.
 */
int sessions_store_seen(struct sessions *s, struct writer *writer, instant now, bool all);

/*
 * The grants of a user that count at that moment, by the date in the zone of the government of each: own ones first, then those
 * of people whom the user stands in for (delegation.h). At most GRANTS_MAX of each.
 */
MUST_USE int grants_of(struct db *db, struct arena *a, int64_t user, instant now, struct grant **ret, size_t *ret_n);

/* For app.actor_of. */
MUST_USE int user_actor(struct db *db, struct arena *a, int64_t user, instant now, bool second_factor, struct actor *ret);

/* Open sessions of a user that have not run out, newest first; at most SESSIONS_SHOWN. seen_at is as stored. */
#define SESSIONS_SHOWN 50
MUST_USE int sessions_of(struct db *db, struct arena *a, int64_t user, instant now, struct session **ret, size_t *ret_n);

/* ---- making and ending, inside the writer ---- */

/* A session to be: the token is made by the plan, because apply may run twice. */
struct session_new {
    struct token token;
    struct session row;
};

/* Fills a fresh one. `address` and `agent` as seen now. */
void session_plan(struct session_new *n, struct arena *a, int64_t user, const char *stage, instant now, const char *address,
                  const char *agent);

/* Stores it, and ends `old` (may be NULL): whoever has the old token has nothing. */
MUST_USE int session_start(struct tx *tx, const struct session_new *n, const struct session *old);

MUST_USE int session_end(struct tx *tx, const struct session *s);

/* Removes at most `max` sessions that nobody has used or ended since `before`; how many. Nothing else names them but ids. */
MUST_USE int64_t sessions_remove(struct tx *tx, instant before, size_t max);

/* Ends all sessions of a user but `but` (0: none): at a new password, when disabled. */
MUST_USE int sessions_end(struct tx *tx, int64_t user, int64_t but);

#endif
