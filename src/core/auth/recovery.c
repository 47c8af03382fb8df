/*
 * recovery.c: making, reading and finding recovery codes.
 */
#include <sodium.h>

#include "core/auth/recovery.h"
#include "os/os.h"

#define CODE_BYTES 10
#define CODE_SIGNS 16

_Static_assert(RECOVERY_HASH_BYTES == crypto_auth_hmacsha256_BYTES, "the hash is an HMAC");
_Static_assert(RECOVERY_KEY_BYTES == crypto_auth_hmacsha256_KEYBYTES, "the key fits HMAC");

static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void hash_signs(const uint8_t *key, ref user, const char flat[CODE_SIGNS], struct recovery_hash *ret)
{
    static const char purpose[] = "terang recovery code";
    crypto_auth_hmacsha256_state st;
    uint8_t id[8];
    int i;

    for (i = 0; i < 8; i++)
        id[i] = (uint8_t)((uint64_t)user.v >> (56 - 8 * i));
    (void)crypto_auth_hmacsha256_init(&st, key, RECOVERY_KEY_BYTES); /* these never fail */
    (void)crypto_auth_hmacsha256_update(&st, (const uint8_t *)purpose, sizeof purpose);
    (void)crypto_auth_hmacsha256_update(&st, id, sizeof id);
    (void)crypto_auth_hmacsha256_update(&st, (const uint8_t *)flat, CODE_SIGNS);
    (void)crypto_auth_hmacsha256_final(&st, ret->h);
    sodium_memzero(&st, sizeof st);
}

static void code_new(char flat[CODE_SIGNS])
{
    uint8_t raw[CODE_BYTES];
    uint64_t bits = 0;
    size_t i, n = 0;
    int have = 0;

    os_random(raw, sizeof raw);
    for (i = 0; i < sizeof raw; i++) {
        bits = bits << 8 | raw[i];
        for (have += 8; have >= 5; have -= 5)
            flat[n++] = signs[bits >> (have - 5) & 31];
    }
    sodium_memzero(raw, sizeof raw);
}

void recovery_codes_new(const uint8_t key[RECOVERY_KEY_BYTES], ref user, struct recovery_codes *ret)
{
    char flat[CODE_SIGNS];
    size_t i;

    for (i = 0; i < RECOVERY_CODES; i++) {
        code_new(flat);
        hash_signs(key, user, flat, &ret->hash[i]);
        (void)snprintf(ret->text[i], RECOVERY_TEXT_SIZE, "%.4s-%.4s-%.4s-%.4s", flat, flat + 4, flat + 8, flat + 12);
    }
    sodium_memzero(flat, sizeof flat);
}

/* The sign a typed character stands for, or NUL. */
static char read_sign(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return '0';
    if (c == 'I' || c == 'L')
        return '1';
    return c != '\0' && strchr(signs, c) != NULL ? c : '\0';
}

int recovery_hash(const uint8_t key[RECOVERY_KEY_BYTES], ref user, const char *typed, struct recovery_hash *ret)
{
    char flat[CODE_SIGNS];
    size_t n = 0;

    for (; *typed != '\0'; typed++) {
        if (*typed == ' ' || *typed == '-')
            continue;
        if (n == CODE_SIGNS)
            return E_FORMAT;
        flat[n] = read_sign(*typed);
        if (flat[n++] == '\0')
            return E_FORMAT;
    }
    if (n != CODE_SIGNS)
        return E_FORMAT;

    hash_signs(key, user, flat, ret);
    sodium_memzero(flat, sizeof flat);
    return 0;
}

int recovery_find(const struct recovery_hash *typed, const struct recovery_hash *stored, size_t n)
{
    int found = -1;
    size_t i;

    for (i = 0; i < n; i++) {
        if (sodium_memcmp(typed->h, stored[i].h, RECOVERY_HASH_BYTES) == 0)
            found = (int)i;
    }
    return found;
}
