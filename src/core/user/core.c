/*
 * core.c: opening and closing what core keeps, and the thread that stores when sessions were last seen.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "core/gov/gov.h"
#include "core/notice/recent.h"
#include "core/user/core.h"
#include "core/user/limit.h"
#include "os/os.h"

#define KEEPER_SECONDS 30

struct keeper {
    struct core *core;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool stopping;
};

struct core *core_of(const struct app *app)
{
    BUG_IF(app->core == NULL);
    return app->core;
}

/* ---- the keeper ---- */

/* Waits half a minute; false when it is to stop. */
static bool keeper_waits(struct keeper *k)
{
    int64_t until_ms = os_monotonic_us() / 1000 + KEEPER_SECONDS * 1000;
    struct timespec at = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    bool goes_on;

    (void)pthread_mutex_lock(&k->lock); /* a plain mutex does not fail */
    while (!k->stopping && os_monotonic_us() / 1000 < until_ms)
        (void)pthread_cond_timedwait(&k->wake, &k->lock, &at); /* the loop looks at the clock itself */
    goes_on = !k->stopping;
    (void)pthread_mutex_unlock(&k->lock);
    return goes_on;
}

static void *keeper_runs(void *arg)
{
    struct keeper *k = arg;

    while (keeper_waits(k)) {
        int e = sessions_store_seen(k->core->sessions, k->core->app->writer, os_now(), false);

        if (e < 0)
            log_record(LEVEL_WARN, "core.last-seen", LOG_TEXT("result", result_name(e)));
    }
    return NULL;
}

static int keeper_start(struct core *core)
{
    struct keeper *k = calloc(1, sizeof *k);
    pthread_condattr_t monotonic;

    if (k == NULL)
        memory_gone(sizeof *k);
    k->core = core;
    BUG_IF(pthread_mutex_init(&k->lock, NULL) != 0 || pthread_condattr_init(&monotonic) != 0);
    BUG_IF(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 || pthread_cond_init(&k->wake, &monotonic) != 0);
    (void)pthread_condattr_destroy(&monotonic); /* has no failure */
    if (pthread_create(&k->thread, NULL, keeper_runs, k) != 0) {
        free(k);
        return E_SYSTEM;
    }
    core->keeper = k;
    return 0;
}

static void keeper_stop(struct keeper *k)
{
    if (k == NULL)
        return;
    (void)pthread_mutex_lock(&k->lock);
    k->stopping = true;
    (void)pthread_cond_signal(&k->wake); /* has no failure */
    (void)pthread_mutex_unlock(&k->lock);
    BUG_IF(pthread_join(k->thread, NULL) != 0);
    free(k);
}

/* ---- opening and closing ---- */

static int open_keyring(int dir, struct keyring **ret)
{
    int e = keyring_create(dir, CORE_KEYRING);

    if (e < 0 && e != E_CONFLICT)
        return e;
    return keyring_open(dir, CORE_KEYRING, ret);
}

int core_open(struct app *app, const struct password_cost *cost)
{
    struct core *core = calloc(1, sizeof *core);
    int e;

    if (core == NULL)
        memory_gone(sizeof *core);
    BUG_IF(app->core != NULL);
    app->core = core;
    core->app = app;
    core->cost = cost != NULL ? *cost : password_cost_least;
    core->limits = ratelimit_create(0);
    core->sessions = sessions_create();
    app->zone_of = gov_zone;
    app->actor_of = user_actor;
    app->may_search = limit_search;
    app->may_export = limit_export;
    app->may_guess = limit_guess;
    app->seen = recent_seen;
    app->recent = recent_section;
    e = open_keyring(app->data_dir, &core->keyring);
    if (e == 0)
        e = hashpool_start(core->cost, &core->hashpool);
    if (e == 0 && app->writer != NULL)
        e = keeper_start(core);
    if (e < 0)
        core_close(app);
    return e;
}

void core_close(struct app *app)
{
    struct core *core = app->core;

    if (core == NULL)
        return;
    keeper_stop(core->keeper);
    if (app->writer != NULL && sessions_store_seen(core->sessions, app->writer, os_now(), true) < 0)
        log_record(LEVEL_WARN, "core.last-seen");
    hashpool_stop(core->hashpool);
    keyring_close(core->keyring);
    sessions_destroy(core->sessions);
    ratelimit_destroy(core->limits);
    free(core);
    app->core = NULL;
    app->zone_of = NULL;
    app->actor_of = NULL;
    app->may_search = NULL;
    app->may_export = NULL;
    app->may_guess = NULL;
    app->seen = NULL;
    app->recent = NULL;
}
