/*
 * help.h: what a page says of itself, behind "Tentang halaman ini".
 */
#ifndef ENGINE_HELP_H
#define ENGINE_HELP_H

#include "ui/req.h"

/* Two sentences in the reader's language for the page of r's route; NULL when there are none. */
const char *help_about(struct req *r);

/* The page of the guide that speaks of a route's page, with the place in it; the guide's first page for any other, and NULL. */
const char *help_guide(const struct route *route) __attribute__((returns_nonnull));

#endif
