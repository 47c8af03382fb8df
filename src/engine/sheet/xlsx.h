/*
 * xlsx.h: rows of one sheet of an XLSX file, for imports (security.md F3, F4).
 *
 * Runs inside the parser child, on a descriptor, with no other file and no network. ZIP is read by unzip.h, XML by expat
 * with document type declarations refused, so there are no entities to expand. Rows come one by one; what stays in memory
 * are the shared strings (at most 64 MiB), the cell formats and one row.
 *
 * Values come as text, as a person who typed them would write them for a machine: numbers in plain decimals without
 * exponent, dates as ISO. A spreadsheet keeps 15 significant digits, so 1.1499999999999999 in the file was typed 1.15 and
 * comes as that; and a NIP that was typed as a number has lost its last digits, which `imprecise` says.
 *
 * Not for: formulas (the stored result is taken), styles, several sheets at once, and what columns mean.
 */
#ifndef ENGINE_SHEET_XLSX_H
#define ENGINE_SHEET_XLSX_H

#include "engine/sheet/unzip.h"

#define XLSX_ROWS_MAX    INT64_C(1000000)
#define XLSX_COLUMNS_MAX ((size_t)512)
#define XLSX_CELL_MAX    ((size_t)64 * KB)
#define XLSX_ROW_MAX     ((size_t)1 * MB)
#define XLSX_STRINGS_MAX ((size_t)64 * MB)

enum xlsx_kind {
    XLSX_EMPTY,
    XLSX_TEXT,
    XLSX_NUMBER,
    XLSX_DATE,  /* "2026-09-18", "2026-09-18T10:42:00" or "10:42:00" */
    XLSX_BOOL,  /* "TRUE", "FALSE" */
    XLSX_ERROR, /* "#N/A" and its like: the formula had no result */
};

struct xlsx_cell {
    const char *text; /* "" when empty; valid UTF-8, not yet NFC */
    enum xlsx_kind kind;
    bool imprecise; /* a number with more than 15 digits before the point: its last digits are not what was typed */
};

/* Lives for the callback. Rows without any value are left out, but counted: `row` is the number the user sees. */
struct xlsx_row {
    int64_t row;
    const struct xlsx_cell *cell;
    size_t n; /* up to the last cell with a value */
};

/* Negative ends the reading with that result. */
typedef int xlsx_row_fn(void *arg, const struct xlsx_row *row);

enum xlsx_fault {
    XLSX_GOOD,
    XLSX_ARCHIVE,  /* see zip_fault */
    XLSX_NO_BOOK,  /* a ZIP, but no workbook in it */
    XLSX_NO_SHEET, /* no sheet of that name, or none at all */
    XLSX_XML,      /* not well-formed, or nested deeper than any office program does */
    XLSX_DTD,      /* a document type declaration */
    XLSX_PLACE,    /* rows or cells out of order, or an address that is none */
    XLSX_VALUE,    /* not a number where one belongs, or no such shared string or format */
    XLSX_ROWS,     /* more than XLSX_ROWS_MAX */
    XLSX_COLUMNS,  /* a value to the right of XLSX_COLUMNS_MAX */
    XLSX_CELL,     /* a cell or a row too long */
    XLSX_STRINGS,  /* too many shared strings or formats */
    XLSX_FAULT_COUNT,
};

/* Key into lang/: "xlsx.dtd". */
const char *xlsx_fault_key(enum xlsx_fault fault) __attribute__((returns_nonnull));

struct xlsx_finding {
    enum xlsx_fault fault;
    enum unzip_fault zip_fault;
    int64_t row;   /* where, as far as known */
    size_t column; /* from 1; 0 for the whole row */
};

/*
 * Reads a sheet, by name or, with NULL, the first visible one. 0, the callback's negative result, E_FORMAT, E_LIMIT for
 * what is too large, E_STORAGE; *ret says where and why.
 */
MUST_USE int xlsx_read(int fd, const char *sheet, xlsx_row_fn *fn, void *arg, struct xlsx_finding *ret);

#endif
