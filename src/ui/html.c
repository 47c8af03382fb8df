/*
 * html.c: printing of escaped text and encoded addresses.
 *
 * Both printers share the reading of a format: runs of literal bytes are copied, a directive is parsed by directive().
 * Not for: knowing which place of a page a value stands in. That is checked in the formats themselves, by
 * tools/lint_html.py, so that printing stays one pass without state.
 */
#include "ui/html.h"

#define DIGITS_MAX 32        /* of a 64-bit number, with sign, and the widest padding we print */
#define URL_MAX    (8u * KB) /* what the server takes as an address */

/* ---- formats ---- */

enum kind {
    KIND_TEXT,
    KIND_CHAR,
    KIND_SIGNED,
    KIND_UNSIGNED,
    KIND_PERCENT,
};

enum length {
    LENGTH_INT,
    LENGTH_LONG,
    LENGTH_LONG_LONG,
    LENGTH_SIZE,
    LENGTH_MAX,
};

struct directive {
    enum kind kind;
    enum length length;
    unsigned width;
    bool zeros;
};

static const char *length_read(const char *f, enum length *ret)
{
    switch (*f) {
    case 'l':
        *ret = f[1] == 'l' ? LENGTH_LONG_LONG : LENGTH_LONG;
        return f[1] == 'l' ? f + 2 : f + 1;
    case 'z':
        *ret = LENGTH_SIZE;
        return f + 1;
    case 'j':
        *ret = LENGTH_MAX;
        return f + 1;
    default:
        *ret = LENGTH_INT;
        return f;
    }
}

/* Reads what follows a percent sign; returns the first byte after it. */
static const char *directive_read(const char *f, struct directive *ret)
{
    *ret = (struct directive){0};
    if (*f == '0') {
        ret->zeros = true;
        f++;
    }
    while (*f >= '0' && *f <= '9' && ret->width < DIGITS_MAX)
        ret->width = ret->width * 10 + (unsigned)(*f++ - '0');
    BUG_IF(ret->width >= DIGITS_MAX);
    f = length_read(f, &ret->length);

    switch (*f) {
    case 's':
        ret->kind = KIND_TEXT;
        break;
    case 'c':
        ret->kind = KIND_CHAR;
        break;
    case 'd':
        ret->kind = KIND_SIGNED;
        break;
    case 'u':
        ret->kind = KIND_UNSIGNED;
        break;
    case '%':
        ret->kind = KIND_PERCENT;
        break;
    default:
        BUG_IF(true);
    }
    return f + 1;
}

static uint64_t unsigned_next(va_list *ap, enum length length)
{
    switch (length) {
    case LENGTH_LONG:
        return va_arg(*ap, unsigned long);
    case LENGTH_LONG_LONG:
        return va_arg(*ap, unsigned long long);
    case LENGTH_SIZE:
        return va_arg(*ap, size_t);
    case LENGTH_MAX:
        return va_arg(*ap, uintmax_t);
    default:
        return va_arg(*ap, unsigned);
    }
}

static int64_t signed_next(va_list *ap, enum length length)
{
    switch (length) {
    case LENGTH_LONG:
        return va_arg(*ap, long);
    case LENGTH_LONG_LONG:
        return va_arg(*ap, long long);
    case LENGTH_SIZE:
        return va_arg(*ap, ssize_t);
    case LENGTH_MAX:
        return va_arg(*ap, intmax_t);
    default:
        return va_arg(*ap, int);
    }
}

