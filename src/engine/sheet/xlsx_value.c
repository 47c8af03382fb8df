/*
 * xlsx_value.c: numbers as decimal text, serial numbers as dates.
 */
#include "base/date.h"
#include "engine/sheet/xlsx_value.h"

#define PRECISION    15  /* significant digits of a spreadsheet */
#define DIGITS_MAX   400 /* digits that are looked at */
#define EXPONENT_MAX 320
#define SERIAL_MAX   2958465 /* 9999-12-31 */
#define DAY_SECONDS  86400
#define FRACTION_MAX 15 /* digits of a day's part: 0.1 nanoseconds */

/* ---- formats ---- */

enum xlsx_format xlsx_format_built_in(int64_t id)
{
    static const struct {
        int first, last;
        enum xlsx_format format;
    } rows[] = {
        {14, 17, XLSX_FORMAT_DATE}, {18, 21, XLSX_FORMAT_TIME}, {22, 22, XLSX_FORMAT_DATETIME},
        {27, 31, XLSX_FORMAT_DATE}, {36, 36, XLSX_FORMAT_DATE}, {45, 45, XLSX_FORMAT_TIME},
        {47, 47, XLSX_FORMAT_TIME}, {50, 54, XLSX_FORMAT_DATE}, {57, 58, XLSX_FORMAT_DATE},
    };
    size_t i;

    for (i = 0; i < ARRAY_LEN(rows); i++) {
        if (id >= rows[i].first && id <= rows[i].last)
            return rows[i].format;
    }
    return XLSX_FORMAT_NUMBER;
}

/* Past what is shown as it stands: "text", \x, _x, *x, [colour]. Returns s when it is none of these. */
static const char *skip_literal(const char *s)
{
    char close = *s == '"' ? '"' : *s == '[' ? ']' : '\0';

    if (close != '\0') {
        for (s++; *s != '\0' && *s != close; s++)
            ;
        return *s == '\0' ? s : s + 1;
    }
    if (*s == '\\' || *s == '_' || *s == '*')
        return s[1] == '\0' ? s + 1 : s + 2;
    return s;
}

/* [h], [mm] and [ss] count hours beyond a day: a duration, so a number. */
static bool is_elapsed(const char *s)
{
    char c = (char)(s[1] | 0x20);
    const char *end = s + 1;

    if (c != 'h' && c != 'm' && c != 's')
        return false;
    while ((*end | 0x20) == c)
        end++;
    return *end == ']';
}

enum xlsx_format xlsx_format_of(const char *code)
{
    bool day = false, time = false, month = false;

    for (; *code != '\0' && *code != ';'; code++) {
        const char *behind = skip_literal(code);

        if (*code == '[' && is_elapsed(code))
            return XLSX_FORMAT_NUMBER;
        if (behind != code) {
            code = behind - 1;
            continue;
        }
        day = day || (*code | 0x20) == 'y' || (*code | 0x20) == 'd';
        time = time || (*code | 0x20) == 'h' || (*code | 0x20) == 's';
        month = month || (*code | 0x20) == 'm'; /* or minute, when hours or seconds are near */
    }
    if (day)
        return time ? XLSX_FORMAT_DATETIME : XLSX_FORMAT_DATE;
    if (time)
        return XLSX_FORMAT_TIME;
    return month ? XLSX_FORMAT_DATE : XLSX_FORMAT_NUMBER;
}

/* ---- numbers ---- */

/* A number taken apart: 0.DIGITS times ten to the `point`. */
struct decimal {
    bool negative;
    char digit[DIGITS_MAX]; /* '0' to '9', the first not zero */
    int n;
    int point;
};

static int parse_exponent(const char *s, int *ret)
{
    bool negative = *s == '-';
    int v = 0;

    if (*s == '-' || *s == '+')
        s++;
    if (*s == '\0')
        return E_FORMAT;
    for (; *s != '\0'; s++) {
        if (*s < '0' || *s > '9')
            return E_FORMAT;
        v = v * 10 + (*s - '0');
        if (v > EXPONENT_MAX)
            return E_FORMAT;
    }
    *ret = negative ? -v : v;
    return 0;
}

static int parse_decimal(const char *s, struct decimal *ret)
{
    bool fraction = false, any = false;
    int exponent = 0;

    ret->negative = *s == '-';
    if (*s == '-' || *s == '+')
        s++;
    for (; (*s >= '0' && *s <= '9') || (*s == '.' && !fraction); s++) {
        if (*s == '.') {
            fraction = true;
            continue;
        }
        any = true;
        if (ret->n > 0 || *s != '0') {
            if (ret->n == DIGITS_MAX)
                return E_FORMAT;
            ret->digit[ret->n++] = *s;
            ret->point += !fraction;
        } else {
            ret->point -= fraction;
        }
    }
    if (!any)
        return E_FORMAT;
    if (*s == 'e' || *s == 'E') {
        if (parse_exponent(s + 1, &exponent) < 0)
            return E_FORMAT;
    } else if (*s != '\0') {
        return E_FORMAT;
    }
    ret->point += exponent;
    return 0;
}

