/*
 * seat.c: a visit filled by hand.
 */
#include "engine/seat.h"
#include "engine/visit.h"
#include "os/os.h"

struct seat {
    struct http_req http;
    struct visit visit;
    struct route route;
};

/* Whoever may open the database may do what any role of that government may. */
static const struct actor *operator_of(struct arena *a, int64_t gov, const char *name)
{
    struct grant *grants = arena_array(a, roles_n, struct grant);
    struct actor *actor = arena_new(a, struct actor);
    size_t i;

    for (i = 0; i < roles_n; i++)
        grants[i] = (struct grant){.role = roles[i].code, .gov = gov};
    *actor = (struct actor){.name = name, .grants = grants, .n_grants = roles_n};
    return actor;
}

struct req *seat_take(struct app *app, struct arena *a, const struct seat_conf *conf)
{
    struct seat *s = arena_new(a, struct seat);

    s->route = (struct route){.path = "", .permission = screen_permission(a, conf->screen, conf->act), .screen = conf->screen};
    s->visit.gov = conf->gov;
    s->visit.req = (struct req){.arena = a,
                                .lang = conf->lang,
                                .zone_minutes = conf->gov.zone_minutes,
                                .zone = conf->gov.zone,
                                .now = os_now(),
                                .app = app,
                                .http = &s->http,
                                .actor = conf->actor != NULL ? conf->actor : operator_of(a, conf->gov.id, conf->command),
                                .route = &s->route};
    s->http.user = &s->visit;
    return &s->visit.req;
}

struct actor_mark seat_mark(struct req *r, const struct seat_conf *conf)
{
    struct actor_mark mark = {.role = "operator", .name = r->actor->name, .unit = conf->gov.code};

    if (conf->actor != NULL) {
        const struct grant *g = giving_grant(r, r->route->permission, conf->gov.id);

        mark.role = g != NULL ? g->role : NULL;
        mark.behalf = g != NULL && g->behalf != NULL ? *g->behalf : (struct absent){0};
        mark.user = conf->actor->user;
        mark.subject_key = conf->actor->subject_key;
    }
    return mark;
}
