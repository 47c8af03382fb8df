/* fuzz: http */
/*
 * fuzz_gate.c: where the bytes are cut changes nothing of what passes or how it ends; what passes of a head has no byte
 * that a head must not have; after a refusal nothing passes.
 */
#include <stdlib.h>

#include "http/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX ((size_t)64 * KB)

struct run {
    struct gate gate;
    uint8_t kept[MAX], out[MAX + 64];
    size_t kept_n, out_n;
};

/* As line.c does it. */
static void feed(struct run *r, const uint8_t *p, size_t n)
{
    bool in_head = gate_in_head(&r->gate);
    struct bytes end;
    size_t passed;

    if (r->gate.status != 0)
        return;
    memcpy(r->kept + r->kept_n, p, n);
    passed = gate_feed(&r->gate, r->kept + r->kept_n, n);
    r->kept_n += n;
    BUG_IF(passed > n);
    if (passed > 0) {
        size_t whole = r->kept_n - n + passed;

        memcpy(r->out + r->out_n, r->kept, whole);
        r->out_n += whole;
        memmove(r->kept, r->kept + whole, r->kept_n - whole);
        r->kept_n -= whole;
    }
    BUG_IF(r->gate.status == 0 && r->kept_n > GATE_HEAD_MAX);
    BUG_IF(in_head && passed == 0 && r->gate.status == 0 && !gate_in_head(&r->gate));
    if (r->gate.status == 0)
        return;
    end = gate_closing(&r->gate);
    memcpy(r->out + r->out_n, end.p, end.n);
    r->out_n += end.n;
}

static void check_first_head(const struct run *r)
{
    const uint8_t *end = memmem(r->out, r->out_n, "\r\n\r\n", 4);

    BUG_IF(r->out_n > 0 && end == NULL);
    for (const uint8_t *p = r->out; end != NULL && p < end; p++) {
        BUG_IF(*p < 0x20 && *p != '\r' && *p != '\n' && *p != '\t');
        BUG_IF(*p == '\n' && p > r->out && p[-1] != '\r');
        BUG_IF(*p == '\r' && p[1] != '\n');
        BUG_IF(*p == 0x7f);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct run whole, cut;
    size_t step;

    if (size < 2 || size > MAX / 2)
        return 0;
    step = (size_t)data[0] + 1;
    data++;
    size--;
    gate_init(&whole.gate, NULL);
    gate_init(&cut.gate, NULL);
    whole.kept_n = whole.out_n = cut.kept_n = cut.out_n = 0;
    feed(&whole, data, size);
    for (size_t i = 0; i < size; i += step)
        feed(&cut, data + i, size - i < step ? size - i : step);

    BUG_IF(whole.gate.status != cut.gate.status || whole.gate.heads != cut.gate.heads);
    BUG_IF(whole.out_n != cut.out_n || memcmp(whole.out, cut.out, whole.out_n) != 0);
    check_first_head(&whole);
    return 0;
}
