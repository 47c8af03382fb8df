/*
 * spare.c: a short stack of arenas in each thread.
 */
#include <pthread.h>

#include "http/spare.h"

#define SPARES   4
#define KEPT_MAX ((size_t)64 * KB)

struct spares {
    struct arena arenas[SPARES];
    int n;
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void spares_free(void *p)
{
    struct spares *s = p;

    while (s->n > 0)
        arena_finish(&s->arenas[--s->n]);
    free(s);
}

static void key_make(void)
{
    BUG_IF(pthread_key_create(&key, spares_free) != 0);
}

static struct spares *spares(void)
{
    struct spares *s;

    BUG_IF(pthread_once(&once, key_make) != 0);
    s = pthread_getspecific(key);
    if (s != NULL)
        return s;
    s = calloc(1, sizeof *s);
    if (s == NULL)
        memory_gone(sizeof *s);
    BUG_IF(pthread_setspecific(key, s) != 0);
    return s;
}

struct arena spare_take(size_t limit)
{
    struct spares *s = spares();
    struct arena a;

    if (s->n == 0)
        arena_init(&a, limit);
    else
        a = s->arenas[--s->n];
    a.limit = limit;
    return a;
}

void spare_give(struct arena *a)
{
    struct spares *s = spares();

    if (a->used > KEPT_MAX || a->head == NULL || s->n == SPARES) {
        arena_finish(a);
        return;
    }
    arena_reset(a);
    s->arenas[s->n++] = *a;
    *a = (struct arena){0};
}
