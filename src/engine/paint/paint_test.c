/*
 * paint_test.c: what comes out is small, upright and free of what was beside the pixels; what cannot be drawn says why.
 */
#include <cairo-pdf.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/unit.h"
#include "engine/paint/paint_part.h"
#include "os/os.h"

#define MINE "RAHASIA-GPS-6.17S"

static struct arena arena;

static int set_up(void **world)
{
    (void)world;
    arena_init(&arena, 64 * MB);
    return 0;
}

static int tear_down(void **world)
{
    (void)world;
    arena_finish(&arena);
    return 0;
}

static int file_of(struct bytes b)
{
    char path[] = "/tmp/terang-paint-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(write(fd, b.p, b.n), (ssize_t)b.n);
    return fd;
}

static struct picture drawn(struct bytes b, enum filetype type, int page)
{
    int fd = file_of(b);
    struct picture p;

    paint(fd, type, page, &arena, &p);
    os_close(&fd);
    return p;
}

static cairo_status_t add(void *arg, const unsigned char *p, unsigned n)
{
    buf_add_n(arg, p, n);
    return CAIRO_STATUS_SUCCESS;
}

/* Left half red, right half white. */
static cairo_surface_t *half_red(int w, int h)
{
    cairo_surface_t *s = paint_paper(w, h);
    cairo_t *c = cairo_create(s);

    cairo_set_source_rgb(c, 1, 0, 0);
    cairo_rectangle(c, 0, 0, w / 2.0, h);
    cairo_fill(c);
    cairo_destroy(c);
    return s;
}

static struct bytes png_of(int w, int h)
{
    cairo_surface_t *s = half_red(w, h);
    struct buf b;

    buf_init(&b, &arena, 8 * MB);
    assert_int_equal(cairo_surface_write_to_png_stream(s, add, &b), CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(s);
    return buf_bytes(&b);
}

/* With an EXIF block that says how the camera was held, and where. */
static struct bytes jpeg_of(int w, int h, int turn)
{
    static const char tiff[] = "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0";
    cairo_surface_t *s = half_red(w, h);
    struct bytes plain;
    struct buf exif, b;

    assert_int_equal(paint_write_jpeg(s, &arena, &plain), 0);
    cairo_surface_destroy(s);
    buf_init(&exif, &arena, KB);
    buf_add_n(&exif, tiff, sizeof tiff - 1);
    buf_byte(&exif, (char)turn);
    buf_add_n(&exif, "\0\0\0\0\0\0\0" MINE, 7 + strlen(MINE));
    buf_init(&b, &arena, 8 * MB);
    buf_add_n(&b, plain.p, 2);
    buf_add_n(&b, "\xff\xe1", 2);
    buf_byte(&b, (char)((exif.n + 2) >> 8));
    buf_byte(&b, (char)((exif.n + 2) & 0xff));
    buf_add_n(&b, exif.s, exif.n);
    buf_add_n(&b, plain.p + 2, plain.n - 2);
    return buf_bytes(&b);
}

static struct bytes pdf_of(int pages, double w, double h)
{
    struct buf b;
    cairo_surface_t *s;
    cairo_t *c;

