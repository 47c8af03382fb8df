/*
 * migrate.c: runs the steps that are missing, each with its record in one transaction.
 *
 * What ran is kept as text, not as a hash: whoever asks years later what was done to this database can read it there.
 */
#include "base/buf.h"
#include "db/driver.h"
#include "db/migrate.h"
#include "os/os.h"

#define TEXT_MAX  ((size_t)4 * MB)
#define ARENA_MAX ((size_t)32 * MB)

/* clang-format off */
static const struct {
    const char *word;
    const char *text[DB_KIND_COUNT];
} words[] = {
    /*  word         SQLite                  PostgreSQL */
    {"id",        {"INTEGER PRIMARY KEY",  "BIGINT PRIMARY KEY"}},
    {"int",       {"INTEGER",              "BIGINT"}},
    {"text",      {"TEXT",                 "TEXT COLLATE \"C\""}}, /* lists in the same order as on SQLite */
    {"blob",      {"BLOB",                 "BYTEA"}},
    {"clustered", {"WITHOUT ROWID",        ""}},
};

static const char *const marks[DB_KIND_COUNT] = {
    [DB_SQLITE]     = "-- sqlite:",
    [DB_POSTGRESQL] = "-- postgresql:",
};
/* clang-format on */

static const char own_table[] = "CREATE TABLE IF NOT EXISTS migration ("
                                "number $id, name $text NOT NULL, sql $text NOT NULL, ran_at $int NOT NULL);\n"
                                "-- postgresql: GRANT SELECT ON migration TO PUBLIC;\n";

static const struct query has_table = {
    .name = "migrate.has_table",
    .sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'",
    .sql_pg = "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
              "WHERE c.relname = 'migration' AND n.nspname = current_schema()",
    .in = "",
    .out = "i",
};
static const struct query recorded = {
    .name = "migrate.recorded",
    .sql = "SELECT number, sql FROM migration ORDER BY number",
    .in = "",
    .out = "it",
};
static const struct query record = {
    .name = "migrate.record",
    .sql = "INSERT INTO migration (number, name, sql, ran_at) VALUES (?1, ?2, ?3, ?4)",
    .in = "itti",
    .out = "",
};
static const struct query broken_keys = {
    .name = "migrate.broken_keys",
    .sql = "SELECT count(*) FROM pragma_foreign_key_check",
    .sql_pg = "SELECT CAST(0 AS BIGINT)", /* enforced there in any case */
    .in = "",
    .out = "i",
};

/* ---- the text of a step ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The replacement for the word at s, or NULL. */
static const char *word_at(enum db_kind kind, const char *s, size_t n)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(words); i++)
        if (strlen(words[i].word) == n && memcmp(words[i].word, s, n) == 0)
            return words[i].text[kind];
    return NULL;
}

/* One line without its end. Returns NULL, or the place of a word that is not known. */
static const char *add_line(enum db_kind kind, struct buf *out, const char *s, const char *end)
{
    const char *text;
    size_t n;

    while (s < end) {
        if (*s != '$' || s + 1 == end || !is_letter(s[1])) {
            buf_byte(out, *s++);
            continue;
        }
        for (n = 0; s + 1 + n < end && is_letter(s[1 + n]); n++)
            ;
        text = word_at(kind, s + 1, n);
        if (text == NULL)
            return s;
        buf_add(out, text);
        s += 1 + n;
    }
    return NULL;
}

/* Where the line's content for this kind begins; `end` when the line is another kind's. */
static const char *after_mark(enum db_kind kind, const char *s, const char *end)
{
    size_t i, n;

    while (s < end && (*s == ' ' || *s == '\t'))
        s++;
    for (i = 0; i < DB_KIND_COUNT; i++) {
        n = strlen(marks[i]);
        if ((size_t)(end - s) >= n && memcmp(s, marks[i], n) == 0)
            return i == (size_t)kind ? s + n : end;
    }
    return s;
}

int migration_text(enum db_kind kind, struct arena *a, const char *sql, const char **ret_text)
{
    struct buf out;
    const char *end, *unknown;

    buf_init(&out, a, TEXT_MAX);
    for (; *sql != '\0'; sql = *end == '\0' ? end : end + 1) {
        end = strchrnul(sql, '\n');
        unknown = add_line(kind, &out, after_mark(kind, sql, end), end);
        if (unknown != NULL) {
            *ret_text = unknown;
            return E_FORMAT;
        }
        buf_byte(&out, '\n');
    }
    *ret_text = out.s;
    return buf_failed(&out);
}

/* ---- what has run ---- */

