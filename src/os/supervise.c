/*
 * supervise.c: one poll() over signals, the asking descriptor and the children.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "os/supervise.h"

#define LASTING_MAX    4
#define CHILDREN_MAX   (LASTING_MAX + SUPERVISE_SHORT_MAX)
#define BACKOFF_MIN_MS 100
#define BACKOFF_MAX_MS 30000
#define COULD_NOT      2 /* the exit code of a role that could not begin */
#define LAST_WORD_MAX  3 /* exit codes up to this are answers, not crashes */
#define NEVER          INT64_MAX

struct child {
    struct process process;
    char name[16];
    bool lasting;
    int64_t deadline; /* monotonic us, NEVER for none */
};

struct supervisor {
    const struct supervise_conf *conf;
    struct child children[CHILDREN_MAX]; /* lasting ones first, in the order of their start; pid 0: free */
    int signals;                         /* descriptor */
    int asking;                          /* descriptor, -1 for none */
    int stop_asked;                      /* SIGTERM and SIGINT so far */
    bool ready;                          /* this round serves */
    bool was_ready;                      /* a round before did */
    bool crashed;                        /* a lasting role has ended in this round */
    bool unclean;                        /* one had to be killed at the end */
    struct process_end end;              /* of the first that ended */
    char end_name[16];
};

int supervise_backoff_ms(int fails, int64_t lasted_us)
{
    int ms = BACKOFF_MIN_MS;

    if (fails == 0)
        return lasted_us >= (int64_t)ms * 1000 ? 0 : ms - (int)(lasted_us / 1000);
    for (int i = 1; i < fails && ms < BACKOFF_MAX_MS; i++)
        ms *= 2;
    return ms < BACKOFF_MAX_MS ? ms : BACKOFF_MAX_MS;
}

static int add(struct supervisor *s, const struct process_conf *conf, size_t from, size_t to, int64_t deadline)
{
    for (size_t i = from; i < to; i++) {
        struct child *c = &s->children[i];
        int e;

        if (c->process.pid != 0)
            continue;
        e = process_start(conf, &c->process);
        if (e < 0)
            return e;
        (void)snprintf(c->name, sizeof c->name, "%s", conf->name); /* cut as ps cuts it */
        c->lasting = from == 0;
        c->deadline = deadline;
        return 0;
    }
    return E_BUSY;
}

int supervise_add(struct supervisor *s, const struct process_conf *child)
{
    return add(s, child, 0, LASTING_MAX, NEVER);
}

int supervise_add_short(struct supervisor *s, const struct process_conf *child, int deadline_ms)
{
    return add(s, child, LASTING_MAX, CHILDREN_MAX, os_monotonic_us() + (int64_t)deadline_ms * 1000);
}

void supervise_watch(struct supervisor *s, int fd)
{
    os_close(&s->asking);
    s->asking = fd;
}

void supervise_ready(struct supervisor *s)
{
    s->ready = s->was_ready = true;
}

static void signals_read(struct supervisor *s)
{
    struct signalfd_siginfo got;

    while (read(s->signals, &got, sizeof got) == (ssize_t)sizeof got)
        s->stop_asked++;
}

static void child_ended(struct supervisor *s, struct child *c)
{
    struct process_end end;

    if (process_wait(&c->process, 0, &end) != 1)
        return;
    c->deadline = NEVER;
    if (!c->lasting) {
        s->conf->ended(s->conf->ctx, c->name, &end, -1);
        return;
    }
    if (s->crashed || s->stop_asked > 0) {
        s->unclean |= end.code != 0;
        s->conf->ended(s->conf->ctx, c->name, &end, -1);
        return;
    }
    s->crashed = true;
    s->end = end;
    memcpy(s->end_name, c->name, sizeof s->end_name);
}

/* Kills what is over its deadline; says when the next one is due. */
static int64_t kill_overdue(struct supervisor *s)
{
    int64_t now = os_monotonic_us();
    int64_t next = NEVER;

    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        struct child *c = &s->children[i];

        if (c->process.pid == 0 || c->deadline == NEVER)
            continue;
        if (c->deadline <= now) {
            (void)process_signal(&c->process, SIGKILL); /* it may have ended this moment */
            c->deadline = NEVER;
        } else if (c->deadline < next) {
            next = c->deadline;
        }
    }
    return next;
}

static void ask(struct supervisor *s)
{
    if (s->conf->asked == NULL || s->conf->asked(s->conf->ctx, s, s->asking) < 0)
        os_close(&s->asking);
}

