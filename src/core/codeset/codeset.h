/*
 * codeset.h: official lists in versions: regions, accounts, sub-activities, holidays and the like.
 *
 * A set is one version of one list, with its legal basis and the days it is valid on. It is loaded as a whole, proven by one
 * leaf (op load, with row count and SHA-256), and never changed afterwards: another decree is another version. What is decided
 * under a version keeps its codes, because they are looked up by version or by day.
 *
 * The tables are reference tables (design D7): the same for every government. Rows have no leaf of their own.
 *
 * Not for: lists that a government edits itself (entities), import of entities.
 */
#ifndef CORE_CODESET_CODESET_H
#define CORE_CODESET_CODESET_H

#include "base/csv.h"
#include "engine/actor.h"
#include "engine/app.h"
#include "ledger/ledger.h"

extern const struct module codeset_module;

#define CODESET_LEVELS 6

/* ---- looking up ---- */

struct code_set {
    int64_t id;
    const char *name;          /* "region" */
    const char *version;       /* "300.2.2-2138/2025" */
    const char *basis;         /* the decree */
    date valid_from, valid_to; /* DATE_NONE: without end on that side */
    int64_t rows;
    struct bytes sha256; /* over the rows in key order, a JCS line each */
    instant loaded_at;
    const char *loaded_by; /* NULL: the machine */
    struct bytes leaf_hash;
    int64_t leaf_idx;
};

struct code {
    const char *code;   /* "36.71.01" */
    const char *scope;  /* "" or who it is for: "both", "kabkota", "provinsi"; a kind in "finding_code" */
    const char *name;   /* "" where the list has a gap */
    const char *parent; /* "" at the top */
    const char *more;   /* "" or a JSON object of texts: further columns of the list */
    int64_t level;      /* from 1 */
};

/* Which set is meant: a version, or the one that is valid on a day. */
struct codes_of {
    const char *set;     /* "account" */
    const char *version; /* NULL: the one of `day` */
    date day;            /* DATE_NONE with version NULL: the newest */
};

/* Each 1 found, 0 none, or negative; results live in `a`. */
MUST_USE int codeset_find(struct db *db, struct arena *a, const struct codes_of *of, struct code_set *ret);
MUST_USE int codeset_get(struct db *db, struct arena *a, int64_t id, struct code_set *ret);

/* All loaded sets, by name, the newest first; at most CODESETS_MAX. */
#define CODESETS_MAX 500
MUST_USE int codeset_list(struct db *db, struct arena *a, struct code_set **ret, size_t *ret_n);

/* A code that is for `scope`: without scope, of that scope, or for both. `scope` may be "" where the list has none. */
MUST_USE int code_find(struct db *db, struct arena *a, const struct codes_of *of, const char *code, const char *scope,
                       struct code *ret);
MUST_USE int code_find_in(struct db *db, struct arena *a, int64_t set, const char *code, const char *scope, struct code *ret);

/* Its name; NULL when there is none. */
MUST_USE int code_name(struct db *db, struct arena *a, const struct codes_of *of, const char *code, const char *scope,
                       const char **ret);

/* A page of rows, the key of the last one leads to the next. */
struct code_page {
    const char *after_code, *after_scope; /* "" at the beginning */
    int64_t limit;
};

/* Right below a code, "" for the top, in order of codes, of every scope. */
MUST_USE int code_children(struct db *db, struct arena *a, int64_t set, const char *parent, const struct code_page *page,
                           struct code **ret, size_t *ret_n);

/* Codes that begin with `text`, or whose name has all of its words (up to three, folded). Cost: reads on until the page is
 * full. */
MUST_USE int code_search(struct db *db, struct arena *a, int64_t set, const char *text, const struct code_page *page,
                         struct code **ret, size_t *ret_n);

/* A further column, "basis" of an account: NULL for none. */
const char *code_more(const struct code *c, struct arena *a, const char *name);

/*
 * What became of a code in another set, and the way back. A mapping is loaded like a list ("code_change"), a row a pair: one
 * code may become several, several one, and a code that becomes none has ended. Where the mapping says nothing the same code
 * stays itself if it is there.
 */
enum code_fate {
    CODE_STAYS,   /* nothing is said, and the same code is in both sets: that one row */
    CODE_CHANGES, /* into, or out of, the rows */
    CODE_ENDS,    /* the mapping says so; no row */
    CODE_NEW,     /* on the way back: no old code became this one; no row */
    CODE_LOST,    /* nothing is said, and it is not there: no row. A mapping that is complete leaves none */
};
MUST_USE int code_follow(struct db *db, struct arena *a, int64_t from_set, const char *code, const char *scope, int64_t to_set,
                         enum code_fate *ret_fate, struct code **ret, size_t *ret_n);
MUST_USE int code_origins(struct db *db, struct arena *a, int64_t to_set, const char *code, const char *scope, int64_t from_set,
                          enum code_fate *ret_fate, struct code **ret, size_t *ret_n);

