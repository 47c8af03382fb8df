/*
 * file_test.c: names stay below their directory, files are whole or absent, room and locks.
 *
 * Every rule about names is tried twice: with openat2() and with the walk that stands in for it on old kernels.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "os/beneath.h"
#include "os/test_dir.h"

typedef int open_fn(int dir, const char *name, int flags, mode_t mode);

static open_fn *const openers[] = {beneath_open, beneath_walk};

static struct test_dir d;

static int setup(void **world)
{
    (void)world; /* `d` is the world */
    test_dir_make(&d);
    return 0;
}

static int teardown(void **world)
{
    (void)world; /* `d` is the world */
    test_dir_finish(&d);
    return 0;
}

static void put(const char *name, const char *text)
{
    assert_int_equal(os_replace_file(d.fd, name, text, strlen(text), 0600), 0);
}

static void names_that_could_leave_are_refused(void **world)
{
    static const char *const names[] = {"",    "/",    "/etc/passwd", "..", "../x", "a/..",   "a/../b",  ".",    "./a",
                                        "a/.", "a//b", "a/",          "/a", "//",   "a/b/..", "..//etc", "a/./b"};
    char long_name[4200];

    (void)world; /* `d` is the world */
    for (size_t k = 0; k < ARRAY_LEN(openers); k++)
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            assert_int_equal(openers[k](d.fd, names[i], O_RDONLY, 0), E_INPUT);
    memset(long_name, 'x', sizeof long_name);
    long_name[sizeof long_name - 1] = '\0';
    for (size_t k = 0; k < ARRAY_LEN(openers); k++)
        assert_int_equal(openers[k](d.fd, long_name, O_RDONLY, 0), E_INPUT);
}

static void every_public_function_checks_the_name(void **world)
{
    struct arena a;
    struct bytes got;

    (void)world; /* `d` is the world */
    arena_init(&a, MB);
    put("f", "x");
    assert_int_equal(os_open_read(d.fd, "../f"), E_INPUT);
    assert_int_equal(os_open_if_there(d.fd, "../f"), E_INPUT);
    assert_int_equal(os_open_dir_in(d.fd, ".."), E_INPUT);
    assert_int_equal(os_create(d.fd, "/tmp/f", 0600), E_INPUT);
    assert_int_equal(os_make_dir(d.fd, "../g", 0700), E_INPUT);
    assert_int_equal(os_read_file(d.fd, "..", &a, 10, &got), E_INPUT);
    assert_int_equal(os_replace_file(d.fd, "a/../b", "x", 1, 0600), E_INPUT);
    assert_int_equal(os_remove(d.fd, "../f"), E_INPUT);
    assert_int_equal(os_move(d.fd, "f", d.fd, "../f"), E_INPUT);
    assert_int_equal(os_move(d.fd, "../f", d.fd, "g"), E_INPUT);
    assert_int_equal(os_lock_file(d.fd, "../lock"), E_INPUT);
    arena_finish(&a);
}

static void symbolic_links_are_not_followed(void **world)
{
    (void)world; /* `d` is the world */
    put("real", "x");
    assert_int_equal(os_make_dir(d.fd, "sub", 0700), 0);
    put("sub/inner", "x");
    assert_int_equal(symlinkat("/etc/passwd", d.fd, "outside"), 0);
    assert_int_equal(symlinkat("real", d.fd, "inside"), 0);
    assert_int_equal(symlinkat("/etc", d.fd, "etc"), 0);
    assert_int_equal(symlinkat("sub", d.fd, "alias"), 0);

    for (size_t k = 0; k < ARRAY_LEN(openers); k++) {
        int fd = openers[k](d.fd, "sub/inner", O_RDONLY, 0);

        assert_true(fd > STDERR_FILENO);
        os_close(&fd);
        assert_int_equal(openers[k](d.fd, "outside", O_RDONLY, 0), E_STORAGE);
        assert_int_equal(openers[k](d.fd, "inside", O_RDONLY, 0), E_STORAGE);
        assert_int_equal(openers[k](d.fd, "etc/passwd", O_RDONLY, 0), E_STORAGE);
        assert_int_equal(openers[k](d.fd, "alias/inner", O_RDONLY, 0), E_STORAGE);
    }
    assert_int_equal(os_replace_file(d.fd, "etc/terang", "x", 1, 0600), E_STORAGE);
}

