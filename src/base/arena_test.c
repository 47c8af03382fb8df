/*
 * arena_test.c: arena, buf and the words of base: memory with one end, buffers with a ceiling.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "buf.h"

static void memory_is_zeroed_and_aligned(void **world)
{
    for (size_t n = 0; n < 200; n++) {
        unsigned char *p = arena_alloc(unit_arena(world), n);

        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xFF, n);
    }
}

static void reset_memory_is_zeroed_again(void **world)
{
    struct arena *a = unit_arena(world);
    unsigned char *p = arena_alloc(a, 100);

    memset(p, 0xFF, 100);
    (void)arena_alloc(a, 1 * MB);
    arena_reset(a);
    assert_int_equal(a->used, 0);
    p = arena_alloc(a, 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(p[i], 0);
}

static void reset_wipes_what_was_there(void **world)
{
    struct arena *a = unit_arena(world);
    const char *secret = arena_text(a, "embun-pasar-tujuh-layang");

    arena_reset(a); /* the block stays, so that it can be looked at */
    for (size_t i = 0; i < 24; i++)
        assert_int_equal(secret[i], 0);
}

static void over_the_soft_ceiling_it_still_answers(void **world)
{
    struct arena a;

    (void)world;
    arena_init(&a, 1024);
    (void)arena_alloc(&a, 1024);
    assert_false(arena_over(&a));
    (void)arena_alloc(&a, 1);
    assert_true(arena_over(&a));
    (void)arena_alloc(&a, 1024 * 7 - 16);
    arena_finish(&a);
    assert_false(arena_over(&a));
}

/* In a process of its own: how does it end? */
static int ends_with(size_t n, size_t size)
{
    struct arena a;
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        (void)close(STDERR_FILENO);
        arena_init(&a, 1024);
        (void)arena_array_(&a, n, size);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WEXITSTATUS(status);
}

static void over_the_hard_ceiling_the_process_ends(void **world)
{
    (void)world;
    assert_int_equal(ends_with(1, 8192), 0);
    assert_int_equal(ends_with(1, 8193), 71);
    assert_int_equal(ends_with(1, SIZE_MAX), 71);
    assert_int_equal(ends_with(SIZE_MAX / 2, 3), 71);
}

static void copies_end_with_nul(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(arena_text(a, "abc"), "abc");
    assert_null(arena_text(a, NULL));
    assert_string_equal(arena_text_n(a, "abc", 2), "ab");
    assert_string_equal(arena_text_n(a, NULL, 0), "");
    assert_int_equal(arena_bytes(a, "a\0b", 3).p[2], 'b');
}

static void a_buffer_grows_up_to_its_ceiling(void **world)
{
    struct buf b;

    buf_init(&b, unit_arena(world), 1000);
    assert_string_equal(b.s, "");
    for (int i = 0; i < 100; i++)
        buf_printf(&b, "%09d,", i);
    assert_int_equal(buf_failed(&b), 0);
    assert_int_equal(b.n, 1000);
    assert_string_equal(b.s + 990, "000000099,");
    buf_byte(&b, 'x');
    assert_int_equal(buf_failed(&b), E_LIMIT);
    assert_int_equal(b.n, 1000);
}

static void a_failed_buffer_stays_as_it_was(void **world)
{
    struct buf b;

    buf_init(&b, unit_arena(world), 4);
    buf_add(&b, "abc");
    buf_add(&b, "de");
    buf_add(&b, "f");
    assert_string_equal(b.s, "abc");
    assert_null(buf_room(&b, 1));
    buf_clear(&b);
    assert_int_equal(buf_failed(&b), 0);
    buf_add(&b, "wxyz");
    assert_string_equal(b.s, "wxyz");
    assert_int_equal(buf_bytes(&b).n, 4);
    buf_clear(&b);
    buf_add(&b, "vwxyz");
    assert_int_equal(buf_failed(&b), E_LIMIT);
    assert_int_equal(b.n, 0);
}

static void a_buffer_without_ceiling_grows_too(void **world)
{
    struct buf b;

    buf_init(&b, unit_arena(world), SIZE_MAX);
    for (int i = 0; i < 1000; i++)
        buf_add(&b, "abc");
    assert_int_equal(b.n, 3000);
    assert_int_equal(buf_failed(&b), 0);
}

static void results_have_names(void **world)
{
    (void)world;
    assert_string_equal(result_name(0), "ok");
    assert_string_equal(result_name(7), "ok");
    assert_string_equal(result_name(E_INPUT), "input");
    assert_string_equal(result_name(E_STATE), "state");
    assert_string_equal(result_name(E_SYSTEM), "system");
    assert_string_equal(result_name(E_SYSTEM - 1), "unknown");
    assert_string_equal(result_name(INT32_MIN), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(memory_is_zeroed_and_aligned),
        UNIT(reset_memory_is_zeroed_again),
        UNIT(reset_wipes_what_was_there),
        UNIT(over_the_soft_ceiling_it_still_answers),
        UNIT(over_the_hard_ceiling_the_process_ends),
        UNIT(copies_end_with_nul),
        UNIT(a_buffer_grows_up_to_its_ceiling),
        UNIT(a_failed_buffer_stays_as_it_was),
        UNIT(a_buffer_without_ceiling_grows_too),
        UNIT(results_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
