/*
 * store.c: the log as rows: opening it, comparing it with what the signer remembers, reading tiles and entries.
 */
#include "base/date.h"
#include "base/text.h"
#include "ledger/store.h"

/* ---- hold ---- */

void ledger_alarm(struct ledger *l, const char *what)
{
    if (l->alarm != NULL)
        l->alarm(l->alarm_arg, what);
}

void ledger_hold(struct ledger *l, const char *reason)
{
    if (atomic_exchange(&l->mode, LEDGER_HOLD) == LEDGER_HOLD)
        return;
    atomic_store(&l->reason, reason);
    ledger_alarm(l, reason);
}

void ledger_clock(struct ledger *l, int64_t behind_ms)
{
    if (behind_ms > atomic_load(&l->clock_behind_ms))
        atomic_store(&l->clock_behind_ms, behind_ms);
    if (behind_ms <= 0)
        atomic_store(&l->clock_alarmed, false);
    else if (behind_ms > CLOCK_ALARM_MS && !atomic_exchange(&l->clock_alarmed, true))
        ledger_alarm(l, "the clock is behind the newest leaf");
}

/* ---- tiles ---- */

static int tile_read(void *arg, int level, uint64_t n, size_t width, const struct tree_hash **ret)
{
    struct store_tiles *t = arg;
    AUTO_ROWS struct rows rows;
    struct arena a;
    struct bytes b;
    int e;

    if (t->level[level].known && t->level[level].n == n && t->level[level].width >= width) {
        *ret = t->level[level].hash;
        return 0;
    }
    e = db_select(&rows, t->db, &q_tile, V((int64_t)(level + LEVEL_STEP * (t->log->number - 1))), V((int64_t)n));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;

    arena_init(&a, 32 * KB);
    b = rows_bytes(&rows, &a, 0);
    if (b.n < width * TREE_HASH || b.n > TREE_TILE * TREE_HASH || b.n % TREE_HASH != 0) {
        e = E_STORAGE;
    } else {
        memcpy(t->level[level].hash, b.p, b.n);
        t->level[level].known = true;
        t->level[level].n = n;
        t->level[level].width = b.n / TREE_HASH;
        *ret = t->level[level].hash;
        e = 0;
    }
    arena_finish(&a);
    return e;
}

struct store_tiles *store_tiles(struct arena *a, struct db *db, const struct ledger_log *log, int64_t size)
{
    struct store_tiles *t = arena_new(a, struct store_tiles);

    t->db = db;
    t->log = log;
    t->source = (struct tree_source){.tile = tile_read, .arg = t, .size = (uint64_t)size};
    return t;
}

static int tile_write(struct db *db, const struct ledger_log *log, const struct tile_grown *t)
{
    int64_t level = t->level + LEVEL_STEP * (log->number - 1);
    struct bytes hashes = {.p = (const uint8_t *)t->hash, .n = t->width * TREE_HASH};

    if (t->old_width == 0)
        return db_send(db, &q_tile_add, V(level), V((int64_t)t->n), V(hashes));
    return db_send_one(db, &q_tile_grow, V(level), V((int64_t)t->n), V(hashes));
}

static int find_write(struct db *db, const struct ledger_log *log, const struct tile_grown *t)
{
    int e = 0;

    for (size_t i = t->old_width; i < t->width && e == 0; i++) {
        struct bytes leaf = {.p = t->hash[i].v, .n = TREE_HASH};

        e = db_send(db, &q_find_add, V(leaf), V(log->first + (int64_t)(t->n * TREE_TILE + i)));
    }
    return e;
}

int store_tiles_write(struct db *db, const struct ledger_log *log, const struct tile_grown *tiles, size_t n)
{
    int e = 0;

    for (size_t i = 0; i < n && e == 0; i++) {
        e = tile_write(db, log, &tiles[i]);
        if (e == 0 && tiles[i].level == 0)
            e = find_write(db, log, &tiles[i]);
    }
    return e;
}

/* ---- entries ---- */

