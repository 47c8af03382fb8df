/*
 * migrate_test.c: steps run once, changed steps are refused, both databases end with the same schema.
 */
#include "base/unit.h"
#include "db/driver.h"
#include "db/migrate.h"
#include "db/test_db.h"

static const struct migration steps[] = {
    {1, "base",
     "CREATE TABLE city (id $id, slug $text NOT NULL UNIQUE, seal $blob);\n"
     "CREATE TABLE line (gov $int NOT NULL REFERENCES city (id), id $int NOT NULL, note $text,\n"
     "    PRIMARY KEY (gov, id)) $clustered;\n"
     "CREATE INDEX line_note ON line (gov, note);\n"},
    {2, "mark",
     "  -- sqlite: CREATE TABLE only_here (id $id);\n"
     "-- postgresql: CREATE TABLE only_there (id $id);\n"
     "-- a plain remark\n"},
    {3, "more", "ALTER TABLE line ADD COLUMN amount $int;"},
};

static void steps_run_once_and_in_order(void **env)
{
    int done = -1;
    TEST_DB(t, env);

    assert_int_equal(migrate_current(t.owner, steps, 3), 0);
    assert_int_equal(migrate(t.owner, steps, 2, &done), 0);
    assert_int_equal(done, 2);
    assert_int_equal(migrate_current(t.owner, steps, 2), 1);
    assert_int_equal(migrate_current(t.owner, steps, 3), 0);
    assert_int_equal(migrate(t.owner, steps, 3, &done), 0);
    assert_int_equal(done, 1);
    assert_int_equal(migrate(t.owner, steps, 3, &done), 0);
    assert_int_equal(done, 0);
    test_db_close(&t);
}

static void a_changed_step_is_refused(void **env)
{
    struct migration changed[] = {steps[0], steps[1], steps[2]};
    int done;
    TEST_DB(t, env);

    assert_int_equal(migrate(t.owner, steps, 2, &done), 0);
    changed[1].sql = "-- another text\n";
    assert_int_equal(migrate(t.owner, changed, 3, &done), E_FORMAT);
    assert_int_equal(done, 0);
    assert_non_null(strstr(db_fault(t.owner), "step 2 (mark)"));
    assert_int_equal(migrate_current(t.owner, changed, 3), E_FORMAT);
    test_db_close(&t);
}

static void an_older_program_is_refused(void **env)
{
    int done;
    TEST_DB(t, env);

    assert_int_equal(migrate(t.owner, steps, 3, &done), 0);
    assert_int_equal(migrate(t.owner, steps, 2, &done), E_STATE);
    assert_int_equal(migrate_current(t.owner, steps, 2), 0);
    test_db_close(&t);
}

static void a_failing_step_leaves_nothing(void **env)
{
    struct migration broken[] = {steps[0], {2, "broken", "CREATE TABLE half (id $id);\nCREATE TABEL x (id $id);"}};
    struct schema s;
    struct arena a;
    int done;
    size_t i;
    TEST_DB(t, env);

    arena_init(&a, 4 * MB);
    assert_int_equal(migrate(t.owner, broken, 2, &done), E_STORAGE);
    assert_int_equal(done, 1);
    assert_int_equal(schema_read(t.owner, &a, &s), 0);
    for (i = 0; i < s.n_columns; i++)
        assert_string_not_equal(s.columns[i].table, "half");
    broken[1] = steps[1];
    assert_int_equal(migrate(t.owner, broken, 2, &done), 0);
    assert_int_equal(done, 1);
    arena_finish(&a);
    test_db_close(&t);
}

static void a_running_writer_is_not_migrated_under(void **env)
{
    struct db *writer;
    int done;
    TEST_DB(t, env);

    assert_int_equal(db_open(t.address, DB_WRITE, &writer), 0);
    assert_int_equal(writer->driver->claim(writer), 0);
    assert_int_equal(migrate(t.owner, steps, 3, &done), E_BUSY);
    writer->driver->unclaim(writer); /* a closed session's lock goes a moment later */
    db_close(writer);
    assert_int_equal(migrate(t.owner, steps, 3, &done), 0);
    test_db_close(&t);
}

static void a_step_may_not_break_foreign_keys(void **env)
{
    struct migration broken[] = {
        steps[0],
        {2, "broken", "INSERT INTO line (gov, id) VALUES (77, 1);"},
    };
    int done;
    TEST_DB(t, env);

    assert_int_equal(migrate(t.owner, broken, 2, &done), E_CONFLICT);
    assert_int_equal(done, 1);
    test_db_close(&t);
}

