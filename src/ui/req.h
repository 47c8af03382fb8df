/*
 * req.h: one request, as everything that writes pages sees it.
 *
 * ui knows the arena, the output, the language and the zone. The other members belong to the layers above, which this
 * folder never looks into: they are here so that a page function takes one argument.
 */
#ifndef UI_REQ_H
#define UI_REQ_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"

struct actor;    /* engine: who asks, with which roles */
struct app;      /* engine: what lives as long as the server */
struct db;       /* db: the snapshot this request reads from */
struct http_req; /* http: what came over the wire */
struct route;    /* engine: the row of the route table */

enum lang {
    LANG_ID,
    LANG_EN,
    LANG_COUNT,
};

struct req {
    struct arena *arena;
    struct buf *out;
    enum lang lang;
    int zone_minutes; /* east of UTC; WIB is 420 */
    const char *zone; /* "WIB" */
    const char *csrf; /* token for forms, NULL when nobody is logged in */
    instant now;

    struct app *app;
    struct db *db;
    struct http_req *http;
    const struct actor *actor;
    const struct route *route;

    int fault;             /* the first fault recorded by fail(), 0 for none */
    const char *fault_key; /* key into lang/, e.g. "licence.fee-unpaid" */
    const char *fault_arg; /* what %s in that text stands for, or NULL */
};

/* Records a fault once (the first counts) and returns `code`. `key` names a text in lang/. */
int fail(struct req *r, int code, const char *key);
int fail_arg(struct req *r, int code, const char *key, const char *arg);

/* The text of `key` in the reader's language; the key itself, in brackets, when it is missing (a test forbids that). */
const char *T(const struct req *r, const char *key) __attribute__((returns_nonnull));

/* A text with one %s in it. The argument is put in as it is; html() escapes the whole. */
const char *T1(const struct req *r, const char *key, const char *arg) __attribute__((returns_nonnull));

#endif
