/*
 * http.h: the web server as the rest of Terang sees it. Behind it stands libmicrohttpd (design D2), in front of that
 * the gate (gate.h), which lets only well-formed heads through.
 *
 * Life of a request, on one of the server's threads unless said otherwise:
 *   admit()   the head is complete and checked; the callee says how much body may come and in which form, or answers.
 *   handle()  the body is complete: the callee fills the answer, or suspends and somebody resumes later.
 *   done()    the answer has gone or the connection broke; last moment before the request's memory goes.
 *
 * Not for: routes, permissions, sessions, HTML.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_METHOD_COUNT,
};

/* Which body a route takes. Anything else is 415; a body where none is taken is 413. */
enum http_body {
    HTTP_BODY_NONE,
    HTTP_BODY_FORM, /* application/x-www-form-urlencoded or multipart/form-data */
    HTTP_BODY_JSON, /* application/json, application/merge-patch+json: bytes in `body` */
    HTTP_BODY_RAW,  /* any type: bytes in `body`, at most 1 MiB */
    HTTP_BODY_FILE, /* any type: streamed to one temporary file, files[0] */
};

enum http_cache {
    HTTP_CACHE_PRIVATE,   /* no-store: everything behind login, personal data; the default */
    HTTP_CACHE_PUBLIC,    /* public pages: max-age=60, revalidated by ETag */
    HTTP_CACHE_BRIEF,     /* max-age=5: checkpoints */
    HTTP_CACHE_IMMUTABLE, /* one year, immutable: tiles, assets with a hash in their address */
};

struct http_pair {
    const char *name;
    const char *value;
};

struct http_pairs {
    struct http_pair *v;
    size_t n;
};

/* An uploaded file, streamed to disk while its SHA-256 ran. Removed by done() unless http_file_keep() took it. */
struct http_file {
    const char *field;    /* name of the form field */
    const char *filename; /* as sent, cut to the part after the last / or \, valid UTF-8 */
    const char *type;     /* as sent */
    int64_t size;
    uint8_t sha256[32];
    int fd;                /* readable, at its beginning; closed with the request */
    const char *temporary; /* name below the upload directory */
};

struct http_limits {
    enum http_body body;
    int64_t body_max; /* bytes of form or JSON, files not counted */
    int64_t file_max; /* bytes a file; 0 = no files */
    int files_max;
};

/* Parts of addresses below it are secrets: logs show none of them (security.md A9). */
#define HTTP_SECRET_BELOW "/kal/"

struct http_req {
    struct arena arena; /* 8 MiB soft ceiling */
    enum http_method method;
    const char *path;    /* decoded once; begins with /; no "..", NUL, backslash, empty part */
    const char *target;  /* as sent, for logs and signatures */
    const char *host;    /* checked against the configured names */
    const char *address; /* of the client, after trusted proxies; an IPv6 as its /64. Limits count by it. */
    bool tls;            /* here or at a trusted proxy */
    struct http_pairs headers, query, form, cookies;
    struct http_file *files;
    size_t n_files;
    struct bytes body;
    instant received;
    int64_t number; /* X-Request-Id; for error pages and logs */
    int kind;       /* under which of HTTP_KINDS it is counted; the layer above says which, 0 unless it does */

    /* The answer. Status 0 after handle() without suspend is a 500. */
    int status;
    struct buf out;   /* up to 4 MiB; gzip is the server's business */
    const char *type; /* "text/html; charset=utf-8" unless changed */
    enum http_cache cache;
    const char *csp;          /* NULL: the policy of security.md W3 */
    const char *permissions;  /* Permissions-Policy; NULL: all off */
    bool no_referrer;         /* Referrer-Policy: no-referrer instead of same-origin */
    bool no_log;              /* not in the access log */
    struct http_pairs answer; /* further headers, by http_answer_header() */
    int file_fd;              /* -1, or a file to send instead of out; closed by the server */
    int64_t file_size;

    void *user;   /* the layer above's */
    void *server; /* the server's own */
};