static void the_schema_reads_alike_on_both(void **env)
{
    /* clang-format off */
    static const struct schema_column want[] = {
        {"city", "id",     'i', true,  1},
        {"city", "seal",   'b', false, 0},
        {"city", "slug",   't', true,  0},
        {"line", "amount", 'i', false, 0},
        {"line", "gov",    'i', true,  1},
        {"line", "id",     'i', true,  2},
        {"line", "note",   't', false, 0},
    };
    /* clang-format on */
    struct schema s;
    struct arena a;
    size_t i;
    int done;
    TEST_DB(t, env);

    arena_init(&a, 4 * MB);
    assert_int_equal(migrate(t.owner, steps, 3, &done), 0);
    assert_int_equal(schema_read(t.owner, &a, &s), 0);
    assert_int_equal(s.n_columns, ARRAY_LEN(want) + 1);
    for (i = 0; i < ARRAY_LEN(want); i++) {
        assert_string_equal(s.columns[i].table, want[i].table);
        assert_string_equal(s.columns[i].column, want[i].column);
        assert_int_equal(s.columns[i].type, want[i].type);
        assert_int_equal(s.columns[i].not_null, want[i].not_null);
        assert_int_equal(s.columns[i].key, want[i].key);
    }
    assert_string_equal(s.columns[i].table, t.kind == DB_SQLITE ? "only_here" : "only_there");
    assert_int_equal(s.n_indexes, 2);
    assert_string_equal(s.indexes[0].table, "city");
    assert_string_equal(s.indexes[0].name, "");
    assert_string_equal(s.indexes[0].columns, "slug");
    assert_true(s.indexes[0].unique);
    assert_string_equal(s.indexes[1].name, "line_note");
    assert_string_equal(s.indexes[1].columns, "gov,note");
    assert_false(s.indexes[1].unique);
    arena_finish(&a);
    test_db_close(&t);
}

static void words_are_replaced_and_marks_obeyed(void **env)
{
    /* clang-format off */
    static const struct {
        const char *in, *sqlite, *postgresql;
    } cases[] = {
        {"a $id",                   "a INTEGER PRIMARY KEY\n", "a BIGINT PRIMARY KEY\n"},
        {"($int,$text,$blob)",      "(INTEGER,TEXT,BLOB)\n",   "(BIGINT,TEXT COLLATE \"C\",BYTEA)\n"},
        {") $clustered;",           ") WITHOUT ROWID;\n",      ") ;\n"},
        {"-- sqlite: x\n",          " x\n",                    "\n"},
        {"\t-- postgresql: y\nz",   "\nz\n",                   " y\nz\n"},
        {"-- sqlite x",             "-- sqlite x\n",           "-- sqlite x\n"},
        {"'$' || '$$' || '$1'",     "'$' || '$$' || '$1'\n",   "'$' || '$$' || '$1'\n"},
        {"",                        "",                        ""},
        {"$intt",                   NULL,                      NULL},
        {"$int_ x",                 NULL,                      NULL},
        {"$ID",                     NULL,                      NULL},
    };
    /* clang-format on */
    struct arena a;
    const char *text;
    size_t i;

    (void)env;
    arena_init(&a, MB);
    for (i = 0; i < ARRAY_LEN(cases); i++) {
        int e = cases[i].sqlite == NULL ? E_FORMAT : 0;

        assert_int_equal(migration_text(DB_SQLITE, &a, cases[i].in, &text), e);
        if (e == 0)
            assert_string_equal(text, cases[i].sqlite);
        assert_int_equal(migration_text(DB_POSTGRESQL, &a, cases[i].in, &text), e);
        if (e == 0)
            assert_string_equal(text, cases[i].postgresql);
    }
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_replaced_and_marks_obeyed),
        TEST_ON_BOTH(steps_run_once_and_in_order),
        TEST_ON_BOTH(a_changed_step_is_refused),
        TEST_ON_BOTH(an_older_program_is_refused),
        TEST_ON_BOTH(a_failing_step_leaves_nothing),
        TEST_ON_BOTH(a_running_writer_is_not_migrated_under),
        TEST_ON_BOTH(a_step_may_not_break_foreign_keys),
        TEST_ON_BOTH(the_schema_reads_alike_on_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
