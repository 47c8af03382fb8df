/*
 * sql_erase.c: rows that hold something about a person, found and emptied; what erase.h promises of rows.
 */
#include "base/date.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/attachment.h"
#include "engine/comment.h"
#include "engine/erase.h"
#include "engine/flow.h"
#include "engine/privacy.h"
#include "engine/search.h"
#include "engine/sql_part.h"
#include "ledger/ledger.h"

#define BESIDE_MAX ((size_t)1000)

/* ---- which fields ---- */

/* Does what the field holds in this row depend on who that person is? */
static bool is_about(const struct entity *e, const struct field *f, const struct erase_person *p, const char *ref_name)
{
    return (f->flags & F_PERSONAL) != 0 && text_eq(f->subject, ref_name) && !text_eq(ref_name, "id") &&
           entity_field(e, ref_name)->of == p->e;
}

/* The fields of e that lead to persons of that kind and have personal fields hanging on them, one after the other. */
static const struct field *next_ref(const struct entity *e, const struct erase_person *p, size_t *at)
{
    while (*at < e->n_fields) {
        const struct field *ref_field = &e->fields[(*at)++];
        size_t i;

        for (i = 0; ref_field->of == p->e && i < e->n_fields; i++)
            if (is_about(e, &e->fields[i], p, ref_field->name))
                return ref_field;
    }
    return NULL;
}

static void mark_gone(const struct entity *e, const struct erase_person *p, const char *ref_name, bool *gone)
{
    size_t i;

    for (i = 0; i < e->n_fields; i++)
        gone[i] = is_about(e, &e->fields[i], p, ref_name);
}

/* ---- rows ---- */

struct found {
    struct query query; /* must outlive its rows */
    struct schema_want w[SCHEMA_COLUMNS_MAX];
    size_t n;
};

static void put_filled(struct sql *s, const struct entity *e, const struct erase_person *p, const char *ref_name)
{
    const char *joint = " AND (";
    size_t i;

    for (i = 0; i < e->n_fields; i++)
        if (is_about(e, &e->fields[i], p, ref_name)) {
            buf_printf(&s->text, "%s%s IS NOT NULL", joint, e->fields[i].name);
            joint = " OR ";
        }
    buf_byte(&s->text, ')');
}

/* Rows whose ref is the person and that hold something about it. */
static int select_rows(struct db *db, struct arena *a, const struct entity *e, const struct erase_person *p,
                       const char *ref_name, bool filled, size_t max, struct found *f, struct rows *rows)
{
    struct sql s;

    f->n = schema_columns(e, f->w);
    sql_init(&s, a);
    buf_printf(&s.text, "SELECT %s FROM %s WHERE %s = ", sql_columns(f->w, f->n, a), e->name, ref_name);
    sql_put(&s, V(p->id));
    if (filled)
        put_filled(&s, e, p, ref_name);
    if (e->kind == ENTITY_DATA && p->e->kind == ENTITY_DATA) {
        buf_add(&s.text, " AND gov = ");
        sql_put(&s, V(p->gov));
    }
    buf_add(&s.text, " ORDER BY id LIMIT ");
    sql_put(&s, V((int64_t)max));
    return sql_select(&s, db, e->name, sql_types(f->w, f->n, "", a), &f->query, rows);
}

/* The same, read to the end: at most `max` structs in *ret. */
static int read_rows(struct db *db, struct arena *a, const struct entity *e, const struct erase_person *p, const char *ref_name,
                     size_t max, void ***ret, size_t *ret_n)
{
    struct found *f = arena_new(a, struct found);
    void **v = arena_array(a, max, void *);
    size_t n = 0;
    int result;

    AUTO_ROWS struct rows rows;

    result = select_rows(db, a, e, p, ref_name, true, max, f, &rows);
    while (result == 0 && (result = rows_next(&rows)) > 0) {
        v[n] = arena_alloc(a, e->size);
        sql_take_row(e, f->w, f->n, &rows, a, v[n++]);
        result = 0;
    }
    *ret = v;
    *ret_n = n;
    return result;
}

int erase_person_read(struct db *db, struct arena *a, const struct app *app, const char *entity, int64_t gov, int64_t id,
                      struct erase_person *ret)
{
    size_t i, k;

