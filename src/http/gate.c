/*
 * gate.c: the state machine of gate.h. One small function a state, one row a state; a byte goes through exactly one of
 * them. Fields that decide over framing or routing are read here as well, the others only checked for their bytes.
 *
 * Not for: what is allowed in a path, which route takes a body, deadlines.
 */
#include <strings.h>

#include "gate.h"
#include "host.h"

/* What a byte may be part of. */
enum {
    C_TOKEN = 0x01,  /* method, name of a field */
    C_TARGET = 0x02, /* visible, without " < > # and backslash */
    C_VALUE = 0x04,  /* visible, space, tab, and bytes from 0x80 */
    C_HEX = 0x08,
    C_DIGIT = 0x10,
    C_HOST = 0x20, /* name or address with port */
    C_PATH = 0x40, /* C_TARGET without ? */
};

/* clang-format off */
static const uint8_t classes[256] = {
/*   x0    x1    x2    x3    x4    x5    x6    x7    x8    x9    xA    xB    xC    xD    xE    xF */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* 0x */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* 1x */
    0x04, 0x47, 0x04, 0x05, 0x47, 0x47, 0x47, 0x47, 0x46, 0x46, 0x47, 0x47, 0x46, 0x67, 0x67, 0x46, /* 2x */
    0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x66, 0x46, 0x04, 0x46, 0x04, 0x06, /* 3x */
    0x46, 0x6f, 0x6f, 0x6f, 0x6f, 0x6f, 0x6f, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, /* 4x */
    0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x66, 0x04, 0x66, 0x47, 0x67, /* 5x */
    0x47, 0x6f, 0x6f, 0x6f, 0x6f, 0x6f, 0x6f, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, /* 6x */
    0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x67, 0x46, 0x47, 0x46, 0x47, 0x00, /* 7x */
    0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, /* 8x */
    0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, /* 9x */
    0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, /* Ax */
    0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, /* Bx */
    0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, /* Cx */
    0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, /* Dx */
    0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, /* Ex */
    0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, /* Fx */
};

enum at {
    AT_START, AT_START_LF, AT_METHOD, AT_TARGET, AT_SCHEME, AT_AUTHORITY, AT_PATH, AT_QUERY, AT_STAR, AT_VERSION,
    AT_LINE_LF, AT_NAME_FIRST, AT_NAME, AT_VALUE_FIRST, AT_VALUE, AT_VALUE_LF, AT_HEAD_LF,
    AT_DATA, AT_DATA_CR, AT_DATA_LF, AT_SIZE_FIRST, AT_SIZE, AT_NOTE, AT_SIZE_LF, AT_LAST_CR, AT_LAST_LF,
    AT_COUNT,
};
/* clang-format on */

static bool is(uint8_t c, uint8_t what)
{
    return (classes[c] & what) != 0;
}

static void bad(struct gate *g)
{
    g->status = 400;
}

static void unless(struct gate *g, bool good, enum at next)
{
    if (good)
        g->at = (uint8_t)next;
    else
        bad(g);
}

static void host_check(struct gate *g, const char *s)
{
    if (!host_is_well_formed(s))
        bad(g);
    else if (!host_is_ours(g->hosts, s))
        g->status = 421;
}

/* ---- fields that the gate reads ---- */

static void take_host(struct gate *g)
{
    if (g->has_host)
        bad(g);
    g->has_host = true;
    for (size_t i = 0; i < g->value_n; i++) {
        if (!is((uint8_t)g->value[i], C_HOST))
            bad(g);
    }
    if (g->absolute && strcasecmp(g->value, g->authority) != 0)
        bad(g);
    if (g->status == 0)
        host_check(g, g->value);
}

static void take_length(struct gate *g)
{
    if (g->has_length || g->value_n == 0 || g->value_n > 18)
        bad(g);
    g->has_length = true;
    g->length = 0;
    for (size_t i = 0; g->status == 0 && i < g->value_n; i++) {
        if (!is((uint8_t)g->value[i], C_DIGIT))
            bad(g);
        g->length = g->length * 10 + (g->value[i] - '0');
    }
    if (g->status == 0 && g->length > GATE_LENGTH_MAX)
        g->status = 413;
}

