/*
 * gate.h: which bytes of a connection may go on to the HTTP library (security.md W6, design D3).
 *
 * A strict state machine for one direction of one connection: head, body framing, next head, for ever. It sees every
 * raw byte exactly once, cut anywhere, and says how many may pass. Only whole units pass: a head, a line with a chunk
 * size, the end of a chunk; so what a refused unit began is never seen behind it. Bytes of a body pass at once.
 *
 * It knows nothing of sockets (line.h does), of paths and fields' meaning (target.h), of limits a route sets (body.h).
 */
#ifndef HTTP_GATE_H
#define HTTP_GATE_H

#include "base/base.h"
#include "http/http.h"

#define GATE_HEAD_MAX    ((size_t)16 * KB)  /* request line and fields; 431 */
#define GATE_TARGET_MAX  ((size_t)8 * KB)   /* 414 */
#define GATE_FIELDS_MAX  100                /* 431 */
#define GATE_COOKIES_MAX 32                 /* in the one Cookie field; 431 */
#define GATE_COOKIE_MAX  ((size_t)4 * KB)   /* bytes of it; 431 */
#define GATE_LENGTH_MAX  ((int64_t)1 << 40) /* of a body or a chunk; 413 */
#define GATE_NOTE_MAX    64                 /* bytes of extension of a chunk; 400 */
#define GATE_NOTES_MAX   1024               /* of all extensions of a body; 400 */
#define GATE_VALUE_MAX   264                /* of the fields that the gate itself reads */

/*
 * The first '?' of a target is handed on as this byte, which no client can send (it is refused), so that the library
 * does not split, count and store query arguments by its own rules. target.h puts it back.
 */
#define GATE_QUERY_MARK '#'

/* The method of the request that stands in for a refused head. No client can send it: unknown methods are refused. */
#define GATE_METHOD "GATE"

struct gate {
    int status;     /* 0, or the status of the refusal; then no byte passes any more */
    uint64_t heads; /* heads that passed */
    int64_t left;   /* bytes of body or chunk that are still to come */
    bool has_body;  /* of the head that passed last */
    bool chunked;

    /* Private. */
    uint8_t at; /* state */
    bool unit_done, begun, blank, old_version, absolute, has_host, has_length, has_coding, has_cookie, expects;
    uint8_t field; /* which of the fields that the gate reads, or none */
    uint8_t digits;
    int fields, cookies;
    size_t head_n, target_n, name_n, value_n, note_n, notes_n, authority_n, cookie_n;
    int64_t length;
    char name[20];
    char value[GATE_VALUE_MAX];
    char authority[GATE_VALUE_MAX]; /* of an absolute target */
    const char *const *hosts;
};

/* Caller owns the struct. `hosts`: names that Host may have, NULL-terminated and living as long; NULL for any. */
void gate_init(struct gate *g, const char *const *hosts);

/*
 * Runs over n bytes and returns how many of them may pass; the rest belongs to a unit that is still open and is to be
 * kept, not fed again. After the end of a unit the bytes kept before and the returned ones go on together; 0 means that
 * the open unit goes on. Writes GATE_QUERY_MARK in place. When g->status turns positive, what is kept or follows the
 * returned bytes is to be thrown away, and gate_closing() goes on in its place.
 */
size_t gate_feed(struct gate *g, uint8_t *p, size_t n);

/*
 * What brings the reader behind the gate to a clean end after a refusal or gate_cut(): a stand-in request when a head was
 * refused, the end of the body when it was a chunk. Static memory.
 */
struct bytes gate_closing(const struct gate *g);

/* Between requests or inside a head: not yet anything that a handler has seen. */
bool gate_in_head(const struct gate *g);

/* Inside a head of which a byte has come. */
bool gate_begun(const struct gate *g);

/* From outside: a late head (408), no room (503). Only when gate_in_head(). */
void gate_refuse(struct gate *g, int status);

#endif
