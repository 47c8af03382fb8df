/*
 * erase.h: taking a person out of everything that Terang keeps (ledger.md section 5, security.md D3; docs/decisions/0008).
 *
 * These are the parts of which a job is made, by whoever decides about erasing (core/erase): what hangs on the person, the
 * texts of others that name the person, the rows, the history of rows that were about the person once, and in the end the
 * person's own row with the key in the ledger. Each part may run again: it finds what is left.
 *
 * Not for: who may order it, pages, effects outside of the database.
 */
#ifndef ENGINE_ERASE_H
#define ENGINE_ERASE_H

#include "engine/row.h"

struct app;
struct attachment;

/* ---- what was erased ---- */

/* Notes that the field of this row held something; row_erase() does. */
MUST_USE int erased_add(struct tx *tx, const struct entity *e, const void *row, const struct field *f);

/* Was it? False too when it cannot be read: the place then looks empty. */
bool erased_is(struct db *db, const struct entity *e, const void *row, const struct field *f);

/* ---- a person ---- */

struct erase_person {
    const struct entity *e; /* .is_subject */
    int64_t gov, id;        /* gov 0 for what belongs to none */
    int64_t key;            /* in the ledger */
};

/* 1 with the person of that entity, 0 none: no such entity of subjects, no such row. */
MUST_USE int erase_person_read(struct db *db, struct arena *a, const struct app *app, const char *entity, int64_t gov,
                               int64_t id, struct erase_person *ret);

struct erase_place {
    const struct entity *e;
    int64_t gov, id;
};

/* Rows that hold something about the person now, the person's own aside; at most `max`. */
MUST_USE int erase_places(struct db *db, struct arena *a, const struct app *app, const struct erase_person *p, size_t max,
                          struct erase_place *ret, size_t *ret_n);

/*
 * Records whose history names the person as whom they were about, now or once: by a ref, or, where a personal field leads to
 * nobody, by the name that was typed into it. Reads the history of the government (of a person of no government: of all), so
 * not inside the writer. *ret lives in `a`.
 */
struct erase_words;
MUST_USE int erase_former(struct db *db, struct arena *a, const struct app *app, const struct erase_person *p,
                          const struct erase_words *w, struct erase_place **ret, size_t *ret_n);

/* Why the person cannot be erased yet. */
struct erase_kept {
    const struct entity *e; /* NULL: nothing stands in the way */
    int64_t id;
    const char *basis; /* of the law; NULL: work on the record goes on */
    date until;        /* with a basis */
};
MUST_USE int erase_kept(struct db *db, struct arena *a, const struct app *app, const struct erase_person *p, date today,
                        struct erase_kept *ret);

/* ---- parts of the work, in this order ---- */

/* What the person is called: values of personal texts as they are, and as they were. *ret lives in `a`. */
struct erase_words {
    const char **v;
    size_t n;
};
MUST_USE int erase_words(struct db *db, struct arena *a, const struct app *app, const struct erase_person *p,
                         struct erase_words *ret);

/* Does the text name the person? In any case of letters, as whole words, also in the encoding of an address. */
bool erase_names(struct arena *a, const struct erase_words *w, const char *text);

/*
 * Is it what a field of a name holds when it means the person? As erase_names(), but a name of one word must be all of it:
 * "Budi" is not "Budi Santoso", and what is taken out of a row does not come back.
 */
bool erase_is_name(struct arena *a, const struct erase_words *w, const char *value);

#define ERASE_NAME_MIN 4 /* shorter values are looked for nowhere: they would be found everywhere */

/*
 * What others wrote or the program keeps for a while, where it names the person: drafts, import plans and reports, saved
 * views, notes of exports, reasons of reading, tasks, jobs, messages that wait, comments. The government's, or all.
 */
MUST_USE int erase_texts(struct tx *tx, const struct erase_person *p, const struct erase_words *w, const char *basis);

/* At most `max` rows about the person. 1 there are more, 0 not. */
MUST_USE int erase_rows(struct tx *tx, const struct erase_person *p, size_t max, const char *basis);

/* The name of an account in the margins of comments and files; at most `max` of them. 1 there are more, 0 not. */
MUST_USE int erase_wrote(struct tx *tx, int64_t user, size_t max, const char *basis);

/* The history of one record of erase_former(), and fields of its row that lead to nobody and name the person. */
MUST_USE int erase_history(struct tx *tx, const struct erase_person *p, const struct erase_words *w,
                           const struct erase_place *place, const char *basis);

/* A file beside a record: row and bytes. Nothing when it is erased already. */
MUST_USE int erase_file(struct tx *tx, const struct attachment *file, const char *basis);

/* The person's own row and the files and comments beside it; then the key. After it no value about the person can be stored. */
MUST_USE int erase_last(struct tx *tx, const struct erase_person *p, const char *basis);

/* A comment, when it holds anything yet. */
struct comment;
MUST_USE int erase_comment(struct tx *tx, const struct comment *c, const char *basis);

#define ERASE_EFFECT "erase-file" /* removes the bytes of a file; key "GOV/NAME" */
extern const struct module erase_module;

extern const struct query *const erase_queries[];
extern const size_t erase_queries_n;

#endif
