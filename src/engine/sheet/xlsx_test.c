/*
 * xlsx_test.c: what spreadsheets hold and how it is read; what we write and how it is read back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "engine/sheet/test_zip.h"
#include "engine/sheet/xlsx.h"
#include "engine/sheet/xlsx_value.h"
#include "engine/sheet/xlsx_write.h"
#include "os/os.h"

#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static struct made made;

/* ---- a workbook of parts ---- */

struct parts {
    const char *book, *rels, *styles, *strings, *sheet;
};

static const struct parts usual = {
    .book = "<workbook " MAIN " xmlns:r=\"" RELS
            "\"><sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
    .rels = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
            "<Relationship Id=\"rId1\" Type=\"" RELS "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
            "<Relationship Id=\"rId2\" Type=\"" RELS "/styles\" Target=\"/xl/styles.xml\"/>"
            "<Relationship Id=\"rId3\" Type=\"" RELS "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>",
    .styles =
        "<styleSheet " MAIN "><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/></numFmts>"
        "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
        "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"22\"/><xf numFmtId=\"20\"/></cellXfs></styleSheet>",
    .strings = "<sst " MAIN "><si><t>halo</t></si><si><r><t>satu </t></r><r><t xml:space=\"preserve\">dua</t></r>"
               "<rPh><t>bunyi</t></rPh></si><si><t>a_x000A_b_x005F_c_x0041_</t></si></sst>",
};

static void make_book(const struct parts *p)
{
    made_init(&made);
    made_text(&made, "[Content_Types].xml", "<Types/>");
    made_text(&made, "xl/workbook.xml", p->book);
    made_text(&made, "xl/_rels/workbook.xml.rels", p->rels);
    if (p->styles != NULL)
        made_text(&made, "xl/styles.xml", p->styles);
    if (p->strings != NULL)
        made_text(&made, "xl/sharedStrings.xml", p->strings);
    made_text(&made, "xl/worksheets/sheet1.xml", p->sheet);
    made_end(&made);
}

/* ---- reading into text: "3:n1.5|tx|" ---- */

struct seen {
    struct arena arena;
    struct buf text;
    int fail_at;
};

static int saw_row(void *arg, const struct xlsx_row *row)
{
    static const char kinds[] = "-tndbe";
    struct seen *s = arg;
    size_t i;

    buf_printf(&s->text, "%lld:", (long long)row->row);
    for (i = 0; i < row->n; i++)
        buf_printf(&s->text, "%c%s%s|", kinds[row->cell[i].kind], row->cell[i].text, row->cell[i].imprecise ? "!" : "");
    return row->row == s->fail_at ? E_BUSY : 0;
}

static int read_fd(int fd, const char *sheet, struct seen *s, struct xlsx_finding *f)
{
    *s = (struct seen){.fail_at = s->fail_at};
    arena_init(&s->arena, 4 * MB);
    buf_init(&s->text, &s->arena, MB);
    return xlsx_read(fd, sheet, saw_row, s, f);
}

static const char *sheet_of(const char *rows)
{
    static char sheet[256 * 1024];

    (void)snprintf(sheet, sizeof sheet, "<worksheet " MAIN "><sheetData>%s</sheetData></worksheet>", rows);
    return sheet;
}

/* Rows of a sheet whose sheetData is `rows`, compared with what should be seen. */
static void assert_rows(const char *rows, const char *should)
{
    struct parts p = usual;
    struct xlsx_finding f;
    struct seen s = {0};

    p.sheet = sheet_of(rows);
    make_book(&p);
    AUTO_CLOSE int fd = made_fd(&made);
    assert_int_equal(read_fd(fd, NULL, &s, &f), 0);
    assert_int_equal(f.fault, XLSX_GOOD);
    assert_string_equal(s.text.s, should);
    arena_finish(&s.arena);
}

static struct xlsx_finding fault_of_book(const struct parts *p, const char *sheet)
{
    struct xlsx_finding f;
    struct seen s = {0};

