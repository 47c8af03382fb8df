/*
 * log_search_test.c: lines are found by time, level, event and request, newest first, over several files.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/unit.h"

#include "base/buf.h"
#include "base/date.h"
#include "core/machine/log_search.h"
#include "os/test_dir.h"

#define AT(second) "2026-09-18T03:42:" second ".123Z "

static void write_file(int dir, const char *name, const char *text)
{
    AUTO_CLOSE int fd = os_create(dir, name, 0600);

    assert_true(fd > 0);
    assert_int_equal(os_write_all(fd, text, strlen(text)), 0);
}

static void make(struct test_dir *d)
{
    test_dir_make(d);
    write_file(
        d->fd, "20260918T034201.123-7.log",
        AT("01") "info http.request method=GET path=/a status=200 id=5\n" AT("02") "warn web.refused why=permission id=6\n");
    write_file(d->fd, "20260918T034203.123-7.log",
               "half a line\n" AT("03") "error web.fault result=E_STORAGE id=6\n" AT("04") "info serve.ready ms=5\n" AT(
                   "05") "info cut");
    write_file(d->fd, "notes.txt", AT("09") "error not.ours id=6\n");
}

static size_t found(void **world, const struct log_wanted *w, size_t max, const char **ret_events)
{
    struct arena *a = unit_arena(world);
    struct log_found *v;
    struct test_dir d;
    instant reached;
    struct buf b;
    size_t n, i;
    bool more;

    make(&d);
    assert_int_equal(log_search(d.fd, w, max, a, &v, &n, &more, &reached), 0);
    buf_init(&b, a, 1 * KB);
    for (i = 0; i < n; i++)
        buf_printf(&b, "%s ", v[i].event);
    *ret_events = b.s;
    test_dir_finish(&d);
    return n;
}

static void lines_come_newest_first_and_only_whole_ones(void **world)
{
    const struct log_wanted all = {.from = INSTANT_NONE, .before = INSTANT_NONE};
    const char *events;

    assert_int_equal(found(world, &all, 10, &events), 4);
    assert_string_equal(events, "serve.ready web.fault web.refused http.request ");
    assert_int_equal(found(world, &all, 2, &events), 2);
}

static void a_request_is_followed_through_files(void **world)
{
    const struct log_wanted w = {.id = "6", .from = INSTANT_NONE, .before = INSTANT_NONE};
    const char *events;

    assert_int_equal(found(world, &w, 10, &events), 2);
    assert_string_equal(events, "web.fault web.refused ");
}

static void level_event_and_time_narrow_it(void **world)
{
    instant third;
    const char *events;

    assert_int_equal(instant_iso_parse("2026-09-18T03:42:03Z", &third), 0);
    (void)found(world, &(struct log_wanted){.level = LEVEL_WARN, .from = INSTANT_NONE, .before = INSTANT_NONE}, 10, &events);
    assert_string_equal(events, "web.fault web.refused ");
    (void)found(world, &(struct log_wanted){.event = "web.", .from = third, .before = INSTANT_NONE}, 10, &events);
    assert_string_equal(events, "web.fault ");
    (void)found(world, &(struct log_wanted){.from = INSTANT_NONE, .before = third}, 10, &events);
    assert_string_equal(events, "web.refused http.request ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(lines_come_newest_first_and_only_whole_ones),
        UNIT(a_request_is_followed_through_files),
        UNIT(level_event_and_time_narrow_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
