/*
 * outbox_test.c: effects happen only after the commit, at least once, and are never lost; events share the transaction.
 */
#include <inttypes.h>

#include "base/text.h"
#include "engine/job_parts.h"
#include "engine/test_city.h"
#include "os/os.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

/* What the receiver saw, and how it answers. */
static struct {
    int n;
    int result;
    char key[64], args[64];
    bool other_write_went_through; /* while the effect ran: no transaction was open */
} seen;

/* clang-format off */
static const struct query q_effects = {.name = "test.effects", .sql = "SELECT COUNT(*) FROM outbox", .in = "", .out = "i"};
static const struct query q_args = {.name = "test.args", .sql = "SELECT args FROM outbox ORDER BY id", .in = "", .out = "t"};
static const struct query q_only = {
    .name = "test.only",
    .sql = "SELECT id, due_at, done_at, given_up_at, attempts, last_error FROM outbox ORDER BY id", .in = "", .out = "iiiiit",
};
/* clang-format on */

static int write_nothing(struct tx *tx, void *arg)
{
    (void)tx;
    *(bool *)arg = true;
    return 0;
}

static int receive(struct app *app, const char *key, const char *args, struct arena *a)
{
    (void)a;
    seen.n++;
    (void)snprintf(seen.key, sizeof seen.key, "%s", key);    /* short in these tests */
    (void)snprintf(seen.args, sizeof seen.args, "%s", args); /* the same */
    if (writer_do(app->writer, write_nothing, &seen.other_write_went_through) < 0)
        seen.other_write_went_through = false;
    return seen.result;
}

static int react(struct tx *tx, int64_t gov, const struct entity *e, const void *row)
{
    const struct sample_case *c = row;

    BUG_IF(e != &sample_case_entity);
    return outbox_add(tx, "mail", text_printf(tx->arena, "%" PRId64 "/%s", gov, c->number), "{}");
}

static int refuse(struct tx *tx, int64_t gov, const struct entity *e, const void *row)
{
    (void)gov;
    (void)e;
    (void)row;
    return outbox_add(tx, "mail", "of-the-sink-that-fails", "{}") < 0 ? E_STORAGE : E_STATE;
}

static const struct effect_kind effects[] = {{.name = "mail", .run = receive}};
static const struct event_sink sinks[] = {{"case.filed", react}, {"case.refused", react}, {"case.refused", refuse}};
static const struct module sender = {.name = "sender", .effects = effects, .n_effects = ARRAY_LEN(effects)};
static const struct module reactor = {.name = "reactor", .sinks = sinks, .n_sinks = ARRAY_LEN(sinks)};
static const struct module *const modules[] = {&sender, &reactor};

static void open_outbox(struct city *c)
{
    c->app.modules = modules;
    c->app.n_modules = ARRAY_LEN(modules);
    memset(&seen, 0, sizeof seen);
    os_clock_allow_test();
}

struct sending {
    const char *kind, *key;
    int fails; /* result after it, 0 for none */
};

static int send_run(struct tx *tx, void *arg)
{
    const struct sending *s = arg;
    int e = outbox_add(tx, s->kind, s->key, "{\"to\":\"siti\"}");

    return e < 0 ? e : s->fails;
}

static void send(struct city *c, const char *key)
{
    assert_int_equal(writer_do(c->writer, send_run, &(struct sending){"mail", key, 0}), 0);
}

static int64_t effects_in(struct city *c)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, &q_effects), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static struct outbox_row only(struct city *c)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, &q_only), 0);
    assert_int_equal(rows_next(&rows), 1);
    return (struct outbox_row){.id = rows_int(&rows, 0),
                               .due_at = {rows_int(&rows, 1)},
                               .done_at = {rows_int(&rows, 2)},
                               .given_up_at = {rows_int(&rows, 3)},
                               .attempts = rows_int(&rows, 4),
                               .error = rows_text(&rows, &c->a, 5)};
}

static void later(int64_t ms)
{
    assert_int_equal(os_clock_test_set((instant){os_now().v + ms}), 0);
}

static void an_effect_is_carried_out_after_the_commit_with_its_key(void **world)
{
    CITY(c, world);
    open_outbox(&c);
    send(&c, "letter-1");
    assert_int_equal(seen.n, 0);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(seen.n, 1);
    assert_string_equal(seen.key, "letter-1");
    assert_string_equal(seen.args, "{\"to\":\"siti\"}");
    assert_true(seen.other_write_went_through);
    assert_int_not_equal(only(&c).done_at.v, INSTANT_NONE.v);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(seen.n, 1);
    city_close(&c);
}

static void what_an_effect_was_told_is_forgotten_when_it_is_done(void **world)
{
    CITY(c, world);
    open_outbox(&c);
    send(&c, "letter-1");
    assert_int_equal(runner_drain(&c.app), 0);
    {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, c.t.owner, &q_args), 0);
        assert_int_equal(rows_next(&rows), 1);
        assert_string_equal(rows_text(&rows, &c.a, 0), "");
    }
    city_close(&c);
}

