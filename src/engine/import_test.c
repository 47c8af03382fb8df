/*
 * import_test.c: files of rows over HTTP: what is wrong is named, and what is written is whole or not at all.
 */
#include "engine/test_import.h"

static void a_file_becomes_rows_with_history_and_leaves(void **world)
{
    const struct thing *t;
    const char *run, *answer;
    int64_t leaves;

    PLACE(p, world);
    leaves = number(&p, &count_leaves);
    run = judged(&p, HEAD "T-1,\"satu\ndua\",12,ya,48.500.000,18-9-2026,18-9-2026 10.42,A,filed\nT-2,,,,1234.5,,,,\n");
    answer = page(&p, run);
    assert_true(has(answer, "2 baris siap diimpor"));
    assert_true(has(answer, "Impor 2 baris"));
    assert_true(has(answer, "48.500.000"));
    assert_int_equal(number(&p, &count_things), 0);
    act(&p, run, "impor");
    assert_int_equal(number(&p, &count_things), 0);
    drain(&p);
    assert_int_equal(number(&p, &count_things), 2);
    assert_int_equal(number(&p, &count_leaves), leaves + 2);
    t = thing(&p, "T-1");
    assert_string_equal(t->about, "satu\ndua");
    assert_int_equal(t->size, 12);
    assert_true(t->own);
    assert_int_equal(t->fee.v, INT64_C(4850000000));
    assert_int_equal(t->node.v, p.agency);
    assert_string_equal(t->kind.v, "filed");
    assert_string_equal(t->total, "12 m");
    assert_int_equal(thing(&p, "T-2")->fee.v, 123450);
    answer = page(&p, text_printf(&p.s.a, HOME "/%lld", (long long)t->head.id));
    assert_true(has(answer, "Impor dari data.csv"));
    assert_true(has(answer, "rina"));
    place_close(&p);
}

static void each_kind_of_wrong_cell_is_named_with_its_line(void **world)
{
    static const struct {
        const char *cells, *column, *words;
    } wrong[] = {
        {",x,1,,,,,,", "number", "Isi "},
        {"T-9,x,empat,,,,,,", "size", "dengan angka bulat"},
        {"T-9,x,101,,,,,,", "size", "paling besar 100"},
        {"T-9,x,50,ya,,,,,", "size", "Turunkan"}, /* the screen's own rule */
        {"T-9,x,1,mungkin,,,,,", "own", ""},
        {"T-9,x,1,,1.2.3,,,,", "fee", "dalam rupiah"},
        {"T-9,x,1,,,30-2-2026,,,", "due", "tidak ada dalam kalender"},
        {"T-9,x,1,,,,pagi,,", "filed", ""},
        {"T-9,x,1,,,,,Z,", "node", "Z"},
        {"T-9,x,1,,,,,,lama", "kind", "dari daftar"},
        {"T-9,x\xe2\x80\xae,1,,,,,,", "about", ""},
        {"T-1234567890123456789012345678901234567890,x,1,,,,,,", "number", "paling panjang 40"},
        {"T-9,x,1,,,,,,,,lebih", NULL, "tanpa nama"},
        {"T-8,x,1,,,,,,", "number", "di baris 2"}, /* twice in the file */
    };
    size_t i;

    PLACE(p, world);
    for (i = 0; i < ARRAY_LEN(wrong); i++) {
        const char *run = judged(&p, text_printf(&p.s.a, HEAD "T-8,,,,,,,,\n\n%s\n", wrong[i].cells)), *answer = page(&p, run);
        const char *row = faults_in(&p, answer);

        assert_true(has(row, ">4<"));
        assert_true(has(row, wrong[i].column != NULL ? wrong[i].column : "Seluruh baris"));
        assert_true(has(row, wrong[i].words));
        assert_true(has(answer, "1 baris salah"));
        assert_int_equal(site_status(site_post(&p.s, "rina", run, "tindakan=impor")), 409);
    }
    drain(&p);
    assert_int_equal(number(&p, &count_things), 0);
    place_close(&p);
}

static void one_wrong_row_of_many_stops_them_all_unless_it_is_left_out(void **world)
{
    const char *run;

    PLACE(p, world);
    run = judged(&p, many(&p, 500, 250));
    assert_true(has(page(&p, run), ">251<"));
    assert_int_equal(site_status(site_post(&p.s, "rina", run, "tindakan=impor")), 409);
    drain(&p);
    assert_int_equal(number(&p, &count_things), 0);
    assert_int_equal(number(&p, &count_jobs), 0);
    act(&p, run, "impor-sebagian");
    drain(&p);
    assert_int_equal(number(&p, &count_things), 499);
    assert_null(thing(&p, "T-0250"));
    place_close(&p);
}

static void the_same_file_again_changes_nothing(void **world)
{
    const char *file = HEAD "T-1,satu,12,ya,100.5,2026-09-18,2026-09-18T03:42:10Z,A,filed\nT-2,,,0,,,,,\n", *run;
    int64_t leaves;

    PLACE(p, world);
    imported(&p, file);
    leaves = number(&p, &count_leaves);
    run = judged(&p, file);
    assert_true(has(page(&p, run), "Tidak ada yang perlu diimpor"));
    assert_int_equal(site_status(site_post(&p.s, "rina", run, "tindakan=impor")), 409);
    act(&p, run, "buang");
    drain(&p);
    assert_int_equal(number(&p, &count_leaves), leaves);
    place_close(&p);
}

