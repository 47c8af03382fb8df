/*
 * clock_test.c: the test clock works where it is allowed and nowhere else; ids never repeat.
 *
 * The permission cannot be taken back within a process, so each test of it runs in a child.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>

#include "os/os.h"
#include "os/test_dir.h"

#define DAY_MS    INT64_C(86400000)
#define SLACK_MS  5000 /* a busy machine may stop us for a while */
#define THREADS   4
#define IDS_EACH  20000
#define IDS_TOTAL (THREADS * IDS_EACH)

/* How far os_now() is from the wall clock, to the nearest SLACK_MS. */
static bool is_ahead_by(int64_t ms)
{
    struct timespec t;
    int64_t off;

    (void)clock_gettime(CLOCK_REALTIME, &t); /* a clock every kernel has */
    off = os_now().v - ((int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000) - ms;
    return off > -SLACK_MS && off < SLACK_MS;
}

/* Runs `body` in a child; its answer is whether all was well there. */
static bool in_child(bool (*body)(struct test_dir *d), struct test_dir *d)
{
    int status = -1;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0)
        _exit(body(d) ? 0 : 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool write_clock(struct test_dir *d, const char *text)
{
    char path[96];

    (void)snprintf(path, sizeof path, "%s/clock", d->path); /* always fits */
    return os_replace_file(d->fd, "clock", text, strlen(text), 0600) == 0 && setenv("TERANG_TEST_CLOCK", path, 1) == 0;
}

static bool file_without_permission(struct test_dir *d)
{
    return write_clock(d, "86400000") && os_clock_test_set((instant){0}) == E_STATE && is_ahead_by(0);
}

static bool set_with_permission(struct test_dir *d)
{
    (void)d; /* no file here */
    os_clock_allow_test();
    return is_ahead_by(0) && os_clock_test_set((instant){os_now().v + DAY_MS}) == 0 && is_ahead_by(DAY_MS);
}

static bool file_with_permission(struct test_dir *d)
{
    bool first, held, later;

    if (!write_clock(d, "86400000\n"))
        return false;
    os_clock_allow_test();
    first = is_ahead_by(DAY_MS);
    if (!write_clock(d, "-86400000"))
        return false;
    held = is_ahead_by(DAY_MS); /* read at most once a second */
    (void)poll(NULL, 0, 1100);  /* a short sleep would fail the test, rightly */
    later = is_ahead_by(-DAY_MS);
    return first && held && later;
}

static bool broken_files(struct test_dir *d)
{
    static const char *const texts[] = {"", "soon", "12 34", "5\n\n", " 5", "0x10", "99999999999999999999", "9000000000000000"};

    if (!write_clock(d, "86400000"))
        return false;
    os_clock_allow_test();
    if (!is_ahead_by(DAY_MS))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (!write_clock(d, texts[i]))
            return false;
        os_clock_allow_test(); /* looks again at once */
        if (!is_ahead_by(DAY_MS))
            return false;
    }
    return true;
}

static bool absurd_instants(struct test_dir *d)
{
    (void)d; /* no file here */
    os_clock_allow_test();
    return os_clock_test_set(INSTANT_NONE) == E_INPUT && os_clock_test_set((instant){INT64_MAX}) == E_INPUT && is_ahead_by(0);
}

static void check_in_child(bool (*body)(struct test_dir *d))
{
    struct test_dir d;
    bool good;

    test_dir_make(&d);
    good = in_child(body, &d);
    test_dir_finish(&d);
    assert_true(good);
}

static void real_instance_ignores_the_test_clock(void **world)
{
    (void)world; /* none */
    check_in_child(file_without_permission);
}

static void clock_goes_on_from_a_set_instant(void **world)
{
    (void)world; /* none */
    check_in_child(set_with_permission);
}

static void clock_file_is_followed_once_a_second(void **world)
{
    (void)world; /* none */
    check_in_child(file_with_permission);
}

static void broken_clock_file_changes_nothing(void **world)
{
    (void)world; /* none */
    check_in_child(broken_files);
}

static void absurd_instant_is_refused(void **world)
{
    (void)world; /* none */
    check_in_child(absurd_instants);
}

static void durations_know_no_test_clock(void **world)
{
    int64_t before = os_monotonic_us();

    (void)world; /* none */
    (void)usleep(2000);
    assert_true(os_monotonic_us() - before >= 2000);
}

static void *take_ids(void *arg)
{
    int64_t *ids = arg;

    for (int i = 0; i < IDS_EACH; i++)
        ids[i] = os_new_id();
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void ids_are_unique_across_threads_and_rise_in_each(void **world)
{
    int64_t *ids = calloc(IDS_TOTAL, sizeof *ids);
    pthread_t threads[THREADS];

    (void)world; /* none */
    assert_non_null(ids);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_ids, ids + i * IDS_EACH), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);

    for (int i = 0; i < IDS_TOTAL; i++)
        assert_true(ids[i] > 0 && (i % IDS_EACH == 0 || ids[i] > ids[i - 1]));
    qsort(ids, IDS_TOTAL, sizeof *ids, by_value);
    for (int i = 1; i < IDS_TOTAL; i++)
        assert_true(ids[i] != ids[i - 1]);
    free(ids);
}

static void id_carries_the_time_since_2020(void **world)
{
    int64_t before = os_now().v - INT64_C(1577836800000);
    int64_t ms = os_new_id() >> 21;

    (void)world; /* none */
    assert_true(ms >= before && ms < before + SLACK_MS);
}

static void first_ids_of_two_milliseconds_differ_in_their_low_bits(void **world)
{
    int equal = 0;

    (void)world; /* none */
    for (int i = 0; i < 8; i++) {
        int64_t a, b;

        (void)usleep(1500);
        a = os_new_id();
        (void)usleep(1500);
        b = os_new_id();
        equal += ((a ^ b) & ((1 << 20) - 1)) == 0;
    }
    assert_true(equal < 2);
}

static void random_bytes_fill_all_and_never_repeat(void **world)
{
    unsigned char a[600] = {0}, b[600] = {0};
    size_t zeros = 0;

    (void)world; /* none */
    os_random(a, sizeof a);
    os_random(b, sizeof b);
    for (size_t i = 0; i < sizeof a; i++)
        zeros += a[i] == 0;
    assert_memory_not_equal(a, b, sizeof a);
    assert_true(zeros < 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_instance_ignores_the_test_clock),
        cmocka_unit_test(clock_goes_on_from_a_set_instant),
        cmocka_unit_test(clock_file_is_followed_once_a_second),
        cmocka_unit_test(broken_clock_file_changes_nothing),
        cmocka_unit_test(absurd_instant_is_refused),
        cmocka_unit_test(durations_know_no_test_clock),
        cmocka_unit_test(ids_are_unique_across_threads_and_rise_in_each),
        cmocka_unit_test(id_carries_the_time_since_2020),
        cmocka_unit_test(first_ids_of_two_milliseconds_differ_in_their_low_bits),
        cmocka_unit_test(random_bytes_fill_all_and_never_repeat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
