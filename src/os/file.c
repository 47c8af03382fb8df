/*
 * file.c: files below a directory descriptor: open, read, write, replace, remove.
 *
 * Not for: where a name may lead (beneath.c), room and locks (disk.c).
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "os/beneath.h"

#define READ_STEP    ((size_t)64 * KB)
#define SUFFIX_BYTES 8
#define SUFFIX_TEXT  (2 * SUFFIX_BYTES)

void os_close(int *fd)
{
    int err = errno;

    if (*fd > 0)
        (void)close(*fd); /* on Linux the descriptor is gone whatever the answer; os_sync() before says what was written */
    *fd = -1;
    errno = err;
}

int os_open_dir(const char *path)
{
    int fd = beneath_keep(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));

    return fd < 0 ? beneath_result(errno) : fd;
}

int os_open_dir_in(int dir, const char *name)
{
    return beneath_open(dir, name, O_RDONLY | O_DIRECTORY, 0);
}

/* A pipe or a device under the expected name would block us or do as it likes. */
static int only_regular(int fd)
{
    struct stat st;

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return fd;
    os_close(&fd);
    errno = EINVAL;
    return E_STORAGE;
}

int os_open_read(int dir, const char *name)
{
    int fd = beneath_open(dir, name, O_RDONLY | O_NONBLOCK, 0);

    return fd < 0 ? fd : only_regular(fd);
}

int os_open_if_there(int dir, const char *name)
{
    int fd = os_open_read(dir, name);

    return fd == E_STORAGE && errno == ENOENT ? 0 : fd;
}

int os_create(int dir, const char *name, mode_t mode)
{
    return beneath_open(dir, name, O_RDWR | O_CREAT | O_EXCL, mode);
}

int os_sync(int fd)
{
    int n;

    do
        n = fsync(fd);
    while (n < 0 && errno == EINTR);
    return n < 0 ? beneath_result(errno) : 0;
}

static bool is_directory(int dir, const char *name)
{
    struct stat st;

    return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

int os_make_dir(int dir, const char *name, mode_t mode)
{
    AUTO_CLOSE int owned = -1;
    const char *last;
    int parent = beneath_parent(dir, name, &owned, &last);

    if (parent < 0)
        return parent;
    if (mkdirat(parent, last, mode) == 0)
        return os_sync(parent);
    if (errno == EEXIST && is_directory(parent, last))
        return 0;
    return beneath_result(errno);
}

/* Waits until a descriptor that somebody made non-blocking can go on. */
static bool may_go_on(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};

    if (errno == EINTR)
        return true;
    if (errno != EAGAIN)
        return false;
    return poll(&p, 1, -1) > 0 || errno == EINTR;
}

int os_write_all(int fd, const void *p, size_t n)
{
    const char *from = p;

    while (n > 0) {
        ssize_t put = write(fd, from, n);

        if (put < 0) {
            if (!may_go_on(fd, POLLOUT))
                return beneath_result(errno);
            continue;
        }
        from += put;
        n -= (size_t)put;
    }
    return 0;
}

/* The first room to make: a file's size is known, what a pipe brings is not. */
static size_t read_hint(int fd, size_t max)
{
    struct stat st;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
        return READ_STEP < max ? READ_STEP : max;
    return (uint64_t)st.st_size < max ? (size_t)st.st_size : max;
}

/* The buffer is full: is this the end, or is there more than the ceiling allows? */
static int at_end(int fd)
{
    char more;

    for (;;) {
        ssize_t got = read(fd, &more, 1);

        if (got >= 0)
            return got == 0 ? 0 : E_LIMIT;
        if (!may_go_on(fd, POLLIN))
            return beneath_result(errno);
    }
}

int os_read_all(int fd, struct arena *a, size_t max, struct bytes *ret)
{
    size_t step = read_hint(fd, max);
    struct buf b;
    int e;

    buf_init(&b, a, max);
    while (b.n < max) {
        size_t want = step < max - b.n ? step : max - b.n;
        ssize_t got = read(fd, buf_room(&b, want), want);

        if (got == 0)
            break;
        if (got < 0) {
            if (!may_go_on(fd, POLLIN))
                return beneath_result(errno);
            continue;
        }
        buf_grew(&b, (size_t)got);
        step = READ_STEP;
    }
    e = b.n == max ? at_end(fd) : 0;
    if (e < 0)
        return e;

    *ret = buf_bytes(&b);
    return 0;
}

int os_read_file(int dir, const char *name, struct arena *a, size_t max, struct bytes *ret)
{
    AUTO_CLOSE int fd = os_open_read(dir, name);

    return fd < 0 ? fd : os_read_all(fd, a, max, ret);
}

