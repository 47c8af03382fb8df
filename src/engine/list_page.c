/*
 * list_page.c: GET /kerja/{gov}/SLUG: the list of a screen.
 *
 * Head with one first button, saved views, filter, chips, table, pager. All state is the address, so each view can be kept,
 * sent and opened in another tab. Not for: what the address means (list_query.c).
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/flow.h"
#include "engine/list_page.h"
#include "engine/list_view.h"
#include "engine/ref.h"
#include "engine/web.h"
#include "ui/lang.h"

/* What one page shows. */
struct shown {
    struct list_query q;
    const char *query; /* as it is kept */
    struct list_rows rows;
    const struct names *names;
    int64_t count;
    struct saved_view *views;
    size_t n_views;
    const struct saved_view *here; /* the view that is this page */
};

/* ---- reading ---- */

static int read_rows(struct req *r, struct shown *p)
{
    int e;

    if (p->q.n_wrong > 0)
        return 0;
    e = list_read(r->db, r->arena, &p->q.ask, &p->rows);
    if (e == 0)
        e = names_read(r, p->q.ask.entity, p->rows.v, p->rows.n, &p->names);
    if (e < 0)
        return e;
    p->count = list_count(r->db, r->arena, &p->q.ask);
    return p->count < 0 ? (int)p->count : 0;
}

static int read_views(struct req *r, struct shown *p)
{
    size_t i;
    int e = views_read(r, &p->q, &p->views, &p->n_views);

    for (i = 0; i < p->n_views && p->here == NULL; i++)
        if (text_eq(p->views[i].query, p->query))
            p->here = &p->views[i];
    return e;
}

/* How many rows another query of this list would show; -1 when it cannot be told. */
static int64_t count_of(struct req *r, const struct list_query *q, const char *query)
{
    struct http_pairs pairs = query_pairs(r->arena, query);
    struct list_query other;
    int64_t n;

    if (query_take(r, q->screen, "read", q->gov, &pairs, &other) < 0 || other.n_wrong > 0)
        return -1;
    n = list_count(r->db, r->arena, &other.ask);
    return n > LIST_COUNT ? -1 : n;
}

/* ---- head ---- */

static bool can(struct req *r, const struct list_query *q, const char *act)
{
    return may(r, screen_permission(r->arena, q->screen, act), q->gov);
}

/* Where there may be more rows than one request takes, the menu says what happens then. */
static const char *file_word(struct req *r, const struct shown *p, const char *key)
{
    return p->count > LIST_COUNT ? T1(r, "list.file-large", T(r, key)) : T(r, key);
}

static void put_head(struct req *r, const struct shown *p)
{
    const struct list_query *q = &p->q;
    const struct entity *e = q->screen->entity;
    const struct ui_menu_item files[] = {
        {file_word(r, p, "list.file-xlsx"), query_href(r, q, "/unduh/xlsx", p->query)},
        {file_word(r, p, "list.file-csv"), query_href(r, q, "/unduh/csv", p->query)},
    };

    ui_head_begin(r, label_many(r, e));
    ui_head_acts(r);
    if (can(r, q, "export") && p->rows.n > 0)
        ui_menu(r, T(r, "ui.download"), ICON_DOWNLOAD, files, ARRAY_LEN(files));
    if (can(r, q, "import") && q->screen->n_sections > 0)
        ui_button(
            r, &(struct ui_button){.label = T(r, "import.open"), .href = query_href(r, q, "/impor", ""), .icon = ICON_UPLOAD});
    if (can(r, q, "create") && (q->screen->n_sections > 0 || q->screen->form_page != NULL))
        ui_button(r, &(struct ui_button){.label = T1(r, "list.create", label_one(r, e)),
                                         .href = query_href(r, q, "/baru", ""),
                                         .look = BUTTON_FIRST,
                                         .icon = ICON_PLUS});
    ui_head_end(r);
}

static void put_views(struct req *r, const struct shown *p)
{
    struct ui_tab tabs[VIEWS_MAX + 1];
    size_t i;

    if (p->n_views == 0)
        return;
    tabs[0] = (struct ui_tab){.label = T(r, "ui.all"),
                              .href = query_href(r, &p->q, "", ""),
                              .count = count_of(r, &p->q, ""),
                              .here = p->query[0] == '\0'};
    for (i = 0; i < p->n_views; i++) {
        const struct saved_view *v = &p->views[i];

        tabs[i + 1] = (struct ui_tab){.label = v->name,
                                      .href = query_href(r, &p->q, "", v->query != NULL ? v->query : ""),
                                      .count = count_of(r, &p->q, v->query != NULL ? v->query : ""),
                                      .here = v == p->here};
    }
    ui_tabs(r, T(r, "list.views"), tabs, p->n_views + 1);
}

