/*
 * form_view.c: the form as a page: what was typed stays, what is wrong stands above and beside it; and the page that puts two
 * versions side by side.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/form.h"
#include "engine/history.h"
#include "engine/privacy.h"
#include "engine/ref.h"
#include "ui/lang.h"

#define RADIO_MAX 6 /* more choices than these are a select */

const char *fault_words(const struct req *r, const struct fault *fault)
{
    return fault->arg != NULL ? T1(r, fault->key, fault->arg) : T(r, fault->key);
}

/* What belongs to no government stands below "-". */
static const char *gov_part(struct req *r, const struct screen *s)
{
    return s->entity->kind == ENTITY_DATA ? route_param(r, "gov") : "-";
}

const char *screen_path(struct req *r, const struct screen *s)
{
    return url(r, "/kerja/%s/%s", gov_part(r, s), s->slug);
}

const char *row_path(struct req *r, const struct screen *s, int64_t id)
{
    return url(r, "/kerja/%s/%s/%lld", gov_part(r, s), s->slug, (long long)id);
}

static const char *text_of(const struct entity *e, const char *name, const void *row)
{
    const struct field *f = name != NULL ? entity_field(e, name) : NULL;

    return f != NULL ? *(const char *const *)((const char *)row + f->offset) : NULL;
}

const char *row_title(const struct req *r, const struct screen *s, const void *row)
{
    const struct field *name = entity_field(s->entity, s->name);
    const char *title = text_of(s->entity, s->code, row);

    if (title == NULL && name != NULL && name->mask == NULL)
        title = text_of(s->entity, s->name, row);
    return title != NULL ? title : text_printf(r->arena, "%lld", (long long)((const struct record *)row)->id);
}

/* ---- one field ---- */

static enum ui_control control_of(const struct field *f, size_t n_choices)
{
    switch (f->type) {
    case FIELD_INT:
        return CONTROL_NUMBER;
    case FIELD_MONEY:
        return CONTROL_MONEY;
    case FIELD_DATE:
        return CONTROL_DATE;
    case FIELD_BOOL:
        return CONTROL_CHECK;
    case FIELD_STATE:
        if (n_choices == 0)
            return CONTROL_TEXT;
        return (f->flags & F_REQUIRED) != 0 && n_choices <= RADIO_MAX ? CONTROL_RADIO : CONTROL_SELECT;
    case FIELD_REF:
        return n_choices > 0 ? CONTROL_SELECT : CONTROL_TEXT;
    case FIELD_TEXT:
        return (f->flags & F_LONG) != 0 ? CONTROL_LONG : CONTROL_TEXT;
    case FIELD_INSTANT:
    case FIELD_TYPE_COUNT:
        break;
    }
    return CONTROL_TEXT;
}

static const char *error_of(const struct req *r, const struct form *f, const char *field)
{
    size_t i;

    for (i = 0; i < f->faults.n; i++)
        if (text_eq(f->faults.v[i].field, field))
            return fault_words(r, &f->faults.v[i]);
    return NULL;
}

static void state_choices(struct req *r, const struct form *f, const struct field *field, struct ui_field *u)
{
    const char *may_be = field_codes(r->arena, r->app, field);
    size_t n = 0, i;
    char **codes = text_split(r->arena, may_be != NULL ? may_be : "", ' ', &n);
    struct ui_choice *v = arena_array(r->arena, n, struct ui_choice);

    for (i = 0; i < n; i++)
        v[i] = (struct ui_choice){.value = codes[i], .label = label_code(r, f->s->entity, field, codes[i])};
    u->options = v;
    u->n_options = n;
}

/*
 * A select knows ids only. What was typed may also be a code (from a draft, or what input_text() makes of the row); a row that
 * is no longer offered stays chosen while it is what the row has.
 */
static void ref_select(struct req *r, const struct form *f, const struct field *field, struct ui_choice *v, size_t n,
                       struct ui_field *u)
{
    struct ui_choice *all = arena_array(r->arena, n + 1, struct ui_choice);
    int64_t id = 0;
    size_t i;

    if (!text_empty(u->value) && ref_by_code(r, field->of, f->gov, u->value, &id) > 0)
        u->value = text_printf(r->arena, "%lld", (long long)id);
    for (i = 0; i < n; i++)
        all[i] = v[i];
    for (i = 0; i < n && !text_eq(v[i].value, u->value); i++)
        ;
    if (i == n && !text_empty(u->value)) {
        const char *name = text_int(u->value, 1, INT64_MAX, &id) == 0 ? ref_name(r, field->of, f->gov, id) : NULL;

        all[n++] = (struct ui_choice){.value = u->value, .label = name != NULL ? name : u->value};
    }
    u->options = all;
    u->n_options = n;
}

