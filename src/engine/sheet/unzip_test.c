/*
 * unzip_test.c: good archives are read, and each trick of F3 is refused by its name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>

#include "engine/sheet/test_zip.h"
#include "engine/sheet/unzip.h"
#include "os/os.h"

static struct made made;

static enum unzip_fault check(const struct unzip_limits *limits)
{
    AUTO_CLOSE int fd = made_fd(&made);
    enum unzip_fault fault;
    int e = unzip_check(fd, limits, &fault);

    assert_true((e == 0) == (fault == UNZIP_GOOD));
    return fault;
}

/* Two members, one stored, one deflated; not ended. */
static void begin_pair(void)
{
    made_init(&made);
    made_member(&made, "satu.txt", "halo", 4, 0);
    made_text(&made, "map/dua.txt", "halo halo halo halo halo halo");
}

static void pair(void)
{
    begin_pair();
    made_end(&made);
}

static int collect(void *arg, const uint8_t *p, size_t n)
{
    char **to = arg;

    memcpy(*to, p, n);
    *to += n;
    return 0;
}

static void members_are_listed_and_unpacked(void **world)
{
    char text[64] = "", *to = text;
    struct arena a;
    struct unzip z;
    (void)world;

    pair();
    AUTO_CLOSE int fd = made_fd(&made);
    arena_init(&a, MB);
    assert_int_equal(unzip_open(&z, fd, &unzip_limits_upload, &a), 0);
    assert_int_equal(z.n, 2);
    assert_null(unzip_find(&z, "DUA.txt"));
    assert_int_equal(unzip_read(&z, unzip_find(&z, "satu.txt"), collect, &to), 0);
    assert_int_equal(unzip_read(&z, unzip_find(&z, "map/dua.txt"), collect, &to), 0);
    assert_string_equal(text, "halohalo halo halo halo halo halo");
    assert_int_equal(z.unpacked, 33);
    arena_finish(&a);
}

static void empty_archive_and_folders_are_good(void **world)
{
    (void)world;
    made_init(&made);
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_GOOD);
    made_init(&made);
    made_member(&made, "map/", "", 0, 0);
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_GOOD);
}

static void descriptor_behind_the_data_is_read(void **world)
{
    static const size_t sizes[] = {12, 16, 20, 24};
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(sizes); i++) {
        size_t skip = sizes[i] == 16 || sizes[i] == 24 ? 4 : 0, at;

        made_init(&made);
        made_member(&made, "satu.txt", "halo", 4, 0);
        made.member[0].flags = 8;
        made_set16(&made, 6, 8);
        at = made.n; /* the descriptor's place: checksum, packed size, size */
        made_bytes(&made, "PK\x07\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizes[i]);
        made_set32(&made, at + skip, made.member[0].crc);
        made_set32(&made, at + skip + 4, 4);
        made_set32(&made, at + skip + (sizes[i] >= 20 ? 12 : 8), 4);
        made_end(&made);
        assert_int_equal(check(&unzip_limits_upload), UNZIP_GOOD);

        made.p[at + skip + 4]++;
        assert_int_equal(check(&unzip_limits_upload), UNZIP_DIFFERS);
    }
}

static void anything_but_a_directory_at_the_end_is_no_archive(void **world)
{
    size_t i;
    (void)world;

    pair();
    for (i = 0; i < made.n; i++) {
        AUTO_CLOSE int fd = memory_fd(made.p, i);
        enum unzip_fault fault;

        assert_true(unzip_check(fd, &unzip_limits_upload, &fault) < 0);
    }
}

static void bytes_in_front_between_and_behind_are_refused(void **world)
{
    (void)world;
    made_init(&made);
    made_bytes(&made, "%PDF-1.7", 8);
    made_text(&made, "a", "b");
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_EXTRA);

    made_init(&made);
    made_text(&made, "a", "b");
    made_bytes(&made, "x", 1);
    made_text(&made, "c", "d");
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_EXTRA);

    begin_pair();
    made_bytes(&made, "x", 1);
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_EXTRA);

    pair();
    made_bytes(&made, "x", 1);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_NOT_ZIP);

    pair();
    made_set16(&made, made.n - 2, 1); /* a comment */
    made_bytes(&made, "x", 1);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_NOT_ZIP);
}

static void overlapping_members_are_refused(void **world)
{
    (void)world;
    pair();
    made_set32(&made, made_entry(&made, 1) + 42, 0); /* both entries point to the first member */
    assert_true(check(&unzip_limits_upload) == UNZIP_DIFFERS || check(&unzip_limits_upload) == UNZIP_OVERLAP);

    made_init(&made); /* the first member's data holds the second member whole */
    made_member(&made, "luar", "0123456789012345678901234567890123456789", 40, 0);
    made_member(&made, "dalam", "x", 1, 0);
    made.member[0].packed = made.member[0].size = 40 + 36;
    made_set32(&made, 18, 76);
    made_set32(&made, 22, 76);
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_OVERLAP);
}

static void local_header_must_repeat_the_directory(void **world)
{
    static const size_t places[] = {6, 8, 14, 18, 22, 26, 30};
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(places); i++) {
        pair();
        made.p[places[i]] ^= 2;
        assert_int_not_equal(check(&unzip_limits_upload), UNZIP_GOOD);
    }
    pair();
    made.p[30] = 'S';
    assert_int_equal(check(&unzip_limits_upload), UNZIP_DIFFERS);
}

