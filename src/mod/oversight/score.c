/*
 * score.c: tables of the programme's scores: fields, screens, who may what.
 */
#include <string.h>

#include "base/text.h"
#include "core/user/user.h"
#include "engine/app.h"
#include "engine/web.h"
#include "mod/oversight/score.h"
#include "mod/oversight/score_daily.h"
#include "mod/oversight/score_text.h"

#define ORIGINS "entered source example"

static const char *check_template_code(const void *row)
{
    const struct score_template *t = row;

    return t->code != NULL && strspn(t->code, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(t->code)
               ? "action_plan.code-bad"
               : NULL;
}

/* ---- entities ---- */

/* clang-format off */
static const struct field template_fields[] = {
    FIELD(struct score_template, code, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 40, .check = check_template_code),
    FIELD(struct score_template, name, .flags = F_REQUIRED | F_PUBLIC, .max = 120),
    FIELD(struct score_template, year, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .least = 2016, .most = 2100),
    FIELD(struct score_template, version, .flags = F_REQUIRED | F_PUBLIC, .least = 1, .most = 999),
    FIELD(struct score_template, status, .flags = F_REQUIRED | F_PUBLIC, .codes = "draft open closed", .max = 20),
    FIELD(struct score_template, bands, .flags = F_REQUIRED | F_PUBLIC, .max = 200),
    FIELD(struct score_template, target, .flags = F_PUBLIC, .least = 0, .most = 100),
    FIELD(struct score_template, closes, .flags = F_PUBLIC),
    FIELD(struct score_template, note, .flags = F_PUBLIC | F_LONG),
    FIELD(struct score_template, source, .flags = F_PUBLIC, .max = 500),
    FIELD(struct score_template, origin, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .codes = ORIGINS, .max = 20),
};
const struct entity score_template_entity =
    ENTITY(struct score_template, score_template, template_fields, .kind = ENTITY_REFERENCE);

static const struct field node_fields[] = {
    FIELD(struct score_node_row, template, .of = &score_template_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED),
    FIELD(struct score_node_row, parent, .of = &score_node_entity, .flags = F_PUBLIC),
    FIELD(struct score_node_row, place, .flags = F_REQUIRED | F_PUBLIC, .least = 1, .most = SCORE_NODES_MAX),
    FIELD(struct score_node_row, code, .flags = F_REQUIRED | F_PUBLIC, .max = 40),
    FIELD(struct score_node_row, name, .flags = F_REQUIRED | F_PUBLIC, .max = 300),
    FIELD(struct score_node_row, weight, .flags = F_PUBLIC, .least = 0, .most = 1000000),
    FIELD(struct score_node_row, method, .flags = F_PUBLIC, .max = 60),
    FIELD(struct score_node_row, params, .flags = F_PUBLIC, .max = 500),
    FIELD(struct score_node_row, owners, .flags = F_PUBLIC, .max = 300),
    FIELD(struct score_node_row, source, .flags = F_PUBLIC, .max = 500),
    FIELD(struct score_node_row, origin, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .codes = ORIGINS, .max = 20),
};
const struct entity score_node_entity = ENTITY(struct score_node_row, score_node, node_fields, .kind = ENTITY_REFERENCE);

static const struct field requirement_fields[] = {
    FIELD(struct score_requirement, node, .of = &score_node_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED),
    FIELD(struct score_requirement, number, .flags = F_REQUIRED | F_PUBLIC, .least = 1, .most = SCORE_COUNT_MAX),
    FIELD(struct score_requirement, title, .flags = F_REQUIRED | F_PUBLIC, .max = 300),
    FIELD(struct score_requirement, source, .flags = F_PUBLIC, .max = 500),
    FIELD(struct score_requirement, origin, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .codes = ORIGINS, .max = 20),
};
const struct entity score_requirement_entity =
    ENTITY(struct score_requirement, score_requirement, requirement_fields, .kind = ENTITY_REFERENCE);

static const struct field year_fields[] = {
    FIELD(struct score_year, template, .of = &score_template_entity, .flags = F_REQUIRED | F_PUBLIC | F_FIXED | F_INDEXED),
    FIELD(struct score_year, title, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE | F_COMPUTED, .max = 120),
    FIELD(struct score_year, status, .flags = F_REQUIRED | F_PUBLIC, .codes = "open final frozen", .max = 20),
    FIELD(struct score_year, closes, .flags = F_PUBLIC),
    FIELD(struct score_year, note, .flags = F_LONG),
    FIELD(struct score_year, snapshot, .of = &score_snapshot_entity, .flags = F_PUBLIC | F_COMPUTED),
    FIELD(struct score_year, frozen_on, .flags = F_PUBLIC | F_COMPUTED),
    FIELD(struct score_year, origin, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .codes = ORIGINS, .max = 20),
};
const struct entity score_year_entity = ENTITY(struct score_year, score_year, year_fields);

static const struct field input_fields[] = {
    FIELD(struct score_input, year, .of = &score_year_entity, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED | F_INDEXED),
    FIELD(struct score_input, node, .of = &score_node_entity, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED),
    FIELD(struct score_input, code, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .max = 40),
    FIELD(struct score_input, title, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .max = 300),
    FIELD(struct score_input, area, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED | F_INDEXED, .max = 120),
    FIELD(struct score_input, agency, .of = &agency_entity, .flags = F_PUBLIC | F_INDEXED),
    FIELD(struct score_input, self, .flags = F_PUBLIC, .max = 200),
    FIELD(struct score_input, pending, .flags = F_PUBLIC, .max = 200),
    FIELD(struct score_input, rehearsal, .flags = F_PUBLIC, .max = 200),
    FIELD(struct score_input, total, .flags = F_PUBLIC, .least = 1, .most = SCORE_COUNT_MAX),
    FIELD(struct score_input, due, .flags = F_PUBLIC),
    FIELD(struct score_input, missing, .flags = F_PUBLIC, .least = 0, .most = SCORE_COUNT_MAX),
    FIELD(struct score_input, waiting, .flags = F_PUBLIC, .least = 0, .most = SCORE_COUNT_MAX),
    FIELD(struct score_input, waiting_since, .flags = F_PUBLIC),
    FIELD(struct score_input, verified, .flags = F_PUBLIC | F_COMPUTED, .max = 200),
    FIELD(struct score_input, na, .flags = F_PUBLIC | F_COMPUTED),
    FIELD(struct score_input, na_reason, .flags = F_PUBLIC | F_COMPUTED, .max = 500),
    FIELD(struct score_input, status, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED | F_INDEXED, .codes = "missing waiting complete na", .max = 20),
    FIELD(struct score_input, note, .flags = F_LONG),
    FIELD(struct score_input, origin, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .codes = ORIGINS, .max = 20),
};
const struct entity score_input_entity = ENTITY(struct score_input, score_input, input_fields, .agency = "agency");

static const struct field verdict_fields[] = {
    FIELD(struct score_verdict, input, .of = &score_input_entity, .flags = F_REQUIRED | F_PUBLIC | F_FIXED | F_INDEXED),
    FIELD(struct score_verdict, title, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .max = 300),
    FIELD(struct score_verdict, verified, .flags = F_PUBLIC | F_FIXED, .max = 200),
    FIELD(struct score_verdict, na, .flags = F_PUBLIC | F_FIXED),
    FIELD(struct score_verdict, reason, .flags = F_PUBLIC | F_FIXED | F_LONG, .max = 500),
    FIELD(struct score_verdict, late_on, .flags = F_PUBLIC | F_COMPUTED),
    FIELD(struct score_verdict, origin, .flags = F_REQUIRED | F_PUBLIC | F_COMPUTED, .codes = ORIGINS, .max = 20),
};
const struct entity score_verdict_entity = ENTITY(struct score_verdict, score_verdict, verdict_fields, .within = "input");

#define CENTI (F_PUBLIC | F_COMPUTED | F_CENTI)
#define COUNT (F_PUBLIC | F_COMPUTED)
static const struct field snapshot_fields[] = {
    FIELD(struct score_snapshot, year, .of = &score_year_entity, .flags = F_REQUIRED | COUNT | F_INDEXED),
    FIELD(struct score_snapshot, title, .flags = F_REQUIRED | COUNT, .max = 160),
    FIELD(struct score_snapshot, as_of, .flags = F_REQUIRED | COUNT | F_INDEXED),
    FIELD(struct score_snapshot, self, .flags = CENTI),
    FIELD(struct score_snapshot, verified, .flags = CENTI),
    FIELD(struct score_snapshot, pending, .flags = CENTI),
    FIELD(struct score_snapshot, rehearsal, .flags = CENTI),
    FIELD(struct score_snapshot, penalty, .flags = CENTI),
    FIELD(struct score_snapshot, missing, .flags = COUNT),
    FIELD(struct score_snapshot, waiting, .flags = COUNT),
    FIELD(struct score_snapshot, waiting_since, .flags = COUNT),
    FIELD(struct score_snapshot, inputs, .flags = COUNT | F_LONG, .max = 60000),
    FIELD(struct score_snapshot, inputs_hash, .flags = F_REQUIRED | COUNT, .max = 64),
    FIELD(struct score_snapshot, origin, .flags = F_REQUIRED | COUNT, .codes = ORIGINS, .max = 20),
};
const struct entity score_snapshot_entity = ENTITY(struct score_snapshot, score_snapshot, snapshot_fields);

static const struct field line_fields[] = {
    FIELD(struct score_line, snapshot, .of = &score_snapshot_entity, .flags = F_REQUIRED | COUNT),
    FIELD(struct score_line, node, .of = &score_node_entity, .flags = F_REQUIRED | COUNT),
    FIELD(struct score_line, code, .flags = F_REQUIRED | COUNT, .max = 40),
    FIELD(struct score_line, title, .flags = F_REQUIRED | COUNT, .max = 300),
    FIELD(struct score_line, self, .flags = CENTI),
    FIELD(struct score_line, verified, .flags = CENTI),
    FIELD(struct score_line, pending, .flags = CENTI),
    FIELD(struct score_line, missing, .flags = COUNT),
    FIELD(struct score_line, waiting, .flags = COUNT),
    FIELD(struct score_line, waiting_since, .flags = COUNT),
    FIELD(struct score_line, due, .flags = COUNT),
};
const struct entity score_line_entity =
    ENTITY(struct score_line, score_line, line_fields, .parent = "snapshot");

/* ---- screens ---- */

static const struct screen_column template_columns[] = {
    {.field = "code"}, {.field = "name"}, {.field = "year"}, {.field = "version"}, {.field = "status"}, {.field = "target", .num = true},
    {.field = "closes"}, {.field = "bands", .hidden = true}, {.field = "source", .hidden = true}, {.field = "origin"},
};
static const struct screen_filter template_filters[] = {{"year"}, {"status"}};
static const struct screen_form_field template_form[] = {
    {.field = "code", .size = UI_SIZE_M}, {.field = "name"}, {.field = "year", .size = UI_SIZE_S, .pair = true},
    {.field = "version", .size = UI_SIZE_S}, {.field = "status"}, {.field = "bands", .size = UI_SIZE_L},
    {.field = "target", .size = UI_SIZE_S}, {.field = "closes", .size = UI_SIZE_M}, {.field = "note"}, {.field = "source"},
    {.field = "origin"},
};
static const struct screen_section template_sections[] = {{NULL, template_form, ARRAY_LEN(template_form)}};
static const struct screen_child template_children[] = {{&score_node_screen, "template"}};
const struct screen score_template_screen = {
    .entity = &score_template_entity, .slug = "templat-nilai", .permission = "score_template", .name = "name", .code = "code",
    .reference = true, .columns = template_columns, .n_columns = ARRAY_LEN(template_columns),
    .filters = template_filters, .n_filters = ARRAY_LEN(template_filters), .order = "year", .descending = true,
    .sections = template_sections, .n_sections = ARRAY_LEN(template_sections),
    .children = template_children, .n_children = ARRAY_LEN(template_children), .check = score_template_check,
};

static const struct screen_column node_columns[] = {
    {.field = "code"}, {.field = "name"}, {.field = "weight", .num = true}, {.field = "method"}, {.field = "params"},
    {.field = "owners"}, {.field = "template", .hidden = true}, {.field = "source", .hidden = true}, {.field = "origin"},
};
static const struct screen_filter node_filters[] = {{"template"}};
static const struct screen_form_field node_form[] = {
    {.field = "template"}, {.field = "parent"}, {.field = "code"}, {.field = "name"}, {.field = "weight"}, {.field = "method"},
    {.field = "params"}, {.field = "owners"}, {.field = "source"}, {.field = "origin"},
};
static const struct screen_section node_sections[] = {{NULL, node_form, ARRAY_LEN(node_form)}};
static const struct screen_child node_children[] = {{&score_requirement_screen, "node"}};
const struct screen score_node_screen = {
    .entity = &score_node_entity, .slug = "butir-nilai", .permission = "score_node", .name = "name", .derived = true,
    .columns = node_columns, .n_columns = ARRAY_LEN(node_columns),
    .filters = node_filters, .n_filters = ARRAY_LEN(node_filters), .order = "place",
    .sections = node_sections, .n_sections = ARRAY_LEN(node_sections),
    .children = node_children, .n_children = ARRAY_LEN(node_children),
};

static const struct screen_column requirement_columns[] = {{.field = "title"}, {.field = "number", .num = true}, {.field = "origin"}};
static const struct screen_form_field requirement_form[] = {
    {.field = "node"}, {.field = "number"}, {.field = "title"}, {.field = "source"}, {.field = "origin"},
};
static const struct screen_section requirement_sections[] = {{NULL, requirement_form, ARRAY_LEN(requirement_form)}};
const struct screen score_requirement_screen = {
    .entity = &score_requirement_entity, .slug = "dokumen-nilai", .permission = "score_requirement", .name = "title", .derived = true,
    .columns = requirement_columns, .n_columns = ARRAY_LEN(requirement_columns), .order = "number",
    .sections = requirement_sections, .n_sections = ARRAY_LEN(requirement_sections),
};

static const struct screen_column year_columns[] = {
    {.field = "title"}, {.field = "template"}, {.field = "status"}, {.field = "closes"}, {.field = "snapshot", .hidden = true},
    {.field = "frozen_on", .hidden = true}, {.field = "origin"},
};
static const struct screen_filter year_filters[] = {{"status"}};
static const struct screen_form_field year_form[] = {
    {.field = "template"}, {.field = "title"}, {.field = "status"}, {.field = "closes", .size = UI_SIZE_M}, {.field = "note"},
    {.field = "snapshot"}, {.field = "frozen_on"}, {.field = "origin"},
};
static const struct screen_section year_sections[] = {{NULL, year_form, ARRAY_LEN(year_form)}};
static const struct screen_child year_children[] = {{&score_penalty_screen, "year"}, {&score_snapshot_screen, "year"}};
const struct screen score_year_screen = {
    .entity = &score_year_entity, .slug = "tahun-program", .permission = "score_year", .name = "title",
    .columns = year_columns, .n_columns = ARRAY_LEN(year_columns),
    .filters = year_filters, .n_filters = ARRAY_LEN(year_filters), .order = "title", .descending = true,
    .sections = year_sections, .n_sections = ARRAY_LEN(year_sections),
    .children = year_children, .n_children = ARRAY_LEN(year_children), .comments = true,
    .flow = &score_year_flow, .check = score_year_check, .saved = score_year_saved,
};

void score_status_cell(struct req *r, const void *row)
{
    static const enum tone tones[] = {TONE_WARN, TONE_INFO, TONE_GOOD, TONE_NONE}; /* in the order of .codes */
    const struct field *f = entity_field(&score_input_entity, "status");
    const struct score_input *x = row;
    size_t n, i;
    char **codes = text_split(r->arena, f->codes, ' ', &n);

    for (i = 0; i < n; i++)
        if (text_eq(codes[i], x->status.v))
            ui_tag(r, tones[i], ICON_OF_TONE, label_code(r, &score_input_entity, f, x->status.v));
    if (text_eq(x->origin.v, "example"))
        ui_sub(r, T(r, "action.example"));
}

static const struct screen_column input_columns[] = {
    {.field = "title"}, {.field = "code"}, {.field = "area", .hidden = true}, {.field = "self"}, {.field = "verified"},
    {.field = "missing", .num = true}, {.field = "waiting", .hidden = true}, {.field = "due"}, {.field = "status", .cell = score_status_cell}, {.field = "agency", .hidden = true},
    {.field = "year", .hidden = true}, {.field = "pending", .hidden = true}, {.field = "rehearsal", .hidden = true},
    {.field = "total", .hidden = true}, {.field = "waiting_since", .hidden = true}, {.field = "na", .hidden = true},
    {.field = "na_reason", .hidden = true}, {.field = "note", .hidden = true}, {.field = "origin", .hidden = true},
};
static const struct screen_filter input_filters[] = {{"year"}, {"area"}, {"agency"}, {"status"}};
static const struct screen_form_field input_form[] = {
    {.field = "year"}, {.field = "area"}, {.field = "code"}, {.field = "title"}, {.field = "node"}, {.field = "agency", .act = "assign"},
    {.field = "self", .size = UI_SIZE_M}, {.field = "pending", .size = UI_SIZE_M},
    {.field = "rehearsal", .size = UI_SIZE_M, .act = "check"}, {.field = "total", .size = UI_SIZE_S, .act = "check"},
    {.field = "missing", .size = UI_SIZE_S, .pair = true}, {.field = "waiting", .size = UI_SIZE_S},
    {.field = "waiting_since", .size = UI_SIZE_M, .pair = true}, {.field = "due", .size = UI_SIZE_M, .act = "assign"}, {.field = "note"},
};
static const struct screen_form_field input_found[] = {
    {.field = "verified"}, {.field = "na"}, {.field = "na_reason"}, {.field = "status"}, {.field = "origin"},
};
static const struct screen_section input_sections[] = {
    {NULL, input_form, ARRAY_LEN(input_form)}, {"score.found", input_found, ARRAY_LEN(input_found)},
};
static const struct screen_child input_children[] = {{&score_verdict_screen, "input"}};
static const char *const input_search[] = {"code", "title", "area", NULL};
const struct screen score_input_screen = {
    .entity = &score_input_entity, .slug = "penilaian", .permission = "score_input", .name = "title",
    .columns = input_columns, .n_columns = ARRAY_LEN(input_columns),
    .filters = input_filters, .n_filters = ARRAY_LEN(input_filters), .order = "due", .search = input_search,
    .sections = input_sections, .n_sections = ARRAY_LEN(input_sections),
    .children = input_children, .n_children = ARRAY_LEN(input_children),
    .attachments = true, .comments = true, .check = score_input_check,
};

static const struct screen_column verdict_columns[] = {
    {.field = "title"}, {.field = "verified"}, {.field = "na"}, {.field = "reason"}, {.field = "late_on"}, {.field = "origin"},
};
static const struct screen_form_field verdict_form[] = {
    {.field = "input"}, {.field = "title"}, {.field = "verified", .size = UI_SIZE_M}, {.field = "na"}, {.field = "reason"}, {.field = "late_on"},
    {.field = "origin"},
};
static const struct screen_section verdict_sections[] = {{NULL, verdict_form, ARRAY_LEN(verdict_form)}};
const struct screen score_verdict_screen = {
    .entity = &score_verdict_entity, .slug = "verifikasi", .permission = "score_verdict", .name = "title",
    .columns = verdict_columns, .n_columns = ARRAY_LEN(verdict_columns), .order = "title",
    .sections = verdict_sections, .n_sections = ARRAY_LEN(verdict_sections),
    .check = score_verdict_check, .saved = score_verdict_saved,
};

static const struct screen_column snapshot_columns[] = {
    {.field = "title"}, {.field = "as_of"}, {.field = "verified", .num = true}, {.field = "self", .num = true},
    {.field = "pending", .num = true}, {.field = "missing", .num = true}, {.field = "waiting", .num = true},
    {.field = "year", .hidden = true}, {.field = "inputs_hash", .hidden = true}, {.field = "origin"},
};
static const struct screen_filter snapshot_filters[] = {{"year"}, {"as_of"}};
static const struct screen_form_field snapshot_form[] = {
    {.field = "year"}, {.field = "title"}, {.field = "as_of"}, {.field = "verified"}, {.field = "self"}, {.field = "pending"}, {.field = "rehearsal"},
    {.field = "penalty"}, {.field = "missing"}, {.field = "waiting"}, {.field = "waiting_since"}, {.field = "origin"},
};
static const struct screen_form_field snapshot_basis[] = {{.field = "inputs_hash"}, {.field = "inputs"}};
static const struct screen_section snapshot_sections[] = {
    {NULL, snapshot_form, ARRAY_LEN(snapshot_form)}, {"score.basis", snapshot_basis, ARRAY_LEN(snapshot_basis)},
};
static const struct screen_child snapshot_children[] = {{&score_line_screen, "snapshot"}};
const struct screen score_snapshot_screen = {
    .entity = &score_snapshot_entity, .slug = "nilai", .permission = "score_snapshot", .name = "title", .derived = true,
    .columns = snapshot_columns, .n_columns = ARRAY_LEN(snapshot_columns),
    .filters = snapshot_filters, .n_filters = ARRAY_LEN(snapshot_filters), .order = "as_of", .descending = true,
    .sections = snapshot_sections, .n_sections = ARRAY_LEN(snapshot_sections),
    .children = snapshot_children, .n_children = ARRAY_LEN(snapshot_children),
};

static const struct screen_column line_columns[] = {
    {.field = "title"}, {.field = "verified", .num = true}, {.field = "self", .num = true}, {.field = "pending", .num = true},
    {.field = "missing", .num = true}, {.field = "waiting", .num = true},
};
static const struct screen_form_field line_form[] = {
    {.field = "snapshot"}, {.field = "node"}, {.field = "code"}, {.field = "title"}, {.field = "verified"}, {.field = "self"}, {.field = "pending"},
    {.field = "missing"}, {.field = "waiting"}, {.field = "waiting_since"}, {.field = "due"},
};
static const struct screen_section line_sections[] = {{NULL, line_form, ARRAY_LEN(line_form)}};
const struct screen score_line_screen = {
    .entity = &score_line_entity, .slug = "nilai-area", .permission = "score_line", .name = "title", .derived = true,
    .columns = line_columns, .n_columns = ARRAY_LEN(line_columns), .order = "code",
    .sections = line_sections, .n_sections = ARRAY_LEN(line_sections),
};

/* ---- who may what (design section 8, security.md Z6) ---- */

#define READERS \
    "head secretary agency_head agency_staff planner inspector auditor follow_up_officer supervisor_kpk supervisor_province"
#define WHOLE "head secretary planner inspector auditor follow_up_officer supervisor_kpk supervisor_province"
#define OUTSIDE "supervisor_kpk supervisor_province"

static const struct permit permits[] = {
    {"score.read",               READERS},
    {"score.make",               "inspector"},
    {"score_compare.read",       OUTSIDE},
    {"score_template.read",      READERS},
    {"score_template.create",    "supervisor_kpk"},
    {"score_template.edit",      "supervisor_kpk"},
    {"score_template.export",    WHOLE},
    {"score_node.read",          READERS},
    {"score_node.export",        WHOLE},
    {"score_requirement.read",   READERS},
    {"score_requirement.export", WHOLE},
    {"score_year.read",          READERS},
    {"score_year.create",        "inspector"},
    {"score_year.edit",          "inspector"},
    {"score_year.export",        WHOLE},
    {"score_year.comment",       READERS},
    {"score_year.finalise",      OUTSIDE},
    {"score_year.freeze",        "supervisor_kpk"},
    {"score_penalty.read",       READERS},
    {"score_penalty.create",     OUTSIDE},
    {"score_penalty.edit",       OUTSIDE},
    {"score_penalty.void",       OUTSIDE},
    {"score_penalty.confirm",    "supervisor_kpk"},
    {"score_penalty.export",     WHOLE},
    {"score_penalty.comment",    READERS},
    {"score_input.read",         READERS},
    {"score_input.edit",         "inspector agency_head agency_staff"},
    {"score_input.assign",       "inspector"}, /* whose it is, and until when; */
    {"score_input.check",        "inspector"}, /* the dry run, and of how many */
    {"score_input.export",       WHOLE " agency_head"},
    {"score_input.comment",      READERS},
    {"score_verdict.read",       READERS},
    {"score_verdict.create",     OUTSIDE},
    {"score_verdict.export",     WHOLE},
    {"score_snapshot.read",      READERS},
    {"score_snapshot.export",    WHOLE},
    {"score_line.read",          READERS},
    {"score_line.export",        WHOLE},
};

static const struct entity *const entities[] = {
    &score_template_entity, &score_node_entity, &score_requirement_entity, &score_year_entity,
    &score_input_entity, &score_verdict_entity, &score_snapshot_entity, &score_line_entity,
    &score_penalty_entity,
};
static const struct screen *const screens[] = {
    &score_input_screen, &score_verdict_screen, &score_snapshot_screen, &score_line_screen, &score_year_screen,
    &score_penalty_screen,
    &score_template_screen, &score_node_screen, &score_requirement_screen,
};
static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/rapor", "score.read", score_work_page, .word = "score.card"),
    ROUTE(POST, "/kerja/{gov}/rapor/hitung", "score.make", score_make_post, .limits = LIMIT_FORM),
    ROUTE(GET, "/{gov}/rapor", PERMIT_ANYBODY, score_public_page, .word = "score.card"),
    ROUTE(GET, "/{gov}/rapor/bukti", PERMIT_ANYBODY, score_public_proof),
    ROUTE(GET, "/pengawas/rapor/{gov}", "score.read", score_supervisor_page),
    ROUTE(GET, "/pengawas/banding", "score_compare.read", score_compare_page, .word = "score.compare"),
    ROUTE(GET, "/banding", PERMIT_ANYBODY, score_compare_public, .word = "score.compare"),
};
const struct module score_module = {
    .name = "score",
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .screens = screens, .n_screens = ARRAY_LEN(screens),
    .routes = routes, .n_routes = ARRAY_LEN(routes),
    .permits = permits, .n_permits = ARRAY_LEN(permits),
    .jobs = &score_daily_job, .n_jobs = 1,
    .queries = score_queries, .n_queries = SCORE_QUERIES,
};
/* clang-format on */
