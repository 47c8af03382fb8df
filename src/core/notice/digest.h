/*
 * digest.h: the mail of the morning: what is late, due today and this week, what waits for others, and what happened, each
 * with a link.
 *
 * Once a day, in the zone of the person's government, a job puts a mail for everybody with a confirmed address into the outbox;
 * its key is the day, so there is one at most. The text is made when the mail goes out: it is never old, and whoever has
 * nothing to do gets none. A mail that could not go out until the next morning is replaced by that one, which tells of all
 * since the last that was sent. Nothing of the business is in it but names of steps, kinds of records and days (0010).
 */
#ifndef CORE_NOTICE_DIGEST_H
#define CORE_NOTICE_DIGEST_H

#include "engine/app.h"
#include "engine/job.h"

#define DIGEST_WORD "digest" /* of the mail */

/* The text for a person: 1, 0 when there is nothing to say. *ret_made: up to when it tells. */
MUST_USE int digest_text(struct app *app, struct db *db, struct arena *a, int64_t user, enum lang lang, const char **ret,
                         instant *ret_made);

/* It was sent. Not inside the writer. */
MUST_USE int digest_sent(struct app *app, int64_t user, instant made);

/* Starts the job in the zones where the hour has come and it was not started today. Not inside the writer. */
MUST_USE int digest_round(struct app *app, instant now);

/* A slice of the job. */
#define DIGEST_JOB "digest"
MUST_USE int digest_slice(struct tx *tx, struct job *job);

#endif
