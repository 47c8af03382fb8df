/*
 * component_test.c: each part writes the markup of the design's pages; hostile text stays text.
 *
 * The golden lines are those of the design's pages (assets/css knows their classes), so a change here is a change of looks.
 */
#include "ui/test_markup.h"

#include "base/date.h"
#include "ui/styleguide.h"

#define HOSTILE             "\"><script>x</script>'&{{7*7}}"
#define GOLDEN(t, expected) assert_string_equal(page_taken(t), expected)

#define ICON(d)    "<svg class=\"i\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"" d "\"/></svg>"
#define CHECK_SIGN ICON("M3 8.5l3.2 3.2L13 5")
#define WARN_SIGN  ICON("M8 2.2l6.3 11.3H1.7zM8 6.5v3.2M8 11.7v.1")
#define CROSS_SIGN ICON("M4 4l8 8M12 4l-8 8")

static void a_button_is_a_link_or_sends(void **world)
{
    struct page_test *t = *world;

    ui_button(&t->r, &(struct ui_button){.label = "Ajukan RKA", .href = "/x", .look = BUTTON_FIRST});
    GOLDEN(t, "<a class=\"btn first\" href=\"/x\">Ajukan RKA</a>");
    ui_button(&t->r,
              &(struct ui_button){.label = "Hapus", .sr = "denah.pdf", .name = "hapus", .value = "1", .look = BUTTON_PLAIN});
    GOLDEN(t, "<button class=\"btn plain\" name=\"hapus\" value=\"1\">Hapus<span class=\"sr\"> denah.pdf</span></button>");
    ui_button(&t->r, &(struct ui_button){.label = "x", .href = "javascript:x"});
    GOLDEN(t, "<a class=\"btn\" href=\"#\">x</a>");
}

static void a_blocked_button_says_why(void **world)
{
    struct page_test *t = *world;

    ui_button(&t->r, &(struct ui_button){.label = "Kunci", .href = "/x", .blocked = "6 pokok belum dibahas"});
    GOLDEN(t, "<a class=\"btn\" aria-disabled=\"true\" role=\"link\">Kunci</a><span class=\"mute small\">6 pokok belum "
              "dibahas</span>");
}

static void a_field_has_label_hint_error_control_in_this_order(void **world)
{
    struct page_test *t = *world;

    ui_field(&t->r, &(struct ui_field){.type = CONTROL_DATE,
                                       .name = "mulai",
                                       .label = "Tanggal mulai",
                                       .hint = "misalnya 5-10-2026",
                                       .error = "Tanggal harus setelah hari ini",
                                       .value = "1-9-2026"});
    GOLDEN(t,
           "<div class=\"field wrong\"><label for=\"mulai\">Tanggal mulai</label><p class=\"hint\" id=\"mulai-h\">misalnya "
           "5-10-2026</p><p class=\"err\" id=\"mulai-e\">" WARN_SIGN "<span><span class=\"sr\">Kesalahan: </span>Tanggal harus "
           "setelah hari ini</span></p><input class=\"in s\" id=\"mulai\" name=\"mulai\" aria-describedby=\"mulai-h mulai-e\" "
           "aria-invalid=\"true\" inputmode=\"numeric\" autocomplete=\"off\" value=\"1-9-2026\"></div>\n");
}

static void money_and_units_stand_beside_the_control(void **world)
{
    struct page_test *t = *world;

    ui_field(&t->r,
             &(struct ui_field){.type = CONTROL_MONEY, .name = "b", .label = "Biaya", .optional = true, .value = "1.000"});
    GOLDEN(
        t,
        "<div class=\"field\"><label for=\"b\">Biaya <span class=\"opt\">(tidak wajib)</span></label><span "
        "class=\"unit\"><span>Rp</span><input class=\"in num\" id=\"b\" name=\"b\" inputmode=\"decimal\" autocomplete=\"off\" "
        "value=\"1.000\"></span></div>\n");
    ui_field(&t->r, &(struct ui_field){.type = CONTROL_NUMBER, .name = "l", .label = "Lebar", .unit = "m"});
    GOLDEN(
        t,
        "<div class=\"field\"><label for=\"l\">Lebar</label><span class=\"unit\"><input class=\"in s num\" id=\"l\" name=\"l\" "
        "inputmode=\"decimal\" autocomplete=\"off\"><span>m</span></span></div>\n");
}