    make_book(p);
    AUTO_CLOSE int fd = made_fd(&made);
    assert_true(read_fd(fd, sheet, &s, &f) < 0);
    arena_finish(&s.arena);
    return f;
}

static void assert_fault(const char *rows, enum xlsx_fault fault)
{
    struct parts p = usual;

    p.sheet = sheet_of(rows);
    assert_int_equal(fault_of_book(&p, NULL).fault, fault);
}

/* ---- values ---- */

static void numbers_are_plain_decimals_of_fifteen_digits(void **world)
{
    static const struct {
        const char *in, *out;
        bool imprecise;
    } rows[] = {
        {"0", "0", false},
        {"-0", "0", false},
        {"0.0", "0", false},
        {"007", "7", false},
        {"1.50", "1.5", false},
        {".5", "0.5", false},
        {"5.", "5", false},
        {"-12.345", "-12.345", false},
        {"1E+3", "1000", false},
        {"1.2345E2", "123.45", false},
        {"1.25E-3", "0.00125", false},
        {"1.1499999999999999", "1.15", false},
        {"0.30000000000000004", "0.3", false},
        {"99999999999999.99", "100000000000000", false},
        {"9999999999999.99", "9999999999999.99", false},
        {"999999999999999", "999999999999999", false},
        {"1.9860926201505101E+17", "198609262015051000", true},
        {"3671014107900001", "3671014107900000", true},
        {"9999999999999999", "10000000000000000", true},
        {"1E+300", NULL, true},
    };
    char out[XLSX_NUMBER_SIZE];
    bool imprecise;
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(xlsx_number(rows[i].in, out, &imprecise), 0);
        if (rows[i].out != NULL)
            assert_string_equal(out, rows[i].out);
        else
            assert_int_equal(strlen(out), 301);
        assert_int_equal(imprecise, rows[i].imprecise);
    }
}

static void what_is_no_number_is_refused(void **world)
{
    static const char *const bad[] = {"", "-", ".", "1,5", "1e", "1e+", "1.2.3", "0x10", "nan", "1 ", " 1", "1E999", "--1"};
    char out[XLSX_NUMBER_SIZE];
    bool imprecise;
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(xlsx_number(bad[i], out, &imprecise), E_FORMAT);
}

static void serial_numbers_are_dates(void **world)
{
    static const struct {
        const char *in;
        enum xlsx_format format;
        bool since_1904;
        const char *out;
    } rows[] = {
        {"1", XLSX_FORMAT_DATE, false, "1900-01-01"},
        {"59", XLSX_FORMAT_DATE, false, "1900-02-28"},
        {"60", XLSX_FORMAT_DATE, false, NULL},
        {"61", XLSX_FORMAT_DATE, false, "1900-03-01"},
        {"46283", XLSX_FORMAT_DATE, false, "2026-09-18"},
        {"44821", XLSX_FORMAT_DATE, true, "2026-09-18"},
        {"46283.5", XLSX_FORMAT_DATETIME, false, "2026-09-18T12:00:00"},
        {"46283", XLSX_FORMAT_DATETIME, false, "2026-09-18T00:00:00"},
        {"46283.445833333", XLSX_FORMAT_DATETIME, false, "2026-09-18T10:42:00"},
        {"46282.99999999", XLSX_FORMAT_DATETIME, false, "2026-09-18T00:00:00"},
        {"46283.5", XLSX_FORMAT_DATE, false, "2026-09-18T12:00:00"},
        {"0.25", XLSX_FORMAT_TIME, false, "06:00:00"},
        {"0", XLSX_FORMAT_TIME, false, "00:00:00"},
        {"0", XLSX_FORMAT_DATE, false, NULL},
        {"2958465", XLSX_FORMAT_DATE, false, "9999-12-31"},
        {"2958466", XLSX_FORMAT_DATE, false, NULL},
        {"-1", XLSX_FORMAT_DATE, false, NULL},
        {"99999999999999999999", XLSX_FORMAT_DATE, false, NULL},
        {"46283", XLSX_FORMAT_NUMBER, false, NULL},
    };
    char out[XLSX_DATE_SIZE];
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(rows); i++) {
        int e = xlsx_date(rows[i].in, rows[i].format, rows[i].since_1904, out);

        assert_int_equal(e, rows[i].out == NULL ? E_INPUT : 0);
        if (rows[i].out != NULL)
            assert_string_equal(out, rows[i].out);
    }
}

