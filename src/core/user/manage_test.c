/*
 * manage_test.c: administrators: the first two, roles by two people, roles that exclude each other, tokens; on both databases.
 */
#include "base/date.h"
#include "core/user/test_door.h"

#define MINUTE INT64_C(60000)

/* clang-format off */
static const struct query q_last_grant = {
    .name = "test.grant", .sql = "SELECT id FROM role_grant ORDER BY id DESC LIMIT 1", .in = "", .out = "i"};
static const struct query q_entries = {
    .name = "test.entries", .sql = "SELECT COUNT(*) FROM ledger_entry", .in = "", .out = "i"};
static const struct query q_leaves = {
    .name = "test.steps", .sql = "SELECT COUNT(*) FROM history WHERE entity = ?1 AND step = ?2", .in = "tt", .out = "i"};
/* clang-format on */

static int64_t number(struct door_test *d, const struct query *q, const char *a, const char *b)
{
    AUTO_ROWS struct rows rows;

    if (a == NULL)
        assert_int_equal(db_select(&rows, d->c.t.owner, q), 0);
    else
        assert_int_equal(db_select(&rows, d->c.t.owner, q, V(a), V(b)), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static struct role_grant last_grant(struct door_test *d)
{
    struct role_grant g;

    assert_int_equal(row_get(d->c.t.owner, &d->c.a, &role_grant_entity, 0, number(d, &q_last_grant, NULL, NULL), &g), 1);
    return g;
}

/* A government, two administrators of the installation, and somebody without a role. */
struct office {
    struct door_person ani, budi, rina;
    struct browser a, b;
};

static void open_office(struct door_test *d, struct office *o)
{
    door_make_city(d);
    door_make(d, &o->ani, "ani", "admin");
    door_make(d, &o->budi, "budi", "admin");
    door_make(d, &o->rina, "rina", NULL);
    o->a = o->b = (struct browser){.d = d};
    browser_login(&o->a, &o->ani);
    browser_login(&o->b, &o->budi);
}

static const char *user_path(struct door_test *d, const struct door_person *p, const char *rest)
{
    return text_printf(&d->c.a, "/kerja/-/pengguna/%lld%s", (long long)p->user.head.id, rest);
}

static const char *grant_path(struct door_test *d, const struct role_grant *g, const char *verb)
{
    return text_printf(&d->c.a, "/kerja/-/pengguna/%lld/peran/%lld/%s", (long long)g->holder.v, (long long)g->head.id, verb);
}

static void a_role_counts_once_a_second_administrator_agrees(void **world)
{
    struct office o;
    struct role_grant g;
    struct grant *grants;
    int64_t before;
    size_t n;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.rina, "/peran")), 200);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/peran"), "role=planner&gov=3671&basis=SK+1"), 303);
    g = last_grant(&d);
    assert_string_equal(g.status.v, "pending");
    assert_int_equal(grants_of(d.c.t.owner, &d.c.a, o.rina.user.head.id, os_now(), &grants, &n), 0);
    assert_int_equal(n, 0);
    before = number(&d, &q_entries, NULL, NULL);
    assert_int_equal(browser_post(&o.a, grant_path(&d, &g, "setujui"), ""), 403);
    assert_int_equal(number(&d, &q_entries, NULL, NULL), before + 1); /* the refusal stands in the ledger */
    assert_int_equal(browser_get(&o.b, user_path(&d, &o.rina, "")), 200);
    assert_int_equal(browser_post(&o.b, grant_path(&d, &g, "setujui"), ""), 303);
    g = last_grant(&d);
    assert_string_equal(g.status.v, "active");
    assert_int_equal(g.given_by.v, o.ani.user.head.id);
    assert_int_equal(g.approved_by.v, o.budi.user.head.id);
    assert_int_equal(grants_of(d.c.t.owner, &d.c.a, o.rina.user.head.id, os_now(), &grants, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(number(&d, &q_leaves, "role_grant", "approve"), 1);
    door_close(&d);
}

static void a_change_of_role_ends_the_sessions_of_its_holder(void **world)
{
    struct office o;
    struct role_grant g;
    struct browser b;

    DOOR(d, world);
    open_office(&d, &o);
    b = (struct browser){.d = &d};
    browser_login(&b, &o.rina);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.rina, "/peran")), 200);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/peran"), "role=planner&gov=3671"), 303);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    g = last_grant(&d);
    assert_int_equal(browser_get(&o.b, user_path(&d, &o.rina, "")), 200);
    assert_int_equal(browser_post(&o.b, grant_path(&d, &g, "setujui"), ""), 303);
    assert_int_equal(browser_get(&b, "/akun"), 303);
    door_close(&d);
}

