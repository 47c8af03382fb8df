/*
 * import.h: rows of any screen from a CSV or XLSX file: read, judged row by row, shown, written as a job, taken back.
 *
 * A file is judged completely before anything is written, by the rules of the form, in the scope and language of the person.
 * What is good is kept as a plan (a file below files_dir, a row of import_run); what is wrong is said with line and column.
 * Then the plan is written whole or not at all, and can be taken back as long as nobody has changed one of its rows.
 *
 * A row whose code (screen.code) exists is a change of that row, and one that changes nothing is left alone. Columns that the
 * file does not have stay as they are. A column "id" names rows of screens without a code.
 *
 * Not for: official lists of codes (core/codeset), what a module makes of its own files (screen.import_row says that).
 */
#ifndef ENGINE_IMPORT_H
#define ENGINE_IMPORT_H

#include "db/writer.h"
#include "engine/screen.h"
#include "engine/web.h"

struct json_in;

#define IMPORT_FILE_MAX (20 * MB)
#define IMPORT_ROWS     20000
#define IMPORT_FAULTS   50 /* told one by one; more are counted */
#define IMPORT_REASONS  8  /* why rows were left out */
#define IMPORT_SLICE    1000
#define IMPORT_WAIT_MS  (INT64_C(24) * 3600 * 1000)      /* a plan is good for so long: refs and codes may have changed */
#define IMPORT_UNDO_MS  (INT64_C(30) * 24 * 3600 * 1000) /* and can be taken back for so long */
#define IMPORT_FILE_MS                                                                                                         \
    (INT64_C(7) * 24 * 3600 * 1000) /* plans that nobody wrote are forgotten, since they may hold data of persons */
#define IMPORT_ID_COLUMN "id"

/* What becomes of a row of the file. */
enum import_end {
    IMPORT_NEW,
    IMPORT_CHANGED,
    IMPORT_SAME,
    IMPORT_LEFT, /* by screen.import_row, or because it is there already */
    IMPORT_WRONG,
    IMPORT_END_COUNT,
};

struct import_fault {
    int64_t line;       /* of a spreadsheet: the number of the row */
    const char *column; /* heading as it stands in the file; NULL: the row as a whole */
    const char *key, *arg;
};

/* What was found in a file. */
struct import_report {
    const char *refused, *refused_arg; /* key: the file as a whole cannot be taken; NULL: it was read to its end */
    int64_t refused_line;              /* 0 unknown */
    int64_t rows;                      /* heading and empty lines aside */
    int64_t count[IMPORT_END_COUNT];
    struct import_fault faults[IMPORT_FAULTS];
    size_t n_faults;
    struct import_reason {
        const char *key;
        int64_t n;
    } left[IMPORT_REASONS];
    size_t n_left;
    const char **ignored; /* headings of known fields that no import gives: computed ones, the state of a workflow */
    size_t n_ignored;
};

/* ---- reading (import_read.c) ---- */

struct import_cell {
    const char *text; /* NFC, trimmed; "" when empty */
    const char *key;  /* NULL, or why it cannot be taken: a formula without a result, a number that has lost digits */
    bool number;      /* of a spreadsheet: a point stands before decimals, whatever the reader's language */
};

/* Lives for the call. Lines without any value do not come. Negative ends the reading with it. */
typedef int import_line_fn(void *arg, int64_t line, const struct import_cell *cells, size_t n);

/*
 * Either format, told apart by content. `lot` is emptied after each call of `fn`, which may use it. E_FORMAT and E_LIMIT with
 * the reason in *report (.refused); else what fn said.
 */
MUST_USE int import_read(int fd, struct arena *a, struct arena *lot, import_line_fn *fn, void *arg,
                         struct import_report *report);

/* ---- columns (import_columns.c) ---- */

/* Fields that a file may give for new rows, in the order of the form. */
size_t import_fields(const struct screen *s, struct arena *a, const struct field *const **ret);

/* The field that a heading stands for: by name, or by its label in either language. NULL for none. */
const struct field *import_field_of(const struct screen *s, struct arena *a, const char *heading);

/* What may stand in a cell of the field, in words. */
const char *import_hint(const struct req *r, const struct screen *s, const struct field *f);

/* ---- judging (import_check.c) ---- */

/*
 * Reads and judges the file behind `fd` as r->actor, on the snapshot in r->db, for the screen of r->route in the government of
 * the request. The plan goes to the new file `name` in `dir`, with its hash in ret_sha256. 0 when the file could be read: what
 * is wrong stands in *ret. All of it lives in r->arena. Of a screen without a code, new rows that are equal to one that is
 * there, or to an earlier line, are left out unless `twice`. What is not 0 leaves no file.
 */
MUST_USE int import_check(struct req *r, int fd, int dir, const char *name, bool twice, struct import_report *ret,
                          uint8_t ret_sha256[static 32]);

/* A line of the plan. */
struct import_planned {
    int64_t line, id, rev;     /* rev 0: a new row */
    const struct json_in *set; /* an object of stored values, null for none */
};

