/*
 * writer.c: the queue, the thread, and a group from BEGIN to the answers.
 *
 * Members of struct writer are either under the lock or the thread's own; the struct says which. The thread takes all
 * that waits without a waiting window: while one group commits, the next one gathers.
 */
#include <pthread.h>

#include "db/checkpoint.h"
#include "db/driver.h"
#include "db/writer.h"
#include "os/os.h"

#define GROUP_MAX      256
#define QUEUE_MAX      4096
#define ARENA_MAX      ((size_t)32 * MB)
#define ATTEMPTS       3 /* as it is, then after something passing or late, then carefully */
#define BACK_OFF_FIRST ((int64_t)100 * 1000)
#define BACK_OFF_MAX   ((int64_t)5 * 1000 * 1000)

struct queue {
    struct work *first;
    struct work **end;
};

struct group {
    struct work *works[GROUP_MAX];
    size_t n;
};

struct writer {
    /* under the lock */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct queue quick;
    struct queue slices;
    bool sleeps;
    bool stopping;
    struct writer_figures figures;

    /* fixed since the start */
    struct writer_conf conf;
    char *address;
    pthread_t thread;

    /* the thread's own */
    struct db *db; /* NULL while the database is away */
    struct checkpoint *checkpoint;
    struct arena arena;
    instant now;
    int64_t number;
    int64_t back_off; /* us; 0 while connected */
    int64_t next_try; /* us, monotonic */
};

/* ---- the queue ---- */

static void push(struct queue *q, struct work *work)
{
    work->next = NULL;
    *q->end = work;
    q->end = &work->next;
}

static struct work *pop(struct queue *q)
{
    struct work *work = q->first;

    if (work == NULL)
        return NULL;
    q->first = work->next;
    if (q->first == NULL)
        q->end = &q->first;
    return work;
}

/* Waits for works. False when the writer stops and none is left. */
static bool take_group(struct writer *w, struct group *ret)
{
    struct work *work;

    ret->n = 0;
    (void)pthread_mutex_lock(&w->lock); /* never fails for a plain mutex */
    while (w->quick.first == NULL && w->slices.first == NULL && !w->stopping) {
        w->sleeps = true;
        (void)pthread_cond_wait(&w->wake, &w->lock);
        w->sleeps = false;
    }
    while (ret->n < GROUP_MAX - 1 && (work = pop(&w->quick)) != NULL)
        ret->works[ret->n++] = work;
    work = pop(&w->slices);
    if (work != NULL)
        ret->works[ret->n++] = work;
    w->figures.waiting -= ret->n;
    (void)pthread_mutex_unlock(&w->lock);
    return ret->n > 0;
}

/* ---- the connection ---- */

static void disconnect(struct writer *w)
{
    checkpoint_stop(w->checkpoint);
    w->checkpoint = NULL;
    db_close(w->db);
    w->db = NULL;
}

static int connect_as_writer(struct writer *w)
{
    int e;

    e = db_open(w->address, DB_WRITE, &w->db);
    if (e < 0) {
        w->db = NULL;
        return e;
    }
    e = w->db->driver->claim(w->db);
    if (e == 0)
        e = checkpoint_start(w->address, w->db, &w->checkpoint);
    if (e < 0)
        disconnect(w);
    return e;
}

/* Is there a connection, perhaps a new one? Between attempts that failed it says no at once. */
static bool connected(struct writer *w)
{
    int64_t now;

    if (w->db != NULL && !w->db->driver->alive(w->db)) {
        disconnect(w);
        (void)pthread_mutex_lock(&w->lock);
        w->figures.lost++;
        (void)pthread_mutex_unlock(&w->lock);
    }
    if (w->db != NULL)
        return true;
    now = os_monotonic_us();
    if (now < w->next_try)
        return false;
    if (connect_as_writer(w) == 0) {
        w->back_off = 0;
        return true;
    }

    w->back_off = w->back_off == 0 ? BACK_OFF_FIRST : w->back_off * 2 > BACK_OFF_MAX ? BACK_OFF_MAX : w->back_off * 2;
    w->next_try = os_monotonic_us() + w->back_off;
    return false;
}

