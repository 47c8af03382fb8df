/*
 * access_csv.c: the lines of the page as a file, for spreadsheets: the same people, with the same filters.
 */
#include "base/csv.h"
#include "base/date.h"
#include "base/text.h"
#include "core/access/access_parts.h"
#include "engine/app.h"

#define CSV_MAX ((size_t)4 * MB)

static void headings(struct req *r, struct csv_writer *w)
{
    static const char *const keys[] = {"role_grant.role", "access.role-code",      "access.person",       "access.behalf",
                                       "access.office",   "role_grant.valid_from", "role_grant.valid_to", "access.decision",
                                       "access.when",     "role_grant.basis",      "app_user.disabled",   "access.record"};
    size_t i;

    for (i = 0; i < ARRAY_LEN(keys); i++)
        csv_text(w, T(r, keys[i]));
    csv_end_record(w);
}

static const char *iso(struct req *r, date d)
{
    return date_is_none(d) ? NULL : date_iso(r->arena, d);
}

static void line(struct req *r, struct csv_writer *w, const struct access_line *g)
{
    csv_text(w, T(r, text_printf(r->arena, "role.%s", g->role)));
    csv_text(w, g->role);
    csv_text(w, g->name != NULL ? g->name : T(r, "detail.erased"));
    csv_text(w, g->behalf);
    csv_text(w, access_office(r, g));
    csv_text(w, iso(r, g->from));
    csv_text(w, iso(r, g->to));
    csv_text(w, access_decision(r, g));
    csv_text(w, g->since.v != INSTANT_NONE.v ? instant_iso(r->arena, g->since) : NULL);
    csv_text(w, g->basis);
    csv_text(w, g->off ? "1" : "0");
    csv_int(w, g->grant);
    csv_end_record(w);
}

void page_access_csv(struct req *r)
{
    struct access_view *v = arena_new(r->arena, struct access_view);
    struct csv_writer w;
    struct buf b;
    size_t i;
    int e = r->app->may_export != NULL ? r->app->may_export(r) : 0;

    if (e == 0)
        e = access_take(r, v);
    if (e == 0 && v->n_wrong > 0)
        e = fail(r, E_INPUT, "access.day-bad");
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    buf_init(&b, r->arena, CSV_MAX);
    csv_writer_init(&w, &b, ',', true);
    headings(r, &w);
    for (i = 0; i < v->list.n; i++)
        line(r, &w, &v->list.v[i]);
    r->http->type = "text/csv; charset=utf-8";
    http_answer_header(r->http, "Content-Disposition",
                       text_printf(r->arena, "attachment; filename=\"akses-%s.csv\"", date_iso(r->arena, v->ask.day)));
    buf_add_n(r->out, b.s, b.n);
}
