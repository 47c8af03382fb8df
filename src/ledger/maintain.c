/*
 * maintain.c: the commands that see the whole log: export, rebuild, resume, renew.
 *
 * Each is slow and rare, runs while nobody writes (but for the export), and changes everything or nothing.
 */
#include "base/text.h"
#include "ledger/store.h"
#include "os/os.h"

#define REBUILD_LEAVES  16384
#define BUNDLE_FILE_MAX (TREE_TILE * (LEAF_MAX + 2))

/* ---- export ---- */

struct export
{
    struct ledger *l;
    struct db *db;
    int dir;
    const struct ledger_log *log;
    struct arena arena; /* of one file */
};

static int make_parents(int dir, struct arena *a, const char *path)
{
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        int e = os_make_dir(dir, arena_text_n(a, path, (size_t)(slash - path)), 0755);

        if (e < 0)
            return e;
    }
    return 0;
}

static int write_file(struct export *x, const char *path, struct bytes b)
{
    int e = make_parents(x->dir, &x->arena, path);

    return e < 0 ? e : os_replace_file(x->dir, path, b.p, b.n, 0644);
}

/* Tiles never change under their name: one that is there is right. */
static int export_tile(struct export *x, const struct tree_tile *t)
{
    char name[TREE_TILE_NAME];
    const char *path;
    struct ledger_page page;
    int e;

    tree_tile_name(t, name);
    path = text_printf(&x->arena, "%d/%s", x->log->number, name);
    {
        AUTO_CLOSE int fd = os_open_if_there(x->dir, path);

        if (fd != 0)
            return fd < 0 ? fd : 0;
    }
    e = ledger_read(x->l, x->db, &x->arena, path, &page);
    if (e < 0)
        return e;
    return page.type == NULL ? E_STORAGE : write_file(x, path, page.body);
}

static int export_level(struct export *x, int level, int64_t size)
{
    int hashes = level == TREE_ENTRIES ? 0 : level;
    int e = 0;

    for (uint64_t n = 0; e >= 0; n++) {
        struct tree_tile t = {.level = level, .n = n, .width = tree_tile_width((uint64_t)size, hashes, n)};

        if (t.width == 0)
            break;
        e = export_tile(x, &t);
        arena_reset(&x->arena);
    }
    return e;
}

/* The checkpoint comes last: whoever sees it finds all that it covers. */
static int export_pages(struct export *x)
{
    static const char *const names[] = {"log.vkey", "keys", "policy", "checkpoint"};
    int e = 0;

    for (size_t i = 0; i < ARRAY_LEN(names) && e >= 0; i++) {
        const char *path = text_printf(&x->arena, "%d/%s", x->log->number, names[i]);
        struct ledger_page page;

        e = ledger_read(x->l, x->db, &x->arena, path, &page);
        if (e == 0 && page.type != NULL)
            e = write_file(x, path, page.body);
        arena_reset(&x->arena);
    }
    return e;
}

int64_t ledger_export(struct ledger *l, struct db *db, int dir)
{
    struct export x = {.l = l, .db = db, .dir = dir};
    int64_t size = 0;
    int e = 0;

    arena_init(&x.arena, 32 * MB);
    for (size_t i = 0; i < l->n_logs && e >= 0; i++) {
        x.log = &l->logs[i];
        size = store_tiled(db, x.log);
        e = size < 0 ? (int)size : 0;
        for (int level = TREE_ENTRIES; level < TREE_LEVELS && e >= 0; level++)
            e = export_level(&x, level, size);
        if (e >= 0)
            e = export_pages(&x);
    }
    arena_finish(&x.arena);
    return e < 0 ? e : size;
}

/* ---- rebuild ---- */

/* Hashes of the bodies themselves, from..: how many, at most `max`. */
static int64_t hash_bodies(struct db *db, const struct ledger_log *log, int64_t from, int64_t to, int64_t max,
                           struct tree_hash *ret)
{
    AUTO_ROWS struct rows rows;
    struct arena a;
    int64_t n = 0;
    int e;

