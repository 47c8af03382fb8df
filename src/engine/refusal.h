/*
 * refusal.h: refusals that must be seen afterwards: whoever made it wanted to check it, too (security.md Z3).
 *
 * Not for: refusals of other kinds, which stand in the log of the server.
 */
#ifndef ENGINE_REFUSAL_H
#define ENGINE_REFUSAL_H

#include "engine/flow.h"
#include "engine/web.h"

struct refusal {
    const char *entity; /* of the record that was to be changed */
    int64_t id;
    const char *what; /* the step: "grant" */
    const char *why;  /* "four-eyes", "no-right", or the key that is shown */
    void (*answer)(struct req *r, void *arg);
    void *arg;
};

/*
 * Appends a leaf `read` of the record with the public columns `refused` and `because`, in the name of who asks; then `answer`
 * runs, also when the leaf could not be written, which the server's log says. The page function returns at once.
 */
void refusal_note(struct req *r, const struct refusal *x);

/*
 * Why a step that the record waits for is not this person's: "four-eyes", "no-right". NULL: it is, or something else is in the
 * way. `choice` is what flow_choices() says of the step, NULL when it does not offer it.
 */
const char *refusal_of_step(const struct flow *f, const struct flow_step *step, const void *row,
                            const struct flow_choice *choice);

#endif
