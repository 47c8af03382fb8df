/*
 * search.h: finding rows by words that stand in them, on both databases alike.
 *
 * A screen with .search names text fields. Their words are folded here (text_words()), not by the database, so the same
 * words find the same rows everywhere and nothing that a person types can be syntax. All words must be there; each also
 * stands for what it begins. Rows whose name has all words come first, then the newest.
 *
 * Voided rows are not found. What is found is read again and held against the scope, so the index never decides who sees
 * what (security.md Z2). The index holds words of personal fields: erasing a person ends with search_drop() or search_put()
 * of the rows, and search_optimise() by the nightly job (D3).
 */
#ifndef ENGINE_SEARCH_H
#define ENGINE_SEARCH_H

#include "engine/job.h"
#include "engine/permit.h"
#include "engine/screen.h"

#define SEARCH_WORDS_MAX 8 /* more are not looked at */

/* ---- writing; called by row.h ---- */

/* The screen by which rows of this entity are found, NULL when they are not. */
const struct screen *search_screen(const struct app *app, const struct entity *e);

/*
 * The row was written: its words are stored, replaced when they differ from those of `before` (NULL: a new row), taken out
 * when it is void. Nothing happens for entities without search.
 */
MUST_USE int search_put(struct tx *tx, const struct entity *e, const void *before, const void *row);

/* Out of the index, whatever was in it. */
MUST_USE int search_drop(struct tx *tx, const struct entity *e, int64_t gov, int64_t id);

/* Merges what was taken out away (SQLite); on PostgreSQL that is VACUUM's business. */
MUST_USE int search_optimise(struct tx *tx);

/* ---- finding ---- */

struct search_hit {
    int64_t id;
    const char *code, *name; /* code NULL without */
    const char *key;         /* for `after` */
};

struct search_found {
    struct search_hit *v;
    size_t n;
    const char *more; /* `after` of the next page; NULL at the end */
};

#define SEARCH_LOOKED_MAX 500 /* rows that are read for one page; behind it the next page goes on */

/*
 * At most `limit` rows of one screen within the scope; `after` is NULL at first. Reads on r->db, or on `db` for jobs. Words
 * without a letter find nothing. E_INPUT for a key that is none.
 */
MUST_USE int search_find(struct db *db, struct arena *a, const struct screen *screen, const struct scope *scope,
                         const char *words, size_t limit, const char *after, struct search_found *ret);

/*
 * For tests and fuzzing. What the database is asked for the words that were typed: rows whose name has all of them (class 0),
 * or which have them elsewhere (1). NULL when there is no word. search_text() is what the index holds of a row.
 */
const char *search_match(enum db_kind kind, struct arena *a, const struct entity *e, int64_t gov, const char *typed, int class);
const char *search_text(const struct screen *s, const void *row, struct arena *a);

/* GET /kerja/{gov}/cari?q=WORDS: all screens that the person may read; with jenis=SLUG one of them, page by page. */
void search_page(struct req *r);

/* Statements, the page, and two jobs: "search-rebuild" of a government with args {"entity":NAME} stores the words of every
 * row anew, when .search of a screen has changed; "search-optimise" runs daily. */
extern const struct module search_module;

extern const struct query *const search_queries[6];

#endif
