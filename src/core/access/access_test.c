/*
 * access_test.c: who could do what on a day, by whose decision, and who may see that; on both databases.
 */
#include "core/access/access.h"
extern const struct module check_module;

#define DOOR_MODULES &core_module, &access_module, &check_module
#include "base/date.h"
#include "core/user/delegation.h"
#include "core/user/test_door.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define DISDIK INT64_C(503)
#define MERGED INT64_C(504)

static const struct permit check_permits[] = {{"thing.check", "inspector"}, {"thing.work", "agency_staff planner"}};
const struct module check_module = {.name = "check", .permits = check_permits, .n_permits = ARRAY_LEN(check_permits)};

/* A city with two administrators, a mayor who looks, and Rina and Sari, who get roles. */
struct office {
    struct door_test *d;
    struct door_person ani, budi, head, rina, sari;
    struct browser a, b, h;
};

static struct role_grant give(struct door_test *d, const struct door_person *p, const char *role, int64_t gov, date to)
{
    struct role_grant g = grant_of(p->user.head.id, role, gov, DATE_NONE);

    g.head.id = os_new_id();
    g.status.v = "active";
    g.valid_to = to;
    door_insert(d, &role_grant_entity, &g);
    return g;
}

static void open_office(struct door_test *d, struct office *o)
{
    o->d = d;
    door_make_city(d);
    door_make(d, &o->ani, "ani", "admin");
    door_make(d, &o->budi, "budi", "admin");
    door_make(d, &o->head, "hadi", NULL);
    door_make(d, &o->rina, "rina", NULL);
    door_make(d, &o->sari, "sari", NULL);
    (void)give(d, &o->head, "head", CITY_GOV, DATE_NONE);
    o->a = o->b = o->h = (struct browser){.d = d};
}

static date today(const struct door_test *d)
{
    return instant_date(d->now, 420);
}

static struct access_list read_at(struct door_test *d, const struct access_ask *ask)
{
    struct access_list list;

    assert_int_equal(access_read(&d->c.app, d->c.t.owner, &d->c.a, ask, d->now, &list), 0);
    return list;
}

static const struct access_line *line_of(const struct access_list *list, const struct door_person *p, const char *role)
{
    size_t i;

    for (i = 0; i < list->n; i++)
        if (list->v[i].person == p->user.head.id && text_eq(list->v[i].role, role))
            return &list->v[i];
    return NULL;
}

/* Rina becomes planner by Ani's proposal and Budi's approval. */
static void decide(struct office *o, int64_t *ret_grant)
{
    struct arena *a = &o->d->c.a;
    const char *user = text_printf(a, "/kerja/-/pengguna/%lld", (long long)o->rina.user.head.id);
    struct access_list list;
    struct access_ask ask = {.gov = CITY_GOV, .day = today(o->d)};
    const char *grant;

    browser_login(&o->a, &o->ani);
    assert_int_equal(browser_get(&o->a, text_printf(a, "%s/peran", user)), 200);
    assert_int_equal(browser_post(&o->a, text_printf(a, "%s/peran", user), "role=planner&gov=3671&agency=&place=&basis=SK+7"),
                     303);
    list = read_at(o->d, &ask);
    assert_null(line_of(&list, &o->rina, "planner")); /* one administrator is not enough */
    browser_login(&o->b, &o->budi);
    assert_int_equal(browser_get(&o->b, user), 200);
    grant = browser_between(&o->b, "/peran/", "/setujui");
    assert_int_equal(text_int(grant, 1, INT64_MAX, ret_grant), 0);
    assert_int_equal(browser_post(&o->b, text_printf(a, "%s/peran/%s/setujui", user, grant), ""), 303);
}

