/*
 * check.c: do the tables say what the log says? Every covered row against its leaf, every leaf against a row.
 *
 * Reports, never repairs: a repair is a decision of two people.
 */
#include "base/date.h"
#include "base/text.h"
#include "ledger/check.h"
#include "os/os.h"

#define QUEUE_MS (25 * INT64_C(3600000))
#define KEEP_MAX (256 * MB) /* soft; eight times that is the end of it: some 15 million records */

/* clang-format off */
static const char *const fault_names[] = {
    [LEDGER_ROW_CHANGED]  = "ROW_CHANGED",
    [LEDGER_ROW_MISSING]  = "ROW_MISSING",
    [LEDGER_LEAF_MISSING] = "LEAF_MISSING",
    [LEDGER_REV_GAP]      = "REV_GAP",
    [LEDGER_PREV_BROKEN]  = "PREV_BROKEN",
    [LEDGER_OPENING_LOST] = "OPENING_LOST",
    [LEDGER_TILE_BAD]     = "TILE_BAD",
    [LEDGER_ROOT_BAD]     = "ROOT_BAD",
};
/* clang-format on */
_Static_assert(ARRAY_LEN(fault_names) == LEDGER_FAULT_COUNT, "a name a fault");

const char *ledger_fault_name(enum ledger_fault f)
{
    BUG_IF((unsigned)f >= LEDGER_FAULT_COUNT);
    return fault_names[f];
}

void check_found(struct checking *c, enum ledger_fault fault, const char *rec, int64_t idx, const char *detail)
{
    const struct ledger_finding f = {.fault = fault, .rec = rec, .idx = idx, .detail = detail};

    c->found++;
    if (c->check->found != NULL)
        c->check->found(c->check->arg, &f);
}

/* ---- sealed leaves ---- */

struct inner {
    struct tree_hash outer;
    struct leaf leaf;
    int64_t rev;
};

struct inners {
    struct checking *c;
    struct arena arena;
    struct inner *v;
    size_t n, room;
};

static struct inner *inner_add(struct inners *s)
{
    if (s->n == s->room) {
        size_t room = s->room == 0 ? 256 : s->room * 2;
        struct inner *v = arena_array(&s->arena, room, struct inner);

        if (s->n > 0)
            memcpy(v, s->v, s->n * sizeof *v);
        s->v = v;
        s->room = room;
    }
    return &s->v[s->n++];
}

/* Does the stored inner leaf fit the `c` that the outer one, known by its hash, holds? */
static bool fits_outer(struct checking *c, const struct tree_hash *key, const struct inner *in, struct bytes body)
{
    struct tree_hash seal = leaf_seal_key(key, in->leaf.uid), commitment = leaf_seal(&c->scratch, &seal, body), h;
    const struct leaf outer = {.c = hex_text(&c->scratch, commitment.v, TREE_HASH)};
    struct buf b;

    buf_init(&b, &c->scratch, 1 * KB);
    if (leaf_encode(&outer, &c->scratch, &b) < 0)
        return false;
    h = leaf_hash(buf_bytes(&b));
    return tree_hash_eq(&h, &in->outer);
}

/* The daily batch must have come within 25 hours. */
static bool waits_too_long(const struct leaf *l)
{
    instant ts;

    return instant_iso_parse(l->ts, &ts) < 0 || os_now().v - ts.v > QUEUE_MS;
}

/* Of entries that the tiles do not cover yet, which nothing else finds by their hash. 1, 0. */
static int is_in_the_tail(struct checking *c, const struct tree_hash *outer)
{
    const struct ledger_log *log = ledger_running(c->l);
    int64_t tiled = store_tiled(c->db, log), at = log->first + tiled, last = at - 1;
    int e = tiled < 0 ? (int)tiled : 1;

    while (e > 0 && at > last) {
        AUTO_ROWS struct rows rows;

        last = at;
        (void)db_select(&rows, c->db, &q_hashes, V(at), V(INT64_MAX), V((int64_t)SLICE_ROWS)); /* rows_next() repeats it */
        while ((e = rows_next(&rows)) > 0) {
            struct bytes h = rows_bytes(&rows, &c->scratch, 1);

            at = rows_int(&rows, 0) + 1;
            if (h.n == TREE_HASH && memcmp(h.p, outer->v, TREE_HASH) == 0)
                return 1;
        }
        arena_reset(&c->scratch);
        e = e < 0 ? e : at > last;
    }
    return e;
}

