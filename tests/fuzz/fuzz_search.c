/* fuzz: engine */
/*
 * fuzz_search.c: whatever is typed into the search is a query that the index of SQLite takes, and no sign of it is syntax to
 * PostgreSQL; a row is found by the words of its own name.
 */
#include <sqlite3.h>

#include "base/text.h"
#include "engine/sample.h"
#include "engine/search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const searched[] = {"number", "applicant", NULL};
static const struct screen screen = {
    .entity = &sample_case_entity, .slug = "kasus", .permission = "case", .name = "number", .search = searched};

static sqlite3_stmt *put, *find, *clear;

static void open_index(void)
{
    sqlite3 *db;

    BUG_IF(sqlite3_open(":memory:", &db) != SQLITE_OK);
    BUG_IF(sqlite3_exec(
               db, "CREATE VIRTUAL TABLE w USING fts5 (words, tokenize = 'ascii tokenchars _', detail = none, columnsize = 0)",
               NULL, NULL, NULL) != SQLITE_OK); /* as migrations/attach.sql has it */
    BUG_IF(sqlite3_prepare_v2(db, "INSERT INTO w (rowid, words) VALUES (1, ?1)", -1, &put, NULL) != SQLITE_OK);
    BUG_IF(sqlite3_prepare_v2(db, "SELECT rowid FROM w WHERE w MATCH ?1", -1, &find, NULL) != SQLITE_OK);
    BUG_IF(sqlite3_prepare_v2(db, "DELETE FROM w", -1, &clear, NULL) != SQLITE_OK);
}

static int run(sqlite3_stmt *s, const char *arg)
{
    int e;

    if (arg != NULL)
        BUG_IF(sqlite3_bind_text(s, 1, arg, -1, SQLITE_TRANSIENT) != SQLITE_OK);
    e = sqlite3_step(s);
    (void)sqlite3_reset(s);
    return e;
}

/* Words stand in quotes and hold none; between them there are brackets, operators and the star of a prefix. */
static void check_quoted(const char *match)
{
    bool inside = false;

    for (; *match != '\0'; match++) {
        if (*match == '\'')
            inside = !inside;
        else if (inside)
            BUG_IF(*match == '\\' || (unsigned char)*match <= ' ');
        else
            BUG_IF(strchr("()&!:* ", *match) == NULL);
    }
    BUG_IF(inside);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *typed, *match;
    struct sample_case row = {.head = {.gov = 7, .id = 1}};
    struct arena a;
    int class;

    if (put == NULL)
        open_index();
    if (size > 2 * KB || !text_is_utf8((const char *)data, size) || memchr(data, '\0', size) != NULL)
        return 0;
    arena_init(&a, 16 * MB);
    typed = arena_text_n(&a, (const char *)data, size);
    row.number = typed;
    BUG_IF(run(put, search_text(&screen, &row, &a)) != SQLITE_DONE);
    for (class = 0; class <= 1; class ++) {
        match = search_match(DB_SQLITE, &a, &sample_case_entity, 7, typed, class);
        if (match == NULL)
            continue;
        BUG_IF(run(find, match) != (class == 0 ? SQLITE_ROW : SQLITE_DONE));
        BUG_IF(run(find, search_match(DB_SQLITE, &a, &sample_case_entity, 8, typed, class)) != SQLITE_DONE);
        check_quoted(search_match(DB_POSTGRESQL, &a, &sample_case_entity, 7, typed, class));
    }
    BUG_IF(run(clear, NULL) != SQLITE_DONE);
    arena_finish(&a);
    return 0;
}
