/*
 * append.c: from what the engine knows of an event to a row of the log, in the transaction of the change.
 *
 * Runs on the writer only, so the next index is a number in memory. It is read again after anything was rolled back.
 */
#include "base/date.h"
#include "base/text.h"
#include "ledger/store.h"
#include "os/os.h"

#define SEAL_MULTIPLE 16
#define SEAL_SLICE    256 /* a multiple of SEAL_MULTIPLE */

_Static_assert(SEAL_SLICE % SEAL_MULTIPLE == 0, "only the last slice of a day is filled up");

/* ---- the next index ---- */

static int next_idx(struct tx *tx, int64_t *ret)
{
    struct ledger *l = tx->ledger;
    const struct ledger_log *log = ledger_running(l);
    int64_t size;

    if (!l->next_known) {
        size = store_size(tx->db, log);
        if (size < 0)
            return (int)size;
        l->next = log->first + size;
        l->next_known = true;
    }
    *ret = l->next;
    return 0;
}

int append_body(struct tx *tx, struct bytes body, struct tree_hash *ret_hash, int64_t *ret_idx)
{
    struct tree_hash h = leaf_hash(body);
    int64_t idx;
    int e;

    e = next_idx(tx, &idx);
    if (e < 0)
        return e;
    e = db_send(tx->db, &q_append, V(idx), V(body), V(((struct bytes){.p = h.v, .n = TREE_HASH})));
    if (e < 0)
        return e;
    tx->ledger->next++;
    *ret_hash = h;
    *ret_idx = idx;
    return 0;
}

static void group_undone(void *arg)
{
    ((struct ledger *)arg)->next_known = false;
}

static void group_ended(void *arg, bool committed)
{
    struct ledger *l = arg;

    if (!committed)
        l->next_known = false;
    else if (l->next_known)
        integrator_wake(l->integrator, l->next);
}

struct writer_hooks ledger_hooks(struct ledger *l)
{
    return (struct writer_hooks){.ended = group_ended, .undone = group_undone, .arg = l};
}

/* ---- the body ---- */

static void make_uid(char ret[LEAF_UID + 1], struct arena *a)
{
    uint8_t random[LEAF_UID / 2];

    os_random(random, sizeof random);
    memcpy(ret, hex_text(a, random, sizeof random), LEAF_UID + 1);
}

/* The time of the leaf: the clock's, but never before the newest leaf's. */
static void make_ts(struct tx *tx, char ret[LEAF_TS + 1])
{
    struct ledger *l = tx->ledger;
    int64_t last = atomic_load(&l->last_ts), now = tx->now.v / 1000;

    ledger_clock(l, last * 1000 - tx->now.v);
    if (now > last)
        atomic_store(&l->last_ts, now);
    else
        now = last;
    memcpy(ret, instant_iso(tx->arena, (instant){now * 1000}), LEAF_TS + 1);
}

/* pub and com as they fill. */
struct sides {
    struct leaf_pair *pub, *com;
    size_t n_pub, n_com;
};

static int add_commitment(struct tx *tx, const struct ledger_leaf *leaf, const char *uid, const struct ledger_column *c,
                          struct sides *to)
{
    struct tree_hash key, h;
    int e;

    e = ledger_keys_get(tx->ledger->keys, tx->db, c->key, &key);
    if (e < 0)
        return e;
    if (e == 0) /* erased: nothing can be committed to, and nothing should be there */
        return c->value == NULL ? 0 : E_STATE;
    key = leaf_field_key(&key, uid, leaf->t, c->name);
    h = leaf_commit(&key, leaf->t, c->name, leaf_value(tx->arena, c->value));
    explicit_bzero(&key, sizeof key);
    to->com[to->n_com++] = (struct leaf_pair){.name = c->name, .value = hex_text(tx->arena, h.v, TREE_HASH)};
    return 0;
}

