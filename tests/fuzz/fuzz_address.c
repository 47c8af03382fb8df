/* fuzz: os base */
/*
 * fuzz_address.c: addresses and file names as an operator or a request may spell them.
 *
 * What is taken as an address fits its struct; what is taken as a name has no part that leads upward.
 */
#include <sys/un.h>

#include "os/beneath.h"
#include "os/socket.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check_name(const char *name)
{
    if (beneath_check(name) < 0)
        return;
    BUG_IF(name[0] == '/' || name[0] == '\0' || strstr(name, "//") != NULL || name[strlen(name) - 1] == '/');
    BUG_IF(strcmp(name, "..") == 0 || strncmp(name, "../", 3) == 0 || strstr(name, "/../") != NULL);
    BUG_IF(strlen(name) >= 3 && strcmp(name + strlen(name) - 3, "/..") == 0);
}

static void check_address(const char *text)
{
    struct socket_address a;

    if (socket_address_parse(text, &a) < 0)
        return;
    BUG_IF(a.n > sizeof a.raw);
    BUG_IF(a.raw.ss_family != AF_INET && a.raw.ss_family != AF_INET6 && a.raw.ss_family != AF_UNIX);
    BUG_IF(a.raw.ss_family == AF_UNIX && ((const struct sockaddr_un *)&a.raw)->sun_path[0] != '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = malloc(n + 1);

    if (text == NULL)
        return 0;
    if (n > 0)
        memcpy(text, p, n);
    text[n] = '\0';
    check_name(text);
    check_address(text);
    free(text);
    return 0;
}