static void take_coding(struct gate *g)
{
    if (g->has_coding || g->old_version)
        bad(g);
    else if (strcasecmp(g->value, "chunked") != 0)
        g->status = 501;
    g->has_coding = true;
}

static void take_expect(struct gate *g)
{
    if (g->expects)
        bad(g);
    else if (strcasecmp(g->value, "100-continue") != 0)
        g->status = 417;
    g->expects = true;
}

static void take_cookie(struct gate *g)
{
    if (g->has_cookie)
        bad(g);
    g->has_cookie = true;
}

enum { FIELD_COOKIE, FIELD_HOST, FIELD_LENGTH, FIELD_CODING, FIELD_EXPECT, FIELD_COUNT };

static const struct {
    const char *name;
    void (*take)(struct gate *g); /* the value is whole, trimmed, in g->value; that of Cookie is only counted */
} known[FIELD_COUNT] = {
    [FIELD_COOKIE] = {"cookie", take_cookie},         [FIELD_HOST] = {"host", take_host},
    [FIELD_LENGTH] = {"content-length", take_length}, [FIELD_CODING] = {"transfer-encoding", take_coding},
    [FIELD_EXPECT] = {"expect", take_expect},
};

static uint8_t field_find(const struct gate *g)
{
    uint8_t i = 0;

    while (i < FIELD_COUNT && (strlen(known[i].name) != g->name_n || strncasecmp(known[i].name, g->name, g->name_n) != 0))
        i++;
    return i;
}

/* ---- the request line ---- */

static void name_add(struct gate *g, uint8_t c)
{
    if (g->name_n < sizeof g->name)
        g->name[g->name_n] = (char)c;
    g->name_n++;
}

static void head_begin(struct gate *g)
{
    g->blank = g->old_version = g->absolute = false;
    g->has_host = g->has_length = g->has_coding = g->has_cookie = g->expects = false;
    g->fields = g->cookies = 0;
    g->target_n = g->name_n = g->authority_n = g->cookie_n = 0;
}

/* One empty line before a request line is forgiven (RFC 9112, 2.2); a second is not. */
static void at_start(struct gate *g, uint8_t *c)
{
    if (!g->begun) {
        g->begun = true;
        head_begin(g);
    }
    if (*c == '\r' && !g->blank) {
        g->blank = true;
        g->at = AT_START_LF;
        return;
    }
    name_add(g, *c);
    unless(g, is(*c, C_TOKEN), AT_METHOD);
}

static void at_start_lf(struct gate *g, uint8_t *c)
{
    unless(g, *c == '\n', AT_START);
}

/* Methods of HTTP that we never serve are 405, words that are no method are 501. */
static int method_status(const char *s, size_t n)
{
    static const struct {
        const char *name;
        int status;
    } methods[] = {
        {"GET", 0},    {"HEAD", 0},    {"POST", 0},    {"PUT", 0},       {"PATCH", 0},
        {"DELETE", 0}, {"OPTIONS", 0}, {"TRACE", 405}, {"CONNECT", 405},
    };

    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        if (strlen(methods[i].name) == n && memcmp(methods[i].name, s, n) == 0)
            return methods[i].status;
    }
    return 501;
}

static void at_method(struct gate *g, uint8_t *c)
{
    if (*c == ' ') {
        g->at = AT_TARGET;
        g->status = method_status(g->name, g->name_n);
    } else if (is(*c, C_TOKEN)) {
        name_add(g, *c);
        if (g->name_n > sizeof g->name)
            g->status = 501;
    } else {
        bad(g);
    }
}

static void target_count(struct gate *g)
{
    if (++g->target_n > GATE_TARGET_MAX)
        g->status = 414;
}

static void at_target(struct gate *g, uint8_t *c)
{
    bool asks_all = g->name_n == 7 && memcmp(g->name, "OPTIONS", 7) == 0;

    g->value_n = 0;
    target_count(g);
    if (*c == '/') {
        g->at = AT_PATH;
    } else if (*c == 'h' || *c == 'H') {
        g->at = AT_SCHEME;
        g->value[g->value_n++] = (char)*c;
    } else {
        unless(g, *c == '*' && asks_all, AT_STAR);
    }
}

