/*
 * detail_page.c: one record: its facts, what hangs on it, what happened to it, and the proof of it; and the page that voids it.
 *
 * A row of another government, out of scope or not there at all is the same 404. Not for: steps and clock (flow.h), files and
 * comments (attachment.h, comment.h), whose sections stand here.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/attachment.h"
#include "engine/comment.h"
#include "engine/flow.h"
#include "engine/form.h"
#include "engine/history.h"
#include "engine/list.h"
#include "engine/record.h"
#include "engine/remind.h"
#include "engine/row.h"
#include "ledger/ledger.h"
#include "ui/lang.h"

#define CHILDREN_SHOWN 10
#define BUTTONS_MAX    3
#define DASH           "\xe2\x80\x93"

/* What the parts of the page share. */
struct detail {
    const struct screen *s;
    const struct record *row;
    const struct names *names;
    bool open; /* masked values are shown in full */
    bool may_edit, may_void;
    struct history *history;
    size_t n_history;
};

static const void *value_at(const struct field *f, const void *row)
{
    return (const char *)row + f->offset;
}

/* What is the same everywhere is a matter of the installation; permit.h lets the people of any government read it. */
static int64_t asked_gov(const struct req *r, const struct entity *e)
{
    return e->kind == ENTITY_DATA ? req_gov(r)->id : 0;
}

bool row_seen(struct req *r, void **ret)
{
    const struct entity *e = screen_of(r)->entity;
    int64_t gov = asked_gov(r, e), id = route_id(r, "id");
    void *row = arena_alloc(r->arena, e->size);
    struct scope scope;

    if (id <= 0 || row_get(r->db, r->arena, e, gov, id, row) <= 0)
        return false;
    scope_of(r, r->route->permission, gov, &scope);
    if (row_reach(r->db, r->arena, &scope, e, row) <= 0)
        return false;
    *ret = row;
    return true;
}

static bool may_do(struct req *r, const struct screen *s, const void *row, const char *act)
{
    const char *permission = screen_permission(r->arena, s, act);
    struct scope scope;

    if (!may(r, permission, asked_gov(r, s->entity)))
        return false;
    scope_of(r, permission, asked_gov(r, s->entity), &scope);
    return row_reach(r->db, r->arena, &scope, s->entity, row) > 0;
}

/* ---- facts ---- */

static bool is_masked(const struct detail *d, const struct field *f)
{
    return f->mask != NULL && !d->open;
}

static void show_value(struct req *r, const struct detail *d, const struct field *f, const struct screen_form_field *x)
{
    const struct screen *to = f->type == FIELD_REF ? screen_of_entity(r->app, f->of) : NULL;
    const char *words;

    if (f->mask != NULL) {
        const char *whole = *(const char *const *)value_at(f, d->row);

        words = whole == NULL || d->open ? whole : f->mask(r->arena, whole);
    } else
        words = value_shown(r, d->s->entity, f, d->row, d->names);
    if (words != NULL && to != NULL && names_find(d->names, f->of, ((const ref *)value_at(f, d->row))->v) != NULL &&
        may(r, screen_permission(r->arena, to, "read"), asked_gov(r, to->entity))) {
        int64_t id = ((const ref *)value_at(f, d->row))->v;

        html(r, "<a href=\"%s\">%s</a>", link_to(row_path(r, to, id)), words);
        if (to->link_note != NULL)
            to->link_note(r, asked_gov(r, to->entity), id);
    } else
        html(r, "%s", words != NULL ? words : x->none != NULL ? T(r, x->none) : DASH);
    if (words != NULL && x->unit != NULL)
        html(r, " %s", x->unit);
}

static void show_section(struct req *r, const struct detail *d, const struct screen_section *section)
{
    size_t i;

    ui_section_begin(r, NULL, T(r, section->title != NULL ? section->title : "detail.facts"));
    ui_facts_begin(r, true);
    for (i = 0; i < section->n; i++) {
        const struct screen_form_field *x = &section->fields[i];
        const struct field *f = entity_field(d->s->entity, x->field);

        if (form_idle(d->s, x, d->row))
            continue;
        ui_fact_begin(r, label_of(r, d->s->entity, f));
        show_value(r, d, f, x);
        ui_fact_end(r);
    }
    ui_facts_end(r);
    ui_section_end(r);
}