static void encryption_other_methods_and_zip64_are_refused(void **world)
{
    (void)world;
    begin_pair();
    made.member[0].flags = 1;
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_ENCRYPTED);
    begin_pair();
    made.member[0].method = 12; /* bzip2 */
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_METHOD);
    begin_pair();
    made.member[0].size = UINT32_MAX;
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_METHOD);
    pair();
    made_set16(&made, made.n - 18, 1); /* disk number */
    assert_int_equal(check(&unzip_limits_upload), UNZIP_METHOD);
}

static void names_that_leave_the_folder_are_refused(void **world)
{
    static const char *const bad[] = {"/etc/passwd", "../a", "a/../b", "a/..", "..", ".",   "a//b",
                                      "a\\b",        "C:a",  "a\nb",   "\xff", "",   "a//", "/"};
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(bad); i++) {
        made_init(&made);
        made_text(&made, bad[i], "x");
        made_end(&made);
        assert_int_equal(check(&unzip_limits_upload), UNZIP_NAME);
    }
    made_init(&made);
    made_text(&made, "a..b/..c/é.txt", "x");
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_GOOD);
}

static void one_name_twice_is_refused(void **world)
{
    (void)world;
    made_init(&made);
    made_text(&made, "xl/a.xml", "x");
    made_text(&made, "xl/A.xml", "y");
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_NAME);
}

static void limits_hold_on_both_sides(void **world)
{
    static uint8_t zeros[100 * 1024];
    struct unzip_limits limits = unzip_limits_upload;
    (void)world;

    pair();
    limits.members = 2;
    assert_int_equal(check(&limits), UNZIP_GOOD);
    limits.members = 1;
    assert_int_equal(check(&limits), UNZIP_MEMBERS);

    limits = unzip_limits_upload;
    limits.unpacked = 33;
    assert_int_equal(check(&limits), UNZIP_GOOD);
    limits.unpacked = 32;
    assert_int_equal(check(&limits), UNZIP_UNPACKED);

    made_init(&made);
    made_member(&made, "nol", zeros, sizeof zeros, 1);
    made_end(&made);
    limits = unzip_limits_upload;
    assert_int_equal(check(&limits), UNZIP_RATIO);
    limits.ratio = 2000;
    assert_int_equal(check(&limits), UNZIP_GOOD);
}

static void size_in_the_header_is_not_believed(void **world)
{
    static uint8_t zeros[100 * 1024];
    (void)world;

    made_init(&made);
    made_member(&made, "nol", zeros, sizeof zeros, 1);
    made.member[0].size = 10;
    made_set32(&made, 22, 10);
    made_end(&made);
    assert_int_equal(check(&unzip_limits_upload), UNZIP_DAMAGED);
}

static void archive_in_an_archive_is_refused(void **world)
{
    static const char *const bad[] = {"PK\x03\x04 isi", "\x1f\x8b\x08 isi", "Rar!\x1a\x07", "7z\xbc\xaf\x27\x1c"};
    struct unzip_limits limits = unzip_limits_upload;
    size_t i;
    (void)world;

    limits.nested = true;
    for (i = 0; i < ARRAY_LEN(bad); i++) {
        made_init(&made);
        made_text(&made, "gambar.jpg", bad[i]);
        made_end(&made);
        assert_int_equal(check(&unzip_limits_upload), UNZIP_NESTED);
        assert_int_equal(check(&limits), UNZIP_GOOD);
    }
}

static void damaged_data_is_noticed(void **world)
{
    size_t at, i;
    (void)world;

    pair();
    at = made.member[1].header + 30 + strlen("map/dua.txt");
    for (i = 0; i < (made.member[1].packed - 1) * 8; i++) { /* the last byte is partly padding */
        made.p[at + i / 8] ^= (uint8_t)(1u << i % 8);
        assert_int_not_equal(check(&unzip_limits_upload), UNZIP_GOOD);
        made.p[at + i / 8] ^= (uint8_t)(1u << i % 8);
    }
    made.p[34] ^= 1; /* the stored one: only its checksum tells */
    assert_int_not_equal(check(&unzip_limits_upload), UNZIP_GOOD);
}

static void every_fault_has_a_text(void **world)
{
    int i;
    (void)world;

    for (i = 0; i < UNZIP_FAULT_COUNT; i++)
        assert_memory_equal(unzip_fault_key((enum unzip_fault)i), "zip.", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_listed_and_unpacked),
        cmocka_unit_test(empty_archive_and_folders_are_good),
        cmocka_unit_test(descriptor_behind_the_data_is_read),
        cmocka_unit_test(anything_but_a_directory_at_the_end_is_no_archive),
        cmocka_unit_test(bytes_in_front_between_and_behind_are_refused),
        cmocka_unit_test(overlapping_members_are_refused),
        cmocka_unit_test(local_header_must_repeat_the_directory),
        cmocka_unit_test(encryption_other_methods_and_zip64_are_refused),
        cmocka_unit_test(names_that_leave_the_folder_are_refused),
        cmocka_unit_test(one_name_twice_is_refused),
        cmocka_unit_test(limits_hold_on_both_sides),
        cmocka_unit_test(size_in_the_header_is_not_believed),
        cmocka_unit_test(archive_in_an_archive_is_refused),
        cmocka_unit_test(damaged_data_is_noticed),
        cmocka_unit_test(every_fault_has_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
