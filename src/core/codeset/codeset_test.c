/*
 * codeset_test.c: official lists are loaded whole or not at all, and found by version, day and scope; on both databases.
 *
 * The samples are rows of the real lists (Kepmendagri 300.2.2-2138/2025, Permendagri 90/2019, the list of sub-activities).
 */
#include "base/date.h"
#include "base/text.h"
#include "core/codeset/query.h"
#include "engine/holiday.h"
#include "engine/test_city.h"
#include "ledger/jcs.h"
#include "os/os.h"

/* clang-format off */
static const char regions[] =
    "code,name,level\n"
    "36,Banten,1\n"
    "36.71,Kota Tangerang,2\n"
    "36.71.01,Tangerang,3\n"
    "36.71.01.1001,Sukarasa,4\n"
    "36.71.01.1002,Sukasari,4\n"
    "36.03,Kabupaten Tangerang,2\n";

static const char activities[] =
    "code,name,level,scope\n"
    "1,URUSAN PEMERINTAHAN WAJIB YANG BERKAITAN DENGAN PELAYANAN DASAR,1,both\n"
    "1.01,URUSAN PEMERINTAHAN BIDANG PENDIDIKAN,2,both\n"
    "1.01.02,PROGRAM PENGELOLAAN PENDIDIKAN,3,both\n"
    "1.01.02.1.01,Pengelolaan Pendidikan Sekolah Menengah Atas,4,provinsi\n"
    "1.01.02.1.01.0001,Pembangunan USB (Unit Sekolah Baru),5,provinsi\n"
    "X,PROGRAM PENUNJANG URUSAN PEMERINTAHAN DAERAH,1,both\n"
    "X.XX,URUSAN PEMERINTAHAN BIDANG XX,2,both\n"
    "X.XX.01,PROGRAM PENUNJANG URUSAN PEMERINTAHAN DAERAH KABUPATEN/KOTA,3,kabkota\n"
    "X.XX.01,PROGRAM PENUNJANG URUSAN PEMERINTAHAN DAERAH PROVINSI,3,provinsi\n";

static const char holidays[] =
    "date,name,kind\n"
    "2021-05-13,Hari Raya Idul Fitri,national\n"
    "2021-05-13,Kenaikan Yesus Kristus,national\n"
    "2021-05-12,Cuti bersama Hari Raya Idul Fitri,joint-leave\n";

static const struct query entries = {.name = "test.entries", .sql = "SELECT COUNT(*) FROM ledger_entry", .in = "", .out = "i"};
static const struct query sets_at_all = {.name = "test.sets", .sql = "SELECT COUNT(*) FROM code_set", .in = "", .out = "i"};
static const struct query codes_at_all = {.name = "test.codes", .sql = "SELECT COUNT(*) FROM code", .in = "", .out = "i"};
static const struct query days_at_all = {.name = "test.days", .sql = "SELECT COUNT(*) FROM holiday WHERE gov = 0 AND voided_at IS NULL", .in = "", .out = "i"};
static const struct query rename_one = {
    .name = "test.rename", .sql = "UPDATE code SET name = 'Kota Lain' WHERE code = '36.71'", .in = "", .out = ""};
/* clang-format on */

static int64_t number(struct city *c, const struct query *q)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, c->t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static struct bytes text_bytes(const char *s)
{
    return (struct bytes){.p = (const uint8_t *)s, .n = strlen(s)};
}

static struct codeset_options options_of(const char *version)
{
    return (struct codeset_options){
        .version = version, .basis = "Kepmendagri 300.2.2-2138/2025", .valid_from = DATE_NONE, .valid_to = DATE_NONE};
}

static int load(struct city *c, const char *word, const struct codeset_options *o, const char *content,
                struct codeset_report *report)
{
    return codeset_load(&c->app, &c->a, codeset_spec_of(word), o, text_bytes(content), report);
}

static int load_as(struct city *c, const char *word, const char *version, const char *content, struct codeset_report *report)
{
    struct codeset_options o = options_of(version);

    return load(c, word, &o, content, report);
}

/* ---- reading ---- */

