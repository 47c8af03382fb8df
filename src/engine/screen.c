/*
 * screen.c: looking at screen tables, and what the fields of a row are called and read like.
 *
 * Not for: names of other rows (sql_names.c), what people type (input.c).
 */
#include "base/date.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/erase.h"
#include "engine/app.h"
#include "engine/flow.h"
#include "engine/list.h"
#include "engine/screen.h"
#include "ui/lang.h"

void faults_add(struct faults *f, const char *field, const char *key, const char *arg)
{
    if (f->n < ARRAY_LEN(f->v))
        f->v[f->n++] = (struct fault){field, key, arg};
}

/* ---- finding ---- */

const struct screen *screen_of(const struct req *r)
{
    BUG_IF(r->route == NULL || r->route->screen == NULL);
    return r->route->screen;
}

static const struct screen *find(const struct app *app, const struct entity *e, const char *slug)
{
    size_t m, i;

    for (m = 0; app != NULL && m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_screens; i++) {
            const struct screen *s = app->modules[m]->screens[i];

            if (e != NULL ? s->entity == e : text_eq(s->slug, slug))
                return s;
        }
    return NULL;
}

const struct screen *screen_of_entity(const struct app *app, const struct entity *e)
{
    return find(app, e, NULL);
}

const struct screen *screen_by_slug(const struct app *app, const char *slug)
{
    return find(app, NULL, slug);
}

const char *screen_permission(struct arena *a, const struct screen *s, const char *act)
{
    return text_printf(a, "%s.%s", s->permission, act);
}

/* ---- soundness ---- */

static bool is_slug(const char *s)
{
    return !text_empty(s) && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s);
}

static bool is_text(const struct entity *e, const char *name)
{
    const struct field *f = entity_field(e, name);

    return f != NULL && f->type == FIELD_TEXT;
}

static const char *names_fault(const struct screen *s, struct arena *a)
{
    const struct field *code = s->code != NULL ? entity_field(s->entity, s->code) : NULL;
    size_t i;

    if (!is_text(s->entity, s->name))
        return text_printf(a, "%s: its name is no text field", s->slug);
    if (s->code != NULL && (code == NULL || code->type != FIELD_TEXT || (code->flags & F_UNIQUE) == 0))
        return text_printf(a, "%s: its code is no unique text field", s->slug);
    for (i = 0; s->search != NULL && s->search[i] != NULL; i++)
        if (!is_text(s->entity, s->search[i]))
            return text_printf(a, "%s: search reads %s, which is no text field", s->slug, s->search[i]);
    return NULL;
}

static const char *list_fault(const struct screen *s, struct arena *a)
{
    size_t i;

    if (s->n_columns == 0)
        return text_printf(a, "%s: a list needs columns", s->slug);
    for (i = 0; i < s->n_columns; i++)
        if (entity_field(s->entity, s->columns[i].field) == NULL)
            return text_printf(a, "%s: column %s is no field", s->slug, s->columns[i].field);
    for (i = 0; i < s->n_filters; i++)
        if (entity_field(s->entity, s->filters[i].field) == NULL)
            return text_printf(a, "%s: filter %s is no field", s->slug, s->filters[i].field);
    if (2 * s->n_filters > LIST_FILTERS)
        return text_printf(a, "%s: too many filters", s->slug);
    if (s->order != NULL && entity_field(s->entity, s->order) == NULL)
        return text_printf(a, "%s: it is sorted by %s, which is no field", s->slug, s->order);
    return NULL;
}

static const char *section_fault(const struct screen *s, const struct screen_section *section, struct arena *a)
{
    size_t i;

    for (i = 0; i < section->n; i++) {
        const struct screen_form_field *x = &section->fields[i];
        const struct field *only = x->only_if != NULL ? entity_field(s->entity, x->only_if) : NULL;

        if (entity_field(s->entity, x->field) == NULL)
            return text_printf(a, "%s: the form's %s is no field", s->slug, x->field);
        if (x->only_if != NULL && (only == NULL || only->type != FIELD_BOOL))
            return text_printf(a, "%s: %s depends on %s, which is no bool", s->slug, x->field, x->only_if);
        if (x->pair && i + 1 == section->n)
            return text_printf(a, "%s: %s has nothing beside it", s->slug, x->field);
    }
    return NULL;
}

const char *screen_fault(const struct screen *s, struct arena *a)
{
    const char *why;
    size_t i;

    if (s->entity == NULL || !is_slug(s->slug) || text_empty(s->permission))
        return "a screen needs an entity, a slug and a permission";
    why = entity_fault(s->entity, a);
    if (why == NULL)
        why = names_fault(s, a);
    if (why == NULL)
        why = list_fault(s, a);
    for (i = 0; why == NULL && i < s->n_sections; i++)
        why = section_fault(s, &s->sections[i], a);
    for (i = 0; why == NULL && i < s->n_children; i++) {
        const struct field *f = entity_field(s->children[i].screen->entity, s->children[i].field);

        if (f == NULL || f->of != s->entity)
            why = text_printf(a, "%s: child %s does not lead here", s->slug, s->children[i].field);
    }
    if (why == NULL && s->flow != NULL && s->flow->entity != s->entity)
        why = text_printf(a, "%s: its flow is that of another entity", s->slug);
    return why;
}

