/*
 * gate_test.c: the state machine on byte arrays, whole and cut at every byte, with what passes compared.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/gate.h"

#define H "Host: a\r\n"

/* What comes out behind the gate when the bytes arrive in two pieces: as line.c does it, with one buffer. */
struct seen {
    char out[4096];
    size_t n;
    int status;
    uint64_t heads;
};

static void feed(struct gate *g, struct seen *s, char *kept, size_t *kept_n, const char *raw, size_t n)
{
    size_t passed;

    if (g->status != 0)
        return;
    memcpy(kept + *kept_n, raw, n);
    passed = gate_feed(g, (uint8_t *)kept + *kept_n, n);
    *kept_n += n;
    if (passed > 0) {
        size_t whole = *kept_n - n + passed;

        memcpy(s->out + s->n, kept, whole);
        s->n += whole;
        memmove(kept, kept + whole, *kept_n - whole);
        *kept_n -= whole;
    }
    if (g->status != 0) {
        struct bytes end = gate_closing(g);

        memcpy(s->out + s->n, end.p, end.n);
        s->n += end.n;
    }
}

static struct seen see(const char *raw, size_t n, size_t cut)
{
    struct seen s = {0};
    char kept[4096];
    size_t kept_n = 0;
    struct gate g;

    gate_init(&g, NULL);
    feed(&g, &s, kept, &kept_n, raw, cut);
    feed(&g, &s, kept, &kept_n, raw + cut, n - cut);
    s.status = g.status;
    s.heads = g.heads;
    return s;
}

#define STAND_IN  "GATE / HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n"
#define CHUNKED   "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
#define LENGTH(n) "POST / HTTP/1.1\r\n" H "Content-Length: " n "\r\n\r\n"
#define GET       "GET / HTTP/1.1\r\n" H "\r\n"

/* clang-format off */
static const struct {
    const char *raw, *passes;
    int status;
    uint64_t heads;
} rows[] = {
    {GET,                                   GET,                                  0,   1},
    {"GET /a?b=c?d HTTP/1.1\r\n" H "\r\n",  "GET /a#b=c?d HTTP/1.1\r\n" H "\r\n", 0,   1},
    {GET GET,                               GET GET,                              0,   2},
    {GET "GET / HT",                        GET,                                  0,   1},
    {GET "GET / HTTP/1.1\n",                GET STAND_IN,                         400, 1},
    {"X",                                   "",                                   0,   0},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost:",  "",                                   0,   0},
    {"GET / HTTP/1.1\r\n" H H,              STAND_IN,                             400, 0},
    {LENGTH("3") "abc" GET,                 LENGTH("3") "abc" GET,                0,   2},
    {LENGTH("3") "ab",                      LENGTH("3") "ab",                     0,   1},
    {LENGTH("3") "abcd e",                  LENGTH("3") "abc" STAND_IN,           501, 1},
    {CHUNKED "3\r\nabc\r\n0\r\n\r\n" GET,   CHUNKED "3\r\nabc\r\n0\r\n\r\n" GET,  0,   2},
    {CHUNKED "3\r\nabc\r\n0\r\n",           CHUNKED "3\r\nabc\r\n",               0,   1},
    {CHUNKED "3\r\nabc\r",                  CHUNKED "3\r\nabc",                   0,   1},
    {CHUNKED "3\r\nabcd",                   CHUNKED "3\r\nabc\r\n0\r\n\r\n",      400, 1},
    {CHUNKED "3\r\nabc\rx",                 CHUNKED "3\r\nabc\r\n0\r\n\r\n",      400, 1},
    {CHUNKED "3x",                          CHUNKED "0\r\n\r\n",                  400, 1},
    {CHUNKED "3\r\nabc\r\n-1\r\n",          CHUNKED "3\r\nabc\r\n0\r\n\r\n",      400, 1},
    {CHUNKED "3\r\nabc\r\n0\r\nA: b\r\n",   CHUNKED "3\r\nabc\r\n0\r\n\r\n",      400, 1},
};
/* clang-format on */

static void only_whole_units_pass_however_they_are_cut(void **cm)
{
    (void)cm;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t n = strlen(rows[i].raw);

        for (size_t cut = 0; cut <= n; cut++) {
            struct seen s = see(rows[i].raw, n, cut);

            s.out[s.n] = '\0';
            assert_string_equal(s.out, rows[i].passes);
            assert_int_equal(s.status, rows[i].status);
            assert_int_equal(s.heads, rows[i].heads);
        }
    }
}

static int status_of(const char *before, char fill, size_t times, const char *after)
{
    static char raw[64 * 1024];
    size_t n = strlen(before);
    struct gate g;

    memcpy(raw, before, n);
    memset(raw + n, fill, times);
    memcpy(raw + n + times, after, strlen(after));
    gate_init(&g, NULL);
    (void)gate_feed(&g, (uint8_t *)raw, n + times + strlen(after));
    return g.status;
}

