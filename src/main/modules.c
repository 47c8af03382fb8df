/*
 * modules.c: the modules by name. A new module is a line here and a folder.
 */
#include "core/codeset/codeset.h"
#include "engine/beside.h"
#include "engine/search.h"
#include "main/modules.h"

const struct module *const modules[] = {
    &attach_module,
    &search_module,
    &codeset_module,
    NULL,
};

size_t modules_n(void)
{
    return ARRAY_LEN(modules) - 1;
}

const struct entity *const *modules_entities(struct arena *a, size_t *ret_n)
{
    const struct entity **all;
    size_t n = 0, i, k;

    for (i = 0; modules[i] != NULL; i++)
        n += modules[i]->n_entities;
    all = arena_array(a, n + 1, const struct entity *);
    n = 0;
    for (i = 0; modules[i] != NULL; i++)
        for (k = 0; k < modules[i]->n_entities; k++)
            all[n++] = modules[i]->entities[k];
    *ret_n = n;
    return all;
}
