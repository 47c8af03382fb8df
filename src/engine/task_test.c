/*
 * task_test.c: whose task it is, in which order, page after page; on both databases.
 */
#include "engine/test_flow.h"

/* Numbers of the tasks of a person with their step: "503/0001 check". */
static const char *mine_behind(struct city *c, int64_t user, bool waiting, date due, int64_t record, size_t max, bool *ret_more)
{
    struct req r = asked(c, user);
    struct task_mine *v;
    const char *s = "";
    size_t n, i;

    assert_int_equal(task_mine(&r, CITY_GOV, waiting, due, record, max, &v, &n, ret_more), 0);
    for (i = 0; i < n; i++)
        s = text_printf(&c->a, "%s%s%s %s", s, i > 0 ? ", " : "", v[i].task.title, v[i].step != NULL ? v[i].step->verb : "-");
    asked_end(c, &r);
    return s;
}

static const char *mine(struct city *c, int64_t user)
{
    bool more;

    return mine_behind(c, user, false, DATE_NONE, 0, 25, &more);
}

static const char *waiting(struct city *c, int64_t user)
{
    bool more;

    return mine_behind(c, user, true, DATE_NONE, 0, 25, &more);
}

static void a_task_belongs_to_who_can_take_a_step(void **world)
{
    struct sample_case row;

    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 11);
    assert_string_equal(mine(&c, 11), "503/0001 file");
    assert_string_equal(mine(&c, 51), "503/0001 file"); /* the owner */
    assert_string_equal(mine(&c, 52), "");
    assert_string_equal(mine(&c, 21), "");
    assert_int_equal(step(&c, &row, "file", 51), 0);
    assert_string_equal(mine(&c, 12), "503/0001 check");
    assert_string_equal(mine(&c, 21), "503/0001 check");
    assert_string_equal(mine(&c, 22), ""); /* another agency */
    assert_string_equal(mine(&c, 41), "503/0001 refuse");
    assert_string_equal(mine(&c, 42), ""); /* another government */
    assert_string_equal(mine(&c, 51), "");
    city_close(&c);
}

static void four_eyes_make_it_somebody_elses(void **world)
{
    struct sample_case row;

    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 11);
    assert_int_equal(step(&c, &row, "file", 11), 0);
    assert_string_equal(mine(&c, 11), "503/0001 return"); /* made and filed it: no check */
    assert_int_equal(step(&c, &row, "check", 21), 0);
    assert_string_equal(mine(&c, 21), "");
    assert_string_equal(waiting(&c, 21), "503/0001 -");
    assert_string_equal(waiting(&c, 22), "");
    assert_string_equal(waiting(&c, 31), "");
    assert_string_equal(mine(&c, 31), "503/0001 grant");
    assert_int_equal(step(&c, &row, "grant", 31), 0);
    assert_string_equal(mine(&c, 31), "");
    assert_string_equal(waiting(&c, 21), "");
    city_close(&c);
}

static void the_most_urgent_comes_first(void **world)
{
    struct sample_case row;

    at_noon(2026, 9, 7);
    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 51);
    row = begin_case(&c, "503/0002", 51);
    at_noon(2026, 9, 9);
    assert_int_equal(step(&c, &row, "file", 51), 0);
    row = begin_case(&c, "503/0003", 51);
    at_noon(2026, 9, 8);
    assert_int_equal(step(&c, &row, "file", 51), 0);
    assert_string_equal(mine(&c, 11), "503/0002 check, 503/0003 check, 503/0001 file");
    city_close(&c);
}

#define MANY 450 /* more than two batches */

static int many_run(struct tx *tx, void *arg)
{
    static struct actor_mark mark = {.role = "citizen"};
    struct record head;
    int64_t i;

    (void)arg;
    tx->actor = &mark;
    for (i = 0; i < MANY; i++) {
        struct task t = {.gov = CITY_GOV,
                         .agency = AGENCY,
                         .due = {(int32_t)(20000 + i / 10)},
                         .record = i + 1,
                         .kind = "case.1.filed",
                         .title = text_printf(tx->arena, "%lld", (long long)i),
                         .wide = true,
                         .stopped = DATE_NONE,
                         .took = i % 3 != 0 ? " create:21 return:21 " : ""};
        int e = task_put(tx, &t);

        if (e < 0)
            return e;
    }
    (void)head;
    return 0;
}