/* Returns the name to be echoed under a field that takes a code; NULL for none. */
static const char *ref_choices_of(struct req *r, const struct form *f, const struct field *field, struct ui_field *u)
{
    struct ui_choice *v = NULL;
    int64_t id = 0;
    size_t n = 0;

    if (ref_choices(r, field->of, f->gov, &v, &n) > 0 && n > 0) {
        ref_select(r, f, field, v, n, u);
        return NULL;
    }
    if (text_empty(u->value))
        return NULL;
    if (ref_by_code(r, field->of, f->gov, u->value, &id) <= 0 && text_int(u->value, 1, INT64_MAX, &id) < 0)
        return NULL;
    return ref_name(r, field->of, f->gov, id);
}

static void ref_help(struct req *r, const struct form *f, const struct field *field, const char *name)
{
    const struct screen *to = screen_of_entity(r->app, field->of);

    if (name != NULL)
        html(r, "<p class=\"small\">%s</p>\n", name);
    if (to != NULL && may(r, screen_permission(r->arena, to, "read"), to->entity->kind == ENTITY_DATA ? f->gov : 0))
        html(r, "<p class=\"small\"><a href=\"%s\">%s</a></p>\n", link_to(screen_path(r, to)),
             T1(r, "form.search", label_one(r, to->entity)));
}

static bool is_hidden(const struct form *f, const struct field *field)
{
    return field->mask != NULL && !f->open;
}

static void masked_field(struct req *r, const struct form *f, const struct field *field)
{
    const char *value = *(const char *const *)((const char *)f->before + field->offset);

    html(r, "<div class=\"field\"><b>%s</b><p class=\"hint\">%s</p><p>%s</p></div>\n", label_of(r, f->s->entity, field),
         T(r, "form.masked"), value != NULL ? field->mask(r->arena, value) : "\xe2\x80\x93");
}

static void show_field(struct req *r, const struct form *f, const struct screen_form_field *x, const struct field *field)
{
    size_t at = (size_t)(field - f->s->entity->fields);
    bool asked_always = ((field->flags & F_REQUIRED) != 0 || x->demanded) && x->only_if == NULL;
    struct ui_field u = {.name = field->name,
                         .label = label_of(r, f->s->entity, field),
                         .hint = label_hint(r, f->s->entity, field),
                         .error = error_of(r, f, field->name),
                         .value = f->typed[at],
                         .optional = !asked_always && field->type != FIELD_BOOL,
                         .size = x->size,
                         .unit = x->unit};
    const char *name = NULL;

    if (is_hidden(f, field) && f->typed[at] == NULL) {
        masked_field(r, f, field);
        return;
    }
    if (field->type == FIELD_STATE)
        state_choices(r, f, field, &u);
    else if (field->type == FIELD_REF)
        name = ref_choices_of(r, f, field, &u);
    else if (field->type == FIELD_BOOL && !text_eq(u.value, "1"))
        u.value = NULL;
    u.type = control_of(field, u.n_options);
    if (u.type == CONTROL_SELECT)
        u.choose = T1(r, "form.choose-one", label_inside(r, u.label));
    ui_field(r, &u);
    if (field->type == FIELD_REF && u.type == CONTROL_TEXT)
        ref_help(r, f, field, name);
}

/* ---- the form ---- */

static bool asks_any(const struct form *f, const struct screen_section *section)
{
    size_t i;

    for (i = 0; i < section->n; i++)
        if (form_asks(f, entity_field(f->s->entity, section->fields[i].field)))
            return true;
    return false;
}

static void show_section(struct req *r, const struct form *f, const struct screen_section *section)
{
    bool paired = false;
    size_t i;

    if (!asks_any(f, section))
        return;
    if (section->title != NULL)
        html(r, "<h2>%s</h2>\n", T(r, section->title));
    for (i = 0; i < section->n; i++) {
        const struct screen_form_field *x = &section->fields[i];
        const struct field *field = entity_field(f->s->entity, x->field);

        if (x->pair && !paired)
            ui_pair_begin(r);
        if (form_asks(f, field))
            show_field(r, f, x, field);
        if (paired && !x->pair)
            ui_pair_end(r);
        paired = x->pair;
    }
}

static const char *form_action(struct req *r, const struct form *f)
{
    return f->before == NULL ? url(r, "/kerja/%s/%s/baru", route_param(r, "gov"), f->s->slug)
                             : url(r, "/kerja/%s/%s/%lld/ubah", route_param(r, "gov"), f->s->slug, (long long)f->id);
}

