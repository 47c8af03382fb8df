/*
 * flow.c: tables of workflows: finding, checking, drawing. Pure.
 */
#include "base/text.h"
#include "engine/flow.h"
#include "ui/lang.h"

const struct flow_state *flow_state(const struct flow *f, const char *code)
{
    size_t i;

    for (i = 0; i < f->n_states; i++)
        if (text_eq(f->states[i].code, code))
            return &f->states[i];
    return NULL;
}

const struct flow_step *flow_step(const struct flow *f, const char *verb)
{
    size_t i;

    for (i = 0; i < f->n_steps; i++)
        if (text_eq(f->steps[i].verb, verb))
            return &f->steps[i];
    return NULL;
}

bool flow_awaits(const struct flow_step *s, const char *code)
{
    return !s->aside && text_has_word(s->from, code);
}

const struct flow *flow_for(const struct flow *f, const void *row)
{
    const struct field *field = entity_field(f->entity, "flow_version");
    int64_t version;

    if (field == NULL || field->type != FIELD_INT)
        return f;
    version = *(const int64_t *)((const char *)row + field->offset);
    if (version == 0 || version == INT_NONE) /* from before the entity had versions */
        version = f->version;
    while (f != NULL && f->version != version)
        f = f->older;
    return f;
}

const char *flow_now(const struct flow *f, const void *row)
{
    const struct field *field = entity_field(f->entity, f->state_field);

    return ((const state *)((const char *)row + field->offset))->v;
}

/* ---- checks ---- */

/* Each word of a list in turn: NULL behind the last. */
static const char *next_word(struct arena *a, const char **at)
{
    size_t n;

    if (*at == NULL)
        return NULL;
    *at += strspn(*at, " ");
    n = strcspn(*at, " ");
    *at += n;
    return n > 0 ? arena_text_n(a, *at - n, n) : NULL;
}

