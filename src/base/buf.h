/*
 * buf.h: text or bytes that are being built, with a ceiling.
 *
 * The ceiling is stated where the buffer is made. A buffer that would pass it stays as it was and
 * remembers: buf_failed(); so a run of appends is checked once, at its end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "arena.h"

struct buf {
    struct arena *arena;
    char *s;    /* NUL-terminated after every append; "" at first */
    size_t n;   /* bytes, without the NUL */
    size_t cap; /* allocated, NUL included */
    size_t max; /* ceiling for n */
    bool failed;
};

/* Caller owns the struct, the arena owns the content. */
void buf_init(struct buf *b, struct arena *a, size_t max);

void buf_add(struct buf *b, const char *s);
void buf_add_n(struct buf *b, const void *p, size_t n);
void buf_byte(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) PRINTF(2, 0);

/* Makes room for n more bytes and returns where they go, or NULL past the ceiling; then buf_grew(b, n). */
char *buf_room(struct buf *b, size_t n);
void buf_grew(struct buf *b, size_t n);

/* Keeps the memory, forgets the content and the failure. */
void buf_clear(struct buf *b);

/* 0, or E_LIMIT when something did not fit. */
int buf_failed(const struct buf *b);

struct bytes buf_bytes(const struct buf *b);

#endif
