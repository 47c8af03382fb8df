/*
 * watch.c: the thread that looks around and counts, and what it has found so far.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/machine/machine.h"
#include "engine/chore.h"
#include "os/os.h"

#define LOOK_TIMEOUT_MS 300000
#define LOOK_FIRST_US   INT64_C(3000000) /* a start has other things to do */
#define LOOK_EVERY_US   INT64_C(3600000000)
#define LOOK_APART_US   INT64_C(60000000)
#define MINUTE_US       INT64_C(60000000)
#define NEVER           INT64_MAX

struct machine {
    struct app *app;
    struct machine_conf conf;
    pthread_t thread;
    pthread_cond_t wake;
    _Atomic(bool) stopping;

    pthread_mutex_t lock; /* over all that follows */
    char *text;           /* of the last look; malloc'ed */
    instant at;
    int64_t took_ms;
    int64_t looked_us; /* when the last one began; 0: none has */
    int64_t due_us;    /* when the next begins */
    bool looking, failed, cannot;
    uint64_t group_us[MACHINE_READERS]; /* longest since each reader last asked */
    struct machine_figures last;        /* of the minute before */
    bool has_last;
    struct machine_point points[MACHINE_POINTS]; /* a ring */
    size_t first, n;
};

static void lock(struct machine *m)
{
    (void)pthread_mutex_lock(&m->lock); /* a plain mutex does not fail */
}

static void unlock(struct machine *m)
{
    (void)pthread_mutex_unlock(&m->lock); /* as above */
}

const struct machine_conf *machine_conf(const struct app *app)
{
    return app->machine != NULL ? &app->machine->conf : NULL;
}

/* ---- figures ---- */

void machine_figures(const struct app *app, enum machine_reader reader, struct machine_figures *ret)
{
    struct machine *m = app->machine;
    size_t i;

    machine_measure(app, m != NULL ? m->conf.memory : -1, ret);
    if (m == NULL)
        return;
    lock(m);
    for (i = 0; i < MACHINE_READERS; i++)
        if (m->group_us[i] < ret->writer.group_us_max)
            m->group_us[i] = ret->writer.group_us_max; /* the writer forgets it once it was asked */
    ret->writer.group_us_max = m->group_us[reader];
    m->group_us[reader] = 0;
    unlock(m);
}

/* 95 of 100 answers of these kinds between two moments. */
static int64_t share_between(const struct machine_figures *from, const struct machine_figures *to, unsigned kinds)
{
    uint64_t counts[HTTP_BUCKETS] = {0};
    size_t k, i;

    for (k = 0; k < HTTP_KINDS; k++)
        for (i = 0; (kinds & (1u << k)) != 0 && i < HTTP_BUCKETS; i++)
            counts[i] += to->http.kinds[k].latency[i] - from->http.kinds[k].latency[i];
    return machine_share_us(counts, 95);
}

static void add_point(struct machine *m, const struct machine_figures *now)
{
    static const struct machine_figures nothing;
    const struct machine_figures *before = m->has_last ? &m->last : &nothing;
    struct machine_point *p = &m->points[(m->first + m->n) % MACHINE_POINTS];

    if (m->n == MACHINE_POINTS)
        m->first = (m->first + 1) % MACHINE_POINTS;
    else
        m->n++;
    *p = (struct machine_point){
        .at = now->at,
        .requests = (int64_t)(now->http.requests - before->http.requests),
        .errors = (int64_t)(now->http.by_class[5] - before->http.by_class[5]),
        .page_us = share_between(before, now, 1u << WEB_PUBLIC | 1u << WEB_WORKSPACE),
        .step_us = share_between(before, now, 1u << WEB_STEP),
        .group_us = (int64_t)now->writer.group_us_max,
        .waiting = now->queues.jobs_waiting + now->queues.outbox_waiting,
        .memory = now->memory,
        .database = now->database_bytes,
        .leaves = now->ledger.size,
    };
    m->last = *now;
    m->has_last = true;
}

void machine_sample(const struct app *app)
{
    struct machine *m = app->machine;
    struct machine_figures now;

    if (m == NULL)
        return;
    machine_figures(app, MACHINE_MINUTE, &now);
    if (!now.has_http)
        return; /* the port is not open yet */
    lock(m);
    add_point(m, &now);
    unlock(m);
}

void machine_points(const struct app *app, struct arena *a, struct machine_point **ret, size_t *ret_n)
{
    struct machine *m = app->machine;
    size_t i;

    *ret_n = 0;
    *ret = arena_array(a, MACHINE_POINTS, struct machine_point);
    if (m == NULL)
        return;
    lock(m);
    for (i = 0; i < m->n; i++)
        (*ret)[i] = m->points[(m->first + i) % MACHINE_POINTS];
    *ret_n = m->n;
    unlock(m);
}

/* ---- the look ---- */

bool machine_look(const struct app *app)
{
    struct machine *m = app->machine;
    int64_t now = os_monotonic_us();
    bool soon;

    if (m == NULL)
        return false;
    lock(m);
    soon = !m->cannot && !m->looking && (m->looked_us == 0 || now - m->looked_us >= LOOK_APART_US);
    if (soon) {
        m->due_us = now;
        m->looking = true;                   /* the page that follows says so */
        (void)pthread_cond_signal(&m->wake); /* has no failure */
    }
    unlock(m);
    return soon;
}