static void a_password_is_never_printed(void **world)
{
    struct page_test *t = *world;

    ui_field(&t->r, &(struct ui_field){.type = CONTROL_PASSWORD, .name = "p", .label = "Sandi", .value = "rahasia-saya"});
    assert_null(strstr(page_taken(t), "rahasia-saya"));
}

static void the_first_choice_is_where_errors_lead(void **world)
{
    static const struct ui_choice choices[] = {{"1", "Sendiri", NULL}, {"2", "Sewa", "Siapkan perjanjian"}};
    struct page_test *t = *world;

    ui_field(&t->r,
             &(struct ui_field){
                 .type = CONTROL_RADIO, .name = "st", .label = "Tanah", .options = choices, .n_options = 2, .value = "2"});
    GOLDEN(
        t,
        "<fieldset class=\"field\"><legend>Tanah</legend>\n<label class=\"pick\"><input type=\"radio\" name=\"st\" value=\"1\" "
        "id=\"st\">Sendiri</label>\n<label class=\"pick\"><input type=\"radio\" name=\"st\" value=\"2\" "
        "checked><span>Sewa<span "
        "class=\"hint\">Siapkan perjanjian</span></span></label>\n</fieldset>\n");
}

static void a_read_only_select_offers_only_its_value(void **world)
{
    static const struct ui_choice choices[] = {{"a", "A", NULL}, {"b", "B", NULL}};
    struct page_test *t = *world;

    ui_field(&t->r, &(struct ui_field){.type = CONTROL_SELECT,
                                       .name = "s",
                                       .label = "S",
                                       .options = choices,
                                       .n_options = 2,
                                       .value = "b",
                                       .readonly = true});
    GOLDEN(t, "<div class=\"field\"><label for=\"s\">S</label><select class=\"in\" id=\"s\" name=\"s\"><option value=\"b\" "
              "selected>B</option></select></div>\n");
}

static void an_option_that_sends_its_words_says_them_once(void **world)
{
    static const struct ui_choice choices[] = {{"Desa & kota", "Desa & kota", NULL},
                                               {"a", "A", NULL},
                                               {"a  b", "a  b", NULL},
                                               {"a\tb", "a\tb", NULL},
                                               {" a", " a", NULL},
                                               {"a ", "a ", NULL},
                                               {"", "", NULL}};
    struct page_test *t = *world;

    ui_filter_field(&t->r, &(struct ui_field){.type = CONTROL_SELECT,
                                              .name = "s",
                                              .label = "S",
                                              .options = choices,
                                              .n_options = ARRAY_LEN(choices),
                                              .value = "Desa & kota"});
    GOLDEN(t, "<label>S<select class=\"in\" id=\"s\" name=\"s\"><option selected>Desa &amp; kota</option><option value=\"a\">A"
              "</option><option value=\"a  b\">a  b</option><option value=\"a\tb\">a\tb</option><option value=\" a\"> a"
              "</option><option value=\"a \">a </option><option value=\"\"></option></select></label>");
}

static void a_textarea_keeps_its_first_line_break(void **world)
{
    struct page_test *t = *world;

    ui_field(&t->r, &(struct ui_field){.type = CONTROL_LONG, .name = "k", .label = "K", .value = "\nbaris</textarea>"});
    GOLDEN(t, "<div class=\"field\"><label for=\"k\">K</label><textarea class=\"in l\" id=\"k\" "
              "name=\"k\">\n\nbaris&lt;/textarea&gt;</textarea></div>\n");
}

static void a_form_that_changes_something_carries_the_token(void **world)
{
    struct page_test *t = *world;

    ui_form_begin(&t->r, "f", "/izin", FORM_FILES);
    GOLDEN(t,
           "<form class=\"form\" id=\"f\" action=\"/izin\" method=\"post\" enctype=\"multipart/form-data\" novalidate>\n<input "
           "type=\"hidden\" name=\"csrf\" value=\"token\">");
    ui_form_begin(&t->r, NULL, "/izin", FORM_GET);
    GOLDEN(t, "<form class=\"form\" action=\"/izin\" novalidate>\n");
    t->r.csrf = NULL;
    ui_csrf(&t->r);
    GOLDEN(t, "");
}

