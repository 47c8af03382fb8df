/*
 * disk_test.c: one session of writes, repeated with each of its calls to the disk failing in turn.
 *
 * A transaction writes a row and its leaf. Whatever fails: what was acknowledged is there, a transaction without an
 * acknowledgement is whole or absent, and the file is sound.
 */
#include "base/unit.h"
#include "db/db.h"
#include "fault_vfs.h"

#define ADDRESS      "sqlite:/disk/terang.db"
#define TRANSACTIONS 18
#define BODY         3000

static const struct query add_row = {
    .name = "disk.row", .sql = "INSERT INTO disk_row (id, body) VALUES (?1, ?2)", .in = "ib", .out = ""};
static const struct query add_leaf = {
    .name = "disk.leaf", .sql = "INSERT INTO disk_leaf (id, body) VALUES (?1, ?2)", .in = "ib", .out = ""};
static const struct query void_row = {
    .name = "disk.void", .sql = "UPDATE disk_row SET body = ?2 WHERE id < ?1", .in = "ib", .out = ""};
static const struct query integrity = {
    .name = "disk.integrity", .sql = "SELECT integrity_check FROM pragma_integrity_check LIMIT 1", .in = "", .out = "t"};
static const struct query rows_there = {
    .name = "disk.rows",
    .sql = "SELECT r.id, length(r.body), l.id FROM disk_row r LEFT JOIN disk_leaf l ON l.id = r.id ORDER BY r.id",
    .in = "",
    .out = "iii"};
static const struct query leaves_there = {.name = "disk.leaves", .sql = "SELECT count(*) FROM disk_leaf", .in = "", .out = "i"};
static const struct query has_tables = {
    .name = "disk.tables", .sql = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'disk%'", .in = "", .out = "i"};

struct session {
    bool acked[TRANSACTIONS];
    bool tried[TRANSACTIONS];
    int failures[16]; /* by -result */
};

static int note(struct session *s, int e)
{
    if (e < 0)
        s->failures[-e]++;
    return e;
}

static int transaction(struct db *db, int i)
{
    static const uint8_t body[BODY];
    const struct bytes all = {body, BODY}, some = {body, (size_t)(i * 131 % BODY)};
    int64_t e;

    e = db_begin(db);
    if (e < 0)
        return (int)e;
    e = db_run(db, &add_row, V(i), V(all));
    if (e >= 0)
        e = db_run(db, &add_leaf, V(i), V(some));
    if (e >= 0 && i % 8 == 7)
        e = db_run(db, &void_row, V(i / 2), V(all));
    if (e >= 0)
        return db_commit(db);
    db_rollback(db);
    return (int)e;
}

static void run_session(struct session *s)
{
    struct db *db;
    int i;

    if (note(s, db_open(ADDRESS, DB_OWNER, &db)) < 0)
        return;
    if (note(s, db_script(db, "PRAGMA wal_autocheckpoint=20; CREATE TABLE IF NOT EXISTS disk_row (id INTEGER PRIMARY KEY, "
                              "body BLOB NOT NULL)")) == 0 &&
        note(s, db_script(db, "CREATE TABLE IF NOT EXISTS disk_leaf (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")) == 0) {
        for (i = 0; i < TRANSACTIONS; i++) {
            s->tried[i] = true;
            s->acked[i] = note(s, transaction(db, i)) == 0;
            if (i == TRANSACTIONS / 2)
                (void)note(s, db_script(db, "PRAGMA wal_checkpoint(TRUNCATE)"));
        }
    }
    db_close(db);
}

static void expect_sound(struct db *db)
{
    AUTO_ROWS struct rows rows;
    struct arena a;

    arena_init(&a, MB);
    assert_int_equal(db_select(&rows, db, &integrity), 0);
    assert_int_equal(rows_next(&rows), 1);
    assert_string_equal(rows_text(&rows, &a, 0), "ok");
    arena_finish(&a);
}

static int64_t number(struct db *db, const struct query *q)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, db, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

/* Opens what is left, as a new process would. */
static void expect_whole(const struct session *s)
{
    bool there[TRANSACTIONS] = {false};
    struct db *db;
    int64_t n = 0;
    int i;

    assert_int_equal(db_open(ADDRESS, DB_OWNER, &db), 0);
    expect_sound(db);
    if (number(db, &has_tables) == 2) {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, db, &rows_there), 0);
        for (; rows_next(&rows) > 0; n++) {
            there[rows_int(&rows, 0)] = true;
            assert_int_equal(rows_int(&rows, 1), BODY);
            assert_false(rows_null(&rows, 2));
        }
        assert_int_equal(rows.result, 0);
        rows_close(&rows);
        assert_int_equal(number(db, &leaves_there), n);
    }
    for (i = 0; i < TRANSACTIONS; i++) {
        assert_true(there[i] || !s->acked[i]);
        assert_true(s->tried[i] || !there[i]);
    }
    db_close(db);
}

