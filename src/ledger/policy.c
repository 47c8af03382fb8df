/*
 * policy.c: a line is a few items; a table says which items each word takes.
 *
 * Names are octets, as the format wants it: no Unicode tables decide what a policy means.
 */
#include "base/text.h"
#include "ledger/policy.h"

#define ITEMS_MAX (POLICY_NODES + 3u)

struct items {
    const char *v[ITEMS_MAX];
    size_t n;
};

struct builder {
    struct arena *arena;
    struct policy *p;
    bool has_quorum;
};

static bool octets_ok(struct bytes b)
{
    for (size_t i = 0; i < b.n; i++)
        if ((b.p[i] < 0x20 && b.p[i] != '\t' && b.p[i] != '\n') || b.p[i] == 0x7f)
            return false;
    return b.n == 0 || b.p[b.n - 1] == '\n';
}

/* Cuts at runs of spaces and tabs. A comment has no items. */
static int split(struct arena *a, const char *line, size_t n, struct items *ret)
{
    size_t at = 0;

    ret->n = 0;
    for (;;) {
        size_t from;

        while (at < n && (line[at] == ' ' || line[at] == '\t'))
            at++;
        if (at == n || (ret->n == 0 && line[at] == '#'))
            return 0;
        from = at;
        while (at < n && line[at] != ' ' && line[at] != '\t')
            at++;
        if (ret->n == ITEMS_MAX)
            return E_FORMAT;
        ret->v[ret->n++] = arena_text_n(a, line + from, at - from);
    }
}

static int find_node(const struct policy *p, const char *name)
{
    for (size_t i = 0; i < p->n_nodes; i++)
        if (strcmp(p->nodes[i].name, name) == 0)
            return (int)i;
    return -1;
}

static bool has_key(const struct note_vkey *keys, size_t n, const struct note_vkey *key)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(keys[i].pub, key->pub, sizeof key->pub) == 0)
            return true;
    return false;
}

static bool known_key(const struct policy *p, const struct note_vkey *key)
{
    return has_key(p->logs, p->n_logs, key) || has_key(p->witnesses, p->n_witnesses, key);
}

static bool name_free(const struct policy *p, const char *name)
{
    return strcmp(name, "none") != 0 && find_node(p, name) < 0;
}

static int line_log(struct builder *b, const struct items *i)
{
    struct policy *p = b->p;
    struct note_vkey v;

    if (p->n_logs == POLICY_LOGS || note_vkey_parse(i->v[1], &v) < 0 || v.alg != NOTE_ED25519 || known_key(p, &v))
        return E_FORMAT;
    p->logs[p->n_logs] = v;
    p->log_urls[p->n_logs++] = i->n > 2 ? i->v[2] : NULL;
    return 0;
}

static int line_witness(struct builder *b, const struct items *i)
{
    struct policy *p = b->p;
    struct note_vkey v;

    if (p->n_witnesses == POLICY_WITNESSES || !name_free(p, i->v[1]) || note_vkey_parse(i->v[2], &v) < 0 ||
        v.alg != NOTE_COSIGNATURE || known_key(p, &v))
        return E_FORMAT;
    p->nodes[p->n_nodes++] = (struct policy_node){.name = i->v[1], .witness = (int)p->n_witnesses, .k = 1};
    p->witnesses[p->n_witnesses] = v;
    p->witness_urls[p->n_witnesses++] = i->n > 3 ? i->v[3] : NULL;
    return 0;
}

static int threshold(const char *word, size_t n, size_t *ret)
{
    int64_t k;

    if (strcmp(word, "any") == 0)
        k = 1;
    else if (strcmp(word, "all") == 0)
        k = (int64_t)n;
    else if (text_int(word, 1, (int64_t)n, &k) < 0)
        return E_FORMAT;
    *ret = (size_t)k;
    return 0;
}

static int line_group(struct builder *b, const struct items *i)
{
    struct policy *p = b->p;
    struct policy_node node = {.name = i->v[1], .witness = -1, .n = i->n - 3};
    uint8_t *members = arena_alloc(b->arena, node.n);

    if (p->n_nodes - p->n_witnesses == POLICY_GROUPS || !name_free(p, node.name) || threshold(i->v[2], node.n, &node.k) < 0)
        return E_FORMAT;
    for (size_t m = 0; m < node.n; m++) {
        int at = find_node(p, i->v[3 + m]);

        if (at < 0 || p->nodes[at].is_member)
            return E_FORMAT;
        p->nodes[at].is_member = true;
        members[m] = (uint8_t)at;
    }
    node.members = members;
    p->nodes[p->n_nodes++] = node;
    return 0;
}