/* The lines of a plan's file, in memory. */
struct import_plan {
    struct bytes content;
    const size_t *at; /* where line i begins */
    size_t n;
};
/* E_STORAGE when the file is not there or not the one with that hash. */
MUST_USE int import_plan_read(int dir, const char *name, const uint8_t sha256[static 32], struct arena *a,
                              struct import_plan *ret);
MUST_USE int import_plan_line(const struct import_plan *p, size_t i, struct arena *a, struct import_planned *ret);

/* The planned values put into the row: a fresh one, or the one that is to be changed. */
MUST_USE int import_plan_row(const struct import_planned *line, const struct entity *e, struct arena *a, void *row);

/* ---- runs (import_run.c) ---- */

enum import_state {
    IMPORT_WAITS, /* judged, and nobody said yet what to do */
    IMPORT_RUNS,  /* is being written */
    IMPORT_DONE,
    IMPORT_BACK,    /* is being taken back, after a failure */
    IMPORT_FAILED,  /* nothing of it counts */
    IMPORT_UNDOING, /* is being taken back, as somebody wanted */
    IMPORT_UNDONE,
    IMPORT_DROPPED, /* never written */
    IMPORT_STUCK,   /* taking it back failed: the operator has to look */
    IMPORT_STATE_COUNT,
};

struct import_run {
    int64_t gov, id, user;
    const char *screen; /* slug */
    const char *by;
    const char *file; /* name, as uploaded */
    int64_t size;
    uint8_t sha256[32]; /* of the uploaded file */
    uint8_t plan[32];   /* of the plan */
    enum import_state state;
    int64_t rows, count[IMPORT_END_COUNT];
    int64_t kept; /* rows that could not be taken back, because somebody changed them meanwhile */
    int64_t job;
    instant made_at, ended_at, undone_at;
    const char *error;  /* key */
    const char *report; /* JSON; NULL once it is forgotten */
};

const char *import_state_code(enum import_state s);

/* The folder of plans, made when there is none. A descriptor, the caller's. */
MUST_USE int import_dir(const struct app *app);
const char *import_plan_name(struct arena *a, int64_t run);

const char *import_report_text(struct arena *a, const struct import_report *report);
/* What the text holds of it: faults, reasons, ignored columns. */
MUST_USE int import_report_take(struct arena *a, const char *text, struct import_report *ret);

MUST_USE int import_run_read(struct db *db, struct arena *a, int64_t gov, int64_t id, struct import_run *ret); /* 1, 0 */

/* Newest first; of one person, or of all (user 0). */
#define IMPORT_LIST 10
MUST_USE int import_runs(struct db *db, struct arena *a, int64_t gov, const char *screen, int64_t user, struct import_run **ret,
                         size_t *ret_n);

/* Moves, in the writer. E_STATE when the run is no longer where it was read. */
MUST_USE int import_run_add(struct tx *tx, const struct import_run *run);
MUST_USE int import_run_start(struct tx *tx, const struct import_run *run, const char *remark, int64_t *ret_job);
MUST_USE int import_run_drop(struct tx *tx, const struct import_run *run);
/* E_STATE too when one of its rows was changed since. */
MUST_USE int import_run_undo(struct tx *tx, const struct entity *e, const struct import_run *run, int64_t *ret_job);

/* Rows of the run that were changed since: at most `max` ids in the order of the file; they stand in the way of an undo. */
MUST_USE int import_in_the_way(struct db *db, const struct entity *e, const struct import_run *run, size_t max, int64_t ret[],
                               size_t *ret_n);

/* Jobs, effects, rights and statements. */
extern const struct module import_module;

/* ---- pages (import_page.c, import_show.c) ---- */

void import_page(struct req *r);
void import_post(struct req *r);
void import_template(struct req *r);
void import_run_page(struct req *r);
void import_run_post(struct req *r);

/* The form to send a file; `error` is what was wrong with the last one. */
void import_form_show(struct req *r, const char *error, int status);
/* One import, whatever its state. */
void import_run_show(struct req *r, const struct import_run *run, const char *error, int status);
/* May the one who asks see this run? Who sent the file, and whoever may import for the whole government. */
bool import_may_see(const struct req *r, const struct import_run *run);

/* ---- by a command (import_command.c) ---- */

struct import_order {
    const struct screen *screen;
    struct gov gov;
    const struct actor *actor; /* NULL: the operator, who may do all in that government */
    enum lang lang;
    const char *file; /* name */
    int fd;
    bool twice;                /* import rows that are there already all the same */
    bool dry_run, leave_wrong; /* leave_wrong: write what is good although something is wrong */
};

/*
 * The same for `terang import`: judges, and unless something is wrong or it is a dry run writes, in this process. app->writer
 * may be NULL for a dry run. 0 with *ret and *ret_run (id 0: nothing was written); negative when it could not be done.
 */
MUST_USE int import_carry_out(struct app *app, struct arena *a, const struct import_order *order, struct import_report *ret,
                              struct import_run *ret_run);

/* In words, as the preview says it; a line each. */
void import_report_words(const struct req *r, const char *file, const struct import_report *report, struct buf *out);

#endif
