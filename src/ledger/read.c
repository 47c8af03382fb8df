/*
 * read.c: the public side: proofs, and every page below /ledger/ as bytes.
 *
 * Nothing here changes anything, and nothing needs a login. A page is a row of a table; HTTP belongs to the caller.
 */
#include "base/date.h"
#include "base/text.h"
#include "ledger/proof.h"
#include "ledger/store.h"

#define TEXT_TYPE  "text/plain; charset=utf-8"
#define BYTES_TYPE "application/octet-stream"

/* ---- checkpoints with their cosignatures ---- */

/* The name of a witness in ledger_cosig: key name and id, since two keys may share a name. */
static const char *witness_name(struct arena *a, const struct note_vkey *v)
{
    return text_printf(a, "%s+%08x", v->name, (unsigned)v->id);
}

/* Appends the lines; `seen` may be NULL. */
static int add_cosigs(struct ledger *l, struct db *db, struct arena *a, int64_t size, struct buf *out, struct note_seen *seen)
{
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, db, &q_cosigs, V(size));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        const char *name = rows_text(&rows, a, 0);

        buf_add(out, rows_text(&rows, a, 1));
        for (size_t i = 0; seen != NULL && i < l->policy.n_witnesses; i++)
            if (strcmp(witness_name(a, &l->policy.witnesses[i]), name) == 0)
                seen[i].good = true;
    }
    return e;
}

/* A checkpoint of exactly that place with its cosignatures, and whether they reach our quorum. */
static int whole_note(struct ledger *l, struct db *db, struct arena *a, const struct ledger_log *log,
                      struct store_checkpoint *c, bool *ret_quorum)
{
    struct note_seen seen[POLICY_WITNESSES] = {0};
    struct buf out;
    int e;

    buf_init(&out, a, NOTE_MAX);
    buf_add_n(&out, c->note.p, c->note.n);
    e = add_cosigs(l, db, a, log->first + c->size, &out, seen);
    if (e < 0)
        return e;
    c->note = buf_bytes(&out);
    *ret_quorum = policy_quorum(&l->policy, seen);
    return buf_failed(&out);
}

/* Sizes that witnesses cosigned, newest first, above an index; ends with -1. */
static int cosigned_sizes(struct db *db, const struct ledger_log *log, int64_t index, int64_t ret[65])
{
    AUTO_ROWS struct rows rows;
    int64_t limit = log->first + log->size;
    int e, n = 0;

    e = db_select(&rows, db, &q_cosig_sizes, V(log->first + index), V(limit));
    while (e >= 0 && (e = rows_next(&rows)) > 0)
        ret[n++] = rows_int(&rows, 0) - log->first;
    ret[n] = -1;
    return e;
}

/*
 * The checkpoint to prove a leaf by: the newest that reaches the quorum, so that the proof convinces others too; while
 * there is none, the newest. 1, or 0 when the leaf is under no checkpoint yet.
 */
static int choose(struct ledger *l, struct db *db, struct arena *a, const struct ledger_log *log, int64_t index,
                  struct store_checkpoint *ret)
{
    int64_t sizes[65] = {-1};
    struct store_checkpoint c;
    bool quorum;
    int e = 0;

    if (l->policy.quorum >= 0)
        e = cosigned_sizes(db, log, index, sizes);
    for (int i = 0; e >= 0 && sizes[i] >= 0; i++) {
        e = store_checkpoint(db, a, log, sizes[i], &c);
        if (e > 0)
            e = whole_note(l, db, a, log, &c, &quorum);
        if (e < 0)
            return e;
        if (quorum) {
            *ret = c;
            return 1;
        }
    }
    if (e >= 0)
        e = store_checkpoint(db, a, log, INT64_MAX - log->first, &c);
    if (e <= 0 || c.size <= index)
        return e < 0 ? e : 0;
    e = whole_note(l, db, a, log, &c, &quorum);
    *ret = c;
    return e < 0 ? e : 1;
}

