/*
 * retention.h: what is past its time (security.md D1): a daily job that removes old sessions and lists the rows whose statement
 * names a time that has gone by, and the pages that show them.
 *
 * The job removes no row of an entity that is in the ledger: people decide, by correcting the row or by an order to erase the
 * person (core/erase). Not for: the statements (entity.h), the register (register.h).
 */
#ifndef CORE_PRIVACY_RETENTION_H
#define CORE_PRIVACY_RETENTION_H

#include "engine/app.h"
#include "engine/job.h"
#include "engine/web.h"

extern const struct job_kind retention_job;

/* What the last run found, per government, entity and statement. */
struct past_group {
    int64_t gov, n;
    const char *entity, *statement;
    date since; /* the oldest has been past its time since this day */
};

/* Of one government, or with gov 0 of all and of what belongs to none. In `a`. */
MUST_USE int past_groups(struct db *db, struct arena *a, int64_t gov, struct past_group **ret, size_t *ret_n);

struct past_row {
    int64_t record;
    date until;
};

/* Rows of one group with ids above `after`, at most `max`. */
MUST_USE int past_rows(struct db *db, struct arena *a, const struct past_group *g, int64_t after, size_t max,
                       struct past_row **ret, size_t *ret_n);

/* Does the row hold anything yet that the statement speaks of? */
bool past_holds(struct arena *a, const struct entity *e, const void *row, const char *statement);

extern const struct query *const retention_queries[];
#define RETENTION_QUERIES 6

/* ---- pages, retention_pages.c ---- */

#define PERMIT_PAST "privacy.past"

/* The section of the register's page; nothing for who may not see it. */
void past_section(struct req *r);
void page_past(struct req *r); /* GET /kerja/{gov}/data-pribadi/lewat */
void retention_show(struct req *r, const struct job *job);

#endif
