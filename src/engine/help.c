/*
 * help.c: which words explain a page: found by the path of its route, the same for every screen.
 *
 * "/kerja/{gov}/pengguna/{id}" is "help.kerja-pengguna-id"; "/{id}/ubah" of any screen is "help.screen-id-ubah", where %s
 * stands for what the screen lists. Not for: how it looks (ui/layout.h).
 */
#include "engine/help.h"

#include "base/text.h"
#include "engine/screen.h"
#include "engine/web.h"
#include "ui/lang.h"

#define KEY_MAX ((size_t)1 * KB)

/* The parts of a path joined by "-": without braces, without the government of the workspace. */
static const char *key_of(struct arena *a, const char *prefix, const char *path)
{
    struct buf b;
    char **parts;
    size_t n, i;

    parts = text_split(a, path, '/', &n);
    buf_init(&b, a, KEY_MAX);
    buf_add(&b, prefix);
    for (i = 0; i < n; i++) {
        size_t length = strlen(parts[i]);
        bool named = parts[i][0] == '{';

        if (length == 0 || text_eq(parts[i], "-") || (i > 1 && text_eq(parts[i], "{gov}")))
            continue;
        if (b.n > 0 && b.s[b.n - 1] != '.')
            buf_byte(&b, '-');
        buf_add_n(&b, parts[i] + named, length - 2 * (size_t)named);
    }
    return b.s;
}

static const char *of_screen(struct req *r)
{
    const struct screen *s = r->route->screen;
    const char *rest = strstr(r->route->path, s->slug);
    const char *key;

    rest = rest != NULL ? rest + strlen(s->slug) : "";
    key = rest[0] == '\0' ? "help.screen-list" : text_eq(rest, "/{id}") ? "help.screen-record" : NULL;
    if (key == NULL)
        key = key_of(r->arena, "help.screen", rest);
    return lang_text(r->lang, key) != NULL ? T1(r, key, label_inside(r, label_many(r, s->entity))) : NULL;
}

const char *help_about(struct req *r)
{
    if (r->route == NULL)
        return NULL;
    if (r->route->screen != NULL)
        return of_screen(r);
    return lang_text(r->lang, text_eq(r->route->path, "/") ? "help.home" : key_of(r->arena, "help.", r->route->path));
}
