/*
 * upgrade_test.c: a migration is killed again and again and run once more each time, until it is through.
 *
 * Each step makes a table and fills it. At the end every step is recorded once and every table is full: no half step,
 * none twice.
 */
#include <signal.h>
#include <sys/wait.h>

#include "base/unit.h"
#include "db/migrate.h"
#include "db/test_db.h"
#include "os/os.h"

#define STEPS       24
#define ROWS        100
#define TRIES_MAX   2000
#define KILL_MAX_US 40000

static const struct query rows_of = {
    .name = "upgrade.rows", .sql = "SELECT count(*), max(step) FROM upgrade_row", .in = "", .out = "ii"};

struct history {
    struct migration steps[STEPS];
    char text[STEPS][512];
    char name[STEPS][16];
};

/* The first step makes the table; each adds its rows in one statement and a table of its own. */
static void write_history(struct history *h)
{
    int i;

    for (i = 0; i < STEPS; i++) {
        (void)snprintf(h->name[i], sizeof h->name[i], "step%d", i + 1); /* fits */
        (void)snprintf(h->text[i], sizeof h->text[i],
                       "%s"
                       "CREATE TABLE upgrade_%d (id $id, note $text NOT NULL);\n"
                       "INSERT INTO upgrade_row (step, n) WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
                       "WHERE n < %d) SELECT %d, n FROM c;\n",
                       i == 0 ? "CREATE TABLE upgrade_row (step $int NOT NULL, n $int NOT NULL, PRIMARY KEY (step, n));\n" : "",
                       i + 1, ROWS, i + 1); /* fits */
        h->steps[i] = (struct migration){.number = i + 1, .name = h->name[i], .sql = h->text[i]};
    }
}

/* The child's whole life: 0 through, 1 to be tried again. */
static int child(const char *address, const struct history *h)
{
    struct db *db;
    int done, e;

    if (db_open(address, DB_OWNER, &db) < 0)
        return 1;
    e = migrate(db, h->steps, STEPS, &done);
    return e == 0 ? 0 : 1;
}

/* True when the migration came through before it was killed. On a busy machine it gets longer with each hundred tries. */
static bool run_and_kill(const char *address, const struct history *h, int tries)
{
    uint32_t chance;
    int status;
    pid_t pid;

    os_random(&chance, sizeof chance);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(child(address, h));
    (void)usleep(chance % (KILL_MAX_US * (1 + (unsigned)tries / 100)));
    (void)kill(pid, SIGKILL); /* it may have ended */
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void a_killed_migration_is_simply_run_again(void **env)
{
    AUTO_ROWS struct rows rows = {0};
    struct history h;
    int done, tries = 0, e = E_BUSY;
    TEST_DB(t, env);

    write_history(&h);
    while (tries < TRIES_MAX && !run_and_kill(t.address, &h, tries))
        tries++;
    print_message("# killed %d times\n", tries);
    assert_true(tries < TRIES_MAX);
    while (e == E_BUSY) { /* the last session may let go of its lock a moment later */
        e = migrate(t.owner, h.steps, STEPS, &done);
        (void)usleep(5000);
    }
    assert_int_equal(e, 0);
    assert_int_equal(done, 0);
    assert_int_equal(migrate_current(t.owner, h.steps, STEPS), 1);
    assert_int_equal(db_select(&rows, t.owner, &rows_of), 0);
    assert_int_equal(rows_next(&rows), 1);
    assert_int_equal(rows_int(&rows, 0), STEPS * ROWS);
    assert_int_equal(rows_int(&rows, 1), STEPS);
    rows_close(&rows);
    test_db_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_killed_migration_is_simply_run_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
