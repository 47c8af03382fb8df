/*
 * codeset_load.c: checked rows become a set.
 *
 * The set's row is made first, in state 'loading'; slices of rows follow; the last work counts them, appends the leaf and
 * says 'loaded'. A crash in between leaves a set that nobody sees and that the next load of this list removes. Each slice
 * names how much must be stored before it, so that two loads cannot mix.
 *
 * Not for: reading and checking files (codeset_read.c).
 */
#include "base/buf.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "core/codeset/changes.h"
#include "core/codeset/days.h"
#include "core/codeset/query.h"
#include "engine/leaf.h"
#include "os/os.h"

#define SLICE     ((size_t)4096)   /* rows a work: some 20 ms of the writer */
#define BATCH     ((size_t)512)    /* rows a statement */
#define BATCH_MAX ((size_t)4 * MB) /* bytes: a row has at most some 5 KB */

struct load {
    const struct codeset_reader *reader;
    const struct codeset_options *options;
    struct codeset_report *report;
    struct arena *arena; /* outlives the works */
    int64_t id;
    size_t stored;
    bool same; /* found loaded already: id and version say where */
    const char *version;
    int64_t leaf_idx;
};

/* ---- leftovers ---- */

static int remove_slice(struct tx *tx, int64_t set)
{
    const char *code;
    int64_t n;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &code_at, V(set), V((int64_t)SLICE));
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    if (e > 0) {
        code = rows_text(&rows, tx->arena, 0);
        n = db_run(tx->db, &code_remove_below, V(set), V(code));
        return n < 0 ? (int)n : 1;
    }
    n = db_run(tx->db, &code_remove, V(set));
    if (n >= 0)
        n = db_run(tx->db, &codeset_remove, V(set));
    return n < 0 ? (int)n : 1;
}

/* 1 there may be more, 0 nothing is left. */
static int remove_unfinished(struct tx *tx, void *arg)
{
    const struct load *load = arg;
    int64_t set;
    int e;

    {
        AUTO_ROWS struct rows rows;

        e = db_select(&rows, tx->db, &codeset_unfinished, V(load->reader->spec->set));
        if (e == 0)
            e = rows_next(&rows);
        if (e <= 0)
            return e;
        set = rows_int(&rows, 0);
    }
    return remove_slice(tx, set);
}

/* ---- the beginning ---- */

/* Is this content or this version there? 1 the content is, 0 neither. */
static int look_for(struct load *load, struct db *db)
{
    int e;

    AUTO_ROWS struct rows rows;

    load->same = false;
    e = db_select(&rows, db, &codeset_known, V(load->reader->spec->set));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        const char *version = rows_text(&rows, load->arena, 1);
        struct bytes sha256 = rows_bytes(&rows, load->arena, 2);

        if (sha256.n == HASH_SIZE && memcmp(sha256.p, load->report->sha256, HASH_SIZE) == 0) {
            load->same = true;
            load->id = rows_int(&rows, 0);
            load->version = version;
            load->leaf_idx = rows_int(&rows, 3);
            return 1;
        }
        if (text_eq(version, load->options->version))
            return E_CONFLICT;
    }
    return e;
}

static struct bytes sha256_of(const struct load *load)
{
    return (struct bytes){.p = load->report->sha256, .n = HASH_SIZE};
}

static int begin(struct tx *tx, void *arg)
{
    struct load *load = arg;
    const struct codeset_options *o = load->options;
    int e = look_for(load, tx->db);
    int64_t n;

    if (e != 0)
        return e;
    load->id = os_new_id();
    n = db_run(tx->db, &codeset_insert, V(load->id), V(load->reader->spec->set), V(o->version), V(o->basis), V(o->valid_from),
               V(o->valid_to), V((int64_t)load->reader->n), V(sha256_of(load)));
    return n < 0 ? (int)n : 0;
}

/* ---- rows ---- */

/* Rows of the slice as JSON, at most BATCH of them. */
static size_t rows_json(const struct load *load, size_t from, size_t end, struct buf *out)
{
    struct json_out j;
    size_t i;

    buf_clear(out);
    json_out_init(&j, out);
    json_out_array(&j);
    for (i = from; i < end && i < from + BATCH; i++) {
        const struct code *c = &load->reader->rows[i].c;

        json_out_array(&j);
        json_out_text(&j, c->code);
        json_out_text(&j, c->scope);
        json_out_text(&j, c->name);
        json_out_int(&j, c->level);
        json_out_text(&j, c->parent);
        json_out_text(&j, c->more);
        json_out_end(&j);
    }
    json_out_end(&j);
    BUG_IF(json_out_done(&j) < 0); /* the columns' lengths fit */
    return i;
}

static int store_many(struct tx *tx, const struct load *load, size_t i, size_t end)
{
    struct buf json;
    int e = 0;

    buf_init(&json, tx->arena, BATCH_MAX);
    while (e == 0 && i < end) {
        i = rows_json(load, i, end, &json);
        e = db_send(tx->db, &code_insert_many, V(load->id), V(json.s));
    }
    return e;
}

static int store_each(struct tx *tx, const struct load *load, size_t i, size_t end)
{
    int e = 0;

    for (; e == 0 && i < end; i++) {
        const struct code *c = &load->reader->rows[i].c;

        e = db_send(tx->db, &code_insert, V(load->id), V(c->code), V(c->scope), V(c->name), V(c->level), V(c->parent),
                    V(c->more));
    }
    return e;
}

