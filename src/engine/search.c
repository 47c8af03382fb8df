/*
 * search.c: words of rows into the index, and rows out of it by words.
 *
 * One word list a row, `§` before government and entity, `¶` before the words of the name: marks that no folded word can
 * begin with, so they narrow the index as words do. Not for: the page (search_page.c), deciding who sees what.
 */
#include "base/text.h"
#include "engine/app.h"
#include "engine/list.h"
#include "engine/row.h"
#include "engine/search.h"

#define MARK_WHERE "\xC2\xA7" /* § */
#define MARK_NAME  "\xC2\xB6" /* ¶ */
#define WORDS_MAX  ((size_t)64 * KB)
#define MATCH_MAX  ((size_t)4 * KB)
#define BATCH      100

/* clang-format off */
/* The id is the record's where it is free: then the newest rows come first without sorting. */
static const struct query q_put = {
    .name = "search.put",
    .sql = "INSERT INTO search_row (id, gov, entity, record, words) "
           "SELECT CASE WHEN EXISTS (SELECT 1 FROM search_row WHERE id = ?3) THEN (SELECT max(id) + 1 FROM search_row) ELSE ?3 END, "
           "?1, ?2, ?3, ?4 WHERE true "
           "ON CONFLICT (gov, entity, record) DO UPDATE SET words = excluded.words",
    .sql_pg = "INSERT INTO search_row (gov, entity, record, words) VALUES (?1, ?2, ?3, ?4) "
              "ON CONFLICT (gov, entity, record) DO UPDATE SET words = excluded.words",
    .in = "itit", .out = "",
};
static const struct query q_drop = {
    .name = "search.drop",
    .sql = "DELETE FROM search_row WHERE gov = ?1 AND entity = ?2 AND record = ?3",
    .in = "iti", .out = "",
};
static const struct query q_find = {
    .name = "search.find",
    .sql = "SELECT s.id, s.record FROM search_word w JOIN search_row s ON s.id = w.rowid "
           "WHERE w.search_word MATCH ?1 AND w.rowid < ?4 AND s.gov = ?2 AND s.entity = ?3 ORDER BY w.rowid DESC LIMIT ?5",
    .sql_pg = "SELECT record, record FROM search_row "
              "WHERE found @@ CAST(?1 AS tsquery) AND record < ?4 AND gov = ?2 AND entity = ?3 ORDER BY record DESC LIMIT ?5",
    .in = "titii", .out = "ii",
};
/* SQLite only: the index beside the rows. It must be told the old words before they go. */
static const struct query q_index = {
    .name = "search.index",
    .sql = "INSERT INTO search_word (rowid, words) SELECT id, words FROM search_row WHERE gov = ?1 AND entity = ?2 AND record = ?3",
    .sql_pg = "UPDATE search_row SET words = words WHERE gov = ?1 AND entity = ?2 AND record = ?3",
    .in = "iti", .out = "",
};
static const struct query q_unindex = {
    .name = "search.unindex",
    .sql = "INSERT INTO search_word (search_word, rowid, words) "
           "SELECT 'delete', id, words FROM search_row WHERE gov = ?1 AND entity = ?2 AND record = ?3",
    .sql_pg = "UPDATE search_row SET words = words WHERE gov = ?1 AND entity = ?2 AND record = ?3",
    .in = "iti", .out = "",
};
static const struct query q_optimise = {
    .name = "search.optimise",
    .sql = "INSERT INTO search_word (search_word) VALUES ('optimize')",
    .sql_pg = "UPDATE search_row SET words = words WHERE false",
    .in = "", .out = "",
};
/* clang-format on */

const struct query *const search_queries[] = {&q_put, &q_drop, &q_find, &q_index, &q_unindex, &q_optimise};

/* ---- the words of a row ---- */

const struct screen *search_screen(const struct app *app, const struct entity *e)
{
    size_t m, i;

    for (m = 0; app != NULL && m < app->n_modules; m++)
        for (i = 0; i < app->modules[m]->n_screens; i++)
            if (app->modules[m]->screens[i]->entity == e && app->modules[m]->screens[i]->search != NULL)
                return app->modules[m]->screens[i];
    return NULL;
}

static int64_t gov_of(const struct entity *e, int64_t gov)
{
    return e->kind == ENTITY_DATA ? gov : 0;
}

