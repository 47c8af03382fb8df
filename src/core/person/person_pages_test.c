/*
 * person_pages_test.c: people who are recorded, found by NIK without the number standing anywhere it should not; over HTTP, on
 * both databases.
 */
#define DOOR_MODULES                                                                                                           \
    &core_module, &person_module, &form_module, &erasure_module, &erase_module, &attach_module, &search_module, &job_module

#include "core/auth/keyring.h"
#include "core/erase/order.h"
#include "core/person/number.h"
#include "core/user/rekey.h"
#include "engine/beside.h"
#include "engine/form.h"
#include "engine/search.h"
/* The modules of the instance are named before. */
#include "core/user/test_door.h"

#define NIK   "3671014107900001"
#define OTHER "3671014107900002"
#define LIST  "/kerja/kota-contoh/orang"
#define FIND  "/kerja/kota-contoh/cari-nik"

struct desk {
    struct door_person hr, dpo, ani;
    struct browser b, d;
};

static void open_desk(struct door_test *d, struct desk *k)
{
    door_make_city(d);
    door_make(d, &k->hr, "hana", "hr_officer");
    door_make(d, &k->dpo, "dewi", "data_protection_officer");
    k->b = k->d = (struct browser){.d = d};
    browser_login(&k->b, &k->hr);
    browser_login(&k->d, &k->dpo);
}

/* The page of the new row. */
static const char *add(struct browser *b, const char *name, const char *nik)
{
    assert_int_equal(browser_get(b, LIST "/baru"), 200);
    (void)browser_post(b, LIST "/baru", text_printf(&b->d->site.a, "name=%s&nip=&nik=%s&email=&phone=081234567789", name, nik));
    return b->location;
}

static void a_person_is_found_by_nik_and_shown_masked(void **world)
{
    struct desk k;
    const char *page;

    DOOR(d, world);
    open_desk(&d, &k);
    page = add(&k.b, "Wirawangsa", "3671+0141+0790+0001");
    assert_int_equal(k.b.status, 303);
    assert_int_equal(browser_get(&k.b, page), 200);
    assert_null(strstr(k.b.body, NIK));
    assert_null(strstr(k.b.body, "081234567789"));
    assert_non_null(strstr(k.b.body, "0001"));
    assert_int_equal(browser_get(&k.b, LIST), 200);
    assert_non_null(strstr(k.b.body, "Wirawangsa"));
    assert_null(strstr(k.b.body, NIK));

    assert_int_equal(browser_get(&k.d, FIND), 200);
    assert_int_equal(browser_post(&k.d, FIND, "nik=" NIK), 200);
    assert_non_null(strstr(k.d.body, page));
    assert_non_null(strstr(k.d.body, "Wirawangsa"));
    assert_null(strstr(k.d.body, NIK));
    assert_int_equal(browser_post(&k.d, FIND, "nik=" OTHER), 200);
    assert_null(strstr(k.d.body, "Wirawangsa"));
    assert_null(strstr(k.d.body, OTHER));
    assert_int_equal(browser_get(&k.d, FIND "?nik=" NIK), 200); /* an address is no question */
    assert_null(strstr(k.d.body, "Wirawangsa"));
    door_close(&d);
}

static void a_number_is_shown_in_full_for_a_reason(void **world)
{
    const char *page, *reveal;
    struct desk k;

    DOOR(d, world);
    open_desk(&d, &k);
    page = add(&k.b, "Wirawangsa", NIK);
    reveal = text_printf(&d.site.a, "%s/tampilkan", page);
    assert_int_equal(browser_get(&k.b, page), 200);
    assert_int_equal(browser_post(&k.b, reveal, "alasan=Surat+800%2F12"), 303);
    assert_int_equal(browser_get(&k.b, page), 200);
    assert_non_null(strstr(k.b.body, NIK));
    assert_int_equal(browser_get(&k.d, page), 200); /* another session */
    assert_null(strstr(k.d.body, NIK));
    assert_int_equal(browser_post(&k.d, reveal, "alasan=ingin+tahu"), 403);
    door_close(&d);
}

static void a_number_that_cannot_be_one_is_refused_with_the_reason(void **world)
{
    struct desk k;

    DOOR(d, world);
    open_desk(&d, &k);
    (void)add(&k.b, "Satu", "123");
    assert_int_equal(k.b.status, 422);
    assert_non_null(strstr(k.b.body, "NIK terdiri dari 16 angka. Yang ditulis 3 angka."));
    (void)add(&k.b, "Satu", "9871014107900001");
    assert_int_equal(k.b.status, 422);
    assert_non_null(strstr(k.b.body, "Kode wilayah"));
    assert_int_equal(browser_get(&k.b, FIND), 200);
    assert_int_equal(browser_post(&k.b, FIND, "nik=3671"), 422);
    assert_non_null(strstr(k.b.body, "Yang ditulis 4 angka."));
    assert_int_equal(browser_post(&k.b, FIND, "nik=3671x"), 422);
    assert_non_null(strstr(k.b.body, "Sesudah 4 angka ada tanda lain."));
    door_close(&d);
}