static void format_codes_tell_dates_from_numbers(void **world)
{
    static const struct {
        const char *code;
        enum xlsx_format format;
    } rows[] = {
        {"General", XLSX_FORMAT_NUMBER},
        {"#,##0.00;[Red]-#,##0.00", XLSX_FORMAT_NUMBER},
        {"0.00E+00", XLSX_FORMAT_NUMBER},
        {"\"Rp\"#,##0_);\"hari d\"", XLSX_FORMAT_NUMBER},
        {"[$Rp-421]#,##0", XLSX_FORMAT_NUMBER},
        {"\\d0", XLSX_FORMAT_NUMBER},
        {"[h]:mm", XLSX_FORMAT_NUMBER},
        {"dd/mm/yyyy", XLSX_FORMAT_DATE},
        {"[$-421]dd mmmm yyyy;@", XLSX_FORMAT_DATE},
        {"mmmm", XLSX_FORMAT_DATE},
        {"h:mm AM/PM", XLSX_FORMAT_TIME},
        {"mm:ss", XLSX_FORMAT_TIME},
        {"yyyy-mm-dd hh:mm", XLSX_FORMAT_DATETIME},
        {"\"tanpa akhir", XLSX_FORMAT_NUMBER},
        {"\\", XLSX_FORMAT_NUMBER},
    };
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(xlsx_format_of(rows[i].code), rows[i].format);
    assert_int_equal(xlsx_format_built_in(14), XLSX_FORMAT_DATE);
    assert_int_equal(xlsx_format_built_in(13), XLSX_FORMAT_NUMBER);
    assert_int_equal(xlsx_format_built_in(46), XLSX_FORMAT_NUMBER);
}

/* ---- reading ---- */

static void cells_of_each_type_are_read(void **world)
{
    (void)world;
    assert_rows(
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>"
        "<row r=\"3\"><c r=\"A3\"><v>1.5E2</v></c><c r=\"B3\" s=\"1\"><v>46283</v></c><c r=\"C3\" t=\"b\"><v>1</v></c>"
        "<c r=\"D3\" t=\"e\"><v>#N/A</v></c><c r=\"E3\" t=\"str\"><f>A1</f><v>hasil</v></c>"
        "<c r=\"F3\" t=\"inlineStr\"><is><t>isi &lt;&amp;</t></is></c><c r=\"G3\" s=\"2\"><v>46283.5</v></c>"
        "<c r=\"H3\" s=\"3\"><v>0.25</v></c><c r=\"I3\" t=\"d\"><v>2026-09-18</v></c></row>",
        "1:thalo|-|tsatu dua|3:n150|d2026-09-18|bTRUE|e#N/A|thasil|tisi <&|d2026-09-18T12:00:00|d06:00:00|d2026-09-18|");
}

static void addresses_may_be_left_out(void **world)
{
    (void)world;
    assert_rows("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row><row r=\"9\"><c r=\"B9\"><v>4</v></c>"
                "<c><v>5</v></c></row>",
                "1:n1|n2|2:n3|9:-|n4|n5|");
}

static void empty_rows_and_cells_are_passed_over(void **world)
{
    (void)world;
    assert_rows("<row r=\"1\"/><row r=\"2\"><c r=\"A2\" s=\"1\"/></row><row r=\"3\"><c r=\"A3\"><v>1</v></c>"
                "<c t=\"s\"><v></v></c><c r=\"XFD3\" s=\"1\"/></row>",
                "3:n1|");
}

