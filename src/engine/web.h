/*
 * web.h: from a request to the page function of its route, and back to an answer.
 *
 * Routes are constant tables. A route without a permission does not start (security.md Z1); what no route matches is 404,
 * a path with other methods is 405 with Allow. Not for: sessions, the writer, rows.
 */
#ifndef ENGINE_WEB_H
#define ENGINE_WEB_H

#include "http/http.h"
#include "ui/req.h"

#define PERMIT_ANYBODY "public" /* no login needed */

#define ROUTE_PARAMS_MAX 6

/*
 * One line of the route table. `path` begins with /; a part {name} matches any one part. Of two routes that match, the
 * one with more fixed parts is taken; two that are equal in this are refused at the start.
 */
struct route {
    enum http_method method; /* HTTP_GET answers HEAD too */
    const char *path;
    const char *permission;
    void (*page)(struct req *r);
    struct http_limits limits; /* of the body; all zero for none */
};

struct web;

struct web_conf {
    const struct route *routes;
    size_t n;
    struct app *app; /* put into every request */
    int zone_minutes;
    const char *zone;
};

/* E_INPUT for a route without permission or page, or two that cannot be told apart; *ret_why says which. */
MUST_USE int web_open(const struct web_conf *conf, struct arena *a, struct web **ret, const char **ret_why);

/* Puts our callbacks into an http_conf. */
void web_serve(struct web *w, struct http_conf *conf);

/* "GET", for lists of routes. */
const char *route_method(const struct route *route) __attribute__((returns_nonnull));

/* The part of the address that {name} matched. A name that the route does not have is a BUG. */
const char *route_param(const struct req *r, const char *name) __attribute__((returns_nonnull));

/* The route for a method and path, NULL for none; then *ret_allow is "GET, POST" or NULL when the path is unknown. */
const struct route *route_find(const struct web *w, enum http_method method, const char *path, struct arena *a,
                               const char **ret_allow);

/* The language a request asks for: ?bahasa=, else the cookie "bahasa", else Accept-Language, else Indonesian. */
enum lang request_lang(const struct http_req *h);

#endif
