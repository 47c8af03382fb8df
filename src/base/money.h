/*
 * money.h: rupiah, kept in sen and computed in 128 bits.
 *
 * Every result is checked: E_INPUT when an amount would leave 64 bits (over 92 quadrillion rupiah, so somebody mistyped).
 * Every division names its rounding and the unit it rounds to. Arithmetic on MONEY_NONE is a BUG: whoever reads a
 * column that may be NULL decides first what nothing means.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "fraction.h"
#include "number.h"

/* Units that rules round to, in sen. */
#define UNIT_SEN      ((int64_t)1)
#define UNIT_RUPIAH   ((int64_t)100)
#define UNIT_HUNDRED  ((int64_t)10000)
#define UNIT_THOUSAND ((int64_t)100000)

/* Whole rupiah. A BUG when it does not fit: for constants and tests. */
money rupiah(int64_t v);

bool money_is_none(money m);
int money_compare(money x, money y); /* below 0, 0, above 0 */

MUST_USE int money_add(money x, money y, money *ret);
MUST_USE int money_sub(money x, money y, money *ret);
MUST_USE int money_sum(const money *v, size_t n, money *ret);

/* Exact: 48 x Rp850.000. */
MUST_USE int money_times(money m, int64_t times, money *ret);

/* m * num / den, rounded once to `unit`. den and unit > 0 (BUG_IF). A quantity of 4,5 is num 45, den 10. */
MUST_USE int money_scale(money m, int64_t num, int64_t den, int64_t unit, enum rounding rounding, money *ret);

/* m * bp / 10000. */
MUST_USE int money_basis_points(money m, int64_t bp, int64_t unit, enum rounding rounding, money *ret);

/* m * x, for a factor that was computed exactly. */
MUST_USE int money_fraction(money m, struct fraction x, int64_t unit, enum rounding rounding, money *ret);

MUST_USE int money_round(money m, int64_t unit, enum rounding rounding, money *ret);

/* ---- text ---- */

enum money_form {
    MONEY_SCREEN,    /* Rp1.234.567; sen are shown when there are any, never hidden */
    MONEY_DOCUMENT,  /* Rp1.234.567,00 */
    MONEY_TABLE,     /* 1.234.567; sen as on screen */
    MONEY_TABLE_SEN, /* 1.234.567,00: a column in which a row has sen */
    MONEY_HEADLINE,  /* Rp5,4 triliun: only above the full figure; one decimal, half up */
};

/* MONEY_NONE is "–"; the minus is U+2212 and stands before Rp. */
char *money_text(struct arena *a, money m, enum money_form form, int reader);

/*
 * What people type or paste: "48.500.000", "48.500.000,50", "Rp48.500.000", "Rp 48.500.000,-"; for the English reader
 * "48,500,000.50". At most two decimals; white space around it is ignored; a minus before or behind "Rp". E_FORMAT or
 * E_INPUT as decimal_parse().
 */
MUST_USE int money_parse(const char *s, int reader, money *ret);

/* The stored form, for files and the ledger: sen as a decimal integer. NULL for MONEY_NONE. */
char *money_stored(struct arena *a, money m);
MUST_USE int money_stored_parse(const char *s, money *ret);

#endif