int64_t store_size(struct db *db, const struct ledger_log *log)
{
    AUTO_ROWS struct rows rows;
    int64_t last;
    int e;

    if (log->size != INT64_MAX - log->first)
        return log->size;
    e = db_select(&rows, db, &q_last_idx);
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;
    last = rows_int(&rows, 0);
    return last == INT_NONE || last < log->first ? 0 : last + 1 - log->first;
}

/* One page of hashes; how many there were. */
static int64_t range_page(struct db *db, const struct ledger_log *log, int64_t from, int64_t to, struct tree_range *r)
{
    AUTO_ROWS struct rows rows;
    struct arena a;
    int64_t n = 0;
    int e;

    arena_init(&a, 1 * MB);
    e = db_select(&rows, db, &q_hashes, V(log->first + from), V(log->first + to), V((int64_t)SLICE_ROWS));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        struct bytes b = rows_bytes(&rows, &a, 1);
        struct tree_hash h;

        if (rows_int(&rows, 0) != log->first + from + n || b.n != TREE_HASH) {
            e = E_STORAGE;
            break;
        }
        memcpy(h.v, b.p, TREE_HASH);
        tree_range_add(r, &h);
        n++;
    }
    arena_finish(&a);
    return e < 0 ? e : n;
}

int store_range_add(struct db *db, const struct ledger_log *log, int64_t from, int64_t to, struct tree_range *r)
{
    while (from < to) {
        int64_t n = range_page(db, log, from, to, r);

        if (n <= 0)
            return n < 0 ? (int)n : E_STORAGE;
        from += n;
    }
    return 0;
}

int store_root(struct db *db, const struct ledger_log *log, int64_t tiled, int64_t size, struct tree_hash *ret)
{
    int64_t from = tiled < size ? tiled : size;
    struct tree_range r;
    struct arena a;
    int e;

    arena_init(&a, 1 * MB);
    e = tree_range_load(&store_tiles(&a, db, log, tiled)->source, (uint64_t)from, &r);
    arena_finish(&a);
    if (e == 0)
        e = store_range_add(db, log, from, size, &r);
    if (e == 0)
        *ret = tree_range_root(&r);
    return e;
}

int store_find(struct db *db, const struct tree_hash *leaf, int64_t *ret_idx)
{
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, db, &q_find, V(((struct bytes){.p = leaf->v, .n = TREE_HASH})));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        *ret_idx = rows_int(&rows, 0);
    return e;
}

const struct ledger_log *store_log_of(const struct ledger *l, int64_t idx)
{
    for (size_t i = 0; i < l->n_logs; i++)
        if (idx >= l->logs[i].first && idx - l->logs[i].first < l->logs[i].size)
            return &l->logs[i];
    return NULL;
}

/* ---- checkpoints ---- */

int store_checkpoint(struct db *db, struct arena *a, const struct ledger_log *log, int64_t max, struct store_checkpoint *ret)
{
    int64_t limit = max < log->size ? max : log->size;
    AUTO_ROWS struct rows rows;
    struct bytes root;
    const char *note;
    int e;

    e = db_select(&rows, db, &q_checkpoint_newest, V(log->first), V(log->first + limit));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e;
    root = rows_bytes(&rows, a, 0);
    note = rows_text(&rows, a, 1);
    if (root.n != TREE_HASH)
        return E_STORAGE;
    *ret = (struct store_checkpoint){
        .size = rows_int(&rows, 3) - log->first,
        .note = {.p = (const uint8_t *)note, .n = strlen(note)},
        .signed_at = {rows_int(&rows, 2)},
    };
    memcpy(ret->root.v, root.p, TREE_HASH);
    return 1;
}

/* How far the tiles of a log go: the newest checkpoint's size, for both are written together. */
int64_t store_tiled(struct db *db, const struct ledger_log *log)
{
    struct store_checkpoint c = {0};
    struct arena a;
    int e;

    arena_init(&a, 256 * KB);
    e = store_checkpoint(db, &a, log, INT64_MAX - log->first, &c);
    arena_finish(&a);
    return e < 0 ? e : c.size;
}

/* ---- comparing with the signer ---- */

