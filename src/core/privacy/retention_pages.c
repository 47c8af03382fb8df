/*
 * retention_pages.c: /kerja/{gov}/data-pribadi, its section on what is past its time, and the list behind each figure.
 *
 * Figures and lists are those of the last run of the job; what was erased since is marked. Who sees them may not see the
 * records themselves: those are named as far as the reader's own permissions go.
 */
#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "core/gov/gov.h"
#include "core/privacy/retention.h"
#include "core/user/user.h"
#include "engine/privacy.h"
#include "engine/row.h"
#include "http/http.h"

#define PAGE_ROWS 50
#define JSON_MAX  ((size_t)16 * KB)

/* ---- words ---- */

static const char *statement_word(const struct req *r, const char *statement)
{
    const char *text = lang_text(r->lang, text_printf(r->arena, "privacy.%s", statement));

    return text != NULL ? text : statement; /* of a module that has gone */
}

static const char *entity_word(const struct req *r, const char *name)
{
    const char *text = lang_text(r->lang, text_printf(r->arena, "%s.many", name));

    return text != NULL ? text : name;
}

/* ---- the figures ---- */

static const char *list_link(struct req *r, const char *slug, const struct past_group *g)
{
    return url(r, "/kerja/%s/data-pribadi/lewat?tabel=%s&keterangan=%s", slug, g->entity, g->statement);
}

/* The government a group belongs to: its name, and its slug for addresses. "-" for the installation. */
static void place_of(struct req *r, int64_t gov, const char **ret_name, const char **ret_slug)
{
    struct gov g;

    *ret_name = T(r, "privacy.installation");
    *ret_slug = "-";
    if (gov != 0 && gov_by_id(r->db, r->arena, gov, &g) > 0) {
        *ret_name = g.name;
        *ret_slug = g.slug;
    }
}

static void show_group(struct req *r, const struct ui_table *t, const struct past_group *g)
{
    const char *name, *slug;

    place_of(r, g->gov, &name, &slug);
    ui_row_begin(r, false);
    ui_cell_begin(r, t, 0);
    html(r, "%s", entity_word(r, g->entity));
    ui_sub(r, statement_word(r, g->statement));
    ui_cell_end(r, t, 0);
    ui_cell(r, t, 1, name);
    ui_cell(r, t, 2, say_day_brief(r, g->since));
    ui_cell_link(r, t, 3, say_count(r, g->n), list_link(r, slug, g));
    ui_row_end(r);
}

