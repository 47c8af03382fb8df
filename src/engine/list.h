/*
 * list.h: rows of one entity in one scope: a page of a list, or all of them by key for files and jobs.
 *
 * The scope is part of the statement (security.md Z2), and so are the filters: what a person may not see is not read.
 * Pages are found by key, not by counting: a row that is inserted or voided meanwhile neither repeats nor hides another.
 * Order is by one field, then by id; rows without a value come last whichever way the order runs, on both databases.
 *
 * Not for: who may (permit.h), pages (list_page.c), one row (row.h).
 */
#ifndef ENGINE_LIST_H
#define ENGINE_LIST_H

#include "db/db.h"
#include "engine/entity.h"
#include "engine/permit.h"

#define LIST_PAGE     25
#define LIST_PAGE_MAX 100
#define LIST_COUNT    1000 /* counts go up to here; one more means "more than" */
#define LIST_FILTERS  32
#define LIST_TEXT     100 /* characters looked for */
#define LIST_FOUND    100 /* ids that a search may hand over */

enum list_test {
    LIST_IS,    /* equal; a null value: none there */
    LIST_FROM,  /* not below */
    LIST_UNTIL, /* not above */
};

struct list_filter {
    const struct field *field;
    enum list_test test;
    struct val value;
};

/* What is asked. All but entity and scope may be zero. */
struct list_ask {
    const struct entity *entity;
    struct scope scope;
    struct list_filter filters[LIST_FILTERS];
    size_t n_filters;

    /*
     * Text: rows of which one of the text fields `in` (ends with NULL) holds it, whatever the case. Slow on large tables;
     * when a search has found ids already, they are given instead.
     */
    const char *text;
    const char *const *in;
    bool only_found; /* only these ids */
    const int64_t *found;
    size_t n_found; /* LIST_FOUND at most */

    const struct field *order; /* NULL: by id, which is by age */
    bool descending;
    bool voided;        /* voided rows too */
    const char *cursor; /* of the answer before; NULL: from the beginning */
    int limit;          /* 0: LIST_PAGE; LIST_PAGE_MAX at most */
};

struct list_rows {
    const void *const *v; /* structs of the entity */
    size_t n;
    const char *next, *previous; /* cursors for addresses; NULL: no rows there */
};

/*
 * One page. E_INPUT for a cursor that is not one of ours or belongs to another order; what it holds never shows a row that the
 * scope does not. All in `ret` lives in `a`.
 */
MUST_USE int list_read(struct db *db, struct arena *a, const struct list_ask *ask, struct list_rows *ret);

/* How many match, cursor and limit aside: 0 to LIST_COUNT, or LIST_COUNT + 1 for more. */
MUST_USE int64_t list_count(struct db *db, struct arena *a, const struct list_ask *ask);

/*
 * The different values of a text field in the rows of entity and scope, in their order; *ret_n is LIST_VALUES + 1 when there
 * are more. For choosing from in a filter: the field should be indexed.
 */
#define LIST_VALUES 20
MUST_USE int list_values(struct db *db, struct arena *a, const struct list_ask *ask, const struct field *f,
                         const char *ret[static LIST_VALUES + 1], size_t *ret_n);

/*
 * All that match, in the same order, some hundred at a time: `page` is called for each lot, whose memory lasts as long as the
 * call; a negative answer ends the reading with it. `most` rows at most (0: all). Returns how many were read.
 */
typedef int list_page_fn(void *arg, struct arena *a, const void *const *rows, size_t n);
MUST_USE int64_t list_each(struct db *db, const struct list_ask *ask, int64_t most, list_page_fn *page, void *arg);

/* A part of the same: from ask->cursor on, `most` rows at most; *ret_next, in `keep`, is where the rest begins, NULL at the
 * end. */
MUST_USE int64_t list_each_next(struct db *db, const struct list_ask *ask, int64_t most, list_page_fn *page, void *arg,
                                struct arena *keep, const char **ret_next);

/*
 * Is this one row within the scope? 1, 0. As scope_holds(), and follows .within up to the row whose agency, unit, place and
 * owner count. Rows that are the same everywhere and belong to nobody are reached by whoever has the permission at all.
 */
MUST_USE int row_reach(struct db *db, struct arena *a, const struct scope *scope, const struct entity *e, const void *row);

#endif
