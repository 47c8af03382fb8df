/*
 * door_test.c: who gets in, with what, and who does not, over HTTP; on both databases.
 */
#include "core/user/test_door.h"

#define MINUTE INT64_C(60000)

static void password_and_code_open_a_session(void **world)
{
    struct door_person rina;
    struct browser b;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", "planner");
    assert_int_equal(browser_get(&b, "/akun"), 303);
    assert_string_equal(b.location, "/masuk?ke=%2Fakun");
    assert_int_equal(browser_get(&b, "/masuk"), 200);
    browser_login(&b, &rina);
    assert_string_equal(b.location, "/akun");
    assert_int_equal(browser_get(&b, "/akun"), 200);
    assert_non_null(strstr(b.body, "Contoh rina"));
    door_close(&d);
}

static void each_stage_has_a_cookie_of_its_own(void **world)
{
    struct door_person rina;
    struct browser b, old;
    const char *half;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", "planner");
    assert_int_equal(browser_post(&b, "/masuk", "login=rina&password=" DOOR_PASSWORD), 303);
    half = b.cookie;
    assert_int_equal(browser_get(&b, "/akun"), 303);
    assert_int_equal(browser_post(&b, "/masuk/kode", text_printf(&d.c.a, "code=%s", door_code(&d, &rina.totp))), 303);
    assert_string_not_equal(b.cookie, half);
    old = (struct browser){.d = &d, .cookie = half};
    assert_int_equal(browser_get(&old, "/akun"), 303);
    old.cookie = half;
    assert_int_equal(browser_get(&old, "/masuk/kode"), 303);
    door_close(&d);
}

static void a_code_opens_once(void **world)
{
    struct door_person rina;
    struct browser b, c;
    const char *form;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    c = b;
    door_make(&d, &rina, "rina", "planner");
    assert_int_equal(browser_post(&b, "/masuk", "login=rina&password=" DOOR_PASSWORD), 303);
    assert_int_equal(browser_post(&c, "/masuk", "login=rina&password=" DOOR_PASSWORD), 303);
    form = text_printf(&d.c.a, "code=%s", door_code(&d, &rina.totp));
    assert_int_equal(browser_post(&b, "/masuk/kode", form), 303);
    assert_int_equal(browser_post(&c, "/masuk/kode", form), 422);
    assert_int_equal(browser_get(&c, "/akun"), 303);
    door_wait(&d, 3 * MINUTE);
    assert_int_equal(browser_post(&c, "/masuk/kode", form), 422);
    form = text_printf(&d.c.a, "code=%s", door_code(&d, &rina.totp));
    assert_int_equal(browser_post(&c, "/masuk/kode", form), 303);
    door_close(&d);
}

static void after_logout_the_cookie_opens_nothing(void **world)
{
    struct door_person rina;
    struct browser b, thief;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", "planner");
    browser_login(&b, &rina);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    thief = b;
    assert_int_equal(browser_post(&b, "/keluar", ""), 303);
    assert_string_equal(site_field(&d.site, b.answer, "Clear-Site-Data"), "\"cache\", \"storage\"");
    assert_null(b.cookie);
    assert_int_equal(browser_get(&thief, "/akun"), 303);
    door_close(&d);
}

static void a_step_without_the_token_is_refused(void **world)
{
    struct door_person rina;
    struct browser b;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", "planner");
    browser_login(&b, &rina);
    b.csrf = NULL;
    assert_int_equal(browser_post(&b, "/keluar", ""), 403);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    door_close(&d);
}

static void unknown_name_and_wrong_password_read_alike(void **world)
{
    struct door_person rina;
    struct browser b;
    const char *one, *other;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", "planner");
    assert_int_equal(browser_post(&b, "/masuk", "login=rina&password=not-the-word-at-all"), 422);
    one = browser_between(&b, "<form", "</form>");
    assert_int_equal(browser_post(&b, "/masuk", "login=rini&password=not-the-word-at-all"), 422);
    other = browser_between(&b, "<form", "</form>");
    assert_int_equal(strlen(one), strlen(other));
    assert_null(b.cookie);
    door_close(&d);
}

