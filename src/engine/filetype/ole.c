/*
 * ole.c: the directory of an OLE2 compound file ([MS-CFB]), to know Word from Excel from PowerPoint and to see macros.
 *
 * A compound file is a small file system: sectors in chains, a table of the next sector (FAT), whose own sectors are
 * listed in the header. Chains are followed for at most as many steps as there are sectors, so a ring ends.
 */
#include "engine/filetype/content.h"

#define HEADER_BYTES  512
#define FAT_IN_HEADER 109
#define FAT_AT        76 /* of the list in the header */
#define MORE_FAT_AT   68 /* of the first sector that goes on with that list */
#define ENTRY_BYTES   128
#define ENTRIES_MAX   20000
#define END_OF_CHAIN  0xfffffffeu
#define NAME_UNITS    32

struct ole {
    struct scan *s;
    int64_t sector_bytes;
    uint32_t sectors;            /* in the file, the header not counted */
    uint32_t fat[FAT_IN_HEADER]; /* where the FAT's first sectors are */
    uint32_t more_fat;           /* where the list of them goes on */
};

static const struct {
    const char *name;
    enum filetype type; /* FILE_UNKNOWN: macros */
} streams[] = {
    {"WordDocument", FILE_DOC},
    {"Workbook", FILE_XLS},
    {"Book", FILE_XLS},
    {"PowerPoint Document", FILE_PPT},
    {"Macros", FILE_UNKNOWN},
    {"VBA", FILE_UNKNOWN},
    {"_VBA_PROJECT", FILE_UNKNOWN},
    {"_VBA_PROJECT_CUR", FILE_UNKNOWN},
};

static uint32_t scan_le32(struct scan *s)
{
    uint32_t lo = scan_le16(s);

    return lo | (uint32_t)scan_le16(s) << 16;
}

static bool read_header(struct ole *o, uint32_t *ret_directory)
{
    struct scan *s = o->s;
    uint16_t shift, order;
    size_t i;

    if (s->size < HEADER_BYTES)
        return false;
    s->at = 28;
    order = scan_le16(s);
    shift = scan_le16(s);
    if (order != 0xfffe || (shift != 9 && shift != 12))
        return false;
    o->sector_bytes = INT64_C(1) << shift;
    o->sectors = (uint32_t)((s->size - o->sector_bytes) / o->sector_bytes);
    s->at = 48;
    *ret_directory = scan_le32(s);
    s->at = MORE_FAT_AT;
    o->more_fat = scan_le32(s);
    s->at = FAT_AT;
    for (i = 0; i < FAT_IN_HEADER; i++)
        o->fat[i] = scan_le32(s);
    return !s->ended;
}

static int64_t sector_at(const struct ole *o, uint32_t sector)
{
    return ((int64_t)sector + 1) * o->sector_bytes;
}

/* The n-th sector of the FAT: from the header, or along the chain of sectors that goes on with the list. */
static uint32_t fat_sector(struct ole *o, uint32_t n)
{
    uint32_t a_sector = (uint32_t)(o->sector_bytes / 4) - 1, more = o->more_fat, steps = 0;

    if (n < FAT_IN_HEADER)
        return o->fat[n];
    for (n -= FAT_IN_HEADER; n >= a_sector && more < o->sectors && steps <= o->sectors; n -= a_sector, steps++) {
        o->s->at = sector_at(o, more) + 4 * (int64_t)a_sector;
        more = scan_le32(o->s);
    }
    if (n >= a_sector || more >= o->sectors)
        return END_OF_CHAIN;
    o->s->at = sector_at(o, more) + 4 * (int64_t)n;
    return scan_le32(o->s);
}

/* The sector after this one; one that does not exist when the FAT is broken. */
static uint32_t next_sector(struct ole *o, uint32_t sector)
{
    uint32_t a_sector = (uint32_t)(o->sector_bytes / 4), list = fat_sector(o, sector / a_sector);

    if (list >= o->sectors)
        return list == END_OF_CHAIN ? END_OF_CHAIN - 1 : list;
    o->s->at = sector_at(o, list) + 4 * (int64_t)(sector % a_sector);
    return scan_le32(o->s);
}

/* The entry's name as ASCII, "?" for other letters; "" for an unused entry. */
static void entry_name(struct scan *s, char ret[NAME_UNITS + 1])
{
    uint16_t units[NAME_UNITS], bytes;
    uint8_t kind;
    size_t i, n;

    for (i = 0; i < NAME_UNITS; i++)
        units[i] = scan_le16(s);
    bytes = scan_le16(s);
    kind = scan_byte(s);
    n = kind != 0 && bytes >= 2 && bytes <= 2 * NAME_UNITS ? bytes / 2u - 1 : 0;
    for (i = 0; i < n; i++)
        ret[i] = units[i] >= 0x20 && units[i] < 0x7f ? (char)units[i] : '?';
    ret[n] = '\0';
}

/* What an entry's name says about the file. */
static void take_name(const char *name, struct file_finding *f, bool *macros, bool *twice)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(streams); i++) {
        if (strcmp(name, streams[i].name) != 0)
            continue;
        if (streams[i].type == FILE_UNKNOWN) {
            *macros = true;
            continue;
        }
        *twice = *twice || (f->type != FILE_UNKNOWN && f->type != streams[i].type);
        f->type = streams[i].type;
    }
}

enum file_fault look_ole(struct scan *s, struct file_finding *f)
{
    struct ole o = {.s = s};
    char name[NAME_UNITS + 1];
    uint32_t sector = 0, steps = 0, entries = 0;
    bool macros = false, twice = false;

    if (!read_header(&o, &sector))
        return FILE_BROKEN;
    for (; sector < o.sectors && steps <= o.sectors && entries < ENTRIES_MAX; steps++) {
        int64_t i;

        for (i = 0; i < o.sector_bytes / ENTRY_BYTES; i++, entries++) {
            s->at = sector_at(&o, sector) + i * ENTRY_BYTES;
            entry_name(s, name);
            take_name(name, f, &macros, &twice);
        }
        sector = next_sector(&o, sector);
    }
    if (s->ended || steps > o.sectors || entries >= ENTRIES_MAX || sector != END_OF_CHAIN)
        return FILE_BROKEN;
    if (f->type == FILE_UNKNOWN)
        return FILE_TYPE;
    return twice ? FILE_DOUBLE : macros ? FILE_MACROS : FILE_GOOD;
}
