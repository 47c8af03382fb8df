/*
 * whole.h: the modules of the program and the samples beside them, for tests that loop over tables.
 */
#ifndef TESTS_ENTITY_WHOLE_H
#define TESTS_ENTITY_WHOLE_H

#include "base/text.h"
#include "base/unit.h"
#undef fail /* of cmocka: ui/req.h has a function of that name */
#include "engine/sample_screen.h"
#include "main/modules.h"

#define WHOLE_ENTITIES_MAX 500

/* One more thing that is wrong, said as a comment of the test's output: a loop goes on and shows all of them. */
#define WRONG(n, format, ...) (print_message("# " format "\n", ##__VA_ARGS__), (n)++)

/* The program's modules, then that of the samples. */
static inline const struct module *const *whole_modules(struct arena *a, size_t *ret_n)
{
    size_t n = modules_n();
    const struct module **v = arena_array(a, n + 1, const struct module *);

    memcpy(v, modules, n * sizeof *v);
    v[n] = &sample_module;
    *ret_n = n + 1;
    return v;
}

/* Entities of the program, without the samples. */
static inline const struct entity *const *whole_entities(struct arena *a, size_t *ret_n)
{
    const struct entity **v = arena_array(a, WHOLE_ENTITIES_MAX, const struct entity *);
    size_t n = 0, m, i;

    for (m = 0; m < modules_n(); m++)
        for (i = 0; i < modules[m]->n_entities; i++) {
            BUG_IF(n == WHOLE_ENTITIES_MAX);
            v[n++] = modules[m]->entities[i];
        }
    *ret_n = n;
    return v;
}

#endif
