/*
 * codeset_pages.c: which lists there are, and looking through one by its tree or by words.
 *
 * Official lists hold nothing personal: who is logged in may read them. Not for: loading (a command).
 */
#include "base/text.h"
#include "core/codeset/changes.h"
#include "core/codeset/query.h"
#include "engine/web.h"

#define PAGE_ROWS 50

/* ---- small words ---- */

static const char *set_title(struct req *r, const char *name)
{
    return T(r, text_printf(r->arena, "codeset.set-%s", name));
}

static const char *validity(struct req *r, const struct code_set *s)
{
    if (s->valid_from.v == DATE_NONE.v && s->valid_to.v == DATE_NONE.v)
        return T(r, "codeset.always");
    if (s->valid_to.v == DATE_NONE.v)
        return T1(r, "codeset.valid-from", say_day_brief(r, s->valid_from));
    if (s->valid_from.v == DATE_NONE.v)
        return T1(r, "codeset.valid-to", say_day_brief(r, s->valid_to));
    return T2(r, "codeset.valid-from-to", say_day_brief(r, s->valid_from), say_day_brief(r, s->valid_to));
}

static const char *scope_word(struct req *r, const char *set, const char *scope)
{
    if (*scope == '\0' || text_eq(set, CODESET_DAYS) || text_eq(set, CODESET_CHANGES)) /* there it is no scope */
        return NULL;
    return T(r, text_printf(r->arena, "codeset.scope-%s", scope));
}

/* ---- the lists ---- */

enum { LIST_NAME, LIST_VERSION, LIST_BASIS, LIST_VALID, LIST_ROWS, LIST_ENTRY, LIST_COLUMNS };

static void list_row(struct req *r, const struct ui_table *t, const char *gov, const struct code_set *s)
{
    ui_row_begin(r, false);
    ui_cell_link(r, t, LIST_NAME, set_title(r, s->name), url(r, "/kerja/%s/kode/%lld", gov, (long long)s->id));
    ui_cell(r, t, LIST_VERSION, s->version);
    ui_cell(r, t, LIST_BASIS, s->basis);
    ui_cell(r, t, LIST_VALID, validity(r, s));
    ui_cell(r, t, LIST_ROWS, say_count(r, s->rows));
    ui_cell(r, t, LIST_ENTRY, say_count(r, s->leaf_idx == INT_NONE ? INT_NONE : s->leaf_idx + 1));
    ui_row_end(r);
}

static void list_table(struct req *r, const struct code_set *sets, size_t n)
{
    const struct ui_column columns[LIST_COLUMNS] = {
        [LIST_NAME] = {.label = T(r, "codeset.list"), .head = true},
        [LIST_VERSION] = {.label = T(r, "codeset.version")},
        [LIST_BASIS] = {.label = T(r, "codeset.basis")},
        [LIST_VALID] = {.label = T(r, "codeset.validity")},
        [LIST_ROWS] = {.label = T(r, "codeset.rows"), .num = true},
        [LIST_ENTRY] = {.label = T(r, "codeset.entry"), .num = true},
    };
    const struct ui_table table = {.caption = T(r, "codeset.title"), .columns = columns, .n = LIST_COLUMNS, .fold = true};
    const char *gov = route_param(r, "gov");
    size_t i;

    ui_table_begin(r, &table);
    for (i = 0; i < n; i++)
        list_row(r, &table, gov, &sets[i]);
    ui_table_end(r, &table);
}

static void list_page(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE, .title = T(r, "codeset.title")};
    struct code_set *sets;
    size_t n;
    int e = codeset_list(r->db, r->arena, &sets, &n);

    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    ui_head(r, p.title, T(r, "codeset.title-line"), NULL, 0);
    if (n == 0)
        state_empty(r, T(r, "codeset.none"), T(r, "codeset.none-text"), NULL);
    else
        list_table(r, sets, n);
    page_end(r, &p);
}

/* ---- one list ---- */

