/*
 * assets.h: the files that are part of the program: stylesheet, icon, script, words.
 *
 * tools/embed.py puts their bytes and a table into the binary. What browsers fetch has an address that carries its
 * hash, /a/terang-3f09c1d2ab.css, so it may be kept for a year: changed bytes are another address. There is no directory
 * at run time and no path to walk out of.
 */
#ifndef UI_ASSETS_H
#define UI_ASSETS_H

#include "base/base.h"

struct asset {
    const char *name;     /* "terang.css", "lang/id.po" */
    const char *address;  /* "/a/terang-3f09c1d2ab.css"; NULL for what is not served */
    const char *type;     /* "text/css; charset=utf-8" */
    const char *sha256;   /* 64 hex digits */
    struct bytes content; /* followed by a NUL that does not count */
};

/* What stands at an address, NULL for none: also for the hash of an older version. */
const struct asset *asset_find(const char *address);

/* By name; NULL when there is none. */
const struct asset *asset_named(const char *name);

/* Address of a served file, for pages; a name that does not exist is a BUG. */
const char *asset_address(const char *name);

/* All of them, sorted by name. */
const struct asset *assets_all(size_t *ret_n);

#endif