static void a_role_is_told_with_both_who_decided(void **world)
{
    struct access_ask ask = {.gov = CITY_GOV};
    const struct access_line *g;
    struct access_list list;
    struct office o;
    int64_t grant;

    DOOR(d, world);
    open_office(&d, &o);
    ask.day = today(&d);
    decide(&o, &grant);
    list = read_at(&d, &ask);
    g = line_of(&list, &o.rina, "planner");
    assert_non_null(g);
    assert_int_equal(g->grant, grant);
    assert_string_equal(g->given, "Contoh ani");
    assert_string_equal(g->approved, "Contoh budi");
    assert_string_equal(g->basis, "SK 7");
    assert_true(g->since.v >= d.now.v && g->since.v < d.now.v + DAY_MS);
    browser_login(&o.h, &o.head);
    assert_int_equal(browser_get(&o.h, "/kerja/kota-contoh/akses"), 200);
    assert_non_null(strstr(o.h.body, "Diusulkan Contoh ani, disetujui Contoh budi"));
    assert_int_equal(browser_get(&o.h, text_printf(&d.c.a, "/kerja/kota-contoh/akses/%lld", (long long)grant)), 200);
    assert_non_null(strstr(o.h.body, "Disetujui, mulai berlaku"));
    assert_non_null(strstr(o.h.body, "/bukti\""));
    door_close(&d);
}

static void a_past_day_shows_who_could_then_and_not_who_can_now(void **world)
{
    struct access_ask ask = {.gov = CITY_GOV};
    struct access_list list;
    struct office o;
    struct arena *a;
    int64_t grant;
    date given;

    DOOR(d, world);
    open_office(&d, &o);
    a = &d.c.a;
    given = today(&d);
    decide(&o, &grant);
    door_wait(&d, 3 * DAY_MS);
    browser_login(&o.a, &o.ani);
    assert_int_equal(browser_get(&o.a, text_printf(a, "/kerja/-/pengguna/%lld", (long long)o.rina.user.head.id)), 200);
    assert_int_equal(browser_post(&o.a,
                                  text_printf(a, "/kerja/-/pengguna/%lld/peran/%lld/akhiri", (long long)o.rina.user.head.id,
                                              (long long)grant),
                                  ""),
                     303);
    ask.day = date_add_days(given, 3);
    list = read_at(&d, &ask); /* today: ended a moment ago */
    assert_null(line_of(&list, &o.rina, "planner"));
    ask.day = date_add_days(given, 1);
    list = read_at(&d, &ask);
    assert_non_null(line_of(&list, &o.rina, "planner"));
    ask.day = date_add_days(given, -1);
    list = read_at(&d, &ask);
    assert_null(line_of(&list, &o.rina, "planner"));
    door_wait(&d, 2 * DAY_MS);
    ask.day = date_add_days(given, 3);
    list = read_at(&d, &ask); /* on its last day it still counted, for a part of it */
    assert_non_null(line_of(&list, &o.rina, "planner"));
    ask.day = date_add_days(given, 4);
    list = read_at(&d, &ask);
    assert_null(line_of(&list, &o.rina, "planner"));
    door_close(&d);
}

static void an_action_is_answered_with_people_and_offices(void **world)
{
    struct access_ask ask = {.gov = CITY_GOV, .permission = "thing.work"};
    struct agency disdik = {.head = {.gov = CITY_GOV, .id = DISDIK},
                            .code = "1.01",
                            .name = "Dinas Pendidikan",
                            .kind = {"office"},
                            .valid_from = DATE_NONE,
                            .valid_to = DATE_NONE};
    struct role_grant staff;
    struct access_list list;
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    door_insert(&d, &agency_entity, &disdik);
    staff = grant_of(o.sari.user.head.id, "agency_staff", CITY_GOV, DATE_NONE);
    staff.in_agency = DISDIK;
    staff.status.v = "active";
    door_insert(&d, &role_grant_entity, &staff);
    (void)give(&d, &o.rina, "planner", CITY_GOV, DATE_NONE);
    ask.day = today(&d);
    list = read_at(&d, &ask);
    assert_int_equal(list.n, 2); /* neither the mayor nor administrators */
    assert_int_equal(access_people(&d.c.app, &d.c.a, &list, NULL, NULL), 2);
    assert_string_equal(line_of(&list, &o.sari, "agency_staff")->agency_name, "Dinas Pendidikan");
    ask.agency = MERGED; /* another office: only who reaches the whole city */
    list = read_at(&d, &ask);
    assert_int_equal(list.n, 1);
    assert_non_null(line_of(&list, &o.rina, "planner"));
    browser_login(&o.h, &o.head);
    assert_int_equal(browser_get(&o.h, "/kerja/kota-contoh/akses?boleh=thing.check"), 200);
    assert_non_null(strstr(o.h.body, "Tidak seorang pun memegangnya"));
    assert_int_equal(browser_get(&o.h, "/kerja/kota-contoh/akses"), 200);
    assert_non_null(strstr(o.h.body, "Seluruh Kota Contoh"));
    door_close(&d);
}

