/* fuzz: ledger */
/*
 * fuzz_tile.c: a name of a tile that is read is written back as it stood; a bundle that is read to its end is built again
 * as the same bytes.
 */
#include "base/text.h"
#include "ledger/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int collect(void *arg, struct bytes body)
{
    tile_bundle_add(arg, body);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct tree_tile t;
    struct buf out;

    arena_init(&a, 64 * MB);
    if (size > 0 && size < TREE_TILE_NAME) {
        const char *name = arena_text_n(&a, (const char *)data, size);
        char back[TREE_TILE_NAME];

        if (tree_tile_parse(name, &t) == 0) {
            tree_tile_name(&t, back);
            BUG_IF(strcmp(back, name) != 0 || t.width == 0 || t.width > TREE_TILE);
        }
    }
    if (size > 0) {
        buf_init(&out, &a, TILE_BUNDLE_MAX);
        if (tile_bundle_read((struct bytes){.p = data + 1, .n = size - 1}, data[0], 0, collect, &out) == 0)
            BUG_IF(out.n != size - 1 || memcmp(out.s, data + 1, out.n) != 0);
    }
    arena_finish(&a);
    return 0;
}