/* NAME.os-new-HEX: beside the file, because a rename is only whole within one directory. */
static int temporary_name(const char *name, char *ret, size_t size)
{
    unsigned char raw[SUFFIX_BYTES];
    char hex[SUFFIX_TEXT + 1];
    int n;

    os_random(raw, sizeof raw);
    for (size_t i = 0; i < sizeof raw; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", raw[i]); /* always fits */
    n = snprintf(ret, size, "%s" OS_TEMPORARY "%s", name, hex);
    return n < 0 || (size_t)n >= size ? E_INPUT : 0;
}

static int write_new(int parent, const char *name, const void *p, size_t n, mode_t mode)
{
    AUTO_CLOSE int fd = os_create(parent, name, S_IRUSR | S_IWUSR);
    int e;

    if (fd < 0)
        return fd;
    e = os_write_all(fd, p, n);
    if (e < 0)
        return e;
    if (fchmod(fd, mode) < 0)
        return beneath_result(errno);
    return os_sync(fd);
}

int os_replace_file(int dir, const char *name, const void *p, size_t n, mode_t mode)
{
    AUTO_CLOSE int owned = -1;
    char temporary[NAME_MAX + 1];
    const char *last;
    int parent, e;

    parent = beneath_parent(dir, name, &owned, &last);
    if (parent < 0)
        return parent;
    e = temporary_name(last, temporary, sizeof temporary);
    if (e < 0)
        return e;

    e = write_new(parent, temporary, p, n, mode);
    if (e == 0 && renameat(parent, temporary, parent, last) < 0)
        e = beneath_result(errno);
    if (e < 0) {
        int err = errno;

        (void)unlinkat(parent, temporary, 0); /* the first failure is the one to tell */
        errno = err;
        return e;
    }
    return os_sync(parent);
}

int os_move(int from_dir, const char *from, int to_dir, const char *to)
{
    AUTO_CLOSE int from_owned = -1, to_owned = -1;
    const char *from_last, *to_last;
    int from_parent, to_parent, e;

    from_parent = beneath_parent(from_dir, from, &from_owned, &from_last);
    if (from_parent < 0)
        return from_parent;
    to_parent = beneath_parent(to_dir, to, &to_owned, &to_last);
    if (to_parent < 0)
        return to_parent;

    if (renameat2(from_parent, from_last, to_parent, to_last, RENAME_NOREPLACE) < 0)
        return beneath_result(errno);
    e = os_sync(to_parent);
    return e < 0 || from_parent == to_parent ? e : os_sync(from_parent);
}

int os_remove(int dir, const char *name)
{
    AUTO_CLOSE int owned = -1;
    const char *last;
    int parent = beneath_parent(dir, name, &owned, &last);

    if (parent < 0)
        return parent == E_STORAGE && errno == ENOENT ? 0 : parent;
    if (unlinkat(parent, last, 0) < 0 && errno != ENOENT)
        return beneath_result(errno);
    return 0;
}

static bool is_stale(int dir, const struct dirent *d, const char *part, time_t before)
{
    struct stat st;

    return strstr(d->d_name, part) != NULL && fstatat(dir, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
           st.st_mtime <= before;
}

int os_sweep(int dir, const char *part, int64_t age_s)
{
    struct dirent *d;
    int removed = 0;
    DIR *list;
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* its own position; fdopendir() owns it */

    if (fd < 0)
        return beneath_result(errno);
    list = fdopendir(fd);
    if (list == NULL) {
        os_close(&fd);
        return beneath_result(errno);
    }
    while ((d = readdir(list)) != NULL)
        if (is_stale(dir, d, part, time(NULL) - (time_t)age_s) && unlinkat(dir, d->d_name, 0) == 0)
            removed++;
    (void)closedir(list); /* only read */
    return removed;
}

static int by_name(const void *left, const void *right)
{
    const struct os_entry *l = left, *r = right;

    return strcmp(l->name, r->name);
}

static int add_entry(int dir, const char *name, struct arena *a, struct os_entry *ret)
{
    struct stat st;

    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : beneath_result(errno); /* gone since */
    *ret = (struct os_entry){.name = arena_text(a, name),
                             .is_dir = S_ISDIR(st.st_mode),
                             .is_mine = st.st_uid == geteuid(),
                             .mode = st.st_mode & 07777,
                             .age_s = (int64_t)(time(NULL) - st.st_mtime)};
    return 1;
}

int os_list(int dir, struct arena *a, size_t max, struct os_entry **ret, size_t *ret_n)
{
    struct os_entry *v = arena_array(a, max + 1, struct os_entry);
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* its own position; fdopendir() owns it */
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *d;
    size_t n = 0;
    int result = 0;

    if (list == NULL) {
        os_close(&fd);
        return beneath_result(errno);
    }
    while (result >= 0 && n <= max && (d = readdir(list)) != NULL) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        result = add_entry(dir, d->d_name, a, &v[n]);
        n += result > 0;
    }
    (void)closedir(list); /* only read */
    if (result < 0 || n > max)
        return result < 0 ? result : E_LIMIT;
    qsort(v, n, sizeof *v, by_name);
    *ret = v;
    *ret_n = n;
    return 0;
}
