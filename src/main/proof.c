/*
 * proof.c: `terang proof`: the proof of a record's newest or an older revision, or of any leaf, as a file that `terang verify`
 * reads.
 *
 * Who may run it has the database and the key-encryption keys; permission is the page's business (button "Bukti").
 */
#include <fcntl.h>
#include <string.h>

#include "base/text.h"
#include "engine/leaf.h"
#include "engine/ledger_table.h"
#include "main/command.h"
#include "main/instance.h"
#include "os/os.h"

#define OPEN_MAX 64

enum { OPEN, OUT };

struct asked {
    struct tree_hash leaf;
    struct ledger_open_field open[OPEN_MAX];
    size_t n;
};

/* The columns that --open names; "all" for whatever is committed. 0, or an exit code. */
static int choose_open(const struct command_line *line, const struct ledger_row *row, struct asked *ret)
{
    const char *list = line->values[OPEN];
    char **names;
    size_t n, i, k;

    if (text_empty(list))
        return 0;
    names = text_split(line->arena, list, ',', &n);
    for (i = 0; i < n; i++) {
        bool known = false;

        for (k = 0; k < row->n && ret->n < OPEN_MAX; k++) {
            const struct ledger_column *c = &row->columns[k];

            if (c->is_public || (!text_eq(names[i], "all") && !text_eq(names[i], c->name)))
                continue;
            ret->open[ret->n++] = (struct ledger_open_field){.column = c->name, .value = c->value, .key = c->key};
            known = true;
        }
        if (!known)
            return command_usage(line->command,
                                 text_printf(line->arena, "%s has no column %s that can be opened", row->rec, names[i]));
    }
    return 0;
}

/* From the newest revision's leaf back to the asked one, each by the hash that the next one names. */
static int walk_back(const struct command_line *line, const struct app *app, struct db *db, const char *rev,
                     struct tree_hash *leaf)
{
    struct leaf l = {.rev = ""};
    struct bytes body;
    int e = 0;

    for (;;) {
        e = ledger_body(app->ledger, db, line->arena, leaf, &body);
        if (e == 0 && (body.n == 0 || leaf_decode(line->arena, body, &l) < 0 || l.rev == NULL || l.prev == NULL))
            e = E_FORMAT;
        if (e < 0)
            return cannot("%s: its leaves cannot be read back to revision %s: %s", line->args[0], rev, reason_of(e));
        if (text_eq(l.rev, rev))
            return 0;
        if (hex_bytes(l.prev, leaf->v, TREE_HASH) < 0)
            return cannot("%s: there is no such revision", line->args[0]);
    }
}

/* "licence/7": its newest leaf; "licence/7@2": that of its second revision, of which nothing but the leaf itself is at hand. */
static int take_record(const struct command_line *line, const struct app *app, struct db *db, struct asked *ret)
{
    const char *asked = line->args[0], *rev = strchr(asked, '@');
    const char *rec = rev == NULL ? asked : arena_text_n(line->arena, asked, (size_t)(rev - asked));
    const char *slash = strchr(rec, '/');
    const struct entity *e = slash == NULL ? NULL : app_entity(app, arena_text_n(line->arena, rec, (size_t)(slash - rec)));
    struct ledger_row row;
    int64_t id, number;
    int found;

    if (e == NULL || e->ledger == LEDGER_NONE || text_int(slash + 1, 1, INT64_MAX, &id) < 0 ||
        (rev != NULL && text_int(rev + 1, 1, INT64_MAX, &number) < 0))
        return command_usage(line->command,
                             "a record is TABLE/ID or TABLE/ID@REVISION of a table in the ledger, a leaf 64 hex digits");
    if (rev != NULL && line->values[OPEN] != NULL)
        return command_usage(line->command, "fields can be opened of the newest revision only");
    found = ledger_row_columns(db, line->arena, e, id, &row);
    if (found < 0)
        return cannot("the database cannot be read: %s", db_fault(db));
    if (found == 0 || row.leaf_hash.n != TREE_HASH)
        return cannot("%s: there is no such record", rec);
    memcpy(ret->leaf.v, row.leaf_hash.p, TREE_HASH);
    if (rev != NULL)
        return walk_back(line, app, db, rev + 1, &ret->leaf);
    return choose_open(line, &row, ret);
}

static int make_proof(const struct command_line *line, struct opened *o, struct db *db, struct bytes *ret)
{
    struct asked asked = {.n = 0};
    size_t wanted;
    int code, e;

    if (hex_bytes(line->args[0], asked.leaf.v, TREE_HASH) < 0) {
        code = take_record(line, &o->app, db, &asked);
        if (code != 0)
            return code;
    }
    wanted = asked.n;
    e = leaf_openable(o->app.ledger, db, line->arena, &asked.leaf, asked.open, &asked.n);
    if (e == 0 && asked.n < wanted && !text_eq(line->values[OPEN], "all"))
        return cannot("%s: a field to open was erased", line->args[0]);
    if (e == 0)
        e = ledger_proof(o->app.ledger, db, line->arena, &asked.leaf, asked.open, asked.n, ret);
    if (e == E_STATE)
        return cannot("%s: a field to open has lost its key: it was erased", line->args[0]);
    if (e == E_INPUT) {
        (void)cannot("%s: the row is not what its leaf says: see `terang ledger check`",
                     line->args[0]); /* the code is another */
        return EXIT_WRONG;
    }
    if (e < 0)
        return cannot("%s: %s", line->args[0], reason_of(e));
    return ret->n == 0 ? cannot("%s: under no signed checkpoint, not yet or not at all", line->args[0]) : 0;
}

static int write_out(const struct command_line *line, struct bytes proof)
{
    const char *path = line->values[OUT];
    AUTO_CLOSE int fd = -1;

    if (path == NULL)
        return os_write_all(1, proof.p, proof.n) < 0 ? EXIT_UNKNOWN : EXIT_GOOD;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0 || os_write_all(fd, proof.p, proof.n) < 0 || os_sync(fd) < 0)
        return cannot("%s: cannot be written, or is there already", path);
    return EXIT_GOOD;
}

int command_proof(const struct command_line *line)
{
    struct opened o;
    struct bytes proof;
    struct db *db;
    int code = instance_open(line->arena, USE_READ, &o);

    if (code != 0)
        return code;
    if (pool_take(o.app.pool, 1000, &db) < 0) {
        code = cannot("the database cannot be read");
    } else {
        code = make_proof(line, &o, db, &proof);
        pool_give(o.app.pool, db);
    }
    instance_close(&o);
    return code != 0 ? code : write_out(line, proof);
}
