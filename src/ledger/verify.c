/*
 * verify.c: the steps of the verifier, each a function that says 0 or why not.
 *
 * verify_text.c prints what came of it.
 */
#include "base/text.h"
#include "ledger/verify.h"

struct job {
    struct arena *arena;
    struct bytes file;
    struct proof proof;
    struct verify *v;
};

/* ---- steps FORM to FIELDS ---- */

static int step_form(struct job *j)
{
    int e;

    e = proof_parse(j->arena, j->file, &j->proof);
    if (e < 0)
        return e;
    j->v->index = j->proof.index;
    if (!j->proof.has_extra)
        return 0;
    return proof_extra_parse(j->arena, j->proof.extra, &j->v->body, (struct proof_open **)(uintptr_t)&j->v->open,
                             &j->v->n_open);
}

static int step_log(struct job *j)
{
    return policy_judge(j->arena, j->v->policy, j->proof.note, &j->v->verdict);
}

static int step_quorum(struct job *j)
{
    return j->v->verdict.quorum ? 0 : E_STATE;
}

static int step_leaf(struct job *j)
{
    struct verify *v = j->v;
    int e;

    if (v->body.n == 0)
        return E_FORMAT;
    v->leaf_hash = leaf_hash(v->body);
    e = leaf_decode(j->arena, v->body, &v->leaf);
    if (e == E_FORMAT)
        return e;
    v->has_leaf = e == 0;
    return 0;
}

static int step_path(struct job *j)
{
    const struct checkpoint *c = &j->v->verdict.checkpoint;

    return tree_inclusion_check(&j->v->leaf_hash, j->proof.index, c->size, j->proof.path, j->proof.n, &c->root);
}

/* A sealed leaf has one field, `c`, and what it holds is a leaf again. */
static int open_sealed(struct job *j, const struct proof_open *o)
{
    struct bytes inner = {.p = (const uint8_t *)o->value, .n = strlen(o->value)};
    struct tree_hash c;

    if (strcmp(o->column, "c") != 0)
        return E_FORMAT;
    c = leaf_seal(j->arena, &o->key, inner);
    if (strcmp(hex_text(j->arena, c.v, TREE_HASH), j->v->leaf.c) != 0)
        return E_FORMAT;
    if (leaf_decode(j->arena, inner, &j->v->inner) < 0 || j->v->inner.c != NULL)
        return E_FORMAT;
    j->v->has_inner = true;
    return 0;
}

static int open_field(struct job *j, const struct proof_open *o)
{
    const struct leaf *l = &j->v->leaf;
    const struct leaf_pair *committed = leaf_com(l, o->column);
    struct tree_hash c;

    if (l->c != NULL)
        return open_sealed(j, o);
    if (committed == NULL)
        return E_FORMAT;
    c = leaf_commit(&o->key, l->t, o->column, o->value);
    return strcmp(hex_text(j->arena, c.v, TREE_HASH), committed->value) == 0 ? 0 : E_FORMAT;
}

static int step_fields(struct job *j)
{
    if (j->v->n_open > 0 && !j->v->has_leaf)
        return E_FORMAT;
    for (size_t i = 0; i < j->v->n_open; i++)
        if (open_field(j, &j->v->open[i]) < 0)
            return E_FORMAT;
    return 0;
}

/* clang-format off */
static const struct {
    int (*take)(struct job *j);
    enum verify_result failed;
} steps[] = {
    [VERIFY_FORM]   = {step_form,   VERIFY_INVALID},
    [VERIFY_LOG]    = {step_log,    VERIFY_INVALID},
    [VERIFY_QUORUM] = {step_quorum, VERIFY_UNKNOWN},
    [VERIFY_LEAF]   = {step_leaf,   VERIFY_INVALID},
    [VERIFY_PATH]   = {step_path,   VERIFY_INVALID},
    [VERIFY_FIELDS] = {step_fields, VERIFY_INVALID},
};
/* clang-format on */

static void end_at(struct verify *v, enum verify_step step, enum verify_result result)
{
    v->step = step;
    v->result = result;
}

/* What the witnesses' clocks say about a checkpoint with the leaf in it, or without it yet. */
static void note_times(struct verify *v, const struct policy_verdict *verdict)
{
    bool holds_leaf = verdict->checkpoint.size > v->index;

    if (v->policy->quorum < 0)
        return;
    for (size_t i = 0; i < v->policy->n_witnesses; i++) {
        int64_t at = verdict->seen[i].at;

        if (!verdict->seen[i].good)
            continue;
        if (holds_leaf && (!v->has_time || at < v->recorded_by)) {
            v->has_time = true;
            v->recorded_by = at;
        }
        if (!holds_leaf && (!v->has_not_before || at > v->not_before)) {
            v->has_not_before = true;
            v->not_before = at;
        }
    }
}

void verify_proof(struct arena *a, struct bytes file, const struct policy *policy, struct verify *ret)
{
    struct job j = {.arena = a, .file = file, .v = ret};

    *ret = (struct verify){.policy = policy};
    for (unsigned s = 0; s < ARRAY_LEN(steps); s++) {
        if (steps[s].take(&j) < 0) {
            end_at(ret, (enum verify_step)s, steps[s].failed);
            return;
        }
    }
    note_times(ret, &ret->verdict);
    end_at(ret, VERIFY_DONE, VERIFY_VALID);
}

