/*
 * beside.c: finds the record a comment or an attachment belongs to, and says who reaches it.
 */
#include "base/text.h"
#include "engine/acting.h"
#include "engine/app.h"
#include "engine/attachment.h"
#include "engine/beside.h"
#include "engine/comment.h"
#include "engine/list.h"
#include "engine/row.h"
#include "engine/scan.h"

struct beside beside_of(const struct screen *screen, const void *row)
{
    const struct record *head = row;

    return (struct beside){
        .screen = screen, .gov = screen->entity->kind == ENTITY_DATA ? head->gov : 0, .id = head->id, .row = row};
}

bool beside_read(struct req *r, struct beside *ret)
{
    const struct screen *s = screen_of(r);
    void *row = arena_alloc(r->arena, s->entity->size);
    struct scope scope;
    int found;

    scope_of(r, r->route->permission, req_gov(r)->id, &scope);
    found = row_get(r->db, r->arena, s->entity, req_gov(r)->id, route_id(r, "id"), row);
    if (found > 0)
        found = row_reach(r->db, r->arena, &scope, s->entity, row);
    if (found < 0)
        web_refuse(r, found);
    else if (found == 0)
        r->http->status = 404;
    if (found > 0) {
        *ret = beside_of(s, row);
        acting_mark(r, r->route->permission, s->entity, row);
    }
    return found > 0;
}

const char *beside_path(struct req *r, const struct beside *b, const char *part)
{
    return text_printf(r->arena, "%s%s", url(r, "/kerja/%s/%s/%lld", route_param(r, "gov"), b->screen->slug, (long long)b->id),
                       part);
}

bool beside_may(const struct req *r, const struct beside *b, const char *act)
{
    const char *permission = screen_permission(r->arena, b->screen, act);
    struct scope scope;

    if (!may(r, permission, b->gov))
        return false;
    scope_of(r, permission, b->gov, &scope);
    return row_reach(r->db, r->arena, &scope, b->screen->entity, b->row) > 0;
}

/* ---- the module ---- */

/* clang-format off */
static const struct entity *const entities[] = {&attachment_entity, &comment_entity};
static const struct permit permits[] = {
    {"attachment.sweep", "operator"},
    {"attachment.scan", "operator"},
};
static const struct job_kind jobs[] = {
    {.name = "attachment-sweep", .permission = "attachment.sweep", .daily_minute = 2 * 60 + 40,
     .slice = attachment_sweep_slice, .prepare = attachment_sweep_prepare},
    {.name = "attachment-scan", .permission = "attachment.scan", .daily_minute = 3 * 60 + 10,
     .slice = scan_job_slice, .prepare = scan_job_prepare},
};
static const struct effect_kind effects[] = {{.name = "scan", .run = scan_effect}};
/* clang-format on */

const struct module attach_module = {
    .name = "attach",
    .entities = entities,
    .n_entities = ARRAY_LEN(entities),
    .permits = permits,
    .n_permits = ARRAY_LEN(permits),
    .jobs = jobs,
    .n_jobs = ARRAY_LEN(jobs),
    .params = quota_params,
    .n_params = QUOTA_PARAMS,
    .effects = effects,
    .n_effects = ARRAY_LEN(effects),
    .queries = attachment_queries,
    .n_queries = ARRAY_LEN(attachment_queries),
};