static void show_groups(struct req *r, const struct past_group *v, size_t n)
{
    const struct ui_column columns[] = {{.label = T(r, "privacy.table"), .head = true},
                                        {.label = T(r, "privacy.past-gov")},
                                        {.label = T(r, "privacy.past-since")},
                                        {.label = T(r, "privacy.past-rows"), .num = true}};
    const struct ui_table t = {.caption = T(r, "privacy.past"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    size_t i, shown = 0;

    for (i = 0; i < n; i++) {
        if (!may(r, PERMIT_PAST, v[i].gov))
            continue;
        if (shown++ == 0)
            ui_table_begin(r, &t);
        show_group(r, &t, &v[i]);
    }
    if (shown > 0)
        ui_table_end(r, &t);
    else
        html(r, "<p>%s</p>\n", T(r, "privacy.past-none"));
}

void past_section(struct req *r)
{
    struct past_group *v;
    instant last;
    size_t n;

    if (!may(r, PERMIT_PAST, req_gov(r)->id))
        return;
    if (job_last_done(r->db, retention_job.name, &last) < 0 || past_groups(r->db, r->arena, req_gov(r)->id, &v, &n) < 0) {
        web_refuse(r, E_STORAGE);
        return;
    }
    ui_section_begin(r, "lewat", T(r, "privacy.past"));
    if (last.v == INSTANT_NONE.v) {
        html(r, "<p>%s</p>\n", T(r, "privacy.past-never"));
    } else {
        html(r, "<p>%s</p>\n", T1(r, "privacy.past-text", say_moment(r, last)));
        show_groups(r, v, n);
    }
    ui_section_end(r);
}

/* ---- the list behind a figure ---- */

struct past_list {
    struct past_group group;
    const struct entity *e;
    const struct screen *s; /* NULL: rows have no page of their own */
};

static const struct privacy *statement_of(const struct entity *e, const char *name)
{
    size_t i;

    for (i = 0; i < e->n_fields; i++)
        if (e->fields[i].privacy != NULL && text_eq(e->fields[i].privacy->name, name))
            return e->fields[i].privacy;
    return NULL;
}

/* Whose page shows the row: its own, or that of the record it lies beside; NULL where there is none. */
static const char *row_link(struct req *r, const struct past_list *l, const void *row)
{
    const struct record *head = row;
    const struct field *of = entity_field(l->e, "of_entity");
    const struct field *parent = l->e->parent != NULL ? entity_field(l->e, l->e->parent) : NULL;
    const struct screen *s = l->s;
    int64_t id = head->id;

    if (l->e == &app_user_entity)
        return may(r, "user.manage", 0) ? url(r, "/kerja/-/pengguna/%lld", (long long)id) : NULL;
    if (s == NULL && of != NULL && parent != NULL) {
        const struct entity *above = app_entity(r->app, *(const char *const *)((const char *)row + of->offset));

        s = above != NULL ? screen_of_entity(r->app, above) : NULL;
        id = *(const int64_t *)((const char *)row + parent->offset);
    }
    if (s == NULL || !may(r, screen_permission(r->arena, s, "read"), head->gov))
        return NULL;
    return url(r, "/kerja/%s/%s/%lld", route_param(r, "gov"), s->slug, (long long)id);
}

/* As it is called, for who may open it; else table and number. */
static const char *row_name(struct req *r, const struct past_list *l, const void *row, bool reads)
{
    const char *called = l->e == &app_user_entity ? "name" : l->s != NULL ? l->s->name : NULL;
    const struct field *f = called != NULL && reads ? entity_field(l->e, called) : NULL;
    const char *name = f != NULL ? value_shown(r, l->e, f, row, NULL) : NULL;

    if (name != NULL)
        return name;
    return text_printf(r->arena, "%s %lld", entity_word(r, l->e->name), (long long)((const struct record *)row)->id);
}

static void show_row(struct req *r, const struct ui_table *t, const struct past_list *l, const struct past_row *past)
{
    const void *row;
    void *found = arena_alloc(r->arena, l->e->size);
    const bool orders = l->e->is_subject && may(r, "erasure.order", l->group.gov);
    const char *link;
    bool holds;

    if (row_get(r->db, r->arena, l->e, l->group.gov, past->record, found) <= 0)
        return;
    row = found;
    link = row_link(r, l, row);
    holds = past_holds(r->arena, l->e, row, l->group.statement);
    ui_row_begin(r, false);
    if (link != NULL)
        ui_cell_link(r, t, 0, row_name(r, l, row, true), link);
    else
        ui_cell(r, t, 0, row_name(r, l, row, false));
    ui_cell(r, t, 1, say_day_brief(r, past->until));
    if (!holds)
        ui_cell(r, t, 2, T(r, "detail.erased"));
    else if (orders)
        ui_cell_link(
            r, t, 2, T(r, "erasure.person"),
            url(r, "/kerja/%s/penghapusan/baru?jenis=%s&id=%lld", route_param(r, "gov"), l->e->name, (long long)past->record));
    else
        ui_cell(r, t, 2, T(r, link != NULL ? "privacy.past-decide" : "privacy.past-others"));
    ui_row_end(r);
}

static void show_rows(struct req *r, const struct past_list *l, const struct past_row *v, size_t n)
{
    const struct ui_column columns[] = {{.label = T(r, "privacy.record"), .head = true},
                                        {.label = T(r, "privacy.past-until")},
                                        {.label = T(r, "privacy.past-do")}};
    const struct ui_table t = {.caption = T(r, "privacy.past"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    size_t i;

    ui_table_begin(r, &t);
    for (i = 0; i < n; i++)
        show_row(r, &t, l, &v[i]);
    ui_table_end(r, &t);
}

/* The list of the address; false when the tables know no such one. */
static bool asked(struct req *r, struct past_list *l, int64_t *ret_after)
{
    const char *entity = http_query(r->http, "tabel"), *statement = http_query(r->http, "keterangan");
    const char *after = http_query(r->http, "sesudah");

    *ret_after = 0;
    if (entity == NULL || statement == NULL || (after != NULL && text_int(after, 1, INT64_MAX, ret_after) < 0))
        return false;
    l->e = app_entity(r->app, entity);
    l->s = l->e != NULL ? screen_of_entity(r->app, l->e) : NULL;
    l->group = (struct past_group){.gov = req_gov(r)->id, .entity = entity, .statement = statement};
    return l->e != NULL && statement_of(l->e, statement) != NULL;
}

void page_past(struct req *r)
{
    struct crumb crumbs[2];
    struct page p = {.shell = SHELL_WORKSPACE, .crumbs = crumbs, .n_crumbs = ARRAY_LEN(crumbs)};
    struct past_list l;
    struct past_row *v;
    int64_t after;
    size_t n;

    if (!asked(r, &l, &after)) {
        r->http->status = 404;
        return;
    }
    if (past_rows(r->db, r->arena, &l.group, after, PAGE_ROWS + 1, &v, &n) < 0) {
        web_refuse(r, E_STORAGE);
        return;
    }
    p.title = text_printf(r->arena, "%s: %s", T(r, "privacy.past"), entity_word(r, l.e->name));
    crumbs[0] = (struct crumb){T(r, "privacy.title"), url(r, "/kerja/%s/data-pribadi", route_param(r, "gov"))};
    crumbs[1] = (struct crumb){p.title, NULL};
    web_page_begin(r, &p);
    ui_head(r, p.title, statement_word(r, l.group.statement), NULL, 0);
    html(r, "<p>%s</p>\n", T1(r, "privacy.past-keep", privacy_kept(r, r->app, l.e, statement_of(l.e, l.group.statement))));
    if (n == 0)
        state_empty(r, T(r, "privacy.past-none"), T(r, "privacy.past-none-text"), NULL);
    else
        show_rows(r, &l, v, n <= PAGE_ROWS ? n : PAGE_ROWS);
    if (n > PAGE_ROWS)
        ui_button(r, &(struct ui_button){.label = T(r, "privacy.past-more"),
                                         .href = url(r, "?tabel=%s&keterangan=%s&sesudah=%lld", l.e->name, l.group.statement,
                                                     (long long)v[PAGE_ROWS - 1].record)});
    page_end(r, &p);
}

/* ---- the result of a run ---- */

void retention_show(struct req *r, const struct job *job)
{
    const struct json_in *in;
    size_t i;

    if (job->result == NULL || json_read(r->arena, job->result, strlen(job->result), JSON_MAX, &in, NULL) < 0)
        return;
    ui_facts_begin(r, true);
    for (i = 0; in->kind == JSON_IS_OBJECT && i < in->n; i++) {
        const struct json_in *v = &in->items[i];

        if (v->kind == JSON_IS_INT)
            ui_fact_num(r,
                        text_eq(v->key, "sessions") ? T(r, "privacy.sessions-removed")
                                                    : T1(r, "privacy.past-of", statement_word(r, v->key)),
                        say_count(r, v->number));
    }
    ui_facts_end(r);
    html(r, "<p><a href=\"%s\">%s</a></p>\n", url(r, "/kerja/%s/data-pribadi#lewat", route_param(r, "gov")),
         T(r, "privacy.title"));
}