static void from_the_fifth_wrong_try_on_one_has_to_wait(void **world)
{
    struct door_person rina;
    struct browser b;
    int i;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", "planner");
    for (i = 0; i < 5; i++)
        assert_int_equal(browser_post(&b, "/masuk", "login=rina&password=not-the-word-at-all"), 422);
    assert_int_equal(browser_post(&b, "/masuk", "login=rina&password=" DOOR_PASSWORD), 429);
    assert_string_equal(site_field(&d.site, b.answer, "Retry-After"), "30");
    assert_int_equal(browser_post(&b, "/masuk", "login=Rina&password=" DOOR_PASSWORD), 429);
    door_close(&d);
}

static void a_disabled_account_stays_out(void **world)
{
    struct door_person rina;
    struct browser b;
    struct app_user after;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", NULL);
    after = rina.user;
    after.head.id = os_new_id();
    after.login = "tono";
    after.disabled = true;
    door_insert(&d, &app_user_entity, &after);
    door_insert(&d, &user_secret_entity,
                &(struct user_secret){
                    .head = {.id = after.head.id}, .password = door_phc(), .totp_step = INT_NONE, .first_until = INSTANT_NONE});
    assert_int_equal(browser_post(&b, "/masuk", "login=tono&password=" DOOR_PASSWORD), 422);
    door_close(&d);
}

static void unknown_fields_are_refused(void **world)
{
    struct browser b;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    assert_int_equal(browser_post(&b, "/masuk", "login=rina&password=x&role=admin"), 400);
    door_close(&d);
}

static void one_is_sent_only_to_pages_of_ours(void **world)
{
    struct door_person rina;
    struct browser b;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", "planner");
    assert_int_equal(browser_post(&b, "/masuk", "login=rina&password=" DOOR_PASSWORD "&ke=//evil.example/"), 303);
    assert_string_equal(b.location, "/masuk/kode");
    assert_int_equal(browser_post(&b, "/masuk", "login=rina&password=" DOOR_PASSWORD "&ke=/akun/sandi"), 303);
    assert_string_equal(b.location, "/masuk/kode?ke=%2Fakun%2Fsandi");
    door_close(&d);
}

/* The secret that the page shows, as a person would type it into an app. */
static void read_secret(struct browser *b, struct totp_secret *ret)
{
    assert_int_equal(totp_secret_parse(browser_between(b, "<code class=\"num\">", "</code>"), ret), 0);
}

