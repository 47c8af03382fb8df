/*
 * search_job.c: the index made anew, and tidied up at night.
 */
#include "base/json.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/list.h"
#include "engine/search.h"

#define SLICE_ROWS      LIST_PAGE_MAX
#define ARGS_MAX        ((size_t)4 * KB)
#define OPTIMISE_MINUTE (1 * 60 + 50) /* 01.50 */

/* The screen by which the entity of {"entity":NAME} is found. */
static const struct screen *screen_of_args(const struct app *app, const char *args, struct arena *a)
{
    const struct json_in *j;
    const char *name = NULL;
    size_t m, i;

    if (json_read(a, args, strlen(args), ARGS_MAX, &j, NULL) < 0 || json_get_text(j, "entity", &name) <= 0)
        return NULL;
    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_screens; i++)
            if (text_eq(app->modules[m]->screens[i]->entity->name, name))
                return search_screen(app, app->modules[m]->screens[i]->entity);
    return NULL;
}

static int rebuild_slice(struct tx *tx, struct job *job)
{
    const struct screen *s = screen_of_args(tx->app, job->args, tx->arena);
    struct list_ask ask = {.scope = scope_all(job->gov), .limit = SLICE_ROWS};
    struct list_rows rows;
    size_t i;
    int result;

    if (s == NULL)
        return E_INPUT;
    ask.entity = s->entity;
    ask.cursor = *job->place != '\0' ? job->place : NULL;
    result = list_read(tx->db, tx->arena, &ask, &rows);
    for (i = 0; result >= 0 && i < rows.n; i++) {
        const struct record *head = rows.v[i];

        result = search_drop(tx, s->entity, head->gov, head->id);
        if (result >= 0)
            result = search_put(tx, s->entity, NULL, head);
    }
    if (result < 0)
        return result;
    job->done += (int64_t)rows.n;
    job->place = rows.next != NULL ? rows.next : job->place;
    return rows.next != NULL;
}

static int optimise_slice(struct tx *tx, struct job *job)
{
    (void)job;
    return search_optimise(tx);
}

/* ---- the module ---- */

/* clang-format off */
static const struct job_kind jobs[] = {
    {.name = "search-rebuild",  .permission = "search.run", .daily_minute = -1,              .slice = rebuild_slice},
    {.name = "search-optimise", .permission = "search.run", .daily_minute = OPTIMISE_MINUTE, .slice = optimise_slice},
};
static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/cari", PERMIT_LOGIN, search_page),
};
static const struct permit permits[] = {
    {"search.run", "operator"},
};
/* clang-format on */

const struct module search_module = {
    .name = "search",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .permits = permits,
    .n_permits = ARRAY_LEN(permits),
    .jobs = jobs,
    .n_jobs = ARRAY_LEN(jobs),
    .queries = search_queries,
    .n_queries = ARRAY_LEN(search_queries),
};
