/*
 * flow_move_test.c: a step is row, history, leaf, clock and task together or not at all; who may take it; on both databases.
 */
#include "engine/job.h"
#include "engine/save.h"
#include "engine/screen.h"
#include "engine/test_flow.h"

#define LEAVES "SELECT COUNT(*) - 1 FROM ledger_entry" /* less the person's */
#define TASKS  "SELECT COUNT(*) FROM task"

static struct sample_case checked_case(struct city *c)
{
    struct sample_case row = begin_case(c, "503/0001", 11);

    assert_int_equal(step(c, &row, "file", 11), 0);
    assert_int_equal(step(c, &row, "check", 21), 0);
    return row;
}

static void a_step_is_row_history_and_leaf(void **world)
{
    struct sample_case row;
    struct act act;
    struct history *h;
    size_t n;

    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 11);
    assert_string_equal(row.status.v, "draft");
    assert_int_equal(step(&c, &row, "file", 11), 0);
    act = (struct act){.flow = &sample_case_flow,
                       .row = &row,
                       .verb = "return",
                       .user = 21,
                       .reason = "incomplete",
                       .remark = "KTP tidak terbaca"};
    assert_int_equal(writer_do(c.writer, act_run, &act), 0);
    assert_int_equal(counted(&c, LEAVES), 3);
    assert_int_equal(history_read(c.t.owner, &c.a, &sample_case_entity, CITY_GOV, row.head.id, 0, &h, &n), 0);
    assert_int_equal(n, 3);
    assert_string_equal(h[0].step, "return");
    assert_string_equal(h[0].reason, "incomplete");
    assert_string_equal(h[0].remark, "KTP tidak terbaca");
    assert_int_equal(h[0].user, 21);
    assert_string_equal(h[1].step, "file");
    assert_string_equal(h[2].step, "insert");
    city_close(&c);
}

static void of_two_people_one_takes_the_step(void **world)
{
    struct sample_case row, mine, theirs;

    CITY(c, world);
    flow_city(&c);
    row = checked_case(&c);
    mine = theirs = row;
    assert_int_equal(step(&c, &mine, "grant", 31), 0);
    assert_int_equal(step(&c, &theirs, "refuse", 41), E_CONFLICT);
    assert_int_equal(counted(&c, LEAVES), 4);
    assert_string_equal(read_case(&c, row.head.id).status.v, "granted");
    city_close(&c);
}

static int planned_run(struct tx *tx, void *arg)
{
    struct record head;

    return workflow_apply(tx, arg, &head);
}

static void a_plan_of_an_older_revision_writes_nothing(void **world)
{
    struct sample_case row;
    struct flow_plan plan;

    CITY(c, world);
    flow_city(&c);
    row = checked_case(&c);
    assert_int_equal(flow_plan(c.t.owner, &c.a, 420, &sample_case_flow, &row, "grant", &plan), 0);
    assert_int_equal(step(&c, &row, "refuse", 41), 0);
    assert_int_equal(writer_do(c.writer, planned_run, &plan), E_CONFLICT);
    assert_int_equal(counted(&c, LEAVES), 4);
    city_close(&c);
}

static void a_step_begins_in_its_states_only(void **world)
{
    struct sample_case row;

    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 11);
    assert_int_equal(step(&c, &row, "grant", 31), E_STATE);
    assert_int_equal(counted(&c, LEAVES), 1);
    city_close(&c);
}

static void the_clock_runs_stops_and_goes_on(void **world)
{
    struct sample_case row;
    struct flow_kept kept;

    at_noon(2026, 9, 7);
    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 11);
    assert_true(date_is_none(row.due));
    assert_int_equal(step(&c, &row, "file", 11), 0);
    assert_int_equal(row.due.v, date_of(2026, 9, 14).v);
    at_noon(2026, 9, 9);
    assert_int_equal(step(&c, &row, "return", 21), 0);
    assert_true(date_is_none(row.due));
    at_noon(2026, 9, 18);
    assert_int_equal(step(&c, &row, "file", 11), 0);
    assert_int_equal(row.due.v, date_of(2026, 9, 23).v);
    assert_int_equal(flow_kept(c.t.owner, &c.a, CITY_GOV, row.head.id, &kept), 1);
    assert_int_equal(kept.time.used, 2);
    assert_int_equal(kept.time.stage_due.v, date_of(2026, 9, 22).v);
    assert_int_equal(kept.task_due.v, date_of(2026, 9, 22).v);
    assert_string_equal(kept.took, " create:11 file:11 return:21 ");
    city_close(&c);
}

