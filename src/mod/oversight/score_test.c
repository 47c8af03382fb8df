/*
 * score_test.c: templates, years, reports, verdicts and snapshots, and their pages, on both databases.
 */
#include "mod/oversight/score_demo.h"
#include "mod/oversight/score_world.h"
#include "ui/lang.h"

/* ---- tables ---- */

static void the_tables_are_sound_and_have_their_words(void **world)
{
    size_t i, k;

    for (i = 0; i < score_module.n_entities; i++)
        assert_null(entity_fault(score_module.entities[i], unit_arena(world)));
    for (i = 0; i < score_module.n_screens; i++) {
        const struct entity *e = score_module.screens[i]->entity;

        assert_null(screen_fault(score_module.screens[i], unit_arena(world)));
        for (k = 0; k < e->n_fields; k++)
            assert_non_null(lang_text(LANG_ID, text_printf(unit_arena(world), "%s.%s", e->name, e->fields[k].name)));
    }
}

static bool is_ours(const char *table)
{
    size_t i;

    for (i = 0; i < score_module.n_entities; i++)
        if (text_eq(score_module.entities[i]->name, table))
            return true;
    return false;
}

static void the_migrated_database_equals_the_tables(void **world)
{
    struct schema have;
    const char **known;
    struct buf text;
    size_t i, n = 0;

    CITY(c, world);
    buf_init(&text, &c.a, 1 * MB);
    assert_int_equal(schema_read(c.t.owner, &c.a, &have), 0);
    known = arena_array(&c.a, have.n_columns + 1, const char *);
    for (i = 0; i < have.n_columns; i++)
        if (!is_ours(have.columns[i].table))
            known[n++] = have.columns[i].table;
    (void)schema_diff(score_module.entities, score_module.n_entities, known, &have, &text); /* the text tells more */
    assert_string_equal(text.s, "");
    for (i = 0; i < score_module.n_queries; i++)
        if (db_check(c.t.owner, score_module.queries[i]) < 0)
            assert_string_equal(score_module.queries[i]->name, db_fault(c.t.owner));
    city_close(&c);
}

/* ---- templates ---- */

static void a_wrong_file_is_refused_by_line_and_nothing_is_stored(void **world)
{
    /* clang-format off */
    static const struct {
        const char *text, *key;
        int64_t line;
    } files[] = {
        {"code,parent,name\nA,,x\n",                                                       "score.no-method",      2},
        {"code,parent,name,method\nA,,x,BINER_\nA,,y,BINER_\n",                            "score.code-twice",     3},
        {"code,parent,name,method\nA,Z,x,BINER_\n",                                        "score.parent-unknown", 2},
        {"code,parent,name,method\nA,B,x,\nB,A,y,\n",                                      "score.cycle",          2},
        {"code,parent,name,method\nA,,x,TEBAK\n",                                          "score.method-unknown", 2},
        {"code,parent,name,method,weight\nA,,x,BINER_,2\nB,,y,BINER_,\n",                  "score.weights-some",   2},
        {"code,parent,name,method,weight\nA,,x,BINER_,dua\n",                              "score.weight-bad",     2},
        {"code,parent,name,method,params\nA,,x,BOBOT_DOKUMEN,total=\n",                    "score.params-bad",     2},
        {"code,name\nA,x\n",                                                               "score.column-missing", 1},
        {"code,parent,name,method\nA,,\"x\"y,BINER_\n",                                    "score.csv",            2},
        {"code,parent,name,method\n",                                                      "score.nodes",          0},
    };
    /* clang-format on */
    struct score_import_report r;
    struct score_draft draft;
    size_t i;

    WORLD(w, world);
    for (i = 0; i < ARRAY_LEN(files); i++) {
        assert_int_equal(read_file(&w, files[i].text, &draft, &r), E_INPUT);
        assert_true(r.n_faults > 0);
        assert_string_equal(r.faults[0].key, files[i].key);
        assert_int_equal(r.faults[0].line, files[i].line);
        assert_non_null(lang_text(LANG_ID, r.faults[0].key));
    }
    world_close(&w);
}

