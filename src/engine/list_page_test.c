/*
 * list_page_test.c: a list over HTTP: what it shows and to whom, filters, pages, saved views; on both databases.
 */
#include "engine/list_view.h"
#include "engine/test_office.h"

static const char *get(struct office *o, const char *login, const char *query)
{
    return site_get(&o->site, login, text_printf(&o->site.a, OFFICE_LIST "%s%s", query[0] != '\0' ? "?" : "", query));
}

static size_t times(const char *text, const char *word)
{
    size_t n = 0;

    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        n++;
    return n;
}

/* The address of the last link whose words are `label`, with & for &amp; */
static const char *link_named(struct office *o, const char *page, const char *label)
{
    const char *at = page, *found = NULL;
    const char *end = text_printf(&o->site.a, ">%s</a>", label);
    struct buf b;

    for (at = strstr(at, end); at != NULL; at = strstr(at + 1, end))
        found = at;
    if (found == NULL)
        return NULL;
    for (at = found; at > page && strncmp(at, "href=\"", 6) != 0; at--)
        ;
    buf_init(&b, &o->site.a, 4 * KB);
    for (at += 6; *at != '"'; at++) {
        buf_byte(&b, *at);
        if (strncmp(at, "&amp;", 5) == 0)
            at += 4;
    }
    return b.s;
}

static void the_list_shows_what_the_role_reaches(void **world)
{
    const char *page;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    office_cases(&o, o.other, 11, 2);
    page = get(&o, "sari", "");
    assert_int_equal(site_status(page), 200);
    assert_int_equal(times(page, "<tr><th scope=\"row\">"), 3);
    assert_non_null(strstr(page, "TRG-0002"));
    assert_null(strstr(page, "TRG-0011"));
    assert_non_null(strstr(page, "Siti Aminah"));
    assert_non_null(strstr(page, "<td data-l=\"OPD\">5.03</td>"));
    assert_non_null(strstr(page, "1–3 dari 3, menurut jatuh tempo"));
    assert_non_null(strstr(page, "Tambah permohonan"));
    assert_int_equal(times(get(&o, "rina", ""), "<tr><th scope=\"row\">"), 2);
    assert_int_equal(times(get(&o, "wali", ""), "<tr><th scope=\"row\">"), 5);
    assert_null(strstr(get(&o, "wali", ""), "Tambah permohonan")); /* may not create */
    office_close(&o);
}

static void strangers_get_no_list(void **world)
{
    const char *page;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 1);
    assert_int_equal(site_status(get(&o, NULL, "")), 303); /* to the login */
    page = get(&o, "tamu", "");
    assert_int_equal(site_status(page), 404);
    assert_null(strstr(page, "TRG-0001"));
    page = site_get(&o.site, "tamu", "/kerja/kota-lain/contoh-permohonan");
    assert_int_equal(site_status(page), 200);
    assert_null(strstr(page, "TRG-0001"));
    assert_non_null(strstr(page, "Belum ada permohonan"));
    office_close(&o);
}

static void a_supervisor_sees_no_names_and_cannot_look_for_them(void **world)
{
    const char *page;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 1);
    page = get(&o, "kpk", "");
    assert_int_equal(site_status(page), 200);
    assert_non_null(strstr(page, "TRG-0001"));
    assert_non_null(strstr(page, "disembunyikan"));
    assert_null(strstr(page, "Siti"));
    assert_null(strstr(page, "urut=applicant"));
    assert_null(strstr(get(&o, "kpk", "q=aminah"), "TRG-0001"));
    assert_non_null(strstr(get(&o, "kpk", "q=trg-0001"), "TRG-0001"));
    office_close(&o);
}

