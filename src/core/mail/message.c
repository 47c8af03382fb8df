/*
 * message.c: see message.h. Every text that is not plain ASCII goes out in base64, subjects and names in words of RFC 2047.
 */
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/text.h"
#include "core/mail/message.h"

#define MESSAGE_MAX ((size_t)60 * KB)
#define WORD_BYTES  42 /* 56 signs of base64 and 12 around them: under the 75 of RFC 2047 */
#define LINE_BYTES  57 /* 76 signs of base64 */
#define LOCAL_MAX   64
#define LABEL_MAX   63

/* ---- addresses ---- */

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* Parts of signs of `good` with single dots between them. Returns how many parts, 0 for what is none. */
static int dotted(const char *s, size_t n, const char *more, size_t part_max)
{
    size_t i, part = 0;
    int parts = 1;

    for (i = 0; i < n; i++) {
        if (s[i] == '.') {
            if (part == 0)
                return 0;
            parts++;
            part = 0;
        } else if (strchr(letters, s[i]) == NULL && strchr(more, s[i]) == NULL) {
            return 0;
        } else if (++part > part_max) {
            return 0;
        }
    }
    return part == 0 ? 0 : parts;
}

bool mail_address_good(const char *address)
{
    const char *at = address != NULL ? strchr(address, '@') : NULL;
    size_t n = at != NULL ? strlen(at + 1) : 0;

    if (at == NULL || strlen(address) > MAIL_ADDRESS_MAX || at - address > LOCAL_MAX)
        return false;
    return dotted(address, (size_t)(at - address), "!#$%&'*+-/=?^_`{|}~", LOCAL_MAX) > 0 &&
           dotted(at + 1, n, "-", LABEL_MAX) > 1 && at[1] != '-' && at[n] != '-';
}

/* ---- headers ---- */

static bool is_header_text(const char *s)
{
    const unsigned char *p = (const unsigned char *)s;

    for (; *p != '\0'; p++)
        if (*p < 0x20 || *p == 0x7f || (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)) /* C0, DEL, C1 */
            return false;
    return true;
}

static bool is_plain(const char *s)
{
    static const char more[] = " .,:/-_()'";

    for (; *s != '\0'; s++)
        if (strchr(letters, *s) == NULL && strchr(more, *s) == NULL)
            return false;
    return true;
}

/* How many bytes of s, at most `max`, end between two signs. */
static size_t whole_signs(const char *s, size_t max)
{
    size_t n = strnlen(s, max + 1);

    if (n <= max)
        return n;
    for (n = max; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
        ;
    return n;
}

/* A phrase or a subject: short plain text as it is, else words of RFC 2047, one a line. `quoted`: a name before an address. */
static void add_words(struct buf *out, const char *s, bool quoted)
{
    const char *between = "";

    if (is_plain(s) && strlen(s) <= WORD_BYTES) {
        buf_printf(out, quoted ? "\"%s\"" : "%s", s);
        return;
    }
    while (*s != '\0') {
        size_t n = whole_signs(s, WORD_BYTES);

        buf_printf(out, "%s=?UTF-8?B?%s?=", between, base64_text(out->arena, s, n));
        between = "\r\n ";
        s += n;
    }
}

static void add_address(struct buf *out, const char *header, const char *name, const char *address)
{
    buf_printf(out, "%s: ", header);
    if (!text_empty(name)) {
        add_words(out, name, true);
        buf_add(out, " ");
    }
    buf_printf(out, "<%s>\r\n", address);
}

static void add_date(struct buf *out, instant at)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const date day = instant_date(at, 0);
    const struct civil c = date_civil(day);
    const struct time_of_day t = instant_time(at, 0);

    buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[date_weekday(day) - 1], c.day, months[c.month - 1],
               c.year, t.hour, t.minute, t.second);
}

/* ---- the whole ---- */

static void add_body(struct buf *out, const char *body)
{
    struct buf text;
    size_t at, n;

    buf_init(&text, out->arena, 2 * MAIL_BODY_MAX);
    for (; *body != '\0'; body++) {
        if (*body == '\n')
            buf_byte(&text, '\r');
        if (*body != '\r')
            buf_byte(&text, *body);
    }
    for (at = 0; at < text.n; at += n) {
        n = text.n - at < LINE_BYTES ? text.n - at : LINE_BYTES;
        buf_printf(out, "%s\r\n", base64_text(out->arena, text.s + at, n));
    }
    out->failed |= text.failed;
}

static int fault(const struct mail_text *m)
{
    const char *const headers[] = {m->from_name, m->to_name, m->subject, m->language};
    size_t i;

    if (!mail_address_good(m->from) || !mail_address_good(m->to))
        return E_INPUT;
    for (i = 0; i < ARRAY_LEN(headers); i++) {
        if (headers[i] != NULL && strlen(headers[i]) > MAIL_HEADER_MAX)
            return E_LIMIT;
        if (headers[i] != NULL && !is_header_text(headers[i]))
            return E_INPUT;
    }
    if (text_empty(m->id) || strspn(m->id, letters) != strlen(m->id))
        return E_INPUT;
    return strlen(m->body) > MAIL_BODY_MAX ? E_LIMIT : 0;
}

int mail_compose(struct arena *a, const struct mail_text *m, struct bytes *ret)
{
    struct buf out;
    int e = fault(m);

    if (e < 0)
        return e;
    buf_init(&out, a, MESSAGE_MAX);
    add_date(&out, m->at);
    add_address(&out, "From", m->from_name, m->from);
    add_address(&out, "To", m->to_name, m->to);
    buf_printf(&out, "Message-ID: <%s@%s>\r\n", m->id, strchr(m->from, '@') + 1);
    buf_add(&out, "Subject: ");
    add_words(&out, m->subject, false);
    buf_printf(&out,
               "\r\nAuto-Submitted: auto-generated\r\nContent-Language: %s\r\nMIME-Version: 1.0\r\n"
               "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
               m->language);
    add_body(&out, m->body);
    e = buf_failed(&out);
    if (e < 0)
        return e;
    *ret = buf_bytes(&out);
    return 0;
}
