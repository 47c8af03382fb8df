/*
 * verify_text.c: the outcome of a verification in words, Indonesian and English, and as JSON.
 *
 * Every word is a row of one table, so neither language can say less than the other.
 */
#include <unistr.h>

#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "ledger/verify.h"

#define LABEL_WIDTH 12
#define FACT_WIDTH  56

enum word {
    W_LOG,
    W_WITNESSES,
    W_LEAF,
    W_PUBLIC,
    W_FIELD,
    W_INSIDE,
    W_RECORDED,
    W_LATER,
    W_RESULT,
    W_SIZE,
    W_REV,
    W_SIGNATURE_OK,
    W_QUORUM_OK,
    W_OF,
    W_NO_WITNESS,
    W_INCLUDED_OK,
    W_COMMITMENT_OK,
    W_EMPTY,
    W_SEALED,
    W_FOREIGN,
    W_BY,
    W_WITNESS,
    W_NO_TIME,
    W_CLAIMED,
    W_NOT_BEFORE,
    W_NONE_AMONG,
    W_LATER_ENTRIES,
    W_NEWEST,
    W_NOT_NEWEST,
    W_UNREAD,
    W_NOT_LOOKED,
    W_VALID,
    W_INVALID,
    W_UNKNOWN,
    W_COUNT,
};

/* clang-format off */
static const char *const words[W_COUNT][2] = {
    [W_LOG]           = {"log",                        "log"},
    [W_WITNESSES]     = {"saksi",                      "witnesses"},
    [W_LEAF]          = {"catatan",                    "leaf"},
    [W_PUBLIC]        = {"terbuka",                    "public"},
    [W_FIELD]         = {"kolom",                      "field"},
    [W_INSIDE]        = {"isi",                        "inside"},
    [W_RECORDED]      = {"dicatat",                    "recorded"},
    [W_LATER]         = {"sesudahnya",                 "later"},
    [W_RESULT]        = {"HASIL",                      "RESULT"},
    [W_SIZE]          = {"ukuran",                     "size"},
    [W_REV]           = {"revisi",                     "rev"},
    [W_SIGNATURE_OK]  = {"tanda tangan SAH",           "signature OK"},
    [W_QUORUM_OK]     = {"kuorum TERCAPAI",            "quorum OK"},
    [W_OF]            = {"dari",                       "of"},
    [W_NO_WITNESS]    = {"belum disaksikan: hanya terbukti terhadap kunci penyelenggara sendiri",
                         "no witness: proves only against the operator's own key"},
    [W_INCLUDED_OK]   = {"termuat SAH",                "included OK"},
    [W_COMMITMENT_OK] = {"komitmen SAH",               "commitment OK"},
    [W_EMPTY]         = {"(kosong)",                   "(empty)"},
    [W_SEALED]        = {"tersegel",                   "sealed"},
    [W_FOREIGN]       = {"bukan bentuk catatan Terang; hanya bita-bitanya yang terbukti",
                         "not in the form of a Terang leaf; only its bytes are proven"},
    [W_BY]            = {"paling lambat",              "by"},
    [W_WITNESS]       = {"saksi",                      "witness"},
    [W_NO_TIME]       = {"waktu tidak dijamin saksi",  "no time that a witness vouches for"},
    [W_CLAIMED]       = {"menurut penyelenggara",      "claimed"},
    [W_NOT_BEFORE]    = {"tidak sebelum",              "not before"},
    [W_NONE_AMONG]    = {"tidak ada di antara",        "none among"},
    [W_LATER_ENTRIES] = {"entri sesudahnya",           "later entries"},
    [W_NEWEST]        = {"ini revisi terbaru",         "this is the newest revision"},
    [W_NOT_NEWEST]    = {"ada revisi lebih baru",      "there is a newer revision"},
    [W_UNREAD]        = {"tidak terbaca sebagai catatan Terang", "not readable as Terang leaves"},
    [W_NOT_LOOKED]    = {"tidak diperiksa",            "not looked at"},
    [W_VALID]         = {"SAH",                        "VALID"},
    [W_INVALID]       = {"TIDAK SAH",                  "NOT VALID"},
    [W_UNKNOWN]       = {"TIDAK DAPAT DIPASTIKAN",     "CANNOT TELL"},
};