static int store_slice(struct tx *tx, void *arg)
{
    const struct load *load = arg;
    size_t end = load->stored + SLICE < load->reader->n ? load->stored + SLICE : load->reader->n;
    int e = db_send_one(tx->db, &codeset_stored, V(load->id), V((int64_t)load->stored), V((int64_t)end));

    if (e < 0)
        return e;
    return db_kind(tx->db) == DB_POSTGRESQL ? store_many(tx, load, load->stored, end) : store_each(tx, load, load->stored, end);
}

/* ---- the end ---- */

static int append_leaf(struct tx *tx, const struct load *load, struct ledger_receipt *ret)
{
    static const struct actor_mark machine = {.role = "system"};
    const struct codeset_options *o = load->options;
    const struct actor_mark *mark = o->mark != NULL ? o->mark : &machine;
    const struct ledger_column columns[] = {
        {.name = "table", .value = text_printf(tx->arena, CODESET_TABLE, load->reader->spec->set), .is_public = true},
        {.name = "version", .value = o->version, .is_public = true},
        {.name = "basis", .value = o->basis, .is_public = true},
        {.name = "valid_from", .value = date_iso(tx->arena, o->valid_from), .is_public = true},
        {.name = "valid_to", .value = date_iso(tx->arena, o->valid_to), .is_public = true},
        {.name = "rows", .value = text_printf(tx->arena, "%zu", load->reader->n), .is_public = true},
        {.name = "sha256", .value = hex_text(tx->arena, load->report->sha256, HASH_SIZE), .is_public = true},
    };
    struct ledger_leaf leaf = leaf_by(tx, mark, "code_set", load->id, LEAF_LOAD);

    leaf.columns = columns;
    leaf.n = ARRAY_LEN(columns);
    return ledger_append(tx, &leaf, ret);
}

static int counted(struct tx *tx, int64_t set, int64_t *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, tx->db, &code_count, V(set));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        *ret = rows_int(&rows, 0);
    return e < 0 ? e : 0;
}

static int publish(struct tx *tx, void *arg)
{
    struct load *load = arg;
    const struct actor_mark *mark = load->options->mark;
    struct ledger_receipt receipt;
    int64_t n = 0;
    int e = counted(tx, load->id, &n);

    if (e == 0 && n != (int64_t)load->reader->n)
        e = E_CONFLICT;
    if (e == 0)
        e = append_leaf(tx, load, &receipt);
    if (e == 0)
        e = db_send_one(tx->db, &codeset_publish, V(load->id), V(tx->now), V(mark != NULL ? mark->name : NULL),
                        V(((struct bytes){.p = receipt.leaf_hash.v, .n = sizeof receipt.leaf_hash.v})), V(receipt.idx));
    if (e == 0 && load->reader->spec->days)
        e = days_store(tx, load->reader, load->options);
    if (e == 0 && load->reader->spec->changes)
        e = changes_store(tx, load->reader);
    if (e == 0)
        load->leaf_idx = receipt.idx;
    return e;
}

/* ---- the whole ---- */

static bool says_what_it_is(const struct codeset_options *o)
{
    return !text_empty(o->version) && strlen(o->version) <= 100 && !text_empty(o->basis) && strlen(o->basis) <= 300 &&
           (date_is_none(o->valid_from) || date_is_none(o->valid_to) || o->valid_from.v <= o->valid_to.v);
}

static int look_only(struct app *app, struct load *load)
{
    struct db *db;
    int e = pool_take(app->pool, 5000, &db);

    if (e < 0)
        return e;
    e = look_for(load, db);
    pool_give(app->pool, db);
    return e;
}

static int check_changes(struct app *app, const struct codeset_reader *r, struct codeset_report *report)
{
    struct db *db;
    int e = pool_take(app->pool, 5000, &db);

    if (e < 0)
        return e;
    e = changes_check(db, r, report);
    pool_give(app->pool, db);
    return e;
}

static int store(struct app *app, struct load *load)
{
    int e;

    do
        e = writer_do(app->writer, remove_unfinished, load);
    while (e > 0);
    if (e == 0)
        e = writer_do(app->writer, begin, load);
    if (e != 0)
        return e;
    for (load->stored = 0; load->stored < load->reader->n && e == 0; load->stored += SLICE)
        e = writer_do(app->writer, store_slice, load);
    return e < 0 ? e : writer_do(app->writer, publish, load);
}

int codeset_store(struct app *app, const struct codeset_reader *r, const struct codeset_options *options,
                  struct codeset_report *report)
{
    struct load load = {.reader = r, .options = options, .report = report, .arena = r->a, .leaf_idx = INT_NONE};
    int e;

    if (report->wrong > 0 || !says_what_it_is(options))
        return E_INPUT;
    e = r->spec->changes ? check_changes(app, r, report) : 0;
    if (e < 0)
        return e;
    e = options->dry_run ? look_only(app, &load) : store(app, &load);
    if (e < 0)
        return e;

    report->same = load.same;
    report->version = load.same ? load.version : options->version;
    report->set = load.id;
    report->leaf_idx = load.leaf_idx;
    return 0;
}

int codeset_load(struct app *app, struct arena *a, const struct codeset_spec *spec, const struct codeset_options *options,
                 struct bytes content, struct codeset_report *report)
{
    struct codeset_reader reader;
    int e;

    codeset_read_begin(&reader, a, spec, report);
    e = codeset_read_feed(&reader, content.p, content.n);
    if (e == 0)
        e = codeset_read_end(&reader);
    return e < 0 ? e : codeset_store(app, &reader, options, report);
}
