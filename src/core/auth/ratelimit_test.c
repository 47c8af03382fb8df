/*
 * ratelimit_test.c: rates and the login wait, with a clock of our own.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>

#include "core/auth/ratelimit.h"

#define T0 INT64_C(1000000000)

static void rate_lets_the_burst_pass_and_then_one_an_interval(void **world)
{
    struct ratelimit *l = ratelimit_create(0);
    int kind;
    (void)world;

    for (kind = 0; kind < RATE_KIND_COUNT; kind++) {
        const struct rate_row *row = rate_row((enum rate_kind)kind);
        int64_t i, wait = 0;

        for (i = 0; i < row->burst; i++)
            assert_int_equal(ratelimit_take(l, (enum rate_kind)kind, "192.0.2.1", T0, &wait), 0);
        assert_int_equal(ratelimit_take(l, (enum rate_kind)kind, "192.0.2.1", T0, &wait), E_RATE);
        assert_int_equal(wait, row->every_ms);
        assert_int_equal(ratelimit_take(l, (enum rate_kind)kind, "192.0.2.1", T0 + wait - 1, &wait), E_RATE);
        assert_int_equal(wait, 1);
        assert_int_equal(ratelimit_take(l, (enum rate_kind)kind, "192.0.2.1", T0 + row->every_ms, &wait), 0);
        assert_int_equal(ratelimit_take(l, (enum rate_kind)kind, "192.0.2.2", T0, &wait), 0);
    }
    ratelimit_destroy(l);
}

static void login_rate_is_thirty_a_minute(void **world)
{
    struct ratelimit *l = ratelimit_create(0);
    int64_t t, wait, passed = 0;
    (void)world;

    for (t = T0; t < T0 + 60000; t += 100)
        passed += ratelimit_take(l, RATE_LOGIN, "192.0.2.1", t, &wait) == 0;
    assert_in_range(passed, 29, 30);
    ratelimit_destroy(l);
}

static void peeking_takes_nothing(void **world)
{
    struct ratelimit *l = ratelimit_create(0);
    int64_t i, wait;
    (void)world;

    for (i = 0; i < 1000; i++)
        assert_int_equal(ratelimit_peek(l, RATE_RESET, "a", T0, &wait), 0);
    for (i = 0; i < rate_row(RATE_RESET)->burst; i++)
        assert_int_equal(ratelimit_take(l, RATE_RESET, "a", T0, &wait), 0);
    assert_int_equal(ratelimit_peek(l, RATE_RESET, "a", T0, &wait), E_RATE);
    ratelimit_destroy(l);
}

static void clock_that_jumps_back_locks_nobody_out(void **world)
{
    struct ratelimit *l = ratelimit_create(0);
    const struct rate_row *row = rate_row(RATE_RESET);
    int64_t i, wait;
    (void)world;

    for (i = 0; i < row->burst; i++)
        assert_int_equal(ratelimit_take(l, RATE_RESET, "a", T0, &wait), 0);
    assert_int_equal(ratelimit_take(l, RATE_RESET, "a", T0 - 3600000, &wait), E_RATE);
    assert_true(wait <= row->every_ms);

    for (i = 0; i < 5; i++)
        ratelimit_login_wrong(l, "budi", T0);
    assert_int_equal(ratelimit_login_ask(l, "budi", T0 - 3600000, &wait), E_RATE);
    assert_true(wait <= LOGIN_WAIT_FIRST_MS);
    ratelimit_destroy(l);
}

static void wait_doubles_from_the_fifth_to_a_quarter_of_an_hour(void **world)
{
    static const int64_t seconds[] = {0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900};
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(seconds); i++)
        assert_int_equal(login_wait_ms((int64_t)i), seconds[i] * 1000);
    assert_int_equal(login_wait_ms(INT64_MAX), 900000);
}

static void fifth_wrong_login_has_to_wait_and_no_more_than_that(void **world)
{
    struct ratelimit *l = ratelimit_create(0);
    int64_t wait, i;
    (void)world;

    for (i = 0; i < 4; i++)
        ratelimit_login_wrong(l, "budi", T0);
    assert_int_equal(ratelimit_login_ask(l, "budi", T0, &wait), 0);
    ratelimit_login_wrong(l, "budi", T0);
    assert_int_equal(ratelimit_login_ask(l, "budi", T0, &wait), E_RATE);
    assert_int_equal(wait, 30000);
    assert_int_equal(ratelimit_login_ask(l, "budi", T0 + 29999, &wait), E_RATE);
    assert_int_equal(ratelimit_login_ask(l, "budi", T0 + 30000, &wait), 0);
    assert_int_equal(ratelimit_login_ask(l, "sari", T0, &wait), 0);
    ratelimit_destroy(l);
}

static void good_login_or_an_hour_of_quiet_forgets(void **world)
{
    struct ratelimit *l = ratelimit_create(0);
    int64_t wait, i;
    (void)world;

    for (i = 0; i < 20; i++)
        ratelimit_login_wrong(l, "budi", T0);
    ratelimit_login_good(l, "budi");
    assert_int_equal(ratelimit_login_ask(l, "budi", T0, &wait), 0);
    ratelimit_login_wrong(l, "budi", T0);
    assert_int_equal(ratelimit_login_ask(l, "budi", T0, &wait), 0);

    for (i = 0; i < 20; i++)
        ratelimit_login_wrong(l, "budi", T0);
    ratelimit_login_wrong(l, "budi", T0 + LOGIN_WAIT_MAX_MS + LOGIN_FORGET_MS); /* the first of a new count */
    assert_int_equal(ratelimit_login_ask(l, "budi", T0 + LOGIN_WAIT_MAX_MS + LOGIN_FORGET_MS, &wait), 0);
    ratelimit_destroy(l);
}