/* Why, by the step that failed. */
static const struct {
    const char *code;
    const char *why[2];
} failures[] = {
    [VERIFY_FORM]   = {"form",   {"berkas bukan bukti yang ditulis dengan benar", "the file is not a correctly spelled proof"}},
    [VERIFY_LOG]    = {"log",    {"checkpoint tidak ditandatangani log yang dikenal, atau ada tanda tangan palsu",
                                  "the checkpoint is not signed by a known log, or a signature is bad"}},
    [VERIFY_QUORUM] = {"quorum", {"saksi belum cukup", "not enough witnesses"}},
    [VERIFY_LEAF]   = {"leaf",   {"catatan tidak disertakan atau rusak", "the leaf is missing or broken"}},
    [VERIFY_PATH]   = {"path",   {"catatan tidak ada dalam log ini", "the leaf is not in this log"}},
    [VERIFY_FIELDS] = {"fields", {"kolom yang dibuka bukan yang dicatat", "an opened field is not the one recorded"}},
    [VERIFY_HEAD]   = {"head",   {"kelanjutan log tidak cocok atau tidak dapat diambil",
                                  "the log's continuation does not fit or cannot be had"}},
    [VERIFY_DONE]   = {"done",   {"", ""}},
};
/* clang-format on */

struct page {
    const struct verify *v;
    enum verify_lang lang;
    struct buf *out;
};

static const char *w(const struct page *p, enum word word)
{
    return words[word][p->lang];
}

/* Without what a terminal would obey: C0, DEL, C1 and the marks that turn the direction of writing. */
static char *safe(struct arena *a, const char *s)
{
    struct buf b;
    const uint8_t *at = (const uint8_t *)s, *next;
    ucs4_t c;

    buf_init(&b, a, 64 * KB);
    for (; (next = u8_next(&c, at)) != NULL; at = next) {
        bool obeyed = c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);

        if (obeyed)
            buf_add(&b, "\xef\xbf\xbd");
        else
            buf_add_n(&b, at, (size_t)(next - at));
    }
    return b.s;
}

static void pad(struct buf *out, const char *s, size_t width)
{
    size_t n = u8_mbsnlen((const uint8_t *)s, strlen(s));

    buf_add(out, s);
    for (; n < width; n++)
        buf_byte(out, ' ');
}

static void line(const struct page *p, enum word label, const char *fact, const char *judged)
{
    pad(p->out, w(p, label), LABEL_WIDTH);
    if (judged != NULL)
        pad(p->out, fact, FACT_WIDTH);
    else
        buf_add(p->out, fact);
    if (judged != NULL)
        buf_printf(p->out, " %s", judged);
    buf_byte(p->out, '\n');
}

/* "2026-01-01 00:01:00 UTC" */
static char *time_text(struct arena *a, int64_t seconds)
{
    char *s = instant_iso(a, (instant){seconds * 1000});

    if (s == NULL || strlen(s) != LEAF_TS)
        return text_printf(a, "%lld s", (long long)seconds);
    s[10] = ' ';
    s[19] = '\0';
    return text_printf(a, "%s UTC", s);
}

static void print_log(const struct page *p)
{
    const struct checkpoint *c = &p->v->verdict.checkpoint;
    struct arena *a = p->out->arena;

    line(p, W_LOG, text_printf(a, "%s  %s %llu", c->origin, w(p, W_SIZE), (unsigned long long)c->size), w(p, W_SIGNATURE_OK));
}

static void print_witnesses(const struct page *p)
{
    const struct policy *policy = p->v->policy;
    struct arena *a = p->out->arena;
    const char *judged =
        text_printf(a, "%s (%zu %s %zu)", w(p, W_QUORUM_OK), p->v->verdict.cosigned, w(p, W_OF), policy->n_witnesses);

    if (policy->quorum < 0) {
        line(p, W_WITNESSES, w(p, W_NO_WITNESS), NULL);
        return;
    }
    for (size_t i = 0; i < policy->n_witnesses; i++) {
        if (!p->v->verdict.seen[i].good)
            continue;
        line(p, W_WITNESSES, text_printf(a, "%s %s", policy->witnesses[i].name, time_text(a, p->v->verdict.seen[i].at)),
             judged);
        judged = "";
    }
}

