/*
 * oversight.c: tables of the action plan: fields, screens, who may what.
 */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "core/user/user.h"
#include "engine/app.h"
#include "engine/web.h"
#include "mod/oversight/oversight.h"

#define ORIGINS "entered source example"

/* ---- rules of one value ---- */

static const char *check_code(const void *row)
{
    const struct action_plan *p = row;

    return p->code != NULL && strspn(p->code, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(p->code)
               ? "action_plan.code-bad"
               : NULL;
}

/* ---- entities ---- */

/* clang-format off */
static const struct field plan_fields[] = {
    FIELD(struct action_plan, code, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 40, .check = check_code),
    FIELD(struct action_plan, title, .flags = F_REQUIRED | F_PUBLIC, .max = 200),
    FIELD(struct action_plan, year, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .least = 2000, .most = 2100),
    FIELD(struct action_plan, status, .flags = F_REQUIRED | F_PUBLIC, .codes = "draft submitted decreed closed", .max = 20),
    FIELD(struct action_plan, decree_no, .flags = F_PUBLIC, .max = 120),
    FIELD(struct action_plan, decree_date, .flags = F_PUBLIC),
    FIELD(struct action_plan, note, .flags = F_LONG),
    FIELD(struct action_plan, source, .flags = F_PUBLIC, .max = 500),
    FIELD(struct action_plan, origin, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .codes = ORIGINS, .max = 20),
};
const struct entity action_plan_entity = ENTITY(struct action_plan, action_plan, plan_fields);

static const struct privacy pic = {
    .name = "pic", .kind = PRIVACY_GENERAL, .ground = GROUND_TASK, .basis = "UU 19/2019 pasal 6", .years = 5};
static const struct field item_fields[] = {
    FIELD(struct action_item, plan, .of = &action_plan_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED),
    FIELD(struct action_item, number, .flags = F_PUBLIC, .least = 1, .most = 9999),
    FIELD(struct action_item, area, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .max = 120),
    FIELD(struct action_item, action, .flags = F_REQUIRED | F_PUBLIC | F_LONG, .max = 500),
    FIELD(struct action_item, output, .flags = F_PUBLIC | F_LONG, .max = 500),
    FIELD(struct action_item, agency, .of = &agency_entity, .flags = F_PUBLIC | F_INDEXED),
    FIELD(struct action_item, owners, .flags = F_PUBLIC, .max = 500),
    FIELD(struct action_item, pic, .of = &person_entity),
    FIELD(struct action_item, pic_name, .flags = F_PERSONAL, .subject = "pic", .max = 120, .privacy = &pic),
    FIELD(struct action_item, deadline, .flags = F_PUBLIC | F_INDEXED),
    FIELD(struct action_item, deadline_text, .flags = F_PUBLIC, .max = 120),
    FIELD(struct action_item, target, .flags = F_PUBLIC, .least = 0, .most = 100),
    FIELD(struct action_item, progress, .flags = F_PUBLIC, .least = 0, .most = 100),
    FIELD(struct action_item, status, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .max = 20,
          .codes = "planned in_progress claimed_done checked returned blocked accepted cancelled not_applicable"),
    FIELD(struct action_item, claimed_on, .flags = F_PUBLIC | F_COMPUTED),
    FIELD(struct action_item, accepted_on, .flags = F_PUBLIC | F_COMPUTED),
    FIELD(struct action_item, note, .flags = F_LONG),
    FIELD(struct action_item, source, .flags = F_PUBLIC, .max = 500),
    FIELD(struct action_item, origin, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .codes = ORIGINS, .max = 20),
};
const struct entity action_item_entity = ENTITY(struct action_item, action_item, item_fields, .agency = "agency", .agency_order = "deadline");

static const struct field owner_fields[] = {
    FIELD(struct action_owner, item, .of = &action_item_entity, .flags = F_REQUIRED | F_PUBLIC),
    FIELD(struct action_owner, agency, .of = &agency_entity, .flags = F_PUBLIC | F_COMPUTED),
    FIELD(struct action_owner, name, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .max = 500),
};
const struct entity action_owner_entity =
    ENTITY(struct action_owner, action_owner, owner_fields, .parent = "item", .within = "item");
/* clang-format on */

/* ---- plans ---- */

static void plan_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct action_plan *p = row;

    (void)r;
    if (before == NULL && p->origin.v == NULL)
        p->origin.v = text_empty(p->source) ? "entered" : "source";
    if (text_eq(p->status.v, "decreed") && text_empty(p->decree_no))
        faults_add(f, "decree_no", "action_plan.decree-needed", NULL);
}