    for (i = 0; i < app->n_modules; i++) {
        for (k = 0; k < app->modules[i]->n_entities; k++) {
            const struct entity *e = app->modules[i]->entities[k];
            struct record *row;
            int found;

            if (!e->is_subject || !text_eq(e->name, entity))
                continue;
            row = arena_alloc(a, e->size);
            found = row_get(db, a, e, gov, id, row);
            if (found > 0)
                *ret = (struct erase_person){.e = e, .gov = e->kind == ENTITY_DATA ? gov : 0, .id = id, .key = row->record_key};
            return found;
        }
    }
    return 0;
}

/* ---- every entity ---- */

/* Calls `each` for every ref that leads to such persons; what is not 0 ends it. */
static int each_ref(const struct app *app, const struct erase_person *p,
                    int (*each)(void *arg, const struct entity *e, const struct field *ref_field), void *arg)
{
    size_t i, k, at;
    int result = 0;

    for (i = 0; i < app->n_modules && result == 0; i++) {
        for (k = 0; k < app->modules[i]->n_entities && result == 0; k++) {
            const struct entity *e = app->modules[i]->entities[k];
            const struct field *f;

            for (at = 0; result == 0 && (f = next_ref(e, p, &at)) != NULL;)
                result = each(arg, e, f);
        }
    }
    return result;
}

struct walk {
    struct tx *tx;
    struct db *db;
    struct arena *a;
    const struct app *app;
    const struct erase_person *p;
    size_t max, n;
    struct erase_place *places;
    const char *basis;
    date today;
    struct erase_kept *kept;
    int (*value)(void *arg, const char *text);
    void *arg;
};

static int add_places(void *arg, const struct entity *e, const struct field *f)
{
    struct walk *w = arg;
    void **rows;
    size_t n, i;
    int result = 0;

    if (w->n < w->max) {
        result = read_rows(w->db, w->a, e, w->p, f->name, w->max - w->n, &rows, &n);
        for (i = 0; result == 0 && i < n; i++) {
            const struct record *row = rows[i];

            w->places[w->n++] = (struct erase_place){e, row->gov, row->id};
        }
    }
    return result;
}

int erase_places(struct db *db, struct arena *a, const struct app *app, const struct erase_person *p, size_t max,
                 struct erase_place *ret, size_t *ret_n)
{
    struct walk w = {.db = db, .a = a, .p = p, .max = max, .places = ret};
    int result = each_ref(app, p, add_places, &w);

    *ret_n = w.n;
    return result;
}

/* ---- what is kept ---- */

/* The statement that forbids to erase what this row holds about the person, the longest; NULL for none. */
static const struct privacy *kept_by(const struct entity *e, const char *ref_name)
{
    const struct privacy *most = NULL;
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const struct privacy *p = text_eq(e->fields[i].subject, ref_name) ? e->fields[i].privacy : NULL;

        if (p != NULL && p->must && (most == NULL || privacy_add((date){0}, p).v > privacy_add((date){0}, most).v))
            most = p;
    }
    return most;
}

static int look_kept(struct walk *w, const struct entity *e, const char *ref_name, const void *row)
{
    const struct privacy *law = kept_by(e, ref_name);
    const struct record *head = row;
    date until;
    int result;

    if (screen_of_entity(w->app, e) != NULL && screen_of_entity(w->app, e)->flow != NULL && !privacy_ended(w->app, e, row)) {
        *w->kept = (struct erase_kept){.e = e, .id = head->id, .until = DATE_NONE};
        return 1;
    }
    if (law == NULL)
        return 0;
    result = privacy_until(w->db, w->app, row, law, &until);
    if (result < 0 || until.v == DATE_NONE.v || until.v <= w->today.v)
        return result;
    *w->kept = (struct erase_kept){e, head->id, law->basis, until};
    return 1;
}

static int find_kept(void *arg, const struct entity *e, const struct field *f)
{
    struct walk *w = arg;
    void **rows;
    size_t n, i;
    int result = read_rows(w->db, w->a, e, w->p, f->name, BESIDE_MAX, &rows, &n);

    for (i = 0; result == 0 && i < n; i++)
        result = look_kept(w, e, f->name, rows[i]);
    return result;
}

int erase_kept(struct db *db, struct arena *a, const struct app *app, const struct erase_person *p, date today,
               struct erase_kept *ret)
{
    struct walk w = {.db = db, .a = a, .app = app, .p = p, .today = today, .kept = ret};
    void *own = arena_alloc(a, p->e->size);
    int result;

