/*
 * pipe.h: messages between parent, server, signer and parser, over a socket pair.
 *
 * On the wire: 4 bytes length of the body, 2 bytes kind, 2 bytes number of descriptors (little endian), the body. The
 * descriptors travel with the first byte. A stream with a length in front, because a packet socket ends at some 200 KB.
 *
 * The other side may have been taken over: every length and count is checked, descriptors that nobody asked for are
 * never received, and nothing waits longer than its timeout. After any negative result the two sides no longer
 * agree where a message begins: close the pipe.
 *
 * Not for: strangers on a network, meaning of the kinds.
 */
#ifndef OS_PIPE_H
#define OS_PIPE_H

#include "os/os.h"

#define PIPE_BODY_MAX ((size_t)1 * MB)
#define PIPE_FDS_MAX  4
#define PIPE_FOREVER  (-1)

struct pipe_msg {
    uint16_t kind;
    struct bytes body;     /* received: in the arena */
    int fds[PIPE_FDS_MAX]; /* sent: the sender's own stay open; received: the receiver's, O_CLOEXEC */
    size_t n_fds;
};

/* Two ends, both O_CLOEXEC. E_SYSTEM when there are no descriptors left. */
MUST_USE int pipe_make(int ret_ends[2]);

/*
 * Sends one message. E_BUSY when the other side has not taken it within timeout_ms (PIPE_FOREVER waits), E_STATE when it
 * has closed, E_SYSTEM else. A body over PIPE_BODY_MAX or more than PIPE_FDS_MAX descriptors is a BUG.
 */
MUST_USE int pipe_send(int fd, const struct pipe_msg *m, int timeout_ms);

/* What a receiver is ready to take. */
struct pipe_want {
    size_t body_max; /* at most PIPE_BODY_MAX counts */
    size_t fds_max;  /* 0: descriptors are refused */
    int timeout_ms;  /* for the whole message */
};

/*
 * Receives one message: 1, or 0 when the other side closed between two messages. E_BUSY after the timeout, E_LIMIT for a
 * body over want->body_max, E_FORMAT for broken framing (more descriptors than wanted or than announced, an end within a
 * message), E_SYSTEM else. Descriptors of a message that fails are closed.
 */
MUST_USE int pipe_receive(int fd, const struct pipe_want *want, struct arena *a, struct pipe_msg *ret);

/* Closes what a message brought. For receivers that refuse it. */
void pipe_close_fds(struct pipe_msg *m);

#endif
