/*
 * export_test.c: a file holds what the reader may have, says nothing a spreadsheet would run, and reads back as the same rows;
 * personal data leaves only with a reason that stands in the ledger. On both databases.
 */
#include <sys/mman.h>

#include "base/csv.h"
#include "engine/export.h"
#include "engine/export_file.h"
#include "engine/sheet/xlsx.h"
#include "engine/test_office.h"
#include "os/os.h"

#define FORMULA "=cmd|' /C calc'!A0"

/* ---- files ---- */

static const struct grant chief = {.role = "head", .gov = CITY_GOV};
static const struct actor head = {.user = 104, .session = 104, .grants = &chief, .n_grants = 1};

static struct req a_request(struct city *c)
{
    c->app.modules = sample_modules;
    c->app.n_modules = ARRAY_LEN(sample_modules);
    return (struct req){.arena = &c->a,
                        .lang = LANG_ID,
                        .zone_minutes = 420,
                        .zone = "WIB",
                        .now = {INT64_C(1789353600000)},
                        .app = &c->app,
                        .db = c->t.owner,
                        .actor = &head};
}

static int write_file(struct req *r, const struct screen *s, const char *query, enum export_format format, bool personal,
                      int64_t rows)
{
    struct http_pairs pairs = query_pairs(r->arena, query);
    int fd = memfd_create("unduh", MFD_CLOEXEC);
    struct list_query q;

    assert_true(fd >= 0);
    assert_int_equal(query_take(r, s, "read", CITY_GOV, &pairs, &q), 0);
    assert_int_equal(export_write(r, &q, format, personal, EXPORT_ROWS, fd, "/tmp"), rows);
    return fd;
}

/* A file that was read: rows of cells, the heading first. */
struct table {
    struct arena *a;
    const char *cell[8][16];
    bool text[8][16]; /* of XLSX */
    size_t n_cells[8], n;
};

static int take_record(void *ctx, const struct csv_record *record)
{
    struct table *t = ctx;
    size_t k;

    for (k = 0; k < record->n; k++)
        t->cell[t->n][k] = arena_text(t->a, csv_unguard(record->field[k]));
    t->n_cells[t->n++] = record->n;
    return 0;
}

static int take_row(void *ctx, const struct xlsx_row *row)
{
    struct table *t = ctx;
    size_t k;

    for (k = 0; k < row->n; k++) {
        t->cell[t->n][k] = arena_text(t->a, row->cell[k].text);
        t->text[t->n][k] = row->cell[k].kind == XLSX_TEXT;
    }
    t->n_cells[t->n++] = row->n;
    return 0;
}

static const char *read_csv(struct city *c, int fd, struct table *t)
{
    struct csv_reader reader;
    struct bytes all;

    *t = (struct table){.a = &c->a};
    assert_true(lseek(fd, 0, SEEK_SET) == 0);
    assert_int_equal(os_read_all(fd, &c->a, 1 * MB, &all), 0);
    csv_init(&reader, &c->a, '\0', take_record, t);
    assert_int_equal(csv_feed(&reader, all.p, all.n), 0);
    assert_int_equal(csv_end(&reader), 0);
    return arena_text_n(&c->a, (const char *)all.p, all.n);
}

static struct sample_case odd_case(struct city *c, int64_t agency)
{
    struct sample_case row = a_case(CITY_GOV, case_person(c, CITY_GOV), FORMULA);

    row.applicant = "Siti, \"Mak\"\n'Cik'";
    row.agency.v = agency;
    row.due = date_of(2026, 9, 18);
    row.filed_at.v = INT64_C(1789353600000);
    row.fee.v = 123456700;
    return row;
}