static void a_row_that_exists_is_changed_where_the_file_has_columns(void **world)
{
    const struct thing *t;

    PLACE(p, world);
    imported(&p, HEAD "T-1,satu,12,ya,100,,,A,filed\nT-2,dua,2,,,,,,\n");
    imported(&p, "size,number\n13,T-1\n2,T-2\n");
    t = thing(&p, "T-1");
    assert_int_equal(t->size, 13);
    assert_string_equal(t->total, "13 m");
    assert_string_equal(t->about, "satu");
    assert_true(t->own);
    assert_int_equal(t->fee.v, 10000);
    assert_int_equal(t->head.rev, 2);
    assert_int_equal(thing(&p, "T-2")->head.rev, 1);
    imported(&p, "number;about;own\nT-1;;tidak\n"); /* an empty cell empties; semicolons are fine */
    assert_null(thing(&p, "T-1")->about);
    assert_false(thing(&p, "T-1")->own);
    assert_true(has(page(&p, judged(&p, "number,kind\nT-1,draft\n")), "id=\"salah\"")); /* fixed */
    place_close(&p);
}

static void files_that_cannot_be_read_are_refused_with_the_place(void **world)
{
    static const struct {
        const char *content, *words;
    } bad[] = {
        {"", "Pilih berkas"},
        {"number,size\n", "hanya berisi nama kolom"},
        {"number,warna\nT-1,x\n", "warna"},
        {"number,number\nT-1,T-2\n", "dua kali"},
        {"warna\nx\n", "warna"},
        {"number,size\nT-1,\"4\" x\n", "Baris 2"},
        {"number,size\nT-1,\"4\n", "berakhir di dalam"},
        {"number,size\nT-\xff,4\n", "tidak terbaca"},
        {"total\n3 m\n", "Tidak satu pun kolom"},
    };
    size_t i;

    PLACE(p, world);
    for (i = 0; i < ARRAY_LEN(bad); i++) {
        const char *answer = send_csv(&p, "rina", IMPOR, bad[i].content);

        assert_int_equal(site_status(answer), 422);
        assert_true(has(answer, bad[i].words));
    }
    assert_int_equal(site_status(send_bytes(&p, "rina", IMPOR, "data.pdf", "application/pdf", "%PDF-1.4", 8)), 422);
    assert_true(has(site_get(&p.s, "rina", IMPOR), "name=\"berkas\""));
    place_close(&p);
}

static void cells_are_text_and_never_formulas_or_markup(void **world)
{
    const char *run, *answer;

    PLACE(p, world);
    run = judged(&p, "number,about\n=1+1,<script>alert(1)</script>\n'=cmd,\"=HYPERLINK(\"\"http://x\"\")\"\n");
    answer = page(&p, run);
    assert_false(has(answer, "<script>alert"));
    assert_true(has(answer, "&lt;script&gt;"));
    act(&p, run, "impor");
    drain(&p);
    assert_string_equal(thing(&p, "=1+1")->about, "<script>alert(1)</script>");
    assert_string_equal(thing(&p, "=cmd")->about, "=HYPERLINK(\"http://x\")"); /* the ' of an export is taken back */
    place_close(&p);
}

static void a_template_comes_back_as_a_file_without_rows(void **world)
{
    const char *answer;

    PLACE(p, world);
    answer = site_get(&p.s, "siti", CASES "/templat/csv");
    assert_int_equal(site_status(answer), 200);
    assert_false(has(answer, "["));
    answer = send_csv(&p, "siti", CASES, site_body(answer));
    assert_int_equal(site_status(answer), 422);
    assert_true(has(answer, "hanya berisi nama kolom"));
    answer = site_ask(&p.s, "GET", "siti", CASES "/templat/csv?bahasa=en", "", NULL); /* labels of either language */
    answer = send_csv(&p, "siti", CASES, site_body(answer));
    assert_true(has(answer, "hanya berisi nama kolom"));
    assert_int_equal(site_status(site_get(&p.s, "siti", CASES "/templat/xlsx")), 200);
    assert_int_equal(site_status(site_get(&p.s, "siti", CASES "/templat/pdf")), 404);
    place_close(&p);
}

/* ---- scope ---- */

static void codes_out_of_scope_do_not_exist_and_rows_stay_within(void **world)
{
    const char *answer, *row;

    PLACE(p, world);
    imported(&p, "number,node\nT-1,A\nT-2,B\n");
    answer = send_csv(&p, "tono", IMPOR, "number,about,node\nT-1,mine,A\nT-2,not mine,B\nT-3,new,B\nT-4,new,A\n");
    assert_int_equal(site_status(answer), 303);
    answer = site_body(site_get(&p.s, "tono", site_field(&p.s, answer, "Location")));
    row = faults_in(&p, answer);
    assert_true(has(row, ">3<") && has(row, ">4<"));
    assert_false(has(row, ">2<") || has(row, ">5<"));
    assert_int_equal(site_status(site_get(&p.s, "lain", IMPOR)), 404);
    assert_int_equal(site_status(send_csv(&p, "lain", IMPOR, "number\nT-9\n")), 404);
    place_close(&p);
}

