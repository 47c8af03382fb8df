/*
 * memory.c: how much memory this process has. The descriptor is opened before the locks are on, and read behind them.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/os.h"

int os_memory_open(void)
{
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

    return fd < 0 ? E_STORAGE : fd;
}

int64_t os_memory(int fd)
{
    char text[128];
    char *end;
    ssize_t n = fd <= 0 ? -1 : pread(fd, text, sizeof text - 1, 0);

    if (n <= 0)
        return E_STORAGE;
    text[n] = '\0';
    (void)strtoll(text, &end, 10); /* the second number is what is resident */
    return strtoll(end, NULL, 10) * sysconf(_SC_PAGESIZE);
}