static void both_openers_create_alike(void **world)
{
    (void)world; /* `d` is the world */
    for (size_t k = 0; k < ARRAY_LEN(openers); k++) {
        AUTO_CLOSE int fd = openers[k](d.fd, "new", O_RDWR | O_CREAT | O_EXCL, 0640);
        struct stat st;

        assert_true(fd > STDERR_FILENO);
        assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
        assert_int_equal(fstat(fd, &st), 0);
        assert_int_equal(st.st_mode & 0137, 0);
        assert_int_equal(openers[k](d.fd, "new", O_RDWR | O_CREAT | O_EXCL, 0640), E_CONFLICT);
        assert_int_equal(os_remove(d.fd, "new"), 0);
    }
}

static void missing_file_is_no_error_where_it_may_be_missing(void **world)
{
    (void)world; /* `d` is the world */
    assert_int_equal(os_open_read(d.fd, "none"), E_STORAGE);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(os_open_if_there(d.fd, "none"), 0);
    assert_int_equal(os_open_if_there(d.fd, "none/below"), 0);
    assert_int_equal(os_remove(d.fd, "none"), 0);
    assert_int_equal(os_remove(d.fd, "none/below"), 0);
}

static void what_stands_for_no_file_closes_nothing(void **world)
{
    int none = 0, standard_input = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)world;
    assert_true(standard_input >= 0); /* makes sure that 0 is taken */
    {
        AUTO_CLOSE int fd = os_open_if_there(d.fd, "none");

        assert_int_equal(fd, 0);
    }
    os_close(&none);
    assert_int_equal(none, -1);
    assert_true(fcntl(0, F_GETFD) >= 0);
    (void)close(standard_input); /* nothing was written */
}

static void only_regular_files_are_read(void **world)
{
    (void)world; /* `d` is the world */
    assert_int_equal(mkfifoat(d.fd, "fifo", 0600), 0);
    assert_int_equal(os_make_dir(d.fd, "dir", 0700), 0);
    assert_int_equal(os_open_read(d.fd, "fifo"), E_STORAGE);
    assert_int_equal(os_open_read(d.fd, "dir"), E_STORAGE);
    assert_int_equal(os_open_if_there(d.fd, "fifo"), E_STORAGE);
}

static void directory_may_be_there_but_a_file_may_not(void **world)
{
    (void)world; /* `d` is the world */
    assert_int_equal(os_make_dir(d.fd, "a", 0700), 0);
    assert_int_equal(os_make_dir(d.fd, "a", 0700), 0);
    assert_int_equal(os_make_dir(d.fd, "a/b", 0700), 0);
    put("f", "x");
    assert_int_equal(os_make_dir(d.fd, "f", 0700), E_CONFLICT);
    assert_int_equal(os_make_dir(d.fd, "none/b", 0700), E_STORAGE);
}

static void file_of_the_ceiling_is_read_and_one_byte_more_is_not(void **world)
{
    struct arena a;
    struct bytes got;

    (void)world; /* `d` is the world */
    arena_init(&a, MB);
    put("f", "12345678");
    assert_int_equal(os_read_file(d.fd, "f", &a, 8, &got), 0);
    assert_int_equal(got.n, 8);
    assert_memory_equal(got.p, "12345678", 8);
    assert_int_equal(os_read_file(d.fd, "f", &a, 7, &got), E_LIMIT);
    assert_int_equal(os_read_file(d.fd, "f", &a, 9, &got), 0);
    put("empty", "");
    assert_int_equal(os_read_file(d.fd, "empty", &a, 0, &got), 0);
    assert_int_equal(got.n, 0);
    assert_int_equal(os_read_file(d.fd, "f", &a, 0, &got), E_LIMIT);
    arena_finish(&a);
}

static void *slow_writer(void *arg)
{
    int fd = *(int *)arg;
    static char chunk[50000];

    memset(chunk, 'p', sizeof chunk);
    for (int i = 0; i < 4; i++)
        if (os_write_all(fd, chunk, sizeof chunk) < 0)
            break;
    (void)close(fd);
    return NULL;
}

static void pipe_is_read_to_its_end_even_without_blocking(void **world)
{
    struct arena a;
    struct bytes got;
    pthread_t writer;
    int ends[2];

    (void)world; /* `d` is the world */
    arena_init(&a, MB);
    assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    assert_int_equal(pthread_create(&writer, NULL, slow_writer, &ends[1]), 0);
    assert_int_equal(os_read_all(ends[0], &a, MB, &got), 0);
    assert_int_equal(pthread_join(writer, NULL), 0);
    assert_int_equal(got.n, 200000);
    os_close(&ends[0]);
    arena_finish(&a);
}

