/*
 * check_log.c: do entries, tiles and checkpoints agree with each other, and is every record's chain whole?
 *
 * Everything is computed from the bodies. What is stored beside them (leaf hashes, tiles, roots) is only compared.
 */
#include "base/text.h"
#include "ledger/check.h"

#define TILE_BITS 8

/* ---- records ---- */

static uint64_t hash_text(const char *s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (; *s != '\0'; s++)
        h = (h ^ (uint8_t)*s) * UINT64_C(0x100000001b3);
    return h ^ h >> 29;
}

static size_t slot_of(const struct records *r, const char *rec, uint64_t hash)
{
    size_t at = (size_t)hash & (r->room - 1);

    while (r->slot[at] != NULL && (r->slot[at]->hash != hash || strcmp(r->slot[at]->rec, rec) != 0))
        at = (at + 1) & (r->room - 1);
    return at;
}

struct record *check_record(struct checking *c, const char *rec)
{
    if (c->records.room == 0)
        return NULL;
    return c->records.slot[slot_of(&c->records, rec, hash_text(rec))];
}

/* Twice as many slots, in the arena: what they cost is at most doubled by those left behind. */
static void make_room(struct checking *c)
{
    struct records *r = &c->records, old = *r;

    if ((r->n + 1) * 2 <= r->room)
        return;
    r->room = old.room == 0 ? 1024 : old.room * 2;
    r->slot = arena_array(&c->keep, r->room, struct record *);
    for (size_t i = 0; i < old.room; i++)
        if (old.slot[i] != NULL)
            r->slot[slot_of(r, old.slot[i]->rec, old.slot[i]->hash)] = old.slot[i];
}

static const char *intern(struct checking *c, const char *table)
{
    for (size_t i = 0; i < c->n_tables; i++)
        if (strcmp(c->tables[i], table) == 0)
            return c->tables[i];
    if (c->n_tables == c->tables_room) {
        size_t room = c->tables_room == 0 ? 64 : c->tables_room * 2;
        const char **tables = arena_array(&c->keep, room, const char *);

        if (c->n_tables > 0)
            memcpy(tables, c->tables, c->n_tables * sizeof *tables);
        c->tables = tables;
        c->tables_room = room;
    }
    return c->tables[c->n_tables++] = arena_text(&c->keep, table);
}

struct record *check_record_add(struct checking *c, const char *rec, const char *table)
{
    struct record *r = check_record(c, rec);

    if (r != NULL)
        return r;
    make_room(c);
    r = arena_new(&c->keep, struct record);
    r->rec = arena_text(&c->keep, rec);
    r->table = intern(c, table);
    r->hash = hash_text(rec);
    c->records.slot[slot_of(&c->records, rec, r->hash)] = r;
    c->records.n++;
    return r;
}

/* ---- chains ---- */

/* The first leaf seen of a record: fine as revision 1, or, when only the end of the log is read, if its predecessor fits. */
static int chain_begins(struct checking *c, const struct leaf *l, int64_t rev, int64_t idx)
{
    struct tree_hash prev;
    struct bytes body;
    struct leaf before;
    int64_t before_rev;
    int e;

    if (rev == 1 && l->prev[0] == '\0')
        return 0;
    if (rev == 1 || l->prev[0] == '\0' || c->check->since == 0) {
        check_found(c, rev == 1 ? LEDGER_PREV_BROKEN : LEDGER_REV_GAP, l->rec, idx, "no earlier revision");
        return 0;
    }
    if (hex_bytes(l->prev, prev.v, TREE_HASH) < 0)
        return E_FORMAT;
    e = ledger_body(c->l, c->db, &c->scratch, &prev, &body);
    if (e < 0 && e != E_STATE)
        return e;
    if (e < 0 || body.n == 0 || leaf_decode(&c->scratch, body, &before) < 0 || before.rev == NULL ||
        strcmp(before.rec, l->rec) != 0)
        check_found(c, LEDGER_PREV_BROKEN, l->rec, idx, "prev is no leaf of this record");
    else if (text_int(before.rev, 1, INT64_MAX - 1, &before_rev) < 0 || before_rev + 1 != rev)
        check_found(c, LEDGER_REV_GAP, l->rec, idx, "rev does not follow");
    return 0;
}

