/*
 * param_test.c: values of parameters: which one counts on a day, who puts it in force, that it stays as it was.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/engine_module.h"
#include "engine/export.h"
#include "engine/form.h"
#include "engine/job.h"
#include "engine/param.h"
#include "engine/row.h"
#include "engine/task.h"
#include "engine/test_web.h"

static const struct param shares[] = {
    {.code = "share", .unit = PARAM_PERCENT, .least = 0, .most = 10000, .initial = 2000},
};
static const struct module test_module = {.name = "test", .params = shares, .n_params = ARRAY_LEN(shares)};
static const struct module *const mods[] = {&engine_module, &param_module, &flow_module,
                                            &form_module,   &job_module,   &test_module};

/* clang-format off */
static const struct test_person people[] = {
    {"planner",   11, {{.role = "planner",   .gov = CITY_GOV}}, 1},
    {"secretary", 12, {{.role = "secretary", .gov = CITY_GOV}}, 1},
    {"both",      13, {{.role = "planner", .gov = CITY_GOV}, {.role = "secretary", .gov = CITY_GOV}}, 2},
    {"foreign",   14, {{.role = "secretary", .gov = CITY_FOREIGN}}, 1},
};
static const struct route no_routes[] = {{0}};
/* clang-format on */

struct put {
    struct parameter row;
};

static int put_run(struct tx *tx, void *arg)
{
    struct put *p = arg;

    return row_insert(tx, &parameter_entity, &p->row, &p->row.head);
}

static int64_t put(struct city *c, int64_t gov, const char *status, const char *value, date from, date to)
{
    struct put p = {{.head = {.gov = gov},
                     .code = {"share"},
                     .value = value,
                     .valid_from = from,
                     .valid_to = to,
                     .basis = "Perwal 1/2026",
                     .status = {status}}};

    assert_int_equal(writer_do(c->writer, put_run, &p), 0);
    return p.row.head.id;
}

static struct param_value on(struct city *c, int64_t gov, int year, int month, int day)
{
    struct param_value v;

    assert_int_equal(param_on(c->t.owner, &c->a, gov, &shares[0], date_of(year, month, day), &v), 0);
    return v;
}

static void the_value_of_the_day_counts(void **world)
{
    int64_t national;

    CITY(c, world);
    assert_int_equal(on(&c, CITY_GOV, 2026, 6, 1).value, 2000);
    assert_null(on(&c, CITY_GOV, 2026, 6, 1).basis);

    national = put(&c, 0, "in_force", "20,5", date_of(2025, 1, 1), DATE_NONE);
    put(&c, CITY_GOV, "in_force", "25", date_of(2026, 1, 1), date_of(2026, 6, 30));
    put(&c, CITY_GOV, "in_force", "30", date_of(2026, 3, 1), date_of(2026, 6, 30));
    put(&c, CITY_GOV, "proposed", "99", date_of(2026, 1, 1), DATE_NONE);
    assert_int_equal(on(&c, CITY_GOV, 2024, 12, 31).value, 2000);
    assert_int_equal(on(&c, CITY_GOV, 2025, 1, 1).value, 2050);
    assert_int_equal(on(&c, CITY_GOV, 2025, 1, 1).row, national);
    assert_true(on(&c, CITY_GOV, 2025, 1, 1).national);
    assert_int_equal(on(&c, CITY_GOV, 2026, 2, 28).value, 2500);
    assert_int_equal(on(&c, CITY_GOV, 2026, 3, 1).value, 3000);
    assert_int_equal(on(&c, CITY_GOV, 2026, 6, 30).value, 3000);
    assert_int_equal(on(&c, CITY_GOV, 2026, 7, 1).value, 2050);
    assert_int_equal(on(&c, CITY_FOREIGN, 2026, 4, 1).value, 2050);
    city_close(&c);
}

