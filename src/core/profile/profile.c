/*
 * profile.c: table, rules and permissions of what a government says of itself.
 */
#include "core/profile/profile.h"

#include "base/text.h"
#include "core/mail/message.h"
#include "core/profile/profile_pages.h"
#include "engine/row.h"
#include "ui/html.h"

#define EVERY_ROLE                                                                                                             \
    "citizen proxy employee head secretary agency_head agency_staff planner budget_team finance_officer treasurer "            \
    "budget_holder activity_officer finance_verifier paying_officer council_member council_secretary village_officer "         \
    "district_officer front_office back_office technical_team fee_assessor licensing_supervisor licence_signer inspector "     \
    "auditor follow_up_officer hr_officer hr_head complaint_officer integrity_handler gratification_officer "                  \
    "supervisor_kpk supervisor_province admin operator data_protection_officer"

#define POSTCODE_DIGITS 5

/* ---- rules of one value ---- */

static const char *check_postcode(const void *row)
{
    const struct gov_profile *p = row;
    const char *s = p->postcode;

    return s != NULL && (strlen(s) != POSTCODE_DIGITS || strspn(s, "0123456789") != POSTCODE_DIGITS)
               ? "gov_profile.postcode-bad"
               : NULL;
}

static const char *check_phone(const void *row)
{
    const struct gov_profile *p = row;

    return p->phone != NULL && strspn(p->phone, "0123456789+()- ") != strlen(p->phone) ? "gov_profile.phone-bad" : NULL;
}

static const char *check_email(const void *row)
{
    const struct gov_profile *p = row;

    return p->email != NULL && !mail_address_good(p->email) ? "gov_profile.email-bad" : NULL;
}

static const char *check_web(const void *row)
{
    const struct gov_profile *p = row;

    return p->web != NULL && (!text_starts(p->web, "https://") || text_eq(link_to(p->web), "#")) ? "gov_profile.web-bad" : NULL;
}

/* ---- tables ---- */

/* clang-format off */
static const struct field fields[] = {
    FIELD(struct gov_profile, government, .of = &government_entity, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE | F_FIXED | F_COMPUTED),
    FIELD(struct gov_profile, letter, .flags = F_PUBLIC, .max = 120),
    FIELD(struct gov_profile, address, .flags = F_PUBLIC, .max = 200),
    FIELD(struct gov_profile, postcode, .flags = F_PUBLIC, .max = 5, .check = check_postcode),
    FIELD(struct gov_profile, phone, .flags = F_PUBLIC, .max = 40, .check = check_phone),
    FIELD(struct gov_profile, email, .flags = F_PUBLIC, .max = 120, .check = check_email),
    FIELD(struct gov_profile, web, .flags = F_PUBLIC, .max = 120, .check = check_web),
    FIELD(struct gov_profile, complaint, .flags = F_PUBLIC, .max = 200),
    FIELD(struct gov_profile, crest, .flags = F_PUBLIC | F_COMPUTED, .max = 32),
    FIELD(struct gov_profile, crest_sha256, .flags = F_PUBLIC | F_COMPUTED, .max = 64),
    FIELD(struct gov_profile, crest_size, .flags = F_PUBLIC | F_COMPUTED),
    FIELD(struct gov_profile, basis, .flags = F_PUBLIC, .max = 200),
};
const struct entity gov_profile_entity = ENTITY(struct gov_profile, gov_profile, fields, .kind = ENTITY_REFERENCE);

static const struct screen_column columns[] = {
    {.field = "government"}, {.field = "letter"}, {.field = "address"}, {.field = "phone"}, {.field = "email"}, {.field = "web", .hidden = true},
    {.field = "postcode", .hidden = true}, {.field = "complaint", .hidden = true}, {.field = "basis", .hidden = true},
};
static const struct screen_form_field form[] = {
    {.field = "government"}, {.field = "letter"}, {.field = "address"}, {.field = "postcode", .size = UI_SIZE_S}, {.field = "phone", .size = UI_SIZE_M},
    {.field = "email"}, {.field = "web"}, {.field = "complaint"}, {.field = "basis"}, {.field = "crest_sha256"},
};
static const struct screen_section sections[] = {{NULL, form, ARRAY_LEN(form)}};
const struct screen gov_profile_screen = {
    .entity = &gov_profile_entity, .slug = "kop-surat", .permission = "gov_profile", .name = "letter", .derived = true,
    .columns = columns, .n_columns = ARRAY_LEN(columns), .order = "letter",
    .sections = sections, .n_sections = ARRAY_LEN(sections), .check = profile_check,
};

/* The Sekda answers for letters; an administrator sets the instance up. */
static const struct permit permits[] = {
    {"gov_profile.read",   EVERY_ROLE},
    {"gov_profile.edit",   "secretary admin"},
    {"gov_profile.export", "secretary admin"},
};

#define LIMIT_PROFILE {.body = HTTP_BODY_FORM, .body_max = 64 * KB, .file_max = 1 * MB, .files_max = 1}
static const struct route routes[] = {
    ROUTE(GET,  "/kerja/{gov}/pengaturan", "gov_profile.edit", profile_page, .word = "gov_profile.title"),
    ROUTE(POST, "/kerja/{gov}/pengaturan", "gov_profile.edit", profile_post, .limits = LIMIT_PROFILE),
    ROUTE(GET,  "/{gov}/lambang",          PERMIT_ANYBODY,     profile_crest),
};
const struct query profile_q_of = {
    .name = "profile.of", .sql = "SELECT id FROM gov_profile WHERE government = ?1", .in = "i", .out = "i",
};
static const struct query *const queries[] = {&profile_q_of};
static const struct entity *const entities[] = {&gov_profile_entity};
static const struct screen *const screens[] = {&gov_profile_screen};

const struct module profile_module = {
    .name = "profile",
    .entities = entities, .n_entities = ARRAY_LEN(entities),
    .screens = screens,   .n_screens = ARRAY_LEN(screens),
    .routes = routes,     .n_routes = ARRAY_LEN(routes),
    .permits = permits,   .n_permits = ARRAY_LEN(permits),
    .queries = queries,   .n_queries = ARRAY_LEN(queries),
};
/* clang-format on */

int profile_read(struct db *db, struct arena *a, int64_t gov, struct gov_profile *ret)
{
    int64_t id = 0;
    int e;

    {
        AUTO_ROWS struct rows rows;

        e = db_select(&rows, db, &profile_q_of, V(gov));
        if (e == 0)
            e = rows_next(&rows);
        if (e > 0)
            id = rows_int(&rows, 0);
    }
    return e <= 0 ? e : row_get(db, a, &gov_profile_entity, 0, id, ret);
}

void profile_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    const struct gov_profile *p = row;

    (void)r;
    (void)before;
    if (text_empty(p->letter))
        faults_add(f, "letter", "gov_profile.letter-missing", NULL);
    if (p->postcode != NULL && p->address == NULL)
        faults_add(f, "address", "gov_profile.address-missing", NULL);
}