static int read_only(struct arena *a, const char *word, const char *content, struct codeset_report *report)
{
    struct codeset_reader r;
    int e;

    codeset_read_begin(&r, a, codeset_spec_of(word), report);
    e = codeset_read_feed(&r, content, strlen(content));
    return e < 0 ? e : codeset_read_end(&r);
}

static void fault_is(const struct codeset_report *r, size_t i, int64_t line, const char *key, const char *value)
{
    assert_true(i < r->n_faults);
    assert_int_equal(r->faults[i].line, line);
    assert_string_equal(r->faults[i].key, key);
    assert_string_equal(r->faults[i].value, value);
    assert_non_null(lang_text(LANG_ID, key));
    assert_non_null(lang_text(LANG_EN, key));
}

static void each_fault_is_named_with_its_line(void **world)
{
    struct codeset_report r;

    assert_int_equal(read_only(*world, "region",
                               "code,name,level\n36,Banten,1\n36.7,Kota Tangerang,2\n36.03,Kabupaten Tangerang,3\n36.72,,2\n"
                               "36.73,Kota Serang\n36.74.01,Serpong,3\n36,Banten lagi,1\n36.04,Kab\tSerang,2\n",
                               &r),
                     E_INPUT);
    assert_int_equal(r.wrong, 7);
    fault_is(&r, 0, 3, "codeset.shape", "36.7");
    fault_is(&r, 1, 4, "codeset.level", "2");
    fault_is(&r, 2, 5, "codeset.empty", "");
    fault_is(&r, 3, 6, "codeset.fields", "3");
    fault_is(&r, 4, 9, "codeset.control", "");
    fault_is(&r, 5, 8, "codeset.twice", "36");
    fault_is(&r, 6, 7, "codeset.parent", "36.74");
}

static void a_wrong_heading_ends_the_reading(void **world)
{
    struct codeset_report r;

    assert_int_equal(read_only(*world, "region", "code,nama,level\n36,Banten,1\n", &r), E_INPUT);
    assert_int_equal(r.wrong, 2);
    fault_is(&r, 0, 1, "codeset.column-unknown", "nama");
    fault_is(&r, 1, 1, "codeset.column-missing", "name");
    assert_int_equal(read_only(*world, "region", "code,name,code\n", &r), E_INPUT);
    fault_is(&r, 0, 1, "codeset.column-twice", "code");
    assert_int_equal(read_only(*world, "region", "code,name\n", &r), E_INPUT);
    fault_is(&r, 0, 0, "codeset.no-rows", "");
}

static void a_broken_file_is_a_fault_of_its_line(void **world)
{
    struct codeset_report r;

    assert_int_equal(read_only(*world, "region", "code,name\n36,Ban\"ten\n", &r), E_INPUT);
    fault_is(&r, 0, 2, "codeset.csv-quote", "");
    assert_int_equal(read_only(*world, "region", "code,name\n36,Ban\xfften\n", &r), E_INPUT);
    assert_int_equal(r.n_faults, 1);
    fault_is(&r, 0, 2, "codeset.csv-utf8", "");
}

static void words_days_and_lengths_are_looked_at(void **world)
{
    struct codeset_report r;

    assert_int_equal(read_only(*world, "holiday", "date,name,kind\n2026-02-30,Imlek,national\n2026-08-17,Merdeka,libur\n", &r),
                     E_INPUT);
    fault_is(&r, 0, 2, "codeset.day", "2026-02-30");
    fault_is(&r, 1, 3, "codeset.word", "libur");
    assert_int_equal(read_only(*world, "function", "code,name\n123,Ekonomi\n", &r), E_INPUT);
    fault_is(&r, 0, 2, "codeset.long", "2");
    assert_int_equal(read_only(*world, "finding_code",
                               "kind,code,level,parent,label_id,label_en,money_expected\nfinding,1,group,,Temuan,,0\n"
                               "finding,1.01,kelompok,1,Kerugian,,1\ncause,2,type,1,Lain,,0\n",
                               &r),
                     E_INPUT);
    fault_is(&r, 0, 3, "codeset.level-unknown", "");
    fault_is(&r, 1, 4, "codeset.parent", "1");
}