static void roles_that_exclude_each_other_are_refused(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.rina, "/peran")), 200);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/peran"), "role=planner&gov=3671"), 303);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/peran"), "role=auditor&gov=3671"), 422);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.budi, "/peran"), "role=planner&gov=3671"), 422);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/peran"), "role=planner&gov=3671"), 422);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/peran"), "role=agency_head&gov=3671"), 422);
    door_close(&d);
}

static void nobody_gives_a_role_to_oneself(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.ani, "/peran")), 200);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.ani, "/peran"), "role=employee"), 403);
    door_close(&d);
}

static void giving_a_role_asks_for_a_fresh_second_factor(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    door_wait(&d, 6 * MINUTE);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.rina, "/peran")), 200);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/peran"), "role=planner&gov=3671"), 403);
    assert_int_equal(browser_get(&o.a, "/akun/pastikan"), 200);
    assert_int_equal(browser_post(&o.a, "/akun/pastikan", "code=000000"), 422);
    assert_int_equal(browser_post(&o.a, "/akun/pastikan", text_printf(&d.c.a, "code=%s", door_code(&d, &o.ani.totp))), 303);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.rina, "/peran")), 200);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/peran"), "role=planner&gov=3671"), 303);
    door_close(&d);
}

static void the_last_administrator_stays(void **world)
{
    struct office o;
    struct role_grant g;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.budi, "")), 200);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.budi, "/nonaktif"), ""), 303);
    assert_int_equal(browser_get(&o.b, "/akun"), 303);
    g = grant_of(o.ani.user.head.id, "admin", GOV_ANY, DATE_NONE);
    {
        static const struct query q = {
            .name = "test.own", .sql = "SELECT id FROM role_grant WHERE holder = ?1 AND role = 'admin'", .in = "i", .out = "i"};
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, d.c.t.owner, &q, V(g.holder)), 0);
        assert_int_equal(rows_next(&rows), 1);
        g.head.id = rows_int(&rows, 0);
    }
    assert_int_equal(browser_post(&o.a, grant_path(&d, &g, "akhiri"), ""), 409);
    assert_int_equal(browser_get(&o.a, "/akun"), 200);
    door_close(&d);
}

static void a_new_user_gets_a_first_password_that_must_be_changed(void **world)
{
    struct office o;
    struct browser b;
    const char *password;

    DOOR(d, world);
    open_office(&d, &o);
    b = (struct browser){.d = &d};
    assert_int_equal(browser_get(&o.a, "/kerja/-/pengguna/baru"), 200);
    assert_int_equal(browser_post(&o.a, "/kerja/-/pengguna/baru", "name=Sari&login=ani"), 422);
    assert_int_equal(browser_post(&o.a, "/kerja/-/pengguna/baru", "name=Sari&login=Sari.W&role=admin"), 400);
    assert_int_equal(browser_post(&o.a, "/kerja/-/pengguna/baru", "name=Sari&login=Sari.W"), 200);
    password = browser_between(&o.a, "<code>", "</code>");
    assert_int_equal(browser_post(&b, "/masuk", text_printf(&d.c.a, "login=sari.w&password=%s", password)), 303);
    assert_string_equal(b.location, "/masuk/sandi");
    b = (struct browser){.d = &d};
    door_wait(&d, 8 * 24 * 60 * MINUTE);
    assert_int_equal(browser_post(&b, "/masuk", text_printf(&d.c.a, "login=sari.w&password=%s", password)), 422);
    assert_int_equal(browser_get(&o.a, "/kerja/-/pengguna?cari=sari"), 303);
    door_close(&d);
}

