/*
 * random.c: bytes from the kernel, and ids.
 *
 * No generator of our own: a state in memory can be copied by fork or read by an attacker, the kernel's cannot.
 */
#include <errno.h>
#include <stdatomic.h>
#include <sys/random.h>
#include <unistd.h>

#include "os/os.h"

#define EXIT_RANDOM  71                     /* EX_OSERR of sysexits.h */
#define ID_EPOCH_MS  INT64_C(1577836800000) /* 2020-01-01T00:00:00Z */
#define ID_LOW_BITS  21
#define ID_MS_MAX    ((INT64_C(1) << 42) - 1)
#define ID_FIRST_MAX ((UINT32_C(1) << 20) - 1) /* the first id of a millisecond leaves half of the low bits to count */

void os_random(void *p, size_t n)
{
    unsigned char *to = p;

    while (n > 0) {
        ssize_t got = getrandom(to, n, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            (void)fprintf(stderr, "no random bytes: error %d\n", errno); /* nothing left to do if stderr is closed */
            _exit(EXIT_RANDOM);
        }
        to += got;
        n -= (size_t)got;
    }
}

/* The lowest id that this millisecond allows, its random part zero. */
static int64_t id_floor(void)
{
    struct timespec t;
    int64_t ms;

    BUG_IF(clock_gettime(CLOCK_REALTIME, &t) < 0);
    ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 - ID_EPOCH_MS;
    if (ms < 0)
        ms = 0;
    if (ms > ID_MS_MAX)
        ms = ID_MS_MAX;
    return ms << ID_LOW_BITS;
}

int64_t os_new_id(void)
{
    static _Atomic(int64_t) newest;
    int64_t low = id_floor();
    int64_t seen = atomic_load(&newest);
    int64_t id;
    uint32_t first = 0;

    if (low > seen)
        os_random(&first, sizeof first);
    do {
        id = low > seen ? low | (first & ID_FIRST_MAX) : seen + 1;
        BUG_IF(id <= 0);
    } while (!atomic_compare_exchange_weak(&newest, &seen, id));
    return id;
}
