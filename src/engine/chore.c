/*
 * chore.c: see chore.h.
 */
#include <poll.h>
#include <stdatomic.h>

#include "base/log.h"
#include "engine/app.h"
#include "engine/chore.h"
#include "engine/parser_part.h"

#define CHORE_ANSWER 1
#define STEP_MS      200

/* ---- the child ---- */

struct chore_child {
    const struct chore *chore;
    void *arg;
};

static int chore_role(const int *fds, size_t n_fds, void *arg)
{
    const struct chore_child *child = arg;
    struct arena a;
    struct buf out;
    int e;

    if (n_fds != 1)
        return 1;
    arena_init(&a, 64 * MB);
    buf_init(&out, &a, CHORE_ANSWER_MAX);
    e = child->chore->run(child->arg, &a, &out);
    if (e == 0)
        e = buf_failed(&out);
    if (e == 0)
        e = pipe_send(fds[0], &(struct pipe_msg){.kind = CHORE_ANSWER, .body = buf_bytes(&out)}, PARSER_SEND_MS);
    arena_finish(&a);
    return e < 0;
}

/* ---- the parent ---- */

bool chore_is_question(const struct pipe_msg *m)
{
    return m->kind == CHORE_ASK && m->n_fds == 1 && m->body.n == 1 && m->body.p[0] < CHORE_COUNT;
}

void chore_asked(struct supervisor *s, const struct pipe_msg *question, const struct chores *chores)
{
    struct chore_child child;

    if (chores == NULL)
        return; /* the server sees the end of the pipe */
    child = (struct chore_child){&chores->v[question->body.p[0]], chores->arg};
    const struct process_conf conf = {
        .name = child.chore->name, .run = chore_role, .arg = &child, .fds = question->fds, .n_fds = question->n_fds};

    if (supervise_add_short(s, &conf, child.chore->deadline_ms) < 0)
        log_record(LEVEL_WARN, "chore.no-child", LOG_TEXT("what", child.chore->name));
}

/* ---- the server ---- */

/* Until there is something to read: whoever stops the server does not wait for a child that the parent ends with it. */
static bool wait_for(int fd, int timeout_ms, const _Atomic(bool) *stop)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int64_t until = os_monotonic_us() + (int64_t)timeout_ms * 1000;

    while (!atomic_load(stop) && os_monotonic_us() < until)
        if (poll(&p, 1, STEP_MS) > 0)
            return true;
    return false;
}

int chore_ask(const struct app *app, enum chore_what what, int timeout_ms, const _Atomic(bool) *stop, struct arena *a,
              struct bytes *ret)
{
    const struct pipe_want want = {.body_max = CHORE_ANSWER_MAX, .timeout_ms = PARSER_SEND_MS};
    const uint8_t index = (uint8_t)what;
    struct pipe_msg m;
    int ends[2], e;

    if (app->parser <= 0)
        return E_STATE;
    e = pipe_make(ends);
    if (e < 0)
        return E_BUSY;
    e = parser_tell(app, &(struct pipe_msg){.kind = CHORE_ASK, .body = {&index, 1}, .fds = {ends[1]}, .n_fds = 1});
    os_close(&ends[1]);
    if (e == 0)
        e = wait_for(ends[0], timeout_ms, stop) ? pipe_receive(ends[0], &want, a, &m) : E_BUSY;
    os_close(&ends[0]);
    if (e <= 0 || m.kind != CHORE_ANSWER)
        return E_BUSY;
    *ret = m.body;
    return 0;
}
