/*
 * cookie.h: the Cookie field, read strictly (RFC 6265 section 4.2.1), and names and values that may be set.
 */
#ifndef HTTP_COOKIE_H
#define HTTP_COOKIE_H

#include "http/http.h"

/*
 * Pairs of "a=b; c=d". Never fails: a pair that is not well-formed is left out, and so are all pairs of a name that comes
 * twice, because nobody can tell which of them is ours. Results live in the arena.
 */
struct http_pairs cookie_parse(struct arena *a, const char *field);

bool cookie_name_is_good(const char *s, size_t n);
bool cookie_value_is_good(const char *s, size_t n);

#endif
