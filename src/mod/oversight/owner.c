/*
 * owner.c: who is meant by the names in a plan. Pure.
 */
#include <string.h>

#include "base/text.h"
#include "mod/oversight/oversight.h"

/* `s` without the words at its end, when something is left before them. Both are folded. */
static const char *without_end(struct arena *a, const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);

    if (k == 0 || n < k + 2 || strcmp(s + n - k, end) != 0 || s[n - k - 1] != ' ')
        return s;
    return text_trim(a, arena_text_n(a, s, n - k));
}

/* What is left of a name for comparing. */
static const char *plain(struct arena *a, const char *name, const char *gov_name)
{
    static const char service[] = "dinas ";
    const char *s = text_fold(a, text_collapse(a, name));

    s = without_end(a, s, text_fold(a, gov_name));
    s = without_end(a, s, "daerah");
    return text_starts(s, service) ? s + sizeof service - 1 : s;
}

static int64_t agency_called(struct arena *a, const char *name, const char *gov_name, const struct owner_agency *v, size_t n)
{
    const char *looked_for = plain(a, name, gov_name);
    size_t i;

    for (i = 0; i < n; i++)
        if (text_eq(looked_for, plain(a, v[i].name, gov_name)) ||
            (v[i].short_name != NULL && text_eq(looked_for, plain(a, v[i].short_name, gov_name))))
            return v[i].id;
    return 0;
}

size_t owners_match(struct arena *a, const char *text, const char *gov_name, const struct owner_agency *agencies, size_t n,
                    struct owner ret[static OWNERS_MAX])
{
    size_t n_parts, i, k = 0;
    char **parts = text_split(a, text != NULL ? text : "", ';', &n_parts);

    for (i = 0; i < n_parts && k < OWNERS_MAX; i++) {
        const char *name = text_collapse(a, parts[i]);

        if (*name != '\0')
            ret[k++] = (struct owner){name, agency_called(a, name, gov_name, agencies, n)};
    }
    return k;
}

const char *gov_site(struct arena *a, const char *slug)
{
    static const struct {
        const char *before, *behind;
    } kinds[] = {{"kota-", "kota"}, {"kabupaten-", "kab"}, {"provinsi-", "prov"}};
    const char *behind = "", *p;
    struct buf b;
    size_t i;

    buf_init(&b, a, 200);
    for (i = 0; i < ARRAY_LEN(kinds); i++)
        if (text_starts(slug, kinds[i].before)) {
            slug += strlen(kinds[i].before);
            behind = kinds[i].behind;
            break;
        }
    for (p = slug; *p != '\0'; p++)
        if (*p != '-')
            buf_byte(&b, *p);
    buf_printf(&b, "%s.go.id", behind);
    return b.s;
}