static void filters_narrow_and_their_chips_take_them_away(void **world)
{
    const char *page;
    struct sample_case *v;
    OFFICE(o, world);

    v = many_cases(&o.city, 30);
    (void)v;
    page = get(&o, "wali", "status=filed&due_sampai=31-12-2030&fee_dari=&urut=-number");
    assert_int_equal(site_status(page), 200);
    assert_int_equal(times(page, "<tr><th scope=\"row\">"), 8); /* of ten, two are without a day */
    assert_non_null(strstr(page, "Tahap: Diajukan"));
    assert_non_null(strstr(page, "Jatuh tempo sampai: 31 Des 2030"));
    assert_non_null(strstr(page, "<option value=\"filed\" selected>"));
    assert_non_null(strstr(page, "href=\"" OFFICE_LIST "?due_sampai=31-12-2030&amp;urut=-number\""));
    assert_true(strstr(page, "TRG-0027") < strstr(page, "TRG-0003"));
    assert_int_equal(times(get(&o, "wali", "q=trg-0017"), "<tr><th scope=\"row\">"), 1);
    assert_int_equal(times(get(&o, "wali", "q=aminah&urut=number"), "<tr><th scope=\"row\">"), 25);
    office_close(&o);
}

static void a_ref_is_chosen_from_its_rows(void **world)
{
    const char *page;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    office_cases(&o, o.other, 11, 2);
    page = get(&o, "wali", text_printf(&o.site.a, "agency=%lld", (long long)o.other));
    assert_int_equal(times(page, "<tr><th scope=\"row\">"), 2);
    assert_non_null(strstr(page, "OPD: 5.04"));
    assert_int_equal(times(get(&o, "wali", "agency=5.03"), "<tr><th scope=\"row\">"), 3); /* by code */
    office_close(&o);
}

static void a_wrong_value_is_said_and_shows_no_rows(void **world)
{
    const char *page;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    page = get(&o, "wali", "due_dari=kemarin");
    assert_int_equal(site_status(page), 422);
    assert_non_null(strstr(page, "Kesalahan:"));
    assert_non_null(strstr(page, "value=\"kemarin\""));
    assert_null(strstr(page, "TRG-0001"));
    office_close(&o);
}

static void nothing_found_says_what_was_asked(void **world)
{
    const char *page;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    page = get(&o, "wali", "status=filed&fee_dari=1.000");
    assert_int_equal(site_status(page), 200);
    assert_non_null(strstr(page, "Tahap: Diajukan, Retribusi dari: Rp1.000"));
    assert_non_null(strstr(page, "ada 3"));
    office_close(&o);
}

static void pages_follow_each_other(void **world)
{
    const char *page, *next;
    OFFICE(o, world);

    many_cases(&o.city, 60);
    page = get(&o, "wali", "urut=number");
    assert_non_null(strstr(page, "1–25 dari 60"));
    next = link_named(&o, page, "Berikutnya");
    assert_non_null(next);
    page = site_get(&o.site, "wali", next);
    assert_non_null(strstr(page, "26–50 dari 60"));
    assert_non_null(strstr(page, "TRG-0025"));
    page = site_get(&o.site, "wali", link_named(&o, page, "Berikutnya"));
    assert_non_null(strstr(page, "51–60 dari 60"));
    assert_non_null(strstr(page, "aria-disabled=\"true\" role=\"link\">Berikutnya"));
    page = site_get(&o.site, "wali", link_named(&o, page, "Sebelumnya"));
    assert_non_null(strstr(page, "26–50 dari 60"));
    assert_int_equal(site_status(get(&o, "wali", "c=forged")), 400);
    office_close(&o);
}

static void markup_in_values_is_only_text(void **world)
{
    struct sample_case row;
    const char *page;
    OFFICE(o, world);

    row = a_case(CITY_GOV, o.person, "<script>alert(1)</script>");
    case_put(&o.city, &sample_case_entity, &row, 1);
    page = get(&o, "wali", "q=%3Cscript%3E%22x");
    assert_null(strstr(page, "<script>alert"));
    page = get(&o, "wali", "");
    assert_null(strstr(page, "<script>alert"));
    assert_non_null(strstr(page, "&lt;script&gt;"));
    office_close(&o);
}

/* ---- saved views ---- */

