/*
 * socket.c: addresses, listening, connecting.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "os/beneath.h"
#include "os/socket.h"

#define BACKLOG     1024
#define UNIX_PREFIX "unix:"
#define PORT_DIGITS 5
#define PORT_MAX    65535

static int port_parse(const char *s, in_port_t *ret)
{
    size_t n = strspn(s, "0123456789");
    unsigned long v;

    if (n == 0 || n > PORT_DIGITS || s[n] != '\0')
        return E_INPUT;
    v = strtoul(s, NULL, 10);
    if (v > PORT_MAX)
        return E_INPUT;

    *ret = htons((in_port_t)v);
    return 0;
}

static int unix_parse(const char *path, struct socket_address *ret)
{
    struct sockaddr_un *to = (struct sockaddr_un *)&ret->raw;
    size_t n = strlen(path);

    if (path[0] != '/' || n >= sizeof to->sun_path)
        return E_INPUT;
    to->sun_family = AF_UNIX;
    memcpy(to->sun_path, path, n + 1);
    ret->n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + 1);
    return 0;
}

/* Copies the host part, s up to end, into a small text. */
static int host_copy(const char *s, const char *end, char *ret, size_t size)
{
    size_t n = (size_t)(end - s);

    if (n == 0 || n >= size)
        return E_INPUT;
    memcpy(ret, s, n);
    ret[n] = '\0';
    return 0;
}

static int inet6_parse(const char *text, struct socket_address *ret)
{
    struct sockaddr_in6 *to = (struct sockaddr_in6 *)&ret->raw;
    const char *end = strchr(text, ']');
    char host[INET6_ADDRSTRLEN];

    if (end == NULL || end[1] != ':' || host_copy(text + 1, end, host, sizeof host) < 0)
        return E_INPUT;
    to->sin6_family = AF_INET6;
    ret->n = sizeof *to;
    return inet_pton(AF_INET6, host, &to->sin6_addr) == 1 ? port_parse(end + 2, &to->sin6_port) : E_INPUT;
}

static int inet_parse(const char *text, struct socket_address *ret)
{
    struct sockaddr_in *to = (struct sockaddr_in *)&ret->raw;
    const char *end = strchr(text, ':');
    char host[INET_ADDRSTRLEN];

    if (end == NULL || host_copy(text, end, host, sizeof host) < 0)
        return E_INPUT;
    to->sin_family = AF_INET;
    ret->n = sizeof *to;
    return inet_pton(AF_INET, host, &to->sin_addr) == 1 ? port_parse(end + 1, &to->sin_port) : E_INPUT;
}

int socket_address_parse(const char *text, struct socket_address *ret)
{
    struct socket_address a = {0};
    int e;

    if (strncmp(text, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0)
        e = unix_parse(text + strlen(UNIX_PREFIX), &a);
    else if (text[0] == '[')
        e = inet6_parse(text, &a);
    else
        e = inet_parse(text, &a);
    if (e < 0)
        return e;

    *ret = a;
    return 0;
}

static int socket_result(int err)
{
    switch (err) {
    case EADDRINUSE:
        return E_BUSY;
    case EACCES:
    case EPERM:
        return E_PERMIT;
    default:
        return E_SYSTEM;
    }
}

static int connect_within(int fd, const struct socket_address *to, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    socklen_t size = sizeof(int);
    int err = 0;
    int n;

    if (connect(fd, (const struct sockaddr *)&to->raw, to->n) == 0)
        return 0;
    if (errno == EAGAIN)
        return E_BUSY; /* a unix socket whose queue is full */
    if (errno != EINPROGRESS && errno != EINTR)
        return socket_result(errno);
    n = poll(&p, 1, timeout_ms);
    if (n <= 0)
        return n == 0 ? E_BUSY : E_SYSTEM;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size) < 0)
        return E_SYSTEM;
    errno = err;
    return err == 0 ? 0 : socket_result(err);
}

int socket_connect(const char *address, int timeout_ms)
{
    AUTO_CLOSE int fd = -1;
    struct socket_address to;
    int e, kept;

    e = socket_address_parse(address, &to);
    if (e < 0)
        return e;
    fd = beneath_keep(socket(to.raw.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (fd < 0)
        return E_SYSTEM;
    e = connect_within(fd, &to, timeout_ms);
    if (e < 0)
        return e;
    if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) < 0)
        return E_SYSTEM;

    kept = fd;
    fd = -1;
    return kept;
}

/* A unix socket outlives its server; one that nobody listens on is in the way. */
static void remove_stale(const char *address, const struct socket_address *at)
{
    const struct sockaddr_un *un = (const struct sockaddr_un *)&at->raw;
    struct stat st;
    int fd;

    if (lstat(un->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
        return;
    fd = socket_connect(address, 1000);
    if (fd >= 0)
        os_close(&fd);
    else if (fd != E_BUSY)
        (void)unlink(un->sun_path); /* if it stays, bind() says why */
}

static int bind_and_listen(int fd, const struct socket_address *at)
{
    static const int on = 1;
    mode_t before;
    int n;

    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
        return E_SYSTEM;
    if (at->raw.ss_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0)
        return E_SYSTEM;
    before = umask(S_IRWXG | S_IRWXO); /* the mode of a unix socket comes from bind() alone */
    n = bind(fd, (const struct sockaddr *)&at->raw, at->n);
    (void)umask(before); /* cannot fail */
    if (n < 0 || listen(fd, BACKLOG) < 0)
        return socket_result(errno);
    return 0;
}

int socket_listen(const char *address)
{
    AUTO_CLOSE int fd = -1;
    struct socket_address at;
    int e, kept;

    e = socket_address_parse(address, &at);
    if (e < 0)
        return e;
    if (at.raw.ss_family == AF_UNIX)
        remove_stale(address, &at);
    fd = beneath_keep(socket(at.raw.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (fd < 0)
        return E_SYSTEM;
    e = bind_and_listen(fd, &at);
    if (e < 0)
        return e;

    kept = fd;
    fd = -1;
    return kept;
}

int socket_port(int fd)
{
    struct socket_address a = {.n = sizeof a.raw};

    if (getsockname(fd, (struct sockaddr *)&a.raw, &a.n) < 0)
        return E_SYSTEM;
    switch (a.raw.ss_family) {
    case AF_INET:
        return ntohs(((const struct sockaddr_in *)&a.raw)->sin_port);
    case AF_INET6:
        return ntohs(((const struct sockaddr_in6 *)&a.raw)->sin6_port);
    default:
        return 0;
    }
}
