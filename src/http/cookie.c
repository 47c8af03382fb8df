/*
 * cookie.c: cookies in.
 */
#include "http/cookie.h"

static bool is_separator(char c)
{
    return strchr("()<>@,;:\\\"/[]?={} \t", c) != NULL;
}

bool cookie_name_is_good(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] <= 0x20 || s[i] >= 0x7f || is_separator(s[i]))
            return false;
    }
    return n > 0;
}

bool cookie_value_is_good(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] <= 0x20 || s[i] >= 0x7f || s[i] == '"' || s[i] == ',' || s[i] == ';' || s[i] == '\\')
            return false;
    }
    return true;
}

static bool pair_parse(struct arena *a, const char *s, size_t n, struct http_pair *ret)
{
    const char *eq = memchr(s, '=', n);
    size_t name_n, value_n;

    if (eq == NULL)
        return false;
    name_n = (size_t)(eq - s);
    value_n = n - name_n - 1;
    if (!cookie_name_is_good(s, name_n) || !cookie_value_is_good(eq + 1, value_n))
        return false;

    ret->name = arena_text_n(a, s, name_n);
    ret->value = arena_text_n(a, eq + 1, value_n);
    return true;
}

static bool name_comes_again(const struct http_pairs *pairs, size_t i)
{
    for (size_t k = 0; k < pairs->n; k++) {
        if (k != i && strcmp(pairs->v[k].name, pairs->v[i].name) == 0)
            return true;
    }
    return false;
}

static struct http_pairs without_doubles(struct arena *a, struct http_pairs all)
{
    struct http_pairs once = {.v = arena_array(a, all.n + 1, struct http_pair)};

    for (size_t i = 0; i < all.n; i++) {
        if (!name_comes_again(&all, i))
            once.v[once.n++] = all.v[i];
    }
    return once;
}

struct http_pairs cookie_parse(struct arena *a, const char *field)
{
    struct http_pairs all = {0};
    size_t max = 1;

    for (const char *p = field; *p != '\0'; p++)
        max += *p == ';';
    all.v = arena_array(a, max, struct http_pair);
    for (const char *p = field;;) {
        size_t n = strcspn(p, ";");

        if (pair_parse(a, p, n, &all.v[all.n]))
            all.n++;
        if (p[n] == '\0')
            break;
        p += n + 1;
        p += *p == ' ';
    }
    return without_doubles(a, all);
}
