/*
 * layout_test.c: the four frames and the pages that say why there is nothing.
 */
#include "ui/test_markup.h"

#include "ui/assets.h"

static const struct nav_item nav[] = {
    {"ui.tasks", "/kerja/tugas"},
    {"ui.all", NULL},
    {"ui.search", "/kerja/cari"},
};
static const struct crumb crumbs[] = {{"Permohonan izin", "/kerja/izin"}, {"TRG-1", NULL}};
static const struct page_gov gov = {
    .name = "Kota Tangerang", .home = "/kota-tangerang", .record = "12 catatan.", .verify = "/bukti", .report = "/lapor"};
static const struct ui_menu_item account[] = {{"Data saya", "/saya"}};
static const struct scope_fact scope[] = {{"Wilayah", "Banten"}, {NULL, "Keadaan 14 September 2026"}};

static struct page sample(enum shell shell)
{
    return (struct page){.shell = shell,
                         .title = "Judul <b>",
                         .nav = nav,
                         .n_nav = ARRAY_LEN(nav),
                         .here = "/kerja/cari",
                         .tasks = 9,
                         .tasks_href = "/kerja/tugas",
                         .crumbs = crumbs,
                         .n_crumbs = ARRAY_LEN(crumbs),
                         .gov = &gov,
                         .search = "/kerja/cari",
                         .person = "Sari Wulandari",
                         .account = account,
                         .n_account = 1,
                         .logout = "/keluar",
                         .other_lang = "?lang=en",
                         .scope = scope,
                         .n_scope = ARRAY_LEN(scope),
                         .scope_change = "/pengawas/lingkup",
                         .demo = true};
}

static const char *framed(struct page_test *t, const struct page *p)
{
    page_begin(&t->r, p);
    html(&t->r, "<h1>%s</h1>", p->title);
    page_end(&t->r, p);
    return page_taken(t);
}

static void every_frame_is_a_whole_page(void **world)
{
    static const char *const bodies[] = {"pub", "kerja", "awas", "pub"};
    struct page_test *t = *world;

    for (int i = 0; i < SHELL_COUNT; i++) {
        struct page p = sample((enum shell)i);
        const char *s = framed(t, &p);

        assert_markup(t, s, true);
        assert_non_null(strstr(s, "<html lang=\"id\">"));
        assert_non_null(strstr(s, text_printf(&t->arena, "<body class=\"%s\">", bodies[i])));
        assert_non_null(strstr(s, "<a class=\"skip\" href=\"#isi\">Langsung ke isi</a>"));
        assert_non_null(strstr(s, asset_address("terang.css")));
        assert_non_null(strstr(s, "Orang dan angka rekaan"));
        page_save(text_printf(&t->arena, "frame-%d.html", i), s);
        assert_null(strstr(s, "Judul <b>"));
        assert_null(strchr(s, '['));
    }
}

static void a_bare_page_needs_nothing_else(void **world)
{
    struct page_test *t = *world;

    for (int i = 0; i < SHELL_COUNT; i++) {
        const struct page p = {.shell = (enum shell)i, .title = "x"};
        const char *s = framed(t, &p);

        assert_markup(t, s, true);
        assert_null(strstr(s, "rekaan"));
        assert_null(strstr(s, "(null)"));
    }
}

static void the_title_names_page_and_owner_and_says_when_it_is_wrong(void **world)
{
    struct page_test *t = *world;
    struct page p = sample(SHELL_PUBLIC);

    p.wrong = true;
    assert_non_null(strstr(framed(t, &p), "<title>Kesalahan: Judul &lt;b&gt; – Kota Tangerang</title>"));
    p.shell = SHELL_WORKSPACE;
    p.wrong = false;
    assert_non_null(strstr(framed(t, &p), "<title>Judul &lt;b&gt; – Terang</title>"));
}

static void navigation_marks_where_one_is_and_counts_tasks(void **world)
{
    struct page_test *t = *world;
    struct page p = sample(SHELL_WORKSPACE);
    const char *s = framed(t, &p);

    assert_non_null(strstr(
        s,
        "<ul role=\"list\"><li><a href=\"/kerja/tugas\">tugas<span class=\"count\">9<span class=\"sr\"> tugas</span></span></a>"
        "</li></ul><h2>Semua</h2><ul role=\"list\"><li><a href=\"/kerja/cari\" "
        "aria-current=\"page\">Cari</a></li></ul></nav>"));
}

