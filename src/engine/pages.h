/*
 * pages.h: the page functions that the engine brings for every screen, and under which paths they stand.
 */
#ifndef ENGINE_PAGES_H
#define ENGINE_PAGES_H

#include "engine/screen.h"
#include "engine/web.h"

/* A route that each screen gets: /kerja/{gov}/SLUG + path, or /api/v1/{gov}/SLUG + path; permission PREFIX.act. */
struct screen_route {
    enum http_method method;
    const char *path; /* "" for the list itself */
    const char *act;
    void (*page)(struct req *r);
    struct http_limits limits;
    bool api;
    bool reads_only;
    bool (*has)(const struct screen *s); /* NULL: every screen */
};

extern const struct screen_route screen_routes[];
extern const size_t screen_routes_n;

#endif
