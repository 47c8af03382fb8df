/*
 * archive_test.c: what goes in comes out; anything else is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "core/archive/archive.h"
#include "core/archive/format.h"
#include "os/os.h"

/* What a reading of an archive saw, as text. */
struct seen {
    struct arena arena;
    struct buf text;
    int64_t data; /* bytes in all */
    int fail_at_member;
};

static int saw_member(void *arg, const char *name)
{
    struct seen *s = arg;

    buf_printf(&s->text, "[%s]", name);
    return s->fail_at_member != 0 ? s->fail_at_member : 0;
}

static int saw_data(void *arg, const void *p, size_t n)
{
    struct seen *s = arg;

    s->data += (int64_t)n;
    if (n < 100)
        buf_add_n(&s->text, p, n);
    return 0;
}

static int saw_end(void *arg, const char *name, int64_t size, const uint8_t sha256[32])
{
    struct seen *s = arg;

    (void)name;
    buf_printf(&s->text, "<%lld %02x>", (long long)size, (unsigned)sha256[0]);
    return 0;
}

static void seen_init(struct seen *s)
{
    *s = (struct seen){0};
    arena_init(&s->arena, MB);
    buf_init(&s->text, &s->arena, 64 * KB);
}

static struct archive_sink sink_of(struct seen *s)
{
    return (struct archive_sink){.member = saw_member, .data = saw_data, .end = saw_end, .arg = s};
}

static int memory_file(const void *p, size_t n)
{
    int fd = memfd_create("archive", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, p, n), (ssize_t)n);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static void put(struct archive_writer *w, const char *name, const void *p, size_t n)
{
    assert_int_equal(archive_member(w, name), 0);
    assert_int_equal(archive_write(w, p, n), 0);
    assert_int_equal(archive_member_end(w), 0);
}

