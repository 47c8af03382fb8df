/*
 * scan.c: the words of clamd: INSTREAM, pieces with their length in front, an empty piece; one line comes back.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/scan.h"
#include "os/os.h"
#include "os/socket.h"

#define CONNECT_MS 2000
#define PING_MS    3000
#define PIECE      ((size_t)64 * KB)
#define ANSWER_MAX 512

static const char instream[] = "zINSTREAM", ping[] = "zPING"; /* each is sent with its NUL */
static const char prefix[] = "stream: ", ok[] = "OK", found[] = " FOUND";

/* ---- a talk with an end ---- */

struct talk {
    int fd;
    int64_t until; /* us, monotonic */
};

static bool begin(struct talk *t, const struct scan_conf *conf, int deadline_ms)
{
    t->until = os_monotonic_us() + (int64_t)deadline_ms * 1000;
    t->fd = socket_connect(conf->address, deadline_ms < CONNECT_MS ? deadline_ms : CONNECT_MS);
    return t->fd > 0;
}

/* Is it ready for reading or writing before the end? */
static bool ready(const struct talk *t, short what)
{
    struct pollfd p = {.fd = t->fd, .events = what};
    int64_t left = (t->until - os_monotonic_us()) / 1000;
    int n;

    do
        n = left > 0 ? poll(&p, 1, (int)left) : 0;
    while (n < 0 && errno == EINTR);
    return n > 0;
}

static bool say(const struct talk *t, const void *p, size_t n)
{
    const char *at = p;

    while (n > 0) {
        ssize_t k = ready(t, POLLOUT) ? send(t->fd, at, n, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;

        if (k < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (k <= 0)
            return false;
        at += k;
        n -= (size_t)k;
    }
    return true;
}

/* Until its NUL or the end; false for silence and for more than an answer is. */
static bool hear(const struct talk *t, char answer[ANSWER_MAX])
{
    size_t n = 0;

    while (n + 1 < ANSWER_MAX && ready(t, POLLIN)) {
        ssize_t k = recv(t->fd, answer + n, ANSWER_MAX - 1 - n, MSG_DONTWAIT);

        if (k < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (k < 0)
            return false;
        n += (size_t)k;
        answer[n] = '\0';
        if (k == 0 || strlen(answer) < n)
            return n > 0;
    }
    return false;
}

static bool say_piece(const struct talk *t, const uint8_t *p, size_t n)
{
    const uint8_t length[] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

    return say(t, length, sizeof length) && say(t, p, n);
}

/* The file's own, whatever its position. A scanner that has heard enough closes: its answer is worth reading all the same. */
static bool say_file(const struct talk *t, int fd)
{
    uint8_t *piece = malloc(PIECE);
    off_t at = 0;
    ssize_t n;
    bool good;

    if (piece == NULL)
        memory_gone(PIECE);
    good = say(t, instream, sizeof instream);
    while (good && (n = pread(fd, piece, PIECE, at)) != 0) {
        good = n > 0 && say_piece(t, piece, (size_t)n);
        at += n;
    }
    free(piece);
    return good && say_piece(t, NULL, 0);
}

/* ---- what it said ---- */

static void take_name(const char *at, size_t n, char name[SCAN_NAME_MAX])
{
    size_t i;

    n = n < SCAN_NAME_MAX - 1 ? n : SCAN_NAME_MAX - 1;
    for (i = 0; i < n; i++)
        name[i] = at[i] > 0x20 && at[i] < 0x7f ? at[i] : '_';
    name[n] = '\0';
}

/* Only the two answers that clamd gives about a file that it has looked at. */
static enum scan_verdict verdict_of(const char *answer, char name[SCAN_NAME_MAX])
{
    size_t n = strcspn(answer, "\r\n");

    if (!text_starts(answer, prefix))
        return SCAN_AWAY;
    answer += sizeof prefix - 1;
    n -= sizeof prefix - 1;
    if (n == sizeof ok - 1 && memcmp(answer, ok, n) == 0)
        return SCAN_CLEAN;
    if (n < sizeof found || memcmp(answer + n - (sizeof found - 1), found, sizeof found - 1) != 0)
        return SCAN_AWAY;
    take_name(answer, n - (sizeof found - 1), name);
    return SCAN_FOUND;
}

enum scan_verdict scan_file(const struct scan_conf *conf, int fd, char name[SCAN_NAME_MAX])
{
    enum scan_verdict verdict = SCAN_AWAY;
    char answer[ANSWER_MAX] = "";
    struct talk t;

    name[0] = '\0';
    if (begin(&t, conf, conf->deadline_ms > 0 ? conf->deadline_ms : SCAN_DEADLINE_MS)) {
        bool whole = say_file(&t, fd);

        if (hear(&t, answer))
            verdict = verdict_of(answer, name);
        if (!whole && verdict == SCAN_CLEAN)
            verdict = SCAN_AWAY; /* of a part of it */
        os_close(&t.fd);
    }
    if (verdict == SCAN_AWAY)
        log_record(LEVEL_ERROR, "scan.away", LOG_TEXT("on", conf->address), LOG_TEXT("text", answer));
    return verdict;
}

int scan_ping(const struct scan_conf *conf)
{
    char answer[ANSWER_MAX] = "";
    struct talk t;
    bool good;

    if (!begin(&t, conf, conf->deadline_ms > 0 && conf->deadline_ms < PING_MS ? conf->deadline_ms : PING_MS))
        return E_BUSY;
    good = say(&t, ping, sizeof ping) && hear(&t, answer) && text_starts(answer, "PONG");
    os_close(&t.fd);
    return good ? 0 : E_BUSY;
}

/* ---- beside a request ---- */

struct aside {
    const struct scan_conf *conf;
    struct scan_question *v;
    size_t n;
    void (*done)(void *arg);
    void *arg;
};

/* The process's own: how many are at it. */
static _Atomic int at_work;

static void *ask_all(void *arg)
{
    struct aside *x = arg;
    size_t i;

    for (i = 0; i < x->n; i++)
        x->v[i].verdict = scan_file(x->conf, x->v[i].fd, x->v[i].name);
    x->done(x->arg);
    free(x);
    at_work--;
    return NULL;
}

int scan_aside(const struct scan_conf *conf, struct scan_question *v, size_t n, void (*done)(void *arg), void *arg)
{
    struct aside *x;
    pthread_t thread;

    if (at_work++ >= SCAN_ASIDE_MAX) {
        at_work--;
        return E_BUSY;
    }
    x = malloc(sizeof *x);
    if (x == NULL)
        memory_gone(sizeof *x);
    *x = (struct aside){.conf = conf, .v = v, .n = n, .done = done, .arg = arg};
    if (pthread_create(&thread, NULL, ask_all, x) != 0) {
        free(x);
        at_work--;
        return E_BUSY;
    }
    (void)pthread_detach(thread); /* a request waits for it, and the server for its requests */
    return 0;
}
