/*
 * unit.h: what every unit test begins with: cmocka and its prerequisites, and an arena a test. The parameter is not
 * called state, as cmocka does, because that is a type of ours.
 *
 *     cmocka_unit_test_setup_teardown(name, unit_begin, unit_end)   or UNIT(name)
 *     static void name(void **world) { ... unit_arena(world) ... }
 */
#ifndef BASE_UNIT_H
#define BASE_UNIT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/base.h"

#define UNIT_ARENA_MAX ((size_t)64 * MB)

static inline int unit_begin(void **world)
{
    struct arena *a = malloc(sizeof *a);

    if (a == NULL)
        return -1;
    arena_init(a, UNIT_ARENA_MAX);
    *world = a;
    return 0;
}

static inline int unit_end(void **world)
{
    arena_finish(*world);
    free(*world);
    return 0;
}

static inline struct arena *unit_arena(void **world)
{
    return *world;
}

#define UNIT(name) cmocka_unit_test_setup_teardown(name, unit_begin, unit_end)

#endif
