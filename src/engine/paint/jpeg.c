/*
 * jpeg.c: JPEG by libjpeg: read no larger than it will be shown, with the way the camera was held; written.
 */
#include <setjmp.h>
#include <stdio.h> /* jpeglib.h wants it */
#include <stdlib.h>

#include <jerror.h>
#include <jpeglib.h>

#include "engine/paint/paint_part.h"

#define QUALITY     82
#define SCALE_MAX   8
#define EXIF_MARKER (JPEG_APP0 + 1)
#define EXIF_MAX    0xffffu
#define TAG_TURN    0x0112
#define ENTRY       12

/* libjpeg's way out of an error is a jump. */
struct way_out {
    struct jpeg_error_mgr mgr;
    jmp_buf back;
    bool memory; /* it was memory that was missing */
};

static void leave(j_common_ptr c)
{
    struct way_out *w = (struct way_out *)c->err;

    w->memory = c->err->msg_code == JERR_OUT_OF_MEMORY;
    longjmp(w->back, 1);
}

static void quiet(j_common_ptr c)
{
    (void)c; /* what is only odd is drawn as well as it goes */
}

static struct jpeg_error_mgr *way_out(struct way_out *w)
{
    struct jpeg_error_mgr *m = jpeg_std_error(&w->mgr);

    m->error_exit = leave;
    m->output_message = quiet;
    return m;
}

/* ---- which way up ---- */

static unsigned number(const uint8_t *p, int n, bool big)
{
    unsigned v = 0;
    int i;

    for (i = 0; i < n; i++)
        v = v << 8 | p[big ? i : n - 1 - i];
    return v;
}

/* The orientation in the first directory of an EXIF block; 1 when it says none. */
static int exif_turn(const uint8_t *p, size_t n)
{
    unsigned at, entries, i, v;
    bool big;

    if (n < 14 || memcmp(p, "Exif\0\0", 6) != 0)
        return 1;
    p += 6;
    n -= 6;
    big = p[0] == 'M';
    at = number(p + 4, 4, big);
    if (at > n - 2)
        return 1;
    entries = number(p + at, 2, big);
    for (i = 0; i < entries && at + 2 + (size_t)(i + 1) * ENTRY <= n; i++) {
        const uint8_t *e = p + at + 2 + (size_t)i * ENTRY;

        if (number(e, 2, big) != TAG_TURN)
            continue;
        v = number(e + 8, 2, big);
        return v >= 1 && v <= 8 ? (int)v : 1;
    }
    return 1;
}

/* ---- reading ---- */

struct reading {
    struct jpeg_decompress_struct c;
    struct way_out out;
    cairo_surface_t *surface;
    uint8_t *line; /* of CMYK */
};

/* Four inks, as Adobe stores them: inverted. */
static void from_inks(const uint8_t *in, uint32_t *out, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++, in += 4)
        out[i] = (uint32_t)(in[0] * in[3] / 255) << 16 | (uint32_t)(in[1] * in[3] / 255) << 8 | (uint32_t)(in[2] * in[3] / 255);
}

/* The smallest of libjpeg's sizes that is not smaller than what will be shown. */
static void choose_size(struct jpeg_decompress_struct *c, int turn)
{
    unsigned wide = turn >= 5 ? PAINT_HEIGHT : PAINT_WIDTH, high = turn >= 5 ? PAINT_WIDTH : PAINT_HEIGHT;

    c->scale_num = 1;
    c->scale_denom = SCALE_MAX;
    while (c->scale_denom > 1 && c->image_width / c->scale_denom < wide && c->image_height / c->scale_denom < high)
        c->scale_denom /= 2;
}

