/*
 * front.c: first pages.
 *
 * Not for: figures and charts, which modules bring.
 */
#include "base/date.h"
#include "base/text.h"
#include "core/front/front.h"
#include "core/gov/gov.h"
#include "engine/web.h"
#include "ui/lang.h"

struct shown_gov {
    int64_t id;
    const char *code, *slug, *name, *kind;
};

/* clang-format off */
static const struct query q_governments = {
    .name = "front.governments",
    .sql = "SELECT id, code, slug, name, kind FROM government WHERE voided_at IS NULL AND (valid_to IS NULL OR valid_to >= ?1) "
           "AND kind <> 'supervisor' ORDER BY code LIMIT ?2",
    .in = "ii", .out = "itttt",
};
/* clang-format on */

/* All, or those in which the actor has a role; negative when they cannot be read. */
static int governments(struct req *r, const struct actor *of, struct shown_gov **ret, size_t *ret_n)
{
    struct shown_gov *v = arena_array(r->arena, GOV_LIST_MAX, struct shown_gov);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_governments, V(instant_date(r->now, r->zone_minutes)), V((int64_t)GOV_LIST_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        struct shown_gov g = {rows_int(&rows, 0), rows_text(&rows, r->arena, 1), rows_text(&rows, r->arena, 2),
                              rows_text(&rows, r->arena, 3), rows_text(&rows, r->arena, 4)};

        if (of == NULL || actor_in(of, g.id))
            v[n++] = g;
        e = 0;
    }
    *ret = v;
    *ret_n = n;
    return e;
}

/* `work`: leads into the workspace, else to the public pages. */
static void put_governments(struct req *r, const struct shown_gov *v, size_t n, bool work)
{
    size_t i;

    ui_rows_begin(r);
    for (i = 0; i < n; i++) {
        const char *facts[] = {v[i].code,
                               label_code(r, &government_entity, entity_field(&government_entity, "kind"), v[i].kind)};
        const struct ui_row_item item = {.title = v[i].name,
                                         .href = work ? url(r, "/kerja/%s", v[i].slug) : url(r, "/%s", v[i].slug),
                                         .facts = facts,
                                         .n_facts = ARRAY_LEN(facts)};

        ui_row_item_begin(r, &item);
        ui_row_item_end(r);
    }
    ui_rows_end(r);
}

/* ---- the installation ---- */

static void page_home(struct req *r)
{
    struct page p = {.shell = SHELL_PUBLIC, .title = T(r, "front.home")};
    struct shown_gov *v;
    size_t n;
    int e = governments(r, NULL, &v, &n);

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "front.home-line"), NULL, 0);
    html(r, "<p>%s</p>\n", T(r, "front.home-text"));
    if (n > 0) {
        ui_section_begin(r, NULL, T(r, "front.governments"));
        put_governments(r, v, n, false);
        ui_section_end(r);
    } else {
        state_empty(r, T(r, "front.none"), T(r, "front.none-text"), NULL);
    }
    page_end(r, &p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

/* ---- a government, for everybody ---- */

static void page_gov(struct req *r)
{
    const struct gov *gov = req_gov(r);
    struct page p = {.shell = SHELL_PUBLIC, .title = gov->name};
    const struct route *routes;
    size_t n, i, links = 0;

    if (gov->id == 0) {
        r->http->status = 404;
        return;
    }
    routes = web_routes(r->app->web, &n);
    web_page_begin(r, &p);
    ui_head(r, p.title, T1(r, "front.gov-line", gov->code), NULL, 0);
    ui_rows_begin(r);
    for (i = 0; i < n; i++) {
        if (routes[i].word == NULL || !text_starts(routes[i].path, "/{gov}/"))
            continue;
        ui_row_item_begin(r,
                          &(struct ui_row_item){.title = T(r, routes[i].word), .href = route_of_gov(r, &routes[i], gov->slug)});
        ui_row_item_end(r);
        links++;
    }
    ui_rows_end(r);
    if (links == 0)
        state_empty(r, T(r, "front.gov-empty"), T(r, "front.gov-empty-text"), NULL);
    page_end(r, &p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

/* ---- people who work here, and who look in from outside ---- */

static void page_work(struct req *r)
{
    const struct gov *gov = req_gov(r);

    if (gov->id == 0 || !actor_in(r->actor, gov->id))
        r->http->status = 404;
    else
        web_redirect(r, url(r, "/kerja/%s/tugas", gov->slug));
}

static bool is_supervisor(const struct actor *actor)
{
    size_t i;

    for (i = 0; i < actor->n_grants; i++) {
        const struct role *role = role_find(actor->grants[i].role);

        if (role != NULL && role->supervisor)
            return true;
    }
    return false;
}

static void page_supervisor(struct req *r)
{
    struct page p = {.shell = SHELL_SUPERVISOR, .title = T(r, "front.supervised")};
    struct shown_gov *v;
    size_t n;
    int e;

    if (!is_supervisor(r->actor)) {
        web_refuse(r, E_PERMIT);
        return;
    }
    e = governments(r, r->actor, &v, &n);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "front.supervised-line"), NULL, 0);
    put_governments(r, v, n, true);
    page_end(r, &p);
}

/* clang-format off */
static const struct route routes[] = {
    ROUTE(GET, "/",            PERMIT_ANYBODY, page_home),
    ROUTE(GET, "/{gov}",       PERMIT_ANYBODY, page_gov),
    ROUTE(GET, "/kerja/{gov}", PERMIT_LOGIN,   page_work),
    ROUTE(GET, "/pengawas",    PERMIT_LOGIN,   page_supervisor),
};
static const struct query *const queries[] = {&q_governments};

const struct module front_module = {
    .name = "front",
    .routes = routes, .n_routes = ARRAY_LEN(routes),
    .queries = queries, .n_queries = ARRAY_LEN(queries),
};
/* clang-format on */
