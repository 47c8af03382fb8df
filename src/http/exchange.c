/*
 * exchange.c: the life of one request between libmicrohttpd's callbacks and those of the layer above.
 *
 * libmicrohttpd takes an answer only before the first byte of a body or after its last. A refusal in between cuts the
 * body short (line_cut()) and is answered at its end, which then comes at once.
 */
#include <strings.h>

#include "base/log.h"
#include "base/text.h"
#include "http/answer.h"
#include "http/cookie.h"
#include "http/server.h"
#include "http/spare.h"
#include "http/target.h"
#include "os/os.h"

#define ARENA_MAX ((size_t)8 * MB)
#define OUT_MAX   ((size_t)4 * MB)
#define OUT_FIRST ((size_t)6 * KB)

/* clang-format off */
static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",       [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
};

const int64_t http_bucket_us[HTTP_BUCKETS - 1] = {1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000, 5000000};
/* clang-format on */

static uint64_t count(_Atomic(uint64_t) *counter, uint64_t n)
{
    return atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/* ---- answering ---- */

static void count_answer(const struct exchange *x)
{
    struct http_server *s = x->server;
    uint64_t took = (uint64_t)(os_monotonic_us() - x->handled_us);
    size_t kind = (size_t)x->req.kind, i = 0;

    count(&s->by_class[x->req.status / 100 % 6], 1);
    if (x->handled_us == 0)
        return;
    BUG_IF(kind >= HTTP_KINDS);
    while (i < ARRAY_LEN(http_bucket_us) && took > (uint64_t)http_bucket_us[i])
        i++;
    count(&s->latency[kind][i], 1);
    count(&s->latency_us_sum[kind], took);
}

/* What the handler left decides; a handler that says nothing, or too much, is our fault. */
static void settle(struct exchange *x)
{
    struct http_req *r = &x->req;

    if (arena_over(&r->arena))
        answer_error(x, 503);
    else if (r->status < 200 || r->status > 599 || buf_failed(&r->out) < 0)
        answer_error(x, 500);
}

static enum MHD_Result answer(struct exchange *x)
{
    struct MHD_Response *m;
    enum MHD_Result good;

    settle(x);
    x->closes |= atomic_load_explicit(&x->server->stopping, memory_order_relaxed);
    m = answer_make(x, &x->sent);
    count_answer(x);
    line_set_phase(x->line, LINE_ANSWER);
    good = MHD_queue_response(x->connection, (unsigned int)x->req.status, m);
    MHD_destroy_response(m);
    return good;
}

static enum MHD_Result refuse(struct exchange *x, int status)
{
    answer_error(x, status);
    return answer(x);
}

/* A refusal that leaves a body unread: the connection ends with it. */
static enum MHD_Result refuse_early(struct exchange *x, int status)
{
    if (x->has_body) {
        x->closes = true;
        x->line->ended = true;
        x->line->linger = true;
    }
    return refuse(x, status);
}

/* ---- the head ---- */

static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct http_pairs *h = cls;

    (void)kind; /* only fields are asked for */
    h->v[h->n++] = (struct http_pair){.name = name, .value = value == NULL ? "" : value};
    return MHD_YES;
}

static size_t times(const struct http_pairs *h, const char *name, const char **ret_value)
{
    size_t n = 0;

    for (size_t i = 0; i < h->n; i++) {
        if (strcasecmp(h->v[i].name, name) == 0) {
            n++;
            *ret_value = h->v[i].value;
        }
    }
    return n;
}

/* The second look that design D3 asks for: the library's view of framing and Host, whatever the gate thought. */
static int check_framing(struct exchange *x, int64_t *ret_length)
{
    const struct http_pairs *h = &x->req.headers;
    const char *length = NULL, *coding = NULL, *host = NULL;
    size_t lengths = times(h, "content-length", &length), codings = times(h, "transfer-encoding", &coding);

    if (times(h, "host", &host) != 1 || lengths + codings > 1)
        return 400;
    *ret_length = codings > 0 ? -1 : 0;
    if (lengths > 0 && (strspn(length, "0123456789") != strlen(length) || strlen(length) > 18 || *length == '\0'))
        return 400;
    if (lengths > 0)
        *ret_length = strtoll(length, NULL, 10);
    x->has_body = *ret_length != 0;
    x->req.host = host;
    for (size_t i = 0; i < h->n; i++) {
        if (!text_is_utf8(h->v[i].value, strlen(h->v[i].value)))
            return 400;
    }
    return 0;
}

