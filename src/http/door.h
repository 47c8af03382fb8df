/*
 * door.h: who may come in and how long they may take (security.md W7).
 *
 * One thread accepts, counts by address, hands connections to libmicrohttpd and ends lines that are late. It also closes
 * with patience: a peer that was refused while it was still sending gets its answer before the connection goes.
 *
 * Not for: what a request says (gate.h), limits by account or purpose (the engine's).
 */
#ifndef HTTP_DOOR_H
#define HTTP_DOOR_H

#include "http/line.h"

/* Deadlines. What http_start() uses is http_tune_default; tests shorten it. */
struct http_tune {
    int64_t head_ms;   /* a head, from its first byte or the accepted connection */
    int64_t idle_ms;   /* between requests */
    int64_t window_ms; /* a body and an answer must move slow_bytes in each window */
    int64_t slow_bytes;
    int64_t linger_ms; /* patience with a peer that was refused */
    int64_t tick_ms;   /* how often the door looks */
    int64_t stop_ms;   /* http_stop() waits so long for requests */
};
extern const struct http_tune http_tune_default;

struct door_conf {
    int listen_fd; /* non-blocking; the door closes it */
    int conn_total, conn_per_address;
    const char *const *proxies;
    const char *const *hosts;
    struct http_tune tune;
    /* Hands an accepted connection on; closes the descriptor when it cannot and returns false. */
    bool (*take)(void *ctx, int fd, const struct sockaddr *sa, socklen_t n);
    void *ctx;
};

struct door;

MUST_USE int door_open(const struct door_conf *conf, struct door **ret_door);

/* From libmicrohttpd: it has the line of fd now; NULL when there is none. */
struct line *door_attached(struct door *d, int fd);

/* From libmicrohttpd, before it closes the descriptor. The line is gone afterwards. */
void door_gone(struct door *d, struct line *l);

/* Takes what waits at the listening socket, closes it, and ends idle lines from now on. */
void door_stop_accepting(struct door *d);

bool door_accepts(const struct door *d);
int door_connections(struct door *d);
uint64_t door_refused(const struct door *d);
uint64_t door_bytes_in(struct door *d);

/* Ends the thread and closes what lingers. NULL does nothing. */
void door_close(struct door *d);

#endif
