/*
 * remind.h: what was reminded of and raised on a record with a workflow, as its page and the tasks show it.
 *
 * Written by the nightly job (core/notice/remind_job.c), once for each day due and stage, beside the cause of the notices. Not
 * for: when and to whom.
 */
#ifndef ENGINE_REMIND_H
#define ENGINE_REMIND_H

#include "db/writer.h"
#include "engine/screen.h"

#define REMIND_EARLY  "early"  /* some working days before the day it is due */
#define REMIND_SOON   "soon"   /* few */
#define REMIND_TODAY  "today"  /* on the day */
#define REMIND_LATE   "late"   /* on the first after it */
#define REMIND_RAISED "raised" /* to a role above, whose code stands with it */

struct reminder {
    date due;
    const char *stage;
    const char *role; /* "" but for REMIND_RAISED */
    instant at;
};

/* 1 it is new, 0 it was there. In the writer. */
MUST_USE int reminder_put(struct tx *tx, int64_t gov, int64_t record, const struct reminder *m);

/* Those of a record, the first ones first; in `a`. */
MUST_USE int reminders_read(struct db *db, struct arena *a, int64_t gov, int64_t record, struct reminder **ret, size_t *ret_n);

/* For the page of a record: who was reminded when, and to whom it was raised. Nothing when there is nothing. */
void reminders_panel(struct req *r, const struct screen *s, const void *row);

/* For a line of the tasks that is late: to whom it was raised last. */
void reminder_tag(struct req *r, int64_t gov, int64_t record);

extern const struct query *const remind_queries[];
extern const size_t remind_queries_n;

#endif
