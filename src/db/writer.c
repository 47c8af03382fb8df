/*
 * writer.c: the writer's thread: queue, groups, savepoints, acknowledgement.
 *
 * A group is tried up to twice. The second time it is careful: every savepoint waits for its own failures, so that a
 * failure which PostgreSQL reported late finds the work that caused it and undoes only that. Not for: what the works
 * do; the ledger, which takes part through the hooks.
 */
#include <pthread.h>

#include "base/log.h"
#include "db/driver.h"
#include "db/writer.h"
#include "os/os.h"

#define GROUP_MAX    ((size_t)256)
#define QUEUE_MAX    ((size_t)4096)
#define WORK_ARENA   ((size_t)8 * MB)
#define BACK_OFF_MIN 100 /* milliseconds between tries to reach a lost database */
#define BACK_OFF_MAX 5000

struct line {
    struct work *first, **last;
    size_t n;
};

struct writer {
    struct writer_conf conf;
    char *address;
    struct db *db; /* the thread's own; NULL while the database is away */
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;
    struct line quick, slices;
    struct writer_figures figures;
    bool stops;

    struct arena arena; /* the rest is the thread's */
    instant last_now;
    int64_t number;
    int back_off; /* milliseconds */
    struct work *group[GROUP_MAX];
    size_t n;
};

static void line_init(struct line *l)
{
    *l = (struct line){.last = &l->first};
}

static void line_put(struct line *l, struct work *w)
{
    w->next = NULL;
    *l->last = w;
    l->last = &w->next;
    l->n++;
}

static struct work *line_take(struct line *l)
{
    struct work *w = l->first;

    if (w == NULL)
        return NULL;
    l->first = w->next;
    if (l->first == NULL)
        l->last = &l->first;
    l->n--;
    return w;
}

static int reach(struct writer *w)
{
    int e;

    if (w->db != NULL)
        return 0;
    e = db_open(w->conf.address, DB_WRITE, &w->db);
    if (e < 0)
        return e;
    e = w->db->driver->claim(w->db);
    if (e == 0)
        return 0;

    db_close(w->db);
    w->db = NULL;
    return e;
}

/* One clock reading a group, never behind an earlier one. */
static instant reading(struct writer *w)
{
    instant now = os_now();

    if (now.v < w->last_now.v)
        now = w->last_now;
    w->last_now = now;
    return now;
}

static void work_run(struct writer *w, struct tx *tx, struct work *work)
{
    int e = db_savepoint(w->db);

    if (e < 0) {
        work->result = e;
        return;
    }
    tx->number = ++w->number;
    tx->actor = NULL;
    work->result = work->run(tx, work->arg);
    e = work->result < 0 ? db_rollback_to(w->db) : db_release(w->db);
    if (work->result >= 0 && e < 0)
        work->result = e;
    if (work->result < 0 && w->conf.hooks.undone != NULL)
        w->conf.hooks.undone(w->conf.hooks.arg);
    arena_reset(&w->arena);
}

/* BEGIN to just before COMMIT. Negative: the whole group is lost. */
static int group_body(struct writer *w)
{
    const struct writer_hooks *hooks = &w->conf.hooks;
    struct tx tx = {.db = w->db, .arena = &w->arena, .now = reading(w), .ledger = w->conf.ledger};
    size_t i;
    int e;

    e = w->db->driver->reclaim(w->db);
    if (e == 0 && hooks->began != NULL)
        e = hooks->began(&tx, hooks->arg);
    for (i = 0; e == 0 && i < w->n; i++) {
        work_run(w, &tx, w->group[i]);
        if (w->db->torn)
            e = w->db->failed < 0 ? w->db->failed : E_STORAGE;
    }
    if (e == 0 && hooks->commits != NULL)
        e = hooks->commits(&tx, hooks->arg);
    return e;
}

