/*
 * flow_pages_test.c: steps and tasks over HTTP: what is shown, what is refused, what two people at once see.
 */
#include "engine/test_flow.h"
#include "engine/test_web.h"

/* clang-format off */
static const struct route routes[] = {
    ROUTE(GET, "/kerja/{gov}/tugas", PERMIT_LOGIN, task_page),
};
/* Who is away; the keys of their names are the site's. */
static struct absent away_checker = {.user = 21, .name = "Pemeriksa", .until = {30000}};
static struct absent away_signer = {.user = 31, .name = "Penanda Tangan", .until = {30000}};
static struct absent away_owner = {.user = 51, .name = "Pemilik", .until = {30000}};

static const struct test_person site_people[] = {
    {"loket",   11, {{.role = "front_office",   .gov = CITY_GOV, .agency = AGENCY}}, 1},
    {"periksa", 21, {{.role = "back_office",    .gov = CITY_GOV, .agency = AGENCY}}, 1},
    {"lain",    22, {{.role = "back_office",    .gov = CITY_GOV, .agency = AGENCY + 1}}, 1},
    {"tanda",   31, {{.role = "licence_signer", .gov = CITY_GOV, .agency = AGENCY}}, 1},
    {"kepala",  41, {{.role = "head",           .gov = CITY_GOV}}, 1},
    {"warga",   51, {{.role = "citizen",        .gov = CITY_GOV}}, 1},
    {"tamu",    71, {{.role = "head",           .gov = CITY_FOREIGN}}, 1},
    {"plh",     61, {{.role = "licence_signer", .gov = CITY_GOV, .agency = AGENCY, .behalf = &away_signer}}, 1},
    {"plh2",    62, {{.role = "back_office",    .gov = CITY_GOV, .agency = AGENCY, .behalf = &away_checker}}, 1},
    {"plh3",    63, {{.role = "licence_signer", .gov = CITY_GOV, .agency = AGENCY, .behalf = &away_owner}}, 1},
    {"rangkap", 64, {{.role = "head",           .gov = CITY_GOV},
                     {.role = "licence_signer", .gov = CITY_GOV, .agency = AGENCY, .behalf = &away_signer}}, 2},
};
/* clang-format on */

#define SITE(s, c, world)                                                                                                      \
    struct test_site s;                                                                                                        \
    CITY(c, world);                                                                                                            \
    flow_city(&(c));                                                                                                           \
    (c).app.zone_minutes = 420;                                                                                                \
    site_open(&(s), &(c), routes, ARRAY_LEN(routes), site_people, ARRAY_LEN(site_people))

static void site_end(struct test_site *s)
{
    struct city *c = s->city;

    site_close(s);
    city_close(c);
}

static const char *path_of(struct test_site *s, const struct sample_case *row, const char *verb)
{
    return text_printf(&s->a, "/kerja/kota-contoh/kasus/%lld/langkah/%s", (long long)row->head.id, verb);
}

static const char *take(struct test_site *s, const char *login, const struct sample_case *row, const char *verb, int64_t rev,
                        const char *more)
{
    return site_post(s, login, path_of(s, row, verb), text_printf(&s->a, "rev=%lld%s", (long long)rev, more));
}

static struct sample_case checked(struct city *c)
{
    struct sample_case row = begin_case(c, "503/0001", 11);

    assert_int_equal(step(c, &row, "file", 11), 0);
    assert_int_equal(step(c, &row, "check", 21), 0);
    return row;
}

static void a_step_is_shown_taken_and_leads_back(void **world)
{
    struct sample_case row;
    struct history *h;
    const char *answer;
    size_t n;

    SITE(s, c, world);
    row = begin_case(&c, "503/0001", 11);
    assert_int_equal(step(&c, &row, "file", 11), 0);
    answer = site_get(&s, "periksa", path_of(&s, &row, "return"));
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "name=\"rev\" value=\"2\""));
    assert_non_null(strstr(answer, "value=\"incomplete\""));
    assert_non_null(strstr(answer, "Hitungan hari kerja berhenti"));
    answer = take(&s, "periksa", &row, "return", 2, "&alasan=incomplete&catatan=KTP");
    assert_int_equal(site_status(answer), 303);
    assert_string_equal(site_field(&s, answer, "Location"),
                        text_printf(&c.a, "/kerja/kota-contoh/kasus/%lld", (long long)row.head.id));
    assert_string_equal(read_case(&c, row.head.id).status.v, "draft");
    assert_int_equal(history_read(c.t.owner, &c.a, &sample_case_entity, CITY_GOV, row.head.id, 0, &h, &n), 0);
    assert_string_equal(h[0].step, "return");
    assert_string_equal(h[0].reason, "incomplete");
    assert_string_equal(h[0].remark, "KTP");
    assert_string_equal(h[0].role, "back_office");
    assert_int_equal(h[0].user, 21);
    site_end(&s);
}

