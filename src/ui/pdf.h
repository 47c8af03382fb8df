/*
 * pdf.h: documents on paper: permits, receipts, minutes, slips, reports.
 *
 * A document is drawn from top to bottom; pages break by themselves, heads of tables repeat, the foot with "page x of y"
 * is put in at the end. Text is never markup. The result is plain PDF with all fonts embedded; pdf_finish.h makes a
 * PDF/A-3 of it, attaches the proof and signs.
 *
 * Not for: what a document says (modules), printing of screens (assets/css/print.css).
 */
#ifndef UI_PDF_H
#define UI_PDF_H

#include "ui/req.h"

struct pdf;

struct pdf_head {
    const char *title; /* of the document, for its properties: "Izin reklame 503/0412/REK" */
    enum lang lang;
    instant created;
    const char *government; /* letterhead: "PEMERINTAH KOTA TANGERANG"; NULL for a document without */
    const char *office;     /* "DINAS PENANAMAN MODAL DAN PELAYANAN TERPADU SATU PINTU" */
    const char *address;    /* one line */
    const char *foot;       /* left in every foot: the document's number; NULL for none */
    const char *verify;     /* address of the page that checks it, in every foot; NULL for none */
    bool landscape;
};

/*
 * Begins a document on A4. Strings of `head` must live as long as the document. Ends with pdf_end() or pdf_drop(); both
 * fit AUTO_PDF:
 *
 *     AUTO_PDF struct pdf *p = pdf_begin(r->arena, &head);
 */
struct pdf *pdf_begin(struct arena *a, const struct pdf_head *head) __attribute__((returns_nonnull));

/* Returns the file in *ret, in the document's arena. E_LIMIT over 500 pages or 8 MB; E_SYSTEM when cairo refuses. */
MUST_USE int pdf_end(struct pdf *p, struct bytes *ret);

/* Releases what cairo holds. NULL does nothing, twice does nothing. */
void pdf_drop(struct pdf **p);
#define AUTO_PDF __attribute__((cleanup(pdf_drop)))

/* ---- text ---- */

void pdf_title(struct pdf *p, const char *text, const char *number); /* centred: what it is, and "Nomor: ..." below */
void pdf_heading(struct pdf *p, const char *text);                   /* stays with what follows */
void pdf_text(struct pdf *p, const char *text);                      /* a paragraph */
void pdf_quiet(struct pdf *p, const char *text);                     /* small and grey: sources, conditions */
void pdf_item(struct pdf *p, const char *mark, const char *text);    /* "a." or "1)" and a hanging paragraph */
void pdf_gap(struct pdf *p, int points);
void pdf_page_break(struct pdf *p);

/* Label, colon, value, as letters have them. NULL is "–". */
void pdf_fact(struct pdf *p, const char *label, const char *value);

/* ---- tables ---- */

struct pdf_column {
    const char *label;
    int share; /* of the width; shares are compared with each other */
    bool num;  /* right-aligned */
};

enum pdf_row {
    PDF_ROW,
    PDF_ROW_SUM,   /* bold, a line above */
    PDF_ROW_GROUP, /* first cell only, over all columns */
};

/* Columns must live until pdf_table_end(). At most 16. */
void pdf_table_begin(struct pdf *p, const struct pdf_column *columns, size_t n);
void pdf_table_row(struct pdf *p, enum pdf_row kind, const char *const *cells);
void pdf_table_end(struct pdf *p);

/* ---- signature ---- */

struct pdf_signature {
    const char *place_date; /* "Tangerang, 18 September 2026" */
    const char *role;       /* "KEPALA DINAS ..." */
    const char *note;       /* "Ditandatangani secara elektronik oleh"; NULL leaves room for ink */
    const char *name;
    const char *rank;    /* "Pembina Utama Muda, IV/c"; NULL for none */
    const char *number;  /* "NIP 1970..."; NULL for none */
    const char *qr;      /* address in the code beside it; NULL for none */
    const char *qr_text; /* what stands under the code */
};

/* One block, kept together. E_LIMIT when the address fits no code. */
MUST_USE int pdf_sign_block(struct pdf *p, const struct pdf_signature *s);

/* A code that leads to `address`, with words beside it. E_LIMIT when the address fits no code. */
MUST_USE int pdf_code(struct pdf *p, const char *address, const char *text);

/* Several, side by side, for minutes: at most 3 in a row. Without codes. */
void pdf_sign_row(struct pdf *p, const struct pdf_signature *v, size_t n);

#endif
