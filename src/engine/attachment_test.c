/*
 * attachment_test.c: one file on a page of its own, over HTTP: drawn where that can be, said calmly where not.
 */
#include <cairo-pdf.h>

#include "engine/preview.h"
#include "engine/test_files.h"

/* ---- files to show ---- */

static cairo_status_t add_bytes(void *arg, const unsigned char *p, unsigned n)
{
    buf_add_n(arg, p, n);
    return CAIRO_STATUS_SUCCESS;
}

static struct upload pdf_of(struct world *w, const char *name, int pages)
{
    struct buf b;
    cairo_surface_t *s;
    cairo_t *c;

    buf_init(&b, &w->s.a, 1 * MB);
    s = cairo_pdf_surface_create_for_stream(add_bytes, &b, 200, 100);
    c = cairo_create(s);
    while (pages-- > 0)
        cairo_show_page(c);
    cairo_destroy(c);
    cairo_surface_destroy(s);
    return (struct upload){name, "application/pdf", b.s, b.n};
}

static struct upload png_of(struct world *w, const char *name, int width)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, 10);
    struct buf b;

    buf_init(&b, &w->s.a, 1 * MB);
    assert_int_equal(cairo_surface_write_to_png_stream(s, add_bytes, &b), CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(s);
    return (struct upload){name, "image/png", b.s, b.n};
}

/* Of the newest file. */
static const char *address_of(struct world *w, const char *act)
{
    struct attachment *v;

    assert_true(files_of(w, &v) > 0);
    return below(w, text_printf(&w->s.a, "/berkas/%lld%s", (long long)v[0].head.id, act));
}

static const char *shown(struct world *w, const char *login, const char *path)
{
    const char *answer = site_get(&w->s, login, path);

    assert_int_equal(site_status(answer), 200);
    return answer;
}

static void add_one(struct world *w, struct upload u, const char *replaces)
{
    assert_int_equal(site_status(upload(w, "siti", &u, 1, replaces)), 303);
}

static void draws(struct world *w)
{
    assert_int_equal(preview_start(&w->c.app, &w->c.app.preview), 0);
}

/* The threads before the site: whoever waits for them gets an answer. */
static void close_all(struct world *w)
{
    preview_stop(w->c.app.preview);
    w->c.app.preview = NULL;
    world_close(w);
}

/* ---- the page ---- */

static void a_picture_is_shown_with_what_is_known_of_it(void **world)
{
    const char *answer;
    struct attachment *v;

    WORLD(w, world);
    draws(&w);
    add_one(&w, png_of(&w, "denah lantai.png", 30), NULL);
    assert_int_equal(files_of(&w, &v), 1);
    answer = shown(&w, "audit", address_of(&w, "/lihat"));
    assert_non_null(strstr(answer, "alt=\"Isi gambar denah lantai.png\""));
    assert_non_null(strstr(answer, "width=\"30\" height=\"10\""));
    assert_non_null(strstr(answer, v[0].sha256));
    assert_non_null(strstr(answer, ">siti<"));
    assert_null(strstr(answer, "class=\"pager\""));
    answer = shown(&w, "audit", address_of(&w, "/gambar/1"));
    assert_string_equal(site_field(&w.s, answer, "Content-Type"), "image/png");
    assert_string_equal(site_field(&w.s, answer, "X-Content-Type-Options"), "nosniff");
    assert_memory_equal(site_body(answer), "\x89PNG\r\n\x1a\n", 8);
    close_all(&w);
}

