/*
 * answer.c: the last step of a request.
 *
 * Compression and secrets (BREACH): an attacker who reads sizes off the wire needs many answers that mix a secret with
 * text of his choice. Tokens of forms are masked anew for each page by the engine, and a page that another site made the
 * browser ask for (Sec-Fetch-Site: cross-site) goes out uncompressed when it is private. The rest is compressed.
 */
#include <pthread.h>
#include <sodium.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "http/answer.h"
#include "http/server.h"
#include "http/squeeze.h"
#include "os/os.h"

#define SQUEEZE_FROM ((size_t)512)
#define ETAG_SIZE    (2 * crypto_shorthash_siphashx24_BYTES + 5) /* quotes, -z, NUL */

/* clang-format off */
#define CSP "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " \
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
#define PERMISSIONS "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), " \
    "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), xr-spatial-tracking=()"

/* What every answer says. `of` gives a request's own value, NULL for the one here, "" for leaving it out. */
static const char *csp_of(const struct http_req *r)         { return r->csp; }
static const char *permissions_of(const struct http_req *r) { return r->permissions; }
static const char *referrer_of(const struct http_req *r)    { return r->no_referrer ? "no-referrer" : NULL; }
static const char *transport_of(const struct http_req *r)   { return r->tls ? NULL : ""; }

static const struct {
    const char *name, *value;
    const char *(*of)(const struct http_req *r);
} always[] = {
    {"Content-Security-Policy",    CSP,                csp_of},
    {"X-Content-Type-Options",     "nosniff",          NULL},
    {"Referrer-Policy",            "same-origin",      referrer_of},
    {"Cross-Origin-Opener-Policy", "same-origin",      NULL},
    {"Permissions-Policy",         PERMISSIONS,        permissions_of},
    {"Strict-Transport-Security",  "max-age=31536000; includeSubDomains", transport_of},
};

static const char *const cache_control[] = {
    [HTTP_CACHE_PRIVATE]   = "no-store",
    [HTTP_CACHE_PUBLIC]    = "public, max-age=60",
    [HTTP_CACHE_BRIEF]     = "public, max-age=5",
    [HTTP_CACHE_IMMUTABLE] = "public, max-age=31536000, immutable",
};

/* Types whose text is worth compressing: what is written before a ';' or the end. */
static const char *const text_types[] = {
    "text/html", "text/css", "text/plain", "text/csv", "text/javascript", "application/json", "application/problem+json",
    "application/javascript", "application/xml", "image/svg+xml", "application/manifest+json", "text/calendar",
};
/* clang-format on */

static void field(struct MHD_Response *m, const char *name, const char *value)
{
    BUG_IF(MHD_add_response_header(m, name, value) != MHD_YES); /* checked by http_answer_header() or constant */
}

/* ---- what the request allows ---- */

static bool is_read(const struct http_req *r)
{
    return r->method == HTTP_GET || r->method == HTTP_HEAD;
}

static const char *own_field(const struct http_req *r, const char *name)
{
    for (size_t i = 0; i < r->answer.n; i++) {
        if (strcasecmp(r->answer.v[i].name, name) == 0)
            return r->answer.v[i].value;
    }
    return NULL;
}

static bool is_text(const char *type)
{
    size_t n = strcspn(type, ";");

    for (size_t i = 0; i < ARRAY_LEN(text_types); i++) {
        if (strlen(text_types[i]) == n && strncasecmp(text_types[i], type, n) == 0)
            return true;
    }
    return false;
}

static bool may_squeeze(const struct http_req *r)
{
    const char *site = http_header(r, "sec-fetch-site");

    if (r->file_fd >= 0 || r->out.n <= SQUEEZE_FROM || !is_text(r->type) || own_field(r, "content-encoding") != NULL)
        return false;
    return r->cache != HTTP_CACHE_PRIVATE || site == NULL || strcasecmp(site, "cross-site") != 0;
}

/* ---- ETag ---- */

