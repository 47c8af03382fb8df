/*
 * multipart.c: a state machine over lines (heads of parts) and data (looked through for the delimiter).
 *
 * A delimiter begins with CR and holds no other, so when a match breaks off, what was matched is data and only the
 * present byte can begin a new match: no buffer, no going back.
 */
#include <strings.h>

#include "base/text.h"
#include "http/multipart.h"

enum at {
    AT_FIRST, /* the first delimiter, without its CR LF */
    AT_DATA,
    AT_AFTER, /* behind a delimiter: CR LF or -- */
    AT_AFTER_LF,
    AT_AFTER_DASH,
    AT_HEAD, /* a line of a part's head */
    AT_HEAD_LF,
    AT_END, /* behind the last: nothing, or CR LF */
    AT_END_LF,
    AT_OVER,
    AT_BROKEN,
};

/* ---- the boundary in Content-Type ---- */

static bool boundary_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("'()+_,-./:=? ", c) != NULL);
}

int multipart_boundary(struct arena *a, const char *content_type, const char **ret)
{
    static const char key[] = "boundary=";
    const char *p = strchr(content_type, ';');
    bool quoted;
    size_t n = 0;

    if (p == NULL)
        return E_FORMAT;
    p += 1 + strspn(p + 1, " \t");
    if (strncasecmp(p, key, sizeof key - 1) != 0)
        return E_FORMAT;
    p += sizeof key - 1;
    quoted = *p == '"';
    p += quoted;
    while (boundary_byte(p[n]) && (quoted || p[n] != ' '))
        n++;
    if (n == 0 || n > MULTIPART_BOUNDARY_MAX || p[n - 1] == ' ' || p[n] != (quoted ? '"' : '\0') ||
        (quoted && p[n + 1] != '\0'))
        return E_FORMAT;

    *ret = arena_text_n(a, p, n);
    return 0;
}

/* ---- the head of a part ---- */

/* A quoted string at *p, which moves behind it. \" and \\ stand for " and \, as curl sends them. */
static int quoted_take(struct arena *a, const char **p, const char **ret)
{
    const char *s = *p;
    char *text;
    size_t n = 0;

    if (*s++ != '"')
        return E_FORMAT;
    text = arena_alloc(a, strlen(s) + 1);
    while (*s != '"') {
        if (s[0] == '\\' && (s[1] == '"' || s[1] == '\\'))
            s++;
        if (*s == '\0')
            return E_FORMAT;
        text[n++] = *s++;
    }

    *p = s + 1;
    *ret = text;
    return 0;
}

static const char *after_last_slash(const char *s)
{
    for (const char *p = s; *p != '\0'; p++) {
        if (*p == '/' || *p == '\\')
            s = p + 1;
    }
    return s;
}

static int parameter_take(struct multipart *m, const char **p)
{
    static const char name[] = "name=", filename[] = "filename=";
    const char *text;
    bool is_file;

    *p += strspn(*p, " \t");
    is_file = strncasecmp(*p, filename, sizeof filename - 1) == 0;
    if (!is_file && strncasecmp(*p, name, sizeof name - 1) != 0)
        return E_FORMAT; /* also filename*=, which RFC 7578 forbids */
    *p += is_file ? sizeof filename - 1 : sizeof name - 1;
    if ((is_file ? m->part.filename : m->part.name) != NULL || quoted_take(m->arena, p, &text) < 0)
        return E_FORMAT;

    if (is_file)
        m->part.filename = after_last_slash(text);
    else
        m->part.name = text;
    *p += strspn(*p, " \t");
    return 0;
}

static int disposition_take(struct multipart *m, const char *value)
{
    static const char kind[] = "form-data";
    const char *p = value + sizeof kind - 1;

    if (m->part.name != NULL || strncasecmp(value, kind, sizeof kind - 1) != 0)
        return E_FORMAT;
    p += strspn(p, " \t");
    while (*p != '\0') {
        int e;

        if (*p++ != ';')
            return E_FORMAT;
        e = parameter_take(m, &p);
        if (e < 0)
            return e;
    }
    return m->part.name == NULL || *m->part.name == '\0' ? E_FORMAT : 0;
}

static int type_take(struct multipart *m, const char *value)
{
    if (m->has_type)
        return E_FORMAT;
    m->has_type = true;
    m->part.type = arena_text(m->arena, value);
    return 0;
}

static int head_line(struct multipart *m)
{
    static const struct {
        const char *name;
        int (*take)(struct multipart *m, const char *value);
    } fields[] = {
        {"content-disposition", disposition_take},
        {"content-type", type_take},
    };
    size_t name_n = strcspn(m->line, ":");
    const char *value = m->line + name_n + 1;

    if (++m->lines > MULTIPART_LINES_MAX)
        return E_LIMIT;
    if (name_n == 0 || m->line[name_n] != ':' || strcspn(m->line, " \t") < name_n || !text_is_utf8(m->line, m->line_n))
        return E_FORMAT;
    while (m->line_n > 0 && (m->line[m->line_n - 1] == ' ' || m->line[m->line_n - 1] == '\t'))
        m->line[--m->line_n] = '\0';
    value += strspn(value, " \t");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (strlen(fields[i].name) == name_n && strncasecmp(fields[i].name, m->line, name_n) == 0)
            return fields[i].take(m, value);
    }
    return 0;
}

