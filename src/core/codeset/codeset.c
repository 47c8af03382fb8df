/*
 * codeset.c: finding sets and their codes; what the ledger is compared with.
 *
 * Not for: reading files, storing, pages.
 */
#include "base/buf.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "core/codeset/query.h"

#define WORDS_MAX 3
#define LINE_MAX_ ((size_t)64 * KB)
#define PIECE     4096 /* rows read at once for the proof */

/* ---- sets ---- */

static void take_set(const struct rows *rows, struct arena *a, struct code_set *ret)
{
    *ret = (struct code_set){
        .id = rows_int(rows, 0),
        .name = rows_text(rows, a, 1),
        .version = rows_text(rows, a, 2),
        .basis = rows_text(rows, a, 3),
        .valid_from = rows_null(rows, 4) ? DATE_NONE : (date){(int32_t)rows_int(rows, 4)},
        .valid_to = rows_null(rows, 5) ? DATE_NONE : (date){(int32_t)rows_int(rows, 5)},
        .rows = rows_int(rows, 6),
        .sha256 = rows_bytes(rows, a, 7),
        .loaded_at = {rows_int(rows, 8)},
        .loaded_by = rows_text(rows, a, 9),
        .leaf_hash = rows_bytes(rows, a, 10),
        .leaf_idx = rows_int(rows, 11),
    };
}

static int one_set(struct rows *rows, struct arena *a, struct code_set *ret)
{
    int found = rows_next(rows);

    if (found > 0)
        take_set(rows, a, ret);
    return found;
}

int codeset_get(struct db *db, struct arena *a, int64_t id, struct code_set *ret)
{
    AUTO_ROWS struct rows rows;

    int e = db_select(&rows, db, &codeset_by_id, V(id));

    return e < 0 ? e : one_set(&rows, a, ret);
}

int codeset_find(struct db *db, struct arena *a, const struct codes_of *of, struct code_set *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    if (of->version != NULL)
        e = db_select(&rows, db, &codeset_by_version, V(of->set), V(of->version));
    else
        e = db_select(&rows, db, &codeset_by_day, V(of->set), V(of->day));
    return e < 0 ? e : one_set(&rows, a, ret);
}

int codeset_list(struct db *db, struct arena *a, struct code_set **ret, size_t *ret_n)
{
    struct code_set *sets = arena_array(a, CODESETS_MAX, struct code_set);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &codeset_all, V((int64_t)CODESETS_MAX));
    while (e >= 0 && (e = rows_next(&rows)) > 0)
        take_set(&rows, a, &sets[n++]);
    if (e < 0)
        return e;

    *ret = sets;
    *ret_n = n;
    return 0;
}

/* ---- codes ---- */

static void take_code(const struct rows *rows, struct arena *a, struct code *ret)
{
    *ret = (struct code){
        .code = rows_text(rows, a, 0),
        .scope = rows_text(rows, a, 1),
        .name = rows_text(rows, a, 2),
        .level = rows_int(rows, 3),
        .parent = rows_text(rows, a, 4),
        .more = rows_text(rows, a, 5),
    };
}

static int take_codes(struct rows *rows, int e, struct arena *a, int64_t limit, struct code **ret, size_t *ret_n)
{
    struct code *codes = arena_array(a, (size_t)limit, struct code);
    size_t n = 0;

    while (e >= 0 && (e = rows_next(rows)) > 0)
        take_code(rows, a, &codes[n++]);
    if (e < 0)
        return e;

    *ret = codes;
    *ret_n = n;
    return 0;
}

int code_find_in(struct db *db, struct arena *a, int64_t set, const char *code, const char *scope, struct code *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &code_one, V(set), V(code), V(scope));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        take_code(&rows, a, ret);
    return e;
}

int code_find(struct db *db, struct arena *a, const struct codes_of *of, const char *code, const char *scope, struct code *ret)
{
    struct code_set set;
    int e = codeset_find(db, a, of, &set);

    return e <= 0 ? e : code_find_in(db, a, set.id, code, scope, ret);
}

int code_name(struct db *db, struct arena *a, const struct codes_of *of, const char *code, const char *scope, const char **ret)
{
    struct code c = {0};
    int e = code_find(db, a, of, code, scope, &c);

    if (e >= 0)
        *ret = c.name;
    return e;
}

int code_children(struct db *db, struct arena *a, int64_t set, const char *parent, const struct code_page *page,
                  struct code **ret, size_t *ret_n)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &code_below, V(set), V(parent), V(page->after_code), V(page->after_scope), V(page->limit));
    return take_codes(&rows, e, a, page->limit, ret, ret_n);
}

