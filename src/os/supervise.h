/*
 * supervise.h: the loop of the parent: starts the roles, answers what the server asks for, starts again after a crash.
 *
 * The lasting roles hang together by socket pairs, so they live in rounds: when one ends, the others are stopped and all
 * start again: at once when the round had got ready, later and later when it had not. Short children (a parser) come and go
 * within a round, each with a deadline. SIGTERM or SIGINT ends the lasting roles in the reverse order of their start, one at a
 * time, so that the server, started last, can finish its requests while the signer is still there; asking goes on meanwhile. A
 * second signal does not wait.
 *
 * Not for: what the roles do, which messages they exchange.
 */
#ifndef OS_SUPERVISE_H
#define OS_SUPERVISE_H

#include "os/process.h"

#define SUPERVISE_SHORT_MAX 16 /* short children at a time */

struct supervisor;

struct supervise_conf {
    /* Begins a round: starts the lasting roles by supervise_add(), first the one that others lean on. Negative: no round. */
    int (*start)(void *ctx, struct supervisor *s);
    /* There is something to read on the descriptor of supervise_watch(). Must be quick. Negative: it is closed. May be NULL. */
    int (*asked)(void *ctx, struct supervisor *s, int fd);
    /* For the log: a child has ended; again_ms is the wait before the next round, -1 for a short child or at the end. */
    void (*ended)(void *ctx, const char *name, const struct process_end *end, int again_ms);
    void *ctx;
    int grace_ms; /* from SIGTERM to SIGKILL, for each lasting role */
};

/*
 * Runs until a signal ends it or a lasting role says its word: exit codes 0 to 3 mean what they mean for commands
 * (design section 5) and are not tried again, all else is a crash. 2, could not, is one too once a round has been ready: the
 * disk may have no room or the database be away for a while. Returns that code, 0 after a signal when all ended well
 * or 1 when one had to be killed; negative when the first round could not start.
 */
MUST_USE int supervise_run(const struct supervise_conf *conf);

/* Adds a lasting role; only from start(). */
MUST_USE int supervise_add(struct supervisor *s, const struct process_conf *child);

/* Adds a short child that is killed after deadline_ms. E_BUSY when SUPERVISE_SHORT_MAX are at work. */
MUST_USE int supervise_add_short(struct supervisor *s, const struct process_conf *child, int deadline_ms);

/* From start(): the descriptor that asks. The supervisor takes it over and closes it at the end of the round. */
void supervise_watch(struct supervisor *s, int fd);

/* From asked(): a role has said that this round serves, so that its end is no failed start. */
void supervise_ready(struct supervisor *s);

/*
 * The wait before another round, after `fails` rounds in a row that did not get ready, the last of which lasted `lasted_us`.
 * None failed: rounds begin 100 ms apart, at once after a longer one. Else 100 ms, doubling, at most 30 s.
 */
int supervise_backoff_ms(int fails, int64_t lasted_us);

#endif
