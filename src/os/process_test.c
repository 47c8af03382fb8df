/*
 * process_test.c: children get what they were given and no more, and never outlive their parent; programs are bounded.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "os/build.h"
#include "os/pipe.h"
#include "os/process.h"
#include "os/test_dir.h"

#define WAIT_MS 5000

/* ---- children ---- */

static struct process_end run_child(process_run_fn *run, const int *fds, size_t n, void *arg)
{
    const struct process_conf conf = {.name = "test", .run = run, .arg = arg, .fds = fds, .n_fds = n};
    struct process p = PROCESS_NONE;
    struct process_end end;

    assert_int_equal(process_start(&conf, &p), 0);
    assert_int_equal(process_wait(&p, WAIT_MS, &end), 1);
    assert_int_equal(p.pid, 0);
    return end;
}

static int answer(const int *fds, size_t n, void *arg)
{
    (void)fds; /* only the code matters */
    (void)n;
    return *(int *)arg;
}

static void exit_code_comes_back(void **world)
{
    (void)world; /* none */
    for (int code = 0; code <= 255; code += 51) {
        struct process_end end = run_child(answer, NULL, 0, &code);

        assert_int_equal(end.code, code);
        assert_int_equal(end.signal, 0);
    }
}

static int abort_now(const int *fds, size_t n, void *arg)
{
    (void)fds; /* only the end matters */
    (void)n;
    (void)arg;
    abort();
}

static void signal_comes_back_with_its_name(void **world)
{
    struct process_end end = run_child(abort_now, NULL, 0, NULL);

    assert_int_equal(end.code, -1);
    assert_int_equal(end.signal, SIGABRT);
    assert_string_equal(process_end_text(&end, unit_arena(world)), "signal 6 (Aborted)");
    end = (struct process_end){.code = 3};
    assert_string_equal(process_end_text(&end, unit_arena(world)), "exit 3");
}

/* 0 when exactly 0..2 and the given ones are open, at 3, 4, ..., in their order. */
static int look_at_fds(const int *fds, size_t n, void *arg)
{
    const ino_t *inodes = arg;

    for (size_t i = 0; i < n; i++) {
        struct stat st;

        if (fds[i] != PROCESS_FIRST_FD + (int)i || fstat(fds[i], &st) < 0 || st.st_ino != inodes[i])
            return 1;
    }
    for (int fd = 0; fd < 1024; fd++)
        if ((fcntl(fd, F_GETFD) >= 0) != (fd < PROCESS_FIRST_FD + (int)n))
            return 2;
    return 0;
}

static void child_has_its_descriptors_in_order_and_no_others(void **world)
{
    int fds[3];
    ino_t inodes[3];
    int swapped[3];

    (void)world; /* none */
    for (int i = 0; i < 3; i++) {
        struct stat st;
        char path[32];

        (void)snprintf(path, sizeof path, "/proc/self/%s", i == 0 ? "stat" : i == 1 ? "status" : "maps"); /* always fits */
        fds[i] = open(path, O_RDONLY | O_CLOEXEC);
        assert_true(fds[i] > STDERR_FILENO);
        assert_int_equal(fstat(fds[i], &st), 0);
        inodes[i] = st.st_ino;
    }
    assert_int_equal(run_child(look_at_fds, fds, 3, inodes).code, 0);
    swapped[0] = fds[2];
    swapped[1] = fds[1];
    swapped[2] = fds[0];
    assert_int_equal(run_child(look_at_fds, swapped, 3, (ino_t[]){inodes[2], inodes[1], inodes[0]}).code, 0);
    assert_int_equal(run_child(look_at_fds, NULL, 0, NULL).code, 0);
    for (int i = 0; i < 3; i++)
        os_close(&fds[i]);
}

static int look_at_locks(const int *fds, size_t n, void *arg)
{
    struct rlimit core;
    int sig = 0;

    (void)fds; /* only the state of the process matters */
    (void)n;
    (void)arg;
    if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_cur != 0 || core.rlim_max != 0)
        return 1;
    if (prctl(PR_GET_DUMPABLE) != (OS_SANITIZED ? 1 : 0))
        return 2;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        return 3;
    if (prctl(PR_GET_PDEATHSIG, &sig) < 0 || sig != SIGKILL)
        return 4;
    return umask(0) == 0077 ? 0 : 5;
}

static void child_is_hardened(void **world)
{
    (void)world; /* none */
    assert_int_equal(run_child(look_at_locks, NULL, 0, NULL).code, 0);
}