static char *leaf_text(const struct page *p, const struct leaf *l)
{
    struct arena *a = p->out->arena;
    const struct leaf_pair *status = leaf_pub(l, "status");
    char *s = safe(a, l->rec);

    if (l->rev != NULL)
        s = text_printf(a, "%s %s %s", s, w(p, W_REV), l->rev);
    s = text_printf(a, "%s %s", s, leaf_op_name(l->op));
    return status == NULL ? s : text_printf(a, "%s status=%s", s, safe(a, status->value));
}

static char *value_text(const struct page *p, const char *name, const char *form)
{
    struct arena *a = p->out->arena;

    if (leaf_value_is_null(form))
        return text_printf(a, "%s = %s", name, w(p, W_EMPTY));
    return text_printf(a, "%s = %s", name, safe(a, form[0] == '\\' ? form + 1 : form));
}

static void print_public(const struct page *p, const struct leaf *l)
{
    for (size_t i = 0; i < l->n_pub; i++)
        line(p, W_PUBLIC, value_text(p, l->pub[i].name, l->pub[i].value), NULL);
}

static void print_leaf(const struct page *p)
{
    const struct verify *v = p->v;
    struct arena *a = p->out->arena;
    const char *what = w(p, W_FOREIGN);

    if (v->has_leaf)
        what = v->leaf.c != NULL ? w(p, W_SEALED) : leaf_text(p, &v->leaf);
    line(p, W_LEAF, text_printf(a, "#%llu %s", (unsigned long long)v->index, what), w(p, W_INCLUDED_OK));
    if (v->has_leaf)
        print_public(p, &v->leaf);
    if (v->has_inner) {
        line(p, W_INSIDE, leaf_text(p, &v->inner), w(p, W_COMMITMENT_OK));
        print_public(p, &v->inner);
        return;
    }
    for (size_t i = 0; i < v->n_open; i++)
        line(p, W_FIELD, value_text(p, v->open[i].column, v->open[i].value), w(p, W_COMMITMENT_OK));
}

static void print_time(const struct page *p)
{
    const struct verify *v = p->v;
    const struct leaf *l = v->has_inner ? &v->inner : &v->leaf;
    struct arena *a = p->out->arena;
    char *s;
    instant claimed;

    if (v->has_time)
        s = text_printf(a, "%s %s (%s)", w(p, W_BY), time_text(a, v->recorded_by), w(p, W_WITNESS));
    else
        s = arena_text(a, w(p, W_NO_TIME));
    if (v->has_not_before)
        s = text_printf(a, "%s, %s %s", s, w(p, W_NOT_BEFORE), time_text(a, v->not_before));
    if (v->has_leaf && l->ts != NULL && instant_iso_parse(l->ts, &claimed) == 0)
        s = text_printf(a, "%s, %s %s", s, w(p, W_CLAIMED), time_text(a, claimed.v / 1000));
    line(p, W_RECORDED, s, NULL);
}

static void print_later(const struct page *p)
{
    const struct verify *v = p->v;
    struct arena *a = p->out->arena;
    const char *s;

    if (!v->to_head)
        s = w(p, W_NOT_LOOKED);
    else if (v->newer_rev != NULL)
        s = text_printf(a, "%s: %s %s (#%llu)", w(p, W_NOT_NEWEST), w(p, W_REV), v->newer_rev,
                        (unsigned long long)v->newer_index);
    else if (v->has_leaf && v->leaf.rev != NULL)
        s = text_printf(a, "%s %llu %s: %s", w(p, W_NONE_AMONG), (unsigned long long)v->later, w(p, W_LATER_ENTRIES),
                        w(p, W_NEWEST));
    else
        s = text_printf(a, "%llu %s", (unsigned long long)v->later, w(p, W_LATER_ENTRIES));
    if (v->unread > 0)
        s = text_printf(a, "%s; %llu %s", s, (unsigned long long)v->unread, w(p, W_UNREAD));
    line(p, W_LATER, s, NULL);
}

