/*
 * init.h: making an instance, for `terang init` and `terang demo`.
 */
#ifndef MAIN_INIT_H
#define MAIN_INIT_H

#include "main/command.h"
#include "main/instance.h"

/*
 * Directory, schema, keys, description, in this order; what is there is left alone. The first options of the command are name,
 * origin and zone. 0, or an exit code with the reason said.
 */
int init_instance(const struct command_line *line, bool demo, struct instance *in, const char **ret_vkey);

#endif
