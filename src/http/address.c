/*
 * address.c: addresses as 16 bytes.
 */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "http/address.h"

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static bool is_mapped(const struct address *a)
{
    return memcmp(a->b, mapped, sizeof mapped) == 0;
}

static struct address from_four(const void *four)
{
    struct address a;

    memcpy(a.b, mapped, sizeof mapped);
    memcpy(a.b + sizeof mapped, four, 4);
    return a;
}

struct address address_of(const struct sockaddr *sa)
{
    struct address a = {0};

    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, sa, sizeof in);
        return from_four(&in.sin_addr);
    }
    if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, sa, sizeof in6);
        memcpy(a.b, &in6.sin6_addr, sizeof a.b);
    }
    return a;
}

bool address_parse(const char *s, struct address *ret)
{
    uint8_t four[4];

    if (inet_pton(AF_INET, s, four) == 1) {
        *ret = from_four(four);
        return true;
    }
    return inet_pton(AF_INET6, s, ret->b) == 1;
}

bool address_eq(const struct address *a, const struct address *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

struct address address_unit(const struct address *a)
{
    struct address unit = *a;

    if (!is_mapped(a))
        memset(unit.b + 8, 0, 8);
    return unit;
}

void address_write(char to[static ADDRESS_TEXT_MAX], const struct address *of)
{
    struct address unit = address_unit(of);

    if (is_mapped(of)) {
        BUG_IF(inet_ntop(AF_INET, of->b + sizeof mapped, to, INET_ADDRSTRLEN) == NULL);
        return;
    }
    BUG_IF(inet_ntop(AF_INET6, unit.b, to, INET6_ADDRSTRLEN) == NULL);
    memcpy(to + strlen(to), "/64", 4);
}

char *address_text(struct arena *a, const struct address *of)
{
    char text[ADDRESS_TEXT_MAX];

    address_write(text, of);
    return arena_text(a, text);
}

bool address_listed(const struct address *a, const char *const *list)
{
    struct address one;

    for (; list != NULL && *list != NULL; list++) {
        if (address_parse(*list, &one) && address_eq(&one, a))
            return true;
    }
    return false;
}

/* The part before `end` and after the comma before it, without spaces; false when it is no address. */
static bool part_before(const char *s, const char *end, const char **ret_begin, struct address *ret)
{
    char text[INET6_ADDRSTRLEN];
    const char *p = end;
    size_t n;

    while (p > s && p[-1] != ',')
        p--;
    *ret_begin = p;
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    n = (size_t)(end - p);
    if (n == 0 || n >= sizeof text)
        return false;
    memcpy(text, p, n);
    text[n] = '\0';
    return address_parse(text, ret);
}

struct address address_forwarded(const struct address *peer, const char *forwarded, const char *const *proxies)
{
    struct address found = *peer, one;
    const char *end = forwarded + strlen(forwarded), *begin;

    while (address_listed(&found, proxies) && part_before(forwarded, end, &begin, &one)) {
        found = one;
        if (begin == forwarded)
            break;
        end = begin - 1;
    }
    return found;
}
