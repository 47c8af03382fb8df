/*
 * mask.c: a row for each kind says what stays.
 */
#include "base/buf.h"
#include "base/hash.h"
#include "core/person/mask.h"

#define DOT        "\xe2\x80\xa2"
#define DOT_BYTES  (sizeof DOT - 1)
#define DIGITS_MAX 64

struct mask_row {
    size_t first;  /* signs that stay in front */
    size_t last;   /* signs that stay behind */
    size_t hidden; /* at least so many must be hidden, or all are */
};

/* clang-format off */
static const struct mask_row rows[] = {
    /*                first last hidden */
    [MASK_NIK]     = {0,    4,   8},
    [MASK_NIP]     = {0,    4,   8},
    [MASK_PHONE]   = {4,    3,   3},
    [MASK_ACCOUNT] = {0,    4,   4},
    [MASK_EMAIL]   = {1,    0,   1},
    [MASK_ALL]     = {0,    0,   0},
};
/* clang-format on */
_Static_assert(ARRAY_LEN(rows) == MASK_KIND_COUNT, "a row for each kind");

static bool is_sign(char c)
{
    return strchr(" .-/", c) == NULL && ((unsigned char)c & 0xc0) != 0x80;
}

static size_t count_signs(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += is_sign(*s);
    return n;
}

/* Signs outside [first, last from the end] become dots; what separates them stays. */
static const char *mask_number(struct arena *a, const struct mask_row *row, const char *value)
{
    size_t signs = count_signs(value), first = row->first, last = row->last, at = 0;
    struct buf b;

    if (signs < first + last + row->hidden)
        first = last = 0;
    buf_init(&b, a, strlen(value) * DOT_BYTES);
    for (; *value != '\0'; value++) {
        bool inside = at >= first && at + last < signs;

        if (((unsigned char)*value & 0xc0) == 0x80) {
            if (!(at > first && at - 1 + last < signs)) /* the rest of a letter that stayed */
                buf_byte(&b, *value);
            continue;
        }
        if (is_sign(*value) && inside)
            buf_add(&b, DOT);
        else
            buf_byte(&b, *value);
        at += is_sign(*value);
    }
    return b.s;
}

static const char *mask_email(struct arena *a, const char *value)
{
    const char *at = strrchr(value, '@');
    size_t first = 1;
    struct buf b;

    while (((unsigned char)value[first] & 0xc0) == 0x80)
        first++;
    buf_init(&b, a, strlen(value) + 3 * DOT_BYTES);
    if (at != NULL && at > value + first)
        buf_add_n(&b, value, first);
    buf_add(&b, DOT DOT DOT);
    if (at != NULL)
        buf_add(&b, at);
    return b.s;
}

const char *mask_text(struct arena *a, enum mask_kind kind, const char *value)
{
    BUG_IF((unsigned)kind >= MASK_KIND_COUNT);
    if (value == NULL || value[0] == '\0')
        return value;
    if (kind == MASK_ALL)
        return DOT DOT DOT DOT DOT DOT DOT DOT;
    return kind == MASK_EMAIL ? mask_email(a, value) : mask_number(a, &rows[kind], value);
}

int blind_index(const uint8_t key[32], const char *column, const char *value, uint8_t ret[BLIND_INDEX_BYTES])
{
    char digits[DIGITS_MAX];
    struct bytes parts[2];
    size_t n = 0;

    for (; *value != '\0'; value++) {
        if (*value < '0' || *value > '9')
            continue;
        if (n == DIGITS_MAX)
            return E_INPUT;
        digits[n++] = *value;
    }
    if (n == 0)
        return E_INPUT;

    parts[0] = (struct bytes){.p = (const uint8_t *)column, .n = strlen(column) + 1};
    parts[1] = (struct bytes){.p = (const uint8_t *)digits, .n = n};
    hash_hmac_parts((struct bytes){.p = key, .n = 32}, parts, ARRAY_LEN(parts), ret);
    explicit_bzero(digits, sizeof digits);
    return 0;
}
