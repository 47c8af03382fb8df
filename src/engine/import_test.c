/*
 * import_test.c: files of rows over HTTP and by command: what is wrong is named, and what is written is whole or not at all.
 */
#include "base/csv.h"
#include "engine/form.h"
#include "engine/import_parts.h"
#include "engine/job_parts.h"
#include "engine/list.h"
#include "engine/sample_screen.h"
#include "engine/sheet/test_zip.h"
#include "engine/test_case.h"
#include "engine/test_web.h"
#include "os/os.h"

/* Every type of field, a computed and a fixed one. */
struct thing {
    struct record head;
    const char *number;
    const char *about;
    int64_t size;
    bool own;
    money fee;
    date due;
    instant filed;
    ref node;
    state kind;
    const char *total;
};

struct scrap {
    struct record head;
    const char *about;
    int64_t size;
    instant filed;
};

static void total_of(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct thing *t = row;

    (void)before;
    if (t->own && t->size != INT_NONE && t->size > 20)
        faults_add(f, "size", "form.too-large", "ukuran");
    t->total = t->size != INT_NONE ? text_printf(r->arena, "%lld m", (long long)t->size) : NULL;
}

/* Rows of another source are left out, and an owner is looked up; what no date is stays in the text. */
static const char *thing_row(struct req *r, struct import_line *line)
{
    const char **due = &line->typed[5], **about = &line->typed[1];
    date d;

    if (text_eq(line->more[1], "provinsi"))
        return "import.no-rows"; /* any key will do here */
    if (!text_empty(*due) && date_parse(*due, &d) < 0) {
        *about = text_printf(r->arena, "%s (%s)", *about != NULL ? *about : "", *due);
        *due = "";
    }
    if (!text_empty(line->more[0]))
        line->typed[7] = line->more[0];
    return NULL;
}

/* clang-format off */
static const struct field thing_fields[] = {
    FIELD(struct thing, number, .flags = F_REQUIRED | F_PUBLIC | F_UNIQUE, .max = 40),
    FIELD(struct thing, about, .flags = F_LONG),
    FIELD(struct thing, size, .least = 1, .most = 100),
    FIELD(struct thing, own),
    FIELD(struct thing, fee),
    FIELD(struct thing, due, .flags = F_PUBLIC),
    FIELD(struct thing, filed),
    FIELD(struct thing, node, .of = &sample_node_entity),
    FIELD(struct thing, kind, .codes = "draft filed", .flags = F_FIXED),
    FIELD(struct thing, total, .flags = F_COMPUTED),
};
static const struct entity thing_entity = ENTITY(struct thing, thing, thing_fields, .agency = "node");

static const struct screen_column scrap_columns[] = {{.field = "about"}, {.field = "size"}};
static const struct screen_column columns[] = {{.field = "number"}, {.field = "total"}};
static const struct screen_form_field asked[] = {
    {.field = "number"}, {.field = "about"}, {.field = "size"}, {.field = "own"}, {.field = "fee"}, {.field = "due"},
    {.field = "filed"}, {.field = "node"}, {.field = "kind"}, {.field = "total"},
};
static const struct screen_section sections[] = {{.fields = asked, .n = ARRAY_LEN(asked)}};
static const struct screen thing_screen = {
    .entity = &thing_entity, .slug = "hal", .permission = "thing", .name = "number", .code = "number",
    .columns = columns, .n_columns = ARRAY_LEN(columns), .sections = sections, .n_sections = 1, .check = total_of,
};
static const char *const more[] = {"pemilik", "sumber", NULL};
static const struct screen hooked_screen = {
    .entity = &thing_entity, .slug = "hal-lain", .permission = "thing", .name = "number", .code = "number",
    .columns = columns, .n_columns = ARRAY_LEN(columns), .sections = sections, .n_sections = 1,
    .import_more = more, .import_row = thing_row,
};
static const struct field scrap_fields[] = {
    FIELD(struct scrap, about, .flags = F_REQUIRED, .max = 80),
    FIELD(struct scrap, size),
    FIELD(struct scrap, filed),
};
static const struct entity scrap_entity = ENTITY(struct scrap, scrap, scrap_fields);
static const struct screen_form_field scrap_asked[] = {{.field = "about"}, {.field = "size"}, {.field = "filed"}};
static const struct screen_section scrap_sections[] = {{.fields = scrap_asked, .n = ARRAY_LEN(scrap_asked)}};
static const struct screen scrap_screen = { /* nothing tells its rows apart but what they say */
    .entity = &scrap_entity, .slug = "catatan-kecil", .permission = "thing", .name = "about",
    .columns = scrap_columns, .n_columns = ARRAY_LEN(scrap_columns), .sections = scrap_sections, .n_sections = 1,
};
static const struct screen *const screens[] = {&thing_screen, &hooked_screen, &scrap_screen};
static const struct permit permits[] = {
    {"thing.read", "planner auditor agency_staff"}, {"thing.create", "planner agency_staff"}, {"thing.edit", "planner agency_staff"},
    {"thing.void", "planner"}, {"thing.import", "planner auditor agency_staff"}, {"sample_node.read", "planner agency_staff auditor"},
};
static const struct module things = {.name = "things", .screens = screens, .n_screens = ARRAY_LEN(screens),
                                     .permits = permits, .n_permits = ARRAY_LEN(permits)};