static void the_page_of_a_record_has_buttons_and_clock(void **world)
{
    struct sample_case row;
    const char *answer, *path;

    at_noon(2026, 9, 7);
    SITE(s, c, world);
    row = checked(&c);
    path = text_printf(&c.a, "/kerja/kota-contoh/kasus/%lld", (long long)row.head.id);
    answer = site_get(&s, "tanda", path);
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, path_of(&s, &row, "grant")));
    assert_non_null(strstr(answer, path_of(&s, &row, "refuse")));
    assert_non_null(strstr(answer, "Senin, 14 September 2026"));
    answer = site_get(&s, "periksa", path);
    assert_non_null(strstr(answer, "jadi langkah ini harus diambil orang lain"));
    answer = site_get(&s, "warga", path);
    assert_int_equal(site_status(answer), 200);
    assert_null(strstr(answer, "/langkah/"));
    site_end(&s);
}

static void a_reason_and_a_remark_are_asked_for(void **world)
{
    struct sample_case row;
    const char *answer;

    SITE(s, c, world);
    row = checked(&c);
    answer = take(&s, "tanda", &row, "refuse", 3, "&alasan=mood");
    assert_int_equal(site_status(answer), 422);
    assert_non_null(strstr(answer, "Pilih alasan langkah ini"));
    assert_non_null(strstr(answer, "Tulis dasar langkah ini dalam catatan"));
    answer = take(&s, "tanda", &row, "refuse", 3, "&alasan=no-right&catatan=++");
    assert_int_equal(site_status(answer), 422);
    assert_non_null(strstr(answer, "value=\"no-right\" checked"));
    assert_string_equal(read_case(&c, row.head.id).status.v, "checked");
    site_end(&s);
}

static void a_step_that_is_refused_to_a_person_leaves_a_leaf(void **world)
{
    struct sample_case row;

    SITE(s, c, world);
    row = checked(&c);
    assert_int_equal(site_status(take(&s, "periksa", &row, "grant", 3, "")), 403); /* checked it */
    assert_int_equal(city_leaves_with(&c, "\"because\":\"four-eyes\",\"refused\":\"grant\""), 1);
    assert_int_equal(site_status(take(&s, "loket", &row, "grant", 3, "")), 403); /* no permission */
    assert_int_equal(city_leaves_with(&c, "\"because\":\"no-right\",\"refused\":\"grant\""), 1);
    assert_int_equal(site_status(take(&s, "periksa", &row, "grant", 2, "")), 409); /* an old page is nobody's fault */
    assert_int_equal(city_leaves_with(&c, "because"), 2);
    site_end(&s);
}

static void lend(const struct test_site *s)
{
    away_checker.subject_key = away_signer.subject_key = away_owner.subject_key = s->subject_key;
}

static void a_substitute_acts_on_behalf_and_everybody_sees_it(void **world)
{
    struct sample_case row;
    struct history *h;
    const char *answer;
    size_t n;

    SITE(s, c, world);
    lend(&s);
    row = checked(&c);
    assert_int_equal(site_status(take(&s, "plh", &row, "grant", 3, "")), 303);
    assert_int_equal(history_read(c.t.owner, &c.a, &sample_case_entity, CITY_GOV, row.head.id, 0, &h, &n), 0);
    assert_int_equal(h[0].user, 61);
    assert_int_equal(h[0].behalf, 31);
    assert_string_equal(h[0].behalf_of, "Penanda Tangan");
    assert_string_equal(h[0].role, "licence_signer");
    assert_int_equal(city_leaves_with(&c, "\"com\":{\"applicant"), 4);
    assert_int_equal(city_leaves_with(&c, "\"behalf\":\""), 1);
    answer = site_get(&s, "kepala", text_printf(&c.a, "/kerja/kota-contoh/kasus/%lld", (long long)row.head.id));
    assert_non_null(strstr(answer, "plh a.n. Penanda Tangan"));
    answer = site_get(&s, "kepala", text_printf(&c.a, "/kerja/kota-contoh/kasus/%lld?bahasa=en", (long long)row.head.id));
    assert_non_null(strstr(answer, "plh on behalf of Penanda Tangan"));
    site_end(&s);
}

