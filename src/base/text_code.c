/*
 * text_code.c: bytes as text and back: hex, base64, percent-encoding, slugs. One accepted spelling a value.
 */
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "text.h"

#define NONE 0xFF /* a character outside the alphabet */

/* ---- hex ---- */

static uint8_t hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return (uint8_t)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (uint8_t)(c - 'a' + 10);
    return NONE;
}

char *hex_text(struct arena *a, const void *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *from = p;
    char *s = arena_array_(a, n + 1, 2);

    for (size_t i = 0; i < n; i++) {
        s[2 * i] = digits[from[i] >> 4];
        s[2 * i + 1] = digits[from[i] & 15];
    }
    return s;
}

int hex_bytes(const char *s, uint8_t *ret, size_t n)
{
    size_t length = strnlen(s, 2 * n + 1);

    if (length != 2 * n)
        return E_FORMAT;
    for (size_t i = 0; i < length; i++) {
        if (hex_digit(s[i]) == NONE)
            return E_FORMAT;
    }
    for (size_t i = 0; i < n; i++)
        ret[i] = (uint8_t)(hex_digit(s[2 * i]) << 4 | hex_digit(s[2 * i + 1]));
    return 0;
}

/* ---- base64 ---- */

struct alphabet {
    const char *letters; /* 64 */
    bool padded;
};

static const struct alphabet standard = {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true};
static const struct alphabet for_urls = {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false};

static char *base64_write(struct arena *a, const struct alphabet *abc, const uint8_t *p, size_t n)
{
    char *s = arena_array_(a, n / 3 + 2, 4), *to = s;

    for (; n >= 3; n -= 3, p += 3) {
        *to++ = abc->letters[p[0] >> 2];
        *to++ = abc->letters[(p[0] & 3) << 4 | p[1] >> 4];
        *to++ = abc->letters[(p[1] & 15) << 2 | p[2] >> 6];
        *to++ = abc->letters[p[2] & 63];
    }
    if (n > 0) {
        uint8_t second = n == 2 ? p[1] : 0;

        *to++ = abc->letters[p[0] >> 2];
        *to++ = abc->letters[(p[0] & 3) << 4 | second >> 4];
        if (n == 2)
            *to++ = abc->letters[(second & 15) << 2];
        for (; abc->padded && n < 3; n++)
            *to++ = '=';
    }
    return s;
}

static uint8_t letter_value(const struct alphabet *abc, char c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint8_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint8_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint8_t)(c - '0' + 52);
    if (c == abc->letters[62])
        return 62;
    return c == abc->letters[63] ? 63 : NONE;
}

/* Letters without padding; negative when the padding is not what it must be. */
static int base64_letters(const struct alphabet *abc, const char *s, size_t *ret_n)
{
    size_t n = strlen(s), pad = 0;

    if (abc->padded) {
        if (n % 4 != 0)
            return E_FORMAT;
        while (pad < 2 && pad < n && s[n - 1 - pad] == '=')
            pad++;
    }
    if ((n - pad) % 4 == 1)
        return E_FORMAT;
    *ret_n = n - pad;
    return 0;
}

/* Bytes behind `n` letters. */
static size_t base64_size(size_t n)
{
    return n / 4 * 3 + n % 4 * 3 / 4;
}

static int base64_decode(const struct alphabet *abc, const char *s, size_t n, uint8_t *to)
{
    uint32_t bits = 0;
    unsigned have = 0;

    for (size_t i = 0; i < n; i++) {
        uint8_t v = letter_value(abc, s[i]);

        if (v == NONE)
            return E_FORMAT;
        bits = bits << 6 | v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            *to++ = (uint8_t)(bits >> have);
            bits &= (1u << have) - 1;
        }
    }
    return bits == 0 ? 0 : E_FORMAT; /* trailing bits that say nothing must be zero */
}

static int base64_read(struct arena *a, const struct alphabet *abc, const char *s, struct bytes *ret)
{
    uint8_t *out;
    size_t n;
    int e;

    e = base64_letters(abc, s, &n);
    if (e < 0)
        return e;

    out = arena_alloc(a, base64_size(n) + 1);
    e = base64_decode(abc, s, n, out);
    if (e < 0)
        return e;
    *ret = (struct bytes){.p = out, .n = base64_size(n)};
    return 0;
}