int check_chain(struct checking *c, const struct leaf *l, const struct tree_hash *hash, int64_t idx)
{
    struct record *r = check_record(c, l->rec);
    int64_t rev;
    int e = 0;

    if (l->rev == NULL)
        return 0;
    if (text_int(l->rev, 1, INT64_MAX, &rev) < 0)
        return E_FORMAT;
    if (r == NULL) {
        e = chain_begins(c, l, rev, idx);
        r = check_record_add(c, l->rec, l->t);
    } else {
        if (tree_hash_eq(&r->leaf, hash)) /* the same leaf again, carried over from an abandoned log */
            return 0;
        if (rev != r->rev + 1)
            check_found(c, LEDGER_REV_GAP, l->rec, idx, "rev does not follow");
        if (strcmp(l->prev, hex_text(&c->scratch, r->leaf.v, TREE_HASH)) != 0)
            check_found(c, LEDGER_PREV_BROKEN, l->rec, idx, "prev is not the leaf before");
    }
    r->rev = rev;
    r->idx = idx;
    r->leaf = *hash;
    r->op = l->op;
    return e;
}

/* ---- one log ---- */

/* Tiles as they must be, a buffer a level, and the next checkpoint to come. */
struct walk {
    struct checking *c;
    const struct ledger_log *log;
    struct store_tiles *tiles;
    int64_t tiled; /* the stored tiles go so far */
    struct tree_range range;
    struct {
        size_t width;
        struct tree_hash hash[TREE_TILE];
    } level[TREE_LEVELS];
    int64_t next_size; /* of the next stored checkpoint; INT64_MAX for none */
    struct tree_hash next_root;
    struct bytes next_note;
    struct arena arena; /* tiles and the checkpoint at hand */
};

static void bad_tile(struct walk *w, int level, uint64_t n, size_t width, const char *detail)
{
    struct tree_tile t = {.level = level, .n = n, .width = width};
    char name[TREE_TILE_NAME];

    tree_tile_name(&t, name);
    check_found(w->c, LEDGER_TILE_BAD, name, INT_NONE, detail);
}

/* The buffer of a level, as far as tiles are stored, against the stored tile. */
static int compare_tile(struct walk *w, int level, uint64_t n, size_t width)
{
    const struct tree_hash *stored;
    int e;

    if (width == 0)
        return 0;
    e = w->tiles->source.tile(w->tiles->source.arg, level, n, width, &stored);
    if (e == E_STORAGE)
        bad_tile(w, level, n, width, "missing or too short");
    else if (e == 0 && memcmp(stored, w->level[level].hash, width * TREE_HASH) != 0)
        bad_tile(w, level, n, width, "differs from the entries");
    return e == E_STORAGE ? 0 : e;
}

/* Puts a hash into the buffers; `before` is how many leaves came before it. */
static int push(struct walk *w, uint64_t before, const struct tree_hash *leaf)
{
    struct tree_hash h = *leaf;

    for (int level = 0; level < TREE_LEVELS; level++) {
        uint64_t n = before >> (level * TILE_BITS) >> TILE_BITS;
        struct tree_range full = {0};
        int e;

        w->level[level].hash[w->level[level].width++] = h;
        if (w->level[level].width < TREE_TILE)
            return 0;
        if (tree_tile_width((uint64_t)w->tiled, level, n) == TREE_TILE) {
            e = compare_tile(w, level, n, TREE_TILE);
            if (e < 0)
                return e;
        }
        for (size_t i = 0; i < TREE_TILE; i++)
            tree_range_add(&full, &w->level[level].hash[i]);
        h = tree_range_root(&full);
        w->level[level].width = 0;
    }
    return 0;
}

/* When the walk is as long as the stored tiles: the partial ones. */
static int compare_edge(struct walk *w)
{
    int e = 0;

    for (int level = 0; level < TREE_LEVELS && e == 0; level++)
        e = compare_tile(w, level, (uint64_t)w->tiled >> (level * TILE_BITS) >> TILE_BITS, w->level[level].width);
    return e;
}

