/*
 * paint.h: a stranger's picture, or a page of a stranger's PDF, drawn anew as a small picture of ours (docs/decisions/0018).
 *
 * What comes out holds pixels and nothing else: no place, no camera, no script. A photo is turned the way its camera says. All
 * of it happens in the locked-up painter (parser.h); the server never decodes a stranger's picture.
 *
 * poppler is loaded when it is first needed and only there: the server starts without it, and works without it but for PDF.
 *
 * Not for: whether a file may come in (filetype.h), who may see it, keeping what was drawn (preview.h).
 */
#ifndef ENGINE_PAINT_PAINT_H
#define ENGINE_PAINT_PAINT_H

#include "base/buf.h"
#include "engine/filetype/filetype.h"

#define PAINT_WIDTH     1200 /* pixels at most: what a desk shows, sharp on a phone */
#define PAINT_HEIGHT    1700
#define PAINT_BYTES_MAX ((size_t)3 * MB)
#define PAINT_PAGES     20 /* the first of a PDF; who needs more takes the file */

enum paint_fault {
    PAINT_GOOD,
    PAINT_BROKEN, /* cannot be drawn, or the painter died of it */
    PAINT_LOCKED, /* a PDF with a password */
    PAINT_LARGE,  /* more memory than the painter has */
    PAINT_PAGE,   /* no such page among the first PAINT_PAGES */
    PAINT_AWAY,   /* poppler is not installed */
    PAINT_BUSY,   /* too many at once: later */
    PAINT_FAULT_COUNT,
};

struct picture {
    enum paint_fault fault;
    int32_t width, height;
    int32_t pages; /* of the whole PDF; 1 for pictures */
    bool jpeg;     /* else PNG */
    struct bytes content;
};

/* Can files of that type be drawn? */
bool paint_knows(enum filetype type);

/* Before the locks are put on: loads what may not be loaded behind them. */
void paint_prepare(enum filetype type);

/* `page` from 1. What goes wrong is ret->fault. Maps the file; its position is not used. Content in `a`. */
void paint(int fd, enum filetype type, int page, struct arena *a, struct picture *ret);

#endif