    buf_init(&b, &arena, 8 * MB);
    s = cairo_pdf_surface_create_for_stream(add, &b, w, h);
    c = cairo_create(s);
    while (pages-- > 0) {
        cairo_set_source_rgb(c, 1, 0, 0);
        cairo_rectangle(c, 0, 0, w / 2, h);
        cairo_fill(c);
        cairo_show_page(c);
    }
    cairo_destroy(c);
    cairo_surface_destroy(s);
    return buf_bytes(&b);
}

/* The pixel of what was drawn, in shares of its size; 0xRRGGBB. */
static unsigned pixel(const struct picture *p, double x, double y)
{
    cairo_surface_t *s = NULL;
    unsigned v;
    int turn;

    if (p->jpeg)
        assert_int_equal(paint_read_jpeg(p->content, &s, &turn), PAINT_GOOD);
    else
        assert_int_equal(paint_read_png(p->content, &s), PAINT_GOOD);
    assert_int_equal(cairo_image_surface_get_width(s), p->width);
    assert_int_equal(cairo_image_surface_get_height(s), p->height);
    v = ((uint32_t *)(void *)(cairo_image_surface_get_data(s) +
                              (size_t)cairo_image_surface_get_stride(s) * (size_t)(y * p->height)))[(size_t)(x * p->width)];
    cairo_surface_destroy(s);
    return v & 0xffffff;
}

static bool is_red(unsigned v)
{
    return v >> 16 > 0xf0 && (v & 0xffff) < 0x2020;
}

/* ---- pictures ---- */

static void a_large_picture_becomes_a_small_one(void **world)
{
    struct picture p = drawn(png_of(3000, 600), FILE_PNG, 1);

    (void)world;
    assert_int_equal(p.fault, PAINT_GOOD);
    assert_int_equal(p.width, PAINT_WIDTH);
    assert_int_equal(p.height, 240);
    assert_false(p.jpeg);
    assert_true(is_red(pixel(&p, 0.2, 0.5)));
    assert_int_equal(pixel(&p, 0.8, 0.5), 0xffffff);
}

static void a_small_picture_stays_as_small(void **world)
{
    struct picture p = drawn(png_of(40, 30), FILE_PNG, 1);

    (void)world;
    assert_int_equal(p.width, 40);
    assert_int_equal(p.height, 30);
}

static void a_photo_loses_what_the_camera_wrote(void **world)
{
    struct bytes photo = jpeg_of(400, 300, 1);
    struct picture p = drawn(photo, FILE_JPG, 1);

    (void)world;
    assert_non_null(memmem(photo.p, photo.n, MINE, strlen(MINE)));
    assert_int_equal(p.fault, PAINT_GOOD);
    assert_true(p.jpeg);
    assert_null(memmem(p.content.p, p.content.n, MINE, strlen(MINE)));
    assert_null(memmem(p.content.p, p.content.n, "Exif", 4));
}

static void a_photo_stands_as_its_camera_was_held(void **world)
{
    /* where the red half is, by orientation: a point in it */
    static const double red[9][2] = {{0},        {0.2, 0.5}, {0.8, 0.5}, {0.8, 0.5}, {0.2, 0.5},
                                     {0.5, 0.2}, {0.5, 0.2}, {0.5, 0.8}, {0.5, 0.8}};
    int turn;

    (void)world;
    for (turn = 1; turn <= 8; turn++) {
        struct picture p = drawn(jpeg_of(400, 200, turn), FILE_JPG, 1);

        assert_int_equal(p.fault, PAINT_GOOD);
        assert_int_equal(p.width, turn < 5 ? 400 : 200);
        assert_int_equal(p.height, turn < 5 ? 200 : 400);
        assert_true(is_red(pixel(&p, red[turn][0], red[turn][1])));
        assert_false(is_red(pixel(&p, 1 - red[turn][0], 1 - red[turn][1])));
    }
}

static void a_gif_shows_its_first_picture(void **world)
{
    static const uint8_t gif[] = "GIF89a\x02\0\x01\0\x80\0\0\xff\0\0\0\0\xff\x2c\0\0\0\0\x02\0\x01\0\0\x02\x02\x44\x0a\0;";
    struct picture p = drawn((struct bytes){gif, sizeof gif - 1}, FILE_GIF, 1);

    (void)world;
    assert_int_equal(p.fault, PAINT_GOOD);
    assert_int_equal(p.width, 2);
    assert_int_equal(pixel(&p, 0, 0), 0xff0000);
    assert_int_equal(pixel(&p, 0.6, 0), 0x0000ff);
}

static void half_a_picture_is_broken(void **world)
{
    struct bytes png = png_of(300, 300);
    uint8_t broken[64] = {0xff, 0xd8, 0xff, 0xe0};

    (void)world;
    assert_int_equal(drawn((struct bytes){png.p, png.n / 2}, FILE_PNG, 1).fault, PAINT_BROKEN);
    assert_int_equal(drawn((struct bytes){broken, 64}, FILE_JPG, 1).fault, PAINT_BROKEN);
    assert_int_equal(drawn((struct bytes){(const uint8_t *)"GIF89a", 6}, FILE_GIF, 1).fault, PAINT_BROKEN);
}

static void a_picture_has_one_page(void **world)
{
    (void)world;
    assert_int_equal(drawn(png_of(4, 4), FILE_PNG, 2).fault, PAINT_PAGE);
}

/* ---- PDF ---- */

static void a_page_of_a_pdf_fits(void **world)
{
    struct picture p = drawn(pdf_of(3, 595, 842), FILE_PDF, 2);

    (void)world;
    assert_int_equal(p.fault, PAINT_GOOD);
    assert_int_equal(p.pages, 3);
    assert_true(p.width <= PAINT_WIDTH && p.height <= PAINT_HEIGHT && p.width >= PAINT_WIDTH - 1);
    assert_true(is_red(pixel(&p, 0.2, 0.5)));
    assert_int_equal(pixel(&p, 0.8, 0.5), 0xffffff);
}

static void a_page_as_large_as_a_house_fits_too(void **world)
{
    struct picture p = drawn(pdf_of(1, 14400, 7200), FILE_PDF, 1);

    (void)world;
    assert_int_equal(p.fault, PAINT_GOOD);
    assert_true(p.width <= PAINT_WIDTH && p.height <= PAINT_HEIGHT);
}

static void pages_end_where_the_file_or_the_preview_does(void **world)
{
    struct bytes long_one = pdf_of(PAINT_PAGES + 1, 100, 100);
    struct picture p = drawn(long_one, FILE_PDF, PAINT_PAGES + 1);

    (void)world;
    assert_int_equal(drawn(pdf_of(1, 100, 100), FILE_PDF, 2).fault, PAINT_PAGE);
    assert_int_equal(p.fault, PAINT_PAGE);
    assert_int_equal(p.pages, PAINT_PAGES + 1);
    assert_int_equal(drawn(long_one, FILE_PDF, PAINT_PAGES).fault, PAINT_GOOD);
}

static void a_pdf_with_a_password_says_so(void **world)
{
    static const char locked[] =
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        "4 0 obj<</Filter/Standard/V 1/R 2/P "
        "-4/O(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)/U(bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)>>endobj\n"
        "trailer<</Root 1 0 R/Encrypt 4 0 R/ID[(aaaaaaaaaaaaaaaa)(aaaaaaaaaaaaaaaa)]>>\n%%EOF\n";

    (void)world;
    assert_int_equal(drawn((struct bytes){(const uint8_t *)locked, sizeof locked - 1}, FILE_PDF, 1).fault, PAINT_LOCKED);
}

static void what_is_no_pdf_is_broken(void **world)
{
    static const char text[] = "%PDF-1.7\nhalo\n%%EOF\n";

    (void)world;
    assert_int_equal(drawn((struct bytes){(const uint8_t *)text, sizeof text - 1}, FILE_PDF, 1).fault, PAINT_BROKEN);
}

static void other_kinds_are_not_drawn(void **world)
{
    (void)world;
    assert_false(paint_knows(FILE_DOCX));
    assert_int_equal(drawn((struct bytes){(const uint8_t *)"halo", 4}, FILE_TXT, 1).fault, PAINT_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_picture_becomes_a_small_one),
        cmocka_unit_test(a_small_picture_stays_as_small),
        cmocka_unit_test(a_photo_loses_what_the_camera_wrote),
        cmocka_unit_test(a_photo_stands_as_its_camera_was_held),
        cmocka_unit_test(a_gif_shows_its_first_picture),
        cmocka_unit_test(half_a_picture_is_broken),
        cmocka_unit_test(a_picture_has_one_page),
        cmocka_unit_test(a_page_of_a_pdf_fits),
        cmocka_unit_test(a_page_as_large_as_a_house_fits_too),
        cmocka_unit_test(pages_end_where_the_file_or_the_preview_does),
        cmocka_unit_test(a_pdf_with_a_password_says_so),
        cmocka_unit_test(what_is_no_pdf_is_broken),
        cmocka_unit_test(other_kinds_are_not_drawn),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
