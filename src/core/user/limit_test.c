/*
 * limit_test.c: searching, taking files and guessing ids is limited by session, and the refusal says so (security.md W15).
 */
#include "core/user/test_door.h"

/* Asks until it is refused; how often it was not. */
static int64_t asked_until_refused(struct browser *b, const char *path, int64_t most)
{
    int64_t n;

    for (n = 0; n < most && browser_get(b, path) == 200; n++)
        continue;
    return n;
}

static void limited(void **world, const char *path, enum rate_kind kind, const char *word)
{
    const int64_t burst = rate_row(kind)->burst;
    struct door_person ani, budi;
    struct browser a, b;

    DOOR(d, world);
    a = b = (struct browser){.d = &d};
    door_make(&d, &ani, "ani", "admin");
    door_make(&d, &budi, "budi", "admin");
    browser_login(&a, &ani);
    browser_login(&b, &budi);
    assert_in_range(asked_until_refused(&a, path, 10 * burst), burst, 9 * burst);
    assert_int_equal(a.status, 429);
    assert_non_null(site_field(&d.site, a.answer, "Retry-After"));
    assert_non_null(strstr(a.body, word));
    assert_int_equal(browser_get(&a, "/kerja/-/pemerintah"), 200);
    assert_int_equal(browser_get(&b, path), 200);
    (void)unlinkat(d.c.key_dir, "upload", AT_REMOVEDIR); /* there after a file */
    door_close(&d);
}

static void a_list_is_searched_so_often_and_no_more(void **world)
{
    limited(world, "/kerja/-/pemerintah?q=kota", RATE_SEARCH, "Terlalu banyak pencarian");
}

static void files_are_taken_so_often_and_no_more(void **world)
{
    limited(world, "/kerja/-/pemerintah/unduh/csv", RATE_EXPORT, "Terlalu banyak berkas");
}

static void ids_are_guessed_so_often_and_no_more(void **world)
{
    const int64_t burst = rate_row(RATE_MISS)->burst;
    struct door_person ani, budi;
    struct browser a, b;
    int64_t n = 0;

    DOOR(d, world);
    a = b = (struct browser){.d = &d};
    door_make(&d, &ani, "ani", "admin");
    door_make(&d, &budi, "budi", "admin");
    browser_login(&a, &ani);
    browser_login(&b, &budi);
    while (n < 10 * burst && browser_get(&a, text_printf(&d.c.a, "/kerja/-/pemerintah/%lld", (long long)(1000 + n))) == 404)
        n++;
    assert_in_range(n, burst, 9 * burst);
    assert_int_equal(a.status, 429);
    assert_non_null(site_field(&d.site, a.answer, "Retry-After"));
    assert_int_equal(browser_get(&a, "/kerja/-/pemerintah"), 200);
    assert_int_equal(browser_get(&b, "/kerja/-/pemerintah/1000"), 404);
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_list_is_searched_so_often_and_no_more),
        TEST_ON_BOTH(files_are_taken_so_often_and_no_more),
        TEST_ON_BOTH(ids_are_guessed_so_often_and_no_more),
    };

    return cmocka_run_group_tests_name("limit", tests, NULL, NULL);
}
