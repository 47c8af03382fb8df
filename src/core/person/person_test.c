/*
 * person_test.c: masks, blind index, and the numbers of people.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/date.h"
#include "core/person/civil_id.h"
#include "core/person/mask.h"

static void mask_leaves_only_what_the_kind_allows(void **world)
{
    static const struct {
        enum mask_kind kind;
        const char *value, *masked;
    } rows[] = {
        {MASK_NIK, "3671014107900001", "••••••••••••0001"},
        {MASK_NIK, "12345678", "••••••••"},
        {MASK_NIP, "19860926 201505 1 001", "•••••••• •••••• 1 001"},
        {MASK_PHONE, "081234567789", "0812•••••789"},
        {MASK_PHONE, "+62 812-3456-789", "+62 8••-••••-789"},
        {MASK_PHONE, "110", "•••"},
        {MASK_ACCOUNT, "0001234567", "••••••4567"},
        {MASK_ACCOUNT, "1234567", "•••••••"},
        {MASK_EMAIL, "budi.santosa@contoh.go.id", "b•••@contoh.go.id"},
        {MASK_EMAIL, "b@contoh.go.id", "•••@contoh.go.id"},
        {MASK_EMAIL, "éva@contoh.go.id", "é•••@contoh.go.id"},
        {MASK_EMAIL, "tidak-ada", "•••"},
        {MASK_ACCOUNT, "éééé1234", "••••1234"},
        {MASK_ALL, "apa saja", "••••••••"},
        {MASK_ALL, "", ""},
    };
    struct arena a;
    size_t i;
    (void)world;

    arena_init(&a, 64 * KB);
    for (i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(mask_text(&a, rows[i].kind, rows[i].value), rows[i].masked);
    assert_null(mask_text(&a, MASK_NIK, NULL));
    arena_finish(&a);
}

static void blind_index_depends_on_key_column_and_digits_only(void **world)
{
    static const uint8_t key[32] = {1}, other_key[32] = {2};
    uint8_t one[BLIND_INDEX_BYTES], two[BLIND_INDEX_BYTES];
    (void)world;

    assert_int_equal(blind_index(key, "person.nik", "3671014107900001", one), 0);
    assert_int_equal(blind_index(key, "person.nik", " 3671 0141 0790 0001", two), 0);
    assert_memory_equal(one, two, sizeof one);
    assert_int_equal(blind_index(key, "person.nik", "3671014107900002", two), 0);
    assert_memory_not_equal(one, two, sizeof one);
    assert_int_equal(blind_index(key, "heir.nik", "3671014107900001", two), 0);
    assert_memory_not_equal(one, two, sizeof one);
    assert_int_equal(blind_index(other_key, "person.nik", "3671014107900001", two), 0);
    assert_memory_not_equal(one, two, sizeof one);
    assert_int_equal(blind_index(key, "person.nik", "abc", two), E_INPUT);
}

static void nik_tells_region_birth_and_sex(void **world)
{
    date today = date_of(2026, 9, 18);
    struct nik nik;
    (void)world;

    assert_int_equal(nik_parse("3671014107900001", today, &nik), ID_GOOD);
    assert_string_equal(nik.region, "36.71.01");
    assert_int_equal(nik.birth.v, date_of(1990, 7, 1).v);
    assert_int_equal(nik.sex, SEX_FEMALE);
    assert_int_equal(nik.serial, 1);

    assert_int_equal(nik_parse("3671011809260001", today, &nik), ID_GOOD); /* born today */
    assert_int_equal(nik.birth.v, today.v);
    assert_int_equal(nik.sex, SEX_MALE);
    assert_int_equal(nik_parse("3671011909260001", today, &nik), ID_GOOD); /* tomorrow's day is 1926 */
    assert_int_equal(nik.birth.v, date_of(1926, 9, 19).v);
    assert_int_equal(nik_parse("3671012902000001", today, &nik), ID_GOOD); /* 29 February 2000 */
}