static int look_at_signals(const int *fds, size_t n, void *arg)
{
    sigset_t blocked;

    (void)fds; /* only the state of the process matters */
    (void)n;
    (void)arg;
    if (sigprocmask(SIG_BLOCK, NULL, &blocked) < 0 || sigismember(&blocked, SIGTERM) != 0)
        return 1;
    (void)raise(SIGINT); /* ignored: the parent decides */
    (void)raise(SIGTERM);
    return 2;
}

static void child_starts_with_plain_signals(void **world)
{
    sigset_t term, before;
    struct process_end end;

    (void)world; /* none */
    assert_int_equal(sigemptyset(&term), 0);
    assert_int_equal(sigaddset(&term, SIGTERM), 0);
    assert_int_equal(sigprocmask(SIG_BLOCK, &term, &before), 0);
    end = run_child(look_at_signals, NULL, 0, NULL);
    assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    assert_int_equal(end.signal, SIGTERM);
}

static int look_for_secret(const int *fds, size_t n, void *arg)
{
    static char all[65536];
    AUTO_CLOSE int fd = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
    ssize_t got;

    (void)fds; /* only the environment matters */
    (void)n;
    (void)arg;
    if (getenv("TERANG_TEST_SECRET") != NULL)
        return 1;
    got = fd < 0 ? 0 : read(fd, all, sizeof all); /* not readable once we are not dumpable: good as well */
    return got > 0 && memmem(all, (size_t)got, "geheim-4711", 11) != NULL ? 2 : 0;
}

static void wiped_environment_is_gone(void **world)
{
    struct process_conf conf = {.name = "test", .run = look_for_secret, .clear_env = true};
    struct process p = PROCESS_NONE;
    struct process_end end;

    (void)world; /* none */
    assert_int_equal(setenv("TERANG_TEST_SECRET", "geheim-4711", 1), 0);
    assert_int_equal(process_start(&conf, &p), 0);
    assert_int_equal(process_wait(&p, WAIT_MS, &end), 1);
    assert_int_equal(end.code, 0);
    assert_non_null(getenv("TERANG_TEST_SECRET"));
    conf.clear_env = false;
    assert_int_equal(process_start(&conf, &p), 0);
    assert_int_equal(process_wait(&p, WAIT_MS, &end), 1);
    assert_int_equal(end.code, 1);
    assert_int_equal(unsetenv("TERANG_TEST_SECRET"), 0);
}

static int sleep_long(const int *fds, size_t n, void *arg)
{
    (void)fds; /* only waits */
    (void)n;
    if (arg != NULL)
        (void)signal(SIGTERM, SIG_IGN); /* SIGTERM may always be ignored */
    for (;;)
        (void)pause(); /* until a signal ends us */
    return 0;
}

static void waiting_is_bounded(void **world)
{
    const struct process_conf conf = {.name = "test", .run = sleep_long};
    struct process p = PROCESS_NONE;
    struct process_end end;
    int64_t before = os_monotonic_us();

    (void)world; /* none */
    assert_int_equal(process_start(&conf, &p), 0);
    assert_int_equal(process_wait(&p, 30, &end), 0);
    assert_true(os_monotonic_us() - before >= 30000);
    assert_true(p.pid > 0);
    end = process_stop(&p, WAIT_MS);
    assert_int_equal(end.signal, SIGTERM);
    end = process_stop(&p, WAIT_MS);
    assert_int_equal(end.code, 0);
}

static void deaf_child_is_killed_after_its_grace(void **world)
{
    const struct process_conf conf = {.name = "test", .run = sleep_long, .arg = (int[]){1}};
    struct process p = PROCESS_NONE;
    struct process_end end;

    (void)world; /* none */
    assert_int_equal(process_start(&conf, &p), 0);
    assert_int_equal(process_wait(&p, 100, &end), 0); /* time to become deaf */
    assert_int_equal(process_stop(&p, 50).signal, SIGKILL);
}

/* Starts a grandchild, tells its number, and ends by SIGKILL without a goodbye. */
static int orphan_maker(const int *fds, size_t n, void *arg)
{
    const struct process_conf conf = {.name = "orphan", .run = sleep_long, .arg = (int[]){1}};
    struct process p = PROCESS_NONE;

    (void)arg; /* none */
    if (n != 1 || process_start(&conf, &p) < 0 || os_write_all(fds[0], &p.pid, sizeof p.pid) < 0)
        return 1;
    (void)poll(NULL, 0, 100);
    (void)raise(SIGKILL);
    return 2;
}

