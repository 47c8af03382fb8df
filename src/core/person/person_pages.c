/*
 * person_pages.c: whom a government keeps data about: list, page and form by the engine, and the search by NIK.
 *
 * NIK, NIP, telephone and mail are masked; who needs one in full asks for it with a reason (engine/read_pass.c). Not for:
 * accounts (core/user/manage.c), erasing (core/erase).
 */
#include "base/date.h"
#include "base/text.h"
#include "core/person/civil_id.h"
#include "core/person/mask.h"
#include "core/person/person_pages.h"
#include "engine/list.h"
#include "engine/row.h"

#define FIELD_NIK "nik"

/* ---- rules ---- */

/* As it is stored: digits alone. */
static const char *digits(struct arena *a, const char *typed)
{
    char *to = arena_text(a, typed), *out = to;

    for (; *typed != '\0'; typed++)
        if (strchr(" .-", *typed) == NULL)
            *out++ = *typed;
    *out = '\0';
    return to;
}

/* NULL, or the key of what is wrong; *ret_arg is for its place. */
static const char *nik_fault(const struct req *r, const char *nik, const char **ret_arg)
{
    struct nik found;
    enum id_fault fault = nik_parse(nik, instant_date(r->now, r->zone_minutes), &found);
    const size_t n = strspn(nik, "0123456789");

    *ret_arg = NULL;
    if (fault == ID_LENGTH) {
        *ret_arg = text_printf(r->arena, "%zu", n);
        return nik[n] == '\0' ? "person.nik-length" : "person.nik-signs";
    }
    return fault != ID_GOOD ? id_fault_key(fault) : NULL;
}

static void person_check(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct person *p = row;
    const char *wrong, *arg;
    int64_t other = 0;

    (void)before;
    if (p->nik == NULL)
        return;
    p->nik = digits(r->arena, p->nik);
    wrong = nik_fault(r, p->nik, &arg);
    if (wrong != NULL)
        faults_add(f, FIELD_NIK, wrong, arg);
    else if (person_find(r->app, r->db, p->head.gov, p->nik, &other) > 0 && other != p->head.id)
        faults_add(f, FIELD_NIK, "person.nik-taken", NULL);
}

static int person_saved(struct tx *tx, const void *before, const void *row, const struct record *head)
{
    const struct person *was = before;
    struct person p = *(const struct person *)row;

    p.head = *head;
    return was != NULL && text_eq(was->nik, p.nik) ? 0 : person_index(tx, &p);
}

static int person_voided(struct tx *tx, const void *row)
{
    const struct record *head = row;

    return person_forget(tx, head->gov, head->id);
}

/* clang-format off */
static const struct screen_column columns[] = {
    {.field = "name"}, {.field = "nip"}, {.field = "nik"}, {.field = "phone"}, {.field = "email", .hidden = true},
};
static const struct screen_form_field identity[] = {
    {.field = "name"}, {.field = "nip", .size = UI_SIZE_M}, {.field = "nik", .size = UI_SIZE_M},
};
static const struct screen_form_field contact[] = {{.field = "email", .size = UI_SIZE_M}, {.field = "phone", .size = UI_SIZE_M}};
static const struct screen_section sections[] = {
    {NULL, identity, ARRAY_LEN(identity)}, {"person.contact", contact, ARRAY_LEN(contact)},
};
static const char *const search_words[] = {"name", NULL};
const struct screen person_screen = {
    .entity = &person_entity, .slug = "orang", .permission = "person", .name = "name",
    .columns = columns, .n_columns = ARRAY_LEN(columns), .order = "name", .search = search_words,
    .sections = sections, .n_sections = ARRAY_LEN(sections),
    .check = person_check, .saved = person_saved, .voided = person_voided,
};
/* clang-format on */

/* ---- search by NIK ---- */

/* The person, if the one who asks may read the row. */
static int find(struct req *r, const char *nik, struct person *ret)
{
    struct scope scope;
    int64_t id;
    int found = person_find(r->app, r->db, req_gov(r)->id, nik, &id);

    if (found > 0)
        found = row_get(r->db, r->arena, &person_entity, req_gov(r)->id, id, ret);
    if (found <= 0)
        return found;
    scope_of(r, r->route->permission, req_gov(r)->id, &scope);
    return row_reach(r->db, r->arena, &scope, &person_entity, ret);
}

