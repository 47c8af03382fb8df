/*
 * picture.c: PNG by cairo, and the first picture of a GIF by giflib.
 */
#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

#include "engine/paint/paint_part.h"

/* ---- bytes in memory as both libraries ask for them ---- */

struct source {
    struct bytes file;
    size_t at;
};

static size_t take(struct source *s, void *to, size_t n)
{
    size_t left = s->file.n - s->at;

    n = n < left ? n : left;
    memcpy(to, s->file.p + s->at, n);
    s->at += n;
    return n;
}

/* ---- PNG ---- */

static cairo_status_t give_png(void *arg, unsigned char *p, unsigned n)
{
    return take(arg, p, n) == n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_READ_ERROR;
}

enum paint_fault paint_read_png(struct bytes file, cairo_surface_t **ret)
{
    struct source s = {.file = file};
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(give_png, &s);
    cairo_status_t status = cairo_surface_status(surface);

    if (status == CAIRO_STATUS_SUCCESS) {
        *ret = surface;
        return PAINT_GOOD;
    }
    cairo_surface_destroy(surface);
    return status == CAIRO_STATUS_NO_MEMORY ? PAINT_LARGE : PAINT_BROKEN;
}

/* ---- GIF ---- */

static const int interlaced_from[] = {0, 4, 2, 1}, interlaced_step[] = {8, 8, 4, 2};

struct gif {
    GifFileType *file;
    cairo_surface_t *surface;
    GifPixelType *line;
    int transparent;
};

static int give_gif(GifFileType *f, GifByteType *to, int n)
{
    return n > 0 ? (int)take(f->UserData, to, (size_t)n) : 0;
}

static uint32_t colour_of(const ColorMapObject *map, GifPixelType index)
{
    const GifColorType *c;

    if (map == NULL || index >= map->ColorCount)
        return 0xff000000u;
    c = &map->Colors[index];
    return 0xff000000u | (uint32_t)c->Red << 16 | (uint32_t)c->Green << 8 | (uint32_t)c->Blue;
}

static bool draw_line(struct gif *g, int y)
{
    const GifImageDesc *d = &g->file->Image;
    const ColorMapObject *map = d->ColorMap != NULL ? d->ColorMap : g->file->SColorMap;
    uint32_t *row;
    int x;

    if (DGifGetLine(g->file, g->line, d->Width) == GIF_ERROR)
        return false;
    row = (uint32_t *)(void *)(cairo_image_surface_get_data(g->surface) +
                               (size_t)cairo_image_surface_get_stride(g->surface) * (size_t)(d->Top + y));
    for (x = 0; x < d->Width; x++)
        row[d->Left + x] = g->line[x] == g->transparent ? 0 : colour_of(map, g->line[x]);
    return true;
}

static enum paint_fault draw_image(struct gif *g)
{
    const GifImageDesc *d;
    int pass, y;

    if (DGifGetImageDesc(g->file) == GIF_ERROR)
        return PAINT_BROKEN;
    d = &g->file->Image;
    if (d->Width <= 0 || d->Height <= 0 || d->Left < 0 || d->Top < 0 || d->Left + d->Width > g->file->SWidth ||
        d->Top + d->Height > g->file->SHeight)
        return PAINT_BROKEN;
    g->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, g->file->SWidth, g->file->SHeight);
    g->line = malloc((size_t)d->Width);
    if (cairo_surface_status(g->surface) != CAIRO_STATUS_SUCCESS || g->line == NULL)
        return PAINT_LARGE;
    cairo_surface_flush(g->surface);
    for (pass = 0; pass < (d->Interlace ? 4 : 1); pass++)
        for (y = d->Interlace ? interlaced_from[pass] : 0; y < d->Height; y += d->Interlace ? interlaced_step[pass] : 1)
            if (!draw_line(g, y))
                return PAINT_BROKEN;
    cairo_surface_mark_dirty(g->surface);
    return PAINT_GOOD;
}

/* What stands before the first picture: which colour is none. */
static bool skip_extension(struct gif *g)
{
    GraphicsControlBlock control;
    GifByteType *block;
    int code;

    if (DGifGetExtension(g->file, &code, &block) == GIF_ERROR)
        return false;
    if (code == GRAPHICS_EXT_FUNC_CODE && block != NULL && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
        g->transparent = control.TransparentColor;
    while (block != NULL)
        if (DGifGetExtensionNext(g->file, &block) == GIF_ERROR)
            return false;
    return true;
}

static enum paint_fault draw_first(struct gif *g)
{
    GifRecordType record;

    while (DGifGetRecordType(g->file, &record) == GIF_OK) {
        if (record == IMAGE_DESC_RECORD_TYPE)
            return draw_image(g);
        if (record != EXTENSION_RECORD_TYPE || !skip_extension(g))
            break;
    }
    return PAINT_BROKEN;
}

enum paint_fault paint_read_gif(struct bytes file, cairo_surface_t **ret)
{
    struct source s = {.file = file};
    struct gif g = {.file = DGifOpen(&s, give_gif, NULL), .transparent = NO_TRANSPARENT_COLOR};
    enum paint_fault fault;

    if (g.file == NULL)
        return PAINT_BROKEN;
    fault = draw_first(&g);
    free(g.line);
    (void)DGifCloseFile(g.file, NULL); /* it was only read */
    if (fault == PAINT_GOOD)
        *ret = g.surface;
    else if (g.surface != NULL)
        cairo_surface_destroy(g.surface);
    return fault;
}