static void a_task_appears_changes_and_vanishes(void **world)
{
    struct sample_case row;

    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 11);
    assert_int_equal(counted(&c, TASKS " WHERE kind = 'case.1.draft' AND title = '503/0001' AND agency = 5"), 1);
    assert_int_equal(step(&c, &row, "file", 11), 0);
    assert_int_equal(step(&c, &row, "check", 21), 0);
    assert_int_equal(counted(&c, TASKS " WHERE kind = 'case.1.checked' AND wide = 1 AND owner IS NULL"), 1);
    assert_int_equal(counted(&c, TASKS), 1);
    assert_int_equal(step(&c, &row, "grant", 31), 0);
    assert_int_equal(counted(&c, TASKS), 0);
    city_close(&c);
}

static void a_form_reaches_the_task_and_counts_for_four_eyes(void **world)
{
    struct sample_case row, after;
    struct act act;

    CITY(c, world);
    flow_city(&c);
    row = after = begin_case(&c, "503/0001", 11);
    after.number = "503/0002";
    after.agency.v = AGENCY + 1;
    act = (struct act){.flow = &sample_case_flow, .before = &row, .row = &after, .user = 12};
    assert_int_equal(writer_do(c.writer, act_run, &act), 0);
    assert_int_equal(counted(&c, TASKS " WHERE title = '503/0002' AND agency = 6 AND took = ' create:11 edit:12 '"), 1);
    assert_int_equal(counted(&c, TASKS), 1);
    city_close(&c);
}

/* Filed cases are due on the day in `due`, or at the limit of two days that this state has. */
static struct flow by_day(struct city *c)
{
    struct flow_state *states = arena_array(&c->a, ARRAY_LEN(sample_case_states), struct flow_state);
    struct flow f = sample_case_flow;

    memcpy(states, sample_case_states, sizeof sample_case_states);
    states[1].by_deadline = true;
    f.states = states;
    f.due_field = NULL;
    f.deadline_field = "due";
    return f;
}

static struct sample_case set_day(struct city *c, const struct flow *f, const struct sample_case *row, date day)
{
    struct sample_case after = *row;
    struct act act = {.flow = f, .before = row, .row = &after, .user = 12};

    after.due = day;
    assert_int_equal(writer_do(c->writer, act_run, &act), 0);
    return read_case(c, row->head.id);
}

static struct sample_case step_by(struct city *c, const struct flow *f, const struct sample_case *row, const char *verb,
                                  int64_t user)
{
    struct act act = {.flow = f, .row = row, .verb = verb, .user = user};

    assert_int_equal(writer_do(c->writer, act_run, &act), 0);
    return read_case(c, row->head.id);
}

static void a_task_is_due_on_the_promised_day_or_at_a_nearer_limit(void **world)
{
    struct sample_case row;
    struct flow f;

    at_noon(2026, 9, 7);
    CITY(c, world);
    flow_city(&c);
    f = by_day(&c);
    row = begin_case(&c, "503/0001", 11);
    row = set_day(&c, &f, &row, date_of(2026, 9, 30));
    assert_int_equal(counted(&c, TASKS " WHERE due = 2932896"), 1); /* a draft does not go by it */
    row = step_by(&c, &f, &row, "file", 11);
    assert_int_equal(counted(&c, TASKS " WHERE due = 20705 AND days = 2"), 1); /* 9 September */
    row = set_day(&c, &f, &row, date_of(2026, 9, 8));
    assert_int_equal(counted(&c, TASKS " WHERE due = 20704 AND days = 0"), 1);
    row = step_by(&c, &f, &row, "check", 21);
    assert_int_equal(counted(&c, TASKS " WHERE due = 20710 AND days = 5"), 1);
    assert_int_equal(counted(&c, TASKS), 1);
    city_close(&c);
}

