/*
 * checkpoint.c: the thread that copies the write-ahead log into the database, and the writer's part in it.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "db/checkpoint.h"
#include "db/driver.h"

#define FRAMES_THREAD 4000
#define BUSY_MS       10000
#define PAUSE_MIN_MS  50 /* after a round that copied nothing: a long reader is in the way */
#define PAUSE_MAX_MS  1000

/*
 * What the writer does by itself, the longest log first. PASSIVE alone was not enough: with two readers that never pause
 * the log did not begin anew once in 29,000 frames, since it may only when no reader looks into it. RESTART keeps new
 * readers out of the log and waits for the present ones, at most wait_ms.
 */
static const struct {
    int64_t frames; /* from so many on */
    int64_t step;   /* new frames between two attempts */
    int wait_ms;
} stages[] = {
    {64000, 8000, 100},
    {16000, 500, 8},
};

struct checkpoint {
    struct db *own;    /* the thread's connection */
    struct db *writer; /* the writer's, used only from its thread */
    _Atomic int64_t frames;
    int64_t tried_at; /* frames at the writer's last attempt */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int64_t copied; /* frames of the present log that are in the database; under the lock */
    bool stopping;  /* under the lock */
};

static int64_t to_copy(const struct checkpoint *c)
{
    int64_t frames = atomic_load_explicit(&c->frames, memory_order_relaxed);

    return frames >= c->copied ? frames - c->copied : frames; /* fewer: the log has begun anew */
}

static int committed(void *arg, sqlite3 *handle, const char *name, int frames)
{
    struct checkpoint *c = arg;

    (void)handle;
    (void)name;
    atomic_store_explicit(&c->frames, frames, memory_order_relaxed);
    if (frames >= FRAMES_THREAD) {
        (void)pthread_mutex_lock(&c->lock); /* never fails for a plain mutex */
        if (to_copy(c) >= FRAMES_THREAD)
            (void)pthread_cond_signal(&c->wake);
        (void)pthread_mutex_unlock(&c->lock);
    }
    return SQLITE_OK;
}

static void wait_ms(struct checkpoint *c, int ms)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until); /* the clock exists */
    until.tv_nsec += (long)ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_cond_timedwait(&c->wake, &c->lock, &until); /* early or late, the loop looks again */
}

static void *thread_main(void *arg)
{
    struct checkpoint *c = arg;
    int pause = 0, in_log, copied, code;

    (void)pthread_mutex_lock(&c->lock);
    while (!c->stopping) {
        if (pause > 0 && to_copy(c) >= FRAMES_THREAD)
            wait_ms(c, pause);
        while (!c->stopping && to_copy(c) < FRAMES_THREAD)
            (void)pthread_cond_wait(&c->wake, &c->lock);
        if (c->stopping)
            break;
        (void)pthread_mutex_unlock(&c->lock);
        code = sqlite3_wal_checkpoint_v2(sqlite_handle(c->own), NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
        (void)pthread_mutex_lock(&c->lock);
        if (code == SQLITE_OK && copied >= 0)
            c->copied = copied;
        if (to_copy(c) < FRAMES_THREAD)
            pause = 0;
        else
            pause = pause == 0 ? PAUSE_MIN_MS : pause * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause * 2;
    }
    (void)pthread_mutex_unlock(&c->lock);
    return NULL;
}

void checkpoint_between_groups(struct checkpoint *c)
{
    sqlite3 *handle = sqlite_handle(c->writer);
    int64_t frames = checkpoint_frames(c);
    int in_log, copied, code;
    size_t i;

    if (frames < c->tried_at)
        c->tried_at = 0; /* the log has begun anew */
    for (i = 0; i < ARRAY_LEN(stages) && frames < stages[i].frames; i++)
        ;
    if (i == ARRAY_LEN(stages) || (c->tried_at > 0 && frames - c->tried_at < stages[i].step))
        return;

    c->tried_at = frames;
    (void)sqlite3_busy_timeout(handle, stages[i].wait_ms); /* cannot fail on an open handle */
    code = sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_RESTART, &in_log, &copied);
    (void)sqlite3_busy_timeout(handle, BUSY_MS);
    if (code != SQLITE_OK || copied < 0)
        return; /* a reader or the thread is at it: again after some frames */
    (void)pthread_mutex_lock(&c->lock);
    c->copied = copied;
    (void)pthread_mutex_unlock(&c->lock);
}

int64_t checkpoint_frames(const struct checkpoint *c)
{
    return atomic_load_explicit(&c->frames, memory_order_relaxed);
}

static void free_all(struct checkpoint *c)
{
    db_close(c->own);
    (void)pthread_cond_destroy(&c->wake); /* nobody waits any more */
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}

int checkpoint_start(const char *address, struct db *writer, struct checkpoint **ret)
{
    pthread_condattr_t attr;
    struct checkpoint *c;
    int e;

    *ret = NULL;
    if (db_kind(writer) != DB_SQLITE)
        return 0;
    c = calloc(1, sizeof *c);
    if (c == NULL)
        memory_gone(sizeof *c);
    c->writer = writer;
    (void)pthread_mutex_init(&c->lock, NULL); /* these four cannot fail on Linux */
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&c->wake, &attr);
    (void)pthread_condattr_destroy(&attr);

    e = db_open(address, DB_WRITE, &c->own);
    if (e == 0 && pthread_create(&c->thread, NULL, thread_main, c) != 0)
        e = E_SYSTEM;
    if (e < 0) {
        free_all(c);
        return e;
    }
    (void)sqlite3_wal_hook(sqlite_handle(writer), committed, c); /* replaces the automatic checkpoint */
    *ret = c;
    return 0;
}

void checkpoint_stop(struct checkpoint *c)
{
    if (c == NULL)
        return;
    (void)pthread_mutex_lock(&c->lock);
    c->stopping = true;
    (void)pthread_cond_signal(&c->wake);
    (void)pthread_mutex_unlock(&c->lock);
    (void)pthread_join(c->thread, NULL); /* it ends by itself */

    (void)sqlite3_wal_hook(sqlite_handle(c->writer), NULL, NULL);
    (void)sqlite3_busy_timeout(sqlite_handle(c->writer), stages[0].wait_ms);
    (void)sqlite3_wal_checkpoint_v2(sqlite_handle(c->writer), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                    NULL); /* a reader may be in the way; the next start finishes it */
    free_all(c);
}

int db_forget(const char *address)
{
    AUTO_DB struct db *db = NULL;
    int in_log = -1, copied = -1, code, e;

    e = db_open(address, DB_WRITE, &db);
    if (e < 0 || db_kind(db) != DB_SQLITE)
        return e;
    code = sqlite3_wal_checkpoint_v2(sqlite_handle(db), NULL, SQLITE_CHECKPOINT_TRUNCATE, &in_log, &copied);
    return code == SQLITE_OK ? 0 : code == SQLITE_BUSY || code == SQLITE_LOCKED ? E_BUSY : E_STORAGE;
}
