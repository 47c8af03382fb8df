/*
 * smtp.h: one message handed to the mail server that the operator named, over libcurl.
 *
 * "smtps://mail.example:465" speaks TLS from the start, "smtp://mail.example:587" by STARTTLS, which must succeed. Only to this
 * machine (127.0.0.0/8, [::1], localhost) smtp:// goes without TLS: a relay beside us. Certificates are those of the system.
 * The host is looked up once a message; there are no redirects and no proxies, and after SMTP_TIMEOUT_S it is over (security.md
 * W12).
 *
 * Not for: composing a message (core/mail), deciding when to try again.
 */
#ifndef OS_SMTP_H
#define OS_SMTP_H

#include "base/arena.h"
#include "base/base.h"

#define SMTP_TIMEOUT_S   10
#define SMTP_MESSAGE_MAX ((size_t)64 * KB)
#define SMTP_LOGIN_MAX   ((size_t)1 * KB)

struct smtp_place {
    bool tls;         /* from the start */
    bool local;       /* this machine */
    const char *host; /* without brackets */
    int port;
};

/* Reads the address of a mail server: scheme, host, port and nothing else. E_INPUT for any other. */
MUST_USE int smtp_place_parse(struct arena *a, const char *url, struct smtp_place *ret);

/*
 * Name and password from a file of mode 0600 and of this user: two lines. E_PERMIT when others may read it, E_FORMAT when it is
 * no such file, E_STORAGE when it cannot be read. The caller wipes them.
 */
struct smtp_login {
    char name[256];
    char password[256];
};
MUST_USE int smtp_login_read(const char *path, struct smtp_login *ret);

/* Once a process, before the locks and the first thread. E_SYSTEM when libcurl does not start. */
MUST_USE int smtp_prepare(void);

struct smtp_mail {
    const char *url;                /* as smtp_place_parse() takes it */
    const struct smtp_login *login; /* NULL: none */
    const char *from, *to;          /* addresses alone */
    struct bytes message;           /* whole, lines end with CR LF; at most SMTP_MESSAGE_MAX */
};

/*
 * 0 when the server has taken it. E_BUSY: worth another try. E_INPUT: this server will never take it for this recipient.
 * *ret_code is the server's last answer, 0 when there was none.
 */
MUST_USE int smtp_send(const struct smtp_mail *mail, int *ret_code);

#endif
