/*
 * tables.c: the tables of people, logins, roles and of what opens a login.
 */
#include "base/text.h"
#include "core/person/civil_id.h"
#include "core/person/mask.h"
#include "core/user/rekey.h"
#include "core/user/user.h"

#define GRANT_ROLES                                                                                                            \
    "citizen proxy employee head secretary agency_head agency_staff planner budget_team finance_officer treasurer "            \
    "budget_holder activity_officer finance_verifier paying_officer council_member council_secretary village_officer "         \
    "district_officer front_office back_office technical_team fee_assessor licensing_supervisor licence_signer inspector "     \
    "auditor follow_up_officer hr_officer hr_head complaint_officer integrity_handler gratification_officer "                  \
    "supervisor_kpk supervisor_province admin operator data_protection_officer"

static const char *check_nip(const void *row)
{
    const struct person *p = row;
    struct nip nip;
    enum id_fault fault = p->nip != NULL ? nip_parse(p->nip, &nip) : ID_GOOD;

    return fault == ID_GOOD || nipppk_parse(p->nip, &nip) == ID_GOOD ? NULL : id_fault_key(fault);
}

static const char *mask_nip(struct arena *a, const char *value)
{
    return mask_text(a, MASK_NIP, value);
}

static const char *mask_nik(struct arena *a, const char *value)
{
    return mask_text(a, MASK_NIK, value);
}

static const char *mask_phone(struct arena *a, const char *value)
{
    return mask_text(a, MASK_PHONE, value);
}

static const char *mask_email(struct arena *a, const char *value)
{
    return mask_text(a, MASK_EMAIL, value);
}

/* Times are ours, until the archive schedule of a government says otherwise (docs/security.md section 5). */
static const struct privacy staff = {
    .name = "staff", .kind = PRIVACY_GENERAL, .ground = GROUND_TASK, .basis = "UU 20/2023 (ASN)", .years = 5};
static const struct privacy civil = {
    .name = "civil", .kind = PRIVACY_GENERAL, .ground = GROUND_TASK, .basis = "UU 24/2013 pasal 64", .years = 5};
static const struct privacy account = {
    .name = "account", .kind = PRIVACY_GENERAL, .ground = GROUND_DUTY, .basis = "UU 27/2022 pasal 35, 39", .years = 2};
static const struct privacy login = {
    .name = "login", .kind = PRIVACY_GENERAL, .ground = GROUND_DUTY, .basis = "UU 27/2022 pasal 35, 39", .days = 90};

/* clang-format off */
static const struct field person_fields[] = {
    FIELD(struct person, name, .flags = F_REQUIRED | F_PERSONAL | F_INDEXED, .subject = "id", .max = 120, .privacy = &staff),
    FIELD(struct person, nip, .flags = F_PERSONAL | F_UNIQUE, .subject = "id", .max = 18, .check = check_nip, .mask = mask_nip, .privacy = &staff),
    FIELD(struct person, nik, .flags = F_PERSONAL, .subject = "id", .max = 24, .mask = mask_nik, .privacy = &civil),
    FIELD(struct person, email, .flags = F_PERSONAL, .subject = "id", .max = 254, .mask = mask_email, .privacy = &staff),
    FIELD(struct person, phone, .flags = F_PERSONAL, .subject = "id", .max = 20, .mask = mask_phone, .privacy = &staff),
    FIELD(struct person, account, .of = &app_user_entity, .flags = F_INDEXED),
};
const struct entity person_entity = ENTITY(struct person, person, person_fields, .is_subject = true, .owner = "account");

static const struct field app_user_fields[] = {
    FIELD(struct app_user, login, .flags = F_PERSONAL | F_UNIQUE, .subject = "id", .max = 254, .privacy = &account),
    FIELD(struct app_user, name, .flags = F_PERSONAL, .subject = "id", .max = 120, .privacy = &account),
    FIELD(struct app_user, email, .flags = F_PERSONAL, .subject = "id", .max = 254, .privacy = &account),
    FIELD(struct app_user, nip, .flags = F_PERSONAL, .subject = "id", .max = 18, .privacy = &account),
    FIELD(struct app_user, home, .of = &government_entity, .flags = F_PUBLIC | F_INDEXED),
    FIELD(struct app_user, disabled, .flags = F_PUBLIC),
    FIELD(struct app_user, secret_at, .flags = F_PUBLIC),
    FIELD(struct app_user, email_new, .flags = F_PERSONAL, .subject = "id", .max = 254, .privacy = &account),
    FIELD(struct app_user, email_at, .flags = F_PUBLIC),
    FIELD(struct app_user, language, .codes = "id en", .max = 2),
};
const struct entity app_user_entity =
    ENTITY(struct app_user, app_user, app_user_fields, .kind = ENTITY_CONTROL, .is_subject = true, .ended_by = "disabled");

static const struct field user_secret_fields[] = {
    FIELD(struct user_secret, password, .max = 200),
    FIELD(struct user_secret, totp, .max = 400),
    FIELD(struct user_secret, totp_step),
    FIELD(struct user_secret, must_change),
    FIELD(struct user_secret, first_until),
};
const struct entity user_secret_entity =
    ENTITY(struct user_secret, user_secret, user_secret_fields, .kind = ENTITY_CONTROL, .ledger = LEDGER_NONE);