static int head_end(struct multipart *m)
{
    if (m->part.name == NULL)
        return E_FORMAT;
    if (++m->parts > MULTIPART_PARTS_MAX)
        return E_LIMIT;
    m->at = AT_DATA;
    m->matched = 2; /* a part without data has its delimiter right behind the head's CR LF */
    m->fresh = true;
    return m->sink.begin(m->sink.ctx, &m->part);
}

static int head_byte(struct multipart *m, uint8_t c)
{
    if (c == '\r') {
        m->at = AT_HEAD_LF;
        return 0;
    }
    if ((c < 0x20 && c != '\t') || c == 0x7f)
        return E_FORMAT;
    if (m->line_n >= MULTIPART_LINE_MAX)
        return E_LIMIT;
    m->line[m->line_n++] = (char)c;
    return 0;
}

static int head_lf(struct multipart *m, uint8_t c)
{
    bool empty = m->line_n == 0;
    int e;

    if (c != '\n')
        return E_FORMAT;
    m->line[m->line_n] = '\0';
    m->at = AT_HEAD;
    e = empty ? head_end(m) : head_line(m);
    m->line_n = 0;
    return e;
}

/* ---- between parts ---- */

static int expect_byte(struct multipart *m, uint8_t c, char wanted, enum at next)
{
    if (c != (uint8_t)wanted)
        return E_FORMAT;
    m->at = (uint8_t)next;
    return 0;
}

static int first_byte(struct multipart *m, uint8_t c)
{
    if (c != (uint8_t)m->delimiter[m->matched++])
        return E_FORMAT;
    if (m->matched == m->delimiter_n)
        m->at = AT_AFTER;
    return 0;
}

static void part_begin(struct multipart *m)
{
    m->part = (struct multipart_part){.type = ""};
    m->has_type = false;
    m->lines = 0;
    m->line_n = 0;
}

static int between_byte(struct multipart *m, uint8_t c)
{
    switch (m->at) {
    case AT_FIRST:
        return first_byte(m, c);
    case AT_AFTER:
        return c == '-' ? expect_byte(m, c, '-', AT_AFTER_DASH) : expect_byte(m, c, '\r', AT_AFTER_LF);
    case AT_AFTER_LF:
        part_begin(m);
        return expect_byte(m, c, '\n', AT_HEAD);
    case AT_AFTER_DASH:
        return expect_byte(m, c, '-', AT_END);
    case AT_HEAD:
        return head_byte(m, c);
    case AT_HEAD_LF:
        return head_lf(m, c);
    case AT_END:
        return expect_byte(m, c, '\r', AT_END_LF);
    case AT_END_LF:
        return expect_byte(m, c, '\n', AT_OVER);
    default:
        return E_FORMAT;
    }
}

/* ---- data ---- */

/* The match broke off: what was matched is data, but for the CR LF that belongs to the part's head. */
static int unmatched(struct multipart *m)
{
    size_t from = m->fresh ? 2 : 0;
    size_t n = m->matched - from;

    m->matched = 0;
    m->fresh = false;
    return n == 0 ? 0 : m->sink.data(m->sink.ctx, (const uint8_t *)m->delimiter + from, n);
}

static int delimiter_done(struct multipart *m)
{
    m->matched = 0;
    m->fresh = false;
    m->at = AT_AFTER;
    return m->sink.end(m->sink.ctx);
}

/* Takes data up to the next CR; *ret_n is how many bytes. */
static int data_run(struct multipart *m, const uint8_t *p, size_t n, size_t *ret_n)
{
    const uint8_t *cr = memchr(p, '\r', n);
    size_t run = cr == NULL ? n : (size_t)(cr - p);

    m->matched = cr != NULL;
    *ret_n = run + m->matched;
    return run == 0 ? 0 : m->sink.data(m->sink.ctx, p, run);
}

static int data_bytes(struct multipart *m, const uint8_t *p, size_t n, size_t *ret_n)
{
    *ret_n = 0;
    if (m->matched == 0)
        return data_run(m, p, n, ret_n);
    if (*p != (uint8_t)m->delimiter[m->matched])
        return unmatched(m);
    *ret_n = 1;
    m->matched++;
    return m->matched == m->delimiter_n ? delimiter_done(m) : 0;
}

int multipart_feed(struct multipart *m, const uint8_t *p, size_t n)
{
    size_t i = 0;

    while (i < n) {
        size_t took = 1;
        int e;

        e = m->at == AT_DATA ? data_bytes(m, p + i, n - i, &took) : between_byte(m, p[i]);
        if (e < 0) {
            m->at = AT_BROKEN;
            return e;
        }
        i += took;
    }
    return 0;
}

int multipart_end(const struct multipart *m)
{
    return m->at == AT_END || m->at == AT_OVER ? 0 : E_FORMAT;
}

void multipart_init(struct multipart *m, struct arena *a, const char *boundary, const struct multipart_sink *sink)
{
    size_t n = strlen(boundary);

    BUG_IF(n == 0 || n > MULTIPART_BOUNDARY_MAX);
    *m = (struct multipart){.sink = *sink, .arena = a, .at = AT_FIRST, .matched = 2};
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary, n);
    m->delimiter_n = n + 4;
}