void verify_print(const struct verify *v, enum verify_lang lang, struct buf *out)
{
    static const enum word results[] = {[VERIFY_VALID] = W_VALID, [VERIFY_INVALID] = W_INVALID, [VERIFY_UNKNOWN] = W_UNKNOWN};
    const struct page p = {.v = v, .lang = lang, .out = out};

    if (v->step > VERIFY_LOG)
        print_log(&p);
    if (v->step > VERIFY_QUORUM)
        print_witnesses(&p);
    if (v->step > VERIFY_FIELDS) {
        print_leaf(&p);
        print_time(&p);
    }
    if (v->result == VERIFY_VALID) {
        print_later(&p);
        line(&p, W_RESULT, w(&p, W_VALID), NULL);
        return;
    }
    line(&p, W_RESULT, text_printf(out->arena, "%s: %s", w(&p, results[v->result]), failures[v->step].why[lang]), NULL);
}

/* ---- JSON ---- */

static void json_time(struct json_out *j, struct arena *a, const char *key, bool has, int64_t seconds)
{
    json_put_text(j, key, has ? instant_iso(a, (instant){seconds * 1000}) : NULL);
}

static void json_checkpoint(struct json_out *j, struct arena *a, const struct verify *v)
{
    const struct checkpoint *c = &v->verdict.checkpoint;

    json_put_text(j, "origin", c->origin);
    json_put_int(j, "size", (int64_t)c->size);
    json_put_text(j, "root", hex_text(a, c->root.v, TREE_HASH));
    json_put_bool(j, "quorum_none", v->policy->quorum < 0);
    json_put_bool(j, "quorum", v->verdict.quorum);
    json_put_array(j, "witnesses");
    for (size_t i = 0; i < v->policy->n_witnesses; i++) {
        if (!v->verdict.seen[i].good)
            continue;
        json_out_object(j);
        json_put_text(j, "name", v->policy->witnesses[i].name);
        json_time(j, a, "at", true, v->verdict.seen[i].at);
        json_out_end(j);
    }
    json_out_end(j);
}

static void json_pairs(struct json_out *j, const char *key, const struct leaf_pair *pairs, size_t n)
{
    json_put_object(j, key);
    for (size_t i = 0; i < n; i++)
        json_put_text(j, pairs[i].name, pairs[i].value);
    json_out_end(j);
}

static void json_leaf(struct json_out *j, const struct verify *v)
{
    const struct leaf *l = v->has_inner ? &v->inner : &v->leaf;

    json_put_bool(j, "sealed", v->leaf.c != NULL);
    if (l->c != NULL)
        return;
    json_put_text(j, "rec", l->rec);
    json_put_text(j, "rev", l->rev);
    json_put_text(j, "op", leaf_op_name(l->op));
    json_put_text(j, "claimed", l->ts);
    json_pairs(j, "public", l->pub, l->n_pub);
}

static void json_facts(struct json_out *j, struct arena *a, const struct verify *v)
{
    json_put_int(j, "index", (int64_t)v->index);
    json_put_text(j, "leaf_hash", hex_text(a, v->leaf_hash.v, TREE_HASH));
    json_put_bool(j, "has_leaf", v->has_leaf);
    if (v->has_leaf)
        json_leaf(j, v);
    json_put_object(j, "opened");
    for (size_t i = 0; i < v->n_open; i++)
        json_put_text(j, v->open[i].column, v->open[i].value);
    json_out_end(j);
    json_time(j, a, "recorded_by", v->has_time, v->recorded_by);
    json_time(j, a, "not_before", v->has_not_before, v->not_before);
    if (!v->to_head)
        return;
    json_put_int(j, "head_size", (int64_t)v->head_size);
    json_put_int(j, "later", (int64_t)v->later);
    json_put_int(j, "unread", (int64_t)v->unread);
    json_put_text(j, "newer_rev", v->newer_rev);
}

int verify_json(const struct verify *v, struct buf *out)
{
    static const char *const results[] = {"valid", "invalid", "unknown"};
    struct json_out j;

    json_out_init(&j, out);
    json_out_object(&j);
    json_put_text(&j, "result", results[v->result]);
    json_put_int(&j, "exit", (int64_t)v->result);
    json_put_text(&j, "failed", v->step == VERIFY_DONE ? NULL : failures[v->step].code);
    if (v->step > VERIFY_LOG)
        json_checkpoint(&j, out->arena, v);
    if (v->step > VERIFY_FIELDS)
        json_facts(&j, out->arena, v);
    json_out_end(&j);
    return json_out_done(&j);
}
