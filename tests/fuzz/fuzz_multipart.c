/* fuzz: http */
/*
 * fuzz_multipart.c: where the bytes are cut changes nothing; parts begin and end in turn; names are text.
 */
#include <stdlib.h>

#include "base/hash.h"
#include "base/text.h"
#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
    struct hash hash;
    bool open;
    size_t bytes;
};

static int told_begin(void *ctx, const struct multipart_part *part)
{
    struct told *t = ctx;

    BUG_IF(t->open || *part->name == '\0' || !text_is_utf8(part->name, strlen(part->name)));
    BUG_IF(part->filename != NULL && strpbrk(part->filename, "/\\") != NULL);
    t->open = true;
    hash_add(&t->hash, part->name, strlen(part->name) + 1);
    hash_add(&t->hash, part->type, strlen(part->type) + 1);
    return 0;
}

static int told_data(void *ctx, const uint8_t *p, size_t n)
{
    struct told *t = ctx;

    BUG_IF(!t->open || n == 0);
    t->bytes += n;
    hash_add(&t->hash, p, n);
    return 0;
}

static int told_end(void *ctx)
{
    struct told *t = ctx;

    BUG_IF(!t->open);
    t->open = false;
    hash_add(&t->hash, "", 1);
    return 0;
}

static int parse(const uint8_t *p, size_t n, size_t step, uint8_t ret[static 32])
{
    static struct multipart m;
    struct told t = {0};
    struct multipart_sink sink = {.begin = told_begin, .data = told_data, .end = told_end, .ctx = &t};
    struct arena a;
    int e = 0;

    hash_begin(&t.hash);
    arena_init(&a, 8 * MB);
    multipart_init(&m, &a, "XX", &sink);
    for (size_t i = 0; e == 0 && i < n; i += step)
        e = multipart_feed(&m, p + i, n - i < step ? n - i : step);
    if (e == 0)
        e = multipart_end(&m);
    BUG_IF(e == 0 && t.open);
    BUG_IF(t.bytes > n);
    hash_end(&t.hash, ret);
    hash_drop(&t.hash);
    arena_finish(&a);
    return e;
}

static void check_boundary(const uint8_t *p, size_t n)
{
    struct arena a;
    const char *boundary;
    char *type;

    arena_init(&a, MB);
    type = arena_text_n(&a, (const char *)p, n);
    if (multipart_boundary(&a, type, &boundary) == 0)
        BUG_IF(*boundary == '\0' || strlen(boundary) > MULTIPART_BOUNDARY_MAX);
    arena_finish(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t whole[32], cut[32];

    if (size < 2 || size > 64 * KB)
        return 0;
    check_boundary(data, size);
    if (parse(data + 1, size - 1, size, whole) == parse(data + 1, size - 1, (size_t)data[0] + 1, cut))
        BUG_IF(parse(data + 1, size - 1, size, whole) == 0 && memcmp(whole, cut, sizeof whole) != 0);
    else
        BUG_IF(true);
    return 0;
}
