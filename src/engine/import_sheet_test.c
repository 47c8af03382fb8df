/*
 * import_sheet_test.c: spreadsheets as people and as the program itself write them.
 */
#include "engine/sheet/test_zip.h"
#include "engine/test_import.h"

#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static struct made made;

static const char *send_sheet(struct place *p, const char *rows)
{
    const char *sheet = text_printf(&p->s.a, "<worksheet " MAIN "><sheetData>%s</sheetData></worksheet>", rows);

    made_init(&made);
    made_text(
        &made, "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/xl/workbook.xml\" "
        "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>");
    made_text(&made, "xl/workbook.xml",
              "<workbook " MAIN " xmlns:r=\"" RELS
              "\"><sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
    made_text(&made, "xl/_rels/workbook.xml.rels",
              "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
              "<Relationship Id=\"rId1\" Type=\"" RELS "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
              "<Relationship Id=\"rId2\" Type=\"" RELS "/styles\" Target=\"styles.xml\"/></Relationships>");
    made_text(&made, "xl/styles.xml",
              "<styleSheet " MAIN
              "><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>");
    made_text(&made, "xl/worksheets/sheet1.xml", sheet);
    made_end(&made);
    return send_bytes(p, "rina", IMPOR, "data.xlsx", XLSX, made.p, made.n);
}

#define S(ref, text)     "<c r=\"" ref "\" t=\"inlineStr\"><is><t>" text "</t></is></c>"
#define N(ref, style, v) "<c r=\"" ref "\" s=\"" style "\"><v>" v "</v></c>"

static void a_spreadsheet_brings_numbers_days_and_times_as_they_are(void **world)
{
    const struct thing *t;
    const char *answer, *run;

    PLACE(p, world);
    answer = send_sheet(&p, "<row r=\"1\">" S("A1", "number") S("B1", "size") S("C1", "fee") S("D1", "due") S("E1", "filed")
                                S("F1", "own") "</row><row r=\"3\">" S("A3", "T-1") N("B3", "0", "12") N("C3", "0", "1234.5")
                                    N("D3", "1", "46283") N("E3", "2", "46283.5") "<c r=\"F3\" t=\"b\"><v>1</v></c></row>");
    assert_int_equal(site_status(answer), 303);
    run = site_field(&p.s, answer, "Location");
    act(&p, run, "impor");
    drain(&p);
    t = thing(&p, "T-1");
    assert_non_null(t);
    assert_int_equal(t->size, 12);
    assert_int_equal(t->fee.v, 123450);
    assert_int_equal(t->due.v, date_of(2026, 9, 18).v);
    assert_int_equal(t->filed.v, instant_at(date_of(2026, 9, 18), 720, 420).v);
    assert_true(t->own);
    place_close(&p);
}

static void a_spreadsheet_with_lost_digits_or_failed_formulas_says_where(void **world)
{
    const char *answer, *row;

    PLACE(p, world);
    answer = send_sheet(&p, "<row r=\"1\">" S("A1", "number") S("B1", "about") "</row><row r=\"2\">" S("A2", "T-1")
                                N("B2", "0", "198001012005011001") "</row><row r=\"5\">" S(
                                    "A5", "T-2") "<c r=\"B5\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c></row><row "
                                                 "r=\"6\">" S("A6", "T-3") "<c r=\"B6\" "
                                                                           "t=\"str\"><f>\"a\"&amp;\"b\"</"
                                                                           "f><v>ab</v></c></row>");
    assert_int_equal(site_status(answer), 303);
    row = faults_in(&p, page(&p, site_field(&p.s, answer, "Location")));
    assert_true(has(row, "kehilangan digit"));
    assert_true(has(row, ">5<"));
    assert_true(has(row, "tidak punya hasil"));
    assert_false(has(row, ">6<"));
    place_close(&p);
}

static void hostile_spreadsheets_are_refused(void **world)
{
    PLACE(p, world);
    assert_int_equal(site_status(send_sheet(&p, "<row r=\"1\"><c r=\"A1\"><v>1</v></row>")), 422);
    assert_int_equal(site_status(send_bytes(&p, "rina", IMPOR, "data.xlsx", XLSX, "PK\3\4 and nothing else", 22)), 422);
    made_init(&made);
    made_text(&made, "[Content_Types].xml", "<Types/>");
    made_text(&made, "xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><workbook " MAIN "/>");
    made_end(&made);
    assert_int_equal(site_status(send_bytes(&p, "rina", IMPOR, "data.xlsx", XLSX, made.p, made.n)), 422);
    place_close(&p);
}

static void a_real_export_comes_back_as_it_was(void **world)
{
    static const char *const kinds[] = {"csv", "xlsx"};
    struct sample_case *v;
    const char *answer;
    int64_t person;
    size_t i;

    PLACE(p, world);
    person = case_person(&p.c, CITY_GOV);
    v = arena_array(&p.c.a, 3, struct sample_case);
    for (i = 0; i < 3; i++) {
        v[i] = a_case(CITY_GOV, person, text_printf(&p.c.a, "=TRG-%zu", i));
        v[i].fee.v = i == 0 ? INT_NONE : (int64_t)i * 12345;
        v[i].filed_at.v += (int64_t)i * 1001; /* milliseconds do not go into files */
        v[i].agency.v = p.agency;
    }
    case_put(&p.c, &sample_case_entity, v, 3);
    for (i = 0; i < ARRAY_LEN(kinds); i++) {
        const char *path = text_printf(&p.s.a, "/kerja/kota-contoh/contoh-permohonan/unduh/%s?pribadi=0", kinds[i]), *length;
        int64_t n = 0;

        answer = site_get(&p.s, "siti", path);
        assert_int_equal(site_status(answer), 200);
        length = site_field(&p.s, answer, "Content-Length");
        assert_int_equal(text_int(length, 1, 1 << 20, &n), 0);
        answer = send_bytes(&p, "siti", CASES, text_printf(&p.s.a, "data.%s", kinds[i]), i == 0 ? "text/csv" : XLSX,
                            site_body(answer), (size_t)n);
        assert_int_equal(site_status(answer), 303);
        answer = site_body(site_get(&p.s, "siti", site_field(&p.s, answer, "Location")));
        assert_true(has(answer, "Tidak ada yang perlu diimpor"));
        assert_true(has(answer, "Tidak berubah"));
    }
    place_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_spreadsheet_brings_numbers_days_and_times_as_they_are),
        TEST_ON_BOTH(a_spreadsheet_with_lost_digits_or_failed_formulas_says_where),
        TEST_ON_BOTH(hostile_spreadsheets_are_refused),
        TEST_ON_BOTH(a_real_export_comes_back_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
