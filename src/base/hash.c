/*
 * hash.c: OpenSSL's EVP with what is dear done once: fetching a process, contexts a thread.
 */
#include <pthread.h>

#include <openssl/evp.h>

#include "hash.h"

#define BLOCK_SIZE ((size_t)64)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t context_key;
static EVP_MD *digest; /* written once, before anybody reads it */

static void free_context(void *ctx)
{
    EVP_MD_CTX_free(ctx);
}

static void set_up(void)
{
    digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    BUG_IF(digest == NULL);
    BUG_IF(pthread_key_create(&context_key, free_context) != 0);
}

static EVP_MD_CTX *new_context(void)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    if (ctx == NULL)
        memory_gone(1);
    return ctx;
}

/* This thread's context. */
static EVP_MD_CTX *context(void)
{
    EVP_MD_CTX *ctx;

    BUG_IF(pthread_once(&once, set_up) != 0);
    ctx = pthread_getspecific(context_key);
    if (ctx == NULL) {
        ctx = new_context();
        BUG_IF(pthread_setspecific(context_key, ctx) != 0);
    }
    return ctx;
}

static void begin(EVP_MD_CTX *ctx)
{
    BUG_IF(EVP_DigestInit_ex2(ctx, digest, NULL) != 1);
}

static void add(EVP_MD_CTX *ctx, const void *p, size_t n)
{
    BUG_IF(EVP_DigestUpdate(ctx, p, n) != 1);
}

static void end(EVP_MD_CTX *ctx, uint8_t *ret)
{
    BUG_IF(EVP_DigestFinal_ex(ctx, ret, NULL) != 1);
}

void hash_sha256_parts(const struct bytes *parts, size_t n, uint8_t ret[static 32])
{
    EVP_MD_CTX *ctx = context();

    begin(ctx);
    for (size_t i = 0; i < n; i++)
        add(ctx, parts[i].p, parts[i].n);
    end(ctx, ret);
}

void hash_sha256(const void *p, size_t n, uint8_t ret[static 32])
{
    hash_sha256_parts(&(struct bytes){.p = p, .n = n}, 1, ret);
}

/* ---- HMAC, RFC 2104: twice the hash, with the key in two disguises. Faster than EVP_MAC, which sets up each time. ---- */

static void begin_with_key(EVP_MD_CTX *ctx, const uint8_t key[BLOCK_SIZE], uint8_t pad)
{
    uint8_t block[BLOCK_SIZE];

    for (size_t i = 0; i < BLOCK_SIZE; i++)
        block[i] = key[i] ^ pad;
    begin(ctx);
    add(ctx, block, BLOCK_SIZE);
    explicit_bzero(block, sizeof block);
}

void hash_hmac_parts(struct bytes key, const struct bytes *parts, size_t n, uint8_t ret[static 32])
{
    EVP_MD_CTX *ctx = context();
    uint8_t block[BLOCK_SIZE] = {0}, inner[HASH_SIZE];

    if (key.n > BLOCK_SIZE)
        hash_sha256(key.p, key.n, block);
    else if (key.n > 0)
        memcpy(block, key.p, key.n);

    begin_with_key(ctx, block, 0x36);
    for (size_t i = 0; i < n; i++)
        add(ctx, parts[i].p, parts[i].n);
    end(ctx, inner);

    begin_with_key(ctx, block, 0x5c);
    add(ctx, inner, sizeof inner);
    end(ctx, ret);
    explicit_bzero(block, sizeof block);
    explicit_bzero(inner, sizeof inner);
}

void hash_hmac(struct bytes key, const void *p, size_t n, uint8_t ret[static 32])
{
    hash_hmac_parts(key, &(struct bytes){.p = p, .n = n}, 1, ret);
}

/* ---- running ---- */

void hash_begin(struct hash *h)
{
    (void)context(); /* fetches the digest */
    h->ctx = new_context();
    begin(h->ctx);
}

void hash_add(struct hash *h, const void *p, size_t n)
{
    BUG_IF(h->ctx == NULL);
    add(h->ctx, p, n);
}

void hash_end(struct hash *h, uint8_t ret[static 32])
{
    BUG_IF(h->ctx == NULL);
    end(h->ctx, ret);
    hash_drop(h);
}

void hash_drop(struct hash *h)
{
    EVP_MD_CTX_free(h->ctx);
    h->ctx = NULL;
}
