/*
 * supervise_test.c: rounds, restarts, short children and the order of stopping.
 *
 * A parent with its loop runs in a child of the test; roles write what they see, one letter each, into a pipe.
 */
#include <signal.h>
#include <sys/wait.h>

#include "os/pipe.h"
#include "os/supervise.h"
#include "os/test_dir.h"

#define WAIT_US 8000000

struct world {
    int says[2]; /* letters of roles and of the parent */
    int crashes; /* how many rounds the server is to crash in */
    int serves;  /* it says that it is ready before it crashes */
    int cannot;  /* how many rounds it then cannot begin in */
    int last;    /* the code it ends with after that, -1: it stays until SIGTERM */
    int round;
    int deaf;    /* the server ignores SIGTERM */
    int asks;    /* the server asks for a short child: with this deadline */
    int ask_end; /* the server's end of the asking pair */
    pid_t parent;
};

static int begin(void **state_of_test)
{
    struct world *w = calloc(1, sizeof *w);

    if (w == NULL || pipe2(w->says, O_CLOEXEC) < 0)
        return -1;
    w->last = -1;
    *state_of_test = w;
    return 0;
}

static int finish(void **state_of_test)
{
    struct world *w = *state_of_test;

    os_close(&w->says[0]);
    os_close(&w->says[1]);
    free(w);
    return 0;
}

static void say(int fd, char c)
{
    if (os_write_all(fd, &c, 1) < 0)
        _exit(99); /* the test hears nothing more and fails */
}

static void until_term(void)
{
    sigset_t term;
    int got;

    (void)sigemptyset(&term); /* a set of our own */
    (void)sigaddset(&term, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &term, NULL);
    (void)sigwait(&term, &got);
}

static int signer(const int *fds, size_t n, void *arg)
{
    (void)n;   /* one */
    (void)arg; /* none */
    until_term();
    say(fds[0], 's');
    return 0;
}

static int server(const int *fds, size_t n, void *arg)
{
    const struct world *w = arg;
    struct pipe_msg m = {.kind = 1};

    say(fds[0], 'W');
    if (w->serves && w->round <= w->crashes && pipe_send(fds[1], &(struct pipe_msg){.kind = 2}, 1000) < 0)
        return 9;
    if (w->asks > 0 && (n != 2 || pipe_send(fds[1], &m, 1000) < 0))
        return 9;
    if (w->round <= w->crashes)
        abort();
    if (w->round <= w->crashes + w->cannot)
        return 2;
    if (w->last >= 0)
        return w->last;
    if (w->deaf) {
        (void)signal(SIGTERM, SIG_IGN); /* SIGTERM may always be ignored */
        say(fds[0], 'd');
        for (;;)
            (void)pause(); /* until SIGKILL */
    }
    until_term();
    (void)usleep(50000); /* requests are being finished */
    say(fds[0], 'w');
    return 0;
}

static int parser(const int *fds, size_t n, void *arg)
{
    (void)n; /* one */
    say(fds[0], 'p');
    if (((const struct world *)arg)->asks < 1000)
        for (;;)
            (void)pause(); /* until the deadline kills us */
    return 0;
}

static int start_round(void *ctx, struct supervisor *s)
{
    struct world *w = ctx;
    int pair[2];
    int fds[2];
    int e;

    w->round++;
    e = pipe_make(pair);
    if (e < 0)
        return e;
    fds[0] = w->says[1];
    fds[1] = pair[1];
    e = supervise_add(s, &(struct process_conf){.name = "signer", .run = signer, .fds = fds, .n_fds = 1});
    if (e == 0)
        e = supervise_add(s, &(struct process_conf){.name = "server", .run = server, .arg = w, .fds = fds, .n_fds = 2});
    os_close(&pair[1]);
    supervise_watch(s, pair[0]);
    return e;
}

static int start_never(void *ctx, struct supervisor *s)
{
    (void)ctx; /* it fails whatever they are */
    (void)s;
    return E_STORAGE;
}

static int asked(void *ctx, struct supervisor *s, int fd)
{
    struct world *w = ctx;
    const struct pipe_want want = {.timeout_ms = 100};
    struct arena a;
    struct pipe_msg m;
    int e;

    arena_init(&a, 4 * KB);
    e = pipe_receive(fd, &want, &a, &m);
    arena_finish(&a);
    if (e <= 0)
        return E_STATE;
    if (m.kind == 2) {
        supervise_ready(s);
        return 0;
    }
    return supervise_add_short(
        s, &(struct process_conf){.name = "parser", .run = parser, .arg = w, .fds = &w->says[1], .n_fds = 1}, w->asks);
}

