/*
 * register.c: the register, for programs and as a page.
 */
#include "base/csv.h"
#include "base/text.h"
#include "core/privacy/register.h"
#include "core/privacy/retention.h"
#include "engine/privacy.h"
#include "ui/lang.h"

#define FILE_MAX_ ((size_t)1 * MB)

/* clang-format off */
static const char *const kinds[] = {
    [PRIVACY_UNSAID] = NULL, [PRIVACY_GENERAL] = "general", [PRIVACY_SPECIFIC] = "specific",
};
static const char *const grounds[] = {
    [GROUND_UNSAID] = NULL, [GROUND_CONSENT] = "consent", [GROUND_CONTRACT] = "contract", [GROUND_DUTY] = "duty",
    [GROUND_VITAL] = "vital", [GROUND_TASK] = "task", [GROUND_INTEREST] = "interest",
};
/* clang-format on */
_Static_assert(ARRAY_LEN(kinds) == PRIVACY_KIND_COUNT, "a name a kind");
_Static_assert(ARRAY_LEN(grounds) == GROUND_COUNT, "a name a ground");

const char *privacy_kind_code(enum privacy_kind kind)
{
    return kinds[kind];
}

const char *privacy_ground_code(enum privacy_ground ground)
{
    return grounds[ground];
}

/* ---- collecting ---- */

static size_t collect(const struct entity *const *all, size_t n_all, struct register_line *v)
{
    size_t n = 0, i, k;

    for (i = 0; i < n_all; i++)
        for (k = 0; k < all[i]->n_fields; k++)
            if (all[i]->fields[k].privacy != NULL)
                v[n++] = (struct register_line){all[i]->fields[k].privacy, all[i], &all[i]->fields[k]};
    return n;
}

const struct register_line *privacy_register(const struct app *app, struct arena *a, size_t *ret_n)
{
    const struct entity *const *all;
    struct register_line *found, *v;
    size_t n_all, n = 0, n_found, columns = 0, i, k;

    all = app_entities(app, a, &n_all);
    for (i = 0; i < n_all; i++)
        columns += all[i]->n_fields;
    found = arena_array(a, columns + 1, struct register_line);
    v = arena_array(a, columns + 1, struct register_line);
    n_found = collect(all, n_all, found);
    for (i = 0; i < n_found; i++)
        for (k = i; found[i].privacy != NULL && k < n_found; k++)
            if (found[k].privacy == found[i].privacy) {
                v[n++] = found[k];
                if (k > i)
                    found[k].privacy = NULL;
            }
    *ret_n = n;
    return v;
}

/* ---- for programs ---- */

void privacy_json(struct json_out *j, const struct privacy *p)
{
    json_put_text(j, "name", p->name);
    json_put_text(j, "class", kinds[p->kind]);
    json_put_text(j, "ground", grounds[p->ground]);
    json_put_text(j, "basis", p->basis);
    json_put_int(j, p->years > 0 ? "years" : "days", p->years > 0 ? p->years : p->days);
    json_put_bool(j, "must", p->must);
}

static void purpose_json(struct json_out *j, const struct privacy *p, struct arena *a)
{
    int lang;

    json_put_object(j, "purpose");
    for (lang = 0; lang < LANG_COUNT; lang++)
        json_put_text(j, lang_code((enum lang)lang), lang_text((enum lang)lang, text_printf(a, "privacy.%s-purpose", p->name)));
    json_out_end(j);
}

void privacy_register_json(struct json_out *j, const struct app *app, struct arena *a)
{
    const struct register_line *v;
    size_t n, i;

    v = privacy_register(app, a, &n);
    json_out_array(j);
    for (i = 0; i < n; i++) {
        if (i == 0 || v[i].privacy != v[i - 1].privacy) {
            json_out_object(j);
            privacy_json(j, v[i].privacy);
            purpose_json(j, v[i].privacy, a);
            json_put_array(j, "columns");
        }
        json_out_text(j, text_printf(a, "%s.%s", v[i].entity->name, v[i].field->name));
        if (i + 1 == n || v[i + 1].privacy != v[i].privacy) {
            json_out_end(j);
            json_out_end(j);
        }
    }
    json_out_end(j);
}

/* ---- the page ---- */

static const char *kind_word(const struct req *r, const struct privacy *p)
{
    return T(r, text_printf(r->arena, "privacy.kind-%s", kinds[p->kind]));
}

static const char *ground_word(const struct req *r, const struct privacy *p)
{
    return T(r, text_printf(r->arena, "privacy.ground-%s", grounds[p->ground]));
}

/* The name of a table or column where it has words, else as programs know it. */
static const char *word(const struct req *r, const char *key, const char *name)
{
    const char *text = lang_text(r->lang, key);

    return text != NULL ? text : name;
}

static const char *table_word(const struct req *r, const struct register_line *x)
{
    return word(r, text_printf(r->arena, "%s.many", x->entity->name), x->entity->name);
}

static const char *column_word(const struct req *r, const struct register_line *x)
{
    return word(r, text_printf(r->arena, "%s.%s", x->entity->name, x->field->name), x->field->name);
}