static void a_parent_of_another_scope_does_not_count(void **world)
{
    struct codeset_report r;

    assert_int_equal(read_only(*world, "sub_activity", activities, &r), 0);
    assert_int_equal(r.rows, 9);
    assert_int_equal(r.levels[3], 3);
    assert_int_equal(
        read_only(*world, "sub_activity", "code,name,level,scope\n1,A,1,both\n1.01,B,2,provinsi\n1.01.02,C,3,kabkota\n", &r),
        E_INPUT);
    fault_is(&r, 0, 4, "codeset.parent", "1.01");
}

static void the_order_of_lines_and_the_pieces_of_a_file_do_not_matter(void **world)
{
    static const char *const pieces[] = {"name,level,code\nKota Tangerang,2,36.", "71\n Sukarasa ,4,36.71.01.1001\nSukasari,4,",
                                         "36.71.01.1002\nTangerang,3,36.71.01\nBanten,1,36\nKabupaten Tangerang,2,36.03\n"};
    struct codeset_report r, whole;
    struct codeset_reader reader;
    size_t i;

    assert_int_equal(read_only(*world, "region", regions, &whole), 0);
    codeset_read_begin(&reader, *world, codeset_spec_of("region"), &r);
    for (i = 0; i < ARRAY_LEN(pieces); i++)
        assert_int_equal(codeset_read_feed(&reader, pieces[i], strlen(pieces[i])), 0);
    assert_int_equal(codeset_read_end(&reader), 0);
    assert_memory_equal(r.sha256, whole.sha256, sizeof r.sha256);
}

static void a_line_is_canonical_json(void **world)
{
    struct codeset_report report;
    struct codeset_reader r;
    struct buf line;
    struct jcs back;
    static const char file[] = "code,name,level,basis\n5,\"BELANJA \"\"DAERAH\"\" – é\",1,Permendagri 90/2019\n";

    codeset_read_begin(&r, *world, codeset_spec_of("account"), &report);
    assert_int_equal(codeset_read_feed(&r, file, strlen(file)), 0);
    assert_int_equal(codeset_read_end(&r), 0);
    buf_init(&line, *world, 4 * KB);
    code_line(&r.rows[0].c, &line);
    assert_int_equal(jcs_parse(*world, (struct bytes){.p = (const uint8_t *)line.s, .n = line.n - 1}, 2, &back), 0);
    assert_string_equal(jcs_member(&back, "name")->text, "BELANJA \"DAERAH\" – é");
    assert_string_equal(jcs_member(jcs_member(&back, "more"), "basis")->text, "Permendagri 90/2019");
    assert_string_equal(code_more(&r.rows[0].c, *world, "basis"), "Permendagri 90/2019");
    assert_null(code_more(&r.rows[0].c, *world, "unit"));
}

static void the_tables_of_lists_are_sound(void **world)
{
    size_t i, k;

    (void)world;
    for (i = 0; i < codeset_specs_n; i++) {
        const struct codeset_spec *s = &codeset_specs[i];
        const char *before = "";

        assert_true(i == 0 || strcmp(codeset_specs[i - 1].word, s->word) < 0);
        assert_non_null(lang_text(LANG_ID, text_printf(*world, "codeset.set-%s", s->set)));
        for (k = 0; k < s->n; k++)
            if (s->columns[k].role == CODE_IS_MORE) {
                assert_true(strcmp(before, s->columns[k].name) < 0); /* the JSON is canonical */
                before = s->columns[k].name;
            }
    }
    for (i = 0; i < CSV_FAULT_COUNT; i++)
        if (i != CSV_FINE)
            assert_non_null(lang_text(LANG_ID, text_printf(*world, "codeset.csv-%s", csv_fault_code((enum csv_fault)i))));
}

/* ---- loading ---- */

