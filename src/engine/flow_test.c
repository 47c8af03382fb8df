/*
 * flow_test.c: a table of a workflow that cannot work is refused.
 */
#include "base/text.h"
#include "base/unit.h"
#undef fail /* of cmocka: ui/req.h has a function of that name */
#include "engine/app.h"
#include "engine/holiday.h"
#include "engine/sample.h"
#include "engine/task.h"
#include "ui/lang.h"

/* The sample's steps, of which a test changes one, and its states. */
struct changed {
    struct flow_step steps[ARRAY_LEN(sample_case_steps)];
    struct flow_state states[ARRAY_LEN(sample_case_states)];
    struct flow flow;
};

static struct changed *copy(struct arena *a)
{
    struct changed *c = arena_new(a, struct changed);

    memcpy(c->steps, sample_case_steps, sizeof c->steps);
    memcpy(c->states, sample_case_states, sizeof c->states);
    c->flow = sample_case_flow;
    c->flow.steps = c->steps;
    c->flow.states = c->states;
    return c;
}

static void a_sound_table_has_no_fault(void **world)
{
    assert_null(flow_fault(&sample_case_flow, unit_arena(world)));
}

static void a_state_that_nobody_reaches_is_refused(void **world)
{
    struct changed *c = copy(unit_arena(world));

    c->steps[1].to = "filed";
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case: checked is never reached");
}

static void a_state_without_a_way_to_an_end_is_refused(void **world)
{
    struct changed *c = copy(unit_arena(world));

    c->steps[3].from = c->steps[4].from = "filed";
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case: no way leads from checked to an end");
}

static void a_way_out_of_the_end_is_refused(void **world)
{
    struct changed *c = copy(unit_arena(world));

    c->steps[2].from = "filed granted";
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case.return: leads out of granted, which is final");
}

static void a_step_needs_a_permission_that_not_everybody_has(void **world)
{
    struct changed *c = copy(unit_arena(world));

    c->steps[0].permission = NULL;
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case.file has no permission");
    c->steps[0].permission = PERMIT_ANYBODY;
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case.file has no permission");
}

static void states_are_the_codes_of_the_field(void **world)
{
    struct changed *c = copy(unit_arena(world));

    c->flow.n_states--;
    c->flow.n_steps--;
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case: code refused is no state");
    c = copy(unit_arena(world));
    c->states[4].code = "rejected";
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case: rejected is no code of status");
    c = copy(unit_arena(world));
    c->steps[0].from = "drfat";
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case.file: from drfat, which is no state");
}

static void a_state_goes_by_a_deadline_that_the_row_has(void **world)
{
    struct changed *c = copy(unit_arena(world));

    c->states[1].by_deadline = true;
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case: filed has no deadline to go by");
    c->flow.deadline_field = "number";
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case: number is no field of sample_case with the right type");
    c->flow.deadline_field = "due";
    assert_null(flow_fault(&c->flow, unit_arena(world)));
    c->states[0].by_deadline = true;
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case: draft has no deadline to go by");
}

static void four_eyes_name_steps_that_exist(void **world)
{
    struct changed *c = copy(unit_arena(world));

    c->steps[3].not_after = "create chekc";
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case.grant: not after chekc, which is no step");
}

static void tasks_show_nothing_personal(void **world)
{
    struct changed *c = copy(unit_arena(world));

    c->flow.about = "applicant";
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)), "case: applicant is personal and may not stand in tasks");
}

static void an_older_definition_needs_a_column_that_says_so(void **world)
{
    struct changed *c = copy(unit_arena(world));

    c->flow.version = 2;
    c->flow.older = &sample_case_flow;
    assert_string_equal(flow_fault(&c->flow, unit_arena(world)),
                        "case: flow_version is no field of sample_case with the right type");
}

static void a_word_that_is_missing_is_named(void **world)
{
    assert_string_equal(flow_word_missing(&sample_case_flow, unit_arena(world)), "id: case.file");
}

static void the_module_of_workflows_has_its_words(void **world)
{
    const struct screen *s = flow_module.screens[0];
    size_t i;

    assert_null(entity_fault(&holiday_entity, unit_arena(world)));
    assert_null(screen_fault(s, unit_arena(world)));
    for (i = 0; i < holiday_entity.n_fields; i++)
        assert_non_null(lang_text(LANG_EN, text_printf(unit_arena(world), "holiday.%s", holiday_entity.fields[i].name)));
}

static void the_drawing_has_every_state_and_step(void **world)
{
    struct buf out;

    buf_init(&out, unit_arena(world), 64 * KB);
    flow_draw(&sample_case_flow, &out);
    assert_non_null(strstr(out.s, "digraph case {"));
    assert_non_null(strstr(out.s, "\"granted\" [label=\"Dikabulkan\", shape=box, peripheries=2];"));
    assert_non_null(strstr(out.s, "\"filed\" [label=\"Diajukan\\n2 hari kerja\", shape=box];"));
    assert_non_null(strstr(out.s, "\"checked\" -> \"refused\" [label=\"refuse\"];"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_sound_table_has_no_fault),
        UNIT(a_state_that_nobody_reaches_is_refused),
        UNIT(a_state_without_a_way_to_an_end_is_refused),
        UNIT(a_way_out_of_the_end_is_refused),
        UNIT(a_step_needs_a_permission_that_not_everybody_has),
        UNIT(states_are_the_codes_of_the_field),
        UNIT(a_state_goes_by_a_deadline_that_the_row_has),
        UNIT(four_eyes_name_steps_that_exist),
        UNIT(tasks_show_nothing_personal),
        UNIT(an_older_definition_needs_a_column_that_says_so),
        UNIT(a_word_that_is_missing_is_named),
        UNIT(the_module_of_workflows_has_its_words),
        UNIT(the_drawing_has_every_state_and_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