/* ---- masked values ---- */

static void show_reveal(struct req *r, const struct detail *d)
{
    if (!has_masked(d->s->entity))
        return;
    if (d->open) {
        html(r, "<p class=\"small mute\">%s</p>\n", T(r, "detail.revealed"));
        return;
    }
    if (!may_do(r, d->s, d->row, "reveal"))
        return;
    ui_more_begin(r, T(r, "detail.reveal"));
    ui_form_begin(r, "buka", url(r, "/kerja/%s/%s/%lld/tampilkan", route_param(r, "gov"), d->s->slug, (long long)d->row->id),
                  FORM_POST);
    web_once(r);
    ui_field(r, &(struct ui_field){.type = CONTROL_TEXT,
                                   .name = "alasan",
                                   .label = T(r, "detail.reveal-reason"),
                                   .hint = T(r, "detail.reveal-hint"),
                                   .error = r->fault != 0 ? fault_text(r) : NULL,
                                   .value = http_form(r->http, "alasan"),
                                   .size = UI_SIZE_L});
    ui_buttons(r, &(struct ui_button){.label = T(r, "detail.reveal-button")}, 1);
    ui_form_end(r);
    ui_more_end(r);
}

/* ---- children ---- */

static void child_cells(struct req *r, const struct screen *s, const struct screen_child *child, const struct ui_table *t,
                        const void *row, const struct names *names)
{
    size_t i, k = 0;

    for (i = 0; i < s->n_columns; i++) {
        const struct field *f = entity_field(s->entity, s->columns[i].field);
        const char *words;

        if (s->columns[i].hidden || text_eq(f->name, child->field))
            continue;
        if (s->columns[i].cell != NULL) {
            ui_cell_begin(r, t, k);
            s->columns[i].cell(r, row);
            ui_cell_end(r, t, k++);
            continue;
        }
        words = value_shown(r, s->entity, f, row, names);
        if (k == 0)
            ui_cell_link(r, t, k++, words != NULL ? words : DASH, row_path(r, s, ((const struct record *)row)->id));
        else
            ui_cell(r, t, k++, words != NULL ? words : DASH);
    }
}

static void child_table(struct req *r, const struct screen_child *child, const struct list_rows *rows)
{
    const struct screen *s = child->screen;
    struct ui_column *columns = arena_array(r->arena, s->n_columns, struct ui_column);
    struct ui_table t = {.caption = label_many(r, s->entity), .columns = columns, .fold = true};
    const struct names *names = NULL;
    size_t i;

    for (i = 0; i < s->n_columns; i++) {
        const struct field *f = entity_field(s->entity, s->columns[i].field);

        if (s->columns[i].hidden || text_eq(f->name, child->field))
            continue;
        columns[t.n] = (struct ui_column){.label = label_of(r, s->entity, f), .num = s->columns[i].num, .head = t.n == 0};
        t.n++;
    }
    if (names_read(r, s->entity, rows->v, rows->n, &names) < 0)
        names = NULL;
    ui_table_begin(r, &t);
    for (i = 0; i < rows->n; i++) {
        ui_row_begin(r, false);
        child_cells(r, s, child, &t, rows->v[i], names);
        ui_row_end(r);
    }
    ui_table_end(r, &t);
}

