/*
 * made_test.c: tables that are made once a process (test_db.h) come back empty, or new when a test changed them.
 */
#include "base/unit.h"
#include "db/test_db.h"

static const struct query item_add = {.name = "item.add", .sql = "INSERT INTO item (id) VALUES (?1)", .in = "i", .out = ""};
static const struct query item_count = {.name = "item.count", .sql = "SELECT count(*) FROM item", .in = "", .out = "i"};
static const struct query name_count = {.name = "name.count", .sql = "SELECT count(name) FROM item", .in = "", .out = "i"};

/* With a trigger that refuses, as the tables of the ledger have it. */
static void make(struct db *owner)
{
    assert_int_equal(
        db_script(owner, db_kind(owner) == DB_SQLITE
                             ? "CREATE TABLE item (id INTEGER PRIMARY KEY)"
                             : "CREATE TABLE item (id BIGINT PRIMARY KEY);"
                               "CREATE FUNCTION item_no() RETURNS trigger LANGUAGE plpgsql AS "
                               "'BEGIN RAISE EXCEPTION ''no''; END';"
                               "CREATE TRIGGER item_no BEFORE DELETE ON item FOR EACH ROW EXECUTE FUNCTION item_no()"),
        0);
}

#define MADE(t, env)                                                                                                           \
    struct test_db t;                                                                                                          \
    if (!test_db_open_made(&(t), *(enum db_kind *)*(env), make))                                                               \
    skip()

static int64_t items(struct test_db *t)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, t->owner, &item_count), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static void use(struct test_db *t)
{
    assert_int_equal(items(t), 0);
    assert_int_equal(db_run(t->owner, &item_add, V(7)), 1);
    assert_int_equal(items(t), 1);
}

static void rows_of_one_test_are_not_there_for_the_next(void **env)
{
    int i;

    for (i = 0; i < 3; i++) {
        MADE(t, env);
        use(&t);
        test_db_close(&t);
    }
}

static void changed_tables_are_not_there_for_the_next(void **env)
{
    MADE(t, env);
    test_db_script(&t, "ALTER TABLE item ADD COLUMN name TEXT");
    assert_int_equal(db_check(t.owner, &name_count), 0);
    test_db_close(&t);

    assert_true(test_db_open_made(&t, *(enum db_kind *)*env, make));
    assert_true(db_check(t.owner, &name_count) < 0);
    use(&t);
    test_db_close(&t);
}

static void two_at_once_are_two(void **env)
{
    struct test_db second;

    MADE(first, env);
    use(&first);
    assert_true(test_db_open_made(&second, *(enum db_kind *)*env, make));
    use(&second);
    test_db_close(&first);
    test_db_close(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(rows_of_one_test_are_not_there_for_the_next),
        TEST_ON_BOTH(changed_tables_are_not_there_for_the_next),
        TEST_ON_BOTH(two_at_once_are_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
