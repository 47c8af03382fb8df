/*
 * crest.h: the picture of a government's crest: what is taken, and what is left out of it.
 *
 * Only PNG, never SVG: a drawing with scripts, links and fonts is no picture (security.md W4, F1). The file is taken apart and
 * put together again from the five kinds of chunks that hold the picture; words, places, colour profiles, animations and
 * whatever stands behind its end do not survive. Pure: no file, no database.
 */
#ifndef CORE_PROFILE_CREST_H
#define CORE_PROFILE_CREST_H

#include "base/arena.h"

#define CREST_FILE_MAX   ((size_t)512 * KB)
#define CREST_SIDE_LEAST 48
#define CREST_SIDE_MOST  1024

struct crest {
    struct bytes png; /* as it is kept and served */
    int width, height;
};

/*
 * NULL and *ret in `a`, or the key of what is wrong. Checksums, the order of chunks and the amount of picture are checked by
 * unpacking it. Cost: at most some 8 MB are unpacked, nothing of it is kept.
 */
const char *crest_take(struct arena *a, struct bytes file, struct crest *ret);

#endif
