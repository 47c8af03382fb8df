/*
 * sample_screen.h: screens of the sample entities, for tests of pages. No part of the product.
 */
#ifndef ENGINE_SAMPLE_SCREEN_H
#define ENGINE_SAMPLE_SCREEN_H

#include "engine/app.h"
#include "engine/sample.h"
#include "engine/screen.h"

/* clang-format off */
static const struct screen_column sample_node_columns[] = {
    {.field = "code"},
    {.field = "parent"},
    {.field = "weight", .num = true},
    {.field = "leaf"},
};
static const struct screen_filter sample_node_filters[] = {{"leaf"}};
static const struct screen_form_field sample_node_form[] = {
    {.field = "parent"},
    {.field = "code", .size = UI_SIZE_S},
    {.field = "leaf"},
    {.field = "weight", .size = UI_SIZE_S, .unit = "%", .only_if = "leaf"},
};
static const struct screen_section sample_node_sections[] = {{NULL, sample_node_form, ARRAY_LEN(sample_node_form)}};
static const struct screen sample_node_screen = {
    .entity = &sample_node_entity, .slug = "contoh-simpul", .permission = "sample_node", .name = "code", .code = "code",
    .columns = sample_node_columns, .n_columns = ARRAY_LEN(sample_node_columns),
    .filters = sample_node_filters, .n_filters = ARRAY_LEN(sample_node_filters), .order = "code",
    .sections = sample_node_sections, .n_sections = ARRAY_LEN(sample_node_sections),
};

static const struct screen_column sample_person_columns[] = {{.field = "name"}};
static const struct screen_form_field sample_person_form[] = {{.field = "name"}};
static const struct screen_section sample_person_sections[] = {{NULL, sample_person_form, ARRAY_LEN(sample_person_form)}};
static const struct screen sample_person_screen = {
    .entity = &sample_person_entity, .slug = "contoh-orang", .permission = "sample_person", .name = "name",
    .columns = sample_person_columns, .n_columns = ARRAY_LEN(sample_person_columns), .order = "name",
    .sections = sample_person_sections, .n_sections = ARRAY_LEN(sample_person_sections),
};

static const struct screen_column sample_line_columns[] = {
    {.field = "account"},
    {.field = "of_case"},
    {.field = "amount", .num = true},
};
static const struct screen_form_field sample_line_form[] = {
    {.field = "of_case"},
    {.field = "account", .size = UI_SIZE_M},
    {.field = "amount", .size = UI_SIZE_M},
};
static const struct screen_section sample_line_sections[] = {{NULL, sample_line_form, ARRAY_LEN(sample_line_form)}};
static const struct screen sample_line_screen = {
    .entity = &sample_line_entity, .slug = "contoh-rincian", .permission = "sample_line", .name = "account",
    .columns = sample_line_columns, .n_columns = ARRAY_LEN(sample_line_columns), .order = "account",
    .sections = sample_line_sections, .n_sections = ARRAY_LEN(sample_line_sections),
};

static const struct screen_column sample_case_columns[] = {
    {.field = "number"},
    {.field = "applicant"},
    {.field = "agency"},
    {.field = "status"},
    {.field = "due"},
    {.field = "fee", .num = true},
    {.field = "filed_at", .hidden = true},
};
static const struct screen_filter sample_case_filters[] = {{"status"}, {"agency"}, {"due"}, {"fee"}};
static const struct screen_form_field sample_case_form[] = {
    {.field = "number", .size = UI_SIZE_M},
    {.field = "applicant"},
    {.field = "person"},
    {.field = "agency"},
};
static const struct screen_form_field sample_case_course[] = {
    {.field = "status", .size = UI_SIZE_M},
    {.field = "filed_at", .size = UI_SIZE_M, .pair = true},
    {.field = "due", .size = UI_SIZE_M},
    {.field = "fee", .size = UI_SIZE_M},
};
static const struct screen_section sample_case_sections[] = {
    {NULL, sample_case_form, ARRAY_LEN(sample_case_form)},
    {"sample_case.course", sample_case_course, ARRAY_LEN(sample_case_course)},
};
static const struct screen_child sample_case_children[] = {{&sample_line_screen, "of_case"}};
static const char *const sample_case_search[] = {"number", "applicant", NULL};
static const struct screen sample_case_screen = {
    .entity = &sample_case_entity, .slug = "contoh-permohonan", .permission = "sample_case", .name = "applicant",
    .code = "number",
    .columns = sample_case_columns, .n_columns = ARRAY_LEN(sample_case_columns),
    .filters = sample_case_filters, .n_filters = ARRAY_LEN(sample_case_filters), .order = "due",
    .search = sample_case_search,
    .sections = sample_case_sections, .n_sections = ARRAY_LEN(sample_case_sections),
    .children = sample_case_children, .n_children = ARRAY_LEN(sample_case_children),
    .flow = &sample_case_flow, .attachments = true, .comments = true,
};

static const struct entity *const sample_entities[] = {&sample_node_entity, &sample_person_entity, &sample_case_entity,
                                                       &sample_line_entity};
static const struct screen *const sample_screens[] = {&sample_node_screen, &sample_person_screen, &sample_case_screen,
                                                      &sample_line_screen};
static const struct permit sample_permits[] = {
    {"sample_node.read", "front_office back_office head admin"},
    {"sample_node.create", "admin"},
    {"sample_node.edit", "admin"},
    {"sample_node.void", "admin"},
    {"sample_node.export", "admin head"},
    {"sample_node.import", "admin"},
    {"sample_person.read", "front_office back_office head"},
    {"sample_person.create", "front_office"},
    {"sample_person.edit", "front_office"},
    {"sample_case.read", "citizen front_office back_office head supervisor_kpk"},
    {"sample_case.create", "front_office"},
    {"sample_case.edit", "front_office back_office"},
    {"sample_case.void", "back_office"},
    {"sample_case.export", "back_office head"},
    {"sample_case.import", "back_office"},
    {"sample_case.comment", "front_office back_office"},
    {"sample_line.read", "front_office back_office head"},
    {"sample_line.create", "back_office"},
    {"sample_line.edit", "back_office"},
    {"sample_line.export", "back_office head"},
};
static const struct module sample_module = {
    .name = "sample",
    .entities = sample_entities, .n_entities = ARRAY_LEN(sample_entities),
    .screens = sample_screens, .n_screens = ARRAY_LEN(sample_screens),
    .permits = sample_permits, .n_permits = ARRAY_LEN(sample_permits),
};
static const struct module *const sample_modules[] = {&sample_module};
/* clang-format on */

#endif
