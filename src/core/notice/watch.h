/*
 * watch.h: the thread of the server that tells people what happened.
 */
#ifndef CORE_NOTICE_WATCH_H
#define CORE_NOTICE_WATCH_H

#include "engine/app.h"

struct watch;

/* After core_open(); the writer must run. E_SYSTEM when no thread can be had. */
MUST_USE int watch_start(struct app *app, struct watch **ret);
void watch_stop(struct watch *w); /* before core_close(); NULL does nothing */

#endif
