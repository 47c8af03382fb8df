/*
 * db_test.c: both databases answer alike: statements, values, transactions, failures.
 */
#include "base/unit.h"
#include "db/driver.h"
#include "db/test_db.h"

#define Q(id, text, in_types, out_types)                                                                                       \
    static const struct query id = {.name = #id, .sql = (text), .in = (in_types), .out = (out_types)}

Q(item_add, "INSERT INTO item (id, name, body) VALUES (?1, ?2, ?3)", "itb", "");
Q(item_rename, "UPDATE item SET name = ?2 WHERE id = ?1", "it", "");
Q(item_rename_all, "UPDATE item SET name = ?1", "t", "");
Q(item_get, "SELECT id, name, body FROM item WHERE id = ?1", "i", "itb");
Q(item_list, "SELECT id, name FROM item ORDER BY id", "", "it");
Q(item_count, "SELECT count(*) FROM item", "", "i");
Q(part_add, "INSERT INTO part (item, n) VALUES (?1, ?2)", "ii", "");

static void make_tables(struct test_db *t)
{
    test_db_script(t, t->kind == DB_SQLITE
                          ? "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, body BLOB);"
                            "CREATE TABLE part (item INTEGER NOT NULL REFERENCES item(id), n INTEGER NOT NULL, "
                            "PRIMARY KEY (item, n)) WITHOUT ROWID"
                          : "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT NOT NULL, body BYTEA);"
                            "CREATE TABLE part (item BIGINT NOT NULL REFERENCES item(id), n BIGINT NOT NULL, "
                            "PRIMARY KEY (item, n))");
}

static int64_t count(struct db *db)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, db, &item_count), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static void values_come_back_as_they_went(void **env)
{
    static const uint8_t raw[] = {0, 1, 255, 0, '\'', '\\'};
    struct arena a;
    struct bytes b;
    TEST_DB(t, env);

    arena_init(&a, MB);
    make_tables(&t);
    assert_int_equal(
        db_run(t.owner, &item_add, V(INT64_MAX), V("d\xC3\xA9j\xC3\xA0 'vu' ?1 $1"), V(((struct bytes){raw, sizeof raw}))), 1);
    assert_int_equal(db_run(t.owner, &item_add, V(-5), V(""), V(((struct bytes){raw, 0}))), 1);
    assert_int_equal(db_run(t.owner, &item_add, V(6), V("x"), V(((struct bytes){0}))), 1);
    {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, t.owner, &item_get, V(INT64_MAX)), 0);
        assert_int_equal(rows_next(&rows), 1);
        assert_int_equal(rows_int(&rows, 0), INT64_MAX);
        assert_string_equal(rows_text(&rows, &a, 1), "d\xC3\xA9j\xC3\xA0 'vu' ?1 $1");
        b = rows_bytes(&rows, &a, 2);
        assert_int_equal(b.n, sizeof raw);
        assert_memory_equal(b.p, raw, sizeof raw);
        assert_int_equal(rows_next(&rows), 0);
        assert_int_equal(rows_next(&rows), 0);
    }
    {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, t.owner, &item_get, V(-5)), 0);
        assert_int_equal(rows_next(&rows), 1);
        assert_int_equal(rows_int(&rows, 0), -5);
        assert_string_equal(rows_text(&rows, &a, 1), "");
        b = rows_bytes(&rows, &a, 2);
        assert_non_null(b.p);
        assert_int_equal(b.n, 0);
    }
    {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, t.owner, &item_get, V(6)), 0);
        assert_int_equal(rows_next(&rows), 1);
        assert_true(rows_null(&rows, 2));
        assert_null(rows_bytes(&rows, &a, 2).p);
    }
    arena_finish(&a);
    test_db_close(&t);
}

static void none_values_are_null(void **env)
{
    static const struct val none[] = {{.type = VAL_INT, .null = true}};
    const struct val made[] = {V(MONEY_NONE), V(DATE_NONE),          V(INSTANT_NONE),        V(REF_NONE),
                               V(STATE_NONE), V((const char *)NULL), V(((struct bytes){0})), V(INT_NONE)};
    size_t i;

    (void)env;
    for (i = 0; i < ARRAY_LEN(made); i++)
        assert_true(made[i].null);
    assert_false(V(((money){0})).null);
    assert_false(V(((date){0})).null);
    assert_int_equal(V(true).i, 1);
    assert_true(none[0].null);
}

