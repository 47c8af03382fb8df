/*
 * changes.h: a loaded mapping becomes pairs of codes that can be followed both ways; for codeset_load.c and the pages.
 */
#ifndef CORE_CODESET_CHANGES_H
#define CORE_CODESET_CHANGES_H

#include "core/codeset/codeset.h"

/* Are both versions loaded, and each code in its own? Faults go into the report; E_INPUT when there is one. */
MUST_USE int changes_check(struct db *db, const struct codeset_reader *r, struct codeset_report *report);

/* Inside the work that publishes the mapping. A pair that is there already stays. */
MUST_USE int changes_store(struct tx *tx, const struct codeset_reader *r);

/* On the page of a code: what it became and what it came from; nothing where no mapping speaks of it. */
void changes_section(struct req *r, int64_t set, const char *code);

#endif