static void a_substitute_may_not_check_what_the_absent_person_made(void **world)
{
    struct sample_case row;
    const char *answer;

    SITE(s, c, world);
    lend(&s);
    row = checked(&c); /* by the checker, whom plh2 stands in for */
    answer = take(&s, "plh2", &row, "grant", 3, "");
    assert_int_equal(site_status(answer), 403);
    assert_non_null(strstr(answer, "Pemeriksa, yang Anda wakili, sudah mengambil langkah ini"));
    assert_int_equal(city_leaves_with(&c, "\"because\":\"four-eyes\",\"refused\":\"grant\""), 1);
    assert_int_equal(city_leaves_with(&c, "\"behalf\":\""), 1);
    answer = take(&s, "plh3", &row, "grant", 3, ""); /* the record of the one who is away */
    assert_int_equal(site_status(answer), 403);
    assert_non_null(strstr(answer, "Catatan ini milik Pemilik sendiri"));
    assert_int_equal(city_leaves_with(&c, "\"because\":\"four-eyes\",\"refused\":\"grant\""), 2);
    assert_null(strstr(site_get(&s, "plh2", "/kerja/kota-contoh/tugas"), "Putuskan"));
    assert_string_equal(read_case(&c, row.head.id).status.v, "checked");
    site_end(&s);
}

static void what_a_substitute_did_bars_the_absent_person_too(void **world)
{
    struct sample_case row;

    SITE(s, c, world);
    lend(&s);
    row = begin_case(&c, "503/0001", 11);
    assert_int_equal(step(&c, &row, "file", 11), 0);
    assert_int_equal(site_status(take(&s, "plh2", &row, "check", 2, "")), 303); /* in the checker's name */
    assert_int_equal(site_status(take(&s, "plh2", &row, "grant", 3, "")), 403);
    assert_int_equal(site_status(take(&s, "periksa", &row, "grant", 3, "")), 403);
    assert_int_equal(site_status(take(&s, "tanda", &row, "grant", 3, "")), 303);
    site_end(&s);
}

static void what_one_may_do_oneself_is_not_done_on_behalf(void **world)
{
    struct sample_case row;
    struct history *h;
    size_t n;

    SITE(s, c, world);
    lend(&s);
    row = checked(&c);
    assert_int_equal(site_status(take(&s, "rangkap", &row, "grant", 3, "")), 303);
    assert_int_equal(history_read(c.t.owner, &c.a, &sample_case_entity, CITY_GOV, row.head.id, 0, &h, &n), 0);
    assert_string_equal(h[0].role, "head");
    assert_int_equal(h[0].behalf, 0);
    assert_null(h[0].behalf_of);
    site_end(&s);
}

static void whose_step_it_is_not_is_refused(void **world)
{
    struct sample_case row;

    SITE(s, c, world);
    row = checked(&c);
    assert_int_equal(site_status(take(&s, "periksa", &row, "grant", 3, "")), 403); /* checked it */
    assert_int_equal(site_status(take(&s, "loket", &row, "grant", 3, "")), 403);   /* no permission */
    assert_int_equal(site_status(take(&s, "lain", &row, "grant", 3, "")), 404);    /* another agency */
    assert_int_equal(site_status(take(&s, "warga", &row, "grant", 3, "")), 403);
    assert_int_equal(site_status(take(&s, "tanda", &row, "void", 3, "")), 404);
    assert_int_equal(site_status(site_post(&s, "tanda", "/kerja/kota-contoh/kasus/77/langkah/grant", "rev=3")), 404);
    assert_int_equal(site_status(site_post(&s, "tanda", path_of(&s, &row, "grant"), "")), 422);
    assert_string_equal(read_case(&c, row.head.id).status.v, "checked");
    assert_int_equal(site_status(take(&s, "tanda", &row, "grant", 3, "")), 303);
    site_end(&s);
}

