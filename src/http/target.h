/*
 * target.h: the request target taken apart: path, query; and the urlencoded pairs that forms have too (security.md W8).
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "http/http.h"

#define TARGET_PAIRS_MAX 1000

struct target {
    const char *whole; /* as sent, the '?' back in its place */
    const char *path;  /* decoded once; begins with '/' */
    struct http_pairs query;
};

/*
 * `raw` as the gate let it through, with GATE_QUERY_MARK. Of an absolute target the part before the path falls away.
 * E_INPUT for a broken %XX, broken UTF-8, NUL, %2f, backslash, an empty part, "." or "..", and control characters,
 * however they were written. Results live in the arena.
 */
MUST_USE int target_parse(struct arena *a, const char *raw, struct target *ret);

/*
 * name=value&name=value, '+' is a space; names and values are UTF-8 without NUL. E_INPUT for broken encoding and for a
 * pair without a name; E_LIMIT over TARGET_PAIRS_MAX. The empty text has no pairs.
 */
MUST_USE int target_pairs(struct arena *a, const char *s, size_t n, struct http_pairs *ret);

#endif
