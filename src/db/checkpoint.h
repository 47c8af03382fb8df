/*
 * checkpoint.h: keeps SQLite's write-ahead log short without making anybody wait.
 *
 * A thread with a connection of its own copies the log into the database when 4,000 frames wait. It cannot keep up when
 * the writer never pauses, since a log begins anew only once all of it has been copied and nobody reads from it; so over
 * 16,000 frames the writer does the short rest itself between two groups, waiting 8 ms for readers at most.
 * Not for: PostgreSQL, where checkpoint_start() makes nothing.
 */
#ifndef DB_CHECKPOINT_H
#define DB_CHECKPOINT_H

#include "db/db.h"

struct checkpoint;

/* `writer` is the writer's connection; it must outlive the checkpoint. *ret is NULL for PostgreSQL. */
MUST_USE int checkpoint_start(const char *address, struct db *writer, struct checkpoint **ret);

/* The writer, after each group and outside a transaction. */
void checkpoint_between_groups(struct checkpoint *c);

/* Frames in the log after the last commit. */
int64_t checkpoint_frames(const struct checkpoint *c);

/* Ends the thread, empties the log if nobody reads from it. From the writer's thread or after its end. NULL does nothing. */
void checkpoint_stop(struct checkpoint *c);

#endif