static void a_disabled_account_is_shown_and_counts_as_nobody(void **world)
{
    struct access_ask ask = {.gov = CITY_GOV, .permission = "thing.check"};
    struct access_list list;
    struct app_user off;
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    (void)give(&d, &o.sari, "inspector", CITY_GOV, DATE_NONE);
    ask.day = today(&d);
    list = read_at(&d, &ask);
    assert_int_equal(access_people(&d.c.app, &d.c.a, &list, NULL, NULL), 1);
    browser_login(&o.a, &o.ani);
    assert_int_equal(browser_get(&o.a, text_printf(&d.c.a, "/kerja/-/pengguna/%lld", (long long)o.sari.user.head.id)), 200);
    assert_int_equal(
        browser_post(&o.a, text_printf(&d.c.a, "/kerja/-/pengguna/%lld/nonaktif", (long long)o.sari.user.head.id), ""), 303);
    assert_int_equal(row_get(d.c.t.owner, &d.c.a, &app_user_entity, 0, o.sari.user.head.id, &off), 1);
    assert_true(off.disabled);
    list = read_at(&d, &ask);
    assert_int_equal(list.n, 1);
    assert_true(list.v[0].off);
    assert_int_equal(access_people(&d.c.app, &d.c.a, &list, NULL, NULL), 0);
    door_close(&d);
}

static void a_substitute_stands_among_them_under_both_names(void **world)
{
    struct access_ask ask = {.gov = CITY_GOV, .permission = "thing.check"};
    struct delegation lent = {
        .in_gov = {CITY_GOV}, .kind = {"plh"}, .reason = {"sick"}, .basis = "SPT 12", .status = {"active"}};
    struct access_list list;
    struct role_grant g;
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    g = give(&d, &o.sari, "inspector", CITY_GOV, date_add_days(today(&d), 5));
    lent.delegator.v = o.sari.user.head.id;
    lent.delegate.v = o.rina.user.head.id;
    lent.valid_from = today(&d);
    lent.valid_to = date_add_days(today(&d), 20);
    door_insert(&d, &delegation_entity, &lent);
    ask.day = today(&d);
    list = read_at(&d, &ask);
    assert_int_equal(list.n, 2);
    assert_string_equal(line_of(&list, &o.rina, "inspector")->behalf, "Contoh sari");
    assert_int_equal(line_of(&list, &o.rina, "inspector")->grant, g.head.id);
    assert_int_equal(line_of(&list, &o.rina, "inspector")->to.v, today(&d).v + 5); /* no longer than the role */
    ask.day = date_add_days(today(&d), 6);
    list = read_at(&d, &ask);
    assert_int_equal(list.n, 0);
    browser_login(&o.h, &o.head);
    assert_int_equal(browser_get(&o.h, "/kerja/kota-contoh/akses"), 200);
    assert_non_null(strstr(o.h.body, "atas nama Contoh sari"));
    assert_non_null(strstr(o.h.body, "berakhir dalam 5 hari"));
    assert_null(strstr(o.h.body, "akit")); /* why somebody is away is nobody's business here */
    door_close(&d);
}