static void the_second_one_sees_who_was_quicker(void **world)
{
    struct sample_case row;
    const char *answer;

    SITE(s, c, world);
    row = checked(&c);
    assert_int_equal(site_status(take(&s, "kepala", &row, "refuse", 3, "&alasan=no-right&catatan=tanpa+hak")), 303);
    answer = take(&s, "tanda", &row, "grant", 3, "");
    assert_int_equal(site_status(answer), 409);
    assert_non_null(strstr(answer, "Berkas ini sudah berubah."));
    assert_non_null(strstr(answer, "kepala"));
    assert_non_null(strstr(answer, "Langkah ini tidak dapat diambil lagi"));
    assert_string_equal(read_case(&c, row.head.id).status.v, "refused");
    site_end(&s);
}

static void who_looked_at_an_older_revision_decides_again(void **world)
{
    struct sample_case row, edited;
    struct act act;
    const char *answer;

    SITE(s, c, world);
    row = checked(&c);
    edited = row;
    edited.fee.v = 100;
    act = (struct act){.flow = &sample_case_flow, .before = &row, .row = &edited, .user = 12};
    assert_int_equal(writer_do(c.writer, act_run, &act), 0);
    answer = take(&s, "tanda", &row, "grant", 3, "");
    assert_int_equal(site_status(answer), 409);
    assert_non_null(strstr(answer, "name=\"rev\" value=\"4\""));
    assert_string_equal(read_case(&c, row.head.id).status.v, "checked");
    assert_int_equal(site_status(take(&s, "tanda", &row, "grant", 4, "")), 303);
    site_end(&s);
}

static void tasks_stand_in_groups_with_their_limit(void **world)
{
    struct sample_case late, today;
    const char *answer;

    at_noon(2026, 9, 7);
    SITE(s, c, world);
    late = begin_case(&c, "503/0001", 51);
    assert_int_equal(step(&c, &late, "file", 51), 0);
    at_noon(2026, 9, 10);
    today = begin_case(&c, "503/0002", 51);
    assert_int_equal(step(&c, &today, "file", 51), 0);
    at_noon(2026, 9, 14);
    answer = site_get(&s, "periksa", "/kerja/kota-contoh/tugas");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "Lewat waktu"));
    assert_non_null(strstr(answer, ">Jatuh tempo hari ini</h2>"));
    assert_null(strstr(answer, ">Minggu ini</h2>"));
    assert_true(strstr(answer, "503/0001") < strstr(answer, "503/0002"));
    assert_non_null(strstr(answer, "lewat 3 hari"));
    assert_non_null(strstr(answer, text_printf(&c.a, "/kerja/kota-contoh/kasus/%lld", (long long)late.head.id)));
    answer = site_get(&s, "lain", "/kerja/kota-contoh/tugas");
    assert_null(strstr(answer, "503/"));
    assert_int_equal(site_status(site_get(&s, "tamu", "/kerja/kota-contoh/tugas")), 404);
    assert_int_equal(site_status(site_get(&s, NULL, "/kerja/kota-contoh/tugas")), 303);
    site_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_step_is_shown_taken_and_leads_back),
        TEST_ON_BOTH(the_page_of_a_record_has_buttons_and_clock),
        TEST_ON_BOTH(a_reason_and_a_remark_are_asked_for),
        TEST_ON_BOTH(a_step_that_is_refused_to_a_person_leaves_a_leaf),
        TEST_ON_BOTH(whose_step_it_is_not_is_refused),
        TEST_ON_BOTH(the_second_one_sees_who_was_quicker),
        TEST_ON_BOTH(who_looked_at_an_older_revision_decides_again),
        TEST_ON_BOTH(tasks_stand_in_groups_with_their_limit),
        TEST_ON_BOTH(a_substitute_acts_on_behalf_and_everybody_sees_it),
        TEST_ON_BOTH(a_substitute_may_not_check_what_the_absent_person_made),
        TEST_ON_BOTH(what_a_substitute_did_bars_the_absent_person_too),
        TEST_ON_BOTH(what_one_may_do_oneself_is_not_done_on_behalf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