static void show_child(struct req *r, const struct detail *d, const struct screen_child *child)
{
    const struct screen *s = child->screen;
    const char *permission = screen_permission(r->arena, s, "read");
    struct list_ask ask = {.entity = s->entity, .limit = CHILDREN_SHOWN, .n_filters = 1};
    struct list_rows rows = {.n = 0};

    if (!may(r, permission, asked_gov(r, s->entity)) || (s->entity->kind == ENTITY_DATA && req_gov(r)->id == 0))
        return;
    scope_of(r, permission, asked_gov(r, s->entity), &ask.scope);
    ask.filters[0] = (struct list_filter){entity_field(s->entity, child->field), LIST_IS, V(d->row->id)};
    ask.order = s->order != NULL ? entity_field(s->entity, s->order) : NULL;
    ask.descending = s->descending;
    ui_section_begin(r, NULL, label_many(r, s->entity));
    if (list_read(r->db, r->arena, &ask, &rows) < 0)
        html(r, "<p>%s</p>\n", T(r, "form.unread"));
    else if (rows.n > 0)
        child_table(r, child, &rows);
    else
        html(r, "<p class=\"mute\">%s</p>\n", T(r, "detail.no-children"));
    html(r, "<p>");
    if (rows.next != NULL)
        html(r, "<a href=\"%s\">%s</a> ",
             url(r, "/kerja/%s/%s?%s=%lld", route_param(r, "gov"), s->slug, child->field, (long long)d->row->id),
             T(r, "detail.all-children"));
    if (d->row->voided_at.v == INSTANT_NONE.v && may(r, screen_permission(r->arena, s, "create"), asked_gov(r, s->entity)))
        html(r, "<a href=\"%s\">%s</a>",
             url(r, "/kerja/%s/%s/baru?%s=%lld", route_param(r, "gov"), s->slug, child->field, (long long)d->row->id),
             T1(r, "form.new", label_one(r, s->entity)));
    html(r, "</p>\n");
    ui_section_end(r);
}

/* ---- history ---- */

/* A stored value in words: the row carries only this field. */
static const char *stored_shown(struct req *r, const struct detail *d, const struct field *f, const char *stored)
{
    void *row = row_new(r->arena, d->s->entity, d->row->gov);
    const char *words;

    if (stored == NULL)
        return DASH;
    if (field_take(f, row, stored, r->arena) < 0)
        return stored;
    if (f->mask != NULL)
        return is_masked(d, f) ? f->mask(r->arena, stored) : stored;
    words = value_shown(r, d->s->entity, f, row, d->names);
    return words != NULL ? words : DASH;
}

static void show_changes(struct req *r, const struct detail *d, const struct history *h)
{
    size_t i;

    if (h->n == 0 || h->rev == 1)
        return;
    ui_more_begin(r, T1(r, "detail.changes", say_count(r, (int64_t)h->n)));
    ui_facts_begin(r, false);
    for (i = 0; i < h->n; i++) {
        const struct history_change *c = &h->changes[i];

        ui_fact_begin(r, c->field != NULL ? label_of(r, d->s->entity, c->field) : c->name);
        if (c->field == NULL) /* of a field that has gone from the table nobody knows whether it was personal */
            html(r, "%s", DASH);
        else
            html(r, "%s <span aria-hidden=\"true\">→</span><span class=\"sr\"> %s </span> %s",
                 c->gone_before ? T(r, "detail.erased") : stored_shown(r, d, c->field, c->before), T(r, "detail.became"),
                 c->gone_after ? T(r, "detail.erased") : stored_shown(r, d, c->field, c->after));
        ui_fact_end(r);
    }
    ui_facts_end(r);
    ui_more_end(r);
}

static const char *step_words(struct req *r, const struct detail *d, const struct history *h)
{
    static const struct {
        const char *step, *key;
    } plain[] = {{"insert", "detail.made"}, {"update", "detail.changed"}, {"void", "detail.voided"}};
    const char *words = NULL;
    size_t i;

    for (i = 0; i < ARRAY_LEN(plain); i++)
        if (text_eq(plain[i].step, h->step))
            return T(r, plain[i].key);
    if (d->s->flow != NULL && h->step != NULL) {
        words = flow_word(r, d->s->flow, h->step, "-done");
        if (words == NULL)
            words = flow_word(r, d->s->flow, h->step, "");
    }
    return words != NULL ? words : h->step != NULL ? h->step : T(r, "detail.changed");
}

static const char *reason_words(struct req *r, const struct detail *d, const struct history *h)
{
    const char *words = NULL;

    if (h->reason == NULL)
        return NULL;
    if (d->s->flow != NULL)
        words = lang_text(r->lang, text_printf(r->arena, "%s.reason-%s", d->s->flow->name, h->reason));
    if (words == NULL)
        words = lang_text(r->lang, text_printf(r->arena, "detail.reason-%s", h->reason)); /* the engine's own */
    return words != NULL ? words : h->reason;
}