static const char *differs(const struct ledger *l, struct db *db, const struct signer_answer *s, int *ret_e)
{
    const struct ledger_log *log = ledger_running(l);
    int64_t size = store_size(db, log), tiled = store_tiled(db, log);
    struct tree_hash root;

    *ret_e = size < 0 ? (int)size : tiled < 0 ? (int)tiled : 0;
    if (*ret_e < 0)
        return NULL;
    if (strcmp(s->origin, log->origin) != 0)
        return "the signer's key belongs to another log";
    if (s->size > (uint64_t)size)
        return "the database is older than what was signed";
    *ret_e = store_root(db, log, tiled, (int64_t)s->size, &root);
    if (*ret_e == E_STORAGE) {
        *ret_e = 0;
        return "entries or tiles below what was signed cannot be read";
    }
    if (*ret_e == 0 && !tree_hash_eq(&root, &s->root))
        return "the database differs from what was signed";
    return NULL;
}

int store_compare(struct ledger *l, struct db *db)
{
    const struct signer_ask ask = {.word = SIGNER_STATE};
    struct signer_answer answer;
    const char *reason = NULL;
    int e;

    if (l->signer < 0) {
        atomic_store(&l->mode, LEDGER_UNSIGNED);
        return 0;
    }
    e = signer_call(l->signer, &ask, &answer);
    if (e == E_HOLD)
        reason = "the signer has no state file";
    else if (e < 0)
        reason = "the signer does not answer";
    else
        reason = differs(l, db, &answer, &e);
    if (reason != NULL) {
        ledger_hold(l, reason);
        return 0;
    }
    if (e == 0)
        atomic_store(&l->mode, LEDGER_RUNS);
    return e;
}

/* ---- opening ---- */

int store_log_add(struct ledger *l, int64_t first)
{
    struct ledger_log *log = &l->logs[l->n_logs];
    int n;

    if (l->n_logs == LOGS_MAX)
        return E_LIMIT;
    *log = (struct ledger_log){.number = (int)l->n_logs + 1, .first = first, .size = INT64_MAX - first};
    n = snprintf(log->origin, sizeof log->origin, "%s/%d", l->origin, log->number);
    if (n < 0 || (size_t)n >= sizeof log->origin || !note_name_ok(log->origin))
        return E_INPUT;
    l->n_logs++;
    return 0;
}

/* The abandoned logs, and the running one behind them. */
static int load_logs(struct ledger *l)
{
    int64_t first = 0;
    AUTO_ROWS struct rows rows;
    int e;

    l->n_logs = 0;
    e = db_select(&rows, l->db, &q_ended);
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        e = store_log_add(l, rows_int(&rows, 2));
        if (e < 0)
            return e;
        l->logs[l->n_logs - 1].size = rows_int(&rows, 3);
        first = rows_int(&rows, 4);
    }
    return e < 0 ? e : store_log_add(l, first);
}

/* The time of the newest leaf that has one, looking back over sealed ones: 1 found, 0 not among these 64, 2 at the end. */
static int ts_page(struct ledger *l, int64_t *before)
{
    AUTO_ROWS struct rows rows;
    struct arena a;
    struct leaf leaf;
    instant ts;
    int e, found = 2;

    arena_init(&a, 8 * MB);
    e = db_select(&rows, l->db, &q_bodies_back, V(*before));
    while (e >= 0 && found != 1 && (e = rows_next(&rows)) > 0) {
        found = 0;
        *before = rows_int(&rows, 0);
        if (leaf_decode(&a, rows_bytes(&rows, &a, 1), &leaf) == 0 && leaf.ts != NULL && instant_iso_parse(leaf.ts, &ts) == 0) {
            atomic_store(&l->last_ts, ts.v / 1000);
            found = 1;
        }
    }
    arena_finish(&a);
    return e < 0 ? e : found;
}

static int load_last_ts(struct ledger *l)
{
    int64_t before = INT64_MAX;
    int e;

    do {
        e = ts_page(l, &before);
    } while (e == 0);
    return e < 0 ? e : 0;
}