static void show_found(struct req *r, const struct person *p)
{
    const char *nik = p->nik != NULL ? mask_text(r->arena, MASK_NIK, p->nik) : NULL;
    const struct ui_row_item item = {
        .title = p->name != NULL ? p->name : ERASED_TEXT,
        .href = url(r, "/kerja/%s/%s/%lld", route_param(r, "gov"), person_screen.slug, (long long)p->head.id),
        .facts = &nik,
        .n_facts = nik != NULL};

    ui_section_begin(r, NULL, T(r, "person.found"));
    ui_rows_begin(r);
    ui_row_item_begin(r, &item);
    ui_row_item_end(r);
    ui_rows_end(r);
    ui_section_end(r);
}

/* `typed` and `wrong` of a number that cannot be one; else neither. A number that was looked for stands nowhere in the page. */
static void page_of(struct req *r, const char *typed, const char *wrong, bool asked, const struct person *found)
{
    const char *here = url(r, "/kerja/%s/cari-nik", route_param(r, "gov"));
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "person.find"), .here = here, .wrong = wrong != NULL};
    const struct ui_error error = {FIELD_NIK, wrong};
    const struct ui_field nik = {.type = CONTROL_TEXT,
                                 .name = FIELD_NIK,
                                 .label = T(r, "person.nik"),
                                 .hint = T(r, "person.find-hint"),
                                 .value = typed,
                                 .error = wrong,
                                 .inputmode = "numeric",
                                 .autocomplete = "off",
                                 .size = UI_SIZE_M};

    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "person.find-text"), NULL, 0);
    ui_errors(r, &error, wrong != NULL);
    ui_form_begin(r, NULL, here, FORM_POST);
    ui_field(r, &nik);
    ui_button(r, &(struct ui_button){.label = T(r, "person.find-do"), .look = BUTTON_FIRST, .icon = ICON_SEARCH});
    ui_form_end(r);
    if (found != NULL)
        show_found(r, found);
    else if (asked)
        state_empty(r, T(r, "person.none"), T(r, "person.none-text"), NULL);
    page_end(r, &p);
    if (wrong != NULL)
        r->http->status = 422;
}

static void page_find(struct req *r)
{
    page_of(r, NULL, NULL, false, NULL);
}

static void page_find_post(struct req *r)
{
    const char *typed = http_form(r->http, FIELD_NIK), *nik, *wrong, *arg;
    struct person p;
    int e = r->app->may_search != NULL ? r->app->may_search(r) : 0;

    nik = digits(r->arena, typed != NULL ? text_trim(r->arena, typed) : "");
    wrong = nik_fault(r, nik, &arg);
    if (e == 0 && wrong != NULL) {
        page_of(r, typed, arg != NULL ? T1(r, wrong, arg) : T(r, wrong), false, NULL);
        return;
    }
    if (e == 0)
        e = find(r, nik, &p);
    if (e < 0)
        web_refuse(r, e);
    else
        page_of(r, NULL, NULL, true, e > 0 ? &p : NULL);
}

/* ---- the module ---- */

/* clang-format off */
#define STAFF "hr_officer hr_head"
static const struct screen *const screens[] = {&person_screen};
static const struct permit permits[] = {
    {"person.read",    STAFF " data_protection_officer"},
    {"person.create",  STAFF},
    {"person.edit",    STAFF},
    {"person.void",    STAFF},
    {"person.reveal",  STAFF},
    {"person.export",  STAFF},
    {"person.import",  STAFF},
    {"person.comment", STAFF},
    {"job.person-number", "operator"},
};
static const struct job_kind jobs[] = {
    {.name = "person-number", .permission = "job.person-number", .daily_minute = 2 * 60 + 43, .slice = person_index_slice},
};
static const struct route routes[] = {
    ROUTE(GET,  "/kerja/{gov}/cari-nik", "person.read", page_find, .word = "person.find"),
    ROUTE(POST, "/kerja/{gov}/cari-nik", "person.read", page_find_post, .reads_only = true, .limits = LIMIT_FORM),
};
/* clang-format on */

const struct module person_module = {
    .name = "person",
    .screens = screens,
    .n_screens = ARRAY_LEN(screens),
    .permits = permits,
    .n_permits = ARRAY_LEN(permits),
    .jobs = jobs,
    .n_jobs = ARRAY_LEN(jobs),
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .queries = person_queries,
    .n_queries = ARRAY_LEN(person_queries),
};