static bool is_name(const char *s)
{
    return s != NULL && s[0] >= 'a' && s[0] <= 'z' && s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

static const char *field_wrong(const struct flow *f, const char *name, enum field_type type, struct arena *a)
{
    const struct field *field = entity_field(f->entity, name);

    if (field == NULL || field->type != type)
        return text_printf(a, "%s: %s is no field of %s with the right type", f->name, name, f->entity->name);
    if (type == FIELD_TEXT && (field->flags & F_PERSONAL) != 0)
        return text_printf(a, "%s: %s is personal and may not stand in tasks", f->name, name);
    return NULL;
}

static const char *fields_fault(const struct flow *f, struct arena *a)
{
    const struct {
        const char *name;
        enum field_type type;
    } all[] = {{f->state_field, FIELD_STATE},
               {f->due_field, FIELD_DATE},
               {f->deadline_field, FIELD_DATE},
               {f->days_field, FIELD_INT},
               {f->title, FIELD_TEXT},
               {f->about, FIELD_TEXT},
               {f->older != NULL ? "flow_version" : NULL, FIELD_INT}};
    size_t i;

    if (f->state_field == NULL || f->title == NULL)
        return text_printf(a, "%s: state_field and title are needed", f->name);
    for (i = 0; i < ARRAY_LEN(all); i++) {
        const char *wrong = all[i].name != NULL ? field_wrong(f, all[i].name, all[i].type, a) : NULL;

        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}

/* Are the states those that the field may hold? An older definition may know fewer. */
static const char *codes_fault(const struct flow *f, bool oldest_too, struct arena *a)
{
    const char *codes = entity_field(f->entity, f->state_field)->codes, *at = codes, *code;
    size_t i;

    for (i = 0; i < f->n_states; i++) {
        if (!text_has_word(codes, f->states[i].code))
            return text_printf(a, "%s: %s is no code of %s", f->name, f->states[i].code, f->state_field);
        if (flow_state(f, f->states[i].code) != &f->states[i])
            return text_printf(a, "%s: %s stands twice", f->name, f->states[i].code);
        if (f->states[i].days < 0 || (f->states[i].clock != FLOW_RUNS && f->states[i].days != 0))
            return text_printf(a, "%s: %s does not run and cannot have a limit", f->name, f->states[i].code);
        if (f->states[i].by_deadline && (f->deadline_field == NULL || f->states[i].clock != FLOW_RUNS))
            return text_printf(a, "%s: %s has no deadline to go by", f->name, f->states[i].code);
    }
    while (!oldest_too && (code = next_word(a, &at)) != NULL)
        if (flow_state(f, code) == NULL)
            return text_printf(a, "%s: code %s is no state", f->name, code);
    return NULL;
}

static const char *verbs_fault(const struct flow *f, const struct flow_step *s, struct arena *a)
{
    const char *at = s->not_after, *word;

    while ((word = next_word(a, &at)) != NULL)
        if (flow_step(f, word) == NULL && !text_has_word("create edit", word))
            return text_printf(a, "%s.%s: not after %s, which is no step", f->name, s->verb, word);
    for (at = s->from; (word = next_word(a, &at)) != NULL;) {
        const struct flow_state *from = flow_state(f, word);

        if (from == NULL)
            return text_printf(a, "%s.%s: from %s, which is no state", f->name, s->verb, word);
        if (from->clock == FLOW_ENDS)
            return text_printf(a, "%s.%s: leads out of %s, which is final", f->name, s->verb, word);
    }
    for (at = s->reasons; (word = next_word(a, &at)) != NULL;)
        if (!is_name(word))
            return text_printf(a, "%s.%s: reason %s is no code", f->name, s->verb, word);
    return NULL;
}

static const char *step_fault(const struct flow *f, const struct flow_step *s, struct arena *a)
{
    if (!is_name(s->verb) || text_has_word("create edit void recompute insert update", s->verb))
        return text_printf(a, "%s: %s is no verb of a step", f->name, s->verb != NULL ? s->verb : "NULL");
    if (flow_step(f, s->verb) != s)
        return text_printf(a, "%s.%s stands twice", f->name, s->verb);
    if (text_empty(s->permission) || text_eq(s->permission, PERMIT_ANYBODY))
        return text_printf(a, "%s.%s has no permission", f->name, s->verb);
    if (text_empty(s->from))
        return text_printf(a, "%s.%s begins nowhere", f->name, s->verb);
    if (flow_state(f, s->to) == NULL)
        return text_printf(a, "%s.%s: to %s, which is no state", f->name, s->verb, s->to != NULL ? s->to : "NULL");
    return verbs_fault(f, s, a);
}

static size_t index_of(const struct flow *f, const char *code)
{
    return (size_t)(flow_state(f, code) - f->states);
}

static const char *raised_fault(const struct flow *f, struct arena *a)
{
    char **codes;
    size_t n, i;

    if (f->raised_to == NULL)
        return NULL;
    codes = text_split(a, f->raised_to, ' ', &n);
    for (i = 0; i < n; i++)
        if (role_find(codes[i]) == NULL)
            return text_printf(a, "%s: raised to %s, which is no role", f->name, codes[i]);
    return NULL;
}

/* Every state is reached from the first, and a final one from every state. */
static const char *paths_fault(const struct flow *f, struct arena *a)
{
    bool *reached = arena_array(a, f->n_states, bool), *ends = arena_array(a, f->n_states, bool), more = true;
    size_t i, k;

    reached[0] = true;
    for (i = 0; i < f->n_states; i++)
        ends[i] = f->states[i].clock == FLOW_ENDS;
    while (more) {
        more = false;
        for (i = 0; i < f->n_steps; i++)
            for (k = 0; k < f->n_states; k++) {
                size_t to = index_of(f, f->steps[i].to);

                if (!text_has_word(f->steps[i].from, f->states[k].code))
                    continue;
                more = more || (reached[k] && !reached[to]) || (ends[to] && !ends[k]);
                reached[to] = reached[to] || reached[k];
                ends[k] = ends[k] || ends[to];
            }
    }
    for (i = 0; i < f->n_states; i++) {
        if (!reached[i])
            return text_printf(a, "%s: %s is never reached", f->name, f->states[i].code);
        if (!ends[i])
            return text_printf(a, "%s: no way leads from %s to an end", f->name, f->states[i].code);
    }
    return NULL;
}

static const char *one_fault(const struct flow *f, bool older, struct arena *a)
{
    const char *wrong;
    size_t i;

    if (!is_name(f->name) || f->n_states == 0 || f->n_steps == 0 || f->version < 1 || f->days < 0)
        return text_printf(a, "%s: name, version, states and steps are needed", f->name != NULL ? f->name : "NULL");
    wrong = fields_fault(f, a);
    if (wrong == NULL)
        wrong = codes_fault(f, older, a);
    if (wrong == NULL)
        wrong = raised_fault(f, a);
    for (i = 0; wrong == NULL && i < f->n_steps; i++)
        wrong = step_fault(f, &f->steps[i], a);
    return wrong != NULL ? wrong : paths_fault(f, a);
}

const char *flow_fault(const struct flow *f, struct arena *a)
{
    const char *wrong = one_fault(f, false, a);
    const struct flow *o;

    for (o = f->older; wrong == NULL && o != NULL; o = o->older) {
        if (!text_eq(o->name, f->name) || o->entity != f->entity || o->version >= f->version)
            return text_printf(a, "%s: version %d is no older one of %d", f->name, o->version, f->version);
        wrong = one_fault(o, true, a);
    }
    return wrong;
}

/* ---- words ---- */

static const char *missing(struct arena *a, const char *key)
{
    enum lang lang;

    for (lang = 0; lang < LANG_COUNT; lang++)
        if (lang_text(lang, key) == NULL)
            return text_printf(a, "%s: %s", lang_code(lang), key);
    return NULL;
}

static bool is_asked_after(const struct flow *f, const char *verb)
{
    size_t i;

    for (i = 0; i < f->n_steps; i++)
        if (text_has_word(f->steps[i].not_after, verb))
            return true;
    return false;
}

const char *flow_word_missing(const struct flow *f, struct arena *a)
{
    const char *gap = NULL;
    size_t i;

    for (i = 0; gap == NULL && i < f->n_steps; i++) {
        const struct flow_step *s = &f->steps[i];
        const char *at = s->reasons, *reason;

        gap = missing(a, text_printf(a, "%s.%s", f->name, s->verb));
        if (gap == NULL)
            gap = missing(a, text_printf(a, "%s.%s-done", f->name, s->verb));
        if (gap == NULL && is_asked_after(f, s->verb))
            gap = missing(a, text_printf(a, "%s.%s-you", f->name, s->verb));
        while (gap == NULL && (reason = next_word(a, &at)) != NULL)
            gap = missing(a, text_printf(a, "%s.reason-%s", f->name, reason));
    }
    for (i = 0; gap == NULL && i < f->n_states; i++)
        gap = missing(a, text_printf(a, "%s.%s-%s", f->entity->name, f->state_field, f->states[i].code));
    return gap;
}

/* ---- drawing ---- */

/* clang-format off */
static const char *const shapes[] = {
    [FLOW_RUNS]  = "box",
    [FLOW_STOPS] = "box, style=dashed",
    [FLOW_ENDS]  = "box, peripheries=2",
};
/* clang-format on */

static const char *word_or(const char *key, const char *code)
{
    const char *text = lang_text(LANG_ID, key);

    return text != NULL ? text : code;
}

void flow_draw(const struct flow *f, struct buf *out)
{
    struct arena *a = out->arena;
    size_t i;

    buf_printf(out, "digraph %s {\n", f->name);
    for (i = 0; i < f->n_states; i++) {
        const struct flow_state *s = &f->states[i];
        const char *word = word_or(text_printf(a, "%s.%s-%s", f->entity->name, f->state_field, s->code), s->code);

        buf_printf(out, "    \"%s\" [label=\"%s", s->code, word);
        if (s->days > 0)
            buf_printf(out, "\\n%d hari kerja", s->days);
        buf_printf(out, "\", shape=%s];\n", shapes[s->clock]);
    }
    for (i = 0; i < f->n_steps; i++) {
        const struct flow_step *s = &f->steps[i];
        const char *at = s->from, *from;

        while ((from = next_word(a, &at)) != NULL)
            buf_printf(out, "    \"%s\" -> \"%s\" [label=\"%s\"];\n", from, s->to,
                       word_or(text_printf(a, "%s.%s", f->name, s->verb), s->verb));
    }
    buf_add(out, "}\n");
}
