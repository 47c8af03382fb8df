/*
 * actor.h: who asks, and with which roles.
 *
 * Made once a request, from a session or an API token, by whoever knows users (core). Everything lives in the request's
 * arena. Nobody logged in: r->actor is NULL.
 */
#ifndef ENGINE_ACTOR_H
#define ENGINE_ACTOR_H

#include "base/base.h"

#define GOV_ANY 0 /* in a grant: every government of the installation */

/* Somebody who is away and whom another person stands in for. */
struct absent {
    int64_t user;
    int64_t subject_key; /* of that user, for com.behalf in leaves */
    const char *name;    /* as shown */
    date until;          /* the last day */
};

/* A role that counts today. Zero in the narrower places means the whole of the wider one. */
struct grant {
    const char *role; /* code of permit.h */
    int64_t gov;      /* id of the government, or GOV_ANY */
    int64_t agency;
    int64_t unit;
    int64_t place;               /* kelurahan or kecamatan, for district and village officers */
    const struct absent *behalf; /* whose role it is; NULL: the actor's own. Own roles stand before those of others */
};

struct actor {
    int64_t user;
    int64_t subject_key; /* of the user, for com.by in leaves */
    const char *login;
    const char *name; /* as shown */
    const struct grant *grants;
    size_t n_grants;

    int64_t session;    /* id; 0 for an API token */
    bool by_token;      /* an API token: no csrf token is asked for */
    const char *scope;  /* of an API token: the permissions it is limited to, parted by spaces; NULL: all that the roles give */
    bool second_factor; /* given at login */
    instant stepped_up; /* when the second factor was last given; INSTANT_NONE never (security.md A7) */
};

/* Who writes, for leaf and history: in tx->actor, set by the engine before apply runs. */
struct actor_mark {
    const char *role;     /* role code, shown in the leaf */
    int64_t user;         /* "user/7" in com.by; 0: the machine itself */
    int64_t subject_key;  /* of that user, for com.by */
    const char *name;     /* as shown in the history */
    const char *unit;     /* "36.71/5.03"; NULL for the installation */
    const char *step;     /* verb of a workflow step, NULL for a plain change */
    const char *reason;   /* reason code, NULL without one */
    const char *remark;   /* what the person wrote with it */
    struct absent behalf; /* user 0: in the person's own right */
};

struct tx;

/*
 * From here on the work writes as `mark`: into tx->actor goes a copy in the tx's arena, which the caller may change (a step, a
 * reason) and which nothing outlives. Who only does so for a while keeps the old tx->actor and puts it back.
 */
struct actor_mark *actor_act(struct tx *tx, const struct actor_mark *mark) __attribute__((returns_nonnull));

#endif
