/*
 * sandbox_locks_test.c: filters and limits as they are shipped. Release build only (suite 'release').
 *
 * Each case is a function that runs in a child of process_start() after sandbox_enter(). What the roles' libraries need is
 * tried in tests/release/sandbox_libraries_test.c.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "os/sandbox_parts.h"
#include "os/test_cell.h"

#define PARSER_START_US 5000 /* security.md section 2, process.h */
#define START_TRIES     50   /* other work on the machine stands in the way of some */

/* ---- what ends the process ---- */

static int got(int fd)
{
    return fd < 0 ? 1 : 0; /* the process ends, and the descriptor with it */
}

static int got_memory(int protection, int flags, int fd)
{
    /* cppcheck-suppress invalidFunctionArg ; -1 stands for no file */
    void *p = mmap(NULL, 4096, protection, MAP_PRIVATE | flags, fd, 0);

    return p == MAP_FAILED ? 1 : 0;
}

static int opens_passwd(struct cell *c)
{
    (void)c; /* nothing needed */
    return got(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int opens_beneath(struct cell *c)
{
    return got(os_open_read(c->dir, "there"));
}

static int opens_a_socket(struct cell *c)
{
    (void)c; /* nothing needed */
    return got(socket(AF_INET, SOCK_STREAM, 0));
}

static int writes_elsewhere(struct cell *c)
{
    return write(c->other, "x", 1) == 1 ? 0 : 1;
}

static int sends_elsewhere(struct cell *c)
{
    return pipe_send(c->other, &(struct pipe_msg){.kind = 1}, 10);
}

static int writes_to_stderr(struct cell *c)
{
    (void)c; /* nothing needed */
    return write(STDERR_FILENO, "", 0) == 0 ? 0 : 1;
}

static int runs_a_program(struct cell *c)
{
    (void)c; /* nothing needed */
    return execve("/bin/true", (char *[]){"true", NULL}, (char *[]){NULL});
}

static int forks(struct cell *c)
{
    (void)c; /* nothing needed */
    return fork() < 0 ? 1 : 0;
}

static int maps_code(struct cell *c)
{
    (void)c; /* nothing needed */
    return got_memory(PROT_READ | PROT_EXEC, MAP_ANONYMOUS, -1);
}

static int turns_memory_into_code(struct cell *c)
{
    static _Alignas(4096) char page[4096];

    (void)c; /* nothing needed */
    return mprotect(page, sizeof page, PROT_READ | PROT_EXEC) < 0 ? 1 : 0;
}

static int maps_a_file(struct cell *c)
{
    return got_memory(PROT_READ, 0, c->given);
}

static int kills_its_parent(struct cell *c)
{
    (void)c; /* nothing needed */
    return kill(getppid(), SIGCONT) < 0 ? 1 : 0;
}

static int kills_all(struct cell *c)
{
    (void)c; /* nothing needed */
    return kill(-1, 0) < 0 ? 1 : 0;
}

static int lifts_its_limits(struct cell *c)
{
    const struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};

    (void)c; /* nothing needed */
    return setrlimit(RLIMIT_AS, &more) < 0 ? 1 : 0;
}

static int traces(struct cell *c)
{
    (void)c; /* nothing needed */
    return ptrace(PTRACE_ATTACH, 1, NULL, NULL) < 0 ? 1 : 0;
}

static int becomes_another(struct cell *c)
{
    (void)c; /* nothing needed */
    return setuid(1) < 0 ? 1 : 0;
}

static int looks_up_a_name(struct cell *c)
{
    struct stat st;

    (void)c; /* nothing needed */
    return stat("/etc/passwd", &st) < 0 ? 1 : 0;
}

static int deletes_beneath(struct cell *c)
{
    return os_remove(c->dir, "there") < 0 ? 1 : 0;
}

#define SIGNER  1u
#define PARSER  2u
#define SERVER  4u
#define PAINTER 8u

/* clang-format off */
static const struct {
    const char *what;
    int (*body)(struct cell *c);
    unsigned kills; /* the roles that die by SIGSYS from it */
} deeds[] = {
    {"opens /etc/passwd",        opens_passwd,           SIGNER | PARSER},
    {"opens beneath",            opens_beneath,          PARSER},
    {"deletes beneath",          deletes_beneath,        PARSER},
    {"looks up a name",          looks_up_a_name,        SIGNER | PARSER},
    {"opens a socket",           opens_a_socket,         SIGNER | PARSER},
    {"writes elsewhere",         writes_elsewhere,       SIGNER | PARSER},
    {"sends elsewhere",          sends_elsewhere,        SIGNER | PARSER},
    {"writes to stderr",         writes_to_stderr,       SIGNER | PARSER},
    {"runs a program",           runs_a_program,         SIGNER | PARSER | SERVER | PAINTER},
    {"forks",                    forks,                  SIGNER | PARSER},
    {"maps code",                maps_code,              SIGNER | PARSER},
    {"turns memory into code",   turns_memory_into_code, SIGNER | PARSER},
    {"maps a file",              maps_a_file,            SIGNER | PARSER},
    {"kills its parent",         kills_its_parent,       SIGNER | PARSER},
    {"kills all",                kills_all,              SIGNER | PARSER},
    {"lifts its limits",         lifts_its_limits,       SIGNER | PARSER},
    {"traces",                   traces,                 SIGNER | PARSER | SERVER | PAINTER},
    {"becomes another user",     becomes_another,        SIGNER | PARSER | SERVER | PAINTER},
};
/* clang-format on */

static void check_deeds(enum sandbox_role role, unsigned bit)
{
    for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
        struct process_end end;

        if ((deeds[i].kills & bit) == 0)
            continue;
        end = cell_run(role, deeds[i].body, 0);
        if (end.signal != SIGSYS)
            fail_msg("%s %s: exit %d, signal %d", sandbox_role_name(role), deeds[i].what, end.code, end.signal);
    }
}

