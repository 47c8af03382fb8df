/*
 * schema_whole_test.c: the migrations make the database that the tables of all modules describe, and what leaves no leaf in the
 * ledger is a list that is known.
 */
#include "engine/test_city.h"
#include "whole.h"

/* Made by hand-written migrations, and no entities: caches, logs, clocks, what many rows share. */
static const char *const by_hand[] = {
    "calendar_feed",
    "cause",
    "code",
    "code_set",
    "code_successor",
    "digest_last",
    "digest_run",
    "erased",
    "flow_clock",
    "file_use",
    "form_draft",
    "history",
    "import_row",
    "import_run",
    "job",
    "job_day",
    "notice",
    "notice_choice",
    "once_key",
    "outbox",
    "person_number",
    "read_pass",
    "recent",
    "reminder",
    "retention_past",
    "search_row",
    "search_word",
    "search_word_config",
    "search_word_data",
    "search_word_docsize",
    "search_word_idx",
    "task",
    NULL,
};

/* Design D15: sessions and what opens them, saved views, who took a file (the export has its own leaf). */
static const char *const no_leaf[] = {"saved_view", "export_note", "user_secret", "session", "credential"};

static const char *const *known_tables(struct arena *a, const struct schema *have)
{
    const char **known = arena_array(a, ARRAY_LEN(by_hand) + have->n_columns, const char *);
    size_t n = ARRAY_LEN(by_hand) - 1, i;

    memcpy(known, by_hand, sizeof by_hand);
    for (i = 0; i < have->n_columns; i++)
        if (text_starts(have->columns[i].table, "ledger_"))
            known[n++] = have->columns[i].table;
    known[n] = NULL;
    return known;
}

static void migrated_step_by_step_the_database_equals_the_tables(void **world)
{
    const struct entity *const *entities;
    const struct migration *steps;
    struct schema have;
    struct arena a;
    struct buf text;
    size_t n, n_entities, i;
    int done;

    TEST_DB(t, world);
    arena_init(&a, 8 * MB);
    steps = migrations(&n);
    for (i = 1; i <= n; i++) {
        assert_int_equal(migrate(t.owner, steps, i, &done), 0);
        assert_int_equal(done, 1);
    }
    entities = whole_entities(&a, &n_entities);
    buf_init(&text, &a, 1 * MB);
    assert_int_equal(schema_read(t.owner, &a, &have), 0);
    (void)schema_diff(entities, n_entities, known_tables(&a, &have), &have, &text); /* the text says more than the number */
    assert_string_equal(text.s, "");
    arena_finish(&a);
    test_db_close(&t);
}

static void no_entity_stands_in_two_modules(void **world)
{
    size_t n, i, k, wrong = 0;
    const struct entity *const *v = whole_entities(unit_arena(world), &n);

    assert_true(n > 10);
    for (i = 0; i < n; i++)
        for (k = 0; k < i; k++)
            if (text_eq(v[i]->name, v[k]->name))
                WRONG(wrong, "%s stands in two modules", v[i]->name);
    assert_int_equal(wrong, 0);
}

static bool is_known(const char *name)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(no_leaf); i++)
        if (text_eq(no_leaf[i], name))
            return true;
    return false;
}

static void only_these_entities_leave_no_leaf(void **world)
{
    size_t n, i, found = 0, wrong = 0;
    const struct entity *const *v = whole_entities(unit_arena(world), &n);

    for (i = 0; i < n; i++) {
        if (v[i]->ledger != LEDGER_NONE)
            continue;
        if (!is_known(v[i]->name))
            WRONG(wrong, "%s leaves no leaf", v[i]->name);
        found++;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(found, ARRAY_LEN(no_leaf));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(migrated_step_by_step_the_database_equals_the_tables),
        UNIT(no_entity_stands_in_two_modules),
        UNIT(only_these_entities_leave_no_leaf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