static void logging_out_is_a_form_with_the_token(void **world)
{
    struct page_test *t = *world;
    struct page p = sample(SHELL_WORKSPACE);

    assert_non_null(
        strstr(framed(t, &p),
               "<form action=\"/keluar\" method=\"post\"><input type=\"hidden\" name=\"csrf\" value=\"token\"><button"));
}

static void the_other_language_is_named_in_itself(void **world)
{
    struct page_test *t = *world;
    struct page p = sample(SHELL_PUBLIC);

    assert_non_null(strstr(framed(t, &p), "<a href=\"?lang=en\" lang=\"en\" hreflang=\"en\">English</a>"));
    t->r.lang = LANG_EN;
    assert_non_null(strstr(framed(t, &p), "lang=\"id\" hreflang=\"id\">Bahasa Indonesia</a>"));
}

static void a_page_that_waits_renews_itself(void **world)
{
    struct page_test *t = *world;
    struct page p = sample(SHELL_WORKSPACE);

    p.refresh = 5;
    assert_non_null(strstr(framed(t, &p), "<meta http-equiv=\"refresh\" content=\"5\">"));
}

static void states_say_what_why_and_what_next(void **world)
{
    static const struct state_difference d[] = {{"h", "Harga", "845", "1", "850", "2", false},
                                                {"v", "Volume", "118", "3", "120", "4", true}};
    struct page_test *t = *world;
    const char *s;

    state_our_fault(&t->r, "7F3K-20A9", "/x", NULL);
    s = page_taken(t);
    assert_markup(t, s, true);
    assert_non_null(strstr(s, "<b class=\"num\">7F3K-20A9</b>"));
    state_not_found(&t->r, "/kerja", NULL);
    s = page_taken(t);
    assert_markup(t, s, true);
    assert_non_null(strstr(s, "tidak membedakan keduanya"));
    state_preparing(&t->r, "Laporan", 18400, 46000, "/unduhan");
    s = page_taken(t);
    assert_markup(t, s, true);
    assert_non_null(strstr(s, "<progress max=\"100\" value=\"40\" aria-label=\"Kemajuan penyusunan\">40 %</progress>"));
    assert_non_null(strstr(s, "18.400 dari 46.000 baris."));
    state_preparing(&t->r, "Laporan", 0, 0, NULL);
    assert_non_null(strstr(page_taken(t), "value=\"0\""));
    state_two_editors(&t->r, "Bayu", "pukul 10.38 WIB", d, 2);
    s = page_taken(t);
    assert_markup(t, s, true);
    assert_non_null(strstr(s, "name=\"h\" value=\"1\" checked> 845</label>"));
    assert_non_null(strstr(s, "name=\"v\" value=\"4\" checked> 120</label>"));
    assert_null(strstr(s, "value=\"3\" checked"));
}

static void every_state_is_well_formed(void **world)
{
    struct page_test *t = *world;
    const char *s;

    for (int lang = 0; lang < LANG_COUNT; lang++) {
        t->r.lang = (enum lang)lang;
        state_empty(&t->r, "Belum ada", "x", &(struct ui_button){.label = "Pilih", .href = "/x"});
        state_empty(&t->r, "Belum ada", NULL, NULL);
        state_filtered(&t->r, &(struct state_filtered){"reklame", "kecamatan", 3, "?a", "?"});
        state_filtered(&t->r, &(struct state_filtered){.asked = "reklame", .clear_href = "?"});
        state_forbidden(&t->r, NULL, "/kerja");
        state_session_over(&t->r, 30, "/masuk");
        state_later(&t->r, "Terlalu banyak", "x", 30);
        page_letterhead(&t->r, &(struct page_letter){.name = "PEMERINTAH KOTA TANGERANG", .address = "Jalan 1"}, "INSPEKTORAT");
        page_signers(&t->r, &(struct page_signer){"Inspektur", NULL}, 1);
        s = page_taken(t);
        assert_markup(t, s, true);
        assert_null(strchr(s, '['));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        page_test(every_frame_is_a_whole_page),
        page_test(a_bare_page_needs_nothing_else),
        page_test(the_title_names_page_and_owner_and_says_when_it_is_wrong),
        page_test(navigation_marks_where_one_is_and_counts_tasks),
        page_test(logging_out_is_a_form_with_the_token),
        page_test(the_other_language_is_named_in_itself),
        page_test(a_page_that_waits_renews_itself),
        page_test(states_say_what_why_and_what_next),
        page_test(every_state_is_well_formed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
