/*
 * door.h: what the pages of logging in share: the login that was begun, and the passage to its next stage.
 *
 * A login goes through stages, each with a session row of its own: password, then `factor` (the second factor is asked for),
 * `password` (a new one must be chosen), `enrol` (a second factor must be set up), `open`. Only an open session is anybody; a
 * begun one is good for ten minutes. Each passage ends the old row and makes a new token (security.md A6).
 *
 * Not for: pages of people who are logged in.
 */
#ifndef CORE_USER_DOOR_H
#define CORE_USER_DOOR_H

#include "core/user/secret.h"

/* ---- forms by hand ---- */

/* Are all fields of the form among `names` (parted by spaces), csrf and once? Else the answer is a 400 (security.md Z7). */
bool form_knows(struct req *r, const char *names);

/* A field as typed, "" for none. */
const char *form_text(const struct req *r, const char *name) __attribute__((returns_nonnull));

/* Where to go afterwards, from ?ke= or the field: an own path, or NULL. */
const char *door_ke(const struct req *r);

/* "path?ke=..." or the path alone. */
const char *door_url(struct req *r, const char *path, const char *ke) __attribute__((returns_nonnull));

/* ---- frames of the bare pages ---- */

struct door_page {
    const char *title;
    const char *text;
    const struct ui_error *errors;
    size_t n_errors;
};
void door_begin(struct req *r, struct page *p, const struct door_page *d);
void door_field(struct req *r, const struct ui_field *f, const struct door_page *d); /* with its error of d */

/* A page that only says what was done, or what happens now, and where to go on. */
void door_done(struct req *r, const char *title, const char *text, const struct ui_button *on);

/* 429 or 503: says when to come again. */
void door_later(struct req *r, int status, const char *key, int64_t wait_ms);

/* A line in the log for each step of logging in, good or not; never what was typed. `user` 0: unknown. */
void door_log(const struct req *r, const char *step, const char *outcome, int64_t user);

/* ---- a begun login ---- */

struct half {
    struct session session;
    struct app_user user;
    struct user_secret secret;
};

/* The begun login of this browser at one of `stages` (parted by spaces). False: the answer was made, back to the beginning. */
bool half_get(struct req *r, const char *stages, struct half *ret);

/* Must this person have a second factor: does any role that counts today ask for one? 1, 0. */
MUST_USE int second_factor_wanted(struct req *r, int64_t user);

/* Gives a session to be, or an open one, a fresh second factor to enrol. */
MUST_USE int session_enrols(struct req *r, struct session *s);

/* Rules for passwords look at whose it will be, and where that person works. Negative: the agencies could not be read. */
MUST_USE int door_person(const struct req *r, const struct app_user *user, struct password_person *ret);

/* ---- passage ---- */

struct passage {
    struct app_user user;
    struct user_secret before, after;
    struct secret_change change;
    bool factor_given;
    struct session old;
    bool has_old;
    struct session_new next;
    struct recovery_new *recovery; /* to be shown */
    const char *ke;
};

/* From a login whose stage is done: what has been read is copied, `after` begins as `before`. */
struct passage *passage_new(struct req *r, const struct app_user *user, const struct user_secret *secret,
                            const struct session *old);

/*
 * Plans the next stage from p->after and p->factor_given, and writes. Afterwards the cookie is set and the browser sent on; a
 * conflict (the code was used, somebody else was quicker) goes to `conflict` instead.
 */
void passage_write(struct req *r, struct passage *p, void (*conflict)(struct req *r));

/* The page where a person starts: ke, the supervisor's or the workspace's first page, or the account. */
const char *door_home(struct req *r, int64_t user, const char *ke);

/* The list of ten codes and a way on. */
void page_recovery_codes(struct req *r, const struct recovery_new *recovery, const char *on);

#endif