/* ---- step HEAD ---- */

/* Do two checkpoints belong to one history? 0; E_FORMAT: no; another code: the tiles could not be had. */
static int one_history(const struct checkpoint *x, const struct checkpoint *y, const struct tree_source *tiles)
{
    const struct checkpoint *old = x->size <= y->size ? x : y, *new = x->size <= y->size ? y : x;
    struct tree_proof p;
    int e;

    if (tiles->size < new->size)
        return E_STORAGE;
    e = tree_consistency(tiles, old->size, new->size, &p);
    if (e < 0)
        return e;
    return tree_consistency_check(old->size, &old->root, new->size, &new->root, p.hash, p.n);
}

static bool same_log(const struct verify *v, const struct policy_verdict *other)
{
    return strcmp(v->verdict.checkpoint.origin, other->checkpoint.origin) == 0;
}

struct scan {
    struct verify *v;
    struct arena *arena; /* what stays */
    struct arena scratch;
    struct tree_range range;
    int64_t newest;
};

/* A later entry: is it a newer revision of the same record? */
static void compare_revision(struct scan *s, const struct leaf *l)
{
    int64_t rev;

    if (l->c != NULL || l->rev == NULL || !text_eq(l->rec, s->v->leaf.rec))
        return;
    if (text_int(l->rev, 1, INT64_MAX, &rev) < 0 || rev <= s->newest)
        return;
    s->newest = rev;
    s->v->newer_rev = arena_text(s->arena, l->rev);
    s->v->newer_index = s->range.size;
}

static int scan_entry(void *arg, struct bytes body)
{
    struct scan *s = arg;
    struct tree_hash h = leaf_hash(body);
    struct leaf l;

    if (s->range.size == s->v->index) {
        if (!tree_hash_eq(&h, &s->v->leaf_hash))
            return E_FORMAT;
    } else {
        arena_reset(&s->scratch);
        s->v->later++;
        if (leaf_decode(&s->scratch, body, &l) < 0)
            s->v->unread++;
        else
            compare_revision(s, &l);
    }
    tree_range_add(&s->range, &h);
    return 0;
}

/*
 * Reads the entries from the leaf on. What lies before it comes as hashes from the tiles: were one of them wrong, or an
 * entry left out, the root at the end would differ from the signed one.
 */
static int scan_to(const struct checkpoint *head, const struct verify_entries *log, struct scan *s)
{
    struct tree_hash root;
    int e;

    e = tree_range_load(&log->tiles, s->v->index, &s->range);
    if (e < 0)
        return e;
    if (s->v->has_leaf && s->v->leaf.rev != NULL && text_int(s->v->leaf.rev, 1, INT64_MAX, &s->newest) < 0)
        return E_FORMAT;
    e = log->read(log->arg, s->v->index, head->size, scan_entry, s);
    if (e < 0)
        return e;
    root = tree_range_root(&s->range);
    return s->range.size == head->size && tree_hash_eq(&root, &head->root) ? 0 : E_FORMAT;
}

static enum verify_result result_of(int e)
{
    if (e == 0)
        return VERIFY_VALID;
    return e == E_FORMAT ? VERIFY_INVALID : VERIFY_UNKNOWN;
}

void verify_to_head(struct arena *a, struct bytes head, const struct verify_entries *log, struct verify *v)
{
    struct scan s = {.v = v, .arena = a};
    struct policy_verdict verdict;
    int e;

    if (v->result != VERIFY_VALID)
        return;
    e = policy_judge(a, v->policy, head, &verdict);
    if (e == 0 && (!same_log(v, &verdict) || verdict.checkpoint.size < v->verdict.checkpoint.size))
        e = E_FORMAT;
    if (e == 0 && !verdict.quorum)
        e = E_STATE;
    if (e == 0)
        e = one_history(&v->verdict.checkpoint, &verdict.checkpoint, &log->tiles);
    if (e == 0) {
        arena_init(&s.scratch, 4 * MB);
        e = scan_to(&verdict.checkpoint, log, &s);
        arena_finish(&s.scratch);
    }
    if (e < 0) {
        end_at(v, VERIFY_HEAD, result_of(e));
        return;
    }
    v->to_head = true;
    v->head_size = verdict.checkpoint.size;
}

void verify_checkpoint(struct arena *a, struct bytes note, const struct tree_source *tiles, struct verify *v)
{
    struct policy_verdict verdict;
    int e;

    if (v->result != VERIFY_VALID)
        return;
    e = policy_judge(a, v->policy, note, &verdict);
    if (e == 0 && (!same_log(v, &verdict) || verdict.cosigned == 0))
        return;
    if (e == 0)
        e = one_history(&v->verdict.checkpoint, &verdict.checkpoint, tiles);
    if (e < 0)
        end_at(v, VERIFY_HEAD, result_of(e));
    else
        note_times(v, &verdict);
}
