/*
 * number.c: numbers between integers and text. Digits are made right to left, with groups of three on the way.
 */
#include "number.h"
#include "text.h"

#define SCALE_MAX    18
#define UNIT_MAX     ((size_t)16)
#define NUMBER_MAX   64 /* 20 digits, 6 separators, a point, a unit, a minus of 3 bytes */
#define NOTHING_TEXT "–"
#define MINUS        "−"

struct marks {
    char group, point;
};

static const struct marks reader_marks[READER_COUNT] = {
    [READER_ID] = {'.', ','},
    [READER_EN] = {',', '.'},
};

static struct marks marks_of(int reader)
{
    return reader_marks[reader == READER_EN ? READER_EN : READER_ID];
}

/* ---- rounding ---- */

wide wide_divide(wide num, wide den, enum rounding rounding)
{
    wide quotient, rest, away;

    BUG_IF(den <= 0);
    quotient = num / den;
    rest = num % den;
    if (rest == 0)
        return quotient;

    away = num < 0 ? -1 : 1;
    if (rest < 0)
        rest = -rest;
    switch (rounding) {
    case ROUND_DOWN:
        return quotient;
    case ROUND_UP:
        return quotient + away;
    case ROUND_HALF_UP:
        break;
    }
    return rest >= den - rest ? quotient + away : quotient;
}

int wide_narrow(wide v, int64_t *ret)
{
    if (v > INT64_MAX || v < -INT64_MAX)
        return E_INPUT;
    *ret = (int64_t)v;
    return 0;
}

int bp_of(int64_t part, int64_t whole, int64_t *ret_bp)
{
    return wide_narrow(wide_divide((wide)part * 10000, whole, ROUND_HALF_UP), ret_bp);
}

struct remainder {
    wide rest;
    size_t at;
};