static void find_client(struct exchange *x)
{
    struct http_req *r = &x->req;
    struct address a = x->line->address;
    const char *proto = http_header(r, "x-forwarded-proto");
    struct buf all;

    r->address = x->line->address_text;
    if (x->line->trusted) {
        buf_init(&all, &r->arena, GATE_HEAD_MAX);
        for (size_t i = 0; i < r->headers.n; i++) {
            if (strcasecmp(r->headers.v[i].name, "x-forwarded-for") == 0)
                buf_printf(&all, "%s%s", all.n > 0 ? "," : "", r->headers.v[i].value);
        }
        a = address_forwarded(&a, all.s, x->server->conf.proxies);
        r->tls = proto != NULL && strcasecmp(proto, "https") == 0;
        r->address = address_text(&r->arena, &a);
    }
}

static enum http_method method_of(const char *name)
{
    enum http_method m = HTTP_GET;

    while (m < HTTP_METHOD_COUNT && strcmp(method_names[m], name) != 0)
        m++;
    return m;
}

static struct exchange *exchange_new(struct http_server *s, struct MHD_Connection *c, struct line *l)
{
    struct exchange *x;
    struct arena a;

    a = spare_take(ARENA_MAX);
    x = arena_new(&a, struct exchange);
    x->req.arena = a;
    x->server = s;
    x->connection = c;
    x->line = l;
    x->begun_us = os_monotonic_us();
    x->req.file_fd = -1;
    x->req.type = "text/html; charset=utf-8";
    x->req.path = x->req.target = "";
    x->req.host = "";
    x->req.received = os_now();
    x->req.number = s->first_number + (int64_t)count(&s->requests, 1);
    x->req.server = x;
    x->out_arena = spare_take(4 * OUT_MAX);
    buf_init(&x->req.out, &x->out_arena, OUT_MAX);
    (void)buf_room(&x->req.out, OUT_FIRST); /* a small page without growing */
    l->started++;
    return x;
}

/* 0, or the status of a head that says something impossible. */
static int read_head(struct exchange *x, const char *url, const char *method, int64_t *ret_length)
{
    struct http_req *r = &x->req;
    int n = MHD_get_connection_values(x->connection, MHD_HEADER_KIND, NULL, NULL), status;
    struct target t;
    const char *cookie;

    r->method = method_of(method);
    r->headers.v = arena_array(&r->arena, (size_t)n + 1, struct http_pair);
    (void)MHD_get_connection_values(x->connection, MHD_HEADER_KIND, add_header, &r->headers); /* n, as just counted */
    find_client(x);
    status = check_framing(x, ret_length);
    cookie = status == 0 ? http_header(r, "cookie") : NULL;
    if (cookie != NULL)
        r->cookies = cookie_parse(&r->arena, cookie); /* the language of a refusal, too */
    if (status != 0 || r->method == HTTP_METHOD_COUNT)
        return status != 0 ? status : 501;
    if (target_parse(&r->arena, url, &t) < 0)
        return 400;

    r->path = t.path;
    r->target = t.whole;
    r->query = t.query;
    return 0;
}

/* The gate refused a head: its stand-in request. */
static enum MHD_Result answer_refused(struct exchange *x)
{
    int status = line_refusal(x->line);
    struct http_req *r = &x->req;

    count(&x->server->refused_by_gate, 1);
    x->closes = true;
    r->method = HTTP_GET;
    r->address = x->line->address_text;
    if (status == 405)
        http_answer_header(r, "Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    return refuse(x, status == 0 ? 400 : status);
}

static enum MHD_Result begin(struct exchange *x, const char *url, const char *method)
{
    const struct http_conf *conf = &x->server->conf;
    struct http_limits limits = {0};
    int64_t length = 0;
    int status;

    if (strcmp(method, GATE_METHOD) == 0)
        return answer_refused(x);
    status = read_head(x, url, method, &length);
    if (status != 0)
        return refuse_early(x, status);
    x->admitted = true;
    status = conf->admit(conf->ctx, &x->req, &limits);
    if (status != 0 && x->req.out.n == 0)
        return refuse_early(x, status);
    if (status != 0) {
        x->req.status = status;
        x->closes |= x->has_body;
        x->line->ended |= x->has_body;
        x->line->linger |= x->has_body;
        return answer(x);
    }
    if (x->has_body) {
        x->body = arena_new(&x->req.arena, struct body);
        status = body_begin(x->body, &x->req, &limits, conf->upload_dir, length);
    }
    if (status != 0)
        return refuse_early(x, status);
    line_set_phase(x->line, x->has_body ? LINE_BODY : LINE_BUSY);
    return MHD_YES;
}

/* ---- the body, the handler ---- */

static void take_body(struct exchange *x, const char *data, size_t n)
{
    if (x->refusal != 0)
        return;
    x->refusal = body_add(x->body, (const uint8_t *)data, n);
    if (x->refusal == 0)
        return;
    x->closes = true;
    line_cut(x->line);
}

static enum MHD_Result handle(struct exchange *x)
{
    const struct http_conf *conf = &x->server->conf;

