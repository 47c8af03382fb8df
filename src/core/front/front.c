/*
 * front.c: first pages.
 *
 * Not for: figures, which modules bring (struct module, public_home).
 */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "core/front/check.h"
#include "core/front/front.h"
#include "core/front/guide.h"
#include "core/gov/gov.h"
#include "engine/app.h"
#include "engine/web.h"
#include "ledger/proof.h"
#include "ui/lang.h"

struct shown_gov {
    int64_t id, parent; /* parent 0: none */
    const char *code, *slug, *name;
    bool under; /* shown under its parent */
};

/* clang-format off */
static const struct query q_governments = {
    .name = "front.governments",
    .sql = "SELECT id, parent, code, slug, name FROM government WHERE voided_at IS NULL AND (valid_to IS NULL OR valid_to >= ?1) "
           "AND kind <> 'supervisor' ORDER BY code LIMIT ?2",
    .in = "ii", .out = "iittt",
};
/* clang-format on */

static const struct shown_gov *with_id(const struct shown_gov *v, size_t n, int64_t id)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (v[i].id == id)
            return &v[i];
    return NULL;
}

/* All, or those in which the actor has a role; negative when they cannot be read. */
static int governments(struct req *r, const struct actor *of, struct shown_gov **ret, size_t *ret_n)
{
    struct shown_gov *v = arena_array(r->arena, GOV_LIST_MAX, struct shown_gov);
    size_t n = 0, i;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, r->db, &q_governments, V(instant_date(r->now, r->zone_minutes)), V((int64_t)GOV_LIST_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        struct shown_gov g = {.id = rows_int(&rows, 0),
                              .parent = rows_null(&rows, 1) ? 0 : rows_int(&rows, 1),
                              .code = rows_text(&rows, r->arena, 2),
                              .slug = rows_text(&rows, r->arena, 3),
                              .name = rows_text(&rows, r->arena, 4)};

        if (of == NULL || actor_in(of, g.id))
            v[n++] = g;
        e = 0;
    }
    for (i = 0; i < n; i++) {
        const struct shown_gov *parent = v[i].parent != 0 ? with_id(v, n, v[i].parent) : NULL;

        v[i].under = parent != NULL && parent->parent == 0 && parent != &v[i];
    }
    *ret = v;
    *ret_n = n;
    return e;
}

/* `work`: leads into the workspace, else to the public pages. */
static void put_link(struct req *r, const struct shown_gov *g, bool work)
{
    const char *to = work ? url(r, "/kerja/%s", g->slug) : url(r, "/%s", g->slug);

    html(r, "<a href=\"%s\">%s</a> <span class=\"mute small\">%s</span>", link_to(to), g->name, g->code);
}

static void put_under(struct req *r, const struct shown_gov *v, size_t n, int64_t parent, bool work)
{
    bool any = false;
    size_t i;

    for (i = 0; i < n; i++) {
        if (!v[i].under || v[i].parent != parent)
            continue;
        if (!any)
            html(r, "<ul class=\"cols\" role=\"list\">\n");
        html(r, "<li class=\"title\">");
        put_link(r, &v[i], work);
        html(r, "</li>\n");
        any = true;
    }
    if (any)
        html(r, "</ul>\n");
}

/* A province with its regencies and cities under it; what stands under none is a row of its own. */
static void put_governments(struct req *r, const struct shown_gov *v, size_t n, bool work)
{
    size_t i;

    html(r, "<ul class=\"rows\">\n");
    for (i = 0; i < n; i++) {
        if (v[i].under)
            continue;
        html(r, "<li><div class=\"title\">");
        put_link(r, &v[i], work);
        html(r, "</div>\n");
        put_under(r, v, n, v[i].id, work);
        html(r, "</li>\n");
    }
    html(r, "</ul>\n");
}

/* ---- doors: what can be done here, each with a line that says what it is ---- */

static void put_door(struct req *r, const char *href, const char *title, const char *line)
{
    html(r, "<a href=\"%s\"><b>%s</b>", link_to(href), title);
    if (line != NULL)
        html(r, "<span>%s</span>", line);
    html(r, "</a>\n");
}

/* Pages that have a name and belong to no single government: below `prefix`, without parameters. */
static void put_pages(struct req *r, const char *prefix)
{
    size_t n, i;
    const struct route *routes = web_routes(r->app->web, &n);

    ui_rows_begin(r);
    for (i = 0; i < n; i++) {
        const struct route *x = &routes[i];
        const char *rest = text_starts(x->path, prefix) ? x->path + strlen(prefix) : "";

        if (x->word == NULL || *rest == '\0' || strpbrk(rest, "{/") != NULL || !may(r, x->permission, GOV_ANY))
            continue;
        ui_row_item_begin(r, &(struct ui_row_item){.title = T(r, x->word), .href = x->path});
        ui_row_item_end(r);
    }
    ui_rows_end(r);
}

/* ---- the installation ---- */

