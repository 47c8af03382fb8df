/*
 * behalf.c: a government by its slug, a person by the login, with the roles that count today.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/user/admin.h"
#include "main/behalf.h"
#include "main/modules.h"
#include "os/os.h"

#define READER_WAIT 2000 /* ms */

const struct screen *behalf_screen(const char *slug)
{
    const struct app app = {.modules = modules, .n_modules = modules_n()};

    return screen_by_slug(&app, slug);
}

int behalf_usage(const struct command_line *line, const struct screen *screen, const char *gov)
{
    bool data = screen->entity->kind == ENTITY_DATA;

    if (gov == NULL)
        return command_usage(line->command, "rows of a screen need --gov, \"-\" for what belongs to no government");
    if (data == text_eq(gov, "-"))
        return command_usage(line->command, data ? "these rows belong to a government" : "these rows belong to none: --gov -");
    return 0;
}

static int find_gov(const struct command_line *line, struct arena *a, struct db *db, const struct opened *o, const char *slug,
                    struct behalf *ret)
{
    int e;

    ret->gov = (struct gov){.slug = "-", .zone_minutes = o->in.zone_minutes, .zone = o->in.zone};
    if (text_eq(slug, "-"))
        return 0;
    e = gov_by_slug(db, a, slug, &ret->gov);
    if (e < 0)
        return cannot("%s: %s", slug, reason_of(e));
    return e > 0 ? 0 : command_usage(line->command, text_printf(a, "--gov %s: there is no such government", slug));
}

static int find_user(struct arena *a, struct db *db, const char *login, struct behalf *ret)
{
    struct actor *actor;
    struct grant *grants;
    struct app_user user;
    size_t n = 0;
    int e;

    if (login == NULL)
        return 0;
    e = user_by_login(db, a, login, &user);
    if (e == 0 || (e > 0 && user.disabled))
        return cannot("%s: there is no such account, or it is disabled", login);
    if (e > 0)
        e = grants_of(db, a, user.head.id, os_now(), &grants, &n);
    if (e < 0)
        return cannot("%s: %s", login, reason_of(e));
    actor = arena_new(a, struct actor);
    *actor = (struct actor){.user = user.head.id,
                            .subject_key = user.head.record_key,
                            .login = user.login,
                            .name = user.name,
                            .grants = grants,
                            .n_grants = n};
    ret->actor = actor;
    return 0;
}

int behalf_find(const struct command_line *line, struct arena *a, struct opened *o, const char *gov, const char *login,
                struct behalf *ret)
{
    struct db *db;
    int e = pool_take(o->app.pool, READER_WAIT, &db), code;

    if (e < 0)
        return cannot("the database cannot be read: %s", reason_of(e));
    *ret = (struct behalf){0};
    code = find_gov(line, a, db, o, gov, ret);
    if (code == 0)
        code = find_user(a, db, login, ret);
    pool_give(o->app.pool, db);
    return code;
}
