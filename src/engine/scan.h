/*
 * scan.h: asks a virus scanner of the operator (clamd, over its unix socket) about an uploaded file (security.md F6). Off
 * unless TERANG_SCAN names one.
 *
 * What comes back is clean, found, or away: a scanner that hangs, answers nonsense or says that it could not look has not
 * looked. The operator chose what happens then: the upload is refused (the usual), or taken into quarantine, marked "belum
 * dipindai", where nobody can open it until a job has had it scanned.
 *
 * The scanner gets bytes, never a path, and sees no name. Not for: what a file is (filetype.h), which no scanner decides.
 */
#ifndef ENGINE_SCAN_H
#define ENGINE_SCAN_H

#include "engine/job.h"

struct app;

struct scan_conf {
    const char *address; /* "unix:/run/clamav/clamd.ctl" */
    bool quarantine;     /* a scanner that is away: take the file all the same */
    int deadline_ms;     /* for one file; 0: SCAN_DEADLINE_MS */
};

#define SCAN_DEADLINE_MS 20000
#define SCAN_NAME_MAX    80 /* of what was found, in ASCII */
#define SCAN_ASIDE_MAX   4  /* uploads that wait for the scanner at a time; the next finds it away */

enum scan_verdict {
    SCAN_CLEAN,
    SCAN_FOUND,
    SCAN_AWAY,
};

/* What stands in attachment.scan; NULL there: no scanner was asked for. */
#define SCANNED_CLEAN   "clean"
#define SCANNED_WAITING "waiting"
#define SCANNED_FOUND   "found"

/* Asks about the file from its beginning; its position is not used. `name` gets what was found, "" else. Blocks. */
enum scan_verdict scan_file(const struct scan_conf *conf, int fd, char name[SCAN_NAME_MAX]);

/* Does it answer? 0, or E_BUSY. Blocks. */
MUST_USE int scan_ping(const struct scan_conf *conf);

/* ---- beside a request ---- */

struct scan_question {
    int fd;
    enum scan_verdict verdict; /* the answer */
    char name[SCAN_NAME_MAX];
};

/*
 * Asks on a thread of its own about all n; the questions stay the caller's, who leaves them alone until `done` comes, once,
 * from that thread. E_BUSY when SCAN_ASIDE_MAX are at it: then it does not come.
 */
MUST_USE int scan_aside(const struct scan_conf *conf, struct scan_question *v, size_t n, void (*done)(void *arg), void *arg);

/* ---- what waits in quarantine ---- */

/* For a transaction that takes a file without a verdict: it is looked at as soon as the scanner answers. */
MUST_USE int scan_later(struct tx *tx);

int scan_effect(struct app *app, const char *key, const char *args, struct arena *a);
int scan_job_prepare(struct app *app, struct job *job, struct arena *a);
int scan_job_slice(struct tx *tx, struct job *job);

extern const struct query *const scan_queries[];
extern const size_t scan_queries_n;

#endif
