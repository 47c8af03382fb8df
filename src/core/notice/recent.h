/*
 * recent.h: the records that a person opened last, for finding back to them.
 *
 * Opening a page writes nothing: it is noted in memory and stored by the thread of watch.h, with the notices about the record
 * marked as read. Who ends the server in that second loses a line of convenience. Only ids are kept, ten a person.
 */
#ifndef CORE_NOTICE_RECENT_H
#define CORE_NOTICE_RECENT_H

#include "engine/app.h"
#include "engine/screen.h"

#define RECENT_MAX 10

/* For app.seen: the one who asks has opened this record. */
void recent_seen(struct req *r, const struct screen *s, const void *row);

/* For app.recent: a section with those that the person may still see, in this government; nothing when there are none. */
void recent_section(struct req *r);

/* Stores what was noted: how many, or negative. Not inside the writer. */
MUST_USE int recent_store(struct app *app);

void page_recent_clear(struct req *r); /* POST /kerja/{gov}/terakhir/hapus */

#endif