static const struct module *const modules[] = {&things, &sample_module, &import_module, &job_module};
static struct test_person people[] = { /* the agency of tono and siti is set when it is there */
    {"rina", 11, {{.role = "planner", .gov = CITY_GOV}}, 1},
    {"dewi", 12, {{.role = "planner", .gov = CITY_GOV}}, 1},
    {"budi", 13, {{.role = "auditor", .gov = CITY_GOV}}, 1},
    {"lain", 14, {{.role = "planner", .gov = CITY_FOREIGN}}, 1},
    {"tono", 15, {{.role = "agency_staff", .gov = CITY_GOV}}, 1},
    {"siti", 16, {{.role = "front_office", .gov = CITY_GOV}, {.role = "back_office", .gov = CITY_GOV}}, 2},
};
static const struct query count_things = {.name = "test.things", .sql = "SELECT COUNT(*) FROM thing WHERE voided_at IS NULL", .in = "", .out = "i"};
static const struct query count_leaves = {.name = "test.leaves", .sql = "SELECT COUNT(*) FROM ledger_entry", .in = "", .out = "i"};
static const struct query count_jobs = {.name = "test.jobs", .sql = "SELECT COUNT(*) FROM job", .in = "", .out = "i"};
static const struct query some_thing = {.name = "test.thing", .sql = "SELECT id FROM thing WHERE number = ?1", .in = "t", .out = "i"};
/* clang-format on */

#define HOME  "/kerja/kota-contoh/hal"
#define IMPOR HOME "/impor"
#define HEAD  "number,about,size,own,fee,due,filed,node,kind\n"

/* ---- a city with a screen ---- */

struct place {
    struct city c;
    struct test_site s;
    int64_t agency, other; /* nodes A and B */
};

static void place_open(struct place *p)
{
    const char *sql;
    struct buf text;

    city_open(&p->c);
    buf_init(&text, &p->c.a, 64 * KB);
    schema_create(&thing_entity, &text);
    schema_create(&scrap_entity, &text);
    assert_int_equal(migration_text(p->c.t.kind, &p->c.a, text.s, &sql), 0);
    assert_int_equal(db_script(p->c.t.owner, sql), 0);
    p->c.app.modules = modules;
    p->c.app.n_modules = ARRAY_LEN(modules);
    p->agency = case_agency(&p->c, "A");
    p->other = case_agency(&p->c, "B");
    people[4].grant[0].agency = people[5].grant[0].agency = people[5].grant[1].agency = p->agency;
    site_open(&p->s, &p->c, NULL, 0, people, ARRAY_LEN(people));
}

static void place_close(struct place *p)
{
    static const char *const folders[] = {"impor", "upload"};
    size_t i;

    site_close(&p->s);
    for (i = 0; i < ARRAY_LEN(folders); i++) {
        const char *path = text_printf(&p->c.a, "%s/%s", p->c.keys, folders[i]);

        if (access(path, F_OK) == 0)
            test_db_remove_folder(path);
    }
    city_close(&p->c);
}