static void who_sees_only_what_is_ones_own_is_counted_and_not_named(void **world)
{
    struct access_ask ask = {.gov = CITY_GOV};
    struct access_list list;
    struct role_grant g;
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    g = give(&d, &o.rina, "employee", CITY_GOV, DATE_NONE);
    (void)give(&d, &o.sari, "citizen", CITY_GOV, DATE_NONE);
    ask.day = today(&d);
    list = read_at(&d, &ask);
    assert_null(line_of(&list, &o.rina, "employee"));
    assert_null(line_of(&list, &o.sari, "citizen"));
    assert_int_equal(list.own, 2);
    browser_login(&o.h, &o.head);
    assert_int_equal(browser_get(&o.h, "/kerja/kota-contoh/akses?peran=citizen"), 200);
    assert_null(strstr(o.h.body, "Contoh sari"));
    assert_int_equal(browser_get(&o.h, text_printf(&d.c.a, "/kerja/kota-contoh/akses/%lld", (long long)g.head.id)), 404);
    door_close(&d);
}

static void a_supervisor_sees_it_and_staff_do_not(void **world)
{
    struct browser k, s;
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    (void)give(&d, &o.rina, "supervisor_kpk", CITY_GOV, DATE_NONE);
    (void)give(&d, &o.sari, "planner", CITY_GOV, DATE_NONE);
    k = s = (struct browser){.d = &d};
    browser_login(&k, &o.rina);
    browser_login(&s, &o.sari);
    assert_int_equal(browser_get(&k, "/kerja/kota-contoh/akses"), 200);
    assert_non_null(strstr(k.body, "Contoh sari")); /* who answers for an act is named: decision 0011 */
    assert_int_equal(browser_get(&k, "/kerja/-/akses"), 403);
    assert_int_equal(browser_get(&s, "/kerja/kota-contoh/akses"), 403);
    assert_int_equal(browser_get(&s, "/kerja/kota-contoh/akses.csv"), 403);
    browser_login(&o.a, &o.ani);
    assert_int_equal(browser_get(&o.a, "/kerja/-/akses"), 200);
    assert_non_null(strstr(o.a.body, "Contoh budi"));
    assert_null(strstr(o.a.body, "Contoh sari")); /* of one government alone */
    door_close(&d);
}

static void the_file_holds_the_lines_of_the_page(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    (void)give(&d, &o.sari, "planner", CITY_GOV, DATE_NONE);
    browser_login(&o.h, &o.head);
    assert_int_equal(browser_get(&o.h, "/kerja/kota-contoh/akses.csv?peran=planner"), 200);
    assert_non_null(strstr(o.h.answer, "text/csv"));
    assert_non_null(strstr(o.h.body, ",planner,Contoh sari,,Seluruh Kota Contoh,"));
    assert_null(strstr(o.h.body, "Contoh hadi"));
    assert_int_equal(browser_get(&o.h, "/kerja/kota-contoh/akses.csv?per=31-2-2026"), 422);
    assert_int_equal(browser_get(&o.h, "/kerja/kota-contoh/akses?per=31-2-2026"), 422);
    door_close(&d);
}

static void statements_leave_out_the_roles_that_are_only_counted(void **world)
{
    const struct query *const all[] = {&access_q_grants, &access_q_own};
    size_t n, i, k;
    char **roles_own = text_split(unit_arena(world), ACCESS_OWN, ' ', &n);

    for (i = 0; i < ARRAY_LEN(all); i++)
        for (k = 0; k < n; k++)
            assert_non_null(strstr(all[i]->sql, text_printf(unit_arena(world), "'%s'", roles_own[k])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_role_is_told_with_both_who_decided),
        TEST_ON_BOTH(a_past_day_shows_who_could_then_and_not_who_can_now),
        TEST_ON_BOTH(an_action_is_answered_with_people_and_offices),
        TEST_ON_BOTH(a_disabled_account_is_shown_and_counts_as_nobody),
        TEST_ON_BOTH(a_substitute_stands_among_them_under_both_names),
        TEST_ON_BOTH(who_sees_only_what_is_ones_own_is_counted_and_not_named),
        TEST_ON_BOTH(a_supervisor_sees_it_and_staff_do_not),
        TEST_ON_BOTH(the_file_holds_the_lines_of_the_page),
        UNIT(statements_leave_out_the_roles_that_are_only_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
