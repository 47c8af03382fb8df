/*
 * server.c: starting and stopping: libmicrohttpd's threads, the door before them, and the figures.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "http/server.h"
#include "os/os.h"
#include "os/socket.h"

/*
 * Of a connection. The library wipes all of it after each request, so it is as small as the gate's limits allow: 16 KiB
 * of head, 4 KiB of Cookie once more, 56 bytes for each of 100 fields and 32 cookies, 4 KiB for the head of the answer.
 */
#define POOL_MEMORY  ((size_t)32 * KB)
#define STOP_LOOK_US 10000

static void connection_notice(void *cls, struct MHD_Connection *c, void **place, enum MHD_ConnectionNotificationCode what)
{
    const union MHD_ConnectionInfo *info;
    struct http_server *s = cls;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        door_gone(s->door, *place);
        *place = NULL;
        return;
    }
    info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    *place = info == NULL ? NULL : door_attached(s->door, info->connect_fd);
}

static bool connection_take(void *ctx, int fd, const struct sockaddr *sa, socklen_t n)
{
    struct http_server *s = ctx;

    return MHD_add_connection(s->daemon, fd, sa, n) == MHD_YES;
}

/* Targets are taken apart by target.h; here nothing may change them. */
static size_t leave_as_it_is(void *cls, struct MHD_Connection *c, char *s)
{
    (void)cls;
    (void)c;
    return strlen(s);
}

/* What libmicrohttpd complains about is what peers do: of interest only when looking for a fault. */
static void library_says(void *cls, const char *fmt, va_list ap)
{
    char line[256];

    (void)cls;
    if (!log_wants(LEVEL_DEBUG))
        return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the library's own formats */
    (void)vsnprintf(line, sizeof line, fmt, ap);     /* cut is good enough */
#pragma GCC diagnostic pop
    log_record(LEVEL_DEBUG, "http.daemon", LOG_TEXT("text", line));
}

static unsigned int thread_count(const struct http_conf *conf)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (conf->threads > 0)
        return (unsigned int)conf->threads;
    return cores < 2 ? 2 : (unsigned int)cores;
}

static int daemon_start(struct http_server *s)
{
    unsigned int flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG;
    unsigned int threads = thread_count(&s->conf);
    /* Shared out among the threads, of which each must be able to hold all: the door counts. */
    unsigned int limit = ((unsigned int)s->conf.conn_total + 16) * threads;

    s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, exchange_step, s,             /* */
                                 MHD_OPTION_EXTERNAL_LOGGER, library_says, NULL,     /* first, as it says */
                                 MHD_OPTION_THREAD_POOL_SIZE, threads,               /* */
                                 MHD_OPTION_CONNECTION_LIMIT, limit,                 /* */
                                 MHD_OPTION_CONNECTION_TIMEOUT, 0u,                  /* the door's */
                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_MEMORY,    /* */
                                 MHD_OPTION_STRICT_FOR_CLIENT, 1,                    /* */
                                 MHD_OPTION_UNESCAPE_CALLBACK, leave_as_it_is, NULL, /* */
                                 MHD_OPTION_NOTIFY_COMPLETED, exchange_completed, s, /* */
                                 MHD_OPTION_NOTIFY_CONNECTION, connection_notice, s, MHD_OPTION_END);
    return s->daemon == NULL ? E_SYSTEM : 0;
}

static int listen_on(struct http_server *s)
{
    int fd = s->conf.listen_fd >= 0 ? s->conf.listen_fd : socket_listen(s->conf.listen);

    if (fd < 0)
        return fd;
    s->port = socket_port(fd);
    if (s->port >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0) /* one that was handed in may block */
        return fd;
    if (s->conf.listen_fd < 0)
        os_close(&fd);
    return E_SYSTEM;
}

static int doors_open(struct http_server *s, int listen_fd)
{
    struct door_conf conf = {
        .listen_fd = listen_fd,
        .conn_total = s->conf.conn_total,
        .conn_per_address = s->conf.conn_per_address,
        .proxies = s->conf.proxies,
        .hosts = s->conf.hosts,
        .tune = s->tune,
        .take = connection_take,
        .ctx = s,
    };

    return door_open(&conf, &s->door);
}

int http_start_tuned(const struct http_conf *conf, const struct http_tune *tune, struct http_server **ret_server)
{
    struct http_server *s;
    int fd, e;

    if (!line_recv_is_ours())
        return E_SYSTEM;
    s = calloc(1, sizeof *s);
    if (s == NULL)
        memory_gone(sizeof *s);
    s->conf = *conf;
    s->tune = *tune;
    s->first_number = os_new_id();
    if (s->conf.conn_total <= 0)
        s->conf.conn_total = 4096;
    if (s->conf.conn_per_address <= 0)
        s->conf.conn_per_address = 100;
    fd = listen_on(s);
    e = fd < 0 ? fd : daemon_start(s);
    if (e >= 0)
        e = doors_open(s, fd);
    if (e < 0) {
        if (s->daemon != NULL)
            MHD_stop_daemon(s->daemon);
        if (conf->listen_fd < 0)
            os_close(&fd);
        free(s);
        return e;
    }

    *ret_server = s;
    return 0;
}

int http_start(const struct http_conf *conf, struct http_server **ret_server)
{
    return http_start_tuned(conf, &http_tune_default, ret_server);
}

int http_port(const struct http_server *s)
{
    return s->port;
}

void http_stop(struct http_server *s)
{
    int64_t until;

    if (s == NULL)
        return;
    until = os_monotonic_us() + s->tune.stop_ms * 1000;
    atomic_store(&s->stopping, true);
    door_stop_accepting(s->door);
    do
        (void)usleep(STOP_LOOK_US); /* waking early is harmless */
    while (os_monotonic_us() < until && (door_accepts(s->door) || door_connections(s->door) > 0));
    if (atomic_load(&s->suspended) > 0) {
        log_record(LEVEL_WARN, "http.stop", LOG_INT("suspended", atomic_load(&s->suspended)));
        return;
    }
    MHD_stop_daemon(s->daemon);
    door_close(s->door);
    free(s);
}

void http_figures(struct http_server *s, struct http_figures *ret)
{
    *ret = (struct http_figures){
        .requests = atomic_load(&s->requests),
        .refused_by_gate = atomic_load(&s->refused_by_gate),
        .refused_by_limit = door_refused(s->door),
        .bytes_in = door_bytes_in(s->door),
        .bytes_out = atomic_load(&s->bytes_out),
        .connections = door_connections(s->door),
    };
    for (size_t i = 0; i < ARRAY_LEN(ret->by_class); i++)
        ret->by_class[i] = atomic_load(&s->by_class[i]);
    for (size_t k = 0; k < HTTP_KINDS; k++) {
        ret->kinds[k].latency_us_sum = atomic_load(&s->latency_us_sum[k]);
        for (size_t i = 0; i < HTTP_BUCKETS; i++)
            ret->kinds[k].latency[i] = atomic_load(&s->latency[k][i]);
    }
}
