/*
 * http_test.c: what a live server does with well-formed requests: fields of answers, ETag, compression, bodies, files,
 * cookies, proxies, suspended requests, sizes, stopping.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/text.h"
#include "http/test_world.h"
#include "os/os.h"

#define GET(path, fields) "GET " path " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" fields "\r\n"

static struct world world;
static struct arena a;

static int start(void **cm)
{
    static const char *const proxies[] = {"127.0.0.9", NULL};
    struct http_conf conf = {.proxies = proxies};

    (void)cm;
    arena_init(&a, 32 * MB);
    world_open(&world, &conf, &http_tune_default);
    return 0;
}

static int stop(void **cm)
{
    (void)cm;
    arena_finish(&a);
    world_close(&world);
    return 0;
}

static char *ask(const char *raw)
{
    return world_ask(&world, &a, raw);
}

static char *post(const char *path, const char *type, const char *body)
{
    return ask(text_printf(&a,
                           "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: %s\r\n"
                           "Content-Length: %zu\r\n\r\n%s",
                           path, type, strlen(body), body));
}

/* ---- fields ---- */

static void every_answer_carries_the_fields_of_w3(void **cm)
{
    static const struct {
        const char *raw;
        int status;
    } rows[] = {
        {GET("/", ""), 200},
        {GET("/status/302", ""), 302},
        {GET("/page", "If-None-Match: *\r\n"), 304},
        {GET("/a%2fb", ""), 400},
        {GET("/status/403", ""), 403},
        {GET("/nothing", ""), 404},
        {GET("/status/405", ""), 405},
        {"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", 413},
        {GET("/status/500", ""), 500},
        {"GET / HTTP/1.1\nHost: x\r\n\r\n", 400},
        {GET("/file", ""), 200},
    };
    static const char *const fields[] = {
        "Content-Security-Policy",    "X-Content-Type-Options", "Referrer-Policy", "Cache-Control",
        "Cross-Origin-Opener-Policy", "Permissions-Policy",     "X-Request-Id",    "Date",
    };

    (void)cm;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *answer = ask(rows[i].raw);

        assert_int_equal(world_status(answer), rows[i].status);
        for (size_t k = 0; k < ARRAY_LEN(fields); k++)
            assert_non_null(world_field(&a, answer, fields[k]));
        assert_null(world_field(&a, answer, "Server"));
        assert_null(world_field(&a, answer, "Strict-Transport-Security"));
    }
}

static void an_error_page_shows_the_number_of_the_request(void **cm)
{
    const char *answer = ask(GET("/nothing", ""));
    const char *number = world_field(&a, answer, "X-Request-Id");

    (void)cm;
    assert_non_null(number);
    assert_non_null(strstr(world_body(answer), number));
    assert_string_equal(world_field(&a, answer, "Cache-Control"), "no-store");
}

static void a_405_names_the_methods(void **cm)
{
    (void)cm;
    assert_string_equal(world_field(&a, ask(GET("/status/405", "")), "Allow"), "POST");
    assert_non_null(world_field(&a, ask("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n"), "Allow"));
}

static void head_has_the_length_but_no_body(void **cm)
{
    const char *answer = ask("HEAD /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    (void)cm;
    assert_int_equal(world_status(answer), 200);
    assert_string_equal(world_field(&a, answer, "Content-Length"), "4096");
    assert_string_equal(world_body(answer), "");
}

static void a_known_page_is_not_sent_again(void **cm)
{
    const char *first = ask(GET("/page", "")), *etag = world_field(&a, first, "ETag"), *again;

    (void)cm;
    assert_non_null(etag);
    assert_string_equal(world_field(&a, first, "Cache-Control"), "public, max-age=60");
    again = ask(text_printf(&a, GET("/page", "If-None-Match: \"other\", W/%s\r\n"), etag));
    assert_int_equal(world_status(again), 304);
    assert_string_equal(world_body(again), "");
    assert_string_equal(world_field(&a, again, "ETag"), etag);
    assert_int_equal(world_status(ask(GET("/page", "If-None-Match: \"other\"\r\n"))), 200);
}

static void the_tag_of_a_compressed_page_is_known_too(void **cm)
{
    const char *etag = world_field(&a, ask(GET("/page", "Accept-Encoding: gzip\r\n")), "ETag");

    (void)cm;
    assert_non_null(strstr(etag, "-z\""));
    assert_int_equal(world_status(ask(text_printf(&a, GET("/page", "If-None-Match: %s\r\n"), etag))), 304);
}

static void text_is_compressed_when_asked(void **cm)
{
    static char raw[8192], out[8192];
    int fd = world_connect(&world, NULL);
    const char *q = GET("/page", "Accept-Encoding: br, gzip\r\n"), *body;
    z_stream z = {0};
    size_t n;

    (void)cm;
    world_send(fd, q, strlen(q));
    n = world_read(fd, raw, sizeof raw);
    (void)close(fd);
    body = world_body(raw);
    assert_string_equal(world_field(&a, raw, "Content-Encoding"), "gzip");
    assert_non_null(world_field(&a, raw, "Vary"));
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    z.next_in = (uint8_t *)(uintptr_t)body;
    z.avail_in = (uInt)(n - (size_t)(body - raw));
    z.next_out = (uint8_t *)out;
    z.avail_out = sizeof out;
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, 4096);
    (void)inflateEnd(&z);
}

