/*
 * secret_test.c: secrets are locked, zero at first, and gone for a child, a core dump and an overrun.
 */
#include <signal.h>
#include <sys/wait.h>

#include "os/build.h"
#include "os/test_dir.h"

static void secret_is_zeroed_aligned_and_writable(void **world)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 32, 4095, 4096, 4097, 70000};

    (void)world; /* none */
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        unsigned char *p = os_secret_alloc(sizes[i]);

        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal(p[k], 0);
        memset(p, 0xaa, sizes[i]);
        os_secret_free(p);
    }
    os_secret_free(NULL);
}

/* Runs in a child: the signal that ends it, or 0. */
static int touch_in_child(const volatile unsigned char *p)
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        (void)signal(SIGSEGV, SIG_DFL); /* without the sanitizer's report */
        _exit(*p);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void overrun_meets_a_guard(void **world)
{
    unsigned char *p = os_secret_alloc(32);

    (void)world; /* none */
    assert_int_equal(touch_in_child(p + 31), 0);
    assert_int_equal(touch_in_child(p + 32), SIGSEGV);
    assert_int_equal(touch_in_child(p - 4096), SIGSEGV);
    os_secret_free(p);
}

static void child_of_fork_sees_zeros(void **world)
{
    unsigned char *p = os_secret_alloc(32);
    int status;
    pid_t pid;

    (void)world; /* none */
    memset(p, 7, 32);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(p[0] | p[31]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(p[0], 7);
    os_secret_free(p);
}

/* The flags of the mapping that holds p, as /proc/self/smaps has them: "lo" locked, "dd" not dumped, "wf" wiped. */
static bool has_flags(const void *p, const char *const *flags, size_t n)
{
    FILE *f = fopen("/proc/self/smaps", "re");
    char line[512];
    bool here = false, good = false;

    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        unsigned long from, to;

        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            here = (uintptr_t)p >= from && (uintptr_t)p < to;
        if (!here || strncmp(line, "VmFlags:", 8) != 0)
            continue;
        good = true;
        for (size_t i = 0; i < n; i++)
            good = good && strstr(line, flags[i]) != NULL;
    }
    (void)fclose(f); /* only read */
    return good;
}

static void secret_is_locked_and_left_out_of_dumps(void **world)
{
    static const char *const flags[] = {" dd", " wf", " lo"};
    void *p = os_secret_alloc(32);
    bool good = has_flags(p, flags, OS_SANITIZED ? 2 : 3); /* the address sanitizer turns mlock() into nothing */

    (void)world; /* none */
    os_secret_free(p);
    assert_true(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secret_is_zeroed_aligned_and_writable),
        cmocka_unit_test(overrun_meets_a_guard),
        cmocka_unit_test(child_of_fork_sees_zeros),
        cmocka_unit_test(secret_is_locked_and_left_out_of_dumps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
