/*
 * number.h: whole and decimal numbers in the reader's form, percentages, scores, and rounding.
 *
 * A decimal is an integer and a scale: 7233 with scale 2 is 72.33. There is no floating point near money or scores.
 * `reader` is a value of reader.h.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "arena.h"
#include "base.h"
#include "reader.h"

/*
 * Every division names one. All are symmetrical about zero, so that a correction of -x undoes x: half up takes the half
 * away from zero, down goes towards zero, up away from it.
 */
enum rounding {
    ROUND_HALF_UP,
    ROUND_DOWN,
    ROUND_UP,
};

/* 128 bits hold any product of two 64-bit numbers. */
typedef __int128 wide;

/* num / den, den > 0 (BUG_IF). */
wide wide_divide(wide num, wide den, enum rounding rounding);

/* Into 64 bits without the lowest, which stands for NULL. E_INPUT when it does not fit. */
MUST_USE int wide_narrow(wide v, int64_t *ret);

/* part / whole in basis points, half up; whole > 0 (BUG_IF). E_INPUT when it does not fit. */
MUST_USE int bp_of(int64_t part, int64_t whole, int64_t *ret_bp);

/*
 * Shares of n parts in units that add up to `total` exactly (10000 for basis points): largest remainder, the earlier
 * part first among equals. Parts are 0 or more, and not all 0 (BUG_IF).
 */
void share_out(struct arena *a, const int64_t *parts, size_t n, int64_t total, int64_t *ret);

/* ---- for the screen. INT_NONE is "–". The minus is U+2212. ---- */

char *number_text(struct arena *a, int64_t v, int reader); /* 1.234.567 */

/* Exactly `scale` decimals: 7233 with scale 2 is 72,33. Scale 0 to 18. */
char *decimal_text(struct arena *a, int64_t v, int scale, int reader);

/* The same with a unit between minus and digits: "−Rp1.234". The unit is short (BUG_IF). */
char *decimal_with_unit(struct arena *a, const char *unit, int64_t v, int scale, int reader);

/* At most `scale` decimals: 4500 with scale 3 is 4,5. */
char *decimal_short(struct arena *a, int64_t v, int scale, int reader);

char *percent_text(struct arena *a, int64_t bp, int reader);  /* 94,1 %   94.1% */
char *score_text(struct arena *a, int64_t centi, int reader); /* 72,33   72.33 */

/* ---- what people type ---- */

/*
 * "48.500.000", "4,5", "-1.250,75" as a decimal of `scale`; the English reader's separators are the other way round.
 * Groups are of three or there are none; the minus is '-' or U+2212. E_FORMAT when it is no such number or has more than
 * `scale` decimals, E_INPUT when it does not fit.
 */
MUST_USE int decimal_parse(const char *s, int scale, int reader, int64_t *ret);

/* ---- what machines write: JSON and CSV ---- */

char *decimal_exact(struct arena *a, int64_t v, int scale); /* "72.33", "-0.50", "7" with scale 0 */

/* The same read back: digits, at most `scale` decimals after a point, no group, no '+', no superfluous leading zero. */
MUST_USE int decimal_exact_parse(const char *s, int scale, int64_t *ret);

#endif
