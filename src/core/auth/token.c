/*
 * token.c: one table of kinds; making and reading follow it.
 */
#include <sodium.h>

#include "base/hash.h"
#include "base/text.h"
#include "core/auth/token.h"
#include "os/os.h"

#define RAW_MAX       40
#define CHECK_BYTES   3
#define CSRF_BYTES    (2 * CSRF_KEY_BYTES)
#define CSRF_TEXT_LEN 86

/* Random and check bytes together are a multiple of three or fill their last sign: one text for a sequence of bytes. */
struct kind_row {
    const char *name; /* hashed with the token: never change it */
    const char *prefix;
    size_t random;
    size_t check; /* bytes of SHA-256 over prefix and random part */
};

/* clang-format off */
static const struct kind_row kinds[] = {
    /*                  name       prefix  random  check */
    [TOKEN_SESSION] = {"session",  "",     32,     0},
    [TOKEN_API]     = {"api",      "trg_", 30,     CHECK_BYTES},
    [TOKEN_TRACK]   = {"track",    "",     24,     0},
    [TOKEN_ICAL]    = {"ical",     "",     24,     0},
    [TOKEN_RESET]   = {"reset",    "",     32,     0},
    [TOKEN_SETUP]   = {"setup",    "",     24,     0},
    [TOKEN_CONFIRM] = {"confirm",  "",     32,     0},
};
/* clang-format on */
_Static_assert(ARRAY_LEN(kinds) == TOKEN_KIND_COUNT, "a row for each kind");

static const struct kind_row *kind_row(enum token_kind kind)
{
    BUG_IF((unsigned)kind >= TOKEN_KIND_COUNT);
    return &kinds[kind];
}

static void check_bytes(const struct kind_row *k, const uint8_t *raw, uint8_t ret[HASH_SIZE])
{
    const struct bytes parts[] = {{(const uint8_t *)k->prefix, strlen(k->prefix)}, {raw, k->random}};

    hash_sha256_parts(parts, ARRAY_LEN(parts), ret);
}

static void hash_text(const struct kind_row *k, const char *text, struct token_hash *ret)
{
    const struct bytes parts[] = {{(const uint8_t *)k->name, strlen(k->name) + 1}, {(const uint8_t *)text, strlen(text)}};

    hash_sha256_parts(parts, ARRAY_LEN(parts), ret->h);
}

void token_new(enum token_kind kind, struct token *ret)
{
    const struct kind_row *k = kind_row(kind);
    size_t n = strlen(k->prefix);
    uint8_t raw[RAW_MAX], check[HASH_SIZE];

    os_random(raw, k->random);
    check_bytes(k, raw, check);
    memcpy(raw + k->random, check, k->check);
    memcpy(ret->text, k->prefix, n + 1);
    (void)sodium_bin2base64(ret->text + n, sizeof ret->text - n, raw, k->random + k->check,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING); /* aborts by itself without room */
    hash_text(k, ret->text, &ret->hash);
    sodium_memzero(raw, sizeof raw);
}

int token_hash(enum token_kind kind, const char *text, struct token_hash *ret)
{
    const struct kind_row *k = kind_row(kind);
    size_t n = strlen(k->prefix);
    uint8_t raw[RAW_MAX], check[HASH_SIZE];
    bool good;

    if (strncmp(text, k->prefix, n) != 0 || base64url_exact(text + n, raw, k->random + k->check) < 0)
        return E_FORMAT;
    check_bytes(k, raw, check);
    good = k->check == 0 || sodium_memcmp(raw + k->random, check, k->check) == 0;
    sodium_memzero(raw, sizeof raw);
    if (!good)
        return E_FORMAT;

    hash_text(k, text, ret);
    return 0;
}

void csrf_key_of(const char *session_text, struct csrf_key *ret)
{
    static const char purpose[] = "terang csrf";
    const struct bytes parts[] = {{(const uint8_t *)purpose, sizeof purpose},
                                  {(const uint8_t *)session_text, strlen(session_text)}};

    hash_sha256_parts(parts, ARRAY_LEN(parts), ret->k);
}

char *csrf_token(struct arena *a, const struct csrf_key *key)
{
    uint8_t both[CSRF_BYTES];
    char *text = arena_alloc(a, CSRF_TEXT_LEN + 1);
    size_t i;

    os_random(both, CSRF_KEY_BYTES);
    for (i = 0; i < CSRF_KEY_BYTES; i++)
        both[CSRF_KEY_BYTES + i] = both[i] ^ key->k[i];
    (void)sodium_bin2base64(text, CSRF_TEXT_LEN + 1, both, sizeof both, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text;
}

bool csrf_good(const struct csrf_key *key, const char *token)
{
    uint8_t both[CSRF_BYTES];
    size_t i;

    if (token == NULL || base64url_exact(token, both, sizeof both) < 0)
        return false;
    for (i = 0; i < CSRF_KEY_BYTES; i++)
        both[i] ^= both[CSRF_KEY_BYTES + i];
    return sodium_memcmp(both, key->k, CSRF_KEY_BYTES) == 0;
}
