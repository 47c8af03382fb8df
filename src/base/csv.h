/*
 * csv.h: RFC 4180 in and out.
 *
 * The reader takes bytes as they come and calls back once a record. It accepts CRLF and LF, a byte order mark, and
 * comma, semicolon or TAB as separator, found from the first record. It is strict where guessing would shift columns: a
 * quote inside an unquoted field, text behind a closing quote, a lone CR, broken UTF-8 and a NUL are refused, with the
 * place. Lines without any byte are skipped.
 *
 * The writer is safe to open in a spreadsheet: text that would be taken for a formula gets a ' in front (security.md
 * W10), in a way that csv_unguard() takes back exactly; numbers stay numbers.
 *
 * Not for: what columns mean, types, headings (the engine's import).
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "arena.h"
#include "base.h"
#include "buf.h"

#define CSV_FIELD_MAX   ((size_t)64 * KB)
#define CSV_COLUMNS_MAX ((size_t)512)
#define CSV_RECORD_MAX  ((size_t)1 * MB)

/* ---- reading ---- */

/* Lives for the callback; copy what is kept. Text is valid UTF-8, not yet NFC. */
struct csv_record {
    int64_t row;  /* of records, from 1; the heading counts */
    int64_t line; /* in the file, where the record begins, from 1 */
    const char *const *field;
    size_t n;
};

/* Negative ends the reading with that result. */
typedef int csv_record_fn(void *ctx, const struct csv_record *record);

enum csv_fault {
    CSV_FINE,
    CSV_FAULT_QUOTE,       /* a quote inside a field that does not begin with one */
    CSV_FAULT_AFTER_QUOTE, /* text behind a closing quote */
    CSV_FAULT_OPEN_QUOTE,  /* the file ends inside quotes */
    CSV_FAULT_LINE_END,    /* CR without LF */
    CSV_FAULT_UTF8,        /* not UTF-8, or a NUL */
    CSV_FAULT_FIELD,       /* longer than CSV_FIELD_MAX */
    CSV_FAULT_COLUMNS,     /* more than CSV_COLUMNS_MAX */
    CSV_FAULT_RECORD,      /* longer than CSV_RECORD_MAX */
    CSV_FAULT_COUNT,
};

/* "quote", "after-quote" ... for messages: a key is "csv." and this. */
const char *csv_fault_code(enum csv_fault fault);

struct csv_reader {
    csv_record_fn *fn;
    void *ctx;
    struct buf text; /* fields of the record, each with a NUL behind */
    size_t *starts;  /* of each field in text */
    const char **field;
    size_t n;
    int state;
    int64_t row, line, record_line;
    int result; /* the first failure; later calls repeat it */

    /* The first record is held back until the separator is known. */
    struct buf head;
    size_t seen[3]; /* separators in it, outside quotes */
    bool quoted, begun, started;
    char sep;

    /* After a failure: what and where. Column from 1; the line is where it was noticed. */
    enum csv_fault fault;
    int64_t fault_row, fault_line;
    size_t fault_column;
};

/* Caller owns the struct. `sep` is ',', ';', '\t' or '\0' to find out. */
void csv_init(struct csv_reader *c, struct arena *a, char sep, csv_record_fn *fn, void *ctx);

/* 0, E_FORMAT or E_LIMIT with the fault in c, or what the callback said. */
MUST_USE int csv_feed(struct csv_reader *c, const void *p, size_t n);

/* The file has ended: delivers the last record. */
MUST_USE int csv_end(struct csv_reader *c);

/* ---- writing ---- */

struct csv_writer {
    struct buf *out;
    char sep;
    bool begun; /* something stands in this record */
};

/* `bom` for spreadsheets that would otherwise not read UTF-8. */
void csv_writer_init(struct csv_writer *w, struct buf *out, char sep, bool bom);

/* Guarded and quoted as needed. NULL is an empty cell, "" a quoted one. */
void csv_text(struct csv_writer *w, const char *s);

/* Numbers, unguarded: INT_NONE is an empty cell. A decimal point is a point. */
void csv_int(struct csv_writer *w, int64_t v);
void csv_decimal(struct csv_writer *w, int64_t v, int scale);

void csv_end_record(struct csv_writer *w);

/* What csv_text() was given, from the cell that it wrote: drops the ' of a guarded text, leaves all other text. */
const char *csv_unguard(const char *cell);

#endif
