/*
 * restore_place.h: the empty instance that a restore fills: TERANG_DATA and the database that TERANG_DB names.
 *
 * A mark stands in TERANG_DATA from before the first byte is unpacked until instance.json stands, so that what a killed restore
 * left is known for what it is: it opens as no instance, and `restore --again` throws it away and begins anew. Without the mark
 * nothing that is there is ever touched.
 *
 * Not for: what goes in (restore.c, unpack.c).
 */
#ifndef MAIN_RESTORE_PLACE_H
#define MAIN_RESTORE_PLACE_H

#include "main/unpack.h"

#define RESTORE_MARK "restore.unfinished" /* in TERANG_DATA */

struct restore_place {
    const struct command_line *line;
    struct arena *a;
    struct instance in;          /* path and addresses */
    int top;                     /* TERANG_DATA, -1 until it is ours */
    struct named_place database; /* the file that the archive's database goes to; PostgreSQL's dump waits in TERANG_DATA/db */
    bool filled;                 /* set by the caller before anything is put into a PostgreSQL */
};

/*
 * Becomes the user terang if it was root; makes the place or finds it empty, or empties what an unfinished restore left when
 * `again`. 0, or an exit code with the reason said; then nothing is changed that was there before, and the place is not ours.
 */
MUST_USE int restore_place_make(struct restore_place *p, bool again);

bool restore_place_postgresql(const struct restore_place *p);

/* The last step: policy and description, durable after all the rest. 0, or an exit code with the reason said. */
MUST_USE int restore_place_finish(struct restore_place *p, const struct unpack *u);

/* Empty as before, and says so; or says what is left and how to go on. Does nothing while the place is not ours. */
void restore_place_undo(struct restore_place *p);

void restore_place_close(struct restore_place *p);

#endif
