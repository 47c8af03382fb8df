/*
 * form_take.c: from a request to a row: which fields may come, what they mean, whose row it becomes.
 *
 * What a person did not touch stays as it is stored, to the last digit, also when the form shows it shorter. Not for: markup.
 */
#include <string.h>

#include "base/text.h"
#include "engine/flow.h"
#include "engine/form.h"
#include "engine/list.h"
#include "engine/record.h"
#include "engine/ref.h"
#include "engine/row.h"

static const void *value_of(const struct field *f, const void *row)
{
    return (const char *)row + f->offset;
}

/* ---- which fields ---- */

const struct screen_form_field *form_place(const struct screen *s, const struct field *field)
{
    size_t i, k;

    for (i = 0; i < s->n_sections; i++)
        for (k = 0; k < s->sections[i].n; k++)
            if (text_eq(s->sections[i].fields[k].field, field->name))
                return &s->sections[i].fields[k];
    return NULL;
}

bool form_asks(const struct form *f, const struct field *field)
{
    if (form_place(f->s, field) == NULL || !input_allowed(f->s, field) ||
        (f->others != NULL && f->others[field - f->s->entity->fields]))
        return false;
    return f->before == NULL || !input_fixed(f->s->entity, field);
}

bool form_idle(const struct screen *s, const struct screen_form_field *x, const void *row)
{
    const struct field *f = x->only_if != NULL ? entity_field(s->entity, x->only_if) : NULL;

    return f != NULL && f->type == FIELD_BOOL && !*(const bool *)value_of(f, row);
}

/* ---- opening ---- */

static void set_alone(struct form *f, const char *name, const int64_t *ids, size_t n)
{
    const struct field *field = name != NULL ? entity_field(f->s->entity, name) : NULL;

    if (field != NULL && n == 1)
        ((ref *)((char *)f->row + field->offset))->v = ids[0];
}

/* Who reaches only one agency, unit or place, or only what is their own, makes rows there. */
static void set_owner(struct req *r, struct form *f)
{
    const struct entity *e = f->s->entity;
    struct scope scope;

    scope_of(r, f->permission, f->gov, &scope);
    if (scope.all)
        return;
    set_alone(f, e->agency, scope.agencies, scope.n_agencies);
    set_alone(f, e->unit, scope.units, scope.n_units);
    set_alone(f, e->place, scope.places, scope.n_places);
    set_alone(f, e->owner, &scope.owner, scope.owner != 0 ? 1 : 0);
}

bool record_ended(const struct screen *s, const void *row)
{
    const struct flow *flow = s->flow != NULL ? flow_for(s->flow, row) : NULL;
    const struct flow_state *now = flow != NULL ? flow_state(flow, flow_now(flow, row)) : NULL;

    return now != NULL && now->clock == FLOW_ENDS;
}

static int open_row(struct req *r, struct form *f)
{
    const struct entity *e = f->s->entity;
    struct record *before = arena_alloc(r->arena, e->size);
    struct scope scope;
    int found;

    found = f->id > 0 ? row_get(r->db, r->arena, e, f->gov, f->id, before) : 0;
    if (found <= 0)
        return found;
    scope_of(r, f->permission, f->gov, &scope);
    found = row_reach(r->db, r->arena, &scope, e, before);
    if (found <= 0)
        return found;
    if (before->voided_at.v != INSTANT_NONE.v)
        return fail(r, E_STATE, "form.void");
    if (record_ended(f->s, before))
        return fail(r, E_STATE, "form.ended");
    f->before = before;
    f->rev = before->rev;
    f->row = memcpy(arena_alloc(r->arena, e->size), before, e->size);
    f->open = pass_good(r, f->gov, f->id);
    return 1;
}

int form_open(struct req *r, bool is_new, int64_t id, struct form *ret)
{
    const struct screen *s = screen_of(r);
    const struct entity *e = s->entity;
    bool *others = arena_array(r->arena, e->n_fields, bool);
    size_t i;

    *ret = (struct form){.s = s,
                         .gov = e->kind == ENTITY_DATA ? req_gov(r)->id : 0,
                         .permission = screen_permission(r->arena, s, is_new ? "create" : "edit"),
                         .id = id,
                         .open = is_new,
                         .draft_at = INSTANT_NONE,
                         .typed = arena_array(r->arena, e->n_fields, const char *)};
    for (i = 0; i < e->n_fields; i++)
        others[i] = !screen_gives(r, s, &e->fields[i], ret->gov);
    ret->others = others;
    if (!may(r, ret->permission, ret->gov)) /* what is the same everywhere is changed by the installation's people only */
        return 0;
    if (!is_new)
        return open_row(r, ret);
    ret->row = row_new(r->arena, e, ret->gov);
    set_owner(r, ret);
    return 1;
}

/* ---- what stands in the controls ---- */