static void round_decimal(struct decimal *d)
{
    int i;

    if (d->n > PRECISION) {
        bool up = d->digit[PRECISION] >= '5';

        d->n = PRECISION;
        for (i = PRECISION - 1; up && i >= 0; i--) {
            up = d->digit[i] == '9';
            d->digit[i] = up ? '0' : (char)(d->digit[i] + 1);
        }
        if (up) {
            d->digit[0] = '1';
            d->point++;
        }
    }
    while (d->n > 0 && d->digit[d->n - 1] == '0')
        d->n--;
}

int xlsx_number(const char *s, char ret[XLSX_NUMBER_SIZE], bool *ret_imprecise)
{
    struct decimal d = {0};
    char *to = ret;
    int i;

    if (parse_decimal(s, &d) < 0)
        return E_FORMAT;
    *ret_imprecise = d.n > 0 && d.point > PRECISION;
    round_decimal(&d);
    if (d.n == 0)
        d.point = 0;
    if (d.point > EXPONENT_MAX || d.point < -EXPONENT_MAX)
        return E_FORMAT;

    if (d.negative && d.n > 0)
        *to++ = '-';
    if (d.point <= 0)
        *to++ = '0';
    for (i = 0; i < d.point; i++)
        *to++ = i < d.n ? d.digit[i] : '0';
    if (d.n > d.point && d.n > 0) {
        *to++ = '.';
        for (i = d.point; i < d.n; i++)
            *to++ = i < 0 ? '0' : d.digit[i];
    }
    *to = '\0';
    return 0;
}

/* ---- dates ---- */

/* Seconds of the fraction behind the point, rounded; may be a whole day. */
static int64_t day_part(const char *fraction)
{
    int64_t v = 0, unit = 1;
    int i;

    for (i = 0; i < FRACTION_MAX && fraction[i] != '\0'; i++) {
        v = v * 10 + (fraction[i] - '0');
        unit *= 10;
    }
    return (int64_t)(((__int128)v * DAY_SECONDS * 2 + unit) / ((__int128)unit * 2));
}

static int civil_day(int64_t serial, bool since_1904, struct civil *ret)
{
    date first = since_1904 ? date_of(1904, 1, 1) : serial < 60 ? date_of(1899, 12, 31) : date_of(1899, 12, 30);

    if (!since_1904 && (serial < 1 || serial == 60))
        return E_INPUT;
    if (serial > SERIAL_MAX - (since_1904 ? 1462 : 0))
        return E_INPUT;
    *ret = date_civil(date_add_days(first, serial));
    return 0;
}

int xlsx_date(const char *decimal, enum xlsx_format format, bool since_1904, char ret[XLSX_DATE_SIZE])
{
    int64_t serial = 0, seconds;
    struct civil c;
    int hour, minute, second;

    if (*decimal == '-' || format == XLSX_FORMAT_NUMBER)
        return E_INPUT;
    for (; *decimal >= '0' && *decimal <= '9'; decimal++) {
        serial = serial * 10 + (*decimal - '0');
        if (serial > SERIAL_MAX)
            return E_INPUT;
    }
    seconds = *decimal == '.' ? day_part(decimal + 1) : 0;
    serial += seconds / DAY_SECONDS;
    seconds %= DAY_SECONDS;
    hour = (int)(seconds / 3600);
    minute = (int)(seconds / 60 % 60);
    second = (int)(seconds % 60);

    if (format == XLSX_FORMAT_TIME && serial == 0) {
        (void)snprintf(ret, XLSX_DATE_SIZE, "%02d:%02d:%02d", hour, minute, second); /* always fits */
        return 0;
    }
    if (civil_day(serial, since_1904, &c) < 0)
        return E_INPUT;
    if (format == XLSX_FORMAT_DATE && seconds == 0)
        (void)snprintf(ret, XLSX_DATE_SIZE, "%04u-%02u-%02u", (unsigned)c.year % 10000, (unsigned)c.month % 100,
                       (unsigned)c.day % 100);
    else
        (void)snprintf(ret, XLSX_DATE_SIZE, "%04u-%02u-%02uT%02d:%02d:%02d", (unsigned)c.year % 10000, (unsigned)c.month % 100,
                       (unsigned)c.day % 100, hour, minute, second);
    return 0;
}
