/*
 * paint_part.h: what paint.c shares with the readers of formats. Nobody else's.
 */
#ifndef ENGINE_PAINT_PAINT_PART_H
#define ENGINE_PAINT_PAINT_PART_H

#include <cairo.h>

#include "engine/paint/paint.h"

/* A picture as it was read: the surface is the caller's; `turn` is its EXIF orientation, 1 to 8. */
enum paint_fault paint_read_jpeg(struct bytes file, cairo_surface_t **ret, int *ret_turn);
enum paint_fault paint_read_png(struct bytes file, cairo_surface_t **ret);
enum paint_fault paint_read_gif(struct bytes file, cairo_surface_t **ret);

/* The bytes of an RGB surface as JPEG, in `a`; E_LIMIT over PAINT_BYTES_MAX. */
MUST_USE int paint_write_jpeg(cairo_surface_t *s, struct arena *a, struct bytes *ret);

/* A page on a surface that fits PAINT_WIDTH and PAINT_HEIGHT, the caller's. */
bool paint_load_pdf(void);
enum paint_fault paint_read_pdf(struct bytes file, int page, cairo_surface_t **ret, int32_t *ret_pages);

/* A white surface of ours; NULL without memory. */
cairo_surface_t *paint_paper(int width, int height);

#endif