static void an_open_template_is_never_changed(void **world)
{
    const char *path;

    WORLD(w, world);
    path = text_printf(&w.c.a, "/kerja/-/templat-nilai/%lld/ubah", (long long)w.template);
#define FORM(rest) "rev=1&code=mcsp-2026-1&name=MCSP+2026+versi+1&year=2026&version=1&source=uji&" rest
    assert_int_equal(site_status(site_post(&w.s, "kpk", path, FORM("bands=0:a+50:b&target=85&status=open"))), 422);
    assert_int_equal(
        site_status(site_post(&w.s, "kpk", path, FORM("bands=0:buruk+25:hati-hati+50:sedang+75:baik&target=85&status=draft"))),
        422);
    assert_int_equal(site_status(site_post(&w.s, "inspector", path, FORM("status=closed"))), 403);
    assert_int_equal(
        site_status(site_post(&w.s, "kpk", path, FORM("bands=0:buruk+25:hati-hati+50:sedang+75:baik&target=85&status=closed"))),
        303);
    world_close(&w);
}

/* ---- a year ---- */

static void a_year_gives_a_line_for_each_leaf(void **world)
{
    struct score_input *v;
    size_t n;

    WORLD(w, world);
    assert_int_equal(score_inputs_read(w.c.t.owner, &w.c.a, CITY_GOV, w.year, &v, &n), 0);
    assert_int_equal(n, 4);
    assert_string_equal(v[0].code, "A1");
    assert_string_equal(v[0].area, "A Perencanaan");
    assert_string_equal(v[0].status.v, "missing");
    world_close(&w);
}

static void reports_are_the_governments_and_verdicts_the_supervisors(void **world)
{
    WORLD(w, world);
    assert_int_equal(report(&w, "inspector", "A1", "self=7&waiting=2"), 303);
    assert_int_equal(report(&w, "inspector", "A1", "self=tujuh"), 422);
    assert_int_equal(report(&w, "kpk", "A1", "self=9"), 403);
    assert_int_equal(report(&w, "staff", "A1", "self=9"), 404); /* another agency's */
    assert_int_equal(report(&w, "inspector", "A1", "verified=10"), 400);
    assert_string_equal(input_called(&w, "A1").status.v, "waiting");
    assert_int_equal(input_called(&w, "A1").missing, 3);
    assert_int_equal(judge(&w, "inspector", "A1", "verified=5"), 403);
    assert_int_equal(judge(&w, "kpk", "A1", "verified=lima"), 422);
    assert_int_equal(judge(&w, "kpk", "A1", "verified=5"), 303);
    assert_string_equal(input_called(&w, "A1").verified, "5");
    assert_string_equal(input_called(&w, "A1").status.v, "missing");
    assert_int_equal(judge(&w, "kpk", "C", "na=1"), 422); /* why? */
    assert_int_equal(judge(&w, "kpk", "C", "na=1&reason=Kota+tanpa+desa"), 303);
    assert_true(input_called(&w, "C").na);
    world_close(&w);
}

/* ---- snapshots and pages: the worked example of the rules ---- */

static void the_worked_example_stands_on_every_page(void **world)
{
    static const struct {
        const char *who, *path;
    } pages[] = {
        {"inspector", "/kerja/kota-contoh/rapor"},
        {"kpk", "/pengawas/rapor/kota-contoh"},
        {NULL, "/kota-contoh/rapor"},
        {"kpk", "/pengawas/banding"},
        {NULL, "/banding"},
    };
    const char *answer;
    size_t i;

    WORLD(w, world);
    assert_non_null(strstr(site_get(&w.s, "inspector", "/kerja/kota-contoh/rapor"), "Belum ada nilai"));
    assert_int_equal(make(&w, "staff"), 403);
    fulfil_the_example(&w);
    for (i = 0; i < ARRAY_LEN(pages); i++) {
        answer = site_get(&w.s, pages[i].who, pages[i].path);
        assert_int_equal(site_status(answer), 200);
        assert_non_null(strstr(answer, "72,3"));
        assert_true(strlen(site_body(answer)) < 60 * 1024);
    }
    assert_null(strstr(site_get(&w.s, NULL, "/kota-contoh/rapor"), "/kerja/"));
    assert_null(strstr(site_get(&w.s, NULL, "/banding"), "/kerja/"));
    world_close(&w);
}

