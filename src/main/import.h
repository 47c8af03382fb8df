/*
 * import.h: the options of `terang import`, in the order of the table of commands, and who reads which word.
 */
#ifndef MAIN_IMPORT_H
#define MAIN_IMPORT_H

#include "main/command.h"

enum { IMPORT_AS, IMPORT_VERSION, IMPORT_BASIS, IMPORT_FROM, IMPORT_TO, IMPORT_GOV, IMPORT_USER };
enum { IMPORT_DRY_RUN, IMPORT_LEAVE_WRONG };

/* Is it the slug of a screen? */
bool is_screen(const char *word);

/* The exit code; `a` is large. */
int import_screen(const struct command_line *line, struct arena *a);

#endif
