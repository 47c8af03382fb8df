/*
 * delegation_test.c: a substitute is named, accepts, acts, and is one no longer; and who cannot be one; on both databases.
 */
#include "base/date.h"
#include "core/user/delegation.h"
#include "core/user/test_door.h"

/* clang-format off */
static const struct query q_last = {
    .name = "test.delegation", .sql = "SELECT id FROM delegation ORDER BY id DESC LIMIT 1", .in = "", .out = "i"};
static const struct query q_refused = {
    .name = "test.refused", .sql = "SELECT COUNT(*) FROM ledger_entry", .in = "", .out = "i"};
/* clang-format on */

/* A city with two administrators, its planner Rina, and Sari, who has another role there. */
struct office {
    struct door_test *d;
    struct door_person ani, budi, rina, sari;
    struct browser a, b, r, s;
    struct role_grant planner, other;
};

static int64_t number(struct door_test *d, const struct query *q)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, d->c.t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static struct delegation last(struct office *o)
{
    struct delegation d;

    assert_int_equal(row_get(o->d->c.t.owner, &o->d->c.a, &delegation_entity, 0, number(o->d, &q_last), &d), 1);
    return d;
}

static date today(const struct door_test *d)
{
    return instant_date(d->now, 420);
}

static struct role_grant give(struct door_test *d, const struct door_person *p, const char *role, date to)
{
    struct role_grant g = grant_of(p->user.head.id, role, CITY_GOV, DATE_NONE);

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
    door_make(d, &o->rina, "rina", NULL);
    door_make(d, &o->sari, "sari", NULL);
    o->planner = give(d, &o->rina, "planner", (date){today(d).v + 10});
    o->other = give(d, &o->sari, "secretary", DATE_NONE);
    o->a = o->b = o->r = o->s = (struct browser){.d = d};
    browser_login(&o->r, &o->rina);
    browser_login(&o->s, &o->sari);
}

static void log_administrators_in(struct office *o)
{
    browser_login(&o->a, &o->ani);
    browser_login(&o->b, &o->budi);
}

static const char *form_text_of(struct office *o, const char *delegate, const char *role, int from, int to)
{
    struct arena *a = &o->d->c.a;
    const date day = today(o->d);

    return text_printf(a, "delegate=%s&role=%s&kind=plh&reason=leave&basis=SPT+800%%2F12&valid_from=%s&valid_to=%s", delegate,
                       role, date_iso(a, date_add_days(day, from)), date_iso(a, date_add_days(day, to)));
}

static int offer(struct office *o, const char *delegate, int from, int to)
{
    (void)browser_get(&o->r, "/akun/pengganti");
    return browser_post(&o->r, "/akun/pengganti", form_text_of(o, delegate, "all/3671", from, to));
}

static int act(struct office *o, struct browser *b, const char *verb)
{
    assert_int_equal(browser_get(b, "/akun"), 200);
    return browser_post(b, text_printf(&o->d->c.a, "/akun/pengganti/%lld/%s", (long long)last(o).head.id, verb), "");
}

/* The grants of Sari at this moment: *ret_lent counts those of others. */
static size_t grants_now(struct office *o, instant now, const struct door_person *p, size_t *ret_lent)
{
    struct grant *v;
    size_t n, i;

    assert_int_equal(grants_of(o->d->c.t.owner, &o->d->c.a, p->user.head.id, now, &v, &n), 0);
    *ret_lent = 0;
    for (i = 0; i < n; i++)
        *ret_lent += v[i].behalf != NULL;
    return n;
}

static void a_substitute_has_the_role_once_accepted_until_the_last_day(void **world)
{
    struct office o;
    struct grant *v;
    size_t n, lent;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(offer(&o, "sari", 0, 3), 303);
    assert_string_equal(last(&o).status.v, "offered");
    assert_int_equal(grants_now(&o, d.now, &o.sari, &lent), 1);
    assert_int_equal(act(&o, &o.r, "terima"), 403); /* not by the one who goes */
    assert_int_equal(act(&o, &o.s, "terima"), 303);
    assert_string_equal(last(&o).status.v, "active");
    assert_int_equal(grants_of(d.c.t.owner, &d.c.a, o.sari.user.head.id, d.now, &v, &n), 0);
    assert_int_equal(n, 2);
    assert_null(v[0].behalf);
    assert_string_equal(v[1].role, "planner");
    assert_int_equal(v[1].behalf->user, o.rina.user.head.id);
    assert_int_equal(v[1].behalf->until.v, today(&d).v + 3);
    assert_int_equal(browser_get(&o.s, "/kerja/kota-contoh/perangkat-daerah"), 200);
    assert_non_null(strstr(o.s.body, "Anda bertindak atas nama Contoh rina sampai"));
    assert_int_equal(browser_get(&o.s, "/kerja/kota-contoh/perangkat-daerah?bahasa=en"), 200);
    assert_non_null(strstr(o.s.body, "You act on behalf of Contoh rina until"));
    /* The last minute of the last day, in the city's zone, and the first after it. */
    (void)grants_now(&o, instant_at((date){today(&d).v + 3}, 24 * 60 - 1, 420), &o.sari, &lent);
    assert_int_equal(lent, 1);
    (void)grants_now(&o, instant_at((date){today(&d).v + 4}, 0, 420), &o.sari, &lent);
    assert_int_equal(lent, 0);
    door_close(&d);
}

