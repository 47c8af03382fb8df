/*
 * sandbox_filter.c: the system calls of each role.
 *
 * One table for all, so that a reader sees what the server may and the parser may not. A condition is a function
 * that adds the rule with its arguments; it sees numbers only, never what a pointer leads to. So a path cannot be
 * judged here (Landlock does that), and of clone3(), whose flags lie behind a pointer, libc is told that it is missing.
 *
 * Not for: files and ports (sandbox_landlock.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/sandbox_parts.h"

#define LOW_HALF UINT64_C(0xffffffff) /* an int argument: what stands above is not ours to judge */

/* Adds the rule for `call` under one or more conditions. Negative errno of libseccomp. */
typedef int only_fn(scmp_filter_ctx f, int call, const struct sandbox_conf *conf);

static int allow_when(scmp_filter_ctx f, int call, struct scmp_arg_cmp cmp)
{
    return seccomp_rule_add_array(f, SCMP_ACT_ALLOW, call, 1, &cmp);
}

static int allow_values(scmp_filter_ctx f, int call, unsigned arg, const uint64_t *values, size_t n)
{
    int e = 0;

    for (size_t i = 0; i < n && e == 0; i++)
        e = allow_when(f, call, SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, LOW_HALF, values[i]));
    return e;
}

static int to_given_descriptors(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    int highest = conf->dir > STDERR_FILENO ? conf->dir : STDERR_FILENO;
    int e = 0;

    for (size_t i = 0; i < conf->n_fds && e == 0; i++) {
        e = allow_when(f, call, SCMP_A0(SCMP_CMP_MASKED_EQ, LOW_HALF, (uint64_t)conf->fds[i]));
        highest = conf->fds[i] > highest ? conf->fds[i] : highest;
    }
    /* Whoever may open files in a directory may write those: they get the numbers above all given ones. */
    if (e == 0 && conf->role == SANDBOX_SIGNER && conf->dir != 0)
        e = allow_when(f, call, SCMP_A0(SCMP_CMP_GT, (uint64_t)highest));
    return e;
}

static int below_given_directory(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    return conf->dir == 0 ? 0 : allow_when(f, call, SCMP_A0(SCMP_CMP_MASKED_EQ, LOW_HALF, (uint64_t)conf->dir));
}

static int within_given_directory(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    const struct scmp_arg_cmp both[] = {
        SCMP_A0(SCMP_CMP_MASKED_EQ, LOW_HALF, (uint64_t)conf->dir),
        SCMP_A2(SCMP_CMP_MASKED_EQ, LOW_HALF, (uint64_t)conf->dir),
    };

    return conf->dir == 0 ? 0 : seccomp_rule_add_array(f, SCMP_ACT_ALLOW, call, ARRAY_LEN(both), both);
}

static int with_a_directory_given(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    return conf->dir == 0 ? 0 : seccomp_rule_add(f, SCMP_ACT_ALLOW, call, 0);
}

/* fstat() is newfstatat() with an empty path. */
static int of_a_descriptor(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    (void)conf; /* a condition that is the same everywhere */
    return allow_when(f, call, SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
}

static int memory_without_code(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    const struct scmp_arg_cmp both[] = {
        SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
        SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS),
    };

    (void)conf; /* a condition that is the same everywhere */
    return seccomp_rule_add_array(f, SCMP_ACT_ALLOW, call, ARRAY_LEN(both), both);
}

