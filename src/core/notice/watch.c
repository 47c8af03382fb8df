/*
 * watch.c: a round of notices every second, so that a person hears of it a moment after it happened and a burst of steps is not
 * slowed down by telling of each.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "core/notice/digest.h"
#include "core/notice/notice.h"
#include "core/notice/recent.h"
#include "core/notice/watch.h"
#include "os/os.h"

#define WAIT_MS       1000
#define DIGEST_ROUNDS 60    /* a minute */
#define WAIT_AWAY_MS  10000 /* when it could not be done */

struct watch {
    struct app *app;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool stopping;
};

/* False when it is to stop. */
static bool waits(struct watch *w, int64_t ms)
{
    int64_t until_ms = os_monotonic_us() / 1000 + ms;
    struct timespec at = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    bool goes_on;

    (void)pthread_mutex_lock(&w->lock); /* a plain mutex does not fail */
    while (!w->stopping && os_monotonic_us() / 1000 < until_ms)
        (void)pthread_cond_timedwait(&w->wake, &w->lock, &at); /* the loop looks at the clock itself */
    goes_on = !w->stopping;
    (void)pthread_mutex_unlock(&w->lock);
    return goes_on;
}

static void *runs(void *arg)
{
    struct watch *w = arg;
    int64_t ms = WAIT_MS, rounds = 0;

    while (waits(w, ms)) {
        int e = recent_store(w->app);

        if (e >= 0)
            e = notice_round(w->app);
        if (e >= 0 && rounds++ % DIGEST_ROUNDS == 0)
            e = digest_round(w->app, os_now());

        if (e < 0)
            log_record(LEVEL_WARN, "notice.round", LOG_TEXT("result", result_name(e)));
        ms = e < 0 ? WAIT_AWAY_MS : WAIT_MS;
    }
    return NULL;
}

int watch_start(struct app *app, struct watch **ret)
{
    struct watch *w = calloc(1, sizeof *w);
    pthread_condattr_t monotonic;

    if (w == NULL)
        memory_gone(sizeof *w);
    w->app = app;
    BUG_IF(pthread_mutex_init(&w->lock, NULL) != 0 || pthread_condattr_init(&monotonic) != 0);
    BUG_IF(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 || pthread_cond_init(&w->wake, &monotonic) != 0);
    (void)pthread_condattr_destroy(&monotonic); /* has no failure */
    if (pthread_create(&w->thread, NULL, runs, w) != 0) {
        free(w);
        return E_SYSTEM;
    }
    *ret = w;
    return 0;
}

void watch_stop(struct watch *w)
{
    if (w == NULL)
        return;
    (void)pthread_mutex_lock(&w->lock);
    w->stopping = true;
    (void)pthread_cond_signal(&w->wake); /* has no failure */
    (void)pthread_mutex_unlock(&w->lock);
    BUG_IF(pthread_join(w->thread, NULL) != 0);
    free(w);
}
