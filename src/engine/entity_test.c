/*
 * entity_test.c: tables that are sound and tables that are not; values to their stored form and back.
 */
#include "base/date.h"
#include "base/text.h"
#include "base/unit.h"
#undef fail /* of cmocka: ui/req.h has a function of that name */
#include "engine/sample.h"

static void the_type_of_a_field_is_that_of_its_member(void **world)
{
    (void)world;
    assert_int_equal(entity_field(&sample_case_entity, "due")->type, FIELD_DATE);
    assert_int_equal(entity_field(&sample_case_entity, "fee")->type, FIELD_MONEY);
    assert_int_equal(entity_field(&sample_case_entity, "status")->type, FIELD_STATE);
    assert_int_equal(entity_field(&sample_node_entity, "leaf")->type, FIELD_BOOL);
    assert_null(entity_field(&sample_node_entity, "fee"));
}

static void sound_tables_have_no_fault(void **world)
{
    assert_null(entity_fault(&sample_node_entity, *world));
    assert_null(entity_fault(&sample_case_entity, *world));
    assert_null(entity_fault(&sample_line_entity, *world));
    assert_null(entity_fault(&sample_person_entity, *world));
}

static void each_fault_of_a_table_is_named(void **world)
{
    static const struct {
        struct field field;
        const char *fault;
    } bad[] = {
        {FIELD(struct sample_case, number, .flags = F_PUBLIC | F_PERSONAL, .subject = "person"), "cannot be public"},
        {FIELD(struct sample_case, applicant, .flags = F_PERSONAL), "needs `subject`"},
        {FIELD(struct sample_case, person), "needs `of`"},
        {{.name = "Number", .offset = sizeof(struct record), .type = FIELD_TEXT}, "is not a name"},
        {{.name = "rev", .offset = sizeof(struct record), .type = FIELD_INT}, "is a column of the engine"},
        {{.name = "x", .offset = 0, .type = FIELD_INT}, "outside of its struct"},
    };
    size_t i;

    for (i = 0; i < ARRAY_LEN(bad); i++) {
        struct entity e = {.name = "x", .size = sizeof(struct sample_case), .fields = &bad[i].field, .n_fields = 1};
        const char *fault = entity_fault(&e, *world);

        assert_non_null(fault);
        assert_non_null(strstr(fault, bad[i].fault));
    }
}

static void a_column_about_a_person_says_why_and_how_long(void **world)
{
    static const struct field bare = FIELD(struct sample_person, name, .flags = F_PERSONAL, .subject = "id");
    static const struct {
        struct privacy privacy;
        const char *fault;
    } bad[] = {
        {{.kind = PRIVACY_GENERAL, .ground = GROUND_TASK, .basis = "UU", .years = 1}, "purpose"},
        {{.name = "x", .ground = GROUND_TASK, .basis = "UU", .years = 1}, "neither general nor specific"},
        {{.name = "x", .kind = PRIVACY_SPECIFIC, .basis = "UU", .years = 1}, "article 20"},
        {{.name = "x", .kind = PRIVACY_GENERAL, .ground = GROUND_TASK, .years = 1}, "no law"},
        {{.name = "x", .kind = PRIVACY_GENERAL, .ground = GROUND_TASK, .basis = "UU"}, "no time"},
        {{.name = "x", .kind = PRIVACY_GENERAL, .ground = GROUND_TASK, .basis = "UU", .years = 1, .days = 1}, "years or days"},
    };
    struct field f = bare;
    struct entity e = {.name = "x", .size = sizeof(struct sample_person), .fields = &f, .n_fields = 1, .is_subject = true};
    size_t i;

    assert_non_null(strstr(entity_fault(&e, *world), "x.name is personal and stands in no register"));
    for (i = 0; i < ARRAY_LEN(bad); i++) {
        f.privacy = &bad[i].privacy;
        assert_non_null(strstr(entity_fault(&e, *world), bad[i].fault));
    }
    f.privacy = &sample_privacy;
    assert_null(entity_fault(&e, *world));
    f.flags = 0; /* a name that hangs on no subject may stand in the register too, and then it does so wholly */
    f.subject = NULL;
    assert_null(entity_fault(&e, *world));
    f.privacy = &bad[0].privacy;
    assert_non_null(entity_fault(&e, *world));
}

