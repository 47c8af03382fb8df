/*
 * engine_module.h: what the engine itself brings to every instance, beside the modules of its parts: the tables of saved views
 * and of exports, the job of large exports, and statements that belong to no module.
 */
#ifndef ENGINE_ENGINE_MODULE_H
#define ENGINE_ENGINE_MODULE_H

#include "engine/app.h"

extern const struct module engine_module;

/* Lists of statements that stand in no struct module, for the test that prepares every one. */
struct query_list {
    const struct query *const *v;
    const size_t *n;
};
extern const struct query_list engine_queries[];
extern const size_t engine_queries_n;

#endif
