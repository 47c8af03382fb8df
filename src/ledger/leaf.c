/*
 * leaf.c: one table says which members a leaf has; encoding, decoding and the check of required members read it.
 */
#include "base/date.h"
#include "base/hash.h"
#include "base/text.h"
#include "ledger/jcs.h"
#include "ledger/leaf.h"

#define LEAF_VERSION  "1"
#define SEALED_TABLE  "x"
#define SEALED_COLUMN "c"
#define LEAF_DEPTH    2

/* clang-format off */
static const struct {
    const char *name;
    bool has_rev;
} ops[LEAF_OP_COUNT] = {
    [LEAF_INSERT] = {"insert", true},
    [LEAF_UPDATE] = {"update", true},
    [LEAF_DELETE] = {"delete", true},
    [LEAF_DECIDE] = {"decide", true},
    [LEAF_READ]   = {"read",   false},
    [LEAF_ERASE]  = {"erase",  true},
    [LEAF_REPAIR] = {"repair", true},
    [LEAF_KEY]    = {"key",    false},
    [LEAF_TICK]   = {"tick",   false},
    [LEAF_EXPORT] = {"export", false},
    [LEAF_LOAD]   = {"load",   false},
};

/* The members that are plain strings. v and op stand beside, they are not free text. */
static const struct {
    const char *name;
    size_t offset;
    bool required;
} members[] = {
    {"rec",  offsetof(struct leaf, rec),  true},
    {"rev",  offsetof(struct leaf, rev),  false},
    {"prev", offsetof(struct leaf, prev), false},
    {"t",    offsetof(struct leaf, t),    true},
    {"ts",   offsetof(struct leaf, ts),   true},
    {"tx",   offsetof(struct leaf, tx),   true},
    {"uid",  offsetof(struct leaf, uid),  true},
    {"unit", offsetof(struct leaf, unit), false},
    {"who",  offsetof(struct leaf, who),  false},
};
/* clang-format on */

#define MEMBERS_MAX (ARRAY_LEN(members) + 5) /* c, v, op, pub, com */

const char *leaf_op_name(enum leaf_op op)
{
    BUG_IF((unsigned)op >= LEAF_OP_COUNT);
    return ops[op].name;
}

int leaf_op_parse(const char *name, enum leaf_op *ret)
{
    for (unsigned i = 0; i < LEAF_OP_COUNT; i++) {
        if (strcmp(ops[i].name, name) == 0) {
            *ret = (enum leaf_op)i;
            return 0;
        }
    }
    return E_FORMAT;
}

bool leaf_op_has_rev(enum leaf_op op)
{
    BUG_IF((unsigned)op >= LEAF_OP_COUNT);
    return ops[op].has_rev;
}

static const struct leaf_pair *find(const struct leaf_pair *pairs, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].name, name) == 0)
            return &pairs[i];
    return NULL;
}

const struct leaf_pair *leaf_pub(const struct leaf *l, const char *name)
{
    return find(l->pub, l->n_pub, name);
}

const struct leaf_pair *leaf_com(const struct leaf *l, const char *name)
{
    return find(l->com, l->n_com, name);
}

static const char **member_of(struct leaf *l, size_t i)
{
    return (const char **)((char *)l + members[i].offset);
}

/* ---- what makes the members a leaf ---- */

/* Exactly n lower-case hex digits. Every commitment of every leaf passes here, so no bytes are made. */
static bool is_hex(const char *s, size_t n)
{
    return strspn(s, "0123456789abcdef") == n && s[n] == '\0';
}

static bool is_hash(const char *s)
{
    return is_hex(s, 2 * TREE_HASH);
}

static bool revision_ok(const struct leaf *l)
{
    int64_t rev;

    if (!leaf_op_has_rev(l->op))
        return l->rev == NULL && l->prev == NULL;
    if (l->rev == NULL || l->prev == NULL || text_int(l->rev, 1, INT64_MAX, &rev) < 0)
        return false;
    return l->prev[0] == '\0' || is_hash(l->prev);
}

static bool pairs_ok(const struct leaf *l)
{
    for (size_t i = 0; i < l->n_com; i++)
        if (!is_hash(l->com[i].value) || leaf_pub(l, l->com[i].name) != NULL)
            return false;
    return true;
}

/* 0, or E_INPUT. */
static int check(const struct leaf *l)
{
    instant ts;

    if (l->c != NULL)
        return is_hash(l->c) ? 0 : E_INPUT;
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (members[i].required && *member_of((struct leaf *)(uintptr_t)l, i) == NULL)
            return E_INPUT;
    if (!is_hex(l->uid, LEAF_UID) || instant_iso_parse(l->ts, &ts) < 0 || !jcs_name_ok(l->t))
        return E_INPUT;
    return revision_ok(l) && pairs_ok(l) ? 0 : E_INPUT;
}

/* ---- encoding ---- */

static void put(struct jcs *object, const char *name, const char *text)
{
    object->members[object->n++] = (struct jcs){.name = name, .text = text};
}

static void put_pairs(struct arena *a, struct jcs *object, const char *name, const struct leaf_pair *pairs, size_t n)
{
    struct jcs sub = {.name = name, .members = arena_array(a, n, struct jcs)};

    if (n == 0)
        return;
    for (size_t i = 0; i < n; i++)
        put(&sub, pairs[i].name, pairs[i].value);
    object->members[object->n++] = sub;
}

