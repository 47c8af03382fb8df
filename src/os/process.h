/*
 * process.h: children that play a role, programs that are run, and privileges that are given up.
 *
 * A role is started by fork and a plain function, not by executing /proc/self/exe again. Measured with all our
 * libraries linked (78 of them, 2 cores): exec 17.6 ms until the child runs, fork from the small parent 0.8 ms; the
 * parser, one a file, has to start in under 5 ms. The price: all roles share one memory layout, and a child begins with
 * a copy of its parent's memory. So only the parent forks: it has one thread, meets no stranger and holds no secret;
 * the server asks it for a parser over a pipe (supervise.h). os_secret_alloc() memory is empty in a child besides.
 *
 * Programs (pg_dump, a virus scanner) are run by posix_spawn(), which any process with threads may do.
 *
 * Not for: locking a role in (sandbox.h), the loop of the parent (supervise.h).
 */
#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include "base/buf.h"
#include "os/os.h"

#define PROCESS_FDS_MAX  8
#define PROCESS_FIRST_FD 3 /* a child finds its descriptors at 3, 4, 5, ... */
#define PROCESS_FOREVER  (-1)

/* A child that was started and not yet waited for. */
struct process {
    pid_t pid; /* 0: none */
    int fd;    /* pidfd, for poll(): readable once the child has ended; -1 for none */
};

#define PROCESS_NONE ((struct process){.pid = 0, .fd = -1})

/* How a child ended. */
struct process_end {
    int code;   /* exit code, -1 after a signal */
    int signal; /* 0, or the signal that ended it */
};

/* The work of a role. fds are the given descriptors under their new numbers. The result becomes the exit code. */
typedef int process_run_fn(const int *fds, size_t n_fds, void *arg);

struct process_conf {
    const char *name; /* of the role, at most 15 bytes: what ps shows */
    process_run_fn *run;
    void *arg;      /* the child gets a copy of everything */
    const int *fds; /* the only descriptors the child keeps besides the standard three; the caller's stay open */
    size_t n_fds;
    bool silent;    /* standard output and error go to /dev/null too; standard input always does */
    bool clear_env; /* the child's copy of the environment is wiped: it may hold the address of a database */
};

/*
 * Starts a role. The child dies with its parent (PR_SET_PDEATHSIG), leaves no core dump, has default signal handlers, an
 * empty signal mask and no_new_privs. It ignores SIGINT, which a terminal sends to all; SIGTERM is what asks it to end. A BUG
 * when this process has more than one thread. E_SYSTEM without room.
 */
MUST_USE int process_start(const struct process_conf *conf, struct process *ret);

/* 1 when the child has ended within timeout_ms: it is reaped, *p becomes PROCESS_NONE. 0 when not. */
MUST_USE int process_wait(struct process *p, int timeout_ms, struct process_end *ret);

/* Sends a signal; E_STATE when the child has ended already. */
int process_signal(const struct process *p, int signal);

/* SIGTERM, grace_ms to finish, then SIGKILL; reaps. PROCESS_NONE is left alone and counts as a good end. */
struct process_end process_stop(struct process *p, int grace_ms);

/* "exit 3" or "signal 31 (Bad system call)", for the log. */
const char *process_end_text(const struct process_end *end, struct arena *a);

/* What process_start() and sandbox_enter() insist on. Always true in sanitized builds and without /proc. */
bool process_has_one_thread(void);

/* ---- privileges ---- */

/*
 * What every role does first, and process_start() does for its children: no core dumps, not readable through /proc by
 * others of the same user (not in sanitized builds: the leak checker reads itself that way), files 0600, no SIGPIPE,
 * no_new_privs.
 */
void process_harden(void);

/*
 * Started as root: becomes `user` with that user's own group alone, without a way back (tried), capabilities and their
 * bounding set empty, no_new_privs. Not root: only the last three; `user` is not looked up. Sockets and files that
 * need root are opened before. E_INPUT for an unknown user or one with root's id or group, E_PERMIT when anything is left:
 * then the process must end.
 */
MUST_USE int process_drop(const char *user);

/*
 * The directory that `user` will own, before process_drop(): made with mode 0700 when it is not there, and given to `user` by
 * root. E_CONFLICT when it is there and not empty, E_INPUT for an unknown user, E_STORAGE else.
 */
MUST_USE int process_make_home(const char *path, const char *user);

/* Is anything of root left: the user, a capability, a way to get one (no_new_privs off)? For process_drop() and doctor. */
bool process_has_privileges(void);

/* ---- programs ---- */

struct program {
    const char *path;  /* absolute; never through a shell */
    char *const *argv; /* NULL-terminated, argv[0] included */
    char *const *env;  /* NULL: PATH=/usr/bin:/bin and LC_ALL=C.UTF-8, nothing of ours */
    int in;            /* standard input, 0 for /dev/null */
    int out;           /* standard output, 0 to capture it */
    size_t out_max;    /* ceiling of what is captured; standard error is cut at PROGRAM_ERR_MAX */
    int timeout_ms;    /* PROCESS_FOREVER waits */
};

#define PROGRAM_ERR_MAX ((size_t)16 * KB)

struct program_result {
    struct process_end end;
    struct bytes out; /* captured, in the arena */
    struct bytes err; /* the beginning */
};

/*
 * Runs a program to its end. 0 with *ret, whatever its exit code. E_BUSY after the timeout and E_LIMIT when it writes more than
 * out_max: it and its process group are killed. E_STORAGE when there is no such program, E_SYSTEM else. Any thread.
 */
MUST_USE int program_run(const struct program *p, struct arena *a, struct program_result *ret);

#endif
