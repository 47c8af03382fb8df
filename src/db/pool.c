/*
 * pool.c: a stack of idle reader connections under a lock; opening happens outside it.
 */
#include <errno.h>
#include <pthread.h>

#include "db/driver.h"
#include "db/pool.h"

struct pool {
    char *address;
    size_t n_max;
    pthread_mutex_t lock;
    pthread_cond_t given;
    struct db **idle; /* n_max places */
    size_t n_idle;
    struct pool_figures figures; /* open counts those being opened too */
};

int pool_open(const char *address, size_t n_max, struct pool **ret_pool)
{
    struct pool *p = calloc(1, sizeof *p);
    pthread_condattr_t attr;
    int e;

    BUG_IF(n_max == 0);
    if (p == NULL)
        memory_gone(sizeof *p);
    p->n_max = n_max;
    p->address = strdup(address);
    p->idle = calloc(n_max, sizeof(struct db *));
    if (p->address == NULL || p->idle == NULL)
        memory_gone(n_max);
    (void)pthread_mutex_init(&p->lock, NULL); /* these cannot fail on Linux */
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&p->given, &attr);
    (void)pthread_condattr_destroy(&attr);

    e = db_open(address, DB_READ, &p->idle[0]);
    if (e < 0) {
        pool_close(p);
        return e;
    }
    p->n_idle = p->figures.open = 1;
    *ret_pool = p;
    return 0;
}

void pool_close(struct pool *p)
{
    if (p == NULL)
        return;
    BUG_IF(p->figures.out != 0);
    while (p->n_idle > 0)
        db_close(p->idle[--p->n_idle]);
    (void)pthread_cond_destroy(&p->given); /* nobody waits any more */
    (void)pthread_mutex_destroy(&p->lock);
    free(p->idle);
    free(p->address);
    free(p);
}

/* Under the lock: waits until there is an idle connection or room for a new one. False when time is up. */
static bool wait_for_one(struct pool *p, int wait_ms)
{
    struct timespec until;

    if (p->n_idle > 0 || p->figures.open < p->n_max)
        return true;
    p->figures.waited++;
    (void)clock_gettime(CLOCK_MONOTONIC, &until); /* the clock exists */
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += (long)wait_ms % 1000 * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (p->n_idle == 0 && p->figures.open >= p->n_max)
        if (pthread_cond_timedwait(&p->given, &p->lock, &until) == ETIMEDOUT)
            return p->n_idle > 0 || p->figures.open < p->n_max;
    return true;
}

/* An idle connection, NULL for "open a new one"; E_BUSY when time is up. Either way a place is ours now. */
static int take_place(struct pool *p, int wait_ms, struct db **ret_db)
{
    int e = 0;

    *ret_db = NULL;
    (void)pthread_mutex_lock(&p->lock); /* never fails for a plain mutex */
    if (!wait_for_one(p, wait_ms)) {
        e = E_BUSY;
    } else {
        if (p->n_idle > 0)
            *ret_db = p->idle[--p->n_idle];
        else
            p->figures.open++;
        p->figures.out++;
        p->figures.taken++;
    }
    (void)pthread_mutex_unlock(&p->lock);
    return e;
}

static void give_place(struct pool *p, struct db *db)
{
    (void)pthread_mutex_lock(&p->lock);
    p->figures.out--;
    if (db != NULL)
        p->idle[p->n_idle++] = db;
    else
        p->figures.open--;
    (void)pthread_cond_signal(&p->given);
    (void)pthread_mutex_unlock(&p->lock);
}

int pool_take(struct pool *p, int wait_ms, struct db **ret_db)
{
    struct db *db;
    int e;

    e = take_place(p, wait_ms, &db);
    if (e < 0)
        return e;

    if (db != NULL && !db->driver->alive(db)) {
        db_close(db);
        db = NULL;
        (void)pthread_mutex_lock(&p->lock);
        p->figures.lost++;
        (void)pthread_mutex_unlock(&p->lock);
    }
    if (db == NULL)
        e = db_open(p->address, DB_READ, &db) < 0 ? E_BUSY : 0;
    if (e == 0)
        e = db_snapshot_begin(db);
    if (e < 0) {
        db_close(db);
        give_place(p, NULL);
        return e;
    }
    *ret_db = db;
    return 0;
}

void pool_give(struct pool *p, struct db *db)
{
    if (db == NULL)
        return;
    db_snapshot_end(db);
    if (db->gone) {
        db_close(db);
        db = NULL;
    }
    give_place(p, db);
}

void pool_figures(struct pool *p, struct pool_figures *ret)
{
    (void)pthread_mutex_lock(&p->lock);
    *ret = p->figures;
    (void)pthread_mutex_unlock(&p->lock);
}
