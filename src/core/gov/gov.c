/*
 * gov.c: tables of governments, agencies and units, and finding them.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/agency/change.h"
#include "core/gov/gov.h"

#define KINDS "supervisor province regency city"

#define ZONE_WIB 420

/* ---- rules of one value ---- */

/* First parts of addresses that mean something else (design section 5, and what core serves). */
static const char not_slugs[] = "a akun api banding bantuan favicon.ico healthz keluar kerja lacak ledger masuk metrics "
                                "openapi.json pengawas readyz robots.txt siapkan styleguide tentang v";

bool gov_slug_good(const char *slug)
{
    size_t n = strlen(slug);

    if (n < 2 || strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != n || slug[0] == '-' || slug[n - 1] == '-')
        return false;
    return !text_has_word(not_slugs, slug);
}

static const char *check_slug(const void *row)
{
    const struct government *g = row;

    return g->slug != NULL && !gov_slug_good(g->slug) ? "government.slug-bad" : NULL;
}

static const char *check_code(const void *row)
{
    const struct government *g = row;

    return g->code != NULL && strspn(g->code, "0123456789.") != strlen(g->code) ? "government.code-bad" : NULL;
}

static bool ends_before(date from, date to)
{
    return !date_is_none(from) && !date_is_none(to) && to.v < from.v;
}

/* ---- tables ---- */

/* clang-format off */
static const struct field government_fields[] = {
    FIELD(struct government, kind, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED, .codes = KINDS, .max = 20),
    FIELD(struct government, code, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 13, .check = check_code),
    FIELD(struct government, slug, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 60, .check = check_slug),
    FIELD(struct government, name, .flags = F_REQUIRED | F_PUBLIC, .max = 120),
    FIELD(struct government, parent, .of = &government_entity, .flags = F_PUBLIC | F_INDEXED),
    FIELD(struct government, zone, .flags = F_REQUIRED | F_PUBLIC, .least = 420, .most = 540),
    FIELD(struct government, valid_from, .flags = F_PUBLIC),
    FIELD(struct government, valid_to, .flags = F_PUBLIC),
};
const struct entity government_entity =
    ENTITY(struct government, government, government_fields, .kind = ENTITY_REFERENCE);

static const struct field agency_fields[] = {
    FIELD(struct agency, code, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 40),
    FIELD(struct agency, name, .flags = F_REQUIRED | F_PUBLIC, .max = 200),
    FIELD(struct agency, short_name, .flags = F_PUBLIC, .max = 40),
    FIELD(struct agency, kind, .flags = F_REQUIRED | F_PUBLIC, .codes = AGENCY_KINDS, .max = 30),
    FIELD(struct agency, valid_from, .flags = F_PUBLIC),
    FIELD(struct agency, valid_to, .flags = F_PUBLIC),
    FIELD(struct agency, successor, .of = &agency_entity, .flags = F_PUBLIC),
};
const struct entity agency_entity = ENTITY(struct agency, agency, agency_fields);

static const struct field unit_fields[] = {
    FIELD(struct unit, agency, .of = &agency_entity, .flags = F_REQUIRED | F_PUBLIC | F_INDEXED),
    FIELD(struct unit, code, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 60),
    FIELD(struct unit, name, .flags = F_REQUIRED | F_PUBLIC, .max = 200),
    FIELD(struct unit, valid_from, .flags = F_PUBLIC),
    FIELD(struct unit, valid_to, .flags = F_PUBLIC),
};
/* The tree of a government is common, as agencies are: no .agency, so a citizen or a kelurahan reads all of it. */
const struct entity unit_entity = ENTITY(struct unit, unit, unit_fields);
/* clang-format on */

/* ---- screens ---- */

static void government_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    const struct government *g = row;

    (void)r;
    (void)before;
    if (ends_before(g->valid_from, g->valid_to))
        faults_add(f, "valid_to", "government.ends-before", NULL);
}

static void agency_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    const struct agency *g = row;

    (void)r;
    (void)before;
    if (ends_before(g->valid_from, g->valid_to))
        faults_add(f, "valid_to", "government.ends-before", NULL);
    if (g->successor.v != 0 && g->successor.v == g->head.id)
        faults_add(f, "successor", "agency.successor-self", NULL);
}

static void unit_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    const struct unit *u = row;

    (void)r;
    (void)before;
    if (ends_before(u->valid_from, u->valid_to))
        faults_add(f, "valid_to", "government.ends-before", NULL);
}

