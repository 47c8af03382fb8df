/*
 * upload.h: one body or part that goes to a temporary file while its SHA-256 runs (security.md F2, F8).
 *
 * Files are called up-... with mode 0600 below conf.upload_dir. They go when the request ends; what a crash leaves
 * behind goes with http_sweep().
 */
#ifndef HTTP_UPLOAD_H
#define HTTP_UPLOAD_H

#include "base/hash.h"
#include "http/http.h"

struct upload {
    int dir;
    struct http_file file;
    struct hash hash;
    int64_t max;
};

/* E_FULL or E_STORAGE. `field`, `filename`, `type` are kept, not copied; `name` of the file is made in the arena. */
MUST_USE int upload_begin(struct upload *u, struct arena *a, int dir, int64_t max);

/* E_LIMIT over max, E_FULL, E_STORAGE. */
MUST_USE int upload_add(struct upload *u, const uint8_t *p, size_t n);

/* Ends the hash and hands the file over; the struct is empty then. */
MUST_USE int upload_end(struct upload *u, struct http_file *ret);

/* Of one that was begun and not ended, or is zero. */
void upload_drop(struct upload *u);

/* Closes and removes a file that nobody kept. */
void upload_release(int dir, struct http_file *f);

#endif
