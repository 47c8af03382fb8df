/*
 * hashpool.c: a ring of asks under one lock. A thread takes an ask out into its own slot, so that the ring has room
 * again while it computes: at most HASHPOOL_QUEUE wait and HASHPOOL_THREADS run.
 */
#include <pthread.h>
#include <sodium.h>

#include "core/auth/hashpool.h"
#include "os/os.h"

struct ask {
    enum hash_task task;
    hash_done *done;
    void *arg;
    char password[PASSWORD_BYTES_MAX + 1];
    char phc[PASSWORD_PHC_SIZE];
};

struct hashpool {
    pthread_mutex_t lock;
    pthread_cond_t work;
    pthread_t threads[HASHPOOL_THREADS];
    size_t n_threads;
    struct password_cost cost;
    bool stopping;
    size_t first, n;  /* the ring's */
    struct ask *ring; /* HASHPOOL_QUEUE, in locked memory */
};

static int verify(const struct hashpool *pool, const struct ask *a, char phc[PASSWORD_PHC_SIZE])
{
    int match = password_verify(a->phc, a->password);

    /* a failed re-hash is no reason to refuse a login: the old hash stays good and the next login tries again */
    if (match == 1 && password_needs_rehash(a->phc, pool->cost) && password_hash(a->password, pool->cost, phc) < 0)
        phc[0] = '\0';
    return match;
}

static void answer(const struct hashpool *pool, const struct ask *a)
{
    char phc[PASSWORD_PHC_SIZE] = "";
    struct hash_answer out = {.phc = phc};

    switch (a->task) {
    case HASH_MAKE:
        out.result = password_hash(a->password, pool->cost, phc);
        break;
    case HASH_VERIFY:
        out.result = verify(pool, a, phc);
        break;
    case HASH_NOBODY:
        out.result = password_verify_nobody(a->password, pool->cost);
        break;
    case HASH_TASK_COUNT:
        BUG_IF(true);
    }
    a->done(a->arg, &out);
}

/* Takes the oldest ask into *ret and wipes its place. The lock is held. */
static void take(struct hashpool *pool, struct ask *ret)
{
    struct ask *at = &pool->ring[pool->first];

    *ret = *at;
    sodium_memzero(at, sizeof *at);
    pool->first = (pool->first + 1) % HASHPOOL_QUEUE;
    pool->n--;
}

static void *hash_thread(void *arg)
{
    struct hashpool *pool = arg;
    struct ask *mine = os_secret_alloc(sizeof *mine);

    (void)pthread_mutex_lock(&pool->lock); /* a plain mutex does not fail */
    for (;;) {
        while (pool->n == 0 && !pool->stopping)
            (void)pthread_cond_wait(&pool->work, &pool->lock);
        if (pool->stopping)
            break;
        take(pool, mine);
        (void)pthread_mutex_unlock(&pool->lock);
        answer(pool, mine);
        sodium_memzero(mine, sizeof *mine);
        (void)pthread_mutex_lock(&pool->lock);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    os_secret_free(mine);
    return NULL;
}

int hashpool_start(struct password_cost cost, struct hashpool **ret_pool)
{
    struct hashpool *pool = calloc(1, sizeof *pool);

    if (pool == NULL)
        memory_gone(sizeof *pool);
    pool->cost = cost;
    pool->ring = os_secret_alloc(HASHPOOL_QUEUE * sizeof *pool->ring);
    BUG_IF(pthread_mutex_init(&pool->lock, NULL) != 0 || pthread_cond_init(&pool->work, NULL) != 0);

    while (pool->n_threads < HASHPOOL_THREADS) {
        if (pthread_create(&pool->threads[pool->n_threads], NULL, hash_thread, pool) != 0) {
            hashpool_stop(pool);
            return E_SYSTEM;
        }
        pool->n_threads++;
    }
    *ret_pool = pool;
    return 0;
}

int hashpool_ask(struct hashpool *pool, enum hash_task task, const char *password, const char *phc, hash_done *done, void *arg)
{
    size_t n = strnlen(password, PASSWORD_BYTES_MAX + 1), phc_n = phc == NULL ? 0 : strnlen(phc, PASSWORD_PHC_SIZE);
    int e = E_BUSY;

    BUG_IF((unsigned)task >= HASH_TASK_COUNT || (task == HASH_VERIFY) != (phc != NULL));
    if (n > PASSWORD_BYTES_MAX || phc_n >= PASSWORD_PHC_SIZE)
        return E_INPUT;

    (void)pthread_mutex_lock(&pool->lock);
    if (!pool->stopping && pool->n < HASHPOOL_QUEUE) {
        struct ask *at = &pool->ring[(pool->first + pool->n) % HASHPOOL_QUEUE];

        at->task = task;
        at->done = done;
        at->arg = arg;
        memcpy(at->password, password, n + 1);
        memcpy(at->phc, phc_n == 0 ? "" : phc, phc_n + 1);
        pool->n++;
        e = 0;
        (void)pthread_cond_signal(&pool->work);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return e;
}

size_t hashpool_waiting(struct hashpool *pool)
{
    size_t n;

    (void)pthread_mutex_lock(&pool->lock);
    n = pool->n;
    (void)pthread_mutex_unlock(&pool->lock);
    return n;
}

void hashpool_stop(struct hashpool *pool)
{
    static const struct hash_answer busy = {.result = E_BUSY, .phc = ""};
    size_t i;

    if (pool == NULL)
        return;
    (void)pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    (void)pthread_cond_broadcast(&pool->work);
    (void)pthread_mutex_unlock(&pool->lock);
    for (i = 0; i < pool->n_threads; i++)
        (void)pthread_join(pool->threads[i], NULL);

    for (; pool->n > 0; pool->n--, pool->first = (pool->first + 1) % HASHPOOL_QUEUE)
        pool->ring[pool->first].done(pool->ring[pool->first].arg, &busy);
    os_secret_free(pool->ring);
    (void)pthread_cond_destroy(&pool->work);
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool);
}
