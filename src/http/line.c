/*
 * line.c: keeping the bytes of open units, and recv() itself.
 *
 * libmicrohttpd polls edge-triggered and takes a short answer of recv() as "nothing more is there". So recv() here never
 * answers short while the kernel still has something: it goes on reading until the caller's room is full, the kernel
 * says EAGAIN, or the line has ended.
 */
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "http/line.h"
#include "os/os.h"

#define KEPT_FIRST ((size_t)1 * KB)
#define KEPT_MAX   (GATE_HEAD_MAX + KB) /* an open unit is refused before it is longer */
#define DRAIN_MAX  ((size_t)1 * MB)
#define DRAIN_STEP ((size_t)16 * KB)

/* The lines of the process by descriptor: recv() gets nothing else to find them by. */
static _Atomic(struct line *) lines[LINE_FD_MAX];

static ssize_t kernel_recv(int fd, void *to, size_t n, int flags)
{
    return syscall(SYS_recvfrom, fd, to, n, flags, NULL, NULL);
}

struct line *line_of(int fd)
{
    return fd >= 0 && fd < LINE_FD_MAX ? atomic_load_explicit(&lines[fd], memory_order_acquire) : NULL;
}

/* ---- what is kept ---- */

static void kept_room(struct line *l, size_t n)
{
    size_t cap = l->cap == 0 ? KEPT_FIRST : l->cap;

    if (l->from > 0) {
        memmove(l->kept, l->kept + l->from, l->len - l->from);
        l->len -= l->from;
        l->passed -= l->from;
        l->from = 0;
    }
    while (cap < l->len + n)
        cap *= 2;
    if (cap == l->cap)
        return;
    l->kept = realloc(l->kept, cap);
    if (l->kept == NULL)
        memory_gone(cap);
    l->cap = cap;
}

static void kept_add(struct line *l, const void *p, size_t n)
{
    if (n == 0)
        return;
    kept_room(l, n);
    memcpy(l->kept + l->len, p, n);
    l->len += n;
}

static void kept_pass(struct line *l, struct bytes b)
{
    l->len = l->passed;
    kept_add(l, b.p, b.n);
    l->passed = l->len;
}

static size_t kept_give(struct line *l, uint8_t *to, size_t n)
{
    size_t have = l->passed - l->from;

    if (have > n)
        have = n;
    if (have == 0)
        return 0;
    memcpy(to, l->kept + l->from, have);
    l->from += have;
    if (l->from == l->len)
        l->from = l->passed = l->len = 0;
    return have;
}

/* ---- reading ---- */

static void end_refused(struct line *l)
{
    kept_pass(l, gate_closing(&l->gate));
    l->ended = true;
    l->linger = true;
    line_drain(l->fd);
}

static void note_bytes(struct line *l, ssize_t got)
{
    atomic_fetch_add_explicit(&l->bytes_in, got, memory_order_relaxed);
    if (atomic_load_explicit(&l->phase, memory_order_relaxed) == LINE_IDLE)
        line_set_phase(l, LINE_HEAD);
}

/* Nothing kept: straight into the caller's room, so that nearly every request is copied once less. */
static ssize_t read_straight(struct line *l, uint8_t *to, size_t n, int flags, size_t *ret_out)
{
    ssize_t got = kernel_recv(l->fd, to, n, flags);

    *ret_out = 0;
    if (got <= 0)
        return got;
    note_bytes(l, got);
    *ret_out = gate_feed(&l->gate, to, (size_t)got);
    if (l->gate.status != 0)
        end_refused(l);
    else
        kept_add(l, to + *ret_out, (size_t)got - *ret_out);
    return got;
}

/* Something of an open unit is kept: behind it. */
static ssize_t read_kept(struct line *l, int flags)
{
    size_t had = l->len, passed;
    ssize_t got;

    BUG_IF(had - l->passed >= KEPT_MAX);
    kept_room(l, KB);
    had = l->len;
    got = kernel_recv(l->fd, l->kept + had, l->cap - had, flags);
    if (got <= 0)
        return got;
    note_bytes(l, got);
    passed = gate_feed(&l->gate, l->kept + had, (size_t)got);
    l->len = had + (size_t)got;
    if (passed > 0)
        l->passed = had + passed;
    if (l->gate.status != 0)
        end_refused(l);
    return got;
}

