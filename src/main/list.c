/*
 * list.c: `terang routes` and `terang roles`: what the tables say, for people and programs.
 */
#include "base/json.h"
#include "main/command.h"
#include "main/server.h"

#define LIST_MAX ((size_t)4 * MB)

/* ---- routes ---- */

static int routes_json(const struct route *routes, size_t n, struct buf *out)
{
    struct json_out j;
    size_t i;

    json_out_init(&j, out);
    json_out_array(&j);
    for (i = 0; i < n; i++) {
        json_out_object(&j);
        json_put_text(&j, "method", route_method(&routes[i]));
        json_put_text(&j, "path", routes[i].path);
        json_put_text(&j, "permission", routes[i].permission);
        json_put_int(&j, "body_max", routes[i].limits.body_max);
        json_out_end(&j);
    }
    json_out_end(&j);
    buf_byte(out, '\n');
    return json_out_done(&j);
}

int command_routes(const struct command_line *line)
{
    const struct route *routes;
    struct buf out;
    size_t n, i;

    routes = instance_routes(line->arena, &n);
    buf_init(&out, line->arena, LIST_MAX);
    if (line->json && routes_json(routes, n, &out) < 0)
        return EXIT_UNKNOWN;
    for (i = 0; i < n && !line->json; i++)
        buf_printf(&out, "%-7s %-40s %s\n", route_method(&routes[i]), routes[i].path, routes[i].permission);
    return command_print(&out);
}
