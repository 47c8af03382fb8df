/*
 * http_corpus_test.c: raw requests, good and bad, against a live server; each whole, and cut at every byte into two
 * packets that the server reads one by one (security.md W6). It also proves that libmicrohttpd calls our recv().
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "http/test_world.h"
#include "os/os.h"

#define H  "Host: localhost\r\n"
#define C  "Connection: close\r\n"
#define P  "POST /raw HTTP/1.1\r\n" H C
#define PT P "Transfer-Encoding: chunked\r\n\r\n"

/* Bytes and their number, for those that hold a NUL. */
#define RAW(s) s, sizeof(s) - 1

/* clang-format off */
static const struct {
    const char *name;
    const char *raw; size_t n;
    const char *expect; /* statuses of all answers */
} rows[] = {
    /* what must work */
    {"plain get",                 RAW("GET / HTTP/1.1\r\n" H C "\r\n"), "200"},
    {"old version",               RAW("GET / HTTP/1.0\r\n" H "\r\n"), "200"},
    {"head",                      RAW("HEAD /page HTTP/1.1\r\n" H C "\r\n"), "200"},
    {"no space after colon",      RAW("GET / HTTP/1.1\r\nHost:localhost\r\n" C "\r\n"), "200"},
    {"space and tab after value", RAW("GET / HTTP/1.1\r\nHost: localhost \t\r\n" C "\r\n"), "200"},
    {"empty value",               RAW("GET / HTTP/1.1\r\n" H C "X-Nothing:\r\n\r\n"), "200"},
    {"host with port",            RAW("GET / HTTP/1.1\r\nHost: LocalHost:8080\r\n" C "\r\n"), "200"},
    {"second host of ours",       RAW("GET / HTTP/1.1\r\nHost: [::1]:80\r\n" C "\r\n"), "200"},
    {"absolute target",           RAW("GET http://localhost/page?a=1 HTTP/1.1\r\n" H C "\r\n"), "200"},
    {"absolute without path",     RAW("GET https://localhost HTTP/1.1\r\n" H C "\r\n"), "200"},
    {"one empty line before",     RAW("\r\nGET / HTTP/1.1\r\n" H C "\r\n"), "200"},
    {"query",                     RAW("GET /echo?a=1&b=%20+x HTTP/1.1\r\n" H C "\r\n"), "200"},
    {"length",                    RAW(P "Content-Length: 5\r\n\r\nhello"), "200"},
    {"length zero",               RAW(P "Content-Length: 0\r\n\r\n"), "200"},
    {"chunks",                    RAW(PT "5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n"), "200"},
    {"chunk sizes with zeros",    RAW(PT "005\r\nhello\r\n000\r\n\r\n"), "200"},
    {"chunk with extension",      RAW(PT "5;a=b\r\nhello\r\n0;last\r\n\r\n"), "200"},
    {"form",                      RAW("POST /form HTTP/1.1\r\n" H C "Content-Type: application/x-www-form-urlencoded\r\n"
                                      "Content-Length: 7\r\n\r\na=1&b=2"), "200"},
    {"expects and gets",          RAW(P "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi"), "100 200"},
    {"two in one",                RAW("GET / HTTP/1.1\r\n" H "\r\nGET /page HTTP/1.1\r\n" H C "\r\n"), "200 200"},
    {"body, then get",            RAW("POST /raw HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n" H C "\r\n"),
                                  "200 200"},
    {"chunks, then get",          RAW("POST /raw HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                                      "GET / HTTP/1.1\r\n" H C "\r\n"), "200 200"},
    {"answered later, then get",  RAW("GET /parked HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\r\n" H C "\r\n"), "200 200"},
    {"star",                      RAW("OPTIONS * HTTP/1.1\r\n" H C "\r\n"), "404"},
    /* the request line */
    {"bare LF",                   RAW("GET / HTTP/1.1\n" H "\r\n"), "400"},
    {"bare CR",                   RAW("GET / HTTP/1.1\rX" H "\r\n"), "400"},
    {"NUL in target",             RAW("GET /\0 HTTP/1.1\r\n" H "\r\n"), "400"},
    {"two spaces",                RAW("GET  / HTTP/1.1\r\n" H "\r\n"), "400"},
    {"space at the end",          RAW("GET / HTTP/1.1 \r\n" H "\r\n"), "400"},
    {"tab between",               RAW("GET\t/ HTTP/1.1\r\n" H "\r\n"), "400"},
    {"no version",                RAW("GET /\r\n" H "\r\n"), "400"},
    {"two empty lines before",    RAW("\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n"), "400"},
    {"space before",              RAW(" GET / HTTP/1.1\r\n" H "\r\n"), "400"},
    {"no slash",                  RAW("GET page HTTP/1.1\r\n" H "\r\n"), "400"},
    {"fragment",                  RAW("GET /#x HTTP/1.1\r\n" H "\r\n"), "400"},
    {"backslash",                 RAW("GET /a\\b HTTP/1.1\r\n" H "\r\n"), "400"},
    {"byte over 0x7f in target",  RAW("GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n"), "400"},
    {"control character",         RAW("GET /a\x01 HTTP/1.1\r\n" H "\r\n"), "400"},
    {"star with get",             RAW("GET * HTTP/1.1\r\n" H "\r\n"), "400"},
    {"ftp",                       RAW("GET ftp://localhost/ HTTP/1.1\r\n" H "\r\n"), "400"},
    {"lower-case protocol",       RAW("GET / http/1.1\r\n" H "\r\n"), "400"},
    {"version 2.0",               RAW("GET / HTTP/2.0\r\n" H "\r\n"), "505"},
    {"version 1.2",               RAW("GET / HTTP/1.2\r\n" H "\r\n"), "505"},
    {"version of two digits",     RAW("GET / HTTP/1.10\r\n" H "\r\n"), "400"},
    {"unknown method",            RAW("BREW / HTTP/1.1\r\n" H "\r\n"), "501"},
    {"lower-case method",         RAW("get / HTTP/1.1\r\n" H "\r\n"), "501"},
    {"the gate's own method",     RAW("GATE / HTTP/1.1\r\n" H "\r\n"), "501"},
    {"preface of version 2",      RAW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "501"},
    {"trace",                     RAW("TRACE / HTTP/1.1\r\n" H "\r\n"), "405"},
    {"connect",                   RAW("CONNECT localhost:80 HTTP/1.1\r\n" H "\r\n"), "405"},
    {"TLS",                       RAW("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), "400"},
    /* fields */
    {"bare LF after field",       RAW("GET / HTTP/1.1\r\nHost: localhost\n\r\n"), "400"},
    {"bare CR in value",          RAW("GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n"), "400"},
    {"NUL in value",              RAW("GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n"), "400"},
    {"escape in value",           RAW("GET / HTTP/1.1\r\n" H "X: a\x1b[0m\r\n\r\n"), "400"},
    {"delete in value",           RAW("GET / HTTP/1.1\r\n" H "X: a\x7f\r\n\r\n"), "400"},
    {"broken UTF-8 in value",     RAW("GET / HTTP/1.1\r\n" H C "X: \xff\r\n\r\n"), "400"},
    {"space before colon",        RAW("GET / HTTP/1.1\r\n" H "X : a\r\n\r\n"), "400"},
    {"space before colon, host",  RAW("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n"), "400"},
    {"no name",                   RAW("GET / HTTP/1.1\r\n" H ": a\r\n\r\n"), "400"},
    {"no colon",                  RAW("GET / HTTP/1.1\r\n" H "X\r\n\r\n"), "400"},
    {"name with bracket",         RAW("GET / HTTP/1.1\r\n" H "X(y): a\r\n\r\n"), "400"},
    {"folded with space",         RAW("GET / HTTP/1.1\r\n" H "X: a\r\n b\r\n\r\n"), "400"},
    {"folded with tab",           RAW("GET / HTTP/1.1\r\n" H "X: a\r\n\tb\r\n\r\n"), "400"},
    {"folded first line",         RAW("GET / HTTP/1.1\r\n Host: localhost\r\n\r\n"), "400"},
    {"LF ends the head",          RAW("GET / HTTP/1.1\r\n" H "\n"), "400"},
    {"two cookie fields",         RAW("GET / HTTP/1.1\r\n" H "Cookie: a=1\r\nCookie: b=2\r\n\r\n"), "400"},
    {"other expectation",         RAW(P "Expect: 200-ok\r\nContent-Length: 0\r\n\r\n"), "417"},
    /* Host */
    {"no host",                   RAW("GET / HTTP/1.1\r\n" C "\r\n"), "400"},
    {"no host, old version",      RAW("GET / HTTP/1.0\r\n\r\n"), "400"},
    {"two hosts",                 RAW("GET / HTTP/1.1\r\n" H H "\r\n"), "400"},
    {"empty host",                RAW("GET / HTTP/1.1\r\nHost:\r\n\r\n"), "400"},
    {"other host",                RAW("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), "421"},
    {"host with user",            RAW("GET / HTTP/1.1\r\nHost: a@localhost\r\n\r\n"), "400"},
    {"host list",                 RAW("GET / HTTP/1.1\r\nHost: localhost, b\r\n\r\n"), "400"},
    {"host with bad port",        RAW("GET / HTTP/1.1\r\nHost: localhost:8x\r\n\r\n"), "400"},
    {"host with two ports",       RAW("GET / HTTP/1.1\r\nHost: localhost:8:9\r\n\r\n"), "400"},
    {"absolute, other host",      RAW("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"), "421"},
    {"absolute against host",     RAW("GET http://evil.example/ HTTP/1.1\r\n" H "\r\n"), "400"},
    {"absolute with user",        RAW("GET http://a@localhost/ HTTP/1.1\r\n" H "\r\n"), "400"},
    {"absolute without host",     RAW("GET http:///x HTTP/1.1\r\n" H "\r\n"), "400"},
    /* framing */
    {"length and coding",         RAW(P "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "400"},
    {"coding and length",         RAW(P "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), "400"},
    {"two lengths that differ",   RAW(P "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), "400"},
    {"two equal lengths",         RAW(P "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"), "400"},
    {"list of lengths",           RAW(P "Content-Length: 5, 5\r\n\r\nhello"), "400"},
    {"length with plus",          RAW(P "Content-Length: +5\r\n\r\nhello"), "400"},
    {"negative length",           RAW(P "Content-Length: -5\r\n\r\nhello"), "400"},
    {"length in hex",             RAW(P "Content-Length: 0x5\r\n\r\nhello"), "400"},
    {"empty length",              RAW(P "Content-Length:\r\n\r\n"), "400"},
    {"length out of range",       RAW(P "Content-Length: 99999999999999999999\r\n\r\n"), "400"},
    {"monstrous length",          RAW(P "Content-Length: 999999999999999999\r\n\r\n"), "413"},
    {"length over the route's",   RAW(P "Content-Length: 1001\r\n\r\nhello"), "413"},
    {"length with vertical tab",  RAW(P "Content-Length: \x0b" "5\r\n\r\nhello"), "400"},
    {"other coding",              RAW(P "Transfer-Encoding: gzip\r\n\r\n"), "501"},
    {"two codings",               RAW(P "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), "501"},
    {"coding twice",              RAW(P "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "400"},
    {"chunked, old version",      RAW("POST /raw HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "400"},
    {"body where none is taken",  RAW("POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello"), "413"},
    {"body of get",               RAW("GET / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello"), "413"},
    {"type not taken",            RAW("POST /json HTTP/1.1\r\n" H "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"), "415"},
    {"compressed body",           RAW(P "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx"), "415"},
    /* chunks */
    {"chunk size no hex",         RAW(PT "x\r\nhello\r\n0\r\n\r\n"), "400"},
    {"empty chunk size",          RAW(PT "\r\nhello\r\n0\r\n\r\n"), "400"},
    {"chunk size with 0x",        RAW(PT "0x5\r\nhello\r\n0\r\n\r\n"), "400"},
    {"chunk size with plus",      RAW(PT "+5\r\nhello\r\n0\r\n\r\n"), "400"},
    {"chunk size with space",     RAW(PT "5 \r\nhello\r\n0\r\n\r\n"), "400"},
    {"chunk size too long",       RAW(PT "00000000000000005\r\nhello\r\n0\r\n\r\n"), "400"},
    {"chunk size too large",      RAW(PT "FFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"), "413"},
    {"chunk line ends with LF",   RAW(PT "5\nhello\r\n0\r\n\r\n"), "400"},
    {"chunk shorter than said",   RAW(PT "6\r\nhello\r\n0\r\n\r\n"), "400"},
    {"chunk longer than said",    RAW(PT "4\r\nhello\r\n0\r\n\r\n"), "400"},
    {"chunk data ends with LF",   RAW(PT "5\r\nhello\n0\r\n\r\n"), "400"},
    {"second chunk bad",          RAW(PT "5\r\nhello\r\nz\r\n"), "400"},
    {"trailer",                   RAW(PT "5\r\nhello\r\n0\r\nX: a\r\n\r\n"), "400"},
    {"NUL in extension",          RAW(PT "5;a\0\r\nhello\r\n0\r\n\r\n"), "400"},
    /* after a good one */
    {"good, then bad",            RAW("GET / HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\nX"), "200 400"},
    {"body, then bad",            RAW("POST /raw HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabcdefGET / HTTP/1.1\r\n" H "\r\n"), "200 501"},
    {"later, then bad",           RAW("GET /parked HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\r\n" H " x\r\n\r\n"), "200 400"},
    {"good, then bad chunk",      RAW("GET / HTTP/1.1\r\n" H "\r\nPOST /raw HTTP/1.1\r\n" H
                                      "Transfer-Encoding: chunked\r\n\r\nq"), "200 400"},
    {"bad, then good",            RAW("GET / HTTP/1.1\r\nA B\r\n\r\nGET / HTTP/1.1\r\n" H C "\r\n"), "400"},
    /* paths */
    {"dots",                      RAW("GET /a/../b HTTP/1.1\r\n" H C "\r\n"), "400"},
    {"encoded dots",              RAW("GET /%2e%2e/b HTTP/1.1\r\n" H C "\r\n"), "400"},
    {"encoded slash",             RAW("GET /a%2fb HTTP/1.1\r\n" H C "\r\n"), "400"},
    {"encoded NUL",               RAW("GET /a%00 HTTP/1.1\r\n" H C "\r\n"), "400"},
    {"broken percent",            RAW("GET /a%zz HTTP/1.1\r\n" H C "\r\n"), "400"},
    {"empty part",                RAW("GET //a HTTP/1.1\r\n" H C "\r\n"), "400"},
    {"broken query",              RAW("GET /?a=%ff HTTP/1.1\r\n" H C "\r\n"), "400"},
    {"decoded once",              RAW("GET /%252e HTTP/1.1\r\n" H C "\r\n"), "404"},
};
/* clang-format on */

static struct world world;

static int start(void **cm)
{
    static const char *const hosts[] = {"localhost", "[::1]", NULL};
    struct http_conf conf = {.hosts = hosts, .conn_per_address = 4000};
    struct http_tune tune = http_tune_default;

    (void)cm;
    tune.tick_ms = 20;
    tune.head_ms = 3000;
    world_open(&world, &conf, &tune);
    return 0;
}

static int stop(void **cm)
{
    (void)cm;
    world_close(&world);
    return 0;
}

/* The statuses of all answers, "200 400", with a '!' for an answer that lacks a field of W3. */
static const char *statuses(struct arena *a, const char *answers)
{
    const char *text = "", *p = answers;

    while ((p = strstr(p, "HTTP/1.1 ")) != NULL) {
        bool good =
            strncmp(p, "HTTP/1.1 100", 12) == 0 ||
            (world_field(a, p, "Content-Security-Policy") != NULL && world_field(a, p, "X-Content-Type-Options") != NULL &&
             world_field(a, p, "Referrer-Policy") != NULL && world_field(a, p, "Cache-Control") != NULL &&
             world_field(a, p, "Cross-Origin-Opener-Policy") != NULL && world_field(a, p, "Permissions-Policy") != NULL &&
             world_field(a, p, "X-Request-Id") != NULL && world_field(a, p, "Server") == NULL);

        text = text_printf(a, "%s%s%.3s%s", text, *text == '\0' ? "" : " ", p + 9, good ? "" : "!");
        p += 9;
    }
    return text;
}

static uint64_t bytes_in(void)
{
    struct http_figures f;

    http_figures(world.server, &f);
    return f.bytes_in;
}

/* The second part goes only after the server has read the first, or has closed. */
static void wait_until_read(uint64_t sum)
{
    int64_t until = os_monotonic_us() + 50000;

    while (bytes_in() < sum && os_monotonic_us() < until)
        (void)sched_yield();
}

static const char *ask_cut(struct arena *a, const char *raw, size_t n, size_t cut)
{
    static char answers[64 * 1024];
    uint64_t before = bytes_in();
    int fd = world_connect(&world, NULL);

    world_send(fd, raw, cut);
    if (cut > 0) {
        wait_until_read(before + cut);
        world_send(fd, raw + cut, n - cut);
    } else
        world_send(fd, raw, n);
    (void)world_read(fd, answers, sizeof answers);
    (void)close(fd);
    return statuses(a, answers);
}

static void check_row(size_t i, size_t cut)
{
    char got[64];
    struct arena a;

    arena_init(&a, MB);
    (void)snprintf(got, sizeof got, "%s", ask_cut(&a, rows[i].raw, rows[i].n, cut)); /* cut off is wrong as well */
    arena_finish(&a);
    if (strcmp(got, rows[i].expect) != 0)
        fail_msg("%s, cut at %zu: %s instead of %s", rows[i].name, cut, got, rows[i].expect);
}

static void every_request_gets_its_status(void **cm)
{
    (void)cm;
    assert_true(ARRAY_LEN(rows) >= 60);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_row(i, 0);
}

static void and_also_when_cut_at_any_byte(void **cm)
{
    (void)cm;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t cut = 1; cut < rows[i].n; cut++)
            check_row(i, cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_gets_its_status),
        cmocka_unit_test(and_also_when_cut_at_any_byte),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
