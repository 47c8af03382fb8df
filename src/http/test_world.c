/*
 * test_world.c: see test_world.h.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/text.h"
#include "http/test_world.h"
#include "os/os.h"

const struct http_tune world_quick = {
    .head_ms = 300,
    .idle_ms = 400,
    .window_ms = 300,
    .slow_bytes = 150,
    .linger_ms = 300,
    .tick_ms = 20,
    .stop_ms = 2000,
};

/* ---- routes ---- */

static void fill(struct http_req *r, size_t n)
{
    buf_add(&r->out, "<!doctype html>\n");
    while (r->out.n < n)
        buf_add(&r->out, "<p>Rencana aksi dan anggaran tahun berjalan.\n");
    r->out.n = n;
    r->out.s[n] = '\0';
}

static void go_root(struct http_req *r)
{
    buf_add(&r->out, "<!doctype html><p>ok\n\n");
}

static void go_page(struct http_req *r)
{
    r->cache = HTTP_CACHE_PUBLIC;
    fill(r, 4096);
}

static void go_private(struct http_req *r)
{
    fill(r, 4096);
}

static void go_large(struct http_req *r)
{
    fill(r, 4000000);
}

static void go_status(struct http_req *r)
{
    r->status = (int)strtol(r->path + strlen("/status/"), NULL, 10);
    buf_add(&r->out, "said by the handler\n");
    if (r->status == 302)
        http_answer_header(r, "Location", "/");
    if (r->status == 405)
        http_answer_header(r, "Allow", "POST");
    if (r->status == 500)
        r->status = 0;
}

static void go_echo(struct http_req *r)
{
    r->type = "text/plain; charset=utf-8";
    buf_printf(&r->out, "path=%s target=%s host=%s address=%s tls=%d", r->path, r->target, r->host, r->address, r->tls);
    for (size_t i = 0; i < r->query.n; i++)
        buf_printf(&r->out, " q:%s=%s", r->query.v[i].name, r->query.v[i].value);
    for (size_t i = 0; i < r->cookies.n; i++)
        buf_printf(&r->out, " c:%s=%s", r->cookies.v[i].name, r->cookies.v[i].value);
    http_answer_cookie(r, "s", "abc", -1);
}

static void go_slow(struct http_req *r)
{
    (void)usleep(300000);
    go_root(r);
}

static void *resume_later(void *arg)
{
    struct http_req *r = arg;

    (void)usleep(20000);
    go_root(r);
    r->status = 200;
    http_resume(r);
    return NULL;
}

static void go_parked(struct http_req *r)
{
    pthread_t t;

    http_suspend(r);
    BUG_IF(pthread_create(&t, NULL, resume_later, r) != 0 || pthread_detach(t) != 0);
}

static void *resume_without_answer(void *arg)
{
    (void)usleep(20000);
    http_resume(arg);
    return NULL;
}

static void go_twice(struct http_req *r)
{
    static const char been;
    pthread_t t;

    if (r->user != NULL) {
        r->user = NULL;
        go_root(r);
        r->status = 200;
        return;
    }
    r->user = (void *)(uintptr_t)&been;
    r->status = 0;
    http_suspend(r);
    BUG_IF(pthread_create(&t, NULL, resume_without_answer, r) != 0 || pthread_detach(t) != 0);
}

static void go_file(struct http_req *r)
{
    static const char block[4096] = "x";
    char name[] = "/tmp/terang-http-file-XXXXXX";
    int fd = mkstemp(name);

    BUG_IF(fd < 0 || unlink(name) < 0);
    for (int i = 0; i < 256; i++)
        BUG_IF(os_write_all(fd, block, sizeof block) < 0);
    r->file_fd = fd;
    r->file_size = 1 << 20;
    r->type = "application/pdf";
    http_answer_header(r, "Content-Disposition", "attachment; filename=\"x.pdf\"");
}

static void go_body(struct http_req *r)
{
    r->type = "text/plain; charset=utf-8";
    buf_printf(&r->out, "body=%zu", r->body.n);
    for (size_t i = 0; i < r->form.n; i++)
        buf_printf(&r->out, " f:%s=%s", r->form.v[i].name, r->form.v[i].value);
    for (size_t i = 0; i < r->n_files; i++) {
        const struct http_file *f = &r->files[i];

        buf_printf(&r->out, " file:%s=%s:%lld:%s", f->field, f->filename, (long long)f->size,
                   hex_text(&r->arena, f->sha256, sizeof f->sha256));
    }
    buf_byte(&r->out, '\n');
}

static void go_keep(struct http_req *r)
{
    int dir = http_upload_dir(r);

    r->status = http_file_keep(r, &r->files[0], dir, "kept") < 0 ? 409 : 201;
    buf_add(&r->out, "kept\n");
}

static const struct {
    const char *path;
    void (*go)(struct http_req *r);
    struct http_limits limits;
} routes[] = {
    {"/", go_root, {0}},
    {"/page", go_page, {0}},
    {"/private", go_private, {0}},
    {"/large", go_large, {0}},
    {"/echo", go_echo, {0}},
    {"/slow", go_slow, {0}},
    {"/parked", go_parked, {0}},
    {"/twice", go_twice, {0}},
    {"/file", go_file, {.body = HTTP_BODY_FILE, .file_max = 4 * MB}},
    {"/form", go_body, {.body = HTTP_BODY_FORM, .body_max = 1000, .file_max = 5000, .files_max = 2}},
    {"/json", go_body, {.body = HTTP_BODY_JSON, .body_max = 1000}},
    {"/raw", go_body, {.body = HTTP_BODY_RAW, .body_max = 1000}},
    {"/open", go_body, {.body = HTTP_BODY_FORM, .body_max = 1000, .file_max = (int64_t)4 << 30, .files_max = 1}},
    {"/keep", go_keep, {.body = HTTP_BODY_FORM, .body_max = 1000, .file_max = 5000, .files_max = 1}},
    {"/status/", go_status, {0}},
};

