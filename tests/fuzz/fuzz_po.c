/* fuzz: ui base */
/*
 * fuzz_po.c: the reader of texts: it refuses or reads, and what it read is sorted, whole and found again.
 */
#include "base/text.h"
#include "ui/lang.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct po po;
    int line = 0;

    arena_init(&a, 64 * MB);
    if (po_read(&a, (struct bytes){.p = data, .n = size}, &po, &line) == 0) {
        for (size_t i = 0; i < po.n; i++) {
            BUG_IF(po.v[i].key[0] == '\0' || po.v[i].text[0] == '\0');
            BUG_IF(i > 0 && strcmp(po.v[i - 1].key, po.v[i].key) >= 0);
            BUG_IF(!text_is_utf8(po.v[i].text, strlen(po.v[i].text)));
            BUG_IF(po_find(&po, po.v[i].key) != po.v[i].text);
        }
    } else {
        BUG_IF(line < 0);
    }
    arena_finish(&a);
    return 0;
}
