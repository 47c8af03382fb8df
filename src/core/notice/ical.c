/*
 * ical.c: see ical.h.
 */
#include "core/notice/ical.h"

#include <stdio.h>

#include "base/date.h"

#define FOLD 75 /* octets of a line without its end */

struct line {
    struct buf *out;
    size_t n; /* octets of the present line */
};

static size_t character(const char *s)
{
    const unsigned char c = (unsigned char)*s;

    return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static void put(struct line *l, const char *s, size_t n)
{
    if (l->n + n > FOLD) {
        buf_add(l->out, "\r\n ");
        l->n = 1;
    }
    buf_add_n(l->out, s, n);
    l->n += n;
}

static void put_plain(struct line *l, const char *s)
{
    size_t n;

    for (; *s != '\0'; s += n) {
        n = character(s);
        put(l, s, n);
    }
}

static void put_text(struct line *l, const char *s)
{
    size_t n;

    for (; *s != '\0'; s += n) {
        n = character(s);
        if (*s == '\n')
            put(l, "\\n", 2);
        else if (*s == '\\' || *s == ';' || *s == ',')
            put(l, *s == '\\' ? "\\\\" : *s == ';' ? "\\;" : "\\,", 2);
        else if ((unsigned char)*s >= 0x20 && *s != 0x7f)
            put(l, s, n);
    }
}

static void line_text(struct buf *out, const char *name, const char *value)
{
    struct line l = {.out = out};

    put_plain(&l, name);
    put_text(&l, value);
    buf_add(out, "\r\n");
}

static void line_plain(struct buf *out, const char *name, const char *value)
{
    struct line l = {.out = out};

    put_plain(&l, name);
    put_plain(&l, value);
    buf_add(out, "\r\n");
}

static void day_text(date d, char to[static 16])
{
    struct civil c = date_civil(d);

    (void)snprintf(to, 16, "%04d%02d%02d", c.year, c.month, c.day); /* fits: years have four digits */
}

void ical_begin(struct buf *out, const char *name)
{
    buf_add(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Terang//Terang//ID\r\nCALSCALE:GREGORIAN\r\n");
    line_text(out, "X-WR-CALNAME:", name);
    buf_add(out, "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n");
}

void ical_event(struct buf *out, const struct ical_event *e)
{
    struct time_of_day t = instant_time(e->stamp, 0);
    char day[16], stamp[32];

    buf_add(out, "BEGIN:VEVENT\r\n");
    line_plain(out, "UID:", e->uid);
    day_text(instant_date(e->stamp, 0), day);
    (void)snprintf(stamp, sizeof stamp, "%sT%02d%02d%02dZ", day, t.hour, t.minute, t.second); /* fits */
    line_plain(out, "DTSTAMP:", stamp);
    day_text(e->day, day);
    line_plain(out, "DTSTART;VALUE=DATE:", day);
    day_text(date_add_days(e->day, 1), day);
    line_plain(out, "DTEND;VALUE=DATE:", day);
    line_text(out, "SUMMARY:", e->title);
    if (e->text != NULL)
        line_text(out, "DESCRIPTION:", e->text);
    line_plain(out, "URL:", e->url);
    buf_add(out, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

void ical_end(struct buf *out)
{
    buf_add(out, "END:VCALENDAR\r\n");
}
