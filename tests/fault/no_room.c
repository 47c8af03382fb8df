/*
 * no_room.c: stands before libc and says ENOSPC when a regular file would grow, while the first byte of the file that
 * TERANG_TEST_NO_ROOM names is not 0. For server_full_test.py, where no small file system can be mounted.
 *
 * The byte is mapped once, before the locks of the roles, so that asking needs no system call. Standard output and error
 * are let through. Not for: what a real file system does besides (quotas, reserved blocks).
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const volatile char *no_room;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("TERANG_TEST_NO_ROOM");
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *at = fd >= 0 ? mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

    if (fd >= 0)
        (void)close(fd); /* the mapping stays */
    if (at != MAP_FAILED)
        no_room = at;
}

/* Would the file be longer than it is? */
static bool refused(int fd, int64_t at, size_t n)
{
    struct stat s;

    if (no_room == NULL || *no_room == 0 || fd <= STDERR_FILENO || fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
        return false;
    if (at + (int64_t)n <= s.st_size)
        return false;
    errno = ENOSPC;
    return true;
}

static int64_t position(int fd)
{
    int64_t at = lseek(fd, 0, SEEK_CUR);

    return at < 0 ? 0 : at;
}

/* The function of libc that ours stands before. These are what SQLite and src/os write with. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *p, size_t n)
{
    return refused(fd, position(fd), n) ? -1 : REAL(write)(fd, p, n);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    return refused(fd, at, n) ? -1 : REAL(pwrite64)(fd, p, n, at);
}

int ftruncate64(int fd, off64_t size)
{
    return refused(fd, size, 0) ? -1 : REAL(ftruncate64)(fd, size);
}