/* ---- checkpoints ---- */

static int next_checkpoint(struct walk *w, int64_t after)
{
    AUTO_ROWS struct rows rows;
    int e;

    w->next_size = INT64_MAX;
    e = db_select(&rows, w->c->db, &q_checkpoints, V(w->log->first + after), V(INT64_C(1)));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0 && rows_int(&rows, 0) - w->log->first <= w->log->size) {
        struct bytes root = rows_bytes(&rows, &w->arena, 1);
        const char *note = rows_text(&rows, &w->arena, 2);

        w->next_size = rows_int(&rows, 0) - w->log->first;
        w->next_note = (struct bytes){.p = (const uint8_t *)note, .n = strlen(note)};
        w->next_root = (struct tree_hash){0};
        memcpy(w->next_root.v, root.p, root.n < TREE_HASH ? root.n : TREE_HASH);
    }
    return e < 0 ? e : 0;
}

/* The stored checkpoint of the present size: its root and what its note says. */
static void compare_checkpoint(struct walk *w)
{
    struct tree_hash root = tree_range_root(&w->range);
    const char *name = text_printf(&w->arena, "checkpoint %lld", (long long)w->next_size);
    struct checkpoint said;
    struct note note;

    if (!tree_hash_eq(&root, &w->next_root)) {
        check_found(w->c, LEDGER_ROOT_BAD, name, INT_NONE, "root differs from the entries");
        return;
    }
    if (note_parse(&w->arena, w->next_note, &note) < 0 || checkpoint_parse(&w->arena, note.text, &said) < 0 ||
        said.size != w->range.size || !tree_hash_eq(&said.root, &root) || strcmp(said.origin, w->log->origin) != 0)
        check_found(w->c, LEDGER_ROOT_BAD, name, INT_NONE, "note says something else");
}

/* ---- entries ---- */

static int remember_load(struct checking *c, const struct leaf *l, const struct tree_hash *hash, int64_t idx)
{
    const struct leaf_pair *table = leaf_pub(l, "table"), *version = leaf_pub(l, "version");
    struct record *r;

    if (table == NULL || version == NULL)
        return 0;
    r = check_record_add(c, text_printf(&c->scratch, LOAD_REC, table->value, version->value), "load");
    r->idx = idx;
    r->leaf = *hash;
    r->op = LEAF_LOAD;
    r->row_seen = true;
    return 0;
}

static int take_leaf(struct checking *c, struct bytes body, const struct tree_hash *hash, int64_t idx)
{
    struct leaf l;

    if (leaf_decode(&c->scratch, body, &l) < 0) {
        check_found(c, LEDGER_ROOT_BAD, "entry", idx, "not a leaf");
        return 0;
    }
    if (l.c != NULL)
        return 0;
    return l.op == LEAF_LOAD ? remember_load(c, &l, hash, idx) : check_chain(c, &l, hash, idx);
}

static int take_entry(struct walk *w, struct bytes body, struct bytes stored_hash, int64_t idx)
{
    struct tree_hash h = leaf_hash(body);
    uint64_t before = w->range.size;
    int e = 0;

    if (stored_hash.n != TREE_HASH || memcmp(stored_hash.p, h.v, TREE_HASH) != 0)
        check_found(w->c, LEDGER_ROOT_BAD, "entry", idx, "leaf_hash is not the hash of the body");
    tree_range_add(&w->range, &h);
    e = push(w, before, &h);
    if (e == 0 && (int64_t)w->range.size == w->tiled)
        e = compare_edge(w);
    if (e == 0 && (int64_t)w->range.size == w->next_size) {
        compare_checkpoint(w);
        arena_reset(&w->arena);
        w->tiles = store_tiles(&w->arena, w->c->db, w->log, w->tiled);
        e = next_checkpoint(w, (int64_t)w->range.size);
    }
    if (e == 0 && idx >= w->c->check->since)
        e = take_leaf(w->c, body, &h, idx);
    arena_reset(&w->c->scratch);
    return e;
}

