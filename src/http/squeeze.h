/*
 * squeeze.h: gzip for answers.
 */
#ifndef HTTP_SQUEEZE_H
#define HTTP_SQUEEZE_H

#include "base/arena.h"
#include "base/base.h"

/* Compressed copy in the arena, or false when it would not be smaller. A thread keeps its compressor for the next. */
bool squeeze(struct arena *a, struct bytes in, struct bytes *ret);

/* Is gzip wanted by this Accept-Encoding? Named, and not with q=0. NULL wants nothing. */
bool squeeze_wanted(const char *accept_encoding);

#endif
