/*
 * http.c: looking things up in a request, adding to its answer.
 */
#include <strings.h>

#include "base/text.h"
#include "http/cookie.h"
#include "http/http.h"

static const char *find(const struct http_pairs *pairs, const char *name, int (*compare)(const char *, const char *))
{
    for (size_t i = 0; i < pairs->n; i++) {
        if (compare(pairs->v[i].name, name) == 0)
            return pairs->v[i].value;
    }
    return NULL;
}

const char *http_header(const struct http_req *r, const char *name)
{
    return find(&r->headers, name, strcasecmp);
}

const char *http_query(const struct http_req *r, const char *name)
{
    return find(&r->query, name, strcmp);
}

const char *http_form(const struct http_req *r, const char *name)
{
    return find(&r->form, name, strcmp);
}

const char *http_cookie(const struct http_req *r, const char *name)
{
    return find(&r->cookies, name, strcmp);
}

void http_answer_header(struct http_req *r, const char *name, const char *value)
{
    struct http_pairs *h = &r->answer;

    BUG_IF(*name == '\0' || strpbrk(name, "\r\n: \t") != NULL || strpbrk(value, "\r\n") != NULL);
    if (h->n % 8 == 0) {
        struct http_pair *v = arena_array(&r->arena, h->n + 8, struct http_pair);

        if (h->n > 0)
            memcpy(v, h->v, h->n * sizeof *v);
        h->v = v;
    }
    h->v[h->n++] = (struct http_pair){.name = arena_text(&r->arena, name), .value = arena_text(&r->arena, value)};
}

void http_answer_cookie(struct http_req *r, const char *name, const char *value, int64_t max_age)
{
    const char *age = max_age < 0 ? "" : text_printf(&r->arena, "; Max-Age=%lld", (long long)max_age);

    BUG_IF(!cookie_name_is_good(name, strlen(name)) || !cookie_value_is_good(value, strlen(value)));
    http_answer_header(r, "Set-Cookie",
                       text_printf(&r->arena, "__Host-%s=%s; Path=/; Secure; HttpOnly; SameSite=Lax%s", name, value, age));
}
