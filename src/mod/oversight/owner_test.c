/*
 * owner_test.c: names of owners as a plan of 2016 writes them.
 */
#include "base/unit.h"
#undef fail
#include "mod/oversight/oversight.h"

static const struct owner_agency agencies[] = {
    {1, "Badan Perencanaan Pembangunan Daerah", "Bappeda"},
    {2, "Badan Pengelola Keuangan Daerah", "BPKD"},
    {3, "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "DPMPTSP"},
    {4, "Inspektorat", NULL},
    {5, "Dinas Pendidikan", "Disdik"},
};

static size_t match(void **world, const char *text, struct owner ret[static OWNERS_MAX])
{
    return owners_match(unit_arena(world), text, "Kota Tangerang", agencies, ARRAY_LEN(agencies), ret);
}

static int64_t one(void **world, const char *text)
{
    struct owner v[OWNERS_MAX];

    assert_int_equal(match(world, text, v), 1);
    return v[0].agency;
}

static void a_cell_is_split_and_what_matches_no_agency_stays_as_text(void **world)
{
    struct owner v[OWNERS_MAX];

    assert_int_equal(match(world, "Sekda; Badan Pengelola Keuangan; DPMPTSP; Bappeda; Inspektorat", v), 5);
    assert_string_equal(v[0].name, "Sekda");
    assert_int_equal(v[0].agency, 0);
    assert_int_equal(v[1].agency, 2);
    assert_int_equal(v[2].agency, 3);
    assert_int_equal(v[3].agency, 1);
    assert_int_equal(v[4].agency, 4);
}

static void the_name_of_the_government_behind_an_agency_does_not_matter(void **world)
{
    assert_int_equal(one(world, "Badan Pengelola Keuangan Kota Tangerang"), 2);
    assert_int_equal(one(world, "DPMPTSP Kota Tangerang"), 3);
    assert_int_equal(one(world, "inspektorat  KOTA tangerang"), 4);
}

static void an_office_is_found_with_and_without_dinas(void **world)
{
    assert_int_equal(one(world, "Pendidikan"), 5);
    assert_int_equal(one(world, "Dinas Pendidikan"), 5);
    assert_int_equal(one(world, "disdik"), 5);
    assert_int_equal(one(world, "Badan Pendidikan"), 0);
}

static void a_person_or_the_whole_government_is_no_agency(void **world)
{
    assert_int_equal(one(world, "Wali Kota Tangerang"), 0);
    assert_int_equal(one(world, "Pemkot Tangerang"), 0);
    assert_int_equal(one(world, "Kota Tangerang"), 0);
}

static void empty_parts_are_none(void **world)
{
    struct owner v[OWNERS_MAX];

    assert_int_equal(match(world, "", v), 0);
    assert_int_equal(match(world, NULL, v), 0);
    assert_int_equal(match(world, " ; BPKD ;; ", v), 1);
    assert_int_equal(match(world, "a;b;c;d;e;f;g;h;i;j;k;l;m", v), OWNERS_MAX);
}

static void a_site_follows_from_the_slug(void **world)
{
    struct arena *a = unit_arena(world);

    assert_string_equal(gov_site(a, "kota-tangerang"), "tangerangkota.go.id");
    assert_string_equal(gov_site(a, "kota-tangerang-selatan"), "tangerangselatankota.go.id");
    assert_string_equal(gov_site(a, "kabupaten-lebak"), "lebakkab.go.id");
    assert_string_equal(gov_site(a, "provinsi-banten"), "bantenprov.go.id");
    assert_string_equal(gov_site(a, "kpk"), "kpk.go.id");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_cell_is_split_and_what_matches_no_agency_stays_as_text),
        UNIT(the_name_of_the_government_behind_an_agency_does_not_matter),
        UNIT(an_office_is_found_with_and_without_dinas),
        UNIT(a_person_or_the_whole_government_is_no_agency),
        UNIT(empty_parts_are_none),
        UNIT(a_site_follows_from_the_slug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
