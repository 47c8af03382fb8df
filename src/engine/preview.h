/*
 * preview.h: pages of evidence drawn for readers (docs/decisions/0018): two threads that wait for the painter, and what was
 * drawn lately.
 *
 * No page of a reader waits on a thread of the server: the connection is parked while the painter works. What was drawn is kept
 * in memory only, under the SHA-256 of the file, so there is nothing to back up, to sweep or to erase. Whoever asks has been
 * allowed to read the file, each time.
 *
 * Not for: drawing (engine/paint), the pages (attachment_view.c).
 */
#ifndef ENGINE_PREVIEW_H
#define ENGINE_PREVIEW_H

#include "engine/paint/paint.h"

struct app;
struct preview;

#define PREVIEW_THREADS  2
#define PREVIEW_QUEUE    16               /* who comes later is told to try again */
#define PREVIEW_KEPT     128              /* pictures, */
#define PREVIEW_KEPT_MAX ((size_t)8 * MB) /* and their bytes; the oldest go */

/* E_SYSTEM when no thread can be started. `app` must live longer. */
MUST_USE int preview_start(const struct app *app, struct preview **ret);

/* Asks that wait are answered with PAINT_BUSY; those at work are finished. NULL does nothing. */
void preview_stop(struct preview *p);

/* What is kept of a page: true, and the picture with its bytes in `a`. */
bool preview_kept(struct preview *p, const char *sha256, int page, struct arena *a, struct picture *ret);

/*
 * Has a page drawn. `done` comes once, from another thread, and must be quick; the picture lives until it returns. `fd` becomes
 * ours in any case. E_BUSY when PREVIEW_QUEUE asks wait: then `done` does not come.
 */
MUST_USE int preview_ask(struct preview *p, int fd, enum filetype type, const char *sha256, int page,
                         void (*done)(void *arg, const struct picture *picture), void *arg);

#endif