static int group_try(struct writer *w, bool careful)
{
    const struct writer_hooks *hooks = &w->conf.hooks;
    int e;

    e = reach(w);
    if (e < 0)
        return e;
    w->db->careful = careful;
    e = db_begin(w->db);
    if (e == 0)
        e = group_body(w);
    if (e == 0)
        e = db_commit(w->db);
    else
        db_rollback(w->db);
    if (hooks->ended != NULL)
        hooks->ended(hooks->arg, e == 0);
    return e;
}

/* May a second, careful round end better? Never when the first may have been stored. */
static bool worth_again(const struct writer *w, int e)
{
    return e < 0 && w->db != NULL && !w->db->gone && !db_unknown(w->db) && (w->db->late || w->db->passing);
}

static void leave(struct writer *w)
{
    if (w->db == NULL || w->db->driver->alive(w->db))
        return;
    db_close(w->db);
    w->db = NULL;
}

static void group_run(struct writer *w)
{
    int64_t began = os_monotonic_us(), took;
    size_t i, failed = 0;
    int e;

    e = group_try(w, false);
    if (worth_again(w, e))
        e = group_try(w, true);
    if (e < 0)
        log_record(LEVEL_ERROR, "writer.group", LOG_TEXT("result", result_name(e)), LOG_INT("works", (int64_t)w->n),
                   LOG_TEXT("fault", w->db != NULL ? db_fault(w->db) : ""));
    leave(w);
    w->back_off = w->db != NULL ? 0 : w->back_off == 0 ? BACK_OFF_MIN : w->back_off * 2;
    if (w->back_off > BACK_OFF_MAX)
        w->back_off = BACK_OFF_MAX;

    took = os_monotonic_us() - began;
    for (i = 0; i < w->n; i++)
        failed += e < 0 || w->group[i]->result < 0;
    (void)pthread_mutex_lock(&w->lock); /* a default mutex cannot fail here */
    w->figures.groups++;
    w->figures.works += w->n;
    w->figures.failed += failed;
    w->figures.slices += w->group[w->n - 1]->slice;
    if ((uint64_t)took > w->figures.group_us_max)
        w->figures.group_us_max = (uint64_t)took;
    (void)pthread_mutex_unlock(&w->lock);

    for (i = 0; i < w->n; i++) {
        struct work *work = w->group[i];

        if (work->done != NULL)
            work->done(work->arg, e < 0 ? e : work->result);
    }
}

/* Waits for works; false when the writer stops and nothing is left. */
static bool group_take(struct writer *w)
{
    struct work *work;

    w->n = 0;
    (void)pthread_mutex_lock(&w->lock); /* see group_run() */
    while (!w->stops && w->quick.n + w->slices.n == 0)
        (void)pthread_cond_wait(&w->wake, &w->lock); /* fails only for broken arguments */
    while (w->n < GROUP_MAX - 1 && (work = line_take(&w->quick)) != NULL)
        w->group[w->n++] = work;
    work = line_take(&w->slices);
    if (work != NULL)
        w->group[w->n++] = work;
    (void)pthread_mutex_unlock(&w->lock);
    return w->n > 0;
}

