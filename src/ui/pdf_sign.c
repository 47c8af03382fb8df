/*
 * pdf_sign.c: the only file of ui that knows OpenSSL's CMS.
 *
 * OpenSSL puts the time of signing into every CMS; PAdES forbids it. So the CMS is finished by OpenSSL, the attribute taken
 * out, and the remaining attributes signed again.
 */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/text.h"
#include "ui/pdf_sign.h"
#include "ui/pdf_syntax.h"

#define PEM_MAX   ((size_t)256 * KB)
#define CMS_MAX   ((size_t)64 * KB)
#define PROOF_MAX ((size_t)1 * MB)
#define NAME_MAX_ 256
#define ATTRS_MAX 16

struct pdf_signer {
    EVP_PKEY *key;
    X509 *certificate;
    STACK_OF(X509) * issuers;
};

static void bio_drop(BIO **b)
{
    BIO_free(*b);
}
static void cms_drop(CMS_ContentInfo **c)
{
    CMS_ContentInfo_free(*c);
}
#define AUTO_BIO __attribute__((cleanup(bio_drop)))
#define AUTO_CMS __attribute__((cleanup(cms_drop)))

/* ---- the key ---- */

void pdf_signer_free(struct pdf_signer *s)
{
    if (s == NULL)
        return;
    EVP_PKEY_free(s->key);
    X509_free(s->certificate);
    sk_X509_pop_free(s->issuers, X509_free);
    free(s);
}

/* Nobody is asked for a pass phrase: a protected key is refused. */
static int no_phrase(char *phrase, int size, int writing, void *arg)
{
    (void)phrase, (void)size, (void)writing, (void)arg;
    return 0;
}

static int signer_fill(struct pdf_signer *s, struct bytes pem)
{
    AUTO_BIO BIO *keys = BIO_new_mem_buf(pem.p, (int)pem.n);
    AUTO_BIO BIO *certificates = BIO_new_mem_buf(pem.p, (int)pem.n);
    X509 *x;

    if (keys == NULL || certificates == NULL || s->issuers == NULL)
        memory_gone(pem.n);
    s->key = PEM_read_bio_PrivateKey(keys, NULL, no_phrase, NULL);
    s->certificate = PEM_read_bio_X509(certificates, NULL, no_phrase, NULL);
    if (s->key == NULL || s->certificate == NULL || X509_check_private_key(s->certificate, s->key) != 1)
        return E_FORMAT;
    while ((x = PEM_read_bio_X509(certificates, NULL, no_phrase, NULL)) != NULL) {
        if (sk_X509_push(s->issuers, x) == 0)
            memory_gone(sizeof x);
    }
    return 0;
}

int pdf_signer_read(struct bytes pem, struct pdf_signer **ret)
{
    struct pdf_signer *s;
    int e;

    if (pem.n > PEM_MAX)
        return E_LIMIT;
    s = calloc(1, sizeof *s);
    if (s == NULL)
        memory_gone(sizeof *s);
    s->issuers = sk_X509_new_null();
    e = signer_fill(s, pem);
    ERR_clear_error(); /* the end of the PEM counts as one */
    if (e < 0) {
        pdf_signer_free(s);
        return e;
    }

    *ret = s;
    return 0;
}

static const char *common_name(const X509 *x, struct arena *a)
{
    char name[NAME_MAX_];
    char *taken;
    int n = X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, name, sizeof name);

    if (n <= 0 || (size_t)n >= sizeof name || text_take(a, name, (size_t)n, sizeof name, &taken) < 0)
        return NULL;
    return taken;
}

const char *pdf_signer_name(const struct pdf_signer *s, struct arena *a)
{
    return common_name(s->certificate, a);
}

/* ---- signing ---- */

struct attribute {
    uint8_t *der;
    size_t n;
};

/* The order of a SET OF in DER: as bytes, the shorter first when one begins with the other. */
static int by_der(const void *x, const void *y)
{
    const struct attribute *a = x, *b = y;
    int order = memcmp(a->der, b->der, a->n < b->n ? a->n : b->n);

    if (order != 0)
        return order;
    return a->n < b->n ? -1 : a->n > b->n;
}

/* SET and its length in as few bytes as DER wants (under 64 KB), then the attributes. */
static void set_put(struct buf *b, const struct attribute *v, size_t n)
{
    size_t total = 0;

    for (size_t i = 0; i < n; i++)
        total += v[i].n;
    buf_byte(b, 0x31);
    if (total >= 256) {
        buf_byte(b, (char)0x82);
        buf_byte(b, (char)(total >> 8));
    } else if (total >= 128) {
        buf_byte(b, (char)0x81);
    }
    buf_byte(b, (char)(total & 255));
    for (size_t i = 0; i < n; i++)
        buf_add_n(b, v[i].der, v[i].n);
}