static void at_scheme(struct gate *g, uint8_t *c)
{
    target_count(g);
    if (g->value_n >= 8 || !is(*c, C_TARGET)) {
        bad(g);
        return;
    }
    g->value[g->value_n++] = (char)*c;
    if (*c != '/' || g->value_n < 7)
        return;
    g->absolute = (g->value_n == 7 && strncasecmp(g->value, "http://", 7) == 0) ||
                  (g->value_n == 8 && strncasecmp(g->value, "https://", 8) == 0);
    if (g->absolute)
        g->at = AT_AUTHORITY;
    else if (strncasecmp(g->value, "https:/", 7) != 0)
        bad(g);
}

static void version_begin(struct gate *g)
{
    g->at = AT_VERSION;
    g->value_n = 0;
}

static void query_begin(struct gate *g, uint8_t *c)
{
    g->at = AT_QUERY;
    *c = GATE_QUERY_MARK;
}

static void target_goes_on(struct gate *g, uint8_t *c, enum at next)
{
    if (*c == ' ') {
        version_begin(g);
        return;
    }
    target_count(g);
    if (*c == '?' && next == AT_PATH)
        query_begin(g, c);
    else
        unless(g, is(*c, C_TARGET) && next != AT_STAR, next);
}

static void at_authority(struct gate *g, uint8_t *c)
{
    if (*c == '/' || *c == '?' || *c == ' ') {
        g->authority[g->authority_n] = '\0';
        target_goes_on(g, c, AT_PATH);
        if (g->authority_n == 0)
            bad(g);
        return;
    }
    target_count(g);
    if (!is(*c, C_HOST) || g->authority_n >= sizeof g->authority - 1)
        bad(g);
    else
        g->authority[g->authority_n++] = (char)*c;
}

static void at_path(struct gate *g, uint8_t *c)
{
    target_goes_on(g, c, AT_PATH);
}

static void at_query(struct gate *g, uint8_t *c)
{
    target_goes_on(g, c, AT_QUERY);
}

static void at_star(struct gate *g, uint8_t *c)
{
    target_goes_on(g, c, AT_STAR);
}

static void version_check(struct gate *g)
{
    const char *v = g->value;

    g->at = AT_LINE_LF;
    if (g->value_n != 8 || memcmp(v, "HTTP/", 5) != 0 || !is((uint8_t)v[5], C_DIGIT) || v[6] != '.' ||
        !is((uint8_t)v[7], C_DIGIT))
        bad(g);
    else if (v[5] != '1' || v[7] > '1')
        g->status = 505;
    g->old_version = v[7] == '0';
}

static void at_version(struct gate *g, uint8_t *c)
{
    if (*c == '\r')
        version_check(g);
    else if (g->value_n >= 8)
        bad(g);
    else
        g->value[g->value_n++] = (char)*c;
}

static void at_line_lf(struct gate *g, uint8_t *c)
{
    unless(g, *c == '\n', AT_NAME_FIRST);
}

/* ---- fields ---- */

static void at_name_first(struct gate *g, uint8_t *c)
{
    if (*c == '\r') {
        g->at = AT_HEAD_LF;
        return;
    }
    g->name_n = 0;
    name_add(g, *c);
    unless(g, is(*c, C_TOKEN), AT_NAME); /* a space or tab here would be a folded line */
    if (++g->fields > GATE_FIELDS_MAX)
        g->status = 431;
}

static void at_name(struct gate *g, uint8_t *c)
{
    if (*c == ':') {
        g->field = field_find(g);
        g->value_n = 0;
        g->at = AT_VALUE_FIRST;
        return;
    }
    name_add(g, *c);
    unless(g, is(*c, C_TOKEN), AT_NAME);
}

static void value_add(struct gate *g, uint8_t c)
{
    if (g->field == FIELD_COUNT)
        return;
    if (g->field == FIELD_COOKIE) {
        g->cookies += c == ';';
        if (g->cookies >= GATE_COOKIES_MAX || ++g->cookie_n > GATE_COOKIE_MAX)
            g->status = 431;
        return;
    }
    if (g->value_n >= sizeof g->value - 1)
        bad(g);
    else
        g->value[g->value_n++] = (char)c;
}

