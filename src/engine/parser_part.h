/*
 * parser_part.h: what parser.c, parser_paint.c, parser_rows.c, mailer.c and chore.c share: the words on the pipe and how a
 * child is asked. Nobody else's.
 */
#ifndef ENGINE_PARSER_PART_H
#define ENGINE_PARSER_PART_H

#include "engine/parser.h"
#include "os/pipe.h"

#define PARSER_SEND_MS 1000

enum {
    PARSER_ACCEPT = 1, /* question: may the file come in? */
    PARSER_ANSWER,
    PARSER_FULL,
    PARSER_READY,
    PARSER_READ,    /* question: its rows */
    PARSER_ROWS,    /* a piece of them */
    PARSER_END,     /* behind the last piece: how it ended */
    PARSER_PAINT,   /* question: a page of it */
    PARSER_PICTURE, /* what became of it */
    PARSER_PIECE,   /* the bytes, in order */
    MAILER_SEND,    /* question of mailer.h: a child with one descriptor, where the message comes from */
    CHORE_ASK,      /* question of chore.h: one descriptor, where the answer goes */
};

/* The body of PARSER_PAINT. */
struct parser_picture {
    int32_t type; /* enum filetype */
    int32_t page;
};

/* One message to the parent. */
MUST_USE int parser_tell(const struct app *app, const struct pipe_msg *m);

/* Sends a question with the file; *ret_from is where the child answers, the caller's. E_BUSY when nobody takes it. */
MUST_USE int parser_ask(const struct app *app, uint16_t kind, struct bytes question, int file, int *ret_from);

/* The child's work for PARSER_READ: pieces and the end to `to`. 0, or negative when nobody listens any more. */
MUST_USE int parser_send_rows(int file, int to);

/* The child's locks and work for PARSER_PAINT. */
void parser_paint_lock(int to, enum filetype type);
MUST_USE int parser_send_picture(int file, int to, const struct parser_picture *q);

#endif
