/*
 * cause.h: what happened that somebody may want to hear of: a line in the transaction of a step, a comment, a reminder, a
 * change of an account. Whoever tells people (core/notice) takes the lines away again (docs/decisions/0017).
 *
 * A line costs one insert, so a step does not wait until it is known whom it concerns. It can be made anew from nothing, holds
 * ids and codes only, and leaves no leaf (design D15). Not for: whom it concerns, words.
 */
#ifndef ENGINE_CAUSE_H
#define ENGINE_CAUSE_H

#include "db/writer.h"

#define CAUSE_CREATE  "create"  /* a record with a workflow began */
#define CAUSE_STEP    "step"    /* word: the verb */
#define CAUSE_COMMENT "comment" /* somebody wrote beside the record */
#define CAUSE_SOON    "soon"    /* due: the day on which it is due */
#define CAUSE_TODAY   "today"
#define CAUSE_LATE    "late"
#define CAUSE_RAISED  "raised"  /* word: the role it was raised to */
#define CAUSE_ACCOUNT "account" /* word: what changed; only `person` is told */

struct cause {
    int64_t id, gov, record;
    const char *entity; /* of the record */
    const char *what;   /* one of the above */
    const char *word;   /* NULL without */
    int64_t person;     /* user; 0: whoever it concerns */
    int64_t by;         /* user; 0: the machine */
    date due;           /* DATE_NONE without */
    instant at;
};

/* In the name of tx->actor. `id`, `by` and `at` are filled here. */
MUST_USE int cause_add(struct tx *tx, const struct cause *c);

/* The oldest `max`, in `a`. */
MUST_USE int causes_read(struct db *db, struct arena *a, size_t max, struct cause **ret, size_t *ret_n);

/* Takes the line away: 1, 0 when somebody did before. */
MUST_USE int cause_done(struct tx *tx, int64_t id);

/* Users who wrote a line of the record's history or a comment beside it, at most `max`. */
MUST_USE int record_people(struct db *db, int64_t gov, int64_t record, size_t max, int64_t *ret, size_t *ret_n);

extern const struct query *const cause_queries[];
extern const size_t cause_queries_n;

#endif
