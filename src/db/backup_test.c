/*
 * backup_test.c: a copy shows one moment, opens like the original, and never overwrites.
 */
#include <sys/stat.h>

#include "base/unit.h"
#include "db/backup.h"
#include "db/test_db.h"

static const struct query item_add = {
    .name = "item.add", .sql = "INSERT INTO item (id, body) VALUES (?1, ?2)", .in = "ib", .out = ""};
static const struct query item_count = {.name = "item.count", .sql = "SELECT count(*) FROM item", .in = "", .out = "i"};

static int64_t count(struct db *db)
{
    AUTO_ROWS struct rows rows;

    (void)db_select(&rows, db, &item_count); /* rows_next() repeats a failure */
    return rows_next(&rows) == 1 ? rows_int(&rows, 0) : -1;
}

static void fill(struct test_db *t, int from, int to)
{
    static const uint8_t body[4000];
    int i;

    for (i = from; i < to; i++)
        assert_int_equal(db_run(t->owner, &item_add, V(i), V(((struct bytes){body, sizeof body}))), 1);
}

static void a_copy_shows_one_moment(void **env)
{
    char path[256], address[300];
    struct db *reader, *copy;
    struct stat st;
    TEST_DB(t, env);

    test_db_script(&t, "CREATE TABLE item (id INTEGER PRIMARY KEY, body BLOB)");
    fill(&t, 0, 50);
    (void)snprintf(path, sizeof path, "%s/copy.db", t.place);   /* fits */
    (void)snprintf(address, sizeof address, "sqlite:%s", path); /* fits */
    assert_int_equal(db_open(t.address, DB_READ, &reader), 0);
    assert_int_equal(db_begin(t.owner), 0); /* an open write is not in it */
    fill(&t, 50, 60);
    assert_int_equal(db_backup_sqlite(reader, path), 0);
    assert_int_equal(db_commit(t.owner), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(db_open(address, DB_OWNER, &copy), 0);
    assert_int_equal(count(copy), 50);
    db_close(copy);
    assert_int_equal(db_backup_sqlite(reader, path), E_CONFLICT);
    assert_int_equal(db_backup_sqlite(reader, "/nowhere/at/all.db"), E_STORAGE);
    assert_int_equal(count(reader), 60);
    db_close(reader);
    test_db_close(&t);
}

static void pg_dump_makes_an_archive(void **env)
{
    static const char program[] = "/usr/lib/postgresql/15/bin/pg_dump";
    char folder[] = "/tmp/terang-test-XXXXXX", path[64], magic[6] = "";
    const char *why;
    struct arena a;
    FILE *f;
    TEST_DB(t, env);

    arena_init(&a, 4 * MB);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/copy.dump", folder); /* fits */
    test_db_script(&t, "CREATE TABLE item (id BIGINT PRIMARY KEY, body BYTEA)");
    fill(&t, 0, 5);
    assert_int_equal(db_backup_postgresql(program, t.address, path, 60000, &a, &why), 0);
    f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fread(magic, 1, 5, f), 5);
    (void)fclose(f); /* only read */
    assert_string_equal(magic, "PGDMP");
    assert_int_equal(db_backup_postgresql(program, t.address, path, 60000, &a, &why), E_CONFLICT);
    (void)unlink(path); /* made above */

    assert_int_equal(db_backup_postgresql(program, "postgresql://nobody:a%3Ab@%2Fnowhere/x", path, 60000, &a, &why), E_STORAGE);
    assert_string_not_equal(why, "");
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(rmdir(folder), 0); /* and no file with the password is left */
    arena_finish(&a);
    test_db_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_SQLITE(a_copy_shows_one_moment),
        TEST_ON_POSTGRESQL(pg_dump_makes_an_archive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
