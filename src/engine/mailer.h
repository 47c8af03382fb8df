/*
 * mailer.h: hands one message to the operator's mail server from a locked-up child (docs/decisions/0010-mail.md).
 *
 * The server asks its parent over the pipe of parser.h for a child, and gives it the recipient and the message over a pipe of
 * their own. The child alone reads the login of the mail server, and may speak to that port and to nothing else; it sees no
 * database and no key. The parent sees no message.
 *
 * Without a parent that can (commands, tests; app->parser is 0) the message is sent from this process.
 *
 * Not for: what is in a message, whom it goes to, trying again (core/mail).
 */
#ifndef ENGINE_MAILER_H
#define ENGINE_MAILER_H

#include "os/pipe.h"
#include "os/supervise.h"

struct app;

/* The operator's settings; none of them is a secret. */
struct mailer_conf {
    const char *url;   /* TERANG_MAIL: see os/smtp.h */
    const char *from;  /* TERANG_MAIL_FROM: an address */
    const char *login; /* TERANG_MAIL_LOGIN: path of a file of mode 0600; NULL: the server asks for none */
};

#define MAILER_DEADLINE_MS 15000

/* As smtp_send(), E_BUSY also when no child can be had. app->mail must be there. Blocks; any thread. */
MUST_USE int mailer_send(const struct app *app, const char *to, struct bytes message);

/* The parent's side: starts the child for a question that parser_asked() has taken off the pipe. `conf` NULL: none. */
void mailer_asked(struct supervisor *s, const struct pipe_msg *question, const struct mailer_conf *conf);

#endif