static void value_end(struct gate *g)
{
    g->at = AT_VALUE_LF;
    if (g->field == FIELD_COUNT)
        return;
    while (g->value_n > 0 && (g->value[g->value_n - 1] == ' ' || g->value[g->value_n - 1] == '\t'))
        g->value_n--;
    g->value[g->value_n] = '\0';
    known[g->field].take(g);
}

static void at_value(struct gate *g, uint8_t *c)
{
    if (*c == '\r') {
        value_end(g);
        return;
    }
    unless(g, is(*c, C_VALUE), AT_VALUE);
    value_add(g, *c);
}

static void at_value_first(struct gate *g, uint8_t *c)
{
    if (*c != ' ' && *c != '\t')
        at_value(g, c);
}

static void at_value_lf(struct gate *g, uint8_t *c)
{
    unless(g, *c == '\n', AT_NAME_FIRST);
}

static void body_end(struct gate *g)
{
    g->at = AT_START;
    g->begun = false;
    g->head_n = 0;
}

static void at_head_lf(struct gate *g, uint8_t *c)
{
    unless(g, *c == '\n' && g->has_host && !(g->has_length && g->has_coding), AT_START);
    if (g->status != 0)
        return;
    g->heads++;
    g->unit_done = true;
    g->chunked = g->has_coding;
    g->left = g->has_length ? g->length : 0;
    g->has_body = g->chunked || g->left > 0;
    body_end(g);
    g->notes_n = 0;
    if (g->has_body)
        g->at = g->chunked ? AT_SIZE_FIRST : AT_DATA;
}

/* ---- chunks ---- */