static void ended(void *ctx, const char *name, const struct process_end *end, int again_ms)
{
    const struct world *w = ctx;

    if (strcmp(name, "parser") == 0)
        say(w->says[1], end->signal == SIGKILL ? 'K' : 'P');
    if (again_ms >= 0)
        say(w->says[1], again_ms <= supervise_backoff_ms(1, 0) ? 'a' : 'A');
}

/* The parent, in a process of its own, so that signals can be sent to it. */
static pid_t run_parent(struct world *w, int grace_ms)
{
    const struct supervise_conf conf = {.start = start_round, .asked = asked, .ended = ended, .ctx = w, .grace_ms = grace_ms};
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0)
        _exit(supervise_run(&conf) & 0xff);
    os_close(&w->says[1]);
    w->parent = pid;
    return pid;
}

static int parent_code(struct world *w)
{
    int status = -1;

    assert_int_equal(waitpid(w->parent, &status, 0), w->parent);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Reads letters up to and with `last`; fails when the end comes first. */
static void read_until(struct world *w, char last, char *ret, size_t size)
{
    size_t n = 0;

    do {
        assert_true(n + 1 < size);
        assert_int_equal(read(w->says[0], ret + n, 1), 1);
    } while (ret[n++] != last);
    ret[n] = '\0';
}

static void rest(struct world *w, char *ret, size_t size)
{
    ssize_t got;
    size_t n = 0;

    while (n + 1 < size && (got = read(w->says[0], ret + n, size - 1 - n)) > 0)
        n += (size_t)got;
    ret[n] = '\0';
}

static int count(const char *text, char c)
{
    int n = 0;

    for (; *text != '\0'; text++)
        n += *text == c;
    return n;
}

static void term_stops_the_server_before_the_signer(void **state_of_test)
{
    struct world *w = *state_of_test;
    char seen[32];

    (void)run_parent(w, 5000);
    read_until(w, 'W', seen, sizeof seen);
    (void)usleep(50000); /* until both wait for SIGTERM */
    assert_int_equal(kill(w->parent, SIGTERM), 0);
    rest(w, seen, sizeof seen);
    assert_string_equal(seen, "ws");
    assert_int_equal(parent_code(w), 0);
}

static void crash_starts_all_again(void **state_of_test)
{
    struct world *w = *state_of_test;
    char seen[32];

    w->crashes = 2;
    w->last = 2;
    (void)run_parent(w, 5000);
    rest(w, seen, sizeof seen);
    assert_int_equal(parent_code(w), 2);
    assert_int_equal(count(seen, 'W'), 3);
    assert_int_equal(count(seen, 'a'), 1); /* the second waits longer */
    assert_int_equal(count(seen, 'A'), 1);
}

static void crash_of_a_round_that_served_is_no_failed_start(void **state_of_test)
{
    struct world *w = *state_of_test;
    char seen[64];

    w->serves = 1;
    w->crashes = 8;
    w->last = 3;
    (void)run_parent(w, 5000);
    rest(w, seen, sizeof seen);
    assert_int_equal(parent_code(w), 3);
    assert_int_equal(count(seen, 'a'), 8);
    assert_int_equal(count(seen, 'A'), 0);
}

static void could_not_is_tried_again_once_it_could(void **state_of_test)
{
    struct world *w = *state_of_test;
    char seen[64];

    w->serves = w->crashes = 1;
    w->cannot = 2;
    w->last = 3;
    (void)run_parent(w, 5000);
    rest(w, seen, sizeof seen);
    assert_int_equal(parent_code(w), 3);
    assert_int_equal(count(seen, 'W'), 4);
    assert_int_equal(count(seen, 'A'), 1); /* it waits longer each time */
}

static void could_not_at_first_is_a_last_word(void **state_of_test)
{
    struct world *w = *state_of_test;
    char seen[32];

    w->cannot = 1;
    (void)run_parent(w, 5000);
    rest(w, seen, sizeof seen);
    assert_int_equal(parent_code(w), 2);
    assert_int_equal(count(seen, 'W'), 1);
}

static void last_word_is_passed_on(void **state_of_test)
{
    struct world *w = *state_of_test;
    char seen[32];

    w->last = 3;
    (void)run_parent(w, 5000);
    rest(w, seen, sizeof seen);
    assert_int_equal(parent_code(w), 3);
}

static void deaf_server_is_killed_and_told(void **state_of_test)
{
    struct world *w = *state_of_test;
    char seen[32];

    w->deaf = 1;
    (void)run_parent(w, 100);
    read_until(w, 'd', seen, sizeof seen);
    assert_int_equal(kill(w->parent, SIGTERM), 0);
    rest(w, seen, sizeof seen);
    assert_string_equal(seen, "s");
    assert_int_equal(parent_code(w), 1);
}

static void second_signal_does_not_wait(void **state_of_test)
{
    struct world *w = *state_of_test;
    int64_t before = os_monotonic_us();
    char seen[32];

    w->deaf = 1;
    (void)run_parent(w, 60000);
    read_until(w, 'd', seen, sizeof seen);
    assert_int_equal(kill(w->parent, SIGTERM), 0);
    (void)usleep(50000);
    assert_int_equal(kill(w->parent, SIGINT), 0);
    rest(w, seen, sizeof seen);
    assert_int_equal(parent_code(w), 1);
    assert_true(os_monotonic_us() - before < WAIT_US);
}

static void short_child_comes_and_goes(void **state_of_test)
{
    struct world *w = *state_of_test;
    char seen[32];

    w->asks = 5000;
    (void)run_parent(w, 5000);
    read_until(w, 'P', seen, sizeof seen);
    assert_string_equal(seen, "WpP");
    assert_int_equal(kill(w->parent, SIGTERM), 0);
    assert_int_equal(parent_code(w), 0);
}

static void short_child_over_its_time_is_killed(void **state_of_test)
{
    struct world *w = *state_of_test;
    char seen[32];

    w->asks = 100;
    (void)run_parent(w, 5000);
    read_until(w, 'K', seen, sizeof seen);
    assert_string_equal(seen, "WpK");
    assert_int_equal(kill(w->parent, SIGTERM), 0);
    assert_int_equal(parent_code(w), 0);
}

static void first_round_that_cannot_start_is_an_error(void **state_of_test)
{
    const struct supervise_conf conf = {.start = start_never, .ended = ended, .ctx = *state_of_test, .grace_ms = 10};

    assert_int_equal(supervise_run(&conf), E_STORAGE);
}

static void backoff_doubles_up_to_half_a_minute(void **state_of_test)
{
    static const int waits[] = {100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000};

    (void)state_of_test; /* pure */
    for (size_t i = 0; i < ARRAY_LEN(waits); i++)
        assert_int_equal(supervise_backoff_ms((int)i + 1, 0), waits[i]);
    assert_int_equal(supervise_backoff_ms(INT32_MAX, 0), 30000);
}

static void rounds_that_served_begin_a_moment_apart(void **state_of_test)
{
    (void)state_of_test; /* pure */
    assert_int_equal(supervise_backoff_ms(0, 0), 100);
    assert_int_equal(supervise_backoff_ms(0, 99000), 1);
    assert_int_equal(supervise_backoff_ms(0, 100000), 0);
    assert_int_equal(supervise_backoff_ms(0, INT64_MAX), 0);
}

int main(void)
{
#define WITH_PIPE(f) cmocka_unit_test_setup_teardown(f, begin, finish)
    const struct CMUnitTest tests[] = {
        WITH_PIPE(term_stops_the_server_before_the_signer),
        WITH_PIPE(crash_starts_all_again),
        WITH_PIPE(crash_of_a_round_that_served_is_no_failed_start),
        WITH_PIPE(could_not_is_tried_again_once_it_could),
        WITH_PIPE(could_not_at_first_is_a_last_word),
        WITH_PIPE(last_word_is_passed_on),
        WITH_PIPE(deaf_server_is_killed_and_told),
        WITH_PIPE(second_signal_does_not_wait),
        WITH_PIPE(short_child_comes_and_goes),
        WITH_PIPE(short_child_over_its_time_is_killed),
        WITH_PIPE(first_round_that_cannot_start_is_an_error),
        WITH_PIPE(backoff_doubles_up_to_half_a_minute),
        WITH_PIPE(rounds_that_served_begin_a_moment_apart),
    };

    if (test_lacks_pidfd())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
