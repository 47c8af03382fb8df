/*
 * migrate_test.c: steps run once, in order, whole or not at all, on both databases.
 */
#include "base/text.h"
#include "base/unit.h"
#include "db/migrate.h"
#include "db/test_db.h"

/* clang-format off */
static const struct migration two[] = {
    {1, "first", "CREATE TABLE a (id $id, v $int NOT NULL, t $text, b $blob);\n"
                 "-- sqlite:CREATE TABLE only_here (x $int);\n"
                 "-- postgresql:CREATE TABLE only_here (x $int);\n"},
    {2, "second", "CREATE TABLE c (g $int NOT NULL, n $int NOT NULL, PRIMARY KEY (g, n)) $clustered;\n"},
};
static const struct migration broken[] = {
    {1, "first", "CREATE TABLE a (id $id);\n"},
    {2, "second", "CREATE TABLE b (id $id);\nCREATE TABLE a (id $id);\n"},
};
/* clang-format on */

static const struct query count_b = {.name = "test.b", .sql = "SELECT COUNT(*) FROM b", .in = "", .out = "i"};
static const struct query put_c = {.name = "test.c", .sql = "INSERT INTO c (g, n) VALUES (?1, ?2)", .in = "ii", .out = ""};

static void steps_run_once_and_in_order(void **world)
{
    int done = -1;

    TEST_DB(t, world);
    assert_int_equal(migrate(t.owner, two, 1, &done), 0);
    assert_int_equal(done, 1);
    assert_int_equal(migrate_current(t.owner, two, 2), 0);
    assert_int_equal(migrate(t.owner, two, 2, &done), 0);
    assert_int_equal(done, 1);
    assert_int_equal(migrate(t.owner, two, 2, &done), 0);
    assert_int_equal(done, 0);
    assert_int_equal(migrate_current(t.owner, two, 2), 1);
    assert_int_equal(db_run(t.owner, &put_c, V(1), V(2)), 1);
    test_db_close(&t);
}

static void a_broken_step_leaves_nothing_and_runs_again(void **world)
{
    static const struct migration mended[] = {{1, "first", "CREATE TABLE a (id $id);\n"},
                                              {2, "second", "CREATE TABLE b (id $id);\n"}};
    struct rows rows;
    int done = -1;

    TEST_DB(t, world);
    assert_int_equal(migrate(t.owner, broken, 2, &done), E_STORAGE);
    assert_true(db_select(&rows, t.owner, &count_b) < 0 || rows_next(&rows) < 0);
    rows_close(&rows);
    assert_int_equal(migrate(t.owner, mended, 2, &done), 0);
    assert_int_equal(done, 1);
    test_db_close(&t);
}

static void a_changed_step_is_refused(void **world)
{
    static const struct migration changed[] = {{1, "first", "CREATE TABLE a (id $id, more $int);\n"}};
    int done;

    TEST_DB(t, world);
    assert_int_equal(migrate(t.owner, two, 1, &done), 0);
    assert_int_equal(migrate(t.owner, changed, 1, &done), E_STATE);
    assert_int_equal(migrate_current(t.owner, changed, 1), E_STATE);
    test_db_close(&t);
}

static void a_newer_database_is_refused(void **world)
{
    int done;

    TEST_DB(t, world);
    assert_int_equal(migrate(t.owner, two, 2, &done), 0);
    assert_int_equal(migrate(t.owner, two, 1, &done), E_STATE);
    test_db_close(&t);
}

static void words_are_replaced_only_where_they_are_whole(void **world)
{
    struct arena *a = *world;

    assert_string_equal(migration_text(a, DB_SQLITE, "x $int, y $integer, $id\n"),
                        "x INTEGER, y $integer, INTEGER PRIMARY KEY\n");
    assert_string_equal(migration_text(a, DB_POSTGRESQL, "-- sqlite:a $int\nb $blob) $clustered;"), "\nb BYTEA) ;");
    assert_string_equal(migration_text(a, DB_SQLITE, "-- sqlite:a $int\n-- postgresql:b"), "a INTEGER\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(steps_run_once_and_in_order),
        TEST_ON_BOTH(a_broken_step_leaves_nothing_and_runs_again),
        TEST_ON_BOTH(a_changed_step_is_refused),
        TEST_ON_BOTH(a_newer_database_is_refused),
        UNIT(words_are_replaced_only_where_they_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