static void a_second_row_with_the_same_key_is_a_conflict(void **env)
{
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("b"), V(((struct bytes){0}))), E_CONFLICT);
    assert_non_null(strstr(db_fault(t.owner), "item_add: "));
    assert_int_equal(db_run(t.owner, &part_add, V(99), V(1)), E_CONFLICT);
    assert_int_equal(db_run(t.owner, &item_add, V(2), V((const char *)NULL), V(((struct bytes){0}))), E_STORAGE);
    assert_int_equal(count(t.owner), 1);
    test_db_close(&t);
}

static void changed_rows_are_counted(void **env)
{
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_run(t.owner, &item_add, V(2), V("b"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_run(t.owner, &item_rename_all, V("c")), 2);
    assert_int_equal(db_run(t.owner, &item_rename, V(7), V("c")), 0);
    test_db_close(&t);
}

static void a_failure_dooms_until_its_savepoint_is_undone(void **env)
{
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_begin(t.owner), 0);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_savepoint(t.owner), 0);
    assert_int_equal(db_run(t.owner, &item_add, V(2), V("b"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), E_CONFLICT);
    assert_int_equal(db_run(t.owner, &item_add, V(3), V("c"), V(((struct bytes){0}))), E_CONFLICT);
    assert_int_equal(db_rollback_to(t.owner), 0);
    assert_int_equal(db_run(t.owner, &item_add, V(4), V("d"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_commit(t.owner), 0);
    assert_int_equal(count(t.owner), 2);
    test_db_close(&t);
}

static void savepoints_nest_two_deep(void **env)
{
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_begin(t.owner), 0);
    assert_int_equal(db_savepoint(t.owner), 0);
    assert_int_equal(db_send(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), 0);
    assert_int_equal(db_savepoint(t.owner), 0);
    (void)!db_send(t.owner, &item_add, V(1), V("twice"), V(((struct bytes){0})));
    assert_int_equal(db_release(t.owner), E_CONFLICT);
    assert_int_equal(db_savepoint(t.owner), 0);
    assert_int_equal(db_send(t.owner, &item_add, V(2), V("b"), V(((struct bytes){0}))), 0);
    assert_int_equal(db_release(t.owner), 0);
    assert_int_equal(db_release(t.owner), 0);
    assert_int_equal(db_commit(t.owner), 0);
    assert_int_equal(count(t.owner), 2);
    test_db_close(&t);
}

static void a_sent_failure_shows_at_the_latest_when_committing(void **env)
{
    int e;
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_begin(t.owner), 0);
    assert_int_equal(db_send(t.owner, &item_add, V(2), V("b"), V(((struct bytes){0}))), 0);
    e = db_send(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0})));
    assert_true(e == 0 || e == E_CONFLICT);
    assert_int_equal(db_commit(t.owner), E_CONFLICT);
    assert_int_equal(count(t.owner), 1);
    test_db_close(&t);
}

static void send_one_wants_exactly_one_row(void **env)
{
    int e;
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_begin(t.owner), 0);
    assert_int_equal(db_savepoint(t.owner), 0);
    assert_int_equal(db_send_one(t.owner, &item_rename, V(1), V("b")), 0);
    assert_int_equal(db_release(t.owner), 0);
    assert_int_equal(db_savepoint(t.owner), 0);
    e = db_send_one(t.owner, &item_rename, V(9), V("c"));
    assert_true(e == 0 || e == E_CONFLICT);
    assert_int_equal(db_run(t.owner, &item_rename, V(1), V("d")), E_CONFLICT);
    assert_int_equal(db_rollback_to(t.owner), 0);
    assert_int_equal(db_commit(t.owner), 0);
    test_db_close(&t);
}

static void a_commit_judges_what_was_sent_before_it(void **env)
{
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_begin(t.owner), 0);
    assert_int_equal(db_send(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), 0);
    (void)!db_send_one(t.owner, &item_rename, V(9), V("c")); /* refused now, or by the commit */
    assert_int_equal(db_commit(t.owner), E_CONFLICT);
    assert_int_equal(count(t.owner), 0);
    test_db_close(&t);
}

