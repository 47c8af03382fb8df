/*
 * change_test.c: what becomes of agencies, their names, their records and the roles there when they are renamed, merged and
 * split; over HTTP, on both databases.
 *
 * The sources name the offices of Kota Tangerang as they are called since the reorganisation of 2017, and tell that an article
 * on 2016 uses these names too soon (domain/oversight.md section 1). What they were called before no source says.
 */
#define DOOR_MODULES &core_module, &agency_module

#include "base/date.h"
#include "core/agency/change.h"
#include "core/user/delegation.h"
/* The modules of the instance are named before. */
#include "core/user/test_door.h"

#define OLD_LICENSING INT64_C(4001)
#define PLANNING      INT64_C(4002)
#define OLD_UNIT      INT64_C(4003)
#define UNKNOWN_NAME  "Perangkat daerah perizinan (nama 2016 tidak diketahui)"
#define DPMPTSP       "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"
#define HERE          "/kerja/kota-contoh/susunan"
#define RENAME                                                                                                                 \
    "day=1-1-2017&basis=Contoh&old=2016.perizinan&code1=2.18&name1=Dinas+Penanaman+Modal+dan+Pelayanan+Terpadu+Satu+Pintu"     \
    "&short1=DPMPTSP&kind1=office"

/* clang-format off */
static const struct query q_last = {
    .name = "test.reorganisation", .sql = "SELECT id FROM reorganisation ORDER BY id DESC LIMIT 1", .in = "", .out = "i"};
static const struct query q_agency = {
    .name = "test.agency", .sql = "SELECT id FROM agency WHERE code = ?1", .in = "t", .out = "i"};
/* clang-format on */

struct office {
    struct door_person ani, budi, rina;
    struct browser a, b;
};

static void put_agency(struct door_test *d, int64_t id, const char *code, const char *name)
{
    const struct agency g = {.head = {.gov = CITY_GOV, .id = id},
                             .code = code,
                             .name = name,
                             .kind = {"office"},
                             .valid_from = DATE_NONE,
                             .valid_to = DATE_NONE};

    door_insert(d, &agency_entity, &g);
}

static void open_office(struct door_test *d, struct office *o)
{
    const struct unit unit = {.head = {.gov = CITY_GOV, .id = OLD_UNIT},
                              .agency = {OLD_LICENSING},
                              .code = "2016.perizinan.1",
                              .name = "Bidang Contoh",
                              .valid_from = DATE_NONE,
                              .valid_to = DATE_NONE};

    door_make_city(d);
    put_agency(d, OLD_LICENSING, "2016.perizinan", UNKNOWN_NAME);
    put_agency(d, PLANNING, "5.01", "Badan Perencanaan Pembangunan Daerah");
    door_insert(d, &unit_entity, &unit);
    door_make(d, &o->ani, "ani", "admin");
    door_make(d, &o->budi, "budi", "admin");
    door_make(d, &o->rina, "rina", NULL);
    o->a = o->b = (struct browser){.d = d};
    browser_login(&o->a, &o->ani);
    browser_login(&o->b, &o->budi);
}

static void give(struct door_test *d, const struct door_person *p, int64_t agency)
{
    struct role_grant g = grant_of(p->user.head.id, "agency_staff", CITY_GOV, date_of(2016, 1, 4));

    g.in_agency = agency;
    g.status.v = "active";
    door_insert(d, &role_grant_entity, &g);
}

static int64_t number_of(struct door_test *d, const struct query *q, const char *code)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = q->in[0] == 't' ? db_select(&rows, d->c.t.owner, q, V(code)) : db_select(&rows, d->c.t.owner, q);
    assert_int_equal(e, 0);
    return rows_next(&rows) == 1 ? rows_int(&rows, 0) : 0;
}

static struct change last_change(struct door_test *d)
{
    struct change c;

    assert_int_equal(change_get(d->c.t.owner, &d->c.a, CITY_GOV, number_of(d, &q_last, NULL), &c), 1);
    return c;
}

static int record(struct browser *b, const char *form)
{
    (void)browser_get(b, HERE "/baru"); /* a token */
    return browser_post(b, HERE "/baru", form);
}

static int decide(struct browser *b, const struct change *c, const char *verb)
{
    struct arena *a = &b->d->site.a;

    (void)browser_get(b, text_printf(a, HERE "/%lld", (long long)c->row.head.id));
    return browser_post(b, text_printf(a, HERE "/%lld/%s", (long long)c->row.head.id, verb), "");
}

