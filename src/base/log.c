/*
 * log.c: a record on the stack, out in one write.
 */
#include <stdatomic.h>
#include <unistd.h>

#include <unistr.h>

#include "date.h"
#include "log.h"
#include "text.h"

#define NIK_DIGITS ((size_t)16)

/* The process's own: set once, read by all threads. */
static _Atomic int level_from = LEVEL_INFO;
static instant (*_Atomic clock_fn)(void);
static log_keep_fn *_Atomic keep_fn;

static const char *const level_names[] = {
    [LEVEL_DEBUG] = "debug",
    [LEVEL_INFO] = "info",
    [LEVEL_WARN] = "warn",
    [LEVEL_ERROR] = "error",
};
_Static_assert(ARRAY_LEN(level_names) == LEVEL_COUNT, "a name for each level");

/* A key one of whose words (between . _ -) is here names a secret. */
static const char *const secret_words[] = {
    "authorization", "code", "cookie", "csrf", "nik",     "otp",   "passphrase",
    "password",      "pin",  "secret", "seed", "session", "token", "totp",
};

/*
 * What may stand in a text, by its key; a text under any other key is not shown. So a line holds no more about a person than
 * the number of an account and the address a request came from (docs/security.md section 7).
 */
enum shape {
    SHAPE_NONE,
    SHAPE_WORD,     /* a constant of the program: no blank, no @ */
    SHAPE_PATH,     /* of a request: parts that are no plain words of an address are hidden, so is what may be a token */
    SHAPE_ADDRESS,  /* of a network; shortened where it is kept */
    SHAPE_SENTENCE, /* of the program or the system; mail addresses in it are hidden */
};

static const struct {
    enum shape shape;
    const char *keys; /* parted by spaces */
} shapes[] = {
    {SHAPE_WORD, "fault kind method of outcome permission rec result role step word"},
    {SHAPE_PATH, "path"},
    {SHAPE_ADDRESS, "address"},
    {SHAPE_SENTENCE, "detail file from how listen on text what why"},
};

#define PATH_PART_MAX ((size_t)40)
#define WORD_MAX      ((size_t)128)

/* ---- a line that never overflows: what does not fit is left out, the newline always fits ---- */

struct line {
    char *s;
    size_t n;
    bool kept; /* for the files, not for stderr */
};

static void put(struct line *l, const char *s, size_t n)
{
    if (n > LOG_LINE_MAX - 1 - l->n)
        return;
    memcpy(l->s + l->n, s, n);
    l->n += n;
}

static void put_text(struct line *l, const char *s)
{
    put(l, s, strlen(s));
}

PRINTF(2, 3) static void put_format(struct line *l, const char *fmt, ...)
{
    char small[64];
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    BUG_IF(n < 0 || (size_t)n >= sizeof small);
    put(l, small, (size_t)n);
}

/* ---- values ---- */

static bool is_secret_word(const char *word, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(secret_words); i++) {
        if (strlen(secret_words[i]) == n && memcmp(secret_words[i], word, n) == 0)
            return true;
    }
    return false;
}

static bool names_secret(const char *key)
{
    for (;;) {
        size_t n = strcspn(key, "._-");

        if (is_secret_word(key, n))
            return true;
        if (key[n] == '\0')
            return false;
        key += n + 1;
    }
}

static bool is_plain(const char *s)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@,+*-";

    return *s != '\0' && s[strspn(s, plain)] == '\0';
}

/* C0 and C1 controls, separators of lines and paragraphs, marks that reorder or hide text. */
static bool is_unruly(ucs4_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0x061C;
}

static void put_escaped(struct line *l, ucs4_t c)
{
    if (c == '"' || c == '\\')
        put_format(l, "\\%c", (char)c);
    else if (c == '\n')
        put_text(l, "\\n");
    else if (c == '\r')
        put_text(l, "\\r");
    else if (c == '\t')
        put_text(l, "\\t");
    else if (c < 0x80)
        put_format(l, "\\x%02x", (unsigned)c);
    else
        put_format(l, "\\u{%x}", (unsigned)c);
}

/* One character of s; returns its bytes. */
static size_t put_character(struct line *l, const char *s)
{
    ucs4_t c;
    int n = u8_strmbtouc(&c, (const uint8_t *)s);

    if (n <= 0) {
        put_format(l, "\\x%02x", (unsigned char)*s);
        return 1;
    }
    if (is_unruly(c) || c == '"' || c == '\\')
        put_escaped(l, c);
    else
        put(l, s, (size_t)n);
    return (size_t)n;
}

/* A run of digits, masked if it may be a NIK; returns its bytes, at most `room`. */
static size_t put_digits(struct line *l, const char *s, size_t room)
{
    size_t n = strspn(s, "0123456789");

    if (n == NIK_DIGITS) {
        put_text(l, "****************");
        return n;
    }
    n = n < room ? n : room;
    put(l, s, n);
    return n;
}

/* What stands before the @ of a mail address, hidden; returns its bytes, 0 when none begins here. */
static size_t put_mail_name(struct line *l, const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-");

    if (n == 0 || s[n] != '@')
        return 0;
    put_text(l, "***");
    return n;
}