    *ret = (struct erase_kept){.until = DATE_NONE};
    result = row_get(db, a, p->e, p->gov, p->id, own);
    if (result > 0)
        result = look_kept(&w, p->e, "id", own);
    if (result == 0)
        result = each_ref(app, p, find_kept, &w);
    return result < 0 ? result : 0;
}

/* ---- words ---- */

static int values_of(struct walk *w, const struct entity *e, const void *row, const char *ref_name)
{
    const struct record *head = row;
    struct history *lines;
    int64_t below = 0;
    size_t n, i, k;
    int result = 0;

    for (i = 0; i < e->n_fields && result == 0; i++) {
        const struct field *f = &e->fields[i];

        if (f->type == FIELD_TEXT && (f->flags & F_PERSONAL) != 0 && text_eq(f->subject, ref_name))
            result = w->value(w->arg, field_stored(f, row, w->a));
    }
    do {
        if (result == 0)
            result = history_read(w->db, w->a, e, head->gov, head->id, below, &lines, &n);
        for (i = 0; result == 0 && i < n; i++) {
            below = lines[i].rev;
            for (k = 0; result == 0 && k < lines[i].n; k++) {
                const struct history_change *c = &lines[i].changes[k];

                /* Of other rows the history may be about somebody else: only the person's own counts. */
                if (!text_eq(ref_name, "id") || c->field == NULL || (c->field->flags & F_PERSONAL) == 0)
                    continue;
                result = w->value(w->arg, c->before);
                if (result == 0)
                    result = w->value(w->arg, c->after);
            }
        }
    } while (result == 0 && n == HISTORY_PAGE);
    return result;
}

static int add_values(void *arg, const struct entity *e, const struct field *f)
{
    struct walk *w = arg;
    void **rows;
    size_t n, i;
    int result = read_rows(w->db, w->a, e, w->p, f->name, BESIDE_MAX, &rows, &n);

    for (i = 0; result == 0 && i < n; i++)
        result = values_of(w, e, rows[i], f->name);
    return result;
}

struct collecting {
    struct arena *a;
    struct erase_words *words;
};

#define WORDS_MAX 500

static int add_word(void *arg, const char *text)
{
    struct collecting *c = arg;
    const char *folded;
    size_t i;

    if (text == NULL || strlen(text) < ERASE_NAME_MIN || text_eq(text, ERASED_TEXT) || c->words->n == WORDS_MAX)
        return 0;
    folded = text_collapse(c->a, text_fold(c->a, text));
    for (i = 0; i < c->words->n; i++)
        if (text_eq(c->words->v[i], folded))
            return 0;
    c->words->v[c->words->n++] = folded;
    return 0;
}

int erase_words(struct db *db, struct arena *a, const struct app *app, const struct erase_person *p, struct erase_words *ret)
{
    struct collecting c = {a, ret};
    struct walk w = {.db = db, .a = a, .app = app, .p = p, .value = add_word, .arg = &c};
    void *own = arena_alloc(a, p->e->size);
    int result = row_get(db, a, p->e, p->gov, p->id, own);

    *ret = (struct erase_words){.v = arena_array(a, WORDS_MAX, const char *)};
    if (result > 0)
        result = values_of(&w, p->e, own, "id");
    return result < 0 ? result : each_ref(app, p, add_values, &w);
}

/* ---- emptying ---- */

static int empty_rows(void *arg, const struct entity *e, const struct field *f)
{
    struct walk *w = arg;
    const struct history_person person = {.e = w->p->e, .id = w->p->id};
    bool *gone = arena_array(w->tx->arena, e->n_fields, bool);
    struct record head;
    void **rows;
    size_t n, i;
    int result;

    mark_gone(e, w->p, f->name, gone);
    result = read_rows(w->tx->db, w->tx->arena, e, w->p, f->name, w->max - w->n, &rows, &n);
    for (i = 0; result == 0 && i < n; i++, w->n++)
        result = row_erase(w->tx, e, rows[i], gone, &person, w->basis, &head);
    return result < 0 ? result : w->n >= w->max;
}

int erase_rows(struct tx *tx, const struct erase_person *p, size_t max, const char *basis)
{
    struct walk w = {.tx = tx, .p = p, .max = max, .basis = basis};

    return each_ref(tx->app, p, empty_rows, &w);
}