static void a_reset_takes_two_administrators(void **world)
{
    struct office o;
    struct browser b;
    const char *password;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.rina, "")), 200);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/sandi"), ""), 303);
    assert_int_equal(number(&d, &q_leaves, "app_user", "reset-ask"), 1);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/sandi"), ""), 403);
    b = (struct browser){.d = &d};
    browser_login(&b, &o.rina);
    assert_int_equal(browser_get(&o.b, user_path(&d, &o.rina, "")), 200);
    assert_int_equal(browser_post(&o.b, user_path(&d, &o.rina, "/sandi"), ""), 200);
    password = browser_between(&o.b, "<code>", "</code>");
    assert_int_equal(number(&d, &q_leaves, "app_user", "reset"), 1);
    assert_int_equal(browser_get(&b, "/akun"), 303);
    assert_int_equal(browser_post(&b, "/masuk", text_printf(&d.c.a, "login=rina&password=%s", password)), 303);
    assert_string_equal(b.location, "/masuk/sandi");
    door_close(&d);
}

static void what_else_opens_an_account_anew_ends_the_request_for_a_reset(void **world)
{
    struct office o;
    struct browser b;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.rina, "")), 200);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/sandi"), ""), 303);
    b = (struct browser){.d = &d};
    browser_login(&b, &o.rina);
    assert_int_equal(browser_get(&b, "/akun/sandi"), 200);
    assert_int_equal(
        browser_post(&b, "/akun/sandi", "current=" DOOR_PASSWORD "&new=gajah-pelita-kuning&again=gajah-pelita-kuning"), 303);
    assert_int_equal(browser_get(&o.b, user_path(&d, &o.rina, "")), 200);
    assert_int_equal(browser_post(&o.b, user_path(&d, &o.rina, "/sandi"), ""), 303);
    assert_int_equal(browser_get(&b, "/akun"), 200);
    assert_int_equal(number(&d, &q_leaves, "app_user", "reset"), 0);
    door_wait(&d, 3 * 24 * 60 * MINUTE + MINUTE);
    browser_login(&o.a, &o.ani);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.rina, "")), 200);
    assert_int_equal(browser_post(&o.a, user_path(&d, &o.rina, "/sandi"), ""), 303);
    assert_int_equal(number(&d, &q_leaves, "app_user", "reset-ask"), 3);
    door_close(&d);
}

static void administrators_of_a_government_see_its_accounts_only(void **world)
{
    struct office o;
    struct door_person cici;
    struct role_grant g;
    struct browser c;

    DOOR(d, world);
    open_office(&d, &o);
    door_make(&d, &cici, "cici", NULL);
    g = grant_of(cici.user.head.id, "admin", CITY_GOV, DATE_NONE);
    g.status.v = "active";
    door_insert(&d, &role_grant_entity, &g);
    c = (struct browser){.d = &d};
    browser_login(&c, &cici);
    assert_int_equal(browser_get(&c, "/kerja/kota-contoh/pengguna"), 200);
    assert_null(strstr(c.body, "Contoh rina"));
    assert_int_equal(browser_get(&c, text_printf(&d.c.a, "/kerja/kota-contoh/pengguna/%lld", (long long)o.rina.user.head.id)),
                     404);
    assert_int_equal(browser_get(&c, "/kerja/-/pengguna"), 403);
    assert_int_equal(browser_get(&o.a, "/kerja/-/pengguna"), 200);
    assert_non_null(strstr(o.a.body, "Contoh rina"));
    door_close(&d);
}

