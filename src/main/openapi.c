/*
 * openapi.c: `terang openapi`: the interface for programs, described without a server or an instance.
 */
#include "engine/openapi.h"
#include "main/command.h"
#include "main/instance.h"
#include "main/modules.h"

int command_openapi(const struct command_line *line)
{
    struct app app = {.modules = modules, .n_modules = modules_n()};
    struct buf out;

    buf_init(&out, line->arena, OPENAPI_MAX);
    if (openapi_write(&app, line->arena, &out) < 0)
        return cannot("the description is too large");
    buf_byte(&out, '\n');
    return command_print(&out);
}
