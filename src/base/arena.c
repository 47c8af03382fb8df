/*
 * arena.c: blocks in a list, the newest first; an allocation takes from the newest or makes a block.
 */
#include "arena.h"

#define BLOCK_SIZE ((size_t)16 * KB)
#define ALIGN      ((size_t)16)
#define HARD_TIMES ((size_t)8) /* over limit * HARD_TIMES the process ends */

struct arena_block {
    struct arena_block *next;
    size_t size; /* usable bytes in mem */
    size_t used;
    size_t pad;
    unsigned char mem[];
};

_Static_assert(offsetof(struct arena_block, mem) % ALIGN == 0, "blocks must keep the alignment");

void arena_init(struct arena *a, size_t limit)
{
    *a = (struct arena){.limit = limit};
}

static void free_from(struct arena_block *b)
{
    while (b != NULL) {
        struct arena_block *next = b->next;

        free(b);
        b = next;
    }
}

void arena_finish(struct arena *a)
{
    free_from(a->head);
    arena_init(a, a->limit);
}

void arena_reset(struct arena *a)
{
    if (a->head == NULL)
        return;

    free_from(a->head->next);
    explicit_bzero(a->head->mem, a->head->used);
    a->head->next = NULL;
    a->head->used = 0;
    a->used = 0;
}

static struct arena_block *block_add(struct arena *a, size_t n)
{
    size_t size = n > BLOCK_SIZE ? n : BLOCK_SIZE;
    struct arena_block *b;

    b = malloc(sizeof *b + size);
    if (b == NULL)
        memory_gone(size);

    b->size = size;
    b->used = 0;
    b->next = a->head;
    a->head = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
    struct arena_block *b = a->head;
    size_t want;
    void *p;

    if (__builtin_add_overflow(n, ALIGN - 1, &want))
        memory_gone(n);
    want &= ~(ALIGN - 1);
    if (want > a->limit * HARD_TIMES || a->used > a->limit * HARD_TIMES - want)
        memory_gone(n);

    if (b == NULL || b->size - b->used < want)
        b = block_add(a, want);
    p = b->mem + b->used;
    b->used += want;
    a->used += want;
    return memset(p, 0, want);
}

void *arena_array_(struct arena *a, size_t n, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(n, size, &total))
        memory_gone(SIZE_MAX);
    return arena_alloc(a, total);
}

bool arena_over(const struct arena *a)
{
    return a->used > a->limit;
}

char *arena_text_n(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_alloc(a, n + 1);

    if (n > 0)
        memcpy(copy, s, n);
    return copy;
}

char *arena_text(struct arena *a, const char *s)
{
    return s == NULL ? NULL : arena_text_n(a, s, strlen(s));
}

struct bytes arena_bytes(struct arena *a, const void *p, size_t n)
{
    return (struct bytes){.p = (const uint8_t *)arena_text_n(a, p, n), .n = n};
}