static int hex_value(uint8_t c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static void at_size_first(struct gate *g, uint8_t *c)
{
    g->left = 0;
    g->digits = 0;
    g->note_n = 0;
    unless(g, is(*c, C_HEX), AT_SIZE);
    if (g->status == 0)
        g->left = hex_value(*c);
}

static void at_size(struct gate *g, uint8_t *c)
{
    if (*c == '\r') {
        g->at = AT_SIZE_LF;
    } else if (*c == ';') {
        g->at = AT_NOTE;
    } else if (is(*c, C_HEX) && ++g->digits < 16) {
        g->left = g->left * 16 + hex_value(*c);
        if (g->left > GATE_LENGTH_MAX)
            g->status = 413;
    } else {
        bad(g);
    }
}

static void at_note(struct gate *g, uint8_t *c)
{
    if (*c == '\r')
        g->at = AT_SIZE_LF;
    else if (!is(*c, C_VALUE) || ++g->note_n > GATE_NOTE_MAX || ++g->notes_n > GATE_NOTES_MAX)
        bad(g);
}

static void at_size_lf(struct gate *g, uint8_t *c)
{
    unless(g, *c == '\n', g->left > 0 ? AT_DATA : AT_LAST_CR);
    g->unit_done = g->status == 0 && g->left > 0;
}

static void at_data_cr(struct gate *g, uint8_t *c)
{
    unless(g, *c == '\r', AT_DATA_LF);
}

static void at_data_lf(struct gate *g, uint8_t *c)
{
    unless(g, *c == '\n', AT_SIZE_FIRST);
    g->unit_done = g->status == 0;
}

/* Trailers are refused: nothing here reads them, and some readers take them for fields. */
static void at_last_cr(struct gate *g, uint8_t *c)
{
    unless(g, *c == '\r', AT_LAST_LF);
}

static void at_last_lf(struct gate *g, uint8_t *c)
{
    unless(g, *c == '\n', AT_LAST_LF);
    if (g->status != 0)
        return;
    g->unit_done = true;
    body_end(g);
}

/* ---- the machine ---- */

/* clang-format off */
static const struct {
    void (*step)(struct gate *g, uint8_t *c);
    uint8_t plain; /* bytes of this class leave the state as it is, unless the gate reads the field */
} states[AT_COUNT] = {
    [AT_START]       = {at_start, 0},
    [AT_START_LF]    = {at_start_lf, 0},
    [AT_METHOD]      = {at_method, 0},
    [AT_TARGET]      = {at_target, 0},
    [AT_SCHEME]      = {at_scheme, 0},
    [AT_AUTHORITY]   = {at_authority, 0},
    [AT_PATH]        = {at_path, C_PATH},
    [AT_QUERY]       = {at_query, C_TARGET},
    [AT_STAR]        = {at_star, 0},
    [AT_VERSION]     = {at_version, 0},
    [AT_LINE_LF]     = {at_line_lf, 0},
    [AT_NAME_FIRST]  = {at_name_first, 0},
    [AT_NAME]        = {at_name, C_TOKEN},
    [AT_VALUE_FIRST] = {at_value_first, 0},
    [AT_VALUE]       = {at_value, C_VALUE},
    [AT_VALUE_LF]    = {at_value_lf, 0},
    [AT_HEAD_LF]     = {at_head_lf, 0},
    [AT_DATA]        = {NULL, 0}, /* counted, not looked at */
    [AT_DATA_CR]     = {at_data_cr, 0},
    [AT_DATA_LF]     = {at_data_lf, 0},
    [AT_SIZE_FIRST]  = {at_size_first, 0},
    [AT_SIZE]        = {at_size, 0},
    [AT_NOTE]        = {at_note, 0},
    [AT_SIZE_LF]     = {at_size_lf, 0},
    [AT_LAST_CR]     = {at_last_cr, 0},
    [AT_LAST_LF]     = {at_last_lf, 0},
};
/* clang-format on */

static size_t data_pass(struct gate *g, size_t n)
{
    if ((uint64_t)n < (uint64_t)g->left) {
        g->left -= (int64_t)n;
        return n;
    }
    n = (size_t)g->left;
    g->left = 0;
    if (g->chunked)
        g->at = AT_DATA_CR;
    else
        body_end(g);
    return n;
}

static void run_take(struct gate *g, const uint8_t *p, size_t n)
{
    if (g->at == AT_NAME) {
        for (size_t i = 0; i < n; i++)
            name_add(g, p[i]);
    } else if (g->at != AT_VALUE) {
        g->target_n += n;
        if (g->target_n > GATE_TARGET_MAX)
            g->status = 414;
    }
}

/* The long runs: targets, names, and values that nobody here reads. Returns how many bytes it went over. */
static size_t plain_run(struct gate *g, const uint8_t *p, size_t n)
{
    uint8_t what = states[g->at].plain;
    size_t i = 0;

    if (what == 0 || (g->at == AT_VALUE && g->field != FIELD_COUNT))
        return 0;
    while (i < n && is(p[i], what))
        i++;
    run_take(g, p, i);
    return i;
}

static void head_count(struct gate *g, size_t n)
{
    if (!gate_in_head(g))
        return;
    g->head_n += n;
    if (g->head_n > GATE_HEAD_MAX && g->status == 0)
        g->status = 431;
}

size_t gate_feed(struct gate *g, uint8_t *p, size_t n)
{
    size_t i = 0, passed = 0;

    while (i < n && g->status == 0) {
        size_t run;

        if (g->at == AT_DATA) {
            i += data_pass(g, n - i);
            passed = i;
            continue;
        }
        run = plain_run(g, p + i, n - i);
        i += run;
        head_count(g, run);
        if (i == n || g->status != 0)
            break;

        head_count(g, 1);
        if (g->status == 0)
            states[g->at].step(g, &p[i]);
        i++;
        if (g->unit_done) {
            passed = i;
            g->unit_done = false;
        }
    }
    return passed;
}

struct bytes gate_closing(const struct gate *g)
{
    static const char request[] = GATE_METHOD " / HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n";
    static const char chunk_end[] = "\r\n0\r\n\r\n";
    const uint8_t *end = (const uint8_t *)chunk_end;

    if (gate_in_head(g))
        return g->status != 0 ? (struct bytes){(const uint8_t *)request, sizeof request - 1} : (struct bytes){end, 0};
    if (!g->chunked)
        return (struct bytes){end, 0};
    if (g->at == AT_DATA || g->at == AT_DATA_CR || g->at == AT_DATA_LF)
        return (struct bytes){end, 7};
    return (struct bytes){end + 2, 5};
}

bool gate_in_head(const struct gate *g)
{
    return g->at < AT_DATA;
}

bool gate_begun(const struct gate *g)
{
    return gate_in_head(g) && g->begun;
}

void gate_refuse(struct gate *g, int status)
{
    BUG_IF(!gate_in_head(g));
    g->status = status;
}

void gate_init(struct gate *g, const char *const *hosts)
{
    *g = (struct gate){.hosts = hosts};
}
