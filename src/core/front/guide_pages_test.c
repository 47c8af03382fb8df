/*
 * guide_pages_test.c: the guide as a browser gets it: without an account, in the reader's frame, from every page; on both
 * databases. What the guide says is asked by tests/entity/guide_test.c.
 */
#define DOOR_MODULES &core_module, &front_module

#include "core/front/front.h"
#include "core/front/guide.h"
/* The modules of the instance are named before. */
#include "core/user/test_door.h"

static void everybody_reads_each_guide_in_indonesian(void **world)
{
    size_t i;

    DOOR(d, world);
    struct browser b = {.d = &d};

    assert_int_equal(browser_get(&b, GUIDE_PATH), 200);
    assert_non_null(strstr(b.body, "<h1>Panduan</h1>"));
    for (i = 0; i < guides_n; i++) {
        const char *path = text_printf(&d.site.a, GUIDE_PATH "/%s", guides[i].name);

        assert_non_null(strstr(b.body, text_printf(&d.site.a, "<a href=\"%s\"><b>", path)));
        assert_int_equal(browser_get(&b, path), 200);
        assert_non_null(strstr(b.body, text_printf(&d.site.a, "<h1>%s</h1>", lang_text(LANG_ID, guides[i].title))));
        assert_non_null(strstr(b.body, "aria-labelledby=\"daftar\""));
        assert_null(strstr(b.body, lang_text(LANG_ID, "guide.in-indonesian")));
        assert_int_equal(browser_get(&b, GUIDE_PATH), 200);
    }
    door_close(&d);
}

static void an_english_reader_is_told_and_the_text_is_marked(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    assert_int_equal(browser_get(&b, GUIDE_PATH "/pegawai?bahasa=en"), 200);
    assert_non_null(strstr(b.body, "<html lang=\"en\">"));
    assert_non_null(strstr(b.body, "<h1>Guide for staff</h1>"));
    assert_non_null(strstr(b.body, lang_text(LANG_EN, "guide.in-indonesian")));
    assert_non_null(strstr(b.body, "<div class=\"stack\" lang=\"id\">"));
    assert_non_null(strstr(b.body, "Previous: Guide for citizens"));
    assert_non_null(strstr(b.body, "Next: Guide for supervisors"));
    door_close(&d);
}

static void the_first_guide_has_none_before_it_and_the_last_none_after(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    assert_int_equal(browser_get(&b, GUIDE_PATH "/warga"), 200);
    assert_null(strstr(b.body, "Sebelumnya:"));
    assert_non_null(strstr(b.body, "Berikutnya:"));
    assert_int_equal(browser_get(&b, GUIDE_PATH "/operator"), 200);
    assert_non_null(strstr(b.body, "Sebelumnya:"));
    assert_null(strstr(b.body, "Berikutnya:"));
    door_close(&d);
}

static void no_other_file_is_a_guide(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    assert_int_equal(browser_get(&b, GUIDE_PATH "/README"), 404);
    assert_int_equal(browser_get(&b, GUIDE_PATH "/lain"), 404);
    assert_int_equal(browser_get(&b, GUIDE_PATH "/%2e%2e"), 400);
    door_close(&d);
}

static void a_page_leads_to_its_place_and_its_foot_to_the_first_page(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    assert_int_equal(browser_get(&b, "/masuk/lupa"), 200);
    assert_non_null(strstr(b.body, "<a href=\"" GUIDE_PATH "/pegawai#lupa-kata-sandi\">"));
    assert_non_null(strstr(b.body, "<a href=\"" GUIDE_PATH "\">Panduan</a>"));
    assert_int_equal(browser_get(&b, "/v"), 200);
    assert_non_null(strstr(b.body, "<a href=\"" GUIDE_PATH "/warga#memeriksa-bukti\">"));
    assert_int_equal(browser_get(&b, "/tidak/ada"), 404);
    assert_non_null(strstr(b.body, "<a href=\"" GUIDE_PATH "\">Panduan</a>"));
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(everybody_reads_each_guide_in_indonesian),
        TEST_ON_BOTH(an_english_reader_is_told_and_the_text_is_marked),
        TEST_ON_BOTH(the_first_guide_has_none_before_it_and_the_last_none_after),
        TEST_ON_BOTH(no_other_file_is_a_guide),
        TEST_ON_BOTH(a_page_leads_to_its_place_and_its_foot_to_the_first_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
