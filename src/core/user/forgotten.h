/*
 * forgotten.h: what the reset of a password by mail shares with the table of effects and with tests.
 */
#ifndef CORE_USER_FORGOTTEN_H
#define CORE_USER_FORGOTTEN_H

#include "engine/job.h"

#define FORGOTTEN_EFFECT "reset"

/* Finds out whose name or address was typed, and mails each of these accounts a link. */
MUST_USE int forgotten_run(struct app *app, const char *key, const char *args, struct arena *a);

#endif