/* While the database is away: not more often than the back-off allows, but a stop is never waited for. */
static void pause_for(struct writer *w)
{
    struct timespec until;

    if (w->back_off == 0)
        return;
    (void)clock_gettime(CLOCK_MONOTONIC, &until); /* the clock exists */
    until.tv_sec += w->back_off / 1000;
    until.tv_nsec += (long)(w->back_off % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    (void)pthread_mutex_lock(&w->lock); /* see group_run() */
    while (!w->stops && pthread_cond_timedwait(&w->wake, &w->lock, &until) == 0)
        ;
    (void)pthread_mutex_unlock(&w->lock);
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;

    while (group_take(w)) {
        group_run(w);
        pause_for(w);
    }
    return NULL;
}

static void writer_free(struct writer *w)
{
    if (w->db != NULL)
        w->db->driver->unclaim(w->db);
    db_close(w->db);
    arena_finish(&w->arena);
    (void)pthread_cond_destroy(&w->wake); /* nobody waits any more */
    (void)pthread_mutex_destroy(&w->lock);
    free(w->address);
    free(w);
}

int writer_start(const struct writer_conf *conf, struct writer **ret_writer)
{
    struct writer *w = calloc(1, sizeof *w);
    pthread_condattr_t attr;
    int e;

    if (w == NULL)
        memory_gone(sizeof *w);
    w->conf = *conf;
    w->address = strdup(conf->address);
    if (w->address == NULL)
        memory_gone(strlen(conf->address));
    w->conf.address = w->address;
    if (w->conf.queue_max == 0)
        w->conf.queue_max = QUEUE_MAX;
    line_init(&w->quick);
    line_init(&w->slices);
    arena_init(&w->arena, WORK_ARENA);
    (void)pthread_mutex_init(&w->lock, NULL); /* cannot fail with default attributes */
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&w->wake, &attr);
    (void)pthread_condattr_destroy(&attr);

    e = reach(w);
    if (e == 0 && pthread_create(&w->thread, NULL, writer_main, w) != 0)
        e = E_SYSTEM;
    if (e < 0) {
        writer_free(w);
        return e;
    }

    *ret_writer = w;
    return 0;
}

void writer_stop(struct writer *w)
{
    if (w == NULL)
        return;
    (void)pthread_mutex_lock(&w->lock); /* see group_run() */
    w->stops = true;
    (void)pthread_cond_broadcast(&w->wake);
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_join(w->thread, NULL); /* ours, and not joined before */
    writer_free(w);
}

int writer_submit(struct writer *w, struct work *work)
{
    int e = 0;

    work->result = 0;
    (void)pthread_mutex_lock(&w->lock); /* see group_run() */
    if (w->stops || w->quick.n + w->slices.n >= w->conf.queue_max)
        e = E_BUSY;
    else
        line_put(work->slice ? &w->slices : &w->quick, work);
    if (e == 0)
        (void)pthread_cond_signal(&w->wake);
    (void)pthread_mutex_unlock(&w->lock);
    return e;
}

struct waiter {
    int (*run)(struct tx *tx, void *arg);
    void *arg;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool ended;
    int result;
};

static int waiter_run(struct tx *tx, void *arg)
{
    struct waiter *wait = arg;

    return wait->run(tx, wait->arg);
}

static void waiter_done(void *arg, int result)
{
    struct waiter *wait = arg;

    (void)pthread_mutex_lock(&wait->lock); /* see group_run() */
    wait->ended = true;
    wait->result = result;
    (void)pthread_cond_signal(&wait->wake);
    (void)pthread_mutex_unlock(&wait->lock);
}

int writer_do(struct writer *w, int (*run)(struct tx *tx, void *arg), void *arg)
{
    struct waiter wait = {.run = run, .arg = arg, .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};
    struct work work = {.run = waiter_run, .done = waiter_done, .arg = &wait};
    int e;

    e = writer_submit(w, &work);
    if (e < 0)
        return e;
    (void)pthread_mutex_lock(&wait.lock); /* see group_run() */
    while (!wait.ended)
        (void)pthread_cond_wait(&wait.wake, &wait.lock); /* fails only for broken arguments */
    (void)pthread_mutex_unlock(&wait.lock);
    (void)pthread_cond_destroy(&wait.wake); /* nobody waits any more */
    (void)pthread_mutex_destroy(&wait.lock);
    return wait.result;
}

void writer_figures(struct writer *w, struct writer_figures *ret)
{
    (void)pthread_mutex_lock(&w->lock); /* see group_run() */
    *ret = w->figures;
    ret->waiting = w->quick.n + w->slices.n;
    w->figures.group_us_max = 0;
    (void)pthread_mutex_unlock(&w->lock);
}
