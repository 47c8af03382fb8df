/* fuzz: ui base */
/*
 * fuzz_pdf.c: documents from anywhere: finishing refuses them or only appends; checking a signature and finding the proof
 * stay within the bytes.
 */
#include "base/arena.h"
#include "ui/pdf_finish.h"
#include "ui/pdf_sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct pdf_finish plain = {.title = "Izin", .created = {0}};
    const struct bytes in = {.p = data, .n = size};
    struct pdf_seal seal;
    struct bytes out, proof;
    struct arena a;

    arena_init(&a, 64 * MB);
    if (pdf_finish(&a, in, &plain, &out) == 0) {
        BUG_IF(out.n <= size || memcmp(out.p, data, size) != 0);
        BUG_IF(pdf_finish(&a, out, &plain, &proof) == 0); /* never twice */
    }
    if (pdf_seal_read(&a, in, &seal) == 0)
        BUG_IF(!seal.present && (seal.intact || seal.covers_all));
    if (pdf_proof_read(in, &proof) == 0 && proof.p != NULL)
        BUG_IF(proof.p < data || proof.p + proof.n > data + size);
    arena_finish(&a);
    return 0;
}