/* clang-format off */
static const struct screen_column government_columns[] = {
    {.field = "code"}, {.field = "name"}, {.field = "kind"}, {.field = "slug", .hidden = true}, {.field = "parent", .hidden = true},
    {.field = "zone", .hidden = true}, {.field = "valid_from", .hidden = true}, {.field = "valid_to"},
};
static const struct screen_filter government_filters[] = {{"kind"}};
static const struct screen_form_field government_form[] = {
    {.field = "kind"}, {.field = "code", .size = UI_SIZE_S}, {.field = "name"}, {.field = "slug", .size = UI_SIZE_M},
    {.field = "parent"}, {.field = "zone", .size = UI_SIZE_S}, {.field = "valid_from", .pair = true}, {.field = "valid_to"},
};
static const struct screen_section government_sections[] = {{NULL, government_form, ARRAY_LEN(government_form)}};
static const char *const government_search[] = {"code", "name", NULL};
const struct screen government_screen = {
    .entity = &government_entity, .slug = "pemerintah", .permission = "government", .name = "name", .code = "code",
    .reference = true,
    .columns = government_columns, .n_columns = ARRAY_LEN(government_columns),
    .filters = government_filters, .n_filters = ARRAY_LEN(government_filters),
    .order = "code", .search = government_search,
    .sections = government_sections, .n_sections = ARRAY_LEN(government_sections),
    .check = government_check,
};

static const struct screen_column agency_columns[] = {
    {.field = "code"}, {.field = "name"}, {.field = "short_name"}, {.field = "kind"},
    {.field = "valid_from", .hidden = true}, {.field = "valid_to"}, {.field = "successor", .hidden = true},
};
static const struct screen_filter agency_filters[] = {{"kind"}};
static const struct screen_form_field agency_form[] = {
    {.field = "code", .size = UI_SIZE_M}, {.field = "name"}, {.field = "short_name", .size = UI_SIZE_M}, {.field = "kind"},
    {.field = "valid_from", .pair = true}, {.field = "valid_to"}, {.field = "successor"},
};
static const struct screen_section agency_sections[] = {{NULL, agency_form, ARRAY_LEN(agency_form)}};
static const char *const agency_search[] = {"code", "name", "short_name", NULL};
static const struct screen_child agency_children[] = {{&unit_screen, "agency"}};
const struct screen agency_screen = {
    .entity = &agency_entity, .slug = "perangkat-daerah", .permission = "agency", .name = "name", .code = "code",
    .reference = true,
    .columns = agency_columns, .n_columns = ARRAY_LEN(agency_columns),
    .filters = agency_filters, .n_filters = ARRAY_LEN(agency_filters),
    .order = "code", .search = agency_search,
    .sections = agency_sections, .n_sections = ARRAY_LEN(agency_sections),
    .children = agency_children, .n_children = ARRAY_LEN(agency_children),
    .check = agency_check, .more = agency_more, .link_note = agency_note,
};

static const struct screen_column unit_columns[] = {
    {.field = "code"}, {.field = "name"}, {.field = "agency"}, {.field = "valid_from", .hidden = true}, {.field = "valid_to"},
};
static const struct screen_filter unit_filters[] = {{"agency"}};
static const struct screen_form_field unit_form[] = {
    {.field = "agency"}, {.field = "code", .size = UI_SIZE_M}, {.field = "name"},
    {.field = "valid_from", .pair = true}, {.field = "valid_to"},
};
static const struct screen_section unit_sections[] = {{NULL, unit_form, ARRAY_LEN(unit_form)}};
static const char *const unit_search[] = {"code", "name", NULL};
const struct screen unit_screen = {
    .entity = &unit_entity, .slug = "unit", .permission = "unit", .name = "name", .code = "code",
    .reference = true,
    .columns = unit_columns, .n_columns = ARRAY_LEN(unit_columns),
    .filters = unit_filters, .n_filters = ARRAY_LEN(unit_filters),
    .order = "code", .search = unit_search,
    .sections = unit_sections, .n_sections = ARRAY_LEN(unit_sections),
    .check = unit_check,
};

/* ---- finding ---- */

/* clang-format off */
#define GOV_AND_LETTER \
    "SELECT g.id, g.code, g.slug, g.name, g.zone, p.letter, p.address, p.postcode, p.phone, p.email, p.web, p.complaint, " \
    "p.crest_sha256 FROM government g LEFT JOIN gov_profile p ON p.government = g.id "
#define GOV_OUT "ittti" /* and the letter */ "tttttttt"

const struct query gov_q_slug = {
    .name = "gov.slug",
    .sql = GOV_AND_LETTER "WHERE g.slug = ?1 AND g.voided_at IS NULL",
    .in = "t", .out = GOV_OUT,
};
const struct query gov_q_code = {
    .name = "gov.code",
    .sql = GOV_AND_LETTER "WHERE g.code = ?1 AND g.voided_at IS NULL",
    .in = "t", .out = GOV_OUT,
};
const struct query gov_q_id = {
    .name = "gov.id",
    .sql = GOV_AND_LETTER "WHERE g.id = ?1",
    .in = "i", .out = GOV_OUT,
};
const struct query gov_q_zone = {
    .name = "gov.zone", .sql = "SELECT zone FROM government WHERE id = ?1", .in = "i", .out = "i",
};
const struct query gov_q_list = {
    .name = "gov.list",
    .sql = "SELECT id, code, name FROM government WHERE voided_at IS NULL AND (valid_to IS NULL OR valid_to >= ?1) "
           "ORDER BY code LIMIT ?2",
    .in = "ii", .out = "itt",
};
const struct query gov_q_agencies = {
    .name = "gov.agencies",
    .sql = "SELECT id, code, name FROM agency WHERE gov = ?1 AND voided_at IS NULL AND (valid_to IS NULL OR valid_to >= ?2) "
           "ORDER BY code LIMIT ?3",
    .in = "iii", .out = "itt",
};
/* clang-format on */

