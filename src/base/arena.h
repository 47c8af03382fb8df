/*
 * arena.h: memory with one owner and one end.
 *
 * One arena per request (or job slice, or command) owns nearly everything; it is released at once
 * when the answer has gone. Functions that take a struct arena * return memory that nobody frees.
 * An arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base.h"

struct arena_block;

struct arena {
    struct arena_block *head; /* newest block; NULL until the first allocation */
    size_t used;              /* bytes handed out, padding included */
    size_t limit;             /* soft ceiling, see arena_over() */
};

/* Caller owns the struct. `limit` is the soft ceiling in bytes, e.g. 8 * MB for a request. Allocates nothing yet. */
void arena_init(struct arena *a, size_t limit);

/* Frees everything, which wipes it (main/heap.c). The arena may be used again as after arena_init(). */
void arena_finish(struct arena *a);

/* Forgets everything but keeps one block, wiped, for the next use: for loops that allocate in each round. */
void arena_reset(struct arena *a);

/*
 * n bytes, zeroed, aligned for any type; never NULL. Over the soft ceiling it still answers, so that no caller
 * needs a branch, and arena_over() turns true: the request runner then answers 503 instead of what was built. Over
 * eight times the ceiling, or when the system has no memory, the process ends cleanly (memory_gone()).
 */
void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc, returns_nonnull));

/* Has more been handed out than the ceiling allows? */
bool arena_over(const struct arena *a);

#define arena_new(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, n, type) ((type *)arena_array_((a), (n), sizeof(type)))

/* As arena_alloc(n * size) with the product checked. Use the macro. */
void *arena_array_(struct arena *a, size_t n, size_t size) __attribute__((malloc, returns_nonnull));

/* Copies, NUL-terminated. arena_text(a, NULL) is NULL. */
char *arena_text(struct arena *a, const char *s);
char *arena_text_n(struct arena *a, const char *s, size_t n);
struct bytes arena_bytes(struct arena *a, const void *p, size_t n);

#endif
