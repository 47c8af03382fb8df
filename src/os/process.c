/*
 * process.c: children that play a role: start, wait, stop.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/build.h"
#include "os/process.h"

#define EXIT_START 70 /* EX_SOFTWARE of sysexits.h: the child could not be set up */

/* The links of /proc/self/task are ".", ".." and one a thread. */
bool process_has_one_thread(void)
{
    struct stat st;

    if (OS_SANITIZED || stat("/proc/self/task", &st) < 0)
        return true; /* the thread sanitizer keeps a thread of its own; without /proc there is nothing to see */
    return st.st_nlink <= 3;
}

static void default_signals(void)
{
    static const int ours[] = {SIGHUP, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD};
    sigset_t none;

    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        (void)signal(ours[i], SIG_DFL); /* all of these may be changed */
    (void)signal(SIGINT, SIG_IGN);      /* a terminal sends it to parent and children; the parent decides */
    BUG_IF(sigemptyset(&none) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0);
}

/* The parent may have gone before the kernel knew that we want to go with it. */
static bool bound_to(pid_t parent)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

/* Puts the given descriptors at 3, 4, ... and closes all others. First up, out of each other's way, then down. */
static bool arrange_fds(const struct process_conf *conf, int *ret_fds)
{
    int n = (int)conf->n_fds;
    int high[PROCESS_FDS_MAX];

    for (int i = 0; i < n; i++) {
        high[i] = fcntl(conf->fds[i], F_DUPFD_CLOEXEC, PROCESS_FIRST_FD + PROCESS_FDS_MAX);
        if (high[i] < 0)
            return false;
    }
    for (int i = 0; i < n; i++) {
        ret_fds[i] = PROCESS_FIRST_FD + i;
        if (dup3(high[i], ret_fds[i], O_CLOEXEC) < 0)
            return false;
    }
    closefrom(PROCESS_FIRST_FD + n);
    return true;
}

static bool arrange_standard(bool silent)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool good = null >= 0 && dup2(null, STDIN_FILENO) >= 0;

    if (good && silent)
        good = dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0;
    if (null > STDERR_FILENO)
        os_close(&null);
    return good;
}

static void wipe_environment(void)
{
    for (char **e = environ; e != NULL && *e != NULL; e++)
        explicit_bzero(*e, strlen(*e));
    environ = NULL;
}

static _Noreturn void be_child(const struct process_conf *conf, pid_t parent)
{
    int fds[PROCESS_FDS_MAX];
    int code;

    if (!bound_to(parent) || !arrange_standard(conf->silent) || !arrange_fds(conf, fds))
        _exit(EXIT_START);
    default_signals();
    process_harden();
    (void)prctl(PR_SET_NAME, conf->name); /* only for ps */
    if (conf->clear_env)
        wipe_environment();

    code = conf->run(fds, conf->n_fds, conf->arg);
    (void)fflush(NULL); /* nobody is left to tell */
    _exit(code & 0xff); /* not exit(): handlers and leaks registered here are the parent's */
}

int process_start(const struct process_conf *conf, struct process *ret)
{
    pid_t parent = getpid();
    pid_t pid;
    int fd;

    BUG_IF(conf->n_fds > PROCESS_FDS_MAX || !process_has_one_thread());
    (void)fflush(NULL); /* what is buffered is written once, not twice */

    pid = fork();
    if (pid < 0)
        return E_SYSTEM;
    if (pid == 0)
        be_child(conf, parent);

    fd = pidfd_open(pid, 0);
    if (fd < 0) {
        (void)kill(pid, SIGKILL); /* ours and not yet reaped, so the number is still its own */
        (void)waitpid(pid, NULL, 0);
        return E_SYSTEM;
    }
    *ret = (struct process){.pid = pid, .fd = fd};
    return 0;
}

static void reap(struct process *p, struct process_end *ret)
{
    int status, n;

    do
        n = (int)waitpid(p->pid, &status, 0);
    while (n < 0 && errno == EINTR);
    BUG_IF(n < 0); /* somebody else reaped our child */

    *ret = (struct process_end){.code = -1};
    if (WIFSIGNALED(status))
        ret->signal = WTERMSIG(status);
    else
        ret->code = WEXITSTATUS(status);
    os_close(&p->fd);
    *p = PROCESS_NONE;
}

int process_wait(struct process *p, int timeout_ms, struct process_end *ret)
{
    struct pollfd poll_end = {.fd = p->fd, .events = POLLIN};
    int64_t deadline = os_monotonic_us() + (int64_t)timeout_ms * 1000;
    int n;

    BUG_IF(p->pid == 0);
    do {
        int64_t left_ms = (deadline - os_monotonic_us() + 999) / 1000;

        n = poll(&poll_end, 1, timeout_ms < 0 ? -1 : left_ms > 0 ? (int)left_ms : 0);
    } while (n < 0 && errno == EINTR);
    if (n <= 0)
        return n < 0 ? E_SYSTEM : 0;

    reap(p, ret);
    return 1;
}

int process_signal(const struct process *p, int signal)
{
    BUG_IF(p->pid == 0);
    if (pidfd_send_signal(p->fd, signal, NULL, 0) == 0)
        return 0;
    return errno == ESRCH ? E_STATE : E_SYSTEM;
}

struct process_end process_stop(struct process *p, int grace_ms)
{
    struct process_end end = {0};

    if (p->pid == 0)
        return end;

    (void)process_signal(p, SIGTERM); /* it may have ended; then the wait is short */
    if (process_wait(p, grace_ms, &end) == 1)
        return end;
    (void)process_signal(p, SIGKILL);
    reap(p, &end);
    return end;
}

const char *process_end_text(const struct process_end *end, struct arena *a)
{
    struct buf b;

    buf_init(&b, a, 80);
    if (end->signal == 0)
        buf_printf(&b, "exit %d", end->code);
    else
        buf_printf(&b, "signal %d (%s)", end->signal, sigdescr_np(end->signal) != NULL ? sigdescr_np(end->signal) : "unknown");
    return b.s;
}
