/*
 * money.c: amounts: arithmetic first, text after.
 */
#include "money.h"
#include "text.h"

#define NOTHING_TEXT "–"
#define MINUS        "−"
#define TYPED_MAX    64 /* no amount is longer, with all that may stand around it */

/* ---- arithmetic ---- */

static wide sen(money m)
{
    BUG_IF(money_is_none(m));
    return m.v;
}

static int narrow(wide v, money *ret)
{
    return wide_narrow(v, &ret->v);
}

money rupiah(int64_t v)
{
    money m = MONEY_NONE;

    BUG_IF(narrow((wide)v * UNIT_RUPIAH, &m) < 0);
    return m;
}

bool money_is_none(money m)
{
    return m.v == INT_NONE;
}

int money_compare(money x, money y)
{
    wide a = sen(x), b = sen(y);

    return (a > b) - (a < b);
}

int money_add(money x, money y, money *ret)
{
    return narrow(sen(x) + sen(y), ret);
}

int money_sub(money x, money y, money *ret)
{
    return narrow(sen(x) - sen(y), ret);
}

int money_sum(const money *v, size_t n, money *ret)
{
    wide sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += sen(v[i]);
    return narrow(sum, ret);
}

int money_times(money m, int64_t times, money *ret)
{
    return narrow(sen(m) * times, ret);
}

/* num / den sen, rounded to a multiple of unit; den * unit fits, being two 64-bit numbers. */
static int round_to(wide num, wide den, int64_t unit, enum rounding rounding, money *ret)
{
    wide units, v;

    BUG_IF(unit <= 0);
    units = wide_divide(num, den * unit, rounding);
    if (__builtin_mul_overflow(units, (wide)unit, &v))
        return E_INPUT;
    return narrow(v, ret);
}

int money_scale(money m, int64_t num, int64_t den, int64_t unit, enum rounding rounding, money *ret)
{
    BUG_IF(den <= 0);
    return round_to(sen(m) * num, den, unit, rounding, ret);
}

int money_basis_points(money m, int64_t bp, int64_t unit, enum rounding rounding, money *ret)
{
    return money_scale(m, bp, 10000, unit, rounding, ret);
}

int money_fraction(money m, struct fraction x, int64_t unit, enum rounding rounding, money *ret)
{
    struct fraction units;
    wide v;
    int e;

    BUG_IF(unit <= 0 || money_is_none(m));
    e = fraction_mul(x, fraction_of(m.v, unit), &units);
    if (e < 0)
        return e;
    if (__builtin_mul_overflow(wide_divide(units.num, units.den, rounding), (wide)unit, &v))
        return E_INPUT;
    return narrow(v, ret);
}

int money_round(money m, int64_t unit, enum rounding rounding, money *ret)
{
    return round_to(sen(m), 1, unit, rounding, ret);
}

/* ---- writing ---- */

struct magnitude {
    int64_t from; /* rupiah */
    const char *word[READER_COUNT];
};

static char *headline(struct arena *a, int64_t v, int reader)
{
    static const struct magnitude rows[] = {
        {INT64_C(1000000000000), {"triliun", "trillion"}},
        {INT64_C(1000000000), {"miliar", "billion"}},
        {INT64_C(1000000), {"juta", "million"}},
    };
    int language = reader == READER_EN ? READER_EN : READER_ID;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t tenths = (int64_t)wide_divide((wide)v * 10, (wide)rows[i].from * UNIT_RUPIAH, ROUND_HALF_UP);

        if (tenths >= 10)
            return text_printf(a, "Rp%s %s", decimal_short(a, tenths, 1, reader), rows[i].word[language]);
    }
    return money_text(a, (money){v}, MONEY_SCREEN, reader);
}

char *money_text(struct arena *a, money m, enum money_form form, int reader)
{
    const char *unit = form == MONEY_TABLE || form == MONEY_TABLE_SEN ? "" : "Rp";

    if (money_is_none(m))
        return arena_text(a, NOTHING_TEXT);
    if (form == MONEY_HEADLINE)
        return text_printf(a, "%s%s", m.v < 0 ? MINUS : "", headline(a, m.v < 0 ? -m.v : m.v, reader));
    if (form == MONEY_DOCUMENT || form == MONEY_TABLE_SEN || m.v % UNIT_RUPIAH != 0)
        return decimal_with_unit(a, unit, m.v, 2, reader);
    return decimal_with_unit(a, unit, m.v / UNIT_RUPIAH, 0, reader);
}

char *money_stored(struct arena *a, money m)
{
    return money_is_none(m) ? NULL : decimal_exact(a, m.v, 0);
}

/* ---- reading ---- */

/* Bytes of a blank at s, 0 for none. U+00A0 and U+202F among them, as spreadsheets paste them. */
static size_t blank(const char *s)
{
    static const char *const blanks[] = {" ", "\t", "\xC2\xA0", "\xE2\x80\xAF"};

    for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
        if (text_starts(s, blanks[i]))
            return strlen(blanks[i]);
    }
    return 0;
}

static const char *past_blanks(const char *s)
{
    while (blank(s) > 0)
        s += blank(s);
    return s;
}

static bool take_minus(const char **s)
{
    static const char *const signs[] = {"-", MINUS};

    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        if (text_starts(*s, signs[i])) {
            *s = past_blanks(*s + strlen(signs[i]));
            return true;
        }
    }
    return false;
}

/* "Rp", "rp", "RP", "Rp." and blanks behind; the point must not be a group mark, so no digit may stand before it. */
static const char *past_currency(const char *s)
{
    if ((s[0] != 'R' && s[0] != 'r') || (s[1] != 'P' && s[1] != 'p'))
        return s;
    s += 2;
    if (*s == '.')
        s++;
    return past_blanks(s);
}

/* Does s end as letters write whole rupiah, "48.500.000,-" with no decimals before? */
static bool ends_in_dash(const char *s, size_t n)
{
    return n >= 3 && s[n - 1] == '-' && (s[n - 2] == ',' || s[n - 2] == '.') && memchr(s, s[n - 2], n - 2) == NULL;
}

/* The number alone in out, without blanks and dash at its end. */
static int cut_end(const char *s, char out[TYPED_MAX])
{
    size_t n = strcspn(s, " \t\xC2\xE2");

    if (n >= TYPED_MAX || *past_blanks(s + n) != '\0')
        return E_FORMAT;
    if (ends_in_dash(s, n))
        n -= 2;
    memcpy(out, s, n);
    out[n] = '\0';
    return 0;
}

int money_parse(const char *s, int reader, money *ret)
{
    char number[TYPED_MAX];
    bool negative;
    int64_t v;
    int e;

    s = past_blanks(s);
    negative = take_minus(&s);
    s = past_currency(s);
    if (!negative)
        negative = take_minus(&s);
    if (*s < '0' || *s > '9')
        return E_FORMAT;
    e = cut_end(s, number);
    if (e < 0)
        return e;

    e = decimal_parse(number, 2, reader, &v);
    if (e < 0)
        return e;
    ret->v = negative ? -v : v;
    return 0;
}

int money_stored_parse(const char *s, money *ret)
{
    return text_int(s, -INT64_MAX, INT64_MAX, &ret->v);
}
