/*
 * test_db.h: a fresh database for each test, of either kind. For tests of this folder and of those above it.
 *
 * SQLite lies in a temporary folder; PostgreSQL is a new schema of the database that TERANG_TEST_PG names
 * (postgresql://..., its role may create schemas). Without that variable test_db_open() answers false for PostgreSQL
 * and the test calls skip():
 *
 *     struct test_db t;
 *
 *     if (!test_db_open(&t, DB_POSTGRESQL))
 *         skip();
 *     ... t.owner, db_open(t.address, DB_READ, &db) ...
 *     test_db_close(&t);
 *
 * Tables that take long to make are made once a process: test_db_open_made(). The next test gets them empty again, on
 * PostgreSQL as long as no test changed the tables themselves.
 *
 * Not for the product. It stops the process when it cannot do its work.
 */
#ifndef DB_TEST_DB_H
#define DB_TEST_DB_H

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "db/db.h"
#include "os/os.h"

struct test_db {
    enum db_kind kind;
    char address[512];
    char place[128];  /* the folder, or the schema */
    struct db *owner; /* DB_OWNER: for tables and rows that the test needs; may be closed and set NULL */
    bool made;        /* has the tables of test_db_open_made() */
    bool kept;        /* goes back for the next test */
};

/* Puts tables into an empty database; rows in `migration` only. */
typedef void test_db_make(struct db *owner);

#define TEST_DB_NEED(cond) BUG_IF(!(cond))

static inline void test_db_script(struct test_db *t, const char *sql)
{
    if (db_script(t->owner, sql) == 0)
        return;
    (void)fprintf(stderr, "test database: %s\n", db_fault(t->owner)); /* only a test reads it */
    abort();
}

static inline bool test_db_open_postgresql(struct test_db *t)
{
    const char *base = getenv("TERANG_TEST_PG");
    static int count;
    char sql[512];
    struct db *db;

    if (base == NULL || *base == '\0')
        return false;
    (void)snprintf(t->place, sizeof t->place, "t_%ld_%d", (long)getpid(), ++count); /* fits */
    (void)snprintf(t->address, sizeof t->address, "%s%coptions=-csearch_path%%3D%s", base,
                   strchr(base, '?') != NULL ? '&' : '?', t->place); /* a test notices a cut address */
    TEST_DB_NEED(db_open(base, DB_OWNER, &db) == 0);
    (void)snprintf(sql, sizeof sql, "DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s", t->place, t->place); /* fits */
    TEST_DB_NEED(db_script(db, sql) == 0);
    db_close(db);
    TEST_DB_NEED(db_open(t->address, DB_OWNER, &t->owner) == 0);
    return true;
}

static inline void test_db_folder(struct test_db *t)
{
    const char *tmp = getenv("TMPDIR");

    (void)snprintf(t->place, sizeof t->place, "%s/terang-test-XXXXXX", tmp != NULL ? tmp : "/tmp"); /* mkdtemp notices */
    TEST_DB_NEED(mkdtemp(t->place) != NULL);
    (void)snprintf(t->address, sizeof t->address, "sqlite:%s/terang.db", t->place); /* fits */
}

static inline bool test_db_open_sqlite(struct test_db *t)
{
    test_db_folder(t);
    TEST_DB_NEED(db_open(t->address, DB_OWNER, &t->owner) == 0);
    return true;
}

/* False when there is no PostgreSQL to test with. */
static inline bool test_db_open(struct test_db *t, enum db_kind kind)
{
    *t = (struct test_db){.kind = kind};
    return kind == DB_SQLITE ? test_db_open_sqlite(t) : test_db_open_postgresql(t);
}

