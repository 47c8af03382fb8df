/*
 * access_pages.c: /kerja/{gov}/akses, who can do what: what is asked, the frame of the page, the module.
 *
 * Everything asked stands in the address, so that an auditor can quote it. Not for: its sections (access_show.c), the record
 * of one grant (access_record.c).
 */
#include "base/date.h"
#include "base/text.h"
#include "core/access/access_parts.h"
#include "core/gov/gov.h"
#include "core/user/pages.h"
#include "engine/permit_words.h"
#include "ui/lang.h"

/* ---- what is asked ---- */

static const char *typed(struct req *r, const char *name)
{
    const char *value = http_query(r->http, name);

    return value != NULL && strlen(value) <= 80 ? text_trim(r->arena, value) : "";
}

static const char *or_null(const char *s)
{
    return *s != '\0' ? s : NULL;
}

/* Only what some table knows: an unknown word asks for nothing. */
static const char *known_permission(const struct req *r, const char *permission)
{
    const struct permit_line *v;
    size_t n = permits_of(r->app, r->arena, NULL, &v), i;

    for (i = 0; i < n; i++)
        if (text_eq(v[i].permission, permission))
            return v[i].permission;
    return NULL;
}

int access_take(struct req *r, struct access_view *ret)
{
    const struct role *role = role_find(typed(r, "peran"));
    int64_t agency;

    *ret = (struct access_view){.day_typed = typed(r, "per"),
                                .name_typed = typed(r, "nama"),
                                .today = instant_date(r->now, gov_zone(r->db, req_gov(r)->id))};
    ret->ask = (struct access_ask){.gov = req_gov(r)->id,
                                   .day = ret->today,
                                   .role = role != NULL ? role->code : NULL,
                                   .permission = known_permission(r, typed(r, "boleh")),
                                   .name = or_null(ret->name_typed)};
    if (text_int(typed(r, "perangkat"), 1, INT64_MAX, &agency) == 0)
        ret->ask.agency = agency;
    if (*ret->day_typed != '\0' && date_parse(ret->day_typed, &ret->ask.day) < 0) {
        ret->ask.day = ret->today;
        ret->wrong[ret->n_wrong++] = (struct ui_error){"per", T(r, "access.day-bad")};
    }
    return access_read(r->app, r->db, r->arena, &ret->ask, r->now, &ret->list);
}

static const char *href_of(struct req *r, const struct access_view *v, const char *tail, const char *role)
{
    const char *text = text_printf(r->arena, "/kerja/%s/akses%s?per=%s", route_param(r, "gov"), tail,
                                   v->ask.day.v != v->today.v ? date_iso(r->arena, v->ask.day) : "");

    if (role != NULL)
        text = text_printf(r->arena, "%s&peran=%s", text, role);
    if (v->ask.permission != NULL)
        text = text_printf(r->arena, "%s&boleh=%s", text, v->ask.permission);
    if (v->ask.agency != 0)
        text = text_printf(r->arena, "%s&perangkat=%lld", text, (long long)v->ask.agency);
    if (v->ask.name != NULL)
        text = text_printf(r->arena, "%s&nama=%s", text, url_encode(r->arena, v->ask.name));
    return text;
}

const char *access_href(struct req *r, const struct access_view *v, const char *tail)
{
    return href_of(r, v, tail, v->ask.role);
}

const char *access_href_role(struct req *r, const struct access_view *v, const char *role)
{
    return href_of(r, v, "", role);
}

/* ---- a line in words ---- */

const char *access_office(struct req *r, const struct access_line *g)
{
    const char *name;

    if (g->place != 0)
        return region_place(r, g->place);
    if (g->agency != 0) {
        name = g->agency_name != NULL ? g->agency_name : T(r, "access.unknown-agency");
        return g->unit != 0 && g->unit_name != NULL ? text_printf(r->arena, "%s, %s", g->unit_name, name) : name;
    }
    if (role_find(g->role)->reach == REACH_OWN)
        return T(r, "access.own");
    return g->gov == 0 || req_gov(r)->id == 0 ? T(r, "user.everywhere") : T1(r, "access.whole", req_gov(r)->name);
}

const char *access_period(struct req *r, date from, date to)
{
    if (date_is_none(to))
        return date_is_none(from) ? T(r, "access.no-end") : T1(r, "access.from", say_day_brief(r, from));
    if (date_is_none(from))
        return T1(r, "access.until", say_day_brief(r, to));
    return text_printf(r->arena, "%s – %s", say_day_brief(r, from), say_day_brief(r, to));
}

const char *access_decision(struct req *r, const struct access_line *g)
{
    if (g->delegation != 0 && g->approved == NULL)
        return T1(r, "access.by-absent", g->behalf);
    if (g->given == NULL)
        return T(r, "access.by-setup");
    return g->approved != NULL ? T2(r, "access.by-two", g->given, g->approved) : T1(r, "access.by-one", g->given);
}

const char *access_since(struct req *r, const struct access_line *g)
{
    return g->since.v != INSTANT_NONE.v ? say_moment(r, g->since) : NULL;
}

bool access_ends_soon(const struct access_view *v, const struct access_line *g)
{
    return !date_is_none(g->to) && g->to.v - v->ask.day.v <= ACCESS_SOON;
}

/* ---- the page ---- */

static void select_field(struct req *r, const char *name, const char *label, const char *choose, const char *value,
                         const struct ui_choice *options, size_t n)
{
    const struct ui_field f = {.type = CONTROL_SELECT,
                               .name = name,
                               .label = label,
                               .choose = choose,
                               .value = value,
                               .options = options,
                               .n_options = n};

    ui_filter_field(r, &f);
}