/* ---- a group ---- */

/* Negative only when the whole group is lost; how the work itself ended stands in work->result. */
static int run_one(struct writer *w, struct tx *tx, struct work *work)
{
    int e, result;

    e = db_savepoint(w->db);
    if (e < 0)
        return e;

    arena_reset(&w->arena);
    tx->number = ++w->number;
    tx->actor = NULL;
    result = work->run(tx, work->arg);
    BUG_IF(w->db->depth != 1); /* a work left a savepoint of its own open */
    e = result < 0 ? db_rollback_to(w->db) : db_release(w->db);
    if (result >= 0 && e < 0)
        result = e;
    if (result < 0 && w->conf.hooks.undone != NULL)
        w->conf.hooks.undone(w->conf.hooks.arg);
    work->result = result;
    return w->db->torn ? w->db->failed : 0;
}

static int run_all(struct writer *w, struct tx *tx, struct group *g)
{
    const struct writer_hooks *hooks = &w->conf.hooks;
    size_t i;
    int e;

    e = w->db->driver->reclaim(w->db);
    if (e == 0 && hooks->began != NULL)
        e = hooks->began(tx, hooks->arg);
    for (i = 0; i < g->n && e >= 0; i++)
        e = run_one(w, tx, g->works[i]);
    if (e >= 0 && hooks->commits != NULL)
        e = hooks->commits(tx, hooks->arg);
    return e < 0 ? e : 0;
}

static int attempt(struct writer *w, struct group *g)
{
    struct tx tx = {.db = w->db, .arena = &w->arena, .ledger = w->conf.ledger, .app = w->conf.app};
    instant now = os_now();
    int e;

    if (now.v > w->now.v)
        w->now = now;
    tx.now = w->now;
    arena_reset(&w->arena);
    e = db_begin(w->db);
    if (e < 0)
        return e;

    e = run_all(w, &tx, g);
    if (e == 0)
        e = db_commit(w->db);
    else
        db_rollback(w->db);
    if (w->conf.hooks.ended != NULL)
        w->conf.hooks.ended(w->conf.hooks.arg, e == 0);
    return e;
}

/* 0 when the group is stored, else why none of it is. */
static int run_group(struct writer *w, struct group *g, uint64_t *ret_repeated)
{
    int e = E_BUSY;
    int i;

    w->db->careful = false;
    for (i = 0; i < ATTEMPTS; i++) {
        e = attempt(w, g);
        if (e == 0 || w->db->gone || !(w->db->late || w->db->passing))
            break;
        w->db->careful = w->db->careful || w->db->late;
    }
    *ret_repeated = (uint64_t)(i > 0);
    return e;
}

static void count_group(struct writer *w, const struct group *g, int e, uint64_t repeated, uint64_t us)
{
    struct writer_figures *f = &w->figures;
    size_t i;

    (void)pthread_mutex_lock(&w->lock);
    f->groups++;
    f->works += g->n;
    f->repeated += repeated;
    for (i = 0; i < g->n; i++) {
        f->failed += g->works[i]->result < 0;
        f->slices += g->works[i]->slice;
    }
    if (us > f->group_us_max)
        f->group_us_max = us;
    if (e < 0)
        (void)snprintf(f->fault, sizeof f->fault, "%s",
                       w->db != NULL ? db_fault(w->db) : "the database is away"); /* cut is fine */
    (void)pthread_mutex_unlock(&w->lock);
}

static void do_group(struct writer *w, struct group *g)
{
    int64_t begun = os_monotonic_us();
    uint64_t repeated = 0;
    bool unknown = false;
    size_t i;
    int e = E_BUSY;

    if (connected(w)) {
        e = run_group(w, g, &repeated);
        unknown = e < 0 && db_unknown(w->db);
    }
    for (i = 0; i < g->n; i++) {
        if (e < 0)
            g->works[i]->result = e;
        g->works[i]->unknown = unknown;
    }
    count_group(w, g, e, repeated, (uint64_t)(os_monotonic_us() - begun));
    for (i = 0; i < g->n; i++)
        g->works[i]->done(g->works[i]->arg, g->works[i]->result); /* the work may be gone now */

    if (w->checkpoint != NULL)
        checkpoint_between_groups(w->checkpoint);
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;
    struct group g;

    while (take_group(w, &g))
        do_group(w, &g);
    disconnect(w);
    arena_finish(&w->arena);
    return NULL;
}