static void lists_of_an_agency_are_ordered_by_a_field(void **world)
{
    struct entity e = sample_case_entity;

    e.agency_order = "due";
    assert_null(entity_fault(&e, *world));
    e.agency_order = "none";
    assert_non_null(strstr(entity_fault(&e, *world), "agency_order"));
    e = sample_line_entity;
    e.agency_order = "amount";
    assert_non_null(strstr(entity_fault(&e, *world), "agency_order"));
}

static void a_table_without_government_does_not_lead_to_one_with(void **world)
{
    static const struct field fields[] = {FIELD(struct sample_line, of_case, .of = &sample_case_entity)};
    static const struct entity e = ENTITY(struct sample_line, x, fields, .kind = ENTITY_REFERENCE);

    assert_non_null(strstr(entity_fault(&e, *world), "design D7"));
}

static void values_come_back_from_their_stored_form(void **world)
{
    struct sample_case from = {.number = "503/0001",
                               .person = {7},
                               .applicant = "Siti",
                               .status = {"filed"},
                               .due = date_of(2026, 9, 18),
                               .filed_at = {1767225600000},
                               .fee = {125000000},
                               .agency = {5},
                               .owner = {9}};
    struct sample_case to = {0};
    size_t i;

    for (i = 0; i < sample_case_entity.n_fields; i++) {
        const struct field *f = &sample_case_entity.fields[i];

        assert_int_equal(field_take(f, &to, field_stored(f, &from, *world), *world), 0);
        assert_string_equal(field_stored(f, &to, *world), field_stored(f, &from, *world));
    }
    assert_string_equal(field_stored(entity_field(&sample_case_entity, "due"), &to, *world), "2026-09-18");
    assert_int_equal(to.fee.v, from.fee.v);
}

static void nothing_comes_back_as_nothing(void **world)
{
    struct sample_case row = {.due = DATE_NONE, .filed_at = INSTANT_NONE, .fee = MONEY_NONE};
    struct sample_case back;
    size_t i;

    memset(&back, 1, sizeof back);
    for (i = 0; i < sample_case_entity.n_fields; i++) {
        const struct field *f = &sample_case_entity.fields[i];

        assert_null(field_stored(f, &row, *world));
        assert_int_equal(field_take(f, &back, NULL, *world), 0);
        assert_null(field_stored(f, &back, *world));
    }
}

static void what_is_no_stored_form_is_refused(void **world)
{
    struct sample_case row = {0};
    struct sample_node node = {0};

    assert_true(field_take(entity_field(&sample_case_entity, "fee"), &row, "1.000", *world) < 0);
    assert_true(field_take(entity_field(&sample_case_entity, "person"), &row, "0", *world) < 0);
    assert_true(field_take(entity_field(&sample_case_entity, "due"), &row, "2026-02-30", *world) < 0);
    assert_int_equal(field_take(entity_field(&sample_node_entity, "leaf"), &node, "true", *world), E_INPUT);
    assert_int_equal(field_take(entity_field(&sample_node_entity, "leaf"), &node, NULL, *world), E_INPUT);
}

static void a_text_is_measured_in_characters(void **world)
{
    const struct field *f = entity_field(&sample_node_entity, "code");
    struct sample_node node = {0};

    assert_int_equal(field_take(f, &node, "éééééééééééééééééééé", *world), 0);
    assert_int_equal(field_take(f, &node, "ééééééééééééééééééééé", *world), E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_type_of_a_field_is_that_of_its_member),
        UNIT(sound_tables_have_no_fault),
        UNIT(each_fault_of_a_table_is_named),
        UNIT(a_column_about_a_person_says_why_and_how_long),
        UNIT(lists_of_an_agency_are_ordered_by_a_field),
        UNIT(a_table_without_government_does_not_lead_to_one_with),
        UNIT(values_come_back_from_their_stored_form),
        UNIT(nothing_comes_back_as_nothing),
        UNIT(what_is_no_stored_form_is_refused),
        UNIT(a_text_is_measured_in_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
