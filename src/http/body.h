/*
 * body.h: the body of one request as it streams in: into memory, into pairs, or into temporary files, below the limits
 * that admit() gave. It answers with HTTP statuses, because that is what a refusal becomes.
 *
 * Not for: sockets, chunks (the library has taken them apart), the answer.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "http/http.h"
#include "http/multipart.h"
#include "http/upload.h"

struct body {
    struct http_req *req;
    struct http_limits limits;
    int upload_dir;
    enum { BODY_NOTHING, BODY_BYTES, BODY_PAIRS, BODY_PARTS, BODY_ONE_FILE } kind;
    struct buf bytes;   /* of BODY_BYTES, BODY_PAIRS, and the value of a part */
    int64_t pairs_left; /* bytes that values of parts may still take */
    struct multipart multipart;
    struct upload upload;
    const char *part_name, *part_filename, *part_type;
    size_t pairs_cap;
};

/*
 * Before the first byte: 0, or 413 when there is none to be or `length` (-1 unknown) is over all limits, 415 for a type
 * that the route does not take.
 */
int body_begin(struct body *b, struct http_req *r, const struct http_limits *limits, int upload_dir, int64_t length);

/* 0, or 400, 413, 500, 507; after that the rest is not wanted. */
int body_add(struct body *b, const uint8_t *p, size_t n);

/* After the last byte: fills body, form, files of the request. 0 or a status as above. */
int body_end(struct body *b);

/* Releases what is open and all files that were not kept. Of a zero struct too. */
void body_drop(struct body *b);

#endif
