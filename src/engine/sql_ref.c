/*
 * sql_ref.c: looking up the rows that refs lead to, with the scope of the one who asks.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/list.h"
#include "engine/ref.h"
#include "engine/row.h"

static const char *text_value(const struct entity *e, const char *name, const void *row)
{
    const struct field *f = name != NULL ? entity_field(e, name) : NULL;

    return f != NULL && f->type == FIELD_TEXT ? *(const char *const *)((const char *)row + f->offset) : NULL;
}

/* 1 and the row in *ret, 0 when it is not there or not for the one who asks. */
static int seen(const struct req *r, const struct entity *of, int64_t gov, int64_t id, void **ret)
{
    const struct screen *s = r->app != NULL ? screen_of_entity(r->app, of) : NULL;
    void *row = arena_alloc(r->arena, of->size);
    struct scope scope = scope_all(gov);
    int found;

    found = row_get(r->db, r->arena, of, gov, id, row);
    if (found <= 0)
        return found;
    if (s != NULL)
        scope_of(r, screen_permission(r->arena, s, "read"), gov, &scope);
    found = row_reach(r->db, r->arena, &scope, of, row);
    if (found > 0)
        *ret = row;
    return found;
}

int ref_seen(const struct req *r, const struct entity *of, int64_t gov, int64_t id)
{
    void *row;

    return seen(r, of, gov, id, &row);
}

static int find_code(const struct req *r, const struct screen *s, int64_t gov, const char *code, int64_t *ret_id)
{
    bool data = s->entity->kind == ENTITY_DATA;
    const struct query q = {
        .name = s->entity->name,
        .sql = text_printf(r->arena, "SELECT id FROM %s WHERE %s = ?1%s AND voided_at IS NULL ORDER BY id LIMIT 1",
                           s->entity->name, s->code, data ? " AND gov = ?2" : ""),
        .in = data ? "ti" : "t",
        .out = "i",
    };
    const struct val in[] = {V(code), V(gov)};
    int found;

    AUTO_ROWS struct rows rows;

    found = db_select_(&rows, r->db, &q, in, strlen(q.in));
    if (found == 0)
        found = rows_next(&rows);
    if (found > 0)
        *ret_id = rows_int(&rows, 0);
    return found;
}

int ref_by_code(const struct req *r, const struct entity *of, int64_t gov, const char *code, int64_t *ret_id)
{
    const struct screen *s = r->app != NULL ? screen_of_entity(r->app, of) : NULL;
    int64_t id = 0;
    int found;

    if (s == NULL || s->code == NULL)
        return 0;
    found = find_code(r, s, gov, code, &id);
    if (found > 0)
        found = ref_seen(r, of, gov, id);
    if (found > 0)
        *ret_id = id;
    return found;
}

const char *ref_code(const struct req *r, const struct entity *of, int64_t gov, int64_t id)
{
    const struct screen *s = r->app != NULL ? screen_of_entity(r->app, of) : NULL;
    const char *code = NULL;
    void *row;

    if (s != NULL && s->code != NULL && seen(r, of, gov, id, &row) > 0)
        code = text_value(of, s->code, row);
    return code != NULL ? code : text_printf(r->arena, "%lld", (long long)id);
}

static const char *name_of(const struct req *r, const struct screen *s, const void *row)
{
    const struct record *head = row;
    const char *code = s != NULL ? text_value(s->entity, s->code, row) : NULL;
    const char *name = s != NULL ? text_value(s->entity, s->name, row) : NULL;

    if (code != NULL && name != NULL && !text_eq(code, name))
        return text_printf(r->arena, "%s %s", code, name);
    if (code != NULL || name != NULL)
        return code != NULL ? code : name;
    return text_printf(r->arena, "%lld", (long long)head->id);
}

const char *ref_name(const struct req *r, const struct entity *of, int64_t gov, int64_t id)
{
    void *row;

    if (seen(r, of, gov, id, &row) <= 0)
        return NULL;
    return name_of(r, r->app != NULL ? screen_of_entity(r->app, of) : NULL, row);
}

int ref_taken(struct db *db, struct arena *a, const struct entity *e, const struct field *f, const void *row, int64_t id)
{
    const void *at = (const char *)row + f->offset;
    bool text = f->type == FIELD_TEXT || f->type == FIELD_STATE, data = e->kind == ENTITY_DATA;
    const char *stored = field_stored(f, row, a);
    int64_t number = f->type == FIELD_DATE ? ((const date *)at)->v : f->type == FIELD_BOOL ? *(const bool *)at : 0;
    const struct query q = {
        .name = e->name,
        .sql = text_printf(a, "SELECT id FROM %s WHERE %s = ?1 AND id <> ?2%s ORDER BY id LIMIT 1", e->name, f->name,
                           data ? " AND gov = ?3" : ""),
        .in = text ? (data ? "tii" : "ti") : (data ? "iii" : "ii"),
        .out = "i",
    };
    int found;

    AUTO_ROWS struct rows rows;

    if (!text && f->type != FIELD_DATE && f->type != FIELD_BOOL)
        number = *(const int64_t *)at;
    struct val in[] = {V(number), V(id), V(((const struct record *)row)->gov)};

    if (text)
        in[0] = V(stored);
    found = db_select_(&rows, db, &q, in, strlen(q.in));
    return found == 0 && stored != NULL ? rows_next(&rows) : found;
}

int ref_choices(const struct req *r, const struct entity *of, int64_t gov, struct ui_choice **ret, size_t *ret_n)
{
    const struct screen *s = r->app != NULL ? screen_of_entity(r->app, of) : NULL;
    const char *by = s == NULL ? NULL : s->code != NULL ? s->code : s->name;
    struct list_ask ask = {.entity = of, .scope = scope_all(gov), .limit = REF_CHOICES + 1};
    struct ui_choice *v = arena_array(r->arena, REF_CHOICES, struct ui_choice);
    struct list_rows rows;
    size_t i;
    int e;

    ask.order = by != NULL ? entity_field(of, by) : NULL;
    if (s != NULL)
        scope_of(r, screen_permission(r->arena, s, "read"), gov, &ask.scope);
    e = list_read(r->db, r->arena, &ask, &rows);
    if (e < 0 || rows.n > REF_CHOICES)
        return e < 0 ? e : 0;
    for (i = 0; i < rows.n; i++) {
        const struct record *head = rows.v[i];

        v[i] = (struct ui_choice){.value = text_printf(r->arena, "%lld", (long long)head->id), .label = name_of(r, s, head)};
    }
    *ret = v;
    *ret_n = rows.n;
    return 1;
}