static void child_dies_with_its_parent(void **world)
{
    const struct process_conf conf = {.name = "parent", .run = orphan_maker};
    struct process_conf with_pipe = conf;
    struct process p = PROCESS_NONE;
    struct process_end end;
    struct pollfd gone = {.events = POLLIN};
    int ends[2];
    pid_t orphan = 0;

    (void)world; /* none */
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    with_pipe.fds = &ends[1];
    with_pipe.n_fds = 1;
    assert_int_equal(process_start(&with_pipe, &p), 0);
    assert_int_equal(read(ends[0], &orphan, sizeof orphan), sizeof orphan);
    gone.fd = pidfd_open(orphan, 0);
    assert_true(gone.fd > 0);
    assert_int_equal(process_wait(&p, WAIT_MS, &end), 1);
    assert_int_equal(end.signal, SIGKILL);
    assert_int_equal(poll(&gone, 1, WAIT_MS), 1);
    os_close(&gone.fd);
    os_close(&ends[0]);
    os_close(&ends[1]);
}

/* ---- privileges ---- */

static int drop_and_look(const int *fds, size_t n, void *arg)
{
    (void)fds; /* only the identity matters */
    (void)n;
    if (process_drop(arg) < 0)
        return 1;
    if (process_has_privileges() || getuid() == 0 || getegid() == 0)
        return 2;
    if (setuid(0) == 0 || setgid(0) == 0 || chown("/", 0, 0) == 0)
        return 3;
    return prctl(PR_CAPBSET_READ, 1, 0, 0, 0) == 0 ? 0 : 4;
}

static void dropped_privileges_do_not_come_back(void **world)
{
    (void)world; /* none */
    if (getuid() != 0)
        skip();
    assert_int_equal(run_child(drop_and_look, NULL, 0, (char[]){"nobody"}).code, 0);
}

static int drop_result(const int *fds, size_t n, void *arg)
{
    (void)fds; /* only the identity matters */
    (void)n;
    return -process_drop(arg);
}

static void root_and_unknown_users_are_no_place_to_drop_to(void **world)
{
    (void)world; /* none */
    if (getuid() != 0)
        skip();
    assert_int_equal(run_child(drop_result, NULL, 0, (char[]){"root"}).code, -E_INPUT);
    assert_int_equal(run_child(drop_result, NULL, 0, (char[]){"no-such-user-here"}).code, -E_INPUT);
}

static int drop_twice(const int *fds, size_t n, void *arg)
{
    (void)fds; /* only the identity matters */
    (void)n;
    if (getuid() == 0 && process_drop(arg) < 0)
        return 1;
    return process_drop("not-looked-up") == 0 ? 0 : 2;
}

static void ordinary_user_has_nothing_to_drop(void **world)
{
    (void)world; /* none */
    assert_int_equal(run_child(drop_twice, NULL, 0, (char[]){"nobody"}).code, 0);
}

static int look_for_privileges(const int *fds, size_t n, void *arg)
{
    (void)fds; /* only the identity matters */
    (void)n;
    (void)arg;
    return process_has_privileges() ? 1 : 0;
}

static void root_has_privileges(void **world)
{
    (void)world; /* none */
    if (getuid() != 0)
        skip();
    assert_int_equal(run_child(look_for_privileges, NULL, 0, NULL).code, 1);
}

/* ---- programs ---- */

static int run_shell(char *script, struct arena *a, size_t out_max, int timeout_ms, struct program_result *ret)
{
    const struct program p = {
        .path = "/bin/sh",
        .argv = (char *[]){"sh", "-c", script, NULL},
        .out_max = out_max,
        .timeout_ms = timeout_ms,
    };

    return program_run(&p, a, ret);
}

static bool is_text(struct bytes b, const char *s)
{
    return b.n == strlen(s) && memcmp(b.p, s, b.n) == 0;
}

static void program_output_and_code_are_kept(void **world)
{
    struct program_result r;

    assert_int_equal(run_shell((char[]){"echo out; echo err >&2; exit 7"}, unit_arena(world), 100, WAIT_MS, &r), 0);
    assert_int_equal(r.end.code, 7);
    assert_true(is_text(r.out, "out\n"));
    assert_true(is_text(r.err, "err\n"));
}