int read_last_note(struct ledger *l, struct db *db, struct arena *a, const struct ledger_log *log, struct store_checkpoint *ret)
{
    int64_t sizes[65];
    bool quorum;
    int e;

    e = cosigned_sizes(db, log, 0, sizes);
    if (e < 0)
        return e;
    e = store_checkpoint(db, a, log, sizes[0] >= 0 ? sizes[0] : INT64_MAX - log->first, ret);
    if (e <= 0)
        return e;
    e = whole_note(l, db, a, log, ret, &quorum);
    return e < 0 ? e : 1;
}

/* ---- proofs ---- */

static int entry(struct db *db, struct arena *a, int64_t idx, struct bytes *ret)
{
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, db, &q_entry, V(idx));
    if (e == 0)
        e = rows_next(&rows);
    if (e > 0)
        *ret = rows_bytes(&rows, a, 0);
    return e;
}

int ledger_body(struct ledger *l, struct db *db, struct arena *a, const struct tree_hash *leaf, struct bytes *ret)
{
    int64_t idx, key;
    int e;

    *ret = (struct bytes){0};
    e = append_inner(l, db, a, leaf, ret, &key);
    if (e != 0)
        return e < 0 ? e : 0;
    e = store_find(db, leaf, &idx);
    if (e > 0)
        e = entry(db, a, idx, ret);
    return e < 0 ? e : 0;
}

struct opening {
    struct ledger *l;
    struct db *db;
    struct arena *a;
    struct leaf leaf;
    struct tree_hash hash;
};

/* A sealed leaf is opened whole: its one column "c" is the inner leaf. */
static int open_sealed(const struct opening *o, const struct ledger_open_field *f, struct proof_open *ret)
{
    struct bytes inner;
    struct leaf in;
    int64_t key;
    struct tree_hash k;
    int e;

    if (strcmp(f->column, "c") != 0)
        return E_INPUT;
    e = append_inner(o->l, o->db, o->a, &o->hash, &inner, &key);
    if (e <= 0)
        return e < 0 ? e : E_INPUT;
    if (leaf_decode(o->a, inner, &in) < 0)
        return E_STORAGE;
    e = ledger_keys_get(o->l->keys, o->db, key, &k);
    if (e <= 0)
        return e < 0 ? e : E_STATE;
    *ret = (struct proof_open){
        .column = "c", .key = leaf_seal_key(&k, in.uid), .value = arena_text_n(o->a, (const char *)inner.p, inner.n)};
    explicit_bzero(&k, sizeof k);
    return 0;
}

static int open_field(const struct opening *o, const struct ledger_open_field *f, struct proof_open *ret)
{
    const struct leaf_pair *committed = leaf_com(&o->leaf, f->column);
    const char *form = leaf_value(o->a, f->value);
    struct tree_hash k, c;
    int e;

    if (o->leaf.c != NULL)
        return open_sealed(o, f, ret);
    if (committed == NULL)
        return E_INPUT;
    e = ledger_field_key(o->l, o->db, f->key, o->leaf.uid, o->leaf.t, f->column, &k);
    if (e < 0)
        return e;
    c = leaf_commit(&k, o->leaf.t, f->column, form);
    if (strcmp(hex_text(o->a, c.v, TREE_HASH), committed->value) != 0)
        return E_INPUT;
    *ret = (struct proof_open){.column = f->column, .key = k, .value = form};
    return 0;
}

static int make_extra(struct opening *o, struct bytes body, const struct ledger_open_field *open, size_t n, struct buf *out)
{
    struct proof_open *fields = arena_array(o->a, n, struct proof_open);
    int e;

    e = leaf_decode(o->a, body, &o->leaf);
    if (e < 0 && n > 0)
        return E_INPUT;
    for (size_t i = 0; i < n; i++) {
        e = open_field(o, &open[i], &fields[i]);
        if (e < 0)
            return e;
    }
    return proof_extra_write(o->a, body, fields, n, out);
}

