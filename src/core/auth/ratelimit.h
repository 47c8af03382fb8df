/*
 * ratelimit.h: how often somebody may do something, in memory of a fixed size (security.md A5, W15).
 *
 * Two rules share one table. A *rate* lets a burst pass and then one every so often. The *login wait* follows wrong
 * passwords for one login name: from the fifth on, the next try has to wait, 30 s doubling to 15 min. It is a delay and
 * never a lock: a stranger can slow a login down but not shut it, and it is forgotten an hour after the wait has ended.
 *
 * `now` is a monotonic time in milliseconds (os_monotonic_us() / 1000). A clock that jumps back shortens waits to at
 * most one full one. The table keeps a keyed 128-bit hash of what it counts by, no address and no name. When a set of
 * slots is full, the one that would be forgotten first gives way. Safe for any number of threads; about a hundred
 * nanoseconds. After a restart everything starts at zero.
 */
#ifndef CORE_AUTH_RATELIMIT_H
#define CORE_AUTH_RATELIMIT_H

#include "base/base.h"

enum rate_kind {
    RATE_LOGIN,         /* wrong ones, by address: 15 and 15 more in a minute make A5's 30; an office shares one address */
    RATE_SECOND_FACTOR, /* by account: six digits stand against guessing only with this */
    RATE_RESET,         /* by address */
    RATE_RESET_ACCOUNT, /* by account: nobody's mailbox is flooded */
    RATE_REPORT,        /* whistleblowing and complaint forms, by address */
    RATE_TRACK,         /* receipt numbers, document checks, secret addresses: by address, wrong ones only */
    RATE_APPLY,         /* forms without an account, by address */
    RATE_SEARCH,        /* by address or session */
    RATE_EXPORT,        /* by session */
    RATE_UPLOAD,        /* by session */
    RATE_API,           /* by token */
    RATE_MISS,          /* answers 404 to guesses of ids (Z8), by address or session */
    RATE_KIND_COUNT,
};

struct rate_row {
    const char *name; /* for figures and logs */
    int64_t burst;    /* so many at once */
    int64_t every_ms; /* and then one in this time */
};

const struct rate_row *rate_row(enum rate_kind kind);

struct ratelimit;

/* `slots` is rounded up to whole sets of eight; 32 bytes each. 0 = 65,536 slots, 2 MiB. */
struct ratelimit *ratelimit_create(size_t slots);
void ratelimit_destroy(struct ratelimit *l); /* NULL does nothing */

/*
 * Takes one. 0, or E_RATE: then nothing is taken and *ret_wait_ms says when to come again (for Retry-After).
 * `key` is an address (an IPv6 as its /64), a session id or an account, whatever the kind counts by.
 */
MUST_USE int ratelimit_take(struct ratelimit *l, enum rate_kind kind, const char *key, int64_t now, int64_t *ret_wait_ms);

/* May it be taken? As above but takes nothing: for kinds that count only failures. */
MUST_USE int ratelimit_peek(struct ratelimit *l, enum rate_kind kind, const char *key, int64_t now, int64_t *ret_wait_ms);

#define LOGIN_WAIT_FROM     5 /* wrong tries until the first wait */
#define LOGIN_WAIT_FIRST_MS INT64_C(30000)
#define LOGIN_WAIT_MAX_MS   INT64_C(900000)
#define LOGIN_FORGET_MS     INT64_C(3600000)

/* How long after the n-th wrong try: 0 below the fifth, then 30 s, 60 s ... 15 min. */
int64_t login_wait_ms(int64_t wrong_tries);

/*
 * Asked before the password is looked at: 0, or E_RATE with the time left. `login` is the name as typed, folded to lower
 * case, whether or not such an account exists, so that the answer tells nothing. A browser that proved itself before
 * may count under a name of its own ("login" + device), so that strangers cannot slow down its owner.
 */
MUST_USE int ratelimit_login_ask(struct ratelimit *l, const char *login, int64_t now, int64_t *ret_wait_ms);

void ratelimit_login_wrong(struct ratelimit *l, const char *login, int64_t now);
void ratelimit_login_good(struct ratelimit *l, const char *login);

#endif