static bool same_tag(const char *a, size_t n, const char *b)
{
    size_t m = strlen(b);

    if (n > 3 && memcmp(a + n - 3, "-z\"", 3) == 0)
        n -= 3;
    if (m > 3 && memcmp(b + m - 3, "-z\"", 3) == 0)
        m -= 3;
    while (n > 0 && a[n - 1] == '"')
        n--;
    while (m > 0 && b[m - 1] == '"')
        m--;
    return n == m && memcmp(a, b, n) == 0;
}

bool answer_etag_listed(const char *if_none_match, const char *etag)
{
    const char *p = if_none_match;

    if (strcmp(p, "*") == 0)
        return true;
    if (strncmp(etag, "W/", 2) == 0)
        etag += 2;
    while (*p != '\0') {
        size_t n;

        p += strspn(p, " \t,");
        if (strncmp(p, "W/", 2) == 0)
            p += 2;
        if (*p != '"')
            return false;
        n = strcspn(p + 1, "\"");
        if (p[1 + n] != '"')
            return false;
        if (same_tag(p, n + 2, etag))
            return true;
        p += n + 2;
    }
    return false;
}

static uint8_t etag_key[crypto_shorthash_siphashx24_KEYBYTES];
static pthread_once_t etag_once = PTHREAD_ONCE_INIT;

static void etag_key_make(void)
{
    os_random(etag_key, sizeof etag_key);
}

/* The key is the process's own: nobody can make two pages with one tag; after a restart a browser simply asks again. */
static void etag_make(const struct buf *out, char ret[static ETAG_SIZE])
{
    uint8_t hash[crypto_shorthash_siphashx24_BYTES];

    BUG_IF(pthread_once(&etag_once, etag_key_make) != 0);
    (void)crypto_shorthash_siphashx24(hash, (const uint8_t *)out->s, out->n, etag_key); /* cannot fail */
    ret[0] = '"';
    (void)sodium_bin2hex(ret + 1, ETAG_SIZE - 1, hash, sizeof hash);
    memcpy(ret + 1 + 2 * sizeof hash, "\"", 2);
}

/* What is not to be stored cannot be asked for again by its tag, but for a client that does so nevertheless. */
static bool wants_etag(const struct http_req *r, const char *if_none_match)
{
    return r->cache != HTTP_CACHE_PRIVATE || if_none_match != NULL;
}

/* ---- the answer ---- */

static void add_fields(const struct exchange *x, struct MHD_Response *m)
{
    const struct http_req *r = &x->req;
    char number[24];

    for (size_t i = 0; i < ARRAY_LEN(always); i++) {
        const char *own = always[i].of == NULL ? NULL : always[i].of(r);

        if (own == NULL || *own != '\0')
            field(m, always[i].name, own == NULL ? always[i].value : own);
    }
    for (size_t i = 0; i < r->answer.n; i++)
        field(m, r->answer.v[i].name, r->answer.v[i].value);
    if (own_field(r, "cache-control") == NULL)
        field(m, "Cache-Control", cache_control[r->cache]);
    (void)snprintf(number, sizeof number, "%lld", (long long)r->number);
    field(m, "X-Request-Id", number);
    if (x->closes)
        field(m, "Connection", "close");
}

static struct MHD_Response *from_bytes(struct bytes b)
{
    struct MHD_Response *m =
        MHD_create_response_from_buffer(b.n, (void *)(uintptr_t)b.p, MHD_RESPMEM_PERSISTENT); /* the arena outlives it */

    if (m == NULL)
        memory_gone(b.n);
    return m;
}

static struct MHD_Response *from_file(struct http_req *r)
{
    struct MHD_Response *m = MHD_create_response_from_fd64((uint64_t)r->file_size, r->file_fd);

    if (m == NULL)
        memory_gone(sizeof r->file_fd);
    r->file_fd = -1; /* closed with the response */
    return m;
}

static void mark_squeezed(char *etag)
{
    size_t n = strlen(etag);

    if (n > 0)
        memcpy(etag + n - 1, "-z\"", 4);
}