/* ---- filter ---- */

static void choose_state(struct req *r, const struct query_part *part, const struct entity *e, struct ui_field *f)
{
    const char *may_be = field_codes(r->arena, r->app, part->field);
    size_t n, i;
    char **codes = text_split(r->arena, may_be != NULL ? may_be : "", ' ', &n);
    struct ui_choice *v = arena_array(r->arena, n + 1, struct ui_choice);

    for (i = 0; i < n; i++)
        v[i] = (struct ui_choice){codes[i], label_code(r, e, part->field, codes[i]), NULL};
    f->options = v;
    f->n_options = n;
}

static void choose_bool(struct req *r, struct ui_field *f)
{
    struct ui_choice *v = arena_array(r->arena, 2, struct ui_choice);

    v[0] = (struct ui_choice){"1", T(r, "ui.yes"), NULL};
    v[1] = (struct ui_choice){"0", T(r, "ui.no"), NULL};
    f->options = v;
    f->n_options = 2;
}

/* A select while there are few rows to choose from; else their code is typed. */
static int choose_ref(struct req *r, const struct list_query *q, const struct query_part *part, struct ui_field *f)
{
    struct ui_choice *v;
    size_t n;
    int few = ref_choices(r, part->field->of, q->gov, &v, &n);

    if (few <= 0) {
        f->type = CONTROL_TEXT;
        return few;
    }
    f->options = v;
    f->n_options = n;
    return 0;
}

/* A select while there are few different values; else the whole value is typed. */
static int choose_text(struct req *r, const struct list_query *q, const struct query_part *part, struct ui_field *f)
{
    struct ui_choice *v = arena_array(r->arena, LIST_VALUES, struct ui_choice);
    const char *values[LIST_VALUES + 1];
    size_t n = 0, i;
    int e = list_values(r->db, r->arena, &q->ask, part->field, values, &n);

    if (e < 0 || n > LIST_VALUES) {
        f->type = CONTROL_TEXT;
        return e;
    }
    for (i = 0; i < n; i++)
        v[i] = (struct ui_choice){.value = values[i], .label = values[i]};
    f->options = v;
    f->n_options = n;
    return 0;
}

static int put_part(struct req *r, const struct list_query *q, const struct query_part *part)
{
    struct ui_field f = {.type = CONTROL_SELECT,
                         .name = part->name,
                         .id = text_printf(r->arena, "f-%s", part->name),
                         .label = part->label,
                         .value = part->typed,
                         .error = part->error,
                         .choose = T(r, "ui.all")};
    int e = 0;

    switch (part->field->type) {
    case FIELD_STATE:
        choose_state(r, part, q->screen->entity, &f);
        break;
    case FIELD_BOOL:
        choose_bool(r, &f);
        break;
    case FIELD_REF:
        e = choose_ref(r, q, part, &f);
        break;
    case FIELD_TEXT:
        e = choose_text(r, q, part, &f);
        break;
    case FIELD_DATE:
    case FIELD_INSTANT:
        f.type = CONTROL_DATE;
        f.placeholder = "30-9-2026";
        break;
    default:
        f.type = CONTROL_TEXT;
    }
    if (e == 0)
        ui_filter_field(r, &f);
    return e;
}

static int put_filter(struct req *r, const struct list_query *q)
{
    size_t i;
    int e = 0;

    ui_filter_begin(r, query_href(r, q, "", ""), T1(r, "list.filter", label_many(r, q->screen->entity)));
    ui_filter_field(r, &(struct ui_field){.type = CONTROL_SEARCH,
                                          .name = "q",
                                          .id = "f-q",
                                          .label = T(r, "ui.search"),
                                          .value = q->words,
                                          .maxlength = LIST_TEXT});
    for (i = 0; e == 0 && i < q->n_parts; i++)
        e = put_part(r, q, &q->part[i]);
    if (q->ask.order != NULL)
        ui_hidden(r, "urut", text_printf(r->arena, "%s%s", q->ask.descending ? "-" : "", q->ask.order->name));
    if (q->ask.voided)
        ui_hidden(r, "batal", "1");
    ui_filter_end(r);
    return e;
}