/* ---- fields that not everybody gives ---- */

bool screen_gives(const struct req *r, const struct screen *s, const struct field *f, int64_t gov)
{
    size_t i, k;

    for (i = 0; i < s->n_sections; i++)
        for (k = 0; k < s->sections[i].n; k++) {
            const struct screen_form_field *x = &s->sections[i].fields[k];

            if (text_eq(x->field, f->name))
                return x->act == NULL || may(r, screen_permission(r->arena, s, x->act), gov);
        }
    return true;
}

/* ---- words ---- */

const char *label_one(const struct req *r, const struct entity *e)
{
    return T(r, text_printf(r->arena, "%s.one", e->name));
}

const char *label_many(const struct req *r, const struct entity *e)
{
    return T(r, text_printf(r->arena, "%s.many", e->name));
}

const char *label_of(const struct req *r, const struct entity *e, const struct field *f)
{
    return T(r, text_printf(r->arena, "%s.%s", e->name, f->name));
}

const char *label_inside(const struct req *r, const char *label)
{
    char *inside = arena_text(r->arena, label);

    if (inside[0] >= 'A' && inside[0] <= 'Z' && inside[1] >= 'a' && inside[1] <= 'z')
        inside[0] = (char)(inside[0] - 'A' + 'a');
    return inside;
}

const char *label_hint(const struct req *r, const struct entity *e, const struct field *f)
{
    return lang_text(r->lang, text_printf(r->arena, "%s.%s-hint", e->name, f->name));
}

const char *label_code(const struct req *r, const struct entity *e, const struct field *f, const char *code)
{
    return T(r, text_printf(r->arena, "%s.%s-%s", e->name, f->name, code));
}

/* ---- values ---- */

bool personal_hidden(const struct req *r, int64_t gov)
{
    size_t i;

    for (i = 0; r->actor != NULL && i < r->actor->n_grants; i++) {
        const struct grant *g = &r->actor->grants[i];
        const struct role *role = role_find(g->role);

        if (role != NULL && !role->supervisor && (gov == 0 || g->gov == GOV_ANY || g->gov == gov))
            return false;
    }
    return true;
}

static const char *ref_shown(const struct req *r, const struct field *f, int64_t id, const struct names *names)
{
    const char *name = names != NULL && id != 0 ? names_find(names, f->of, id) : NULL;

    if (id == 0)
        return NULL;
    return name != NULL ? name : text_printf(r->arena, "%lld", (long long)id);
}

static const char *text_shown(const struct req *r, const struct field *f, const char *text)
{
    return f->mask != NULL && text != NULL ? f->mask(r->arena, text) : text;
}

static const char *number_shown(const struct req *r, const struct field *f, int64_t v)
{
    if (v == INT_NONE)
        return NULL;
    return (f->flags & F_CENTI) != 0 ? score_text(r->arena, v, (int)r->lang) : number_text(r->arena, v, (int)r->lang);
}

const char *value_shown(const struct req *r, const struct entity *e, const struct field *f, const void *row,
                        const struct names *names)
{
    const void *at = (const char *)row + f->offset;
    const char *code;

    if ((f->flags & F_PERSONAL) != 0 && personal_hidden(r, ((const struct record *)row)->gov))
        return T(r, "list.personal-hidden");
    if ((f->flags & F_PERSONAL) != 0 && field_stored(f, row, r->arena) == NULL && erased_is(r->db, e, row, f))
        return T(r, "detail.erased");
    if (f->mask != NULL)
        return *(const char *const *)at != NULL ? f->mask(r->arena, *(const char *const *)at) : NULL;
    switch (f->type) {
    case FIELD_INT:
        return number_shown(r, f, *(const int64_t *)at);
    case FIELD_BOOL:
        return T(r, *(const bool *)at ? "ui.yes" : "ui.no");
    case FIELD_MONEY:
        return money_is_none(*(const money *)at) ? NULL : money_text(r->arena, *(const money *)at, MONEY_SCREEN, (int)r->lang);
    case FIELD_DATE:
        return date_is_none(*(const date *)at) ? NULL : date_text(r->arena, *(const date *)at, DATE_SHORT, (int)r->lang);
    case FIELD_INSTANT:
        if (((const instant *)at)->v == INSTANT_NONE.v)
            return NULL;
        return instant_text(r->arena, *(const instant *)at, r->zone_minutes, DATE_SHORT, (int)r->lang);
    case FIELD_REF:
        return ref_shown(r, f, ((const ref *)at)->v, names);
    case FIELD_STATE:
        code = ((const state *)at)->v;
        return code != NULL ? label_code(r, e, f, code) : NULL;
    case FIELD_TEXT:
        return text_shown(r, f, *(const char *const *)at);
    case FIELD_TYPE_COUNT:
        break;
    }
    bug_at(__FILE__, __LINE__, f->name);
}
