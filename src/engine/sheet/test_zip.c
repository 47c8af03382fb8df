/*
 * test_zip.c: see test_zip.h.
 */
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/base.h"
#include "engine/sheet/test_zip.h"

void made_init(struct made *m)
{
    memset(m, 0, sizeof *m);
}

void made_bytes(struct made *m, const void *p, size_t n)
{
    BUG_IF(n > MADE_MAX - m->n);
    memcpy(m->p + m->n, p, n);
    m->n += n;
}

void made_set16(struct made *m, size_t at, uint16_t v)
{
    m->p[at] = (uint8_t)v;
    m->p[at + 1] = (uint8_t)(v >> 8);
}

void made_set32(struct made *m, size_t at, uint32_t v)
{
    made_set16(m, at, (uint16_t)v);
    made_set16(m, at + 2, (uint16_t)(v >> 16));
}

static void put16(struct made *m, size_t v)
{
    m->n += 2;
    made_set16(m, m->n - 2, (uint16_t)v);
}

static void put32(struct made *m, size_t v)
{
    m->n += 4;
    made_set32(m, m->n - 4, (uint32_t)v);
}

static size_t put_deflated(struct made *m, const void *p, size_t n)
{
    z_stream s = {0};
    size_t made;

    BUG_IF(deflateInit2(&s, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK);
    s.next_in = (Bytef *)(uintptr_t)p;
    s.avail_in = (uInt)n;
    s.next_out = m->p + m->n;
    s.avail_out = (uInt)(MADE_MAX - m->n);
    BUG_IF(deflate(&s, Z_FINISH) != Z_STREAM_END);
    made = s.total_out;
    (void)deflateEnd(&s);
    m->n += made;
    return made;
}

/* The fields that local header and directory entry share, from flags to the name's length. */
static void put_shared(struct made *m, size_t i)
{
    put16(m, m->member[i].flags);
    put16(m, m->member[i].method);
    put32(m, 0); /* time and date */
    put32(m, m->member[i].crc);
    put32(m, m->member[i].packed);
    put32(m, m->member[i].size);
    put16(m, strlen(m->member[i].name));
    put16(m, 0);
}

void made_member(struct made *m, const char *name, const void *p, size_t n, int deflated)
{
    size_t i = m->members++, data;

    BUG_IF(i >= MADE_MEMBERS || strlen(name) >= sizeof m->member[i].name);
    memcpy(m->member[i].name, name, strlen(name) + 1);
    m->member[i].header = m->n;
    m->member[i].method = deflated ? 8 : 0;
    m->member[i].size = m->member[i].packed = n;
    m->member[i].crc = (uint32_t)crc32(crc32(0, NULL, 0), p, (uInt)n);
    put32(m, 0x04034b50);
    put16(m, 20);
    put_shared(m, i);
    made_bytes(m, name, strlen(name));
    data = m->n;
    if (deflated)
        m->member[i].packed = put_deflated(m, p, n);
    else
        made_bytes(m, p, n);
    made_set32(m, data - strlen(name) - 12, (uint32_t)m->member[i].packed);
}

void made_text(struct made *m, const char *name, const char *text)
{
    made_member(m, name, text, strlen(text), 1);
}

void made_end(struct made *m)
{
    size_t i, directory = m->n;

    m->directory = directory;
    for (i = 0; i < m->members; i++) {
        put32(m, 0x02014b50);
        put32(m, 20 | 20u << 16);
        put_shared(m, i);
        put16(m, 0);
        put32(m, 0);
        put32(m, 0);
        put32(m, m->member[i].header);
        made_bytes(m, m->member[i].name, strlen(m->member[i].name));
    }
    put32(m, 0x06054b50);
    put32(m, 0);
    put16(m, m->members);
    put16(m, m->members);
    put32(m, m->n - 12 - directory);
    put32(m, directory);
    put16(m, 0);
}

size_t made_entry(const struct made *m, size_t n)
{
    size_t at = m->directory, i;

    for (i = 0; i < n; i++)
        at += 46 + strlen(m->member[i].name);
    return at;
}

int memory_fd(const void *p, size_t n)
{
    int fd = memfd_create("test", MFD_CLOEXEC);

    BUG_IF(fd < 0 || write(fd, p, n) != (ssize_t)n);
    return fd;
}

int made_fd(const struct made *m)
{
    return memory_fd(m->p, m->n);
}