static void put_errors(struct req *r, const struct list_query *q)
{
    struct ui_error errors[ARRAY_LEN(q->part)];
    size_t i, n = 0;

    for (i = 0; i < q->n_parts; i++)
        if (q->part[i].error != NULL)
            errors[n++] = (struct ui_error){text_printf(r->arena, "f-%s", q->part[i].name), q->part[i].error};
    ui_errors(r, errors, n);
}

/* ---- chips, and the view that can be kept ---- */

static const char *chip_text(struct req *r, const struct query_part *part)
{
    return T2(r, "list.chip", part->label, part->shown);
}

static size_t list_chips(struct req *r, const struct list_query *q, struct ui_chip ret[static LIST_FILTERS + 2])
{
    struct list_query counting = *q;
    size_t i, n = 0;

    if (q->words != NULL)
        ret[n++] = (struct ui_chip){T2(r, "list.chip", T(r, "ui.search"), q->words),
                                    query_href(r, q, "", query_text(r, q, QUERY_NO_WORDS))};
    for (i = 0; i < q->n_parts; i++)
        if (q->part[i].typed != NULL && q->part[i].error == NULL)
            ret[n++] = (struct ui_chip){chip_text(r, &q->part[i]), query_href(r, q, "", query_text(r, q, (int)i))};
    counting.ask.voided = false;
    if (q->ask.voided)
        ret[n++] = (struct ui_chip){T(r, "list.with-voided"), query_href(r, q, "", query_text(r, &counting, QUERY_WHOLE))};
    return n;
}

static void put_keep(struct req *r, const struct shown *p)
{
    ui_more_begin(r, T(r, "list.view-save"));
    ui_form_begin(r, NULL, query_href(r, &p->q, "/tampilan", ""), FORM_POST);
    web_once(r);
    ui_hidden(r, "query", p->query);
    ui_field(r, &(struct ui_field){.type = CONTROL_TEXT, .name = "name", .label = T(r, "list.view-name"), .maxlength = 60});
    ui_field(r, &(struct ui_field){.type = CONTROL_CHECK, .name = "share", .label = T(r, "list.view-share")});
    ui_button(r, &(struct ui_button){.label = T(r, "list.view-save-do")});
    ui_form_end(r);
    ui_more_end(r);
}

static void put_drop(struct req *r, const struct shown *p)
{
    const char *below = text_printf(r->arena, "/tampilan/%lld/hapus", (long long)p->here->head.id);

    ui_form_begin(r, NULL, query_href(r, &p->q, below, ""), FORM_POST);
    web_once(r);
    ui_button(r, &(struct ui_button){.label = T(r, "list.view-drop"), .look = BUTTON_PLAIN});
    ui_form_end(r);
}

static void put_chips(struct req *r, const struct shown *p)
{
    struct ui_chip chips[LIST_FILTERS + 2];
    size_t n = list_chips(r, &p->q, chips);
    bool own = p->here != NULL && r->actor != NULL && p->here->person == r->actor->user;
    bool keeps = p->here == NULL && r->actor != NULL && r->csrf != NULL && p->query[0] != '\0' && p->q.n_wrong == 0;

    if (n == 0 && !own && !keeps)
        return;
    html(r, "<div class=\"row between gap\">");
    ui_chips(r, chips, n);
    if (own)
        put_drop(r, p);
    else if (keeps)
        put_keep(r, p);
    html(r, "</div>\n");
}

/* ---- table ---- */

#define CELL_MAX 160 /* bytes of a text in a cell; its record has the whole */

/* Cut between two words, so that a page stays short whatever was typed. */
static const char *cell_text(struct req *r, const char *text)
{
    size_t n = CELL_MAX;

    if (text == NULL || strlen(text) <= CELL_MAX)
        return text;
    while (n > CELL_MAX / 2 && text[n] != ' ' && text[n] != '\n')
        n--;
    while (((unsigned char)text[n] & 0xc0) == 0x80) /* one endless word is cut between two characters */
        n--;
    return text_printf(r->arena, "%s…", arena_text_n(r->arena, text, n));
}

static const char *sort_href(struct req *r, const struct list_query *q, const struct field *f)
{
    struct list_query other = *q;

    other.ask.descending = q->ask.order == f && !q->ask.descending;
    other.ask.order = f;
    return query_href(r, q, "", query_text(r, &other, QUERY_WHOLE));
}

