/* fuzz: base */
/*
 * fuzz_text.c: the small parsers: UTF-8, NFC, hex, base64, percent-encoding, numbers, money, dates, log values. What is
 * accepted must come back when it is written again.
 */
#include <stdlib.h>

#include "base/date.h"
#include "base/log.h"
#include "base/money.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_encodings(struct arena *a, const char *s)
{
    size_t n = strlen(s);
    struct bytes b;
    char *back;

    if (base64_bytes(a, s, &b) == 0)
        BUG_IF(!text_eq(base64_text(a, b.p, b.n), s));
    if (base64url_bytes(a, s, &b) == 0)
        BUG_IF(!text_eq(base64url_text(a, b.p, b.n), s));
    if (n % 2 == 0 && hex_bytes(s, arena_alloc(a, n / 2), n / 2) == 0)
        BUG_IF(strspn(s, "0123456789abcdef") != n);
    (void)url_decode(a, s, n, true, &back); /* accepted or not, it must end */
    BUG_IF(url_decode(a, url_encode(a, s), strlen(url_encode(a, s)), false, &back) < 0 || !text_eq(back, s));
}

static void check_words(struct arena *a, const char *s)
{
    const char *once = text_collapse(a, s), *slug = text_slug(a, s);
    size_t n;

    BUG_IF(!text_is_nfc(s));
    BUG_IF(!text_eq(text_collapse(a, once), once));
    BUG_IF(!text_eq(text_trim(a, text_trim(a, s)), text_trim(a, s)));
    BUG_IF(!text_eq(text_slug(a, slug), slug));
    BUG_IF(!text_eq_fold(s, s));
    (void)text_fold(a, s);           /* its result is checked by text_test */
    (void)text_split(a, s, ';', &n); /* the same */
}

static void check_numbers(struct arena *a, const char *s)
{
    struct fraction f;
    int64_t v, again;
    money m, m2;

    if (text_int(s, INT64_MIN, INT64_MAX, &v) == 0)
        BUG_IF(!text_eq(text_printf(a, "%lld", (long long)v), s));
    if (decimal_exact_parse(s, 3, &v) == 0)
        BUG_IF(decimal_exact_parse(decimal_exact(a, v, 3), 3, &again) < 0 || v != again);
    (void)fraction_parse(s, &f); /* accepted or not, it must end */
    for (int reader = 0; reader < READER_COUNT; reader++) {
        if (decimal_parse(s, 4, reader, &v) == 0)
            BUG_IF(decimal_parse(decimal_text(a, v, 4, reader), 4, reader, &again) < 0 || v != again);
        if (money_parse(s, reader, &m) == 0)
            BUG_IF(money_parse(money_text(a, m, MONEY_DOCUMENT, reader), reader, &m2) < 0 || money_compare(m, m2) != 0);
    }
}

static void check_dates(struct arena *a, const char *s)
{
    static const enum date_form forms[] = {DATE_SHORT, DATE_LONG};
    instant t;
    date d, again;

    if (instant_iso_parse(s, &t) == 0)
        BUG_IF(!text_eq(instant_iso(a, t), s));
    if (date_iso_parse(s, &d) == 0)
        BUG_IF(!text_eq(date_iso(a, d), s));
    if (date_parse(s, &d) < 0 || d.v < date_of(1000, 1, 1).v)
        return;
    for (size_t i = 0; i < ARRAY_LEN(forms) * READER_COUNT; i++) {
        const char *shown = date_text(a, d, forms[i / READER_COUNT], (int)(i % READER_COUNT));

        BUG_IF(date_parse(shown, &again) < 0 || d.v != again.v);
    }
}

static void check_log(const char *s)
{
    char out[LOG_LINE_MAX];
    const struct log_pair pairs[] = {LOG_TEXT("what", s), LOG_TEXT("path", s), LOG_TEXT("word", s), LOG_TEXT("address", s)};
    size_t n = log_format(out, INSTANT_NONE, LEVEL_INFO, "fuzz", pairs, ARRAY_LEN(pairs));

    BUG_IF(n == 0 || n > LOG_LINE_MAX || out[n - 1] != '\n');
    for (size_t i = 0; i + 1 < n; i++)
        BUG_IF((unsigned char)out[i] < 0x20 || out[i] == 0x7F);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    char *s;

    arena_init(&a, 64 * MB);
    check_log(arena_text_n(&a, (const char *)data, size));
    if (text_take(&a, data, size, 64 * KB, &s) == 0) {
        check_encodings(&a, s);
        check_words(&a, s);
        check_numbers(&a, s);
        check_dates(&a, s);
    }
    arena_finish(&a);
    return 0;
}
