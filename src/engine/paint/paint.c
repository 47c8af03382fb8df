/*
 * paint.c: from a file to a small picture: maps it, has it read, fits it onto paper, writes it down.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "engine/paint/paint_part.h"

#define PNG_ENOUGH ((size_t)300 * KB) /* a PNG over this is probably a scan or a photo: then JPEG is tried too */
#define TURNS      9

/* Where a pixel (x, y) of a picture of 1 x 1 goes: xx, yx, xy, yy, x0, y0 of cairo, by EXIF orientation. */
/* clang-format off */
static const double turns[TURNS][6] = {
    { 1,  0,  0,  1, 0, 0}, /* none said */
    { 1,  0,  0,  1, 0, 0},
    {-1,  0,  0,  1, 1, 0},
    {-1,  0,  0, -1, 1, 1},
    { 1,  0,  0, -1, 0, 1},
    { 0,  1,  1,  0, 0, 0},
    { 0,  1, -1,  0, 1, 0},
    { 0, -1, -1,  0, 1, 1},
    { 0, -1,  1,  0, 0, 1},
};
/* clang-format on */

bool paint_knows(enum filetype type)
{
    return type == FILE_JPG || type == FILE_PNG || type == FILE_GIF || type == FILE_PDF;
}

void paint_prepare(enum filetype type)
{
    if (type == FILE_PDF)
        (void)paint_load_pdf(); /* drawing says PAINT_AWAY */
}

/* ---- paper ---- */

cairo_surface_t *paint_paper(int width, int height)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *c = cairo_create(s);

    cairo_set_source_rgb(c, 1, 1, 1);
    cairo_paint(c);
    cairo_destroy(c);
    if (cairo_surface_status(s) == CAIRO_STATUS_SUCCESS)
        return s;
    cairo_surface_destroy(s);
    return NULL;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* Turned and made to fit, never larger than it was. */
static enum paint_fault fit(cairo_surface_t *from, int turn, cairo_surface_t **ret)
{
    const double *t = turns[turn > 0 && turn < TURNS ? turn : 0];
    double w = cairo_image_surface_get_width(from), h = cairo_image_surface_get_height(from);
    double wide = turn >= 5 ? h : w, high = turn >= 5 ? w : h;
    double scale = smaller(1, smaller(PAINT_WIDTH / wide, PAINT_HEIGHT / high));
    int width = (int)(wide * scale), height = (int)(high * scale);
    cairo_surface_t *paper = paint_paper(width > 0 ? width : 1, height > 0 ? height : 1);
    cairo_matrix_t m;
    cairo_t *c;

    if (paper == NULL)
        return PAINT_LARGE;
    c = cairo_create(paper);
    cairo_matrix_init(&m, t[0], t[1], t[2], t[3], t[4] * wide, t[5] * high);
    cairo_scale(c, scale, scale);
    cairo_transform(c, &m);
    cairo_set_source_surface(c, from, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(c), CAIRO_FILTER_GOOD);
    cairo_paint(c);
    if (cairo_status(c) != CAIRO_STATUS_SUCCESS) {
        cairo_destroy(c);
        cairo_surface_destroy(paper);
        return PAINT_LARGE;
    }
    cairo_destroy(c);
    *ret = paper;
    return PAINT_GOOD;
}

/* ---- writing ---- */

static cairo_status_t take_png(void *arg, const unsigned char *p, unsigned n)
{
    struct buf *b = arg;

    buf_add_n(b, p, n);
    return buf_failed(b) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* PNG for what was drawn, JPEG for what was photographed: whichever is smaller says which it was. */
static enum paint_fault write_down(cairo_surface_t *s, bool photo, struct arena *a, struct picture *ret)
{
    struct bytes jpeg = {0};
    struct buf png;

    buf_init(&png, a, PAINT_BYTES_MAX);
    if (!photo && cairo_surface_write_to_png_stream(s, take_png, &png) == CAIRO_STATUS_SUCCESS)
        ret->content = buf_bytes(&png);
    if ((ret->content.p == NULL || ret->content.n > PNG_ENOUGH) && paint_write_jpeg(s, a, &jpeg) == 0 &&
        (ret->content.p == NULL || jpeg.n < ret->content.n)) {
        ret->content = jpeg;
        ret->jpeg = true;
    }
    ret->width = cairo_image_surface_get_width(s);
    ret->height = cairo_image_surface_get_height(s);
    return ret->content.p != NULL ? PAINT_GOOD : PAINT_LARGE;
}

/* ---- reading ---- */

static enum paint_fault read_picture(struct bytes file, enum filetype type, cairo_surface_t **ret)
{
    cairo_surface_t *whole = NULL;
    enum paint_fault fault;
    int turn = 1;

    if (type == FILE_JPG)
        fault = paint_read_jpeg(file, &whole, &turn);
    else
        fault = type == FILE_PNG ? paint_read_png(file, &whole) : paint_read_gif(file, &whole);
    if (fault == PAINT_GOOD)
        fault = fit(whole, turn, ret);
    if (whole != NULL)
        cairo_surface_destroy(whole);
    return fault;
}

void paint(int fd, enum filetype type, int page, struct arena *a, struct picture *ret)
{
    off_t size = lseek(fd, 0, SEEK_END);
    cairo_surface_t *s = NULL;
    struct bytes file;
    void *map;

    *ret = (struct picture){.fault = PAINT_BROKEN, .pages = 1};
    if (size <= 0 || !paint_knows(type))
        return;
    map = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return;
    file = (struct bytes){map, (size_t)size};
    if (type == FILE_PDF)
        ret->fault = paint_read_pdf(file, page, &s, &ret->pages);
    else
        ret->fault = page == 1 ? read_picture(file, type, &s) : PAINT_PAGE;
    if (ret->fault == PAINT_GOOD)
        ret->fault = write_down(s, type == FILE_JPG, a, ret);
    if (s != NULL)
        cairo_surface_destroy(s);
    (void)munmap(map, (size_t)size); /* what was mapped here */
}