#define PLACE(p, env)                                                                                                          \
    struct place p;                                                                                                            \
    if (!test_db_open(&(p).c.t, *(enum db_kind *)*(env)))                                                                      \
        skip();                                                                                                                \
    place_open(&(p))

static int64_t number(struct place *p, const struct query *q)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, p->c.t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static const struct thing *thing(struct place *p, const char *code)
{
    struct thing *t = arena_alloc(&p->c.a, sizeof *t);
    int64_t id = 0;

    {
        AUTO_ROWS struct rows rows;

        assert_int_equal(db_select(&rows, p->c.t.owner, &some_thing, V(code)), 0);
        if (rows_next(&rows) > 0)
            id = rows_int(&rows, 0);
    }
    if (id == 0)
        return NULL;
    assert_int_equal(row_get(p->c.t.owner, &p->c.a, &thing_entity, CITY_GOV, id, t), 1);
    return t;
}

static bool has(const char *answer, const char *text)
{
    return strstr(answer, text) != NULL;
}

/* ---- sending ---- */

static const char *send_bytes(struct place *p, const char *login, const char *path, const char *filename, const char *type,
                              const void *content, size_t n)
{
    struct buf body, all;

    buf_init(&body, &p->s.a, 8 * MB);
    buf_init(&all, &p->s.a, 8 * MB);
    buf_add(&body, "--BATAS\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ngood-token\r\n--BATAS\r\n");
    buf_printf(&body, "Content-Disposition: form-data; name=\"berkas\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n", filename,
               type);
    buf_add_n(&body, content, n);
    buf_add(&body, "\r\n--BATAS--\r\n");
    buf_printf(&all,
               "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: orang=%s\r\nOrigin: http://localhost\r\n"
               "Content-Type: multipart/form-data; boundary=BATAS\r\nContent-Length: %zu\r\n\r\n",
               path, login, body.n);
    buf_add_n(&all, body.s, body.n);
    return site_raw(&p->s, all.s, all.n);
}

static const char *send_csv(struct place *p, const char *login, const char *path, const char *content)
{
    return send_bytes(p, login, path, "data.csv", "text/csv", content, strlen(content));
}

/* The path of the run that a good file became. */
static const char *judged(struct place *p, const char *content)
{
    const char *answer = send_csv(p, "rina", IMPOR, content);

    assert_int_equal(site_status(answer), 303);
    return site_field(&p->s, answer, "Location");
}

static void act(struct place *p, const char *run, const char *what)
{
    assert_int_equal(site_status(site_post(&p->s, "rina", run, text_printf(&p->s.a, "tindakan=%s", what))), 303);
}

static void drain(struct place *p)
{
    assert_int_equal(runner_drain(&p->c.app), 0);
}

static const char *page(struct place *p, const char *path)
{
    return site_body(site_get(&p->s, "rina", path));
}

static void imported(struct place *p, const char *content)
{
    const char *run = judged(p, content);

    act(p, run, "impor");
    drain(p);
    assert_true(has(page(p, run), "Semua baris sudah dicatat"));
}

/* The table of what is wrong, alone. */
static const char *faults_in(struct place *p, const char *answer)
{
    const char *from = strstr(answer, "id=\"salah\""), *body = from != NULL ? strstr(from, "<tbody") : NULL;
    const char *end = body != NULL ? strstr(body, "</table>") : NULL;

    assert_non_null(end);
    return arena_text_n(&p->s.a, body, (size_t)(end - body));
}

/* ---- tests ---- */

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

static const char *many(struct place *p, size_t n, size_t wrong)
{
    struct buf b;
    size_t i;

    buf_init(&b, &p->s.a, 1 * MB);
    buf_add(&b, "number,size\n");
    for (i = 1; i <= n; i++)
        buf_printf(&b, "T-%04zu,%s\n", i, i == wrong ? "salah" : "7");
    return b.s;
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

/* ---- XLSX ---- */

#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

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
    return send_bytes(p, "rina", IMPOR, "data.xlsx", TYPE, made.p, made.n);
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
    assert_int_equal(site_status(send_bytes(&p, "rina", IMPOR, "data.xlsx", TYPE, "PK\3\4 and nothing else", 22)), 422);
    made_init(&made);
    made_text(&made, "[Content_Types].xml", "<Types/>");
    made_text(&made, "xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><workbook " MAIN "/>");
    made_end(&made);
    assert_int_equal(site_status(send_bytes(&p, "rina", IMPOR, "data.xlsx", TYPE, made.p, made.n)), 422);
    place_close(&p);
}