/* One turn of the loop: waits for whatever comes first, at most until `until`, and sees to it. */
static void turn(struct supervisor *s, int64_t until)
{
    struct pollfd p[2 + CHILDREN_MAX] = {{.fd = s->signals, .events = POLLIN}, {.fd = s->asking, .events = POLLIN}};
    int64_t next = kill_overdue(s);
    int wait_ms = -1;

    next = next < until ? next : until;
    if (next != NEVER) {
        int64_t left = next - os_monotonic_us();

        wait_ms = left <= 0 ? 0 : (int)((left + 999) / 1000);
    }
    for (size_t i = 0; i < CHILDREN_MAX; i++)
        p[2 + i] = (struct pollfd){.fd = s->children[i].process.pid != 0 ? s->children[i].process.fd : -1, .events = POLLIN};
    if (poll(p, ARRAY_LEN(p), wait_ms) <= 0)
        return; /* time is over, or EINTR: the caller looks at its clock */

    if (p[0].revents != 0)
        signals_read(s);
    for (size_t i = 0; i < CHILDREN_MAX; i++)
        if (p[2 + i].revents != 0)
            child_ended(s, &s->children[i]);
    if (p[1].revents != 0)
        ask(s); /* last: it may fill a slot that was looked at above */
}

static void stop_one(struct supervisor *s, struct child *c)
{
    int64_t until = os_monotonic_us() + (int64_t)s->conf->grace_ms * 1000;
    bool killed = false;

    (void)process_signal(&c->process, SIGTERM); /* it may have ended this moment */
    while (c->process.pid != 0) {
        if (!killed && (os_monotonic_us() >= until || s->stop_asked > 1)) {
            (void)process_signal(&c->process, SIGKILL);
            killed = true;
        }
        turn(s, killed ? NEVER : until);
    }
}

static void stop_all(struct supervisor *s)
{
    for (size_t i = LASTING_MAX; i-- > 0;)
        if (s->children[i].process.pid != 0)
            stop_one(s, &s->children[i]);
    for (size_t i = LASTING_MAX; i < CHILDREN_MAX; i++)
        (void)process_stop(&s->children[i].process, 0); /* nobody waits for its answer any more */
    os_close(&s->asking);
}

static void children_clear(struct supervisor *s)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++)
        s->children[i] = (struct child){.process = PROCESS_NONE, .deadline = NEVER};
    s->ready = false;
    s->crashed = false;
    s->unclean = false;
}

/* From the start of the roles until one of them or a signal ends the round. */
static int run_round(struct supervisor *s)
{
    int e;

    children_clear(s);
    e = s->conf->start(s->conf->ctx, s);
    while (e == 0 && !s->crashed && s->stop_asked == 0)
        turn(s, NEVER);
    stop_all(s);
    return e;
}

/* What could begin once can again: when the disk has room, when the database is back. */
static bool is_last_word(const struct supervisor *s)
{
    if (s->end.code == COULD_NOT && s->was_ready)
        return false;
    return s->end.signal == 0 && s->end.code <= LAST_WORD_MAX;
}

static void pause_between(struct supervisor *s, int ms)
{
    int64_t until = os_monotonic_us() + (int64_t)ms * 1000;

    while (s->stop_asked == 0 && os_monotonic_us() < until)
        turn(s, until);
}

/* Round after round. */
static int run_rounds(struct supervisor *s)
{
    int fails = 0;

    for (bool first = true;; first = false) {
        int64_t began = os_monotonic_us();
        int e = run_round(s);
        int64_t lasted = os_monotonic_us() - began;
        int wait_ms;

        if (e < 0 && first)
            return e;
        if (s->stop_asked > 0)
            return s->unclean ? 1 : 0;
        if (e == 0 && is_last_word(s)) {
            s->conf->ended(s->conf->ctx, s->end_name, &s->end, -1);
            return s->end.code;
        }
        fails = s->ready ? 0 : fails + 1;
        wait_ms = supervise_backoff_ms(fails, lasted);
        if (e == 0)
            s->conf->ended(s->conf->ctx, s->end_name, &s->end, wait_ms);
        pause_between(s, wait_ms);
        if (s->stop_asked > 0)
            return 0;
    }
}

int supervise_run(const struct supervise_conf *conf)
{
    struct supervisor s = {.conf = conf, .asking = -1};
    sigset_t ours, before;
    int e;

    BUG_IF(sigemptyset(&ours) < 0 || sigaddset(&ours, SIGTERM) < 0 || sigaddset(&ours, SIGINT) < 0);
    BUG_IF(sigprocmask(SIG_BLOCK, &ours, &before) < 0);
    s.signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    e = s.signals < 0 ? E_SYSTEM : run_rounds(&s);

    os_close(&s.signals);
    BUG_IF(sigprocmask(SIG_SETMASK, &before, NULL) < 0);
    return e;
}