static int make_path(struct db *db, struct arena *a, const struct ledger_log *log, struct proof *p, int64_t size)
{
    struct store_tiles *tiles = store_tiles(a, db, log, size);
    struct tree_proof path;
    int e;

    e = tree_inclusion(&tiles->source, p->index, (uint64_t)size, &path);
    if (e < 0)
        return e;
    p->n = path.n;
    memcpy(p->path, path.hash, path.n * sizeof *p->path);
    return 0;
}

int ledger_proof(struct ledger *l, struct db *db, struct arena *a, const struct tree_hash *leaf,
                 const struct ledger_open_field *open, size_t n, struct bytes *ret)
{
    struct opening o = {.l = l, .db = db, .a = a, .hash = *leaf};
    struct proof p = {.has_extra = true};
    const struct ledger_log *log;
    struct store_checkpoint c;
    struct buf extra, out;
    struct bytes body;
    int64_t idx;
    int e;

    *ret = (struct bytes){0};
    e = store_find(db, leaf, &idx);
    log = e > 0 ? store_log_of(l, idx) : NULL;
    if (log == NULL)
        return e < 0 ? e : 0;
    p.index = (uint64_t)(idx - log->first);
    e = choose(l, db, a, log, (int64_t)p.index, &c);
    if (e <= 0)
        return e;
    e = entry(db, a, idx, &body);
    if (e <= 0)
        return e < 0 ? e : E_STORAGE;

    buf_init(&extra, a, PROOF_MAX / 2);
    e = make_extra(&o, body, open, n, &extra);
    if (e == 0)
        e = make_path(db, a, log, &p, c.size);
    if (e < 0)
        return e;
    p.extra = buf_bytes(&extra);
    p.note = c.note;
    buf_init(&out, a, PROOF_MAX);
    e = proof_write(&p, &out);
    *ret = buf_bytes(&out);
    return e;
}

/* ---- pages ---- */

struct ask {
    struct ledger *l;
    struct db *db;
    struct arena *a;
    const struct ledger_log *log;
    const char *rest; /* of the path, behind the table's word */
};

static void give(struct ledger_page *ret, struct bytes body, const char *type, enum ledger_cache cache)
{
    *ret = (struct ledger_page){.body = body, .type = type, .cache = cache};
}

static void give_text(struct ledger_page *ret, const struct buf *b)
{
    give(ret, buf_bytes(b), TEXT_TYPE, LEDGER_CACHE_BRIEF);
}

static int page_checkpoint(const struct ask *q, struct ledger_page *ret)
{
    struct store_checkpoint c;
    bool quorum;
    int e;

    e = store_checkpoint(q->db, q->a, q->log, INT64_MAX - q->log->first, &c);
    if (e > 0)
        e = whole_note(q->l, q->db, q->a, q->log, &c, &quorum);
    else if (e == 0)
        return 0;
    if (e < 0)
        return e;
    give(ret, c.note, TEXT_TYPE, LEDGER_CACHE_BRIEF);
    return 0;
}

static int page_policy(const struct ask *q, struct ledger_page *ret)
{
    const char *s = q->l->policy_text;

    give(ret, (struct bytes){.p = (const uint8_t *)s, .n = strlen(s)}, TEXT_TYPE, LEDGER_CACHE_BRIEF);
    return 0;
}

/* Lines about the public keys of this log; with_times: those of the past too. */
static int list_vkeys(const struct ask *q, bool with_times, struct buf *out)
{
    const char *name = text_printf(q->a, "%s+", q->log->origin);
    AUTO_ROWS struct rows rows;
    int e;

    e = db_select(&rows, q->db, &q_vkeys);
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        const char *vkey = rows_text(&rows, q->a, 0), *until = instant_iso(q->a, (instant){rows_int(&rows, 2)});

        if (!text_starts(vkey, name) || (!with_times && until != NULL))
            continue;
        if (with_times)
            buf_printf(out, "%s %s %s\n", vkey, instant_iso(q->a, (instant){rows_int(&rows, 1)}), until == NULL ? "-" : until);
        else
            buf_printf(out, "%s\n", vkey);
    }
    return e < 0 ? e : buf_failed(out);
}

