/*
 * pdf_syntax.h: the little of PDF's syntax that finishing and checking need: tokens, dictionaries, references.
 *
 * The bytes may be hostile: every function stays within them, none recurses, and nesting has a ceiling. Not for: streams
 * with filters, cross-reference streams, encryption.
 */
#ifndef UI_PDF_SYNTAX_H
#define UI_PDF_SYNTAX_H

#include "base/base.h"

enum pdf_token_kind {
    PDF_END,
    PDF_NAME,   /* without its slash */
    PDF_WORD,   /* number, keyword, R, obj */
    PDF_STRING, /* (...) with its brackets */
    PDF_HEX,    /* <...> with its brackets */
    PDF_DICT,   /* << */
    PDF_DICT_END,
    PDF_ARRAY, /* [ */
    PDF_ARRAY_END,
    PDF_BAD, /* a string that does not end, a stray bracket */
};

struct pdf_lexer {
    struct bytes in;
    size_t at;
};

struct pdf_token {
    enum pdf_token_kind kind;
    struct bytes text;
};

/* Skips white space and comments, then takes one token. At the end it answers PDF_END again and again. */
struct pdf_token pdf_token(struct pdf_lexer *lx);

/* The bytes of one value: a token, a reference of three, or all between brackets. E_FORMAT when there is none. */
MUST_USE int pdf_value(struct pdf_lexer *lx, struct bytes *ret);

/* The value of /key in a dictionary, which begins with <<. Nothing (p NULL) when it is not there. E_FORMAT. */
MUST_USE int pdf_dict_get(struct bytes dict, const char *key, struct bytes *ret);

/* "12 0 R" as 12; "340" as 340. E_FORMAT for anything else, and for a number under 0 or over 2 000 000 000. */
MUST_USE int pdf_reference(struct bytes value, int64_t *ret);
MUST_USE int pdf_number(struct bytes value, int64_t *ret);

/* The last place of `text` in `in`, or in.n when it does not stand there. */
size_t pdf_find_last(struct bytes in, const char *text);

#endif