void machine_told(const struct app *app, struct arena *a, struct machine_told *ret)
{
    struct machine *m = app->machine;

    *ret = (struct machine_told){.at = INSTANT_NONE, .cannot = m == NULL};
    if (m == NULL)
        return;
    lock(m);
    ret->text = m->text != NULL ? arena_text(a, m->text) : NULL;
    ret->at = m->at;
    ret->took_ms = m->took_ms;
    ret->looking = m->looking;
    ret->failed = m->failed;
    ret->cannot = m->cannot;
    unlock(m);
}

/* Keeps what the look brought, or that it brought nothing: what was known stays then, with its time. */
static void keep(struct machine *m, int e, struct bytes text, int64_t began)
{
    char *copy = e == 0 ? malloc(text.n + 1) : NULL;

    if (copy != NULL) {
        memcpy(copy, text.p, text.n);
        copy[text.n] = '\0';
    }
    lock(m);
    m->looking = false;
    m->failed = copy == NULL;
    m->cannot = e == E_STATE;
    m->due_us = m->cannot ? NEVER : os_monotonic_us() + LOOK_EVERY_US;
    if (copy != NULL) {
        free(m->text);
        m->text = copy;
        m->at = os_now();
        m->took_ms = (os_monotonic_us() - began) / 1000;
    }
    unlock(m);
}

void machine_learn(const struct app *app, const char *text)
{
    keep(app->machine, 0, (struct bytes){(const uint8_t *)text, strlen(text)}, os_monotonic_us());
}

static void look(struct machine *m)
{
    int64_t began = os_monotonic_us();
    struct bytes text = {0};
    struct arena a;
    int e;

    lock(m);
    m->looking = true;
    m->looked_us = began;
    unlock(m);
    arena_init(&a, 4 * MB);
    e = chore_ask(m->app, CHORE_LOOK, LOOK_TIMEOUT_MS, &m->stopping, &a, &text);
    if (e < 0 && e != E_STATE && !atomic_load(&m->stopping))
        log_record(LEVEL_WARN, "machine.no-look", LOG_TEXT("result", result_name(e)));
    keep(m, e, text, began);
    arena_finish(&a);
}

/* ---- the thread ---- */

/* Until `minute` or the next look is due; false when it is to stop. *ret_look says that it is a look. */
static bool wait_for_work(struct machine *m, int64_t minute_us, bool *ret_look)
{
    lock(m);
    for (;;) {
        int64_t now = os_monotonic_us(), until = m->due_us < minute_us ? m->due_us : minute_us;
        struct timespec at = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};

        if (atomic_load(&m->stopping) || now >= until)
            break;
        (void)pthread_cond_timedwait(&m->wake, &m->lock, &at); /* the loop looks at the clock itself */
    }
    *ret_look = os_monotonic_us() >= m->due_us;
    unlock(m);
    return !atomic_load(&m->stopping);
}

static void *watch(void *arg)
{
    struct machine *m = arg;
    int64_t minute_us = os_monotonic_us() + MINUTE_US;
    bool is_look;

    while (wait_for_work(m, minute_us, &is_look)) {
        if (is_look)
            look(m);
        if (os_monotonic_us() < minute_us)
            continue;
        machine_sample(m->app);
        minute_us += MINUTE_US;
        if (minute_us < os_monotonic_us())
            minute_us = os_monotonic_us() + MINUTE_US; /* a long look leaves a gap in the charts */
    }
    return NULL;
}

int machine_open(struct app *app, const struct machine_conf *conf)
{
    struct machine *m = calloc(1, sizeof *m);
    pthread_condattr_t monotonic;

    if (m == NULL)
        memory_gone(sizeof *m);
    BUG_IF(app->machine != NULL);
    m->app = app;
    m->conf = *conf;
    m->at = INSTANT_NONE;
    m->due_us = os_monotonic_us() + LOOK_FIRST_US;
    m->looking = app->parser > 0;
    m->cannot = app->parser <= 0;
    BUG_IF(pthread_mutex_init(&m->lock, NULL) != 0 || pthread_condattr_init(&monotonic) != 0);
    BUG_IF(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 || pthread_cond_init(&m->wake, &monotonic) != 0);
    (void)pthread_condattr_destroy(&monotonic); /* has no failure */
    if (m->cannot)
        m->due_us = NEVER;
    app->machine = m;
    if (pthread_create(&m->thread, NULL, watch, m) != 0) {
        app->machine = NULL;
        free(m);
        return E_SYSTEM;
    }
    return 0;
}

void machine_close(struct app *app)
{
    struct machine *m = app->machine;

    if (m == NULL)
        return;
    lock(m);
    atomic_store(&m->stopping, true);
    (void)pthread_cond_signal(&m->wake); /* has no failure */
    unlock(m);
    BUG_IF(pthread_join(m->thread, NULL) != 0);
    app->machine = NULL;
    os_close(&m->conf.memory);
    free(m->text);
    free(m);
}