static void put_how(struct req *r)
{
    static const char *const steps[] = {"front.how-1", "front.how-2", "front.how-3"};
    size_t i;

    ui_section_begin(r, "memeriksa", T(r, "front.how"));
    html(r, "<ol class=\"read\">\n");
    for (i = 0; i < ARRAY_LEN(steps); i++)
        html(r, "<li>%s</li>\n", T(r, steps[i]));
    html(r, "</ol>\n<p class=\"read\">%s</p>\n", T(r, "front.how-alone"));
    ui_section_end(r);
}

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
    ui_head(r, p.title, NULL, NULL, 0);
    html(r, "<p class=\"lead gap\">%s</p>\n<nav class=\"doors gap\" aria-label=\"%s\">\n", T(r, "front.home-text"),
         T(r, "front.doors"));
    if (n > 0)
        put_door(r, "#pemerintah", T(r, "front.door-governments"),
                 T1(r, "front.door-governments-line", say_count(r, (int64_t)n)));
    put_door(r, CHECK_PATH, T(r, "check.title"), T(r, "check.door"));
    put_door(r, "#memeriksa", T(r, "front.how"), T(r, "front.door-how-line"));
    put_door(r, GUIDE_PATH, T(r, "guide.title"), T(r, "guide.door"));
    html(r, "</nav>\n");
    if (n > 0) {
        ui_section_begin(r, "pemerintah", T(r, "front.governments"));
        put_governments(r, v, n, false);
        ui_section_end(r);
        put_pages(r, "/");
    } else {
        state_empty(r, T(r, "front.none"), T(r, "front.none-text"), NULL);
    }
    put_how(r);
    page_end(r, &p);
    if (r->actor == NULL)
        r->http->cache = HTTP_CACHE_PUBLIC;
}

/* ---- a government, for everybody ---- */

/* "action.public" is the name of a page, "action.public-door" the line under it. */
static void put_doors(struct req *r, const struct gov *gov)
{
    size_t n, i;
    const struct route *routes = web_routes(r->app->web, &n);

    html(r, "<nav class=\"doors gap\" aria-label=\"%s\">\n", T(r, "front.doors"));
    for (i = 0; i < n; i++)
        if (routes[i].word != NULL && text_starts(routes[i].path, "/{gov}/"))
            put_door(r, route_of_gov(r, &routes[i], gov->slug), T(r, routes[i].word),
                     lang_text(r->lang, text_printf(r->arena, "%s-door", routes[i].word)));
    put_door(r, CHECK_PATH, T(r, "check.title"), T(r, "check.door"));
    html(r, "</nav>\n");
}

static int put_sections(struct req *r)
{
    size_t m;
    int e = 0;

    for (m = 0; e >= 0 && m < r->app->n_modules; m++)
        if (r->app->modules[m]->public_home != NULL)
            e = r->app->modules[m]->public_home(r);
    return e;
}

static void page_gov(struct req *r)
{
    const struct gov *gov = req_gov(r);
    struct page p = {.shell = SHELL_PUBLIC, .title = gov->name};

    if (gov->id == 0) {
        r->http->status = 404;
        return;
    }
    web_page_begin(r, &p);
    ui_head(r, T(r, "front.gov-question"), NULL, NULL, 0);
    put_doors(r, gov);
    if (put_sections(r) < 0)
        html(r, "<p>%s</p>\n", T(r, "form.unread"));
    html(r, "<p class=\"mute small gap\">%s</p>\n", T1(r, "front.gov-line", gov->code));
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
    put_pages(r, "/pengawas/");
    put_governments(r, v, n, true);
    page_end(r, &p);
}

/* clang-format off */
#define LIMIT_PROOF {.body = HTTP_BODY_FORM, .body_max = PROOF_MAX + 64 * KB, .file_max = PROOF_MAX, .files_max = 1}
static const struct route routes[] = {
    ROUTE(GET, "/",            PERMIT_ANYBODY, page_home),
    ROUTE(GET, CHECK_PATH,     PERMIT_ANYBODY, check_page),
    ROUTE(POST, CHECK_PATH,    PERMIT_ANYBODY, check_post, .limits = LIMIT_PROOF, .reads_only = true),
    ROUTE(GET, GUIDE_PATH,     PERMIT_ANYBODY, guide_first_page),
    ROUTE(GET, GUIDE_PATH "/{panduan}", PERMIT_ANYBODY, guide_page),
    ROUTE(GET, "/{gov}",       PERMIT_ANYBODY, page_gov),
    ROUTE(GET, "/kerja/{gov}", PERMIT_LOGIN,   page_work),
    ROUTE(GET, "/pengawas",    PERMIT_LOGIN,   page_supervisor),
};
static const struct query *const queries[] = {&q_governments, &check_query};

const struct module front_module = {
    .name = "front",
    .routes = routes, .n_routes = ARRAY_LEN(routes),
    .queries = queries, .n_queries = ARRAY_LEN(queries),
};
/* clang-format on */
