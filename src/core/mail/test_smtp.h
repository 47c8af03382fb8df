/*
 * test_smtp.h: a mail server on loopback that remembers what it was told. Not part of the product.
 *
 *     smtp_server_start(&s);  app.mail = &s.conf;  ...  s.n, s.text[i], s.to[i]  ...  smtp_server_stop(&s);
 */
#ifndef CORE_MAIL_TEST_SMTP_H
#define CORE_MAIL_TEST_SMTP_H

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/mailer.h"
#include "os/socket.h"

#define SMTP_MAILS 16

struct smtp_server {
    struct mailer_conf conf;
    char url[64];
    int fd;
    pthread_t thread;
    _Atomic int n, connections;
    _Atomic int refuse;  /* code for RCPT, 0 takes all */
    _Atomic bool sudden; /* takes the message and hangs up before it says so */
    char to[SMTP_MAILS][260];
    char text[SMTP_MAILS][16384];
};

static inline bool smtp_line(FILE *in, char line[1024])
{
    return fgets(line, 1024, in) != NULL;
}

static inline void smtp_data(struct smtp_server *s, FILE *in, const char *to)
{
    int n = s->n;
    char line[1024];
    size_t used = 0;

    while (smtp_line(in, line) && strcmp(line, ".\r\n") != 0)
        if (n < SMTP_MAILS && used + strlen(line) < sizeof s->text[0])
            used += (size_t)snprintf(s->text[n] + used, sizeof s->text[0] - used, "%s", line);
    if (n < SMTP_MAILS) {
        (void)snprintf(s->to[n], sizeof s->to[0], "%.250s", to);
        s->n = n + 1;
    }
}

static inline void smtp_serve(struct smtp_server *s, FILE *in, FILE *out)
{
    char line[1024], to[1024] = "";

    (void)fprintf(out, "220 tes.example\r\n");
    while (fflush(out) == 0 && smtp_line(in, line)) {
        if (strncmp(line, "EHLO", 4) == 0) {
            (void)fprintf(out, "250-tes.example\r\n250 SIZE 65536\r\n");
        } else if (strncmp(line, "RCPT", 4) == 0 && s->refuse != 0) {
            (void)fprintf(out, "%d no\r\n", (int)s->refuse);
        } else if (strncmp(line, "DATA", 4) == 0) {
            (void)fprintf(out, "354 go\r\n");
            (void)fflush(out);
            smtp_data(s, in, to);
            if (s->sudden)
                return;
            (void)fprintf(out, "250 taken\r\n");
        } else if (strncmp(line, "QUIT", 4) == 0) {
            (void)fprintf(out, "221 bye\r\n");
            (void)fflush(out);
            return;
        } else {
            if (strncmp(line, "RCPT TO:<", 9) == 0)
                (void)snprintf(to, sizeof to, "%.*s", (int)strcspn(line + 9, ">"), line + 9);
            (void)fprintf(out, "250 good\r\n");
        }
    }
}

static inline void *smtp_runs(void *arg)
{
    struct smtp_server *s = arg;
    int fd;

    while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
        FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");

        s->connections++;
        smtp_serve(s, in, out);
        (void)fclose(out);
        (void)fclose(in);
    }
    return NULL;
}

static inline void smtp_server_start(struct smtp_server *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;

    s->n = s->connections = 0;
    s->refuse = 0;
    s->sudden = false;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(s->fd >= 0);
    assert_int_equal(bind(s->fd, (struct sockaddr *)&at, n), 0);
    assert_int_equal(listen(s->fd, 16), 0);
    assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &n), 0);
    (void)snprintf(s->url, sizeof s->url, "smtp://127.0.0.1:%d", ntohs(at.sin_port));
    s->conf = (struct mailer_conf){.url = s->url, .from = "terang@kota.example"};
    assert_int_equal(pthread_create(&s->thread, NULL, smtp_runs, s), 0);
}

static inline void smtp_server_stop(struct smtp_server *s)
{
    (void)shutdown(s->fd, SHUT_RDWR);
    assert_int_equal(pthread_join(s->thread, NULL), 0);
    (void)close(s->fd);
}

/* The body of a mail, decoded. */
static inline const char *smtp_body(struct smtp_server *s, struct arena *a, int i)
{
    const char *at = strstr(s->text[i], "\r\n\r\n");
    struct buf b;
    struct bytes out;

    assert_non_null(at);
    buf_init(&b, a, 64 * KB);
    for (at += 4; *at != '\0'; at++)
        if (*at != '\r' && *at != '\n')
            buf_byte(&b, *at);
    assert_int_equal(base64_bytes(a, b.s, &out), 0);
    return arena_text_n(a, (const char *)out.p, out.n);
}

/* What stands behind `mark` in a mail up to the end of the line. */
static inline const char *smtp_after(struct smtp_server *s, struct arena *a, int i, const char *mark)
{
    const char *at = strstr(smtp_body(s, a, i), mark);

    assert_non_null(at);
    return arena_text_n(a, at + strlen(mark), strcspn(at + strlen(mark), "\r\n"));
}

#endif
