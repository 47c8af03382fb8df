/*
 * image.c: the structure of JPEG, PNG and GIF, far enough to know their size in pixels and where they end.
 *
 * No pixel is decoded: a decoder of ours would be the larger risk. Telephones put data of their own behind the end of a
 * JPEG, so that is let pass there (filetype.c looks whether it is a second file); PNG and GIF must end with the file.
 */
#include "engine/filetype/content.h"

#define MEGA INT64_C(1000000)

/* Width and height are taken once, from where the format says they are. */
static enum file_fault set_size(struct file_finding *f, uint32_t width, uint32_t height)
{
    if (width == 0 || height == 0 || width > INT32_MAX || height > INT32_MAX)
        return FILE_BROKEN;
    f->width = (int32_t)width;
    f->height = (int32_t)height;
    return (int64_t)width * height > FILE_MEGAPIXELS_MAX * MEGA ? FILE_PIXELS : FILE_GOOD;
}

/* ---- JPEG: markers 0xFF.., each but a few with a length ---- */

static bool is_frame_header(uint8_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool has_no_length(uint8_t marker)
{
    return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/* The next marker: fill bytes 0xFF may stand in front. In picture data 0xFF00 and restarts are no markers. */
static uint8_t next_marker(struct scan *s, bool in_data)
{
    uint8_t b;

    for (;;) {
        b = scan_byte(s);
        if (s->ended || (!in_data && b != 0xff))
            return 0;
        if (b != 0xff)
            continue;
        do
            b = scan_byte(s);
        while (b == 0xff);
        if (!in_data || (b != 0 && !(b >= 0xd0 && b <= 0xd7)))
            return b;
    }
}

static enum file_fault jpg_frame(struct scan *s, struct file_finding *f)
{
    uint32_t height, width;

    (void)scan_byte(s); /* bits a sample */
    height = scan_be16(s);
    width = scan_be16(s);
    return s->ended ? FILE_BROKEN : set_size(f, width, height);
}

enum file_fault look_jpg(struct scan *s, struct file_finding *f)
{
    enum file_fault fault;
    bool in_data = false;

    scan_skip(s, 2);
    for (;;) {
        uint8_t marker = next_marker(s, in_data);
        int64_t from = s->at;
        uint16_t n;

        if (marker == 0)
            return FILE_BROKEN;
        if (marker == 0xd9)
            return in_data && f->width > 0 ? FILE_GOOD : FILE_BROKEN;
        if (has_no_length(marker))
            continue;
        n = scan_be16(s);
        if (n < 2)
            return FILE_BROKEN;
        if (is_frame_header(marker) && f->width == 0) {
            fault = jpg_frame(s, f);
            if (fault != FILE_GOOD)
                return fault;
        }
        s->at = from;
        scan_skip(s, n);
        in_data = marker == 0xda;
    }
}

/* ---- PNG: chunks of length, type, data, checksum ---- */

enum file_fault look_png(struct scan *s, struct file_finding *f)
{
    uint32_t n, type, width;
    enum file_fault fault;

    scan_skip(s, 8);
    n = scan_be32(s);
    type = scan_be32(s);
    if (n != 13 || type != 0x49484452) /* IHDR */
        return FILE_BROKEN;
    width = scan_be32(s);
    fault = set_size(f, width, scan_be32(s));
    if (fault != FILE_GOOD || s->ended)
        return s->ended ? FILE_BROKEN : fault;
    scan_skip(s, 5 + 4);

    do {
        n = scan_be32(s);
        type = scan_be32(s);
        scan_skip(s, (int64_t)n + 4);
        if (s->ended)
            return FILE_BROKEN;
    } while (type != 0x49454e44); /* IEND */
    return n != 0 ? FILE_BROKEN : s->at == s->size ? FILE_GOOD : FILE_DOUBLE;
}

/* ---- GIF: blocks; data in sub-blocks of up to 255 bytes that end with an empty one ---- */

static void skip_colors(struct scan *s, uint8_t flags)
{
    if ((flags & 0x80) != 0)
        scan_skip(s, 3 * (INT64_C(2) << (flags & 7)));
}

static void skip_sub_blocks(struct scan *s)
{
    uint8_t n;

    do {
        n = scan_byte(s);
        scan_skip(s, n);
    } while (n != 0 && !s->ended);
}

/* An image of the file; it must lie on the canvas, whose size was checked. */
static bool gif_image(struct scan *s, const struct file_finding *f)
{
    int32_t left = scan_le16(s), top = scan_le16(s), width = scan_le16(s), height = scan_le16(s);

    if (left + width > f->width || top + height > f->height)
        return false;
    skip_colors(s, scan_byte(s));
    scan_skip(s, 1);
    skip_sub_blocks(s);
    return !s->ended;
}

enum file_fault look_gif(struct scan *s, struct file_finding *f)
{
    enum file_fault fault;
    bool has_image = false;
    uint16_t width;
    uint8_t flags;

    scan_skip(s, 6);
    width = scan_le16(s);
    fault = set_size(f, width, scan_le16(s));
    if (fault != FILE_GOOD)
        return fault;
    flags = scan_byte(s);
    scan_skip(s, 2);
    skip_colors(s, flags);

    while (!s->ended) {
        switch (scan_byte(s)) {
        case 0x21:
            scan_skip(s, 1);
            skip_sub_blocks(s);
            break;
        case 0x2c:
            if (!gif_image(s, f))
                return FILE_BROKEN;
            has_image = true;
            break;
        case 0x3b:
            return !has_image || s->ended ? FILE_BROKEN : s->at == s->size ? FILE_GOOD : FILE_DOUBLE;
        default:
            return FILE_BROKEN;
        }
    }
    return FILE_BROKEN;
}
