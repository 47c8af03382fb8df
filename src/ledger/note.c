/*
 * note.c: lines in, lines out, and Ed25519 by libsodium between them.
 */
#include <sodium.h>
#include <unictype.h>
#include <unistr.h>

#include "base/hash.h"
#include "base/text.h"
#include "ledger/note.h"

#define PUB_SIZE     32u
#define ID_SIZE      4u
#define SIG_SIZE     64u
#define COSIG_SIZE   72u /* time, signature */
#define DASH         "\xe2\x80\x94 "
#define SECRET_START "PRIVATE+KEY+"

_Static_assert(crypto_sign_BYTES == SIG_SIZE && crypto_sign_PUBLICKEYBYTES == PUB_SIZE, "Ed25519");

bool note_name_ok(const char *name)
{
    size_t n = strlen(name);
    const uint8_t *at = (const uint8_t *)name;
    ucs4_t c;

    if (n == 0 || n >= NOTE_NAME || !text_is_utf8(name, n))
        return false;
    while ((at = u8_next(&c, at)) != NULL)
        if (c == '+' || c < 0x20 || uc_is_property_white_space(c))
            return false;
    return true;
}

/* ---- integers as they travel ---- */

static uint32_t read_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void write_u32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static uint64_t read_u64(const uint8_t *p)
{
    return (uint64_t)read_u32(p) << 32 | read_u32(p + 4);
}

static void write_u64(uint8_t *p, uint64_t v)
{
    write_u32(p, (uint32_t)(v >> 32));
    write_u32(p + 4, (uint32_t)v);
}

/* ---- keys ---- */

static uint32_t key_id(const struct note_vkey *v)
{
    const uint8_t alg[2] = {'\n', (uint8_t)v->alg};
    const struct bytes parts[] = {
        {.p = (const uint8_t *)v->name, .n = strlen(v->name)},
        {.p = alg, .n = sizeof alg},
        {.p = v->pub, .n = PUB_SIZE},
    };
    uint8_t h[TREE_HASH];

    hash_sha256_parts(parts, ARRAY_LEN(parts), h);
    return read_u32(h);
}

/* 8 hex digits, whatever follows. */
static int hex8_parse(const char *s, uint8_t ret[ID_SIZE])
{
    char digits[2 * ID_SIZE + 1];

    memcpy(digits, s, sizeof digits - 1);
    digits[sizeof digits - 1] = '\0';
    return hex_bytes(digits, ret, ID_SIZE);
}

static int alg_parse(uint8_t b, enum note_alg *ret)
{
    if (b != NOTE_ED25519 && b != NOTE_COSIGNATURE)
        return E_FORMAT;
    *ret = (enum note_alg)b;
    return 0;
}

/* NAME+hex8+BASE64 with 33 bytes behind: what public and private keys share. The last 32 go to `ret_key`. */
static int key_text_parse(const char *s, struct note_vkey *ret, uint8_t ret_key[32])
{
    const char *plus = strchr(s, '+');
    uint8_t b[1 + PUB_SIZE], id[ID_SIZE];
    int e = E_FORMAT;

    if (plus == NULL || strlen(s) >= NOTE_VKEY || (size_t)(plus - s) >= NOTE_NAME || strlen(plus) < 11 || plus[9] != '+')
        return E_FORMAT;
    memcpy(ret->name, s, (size_t)(plus - s));
    ret->name[plus - s] = '\0';
    if (!note_name_ok(ret->name) || hex8_parse(plus + 1, id) < 0)
        return E_FORMAT;
    ret->id = read_u32(id);
    if (base64_exact(plus + 10, b, sizeof b) == 0 && alg_parse(b[0], &ret->alg) == 0) {
        memcpy(ret_key, b + 1, PUB_SIZE);
        e = 0;
    }
    explicit_bzero(b, sizeof b);
    return e;
}

int note_vkey_parse(const char *s, struct note_vkey *ret)
{
    struct note_vkey v = {0};

    if (key_text_parse(s, &v, v.pub) < 0 || v.id != key_id(&v))
        return E_FORMAT;
    *ret = v;
    return 0;
}

static void key_text(const struct note_vkey *v, const char *start, const uint8_t key[32], char ret[NOTE_VKEY])
{
    char base64[sodium_base64_ENCODED_LEN(1 + PUB_SIZE, sodium_base64_VARIANT_ORIGINAL)];
    uint8_t b[1 + PUB_SIZE] = {(uint8_t)v->alg};

    memcpy(b + 1, key, PUB_SIZE);
    sodium_bin2base64(base64, sizeof base64, b, sizeof b, sodium_base64_VARIANT_ORIGINAL);
    (void)snprintf(ret, NOTE_VKEY, "%s%s+%08x+%s", start, v->name, (unsigned)v->id, base64); /* any name fits */
    explicit_bzero(b, sizeof b);
    explicit_bzero(base64, sizeof base64);
}

void note_vkey_text(const struct note_vkey *v, char ret[NOTE_VKEY])
{
    key_text(v, "", v->pub, ret);
}

