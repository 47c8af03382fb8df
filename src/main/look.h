/*
 * look.h: the chores that `terang serve` offers its server.
 */
#ifndef MAIN_LOOK_H
#define MAIN_LOOK_H

#include "engine/chore.h"

void look_chores(struct chores *ret, void *arg);

#endif