/* What is looked at: the codes below `parent`, or those that match `words`, behind a key. */
struct look {
    struct code_set set;
    const char *parent, *words;
    struct code_page page;
    struct code *codes;
    size_t n;
    bool more;
    const char *path;
};

static const char *asked(struct req *r, const char *name)
{
    const char *value = http_query(r->http, name);

    return value != NULL && strlen(value) <= 200 ? text_trim(r->arena, value) : "";
}

/* The key is "code" or "code scope" with a TAB between. */
static void take_cursor(struct req *r, struct look *look)
{
    const char *cursor = http_query(r->http, "setelah");
    size_t n;
    char **parts;

    look->page = (struct code_page){.after_code = "", .after_scope = "", .limit = PAGE_ROWS + 1};
    if (cursor == NULL || strlen(cursor) > 300)
        return;
    parts = text_split(r->arena, cursor, '\t', &n);
    if (n > 0)
        look->page.after_code = parts[0];
    if (n > 1)
        look->page.after_scope = parts[1];
}

static int take_look(struct req *r, struct look *look)
{
    int64_t id = route_id(r, "id");
    int e = codeset_get(r->db, r->arena, id, &look->set);

    if (e <= 0)
        return e;
    look->parent = asked(r, "induk");
    look->words = asked(r, "q");
    look->path = url(r, "/kerja/%s/kode/%lld", route_param(r, "gov"), (long long)id);
    take_cursor(r, look);
    if (*look->words != '\0')
        e = code_search(r->db, r->arena, id, look->words, &look->page, &look->codes, &look->n);
    else
        e = code_children(r->db, r->arena, id, look->parent, &look->page, &look->codes, &look->n);
    look->more = look->n > PAGE_ROWS;
    if (look->more)
        look->n = PAGE_ROWS;
    return e < 0 ? e : 1;
}

static const char *name_of(struct req *r, const struct code *c)
{
    return *c->name != '\0' ? c->name : T(r, "codeset.no-name");
}

enum { CODE_CODE, CODE_NAME, CODE_COLUMNS };

static void code_row(struct req *r, const struct ui_table *t, const struct look *look, const struct code *c)
{
    const char *scope = scope_word(r, look->set.name, c->scope);

    ui_row_begin(r, false);
    ui_cell_link(r, t, CODE_CODE, c->code,
                 url(r, "/kerja/%s/kode/%lld?induk=%s", route_param(r, "gov"), (long long)look->set.id, c->code));
    ui_cell_begin(r, t, CODE_NAME);
    html(r, "%s", name_of(r, c));
    if (text_eq(look->set.name, CODESET_CHANGES))
        ui_sub(r, *c->scope != '\0' ? T1(r, "codeset.becomes", c->scope) : T(r, "codeset.ended"));
    if (scope != NULL)
        ui_sub(r, scope);
    ui_cell_end(r, t, CODE_NAME);
    ui_row_end(r);
}

static void code_table(struct req *r, const struct look *look)
{
    const struct ui_column columns[CODE_COLUMNS] = {
        [CODE_CODE] = {.label = T(r, "codeset.code"), .head = true, .nowrap = true},
        [CODE_NAME] = {.label = T(r, "codeset.name")},
    };
    const struct ui_table table = {
        .caption = set_title(r, look->set.name), .columns = columns, .n = CODE_COLUMNS, .fold = true};
    const struct code *last = look->n > 0 ? &look->codes[look->n - 1] : NULL;
    size_t i;

    ui_table_begin(r, &table);
    for (i = 0; i < look->n; i++)
        code_row(r, &table, look, &look->codes[i]);
    ui_table_end(r, &table);
    if (look->more)
        ui_pager(r, &(struct ui_pager){.from = 0,
                                       .to = 0,
                                       .total = -1,
                                       .next = url(r, "/kerja/%s/kode/%lld?induk=%s&q=%s&setelah=%s", route_param(r, "gov"),
                                                   (long long)look->set.id, look->parent, look->words,
                                                   text_printf(r->arena, "%s\t%s", last->code, last->scope))});
}

