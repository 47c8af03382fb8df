/*
 * person_pages.h: what number.c and person_pages.c share.
 */
#ifndef CORE_PERSON_PERSON_PAGES_H
#define CORE_PERSON_PERSON_PAGES_H

#include "core/person/number.h"
#include "engine/job.h"

/* A slice of the daily job: numbers that hang on an older key. */
int person_index_slice(struct tx *tx, struct job *job);

extern const struct query *const person_queries[5];

#endif