static const char *id_text(struct arena *a, const struct field *f, const void *row)
{
    return text_printf(a, "%lld", (long long)((const ref *)value_of(f, row))->v);
}

void form_fill(struct req *r, struct form *f)
{
    const struct entity *e = f->s->entity;
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const struct field *field = &e->fields[i];

        if (!form_asks(f, field) || (field->mask != NULL && !f->open))
            continue;
        if (field->type == FIELD_BOOL)
            f->typed[i] = *(const bool *)value_of(field, f->row) ? "1" : NULL;
        else
            f->typed[i] = input_text(r, field, f->row);
    }
}

/* Is this what the form had shown? Then the stored value stays, whatever the form could not show of it. */
static bool untouched(struct req *r, const struct form *f, const struct field *field, const char *typed)
{
    if (f->before == NULL || (field->mask != NULL && !f->open))
        return false;
    if (field->type == FIELD_REF && text_eq(typed, id_text(r->arena, field, f->before)))
        return true;
    return text_eq(typed, input_text(r, field, f->before));
}

/* ---- the request ---- */

static bool is_ours(const char *name)
{
    static const char *const ours[] = {CSRF_FIELD, ONCE_FIELD, REV_FIELD, RECORD_FIELD, DRAFT_BUTTON, DISCARD_FIELD};
    size_t i;

    for (i = 0; i < ARRAY_LEN(ours); i++)
        if (text_eq(ours[i], name))
            return true;
    return false;
}

int form_read(struct req *r, struct form *f)
{
    const struct http_pairs *form = &r->http->form;
    const struct entity *e = f->s->entity;
    const char *rev = http_form(r->http, REV_FIELD);
    size_t i;

    for (i = 0; i < form->n; i++) {
        const struct field *field = entity_field(e, form->v[i].name);

        if (is_ours(form->v[i].name))
            continue;
        if (field == NULL || !form_asks(f, field) || f->typed[field - e->fields] != NULL)
            return E_FORMAT;
        f->typed[field - e->fields] = form->v[i].value;
    }
    if (f->before != NULL && (rev == NULL || text_int(rev, 1, INT64_MAX, &f->rev) < 0))
        return E_FORMAT;
    return 0;
}

static bool has_fault(const struct form *f, const char *field)
{
    size_t i;

    for (i = 0; i < f->faults.n; i++)
        if (text_eq(f->faults.v[i].field, field))
            return true;
    return false;
}

static void take_field(struct req *r, struct form *f, size_t i)
{
    const struct field *field = &f->s->entity->fields[i];
    const char *typed = f->typed[i] == NULL && field->type == FIELD_BOOL ? "0" : f->typed[i];
    const char *key, *arg = NULL;

    if (typed == NULL || untouched(r, f, field, typed) || form_idle(f->s, form_place(f->s, field), f->row))
        return;
    key = input_take(r, f->s->entity, field, f->row, typed, &arg);
    if (key != NULL)
        faults_add(&f->faults, field->name, key, arg);
}

static int keep_in_scope(struct req *r, struct form *f)
{
    const struct entity *e = f->s->entity;
    const char *const names[] = {e->agency, e->unit, e->place, e->owner, e->within};
    const char *field = NULL;
    struct scope scope;
    size_t i;
    int reached;

    scope_of(r, f->permission, f->gov, &scope);
    reached = row_reach(r->db, r->arena, &scope, e, f->row);
    if (reached != 0)
        return reached < 0 ? reached : 0;
    for (i = 0; i < ARRAY_LEN(names) && field == NULL; i++)
        if (names[i] != NULL && form_asks(f, entity_field(e, names[i])))
            field = names[i];
    faults_add(&f->faults, field, "form.out-of-scope", NULL);
    return 0;
}

int form_taken(struct req *r, struct form *f)
{
    const struct entity *e = f->s->entity;
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        int taken;

        if ((e->fields[i].flags & F_UNIQUE) == 0 || has_fault(f, e->fields[i].name))
            continue;
        taken = ref_taken(r->db, r->arena, e, &e->fields[i], f->row, f->id);
        if (taken < 0)
            return taken;
        if (taken > 0)
            faults_add(&f->faults, e->fields[i].name, "form.taken", NULL);
    }
    return 0;
}

int form_take(struct req *r, struct form *f)
{
    const struct entity *e = f->s->entity;
    int round, result;
    size_t i;

    for (round = 0; round < 2; round++) /* boxes first: others are asked only when they are ticked */
        for (i = 0; i < e->n_fields; i++)
            if (form_asks(f, &e->fields[i]) && (e->fields[i].type == FIELD_BOOL) == (round == 0))
                take_field(r, f, i);
    if (f->faults.n == 0)
        entity_check(r, f->s, f->before, f->row, &f->faults);
    result = form_taken(r, f);
    if (result == 0 && f->faults.n == 0)
        result = keep_in_scope(r, f);
    return result;
}