static void a_set_is_found_by_version_day_and_code(void **world)
{
    struct codes_of of = {.set = "region", .day = date_of(2026, 9, 18)};
    struct codeset_options o = options_of("2025");
    struct codeset_report r;
    struct code_set set;
    struct code code;
    const char *name;

    CITY(c, world);
    o.valid_from = date_of(2025, 5, 1);
    assert_int_equal(load(&c, "region", &o, regions, &r), 0);
    assert_false(r.same);
    assert_int_equal(r.rows, 6);
    assert_int_equal(codeset_find(c.t.owner, &c.a, &of, &set), 1);
    assert_int_equal(set.id, r.set);
    assert_int_equal(set.rows, 6);
    assert_int_equal(set.leaf_idx, r.leaf_idx);
    assert_int_equal(code_find(c.t.owner, &c.a, &of, "36.71.01.1002", "", &code), 1);
    assert_string_equal(code.name, "Sukasari");
    assert_string_equal(code.parent, "36.71.01");
    assert_int_equal(code.level, 4);
    assert_int_equal(code_name(c.t.owner, &c.a, &of, "36.99", "", &name), 0);
    assert_null(name);
    of.day = date_of(2025, 4, 30);
    assert_int_equal(codeset_find(c.t.owner, &c.a, &of, &set), 0);
    of.version = "2025";
    assert_int_equal(code_name(c.t.owner, &c.a, &of, "36.71", "", &name), 1);
    assert_string_equal(name, "Kota Tangerang");
    city_close(&c);
}

static void an_old_version_stays_beside_the_new_one(void **world)
{
    struct codes_of of = {.set = "region", .day = date_of(2024, 1, 1)};
    struct codeset_options old = options_of("2022"), new = options_of("2025");
    struct code *now;
    struct codeset_report was, is;
    const char *name;
    size_t n;

    CITY(c, world);
    new.valid_from = date_of(2025, 5, 1);
    assert_int_equal(load(&c, "region", &old, "code,name\n36,Banten\n36.71,Kota Tangerang Lama\n", &was), 0);
    assert_int_equal(load(&c, "region", &new, regions, &is), 0);
    assert_int_equal(code_name(c.t.owner, &c.a, &of, "36.71", "", &name), 1);
    assert_string_equal(name, "Kota Tangerang Lama");
    of.day = date_of(2025, 5, 1);
    assert_int_equal(code_name(c.t.owner, &c.a, &of, "36.71", "", &name), 1);
    assert_string_equal(name, "Kota Tangerang");
    assert_int_equal(code_successors(c.t.owner, &c.a, was.set, "36.71", "", is.set, &now, &n), 0);
    assert_int_equal(n, 1);
    assert_string_equal(now[0].name, "Kota Tangerang");
    city_close(&c);
}

static void scopes_choose_between_rows_of_one_code(void **world)
{
    const struct codes_of of = {.set = "sub_activity", .version = "2027"};
    struct codeset_report r;
    const char *name;

    CITY(c, world);
    assert_int_equal(load_as(&c, "sub_activity", "2027", activities, &r), 0);
    assert_int_equal(code_name(c.t.owner, &c.a, &of, "X.XX.01", "kabkota", &name), 1);
    assert_non_null(strstr(name, "KABUPATEN/KOTA"));
    assert_int_equal(code_name(c.t.owner, &c.a, &of, "X.XX.01", "provinsi", &name), 1);
    assert_non_null(strstr(name, "PROVINSI"));
    assert_int_equal(code_name(c.t.owner, &c.a, &of, "1.01", "kabkota", &name), 1);
    assert_int_equal(code_name(c.t.owner, &c.a, &of, "1.01.02.1.01", "kabkota", &name), 0);
    city_close(&c);
}

