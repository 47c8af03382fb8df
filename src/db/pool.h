/*
 * pool.h: reader connections for the threads that answer pages.
 *
 * A thread takes a connection with its snapshot begun, reads, and gives it back. Connections are opened when first
 * wanted and kept; the one given back last is taken first, so that its caches are warm. One that was lost is replaced.
 * Not for: writing (writer.h).
 */
#ifndef DB_POOL_H
#define DB_POOL_H

#include "db/db.h"

struct pool;

/*
 * At most n_max connections. Opens the first at once, so that a wrong address shows here: as db_open(). The address is
 * copied.
 */
MUST_USE int pool_open(const char *address, size_t n_max, struct pool **ret_pool);

/* All connections must have been given back. NULL does nothing. */
void pool_close(struct pool *p);

/*
 * A connection with a snapshot begun. Waits up to wait_ms for one when all are out; E_BUSY when there is none even then
 * or when the database is away.
 */
MUST_USE int pool_take(struct pool *p, int wait_ms, struct db **ret_db);

/* Ends the snapshot. All rows must have been closed. NULL does nothing. */
void pool_give(struct pool *p, struct db *db);

struct pool_figures {
    size_t open, out;
    uint64_t taken, waited, lost;
};
void pool_figures(struct pool *p, struct pool_figures *ret);

#endif
