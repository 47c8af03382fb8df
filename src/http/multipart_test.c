/*
 * multipart_test.c: forms on byte arrays, whole and cut at every byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/multipart.h"

#define D "Content-Disposition: form-data; name="

/* What the sink was told, as text: "a[x] f(b.txt,text/plain)[y] ". */
struct told {
    struct buf text;
};

static int told_begin(void *ctx, const struct multipart_part *part)
{
    struct told *t = ctx;

    buf_add(&t->text, part->name);
    if (part->filename != NULL)
        buf_printf(&t->text, "(%s,%s)", part->filename, part->type);
    buf_add(&t->text, "[");
    return 0;
}

static int told_data(void *ctx, const uint8_t *p, size_t n)
{
    struct told *t = ctx;

    assert_true(n > 0);
    buf_add_n(&t->text, p, n);
    return 0;
}

static int told_end(void *ctx)
{
    struct told *t = ctx;

    buf_add(&t->text, "] ");
    return 0;
}

static int parse(struct arena *a, const char *raw, size_t cut, struct told *ret)
{
    struct multipart_sink sink = {.begin = told_begin, .data = told_data, .end = told_end, .ctx = ret};
    struct multipart *m = arena_new(a, struct multipart);
    const uint8_t *p = (const uint8_t *)raw;
    int e;

    buf_init(&ret->text, a, 64 * KB);
    multipart_init(m, a, "XX", &sink);
    e = multipart_feed(m, p, cut);
    if (e == 0)
        e = multipart_feed(m, p + cut, strlen(raw) - cut);
    return e == 0 ? multipart_end(m) : e;
}

/* clang-format off */
static const struct {
    const char *raw, *told; /* NULL: refused */
} rows[] = {
    {"--XX\r\n" D "\"a\"\r\n\r\nx\r\n--XX--\r\n",                           "a[x] "},
    {"--XX\r\n" D "\"a\"\r\n\r\nx\r\n--XX--",                               "a[x] "},
    {"--XX\r\n" D "\"a\"\r\n\r\n\r\n--XX--\r\n",                            "a[] "},
    {"--XX\r\n" D "\"a\"\r\n\r\n--XX--\r\n",                                "a[] "}, /* empty, the head's end is its CR LF */
    {"--XX\r\n" D "\"a\"\r\n\r\n--XY\r\n--XX--\r\n",                        "a[--XY] "},
    {"--XX\r\n" D "\"a\"\r\n\r\n\r\r\n\r\n-\r\n--X\r\n--XX--\r\n",          "a[\r\r\n\r\n-\r\n--X] "},
    {"--XX\r\n" D "\"a\"\r\n\r\n1\r\n--XX\r\n" D "\"b\"\r\n\r\n2\r\n--XX--\r\n", "a[1] b[2] "},
    {"--XX\r\n" D "\"f\"; filename=\"b.txt\"\r\nContent-Type: text/plain\r\n\r\ny\r\n--XX--\r\n", "f(b.txt,text/plain)[y] "},
    {"--XX\r\n" D "\"f\"; filename=\"\"\r\n\r\n\r\n--XX--\r\n",             "f(,)[] "},
    {"--XX\r\n" D "\"f\"; filename=\"C:\\x\\b.pdf\"\r\n\r\ny\r\n--XX--\r\n", "f(b.pdf,)[y] "},
    {"--XX\r\n" D "\"f\"; filename=\"../../etc/b\"\r\n\r\ny\r\n--XX--\r\n", "f(b,)[y] "},
    {"--XX\r\n" D "\"f\"; filename=\"a\\\"b\"\r\n\r\ny\r\n--XX--\r\n",      "f(a\"b,)[y] "},
    {"--XX\r\nX-Other: 1\r\n" D "\"a\"\r\n\r\nx\r\n--XX--\r\n",             "a[x] "},
    {"--XX\r\ncontent-disposition:form-data;name=\"a\"\r\n\r\nx\r\n--XX--\r\n", "a[x] "},

    {"", NULL},
    {"--XX\r\n" D "\"a\"\r\n\r\nx", NULL},
    {"--XX\r\n" D "\"a\"\r\n\r\nx\r\n--XX-", NULL},
    {"--XX\r\n" D "\"a\"\r\n\r\nx\r\n--XX--\r", NULL},
    {"before\r\n--XX\r\n" D "\"a\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"a\"\r\n\r\nx\r\n--XX--\r\nafter", NULL},
    {"--XX\n" D "\"a\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX \r\n" D "\"a\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"a\"\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"a\"\r\n\r\nx\r\n--XXy\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "a\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"a\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"a\"; name=\"b\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"a\"\r\n" D "\"b\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"a\"; filename*=UTF-8''b\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"a\xff\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"a\x01\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\nContent-Type: text/plain\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n" D "\"a\"\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\n " D "\"a\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX\r\nContent-Disposition : form-data; name=\"a\"\r\n\r\nx\r\n--XX--\r\n", NULL},
    {"--XX--\r\n", ""},
};
/* clang-format on */

