/*
 * secretbox.c: layout: version (1 byte, 0x01), key id (4, big-endian), nonce (24), ciphertext with tag.
 *
 * The head is authenticated together with the place.
 */
#include <sodium.h>

#include "core/auth/secretbox.h"
#include "os/os.h"

#define VERSION   1
#define HEAD      5
#define NONCE     crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG       crypto_aead_xchacha20poly1305_ietf_ABYTES
#define PLACE_MAX 256

_Static_assert(HEAD + NONCE + TAG == SECRETBOX_OVERHEAD, "the header says how much is added");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == KEYRING_KEY_BYTES, "the key fits");

static void head_write(uint8_t head[HEAD], uint32_t id)
{
    head[0] = VERSION;
    head[1] = (uint8_t)(id >> 24);
    head[2] = (uint8_t)(id >> 16);
    head[3] = (uint8_t)(id >> 8);
    head[4] = (uint8_t)id;
}

static uint32_t head_id(const uint8_t head[HEAD])
{
    return (uint32_t)head[1] << 24 | (uint32_t)head[2] << 16 | (uint32_t)head[3] << 8 | head[4];
}

/* Head and place in one piece, to be authenticated. Places are constants with ids in them: a long one is a bug. */
static size_t bind(const uint8_t head[HEAD], const char *place, uint8_t ret[HEAD + PLACE_MAX])
{
    size_t n = strlen(place);

    BUG_IF(n > PLACE_MAX);
    memcpy(ret, head, HEAD);
    memcpy(ret + HEAD, place, n);
    return HEAD + n;
}

int secretbox_seal(const struct keyring *ring, const char *place, struct bytes value, struct arena *a, struct bytes *ret)
{
    uint8_t key[KEYRING_KEY_BYTES], bound[HEAD + PLACE_MAX];
    uint8_t *out;
    size_t n;

    if (value.n > SECRETBOX_MAX)
        return E_LIMIT;
    out = arena_alloc(a, SECRETBOX_OVERHEAD + value.n);
    head_write(out, keyring_newest(ring));
    os_random(out + HEAD, NONCE);
    n = bind(out, place, bound);
    BUG_IF(keyring_key(ring, keyring_newest(ring), KEY_SECRETBOX, key) < 0);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + HEAD + NONCE, NULL, value.p, value.n, bound, n, NULL, out + HEAD,
                                                     key); /* never fails */
    sodium_memzero(key, sizeof key);
    *ret = (struct bytes){.p = out, .n = SECRETBOX_OVERHEAD + value.n};
    return 0;
}

static int check_length(struct bytes sealed)
{
    bool good = sealed.n >= SECRETBOX_OVERHEAD && sealed.n <= SECRETBOX_OVERHEAD + SECRETBOX_MAX && sealed.p[0] == VERSION;

    return good ? 0 : E_FORMAT;
}

/* Opens into out, which holds sealed.n - SECRETBOX_OVERHEAD bytes. */
static int open_into(const struct keyring *ring, const char *place, struct bytes sealed, uint8_t *out)
{
    uint8_t key[KEYRING_KEY_BYTES], bound[HEAD + PLACE_MAX];
    size_t n = bind(sealed.p, place, bound);
    int e;

    e = keyring_key(ring, head_id(sealed.p), KEY_SECRETBOX, key);
    if (e < 0)
        return e;

    e = crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed.p + HEAD + NONCE, sealed.n - HEAD - NONCE, bound, n,
                                                   sealed.p + HEAD, key);
    sodium_memzero(key, sizeof key);
    return e == 0 ? 0 : E_FORMAT;
}

int secretbox_open(const struct keyring *ring, const char *place, struct bytes sealed, struct arena *a, struct bytes *ret)
{
    uint8_t *out;
    int e;

    e = check_length(sealed);
    if (e < 0)
        return e;

    out = arena_alloc(a, sealed.n - SECRETBOX_OVERHEAD + 1); /* a NUL behind, for values that are text */
    e = open_into(ring, place, sealed, out);
    if (e == 0)
        *ret = (struct bytes){.p = out, .n = sealed.n - SECRETBOX_OVERHEAD};
    return e;
}

uint32_t secretbox_key_id(struct bytes sealed)
{
    return sealed.n < HEAD || sealed.p[0] != VERSION ? 0 : head_id(sealed.p);
}

bool secretbox_is_old(const struct keyring *ring, struct bytes sealed)
{
    return secretbox_key_id(sealed) != keyring_newest(ring);
}

int secretbox_reseal(const struct keyring *ring, const char *place, struct bytes sealed, struct arena *a, struct bytes *ret)
{
    uint8_t *value;
    int e;

    e = check_length(sealed);
    if (e < 0)
        return e;

    value = os_secret_alloc(SECRETBOX_MAX);
    e = open_into(ring, place, sealed, value);
    if (e == 0)
        e = secretbox_seal(ring, place, (struct bytes){.p = value, .n = sealed.n - SECRETBOX_OVERHEAD}, a, ret);
    os_secret_free(value);
    return e;
}