static void put_members(struct arena *a, struct jcs *top, const struct leaf *l)
{
    struct leaf copy = *l;

    put(top, "v", LEAF_VERSION);
    if (l->c != NULL) {
        put(top, "c", l->c);
        put(top, "t", SEALED_TABLE);
        return;
    }
    put(top, "op", ops[l->op].name);
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (*member_of(&copy, i) != NULL)
            put(top, members[i].name, *member_of(&copy, i));
    put_pairs(a, top, "pub", l->pub, l->n_pub);
    put_pairs(a, top, "com", l->com, l->n_com);
}

int leaf_encode(const struct leaf *l, struct arena *a, struct buf *out)
{
    struct jcs top = {.members = arena_array(a, MEMBERS_MAX, struct jcs)};
    size_t before = out->n;
    int e;

    if (l->c == NULL && (unsigned)l->op >= LEAF_OP_COUNT)
        return E_INPUT;
    e = check(l);
    if (e < 0)
        return e;
    put_members(a, &top, l);
    e = jcs_write(&top, out);
    if (e < 0)
        return e;
    return out->n - before > LEAF_MAX ? E_LIMIT : 0;
}

/* ---- decoding ---- */

static int take_pairs(struct arena *a, const struct jcs *v, const struct leaf_pair **ret, size_t *ret_n)
{
    struct leaf_pair *pairs;

    if (v->text != NULL || v->n == 0)
        return E_INPUT;
    pairs = arena_array(a, v->n, struct leaf_pair);
    for (size_t i = 0; i < v->n; i++) {
        if (v->members[i].text == NULL)
            return E_INPUT;
        pairs[i] = (struct leaf_pair){.name = v->members[i].name, .value = v->members[i].text};
    }
    *ret = pairs;
    *ret_n = v->n;
    return 0;
}

static int take_text_member(const struct jcs *v, struct leaf *l)
{
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (strcmp(members[i].name, v->name) == 0 && v->text != NULL) {
            *member_of(l, i) = v->text;
            return 0;
        }
    }
    return E_INPUT;
}

static int take_member(struct arena *a, const struct jcs *v, struct leaf *l)
{
    if (strcmp(v->name, "pub") == 0)
        return take_pairs(a, v, &l->pub, &l->n_pub);
    if (strcmp(v->name, "com") == 0)
        return take_pairs(a, v, &l->com, &l->n_com);
    if (strcmp(v->name, "v") == 0)
        return text_eq(v->text, LEAF_VERSION) ? 0 : E_INPUT;
    if (strcmp(v->name, "op") == 0)
        return v->text != NULL && leaf_op_parse(v->text, &l->op) == 0 ? 0 : E_INPUT;
    return take_text_member(v, l);
}

static int take_sealed(const struct jcs *top, struct leaf *l)
{
    const struct jcs *t = jcs_member(top, "t"), *v = jcs_member(top, "v");

    if (top->n != 3 || t == NULL || v == NULL || !text_eq(t->text, SEALED_TABLE) || !text_eq(v->text, LEAF_VERSION))
        return E_INPUT;
    l->c = jcs_member(top, "c")->text;
    return l->c == NULL ? E_INPUT : check(l);
}

int leaf_decode(struct arena *a, struct bytes body, struct leaf *ret)
{
    struct leaf l = {0};
    struct jcs top;
    int e;

    if (body.n > LEAF_MAX)
        return E_FORMAT;
    e = jcs_parse(a, body, LEAF_DEPTH, &top);
    if (e < 0)
        return e;

    if (jcs_member(&top, "c") != NULL) {
        e = take_sealed(&top, &l);
    } else {
        if (jcs_member(&top, "v") == NULL || jcs_member(&top, "op") == NULL)
            return E_INPUT;
        for (size_t i = 0; i < top.n && e == 0; i++)
            e = take_member(a, &top.members[i], &l);
        if (e == 0)
            e = check(&l);
    }
    if (e < 0)
        return e;
    *ret = l;
    return 0;
}

struct tree_hash leaf_hash(struct bytes body)
{
    return tree_leaf(body.p, body.n);
}

/* ---- commitments ---- */

#define NULL_FORM "\\N"

const char *leaf_value(struct arena *a, const char *value)
{
    if (value == NULL)
        return NULL_FORM;
    return value[0] == '\\' ? text_printf(a, "\\%s", value) : value;
}

bool leaf_value_is_null(const char *form)
{
    return strcmp(form, NULL_FORM) == 0;
}

/* HMAC over parts with one zero byte between them. */
static struct tree_hash mac(const struct tree_hash *key, const char *const *texts, size_t n)
{
    struct bytes parts[8];
    struct tree_hash h;

    BUG_IF(n > ARRAY_LEN(parts));
    for (size_t i = 0; i < n; i++)
        parts[i] = (struct bytes){.p = (const uint8_t *)texts[i], .n = strlen(texts[i]) + (i + 1 < n ? 1 : 0)};
    hash_hmac_parts((struct bytes){.p = key->v, .n = sizeof key->v}, parts, n, h.v);
    return h;
}

struct tree_hash leaf_field_key(const struct tree_hash *key, const char *uid, const char *table, const char *column)
{
    return mac(key, (const char *const[]){"terang/k/v1", uid, table, column}, 4);
}

struct tree_hash leaf_commit(const struct tree_hash *field_key, const char *table, const char *column, const char *form)
{
    return mac(field_key, (const char *const[]){"terang/c/v1", table, column, form}, 4);
}

struct tree_hash leaf_seal_key(const struct tree_hash *key, const char *uid)
{
    return leaf_field_key(key, uid, SEALED_TABLE, SEALED_COLUMN);
}

struct tree_hash leaf_seal(struct arena *a, const struct tree_hash *field_key, struct bytes body)
{
    return leaf_commit(field_key, SEALED_TABLE, SEALED_COLUMN, arena_text_n(a, (const char *)body.p, body.n));
}