static void a_change_that_is_rolled_back_sends_nothing(void **world)
{
    CITY(c, world);
    open_outbox(&c);
    assert_int_equal(writer_do(c.writer, send_run, &(struct sending){"mail", "letter-1", E_STATE}), E_STATE);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(seen.n, 0);
    assert_int_equal(effects_in(&c), 0);
    city_close(&c);
}

static void the_same_key_again_adds_nothing(void **world)
{
    CITY(c, world);
    open_outbox(&c);
    send(&c, "letter-1");
    send(&c, "letter-1");
    send(&c, NULL);
    send(&c, NULL);
    assert_int_equal(effects_in(&c), 3);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(seen.n, 3);
    city_close(&c);
}

static void a_receiver_that_is_away_is_asked_again_with_longer_waits(void **world)
{
    /* minutes until the next attempt: doubling, at most six hours */
    static const int64_t waits[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360};
    size_t i;

    CITY(c, world);
    open_outbox(&c);
    seen.result = E_BUSY;
    send(&c, "letter-1");
    for (i = 0; i < ARRAY_LEN(waits); i++) {
        assert_int_equal(runner_drain(&c.app), 0);
        assert_int_equal(seen.n, (int)i + 1);
        assert_string_equal(only(&c).error, "busy");
        later(waits[i] * MINUTE - 30000);
        assert_int_equal(runner_drain(&c.app), 0);
        assert_int_equal(seen.n, (int)i + 1);
        later(30000);
    }
    seen.result = 0;
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_not_equal(only(&c).done_at.v, INSTANT_NONE.v);
    city_close(&c);
}

static void an_effect_whose_end_was_not_stored_is_carried_out_again(void **world)
{
    struct sending s = {"mail", "letter-1", 0};

    CITY(c, world);
    open_outbox(&c);
    assert_int_equal(writer_do(c.writer, send_run, &s), 0);
    test_db_script(&c.t, "UPDATE outbox SET attempts = 1"); /* claimed, then the process was killed; its lease is over */
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(seen.n, 1);
    assert_string_equal(seen.key, "letter-1");
    assert_int_equal(only(&c).attempts, 2);
    city_close(&c);
}

static void an_effect_is_given_up_after_five_days_and_stays_visible(void **world)
{
    struct outbox_row *list;
    int64_t count;
    size_t n;

    CITY(c, world);
    open_outbox(&c);
    seen.result = E_BUSY;
    send(&c, "letter-1");
    assert_int_equal(runner_drain(&c.app), 0);
    later(119 * HOUR);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(only(&c).given_up_at.v, INSTANT_NONE.v);
    later(7 * HOUR);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_not_equal(only(&c).given_up_at.v, INSTANT_NONE.v);
    later(48 * HOUR);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(seen.n, 3);
    assert_int_equal(outbox_list(c.t.owner, &c.a, true, 0, 10, &list, &n), 0);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].key, "letter-1");
    assert_string_equal(list[0].error, "busy");
    assert_int_equal(outbox_count(c.t.owner, true, &count), 0);
    assert_int_equal(count, 1);
    city_close(&c);
}

static void a_refusal_and_an_unknown_kind_are_given_up_at_once(void **world)
{
    struct outbox_row *list;
    size_t n;

    CITY(c, world);
    open_outbox(&c);
    seen.result = E_INPUT;
    send(&c, "letter-1");
    assert_int_equal(writer_do(c.writer, send_run, &(struct sending){"pigeon", "letter-2", 0}), 0);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(outbox_list(c.t.owner, &c.a, true, 0, 10, &list, &n), 0);
    assert_int_equal(n, 2);
    assert_string_equal(list[0].error, "unknown-kind");
    assert_string_equal(list[1].error, "input");
    city_close(&c);
}

static int forget_run(struct tx *tx, void *arg)
{
    return (int)outbox_forget(tx, *(instant *)arg);
}

static int forget_given_up_run(struct tx *tx, void *arg)
{
    return (int)outbox_forget_given_up(tx, *(instant *)arg);
}

static void only_what_was_done_long_ago_is_forgotten(void **world)
{
    instant before;

    CITY(c, world);
    open_outbox(&c);
    send(&c, "letter-1");
    assert_int_equal(runner_drain(&c.app), 0);
    before = os_now();
    later(HOUR);
    send(&c, "letter-2");
    assert_int_equal(runner_drain(&c.app), 0);
    seen.result = E_INPUT;
    send(&c, "letter-3"); /* given up: for the operator to see */
    assert_int_equal(runner_drain(&c.app), 0);
    before.v += HOUR / 2;
    assert_int_equal(writer_do(c.writer, forget_run, &before), 1);
    assert_int_equal(effects_in(&c), 2);
    before.v += 1000 * HOUR;
    assert_int_equal(writer_do(c.writer, forget_run, &before), 1);
    assert_int_equal(effects_in(&c), 1);
    assert_int_equal(writer_do(c.writer, forget_run, &before), 0);
    assert_int_equal(writer_do(c.writer, forget_given_up_run, &(instant){0}), 0);
    assert_int_equal(writer_do(c.writer, forget_given_up_run, &before), 1);
    assert_int_equal(effects_in(&c), 0);
    city_close(&c);
}

