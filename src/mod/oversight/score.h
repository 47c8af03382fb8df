/*
 * score.h: the programme of a year (MCP and what follows it): templates, what each government reported and what was verified,
 * and the scores that were computed of it (README.md: law, words, decisions).
 *
 * Templates are the same for everybody and never change once they are open; what a government reports, what its supervisor
 * verified, and every computed score are rows of that government. A snapshot holds the very inputs it was computed of, so
 * anybody can compute it again.
 *
 * Not for: action plans (oversight.h), the computation (score_calc.h).
 */
#ifndef MOD_OVERSIGHT_SCORE_H
#define MOD_OVERSIGHT_SCORE_H

#include "engine/flow.h"
#include "engine/screen.h"
#include "mod/oversight/score_calc.h"

struct score_template {
    struct record head;
    const char *code; /* "mcsp-2026-1" */
    const char *name; /* "MCSP 2026 versi 1" */
    int64_t year, version;
    state status;      /* draft, open, closed */
    const char *bands; /* "0:buruk 25:hati-hati 50:sedang 75:baik" */
    int64_t target;    /* points; INT_NONE */
    date closes;       /* last day of handing in */
    const char *note, *source;
    state origin; /* entered, source, example */
};

struct score_node_row {
    struct record head;
    ref template, parent;
    int64_t place; /* order in the template */
    const char *code, *name;
    int64_t weight;     /* INT_NONE: as its siblings */
    const char *method; /* NULL: a group */
    const char *params; /* score_text.h */
    const char *owners;
    const char *source;
    state origin;
};

/* A document that the template wants for a node. */
struct score_requirement {
    struct record head;
    ref node;
    int64_t number;
    const char *title;
    const char *source;
    state origin;
};

struct score_year {
    struct record head;
    ref template;
    const char *title;
    state status; /* open, final, frozen */
    date closes;
    const char *note;
    ref snapshot;   /* the figures that count, from final on */
    date frozen_on; /* both set by the steps (score_final.c) */
    state origin;
};

/* A leaf of the template for one government. Values are answers as in score_text.h. */
struct score_input {
    struct record head;
    ref year, node;
    const char *code, *title, *area;
    ref agency;
    const char *self, *pending, *rehearsal;
    int64_t total; /* where the template leaves it open */
    date due;
    int64_t missing, waiting; /* documents: not handed in; handed in and not judged */
    date waiting_since;       /* the oldest of these */
    const char *verified;     /* of the newest verdict; */
    bool na;                  /* all three computed */
    const char *na_reason;
    state status; /* complete, waiting, missing, na */
    const char *note;
    state origin;
};

/* What the supervisor found. A later one counts instead of an earlier; none is ever changed. */
struct score_verdict {
    struct record head;
    ref input;
    const char *title; /* of the input */
    const char *verified;
    bool na;
    const char *reason;
    date late_on; /* the year was frozen already: the day of the verdict, which changes no figure */
    state origin;
};

/* Points off the verified index; counts while it is confirmed. */
struct score_penalty {
    struct record head;
    ref year;
    const char *title;
    const char *points; /* as typed: "2,5"; */
    int64_t value;      /* 1/100 point */
    const char *reason, *document;
    state status; /* proposed, confirmed, refused, lifted */
    date decided_on;
    state origin;
};

struct score_snapshot {
    struct record head;
    ref year;
    const char *title;
    date as_of;
    int64_t self, verified, pending, rehearsal; /* 1/100 point; INT_NONE where nothing applies */
    int64_t penalty;
    int64_t missing, waiting;
    date waiting_since;
    const char *inputs;      /* a part a leaf, see score_book.h */
    const char *inputs_hash; /* SHA-256 of it, hex */
    state origin;
};

/* An area of a snapshot. */
struct score_line {
    struct record head;
    ref snapshot, node;
    const char *code, *title;
    int64_t self, verified, pending;
    int64_t missing, waiting;
    date waiting_since, due;
};

extern const struct entity score_template_entity, score_node_entity, score_requirement_entity, score_year_entity,
    score_input_entity, score_verdict_entity, score_snapshot_entity, score_line_entity, score_penalty_entity;
extern const struct screen score_template_screen, score_node_screen, score_requirement_screen, score_year_screen,
    score_input_screen, score_verdict_screen, score_snapshot_screen, score_line_screen, score_penalty_screen;
extern const struct flow score_year_flow, score_penalty_flow;
extern const struct module score_module;

/* What state an input is in, of its other columns. */
const char *score_input_status(const struct score_input *x);

/* Pages (score_page.c, score_compare.c). */
void score_work_page(struct req *r);       /* GET  /kerja/{gov}/rapor */
void score_public_page(struct req *r);     /* GET  /{gov}/rapor */
void score_public_proof(struct req *r);    /* GET  /{gov}/rapor/bukti: of the newest snapshot */
void score_supervisor_page(struct req *r); /* GET  /pengawas/rapor/{gov} */
void score_make_post(struct req *r);       /* POST /kerja/{gov}/rapor/hitung: a snapshot of today */
void score_compare_page(struct req *r);    /* GET  /pengawas/banding */
void score_compare_public(struct req *r);  /* GET  /banding */

/* Hooks of the screens (score_save.c, score_penalty.c). */
/* Inside a cell: how far a report is. */
void score_status_cell(struct req *r, const void *row);

void score_penalty_tag(struct req *r, const struct score_penalty *x); /* its state */
void score_penalty_check(const struct req *r, const void *before, void *row, struct faults *f);
void score_template_check(const struct req *r, const void *before, void *row, struct faults *f);
void score_year_check(const struct req *r, const void *before, void *row, struct faults *f);
int score_year_saved(struct tx *tx, const void *before, const void *row, const struct record *head);
void score_input_check(const struct req *r, const void *before, void *row, struct faults *f);
void score_verdict_check(const struct req *r, const void *before, void *row, struct faults *f);
int score_verdict_saved(struct tx *tx, const void *before, const void *row, const struct record *head);

#define SCORE_QUERIES 13
extern const struct query *const score_queries[SCORE_QUERIES];

#endif