static size_t route_of(const struct http_req *r)
{
    size_t i = 0;

    while (i < ARRAY_LEN(routes) && !text_eq(routes[i].path, r->path) &&
           !(text_eq(routes[i].path, "/status/") && text_starts(r->path, "/status/")))
        i++;
    return i;
}

static int admit(void *ctx, struct http_req *r, struct http_limits *ret)
{
    size_t i = route_of(r);

    (void)ctx;
    if (i == ARRAY_LEN(routes))
        return 404;
    *ret = routes[i].limits;
    return 0;
}

static void handle(void *ctx, struct http_req *r)
{
    (void)ctx;
    r->status = 200;
    if (r->path[1] == 'f' && r->n_files > 0)
        go_body(r);
    else
        routes[route_of(r)].go(r);
}

static void done(void *ctx, struct http_req *r)
{
    struct world *w = ctx;

    (void)r;
    __atomic_fetch_add(&w->done, 1, __ATOMIC_RELAXED);
}

static void error_page(void *ctx, struct http_req *r, int status)
{
    (void)ctx;
    buf_printf(&r->out, "<!doctype html><p>error %d, number %lld\n", status, (long long)r->number);
}

/* ---- the world ---- */

void world_open(struct world *w, const struct http_conf *conf, const struct http_tune *tune)
{
    log_set_up(LEVEL_WARN, NULL);
    *w = (struct world){.dir = "/tmp/terang-http-XXXXXX"};
    w->conf = conf == NULL ? (struct http_conf){.listen_fd = -1} : *conf;
    w->conf.listen_fd = -1;
    if (w->conf.listen == NULL)
        w->conf.listen = "127.0.0.1:0";
    w->conf.threads = 2;
    w->conf.admit = admit;
    w->conf.handle = handle;
    w->conf.done = done;
    w->conf.error_page = error_page;
    w->conf.ctx = w;
    assert_non_null(mkdtemp(w->dir));
    w->conf.upload_dir = os_open_dir(w->dir);
    assert_true(w->conf.upload_dir >= 0);
    assert_int_equal(http_start_tuned(&w->conf, tune, &w->server), 0);
}

static DIR *dir_of(const struct world *w)
{
    DIR *d = opendir(w->dir);

    assert_non_null(d);
    return d;
}

size_t world_uploads(const struct world *w)
{
    DIR *d = dir_of(w);
    struct dirent *e;
    size_t n = 0;

    while ((e = readdir(d)) != NULL)
        n += e->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

void world_close(struct world *w)
{
    struct dirent *e;
    DIR *d;

    http_stop(w->server);
    d = dir_of(w);
    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] != '.')
            (void)unlinkat(w->conf.upload_dir, e->d_name, 0);
    }
    (void)closedir(d);
    os_close(&w->conf.upload_dir);
    assert_int_equal(rmdir(w->dir), 0);
}

/* ---- the client ---- */

int world_connect(const struct world *w, const char *from)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = 0};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    assert_true(fd >= 0);
    if (from != NULL) {
        assert_int_equal(inet_pton(AF_INET, from, &sa.sin_addr), 1);
        assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    }
    assert_int_equal(inet_pton(AF_INET, "127.0.0.1", &sa.sin_addr), 1);
    sa.sin_port = htons((uint16_t)http_port(w->server));
    assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), 0);
    return fd;
}

void world_send(int fd, const void *p, size_t n)
{
    const char *s = p;

    while (n > 0) {
        ssize_t k = send(fd, s, n, MSG_NOSIGNAL);

        if (k <= 0)
            return;
        s += k;
        n -= (size_t)k;
    }
}

size_t world_read(int fd, char *to, size_t max)
{
    size_t n = 0;

    while (n + 1 < max) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        ssize_t k;

        if (poll(&p, 1, 5000) <= 0) {
            to[0] = '\0';
            return 0; /* it never closed: as if nothing had come */
        }
        k = read(fd, to + n, max - 1 - n);
        if (k <= 0)
            break;
        n += (size_t)k;
    }
    to[n] = '\0';
    return n;
}

char *world_ask(const struct world *w, struct arena *a, const char *raw)
{
    size_t max = 5 * MB;
    char *to = malloc(max), *copy;
    int fd = world_connect(w, NULL);

    assert_non_null(to);
    world_send(fd, raw, strlen(raw));
    (void)world_read(fd, to, max);
    (void)close(fd);
    copy = arena_text(a, to);
    free(to);
    return copy;
}

int world_status(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

const char *world_body(const char *answer)
{
    const char *p = strstr(answer, "\r\n\r\n");

    return p == NULL ? "" : p + 4;
}

const char *world_field(struct arena *a, const char *answer, const char *name)
{
    const char *end = strstr(answer, "\r\n\r\n"), *p = strstr(answer, "\r\n");
    size_t n = strlen(name);

    for (; end != NULL && p != NULL && p < end; p = strstr(p + 2, "\r\n")) {
        if (strncasecmp(p + 2, name, n) == 0 && p[2 + n] == ':')
            return arena_text_n(a, p + 4 + n, strcspn(p + 4 + n, "\r"));
    }
    return NULL;
}