static void rows_read_back_as_they_were(void **world)
{
    struct sample_case rows[2];
    struct table t;
    struct req r;
    size_t i, k;
    CITY(c, world);

    r = a_request(&c);
    rows[0] = odd_case(&c, case_agency(&c, "5.03"));
    rows[0].applicant = "Siti, \"Mak\" 'Cik'";
    rows[1] = a_case(CITY_GOV, rows[0].person.v, "TRG-2"); /* the rest has no value */
    case_put(&c, &sample_case_entity, rows, 2);
    AUTO_CLOSE int fd = write_file(&r, &sample_case_screen, "", EXPORT_CSV, true, 2);
    (void)read_csv(&c, fd, &t);
    assert_int_equal(t.n, 3);
    for (i = 0; i < 2; i++) {
        struct sample_case *back = row_new(&c.a, &sample_case_entity, CITY_GOV);

        for (k = 0; k < t.n_cells[0]; k++) {
            const struct field *f = entity_field(&sample_case_entity, t.cell[0][k]);
            const char *arg;

            assert_non_null(f);
            assert_null(t.cell[i + 1][k][0] == '\0' ? NULL
                                                    : input_take(&r, &sample_case_entity, f, back, t.cell[i + 1][k], &arg));
            if (field_stored(f, &rows[i], &c.a) == NULL)
                assert_null(field_stored(f, back, &c.a));
            else
                assert_string_equal(field_stored(f, back, &c.a), field_stored(f, &rows[i], &c.a));
        }
    }
    assert_int_equal(t.n_cells[0], 8); /* all that list and form show */
    city_close(&c);
}

static void a_formula_is_only_text(void **world)
{
    struct xlsx_finding finding;
    struct sample_case row;
    const char *text;
    struct table t;
    struct req r;
    CITY(c, world);

    r = a_request(&c);
    row = odd_case(&c, 0);
    case_put(&c, &sample_case_entity, &row, 1);
    AUTO_CLOSE int csv = write_file(&r, &sample_case_screen, "", EXPORT_CSV, true, 1);
    text = read_csv(&c, csv, &t);
    assert_null(strstr(text, "\n=cmd"));
    assert_non_null(strstr(text, "'=cmd"));
    assert_string_equal(t.cell[1][0], FORMULA);
    assert_string_equal(t.cell[1][1], "Siti, \"Mak\"\n'Cik'");

    AUTO_CLOSE int book = write_file(&r, &sample_case_screen, "", EXPORT_XLSX, true, 1);
    t = (struct table){.a = &c.a};
    assert_int_equal(xlsx_read(book, NULL, take_row, &t, &finding), 0);
    assert_string_equal(t.cell[1][0], FORMULA);
    assert_true(t.text[1][0]);
    city_close(&c);
}

static void a_book_has_words_above_and_numbers_below(void **world)
{
    struct xlsx_finding finding;
    struct sample_case row;
    struct table t;
    struct req r;
    size_t k, fee = 99, due = 99, agency = 99;
    CITY(c, world);

    r = a_request(&c);
    row = odd_case(&c, case_agency(&c, "5.03"));
    row.fee.v = 123456750;
    case_put(&c, &sample_case_entity, &row, 1);
    AUTO_CLOSE int book = write_file(&r, &sample_case_screen, "", EXPORT_XLSX, false, 1);
    t = (struct table){.a = &c.a};
    assert_int_equal(xlsx_read(book, NULL, take_row, &t, &finding), 0);
    for (k = 0; k < t.n_cells[0]; k++) {
        assert_string_not_equal(t.cell[0][k], "Pemohon"); /* personal, and not asked for */
        fee = text_eq(t.cell[0][k], "Retribusi") ? k : fee;
        due = text_eq(t.cell[0][k], "Jatuh tempo") ? k : due;
        agency = text_eq(t.cell[0][k], "OPD") ? k : agency;
    }
    assert_true(fee < 16 && due < 16 && agency < 16);
    assert_string_equal(t.cell[1][fee], "1234567.5");
    assert_false(t.text[1][fee]);
    assert_string_equal(t.cell[1][due], "2026-09-18");
    assert_string_equal(t.cell[1][agency], "5.03");

    AUTO_CLOSE int csv = write_file(&r, &sample_case_screen, "", EXPORT_CSV, false, 1);
    assert_non_null(strstr(read_csv(&c, csv, &t), ",1234567.50,"));
    city_close(&c);
}