static void escapes_of_the_format_are_undone(void **world)
{
    (void)world;
    assert_rows("<row><c t=\"s\"><v>2</v></c></row>", "1:ta\nb_c_x0041_|");
}

static void lost_digits_are_told(void **world)
{
    (void)world;
    assert_rows("<row><c><v>1.9860926201505101E+17</v></c></row>", "1:n198609262015051000!|");
}

static void sheet_is_chosen_by_name_or_the_first_visible(void **world)
{
    struct parts p = usual;
    struct xlsx_finding f;
    struct seen s = {0};
    (void)world;

    p.book = "<workbook " MAIN " xmlns:r=\"" RELS "\"><sheets><sheet name=\"Rahasia\" state=\"hidden\" r:id=\"rId9\"/>"
             "<sheet name=\"Data\" r:id=\"rId1\"/></sheets></workbook>";
    p.sheet = "<worksheet " MAIN "><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>";
    make_book(&p);
    AUTO_CLOSE int fd = made_fd(&made);
    assert_int_equal(read_fd(fd, NULL, &s, &f), 0);
    assert_string_equal(s.text.s, "1:n1|");
    arena_finish(&s.arena);
    assert_int_equal(read_fd(fd, "Data", &s, &f), 0);
    arena_finish(&s.arena);
    assert_int_equal(read_fd(fd, "data", &s, &f), E_FORMAT);
    assert_int_equal(f.fault, XLSX_NO_SHEET);
    arena_finish(&s.arena);
}

static void callback_can_end_the_reading(void **world)
{
    struct parts p = usual;
    struct xlsx_finding f;
    struct seen s = {.fail_at = 2};
    (void)world;

    p.sheet = "<worksheet " MAIN "><sheetData><row><c><v>1</v></c></row><row><c><v>2</v></c></row><row><c><v>3</v></c></row>"
              "</sheetData></worksheet>";
    make_book(&p);
    AUTO_CLOSE int fd = made_fd(&made);
    assert_int_equal(read_fd(fd, NULL, &s, &f), E_BUSY);
    assert_string_equal(s.text.s, "1:n1|2:n2|");
    arena_finish(&s.arena);
}

static void wrong_places_and_values_are_refused(void **world)
{
    (void)world;
    assert_fault("<row r=\"2\"/><row r=\"2\"/>", XLSX_PLACE);
    assert_fault("<row r=\"0\"/>", XLSX_PLACE);
    assert_fault("<row r=\"x\"/>", XLSX_PLACE);
    assert_fault("<row r=\"1\"><c r=\"A2\"/></row>", XLSX_PLACE);
    assert_fault("<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>", XLSX_PLACE);
    assert_fault("<row r=\"1\"><c r=\"B1\"/><c r=\"B1\"/></row>", XLSX_PLACE);
    assert_fault("<row r=\"1\"><c r=\"XFE1\"/></row>", XLSX_PLACE);
    assert_fault("<row r=\"1\"><c r=\"1\"/></row>", XLSX_PLACE);
    assert_fault("<row><c><v>satu</v></c></row>", XLSX_VALUE);
    assert_fault("<row><c t=\"s\"><v>3</v></c></row>", XLSX_VALUE);
    assert_fault("<row><c t=\"s\"><v>-1</v></c></row>", XLSX_VALUE);
    assert_fault("<row><c t=\"b\"><v>2</v></c></row>", XLSX_VALUE);
    assert_fault("<row><c t=\"zz\"><v>2</v></c></row>", XLSX_VALUE);
    assert_fault("<row><c s=\"4\"><v>2</v></c></row>", XLSX_VALUE);
}

