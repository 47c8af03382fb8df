/*
 * fraction.h: exact rational numbers in 128 bits, for scores, indexes and fees that are rounded once, at the end.
 *
 * Always in lowest terms with a positive denominator, so equal values are equal structs. An operation whose result
 * would not fit says E_INPUT; it never rounds in silence.
 */
#ifndef BASE_FRACTION_H
#define BASE_FRACTION_H

#include "number.h"

struct fraction {
    wide num;
    wide den; /* > 0 */
};

#define FRACTION_ZERO ((struct fraction){0, 1})

/* num / den, den not 0 (BUG_IF). */
struct fraction fraction_of(int64_t num, int64_t den);

/* A decimal as machines write it, any scale that fits: "78.5", "-0.0375". Reads superfluous zeros at its end. */
MUST_USE int fraction_parse(const char *s, struct fraction *ret);

MUST_USE int fraction_add(struct fraction x, struct fraction y, struct fraction *ret);
MUST_USE int fraction_sub(struct fraction x, struct fraction y, struct fraction *ret);
MUST_USE int fraction_mul(struct fraction x, struct fraction y, struct fraction *ret);
MUST_USE int fraction_div(struct fraction x, struct fraction y, struct fraction *ret); /* y not 0 (BUG_IF) */

/* Below 0, 0 or above 0 as x is below, equal to or above y. Exact for any two, never overflows. */
int fraction_compare(struct fraction x, struct fraction y);

struct fraction fraction_min(struct fraction x, struct fraction y);
struct fraction fraction_max(struct fraction x, struct fraction y);

/* x * unit rounded to a whole number: unit 100 gives 1/100 points, 10000 basis points. unit > 0 (BUG_IF). */
MUST_USE int fraction_round(struct fraction x, int64_t unit, enum rounding rounding, int64_t *ret);

#endif