/* A small archive of two members; the descriptor stands at its beginning. */
static int small_archive(const struct archive_keys *keys)
{
    int fd = memory_file("", 0);
    struct archive_writer *w;

    assert_int_equal(archive_create(fd, keys->public_key, &w), 0);
    put(w, "db.sqlite", "abc", 3);
    put(w, "files/1", "", 0);
    assert_int_equal(archive_finish(w), 0);
    archive_close(w);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static void members_come_out_as_they_went_in(void **world)
{
    struct archive_keys keys;
    struct archive_sink sink;
    struct archive_sum sum;
    struct seen s;
    (void)world;

    archive_keys_new(&keys);
    seen_init(&s);
    sink = sink_of(&s);
    AUTO_CLOSE int fd = small_archive(&keys);
    assert_int_equal(archive_read(fd, &keys, &sink, &sum), 0);
    assert_string_equal(s.text.s, "[db.sqlite]abc<3 ba>[files/1]<0 e3>");
    assert_int_equal(sum.members, 2);
    assert_int_equal(sum.bytes, 3);
    arena_finish(&s.arena);
}

static void large_member_passes_through_in_pieces(void **world)
{
    enum { SIZE = 3 * 64 * 1024 + 5 };
    struct archive_keys keys;
    struct archive_writer *w;
    struct archive_sink sink;
    struct archive_sum sum;
    struct seen s;
    uint8_t *content = calloc(1, SIZE);
    (void)world;

    assert_non_null(content);
    archive_keys_new(&keys);
    seen_init(&s);
    sink = sink_of(&s);
    AUTO_CLOSE int from = memory_file(content, SIZE);
    AUTO_CLOSE int fd = memory_file("", 0);
    assert_int_equal(archive_create(fd, keys.public_key, &w), 0);
    assert_int_equal(archive_add_fd(w, "big", from), 0);
    put(w, "exact", content, FRAME_DATA_MAX);
    assert_int_equal(archive_finish(w), 0);
    archive_close(w);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(archive_read(fd, &keys, &sink, &sum), 0);
    assert_int_equal(s.data, SIZE + FRAME_DATA_MAX);
    assert_int_equal(sum.bytes, SIZE + FRAME_DATA_MAX);
    arena_finish(&s.arena);
    free(content);
}

static void empty_archive_is_an_archive(void **world)
{
    struct archive_keys keys;
    struct archive_writer *w;
    struct archive_sum sum;
    (void)world;

    archive_keys_new(&keys);
    AUTO_CLOSE int fd = memory_file("", 0);
    assert_int_equal(archive_create(fd, keys.public_key, &w), 0);
    assert_int_equal(archive_finish(w), 0);
    archive_close(w);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(archive_read(fd, &keys, NULL, &sum), 0);
    assert_int_equal(sum.members, 0);
}

static void another_key_opens_nothing(void **world)
{
    struct archive_keys keys, other;
    struct archive_sum sum;
    (void)world;

    archive_keys_new(&keys);
    archive_keys_new(&other);
    AUTO_CLOSE int fd = small_archive(&keys);
    assert_int_equal(archive_read(fd, &other, NULL, &sum), E_PERMIT);
}

/* The bytes of the small archive, and reading a changed copy of them. */
static size_t archive_bytes(const struct archive_keys *keys, uint8_t *ret, size_t size)
{
    AUTO_CLOSE int fd = small_archive(keys);
    ssize_t n = read(fd, ret, size);

    assert_in_range(n, 200, size - 1);
    return (size_t)n;
}

static int read_bytes(const struct archive_keys *keys, const uint8_t *p, size_t n)
{
    AUTO_CLOSE int fd = memory_file(p, n);
    struct archive_sum sum;

    return archive_read(fd, keys, NULL, &sum);
}

static void any_flipped_bit_is_refused(void **world)
{
    struct archive_keys keys;
    uint8_t all[2048];
    size_t n, i;
    (void)world;

    archive_keys_new(&keys);
    n = archive_bytes(&keys, all, sizeof all);
    assert_int_equal(read_bytes(&keys, all, n), 0);
    for (i = 0; i < n * 8; i++) {
        all[i / 8] ^= (uint8_t)(1u << i % 8);
        assert_true(read_bytes(&keys, all, n) < 0);
        all[i / 8] ^= (uint8_t)(1u << i % 8);
    }
}

static void any_cut_and_anything_behind_is_refused(void **world)
{
    struct archive_keys keys;
    uint8_t all[2048];
    size_t n, i;
    (void)world;

    archive_keys_new(&keys);
    n = archive_bytes(&keys, all, sizeof all);
    for (i = 0; i < n; i++)
        assert_int_equal(read_bytes(&keys, all, i), E_FORMAT);
    all[n] = 0;
    assert_int_equal(read_bytes(&keys, all, n + 1), E_FORMAT);
}

static void frames_left_out_or_swapped_are_refused(void **world)
{
    struct archive_keys keys;
    uint8_t all[2048], changed[2048];
    size_t n, at[16], frames = 0, i;
    (void)world;

    archive_keys_new(&keys);
    n = archive_bytes(&keys, all, sizeof all);
    for (i = HEAD_BYTES; i < n; frames++) {
        at[frames] = i;
        i += 4u + (size_t)all[i] + ((size_t)all[i + 1] << 8);
    }
    at[frames] = n;
    for (i = 0; i < frames; i++) {
        memcpy(changed, all, at[i]);
        memcpy(changed + at[i], all + at[i + 1], n - at[i + 1]);
        assert_int_equal(read_bytes(&keys, changed, n - (at[i + 1] - at[i])), E_FORMAT);
    }
    for (i = 0; i + 1 < frames; i++) {
        size_t first = at[i + 1] - at[i], second = at[i + 2] - at[i + 1];

        memcpy(changed, all, n);
        memcpy(changed + at[i], all + at[i + 1], second);
        memcpy(changed + at[i] + second, all + at[i], first);
        assert_int_equal(read_bytes(&keys, changed, n), E_FORMAT);
    }
}

/* An archive from frames that are genuine but stand for something wrong: (kind, tag, payload). */
static int read_frames_of(const struct archive_keys *keys, const char *const *payloads, size_t n)
{
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES], all[2048];
    size_t at = HEAD_BYTES, i;

    crypto_secretstream_xchacha20poly1305_keygen(key);
    memcpy(all, ARCHIVE_MAGIC, MAGIC_BYTES);
    assert_int_equal(crypto_box_seal(all + MAGIC_BYTES, key, sizeof key, keys->public_key), 0);
    (void)crypto_secretstream_xchacha20poly1305_init_push(&stream, all + MAGIC_BYTES + SEALED_BYTES, key);
    for (i = 0; i < n; i++) {
        unsigned long long sealed;
        uint8_t tag = payloads[i][0] == 'F' ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;

        (void)crypto_secretstream_xchacha20poly1305_push(&stream, all + at + 4, &sealed, (const uint8_t *)payloads[i],
                                                         strlen(payloads[i]), NULL, 0, tag);
        memcpy(all + at, (const uint8_t[]){(uint8_t)sealed, (uint8_t)(sealed >> 8), 0, 0}, 4);
        at += 4 + (size_t)sealed;
    }
    return read_bytes(keys, all, at);
}

