/*
 * attachment.h: evidence files beside a record: the entity, where the bytes lie, the pages.
 *
 * The bytes lie below app->files_dir under a random number (GOV/ab/abcdef...), mode 0600, outside of any web root, and are
 * served with their checked type as a download only (security.md F1, F2). What is accepted is decided by content.
 *
 * A file is on the disk, under its last name, before its row is written: a crash in between leaves a file that no row
 * names, which the daily sweep removes after a day. The other way round, a row without its bytes, cannot happen. A file
 * whose row is void stays. Erasing a person sets `file` to NULL; then the sweep takes the bytes.
 *
 * A new version is a row of its own that names the one before. Each row has its leaf, with the SHA-256 as a commitment.
 *
 * Not for: generated documents, imports.
 */
#ifndef ENGINE_ATTACHMENT_H
#define ENGINE_ATTACHMENT_H

#include "engine/filetype/filetype.h"
#include "base/date.h"
#include "engine/job.h"
#include "engine/param.h"
#include "engine/screen.h"
#include "http/http.h"

#define ATTACHMENT_FIELD      "berkas" /* the file control of the form */
#define ATTACHMENT_NAME_MAX   200      /* characters */
#define ATTACHMENTS_SHOWN     100
#define ATTACHMENT_DISK_FREE  5                       /* percent that stay free (F7) */
#define ATTACHMENT_ORPHAN_AGE ((int64_t)24 * 60 * 60) /* seconds */

struct attachment {
    struct record head;
    int64_t record;        /* id of the row it stands beside */
    const char *of_entity; /* of that row */
    const char *file;      /* 32 hex digits; NULL once erased */
    const char *name;      /* as it was called */
    const char *media;     /* what it is served as */
    int64_t size;
    const char *sha256; /* hex */
    ref previous;       /* the version before */
    int64_t version;    /* from 1 */
    const char *note;
    int64_t author; /* user */
    const char *author_name;
    instant added_at;
    int64_t agency; /* of the record when the file was added, whose room it takes; INT_NONE without */
    state scan;     /* scan.h; NULL: nobody was asked */
};

extern const struct entity attachment_entity;

/* Stores the row of a new file, and counts its bytes. E_LIMIT as attachment_quota(); `q` NULL: without limits. */
struct quota;
MUST_USE int attachment_add(struct tx *tx, const struct attachment *x, const struct quota *q);

/* ---- rows ---- */

/* The newest ATTACHMENTS_SHOWN of a record, newest first; void ones too. */
MUST_USE int attachments_read(struct db *db, struct arena *a, int64_t gov, int64_t record, struct attachment **ret,
                              size_t *ret_n);

/* Where the same bytes are kept besides this record: at most 3. */
struct attachment_place {
    const char *of_entity;
    int64_t record;
};
MUST_USE int attachment_same(struct db *db, struct arena *a, const struct attachment *x, struct attachment_place ret[static 3],
                             size_t *ret_n);

/* ---- room (attachment_quota.c; security.md F7) ---- */

/* What counts while a government has decided nothing else; the numbers in force are parameters (param.h). */
#define QUOTA_DAY_FILES   200                        /* a person and day */
#define QUOTA_DAY_BYTES   ((int64_t)500 * MB)        /* the same */
#define QUOTA_AGENCY      ((int64_t)50 * 1024 * MB)  /* all files that an agency has */
#define QUOTA_GOV         ((int64_t)500 * 1024 * MB) /* all files of a government */
#define QUOTA_NEAR_TENTHS 9                          /* from here on the pages warn */

#define QUOTA_PARAMS 4
extern const struct param quota_params[QUOTA_PARAMS];

enum quota_of {
    QUOTA_FREE, /* there is room */
    QUOTA_OF_PERSON_FILES,
    QUOTA_OF_PERSON,
    QUOTA_OF_AGENCY,
    QUOTA_OF_GOV,
    QUOTA_OF_COUNT,
};

/* Who wants to add how much; the second half is the answer. */
struct quota {
    int64_t gov, agency, user; /* agency INT_NONE: none */
    instant since;             /* the beginning of the day, */
    date day;                  /* and which it is */
    int64_t files, bytes;      /* to be added */

    enum quota_of full; /* what is full, or near to it; then */
    int64_t used, limit;
};

/* 0, or E_LIMIT with the answer filled. */
MUST_USE int attachment_quota(struct db *db, struct quota *q);

/* What agency and government have used: the answer is the limit that is near, else QUOTA_FREE with the room of the agency, or
 * of the government without one. */
MUST_USE int attachment_use(struct db *db, struct quota *q);

/* The answer in words: what is used, and what is left. */
const char *quota_words(struct req *r, const struct quota *q);

/* The agency whose room files beside this row take: its own, or that of the row it lies within. INT_NONE without. */
MUST_USE int attachment_agency(struct db *db, struct arena *a, const struct entity *e, const void *row, int64_t *ret);

/* The bytes of an erased file are no longer there. */
MUST_USE int attachment_uncount(struct tx *tx, const struct attachment *x);

/* ---- bytes (attachment_store.c) ---- */

/* Takes an uploaded file out of its request, under a fresh name in `a`. E_FULL below ATTACHMENT_DISK_FREE. */
MUST_USE int attachment_keep(struct http_req *h, struct http_file *f, int files_dir, int64_t gov, struct arena *a,
                             const char **ret_file);

/* The same for bytes that no request brought. */
MUST_USE int attachment_keep_bytes(struct bytes content, int files_dir, int64_t gov, struct arena *a, const char **ret_file);

/* A descriptor of the kept bytes; E_STORAGE also when there are fewer or more than `size`. */
MUST_USE int attachment_open(int files_dir, int64_t gov, const char *file, int64_t size, struct arena *a);

/* Of a file that got no row after all; what stays behind goes with the sweep. */
int attachment_drop(int files_dir, int64_t gov, const char *file, struct arena *a);

/* Removes files that no row names and that are older than age_s; how many. */
MUST_USE int attachment_sweep(struct db *db, int files_dir, int64_t age_s, struct arena *a);

/* The same as a daily job, outside of the writer. */
int attachment_sweep_prepare(struct app *app, struct job *job, struct arena *a);
int attachment_sweep_slice(struct tx *tx, struct job *job);

/* ---- pages ---- */

/* For the detail page: the files, and a form when the one who asks may add. Nothing when the screen has none. */
void attachments_section(struct req *r, const struct screen *screen, const void *row);

/* POST .../{id}/berkas, files `berkas`, `catatan`, `gantikan` (id of the version before); permission "X.edit". */
void attachment_post(struct req *r);

/* GET .../{id}/berkas/{berkas}: the bytes; permission "X.read". */
void attachment_page(struct req *r);

/* GET .../{id}/berkas/{berkas}/lihat: the file on a page of its own, drawn where that can be (attachment_view.c); "X.read". */
void attachment_view_page(struct req *r);

/* GET .../{id}/berkas/{berkas}/gambar/{halaman}: the picture on it; "X.read". */
void attachment_picture_page(struct req *r);

/* POST .../{id}/berkas/{berkas}/batal with `alasan`; permission "X.edit". */
void attachment_void_post(struct req *r);

extern const struct query *const attachment_queries[2];
extern const struct query *const quota_queries[];
extern const size_t quota_queries_n;

#endif