static void a_nik_is_that_of_one_person(void **world)
{
    struct desk k;
    const char *page;

    DOOR(d, world);
    open_desk(&d, &k);
    page = add(&k.b, "Satu", NIK);
    (void)add(&k.b, "Dua", NIK);
    assert_int_equal(k.b.status, 422);
    assert_non_null(strstr(k.b.body, "sudah tercatat pada orang lain"));
    (void)add(&k.b, "Dua", OTHER);
    assert_int_equal(k.b.status, 303);

    assert_int_equal(browser_get(&k.b, page), 200);
    assert_int_equal(browser_get(&k.b, text_printf(&d.site.a, "%s/batal", page)), 200);
    assert_int_equal(browser_post(&k.b, text_printf(&d.site.a, "%s/batal", page), "rev=1&alasan=Salah+catat"), 303);
    assert_int_equal(browser_get(&k.b, FIND), 200);
    assert_int_equal(browser_post(&k.b, FIND, "nik=" NIK), 200);
    assert_null(strstr(k.b.body, "Satu"));
    (void)add(&k.b, "Tiga", NIK);
    assert_int_equal(k.b.status, 303);
    door_close(&d);
}

static void the_form_says_what_the_data_is_for(void **world)
{
    struct desk k;

    DOOR(d, world);
    open_desk(&d, &k);
    assert_int_equal(browser_get(&k.b, LIST "/baru"), 200);
    assert_non_null(strstr(k.b.body, "Data pribadi (NIK):"));
    assert_non_null(strstr(k.b.body, "UU 24/2013 pasal 64"));
    assert_non_null(strstr(k.b.body, "Data pribadi (Nama, NIP, Surel, Telepon):"));
    door_close(&d);
}

static void who_has_no_business_with_people_sees_none(void **world)
{
    struct browser b = {.d = NULL};
    struct desk k;

    DOOR(d, world);
    open_desk(&d, &k);
    door_make(&d, &k.ani, "ani", "admin");
    b.d = &d;
    browser_login(&b, &k.ani);
    assert_int_equal(browser_get(&b, LIST), 403);
    assert_int_equal(browser_get(&b, FIND), 403);
    assert_int_equal(browser_post(&b, FIND, "nik=" NIK), 403);
    assert_int_equal(browser_get(&k.d, LIST "/baru"), 403); /* who protects data reads it, and records none */
    door_close(&d);
}

/* ---- keys ---- */

static int64_t on_key(struct door_test *d, int64_t id)
{
    int64_t n = -1;

    assert_int_equal(person_numbers_of_key(d->c.t.owner, id, &n), 0);
    return n;
}

static int start(struct tx *tx, void *arg)
{
    int64_t id;

    (void)arg;
    return job_start(tx, "person-number", 0, NULL, &id);
}

static void numbers_are_found_under_old_keys_and_move_to_the_new_one(void **world)
{
    struct core *core;
    struct desk k;
    struct rekey_use uses[KEYRING_MAX];
    uint32_t old, fresh;
    size_t n;

    DOOR(d, world);
    open_desk(&d, &k);
    core = core_of(&d.c.app);
    (void)add(&k.b, "Wirawangsa", NIK);
    old = keyring_newest(core->keyring);
    assert_int_equal(keyring_rotate(d.c.app.data_dir, CORE_KEYRING), 0);
    keyring_close(core->keyring);
    assert_int_equal(keyring_open(d.c.app.data_dir, CORE_KEYRING, &core->keyring), 0);
    fresh = keyring_newest(core->keyring);
    assert_int_not_equal(old, fresh);

    assert_int_equal(browser_get(&k.d, FIND), 200);
    assert_int_equal(browser_post(&k.d, FIND, "nik=" NIK), 200);
    assert_non_null(strstr(k.d.body, "Wirawangsa"));
    assert_int_equal(on_key(&d, old), 1);
    assert_int_equal(rekey_uses(d.c.t.owner, &d.c.a, core->keyring, os_now(), uses, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(uses[1].id, old);
    assert_int_equal(uses[1].numbers, 1); /* so the key stays */
    assert_int_equal(writer_do(d.c.writer, start, NULL), 0);
    assert_int_equal(runner_drain(&d.c.app), 0);
    assert_int_equal(on_key(&d, old), 0);
    assert_int_equal(on_key(&d, fresh), 1);
    assert_int_equal(browser_post(&k.d, FIND, "nik=" NIK), 200);
    assert_non_null(strstr(k.d.body, "Wirawangsa"));
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_person_is_found_by_nik_and_shown_masked),
        TEST_ON_BOTH(a_number_is_shown_in_full_for_a_reason),
        TEST_ON_BOTH(a_number_that_cannot_be_one_is_refused_with_the_reason),
        TEST_ON_BOTH(a_nik_is_that_of_one_person),
        TEST_ON_BOTH(the_form_says_what_the_data_is_for),
        TEST_ON_BOTH(who_has_no_business_with_people_sees_none),
        TEST_ON_BOTH(numbers_are_found_under_old_keys_and_move_to_the_new_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