static void a_late_failure_tears_the_transaction(void **env)
{
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_begin(t.owner), 0);
    assert_int_equal(db_savepoint(t.owner), 0);
    assert_int_equal(db_send_one(t.owner, &item_rename, V(9), V("c")), 0);
    assert_int_equal(db_release(t.owner), 0);
    assert_int_equal(db_savepoint(t.owner), 0);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), E_CONFLICT);
    assert_true(t.owner->late);
    assert_int_equal(db_rollback_to(t.owner), E_CONFLICT);
    db_rollback(t.owner);
    assert_int_equal(count(t.owner), 0);

    t.owner->careful = true;
    assert_int_equal(db_begin(t.owner), 0);
    assert_int_equal(db_savepoint(t.owner), 0);
    assert_int_equal(db_send_one(t.owner, &item_rename, V(9), V("c")), 0);
    assert_int_equal(db_release(t.owner), E_CONFLICT);
    assert_int_equal(db_savepoint(t.owner), 0);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_release(t.owner), 0);
    assert_int_equal(db_commit(t.owner), 0);
    assert_int_equal(count(t.owner), 1);
    test_db_close(&t);
}

static void a_snapshot_does_not_see_later_writes(void **env)
{
    struct db *reader;
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_open(t.address, DB_READ, &reader), 0);
    assert_int_equal(db_snapshot_begin(reader), 0);
    assert_int_equal(count(reader), 1);
    assert_int_equal(db_run(t.owner, &item_add, V(2), V("b"), V(((struct bytes){0}))), 1);
    assert_int_equal(count(reader), 1);
    db_snapshot_end(reader);
    assert_int_equal(db_snapshot_begin(reader), 0);
    assert_int_equal(count(reader), 2);
    db_snapshot_end(reader);
    db_close(reader);
    test_db_close(&t);
}

static void a_reader_cannot_write(void **env)
{
    struct db *reader;
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_open(t.address, DB_READ, &reader), 0);
    assert_int_equal(db_run(reader, &item_add, V(1), V("a"), V(((struct bytes){0}))), E_STORAGE);
    assert_int_equal(db_snapshot_begin(reader), 0);
    assert_int_equal(db_run(reader, &item_add, V(1), V("a"), V(((struct bytes){0}))), E_STORAGE);
    db_snapshot_end(reader);
    assert_int_equal(count(reader), 0);
    db_close(reader);
    test_db_close(&t);
}

static void rows_of_one_statement_may_nest(void **env)
{
    AUTO_ROWS struct rows outer = {0};
    AUTO_ROWS struct rows inner = {0};
    int64_t seen = 0;
    TEST_DB(t, env);

    make_tables(&t);
    for (int i = 1; i <= 3; i++)
        assert_int_equal(db_run(t.owner, &item_add, V(i), V("a"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_select(&outer, t.owner, &item_list), 0);
    while (rows_next(&outer) > 0) {
        assert_int_equal(db_select(&inner, t.owner, &item_list), 0);
        while (rows_next(&inner) > 0)
            seen++;
        rows_close(&inner);
    }
    rows_close(&outer);
    assert_int_equal(seen, 9);
    test_db_close(&t);
}

static void built_texts_are_cached_and_the_oldest_given_up(void **env)
{
    struct query q = {.name = "built", .in = "", .out = "i"};
    char text[64];
    TEST_DB(t, env);

    make_tables(&t);
    q.sql = text;
    for (int i = 0; i < 700; i++) {
        AUTO_ROWS struct rows rows;

        (void)snprintf(text, sizeof text, "SELECT count(*) + %d FROM item", i % 400);
        assert_int_equal(db_select(&rows, t.owner, &q), 0);
        assert_int_equal(rows_next(&rows), 1);
        assert_int_equal(rows_int(&rows, 0), i % 400);
        assert_true(t.owner->cache.n <= STMT_MAX);
    }
    assert_int_equal(t.owner->cache.n, STMT_MAX);
    test_db_close(&t);
}

static void a_column_of_another_type_is_refused(void **env)
{
    static const struct query wrong = {.name = "wrong", .sql = "SELECT name FROM item", .in = "", .out = "i"};
    AUTO_ROWS struct rows rows = {0};
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("12"), V(((struct bytes){0}))), 1);
    assert_int_equal(db_select(&rows, t.owner, &wrong), 0);
    assert_int_equal(rows_next(&rows), E_STORAGE);
    rows_close(&rows);
    test_db_close(&t);
}