static void full_table_forgets_what_is_nearly_forgotten(void **world)
{
    struct ratelimit *l = ratelimit_create(8); /* one set */
    char key[32];
    int64_t wait;
    int i;
    (void)world;

    for (i = 0; i < 20; i++)
        ratelimit_login_wrong(l, "budi", T0);
    for (i = 0; i < 1000; i++) {
        (void)snprintf(key, sizeof key, "192.0.2.%d", i);
        assert_int_equal(ratelimit_take(l, RATE_SEARCH, key, T0, &wait), 0);
    }
    assert_int_equal(ratelimit_login_ask(l, "budi", T0, &wait), E_RATE); /* the longest memory stays */
    ratelimit_destroy(l);
    ratelimit_destroy(NULL);
}

struct crowd {
    struct ratelimit *l;
    int64_t passed;
};

static void *crowd_thread(void *arg)
{
    struct crowd *c = arg;
    int64_t wait;
    int i;

    for (i = 0; i < 2000; i++)
        c->passed += ratelimit_take(c->l, RATE_API, "token", T0, &wait) == 0;
    return NULL;
}

static void threads_share_one_bucket(void **world)
{
    struct crowd crowd[4];
    pthread_t threads[4];
    struct ratelimit *l = ratelimit_create(0);
    int64_t passed = 0;
    size_t i;
    (void)world;

    for (i = 0; i < 4; i++) {
        crowd[i] = (struct crowd){.l = l};
        assert_int_equal(pthread_create(&threads[i], NULL, crowd_thread, &crowd[i]), 0);
    }
    for (i = 0; i < 4; i++) {
        (void)pthread_join(threads[i], NULL);
        passed += crowd[i].passed;
    }
    assert_int_equal(passed, rate_row(RATE_API)->burst);
    ratelimit_destroy(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate_lets_the_burst_pass_and_then_one_an_interval),
        cmocka_unit_test(login_rate_is_thirty_a_minute),
        cmocka_unit_test(peeking_takes_nothing),
        cmocka_unit_test(clock_that_jumps_back_locks_nobody_out),
        cmocka_unit_test(wait_doubles_from_the_fifth_to_a_quarter_of_an_hour),
        cmocka_unit_test(fifth_wrong_login_has_to_wait_and_no_more_than_that),
        cmocka_unit_test(good_login_or_an_hour_of_quiet_forgets),
        cmocka_unit_test(full_table_forgets_what_is_nearly_forgotten),
        cmocka_unit_test(threads_share_one_bucket),
    };

    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
