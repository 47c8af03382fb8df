/*
 * squeeze.c: one compressor a thread, because making one costs more than a page.
 */
#include <pthread.h>
#include <strings.h>
#include <zlib.h>

#include "http/squeeze.h"

#define LEVEL  3         /* half the time of 6 for a twentieth more bytes of HTML */
#define WINDOW (15 + 16) /* the largest, with gzip's frame */

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void compressor_free(void *p)
{
    z_stream *z = p;

    (void)deflateEnd(z); /* says Z_DATA_ERROR when it was left in the middle; nothing is lost */
    free(z);
}

static void key_make(void)
{
    BUG_IF(pthread_key_create(&key, compressor_free) != 0);
}

static z_stream *compressor(void)
{
    z_stream *z;

    BUG_IF(pthread_once(&once, key_make) != 0);
    z = pthread_getspecific(key);
    if (z != NULL)
        return deflateReset(z) == Z_OK ? z : NULL;
    z = calloc(1, sizeof *z);
    if (z == NULL || deflateInit2(z, LEVEL, Z_DEFLATED, WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        memory_gone(sizeof *z);
    BUG_IF(pthread_setspecific(key, z) != 0);
    return z;
}

bool squeeze(struct arena *a, struct bytes in, struct bytes *ret)
{
    z_stream *z = compressor();
    uint8_t *out;

    if (z == NULL || in.n < 2 || in.n > UINT32_MAX)
        return false;
    out = arena_alloc(a, in.n);
    z->next_in = (uint8_t *)(uintptr_t)in.p; /* zlib does not write there */
    z->avail_in = (uInt)in.n;
    z->next_out = out;
    z->avail_out = (uInt)in.n - 1;
    if (deflate(z, Z_FINISH) != Z_STREAM_END)
        return false;

    *ret = (struct bytes){.p = out, .n = z->total_out};
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
