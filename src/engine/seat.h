/*
 * seat.h: a request that no browser made, so that a command asks the same code as a page.
 *
 * Not for: tests (test_web.h), jobs (job.h).
 */
#ifndef ENGINE_SEAT_H
#define ENGINE_SEAT_H

#include "engine/screen.h"
#include "engine/web.h"

struct seat_conf {
    const struct screen *screen;
    const char *act; /* of the screen's permission: "import" */
    struct gov gov;
    const struct actor *actor; /* NULL: the operator, who may do there what any role may; `command` is the name */
    const char *command;
    enum lang lang;
};

/* In `a`, without a database. The route's permission is that of screen and act. */
struct req *seat_take(struct app *app, struct arena *a, const struct seat_conf *conf) __attribute__((returns_nonnull));

/* Who writes, for the leaf and the history. */
struct actor_mark seat_mark(struct req *r, const struct seat_conf *conf);

#endif
