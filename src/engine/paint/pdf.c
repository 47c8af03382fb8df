/*
 * pdf.c: one page of a PDF by poppler, which is loaded here and nowhere else.
 */
#include <dlfcn.h>
#include <poppler.h>

#include "engine/paint/paint_part.h"

#define LIBRARY   "libpoppler-glib.so.8"
#define POINTS    100000.0 /* a side of a page that means something; PDF itself ends at 14,400 */
#define ZOOM_MOST 3.0      /* a stamp is not blown up to a poster */

/* The process's own: a library is loaded once. */
static struct {
    __typeof__(poppler_document_new_from_bytes) *open;
    __typeof__(poppler_document_get_n_pages) *count;
    __typeof__(poppler_document_get_page) *page;
    __typeof__(poppler_page_get_size) *size;
    __typeof__(poppler_page_render) *render;
} poppler;

static bool find(void *library, const char *name, void *ret)
{
    void *at = dlsym(library, name);

    memcpy(ret, &at, sizeof at);
    return at != NULL;
}

bool paint_load_pdf(void)
{
    void *library;

    if (poppler.render != NULL)
        return true;
    library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    return library != NULL && find(library, "poppler_document_new_from_bytes", &poppler.open) &&
           find(library, "poppler_document_get_n_pages", &poppler.count) &&
           find(library, "poppler_document_get_page", &poppler.page) && find(library, "poppler_page_get_size", &poppler.size) &&
           find(library, "poppler_page_render", &poppler.render);
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static enum paint_fault draw(PopplerPage *page, cairo_surface_t **ret)
{
    double w = 0, h = 0, zoom;
    cairo_surface_t *paper;
    cairo_t *c;
    bool good;

    poppler.size(page, &w, &h);
    if (!(w > 0 && h > 0 && w < POINTS && h < POINTS))
        return PAINT_BROKEN;
    zoom = smaller(ZOOM_MOST, smaller(PAINT_WIDTH / w, PAINT_HEIGHT / h));
    paper = paint_paper((int)smaller(PAINT_WIDTH, w * zoom + 0.99), (int)smaller(PAINT_HEIGHT, h * zoom + 0.99));
    if (paper == NULL)
        return PAINT_LARGE;
    c = cairo_create(paper);
    cairo_scale(c, zoom, zoom);
    poppler.render(page, c);
    good = cairo_status(c) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(c);
    if (good)
        *ret = paper;
    else
        cairo_surface_destroy(paper);
    return good ? PAINT_GOOD : PAINT_BROKEN;
}

static enum paint_fault draw_numbered(PopplerDocument *d, int page, cairo_surface_t **ret, int32_t *ret_pages)
{
    enum paint_fault fault;
    PopplerPage *p;

    *ret_pages = poppler.count(d);
    if (*ret_pages < 1)
        return PAINT_BROKEN;
    if (page < 1 || page > *ret_pages || page > PAINT_PAGES)
        return PAINT_PAGE;
    p = poppler.page(d, page - 1);
    if (p == NULL)
        return PAINT_BROKEN;
    fault = draw(p, ret);
    g_object_unref(p);
    return fault;
}

enum paint_fault paint_read_pdf(struct bytes file, int page, cairo_surface_t **ret, int32_t *ret_pages)
{
    GError *error = NULL;
    PopplerDocument *d;
    enum paint_fault fault;
    GBytes *bytes;

    if (!paint_load_pdf())
        return PAINT_AWAY;
    bytes = g_bytes_new_static(file.p, file.n);
    d = poppler.open(bytes, NULL, &error);
    if (d != NULL) {
        fault = draw_numbered(d, page, ret, ret_pages);
        g_object_unref(d);
    } else {
        fault = error != NULL && error->code == POPPLER_ERROR_ENCRYPTED ? PAINT_LOCKED : PAINT_BROKEN;
        g_clear_error(&error);
    }
    g_bytes_unref(bytes);
    return fault;
}