    arena_init(&a, 1 * MB);
    e = db_select(&rows, db, &q_entries, V(log->first + from), V(log->first + to), V(max));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        if (rows_int(&rows, 0) != log->first + from + n) {
            e = E_STORAGE;
            break;
        }
        ret[n++] = leaf_hash(rows_bytes(&rows, &a, 1));
        arena_reset(&a);
    }
    arena_finish(&a);
    return e < 0 ? e : n;
}

static int rebuild_slice(struct db *db, const struct ledger_log *log, struct tree_range *r, int64_t size)
{
    struct tree_hash *leaves;
    struct tile_grown *tiles;
    struct arena a;
    size_t n_tiles;
    int64_t n;
    int e;

    arena_init(&a, 64 * MB);
    leaves = arena_array(&a, REBUILD_LEAVES, struct tree_hash);
    n = hash_bodies(db, log, (int64_t)r->size, size, REBUILD_LEAVES, leaves);
    e = n < 0 ? (int)n : n == 0 ? E_STORAGE : 0;
    if (e == 0)
        e = tile_grow(&a, &store_tiles(&a, db, log, (int64_t)r->size)->source, leaves, (size_t)n, &tiles, &n_tiles);
    if (e == 0)
        e = store_tiles_write(db, log, tiles, n_tiles);
    for (int64_t i = 0; i < n && e == 0; i++)
        tree_range_add(r, &leaves[i]);
    arena_finish(&a);
    return e;
}

static int rebuild_log(struct db *db, const struct ledger_log *log)
{
    struct store_checkpoint c;
    struct tree_range r = {0};
    struct tree_hash root;
    struct arena a;
    int e;

    arena_init(&a, 256 * KB);
    e = store_checkpoint(db, &a, log, INT64_MAX - log->first, &c);
    arena_finish(&a);
    if (e <= 0)
        return e;
    e = 0;
    while ((int64_t)r.size < c.size && e == 0)
        e = rebuild_slice(db, log, &r, c.size);
    root = tree_range_root(&r);
    if (e == 0 && !tree_hash_eq(&root, &c.root))
        e = E_STATE;
    return e;
}

static int rebuild_all(struct ledger *l, struct db *db)
{
    int64_t n;
    int e = 0;

    n = db_run(db, &q_find_clear);
    if (n >= 0)
        n = db_run(db, &q_tile_clear);
    if (n < 0)
        return (int)n;
    for (size_t i = 0; i < l->n_logs && e == 0; i++)
        e = rebuild_log(db, &l->logs[i]);
    return e;
}

int ledger_rebuild(struct ledger *l, struct db *db)
{
    int e;

    e = db_begin(db);
    if (e < 0)
        return e;
    e = rebuild_all(l, db);
    if (e == 0)
        return db_commit(db);
    db_rollback(db);
    return e;
}

/* ---- resume ---- */

struct fetch {
    struct db *db;
    const struct ledger_log *log;
    int mirror;
    struct tree_range range;
    int64_t size; /* to reach */
    struct arena arena;
};

/* The bundle that holds leaf number range.size: the whole one, or the widest partial one that is wide enough. */
static int find_bundle(struct fetch *f, struct tree_tile *ret, struct bytes *ret_bytes)
{
    struct tree_tile t = {.level = TREE_ENTRIES, .n = f->range.size / TREE_TILE};
    size_t want = tree_tile_width((uint64_t)f->size, 0, t.n);

    for (t.width = TREE_TILE; t.width >= want && t.width > 0; t.width--) {
        char name[TREE_TILE_NAME];
        const char *path;
        int fd, e;

        tree_tile_name(&t, name);
        path = text_printf(&f->arena, "%d/%s", f->log->number, name);
        fd = os_open_if_there(f->mirror, path);
        if (fd == 0)
            continue;
        os_close(&fd);
        e = os_read_file(f->mirror, path, &f->arena, BUNDLE_FILE_MAX, ret_bytes);
        *ret = t;
        return e < 0 ? e : 0;
    }
    return E_STATE;
}

