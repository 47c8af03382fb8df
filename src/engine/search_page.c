/*
 * search_page.c: the page that finds rows of all screens, grouped, and of one screen page by page.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/search.h"

#define GROUP_ROWS  5
#define PAGE_ROWS   25
#define TYPED_MAX   200 /* bytes that are looked at */
#define GROUPS_MAX  200
#define NAME_OF_ROW "%s %s"

/* May the one who asks read this screen in this government, and can it be searched? */
static bool is_searched(const struct req *r, const struct screen *s)
{
    int64_t gov = s->entity->kind == ENTITY_DATA ? req_gov(r)->id : GOV_ANY;

    return s->search != NULL && may(r, screen_permission(r->arena, s, "read"), gov);
}

static const char *screen_path(struct req *r, const struct screen *s, int64_t id)
{
    return url(r, "/kerja/%s/%s/%lld", route_param(r, "gov"), s->slug, (long long)id);
}

static void write_hits(struct req *r, const struct screen *s, const struct search_found *found)
{
    size_t i;

    ui_rows_begin(r);
    for (i = 0; i < found->n; i++) {
        const struct search_hit *h = &found->v[i];
        const char *name = *h->name != '\0' ? h->name : text_printf(r->arena, "%lld", (long long)h->id);

        ui_row_item_begin(
            r, &(struct ui_row_item){.title = h->code != NULL ? text_printf(r->arena, NAME_OF_ROW, h->code, name) : name,
                                     .href = screen_path(r, s, h->id)});
        ui_row_item_end(r);
    }
    ui_rows_end(r);
}

static int find(struct req *r, const struct screen *s, const char *typed, size_t limit, const char *after,
                struct search_found *ret)
{
    struct scope scope;

    scope_of(r, screen_permission(r->arena, s, "read"), s->entity->kind == ENTITY_DATA ? req_gov(r)->id : GOV_ANY, &scope);
    return search_find(r->db, r->arena, s, &scope, typed, limit, after, ret);
}

/* A few rows of the screen, and where the rest is. 1 when there was something. */
static int write_group(struct req *r, const struct screen *s, const char *typed)
{
    struct search_found found;
    int result = find(r, s, typed, GROUP_ROWS, NULL, &found);

    if (result < 0 || found.n == 0)
        return result;
    ui_section_begin(r, s->slug, label_many(r, s->entity));
    write_hits(r, s, &found);
    if (found.more != NULL)
        html(r, "<p><a href=\"%s\">%s</a></p>\n", url(r, "/kerja/%s/cari?q=%s&jenis=%s", route_param(r, "gov"), typed, s->slug),
             T1(r, "search.all-of", label_many(r, s->entity)));
    ui_section_end(r);
    return 1;
}

static int write_groups(struct req *r, const char *typed)
{
    const struct app *app = r->app;
    int shown = 0, result = 0;
    size_t m, i;

    for (m = 0; m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_screens && result >= 0 && shown < GROUPS_MAX; i++)
            if (is_searched(r, app->modules[m]->screens[i])) {
                result = write_group(r, app->modules[m]->screens[i], typed);
                shown += result > 0;
            }
    return result < 0 ? result : shown;
}

/* All rows of one screen. */
static int write_one(struct req *r, const struct screen *s, const char *typed)
{
    struct search_found found;
    int result = find(r, s, typed, PAGE_ROWS, http_query(r->http, "sesudah"), &found);

    if (result < 0)
        return result;
    html(r, "<p><a href=\"%s\">%s</a></p>\n", url(r, "/kerja/%s/cari?q=%s", route_param(r, "gov"), typed),
         T(r, "search.everywhere"));
    if (found.n > 0) {
        ui_section_begin(r, s->slug, label_many(r, s->entity));
        write_hits(r, s, &found);
        ui_section_end(r);
    }
    if (found.more != NULL)
        html(r, "<p><a rel=\"next\" href=\"%s\">%s</a></p>\n",
             url(r, "/kerja/%s/cari?q=%s&jenis=%s&sesudah=%s", route_param(r, "gov"), typed, s->slug, found.more),
             T(r, "ui.next"));
    return found.n > 0 || found.more != NULL;
}

static void write_form(struct req *r, const char *typed)
{
    ui_filter_begin(r, url(r, "/kerja/%s/cari", route_param(r, "gov")), T(r, "ui.search"));
    ui_filter_field(r, &(struct ui_field){.type = CONTROL_SEARCH,
                                          .name = "q",
                                          .id = "q",
                                          .label = T(r, "search.words"),
                                          .value = typed,
                                          .maxlength = TYPED_MAX});
    ui_filter_end(r);
}

void search_page(struct req *r)
{
    const char *typed = http_query(r->http, "q"), *slug = http_query(r->http, "jenis");
    const struct screen *one = slug != NULL ? screen_by_slug(r->app, slug) : NULL;
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "search.title")};
    int result;

    if ((slug != NULL && (one == NULL || !is_searched(r, one))) || (typed != NULL && strlen(typed) > TYPED_MAX)) {
        r->http->status = slug != NULL && (one == NULL || !is_searched(r, one)) ? 404 : 400;
        return;
    }
    result = !text_empty(typed) && r->app->may_search != NULL ? r->app->may_search(r) : 0;
    if (result < 0) {
        web_refuse(r, result);
        return;
    }
    typed = typed != NULL ? text_trim(r->arena, typed) : "";
    web_page_begin(r, &p);
    ui_head(r, p.title, *typed != '\0' ? T1(r, "search.for", typed) : NULL, NULL, 0);
    write_form(r, typed);
    if (*typed != '\0')
        result = one != NULL ? write_one(r, one, typed) : write_groups(r, typed);
    if (*typed != '\0' && result == 0)
        state_empty(r, T(r, "search.none"), T(r, "search.none-text"), NULL);
    if (*typed == '\0' && r->app->recent != NULL)
        r->app->recent(r);
    page_end(r, &p);
    if (result < 0) {
        buf_clear(r->out);
        web_refuse(r, result);
    }
}