static void a_view_is_kept_counted_and_removed(void **world)
{
    const char *answer, *page, *drop;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    answer = site_post(&o.site, "sari", OFFICE_LIST "/tampilan", "name=Baru+masuk&query=status%3Dfiled%26c%3Dx%26evil%3D1");
    assert_int_equal(site_status(answer), 303);
    assert_string_equal(site_field(&o.site, answer, "Location"), OFFICE_LIST "?status=filed");
    page = get(&o, "sari", "status=filed");
    assert_non_null(strstr(page, "aria-current=\"page\">Baru masuk <span class=\"count\">3</span>"));
    assert_null(strstr(get(&o, "budi", ""), "Baru masuk"));
    drop = strstr(page, "/tampilan/");
    assert_non_null(drop);
    drop = arena_text_n(&o.site.a, drop, strcspn(drop, "\""));
    drop = text_printf(&o.site.a, OFFICE_LIST "%s", drop);
    assert_int_equal(site_status(site_post(&o.site, "budi", drop, "")), 404);
    assert_int_equal(site_status(site_post(&o.site, "sari", drop, "")), 303);
    assert_null(strstr(get(&o, "sari", "status=filed"), "Baru masuk"));
    office_close(&o);
}

static void a_shared_view_shows_each_their_own_rows(void **world)
{
    const char *page;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    office_cases(&o, o.other, 11, 2);
    assert_int_equal(
        site_status(site_post(&o.site, "sari", OFFICE_LIST "/tampilan", "name=Masuk&query=status%3Dfiled&share=1")), 303);
    page = get(&o, "budi", "status=filed");
    assert_non_null(strstr(page, "Masuk"));
    assert_null(strstr(page, "Hapus tampilan ini")); /* not Budi's */
    assert_null(strstr(get(&o, "rina", ""), ">Masuk"));
    office_close(&o);
}

static void a_view_needs_a_name(void **world)
{
    OFFICE(o, world);

    assert_int_equal(site_status(site_post(&o.site, "sari", OFFICE_LIST "/tampilan", "name=+&query=status%3Dfiled")), 422);
    office_close(&o);
}

static void the_tables_are_those_of_the_migration(void **world)
{
    static const struct entity *const own[] = {&saved_view_entity};
    struct schema have;
    const char *known[4096];
    size_t i, n = 0;
    struct buf out;
    CITY(c, world);

    assert_null(entity_fault(&saved_view_entity, &c.a));
    assert_int_equal(schema_read(c.t.owner, &c.a, &have), 0);
    for (i = 0; i < have.n_columns && n < ARRAY_LEN(known); i++)
        if (!text_eq(have.columns[i].table, "saved_view"))
            known[n++] = have.columns[i].table;
    known[n < ARRAY_LEN(known) ? n : ARRAY_LEN(known) - 1] = NULL;
    buf_init(&out, &c.a, 64 * KB);
    if (schema_diff(own, 1, known, &have, &out) != 0)
        print_message("%s\n", out.s);
    buf_clear(&out);
    assert_int_equal(schema_diff(own, 1, known, &have, &out), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(the_list_shows_what_the_role_reaches),
        TEST_ON_BOTH(strangers_get_no_list),
        TEST_ON_BOTH(a_supervisor_sees_no_names_and_cannot_look_for_them),
        TEST_ON_BOTH(filters_narrow_and_their_chips_take_them_away),
        TEST_ON_BOTH(a_ref_is_chosen_from_its_rows),
        TEST_ON_BOTH(a_wrong_value_is_said_and_shows_no_rows),
        TEST_ON_BOTH(nothing_found_says_what_was_asked),
        TEST_ON_BOTH(pages_follow_each_other),
        TEST_ON_BOTH(markup_in_values_is_only_text),
        TEST_ON_BOTH(a_view_is_kept_counted_and_removed),
        TEST_ON_BOTH(a_shared_view_shows_each_their_own_rows),
        TEST_ON_BOTH(a_view_needs_a_name),
        TEST_ON_BOTH(the_tables_are_those_of_the_migration),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
