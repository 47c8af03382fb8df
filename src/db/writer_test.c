/*
 * writer_test.c: groups, savepoints, late failures, slices, hooks, lost connections.
 *
 * A test that needs several works in one group holds the writer in a first work until the others wait in the queue.
 */
#include <pthread.h>
#include <semaphore.h>

#include "base/unit.h"
#include "db/driver.h"
#include "db/test_db.h"
#include "db/writer.h"

#define Q(id, text, in_types, out_types)                                                                                       \
    static const struct query id = {.name = #id, .sql = (text), .in = (in_types), .out = (out_types)}

Q(item_add, "INSERT INTO item (id, name) VALUES (?1, ?2)", "it", "");
Q(item_rename, "UPDATE item SET name = ?2 WHERE id = ?1", "it", "");
Q(item_fill, "INSERT INTO item (id, name) VALUES (?1, ?2)", "it", "");
Q(item_sum, "SELECT count(*), CAST(coalesce(sum(id), 0) AS BIGINT) FROM item", "", "ii");

struct act {
    struct work work;
    int64_t id;
    int result;   /* what run answers after its statement */
    bool missing; /* renames a row that is not there */
    bool reads;
    int ended; /* result told to done(), 1 before */
    int runs;
    int64_t place; /* in the order of running */
};

struct world {
    struct test_db t;
    struct writer *writer;
    struct act acts[16];
    sem_t go, held, over;
    int64_t places;
};

static struct world world;

static int64_t sum(struct db *db, int64_t *ret_count)
{
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, db, &item_sum);
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    *ret_count = rows_int(&rows, 0);
    return rows_int(&rows, 1);
}

static int act_run(struct tx *tx, void *arg)
{
    struct act *a = arg;
    int64_t n, e;

    a->runs++;
    a->place = ++world.places;
    if (a->missing)
        e = db_send_one(tx->db, &item_rename, V(a->id), V("x"));
    else
        e = db_send(tx->db, &item_add, V(a->id), V("x"));
    if (e == 0 && a->reads)
        e = sum(tx->db, &n);
    return e < 0 ? (int)e : a->result;
}

static void act_done(void *arg, int result)
{
    struct act *a = arg;

    assert_int_equal(a->ended, 1);
    a->ended = result;
    (void)sem_post(&world.over);
}

static int hold_run(struct tx *tx, void *arg)
{
    (void)tx;
    (void)arg;
    (void)sem_post(&world.held);
    (void)sem_wait(&world.go);
    return 0;
}

static bool set_up(void **env, const struct writer_hooks *hooks)
{
    struct writer_conf conf = {0};

    memset(&world, 0, sizeof world);
    (void)sem_init(&world.go, 0, 0);
    (void)sem_init(&world.held, 0, 0);
    (void)sem_init(&world.over, 0, 0);
    if (!test_db_open(&world.t, *(enum db_kind *)*env))
        return false;
    test_db_script(&world.t, world.t.kind == DB_SQLITE ? "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"
                                                       : "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT NOT NULL)");
    conf.address = world.t.address;
    if (hooks != NULL)
        conf.hooks = *hooks;
    conf.queue_max = 8;
    assert_int_equal(writer_start(&conf, &world.writer), 0);
    return true;
}

static void tear_down(void)
{
    writer_stop(world.writer);
    test_db_close(&world.t);
}

static void submit(struct act *a)
{
    a->ended = 1;
    a->work.run = act_run;
    a->work.done = act_done;
    a->work.arg = a;
    assert_int_equal(writer_submit(world.writer, &a->work), 0);
}

/* Holds the writer, submits the first n acts, lets go, waits for all: they are one group. */
static void run_together(size_t n)
{
    struct act holder = {.ended = 1};
    size_t i;

    holder.work = (struct work){.run = hold_run, .done = act_done, .arg = &holder};
    assert_int_equal(writer_submit(world.writer, &holder.work), 0);
    (void)sem_wait(&world.held);
    for (i = 0; i < n; i++)
        submit(&world.acts[i]);
    (void)sem_post(&world.go);
    for (i = 0; i < n + 1; i++)
        (void)sem_wait(&world.over);
    assert_int_equal(holder.ended, 0);
}

