/*
 * place_test.c: places of a city, a province and the nation over HTTP; on both databases. The regions are those of the list,
 * cut to a few rows.
 */
#define DOOR_MODULES &core_module, &front_module, &place_module

#include "core/place/place.h"

#include "core/codeset/codeset.h"
#include "core/front/front.h"
/* The modules of the instance are named before. */
#include "core/user/test_door.h"

static const char regions[] =
    "code,name\n36,Banten\n36.03,Kabupaten Tangerang\n36.03.01,Balaraja\n36.71,Kota Tangerang\n"
    "36.71.01,Tangerang\n36.71.01.1001,Sukarasa\n36.71.01.1002,Sukasari\n36.71.02,Jatiuwung\n36.711,X\n";
static const char good[] = "code,name\n36,Banten\n36.03,Kabupaten Tangerang\n36.03.01,Balaraja\n36.71,Kota Tangerang\n"
                           "36.71.01,Tangerang\n36.71.01.1001,Sukarasa\n36.71.01.1002,Sukasari\n36.71.02,Jatiuwung\n";

static int load(struct door_test *d, const char *content)
{
    const struct codeset_options o = {
        .version = "2025", .basis = "Kepmen contoh", .valid_from = DATE_NONE, .valid_to = DATE_NONE};
    struct codeset_report r;

    return codeset_load(&d->c.app, &d->c.a, codeset_spec_of("region"), &o,
                        (struct bytes){(const uint8_t *)content, strlen(content)}, &r);
}

static void put_government(struct door_test *d, int64_t id, const char *kind, const char *code, const char *slug,
                           const char *name)
{
    const struct government g = {.head = {.id = id},
                                 .kind = {kind},
                                 .code = code,
                                 .slug = slug,
                                 .name = name,
                                 .zone = 420,
                                 .valid_from = DATE_NONE,
                                 .valid_to = DATE_NONE};

    door_insert(d, &government_entity, &g);
}

static void open_all(struct door_test *d)
{
    door_make_city(d);
    put_government(d, 36, "province", "36", "provinsi-contoh", "Provinsi Contoh");
    put_government(d, 90, "supervisor", "0", "pengawas-contoh", "Pengawas Contoh");
    assert_int_equal(load(d, good), 0);
}

static void a_city_shows_its_districts_and_a_district_its_villages(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    open_all(&d);
    assert_int_equal(browser_get(&b, "/kota-contoh/wilayah"), 200);
    assert_non_null(strstr(b.body, "<h1>Kota Tangerang</h1>"));
    assert_non_null(strstr(b.body, "<a href=\"/kota-contoh/wilayah?kode=36.71.01\">Tangerang</a>"));
    assert_non_null(strstr(b.body, "Jatiuwung"));
    assert_null(strstr(b.body, "Sukarasa"));
    assert_null(strstr(b.body, "Balaraja"));
    assert_int_equal(browser_get(&b, "/kota-contoh/wilayah?kode=36.71.01"), 200);
    assert_non_null(strstr(b.body, "Sukarasa"));
    assert_non_null(strstr(b.body, "Sukasari"));
    assert_non_null(strstr(b.body, "<a href=\"/kota-contoh/wilayah?kode=36.71\">Kota Tangerang</a>"));
    assert_non_null(strstr(b.body, "Menurut Kepmen contoh, versi 2025."));
    door_close(&d);
}

static void a_government_has_no_places_of_others(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    open_all(&d);
    assert_int_equal(browser_get(&b, "/kota-contoh/wilayah?kode=36.03"), 404);
    assert_int_equal(browser_get(&b, "/kota-contoh/wilayah?kode=36"), 404);
    assert_int_equal(browser_get(&b, "/kota-contoh/wilayah?kode=36.71.99"), 404);
    assert_int_equal(browser_get(&b, "/provinsi-contoh/wilayah?kode=36.03"), 200);
    assert_non_null(strstr(b.body, "Balaraja"));
    door_close(&d);
}

static void a_province_leads_to_the_governments_that_are_here(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    open_all(&d);
    assert_int_equal(browser_get(&b, "/provinsi-contoh/wilayah"), 200);
    assert_non_null(strstr(b.body, "<a class=\"small\" href=\"/kota-contoh\">"));
    assert_non_null(strstr(b.body, "Kabupaten Tangerang"));
    assert_int_equal(browser_get(&b, "/pengawas-contoh/wilayah"), 200);
    assert_non_null(strstr(b.body, "<a href=\"/pengawas-contoh/wilayah?kode=36\">Banten</a>"));
    door_close(&d);
}

static void the_first_page_of_a_government_counts_its_places(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    open_all(&d);
    assert_int_equal(browser_get(&b, "/kota-contoh"), 200);
    assert_non_null(strstr(b.body, "Kode wilayah 36.71 · 2 kecamatan · 2 kelurahan dan desa. "));
    assert_int_equal(browser_get(&b, "/provinsi-contoh"), 200);
    assert_non_null(strstr(b.body, "2 kabupaten dan kota · 3 kecamatan"));
    assert_int_equal(browser_get(&b, "/pengawas-contoh"), 200);
    assert_null(strstr(b.body, "Kode wilayah 0 ·"));
    door_close(&d);
}

static void without_the_list_the_page_says_so(void **world)
{
    DOOR(d, world);
    struct browser b = {.d = &d};

    door_make_city(&d);
    assert_true(load(&d, regions) < 0); /* 36.711 is no code */
    assert_int_equal(browser_get(&b, "/kota-contoh/wilayah"), 200);
    assert_non_null(strstr(b.body, "Daftar wilayah belum dimuat"));
    assert_int_equal(browser_get(&b, "/kota-contoh"), 200);
    assert_null(strstr(b.body, "id=\"wilayah\""));
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_city_shows_its_districts_and_a_district_its_villages),
        TEST_ON_BOTH(a_government_has_no_places_of_others),
        TEST_ON_BOTH(a_province_leads_to_the_governments_that_are_here),
        TEST_ON_BOTH(the_first_page_of_a_government_counts_its_places),
        TEST_ON_BOTH(without_the_list_the_page_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