/* The way from the top to the code whose children are shown. */
static void code_path(struct req *r, const struct look *look)
{
    const char *parent = look->parent;
    const struct code *way[CODESET_LEVELS];
    size_t n = 0;

    while (*parent != '\0' && n < CODESET_LEVELS) {
        struct code_page one = {.after_code = "", .after_scope = "", .limit = 1};
        struct code *c;
        size_t found;

        if (code_search(r->db, r->arena, look->set.id, parent, &one, &c, &found) < 0 || found == 0 || !text_eq(c->code, parent))
            break;
        way[n++] = c;
        parent = c->parent;
    }
    if (n == 0)
        return;
    html(r, "<p><a href=\"%s\">%s</a>", url(r, "/kerja/%s/kode/%lld", route_param(r, "gov"), (long long)look->set.id),
         T(r, "codeset.top"));
    while (n-- > 0)
        html(r, " › <a href=\"%s\">%s %s</a>",
             url(r, "/kerja/%s/kode/%lld?induk=%s", route_param(r, "gov"), (long long)look->set.id, way[n]->code), way[n]->code,
             name_of(r, way[n]));
    html(r, "</p>\n");
}

static void search_form(struct req *r, const struct look *look)
{
    ui_filter_begin(r, look->path, T(r, "codeset.search"));
    ui_filter_field(r, &(struct ui_field){.type = CONTROL_SEARCH,
                                          .name = "q",
                                          .label = T(r, "codeset.search"),
                                          .hint = T(r, "codeset.search-hint"),
                                          .value = look->words,
                                          .maxlength = 200});
    ui_filter_end(r);
}

static void set_facts(struct req *r, const struct code_set *s)
{
    ui_facts_begin(r, false);
    ui_fact(r, T(r, "codeset.version"), s->version);
    ui_fact(r, T(r, "codeset.basis"), s->basis);
    ui_fact(r, T(r, "codeset.validity"), validity(r, s));
    ui_fact_num(r, T(r, "codeset.rows"), say_count(r, s->rows));
    ui_fact(r, T(r, "codeset.sha256"), hex_text(r->arena, s->sha256.p, s->sha256.n));
    ui_facts_end(r);
}

static void set_page(struct req *r)
{
    struct page p = {.shell = SHELL_WORKSPACE};
    struct look look = {0};
    int e = take_look(r, &look);

    if (e <= 0) {
        web_refuse(r, e < 0 ? e : E_PERMIT);
        return;
    }
    p.title = set_title(r, look.set.name);
    web_page_begin(r, &p);
    ui_head(r, p.title, look.set.basis, NULL, 0);
    ui_split_begin(r);
    search_form(r, &look);
    code_path(r, &look);
    if (look.n > 0)
        code_table(r, &look);
    else if (*look.words != '\0')
        state_filtered(r, &(struct state_filtered){.asked = look.words, .clear_href = look.path});
    else
        html(r, "<p>%s</p>\n", T(r, "codeset.no-children"));
    if (*look.parent != '\0')
        changes_section(r, look.set.id, look.parent);
    ui_split_aside(r);
    ui_panel_begin(r, T(r, "codeset.about"));
    set_facts(r, &look.set);
    ui_panel_end(r);
    ui_split_end(r);
    if (look.set.leaf_idx != INT_NONE)
        ui_proof(r, &(struct ui_proof){.entry = look.set.leaf_idx + 1, .at = look.set.loaded_at});
    page_end(r, &p);
}

/* ---- the module ---- */

static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/kode", PERMIT_LOGIN, list_page),
    ROUTE(GET, "/kerja/{gov}/kode/{id}", PERMIT_LOGIN, set_page),
};

const struct module codeset_module = {
    .name = "codeset",
    .routes = routes,
    .n_routes = ARRAY_LEN(routes),
    .queries = codeset_queries,
    .n_queries = CODESET_QUERIES,
};
