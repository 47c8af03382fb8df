/*
 * parser.c: the question, the answer, and the child between.
 *
 * A question is one message on the pipe to the parent, with two descriptors: where to answer and the file. The answer comes
 * straight from the child, so nothing waits for anything else. Both are plain structs: the ends are one program.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "engine/app.h"
#include "engine/chore.h"
#include "engine/mailer.h"
#include "engine/parser_part.h"
#include "os/pipe.h"
#include "os/sandbox.h"

#define NAME_MAX_ 512
#define TYPE_MAX  256
#define CHILD_MS  (PARSER_DEADLINE_MS - 1000) /* before the server gives up */

enum { ANSWER_TO, FILE_FD, FDS };

struct question {
    int32_t purpose; /* of PARSER_ACCEPT */
    bool rows;       /* PARSER_READ; the rest is empty then */
    bool paint;      /* PARSER_PAINT: only `picture` counts then */
    struct parser_picture picture;
    bool has_declared;
    char filename[NAME_MAX_];
    char declared[TYPE_MAX];
};

struct answer {
    int32_t result;
    struct file_finding found;
};

/* ---- the child ---- */

static int parser_role(const int *fds, size_t n_fds, void *arg)
{
    const struct question *q = arg;
    struct answer answer = {0};
    struct pipe_msg m = {.kind = PARSER_ANSWER, .body = {(const uint8_t *)&answer, sizeof answer}};

    if (n_fds != FDS)
        return 1;
    if (q->paint) {
        parser_paint_lock(fds[ANSWER_TO], (enum filetype)q->picture.type);
        return parser_send_picture(fds[FILE_FD], fds[ANSWER_TO], &q->picture) < 0;
    }
    (void)sandbox_enter(&(struct sandbox_conf){.role = SANDBOX_PARSER, .fds = &fds[ANSWER_TO], .n_fds = 1});
    if (q->rows)
        return parser_send_rows(fds[FILE_FD], fds[ANSWER_TO]) < 0;
    answer.result = file_accept(fds[FILE_FD], q->filename, q->has_declared ? q->declared : NULL, (enum file_purpose)q->purpose,
                                &answer.found);
    return pipe_send(fds[ANSWER_TO], &m, PARSER_SEND_MS) < 0;
}

/* ---- the parent ---- */

static bool is_question(const struct pipe_msg *m, struct question *ret)
{
    *ret = (struct question){.rows = m->kind == PARSER_READ, .paint = m->kind == PARSER_PAINT};
    if (ret->paint && m->n_fds == FDS && m->body.n == sizeof ret->picture) {
        memcpy(&ret->picture, m->body.p, sizeof ret->picture);
        return ret->picture.type >= 0 && ret->picture.type < FILE_TYPE_COUNT;
    }
    if (ret->rows)
        return m->n_fds == FDS && m->body.n == 0;
    if (m->kind != PARSER_ACCEPT || m->n_fds != FDS || m->body.n != sizeof *ret)
        return false;
    memcpy(ret, m->body.p, sizeof *ret);
    ret->filename[NAME_MAX_ - 1] = '\0';
    ret->declared[TYPE_MAX - 1] = '\0';
    return ret->purpose >= 0 && ret->purpose < PURPOSE_COUNT;
}

static bool is_ready(const struct pipe_msg *m)
{
    return m->kind == PARSER_READY && m->n_fds == 0 && m->body.n == 0;
}

static bool say_full(int fd)
{
    return pipe_send(fd, &(struct pipe_msg){.kind = PARSER_FULL}, 0) == 0;
}

static bool is_mail(const struct pipe_msg *m)
{
    return m->kind == MAILER_SEND && m->n_fds == 1 && m->body.n == 0;
}