static void ceilings_hold_on_both_sides(void **world)
{
    static char rows[200 * 1024];
    static char text[XLSX_CELL_MAX + 2];
    struct parts p = usual;
    struct xlsx_finding f;
    struct seen s = {0};
    uint32_t seed = 1;
    size_t i;
    (void)world;

    assert_rows("<row r=\"1000000\"><c><v>1</v></c></row>", "1000000:n1|");
    assert_fault("<row r=\"1000001\"><c><v>1</v></c></row>", XLSX_ROWS);
    assert_fault("<row><c r=\"SS1\"><v>1</v></c></row>", XLSX_COLUMNS); /* 513 */

    for (i = 0; i < sizeof text - 1; i++) /* not so even that the archive's ratio is too high */
        text[i] = (char)('a' + (seed = seed * 1103515245 + 12345) / 65536 % 26);
    (void)snprintf(rows, sizeof rows, "<row><c t=\"str\"><v>%s</v></c></row>", text);
    assert_fault(rows, XLSX_CELL);
    text[XLSX_CELL_MAX] = '\0';
    (void)snprintf(rows, sizeof rows, "<row><c t=\"str\"><v>%s</v></c></row>", text);
    p.sheet = sheet_of(rows);
    make_book(&p);
    AUTO_CLOSE int fd = made_fd(&made);
    assert_int_equal(read_fd(fd, NULL, &s, &f), 0);
    assert_int_equal(s.text.n, XLSX_CELL_MAX + 4);
    arena_finish(&s.arena);
}

static void document_types_are_refused(void **world)
{
    static const char bomb[] =
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><worksheet " MAIN "><sheetData><row>"
        "<c t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>";
    static const char outside[] = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><sst " MAIN "/>";
    struct parts p = usual;
    (void)world;

    p.sheet = bomb;
    assert_int_equal(fault_of_book(&p, NULL).fault, XLSX_DTD);
    p.sheet = "<worksheet " MAIN "><sheetData/></worksheet>";
    p.strings = outside;
    assert_int_equal(fault_of_book(&p, NULL).fault, XLSX_DTD);
}

static void broken_books_are_refused(void **world)
{
    struct parts p = usual;
    (void)world;

    assert_fault("<row>", XLSX_XML);
    assert_fault("&undefined;", XLSX_XML);
    p.sheet = "";
    assert_int_equal(fault_of_book(&p, NULL).fault, XLSX_XML);
    p.sheet = "<x>";
    p.rels = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>";
    assert_int_equal(fault_of_book(&p, NULL).fault, XLSX_NO_SHEET);
    p.book = "<workbook " MAIN "/>";
    assert_int_equal(fault_of_book(&p, NULL).fault, XLSX_NO_SHEET);

    made_init(&made);
    made_text(&made, "a", "b");
    made_end(&made);
    AUTO_CLOSE int fd = made_fd(&made);
    struct xlsx_finding f;
    struct seen s = {0};
    assert_int_equal(read_fd(fd, NULL, &s, &f), E_FORMAT);
    assert_int_equal(f.fault, XLSX_NO_BOOK);
    arena_finish(&s.arena);
    AUTO_CLOSE int text = memory_fd("bukan xlsx", 10);
    assert_int_equal(read_fd(text, NULL, &s, &f), E_FORMAT);
    assert_int_equal(f.fault, XLSX_ARCHIVE);
    assert_int_equal(f.zip_fault, UNZIP_NOT_ZIP);
    arena_finish(&s.arena);
}

static void deep_nesting_is_refused(void **world)
{
    static char rows[8 * 1024];
    size_t i, n = 0;
    (void)world;

    for (i = 0; i < 100; i++)
        n += (size_t)snprintf(rows + n, sizeof rows - n, "<a>");
    for (i = 0; i < 100; i++)
        n += (size_t)snprintf(rows + n, sizeof rows - n, "</a>");
    assert_fault(rows, XLSX_XML);
}

/* ---- writing ---- */

static const struct xlsx_column columns[] = {
    {"Nama", XLSX_COLUMN_TEXT, 0},      {"Jumlah", XLSX_COLUMN_INT, 0},   {"Nilai", XLSX_COLUMN_MONEY, 0},
    {"Bagian", XLSX_COLUMN_PERCENT, 0}, {"Tanggal", XLSX_COLUMN_DATE, 0}, {"Waktu", XLSX_COLUMN_INSTANT, 0},
};

