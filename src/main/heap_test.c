/*
 * heap_test.c: the free() and realloc() of the shipped program behave as those of the C library. That they wipe is shown by
 * tests/release/memory_test.py.
 */
#include <errno.h>

#include "base/unit.h"

static bool is_filled(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] != (unsigned char)(i % 251))
            return false;
    }
    return true;
}

static unsigned char *filled(size_t n)
{
    unsigned char *p = malloc(n);

    assert_non_null(p);
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(i % 251);
    return p;
}

static void what_was_there_stays_when_it_grows_or_shrinks(void **world)
{
    static const size_t sizes[] = {1, 23, 24, 25, 1000, 1040, 65536, 1000000, 40000000};

    (void)world;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
            unsigned char *p = realloc(filled(sizes[i]), sizes[k]);

            assert_non_null(p);
            assert_true(is_filled(p, sizes[i] < sizes[k] ? sizes[i] : sizes[k]));
            free(p);
        }
    }
}

static void nothing_grows_into_something(void **world)
{
    unsigned char *p = realloc(NULL, 100);

    (void)world;
    assert_non_null(p);
    memset(p, 1, 100);
    free(p);
}

static void too_much_is_refused_and_keeps_what_there_is(void **world)
{
    volatile size_t much = SIZE_MAX / 2;     /* or the compiler refuses it, */
    unsigned char *volatile p = filled(100); /* and thinks that this went */

    (void)world;
    assert_null(realloc(p, much));
    assert_int_equal(errno, ENOMEM);
    assert_true(is_filled(p, 100));
    free(p);
}

static void errno_outlives_a_free(void **world)
{
    unsigned char *p = filled(100);

    (void)world;
    errno = EINTR;
    free(p);
    free(NULL);
    assert_int_equal(errno, EINTR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_was_there_stays_when_it_grows_or_shrinks),
        UNIT(nothing_grows_into_something),
        UNIT(too_much_is_refused_and_keeps_what_there_is),
        UNIT(errno_outlives_a_free),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