static void the_error_summary_leads_to_the_fields(void **world)
{
    static const struct ui_error errors[] = {{"kel", "Pilih kelurahan"}, {NULL, "Tahap ditutup"}};
    struct page_test *t = *world;

    ui_errors(&t->r, errors, 2);
    GOLDEN(t, "<div class=\"errors\" role=\"alert\" tabindex=\"-1\" aria-labelledby=\"errors-h\"><h2 id=\"errors-h\">Ada 2 hal "
              "yang perlu "
              "diperbaiki</h2><ul>\n<li><a href=\"#kel\">Pilih kelurahan</a></li>\n<li>Tahap ditutup</li>\n</ul></div>\n");
    ui_errors(&t->r, errors, 0);
    GOLDEN(t, "");
}

static void each_chip_removes_itself(void **world)
{
    static const struct ui_chip chips[] = {{"Aktif", "/x?k=1"}};
    struct page_test *t = *world;

    ui_chips(&t->r, chips, 1);
    GOLDEN(t, "<ul class=\"chips\" aria-label=\"Saringan aktif\"><li><a href=\"/x?k=1\">Aktif " CROSS_SIGN
              "<span class=\"sr\">, hapus "
              "saringan</span></a></li></ul>\n");
}

static void a_table_takes_everything_from_its_columns(void **world)
{
    static const struct ui_column columns[] = {{.label = "Nomor", .head = true, .sort = UI_SORT_DOWN, .sort_href = "?u=n"},
                                               {.label = "Jumlah", .fold = "Jml", .num = true}};
    static const struct ui_table table = {.caption = "Daftar", .columns = columns, .n = 2, .fold = true, .scroll = true};
    struct page_test *t = *world;

    ui_table_begin(&t->r, &table);
    GOLDEN(
        t,
        "<div class=\"scroll\" role=\"region\" aria-label=\"Daftar\" tabindex=\"0\"><table class=\"t fold\"><caption "
        "class=\"sr\">Daftar</caption><thead><tr><th scope=\"col\" aria-sort=\"descending\"><a href=\"?u=n\">Nomor</a></th><th "
        "scope=\"col\" class=\"num\">Jumlah</th></tr></thead><tbody>\n");
    ui_row_begin(&t->r, true);
    ui_cell_link(&t->r, &table, 0, "417", "/x");
    ui_cell_begin(&t->r, &table, 1);
    ui_money(&t->r, (money){-240000000});
    ui_cell_end(&t->r, &table, 1);
    ui_row_end(&t->r);
    GOLDEN(
        t,
        "<tr class=\"alarm\"><th scope=\"row\"><a class=\"key\" href=\"/x\">417</a></th><td class=\"num\" data-l=\"Jml\"><span "
        "class=\"neg\">−2.400.000</span></td></tr>\n");
    ui_table_end(&t->r, &table);
    GOLDEN(t, "</tbody></table></div>\n");
}

static void the_pager_says_where_one_is(void **world)
{
    struct page_test *t = *world;

    ui_pager(&t->r, &(struct ui_pager){.from = 1, .to = 10, .total = 1280, .order = "terbaru di atas", .next = "?s=1"});
    GOLDEN(t, "<nav class=\"pager\" aria-label=\"Halaman\"><span class=\"mute\">1–10 dari 1.280, terbaru di atas</span><span "
              "class=\"row\"><a class=\"btn\" aria-disabled=\"true\" role=\"link\">Sebelumnya</a><a class=\"btn\" "
              "href=\"?s=1\">Berikutnya</a></span></nav>\n");
}

static void a_tag_has_a_shape_and_a_word(void **world)
{
    struct page_test *t = *world;

    ui_tag(&t->r, TONE_GOOD, ICON_OF_TONE, "Diterima");
    GOLDEN(t, "<span class=\"tag good\">" CHECK_SIGN "Diterima</span>");
    ui_tag(&t->r, TONE_NONE, ICON_OF_TONE, "Draf");
    GOLDEN(t, "<span class=\"tag\">Draf</span>");
}