struct again {
    const struct flow *flow;
    int64_t record;
    bool changed;
};

static int again_with(struct tx *tx, void *arg)
{
    struct again *again = arg;
    int e = workflow_again(tx, again->flow, CITY_GOV, again->record);

    again->changed = e == 1;
    return e < 0 ? e : 0;
}

static void the_job_brings_tasks_to_a_deadline_that_the_flow_did_not_know(void **world)
{
    struct sample_case row;
    struct again again;
    struct flow f;

    at_noon(2026, 9, 7);
    CITY(c, world);
    flow_city(&c);
    f = by_day(&c);
    row = begin_case(&c, "503/0001", 11);
    row = set_day(&c, &sample_case_flow, &row, date_of(2026, 9, 8));
    f.deadline_field = NULL;
    row = step_by(&c, &f, &row, "file", 11);
    assert_int_equal(counted(&c, TASKS " WHERE due = 20705"), 1);
    again = (struct again){.flow = &f, .record = row.head.id};
    assert_int_equal(writer_do(c.writer, again_with, &again), 0);
    assert_false(again.changed);
    f.deadline_field = "due";
    assert_int_equal(writer_do(c.writer, again_with, &again), 0);
    assert_true(again.changed);
    assert_int_equal(counted(&c, TASKS " WHERE due = 20704"), 1);
    assert_int_equal(read_case(&c, row.head.id).head.rev, row.head.rev);
    assert_int_equal(writer_do(c.writer, again_with, &again), 0);
    assert_false(again.changed);
    city_close(&c);
}

static void a_voided_record_waits_for_nobody(void **world)
{
    struct sample_case row;

    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 11);
    assert_int_equal(step(&c, &row, "void", 11), 0);
    assert_int_equal(counted(&c, TASKS), 0);
    assert_int_equal(step(&c, &row, "file", 11), E_STATE);
    city_close(&c);
}

/* ---- effects ---- */

static int with_fee(struct tx *tx, void *row)
{
    (void)tx;
    ((struct sample_case *)row)->fee.v = 5000000;
    return 0;
}

static int refuses(struct tx *tx, void *row)
{
    (void)tx, (void)row;
    return E_INPUT;
}

static int take_with(struct city *c, struct sample_case *row, int (*effect)(struct tx *tx, void *row))
{
    struct flow_step steps[ARRAY_LEN(sample_case_steps)];
    struct flow flow = sample_case_flow;
    struct act act = {.flow = &flow, .row = row, .verb = "grant", .user = 31};

    memcpy(steps, sample_case_steps, sizeof steps);
    steps[3].effect = effect;
    flow.steps = steps;
    return writer_do(c->writer, act_run, &act);
}

static void an_effect_is_part_of_the_step(void **world)
{
    struct sample_case row;

    CITY(c, world);
    flow_city(&c);
    row = checked_case(&c);
    assert_int_equal(take_with(&c, &row, refuses), E_INPUT);
    assert_string_equal(read_case(&c, row.head.id).status.v, "checked");
    assert_int_equal(counted(&c, LEAVES), 3);
    assert_int_equal(counted(&c, TASKS), 1);
    assert_int_equal(take_with(&c, &row, with_fee), 0);
    assert_int_equal(read_case(&c, row.head.id).fee.v, 5000000);
    city_close(&c);
}

/* ---- who may ---- */

/* "grant refuse!" : verbs that are offered to a person, with ! where they are blocked; the first reason in *ret_why. */
static const char *offered(struct city *c, const struct flow *f, const struct sample_case *row, int64_t user,
                           const char **ret_why)
{
    struct req r = asked(c, user);
    const struct flow_choice *v;
    const char *s = "";
    size_t n, i;

    *ret_why = NULL;
    assert_int_equal(flow_choices(&r, f, row, &v, &n), 0);
    for (i = 0; i < n; i++) {
        s = text_printf(&c->a, "%s%s%s%s", s, i > 0 ? " " : "", v[i].step->verb, v[i].blocked != NULL ? "!" : "");
        if (*ret_why == NULL)
            *ret_why = v[i].blocked;
    }
    assert_int_equal(r.fault, 0);
    asked_end(c, &r);
    return s;
}

