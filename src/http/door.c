/*
 * door.c: the thread at the door.
 *
 * The lock guards the list of lines, their end, the tally and what lingers. The door never closes a descriptor that
 * libmicrohttpd owns: it shuts it down, which wakes the thread that serves it; so a number is never used for a
 * connection that came later.
 */
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/answer.h"
#include "http/door.h"
#include "http/tally.h"
#include "os/os.h"

#define LINGER_MAX 256
#define BURST_MAX  64  /* accepted before lines are looked at again */
#define NO_ROOM_MS 100 /* out of descriptors: try again after */

const struct http_tune http_tune_default = {
    .head_ms = 10000,
    .idle_ms = 15000,
    .window_ms = 10000,
    .slow_bytes = 5000,
    .linger_ms = 2000,
    .tick_ms = 250,
    .stop_ms = 10000,
};

struct lingering {
    int fd;
    int64_t until_us;
};

struct door {
    struct door_conf conf;
    pthread_t thread;
    pthread_mutex_t lock;
    int wake; /* eventfd */
    atomic_bool stopping, ending;
    atomic_bool accepts;
    struct line *lines;
    int n_lines;
    struct tally tally;
    struct lingering lingering[LINGER_MAX];
    int n_lingering;
    _Atomic(uint64_t) refused, bytes_in;
};

/* ---- closing with patience ---- */

/* Has the peer closed its side too? TCP says so in its state, also after our own SHUT_RD. */
static bool peer_is_there(int fd)
{
    struct tcp_info info;
    socklen_t n = sizeof info;

    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) < 0)
        return false;
    return info.tcpi_state == 1 || info.tcpi_state == 4 || info.tcpi_state == 5; /* ESTABLISHED, FIN_WAIT1, FIN_WAIT2 */
}

static void linger_add(struct door *d, int fd)
{
    (void)shutdown(fd, SHUT_WR); /* a broken connection is noticed when it is looked at */
    line_drain(fd);
    if (d->n_lingering == LINGER_MAX || !peer_is_there(fd)) {
        (void)close(fd);
        return;
    }
    d->lingering[d->n_lingering++] =
        (struct lingering){.fd = fd, .until_us = os_monotonic_us() + d->conf.tune.linger_ms * 1000};
}

static void linger_look(struct door *d, int64_t now)
{
    for (int i = d->n_lingering - 1; i >= 0; i--) {
        struct lingering *l = &d->lingering[i];

        line_drain(l->fd);
        if (now < l->until_us && peer_is_there(l->fd))
            continue;
        (void)close(l->fd); /* drained: nothing to lose */
        *l = d->lingering[--d->n_lingering];
    }
}

/* ---- deadlines ---- */

static bool has_unread(int fd)
{
    int n = 0;

    return ioctl(fd, FIONREAD, &n) == 0 && n > 0;
}

static int64_t bytes_acknowledged(const struct line *l)
{
    struct tcp_info info;
    socklen_t n = sizeof info;

    if (getsockopt(l->fd, IPPROTO_TCP, TCP_INFO, &info, &n) < 0)
        return 0;
    return info.tcpi_unacked == 0 && info.tcpi_notsent_bytes == 0 ? INT64_MAX : (int64_t)info.tcpi_bytes_acked;
}

/* Has less than slow_bytes moved in the window that has just ended? A new phase begins a new window. */
static bool is_slow(const struct door *d, struct line *l, enum line_phase phase, int64_t since, int64_t now)
{
    bool fresh = l->mark_phase != phase || l->mark_since != since;
    int64_t bytes;
    bool slow;

    if (!fresh && now - l->mark_us < d->conf.tune.window_ms * 1000)
        return false;
    bytes = phase == LINE_BODY ? atomic_load_explicit(&l->bytes_in, memory_order_relaxed) : bytes_acknowledged(l);
    slow = !fresh && bytes != INT64_MAX && bytes - l->mark_bytes < d->conf.tune.slow_bytes;
    l->mark_phase = phase;
    l->mark_since = since;
    l->mark_us = fresh ? since : now;
    l->mark_bytes = bytes;
    return slow;
}

static void end_late_head(const struct door *d, struct line *l, int64_t age_ms)
{
    bool again = age_ms > d->conf.tune.head_ms + d->conf.tune.window_ms;

    atomic_store_explicit(&l->late, true, memory_order_relaxed);
    (void)shutdown(l->fd, again ? SHUT_RDWR : SHUT_RD); /* wakes recv(), where the gate answers 408 */
}

