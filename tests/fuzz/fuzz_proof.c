/* fuzz: ledger */
/*
 * fuzz_proof.c: any bytes are a proof or refused; one that is read is written back as it stood, its extra too. Then the
 * whole verifier sees it, with the policy of the vector log: it must answer, and its words and JSON must be text.
 */
#include "base/text.h"
#include "ledger/verify.h"

#define POLICY                                                                                                                 \
    "log terang.tangerangkota.example/ledger/1+cb39fcad+AWNaafRDpMceNxB6UkVJgsirGZYUNaVYHRn7ew2UaVJG\n"                        \
    "witness kpk witness.kpk.example/w1+a31dd1d5+BMp36TvPAwgHKRbXncE87Wc/Aa1k5B1BUm5/+DzxWp91\nquorum kpk\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_extra(struct arena *a, const struct proof *p)
{
    struct proof_open *open;
    struct bytes body;
    struct buf out;
    size_t n;

    if (!p->has_extra || proof_extra_parse(a, p->extra, &body, &open, &n) < 0)
        return;
    buf_init(&out, a, PROOF_MAX);
    if (proof_extra_write(a, body, open, n, &out) < 0)
        return; /* over the ceiling of what we write */
    BUG_IF(out.n != p->extra.n || memcmp(out.s, p->extra.p, out.n) != 0);
}

static void check_verifier(struct arena *a, struct bytes in)
{
    struct policy policy;
    struct verify v;
    struct buf out;
    int line;

    BUG_IF(policy_parse(a, (struct bytes){.p = (const uint8_t *)POLICY, .n = strlen(POLICY)}, &policy, &line) < 0);
    verify_proof(a, in, &policy, &v);
    buf_init(&out, a, 1 * MB);
    verify_print(&v, VERIFY_ID, &out);
    BUG_IF(!text_is_utf8(out.s, out.n));
    buf_clear(&out);
    BUG_IF(verify_json(&v, &out) < 0 || !text_is_utf8(out.s, out.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {.p = data, .n = size};
    struct arena a;
    struct proof p;
    struct buf out;

    arena_init(&a, 64 * MB);
    if (proof_parse(&a, in, &p) == 0) {
        buf_init(&out, &a, PROOF_MAX);
        BUG_IF(proof_write(&p, &out) < 0 || out.n != in.n || memcmp(out.s, in.p, in.n) != 0);
        check_extra(&a, &p);
    }
    check_verifier(&a, in);
    arena_finish(&a);
    return 0;
}
