/*
 * test_import.h: a city with two small tables and files that are sent to them, for tests of import. No part of the product.
 *
 *     PLACE(p, world);   ... judged(&p, HEAD "T-1,...\n") ...   place_close(&p);
 */
#ifndef ENGINE_TEST_IMPORT_H
#define ENGINE_TEST_IMPORT_H

#include "base/csv.h"
#include "engine/form.h"
#include "engine/import_parts.h"
#include "engine/job_parts.h"
#include "engine/list.h"
#include "engine/sample_screen.h"
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

static inline void total_of(const struct req *r, const void *before, void *row, struct faults *f)
{
    struct thing *t = row;

    (void)before;
    if (t->own && t->size != INT_NONE && t->size > 20)
        faults_add(f, "size", "form.too-large", "ukuran");
    t->total = t->size != INT_NONE ? text_printf(r->arena, "%lld m", (long long)t->size) : NULL;
}

/* Rows of another source are left out, and an owner is looked up; what no date is stays in the text. */
static inline const char *thing_row(struct req *r, struct import_line *line)
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
#define CASES "/kerja/kota-contoh/contoh-permohonan/impor"
#define XLSX  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define HEAD  "number,about,size,own,fee,due,filed,node,kind\n"

/* ---- a city with a screen ---- */

struct place {
    struct city c;
    struct test_site s;
    int64_t agency, other; /* nodes A and B */
};

static inline void place_open(struct place *p)
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

static inline void place_close(struct place *p)
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
    if (!city_db_open(&(p).c.t, *(enum db_kind *)*(env)))                                                                      \
        skip();                                                                                                                \
    place_open(&(p))

static inline int64_t number(struct place *p, const struct query *q)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, p->c.t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static inline const struct thing *thing(struct place *p, const char *code)
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

static inline bool has(const char *answer, const char *text)
{
    return strstr(answer, text) != NULL;
}

/* ---- sending ---- */

static inline const char *send_bytes(struct place *p, const char *login, const char *path, const char *filename,
                                     const char *type, const void *content, size_t n)
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

static inline const char *send_csv(struct place *p, const char *login, const char *path, const char *content)
{
    return send_bytes(p, login, path, "data.csv", "text/csv", content, strlen(content));
}

/* The path of the run that a good file became. */
static inline const char *judged(struct place *p, const char *content)
{
    const char *answer = send_csv(p, "rina", IMPOR, content);

    assert_int_equal(site_status(answer), 303);
    return site_field(&p->s, answer, "Location");
}

static inline void act(struct place *p, const char *run, const char *what)
{
    assert_int_equal(site_status(site_post(&p->s, "rina", run, text_printf(&p->s.a, "tindakan=%s", what))), 303);
}

static inline void drain(struct place *p)
{
    assert_int_equal(runner_drain(&p->c.app), 0);
}

static inline const char *page(struct place *p, const char *path)
{
    return site_body(site_get(&p->s, "rina", path));
}

static inline void imported(struct place *p, const char *content)
{
    const char *run = judged(p, content);

    act(p, run, "impor");
    drain(p);
    assert_true(has(page(p, run), "Semua baris sudah dicatat"));
}

/* The table of what is wrong, alone. */
static inline const char *faults_in(struct place *p, const char *answer)
{
    const char *from = strstr(answer, "id=\"salah\""), *body = from != NULL ? strstr(from, "<tbody") : NULL;
    const char *end = body != NULL ? strstr(body, "</table>") : NULL;

    assert_non_null(end);
    return arena_text_n(&p->s.a, body, (size_t)(end - body));
}

static inline const char *many(struct place *p, size_t n, size_t wrong)
{
    struct buf b;
    size_t i;

    buf_init(&b, &p->s.a, 1 * MB);
    buf_add(&b, "number,size\n");
    for (i = 1; i <= n; i++)
        buf_printf(&b, "T-%04zu,%s\n", i, i == wrong ? "salah" : "7");
    return b.s;
}

#endif