/* Without a policy file: the keys the signer has, and no witness. */
static const char *default_policy(struct ledger *l)
{
    const struct signer_ask ask = {.word = SIGNER_STATE};
    struct signer_answer answer = {0};
    const char *text = "quorum none\n";

    if (l->signer < 0 || (signer_call(l->signer, &ask, &answer) < 0 && answer.n_keys == 0))
        return text;
    for (size_t i = 0; i < answer.n_keys; i++) {
        struct note_vkey v;
        char vkey[NOTE_VKEY];

        signer_vkey(&answer, i, &v);
        note_vkey_text(&v, vkey);
        text = text_printf(&l->arena, "log %s\n%s", vkey, text);
    }
    return text;
}

static int load(struct ledger *l, const struct ledger_conf *conf)
{
    int line, e;

    l->policy_text = conf->policy != NULL ? arena_text(&l->arena, conf->policy) : default_policy(l);
    e = policy_parse(&l->arena, (struct bytes){.p = (const uint8_t *)l->policy_text, .n = strlen(l->policy_text)}, &l->policy,
                     &line);
    if (e == 0)
        e = ledger_keys_open(conf->key_dir, &l->keys);
    if (e == 0)
        e = db_open(l->address, DB_READ, &l->db);
    if (e == 0)
        e = db_snapshot_begin(l->db);
    if (e < 0)
        return e;
    e = load_logs(l);
    if (e == 0)
        e = load_last_ts(l);
    if (e == 0)
        e = store_compare(l, l->db);
    db_snapshot_end(l->db);
    return e;
}

int ledger_open(const struct ledger_conf *conf, struct ledger **ret)
{
    struct ledger *l = calloc(1, sizeof *l);
    int e;

    if (l == NULL)
        memory_gone(sizeof *l);
    arena_init(&l->arena, 1 * MB);
    l->address = arena_text(&l->arena, conf->address);
    l->origin = arena_text(&l->arena, conf->origin);
    l->signer = conf->signer;
    l->tick_ms = INT64_C(60000) * (conf->tick_minutes > 0 ? conf->tick_minutes : 60);
    l->alarm = conf->alarm;
    l->alarm_arg = conf->alarm_arg;
    atomic_store(&l->reason, "");

    e = load(l, conf);
    if (e < 0) {
        ledger_close(l);
        return e;
    }
    *ret = l;
    return 0;
}

void ledger_close(struct ledger *l)
{
    if (l == NULL)
        return;
    BUG_IF(l->integrating); /* ledger_stop() comes first */
    integrator_free(l->integrator);
    db_close(l->db);
    ledger_keys_close(l->keys);
    arena_finish(&l->arena);
    free(l);
}

/* ---- status ---- */

static int status_cosigned(struct db *db, const struct ledger_log *log, struct ledger_status *s)
{
    AUTO_ROWS struct rows rows;
    int e;

    s->cosigned_size = -1;
    s->cosigned_at = INSTANT_NONE;
    e = db_select(&rows, db, &q_cosig_newest, V(log->first), V(log->first + log->size));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0) {
        s->cosigned_size = rows_int(&rows, 0) - log->first;
        s->cosigned_at = (instant){rows_int(&rows, 1)};
    }
    return e < 0 ? e : 0;
}

static int status_queue(struct db *db, struct ledger_status *s)
{
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, db, &q_queue_count);
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        s->sealed_waiting = rows_int(&rows, 0);
    return e < 0 ? e : 0;
}

int ledger_status(struct ledger *l, struct db *db, struct ledger_status *ret)
{
    const struct ledger_log *log = ledger_running(l);
    struct store_checkpoint c = {.signed_at = INSTANT_NONE};
    struct ledger_status s = {.log = log->number};
    struct arena a;
    int e;

    arena_init(&a, 256 * KB);
    e = store_checkpoint(db, &a, log, INT64_MAX - log->first, &c);
    arena_finish(&a);
    s.size = store_size(db, log);
    if (e >= 0)
        e = s.size < 0 ? (int)s.size : status_cosigned(db, log, &s);
    if (e >= 0)
        e = status_queue(db, &s);
    if (e < 0)
        return e;
    s.mode = (enum ledger_mode)atomic_load(&l->mode);
    s.reason = atomic_load(&l->reason);
    memcpy(s.origin, log->origin, sizeof s.origin);
    s.signed_size = c.size;
    s.signed_at = c.signed_at;
    s.clock_behind_ms = atomic_load(&l->clock_behind_ms);
    *ret = s;
    return 0;
}