static void the_page_of_an_account_says_how_narrow_a_role_is(void **world)
{
    const struct agency disdik = {.head = {.gov = CITY_GOV, .id = 503},
                                  .code = "1.01",
                                  .name = "Dinas Pendidikan",
                                  .kind = {"office"},
                                  .valid_from = DATE_NONE,
                                  .valid_to = DATE_NONE};
    const struct unit primary = {.head = {.gov = CITY_GOV, .id = 504},
                                 .agency = {503},
                                 .code = "1.01.01",
                                 .name = "Bidang SD",
                                 .valid_from = DATE_NONE,
                                 .valid_to = DATE_NONE};
    struct office o;
    struct role_grant g;

    DOOR(d, world);
    open_office(&d, &o);
    door_insert(&d, &agency_entity, &disdik);
    door_insert(&d, &unit_entity, &primary);
    g = grant_of(o.rina.user.head.id, "village_officer", CITY_GOV, DATE_NONE);
    g.in_place = INT64_C(3671011001);
    door_insert(&d, &role_grant_entity, &g);
    g = grant_of(o.rina.user.head.id, "agency_staff", CITY_GOV, DATE_NONE);
    g.in_agency = 503;
    g.in_unit = 504;
    door_insert(&d, &role_grant_entity, &g);
    assert_int_equal(browser_get(&o.a, user_path(&d, &o.rina, "")), 200);
    assert_non_null(strstr(o.a.body, "Wilayah 36.71.01.1001, Kota Contoh"));
    assert_non_null(strstr(o.a.body, "Bidang SD, Dinas Pendidikan, Kota Contoh"));
    door_close(&d);
}

static void take_place(struct door_test *d, struct browser *b, const char *secret, const char *login, struct totp_secret *totp)
{
    struct arena *a = &d->c.a;

    *b = (struct browser){.d = d};
    assert_int_equal(browser_get(b, "/siapkan"), 200);
    assert_int_equal(browser_post(b, "/siapkan",
                                  text_printf(a, "secret=%s&name=%s&login=%s&new=%s&again=%s", secret, login, login,
                                              DOOR_PASSWORD, DOOR_PASSWORD)),
                     303);
    assert_string_equal(b->location, "/masuk/pengaman");
    assert_int_equal(browser_get(b, "/masuk/pengaman"), 200);
    assert_int_equal(totp_secret_parse(browser_between(b, "<code class=\"num\">", "</code>"), totp), 0);
    assert_int_equal(browser_post(b, "/masuk/pengaman", text_printf(a, "code=%s", door_code(d, totp))), 200);
}

static void two_secrets_make_the_first_two_administrators(void **world)
{
    struct setup_secrets secrets;
    struct door_person rina;
    struct totp_secret totp;
    struct browser a, b;

    DOOR(d, world);
    door_make(&d, &rina, "rina", NULL);
    a = (struct browser){.d = &d};
    assert_int_equal(browser_get(&a, "/siapkan"), 404);
    assert_int_equal(core_setup_secrets(&d.c.app, &d.c.a, "init", &secrets), 0);
    assert_int_equal(browser_post(&a, "/siapkan", "secret=abc&name=x&login=ani&new=a&again=a"), 422);
    take_place(&d, &a, secrets.text[0], "ani.s", &totp);
    assert_int_equal(browser_get(&a, user_path(&d, &rina, "/peran")), 200);
    assert_int_equal(browser_post(&a, user_path(&d, &rina, "/peran"), "role=employee"), 403);
    assert_int_equal(browser_get(&a, "/kerja/-/pengguna/baru"), 200);
    assert_int_equal(browser_post(&a, "/kerja/-/pengguna/baru", "name=Sari&login=sari"), 200);
    take_place(&d, &b, secrets.text[1], "budi.s", &totp);
    assert_int_equal(browser_get(&a, user_path(&d, &rina, "/peran")), 200);
    assert_int_equal(browser_post(&a, user_path(&d, &rina, "/peran"), "role=employee"), 303);
    b = (struct browser){.d = &d};
    assert_int_equal(browser_post(&b, "/siapkan",
                                  text_printf(&d.c.a, "secret=%s&name=x&login=xyz&new=%s&again=%s", secrets.text[1],
                                              DOOR_PASSWORD, DOOR_PASSWORD)),
                     410);
    assert_int_equal(number(&d, &q_leaves, "setup_seat", "init"), 2);
    assert_int_equal(core_setup_secrets(&d.c.app, &d.c.a, "recover", &secrets), 0);
    assert_int_equal(number(&d, &q_leaves, "setup_seat", "recover"), 2);
    door_close(&d);
}

