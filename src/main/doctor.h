/*
 * doctor.h: one looking over of an installation, and what its parts share.
 *
 * A finding is wrong and makes exit 1; a note is worth reading and does not. Each has a word of lang/ ("doctor.WORD"), one line
 * that says what to do, with at most two values in it.
 *
 * Not for: repairing anything.
 */
#ifndef MAIN_DOCTOR_H
#define MAIN_DOCTOR_H

#include "base/json.h"
#include "main/command.h"
#include "main/instance.h"

enum doctor_weight {
    DOCTOR_NOTE,
    DOCTOR_FINDING,
};

struct doctor_line {
    enum doctor_weight weight;
    const char *word, *a, *b;
    struct doctor_line *next;
};

struct doctor {
    const struct command_line *line;
    struct arena *a;
    struct instance in;
    int top;
    instant now;
    struct app *app; /* NULL until the database is open */
    struct doctor_line *first, **last;
    int findings;
    bool blind; /* something could not be looked at; said on stderr */
};

/* Looks everything over into *ret. 0, or an exit code with the reason said; after 0 doctor_end(). */
MUST_USE int doctor_look(struct doctor *ret, const struct command_line *line);
void doctor_end(struct doctor *d);

/* The lines and how many of them are findings, as members of an object that is open. */
void doctor_json(const struct doctor *d, struct json_out *j);

/* Adds a line; a and b may be NULL. They are copied. */
void doctor_says(struct doctor *d, enum doctor_weight weight, const char *word, const char *a, const char *b);

/* "12" */
const char *doctor_number(struct doctor *d, int64_t n);

/* Before anything is opened, while the process has one thread: locks, modes, room, addresses, backups. */
void doctor_host(struct doctor *d);

/* With d->app: structure, ledger, clock, accounts, jobs, outbox, files. */
void doctor_data(struct doctor *d);
extern const struct query *const doctor_queries[];
extern const size_t doctor_queries_n;

#endif