static void a_band_fills_as_many_bars_as_its_level(void **world)
{
    struct page_test *t = *world;

    ui_band(&t->r, 3, 7155, false);
    GOLDEN(t, "<span class=\"band info\"><svg viewBox=\"0 0 18 14\" aria-hidden=\"true\"><path class=\"on\" d=\"M1 "
              "10h2.5v3h-2.5zm4.5-3h2.5v6h-2.5zm4.5-3h2.5v9h-2.5z\"/><path "
              "class=\"off\" d=\"M14.5 1h2.5v12h-2.5z\"/></svg><span class=\"num\">71,6</span> Sedang</span>");
    ui_band(&t->r, 4, INT_NONE, true);
    GOLDEN(t, "<span class=\"band good\"><svg viewBox=\"0 0 18 14\" aria-hidden=\"true\"><path class=\"on\" d=\"M1 "
              "10h2.5v3h-2.5zm4.5-3h2.5v6h-2.5zm4.5-3h2.5v9h-2.5zm4.5-3h2.5v12h-2.5z\"/></svg><span "
              "class=\"sr\"> Baik</span></span>");
}

static void a_twin_bar_stays_within_its_width(void **world)
{
    struct page_test *t = *world;

    ui_twin(&t->r, TONE_INFO, 8510, 12000, 8500);
    GOLDEN(t, "<svg class=\"twin info\" viewBox=\"0 0 100 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect "
              "class=\"self\" y=\"1\" "
              "width=\"85.10\" height=\"12\"/><rect class=\"ver\" y=\"4\" width=\"100.00\" height=\"6\"/><path class=\"goal\" "
              "d=\"M85.00 "
              "0v14\"/></svg>");
}

static size_t times(const char *s, const char *part)
{
    size_t n = 0;

    for (s = strstr(s, part); s != NULL; s = strstr(s + 1, part))
        n++;
    return n;
}

static const char *clock_text(struct page_test *t, struct ui_clock c)
{
    ui_clock(&t->r, &c);
    return page_taken(t);
}

/* How many cells of a class a clock shows: a path closes once a cell. */
static size_t cells_of(struct page_test *t, const char *clock, const char *class)
{
    const char *at = strstr(clock, text_printf(&t->arena, "<path class=\"%s\"", class));

    if (at == NULL)
        return 0;
    return times(arena_text_n(&t->arena, at, (size_t)(strstr(at, "/>") - at)), "z");
}

static void a_running_clock_rings_today(void **world)
{
    struct page_test *t = *world;
    const char *s =
        clock_text(t, (struct ui_clock){.used = 3, .total = 5, .state = CLOCK_RUNNING, .due = date_of(2026, 9, 18)});

    assert_string_equal(
        s,
        "<span class=\"clock\"><svg viewBox=\"0 0 45 14\" width=\"45\" height=\"14\" aria-hidden=\"true\"><path class=\"used\" "
        "d=\"M1.5 1h6v12h-6zm9 0h6v12h-6z\"/><path class=\"today\" d=\"M20 2h5v10h-5z\"/><path class=\"left\" d=\"M29 "
        "1.5h5v11h-5zm9 0h5v11h-5z\"/></svg><span><b>Hari kerja ke-3 dari 5</b> · jatuh tempo Jumat, 18 September "
        "2026</span></span>");
    s = clock_text(t, (struct ui_clock){.used = 8, .total = 12, .state = CLOCK_RUNNING, .due = DATE_NONE});
    assert_int_equal(cells_of(t, s, "used"), 7);
    assert_int_equal(cells_of(t, s, "today"), 1);
    assert_int_equal(cells_of(t, s, "left"), 4);
}

static void the_last_day_but_one_warns_and_a_late_clock_is_bad(void **world)
{
    struct page_test *t = *world;
    struct ui_clock c = {.used = 10, .total = 12, .state = CLOCK_RUNNING, .due = date_of(2026, 9, 18)};

    assert_true(text_starts(clock_text(t, c), "<span class=\"clock\">"));
    c.used = 11;
    assert_true(text_starts(clock_text(t, c), "<span class=\"clock warn\">"));
    c.used = 13;
    c.state = CLOCK_LATE;
    assert_true(text_starts(clock_text(t, c), "<span class=\"clock bad\">"));
    assert_non_null(strstr(clock_text(t, c), "<b>Lewat 1 hari kerja</b>, jatuh tempo 18 September 2026"));
}