static void the_first_login_makes_password_and_second_factor(void **world)
{
    struct user_new n;
    struct role_grant grant;
    struct totp_secret totp;
    struct browser b;
    const char *code;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    user_plan(&n, &d.c.a, "Rina.K", "Rina Kartika", NULL, NULL, 0, DOOR_PASSWORD, door_phc(), os_now());
    door_insert(&d, &app_user_entity, &n.row);
    door_insert(&d, &user_secret_entity, &n.secret);
    grant = grant_of(n.row.head.id, "planner", CITY_GOV, DATE_NONE);
    grant.status.v = "active";
    door_insert(&d, &role_grant_entity, &grant);
    assert_int_equal(browser_post(&b, "/masuk", "login=rina.k&password=" DOOR_PASSWORD), 303);
    assert_string_equal(b.location, "/masuk/sandi");
    assert_int_equal(browser_get(&b, "/masuk/sandi"), 200);
    assert_int_equal(browser_post(&b, "/masuk/sandi", "new=12345678&again=12345678"), 422);
    assert_int_equal(browser_post(&b, "/masuk/sandi", "new=rina.k.kartika&again=rina.k.kartika"), 422);
    assert_int_equal(browser_post(&b, "/masuk/sandi", "new=" DOOR_PASSWORD "&again=" DOOR_PASSWORD), 422);
    assert_int_equal(browser_post(&b, "/masuk/sandi", "new=gajah-pelita-kuning&again=gajah-pelita"), 422);
    assert_int_equal(browser_post(&b, "/masuk/sandi", "new=gajah-pelita-kuning&again=gajah-pelita-kuning"), 303);
    assert_string_equal(b.location, "/masuk/pengaman");
    assert_int_equal(browser_get(&b, "/akun"), 303);
    assert_int_equal(browser_get(&b, "/masuk/pengaman"), 200);
    assert_non_null(strstr(b.body, "<svg class=\"qr\""));
    read_secret(&b, &totp);
    assert_int_equal(browser_post(&b, "/masuk/pengaman", "code=000000"), 422);
    assert_int_equal(browser_post(&b, "/masuk/pengaman", text_printf(&d.c.a, "code=%s", door_code(&d, &totp))), 200);
    code = browser_between(&b, "<li><code>", "</code>");
    assert_int_equal(browser_get(&b, "/akun"), 200);

    b = (struct browser){.d = &d};
    assert_int_equal(browser_post(&b, "/masuk", "login=rina.k&password=gajah-pelita-kuning"), 303);
    assert_string_equal(b.location, "/masuk/kode");
    assert_int_equal(browser_post(&b, "/masuk/pemulihan", text_printf(&d.c.a, "code=%s", code)), 303);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    b = (struct browser){.d = &d};
    assert_int_equal(browser_post(&b, "/masuk", "login=rina.k&password=gajah-pelita-kuning"), 303);
    assert_int_equal(browser_post(&b, "/masuk/pemulihan", text_printf(&d.c.a, "code=%s", code)), 422);
    door_close(&d);
}

static void a_new_password_ends_every_other_session(void **world)
{
    struct door_person rina;
    struct browser b, other;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    other = b;
    door_make(&d, &rina, "rina", "planner");
    browser_login(&other, &rina);
    assert_int_equal(browser_get(&other, "/akun"), 200);
    door_wait(&d, 2 * MINUTE);
    browser_login(&b, &rina);
    assert_int_equal(browser_get(&b, "/akun/sandi"), 200);
    assert_int_equal(browser_post(&b, "/akun/sandi", "current=wrong-word&new=gajah-pelita-kuning&again=gajah-pelita-kuning"),
                     422);
    assert_int_equal(
        browser_post(&b, "/akun/sandi", "current=" DOOR_PASSWORD "&new=gajah-pelita-kuning&again=gajah-pelita-kuning"), 303);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    assert_int_equal(browser_get(&other, "/akun"), 303);
    door_close(&d);
}

static void a_password_does_not_hold_the_name_of_the_agency(void **world)
{
    const struct agency office = {.head = {.id = os_new_id(), .gov = CITY_GOV, .voided_at = INSTANT_NONE},
                                  .code = "1.01",
                                  .name = "Dinas Pendidikan",
                                  .kind = {"office"}};
    struct role_grant grant = {.role = {"agency_staff"},
                               .in_gov = {CITY_GOV},
                               .in_agency = office.head.id,
                               .in_unit = INT_NONE,
                               .in_place = INT_NONE,
                               .valid_from = DATE_NONE,
                               .valid_to = DATE_NONE,
                               .status = {"active"}};
    struct door_person rina;
    struct browser b;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", "planner");
    door_insert(&d, &agency_entity, &office);
    grant.holder.v = rina.user.head.id;
    door_insert(&d, &role_grant_entity, &grant);
    browser_login(&b, &rina);
    assert_int_equal(browser_get(&b, "/akun/sandi"), 200);
    assert_int_equal(
        browser_post(&b, "/akun/sandi", "current=" DOOR_PASSWORD "&new=kantor-pendidikan-77&again=kantor-pendidikan-77"), 422);
    assert_int_equal(
        browser_post(&b, "/akun/sandi", "current=" DOOR_PASSWORD "&new=gajah-pelita-kuning&again=gajah-pelita-kuning"), 303);
    door_close(&d);
}

