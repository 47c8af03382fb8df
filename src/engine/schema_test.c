/*
 * schema_test.c: a migrated database equals the tables, and every difference is found, on both databases.
 */
#include "base/unit.h"
#undef fail /* of cmocka: ui/req.h has a function of that name */
#include "db/test_db.h"
#include "engine/sample.h"
#include "engine/schema.h"

static const struct entity *const samples[] = {&sample_node_entity, &sample_case_entity, &sample_line_entity,
                                               &sample_person_entity};
static const char *const nothing_known[] = {NULL};

struct made {
    struct test_db t;
    struct arena a;
    struct buf text;
};

static void make(struct made *m)
{
    struct migration step = {.number = 1, .name = "samples"};
    size_t i;
    int done;

    arena_init(&m->a, 8 * MB);
    buf_init(&m->text, &m->a, 1 * MB);
    for (i = 0; i < ARRAY_LEN(samples); i++)
        schema_create(samples[i], &m->text);
    step.sql = m->text.s;
    assert_int_equal(migrate(m->t.owner, &step, 1, &done), 0);
}

static int differences(struct made *m, const struct entity *const *entities, size_t n, const char *const *known)
{
    struct schema have;

    buf_clear(&m->text);
    assert_int_equal(schema_read(m->t.owner, &m->a, &have), 0);
    return schema_diff(entities, n, known, &have, &m->text);
}

static void unmake(struct made *m)
{
    arena_finish(&m->a);
    test_db_close(&m->t);
}

#define MADE(m, env)                                                                                                           \
    struct made m;                                                                                                             \
    if (!test_db_open(&(m).t, *(enum db_kind *)*(env)))                                                                        \
        skip();                                                                                                                \
    make(&(m))

static void a_migrated_database_equals_the_tables(void **world)
{
    MADE(m, world);
    assert_int_equal(differences(&m, samples, ARRAY_LEN(samples), nothing_known), 0);
    assert_string_equal(m.text.s, "");
    unmake(&m);
}

static void a_new_field_becomes_a_column_and_an_index(void **world)
{
    static const struct field more[] = {
        FIELD(struct sample_line, of_case, .of = &sample_case_entity, .flags = F_REQUIRED | F_PUBLIC),
        FIELD(struct sample_line, account, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .max = 20),
        FIELD(struct sample_line, amount, .flags = F_REQUIRED | F_PUBLIC),
        {.name = "remark", .offset = offsetof(struct sample_line, account), .type = FIELD_TEXT},
    };
    static const struct entity grown = ENTITY(struct sample_line, sample_line, more, .parent = "of_case");
    const struct entity *const now[] = {samples[0], samples[1], &grown, samples[3]};

    MADE(m, world);
    assert_int_equal(differences(&m, now, ARRAY_LEN(now), nothing_known), 2);
    assert_string_equal(m.text.s, "ALTER TABLE sample_line ADD COLUMN remark $text;\n"
                                  "CREATE INDEX sample_line_account ON sample_line (gov,account,id);\n");
    unmake(&m);
}

static void an_index_over_other_columns_takes_the_place_of_the_old_one(void **world)
{
    struct entity ordered = sample_case_entity;
    const struct entity *const now[] = {samples[0], &ordered, samples[2], samples[3]};

    MADE(m, world);
    ordered.agency_order = "due";
    assert_int_equal(differences(&m, now, ARRAY_LEN(now), nothing_known), 1);
    assert_string_equal(m.text.s, "DROP INDEX sample_case_agency;\n"
                                  "CREATE INDEX sample_case_agency ON sample_case (gov,agency,voided_at,due,id);\n");
    unmake(&m);
}

static void what_no_table_knows_is_said_and_kept(void **world)
{
    static const char *const hand_made[] = {"by_hand", NULL};

    MADE(m, world);
    test_db_script(&m.t, "CREATE TABLE by_hand (x BIGINT); ALTER TABLE sample_case ADD COLUMN old BIGINT");
    assert_int_equal(differences(&m, samples, ARRAY_LEN(samples), hand_made), 1);
    assert_string_equal(m.text.s, "-- ! sample_case.old is in the database and in no table\n");
    assert_int_equal(differences(&m, samples, ARRAY_LEN(samples), nothing_known), 2);
    unmake(&m);
}

static void another_type_needs_a_person(void **world)
{
    static const struct field changed[] = {
        {.name = "parent",
         .offset = offsetof(struct sample_node, parent),
         .type = FIELD_REF,
         .of = &sample_node_entity,
         .flags = F_PUBLIC | F_INDEXED},
        {.name = "code",
         .offset = offsetof(struct sample_node, code),
         .type = FIELD_TEXT,
         .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE},
        {.name = "weight", .offset = offsetof(struct sample_node, code), .type = FIELD_TEXT},
        FIELD(struct sample_node, leaf),
    };
    static const struct entity other = ENTITY(struct sample_node, sample_node, changed, .kind = ENTITY_REFERENCE);
    const struct entity *const now[] = {&other, samples[1], samples[2], samples[3]};

    MADE(m, world);
    assert_int_equal(differences(&m, now, ARRAY_LEN(now), nothing_known), 1);
    assert_string_equal(m.text.s, "-- ! sample_node.weight is i, key 0; the table says t, key 0\n");
    unmake(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_migrated_database_equals_the_tables),
        TEST_ON_BOTH(a_new_field_becomes_a_column_and_an_index),
        TEST_ON_BOTH(an_index_over_other_columns_takes_the_place_of_the_old_one),
        TEST_ON_BOTH(what_no_table_knows_is_said_and_kept),
        TEST_ON_BOTH(another_type_needs_a_person),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
