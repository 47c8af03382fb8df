/*
 * form.h: one form while it is filled, checked, kept as a draft and shown. Shared by form_*.c, draft.c and the pages of a
 * record; no module needs it.
 */
#ifndef ENGINE_FORM_H
#define ENGINE_FORM_H

#include "db/writer.h"
#include "engine/app.h"
#include "engine/screen.h"
#include "engine/web.h"

#define REV_FIELD     "rev"     /* hidden: the revision that was read */
#define RECORD_FIELD  "rekaman" /* hidden in the form of a draft: id, 0 of a new row */
#define DRAFT_BUTTON  "draf"    /* keep what is typed, and leave */
#define DISCARD_FIELD "buang"   /* forget the draft */

struct form {
    const struct screen *s;
    const char *permission; /* item.create or item.edit */
    int64_t gov;            /* of the rows: 0 but for data */
    int64_t id;             /* of the row, 0 of a new one */
    const void *before;
    void *row;          /* what is being made of it */
    int64_t rev;        /* that was read by the person */
    bool open;          /* personal values may be shown in full */
    const char **typed; /* for each field of the entity; NULL: not in the form */
    const bool *others; /* for each field: others give it (screen_gives()); NULL: none */
    struct faults faults;
    instant draft_at; /* of a draft that is offered or used; INSTANT_NONE without */
    bool draft_used;
};

/* ---- pages, for the table of routes (pages.c) ---- */

void form_new_page(struct req *r);
void form_new_post(struct req *r);
void form_edit_page(struct req *r);
void form_edit_post(struct req *r);
void draft_post(struct req *r);
void detail_page(struct req *r);
void void_page(struct req *r);
void void_post(struct req *r);
void reveal_post(struct req *r);
void proof_page(struct req *r);

/* ---- form_take.c ---- */

/*
 * A new row, or the row `id` with the revision as it is now. 1; 0 when it is not there or the one who asks may not create or
 * edit it: then answer 404. E_STATE for a void row and an ended case.
 */
MUST_USE int form_open(struct req *r, bool is_new, int64_t id, struct form *ret);

/* Is this field asked in the form? */
bool form_asks(const struct form *f, const struct field *field);
/* Its place in the form; NULL when it has none. */
const struct screen_form_field *form_place(const struct screen *s, const struct field *field);
/* Is it asked only under a condition that does not hold for this row? */
bool form_idle(const struct screen *s, const struct screen_form_field *x, const void *row);

/* Fills `typed` from f->row. */
void form_fill(struct req *r, struct form *f);

/* Fills `typed` and `rev` from the request. E_FORMAT when a field comes that the form does not have, or twice (Z7). */
MUST_USE int form_read(struct req *r, struct form *f);

/* Makes f->row of what was typed; faults are collected. Negative when the database cannot be asked. */
MUST_USE int form_take(struct req *r, struct form *f);

/* Adds the fault of each unique field whose value another row has. */
MUST_USE int form_taken(struct req *r, struct form *f);

/* ---- form_view.c ---- */

/* The whole page. */
void form_show(struct req *r, struct form *f, int status);

/* 409: what the person typed beside what `now` holds (the row as it is), a choice a field. */
void form_show_both(struct req *r, struct form *f, const void *now);

/* "/kerja/kota-contoh/izin", and a row's own. */
const char *screen_path(struct req *r, const struct screen *s);
const char *row_path(struct req *r, const struct screen *s, int64_t id);

/* What stands for the row: its code, else its name, else its id. */
const char *row_title(const struct req *r, const struct screen *s, const void *row);

/* ---- draft.c ---- */

struct draft_key {
    int64_t user, gov, record; /* 0 for what does not exist yet */
    const char *screen;        /* slug */
};
struct draft {
    int64_t rev;
    instant at;
    const char *typed; /* {"field":"as typed"} */
};
#define DRAFT_DAYS 30
#define DRAFT_MAX  ((size_t)256 * KB)

MUST_USE int draft_read(struct db *db, struct arena *a, const struct draft_key *key, struct draft *ret); /* 1, 0 none */
MUST_USE int draft_store(struct tx *tx, const struct draft_key *key, int64_t rev, const char *typed);
MUST_USE int draft_remove(struct tx *tx, const struct draft_key *key);

/* Forgets the drafts that were last kept before: daily, with DRAFT_DAYS, since they may hold data of persons. */
MUST_USE int draft_forget(struct tx *tx, instant before);

const char *draft_text(struct arena *a, const struct form *f);
/* What of it the form still asks for. */
void draft_use(struct arena *a, const struct draft *d, struct form *f);

/* The daily job that does it, and the statements of forms and passes. */
extern const struct module form_module;

/* ---- read_pass.c ---- */

#define PASS_MINUTES 10

/* Has this session asked for the record's personal values, with a reason, in the last ten minutes? (security.md D6) */
bool pass_good(const struct req *r, int64_t gov, int64_t record);

/* Are there masked fields at all? */
bool has_masked(const struct entity *e);

extern const struct query pass_read, pass_add;

#endif