/* How many temporaries lie around: an age below zero takes all. */
static int leftovers(void)
{
    return os_sweep(d.fd, OS_TEMPORARY, -1000);
}

static void replaced_file_has_new_content_mode_and_no_leftover(void **world)
{
    struct stat st;
    mode_t before = umask(0077);

    (void)world; /* `d` is the world */
    put("f", "old and longer");
    assert_int_equal(os_replace_file(d.fd, "f", "new", 3, 0644), 0);
    (void)umask(before); /* cannot fail */
    assert_true(test_dir_holds(&d, "f", "new"));
    assert_int_equal(fstatat(d.fd, "f", &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    assert_int_equal(leftovers(), 0);
}

static void failed_replacement_keeps_the_old_file_and_cleans_up(void **world)
{
    (void)world; /* `d` is the world */
    assert_int_equal(os_make_dir(d.fd, "f", 0700), 0);
    put("f/child", "x");
    assert_int_equal(os_replace_file(d.fd, "f", "new", 3, 0600), E_STORAGE);
    assert_true(test_dir_holds(&d, "f/child", "x"));
    assert_int_equal(leftovers(), 0);
}

/* Replaces a file for as long as it lives; the test kills it at some moment. */
static void replace_for_ever(void)
{
    char text[5000];

    for (unsigned i = 0;; i++) {
        memset(text, 'a' + (int)(i % 26), sizeof text);
        if (os_replace_file(d.fd, "f", text, sizeof text, 0600) < 0)
            _exit(1);
    }
}

static void killed_replacement_leaves_a_whole_file(void **world)
{
    (void)world; /* `d` is the world */
    put("f", "start");
    for (int round = 0; round < 10; round++) {
        struct arena a;
        struct bytes got;
        pid_t pid = fork();

        assert_true(pid >= 0);
        if (pid == 0)
            replace_for_ever();
        (void)usleep((useconds_t)(1000 + round * 1700));
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);

        arena_init(&a, MB);
        assert_int_equal(os_read_file(d.fd, "f", &a, MB, &got), 0);
        assert_true(got.n == 5000 || got.n == 5);
        for (size_t i = 1; got.n == 5000 && i < got.n; i++)
            assert_int_equal(got.p[i], got.p[0]);
        arena_finish(&a);
    }
}

static void move_never_replaces(void **world)
{
    (void)world; /* `d` is the world */
    put("a", "A");
    put("b", "B");
    assert_int_equal(os_make_dir(d.fd, "sub", 0700), 0);
    assert_int_equal(os_move(d.fd, "a", d.fd, "b"), E_CONFLICT);
    assert_int_equal(os_move(d.fd, "a", d.fd, "sub/c"), 0);
    assert_true(test_dir_holds(&d, "b", "B"));
    assert_true(test_dir_holds(&d, "sub/c", "A"));
    assert_int_equal(os_open_if_there(d.fd, "a"), 0);
}

static void sweep_takes_old_files_of_that_name_only(void **world)
{
    const struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};

    (void)world; /* `d` is the world */
    put("upload-1", "x");
    put("upload-2", "x");
    put("other", "x");
    assert_int_equal(utimensat(d.fd, "upload-1", old, 0), 0);
    assert_int_equal(utimensat(d.fd, "other", old, 0), 0);
    assert_int_equal(os_sweep(d.fd, "upload-", 3600), 1);
    assert_int_equal(os_open_if_there(d.fd, "upload-1"), 0);
    assert_true(test_dir_holds(&d, "upload-2", "x"));
    assert_true(test_dir_holds(&d, "other", "x"));
}

static void full_disk_has_its_own_result(void **world)
{
    static char chunk[64 * 1024];
    AUTO_CLOSE int small = -1, fd = -1;
    char path[96];
    int e = 0;

    (void)world; /* `d` is the world */
    assert_int_equal(os_make_dir(d.fd, "small", 0700), 0);
    (void)snprintf(path, sizeof path, "%s/small", d.path); /* always fits */
    if (mount("none", path, "tmpfs", 0, "size=1m") < 0)
        skip(); /* needs root */

    small = os_open_dir_in(d.fd, "small");
    assert_int_equal(umount2(path, MNT_DETACH), 0); /* lives on until the last descriptor goes */
    assert_true(small > 0);
    assert_in_range(os_disk_free_percent(small), 90, 100);
    fd = os_create(small, "f", 0600);
    for (int i = 0; i < 32 && e == 0; i++)
        e = os_write_all(fd, chunk, sizeof chunk);
    assert_int_equal(e, E_FULL);
    assert_int_equal(os_disk_free_percent(small), 0);
    assert_int_equal(os_replace_file(small, "g", chunk, sizeof chunk, 0600), E_FULL);
    assert_int_equal(os_sweep(small, OS_TEMPORARY, -1000), 0);
}