static void permission_field(struct req *r, const struct access_view *v)
{
    const struct permit_line *lines;
    size_t n = permits_of(r->app, r->arena, NULL, &lines), i;
    struct ui_choice *c = arena_array(r->arena, n + 1, struct ui_choice);

    for (i = 0; i < n; i++)
        c[i] = (struct ui_choice){.value = lines[i].permission, .label = permit_words(r, lines[i].permission)};
    select_field(r, "boleh", T(r, "access.who-may"), T(r, "access.any-act"), v->ask.permission, c, n);
}

static void role_field(struct req *r, const struct access_view *v)
{
    struct ui_choice *c = arena_array(r->arena, roles_n, struct ui_choice);
    size_t n = 0, i;

    for (i = 0; i < roles_n; i++)
        if (!text_has_word(ACCESS_OWN, roles[i].code))
            c[n++] = (struct ui_choice){.value = roles[i].code, .label = T(r, text_printf(r->arena, "role.%s", roles[i].code))};
    select_field(r, "peran", T(r, "role_grant.role"), T(r, "access.any-role"), v->ask.role, c, n);
}

static void agency_field(struct req *r, const struct access_view *v)
{
    struct gov_item *items;
    struct ui_choice *c;
    size_t n, i;

    if (v->ask.gov == 0 || agency_list(r->db, r->arena, v->ask.gov, v->ask.day, &items, &n) < 0)
        return;
    c = arena_array(r->arena, n + 1, struct ui_choice);
    for (i = 0; i < n; i++)
        c[i] = (struct ui_choice){.value = text_printf(r->arena, "%lld", (long long)items[i].id), .label = items[i].name};
    select_field(r, "perangkat", T(r, "access.agency"), T(r, "access.any-agency"),
                 text_printf(r->arena, "%lld", (long long)v->ask.agency), c, n);
}

/* 25-11-2026, as people type a date. */
static const char *typed_form(struct req *r, date d)
{
    const struct civil c = date_civil(d);

    return text_printf(r->arena, "%d-%d-%d", c.day, c.month, c.year);
}

static void filter(struct req *r, const struct access_view *v)
{
    const struct ui_field day = {.type = CONTROL_DATE,
                                 .name = "per",
                                 .label = T(r, "access.day"),
                                 .value = *v->day_typed != '\0' ? v->day_typed : NULL,
                                 .placeholder = typed_form(r, v->today)};
    const struct ui_field name = {.type = CONTROL_SEARCH, .name = "nama", .label = T(r, "access.name"), .value = v->name_typed};

    ui_errors(r, v->wrong, v->n_wrong);
    ui_filter_begin(r, url(r, "/kerja/%s/akses", route_param(r, "gov")), T(r, "access.filter"));
    permission_field(r, v);
    role_field(r, v);
    agency_field(r, v);
    ui_filter_field(r, &name);
    ui_filter_field(r, &day);
    ui_filter_end(r);
}

static void page_access(struct req *r)
{
    struct access_view *v = arena_new(r->arena, struct access_view);
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "access.title")};
    const char *where = req_gov(r)->id != 0 ? req_gov(r)->name : T(r, "access.instance");
    struct ui_button csv = {.label = T(r, "access.download"), .icon = ICON_DOWNLOAD};
    int e = access_take(r, v);

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    csv.href = access_href(r, v, ".csv");
    p.wrong = v->n_wrong > 0;
    p.here = url(r, "/kerja/%s/akses", route_param(r, "gov"));
    web_page_begin(r, &p);
    ui_head(r, p.title, T2(r, "access.line", where, say_day(r, v->ask.day)), &csv, 1);
    filter(r, v);
    if (v->ask.day.v < v->today.v)
        ui_note(r, TONE_INFO, T1(r, "access.past", say_day(r, v->ask.day)), T(r, "access.past-text"));
    else if (v->ask.day.v > v->today.v)
        ui_note(r, TONE_INFO, T1(r, "access.future", say_day(r, v->ask.day)), T(r, "access.future-text"));
    if (v->list.cut)
        ui_note(r, TONE_WARN, NULL, T1(r, "access.cut", say_count(r, ACCESS_MAX)));
    if (v->ask.permission != NULL)
        access_answer(r, v);
    else if (v->ask.role != NULL)
        access_one_role(r, v);
    else
        access_overview(r, v);
    page_end(r, &p);
    if (v->n_wrong > 0)
        r->http->status = 422;
}

/* ---- the module ---- */

/* clang-format off */
/* Who leads, checks, looks in from outside, looks after accounts or personal data: decision 0011. */
static const struct permit permits[] = {
    {ACCESS_SEE, "head secretary inspector auditor supervisor_kpk supervisor_province admin data_protection_officer"},
};

static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/akses",            ACCESS_SEE, page_access),
    ROUTE(GET, "/kerja/{gov}/akses.csv",        ACCESS_SEE, page_access_csv),
    ROUTE(GET, "/kerja/{gov}/akses/{id}",       ACCESS_SEE, page_access_record),
    ROUTE(GET, "/kerja/{gov}/akses/{id}/bukti", ACCESS_SEE, page_access_proof),
};

static const struct query *const queries[] = {
    &access_q_grants, &access_q_steps, &access_q_steps_of, &access_q_lent, &access_q_origins, &access_q_own,
};

const struct module access_module = {
    .name = "access",
    .permits = permits, .n_permits = ARRAY_LEN(permits),
    .routes = routes, .n_routes = ARRAY_LEN(routes),
    .queries = queries, .n_queries = ARRAY_LEN(queries),
};
/* clang-format on */