static void steps_are_offered_to_whom_they_belong(void **world)
{
    struct sample_case row;
    const char *why;

    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 11);
    assert_string_equal(offered(&c, &sample_case_flow, &row, 12, &why), "file");
    assert_string_equal(offered(&c, &sample_case_flow, &row, 51, &why), "file"); /* own */
    assert_string_equal(offered(&c, &sample_case_flow, &row, 52, &why), "");
    assert_string_equal(offered(&c, &sample_case_flow, &row, 31, &why), "");
    assert_int_equal(step(&c, &row, "file", 11), 0);
    assert_string_equal(offered(&c, &sample_case_flow, &row, 21, &why), "check return refuse");
    assert_string_equal(offered(&c, &sample_case_flow, &row, 22, &why), ""); /* another agency */
    assert_string_equal(offered(&c, &sample_case_flow, &row, 41, &why), "refuse");
    assert_string_equal(offered(&c, &sample_case_flow, &row, 42, &why), ""); /* another government */
    city_close(&c);
}

static void who_checked_does_not_sign(void **world)
{
    struct sample_case row;
    const char *why;

    CITY(c, world);
    flow_city(&c);
    row = checked_case(&c);
    assert_string_equal(offered(&c, &sample_case_flow, &row, 21, &why), "grant! refuse!");
    assert_string_equal(why, "check, jadi langkah ini harus diambil orang lain.");
    assert_string_equal(offered(&c, &sample_case_flow, &row, 31, &why), "grant refuse");
    city_close(&c);
}

static void who_made_it_does_not_check_it(void **world)
{
    struct sample_case row;
    const char *why;

    CITY(c, world);
    flow_city(&c);
    row = begin_case(&c, "503/0001", 12);
    assert_int_equal(step(&c, &row, "file", 11), 0);
    assert_string_equal(offered(&c, &sample_case_flow, &row, 12, &why), "check! return");
    assert_string_equal(why, "Anda membuat berkas ini, jadi langkah ini harus diambil orang lain.");
    city_close(&c);
}

static int fee_is_paid(struct req *r, const void *row)
{
    const struct sample_case *s = row;

    return s->fee.v > 0 ? 0 : fail(r, E_STATE, "flow.not-now");
}

static void a_guard_says_what_is_missing(void **world)
{
    struct flow_step steps[ARRAY_LEN(sample_case_steps)];
    struct flow guarded = sample_case_flow;
    struct sample_case row;
    const char *why;

    CITY(c, world);
    flow_city(&c);
    memcpy(steps, sample_case_steps, sizeof steps);
    steps[3].guard = fee_is_paid;
    guarded.steps = steps;
    row = checked_case(&c);
    assert_string_equal(offered(&c, &guarded, &row, 31, &why), "grant! refuse");
    assert_string_equal(why, "Langkah ini belum dapat diambil sekarang.");
    row.fee.v = 100;
    assert_string_equal(offered(&c, &guarded, &row, 31, &why), "grant refuse");
    city_close(&c);
}

/* ---- holidays ---- */

static int holiday_run(struct tx *tx, void *arg)
{
    struct record head;

    return row_insert(tx, &holiday_entity, arg, &head);
}

static void add_holiday(struct city *c, int64_t gov, date day, const char *kind)
{
    struct holiday h = {.head = {.gov = gov}, .day = day, .kind = {kind}, .name = "Libur", .decreed = DATE_NONE};

    assert_int_equal(writer_do(c->writer, holiday_run, &h), 0);
}