/* Who did it: "Siti a.n. Budi" when in somebody's name. */
static const char *by_words(struct req *r, const struct history *h)
{
    const char *by = h->by != NULL ? h->by : T(r, "form.the-system");

    return h->behalf_of != NULL ? T2(r, "detail.on-behalf", by, h->behalf_of) : by;
}

static void show_history(struct req *r, const struct detail *d)
{
    size_t i;

    ui_section_begin(r, "riwayat", T(r, "detail.history"));
    html(r, "<ol class=\"trail\">\n");
    for (i = 0; i < d->n_history; i++) {
        const struct history *h = &d->history[i];
        const char *reason = reason_words(r, d, h);

        html(r, "<li class=\"%s\"><b>%s</b><span class=\"when\">%s · %s</span>", i == 0 ? "now" : "done", step_words(r, d, h),
             say_moment(r, h->at), by_words(r, h));
        if (reason != NULL)
            html(r, "<p class=\"small\">%s</p>", reason);
        if (h->remark != NULL)
            html(r, "<p class=\"small\">%s</p>", h->remark);
        show_changes(r, d, h);
        html(r, "</li>\n");
    }
    html(r, "</ol>\n");
    if (d->n_history == HISTORY_PAGE)
        html(r, "<p><a href=\"%s\">%s</a></p>\n",
             url(r, "/kerja/%s/%s/%lld?riwayat=%lld", route_param(r, "gov"), d->s->slug, (long long)d->row->id,
                 (long long)d->history[d->n_history - 1].rev),
             T(r, "detail.older"));
    ui_section_end(r);
}

static void show_proof(struct req *r, const struct detail *d)
{
    struct ui_proof proof = {.entry = d->row->leaf_idx + 1,
                             .at = d->n_history > 0 ? d->history[0].at : INSTANT_NONE,
                             .href =
                                 url(r, "/kerja/%s/%s/%lld/bukti", route_param(r, "gov"), d->s->slug, (long long)d->row->id)};

    if (d->n_history == 0 || d->history[0].rev != d->row->rev)
        return; /* nothing is recorded, or an older page of the history is shown */
    if (d->row->leaf_idx == INT_NONE)
        html(r, "<p class=\"proof\"><span>%s</span></p>\n", T1(r, "detail.sealed", say_moment(r, proof.at)));
    else
        ui_proof(r, &proof);
}

/* ---- the page ---- */

/* One row: what the person may do now, first the step that is expected, then the change, then what is rare. */
static void show_acts(struct req *r, const struct detail *d)
{
    const long long id = (long long)d->row->id;
    struct ui_button *steps = NULL;
    size_t n = flow_buttons(r, d->s, d->row, &steps), i, n_more = 0;
    bool live = d->row->voided_at.v == INSTANT_NONE.v;
    struct ui_menu_item *more = arena_array(r->arena, n + 1, struct ui_menu_item);

    if (n == 0 && !(live && (d->may_edit || d->may_void)))
        return;
    ui_acts_begin(r);
    for (i = 0; i < n; i++)
        if (i < BUTTONS_MAX)
            ui_button(r, &steps[i]);
        else
            more[n_more++] = (struct ui_menu_item){steps[i].label, steps[i].href};
    if (live && d->may_edit)
        ui_button(r, &(struct ui_button){.label = T1(r, "form.edit", label_one(r, d->s->entity)),
                                         .href = url(r, "/kerja/%s/%s/%lld/ubah", route_param(r, "gov"), d->s->slug, id)});
    if (live && d->may_void)
        more[n_more++] = (struct ui_menu_item){T1(r, "detail.void", label_one(r, d->s->entity)),
                                               url(r, "/kerja/%s/%s/%lld/batal", route_param(r, "gov"), d->s->slug, id)};
    if (n_more > 0)
        ui_menu(r, T(r, "ui.more"), ICON_NONE, more, n_more);
    ui_acts_end(r);
}