/* Those that are there, with " · " between. */
static const char *joined(struct arena *a, const char *const *v, size_t n)
{
    const char *all = NULL;
    size_t i;

    for (i = 0; i < n; i++)
        if (v[i] != NULL)
            all = all == NULL ? v[i] : text_printf(a, "%s \xc2\xb7 %s", all, v[i]);
    return all;
}

static void take_letter(const struct rows *rows, struct arena *a, struct gov *ret)
{
    const char *const where[] = {rows_text(rows, a, 6), rows_text(rows, a, 7)};
    const char *const how[] = {rows_text(rows, a, 8), rows_text(rows, a, 9), rows_text(rows, a, 10)};
    const char *sum = rows_text(rows, a, 12);
    struct page_letter *letter;

    ret->complaint = rows_text(rows, a, 11);
    if (rows_null(rows, 5))
        return;
    letter = arena_new(a, struct page_letter);
    *letter = (struct page_letter){.name = rows_text(rows, a, 5),
                                   .address = where[0] != NULL && where[1] != NULL ? text_printf(a, "%s %s", where[0], where[1])
                                                                                   : where[0],
                                   .contact = joined(a, how, ARRAY_LEN(how)),
                                   .crest = sum != NULL ? text_printf(a, "/%s/lambang?v=%.16s", ret->slug, sum) : NULL};
    ret->letter = letter;
}

static int take_gov(struct rows *rows, struct arena *a, struct gov *ret)
{
    int found = rows_next(rows);

    if (found <= 0)
        return found;
    *ret = (struct gov){.id = rows_int(rows, 0),
                        .code = rows_text(rows, a, 1),
                        .slug = rows_text(rows, a, 2),
                        .name = rows_text(rows, a, 3),
                        .zone_minutes = (int)rows_int(rows, 4)};
    ret->zone = zone_name(a, ret->zone_minutes);
    take_letter(rows, a, ret);
    return 1;
}

int gov_by_slug(struct db *db, struct arena *a, const char *slug, struct gov *ret)
{
    AUTO_ROWS struct rows rows;
    int e = db_select(&rows, db, &gov_q_slug, V(slug));

    return e < 0 ? e : take_gov(&rows, a, ret);
}

int gov_by_code(struct db *db, struct arena *a, const char *code, struct gov *ret)
{
    AUTO_ROWS struct rows rows;
    int e = db_select(&rows, db, &gov_q_code, V(code));

    return e < 0 ? e : take_gov(&rows, a, ret);
}

int gov_by_id(struct db *db, struct arena *a, int64_t id, struct gov *ret)
{
    AUTO_ROWS struct rows rows;
    int e = db_select(&rows, db, &gov_q_id, V(id));

    return e < 0 ? e : take_gov(&rows, a, ret);
}

int gov_zone(struct db *db, int64_t gov)
{
    AUTO_ROWS struct rows rows;
    int e = db_select(&rows, db, &gov_q_zone, V(gov));

    if (e == 0)
        e = rows_next(&rows);
    return e > 0 ? (int)rows_int(&rows, 0) : ZONE_WIB; /* a database that fails here fails the statement that follows, too */
}

static int take_list(struct rows *rows, struct arena *a, struct gov_item **ret, size_t *ret_n)
{
    struct gov_item *v = arena_array(a, GOV_LIST_MAX, struct gov_item);
    size_t n = 0;
    int e;

    while ((e = rows_next(rows)) > 0 && n < GOV_LIST_MAX)
        v[n++] = (struct gov_item){rows_int(rows, 0), rows_text(rows, a, 1), rows_text(rows, a, 2)};
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

int gov_list(struct db *db, struct arena *a, date today, struct gov_item **ret, size_t *ret_n)
{
    AUTO_ROWS struct rows rows;
    int e = db_select(&rows, db, &gov_q_list, V(today), V((int64_t)GOV_LIST_MAX));

    return e < 0 ? e : take_list(&rows, a, ret, ret_n);
}

int agency_list(struct db *db, struct arena *a, int64_t gov, date today, struct gov_item **ret, size_t *ret_n)
{
    AUTO_ROWS struct rows rows;
    int e = db_select(&rows, db, &gov_q_agencies, V(gov), V(today), V((int64_t)GOV_LIST_MAX));

    return e < 0 ? e : take_list(&rows, a, ret, ret_n);
}