static int retry_run(struct tx *tx, void *arg)
{
    return outbox_retry(tx, *(int64_t *)arg);
}

static int give_up_run(struct tx *tx, void *arg)
{
    return outbox_give_up(tx, *(int64_t *)arg);
}

static void the_operator_gives_up_and_tries_again(void **world)
{
    int64_t id;

    CITY(c, world);
    open_outbox(&c);
    seen.result = E_BUSY;
    send(&c, "letter-1");
    assert_int_equal(runner_drain(&c.app), 0);
    id = only(&c).id;
    assert_int_equal(writer_do(c.writer, give_up_run, &id), 0);
    assert_int_equal(writer_do(c.writer, give_up_run, &id), E_STATE);
    later(HOUR);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(seen.n, 1);
    seen.result = 0;
    assert_int_equal(writer_do(c.writer, retry_run, &id), 0);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_int_equal(seen.n, 2);
    assert_int_not_equal(only(&c).done_at.v, INSTANT_NONE.v);
    assert_int_equal(writer_do(c.writer, retry_run, &id), E_STATE);
    city_close(&c);
}

static void the_thread_of_the_runner_sends(void **world)
{
    struct runner *runner;
    int64_t until;

    CITY(c, world);
    open_outbox(&c);
    assert_int_equal(runner_start(&c.app, &runner), 0);
    send(&c, "letter-1");
    runner_wake(runner);
    until = os_monotonic_us() + INT64_C(10000000);
    while (only(&c).done_at.v == INSTANT_NONE.v && os_monotonic_us() < until)
        (void)usleep(5000);
    runner_stop(runner);
    assert_int_equal(seen.n, 1);
    city_close(&c);
}

/* ---- events ---- */

static int emit_run(struct tx *tx, void *arg)
{
    struct sample_case row = {.head = {.gov = CITY_GOV}, .number = "503-1"};
    int e = outbox_add(tx, "mail", "of-the-step-itself", "{}");

    return e < 0 ? e : event_emit(tx, arg, &sample_case_entity, &row);
}

static void an_event_runs_its_sinks_in_the_same_transaction(void **world)
{
    CITY(c, world);
    open_outbox(&c);
    assert_int_equal(writer_do(c.writer, emit_run, (char *)"case.filed"), 0);
    assert_int_equal(effects_in(&c), 2);
    assert_int_equal(runner_drain(&c.app), 0);
    assert_string_equal(seen.key, "3671/503-1");
    city_close(&c);
}

static void a_sink_that_fails_rolls_the_whole_step_back(void **world)
{
    CITY(c, world);
    open_outbox(&c);
    assert_int_equal(writer_do(c.writer, emit_run, (char *)"case.refused"), E_STATE);
    assert_int_equal(effects_in(&c), 0);
    city_close(&c);
}

static void an_event_without_a_sink_is_fine(void **world)
{
    CITY(c, world);
    open_outbox(&c);
    assert_int_equal(writer_do(c.writer, emit_run, (char *)"case.moved"), 0);
    assert_int_equal(effects_in(&c), 1);
    city_close(&c);
}

static void every_statement_prepares(void **world)
{
    size_t i;

    CITY(c, world);
    for (i = 0; i < OUTBOX_QUERIES; i++)
        assert_int_equal(db_check(c.t.owner, outbox_queries[i]), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(an_effect_is_carried_out_after_the_commit_with_its_key),
        TEST_ON_BOTH(what_an_effect_was_told_is_forgotten_when_it_is_done),
        TEST_ON_BOTH(a_change_that_is_rolled_back_sends_nothing),
        TEST_ON_BOTH(the_same_key_again_adds_nothing),
        TEST_ON_BOTH(a_receiver_that_is_away_is_asked_again_with_longer_waits),
        TEST_ON_BOTH(an_effect_whose_end_was_not_stored_is_carried_out_again),
        TEST_ON_BOTH(an_effect_is_given_up_after_five_days_and_stays_visible),
        TEST_ON_BOTH(a_refusal_and_an_unknown_kind_are_given_up_at_once),
        TEST_ON_BOTH(only_what_was_done_long_ago_is_forgotten),
        TEST_ON_BOTH(the_operator_gives_up_and_tries_again),
        TEST_ON_BOTH(the_thread_of_the_runner_sends),
        TEST_ON_BOTH(an_event_runs_its_sinks_in_the_same_transaction),
        TEST_ON_BOTH(a_sink_that_fails_rolls_the_whole_step_back),
        TEST_ON_BOTH(an_event_without_a_sink_is_fine),
        TEST_ON_BOTH(every_statement_prepares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
