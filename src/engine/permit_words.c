/*
 * permit_words.c: permissions in order and in words.
 */
#include "engine/permit_words.h"

#include "base/text.h"
#include "engine/app.h"
#include "engine/screen.h"
#include "ui/lang.h"

/* ---- which ---- */

static bool is_there(const struct permit_line *v, size_t n, const char *permission)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (text_eq(v[i].permission, permission))
            return true;
    return false;
}

size_t permits_of(const struct app *app, struct arena *a, const char *role, const struct permit_line **ret)
{
    struct permit_line *v;
    size_t n = 0, room = 0, m, i;

    for (m = 0; m < app->n_modules; m++)
        room += app->modules[m]->n_permits;
    v = arena_array(a, room + 1, struct permit_line);
    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_permits; i++) {
            const struct permit *p = &app->modules[m]->permits[i];

            if ((role == NULL || text_has_word(p->roles, role)) && !is_there(v, n, p->permission))
                v[n++] = (struct permit_line){app->modules[m], p->permission};
        }
    *ret = v;
    return n;
}

/* ---- in words ---- */

static const struct screen *screen_asking(const struct req *r, const char *permission, const char *dot)
{
    size_t m, i;

    for (m = 0; m < r->app->n_modules; m++)
        for (i = 0; i < r->app->modules[m]->n_screens; i++) {
            const struct screen *s = r->app->modules[m]->screens[i];

            if (text_eq(permission, text_printf(r->arena, "%s.%s", s->permission, dot + 1)))
                return s;
        }
    return NULL;
}

void permit_parts(const struct req *r, const char *permission, const char **ret_about, const char **ret_act)
{
    const char *dot = strchr(permission, '.');
    const struct screen *s = dot != NULL ? screen_asking(r, permission, dot) : NULL;

    *ret_about = s != NULL ? label_many(r, s->entity) : NULL;
    if (s != NULL)
        *ret_act = T(r, text_printf(r->arena, "permit.%s", dot + 1));
    else if (dot != NULL)
        *ret_act = T(r, text_printf(r->arena, "permit.%.*s-%s", (int)(dot - permission), permission, dot + 1));
    else
        *ret_act = permission;
}

const char *permit_words(const struct req *r, const char *permission)
{
    const char *about, *act;

    permit_parts(r, permission, &about, &act);
    return about != NULL ? T2(r, "permit.of", about, act) : act;
}

const char *permit_group(const struct req *r, const struct module *module)
{
    const char *words = lang_text(r->lang, text_printf(r->arena, "module.%s", module->name));

    return words != NULL ? words : T(r, "module.other");
}

/* clang-format off */
static const char *const reaches[] = {
    [REACH_OWN] = "own", [REACH_UNIT] = "unit", [REACH_PLACE] = "place", [REACH_AGENCY] = "agency",
    [REACH_GOV] = "government", [REACH_GOVS] = "governments", [REACH_HOST] = "installation",
};
/* clang-format on */
_Static_assert(ARRAY_LEN(reaches) == REACH_COUNT, "a name a reach");

const char *role_reach(const struct role *role)
{
    return reaches[role->reach];
}

const char *role_purpose(const struct req *r, const char *role)
{
    return T(r, text_printf(r->arena, "role.%s-for", role));
}