static void a_file_holds_what_the_query_asks(void **world)
{
    struct req r;
    CITY(c, world);

    r = a_request(&c);
    many_cases(&c, 30);
    AUTO_CLOSE int filed = write_file(&r, &sample_case_screen, "status=filed", EXPORT_CSV, false, 10);
    AUTO_CLOSE int one = write_file(&r, &sample_case_screen, "q=trg-0017", EXPORT_CSV, false, 1);
    assert_true(filed >= 0 && one >= 0);
    city_close(&c);
}

static void more_rows_than_a_request_takes_are_refused(void **world)
{
    struct http_pairs none = {0};
    struct list_query q;
    const char *zero;
    struct req r;
    CITY(c, world);

    r = a_request(&c);
    zero = db_kind(c.t.owner) == DB_SQLITE ? "x'00'" : "'\\x00'::bytea";
    assert_int_equal(
        db_script(c.t.owner, text_printf(&c.a,
                                         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
                                         "INSERT INTO sample_node (id, rev, leaf_hash, leaf_idx, code, leaf) "
                                         "SELECT i, 1, %s, i, CAST(i AS text), 0 FROM n",
                                         EXPORT_ROWS + 1, zero)),
        0);
    AUTO_CLOSE int fd = memfd_create("unduh", MFD_CLOEXEC);
    assert_int_equal(query_take(&r, &sample_node_screen, "read", CITY_GOV, &none, &q), 0);
    assert_int_equal(export_write(&r, &q, EXPORT_CSV, false, EXPORT_ROWS, fd, "/tmp"), E_LIMIT);
    assert_int_equal(db_script(c.t.owner, "DELETE FROM sample_node WHERE id = 1"), 0);
    assert_int_equal(export_write(&r, &q, EXPORT_CSV, false, EXPORT_ROWS, fd, "/tmp"), EXPORT_ROWS);
    assert_int_equal(export_write(&r, &q, EXPORT_XLSX, false, EXPORT_ROWS, fd, "/tmp"), EXPORT_ROWS);
    city_close(&c);
}

/* ---- the way there ---- */

static const struct query exports = {
    .name = "test.exports", .sql = "SELECT COUNT(*) FROM export_note WHERE reason = ?1", .in = "t", .out = "i"};
static const struct query leaves = {.name = "test.leaves", .sql = "SELECT COUNT(*) FROM ledger_entry", .in = "", .out = "i"};

static int64_t leaves_in(struct office *o)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, o->city.t.owner, &leaves), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static int64_t notes_with(struct office *o, const char *reason)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, o->city.t.owner, &exports, V(reason)), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static void without_the_right_no_personal_column_leaves(void **world)
{
    const char *answer;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    office_cases(&o, o.other, 11, 2);
    answer = site_get(&o.site, "sari", OFFICE_LIST "/unduh/csv");
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(site_field(&o.site, answer, "Content-Disposition"), "contoh-permohonan-20"));
    assert_non_null(strstr(site_field(&o.site, answer, "Content-Type"), "text/csv"));
    assert_non_null(strstr(answer, "TRG-0001"));
    assert_null(strstr(answer, "TRG-0011")); /* of another agency */
    assert_null(strstr(answer, "Siti"));
    assert_null(strstr(answer, "applicant"));
    assert_int_equal(site_status(site_get(&o.site, "sari", OFFICE_LIST "/unduh/pdf")), 404);
    assert_int_equal(site_status(site_get(&o.site, "tamu", OFFICE_LIST "/unduh/csv")), 404);
    answer = site_get(&o.site, "kpk", OFFICE_LIST "/unduh/csv");
    assert_null(strstr(answer, "Siti"));
    office_close(&o);
}

static void personal_data_leaves_with_a_reason_that_is_recorded(void **world)
{
    const char *answer, *path = OFFICE_LIST "/unduh/csv?status=filed";
    int64_t before;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    before = leaves_in(&o);
    answer = site_get(&o.site, "budi", path);
    assert_int_equal(site_status(answer), 200);
    assert_non_null(strstr(answer, "Alasan mengunduh"));
    assert_null(strstr(answer, "TRG-0001"));
    assert_int_equal(site_status(site_post(&o.site, "budi", path, "reason=ya")), 422);
    assert_int_equal(leaves_in(&o), before);
    answer = site_post(&o.site, "budi", path, "reason=Laporan+bulanan+kepada+kepala+dinas");
    assert_int_equal(site_status(answer), 303);
    assert_string_equal(site_field(&o.site, answer, "Location"), path);
    assert_int_equal(leaves_in(&o), before + 1);
    assert_int_equal(notes_with(&o, "Laporan bulanan kepada kepala dinas"), 1);
    answer = site_get(&o.site, "budi", path);
    assert_non_null(strstr(answer, "TRG-0001"));
    assert_non_null(strstr(answer, "Siti Aminah"));
    office_close(&o);
}

