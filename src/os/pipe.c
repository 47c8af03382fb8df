/*
 * pipe.c: framing, descriptors and deadlines of the messages between our own processes.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/beneath.h"
#include "os/pipe.h"

#define HEAD 8

/* Room for the descriptors of one message, aligned as the kernel wants it. */
union pipe_control {
    struct cmsghdr align;
    char room[CMSG_SPACE(PIPE_FDS_MAX * sizeof(int))];
};

int pipe_make(int ret_ends[2])
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return E_SYSTEM;
    ends[0] = beneath_keep(ends[0]);
    ends[1] = beneath_keep(ends[1]);
    if (ends[0] < 0 || ends[1] < 0) {
        os_close(&ends[0]);
        os_close(&ends[1]);
        return E_SYSTEM;
    }

    ret_ends[0] = ends[0];
    ret_ends[1] = ends[1];
    return 0;
}

void pipe_close_fds(struct pipe_msg *m)
{
    for (size_t i = 0; i < m->n_fds; i++)
        os_close(&m->fds[i]);
    m->n_fds = 0;
}

static int64_t deadline_of(int timeout_ms)
{
    return timeout_ms < 0 ? INT64_MAX : os_monotonic_us() + (int64_t)timeout_ms * 1000;
}

/* After EAGAIN or EINTR: 0 when it is worth trying again, E_BUSY past the deadline. */
static int wait_for(int fd, short events, int64_t deadline)
{
    struct pollfd p = {.fd = fd, .events = events};
    int64_t left = 0;
    int wait_ms = -1;
    int n;

    if (deadline != INT64_MAX) {
        left = deadline - os_monotonic_us();
        if (left <= 0)
            return E_BUSY;
        wait_ms = (int)((left + 999) / 1000);
    }
    n = poll(&p, 1, wait_ms);
    if (n > 0 || (n < 0 && errno == EINTR))
        return 0;
    return n == 0 ? E_BUSY : E_SYSTEM;
}

