/*
 * xlsx_book.h: the parts of an XLSX file that stand around its sheets, between xlsx_book.c and xlsx.c. Not for others.
 */
#ifndef ENGINE_SHEET_XLSX_BOOK_H
#define ENGINE_SHEET_XLSX_BOOK_H

#include <expat.h>

#include "engine/sheet/xlsx.h"
#include "engine/sheet/xlsx_value.h"

/* Memory that grows by doubling up to a ceiling; freed by its owner. */
struct heap {
    char *p;
    size_t n, cap, max;
};

struct book {
    struct unzip zip;
    struct arena *arena; /* names */
    struct xlsx_finding *out;
    XML_Parser xml; /* of the part that is being read */
    int depth;
    int e; /* the first failure inside a handler */

    bool since_1904;
    const char *wanted;    /* name of the sheet, NULL for the first visible */
    const char *sheet_rel; /* relation of the sheet that was chosen */
    const char *sheet_part, *strings_part, *styles_part;

    struct heap strings;   /* texts with their NULs */
    struct heap string_at; /* uint32_t offsets into it */
    struct heap formats;   /* uint8_t xlsx_format for each cell style */
    struct heap codes;     /* struct code: formats that the file defines */
    bool in_text, in_phonetic, in_styles;
};

struct code {
    int64_t id;
    enum xlsx_format format;
};

/* Notes the fault, stops the parser, and returns the result that goes with it. */
int book_fail(struct book *b, enum xlsx_fault fault);

/* Appends; E_LIMIT past the ceiling. */
MUST_USE int heap_add(struct heap *h, const void *p, size_t n);

struct part_handlers {
    void (*start)(struct book *b, const char *name, const char **attr); /* local name of an element of ours */
    void (*end)(struct book *b, const char *name);
    void (*text)(struct book *b, const char *p, size_t n);
};

/* Reads one part through expat. Parts that are not there are an empty reading (*ret_found false). */
MUST_USE int book_part(struct book *b, const char *part, const struct part_handlers *h, bool *ret_found);

/* Value of an attribute by local name, NULL for none. */
const char *attr_of(const char **attr, const char *name);

/* "_x000D_" is how the format writes characters XML cannot hold; decoded in place. */
void unescape_text(char *s);

/* Workbook, relations, styles, shared strings; finds the sheet. */
MUST_USE int book_open(struct book *b, int fd);
void book_close(struct book *b);

#endif