static void a_day_without_a_limit_has_no_cells(void **world)
{
    struct page_test *t = *world;
    struct ui_clock c = {.used = -9, .state = CLOCK_RUNNING, .due = date_of(2026, 9, 18), .brief = true};

    assert_string_equal(clock_text(t, c), "<span class=\"clock\"><span>18 Sep 2026</span></span>");
    c.used = -1;
    assert_string_equal(clock_text(t, c), "<span class=\"clock warn\"><span>18 Sep 2026</span></span>");
    c.used = 2;
    c.state = CLOCK_LATE;
    assert_string_equal(clock_text(t, c), "<span class=\"clock bad\"><span><b>lewat 2 hari</b></span></span>");
}

static void a_long_limit_is_drawn_in_shares(void **world)
{
    struct page_test *t = *world;
    const char *s = clock_text(t, (struct ui_clock){.used = 20, .total = 60, .state = CLOCK_RUNNING, .due = DATE_NONE});

    assert_int_equal(cells_of(t, s, "used"), 4); /* 20 of 60 are 4.7 of 14 cells: the fifth is today's */
    assert_int_equal(cells_of(t, s, "today"), 1);
    assert_int_equal(cells_of(t, s, "left"), 9);
    s = clock_text(t, (struct ui_clock){.used = 400, .total = 12, .state = CLOCK_LATE, .due = DATE_NONE});
    assert_int_equal(cells_of(t, s, "used"), 14);
}

static void a_stopped_clock_is_dashed_and_a_waiting_one_empty(void **world)
{
    struct page_test *t = *world;
    const char *s =
        clock_text(t, (struct ui_clock){.used = 4, .total = 12, .state = CLOCK_STOPPED, .since = date_of(2026, 9, 9)});

    assert_int_equal(cells_of(t, s, "stop"), 8);
    assert_non_null(strstr(s, "<b>Berhenti</b> sejak 9 September 2026; sisa 8 hari kerja"));
    s = clock_text(t, (struct ui_clock){.used = 0, .total = 12, .state = CLOCK_WAITING, .due = DATE_NONE});
    assert_int_equal(cells_of(t, s, "left"), 12);
    s = clock_text(t, (struct ui_clock){.used = 0, .total = 0, .state = CLOCK_WAITING, .due = DATE_NONE});
    assert_null(strstr(s, "<path"));
}

static void the_proof_says_when_nobody_witnessed(void **world)
{
    struct page_test *t = *world;
    struct ui_proof p = {.entry = 1204388, .at = instant_at(date_of(2026, 9, 14), 554, 420), .href = "/bukti/1"};
    const char *s;

    ui_proof(&t->r, &p);
    s = page_taken(t);
    assert_non_null(
        strstr(s, "<span>Tercatat sebagai catatan ke-1.204.388 pada 14 September 2026 pukul 09.14 WIB, belum disaksikan. <a "
                  "href=\"/bukti/1\">Periksa bukti</a></span></p>\n"));
    p.witnesses = "Provinsi Banten dan KPK";
    ui_proof(&t->r, &p);
    assert_non_null(strstr(page_taken(t), "WIB, disaksikan Provinsi Banten dan KPK. <a"));
}

static void sizes_and_amounts_follow_the_reader(void **world)
{
    struct page_test *t = *world;

    assert_string_equal(say_size(&t->r, 1024 * 1024 * 6 / 5), "1,2 MB");
    assert_string_equal(say_size(&t->r, 999), "999 B");
    assert_string_equal(say_rupiah(&t->r, (money){123456700}), "Rp1.234.567");
    assert_string_equal(say_score(&t->r, INT_NONE), "–");
    t->r.lang = LANG_EN;
    assert_string_equal(say_size(&t->r, 1024 * 1024 * 6 / 5), "1.2 MB");
    assert_string_equal(say_rupiah(&t->r, (money){123456700}), "Rp1,234,567");
    assert_string_equal(say_score(&t->r, 7155), "71.6");
}