static size_t fill(struct line *l, uint8_t *to, size_t n)
{
    size_t have = (uint64_t)l->gate.left < (uint64_t)n ? (size_t)l->gate.left : n;

    memset(to, 0, have);
    l->gate.left -= (int64_t)have;
    if (l->gate.left == 0) {
        l->filling = false;
        kept_pass(l, gate_closing(&l->gate));
    }
    return have;
}

static void take_lateness(struct line *l)
{
    if (!l->ended && gate_begun(&l->gate)) {
        gate_refuse(&l->gate, 408);
        end_refused(l);
    }
    l->ended = true;
}

static ssize_t line_recv(struct line *l, uint8_t *to, size_t n, int flags)
{
    size_t out = 0;

    if (atomic_load_explicit(&l->late, memory_order_relaxed))
        take_lateness(l);
    for (;;) {
        size_t straight = 0;
        ssize_t got;
        bool kept;

        out += kept_give(l, to + out, n - out);
        if (l->filling && out < n && l->from == l->passed) {
            out += fill(l, to + out, n - out);
            continue;
        }
        if (out == n || (l->ended && l->from == l->passed))
            return (ssize_t)out;

        kept = l->len > 0;
        got = kept ? read_kept(l, flags) : read_straight(l, to + out, n - out, flags, &straight);
        if (got <= 0)
            return out > 0 ? (ssize_t)out : got;
        if (!kept && l->len == 0 && straight < n - out)
            return (ssize_t)(out + straight); /* the kernel has no more: the usual way out */
        out += straight;
    }
}

/* libmicrohttpd's door to the network; see line.h. */
__attribute__((visibility("default"))) ssize_t recv(int fd, void *to, size_t n, int flags)
{
    struct line *l = line_of(fd);

    if (l == NULL || n == 0 || (flags & MSG_PEEK) != 0)
        return kernel_recv(fd, to, n, flags);
    return line_recv(l, to, n, flags);
}

bool line_recv_is_ours(void)
{
    ssize_t (*mine)(int, void *, size_t, int) = recv;

    return dlsym(RTLD_DEFAULT, "recv") == (void *)mine;
}

/* ---- a line's life ---- */

struct line *line_open(int fd, const char *const *hosts)
{
    struct line *l;

    if (fd < 0 || fd >= LINE_FD_MAX)
        return NULL;
    l = calloc(1, sizeof *l);
    if (l == NULL)
        memory_gone(sizeof *l);

    l->fd = fd;
    gate_init(&l->gate, hosts);
    line_set_phase(l, LINE_HEAD);
    atomic_store_explicit(&lines[fd], l, memory_order_release);
    return l;
}

void line_close(struct line *l)
{
    if (l == NULL)
        return;
    atomic_store_explicit(&lines[l->fd], NULL, memory_order_release);
    free(l->kept);
    free(l);
}

void line_set_phase(struct line *l, enum line_phase phase)
{
    atomic_store_explicit(&l->since_us, os_monotonic_us(), memory_order_relaxed);
    atomic_store_explicit(&l->phase, phase, memory_order_relaxed);
}

void line_next(struct line *l)
{
    line_set_phase(l, gate_begun(&l->gate) ? LINE_HEAD : LINE_IDLE);
}

void line_cut(struct line *l)
{
    if (l->ended)
        return;
    l->ended = true;
    l->linger = true;
    if (gate_in_head(&l->gate))
        return; /* the body had come whole: nothing to make up */
    l->len = l->passed;
    l->filling = l->gate.left > 0;
    if (!l->filling)
        kept_pass(l, gate_closing(&l->gate));
    (void)shutdown(l->fd, SHUT_RD); /* wakes the poll; a broken socket is noticed by the reader */
}

int line_refusal(const struct line *l)
{
    if (l->gate.status == 0)
        return 0;
    return l->started == l->gate.heads + (gate_in_head(&l->gate) ? 1 : 0) ? l->gate.status : 0;
}

void line_drain(int fd)
{
    uint8_t scrap[DRAIN_STEP];
    size_t sum = 0;
    ssize_t got;

    do {
        got = kernel_recv(fd, scrap, sizeof scrap, MSG_DONTWAIT | MSG_TRUNC); /* TCP counts without copying */
        sum += got > 0 ? (size_t)got : 0;
    } while (got > 0 && sum < DRAIN_MAX);
}
