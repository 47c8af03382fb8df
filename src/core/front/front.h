/*
 * front.h: the first pages: of the installation, of a government for the public, of the workspace, of supervisors.
 *
 * What they link to is read from the table of routes: a route with a .word is offered to whoever may open it.
 */
#ifndef CORE_FRONT_FRONT_H
#define CORE_FRONT_FRONT_H

#include "engine/app.h"

extern const struct module front_module;

#endif
