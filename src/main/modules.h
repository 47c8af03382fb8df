/*
 * modules.h: the one list of what the program is made of.
 */
#ifndef MAIN_MODULES_H
#define MAIN_MODULES_H

#include "engine/app.h"

extern const struct module *const modules[]; /* ends with NULL */
size_t modules_n(void);

#endif