static void check_finds_wrong_declarations(void **env)
{
    /* clang-format off */
    static const struct query good = {.name = "good", .sql = "SELECT id, name FROM item WHERE id = ?1", .in = "i", .out = "it"};
    static const struct query wrong[] = {
        {.name = "type",    .sql = "SELECT id, name FROM item WHERE id = ?1", .in = "i",  .out = "ti"},
        {.name = "columns", .sql = "SELECT id, name FROM item WHERE id = ?1", .in = "i",  .out = "i"},
        {.name = "params",  .sql = "SELECT id, name FROM item WHERE id = ?2", .in = "i",  .out = "it"},
        {.name = "table",   .sql = "SELECT id FROM nowhere",                  .in = "",   .out = "i"},
        {.name = "word",    .sql = "SELEC id FROM item",                      .in = "",   .out = "i"},
        {.name = "quote",   .sql = "SELECT id FROM item WHERE name = 'x",     .in = "",   .out = "i"},
    };
    /* clang-format on */
    size_t i;
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_check(t.owner, &good), 0);
    for (i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_int_equal(db_check(t.owner, &wrong[i]), E_FORMAT);
        assert_string_not_equal(db_fault(t.owner), "");
    }
    assert_int_equal(db_check(t.owner, &good), 0);
    test_db_close(&t);
}

static void a_value_over_the_ceiling_is_refused(void **env)
{
    uint8_t *big;
    TEST_DB(t, env);

    make_tables(&t);
    big = calloc(1, VALUE_MAX + 1);
    assert_non_null(big);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){big, VALUE_MAX + 1}))), E_LIMIT);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){big, VALUE_MAX}))), 1);
    free(big);
    test_db_close(&t);
}

static void only_the_owner_creates_a_file(void **env)
{
    char why[DB_WHY];
    struct db *db = NULL;

    (void)env;
    assert_int_equal(db_open_why("sqlite:/nowhere/at/all.db", DB_WRITE, why, &db), E_STORAGE);
    assert_string_not_equal(why, "");
    assert_int_equal(db_open_why("mysql://x", DB_WRITE, why, &db), E_INPUT);
    assert_int_equal(db_open_why("sqlite:", DB_WRITE, why, &db), E_INPUT);
    assert_int_equal(db_open_why("postgresql://nobody@%2Fnowhere/x", DB_READ, why, &db), E_STORAGE);
    assert_string_not_equal(why, "");
    assert_null(db);
}

static void sqlite_is_locked_down(void **env)
{
    /* clang-format off */
    static const struct {
        struct query q;
        int64_t want;
    } pragmas[] = {
        {{.name = "p", .sql = "PRAGMA foreign_keys",   .in = "", .out = "i"}, 1},
        {{.name = "p", .sql = "PRAGMA synchronous",    .in = "", .out = "i"}, 2},
        {{.name = "p", .sql = "PRAGMA secure_delete",  .in = "", .out = "i"}, 1},
        {{.name = "p", .sql = "PRAGMA trusted_schema", .in = "", .out = "i"}, 0},
        {{.name = "p", .sql = "PRAGMA temp_store",     .in = "", .out = "i"}, 2},
        {{.name = "p", .sql = "PRAGMA mmap_size",      .in = "", .out = "i"}, 0},
        {{.name = "p", .sql = "PRAGMA cache_size",     .in = "", .out = "i"}, -32768},
    };
    /* clang-format on */
    size_t i;
    TEST_DB(t, env);

    make_tables(&t);
    for (i = 0; i < ARRAY_LEN(pragmas); i++) {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, t.owner, &pragmas[i].q), 0);
        assert_int_equal(rows_next(&rows), 1);
        assert_int_equal(rows_int(&rows, 0), pragmas[i].want);
    }
    assert_true(db_script(t.owner, "ATTACH ':memory:' AS other") < 0);
    assert_true(db_script(t.owner, "SELECT load_extension('x')") < 0);
    assert_true(db_script(t.owner, "SELECT \"no such column\"") < 0);
    (void)!db_script(t.owner, "PRAGMA writable_schema=ON");
    assert_true(db_script(t.owner, "UPDATE sqlite_schema SET sql = ''") < 0);
    test_db_close(&t);
}

