/*
 * crest_test.c: pictures that are taken, and everything in a file that is no picture.
 */
#include "core/profile/crest.h"

#include <zlib.h>

#include "base/unit.h"

#define HEAD    8
#define SIDE    64
#define GREY    0
#define RGBA    6
#define DATA_AT (HEAD + 25) /* behind the head and its chunk */

struct making {
    uint32_t width, height;
    uint8_t colour, interlaced;
    size_t unpacked;  /* bytes of picture */
    const char *more; /* kind of a chunk before the picture; NULL none */
};

static void put_number(uint8_t *to, size_t n)
{
    to[0] = (uint8_t)(n >> 24);
    to[1] = (uint8_t)(n >> 16);
    to[2] = (uint8_t)(n >> 8);
    to[3] = (uint8_t)n;
}

static size_t put_chunk(uint8_t *to, const char *kind, const void *data, size_t n)
{
    put_number(to, n);
    memcpy(to + 4, kind, 4);
    if (n > 0)
        memcpy(to + 8, data, n);
    put_number(to + 8 + n, crc32(crc32(0, NULL, 0), to + 4, (uInt)(n + 4)));
    return n + 12;
}

static struct bytes make(struct arena *a, const struct making *m)
{
    static const uint8_t head[HEAD] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    uint8_t *file = arena_alloc(a, 256 * KB), ihdr[13] = {0}, *picture = arena_alloc(a, m->unpacked + 1), *packed;
    uLongf n_packed = compressBound(m->unpacked);
    size_t n = HEAD;

    memcpy(file, head, HEAD);
    put_number(ihdr, m->width);
    put_number(ihdr + 4, m->height);
    ihdr[8] = 8;
    ihdr[9] = m->colour;
    ihdr[12] = m->interlaced;
    n += put_chunk(file + n, "IHDR", ihdr, sizeof ihdr);
    if (m->more != NULL)
        n += put_chunk(file + n, m->more, "rahasia", 7);
    packed = arena_alloc(a, n_packed);
    memset(picture, 0, m->unpacked + 1);
    assert_int_equal(compress(packed, &n_packed, picture, m->unpacked), Z_OK);
    n += put_chunk(file + n, "IDAT", packed, n_packed);
    n += put_chunk(file + n, "IEND", NULL, 0);
    return (struct bytes){file, n};
}

static struct making plain(void)
{
    return (struct making){.width = SIDE, .height = SIDE, .colour = RGBA, .unpacked = SIDE * (1 + SIDE * 4)};
}

static const char *take(void **world, const struct making *m, struct crest *ret)
{
    return crest_take(unit_arena(world), make(unit_arena(world), m), ret);
}

static void a_plain_picture_is_taken_as_it_is(void **world)
{
    struct making m = plain();
    struct bytes file = make(unit_arena(world), &m);
    struct crest c;

    assert_null(crest_take(unit_arena(world), file, &c));
    assert_int_equal(c.width, SIDE);
    assert_int_equal(c.height, SIDE);
    assert_int_equal(c.png.n, file.n);
    assert_memory_equal(c.png.p, file.p, file.n);
}

static void what_only_accompanies_a_picture_is_left_out(void **world)
{
    struct making m = plain();
    struct crest c;

    m.more = "tEXt";
    assert_null(take(world, &m, &c));
    assert_null(memmem(c.png.p, c.png.n, "rahasia", 7));
    m.more = "eXIf";
    assert_null(take(world, &m, &c));
    assert_null(memmem(c.png.p, c.png.n, "rahasia", 7));
    m.more = "acTL"; /* an animation becomes its first picture */
    assert_null(take(world, &m, &c));
    assert_null(memmem(c.png.p, c.png.n, "acTL", 4));
}

static void a_chunk_that_must_be_understood_and_is_not_is_refused(void **world)
{
    struct making m = plain();
    struct crest c;

    m.more = "ABCD";
    assert_string_equal(take(world, &m, &c), "crest.broken");
}