static int64_t calls_of_a_session(struct fault_vfs *v)
{
    struct session s = {0};
    int i;

    fault_vfs_empty(v);
    run_session(&s);
    for (i = 0; i < TRANSACTIONS; i++)
        assert_true(s.acked[i]);
    return fault_vfs_calls(v);
}

static void power_may_fail_at_any_call(void **world)
{
    struct fault_vfs *v = fault_vfs_install();
    int64_t n = calls_of_a_session(v), at;
    int survival;

    (void)world;
    assert_true(n > 150);
    for (at = 1; at <= n; at++) {
        for (survival = 0; survival < SURVIVE_COUNT; survival++) {
            struct session s = {0};

            fault_vfs_empty(v);
            fault_vfs_arm(v, FAULT_POWER, at, 1);
            run_session(&s);
            fault_vfs_reboot(v, (enum survival)survival, (uint32_t)at);
            expect_whole(&s);
        }
    }
    fault_vfs_remove(v);
}

static void fail_at_each_call(enum fault fault, int64_t length)
{
    struct fault_vfs *v = fault_vfs_install();
    int64_t n = calls_of_a_session(v), at;

    for (at = 1; at <= n; at++) {
        struct session s = {0};

        fault_vfs_empty(v);
        fault_vfs_arm(v, fault, at, length);
        run_session(&s);
        fault_vfs_arm(v, FAULT_NONE, 0, 0);
        expect_whole(&s);
        if (fault == FAULT_FULL)
            assert_int_equal(s.failures[-E_CONFLICT] + s.failures[-E_BUSY] + s.failures[-E_SYSTEM], 0);
    }
    fault_vfs_remove(v);
}

static void any_call_may_fail_once(void **world)
{
    (void)world;
    fail_at_each_call(FAULT_IO, 1);
}

static void the_disk_may_fill_at_any_call_and_empty_again(void **world)
{
    (void)world;
    fail_at_each_call(FAULT_FULL, 1);
    fail_at_each_call(FAULT_FULL, 40);
}

static void a_full_disk_is_told_as_full(void **world)
{
    struct fault_vfs *v = fault_vfs_install();
    struct session s = {0};
    int i, acked = 0;

    (void)world;
    (void)calls_of_a_session(v);
    fault_vfs_empty(v);
    fault_vfs_arm(v, FAULT_FULL, 60, 6);
    run_session(&s);
    for (i = 0; i < TRANSACTIONS; i++)
        acked += s.acked[i];
    assert_true(s.failures[-E_FULL] > 0);
    assert_int_equal(s.failures[-E_STORAGE], 0);
    assert_true(s.acked[TRANSACTIONS - 1]); /* the same connection goes on when there is room again */
    assert_true(acked < TRANSACTIONS);
    expect_whole(&s);
    fault_vfs_remove(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_is_told_as_full),
        cmocka_unit_test(power_may_fail_at_any_call),
        cmocka_unit_test(any_call_may_fail_once),
        cmocka_unit_test(the_disk_may_fill_at_any_call_and_empty_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