static int attributes_encode(CMS_SignerInfo *si, struct arena *a, struct bytes *ret)
{
    struct attribute v[ATTRS_MAX] = {0};
    int n = CMS_signed_get_attr_count(si), e = 0;
    struct buf b;

    if (n <= 0 || n > ATTRS_MAX)
        return E_SYSTEM;
    for (int i = 0; i < n && e == 0; i++) {
        int size = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(si, i), &v[i].der);

        if (size <= 0)
            e = E_SYSTEM;
        else
            v[i].n = (size_t)size;
    }
    buf_init(&b, a, (size_t)60 * KB);
    if (e == 0) {
        qsort(v, (size_t)n, sizeof *v, by_der);
        set_put(&b, v, (size_t)n);
        e = buf_failed(&b);
    }
    for (int i = 0; i < n; i++)
        OPENSSL_free(v[i].der);
    *ret = buf_bytes(&b);
    return e;
}

static int bytes_sign(EVP_PKEY *key, struct bytes in, uint8_t *ret, size_t *ret_n)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int good;

    if (ctx == NULL)
        memory_gone(0);
    good = EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 && EVP_DigestSign(ctx, ret, ret_n, in.p, in.n) == 1;
    EVP_MD_CTX_free(ctx);
    return good ? 0 : E_SYSTEM;
}

/* Takes the time of signing out and signs what remains. */
static int timeless(CMS_SignerInfo *si, const struct pdf_signer *s, struct arena *a)
{
    int at = CMS_signed_get_attr_by_NID(si, NID_pkcs9_signingTime, -1);
    uint8_t signature[1024];
    size_t n = sizeof signature;
    struct bytes attributes;
    int e;

    if (at < 0)
        return 0;
    X509_ATTRIBUTE_free(CMS_signed_delete_attr(si, at));
    e = attributes_encode(si, a, &attributes);
    if (e < 0)
        return e;
    e = bytes_sign(s->key, attributes, signature, &n);
    if (e < 0)
        return e;
    return ASN1_STRING_set(CMS_SignerInfo_get0_signature(si), signature, (int)n) == 1 ? 0 : E_SYSTEM;
}

static int cms_encode(CMS_ContentInfo *cms, struct arena *a, struct bytes *ret)
{
    uint8_t *der = NULL;
    int n = i2d_CMS_ContentInfo(cms, &der);

    if (n <= 0)
        return E_SYSTEM;
    *ret = arena_bytes(a, der, (size_t)n);
    OPENSSL_free(der);
    return 0;
}

int pdf_signer_sign(void *signer, struct arena *a, struct bytes covered, struct bytes *ret_cms)
{
    const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP;
    const struct pdf_signer *s = signer;
    AUTO_BIO BIO *in = NULL;
    AUTO_CMS CMS_ContentInfo *cms = NULL;
    CMS_SignerInfo *si;
    int e;

    if (covered.n > INT32_MAX)
        return E_LIMIT;
    in = BIO_new_mem_buf(covered.p, (int)covered.n);
    cms = CMS_sign(NULL, NULL, s->issuers, NULL, flags);
    if (in == NULL || cms == NULL)
        return E_SYSTEM;
    si = CMS_add1_signer(cms, s->certificate, s->key, EVP_sha256(), flags | CMS_CADES);
    if (si == NULL || CMS_final(cms, in, NULL, flags) != 1)
        return E_SYSTEM;
    e = timeless(si, s, a);
    if (e < 0)
        return e;
    return cms_encode(cms, a, ret_cms);
}

/* ---- checking ---- */

/* [0 a b c]: the file but its bytes from a to b. Follows the key /ByteRange. */
static int range_take(struct bytes file, size_t at, size_t *ret_from, size_t *ret_to, size_t *ret_end)
{
    struct pdf_lexer lx = {.in = file, .at = at + strlen("/ByteRange")};
    int64_t v[4];

    if (pdf_token(&lx).kind != PDF_ARRAY)
        return E_FORMAT;
    for (size_t i = 0; i < ARRAY_LEN(v); i++) {
        struct pdf_token t = pdf_token(&lx);

        if (t.kind != PDF_WORD || pdf_number(t.text, &v[i]) < 0)
            return E_FORMAT;
    }
    if (pdf_token(&lx).kind != PDF_ARRAY_END || v[0] != 0 || v[2] < v[1] + 4 || (size_t)(v[2] + v[3]) > file.n)
        return E_FORMAT;

    *ret_from = (size_t)v[1];
    *ret_to = (size_t)v[2];
    *ret_end = (size_t)(v[2] + v[3]);
    return 0;
}