#define CASES "/kerja/kota-contoh/contoh-permohonan/impor"

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

/* ---- jobs ---- */

static void a_long_file_goes_on_behind_its_last_slice(void **world)
{
    struct jobs *j;
    const char *run;

    PLACE(p, world);
    run = judged(&p, many(&p, 1200, 0));
    act(&p, run, "impor");
    j = jobs_open(&p.c.app, false);
    assert_int_equal(jobs_round(j), 1);
    jobs_close(j); /* as a crash would */
    assert_int_equal(number(&p, &count_things), 500);
    assert_true(has(page(&p, run), "Baris sedang dicatat"));
    drain(&p);
    assert_int_equal(number(&p, &count_things), 1200);
    assert_true(has(page(&p, run), "Semua baris sudah dicatat"));
    place_close(&p);
}

static int insert_thing(struct tx *tx, void *arg)
{
    struct thing *t = row_new(tx->arena, &thing_entity, CITY_GOV);
    struct record head;

    t->number = arg;
    return row_insert(tx, &thing_entity, t, &head);
}

static void a_late_slice_that_fails_takes_the_early_ones_back(void **world)
{
    struct jobs *j;
    const char *run, *answer;

    PLACE(p, world);
    imported(&p, "number,size\nT-0003,3\n");
    run = judged(&p, many(&p, 1200, 0));
    act(&p, run, "impor");
    j = jobs_open(&p.c.app, false);
    assert_int_equal(jobs_round(j), 1);
    jobs_close(j);
    assert_int_equal(thing(&p, "T-0003")->size, 7);
    assert_int_equal(writer_do(p.c.writer, insert_thing, (char[]){"T-0900"}), 0); /* somebody is quicker */
    drain(&p);
    answer = page(&p, run);
    assert_true(has(answer, "Tidak satu pun barisnya berlaku"));
    assert_true(has(answer, "bertentangan"));
    assert_int_equal(number(&p, &count_things), 2);
    assert_int_equal(thing(&p, "T-0003")->size, 3);
    assert_int_equal(thing(&p, "T-0003")->head.rev, 3);
    place_close(&p);
}

static int cancel(struct tx *tx, void *arg)
{
    return job_cancel(tx, *(int64_t *)arg);
}

static int64_t open_job(struct place *p)
{
    int64_t ids[4];
    size_t n = 0;

    assert_int_equal(jobs_open_ids(p->c.t.owner, 4, ids, &n), 0);
    assert_int_equal(n, 1);
    return ids[0];
}

static void a_cancelled_import_leaves_nothing_and_its_undoing_cannot_be_cancelled(void **world)
{
    struct jobs *j;
    const char *run;
    int64_t job;

    PLACE(p, world);
    run = judged(&p, many(&p, 1200, 0));
    act(&p, run, "impor");
    j = jobs_open(&p.c.app, false);
    assert_int_equal(jobs_round(j), 1);
    job = open_job(&p);
    assert_int_equal(writer_do(p.c.writer, cancel, &job), 0);
    assert_int_equal(jobs_round(j), 1);
    jobs_close(j);
    assert_int_equal(number(&p, &count_things), 500);
    job = open_job(&p);
    assert_int_equal(writer_do(p.c.writer, cancel, &job), E_STATE);
    drain(&p);
    assert_int_equal(number(&p, &count_things), 0);
    assert_true(has(page(&p, run), "Pekerjaan dihentikan"));
    place_close(&p);
}

static void a_row_that_was_changed_since_the_preview_stops_the_import(void **world)
{
    const char *run;

    PLACE(p, world);
    imported(&p, "number,size\nT-1,1\n");
    run = judged(&p, "number,size\nT-2,2\nT-1,2\n");
    imported(&p, "number,size\nT-1,9\n");
    act(&p, run, "impor");
    drain(&p);
    assert_true(has(page(&p, run), "sudah diubah orang lain"));
    assert_null(thing(&p, "T-2"));
    assert_int_equal(thing(&p, "T-1")->size, 9);
    place_close(&p);
}

/* ---- undo ---- */