static void put_value(struct line *l, const char *s)
{
    size_t length = strlen(s);
    const char *const end = s + (length < LOG_VALUE_MAX ? length : LOG_VALUE_MAX);
    bool quotes = !is_plain(s), has_mail = strchr(s, '@') != NULL;

    if (quotes)
        put_text(l, "\"");
    while (s < end) {
        if (has_mail)
            s += put_mail_name(l, s);
        if (s >= end)
            break;
        s += put_digits(l, s, (size_t)(end - s));
        if (s < end)
            s += put_character(l, s);
    }
    if (*s != '\0')
        put_text(l, "...");
    if (quotes)
        put_text(l, "\"");
}

/* ---- shapes ---- */

static enum shape shape_of(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        if (text_has_word(shapes[i].keys, key))
            return shapes[i].shape;
    return SHAPE_NONE;
}

static void put_word(struct line *l, const char *s)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:,+*-";
    size_t n = strlen(s);

    if (n == 0 || n > WORD_MAX || s[strspn(s, plain)] != '\0')
        put_text(l, "***");
    else
        put_value(l, s);
}

/* A typed name, a token or a code is no part of an address of ours: those are words, numbers and hashes of files. */
static void put_path(struct line *l, const char *s)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    char out[LOG_VALUE_MAX];
    size_t n = 0;

    while (*s != '\0' && n < sizeof out - PATH_PART_MAX - 2) {
        size_t part = strcspn(s, "/"), fits = strspn(s, plain);

        if (part > 0 && (fits < part || part > PATH_PART_MAX)) {
            out[n++] = '*';
        } else {
            memcpy(out + n, s, part);
            n += part;
        }
        s += part;
        if (*s == '/')
            out[n++] = *s++;
    }
    out[n] = '\0';
    put_value(l, out);
}

/* The network it is in: 10.1.2.0/24, the first three parts of an IPv6. */
static void put_address(struct line *l, const char *s)
{
    const char *mark = strchr(s, ':') != NULL ? ":" : ".";
    size_t n = 0, part;

    for (int i = 0; l->kept && i < 3; i++) {
        part = strcspn(s + n, mark);
        if (part == 0 || s[n + part] == '\0')
            break; /* short, or none that we know */
        n += part + 1;
    }
    if (!l->kept) {
        put_value(l, s);
        return;
    }
    put(l, s, n);
    put_text(l, *mark == '.' ? "0/24" : n == 0 ? "::/48" : ":/48");
}

static void put_text_value(struct line *l, enum shape shape, const char *s)
{
    switch (shape) {
    case SHAPE_WORD:
        put_word(l, s);
        break;
    case SHAPE_PATH:
        put_path(l, s);
        break;
    case SHAPE_ADDRESS:
        put_address(l, s);
        break;
    case SHAPE_SENTENCE:
        put_value(l, s);
        break;
    case SHAPE_NONE:
        put_text(l, "***");
        break;
    }
}

static void put_pair(struct line *l, const struct log_pair *p)
{
    put_format(l, " %.40s=", p->key);
    if (names_secret(p->key))
        put_text(l, "***");
    else if (p->is_number)
        put_format(l, "%lld", (long long)p->number);
    else if (p->text == NULL)
        put_text(l, "-");
    else
        put_text_value(l, shape_of(p->key), p->text);
}

static void put_instant(struct line *l, instant t)
{
    date d = instant_date(t, 0);
    struct time_of_day at;
    struct civil c;

    if (date_is_none(d))
        return;
    c = date_civil(d);
    at = instant_time(t, 0);
    put_format(l, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ ", c.year, c.month, c.day, at.hour, at.minute, at.second,
               (int)((t.v % 1000 + 1000) % 1000));
}

static size_t format(char out[static LOG_LINE_MAX], bool kept, instant t, enum log_level level, const char *event,
                     const struct log_pair *pairs, size_t n)
{
    struct line l = {.s = out, .kept = kept};

    BUG_IF((size_t)level >= LEVEL_COUNT);
    put_instant(&l, t);
    put_format(&l, "%s %.40s", level_names[level], event);
    for (size_t i = 0; i < n; i++)
        put_pair(&l, &pairs[i]);
    out[l.n++] = '\n';
    return l.n;
}

size_t log_format(char out[static LOG_LINE_MAX], instant t, enum log_level level, const char *event,
                  const struct log_pair *pairs, size_t n)
{
    return format(out, false, t, level, event, pairs, n);
}

size_t log_format_kept(char out[static LOG_LINE_MAX], instant t, enum log_level level, const char *event,
                       const struct log_pair *pairs, size_t n)
{
    return format(out, true, t, level, event, pairs, n);
}

/* ---- records ---- */

void log_keep(log_keep_fn *keep)
{
    atomic_store(&keep_fn, keep);
}

void log_set_up(enum log_level level, instant (*now)(void))
{
    atomic_store(&level_from, (int)level);
    atomic_store(&clock_fn, now);
}

bool log_wants(enum log_level level)
{
    return (int)level >= atomic_load(&level_from);
}

void log_record_(enum log_level level, const char *event, const struct log_pair *pairs, size_t n)
{
    instant (*now)(void) = atomic_load(&clock_fn);
    log_keep_fn *keep = atomic_load(&keep_fn);
    instant t = now == NULL ? INSTANT_NONE : now();
    char out[LOG_LINE_MAX];
    size_t length;
    ssize_t done;

    if (!log_wants(level))
        return;
    length = log_format(out, t, level, event, pairs, n);
    done = write(STDERR_FILENO, out, length);
    (void)done; /* a log that cannot be written has nowhere to say so */
    if (keep == NULL)
        return;
    length = log_format_kept(out, t, level, event, pairs, n);
    keep(out, length);
}