static void implausible_nik_is_refused(void **world)
{
    static const struct {
        const char *nik;
        enum id_fault fault;
    } rows[] = {
        {"367101410790000", ID_LENGTH},  {"36710141079000011", ID_LENGTH},
        {"367101410790000A", ID_LENGTH}, {"", ID_LENGTH},
        {"1071014107900001", ID_REGION}, {"2071014107900001", ID_REGION},
        {"9871014107900001", ID_REGION}, {"3600014107900001", ID_REGION},
        {"3671004107900001", ID_REGION}, {"3671014013900001", ID_BIRTH},
        {"3671013013900001", ID_BIRTH},  {"3671013102900001", ID_BIRTH},
        {"3671017202900001", ID_BIRTH},  {"3671012902010001", ID_BIRTH},
        {"3671014107900000", ID_SERIAL},
    };
    struct nik nik;
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(nik_parse(rows[i].nik, date_of(2026, 9, 18), &nik), rows[i].fault);
}

static void nip_tells_birth_appointment_and_sex(void **world)
{
    struct nip nip;
    (void)world;

    assert_int_equal(nip_parse("196608011988031001", &nip), ID_GOOD);
    assert_int_equal(nip.birth.v, date_of(1966, 8, 1).v);
    assert_int_equal(nip.appointed_year, 1988);
    assert_int_equal(nip.appointed_month, 3);
    assert_int_equal(nip.sex, SEX_MALE);
    assert_int_equal(nip.serial, 1);
    assert_false(nip.unusual_age);
    assert_int_equal(nip_parse("198609262015051001", &nip), ID_GOOD);
    assert_int_equal(nip_parse("196608011983072001", &nip), ID_GOOD); /* 16 */
    assert_true(nip.unusual_age);
    assert_int_equal(nip.sex, SEX_FEMALE);
}

static void implausible_nip_is_refused(void **world)
{
    static const struct {
        const char *nip;
        enum id_fault fault;
    } rows[] = {
        {"19860926201505100", ID_LENGTH},       {"1986092620150510011", ID_LENGTH},     {"19860926201505100X", ID_LENGTH},
        {"198613262015051001", ID_BIRTH},       {"198602302015051001", ID_BIRTH},       {"198609262015131001", ID_APPOINTMENT},
        {"198609262015001001", ID_APPOINTMENT}, {"198609261985051001", ID_APPOINTMENT}, {"198609262015053001", ID_SEX},
        {"198609262015050001", ID_SEX},         {"198609262015051000", ID_SERIAL},      {"198609262002091001", ID_AGE},
        {"198609262037101001", ID_AGE},
    };
    struct nip nip;
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(nip_parse(rows[i].nip, &nip), rows[i].fault);
    assert_int_equal(nip_parse("198609262002101001", &nip), ID_GOOD); /* sixteen in September */
    assert_int_equal(nip_parse("198609262037091001", &nip), ID_GOOD); /* fifty until the end of that month */
}

static void contract_staff_number_has_a_year(void **world)
{
    struct nip nip;
    (void)world;

    assert_int_equal(nipppk_parse("198609262021211003", &nip), ID_GOOD);
    assert_int_equal(nip.appointed_year, 2021);
    assert_int_equal(nip_parse("198609262021211003", &nip), ID_APPOINTMENT); /* 21 is no month */
    assert_int_equal(nipppk_parse("198609261985211003", &nip), ID_APPOINTMENT);
    assert_int_equal(nipppk_parse("198609262001211003", &nip), ID_AGE);
    assert_int_equal(nipppk_parse("198609262002211003", &nip), ID_GOOD);
    assert_int_equal(nipppk_parse("198609262037211003", &nip), ID_GOOD);
    assert_int_equal(nipppk_parse("198609262038211003", &nip), ID_AGE);
    assert_int_equal(nipppk_parse("198609262021000000", &nip), ID_SERIAL);
}

static void every_fault_has_a_text(void **world)
{
    int i;
    (void)world;

    for (i = 0; i < ID_FAULT_COUNT; i++)
        assert_memory_equal(id_fault_key((enum id_fault)i), "civil.", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mask_leaves_only_what_the_kind_allows),
        cmocka_unit_test(blind_index_depends_on_key_column_and_digits_only),
        cmocka_unit_test(nik_tells_region_birth_and_sex),
        cmocka_unit_test(implausible_nik_is_refused),
        cmocka_unit_test(nip_tells_birth_appointment_and_sex),
        cmocka_unit_test(implausible_nip_is_refused),
        cmocka_unit_test(contract_staff_number_has_a_year),
        cmocka_unit_test(every_fault_has_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
