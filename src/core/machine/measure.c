/*
 * measure.c: see measure.h.
 */
#include <stdatomic.h>

#include "core/machine/measure.h"

#define WAIT_MS 2000
#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

/* clang-format off */
static const struct query q_jobs = {.name = "machine.jobs", .in = "i", .out = "iiii",
    .sql = "SELECT coalesce(CAST(sum(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS BIGINT), 0), "
           "coalesce(CAST(sum(CASE WHEN state = 'running' THEN 1 ELSE 0 END) AS BIGINT), 0), "
           "coalesce(CAST(sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS BIGINT), 0), "
           "min(CASE WHEN state = 'waiting' THEN made_at END) "
           "FROM job WHERE state IN ('waiting', 'running') OR (state = 'failed' AND ended_at >= ?1)"};
static const struct query q_outbox = {.name = "machine.outbox", .in = "ii", .out = "iiii",
    .sql = "SELECT coalesce(CAST(sum(CASE WHEN due_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT), 0), "
           "coalesce(CAST(sum(CASE WHEN due_at < ?1 THEN 1 ELSE 0 END) AS BIGINT), 0), "
           "coalesce(CAST(sum(CASE WHEN given_up_at >= ?2 THEN 1 ELSE 0 END) AS BIGINT), 0), "
           "min(CASE WHEN due_at IS NOT NULL THEN made_at END) "
           "FROM outbox WHERE due_at IS NOT NULL OR given_up_at >= ?2"};
static const struct query q_bytes = {.name = "machine.bytes", .in = "", .out = "i",
    .sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    .sql_pg = "SELECT pg_database_size(current_database())"};
static const struct query q_version = {.name = "machine.version", .in = "", .out = "t",
    .sql = "SELECT sqlite_version()",
    .sql_pg = "SELECT split_part(current_setting('server_version'), ' ', 1)"};

const struct query *const machine_queries[MACHINE_QUERIES] = {&q_jobs, &q_outbox, &q_bytes, &q_version};
/* clang-format on */

static instant moment(const struct rows *rows, int col)
{
    return (instant){rows_null(rows, col) ? INSTANT_NONE.v : rows_int(rows, col)};
}

static int read_jobs(struct db *db, instant now, struct machine_queues *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    (void)db_select(&rows, db, &q_jobs, V(now.v - DAY_MS)); /* rows_next() repeats a failure */
    e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    ret->jobs_waiting = rows_int(&rows, 0);
    ret->jobs_running = rows_int(&rows, 1);
    ret->jobs_failed = rows_int(&rows, 2);
    ret->job_oldest = moment(&rows, 3);
    return 0;
}

static int read_outbox(struct db *db, instant now, struct machine_queues *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    (void)db_select(&rows, db, &q_outbox, V(now.v - HOUR_MS), V(now.v - 30 * DAY_MS)); /* rows_next() repeats a failure */
    e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    ret->outbox_waiting = rows_int(&rows, 0);
    ret->outbox_late = rows_int(&rows, 1);
    ret->outbox_given_up = rows_int(&rows, 2);
    ret->outbox_oldest = moment(&rows, 3);
    return 0;
}

static int read_bytes(struct db *db, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    (void)db_select(&rows, db, &q_bytes); /* rows_next() repeats a failure */
    e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    *ret = rows_int(&rows, 0);
    return 0;
}

int machine_database_version(struct db *db, struct arena *a, const char **ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    (void)db_select(&rows, db, &q_version); /* rows_next() repeats a failure */
    e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    *ret = rows_text(&rows, a, 0);
    return 0;
}

static void measure_database(const struct app *app, struct machine_figures *ret)
{
    struct db *db;

    if (app->pool == NULL || pool_take(app->pool, WAIT_MS, &db) < 0)
        return;
    ret->has_queues = read_jobs(db, ret->at, &ret->queues) == 0 && read_outbox(db, ret->at, &ret->queues) == 0;
    if (read_bytes(db, &ret->database_bytes) < 0)
        ret->database_bytes = 0;
    ret->has_ledger = app->ledger != NULL && ledger_status(app->ledger, db, &ret->ledger) == 0;
    pool_give(app->pool, db);
}

void machine_measure(const struct app *app, int memory, struct machine_figures *ret)
{
    struct http_server *server = atomic_load(&app->server);

    *ret = (struct machine_figures){.at = os_now(), .memory = os_memory(memory)};
    if (ret->memory < 0)
        ret->memory = 0;
    ret->has_http = server != NULL;
    if (server != NULL)
        http_figures(server, &ret->http);
    ret->has_writer = app->writer != NULL;
    if (app->writer != NULL)
        writer_figures(app->writer, &ret->writer);
    ret->has_pool = app->pool != NULL;
    if (app->pool != NULL)
        pool_figures(app->pool, &ret->pool);
    ret->has_room = app->files_dir > 0 && os_disk_room(app->files_dir, &ret->room) == 0;
    measure_database(app, ret);
}

int64_t machine_share_us(const uint64_t counts[static HTTP_BUCKETS], int percent)
{
    uint64_t all = 0, seen = 0;
    size_t i;

    for (i = 0; i < HTTP_BUCKETS; i++)
        all += counts[i];
    if (all == 0)
        return 0;
    for (i = 0; i < HTTP_BUCKETS - 1; i++) {
        seen += counts[i];
        if (seen * 100 >= all * (uint64_t)percent)
            return http_bucket_us[i];
    }
    return 2 * http_bucket_us[HTTP_BUCKETS - 2];
}