/* 204 and 304 have no body; nor have 1xx, which nobody asks for. */
static bool has_no_body(int status)
{
    return status == 204 || status == 304;
}

struct MHD_Response *answer_make(struct exchange *x, uint64_t *ret_sent)
{
    struct http_req *r = &x->req;
    const char *known = http_header(r, "if-none-match"), *own = own_field(r, "etag");
    char etag[ETAG_SIZE] = "";
    struct bytes body = buf_bytes(&r->out);
    struct MHD_Response *m;
    bool squeezed = false;

    if (is_read(r) && r->status == 200 && own == NULL && r->file_fd < 0 && wants_etag(r, known))
        etag_make(&r->out, etag);
    if (is_read(r) && r->status == 200 && known != NULL && (own != NULL || *etag != '\0') &&
        answer_etag_listed(known, own != NULL ? own : etag))
        r->status = 304;
    if (has_no_body(r->status))
        body.n = 0;
    else if (may_squeeze(r) && squeeze_wanted(http_header(r, "accept-encoding")))
        squeezed = squeeze(&x->out_arena, body, &body);
    if (squeezed)
        mark_squeezed(etag);

    *ret_sent = r->file_fd >= 0 ? (uint64_t)r->file_size : body.n;
    m = r->file_fd >= 0 && !has_no_body(r->status) ? from_file(r) : from_bytes(body);
    if (r->method == HTTP_HEAD || has_no_body(r->status))
        *ret_sent = 0;
    if (!has_no_body(r->status))
        field(m, "Content-Type", r->type);
    if (*etag != '\0')
        field(m, "ETag", etag);
    if (is_text(r->type) && r->file_fd < 0)
        field(m, "Vary", "Accept-Encoding");
    if (squeezed)
        field(m, "Content-Encoding", "gzip");
    add_fields(x, m);
    return m;
}

void answer_error(struct exchange *x, int status)
{
    const struct http_conf *conf = &x->server->conf;
    struct http_req *r = &x->req;

    os_close(&r->file_fd);
    buf_clear(&r->out);
    r->status = status;
    r->type = "text/html; charset=utf-8";
    r->cache = HTTP_CACHE_PRIVATE;
    r->csp = NULL;
    r->permissions = NULL;
    if (conf->error_page != NULL)
        conf->error_page(conf->ctx, r, status);
    if (r->out.n == 0 || buf_failed(&r->out) < 0) {
        buf_clear(&r->out);
        r->type = "text/plain; charset=utf-8";
        buf_printf(&r->out, "%d\n", status);
    }
    r->status = status;
    if (status == 503 && own_field(r, "retry-after") == NULL)
        http_answer_header(r, "Retry-After", "5");
}

size_t answer_plain(char to[static ANSWER_PLAIN_MAX], int status)
{
    const char *reason = MHD_get_reason_phrase_for((unsigned int)status);
    size_t n = 0;
    int k;

    k = snprintf(to, ANSWER_PLAIN_MAX,
                 "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 4\r\n"
                 "Retry-After: 5\r\nCache-Control: no-store\r\nConnection: close\r\nX-Request-Id: %lld\r\n",
                 status, reason, (long long)os_new_id());
    BUG_IF(k < 0);
    n = (size_t)k;
    for (size_t i = 0; i < ARRAY_LEN(always); i++) {
        if (always[i].of == transport_of)
            continue; /* nothing is known of this peer's transport */
        k = snprintf(to + n, ANSWER_PLAIN_MAX - n, "%s: %s\r\n", always[i].name, always[i].value);
        BUG_IF(k < 0 || (size_t)k >= ANSWER_PLAIN_MAX - n);
        n += (size_t)k;
    }
    k = snprintf(to + n, ANSWER_PLAIN_MAX - n, "\r\n%d\n", status);
    BUG_IF(k < 0 || (size_t)k >= ANSWER_PLAIN_MAX - n);
    return n + (size_t)k;
}