static int add_columns(struct tx *tx, const struct ledger_leaf *leaf, const char *uid, struct sides *to)
{
    const struct ledger_column persons[] = {{.name = "by", .value = leaf->by, .key = leaf->by_key},
                                            {.name = "behalf", .value = leaf->behalf, .key = leaf->behalf_key}};
    int e = 0;

    to->pub = arena_array(tx->arena, leaf->n, struct leaf_pair);
    to->com = arena_array(tx->arena, leaf->n + ARRAY_LEN(persons), struct leaf_pair);
    for (size_t i = 0; i < leaf->n && e == 0; i++) {
        const struct ledger_column *c = &leaf->columns[i];

        if (c->is_public)
            to->pub[to->n_pub++] = (struct leaf_pair){.name = c->name, .value = leaf_value(tx->arena, c->value)};
        else
            e = add_commitment(tx, leaf, uid, c, to);
    }
    for (size_t i = 0; i < ARRAY_LEN(persons) && e == 0; i++)
        if (persons[i].value != NULL)
            e = add_commitment(tx, leaf, uid, &persons[i], to);
    return e;
}

/* Encodes into *ret; fills uid and ts of the receipt. */
static int make_body(struct tx *tx, const struct ledger_leaf *leaf, struct ledger_receipt *receipt, struct bytes *ret)
{
    struct arena *a = tx->arena;
    struct sides sides = {0};
    struct leaf l = {.t = leaf->t, .rec = leaf->rec, .op = leaf->op, .unit = leaf->unit, .who = leaf->who};
    struct buf out;
    int e;

    make_uid(receipt->uid, a);
    make_ts(tx, receipt->ts);
    e = add_columns(tx, leaf, receipt->uid, &sides);
    if (e < 0)
        return e;
    l.uid = receipt->uid;
    l.ts = receipt->ts;
    l.tx = text_printf(a, "%lld", (long long)leaf->tx);
    if (leaf_op_has_rev(leaf->op)) {
        BUG_IF(leaf->rev < 1 || (leaf->prev.n != 0 && leaf->prev.n != TREE_HASH));
        l.rev = text_printf(a, "%lld", (long long)leaf->rev);
        l.prev = hex_text(a, leaf->prev.p, leaf->prev.n);
    }
    l.pub = sides.pub;
    l.n_pub = sides.n_pub;
    l.com = sides.com;
    l.n_com = sides.n_com;
    buf_init(&out, a, LEAF_MAX);
    e = leaf_encode(&l, a, &out);
    BUG_IF(e == E_INPUT); /* the engine's tables promise names, UTF-8 and NFC */
    *ret = buf_bytes(&out);
    return e;
}

/* ---- sealed leaves ---- */

static struct bytes outer_body(struct arena *a, const struct tree_hash *c)
{
    const struct leaf outer = {.c = hex_text(a, c->v, TREE_HASH)};
    struct buf out;

    buf_init(&out, a, 1 * KB);
    BUG_IF(leaf_encode(&outer, a, &out) < 0);
    return buf_bytes(&out);
}

static int queue(struct tx *tx, const struct ledger_leaf *leaf, struct bytes body, struct ledger_receipt *receipt)
{
    struct tree_hash key, seal, c;
    struct bytes sealed;
    int e;

    e = ledger_keys_get(tx->ledger->keys, tx->db, leaf->seal_key, &key);
    if (e <= 0)
        return e < 0 ? e : E_STATE;
    seal = leaf_seal_key(&key, receipt->uid);
    c = leaf_seal(tx->arena, &seal, body);
    receipt->leaf_hash = leaf_hash(outer_body(tx->arena, &c));
    receipt->idx = INT_NONE;
    sealed = ledger_keys_seal(tx->arena, &key, &receipt->leaf_hash, body);
    explicit_bzero(&key, sizeof key);
    explicit_bzero(&seal, sizeof seal);
    return db_send(tx->db, &q_queue_add, V(((struct bytes){.p = receipt->leaf_hash.v, .n = TREE_HASH})),
                   V(((struct bytes){.p = c.v, .n = TREE_HASH})), V(sealed), V(leaf->seal_key));
}

int append_leaf(struct tx *tx, const struct ledger_leaf *leaf, struct ledger_receipt *ret)
{
    struct ledger_receipt receipt = {0};
    struct bytes body;
    int e;

    e = make_body(tx, leaf, &receipt, &body);
    if (e < 0)
        return e;
    if (leaf->sealed)
        e = queue(tx, leaf, body, &receipt);
    else
        e = append_body(tx, body, &receipt.leaf_hash, &receipt.idx);
    if (e < 0)
        return e;
    *ret = receipt;
    return 0;
}

int ledger_append(struct tx *tx, const struct ledger_leaf *leaf, struct ledger_receipt *ret)
{
    if (atomic_load(&tx->ledger->mode) == LEDGER_HOLD)
        return E_HOLD;
    return append_leaf(tx, leaf, ret);
}

