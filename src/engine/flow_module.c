/*
 * flow_module.c: what workflows bring to an instance: days off with their screen, the page of tasks, the job of deadlines.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/holiday.h"
#include "engine/job.h"
#include "engine/moved.h"
#include "engine/task.h"

#define READERS                                                                                                                \
    "head secretary agency_head agency_staff front_office back_office technical_team fee_assessor licensing_supervisor "       \
    "licence_signer hr_officer hr_head complaint_officer operator supervisor_kpk supervisor_province"
#define KEEPERS "secretary operator" /* closures of a government by its decree; national days for the installation */

/* What runs is measured by the calendar, so its dates move at once, not at night. */
static int days_moved(struct tx *tx, const struct holiday *day)
{
    return job_start_once(tx, flow_deadlines_job.name, day->head.gov);
}

static int saved(struct tx *tx, const void *before, const void *row, const struct record *head)
{
    (void)before;
    (void)head;
    return days_moved(tx, row);
}

static int voided(struct tx *tx, const void *row)
{
    return days_moved(tx, row);
}

/* A government closes its own days and says by which decree; what the nation has off is not its to say. */
static void check(const struct req *r, const void *before, void *row, struct faults *f)
{
    const struct holiday *day = row;
    bool national = day->head.gov == HOLIDAY_NATIONAL;

    (void)r;
    (void)before;
    if (national == text_eq(day->kind.v, day_kind_code(DAY_LOCAL)))
        faults_add(f, "kind", national ? "holiday.not-local" : "holiday.only-local", NULL);
    if (text_empty(day->basis))
        faults_add(f, "basis", "holiday.basis-missing", NULL);
}

/* clang-format off */
static const struct permit permits[] = {
    {"holiday.read",   READERS},
    {"holiday.create", KEEPERS},
    {"holiday.edit",   KEEPERS},
    {"holiday.void",   KEEPERS},
    {"holiday.export", READERS},
    {"holiday.import", KEEPERS},
};
static const struct screen_column columns[] = {{.field = "day"}, {.field = "kind"}, {.field = "name"}, {.field = "basis"}};
static const struct screen_filter filters[] = {{"day"}, {"kind"}};
static const struct screen_form_field form[] = {
    {.field = "day", .size = UI_SIZE_M},
    {.field = "kind"},
    {.field = "name"},
    {.field = "basis", .demanded = true},
    {.field = "decreed", .size = UI_SIZE_M},
};
static const struct screen_section sections[] = {{NULL, form, ARRAY_LEN(form)}};
static const struct screen holiday_screen = {
    .entity = &holiday_entity, .slug = "hari-libur", .permission = "holiday", .name = "name", .reference = true, .nation = true,
    .columns = columns, .n_columns = ARRAY_LEN(columns), .filters = filters, .n_filters = ARRAY_LEN(filters), .order = "day",
    .sections = sections, .n_sections = ARRAY_LEN(sections),
    .check = check, .saved = saved, .voided = voided, .more = moved_by_day_off,
};
static const struct entity *const entities[] = {&holiday_entity};
static const struct screen *const screens[] = {&holiday_screen};
static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/tugas", PERMIT_LOGIN, task_page, .word = "task.title"),
    ROUTE(GET, "/kerja/{gov}/tenggat-bergeser", PERMIT_LOGIN, moved_page),
};
const struct module flow_module = {
    .name = "flow",
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .screens = screens,   .n_screens = ARRAY_LEN(screens),
    .routes = routes,     .n_routes = ARRAY_LEN(routes),
    .permits = permits,   .n_permits = ARRAY_LEN(permits),
    .jobs = &flow_deadlines_job, .n_jobs = 1,
};
/* clang-format on */
