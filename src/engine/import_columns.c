/*
 * import_columns.c: which columns a file may have, what they are called, and what may stand in them.
 */
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/form.h"
#include "engine/import.h"

size_t import_fields(const struct screen *s, struct arena *a, const struct field *const **ret)
{
    const struct field **v = arena_array(a, s->entity->n_fields + 1, const struct field *);
    size_t i, k, n = 0;

    for (i = 0; i < s->n_sections; i++)
        for (k = 0; k < s->sections[i].n; k++) {
            const struct field *f = entity_field(s->entity, s->sections[i].fields[k].field);

            if (f != NULL && n < s->entity->n_fields && input_allowed(s, f))
                v[n++] = f;
        }
    *ret = v;
    return n;
}

static bool is_label(const struct entity *e, const struct field *f, struct arena *a, const char *heading)
{
    const char *key = text_printf(a, "%s.%s", e->name, f->name);
    int lang;

    for (lang = 0; lang < LANG_COUNT; lang++) {
        const char *label = lang_text((enum lang)lang, key);

        if (label != NULL && text_eq_fold(label, heading))
            return true;
    }
    return false;
}

/* Fields that are asked come first: a computed one may be called the same. */
const struct field *import_field_of(const struct screen *s, struct arena *a, const char *heading)
{
    const struct field *f = entity_field(s->entity, heading), *other = NULL;
    size_t i;

    if (f != NULL)
        return f;
    for (i = 0; i < s->entity->n_fields; i++) {
        f = &s->entity->fields[i];
        if (!is_label(s->entity, f, a, heading))
            continue;
        if (form_place(s, f) != NULL && input_allowed(s, f))
            return f;
        other = f;
    }
    return other;
}

/* ---- what may stand in a cell ---- */

static const char *number_hint(const struct req *r, const struct field *f)
{
    bool is_money = f->type == FIELD_MONEY;
    const char *least, *most;

    if (f->least == 0 && f->most == 0)
        return T(r, is_money ? "import.may-money" : "import.may-number");
    least = is_money ? money_text(r->arena, (money){f->least}, MONEY_SCREEN, (int)r->lang)
                     : number_text(r->arena, f->least, (int)r->lang);
    most = is_money ? money_text(r->arena, (money){f->most}, MONEY_SCREEN, (int)r->lang)
                    : number_text(r->arena, f->most, (int)r->lang);
    return T2(r, "import.may-between", least, most);
}

static const char *codes_hint(const struct req *r, const struct entity *e, const struct field *f)
{
    const char *may_be = field_codes(r->arena, r->app, f);
    size_t n = 0, i;
    char **codes = text_split(r->arena, may_be != NULL ? may_be : "", ' ', &n);
    const char *all = "";

    for (i = 0; i < n; i++)
        all = text_printf(r->arena, "%s%s%s", all, i > 0 ? ", " : "", label_code(r, e, f, codes[i]));
    return n > 0 ? T1(r, "import.may-one-of", all) : T(r, "import.may-code");
}

static const char *ref_hint(const struct req *r, const struct field *f)
{
    const struct screen *of = r->app != NULL ? screen_of_entity(r->app, f->of) : NULL;

    if (of == NULL)
        return T(r, "import.may-id");
    return T1(r, of->code != NULL ? "import.may-code-of" : "import.may-id-of", label_inside(r, label_many(r, f->of)));
}

const char *import_hint(const struct req *r, const struct screen *s, const struct field *f)
{
    switch (f->type) {
    case FIELD_INT:
    case FIELD_MONEY:
        return number_hint(r, f);
    case FIELD_BOOL:
        return T(r, "import.may-bool");
    case FIELD_DATE:
        return T(r, "import.may-date");
    case FIELD_INSTANT:
        return T(r, "import.may-moment");
    case FIELD_REF:
        return ref_hint(r, f);
    case FIELD_STATE:
        return codes_hint(r, s->entity, f);
    case FIELD_TEXT:
        return T1(r, "import.may-text", number_text(r->arena, f->max > 0 ? f->max : FIELD_TEXT_MAX, (int)r->lang));
    case FIELD_TYPE_COUNT:
        break;
    }
    bug_at(__FILE__, __LINE__, f->name);
}
