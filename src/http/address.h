/*
 * address.h: who is at the other end: the peer's address, trusted proxies, and the client behind them.
 *
 * "Address" in every limit of Terang is the one after trusted proxies, an IPv6 as its /64 (security.md W7).
 */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include <sys/socket.h>

#include "base/arena.h"
#include "base/base.h"

/* An IPv4 is kept as the IPv6 that maps it. */
struct address {
    uint8_t b[16];
};

struct address address_of(const struct sockaddr *sa);

/* "192.0.2.7", "2001:db8::1". False for anything else. */
bool address_parse(const char *s, struct address *ret);

bool address_eq(const struct address *a, const struct address *b);

/* The unit that limits count by: an IPv6 without its last 64 bits, an IPv4 as it is. */
struct address address_unit(const struct address *a);

/* Text of address_unit(): "192.0.2.7", "2001:db8:1:2::/64". */
#define ADDRESS_TEXT_MAX ((size_t)56)
void address_write(char to[static ADDRESS_TEXT_MAX], const struct address *of);
char *address_text(struct arena *a, const struct address *of);

/* Is it in the NULL-terminated list of texts? NULL holds none. */
bool address_listed(const struct address *a, const char *const *list);

/*
 * The client according to X-Forwarded-For: read from its end, the first that is no trusted proxy. What is no address ends
 * the search; then the last good one counts, at first the peer itself. Only for peers that are trusted.
 */
struct address address_forwarded(const struct address *peer, const char *forwarded, const char *const *proxies);

#endif
