/*
 * assets.c: looks into the table that tools/embed.py writes.
 *
 * The table is laid out in assembler as struct asset is here; the assertions below hold the two together.
 */
#include "ui/assets.h"

extern const struct asset asset_table[];
extern const uint64_t asset_count;

_Static_assert(sizeof(struct asset) == 48, "tools/embed.py writes six words a row");
_Static_assert(offsetof(struct asset, content) == 32, "tools/embed.py writes the content last");

const struct asset *assets_all(size_t *ret_n)
{
    *ret_n = (size_t)asset_count;
    return asset_table;
}

const struct asset *asset_find(const char *address)
{
    for (size_t i = 0; i < asset_count; i++) {
        if (asset_table[i].address != NULL && strcmp(asset_table[i].address, address) == 0)
            return &asset_table[i];
    }
    return NULL;
}

static int by_name(const void *name, const void *row)
{
    return strcmp(name, ((const struct asset *)row)->name);
}

const struct asset *asset_named(const char *name)
{
    return bsearch(name, asset_table, (size_t)asset_count, sizeof *asset_table, by_name);
}

const char *asset_address(const char *name)
{
    const struct asset *asset = asset_named(name);

    BUG_IF(asset == NULL || asset->address == NULL);
    return asset->address;
}