static void children_and_search_come_in_pages(void **world)
{
    struct code_page page = {.after_code = "", .after_scope = "", .limit = 1};
    struct codeset_report r;
    struct code *v;
    size_t n;

    CITY(c, world);
    assert_int_equal(load_as(&c, "region", "2025", regions, &r), 0);
    assert_int_equal(code_children(c.t.owner, &c.a, r.set, "36", &page, &v, &n), 0);
    assert_int_equal(n, 1);
    assert_string_equal(v[0].code, "36.03");
    page = (struct code_page){.after_code = v[0].code, .after_scope = v[0].scope, .limit = 10};
    assert_int_equal(code_children(c.t.owner, &c.a, r.set, "36", &page, &v, &n), 0);
    assert_int_equal(n, 1);
    assert_string_equal(v[0].code, "36.71");
    page.after_code = "";
    assert_int_equal(code_search(c.t.owner, &c.a, r.set, " 36.71.01", &page, &v, &n), 0);
    assert_int_equal(n, 3);
    assert_int_equal(code_search(c.t.owner, &c.a, r.set, "tangerang KOTA", &page, &v, &n), 0);
    assert_int_equal(n, 1);
    assert_string_equal(v[0].code, "36.71");
    assert_int_equal(code_search(c.t.owner, &c.a, r.set, "%", &page, &v, &n), 0);
    assert_int_equal(n, 0);
    city_close(&c);
}

static void the_same_content_is_recognised(void **world)
{
    struct codeset_report first, again;

    CITY(c, world);
    assert_int_equal(load_as(&c, "region", "2025", regions, &first), 0);
    assert_int_equal(load_as(&c, "region", "2026", regions, &again), 0);
    assert_true(again.same);
    assert_string_equal(again.version, "2025");
    assert_int_equal(again.set, first.set);
    assert_int_equal(number(&c, &sets_at_all), 1);
    assert_int_equal(number(&c, &entries), 1);
    assert_int_equal(load_as(&c, "region", "2025", "code,name\n36,Banten\n", &again), E_CONFLICT);
    assert_int_equal(number(&c, &codes_at_all), 6);
    city_close(&c);
}

static void a_dry_run_or_a_fault_stores_nothing(void **world)
{
    struct codeset_options o = options_of("2025");
    struct codeset_report r;

    CITY(c, world);
    assert_int_equal(load_as(&c, "region", "2025", "code,name\n36.71,Kota Tangerang\n", &r), E_INPUT);
    assert_int_equal(load_as(&c, "region", "", regions, &r), E_INPUT);
    o.dry_run = true;
    assert_int_equal(load(&c, "region", &o, regions, &r), 0);
    assert_int_equal(r.rows, 6);
    assert_int_equal(r.set, 0);
    assert_int_equal(number(&c, &sets_at_all), 0);
    assert_int_equal(number(&c, &codes_at_all), 0);
    assert_int_equal(number(&c, &entries), 0);
    city_close(&c);
}

/* A load that was cut off after its first slice. */
static int cut_off(struct tx *tx, void *arg)
{
    static const uint8_t zero[32];
    int64_t *n = arg, e;

    e = db_run(tx->db, &codeset_insert, V((int64_t)7), V("region"), V("2025"), V("x"), V(DATE_NONE), V(DATE_NONE), V(*n),
               V(((struct bytes){.p = zero, .n = 32})));
    for (int64_t i = 0; e >= 0 && i < *n; i++)
        e = db_send(tx->db, &code_insert_many, V((int64_t)7),
                    V(text_printf(tx->arena, "[[\"%05lld\",\"\",\"x\",1,\"\",\"\"]]", (long long)i)));
    return e < 0 ? (int)e : 0;
}

static void half_a_load_is_invisible_and_swept_by_the_next(void **world)
{
    const struct codes_of of = {.set = "region", .day = DATE_NONE};
    struct codeset_report r;
    struct code_set set, *sets;
    int64_t many = 5000;
    size_t n;

    CITY(c, world);
    assert_int_equal(writer_do(c.writer, cut_off, &many), 0);
    assert_int_equal(number(&c, &codes_at_all), 5000);
    assert_int_equal(codeset_find(c.t.owner, &c.a, &of, &set), 0);
    assert_int_equal(codeset_get(c.t.owner, &c.a, 7, &set), 0);
    assert_int_equal(codeset_list(c.t.owner, &c.a, &sets, &n), 0);
    assert_int_equal(n, 0);
    assert_int_equal(load_as(&c, "region", "2025", regions, &r), 0);
    assert_int_equal(number(&c, &codes_at_all), 6);
    assert_int_equal(number(&c, &sets_at_all), 1);
    city_close(&c);
}

