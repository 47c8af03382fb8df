/*
 * entity.c: looking at entity tables, and values in their stored form.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/entity.h"

static const void *place(const struct field *f, const void *row)
{
    return (const char *)row + f->offset;
}

const struct field *entity_field(const struct entity *e, const char *name)
{
    size_t i;

    for (i = 0; i < e->n_fields; i++)
        if (text_eq(e->fields[i].name, name))
            return &e->fields[i];
    return NULL;
}

/* ---- soundness ---- */

static bool is_name(const char *s)
{
    if (s == NULL || *s < 'a' || *s > 'z')
        return false;
    return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

/* Columns that the engine writes itself. */
static bool is_ours(const char *name)
{
    static const char *const ours[] = {"gov",        "id",        "rev", "leaf_hash", "leaf_idx",
                                       "record_key", "voided_at", "by",  "behalf",    "ledger"};
    size_t i;

    for (i = 0; i < ARRAY_LEN(ours); i++)
        if (text_eq(ours[i], name))
            return true;
    return false;
}

const char *privacy_fault(const struct privacy *p)
{
    if (text_empty(p->name))
        return "has no name for its purpose";
    if (p->kind <= PRIVACY_UNSAID || p->kind >= PRIVACY_KIND_COUNT)
        return "is neither general nor specific";
    if (p->ground <= GROUND_UNSAID || p->ground >= GROUND_COUNT)
        return "has no ground of article 20";
    if (text_empty(p->basis))
        return "names no law";
    if (p->years < 0 || p->days < 0 || (p->years > 0) == (p->days > 0))
        return "is kept for no time: years or days";
    return NULL;
}

/* What concerns persons. */
static const char *personal_fault(const struct entity *e, const struct field *f)
{
    const bool personal = (f->flags & F_PERSONAL) != 0, self = text_eq(f->subject, "id");
    const struct field *subject = f->subject != NULL && !self ? entity_field(e, f->subject) : NULL;

    if (personal && f->type == FIELD_BOOL)
        return "is personal and could not be emptied";
    if (personal && (f->flags & F_PUBLIC) != 0)
        return "is personal and cannot be public";
    if ((f->subject != NULL) != personal)
        return "needs `subject` if it is personal, and only then";
    if (f->mask != NULL && (f->type != FIELD_TEXT || !personal))
        return "is masked and no personal text";
    if (f->subject != NULL && (self ? !e->is_subject : subject == NULL || subject->of == NULL || !subject->of->is_subject))
        return "names a subject that is no person";
    if (personal && f->privacy == NULL)
        return "is personal and stands in no register: purpose, basis, retention, kind";
    return f->privacy != NULL ? privacy_fault(f->privacy) : NULL;
}

static const char *field_fault(const struct entity *e, const struct field *f)
{
    if (!is_name(f->name))
        return "is not a name";
    if (is_ours(f->name))
        return "is a column of the engine";
    if (entity_field(e, f->name) != f)
        return "is there twice";
    if (f->offset < sizeof(struct record) || f->offset >= e->size)
        return "lies outside of its struct";
    if ((f->of != NULL) != (f->type == FIELD_REF))
        return "needs `of` if it is a ref, and only then";
    return personal_fault(e, f);
}

/* An id without `of` is that of a row of any entity: of comments and attachments. */
static bool is_parent(const struct field *f)
{
    return f != NULL && (f->type == FIELD_REF || f->type == FIELD_INT) && (f->flags & F_REQUIRED) != 0;
}

static bool is_bool(const struct field *f)
{
    return f != NULL && f->type == FIELD_BOOL;
}

static bool agency_order_good(const struct entity *e)
{
    const struct field *agency = e->agency != NULL ? entity_field(e, e->agency) : NULL;

    if (e->agency_order == NULL)
        return true;
    return agency != NULL && (agency->flags & F_INDEXED) != 0 && entity_field(e, e->agency_order) != NULL;
}

const char *entity_fault(const struct entity *e, struct arena *a)
{
    const struct field *parent = e->parent != NULL ? entity_field(e, e->parent) : NULL;
    size_t i;

    if (!is_name(e->name) || e->n_fields == 0)
        return "an entity needs a name and fields";
    if (e->ended_by != NULL && !is_bool(entity_field(e, e->ended_by)))
        return text_printf(a, "%s: what says that its work has ended is no bool", e->name);
    if (e->parent != NULL && !is_parent(parent))
        return text_printf(a, "%s: its parent is no required ref or id", e->name);
    if (!agency_order_good(e))
        return text_printf(a, "%s: its agency_order is no field, or its agency is not indexed", e->name);
    for (i = 0; i < e->n_fields; i++) {
        const char *why = field_fault(e, &e->fields[i]);

        if (why != NULL)
            return text_printf(a, "%s.%s %s", e->name, e->fields[i].name != NULL ? e->fields[i].name : "?", why);
        if (e->fields[i].of != NULL && e->kind != ENTITY_DATA && e->fields[i].of->kind == ENTITY_DATA)
            return text_printf(a, "%s.%s leads from a table without government to one with (design D7)", e->name,
                               e->fields[i].name);
    }
    return NULL;
}

/* ---- stored form ---- */

static const char *number_stored(int64_t v, struct arena *a)
{
    return v == INT_NONE ? NULL : text_printf(a, "%lld", (long long)v);
}

const char *field_stored(const struct field *f, const void *row, struct arena *a)
{
    const void *at = place(f, row);

    switch (f->type) {
    case FIELD_INT:
        return number_stored(*(const int64_t *)at, a);
    case FIELD_BOOL:
        return *(const bool *)at ? "1" : "0";
    case FIELD_MONEY:
        return number_stored(((const money *)at)->v, a);
    case FIELD_DATE:
        return ((const date *)at)->v == DATE_NONE.v ? NULL : date_iso(a, *(const date *)at);
    case FIELD_INSTANT:
        return number_stored(((const instant *)at)->v, a);
    case FIELD_REF:
        return ((const ref *)at)->v == 0 ? NULL : number_stored(((const ref *)at)->v, a);
    case FIELD_STATE:
        return ((const state *)at)->v;
    case FIELD_TEXT:
        return *(const char *const *)at;
    case FIELD_TYPE_COUNT:
        break;
    }
    bug_at(__FILE__, __LINE__, f->name);
}

static int take_number(const char *stored, int64_t min, int64_t *ret)
{
    if (stored == NULL) {
        *ret = min == 1 ? 0 : INT_NONE;
        return 0;
    }
    return text_int(stored, min, INT64_MAX, ret);
}

static size_t characters(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static int take_text(const struct field *f, const char *stored, struct arena *a, const char **ret)
{
    size_t max = (size_t)(f->max > 0 ? f->max : FIELD_TEXT_MAX);

    if (stored != NULL && characters(stored) > max)
        return E_LIMIT;
    *ret = arena_text(a, stored);
    return 0;
}

static int take_date(const char *stored, date *ret)
{
    if (stored != NULL)
        return date_iso_parse(stored, ret);
    *ret = DATE_NONE;
    return 0;
}

static int take_bool(const char *stored, bool *ret)
{
    if (stored == NULL || (!text_eq(stored, "0") && !text_eq(stored, "1")))
        return E_INPUT;
    *ret = stored[0] == '1';
    return 0;
}

int field_take(const struct field *f, void *row, const char *stored, struct arena *a)
{
    void *at = (char *)row + f->offset;

    switch (f->type) {
    case FIELD_INT:
        return take_number(stored, INT64_MIN + 1, at);
    case FIELD_MONEY:
        return take_number(stored, INT64_MIN + 1, &((money *)at)->v);
    case FIELD_INSTANT:
        return take_number(stored, INT64_MIN + 1, &((instant *)at)->v);
    case FIELD_REF:
        return take_number(stored, 1, &((ref *)at)->v);
    case FIELD_BOOL:
        return take_bool(stored, at);
    case FIELD_DATE:
        return take_date(stored, at);
    case FIELD_STATE:
        return take_text(f, stored, a, &((state *)at)->v);
    case FIELD_TEXT:
        return take_text(f, stored, a, at);
    case FIELD_TYPE_COUNT:
        break;
    }
    bug_at(__FILE__, __LINE__, f->name);
}
