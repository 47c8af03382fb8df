/*
 * migrate.c: runs the steps that are missing, each with its own record in one transaction.
 *
 * Not for: deciding what a step should do (the schema diff of the engine proposes, a person reads).
 */
#include "base/buf.h"
#include "base/hash.h"
#include "base/text.h"
#include "db/migrate.h"
#include "db/driver.h"
#include "os/os.h"

#define STEP_MAX   ((size_t)1 * MB)
#define ARENA_STEP ((size_t)8 * MB)

/* clang-format off */
static const struct {
    const char *word;
    const char *text[DB_KIND_COUNT];
} words[] = {
    /* word          SQLite                 PostgreSQL */
    {"$id",          {"INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY"}},
    {"$int",         {"INTEGER",             "BIGINT"}},
    {"$text",        {"TEXT",                "TEXT COLLATE \"C\""}},
    {"$blob",        {"BLOB",                "BYTEA"}},
    {"$clustered",   {"WITHOUT ROWID",       ""}},
};

static const char *const marks[DB_KIND_COUNT] = {"-- sqlite:", "-- postgresql:"};

static const char record_table[] =
    "CREATE TABLE IF NOT EXISTS schema_step (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, at BIGINT NOT NULL)";
/* clang-format on */

static const struct query steps_done = {
    .name = "migrate.done",
    .sql = "SELECT number, sha256 FROM schema_step ORDER BY number",
    .in = "",
    .out = "it",
};

static const struct query step_record = {
    .name = "migrate.record",
    .sql = "INSERT INTO schema_step (number, name, sha256, at) VALUES (?1, ?2, ?3, ?4)",
    .in = "itti",
    .out = "",
};

static void put_word(struct buf *b, enum db_kind kind, const char **at)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(words); i++) {
        size_t n = strlen(words[i].word);
        char after = strncmp(*at, words[i].word, n) == 0 ? (*at)[n] : 'a';

        if (after >= 'a' && after <= 'z')
            continue;
        buf_add(b, words[i].text[kind]);
        *at += n;
        return;
    }
    buf_byte(b, *(*at)++);
}

char *migration_text(struct arena *a, enum db_kind kind, const char *sql)
{
    struct buf b;
    size_t n, k;

    buf_init(&b, a, STEP_MAX);
    while (*sql != '\0') {
        for (k = 0; k < DB_KIND_COUNT && !text_starts(sql, marks[k]); k++)
            ;
        if (k < DB_KIND_COUNT && k != (size_t)kind) {
            sql += strcspn(sql, "\n");
            continue;
        }
        n = k < DB_KIND_COUNT ? strlen(marks[k]) : 0;
        for (sql += n; *sql != '\0' && *sql != '\n';)
            put_word(&b, kind, &sql);
        if (*sql == '\n')
            buf_byte(&b, *sql++);
    }
    BUG_IF(buf_failed(&b));
    return b.s;
}

static const char *step_hash(struct arena *a, const struct migration *m)
{
    uint8_t sha[32];

    hash_sha256(m->sql, strlen(m->sql), sha);
    return hex_text(a, sha, sizeof sha);
}

/* How many steps the database has; E_STATE when one of them is not the step we know under its number. */
static int count_done(struct db *db, struct arena *a, const struct migration *steps, size_t n)
{
    int done = 0, e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &steps_done);
    if (e < 0)
        return e;
    while ((e = rows_next(&rows)) > 0) {
        if (rows_int(&rows, 0) != ++done)
            return db_say(db, E_STATE, "steps of the schema are missing");
        if ((size_t)done <= n && !text_eq(rows_text(&rows, a, 1), step_hash(a, &steps[done - 1])))
            return db_say(db, E_STATE, "a step of the schema was changed after it ran");
    }
    return e < 0 ? e : done;
}

static int step_run(struct db *db, struct arena *a, const struct migration *m)
{
    int64_t e;

    e = db_begin(db);
    if (e < 0)
        return (int)e;
    e = db_script(db, migration_text(a, db_kind(db), m->sql));
    if (e == 0)
        e = db_run(db, &step_record, V((int64_t)m->number), V(m->name), V(step_hash(a, m)), V(os_now()));
    if (e >= 0)
        e = db_commit(db);
    else
        db_rollback(db);
    return e < 0 ? (int)e : 0;
}

int migrate(struct db *db, const struct migration *steps, size_t n, int *ret_done)
{
    struct arena a;
    int have, e = 0, ran = 0;

    arena_init(&a, ARENA_STEP);
    have = db_script(db, record_table);
    if (have == 0)
        have = count_done(db, &a, steps, n);
    if (have >= 0 && (size_t)have > n)
        have = db_say(db, E_STATE, "the database is newer than this program");
    for (e = have < 0 ? have : 0; e == 0 && (size_t)have < n; have++) {
        BUG_IF(steps[have].number != have + 1);
        e = step_run(db, &a, &steps[have]);
        ran += e == 0;
        arena_reset(&a);
    }
    arena_finish(&a);
    if (e < 0)
        return e;

    *ret_done = ran;
    return 0;
}

int migrate_current(struct db *db, const struct migration *steps, size_t n)
{
    struct arena a;
    int have;

    arena_init(&a, ARENA_STEP);
    have = count_done(db, &a, steps, n);
    arena_finish(&a);
    return have < 0 ? have : (size_t)have == n;
}
