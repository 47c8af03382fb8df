/*
 * json.h: JSON out by a writer of ours, in by jansson behind a strict door.
 *
 * Numbers are integers of 64 bits; decimals, money in files and dates stand as strings. The writer escapes as RFC 8785
 * does and puts no space anywhere, so equal calls give equal bytes. Members keep their order.
 *
 * Not for: the ledger's canonical form (it sorts keys), schemas, mapping to structs (the engine).
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "arena.h"
#include "base.h"
#include "buf.h"

#define JSON_DEPTH_MAX 32

/* ---- out ---- */

struct json_out {
    struct buf *out;
    uint8_t kind[JSON_DEPTH_MAX]; /* of each open container */
    int depth;
    bool filled; /* the open container has a member */
    bool keyed;  /* a key stands and waits for its value */
    bool done;   /* the one value on top is complete */
};

/* Caller owns the struct. Breaking the grammar (value without key, wrong end, two values) is a BUG. */
void json_out_init(struct json_out *j, struct buf *out);

void json_out_object(struct json_out *j);
void json_out_array(struct json_out *j);
void json_out_end(struct json_out *j); /* of the innermost object or array */

void json_out_key(struct json_out *j, const char *key);
void json_out_text(struct json_out *j, const char *s); /* NULL is null */
void json_out_int(struct json_out *j, int64_t v);      /* INT_NONE is null */
void json_out_bool(struct json_out *j, bool v);
void json_out_null(struct json_out *j);

/* Key and value in one. */
void json_put_text(struct json_out *j, const char *key, const char *s);
void json_put_int(struct json_out *j, const char *key, int64_t v);
void json_put_bool(struct json_out *j, const char *key, bool v);
void json_put_object(struct json_out *j, const char *key);
void json_put_array(struct json_out *j, const char *key);

/* Everything closed, or a BUG; then as buf_failed(). */
MUST_USE int json_out_done(const struct json_out *j);

/* One string with its quotes: for whoever writes JSON of another shape. */
void json_quote(struct buf *out, const char *s);

/* ---- in ---- */

enum json_kind {
    JSON_IS_NULL,
    JSON_IS_BOOL,
    JSON_IS_INT,
    JSON_IS_TEXT,
    JSON_IS_ARRAY,
    JSON_IS_OBJECT,
};

/* A value; lives in the arena it was read into. Text is valid UTF-8 without NUL, as it was sent: see text_nfc(). */
struct json_in {
    enum json_kind kind;
    const char *key;             /* in an object, else NULL */
    const char *text;            /* JSON_IS_TEXT */
    int64_t number;              /* JSON_IS_INT; 0 or 1 for JSON_IS_BOOL */
    size_t n;                    /* elements or members */
    const struct json_in *items; /* n of them */
};

/*
 * An object or array and nothing behind it. E_LIMIT over `max` bytes or deeper than JSON_DEPTH_MAX; E_FORMAT for what is
 * no JSON, a key twice, \u0000, broken UTF-8, a number with point or exponent or over 64 bits. *ret_why, if not NULL, is
 * a text for the log (with line and column), not for users.
 */
MUST_USE int json_read(struct arena *a, const void *p, size_t n, size_t max, const struct json_in **ret, const char **ret_why);

/* The member, NULL when there is none or `object` is none. */
const struct json_in *json_member(const struct json_in *object, const char *key);

/*
 * A member of one kind: 1 found, 0 absent or null (*ret untouched), E_FORMAT of another kind, for numbers E_INPUT out of
 * range.
 */
MUST_USE int json_get_text(const struct json_in *object, const char *key, const char **ret);
MUST_USE int json_get_int(const struct json_in *object, const char *key, int64_t min, int64_t max, int64_t *ret);
MUST_USE int json_get_bool(const struct json_in *object, const char *key, bool *ret);
MUST_USE int json_get_array(const struct json_in *object, const char *key, const struct json_in **ret);
MUST_USE int json_get_object(const struct json_in *object, const char *key, const struct json_in **ret);

/* The first member whose key is not in `keys` (NULL-terminated), NULL when all are known. */
const char *json_unknown(const struct json_in *object, const char *const *keys);

#endif
