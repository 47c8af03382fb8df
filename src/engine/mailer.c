/*
 * mailer.c: see mailer.h. The message goes straight to the child, so the parent never holds it.
 */
#include <string.h>

#include "base/log.h"
#include "engine/app.h"
#include "engine/mailer.h"
#include "engine/parser_part.h"
#include "os/sandbox.h"
#include "os/smtp.h"

#define CHILD_MS (MAILER_DEADLINE_MS - 1000) /* before the server gives up */
#define TO_MAX   256

enum {
    MAILER_MESSAGE = 1, /* the recipient with its NUL, the message */
    MAILER_ANSWER,
};

struct answer {
    int32_t result;
    int32_t code; /* of the mail server */
};

static int send_one(const struct mailer_conf *conf, const struct smtp_login *login, const char *to, struct bytes message,
                    struct answer *ret)
{
    const struct smtp_mail mail = {
        .url = conf->url, .login = conf->login != NULL ? login : NULL, .from = conf->from, .to = to, .message = message};
    int code;

    ret->result = smtp_send(&mail, &code);
    ret->code = code;
    return ret->result;
}

/* Whatever hinders us here is the operator's to mend: later again. */
static int read_login(const struct mailer_conf *conf, struct smtp_login *ret)
{
    int e = conf->login == NULL ? 0 : smtp_login_read(conf->login, ret);

    if (e < 0)
        log_record(LEVEL_ERROR, "mail.login", LOG_TEXT("file", conf->login), LOG_TEXT("why", result_name(e)));
    return e < 0 ? E_BUSY : 0;
}

/* ---- the child ---- */

static int lock_up(const struct mailer_conf *conf)
{
    struct smtp_place place;
    struct arena a;
    unsigned on = 0;

    arena_init(&a, 4 * KB);
    if (smtp_place_parse(&a, conf->url, &place) == 0)
        on = sandbox_enter(&(struct sandbox_conf){.role = SANDBOX_MAILER, .port = place.port});
    arena_finish(&a);
    return (on & SANDBOX_NO_NEW_PRIVS) != 0 ? 0 : E_SYSTEM;
}

/* The recipient stands in front of the message. */
static int take_message(int fd, struct arena *a, const char **ret_to, struct bytes *ret)
{
    const struct pipe_want want = {.body_max = TO_MAX + SMTP_MESSAGE_MAX, .timeout_ms = PARSER_SEND_MS};
    struct pipe_msg m;
    size_t n;

    if (pipe_receive(fd, &want, a, &m) != 1 || m.kind != MAILER_MESSAGE)
        return E_FORMAT;
    n = strnlen((const char *)m.body.p, m.body.n < TO_MAX ? m.body.n : TO_MAX);
    if (n == 0 || n == m.body.n || n == TO_MAX)
        return E_FORMAT;
    *ret_to = (const char *)m.body.p;
    *ret = (struct bytes){m.body.p + n + 1, m.body.n - n - 1};
    return 0;
}

static int mailer_role(const int *fds, size_t n_fds, void *arg)
{
    const struct mailer_conf *conf = arg;
    struct smtp_login login = {0};
    struct answer answer = {.result = E_BUSY};
    const char *to;
    struct bytes message;
    struct arena a;
    int e;

    if (n_fds != 1 || conf == NULL)
        return 1;
    arena_init(&a, 256 * KB);
    e = read_login(conf, &login); /* before the locks: no file may be opened behind them */
    if (e == 0)
        e = smtp_prepare();
    if (e == 0)
        e = lock_up(conf);
    if (e == 0)
        e = take_message(fds[0], &a, &to, &message);
    if (e == 0)
        (void)send_one(conf, &login, to, message, &answer); /* the answer tells */
    explicit_bzero(&login, sizeof login);
    e = pipe_send(fds[0], &(struct pipe_msg){.kind = MAILER_ANSWER, .body = {(const uint8_t *)&answer, sizeof answer}},
                  PARSER_SEND_MS);
    arena_finish(&a);
    return e < 0;
}

/* ---- the parent ---- */

void mailer_asked(struct supervisor *s, const struct pipe_msg *question, const struct mailer_conf *conf)
{
    const struct process_conf child = {.name = "mailer",
                                       .run = mailer_role,
                                       .arg = (void *)(uintptr_t)conf,
                                       .fds = question->fds,
                                       .n_fds = question->n_fds,
                                       .clear_env = true};

    if (conf != NULL && supervise_add_short(s, &child, CHILD_MS) < 0)
        log_record(LEVEL_WARN, "mail.no-child"); /* the server sees the end of the pipe and tries later */
}

/* ---- the server ---- */

static int say(int fd, const char *to, struct bytes message)
{
    struct arena a;
    struct buf body;
    int e;

    arena_init(&a, 256 * KB);
    buf_init(&body, &a, TO_MAX + SMTP_MESSAGE_MAX);
    buf_add_n(&body, to, strlen(to) + 1);
    buf_add_n(&body, message.p, message.n);
    e = buf_failed(&body);
    if (e == 0)
        e = pipe_send(fd, &(struct pipe_msg){.kind = MAILER_MESSAGE, .body = buf_bytes(&body)}, MAILER_DEADLINE_MS);
    arena_finish(&a);
    return e;
}

static int hear(int fd, struct answer *ret)
{
    const struct pipe_want want = {.body_max = sizeof *ret, .timeout_ms = MAILER_DEADLINE_MS};
    struct pipe_msg m;
    struct arena a;
    int e;

    arena_init(&a, 4 * KB);
    e = pipe_receive(fd, &want, &a, &m) == 1 && m.kind == MAILER_ANSWER && m.body.n == sizeof *ret ? 0 : E_BUSY;
    if (e == 0)
        memcpy(ret, m.body.p, sizeof *ret);
    arena_finish(&a);
    return e;
}

static int through_child(const struct app *app, const char *to, struct bytes message, struct answer *ret)
{
    int ends[2], e = pipe_make(ends);

    if (e < 0)
        return E_BUSY;
    e = parser_tell(app, &(struct pipe_msg){.kind = MAILER_SEND, .fds = {ends[1]}, .n_fds = 1});
    os_close(&ends[1]);
    if (e == 0)
        e = say(ends[0], to, message);
    if (e == 0)
        e = hear(ends[0], ret);
    os_close(&ends[0]);
    return e < 0 ? E_BUSY : 0;
}

static int from_here(const struct app *app, const char *to, struct bytes message, struct answer *ret)
{
    struct smtp_login login = {0};
    int e = read_login(app->mail, &login);

    if (e == 0)
        e = send_one(app->mail, &login, to, message, ret);
    explicit_bzero(&login, sizeof login);
    return e;
}

int mailer_send(const struct app *app, const char *to, struct bytes message)
{
    struct answer answer = {.result = E_BUSY};
    int e;

    BUG_IF(app->mail == NULL);
    if (strlen(to) >= TO_MAX || message.n > SMTP_MESSAGE_MAX)
        return E_INPUT;
    e = app->parser <= 0 ? from_here(app, to, message, &answer) : through_child(app, to, message, &answer);
    if (e == 0)
        e = answer.result == 0 || answer.result == E_INPUT ? answer.result : E_BUSY;
    if (e < 0)
        log_record(LEVEL_WARN, "mail.not-sent", LOG_TEXT("why", result_name(e)), LOG_INT("reply", answer.code));
    return e;
}
