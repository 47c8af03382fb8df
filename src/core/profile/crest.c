/*
 * crest.c: a PNG taken apart and put together again.
 */
#include "core/profile/crest.h"

#include <string.h>
#include <zlib.h>

#include "base/buf.h"

#define HEAD      8
#define AROUND    12 /* length, kind and checksum of a chunk */
#define IHDR_SIZE 13
#define PASSES    7
#define WINDOW    4096

static const uint8_t png_head[HEAD] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

struct chunk {
    const uint8_t *kind, *data; /* the kind stands before the data */
    size_t n;
};

struct picture {
    struct crest *to;
    int depth, colour, interlaced;
    bool colours, ended; /* there is a palette; IEND was seen */
    struct buf data;     /* of all IDAT */
    bool data_over;      /* another chunk came behind them */
};

static size_t number(const uint8_t *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

static bool is(const struct chunk *c, const char *kind)
{
    return memcmp(c->kind, kind, 4) == 0;
}

static bool next(struct bytes *rest, struct chunk *ret)
{
    size_t n;

    if (rest->n < AROUND)
        return false;
    n = number(rest->p);
    if (n > rest->n - AROUND)
        return false;
    *ret = (struct chunk){.kind = rest->p + 4, .data = rest->p + HEAD, .n = n};
    if (crc32(crc32(0, NULL, 0), ret->kind, (uInt)(n + 4)) != number(ret->data + n))
        return false;
    rest->p += n + AROUND;
    rest->n -= n + AROUND;
    return true;
}

/* Depths that go with a kind of colour, as bits of a mask: the table of the specification. */
static bool depth_fits(int colour, int depth)
{
    static const int depths[] = {1 | 2 | 4 | 8 | 16, 0, 8 | 16, 1 | 2 | 4 | 8, 8 | 16, 0, 8 | 16};

    return colour >= 0 && colour <= 6 && (depth & (depth - 1)) == 0 && (depths[colour] & depth) != 0;
}

static const char *take_head(struct picture *p, const struct chunk *c)
{
    size_t width, height;

    if (!is(c, "IHDR") || c->n != IHDR_SIZE)
        return "crest.broken";
    width = number(c->data);
    height = number(c->data + 4);
    p->depth = c->data[8];
    p->colour = c->data[9];
    p->interlaced = c->data[12];
    if (!depth_fits(p->colour, p->depth) || c->data[10] != 0 || c->data[11] != 0 || p->interlaced > 1)
        return "crest.broken";
    if (width < CREST_SIDE_LEAST || height < CREST_SIDE_LEAST || width > CREST_SIDE_MOST || height > CREST_SIDE_MOST)
        return "crest.size";
    p->to->width = (int)width;
    p->to->height = (int)height;
    return NULL;
}

static void put(struct buf *out, const struct chunk *c)
{
    const uint8_t *from = c->kind - 4;

    buf_add_n(out, (const char *)from, c->n + AROUND);
}

/* What holds the picture goes on; what only accompanies it (a small first letter) is left out. */
static const char *take_chunk(struct picture *p, const struct chunk *c, struct buf *out)
{
    bool data = is(c, "IDAT");

    if (data && p->data_over)
        return "crest.broken";
    p->data_over = p->data_over || (!data && p->data.n > 0);
    if (data)
        buf_add_n(&p->data, (const char *)c->data, c->n);
    else if (is(c, "PLTE") && !p->colours && !p->data_over && c->n % 3 == 0 && c->n > 0 && c->n <= 768)
        p->colours = true;
    else if (is(c, "IEND") && c->n == 0)
        p->ended = true;
    else if (!is(c, "tRNS") || p->data_over || c->n == 0 || c->n > 256)
        return (c->kind[0] & 0x20) != 0 ? NULL : "crest.broken";
    put(out, c);
    return NULL;
}

/* ---- how much picture there must be ---- */

static size_t of_pass(const struct picture *p, size_t width, size_t height)
{
    static const size_t parts[] = {1, 0, 3, 1, 2, 0, 4};

    return width == 0 || height == 0 ? 0 : height * (1 + (width * parts[p->colour] * (size_t)p->depth + 7) / 8);
}

static size_t unpacked_size(const struct picture *p)
{
    /* Where each pass begins, and in which steps it goes on: x, y, dx, dy. */
    static const size_t passes[PASSES][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                             {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    size_t width = (size_t)p->to->width, height = (size_t)p->to->height, n = 0, i;

    if (!p->interlaced)
        return of_pass(p, width, height);
    for (i = 0; i < PASSES; i++)
        n += of_pass(p, (width - passes[i][0] + passes[i][2] - 1) / passes[i][2],
                     (height - passes[i][1] + passes[i][3] - 1) / passes[i][3]);
    return n;
}

/* Exactly that much, and no byte behind it. */
static bool unpacks(struct picture *p)
{
    uint8_t window[WINDOW];
    z_stream z = {.next_in = (Bytef *)p->data.s, .avail_in = (uInt)p->data.n};
    size_t want = unpacked_size(p), got = 0;
    int e;

    if (inflateInit(&z) != Z_OK)
        return false;
    do {
        z.next_out = window;
        z.avail_out = sizeof window;
        e = inflate(&z, Z_NO_FLUSH);
        got += sizeof window - z.avail_out;
    } while (e == Z_OK && got <= want);
    (void)inflateEnd(&z); /* only frees */
    return e == Z_STREAM_END && got == want && z.avail_in == 0;
}

/* ---- all of it ---- */

const char *crest_take(struct arena *a, struct bytes file, struct crest *ret)
{
    struct picture p = {.to = ret};
    struct bytes rest = file;
    struct chunk c;
    struct buf out;
    const char *wrong;

    if (file.n > CREST_FILE_MAX)
        return "crest.big";
    if (file.n < HEAD || memcmp(file.p, png_head, HEAD) != 0)
        return "crest.no-png";
    rest.p += HEAD;
    rest.n -= HEAD;
    if (!next(&rest, &c))
        return "crest.broken";
    wrong = take_head(&p, &c);
    if (wrong != NULL)
        return wrong;
    buf_init(&out, a, CREST_FILE_MAX + KB);
    buf_init(&p.data, a, CREST_FILE_MAX + KB);
    buf_add_n(&out, (const char *)png_head, HEAD);
    put(&out, &c);
    while (wrong == NULL && !p.ended)
        wrong = next(&rest, &c) ? take_chunk(&p, &c, &out) : "crest.broken";
    if (wrong == NULL && (rest.n > 0 || (p.colour == 3) > p.colours || p.data.n == 0 || buf_failed(&out) < 0 || !unpacks(&p)))
        wrong = "crest.broken";
    ret->png = (struct bytes){(const uint8_t *)out.s, out.n};
    return wrong;
}
