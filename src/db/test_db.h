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
 * Not for the product. It stops the process when it cannot do its work.
 */
#ifndef DB_TEST_DB_H
#define DB_TEST_DB_H

#include <dirent.h>
#include <unistd.h>

#include "db/db.h"

struct test_db {
    enum db_kind kind;
    char address[512];
    char place[128];  /* the folder, or the schema */
    struct db *owner; /* DB_OWNER: for tables and rows that the test needs; may be closed and set NULL */
};

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

static inline bool test_db_open_sqlite(struct test_db *t)
{
    const char *tmp = getenv("TMPDIR");

    (void)snprintf(t->place, sizeof t->place, "%s/terang-test-XXXXXX", tmp != NULL ? tmp : "/tmp"); /* mkdtemp notices */
    TEST_DB_NEED(mkdtemp(t->place) != NULL);
    (void)snprintf(t->address, sizeof t->address, "sqlite:%s/terang.db", t->place); /* fits */
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

static inline void test_db_close(struct test_db *t)
{
    char sql[512];
    struct db *db;

    db_close(t->owner);
    t->owner = NULL;
    if (t->kind == DB_SQLITE) {
        test_db_remove_folder(t->place);
        return;
    }
    TEST_DB_NEED(db_open(getenv("TERANG_TEST_PG"), DB_OWNER, &db) == 0);
    (void)snprintf(sql, sizeof sql, "DROP SCHEMA IF EXISTS %s CASCADE", t->place); /* fits */
    TEST_DB_NEED(db_script(db, sql) == 0);
    db_close(db);
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
