/*
 * hashpool_test.c: work comes back, the queue has an end, stopping answers everybody.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>

#include "core/auth/hashpool.h"

#define ASKS 64

struct inbox {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int answers, busy;
    int last;
    char phc[PASSWORD_PHC_SIZE];
    bool gate; /* answers wait here until it is opened */
};

static void inbox_init(struct inbox *in)
{
    *in = (struct inbox){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
}

static void arrived(void *arg, const struct hash_answer *answer)
{
    struct inbox *in = arg;

    (void)pthread_mutex_lock(&in->lock);
    while (in->gate)
        (void)pthread_cond_wait(&in->changed, &in->lock);
    in->answers++;
    in->busy += answer->result == E_BUSY;
    in->last = answer->result;
    memcpy(in->phc, answer->phc, strlen(answer->phc) + 1);
    (void)pthread_cond_broadcast(&in->changed);
    (void)pthread_mutex_unlock(&in->lock);
}

static void wait_for(struct inbox *in, int answers)
{
    (void)pthread_mutex_lock(&in->lock);
    while (in->answers < answers)
        (void)pthread_cond_wait(&in->changed, &in->lock);
    (void)pthread_mutex_unlock(&in->lock);
}

static void makes_a_hash_and_verifies_it(void **world)
{
    struct hashpool *pool;
    struct inbox in;
    char phc[PASSWORD_PHC_SIZE];
    (void)world;

    inbox_init(&in);
    assert_int_equal(hashpool_start(password_cost_least, &pool), 0);
    assert_int_equal(hashpool_ask(pool, HASH_MAKE, "tujuh gajah", NULL, arrived, &in), 0);
    wait_for(&in, 1);
    assert_int_equal(in.last, 0);
    memcpy(phc, in.phc, sizeof phc);

    assert_int_equal(hashpool_ask(pool, HASH_VERIFY, "tujuh gajah", phc, arrived, &in), 0);
    wait_for(&in, 2);
    assert_int_equal(in.last, 1);
    assert_string_equal(in.phc, ""); /* nothing to store: the cost is today's */

    assert_int_equal(hashpool_ask(pool, HASH_VERIFY, "delapan gajah", phc, arrived, &in), 0);
    wait_for(&in, 3);
    assert_int_equal(in.last, 0);

    assert_int_equal(hashpool_ask(pool, HASH_NOBODY, "tujuh gajah", NULL, arrived, &in), 0);
    wait_for(&in, 4);
    assert_int_equal(in.last, 0);
    hashpool_stop(pool);
}

static void a_match_under_an_old_cost_brings_a_new_hash(void **world)
{
    struct password_cost dearer = {.memory_kib = password_cost_least.memory_kib, .passes = 3};
    struct hashpool *pool;
    struct inbox in;
    char phc[PASSWORD_PHC_SIZE];
    (void)world;

    inbox_init(&in);
    assert_int_equal(password_hash("tujuh gajah", password_cost_least, phc), 0);
    assert_int_equal(hashpool_start(dearer, &pool), 0);
    assert_int_equal(hashpool_ask(pool, HASH_VERIFY, "tujuh gajah", phc, arrived, &in), 0);
    wait_for(&in, 1);
    assert_int_equal(in.last, 1);
    assert_non_null(strstr(in.phc, ",t=3,"));
    assert_int_equal(password_verify(in.phc, "tujuh gajah"), 1);

    assert_int_equal(hashpool_ask(pool, HASH_VERIFY, "salah", phc, arrived, &in), 0);
    wait_for(&in, 2);
    assert_string_equal(in.phc, "");
    hashpool_stop(pool);
}

static void full_queue_is_busy_and_stop_answers_everybody(void **world)
{
    struct hashpool *pool;
    struct inbox in;
    int i, taken = 0;
    (void)world;

    inbox_init(&in);
    in.gate = true;
    assert_int_equal(hashpool_start(password_cost_least, &pool), 0);
    for (i = 0; i < ASKS; i++) {
        int e = hashpool_ask(pool, HASH_NOBODY, "x", NULL, arrived, &in);

        taken += e == 0;
        assert_true(e == 0 || e == E_BUSY);
    }
    assert_in_range(taken, HASHPOOL_QUEUE, HASHPOOL_QUEUE + HASHPOOL_THREADS);
    assert_in_range(hashpool_waiting(pool), HASHPOOL_QUEUE - HASHPOOL_THREADS, HASHPOOL_QUEUE);

    (void)pthread_mutex_lock(&in.lock);
    in.gate = false;
    (void)pthread_cond_broadcast(&in.changed);
    (void)pthread_mutex_unlock(&in.lock);
    hashpool_stop(pool);
    assert_int_equal(in.answers, taken);
    assert_true(in.busy > 0);
}

static void too_long_a_password_is_refused_at_once(void **world)
{
    char text[PASSWORD_BYTES_MAX + 2];
    struct hashpool *pool;
    (void)world;

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(hashpool_start(password_cost_least, &pool), 0);
    assert_int_equal(hashpool_ask(pool, HASH_NOBODY, text, NULL, arrived, NULL), E_INPUT);
    hashpool_stop(pool);
    hashpool_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_a_hash_and_verifies_it),
        cmocka_unit_test(a_match_under_an_old_cost_brings_a_new_hash),
        cmocka_unit_test(full_queue_is_busy_and_stop_answers_everybody),
        cmocka_unit_test(too_long_a_password_is_refused_at_once),
    };

    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
