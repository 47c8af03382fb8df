/*
 * flow_choice.c: which steps the one who asks may take, and in words why not.
 */
#include "base/text.h"
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

/* The first of the step's .not_after that the person has taken on the record; *ret NULL for none. */
static int taken_before(struct req *r, const struct flow_step *s, const struct record *head, const char **ret)
{
    char **verbs = NULL;
    size_t n = 0, i;

    *ret = NULL;
    if (s->not_after != NULL)
        verbs = text_split(r->arena, s->not_after, ' ', &n);
    for (i = 0; i < n; i++) {
        int took =
            text_empty(verbs[i]) ? 0 : history_took(r->db, r->arena, head->gov, head->id, r->actor->user, in_history(verbs[i]));

        if (took != 0) {
            *ret = verbs[i];
            return took < 0 ? took : 0;
        }
    }
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
    int e = taken_before(r, s, row, &verb);

    *c = (struct flow_choice){.step = s};
    if (e < 0)
        return e;
    if (verb != NULL) {
        you = flow_word(r, f, verb, "-you");
        c->blocked = T1(r, "flow.four-eyes", you != NULL ? you : verb);
        c->four_eyes = true;
        return 0;
    }
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