void note_vkey_make(const char *name, enum note_alg alg, const uint8_t pub[32], struct note_vkey *ret)
{
    BUG_IF(!note_name_ok(name));
    *ret = (struct note_vkey){.alg = alg};
    memcpy(ret->name, name, strlen(name) + 1);
    memcpy(ret->pub, pub, PUB_SIZE);
    ret->id = key_id(ret);
}

int note_key_make(const char *name, enum note_alg alg, const uint8_t seed[32], struct note_key *ret)
{
    uint8_t pub[PUB_SIZE];

    if (!note_name_ok(name))
        return E_INPUT;
    BUG_IF(crypto_sign_seed_keypair(pub, ret->secret, seed) != 0);
    note_vkey_make(name, alg, pub, &ret->v);
    return 0;
}

int note_key_parse(const char *s, struct note_key *ret)
{
    struct note_vkey v = {0};
    uint8_t seed[32];
    int e;

    if (!text_starts(s, SECRET_START))
        return E_FORMAT;
    e = key_text_parse(s + strlen(SECRET_START), &v, seed);
    if (e == 0)
        e = note_key_make(v.name, v.alg, seed, ret) < 0 || ret->v.id != v.id ? E_FORMAT : 0;
    explicit_bzero(seed, sizeof seed);
    return e;
}

void note_key_text(const struct note_key *k, char ret[NOTE_VKEY])
{
    key_text(&k->v, SECRET_START, k->secret, ret);
}

/* ---- signature lines ---- */

int note_sig_parse(struct arena *a, const char *line, struct note_sig *ret)
{
    const char *space;
    struct note_sig s;
    struct bytes b;

    if (!text_starts(line, DASH))
        return E_FORMAT;
    line += strlen(DASH);
    space = strchr(line, ' ');
    if (space == NULL)
        return E_FORMAT;
    s.name = arena_text_n(a, line, (size_t)(space - line));
    if (!note_name_ok(s.name) || base64_bytes(a, space + 1, &b) < 0 || b.n <= ID_SIZE)
        return E_FORMAT;
    s.id = read_u32(b.p);
    s.sig = (struct bytes){.p = b.p + ID_SIZE, .n = b.n - ID_SIZE};
    *ret = s;
    return 0;
}

void note_sig_write(struct buf *out, const struct note_sig *s)
{
    uint8_t *b = arena_alloc(out->arena, ID_SIZE + s->sig.n);

    write_u32(b, s->id);
    memcpy(b + ID_SIZE, s->sig.p, s->sig.n);
    buf_printf(out, DASH "%s %s\n", s->name, base64_text(out->arena, b, ID_SIZE + s->sig.n));
}

/* ---- notes ---- */

/* UTF-8 and no control character but the newline. */
static bool note_bytes_ok(struct bytes b)
{
    if (b.n == 0 || b.n > NOTE_MAX || b.p[b.n - 1] != '\n' || !text_is_utf8(b.p, b.n))
        return false;
    for (size_t i = 0; i < b.n; i++)
        if (b.p[i] < 0x20 && b.p[i] != '\n')
            return false;
    return true;
}

/* Where the last empty line stands: the offset behind it, 0 for none. */
static size_t after_last_empty_line(struct bytes b)
{
    for (size_t i = b.n; i >= 2; i--)
        if (b.p[i - 1] == '\n' && b.p[i - 2] == '\n')
            return i;
    return 0;
}

int note_parse(struct arena *a, struct bytes b, struct note *ret)
{
    struct note_sig *sigs = arena_array(a, NOTE_SIGS, struct note_sig);
    size_t at, n = 0;

    if (!note_bytes_ok(b))
        return E_FORMAT;
    at = after_last_empty_line(b);
    if (at < 2 || at == b.n)
        return E_FORMAT;

    *ret = (struct note){.text = {.p = b.p, .n = at - 1}};
    while (at < b.n) {
        const uint8_t *end = memchr(b.p + at, '\n', b.n - at);
        size_t len = (size_t)(end - (b.p + at));

        if (n == NOTE_SIGS || note_sig_parse(a, arena_text_n(a, (const char *)b.p + at, len), &sigs[n]) < 0)
            return E_FORMAT;
        n++;
        at += len + 1;
    }
    ret->sigs = sigs;
    ret->n = n;
    return 0;
}

/* ---- signing and verifying ---- */

#define COSIG_HEAD_MAX 64u

/* The head that stands before the text in what a witness signs. */
static struct bytes cosig_head(char room[COSIG_HEAD_MAX], int64_t at)
{
    int n = snprintf(room, COSIG_HEAD_MAX, "cosignature/v1\ntime %lld\n", (long long)at);

    return (struct bytes){.p = (const uint8_t *)room, .n = (size_t)n};
}

/* Head and text behind each other, in the arena. */
static struct bytes cosig_message(struct arena *a, struct bytes text, int64_t at)
{
    char room[COSIG_HEAD_MAX];
    struct bytes head = cosig_head(room, at);
    uint8_t *m = arena_alloc(a, head.n + text.n);