int parser_asked(struct supervisor *s, int fd, const struct mailer_conf *mail, const struct chores *chores)
{
    const struct pipe_want want = {.body_max = sizeof(struct question), .fds_max = FDS, .timeout_ms = PARSER_SEND_MS};
    struct pipe_msg m;
    struct question q;
    struct arena a;
    int result;

    arena_init(&a, 16 * KB);
    result = pipe_receive(fd, &want, &a, &m);
    if (result > 0 && is_ready(&m)) {
        supervise_ready(s);
    } else if (result > 0 && is_mail(&m)) {
        mailer_asked(s, &m, mail);
        pipe_close_fds(&m);
    } else if (result > 0 && chore_is_question(&m)) {
        chore_asked(s, &m, chores);
        pipe_close_fds(&m);
    } else if (result > 0 && !is_question(&m, &q)) {
        pipe_close_fds(&m);
        result = E_FORMAT;
    } else if (result > 0) {
        const struct process_conf child = {.name = q.paint ? "painter" : "parser",
                                           .run = parser_role,
                                           .arg = &q,
                                           .fds = m.fds,
                                           .n_fds = FDS,
                                           .silent = q.paint, /* poppler talks */
                                           .clear_env = true};

        if (supervise_add_short(s, &child, CHILD_MS) < 0)
            (void)say_full(m.fds[ANSWER_TO]); /* else the server sees the end and refuses the file */
        pipe_close_fds(&m);
    }
    arena_finish(&a);
    return result > 0 ? 0 : result < 0 ? result : E_STATE;
}

/* ---- the server ---- */

/* The process's own: one question at a time may be on the pipe. */
static pthread_mutex_t asking = PTHREAD_MUTEX_INITIALIZER;

int parser_tell(const struct app *app, const struct pipe_msg *m)
{
    int result;

    BUG_IF(pthread_mutex_lock(&asking) != 0);
    result = pipe_send(app->parser, m, PARSER_SEND_MS);
    BUG_IF(pthread_mutex_unlock(&asking) != 0);
    return result;
}

int parser_ask(const struct app *app, uint16_t kind, struct bytes question, int file, int *ret_from)
{
    int ends[2], result = pipe_make(ends);

    if (result < 0)
        return result;
    result = parser_tell(app, &(struct pipe_msg){.kind = kind, .body = question, .fds = {ends[1], file}, .n_fds = FDS});
    os_close(&ends[1]);
    if (result < 0) {
        os_close(&ends[0]);
        return E_BUSY;
    }
    *ret_from = ends[0];
    return 0;
}

int parser_tell_ready(const struct app *app)
{
    return app->parser <= 0 ? 0 : parser_tell(app, &(struct pipe_msg){.kind = PARSER_READY});
}

/* The child's answer; its end without one is the file's fault. */
static int await(int fd, struct file_finding *ret)
{
    const struct pipe_want want = {.body_max = sizeof(struct answer), .timeout_ms = PARSER_DEADLINE_MS};
    struct answer answer;
    struct pipe_msg m;
    struct arena a;
    int result;

    arena_init(&a, 4 * KB);
    result = pipe_receive(fd, &want, &a, &m);
    if (result > 0 && m.kind == PARSER_ANSWER && m.body.n == sizeof answer) {
        memcpy(&answer, m.body.p, sizeof answer);
        *ret = answer.found;
        result = answer.result;
        if (result > 0 || ret->fault < 0 || ret->fault >= FILE_FAULT_COUNT || ret->type < 0 || ret->type >= FILE_TYPE_COUNT ||
            ret->zip_fault < 0 || ret->zip_fault >= UNZIP_FAULT_COUNT)
            result = E_SYSTEM; /* whoever sent that is no longer our child */
    } else if (result > 0) {
        result = E_BUSY;
    } else {
        *ret = (struct file_finding){.fault = FILE_BROKEN};
        result = E_FORMAT;
    }
    arena_finish(&a);
    return result;
}

int parser_accept(const struct app *app, int fd, const char *filename, const char *declared, enum file_purpose purpose,
                  struct file_finding *ret)
{
    struct question q = {.purpose = (int32_t)purpose, .has_declared = declared != NULL};
    int from, result;

    *ret = (struct file_finding){0};
    if (app->parser <= 0)
        return file_accept(fd, filename, declared, purpose, ret);
    if (strlen(filename) >= sizeof q.filename || (declared != NULL && strlen(declared) >= sizeof q.declared)) {
        ret->fault = declared != NULL && strlen(declared) >= sizeof q.declared ? FILE_DECLARED : FILE_NAME;
        return E_FORMAT;
    }
    memcpy(q.filename, filename, strlen(filename) + 1);
    if (declared != NULL)
        memcpy(q.declared, declared, strlen(declared) + 1);
    result = parser_ask(app, PARSER_ACCEPT, (struct bytes){(const uint8_t *)&q, sizeof q}, fd, &from);
    if (result < 0)
        return result;
    result = await(from, ret);
    os_close(&from);
    return result;
}