static size_t list_columns(struct req *r, const struct list_query *q, struct ui_column *ret, const struct screen_column **from)
{
    const struct screen *s = q->screen;
    size_t i, n = 0;

    for (i = 0; i < s->n_columns; i++) {
        const struct field *f = entity_field(s->entity, s->columns[i].field);
        bool sorts = query_sorts(r, q, f);

        if (s->columns[i].hidden)
            continue;
        from[n] = &s->columns[i];
        ret[n] = (struct ui_column){.label = label_of(r, s->entity, f),
                                    .num = s->columns[i].num,
                                    .head = n == 0,
                                    .nowrap = f->type == FIELD_DATE && s->columns[i].cell == NULL,
                                    .sort = sorts ? UI_SORT_NONE : UI_SORT_CANNOT,
                                    .sort_href = sorts ? sort_href(r, q, f) : NULL};
        if (sorts && q->ask.order == f)
            ret[n].sort = q->ask.descending ? UI_SORT_DOWN : UI_SORT_UP;
        n++;
    }
    return n;
}

static const char *order_text(struct req *r, const struct list_query *q)
{
    const char *label;

    if (q->ask.order == NULL)
        return T(r, "list.oldest-first");
    label = label_inside(r, label_of(r, q->screen->entity, q->ask.order));
    return q->ask.descending ? T1(r, "list.order-down", label) : T1(r, "list.order", label);
}

static bool has_money(const struct screen *s)
{
    size_t i;

    for (i = 0; i < s->n_columns; i++)
        if (entity_field(s->entity, s->columns[i].field)->type == FIELD_MONEY)
            return true;
    return false;
}

static const char *caption_of(struct req *r, const struct list_query *q)
{
    const char *many = label_many(r, q->screen->entity);

    if (has_money(q->screen))
        return T2(r, "list.caption-rupiah", many, order_text(r, q));
    return T2(r, "list.caption", many, order_text(r, q));
}

static void put_plain(struct req *r, const struct ui_table *t, size_t col, const struct shown *p, const struct field *f,
                      const void *row)
{
    const char *text = cell_text(r, value_shown(r, p->q.ask.entity, f, row, p->names));
    const struct record *head = row;

    if (text == NULL)
        text = "–";
    if (!t->columns[col].head) {
        ui_cell(r, t, col, text);
        return;
    }
    ui_cell_begin(r, t, col);
    html(r, "<a class=\"key\" href=\"%s\">%s</a>",
         url(r, "/kerja/%s/%s/%lld", p->q.gov != 0 ? req_gov(r)->slug : "-", p->q.screen->slug, (long long)head->id), text);
    if (head->voided_at.v != INSTANT_NONE.v)
        ui_sub(r, T(r, "list.voided"));
    ui_cell_end(r, t, col);
}

static void put_cell(struct req *r, const struct ui_table *t, size_t col, const struct shown *p,
                     const struct screen_column *from, const void *row)
{
    const struct field *f = entity_field(p->q.ask.entity, from->field);
    bool figure = f->type == FIELD_MONEY && !t->columns[col].head && query_sorts(r, &p->q, f);

    if (from->cell == NULL && !figure) {
        put_plain(r, t, col, p, f, row);
        return;
    }
    ui_cell_begin(r, t, col);
    if (from->cell != NULL)
        from->cell(r, row);
    else
        ui_money(r, *(const money *)((const char *)row + f->offset));
    ui_cell_end(r, t, col);
}

static void put_table(struct req *r, const struct shown *p)
{
    const struct screen *s = p->q.screen;
    struct ui_column *columns = arena_array(r->arena, s->n_columns, struct ui_column);
    const struct screen_column **from = arena_array(r->arena, s->n_columns, const struct screen_column *);
    const struct ui_table t = {
        .caption = caption_of(r, &p->q), .columns = columns, .n = list_columns(r, &p->q, columns, from), .fold = true};
    size_t i, k;

    ui_table_begin(r, &t);
    for (i = 0; i < p->rows.n; i++) {
        ui_row_begin(r, false);
        for (k = 0; k < t.n; k++)
            put_cell(r, &t, k, p, from[k], p->rows.v[i]);
        ui_row_end(r);
    }
    ui_table_end(r, &t);
}

/* ---- pager, and no rows ---- */