/* The agencies where the person's roles count on a day, as "4001 4002". */
static const char *reached(struct door_test *d, const struct door_person *p, date day)
{
    const char *list = "";
    struct grant *v;
    size_t n, i;

    assert_int_equal(grants_of(d->c.t.owner, &d->c.a, p->user.head.id, instant_at(day, 12 * 60, 420), &v, &n), 0);
    for (i = 0; i < n; i++)
        list = text_printf(&d->c.a, "%s %lld", list, (long long)v[i].agency);
    return list;
}

static void the_list_of_a_day_shows_the_names_of_that_day(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(record(&o.a, RENAME), 303);
    assert_string_equal(last_change(&d).row.status.v, "done");
    assert_string_equal(last_change(&d).row.kind.v, "rename");
    assert_int_equal(browser_get(&o.a, HERE "?tanggal=31-12-2016"), 200);
    assert_non_null(strstr(o.a.body, ">2016.perizinan</td>"));
    assert_null(strstr(o.a.body, ">2.18</td>"));
    assert_int_equal(browser_get(&o.a, HERE "?tanggal=1-1-2017"), 200);
    assert_non_null(strstr(o.a.body, ">2.18</td>"));
    assert_null(strstr(o.a.body, ">2016.perizinan</td>"));
    assert_non_null(strstr(o.a.body, UNKNOWN_NAME)); /* where it came from */
    assert_int_equal(browser_get(&o.a, HERE "?tanggal=kemarin"), 200);
    assert_non_null(strstr(o.a.body, "Kesalahan:"));
    door_close(&d);
}

static void an_agency_that_ended_keeps_its_page_and_leads_to_its_successor(void **world)
{
    struct office o;
    struct unit unit;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(record(&o.a, RENAME), 303);
    assert_int_equal(browser_get(&o.a, "/kerja/kota-contoh/perangkat-daerah/4001"), 200);
    assert_non_null(strstr(o.a.body, UNKNOWN_NAME));
    assert_non_null(strstr(o.a.body, "2.18 " DPMPTSP));
    assert_non_null(strstr(o.a.body, "31 Des 2016"));
    assert_int_equal(browser_get(&o.a, "/kerja/kota-contoh/unit/4003"), 200); /* a record of the old agency */
    assert_non_null(strstr(o.a.body, "2016.perizinan " UNKNOWN_NAME));
    assert_non_null(strstr(o.a.body, "2.18 " DPMPTSP));
    assert_int_equal(row_get(d.c.t.owner, &d.c.a, &unit_entity, CITY_GOV, OLD_UNIT, &unit), 1);
    assert_int_equal(unit.valid_to.v, date_of(2016, 12, 31).v);
    door_close(&d);
}

static void a_role_goes_over_once_a_second_administrator_approves(void **world)
{
    struct office o;
    struct change c;

    DOOR(d, world);
    open_office(&d, &o);
    give(&d, &o.rina, OLD_LICENSING);
    assert_int_equal(record(&o.a, RENAME), 303);
    c = last_change(&d);
    assert_string_equal(c.row.status.v, "pending");
    assert_int_equal(c.row.roles, 1);
    assert_int_equal(number_of(&d, &q_agency, "2.18"), 0);
    assert_int_equal(decide(&o.a, &c, "setujui"), 403);
    assert_string_equal(reached(&d, &o.rina, date_of(2017, 1, 2)), " 4001");
    assert_int_equal(decide(&o.b, &c, "setujui"), 303);
    assert_int_equal(decide(&o.b, &c, "setujui"), 409);
    c = last_change(&d);
    assert_string_equal(c.row.status.v, "done");
    assert_int_equal(c.row.decided_by.v, o.budi.user.head.id);
    assert_string_equal(reached(&d, &o.rina, date_of(2016, 12, 31)), " 4001");
    assert_string_equal(reached(&d, &o.rina, date_of(2017, 1, 1)),
                        text_printf(&d.c.a, " %lld 4001",
                                    (long long)number_of(&d, &q_agency, "2.18"))); /* the new one, and what it came from */
    door_close(&d);
}

