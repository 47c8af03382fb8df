/*
 * test_dir.h: a directory of its own for a test, and what a test may find missing. Tests only.
 */
#ifndef OS_TEST_DIR_H
#define OS_TEST_DIR_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unit.h"
#include "os/os.h"

struct test_dir {
    char path[64];
    int fd;
};

static inline void test_dir_make(struct test_dir *d)
{
    (void)snprintf(d->path, sizeof d->path, "/tmp/terang-os-XXXXXX"); /* always fits */
    assert_non_null(mkdtemp(d->path));
    d->fd = os_open_dir(d->path);
    assert_true(d->fd > STDERR_FILENO);
}

static inline int test_dir_remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st; /* the name is enough */
    (void)type;
    (void)at;
    return remove(path);
}

static inline void test_dir_finish(struct test_dir *d)
{
    os_close(&d->fd);
    assert_int_equal(nftw(d->path, test_dir_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* Under valgrind 3.19 there are no pidfds (Linux 5.3), and without them no children to test: says so in TAP. */
static inline bool test_lacks_pidfd(void)
{
    int fd = pidfd_open(getpid(), 0);
    bool lacks = fd < 0 && errno == ENOSYS;

    if (lacks)
        (void)printf("1..0 # SKIP no pidfd_open()\n"); /* if nobody reads it, nobody misses it */
    os_close(&fd);
    return lacks;
}

/* Is the content of a file below the directory exactly this text? */
static inline bool test_dir_holds(const struct test_dir *d, const char *name, const char *text)
{
    struct arena a;
    struct bytes got;
    bool same;

    arena_init(&a, MB);
    assert_int_equal(os_read_file(d->fd, name, &a, MB, &got), 0);
    same = got.n == strlen(text) && memcmp(got.p, text, got.n) == 0;
    arena_finish(&a);
    return same;
}

#endif
