/* fuzz: sheet */
/*
 * fuzz_xlsx.c: the reader of spreadsheets. Bytes rarely make an archive, so the input is the text of the parts, with a
 * 0xff between: workbook, relations, styles, shared strings, sheet; they are stored in an archive made here. Numbers are
 * tried alone too: what is read as one is plain decimal text that reads as itself.
 */
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "engine/sheet/xlsx.h"
#include "engine/sheet/xlsx_value.h"

#define INPUT_MAX (32 * KB)
#define PARTS     5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[PARTS] = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
                                         "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"};

static void put(struct buf *b, uint32_t v, int bytes)
{
    for (; bytes > 0; bytes--, v >>= 8)
        buf_byte(b, (char)(v & 0xff));
}

/* What local header and directory entry share; stored members. */
static void put_shared(struct buf *b, const char *name, const uint8_t *p, size_t n)
{
    put(b, 0, 2);
    put(b, 0, 2);
    put(b, 0, 4);
    put(b, (uint32_t)crc32(crc32(0, NULL, 0), p, (uInt)n), 4);
    put(b, (uint32_t)n, 4);
    put(b, (uint32_t)n, 4);
    put(b, (uint32_t)strlen(name), 2);
    put(b, 0, 2);
}

static void put_archive(struct buf *b, struct buf *directory, const uint8_t *data, size_t size)
{
    size_t i;

    for (i = 0; i < PARTS; i++) {
        const uint8_t *end = memchr(data, 0xff, size);
        size_t n = end == NULL ? size : (size_t)(end - data);

        put(directory, 0x02014b50, 4);
        put(directory, 20 | 20u << 16, 4);
        put_shared(directory, names[i], data, n);
        put(directory, 0, 4);
        put(directory, 0, 2);
        put(directory, 0, 4);
        put(directory, (uint32_t)b->n, 4);
        buf_add(directory, names[i]);
        put(b, 0x04034b50, 4);
        put(b, 20, 2);
        put_shared(b, names[i], data, n);
        buf_add(b, names[i]);
        buf_add_n(b, data, n);
        data += end == NULL ? n : n + 1;
        size -= end == NULL ? n : n + 1;
    }
}

static int take_row(void *arg, const struct xlsx_row *row)
{
    int64_t *last = arg;
    size_t i;

    BUG_IF(row->row <= *last || row->row > XLSX_ROWS_MAX || row->n == 0 || row->n > XLSX_COLUMNS_MAX);
    *last = row->row;
    for (i = 0; i < row->n; i++)
        BUG_IF((row->cell[i].text[0] == '\0') != (row->cell[i].kind == XLSX_EMPTY) ||
               strlen(row->cell[i].text) > XLSX_CELL_MAX);
    BUG_IF(row->cell[row->n - 1].kind == XLSX_EMPTY);
    return 0;
}

static void try_number(const uint8_t *data, size_t size)
{
    char text[64], one[XLSX_NUMBER_SIZE], two[XLSX_NUMBER_SIZE], iso[XLSX_DATE_SIZE];
    bool imprecise;

    if (size >= sizeof text)
        return;
    memcpy(text, data, size);
    text[size] = '\0';
    (void)xlsx_format_of(text); /* reads no further than its end */
    if (xlsx_number(text, one, &imprecise) < 0)
        return;
    BUG_IF(xlsx_number(one, two, &imprecise) < 0 || strcmp(one, two) != 0);
    (void)xlsx_date(one, XLSX_FORMAT_DATETIME, false, iso);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xlsx_finding finding;
    struct buf b, directory;
    struct arena a;
    int64_t last = 0;
    uint32_t at;
    int fd;

    if (size > INPUT_MAX)
        return 0;
    try_number(data, size);
    arena_init(&a, MB);
    buf_init(&b, &a, 128 * KB);
    buf_init(&directory, &a, 4 * KB);
    put_archive(&b, &directory, data, size);
    at = (uint32_t)b.n;
    buf_add_n(&b, directory.s, directory.n);
    put(&b, 0x06054b50, 4);
    put(&b, 0, 4);
    put(&b, PARTS | PARTS << 16, 4);
    put(&b, (uint32_t)directory.n, 4);
    put(&b, at, 4);
    put(&b, 0, 2);

    fd = memfd_create("xlsx", MFD_CLOEXEC);
    BUG_IF(fd < 0 || write(fd, b.s, b.n) != (ssize_t)b.n);
    BUG_IF((xlsx_read(fd, NULL, take_row, &last, &finding) == 0) != (finding.fault == XLSX_GOOD));
    (void)close(fd);
    arena_finish(&a);
    return 0;
}