static const struct field role_grant_fields[] = {
    FIELD(struct role_grant, holder, .of = &app_user_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct role_grant, role, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED | F_FIXED, .codes = GRANT_ROLES, .max = 40),
    FIELD(struct role_grant, in_gov, .of = &government_entity, .flags = F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct role_grant, in_agency, .flags = F_PUBLIC | F_FIXED),
    FIELD(struct role_grant, in_unit, .flags = F_PUBLIC | F_FIXED),
    FIELD(struct role_grant, in_place, .flags = F_PUBLIC | F_FIXED),
    FIELD(struct role_grant, valid_from, .flags = F_PUBLIC),
    FIELD(struct role_grant, valid_to, .flags = F_PUBLIC),
    FIELD(struct role_grant, status, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .codes = "pending active refused ended", .max = 20),
    FIELD(struct role_grant, given_by, .of = &app_user_entity, .flags = F_PUBLIC),
    FIELD(struct role_grant, approved_by, .of = &app_user_entity, .flags = F_PUBLIC),
    FIELD(struct role_grant, ended_by, .of = &app_user_entity, .flags = F_PUBLIC),
    FIELD(struct role_grant, basis, .flags = F_PUBLIC, .max = 200),
};
const struct entity role_grant_entity =
    ENTITY(struct role_grant, role_grant, role_grant_fields, .kind = ENTITY_CONTROL);

static const struct field session_fields[] = {
    FIELD(struct session, hash, .flags = F_REQUIRED | F_UNIQUE, .max = 64),
    FIELD(struct session, holder, .of = &app_user_entity, .flags = F_REQUIRED | F_INDEXED),
    FIELD(struct session, stage, .flags = F_REQUIRED, .codes = "factor password enrol open", .max = 20),
    FIELD(struct session, made_at, .flags = F_REQUIRED),
    FIELD(struct session, seen_at, .flags = F_REQUIRED),
    FIELD(struct session, ended_at),
    FIELD(struct session, second_factor),
    FIELD(struct session, stepped_up),
    FIELD(struct session, enrol, .max = 400),
    FIELD(struct session, address, .max = 60, .privacy = &login),
    FIELD(struct session, agent, .max = 120, .privacy = &login),
};
const struct entity session_entity =
    ENTITY(struct session, session, session_fields, .kind = ENTITY_CONTROL, .ledger = LEDGER_NONE);

static const struct field api_token_fields[] = {
    FIELD(struct api_token, holder, .of = &app_user_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED | F_FIXED),
    FIELD(struct api_token, name, .flags = F_REQUIRED, .max = 80),
    FIELD(struct api_token, scope, .flags = F_REQUIRED | F_PUBLIC | F_FIXED, .max = 4000),
    FIELD(struct api_token, expires, .flags = F_REQUIRED | F_PUBLIC | F_FIXED),
    FIELD(struct api_token, revoked_at, .flags = F_PUBLIC),
};
const struct entity api_token_entity = ENTITY(struct api_token, api_token, api_token_fields, .kind = ENTITY_CONTROL);

static const struct field setup_seat_fields[] = {
    FIELD(struct setup_seat, round, .flags = F_REQUIRED | F_PUBLIC | F_FIXED),
    FIELD(struct setup_seat, seat, .flags = F_REQUIRED | F_PUBLIC | F_FIXED),
    FIELD(struct setup_seat, taken_by, .of = &app_user_entity, .flags = F_PUBLIC),
    FIELD(struct setup_seat, taken_at, .flags = F_PUBLIC),
};
const struct entity setup_seat_entity =
    ENTITY(struct setup_seat, setup_seat, setup_seat_fields, .kind = ENTITY_CONTROL);

static const struct field credential_fields[] = {
    FIELD(struct credential, holder, .of = &app_user_entity, .flags = F_INDEXED),
    FIELD(struct credential, kind, .flags = F_REQUIRED, .codes = "api setup recovery reset link confirm", .max = 20),
    FIELD(struct credential, hash, .flags = F_REQUIRED | F_UNIQUE, .max = 64),
    FIELD(struct credential, key_id),
    FIELD(struct credential, stands_for),
    FIELD(struct credential, used_at),
    FIELD(struct credential, until),
};
const struct entity credential_entity =
    ENTITY(struct credential, credential, credential_fields, .kind = ENTITY_CONTROL, .ledger = LEDGER_NONE);

static const struct field keyring_key_fields[] = {
    FIELD(struct keyring_key, number, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE | F_FIXED),
    FIELD(struct keyring_key, made_at, .flags = F_REQUIRED | F_PUBLIC | F_FIXED),
    FIELD(struct keyring_key, retired_at, .flags = F_PUBLIC),
};
const struct entity keyring_key_entity =
    ENTITY(struct keyring_key, keyring_key, keyring_key_fields, .kind = ENTITY_CONTROL);
/* clang-format on */