/* A page of entries: how many. */
static int64_t take_page(struct walk *w, int64_t end)
{
    int64_t at = w->log->first + (int64_t)w->range.size, n = 0;
    AUTO_ROWS struct rows rows;
    struct arena a;
    int e;

    arena_init(&a, 32 * MB);
    e = db_select(&rows, w->c->db, &q_entries, V(at), V(w->log->first + end), V((int64_t)SLICE_ROWS));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        if (rows_int(&rows, 0) != at + n) {
            check_found(w->c, LEDGER_ROOT_BAD, "entry", at + n, "missing");
            e = E_FORMAT;
            break;
        }
        e = take_entry(w, rows_bytes(&rows, &a, 1), rows_bytes(&rows, &a, 2), at + n);
        n++;
    }
    arena_finish(&a);
    return e < 0 ? e : n;
}

/* Where the walk of a log begins: at a tile's edge, with what lies before taken from the tiles. */
static int begin_at(struct walk *w, int64_t start)
{
    int e;

    e = tree_range_load(&w->tiles->source, (uint64_t)start, &w->range);
    for (int level = 1; level < TREE_LEVELS && e == 0; level++) {
        uint64_t hashes = (uint64_t)start >> (level * TILE_BITS);
        const struct tree_hash *stored;

        w->level[level].width = (size_t)(hashes % TREE_TILE);
        if (w->level[level].width == 0)
            continue;
        e = w->tiles->source.tile(w->tiles->source.arg, level, hashes / TREE_TILE, w->level[level].width, &stored);
        if (e == 0)
            memcpy(w->level[level].hash, stored, w->level[level].width * TREE_HASH);
    }
    return e;
}

/* From the first leaf that is wanted, rounded down to a tile, but never beyond what is tiled. */
static int64_t start_of(const struct walk *w, int64_t size)
{
    int64_t start = w->c->check->since - w->log->first;

    if (start > w->tiled)
        start = w->tiled;
    if (start > size)
        start = size;
    return start <= 0 ? 0 : start - start % (int64_t)TREE_TILE;
}

static int walk_entries(struct walk *w, int64_t size)
{
    while ((int64_t)w->range.size < size) {
        int64_t n = take_page(w, size);

        if (n == E_FORMAT)
            return 0; /* a hole: found, and nothing behind it can be checked */
        if (n == 0)
            check_found(w->c, LEDGER_ROOT_BAD, "entry", w->log->first + (int64_t)w->range.size, "missing");
        if (n <= 0)
            return (int)n;
    }
    if (w->next_size != INT64_MAX)
        check_found(w->c, LEDGER_ROOT_BAD, "checkpoint", INT_NONE, "larger than the log");
    return 0;
}

static int check_one(struct checking *c, const struct ledger_log *log)
{
    struct walk *w = calloc(1, sizeof *w);
    int64_t size = store_size(c->db, log);
    int e;

    if (w == NULL)
        memory_gone(sizeof *w);
    *w = (struct walk){.c = c, .log = log, .tiled = store_tiled(c->db, log)};
    arena_init(&w->arena, 16 * MB);
    e = size < 0 ? (int)size : w->tiled < 0 ? (int)w->tiled : 0;
    if (e == 0) {
        w->tiles = store_tiles(&w->arena, c->db, log, w->tiled);
        e = begin_at(w, start_of(w, size));
        if (e == E_STORAGE) { /* the tiles do not even say where to begin: from the first entry then */
            bad_tile(w, 0, 0, TREE_TILE, "missing or too short");
            w->range = (struct tree_range){0};
            memset(w->level, 0, sizeof w->level);
            e = 0;
        }
    }
    if (e == 0)
        e = next_checkpoint(w, (int64_t)w->range.size);
    if (e == 0)
        e = walk_entries(w, size);
    arena_finish(&w->arena);
    free(w);
    return e;
}

int check_log(struct checking *c)
{
    int e = 0;

    for (size_t i = 0; i < c->l->n_logs && e == 0; i++) {
        const struct ledger_log *log = &c->l->logs[i];

        if (log->first + log->size > c->check->since)
            e = check_one(c, log);
    }
    return e;
}