static const char *draft_path(struct req *r, const struct form *f)
{
    return url(r, "/kerja/%s/%s/draf", route_param(r, "gov"), f->s->slug);
}

/* "pukul 10.42 WIB", with the day unless it is today. */
static const char *draft_moment(struct req *r, instant at)
{
    date today = instant_date(r->now, r->zone_minutes);

    return instant_date(at, r->zone_minutes).v == today.v ? instant_time_text(r->arena, at, r->zone_minutes, (int)r->lang)
                                                          : say_moment(r, at);
}

static void offer_draft(struct req *r, const struct form *f)
{
    ui_note_begin(r, TONE_INFO);
    html(r, "<p><b>%s</b> %s</p>\n", T1(r, "ui.draft-saved", draft_moment(r, f->draft_at)), T(r, "form.draft-offer"));
    html(r, "<form action=\"%s\" method=\"post\">", link_to(draft_path(r, f)));
    ui_csrf(r);
    ui_hidden(r, RECORD_FIELD, text_printf(r->arena, "%lld", (long long)f->id));
    ui_hidden(r, DISCARD_FIELD, "1");
    ui_acts_begin(r);
    ui_button(r, &(struct ui_button){.label = T(r, "form.draft-use"), .href = url(r, "?draf=1")});
    ui_button(r, &(struct ui_button){.label = T(r, "form.draft-discard"), .look = BUTTON_PLAIN});
    ui_acts_end(r);
    html(r, "</form>\n");
    ui_note_end(r);
}

static void form_head(struct req *r, const struct form *f)
{
    ui_hidden(r, RECORD_FIELD, text_printf(r->arena, "%lld", (long long)f->id));
    if (f->before != NULL)
        ui_hidden(r, REV_FIELD, text_printf(r->arena, "%lld", (long long)f->rev));
    web_once(r);
}

static void form_foot(struct req *r, const struct form *f)
{
    ui_acts_begin(r);
    ui_button(r, &(struct ui_button){.label = T1(r, "form.save", label_one(r, f->s->entity)), .look = BUTTON_FIRST});
    if (r->actor != NULL)
        ui_button(r, &(struct ui_button){.label = T(r, "form.save-draft"), .name = DRAFT_BUTTON, .value = "1"});
    ui_acts_end(r);
    if (r->actor == NULL)
        return;
    html(r, "<p class=\"small mute\" role=\"status\" data-draft=\"%s\">%s</p>\n", draft_path(r, f),
         f->draft_used ? T1(r, "ui.draft-saved", draft_moment(r, f->draft_at)) : "");
    html(r, "<p class=\"small mute\">%s</p>\n",
         T1(r, "form.draft-kept", say_day(r, date_add_days(instant_date(r->now, r->zone_minutes), DRAFT_DAYS))));
}

static void show_errors(struct req *r, const struct form *f)
{
    struct ui_error v[ARRAY_LEN(f->faults.v)];
    size_t i;

    for (i = 0; i < f->faults.n; i++)
        v[i] = (struct ui_error){f->faults.v[i].field, fault_words(r, &f->faults.v[i])};
    ui_errors(r, v, f->faults.n);
}

static void page_of(struct req *r, const struct form *f, struct page *p, struct crumb crumbs[3])
{
    size_t n = 0;

    crumbs[n++] = (struct crumb){label_many(r, f->s->entity), screen_path(r, f->s)};
    if (f->before != NULL)
        crumbs[n++] = (struct crumb){row_title(r, f->s, f->before), row_path(r, f->s, f->id)};
    *p = (struct page){.shell = SHELL_WORKSPACE,
                       .title = T1(r, f->before == NULL ? "form.new" : "form.edit", label_one(r, f->s->entity)),
                       .wrong = f->faults.n > 0,
                       .crumbs = crumbs,
                       .n_crumbs = n,
                       .here = screen_path(r, f->s)};
}

static void show_privacy(struct req *r, const struct form *f)
{
    bool *asked = arena_array(r->arena, f->s->entity->n_fields, bool);
    size_t i;

    for (i = 0; i < f->s->entity->n_fields; i++)
        asked[i] = form_asks(f, &f->s->entity->fields[i]);
    privacy_notice(r, f->s->entity, asked);
}

void form_show(struct req *r, struct form *f, int status)
{
    struct crumb crumbs[3];
    struct page p;
    size_t i;

    page_of(r, f, &p, crumbs);
    web_page_begin(r, &p);
    show_errors(r, f);
    html(r, "<h1>%s</h1>\n<p class=\"mute\">%s</p>\n", p.title, T(r, "form.all-required"));
    if (f->draft_at.v != INSTANT_NONE.v && !f->draft_used)
        offer_draft(r, f);
    ui_form_begin(r, NULL, form_action(r, f), FORM_POST);
    form_head(r, f);
    for (i = 0; i < f->s->n_sections; i++)
        show_section(r, f, &f->s->sections[i]);
    show_privacy(r, f);
    form_foot(r, f);
    ui_form_end(r);
    page_end(r, &p);
    r->http->status = status;
}