static void line_look(struct door *d, struct line *l, int64_t now)
{
    enum line_phase phase = atomic_load_explicit(&l->phase, memory_order_relaxed);
    int64_t since = atomic_load_explicit(&l->since_us, memory_order_relaxed);
    int64_t age_ms = (now - since) / 1000;
    bool stopping = atomic_load_explicit(&d->stopping, memory_order_relaxed);
    bool silent = atomic_load_explicit(&l->bytes_in, memory_order_relaxed) == 0;

    switch (phase) {
    case LINE_HEAD:
        if (age_ms > d->conf.tune.head_ms)
            end_late_head(d, l, age_ms);
        else if (stopping && silent && age_ms > 1000 && !has_unread(l->fd))
            (void)shutdown(l->fd, SHUT_RD);
        break;
    case LINE_IDLE:
        if (age_ms > d->conf.tune.idle_ms || (stopping && !has_unread(l->fd)))
            (void)shutdown(l->fd, SHUT_RD); /* its thread reads the end and closes */
        break;
    case LINE_BODY:
    case LINE_ANSWER:
        if (is_slow(d, l, phase, since, now))
            (void)shutdown(l->fd, SHUT_RDWR);
        break;
    case LINE_BUSY:
        break;
    }
}

/* ---- the list ---- */

static void list_add(struct door *d, struct line *l)
{
    l->next = d->lines;
    if (d->lines != NULL)
        d->lines->prev = l;
    d->lines = l;
    d->n_lines++;
}

static void list_remove(struct door *d, struct line *l)
{
    if (l->prev != NULL)
        l->prev->next = l->next;
    else
        d->lines = l->next;
    if (l->next != NULL)
        l->next->prev = l->prev;
    d->n_lines--;
}

static void line_forget(struct door *d, struct line *l)
{
    list_remove(d, l);
    if (!l->trusted)
        tally_remove(&d->tally, &l->address);
    atomic_fetch_add(&d->bytes_in, (uint64_t)atomic_load(&l->bytes_in));
    line_close(l);
}

/* A line that libmicrohttpd never took up (no memory there): its descriptor is closed long since. */
static bool was_never_taken(const struct door *d, const struct line *l, int64_t now)
{
    return !l->attached && now - atomic_load(&l->since_us) > 2 * d->conf.tune.head_ms * 1000;
}

static void lines_look(struct door *d)
{
    int64_t now = os_monotonic_us();
    struct line *next;

    pthread_mutex_lock(&d->lock);
    for (struct line *l = d->lines; l != NULL; l = next) {
        next = l->next;
        if (l->attached)
            line_look(d, l, now);
        else if (was_never_taken(d, l, now))
            line_forget(d, l);
    }
    linger_look(d, now);
    pthread_mutex_unlock(&d->lock);
}

/* ---- accepting ---- */

/* Under the lock. 0 and a line, or the status of the refusal. */
static int admit(struct door *d, int fd, const struct sockaddr *sa, struct line **ret)
{
    struct address a = address_of(sa);
    bool trusted = address_listed(&a, d->conf.proxies);
    struct line *l;

    if (d->n_lines >= d->conf.conn_total)
        return 503;
    if (!trusted && !tally_add(&d->tally, &a, d->conf.conn_per_address))
        return 429;
    l = line_open(fd, d->conf.hosts);
    if (l == NULL) {
        if (!trusted)
            tally_remove(&d->tally, &a);
        return 503;
    }
    l->address = a;
    address_write(l->address_text, &a);
    l->trusted = trusted;
    list_add(d, l);

    *ret = l;
    return 0;
}

static void turn_away(struct door *d, int fd, int status)
{
    char text[ANSWER_PLAIN_MAX];
    size_t n = answer_plain(text, status);

    atomic_fetch_add(&d->refused, 1);
    (void)send(fd, text, n, MSG_DONTWAIT | MSG_NOSIGNAL); /* a courtesy: who does not get it is turned away as well */
    pthread_mutex_lock(&d->lock);
    linger_add(d, fd);
    pthread_mutex_unlock(&d->lock);
}

/* True when one came, welcome or not. */
static bool accept_one(struct door *d)
{
    struct sockaddr_storage sa;
    socklen_t n = sizeof sa;
    struct line *l = NULL;
    int fd, status;

    fd = accept4(d->conf.listen_fd, (struct sockaddr *)&sa, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            (void)poll(NULL, 0, NO_ROOM_MS);
        return errno == ECONNABORTED || errno == EINTR;
    }
    pthread_mutex_lock(&d->lock);
    status = admit(d, fd, (struct sockaddr *)&sa, &l);
    pthread_mutex_unlock(&d->lock);
    if (status != 0) {
        turn_away(d, fd, status);
    } else if (!d->conf.take(d->conf.ctx, fd, (struct sockaddr *)&sa, n)) {
        pthread_mutex_lock(&d->lock);
        line_forget(d, l);
        pthread_mutex_unlock(&d->lock);
    }
    return true;
}

