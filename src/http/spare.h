/*
 * spare.h: arenas of finished requests, kept a thread for the next request: their first block is already there.
 *
 * Idle connections hold no memory this way, busy threads ask the system for none.
 */
#ifndef HTTP_SPARE_H
#define HTTP_SPARE_H

#include "base/arena.h"

/* An empty arena with this ceiling. */
struct arena spare_take(size_t limit);

/* Ends an arena; a small one is kept. */
void spare_give(struct arena *a);

#endif