/* clang-format off */
static const struct screen_column plan_columns[] = {
    {.field = "code"}, {.field = "title"}, {.field = "year"}, {.field = "status"}, {.field = "decree_no"},
    {.field = "decree_date", .hidden = true}, {.field = "note", .hidden = true}, {.field = "source", .hidden = true},
    {.field = "origin"},
};
static const struct screen_filter plan_filters[] = {{"year"}, {"status"}};
static const struct screen_form_field plan_form[] = {
    {.field = "code", .size = UI_SIZE_M}, {.field = "title"}, {.field = "year", .size = UI_SIZE_S}, {.field = "status"},
    {.field = "decree_no", .none = "action.unknown"}, {.field = "decree_date", .size = UI_SIZE_M, .none = "action.unknown"},
    {.field = "note"},
};
static const struct screen_form_field plan_source[] = {{.field = "source"}, {.field = "origin"}};
static const struct screen_section plan_sections[] = {
    {NULL, plan_form, ARRAY_LEN(plan_form)},
    {"action.source", plan_source, ARRAY_LEN(plan_source)},
};
static const struct screen_child plan_children[] = {{&action_item_screen, "plan"}};
static const char *const plan_search[] = {"code", "title", "decree_no", NULL};
const struct screen action_plan_screen = {
    .entity = &action_plan_entity, .slug = "rencana-aksi", .permission = "action_plan", .name = "title", .code = "code",
    .columns = plan_columns, .n_columns = ARRAY_LEN(plan_columns),
    .filters = plan_filters, .n_filters = ARRAY_LEN(plan_filters), .order = "year", .descending = true, .search = plan_search,
    .sections = plan_sections, .n_sections = ARRAY_LEN(plan_sections),
    .children = plan_children, .n_children = ARRAY_LEN(plan_children),
    .attachments = true, .comments = true, .check = plan_check,
};
/* clang-format on */

/* ---- actions ---- */

const char *action_percent(struct req *r, int64_t v)
{
    return v == INT_NONE ? T(r, "action.unknown") : say_percent(r, v * 100);
}

static void progress_cell(struct req *r, const void *row)
{
    const struct action_item *x = row;

    html(r, "%s", action_percent(r, x->progress));
    if (text_eq(x->origin.v, "example"))
        ui_sub(r, T(r, "action.example"));
}

void action_status_cell(struct req *r, const void *row)
{
    const struct action_item *x = row;
    const struct flow_state *now = flow_state(&action_flow, x->status.v);
    const struct field *f = entity_field(&action_item_entity, "status");

    ui_tag(r, now != NULL ? now->tone : TONE_NONE, ICON_OF_TONE, label_code(r, &action_item_entity, f, x->status.v));
    if (action_late(x, instant_date(r->now, r->zone_minutes)))
        ui_tag(r, TONE_BAD, ICON_OF_TONE, T(r, "action.late"));
}

void action_deadline_cell(struct req *r, const void *row)
{
    const struct action_item *x = row;

    if (!date_is_none(x->deadline))
        html(r, "%s", say_day_brief(r, x->deadline));
    else
        html(r, "%s", x->deadline_text != NULL ? x->deadline_text : T(r, "action.unknown"));
}

