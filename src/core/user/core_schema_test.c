/*
 * core_schema_test.c: core's tables are sound, migrated as they are written, and every statement prepares; on both databases.
 */
#include "core/user/core.h"
#include "engine/test_city.h"

/* Tables of other migrations: those of core begin with these names. */
static const char *const *others(struct city *c, const struct schema *have)
{
    const char **known = arena_array(&c->a, have->n_columns + 1, const char *);
    size_t n = 0, i, k;

    for (i = 0; i < have->n_columns; i++) {
        bool ours = false;

        for (k = 0; k < core_module.n_entities; k++)
            ours = ours || strcmp(core_module.entities[k]->name, have->columns[i].table) == 0;
        if (!ours)
            known[n++] = have->columns[i].table;
    }
    return known;
}

static void the_tables_are_sound(void **world)
{
    size_t i;

    for (i = 0; i < core_module.n_entities; i++)
        assert_null(entity_fault(core_module.entities[i], unit_arena(world)));
}

static void the_migrated_database_equals_the_tables(void **world)
{
    struct schema have;
    struct buf text;

    CITY(c, world);
    buf_init(&text, &c.a, 1 * MB);
    assert_int_equal(schema_read(c.t.owner, &c.a, &have), 0);
    (void)schema_diff(core_module.entities, core_module.n_entities, others(&c, &have), &have, &text); /* the text tells more */
    assert_string_equal(text.s, "");
    city_close(&c);
}

static void every_statement_prepares(void **world)
{
    size_t i;

    CITY(c, world);
    for (i = 0; i < core_module.n_queries; i++) {
        if (db_check(c.t.owner, core_module.queries[i]) < 0)
            assert_string_equal(core_module.queries[i]->name, db_fault(c.t.owner));
    }
    city_close(&c);
}

static void what_opens_an_account_is_no_business_of_the_ledger(void **world)
{
    (void)world;
    assert_int_equal(user_secret_entity.ledger, LEDGER_NONE);
    assert_int_equal(credential_entity.ledger, LEDGER_NONE);
    assert_int_equal(session_entity.ledger, LEDGER_NONE);
    assert_int_equal(role_grant_entity.ledger, LEDGER_PUBLIC);
    assert_int_equal(app_user_entity.ledger, LEDGER_PUBLIC);
    assert_int_equal(setup_seat_entity.ledger, LEDGER_PUBLIC);
}

static void every_role_can_be_granted(void **world)
{
    const struct field *role = entity_field(&role_grant_entity, "role");
    size_t i, words = 1;
    const char *s;

    (void)world;
    for (i = 0; i < roles_n; i++)
        assert_non_null(strstr(role->codes, roles[i].code));
    for (s = role->codes; *s != '\0'; s++)
        words += *s == ' ';
    assert_int_equal(words, roles_n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_tables_are_sound),
        TEST_ON_BOTH(the_migrated_database_equals_the_tables),
        TEST_ON_BOTH(every_statement_prepares),
        cmocka_unit_test(what_opens_an_account_is_no_business_of_the_ledger),
        cmocka_unit_test(every_role_can_be_granted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
