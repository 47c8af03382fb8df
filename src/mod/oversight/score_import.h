/*
 * score_import.h: a template from a CSV file, all of it or nothing.
 *
 * Columns: code, parent, name, weight, method, params, owners, documents (parted by ';'), source. The first three must be
 * there; a parent stands anywhere in the file. What is wrong is told by line. The template is a draft then: its supervisor
 * looks at it, sets bands and target, and opens it.
 */
#ifndef MOD_OVERSIGHT_SCORE_IMPORT_H
#define MOD_OVERSIGHT_SCORE_IMPORT_H

#include "engine/actor.h"
#include "engine/app.h"
#include "mod/oversight/score_book.h"

#define SCORE_FILE_MAX ((size_t)4 * MB)

struct score_import_fault {
    int64_t line;      /* in the file; 0 of the whole */
    const char *key;   /* into lang/, with a place for `value` */
    const char *value; /* NULL where the text has none */
};

struct score_import_report {
    int64_t nodes, documents;
    struct score_import_fault faults[SCORE_FAULTS_MAX];
    size_t n_faults;
    int64_t template; /* id, once it was stored */
};

/* Rows with ids, not yet stored. */
struct score_draft {
    struct score_template template;
    struct score_node_row *nodes;
    size_t n_nodes;
    struct score_requirement *documents;
    size_t n_documents;
};

/* E_INPUT when anything is wrong: report->faults says what. `template` is the head; ids are made here. */
MUST_USE int score_import_read(struct arena *a, const struct score_template *template, struct bytes file,
                               struct score_draft *ret, struct score_import_report *report);

/* One work of the writer. E_CONFLICT when a template has the code already. */
MUST_USE int score_import_store(struct app *app, const struct score_draft *draft, const struct actor_mark *mark);

/* The same inside a work. */
MUST_USE int score_draft_store(struct tx *tx, const struct score_draft *draft);

/* "2027.1" into the head of a draft: code mcsp-2027-1, bands as KPK told them. E_INPUT for another form. */
MUST_USE int score_template_of(struct arena *a, const char *version, const char *source, struct score_template *ret);

#endif