/* ---- the daily batch ---- */

struct waiting {
    bool dummy;
    struct tree_hash leaf, c;
    struct bytes body_enc;
    int64_t key;
};

/* A uniform number below n, n <= 2^32, without the bias of a remainder. */
static uint32_t random_below(uint32_t n)
{
    uint32_t limit = UINT32_MAX - UINT32_MAX % n, v;

    do {
        os_random(&v, sizeof v);
    } while (v >= limit);
    return v % n;
}

static void shuffle(struct waiting *w, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = random_below((uint32_t)i);
        struct waiting swap = w[i - 1];

        w[i - 1] = w[k];
        w[k] = swap;
    }
}

/* What waits, at most a slice; w has room for it. Returns how many. */
static int64_t take_waiting(struct tx *tx, struct waiting *w)
{
    AUTO_ROWS struct rows rows;
    int64_t n = 0;
    int e;

    e = db_select(&rows, tx->db, &q_queue, V((int64_t)SEAL_SLICE));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        struct bytes leaf = rows_bytes(&rows, tx->arena, 0), c = rows_bytes(&rows, tx->arena, 1);

        if (leaf.n != TREE_HASH || c.n != TREE_HASH)
            return E_STORAGE;
        memcpy(w[n].leaf.v, leaf.p, TREE_HASH);
        memcpy(w[n].c.v, c.p, TREE_HASH);
        w[n].body_enc = rows_bytes(&rows, tx->arena, 2);
        w[n++].key = rows_int(&rows, 3);
    }
    return e < 0 ? e : n;
}

static int move(struct tx *tx, const struct waiting *w)
{
    struct bytes leaf = {.p = w->leaf.v, .n = TREE_HASH};
    struct tree_hash hash;
    int64_t idx;
    int e;

    e = append_body(tx, outer_body(tx->arena, &w->c), &hash, &idx);
    if (e < 0 || w->dummy)
        return e;
    if (!tree_hash_eq(&hash, &w->leaf))
        return E_STORAGE;
    e = db_send(tx->db, &q_sealed_add, V(leaf), V(w->body_enc), V(w->key));
    return e < 0 ? e : db_send(tx->db, &q_queue_remove, V(leaf));
}

static int64_t count_waiting(struct db *db)
{
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, db, &q_queue_count);
    if (e == 0)
        e = rows_next(&rows);
    return e <= 0 ? (e < 0 ? e : E_STORAGE) : rows_int(&rows, 0);
}

int64_t ledger_seal_batch(struct tx *tx)
{
    struct waiting *w = arena_array(tx->arena, SEAL_SLICE, struct waiting);
    int64_t n;
    int e = 0;

    if (atomic_load(&tx->ledger->mode) == LEDGER_HOLD)
        return E_HOLD;
    n = take_waiting(tx, w);
    if (n < 0)
        return n;
    while (n == 0 || n % SEAL_MULTIPLE != 0) {
        w[n].dummy = true;
        os_random(w[n++].c.v, TREE_HASH);
    }
    shuffle(w, (size_t)n);
    for (int64_t i = 0; i < n && e == 0; i++)
        e = move(tx, &w[i]);
    return e < 0 ? e : count_waiting(tx->db);
}

static int sealed_get(struct db *db, const struct query *q, struct arena *a, const struct tree_hash *leaf, struct bytes *ret,
                      int64_t *ret_key)
{
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, db, q, V(((struct bytes){.p = leaf->v, .n = TREE_HASH})));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0) {
        *ret = rows_bytes(&rows, a, 0);
        *ret_key = rows_int(&rows, 1);
    }
    return e;
}

int append_inner(struct ledger *l, struct db *db, struct arena *a, const struct tree_hash *leaf, struct bytes *ret,
                 int64_t *ret_key)
{
    struct tree_hash key;
    struct bytes sealed;
    int e;

    e = sealed_get(db, &q_sealed_get, a, leaf, &sealed, ret_key);
    if (e == 0)
        e = sealed_get(db, &q_queue_get, a, leaf, &sealed, ret_key);
    if (e <= 0)
        return e;
    e = ledger_keys_get(l->keys, db, *ret_key, &key);
    if (e <= 0)
        return e < 0 ? e : E_STATE;
    e = ledger_keys_unseal(a, &key, leaf, sealed, ret);
    explicit_bzero(&key, sizeof key);
    return e < 0 ? e : 1;
}
