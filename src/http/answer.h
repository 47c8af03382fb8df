/*
 * answer.h: from what a handler filled in to what goes over the wire: the fields that every answer carries (security.md
 * W3, W4), ETag and 304, compression.
 *
 * Not for: pages, also not error pages (conf.error_page writes them).
 */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include <microhttpd.h>

#include "http/http.h"

struct exchange;

/* The answer is what r->status and its neighbours say; *ret_sent is the size of its body. Never NULL. */
struct MHD_Response *answer_make(struct exchange *x, uint64_t *ret_sent);

/* Throws away what the handler wrote and puts the error page for `status` in its place. */
void answer_error(struct exchange *x, int status);

/* A whole answer in plain text, for a connection that no server thread ever sees. Returns its length. */
#define ANSWER_PLAIN_MAX ((size_t)2 * KB)
size_t answer_plain(char to[static ANSWER_PLAIN_MAX], int status);

/* Does If-None-Match (a list, or *) name this ETag? Compared weakly; the mark of a compressed variant does not count. */
bool answer_etag_listed(const char *if_none_match, const char *etag);

#endif