static void number_add(struct buf *b, const struct directive *d, uint64_t v, bool negative)
{
    char text[DIGITS_MAX + 1];
    size_t at = sizeof text;
    size_t width = d->width;

    do {
        text[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    while (d->zeros && sizeof text - at + (negative ? 1 : 0) < width)
        text[--at] = '0';
    if (negative)
        text[--at] = '-';
    while (sizeof text - at < width)
        text[--at] = ' ';
    buf_add_n(b, text + at, sizeof text - at);
}

static void integer_add(struct buf *b, const struct directive *d, va_list *ap)
{
    if (d->kind == KIND_SIGNED) {
        int64_t v = signed_next(ap, d->length);

        number_add(b, d, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
    } else {
        number_add(b, d, unsigned_next(ap, d->length), false);
    }
}

/* ---- html ---- */

static const char *const escape_of[256] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
};

static void escaped_add(struct buf *b, const char *s)
{
    const char *from = s;

    for (; *s != '\0'; s++) {
        const char *e = escape_of[(unsigned char)*s];

        if (e == NULL)
            continue;
        buf_add_n(b, from, (size_t)(s - from));
        buf_add(b, e);
        from = s + 1;
    }
    buf_add_n(b, from, (size_t)(s - from));
}

static void html_directive(struct buf *b, const struct directive *d, va_list *ap)
{
    const char *s;
    char c[2] = "";

    switch (d->kind) {
    case KIND_TEXT:
        s = va_arg(*ap, const char *);
        if (s != NULL)
            escaped_add(b, s);
        break;
    case KIND_CHAR:
        c[0] = (char)va_arg(*ap, int);
        escaped_add(b, c);
        break;
    case KIND_PERCENT:
        buf_byte(b, '%');
        break;
    default:
        integer_add(b, d, ap);
    }
}

void html(struct req *r, const char *fmt, ...)
{
    struct directive d;
    va_list ap;

    va_start(ap, fmt);
    for (;;) {
        const char *end = strchrnul(fmt, '%');

        buf_add_n(r->out, fmt, (size_t)(end - fmt));
        if (*end == '\0')
            break;
        fmt = directive_read(end + 1, &d);
        html_directive(r->out, &d, &ap);
    }
    va_end(ap);
}

void html_raw_reviewed(struct req *r, struct bytes markup)
{
    buf_add_n(r->out, markup.p, markup.n);
}

/* ---- addresses ---- */

static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

static void encoded_add(struct buf *b, const char *s)
{
    static const char hex[] = "0123456789ABCDEF";

    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        char e[3] = {'%', hex[c >> 4], hex[c & 15]};

        if (is_plain(c))
            buf_byte(b, *s);
        else
            buf_add_n(b, e, sizeof e);
    }
}

/* Is it a value that as part of a path would mean another page? */
static bool part_moves(const char *s)
{
    return s == NULL || *s == '\0' || strcmp(s, ".") == 0 || strcmp(s, "..") == 0;
}

static void url_directive(struct buf *b, const struct directive *d, bool in_path, va_list *ap)
{
    const char *s;

    switch (d->kind) {
    case KIND_TEXT:
        s = va_arg(*ap, const char *);
        if (in_path && part_moves(s))
            s = "-";
        if (s != NULL)
            encoded_add(b, s);
        break;
    case KIND_SIGNED:
    case KIND_UNSIGNED:
        integer_add(b, d, ap);
        break;
    default:
        BUG_IF(true); /* %c and %% have no business in an address */
    }
}

const char *url(struct req *r, const char *fmt, ...)
{
    struct directive d;
    struct buf b;
    va_list ap;
    bool in_path = true;

    BUG_IF(strchr("/?#", fmt[0]) == NULL || fmt[0] == '\0' || (fmt[0] == '/' && (fmt[1] == '/' || fmt[1] == '\\')));
    buf_init(&b, r->arena, URL_MAX);
    va_start(ap, fmt);
    for (;;) {
        const char *end = strchrnul(fmt, '%');

        buf_add_n(&b, fmt, (size_t)(end - fmt));
        if (memchr(fmt, '?', (size_t)(end - fmt)) != NULL || memchr(fmt, '#', (size_t)(end - fmt)) != NULL)
            in_path = false;
        if (*end == '\0')
            break;
        fmt = directive_read(end + 1, &d);
        url_directive(&b, &d, in_path, &ap);
    }
    va_end(ap);
    return buf_failed(&b) < 0 ? "#" : b.s;
}

/* Bytes that a browser would drop or turn into others while it reads an address. */
static bool has_trick(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s <= ' ' || *s == 0x7f || *s == '\\')
            return true;
    }
    return false;
}

bool own_path(const char *path)
{
    return path != NULL && path[0] == '/' && path[1] != '/' && !has_trick(path);
}

static bool is_web(const char *s)
{
    static const char *const schemes[] = {"https://", "http://"};

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        size_t n = strlen(schemes[i]);

        if (strncasecmp(s, schemes[i], n) == 0)
            return s[n] != '\0' && s[n] != '/' && s[n] != '?' && s[n] != '#' && s[n] != ':' && s[n] != '@';
    }
    return false;
}

const char *link_to(const char *address)
{
    if (address == NULL || has_trick(address))
        return "#";
    if (own_path(address) || address[0] == '?' || address[0] == '#' || is_web(address))
        return address;
    return "#";
}