static void pages_go_on_where_the_last_one_ended(void **world)
{
    struct req r;
    struct task_mine *v;
    date due = DATE_NONE;
    int64_t record = 0, seen = 0;
    bool more = true;
    size_t n, i;

    CITY(c, world);
    flow_city(&c);
    assert_int_equal(writer_do(c.writer, many_run, NULL), 0);
    r = asked(&c, 21);
    while (more) {
        assert_int_equal(task_mine(&r, CITY_GOV, false, due, record, 100, &v, &n, &more), 0);
        for (i = 0; i < n; i++)
            assert_int_equal(v[i].task.record, ++seen);
        due = v[n - 1].task.due;
        record = v[n - 1].task.record;
    }
    assert_int_equal(seen, MANY);
    asked_end(&c, &r);
    city_close(&c);
}

static void a_person_with_two_roles_sees_a_task_once(void **world)
{
    static const struct grant two[] = {{.role = "back_office", .gov = CITY_GOV, .agency = AGENCY},
                                       {.role = "head", .gov = CITY_GOV}};
    static const struct actor both = {.user = 61, .grants = two, .n_grants = 2};
    struct sample_case row;
    struct task_mine *v;
    struct req r;
    bool more;
    size_t n;

    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 51);
    assert_int_equal(step(&c, &row, "file", 51), 0);
    r = asked(&c, 0);
    r.actor = &both;
    assert_int_equal(task_mine(&r, CITY_GOV, false, DATE_NONE, 0, 25, &v, &n, &more), 0);
    assert_int_equal(n, 1);
    assert_string_equal(v[0].step->verb, "check");
    asked_end(&c, &r);
    city_close(&c);
}

/* A workflow whose rows belong to the whole government, as a city's plan. */
static void what_belongs_to_the_city_is_the_task_of_narrow_roles_too(void **world)
{
    struct entity plan = sample_case_entity;
    struct flow flow = sample_case_flow;
    struct screen screen = sample_case_screen;
    const struct screen *const screens[] = {&screen};
    struct module module = flow_test_module;
    const struct module *const modules[] = {&module};
    struct sample_case row;
    struct act act = {.flow = &flow, .row = &row, .verb = "file", .user = 51};

    CITY(c, world);
    plan.agency = plan.owner = NULL;
    flow.entity = screen.entity = &plan;
    screen.flow = &flow;
    module.screens = screens;
    c.app.modules = modules;
    c.app.n_modules = 1;
    row = begin_case(&c, "503/0001", 51);
    assert_int_equal(writer_do(c.writer, act_run, &act), 0);
    assert_string_equal(mine(&c, 21), "503/0001 check");
    assert_string_equal(mine(&c, 22), "503/0001 check");
    assert_string_equal(mine(&c, 42), "");
    city_close(&c);
}

static void groups_follow_the_day(void **world)
{
    date today = date_of(2026, 9, 16); /* Wednesday */
    const struct {
        date due;
        enum task_group group;
    } cases[] = {
        {date_of(2026, 9, 15), TASK_LATE},  {today, TASK_TODAY},
        {date_of(2026, 9, 17), TASK_WEEK},  {date_of(2026, 9, 20), TASK_WEEK},
        {date_of(2026, 9, 21), TASK_LATER}, {TASK_NEVER, TASK_OPEN},
    };
    size_t i;

    (void)world;
    for (i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(task_group(&(struct task){.due = cases[i].due}, today), cases[i].group);
}

static void every_statement_prepares(void **world)
{
    size_t i;

    CITY(c, world);
    for (i = 0; i < task_mine_queries_n; i++)
        assert_int_equal(db_check(c.t.owner, task_mine_queries[i]), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_task_belongs_to_who_can_take_a_step),
        TEST_ON_BOTH(four_eyes_make_it_somebody_elses),
        TEST_ON_BOTH(the_most_urgent_comes_first),
        TEST_ON_BOTH(pages_go_on_where_the_last_one_ended),
        TEST_ON_BOTH(a_person_with_two_roles_sees_a_task_once),
        TEST_ON_BOTH(what_belongs_to_the_city_is_the_task_of_narrow_roles_too),
        TEST_ON_BOTH(every_statement_prepares),
        UNIT(groups_follow_the_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
