/*
 * po.c: reads .po text into a sorted table.
 *
 * It accepts the part of the format that translators need and refuses the rest with a line number, so that a file never
 * means something else here than in msgfmt. The only input are files that become part of the program; still it trusts
 * no byte, because a fuzzer is cheaper than an argument.
 *
 * Not for: choosing a language (lang.c).
 */
#include "base/text.h"
#include "ui/lang.h"

#define FILE_MAX    ((size_t)1 * MB)
#define ENTRIES_MAX ((size_t)20000)
#define TEXT_MAX    ((size_t)8 * KB)

struct po_reader {
    struct arena *arena;
    const char *at;
    const char *end;
    int line;
};

static bool at_end(const struct po_reader *in)
{
    return in->at == in->end;
}

static bool takes(struct po_reader *in, const char *word)
{
    size_t n = strlen(word);

    if ((size_t)(in->end - in->at) < n || memcmp(in->at, word, n) != 0)
        return false;
    in->at += n;
    return true;
}

static void blanks_skip(struct po_reader *in)
{
    while (!at_end(in) && (*in->at == ' ' || *in->at == '\t' || *in->at == '\r'))
        in->at++;
}

/* Goes behind the line break; E_FORMAT when there is something else before it. */
static int line_finish(struct po_reader *in)
{
    blanks_skip(in);
    if (at_end(in))
        return 0;
    if (*in->at != '\n')
        return E_FORMAT;
    in->at++;
    in->line++;
    return 0;
}

/* A comment up to its line break. An unfinished translation ("fuzzy") must not reach a user. */
static int comment_skip(struct po_reader *in)
{
    const char *nl = memchr(in->at, '\n', (size_t)(in->end - in->at));
    const char *stop = nl != NULL ? nl : in->end;

    if (stop - in->at > 1 && in->at[1] == ',' && memmem(in->at, (size_t)(stop - in->at), "fuzzy", 5) != NULL)
        return E_FORMAT;
    in->at = stop;
    return line_finish(in);
}

static int gap_skip(struct po_reader *in)
{
    int e;

    for (;;) {
        blanks_skip(in);
        if (at_end(in) || (*in->at != '\n' && *in->at != '#'))
            return 0;
        e = *in->at == '#' ? comment_skip(in) : line_finish(in);
        if (e < 0)
            return e;
    }
}

static int escape_take(struct po_reader *in, struct buf *out)
{
    static const char from[] = "nt\"\\", to[] = "\n\t\"\\";
    const char *p;

    if (at_end(in) || *in->at == '\0')
        return E_FORMAT;
    p = strchr(from, *in->at);
    if (p == NULL)
        return E_FORMAT;
    buf_byte(out, to[p - from]);
    in->at++;
    return 0;
}

/* One string in quotes, then the end of its line. */
static int string_take(struct po_reader *in, struct buf *out)
{
    int e;

    if (!takes(in, "\""))
        return E_FORMAT;
    while (!at_end(in) && *in->at != '"') {
        char c = *in->at++;

        if (c == '\n' || c == '\0')
            return E_FORMAT;
        if (c != '\\') {
            buf_byte(out, c);
            continue;
        }
        e = escape_take(in, out);
        if (e < 0)
            return e;
    }
    if (!takes(in, "\""))
        return E_FORMAT;
    return line_finish(in);
}

/* `word` and the strings that follow it, on as many lines as it takes. */
static int strings_take(struct po_reader *in, const char *word, const char **ret)
{
    struct buf out;
    int e;

    buf_init(&out, in->arena, TEXT_MAX);
    if (!takes(in, word))
        return E_FORMAT;
    blanks_skip(in);
    do {
        e = string_take(in, &out);
        if (e < 0)
            return e;
        blanks_skip(in);
    } while (!at_end(in) && *in->at == '"');
    if (!text_is_utf8(out.s, out.n))
        return E_FORMAT;

    *ret = out.s;
    return buf_failed(&out);
}

static int entry_take(struct po_reader *in, struct po_entry *ret)
{
    int e;

    e = strings_take(in, "msgid ", &ret->key);
    if (e < 0)
        return e;
    e = gap_skip(in);
    if (e < 0)
        return e;
    e = strings_take(in, "msgstr ", &ret->text);
    if (e < 0)
        return e;
    return ret->text[0] == '\0' ? E_FORMAT : 0;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct po_entry *)a)->key, ((const struct po_entry *)b)->key);
}

static size_t entries_at_most(struct bytes in)
{
    size_t n = 0;

    for (size_t i = 0; i + 5 < in.n; i++) {
        if (in.p[i] == 'm' && memcmp(in.p + i, "msgid ", 6) == 0)
            n++;
    }
    return n;
}

static bool has_twins(const struct po *po)
{
    for (size_t i = 1; i < po->n; i++) {
        if (strcmp(po->v[i - 1].key, po->v[i].key) == 0)
            return true;
    }
    return false;
}

static int entries_take(struct po_reader *in, struct po *po)
{
    struct po_entry entry;
    int e;

    for (;;) {
        e = gap_skip(in);
        if (e < 0 || at_end(in))
            return e;
        e = entry_take(in, &entry);
        if (e < 0)
            return e;
        if (entry.key[0] != '\0')
            po->v[po->n++] = entry;
    }
}

int po_read(struct arena *a, struct bytes in, struct po *ret, int *ret_line)
{
    struct po_reader reader = {.arena = a, .at = (const char *)in.p, .end = (const char *)in.p + in.n, .line = 1};
    size_t most = entries_at_most(in);
    struct po po = {0};
    int e;

    if (in.n > FILE_MAX || most > ENTRIES_MAX)
        return E_LIMIT;
    po.v = arena_array(a, most + 1, struct po_entry);
    e = entries_take(&reader, &po);
    if (e == 0) {
        qsort(po.v, po.n, sizeof *po.v, by_key);
        e = has_twins(&po) ? E_FORMAT : 0;
    }
    if (e < 0) {
        *ret_line = reader.line;
        return e;
    }

    *ret = po;
    return 0;
}

const char *po_find(const struct po *po, const char *key)
{
    struct po_entry wanted = {.key = key};
    const struct po_entry *found;

    if (po->n == 0)
        return NULL;
    found = bsearch(&wanted, po->v, po->n, sizeof *po->v, by_key);
    return found == NULL ? NULL : found->text;
}