/* For LIKE: % word %, with the word's own signs escaped. */
static const char *pattern(struct arena *a, const char *word)
{
    struct buf b;

    buf_init(&b, a, 4 * KB);
    buf_byte(&b, '%');
    for (; *word != '\0'; word++) {
        if (*word == '%' || *word == '_' || *word == '\\')
            buf_byte(&b, '\\');
        buf_byte(&b, *word);
    }
    buf_byte(&b, '%');
    return buf_failed(&b) < 0 ? "%" : b.s;
}

static bool looks_like_code(const char *text)
{
    return *text != '\0' && text[strspn(text, "0123456789.X")] == '\0';
}

int code_search(struct db *db, struct arena *a, int64_t set, const char *text, const struct code_page *page, struct code **ret,
                size_t *ret_n)
{
    const char *folded = text_fold(a, text_collapse(a, text)), *like[WORDS_MAX] = {"%", "%", "%"};
    char **words;
    size_t n, i;
    int e;

    AUTO_ROWS struct rows rows;

    text = text_trim(a, text);
    if (looks_like_code(text)) {
        e = db_select(&rows, db, &code_prefix, V(set), V(text), V(text_printf(a, "%s\x7f", text)), V(page->after_code),
                      V(page->after_scope), V(page->limit));
        return take_codes(&rows, e, a, page->limit, ret, ret_n);
    }
    words = text_split(a, folded, ' ', &n);
    for (i = 0; i < n && i < WORDS_MAX; i++)
        like[i] = pattern(a, words[i]);
    e = db_select(&rows, db, &code_words, V(set), V(page->after_code), V(page->after_scope), V(like[0]), V(like[1]), V(like[2]),
                  V(page->limit));
    return take_codes(&rows, e, a, page->limit, ret, ret_n);
}

const char *code_more(const struct code *c, struct arena *a, const char *name)
{
    const struct json_in *more;
    const char *value = NULL;

    if (*c->more == '\0' || json_read(a, c->more, strlen(c->more), 64 * KB, &more, NULL) < 0)
        return NULL;
    return json_get_text(more, name, &value) > 0 ? value : NULL;
}

int code_successors(struct db *db, struct arena *a, int64_t from_set, const char *code, const char *scope, int64_t to_set,
                    struct code **ret, size_t *ret_n)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &code_mapped, V(from_set), V(to_set), V(code), V(scope));
    return take_codes(&rows, e, a, CODE_SUCCESSORS_MAX, ret, ret_n);
}

/* ---- proof ---- */

/* Running over lines, with the arena of the piece that is read. */
struct proving {
    struct hash hash;
    struct arena arena;
    int64_t rows;
};

static void prove_line(struct proving *p, const struct code *c)
{
    struct buf line;

    buf_init(&line, &p->arena, LINE_MAX_);
    code_line(c, &line);
    hash_add(&p->hash, line.s, line.n);
    p->rows++;
}

/* In pieces, because PostgreSQL gives all rows of a statement at once. */
static int prove_codes(struct proving *p, struct db *db, struct arena *a, int64_t set)
{
    const char *code = "", *scope = "";
    struct code c;
    int64_t n;
    int e;

    do {
        AUTO_ROWS struct rows rows;

        arena_reset(&p->arena);
        n = 0;
        e = db_select(&rows, db, &code_after, V(set), V(code), V(scope), V((int64_t)PIECE));
        for (; e >= 0 && (e = rows_next(&rows)) > 0; n++) {
            take_code(&rows, &p->arena, &c);
            prove_line(p, &c);
        }
        if (n == PIECE) {
            code = arena_text(a, c.code);
            scope = arena_text(a, c.scope);
        }
    } while (e >= 0 && n == PIECE);
    return e;
}

static int prove(struct db *db, struct arena *a, const struct code_set *set, struct ledger_set *ret)
{
    struct proving p = {.rows = 0};
    int e;

    arena_init(&p.arena, 8 * MB);
    hash_begin(&p.hash);
    e = prove_codes(&p, db, a, set->id);
    *ret = (struct ledger_set){.table = text_printf(a, CODESET_TABLE, set->name), .version = set->version, .rows = p.rows};
    hash_end(&p.hash, ret->sha256.v);
    hash_drop(&p.hash);
    arena_finish(&p.arena);
    return e;
}

int codeset_ledger_sets(struct db *db, struct arena *a, struct ledger_set **ret, size_t *ret_n)
{
    struct code_set *sets;
    struct ledger_set *out;
    size_t n, i;
    int e = codeset_list(db, a, &sets, &n);

    if (e < 0)
        return e;
    out = arena_array(a, n, struct ledger_set);
    for (i = 0; i < n && e >= 0; i++)
        e = prove(db, a, &sets[i], &out[i]);
    if (e < 0)
        return e;

    *ret = out;
    *ret_n = n;
    return 0;
}