static void not_compressed(const char *raw)
{
    const char *answer = ask(raw);

    assert_int_equal(world_status(answer), 200);
    assert_null(world_field(&a, answer, "Content-Encoding"));
}

static void other_answers_stay_as_they_are(void **cm)
{
    (void)cm;
    not_compressed(GET("/page", ""));
    not_compressed(GET("/page", "Accept-Encoding: gzip;q=0\r\n"));
    not_compressed(GET("/page", "Accept-Encoding: xgzip, br\r\n"));
    not_compressed(GET("/", "Accept-Encoding: gzip\r\n"));
    not_compressed(GET("/file", "Accept-Encoding: gzip\r\n"));
    not_compressed(GET("/private", "Accept-Encoding: gzip\r\nSec-Fetch-Site: cross-site\r\n"));
}

static void private_pages_are_compressed_for_their_own_site(void **cm)
{
    (void)cm;
    assert_non_null(
        world_field(&a, ask(GET("/private", "Accept-Encoding: gzip\r\nSec-Fetch-Site: same-origin\r\n")), "Content-Encoding"));
}

/* ---- who asks ---- */

static const char *echo(const char *from, const char *fields)
{
    static char answer[8192];
    int fd = world_connect(&world, from);
    const char *raw = text_printf(&a, GET("/echo?a=%%26b&c=", "%s"), fields);

    world_send(fd, raw, strlen(raw));
    (void)world_read(fd, answer, sizeof answer);
    (void)close(fd);
    return answer;
}

static void a_forged_forwarded_address_changes_nothing(void **cm)
{
    const char *body = echo("127.0.0.3", "X-Forwarded-For: 10.1.1.1\r\nX-Forwarded-Proto: https\r\n");

    (void)cm;
    assert_non_null(strstr(body, "address=127.0.0.3 tls=0"));
}

static void a_trusted_proxy_is_believed(void **cm)
{
    const char *fields = "X-Forwarded-For: 10.6.6.6, 2001:db8:1:2:3::4\r\nX-Forwarded-Proto: https\r\n";
    const char *body = echo("127.0.0.9", fields);

    (void)cm;
    assert_non_null(strstr(body, "address=2001:db8:1:2::/64 tls=1"));
    assert_string_equal(world_field(&a, body, "Strict-Transport-Security"), "max-age=31536000; includeSubDomains");
    assert_non_null(strstr(echo("127.0.0.9", "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n"), "address=2.2.2.2"));
    assert_non_null(strstr(echo("127.0.0.9", "X-Forwarded-For: 1.1.1.1, junk\r\n"), "address=127.0.0.9"));
}

