/*
 * server.h: what the files of this folder share about a server. Others include http.h.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <microhttpd.h>
#include <stdatomic.h>

#include "http/body.h"
#include "http/door.h"
#include "http/http.h"
#include "http/line.h"

struct http_server {
    struct http_conf conf;
    struct http_tune tune;
    struct MHD_Daemon *daemon;
    struct door *door;
    int port;
    int64_t first_number; /* X-Request-Id of the first request */
    atomic_int suspended;
    atomic_bool stopping;

    _Atomic(uint64_t) requests, refused_by_gate, bytes_out;
    _Atomic(uint64_t) by_class[6];
    _Atomic(uint64_t) latency_us_sum[HTTP_KINDS], latency[HTTP_KINDS][HTTP_BUCKETS];
};

/* One request on its way; begins with what the layers above see. */
struct exchange {
    struct http_req req;
    struct arena out_arena; /* of req.out, which leaves copies as it grows, and of what is sent instead */
    struct http_server *server;
    struct line *line;
    struct MHD_Connection *connection;
    struct body *body; /* NULL without one */
    bool has_body;
    bool admitted; /* done() is owed */
    bool suspended;
    bool closes; /* no further request on this connection */
    int refusal; /* status found while the body came */
    int64_t begun_us, handled_us;
    uint64_t sent; /* bytes of the answer's body */
};

/* As http_start(), with other deadlines: for tests. */
MUST_USE int http_start_tuned(const struct http_conf *conf, const struct http_tune *tune, struct http_server **ret_server);

int http_upload_dir(const struct http_req *r);

/* libmicrohttpd's callbacks (exchange.c). */
enum MHD_Result exchange_step(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                              const char *data, size_t *data_n, void **place);
void exchange_completed(void *cls, struct MHD_Connection *c, void **place, enum MHD_RequestTerminationCode why);

#endif