static void sizes_hold_to_the_byte(void **cm)
{
    const size_t head = strlen("GET / HTTP/1.1\r\n" H "X: \r\n\r\n");

    (void)cm;
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" H "X: ", 'a', GATE_HEAD_MAX - head, "\r\n\r\n"), 0);
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" H "X: ", 'a', GATE_HEAD_MAX - head + 1, "\r\n\r\n"), 431);
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" H, 'a', GATE_HEAD_MAX, ""), 431);
    assert_int_equal(status_of("GET /", 'a', GATE_TARGET_MAX - 1, " HTTP/1.1\r\n" H "\r\n"), 0);
    assert_int_equal(status_of("GET /", 'a', GATE_TARGET_MAX, " HTTP/1.1\r\n" H "\r\n"), 414);
    assert_int_equal(status_of("GET /?", 'a', GATE_TARGET_MAX - 2, " HTTP/1.1\r\n" H "\r\n"), 0);
    assert_int_equal(status_of("GET /?", 'a', GATE_TARGET_MAX - 1, " HTTP/1.1\r\n" H "\r\n"), 414);
    assert_int_equal(status_of(CHUNKED "1;", 'a', GATE_NOTE_MAX, "\r\n"), 0);
    assert_int_equal(status_of(CHUNKED "1;", 'a', GATE_NOTE_MAX + 1, "\r\n"), 400);
    assert_int_equal(status_of("", 'A', 21, ""), 501);
    assert_int_equal(status_of("GET / HTTP/1.1\r\nHost: ", 'a', GATE_VALUE_MAX - 1, "\r\n"), 0);
    assert_int_equal(status_of("GET / HTTP/1.1\r\nHost: ", 'a', GATE_VALUE_MAX, "\r\n"), 400);
    assert_int_equal(status_of("GET http://", 'a', GATE_VALUE_MAX, "/"), 400);
}

static int head_status(const char *const *hosts, const char *target, const char *host)
{
    char raw[512];
    struct gate g;
    int n = snprintf(raw, sizeof raw, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, host);

    gate_init(&g, hosts);
    (void)gate_feed(&g, (uint8_t *)raw, (size_t)n);
    return g.status;
}

static void host_must_be_ours(void **cm)
{
    static const char *const hosts[] = {"terang.example", "local:8080", NULL};

    (void)cm;
    assert_int_equal(head_status(hosts, "/", "terang.example"), 0);
    assert_int_equal(head_status(hosts, "/", "TERANG.example:443"), 0);
    assert_int_equal(head_status(hosts, "/", "local:8080"), 0);
    assert_int_equal(head_status(hosts, "/", "local"), 421);
    assert_int_equal(head_status(hosts, "/", "local:80"), 421);
    assert_int_equal(head_status(hosts, "/", "terang.example.evil"), 421);
    assert_int_equal(head_status(hosts, "/", "terang.example:"), 400);
    assert_int_equal(head_status(hosts, "/", "terang.example:123456"), 400);
    assert_int_equal(head_status(hosts, "/", "[::1"), 400);
    assert_int_equal(head_status(hosts, "http://terang.example/", "terang.example"), 0);
    assert_int_equal(head_status(hosts, "https://terang.example:1/", "terang.example"), 400);
    assert_int_equal(head_status(NULL, "/", "anything"), 0);
}

static void a_late_head_is_refused_from_outside(void **cm)
{
    char raw[] = "GET / HT";
    struct gate g;

    (void)cm;
    gate_init(&g, NULL);
    assert_false(gate_begun(&g));
    assert_int_equal(gate_feed(&g, (uint8_t *)raw, strlen(raw)), 0);
    assert_true(gate_begun(&g));
    gate_refuse(&g, 408);
    assert_int_equal(gate_closing(&g).n, strlen(STAND_IN));
}

static void no_control_character_passes_anywhere_in_a_head(void **cm)
{
    (void)cm;
    for (int c = 0; c < 0x100; c++) {
        char value[] = "GET / HTTP/1.1\r\nHost: a\r\nX: ab\r\n\r\n", target[] = "GET /ab HTTP/1.1\r\nHost: a\r\n\r\n";
        bool control = (c < 0x20 && c != '\t') || c == 0x7f;
        struct gate g;

        value[sizeof "GET / HTTP/1.1\r\nHost: a\r\nX: a" - 1] = (char)c;
        gate_init(&g, NULL);
        (void)gate_feed(&g, (uint8_t *)value, sizeof value - 1);
        assert_int_equal(g.status, control ? 400 : 0);
        target[6] = (char)c;
        gate_init(&g, NULL);
        (void)gate_feed(&g, (uint8_t *)target, sizeof target - 1);
        assert_int_equal(g.status, c <= 0x20 || c >= 0x7f || strchr("\"<>#\\", c) != NULL ? 400 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_whole_units_pass_however_they_are_cut),
        cmocka_unit_test(sizes_hold_to_the_byte),
        cmocka_unit_test(host_must_be_ours),
        cmocka_unit_test(a_late_head_is_refused_from_outside),
        cmocka_unit_test(no_control_character_passes_anywhere_in_a_head),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
