/*
 * secret.c: memory for keys.
 *
 * One mapping a secret:
 *
 *   | head: how much is mapped, read-only | guard | data, the secret at its end | guard |
 *
 * The data pages are locked, left out of core dumps, and zero in a child of fork: a role that is started by fork
 * must not inherit what its parent happened to know. libsodium's sodium_malloc() has the guards, but goes on when the
 * kernel refuses to lock, and leaves the secret to every child.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "os/os.h"

#define ALIGN        ((size_t)16)
#define EXTRA_PAGES  3 /* head and two guards */
#define DATA_AT_PAGE 2

struct secret_head {
    size_t mapped;
    size_t data; /* bytes of the data pages */
};

static size_t page_size(void)
{
    long n = sysconf(_SC_PAGESIZE);

    BUG_IF(n <= 0);
    return (size_t)n;
}

static size_t round_up(size_t n, size_t step)
{
    size_t sum;

    if (__builtin_add_overflow(n, step - 1, &sum))
        memory_gone(n);
    return sum - sum % step;
}

static bool data_guarded(unsigned char *data, size_t n)
{
    return mprotect(data, n, PROT_READ | PROT_WRITE) == 0 && mlock(data, n) == 0 && madvise(data, n, MADV_DONTDUMP) == 0 &&
           madvise(data, n, MADV_WIPEONFORK) == 0;
}

void *os_secret_alloc(size_t n)
{
    size_t page = page_size();
    size_t used = round_up(n > 0 ? n : 1, ALIGN);
    size_t data = round_up(used, page);
    size_t mapped;
    unsigned char *map;

    if (__builtin_add_overflow(data, EXTRA_PAGES * page, &mapped))
        memory_gone(n);
    map = mmap(NULL, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED || mprotect(map, page, PROT_READ | PROT_WRITE) < 0)
        memory_gone(n);

    *(struct secret_head *)(void *)map = (struct secret_head){.mapped = mapped, .data = data};
    if (mprotect(map, page, PROT_READ) < 0 || !data_guarded(map + DATA_AT_PAGE * page, data))
        memory_gone(n);
    return map + DATA_AT_PAGE * page + data - used;
}

void os_secret_free(void *p)
{
    size_t page = page_size();
    unsigned char *data;
    struct secret_head head;

    if (p == NULL)
        return;

    data = (unsigned char *)p - (uintptr_t)p % page;
    memcpy(&head, data - DATA_AT_PAGE * page, sizeof head);
    BUG_IF(head.mapped != head.data + EXTRA_PAGES * page);
    explicit_bzero(data, head.data);
    BUG_IF(munmap(data - DATA_AT_PAGE * page, head.mapped) < 0);
}
