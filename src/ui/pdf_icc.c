/*
 * pdf_icc.c: header, table of tags, tags; all numbers big-endian (ICC.1:2004-10).
 *
 * Colours are given as ICC wants them, adapted from D65 to D50 by Bradford's matrix, in s15Fixed16: 0x00010000 is 1.
 */
#include "base/buf.h"
#include "ui/pdf_icc.h"

#define HEADER_SIZE 128u
#define TAG_ROW     12u
#define PROFILE_MAX 2048u

/* clang-format off */
static const uint32_t white[]  = {0x0000f6d6, 0x00010000, 0x0000d32d}; /* D50 */
static const uint32_t red[]    = {0x00006fa0, 0x000038f5, 0x00000390};
static const uint32_t green[]  = {0x00006297, 0x0000b787, 0x000018d9};
static const uint32_t blue[]   = {0x0000249f, 0x00000f84, 0x0000b6c4};
static const uint32_t adapt[]  = {0x00010c42, 0x000005de, 0xfffff325,
                                  0x00000793, 0x0000fd90, 0xfffffba2,
                                  0xfffffda2, 0x000003dc, 0x0000c06e};
/* Y = (aX + b)^g for X >= d, else cX: g 2.4, a 1/1.055, b 0.055/1.055, c 1/12.92, d 0.04045. */
static const uint32_t curve[]  = {0x00030000, 0x00026666, 0x0000f2a7, 0x00000d59, 0x000013d0, 0x00000a5b};
/* clang-format on */

struct tag {
    const char *name;
    const char *type;
    const char *text;        /* a text in English, or */
    const uint32_t *numbers; /* numbers */
    size_t n;
};

/* clang-format off */
static const struct tag tags[] = {
    {"desc", "mluc", "sRGB",                   NULL,  0},
    {"cprt", "mluc", "No copyright, use freely", NULL, 0},
    {"wtpt", "XYZ ", NULL, white, ARRAY_LEN(white)},
    {"chad", "sf32", NULL, adapt, ARRAY_LEN(adapt)},
    {"rXYZ", "XYZ ", NULL, red,   ARRAY_LEN(red)},
    {"gXYZ", "XYZ ", NULL, green, ARRAY_LEN(green)},
    {"bXYZ", "XYZ ", NULL, blue,  ARRAY_LEN(blue)},
    {"rTRC", "para", NULL, curve, ARRAY_LEN(curve)},
    {"gTRC", "para", NULL, curve, ARRAY_LEN(curve)},
    {"bTRC", "para", NULL, curve, ARRAY_LEN(curve)},
};
/* clang-format on */

static void u16(struct buf *b, unsigned v)
{
    buf_byte(b, (char)(v >> 8 & 255));
    buf_byte(b, (char)(v & 255));
}

static void u32(struct buf *b, uint32_t v)
{
    u16(b, v >> 16);
    u16(b, v & 0xffff);
}

static void zeros(struct buf *b, size_t n)
{
    while (n-- > 0)
        buf_byte(b, '\0');
}

/* Size without the bytes that fill up to a multiple of 4. */
static uint32_t tag_size(const struct tag *t)
{
    return (uint32_t)(t->text != NULL ? 28 + 2 * strlen(t->text) : 8 + 4 * t->n);
}

static uint32_t padded(uint32_t n)
{
    return (n + 3) & ~3u;
}

static void tag_put(struct buf *b, const struct tag *t)
{
    buf_add(b, t->type);
    u32(b, 0);
    for (size_t i = 0; i < t->n; i++)
        u32(b, t->numbers[i]);
    if (t->text != NULL) {
        u32(b, 1);  /* one record */
        u32(b, 12); /* of 12 bytes */
        buf_add(b, "enUS");
        u32(b, (uint32_t)(2 * strlen(t->text)));
        u32(b, 28);
        for (const char *s = t->text; *s != '\0'; s++)
            u16(b, (unsigned char)*s);
    }
    zeros(b, padded(tag_size(t)) - tag_size(t));
}

static void header_put(struct buf *b, uint32_t size)
{
    u32(b, size);
    u32(b, 0);
    u32(b, 0x04200000);
    buf_add(b, "mntrRGB XYZ ");
    u16(b, 2026); /* date of the profile */
    u16(b, 1);
    u16(b, 1);
    zeros(b, 6);
    buf_add(b, "acsp");
    zeros(b, 28); /* platform, flags, device, attributes, intent: perceptual */
    for (size_t i = 0; i < ARRAY_LEN(white); i++)
        u32(b, white[i]);
    zeros(b, HEADER_SIZE - 80);
}

struct bytes icc_srgb(struct arena *a)
{
    uint32_t begin = (uint32_t)(HEADER_SIZE + 4 + TAG_ROW * ARRAY_LEN(tags)), at = begin, size = begin;
    struct buf b;

    for (size_t i = 0; i < ARRAY_LEN(tags); i++)
        size += padded(tag_size(&tags[i]));
    buf_init(&b, a, PROFILE_MAX);
    header_put(&b, size);
    u32(&b, ARRAY_LEN(tags));
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        buf_add(&b, tags[i].name);
        u32(&b, at);
        u32(&b, tag_size(&tags[i]));
        at += padded(tag_size(&tags[i]));
    }
    for (size_t i = 0; i < ARRAY_LEN(tags); i++)
        tag_put(&b, &tags[i]);
    BUG_IF(b.n != size);
    return buf_bytes(&b);
}