static int base64_read_exact(const struct alphabet *abc, const char *s, uint8_t *ret, size_t size)
{
    size_t n;
    int e;

    e = base64_letters(abc, s, &n);
    if (e < 0)
        return e;
    return base64_size(n) == size ? base64_decode(abc, s, n, ret) : E_FORMAT;
}

char *base64_text(struct arena *a, const void *p, size_t n)
{
    return base64_write(a, &standard, p, n);
}

int base64_bytes(struct arena *a, const char *s, struct bytes *ret)
{
    return base64_read(a, &standard, s, ret);
}

char *base64url_text(struct arena *a, const void *p, size_t n)
{
    return base64_write(a, &for_urls, p, n);
}

int base64url_bytes(struct arena *a, const char *s, struct bytes *ret)
{
    return base64_read(a, &for_urls, s, ret);
}

int base64_exact(const char *s, uint8_t *ret, size_t size)
{
    return base64_read_exact(&standard, s, ret, size);
}

int base64url_exact(const char *s, uint8_t *ret, size_t size)
{
    return base64_read_exact(&for_urls, s, ret, size);
}

/* ---- addresses ---- */

static bool letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool unreserved(char c)
{
    return letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

char *url_encode(struct arena *a, const char *s)
{
    static const char digits[] = "0123456789ABCDEF";
    char *out = arena_array_(a, strlen(s) + 1, 3), *to = out;

    for (; *s != '\0'; s++) {
        if (unreserved(*s)) {
            *to++ = *s;
            continue;
        }
        *to++ = '%';
        *to++ = digits[(uint8_t)*s >> 4];
        *to++ = digits[(uint8_t)*s & 15];
    }
    return out;
}

/* RFC 3986 lets both cases stand in an address. */
static uint8_t either_case(char c)
{
    return hex_digit(c >= 'A' && c <= 'F' ? (char)(c + ('a' - 'A')) : c);
}

int url_decode(struct arena *a, const char *s, size_t n, bool form, char **ret)
{
    char *out = arena_alloc(a, n + 1), *to = out;

    for (size_t i = 0; i < n; i++) {
        if (form && s[i] == '+') {
            *to++ = ' ';
            continue;
        }
        if (s[i] != '%') {
            *to++ = s[i];
            continue;
        }
        if (n - i < 3 || either_case(s[i + 1]) == NONE || either_case(s[i + 2]) == NONE)
            return E_FORMAT;
        *to++ = (char)(either_case(s[i + 1]) << 4 | either_case(s[i + 2]));
        i += 2;
    }
    if (!text_is_utf8(out, (size_t)(to - out)))
        return E_FORMAT;
    *ret = out;
    return 0;
}

/* What one decomposed character gives a slug: a letter, '-' for a gap, '\0' for nothing at all. */
static char slug_letter(ucs4_t c)
{
    if (c == '\'' || c == 0x2019 || uc_is_general_category(c, UC_MARK))
        return '\0';
    if (c < 0x80 && letter_or_digit((char)c))
        return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    return '-';
}

char *text_slug(struct arena *a, const char *s)
{
    size_t n = 0, at = 0;
    uint8_t *plain = u8_normalize(UNINORM_NFKD, (const uint8_t *)s, strlen(s), NULL, &n);
    char *out, *to;
    bool gap = false;

    if (plain == NULL && *s != '\0')
        memory_gone(strlen(s));
    out = to = arena_alloc(a, n + 1);
    while (at < n) {
        ucs4_t c;
        char letter;

        at += (size_t)u8_mbtouc(&c, plain + at, n - at);
        letter = slug_letter(c);
        if (letter == '-')
            gap = true;
        if (letter == '-' || letter == '\0')
            continue;
        if (gap && to != out)
            *to++ = '-';
        *to++ = letter;
        gap = false;
    }
    free(plain);
    return out;
}
