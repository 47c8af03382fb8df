/*
 * date.c: days and names of days. Days are counted from 1 March of year 0, so that the leap day ends a year.
 */
#include "date.h"
#include "text.h"

#define NOTHING_TEXT   "–"
#define YEAR_MAX       9999
#define EPOCH_SHIFT    719468 /* days from 0000-03-01 to 1970-01-01 */
#define DAYS_400_YEARS 146097
#define DAY_FIRST      (-719162) /* 0001-01-01 */
#define DAY_LAST       2932896   /* 9999-12-31 */
#define MINUTE_MS      INT64_C(60000)
#define DAY_MS         (INT64_C(1440) * MINUTE_MS)

/* clang-format off */
static const char *const months[READER_COUNT][12] = {
    [READER_ID] = {"Januari", "Februari", "Maret", "April", "Mei", "Juni",
                   "Juli", "Agustus", "September", "Oktober", "November", "Desember"},
    [READER_EN] = {"January", "February", "March", "April", "May", "June",
                   "July", "August", "September", "October", "November", "December"},
};
static const char *const short_months[READER_COUNT][12] = {
    [READER_ID] = {"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nov", "Des"},
    [READER_EN] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
};
static const char *const weekdays[READER_COUNT][7] = {
    [READER_ID] = {"Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"},
    [READER_EN] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
};

/* Also typed in Indonesia. */
static const struct {
    const char *name;
    int month;
} other_months[] = {
    {"Agu", 8}, {"Ags", 8}, {"Agst", 8}, {"Sept", 9}, {"Nop", 11}, {"Nopember", 11}, {"Pebruari", 2},
};
/* clang-format on */

static int language(int reader)
{
    return reader == READER_EN ? READER_EN : READER_ID;
}

/* Division that rounds down also below zero. */
static int64_t floor_div(int64_t x, int64_t y)
{
    return x / y - (x % y < 0);
}

static int64_t floor_mod(int64_t x, int64_t y)
{
    return x - floor_div(x, y) * y;
}

/* ---- civil dates ---- */

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    BUG_IF(month < 1 || month > 12);
    return days[month - 1] + (month == 2 && is_leap(year));
}

