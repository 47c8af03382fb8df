/*
 * flow_choice.c: which steps the one who asks may take, and in words why not.
 */
#include "base/text.h"
#include "engine/acting.h"
#include "engine/flow.h"
#include "engine/history.h"
#include "ui/lang.h"

const char *flow_word(const struct req *r, const struct flow *f, const char *verb, const char *suffix)
{
    const char *text = lang_text(r->lang, text_printf(r->arena, "%s.%s%s", f->name, verb, suffix));

    return text != NULL ? text : lang_text(r->lang, text_printf(r->arena, "flow.%s%s", verb, suffix));
}

/* How the history calls a form that was saved without a step. */
static const char *in_history(const char *verb)
{
    return text_eq(verb, "create") ? "create insert" : text_eq(verb, "edit") ? "edit update" : verb;
}

/* The first of the step's .not_after that was taken on the record by this user or in this user's name; *ret NULL for none. */
static int taken_before(struct req *r, const struct flow_step *s, const struct record *head, int64_t user, const char **ret)
{
    char **verbs = NULL;
    size_t n = 0, i;

    *ret = NULL;
    if (s->not_after != NULL)
        verbs = text_split(r->arena, s->not_after, ' ', &n);
    for (i = 0; i < n; i++) {
        int took = text_empty(verbs[i]) ? 0 : history_took(r->db, r->arena, head->gov, head->id, user, in_history(verbs[i]));

        if (took != 0) {
            *ret = verbs[i];
            return took < 0 ? took : 0;
        }
    }
    return 0;
}

static int64_t owner_of(const struct entity *e, const void *row)
{
    const struct field *f = e->owner != NULL ? entity_field(e, e->owner) : NULL;

    return f != NULL && f->type == FIELD_REF ? ((const ref *)((const char *)row + f->offset))->v : 0;
}

/*
 * A step of the kind that two people take, in somebody's name: neither what that person did nor what is that person's own, or
 * one's own, may be decided. NULL, or words.
 */
static int judge_behalf(struct req *r, const struct flow *f, const struct flow_step *s, const void *row,
                        const struct absent *behalf, const char **ret)
{
    const char *verb, *done;
    int64_t owner = owner_of(f->entity, row);
    int e = taken_before(r, s, row, behalf->user, &verb);

    *ret = NULL;
    if (e < 0 || s->not_after == NULL)
        return e;
    if (verb != NULL) {
        done = flow_word(r, f, verb, "-done");
        *ret = T2(r, "flow.four-eyes-behalf", behalf->name, done != NULL ? done : verb);
    } else if (owner != 0 && (owner == behalf->user || owner == r->actor->user)) {
        *ret = T1(r, owner == behalf->user ? "flow.own-of-behalf" : "flow.own-behalf", behalf->name);
    }
    return 0;
}

/* In whose right the step can be taken, or with the first of them why not. */
static int choose_grant(struct req *r, const struct flow *f, const void *row, struct flow_choice *c)
{
    size_t i;

    for (i = 0; i < r->actor->n_grants; i++) {
        const struct grant *g = &r->actor->grants[i];
        const char *blocked = NULL;
        int e = acting_reaches(r, g, c->step->permission, f->entity, row);

        if (e > 0 && g->behalf != NULL)
            e = judge_behalf(r, f, c->step, row, g->behalf, &blocked);
        else if (e == 0)
            continue;
        if (e < 0)
            return e;
        if (c->grant == NULL || blocked == NULL) {
            c->grant = g;
            c->blocked = blocked;
        }
        if (blocked == NULL)
            return 0;
    }
    c->four_eyes = c->blocked != NULL;
    return 0;
}

/* A guard's fault is a reason here, not the request's. */
static int ask_guard(struct req *r, const struct flow_step *s, const void *row, const char **ret_blocked)
{
    const int fault = r->fault;
    const char *key = r->fault_key, *arg = r->fault_arg;
    int e;

    r->fault = 0;
    r->fault_key = r->fault_arg = NULL;
    e = s->guard(r, row);
    if (e < 0)
        *ret_blocked = r->fault_key != NULL ? fault_text(r) : T(r, "flow.not-now");
    r->fault = fault;
    r->fault_key = key;
    r->fault_arg = arg;
    return e == E_STORAGE || e == E_BUSY || e == E_SYSTEM ? e : 0;
}

static int judge(struct req *r, const struct flow *f, const struct flow_step *s, const void *row, struct flow_choice *c)
{
    const char *verb, *you;
    int e;

    *c = (struct flow_choice){.step = s};
    e = choose_grant(r, f, row, c);
    if (e == 0)
        e = taken_before(r, s, row, r->actor->user, &verb);
    if (e < 0)
        return e;
    if (verb != NULL) {
        you = flow_word(r, f, verb, "-you");
        c->blocked = T1(r, "flow.four-eyes", you != NULL ? you : verb);
        c->four_eyes = true;
        return 0;
    }
    if (c->blocked != NULL)
        return 0;
    return s->guard != NULL ? ask_guard(r, s, row, &c->blocked) : 0;
}

int flow_choices(struct req *r, const struct flow *f, const void *row, const struct flow_choice **ret, size_t *ret_n)
{
    const struct record *head = row;
    struct flow_choice *v;
    size_t n = 0, i;

    *ret = NULL;
    *ret_n = 0;
    f = flow_for(f, row);
    if (f == NULL || r->actor == NULL || head->voided_at.v != INSTANT_NONE.v)
        return 0;
    v = arena_array(r->arena, f->n_steps, struct flow_choice);
    for (i = 0; i < f->n_steps; i++) {
        const struct flow_step *s = &f->steps[i];
        struct scope scope;
        int e;

        if (!text_has_word(s->from, flow_now(f, row)))
            continue;
        scope_of(r, s->permission, head->gov, &scope);
        if (!scope_holds(&scope, f->entity, row))
            continue;
        e = judge(r, f, s, row, &v[n++]);
        if (e < 0)
            return e;
    }
    *ret = v;
    *ret_n = n;
    return 0;
}
