/*
 * acting.c: finds the grant that counts for a row.
 */
#include "engine/acting.h"

#include "engine/list.h"
#include "engine/web.h"

static int64_t gov_of(const struct entity *e, const void *row)
{
    return e->kind == ENTITY_DATA ? ((const struct record *)row)->gov : GOV_ANY;
}

int acting_reaches(const struct req *r, const struct grant *g, const char *permission, const struct entity *e, const void *row)
{
    struct scope scope;

    scope_of_grant(r, g, permission, gov_of(e, row), &scope);
    return scope.none ? 0 : row_reach(r->db, r->arena, &scope, e, row);
}

int acting_grant(const struct req *r, const char *permission, const struct entity *e, const void *row, const struct grant **ret)
{
    size_t n = r->actor != NULL ? r->actor->n_grants : 0, i;
    int found = 0;

    *ret = NULL;
    for (i = 0; i < n && found == 0; i++) {
        found = acting_reaches(r, &r->actor->grants[i], permission, e, row);
        if (found > 0)
            *ret = &r->actor->grants[i];
    }
    return found < 0 ? found : 0;
}

void acting_as(struct req *r, const struct grant *g)
{
    struct actor_mark *mark = web_mark(r);

    if (g == NULL)
        return;
    mark->role = g->role;
    mark->behalf = g->behalf != NULL ? *g->behalf : (struct absent){0};
}

/* Own roles stand first, so the last one tells whether there are others. */
static bool stands_in(const struct actor *actor)
{
    return actor != NULL && actor->n_grants > 0 && actor->grants[actor->n_grants - 1].behalf != NULL;
}

void acting_mark(struct req *r, const char *permission, const struct entity *e, const void *row)
{
    const struct grant *g = NULL;

    if (stands_in(r->actor) && acting_grant(r, permission, e, row, &g) == 0)
        acting_as(r, g);
}
