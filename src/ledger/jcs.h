/*
 * jcs.h: RFC 8785 (JSON Canonicalization Scheme) in the subset that leaves and proofs use: objects of strings and objects.
 *
 * No numbers, booleans, nulls or arrays, so neither ECMAScript's number printing nor UTF-16 key order can differ between
 * two implementations. The parser accepts exactly the bytes that the writer makes: keys [a-z][a-z0-9_]* in strictly
 * rising order, the one canonical escape, no space, strings in NFC. U+0000 is refused, escaped too: no text here holds it.
 *
 * Not for: JSON of the API (base/json.h).
 */
#ifndef LEDGER_JCS_H
#define LEDGER_JCS_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"

/* An object, or a string when text is not NULL. */
struct jcs {
    const char *name; /* in its object; NULL at the top */
    const char *text;
    struct jcs *members;
    size_t n;
    struct bytes raw; /* parsed: the value's own bytes */
};

/* One object and nothing behind it, nested at most `depth` deep (1: strings only). E_FORMAT else. Borrows `b` in raw. */
MUST_USE int jcs_parse(struct arena *a, struct bytes b, int depth, struct jcs *ret);

/* Sorts members in place and appends. E_INPUT for a key that is none or stands twice, or text not UTF-8 in NFC. */
MUST_USE int jcs_write(struct jcs *v, struct buf *out);

/* The member of that name, NULL when there is none. Members are sorted. */
const struct jcs *jcs_member(const struct jcs *v, const char *name);

bool jcs_name_ok(const char *name);

#endif