/* Every text of every part, hostile: the markup stays what it was, and no script begins. */
static void hostile_text_stays_text(void **world)
{
    static const struct ui_choice choices[] = {{HOSTILE, HOSTILE, HOSTILE}};
    static const struct ui_row_item item = {.title = HOSTILE, .href = HOSTILE, .text = HOSTILE};
    struct page_test *t = *world;
    const char *s;

    for (int type = 0; type < CONTROL_COUNT; type++)
        ui_field(&t->r, &(struct ui_field){.type = (enum ui_control)type,
                                           .name = HOSTILE,
                                           .label = HOSTILE,
                                           .hint = HOSTILE,
                                           .error = HOSTILE,
                                           .value = HOSTILE,
                                           .unit = HOSTILE,
                                           .placeholder = HOSTILE,
                                           .inputmode = HOSTILE,
                                           .choose = HOSTILE,
                                           .autocomplete = HOSTILE,
                                           .accept = HOSTILE,
                                           .options = choices,
                                           .n_options = 1,
                                           .id = text_printf(&t->arena, "%d" HOSTILE, type)});
    ui_row_item_begin(&t->r, &item);
    ui_row_item_end(&t->r);
    ui_note(&t->r, TONE_BAD, HOSTILE, HOSTILE);
    ui_fact(&t->r, HOSTILE, HOSTILE);
    ui_menu(&t->r, HOSTILE, ICON_NONE, &(struct ui_menu_item){HOSTILE, HOSTILE}, 1);
    ui_tabs(&t->r, HOSTILE, &(struct ui_tab){.label = HOSTILE, .href = HOSTILE, .count = 1}, 1);
    s = page_taken(t);
    assert_null(strstr(s, "<script"));
    assert_markup(t, s, false);
}

/* ---- the page that shows everything ---- */

static void the_styleguide_is_well_formed_in_both_languages(void **world)
{
    struct page_test *t = *world;
    const char *id, *en;

    ui_styleguide(&t->r, "/styleguide?lang=en");
    assert_int_equal(buf_failed(&t->out), 0);
    id = page_taken(t);
    assert_markup(t, id, true);
    assert_null(strchr(id, '[')); /* no missing word */
    page_save("styleguide-id.html", id);

    t->r.lang = LANG_EN;
    ui_styleguide(&t->r, "/styleguide?lang=id");
    en = page_taken(t);
    assert_markup(t, en, true);
    assert_null(strchr(en, '['));
    page_save("styleguide-en.html", en);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        page_test(a_button_is_a_link_or_sends),
        page_test(a_blocked_button_says_why),
        page_test(a_field_has_label_hint_error_control_in_this_order),
        page_test(money_and_units_stand_beside_the_control),
        page_test(a_password_is_never_printed),
        page_test(the_first_choice_is_where_errors_lead),
        page_test(a_read_only_select_offers_only_its_value),
        page_test(an_option_that_sends_its_words_says_them_once),
        page_test(a_textarea_keeps_its_first_line_break),
        page_test(a_form_that_changes_something_carries_the_token),
        page_test(the_error_summary_leads_to_the_fields),
        page_test(each_chip_removes_itself),
        page_test(a_table_takes_everything_from_its_columns),
        page_test(the_pager_says_where_one_is),
        page_test(a_tag_has_a_shape_and_a_word),
        page_test(a_band_fills_as_many_bars_as_its_level),
        page_test(a_twin_bar_stays_within_its_width),
        page_test(a_running_clock_rings_today),
        page_test(the_last_day_but_one_warns_and_a_late_clock_is_bad),
        page_test(a_day_without_a_limit_has_no_cells),
        page_test(a_long_limit_is_drawn_in_shares),
        page_test(a_stopped_clock_is_dashed_and_a_waiting_one_empty),
        page_test(the_proof_says_when_nobody_witnessed),
        page_test(sizes_and_amounts_follow_the_reader),
        page_test(hostile_text_stays_text),
        page_test(the_styleguide_is_well_formed_in_both_languages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