static void an_import_is_taken_back_whole(void **world)
{
    const char *run, *answer;

    PLACE(p, world);
    imported(&p, "number,size,about\nT-1,1,satu\n");
    run = judged(&p, "number,size,about\nT-1,2,\nT-2,2,dua\n");
    act(&p, run, "impor");
    drain(&p);
    assert_true(has(page(&p, run), "Batalkan impor 2 baris"));
    act(&p, run, "urungkan");
    drain(&p);
    assert_true(has(page(&p, run), "Impor ini sudah dibatalkan"));
    assert_int_equal(thing(&p, "T-1")->size, 1);
    assert_string_equal(thing(&p, "T-1")->about, "satu");
    assert_int_equal(thing(&p, "T-1")->head.rev, 3);
    assert_int_not_equal(thing(&p, "T-2")->head.voided_at.v, INSTANT_NONE.v);
    answer = page(&p, text_printf(&p.s.a, HOME "/%lld", (long long)thing(&p, "T-1")->head.id));
    assert_true(has(answer, "Impor dibatalkan"));
    assert_int_equal(site_status(site_post(&p.s, "rina", run, "tindakan=urungkan")), 409);
    place_close(&p);
}

static void what_was_changed_since_stands_in_the_way_of_an_undo(void **world)
{
    const char *run, *answer;

    PLACE(p, world);
    run = judged(&p, "number,size\nT-1,1\nT-2,2\n");
    act(&p, run, "impor");
    drain(&p);
    imported(&p, "number,size\nT-2,3\n");
    answer = page(&p, run);
    assert_true(has(answer, "tidak dapat dibatalkan"));
    assert_true(has(answer, ">T-2<"));
    assert_false(has(answer, ">T-1<"));
    assert_int_equal(site_status(site_post(&p.s, "rina", run, "tindakan=urungkan")), 409);
    drain(&p);
    assert_int_equal(number(&p, &count_things), 2);
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

/* ---- by command ---- */

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
        answer = send_bytes(&p, "siti", CASES, text_printf(&p.s.a, "data.%s", kinds[i]), i == 0 ? "text/csv" : TYPE,
                            site_body(answer), (size_t)n);
        assert_int_equal(site_status(answer), 303);
        answer = site_body(site_get(&p.s, "siti", site_field(&p.s, answer, "Location")));
        assert_true(has(answer, "Tidak ada yang perlu diimpor"));
        assert_true(has(answer, "Tidak berubah"));
    }
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
        TEST_ON_BOTH(a_spreadsheet_brings_numbers_days_and_times_as_they_are),
        TEST_ON_BOTH(a_spreadsheet_with_lost_digits_or_failed_formulas_says_where),
        TEST_ON_BOTH(hostile_spreadsheets_are_refused),
        TEST_ON_BOTH(a_template_comes_back_as_a_file_without_rows),
        TEST_ON_BOTH(codes_out_of_scope_do_not_exist_and_rows_stay_within),
        TEST_ON_BOTH(who_may_import_but_not_create_is_told_in_each_row),
        TEST_ON_BOTH(only_who_sent_a_file_writes_it),
        TEST_ON_BOTH(a_long_file_goes_on_behind_its_last_slice),
        TEST_ON_BOTH(a_late_slice_that_fails_takes_the_early_ones_back),
        TEST_ON_BOTH(a_cancelled_import_leaves_nothing_and_its_undoing_cannot_be_cancelled),
        TEST_ON_BOTH(a_row_that_was_changed_since_the_preview_stops_the_import),
        TEST_ON_BOTH(an_import_is_taken_back_whole),
        TEST_ON_BOTH(what_was_changed_since_stands_in_the_way_of_an_undo),
        TEST_ON_BOTH(a_screen_may_leave_rows_out_and_read_columns_of_its_own),
        TEST_ON_BOTH(rows_that_say_nothing_new_are_left_out_unless_it_is_wanted),
        TEST_ON_BOTH(a_command_judges_and_writes_without_a_server),
        TEST_ON_BOTH(what_an_export_writes_changes_nothing),
        TEST_ON_BOTH(a_real_export_comes_back_as_it_was),
        TEST_ON_BOTH(every_statement_prepares),
        cmocka_unit_test(states_and_keys_have_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