/* The gap must be one hex string and nothing else; zeros behind the CMS are room that was not needed. */
static int gap_decode(struct arena *a, struct bytes gap, struct bytes *ret)
{
    size_t digits = gap.n - 2;
    uint8_t *out;
    char *hex;
    int e;

    if (gap.p[0] != '<' || gap.p[gap.n - 1] != '>' || digits % 2 != 0)
        return E_FORMAT;
    if (digits / 2 > CMS_MAX)
        return E_LIMIT;
    hex = arena_text_n(a, (const char *)gap.p + 1, digits);
    for (size_t i = 0; i < digits; i++) {
        if (hex[i] >= 'A' && hex[i] <= 'F')
            hex[i] = (char)(hex[i] - 'A' + 'a');
    }
    if (strlen(hex) != digits)
        return E_FORMAT;
    out = arena_alloc(a, digits / 2 + 1);
    e = hex_bytes(hex, out, digits / 2);
    if (e < 0)
        return e;

    *ret = (struct bytes){.p = out, .n = digits / 2};
    return 0;
}

static struct bytes without_gap(struct arena *a, struct bytes file, size_t from, size_t to, size_t end)
{
    char *both = arena_alloc(a, end);

    memcpy(both, file.p, from);
    memcpy(both + from, file.p + to, end - to);
    return (struct bytes){.p = (const uint8_t *)both, .n = from + end - to};
}

static void certificate_note(struct arena *a, X509 *x, struct pdf_seal *seal)
{
    uint8_t *der = NULL;
    int n = i2d_X509(x, &der);

    if (n <= 0)
        return;
    hash_sha256(der, (size_t)n, seal->certificate);
    OPENSSL_free(der);
    seal->name = common_name(x, a);
}

/*
 * Does the signature stand for these bytes? OpenSSL 3.0 copies a memory BIO and leaks the copy when a digest is unknown
 * to it; what stands behind a filter it takes as it is.
 */
static bool cms_holds(CMS_ContentInfo *cms, struct bytes covered)
{
    AUTO_BIO BIO *in = BIO_new_mem_buf(covered.p, (int)covered.n);
    AUTO_BIO BIO *front = BIO_new(BIO_f_null());
    bool holds;

    if (in == NULL || front == NULL)
        memory_gone(covered.n);
    (void)BIO_push(front, in); /* front itself */
    holds = CMS_verify(cms, NULL, NULL, front, NULL, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
    (void)BIO_pop(front); /* each is freed by itself */
    return holds;
}

/* One signer, whose certificate is inside; its chain is not looked at. */
static int cms_check(struct arena *a, struct bytes der, struct bytes covered, struct pdf_seal *seal)
{
    const uint8_t *at = der.p;
    AUTO_CMS CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.n);
    STACK_OF(X509) * signers;

    if (cms == NULL || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed ||
        sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) != 1)
        return E_FORMAT;
    seal->intact = cms_holds(cms, covered);
    signers = CMS_get0_signers(cms);
    if (signers != NULL && sk_X509_num(signers) == 1)
        certificate_note(a, sk_X509_value(signers, 0), seal);
    sk_X509_free(signers);
    return 0;
}

int pdf_seal_read(struct arena *a, struct bytes file, struct pdf_seal *ret)
{
    struct pdf_seal seal = {0};
    size_t at, from, to, end;
    struct bytes der;
    int e;

    if (file.n < 16 || memcmp(file.p, "%PDF-", 5) != 0)
        return E_FORMAT;
    if (file.n > INT32_MAX)
        return E_LIMIT;
    at = pdf_find_last(file, "/ByteRange");
    if (at == file.n) {
        *ret = seal;
        return 0;
    }
    e = range_take(file, at, &from, &to, &end);
    if (e < 0)
        return e;
    e = gap_decode(a, (struct bytes){.p = file.p + from, .n = to - from}, &der);
    if (e < 0)
        return e;
    seal.present = true;
    seal.covers_all = end == file.n && at < end;
    e = cms_check(a, der, without_gap(a, file, from, to, end), &seal);
    ERR_clear_error(); /* a signature that does not fit is an answer, not a fault */
    if (e < 0)
        return e;

    *ret = seal;
    return 0;
}

int pdf_proof_read(struct bytes file, struct bytes *ret)
{
    size_t at = pdf_find_last(file, "<< /Type /EmbeddedFile ");
    struct pdf_lexer lx = {.in = file, .at = at};
    struct bytes dict, length;
    int64_t n;

    if (at == file.n) {
        *ret = (struct bytes){0};
        return 0;
    }
    if (pdf_value(&lx, &dict) < 0 || pdf_dict_get(dict, "Length", &length) < 0 || length.p == NULL ||
        pdf_number(length, &n) < 0)
        return E_FORMAT;
    if ((size_t)n > PROOF_MAX)
        return E_LIMIT;
    if (file.n - lx.at < 8 || memcmp(file.p + lx.at, "\nstream\n", 8) != 0 || file.n - lx.at - 8 < (size_t)n)
        return E_FORMAT;

    *ret = (struct bytes){.p = file.p + lx.at + 8, .n = (size_t)n};
    return 0;
}
