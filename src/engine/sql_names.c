/*
 * sql_names.c: the names of rows that refs lead to: one statement for each table that a page of rows leads to.
 */
#include <stdlib.h>

#include "base/text.h"
#include "engine/screen.h"
#include "engine/sql_part.h"

#define NAMES_AT_ONCE ((size_t)128) /* ids in a statement */

struct named {
    const struct entity *of;
    int64_t gov; /* 0 but for data */
    int64_t id;
    const char *text; /* NULL: not there */
    const char *code; /* NULL also without one */
};

/* Sorted by entity, government and id; each once. */
struct names {
    struct named *v;
    size_t n;
};

static int compare(const void *a, const void *b)
{
    const struct named *x = a, *y = b;

    if (x->of != y->of)
        return (uintptr_t)x->of < (uintptr_t)y->of ? -1 : 1;
    if (x->gov != y->gov)
        return x->gov < y->gov ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* All refs of all rows. */
static void collect(const struct req *r, const struct entity *e, const void *const *rows, size_t n, struct names *ret)
{
    size_t i, k, most = 0, distinct = 0;

    for (k = 0; k < e->n_fields; k++)
        most += e->fields[k].type == FIELD_REF ? n : 0;
    ret->v = arena_array(r->arena, most + 1, struct named);
    ret->n = 0;
    for (k = 0; k < e->n_fields; k++) {
        const struct field *f = &e->fields[k];

        for (i = 0; f->type == FIELD_REF && i < n; i++) {
            int64_t id = ((const ref *)((const char *)rows[i] + f->offset))->v;
            int64_t gov = f->of->kind == ENTITY_DATA ? ((const struct record *)rows[i])->gov : 0;

            if (id != 0)
                ret->v[ret->n++] = (struct named){f->of, gov, id, NULL, NULL};
        }
    }
    qsort(ret->v, ret->n, sizeof *ret->v, compare);
    for (i = 0; i < ret->n; i++)
        if (distinct == 0 || compare(&ret->v[distinct - 1], &ret->v[i]) != 0)
            ret->v[distinct++] = ret->v[i];
    ret->n = distinct;
}

static const char *text_of(const struct req *r, const char *name, const char *code)
{
    if (text_empty(name) || text_empty(code) || text_eq(name, code))
        return !text_empty(name) ? name : code;
    return text_printf(r->arena, "%s %s", code, name);
}

static void take(const struct req *r, struct named *v, size_t n, int64_t id, const char *name, const char *code)
{
    struct named key = {v[0].of, v[0].gov, id, NULL, NULL};
    struct named *found = bsearch(&key, v, n, sizeof *v, compare);

    if (found == NULL)
        return;
    found->text = text_of(r, name, code);
    found->code = code;
}

/* The ids of one table and government; their number is rounded up, so that the statement is found in the cache. */
static void put_ids(struct sql *s, const struct named *v, size_t n)
{
    int64_t ids[NAMES_AT_ONCE];
    size_t i, room = 1;

    while (room < n)
        room *= 2;
    for (i = 0; i < room; i++)
        ids[i] = v[i < n ? i : n - 1].id;
    sql_put_ids(s, ids, room);
}

static int read_some(struct req *r, const struct screen *screen, struct named *v, size_t n)
{
    const struct field *name = entity_field(screen->entity, screen->name);
    bool hidden = (name->flags & F_PERSONAL) != 0 && personal_hidden(r, v[0].gov);
    const char *code = screen->code != NULL ? screen->code : "NULL";
    struct sql *s = arena_new(r->arena, struct sql);
    struct query q;
    int e;

    AUTO_ROWS struct rows rows;

    sql_init(s, r->arena);
    buf_printf(&s->text, "SELECT id, %s, %s FROM %s WHERE ", screen->name, code, screen->entity->name);
    if (screen->entity->kind == ENTITY_DATA) {
        buf_add(&s->text, "gov = ");
        sql_put(s, V(v[0].gov));
        buf_add(&s->text, " AND ");
    }
    buf_add(&s->text, "id IN (");
    put_ids(s, v, n);
    buf_add(&s->text, ")");
    e = sql_select(s, r->db, "names", "itt", &q, &rows);
    if (e < 0)
        return e;
    while ((e = rows_next(&rows)) > 0) {
        const char *text = hidden ? T(r, "list.personal-hidden") : rows_text(&rows, r->arena, 1);

        if (name->mask != NULL && !hidden && text != NULL)
            text = name->mask(r->arena, text);
        take(r, v, n, rows_int(&rows, 0), text, rows_text(&rows, r->arena, 2));
    }
    return e;
}

int names_read(struct req *r, const struct entity *e, const void *const *rows, size_t n, const struct names **ret)
{
    struct names *names = arena_new(r->arena, struct names);
    size_t i, k;

    collect(r, e, rows, n, names);
    for (i = 0; i < names->n; i = k) {
        const struct screen *screen = screen_of_entity(r->app, names->v[i].of);
        int result;

        for (k = i + 1; k < names->n && k - i < NAMES_AT_ONCE; k++)
            if (names->v[k].of != names->v[i].of || names->v[k].gov != names->v[i].gov)
                break;
        result = screen != NULL ? read_some(r, screen, &names->v[i], k - i) : 0;
        if (result < 0)
            return result;
    }
    *ret = names;
    return 0;
}

static const struct named *named(const struct names *n, const struct entity *of, int64_t id)
{
    size_t i;

    for (i = 0; i < n->n; i++)
        if (n->v[i].of == of && n->v[i].id == id)
            return &n->v[i];
    return NULL;
}

const char *names_find(const struct names *n, const struct entity *of, int64_t id)
{
    const struct named *found = named(n, of, id);

    return found != NULL ? found->text : NULL;
}

const char *names_code(const struct names *n, const struct entity *of, int64_t id)
{
    const struct named *found = named(n, of, id);

    return found != NULL ? found->code : NULL;
}
