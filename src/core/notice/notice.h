/*
 * notice.h: what people are told: about records where it is their turn, that are due, that somebody decided or wrote on, and
 * about their own account (docs/decisions/0017).
 *
 * A cause (engine/cause.h) is written in the transaction of what happened. A round takes causes away and writes the notices
 * of each person in one transaction, so each is told once, whatever ends in between. A notice holds ids and codes; its words
 * are made when it is read, of what the person may see then.
 *
 * Not for: tasks themselves (engine/task.h), bytes of mails (core/mail).
 */
#ifndef CORE_NOTICE_NOTICE_H
#define CORE_NOTICE_NOTICE_H

#include "engine/app.h"
#include "engine/cause.h"
#include "engine/param.h"
#include "engine/screen.h"
#include "engine/web.h"

enum notice_kind {
    NOTICE_TURN,     /* a record waits for the person */
    NOTICE_SOON,     /* one that waits for the person is due in some days, or today */
    NOTICE_LATE,     /* one is late, or was raised to the person */
    NOTICE_COMMENT,  /* somebody wrote beside a record that the person worked on */
    NOTICE_DECISION, /* somebody took a step on it */
    NOTICE_SECURITY, /* roles and what opens the account: cannot be turned off; its mails are core/user's */
    NOTICE_KIND_COUNT,
};
const char *notice_kind_code(enum notice_kind k) __attribute__((returns_nonnull));

/* ---- choices (choice.c) ---- */

enum notice_mail {
    NOTICE_MAIL_NONE,
    NOTICE_MAIL_DIGEST, /* with the mail of the next morning */
    NOTICE_MAIL_ONCE,
    NOTICE_MAIL_COUNT,
};
struct notice_choice {
    bool in_app;
    enum notice_mail mail;
};

/* What the person chose, or what we propose. */
MUST_USE int notice_choices(struct db *db, struct arena *a, int64_t person, struct notice_choice ret[static NOTICE_KIND_COUNT]);

void page_notice_choices(struct req *r);     /* GET /akun/pemberitahuan/pilihan */
void page_notice_choices_set(struct req *r); /* POST */

/* ---- notices (notice.c) ---- */

struct notice {
    struct cause cause; /* id, gov, record, entity, what, word, by, due, at */
    enum notice_kind kind;
    bool unread;
};

/* In the writer. The same person and cause again changes nothing. `in_app` false: only for the mail of the morning. */
MUST_USE int notice_put(struct tx *tx, int64_t person, enum notice_kind kind, const struct cause *c, bool in_app);

/* The newest `max` of a person with ids below `below` (0: all). */
MUST_USE int notices_read(struct db *db, struct arena *a, int64_t person, int64_t below, size_t max, struct notice **ret,
                          size_t *ret_n);

/* The oldest `max` unread ones of after that moment, also those that are for the mail of the morning only. */
MUST_USE int notices_since(struct db *db, struct arena *a, int64_t person, instant after, size_t max, struct notice **ret,
                           size_t *ret_n);

/* How many the person has not read, at most NOTICE_COUNTED. */
#define NOTICE_COUNTED 99
MUST_USE int notices_unread(struct db *db, int64_t person, int64_t *ret);

/* Marks as read: one, all up to one, all about a record. In the writer. */
MUST_USE int notice_read(struct tx *tx, int64_t person, int64_t id);
MUST_USE int notices_read_up_to(struct tx *tx, int64_t person, int64_t id);
MUST_USE int notices_read_of(struct tx *tx, int64_t person, int64_t gov, int64_t record);

/* What has been overtaken: nobody is asked any more to act on the record as it was. */
MUST_USE int notices_overtaken(struct tx *tx, int64_t gov, int64_t record);

/* A slice of the daily job: those that are older than the days of the parameter. */
struct job;
MUST_USE int notice_forget(struct tx *tx, struct job *job);

/* ---- numbers ---- */

enum {
    NOTICE_DAYS,        /* that notices are kept */
    NOTICE_DIGEST_HOUR, /* of the mail of the morning */
    /* working days: */
    NOTICE_REMIND_EARLY, /* before the day it is due: the first reminder, */
    NOTICE_REMIND_DAYS,  /* the second */
    NOTICE_RAISE_DAYS,   /* that something is late, or was raised, before it is raised to the next role above */
    NOTICE_PARAMS,
};
extern const struct param notice_params[NOTICE_PARAMS];

/* ---- telling (tell.c) ---- */

/* One round: 1 there may be more, 0 nothing waits, negative: nothing was lost, try later. Not inside the writer. */
MUST_USE int notice_round(struct app *app);

/* ---- what a person may see (sight.c) ---- */

/* The rights of a user as they are now, in `a`; NULL in *ret when there is no such user or no role is left. */
MUST_USE int sight_actor(struct app *app, struct db *db, struct arena *a, int64_t user, const struct actor **ret);

/* A request in that name, over `db`; NULL in *ret when the government is gone. */
MUST_USE int sight_take(struct app *app, struct db *db, struct arena *a, const struct actor *actor, const struct screen *s,
                        int64_t gov, struct req **ret);

/* The row, when the one who asks may read it: 1, 0. */
MUST_USE int sight_row(struct req *r, const struct screen *s, int64_t gov, int64_t record, void **ret);

/* The screen of an entity by name; NULL for none. */
const struct screen *sight_screen(const struct app *app, const char *entity);

/* Address of the record's page; NULL when its government is gone. */
const char *sight_path(struct req *r, const struct screen *s, int64_t gov, int64_t record);

/* ---- pages (notice_page.c) ---- */

void page_notices(struct req *r);          /* GET /akun/pemberitahuan */
void page_notice_read(struct req *r);      /* POST /akun/pemberitahuan/{id}/dibaca */
void page_notices_all_read(struct req *r); /* POST /akun/pemberitahuan/dibaca */

/* A section of the account's page: where notices and choices are. */
void notice_links(struct req *r);

/* ---- the calendar under a secret address (feed.c) ---- */

void page_feed(struct req *r);      /* GET /kal/{secret}, which ends with .ics */
void page_feed_own(struct req *r);  /* GET /akun/kalender */
void page_feed_make(struct req *r); /* POST: a new address, the old one is gone */
void page_feed_drop(struct req *r); /* POST /akun/kalender/cabut */

extern const struct module notice_module;

#endif