static struct xlsx_writer *open_writer(int fd, const char *name)
{
    struct xlsx_sheet sheet = {.name = name,
                               .column = columns,
                               .n = ARRAY_LEN(columns),
                               .zone_minutes = 420,
                               .created = {INT64_C(1789353600000)}}; /* without, it is the present second */
    struct xlsx_writer *w;

    assert_int_equal(xlsx_writer_open(fd, "/tmp", &sheet, &w), 0);
    return w;
}

static int new_file(void)
{
    int fd = memfd_create("xlsx", MFD_CLOEXEC);

    assert_true(fd >= 0);
    return fd;
}

static void written_table_reads_back_exactly(void **world)
{
    AUTO_CLOSE int fd = new_file();
    struct xlsx_writer *w = open_writer(fd, "Laporan");
    struct xlsx_finding f;
    struct seen s = {0};
    (void)world;

    xlsx_put_text(w, 0, "=cmd|' /C calc'!A0");
    xlsx_put_int(w, 1, 42);
    xlsx_put_money(w, 2, (money){123456789});
    xlsx_put_percent(w, 3, 1234);
    xlsx_put_date(w, 4, date_of(2026, 9, 18));
    xlsx_put_instant(w, 5, (instant){(int64_t)date_of(2026, 9, 18).v * 86400000 + 18 * 3600000}); /* 01:00 next day in WIB */
    assert_int_equal(xlsx_row_end(w), 0);
    xlsx_put_text(w, 0, NULL);
    xlsx_put_int(w, 1, INT_NONE);
    xlsx_put_money(w, 2, MONEY_NONE);
    xlsx_put_percent(w, 3, INT_NONE);
    xlsx_put_date(w, 4, DATE_NONE);
    xlsx_put_instant(w, 5, INSTANT_NONE);
    assert_int_equal(xlsx_row_end(w), 0);
    xlsx_put_text(w, 0, "<b>&\"é\x01");
    xlsx_put_int(w, 1, INT64_C(3671014107900001));
    xlsx_put_money(w, 2, (money){INT64_C(-99999999999999999)});
    xlsx_put_money(w, 2, (money){-5});
    xlsx_put_date(w, 4, date_of(1899, 12, 31));
    assert_int_equal(xlsx_row_end(w), 0);
    assert_int_equal(xlsx_writer_close(w), 0);

    assert_int_equal(read_fd(fd, "Laporan", &s, &f), 0);
    assert_string_equal(s.text.s, "1:tNama|tJumlah|tNilai|tBagian|tTanggal|tWaktu|"
                                  "2:t=cmd|' /C calc'!A0|n42|n1234567.89|n0.1234|d2026-09-18|d2026-09-19T01:00:00|"
                                  "4:t<b>&\"é\x01|t3671014107900001|n-0.05|-|t1899-12-31|");
    arena_finish(&s.arena);
}

static void money_is_exact_to_fifteen_digits(void **world)
{
    static const int64_t values[] = {1, 7, 10, 99, 101, 999999999999999, -999999999999999, 123456789012345, 100000000000001};
    AUTO_CLOSE int fd = new_file();
    struct xlsx_writer *w = open_writer(fd, "Laporan");
    struct xlsx_finding f;
    struct seen s = {0};
    char should[64];
    size_t i;
    (void)world;

    for (i = 0; i < ARRAY_LEN(values); i++) {
        xlsx_put_money(w, 2, (money){values[i]});
        assert_int_equal(xlsx_row_end(w), 0);
    }
    assert_int_equal(xlsx_writer_close(w), 0);
    assert_int_equal(read_fd(fd, NULL, &s, &f), 0);
    for (i = 0; i < ARRAY_LEN(values); i++) {
        int64_t v = values[i] < 0 ? -values[i] : values[i];
        int n = snprintf(should, sizeof should, "%zu:-|-|n%s%lld.%02lld", i + 2, values[i] < 0 ? "-" : "", (long long)(v / 100),
                         (long long)(v % 100));

        if (v % 10 == 0) /* no zeros behind */
            should[n - 1] = '\0';
        assert_non_null(strstr(s.text.s, should));
    }
    arena_finish(&s.arena);
}