static void a_full_sqlite_tears_the_transaction_and_recovers(void **env)
{
    static uint8_t big[MB];
    TEST_DB(t, env);

    make_tables(&t);
    assert_int_equal(db_script(t.owner, "PRAGMA max_page_count=40"), 0);
    assert_int_equal(db_begin(t.owner), 0);
    assert_int_equal(db_savepoint(t.owner), 0);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){big, sizeof big}))), E_FULL);
    assert_true(db_rollback_to(t.owner) <= 0);
    db_rollback(t.owner);
    assert_int_equal(db_script(t.owner, "PRAGMA max_page_count=4000"), 0);
    assert_int_equal(db_run(t.owner, &item_add, V(1), V("a"), V(((struct bytes){big, sizeof big}))), 1);
    test_db_close(&t);
}

/* PostgreSQL lets go of a closed session's lock when its process has ended, a moment later. */
static int claim_soon(struct db *db)
{
    int e = E_BUSY, tries;

    for (tries = 0; e == E_BUSY && tries < 200; tries++) {
        e = db->driver->claim(db);
        if (e == E_BUSY)
            (void)usleep(10000); /* a shorter sleep only tries sooner */
    }
    return e;
}

static void only_one_may_claim_to_be_the_writer(void **env)
{
    struct db *other;
    TEST_DB(t, env);

    assert_int_equal(db_open(t.address, DB_WRITE, &other), 0);
    assert_int_equal(t.owner->driver->claim(t.owner), 0);
    assert_int_equal(other->driver->claim(other), E_BUSY);
    t.owner->driver->unclaim(t.owner);
    assert_int_equal(other->driver->claim(other), 0);
    assert_int_equal(t.owner->driver->claim(t.owner), E_BUSY);
    db_close(other);
    assert_int_equal(claim_soon(t.owner), 0);
    test_db_close(&t);
}

static void placeholders_are_rewritten_outside_quotes(void **env)
{
    /* clang-format off */
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"a = ?1 AND b = ?12",        "a = $1 AND b = $12"},
        {"'?1 it''s ?2' = ?3",        "'?1 it''s ?2' = $3"},
        {"\"?1\" = ?1 -- ?2\n + ?3",  "\"?1\" = $1 -- ?2\n + $3"},
        {"/* ?1 */ ?1 -- ?2",         "/* ?1 */ $1 -- ?2"},
        {"a = ?",                     NULL},
        {"a = ?0",                    NULL},
        {"'open",                     NULL},
        {"/* open",                   NULL},
        {"",                          ""},
    };
    /* clang-format on */
    size_t i;

    (void)env;
    for (i = 0; i < ARRAY_LEN(cases); i++) {
        char *got = postgresql_text(cases[i].in);

        if (cases[i].out == NULL)
            assert_null(got);
        else
            assert_string_equal(got, cases[i].out);
        free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_values_are_null),
        cmocka_unit_test(placeholders_are_rewritten_outside_quotes),
        cmocka_unit_test(only_the_owner_creates_a_file),
        TEST_ON_SQLITE(sqlite_is_locked_down),
        TEST_ON_SQLITE(a_full_sqlite_tears_the_transaction_and_recovers),
        TEST_ON_BOTH(values_come_back_as_they_went),
        TEST_ON_BOTH(a_second_row_with_the_same_key_is_a_conflict),
        TEST_ON_BOTH(changed_rows_are_counted),
        TEST_ON_BOTH(a_failure_dooms_until_its_savepoint_is_undone),
        TEST_ON_BOTH(savepoints_nest_two_deep),
        TEST_ON_BOTH(a_sent_failure_shows_at_the_latest_when_committing),
        TEST_ON_BOTH(send_one_wants_exactly_one_row),
        TEST_ON_BOTH(a_commit_judges_what_was_sent_before_it),
        TEST_ON_POSTGRESQL(a_late_failure_tears_the_transaction),
        TEST_ON_BOTH(a_snapshot_does_not_see_later_writes),
        TEST_ON_BOTH(a_reader_cannot_write),
        TEST_ON_BOTH(rows_of_one_statement_may_nest),
        TEST_ON_BOTH(built_texts_are_cached_and_the_oldest_given_up),
        TEST_ON_BOTH(a_column_of_another_type_is_refused),
        TEST_ON_BOTH(check_finds_wrong_declarations),
        TEST_ON_BOTH(a_value_over_the_ceiling_is_refused),
        TEST_ON_BOTH(only_one_may_claim_to_be_the_writer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
