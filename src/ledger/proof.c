/*
 * proof.c: the file line by line, and `extra` as JCS.
 */
#include "base/text.h"
#include "ledger/jcs.h"
#include "ledger/leaf.h"
#include "ledger/proof.h"

#define FIRST_LINE  "c2sp.org/tlog-proof@v1"
#define EXTRA_DEPTH 3 /* {"body":{"pub":{..}}}, {"open":{"nama":{..}}} */

/* ---- the file ---- */

struct lines {
    struct arena *arena;
    const uint8_t *at;
    const uint8_t *end;
};

/* The next line without its newline, NULL at the end or for a broken last line. A NUL inside cuts it: refused before. */
static char *next_line(struct lines *l)
{
    const uint8_t *end = l->at < l->end ? memchr(l->at, '\n', (size_t)(l->end - l->at)) : NULL;
    char *s;

    if (end == NULL)
        return NULL;
    s = arena_text_n(l->arena, (const char *)l->at, (size_t)(end - l->at));
    l->at = end + 1;
    return s;
}

static int hash_line(struct arena *a, const char *line, struct tree_hash *ret)
{
    struct bytes b;

    if (base64_bytes(a, line, &b) < 0 || b.n != TREE_HASH)
        return E_FORMAT;
    memcpy(ret->v, b.p, TREE_HASH);
    return 0;
}

static int take_path(struct lines *l, struct proof *p)
{
    for (;;) {
        const char *line = next_line(l);

        if (line == NULL)
            return E_FORMAT;
        if (line[0] == '\0')
            return 0;
        if (p->n == TREE_PATH || hash_line(l->arena, line, &p->path[p->n]) < 0)
            return E_FORMAT;
        p->n++;
    }
}

int proof_parse(struct arena *a, struct bytes file, struct proof *ret)
{
    struct lines l = {.arena = a, .at = file.p, .end = file.p + file.n};
    struct proof p = {0};
    const char *line;
    int64_t index;

    if (file.n == 0 || file.n > PROOF_MAX || memchr(file.p, 0, file.n) != NULL || !text_eq(next_line(&l), FIRST_LINE))
        return E_FORMAT;
    line = next_line(&l);
    if (line != NULL && text_starts(line, "extra ")) {
        p.has_extra = true;
        if (base64_bytes(a, line + 6, &p.extra) < 0)
            return E_FORMAT;
        line = next_line(&l);
    }
    if (line == NULL || !text_starts(line, "index ") || text_int(line + 6, 0, INT64_MAX, &index) < 0)
        return E_FORMAT;
    p.index = (uint64_t)index;
    if (take_path(&l, &p) < 0)
        return E_FORMAT;
    p.note = (struct bytes){.p = l.at, .n = (size_t)(l.end - l.at)};
    *ret = p;
    return 0;
}

int proof_write(const struct proof *p, struct buf *out)
{
    buf_add(out, FIRST_LINE "\n");
    if (p->has_extra)
        buf_printf(out, "extra %s\n", base64_text(out->arena, p->extra.p, p->extra.n));
    buf_printf(out, "index %llu\n", (unsigned long long)p->index);
    for (size_t i = 0; i < p->n; i++)
        buf_printf(out, "%s\n", base64_text(out->arena, p->path[i].v, TREE_HASH));
    buf_byte(out, '\n');
    buf_add_n(out, p->note.p, p->note.n);
    return buf_failed(out);
}

/* ---- extra ---- */

int proof_extra_write(struct arena *a, struct bytes body, const struct proof_open *open, size_t n, struct buf *out)
{
    struct jcs *fields = arena_array(a, n, struct jcs);
    struct jcs object = {.members = fields, .n = n};
    int e;

    for (size_t i = 0; i < n; i++) {
        struct jcs *m = arena_array(a, 2, struct jcs);

        m[0] = (struct jcs){.name = "k", .text = hex_text(a, open[i].key.v, TREE_HASH)};
        m[1] = (struct jcs){.name = "v", .text = open[i].value};
        fields[i] = (struct jcs){.name = open[i].column, .members = m, .n = 2};
    }
    buf_add(out, "{\"body\":");
    buf_add_n(out, body.p, body.n);
    buf_add(out, ",\"open\":");
    e = jcs_write(&object, out);
    if (e < 0)
        return e;
    buf_byte(out, '}');
    return out->n > PROOF_MAX / 2 ? E_LIMIT : buf_failed(out);
}

static int take_field(const struct jcs *m, struct proof_open *ret)
{
    const struct jcs *k = jcs_member(m, "k"), *v = jcs_member(m, "v");

    if (m->text != NULL || m->n != 2 || k == NULL || v == NULL || k->text == NULL || v->text == NULL)
        return E_FORMAT;
    ret->column = m->name;
    ret->value = v->text;
    return hex_bytes(k->text, ret->key.v, TREE_HASH);
}

int proof_extra_parse(struct arena *a, struct bytes extra, struct bytes *ret_body, struct proof_open **ret_open, size_t *ret_n)
{
    const struct jcs *body, *open;
    struct proof_open *fields;
    struct jcs top;

    if (jcs_parse(a, extra, EXTRA_DEPTH, &top) < 0)
        return E_FORMAT;
    body = jcs_member(&top, "body");
    open = jcs_member(&top, "open");
    if (top.n != 2 || body == NULL || open == NULL || body->text != NULL || open->text != NULL)
        return E_FORMAT;

    fields = arena_array(a, open->n, struct proof_open);
    for (size_t i = 0; i < open->n; i++)
        if (take_field(&open->members[i], &fields[i]) < 0)
            return E_FORMAT;
    *ret_body = body->raw;
    *ret_open = fields;
    *ret_n = open->n;
    return 0;
}
