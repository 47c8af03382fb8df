/*
 * date.h: civil dates, and instants seen in a zone.
 *
 * A date has no zone and an instant no date until a zone is named: minutes east of UTC, 420 for WIB. Indonesia has no
 * summer time, so a zone is one number. Years 1 to 9999. No libc time functions: they depend on the process.
 *
 * Not for: the clock (os_now()), working days (calendar.h).
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "arena.h"
#include "base.h"
#include "reader.h"

struct civil {
    int year, month, day; /* month and day from 1 */
};

struct time_of_day {
    int hour, minute, second;
};

/* ---- civil dates ---- */

date date_of(int year, int month, int day); /* DATE_NONE when there is no such day */
struct civil date_civil(date d);            /* d not DATE_NONE (BUG_IF) */
bool date_is_none(date d);
int date_weekday(date d); /* 1 Monday to 7 Sunday */
int days_in_month(int year, int month);

/* DATE_NONE when the result leaves the years 1 to 9999. */
date date_add_days(date d, int64_t n);

/* Same day of another month, or that month's last day: 31 Jan + 1 month = 28 or 29 Feb. */
date date_add_months(date d, int64_t n);

/* ---- dates as text ---- */

enum date_form {
    DATE_SHORT, /* 18 Sep 2026; for tables */
    DATE_LONG,  /* 18 September 2026 */
    DATE_FULL,  /* Jumat, 18 September 2026   Friday, 18 September 2026 */
    DATE_MONTH, /* September 2026 */
};

char *date_text(struct arena *a, date d, enum date_form form, int reader); /* DATE_NONE is "–" */
const char *month_name(int month, int reader);                             /* month 1 to 12 (BUG_IF) */
const char *month_short(int month, int reader);                            /* "Agt"; the same */
const char *weekday_name(int weekday, int reader);                         /* 1 Monday to 7 Sunday (BUG_IF) */

/* YYYY-MM-DD; NULL for DATE_NONE. The parser takes exactly that; E_FORMAT for another shape, E_INPUT for no such day. */
char *date_iso(struct arena *a, date d);
MUST_USE int date_iso_parse(const char *s, date *ret);

/*
 * What people type: 30-9-2026, 30/9/2026, 30.9.2026, 30 September 2026, 30 Sep 2026, 2026-09-30. The day comes before the
 * month in both languages, month names of both are known whole and short, the year has four digits, white space around
 * is ignored. E_FORMAT for another shape, E_INPUT for no such day.
 */
MUST_USE int date_parse(const char *s, date *ret);

/* ---- instants ---- */

/* The minute of a civil date in a zone; INSTANT_NONE for DATE_NONE. day_minute 1440 is the end of the day. */
instant instant_at(date d, int day_minute, int zone_minutes);

date instant_date(instant t, int zone_minutes); /* DATE_NONE for INSTANT_NONE and outside the years 1 to 9999 */
struct time_of_day instant_time(instant t, int zone_minutes);

/* YYYY-MM-DDThh:mm:ssZ, milliseconds cut off; NULL for INSTANT_NONE. The parser takes exactly that. */
char *instant_iso(struct arena *a, instant t);
MUST_USE int instant_iso_parse(const char *s, instant *ret);

/* "WIB", "WITA", "WIT"; "UTC+5.30" for other zones. */
char *zone_name(struct arena *a, int zone_minutes);

/* "pukul 10.42 WIB"   "10:42 WIB"; "–" for INSTANT_NONE, as all below. */
char *instant_time_text(struct arena *a, instant t, int zone_minutes, int reader);

/* "18 September 2026 pukul 10.42 WIB"   "18 September 2026, 10:42 WIB" */
char *instant_text(struct arena *a, instant t, int zone_minutes, enum date_form form, int reader);

#endif
