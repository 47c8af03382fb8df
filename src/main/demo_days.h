/*
 * demo_days.h: the national days off of 2026 for the demo: real ones.
 */
#ifndef MAIN_DEMO_DAYS_H
#define MAIN_DEMO_DAYS_H

#include "engine/actor.h"
#include "engine/app.h"

/* Loads them as `terang import --as holiday` would, in the name of `mark`. */
MUST_USE int demo_days(struct app *app, const struct actor_mark *mark);

#endif