static void forms_are_read_however_they_are_cut(void **cm)
{
    struct arena a;
    struct told t;

    (void)cm;
    arena_init(&a, 8 * MB);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t cut = 0; cut <= strlen(rows[i].raw); cut++) {
            int e = parse(&a, rows[i].raw, cut, &t);

            if ((e < 0) != (rows[i].told == NULL) || (e == 0 && strcmp(t.text.s, rows[i].told) != 0))
                fail_msg("row %zu, cut at %zu: %d, %s", i, cut, e, t.text.s);
            arena_reset(&a);
        }
    }
    arena_finish(&a);
}

static int parse_many(const char *line, int times)
{
    struct arena a;
    struct told t;
    struct buf b;
    int e;

    arena_init(&a, 8 * MB);
    buf_init(&b, &a, MB);
    buf_add(&b, "--XX");
    for (int i = 0; i < times; i++)
        buf_printf(&b, "\r\n%s", line);
    buf_add(&b, "--\r\n");
    e = parse(&a, b.s, 0, &t);
    arena_finish(&a);
    return e;
}

static void ceilings_hold(void **cm)
{
    struct arena a;
    struct told t;
    char *raw;

    (void)cm;
    assert_int_equal(parse_many(D "\"a\"\r\n\r\n\r\n--XX", MULTIPART_PARTS_MAX), 0);
    assert_int_equal(parse_many(D "\"a\"\r\n\r\n\r\n--XX", MULTIPART_PARTS_MAX + 1), E_LIMIT);
    arena_init(&a, MB);
    raw = arena_alloc(&a, MULTIPART_LINE_MAX + 10);
    memcpy(raw, "--XX\r\n", 6);
    memset(raw + 6, 'a', MULTIPART_LINE_MAX + 1);
    assert_int_equal(parse(&a, raw, 0, &t), E_LIMIT);
    assert_int_equal(parse(&a, "--XX\r\na:\r\na:\r\na:\r\na:\r\na:\r\na:\r\na:\r\na:\r\na:\r\n", 0, &t), E_LIMIT);
    arena_finish(&a);
}

static void boundaries_are_checked(void **cm)
{
    static const struct {
        const char *type, *boundary;
    } types[] = {
        {"multipart/form-data; boundary=abc", "abc"},
        {"multipart/form-data;boundary=\"a b\"", "a b"},
        {"multipart/form-data; BOUNDARY=----WebKitFormBoundaryAbC123", "----WebKitFormBoundaryAbC123"},
        {"multipart/form-data", NULL},
        {"multipart/form-data; boundary=", NULL},
        {"multipart/form-data; boundary=\"a", NULL},
        {"multipart/form-data; boundary=a;b=c", NULL},
        {"multipart/form-data; boundary=a{b", NULL},
        {"multipart/form-data; boundary=\"a \"", NULL},
        {"multipart/form-data; boundary=1234567890123456789012345678901234567890123456789012345678901234567890",
         "1234567890123456789012345678901234567890123456789012345678901234567890"},
        {"multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901", NULL},
    };
    struct arena a;
    const char *boundary;

    (void)cm;
    arena_init(&a, MB);
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        int e = multipart_boundary(&a, types[i].type, &boundary);

        assert_int_equal(e, types[i].boundary == NULL ? E_FORMAT : 0);
        if (e == 0)
            assert_string_equal(boundary, types[i].boundary);
    }
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read_however_they_are_cut),
        cmocka_unit_test(ceilings_hold),
        cmocka_unit_test(boundaries_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
