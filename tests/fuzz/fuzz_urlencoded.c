/* fuzz: http */
/*
 * fuzz_urlencoded.c: targets and forms: what is accepted is text, a path means one thing, and pairs written again are
 * read as the same pairs.
 */
#include <stdlib.h>

#include "base/text.h"
#include "http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_path(const char *path)
{
    size_t n = strlen(path);

    if (strcmp(path, "*") == 0)
        return;
    BUG_IF(path[0] != '/' || !text_is_utf8(path, n) || strchr(path, '\\') != NULL);
    BUG_IF(strstr(path, "//") != NULL || strstr(path, "/../") != NULL || strstr(path, "/./") != NULL);
    BUG_IF(text_ends(path, "/..") || text_ends(path, "/."));
}

static void check_pairs(struct arena *a, const struct http_pairs *pairs)
{
    struct http_pairs again;
    struct buf b;

    buf_init(&b, a, 4 * MB);
    for (size_t i = 0; i < pairs->n; i++)
        buf_printf(&b, "%s%s=%s", i > 0 ? "&" : "", url_encode(a, pairs->v[i].name), url_encode(a, pairs->v[i].value));
    BUG_IF(buf_failed(&b) < 0);
    BUG_IF(target_pairs(a, b.s, b.n, &again) < 0 || again.n != pairs->n);
    for (size_t i = 0; i < pairs->n; i++)
        BUG_IF(!text_eq(pairs->v[i].name, again.v[i].name) || !text_eq(pairs->v[i].value, again.v[i].value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_pairs pairs;
    struct target t;
    struct arena a;

    if (size > 16 * KB)
        return 0;
    arena_init(&a, 16 * MB);
    if (target_pairs(&a, (const char *)data, size, &pairs) == 0)
        check_pairs(&a, &pairs);
    if (target_parse(&a, arena_text_n(&a, (const char *)data, size), &t) == 0) {
        check_path(t.path);
        check_pairs(&a, &t.query);
    }
    arena_finish(&a);
    return 0;
}
