/*
 * import_command_test.c: files by command, without a server: judged, tried dry, and left out where they say nothing new.
 */
#include "engine/sheet/test_zip.h"
#include "engine/test_import.h"

static int carry_out_on(struct place *p, const struct screen *screen, bool twice, const char *content, bool dry_run,
                        struct import_report *report, struct import_run *run)
{
    struct import_order order = {.screen = screen,
                                 .twice = twice,
                                 .gov = {.id = CITY_GOV, .code = "36.71", .zone_minutes = 420, .zone = "WIB"},
                                 .lang = LANG_ID,
                                 .file = "data.csv",
                                 .dry_run = dry_run};
    AUTO_CLOSE int fd = memory_fd(content, strlen(content));

    order.fd = fd;
    return import_carry_out(&p->c.app, &p->s.a, &order, report, run);
}

static int carry_out(struct place *p, const char *content, bool dry_run, struct import_report *report, struct import_run *run)
{
    return carry_out_on(p, &thing_screen, false, content, dry_run, report, run);
}

static void rows_that_say_nothing_new_are_left_out_unless_it_is_wanted(void **world)
{
    static const char file[] = "about,size,filed\nSatu,1,2026-09-18T03:42:00Z\nDua,,\nSatu,1,2026-09-18T03:42:00Z\nSatu,2,\n";
    struct import_report report;
    struct import_run run;

    PLACE(p, world);
    assert_int_equal(carry_out_on(&p, &scrap_screen, false, file, false, &report, &run), 0);
    assert_int_equal(report.count[IMPORT_NEW], 3);
    assert_int_equal(report.count[IMPORT_LEFT], 1);
    assert_string_equal(report.left[0].key, "import.left-twice");
    assert_int_equal(carry_out_on(&p, &scrap_screen, false, file, false, &report, &run), 0);
    assert_int_equal(report.count[IMPORT_NEW], 0);
    assert_int_equal(report.count[IMPORT_LEFT], 4);
    assert_string_equal(report.left[0].key, "import.left-there");
    assert_int_equal(carry_out_on(&p, &scrap_screen, true, file, true, &report, &run), 0);
    assert_int_equal(report.count[IMPORT_NEW], 4);
    /* Only what the file gives is compared. */
    assert_int_equal(carry_out_on(&p, &scrap_screen, false, "about\nDua\nTiga\n", true, &report, &run), 0);
    assert_int_equal(report.count[IMPORT_NEW], 1);
    assert_int_equal(report.count[IMPORT_LEFT], 1);
    assert_true(has(page(&p, "/kerja/kota-contoh/catatan-kecil/impor"), "name=\"ganda\""));
    assert_false(has(page(&p, IMPOR), "name=\"ganda\""));
    place_close(&p);
}

static void a_command_judges_and_writes_without_a_server(void **world)
{
    struct import_report report;
    struct import_run run;

    PLACE(p, world);
    assert_int_equal(carry_out(&p, "number,size\nT-1,1\nT-2,x\n", false, &report, &run), 0);
    assert_int_equal(run.id, 0);
    assert_int_equal(report.count[IMPORT_WRONG], 1);
    assert_int_equal(report.faults[0].line, 3);
    assert_int_equal(carry_out(&p, "number,size\nT-1,1\n", true, &report, &run), 0);
    assert_int_equal(run.id, 0);
    assert_int_equal(report.count[IMPORT_NEW], 1);
    assert_int_equal(number(&p, &count_things), 0);
    assert_int_equal(carry_out(&p, many(&p, 1100, 0), false, &report, &run), 0);
    assert_int_equal(run.state, IMPORT_DONE);
    assert_int_equal(number(&p, &count_things), 1100);
    place_close(&p);
}

static void what_an_export_writes_changes_nothing(void **world)
{
    struct import_report report;
    struct import_run run;

    PLACE(p, world);
    imported(&p, HEAD "T-1,'=1,12,ya,100.5,2026-09-18,2026-09-18T03:42:10Z,A,filed\nT-2,,,0,,,,,\n");
    assert_int_equal(carry_out(&p,
                               "\xEF\xBB\xBFnumber,total,about,size,own,fee,due,filed,node,kind\r\n"
                               "T-1,12 m,'=1,12,1,100.50,2026-09-18,2026-09-18T03:42:10Z,A,filed\r\nT-2,,,,0,,,,,\r\n",
                               false, &report, &run),
                     0);
    assert_int_equal(report.count[IMPORT_SAME], 2);
    assert_int_equal(report.n_ignored, 1);
    place_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(rows_that_say_nothing_new_are_left_out_unless_it_is_wanted),
        TEST_ON_BOTH(a_command_judges_and_writes_without_a_server),
        TEST_ON_BOTH(what_an_export_writes_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