static void query_and_cookies_arrive_taken_apart(void **cm)
{
    const char *body = echo(NULL, "Cookie: __Host-s=abc; x=1; bad\"; x=2; y=\r\n");

    (void)cm;
    assert_non_null(strstr(body, "target=/echo?a=%26b&c= "));
    assert_non_null(strstr(body, " q:a=&b q:c= c:__Host-s=abc c:y="));
    assert_null(strstr(body, "c:x="));
    assert_string_equal(world_field(&a, body, "Set-Cookie"), "__Host-s=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
}

/* ---- bodies ---- */

#define MULTI "multipart/form-data; boundary=XX"
#define PART  "--XX\r\nContent-Disposition: form-data; name="
#define END   "\r\n--XX--\r\n"

static void a_form_arrives_as_pairs(void **cm)
{
    (void)cm;
    assert_non_null(
        strstr(post("/form", "application/x-www-form-urlencoded", "a=1+2&b=%C3%A9"), "body=0 f:a=1 2 f:b=\xc3\xa9\n"));
    assert_int_equal(world_status(post("/form", "application/x-www-form-urlencoded", "a=%zz")), 400);
    assert_int_equal(world_status(post("/form", "text/plain", "a=1")), 415);
}

static void json_arrives_as_bytes(void **cm)
{
    (void)cm;
    assert_non_null(strstr(post("/json", "application/json", "{\"a\":1}"), "body=7\n"));
    assert_non_null(strstr(post("/json", "application/merge-patch+json; charset=utf-8", "{}"), "body=2\n"));
    assert_int_equal(world_status(post("/json", "application/json; charset=latin1", "{}")), 415);
}

static void an_uploaded_file_is_hashed_and_gone_afterwards(void **cm)
{
    uint8_t h[32];
    const char *want;

    (void)cm;
    hash_sha256("hello\r\n", 7, h);
    want = text_printf(&a, "body=0 f:t=x file:f=b.pdf:7:%s\n", hex_text(&a, h, 32));
    assert_string_equal(world_body(post("/form", MULTI,
                                        PART "\"t\"\r\n\r\nx\r\n" PART "\"f\"; filename=\"C:\\a/b.pdf\"\r\n"
                                             "Content-Type: application/pdf\r\n\r\nhello\r\n" END)),
                        want);
    assert_int_equal(world_uploads(&world), 0);
}

static void limits_of_a_route_hold(void **cm)
{
    char *big = arena_alloc(&a, 8001);

    (void)cm;
    memset(big, 'x', 8000);
    assert_int_equal(world_status(post("/form", MULTI, text_printf(&a, PART "\"f\"; filename=\"a\"\r\n\r\n%.5000s" END, big))),
                     200);
    assert_int_equal(world_status(post("/form", MULTI, text_printf(&a, PART "\"f\"; filename=\"a\"\r\n\r\n%.5001s" END, big))),
                     413);
    assert_int_equal(world_status(post("/form", MULTI, text_printf(&a, PART "\"t\"\r\n\r\n%.1001s" END, big))), 413);
    assert_int_equal(world_status(post("/raw", "x/y", text_printf(&a, "%.1000s", big))), 200);
    assert_int_equal(world_status(post("/raw", "x/y", text_printf(&a, "%.1001s", big))), 413);
    assert_int_equal(world_status(post("/form", MULTI,
                                       PART "\"f\"; filename=\"a\"\r\n\r\n1\r\n" PART "\"f\"; filename=\"a\"\r\n\r\n2\r\n" PART
                                            "\"f\"; filename=\"a\"\r\n\r\n3" END)),
                     413);
    assert_int_equal(world_uploads(&world), 0);
}

#define GIBIBYTE ((int64_t)1 << 30)

/* What this process, server and client, keeps in memory at this moment. */
static int64_t resident(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    assert_non_null(f);
    assert_int_equal(fscanf(f, "%*d %ld", &pages), 1);
    (void)fclose(f);
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static void a_gibibyte_goes_to_the_disk_and_not_into_memory(void **cm)
{
    static char block[MB], answer[4096];
    static const char begin[] = PART "\"f\"; filename=\"a\"\r\n\r\n";
    const char *head = text_printf(&a,
                                   "POST /open HTTP/1.1\r\nHost: x\r\nContent-Type: " MULTI "\r\nContent-Length: %lld\r\n"
                                   "Connection: close\r\n\r\n%s",
                                   (long long)((int64_t)strlen(begin) + GIBIBYTE + (int64_t)strlen(END)), begin);
    AUTO_HASH struct hash sum;
    uint8_t want[HASH_SIZE];
    int64_t before = resident(), most = before;
    struct statvfs room;
    int fd;

    (void)cm;
    assert_int_equal(fstatvfs(world.conf.upload_dir, &room), 0);
    if ((int64_t)room.f_bavail * (int64_t)room.f_frsize < 2 * GIBIBYTE)
        skip();
    fd = world_connect(&world, NULL);
    hash_begin(&sum);
    world_send(fd, head, strlen(head));
    for (int i = 0; i < (int)(GIBIBYTE / (int64_t)sizeof block); i++) {
        memset(block, 'a' + i % 26, sizeof block);
        hash_add(&sum, block, sizeof block);
        world_send(fd, block, sizeof block);
        most = resident() > most ? resident() : most;
    }
    hash_end(&sum, want);
    world_send(fd, END, strlen(END));
    (void)world_read(fd, answer, sizeof answer);
    (void)close(fd);
    assert_int_equal(world_status(answer), 200);
    assert_non_null(strstr(answer, text_printf(&a, ":%lld:%s", (long long)GIBIBYTE, hex_text(&a, want, sizeof want))));
    assert_true(most - before < 16 * (int64_t)MB);
    assert_int_equal(world_uploads(&world), 0);
}

static void a_refused_upload_is_answered_while_it_still_comes(void **cm)
{
    static char block[64 * 1024], answer[4096];
    int fd = world_connect(&world, NULL);
    const char *head =
        "POST /open HTTP/1.1\r\nHost: x\r\nContent-Type: " MULTI "\r\nContent-Length: 4000000000\r\n\r\n" PART "\"t\"\r\n\r\n";

    (void)cm;
    memset(block, 'x', sizeof block);
    world_send(fd, head, strlen(head));
    for (int i = 0; i < 8; i++)
        world_send(fd, block, sizeof block);
    (void)world_read(fd, answer, sizeof answer);
    (void)close(fd);
    assert_int_equal(world_status(answer), 413);
    assert_string_equal(world_field(&a, answer, "Connection"), "close");
}

static void a_chunked_body_over_the_limit_is_refused(void **cm)
{
    char *big = arena_alloc(&a, 3001);

    (void)cm;
    memset(big, 'x', 3000);
    assert_int_equal(world_status(ask(text_printf(
                         &a, "POST /raw HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\n%s", big))),
                     413);
}

static void a_file_can_be_kept(void **cm)
{
    struct stat st;

    (void)cm;
    assert_int_equal(world_status(post("/keep", MULTI, PART "\"f\"; filename=\"a\"\r\n\r\nhello" END)), 201);
    assert_int_equal(world_uploads(&world), 1);
    assert_int_equal(fstatat(world.conf.upload_dir, "kept", &st, 0), 0);
    assert_int_equal(st.st_size, 5);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(world_status(post("/keep", MULTI, PART "\"f\"; filename=\"a\"\r\n\r\nother" END)), 409);
    assert_int_equal(unlinkat(world.conf.upload_dir, "kept", 0), 0);
    assert_int_equal(world_uploads(&world), 0);
}

static void a_body_of_any_type_goes_to_one_file(void **cm)
{
    (void)cm;
    assert_non_null(strstr(post("/file", "image/png", "png!"), "file:=:4:"));
    assert_int_equal(world_uploads(&world), 0);
}

static void a_broken_off_upload_leaves_nothing(void **cm)
{
    int fd = world_connect(&world, NULL), again = 0;
    const char *raw = "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: " MULTI "\r\nContent-Length: 4000\r\n\r\n" PART
                      "\"f\"; filename=\"a\"\r\n\r\nhalf";

    (void)cm;
    world_send(fd, raw, strlen(raw));
    while (world_uploads(&world) == 0 && again++ < 500)
        (void)usleep(10000);
    assert_int_equal(world_uploads(&world), 1);
    (void)close(fd);
    while (world_uploads(&world) > 0 && again++ < 1000)
        (void)usleep(10000);
    assert_int_equal(world_uploads(&world), 0);
}

static void the_sweep_takes_old_uploads_only(void **cm)
{
    static const char *const names[] = {"up-0000000000000001", "up-0000000000000002", "other"};
    struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};

    (void)cm;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        int fd = os_create(world.conf.upload_dir, names[i], 0600);

        assert_true(fd >= 0);
        os_close(&fd);
    }
    assert_int_equal(utimensat(world.conf.upload_dir, names[0], old, 0), 0);
    assert_int_equal(utimensat(world.conf.upload_dir, names[2], old, 0), 0);
    assert_int_equal(http_sweep(world.conf.upload_dir, 3600), 1);
    assert_int_equal(world_uploads(&world), 2);
    assert_int_equal(http_sweep(world.conf.upload_dir, -1), 1); /* all of ours */
    assert_int_equal(world_uploads(&world), 1);
    assert_int_equal(unlinkat(world.conf.upload_dir, names[2], 0), 0);
}