static int take_inner(struct inners *s, const struct tree_hash *outer, bool waits)
{
    struct checking *c = s->c;
    struct inner in = {.outer = *outer};
    struct tree_hash key;
    struct bytes body;
    int64_t id, idx;
    int e;

    e = append_inner(c->l, c->db, &s->arena, outer, &body, &id);
    if (e == E_STATE) {
        check_found(c, LEDGER_OPENING_LOST, "sealed", INT_NONE, "record key is gone");
        return 0;
    }
    if (e <= 0)
        return e == E_STORAGE || e == 0 ? (check_found(c, LEDGER_ROW_CHANGED, "sealed", INT_NONE, "cannot be opened"), 0) : e;
    e = ledger_keys_get(c->l->keys, c->db, id, &key);
    if (e <= 0)
        return e;
    if (leaf_decode(&s->arena, body, &in.leaf) < 0 || in.leaf.c != NULL || !fits_outer(c, &key, &in, body)) {
        check_found(c, LEDGER_ROW_CHANGED, "sealed", INT_NONE, "does not fit its outer leaf");
        return 0;
    }
    e = waits ? !waits_too_long(&in.leaf) : store_find(c->db, outer, &idx);
    if (e == 0 && !waits)
        e = is_in_the_tail(c, outer);
    if (e == 0)
        check_found(c, LEDGER_LEAF_MISSING, in.leaf.rec, INT_NONE, waits ? "not sealed for 25 hours" : "outer leaf");
    if (in.leaf.rev != NULL && text_int(in.leaf.rev, 1, INT64_MAX, &in.rev) == 0)
        *inner_add(s) = in;
    return e < 0 ? e : 0;
}

/* All rows of the queue or of the store, a page at a time. */
static int take_inners(struct inners *s, const struct query *q, bool waits)
{
    struct tree_hash after = {0};
    bool more = true;
    int e = 0;

    while (more && e >= 0) {
        AUTO_ROWS struct rows rows;

        more = false;
        e = db_select(&rows, s->c->db, q, V(((struct bytes){.p = after.v, .n = TREE_HASH})), V((int64_t)SLICE_ROWS));
        while (e >= 0 && (e = rows_next(&rows)) > 0) {
            struct bytes h = rows_bytes(&rows, &s->c->scratch, 0);

            if (h.n != TREE_HASH)
                return E_STORAGE;
            memcpy(after.v, h.p, TREE_HASH);
            e = take_inner(s, &after, waits);
            arena_reset(&s->c->scratch);
            more = true;
        }
    }
    return e;
}

static int by_record(const void *a, const void *b)
{
    const struct inner *x = a, *y = b;
    int order = strcmp(x->leaf.rec, y->leaf.rec);

    if (order != 0)
        return order;
    return x->rev < y->rev ? -1 : x->rev > y->rev;
}

/* Sealed leaves are shuffled in the log: their chains are followed by rev. */
static int check_sealed(struct checking *c)
{
    struct inners s = {.c = c};
    int e;

    arena_init(&s.arena, KEEP_MAX);
    e = take_inners(&s, &q_sealed_after, false);
    if (e == 0)
        e = take_inners(&s, &q_queue_after, true);
    if (e == 0 && s.n > 1)
        qsort(s.v, s.n, sizeof *s.v, by_record);
    for (size_t i = 0; i < s.n && e == 0; i++) {
        e = check_chain(c, &s.v[i].leaf, &s.v[i].outer, INT_NONE);
        arena_reset(&c->scratch);
    }
    arena_finish(&s.arena);
    return e;
}

/* ---- rows ---- */

/* Was the person of this subject key erased, by the log's own word? 1 yes, 0 no. */
static int was_erased(struct checking *c, int64_t key)
{
    AUTO_ROWS struct rows rows;
    struct leaf l;
    int64_t idx;
    int e;

    if (c->check->subject == NULL)
        return 0;
    e = c->check->subject(c->check->arg, c->db, key, &idx);
    if (e <= 0)
        return e;
    e = db_select(&rows, c->db, &q_entry, V(idx));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e;
    return leaf_decode(&c->scratch, rows_bytes(&rows, &c->scratch, 0), &l) == 0 && l.op == LEAF_ERASE;
}

