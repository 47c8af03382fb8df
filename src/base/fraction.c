/*
 * fraction.c: rational arithmetic that divides by common factors before it multiplies, so that it overflows late.
 */
#include "fraction.h"

#define WIDE_MIN (-(wide)((~(unsigned __int128)0) >> 1) - 1)

static wide common_factor(wide x, wide y)
{
    if (x < 0)
        x = -x;
    if (y < 0)
        y = -y;
    while (y != 0) {
        wide rest = x % y;

        x = y;
        y = rest;
    }
    return x;
}

/* The one value without a counterpart above zero is kept out, so that a sign can always be turned. */
static int times(wide x, wide y, wide *ret)
{
    if (__builtin_mul_overflow(x, y, ret) || *ret == WIDE_MIN)
        return E_INPUT;
    return 0;
}

/* den > 0 */
static struct fraction lowest(wide num, wide den)
{
    wide g = common_factor(num, den);

    return (struct fraction){.num = num / g, .den = den / g};
}

struct fraction fraction_of(int64_t num, int64_t den)
{
    wide n = num, d = den;

    BUG_IF(den == 0);
    return d < 0 ? lowest(-n, -d) : lowest(n, d);
}

int fraction_parse(const char *s, struct fraction *ret)
{
    bool negative = *s == '-', after_point = false;
    wide num = 0, den = 1;
    size_t whole, n = 0;

    if (negative)
        s++;
    whole = strspn(s, "0123456789");
    if (whole == 0 || (whole > 1 && *s == '0'))
        return E_FORMAT;
    if (s[whole] != '\0' && (s[whole] != '.' || s[whole + 1] == '\0'))
        return E_FORMAT;
    if (s[whole] == '.' && s[whole + 1 + strspn(s + whole + 1, "0123456789")] != '\0')
        return E_FORMAT;

    for (; s[n] != '\0'; n++) {
        if (s[n] == '.') {
            after_point = true;
            continue;
        }
        if (times(num, 10, &num) < 0 || __builtin_add_overflow(num, s[n] - '0', &num))
            return E_INPUT;
        if (after_point && times(den, 10, &den) < 0)
            return E_INPUT;
    }
    *ret = lowest(negative ? -num : num, den);
    return 0;
}

int fraction_add(struct fraction x, struct fraction y, struct fraction *ret)
{
    wide g = common_factor(x.den, y.den), left, right, den, num;

    if (times(x.num, y.den / g, &left) < 0 || times(y.num, x.den / g, &right) < 0 || times(x.den, y.den / g, &den) < 0)
        return E_INPUT;
    if (__builtin_add_overflow(left, right, &num) || num == WIDE_MIN)
        return E_INPUT;
    *ret = lowest(num, den);
    return 0;
}

int fraction_sub(struct fraction x, struct fraction y, struct fraction *ret)
{
    y.num = -y.num;
    return fraction_add(x, y, ret);
}

int fraction_mul(struct fraction x, struct fraction y, struct fraction *ret)
{
    struct fraction across = lowest(x.num, y.den), back = lowest(y.num, x.den);
    wide num, den;

    if (times(across.num, back.num, &num) < 0 || times(across.den, back.den, &den) < 0)
        return E_INPUT;
    *ret = (struct fraction){.num = num, .den = den};
    return 0;
}

int fraction_div(struct fraction x, struct fraction y, struct fraction *ret)
{
    struct fraction turned = {.num = y.den, .den = y.num};

    BUG_IF(y.num == 0);
    if (turned.den < 0) {
        turned.num = -turned.num;
        turned.den = -turned.den;
    }
    return fraction_mul(x, turned, ret);
}

/* The whole part rounded towards minus infinity, and what is left of x. */
static wide split_floor(struct fraction *x)
{
    wide whole = x->num / x->den;

    if (x->num % x->den < 0)
        whole--;
    x->num = x->num % x->den;
    if (x->num < 0)
        x->num += x->den;
    return whole;
}

/*
 * By continued fractions: compare the whole parts; where they agree, compare the remainders turned upside down, with
 * the order turned too. Each round shrinks both, as in Euclid's algorithm.
 */
int fraction_compare(struct fraction x, struct fraction y)
{
    int sign = 1;

    for (;;) {
        wide a = split_floor(&x), b = split_floor(&y), keep;

        if (a != b)
            return a < b ? -sign : sign;
        if (x.num == 0 || y.num == 0)
            return x.num == y.num ? 0 : (x.num == 0 ? -sign : sign);

        keep = x.num;
        x = (struct fraction){.num = x.den, .den = keep};
        keep = y.num;
        y = (struct fraction){.num = y.den, .den = keep};
        sign = -sign;
    }
}

struct fraction fraction_min(struct fraction x, struct fraction y)
{
    return fraction_compare(x, y) <= 0 ? x : y;
}

struct fraction fraction_max(struct fraction x, struct fraction y)
{
    return fraction_compare(x, y) >= 0 ? x : y;
}

int fraction_round(struct fraction x, int64_t unit, enum rounding rounding, int64_t *ret)
{
    struct fraction scaled;
    int e;

    BUG_IF(unit <= 0);
    e = fraction_mul(x, fraction_of(unit, 1), &scaled);
    if (e < 0)
        return e;
    return wide_narrow(wide_divide(scaled.num, scaled.den, rounding), ret);
}