static void pages_of_a_pdf_are_leafed_through(void **world)
{
    const char *answer;

    WORLD(w, world);
    draws(&w);
    add_one(&w, pdf_of(&w, "laporan.pdf", 3), NULL);
    answer = shown(&w, "siti", address_of(&w, "/lihat"));
    assert_non_null(strstr(answer, "Halaman 1 dari 3"));
    assert_null(strstr(answer, "rel=\"prev\""));
    assert_non_null(strstr(answer, address_of(&w, "/lihat?hal=2")));
    answer = shown(&w, "siti", address_of(&w, "/lihat?hal=3"));
    assert_non_null(strstr(answer, "Halaman 3 dari berkas laporan.pdf"));
    assert_non_null(strstr(answer, address_of(&w, "/gambar/3")));
    assert_null(strstr(answer, "rel=\"next\""));
    answer = site_get(&w.s, "siti", address_of(&w, "/lihat?hal=4"));
    assert_int_equal(site_status(answer), 404);
    assert_non_null(strstr(answer, "tidak ada dalam pratinjau"));
    assert_int_equal(site_status(site_get(&w.s, "siti", address_of(&w, "/gambar/4"))), 404);
    assert_int_equal(site_status(site_get(&w.s, "siti", address_of(&w, "/lihat?hal=0"))), 404);
    assert_int_equal(site_status(site_get(&w.s, "siti", address_of(&w, "/lihat?hal=x"))), 404);
    close_all(&w);
}

static void what_cannot_be_drawn_is_said_and_offered(void **world)
{
    static const struct upload odd[] = {
        {"catatan.txt", "text/plain", "halo\n", 0},
        {"rusak.pdf", "application/pdf", "%PDF-1.4\nhalo\n%%EOF\n", 0},
    };
    static const char *const words[] = {"tidak memiliki pratinjau", "Berkas aslinya tersimpan utuh"};
    size_t i;

    WORLD(w, world);
    draws(&w);
    for (i = 0; i < ARRAY_LEN(odd); i++) {
        const char *answer;

        add_one(&w, odd[i], NULL);
        answer = shown(&w, "siti", address_of(&w, "/lihat"));
        assert_non_null(strstr(answer, words[i]));
        assert_null(strstr(answer, "<img"));
        assert_non_null(strstr(answer, "Unduh berkas asli"));
        assert_int_equal(site_status(site_get(&w.s, "siti", address_of(&w, "/gambar/1"))), 404);
    }
    close_all(&w);
}

static void a_server_that_cannot_draw_says_so(void **world)
{
    WORLD(w, world);
    add_one(&w, png_of(&w, "a.png", 30), NULL);
    assert_non_null(strstr(shown(&w, "siti", address_of(&w, "/lihat")), "tidak tersedia"));
    assert_int_equal(site_status(site_get(&w.s, "siti", address_of(&w, "/gambar/1"))), 503);
    world_close(&w);
}

static void only_who_reads_the_record_sees_its_files(void **world)
{
    WORLD(w, world);
    draws(&w);
    add_one(&w, png_of(&w, "a.png", 30), NULL);
    (void)shown(&w, "siti", address_of(&w, "/gambar/1")); /* now it is at hand */
    assert_int_equal(site_status(site_get(&w.s, "luar", address_of(&w, "/lihat"))), 404);
    assert_int_equal(site_status(site_get(&w.s, "luar", address_of(&w, "/gambar/1"))), 404);
    assert_int_equal(site_status(site_get(&w.s, NULL, address_of(&w, "/gambar/1"))), 303);
    close_all(&w);
}

static void a_file_that_was_taken_back_is_not_shown(void **world)
{
    WORLD(w, world);
    draws(&w);
    add_one(&w, png_of(&w, "a.png", 30), NULL);
    (void)shown(&w, "siti", address_of(&w, "/lihat"));
    assert_int_equal(site_status(site_post(&w.s, "siti", address_of(&w, "/batal"), "alasan=salah")), 303);
    assert_int_equal(site_status(site_get(&w.s, "siti", address_of(&w, "/lihat"))), 404);
    assert_int_equal(site_status(site_get(&w.s, "siti", address_of(&w, "/gambar/1"))), 404);
    close_all(&w);
}