/* The columns from *at on that one statement covers: "Pengguna: Nama, Surel". Moves *at behind them. */
static const char *columns_word(const struct req *r, const struct register_line *v, size_t n, size_t *at)
{
    const char *text = "";
    size_t i;

    for (i = *at; i < n && v[i].privacy == v[*at].privacy; i++) {
        const bool first = i == *at, same = !first && v[i].entity == v[i - 1].entity;

        text = same ? text_printf(r->arena, "%s, %s", text, column_word(r, &v[i]))
                    : text_printf(r->arena, "%s%s%s: %s", text, first ? "" : "; ", table_word(r, &v[i]), column_word(r, &v[i]));
    }
    *at = i;
    return text;
}

static const char *keep_word(const struct req *r, const struct register_line *x)
{
    return privacy_kept(r, r->app, x->entity, x->privacy);
}

static void show_table(struct req *r, const struct register_line *v, size_t n)
{
    const struct ui_column columns[] = {
        {.label = T(r, "privacy.purpose"), .head = true},
        {.label = T(r, "privacy.columns"), .fold = T(r, "privacy.column")},
        {.label = T(r, "privacy.kind")},
        {.label = T(r, "privacy.ground")},
        {.label = T(r, "privacy.keep")},
    };
    const struct ui_table t = {.caption = T(r, "privacy.title"), .columns = columns, .n = ARRAY_LEN(columns), .fold = true};
    size_t at = 0;

    ui_table_begin(r, &t);
    while (at < n) {
        const struct register_line *x = &v[at];

        ui_row_begin(r, false);
        ui_cell_begin(r, &t, 0);
        html(r, "%s", privacy_title(r, x->privacy));
        ui_sub(r, privacy_purpose(r, x->privacy));
        ui_cell_end(r, &t, 0);
        ui_cell(r, &t, 1, columns_word(r, v, n, &at));
        ui_cell(r, &t, 2, kind_word(r, x->privacy));
        ui_cell_begin(r, &t, 3);
        html(r, "%s", ground_word(r, x->privacy));
        ui_sub(r, x->privacy->basis);
        ui_cell_end(r, &t, 3);
        ui_cell_begin(r, &t, 4);
        html(r, "%s", keep_word(r, x));
        if (x->privacy->must)
            ui_sub(r, T(r, "privacy.must"));
        ui_cell_end(r, &t, 4);
        ui_row_end(r);
    }
    ui_table_end(r, &t);
}

static const char *here(struct req *r, const char *ending)
{
    return url(r, "/kerja/%s/data-pribadi%s", route_param(r, "gov"), ending);
}

static void page_register(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "privacy.title"), .here = here(r, "")};
    const struct ui_button csv = {.label = T(r, "privacy.download"), .href = here(r, ".csv"), .icon = ICON_DOWNLOAD};
    const struct register_line *v;
    size_t n;

    v = privacy_register(r->app, r->arena, &n);
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "privacy.line"), &csv, 1);
    html(r, "<p>%s</p>\n", T(r, "privacy.text"));
    show_table(r, v, n);
    past_section(r);
    page_end(r, &p);
}

static void put_headings(struct req *r, struct csv_writer *w)
{
    static const char *const keys[] = {"table", "column", "purpose", "kind", "ground", "basis", "keep", "must"};
    size_t i;

    for (i = 0; i < ARRAY_LEN(keys); i++)
        csv_text(w, T(r, text_printf(r->arena, "privacy.%s", keys[i])));
    csv_end_record(w);
}

static void page_register_csv(struct req *r)
{
    const struct register_line *v;
    struct csv_writer w;
    struct buf b;
    size_t n, i;

    v = privacy_register(r->app, r->arena, &n);
    buf_init(&b, r->arena, FILE_MAX_);
    csv_writer_init(&w, &b, ',', true);
    put_headings(r, &w);
    for (i = 0; i < n; i++) {
        csv_text(&w, v[i].entity->name);
        csv_text(&w, v[i].field->name);
        csv_text(&w, privacy_purpose(r, v[i].privacy));
        csv_text(&w, kind_word(r, v[i].privacy));
        csv_text(&w, ground_word(r, v[i].privacy));
        csv_text(&w, v[i].privacy->basis);
        csv_text(&w, keep_word(r, &v[i]));
        csv_text(&w, v[i].privacy->must ? "1" : "0");
        csv_end_record(&w);
    }
    r->http->type = "text/csv; charset=utf-8";
    http_answer_header(r->http, "Content-Disposition", "attachment; filename=\"data-pribadi.csv\"");
    buf_add_n(r->out, b.s, b.n);
}

/* clang-format off */
static const struct permit permits[] = {
    {"privacy.read", "data_protection_officer admin"},
    {PERMIT_PAST,    "data_protection_officer admin"},
};
static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/data-pribadi",       "privacy.read", page_register, .word = "privacy.title"),
    ROUTE(GET, "/kerja/{gov}/data-pribadi.csv",   "privacy.read", page_register_csv),
    ROUTE(GET, "/kerja/{gov}/data-pribadi/lewat", PERMIT_PAST,    page_past),
};
/* clang-format on */

const struct module privacy_module = {
    .name = "privacy",
    .permits = permits,
    .n_permits = ARRAY_LEN(permits),
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .jobs = &retention_job,
    .n_jobs = 1,
    .queries = retention_queries,
    .n_queries = RETENTION_QUERIES,
};