static int take_fetched(void *arg, struct bytes body)
{
    struct fetch *f = arg;
    struct tree_hash h = leaf_hash(body);
    int64_t idx = f->log->first + (int64_t)f->range.size;

    if ((int64_t)f->range.size == f->size)
        return 0; /* the mirror has more than was signed when we stopped: it was never ours */
    tree_range_add(&f->range, &h);
    return db_send(f->db, &q_append, V(idx), V(body), V(((struct bytes){.p = h.v, .n = TREE_HASH})));
}

static int fetch_all(struct fetch *f, const struct tree_hash *want)
{
    struct tree_hash root;
    int e = 0;

    while ((int64_t)f->range.size < f->size && e >= 0) {
        struct tree_tile t;
        struct bytes b;

        arena_reset(&f->arena);
        e = find_bundle(f, &t, &b);
        if (e == 0)
            e = tile_bundle_read(b, t.width, (size_t)(f->range.size % TREE_TILE), take_fetched, f);
    }
    root = tree_range_root(&f->range);
    if (e < 0)
        return e == E_FORMAT ? E_STATE : e;
    return tree_hash_eq(&root, want) ? 0 : E_STATE;
}

/* The range over what the database still has, by the bodies. */
static int range_of_bodies(struct db *db, const struct ledger_log *log, int64_t size, struct tree_range *r)
{
    struct tree_hash *h = calloc(SLICE_ROWS, sizeof *h);
    int64_t n = 1;

    if (h == NULL)
        memory_gone(SLICE_ROWS * sizeof *h);
    while ((int64_t)r->size < size && n > 0) {
        n = hash_bodies(db, log, (int64_t)r->size, size, SLICE_ROWS, h);
        for (int64_t i = 0; i < n; i++)
            tree_range_add(r, &h[i]);
    }
    free(h);
    return n < 0 ? (int)n : n == 0 ? E_STORAGE : 0;
}

static int fetch_in_transaction(struct fetch *f, const struct tree_hash *want)
{
    int e;

    e = db_begin(f->db);
    if (e < 0)
        return e;
    e = fetch_all(f, want);
    if (e == 0)
        return db_commit(f->db);
    db_rollback(f->db);
    return e;
}

int ledger_resume(struct ledger *l, struct db *db, int mirror_dir, int64_t *ret_fetched)
{
    const struct signer_ask ask = {.word = SIGNER_STATE};
    struct fetch f = {.db = db, .log = ledger_running(l), .mirror = mirror_dir};
    struct signer_answer answer;
    int64_t have;
    int e;

    e = l->signer < 0 ? E_BUSY : signer_call(l->signer, &ask, &answer);
    if (e < 0)
        return e == E_HOLD ? E_STATE : e;
    have = store_size(db, f.log);
    if (have < 0)
        return (int)have;
    f.size = (int64_t)answer.size;
    *ret_fetched = have < f.size ? f.size - have : 0;
    if (have < f.size) {
        e = range_of_bodies(db, f.log, have, &f.range);
        arena_init(&f.arena, 16 * MB);
        if (e == 0)
            e = fetch_in_transaction(&f, &answer.root);
        arena_finish(&f.arena);
    }
    if (e == 0)
        e = store_compare(l, db);
    return e < 0 ? e : atomic_load(&l->mode) == LEDGER_RUNS ? 0 : E_STATE;
}

/* ---- renew ---- */

static bool has_column(const struct ledger_leaf *leaf, const char *name)
{
    for (size_t i = 0; i < leaf->n; i++)
        if (strcmp(leaf->columns[i].name, name) == 0 && leaf->columns[i].value != NULL)
            return true;
    return false;
}

