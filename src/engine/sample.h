/*
 * sample.h: three small entities of the three shapes that modules have, for the engine's tests: a scored tree, case work,
 * lines of money below a version. No part of the product.
 */
#ifndef ENGINE_SAMPLE_H
#define ENGINE_SAMPLE_H

#include "engine/entity.h"
#include "engine/flow.h"

struct sample_node {
    struct record head;
    ref parent;
    const char *code;
    int64_t weight;
    bool leaf;
};

struct sample_person {
    struct record head;
    const char *name;
};

struct sample_case {
    struct record head;
    const char *number;
    ref person;
    const char *applicant;
    state status;
    date due;
    instant filed_at;
    money fee;
    ref agency;
    ref owner;
};

struct sample_line {
    struct record head;
    ref of_case;
    const char *account;
    money amount;
};

static const struct privacy sample_privacy = {
    .name = "sample", .kind = PRIVACY_GENERAL, .ground = GROUND_TASK, .basis = "UU 25/2009", .years = 5};

/* clang-format off */
static const struct entity sample_node_entity;

static const struct field sample_node_fields[] = {
    FIELD(struct sample_node, parent, .of = &sample_node_entity, .flags = F_PUBLIC | F_INDEXED),
    FIELD(struct sample_node, code, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 20),
    FIELD(struct sample_node, weight, .flags = F_PUBLIC),
    FIELD(struct sample_node, leaf, .flags = F_PUBLIC),
};
static const struct entity sample_node_entity =
    ENTITY(struct sample_node, sample_node, sample_node_fields, .kind = ENTITY_REFERENCE);

static const struct field sample_person_fields[] = {
    FIELD(struct sample_person, name, .flags = F_PERSONAL, .subject = "id", .max = 100, .privacy = &sample_privacy),
};
static const struct entity sample_person_entity =
    ENTITY(struct sample_person, sample_person, sample_person_fields, .is_subject = true);

static const struct field sample_case_fields[] = {
    FIELD(struct sample_case, number, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 40),
    FIELD(struct sample_case, person, .of = &sample_person_entity),
    FIELD(struct sample_case, applicant, .flags = F_REQUIRED | F_PERSONAL, .subject = "person", .max = 100, .privacy = &sample_privacy),
    FIELD(struct sample_case, status, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .max = 40,
          .codes = "draft filed checked granted refused"),
    FIELD(struct sample_case, due, .flags = F_PUBLIC | F_INDEXED),
    FIELD(struct sample_case, filed_at, .flags = F_REQUIRED | F_PUBLIC),
    FIELD(struct sample_case, fee),
    FIELD(struct sample_case, agency, .of = &sample_node_entity, .flags = F_PUBLIC | F_INDEXED),
    FIELD(struct sample_case, owner, .of = &sample_person_entity),
};
static const struct entity sample_case_entity =
    ENTITY(struct sample_case, sample_case, sample_case_fields, .agency = "agency", .owner = "owner");

static const struct field sample_line_fields[] = {
    FIELD(struct sample_line, of_case, .of = &sample_case_entity, .flags = F_REQUIRED | F_PUBLIC),
    FIELD(struct sample_line, account, .flags = F_REQUIRED | F_PUBLIC, .max = 20),
    FIELD(struct sample_line, amount, .flags = F_REQUIRED | F_PUBLIC),
};
static const struct entity sample_line_entity =
    ENTITY(struct sample_line, sample_line, sample_line_fields, .parent = "of_case", .within = "of_case");

static const struct flow_state sample_case_states[] = {
    {.code = "draft",   .tone = TONE_NONE, .clock = FLOW_STOPS},
    {.code = "filed",   .tone = TONE_INFO, .clock = FLOW_RUNS, .days = 2},
    {.code = "checked", .tone = TONE_INFO, .clock = FLOW_RUNS},
    {.code = "granted", .tone = TONE_GOOD, .clock = FLOW_ENDS},
    {.code = "refused", .tone = TONE_BAD,  .clock = FLOW_ENDS},
};
static const struct flow_step sample_case_steps[] = {
    {.verb = "file",   .from = "draft",         .to = "filed",   .permission = "case.file",  .look = BUTTON_FIRST},
    {.verb = "check",  .from = "filed",         .to = "checked", .permission = "case.check", .not_after = "create file", .look = BUTTON_FIRST},
    {.verb = "return", .from = "filed",         .to = "draft",   .permission = "case.check", .reasons = "incomplete unclear"},
    {.verb = "grant",  .from = "checked",       .to = "granted", .permission = "case.grant", .not_after = "create edit file check", .look = BUTTON_FIRST},
    {.verb = "refuse", .from = "filed checked", .to = "refused", .permission = "case.grant", .not_after = "create edit file check",
     .reasons = "against-plan no-right", .remark = true, .look = BUTTON_BAD},
};
static const struct flow sample_case_flow = {
    .name = "case", .version = 1, .entity = &sample_case_entity, .state_field = "status", .due_field = "due", .days = 5, .raised_to = "licence_signer head",
    .title = "number", .states = sample_case_states, .n_states = ARRAY_LEN(sample_case_states), .steps = sample_case_steps,
    .n_steps = ARRAY_LEN(sample_case_steps),
};
/* clang-format on */

#endif