static void expect_stored(int64_t count, int64_t total)
{
    int64_t n = 0;

    assert_int_equal(sum(world.t.owner, &n), total);
    assert_int_equal(n, count);
}

static void a_refused_work_undoes_only_itself(void **env)
{
    if (!set_up(env, NULL))
        skip();
    world.acts[0].id = 1;
    world.acts[1].id = 2;
    world.acts[1].result = E_STATE;
    world.acts[2].id = 4;
    run_together(3);
    assert_int_equal(world.acts[0].ended, 0);
    assert_int_equal(world.acts[1].ended, E_STATE);
    assert_int_equal(world.acts[2].ended, 0);
    expect_stored(2, 5);
    tear_down();
}

static void a_late_failure_finds_its_owner(void **env)
{
    struct writer_figures f;
    int i;

    if (!set_up(env, NULL))
        skip();
    for (i = 0; i < 6; i++)
        world.acts[i].id = 1 << i;
    world.acts[1].id = 1;         /* twice the same key */
    world.acts[3].missing = true; /* no such row */
    run_together(6);
    writer_figures(world.writer, &f);
    for (i = 0; i < 6; i++)
        assert_int_equal(world.acts[i].ended, i == 1 || i == 3 ? E_CONFLICT : 0);
    expect_stored(4, 1 + 4 + 16 + 32);
    assert_int_equal(f.repeated, world.t.kind == DB_POSTGRESQL);
    assert_int_equal(world.acts[0].runs, world.t.kind == DB_POSTGRESQL ? 2 : 1);
    tear_down();
}

static void a_failure_seen_by_its_own_read_costs_no_second_run(void **env)
{
    if (!set_up(env, NULL))
        skip();
    world.acts[0].id = 1;
    world.acts[1].id = 1;
    world.acts[1].reads = true;
    world.acts[2].id = 2;
    world.acts[2].reads = true;
    run_together(3);
    assert_int_equal(world.acts[0].ended, 0);
    assert_int_equal(world.acts[1].ended, E_CONFLICT);
    assert_int_equal(world.acts[2].ended, 0);
    assert_int_equal(world.acts[2].runs, 1);
    expect_stored(2, 3);
    tear_down();
}

static void one_slice_a_group_after_the_quick_works(void **env)
{
    int i;

    if (!set_up(env, NULL))
        skip();
    for (i = 0; i < 4; i++)
        world.acts[i].id = i + 1;
    world.acts[0].work.slice = true;
    world.acts[1].work.slice = true;
    run_together(4);
    assert_int_equal(world.acts[2].place, 1);
    assert_int_equal(world.acts[3].place, 2);
    assert_int_equal(world.acts[0].place, 3);
    assert_int_equal(world.acts[1].place, 4);
    expect_stored(4, 10);
    tear_down();
}

static void a_full_queue_says_busy(void **env)
{
    struct act holder = {.ended = 1}, extra = {.ended = 1};
    int i;

    if (!set_up(env, NULL))
        skip();
    holder.work = (struct work){.run = hold_run, .done = act_done, .arg = &holder};
    extra.work = (struct work){.run = act_run, .done = act_done, .arg = &extra};
    assert_int_equal(writer_submit(world.writer, &holder.work), 0);
    (void)sem_wait(&world.held);
    for (i = 0; i < 8; i++) {
        world.acts[i].id = i + 1;
        submit(&world.acts[i]);
    }
    assert_int_equal(writer_submit(world.writer, &extra.work), E_BUSY);
    (void)sem_post(&world.go);
    for (i = 0; i < 9; i++)
        (void)sem_wait(&world.over);
    assert_int_equal(extra.ended, 1);
    expect_stored(8, 36);
    tear_down();
}

static void stopping_finishes_what_waits(void **env)
{
    struct act holder = {.ended = 1};
    int i;

    if (!set_up(env, NULL))
        skip();
    holder.work = (struct work){.run = hold_run, .done = act_done, .arg = &holder};
    assert_int_equal(writer_submit(world.writer, &holder.work), 0);
    (void)sem_wait(&world.held);
    for (i = 0; i < 5; i++) {
        world.acts[i].id = i + 1;
        submit(&world.acts[i]);
    }
    (void)sem_post(&world.go);
    writer_stop(world.writer);
    for (i = 0; i < 5; i++)
        assert_int_equal(world.acts[i].ended, 0);
    expect_stored(5, 15);
    test_db_close(&world.t);
}