/* clang-format off */
static const struct screen_column item_columns[] = {
    {.field = "action"}, {.field = "area"}, {.field = "owners"}, {.field = "deadline", .cell = action_deadline_cell},
    {.field = "progress", .num = true, .cell = progress_cell}, {.field = "status", .cell = action_status_cell},
    {.field = "plan", .hidden = true}, {.field = "number", .hidden = true}, {.field = "output", .hidden = true},
    {.field = "agency", .hidden = true}, {.field = "deadline_text", .hidden = true}, {.field = "target", .hidden = true},
    {.field = "pic_name", .hidden = true}, {.field = "claimed_on", .hidden = true}, {.field = "accepted_on", .hidden = true},
    {.field = "note", .hidden = true}, {.field = "source", .hidden = true}, {.field = "origin", .hidden = true},
};
static const struct screen_filter item_filters[] = {{"plan"}, {"area"}, {"agency"}, {"status"}, {"deadline"}};
static const struct screen_form_field item_form[] = {
    {.field = "plan", .act = "plan"},
    {.field = "number", .size = UI_SIZE_S, .act = "plan"},
    {.field = "area", .size = UI_SIZE_L, .act = "plan"},
    {.field = "action", .act = "plan"},
    {.field = "output", .act = "plan", .none = "action.unknown"},
    {.field = "agency", .act = "plan", .none = "action.unknown"},
    {.field = "owners", .act = "plan", .none = "action.unknown"},
    {.field = "deadline", .size = UI_SIZE_M, .pair = true, .act = "plan", .none = "action.unknown"},
    {.field = "deadline_text", .size = UI_SIZE_M, .act = "plan"},
    {.field = "target", .size = UI_SIZE_S, .unit = "%", .act = "plan", .none = "action.unknown"},
};
static const struct screen_form_field item_work[] = {
    {.field = "progress", .size = UI_SIZE_S, .unit = "%", .none = "action.unknown"},
    {.field = "pic_name"},
    {.field = "note"},
    {.field = "claimed_on"},
    {.field = "accepted_on"},
};
static const struct screen_form_field item_source[] = {{.field = "source", .act = "plan"}, {.field = "origin"}};
static const struct screen_section item_sections[] = {
    {NULL, item_form, ARRAY_LEN(item_form)},
    {"action.work", item_work, ARRAY_LEN(item_work)},
    {"action.source", item_source, ARRAY_LEN(item_source)},
};
static const struct screen_child item_children[] = {{&action_owner_screen, "item"}};
static const char *const item_search[] = {"action", "output", "area", "owners", NULL};
const struct screen action_item_screen = {
    .entity = &action_item_entity, .slug = "aksi", .permission = "action_item", .name = "action",
    .columns = item_columns, .n_columns = ARRAY_LEN(item_columns),
    .filters = item_filters, .n_filters = ARRAY_LEN(item_filters), .order = "deadline", .search = item_search,
    .sections = item_sections, .n_sections = ARRAY_LEN(item_sections),
    .children = item_children, .n_children = ARRAY_LEN(item_children),
    .flow = &action_flow, .attachments = true, .comments = true, .check = action_check, .saved = action_saved,
    .import_more = action_import_more, .import_row = action_import_row,
};

/* Made of the action's own field; nobody writes them by hand. */
static const struct screen_column owner_columns[] = {{.field = "name"}, {.field = "agency"}};
static const struct screen_form_field owner_form[] = {{.field = "item"}, {.field = "name"}, {.field = "agency"}};
static const struct screen_section owner_sections[] = {{NULL, owner_form, ARRAY_LEN(owner_form)}};
const struct screen action_owner_screen = {
    .entity = &action_owner_entity, .slug = "pemilik-aksi", .permission = "action_owner", .name = "name",
    .columns = owner_columns, .n_columns = ARRAY_LEN(owner_columns), .order = "name",
    .sections = owner_sections, .n_sections = ARRAY_LEN(owner_sections), .derived = true,
};

/* ---- who may what (design section 8, security.md Z6) ---- */

#define READERS \
    "head secretary agency_head agency_staff planner inspector auditor follow_up_officer supervisor_kpk supervisor_province"
#define WHOLE "head secretary planner inspector auditor follow_up_officer supervisor_kpk supervisor_province"

static const struct permit permits[] = {
    {"action_plan.read",    READERS},
    {"action_plan.create",  "planner"},
    {"action_plan.edit",    "planner"},
    {"action_plan.void",    "planner"},
    {"action_plan.export",  WHOLE},
    {"action_plan.import",  "planner"},
    {"action_plan.comment", READERS},
    {"action_item.read",    READERS},
    {"action_item.create",  "planner"},
    {"action_item.edit",    "planner agency_head agency_staff"}, /* agencies: how far it is, and evidence; */
    {"action_item.plan",    "planner"},                          /* what was promised */
    {"action_item.void",    "planner"},
    {"action_item.export",  WHOLE " agency_head"},
    {"action_item.import",  "planner"},
    {"action_item.comment", READERS},
    {"action_item.work",    "agency_head agency_staff"},
    {"action_item.check",   "inspector"},
    {"action_item.accept",  "supervisor_kpk supervisor_province"},
    {"action_owner.read",   READERS},
};

static const struct entity *const entities[] = {&action_plan_entity, &action_item_entity, &action_owner_entity};
static const struct screen *const screens[] = {&action_plan_screen, &action_item_screen, &action_owner_screen};
static const struct route routes[] = {
    ROUTE(GET, "/{gov}/renaksi", PERMIT_ANYBODY, action_public_page, .word = "action.public"),
};
const struct module oversight_module = {
    .name = "oversight",
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .screens = screens, .n_screens = ARRAY_LEN(screens),
    .routes = routes, .n_routes = ARRAY_LEN(routes),
    .permits = permits, .n_permits = ARRAY_LEN(permits),
    .public_home = action_public_home,
    .measures = action_measures, .n_measures = ARRAY_LEN(action_measures),
    .queries = action_queries, .n_queries = ACTION_QUERIES,
};
/* clang-format on */
