/*
 * screen_test.c: screen tables are sound, values read as people expect, and names of refs come in one go.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/list.h"
#include "engine/row.h"
#include "engine/sample_screen.h"
#include "engine/test_city.h"
#include "ui/lang.h"

static const struct app sample_app = {.modules = sample_modules, .n_modules = 1};
static const struct grant front = {.role = "front_office", .gov = CITY_GOV};
static const struct grant watcher = {.role = "supervisor_kpk", .gov = GOV_ANY};
static const struct actor officer = {.user = 7, .grants = &front, .n_grants = 1};
static const struct actor supervisor = {.user = 8, .grants = &watcher, .n_grants = 1};

struct seat {
    struct arena a;
    struct req r;
};

static void sit(struct seat *s)
{
    arena_init(&s->a, 4 * MB);
    s->r = (struct req){.arena = &s->a, .zone_minutes = 420, .zone = "WIB", .actor = &officer};
    memcpy(&s->r.app, &(const struct app *){&sample_app}, sizeof s->r.app); /* only read here */
}

static struct sample_case a_case(void)
{
    return (struct sample_case){.head = {.gov = CITY_GOV},
                                .number = "TRG-1",
                                .applicant = "Siti",
                                .status = {"filed"},
                                .due = date_of(2026, 9, 18),
                                .filed_at = {INT64_C(1789353600000)},
                                .fee = {123456700}};
}

static const char *shown(struct seat *s, const struct sample_case *row, const char *field)
{
    return value_shown(&s->r, &sample_case_entity, entity_field(&sample_case_entity, field), row, NULL);
}

static void sample_screens_are_sound(void **world)
{
    struct seat s;
    size_t i;
    (void)world;

    sit(&s);
    for (i = 0; i < ARRAY_LEN(sample_screens); i++)
        assert_null(screen_fault(sample_screens[i], &s.a));
    assert_ptr_equal(screen_by_slug(s.r.app, "contoh-orang"), &sample_person_screen);
    assert_null(screen_by_slug(s.r.app, "contoh"));
    assert_ptr_equal(screen_of_entity(s.r.app, &sample_line_entity), &sample_line_screen);
    assert_string_equal(screen_permission(&s.a, &sample_case_screen, "edit"), "sample_case.edit");
    arena_finish(&s.a);
}

static void broken_screen_is_named(void **world)
{
    static const struct screen_column column = {.field = "colour"};
    static const struct screen_child child = {&sample_person_screen, "name"};
    struct screen s = sample_case_screen;
    struct seat seat;
    (void)world;

    sit(&seat);
    s.slug = "Contoh";
    assert_non_null(screen_fault(&s, &seat.a));
    s = sample_case_screen;
    s.name = "fee";
    assert_non_null(strstr(screen_fault(&s, &seat.a), "name"));
    s = sample_case_screen;
    s.code = "applicant"; /* not unique */
    assert_non_null(strstr(screen_fault(&s, &seat.a), "code"));
    s = sample_case_screen;
    s.columns = &column;
    s.n_columns = 1;
    assert_non_null(strstr(screen_fault(&s, &seat.a), "colour"));
    s = sample_case_screen;
    s.children = &child;
    assert_non_null(strstr(screen_fault(&s, &seat.a), "child"));
    arena_finish(&seat.a);
}

static void every_field_of_a_screen_has_its_words(void **world)
{
    struct seat s;
    size_t i, k;
    enum lang l;
    (void)world;

    sit(&s);
    for (l = 0; l < LANG_COUNT; l++)
        for (i = 0; i < ARRAY_LEN(sample_screens); i++) {
            const struct entity *e = sample_screens[i]->entity;

            s.r.lang = l;
            assert_int_not_equal(label_one(&s.r, e)[0], '[');
            assert_int_not_equal(label_many(&s.r, e)[0], '[');
            for (k = 0; k < e->n_fields; k++)
                assert_int_not_equal(label_of(&s.r, e, &e->fields[k])[0], '[');
        }
    arena_finish(&s.a);
}

