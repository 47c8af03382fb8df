/*
 * profile_test.c: settings of a government over HTTP: who may, what is refused, what everybody sees then; on both databases.
 */
#define DOOR_MODULES &core_module, &front_module, &profile_module

#include "base/hash.h"
#include "core/front/front.h"
#include "core/profile/crest.h"
#include "core/profile/profile.h"
#include "engine/attachment.h"
#include "os/test_dir.h"
/* The modules of the instance are named before. */
#include "core/user/test_door.h"

#define HERE   "/kerja/kota-contoh/pengaturan"
#define LETTER "letter=PEMERINTAH+KOTA+CONTOH&address=Jalan+Contoh+1&postcode=15111&phone=021+555&email=surat@contoh.go.id"

static const uint8_t png_head[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

struct office {
    struct door_person sinta, pram;
    struct browser s, p;
};

static void open_office(struct door_test *d, struct office *o)
{
    door_make_city(d);
    door_make(d, &o->sinta, "sinta", "secretary");
    door_make(d, &o->pram, "pram", "planner");
    o->s = o->p = (struct browser){.d = d};
    browser_login(&o->s, &o->sinta);
    browser_login(&o->p, &o->pram);
}

static int save(struct browser *b, const char *form)
{
    (void)browser_get(b, HERE); /* a token */
    return browser_post(b, HERE, form);
}

/* The form with a file. */
static int save_file(struct browser *b, int rev, struct bytes file)
{
    struct arena *a = &b->d->site.a;
    struct buf body, head;

    (void)browser_get(b, HERE);
    buf_init(&body, a, 1 * MB);
    buf_init(&head, a, 1 * MB);
    buf_printf(&body, "--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n", b->csrf);
    buf_printf(&body, "--XX\r\nContent-Disposition: form-data; name=\"rev\"\r\n\r\n%d\r\n", rev);
    buf_add(&body, "--XX\r\nContent-Disposition: form-data; name=\"letter\"\r\n\r\nPEMERINTAH KOTA CONTOH\r\n");
    buf_add(&body, "--XX\r\nContent-Disposition: form-data; name=\"lambang\"; filename=\"a.png\"\r\nContent-Type: "
                   "image/png\r\n\r\n");
    buf_add_n(&body, file.p, file.n);
    buf_add(&body, "\r\n--XX--\r\n");
    buf_printf(&head,
               "POST " HERE " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: __Host-%s=%s\r\nOrigin: "
               "http://localhost\r\nContent-Type: multipart/form-data; boundary=XX\r\nContent-Length: %zu\r\n\r\n",
               SESSION_COOKIE, b->cookie, body.n);
    buf_add_n(&head, body.s, body.n);
    b->answer = site_raw(&b->d->site, head.s, head.n);
    b->body = site_body(b->answer);
    b->status = site_status(b->answer);
    return b->status;
}

static size_t put_chunk(uint8_t *to, const char *kind, const void *data, size_t n)
{
    size_t i, bit;
    uint32_t crc = UINT32_MAX;

    to[0] = to[1] = 0;
    to[2] = (uint8_t)(n >> 8);
    to[3] = (uint8_t)n;
    memcpy(to + 4, kind, 4);
    if (n > 0)
        memcpy(to + 8, data, n);
    for (i = 4; i < n + 8; i++)
        for (crc ^= to[i], bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
    crc = ~crc;
    for (i = 0; i < 4; i++)
        to[8 + n + i] = (uint8_t)(crc >> (24 - 8 * i));
    return n + 12;
}

/* 48 x 48 pixels, 1 bit grey, all black: 48 lines of 7 bytes, stored as they are (no compression), and a word beside it. */
static struct bytes black_png(struct arena *a)
{
    static const uint8_t ihdr[] = {0, 0, 0, 48, 0, 0, 0, 48, 1, 0, 0, 0, 0};
    uint8_t *file = arena_alloc(a, 1 * KB), data[2 + 5 + 48 * 7 + 4] = {0x78, 0x01, 0x01};
    const size_t lines = 48 * 7;
    size_t n = sizeof png_head;

    data[3] = (uint8_t)lines;
    data[4] = (uint8_t)(lines >> 8);
    data[5] = (uint8_t)~lines;
    data[6] = (uint8_t)(~lines >> 8);
    data[sizeof data - 4] = (uint8_t)(lines >> 8); /* Adler-32 of zeros: 1, and how many there were */
    data[sizeof data - 3] = (uint8_t)lines;
    data[sizeof data - 1] = 1;
    memcpy(file, png_head, sizeof png_head);
    n += put_chunk(file + n, "IHDR", ihdr, sizeof ihdr);
    n += put_chunk(file + n, "tEXt", "Author\0orang", 12);
    n += put_chunk(file + n, "IDAT", data, sizeof data);
    n += put_chunk(file + n, "IEND", NULL, 0);
    return (struct bytes){file, n};
}

static struct gov_profile stored(struct door_test *d)
{
    struct gov_profile p = {0};

    assert_true(profile_read(d->c.t.owner, &d->c.a, CITY_GOV, &p) >= 0);
    return p;
}

static void a_letterhead_is_shown_on_public_pages_and_on_paper(void **world)
{
    struct office o;

    DOOR(d, world);
    struct browser b = {.d = &d};

    open_office(&d, &o);
    assert_int_equal(browser_get(&b, "/kota-contoh"), 200);
    assert_null(strstr(b.body, "class=\"paper letter\""));
    assert_int_equal(save(&o.s, "rev=0&" LETTER "&complaint=https://contoh.go.id/adu"), 303);
    assert_int_equal(browser_get(&b, "/kota-contoh"), 200);
    assert_non_null(strstr(b.body, "<div class=\"paper letter\">"));
    assert_non_null(strstr(b.body, "<b>PEMERINTAH KOTA CONTOH</b><br><span class=\"small\">Jalan Contoh 1 15111</span>"));
    assert_non_null(strstr(b.body, "021 555 \xc2\xb7 surat@contoh.go.id"));
    assert_non_null(strstr(b.body, "Pengaduan: <a href=\"https://contoh.go.id/adu\">"));
    assert_int_equal(browser_get(&o.s, HERE), 200);
    assert_non_null(strstr(o.s.body, "<div class=\"letter panel\">"));
    assert_non_null(strstr(o.s.body, "value=\"15111\""));
    assert_int_equal(city_leaves_with(&d.c, "PEMERINTAH KOTA CONTOH"), 1);
    door_close(&d);
}

static void what_is_wrong_is_said_and_nothing_is_stored(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(save(&o.s, "rev=0&letter=&postcode=1511&email=surat&web=http://contoh.go.id&phone=tanya"), 422);
    assert_non_null(strstr(o.s.body, lang_text(LANG_ID, "gov_profile.postcode-bad")));
    assert_non_null(strstr(o.s.body, lang_text(LANG_ID, "gov_profile.email-bad")));
    assert_non_null(strstr(o.s.body, lang_text(LANG_ID, "gov_profile.web-bad")));
    assert_non_null(strstr(o.s.body, lang_text(LANG_ID, "gov_profile.phone-bad")));
    assert_int_equal(save(&o.s, "rev=0&letter="), 422);
    assert_non_null(strstr(o.s.body, lang_text(LANG_ID, "gov_profile.letter-missing")));
    assert_int_equal(save(&o.s, "rev=0&" LETTER "&crest=abc"), 400);
    assert_null(stored(&d).letter);
    door_close(&d);
}

static void only_the_secretary_and_the_administrator_change_it(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(browser_get(&o.p, HERE), 403);
    assert_int_equal(browser_post(&o.p, HERE, "rev=0&" LETTER), 403);
    assert_int_equal(browser_get(&o.s, "/kerja/-/pengaturan"), 404);
    assert_null(stored(&d).letter);
    door_close(&d);
}

static void of_two_who_change_it_the_second_sees_that_it_changed(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(save(&o.s, "rev=0&" LETTER), 303);
    assert_int_equal(save(&o.s, "rev=0&letter=LAIN"), 409);
    assert_non_null(strstr(o.s.body, "Orang lain mengubah pengaturan ini"));
    assert_non_null(strstr(o.s.body, "value=\"LAIN\""));
    assert_string_equal(stored(&d).letter, "PEMERINTAH KOTA CONTOH");
    assert_int_equal(save(&o.s, "rev=1&letter=LAIN"), 303);
    assert_int_equal(stored(&d).head.rev, 2);
    door_close(&d);
}

static void a_crest_is_cleaned_kept_and_served_as_a_picture(void **world)
{
    struct office o;
    struct test_dir files;
    struct gov_profile p;
    struct attachment *kept;
    size_t n;

    DOOR(d, world);
    struct browser b = {.d = &d};

    test_dir_make(&files);
    d.c.app.files_dir = files.fd;
    open_office(&d, &o);
    assert_int_equal(browser_get(&b, "/kota-contoh/lambang"), 404);
    assert_int_equal(save_file(&o.s, 0, black_png(&d.site.a)), 303);
    p = stored(&d);
    assert_non_null(p.crest);
    assert_int_equal(attachments_read(d.c.t.owner, &d.c.a, CITY_GOV, p.head.id, &kept, &n), 0);
    assert_int_equal(n, 1);
    assert_string_equal(kept[0].sha256, p.crest_sha256);
    assert_int_equal(browser_get(&b, text_printf(&d.site.a, "/kota-contoh/lambang?v=%.16s", p.crest_sha256)), 200);
    assert_string_equal(site_field(&d.site, b.answer, "Content-Type"), "image/png");
    assert_string_equal(site_field(&d.site, b.answer, "X-Content-Type-Options"), "nosniff");
    assert_non_null(strstr(site_field(&d.site, b.answer, "Cache-Control"), "immutable"));
    assert_memory_equal(b.body, png_head, sizeof png_head);
    assert_null(memmem(b.body, (size_t)p.crest_size, "Author", 6));
    assert_int_equal(browser_get(&b, "/kota-contoh"), 200);
    assert_non_null(strstr(b.body, text_printf(&d.site.a, "<img src=\"/kota-contoh/lambang?v=%.16s\"", p.crest_sha256)));
    assert_int_equal(attachment_sweep(d.c.t.owner, d.c.app.files_dir, 0, &d.c.a), 0);
    assert_int_equal(save(&o.s, "rev=1&letter=A&hapus=1"), 303);
    assert_null(stored(&d).crest);
    assert_int_equal(browser_get(&b, "/kota-contoh/lambang"), 404);
    door_close(&d);
    test_dir_finish(&files);
}

static void what_is_no_picture_is_refused_and_not_kept(void **world)
{
    static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    struct office o;
    struct test_dir files;

    DOOR(d, world);
    test_dir_make(&files);
    d.c.app.files_dir = files.fd;
    open_office(&d, &o);
    assert_int_equal(save_file(&o.s, 0, (struct bytes){(const uint8_t *)svg, sizeof svg - 1}), 422);
    assert_non_null(strstr(o.s.body, lang_text(LANG_ID, "crest.no-png")));
    assert_int_equal(attachment_sweep(d.c.t.owner, d.c.app.files_dir, 0, &d.c.a), 0);
    assert_null(stored(&d).letter);
    door_close(&d);
    test_dir_finish(&files);
}

static void the_migration_makes_the_table(void **world)
{
    struct schema have;
    struct buf out;

    CITY(c, world);
    buf_init(&out, &c.a, 256 * KB);
    assert_int_equal(schema_read(c.t.owner, &c.a, &have), 0);
    (void)schema_diff(profile_module.entities, 1, (const char *const[]){NULL}, &have,
                      &out); /* counts the tables of others too */
    assert_null(strstr(out.s, "gov_profile"));
    assert_null(entity_fault(&gov_profile_entity, &c.a));
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_letterhead_is_shown_on_public_pages_and_on_paper),
        TEST_ON_BOTH(what_is_wrong_is_said_and_nothing_is_stored),
        TEST_ON_BOTH(only_the_secretary_and_the_administrator_change_it),
        TEST_ON_BOTH(of_two_who_change_it_the_second_sees_that_it_changed),
        TEST_ON_BOTH(a_crest_is_cleaned_kept_and_served_as_a_picture),
        TEST_ON_BOTH(what_is_no_picture_is_refused_and_not_kept),
        TEST_ON_BOTH(the_migration_makes_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
