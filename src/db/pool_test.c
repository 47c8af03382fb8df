/*
 * pool_test.c: readers are handed out with a snapshot, kept, limited, and replaced when lost.
 */
#include <pthread.h>

#include "base/unit.h"
#include "db/driver.h"
#include "db/pool.h"
#include "db/test_db.h"

#define THREADS 8
#define ROUNDS  200

static const struct query item_add = {.name = "item.add", .sql = "INSERT INTO item (id) VALUES (?1)", .in = "i", .out = ""};
static const struct query item_count = {.name = "item.count", .sql = "SELECT count(*) FROM item", .in = "", .out = "i"};
static const struct query own_pid = {
    .name = "own.pid", .sql = "SELECT 0", .sql_pg = "SELECT pg_backend_pid()", .in = "", .out = "i"};
/* Waits until the process of the session is no more. */
static const struct query end_session = {.name = "end.session",
                                         .sql = "SELECT ?1",
                                         .sql_pg = "SELECT CAST(pg_terminate_backend(CAST(?1 AS int), 10000) AS int)",
                                         .in = "i",
                                         .out = "i"};

static void make_table(struct test_db *t)
{
    test_db_script(t, t->kind == DB_SQLITE ? "CREATE TABLE item (id INTEGER PRIMARY KEY)"
                                           : "CREATE TABLE item (id BIGINT PRIMARY KEY)");
}

static int64_t number(struct db *db, const struct query *q)
{
    AUTO_ROWS struct rows rows;

    (void)db_select(&rows, db, q); /* rows_next() repeats a failure */
    return rows_next(&rows) == 1 ? rows_int(&rows, 0) : -1;
}

static void a_taken_reader_sees_one_moment(void **env)
{
    struct pool *pool;
    struct db *db;
    TEST_DB(t, env);

    make_table(&t);
    assert_int_equal(pool_open(t.address, 2, &pool), 0);
    assert_int_equal(pool_take(pool, 0, &db), 0);
    assert_int_equal(number(db, &item_count), 0);
    assert_int_equal(db_run(t.owner, &item_add, V(1)), 1);
    assert_int_equal(number(db, &item_count), 0);
    pool_give(pool, db);
    assert_int_equal(pool_take(pool, 0, &db), 0);
    assert_int_equal(number(db, &item_count), 1);
    pool_give(pool, db);
    pool_close(pool);
    test_db_close(&t);
}

static void no_more_are_out_than_allowed(void **env)
{
    struct pool_figures f;
    struct pool *pool;
    struct db *a, *b, *c;
    TEST_DB(t, env);

    make_table(&t);
    assert_int_equal(pool_open(t.address, 2, &pool), 0);
    assert_int_equal(pool_take(pool, 0, &a), 0);
    assert_int_equal(pool_take(pool, 0, &b), 0);
    assert_ptr_not_equal(a, b);
    assert_int_equal(pool_take(pool, 20, &c), E_BUSY);
    pool_give(pool, b);
    assert_int_equal(pool_take(pool, 0, &c), 0);
    assert_ptr_equal(b, c);
    pool_give(pool, c);
    pool_give(pool, a);
    pool_figures(pool, &f);
    assert_int_equal(f.open, 2);
    assert_int_equal(f.out, 0);
    assert_int_equal(f.waited, 1);
    pool_close(pool);
    test_db_close(&t);
}

static void a_lost_reader_is_replaced_without_a_failure(void **env)
{
    struct pool_figures f;
    struct pool *pool;
    struct db *db;
    int64_t pid;
    TEST_DB(t, env);

    make_table(&t);
    assert_int_equal(pool_open(t.address, 1, &pool), 0);
    assert_int_equal(pool_take(pool, 0, &db), 0);
    pid = number(db, &own_pid);
    pool_give(pool, db);
    {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, t.owner, &end_session, V(pid)), 0);
        assert_int_equal(rows_next(&rows), 1);
        assert_int_equal(rows_int(&rows, 0), 1);
    }
    assert_int_equal(pool_take(pool, 0, &db), 0);
    assert_int_equal(number(db, &item_count), 0);
    assert_int_not_equal(number(db, &own_pid), pid);
    pool_give(pool, db);
    pool_figures(pool, &f);
    assert_int_equal(f.lost, 1);
    assert_int_equal(f.open, 1);
    pool_close(pool);
    test_db_close(&t);
}

static void a_wrong_address_shows_when_opening(void **env)
{
    struct pool *pool = NULL;

    (void)env;
    assert_int_equal(pool_open("sqlite:/nowhere/at/all.db", 2, &pool), E_STORAGE);
    assert_null(pool);
}

static void *take_and_give(void *arg)
{
    struct pool *pool = arg;
    struct db *db;
    intptr_t bad = 0;
    int i;

    for (i = 0; i < ROUNDS; i++) {
        if (pool_take(pool, 10000, &db) < 0) {
            bad++;
            continue;
        }
        bad += number(db, &item_count) != 0;
        pool_give(pool, db);
    }
    return (void *)bad;
}

static void more_threads_than_readers_take_turns(void **env)
{
    pthread_t threads[THREADS];
    struct pool_figures f;
    struct pool *pool;
    void *bad;
    int i;
    TEST_DB(t, env);

    make_table(&t);
    assert_int_equal(pool_open(t.address, 3, &pool), 0);
    for (i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, pool), 0);
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], &bad), 0);
        assert_null(bad);
    }
    pool_figures(pool, &f);
    assert_true(f.open <= 3);
    assert_int_equal(f.out, 0);
    assert_int_equal(f.taken, THREADS * ROUNDS);
    pool_close(pool);
    test_db_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_address_shows_when_opening),
        TEST_ON_BOTH(a_taken_reader_sees_one_moment),
        TEST_ON_BOTH(no_more_are_out_than_allowed),
        TEST_ON_BOTH(more_threads_than_readers_take_turns),
        TEST_ON_POSTGRESQL(a_lost_reader_is_replaced_without_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
