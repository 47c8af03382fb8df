/*
 * parser_paint.c: a page drawn by a child and handed over: first what became of it, then the bytes in pieces.
 *
 * The server takes from the child numbers within bounds and bytes that begin as what they are said to be; it never decodes
 * them. Not for: drawing (engine/paint).
 */
#include <string.h>

#include "engine/app.h"
#include "engine/parser_part.h"
#include "os/sandbox.h"

#define PIECE     ((size_t)512 * KB)
#define ARENA_MAX (PAINT_BYTES_MAX + (size_t)8 * MB)

struct head {
    int32_t fault, width, height, pages;
    bool jpeg;
    uint64_t n;
};

/* ---- the child ---- */

void parser_paint_lock(int to, enum filetype type)
{
    paint_prepare(type);
    (void)sandbox_enter(&(struct sandbox_conf){.role = SANDBOX_PAINTER, .fds = &to, .n_fds = 1});
}

int parser_send_picture(int file, int to, const struct parser_picture *q)
{
    struct picture p;
    struct head head;
    struct arena a;
    size_t at;
    int result;

    arena_init(&a, ARENA_MAX);
    paint(file, (enum filetype)q->type, q->page, &a, &p);
    head = (struct head){.fault = (int32_t)p.fault,
                         .width = p.width,
                         .height = p.height,
                         .pages = p.pages,
                         .jpeg = p.jpeg,
                         .n = p.fault == PAINT_GOOD ? p.content.n : 0};
    result = pipe_send(to, &(struct pipe_msg){.kind = PARSER_PICTURE, .body = {(const uint8_t *)&head, sizeof head}},
                       PARSER_SEND_MS);
    for (at = 0; result == 0 && at < head.n; at += PIECE) {
        size_t n = head.n - at < PIECE ? head.n - at : PIECE;

        result = pipe_send(to, &(struct pipe_msg){.kind = PARSER_PIECE, .body = {p.content.p + at, n}}, PARSER_SEND_MS);
    }
    arena_finish(&a);
    return result;
}

/* ---- the server ---- */

static bool makes_sense(const struct head *h)
{
    if (h->fault < 0 || h->fault >= PAINT_FAULT_COUNT || h->pages < 0)
        return false;
    if (h->fault != PAINT_GOOD)
        return h->n == 0;
    return h->width > 0 && h->width <= PAINT_WIDTH && h->height > 0 && h->height <= PAINT_HEIGHT && h->n > 0 &&
           h->n <= PAINT_BYTES_MAX;
}

static bool begins_so(struct bytes b, bool jpeg)
{
    return jpeg ? b.n > 3 && memcmp(b.p, "\xff\xd8\xff", 3) == 0 : b.n > 8 && memcmp(b.p, "\x89PNG\r\n\x1a\n", 8) == 0;
}

/* The bytes announced, put together in `a`; false when they do not come. */
static bool take_content(int from, size_t n, struct arena *a, struct bytes *ret)
{
    const struct pipe_want want = {.body_max = PIECE, .timeout_ms = PARSER_DEADLINE_MS};
    uint8_t *all = arena_alloc(a, n);
    size_t at = 0;
    struct arena own;
    struct pipe_msg m;

    arena_init(&own, 2 * PIECE);
    while (at < n && pipe_receive(from, &want, &own, &m) > 0 && m.kind == PARSER_PIECE && m.body.n > 0 && m.body.n <= n - at) {
        memcpy(all + at, m.body.p, m.body.n);
        at += m.body.n;
        arena_reset(&own);
    }
    arena_finish(&own);
    *ret = (struct bytes){all, n};
    return at == n;
}

/* PAINT_BROKEN stays when the child says nothing, or nothing that makes sense. */
static void take_picture(int from, struct arena *a, struct picture *ret)
{
    const struct pipe_want want = {.body_max = sizeof(struct head), .timeout_ms = PARSER_DEADLINE_MS};
    struct bytes content = {0};
    struct pipe_msg m;
    struct head head;

    if (pipe_receive(from, &want, a, &m) <= 0)
        return;
    if (m.kind == PARSER_FULL)
        ret->fault = PAINT_BUSY;
    if (m.kind != PARSER_PICTURE || m.body.n != sizeof head)
        return;
    memcpy(&head, m.body.p, sizeof head);
    if (!makes_sense(&head))
        return;
    if (head.fault == PAINT_GOOD && (!take_content(from, head.n, a, &content) || !begins_so(content, head.jpeg)))
        return;
    *ret = (struct picture){.fault = (enum paint_fault)head.fault,
                            .width = head.width,
                            .height = head.height,
                            .pages = head.pages,
                            .jpeg = head.jpeg,
                            .content = content};
}

void parser_paint(const struct app *app, int fd, enum filetype type, int page, struct arena *a, struct picture *ret)
{
    const struct parser_picture q = {.type = (int32_t)type, .page = page};
    int from;

    if (app->parser <= 0) {
        paint(fd, type, page, a, ret);
        return;
    }
    *ret = (struct picture){.fault = PAINT_BUSY};
    if (parser_ask(app, PARSER_PAINT, (struct bytes){(const uint8_t *)&q, sizeof q}, fd, &from) < 0)
        return;
    ret->fault = PAINT_BROKEN;
    take_picture(from, a, ret);
    os_close(&from);
}