static bool named(const void *arg, struct arena *a, const char *value)
{
    return erase_is_name(a, arg, value);
}

/* Marks the fields that lead to nobody and name the person. */
static bool mark_named(struct arena *a, const struct entity *e, const struct erase_person *p, const struct erase_words *w,
                       const void *row, bool *gone)
{
    bool any = false;
    size_t i;

    for (i = 0; i < e->n_fields; i++) {
        const struct field *f = &e->fields[i], *to = (f->flags & F_PERSONAL) != 0 ? entity_field(e, f->subject) : NULL;

        gone[i] =
            to != NULL && to->of == p->e && field_stored(to, row, a) == NULL && erase_is_name(a, w, field_stored(f, row, a));
        any = any || gone[i];
    }
    return any;
}

int erase_history(struct tx *tx, const struct erase_person *p, const struct erase_words *w, const struct erase_place *place,
                  const char *basis)
{
    const struct history_person person = {.e = p->e, .id = p->id, .names = named, .arg = w};
    bool *gone = arena_array(tx->arena, place->e->n_fields, bool);
    void *row = arena_alloc(tx->arena, place->e->size);
    struct record head;
    int found = row_get(tx->db, tx->arena, place->e, place->gov, place->id, row);

    if (found < 0)
        return found;
    if (found > 0 && mark_named(tx->arena, place->e, p, w, row, gone))
        return row_erase(tx, place->e, row, gone, &person, basis, &head);
    return history_empty(tx, place->e, place->gov, place->id, NULL, &person);
}

/* Fields by name, parted by spaces. */
static const bool *gone_named(struct arena *a, const struct entity *e, const char *names)
{
    bool *gone = arena_array(a, e->n_fields, bool);
    size_t i;

    for (i = 0; i < e->n_fields; i++)
        gone[i] = text_has_word(names, e->fields[i].name);
    return gone;
}

int erase_file(struct tx *tx, const struct attachment *file, const char *basis)
{
    const struct entity *e = &attachment_entity;
    struct record head;
    int result;

    if (file->file == NULL)
        return 0;
    result = outbox_add(tx, ERASE_EFFECT, text_printf(tx->arena, "%lld/%s", (long long)file->head.gov, file->file), NULL);
    if (result == 0)
        result = row_erase(tx, e, file, gone_named(tx->arena, e, "file name note sha256"), NULL, basis, &head);
    return result < 0 ? result : attachment_uncount(tx, file);
}

int erase_comment(struct tx *tx, const struct comment *c, const char *basis)
{
    struct record head;

    if (text_eq(c->body, ERASED_TEXT))
        return 0;
    return row_erase(tx, &comment_entity, c, gone_named(tx->arena, &comment_entity, "body"), NULL, basis, &head);
}

/* What lies beside the person's own row is about the person. */
static int erase_beside(struct tx *tx, const struct erase_person *p, const char *basis)
{
    struct attachment *files;
    struct comment *comments;
    size_t n, i;
    int result;

    result = row_children(tx->db, tx->arena, &attachment_entity, p->gov, p->id, 0, BESIDE_MAX, (void **)&files, &n);
    for (i = 0; result == 0 && i < n; i++)
        result = erase_file(tx, &files[i], basis);
    if (result == 0)
        result = row_children(tx->db, tx->arena, &comment_entity, p->gov, p->id, 0, BESIDE_MAX, (void **)&comments, &n);
    for (i = 0; result == 0 && i < n; i++)
        result = erase_comment(tx, &comments[i], basis);
    return result;
}

int erase_last(struct tx *tx, const struct erase_person *p, const char *basis)
{
    const struct entity *e = p->e;
    bool *gone = arena_array(tx->arena, e->n_fields, bool);
    void *own = arena_alloc(tx->arena, e->size);
    struct record head;
    size_t i;
    int result = row_get(tx->db, tx->arena, e, p->gov, p->id, own);

    if (result <= 0)
        return result < 0 ? result : E_INPUT;
    for (i = 0; i < e->n_fields; i++)
        gone[i] = (e->fields[i].flags & F_PUBLIC) == 0; /* all of them hang on the key that goes */
    result = erase_beside(tx, p, basis);
    if (result == 0)
        result = row_erase(tx, e, own, gone, NULL, basis, &head);
    return result < 0 ? result : ledger_key_erase(tx, p->key);
}
