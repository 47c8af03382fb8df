/*
 * history.h: what happened to a row, a line a revision, each tied to its leaf in the ledger.
 *
 * Written by row.h in the transaction of the change. Values of personal fields stand in it until the person is erased.
 */
#ifndef ENGINE_HISTORY_H
#define ENGINE_HISTORY_H

#include "db/writer.h"
#include "engine/entity.h"

/* A field that differs, in stored form; NULL for none. */
struct history_change {
    const struct field *field; /* NULL: the field has gone from the table since */
    const char *name;
    const char *before, *after;
    bool gone_before, gone_after; /* there was a value, of a person who was erased */
};

struct history {
    int64_t rev;
    instant at;
    int64_t user; /* 0: the machine */
    const char *by, *role, *step, *reason, *remark;
    int64_t behalf; /* for whom `user` stood in; 0: in the person's own right */
    const char *behalf_of;
    const struct history_change *changes;
    size_t n;
    int64_t leaf_idx;       /* INT_NONE of a sealed leaf */
    struct bytes leaf_hash; /* n = 0 without */
};

#define HISTORY_PAGE 50

/* Adds the line of head's revision; `before` is NULL for a new row. `op` "insert", "update" or "void" stands in when there is
 * no step. */
MUST_USE int history_add(struct tx *tx, const struct entity *e, const void *before, const void *after, const char *op);

/*
 * Newest first, at most HISTORY_PAGE, those below `below` (0: from the newest). *ret and all in it live in `a`. Who may see the
 * row may see its history; personal values are the caller's to mask.
 */
MUST_USE int history_read(struct db *db, struct arena *a, const struct entity *e, int64_t gov, int64_t record, int64_t below,
                          struct history **ret, size_t *ret_n);

/* When the row was last changed; INSTANT_NONE for a row without history. */
MUST_USE int history_last(struct db *db, int64_t gov, int64_t record, instant *ret);

/* Was one of the steps (verbs parted by spaces; "insert" and "update" too) taken on the record by this user, or in this user's
 * name? 1, 0. For four-eyes rules. */
MUST_USE int history_took(struct db *db, struct arena *a, int64_t gov, int64_t record, int64_t user, const char *steps);

/*
 * Takes values out of the history of a record, for erasing a person: of the fields marked in `gone` (a flag a field; all
 * values), and of personal fields at the times when they were about `person` (NULL: none). What people wrote with their
 * steps about the record is emptied too when `person` was in it or gone fields were.
 */
struct history_person {
    const struct entity *e;
    int64_t id;
    /* Of a personal value whose field leads to nobody: does it name the person all the same? NULL: none does. */
    bool (*names)(const void *arg, struct arena *a, const char *value);
    const void *arg;
};
MUST_USE int history_empty(struct tx *tx, const struct entity *e, int64_t gov, int64_t record, const bool *gone,
                           const struct history_person *person);

extern const struct query *const history_queries[];
extern const size_t history_queries_n;

#endif
