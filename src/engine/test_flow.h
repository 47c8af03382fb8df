/*
 * test_flow.h: people, permissions and steps for the tests of workflows. Not part of the product.
 */
#ifndef ENGINE_TEST_FLOW_H
#define ENGINE_TEST_FLOW_H

#include "base/date.h"
#include "base/text.h"
#include "engine/history.h"
#include "engine/holiday.h"
#include "engine/row.h"
#include "engine/task.h"
#include "engine/test_city.h"
#include "os/os.h"
#include "ui/lang.h"

#define AGENCY 5

/* clang-format off */
static const struct permit flow_permits[] = {
    {"case.read",  "citizen front_office back_office licence_signer head"},
    {"case.file",  "citizen front_office"},
    {"case.check", "front_office back_office"},
    {"case.grant", "back_office licence_signer head"},
};
static const struct screen sample_case_screen = {
    .entity = &sample_case_entity, .slug = "kasus", .permission = "case", .name = "number", .flow = &sample_case_flow,
};
static const struct screen *const flow_screens[] = {&sample_case_screen};
static const struct module flow_test_module = {
    .name = "test", .permits = flow_permits, .n_permits = ARRAY_LEN(flow_permits), .screens = flow_screens, .n_screens = 1,
};
static const struct module *const flow_modules[] = {&flow_test_module};

/* One person a role; the user's id is the number. */
static const struct flow_person {
    int64_t user;
    struct grant grant;
} flow_people[] = {
    {11, {.role = "front_office",   .gov = CITY_GOV, .agency = AGENCY}},
    {12, {.role = "front_office",   .gov = CITY_GOV, .agency = AGENCY}},
    {21, {.role = "back_office",    .gov = CITY_GOV, .agency = AGENCY}},
    {22, {.role = "back_office",    .gov = CITY_GOV, .agency = AGENCY + 1}},
    {31, {.role = "licence_signer", .gov = CITY_GOV, .agency = AGENCY}},
    {41, {.role = "head",           .gov = CITY_GOV}},
    {42, {.role = "head",           .gov = CITY_FOREIGN}},
    {51, {.role = "citizen",        .gov = CITY_GOV}},
    {52, {.role = "citizen",        .gov = CITY_GOV}},
};
/* clang-format on */

static inline void flow_city(struct city *c)
{
    c->app.modules = flow_modules;
    c->app.n_modules = ARRAY_LEN(flow_modules);
}

/* The clock of the process is set before a city is opened. */
static inline void at_noon(int year, int month, int day)
{
    os_clock_allow_test();
    assert_int_equal(os_clock_test_set(instant_at(date_of(year, month, day), 720, 420)), 0);
}

static inline const struct actor *actor_of(struct city *c, int64_t user)
{
    struct actor *a = arena_new(&c->a, struct actor);
    size_t i;

    for (i = 0; i < ARRAY_LEN(flow_people); i++)
        if (flow_people[i].user == user)
            *a = (struct actor){.user = user, .login = "x", .name = "X", .grants = &flow_people[i].grant, .n_grants = 1};
    assert_int_equal(a->n_grants, 1);
    return a;
}

/* A request of that person, with a snapshot; asked_end() gives it back. */
static inline struct req asked(struct city *c, int64_t user)
{
    struct req r = {.arena = &c->a, .lang = LANG_ID, .zone_minutes = 420, .zone = "WIB", .csrf = "token", .now = os_now()};

    r.app = &c->app;
    r.actor = user != 0 ? actor_of(c, user) : NULL;
    r.out = arena_new(&c->a, struct buf);
    buf_init(r.out, &c->a, 1 * MB);
    assert_int_equal(pool_take(c->app.pool, 1000, &r.db), 0);
    return r;
}

static inline void asked_end(struct city *c, struct req *r)
{
    pool_give(c->app.pool, r->db);
}

/* One write by a person, as a work. */
struct act {
    const struct flow *flow;
    const void *before, *row;
    const char *verb; /* NULL: begins, or edits when there is `before`; "void" */
    int64_t user;
    const char *reason, *remark;
    struct record head;
};

/* The key of the person that stands for all users of a test; see begin_case_of(). */
static int64_t flow_subject;

static inline int person_run(struct tx *tx, void *arg)
{
    const struct sample_person p = {.head = {.gov = CITY_GOV}, .name = "Siti Aminah"};

    return row_insert(tx, &sample_person_entity, &p, arg);
}

static inline int act_run(struct tx *tx, void *arg)
{
    struct act *act = arg;
    struct actor_mark mark = {.role = "front_office",
                              .unit = "36.71/5.03",
                              .user = act->user,
                              .subject_key = flow_subject,
                              .reason = act->reason,
                              .remark = act->remark};

    tx->actor = &mark;
    if (act->before != NULL)
        return workflow_edit(tx, act->flow, act->before, act->row, &act->head);
    if (act->verb == NULL)
        return workflow_begin(tx, act->flow, act->row, &act->head);
    if (text_eq(act->verb, "void"))
        return workflow_void(tx, act->flow, act->row, &act->head);
    return workflow_move(tx, act->flow, act->row, act->verb, &act->head);
}

static inline struct sample_case read_case(struct city *c, int64_t id)
{
    struct sample_case row;

    assert_int_equal(row_get(c->t.owner, &c->a, &sample_case_entity, CITY_GOV, id, &row), 1);
    return row;
}

static inline struct sample_case begin_case_of(struct city *c, const char *number, int64_t user, int64_t agency, int64_t owner)
{
    struct record person = {0};
    struct sample_case row = {.head = {.gov = CITY_GOV},
                              .number = number,
                              .applicant = "Siti Aminah",
                              .due = DATE_NONE,
                              .filed_at = {1767225600000},
                              .fee = MONEY_NONE,
                              .agency = {agency},
                              .owner = {owner}};
    struct act act = {.flow = &sample_case_flow, .row = &row, .user = user};

    assert_int_equal(writer_do(c->writer, person_run, &person), 0);
    row.person.v = person.id;
    flow_subject = person.record_key;
    assert_int_equal(writer_do(c->writer, act_run, &act), 0);
    return read_case(c, act.head.id);
}

static inline struct sample_case begin_case(struct city *c, const char *number, int64_t user)
{
    return begin_case_of(c, number, user, AGENCY, 51);
}

/* Takes a step; the row is read again when it went well. */
static inline int step(struct city *c, struct sample_case *row, const char *verb, int64_t user)
{
    struct act act = {.flow = &sample_case_flow, .row = row, .verb = verb, .user = user};
    int e = writer_do(c->writer, act_run, &act);

    if (e == 0)
        *row = read_case(c, row->head.id);
    return e;
}

static inline int64_t counted(struct city *c, const char *sql)
{
    const struct query q = {.name = "test.count", .sql = sql, .in = "", .out = "i"};

    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, &q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

#endif