static int larger_first(const void *p, const void *q)
{
    const struct remainder *x = p, *y = q;

    if (x->rest != y->rest)
        return x->rest > y->rest ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

void share_out(struct arena *a, const int64_t *parts, size_t n, int64_t total, int64_t *ret)
{
    struct remainder *order = arena_array(a, n, struct remainder);
    wide sum = 0;
    int64_t left = total;

    BUG_IF(total < 0);
    for (size_t i = 0; i < n; i++) {
        BUG_IF(parts[i] < 0);
        sum += parts[i];
    }
    BUG_IF(sum == 0);

    for (size_t i = 0; i < n; i++) {
        ret[i] = (int64_t)((wide)parts[i] * total / sum);
        order[i] = (struct remainder){.rest = (wide)parts[i] * total % sum, .at = i};
        left -= ret[i];
    }
    qsort(order, n, sizeof *order, larger_first);
    for (size_t i = 0; i < n && left > 0; i++, left--)
        ret[order[i].at]++;
}

/* ---- writing ---- */

/* Digits of v with `scale` decimals, written before `end`; returns where they begin. group '\0' groups nothing. */
static char *digits_before(char *end, uint64_t v, int scale, struct marks m)
{
    char *to = end;
    int whole = 0;

    for (int i = 0; i < scale; i++, v /= 10)
        *--to = (char)('0' + v % 10);
    if (scale > 0)
        *--to = m.point;
    do {
        if (whole > 0 && whole % 3 == 0 && m.group != '\0')
            *--to = m.group;
        *--to = (char)('0' + v % 10);
        whole++;
        v /= 10;
    } while (v > 0);
    return to;
}

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

static char *put_before(char *end, const char *s)
{
    size_t n = strlen(s);

    BUG_IF(n > UNIT_MAX);
    return memcpy(end - n, s, n);
}

static char *decimal_write(struct arena *a, int64_t v, int scale, struct marks m, const char *minus, const char *unit)
{
    char text[NUMBER_MAX], *end = text + sizeof text, *from;

    BUG_IF(scale < 0 || scale > SCALE_MAX);
    from = put_before(digits_before(end, magnitude(v), scale, m), unit);
    if (v < 0)
        from = put_before(from, minus);
    return arena_text_n(a, from, (size_t)(end - from));
}

char *decimal_with_unit(struct arena *a, const char *unit, int64_t v, int scale, int reader)
{
    if (v == INT_NONE)
        return arena_text(a, NOTHING_TEXT);
    return decimal_write(a, v, scale, marks_of(reader), MINUS, unit);
}

char *decimal_text(struct arena *a, int64_t v, int scale, int reader)
{
    return decimal_with_unit(a, "", v, scale, reader);
}

char *number_text(struct arena *a, int64_t v, int reader)
{
    return decimal_text(a, v, 0, reader);
}

char *decimal_short(struct arena *a, int64_t v, int scale, int reader)
{
    for (; scale > 0 && v % 10 == 0; scale--)
        v /= 10;
    return decimal_text(a, v, scale, reader);
}

char *percent_text(struct arena *a, int64_t bp, int reader)
{
    const char *number = decimal_short(a, bp, 2, reader);

    if (bp == INT_NONE)
        return arena_text(a, NOTHING_TEXT);
    return text_printf(a, reader == READER_EN ? "%s%%" : "%s %%", number);
}

char *score_text(struct arena *a, int64_t centi, int reader)
{
    return decimal_text(a, centi, 2, reader);
}

char *decimal_exact(struct arena *a, int64_t v, int scale)
{
    return decimal_write(a, v, scale, (struct marks){'\0', '.'}, "-", "");
}

/* ---- reading ---- */

static int add_digit(uint64_t *v, char c)
{
    if (__builtin_mul_overflow(*v, 10u, v) || __builtin_add_overflow(*v, (uint64_t)(c - '0'), v))
        return E_INPUT;
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/*
 * The whole part: digits, in groups of three or without any. *s ends behind it. Goes on after an overflow, so that
 * nonsense is told from a number that is too large.
 */
static int read_whole(const char **s, char group, uint64_t *v)
{
    size_t run = 0, groups = 0;
    int e = 0;

    for (;; (*s)++) {
        if (is_digit(**s)) {
            if (e == 0)
                e = add_digit(v, **s);
            run++;
            continue;
        }
        if (group == '\0' || **s != group)
            break;
        if (run == 0 || run > 3 || (groups > 0 && run != 3))
            return E_FORMAT;
        groups++;
        run = 0;
    }
    if (run == 0 || (groups > 0 && run != 3))
        return E_FORMAT;
    return e;
}

static int read_decimals(const char **s, int scale, uint64_t *v)
{
    int n = 0, e = 0;

    for (; is_digit(**s); (*s)++, n++) {
        if (n == scale)
            return E_FORMAT;
        if (e == 0)
            e = add_digit(v, **s);
    }
    if (n == 0)
        return E_FORMAT;
    for (; n < scale && e == 0; n++)
        e = add_digit(v, '0');
    return e;
}

/* Without a sign: the number and nothing behind it. */
static int read_number(const char *s, int scale, struct marks m, uint64_t *v)
{
    bool has_point;
    int e, whole;

    *v = 0;
    whole = read_whole(&s, m.group, v);
    if (whole == E_FORMAT)
        return whole;

    has_point = *s == m.point && scale > 0;
    if (has_point) {
        s++;
        e = read_decimals(&s, scale, v);
        if (e == E_FORMAT)
            return e;
    } else {
        for (e = 0; scale > 0 && e == 0; scale--)
            e = add_digit(v, '0');
    }
    if (*s != '\0')
        return E_FORMAT;
    return whole < 0 ? whole : e;
}

static int with_sign(uint64_t v, bool negative, int64_t *ret)
{
    return wide_narrow(negative ? -(wide)v : (wide)v, ret);
}

int decimal_parse(const char *s, int scale, int reader, int64_t *ret)
{
    bool negative = false;
    uint64_t v;
    int e;

    BUG_IF(scale < 0 || scale > SCALE_MAX);
    if (*s == '-') {
        negative = true;
        s++;
    } else if (text_starts(s, MINUS)) {
        negative = true;
        s += strlen(MINUS);
    }
    e = read_number(s, scale, marks_of(reader), &v);
    if (e < 0)
        return e;
    return with_sign(v, negative, ret);
}

int decimal_exact_parse(const char *s, int scale, int64_t *ret)
{
    bool negative = *s == '-';
    uint64_t v;
    int e;

    BUG_IF(scale < 0 || scale > SCALE_MAX);
    if (negative)
        s++;
    if (s[0] == '0' && is_digit(s[1]))
        return E_FORMAT;
    e = read_number(s, scale, (struct marks){'\0', '.'}, &v);
    if (e < 0)
        return e;
    if (negative && v == 0)
        return E_FORMAT;
    return with_sign(v, negative, ret);
}
