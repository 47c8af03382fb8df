/*
 * screen.h: how an entity shows itself: its lists, its page, its form, its interface for programs. Constant tables.
 *
 * One struct screen gives, under /kerja/{gov}/SLUG and with the same permissions under /api/v1/{gov}/SLUG: the list (search,
 * filters, sort, keyset pages, saved views, CSV and XLSX), the detail page, the form, import. Every level can be replaced by a
 * function (design D8). What belongs to no government uses "-" for {gov}.
 *
 * Words come from lang/ by fixed keys: "ENTITY.one" names the thing inside a sentence ("permohonan"), "ENTITY.many" all of them
 * as a title ("Permohonan"), "ENTITY.FIELD" a field,
 * "ENTITY.FIELD-hint" what helps to fill it, "ENTITY.FIELD-CODE" a code of a state; a test asks for each in both languages.
 * Permissions are made of .permission: "item" gives item.read, item.create, item.edit, item.void, item.export, item.import and
 * item.comment.
 *
 * Not for: steps (flow.h), rights (permit.h), columns in the database (entity.h).
 */
#ifndef ENGINE_SCREEN_H
#define ENGINE_SCREEN_H

#include "engine/entity.h"
#include "ui/component.h"
#include "ui/req.h"

struct flow;
struct tx;

/* A column of the list. */
struct screen_column {
    const char *field;
    bool num;                                     /* right-aligned */
    bool hidden;                                  /* in files only, not on the page */
    void (*cell)(struct req *r, const void *row); /* instead of the plain value; writes inside the cell */
};

/* Fields that the list can be narrowed by: a state by its codes, a ref by its rows, a date by from and to, a bool by yes and
 * no. */
struct screen_filter {
    const char *field;
};

struct screen_form_field {
    const char *field;
    enum ui_size size;
    const char *unit;    /* after the control: "m" */
    bool pair;           /* stands beside the next one */
    const char *only_if; /* asked and kept only when this bool field is true */
    const char *act;     /* given only by who has this permission too: "plan" stands for "item.plan"; NULL: none besides */
    bool demanded;       /* asked of new rows by screen->check, though old rows may lack it */
    const char *none;    /* key of what the detail page says for no value; NULL: a dash */
};

/* A heading on detail page and form with the fields under it. */
struct screen_section {
    const char *title; /* key; NULL for the first, which needs none */
    const struct screen_form_field *fields;
    size_t n;
};

/* A list of other rows on the detail page: those whose ref `field` is this row. */
struct screen_child {
    const struct screen *screen;
    const char *field;
};

/* What is wrong with an input, a field each; field NULL for the whole. Collected, then shown together. */
struct faults {
    struct fault {
        const char *field;
        const char *key; /* into lang/ */
        const char *arg; /* for %s, or NULL */
    } v[32];
    size_t n;
};
void faults_add(struct faults *f, const char *field, const char *key, const char *arg);
const char *fault_words(const struct req *r, const struct fault *fault); /* in the reader's language */

/* One line of a file that is being imported, before its cells are taken. */
struct import_line {
    int64_t line;            /* in the file */
    const char **typed;      /* the cells, a field of the entity each; NULL: the file has no such column. May be replaced */
    const char *const *more; /* the cells of screen->import_more, in its order; NULL: the file has no such column */
};

struct screen {
    const struct entity *entity;
    const char *slug;
    const char *permission; /* first part of its permissions */
    const char *name;       /* text field that stands for the row: in links, refs, results of a search */
    const char *code;       /* text field shown before it, unique in the government, by which imports find a row; or NULL */

    const struct screen_column *columns;
    size_t n_columns;
    const struct screen_filter *filters;
    size_t n_filters;
    const char *order; /* field that the list is sorted by at first */
    bool descending;
    const char *const *search; /* text fields that full-text search reads; ends with NULL; or NULL */

    const struct screen_section *sections; /* of detail page and form; computed fields are shown only */
    size_t n_sections;
    const struct screen_child *children;
    size_t n_children;
    const struct flow *flow; /* or NULL */
    bool attachments, comments;
    bool derived;   /* its rows are made by other rows alone: no form, no import, no void */
    bool nation;    /* data of which rows of government 0 count everywhere: its pages are there under "-" too */
    bool reference; /* a table that others refer to: stands in the navigation after the work */

