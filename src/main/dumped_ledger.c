/*
 * dumped_ledger.c: the ledger's tables out of a script of pg_restore, so that a backup of PostgreSQL can be compared with what
 * was signed on a machine that has no PostgreSQL running.
 *
 * Reads only what COPY writes for these tables: integers, text, bytes in hex; anything else is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ledger/ledger.h"
#include "main/backup.h"
#include "os/os.h"

#define COLUMNS_MAX 5
#define COMMIT_ROWS 5000

/* clang-format off */
static const struct query entry = {.name = "dumped.entry", .in = "ibb", .out = "",
    .sql = "INSERT INTO ledger_entry (idx, body, leaf_hash) VALUES (?1, ?2, ?3)"};
static const struct query find = {.name = "dumped.find", .in = "bi", .out = "",
    .sql = "INSERT INTO ledger_find (leaf_hash, idx) VALUES (?1, ?2)"};
static const struct query tile = {.name = "dumped.tile", .in = "iib", .out = "",
    .sql = "INSERT INTO ledger_tile (level, n, hashes) VALUES (?1, ?2, ?3)"};
static const struct query checkpoint = {.name = "dumped.checkpoint", .in = "ibti", .out = "",
    .sql = "INSERT INTO ledger_checkpoint (size, root, note, signed_at) VALUES (?1, ?2, ?3, ?4)"};
static const struct query ended = {.name = "dumped.ended", .in = "itiii", .out = "",
    .sql = "INSERT INTO ledger_ended (number, origin, first, size, next_first) VALUES (?1, ?2, ?3, ?4, ?5)"};

static const struct table {
    const char *head; /* as COPY names it */
    const struct query *add;
} tables[] = {
    {"COPY public.ledger_entry (idx, body, leaf_hash) FROM stdin;", &entry},
    {"COPY public.ledger_find (leaf_hash, idx) FROM stdin;", &find},
    {"COPY public.ledger_tile (level, n, hashes) FROM stdin;", &tile},
    {"COPY public.ledger_checkpoint (size, root, note, signed_at) FROM stdin;", &checkpoint},
    {"COPY public.ledger_ended (number, origin, first, size, next_first) FROM stdin;", &ended},
};

const struct query *const dumped_queries[] = {&entry, &find, &tile, &checkpoint, &ended};
const size_t dumped_queries_n = ARRAY_LEN(dumped_queries);

const char *const dumped_tables[] = {"ledger_entry", "ledger_find", "ledger_tile", "ledger_checkpoint", "ledger_ended", NULL};
/* clang-format on */

struct dumped {
    struct db *db;
    struct arena a; /* of one row */
    const struct table *table;
    int seen;
    int64_t rows;
};

/* In place: COPY's \n, \t, \\ and the like. */
static int unescape(char *s)
{
    static const char from[] = "bfnrtv\\", to[] = "\b\f\n\r\t\v\\";
    char *out = s;

    for (; *s != '\0'; s++) {
        const char *at;

        if (*s != '\\') {
            *out++ = *s;
            continue;
        }
        at = *++s == '\0' ? NULL : strchr(from, *s);
        if (at == NULL)
            return E_FORMAT;
        *out++ = to[at - from];
    }
    *out = '\0';
    return 0;
}

static int take_value(struct dumped *d, char *s, char type, struct val *ret)
{
    int64_t n = 0;
    uint8_t *p;
    size_t half;

    if (text_eq(s, "\\N")) {
        *ret = type == 'i' ? val_int(INT_NONE) : type == 't' ? val_text(NULL) : val_bytes((struct bytes){0});
        return 0;
    }
    if (type == 'i') {
        *ret = val_int(0);
        if (text_int(s, INT64_MIN + 1, INT64_MAX, &n) < 0)
            return E_FORMAT;
        *ret = val_int(n);
        return 0;
    }
    if (unescape(s) < 0)
        return E_FORMAT;
    if (type == 't') {
        *ret = val_text(s);
        return 0;
    }
    half = text_starts(s, "\\x") ? (strlen(s) - 2) / 2 : 0;
    p = arena_alloc(&d->a, half + 1);
    *ret = val_bytes((struct bytes){p, half});
    return text_starts(s, "\\x") ? hex_bytes(s + 2, p, half) : E_FORMAT;
}

static int take_row(struct dumped *d, const char *line)
{
    const char *types = d->table->add->in;
    struct val values[COLUMNS_MAX];
    size_t n, i;
    char **parts = text_split(&d->a, line, '\t', &n);
    int64_t e = 0;

    if (n != strlen(types))
        return E_FORMAT;
    for (i = 0; i < n && e == 0; i++)
        e = take_value(d, parts[i], types[i], &values[i]);
    if (e == 0)
        e = db_run_(d->db, d->table->add, values, n);
    arena_reset(&d->a);
    if (e >= 0 && ++d->rows % COMMIT_ROWS == 0) {
        e = db_commit(d->db);
        if (e >= 0)
            e = db_begin(d->db);
    }
    return e < 0 ? (int)e : 0;
}

static int take_line(struct dumped *d, const char *line)
{
    size_t i;

    if (d->table != NULL && text_eq(line, "\\.")) {
        d->table = NULL;
        return 0;
    }
    if (d->table != NULL)
        return take_row(d, line);
    for (i = 0; i < ARRAY_LEN(tables); i++)
        if (text_eq(line, tables[i].head)) {
            d->table = &tables[i];
            d->seen++;
        }
    return d->table == NULL && text_starts(line, "COPY ") ? E_FORMAT : 0;
}

static int take_lines(struct dumped *d, FILE *in)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    int e = 0;

    while (e == 0 && (n = getline(&line, &room, in)) > 0) {
        if (line[n - 1] == '\n')
            line[n - 1] = '\0';
        e = take_line(d, line);
    }
    free(line);
    if (e == 0 && (ferror(in) != 0 || d->table != NULL || d->seen != (int)ARRAY_LEN(tables)))
        e = E_FORMAT;
    return e;
}

static int fill(struct dumped *d, int script)
{
    int fd = dup(script), e;
    FILE *in = fd < 0 ? NULL : fdopen(fd, "r");

    if (in == NULL) {
        os_close(&fd);
        return E_SYSTEM;
    }
    e = db_begin(d->db);
    if (e == 0)
        e = take_lines(d, in);
    if (e == 0)
        e = db_commit(d->db);
    (void)fclose(in); /* only read */
    return e;
}

int dumped_ledger(int script, const char *address, char ret_why[DB_WHY])
{
    AUTO_DB struct db *db = NULL;
    struct dumped d = {0};
    int done, e;

    e = db_open_why(address, DB_OWNER, ret_why, &db);
    if (e == 0)
        e = migrate(db, &ledger_migration, 1, &done);
    if (e == 0) {
        d.db = db;
        arena_init(&d.a, 16 * MB);
        e = fill(&d, script);
        arena_finish(&d.a);
    }
    return e;
}
