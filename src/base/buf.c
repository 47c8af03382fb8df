/*
 * buf.c: a growing buffer in an arena. Doubling leaves old copies in the arena; at most as much again.
 */
#include "buf.h"

#define FIRST ((size_t)256)

void buf_init(struct buf *b, struct arena *a, size_t max)
{
    *b = (struct buf){.arena = a, .s = "", .max = max};
}

char *buf_room(struct buf *b, size_t n)
{
    size_t need, cap;
    char *s;

    if (b->failed || n > b->max || b->n > b->max - n) {
        b->failed = true;
        return NULL;
    }
    need = b->n + n + 1;
    if (need <= b->cap)
        return b->s + b->n;

    cap = b->cap == 0 ? FIRST : b->cap;
    while (cap < need)
        cap *= 2;
    if (cap - 1 > b->max)
        cap = b->max + 1;
    s = arena_alloc(b->arena, cap);
    memcpy(s, b->s, b->n + 1);
    b->s = s;
    b->cap = cap;
    return s + b->n;
}

void buf_grew(struct buf *b, size_t n)
{
    BUG_IF(b->n + n >= b->cap && n > 0);
    b->n += n;
    if (b->cap > 0)
        b->s[b->n] = '\0';
}

void buf_add_n(struct buf *b, const void *p, size_t n)
{
    char *to;

    if (n == 0)
        return;
    to = buf_room(b, n);
    if (to == NULL)
        return;
    memcpy(to, p, n);
    buf_grew(b, n);
}

void buf_add(struct buf *b, const char *s)
{
    buf_add_n(b, s, strlen(s));
}

void buf_byte(struct buf *b, char c)
{
    buf_add_n(b, &c, 1);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    va_list again;
    char *to;
    int n;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    BUG_IF(n < 0);
    to = buf_room(b, (size_t)n);
    if (to == NULL || n == 0)
        return;
    (void)vsnprintf(to, (size_t)n + 1, fmt, ap); /* the length is known from the first round */
    buf_grew(b, (size_t)n);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->failed = false;
    if (b->cap > 0)
        b->s[0] = '\0';
}

int buf_failed(const struct buf *b)
{
    return b->failed ? E_LIMIT : 0;
}

struct bytes buf_bytes(const struct buf *b)
{
    return (struct bytes){.p = (const uint8_t *)b->s, .n = b->n};
}