/* Each word with a mark in front; a text that is too long for the index is left out from there. */
static void put_words(struct buf *b, const char *mark, const char *words)
{
    while (*words != '\0') {
        size_t n = strcspn(words, " ");

        if (b->n + n + 4 > WORDS_MAX)
            return;
        buf_byte(b, ' ');
        buf_add(b, mark);
        buf_add_n(b, words, n);
        words += n;
        words += strspn(words, " ");
    }
}

static const char *text_in(const struct entity *e, const char *name, const void *row, struct arena *a)
{
    const struct field *f = name != NULL ? entity_field(e, name) : NULL;
    const char *text = f != NULL ? field_stored(f, row, a) : NULL;

    return text != NULL ? text : "";
}

const char *search_text(const struct screen *s, const void *row, struct arena *a)
{
    const struct record *head = row;
    struct buf b;
    size_t i;

    buf_init(&b, a, WORDS_MAX);
    buf_printf(&b, MARK_WHERE "g%lld " MARK_WHERE "e%s", (long long)gov_of(s->entity, head->gov), s->entity->name);
    put_words(&b, MARK_NAME, text_words(a, text_in(s->entity, s->name, row, a)));
    for (i = 0; s->search[i] != NULL; i++)
        put_words(&b, "", text_words(a, text_in(s->entity, s->search[i], row, a)));
    return b.s;
}

/* ---- writing ---- */

int search_drop(struct tx *tx, const struct entity *e, int64_t gov, int64_t id)
{
    int result = 0;

    if (db_kind(tx->db) == DB_SQLITE)
        result = db_send(tx->db, &q_unindex, V(gov_of(e, gov)), V(e->name), V(id));
    if (result == 0)
        result = db_send(tx->db, &q_drop, V(gov_of(e, gov)), V(e->name), V(id));
    return result;
}

int search_put(struct tx *tx, const struct entity *e, const void *before, const void *row)
{
    const struct screen *s = search_screen(tx->app, e);
    const struct record *head = row, *old = before;
    int64_t gov = gov_of(e, head->gov);
    const char *words;
    int result = 0;

    if (s == NULL)
        return 0;
    if (head->voided_at.v != INSTANT_NONE.v)
        return search_drop(tx, e, gov, head->id);
    words = search_text(s, row, tx->arena);
    if (old != NULL && old->voided_at.v == INSTANT_NONE.v && text_eq(words, search_text(s, before, tx->arena)))
        return 0;
    if (before != NULL && db_kind(tx->db) == DB_SQLITE)
        result = db_send(tx->db, &q_unindex, V(gov), V(e->name), V(head->id));
    if (result == 0)
        result = db_send(tx->db, &q_put, V(gov), V(e->name), V(head->id), V(words));
    if (result == 0 && db_kind(tx->db) == DB_SQLITE)
        result = db_send(tx->db, &q_index, V(gov), V(e->name), V(head->id));
    return result;
}

int search_optimise(struct tx *tx)
{
    return db_kind(tx->db) == DB_SQLITE ? db_send(tx->db, &q_optimise) : 0;
}

/* ---- finding ---- */

/* How each database writes down what is looked for. */
struct dialect {
    const char *open, *close, *starts, *and, *not ;
};
/* clang-format off */
static const struct dialect dialects[DB_KIND_COUNT] = {
    [DB_SQLITE]     = {"\"", "\"", "*",  " AND ", " NOT ("},
    [DB_POSTGRESQL] = {"'",  "'",  ":*", " & ",   " & !("},
};
/* clang-format on */

static void put_all(struct buf *b, const struct dialect *d, const char *mark, char *const *words, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++)
        buf_printf(b, "%s%s%s%s%s%s", i > 0 ? d->and : "", d->open, mark, words[i], d->close,
                   strlen(words[i]) > 1 ? d->starts : "");
}

/* Rows with all words in them, whose name has all (class 0) or not (class 1). */
static const char *match_of(const struct dialect *d, const struct entity *e, int64_t gov, char *const *words, size_t n,
                            int class, struct arena *a)
{
    struct buf b;

    buf_init(&b, a, MATCH_MAX);
    buf_printf(&b, "(%s" MARK_WHERE "g%lld%s%s%s" MARK_WHERE "e%s%s%s", d->open, (long long)gov, d->close, d->and, d->open,
               e->name, d->close, d->and);
    put_all(&b, d, class == 0 ? MARK_NAME : "", words, n);
    buf_add(&b, ")");
    if (class == 1) {
        buf_add(&b, d->not );
        put_all(&b, d, MARK_NAME, words, n);
        buf_add(&b, ")");
    }
    BUG_IF(buf_failed(&b) < 0); /* words have a ceiling each, and there are few */
    return b.s;
}

