/*
 * review.h: reviews of the action plan with the supervisor: the agenda, what was found, what was promised, the signed minutes;
 * and recommendations with their follow-up (docs/decisions/0021-reviews.md).
 *
 * A review is a row of the government it is about; several that are held on the same days share the text in `series`. While it
 * is open the supervisor writes topics, commitments and recommendations; locking it fixes the text of the minutes, and each
 * side signs the SHA-256 of that text. Nobody's name is kept: offices promise.
 *
 * Not for: actions and their evidence (oversight.h), how documents look (ui/pdf.h).
 */
#ifndef MOD_OVERSIGHT_REVIEW_H
#define MOD_OVERSIGHT_REVIEW_H

#include "engine/flow.h"
#include "engine/screen.h"

struct review_session {
    struct record head;
    const char *code; /* "reviu-2026-3" */
    const char *title;
    const char *series; /* the same for all governments that are reviewed together; NULL: alone */
    date held_on;
    const char *starts; /* "09.00" */
    const char *place;
    const char *delegation;           /* offices of the government, one a line; the first leads */
    const char *team;                 /* of the supervisor, alike */
    const char *minutes_no;           /* of the berita acara; needed before it is locked */
    state status;                     /* scheduled, open, locked, half_signed, signed, published, cancelled */
    const char *minutes;              /* what was locked, as text (review_text.c) */
    const char *minutes_hash;         /* its SHA-256; */
    const char *gov_hash, *team_hash; /* and what each side signed */
    date locked_on, signed_on;
    state origin; /* entered, source, example */
};

/* One point of the agenda. */
struct review_topic {
    struct record head;
    ref session;
    int64_t number;
    const char *title, *area;
    ref action;           /* the action of the plan that it is about, or none */
    const char *reported; /* how the government says it stands, when the agenda was made */
    const char *found;    /* what the meeting found */
    state conclusion;     /* open, done, running, stuck, not_applicable, deferred */
};

/* What an office promised in a review. */
struct commitment {
    struct record head;
    ref session, topic; /* topic: none for one that belongs to no single point */
    const char *code;   /* "reviu-2026-3/2" */
    const char *text;
    ref agency;
    const char *position; /* "Kepala DPMPTSP" */
    date deadline;
    state status; /* promised, claimed, kept, broken, withdrawn */
    date claimed_on, judged_on;
    state origin;
};

struct recommendation {
    struct record head;
    const char *number; /* "KPK/2026/01" */
    state issuer;       /* kpk, province, inspectorate */
    ref session, action;
    const char *basis; /* minutes, letter or audit report that says it */
    const char *text;
    ref agency;
    const char *position;
    date issued_on, deadline;
    state status;       /* issued, acknowledged, in_follow_up, claimed, reopened, closed */
    const char *answer; /* what was done, as the agency says */
    date claimed_on, closed_on;
    state origin;
};

extern const struct entity review_session_entity, review_topic_entity, commitment_entity, recommendation_entity;
extern const struct screen review_session_screen, review_topic_screen, commitment_screen, recommendation_screen;
extern const struct flow review_flow, commitment_flow, recommendation_flow;
extern const struct module review_module;

/* May topics, commitments and recommendations of it be written? */
bool review_is_open(const struct review_session *s);

/* Later than its deadline, and the turn still with the one who promised? */
bool commitment_late(const struct commitment *x, date today);
bool recommendation_late(const struct recommendation *x, date today);

/* Does the one who asks hold the role that speaks for "kpk", "province" or "inspectorate"? */
bool issuer_is(const struct req *r, const char *issuer);

/* ---- all rows of one review (review_read.c) ---- */

#define REVIEW_TOPICS_MAX      100
#define REVIEW_COMMITMENTS_MAX 200

struct review {
    struct review_session s;
    struct review_topic *topics; /* by number */
    struct commitment *commitments;
    struct recommendation *recommendations;
    size_t n_topics, n_commitments, n_recommendations;
};

/* 1 there, 0 not. E_LIMIT when it has more rows than a meeting can have. */
MUST_USE int review_read(struct db *db, struct arena *a, int64_t gov, int64_t id, struct review *ret);

/* A commitment of an earlier review, with the action it was about (0: none). */
struct earlier {
    struct commitment c;
    int64_t action;
};
#define REVIEW_EARLIER_MAX 50

/* Those of reviews before this one, newest deadline first, REVIEW_EARLIER_MAX at most. */
MUST_USE int commitments_before(struct db *db, struct arena *a, const struct review_session *s, struct earlier **ret,
                                size_t *ret_n);

/* ---- the text of the minutes (review_text.c) ---- */

/*
 * One line a fact, in a fixed order, so that the same rows always give the same text: the review, its topics, commitments,
 * recommendations, and the SHA-256 of each file that stands beside an action of the agenda. E_LIMIT over the field's length.
 */
MUST_USE int review_text(struct db *db, struct arena *a, const struct review *v, const char **ret);

/* ---- pages ---- */

/* On the page of a review: the way into the room, and to the minutes. */
void review_more(struct req *r, const void *row);
/* GET /kerja/{gov}/rapat/{id}?pokok=N: the meeting room. POST .../pokok: one topic with a commitment and a recommendation. */
void review_room_page(struct req *r);
void review_topic_post(struct req *r);
/* POST /kerja/{gov}/rapat/{id}/agenda: a topic for each action that is not final. */
void review_agenda_post(struct req *r);
/* GET /kerja/{gov}/rapat/{id}/berita-acara.pdf, and of a published one GET /{gov}/reviu/{id}/berita-acara.pdf. */
void review_minutes_page(struct req *r);
void review_public_minutes(struct req *r);
/* GET /{gov}/reviu: published reviews, commitments and recommendations with their state; .../{id}: one; .../{id}/bukti: its
 * proof. */
void review_public_page(struct req *r);
void review_public_one(struct req *r);
void review_public_proof(struct req *r);

/* ---- hooks of the screens (review_check.c) ---- */

void review_session_check(const struct req *r, const void *before, void *row, struct faults *f);
void review_topic_check(const struct req *r, const void *before, void *row, struct faults *f);
void commitment_check(const struct req *r, const void *before, void *row, struct faults *f);
void recommendation_check(const struct req *r, const void *before, void *row, struct faults *f);
int review_topic_saved(struct tx *tx, const void *before, const void *row, const struct record *head);
int commitment_saved(struct tx *tx, const void *before, const void *row, const struct record *head);
int recommendation_saved(struct tx *tx, const void *before, const void *row, const struct record *head);
int review_session_voided(struct tx *tx, const void *row);
int recommendation_voided(struct tx *tx, const void *row);
int review_topic_voided(struct tx *tx, const void *row);
int commitment_voided(struct tx *tx, const void *row);

#endif