/* The rows of code_follow() alone. */
MUST_USE int code_successors(struct db *db, struct arena *a, int64_t from_set, const char *code, const char *scope,
                             int64_t to_set, struct code **ret, size_t *ret_n);

/* ---- the lists that are known ---- */

enum codeset_role {
    CODE_IS_CODE,
    CODE_IS_NAME,
    CODE_IS_LEVEL,
    CODE_IS_SCOPE,
    CODE_IS_PARENT,
    CODE_IS_MORE, /* kept by its name in `more` */
};

struct codeset_column {
    const char *name; /* heading in the file */
    enum codeset_role role;
    int max;       /* characters */
    bool optional; /* the file may lack the column */
    bool may_be_empty;
    const char *words; /* what it may hold, parted by spaces; of a level its numbers from 1 */
};

struct codeset_spec {
    const char *word;                     /* of `terang import --as WORD` */
    const char *set;                      /* name of the sets it makes */
    const struct codeset_column *columns; /* those of role CODE_IS_MORE by name */
    size_t n;
    const char *shapes[CODESET_LEVELS + 1]; /* codes of each level: 9 a digit, # a digit or X; all NULL: free codes */
    const char *scope;                      /* of every row, where the file has no column for it; NULL: "" */
    bool changes;                           /* a row is a pair of codes of two sets: what became of what */
    bool days;                              /* codes are days, told apart by name; they also become rows of `holiday` */
};

extern const struct codeset_spec codeset_specs[];
extern const size_t codeset_specs_n;
const struct codeset_spec *codeset_spec_of(const char *word); /* NULL for none */

/* ---- loading ---- */

#define CODESET_ROWS_MAX  500000
#define CODESET_FILE_MAX  ((size_t)256 * MB)
#define CODESET_ARENA_MAX ((size_t)256 * MB) /* of the arena given to a load: some 130 bytes a row beside the file */

struct codeset_fault {
    int64_t line;       /* in the file; 0 of the whole */
    const char *column; /* NULL of the whole line */
    const char *key;    /* into lang/, with a place for `value` */
    const char *value;
};
#define CODESET_FAULTS_MAX 20

struct codeset_report {
    int64_t rows;
    int64_t levels[CODESET_LEVELS + 1]; /* rows of each level, from 1 */
    int64_t wrong;                      /* faults; only the first are kept */
    struct codeset_fault faults[CODESET_FAULTS_MAX];
    size_t n_faults;
    uint8_t sha256[32];
    bool same;           /* this content is loaded already, as `version`: nothing was done */
    const char *version; /* of that set */
    int64_t set;         /* id of the set, new or found; 0 after a dry run */
    int64_t leaf_idx;    /* of a new set */
};

/* A file as it comes in pieces: checked row by row, and as a whole by codeset_read_end(). */
struct codeset_row {
    struct code c;
    int64_t line;
};
struct codeset_reader {
    struct arena *a;
    const struct codeset_spec *spec;
    struct codeset_report *report;
    struct csv_reader csv;
    struct buf scratch;
    int at[16]; /* field of each column of the spec, -1: not in the file */
    size_t fields;
    bool headed, sorted;
    struct codeset_row *rows; /* after codeset_read_end() in key order */
    size_t n, room;
};

/* Caller owns the structs; content lives in `a`. `report` is filled as it goes. */
void codeset_read_begin(struct codeset_reader *r, struct arena *a, const struct codeset_spec *spec,
                        struct codeset_report *report);

/* 0 also when rows are wrong: report->wrong counts them. E_LIMIT for too many rows or bytes. */
MUST_USE int codeset_read_feed(struct codeset_reader *r, const void *p, size_t n);

/* Sorts, looks at keys and parents, counts and hashes. E_INPUT when anything was wrong. */
MUST_USE int codeset_read_end(struct codeset_reader *r);

struct codeset_options {
    const char *version; /* 1 to 100 characters */
    const char *basis;
    date valid_from, valid_to;
    bool dry_run;
    const struct actor_mark *mark; /* NULL: the machine */
};

/*
 * What was read becomes a set: in slices of the writer, visible only when complete, with one leaf at the end. Waits; never
 * from an HTTP thread. Content that is there already changes nothing (report->same). Leftovers of a load that was cut off are
 * removed first.
 *
 * E_INPUT when reading found faults or version and basis are missing; E_CONFLICT when this version exists with another
 * content, or another load of this list was quicker.
 */
MUST_USE int codeset_store(struct app *app, const struct codeset_reader *r, const struct codeset_options *options,
                           struct codeset_report *report);

/* Reads and stores at once. */
MUST_USE int codeset_load(struct app *app, struct arena *a, const struct codeset_spec *spec,
                          const struct codeset_options *options, struct bytes content, struct codeset_report *report);

/* ---- proof ---- */

/* For struct ledger_check: every loaded set as it stands in the tables now. Reads everything. */
MUST_USE int codeset_ledger_sets(struct db *db, struct arena *a, struct ledger_set **ret, size_t *ret_n);

/* The line of a row that is hashed, with its LF. */
void code_line(const struct code *c, struct buf *out);

#endif