const char *search_match(enum db_kind kind, struct arena *a, const struct entity *e, int64_t gov, const char *typed, int class)
{
    size_t n;
    char **list = text_split(a, text_words(a, typed), ' ', &n);

    n = n < SEARCH_WORDS_MAX ? n : SEARCH_WORDS_MAX;
    return n == 0 ? NULL : match_of(&dialects[kind], e, gov, list, n, class, a);
}

struct finding {
    struct db *db;
    struct arena *a;
    const struct screen *screen;
    const struct scope *scope;
    size_t limit, looked;
    struct search_found *found;
};

/* Adds the row if it may be seen. 1 when the page is full. */
static int look_at(struct finding *f, int class, int64_t place, int64_t id)
{
    const struct entity *e = f->screen->entity;
    struct record *row = arena_alloc(f->a, e->size);
    const char *key = text_printf(f->a, "%d.%lld", class, (long long)place), *code;
    int result;

    f->looked++;
    result = row_get(f->db, f->a, e, f->scope->gov, id, row);
    if (result > 0 && row->voided_at.v == INSTANT_NONE.v)
        result = row_reach(f->db, f->a, f->scope, e, row);
    else if (result > 0)
        result = 0;
    if (result < 0)
        return result;
    if (result > 0) {
        code = text_in(e, f->screen->code, row, f->a);
        f->found->v[f->found->n++] = (struct search_hit){
            .id = id, .code = *code != '\0' ? code : NULL, .name = text_in(e, f->screen->name, row, f->a), .key = key};
    }
    if (f->found->n > f->limit) /* one more than asked for: there is a next page */
        f->found->more = f->found->v[--f->found->n - 1].key;
    else if (f->looked >= SEARCH_LOOKED_MAX)
        f->found->more = key;
    return f->found->more != NULL;
}

/* A batch below `*place`. 1 there may be more in this class, 0 it has ended, 2 the page is full. */
static int find_batch(struct finding *f, const char *match, int class, int64_t *place)
{
    const struct entity *e = f->screen->entity;
    int64_t places[BATCH], ids[BATCH];
    size_t n = 0, i;
    int result;

    AUTO_ROWS struct rows rows;

    result = db_select(&rows, f->db, &q_find, V(match), V(gov_of(e, f->scope->gov)), V(e->name), V(*place), V(BATCH));
    while (result == 0 && n < BATCH && (result = rows_next(&rows)) > 0) {
        places[n] = rows_int(&rows, 0);
        ids[n++] = rows_int(&rows, 1);
        result = 0;
    }
    if (result < 0)
        return result;
    for (i = 0; i < n; i++) {
        result = look_at(f, class, places[i], ids[i]);
        if (result != 0)
            return result < 0 ? result : 2;
        *place = places[i];
    }
    return n == BATCH;
}

static int take_key(const char *key, struct arena *a, int *ret_class, int64_t *ret_place)
{
    char **parts;
    size_t n;
    int64_t class = 0;

    *ret_class = 0;
    *ret_place = INT64_MAX;
    if (text_empty(key))
        return 0;
    parts = text_split(a, key, '.', &n);
    if (n != 2 || text_int(parts[0], 0, 1, &class) < 0 || text_int(parts[1], INT64_MIN + 1, INT64_MAX, ret_place) < 0)
        return E_INPUT;
    *ret_class = (int)class;
    return 0;
}

int search_find(struct db *db, struct arena *a, const struct screen *screen, const struct scope *scope, const char *words,
                size_t limit, const char *after, struct search_found *ret)
{
    struct search_found found = {.v = arena_array(a, limit + 1, struct search_hit)};
    struct finding f = {.db = db, .a = a, .screen = screen, .scope = scope, .limit = limit, .found = &found};
    const struct entity *e = screen->entity;
    int64_t place;
    int class, result;

    result = take_key(after, a, &class, &place);
    for (; result == 0 && !scope->none && limit > 0 && class <= 1; class ++) {
        const char *match = search_match(db_kind(db), a, e, gov_of(e, scope->gov), words, class);

        do
            result = match == NULL ? 0 : find_batch(&f, match, class, &place);
        while (result == 1);
        place = INT64_MAX;
    }
    if (result < 0)
        return result;

    *ret = found;
    return 0;
}