static void values_read_as_people_write_them(void **world)
{
    struct sample_case row = a_case();
    struct seat s;
    (void)world;

    sit(&s);
    assert_string_equal(shown(&s, &row, "due"), "18 Sep 2026");
    assert_string_equal(shown(&s, &row, "fee"), "Rp1.234.567");
    assert_string_equal(shown(&s, &row, "status"), "Diajukan");
    assert_string_equal(shown(&s, &row, "applicant"), "Siti");
    s.r.lang = LANG_EN;
    assert_string_equal(shown(&s, &row, "fee"), "Rp1,234,567");
    assert_string_equal(shown(&s, &row, "status"), "Filed");
    row.fee = MONEY_NONE;
    row.due = DATE_NONE;
    assert_null(shown(&s, &row, "fee"));
    assert_null(shown(&s, &row, "due"));
    assert_null(shown(&s, &row, "agency"));
    arena_finish(&s.a);
}

static void personal_values_are_hidden_from_supervisors_and_strangers(void **world)
{
    struct sample_case row = a_case();
    struct seat s;
    (void)world;

    sit(&s);
    s.r.actor = &supervisor;
    assert_string_equal(shown(&s, &row, "applicant"), "disembunyikan");
    assert_string_equal(shown(&s, &row, "number"), "TRG-1");
    s.r.actor = NULL;
    assert_string_equal(shown(&s, &row, "applicant"), "disembunyikan");
    s.r.actor = &officer;
    row.head.gov = CITY_FOREIGN; /* of another government */
    assert_string_equal(shown(&s, &row, "applicant"), "disembunyikan");
    arena_finish(&s.a);
}

/* ---- names ---- */

struct rows_in {
    struct sample_person person;
    struct sample_node node;
    struct sample_case cases[3];
};

static int put_all(struct tx *tx, void *arg)
{
    struct rows_in *in = arg;
    int e = row_insert(tx, &sample_person_entity, &in->person, &in->person.head);
    size_t i;

    if (e == 0)
        e = row_insert(tx, &sample_node_entity, &in->node, &in->node.head);
    for (i = 0; e == 0 && i < ARRAY_LEN(in->cases); i++) {
        in->cases[i].person.v = in->person.head.id;
        in->cases[i].agency.v = i == 2 ? 0 : in->node.head.id;
        e = row_insert(tx, &sample_case_entity, &in->cases[i], &in->cases[i].head);
    }
    return e;
}

static void names_of_a_page_come_at_once(void **world)
{
    struct rows_in in = {.person = {.head = {.gov = CITY_GOV}, .name = "Siti Aminah"}, .node = {.code = "5.03"}};
    const void *page[3];
    const struct names *names;
    struct seat s;
    size_t i;
    CITY(c, world);

    for (i = 0; i < 3; i++) {
        in.cases[i] = a_case();
        in.cases[i].number = text_printf(&c.a, "TRG-%zu", i);
        page[i] = &in.cases[i];
    }
    assert_int_equal(writer_do(c.writer, put_all, &in), 0);
    sit(&s);
    s.r.db = c.t.owner;
    assert_int_equal(names_read(&s.r, &sample_case_entity, page, 3, &names), 0);
    assert_string_equal(names_find(names, &sample_person_entity, in.person.head.id), "Siti Aminah");
    assert_string_equal(names_find(names, &sample_node_entity, in.node.head.id), "5.03");
    assert_null(names_find(names, &sample_node_entity, in.person.head.id));
    assert_null(names_find(names, &sample_node_entity, 1));

    s.r.actor = &supervisor;
    assert_int_equal(names_read(&s.r, &sample_case_entity, page, 3, &names), 0);
    assert_string_equal(names_find(names, &sample_person_entity, in.person.head.id), "disembunyikan");
    arena_finish(&s.a);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sample_screens_are_sound),
        cmocka_unit_test(broken_screen_is_named),
        cmocka_unit_test(every_field_of_a_screen_has_its_words),
        cmocka_unit_test(values_read_as_people_write_them),
        cmocka_unit_test(personal_values_are_hidden_from_supervisors_and_strangers),
        TEST_ON_BOTH(names_of_a_page_come_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
