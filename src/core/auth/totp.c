/*
 * totp.c: RFC 4226 and 6238, base32 of RFC 4648, and the address that authenticator apps read.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/text.h"
#include "core/auth/totp.h"
#include "os/os.h"

#define SHA1_BYTES   20
#define BASE32_CHARS (TOTP_SECRET_BYTES * 8 / 5)

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void totp_secret_new(struct totp_secret *ret)
{
    os_random(ret->key, sizeof ret->key);
}

int64_t totp_step(instant at)
{
    const int64_t step = TOTP_STEP_SECONDS * INT64_C(1000);

    return at.v / step - (at.v % step < 0); /* rounded down before 1970 too */
}

uint32_t hotp(const uint8_t *key, size_t n, uint64_t counter, int digits)
{
    static const uint32_t powers[] = {1000000, 10000000, 100000000};
    uint8_t msg[8], mac[SHA1_BYTES];
    unsigned int len = 0;
    uint32_t v;
    size_t at;
    int i;

    BUG_IF(digits < 6 || digits > 8 || n > INT32_MAX);
    for (i = 7; i >= 0; i--, counter >>= 8)
        msg[i] = (uint8_t)counter;
    BUG_IF(HMAC(EVP_sha1(), key, (int)n, msg, sizeof msg, mac, &len) == NULL || len != sizeof mac);

    at = mac[SHA1_BYTES - 1] & 0x0f;
    v = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    sodium_memzero(mac, sizeof mac);
    return v % powers[digits - 6];
}

void totp_code(const struct totp_secret *secret, int64_t step, char ret[TOTP_DIGITS + 1])
{
    uint32_t v = hotp(secret->key, sizeof secret->key, (uint64_t)step, TOTP_DIGITS);
    int i;

    for (i = TOTP_DIGITS - 1; i >= 0; i--, v /= 10)
        ret[i] = (char)('0' + v % 10);
    ret[TOTP_DIGITS] = '\0';
}

/* Six digits out of what was typed, spaces passed over. */
static bool typed_code(const char *s, char ret[TOTP_DIGITS + 1])
{
    int n = 0;

    for (; *s != '\0'; s++) {
        if (*s == ' ')
            continue;
        if (*s < '0' || *s > '9' || n == TOTP_DIGITS)
            return false;
        ret[n++] = *s;
    }
    ret[n] = '\0';
    return n == TOTP_DIGITS;
}

int totp_verify(const struct totp_secret *secret, const char *code, instant now, int64_t last_used, int64_t *ret_step)
{
    char typed[TOTP_DIGITS + 1], right[TOTP_DIGITS + 1];
    int64_t step, matched = TOTP_NEVER;

    if (!typed_code(code, typed))
        return 0;

    for (step = totp_step(now) - TOTP_WINDOW; step <= totp_step(now) + TOTP_WINDOW; step++) {
        totp_code(secret, step, right);
        if (sodium_memcmp(typed, right, TOTP_DIGITS) == 0)
            matched = step;
    }
    sodium_memzero(right, sizeof right);
    if (matched == TOTP_NEVER)
        return 0;
    if (matched <= last_used)
        return E_STATE;
    *ret_step = matched;
    return 1;
}

static void base32_text(const struct totp_secret *secret, char ret[BASE32_CHARS + 1])
{
    uint32_t bits = 0;
    size_t i, n = 0;
    int have = 0;

    for (i = 0; i < TOTP_SECRET_BYTES; i++) {
        bits = bits << 8 | secret->key[i];
        for (have += 8; have >= 5; have -= 5)
            ret[n++] = base32[bits >> (have - 5) & 31];
    }
    ret[n] = '\0';
}

char *totp_secret_text(struct arena *a, const struct totp_secret *secret)
{
    char flat[BASE32_CHARS + 1];
    struct buf b;
    size_t i;

    base32_text(secret, flat);
    buf_init(&b, a, 2 * BASE32_CHARS);
    for (i = 0; i < BASE32_CHARS; i++) {
        if (i > 0 && i % 4 == 0)
            buf_byte(&b, ' ');
        buf_byte(&b, flat[i]);
    }
    sodium_memzero(flat, sizeof flat);
    return b.s;
}

int totp_secret_parse(const char *text, struct totp_secret *ret)
{
    struct totp_secret secret;
    uint32_t bits = 0;
    size_t n = 0;
    int have = 0;

    for (; *text != '\0'; text++) {
        char c = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
        const char *at;

        if (c == ' ' || c == '-')
            continue;
        at = strchr(base32, c);
        if (at == NULL)
            return E_FORMAT;
        bits = bits << 5 | (uint32_t)(at - base32);
        have += 5;
        if (have < 8)
            continue;
        if (n == TOTP_SECRET_BYTES)
            return E_FORMAT;
        have -= 8;
        secret.key[n++] = (uint8_t)(bits >> have);
    }
    if (n != TOTP_SECRET_BYTES || have != 0)
        return E_FORMAT;
    *ret = secret;
    return 0;
}

char *totp_uri(struct arena *a, const struct totp_secret *secret, const char *issuer, const char *account)
{
    char flat[BASE32_CHARS + 1];
    const char *from = url_encode(a, issuer);
    char *uri;

    base32_text(secret, flat);
    uri = text_printf(a, "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d", from,
                      url_encode(a, account), flat, from, TOTP_DIGITS, TOTP_STEP_SECONDS);
    sodium_memzero(flat, sizeof flat);
    return uri;
}