static void days_off_follow_the_list_in_its_years(void **world)
{
    struct codeset_report r;
    struct calendar days;

    CITY(c, world);
    assert_int_equal(load_as(&c, "holiday", "2021", holidays, &r), 0);
    assert_int_equal(r.rows, 3);
    assert_int_equal(number(&c, &days_at_all), 3);
    assert_int_equal(number(&c, &entries), 4);
    assert_int_equal(load_as(&c, "holiday", "2022", "date,name,kind\n2022-08-17,Hari Kemerdekaan,national\n", &r), 0);
    assert_int_equal(number(&c, &days_at_all), 4);
    assert_int_equal(load_as(&c, "holiday", "2021 b",
                             "date,name,kind\n2021-05-12,Cuti bersama Hari Raya Idul Fitri,national\n"
                             "2021-05-13,Hari Raya Idul Fitri,national\n",
                             &r),
                     0);
    assert_int_equal(number(&c, &days_at_all), 3);
    assert_int_equal(number(&c, &entries), 9); /* the set, a day changed, a day voided */
    assert_int_equal(number(&c, &sets_at_all), 3);
    assert_int_equal(calendar_of(c.t.owner, &c.a, CITY_GOV, date_of(2021, 1, 1),
                                 &(struct calendar_rule){.joint_leave_counts = true, .known_by = DATE_NONE}, &days),
                     0);
    assert_false(calendar_is_working(&days, date_of(2021, 5, 12)));
    assert_false(calendar_is_working(&days, date_of(2022, 8, 17)));
    assert_true(calendar_is_working(&days, date_of(2021, 5, 14)));
    city_close(&c);
}

/* ---- proof ---- */

static int64_t findings(struct city *c)
{
    struct ledger_set *sets;
    size_t n;

    assert_int_equal(codeset_ledger_sets(c->t.owner, &c->a, &sets, &n), 0);
    assert_true(n > 0);
    return ledger_check(c->ledger, c->t.owner, &(struct ledger_check){.sets = sets, .n_sets = n});
}

static void the_ledger_notices_a_changed_code(void **world)
{
    struct codeset_report r;

    CITY(c, world);
    assert_int_equal(load_as(&c, "region", "2025", regions, &r), 0);
    assert_int_equal(findings(&c), 0);
    assert_int_equal(db_run(c.t.owner, &rename_one), 1);
    assert_int_equal(findings(&c), 1);
    city_close(&c);
}

static void every_statement_prepares(void **world)
{
    size_t i;

    CITY(c, world);
    for (i = 0; i < CODESET_QUERIES; i++)
        assert_int_equal(db_check(c.t.owner, codeset_queries[i]), 0);
    city_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_fault_is_named_with_its_line),
        UNIT(a_wrong_heading_ends_the_reading),
        UNIT(a_broken_file_is_a_fault_of_its_line),
        UNIT(words_days_and_lengths_are_looked_at),
        UNIT(a_parent_of_another_scope_does_not_count),
        UNIT(the_order_of_lines_and_the_pieces_of_a_file_do_not_matter),
        UNIT(a_line_is_canonical_json),
        UNIT(the_tables_of_lists_are_sound),
        TEST_ON_BOTH(a_set_is_found_by_version_day_and_code),
        TEST_ON_BOTH(an_old_version_stays_beside_the_new_one),
        TEST_ON_BOTH(scopes_choose_between_rows_of_one_code),
        TEST_ON_BOTH(children_and_search_come_in_pages),
        TEST_ON_BOTH(the_same_content_is_recognised),
        TEST_ON_BOTH(a_dry_run_or_a_fault_stores_nothing),
        TEST_ON_BOTH(half_a_load_is_invisible_and_swept_by_the_next),
        TEST_ON_BOTH(days_off_follow_the_list_in_its_years),
        TEST_ON_BOTH(the_ledger_notices_a_changed_code),
        TEST_ON_BOTH(every_statement_prepares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
