/*
 * multipart.h: multipart/form-data as it streams in (RFC 7578), strict and with ceilings.
 *
 * Pure: bytes in, calls out; it stores only one part's head and never a file. Strict means: no preamble, no epilogue
 * but one line end, CRLF only, one Content-Disposition a part, every name quoted.
 *
 * Not for: where files go (upload.h), which fields a form has.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "http/http.h"

#define MULTIPART_BOUNDARY_MAX 70 /* RFC 2046 */
#define MULTIPART_LINE_MAX     ((size_t)2 * KB)
#define MULTIPART_LINES_MAX    8
#define MULTIPART_PARTS_MAX    1000

struct multipart_part {
    const char *name;     /* valid UTF-8; lives until end() of this part */
    const char *filename; /* NULL for a plain field; as sent, cut to the part after the last / or \ */
    const char *type;     /* "" when none was sent */
};

/* Each returns 0 or a negative result, which multipart_feed() passes on. */
struct multipart_sink {
    int (*begin)(void *ctx, const struct multipart_part *part);
    int (*data)(void *ctx, const uint8_t *p, size_t n);
    int (*end)(void *ctx);
    void *ctx;
};

struct multipart {
    struct multipart_sink sink;
    struct arena *arena; /* names, file names and types go here */
    uint8_t at;
    char delimiter[4 + MULTIPART_BOUNDARY_MAX + 1]; /* CR LF - - boundary */
    size_t delimiter_n, matched;
    char line[MULTIPART_LINE_MAX + 1];
    size_t line_n;
    int lines, parts;
    struct multipart_part part;
    bool has_type, fresh;
};

/*
 * The boundary of a Content-Type "multipart/form-data; boundary=...", quoted or not. E_FORMAT when there is none, it is
 * longer than 70 or holds other bytes than RFC 2046 allows.
 */
MUST_USE int multipart_boundary(struct arena *a, const char *content_type, const char **ret);

/* Caller owns the struct. */
void multipart_init(struct multipart *m, struct arena *a, const char *boundary, const struct multipart_sink *sink);

/* E_FORMAT for what breaks the rules, E_LIMIT for a ceiling, else what the sink said. After a failure it is over. */
MUST_USE int multipart_feed(struct multipart *m, const uint8_t *p, size_t n);

/* After the last byte: E_FORMAT when the closing boundary has not come. */
MUST_USE int multipart_end(const struct multipart *m);

#endif