/* ---- two editors ---- */

/* What the person saw when the form was opened, as the lines of the history since then tell; NULL: `now` has the same. */
static bool changed_since(const struct history *v, size_t n, int64_t rev, const char *field, const char **ret_then)
{
    bool changed = false;
    size_t i, k;

    for (i = 0; i < n && v[i].rev > rev; i++)
        for (k = 0; k < v[i].n; k++)
            if (text_eq(v[i].changes[k].name, field)) {
                changed = true;
                *ret_then = v[i].changes[k].before;
            }
    return changed;
}

static const char *shown(const struct req *r, const struct entity *e, const struct field *field, const void *row)
{
    const char *words = field->type == FIELD_REF ? ref_name(r, field->of, ((const struct record *)row)->gov,
                                                            ((const ref *)((const char *)row + field->offset))->v)
                                                 : value_shown(r, e, field, row, NULL);

    return words != NULL ? words : "\xe2\x80\x93";
}

static bool differs(struct req *r, const struct form *f, const void *now, const struct field *field)
{
    return form_asks(f, field) && !is_hidden(f, field) &&
           !text_eq(field_stored(field, f->row, r->arena), field_stored(field, now, r->arena));
}

static const char *sent(struct req *r, const struct field *field, const void *row)
{
    return field->type == FIELD_REF && ((const ref *)((const char *)row + field->offset))->v != 0
               ? field_stored(field, row, r->arena)
               : input_text(r, field, row);
}

static size_t differences(struct req *r, const struct form *f, const void *now, const struct history *v, size_t n,
                          struct state_difference *ret)
{
    const struct entity *e = f->s->entity;
    size_t i, k = 0;

    for (i = 0; i < e->n_fields; i++) {
        const struct field *field = &e->fields[i];
        const char *then = NULL, *mine = field_stored(field, f->row, r->arena);

        if (!differs(r, f, now, field))
            continue;
        ret[k++] = (struct state_difference){
            .name = field->name,
            .label = label_of(r, e, field),
            .mine = shown(r, e, field, f->row),
            .mine_value = sent(r, field, f->row),
            .theirs = shown(r, e, field, now),
            .theirs_value = sent(r, field, now),
            .theirs_chosen = changed_since(v, n, f->rev, field->name, &then) && text_eq(then, mine),
        };
    }
    return k;
}

static void keep_the_same(struct req *r, const struct form *f, const void *now)
{
    const struct entity *e = f->s->entity;
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const struct field *field = &e->fields[i];

        if (!form_asks(f, field) || differs(r, f, now, field))
            continue;
        if (is_hidden(f, field)) {
            if (f->typed[i] != NULL)
                ui_hidden(r, field->name, f->typed[i]);
        } else
            ui_hidden(r, field->name, sent(r, field, now));
    }
}

void form_show_both(struct req *r, struct form *f, const void *now)
{
    struct state_difference *v = arena_array(r->arena, f->s->entity->n_fields, struct state_difference);
    struct history *history = NULL;
    struct crumb crumbs[3];
    struct page p;
    size_t n_history = 0, n;

    if (history_read(r->db, r->arena, f->s->entity, f->gov, f->id, 0, &history, &n_history) < 0)
        n_history = 0;
    n = differences(r, f, now, history, n_history, v);
    page_of(r, f, &p, crumbs);
    p.wrong = true;
    web_page_begin(r, &p);
    html(r, "<h1>%s</h1>\n", p.title);
    ui_form_begin(r, NULL, form_action(r, f), FORM_POST);
    ui_hidden(r, RECORD_FIELD, text_printf(r->arena, "%lld", (long long)f->id));
    ui_hidden(r, REV_FIELD, text_printf(r->arena, "%lld", (long long)((const struct record *)now)->rev));
    web_once(r);
    keep_the_same(r, f, now);
    state_two_editors(r, n_history > 0 && history[0].by != NULL ? history[0].by : T(r, "form.the-system"),
                      n_history > 0 ? say_moment(r, history[0].at) : "", v, n);
    ui_buttons(r, &(struct ui_button){.label = T(r, "form.save-choice"), .look = BUTTON_FIRST}, 1);
    ui_form_end(r);
    page_end(r, &p);
    r->http->status = 409;
}