    /*
     * Rules over several fields, and columns that follow from others; `before` is NULL for a new row. Runs after each field
     * was found good by itself: for form, import and API alike. r->db is a reader's snapshot, or the writer's in a job; what
     * follows lives in r->arena.
     */
    void (*check)(const struct req *r, const void *before, void *row, struct faults *f);
    /*
     * Further rows that follow from this one, in the transaction that stores it; `before` is NULL for a new row, `head` the new
     * one. May run twice. NULL: none.
     */
    int (*saved)(struct tx *tx, const void *before, const void *row, const struct record *head);
    /* The same when a row is voided; `row` is as it was. NULL: nothing. */
    int (*voided)(struct tx *tx, const void *row);
    /*
     * What a file means that was not made for this screen; both may be NULL. `import_more` are headings besides fields that
     * such a file has (ends with NULL); cells behind its last heading are taken as the rest of that one, unquoted. import_row
     * may replace cells, split them, look things up in r->db, and leave the row out with a key that says why; NULL: go on. Its
     * memory is r->arena, and lasts as long as the row.
     */
    const char *const *import_more;
    const char *(*import_row)(struct req *r, struct import_line *line);
    void (*more)(struct req *r, const void *row); /* a further section of the detail page */
    /* Behind a link to the row `id` on the page of another record: what became of it since. NULL: nothing. */
    void (*link_note)(struct req *r, int64_t gov, int64_t id);
    void (*list_page)(struct req *r);   /* instead of the engine's; */
    void (*detail_page)(struct req *r); /* each of these may be NULL */
    void (*form_page)(struct req *r);
};

/* The screen that route r belongs to; a BUG for routes without. */
const struct screen *screen_of(const struct req *r);
const struct screen *screen_of_entity(const struct app *app, const struct entity *e); /* NULL for none */
const struct screen *screen_by_slug(const struct app *app, const char *slug);         /* NULL for none */

/* May the one who asks give this field to rows of that government? (screen_form_field.act) */
bool screen_gives(const struct req *r, const struct screen *s, const struct field *f, int64_t gov);

/* Is the table sound? NULL, or what is wrong, for a test over all screens. */
const char *screen_fault(const struct screen *s, struct arena *a);

/* "item.edit" in the request's arena. */
const char *screen_permission(struct arena *a, const struct screen *s, const char *act);

/* Words in the reader's language. */
const char *label_one(const struct req *r, const struct entity *e);
const char *label_many(const struct req *r, const struct entity *e);
const char *label_of(const struct req *r, const struct entity *e, const struct field *f);
/* A label as it stands inside a sentence: "Lebar" is "lebar" there, "NIK" stays. */
const char *label_inside(const struct req *r, const char *label);
const char *label_hint(const struct req *r, const struct entity *e, const struct field *f); /* NULL without */
const char *label_code(const struct req *r, const struct entity *e, const struct field *f, const char *code);

/*
 * A value as the reader sees it: "18 Sep 2026", "Rp1.234.567", "Ya", the word of a code; NULL for none. A ref is the name of
 * the row it leads to, looked up by `names`, or its id without. Personal values are hidden from who is not logged in, and from
 * supervisors (security.md Z6): that is personal_hidden(). Fields with a .mask are masked for everybody.
 */
struct names;
bool personal_hidden(const struct req *r, int64_t gov);
const char *value_shown(const struct req *r, const struct entity *e, const struct field *f, const void *row,
                        const struct names *names);

/* Names of the rows that refs lead to, read at once for a page of rows. */
int names_read(struct req *r, const struct entity *e, const void *const *rows, size_t n, const struct names **ret);
const char *names_find(const struct names *n, const struct entity *of, int64_t id); /* NULL: not there */
const char *names_code(const struct names *n, const struct entity *of, int64_t id); /* its code alone; NULL without one */

/*
 * A value as people type it (form, CSV, XLSX) into the row: "1.234.567,50", "18-9-2026" and "2026-09-18", "ya", a code or its
 * word, a ref by id or by the code of the row it leads to. NULL, or the key of what to do instead; *ret_arg is what its %s
 * stands for. Empty text is none. Required, length, range, .codes and .check of the field are looked at too.
 */
const char *input_take(const struct req *r, const struct entity *e, const struct field *f, void *row, const char *typed,
                       const char **ret_arg);

/*
 * The same for the stored form (field_take()), as JSON brings it: sen, YYYY-MM-DD, codes only, ids only. NULL is none, also of
 * a bool, which is then false.
 */
const char *input_stored(const struct req *r, const struct entity *e, const struct field *f, void *row, const char *stored,
                         const char **ret_arg);

/* The way back of input_take(): what stands in the control of a form. */
const char *input_text(const struct req *r, const struct field *f, const void *row);

/* A day as people type it: "9-12-2026". */
const char *input_date(struct arena *a, date d);

/* What a state may be, parted by spaces; NULL: any code. `app` may be NULL where no module is loaded. */
const char *field_codes(struct arena *a, const struct app *app, const struct field *f);

/* May people and programs give this field? Not the computed ones, nor state and due date of a workflow (security.md Z7). */
bool input_allowed(const struct screen *s, const struct field *f);

/* Given with the row, and never changed: F_FIXED, and the parent, which is a part of the key. */
bool input_fixed(const struct entity *e, const struct field *f);

/*
 * The whole row, after each field was taken: what F_FIXED and only_if demand, each field's rule again, and when all are good
 * screen->check. `before` is NULL for a new row. Reads from r->db.
 */
void entity_check(const struct req *r, const struct screen *s, const void *before, void *row, struct faults *f);

/* A fresh row: all fields none, its government set. */
void *row_new(struct arena *a, const struct entity *e, int64_t gov);

#endif
