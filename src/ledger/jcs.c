/*
 * jcs.c: a recursive descent over at most a handful of levels, and its mirror.
 *
 * What is not canonical is not read: there is no second spelling to normalise, so hashing what was parsed and hashing
 * what came in are the same.
 */
#include "base/json.h"
#include "base/text.h"
#include "ledger/jcs.h"

#define NAME_MAX_LETTERS ((size_t)63)

struct reader {
    struct arena *arena;
    const char *at;
    const char *end;
};

bool jcs_name_ok(const char *name)
{
    size_t n;

    if (name == NULL || name[0] < 'a' || name[0] > 'z')
        return false;
    for (n = 1; name[n] != '\0'; n++)
        if (!((name[n] >= 'a' && name[n] <= 'z') || (name[n] >= '0' && name[n] <= '9') || name[n] == '_'))
            return false;
    return n <= NAME_MAX_LETTERS;
}

static bool take(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

/* ---- strings ---- */

static const struct {
    char letter; /* behind the backslash */
    char means;
} short_escapes[] = {{'"', '"'}, {'\\', '\\'}, {'b', '\b'}, {'t', '\t'}, {'n', '\n'}, {'f', '\f'}, {'r', '\r'}};

static bool has_short_escape(char means)
{
    for (size_t i = 0; i < ARRAY_LEN(short_escapes); i++)
        if (short_escapes[i].means == means)
            return true;
    return false;
}

/* "u00xx" behind a backslash: a control character that has no short escape, in lower-case hex. */
static int take_unicode_escape(struct reader *r, char *ret)
{
    uint8_t code[2];
    char hex[5];

    if (r->end - r->at < 5)
        return E_FORMAT;
    memcpy(hex, r->at + 1, 4);
    hex[4] = '\0';
    if (hex_bytes(hex, code, 2) < 0 || code[0] != 0 || code[1] == 0 || code[1] >= 0x20 || has_short_escape((char)code[1]))
        return E_FORMAT;
    r->at += 5;
    *ret = (char)code[1];
    return 0;
}

static int take_escape(struct reader *r, char *ret)
{
    if (r->at == r->end)
        return E_FORMAT;
    if (*r->at == 'u')
        return take_unicode_escape(r, ret);
    for (size_t i = 0; i < ARRAY_LEN(short_escapes); i++) {
        if (*r->at == short_escapes[i].letter) {
            r->at++;
            *ret = short_escapes[i].means;
            return 0;
        }
    }
    return E_FORMAT;
}

/* The string whose opening quote has been taken. */
static int take_string(struct reader *r, const char **ret)
{
    const char *from = r->at;
    size_t n = 0;
    char *s;

    while (from < r->end && *from != '"')
        from += *from == '\\' && r->end - from > 1 ? 2 : 1;
    s = arena_alloc(r->arena, (size_t)(from - r->at) + 1);

    while (r->at < r->end && *r->at != '"') {
        char c = *r->at++;

        if ((unsigned char)c < 0x20 || (c == '\\' && take_escape(r, &c) < 0))
            return E_FORMAT;
        s[n++] = c;
    }
    if (!take(r, '"') || !text_is_utf8(s, n) || !text_is_nfc(s))
        return E_FORMAT;
    *ret = s;
    return 0;
}

/* ---- objects ---- */

struct members {
    struct jcs *v;
    size_t n, room;
};

static struct jcs *member_add(struct arena *a, struct members *m)
{
    if (m->n == m->room) {
        size_t room = m->room == 0 ? 16 : m->room * 2;
        struct jcs *v = arena_array(a, room, struct jcs);

        if (m->n > 0)
            memcpy(v, m->v, m->n * sizeof *v);
        m->v = v;
        m->room = room;
    }
    return &m->v[m->n++];
}

static int take_object(struct reader *r, int depth, struct jcs *ret);

static int take_value(struct reader *r, int depth, struct jcs *ret)
{
    const char *from = r->at;
    int e;

    if (take(r, '"'))
        e = take_string(r, &ret->text);
    else if (take(r, '{') && depth > 0)
        e = take_object(r, depth, ret);
    else
        e = E_FORMAT;
    ret->raw = (struct bytes){.p = (const uint8_t *)from, .n = (size_t)(r->at - from)};
    return e;
}

static int take_member(struct reader *r, int depth, struct members *to)
{
    const char *name;
    struct jcs *m;
    int e;

    if (!take(r, '"'))
        return E_FORMAT;
    e = take_string(r, &name);
    if (e < 0)
        return e;
    if (!jcs_name_ok(name) || (to->n > 0 && strcmp(to->v[to->n - 1].name, name) >= 0) || !take(r, ':'))
        return E_FORMAT;

    m = member_add(r->arena, to);
    m->name = name;
    return take_value(r, depth - 1, m);
}

/* The object whose opening brace has been taken. */
static int take_object(struct reader *r, int depth, struct jcs *ret)
{
    struct members members = {0};
    int e;

    while (!take(r, '}')) {
        if (members.n > 0 && !take(r, ','))
            return E_FORMAT;
        e = take_member(r, depth, &members);
        if (e < 0)
            return e;
    }
    ret->members = members.v;
    ret->n = members.n;
    return 0;
}

int jcs_parse(struct arena *a, struct bytes b, int depth, struct jcs *ret)
{
    struct reader r = {.arena = a, .at = (const char *)b.p, .end = (const char *)b.p + b.n};
    struct jcs top = {0};
    int e;

    if (b.n == 0 || b.p[0] != '{')
        return E_FORMAT;
    e = take_value(&r, depth, &top);
    if (e < 0)
        return e;
    if (r.at != r.end)
        return E_FORMAT;
    *ret = top;
    return 0;
}

/* ---- writing ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct jcs *)a)->name, ((const struct jcs *)b)->name);
}

static int write_text(const char *s, struct buf *out)
{
    if (!text_is_utf8(s, strlen(s)) || !text_is_nfc(s))
        return E_INPUT;
    json_quote(out, s);
    return 0;
}

static bool names_ok(const struct jcs *v)
{
    for (size_t i = 0; i < v->n; i++)
        if (!jcs_name_ok(v->members[i].name))
            return false;
    return true;
}

int jcs_write(struct jcs *v, struct buf *out)
{
    int e;

    if (v->text != NULL)
        return write_text(v->text, out);
    if (!names_ok(v))
        return E_INPUT;
    if (v->n > 1)
        qsort(v->members, v->n, sizeof *v->members, by_name);

    buf_byte(out, '{');
    for (size_t i = 0; i < v->n; i++) {
        if (i > 0 && strcmp(v->members[i - 1].name, v->members[i].name) == 0)
            return E_INPUT;
        buf_add(out, i > 0 ? ",\"" : "\"");
        buf_add(out, v->members[i].name);
        buf_add(out, "\":");
        e = jcs_write(&v->members[i], out);
        if (e < 0)
            return e;
    }
    buf_byte(out, '}');
    return buf_failed(out);
}

const struct jcs *jcs_member(const struct jcs *v, const char *name)
{
    for (size_t i = 0; i < v->n; i++)
        if (strcmp(v->members[i].name, name) == 0)
            return &v->members[i];
    return NULL;
}
