/*
 * host.h: what Host and an absolute target may name. Not for: resolving names.
 */
#ifndef HTTP_HOST_H
#define HTTP_HOST_H

#include "base/base.h"

/* A name, an IPv4 or a [IPv6], with an optional port of up to five digits. The bytes themselves were checked. */
bool host_is_well_formed(const char *s);

/*
 * Is s one of `hosts` (NULL-terminated; NULL for any)? Without case. A configured name with a port must match whole,
 * one without matches with any port.
 */
bool host_is_ours(const char *const *hosts, const char *s);

#endif
