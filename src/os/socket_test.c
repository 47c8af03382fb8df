/*
 * socket_test.c: addresses are taken literally, listening sockets are what they say.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "os/socket.h"
#include "os/test_dir.h"

static void addresses_of_three_forms_are_understood(void **world)
{
    struct socket_address a;

    (void)world; /* none */
    assert_int_equal(socket_address_parse("127.0.0.1:8080", &a), 0);
    assert_int_equal(a.raw.ss_family, AF_INET);
    assert_int_equal(((const struct sockaddr_in *)&a.raw)->sin_port, htons(8080));
    assert_int_equal(((const struct sockaddr_in *)&a.raw)->sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    assert_int_equal(socket_address_parse("[::1]:65535", &a), 0);
    assert_int_equal(a.raw.ss_family, AF_INET6);
    assert_int_equal(((const struct sockaddr_in6 *)&a.raw)->sin6_port, htons(65535));
    assert_int_equal(socket_address_parse("unix:/run/x.sock", &a), 0);
    assert_int_equal(a.raw.ss_family, AF_UNIX);
    assert_string_equal(((const struct sockaddr_un *)&a.raw)->sun_path, "/run/x.sock");
}

static void anything_else_is_refused(void **world)
{
    static const char *const texts[] = {
        "",
        ":",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:+80",
        "127.0.0.1:80 ",
        "localhost:80",
        "127.1:80",
        "[::1]",
        "[::1]:",
        "[::1:80",
        "::1:80",
        "[127.0.0.1]:80",
        "unix:",
        "unix:x.sock",
        "127.0.0.1:0x50",
        "127.0.0.1:000080",
        "[fe80::1%lo]:80",
        "*:80",
        "127.0.0.1:-1",
    };
    char path[300] = "unix:/";
    struct socket_address a;

    (void)world; /* none */
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_equal(socket_address_parse(texts[i], &a), E_INPUT);
    memset(path + 6, 'x', 200);
    assert_int_equal(socket_address_parse(path, &a), E_INPUT);
    assert_int_equal(socket_listen("localhost:0"), E_INPUT);
    assert_int_equal(socket_connect("nowhere", 10), E_INPUT);
}

/* Connects to a listening socket and passes one byte. */
static void check_talks(int listening, const char *address)
{
    AUTO_CLOSE int to = socket_connect(address, 1000);
    AUTO_CLOSE int from = accept(listening, NULL, NULL);
    char c = 0;

    assert_true(to > STDERR_FILENO);
    assert_true(from > STDERR_FILENO);
    assert_int_equal(write(to, "x", 1), 1);
    assert_int_equal(read(from, &c, 1), 1);
    assert_int_equal(c, 'x');
}

static void port_zero_takes_a_free_one(void **world)
{
    AUTO_CLOSE int fd = socket_listen("127.0.0.1:0");
    char address[32];

    (void)world; /* none */
    assert_true(fd > STDERR_FILENO);
    assert_true(socket_port(fd) > 0);
    assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", socket_port(fd)); /* always fits */
    check_talks(fd, address);
    assert_int_equal(socket_listen(address), E_BUSY);
}

static void listens_on_ipv6(void **world)
{
    AUTO_CLOSE int fd = socket_listen("[::1]:0");
    char address[32];

    (void)world; /* none */
    if (fd < 0)
        skip();                                                           /* a machine without IPv6 */
    (void)snprintf(address, sizeof address, "[::1]:%d", socket_port(fd)); /* always fits */
    check_talks(fd, address);
}

static void stale_unix_socket_is_replaced_and_a_living_one_is_not(void **world)
{
    struct test_dir d;
    char address[96];
    struct stat st;
    int first, second;

    (void)world; /* none */
    test_dir_make(&d);
    (void)snprintf(address, sizeof address, "unix:%s/s", d.path); /* always fits */
    first = socket_listen(address);
    assert_true(first > STDERR_FILENO);
    assert_int_equal(fstatat(d.fd, "s", &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(socket_port(first), 0);
    check_talks(first, address);
    assert_int_equal(socket_listen(address), E_BUSY);
    os_close(&first);

    second = socket_listen(address);
    assert_true(second > STDERR_FILENO);
    check_talks(second, address);
    os_close(&second);
    test_dir_finish(&d);
}

static void plain_file_in_the_way_stays(void **world)
{
    struct test_dir d;
    char address[96];

    (void)world; /* none */
    test_dir_make(&d);
    (void)snprintf(address, sizeof address, "unix:%s/s", d.path); /* always fits */
    assert_int_equal(os_replace_file(d.fd, "s", "data", 4, 0600), 0);
    assert_int_equal(socket_listen(address), E_BUSY);
    assert_true(test_dir_holds(&d, "s", "data"));
    test_dir_finish(&d);
}

static void nobody_there_is_no_hang(void **world)
{
    int fd = socket_listen("127.0.0.1:0");
    char address[32];

    (void)world;                                                              /* none */
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", socket_port(fd)); /* always fits */
    os_close(&fd);
    assert_int_equal(socket_connect(address, 1000), E_SYSTEM);
    assert_int_equal(socket_port(-1), E_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_three_forms_are_understood),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(port_zero_takes_a_free_one),
        cmocka_unit_test(listens_on_ipv6),
        cmocka_unit_test(stale_unix_socket_is_replaced_and_a_living_one_is_not),
        cmocka_unit_test(plain_file_in_the_way_stays),
        cmocka_unit_test(nobody_there_is_no_hang),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