static void a_reason_opens_one_file_to_one_session(void **world)
{
    const char *reason = "reason=Laporan+bulanan";
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 3);
    office_cases(&o, o.other, 11, 2);
    assert_int_equal(site_status(site_post(&o.site, "budi", OFFICE_LIST "/unduh/csv?status=filed", reason)), 303);
    assert_null(strstr(site_get(&o.site, "budi", OFFICE_LIST "/unduh/csv"), "TRG-0001"));
    assert_null(strstr(site_get(&o.site, "budi", OFFICE_LIST "/unduh/xlsx?status=filed"), "TRG-0001"));
    assert_null(strstr(site_get(&o.site, "rina", OFFICE_LIST "/unduh/csv?status=filed"), "TRG-0011"));
    assert_non_null(strstr(site_get(&o.site, "budi", OFFICE_LIST "/unduh/csv?status=filed"), "TRG-0001"));
    assert_non_null(strstr(site_get(&o.site, "budi", OFFICE_LIST "/unduh/csv?pribadi=0"), "TRG-0001"));
    assert_null(strstr(site_get(&o.site, "budi", OFFICE_LIST "/unduh/csv?pribadi=0"), "Siti"));
    office_close(&o);
}

static int old_notes(struct tx *tx, void *arg)
{
    static const struct query age = {.name = "test.age", .sql = "UPDATE export_note SET at = at - ?1", .in = "i", .out = ""};
    int64_t n = db_run(tx->db, &age, V(*(const int64_t *)arg));

    return n < 0 ? (int)n : 0;
}

static void the_reason_lasts_ten_minutes(void **world)
{
    const char *path = OFFICE_LIST "/unduh/csv";
    int64_t ms = 599000;
    OFFICE(o, world);

    office_cases(&o, o.agency, 1, 1);
    assert_int_equal(site_status(site_post(&o.site, "budi", path, "reason=Laporan+bulanan")), 303);
    ms = 590000;
    assert_int_equal(writer_do(o.city.writer, old_notes, &ms), 0);
    assert_non_null(strstr(site_get(&o.site, "budi", path), "TRG-0001"));
    ms = 11000;
    assert_int_equal(writer_do(o.city.writer, old_notes, &ms), 0);
    assert_null(strstr(site_get(&o.site, "budi", path), "TRG-0001"));
    office_close(&o);
}

static void the_note_is_as_the_migration_has_it(void **world)
{
    struct export_note row = {.head = {.gov = CITY_GOV}, .screen = "x", .format = "csv", .reason = "r", .query = "a=b"};
    struct export_note back;
    CITY(c, world);

    assert_null(entity_fault(&export_note_entity, &c.a));
    case_put(&c, &export_note_entity, &row, 1);
    assert_int_equal(row_get(c.t.owner, &c.a, &export_note_entity, CITY_GOV, row.head.id, &back), 1);
    assert_string_equal(back.query, "a=b");
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(rows_read_back_as_they_were),
        TEST_ON_BOTH(a_formula_is_only_text),
        TEST_ON_BOTH(a_book_has_words_above_and_numbers_below),
        TEST_ON_BOTH(a_file_holds_what_the_query_asks),
        TEST_ON_BOTH(more_rows_than_a_request_takes_are_refused),
        TEST_ON_BOTH(without_the_right_no_personal_column_leaves),
        TEST_ON_BOTH(personal_data_leaves_with_a_reason_that_is_recorded),
        TEST_ON_BOTH(a_reason_opens_one_file_to_one_session),
        TEST_ON_BOTH(the_reason_lasts_ten_minutes),
        TEST_ON_BOTH(the_note_is_as_the_migration_has_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