    memcpy(m, head.p, head.n);
    memcpy(m + head.n, text.p, text.n);
    return (struct bytes){.p = m, .n = head.n + text.n};
}

static int cosig_verify(const struct note_sig *s, const struct note_vkey *key, struct bytes text, int64_t *ret_at)
{
    struct arena a;
    struct bytes m;
    uint64_t at;
    int e;

    if (s->sig.n != COSIG_SIZE)
        return E_FORMAT;
    at = read_u64(s->sig.p);
    if (at > INT64_MAX / 1000) /* so that milliseconds of it fit */
        return E_FORMAT;

    arena_init(&a, 2 * NOTE_MAX);
    m = cosig_message(&a, text, (int64_t)at);
    e = crypto_sign_verify_detached(s->sig.p + 8, m.p, m.n, key->pub) == 0 ? 0 : E_FORMAT;
    arena_finish(&a);
    if (e == 0)
        *ret_at = (int64_t)at;
    return e;
}

int note_sig_verify(const struct note_sig *s, const struct note_vkey *key, struct bytes text, int64_t *ret_at)
{
    if (s->id != key->id || strcmp(s->name, key->name) != 0)
        return E_FORMAT;
    if (key->alg == NOTE_COSIGNATURE)
        return cosig_verify(s, key, text, ret_at);
    if (s->sig.n != SIG_SIZE || crypto_sign_verify_detached(s->sig.p, text.p, text.n, key->pub) != 0)
        return E_FORMAT;
    *ret_at = 0;
    return 0;
}

int note_verify(const struct note *n, const struct note_vkey *keys, size_t n_keys, struct note_seen *ret)
{
    int good = 0;

    if (n_keys > 0)
        memset(ret, 0, n_keys * sizeof *ret);
    for (size_t i = 0; i < n->n; i++) {
        for (size_t k = 0; k < n_keys; k++) {
            int64_t at;

            if (n->sigs[i].id != keys[k].id || strcmp(n->sigs[i].name, keys[k].name) != 0)
                continue;
            if (note_sig_verify(&n->sigs[i], &keys[k], n->text, &at) < 0)
                return E_FORMAT;
            good += ret[k].good ? 0 : 1;
            ret[k] = (struct note_seen){.good = true, .at = at > ret[k].at ? at : ret[k].at};
        }
    }
    return good;
}

void note_sign(const struct note_key *k, struct bytes text, int64_t at, struct buf *out)
{
    uint8_t sig[COSIG_SIZE];
    struct note_sig s = {.name = k->v.name, .id = k->v.id, .sig = {.p = sig}};
    struct bytes m = text;

    BUG_IF(at < 0);
    if (k->v.alg == NOTE_COSIGNATURE) {
        write_u64(sig, (uint64_t)at);
        s.sig.n = 8;
        m = cosig_message(out->arena, text, at);
    }
    BUG_IF(crypto_sign_detached(sig + s.sig.n, NULL, m.p, m.n, k->secret) != 0);
    s.sig.n += SIG_SIZE;
    note_sig_write(out, &s);
}

/* ---- checkpoints ---- */

/* The line that begins at *at, without its newline; *at moves behind it. NULL when no line is left. */
static char *take_line(struct arena *a, struct bytes text, size_t *at)
{
    const uint8_t *from = text.p + *at;
    const uint8_t *end = *at < text.n ? memchr(from, '\n', text.n - *at) : NULL;

    if (end == NULL)
        return NULL;
    *at += (size_t)(end - from) + 1;
    return arena_text_n(a, (const char *)from, (size_t)(end - from));
}

int checkpoint_parse(struct arena *a, struct bytes text, struct checkpoint *ret)
{
    size_t at = 0;
    const char *origin = take_line(a, text, &at), *size = take_line(a, text, &at), *root = take_line(a, text, &at);
    struct tree_hash empty = tree_empty();
    struct checkpoint c = {0};
    struct bytes b;
    int64_t v;

    if (origin == NULL || size == NULL || root == NULL || at != text.n || memchr(text.p, 0, text.n) != NULL)
        return E_FORMAT;
    if (!note_name_ok(origin) || text_int(size, 0, INT64_MAX, &v) < 0 || base64_bytes(a, root, &b) < 0 || b.n != TREE_HASH)
        return E_FORMAT;
    memcpy(c.origin, origin, strlen(origin) + 1);
    c.size = (uint64_t)v;
    memcpy(c.root.v, b.p, TREE_HASH);
    if (c.size == 0 && !tree_hash_eq(&c.root, &empty))
        return E_FORMAT;
    *ret = c;
    return 0;
}

void checkpoint_write(struct buf *out, const struct checkpoint *c)
{
    buf_printf(out, "%s\n%llu\n%s\n", c->origin, (unsigned long long)c->size, base64_text(out->arena, c->root.v, TREE_HASH));
}
