/*
 * score_world.h: for tests of scores: a city with the worked example of the rules as its template, and who reports and judges.
 */
#ifndef MOD_OVERSIGHT_SCORE_WORLD_H
#define MOD_OVERSIGHT_SCORE_WORLD_H

#include "base/date.h"
#include "base/text.h"
#include "core/codeset/codeset.h"
#include "core/user/core.h"
#include "engine/attachment.h"
#include "engine/beside.h"
#include "engine/import.h"
#include "engine/row.h"
#include "engine/save.h"
#include "engine/task.h"
#include "engine/test_web.h"
#include "mod/oversight/oversight.h"
#include "mod/oversight/score_import.h"
#include "mod/oversight/score_now.h"
#include "os/os.h"

static const struct module *const mods[] = {&score_module, &oversight_module, &core_module, &attach_module,
                                            &flow_module,  &import_module,    &job_module};

/* clang-format off */
static const struct test_person people[] = {
    {"inspector", 14, {{.role = "inspector",      .gov = CITY_GOV}}, 1},
    {"staff",     12, {{.role = "agency_staff",   .gov = CITY_GOV, .agency = 77}}, 1},
    {"kpk",       15, {{.role = "supervisor_kpk", .gov = GOV_ANY}}, 1},
    {"second",    17, {{.role = "supervisor_kpk", .gov = GOV_ANY}}, 1},
    {"stranger",  16, {{.role = "head",           .gov = CITY_FOREIGN}}, 1},
};
static const struct route no_routes[] = {{0}};

/* Section 5 of the rules, as a file. */
static const char example[] =
    "code,parent,name,weight,method,params,documents\n"
    "A,,Perencanaan,40,,,\n"
    "A1,A,Dokumen rencana,60,BOBOT_DOKUMEN,total=10,RKPD; KUA\n"
    "A2,A,Pengumuman rencana,40,BINER_0_100,,\n"
    "B,,Rekomendasi,35,PROPORSIONAL,,\n"
    "C,,Dana desa,25,BINER_0_100,,\n";
/* clang-format on */

static const struct actor_mark machine = {.role = "operator", .name = "uji"};

struct world {
    struct city c;
    struct test_site s;
    int64_t template, year;
};

/* ---- writing ---- */

struct save {
    const struct screen *s;
    const struct entity *e;
    const void *row;
    struct record head;
};

static inline int save_run(struct tx *tx, void *arg)
{
    struct save *x = arg;

    return x->e != NULL ? row_insert(tx, x->e, x->row, &x->head) : save_row(tx, x->s, NULL, x->row, &x->head);
}

static inline int64_t put(struct world *w, const struct screen *s, const struct entity *e, const void *row)
{
    struct save x = {.s = s, .e = e, .row = row};

    assert_int_equal(writer_do(w->c.writer, save_run, &x), 0);
    return x.head.id;
}

static inline int read_file(struct world *w, const char *text, struct score_draft *draft, struct score_import_report *report)
{
    struct score_template t;

    assert_int_equal(score_template_of(&w->c.a, "2026.1", "uji", &t), 0);
    t.target = 85;
    return score_import_read(&w->c.a, &t, (struct bytes){(const uint8_t *)text, strlen(text)}, draft, report);
}

static inline void put_government(struct world *w, int64_t id, const char *code, const char *slug)
{
    const struct government g = {.head = {.id = id, .voided_at = INSTANT_NONE},
                                 .kind = {"city"},
                                 .code = code,
                                 .slug = slug,
                                 .name = code,
                                 .zone = 420,
                                 .valid_from = DATE_NONE,
                                 .valid_to = DATE_NONE};

    (void)put(w, NULL, &government_entity, &g);
}

static inline void put_template(struct world *w)
{
    struct score_import_report report;
    struct score_draft draft;

    assert_int_equal(read_file(w, example, &draft, &report), 0);
    assert_int_equal(report.nodes, 5);
    assert_int_equal(report.documents, 2);
    draft.template.status.v = "open";
    assert_int_equal(score_import_store(&w->c.app, &draft, &machine), 0);
    w->template = draft.template.head.id;
}

