/*
 * measure.h: the figures of a running server at one moment: what /metrics prints and the charts keep.
 *
 * Counts and sizes only: nothing in it names anybody.
 */
#ifndef CORE_MACHINE_MEASURE_H
#define CORE_MACHINE_MEASURE_H

#include "engine/app.h"
#include "http/http.h"
#include "ledger/ledger.h"
#include "os/os.h"

struct machine_queues {
    int64_t jobs_waiting, jobs_running;
    int64_t jobs_failed; /* since a day */
    int64_t outbox_waiting, outbox_late, outbox_given_up;
    instant job_oldest, outbox_oldest; /* of what waits; INSTANT_NONE: nothing does */
};

/* What could not be read stays zero, and its `has` false. */
struct machine_figures {
    instant at;
    struct http_figures http;
    struct writer_figures writer;
    struct pool_figures pool;
    struct ledger_status ledger;
    struct machine_queues queues;
    struct os_room room;
    int64_t memory, database_bytes;
    bool has_http, has_writer, has_pool, has_ledger, has_queues, has_room;
};

/* From any thread. `memory` is a descriptor of os_memory_open(). */
void machine_measure(const struct app *app, int memory, struct machine_figures *ret);

/* "3.40.1" */
MUST_USE int machine_database_version(struct db *db, struct arena *a, const char **ret);

/* The number of answers in all kinds up to each bucket, and the smallest bucket that `percent` of them fit in: us; 0 without
 * any, and twice the last bucket for what took longer than it. */
int64_t machine_share_us(const uint64_t counts[static HTTP_BUCKETS], int percent);

#define MACHINE_QUERIES 4
extern const struct query *const machine_queries[MACHINE_QUERIES];

#endif
