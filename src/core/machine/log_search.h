/*
 * log_search.h: finding lines in the files of the log (os/log_file.h), newest first.
 */
#ifndef CORE_MACHINE_LOG_SEARCH_H
#define CORE_MACHINE_LOG_SEARCH_H

#include "base/arena.h"
#include "base/log.h"

struct log_wanted {
    int level;         /* enum log_level: from this one on */
    const char *event; /* its beginning; NULL: any */
    const char *id;    /* the number of a request; NULL: any */
    instant from;      /* INSTANT_NONE: as far back as there is */
    instant before;    /* lines older than this; INSTANT_NONE: from now on back */
};

/* All in the arena. */
struct log_found {
    instant at;
    enum log_level level;
    const char *event;
    const char *rest; /* the pairs, as written */
    const char *id;   /* of the request; NULL for lines of none */
};

/*
 * At most `max` lines; *ret_more says that there may be older ones, which the time of the last line leads to. Reads at most
 * LOG_SEARCH_FILES files at a time, then there is more too and *ret_reached says how far it came.
 */
#define LOG_SEARCH_FILES 4
MUST_USE int log_search(int dir, const struct log_wanted *w, size_t max, struct arena *a, struct log_found **ret, size_t *ret_n,
                        bool *ret_more, instant *ret_reached);

#endif
