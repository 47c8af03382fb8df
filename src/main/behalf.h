/*
 * behalf.h: which rows a command means, in which government, and on whose behalf: --as or a word, --gov, --user.
 *
 * Not for: what is done with them (import_screen.c, export.c).
 */
#ifndef MAIN_BEHALF_H
#define MAIN_BEHALF_H

#include "engine/screen.h"
#include "main/command.h"
#include "main/instance.h"

struct behalf {
    struct gov gov;
    const struct actor *actor; /* NULL: the operator */
};

/* By slug; NULL for none. */
const struct screen *behalf_screen(const char *slug);

/* 0, or EXIT_USAGE when the government is not given or does not fit the screen. */
int behalf_usage(const struct command_line *line, const struct screen *screen, const char *gov);

/* `login` may be NULL. 0, or an exit code with the reason said. All in it lives in `a`. */
int behalf_find(const struct command_line *line, struct arena *a, struct opened *o, const char *gov, const char *login,
                struct behalf *ret);

#endif
