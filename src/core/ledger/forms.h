/*
 * forms.h: which column of a leaf is public and which a commitment, as data that is itself in the log (ledger.md section 5).
 *
 * The tables of the program say it, and /ledger/1/forms shows it. Whenever that text changed, the server writes a row before it
 * is ready: its leaf has the SHA-256 in clear, the row keeps the text, and /ledger/1/forms/SHA256 answers with it for ever.
 */
#ifndef CORE_LEDGER_FORMS_H
#define CORE_LEDGER_FORMS_H

#include "engine/app.h"

struct leaf_forms {
    struct record head;
    const char *sha256; /* hex */
    const char *body;   /* JSON, as served */
};
extern const struct entity leaf_forms_entity;

/* Writes the row when the program's forms are others than those of the newest row. 0; E_HOLD while the log is on hold. */
MUST_USE int forms_log(struct app *app);

/* 1 when the newest row is of the program's forms, 0 when it is not, or there is none yet: then *ret_id is 0. */
MUST_USE int forms_logged(const struct app *app, struct db *db, int64_t *ret_id);

/* GET /ledger/{log}/forms/{hash}: forms that were logged, by their SHA-256. */
void page_old_forms(struct req *r);

extern const struct query *const forms_queries[2];

#endif