static inline void put_year(struct world *w)
{
    struct score_year *y = row_new(&w->c.a, &score_year_entity, CITY_GOV);

    y->template.v = w->template;
    y->title = "MCSP 2026 versi 1";
    y->status.v = "open";
    y->closes = date_of(2026, 12, 31);
    y->origin.v = "entered";
    w->year = put(w, &score_year_screen, NULL, y);
}

static inline void world_open(struct world *w)
{
    w->c.app.modules = mods;
    w->c.app.n_modules = ARRAY_LEN(mods);
    site_open(&w->s, &w->c, no_routes, 0, people, ARRAY_LEN(people));
    put_government(w, CITY_GOV, "36.71", "kota-contoh");
    put_government(w, CITY_FOREIGN, "36.03", "kota-lain");
    put_template(w);
    put_year(w);
}

static inline void world_close(struct world *w)
{
    site_close(&w->s);
    city_close(&w->c);
}

#define WORLD(w, env)                                                                                                          \
    struct world w;                                                                                                            \
    if (!city_db_open(&(w).c.t, *(enum db_kind *)*(env)))                                                                      \
        skip();                                                                                                                \
    city_open(&(w).c);                                                                                                         \
    world_open(&(w))

static inline struct score_input input_called(struct world *w, const char *code)
{
    struct score_input *v, x;
    size_t n, i;

    assert_int_equal(score_inputs_read(w->c.t.owner, &w->c.a, CITY_GOV, w->year, &v, &n), 0);
    for (i = 0; i < n && !text_eq(v[i].code, code); i++)
        ;
    assert_true(i < n);
    assert_int_equal(row_get(w->c.t.owner, &w->c.a, &score_input_entity, CITY_GOV, v[i].head.id, &x), 1);
    return x;
}

static inline int report(struct world *w, const char *who, const char *code, const char *form)
{
    struct score_input x = input_called(w, code);

    return site_status(site_post(&w->s, who,
                                 text_printf(&w->c.a, "/kerja/kota-contoh/penilaian/%lld/ubah", (long long)x.head.id),
                                 text_printf(&w->c.a, "rev=%lld&%s", (long long)x.head.rev, form)));
}

static inline int judge(struct world *w, const char *who, const char *code, const char *form)
{
    struct score_input x = input_called(w, code);

    return site_status(site_post(&w->s, who, "/kerja/kota-contoh/verifikasi/baru",
                                 text_printf(&w->c.a, "input=%lld&%s", (long long)x.head.id, form)));
}

static inline int make(struct world *w, const char *who)
{
    return site_status(
        site_post(&w->s, who, "/kerja/kota-contoh/rapor/hitung", text_printf(&w->c.a, "tahun=%lld", (long long)w->year)));
}

static inline void fulfil_the_example(struct world *w)
{
    assert_int_equal(report(w, "inspector", "A1", "self=6&waiting=1"), 303);
    assert_int_equal(report(w, "inspector", "A2", "self=1"), 303);
    assert_int_equal(report(w, "inspector", "B", "self=18&total=24"), 303);
    assert_int_equal(judge(w, "kpk", "A1", "verified=5"), 303);
    assert_int_equal(judge(w, "kpk", "A2", "verified=1"), 303);
    assert_int_equal(judge(w, "kpk", "B", "verified=18"), 303);
    assert_int_equal(judge(w, "kpk", "C", "na=1&reason=Kota+tanpa+desa"), 303);
    assert_int_equal(make(w, "inspector"), 303);
}

static inline int64_t newest_snapshot(struct world *w)
{
    static const struct query q = {.name = "test.newest",
                                   .sql = "SELECT id FROM score_snapshot WHERE gov = ?1 ORDER BY id DESC LIMIT 1",
                                   .in = "i",
                                   .out = "i"};

    AUTO_ROWS struct rows rows;

    assert_int_equal(db_select(&rows, w->c.t.owner, &q, V(CITY_GOV)), 0);
    assert_int_equal(rows_next(&rows), 1);
    return rows_int(&rows, 0);
}

#endif
