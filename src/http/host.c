/*
 * host.c: what Host and an absolute target may name.
 */
#include <strings.h>

#include "host.h"

/* Of a name, an IPv4 or a [IPv6]; 0 for bad. The port has up to five digits. */
static size_t host_name_length(const char *s)
{
    size_t n = 0, digits;

    if (s[0] == '[') {
        n = strspn(s + 1, "0123456789abcdefABCDEF:.") + 1;
        if (n < 3 || s[n] != ']')
            return 0;
        n++;
    } else {
        while (s[n] != ':' && s[n] != '\0' && s[n] != '[' && s[n] != ']')
            n++;
    }
    if (s[n] == '\0')
        return n;
    digits = strspn(s + n, ":0123456789");
    if (s[n] != ':' || s[n + digits] != '\0' || digits < 2 || digits > 6 || strchr(s + n + 1, ':') != NULL)
        return 0;
    return n;
}

bool host_is_ours(const char *const *hosts, const char *s)
{
    size_t n = host_name_length(s);

    if (hosts == NULL)
        return true;
    for (; *hosts != NULL; hosts++) {
        if (strcasecmp(*hosts, s) == 0 || (strlen(*hosts) == n && strncasecmp(*hosts, s, n) == 0))
            return true;
    }
    return false;
}

bool host_is_well_formed(const char *s)
{
    return host_name_length(s) > 0;
}
