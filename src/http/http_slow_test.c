/*
 * http_slow_test.c: peers that are slow, many or silent, with deadlines of a fraction of a second (security.md W7).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/test_world.h"
#include "os/os.h"

static struct world world;
static struct arena a;

static int start(void **cm)
{
    static const char *const proxies[] = {"127.0.0.9", NULL};
    struct http_conf conf = {.proxies = proxies, .conn_per_address = 5, .conn_total = 20};

    (void)cm;
    arena_init(&a, MB);
    world_open(&world, &conf, &world_quick);
    return 0;
}

static int stop(void **cm)
{
    (void)cm;
    arena_finish(&a);
    world_close(&world);
    return 0;
}

/* Sends one byte of `drip` every 50 ms until the peer closes; returns after how many ms it did, and what it said. */
static int64_t drip_until_closed(int fd, const char *drip, char *answer, size_t max)
{
    int64_t began = os_monotonic_us();

    for (int i = 0; i < 100; i++) {
        struct pollfd p = {.fd = fd, .events = POLLIN};

        world_send(fd, drip + i % (int)strlen(drip), 1);
        if (poll(&p, 1, 50) > 0)
            break;
    }
    (void)world_read(fd, answer, max);
    (void)close(fd);
    return (os_monotonic_us() - began) / 1000;
}

static int quick_get(const char *from)
{
    static char answer[4096];
    const char *raw = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    int fd = world_connect(&world, from);

    world_send(fd, raw, strlen(raw));
    (void)world_read(fd, answer, sizeof answer);
    (void)close(fd);
    return world_status(answer);
}

static void wait_until_empty(void)
{
    struct http_figures f;
    int waited = 0;

    do {
        (void)usleep(10000);
        http_figures(world.server, &f);
    } while (f.connections > 0 && waited++ < 300);
    assert_int_equal(f.connections, 0);
}

static void a_head_that_drips_is_answered_408(void **cm)
{
    char answer[4096];
    int fd = world_connect(&world, "127.0.0.2");
    const char *raw = "GET / HTTP/1.1\r\nHost: x\r\nX-A: ";
    int64_t ms;

    (void)cm;
    world_send(fd, raw, strlen(raw));
    ms = drip_until_closed(fd, "a", answer, sizeof answer);
    assert_int_equal(world_status(answer), 408);
    assert_non_null(world_field(&a, answer, "Content-Security-Policy"));
    assert_in_range((uint64_t)ms, 200, 2000);
}

static void a_silent_connection_is_closed(void **cm)
{
    char answer[64];
    int fd = world_connect(&world, "127.0.0.2");
    int64_t began = os_monotonic_us();

    (void)cm;
    assert_int_equal(world_read(fd, answer, sizeof answer), 0);
    assert_in_range((uint64_t)(os_monotonic_us() - began) / 1000, 200, 2000);
    (void)close(fd);
}

static void an_idle_connection_is_closed(void **cm)
{
    char answer[4096];
    int fd = world_connect(&world, "127.0.0.2");
    const char *raw = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    int64_t began = os_monotonic_us();

    (void)cm;
    world_send(fd, raw, strlen(raw));
    assert_true(world_read(fd, answer, sizeof answer) > 0);
    assert_int_equal(world_status(answer), 200);
    assert_in_range((uint64_t)(os_monotonic_us() - began) / 1000, 300, 2000);
    (void)close(fd);
}

static void a_body_that_drips_is_cut(void **cm)
{
    char answer[4096];
    int fd = world_connect(&world, "127.0.0.2");
    const char *raw = "POST /raw HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n";

    (void)cm;
    world_send(fd, raw, strlen(raw));
    assert_in_range((uint64_t)drip_until_closed(fd, "a", answer, sizeof answer), 200, 2000);
    assert_int_equal(world_status(answer), 0);
}

static void a_body_at_a_fair_pace_is_read(void **cm)
{
    static char answer[4096];
    int fd = world_connect(&world, "127.0.0.2");
    const char *raw = "POST /raw HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 900\r\n\r\n";
    char part[60];

    (void)cm;
    memset(part, 'x', sizeof part);
    world_send(fd, raw, strlen(raw));
    for (int i = 0; i < 15; i++) {
        world_send(fd, part, sizeof part);
        (void)usleep(50000);
    }
    (void)world_read(fd, answer, sizeof answer);
    (void)close(fd);
    assert_int_equal(world_status(answer), 200);
}

static void a_reader_that_does_not_read_is_cut(void **cm)
{
    int fd = world_connect(&world, "127.0.0.2"), size = 4096;
    const char *raw = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
    struct http_figures f;
    int64_t began = os_monotonic_us();

    (void)cm;
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
    world_send(fd, raw, strlen(raw));
    do {
        (void)usleep(10000);
        http_figures(world.server, &f);
    } while (f.connections > 0 && os_monotonic_us() - began < 5000000);
    assert_int_equal(f.connections, 0);
    (void)close(fd);
}

static void one_address_has_few_connections_and_a_proxy_has_none(void **cm)
{
    static char answer[4096];
    int held[5], proxied[8], sixth;

    (void)cm;
    wait_until_empty();
    for (size_t i = 0; i < ARRAY_LEN(held); i++)
        held[i] = world_connect(&world, "127.0.0.2");
    sixth = world_connect(&world, "127.0.0.2");
    (void)world_read(sixth, answer, sizeof answer);
    assert_int_equal(world_status(answer), 429);
    assert_non_null(world_field(&a, answer, "Content-Security-Policy"));
    assert_int_equal(quick_get("127.0.0.3"), 200);
    for (size_t i = 0; i < ARRAY_LEN(proxied); i++)
        proxied[i] = world_connect(&world, "127.0.0.9");
    assert_int_equal(quick_get("127.0.0.9"), 200);

    (void)close(sixth);
    for (size_t i = 0; i < ARRAY_LEN(held); i++)
        (void)close(held[i]);
    for (size_t i = 0; i < ARRAY_LEN(proxied); i++)
        (void)close(proxied[i]);
    wait_until_empty();
    assert_int_equal(quick_get("127.0.0.2"), 200);
}

static void all_together_have_a_limit(void **cm)
{
    int held[20];

    (void)cm;
    wait_until_empty();
    for (size_t i = 0; i < ARRAY_LEN(held); i++)
        held[i] = world_connect(&world, "127.0.0.9");
    assert_int_equal(quick_get("127.0.0.3"), 503);
    for (size_t i = 0; i < ARRAY_LEN(held); i++)
        (void)close(held[i]);
    wait_until_empty();
    assert_int_equal(quick_get("127.0.0.3"), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_that_drips_is_answered_408),
        cmocka_unit_test(a_silent_connection_is_closed),
        cmocka_unit_test(an_idle_connection_is_closed),
        cmocka_unit_test(a_body_that_drips_is_cut),
        cmocka_unit_test(a_body_at_a_fair_pace_is_read),
        cmocka_unit_test(a_reader_that_does_not_read_is_cut),
        cmocka_unit_test(one_address_has_few_connections_and_a_proxy_has_none),
        cmocka_unit_test(all_together_have_a_limit),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