/* First value by name, NULL for none. Header names compare without case. */
const char *http_header(const struct http_req *r, const char *name);
const char *http_query(const struct http_req *r, const char *name);
const char *http_form(const struct http_req *r, const char *name);
const char *http_cookie(const struct http_req *r, const char *name);

/* Adds a header to the answer. CR, LF or NUL in it is a BUG. */
void http_answer_header(struct http_req *r, const char *name, const char *value);

/* __Host- cookie: Secure, HttpOnly, SameSite=Lax, Path=/. max_age in seconds, 0 removes it, -1 for this browser session. */
void http_answer_cookie(struct http_req *r, const char *name, const char *value, int64_t max_age);

/*
 * Takes a file out of the request: renames it to `name` (a plain one) below directory dir_fd, fsynced. E_CONFLICT when the
 * name is taken, E_FULL, E_STORAGE. On another file system than the upload directory's it is copied.
 */
MUST_USE int http_file_keep(struct http_req *r, struct http_file *f, int dir_fd, const char *name);

/* handle() calls it to answer later; the connection is parked without a thread. */
void http_suspend(struct http_req *r);

/*
 * From any thread, once after each http_suspend(). When r->status is set the answer is ready; when it is still 0, handle() is
 * called once more on a thread of the server.
 */
void http_resume(struct http_req *r);

struct http_conf {
    const char *listen;         /* "127.0.0.1:8080", "[::1]:8080"; port 0 takes a free one */
    int listen_fd;              /* -1, or a socket that was bound before privileges were dropped */
    int threads;                /* 0 = one a core, at least 2 */
    int conn_per_address;       /* 100; trusted proxies have none */
    int conn_total;             /* 4096 */
    const char *const *proxies; /* addresses whose X-Forwarded-For and -Proto count; NULL-terminated */
    const char *const *hosts;   /* names in Host that we answer to; NULL-terminated, NULL = any */
    int upload_dir;             /* descriptor of the directory for temporary files */
    /* 0, or a status that is answered at once: with r->out if something is there, else with the error page. */
    int (*admit)(void *ctx, struct http_req *r, struct http_limits *ret);
    void (*handle)(void *ctx, struct http_req *r);
    void (*done)(void *ctx, struct http_req *r);
    /* Writes the error page for a status into r->out in the language the request asks for; may be called without handle(). */
    void (*error_page)(void *ctx, struct http_req *r, int status);
    void *ctx;
};

#define HTTP_KINDS   6
#define HTTP_BUCKETS 12

struct http_server;

/*
 * Removes temporary files that are older than age_s seconds from an upload directory: what a crash left behind. Returns
 * how many. -1 takes all: at the start, when nobody uploads yet.
 */
MUST_USE int http_sweep(int dir_fd, int64_t age_s);

/*
 * E_INPUT for an address that is none, E_BUSY when it is in use, E_SYSTEM else, also when recv() of this program is not
 * exported, because then the gate would not work (see line.h).
 */
MUST_USE int http_start(const struct http_conf *conf, struct http_server **ret_server);
int http_port(const struct http_server *s);

/*
 * Stops taking connections, lets requests finish for at most 10 s, then ends. A request that is still suspended then
 * cannot be taken back from whoever works on it: the threads stay and the process is expected to end. NULL does nothing.
 */
void http_stop(struct http_server *s);

struct http_figures {
    uint64_t requests, refused_by_gate, refused_by_limit, bytes_in, bytes_out;
    uint64_t by_class[6]; /* [2] = answers 2xx ... */
    struct http_kind_figures {
        uint64_t latency_us_sum, latency[HTTP_BUCKETS]; /* handle() to answer ready, by http_bucket_us */
    } kinds[HTTP_KINDS];
    int connections;
};
/* 1 ms, 2, 5, 10, 20, 50, 100, 200, 500, 1 s, 5 s: up to and with; the last bucket is what took longer. */
extern const int64_t http_bucket_us[HTTP_BUCKETS - 1];
void http_figures(struct http_server *s, struct http_figures *ret);

#endif