static int page_vkey(const struct ask *q, struct ledger_page *ret)
{
    struct buf out;
    int e;

    buf_init(&out, q->a, 64 * KB);
    e = list_vkeys(q, false, &out);
    if (e == 0 && out.n > 0)
        give_text(ret, &out);
    return e;
}

static int page_keys(const struct ask *q, struct ledger_page *ret)
{
    struct buf out;
    int e;

    buf_init(&out, q->a, 64 * KB);
    e = list_vkeys(q, true, &out);
    if (e == 0)
        give_text(ret, &out);
    return e;
}

static int tile_bytes(const struct ask *q, const struct tree_tile *t, struct ledger_page *ret)
{
    struct store_tiles *tiles;
    const struct tree_hash *h;
    int e;

    if (t->level >= TREE_LEVELS)
        return 0;
    tiles = store_tiles(q->a, q->db, q->log, INT64_MAX);
    e = tiles->source.tile(tiles->source.arg, t->level, t->n, t->width, &h);
    if (e < 0)
        return e;
    give(ret, (struct bytes){.p = (const uint8_t *)h, .n = t->width * TREE_HASH}, BYTES_TYPE, LEDGER_CACHE_IMMUTABLE);
    return 0;
}

int read_bundle(struct db *db, struct arena *a, const struct ledger_log *log, uint64_t n, size_t width, struct bytes *ret)
{
    int64_t from = log->first + (int64_t)(n * TREE_TILE), at = from;
    AUTO_ROWS struct rows rows;
    struct buf out;
    int e;

    buf_init(&out, a, TREE_TILE * (LEAF_MAX + 2));
    e = db_select(&rows, db, &q_entries, V(from), V(from + (int64_t)width), V((int64_t)width));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        if (rows_int(&rows, 0) != at++)
            return E_STORAGE;
        tile_bundle_add(&out, rows_bytes(&rows, a, 1));
    }
    if (e == 0 && at != from + (int64_t)width)
        return E_STORAGE;
    *ret = buf_bytes(&out);
    return e < 0 ? e : buf_failed(&out);
}

static int page_tile(const struct ask *q, struct ledger_page *ret)
{
    struct tree_tile t;
    struct bytes b;
    int64_t size;
    int e;

    if (tree_tile_parse(text_printf(q->a, "tile/%s", q->rest), &t) < 0)
        return 0;
    size = store_tiled(q->db, q->log);
    if (size < 0)
        return (int)size;
    if (t.width > tree_tile_width((uint64_t)size, t.level == TREE_ENTRIES ? 0 : t.level, t.n))
        return 0;
    if (t.level != TREE_ENTRIES)
        return tile_bytes(q, &t, ret);
    e = read_bundle(q->db, q->a, q->log, t.n, t.width, &b);
    if (e == 0)
        give(ret, b, BYTES_TYPE, LEDGER_CACHE_IMMUTABLE);
    return e;
}

static int page_proof(const struct ask *q, struct ledger_page *ret)
{
    struct tree_hash leaf;
    struct bytes b;
    int e;

    if (hex_bytes(q->rest, leaf.v, TREE_HASH) < 0)
        return 0;
    e = ledger_proof(q->l, q->db, q->a, &leaf, NULL, 0, &b);
    if (e == 0 && b.n > 0)
        give(ret, b, TEXT_TYPE, LEDGER_CACHE_BRIEF);
    return e;
}

/* clang-format off */
static const struct {
    const char *word; /* ends with a slash: more follows */
    int (*make)(const struct ask *q, struct ledger_page *ret);
} pages[] = {
    {"checkpoint", page_checkpoint},
    {"log.vkey",   page_vkey},
    {"keys",       page_keys},
    {"policy",     page_policy},
    {"tile/",      page_tile},
    {"proof/",     page_proof},
};
/* clang-format on */

