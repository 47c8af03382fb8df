/*
 * app.c: what the modules bring together.
 */
#include "base/text.h"
#include "engine/app.h"

const struct entity *const *app_entities(const struct app *app, struct arena *a, size_t *ret_n)
{
    const struct entity **all;
    size_t n = 0, i, k;

    for (i = 0; i < app->n_modules; i++)
        n += app->modules[i]->n_entities;
    all = arena_array(a, n + 1, const struct entity *);
    n = 0;
    for (i = 0; i < app->n_modules; i++)
        for (k = 0; k < app->modules[i]->n_entities; k++)
            all[n++] = app->modules[i]->entities[k];
    *ret_n = n;
    return all;
}

const struct entity *app_entity(const struct app *app, const char *name)
{
    size_t i, k;

    for (i = 0; i < app->n_modules; i++)
        for (k = 0; k < app->modules[i]->n_entities; k++)
            if (text_eq(app->modules[i]->entities[k]->name, name))
                return app->modules[i]->entities[k];
    return NULL;
}