    if (x->refusal == 0 && x->has_body)
        x->refusal = line_refusal(x->line); /* a bad chunk: the gate ended the body */
    if (x->refusal != 0) {
        x->closes = true;
        return refuse(x, x->refusal);
    }
    x->refusal = x->has_body ? body_end(x->body) : 0;
    if (x->refusal != 0)
        return refuse(x, x->refusal);

    line_set_phase(x->line, LINE_BUSY);
    x->handled_us = os_monotonic_us();
    conf->handle(conf->ctx, &x->req);
    return MHD_YES;
}

static enum MHD_Result resumed(struct exchange *x)
{
    x->suspended = false;
    if (x->req.status == 0)
        x->server->conf.handle(x->server->conf.ctx, &x->req);
    return x->suspended ? MHD_YES : answer(x);
}

enum MHD_Result exchange_step(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                              const char *data, size_t *data_n, void **place)
{
    struct exchange *x = *place;
    enum MHD_Result good;

    (void)version; /* the gate let only 1.0 and 1.1 through */
    if (x == NULL) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

        if (info == NULL || info->socket_context == NULL)
            return MHD_NO;
        x = exchange_new(cls, c, info->socket_context);
        *place = x;
        return begin(x, url, method);
    }
    if (*data_n > 0) {
        take_body(x, data, *data_n);
        *data_n = 0;
        return MHD_YES;
    }
    if (x->handled_us != 0)
        return resumed(x);
    x->suspended = false;
    good = handle(x);
    if (x->handled_us == 0 || x->suspended)
        return good;
    return answer(x);
}

/* ---- the end ---- */

static void log_request(const struct exchange *x)
{
    const struct http_req *r = &x->req;
    const char *path = text_starts(r->path, HTTP_SECRET_BELOW) ? HTTP_SECRET_BELOW : r->path;
    const char *method = r->method < HTTP_METHOD_COUNT ? method_names[r->method] : "-";
    int64_t ms = (os_monotonic_us() - x->begun_us) / 1000;

    if (r->no_log || !log_wants(LEVEL_INFO))
        return;
    log_record(LEVEL_INFO, "http.request", LOG_TEXT("method", method), LOG_TEXT("path", path), LOG_INT("status", r->status),
               LOG_INT("bytes", (int64_t)x->sent), LOG_INT("ms", ms), LOG_INT("id", r->number));
}

void exchange_completed(void *cls, struct MHD_Connection *c, void **place, enum MHD_RequestTerminationCode why)
{
    struct exchange *x = *place;
    struct http_server *s = cls;
    struct arena a;
    struct line *l;

    (void)c;
    (void)why; /* the log line shows what was answered; who hung up is nobody's fault */
    if (x == NULL)
        return;
    *place = NULL;
    l = x->line;
    count(&s->bytes_out, x->sent);
    log_request(x);
    if (x->admitted && s->conf.done != NULL)
        s->conf.done(s->conf.ctx, &x->req);
    if (x->body != NULL)
        body_drop(x->body);
    os_close(&x->req.file_fd);
    spare_give(&x->out_arena);
    a = x->req.arena; /* x itself lies in it */
    spare_give(&a);
    line_next(l);
}

/* ---- waiting ---- */

void http_suspend(struct http_req *r)
{
    struct exchange *x = r->server;

    BUG_IF(x->suspended);
    x->suspended = true;
    atomic_fetch_add(&x->server->suspended, 1);
    MHD_suspend_connection(x->connection);
}

void http_resume(struct http_req *r)
{
    struct exchange *x = r->server;
    struct http_server *s = x->server;
    struct MHD_Connection *c = x->connection;

    MHD_resume_connection(c); /* from here on the request is its server thread's */
    atomic_fetch_sub(&s->suspended, 1);
}

int http_upload_dir(const struct http_req *r)
{
    const struct exchange *x = r->server;

    return x->server->conf.upload_dir;
}