static void taken_back_it_ends_at_once(void **world)
{
    struct office o;
    size_t lent;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(offer(&o, "sari", 0, 3), 303);
    assert_int_equal(act(&o, &o.s, "terima"), 303);
    assert_int_equal(browser_get(&o.s, "/kerja/kota-contoh/perangkat-daerah"), 200);
    assert_non_null(strstr(o.s.body, "Anda bertindak atas nama"));
    assert_int_equal(act(&o, &o.r, "akhiri"), 303);
    assert_string_equal(last(&o).status.v, "ended");
    (void)grants_now(&o, d.now, &o.sari, &lent);
    assert_int_equal(lent, 0);
    assert_int_equal(browser_get(&o.s, "/kerja/kota-contoh/perangkat-daerah"), 200); /* the same session, seen a moment ago */
    assert_null(strstr(o.s.body, "Anda bertindak atas nama"));
    assert_int_equal(act(&o, &o.s, "terima"), 409);
    door_close(&d);
}

static void it_ends_with_the_role_and_with_the_account(void **world)
{
    struct office o;
    struct role_grant ended;
    size_t lent;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(offer(&o, "sari", 0, 3), 303);
    assert_int_equal(act(&o, &o.s, "terima"), 303);
    (void)grants_now(&o, d.now, &o.sari, &lent);
    assert_int_equal(lent, 1);
    log_administrators_in(&o);
    assert_int_equal(browser_get(&o.a, text_printf(&d.c.a, "/kerja/-/pengguna/%lld", (long long)o.rina.user.head.id)), 200);
    assert_int_equal(browser_post(&o.a,
                                  text_printf(&d.c.a, "/kerja/-/pengguna/%lld/peran/%lld/akhiri",
                                              (long long)o.rina.user.head.id, (long long)o.planner.head.id),
                                  ""),
                     303);
    assert_int_equal(row_get(d.c.t.owner, &d.c.a, &role_grant_entity, 0, o.planner.head.id, &ended), 1);
    assert_string_equal(ended.status.v, "ended");
    (void)grants_now(&o, d.now, &o.sari, &lent);
    assert_int_equal(lent, 0);
    assert_int_equal(browser_get(&o.s, "/kerja/kota-contoh/perangkat-daerah"), 200);
    assert_null(strstr(o.s.body, "Anda bertindak atas nama"));
    door_close(&d);
}

static void it_is_never_longer_than_the_role(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(offer(&o, "sari", 0, 11), 422);
    assert_non_null(strstr(o.r.body, "Lebih lama daripada peran itu sendiri"));
    assert_int_equal(offer(&o, "sari", -3, -1), 422);
    assert_non_null(strstr(o.r.body, "Tanggal ini sudah lewat"));
    assert_int_equal(offer(&o, "rina", 0, 3), 422);
    assert_int_equal(offer(&o, "siapa", 0, 3), 422);
    assert_non_null(strstr(o.r.body, "Tidak ada orang dengan nama masuk ini"));
    assert_int_equal(offer(&o, "sari", 0, 10), 303);
    assert_int_equal(offer(&o, "sari", 10, 10), 422);
    assert_non_null(strstr(o.r.body, "sudah ada pengganti"));
    door_close(&d);
}

static void what_was_lent_is_not_lent_on_and_some_roles_never(void **world)
{
    struct office o;
    struct door_person tuti;

    DOOR(d, world);
    open_office(&d, &o);
    door_make(&d, &tuti, "tuti", NULL);
    (void)give(&d, &tuti, "budget_team", DATE_NONE);
    assert_int_equal(offer(&o, "sari", 0, 3), 303);
    assert_int_equal(act(&o, &o.s, "terima"), 303);
    assert_int_equal(browser_get(&o.s, "/akun/pengganti"), 200);
    assert_null(strstr(o.s.body, text_printf(&d.c.a, "value=\"%lld\"", (long long)o.planner.head.id)));
    assert_int_equal(browser_post(&o.s, "/akun/pengganti",
                                  form_text_of(&o, "tuti", text_printf(&d.c.a, "%lld", (long long)o.planner.head.id), 0, 3)),
                     422);
    assert_int_equal(browser_post(&o.s, "/akun/pengganti", form_text_of(&o, "tuti", "all/3671", 0, 3)), 303); /* her own */
    assert_false(delegation_lends("admin"));
    assert_false(delegation_lends("operator"));
    assert_false(delegation_lends("data_protection_officer"));
    assert_false(delegation_lends("employee"));
    assert_false(delegation_lends("council_member"));
    assert_true(delegation_lends("agency_head"));
    assert_true(delegation_lends("supervisor_kpk"));
    door_close(&d);
}

