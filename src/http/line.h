/*
 * line.h: one accepted connection, and the recv() that puts the gate before libmicrohttpd.
 *
 * line.c defines recv(). libmicrohttpd is a shared library, so its calls go through the dynamic table and find ours
 * first if the executable exports it: whoever links this folder's library links with -Wl,--export-dynamic-symbol=recv
 * (http_dep does). Descriptors that line_open() did not register go straight to the kernel, so libpq and libcurl notice
 * nothing. http_start() refuses to run when the calls do not arrive here, see line_recv_is_ours().
 *
 * A line is fed by the one server thread that serves its connection. Members marked "shared" are also read by the door
 * (door.h), which ends lines that are late; the door's lock guards a line's end.
 */
#ifndef HTTP_LINE_H
#define HTTP_LINE_H

#include <stdatomic.h>

#include "http/address.h"
#include "http/gate.h"

#define LINE_FD_MAX 65536 /* descriptors from here on are not served */

enum line_phase {
    LINE_IDLE,   /* between requests */
    LINE_HEAD,   /* accepted, or in a head */
    LINE_BODY,   /* a handler waits for the body */
    LINE_BUSY,   /* a handler works, or is suspended */
    LINE_ANSWER, /* the answer goes out */
};

struct line {
    int fd;
    struct address address; /* of the peer */
    char address_text[ADDRESS_TEXT_MAX];
    bool trusted; /* the peer is a trusted proxy */
    struct gate gate;
    uint64_t started; /* requests that reached the handlers */

    /* What came and may not or could not go on yet: bytes [from, passed) may, [passed, len) are of an open unit. */
    uint8_t *kept;
    size_t from, passed, len, cap;
    bool ended;   /* nothing of the peer goes on any more */
    bool filling; /* the rest of the body is made up, see line_cut() */
    bool linger;  /* the peer may still be sending: close with patience */

    /* Shared. */
    _Atomic(enum line_phase) phase;
    _Atomic(int64_t) since_us; /* beginning of the phase */
    _Atomic(int64_t) bytes_in;
    atomic_bool late; /* the door: its time for a head is over */

    /* The door's. */
    struct line *prev, *next;
    bool attached; /* libmicrohttpd has it */
    enum line_phase mark_phase;
    int64_t mark_since, mark_us, mark_bytes;
};

/* Registers an accepted descriptor; NULL when it is LINE_FD_MAX or above. */
struct line *line_open(int fd, const char *const *hosts);

/* The line of a descriptor, NULL for none. */
struct line *line_of(int fd);

/* Forgets the descriptor (which it does not close) and frees. NULL does nothing. */
void line_close(struct line *l);

void line_set_phase(struct line *l, enum line_phase phase);

/* The answer has gone: what was read ahead decides what comes next. */
void line_next(struct line *l);

/*
 * The handler will not read the rest of the body: it is made up as zeros without waiting for the peer, because the
 * library accepts an answer only before or after a body. Nothing else of the peer goes on; the line closes afterwards.
 */
void line_cut(struct line *l);

/* Was the request that is being served, the `started`th, refused by the gate? Its status, else 0. */
int line_refusal(const struct line *l);

/* Throws away what has arrived, so that closing does not reset an answer under way. At most 1 MiB a call. */
void line_drain(int fd);

/* Do calls of recv() from shared libraries arrive at our recv()? */
bool line_recv_is_ours(void);

#endif
