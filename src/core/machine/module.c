/*
 * module.c: the operator's pages, and what leads from one to the other.
 */
#include <inttypes.h>

#include "base/text.h"
#include "core/machine/pages.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

const char *say_span(struct req *r, int64_t ms)
{
    if (ms < 2 * MINUTE_MS)
        return T1(r, "machine.seconds", say_count(r, ms < 0 ? 0 : ms / 1000));
    if (ms < 2 * HOUR_MS)
        return T1(r, "machine.minutes", say_count(r, ms / MINUTE_MS));
    if (ms < 2 * DAY_MS)
        return T1(r, "machine.hours", say_count(r, ms / HOUR_MS));
    return T1(r, "machine.days", say_count(r, ms / DAY_MS));
}

static const struct {
    const char *word, *path, *permission;
} places[] = {
    {"machine.title", MACHINE_PATH, MACHINE_PERMIT},
    {"machine.charts", MACHINE_PATH "/grafik", MACHINE_PERMIT},
    {"machine.log", MACHINE_PATH "/log", MACHINE_PERMIT},
    {"job.many", "/kerja/-/pekerjaan", "job.read"},
    {"job.outbox", "/kerja/-/kotak-keluar", "operator.outbox"},
};

void machine_tabs(struct req *r, const char *here)
{
    struct ui_tab v[ARRAY_LEN(places)];
    size_t n = 0, i;

    for (i = 0; i < ARRAY_LEN(places); i++)
        if (may(r, places[i].permission, GOV_ANY))
            v[n++] = (struct ui_tab){
                .label = T(r, places[i].word), .href = places[i].path, .count = -1, .here = text_eq(places[i].path, here)};
    ui_tabs(r, T(r, "machine.title"), v, n);
}

/* clang-format off */
static const struct route routes[] = {
    ROUTE(GET,  MACHINE_PATH,               MACHINE_PERMIT, page_machine,      .word = "machine.title"),
    ROUTE(POST, MACHINE_PATH "/periksa",    MACHINE_PERMIT, page_machine_look, .limits = LIMIT_FORM, .reads_only = true),
    ROUTE(GET,  MACHINE_PATH "/grafik",     MACHINE_PERMIT, page_charts),
    ROUTE(GET,  MACHINE_PATH "/log",        MACHINE_PERMIT, page_log),
    ROUTE(GET,  "/metrics",                 PERMIT_ANYBODY, page_metrics,      .no_snapshot = true),
};
static const struct permit permits[] = {{MACHINE_PERMIT, "operator"}};
/* clang-format on */

const struct module machine_module = {
    .name = "machine",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .permits = permits,
    .n_permits = ARRAY_LEN(permits),
    .queries = machine_queries,
    .n_queries = MACHINE_QUERIES,
};