static void parser_dies_of_what_it_may_not_do(void **world)
{
    (void)world; /* none */
    check_deeds(SANDBOX_PARSER, PARSER);
}

static void signer_dies_of_what_it_may_not_do(void **world)
{
    (void)world; /* none */
    check_deeds(SANDBOX_SIGNER, SIGNER);
}

static void server_dies_of_what_only_an_attacker_wants(void **world)
{
    (void)world; /* none */
    check_deeds(SANDBOX_SERVER, SERVER);
}

static int makes_a_file(struct cell *c)
{
    (void)c; /* nothing needed */
    return got(open("/tmp/x", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

static int painter_has_no_way_out(struct cell *c)
{
    return opens_passwd(c) != 0 && opens_a_socket(c) != 0 && writes_elsewhere(c) != 0 && opens_beneath(c) != 0 &&
                   deletes_beneath(c) != 0 && maps_code(c) != 0 && forks(c) != 0 && makes_a_file(c) != 0
               ? 0
               : 1;
}

static int painter_reads_fonts(struct cell *c)
{
    (void)c; /* nothing needed */
    return got(open("/etc/fonts/fonts.conf", O_RDONLY | O_CLOEXEC));
}

static void painter_reads_fonts_and_nothing_else(void **world)
{
    (void)world; /* none */
    check_deeds(SANDBOX_PAINTER, PAINTER);
    cell_ends_well(SANDBOX_PAINTER, painter_has_no_way_out, 0);
    if (sandbox_landlock_abi() > 0)
        cell_ends_well(SANDBOX_PAINTER, painter_reads_fonts, 0);
}

/* ---- the parser at work ---- */

static int answers(struct cell *c)
{
    return pipe_send(c->given, &(struct pipe_msg){.kind = 1}, 1000) == 0 ? 0 : 1;
}

static void parser_starts_in_time(void **world)
{
    struct cell c = {.role = SANDBOX_PARSER, .body = answers, .path = "/"};
    int64_t best = INT64_MAX;

    for (int i = 0; i < START_TRIES && best >= PARSER_START_US; i++) {
        const struct pipe_want want = {.timeout_ms = CELL_WAIT_MS};
        struct process p = PROCESS_NONE;
        struct process_end end;
        struct pipe_msg m;
        int64_t began, took;
        int ends[2];

        assert_int_equal(pipe_make(ends), 0);
        began = os_monotonic_us();
        assert_int_equal(process_start(&(struct process_conf){.name = "parser",
                                                              .run = cell_enter,
                                                              .arg = &c,
                                                              .fds = (int[]){ends[1], ends[1], ends[1]},
                                                              .n_fds = CELL_FDS},
                                       &p),
                         0);
        assert_int_equal(pipe_receive(ends[0], &want, unit_arena(world), &m), 1);
        took = os_monotonic_us() - began;
        best = took < best ? took : best;
        assert_int_equal(process_wait(&p, CELL_WAIT_MS, &end), 1);
        assert_int_equal(end.code, 0);
        os_close(&ends[0]);
        os_close(&ends[1]);
    }
    print_message("# parser answers after %lld us\n", (long long)best);
    assert_true(best < PARSER_START_US);
}

static int asks_for_too_much(struct cell *c)
{
    size_t taken = 0;

    (void)c; /* nothing needed */
    for (;;) {
        void *p = malloc(MB);

        if (p == NULL)
            return taken > 32 && taken < 256 ? 0 : 1;
        memset(p, 1, MB);
        taken++;
    }
}

static void parser_runs_out_of_memory_in_good_order(void **world)
{
    (void)world; /* none */
    cell_ends_well(SANDBOX_PARSER, asks_for_too_much, 0);
}

static int writes_to_given(struct cell *c)
{
    return write(c->given, "x", 1) == 1 ? 0 : 1;
}

static void parser_writes_no_file_even_if_given_one(void **world)
{
    struct test_dir d;
    int fd;

    (void)world; /* none */
    test_dir_make(&d);
    fd = os_create(d.fd, "f", 0600);
    assert_true(fd > 0);
    assert_int_equal(cell_run(SANDBOX_PARSER, writes_to_given, fd).signal, SIGXFSZ);
    assert_true(test_dir_holds(&d, "f", ""));
    os_close(&fd);
    test_dir_finish(&d);
}

static int spins_with_one_second_left(const int *fds, size_t n, void *arg)
{
    struct rlimit time;

    (void)fds; /* none */
    (void)n;
    (void)arg;
    if (!sandbox_limits(SANDBOX_PARSER) || getrlimit(RLIMIT_CPU, &time) < 0 || time.rlim_cur != 5 || time.rlim_max != 6)
        return 1;
    time.rlim_cur = 1; /* the kernel's counting is the same, the test shorter */
    if (setrlimit(RLIMIT_CPU, &time) < 0)
        return 2;
    for (volatile unsigned long i = 0;; i++)
        ;
    return 3;
}

static void parser_that_spins_is_ended(void **world)
{
    struct process p = PROCESS_NONE;
    struct process_end end;

    (void)world; /* none */
    assert_int_equal(process_start(&(struct process_conf){.name = "spin", .run = spins_with_one_second_left}, &p), 0);
    assert_int_equal(process_wait(&p, CELL_WAIT_MS, &end), 1);
    assert_int_equal(end.signal, SIGXCPU);
}

static int by_text(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

static int computes(struct cell *c)
{
    enum { ROWS = 200000 };
    char(*rows)[16] = calloc(ROWS, sizeof *rows);
    unsigned char seed[16];

    os_random(seed, sizeof seed);
    for (unsigned i = 0; i < ROWS; i++)
        (void)snprintf(rows[i], sizeof rows[i], "%015u", i * 7919 % ROWS); /* always fits */
    qsort(rows, ROWS, sizeof *rows, by_text);
    if (os_now().v <= 0 || os_monotonic_us() <= 0)
        return 1;
    return answers(c);
}

static void parser_computes_and_answers(void **world)
{
    (void)world; /* none */
    cell_ends_well(SANDBOX_PARSER, computes, 0);
}

/* ---- the signer at work ---- */

static int signs_and_keeps_its_state(struct cell *c)
{
    unsigned char pk[crypto_sign_PUBLICKEYBYTES], sk[crypto_sign_SECRETKEYBYTES], sig[crypto_sign_BYTES];
    unsigned char *secret = os_secret_alloc(sizeof sk);
    struct arena a;
    struct bytes state_file;
    bool good;

    arena_init(&a, MB);
    if (crypto_sign_keypair(pk, sk) != 0 || crypto_sign_detached(sig, NULL, (const unsigned char *)"root", 4, sk) != 0)
        return 1;
    os_secret_free(secret);
    for (int i = 0; i < 3; i++)
        if (os_replace_file(c->dir, "ledger.state", "42 root", 7, 0600) < 0)
            return 2;
    good = os_read_file(c->dir, "ledger.state", &a, KB, &state_file) == 0 && state_file.n == 7;
    arena_finish(&a);
    return good && os_open_if_there(c->dir, "none") == 0 ? answers(c) : 3;
}

static void signer_signs_and_keeps_its_state(void **world)
{
    (void)world; /* none */
    assert_true(sodium_init() >= 0);
    cell_ends_well(SANDBOX_SIGNER, signs_and_keeps_its_state, 0);
}

/* openat2() with the right directory but a way out: the filter cannot see it, Landlock does. */
static int leaves_its_directory(struct cell *c)
{
    const uint64_t how[3] = {O_RDONLY | O_CLOEXEC, 0, 0};

    return syscall(SYS_openat2, c->dir, "/etc/passwd", how, sizeof how) < 0 && errno == EACCES ? 0 : 1;
}

static void signer_does_not_leave_its_directory(void **world)
{
    (void)world; /* none */
    if (sandbox_landlock_abi() == 0)
        skip();
    assert_int_equal(cell_run(SANDBOX_SIGNER, leaves_its_directory, 0).code, 0);
}

/* ---- the server at work ---- */

static int forbidden_softly(struct cell *c)
{
    (void)c; /* nothing needed */
    if (got_memory(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_ANONYMOUS, -1) == 0 || errno != ENOSYS)
        return 1;
    if (fork() >= 0 || errno != ENOSYS)
        return 2;
    if (kill(getppid(), 0) == 0 || got(socket(AF_PACKET, SOCK_RAW, 0)) == 0)
        return 3;
    return syscall(SYS_io_uring_setup, 1, NULL) < 0 && errno == ENOSYS ? 0 : 4;
}

static void server_is_told_that_other_calls_are_missing(void **world)
{
    (void)world; /* none */
    cell_ends_well(SANDBOX_SERVER, forbidden_softly, 0);
}

static void *sleeps(void *arg)
{
    (void)poll(NULL, 0, CELL_WAIT_MS);
    return arg;
}

static int forks_beside_a_thread(const int *fds, size_t n, void *arg)
{
    pthread_t thread;
    struct process p;

    (void)fds; /* none */
    (void)n;
    if (pthread_create(&thread, NULL, sleeps, NULL) != 0)
        return 1;
    return process_start(&(struct process_conf){.name = "never", .run = forks_beside_a_thread, .arg = arg}, &p) == 0 ? 2 : 3;
}

static void starting_a_role_beside_threads_is_a_bug(void **world)
{
    struct process p = PROCESS_NONE;
    struct process_end end;

    (void)world; /* none */
    assert_int_equal(process_start(&(struct process_conf){.name = "threads", .run = forks_beside_a_thread, .silent = true}, &p),
                     0);
    assert_int_equal(process_wait(&p, CELL_WAIT_MS, &end), 1);
    assert_int_equal(end.signal, SIGABRT);
}

/* ---- all together ---- */

static int tells_what_is_on(const int *fds, size_t n, void *arg)
{
    unsigned role = *(unsigned *)arg;
    unsigned on = sandbox_enter(&(struct sandbox_conf){.role = role, .fds = fds, .n_fds = n});

    return pipe_send(fds[0], &(struct pipe_msg){.kind = (uint16_t)on}, 1000) == 0 ? 0 : 1;
}

/* The line of /proc/PID/status that P2 looks at. */
static bool has_seccomp(pid_t pid)
{
    char path[64], line[256];
    bool found = false;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%ld/status", (long)pid); /* always fits */
    f = fopen(path, "re");
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL)
        found |= strcmp(line, "Seccomp:\t2\n") == 0;
    (void)fclose(f); /* only read */
    return found;
}

static void every_role_has_what_this_kernel_offers(void **world)
{
    int abi = sandbox_landlock_abi();
    unsigned missing = (abi < 1 ? SANDBOX_FILES : 0u) | (abi < 4 ? SANDBOX_PORTS : 0u) | (abi < 6 ? SANDBOX_SIGNALS : 0u);

    for (unsigned role = 0; role < SANDBOX_ROLE_COUNT; role++) {
        const struct pipe_want want = {.timeout_ms = CELL_WAIT_MS};
        struct process p = PROCESS_NONE;
        struct process_end end;
        struct pipe_msg m;
        int ends[2];

        assert_int_equal(pipe_make(ends), 0);
        assert_int_equal(
            process_start(
                &(struct process_conf){.name = "on", .run = tells_what_is_on, .arg = &role, .fds = &ends[1], .n_fds = 1}, &p),
            0);
        assert_int_equal(pipe_receive(ends[0], &want, unit_arena(world), &m), 1);
        assert_int_equal(m.kind, sandbox_wanted(role) & ~missing);
        assert_true(has_seccomp(p.pid)); /* ended perhaps, but not waited for */
        assert_int_equal(process_wait(&p, CELL_WAIT_MS, &end), 1);
        os_close(&ends[0]);
        os_close(&ends[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(parser_dies_of_what_it_may_not_do),
        UNIT(signer_dies_of_what_it_may_not_do),
        UNIT(server_dies_of_what_only_an_attacker_wants),
        UNIT(painter_reads_fonts_and_nothing_else),
        UNIT(parser_starts_in_time),
        UNIT(parser_runs_out_of_memory_in_good_order),
        UNIT(parser_writes_no_file_even_if_given_one),
        UNIT(parser_that_spins_is_ended),
        UNIT(parser_computes_and_answers),
        UNIT(signer_signs_and_keeps_its_state),
        UNIT(signer_does_not_leave_its_directory),
        UNIT(server_is_told_that_other_calls_are_missing),
        UNIT(starting_a_role_beside_threads_is_a_bug),
        UNIT(every_role_has_what_this_kernel_offers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