static void program_sees_no_environment_or_input_of_ours(void **world)
{
    struct program_result r;

    assert_int_equal(setenv("TERANG_TEST_SECRET", "x", 1), 0);
    assert_int_equal(run_shell((char[]){"cat; echo ${TERANG_TEST_SECRET-none} $PATH; ls /proc/$$/fd | wc -l"},
                               unit_arena(world), 1000, WAIT_MS, &r),
                     0);
    assert_int_equal(unsetenv("TERANG_TEST_SECRET"), 0);
    assert_true(is_text(r.out, "none /usr/bin:/bin\n3\n"));
}

static void program_that_says_too_much_is_killed(void **world)
{
    struct program_result r;

    assert_int_equal(run_shell((char[]){"printf 12345678"}, unit_arena(world), 8, WAIT_MS, &r), 0);
    assert_int_equal(run_shell((char[]){"printf 123456789"}, unit_arena(world), 8, WAIT_MS, &r), E_LIMIT);
    assert_int_equal(run_shell((char[]){"while :; do echo y; done"}, unit_arena(world), 64 * KB, WAIT_MS, &r), E_LIMIT);
}

static void complaints_are_cut_not_punished(void **world)
{
    struct program_result r;

    assert_int_equal(run_shell((char[]){"head -c 100000 /dev/zero >&2; echo done"}, unit_arena(world), 100, WAIT_MS, &r), 0);
    assert_int_equal(r.err.n, PROGRAM_ERR_MAX);
    assert_true(is_text(r.out, "done\n"));
}

static void program_over_its_time_is_killed_with_its_children(void **world)
{
    struct program_result r;
    int64_t before = os_monotonic_us();
    int64_t took;

    assert_int_equal(run_shell((char[]){"sleep 20 & sleep 20"}, unit_arena(world), 100, 200, &r), E_BUSY);
    took = os_monotonic_us() - before;
    assert_in_range(took, 200000, 4000000);
}

static void end_of_the_program_counts_not_that_of_its_children(void **world)
{
    struct program_result r;
    int64_t before = os_monotonic_us();

    assert_int_equal(run_shell((char[]){"sleep 20 & echo now"}, unit_arena(world), 100, WAIT_MS, &r), 0);
    assert_true(is_text(r.out, "now\n"));
    assert_true(os_monotonic_us() - before < 4000000);
}

static void output_may_go_to_a_file(void **world)
{
    const struct program p = {
        .path = "/bin/sh", .argv = (char *[]){"sh", "-c", "echo kept", NULL}, .timeout_ms = PROCESS_FOREVER};
    struct program to_file = p;
    struct program_result r;
    struct test_dir d;

    test_dir_make(&d);
    to_file.out = os_create(d.fd, "f", 0600);
    assert_true(to_file.out > 0);
    assert_int_equal(program_run(&to_file, unit_arena(world), &r), 0);
    assert_int_equal(r.end.code, 0);
    assert_int_equal(r.out.n, 0);
    assert_true(test_dir_holds(&d, "f", "kept\n"));
    os_close(&to_file.out);
    test_dir_finish(&d);
}

static void missing_program_is_told_apart(void **world)
{
    const struct program p = {.path = "/none/such", .argv = (char *[]){"such", NULL}, .timeout_ms = WAIT_MS};
    struct program_result r;

    assert_int_equal(program_run(&p, unit_arena(world), &r), E_STORAGE);
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(exit_code_comes_back),
        UNIT(signal_comes_back_with_its_name),
        UNIT(child_has_its_descriptors_in_order_and_no_others),
        UNIT(child_is_hardened),
        UNIT(child_starts_with_plain_signals),
        UNIT(wiped_environment_is_gone),
        UNIT(waiting_is_bounded),
        UNIT(deaf_child_is_killed_after_its_grace),
        UNIT(child_dies_with_its_parent),
        UNIT(dropped_privileges_do_not_come_back),
        UNIT(root_and_unknown_users_are_no_place_to_drop_to),
        UNIT(ordinary_user_has_nothing_to_drop),
        UNIT(root_has_privileges),
        UNIT(program_output_and_code_are_kept),
        UNIT(program_sees_no_environment_or_input_of_ours),
        UNIT(program_that_says_too_much_is_killed),
        UNIT(complaints_are_cut_not_punished),
        UNIT(program_over_its_time_is_killed_with_its_children),
        UNIT(end_of_the_program_counts_not_that_of_its_children),
        UNIT(output_may_go_to_a_file),
        UNIT(missing_program_is_told_apart),
    };

    if (test_lacks_pidfd())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