static int line_quorum(struct builder *b, const struct items *i)
{
    if (b->has_quorum)
        return E_FORMAT;
    b->has_quorum = true;
    b->p->quorum = find_node(b->p, i->v[1]);
    return b->p->quorum < 0 && strcmp(i->v[1], "none") != 0 ? E_FORMAT : 0;
}

/* clang-format off */
static const struct {
    const char *word;
    size_t min, max; /* items, the word included */
    int (*take)(struct builder *b, const struct items *i);
} words[] = {
    {"log",     2, 3,         line_log},
    {"witness", 3, 4,         line_witness},
    {"group",   4, ITEMS_MAX, line_group},
    {"quorum",  2, 2,         line_quorum},
};
/* clang-format on */

static int take_line(struct builder *b, const struct items *i)
{
    if (i->n == 0)
        return 0;
    for (size_t w = 0; w < ARRAY_LEN(words); w++)
        if (strcmp(words[w].word, i->v[0]) == 0)
            return i->n < words[w].min || i->n > words[w].max ? E_FORMAT : words[w].take(b, i);
    return E_FORMAT;
}

static void policy_init(struct arena *a, struct policy *p)
{
    *p = (struct policy){
        .logs = arena_array(a, POLICY_LOGS, struct note_vkey),
        .log_urls = arena_array(a, POLICY_LOGS, const char *),
        .witnesses = arena_array(a, POLICY_WITNESSES, struct note_vkey),
        .witness_urls = arena_array(a, POLICY_WITNESSES, const char *),
        .nodes = arena_array(a, POLICY_NODES, struct policy_node),
        .quorum = -1,
    };
}

int policy_parse(struct arena *a, struct bytes file, struct policy *ret, int *ret_line)
{
    struct builder b = {.arena = a, .p = ret};
    struct items items;
    size_t at = 0;

    policy_init(a, ret);
    *ret_line = 0;
    if (file.n > POLICY_MAX || !octets_ok(file))
        return E_FORMAT;
    while (at < file.n) {
        const uint8_t *end = memchr(file.p + at, '\n', file.n - at);
        size_t len = (size_t)(end - (file.p + at));

        ++*ret_line;
        if (split(a, (const char *)file.p + at, len, &items) < 0 || take_line(&b, &items) < 0)
            return E_FORMAT;
        at += len + 1;
    }
    *ret_line = 0;
    return b.has_quorum ? 0 : E_FORMAT;
}

int policy_of_vkey(struct arena *a, const char *vkey, struct policy *ret)
{
    struct builder b = {.arena = a, .p = ret};

    policy_init(a, ret);
    return line_log(&b, &(struct items){.v = {"log", vkey}, .n = 2});
}

static bool reached(const struct policy *p, size_t node, const struct note_seen *seen)
{
    const struct policy_node *n = &p->nodes[node];
    size_t have = 0;

    if (n->witness >= 0)
        return seen[n->witness].good;
    for (size_t i = 0; i < n->n; i++)
        have += reached(p, n->members[i], seen) ? 1 : 0;
    return have >= n->k;
}

bool policy_quorum(const struct policy *p, const struct note_seen *seen)
{
    return p->quorum < 0 || reached(p, (size_t)p->quorum, seen);
}

/* The log whose name the checkpoint bears and who signed it; NULL when there is none. */
static const struct note_vkey *signing_log(const struct policy *p, const struct note_seen *logs, const char *origin)
{
    for (size_t i = 0; i < p->n_logs; i++)
        if (logs[i].good && strcmp(p->logs[i].name, origin) == 0)
            return &p->logs[i];
    return NULL;
}

int policy_judge(struct arena *a, const struct policy *p, struct bytes note, struct policy_verdict *ret)
{
    struct note_seen logs[POLICY_LOGS];
    struct policy_verdict v = {0};
    struct note n;
    int e;

    if (note_parse(a, note, &n) < 0 || checkpoint_parse(a, n.text, &v.checkpoint) < 0)
        return E_FORMAT;
    if (note_verify(&n, p->logs, p->n_logs, logs) < 0)
        return E_FORMAT;
    v.log = signing_log(p, logs, v.checkpoint.origin);
    if (v.log == NULL)
        return E_FORMAT;

    e = note_verify(&n, p->witnesses, p->n_witnesses, v.seen);
    if (e < 0)
        return e;
    v.cosigned = (size_t)e;
    v.quorum = policy_quorum(p, v.seen);
    *ret = v;
    return 0;
}
