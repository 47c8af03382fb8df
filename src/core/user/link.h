/*
 * link.h: links that are mailed: 32 random bytes, of which the hash is stored, for one use and a while (security.md A8, A9).
 *
 * The secret stands in the query of the address, which no log of ours holds; the pages send Referrer-Policy: no-referrer and
 * say 410 for a link that was used, replaced or is too old, and for one that nobody was sent. Wrong ones are counted by
 * address.
 */
#ifndef CORE_USER_LINK_H
#define CORE_USER_LINK_H

#include "core/auth/token.h"
#include "core/user/door.h"

struct link_kind {
    const char *kind; /* of credential: "link", "confirm" */
    enum token_kind token;
    int minutes;
    const char *path; /* up to the secret */
};
extern const struct link_kind link_reset, link_confirm;

/* A link to be: the token is made by the plan, because apply may run twice. The caller wipes it. */
struct link_new {
    const struct link_kind *kind;
    struct token token;
    struct credential row;
};
void link_plan(struct link_new *n, struct arena *a, const struct link_kind *kind, int64_t user);

/* Stores it and retires older ones of its kind. *ret_until is how long it counts. */
MUST_USE int link_store(struct tx *tx, const struct link_new *n, instant *ret_until);

/* The link that came in, and whose it is. False: the answer was made. */
struct link_found {
    struct credential row;
    struct app_user user;
};
bool link_get(struct req *r, const struct link_kind *kind, const char *text, struct link_found *ret);

/* 410. */
void page_link_gone(struct req *r);

/* Uses it up: E_CONFLICT when that was done in the meantime. */
MUST_USE int link_use(struct tx *tx, const struct link_found *l);

#endif
