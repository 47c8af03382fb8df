/*
 * sandbox_test.c: what every build can show of the locks: their names, and Landlock on real directories.
 *
 * Filters and limits need a build without sanitizers: sandbox_locks_test.c.
 */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include "os/build.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/sandbox_parts.h"
#include "os/test_dir.h"

#define WAIT_MS 10000

static void locks_are_told_by_name(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(sandbox_text(SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER, SANDBOX_NO_NEW_PRIVS | SANDBOX_FILTER, a),
                        "no-new-privs, filter");
    assert_string_equal(sandbox_text(SANDBOX_FILTER, SANDBOX_FILTER | SANDBOX_FILES | SANDBOX_PORTS, a),
                        "filter; without files, ports");
    assert_string_equal(sandbox_text(0, SANDBOX_LIMITS, a), "none; without limits");
    assert_string_equal(sandbox_text(0x3f, 0, a), "no-new-privs, filter, files, ports, signals, limits");
}

static void sanitized_build_wants_neither_filter_nor_limits(void **world)
{
    (void)world; /* none */
    for (unsigned role = 0; role < SANDBOX_ROLE_COUNT; role++) {
        unsigned wanted = sandbox_wanted(role);

        assert_int_equal((wanted & SANDBOX_FILTER) != 0, !OS_SANITIZED);
        assert_int_equal((wanted & SANDBOX_LIMITS) != 0, !OS_SANITIZED && role != SANDBOX_SERVER);
        assert_int_equal(sandbox_needed(role) & ~wanted, 0);
    }
    assert_string_equal(sandbox_role_name(SANDBOX_PARSER), "parser");
}

/* ---- Landlock ---- */

struct place {
    struct test_dir data, other;
};

/* Puts on Landlock alone, so that the answers are the same with and without the filter. */
static bool lock(enum sandbox_role role, const struct place *p)
{
    const struct sandbox_path paths[] = {
        {p->data.path, SANDBOX_WRITE},
        {"/tmp/terang-no-such-directory", SANDBOX_READ},
    };
    const struct sandbox_conf conf = {
        .role = role,
        .dir = role == SANDBOX_SIGNER ? p->data.fd : 0,
        .paths = paths,
        .n_paths = ARRAY_LEN(paths),
    };

    return (sandbox_landlock(&conf) & SANDBOX_FILES) != 0;
}

static bool is_forbidden(int result)
{
    return result < 0 && (errno == EACCES || errno == EPERM);
}

static bool may_open(const char *path, int flags)
{
    AUTO_CLOSE int fd = open(path, flags | O_CLOEXEC);

    return fd >= 0;
}

static bool may_write(const struct test_dir *d)
{
    struct arena a;
    struct bytes got;
    bool good;

    arena_init(&a, MB);
    good = os_replace_file(d->fd, "state", "1", 1, 0600) == 0 && os_read_file(d->fd, "state", &a, 10, &got) == 0 &&
           got.n == 1 && os_make_dir(d->fd, "sub", 0700) == 0 && os_move(d->fd, "state", d->fd, "sub/state") == 0 &&
           os_remove(d->fd, "sub/state") == 0;
    arena_finish(&a);
    return good;
}

static int server_files(const int *fds, size_t n, void *arg)
{
    const struct place *p = arg;

    (void)fds; /* the directories are in arg, under their old numbers */
    (void)n;
    if (!lock(SANDBOX_SERVER, p))
        return 1;
    if (!may_write(&p->data))
        return 2;
    if (!is_forbidden(os_open_read(p->other.fd, "there")) || !is_forbidden(os_create(p->other.fd, "new", 0600)))
        return 3;
    if (!is_forbidden(open("/root", O_RDONLY | O_CLOEXEC)) || !is_forbidden(open("/etc/new", O_WRONLY | O_CREAT, 0600)))
        return 4;
    if (!may_open("/etc/passwd", O_RDONLY) || !may_open("/dev/null", O_RDWR))
        return 5;
    return is_forbidden(symlinkat("x", p->data.fd, "link")) ? 0 : 6;
}

