/*
 * target.c: paths that mean one thing only. What could be read in two ways is refused instead of cleaned up.
 */
#include "base/text.h"
#include "http/gate.h"
#include "http/target.h"

static const char *skip_authority(const char *raw)
{
    const char *p;

    if (raw[0] == '/' || raw[0] == '*')
        return raw;
    p = strstr(raw, "://");
    return p == NULL ? raw : p + 3 + strcspn(p + 3, "/#");
}

/* Encoded slashes and backslashes are refused before decoding, because afterwards they look like parts. */
static bool has_hidden_slash(const char *s, size_t n)
{
    for (size_t i = 0; i + 2 < n; i++) {
        if (s[i] == '%' && ((s[i + 1] == '2' && (s[i + 2] | 0x20) == 'f') || (s[i + 1] == '5' && (s[i + 2] | 0x20) == 'c')))
            return true;
    }
    return false;
}

static bool part_is_plain(const char *s, size_t n)
{
    return n > 0 && !(n == 1 && s[0] == '.') && !(n == 2 && s[0] == '.' && s[1] == '.');
}

/* Every part between slashes; only the last may be empty. */
static bool parts_are_plain(const char *path)
{
    const char *p = path;

    while (*p == '/') {
        size_t n = strcspn(p + 1, "/");

        if (p[1 + n] == '\0' && n == 0)
            return true;
        if (!part_is_plain(p + 1, n))
            return false;
        p += 1 + n;
    }
    return *p == '\0' && p != path;
}

static bool has_control(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7f || *s == '\\')
            return true;
    }
    return false;
}

static int path_parse(struct arena *a, const char *s, size_t n, const char **ret)
{
    char *path;
    int e;

    if (n == 0 || (n == 1 && s[0] == '*')) {
        *ret = n == 0 ? "/" : "*";
        return 0;
    }
    if (has_hidden_slash(s, n))
        return E_INPUT;
    e = url_decode(a, s, n, false, &path);
    if (e < 0 || has_control(path) || !parts_are_plain(path))
        return E_INPUT;

    *ret = path;
    return 0;
}

int target_parse(struct arena *a, const char *raw, struct target *ret)
{
    const char *p = skip_authority(raw);
    size_t n = strcspn(p, (const char[]){GATE_QUERY_MARK, '\0'});
    const char *query = p[n] == '\0' ? "" : p + n + 1;
    char *whole = arena_text(a, p);
    struct target t = {.whole = whole};
    int e;

    if (whole[n] != '\0')
        whole[n] = '?';
    e = path_parse(a, p, n, &t.path);
    if (e < 0)
        return e;
    e = target_pairs(a, query, strlen(query), &t.query);
    if (e < 0)
        return E_INPUT;

    *ret = t;
    return 0;
}

static size_t pairs_count(const char *s, size_t n)
{
    size_t count = n > 0 ? 1 : 0;

    for (size_t i = 0; i < n; i++)
        count += s[i] == '&';
    return count;
}

static int pair_parse(struct arena *a, const char *s, size_t n, struct http_pair *ret)
{
    const char *eq = memchr(s, '=', n);
    size_t name_n = eq == NULL ? n : (size_t)(eq - s);
    size_t value_n = eq == NULL ? 0 : n - name_n - 1;
    char *name, *value;

    if (name_n == 0 || url_decode(a, s, name_n, true, &name) < 0)
        return E_INPUT;
    if (url_decode(a, s + n - value_n, value_n, true, &value) < 0)
        return E_INPUT;

    *ret = (struct http_pair){.name = name, .value = text_nfc(a, value)};
    return 0;
}

int target_pairs(struct arena *a, const char *s, size_t n, struct http_pairs *ret)
{
    struct http_pairs pairs = {.n = pairs_count(s, n)};
    const char *end = s + n;

    if (pairs.n > TARGET_PAIRS_MAX)
        return E_LIMIT;
    pairs.v = pairs.n == 0 ? NULL : arena_array(a, pairs.n, struct http_pair);
    for (size_t i = 0; i < pairs.n; i++) {
        const char *stop = memchr(s, '&', (size_t)(end - s));
        int e;

        if (stop == NULL)
            stop = end;
        e = pair_parse(a, s, (size_t)(stop - s), &pairs.v[i]);
        if (e < 0)
            return e;
        s = stop + 1;
    }

    *ret = pairs;
    return 0;
}
