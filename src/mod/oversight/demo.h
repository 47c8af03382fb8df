/*
 * demo.h: the action plan of a demo instance: what is known of Kota Tangerang's plan of 2016, and an invented plan of this year
 * that shows how an action goes on.
 *
 * Facts carry their source, what no source says stays empty, all that is invented is an example (README.md).
 */
#ifndef MOD_OVERSIGHT_DEMO_H
#define MOD_OVERSIGHT_DEMO_H

#include "engine/actor.h"
#include "engine/app.h"

struct oversight_demo {
    int64_t gov;
    const char *gov_name;
    date today;
    /* Who acts in a role: name, user and key are filled in. NULL for roles that the demo has nobody in. */
    const struct actor_mark *(*who)(void *arg, const char *role);
    void *arg;
};

/* Through the writer, as the people of the demo. E_STATE when somebody is missing. */
MUST_USE int oversight_demo(struct app *app, struct arena *a, const struct oversight_demo *d);

#endif