static int check_commitment(struct checking *c, const struct ledger_row *row, const struct leaf *l,
                            const struct ledger_column *col, const char *committed)
{
    struct tree_hash key, h;
    int e;

    e = ledger_keys_get(c->l->keys, c->db, col->key, &key);
    if (e < 0)
        return e;
    if (e == 0) {
        e = was_erased(c, col->key);
        if (e == 0)
            check_found(c, LEDGER_OPENING_LOST, row->rec, row->leaf_idx, col->name);
        return e < 0 ? e : 0;
    }
    key = leaf_field_key(&key, l->uid, l->t, col->name);
    h = leaf_commit(&key, l->t, col->name, leaf_value(&c->scratch, col->value));
    explicit_bzero(&key, sizeof key);
    if (strcmp(hex_text(&c->scratch, h.v, TREE_HASH), committed) != 0)
        check_found(c, LEDGER_ROW_CHANGED, row->rec, row->leaf_idx, col->name);
    return 0;
}

/* A column that the leaf does not have was erased, or is younger than the leaf: either way it must be empty. */
static int check_column(struct checking *c, const struct ledger_row *row, const struct leaf *l, const struct ledger_column *col)
{
    const struct leaf_pair *pub = leaf_pub(l, col->name), *com = leaf_com(l, col->name);

    if (com != NULL)
        return check_commitment(c, row, l, col, com->value);
    if (pub == NULL ? col->value != NULL : strcmp(pub->value, leaf_value(&c->scratch, col->value)) != 0)
        check_found(c, LEDGER_ROW_CHANGED, row->rec, row->leaf_idx, col->name);
    return 0;
}

static int check_columns(struct checking *c, const struct ledger_row *row, struct bytes body)
{
    struct leaf l;
    int e = 0;

    if (leaf_decode(&c->scratch, body, &l) < 0 || l.c != NULL || strcmp(l.rec, row->rec) != 0) {
        check_found(c, LEDGER_ROW_CHANGED, row->rec, row->leaf_idx, "leaf of another record");
        return 0;
    }
    if (!text_eq(l.rev, text_printf(&c->scratch, "%lld", (long long)row->rev)))
        check_found(c, LEDGER_ROW_CHANGED, row->rec, row->leaf_idx, "rev");
    for (size_t i = 0; i < row->n && e == 0; i++)
        e = check_column(c, row, &l, &row->columns[i]);
    return e;
}

/* The body that the row's leaf_hash names, wherever it is kept: 1, 0 there is none. */
static int row_body(struct checking *c, const struct ledger_row *row, const struct tree_hash *hash, struct bytes *ret)
{
    AUTO_ROWS struct rows rows;
    struct tree_hash h;
    int e;

    if (row->leaf_idx != INT_NONE) {
        e = db_select(&rows, c->db, &q_entry, V(row->leaf_idx));
        if (e == 0)
            e = rows_next(&rows);
        if (e < 0)
            return e;
        if (e > 0) {
            *ret = rows_bytes(&rows, &c->scratch, 0);
            h = leaf_hash(*ret);
            if (tree_hash_eq(&h, hash))
                return 1;
        }
    }
    e = ledger_body(c->l, c->db, &c->scratch, hash, ret);
    if (e == E_STATE || e == E_STORAGE) /* reported with the sealed leaves */
        return 0;
    return e < 0 ? e : ret->n > 0;
}

/* A row that was voided stays, with the leaf of that and the time in a column of its own. */
static bool is_voided(const struct ledger_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (strcmp(row->columns[i].name, "voided_at") == 0)
            return row->columns[i].value != NULL;
    return false;
}

