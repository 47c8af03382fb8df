/*
 * program.c: runs a program with a deadline and keeps what it says.
 *
 * Not for: our own roles (process.c). No shell is ever involved.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/beneath.h"
#include "os/process.h"

#define STEP  ((size_t)16 * KB)
#define STEPS 64 /* together 1 MiB: no pipe holds more, so what was written before the end is read in one go */

enum { OUT, ERR, ENDED, WATCHED }; /* what the loop watches */

struct running {
    pid_t pid;
    int fds[WATCHED];       /* ends of the pipes to read from (-1: at its end), pidfd */
    struct buf text[ENDED]; /* what came over OUT and ERR */
};

static void running_close(struct running *r)
{
    for (size_t i = 0; i < WATCHED; i++)
        os_close(&r->fds[i]);
}

static int make_pipe(int *ret_read, int *ret_write)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return E_SYSTEM;
    *ret_read = beneath_keep(ends[0]);
    *ret_write = beneath_keep(ends[1]);
    if (*ret_read < 0 || *ret_write < 0 || fcntl(*ret_read, F_SETFL, O_NONBLOCK) < 0) {
        os_close(ret_read);
        os_close(ret_write);
        return E_SYSTEM;
    }
    return 0;
}

/* posix_spawn() with the child's standard three, all else closed, a group of its own and no signal left blocked. */
static int spawn(const struct program *p, int in, int out, int err, pid_t *ret_pid)
{
    static char *const plain_env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, all;
    int e;

    BUG_IF(posix_spawn_file_actions_init(&files) != 0 || posix_spawnattr_init(&attr) != 0);
    BUG_IF(sigemptyset(&none) < 0 || sigfillset(&all) < 0);
    BUG_IF(posix_spawnattr_setsigmask(&attr, &none) != 0 || posix_spawnattr_setsigdefault(&attr, &all) != 0);
    BUG_IF(posix_spawnattr_setpgroup(&attr, 0) != 0);
    BUG_IF(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP) != 0);

    e = in > 0 ? posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO)
               : posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (e == 0)
        e = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    if (e == 0)
        e = posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
    if (e == 0)
        e = posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    if (e == 0)
        e = posix_spawn(ret_pid, p->path, &files, &attr, p->argv, p->env != NULL ? p->env : plain_env);

    (void)posix_spawn_file_actions_destroy(&files); /* always 0 */
    (void)posix_spawnattr_destroy(&attr);
    if (e == 0)
        return 0;
    errno = e;
    return e == ENOENT || e == EACCES ? E_STORAGE : E_SYSTEM;
}

static int start(const struct program *p, struct running *r)
{
    AUTO_CLOSE int out = -1, err = -1;
    int e = 0;

    if (p->out == 0)
        e = make_pipe(&r->fds[OUT], &out);
    if (e == 0)
        e = make_pipe(&r->fds[ERR], &err);
    if (e == 0)
        e = spawn(p, p->in, p->out == 0 ? out : p->out, err, &r->pid);
    if (e < 0)
        return e;

    r->fds[ENDED] = pidfd_open(r->pid, 0);
    return r->fds[ENDED] < 0 ? E_SYSTEM : 0;
}

/* Reads what is there, but not for ever from one that writes as fast. 0, or E_LIMIT when more came than may be kept. Standard
 * error is cut instead. */
static int take(struct running *r, size_t which)
{
    char step[STEP];
    struct buf *b = &r->text[which];

    for (int i = 0; i < STEPS; i++) {
        ssize_t got = read(r->fds[which], step, sizeof step);
        size_t n, room;

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return 0;
        if (got <= 0) {
            os_close(&r->fds[which]);
            return 0;
        }
        n = (size_t)got;
        room = b->max - b->n;
        if (n > room && which == OUT)
            return E_LIMIT;
        buf_add_n(b, step, n < room ? n : room);
    }
    return 0;
}

/* 1 when the program has ended, 0 to go on, negative. A grandchild may hold the pipes open: the end counts, not they. */
static int watch_once(struct running *r, int timeout_ms)
{
    struct pollfd polls[WATCHED];
    int n, e;

    for (size_t i = 0; i < WATCHED; i++)
        polls[i] = (struct pollfd){.fd = r->fds[i], .events = POLLIN};
    n = poll(polls, WATCHED, timeout_ms);
    if (n < 0)
        return errno == EINTR ? 0 : E_SYSTEM;
    if (n == 0)
        return E_BUSY;

    for (size_t i = OUT; i < ENDED; i++) {
        e = r->fds[i] >= 0 ? take(r, i) : 0;
        if (e < 0)
            return e;
    }
    return polls[ENDED].revents != 0 ? 1 : 0;
}

static int watch(struct running *r, int timeout_ms)
{
    int64_t deadline = os_monotonic_us() + (int64_t)timeout_ms * 1000;

    for (;;) {
        int64_t left_ms = (deadline - os_monotonic_us() + 999) / 1000;
        int e;

        if (timeout_ms >= 0 && left_ms <= 0)
            return E_BUSY;
        e = watch_once(r, timeout_ms < 0 ? -1 : (int)left_ms);
        if (e != 0)
            return e;
    }
}

static struct process_end finish(const struct running *r)
{
    struct process_end end = {.code = -1};
    int status, n;

    (void)kill(-r->pid, SIGKILL); /* whatever the group left running; mostly nothing */
    do
        n = (int)waitpid(r->pid, &status, 0);
    while (n < 0 && errno == EINTR);
    BUG_IF(n < 0);

    if (WIFSIGNALED(status))
        end.signal = WTERMSIG(status);
    else
        end.code = WEXITSTATUS(status);
    return end;
}

int program_run(const struct program *p, struct arena *a, struct program_result *ret)
{
    struct running r = {.fds = {-1, -1, -1}};
    struct process_end end = {0};
    int e;

    BUG_IF(p->path[0] != '/');
    buf_init(&r.text[OUT], a, p->out_max);
    buf_init(&r.text[ERR], a, PROGRAM_ERR_MAX);

    e = start(p, &r);
    if (e == 0)
        e = watch(&r, p->timeout_ms);
    if (r.pid != 0)
        end = finish(&r);
    running_close(&r);
    if (e < 0)
        return e;

    *ret = (struct program_result){.end = end, .out = buf_bytes(&r.text[OUT]), .err = buf_bytes(&r.text[ERR])};
    return 0;
}
