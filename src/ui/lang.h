/*
 * lang.h: the words of the program, a table a language.
 *
 * A text has a key `module.word` and stands in lang/id.po and lang/en.po, where msgid is the key. The files are part of
 * the program; they are read once, at the first question. Nobody uses the C library's own message catalogues: those
 * know one language a process, and we need one a request.
 *
 * T(), T1() and fail() are declared in req.h.
 */
#ifndef UI_LANG_H
#define UI_LANG_H

#include "ui/req.h"

/* "id", "en": for <html lang>, addresses and JSON. */
const char *lang_code(enum lang lang);

/* The language a code stands for; LANG_ID for anything unknown, and for NULL. Understands "en-GB". */
enum lang lang_of(const char *code);

/* Texts with several places: %s in order, or %1$s, %2$s where a language wants another order. Lives in r->arena. */
const char *T2(const struct req *r, const char *key, const char *a, const char *b) __attribute__((returns_nonnull));
const char *T3(const struct req *r, const char *key, const char *a, const char *b, const char *c)
    __attribute__((returns_nonnull));

/* As T(), for a language instead of a request: mails, letters, commands. NULL when the key is unknown. */
const char *lang_text(enum lang lang, const char *key);

/* The same with its places filled; lives in `a`. NULL when the key is unknown. */
const char *lang_fill(struct arena *a, enum lang lang, const char *key, const char *const *args, size_t n);

/* The text of the fault recorded in r, "" when there is none. */
const char *fault_text(const struct req *r) __attribute__((returns_nonnull));

/* ---- the reader of .po files ---- */

struct po_entry {
    const char *key;
    const char *text;
};

/* Sorted by key. */
struct po {
    struct po_entry *v;
    size_t n;
};

/*
 * Reads the text of a .po file: comments, msgid, msgstr, strings over several lines, the escapes \n \t \" \\. The entry
 * with the empty msgid (the head) is left out. E_FORMAT with the line in *ret_line for anything else: a key twice, an
 * empty text, plural forms, contexts, an unknown escape. Entries live in `a`. E_LIMIT over 1 MB or 20,000 entries.
 */
MUST_USE int po_read(struct arena *a, struct bytes in, struct po *ret, int *ret_line);

/* The text of a key, NULL when it is not there. */
const char *po_find(const struct po *po, const char *key);

#endif