/* The log whose number stands at the beginning of the path. */
static const struct ledger_log *path_log(struct ledger *l, struct arena *a, const char *path, const char **ret_rest)
{
    const char *slash = strchr(path, '/');
    int64_t number;

    if (slash == NULL || text_int(arena_text_n(a, path, (size_t)(slash - path)), 1, (int64_t)l->n_logs, &number) < 0)
        return NULL;
    *ret_rest = slash + 1;
    return &l->logs[number - 1];
}

int ledger_read(struct ledger *l, struct db *db, struct arena *a, const char *path, struct ledger_page *ret)
{
    struct ask q = {.l = l, .db = db, .a = a};
    const char *rest = NULL;

    *ret = (struct ledger_page){0};
    q.log = path_log(l, a, path, &rest);
    if (q.log == NULL)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        size_t n = strlen(pages[i].word);
        bool open_end = pages[i].word[n - 1] == '/';

        if (open_end ? !text_starts(rest, pages[i].word) : !text_eq(rest, pages[i].word))
            continue;
        q.rest = rest + n;
        return pages[i].make(&q, ret);
    }
    return 0;
}

/* ---- cosignatures ---- */

static const struct note_vkey *find_witness(const struct ledger *l, const struct note_sig *s)
{
    for (size_t i = 0; i < l->policy.n_witnesses; i++)
        if (l->policy.witnesses[i].id == s->id && strcmp(l->policy.witnesses[i].name, s->name) == 0)
            return &l->policy.witnesses[i];
    return NULL;
}

/* 1 and the place of the checkpoint that the signature is good for, 0 for none, E_INPUT when there are no checkpoints. */
static int find_signed(struct db *db, struct arena *a, const struct note_sig *s, const struct note_vkey *witness,
                       struct ledger_cosign_plan *plan)
{
    AUTO_ROWS struct rows rows;
    bool any = false;
    int e;

    e = db_select(&rows, db, &q_checkpoints_back);
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        const char *text = rows_text(&rows, a, 0);
        struct note note;
        int64_t at;

        any = true;
        if (note_parse(a, (struct bytes){.p = (const uint8_t *)text, .n = strlen(text)}, &note) < 0)
            return E_STORAGE;
        if (note_sig_verify(s, witness, note.text, &at) < 0)
            continue;
        plan->size = rows_int(&rows, 1);
        plan->at = (instant){at * 1000};
        return 1;
    }
    return e == 0 && !any ? E_INPUT : e;
}

int ledger_cosign_plan(struct ledger *l, struct db *db, struct arena *a, struct bytes body, struct ledger_cosign_plan *ret)
{
    struct ledger_cosign_plan plan = {0};
    const struct note_vkey *witness;
    struct note_sig s;
    struct buf line;
    int e;

    if (body.n == 0 || body.n > 4 * KB || body.p[body.n - 1] != '\n' || memchr(body.p, 0, body.n) != NULL)
        return E_FORMAT;
    if (note_sig_parse(a, arena_text_n(a, (const char *)body.p, body.n - 1), &s) < 0)
        return E_FORMAT;
    witness = find_witness(l, &s);
    if (witness == NULL)
        return E_PERMIT;
    e = find_signed(db, a, &s, witness, &plan);
    if (e <= 0)
        return e < 0 ? e : E_PERMIT;

    buf_init(&line, a, 4 * KB);
    note_sig_write(&line, &s);
    plan.line = line.s;
    plan.witness = witness_name(a, witness);
    *ret = plan;
    return 0;
}

int ledger_cosign_apply(struct tx *tx, const struct ledger_cosign_plan *plan)
{
    return db_send(tx->db, &q_cosig_add, V(plan->size), V(plan->witness), V(plan->line), V(plan->at));
}