static inline void test_db_remove_folder(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;

    TEST_DB_NEED(dir != NULL);
    while ((entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            TEST_DB_NEED(unlinkat(dirfd(dir), entry->d_name, 0) == 0);
    (void)closedir(dir); /* only read from */
    TEST_DB_NEED(rmdir(path) == 0);
}

static inline void test_db_drop(const char *schema)
{
    char sql[512];
    struct db *db;

    TEST_DB_NEED(db_open(getenv("TERANG_TEST_PG"), DB_OWNER, &db) == 0);
    (void)snprintf(sql, sizeof sql, "DROP SCHEMA IF EXISTS %s CASCADE", schema); /* fits */
    TEST_DB_NEED(db_script(db, sql) == 0);
    db_close(db);
}

/* ---- tables that are made once ---- */

/* The process's own, of each kind: a PostgreSQL schema between two tests, or SQLite's file. */
static struct test_db_made {
    test_db_make *make; /* NULL: nothing yet */
    bool out;
    struct test_db t;
    char tables[64]; /* a sum over the catalog */
    struct bytes file;
} test_db_made[DB_KIND_COUNT];

/* Another sum when a table, a column, a trigger or a right changed; rows do not count. */
static inline void test_db_tables(struct db *owner, char ret[64])
{
    static const struct query sum = {
        .name = "test.tables",
        .sql_pg =
            "SELECT md5(string_agg(x, ' ' ORDER BY x)) FROM (\n"
            "SELECT CAST(c.oid AS text) || '/' || CAST(c.xmin AS text) || '/' || CAST((SELECT count(*) FROM pg_attribute a\n"
            "WHERE a.attrelid = c.oid AND a.attisdropped) AS text) AS x FROM pg_class c\n"
            "WHERE c.relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace)\n"
            "UNION ALL SELECT CAST(t.oid AS text) || '/' || CAST(t.xmin AS text) FROM pg_trigger t\n"
            "JOIN pg_class c ON c.oid = t.tgrelid\n"
            "WHERE c.relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace)) AS of_all",
        .in = "",
        .out = "t",
    };
    struct arena a;

    AUTO_ROWS struct rows rows;

    arena_init(&a, 64 * KB);
    TEST_DB_NEED(db_select(&rows, owner, &sum) == 0 && rows_next(&rows) == 1);
    (void)snprintf(ret, 64, "%s", rows_text(&rows, &a, 0)); /* fits */
    arena_finish(&a);
}

/*
 * Empties the tables, without their triggers, which would refuse; false when it cannot. Waits until the last writer's session
 * has let go of its lock (WRITER_LOCK of postgresql.c): the server ends a session a moment after its connection.
 */
static inline bool test_db_empty(struct db *owner)
{
    static const char script[] =
        "DO $$ DECLARE t regclass; BEGIN\n"
        "PERFORM pg_advisory_xact_lock(1413829970, hashtext(CAST(current_schema() AS text)));\n"
        "SET LOCAL session_replication_role = replica;\n"
        "FOR t IN SELECT oid FROM pg_class WHERE relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace)\n"
        "AND relkind = 'r' AND relname <> 'migration' AND pg_relation_size(oid) > 0\n"
        "LOOP EXECUTE 'DELETE FROM ' || t; END LOOP; END $$";

    return db_script(owner, script) == 0;
}

static inline void test_db_drop_made(void)
{
    struct test_db_made *made = &test_db_made[DB_POSTGRESQL];

    if (made->make == NULL)
        return;
    db_close(made->t.owner);
    made->make = NULL;
    test_db_drop(made->t.place);
}

/* After its first making. */
static inline void test_db_keep(struct test_db *t, struct test_db_made *made)
{
    AUTO_CLOSE int fd = -1;
    int64_t n;
    void *copy;

    if (t->kind == DB_POSTGRESQL) {
        made->t = *t;
        test_db_tables(t->owner, made->tables);
        TEST_DB_NEED(atexit(test_db_drop_made) == 0);
        return;
    }
    db_close(t->owner); /* the last one brings all of it into one file */
    fd = open(t->address + strlen("sqlite:"), O_RDONLY | O_CLOEXEC);
    TEST_DB_NEED(fd >= 0 && (n = lseek(fd, 0, SEEK_END)) > 0 && (copy = malloc((size_t)n)) != NULL);
    TEST_DB_NEED(pread(fd, copy, (size_t)n, 0) == n);
    made->file = (struct bytes){.p = copy, .n = (size_t)n};
    TEST_DB_NEED(db_open(t->address, DB_OWNER, &t->owner) == 0);
}

static inline void test_db_copy_made(struct test_db *t, struct bytes file)
{
    AUTO_CLOSE int fd = -1;

    test_db_folder(t);
    fd = open(t->address + strlen("sqlite:"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    TEST_DB_NEED(fd >= 0 && write(fd, file.p, file.n) == (ssize_t)file.n);
    TEST_DB_NEED(db_open(t->address, DB_OWNER, &t->owner) == 0);
}

/* As test_db_open(), with the tables that make() puts in. A process has one make() for this; a second database beside the
 * first is made anew. */
static inline bool test_db_open_made(struct test_db *t, enum db_kind kind, test_db_make *make)
{
    struct test_db_made *made = &test_db_made[kind];

    TEST_DB_NEED(made->make == NULL || made->make == make);
    if (made->make != NULL && kind == DB_SQLITE) {
        *t = (struct test_db){.kind = kind, .made = true};
        test_db_copy_made(t, made->file);
        return true;
    }
    if (made->make != NULL && !made->out) {
        made->out = true;
        *t = made->t;
        return true;
    }
    if (!test_db_open(t, kind))
        return false;
    make(t->owner);
    t->made = true;
    if (made->make == NULL) {
        t->kept = kind == DB_POSTGRESQL;
        made->make = make;
        made->out = true;
        test_db_keep(t, made);
    }
    return true;
}

/* False when the schema must go: its tables changed, or it cannot be emptied. */
static inline bool test_db_give_back(struct test_db *t)
{
    struct test_db_made *made = &test_db_made[t->kind];
    char tables[64];

    if (t->owner == NULL)
        TEST_DB_NEED(db_open(t->address, DB_OWNER, &t->owner) == 0);
    test_db_tables(t->owner, tables);
    made->out = false;
    made->t.owner = t->owner;
    if (strcmp(tables, made->tables) == 0 && test_db_empty(t->owner))
        return true;
    made->make = NULL;
    return false;
}

static inline void test_db_close(struct test_db *t)
{
    if (t->kept && test_db_give_back(t))
        return;
    db_close(t->owner);
    t->owner = NULL;
    if (t->kind == DB_SQLITE)
        test_db_remove_folder(t->place);
    else
        test_db_drop(t->place);
}

/* Rows of a test table: the same function on each database, or on one only. It finds the kind in its argument. */
/* clang-format off */
#define TEST_ON_SQLITE(f)     {#f "_sqlite", f, NULL, NULL, &(enum db_kind){DB_SQLITE}}
#define TEST_ON_POSTGRESQL(f) {#f "_postgresql", f, NULL, NULL, &(enum db_kind){DB_POSTGRESQL}}
#define TEST_ON_BOTH(f)       TEST_ON_SQLITE(f), TEST_ON_POSTGRESQL(f)
/* clang-format on */

/* At the head of such a test: declares t and opens it, or skips. */
#define TEST_DB(t, env)                                                                                                        \
    struct test_db t;                                                                                                          \
    if (!test_db_open(&(t), *(enum db_kind *)*(env)))                                                                          \
    skip()

#endif
