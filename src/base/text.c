/*
 * text.c: the boundary for text, and the few things that are done with words.
 */
#include <errno.h>

#include <openssl/crypto.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "text.h"

#define ZERO_WIDTH_SPACE  0x200B
#define BYTE_ORDER_MARK   0xFEFF
#define FIRST_MARK_BYTE   0xCC /* U+0300 begins with it: below, every character is NFC and joins with nothing */
#define MAX_UTF8_A_LETTER 4
#define PRINT_FIRST       ((size_t)256) /* most texts fit and are printed once */

/* ---- the boundary ---- */

/* Bytes of the sequence that begins at s, 0 when it is none. Table 3-7 of the Unicode standard. */
static size_t sequence(const uint8_t *s, size_t n)
{
    static const struct {
        uint8_t from, to;  /* first byte */
        uint8_t low, high; /* second byte */
        uint8_t length;
    } rows[] = {
        {0x01, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (s[0] < rows[i].from || s[0] > rows[i].to)
            continue;
        if (n < rows[i].length)
            return 0;
        if (rows[i].length > 1 && (s[1] < rows[i].low || s[1] > rows[i].high))
            return 0;
        for (size_t k = 2; k < rows[i].length; k++) {
            if (s[k] < 0x80 || s[k] > 0xBF)
                return 0;
        }
        return rows[i].length;
    }
    return 0;
}

bool text_is_utf8(const void *p, size_t n)
{
    const uint8_t *s = p;
    size_t i = 0;

    while (i < n) {
        size_t step = s[i] < 0x80 && s[i] != 0 ? 1 : sequence(s + i, n - i);

        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

static bool plainly_nfc(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if ((uint8_t)s[i] >= FIRST_MARK_BYTE)
            return false;
    }
    return true;
}

/* From libunistring's memory; the caller frees. */
static uint8_t *normalised(uninorm_t form, const char *s, size_t n, size_t *ret_n)
{
    uint8_t *out = u8_normalize(form, (const uint8_t *)s, n, NULL, ret_n);

    BUG_IF(out == NULL && errno == EILSEQ);
    if (out == NULL)
        memory_gone(n);
    return out;
}

const char *text_nfc(struct arena *a, const char *s)
{
    size_t n = strlen(s), m;
    const char *result = s;
    uint8_t *out;

    if (plainly_nfc(s, n))
        return s;
    out = normalised(UNINORM_NFC, s, n, &m);
    if (m != n || memcmp(out, s, n) != 0)
        result = arena_text_n(a, (const char *)out, m);
    free(out);
    return result;
}

bool text_is_nfc(const char *s)
{
    size_t n = strlen(s), m;
    uint8_t *out;
    bool same;

    if (plainly_nfc(s, n))
        return true;
    out = normalised(UNINORM_NFC, s, n, &m);
    same = m == n && memcmp(out, s, n) == 0;
    free(out);
    return same;
}

int text_take(struct arena *a, const void *p, size_t n, size_t max, char **ret)
{
    const char *s;
    char *copy;

    if (n > max)
        return E_LIMIT;
    if (!text_is_utf8(p, n))
        return E_FORMAT;

    copy = arena_text_n(a, p, n);
    s = text_nfc(a, copy);
    if (s != copy) {
        if (strlen(s) > max)
            return E_LIMIT;
        copy = arena_text(a, s);
    }
    *ret = copy;
    return 0;
}

/* ---- building and taking apart ---- */

char *text_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    char first[PRINT_FIRST], *s;
    va_list again;
    int n;

    va_copy(again, ap);
    n = vsnprintf(first, sizeof first, fmt, again);
    va_end(again);
    BUG_IF(n < 0);
    if ((size_t)n < sizeof first)
        return arena_text_n(a, first, (size_t)n);

    s = arena_alloc(a, (size_t)n + 1);
    (void)vsnprintf(s, (size_t)n + 1, fmt, ap); /* the length is known from the first round */
    return s;
}

char *text_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    char *s;

    va_start(ap, fmt);
    s = text_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}

/* Bytes of the white space at s, 0 when there is none. */
static size_t white(const char *s)
{
    ucs4_t c;
    int n;

    if (*s == '\0')
        return 0;
    n = u8_strmbtouc(&c, (const uint8_t *)s);
    if (n <= 0)
        return 0;
    if (c == ZERO_WIDTH_SPACE || c == BYTE_ORDER_MARK || uc_is_property_white_space(c))
        return (size_t)n;
    return 0;
}

