/*
 * clock.c: the wall clock, its test offset, and the clock of durations.
 *
 * os_now() is asked several times a request by every thread, so without permission for a test clock it is one load
 * and one clock_gettime(), which needs no system call.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

#include "os/os.h"

#define LOOK_EVERY_US 1000000
#define OFFSET_MAX_MS ((int64_t)200 * 366 * 86400 * 1000) /* 200 years: far from any overflow */

/* The clock of the process: set up by one thread at the start, read by all. */
static struct {
    const char *path; /* TERANG_TEST_CLOCK, NULL for none; written before `allowed` */
    atomic_bool allowed;
    _Atomic(int64_t) offset_ms;
    _Atomic(int64_t) next_look_us;
} test_clock;

int64_t os_monotonic_us(void)
{
    struct timespec t;

    BUG_IF(clock_gettime(CLOCK_MONOTONIC, &t) < 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t wall_ms(void)
{
    struct timespec t;

    BUG_IF(clock_gettime(CLOCK_REALTIME, &t) < 0);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A signed decimal number, at most a newline behind it. */
static bool offset_parse(const char *s, int64_t *ret_ms)
{
    char *end;
    long long v;

    if (s[0] != '+' && s[0] != '-' && (s[0] < '0' || s[0] > '9'))
        return false;
    errno = 0;
    v = strtoll(s, &end, 10);
    if (errno != 0 || end == s || (*end != '\0' && (end[0] != '\n' || end[1] != '\0')))
        return false;
    if (v > OFFSET_MAX_MS || v < -OFFSET_MAX_MS)
        return false;

    *ret_ms = v;
    return true;
}

static void offset_read(const char *path)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char text[32];
    int64_t ms;
    ssize_t n;

    if (fd < 0)
        return;
    n = read(fd, text, sizeof text - 1);
    if (n <= 0)
        return;
    text[n] = '\0';
    if (offset_parse(text, &ms))
        atomic_store(&test_clock.offset_ms, ms);
}

/* One thread looks, the others go on with what was read last. */
static void offset_look(void)
{
    int64_t now = os_monotonic_us();
    int64_t due = atomic_load(&test_clock.next_look_us);

    if (now < due || !atomic_compare_exchange_strong(&test_clock.next_look_us, &due, now + LOOK_EVERY_US))
        return;
    offset_read(test_clock.path);
}

instant os_now(void)
{
    if (!atomic_load_explicit(&test_clock.allowed, memory_order_acquire))
        return (instant){wall_ms()};

    if (test_clock.path != NULL)
        offset_look();
    return (instant){wall_ms() + atomic_load(&test_clock.offset_ms)};
}

void os_clock_allow_test(void)
{
    test_clock.path = getenv("TERANG_TEST_CLOCK");
    atomic_store(&test_clock.next_look_us, 0);
    atomic_store_explicit(&test_clock.allowed, true, memory_order_release);
}

int os_clock_test_set(instant t)
{
    int64_t offset;

    if (!atomic_load(&test_clock.allowed))
        return E_STATE;
    if (__builtin_sub_overflow(t.v, wall_ms(), &offset) || offset > OFFSET_MAX_MS || offset < -OFFSET_MAX_MS)
        return E_INPUT;

    atomic_store(&test_clock.offset_ms, offset);
    return 0;
}