static void a_second_writer_is_refused(void **env)
{
    struct writer_conf conf = {0};
    struct writer *other = NULL;

    if (!set_up(env, NULL))
        skip();
    conf.address = world.t.address;
    assert_int_equal(writer_start(&conf, &other), E_BUSY);
    writer_stop(world.writer);
    assert_int_equal(writer_start(&conf, &other), 0);
    writer_stop(other);
    test_db_close(&world.t);
}

struct hook_log {
    int began, commits, committed, rolled_back, undone;
    int began_says, commits_says;
};

static struct hook_log hook_log;

static int log_began(struct tx *tx, void *arg)
{
    struct hook_log *l = arg;

    assert_int_equal(tx->db->depth, 0);
    l->began++;
    return l->began_says;
}

static int log_commits(struct tx *tx, void *arg)
{
    struct hook_log *l = arg;

    (void)tx;
    l->commits++;
    return l->commits_says;
}

static void log_ended(void *arg, bool committed)
{
    struct hook_log *l = arg;

    *(committed ? &l->committed : &l->rolled_back) += 1;
}

static void log_undone(void *arg)
{
    struct hook_log *l = arg;

    l->undone++;
}

static const struct writer_hooks log_hooks = {
    .began = log_began, .commits = log_commits, .ended = log_ended, .undone = log_undone, .arg = &hook_log};

static void hooks_frame_each_group(void **env)
{
    hook_log = (struct hook_log){0};
    if (!set_up(env, &log_hooks))
        skip();
    world.acts[0].id = 1;
    world.acts[1].id = 2;
    world.acts[1].result = E_PERMIT;
    run_together(2);
    assert_int_equal(hook_log.began, 2);
    assert_int_equal(hook_log.commits, 2);
    assert_int_equal(hook_log.committed, 2);
    assert_int_equal(hook_log.rolled_back, 0);
    assert_int_equal(hook_log.undone, 1);
    tear_down();
}

static int add_one(struct tx *tx, void *arg)
{
    return db_send(tx->db, &item_add, V(*(int64_t *)arg), V("x"));
}

static void a_hook_that_says_no_fails_the_group(void **env)
{
    int64_t id = 1;

    hook_log = (struct hook_log){.commits_says = E_HOLD};
    if (!set_up(env, &log_hooks))
        skip();
    assert_int_equal(writer_do(world.writer, add_one, &id), E_HOLD);
    hook_log = (struct hook_log){.began_says = E_HOLD};
    assert_int_equal(writer_do(world.writer, add_one, &id), E_HOLD);
    assert_int_equal(hook_log.rolled_back, 1);
    hook_log = (struct hook_log){0};
    assert_int_equal(writer_do(world.writer, add_one, &id), 0);
    expect_stored(1, 1);
    tear_down();
}

static int set_ceiling(struct tx *tx, void *arg)
{
    return db_script(tx->db, arg);
}

static int fill(struct tx *tx, void *arg)
{
    static char text[64 * KB];

    memset(text, 'x', sizeof text - 1);
    return (int)db_run(tx->db, &item_fill, V(*(int64_t *)arg), V(text));
}

static void a_full_disk_is_told_and_passes(void **env)
{
    int64_t id = 1, n = 0;

    if (!set_up(env, NULL))
        skip();
    assert_int_equal(writer_do(world.writer, set_ceiling, (char[]){"PRAGMA max_page_count=10"}), 0);
    assert_int_equal(writer_do(world.writer, fill, &id), E_FULL);
    assert_int_equal(sum(world.t.owner, &n), 0);
    assert_int_equal(writer_do(world.writer, set_ceiling, (char[]){"PRAGMA max_page_count=1000"}), 0);
    assert_int_equal(writer_do(world.writer, fill, &id), 1);
    expect_stored(1, 1);
    tear_down();
}

