/*
 * pdf_syntax.c: one lexer over bytes that may be anything.
 */
#include "ui/pdf_syntax.h"

#define DEPTH_MAX  64
#define NUMBER_MAX INT64_C(2000000000)

static bool is_space(uint8_t c)
{
    return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

static bool is_delimiter(uint8_t c)
{
    return c != 0 && strchr("()<>[]{}/%", c) != NULL;
}

static bool more(const struct pdf_lexer *lx)
{
    return lx->at < lx->in.n;
}

static void blanks_skip(struct pdf_lexer *lx)
{
    while (more(lx)) {
        uint8_t c = lx->in.p[lx->at];

        if (c == '%') {
            while (more(lx) && lx->in.p[lx->at] != '\n' && lx->in.p[lx->at] != '\r')
                lx->at++;
        } else if (is_space(c)) {
            lx->at++;
        } else {
            return;
        }
    }
}

static struct pdf_token token_from(const struct pdf_lexer *lx, enum pdf_token_kind kind, size_t from)
{
    return (struct pdf_token){.kind = kind, .text = {.p = lx->in.p + from, .n = lx->at - from}};
}

static void plain_skip(struct pdf_lexer *lx)
{
    while (more(lx) && !is_space(lx->in.p[lx->at]) && !is_delimiter(lx->in.p[lx->at]))
        lx->at++;
}

/* Brackets inside a string are balanced or have a backslash before them. */
static bool string_skip(struct pdf_lexer *lx)
{
    size_t depth = 0;

    while (more(lx)) {
        uint8_t c = lx->in.p[lx->at++];

        if (c == '\\' && more(lx))
            lx->at++;
        else if (c == '(')
            depth++;
        else if (c == ')' && --depth == 0)
            return true;
    }
    return false;
}

static bool hex_skip(struct pdf_lexer *lx)
{
    const uint8_t *end = memchr(lx->in.p + lx->at, '>', lx->in.n - lx->at);

    if (end == NULL)
        return false;
    lx->at = (size_t)(end - lx->in.p) + 1;
    return true;
}

static bool begins(const struct pdf_lexer *lx, const char *two)
{
    return lx->in.n - lx->at >= 2 && memcmp(lx->in.p + lx->at, two, 2) == 0;
}

struct pdf_token pdf_token(struct pdf_lexer *lx)
{
    enum pdf_token_kind kind = PDF_BAD;
    size_t from;
    uint8_t c;

    blanks_skip(lx);
    from = lx->at;
    if (!more(lx))
        return (struct pdf_token){.kind = PDF_END};

    c = lx->in.p[lx->at];
    if (begins(lx, "<<") || begins(lx, ">>")) {
        lx->at += 2;
        return token_from(lx, c == '<' ? PDF_DICT : PDF_DICT_END, from);
    }
    if (c == '(')
        return token_from(lx, string_skip(lx) ? PDF_STRING : PDF_BAD, from);
    if (c == '<')
        return token_from(lx, hex_skip(lx) ? PDF_HEX : PDF_BAD, from);
    if (!is_delimiter(c)) {
        plain_skip(lx);
        return token_from(lx, PDF_WORD, from);
    }
    lx->at++;
    if (c == '/') {
        plain_skip(lx);
        return token_from(lx, PDF_NAME, from + 1);
    }
    if (c == '[' || c == ']')
        kind = c == '[' ? PDF_ARRAY : PDF_ARRAY_END;
    return token_from(lx, kind, from);
}

/* Whether two more words make a reference of this number: "12" "0 R". */
static bool reference_follows(struct pdf_lexer *lx)
{
    struct pdf_lexer ahead = *lx;
    struct pdf_token generation = pdf_token(&ahead), r = pdf_token(&ahead);
    int64_t v;

    if (generation.kind != PDF_WORD || pdf_number(generation.text, &v) < 0)
        return false;
    if (r.kind != PDF_WORD || r.text.n != 1 || r.text.p[0] != 'R')
        return false;
    *lx = ahead;
    return true;
}

static int brackets_skip(struct pdf_lexer *lx)
{
    int depth = 1;

    while (depth > 0) {
        switch (pdf_token(lx).kind) {
        case PDF_DICT:
        case PDF_ARRAY:
            if (++depth > DEPTH_MAX)
                return E_FORMAT;
            break;
        case PDF_DICT_END:
        case PDF_ARRAY_END:
            depth--;
            break;
        case PDF_END:
        case PDF_BAD:
            return E_FORMAT;
        default:
            break;
        }
    }
    return 0;
}

int pdf_value(struct pdf_lexer *lx, struct bytes *ret)
{
    struct pdf_token t = pdf_token(lx);
    const uint8_t *from = t.text.p;
    int64_t v;
    int e = 0;

    switch (t.kind) {
    case PDF_DICT:
    case PDF_ARRAY:
        e = brackets_skip(lx);
        break;
    case PDF_WORD:
        if (pdf_number(t.text, &v) == 0)
            (void)reference_follows(lx); /* either way the lexer stands behind the value */
        break;
    case PDF_NAME:
        from--; /* with its slash */
        break;
    case PDF_STRING:
    case PDF_HEX:
        break;
    default:
        e = E_FORMAT;
    }
    if (e < 0)
        return e;

    *ret = (struct bytes){.p = from, .n = (size_t)(lx->in.p + lx->at - from)};
    return 0;
}

int pdf_dict_get(struct bytes dict, const char *key, struct bytes *ret)
{
    struct pdf_lexer lx = {.in = dict};
    struct bytes value;
    int e;

    if (pdf_token(&lx).kind != PDF_DICT)
        return E_FORMAT;
    for (;;) {
        struct pdf_token t = pdf_token(&lx);

        if (t.kind == PDF_DICT_END)
            break;
        if (t.kind != PDF_NAME)
            return E_FORMAT;
        e = pdf_value(&lx, &value);
        if (e < 0)
            return e;
        if (t.text.n == strlen(key) && memcmp(t.text.p, key, t.text.n) == 0) {
            *ret = value;
            return 0;
        }
    }
    *ret = (struct bytes){0};
    return 0;
}

int pdf_number(struct bytes value, int64_t *ret)
{
    int64_t v = 0;

    if (value.n == 0)
        return E_FORMAT;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] < '0' || value.p[i] > '9')
            return E_FORMAT;
        v = v * 10 + (value.p[i] - '0');
        if (v > NUMBER_MAX)
            return E_FORMAT;
    }

    *ret = v;
    return 0;
}

int pdf_reference(struct bytes value, int64_t *ret)
{
    struct pdf_lexer lx = {.in = value};
    struct pdf_token t = pdf_token(&lx);
    int64_t v;

    if (t.kind != PDF_WORD || pdf_number(t.text, &v) < 0 || !reference_follows(&lx))
        return E_FORMAT;

    *ret = v;
    return 0;
}

size_t pdf_find_last(struct bytes in, const char *text)
{
    size_t n = strlen(text);

    for (size_t i = in.n >= n ? in.n - n + 1 : 0; i > 0; i--) {
        if (in.p[i - 1] == (uint8_t)text[0] && memcmp(in.p + i - 1, text, n) == 0)
            return i - 1;
    }
    return in.n;
}