static void free_percent_is_a_percentage(void **world)
{
    (void)world; /* `d` is the world */
    assert_in_range(os_disk_free_percent(d.fd), 0, 100);
    assert_int_equal(os_disk_free_percent(-1), E_STORAGE);
}

static void second_lock_is_busy_until_the_first_goes(void **world)
{
    AUTO_CLOSE int first = os_lock_file(d.fd, "lock");
    AUTO_CLOSE int second = -1;
    char pid[32];

    (void)world; /* `d` is the world */
    assert_true(first > STDERR_FILENO);
    assert_int_equal(os_lock_file(d.fd, "lock"), E_BUSY);
    (void)snprintf(pid, sizeof pid, "%ld\n", (long)getpid()); /* always fits */
    assert_true(test_dir_holds(&d, "lock", pid));
    os_close(&first);
    second = os_lock_file(d.fd, "lock");
    assert_true(second > STDERR_FILENO);
}

static void lock_ends_with_its_process(void **world)
{
    AUTO_CLOSE int lock = -1;
    int status;
    pid_t pid = fork();

    (void)world; /* `d` is the world */
    assert_true(pid >= 0);
    if (pid == 0) {
        if (os_lock_file(d.fd, "lock") < 0)
            _exit(1);
        (void)kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    lock = os_lock_file(d.fd, "lock");
    assert_true(lock > STDERR_FILENO);
}

static void descriptors_stay_clear_of_the_standard_three(void **world)
{
    int saved = dup(STDIN_FILENO);
    int fd;

    (void)world; /* `d` is the world */
    put("f", "x");
    assert_true(saved > STDERR_FILENO);
    (void)close(STDIN_FILENO);
    fd = os_open_read(d.fd, "f");
    assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
    (void)close(saved);
    assert_true(fd > STDERR_FILENO);
    os_close(&fd);
    assert_int_equal(fd, -1);
    os_close(&fd);
}

static void list_is_sorted_and_knows_directories(void **world)
{
    struct os_entry *v;
    struct arena a;
    size_t n;

    (void)world; /* `d` is the world */
    arena_init(&a, MB);
    assert_int_equal(os_list(d.fd, &a, 10, &v, &n), 0);
    assert_int_equal(n, 0);
    put("b", "x");
    put("a", "x");
    assert_int_equal(os_make_dir(d.fd, "c", 0700), 0);
    assert_int_equal(os_list(d.fd, &a, 3, &v, &n), 0);
    assert_int_equal(n, 3);
    assert_string_equal(v[0].name, "a");
    assert_string_equal(v[1].name, "b");
    assert_false(v[1].is_dir);
    assert_true(v[2].is_dir);
    assert_in_range(v[0].age_s, 0, 60);
    assert_int_equal(os_list(d.fd, &a, 2, &v, &n), E_LIMIT);
    arena_finish(&a);
}

int main(void)
{
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        IN_DIR(names_that_could_leave_are_refused),
        IN_DIR(every_public_function_checks_the_name),
        IN_DIR(symbolic_links_are_not_followed),
        IN_DIR(both_openers_create_alike),
        IN_DIR(missing_file_is_no_error_where_it_may_be_missing),
        IN_DIR(what_stands_for_no_file_closes_nothing),
        IN_DIR(only_regular_files_are_read),
        IN_DIR(directory_may_be_there_but_a_file_may_not),
        IN_DIR(file_of_the_ceiling_is_read_and_one_byte_more_is_not),
        IN_DIR(pipe_is_read_to_its_end_even_without_blocking),
        IN_DIR(replaced_file_has_new_content_mode_and_no_leftover),
        IN_DIR(failed_replacement_keeps_the_old_file_and_cleans_up),
        IN_DIR(killed_replacement_leaves_a_whole_file),
        IN_DIR(move_never_replaces),
        IN_DIR(sweep_takes_old_files_of_that_name_only),
        IN_DIR(list_is_sorted_and_knows_directories),
        IN_DIR(full_disk_has_its_own_result),
        IN_DIR(free_percent_is_a_percentage),
        IN_DIR(second_lock_is_busy_until_the_first_goes),
        IN_DIR(lock_ends_with_its_process),
        IN_DIR(descriptors_stay_clear_of_the_standard_three),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
