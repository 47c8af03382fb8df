/*
 * socket.h: the sockets that Terang opens itself: where the server listens, and local services (a virus scanner).
 *
 * Addresses are "127.0.0.1:8080", "[::1]:8080" or "unix:/run/clamd.sock". Numbers only: no name is looked up here.
 *
 * Not for: calls to other hosts (libcurl does them, with security.md W12), HTTP.
 */
#ifndef OS_SOCKET_H
#define OS_SOCKET_H

#include <sys/socket.h>

#include "os/os.h"

/* An address as the system calls want it. */
struct socket_address {
    struct sockaddr_storage raw;
    socklen_t n;
};

/* E_INPUT for anything but the three forms above; a port is 0 to 65535 in plain digits. */
MUST_USE int socket_address_parse(const char *text, struct socket_address *ret);

/*
 * A listening socket, bound before privileges are dropped; non-blocking, SO_REUSEADDR, an IPv6 one for IPv6 alone. A stale
 * unix socket is replaced, mode 0600. E_INPUT for the address, E_BUSY when it is in use, E_PERMIT for a port that needs
 * root, E_SYSTEM else. Port 0 takes a free one, see socket_port().
 */
MUST_USE int socket_listen(const char *address);

/* The port a socket is bound to, 0 for a unix socket; negative when it is no socket. */
MUST_USE int socket_port(int fd);

/* A connected, blocking socket. E_INPUT for the address, E_BUSY when nobody answers within timeout_ms, E_SYSTEM else. */
MUST_USE int socket_connect(const char *address, int timeout_ms);

#endif
