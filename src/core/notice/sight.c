/*
 * sight.c: what a person may see now, for what is told later than it happened.
 */
#include "base/text.h"
#include "core/gov/gov.h"
#include "core/notice/notice.h"
#include "engine/list.h"
#include "engine/row.h"
#include "engine/seat.h"
#include "os/os.h"

const struct screen *sight_screen(const struct app *app, const char *entity)
{
    size_t m, i;

    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_screens; i++)
            if (text_eq(app->modules[m]->screens[i]->entity->name, entity))
                return app->modules[m]->screens[i];
    return NULL;
}

int sight_actor(struct app *app, struct db *db, struct arena *a, int64_t user, const struct actor **ret)
{
    struct actor *actor = arena_new(a, struct actor);
    int e = app->actor_of != NULL ? app->actor_of(db, a, user, os_now(), true, actor) : 0;

    *ret = e > 0 && actor->n_grants > 0 ? actor : NULL;
    return e < 0 ? e : 0;
}

int sight_take(struct app *app, struct db *db, struct arena *a, const struct actor *actor, const struct screen *s, int64_t gov,
               struct req **ret)
{
    struct seat_conf conf = {.screen = s, .act = "read", .actor = actor, .lang = LANG_ID};
    int e = 1;

    *ret = NULL;
    if (gov != 0)
        e = gov_by_id(db, a, gov, &conf.gov);
    else
        conf.gov = (struct gov){.slug = "-", .zone_minutes = app->zone_minutes};
    if (e <= 0)
        return e;
    *ret = seat_take(app, a, &conf);
    (*ret)->db = db;
    return 0;
}

int sight_row(struct req *r, const struct screen *s, int64_t gov, int64_t record, void **ret)
{
    const int64_t of = s->entity->kind == ENTITY_DATA ? gov : GOV_ANY;
    const char *permission = screen_permission(r->arena, s, "read");
    void *row = arena_alloc(r->arena, s->entity->size);
    struct scope scope;
    int e;

    if (!may(r, permission, of))
        return 0;
    e = row_get(r->db, r->arena, s->entity, gov, record, row);
    if (e <= 0)
        return e;
    scope_of(r, permission, of, &scope);
    e = row_reach(r->db, r->arena, &scope, s->entity, row);
    if (e > 0)
        *ret = row;
    return e;
}

const char *sight_path(struct req *r, const struct screen *s, int64_t gov, int64_t record)
{
    struct gov of = {.slug = "-"};

    if (gov != 0 && gov_by_id(r->db, r->arena, gov, &of) <= 0)
        return NULL;
    return text_printf(r->arena, "/kerja/%s/%s/%lld", of.slug, s->slug, (long long)record);
}