static void versions_stand_side_by_side(void **world)
{
    struct attachment *v;
    const char *old, *answer;

    WORLD(w, world);
    draws(&w);
    add_one(&w, png_of(&w, "lama.png", 30), NULL);
    assert_int_equal(files_of(&w, &v), 1);
    old = text_printf(&w.s.a, "%lld", (long long)v[0].head.id);
    assert_null(strstr(shown(&w, "siti", address_of(&w, "/lihat")), "Versi berkas ini"));
    add_one(&w, png_of(&w, "baru.png", 40), old);
    answer = shown(&w, "siti", address_of(&w, "/lihat"));
    assert_non_null(strstr(answer, "Versi berkas ini"));
    assert_non_null(strstr(answer, "<b aria-current=\"page\">Versi 2</b>"));
    assert_non_null(strstr(answer, below(&w, text_printf(&w.s.a, "/berkas/%s/lihat\">Versi 1", old))));
    answer = shown(&w, "siti", below(&w, text_printf(&w.s.a, "/berkas/%s/lihat", old)));
    assert_non_null(strstr(answer, "bukan versi terbaru"));
    assert_non_null(strstr(answer, text_printf(&w.s.a, "%s\">Versi 2", address_of(&w, "/lihat"))));
    close_all(&w);
}

/* ---- what was drawn lately ---- */

static struct picture last;
static int drawn_times;

static void note(void *arg, const struct picture *p)
{
    last = *p;
    drawn_times++;
    assert_int_equal(write(*(int *)arg, "x", 1), 1);
}

static int png_file(struct arena *a, int width)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, 4);
    char path[] = "/tmp/terang-pic-XXXXXX";
    int fd = mkstemp(path);
    struct buf b;

    buf_init(&b, a, 1 * MB);
    assert_int_equal(cairo_surface_write_to_png_stream(s, add_bytes, &b), CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(s);
    assert_true(fd > 2);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(write(fd, b.s, b.n), (ssize_t)b.n);
    return fd;
}

static void more_pictures_than_are_kept_push_out_the_oldest(void **world)
{
    const struct app app = {0};
    struct preview *p;
    struct picture kept;
    struct arena a;
    int ends[2], i;
    char c;

    (void)world;
    arena_init(&a, 64 * MB);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(preview_start(&app, &p), 0);
    for (i = 0; i <= PREVIEW_KEPT; i++) {
        assert_int_equal(preview_ask(p, png_file(&a, i + 1), FILE_PNG, text_printf(&a, "%064d", i), 1, note, &ends[1]), 0);
        assert_int_equal(read(ends[0], &c, 1), 1);
        assert_int_equal(last.fault, PAINT_GOOD);
        assert_true(preview_kept(p, text_printf(&a, "%064d", 1), 1, &a, &kept) || i == 0); /* so it stays */
    }
    assert_false(preview_kept(p, text_printf(&a, "%064d", 0), 1, &a, &kept));
    assert_true(preview_kept(p, text_printf(&a, "%064d", PREVIEW_KEPT), 1, &a, &kept));
    assert_int_equal(kept.width, PREVIEW_KEPT + 1);
    assert_int_equal(drawn_times, PREVIEW_KEPT + 1);
    preview_stop(p);
    (void)close(ends[0]);
    (void)close(ends[1]);
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_picture_is_shown_with_what_is_known_of_it),
        TEST_ON_BOTH(pages_of_a_pdf_are_leafed_through),
        TEST_ON_BOTH(what_cannot_be_drawn_is_said_and_offered),
        TEST_ON_BOTH(a_server_that_cannot_draw_says_so),
        TEST_ON_BOTH(only_who_reads_the_record_sees_its_files),
        TEST_ON_BOTH(a_file_that_was_taken_back_is_not_shown),
        TEST_ON_BOTH(versions_stand_side_by_side),
        cmocka_unit_test(more_pictures_than_are_kept_push_out_the_oldest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
