/*
 * ical.h: a calendar as text (RFC 5545): whole days with a title, nothing else.
 *
 * Pure: no database, no request, no clock. Lines end with CR LF and are folded at 75 octets, never inside a character; texts
 * are escaped, control characters dropped.
 */
#ifndef CORE_NOTICE_ICAL_H
#define CORE_NOTICE_ICAL_H

#include "base/base.h"
#include "base/buf.h"

struct ical_event {
    const char *uid; /* the same for the same thing for ever */
    date day;
    instant stamp; /* when it was last changed */
    const char *title;
    const char *text; /* NULL without */
    const char *url;
};

void ical_begin(struct buf *out, const char *name);
void ical_event(struct buf *out, const struct ical_event *e);
void ical_end(struct buf *out);

#endif
