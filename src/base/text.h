/*
 * text.h: text as everything behind the boundary knows it: NUL-terminated, valid UTF-8, NFC.
 *
 * text_take() is the boundary; the rest may rely on it and says so where it does not. Results live in the arena and
 * nobody frees them. The text_code.c half holds the encodings: hex, base64, percent; each decoder is strict and accepts
 * exactly one text for a sequence of bytes.
 *
 * Not for: HTML (ui), numbers for people (number.h), text that is built in pieces (buf.h).
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>

#include "arena.h"
#include "base.h"

/* ---- the boundary ---- */

/* Strict UTF-8: no overlong form, no surrogate, nothing over U+10FFFF, no NUL. */
bool text_is_utf8(const void *p, size_t n);

/* Of valid UTF-8. Cheap for plain Latin text; otherwise it normalises and compares. */
bool text_is_nfc(const char *s);

/* s itself when it is NFC already, else a normalised copy. Needs valid UTF-8. */
const char *text_nfc(struct arena *a, const char *s);

/*
 * Bytes from outside become text: checked, normalised, copied. E_LIMIT over `max` bytes (before or after normalising),
 * E_FORMAT for broken UTF-8 or a NUL.
 */
MUST_USE int text_take(struct arena *a, const void *p, size_t n, size_t max, char **ret);

/* ---- building and taking apart ---- */

char *text_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
char *text_vprintf(struct arena *a, const char *fmt, va_list ap) PRINTF(2, 0);

/* Without white space at both ends. White space is Unicode's, and U+FEFF and U+200B that come along when pasting. */
char *text_trim(struct arena *a, const char *s);

/* Trimmed, and each run of white space inside is one space. */
char *text_collapse(struct arena *a, const char *s);

/* The parts between `sep` (ASCII), empty ones too, in an array that ends with NULL; the empty text has no parts. */
char **text_split(struct arena *a, const char *s, char sep, size_t *ret_n);

/* Decimal as machines write it: optional '-', digits, no leading zero, no "-0". E_FORMAT else; E_INPUT out of range. */
MUST_USE int text_int(const char *s, int64_t min, int64_t max, int64_t *ret);

/* ---- comparing ---- */

bool text_empty(const char *s);             /* NULL or "" */
bool text_eq(const char *a, const char *b); /* NULL equals only NULL */
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
bool text_has_word(const char *list, const char *word); /* of a list parted by spaces; false for NULL */

/* Equal when letters are folded one by one (simple lower case of Unicode, no locale): Indonesian and all Latin text. */
bool text_eq_fold(const char *a, const char *b);

/* Lower case, the same folding: for keys to search by. */
char *text_fold(struct arena *a, const char *s);

/*
 * The words of a text, folded, parted by single spaces: lower case, marks fallen off, compatible letters alike, apostrophes
 * gone, and everything but letters and digits a gap. "Jum'at, Café 503/0001" is "jumat cafe 503 0001". What is longer than
 * TEXT_WORD_MAX letters is cut there. For full-text search.
 */
#define TEXT_WORD_MAX 40
char *text_words(struct arena *a, const char *s);

/* Equal, in a time that depends on the lengths only. For tokens and MACs; the lengths are no secret. */
bool bytes_eq_secret(struct bytes a, struct bytes b);
bool text_eq_secret(const char *a, const char *b);

/* ---- encodings (text_code.c) ---- */

/* Lower-case hex. The decoder wants exactly 2 * n of [0-9a-f]; E_FORMAT else. */
char *hex_text(struct arena *a, const void *p, size_t n);
MUST_USE int hex_bytes(const char *s, uint8_t *ret, size_t n);

/* RFC 4648 section 4 with padding. Decoder: E_FORMAT for white space, missing padding, non-zero trailing bits. */
char *base64_text(struct arena *a, const void *p, size_t n);
MUST_USE int base64_bytes(struct arena *a, const char *s, struct bytes *ret);

/* RFC 4648 section 5 without padding: tokens in addresses, WebAuthn. Decoder as strict. */
char *base64url_text(struct arena *a, const void *p, size_t n);
MUST_USE int base64url_bytes(struct arena *a, const char *s, struct bytes *ret);

/*
 * Text of exactly `size` bytes, read into the caller's memory: for keys, which must not be left behind in an arena. As
 * strict; *ret may be half written when it fails, so a caller wipes it either way.
 */
MUST_USE int base64_exact(const char *s, uint8_t *ret, size_t size);
MUST_USE int base64url_exact(const char *s, uint8_t *ret, size_t size);

/* Percent-encodes all but RFC 3986's unreserved characters, so '/' too. */
char *url_encode(struct arena *a, const char *s);

/*
 * Decodes once: %25 41 stays %41. `form` reads '+' as a space (application/x-www-form-urlencoded). E_FORMAT for a
 * broken %XX, for %00 and when the result is not UTF-8. Not normalised: see text_nfc().
 */
MUST_USE int url_decode(struct arena *a, const char *s, size_t n, bool form, char **ret);

/* For addresses: "Kota Tangerang – 2026" is "kota-tangerang-2026". Marks fall off letters; "" when nothing is left. */
char *text_slug(struct arena *a, const char *s);

#endif
