/*
 * beneath.c: names stay below their directory, whatever links somebody planted there.
 *
 * openat2() lets the kernel keep the promise in one step. Kernels before 5.6 do not have it: there we walk, part by
 * part, each with O_NOFOLLOW from the descriptor of the one before; renaming directories meanwhile can move the walk
 * with the directory, but never to a parent, because no part is "..".
 */
#include <errno.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/beneath.h"

#define ALWAYS (O_CLOEXEC | O_NOFOLLOW | O_NOCTTY)

int beneath_result(int err)
{
    switch (err) {
    case ENOSPC:
    case EDQUOT:
        return E_FULL;
    case EEXIST:
        return E_CONFLICT;
    default:
        return E_STORAGE;
    }
}

int beneath_keep(int fd)
{
    int higher;

    if (fd < 0 || fd > STDERR_FILENO)
        return fd;

    higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    os_close(&fd);
    return higher;
}

static bool part_is_allowed(const char *part, size_t n)
{
    return n > 0 && !(n == 1 && part[0] == '.') && !(n == 2 && part[0] == '.' && part[1] == '.');
}

int beneath_check(const char *name)
{
    const char *part = name;

    if (strnlen(name, PATH_MAX) >= PATH_MAX)
        return E_INPUT;
    for (;;) {
        size_t n = strcspn(part, "/");

        if (!part_is_allowed(part, n))
            return E_INPUT;
        if (part[n] == '\0')
            return 0;
        part += n + 1;
    }
}

/* One step of the walk: opens the directory called by the first n bytes of `part`. */
static int walk_into(int dir, const char *part, size_t n)
{
    char name[NAME_MAX + 1];

    if (n > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(name, part, n);
    name[n] = '\0';
    return openat(dir, name, O_RDONLY | O_DIRECTORY | ALWAYS);
}

int beneath_walk(int dir, const char *name, int flags, mode_t mode)
{
    AUTO_CLOSE int owned = -1;
    int at = dir;
    int fd, e;

    e = beneath_check(name);
    if (e < 0)
        return e;

    for (;;) {
        size_t n = strcspn(name, "/");

        if (name[n] == '\0')
            break;
        fd = walk_into(at, name, n);
        if (fd < 0)
            return beneath_result(errno);
        os_close(&owned);
        owned = at = fd;
        name += n + 1;
    }
    fd = beneath_keep(openat(at, name, flags | ALWAYS, mode));
    return fd < 0 ? beneath_result(errno) : fd;
}

int beneath_open(int dir, const char *name, int flags, mode_t mode)
{
    struct open_how how = {
        .flags = (uint64_t)(unsigned)(flags | ALWAYS),
        .mode = (flags & O_CREAT) != 0 ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int fd, e;

    e = beneath_check(name);
    if (e < 0)
        return e;

    do
        fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof how);
    while (fd < 0 && (errno == EINTR || errno == EAGAIN)); /* EAGAIN: a rename raced with the kernel's walk */
    if (fd < 0 && errno == ENOSYS)
        return beneath_walk(dir, name, flags, mode);
    fd = beneath_keep(fd);
    return fd < 0 ? beneath_result(errno) : fd;
}

int beneath_parent(int dir, const char *name, int *ret_owned, const char **ret_last)
{
    const char *slash = strrchr(name, '/');
    char head[PATH_MAX];
    int e;

    e = beneath_check(name);
    if (e < 0)
        return e;
    if (slash == NULL) {
        *ret_last = name;
        return dir;
    }

    memcpy(head, name, (size_t)(slash - name));
    head[slash - name] = '\0';
    e = beneath_open(dir, head, O_RDONLY | O_DIRECTORY, 0);
    if (e < 0)
        return e;

    *ret_last = slash + 1;
    *ret_owned = e;
    return e;
}
