/*
 * crash_test.c: kills a writing process again and again; nothing acknowledged may be missing, no row without its leaf.
 *
 *     crash_test CRASH_WRITER
 *
 * TERANG_KILLS sets the number of kills a database, 20 without it.
 * The moment of each kill is random.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/unit.h"
#include "db/test_db.h"
#include "os/os.h"

#define KILLS       20
#define KILL_MIN_US 5000
#define KILL_MAX_US 90000
#define ACKED_MAX   ((size_t)1 << 20)

static const struct query is_stored = {
    .name = "crash.stored",
    .sql = "SELECT (SELECT count(*) FROM crash_row WHERE id = ?1), (SELECT count(*) FROM crash_leaf WHERE id = ?1)",
    .in = "i",
    .out = "ii",
};
static const struct query halves = {
    .name = "crash.halves",
    .sql = "SELECT (SELECT count(*) FROM crash_row r WHERE NOT EXISTS (SELECT 1 FROM crash_leaf l WHERE l.id = r.id)) + "
           "(SELECT count(*) FROM crash_leaf l WHERE NOT EXISTS (SELECT 1 FROM crash_row r WHERE r.id = l.id))",
    .in = "",
    .out = "i",
};
static const struct query integrity = {
    .name = "crash.integrity",
    .sql = "SELECT integrity_check FROM pragma_integrity_check LIMIT 1",
    .sql_pg = "SELECT CAST('ok' AS text)",
    .in = "",
    .out = "t",
};

static const char *program;

struct acked {
    int64_t *ids;
    size_t n;
};

/* Starts the program; its acknowledgements come from *ret_fd. */
static pid_t start(const char *address, int *ret_fd)
{
    int fds[2];
    pid_t pid;

    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)dup2(fds[1], STDOUT_FILENO); /* without it nothing is acknowledged, which the test notices */
        (void)execl(program, program, address, (char *)NULL);
        _exit(127);
    }
    (void)close(fds[1]); /* the child's */
    *ret_fd = fds[0];
    return pid;
}

static bool read_one(int fd, struct acked *a)
{
    int64_t id;
    size_t have = 0;
    ssize_t n;

    while (have < sizeof id) {
        n = read(fd, (char *)&id + have, sizeof id - have);
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    assert_true(a->n < ACKED_MAX);
    a->ids[a->n++] = id;
    return true;
}

/* Lets it acknowledge for a random while, kills it, and takes what it had said by then. */
static void run_and_kill(const char *address, struct acked *a)
{
    uint32_t chance;
    int64_t until;
    int fd, status;
    pid_t pid = start(address, &fd);

    assert_true(read_one(fd, a)); /* it has begun */
    os_random(&chance, sizeof chance);
    until = os_monotonic_us() + KILL_MIN_US + chance % (KILL_MAX_US - KILL_MIN_US);
    while (os_monotonic_us() < until)
        assert_true(read_one(fd, a));
    assert_int_equal(kill(pid, SIGKILL), 0);
    while (read_one(fd, a))
        ;
    (void)close(fd); /* at its end */
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
}

static void expect_stored(struct test_db *t, const struct acked *a, size_t from)
{
    size_t i;

    for (i = from; i < a->n; i++) {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, t->owner, &is_stored, V(a->ids[i])), 0);
        assert_int_equal(rows_next(&rows), 1);
        assert_int_equal(rows_int(&rows, 0), 1);
        assert_int_equal(rows_int(&rows, 1), 1);
    }
}

static void expect_whole(struct test_db *t)
{
    AUTO_ROWS struct rows halved;
    AUTO_ROWS struct rows checked;
    struct arena a;

    assert_int_equal(db_select(&halved, t->owner, &halves), 0);
    assert_int_equal(rows_next(&halved), 1);
    assert_int_equal(rows_int(&halved, 0), 0);
    arena_init(&a, MB);
    assert_int_equal(db_select(&checked, t->owner, &integrity), 0);
    assert_int_equal(rows_next(&checked), 1);
    assert_string_equal(rows_text(&checked, &a, 0), "ok");
    arena_finish(&a);
}

static void nothing_acknowledged_is_lost_when_killed(void **env)
{
    const char *wanted = getenv("TERANG_KILLS");
    long kills = wanted != NULL ? strtol(wanted, NULL, 10) : KILLS;
    struct acked acked = {0};
    size_t before;
    long i;
    TEST_DB(t, env);

    acked.ids = calloc(ACKED_MAX, sizeof *acked.ids);
    assert_non_null(acked.ids);
    test_db_script(&t, t.kind == DB_SQLITE ? "CREATE TABLE crash_row (id INTEGER PRIMARY KEY, body BLOB NOT NULL);"
                                             "CREATE TABLE crash_leaf (id INTEGER PRIMARY KEY, body BLOB NOT NULL)"
                                           : "CREATE TABLE crash_row (id BIGINT PRIMARY KEY, body BYTEA NOT NULL);"
                                             "CREATE TABLE crash_leaf (id BIGINT PRIMARY KEY, body BYTEA NOT NULL)");
    for (i = 0; i < kills; i++) {
        before = acked.n;
        run_and_kill(t.address, &acked);
        expect_stored(&t, &acked, before);
    }
    expect_stored(&t, &acked, 0);
    expect_whole(&t);
    print_message("# %ld kills, %zu acknowledged\n", kills, acked.n);
    free(acked.ids);
    test_db_close(&t);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(nothing_acknowledged_is_lost_when_killed),
    };

    if (argc != 2)
        return 3;
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