static void a_token_can_do_what_it_was_made_for_and_no_more(void **world)
{
    struct office o;
    struct token_hash hash;
    struct actor actor;
    struct req r;
    const char *token;
    date today;

    DOOR(d, world);
    open_office(&d, &o);
    today = instant_date(os_now(), 420);
    assert_int_equal(browser_get(&o.a, "/akun/token"), 200);
    assert_int_equal(browser_post(&o.a, "/akun/token", "name=laporan&days=30&scope=budget.edit"), 422);
    assert_int_equal(browser_post(&o.a, "/akun/token", "name=laporan&days=30&scope=agency.read&scope=unit.read"), 200);
    token = browser_between(&o.a, "<code>", "</code>");
    assert_int_equal(token_hash(TOKEN_API, token, &hash), 0);
    assert_int_equal(token_actor(d.c.t.owner, &d.c.a, &hash, os_now(), today, &actor), 1);
    r = (struct req){.arena = &d.c.a, .app = &d.c.app, .actor = &actor};
    assert_true(may(&r, "agency.read", CITY_GOV));
    assert_false(may(&r, "agency.edit", CITY_GOV));
    assert_false(may(&r, "user.manage", GOV_ANY));
    assert_int_equal(token_actor(d.c.t.owner, &d.c.a, &hash, os_now(), (date){today.v + 30}, &actor), 1);
    assert_int_equal(token_actor(d.c.t.owner, &d.c.a, &hash, os_now(), (date){today.v + 31}, &actor), 0);
    assert_int_equal(browser_get(&o.a, "/akun"), 200);
    assert_int_equal(
        browser_post(&o.a, text_printf(&d.c.a, "/akun/token/%s/cabut", browser_between(&o.a, "/akun/token/", "/cabut")), ""),
        303);
    assert_int_equal(token_actor(d.c.t.owner, &d.c.a, &hash, os_now(), today, &actor), 0);
    door_close(&d);
}

static void a_token_outside_of_the_interface_is_nobody(void **world)
{
    struct office o;
    struct browser b;
    const char *token;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(browser_get(&o.a, "/akun/token"), 200);
    assert_int_equal(browser_post(&o.a, "/akun/token", "name=laporan&days=30&scope=user.manage"), 200);
    token = browser_between(&o.a, "<code>", "</code>");
    b = (struct browser){.d = &d};
    browser_ask(&b, "GET", "/kerja/-/pengguna", text_printf(&d.c.a, "Authorization: Bearer %s\r\n", token), NULL);
    assert_int_equal(b.status, 303);
    door_close(&d);
}

static void the_present_code_is_told_in_demo_instances_only(void **world)
{
    struct door_person rina;
    char code[7];

    DOOR(d, world);
    door_make(&d, &rina, "rina", NULL);
    assert_int_equal(core_totp_code(&d.c.app, d.c.t.owner, &d.c.a, "rina", os_now(), code), E_PERMIT);
    d.c.app.demo = true;
    assert_int_equal(core_totp_code(&d.c.app, d.c.t.owner, &d.c.a, "rina", os_now(), code), 0);
    assert_string_equal(code, door_code(&d, &rina.totp));
    assert_int_equal(core_totp_code(&d.c.app, d.c.t.owner, &d.c.a, "rini", os_now(), code), E_INPUT);
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_role_counts_once_a_second_administrator_agrees),
        TEST_ON_BOTH(a_change_of_role_ends_the_sessions_of_its_holder),
        TEST_ON_BOTH(roles_that_exclude_each_other_are_refused),
        TEST_ON_BOTH(nobody_gives_a_role_to_oneself),
        TEST_ON_BOTH(giving_a_role_asks_for_a_fresh_second_factor),
        TEST_ON_BOTH(the_last_administrator_stays),
        TEST_ON_BOTH(a_new_user_gets_a_first_password_that_must_be_changed),
        TEST_ON_BOTH(a_reset_takes_two_administrators),
        TEST_ON_BOTH(what_else_opens_an_account_anew_ends_the_request_for_a_reset),
        TEST_ON_BOTH(administrators_of_a_government_see_its_accounts_only),
        TEST_ON_BOTH(the_page_of_an_account_says_how_narrow_a_role_is),
        TEST_ON_BOTH(two_secrets_make_the_first_two_administrators),
        TEST_ON_BOTH(a_token_can_do_what_it_was_made_for_and_no_more),
        TEST_ON_BOTH(a_token_outside_of_the_interface_is_nobody),
        TEST_ON_BOTH(the_present_code_is_told_in_demo_instances_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
