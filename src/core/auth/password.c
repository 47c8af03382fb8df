/*
 * password.c: Argon2id by libsodium behind our own names and costs.
 *
 * Not for: the rules on what a good password is, see password_rule.c.
 */
#include <errno.h>
#include <sodium.h>
#include <uninorm.h>
#include <unistr.h>

#include "core/auth/password.h"

_Static_assert(PASSWORD_PHC_SIZE >= crypto_pwhash_STRBYTES, "room for libsodium's string");

#define NFC_SIZE (PASSWORD_BYTES_MAX + 1)

const struct password_cost password_cost_least = {.memory_kib = 19456, .passes = 2};

int password_nfc(const char *password, char *ret, size_t size)
{
    size_t n = strnlen(password, PASSWORD_BYTES_MAX + 1);
    size_t room = size - 1;
    uint8_t *made;

    if (n == 0 || n > PASSWORD_BYTES_MAX || u8_check((const uint8_t *)password, n) != NULL)
        return E_INPUT;

    made = u8_normalize(UNINORM_NFC, (const uint8_t *)password, n, (uint8_t *)ret, &room);
    if (made == NULL)
        return E_INPUT;
    if (made != (uint8_t *)ret) {
        sodium_memzero(made, room);
        free(made);
        return E_INPUT;
    }
    if (room >= size)
        return E_INPUT;

    ret[room] = '\0';
    return (int)room;
}

static struct password_cost at_least(struct password_cost cost)
{
    if (cost.memory_kib < password_cost_least.memory_kib)
        cost.memory_kib = password_cost_least.memory_kib;
    if (cost.passes < password_cost_least.passes)
        cost.passes = password_cost_least.passes;
    return cost;
}

int password_hash(const char *password, struct password_cost cost, char ret_phc[PASSWORD_PHC_SIZE])
{
    char text[NFC_SIZE], phc[crypto_pwhash_STRBYTES];
    int n, bad;

    cost = at_least(cost);
    n = password_nfc(password, text, sizeof text);
    if (n < 0)
        return n;

    bad = crypto_pwhash_str_alg(phc, text, (unsigned long long)n, cost.passes, (size_t)cost.memory_kib * KB,
                                crypto_pwhash_ALG_ARGON2ID13);
    sodium_memzero(text, sizeof text);
    if (bad != 0)
        return E_BUSY;

    memcpy(ret_phc, phc, sizeof phc);
    return 0;
}

static bool is_ours(const char *phc)
{
    return strnlen(phc, crypto_pwhash_STRBYTES) < crypto_pwhash_STRBYTES &&
           strncmp(phc, crypto_pwhash_STRPREFIX, sizeof crypto_pwhash_STRPREFIX - 1) == 0;
}

int password_verify(const char *phc, const char *password)
{
    char text[NFC_SIZE];
    int n, good;

    if (!is_ours(phc) || crypto_pwhash_str_needs_rehash(phc, password_cost_least.passes, MB) < 0)
        return E_FORMAT;

    n = password_nfc(password, text, sizeof text);
    if (n < 0)
        n = password_nfc("-", text, sizeof text); /* spends the same time; such a password is never stored */
    BUG_IF(n < 0);

    errno = 0;
    good = crypto_pwhash_str_verify(phc, text, (unsigned long long)n);
    sodium_memzero(text, sizeof text);
    if (good == 0)
        return 1;
    return errno == ENOMEM ? E_BUSY : 0;
}

int password_verify_nobody(const char *password, struct password_cost cost)
{
    char phc[PASSWORD_PHC_SIZE];
    int e;

    e = password_hash(password, cost, phc);
    if (e == E_INPUT)
        e = password_hash("-", cost, phc);
    return e < 0 ? e : 0;
}

/* The decimal number behind `name` in the parameters of a PHC string; false when there is none. */
static bool phc_number(const char *phc, const char *name, uint32_t *ret)
{
    const char *at = strstr(phc, name);
    uint64_t v = 0;

    if (at == NULL || at[strlen(name)] < '0' || at[strlen(name)] > '9')
        return false;
    for (at += strlen(name); *at >= '0' && *at <= '9'; at++) {
        v = v * 10 + (uint64_t)(*at - '0');
        if (v > UINT32_MAX)
            return false;
    }
    *ret = (uint32_t)v;
    return true;
}

bool password_needs_rehash(const char *phc, struct password_cost cost)
{
    uint32_t memory, passes;

    cost = at_least(cost);
    if (!is_ours(phc) || !phc_number(phc, "$m=", &memory) || !phc_number(phc, ",t=", &passes))
        return true;
    return memory < cost.memory_kib || passes < cost.passes;
}
