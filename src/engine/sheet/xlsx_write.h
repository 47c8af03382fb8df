/*
 * xlsx_write.h: one table as an XLSX file, for exports (security.md W10).
 *
 * Rows are written as they come and leave memory at once. Text is always a text cell, so nothing in it is ever a formula;
 * numbers, money and dates are what they are, so that people can go on computing. What a spreadsheet cannot hold exactly
 * (more than 15 digits, dates before March 1900) becomes text instead of another value.
 *
 *     e = xlsx_writer_open(fd, "/tmp", &sheet, &w);
 *     xlsx_put_text(w, 0, name); xlsx_put_money(w, 1, sum); e = xlsx_row_end(w); ...
 *     e = xlsx_writer_close(w);
 */
#ifndef ENGINE_SHEET_XLSX_WRITE_H
#define ENGINE_SHEET_XLSX_WRITE_H

#include "base/base.h"

#define XLSX_WRITE_ROWS    1048575 /* what a sheet holds, the heading not counted */
#define XLSX_WRITE_COLUMNS 512
#define XLSX_WRITE_TEXT    32767 /* characters of a cell */

enum xlsx_column_type {
    XLSX_COLUMN_TEXT,
    XLSX_COLUMN_INT,
    XLSX_COLUMN_MONEY,   /* #,##0.00 */
    XLSX_COLUMN_PERCENT, /* of basis points, 0.00% */
    XLSX_COLUMN_DATE,
    XLSX_COLUMN_INSTANT,
    XLSX_COLUMN_TYPE_COUNT,
};

struct xlsx_column {
    const char *title;
    enum xlsx_column_type type;
    int width; /* in characters; 0 = by type */
};

struct xlsx_sheet {
    const char *name; /* of the tab; one that spreadsheets refuse becomes "Data" */
    const struct xlsx_column *column;
    size_t n;
    int zone_minutes; /* for instants, east of UTC */
    instant created;  /* goes into the file, so that the same data makes the same file */
};

struct xlsx_writer;

/*
 * The file is written to a regular file's descriptor, which stays the caller's; pieces wait in `temporary`, a directory.
 * E_LIMIT for too many columns, E_SYSTEM. The sheet is only read during the call.
 */
MUST_USE int xlsx_writer_open(int fd, const char *temporary, const struct xlsx_sheet *sheet, struct xlsx_writer **ret_writer);

/*
 * Cells of the present row, columns in rising order, a type as the column says (BUG_IF). *_NONE, INT_NONE, NULL and "" leave
 * the cell empty. The first failure is kept and returned by xlsx_row_end().
 */
void xlsx_put_text(struct xlsx_writer *w, size_t column, const char *s);
void xlsx_put_int(struct xlsx_writer *w, size_t column, int64_t v);
void xlsx_put_money(struct xlsx_writer *w, size_t column, money v);
void xlsx_put_percent(struct xlsx_writer *w, size_t column, int64_t basis_points);
void xlsx_put_date(struct xlsx_writer *w, size_t column, date v);
void xlsx_put_instant(struct xlsx_writer *w, size_t column, instant v);

/* E_LIMIT over XLSX_WRITE_ROWS or for a text over XLSX_WRITE_TEXT, E_FULL or E_STORAGE. */
MUST_USE int xlsx_row_end(struct xlsx_writer *w);

/* Puts the file together and frees. E_FULL or E_STORAGE; the first failure of a row comes again. */
MUST_USE int xlsx_writer_close(struct xlsx_writer *w);

/* Frees without a file; what stands in the descriptor is nothing. NULL does nothing. */
void xlsx_writer_drop(struct xlsx_writer *w);

#endif