static int signer_files(const int *fds, size_t n, void *arg)
{
    const struct place *p = arg;

    (void)fds; /* the directories are in arg, under their old numbers */
    (void)n;
    if (!lock(SANDBOX_SIGNER, p))
        return 1;
    if (!may_write(&p->data))
        return 2;
    return is_forbidden(open("/etc/passwd", O_RDONLY | O_CLOEXEC)) && is_forbidden(os_open_read(p->other.fd, "there")) ? 0 : 3;
}

static int parser_files(const int *fds, size_t n, void *arg)
{
    const struct place *p = arg;

    (void)fds; /* the directories are in arg, under their old numbers */
    (void)n;
    if (!lock(SANDBOX_PARSER, p))
        return 1;
    return is_forbidden(open("/etc/passwd", O_RDONLY | O_CLOEXEC)) && is_forbidden(os_open_read(p->data.fd, "there")) ? 0 : 2;
}

static int bind_any_port(void)
{
    const struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    return fd < 0 ? fd : bind(fd, (const struct sockaddr *)&any, sizeof any);
}

static int server_ports(const int *fds, size_t n, void *arg)
{
    (void)fds; /* none */
    (void)n;
    if (bind_any_port() < 0 || !lock(SANDBOX_SERVER, arg))
        return 1;
    return is_forbidden(bind_any_port()) ? 0 : 2;
}

static int server_signals(const int *fds, size_t n, void *arg)
{
    (void)fds; /* none */
    (void)n;
    if (kill(getppid(), 0) < 0 || !lock(SANDBOX_SERVER, arg))
        return 1;
    return is_forbidden(kill(getppid(), 0)) && kill(getpid(), 0) == 0 ? 0 : 2;
}

/* The child sees the directories under numbers of its own: it opens them again before it is locked in. */
struct job {
    process_run_fn *run;
    struct place *place;
};

static int with_open_places(const int *fds, size_t n, void *arg)
{
    struct job *j = arg;

    if (n != 2)
        return 90;
    j->place->data.fd = fds[0];
    j->place->other.fd = fds[1];
    return j->run(fds, n, j->place);
}

static void check_locked(process_run_fn *run, int needs_abi)
{
    struct place p;
    struct job j = {.run = run, .place = &p};
    struct process child = PROCESS_NONE;
    struct process_end end;
    int fds[2];

    if (sandbox_landlock_abi() < needs_abi)
        skip();
    test_dir_make(&p.data);
    test_dir_make(&p.other);
    assert_int_equal(os_replace_file(p.other.fd, "there", "x", 1, 0600), 0);
    assert_int_equal(os_replace_file(p.data.fd, "there", "x", 1, 0600), 0);
    fds[0] = p.data.fd;
    fds[1] = p.other.fd;
    assert_int_equal(
        process_start(&(struct process_conf){.name = "t", .run = with_open_places, .arg = &j, .fds = fds, .n_fds = 2}, &child),
        0);
    assert_int_equal(process_wait(&child, WAIT_MS, &end), 1);
    test_dir_finish(&p.data);
    test_dir_finish(&p.other);
    assert_int_equal(end.signal, 0);
    assert_int_equal(end.code, 0);
}

static void server_reaches_its_data_and_the_system_only(void **world)
{
    (void)world; /* none */
    check_locked(server_files, 2);
}

static void signer_reaches_its_directory_only(void **world)
{
    (void)world; /* none */
    check_locked(signer_files, 2);
}

static void parser_reaches_no_file(void **world)
{
    (void)world; /* none */
    check_locked(parser_files, 1);
}

static void locked_server_opens_no_further_port(void **world)
{
    (void)world; /* none */
    check_locked(server_ports, 4);
}

static void locked_server_signals_nobody_else(void **world)
{
    (void)world; /* none */
    check_locked(server_signals, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(locks_are_told_by_name),
        UNIT(sanitized_build_wants_neither_filter_nor_limits),
        UNIT(server_reaches_its_data_and_the_system_only),
        UNIT(signer_reaches_its_directory_only),
        UNIT(parser_reaches_no_file),
        UNIT(locked_server_opens_no_further_port),
        UNIT(locked_server_signals_nobody_else),
    };

    if (test_lacks_pidfd())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