static int check_row(struct checking *c, const struct ledger_row *row)
{
    struct record *r = check_record(c, row->rec);
    struct tree_hash hash;
    struct bytes body;
    int e;

    if (r != NULL)
        r->row_seen = true;
    if (row->leaf_hash.n != TREE_HASH) {
        check_found(c, LEDGER_LEAF_MISSING, row->rec, INT_NONE, "no leaf_hash");
        return 0;
    }
    memcpy(hash.v, row->leaf_hash.p, TREE_HASH);
    e = row_body(c, row, &hash, &body);
    if (e < 0)
        return e;
    if (e == 0) {
        check_found(c, LEDGER_LEAF_MISSING, row->rec, row->leaf_idx, "no such leaf");
        return 0;
    }
    if (r != NULL && r->op == LEAF_DELETE && !is_voided(row))
        check_found(c, LEDGER_ROW_CHANGED, row->rec, r->idx, "deleted in the log");
    else if (r != NULL && !tree_hash_eq(&r->leaf, &hash))
        check_found(c, LEDGER_ROW_CHANGED, row->rec, r->idx, "an older revision than the log's");
    return check_columns(c, row, body);
}

static int each_row(void *arg, const struct ledger_row *row)
{
    struct checking *c = arg;
    int e = check_row(c, row);

    arena_reset(&c->scratch);
    return e;
}

static int check_rows(struct checking *c)
{
    int e = 0;

    for (size_t i = 0; i < c->check->n_tables && e >= 0; i++) {
        const struct ledger_table *t = &c->check->tables[i];

        e = t->rows(t->arg, c->db, t->sealed ? 0 : c->check->since, each_row, c);
    }
    return e < 0 ? e : 0;
}

static bool is_covered(const struct checking *c, const char *table)
{
    for (size_t i = 0; i < c->check->n_tables; i++)
        if (strcmp(c->check->tables[i].name, table) == 0)
            return true;
    return false;
}

static void check_missing(struct checking *c)
{
    for (size_t i = 0; i < c->records.room; i++) {
        const struct record *r = c->records.slot[i];

        if (r != NULL && !r->row_seen && r->op != LEAF_DELETE && is_covered(c, r->table))
            check_found(c, LEDGER_ROW_MISSING, r->rec, r->idx, leaf_op_name(r->op));
    }
}

/* ---- sets loaded in bulk ---- */

static bool says(const struct leaf *l, const char *name, const char *value)
{
    const struct leaf_pair *p = leaf_pub(l, name);

    return p != NULL && strcmp(p->value, value) == 0;
}

static int check_set(struct checking *c, const struct ledger_set *s)
{
    const char *rec = text_printf(&c->scratch, "%s/%s", s->table, s->version);
    const struct record *r = check_record(c, text_printf(&c->scratch, LOAD_REC, s->table, s->version));
    struct bytes body;
    struct leaf l;
    int e;

    if (r == NULL) {
        if (c->check->since == 0)
            check_found(c, LEDGER_LEAF_MISSING, rec, INT_NONE, "load");
        return 0;
    }
    e = row_body(c, &(struct ledger_row){.rec = rec, .leaf_idx = r->idx}, &r->leaf, &body);
    if (e <= 0)
        return e;
    if (leaf_decode(&c->scratch, body, &l) < 0)
        return 0;
    if (!says(&l, "rows", text_printf(&c->scratch, "%lld", (long long)s->rows)))
        check_found(c, LEDGER_ROW_CHANGED, rec, r->idx, "rows");
    else if (!says(&l, "sha256", hex_text(&c->scratch, s->sha256.v, TREE_HASH)))
        check_found(c, LEDGER_ROW_CHANGED, rec, r->idx, "sha256");
    return 0;
}

static int check_sets(struct checking *c)
{
    int e = 0;

    for (size_t i = 0; i < c->check->n_sets && e == 0; i++) {
        e = check_set(c, &c->check->sets[i]);
        arena_reset(&c->scratch);
    }
    return e;
}

int64_t ledger_check(struct ledger *l, struct db *db, const struct ledger_check *check)
{
    struct checking c = {.l = l, .db = db, .check = check};
    int e;

    arena_init(&c.keep, KEEP_MAX);
    arena_init(&c.scratch, 16 * MB);
    e = check_log(&c);
    if (e == 0)
        e = check_sealed(&c);
    if (e == 0)
        e = check_rows(&c);
    if (e == 0)
        check_missing(&c);
    if (e == 0)
        e = check_sets(&c);
    arena_finish(&c.scratch);
    arena_finish(&c.keep);
    return e < 0 ? e : c.found;
}
