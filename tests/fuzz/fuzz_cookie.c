/* fuzz: http */
/*
 * fuzz_cookie.c: the small readers of fields: Cookie, X-Forwarded-For, If-None-Match, Accept-Encoding. Cookies that are
 * accepted are well-formed and each name comes once.
 */
#include <stdlib.h>

#include "http/address.h"
#include "http/answer.h"
#include "http/cookie.h"
#include "http/squeeze.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_cookies(struct arena *a, const char *field)
{
    struct http_pairs p = cookie_parse(a, field);

    for (size_t i = 0; i < p.n; i++) {
        BUG_IF(!cookie_name_is_good(p.v[i].name, strlen(p.v[i].name)));
        BUG_IF(!cookie_value_is_good(p.v[i].value, strlen(p.v[i].value)));
        for (size_t k = 0; k < i; k++)
            BUG_IF(strcmp(p.v[i].name, p.v[k].name) == 0);
    }
}

static void check_forwarded(struct arena *a, const char *field)
{
    static const char *const proxies[] = {"10.0.0.1", "10.0.0.2", NULL};
    struct address peer, got;

    BUG_IF(!address_parse("10.0.0.1", &peer));
    got = address_forwarded(&peer, field, proxies);
    BUG_IF(*address_text(a, &got) == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    const char *field;

    if (size > 2 * KB)
        return 0;
    arena_init(&a, 8 * MB);
    field = arena_text_n(&a, (const char *)data, size);
    check_cookies(&a, field);
    check_forwarded(&a, field);
    (void)answer_etag_listed(field, "\"0123-z\"");
    (void)squeeze_wanted(field);
    arena_finish(&a);
    return 0;
}
