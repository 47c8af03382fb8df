/*
 * chore.h: what the server may not do behind its locks, done for it by a child of the parent: looking the installation
 * over (docs/decisions/0019-operating-pages.md).
 *
 * The server asks its parent over the pipe of parser.h and hands over one descriptor to answer on. It names a chore of a fixed
 * list and gives nothing else, so a server that was taken over gets no more than these chores. The answer is a text.
 *
 * Without a parent that can (commands, tests; app->parser is 0) there is none.
 */
#ifndef ENGINE_CHORE_H
#define ENGINE_CHORE_H

#include "base/buf.h"
#include "os/pipe.h"
#include "os/supervise.h"

struct app;

enum chore_what {
    CHORE_LOOK, /* JSON: what doctor says, and what lies on the disk */
    CHORE_COUNT,
};

struct chore {
    const char *name; /* of the process */
    int deadline_ms;
    int (*run)(void *arg, struct arena *a, struct buf *out); /* in the child; negative: nothing is answered */
};

/* All of them, in the order of the enum. `arg` is the parent's, copied by the fork. */
struct chores {
    const struct chore *v;
    void *arg;
};

#define CHORE_ANSWER_MAX PIPE_BODY_MAX

/*
 * Waits for the child's answer, in `a`, as long as *stop is false. E_STATE without a parent, E_BUSY when no child can be had,
 * it ended without an answer, or the time is over.
 */
MUST_USE int chore_ask(const struct app *app, enum chore_what what, int timeout_ms, const _Atomic(bool) *stop, struct arena *a,
                       struct bytes *ret);

/* The parent's side: starts the child for a question that parser_asked() has taken off the pipe. `chores` NULL: none. */
void chore_asked(struct supervisor *s, const struct pipe_msg *question, const struct chores *chores);

/* Is it a question of this kind? */
bool chore_is_question(const struct pipe_msg *m);

#endif
