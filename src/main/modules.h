/*
 * modules.h: the one list of what the program is made of.
 */
#ifndef MAIN_MODULES_H
#define MAIN_MODULES_H

#include "engine/app.h"

extern const struct module *const modules[]; /* ends with NULL */
size_t modules_n(void);

/* Every entity of every module, in the order of the list. */
const struct entity *const *modules_entities(struct arena *a, size_t *ret_n);

#endif
