/*
 * plain.c: text that may be passed on as text.
 *
 * A browser or a shell must not take it for something to run: it does not begin with markup, a script's first line, or the
 * head of a document format that happens to be text.
 */
#include <strings.h>

#include "engine/filetype/content.h"

#define HEAD_BYTES 64

/* How many bytes follow the first of a UTF-8 sequence, and the range of the second; -1 for none. */
static int utf8_follows(uint8_t b, uint8_t *lo, uint8_t *hi)
{
    *lo = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
    *hi = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
    if (b < 0x80)
        return 0;
    if (b >= 0xc2 && b <= 0xdf)
        return 1;
    if (b >= 0xe0 && b <= 0xef)
        return 2;
    return b >= 0xf0 && b <= 0xf4 ? 3 : -1;
}

static bool is_text_byte(uint8_t b)
{
    return b >= 0x20 ? b != 0x7f : b == '\t' || b == '\n' || b == '\r' || b == '\f';
}

static bool is_text(struct scan *s)
{
    uint8_t b, lo, hi;
    int n;

    while (s->at < s->size) {
        b = scan_byte(s);
        n = utf8_follows(b, &lo, &hi);
        if (n < 0 || !is_text_byte(b))
            return false;
        for (; n > 0; n--) {
            b = scan_byte(s);
            if (b < lo || b > hi)
                return false;
            lo = 0x80;
            hi = 0xbf;
        }
    }
    return !s->ended;
}

/* Begins the text, blanks and a byte order mark aside, like something that is run or drawn? */
static bool is_active(struct scan *s)
{
    static const char *const heads[] = {"#!", "{\\rtf", "%!PS", "MIME-Version:", "Content-Type:", "BEGIN:VCARD"};
    char head[HEAD_BYTES + 1] = "";
    size_t n = 0, i;
    uint8_t b;

    while (n < HEAD_BYTES && s->at < s->size) {
        b = scan_byte(s);
        if (n == 0 && (b == ' ' || (b >= '\t' && b <= '\r') || b == 0xef || b == 0xbb || b == 0xbf))
            continue;
        head[n++] = (char)b;
    }
    if (head[0] == '<')
        return head[1] == '!' || head[1] == '?' || head[1] == '/' || ((head[1] | 0x20) >= 'a' && (head[1] | 0x20) <= 'z');
    for (i = 0; i < ARRAY_LEN(heads); i++) {
        if (strncasecmp(head, heads[i], strlen(heads[i])) == 0)
            return true;
    }
    return false;
}

enum file_fault look_text(struct scan *s, struct file_finding *f)
{
    if (is_active(s))
        return FILE_TYPE;
    s->at = 0;
    if (!is_text(s))
        return FILE_TYPE;
    f->type = FILE_TXT;
    return FILE_GOOD;
}