/* Copies s without white space at its ends; inside it stays as it was, or each run becomes one space. */
static char *rewrite(struct arena *a, const char *s, bool collapse)
{
    char *out = arena_alloc(a, strlen(s) + 1), *end = out, *last = out;
    bool gap = false;
    size_t n;

    while (*s != '\0') {
        n = white(s);
        if (n == 0) {
            if (gap && collapse && end != out)
                *end++ = ' ';
            *end++ = *s++;
            last = end;
            gap = false;
            continue;
        }
        if (!collapse && last != out) {
            memcpy(end, s, n);
            end += n;
        }
        gap = true;
        s += n;
    }
    *last = '\0';
    return out;
}

char *text_trim(struct arena *a, const char *s)
{
    return rewrite(a, s, false);
}

char *text_collapse(struct arena *a, const char *s)
{
    return rewrite(a, s, true);
}

char **text_split(struct arena *a, const char *s, char sep, size_t *ret_n)
{
    size_t n = *s == '\0' ? 0 : 1, i = 0;
    const char *from = s, *to;
    char **parts;

    for (const char *p = s; *p != '\0'; p++)
        n += *p == sep;
    parts = arena_array(a, n + 1, char *);

    for (; i + 1 < n; i++, from = to + 1) {
        to = strchr(from, sep);
        parts[i] = arena_text_n(a, from, (size_t)(to - from));
    }
    if (n > 0)
        parts[i] = arena_text(a, from);
    *ret_n = n;
    return parts;
}

int text_int(const char *s, int64_t min, int64_t max, int64_t *ret)
{
    bool negative = *s == '-';
    const char *digits = negative ? s + 1 : s;
    int64_t v = 0;
    size_t n = strspn(digits, "0123456789");

    if (n == 0 || digits[n] != '\0' || (digits[0] == '0' && (n > 1 || negative)))
        return E_FORMAT;

    for (size_t i = 0; i < n; i++) {
        int digit = digits[i] - '0';

        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, negative ? -digit : digit, &v))
            return E_INPUT;
    }
    if (v < min || v > max)
        return E_INPUT;
    *ret = v;
    return 0;
}

/* ---- comparing ---- */

bool text_empty(const char *s)
{
    return s == NULL || *s == '\0';
}

bool text_eq(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

bool text_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);

    return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

bool text_has_word(const char *list, const char *word)
{
    size_t n = word != NULL ? strlen(word) : 0;

    while (n > 0 && list != NULL && *list != '\0') {
        size_t k = strcspn(list, " ");

        if (k == n && memcmp(list, word, n) == 0)
            return true;
        list += k;
        list += strspn(list, " ");
    }
    return false;
}

/* The next letter folded; moves *s behind it. 0 at the end. */
static ucs4_t folded(const char **s)
{
    ucs4_t c = (uint8_t) * *s;
    int n;

    if (c < 0x80) {
        *s += c != 0;
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }
    n = u8_strmbtouc(&c, (const uint8_t *)*s);
    BUG_IF(n <= 0);
    *s += n;
    return uc_tolower(c);
}

bool text_eq_fold(const char *a, const char *b)
{
    ucs4_t x, y;

    if (a == NULL || b == NULL)
        return a == b;
    do {
        x = folded(&a);
        y = folded(&b);
    } while (x == y && x != 0);
    return x == y;
}

char *text_fold(struct arena *a, const char *s)
{
    size_t n = strlen(s);
    uint8_t *out = arena_array_(a, n + 1, MAX_UTF8_A_LETTER);
    uint8_t *end = out;

    while (*s != '\0')
        end += u8_uctomb(end, folded(&s), MAX_UTF8_A_LETTER);
    return (char *)out;
}

static bool is_apostrophe(ucs4_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x02bc;
}

char *text_words(struct arena *a, const char *s)
{
    size_t n = 0, at = 0, letters = 0;
    uint8_t *plain, *out, *end;

    if (*s == '\0')
        return arena_text(a, "");
    plain = normalised(UNINORM_NFKD, s, strlen(s), &n);
    out = end = arena_array_(a, n + 1, MAX_UTF8_A_LETTER + 1);
    while (at < n) {
        ucs4_t c;

        at += (size_t)u8_mbtouc(&c, plain + at, n - at);
        if (is_apostrophe(c) || uc_is_general_category(c, UC_MARK))
            continue;
        if (!uc_is_alnum(c)) {
            letters = 0;
            continue;
        }
        if (letters == 0 && end != out)
            *end++ = ' ';
        if (letters++ < TEXT_WORD_MAX)
            end += u8_uctomb(end, uc_tolower(c), MAX_UTF8_A_LETTER);
    }
    free(plain);
    return (char *)out;
}

bool bytes_eq_secret(struct bytes a, struct bytes b)
{
    return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

bool text_eq_secret(const char *a, const char *b)
{
    return bytes_eq_secret((struct bytes){(const uint8_t *)a, strlen(a)}, (struct bytes){(const uint8_t *)b, strlen(b)});
}
