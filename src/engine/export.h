/*
 * export.h: what is kept of a file with personal data: who took it, when, and why (security.md D6).
 *
 * The reason stands here in clear, for the data protection officer; in the ledger it is a commitment.
 */
#ifndef ENGINE_EXPORT_H
#define ENGINE_EXPORT_H

#include "db/writer.h"
#include "engine/export_file.h"
#include "engine/job.h"
#include "engine/param.h"
#include "engine/web.h"

struct export_note {
    struct record head;
    instant at;
    int64_t person; /* user */
    int64_t session;
    const char *screen; /* slug */
    const char *format;
    const char *query; /* as query_text() gives it; NULL: all rows */
    const char *reason;
    int64_t reason_key; /* of the commitments in the leaf */
};
extern const struct entity export_note_entity;

/* Stores a struct export_note and its leaf, in the writer. The leaf names the note, not the query: what is looked for can be a
 * person's name. */
MUST_USE int export_note_store(struct tx *tx, void *note);

/* What is wrong with a reason: a key, or NULL. */
const char *export_reason_fault(struct arena *a, const char *reason);

/* Name and type of a file that is sent. */
void export_name_file(struct req *r, const char *slug, enum export_format format);

/* ---- more rows than a request takes (export_job.c) ---- */

#define EXPORT_ROWS_JOB 1000000

/*
 * The job "export" writes them for who started it, with the rights that this person has when it runs. The file lies there for
 * some hours for that person alone: GET /kerja/{gov}/pekerjaan/{id}/berkas. Personal columns need the note that a direct file
 * needs; the caller has seen to it.
 */
struct export_work {
    const struct screen *screen;
    struct gov gov;
    const char *query;
    enum export_format format;
    bool personal;
    bool second_factor; /* was given by who asks */
    enum lang lang;
};
MUST_USE int export_work_start(struct tx *tx, const struct export_work *work, int64_t *ret_job);

#define EXPORT_PARAMS 1
extern const struct param export_params[EXPORT_PARAMS];
extern const struct job_kind export_jobs[2]; /* and the daily one that removes old files */
void export_work_file_page(struct req *r);

/* ---- by a command (export_command.c) ---- */

#define EXPORT_ROWS_COMMAND 1000000

struct export_order {
    const struct screen *screen;
    struct gov gov;
    const struct actor *actor; /* NULL: the operator, who gets no personal columns */
    enum lang lang;
    const char *query;  /* as behind the '?' of the list's address; NULL: all rows */
    const char *reason; /* with one come personal columns, and a leaf; app->writer must be there */
    enum export_format format;
    int fd;
    const char *temporary; /* path of a directory for pieces */
};

/*
 * The file of a list for `terang export`, as the page gives it. Returns how many rows. E_PERMIT when the person may not read
 * the list, or not take its personal columns; E_INPUT for a query or reason that cannot be taken, with the words in *ret_wrong;
 * E_LIMIT for more than EXPORT_ROWS_COMMAND rows. After a failure what stands in fd is nothing.
 */
MUST_USE int64_t export_carry_out(struct app *app, struct arena *a, const struct export_order *order, const char **ret_wrong);

extern const struct query *const export_queries[];
extern const size_t export_queries_n;

#endif