static int without_code(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    (void)conf; /* a condition that is the same everywhere */
    return allow_when(f, call, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

/* Modules of libc are mapped with code, but nothing is writable and executable at once. */
static int without_writable_code(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    int e = without_code(f, call, conf);

    return e < 0 ? e : allow_when(f, call, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC));
}

static int to_itself(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    (void)conf; /* a condition that is the same everywhere */
    return allow_when(f, call, SCMP_A0(SCMP_CMP_MASKED_EQ, LOW_HALF, (uint64_t)getpid()));
}

static int a_thread(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    (void)conf; /* a condition that is the same everywhere */
    return allow_when(f, call, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
}

static int of_known_families(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    static const uint64_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}; /* netlink: libc asks for own addresses */

    (void)conf; /* a condition that is the same everywhere */
    return allow_values(f, call, 0, families, ARRAY_LEN(families));
}

static int about_waiting_bytes(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    static const uint64_t requests[] = {FIONREAD, FIONBIO};

    (void)conf; /* a condition that is the same everywhere */
    return allow_values(f, call, 1, requests, ARRAY_LEN(requests));
}

static int about_names_of_threads(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    static const uint64_t options[] = {PR_SET_NAME, PR_GET_NAME, PR_GET_NO_NEW_PRIVS, PR_SET_VMA};

    (void)conf; /* a condition that is the same everywhere */
    return allow_values(f, call, 0, options, ARRAY_LEN(options));
}

static int about_flags(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    static const uint64_t commands[] = {F_GETFL, F_GETFD, F_SETFD, F_DUPFD_CLOEXEC};

    (void)conf; /* a condition that is the same everywhere */
    return allow_values(f, call, 1, commands, ARRAY_LEN(commands));
}

/* Landlock says which: without it, none. */
static int only_reading_fonts(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    (void)conf; /* a condition that is the same everywhere */
    if (sandbox_landlock_abi() == 0)
        return 0;
    return allow_when(f, call, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
}

/* setrlimit() in new clothes: only asking, a null pointer in the third place. */
static int only_asking(scmp_filter_ctx f, int call, const struct sandbox_conf *conf)
{
    (void)conf; /* a condition that is the same everywhere */
    return allow_when(f, call, SCMP_A2(SCMP_CMP_EQ, 0));
}

#define S (1u << SANDBOX_SERVER)
#define G (1u << SANDBOX_SIGNER)
#define P (1u << SANDBOX_PARSER)
#define M (1u << SANDBOX_MAILER)
#define T (1u << SANDBOX_PAINTER)

struct rule {
    int call;
    unsigned roles;
    only_fn *only; /* NULL: with any arguments */
};

/* clang-format off */
static const struct rule rules[] = {
    /* call                      roles              only */
    /* bytes */
    {SCMP_SYS(read),             S | G | P | M | T, NULL},
    {SCMP_SYS(readv),            S | G | P | M | T, NULL},
    {SCMP_SYS(pread64),          S | G | P | M | T, NULL},
    {SCMP_SYS(preadv),           S,                 NULL},
    {SCMP_SYS(preadv2),          S,                 NULL},
    {SCMP_SYS(lseek),            S | G | P | M | T, NULL},
    {SCMP_SYS(write),            S | M,             NULL},
    {SCMP_SYS(write),            G | P | T,         to_given_descriptors},
    {SCMP_SYS(writev),           S | M,             NULL},
    {SCMP_SYS(writev),           G | P | T,         to_given_descriptors},
    {SCMP_SYS(pwrite64),         S,                 NULL},
    {SCMP_SYS(pwrite64),         G,                 to_given_descriptors},
    {SCMP_SYS(pwritev),          S,                 NULL},
    {SCMP_SYS(pwritev2),         S,                 NULL},
    {SCMP_SYS(sendmsg),          S | M,             NULL},
    {SCMP_SYS(sendmsg),          G | P | T,         to_given_descriptors},
    {SCMP_SYS(sendto),           S | M,             NULL},
    {SCMP_SYS(sendto),           G | P | T,         to_given_descriptors},
    {SCMP_SYS(sendmmsg),         S | M,             NULL},
    {SCMP_SYS(sendfile),         S,                 NULL},
    {SCMP_SYS(recvmsg),          S | G | P | M | T, NULL},
    {SCMP_SYS(recvfrom),         S | G | P | M | T, NULL},
    {SCMP_SYS(recvmmsg),         S | M,             NULL},
    {SCMP_SYS(splice),           S,                 NULL},
    {SCMP_SYS(copy_file_range),  S,                 NULL},
    {SCMP_SYS(fsync),            S | G,             NULL},
    {SCMP_SYS(fdatasync),        S | G,             NULL},
    {SCMP_SYS(sync_file_range),  S,                 NULL},
    {SCMP_SYS(ftruncate),        S,                 NULL},
    {SCMP_SYS(fallocate),        S,                 NULL},
    {SCMP_SYS(fadvise64),        S,                 NULL},
    {SCMP_SYS(readahead),        S,                 NULL},
    /* descriptors */
    {SCMP_SYS(close),            S | G | P | M | T, NULL},
    {SCMP_SYS(close_range),      S,                 NULL},
    {SCMP_SYS(dup),              S | P | M | T,     NULL},
    {SCMP_SYS(dup2),             S,                 NULL},
    {SCMP_SYS(dup3),             S,                 NULL},
    {SCMP_SYS(fcntl),            S | M,             NULL},
    {SCMP_SYS(fcntl),            G | P | T,         about_flags},
    {SCMP_SYS(ioctl),            S | M,             about_waiting_bytes},
    {SCMP_SYS(flock),            S,                 NULL},
    {SCMP_SYS(poll),             S | G | P | M | T, NULL},
    {SCMP_SYS(ppoll),            S | G | P | M | T, NULL},
    {SCMP_SYS(select),           S | M,             NULL},
    {SCMP_SYS(pselect6),         S | M,             NULL},
    {SCMP_SYS(epoll_create),     S,                 NULL},
    {SCMP_SYS(epoll_create1),    S,                 NULL},
    {SCMP_SYS(epoll_ctl),        S,                 NULL},
    {SCMP_SYS(epoll_wait),       S,                 NULL},
    {SCMP_SYS(epoll_pwait),      S,                 NULL},
    {SCMP_SYS(epoll_pwait2),     S,                 NULL},
    {SCMP_SYS(eventfd2),         S | M,             NULL},
    {SCMP_SYS(signalfd4),        S,                 NULL},
    {SCMP_SYS(timerfd_create),   S,                 NULL},
    {SCMP_SYS(timerfd_settime),  S,                 NULL},
    {SCMP_SYS(timerfd_gettime),  S,                 NULL},
    {SCMP_SYS(pipe),             S,                 NULL},
    {SCMP_SYS(pipe2),            S | M,             NULL},
    /* names of files */
    {SCMP_SYS(open),             S | M,             NULL},
    {SCMP_SYS(openat),           S | M,             NULL},
    {SCMP_SYS(openat),           T,                 only_reading_fonts},
    {SCMP_SYS(openat2),          S,                 NULL},
    {SCMP_SYS(openat2),          G,                 below_given_directory},
    {SCMP_SYS(stat),             S | M | T,         NULL},
    {SCMP_SYS(lstat),            S | M | T,         NULL},
    {SCMP_SYS(fstat),            S | G | P | M | T, NULL},
    {SCMP_SYS(newfstatat),       S | M | T,         NULL},
    {SCMP_SYS(newfstatat),       G | P,             of_a_descriptor},
    {SCMP_SYS(statx),            S | M | T,         NULL},
    {SCMP_SYS(statfs),           S | T,             NULL},
    {SCMP_SYS(fstatfs),          S | T,             NULL},
    {SCMP_SYS(access),           S | M | T,         NULL},
    {SCMP_SYS(faccessat),        S | M | T,         NULL},
    {SCMP_SYS(faccessat2),       S | M,             NULL},
    {SCMP_SYS(readlink),         S | M | T,         NULL},
    {SCMP_SYS(readlinkat),       S,                 NULL},
    {SCMP_SYS(getdents64),       S | M | T,         NULL},
    {SCMP_SYS(getcwd),           S,                 NULL},
    {SCMP_SYS(mkdir),            S,                 NULL},
    {SCMP_SYS(mkdirat),          S,                 NULL},
    {SCMP_SYS(rmdir),            S,                 NULL},
    {SCMP_SYS(unlink),           S,                 NULL},
    {SCMP_SYS(unlinkat),         S,                 NULL},
    {SCMP_SYS(unlinkat),         G,                 below_given_directory},
    {SCMP_SYS(rename),           S,                 NULL},
    {SCMP_SYS(renameat),         S,                 NULL},
    {SCMP_SYS(renameat),         G,                 within_given_directory},
    {SCMP_SYS(renameat2),        S,                 NULL},
    {SCMP_SYS(renameat2),        G,                 within_given_directory},
    {SCMP_SYS(chmod),            S,                 NULL},
    {SCMP_SYS(fchmod),           S,                 NULL},
    {SCMP_SYS(fchmod),           G,                 with_a_directory_given},
    {SCMP_SYS(fchmodat),         S,                 NULL},
    {SCMP_SYS(utimensat),        S,                 NULL},
    {SCMP_SYS(umask),            S,                 NULL},
    /* sockets */
    {SCMP_SYS(socket),           S | M,             of_known_families},
    {SCMP_SYS(socketpair),       S | M,             of_known_families},
    {SCMP_SYS(connect),          S | M,             NULL},
    {SCMP_SYS(bind),             S | M,             NULL},
    {SCMP_SYS(listen),           S,                 NULL},
    {SCMP_SYS(accept),           S,                 NULL},
    {SCMP_SYS(accept4),          S,                 NULL},
    {SCMP_SYS(shutdown),         S | M,             NULL},
    {SCMP_SYS(getsockname),      S | M,             NULL},
    {SCMP_SYS(getpeername),      S | M,             NULL},
    {SCMP_SYS(getsockopt),       S | M,             NULL},
    {SCMP_SYS(setsockopt),       S | M,             NULL},
    /* memory */
    {SCMP_SYS(brk),              S | G | P | M | T, NULL},
    {SCMP_SYS(mmap),             S | M,             without_writable_code},
    {SCMP_SYS(mmap),             G | P,             memory_without_code},
    {SCMP_SYS(mmap),             T,                 without_code},
    {SCMP_SYS(mprotect),         S | G | P | M | T, without_code},
    {SCMP_SYS(munmap),           S | G | P | M | T, NULL},
    {SCMP_SYS(mremap),           S | G | P | M | T, NULL},
    {SCMP_SYS(madvise),          S | G | P | M | T, NULL},
    {SCMP_SYS(mlock),            S | G | M,         NULL},
    {SCMP_SYS(mlock2),           S,                 NULL},
    {SCMP_SYS(munlock),          S | G | M,         NULL},
    {SCMP_SYS(mincore),          S,                 NULL},
    {SCMP_SYS(membarrier),       S | M,             NULL},
    /* threads, time, end */
    {SCMP_SYS(clone),            S | M,             a_thread},
    {SCMP_SYS(set_robust_list),  S | M,             NULL},
    {SCMP_SYS(set_tid_address),  S | M,             NULL},
    {SCMP_SYS(rseq),             S | M,             NULL},
    {SCMP_SYS(futex),            S | G | P | M | T, NULL},
    {SCMP_SYS(sched_yield),      S | M | T,         NULL},
    {SCMP_SYS(sched_getaffinity), S | M | T,         NULL},
    {SCMP_SYS(sched_getparam),   S,                 NULL},
    {SCMP_SYS(sched_getscheduler), S,                 NULL},
    {SCMP_SYS(getcpu),           S | M | T,         NULL},
    {SCMP_SYS(clock_gettime),    S | G | P | M | T, NULL},
    {SCMP_SYS(clock_getres),     S | G | P | M | T, NULL},
    {SCMP_SYS(clock_nanosleep),  S | G | M,         NULL},
    {SCMP_SYS(nanosleep),        S | G | M,         NULL},
    {SCMP_SYS(gettimeofday),     S | G | P | M | T, NULL},
    {SCMP_SYS(time),             S | G | P | M | T, NULL},
    {SCMP_SYS(times),            S,                 NULL},
    {SCMP_SYS(getrusage),        S,                 NULL},
    {SCMP_SYS(getrandom),        S | G | P | M | T, NULL},
    {SCMP_SYS(sysinfo),          S | G | P | M | T, NULL},
    {SCMP_SYS(uname),            S | M | T,         NULL},
    {SCMP_SYS(getrlimit),        S | M | T,         NULL},
    {SCMP_SYS(prlimit64),        S | M,             only_asking},
    {SCMP_SYS(prctl),            S | M | T,         about_names_of_threads},
    {SCMP_SYS(getpid),           S | G | P | M | T, NULL},
    {SCMP_SYS(getppid),          S | G | M,         NULL},
    {SCMP_SYS(gettid),           S | G | P | M | T, NULL},
    {SCMP_SYS(getuid),           S | M | T,         NULL},
    {SCMP_SYS(geteuid),          S | M | T,         NULL},
    {SCMP_SYS(getgid),           S | M | T,         NULL},
    {SCMP_SYS(getegid),          S | M | T,         NULL},
    {SCMP_SYS(rt_sigaction),     S | G | P | M | T, NULL},
    {SCMP_SYS(rt_sigprocmask),   S | G | P | M | T, NULL},
    {SCMP_SYS(rt_sigreturn),     S | G | P | M | T, NULL},
    {SCMP_SYS(rt_sigtimedwait),  S,                 NULL},
    {SCMP_SYS(rt_sigsuspend),    S,                 NULL},
    {SCMP_SYS(sigaltstack),      S | M | T,         NULL},
    {SCMP_SYS(restart_syscall),  S | G | P | M | T, NULL},
    {SCMP_SYS(kill),             S | G | P | M | T, to_itself},
    {SCMP_SYS(tgkill),           S | G | P | M | T, to_itself},
    {SCMP_SYS(exit),             S | G | P | M | T, NULL},
    {SCMP_SYS(exit_group),       S | G | P | M | T, NULL},
};

/*
 * Server, mailer and painter never make these, nor does a library of ours: who tries is not us any more. Keyrings are not among them,
 * because the Kerberos library behind libpq may look whether there are any.
 */
static const int never[] = {
    SCMP_SYS(execve),        SCMP_SYS(execveat),          SCMP_SYS(fork),             SCMP_SYS(vfork),
    SCMP_SYS(ptrace),        SCMP_SYS(process_vm_readv),  SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd),
    SCMP_SYS(setuid),        SCMP_SYS(setreuid),          SCMP_SYS(setresuid),        SCMP_SYS(setgid),
    SCMP_SYS(setregid),      SCMP_SYS(setresgid),         SCMP_SYS(setgroups),        SCMP_SYS(capset),
    SCMP_SYS(mount),         SCMP_SYS(umount2),           SCMP_SYS(pivot_root),       SCMP_SYS(chroot),
    SCMP_SYS(unshare),       SCMP_SYS(setns),             SCMP_SYS(bpf),              SCMP_SYS(perf_event_open),
    SCMP_SYS(init_module),   SCMP_SYS(finit_module),      SCMP_SYS(delete_module),    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load), SCMP_SYS(userfaultfd),     SCMP_SYS(open_by_handle_at), SCMP_SYS(mknod),
    SCMP_SYS(mknodat),       SCMP_SYS(reboot),            SCMP_SYS(swapon),           SCMP_SYS(settimeofday),
};
/* clang-format on */

static bool rules_add(scmp_filter_ctx f, const struct sandbox_conf *conf)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        const struct rule *r = &rules[i];
        int e;

        if ((r->roles & 1u << conf->role) == 0)
            continue;
        e = r->only != NULL ? r->only(f, r->call, conf) : seccomp_rule_add(f, SCMP_ACT_ALLOW, r->call, 0);
        if (e < 0)
            return false;
    }
    return true;
}

static bool never_add(scmp_filter_ctx f)
{
    for (size_t i = 0; i < ARRAY_LEN(never); i++)
        if (seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, never[i], 0) < 0)
            return false;
    return true;
}

bool sandbox_filter(const struct sandbox_conf *conf)
{
    bool server = conf->role == SANDBOX_SERVER || conf->role == SANDBOX_MAILER || conf->role == SANDBOX_PAINTER;
    scmp_filter_ctx f = seccomp_init(server ? SCMP_ACT_ERRNO(ENOSYS) : SCMP_ACT_KILL_PROCESS);
    bool good;

    if (f == NULL)
        return false;
    good = seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
           rules_add(f, conf) && (!server || never_add(f)) && seccomp_load(f) == 0;
    seccomp_release(f);
    return good;
}