static void a_second_factor_given_anew_makes_a_new_session(void **world)
{
    struct door_person rina;
    struct browser b, thief;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", "planner");
    browser_login(&b, &rina);
    thief = b;
    door_wait(&d, 2 * MINUTE);
    assert_int_equal(browser_get(&b, "/akun/pastikan"), 200);
    assert_int_equal(browser_post(&b, "/akun/pastikan", text_printf(&d.c.a, "code=%s", door_code(&d, &rina.totp))), 303);
    assert_string_not_equal(b.cookie, thief.cookie);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    assert_int_equal(browser_get(&thief, "/akun"), 303);
    door_close(&d);
}

static void other_sessions_are_listed_and_ended_with_a_fresh_second_factor(void **world)
{
    struct door_person rina;
    struct browser b, other;
    const char *end;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    other = b;
    door_make(&d, &rina, "rina", "planner");
    browser_login(&b, &rina);
    door_wait(&d, 6 * MINUTE);
    browser_login(&other, &rina);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    end = text_printf(&d.c.a, "/akun/sesi/%s/akhiri", browser_between(&b, "/akun/sesi/", "/akhiri"));
    assert_int_equal(browser_post(&b, end, ""), 403);
    assert_int_equal(browser_get(&other, "/akun"), 200);
    door_wait(&d, MINUTE);
    assert_int_equal(browser_get(&b, "/akun/pastikan"), 200);
    assert_int_equal(browser_post(&b, "/akun/pastikan", text_printf(&d.c.a, "code=%s", door_code(&d, &rina.totp))), 303);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    assert_int_equal(browser_post(&b, end, ""), 303);
    assert_int_equal(browser_get(&other, "/akun"), 303);
    door_close(&d);
}

static void hashes_and_secrets_are_in_no_history(void **world)
{
    static const struct query found = {.name = "test.found",
                                       .sql = "SELECT COUNT(*) FROM history WHERE changed LIKE '%argon2%' OR entity IN "
                                              "('user_secret', 'credential', 'session')",
                                       .in = "",
                                       .out = "i"};
    struct door_person rina;
    struct browser b;

    DOOR(d, world);
    b = (struct browser){.d = &d};
    door_make(&d, &rina, "rina", "planner");
    browser_login(&b, &rina);
    assert_int_equal(browser_get(&b, "/akun/sandi"), 200);
    assert_int_equal(
        browser_post(&b, "/akun/sandi", "current=" DOOR_PASSWORD "&new=gajah-pelita-kuning&again=gajah-pelita-kuning"), 303);
    {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, d.c.t.owner, &found), 0);
        assert_int_equal(rows_next(&rows), 1);
        assert_int_equal(rows_int(&rows, 0), 0);
    }
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(password_and_code_open_a_session),
        TEST_ON_BOTH(each_stage_has_a_cookie_of_its_own),
        TEST_ON_BOTH(a_code_opens_once),
        TEST_ON_BOTH(after_logout_the_cookie_opens_nothing),
        TEST_ON_BOTH(a_step_without_the_token_is_refused),
        TEST_ON_BOTH(unknown_name_and_wrong_password_read_alike),
        TEST_ON_BOTH(from_the_fifth_wrong_try_on_one_has_to_wait),
        TEST_ON_BOTH(a_disabled_account_stays_out),
        TEST_ON_BOTH(unknown_fields_are_refused),
        TEST_ON_BOTH(one_is_sent_only_to_pages_of_ours),
        TEST_ON_BOTH(the_first_login_makes_password_and_second_factor),
        TEST_ON_BOTH(a_new_password_ends_every_other_session),
        TEST_ON_BOTH(a_password_does_not_hold_the_name_of_the_agency),
        TEST_ON_BOTH(a_second_factor_given_anew_makes_a_new_session),
        TEST_ON_BOTH(other_sessions_are_listed_and_ended_with_a_fresh_second_factor),
        TEST_ON_BOTH(hashes_and_secrets_are_in_no_history),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