static void impossible_tab_names_become_data(void **world)
{
    AUTO_CLOSE int fd = new_file();
    struct xlsx_writer *w = open_writer(fd, "a/b[c]: nama yang terlalu panjang untuk sebuah lembar");
    struct xlsx_finding f;
    struct seen s = {0};
    (void)world;

    assert_int_equal(xlsx_writer_close(w), 0);
    assert_int_equal(read_fd(fd, "Data", &s, &f), 0);
    arena_finish(&s.arena);
}

static void text_longer_than_a_cell_is_refused(void **world)
{
    static char text[XLSX_WRITE_TEXT + 2];
    AUTO_CLOSE int fd = new_file();
    struct xlsx_writer *w = open_writer(fd, "Data");
    (void)world;

    memset(text, 'a', XLSX_WRITE_TEXT);
    xlsx_put_text(w, 0, text);
    assert_int_equal(xlsx_row_end(w), 0);
    text[XLSX_WRITE_TEXT] = 'a';
    xlsx_put_text(w, 0, text);
    assert_int_equal(xlsx_row_end(w), E_LIMIT);
    assert_int_equal(xlsx_writer_close(w), E_LIMIT);
    xlsx_writer_drop(NULL);
}

static void same_data_makes_the_same_file(void **world)
{
    static uint8_t one[64 * 1024], two[64 * 1024];
    ssize_t n = 0, m = 0;
    int i;
    (void)world;

    for (i = 0; i < 2; i++) {
        AUTO_CLOSE int fd = new_file();
        struct xlsx_writer *w = open_writer(fd, "Data");

        xlsx_put_text(w, 0, "sama");
        assert_int_equal(xlsx_row_end(w), 0);
        assert_int_equal(xlsx_writer_close(w), 0);
        if (i == 0)
            n = pread(fd, one, sizeof one, 0);
        else
            m = pread(fd, two, sizeof two, 0);
    }
    assert_int_equal(n, m);
    assert_memory_equal(one, two, (size_t)n);
}

static void every_fault_has_a_text(void **world)
{
    int i;
    (void)world;

    for (i = 0; i < XLSX_FAULT_COUNT; i++)
        assert_memory_equal(xlsx_fault_key((enum xlsx_fault)i), "xlsx.", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_plain_decimals_of_fifteen_digits),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(serial_numbers_are_dates),
        cmocka_unit_test(format_codes_tell_dates_from_numbers),
        cmocka_unit_test(cells_of_each_type_are_read),
        cmocka_unit_test(addresses_may_be_left_out),
        cmocka_unit_test(empty_rows_and_cells_are_passed_over),
        cmocka_unit_test(escapes_of_the_format_are_undone),
        cmocka_unit_test(lost_digits_are_told),
        cmocka_unit_test(sheet_is_chosen_by_name_or_the_first_visible),
        cmocka_unit_test(callback_can_end_the_reading),
        cmocka_unit_test(wrong_places_and_values_are_refused),
        cmocka_unit_test(ceilings_hold_on_both_sides),
        cmocka_unit_test(document_types_are_refused),
        cmocka_unit_test(broken_books_are_refused),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(written_table_reads_back_exactly),
        cmocka_unit_test(money_is_exact_to_fifteen_digits),
        cmocka_unit_test(impossible_tab_names_become_data),
        cmocka_unit_test(text_longer_than_a_cell_is_refused),
        cmocka_unit_test(same_data_makes_the_same_file),
        cmocka_unit_test(every_fault_has_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