/* ---- sizes ---- */

static char *repeated(const char *what, int times)
{
    struct buf b;

    buf_init(&b, &a, 64 * KB);
    for (int i = 0; i < times; i++)
        buf_printf(&b, "%s", what);
    return b.s;
}

static int status_of_fields(const char *fields)
{
    return world_status(ask(text_printf(&a, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", fields)));
}

static void a_head_has_a_size(void **cm)
{
    (void)cm;
    assert_int_equal(status_of_fields(repeated("A: b\r\n", 98)), 200);
    assert_int_equal(status_of_fields(repeated("A: b\r\n", 99)), 431);
    assert_int_equal(status_of_fields(text_printf(&a, "A: %s\r\n", repeated("0123456789", 1620))), 200);
    assert_int_equal(status_of_fields(text_printf(&a, "A: %s\r\n", repeated("0123456789", 1640))), 431);
    assert_int_equal(status_of_fields(text_printf(&a, "Cookie: %s\r\n", repeated("a=b;", 31))), 200);
    assert_int_equal(status_of_fields(text_printf(&a, "Cookie: %s\r\n", repeated("a=b;", 32))), 431);
    assert_int_equal(status_of_fields(text_printf(&a, "Cookie: a=%s\r\n", repeated("01234567", 511))), 200);
    assert_int_equal(status_of_fields(text_printf(&a, "Cookie: a=%s\r\n", repeated("01234567", 512))), 431);
}

/* The gate's limits all at once must still fit into what the library gets for a connection. */
static void the_fullest_head_is_served(void **cm)
{
    char *fields = text_printf(&a, "Cookie: %sz=%s\r\n%sF: %s\r\n", repeated("ab=cd; ", 30), repeated("01234567", 485),
                               repeated("A: b\r\n", 96), repeated("0123456789", 1160));

    (void)cm;
    assert_in_range(strlen(fields), 16000, 16330);
    assert_int_equal(status_of_fields(fields), 200);
}

static int status_of_target(const char *target)
{
    return world_status(ask(text_printf(&a, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", target)));
}

static void a_target_has_a_size(void **cm)
{
    (void)cm;
    assert_int_equal(status_of_target(text_printf(&a, "/?%s", repeated("a", 8190))), 200);
    assert_int_equal(status_of_target(text_printf(&a, "/?%s", repeated("a", 8191))), 414);
    assert_int_equal(status_of_target(text_printf(&a, "/?%sa", repeated("a&", 999))), 200);
    assert_int_equal(status_of_target(text_printf(&a, "/?%sa", repeated("a&", 1000))), 400);
}

static void a_large_answer_arrives_whole(void **cm)
{
    const char *answer = ask(GET("/large", ""));

    (void)cm;
    assert_int_equal(world_status(answer), 200);
    assert_int_equal(strlen(world_body(answer)), 4000000);
}

static void a_file_is_sent_by_descriptor(void **cm)
{
    static char answer[2 * MB];
    int fd = world_connect(&world, NULL);
    const char *raw = GET("/file", "");
    size_t n;

    (void)cm;
    world_send(fd, raw, strlen(raw));
    n = world_read(fd, answer, sizeof answer);
    (void)close(fd);
    assert_string_equal(world_field(&a, answer, "Content-Length"), "1048576");
    assert_int_equal(n - (size_t)(world_body(answer) - answer), 1048576);
    assert_non_null(world_field(&a, answer, "Content-Disposition"));
}

/* ---- the gate's recv() ---- */

static void only_registered_descriptors_go_through_the_gate(void **cm)
{
    static const char bad[] = "GET /\n";
    struct line *l;
    char got[256];
    int pair[2];
    ssize_t n;

    (void)cm;
    assert_true(line_recv_is_ours());
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    world_send(pair[0], bad, strlen(bad));
    assert_int_equal(recv(pair[1], got, sizeof got, 0), strlen(bad));

    l = line_open(pair[1], NULL);
    assert_non_null(l);
    world_send(pair[0], bad, strlen(bad));
    n = recv(pair[1], got, sizeof got, 0);
    assert_int_equal(n, gate_closing(&l->gate).n);
    assert_memory_equal(got, GATE_METHOD " / ", 7);
    assert_int_equal(recv(pair[1], got, sizeof got, 0), 0);
    line_close(l);

    world_send(pair[0], bad, strlen(bad));
    assert_int_equal(recv(pair[1], got, sizeof got, 0), strlen(bad));
    (void)close(pair[0]);
    (void)close(pair[1]);
}

/* ---- later, and the end ---- */

static void suspended_requests_are_answered_by_another_thread(void **cm)
{
    struct http_figures before, after;

    (void)cm;
    http_figures(world.server, &before);
    for (int i = 0; i < 5; i++)
        assert_int_equal(world_status(ask(GET("/parked", ""))), 200);
    http_figures(world.server, &after);
    assert_int_equal(after.requests - before.requests, 5);
    assert_int_equal(after.by_class[2] - before.by_class[2], 5);
}

static void who_resumes_without_an_answer_is_asked_again(void **cm)
{
    (void)cm;
    for (int i = 0; i < 5; i++)
        assert_int_equal(world_status(ask(GET("/twice", ""))), 200);
}

static void done_is_called_once_for_each_admitted_request(void **cm)
{
    int before = __atomic_load_n(&world.done, __ATOMIC_RELAXED);
    int waited = 0;

    (void)cm;
    (void)ask(GET("/", ""));
    (void)ask(GET("/nothing", ""));
    (void)ask("GET / HTTP/1.1\r\n\r\n");
    while (__atomic_load_n(&world.done, __ATOMIC_RELAXED) < before + 2 && waited++ < 200)
        (void)usleep(5000);
    assert_int_equal(__atomic_load_n(&world.done, __ATOMIC_RELAXED), before + 2);
}

static void *stop_world(void *w)
{
    struct world *other = w;

    http_stop(other->server);
    return NULL;
}

static void stopping_cuts_no_accepted_request(void **cm)
{
    static char answer[4096];
    const char *raw = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
    struct world other;
    pthread_t t;
    int fd, idle;

    (void)cm;
    world_open(&other, NULL, &world_quick);
    idle = world_connect(&other, NULL);
    fd = world_connect(&other, NULL);
    world_send(fd, raw, strlen(raw));
    assert_int_equal(pthread_create(&t, NULL, stop_world, &other), 0);
    (void)world_read(fd, answer, sizeof answer);
    assert_int_equal(world_status(answer), 200);
    assert_string_equal(world_field(&a, answer, "Connection"), "close");
    assert_int_equal(pthread_join(t, NULL), 0);
    (void)close(fd);
    (void)close(idle);
    other.server = NULL;
    world_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_carries_the_fields_of_w3),
        cmocka_unit_test(an_error_page_shows_the_number_of_the_request),
        cmocka_unit_test(a_405_names_the_methods),
        cmocka_unit_test(head_has_the_length_but_no_body),
        cmocka_unit_test(a_known_page_is_not_sent_again),
        cmocka_unit_test(the_tag_of_a_compressed_page_is_known_too),
        cmocka_unit_test(text_is_compressed_when_asked),
        cmocka_unit_test(other_answers_stay_as_they_are),
        cmocka_unit_test(private_pages_are_compressed_for_their_own_site),
        cmocka_unit_test(a_forged_forwarded_address_changes_nothing),
        cmocka_unit_test(a_trusted_proxy_is_believed),
        cmocka_unit_test(query_and_cookies_arrive_taken_apart),
        cmocka_unit_test(a_form_arrives_as_pairs),
        cmocka_unit_test(json_arrives_as_bytes),
        cmocka_unit_test(an_uploaded_file_is_hashed_and_gone_afterwards),
        cmocka_unit_test(limits_of_a_route_hold),
        cmocka_unit_test(a_gibibyte_goes_to_the_disk_and_not_into_memory),
        cmocka_unit_test(a_refused_upload_is_answered_while_it_still_comes),
        cmocka_unit_test(a_chunked_body_over_the_limit_is_refused),
        cmocka_unit_test(a_file_can_be_kept),
        cmocka_unit_test(a_body_of_any_type_goes_to_one_file),
        cmocka_unit_test(a_broken_off_upload_leaves_nothing),
        cmocka_unit_test(the_sweep_takes_old_uploads_only),
        cmocka_unit_test(a_head_has_a_size),
        cmocka_unit_test(the_fullest_head_is_served),
        cmocka_unit_test(a_target_has_a_size),
        cmocka_unit_test(a_large_answer_arrives_whole),
        cmocka_unit_test(a_file_is_sent_by_descriptor),
        cmocka_unit_test(only_registered_descriptors_go_through_the_gate),
        cmocka_unit_test(suspended_requests_are_answered_by_another_thread),
        cmocka_unit_test(who_resumes_without_an_answer_is_asked_again),
        cmocka_unit_test(done_is_called_once_for_each_admitted_request),
        cmocka_unit_test(stopping_cuts_no_accepted_request),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