static void show_head(struct req *r, const struct detail *d, const char *title)
{
    const struct field *name = entity_field(d->s->entity, d->s->name);
    const struct field *status = d->s->flow != NULL ? entity_field(d->s->entity, d->s->flow->state_field) : NULL;
    const struct flow_state *now = status != NULL ? flow_state(d->s->flow, flow_now(d->s->flow, d->row)) : NULL;
    const char *words = name != NULL && !is_masked(d, name) ? value_shown(r, d->s->entity, name, d->row, d->names) : NULL;

    ui_head_begin(r, title);
    if (words != NULL && !text_eq(words, title))
        html(r, "<p>%s</p>", words);
    if (now != NULL)
        ui_tag(r, now->tone, ICON_OF_TONE, label_code(r, d->s->entity, status, now->code));
    if (d->row->voided_at.v != INSTANT_NONE.v)
        ui_tag(r, TONE_BAD, ICON_CROSS, T(r, "detail.void-tag"));
    ui_head_acts(r);
    flow_clock_panel(r, d->s, d->row);
    reminders_panel(r, d->s, d->row);
    ui_head_end(r);
    show_acts(r, d);
}

/* ?riwayat=REV shows what is older. */
static int64_t history_below(const struct req *r)
{
    const char *asked = http_query(r->http, "riwayat");
    int64_t rev = 0;

    return asked != NULL && text_int(asked, 1, INT64_MAX, &rev) == 0 ? rev : 0;
}

static int read_detail(struct req *r, struct detail *d)
{
    const void *row = d->row;
    int e;

    e = names_read(r, d->s->entity, &row, 1, &d->names);
    if (e == 0 && d->s->entity->ledger != LEDGER_NONE)
        e = history_read(r->db, r->arena, d->s->entity, d->row->gov, d->row->id, history_below(r), &d->history, &d->n_history);
    return e;
}

static void show_main(struct req *r, const struct detail *d)
{
    size_t i;

    for (i = 0; i < d->s->n_sections; i++)
        show_section(r, d, &d->s->sections[i]);
    show_reveal(r, d);
    if (d->s->more != NULL)
        d->s->more(r, d->row);
    for (i = 0; i < d->s->n_children; i++)
        show_child(r, d, &d->s->children[i]);
    attachments_section(r, d->s, d->row);
    show_history(r, d);
    show_proof(r, d);
}

void detail_show(struct req *r, const void *row, int status)
{
    struct detail d = {.s = screen_of(r), .row = row};
    const char *title = row_title(r, d.s, row);
    const struct crumb crumbs[] = {{label_many(r, d.s->entity), screen_path(r, d.s)}, {title, NULL}};
    struct page p = {.shell = SHELL_WORKSPACE,
                     .title = title,
                     .wrong = status == 422,
                     .crumbs = crumbs,
                     .n_crumbs = ARRAY_LEN(crumbs),
                     .here = screen_path(r, d.s)};
    int e;

    d.open = pass_good(r, d.row->gov, d.row->id);
    d.may_edit = may_do(r, d.s, row, "edit") && !record_ended(d.s, row);
    d.may_void = may_do(r, d.s, row, "void");
    e = read_detail(r, &d);
    if (e < 0) {
        web_refuse(r, e);
        return;
    }
    web_page_begin(r, &p);
    if (status == 422)
        ui_errors(r, &(struct ui_error){"alasan", fault_text(r)}, 1);
    show_head(r, &d, title);
    if (d.s->comments)
        ui_split_begin(r);
    show_main(r, &d);
    if (d.s->comments) {
        ui_split_aside(r);
        comments_section(r, d.s, row);
        ui_split_end(r);
    }
    page_end(r, &p);
    r->http->status = status;
    if (r->app->seen != NULL)
        r->app->seen(r, d.s, row);
}

void detail_page(struct req *r)
{
    void *row;

    if (screen_of(r)->detail_page != NULL)
        screen_of(r)->detail_page(r);
    else if (row_seen(r, &row))
        detail_show(r, row, 200);
    else
        r->http->status = 404;
}
