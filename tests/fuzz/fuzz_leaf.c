/* fuzz: ledger */
/*
 * fuzz_leaf.c: canonical JSON that is read is written back as the same bytes, and so is a leaf.
 */
#include "ledger/jcs.h"
#include "ledger/leaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {.p = data, .n = size};
    struct arena a;
    struct jcs v;
    struct leaf l;
    struct buf out;

    arena_init(&a, 64 * MB);
    buf_init(&out, &a, 4 * MB);
    if (jcs_parse(&a, in, 3, &v) == 0)
        BUG_IF(jcs_write(&v, &out) < 0 || out.n != in.n || memcmp(out.s, in.p, in.n) != 0);
    buf_clear(&out);
    if (leaf_decode(&a, in, &l) == 0)
        BUG_IF(leaf_encode(&l, &a, &out) < 0 || out.n != in.n || memcmp(out.s, in.p, in.n) != 0);
    arena_finish(&a);
    return 0;
}