/* ---- from outside ---- */

static void free_all(struct writer *w)
{
    (void)pthread_cond_destroy(&w->wake); /* nobody waits any more */
    (void)pthread_mutex_destroy(&w->lock);
    free(w->address);
    free(w);
}

int writer_start(const struct writer_conf *conf, struct writer **ret_writer)
{
    struct writer *w = calloc(1, sizeof *w);
    int e;

    if (w == NULL)
        memory_gone(sizeof *w);
    w->conf = *conf;
    if (w->conf.queue_max == 0)
        w->conf.queue_max = QUEUE_MAX;
    w->address = strdup(conf->address);
    if (w->address == NULL)
        memory_gone(strlen(conf->address));
    w->quick.end = &w->quick.first;
    w->slices.end = &w->slices.first;
    arena_init(&w->arena, ARENA_MAX);
    (void)pthread_mutex_init(&w->lock, NULL); /* neither can fail on Linux */
    (void)pthread_cond_init(&w->wake, NULL);

    e = connect_as_writer(w);
    if (e == 0 && pthread_create(&w->thread, NULL, writer_main, w) != 0) {
        disconnect(w);
        e = E_SYSTEM;
    }
    if (e < 0) {
        free_all(w);
        return e;
    }
    *ret_writer = w;
    return 0;
}

void writer_stop(struct writer *w)
{
    if (w == NULL)
        return;
    BUG_IF(pthread_equal(pthread_self(), w->thread));
    (void)pthread_mutex_lock(&w->lock);
    w->stopping = true;
    (void)pthread_cond_signal(&w->wake);
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_join(w->thread, NULL); /* it ends when the queue is empty */
    free_all(w);
}

int writer_submit(struct writer *w, struct work *work)
{
    int e = 0;

    (void)pthread_mutex_lock(&w->lock);
    if (w->stopping || w->figures.waiting >= w->conf.queue_max) {
        e = E_BUSY;
    } else {
        push(work->slice ? &w->slices : &w->quick, work);
        w->figures.waiting++;
        if (w->sleeps)
            (void)pthread_cond_signal(&w->wake);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return e;
}

struct awaited {
    pthread_mutex_t lock;
    pthread_cond_t over;
    int (*run)(struct tx *tx, void *arg);
    void *arg;
    bool is_over;
    int result;
};

static int run_awaited(struct tx *tx, void *arg)
{
    struct awaited *a = arg;

    return a->run(tx, a->arg);
}

static void awaited_is_over(void *arg, int result)
{
    struct awaited *a = arg;

    (void)pthread_mutex_lock(&a->lock);
    a->result = result;
    a->is_over = true;
    (void)pthread_cond_signal(&a->over);
    (void)pthread_mutex_unlock(&a->lock);
}

int writer_do(struct writer *w, int (*run)(struct tx *tx, void *arg), void *arg)
{
    struct awaited a = {.run = run, .arg = arg, .lock = PTHREAD_MUTEX_INITIALIZER, .over = PTHREAD_COND_INITIALIZER};
    struct work work = {.run = run_awaited, .done = awaited_is_over, .arg = &a};
    int e;

    BUG_IF(pthread_equal(pthread_self(), w->thread)); /* it would wait for itself */
    e = writer_submit(w, &work);
    if (e < 0)
        return e;

    (void)pthread_mutex_lock(&a.lock);
    while (!a.is_over)
        (void)pthread_cond_wait(&a.over, &a.lock);
    (void)pthread_mutex_unlock(&a.lock);
    return a.result;
}

void writer_figures(struct writer *w, struct writer_figures *ret)
{
    (void)pthread_mutex_lock(&w->lock);
    *ret = w->figures;
    w->figures.group_us_max = 0;
    (void)pthread_mutex_unlock(&w->lock);
}