static void read_lines(struct reading *r)
{
    struct jpeg_decompress_struct *c = &r->c;
    uint8_t *pixels = cairo_image_surface_get_data(r->surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(r->surface);
    bool inks = c->out_color_space == JCS_CMYK;

    while (c->output_scanline < c->output_height) {
        uint8_t *at = pixels + stride * c->output_scanline;
        JSAMPROW row = inks ? r->line : at;

        if (jpeg_read_scanlines(c, &row, 1) != 1)
            break;
        if (inks)
            from_inks(r->line, (uint32_t *)(void *)at, c->output_width);
    }
}

static enum paint_fault read_all(struct reading *r, struct bytes file, int *ret_turn)
{
    struct jpeg_decompress_struct *c = &r->c;
    jpeg_saved_marker_ptr m;

    if (setjmp(r->out.back) != 0)
        return r->out.memory ? PAINT_LARGE : PAINT_BROKEN;
    jpeg_create_decompress(c);
    jpeg_mem_src(c, file.p, file.n);
    jpeg_save_markers(c, EXIF_MARKER, EXIF_MAX);
    (void)jpeg_read_header(c, TRUE); /* else it has left */
    for (m = c->marker_list; m != NULL && *ret_turn == 1; m = m->next)
        *ret_turn = exif_turn(m->data, m->data_length);
    choose_size(c, *ret_turn);
    c->out_color_space = c->jpeg_color_space == JCS_CMYK || c->jpeg_color_space == JCS_YCCK ? JCS_CMYK : JCS_EXT_BGRX;
    (void)jpeg_start_decompress(c); /* else it has left */
    r->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)c->output_width, (int)c->output_height);
    r->line = malloc((size_t)c->output_width * 4);
    if (cairo_surface_status(r->surface) != CAIRO_STATUS_SUCCESS || r->line == NULL)
        return PAINT_LARGE;
    cairo_surface_flush(r->surface);
    read_lines(r);
    cairo_surface_mark_dirty(r->surface);
    return PAINT_GOOD;
}

enum paint_fault paint_read_jpeg(struct bytes file, cairo_surface_t **ret, int *ret_turn)
{
    struct reading *r = calloc(1, sizeof *r);
    enum paint_fault fault;

    if (r == NULL)
        return PAINT_LARGE;
    r->c.err = way_out(&r->out);
    *ret_turn = 1;
    fault = read_all(r, file, ret_turn);
    jpeg_destroy_decompress(&r->c);
    free(r->line);
    if (fault == PAINT_GOOD)
        *ret = r->surface;
    else if (r->surface != NULL)
        cairo_surface_destroy(r->surface);
    free(r);
    return fault;
}

/* ---- writing ---- */

struct writing {
    struct jpeg_compress_struct c;
    struct way_out out;
    unsigned char *memory;
    unsigned long n;
};

static int write_all(struct writing *w, cairo_surface_t *s)
{
    struct jpeg_compress_struct *c = &w->c;

    if (setjmp(w->out.back) != 0)
        return E_SYSTEM;
    jpeg_create_compress(c);
    jpeg_mem_dest(c, &w->memory, &w->n);
    c->image_width = (JDIMENSION)cairo_image_surface_get_width(s);
    c->image_height = (JDIMENSION)cairo_image_surface_get_height(s);
    c->input_components = 4;
    c->in_color_space = JCS_EXT_BGRX;
    jpeg_set_defaults(c);
    jpeg_set_quality(c, QUALITY, TRUE);
    jpeg_start_compress(c, TRUE);
    while (c->next_scanline < c->image_height) {
        JSAMPROW row = cairo_image_surface_get_data(s) + (size_t)cairo_image_surface_get_stride(s) * c->next_scanline;

        (void)jpeg_write_scanlines(c, &row, 1); /* else it has left */
    }
    jpeg_finish_compress(c);
    return 0;
}

int paint_write_jpeg(cairo_surface_t *s, struct arena *a, struct bytes *ret)
{
    struct writing *w = calloc(1, sizeof *w);
    int e;

    if (w == NULL)
        return E_SYSTEM;
    w->c.err = way_out(&w->out);
    cairo_surface_flush(s);
    e = write_all(w, s);
    jpeg_destroy_compress(&w->c);
    if (e == 0 && w->n > PAINT_BYTES_MAX)
        e = E_LIMIT;
    if (e == 0)
        *ret = arena_bytes(a, w->memory, w->n);
    free(w->memory);
    free(w);
    return e;
}