static void roles_that_exclude_each_other_do_so_on_behalf_too(void **world)
{
    struct office o;
    struct door_person audit;
    struct role_grant later;
    const char *key = NULL;

    DOOR(d, world);
    open_office(&d, &o);
    door_make(&d, &audit, "audit", NULL);
    (void)give(&d, &audit, "auditor", DATE_NONE);
    assert_int_equal(offer(&o, "audit", 0, 3), 422);
    assert_non_null(strstr(o.r.body, "tidak boleh dipegang bersama"));
    assert_int_equal(offer(&o, "ani", 0, 3), 422); /* administrators have no business rights */
    assert_int_equal(offer(&o, "sari", 0, 3), 303);
    assert_int_equal(act(&o, &o.s, "terima"), 303);
    later = grant_of(o.sari.user.head.id, "auditor", CITY_GOV, today(&d)); /* while she plans on behalf of Rina */
    assert_int_equal(grant_check(d.c.t.owner, &d.c.a, &later, &key), E_STATE);
    assert_string_equal(key, "user.excluded");
    door_close(&d);
}

static void a_supervisor_is_replaced_within_the_same_body_only(void **world)
{
    struct office o;
    struct delegation x;
    struct role_grant g;
    struct door_person kpk, fellow;
    const char *key = NULL;

    DOOR(d, world);
    open_office(&d, &o);
    door_make(&d, &kpk, "kpk", NULL);
    door_make(&d, &fellow, "kpk2", NULL);
    g = give(&d, &kpk, "supervisor_kpk", DATE_NONE);
    (void)give(&d, &fellow, "supervisor_kpk", DATE_NONE);
    x = (struct delegation){.head = {.id = os_new_id()},
                            .delegator = g.holder,
                            .delegate = {fellow.user.head.id},
                            .in_gov = {CITY_GOV},
                            .valid_from = today(&d),
                            .valid_to = today(&d),
                            .kind = {"other"},
                            .reason = {"leave"},
                            .basis = "ST-1"};
    assert_int_equal(delegation_may(d.c.t.owner, &d.c.a, &x, DELEGATION_OFFER, kpk.user.head.id, today(&d), &key), E_STATE);
    assert_string_equal(key, "delegation.other-supervisor"); /* no home at all */
    door_close(&d);
}

static void an_administrator_proposes_and_another_approves(void **world)
{
    struct office o;
    const char *page, *step;
    int64_t leaves;

    DOOR(d, world);
    open_office(&d, &o);
    log_administrators_in(&o);
    page = text_printf(&d.c.a, "/kerja/-/pengguna/%lld/pengganti", (long long)o.rina.user.head.id);
    assert_int_equal(browser_get(&o.a, page), 200);
    assert_int_equal(browser_post(&o.a, page, form_text_of(&o, "sari", "all/3671", 0, 3)), 303);
    assert_string_equal(last(&o).status.v, "pending");
    assert_int_equal(act(&o, &o.s, "terima"), 409); /* nobody has approved it */
    step = text_printf(&d.c.a, "%s/%lld/setujui", page, (long long)last(&o).head.id);
    leaves = number(&d, &q_refused);
    assert_int_equal(browser_post(&o.a, step, ""), 403); /* not by the one who proposed */
    assert_non_null(strstr(o.a.body, "administrator"));
    assert_int_equal(number(&d, &q_refused), leaves + 1);
    assert_int_equal(browser_get(&o.b, page), 200);
    assert_int_equal(browser_post(&o.b, step, ""), 303);
    assert_string_equal(last(&o).status.v, "offered");
    assert_int_equal(act(&o, &o.s, "terima"), 303);
    assert_string_equal(last(&o).status.v, "active");
    assert_int_equal(browser_post(&o.s, page, form_text_of(&o, "sari", "all/3671", 0, 3)), 403); /* no administrator */
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_substitute_has_the_role_once_accepted_until_the_last_day),
        TEST_ON_BOTH(taken_back_it_ends_at_once),
        TEST_ON_BOTH(it_ends_with_the_role_and_with_the_account),
        TEST_ON_BOTH(it_is_never_longer_than_the_role),
        TEST_ON_BOTH(what_was_lent_is_not_lent_on_and_some_roles_never),
        TEST_ON_BOTH(roles_that_exclude_each_other_do_so_on_behalf_too),
        TEST_ON_BOTH(a_supervisor_is_replaced_within_the_same_body_only),
        TEST_ON_BOTH(an_administrator_proposes_and_another_approves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