static void holidays_are_national_or_of_one_government(void **world)
{
    struct calendar_rule rule = {.known_by = DATE_NONE};
    struct calendar here, there;

    CITY(c, world);
    add_holiday(&c, HOLIDAY_NATIONAL, date_of(2026, 8, 17), "national");
    add_holiday(&c, CITY_GOV, date_of(2026, 8, 18), "local");
    add_holiday(&c, HOLIDAY_NATIONAL, date_of(2026, 8, 19), "joint-leave");
    assert_int_equal(calendar_of(c.t.owner, &c.a, CITY_GOV, date_of(2026, 8, 1), &rule, &here), 0);
    assert_int_equal(calendar_of(c.t.owner, &c.a, CITY_FOREIGN, date_of(2026, 8, 1), &rule, &there), 0);
    assert_int_equal(calendar_add(&here, date_of(2026, 8, 14), 1).v, date_of(2026, 8, 20).v);
    assert_int_equal(calendar_add(&there, date_of(2026, 8, 14), 1).v, date_of(2026, 8, 18).v);
    city_close(&c);
}

static void a_step_counts_with_the_holidays(void **world)
{
    struct sample_case row;

    at_noon(2026, 8, 15); /* a Saturday: worked example 4 of the licensing rules, with 5 days */
    CITY(c, world);
    flow_city(&c);
    add_holiday(&c, HOLIDAY_NATIONAL, date_of(2026, 8, 17), "national");
    row = begin_case(&c, "503/0001", 11);
    assert_int_equal(step(&c, &row, "file", 11), 0);
    assert_int_equal(row.due.v, date_of(2026, 8, 24).v);
    city_close(&c);
}

static int again_run(struct tx *tx, void *arg)
{
    struct job *job = arg;
    int e;

    do
        e = flow_deadlines_job.slice(tx, job);
    while (e > 0);
    return e;
}

static void a_holiday_that_comes_later_moves_what_runs(void **world)
{
    struct sample_case running, decided;
    struct flow_kept kept;
    struct history *h;
    struct job job = {.place = ""};
    size_t n;

    at_noon(2026, 9, 7);
    CITY(c, world);
    flow_city(&c);
    decided = checked_case(&c);
    assert_int_equal(step(&c, &decided, "grant", 31), 0);
    running = begin_case(&c, "503/0002", 11);
    assert_int_equal(step(&c, &running, "file", 11), 0);
    add_holiday(&c, CITY_GOV, date_of(2026, 9, 9), "local");
    assert_int_equal(writer_do(c.writer, again_run, &job), 0);
    assert_int_equal(read_case(&c, running.head.id).due.v, date_of(2026, 9, 15).v);
    assert_int_equal(flow_kept(c.t.owner, &c.a, CITY_GOV, running.head.id, &kept), 1);
    assert_int_equal(kept.time.promised.v, date_of(2026, 9, 14).v);
    assert_int_equal(counted(&c, TASKS), 1);
    assert_int_equal(kept.task_due.v, date_of(2026, 9, 10).v);
    assert_int_equal(history_read(c.t.owner, &c.a, &sample_case_entity, CITY_GOV, running.head.id, 0, &h, &n), 0);
    assert_string_equal(h[0].step, "recompute");
    assert_int_equal(read_case(&c, decided.head.id).due.v, decided.due.v);
    job = (struct job){.place = ""};
    assert_int_equal(writer_do(c.writer, again_run, &job), 0);
    assert_int_equal(read_case(&c, running.head.id).head.rev, running.head.rev + 1);
    city_close(&c);
}

struct saving {
    const struct screen *screen;
    const void *before;
    struct holiday *row;
};

static int saving_run(struct tx *tx, void *arg)
{
    const struct saving *s = arg;
    struct record head;
    int e = s->row != NULL ? save_row(tx, s->screen, s->before, s->row, &head) : save_void(tx, s->screen, s->before, &head);

    if (e == 0 && s->row != NULL)
        s->row->head = head;
    return e;
}

/* clang-format off */
static const struct query q_jobs = {
    .name = "test.jobs", .sql = "SELECT COUNT(*) FROM job WHERE kind = 'deadlines' AND state = ?1", .in = "t", .out = "i"};
/* clang-format on */

