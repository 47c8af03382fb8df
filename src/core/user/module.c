/*
 * module.c: what core brings: entities, screens, routes, permissions, statements.
 */
#include "core/user/core.h"
#include "core/user/delegation.h"
#include "core/user/forgotten.h"
#include "core/user/pages.h"
#include "core/user/query.h"
#include "core/user/rekey.h"
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
    &role_grant_entity, &session_entity, &api_token_entity, &setup_seat_entity, &credential_entity, &keyring_key_entity,
    &delegation_entity,
};

static const struct query *const queries[] = {
    &gov_q_slug, &gov_q_code, &gov_q_id, &gov_q_zone, &gov_q_list, &gov_q_agencies,
    &q_session_open, &q_session_id, &q_session_token, &q_session_grants, &q_session_lent, &q_held, &q_lent, &q_delegations_open, &q_delegations_of, &q_delegates_of, &q_agencies_of, &q_session_seen, &q_session_end_all, &q_session_list, &q_recovery, &q_recovery_left, &q_recovery_retire, &q_reset_open, &q_reset_retire, &q_user_login, &q_admins, &q_grants_of, &q_setup_round, &q_setup_void, &q_credential, &q_tokens, &q_users, &q_grants_all,
    &q_session_remove, &q_session_end_every, &q_token_end_every,
    &q_totp_behind, &q_totp_reseal, &q_enrol_begun, &q_recovery_keys, &q_keyring_keys,
    &q_link_retire, &q_user_email,
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

static const struct route routes[] = {
    ROUTE(GET,  "/masuk",           PERMIT_ANYBODY, page_login),
    ROUTE(POST, "/masuk",           PERMIT_ANYBODY, page_login_try, .limits = LIMIT_FORM),
    ROUTE(GET,  "/masuk/kode",      PERMIT_ANYBODY, page_factor),
    ROUTE(POST, "/masuk/kode",      PERMIT_ANYBODY, page_factor_try, .limits = LIMIT_FORM),
    ROUTE(GET,  "/masuk/pemulihan", PERMIT_ANYBODY, page_recovery),
    ROUTE(POST, "/masuk/pemulihan", PERMIT_ANYBODY, page_recovery_try, .limits = LIMIT_FORM),
    ROUTE(GET,  "/masuk/sandi",     PERMIT_ANYBODY, page_first_password),
    ROUTE(POST, "/masuk/sandi",     PERMIT_ANYBODY, page_first_password_set, .limits = LIMIT_FORM),
    ROUTE(GET,  "/masuk/pengaman",  PERMIT_ANYBODY, page_enrol),
    ROUTE(POST, "/masuk/pengaman",  PERMIT_ANYBODY, page_enrol_set, .limits = LIMIT_FORM),
    ROUTE(GET,  "/masuk/lupa",      PERMIT_ANYBODY, page_forgotten),
    ROUTE(POST, "/masuk/lupa",      PERMIT_ANYBODY, page_forgotten_ask, .limits = LIMIT_FORM),
    ROUTE(GET,  "/masuk/baru",      PERMIT_ANYBODY, page_fresh),
    ROUTE(POST, "/masuk/baru",      PERMIT_ANYBODY, page_fresh_set, .limits = LIMIT_FORM),
    ROUTE(POST, "/keluar",          PERMIT_LOGIN,   page_logout, .limits = LIMIT_FORM),
    ROUTE(GET,  "/siapkan",         PERMIT_ANYBODY, page_setup),
    ROUTE(POST, "/siapkan",         PERMIT_ANYBODY, page_setup_take, .limits = LIMIT_FORM),
    ROUTE(GET,  "/kerja",           PERMIT_LOGIN,   page_own_place),
    ROUTE(GET,  "/akun",            PERMIT_LOGIN,   page_account),
    ROUTE(GET,  "/akun/sandi",      PERMIT_LOGIN,   page_password),
    ROUTE(POST, "/akun/sandi",      PERMIT_LOGIN,   page_password_set, .limits = LIMIT_FORM),
    ROUTE(GET,  "/akun/pastikan",   PERMIT_LOGIN,   page_step_up),
    ROUTE(POST, "/akun/pastikan",   PERMIT_LOGIN,   page_step_up_try, .limits = LIMIT_FORM),
    ROUTE(GET,  "/akun/surel",      PERMIT_LOGIN,   page_address),
    ROUTE(POST, "/akun/surel",      PERMIT_LOGIN,   page_address_set, .limits = LIMIT_FORM),
    ROUTE(POST, "/akun/bahasa",     PERMIT_LOGIN,   page_language_set, .limits = LIMIT_FORM),
    ROUTE(GET,  "/akun/surel/sah",  PERMIT_ANYBODY, page_confirm),
    ROUTE(POST, "/akun/surel/sah",  PERMIT_ANYBODY, page_confirm_set, .limits = LIMIT_FORM),
    ROUTE(POST, "/akun/pemulihan",  PERMIT_LOGIN,   page_recovery_renew, .limits = LIMIT_FORM),
    ROUTE(POST, "/akun/sesi/{id}/akhiri", PERMIT_LOGIN, page_session_end, .limits = LIMIT_FORM),
    ROUTE(GET,  "/akun/token",      PERMIT_LOGIN,   page_token),
    ROUTE(POST, "/akun/token",      PERMIT_LOGIN,   page_token_make, .limits = LIMIT_FORM),
    ROUTE(POST, "/akun/token/{id}/cabut", PERMIT_LOGIN, page_token_revoke, .limits = LIMIT_FORM),
    ROUTE(GET,  "/akun/pengganti",  PERMIT_LOGIN,   page_delegation),
    ROUTE(POST, "/akun/pengganti",  PERMIT_LOGIN,   page_delegation_offer, .limits = LIMIT_FORM),
    ROUTE(POST, "/akun/pengganti/{id}/terima", PERMIT_LOGIN, page_delegation_accept, .limits = LIMIT_FORM),
    ROUTE(POST, "/akun/pengganti/{id}/tolak",  PERMIT_LOGIN, page_delegation_refuse, .limits = LIMIT_FORM),
    ROUTE(POST, "/akun/pengganti/{id}/akhiri", PERMIT_LOGIN, page_delegation_end, .limits = LIMIT_FORM),
    ROUTE(GET,  "/kerja/{gov}/pengguna/{id}/pengganti", "user.grant", page_user_delegation),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/pengganti", "user.grant", page_user_delegation_propose, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/pengganti/{delegation}/setujui", "user.grant", page_user_delegation_approve, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/pengganti/{delegation}/tolak",   "user.grant", page_user_delegation_refuse, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/pengganti/{delegation}/akhiri",  "user.grant", page_user_delegation_end, .limits = LIMIT_FORM),
    ROUTE(GET,  "/kerja/{gov}/pengguna",               "user.manage", page_users),
    ROUTE(GET,  "/kerja/{gov}/pengguna/baru",          "user.manage", page_user_new),
    ROUTE(POST, "/kerja/{gov}/pengguna/baru",          "user.manage", page_user_make, .limits = LIMIT_FORM),
    ROUTE(GET,  "/kerja/{gov}/pengguna/{id}",          "user.manage", page_user),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/sandi",    "user.manage", page_user_reset, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/nonaktif", "user.manage", page_user_disable, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/aktif",    "user.manage", page_user_enable, .limits = LIMIT_FORM),
    ROUTE(GET,  "/kerja/{gov}/pengguna/{id}/peran",    "user.grant",  page_grant),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/peran",    "user.grant",  page_grant_propose, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/peran/{grant}/setujui", "user.grant", page_grant_approve, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/peran/{grant}/tolak",   "user.grant", page_grant_refuse, .limits = LIMIT_FORM),
    ROUTE(POST, "/kerja/{gov}/pengguna/{id}/peran/{grant}/akhiri",  "user.grant", page_grant_end, .limits = LIMIT_FORM),
};

static const struct effect_kind effects[] = {{.name = FORGOTTEN_EFFECT, .run = forgotten_run}};

const struct module core_module = {
    .name = "core",
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .screens = screens, .n_screens = ARRAY_LEN(screens),
    .routes = routes, .n_routes = ARRAY_LEN(routes),
    .permits = permits, .n_permits = ARRAY_LEN(permits),
    .effects = effects, .n_effects = ARRAY_LEN(effects),
    .queries = queries, .n_queries = ARRAY_LEN(queries),
    .jobs = rekey_jobs, .n_jobs = 1,
};
/* clang-format on */