static void only_who_may_compares_and_only_in_scope(void **world)
{
    WORLD(w, world);
    fulfil_the_example(&w);
    assert_int_equal(site_status(site_get(&w.s, "inspector", "/pengawas/banding")), 403);
    assert_int_equal(site_status(site_get(&w.s, "stranger", "/kerja/kota-contoh/rapor")), 404);
    assert_int_equal(site_status(site_get(&w.s, NULL, "/-/rapor")), 404);
    assert_int_equal(site_status(site_get(&w.s, NULL, "/kota-lain/rapor")), 200); /* says that there is none */
    world_close(&w);
}

static void a_snapshot_holds_what_it_was_computed_of(void **world)
{
    struct score_snapshot x;
    struct score_values v;
    struct score_book book;
    int64_t score;

    WORLD(w, world);
    fulfil_the_example(&w);
    assert_int_equal(row_get(w.c.t.owner, &w.c.a, &score_snapshot_entity, CITY_GOV, newest_snapshot(&w), &x), 1);
    assert_int_equal(x.verified, 7233);
    assert_string_equal(x.inputs, "A1|6|5|5|||0; A2|1|1|1|||0; B|18|18|18||24|0; C||||||1; ");
    assert_int_equal(score_book_read(w.c.t.owner, &w.c.a, w.template, &book), 1);
    assert_int_equal(score_book_refill(&w.c.a, &book, x.inputs), 0);
    assert_int_equal(score_compute(&w.c.a, &book.tree, SCORE_VERIFIED, FRACTION_ZERO, &v), 0);
    assert_int_equal(score_rounded(v.index, &score), 0);
    assert_int_equal(score, x.verified);
    assert_true(city_leaves_with(&w.c, x.inputs_hash) == 1);
    world_close(&w);
}

/* ---- the demo ---- */

static int64_t no_agency(void *arg, const char *code)
{
    (void)arg;
    (void)code;
    return 0;
}

static int64_t rows_of(struct world *w, const struct query *q)
{
    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, w->c.t.owner, q), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

static void the_demo_is_an_example_in_every_value(void **world)
{
    static const struct query facts = {
        .name = "test.facts", .sql = "SELECT COUNT(*) FROM score_input WHERE origin <> 'example'", .in = "", .out = "i"};
    static const struct query kept = {
        .name = "test.kept", .sql = "SELECT COUNT(*) FROM score_snapshot WHERE origin = 'example'", .in = "", .out = "i"};
    const struct score_demo_gov govs[] = {{CITY_GOV, "36.71"}, {CITY_FOREIGN, "36.73"}, {5, "99"}};
    const struct score_demo d = {
        .govs = govs, .n_govs = 3, .city = CITY_GOV, .today = date_of(2026, 9, 14), .mark = &machine, .agency = no_agency};
    struct world w;
    struct arena a;

    if (!city_db_open(&w.c.t, *(enum db_kind *)*world))
        skip();
    city_open(&w.c);
    w.c.app.modules = mods;
    w.c.app.n_modules = ARRAY_LEN(mods);
    site_open(&w.s, &w.c, no_routes, 0, people, ARRAY_LEN(people));
    put_government(&w, CITY_GOV, "36.71", "kota-contoh");
    put_government(&w, CITY_FOREIGN, "36.73", "kota-lain");
    arena_init(&a, 64 * MB);
    assert_int_equal(score_demo(&w.c.app, &a, &d), 0);
    assert_int_equal(rows_of(&w, &facts), 0);
    assert_int_equal(rows_of(&w, &kept), 2 * (9 + 2));
    assert_non_null(strstr(site_get(&w.s, NULL, "/kota-contoh/rapor"), "rekaan"));
    assert_non_null(strstr(site_get(&w.s, NULL, "/banding"), "nilai naik")); /* the late one */
    arena_finish(&a);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_tables_are_sound_and_have_their_words),
        TEST_ON_BOTH(the_migrated_database_equals_the_tables),
        TEST_ON_BOTH(a_wrong_file_is_refused_by_line_and_nothing_is_stored),
        TEST_ON_BOTH(an_open_template_is_never_changed),
        TEST_ON_BOTH(a_year_gives_a_line_for_each_leaf),
        TEST_ON_BOTH(reports_are_the_governments_and_verdicts_the_supervisors),
        TEST_ON_BOTH(the_worked_example_stands_on_every_page),
        TEST_ON_BOTH(only_who_may_compares_and_only_in_scope),
        TEST_ON_BOTH(a_snapshot_holds_what_it_was_computed_of),
        TEST_ON_BOTH(the_demo_is_an_example_in_every_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
