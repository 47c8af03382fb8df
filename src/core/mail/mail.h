/*
 * mail.h: mails to accounts, from the transaction that has a reason for one to the operator's mail server.
 *
 * A mail is a row of the outbox: whom, which words, until when. Its text is made when it goes out, in the language of the
 * account and to the address that is confirmed then; an account without one gets none. A secret in it (a link) stands sealed in
 * the row. Nothing of the business but names of roles and offices is in a mail: who wants to know more follows the link and
 * logs in.
 *
 * Not for: bytes of a message (message.h), the connection (engine/mailer.h).
 */
#ifndef CORE_MAIL_MAIL_H
#define CORE_MAIL_MAIL_H

#include "engine/app.h"
#include "engine/job.h"

#define MAIL_ARGS     3
#define MAIL_DAYS     3 /* a notice that could not go out by then is of no use any more */
#define MAIL_UNTIL(t) ((instant){(t).v + MAIL_DAYS * INT64_C(86400000)})

struct mail {
    int64_t user;
    const char *to;              /* instead of the account's confirmed address; NULL mostly */
    const char *word;            /* "link": the words mail.link-subject and mail.link-text; %s in the text are args in order */
    const char *args[MAIL_ARGS]; /* "@role.admin" is a word itself, put in the reader's language */
    const char *path;            /* of ours, added as a link; NULL: the first page */
    const char *secret;          /* put behind path; NULL mostly */
    enum lang lang;              /* of an account that has not chosen one */
    instant until;               /* too late afterwards: then it is given up */
    const char *key;             /* the same key again adds nothing; NULL: one of its own */
};

/* Into the outbox, with the tx of the change it tells of. Sealing a secret needs core_open(). */
MUST_USE int mail_queue(struct tx *tx, const struct mail *m);

/* Can mail go out at all: has the operator named a server? Pages say so before they promise a mail. */
bool mail_is_set_up(const struct app *app);

extern const struct module mail_module;

#endif
