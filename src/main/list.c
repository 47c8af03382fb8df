/*
 * list.c: `terang routes` and `terang roles`: what the tables say, for people and programs.
 */
#include "base/json.h"
#include "base/text.h"
#include "engine/permit_words.h"
#include "main/command.h"
#include "main/modules.h"
#include "main/server.h"

#define LIST_MAX ((size_t)4 * MB)

/* ---- routes ---- */

/* As the server opens them: of the instance, its modules and screens. NULL, with the reason said, when a table is wrong. */
static const struct route *all_routes(struct app *app, struct arena *a, size_t *ret_n)
{
    const struct instance in = {.zone = "WIB", .zone_minutes = instance_zone("WIB")};
    const char *why;
    struct web *web;

    app->modules = modules;
    app->n_modules = modules_n();
    if (server_web(app, &in, a, &web, &why) < 0) {
        (void)cannot("the table of routes is wrong at %s", why); /* the caller ends with its code */
        return NULL;
    }
    return web_routes(web, ret_n);
}

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
    struct app app = {0};
    const struct route *routes;
    struct buf out;
    size_t n, i;

    routes = all_routes(&app, line->arena, &n);
    if (routes == NULL)
        return EXIT_UNKNOWN;
    buf_init(&out, line->arena, LIST_MAX);
    if (line->json && routes_json(routes, n, &out) < 0)
        return EXIT_UNKNOWN;
    for (i = 0; i < n && !line->json; i++)
        buf_printf(&out, "%-7s %-40s %s\n", route_method(&routes[i]), routes[i].path, routes[i].permission);
    return command_print(&out);
}

/* ---- roles ---- */

struct listing {
    const struct command_line *line;
    struct app app;
    const struct route *routes;
    size_t n_routes;
};

static void role_json(const struct listing *l, const struct role *role, struct json_out *j)
{
    const struct permit_line *v;
    size_t n, i;

    n = permits_of(&l->app, l->line->arena, role->code, &v);
    json_out_object(j);
    json_put_text(j, "role", role->code);
    json_put_text(j, "reach", role_reach(role));
    json_put_bool(j, "supervisor", role->supervisor);
    json_put_bool(j, "second_factor", role->second_factor);
    json_put_text(j, "not_with", role->not_with);
    json_put_array(j, "permissions");
    for (i = 0; i < n; i++)
        json_out_text(j, v[i].permission);
    json_out_end(j);
    json_put_array(j, "routes");
    for (i = 0; i < l->n_routes; i++) {
        if (!permit_has(&l->app, l->routes[i].permission, role->code))
            continue;
        json_out_object(j);
        json_put_text(j, "method", route_method(&l->routes[i]));
        json_put_text(j, "path", l->routes[i].path);
        json_out_end(j);
    }
    json_out_end(j);
    json_out_end(j);
}

static void permissions_text(const struct req *r, const char *role, struct buf *out)
{
    const struct permit_line *v;
    size_t n = permits_of(r->app, r->arena, role, &v), i;

    for (i = 0; i < n; i++)
        buf_printf(out, "    %-28s %s\n", v[i].permission, permit_words(r, v[i].permission));
}

static void role_text(struct listing *l, const struct role *role, bool whole, struct buf *out)
{
    const struct req r = {.arena = l->line->arena, .lang = l->line->lang, .app = &l->app};
    size_t i;

    buf_printf(out, "%-24s %-12s %s\n", role->code, role_reach(role),
               role->second_factor ? T(&r, "cli.role-second-factor") : "");
    if (!whole)
        return;
    buf_printf(out, "  %s. %s\n", T(&r, text_printf(r.arena, "role.%s", role->code)), role_purpose(&r, role->code));
    if (role->not_with != NULL)
        buf_printf(out, "  %s\n    %s\n", T(&r, "cli.role-not-with"), role->not_with);
    buf_printf(out, "  %s\n", T(&r, "cli.role-permissions"));
    permissions_text(&r, role->code, out);
    buf_printf(out, "  %s\n", T(&r, "cli.role-routes"));
    for (i = 0; i < l->n_routes; i++)
        if (permit_has(&l->app, l->routes[i].permission, role->code))
            buf_printf(out, "    %-7s %s\n", route_method(&l->routes[i]), l->routes[i].path);
}

int command_roles(const struct command_line *line)
{
    struct listing l = {.line = line};
    const char *only = line->n_args > 0 ? line->args[0] : NULL;
    struct json_out j;
    struct buf out;
    size_t i;

    if (only != NULL && role_find(only) == NULL)
        return command_usage(line->command, "there is no such role");
    l.routes = all_routes(&l.app, line->arena, &l.n_routes);
    if (l.routes == NULL)
        return EXIT_UNKNOWN;
    buf_init(&out, line->arena, LIST_MAX);
    json_out_init(&j, &out);
    if (line->json)
        json_out_array(&j);
    for (i = 0; i < roles_n; i++) {
        if (only != NULL && !text_eq(roles[i].code, only))
            continue;
        if (line->json)
            role_json(&l, &roles[i], &j);
        else
            role_text(&l, &roles[i], only != NULL, &out);
    }
    if (line->json) {
        json_out_end(&j);
        buf_byte(&out, '\n');
    }
    return command_print(&out);
}
