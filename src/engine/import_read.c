/*
 * import_read.c: lines of a CSV or XLSX file as cells of text, whichever it is.
 *
 * Not for: what a cell means (import_check.c).
 */
#include <unistd.h>

#include "base/csv.h"
#include "base/text.h"
#include "engine/import.h"
#include "engine/sheet/xlsx.h"
#include "os/os.h"

#define PIECE ((size_t)64 * KB)

struct reading {
    struct arena *lot;
    import_line_fn *fn;
    void *arg;
};

static int refuse(struct import_report *report, int result, const char *key, const char *arg, int64_t line)
{
    if (report->refused == NULL) {
        report->refused = key;
        report->refused_arg = arg;
        report->refused_line = line;
    }
    return result;
}

static const char *plain(struct arena *a, const char *s)
{
    return *s == '\0' ? "" : text_trim(a, text_nfc(a, s));
}

static int deliver(struct reading *in, int64_t line, const struct import_cell *cells, size_t n)
{
    bool empty = true;
    size_t i;
    int e;

    for (i = 0; empty && i < n; i++)
        empty = *cells[i].text == '\0' && cells[i].key == NULL;
    e = empty ? 0 : in->fn(in->arg, line, cells, n);
    arena_reset(in->lot);
    return e;
}

/* ---- CSV ---- */

static int csv_line(void *arg, const struct csv_record *record)
{
    struct reading *in = arg;
    struct import_cell *cells = arena_array(in->lot, record->n, struct import_cell);
    size_t i;

    for (i = 0; i < record->n; i++)
        cells[i] = (struct import_cell){.text = plain(in->lot, csv_unguard(record->field[i]))};
    return deliver(in, record->line, cells, record->n);
}

static int read_csv(int fd, struct arena *a, struct reading *in, struct import_report *report)
{
    char *piece = arena_alloc(a, PIECE);
    struct csv_reader csv;
    ssize_t n = 0;
    off_t at = 0;
    int e = 0;

    csv_init(&csv, a, '\0', csv_line, in);
    while (e == 0 && (n = pread(fd, piece, PIECE, at)) > 0) {
        at += n;
        e = csv_feed(&csv, piece, (size_t)n);
    }
    if (n < 0)
        return E_STORAGE;
    if (e == 0)
        e = csv_end(&csv);
    if (e < 0 && csv.fault != CSV_FINE)
        return refuse(report, e, text_printf(a, "import.csv-%s", csv_fault_code(csv.fault)), NULL, csv.fault_line);
    return e;
}

/* ---- XLSX ---- */

static int sheet_line(void *arg, const struct xlsx_row *row)
{
    struct reading *in = arg;
    struct import_cell *cells = arena_array(in->lot, row->n, struct import_cell);
    size_t i;

    for (i = 0; i < row->n; i++) {
        const struct xlsx_cell *from = &row->cell[i];

        cells[i] = (struct import_cell){.text = plain(in->lot, from->text), .number = from->kind == XLSX_NUMBER};
        if (from->kind == XLSX_ERROR)
            cells[i].key = "import.cell-error";
        else if (from->imprecise)
            cells[i].key = "import.cell-imprecise";
    }
    return deliver(in, row->row, cells, row->n);
}

static const char *sheet_key(const struct xlsx_finding *f)
{
    switch (f->fault) {
    case XLSX_ROWS:
        return "import.too-many-rows";
    case XLSX_COLUMNS:
    case XLSX_CELL:
    case XLSX_STRINGS:
        return "import.sheet-large";
    case XLSX_NO_SHEET:
        return "import.sheet-none";
    case XLSX_DTD:
    case XLSX_ARCHIVE:
        return "import.sheet-refused";
    default:
        return "import.sheet-broken";
    }
}

static int read_sheet(int fd, struct reading *in, struct import_report *report)
{
    struct xlsx_finding f = {0};
    int e = xlsx_read(fd, NULL, sheet_line, in, &f);

    if (e < 0 && f.fault != XLSX_GOOD)
        return refuse(report, e, sheet_key(&f), NULL, f.row);
    return e;
}

int import_read(int fd, struct arena *a, struct arena *lot, import_line_fn *fn, void *arg, struct import_report *report)
{
    struct reading in = {.lot = lot, .fn = fn, .arg = arg};
    char head[4] = {0};
    ssize_t n = pread(fd, head, sizeof head, 0);

    if (n < 0)
        return E_STORAGE;
    if (n == 0)
        return refuse(report, E_FORMAT, "import.empty", NULL, 0);
    if (n == sizeof head && memcmp(head, "PK\3\4", sizeof head) == 0)
        return read_sheet(fd, &in, report);
    return read_csv(fd, a, &in, report);
}
