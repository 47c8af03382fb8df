/*
 * disk.c: room on the disk, and the lock that keeps a second server out of an instance.
 */
#include <errno.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "os/beneath.h"

static int look_at_disk(int dir, struct statvfs *ret)
{
    int n;

    do
        n = fstatvfs(dir, ret);
    while (n < 0 && errno == EINTR);
    return n < 0 ? beneath_result(errno) : 0;
}

int os_disk_room(int dir, struct os_room *ret)
{
    struct statvfs v;
    int e = look_at_disk(dir, &v);

    if (e < 0)
        return e;
    ret->available = (int64_t)(v.f_bavail * v.f_frsize);
    ret->total = (int64_t)((v.f_blocks - v.f_bfree + v.f_bavail) * v.f_frsize);
    return 0;
}

int os_disk_free_percent(int dir)
{
    struct statvfs v;
    uint64_t used, all;
    int e = look_at_disk(dir, &v);

    if (e < 0)
        return e;

    used = v.f_blocks - v.f_bfree;
    all = used + v.f_bavail; /* without what is kept for root */
    return all == 0 ? 0 : (int)((unsigned __int128)v.f_bavail * 100 / all);
}

static int note_holder(int fd)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    BUG_IF(n <= 0 || (size_t)n >= sizeof text);
    if (ftruncate(fd, 0) < 0)
        return beneath_result(errno);
    return os_write_all(fd, text, (size_t)n);
}

int os_lock_file(int dir, const char *name)
{
    AUTO_CLOSE int fd = beneath_open(dir, name, O_RDWR | O_CREAT | O_NONBLOCK, S_IRUSR | S_IWUSR);
    int e, kept;

    if (fd < 0)
        return fd;
    do
        e = flock(fd, LOCK_EX | LOCK_NB);
    while (e < 0 && errno == EINTR);
    if (e < 0)
        return errno == EWOULDBLOCK ? E_BUSY : E_STORAGE;
    e = note_holder(fd);
    if (e < 0)
        return e;

    kept = fd;
    fd = -1;
    return kept;
}
