/*
 * preview.c: a ring of asks and a table of pictures, both under one lock. A thread paints without it.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/app.h"
#include "engine/parser.h"
#include "engine/preview.h"
#include "os/os.h"

#define HEX_MAX   65
#define ARENA_MAX (PAINT_BYTES_MAX + (size_t)16 * MB)

struct ask {
    int fd;
    enum filetype type;
    int page;
    char sha256[HEX_MAX];
    void (*done)(void *arg, const struct picture *picture);
    void *arg;
};

struct kept {
    char sha256[HEX_MAX];
    int page;
    struct picture picture; /* its bytes are malloc()ed */
    uint64_t used;          /* when last; 0: the place is free */
};

struct preview {
    const struct app *app;
    pthread_mutex_t lock;
    pthread_cond_t work;
    pthread_t threads[PREVIEW_THREADS];
    size_t n_threads;
    bool stopping;
    struct ask ring[PREVIEW_QUEUE];
    size_t first, n;
    struct kept kept[PREVIEW_KEPT];
    size_t bytes;
    uint64_t now; /* counts uses */
};

static void lock(struct preview *p)
{
    BUG_IF(pthread_mutex_lock(&p->lock) != 0);
}

static void unlock(struct preview *p)
{
    BUG_IF(pthread_mutex_unlock(&p->lock) != 0);
}

/* ---- what was drawn lately; the lock is held ---- */

static struct kept *find(struct preview *p, const char *sha256, int page)
{
    size_t i;

    for (i = 0; i < PREVIEW_KEPT; i++)
        if (p->kept[i].used > 0 && p->kept[i].page == page && text_eq(p->kept[i].sha256, sha256))
            return &p->kept[i];
    return NULL;
}

static struct kept *longest_unused(struct preview *p)
{
    struct kept *k = &p->kept[0];
    size_t i;

    for (i = 1; i < PREVIEW_KEPT; i++)
        if (p->kept[i].used > 0 && (k->used == 0 || p->kept[i].used < k->used))
            k = &p->kept[i];
    return k;
}

static void forget(struct preview *p, struct kept *k)
{
    if (k->used == 0)
        return;
    p->bytes -= k->picture.content.n;
    free((void *)(uintptr_t)k->picture.content.p);
    *k = (struct kept){0};
}

static struct kept *make_room(struct preview *p, size_t n)
{
    size_t i;

    while (p->bytes + n > PREVIEW_KEPT_MAX)
        forget(p, longest_unused(p));
    for (i = 0; i < PREVIEW_KEPT && p->kept[i].used > 0; i++)
        ;
    if (i < PREVIEW_KEPT)
        return &p->kept[i];
    forget(p, longest_unused(p));
    return make_room(p, n);
}

/* What may go otherwise the next time is not kept. */
static void keep(struct preview *p, const struct ask *ask, const struct picture *picture)
{
    void *copy;
    struct kept *k;

    if (picture->fault == PAINT_BUSY || picture->fault == PAINT_AWAY || find(p, ask->sha256, ask->page) != NULL)
        return;
    copy = malloc(picture->content.n + 1);
    if (copy == NULL)
        return; /* drawn again */
    if (picture->content.n > 0)
        memcpy(copy, picture->content.p, picture->content.n);
    k = make_room(p, picture->content.n);
    *k = (struct kept){.page = ask->page, .picture = *picture, .used = ++p->now};
    memcpy(k->sha256, ask->sha256, sizeof k->sha256);
    k->picture.content.p = copy;
    p->bytes += picture->content.n;
}

bool preview_kept(struct preview *p, const char *sha256, int page, struct arena *a, struct picture *ret)
{
    struct kept *k;

    lock(p);
    k = find(p, sha256, page);
    if (k != NULL) {
        k->used = ++p->now;
        *ret = k->picture;
        ret->content = arena_bytes(a, k->picture.content.p, k->picture.content.n);
    }
    unlock(p);
    return k != NULL;
}

/* ---- threads ---- */

static void draw(struct preview *p, struct ask *ask)
{
    struct picture picture;
    struct arena a;

    arena_init(&a, ARENA_MAX);
    parser_paint(p->app, ask->fd, ask->type, ask->page, &a, &picture);
    os_close(&ask->fd);
    lock(p);
    keep(p, ask, &picture);
    unlock(p);
    ask->done(ask->arg, &picture);
    arena_finish(&a);
}

static void *work(void *arg)
{
    struct preview *p = arg;
    struct ask ask;

    lock(p);
    for (;;) {
        while (p->n == 0 && !p->stopping)
            (void)pthread_cond_wait(&p->work, &p->lock); /* a plain one does not fail */
        if (p->stopping)
            break;
        ask = p->ring[p->first];
        p->first = (p->first + 1) % PREVIEW_QUEUE;
        p->n--;
        unlock(p);
        draw(p, &ask);
        lock(p);
    }
    unlock(p);
    return NULL;
}

int preview_ask(struct preview *p, int fd, enum filetype type, const char *sha256, int page,
                void (*done)(void *arg, const struct picture *picture), void *arg)
{
    struct ask ask = {.fd = fd, .type = type, .page = page, .done = done, .arg = arg};
    bool taken;

    BUG_IF(strlen(sha256) >= sizeof ask.sha256);
    memcpy(ask.sha256, sha256, strlen(sha256) + 1);
    lock(p);
    taken = !p->stopping && p->n < PREVIEW_QUEUE;
    if (taken)
        p->ring[(p->first + p->n++) % PREVIEW_QUEUE] = ask;
    (void)pthread_cond_signal(&p->work); /* a plain one does not fail */
    unlock(p);
    if (!taken)
        os_close(&fd);
    return taken ? 0 : E_BUSY;
}

int preview_start(const struct app *app, struct preview **ret)
{
    struct preview *p = calloc(1, sizeof *p);

    if (p == NULL)
        memory_gone(sizeof *p);
    p->app = app;
    BUG_IF(pthread_mutex_init(&p->lock, NULL) != 0 || pthread_cond_init(&p->work, NULL) != 0);
    while (p->n_threads < PREVIEW_THREADS && pthread_create(&p->threads[p->n_threads], NULL, work, p) == 0)
        p->n_threads++;
    if (p->n_threads < PREVIEW_THREADS) {
        preview_stop(p);
        return E_SYSTEM;
    }
    *ret = p;
    return 0;
}

void preview_stop(struct preview *p)
{
    const struct picture busy = {.fault = PAINT_BUSY};
    size_t i;

    if (p == NULL)
        return;
    lock(p);
    p->stopping = true;
    (void)pthread_cond_broadcast(&p->work); /* a plain one does not fail */
    unlock(p);
    for (i = 0; i < p->n_threads; i++)
        (void)pthread_join(p->threads[i], NULL); /* ours, and not yet joined */
    for (; p->n > 0; p->n--, p->first = (p->first + 1) % PREVIEW_QUEUE) {
        os_close(&p->ring[p->first].fd);
        p->ring[p->first].done(p->ring[p->first].arg, &busy);
    }
    for (i = 0; i < PREVIEW_KEPT; i++)
        forget(p, &p->kept[i]);
    (void)pthread_cond_destroy(&p->work); /* nobody waits */
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}
