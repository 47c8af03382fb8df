/*
 * checkpoint_test.c: the write-ahead log stays short while one writes and others read, and is gone after a clean stop.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "base/unit.h"
#include "db/checkpoint.h"
#include "db/driver.h"
#include "db/pool.h"
#include "db/test_db.h"
#include "db/writer.h"

#define READERS 2
#define WORKS   550
#define FRAME   4120             /* a page of 4096 bytes and its head */
#define ROWS_OF 60               /* rows a work, each on a page of its own */
#define CEILING ((int64_t)30000) /* of 33,000 and more that are written */

static const struct query page_add = {
    .name = "page.add", .sql = "INSERT INTO page (id, body) VALUES (?1, ?2)", .in = "ib", .out = ""};
static const struct query page_count = {
    .name = "page.count", .sql = "SELECT count(*) FROM page WHERE id < 40", .in = "", .out = "i"};

struct load {
    struct pool *pool;
    _Atomic bool stop;
    _Atomic int64_t reads;
};

static int add_pages(struct tx *tx, void *arg)
{
    static const uint8_t body[3900];
    int64_t *next = arg;
    int i, e = 0;

    for (i = 0; i < ROWS_OF && e == 0; i++)
        e = db_send(tx->db, &page_add, V((*next)++), V(((struct bytes){body, sizeof body})));
    return e;
}

static void *read_all_the_time(void *arg)
{
    struct load *l = arg;
    struct db *db;

    while (!atomic_load(&l->stop)) {
        if (pool_take(l->pool, 1000, &db) < 0)
            continue;
        {
            AUTO_ROWS struct rows rows;

            (void)db_select(&rows, db, &page_count); /* rows_next() repeats a failure */
            atomic_fetch_add(&l->reads, rows_next(&rows) == 1);
        }
        pool_give(l->pool, db);
    }
    return NULL;
}

static int64_t log_frames(const struct test_db *t)
{
    char path[256];
    struct stat st;

    (void)snprintf(path, sizeof path, "%s/terang.db-wal", t->place); /* fits */
    return stat(path, &st) == 0 ? st.st_size / FRAME : 0;
}

static struct writer *start_writer(struct test_db *t)
{
    const struct writer_conf conf = {.address = t->address};
    struct writer *w = NULL;

    test_db_script(t, "CREATE TABLE page (id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
    assert_int_equal(writer_start(&conf, &w), 0);
    return w;
}

static void the_log_stays_short_under_readers(void **env)
{
    pthread_t threads[READERS];
    struct load load = {0};
    struct writer *w;
    int64_t next = 0, longest = 0, frames;
    int i;
    TEST_DB(t, env);

    w = start_writer(&t);
    assert_int_equal(pool_open(t.address, READERS, &load.pool), 0);
    for (i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_all_the_time, &load), 0);
    for (i = 0; i < WORKS; i++) {
        assert_int_equal(writer_do(w, add_pages, &next), 0);
        frames = log_frames(&t);
        longest = frames > longest ? frames : longest;
    }
    atomic_store(&load.stop, true);
    for (i = 0; i < READERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    print_message("# %lld pages written, log at most %lld frames, %lld reads\n", (long long)next, (long long)longest,
                  (long long)load.reads);
    assert_true(longest < CEILING);
    assert_true(longest > 0);
    pool_close(load.pool);
    writer_stop(w);
    test_db_close(&t);
}

static void a_long_reader_stops_no_write_and_the_log_shrinks_after_it(void **env)
{
    struct writer *w;
    struct db *reader;
    int64_t next = 0, held;
    int i;
    TEST_DB(t, env);

    w = start_writer(&t);
    assert_int_equal(db_open(t.address, DB_READ, &reader), 0);
    assert_int_equal(db_snapshot_begin(reader), 0);
    {
        AUTO_ROWS struct rows rows;

        (void)db_select(&rows, reader, &page_count); /* rows_next() repeats a failure */
        assert_int_equal(rows_next(&rows), 1);
    }
    for (i = 0; i < WORKS / 4; i++)
        assert_int_equal(writer_do(w, add_pages, &next), 0);
    held = log_frames(&t);
    assert_true(held >= next);
    db_snapshot_end(reader);
    db_close(reader);
    writer_stop(w);
    assert_int_equal(log_frames(&t), 0);
    test_db_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_SQLITE(the_log_stays_short_under_readers),
        TEST_ON_SQLITE(a_long_reader_stops_no_write_and_the_log_shrinks_after_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
