/*
 * module.c: what core brings: entities, screens, routes, permissions, statements.
 */
#include "core/user/core.h"
#include "core/user/query.h"
#include "core/user/user.h"

#define EVERY_ROLE                                                                                                             \
    "citizen proxy employee head secretary agency_head agency_staff planner budget_team finance_officer treasurer "            \
    "budget_holder activity_officer finance_verifier paying_officer council_member council_secretary village_officer "         \
    "district_officer front_office back_office technical_team fee_assessor licensing_supervisor licence_signer inspector "     \
    "auditor follow_up_officer hr_officer hr_head complaint_officer integrity_handler gratification_officer "                  \
    "supervisor_kpk supervisor_province admin operator data_protection_officer"

/* clang-format off */
static const struct entity *const entities[] = {
    &government_entity, &agency_entity, &unit_entity, &person_entity, &app_user_entity, &user_secret_entity,
    &role_grant_entity, &session_entity, &api_token_entity, &setup_seat_entity, &credential_entity,
};

static const struct query *const queries[] = {
    &gov_q_slug, &gov_q_code, &gov_q_id, &gov_q_list, &gov_q_agencies,
    &q_session_open, &q_session_id, &q_session_token, &q_session_grants, &q_session_seen, &q_session_end_all, &q_session_list,
};

static const struct screen *const screens[] = {&government_screen, &agency_screen, &unit_screen};

/* admin looks after accounts and the tree of agencies; nothing of the business (security.md Z3). */
static const struct permit permits[] = {
    {"government.read",    EVERY_ROLE},
    {"government.create",  "admin"},
    {"government.edit",    "admin"},
    {"government.void",    "admin"},
    {"government.export",  "admin"},
    {"government.import",  "admin"},
    {"government.comment", "admin"},
    {"agency.read",        EVERY_ROLE},
    {"agency.create",      "admin"},
    {"agency.edit",        "admin"},
    {"agency.void",        "admin"},
    {"agency.export",      "admin"},
    {"agency.import",      "admin"},
    {"agency.comment",     "admin"},
    {"unit.read",          EVERY_ROLE},
    {"unit.create",        "admin"},
    {"unit.edit",          "admin"},
    {"unit.void",          "admin"},
    {"unit.export",        "admin"},
    {"unit.import",        "admin"},
    {"unit.comment",       "admin"},
    {"user.manage",        "admin"}, /* see, create, disable */
    {"user.grant",         "admin"}, /* give, approve, end roles */
};

const struct module core_module = {
    .name = "core",
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .screens = screens, .n_screens = ARRAY_LEN(screens),
    .permits = permits, .n_permits = ARRAY_LEN(permits),
    .queries = queries, .n_queries = ARRAY_LEN(queries),
};
/* clang-format on */
