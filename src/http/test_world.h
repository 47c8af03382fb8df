/*
 * test_world.h: a live server on 127.0.0.1 with a few routes, and a client that sends raw bytes. For tests only.
 *
 *   GET  /              200, 22 bytes of HTML
 *   GET  /page          200, public, 4 KB of HTML
 *   GET  /private       200, private, 4 KB of HTML
 *   GET  /status/NNN    that status from the handler; 302 with a Location, 500 by saying nothing
 *   GET  /echo          method, path, query, cookies, address
 *   GET  /parked        200 from another thread, after http_suspend()
 *   GET  /twice         200 from a second handle(), after http_suspend()
 *   GET  /slow          200 after 300 ms, on the server's thread
 *   GET  /file          200, 1 MiB from a descriptor
 *   GET  /large         200, 4 MB
 *   POST /form /json /raw /file /open   body by that kind; answers what arrived; /open also takes up to 4 GiB of files
 *   POST /keep          files[0] is kept as "kept" in the upload directory
 */
#ifndef HTTP_TEST_WORLD_H
#define HTTP_TEST_WORLD_H

#include "http/server.h"

struct world {
    struct http_server *server;
    struct http_conf conf;
    char dir[64];
    int done; /* calls of done() */
};

extern const struct http_tune world_quick; /* deadlines of a fraction of a second */

/* `conf` may be NULL; its callbacks and upload_dir are filled in. Any failure is a failed test. */
void world_open(struct world *w, const struct http_conf *conf, const struct http_tune *tune);
void world_close(struct world *w);

int world_connect(const struct world *w, const char *from); /* from: "127.0.0.2", NULL for any */
void world_send(int fd, const void *p, size_t n);           /* what the peer no longer takes is dropped */
size_t world_read(int fd, char *to, size_t max);            /* until the end, 5 s at most; NUL-terminated */

/* Sends all and returns all that comes until the connection closes. The caller frees nothing: memory of the arena. */
char *world_ask(const struct world *w, struct arena *a, const char *raw);

int world_status(const char *answer); /* of the first answer, 0 for none */
const char *world_body(const char *answer);
const char *world_field(struct arena *a, const char *answer, const char *name); /* NULL for none */
size_t world_uploads(const struct world *w);                                    /* files in the upload directory */

#endif
