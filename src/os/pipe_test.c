/*
 * pipe_test.c: messages arrive whole or not at all, with the descriptors that were wanted and no others.
 */
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>

#include "os/pipe.h"
#include "os/test_dir.h"

static struct {
    int ends[2];
    struct arena arena;
} w;

static const struct pipe_want any = {.body_max = PIPE_BODY_MAX, .fds_max = PIPE_FDS_MAX, .timeout_ms = 2000};

static int setup(void **world)
{
    (void)world; /* `w` is the world */
    arena_init(&w.arena, 4 * MB);
    return pipe_make(w.ends);
}

static int teardown(void **world)
{
    (void)world; /* `w` is the world */
    os_close(&w.ends[0]);
    os_close(&w.ends[1]);
    arena_finish(&w.arena);
    return 0;
}

static struct bytes text(const char *s)
{
    return (struct bytes){.p = (const uint8_t *)s, .n = strlen(s)};
}

static int open_fds(void)
{
    int n = 0;

    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static void message_arrives_with_kind_and_body(void **world)
{
    struct pipe_msg m = {.kind = 0xabcd, .body = text("size and root")}, got;

    (void)world; /* `w` is the world */
    assert_int_equal(pipe_send(w.ends[0], &m, 1000), 0);
    assert_int_equal(pipe_receive(w.ends[1], &any, &w.arena, &got), 1);
    assert_int_equal(got.kind, 0xabcd);
    assert_int_equal(got.n_fds, 0);
    assert_int_equal(got.body.n, m.body.n);
    assert_memory_equal(got.body.p, m.body.p, m.body.n);
}

static void empty_body_is_a_message(void **world)
{
    struct pipe_msg m = {.kind = 1}, got;

    (void)world; /* `w` is the world */
    assert_int_equal(pipe_send(w.ends[0], &m, 1000), 0);
    assert_int_equal(pipe_send(w.ends[0], &m, 1000), 0);
    assert_int_equal(pipe_receive(w.ends[1], &any, &w.arena, &got), 1);
    assert_int_equal(pipe_receive(w.ends[1], &any, &w.arena, &got), 1);
    assert_int_equal(got.body.n, 0);
}

static void *send_large(void *arg)
{
    struct pipe_msg *m = arg;

    return pipe_send(w.ends[0], m, 5000) == 0 ? arg : NULL;
}

static void largest_body_passes_in_pieces(void **world)
{
    uint8_t *big = malloc(PIPE_BODY_MAX);
    struct pipe_msg m = {.kind = 2, .body = {.p = big, .n = PIPE_BODY_MAX}}, got;
    pthread_t sender;
    void *sent;

    (void)world; /* `w` is the world */
    assert_non_null(big);
    for (size_t i = 0; i < PIPE_BODY_MAX; i++)
        big[i] = (uint8_t)(i * 31 >> 3);
    assert_int_equal(pthread_create(&sender, NULL, send_large, &m), 0);
    assert_int_equal(pipe_receive(w.ends[1], &any, &w.arena, &got), 1);
    assert_int_equal(pthread_join(sender, &sent), 0);
    assert_non_null(sent);
    assert_int_equal(got.body.n, PIPE_BODY_MAX);
    assert_memory_equal(got.body.p, big, PIPE_BODY_MAX);
    free(big);
}

static void descriptors_travel(void **world)
{
    int pair[2], before;
    struct pipe_msg m = {.kind = 3, .body = text("file"), .n_fds = 2}, got;
    char c;

    (void)world; /* `w` is the world */
    assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
    m.fds[0] = pair[0];
    m.fds[1] = pair[1];
    before = open_fds();
    assert_int_equal(pipe_send(w.ends[0], &m, 1000), 0);
    assert_int_equal(pipe_receive(w.ends[1], &any, &w.arena, &got), 1);
    assert_int_equal(got.n_fds, 2);
    assert_true((fcntl(got.fds[0], F_GETFD) & FD_CLOEXEC) != 0);
    assert_int_equal(write(got.fds[1], "x", 1), 1);
    assert_int_equal(read(pair[0], &c, 1), 1);
    pipe_close_fds(&got);
    assert_int_equal(open_fds(), before);
    os_close(&pair[0]);
    os_close(&pair[1]);
}

static void unwanted_descriptors_are_refused_and_not_leaked(void **world)
{
    const struct pipe_want none = {.body_max = 100, .timeout_ms = 1000};
    const struct pipe_want one = {.body_max = 100, .fds_max = 1, .timeout_ms = 1000};
    struct pipe_msg m = {.kind = 3, .body = text("x"), .n_fds = 2, .fds = {STDERR_FILENO, STDERR_FILENO}}, got;
    int before = open_fds();

    (void)world; /* `w` is the world */
    assert_int_equal(pipe_send(w.ends[0], &m, 1000), 0);
    assert_int_equal(pipe_receive(w.ends[1], &none, &w.arena, &got), E_FORMAT);
    assert_int_equal(open_fds(), before);

    assert_int_equal(teardown(NULL), 0);
    assert_int_equal(setup(NULL), 0);
    assert_int_equal(pipe_send(w.ends[0], &m, 1000), 0);
    assert_int_equal(pipe_receive(w.ends[1], &one, &w.arena, &got), E_FORMAT);
    assert_int_equal(open_fds(), before);
}

static void announced_but_missing_descriptor_is_broken_framing(void **world)
{
    static const uint8_t raw[] = {0, 0, 0, 0, 1, 0, 1, 0};
    struct pipe_msg got;

    (void)world; /* `w` is the world */
    assert_int_equal(os_write_all(w.ends[0], raw, sizeof raw), 0);
    assert_int_equal(pipe_receive(w.ends[1], &any, &w.arena, &got), E_FORMAT);
}

static void too_long_a_body_is_refused_before_memory_is_taken(void **world)
{
    static const uint8_t raw[] = {0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0};
    const struct pipe_want small = {.body_max = 4, .timeout_ms = 1000};
    struct pipe_msg m = {.kind = 1, .body = text("12345")}, got;

    (void)world; /* `w` is the world */
    assert_int_equal(pipe_send(w.ends[0], &m, 1000), 0);
    assert_int_equal(pipe_receive(w.ends[1], &small, &w.arena, &got), E_LIMIT);
    assert_int_equal(teardown(NULL), 0);
    assert_int_equal(setup(NULL), 0);
    assert_int_equal(os_write_all(w.ends[0], raw, sizeof raw), 0);
    assert_int_equal(pipe_receive(w.ends[1], &any, &w.arena, &got), E_LIMIT);
    assert_int_equal(w.arena.used, 0);
}

static void end_between_messages_is_no_error_and_within_one_is(void **world)
{
    static const uint8_t raw[] = {5, 0, 0, 0, 1, 0, 0, 0, 'a', 'b'};

    (void)world; /* `w` is the world */
    for (size_t n = 0; n <= sizeof raw; n++) {
        struct pipe_msg got;

        assert_int_equal(os_write_all(w.ends[0], raw, n), 0);
        os_close(&w.ends[0]);
        assert_int_equal(pipe_receive(w.ends[1], &any, &w.arena, &got), n == 0 ? 0 : E_FORMAT);
        assert_int_equal(teardown(NULL), 0);
        assert_int_equal(setup(NULL), 0);
    }
}

static void silent_sender_times_out(void **world)
{
    const struct pipe_want brief = {.body_max = 100, .timeout_ms = 30};
    struct pipe_msg got;
    int64_t before = os_monotonic_us();

    (void)world; /* `w` is the world */
    assert_int_equal(pipe_receive(w.ends[1], &brief, &w.arena, &got), E_BUSY);
    assert_true(os_monotonic_us() - before >= 30000);
    assert_int_equal(os_write_all(w.ends[0], "\5\0\0\0\1\0\0\0abc", 11), 0);
    assert_int_equal(pipe_receive(w.ends[1], &brief, &w.arena, &got), E_BUSY);
}

static void *drip(void *arg)
{
    for (int i = 0; i < 20; i++) {
        if (os_write_all(w.ends[0], i < 8 ? "\5\0\0\0\1\0\0\0" + i : "x", 1) < 0)
            break;
        (void)usleep(20000);
    }
    return arg;
}

static void timeout_counts_for_the_whole_message(void **world)
{
    const struct pipe_want brief = {.body_max = 100, .timeout_ms = 100};
    struct pipe_msg got;
    pthread_t sender;

    (void)world; /* `w` is the world */
    assert_int_equal(pthread_create(&sender, NULL, drip, NULL), 0);
    assert_int_equal(pipe_receive(w.ends[1], &brief, &w.arena, &got), E_BUSY);
    assert_int_equal(pthread_join(sender, NULL), 0);
}

static void receiver_that_does_not_read_times_out_the_sender(void **world)
{
    static uint8_t big[MB];
    struct pipe_msg m = {.kind = 1, .body = {.p = big, .n = sizeof big}};

    (void)world; /* `w` is the world */
    assert_int_equal(pipe_send(w.ends[0], &m, 30), E_BUSY);
}

static void closed_receiver_is_a_state_not_a_signal(void **world)
{
    struct pipe_msg m = {.kind = 1, .body = text("x")};

    (void)world; /* `w` is the world */
    os_close(&w.ends[1]);
    assert_int_equal(pipe_send(w.ends[0], &m, 1000), E_STATE);
}

int main(void)
{
#define ON_PAIR(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        ON_PAIR(message_arrives_with_kind_and_body),
        ON_PAIR(empty_body_is_a_message),
        ON_PAIR(largest_body_passes_in_pieces),
        ON_PAIR(descriptors_travel),
        ON_PAIR(unwanted_descriptors_are_refused_and_not_leaked),
        ON_PAIR(announced_but_missing_descriptor_is_broken_framing),
        ON_PAIR(too_long_a_body_is_refused_before_memory_is_taken),
        ON_PAIR(end_between_messages_is_no_error_and_within_one_is),
        ON_PAIR(silent_sender_times_out),
        ON_PAIR(timeout_counts_for_the_whole_message),
        ON_PAIR(receiver_that_does_not_read_times_out_the_sender),
        ON_PAIR(closed_receiver_is_a_state_not_a_signal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