static void put_le(uint8_t *p, size_t bytes, uint64_t v)
{
    for (size_t i = 0; i < bytes; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t get_le(const uint8_t *p, size_t bytes)
{
    uint64_t v = 0;

    for (size_t i = 0; i < bytes; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

static void attach_fds(struct msghdr *h, union pipe_control *c, const struct pipe_msg *m)
{
    struct cmsghdr *cm;

    if (m->n_fds == 0)
        return;
    h->msg_control = c->room;
    h->msg_controllen = CMSG_SPACE(m->n_fds * sizeof(int));
    cm = CMSG_FIRSTHDR(h);
    cm->cmsg_level = SOL_SOCKET;
    cm->cmsg_type = SCM_RIGHTS;
    cm->cmsg_len = CMSG_LEN(m->n_fds * sizeof(int));
    memcpy(CMSG_DATA(cm), m->fds, m->n_fds * sizeof(int));
}

/* Takes n sent bytes off the front of the two parts that are still to go. */
static void advance(struct iovec *parts, size_t n)
{
    for (int i = 0; i < 2; i++) {
        size_t k = n < parts[i].iov_len ? n : parts[i].iov_len;

        parts[i].iov_base = (char *)parts[i].iov_base + k;
        parts[i].iov_len -= k;
        n -= k;
    }
}

int pipe_send(int fd, const struct pipe_msg *m, int timeout_ms)
{
    int64_t deadline = deadline_of(timeout_ms);
    uint8_t head[HEAD];
    union pipe_control control = {0};
    struct iovec parts[2] = {{.iov_base = head, .iov_len = HEAD},
                             {.iov_base = (void *)(uintptr_t)m->body.p, .iov_len = m->body.n}};
    struct msghdr h = {.msg_iov = parts, .msg_iovlen = 2};
    int e;

    BUG_IF(m->body.n > PIPE_BODY_MAX || m->n_fds > PIPE_FDS_MAX);
    put_le(head, 4, m->body.n);
    put_le(head + 4, 2, m->kind);
    put_le(head + 6, 2, m->n_fds);
    attach_fds(&h, &control, m);

    while (parts[0].iov_len + parts[1].iov_len > 0) {
        ssize_t n = sendmsg(fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n >= 0) {
            advance(parts, (size_t)n);
            h.msg_control = NULL; /* the descriptors went with the first byte */
            h.msg_controllen = 0;
            continue;
        }
        if (errno == EPIPE || errno == ECONNRESET)
            return E_STATE;
        if (errno != EAGAIN && errno != EINTR)
            return E_SYSTEM;
        e = wait_for(fd, POLLOUT, deadline);
        if (e < 0)
            return e;
    }
    return 0;
}

/* Adds the descriptors that came with these bytes to m. Padding of the control room can hold one more than asked for. */
static int detach_fds(struct msghdr *h, struct pipe_msg *m, size_t max)
{
    bool too_many = (h->msg_flags & MSG_CTRUNC) != 0;

    for (struct cmsghdr *cm = CMSG_FIRSTHDR(h); cm != NULL; cm = CMSG_NXTHDR(h, cm)) {
        size_t n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);

        if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t i = 0; i < n; i++) {
            int got;

            memcpy(&got, CMSG_DATA(cm) + i * sizeof got, sizeof got);
            if (m->n_fds < max) {
                m->fds[m->n_fds++] = got;
                continue;
            }
            os_close(&got);
            too_many = true;
        }
    }
    return too_many ? E_FORMAT : 0;
}

/*
 * Reads exactly n bytes. 1; 0 at an end before the first of them; negative. With max_fds 0 there is no control room: the
 * kernel then drops what was attached and says so, which is E_FORMAT.
 */
static int read_exactly(int fd, uint8_t *to, size_t n, struct pipe_msg *m, size_t max_fds, int64_t deadline)
{
    size_t have = 0;
    int e;

    while (have < n) {
        union pipe_control control;
        struct iovec part = {.iov_base = to + have, .iov_len = n - have};
        struct msghdr h = {.msg_iov = &part, .msg_iovlen = 1};
        ssize_t got;

        if (max_fds > 0) {
            h.msg_control = control.room;
            h.msg_controllen = CMSG_SPACE(max_fds * sizeof(int));
        }
        got = recvmsg(fd, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (got > 0) {
            e = detach_fds(&h, m, max_fds);
            have += (size_t)got;
        } else if (got == 0 || errno == ECONNRESET) {
            return have == 0 ? 0 : E_FORMAT;
        } else if (errno == EAGAIN || errno == EINTR) {
            e = wait_for(fd, POLLIN, deadline);
        } else {
            e = E_SYSTEM;
        }
        if (e < 0)
            return e;
    }
    return 1;
}

static int read_message(int fd, const struct pipe_want *want, struct arena *a, struct pipe_msg *m)
{
    int64_t deadline = deadline_of(want->timeout_ms);
    size_t max_fds = want->fds_max < PIPE_FDS_MAX ? want->fds_max : PIPE_FDS_MAX;
    size_t max_body = want->body_max < PIPE_BODY_MAX ? want->body_max : PIPE_BODY_MAX;
    uint8_t head[HEAD];
    uint8_t *body;
    size_t n;
    int e;

    e = read_exactly(fd, head, HEAD, m, max_fds, deadline);
    if (e <= 0)
        return e;
    n = (size_t)get_le(head, 4);
    m->kind = (uint16_t)get_le(head + 4, 2);
    if (get_le(head + 6, 2) != m->n_fds)
        return E_FORMAT;
    if (n > max_body)
        return E_LIMIT;

    body = arena_alloc(a, n + 1);
    e = read_exactly(fd, body, n, m, 0, deadline);
    if (e <= 0)
        return e == 0 ? E_FORMAT : e;
    m->body = (struct bytes){.p = body, .n = n};
    return 1;
}

int pipe_receive(int fd, const struct pipe_want *want, struct arena *a, struct pipe_msg *ret)
{
    struct pipe_msg m = {0};
    int e = read_message(fd, want, a, &m);

    if (e <= 0) {
        pipe_close_fds(&m);
        return e;
    }
    *ret = m;
    return e;
}