static void typed_values_are_taken_in_their_unit(void **world)
{
    int64_t v;

    (void)world;
    assert_int_equal(param_parse(&shares[0], "12,5", LANG_ID, &v), 0);
    assert_int_equal(v, 1250);
    assert_int_equal(param_parse(&shares[0], "12.5", LANG_EN, &v), 0);
    assert_int_equal(v, 1250);
    assert_int_equal(param_parse(&shares[0], "12,5", LANG_EN, &v), 0); /* as it is kept */
    assert_int_equal(v, 1250);
    assert_int_equal(param_parse(&shares[0], "100,01", LANG_ID, &v), E_INPUT);
    assert_int_equal(param_parse(&shares[0], "-1", LANG_ID, &v), E_INPUT);
    assert_int_equal(param_parse(&shares[0], "banyak", LANG_ID, &v), E_FORMAT);
    assert_int_equal(param_parse(&export_params[0], "24,5", LANG_ID, &v), E_FORMAT);
}

#define PAGE "/kerja/kota-contoh/parameter"

/* Path of the proposed value, or NULL when it was not taken. */
static const char *propose(struct test_site *s, const char *who, const char *value)
{
    const char *body = text_printf(&s->a, "code=share&value=%s&valid_from=1-1-2026&basis=Perwal+2%%2F2026", value);
    const char *answer = site_post(s, who, PAGE "/baru", body);

    return site_status(answer) == 303 ? site_field(s, answer, "Location") : NULL;
}

static int step(struct test_site *s, const char *who, const char *path, const char *verb, int rev)
{
    return site_status(site_post(s, who, text_printf(&s->a, "%s/langkah/%s", path, verb), text_printf(&s->a, "rev=%d", rev)));
}

static void a_value_counts_once_another_person_agrees(void **world)
{
    struct test_site s;
    const char *path;

    CITY(c, world);
    c.app.modules = mods;
    c.app.n_modules = ARRAY_LEN(mods);
    site_open(&s, &c, no_routes, 0, people, ARRAY_LEN(people));
    assert_null(propose(&s, "planner", "100%2C5"));
    path = propose(&s, "both", "12%2C50");
    assert_non_null(path);
    assert_int_equal(on(&c, CITY_GOV, 2026, 6, 1).value, 2000);
    assert_int_equal(step(&s, "planner", path, "enact", 1), 403);
    assert_int_equal(step(&s, "both", path, "enact", 1), 403);
    assert_int_equal(step(&s, "foreign", path, "enact", 1), 404);
    assert_int_equal(step(&s, "secretary", path, "enact", 1), 303);
    assert_int_equal(on(&c, CITY_GOV, 2026, 6, 1).value, 1250);
    assert_non_null(strstr(site_get(&s, "planner", path), "Perwal 2/2026"));
    assert_int_equal(site_status(site_post(&s, "planner", text_printf(&c.a, "%s/ubah", path),
                                           "rev=2&code=share&value=99&valid_from=1-1-2026&basis=Perwal+2%2F2026")),
                     409);
    assert_int_equal(on(&c, CITY_GOV, 2026, 6, 1).value, 1250);
    site_close(&s);
    city_close(&c);
}

static void the_page_shows_every_number_that_is_asked_for(void **world)
{
    struct test_site s;
    const char *answer;

    CITY(c, world);
    c.app.modules = mods;
    c.app.n_modules = ARRAY_LEN(mods);
    site_open(&s, &c, no_routes, 0, people, ARRAY_LEN(people));
    put(&c, 0, "in_force", "20,5", date_of(2025, 1, 1), DATE_NONE);
    answer = site_get(&s, "planner", PAGE "-berlaku?hari=2025-02-01");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "20,5"));
    assert_non_null(strstr(answer, "Perwal 1/2026"));
    assert_non_null(strstr(answer, "24 jam"));
    assert_non_null(strstr(answer, "Usulan Terang"));
    assert_null(strstr(site_get(&s, "planner", PAGE "-berlaku?hari=2024-12-31"), "Perwal 1/2026"));
    site_close(&s);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(the_value_of_the_day_counts),
        UNIT(typed_values_are_taken_in_their_unit),
        TEST_ON_BOTH(a_value_counts_once_another_person_agrees),
        TEST_ON_BOTH(the_page_shows_every_number_that_is_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