static void a_substitute_reaches_what_the_agency_came_from(void **world)
{
    struct office o;
    struct door_person sari;
    struct change c;
    struct delegation stand_in = {.in_gov = {CITY_GOV},
                                  .valid_from = date_of(2016, 12, 1),
                                  .valid_to = date_of(2017, 2, 1),
                                  .kind = {"plh"},
                                  .reason = {"leave"},
                                  .basis = "SPT 1",
                                  .status = {"active"}};

    DOOR(d, world);
    open_office(&d, &o);
    door_make(&d, &sari, "sari", NULL);
    give(&d, &o.rina, OLD_LICENSING);
    stand_in.delegator.v = o.rina.user.head.id;
    stand_in.delegate.v = sari.user.head.id;
    door_insert(&d, &delegation_entity, &stand_in);
    assert_string_equal(reached(&d, &sari, date_of(2016, 12, 31)), " 4001");
    assert_int_equal(record(&o.a, RENAME), 303);
    c = last_change(&d);
    assert_int_equal(decide(&o.b, &c, "setujui"), 303);
    assert_string_equal(reached(&d, &sari, date_of(2016, 12, 31)), " 4001");
    assert_string_equal(reached(&d, &sari, date_of(2017, 1, 1)),
                        text_printf(&d.c.a, " %lld 4001", (long long)number_of(&d, &q_agency, "2.18")));
    assert_string_equal(reached(&d, &sari, date_of(2017, 2, 2)), "");
    door_close(&d);
}

static void a_refused_reorganisation_changes_nothing(void **world)
{
    struct office o;
    struct change c;

    DOOR(d, world);
    open_office(&d, &o);
    give(&d, &o.rina, OLD_LICENSING);
    assert_int_equal(record(&o.a, RENAME), 303);
    c = last_change(&d);
    assert_int_equal(decide(&o.b, &c, "tolak"), 303);
    assert_int_equal(decide(&o.b, &c, "setujui"), 409);
    assert_int_equal(number_of(&d, &q_agency, "2.18"), 0);
    assert_string_equal(reached(&d, &o.rina, date_of(2017, 1, 2)), " 4001");
    door_close(&d);
}

static void what_is_merged_is_reached_from_the_whole_and_what_is_split_from_each_part(void **world)
{
    struct office o;
    struct door_person siti;
    int64_t whole, part;

    DOOR(d, world);
    open_office(&d, &o);
    door_make(&d, &siti, "siti", NULL);
    assert_int_equal(
        record(&o.a, "day=1-1-2017&basis=Contoh&old=2016.perizinan;5.01&code1=9.01&name1=Badan+Gabungan&kind1=board"), 303);
    assert_string_equal(last_change(&d).row.kind.v, "merge");
    whole = number_of(&d, &q_agency, "9.01");
    assert_int_equal(record(&o.a, "day=1-1-2020&basis=Contoh&old=9.01&next=9.01&code1=9.02&name1=Dinas+Pecahan&kind1=office"),
                     303);
    assert_string_equal(last_change(&d).row.kind.v, "split");
    part = number_of(&d, &q_agency, "9.02");
    give(&d, &o.rina, whole);
    give(&d, &siti, part);
    assert_string_equal(reached(&d, &o.rina, date_of(2017, 1, 2)), text_printf(&d.c.a, " %lld 4001 4002", (long long)whole));
    assert_string_equal(reached(&d, &siti, date_of(2020, 1, 2)),
                        text_printf(&d.c.a, " %lld %lld 4001 4002", (long long)part, (long long)whole));
    assert_int_equal(browser_get(&o.a, HERE "?tanggal=2-1-2020"), 200);
    assert_non_null(strstr(o.a.body, ">9.01</td>")); /* goes on beside its part */
    assert_non_null(strstr(o.a.body, ">9.02</td>"));
    door_close(&d);
}

static void a_reorganisation_recorded_late_is_reached_by_all_that_came_after(void **world)
{
    struct office o;
    int64_t last;

    DOOR(d, world);
    open_office(&d, &o);
    put_agency(&d, 4005, "2.18", DPMPTSP);
    assert_int_equal(record(&o.a, "day=1-1-2021&basis=Contoh&old=2.18&code1=2.19&name1=Dinas+Baru&kind1=office"), 303);
    assert_int_equal(record(&o.a, "day=1-1-2017&basis=Contoh&old=2016.perizinan&next=2.18"), 303);
    last = number_of(&d, &q_agency, "2.19");
    give(&d, &o.rina, last);
    assert_string_equal(reached(&d, &o.rina, date_of(2021, 1, 1)), text_printf(&d.c.a, " %lld 4005 4001", (long long)last));
    door_close(&d);
}

/* The ids that a name means on a day. */
static const char *meant(struct door_test *d, date day, const char *name)
{
    struct agency_then *v;
    const char *list = "";
    size_t n, i;

    assert_int_equal(agency_names_on(d->c.t.owner, &d->c.a, CITY_GOV, day, &v, &n), 0);
    for (i = 0; i < n; i++)
        if (text_eq(v[i].name, name))
            list = text_printf(&d->c.a, "%s %lld", list, (long long)v[i].id);
    return list;
}