static const char *page_href(struct req *r, const struct shown *p, const char *cursor, int64_t first)
{
    const char *sign = p->query[0] != '\0' ? "&" : "";

    if (cursor == NULL)
        return NULL;
    return query_href(r, &p->q, "", text_printf(r->arena, "%s%sc=%s&no=%lld", p->query, sign, cursor, (long long)first));
}

static void put_pager(struct req *r, const struct shown *p)
{
    int64_t n = (int64_t)p->rows.n, back = p->q.first > LIST_PAGE ? p->q.first - LIST_PAGE : 1;
    bool many = p->count > LIST_COUNT;
    const char *order = order_text(r, &p->q);

    if (many)
        order = T2(r, "list.more-than", say_count(r, LIST_COUNT), order);
    if (p->q.best_only)
        order = T2(r, "list.best-only", say_count(r, LIST_FOUND), order);
    ui_pager(r, &(struct ui_pager){.from = p->q.first,
                                   .to = p->q.first + n - 1,
                                   .total = many || p->q.best_only ? -1 : p->count,
                                   .order = order,
                                   .previous = page_href(r, p, p->rows.previous, back),
                                   .next = page_href(r, p, p->rows.next, p->q.first + n)});
}

static void put_filtered(struct req *r, const struct shown *p)
{
    const struct list_query *q = &p->q;
    struct ui_chip chips[LIST_FILTERS + 2];
    size_t n = list_chips(r, q, chips), i;
    const char *asked = "", *query;
    int last = QUERY_NO_WORDS;

    for (i = 0; i < n; i++)
        asked = text_printf(r->arena, "%s%s%s", asked, i > 0 ? ", " : "", chips[i].text);
    for (i = 0; i < q->n_parts; i++)
        if (q->part[i].typed != NULL)
            last = (int)i;
    query = query_text(r, q, last);
    state_filtered(r, &(struct state_filtered){.asked = asked,
                                               .without_label = last < 0 ? T(r, "list.without-words")
                                                                         : T1(r, "list.without", q->part[last].label),
                                               .without_count = count_of(r, q, query),
                                               .without_href = query_href(r, q, "", query),
                                               .clear_href = query_href(r, q, "", "")});
}

static void put_nothing(struct req *r, const struct shown *p)
{
    const struct entity *e = p->q.screen->entity;
    const struct ui_button create = {.label = T1(r, "list.create", label_one(r, e)), .href = query_href(r, &p->q, "/baru", "")};
    bool creates = can(r, &p->q, "create") && (p->q.screen->n_sections > 0 || p->q.screen->form_page != NULL);

    if (query_asked(&p->q) > 0)
        put_filtered(r, p);
    else
        state_empty(r, T1(r, "list.nothing", label_one(r, e)), T(r, "list.nothing-why"), creates ? &create : NULL);
}

/* ---- the page ---- */

static void put_page(struct req *r, const struct shown *p)
{
    struct page page = {.shell = SHELL_WORKSPACE,
                        .title = label_many(r, p->q.screen->entity),
                        .wrong = p->q.n_wrong > 0,
                        .here = query_href(r, &p->q, "", "")};
    int e;

    web_page_begin(r, &page);
    put_head(r, p);
    put_views(r, p);
    put_errors(r, &p->q);
    e = put_filter(r, &p->q);
    put_chips(r, p);
    if (p->rows.n > 0) {
        put_table(r, p);
        put_pager(r, p);
    } else if (p->q.n_wrong == 0) {
        put_nothing(r, p);
    }
    page_end(r, &page);
    if (p->q.n_wrong > 0)
        r->http->status = 422;
    if (e < 0) {
        buf_clear(r->out);
        web_refuse(r, e);
    }
}

void list_page(struct req *r)
{
    const struct screen *s = screen_of(r);
    struct shown *p = arena_new(r->arena, struct shown);
    int e;

    if (s->list_page != NULL) {
        s->list_page(r);
        return;
    }
    e = query_take(r, s, "read", req_gov(r)->id, &r->http->query, &p->q);
    p->query = query_text(r, &p->q, QUERY_WHOLE);
    if (e == 0)
        e = read_rows(r, p);
    if (e == E_INPUT) {
        r->http->status = 400; /* a cursor that is none of ours */
        return;
    }
    if (e == 0)
        e = read_views(r, p);
    if (e < 0)
        web_refuse(r, e);
    else if (p->q.ask.cursor != NULL && p->rows.n == 0 && p->q.n_wrong == 0)
        web_redirect(r, query_href(r, &p->q, "", p->query)); /* what was there has gone */
    else
        put_page(r, p);
}