static void other_files_are_no_picture(void **world)
{
    static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    struct crest c;

    assert_string_equal(crest_take(unit_arena(world), (struct bytes){(const uint8_t *)svg, sizeof svg - 1}, &c),
                        "crest.no-png");
    assert_string_equal(crest_take(unit_arena(world), (struct bytes){0}, &c), "crest.no-png");
}

static void what_stands_behind_the_picture_is_refused(void **world)
{
    struct making m = plain();
    struct bytes file = make(unit_arena(world), &m);
    struct crest c;

    file.n++; /* the memory behind it is ours */
    assert_string_equal(crest_take(unit_arena(world), file, &c), "crest.broken");
}

static void every_cut_file_is_refused(void **world)
{
    struct making m = plain();
    struct bytes file = make(unit_arena(world), &m);
    struct crest c;
    size_t n;

    for (n = HEAD; n < file.n; n++)
        assert_string_equal(crest_take(unit_arena(world), (struct bytes){file.p, n}, &c), "crest.broken");
}

static void every_changed_byte_behind_the_head_is_noticed(void **world)
{
    struct making m = plain();
    struct bytes file = make(unit_arena(world), &m);
    uint8_t *p = (uint8_t *)(uintptr_t)file.p;
    struct crest c;
    size_t i;

    for (i = HEAD; i < file.n; i++) {
        p[i] ^= 0x41;
        assert_non_null(crest_take(unit_arena(world), file, &c));
        p[i] ^= 0x41;
    }
    assert_null(crest_take(unit_arena(world), file, &c));
}

static void a_picture_is_as_much_as_its_head_says(void **world)
{
    struct making m = plain();
    struct crest c;

    m.unpacked--;
    assert_string_equal(take(world, &m, &c), "crest.broken");
    m.unpacked += 2;
    assert_string_equal(take(world, &m, &c), "crest.broken");
    m.unpacked = 8 * MB; /* small packed, large unpacked */
    assert_string_equal(take(world, &m, &c), "crest.broken");
}

static void passes_of_an_interlaced_picture_are_counted(void **world)
{
    struct making m = plain();
    struct crest c;

    /* 64 x 64 grey, Adam7: 8 lines of 8, 8 of 8, 8 of 16, 16 of 16, 16 of 32, 32 of 32, 32 of 64, and a byte each line. */
    m.colour = GREY;
    m.interlaced = 1;
    m.unpacked = 8 * 9 + 8 * 9 + 8 * 17 + 16 * 17 + 16 * 33 + 32 * 33 + 32 * 65;
    assert_null(take(world, &m, &c));
    m.unpacked++;
    assert_string_equal(take(world, &m, &c), "crest.broken");
}

static void sides_have_bounds(void **world)
{
    struct making m = plain();
    struct crest c;

    m.width = CREST_SIDE_LEAST - 1;
    assert_string_equal(take(world, &m, &c), "crest.size");
    m.width = CREST_SIDE_MOST + 1;
    assert_string_equal(take(world, &m, &c), "crest.size");
    m.width = UINT32_MAX;
    assert_string_equal(take(world, &m, &c), "crest.size");
    m.width = CREST_SIDE_LEAST;
    m.unpacked = SIDE * (1 + CREST_SIDE_LEAST * 4);
    assert_null(take(world, &m, &c));
}

static void a_large_file_is_refused_unread(void **world)
{
    struct making m = plain();
    struct bytes file = make(unit_arena(world), &m);
    struct crest c;

    file.n = CREST_FILE_MAX + 1;
    assert_string_equal(crest_take(unit_arena(world), file, &c), "crest.big");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_plain_picture_is_taken_as_it_is),
        UNIT(what_only_accompanies_a_picture_is_left_out),
        UNIT(a_chunk_that_must_be_understood_and_is_not_is_refused),
        UNIT(other_files_are_no_picture),
        UNIT(what_stands_behind_the_picture_is_refused),
        UNIT(every_cut_file_is_refused),
        UNIT(every_changed_byte_behind_the_head_is_noticed),
        UNIT(a_picture_is_as_much_as_its_head_says),
        UNIT(passes_of_an_interlaced_picture_are_counted),
        UNIT(sides_have_bounds),
        UNIT(a_large_file_is_refused_unread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
