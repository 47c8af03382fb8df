/*
 * log_file_test.c: every line is in a file, and the folder stays bounded.
 */
#include "base/unit.h"

#include "base/log.h"
#include "base/text.h"
#include "os/log_file.h"
#include "os/test_dir.h"

static size_t files_in(int dir, struct arena *a, struct os_entry **ret)
{
    size_t n;

    assert_int_equal(os_list(dir, a, 1000, ret, &n), 0);
    return n;
}

static int64_t bytes_in(int dir, struct arena *a, const struct os_entry *v, size_t n, int64_t *ret_lines)
{
    int64_t bytes = 0;
    size_t i, k;

    for (i = 0; i < n; i++) {
        struct bytes text;

        assert_int_equal(v[i].mode, 0600);
        assert_int_equal(os_read_file(dir, v[i].name, a, 8 * MB, &text), 0);
        bytes += (int64_t)text.n;
        for (k = 0; k < text.n; k++)
            *ret_lines += text.p[k] == '\n';
    }
    return bytes;
}

static void write_lines(int64_t n, const char *text)
{
    int64_t i;

    for (i = 0; i < n; i++)
        log_record(LEVEL_WARN, "test.line", LOG_INT("n", i), LOG_TEXT("what", text));
}

/* Standard error would show them all. */
static int hush(void)
{
    int kept = dup(STDERR_FILENO), none = open("/dev/null", O_WRONLY | O_CLOEXEC);

    assert_true(kept > 0 && none > 0);
    assert_int_equal(dup2(none, STDERR_FILENO), STDERR_FILENO);
    (void)close(none);
    return kept;
}

static void speak(int kept)
{
    assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
    (void)close(kept);
}

static void every_line_is_in_a_file_also_where_one_ends(void **world)
{
    struct arena *a = unit_arena(world);
    struct test_dir d;
    struct os_entry *v;
    int64_t lines = 0;
    char text[400];
    size_t n;
    int kept;

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    test_dir_make(&d);
    log_set_up(LEVEL_INFO, os_now);
    kept = hush();
    log_file_begin(d.fd);
    write_lines(25000, text); /* some 11 MB */
    log_file_end();
    speak(kept);
    n = files_in(d.fd, a, &v);
    assert_int_equal(n, 3);
    assert_true(bytes_in(d.fd, a, v, n, &lines) > 8 * (int64_t)MB);
    assert_int_equal(lines, 25000);
    test_dir_finish(&d);
}

static void the_folder_never_holds_more_than_its_bound(void **world)
{
    struct arena *a = unit_arena(world);
    struct test_dir d;
    struct os_entry *v;
    int kept, i;

    test_dir_make(&d);
    for (i = 0; i < LOG_FILES + 4; i++) {
        int fd = os_create(d.fd, text_printf(a, "20200101T000000.%03d-1.log", i), 0600);

        assert_true(fd > 0);
        os_close(&fd);
    }
    kept = hush();
    log_file_begin(d.fd);
    write_lines(1, "x");
    log_file_end();
    speak(kept);
    assert_int_equal(files_in(d.fd, a, &v), LOG_FILES);
    assert_string_equal(v[0].name, "20200101T000000.005-1.log"); /* the oldest went */
    test_dir_finish(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(every_line_is_in_a_file_also_where_one_ends),
        UNIT(the_folder_never_holds_more_than_its_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