static int say_step(struct db *db, int code, const struct migration *step, const char *what)
{
    char text[DB_WHY];

    (void)snprintf(text, sizeof text, "step %d (%s) %s", step->number, step->name, what); /* cut is fine */
    return db_say(db, code, text);
}

static int64_t one_number(struct db *db, const struct query *q)
{
    AUTO_ROWS struct rows rows;
    int e;

    (void)db_select(&rows, db, q); /* rows_next() repeats a failure */
    e = rows_next(&rows);
    return e < 0 ? e : e == 0 ? E_STORAGE : rows_int(&rows, 0);
}

/* How many steps have run; each must be one of ours with the same text, and none may be beyond them. */
static int count_recorded(struct db *db, struct arena *a, const struct migration *steps, size_t n)
{
    AUTO_ROWS struct rows rows;
    int64_t number;
    size_t at = 0;
    int e;

    (void)db_select(&rows, db, &recorded); /* rows_next() repeats a failure */
    while ((e = rows_next(&rows)) > 0) {
        number = rows_int(&rows, 0);
        if (number > (int64_t)n)
            return db_say(db, E_STATE, "the database is newer than this program");
        if (number != (int64_t)at + 1)
            return db_say(db, E_FORMAT, "a recorded step is missing");
        if (strcmp(rows_text(&rows, a, 1), steps[at].sql) != 0)
            return say_step(db, E_FORMAT, &steps[at], "was changed after it ran");
        at++;
    }
    return e < 0 ? e : (int)at;
}

/* ---- running ---- */

static int run_script(struct db *db, struct arena *a, const char *sql)
{
    const char *text;
    char what[64];
    int e;

    e = migration_text(db->kind, a, sql, &text);
    if (e == E_FORMAT) {
        (void)snprintf(what, sizeof what, "a word that is not known: %.20s", text); /* cut is fine */
        return db_say(db, e, what);
    }
    return e < 0 ? e : db_script(db, text);
}

static int run_step(struct db *db, struct arena *a, const struct migration *step)
{
    int64_t broken;
    int e;

    e = run_script(db, a, step->sql);
    if (e < 0)
        return e;
    e = db_send(db, &record, V(step->number), V(step->name), V(step->sql), V(os_now()));
    if (e < 0)
        return e;
    broken = one_number(db, &broken_keys);
    if (broken > 0)
        return say_step(db, E_CONFLICT, step, "leaves rows whose foreign key points nowhere");
    return (int)broken;
}

static int in_transaction(struct db *db, struct arena *a, const struct migration *step)
{
    int e;

    e = db_begin(db);
    if (e < 0)
        return e;
    db->doing = step != NULL ? step->name : NULL;
    e = step != NULL ? run_step(db, a, step) : run_script(db, a, own_table);
    db->doing = NULL;
    if (e == 0)
        return db_commit(db);
    db_rollback(db);
    return e;
}

static int run_missing(struct db *db, const struct migration *steps, size_t n, int *ret_done)
{
    struct arena a;
    int at, e = 0;

    arena_init(&a, ARENA_MAX);
    if (one_number(db, &has_table) != 1)
        e = in_transaction(db, &a, NULL);
    at = e < 0 ? e : count_recorded(db, &a, steps, n);
    for (e = at; e >= 0 && at < (int)n; at += e == 0) {
        arena_reset(&a);
        e = in_transaction(db, &a, &steps[at]);
        *ret_done += e == 0;
    }
    arena_finish(&a);
    return e < 0 ? e : 0;
}

static int enforce_keys(struct db *db, bool on)
{
    if (db->kind != DB_SQLITE)
        return 0;
    return db_script(db, on ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF");
}

int migrate(struct db *db, const struct migration *steps, size_t n, int *ret_done)
{
    int e, back;
    size_t i;

    BUG_IF(db->access != DB_OWNER);
    for (i = 0; i < n; i++)
        BUG_IF(steps[i].number != (int)i + 1);

    *ret_done = 0;
    e = db->driver->claim(db);
    if (e < 0)
        return e;
    e = enforce_keys(db, false);
    if (e == 0)
        e = run_missing(db, steps, n, ret_done);
    back = enforce_keys(db, true);
    db->driver->unclaim(db);
    return e < 0 ? e : back;
}

int migrate_current(struct db *db, const struct migration *steps, size_t n)
{
    struct arena a;
    int64_t there;
    int e;

    there = one_number(db, &has_table);
    if (there <= 0)
        return (int)there;
    arena_init(&a, ARENA_MAX);
    e = count_recorded(db, &a, steps, n);
    arena_finish(&a);
    if (e == E_STATE)
        return 0;
    return e < 0 ? e : e == (int)n;
}