static void genuine_frames_in_a_wrong_order_are_refused(void **world)
{
    static const char *const bad[][3] = {
        {"F", NULL, NULL},   /* no manifest */
        {"Dabc", "F", NULL}, /* data outside a member */
        {"Ma", "Mb", "F"},   /* a member in a member */
        {"Ma", "F", NULL},   /* a member without end */
        {"M../etc/passwd", "F", NULL},
        {"M/etc/passwd", "F", NULL},
        {"M", "F", NULL},
        {"X", "F", NULL},
        {"Ma", "E", "F"},
    };
    struct archive_keys keys;
    size_t i;
    (void)world;

    archive_keys_new(&keys);
    for (i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(read_frames_of(&keys, bad[i], bad[i][1] == NULL ? 1 : bad[i][2] == NULL ? 2 : 3), E_FORMAT);
}

static void sink_can_end_the_reading(void **world)
{
    struct archive_keys keys;
    struct archive_sink sink;
    struct archive_sum sum;
    struct seen s;
    (void)world;

    archive_keys_new(&keys);
    seen_init(&s);
    s.fail_at_member = E_FULL;
    sink = sink_of(&s);
    AUTO_CLOSE int fd = small_archive(&keys);
    assert_int_equal(archive_read(fd, &keys, &sink, &sum), E_FULL);
    assert_string_equal(s.text.s, "[db.sqlite]");
    arena_finish(&s.arena);
}

static void names_that_leave_the_archive_are_refused(void **world)
{
    static const char *const bad[] = {"", "/a", "a//b", "a/", "../a", "a/..", "./a", "a\\b", "a\nb", "MANIFEST"};
    struct archive_keys keys;
    struct archive_writer *w;
    char name[ARCHIVE_NAME_MAX + 2];
    size_t i;
    (void)world;

    archive_keys_new(&keys);
    AUTO_CLOSE int fd = memory_file("", 0);
    assert_int_equal(archive_create(fd, keys.public_key, &w), 0);
    for (i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(archive_member(w, bad[i]), E_INPUT);
    memset(name, 'a', sizeof name);
    name[ARCHIVE_NAME_MAX + 1] = '\0';
    assert_int_equal(archive_member(w, name), E_INPUT);
    name[ARCHIVE_NAME_MAX] = '\0';
    assert_int_equal(archive_member(w, name), 0);
    assert_int_equal(archive_member_end(w), 0);
    assert_int_equal(archive_member(w, "..a/b..c/.d"), 0);
    assert_int_equal(archive_member_end(w), 0);
    archive_close(w);
}

static void full_disk_is_reported(void **world)
{
    struct archive_keys keys;
    struct archive_writer *w;
    (void)world;

    archive_keys_new(&keys);
    AUTO_CLOSE int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_int_equal(archive_create(fd, keys.public_key, &w), E_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_come_out_as_they_went_in),
        cmocka_unit_test(large_member_passes_through_in_pieces),
        cmocka_unit_test(empty_archive_is_an_archive),
        cmocka_unit_test(another_key_opens_nothing),
        cmocka_unit_test(any_flipped_bit_is_refused),
        cmocka_unit_test(any_cut_and_anything_behind_is_refused),
        cmocka_unit_test(frames_left_out_or_swapped_are_refused),
        cmocka_unit_test(genuine_frames_in_a_wrong_order_are_refused),
        cmocka_unit_test(sink_can_end_the_reading),
        cmocka_unit_test(names_that_leave_the_archive_are_refused),
        cmocka_unit_test(full_disk_is_reported),
    };

    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
