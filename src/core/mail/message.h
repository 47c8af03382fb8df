/*
 * message.h: a mail as bytes (RFC 5322, 2045, 2047): plain text in UTF-8, nothing else.
 *
 * Pure: no database, no network, no clock. Whatever goes into a header is refused when it holds a control character, so no
 * name and no subject can begin a header of its own (security.md W13).
 */
#ifndef CORE_MAIL_MESSAGE_H
#define CORE_MAIL_MESSAGE_H

#include "base/arena.h"
#include "base/base.h"

#define MAIL_ADDRESS_MAX 254
#define MAIL_HEADER_MAX  300 /* bytes of a name or a subject */
#define MAIL_BODY_MAX    ((size_t)32 * KB)

/* An address that we would write to: ASCII, "local@domain.tld" without quotes, comments or spaces. */
bool mail_address_good(const char *address);

struct mail_text {
    const char *from, *from_name; /* the sender's address, the name of the instance */
    const char *to, *to_name;
    const char *subject, *body; /* lines end with \n */
    const char *id;             /* letters and digits; the same for each attempt, so that a receiver drops a second copy */
    const char *language;       /* "id" */
    instant at;
};

/* The message, lines ended by CR LF. E_INPUT for an address that is none or a control character in a header, E_LIMIT when
 * something is too long. */
MUST_USE int mail_compose(struct arena *a, const struct mail_text *m, struct bytes *ret);

#endif