static void stop_accepting(struct door *d)
{
    while (accept_one(d)) {
        /* they were accepted by the kernel before we said no */
    }
    os_close(&d->conf.listen_fd);
    d->accepts = false;
}

static void *door_main(void *arg)
{
    struct door *d = arg;
    int64_t next_look = 0;

    while (!atomic_load(&d->ending)) {
        struct pollfd p[2] = {{.fd = d->wake, .events = POLLIN}, {.fd = d->accepts ? d->conf.listen_fd : -1, .events = POLLIN}};
        int64_t now = os_monotonic_us(), woken;
        int wait_ms = next_look > now ? (int)((next_look - now) / 1000) + 1 : 0;

        (void)poll(p, ARRAY_LEN(p), wait_ms); /* EINTR: as if it had waited */
        if ((p[0].revents & POLLIN) != 0)
            (void)!read(d->wake, &woken, sizeof woken);
        if (d->accepts && atomic_load(&d->stopping))
            stop_accepting(d);
        for (int i = 0; d->accepts && i < BURST_MAX && accept_one(d); i++) {
            /* as many as wait */
        }
        if (os_monotonic_us() >= next_look) {
            lines_look(d);
            next_look = os_monotonic_us() + d->conf.tune.tick_ms * 1000;
        }
    }
    return NULL;
}

static void wake(struct door *d)
{
    uint64_t one = 1;

    (void)!write(d->wake, &one, sizeof one); /* full means it wakes anyhow */
}

/* ---- for the server ---- */

int door_open(const struct door_conf *conf, struct door **ret_door)
{
    struct door *d = calloc(1, sizeof *d);

    if (d == NULL)
        memory_gone(sizeof *d);
    d->conf = *conf;
    d->accepts = true;
    d->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (d->wake < 0) {
        free(d);
        return E_SYSTEM;
    }
    BUG_IF(pthread_mutex_init(&d->lock, NULL) != 0);
    *ret_door = d; /* before the thread: a connection that waited at the port is handed on at once, and asks for its door */
    if (pthread_create(&d->thread, NULL, door_main, d) != 0) {
        *ret_door = NULL;
        (void)close(d->wake); /* nothing was written */
        pthread_mutex_destroy(&d->lock);
        free(d);
        return E_SYSTEM;
    }
    return 0;
}

struct line *door_attached(struct door *d, int fd)
{
    struct line *l;

    pthread_mutex_lock(&d->lock);
    l = line_of(fd);
    if (l != NULL)
        l->attached = true;
    pthread_mutex_unlock(&d->lock);
    return l;
}

void door_gone(struct door *d, struct line *l)
{
    int again;

    if (l == NULL)
        return;
    pthread_mutex_lock(&d->lock);
    again = l->linger ? dup(l->fd) : -1;
    if (again >= 0)
        linger_add(d, again);
    line_forget(d, l);
    pthread_mutex_unlock(&d->lock);
}

void door_stop_accepting(struct door *d)
{
    atomic_store(&d->stopping, true);
    wake(d);
}

bool door_accepts(const struct door *d)
{
    return atomic_load(&d->accepts);
}

int door_connections(struct door *d)
{
    int n;

    pthread_mutex_lock(&d->lock);
    n = d->n_lines;
    pthread_mutex_unlock(&d->lock);
    return n;
}

uint64_t door_refused(const struct door *d)
{
    return atomic_load(&d->refused);
}

uint64_t door_bytes_in(struct door *d)
{
    uint64_t sum;

    pthread_mutex_lock(&d->lock);
    sum = atomic_load(&d->bytes_in);
    for (const struct line *l = d->lines; l != NULL; l = l->next)
        sum += (uint64_t)atomic_load(&l->bytes_in);
    pthread_mutex_unlock(&d->lock);
    return sum;
}

void door_close(struct door *d)
{
    if (d == NULL)
        return;
    atomic_store(&d->ending, true);
    wake(d);
    BUG_IF(pthread_join(d->thread, NULL) != 0);
    os_close(&d->conf.listen_fd);
    while (d->n_lingering > 0)
        (void)close(d->lingering[--d->n_lingering].fd); /* the process ends */
    while (d->lines != NULL)
        line_forget(d, d->lines);
    tally_finish(&d->tally);
    os_close(&d->wake);
    pthread_mutex_destroy(&d->lock);
    free(d);
}