static void who_may_import_but_not_create_is_told_in_each_row(void **world)
{
    const char *answer;

    PLACE(p, world);
    imported(&p, "number\nT-1\n");
    answer = send_csv(&p, "budi", IMPOR, "number,about\nT-1,x\nT-2,y\n");
    assert_int_equal(site_status(answer), 303);
    answer = site_body(site_get(&p.s, "budi", site_field(&p.s, answer, "Location")));
    assert_true(has(answer, "tidak dapat mengubahnya"));
    assert_true(has(answer, "tidak dapat membuat baris baru"));
    place_close(&p);
}

static void only_who_sent_a_file_writes_it(void **world)
{
    const char *run;

    PLACE(p, world);
    run = judged(&p, "number\nT-1\n");
    assert_int_equal(site_status(site_get(&p.s, "dewi", run)), 200);
    assert_int_equal(site_status(site_get(&p.s, "tono", run)), 404);
    assert_int_equal(site_status(site_post(&p.s, "dewi", run, "tindakan=impor")), 409);
    assert_int_equal(site_status(site_post(&p.s, "rina", run, "tindakan=x")), 400);
    assert_int_equal(site_status(site_get(&p.s, "rina", IMPOR "/periksa/12")), 404);
    place_close(&p);
}

/* ---- what modules add ---- */

static void a_screen_may_leave_rows_out_and_read_columns_of_its_own(void **world)
{
    const char *answer, *run;

    PLACE(p, world);
    answer =
        send_csv(&p, "rina", "/kerja/kota-contoh/hal-lain/impor",
                 "number,about,due,pemilik,sumber\nT-1,satu,2026-09-18,A,kota\nT-2,dua,secepatnya,,kota\nT-3,x,,,provinsi\n");
    assert_int_equal(site_status(answer), 303);
    run = site_field(&p.s, answer, "Location");
    answer = page(&p, run);
    assert_true(has(answer, "id=\"dilewati\""));
    assert_true(has(answer, "Impor 2 baris"));
    act(&p, run, "impor");
    drain(&p);
    assert_int_equal(thing(&p, "T-1")->node.v, p.agency);
    assert_string_equal(thing(&p, "T-2")->about, "dua (secepatnya)");
    assert_null(thing(&p, "T-3"));
    place_close(&p);
}

static void every_statement_prepares(void **world)
{
    size_t i;

    PLACE(p, world);
    for (i = 0; i < IMPORT_QUERIES; i++)
        assert_int_equal(db_check(p.c.t.owner, import_queries[i]), 0);
    place_close(&p);
}

static void states_and_keys_have_words(void **world)
{
    static const char *const keys[] = {"import.changed-since", "import.conflict",   "import.cancelled",     "import.plan-gone",
                                       "import.in-the-way",    "import.cell-error", "import.cell-imprecise"};
    struct arena a;
    int lang, i;
    size_t k;
    (void)world;

    arena_init(&a, MB);
    for (lang = 0; lang < LANG_COUNT; lang++) {
        for (i = 0; i < IMPORT_STATE_COUNT; i++)
            assert_non_null(
                lang_text((enum lang)lang, text_printf(&a, "import.state-%s", import_state_code((enum import_state)i))));
        for (i = 1; i < CSV_FAULT_COUNT; i++)
            assert_non_null(lang_text((enum lang)lang, text_printf(&a, "import.csv-%s", csv_fault_code((enum csv_fault)i))));
        for (k = 0; k < ARRAY_LEN(keys); k++)
            assert_non_null(lang_text((enum lang)lang, keys[k]));
    }
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_file_becomes_rows_with_history_and_leaves),
        TEST_ON_BOTH(each_kind_of_wrong_cell_is_named_with_its_line),
        TEST_ON_BOTH(one_wrong_row_of_many_stops_them_all_unless_it_is_left_out),
        TEST_ON_BOTH(the_same_file_again_changes_nothing),
        TEST_ON_BOTH(a_row_that_exists_is_changed_where_the_file_has_columns),
        TEST_ON_BOTH(files_that_cannot_be_read_are_refused_with_the_place),
        TEST_ON_BOTH(cells_are_text_and_never_formulas_or_markup),
        TEST_ON_BOTH(a_template_comes_back_as_a_file_without_rows),
        TEST_ON_BOTH(codes_out_of_scope_do_not_exist_and_rows_stay_within),
        TEST_ON_BOTH(who_may_import_but_not_create_is_told_in_each_row),
        TEST_ON_BOTH(only_who_sent_a_file_writes_it),
        TEST_ON_BOTH(a_screen_may_leave_rows_out_and_read_columns_of_its_own),
        TEST_ON_BOTH(every_statement_prepares),
        cmocka_unit_test(states_and_keys_have_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