static void a_name_of_another_time_means_the_agency_of_the_day(void **world)
{
    struct office o;

    DOOR(d, world);
    open_office(&d, &o);
    assert_int_equal(record(&o.a, RENAME), 303);
    assert_string_equal(meant(&d, date_of(2016, 6, 8), DPMPTSP), " 4001"); /* an article on 2016 uses the later name */
    assert_string_equal(meant(&d, date_of(2016, 6, 8), UNKNOWN_NAME), " 4001");
    assert_string_equal(meant(&d, date_of(2018, 1, 2), UNKNOWN_NAME),
                        text_printf(&d.c.a, " %lld", (long long)number_of(&d, &q_agency, "2.18")));
    assert_int_equal(record(&o.a, "day=1-1-2020&basis=Contoh&old=2.18&code1=9.1&name1=Dinas+Satu&kind1=office"
                                  "&code2=9.2&name2=Dinas+Dua&kind2=office"),
                     303);
    assert_string_equal(meant(&d, date_of(2021, 1, 4), DPMPTSP), " 0"); /* two came after it: nobody can say which is meant */
    door_close(&d);
}

static void what_cannot_be_is_refused_beside_its_field(void **world)
{
    static const struct {
        const char *form, *says;
    } cases[] = {
        {"day=&basis=Contoh&old=5.01", "Tulis hari pertama susunan baru"},
        {"day=1-1-2017&basis=&old=5.01", "Tulis dasar hukumnya"},
        {"day=1-1-2017&basis=Contoh&old=", "Tulis kode perangkat daerah yang lama"},
        {"day=1-1-2017&basis=Contoh&old=7.77", "Tidak ada perangkat daerah dengan kode 7.77"},
        {"day=1-1-2017&basis=Contoh&old=5.01&next=5.01", "Yang lama dan yang baru sama"},
        {"day=1-1-2017&basis=Contoh&old=5.01;5.01", "Kode 5.01 tertulis dua kali"},
        {"day=1-1-2017&basis=Contoh&old=5.01&code1=5.01&name1=Badan&kind1=board", "Kode 5.01 sudah dipakai"},
        {"day=1-1-2017&basis=Contoh&old=5.01&code1=5.02&name1=&kind1=board", "Lengkapi kode"},
        {"day=1-1-2017&basis=Contoh&old=5.01&code1=5.02&name1=Badan&kind1=", "Pilih jenisnya"},
        {"day=1-1-2017&basis=Contoh&old=5.01;2016.perizinan&code1=8&name1=A&kind1=board&code2=9&name2=B&kind2=board",
         "hanya dapat menjadi satu"},
    };
    struct office o;
    size_t i;

    DOOR(d, world);
    open_office(&d, &o);
    for (i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(record(&o.a, cases[i].form), 422);
        assert_non_null(strstr(o.a.body, cases[i].says));
    }
    assert_int_equal(record(&o.a, RENAME), 303);
    assert_int_equal(record(&o.a, "day=1-1-2018&basis=Contoh&old=2016.perizinan"), 422); /* ended a year before */
    assert_non_null(strstr(o.a.body, "tidak berlaku pada hari sebelum tanggal itu"));
    door_close(&d);
}

static void only_administrators_record_one_and_everybody_reads_it(void **world)
{
    struct office o;
    struct browser b;

    DOOR(d, world);
    open_office(&d, &o);
    give(&d, &o.rina, PLANNING);
    b = (struct browser){.d = &d};
    browser_login(&b, &o.rina);
    assert_int_equal(browser_get(&b, HERE), 200);
    assert_null(strstr(b.body, HERE "/baru"));
    assert_int_equal(browser_get(&b, HERE "/baru"), 403);
    assert_int_equal(browser_post(&b, HERE "/baru", RENAME), 403);
    door_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(the_list_of_a_day_shows_the_names_of_that_day),
        TEST_ON_BOTH(an_agency_that_ended_keeps_its_page_and_leads_to_its_successor),
        TEST_ON_BOTH(a_role_goes_over_once_a_second_administrator_approves),
        TEST_ON_BOTH(a_substitute_reaches_what_the_agency_came_from),
        TEST_ON_BOTH(a_refused_reorganisation_changes_nothing),
        TEST_ON_BOTH(what_is_merged_is_reached_from_the_whole_and_what_is_split_from_each_part),
        TEST_ON_BOTH(a_reorganisation_recorded_late_is_reached_by_all_that_came_after),
        TEST_ON_BOTH(a_name_of_another_time_means_the_agency_of_the_day),
        TEST_ON_BOTH(what_cannot_be_is_refused_beside_its_field),
        TEST_ON_BOTH(only_administrators_record_one_and_everybody_reads_it),
    };

    return cmocka_run_group_tests_name("agency", tests, NULL, NULL);
}
