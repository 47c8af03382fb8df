/*
 * engine_module.c: the engine's own entities, and its lists of statements.
 */
#include "engine/attachment.h"
#include "engine/cause.h"
#include "engine/engine_module.h"
#include "engine/erase.h"
#include "engine/export.h"
#include "engine/flow.h"
#include "engine/grant.h"
#include "engine/history.h"
#include "engine/holiday.h"
#include "engine/moved.h"
#include "engine/scan.h"
#include "engine/list_view.h"
#include "engine/remind.h"
#include "engine/task.h"
#include "engine/visit.h"

/* clang-format off */
static const struct entity *const entities[] = {&saved_view_entity, &export_note_entity};

static const struct permit permits[] = {{"export.see", "operator"}};
static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/pekerjaan/{id}/berkas", PERMIT_LOGIN, export_work_file_page),
};

const struct module engine_module = {
    .name = "engine",
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .routes = routes,     .n_routes = ARRAY_LEN(routes),
    .permits = permits,   .n_permits = ARRAY_LEN(permits),
    .jobs = export_jobs,  .n_jobs = ARRAY_LEN(export_jobs),
    .params = export_params, .n_params = EXPORT_PARAMS,
};

const struct query_list engine_queries[] = {
    {cause_queries,     &cause_queries_n},
    {erase_queries,     &erase_queries_n},
    {export_queries,    &export_queries_n},
    {flow_again_queries, &flow_again_queries_n},
    {flow_move_queries, &flow_move_queries_n},
    {grant_queries,     &grant_queries_n},
    {history_queries,   &history_queries_n},
    {holiday_queries,   &holiday_queries_n},
    {moved_queries,     &moved_queries_n},
    {quota_queries,     &quota_queries_n},
    {scan_queries,      &scan_queries_n},
    {remind_queries,    &remind_queries_n},
    {task_mine_queries, &task_mine_queries_n},
    {task_queries,      &task_queries_n},
    {view_queries,      &view_queries_n},
    {web_queries,       &web_queries_n},
};
const size_t engine_queries_n = ARRAY_LEN(engine_queries);
/* clang-format on */