date date_of(int year, int month, int day)
{
    int y, m, in_year, in_era;

    if (year < 1 || year > YEAR_MAX || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return DATE_NONE;

    y = month > 2 ? year : year - 1;
    m = month > 2 ? month - 3 : month + 9; /* from March */
    in_year = (153 * m + 2) / 5 + day - 1;
    in_era = y % 400 * 365 + y % 400 / 4 - y % 400 / 100 + in_year;
    return (date){y / 400 * DAYS_400_YEARS + in_era - EPOCH_SHIFT};
}

struct civil date_civil(date d)
{
    int days, era, in_era, year, in_year, m;

    BUG_IF(d.v < DAY_FIRST || d.v > DAY_LAST);
    days = d.v + EPOCH_SHIFT;
    era = days / DAYS_400_YEARS;
    in_era = days % DAYS_400_YEARS;
    year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    in_year = in_era - (365 * year + year / 4 - year / 100);
    m = (5 * in_year + 2) / 153;
    return (struct civil){
        .year = year + era * 400 + (m >= 10),
        .month = m < 10 ? m + 3 : m - 9,
        .day = in_year - (153 * m + 2) / 5 + 1,
    };
}

bool date_is_none(date d)
{
    return d.v == DATE_NONE.v;
}

int date_weekday(date d)
{
    BUG_IF(date_is_none(d));
    return (int)floor_mod((int64_t)d.v + 3, 7) + 1; /* 1970-01-01 was a Thursday */
}

date date_add_days(date d, int64_t n)
{
    int64_t v;

    BUG_IF(date_is_none(d));
    if (__builtin_add_overflow((int64_t)d.v, n, &v) || v < DAY_FIRST || v > DAY_LAST)
        return DATE_NONE;
    return (date){(int32_t)v};
}

date date_add_months(date d, int64_t n)
{
    struct civil c = date_civil(d);
    int64_t count;
    int year, month, last;

    if (__builtin_add_overflow((int64_t)c.year * 12 + c.month - 1, n, &count) || count < 12 ||
        count >= (INT64_C(1) + YEAR_MAX) * 12)
        return DATE_NONE;
    year = (int)(count / 12);
    month = (int)(count % 12) + 1;
    last = days_in_month(year, month);
    return date_of(year, month, c.day < last ? c.day : last);
}

/* ---- dates as text ---- */

const char *month_name(int month, int reader)
{
    BUG_IF(month < 1 || month > 12);
    return months[language(reader)][month - 1];
}

const char *month_short(int month, int reader)
{
    BUG_IF(month < 1 || month > 12);
    return short_months[language(reader)][month - 1];
}

const char *weekday_name(int weekday, int reader)
{
    BUG_IF(weekday < 1 || weekday > 7);
    return weekdays[language(reader)][weekday - 1];
}

char *date_text(struct arena *a, date d, enum date_form form, int reader)
{
    struct civil c;
    const char *name;

    if (date_is_none(d))
        return arena_text(a, NOTHING_TEXT);
    c = date_civil(d);
    name = month_name(c.month, reader);
    switch (form) {
    case DATE_SHORT:
        return text_printf(a, "%d %s %d", c.day, short_months[language(reader)][c.month - 1], c.year);
    case DATE_FULL:
        return text_printf(a, "%s, %d %s %d", weekday_name(date_weekday(d), reader), c.day, name, c.year);
    case DATE_MONTH:
        return text_printf(a, "%s %d", name, c.year);
    case DATE_LONG:
        break;
    }
    return text_printf(a, "%d %s %d", c.day, name, c.year);
}

char *date_iso(struct arena *a, date d)
{
    struct civil c;

    if (date_is_none(d))
        return NULL;
    c = date_civil(d);
    return text_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Do the first bytes of s look like the pattern? '0' stands for a digit, the rest for itself. */
static bool has_shape(const char *s, const char *pattern)
{
    for (; *pattern != '\0'; s++, pattern++) {
        if (*pattern == '0' ? !is_digit(*s) : *s != *pattern)
            return false;
    }
    return true;
}

static int digits_at(const char *s, int n)
{
    int v = 0;

    while (n-- > 0)
        v = v * 10 + (*s++ - '0');
    return v;
}

static int make_date(int year, int month, int day, date *ret)
{
    date d = date_of(year, month, day);

    if (date_is_none(d))
        return E_INPUT;
    *ret = d;
    return 0;
}

int date_iso_parse(const char *s, date *ret)
{
    if (!has_shape(s, "0000-00-00") || s[10] != '\0')
        return E_FORMAT;
    return make_date(digits_at(s, 4), digits_at(s + 5, 2), digits_at(s + 8, 2), ret);
}

/* ---- what people type ---- */

static const char *past_blanks(const char *s)
{
    return s + strspn(s, " \t\r\n");
}

/* One or two digits; 0 when there are none or more. */
static int short_number(const char **s)
{
    size_t n = strspn(*s, "0123456789");
    int v;

    if (n < 1 || n > 2)
        return 0;
    v = digits_at(*s, (int)n);
    *s += n;
    return v;
}

static bool same_word(const char *word, size_t n, const char *name)
{
    char copy[16];

    if (n != strlen(name) || n >= sizeof copy)
        return false;
    memcpy(copy, word, n);
    copy[n] = '\0';
    return text_eq_fold(copy, name);
}

static int month_of_word(const char *word, size_t n)
{
    for (int reader = 0; reader < READER_COUNT; reader++) {
        for (int m = 0; m < 12; m++) {
            if (same_word(word, n, months[reader][m]) || same_word(word, n, short_months[reader][m]))
                return m + 1;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(other_months); i++) {
        if (same_word(word, n, other_months[i].name))
            return other_months[i].month;
    }
    return 0;
}

static size_t word_length(const char *s)
{
    size_t n = 0;

    while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z'))
        n++;
    return n;
}

/* The same separator again, or a point after a short name; then blanks. */
static const char *past_month(const char *s, char sep)
{
    if (*s == '.' || (sep != '\0' && *s == sep))
        s++;
    return past_blanks(s);
}

/* The month after the day, as number or word, and what separates it from the year. 0 when it is neither. */
static int read_month(const char **s)
{
    char sep = **s == '-' || **s == '/' || **s == '.' ? **s : '\0';
    int month;
    size_t n;

    if (sep != '\0')
        (*s)++;
    if (sep != '\0' && is_digit(**s)) {
        month = short_number(s);
        return month > 0 && *(*s)++ == sep ? month : 0;
    }
    n = word_length(*s);
    month = month_of_word(*s, n);
    *s = past_month(*s + n, sep);
    return month;
}

int date_parse(const char *s, date *ret)
{
    int day, month;

    s = past_blanks(s);
    if (has_shape(s, "0000-00-00") && *past_blanks(s + 10) == '\0')
        return make_date(digits_at(s, 4), digits_at(s + 5, 2), digits_at(s + 8, 2), ret);

    if (!is_digit(*s) || strspn(s, "0123456789") > 2)
        return E_FORMAT;
    day = short_number(&s);
    s = past_blanks(s);
    month = read_month(&s);
    if (month == 0 || !has_shape(s, "0000") || *past_blanks(s + 4) != '\0')
        return E_FORMAT;
    return make_date(digits_at(s, 4), month, day, ret);
}

/* ---- instants ---- */

instant instant_at(date d, int day_minute, int zone_minutes)
{
    if (date_is_none(d))
        return INSTANT_NONE;
    return (instant){d.v * DAY_MS + ((int64_t)day_minute - zone_minutes) * MINUTE_MS};
}

static int64_t local_ms(instant t, int zone_minutes)
{
    int64_t v;

    if (__builtin_add_overflow(t.v, zone_minutes * MINUTE_MS, &v))
        return t.v;
    return v;
}

date instant_date(instant t, int zone_minutes)
{
    int64_t day;

    if (t.v == INSTANT_NONE.v)
        return DATE_NONE;
    day = floor_div(local_ms(t, zone_minutes), DAY_MS);
    if (day < DAY_FIRST || day > DAY_LAST)
        return DATE_NONE;
    return (date){(int32_t)day};
}

struct time_of_day instant_time(instant t, int zone_minutes)
{
    int second = (int)(floor_mod(local_ms(t, zone_minutes), DAY_MS) / 1000);

    return (struct time_of_day){.hour = second / 3600, .minute = second / 60 % 60, .second = second % 60};
}

char *instant_iso(struct arena *a, instant t)
{
    date d = instant_date(t, 0);
    struct time_of_day at;

    if (date_is_none(d))
        return NULL;
    at = instant_time(t, 0);
    return text_printf(a, "%sT%02d:%02d:%02dZ", date_iso(a, d), at.hour, at.minute, at.second);
}

int instant_iso_parse(const char *s, instant *ret)
{
    int hour, minute, second, e;
    date d;

    if (!has_shape(s, "0000-00-00T00:00:00Z") || s[20] != '\0')
        return E_FORMAT;
    e = make_date(digits_at(s, 4), digits_at(s + 5, 2), digits_at(s + 8, 2), &d);
    if (e < 0)
        return e;
    hour = digits_at(s + 11, 2);
    minute = digits_at(s + 14, 2);
    second = digits_at(s + 17, 2);
    if (hour > 23 || minute > 59 || second > 59)
        return E_INPUT;
    ret->v = instant_at(d, hour * 60 + minute, 0).v + second * INT64_C(1000);
    return 0;
}

char *zone_name(struct arena *a, int zone_minutes)
{
    static const struct {
        int minutes;
        const char *name;
    } rows[] = {{420, "WIB"}, {480, "WITA"}, {540, "WIT"}, {0, "UTC"}};
    int away = zone_minutes < 0 ? -zone_minutes : zone_minutes;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].minutes == zone_minutes)
            return arena_text(a, rows[i].name);
    }
    return text_printf(a, "UTC%c%d.%02d", zone_minutes < 0 ? '-' : '+', away / 60, away % 60);
}

char *instant_time_text(struct arena *a, instant t, int zone_minutes, int reader)
{
    struct time_of_day at;

    if (date_is_none(instant_date(t, zone_minutes)))
        return arena_text(a, NOTHING_TEXT);
    at = instant_time(t, zone_minutes);
    return text_printf(a, reader == READER_EN ? "%02d:%02d %s" : "pukul %02d.%02d %s", at.hour, at.minute,
                       zone_name(a, zone_minutes));
}

char *instant_text(struct arena *a, instant t, int zone_minutes, enum date_form form, int reader)
{
    date d = instant_date(t, zone_minutes);

    if (date_is_none(d))
        return arena_text(a, NOTHING_TEXT);
    return text_printf(a, reader == READER_EN ? "%s, %s" : "%s %s", date_text(a, d, form, reader),
                       instant_time_text(a, t, zone_minutes, reader));
}
