/*
 * ununzip_read.c: unpacking members with everything counted.
 *
 * A member's own size bounds what is unpacked: the first byte over it ends the reading, so a bomb costs no more than it
 * admits to, and what it admits to was held against the limits.
 */
#include <zlib.h>

#include "engine/sheet/unzip.h"
#include "engine/sheet/unzip_part.h"

#define PIECE       ((size_t)32 * KB)
#define RATIO_FREE  ((int64_t)64 * KB) /* below this no ratio is asked for: XML of office programs is dense */
#define ARENA_CHECK ((size_t)8 * MB)

struct unpacking {
    struct unzip *z;
    const struct unzip_member *m;
    unzip_sink *sink;
    void *arg;
    int64_t out;
    uLong crc;
    uint8_t in[PIECE], made[PIECE];
};

/* The first bytes of files that hold files. */
static const struct {
    const char *bytes;
    size_t n;
} archives[] = {
    {"PK\x03\x04", 4},
    {"PK\x05\x06", 4},
    {"\x1f\x8b", 2},
    {"BZh", 3},
    {"Rar!\x1a", 5},
    {"7z\xbc\xaf", 4},
    {"\xfd"
     "7zXZ",
     5},
    {"MSCF", 4},
    {"\x28\xb5\x2f\xfd", 4},
};

static bool is_archive(const uint8_t *p, size_t n)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(archives); i++) {
        if (n >= archives[i].n && memcmp(p, archives[i].bytes, archives[i].n) == 0)
            return true;
    }
    return false;
}

static int take(struct unpacking *u, const uint8_t *p, size_t n)
{
    if (n == 0)
        return 0;
    if (u->out == 0 && !u->z->limits.nested && is_archive(p, n))
        return unzip_fail(u->z, UNZIP_NESTED);
    u->out += (int64_t)n;
    u->z->unpacked += (int64_t)n;
    if (u->out > u->m->size)
        return unzip_fail(u->z, UNZIP_DAMAGED);
    if (u->z->unpacked > u->z->limits.unpacked)
        return unzip_fail(u->z, UNZIP_UNPACKED);
    if (u->out > RATIO_FREE && u->out / u->z->limits.ratio > u->m->packed)
        return unzip_fail(u->z, UNZIP_RATIO);
    u->crc = crc32(u->crc, p, (uInt)n);
    return u->sink == NULL ? 0 : u->sink(u->arg, p, n);
}

static int read_stored(struct unpacking *u)
{
    int64_t done = 0;
    int e = 0;

    while (e == 0 && done < u->m->packed) {
        int64_t left = u->m->packed - done;
        size_t n = left < (int64_t)PIECE ? (size_t)left : PIECE;

        e = unzip_read_at(u->z->fd, u->m->data + done, u->in, n);
        if (e == 0)
            e = take(u, u->in, n);
        done += (int64_t)n;
    }
    return e;
}

/* Inflates what lies in u->in; 1 when the stream has ended. */
static int inflate_piece(struct unpacking *u, z_stream *s)
{
    int now = Z_OK, e;

    do {
        s->next_out = u->made;
        s->avail_out = PIECE;
        now = inflate(s, Z_NO_FLUSH);
        if (now != Z_OK && now != Z_STREAM_END && now != Z_BUF_ERROR)
            return unzip_fail(u->z, UNZIP_DAMAGED);
        e = take(u, u->made, PIECE - s->avail_out);
        if (e < 0)
            return e;
    } while (now == Z_OK && (s->avail_in > 0 || s->avail_out == 0));
    return now == Z_STREAM_END;
}

static int read_deflated(struct unpacking *u)
{
    z_stream s = {0};
    int64_t done = 0;
    int e = 0;

    if (inflateInit2(&s, -MAX_WBITS) != Z_OK)
        return E_SYSTEM;
    while (e == 0 && done < u->m->packed) {
        int64_t left = u->m->packed - done;
        size_t n = left < (int64_t)PIECE ? (size_t)left : PIECE;

        e = unzip_read_at(u->z->fd, u->m->data + done, u->in, n);
        if (e < 0)
            break;
        s.next_in = u->in;
        s.avail_in = (uInt)n;
        done += (int64_t)n;
        e = inflate_piece(u, &s);
    }
    if (e >= 0 && (e != 1 || s.avail_in > 0 || done < u->m->packed)) /* not ended, or something behind the end */
        e = unzip_fail(u->z, UNZIP_DAMAGED);
    (void)inflateEnd(&s);
    return e < 0 ? e : 0;
}

int unzip_read(struct unzip *z, const struct unzip_member *m, unzip_sink *sink, void *arg)
{
    struct unpacking u = {.z = z, .m = m, .sink = sink, .arg = arg, .crc = crc32(0, NULL, 0)};
    int e;

    e = m->method == UNZIP_STORED ? read_stored(&u) : read_deflated(&u);
    if (e == E_FORMAT && z->fault == UNZIP_GOOD)
        e = unzip_fail(z, UNZIP_DAMAGED);
    if (e < 0)
        return e;
    return u.out == m->size && (uint32_t)u.crc == m->crc ? 0 : unzip_fail(z, UNZIP_DAMAGED);
}

int unzip_check(int fd, const struct unzip_limits *limits, enum unzip_fault *ret_fault)
{
    struct arena a;
    struct unzip z;
    size_t i;
    int e;

    arena_init(&a, ARENA_CHECK);
    e = unzip_open(&z, fd, limits, &a);
    for (i = 0; e == 0 && i < z.n; i++)
        e = unzip_read(&z, &z.member[i], NULL, NULL);
    *ret_fault = z.fault;
    arena_finish(&a);
    return e;
}
