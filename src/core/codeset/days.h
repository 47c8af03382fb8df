/*
 * days.h: rows of `holiday` that follow a loaded list of holidays; for codeset_load.c.
 */
#ifndef CORE_CODESET_DAYS_H
#define CORE_CODESET_DAYS_H

#include "core/codeset/codeset.h"

#define DAYS_KNOWN_MAX ((size_t)10000) /* rows of the list's years: E_LIMIT above */

/* Inside the work that publishes the set; needs at least one row. Writes only what differs. */
MUST_USE int days_store(struct tx *tx, const struct codeset_reader *r, const struct codeset_options *o);

#endif