/* Leaf 0 of the new log. */
static int append_note(struct tx *tx, const char *origin, const struct store_checkpoint *c, const struct ledger_leaf *why)
{
    struct ledger_column *columns = arena_array(tx->arena, why->n + 2, struct ledger_column);
    struct ledger_leaf leaf = *why;
    struct ledger_receipt receipt;

    memcpy(columns, why->columns, why->n * sizeof *columns);
    columns[why->n] = (struct ledger_column){.name = "log", .value = origin, .is_public = true};
    columns[why->n + 1] = (struct ledger_column){
        .name = "note", .value = arena_text_n(tx->arena, (const char *)c->note.p, c->note.n), .is_public = true};
    leaf.columns = columns;
    leaf.n = why->n + 2;
    leaf.t = "ledger";
    leaf.rec = "ledger/renew";
    leaf.op = LEAF_KEY;
    leaf.sealed = false;
    return append_leaf(tx, &leaf, &receipt);
}

/* The leaves that the old log's last note does not cover, as they are. */
static int append_rest(struct tx *tx, const struct ledger_log *old, int64_t size)
{
    int64_t at = old->first + old->size, end = old->first + size;
    int e = 0;

    while (at < end && e >= 0) {
        AUTO_ROWS struct rows rows;
        struct arena a;
        int64_t from = at;

        arena_init(&a, 32 * MB);
        e = db_select(&rows, tx->db, &q_entries, V(at), V(end), V((int64_t)SLICE_ROWS));
        while (e >= 0 && (e = rows_next(&rows)) > 0) {
            struct tree_hash h;
            int64_t idx;

            e = append_body(tx, rows_bytes(&rows, &a, 1), &h, &idx);
            at++;
        }
        arena_finish(&a);
        if (e == 0 && at == from)
            e = E_STORAGE;
    }
    return e;
}

static int renew(struct tx *tx, const struct store_checkpoint *c, int64_t size, const struct ledger_leaf *why)
{
    struct ledger *l = tx->ledger;
    struct ledger_log *old = &l->logs[l->n_logs - 1];
    int64_t next = old->first + size, n;
    int e;

    n = db_run(tx->db, &q_ended_add, V((int64_t)old->number), V((const char *)old->origin), V(old->first), V(c->size), V(next));
    if (n < 0)
        return (int)n;
    e = store_log_add(l, next);
    if (e < 0)
        return e;
    old->size = c->size;
    l->next = next;
    l->next_known = true;
    e = append_note(tx, old->origin, c, why);
    return e < 0 ? e : append_rest(tx, old, size);
}

static int renew_in_transaction(struct tx *tx, const struct store_checkpoint *c, int64_t size, const struct ledger_leaf *why)
{
    struct ledger *l = tx->ledger;
    size_t n_logs = l->n_logs;
    int e;

    e = db_begin(tx->db);
    if (e < 0)
        return e;
    e = renew(tx, c, size, why);
    if (e == 0)
        e = db_commit(tx->db);
    else
        db_rollback(tx->db);
    if (e < 0) {
        l->n_logs = n_logs;
        l->logs[n_logs - 1].size = INT64_MAX - l->logs[n_logs - 1].first;
    }
    l->next_known = false;
    return e;
}

int ledger_renew(struct ledger *l, struct db *db, const struct ledger_leaf *why)
{
    struct store_checkpoint c = {.note = {.p = (const uint8_t *)"", .n = 0}};
    struct arena a;
    struct tx tx = {.db = db, .arena = &a, .now = os_now(), .number = 1, .ledger = l};
    int64_t size;
    int e;

    if (why->by == NULL || !has_column(why, "reason") || !has_column(why, "second"))
        return E_INPUT;
    arena_init(&a, 64 * MB);
    e = read_last_note(l, db, &a, ledger_running(l), &c);
    size = e < 0 ? e : store_size(db, ledger_running(l));
    if (size < 0)
        e = (int)size;
    else if (size < c.size) /* the checkpoint covers entries that are gone: the new log begins behind them all the same */
        size = c.size;
    if (e >= 0)
        e = renew_in_transaction(&tx, &c, size, why);
    arena_finish(&a);
    return e;
}