static int64_t jobs_in(struct city *c, const char *code)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, &q_jobs, V(code)), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static void a_day_off_moves_what_runs_at_once_and_its_end_moves_it_back(void **world)
{
    static const struct module *const with_days[] = {&flow_test_module, &flow_module};
    struct holiday day = {
        .head = {.gov = CITY_GOV}, .day = date_of(2026, 9, 9), .kind = {"local"}, .name = "Libur", .decreed = DATE_NONE};
    struct holiday next = day;
    struct sample_case running;

    at_noon(2026, 9, 7);
    CITY(c, world);
    c.app.modules = with_days;
    c.app.n_modules = ARRAY_LEN(with_days);
    running = begin_case(&c, "503/0002", 11);
    assert_int_equal(step(&c, &running, "file", 11), 0);
    assert_int_equal(running.due.v, date_of(2026, 9, 14).v);
    next.day = date_of(2026, 9, 10);
    assert_int_equal(writer_do(c.writer, saving_run, &(struct saving){flow_module.screens[0], NULL, &day}), 0);
    assert_int_equal(writer_do(c.writer, saving_run, &(struct saving){flow_module.screens[0], NULL, &next}), 0);
    assert_int_equal(jobs_in(&c, "waiting"), 1);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(read_case(&c, running.head.id).due.v, date_of(2026, 9, 16).v);
    assert_int_equal(writer_do(c.writer, saving_run, &(struct saving){flow_module.screens[0], &next, NULL}), 0);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(jobs_in(&c, "done"), 2);
    assert_int_equal(read_case(&c, running.head.id).due.v, date_of(2026, 9, 15).v);
    city_close(&c);
}

static void the_migration_makes_the_table_of_holidays(void **world)
{
    static const char *const others[] = {"history", "once_key", "flow_clock", "task", NULL};
    static const struct entity *const own[] = {&holiday_entity};
    struct schema have;
    struct buf out;

    CITY(c, world);
    buf_init(&out, &c.a, 256 * KB);
    assert_int_equal(schema_read(c.t.owner, &c.a, &have), 0);
    (void)schema_diff(own, 1, others, &have, &out); /* counts the tables of others too */
    assert_null(strstr(out.s, "holiday"));
    city_close(&c);
}

static void every_statement_prepares(void **world)
{
    size_t i;

    CITY(c, world);
    for (i = 0; i < flow_move_queries_n; i++)
        assert_int_equal(db_check(c.t.owner, flow_move_queries[i]), 0);
    for (i = 0; i < task_queries_n; i++)
        assert_int_equal(db_check(c.t.owner, task_queries[i]), 0);
    for (i = 0; i < holiday_queries_n; i++)
        assert_int_equal(db_check(c.t.owner, holiday_queries[i]), 0);
    for (i = 0; i < flow_again_queries_n; i++)
        assert_int_equal(db_check(c.t.owner, flow_again_queries[i]), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_step_is_row_history_and_leaf),
        TEST_ON_BOTH(of_two_people_one_takes_the_step),
        TEST_ON_BOTH(a_plan_of_an_older_revision_writes_nothing),
        TEST_ON_BOTH(a_step_begins_in_its_states_only),
        TEST_ON_BOTH(the_clock_runs_stops_and_goes_on),
        TEST_ON_BOTH(a_task_appears_changes_and_vanishes),
        TEST_ON_BOTH(a_form_reaches_the_task_and_counts_for_four_eyes),
        TEST_ON_BOTH(a_task_is_due_on_the_promised_day_or_at_a_nearer_limit),
        TEST_ON_BOTH(the_job_brings_tasks_to_a_deadline_that_the_flow_did_not_know),
        TEST_ON_BOTH(a_voided_record_waits_for_nobody),
        TEST_ON_BOTH(an_effect_is_part_of_the_step),
        TEST_ON_BOTH(steps_are_offered_to_whom_they_belong),
        TEST_ON_BOTH(who_checked_does_not_sign),
        TEST_ON_BOTH(who_made_it_does_not_check_it),
        TEST_ON_BOTH(a_guard_says_what_is_missing),
        TEST_ON_BOTH(holidays_are_national_or_of_one_government),
        TEST_ON_BOTH(a_step_counts_with_the_holidays),
        TEST_ON_BOTH(a_holiday_that_comes_later_moves_what_runs),
        TEST_ON_BOTH(a_day_off_moves_what_runs_at_once_and_its_end_moves_it_back),
        TEST_ON_BOTH(the_migration_makes_the_table_of_holidays),
        TEST_ON_BOTH(every_statement_prepares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
