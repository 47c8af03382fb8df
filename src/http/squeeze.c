/*
 * squeeze.c: one compressor a thread, because making one costs more than a page.
 *
 * It would remember the last pages (a token, a second factor, recovery codes), so its memory comes from a block of ours
 * that is wiped after each page: all but zlib's first piece, which holds numbers and Huffman codes only.
 */
#include <pthread.h>
#include <strings.h>
#include <zlib.h>

#include "http/squeeze.h"

#define LEVEL  3         /* half the time of 6 for a twentieth more bytes of HTML */
#define WINDOW (15 + 16) /* the largest, with gzip's frame */

#define PIECES_MAX ((size_t)5)
#define PIECE_MAX  ((size_t)1 * MB)

struct compressor {
    z_stream z;
    struct bytes pieces[PIECES_MAX];
    size_t n;
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void *piece_alloc(void *ctx, uInt n, uInt size)
{
    struct compressor *c = ctx;
    size_t bytes;
    uint8_t *p;

    if (c->n == PIECES_MAX || __builtin_mul_overflow((size_t)n, (size_t)size, &bytes) || bytes > PIECE_MAX)
        return NULL;
    p = calloc(1, bytes);
    if (p != NULL)
        c->pieces[c->n++] = (struct bytes){.p = p, .n = bytes};
    return p;
}

/* Only deflateEnd() gives back, and then all of it. */
static void piece_free(void *ctx, void *p)
{
    (void)ctx;
    free(p);
}

static void forget(struct compressor *c)
{
    for (size_t i = 1; i < c->n; i++)
        explicit_bzero((void *)(uintptr_t)c->pieces[i].p, c->pieces[i].n);
}

static void compressor_free(void *p)
{
    struct compressor *c = p;

    (void)deflateEnd(&c->z); /* says Z_DATA_ERROR when it was left in the middle; nothing is lost */
    free(c);
}

static void key_make(void)
{
    BUG_IF(pthread_key_create(&key, compressor_free) != 0);
}

static struct compressor *compressor(void)
{
    struct compressor *c;

    BUG_IF(pthread_once(&once, key_make) != 0);
    c = pthread_getspecific(key);
    if (c != NULL)
        return deflateReset(&c->z) == Z_OK ? c : NULL;
    c = calloc(1, sizeof *c);
    if (c == NULL)
        memory_gone(sizeof *c);
    c->z = (z_stream){.zalloc = piece_alloc, .zfree = piece_free, .opaque = c};
    if (deflateInit2(&c->z, LEVEL, Z_DEFLATED, WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        memory_gone(sizeof *c);
    BUG_IF(pthread_setspecific(key, c) != 0);
    return c;
}

bool squeeze(struct arena *a, struct bytes in, struct bytes *ret)
{
    struct compressor *c = compressor();
    uint8_t *out;
    int end;

    if (c == NULL || in.n < 2 || in.n > UINT32_MAX)
        return false;
    out = arena_alloc(a, in.n);
    c->z.next_in = (uint8_t *)(uintptr_t)in.p; /* zlib does not write there */
    c->z.avail_in = (uInt)in.n;
    c->z.next_out = out;
    c->z.avail_out = (uInt)in.n - 1;
    end = deflate(&c->z, Z_FINISH);
    forget(c);
    if (end != Z_STREAM_END)
        return false;

    *ret = (struct bytes){.p = out, .n = c->z.total_out};
    return true;
}

/* q=0, q=0.0 and so on. */
static bool is_refused(const char *s, size_t n)
{
    const char *q = memmem(s, n, "q=", 2);

    if (q == NULL)
        return false;
    for (q += 2; q < s + n && *q != ' '; q++) {
        if (*q != '0' && *q != '.')
            return false;
    }
    return true;
}

bool squeeze_wanted(const char *accept_encoding)
{
    const char *p = accept_encoding;

    while (p != NULL && *p != '\0') {
        size_t n = strcspn(p, ","), name_n;

        p += strspn(p, " \t");
        n = strcspn(p, ",");
        name_n = strcspn(p, ",; \t");
        if (name_n == 4 && strncasecmp(p, "gzip", 4) == 0)
            return !is_refused(p, n);
        p += n;
        p += *p == ',';
    }
    return false;
}
