/*
 * visit.h: what a request carries while it lives, shared by the files of the web layer and nobody else.
 */
#ifndef ENGINE_VISIT_H
#define ENGINE_VISIT_H

#include "engine/app.h"
#include "engine/web.h"

#define PARTS_MAX 16

struct web {
    struct web_conf conf;
    const struct route *routes; /* all of them */
    size_t n;
    const struct route **slots; /* by hash of their fixed parts, see route.c */
    size_t mask;
    uint32_t shapes[64];
    size_t n_shapes;
};

/* A step on its way through the writer, or any other wait. */
struct wait {
    struct work work;
    int (*apply)(struct tx *tx, void *plan);
    void *plan;
    void (*after)(struct req *r, void *plan, int result);
    void (*parked)(struct req *r, void *arg); /* instead of apply and after */
    const char *done_path;
    const char *once; /* key, NULL without */
    int result;
};

/* http_req.user points here. */
struct visit {
    struct req req;
    const struct web *web;
    const char *part[PARTS_MAX]; /* of the path */
    size_t n_parts;
    struct gov gov;
    struct actor_mark mark;
    struct wait *wait; /* while one is on */
    bool session_over; /* a session or token came that counts no longer */
};

struct visit *visit_of(const struct web *w, struct http_req *h);

static inline struct visit *visit(const struct req *r)
{
    return r->http->user;
}

/* One of the fixed parts of a path: */
const char *route_next_part(const char *at, size_t *ret_n);
bool route_is_param(const char *part, size_t n);

/* Hands the wait of the visit to the writer, or says at once why not. */
void visit_submit(struct visit *v);

/* Was the same request carried out before? Then it is answered as it was then. */
bool visit_repeated(struct req *r);

/* The visit came back from its wait: `after` runs. */
void visit_after(struct visit *v);

/* The whole answer for a status. */
void refuse_with(struct req *r, int status);

/* A line in the log for somebody who was refused: `why` and the answer's status. */
void refusal_log(const struct req *r, const char *why);

extern const struct query *const web_queries[];
extern const size_t web_queries_n;

#endif
