/*
 * scan.c: reading a file forwards through one small buffer.
 */
#include "engine/filetype/content.h"
#include "engine/sheet/unzip_part.h"

void scan_init(struct scan *s, int fd, int64_t size)
{
    memset(s, 0, sizeof *s);
    s->fd = fd;
    s->size = size;
}

static void fill(struct scan *s)
{
    int64_t left = s->size - s->at;

    s->from = s->at;
    s->n = left < (int64_t)sizeof s->buf ? (size_t)left : sizeof s->buf;
    if (unzip_read_at(s->fd, s->at, s->buf, s->n) < 0) {
        s->failed = s->ended = true;
        s->n = 0;
    }
}

uint8_t scan_byte(struct scan *s)
{
    if (s->ended || s->at < 0 || s->at >= s->size) {
        s->ended = true;
        return 0;
    }
    if (s->at < s->from || s->at >= s->from + (int64_t)s->n)
        fill(s);
    if (s->ended)
        return 0;
    return s->buf[s->at++ - s->from];
}

uint16_t scan_be16(struct scan *s)
{
    uint8_t hi = scan_byte(s);

    return (uint16_t)(hi << 8 | scan_byte(s));
}

uint32_t scan_be32(struct scan *s)
{
    uint32_t hi = scan_be16(s);

    return hi << 16 | scan_be16(s);
}

uint16_t scan_le16(struct scan *s)
{
    uint8_t lo = scan_byte(s);

    return (uint16_t)(scan_byte(s) << 8 | lo);
}

void scan_bytes(struct scan *s, void *p, size_t n)
{
    uint8_t *to = p;

    while (n-- > 0)
        *to++ = scan_byte(s);
}

void scan_skip(struct scan *s, int64_t n)
{
    if (n > s->size - s->at) {
        s->ended = true;
        return;
    }
    s->at += n;
}