/* ---- PostgreSQL: the server goes away ---- */

Q(others_end,
  "SELECT CAST(count(pg_terminate_backend(pid)) AS BIGINT) FROM pg_locks WHERE locktype = 'advisory' "
  "AND objid = (hashtext(CAST(current_schema() AS text))::bigint & 4294967295)::oid AND objsubid = 2",
  "", "i");

static void end_the_writers_session(struct db *db)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, db, &others_end), 0);
    assert_int_equal(rows_next(&rows), 1);
    assert_true(rows_int(&rows, 0) >= 1);
}

static void a_lost_connection_is_made_again(void **env)
{
    struct writer_figures f;
    int64_t id;
    int i, e = E_BUSY;

    if (!set_up(env, NULL))
        skip();
    id = 1;
    assert_int_equal(writer_do(world.writer, add_one, &id), 0);
    end_the_writers_session(world.t.owner);
    id = 2;
    for (i = 0; i < 100 && e == E_BUSY; i++) {
        e = writer_do(world.writer, add_one, &id);
        (void)usleep(10000);
    }
    assert_int_equal(e, 0);
    writer_figures(world.writer, &f);
    assert_int_equal(f.lost, 1);
    expect_stored(2, 3);
    tear_down();
}

struct seen {
    struct work work;
    int result, runs;
};

static int add_noted(struct tx *tx, void *arg)
{
    struct seen *s = arg;

    s->runs++;
    return db_send(tx->db, &item_add, V(1), V("x"));
}

static void see(void *arg, int result)
{
    struct seen *s = arg;

    s->result = result;
    (void)sem_post(&world.over);
}

struct loss {
    bool armed;   /* the first group passes, so that COMMIT itself is prepared already */
    bool settled; /* everything but COMMIT has been answered when the session ends */
};

static int lose_before_commit(struct tx *tx, void *arg)
{
    struct loss *l = arg;
    int64_t n = 0, e = 0;

    if (!l->armed)
        return 0;
    l->armed = false;
    if (l->settled)
        e = sum(tx->db, &n);
    end_the_writers_session(world.t.owner);
    return e < 0 ? (int)e : 0;
}

static void expect_unknown(void **env, bool settled)
{
    struct loss loss = {.settled = settled};
    const struct writer_hooks hooks = {.commits = lose_before_commit, .arg = &loss};
    struct seen s = {.work = {.run = add_noted, .done = see, .arg = &s}};
    int64_t id = 7;

    if (!set_up(env, &hooks))
        skip();
    assert_int_equal(writer_do(world.writer, add_one, &id), 0);
    loss.armed = true;
    assert_int_equal(writer_submit(world.writer, &s.work), 0);
    (void)sem_wait(&world.over);
    assert_int_equal(s.result, E_BUSY);
    assert_int_equal(s.work.unknown, settled);
    assert_int_equal(s.runs, 1);
    expect_stored(1, 7);
    tear_down();
}

static void a_commit_without_an_answer_is_unknown_and_not_repeated(void **env)
{
    expect_unknown(env, true);
}

static void a_session_that_ended_before_the_commit_is_known(void **env)
{
    expect_unknown(env, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_refused_work_undoes_only_itself),
        TEST_ON_BOTH(a_late_failure_finds_its_owner),
        TEST_ON_BOTH(a_failure_seen_by_its_own_read_costs_no_second_run),
        TEST_ON_BOTH(one_slice_a_group_after_the_quick_works),
        TEST_ON_BOTH(a_full_queue_says_busy),
        TEST_ON_BOTH(stopping_finishes_what_waits),
        TEST_ON_BOTH(a_second_writer_is_refused),
        TEST_ON_BOTH(hooks_frame_each_group),
        TEST_ON_BOTH(a_hook_that_says_no_fails_the_group),
        TEST_ON_SQLITE(a_full_disk_is_told_and_passes),
        TEST_ON_POSTGRESQL(a_lost_connection_is_made_again),
        TEST_ON_POSTGRESQL(a_commit_without_an_answer_is_unknown_and_not_repeated),
        TEST_ON_POSTGRESQL(a_session_that_ended_before_the_commit_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
